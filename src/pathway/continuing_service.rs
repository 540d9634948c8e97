//! The complex and palliative continuing-care service: packages of its own in the last days (model.md §11, §12).

use crate::model::{Place, Role, State};

use super::causes::Cause;
use super::event_log::{Doing, Held};
use super::handoff::Referral;
use super::needs::NONE;
use super::objects::{CaseStage, Matter};
use super::outcomes_access::Note;
use super::response::SERVICE_REFERRED;
use super::state::HospiceStanding;
use super::world::{K, Request, RequestFor, World, kind};

impl World<'_> {
    /// A district nurse who learns of dying may refer straight to the service, without an application.
    pub(super) fn nurse_refers_to_service(&mut self, k: &mut K, person: u32, role: Role) {
        let Some(service) = &self.m.access.service else {
            return;
        };
        let individual = &self.people[person as usize];
        let case = individual.case;
        if role != Role::DistrictNurse
            || case == NONE
            || individual.known[role as usize] != State::Dying
            || individual.place != Place::Home
        {
            return;
        }
        let c = self.cases[case as usize];
        let teams = (
            self.team(role, person),
            self.team(Role::ContinuingCareService, person),
        );
        let (Some(from), Some(to)) = teams else {
            return;
        };
        if !c.stage.not_agreed()
            || c.fast_track
            || !self.chance(person, SERVICE_REFERRED, 0, 0, service.nurse_refers)
        {
            return;
        }
        self.withdraw_social_items(k, person);
        self.cases[case as usize].fast_track = true;
        self.case_stage(k.now(), case, CaseStage::Application, Cause::Transfer);
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::ContinuingService,
                steps: c.steps,
                link: case,
                anchor: c.anchor,
            },
        );
    }

    /// The nurse's referral is accepted.
    pub(super) fn service_referral_arrives(&mut self, k: &mut K, number: u32) {
        let case = self.handoffs[number as usize].link;
        if self.cases[case as usize].stage != CaseStage::Application {
            return;
        }
        let now = k.now();
        self.cases[case as usize].decided = now;
        self.rec.fast_track_approved(now);
        if !self.service_takes(k, case) {
            self.brokerage(k, case);
        }
    }

    /// The service takes on a case whose fast track is approved; false if there is no such service.
    pub(super) fn service_takes(&mut self, k: &mut K, case: u32) -> bool {
        let person = self.cases[case as usize].person;
        let (Some(service), Some(team)) = (
            &self.m.access.service,
            self.team(Role::ContinuingCareService, person),
        ) else {
            return false;
        };
        if let HospiceStanding::In(_) = self.services(person).service {
            self.service_starts(k, case); // it cares for the person already
            return true;
        }
        let now = k.now();
        self.case_stage(now, case, CaseStage::Service, Cause::PackageCapacity);
        let stamp = self.cases[case as usize].stamp;
        let request = Request::new(person, RequestFor::Service(case));
        let (number, at_once) = self.request(k, team, request, 1, 0);
        self.services(person).service = HospiceStanding::Waiting(number);
        self.log_place(now, person, Doing::Queued, Held::ContinuingCare, number);
        if at_once {
            self.service_found(k, case, number);
        } else {
            self.wake(k, now + service.waits, kind::CASE, case, stamp);
        }
        true
    }

    /// The service has room.
    pub(super) fn service_found(&mut self, k: &mut K, case: u32, request: u32) {
        let person = self.cases[case as usize].person;
        if self.cases[case as usize].stage != CaseStage::Service {
            self.log_place(k.now(), person, Doing::Withdrawn, Held::ContinuingCare, request);
            self.services(person).service = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
            return;
        }
        self.services(person).service = HospiceStanding::In(request);
        self.log_place(k.now(), person, Doing::Begun, Held::ContinuingCare, request);
        self.note(Note::ServicePackages, 1, k.now());
        self.service_starts(k, case);
    }

    fn service_starts(&mut self, k: &mut K, case: u32) {
        let person = self.cases[case as usize].person;
        let team = self.team(Role::ContinuingCareService, person);
        self.case_stage(k.now(), case, CaseStage::Starting, Cause::PackageCapacity);
        if let Some(service) = &self.m.access.service {
            self.case_delay(k, case, &service.starts, team);
        }
    }

    /// The service has stayed full: care is sourced from the agencies after all.
    pub(super) fn service_full(&mut self, k: &mut K, case: u32) {
        let person = self.cases[case as usize].person;
        self.note(Note::ServiceFull, 1, k.now());
        if let HospiceStanding::Waiting(request) = self.services(person).service {
            self.log_place(k.now(), person, Doing::Withdrawn, Held::ContinuingCare, request);
            self.services(person).service = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.withdraw_request(self, places, request);
        }
        self.brokerage(k, case);
    }

    /// The package ends: so does the service's part of it, unless it is only about to begin.
    pub(super) fn leave_service(&mut self, k: &mut K, person: u32) {
        let Some(services) = self.at_home(person).copied() else {
            return;
        };
        let case = self.people[person as usize].case;
        let coming = case != NONE && {
            let c = &self.cases[case as usize];
            let of_the_service = c.fast_track && c.request == NONE;
            c.stage == CaseStage::Service || (c.stage == CaseStage::Starting && of_the_service)
        };
        if coming {
            return;
        }
        match services.service {
            HospiceStanding::In(request) => {
                self.log_place(k.now(), person, Doing::Ended, Held::ContinuingCare, request);
                self.services(person).service = HospiceStanding::Over;
                let places = self.requests[request as usize].places;
                k.release(self, places, request);
            }
            HospiceStanding::Waiting(request) => {
                self.log_place(k.now(), person, Doing::Withdrawn, Held::ContinuingCare, request);
                self.services(person).service = HospiceStanding::Over;
                let places = self.requests[request as usize].places;
                k.withdraw_request(self, places, request);
            }
            _ => {}
        }
    }
}
