//! Places, beds and hours: packages sourced, started, held, dropped; everybody else's places (model.md §5, §11).

use crate::base::{NEVER, Time, whole_secs};
use crate::kernel::RequestStatus;
use crate::model::{Place, Role};

use super::causes::Cause;
use super::event_log::{Doing, FREE_CARE, Held};
use super::hospital::CARE_ARRANGED;
use super::needs::{Ending, NONE};
use super::objects::CaseStage;
use super::state::{HospiceStanding, Package};
use super::world::{K, Request, RequestFor, World, kind};

impl World<'_> {
    /// Asks a place-based team for `size` units. True if they were free.
    pub(super) fn request(
        &mut self,
        k: &mut K,
        team: crate::model::TeamIndex,
        request: Request,
        size: i64,
        priority: u8,
    ) -> (u32, bool) {
        let number = self.requests.len() as u32;
        let places = self.kernel_places[team.index()].expect("places belong to teams with places");
        self.requests.push(Request { places, ..request });
        let size = u32::try_from(size.max(1)).unwrap_or(u32::MAX);
        let at_once = k.request(places, number, size, priority, k.now());
        (number, at_once)
    }

    /// Hours are sought from the agencies.
    pub(super) fn source(&mut self, k: &mut K, case: u32) {
        let c = self.cases[case as usize];
        if c.stage == CaseStage::Closed || c.request != NONE || !self.people[c.person as usize].alive {
            return;
        }
        let Some(team) = self.team(Role::HomeCare, c.person) else {
            return;
        };
        let needed = self.hours_needed(c.person) - self.people[c.person as usize].package.hours;
        let hours = needed.max(1.0).min(self.m.social_care.most_hours as f32);
        self.cases[case as usize].hours = hours;
        self.case_stage(k.now(), case, CaseStage::Sourcing, Cause::PackageCapacity);
        let priority = if c.fast_track {
            0
        } else if c.urgent || c.steps[1] != NONE {
            1
        } else {
            2
        };
        let request = Request::new(c.person, RequestFor::Care(case));
        let (number, at_once) = self.request(k, team, request, hours.ceil() as i64, priority);
        self.cases[case as usize].request = number;
        self.log_place(k.now(), c.person, Doing::Queued, Held::HomeCare, case);
        if at_once {
            self.place_found(k, number);
        }
    }

    /// A request has its places.
    pub(super) fn place_found(&mut self, k: &mut K, number: u32) {
        let r = self.requests[number as usize];
        match r.what {
            RequestFor::Others(stay) => self.at(k, k.now() + stay, kind::OTHERS_LEAVE, number),
            RequestFor::Care(case) => {
                if self.cases[case as usize].stage != CaseStage::Sourcing {
                    k.release(self, r.places, number);
                    return;
                }
                self.case_stage(k.now(), case, CaseStage::Starting, Cause::PackageCapacity);
                let team = self.team(Role::HomeCare, r.person);
                self.case_delay(k, case, &self.m.social_care.start, team);
            }
            RequestFor::Bed => self.bed_found(k, r.person, number),
            RequestFor::AtHome => self.hospice_at_home_found(k, r.person, number),
            RequestFor::Ward => self.ward_found(k, r.person, number),
            RequestFor::Sitter => self.sitter_found(k, r.person, number),
            RequestFor::Service(case) => self.service_found(k, case, number),
        }
    }

    /// The first visit of a package (or, in hospital, everything is ready for it).
    pub(super) fn care_starts(&mut self, k: &mut K, case: u32) {
        let now = k.now();
        let c = self.cases[case as usize];
        let person = c.person;
        self.meter_care(person, now);
        let needed = self.hours_needed(person);
        let individual = self.ind(person);
        let hours = if c.request == NONE {
            (needed - individual.package.hours).max(1.0)
        } else {
            c.hours
        };
        individual.package.hours += hours;
        individual.package.since = now;
        if c.request != NONE {
            let before = std::mem::replace(&mut individual.package.request, c.request);
            self.requests[c.request as usize].before = before;
        }
        let individual = &mut self.people[person as usize];
        if c.self_funded {
            individual.package.private_hours += hours;
        } else if c.fast_track {
            individual.package.nhs_hours += hours;
        } else if c.free_for == 0 {
            individual.package.charged_hours += hours;
        }
        individual.tallies.had_care |= !c.self_funded;
        if c.free_for > 0 {
            individual.package.free_until = now + c.free_for;
            let free = &mut individual.package.free;
            free.0 += hours;
            if free.1 == NONE {
                free.1 = c.request;
            }
            self.at(k, now + c.free_for, kind::PACKAGE_END, person);
        }
        self.tell(now, person, || {
            format!("Care at home of {hours:.0} hours a week begins.")
        });
        let number = if c.free_for > 0 { FREE_CARE } else { case };
        self.log_place(now, person, Doing::Begun, Held::HomeCare, number);
        self.close_case(k, case, Ending::Met);
        let branch = self.people[person as usize].stay.waits_for_care;
        if branch != NONE {
            self.ind(person).stay.waits_for_care = NONE;
            self.condition_done(k, person, CARE_ARRANGED, branch);
        } else if !self.people[person as usize].in_community() {
            self.hold_package(k, person);
        }
    }

    /// A room in a care home: the person lives there from now on.
    pub(super) fn moves_to_care_home(&mut self, k: &mut K, case: u32) {
        let now = k.now();
        let person = self.cases[case as usize].person;
        self.meter_care(person, now);
        self.rec.moved_to_care_home(now);
        self.tell(now, person, || "Moves into a care home.".to_string());
        self.ind(person).home = Place::CareHome;
        self.ind(person).care_home_since = now;
        self.carer_need_over(person, now);
        if self.people[person as usize].place == Place::Home {
            self.ind(person).place = Place::CareHome;
        }
        // Both are for people in their own homes.
        self.end_sitting(k, person);
        self.end_hospice_at_home(k, person);
        self.close_case(k, case, Ending::Withdrawn);
        self.drop_package(k, person);
        let branch = self.people[person as usize].stay.waits_for_care;
        if branch != NONE {
            self.ind(person).stay.waits_for_care = NONE;
            self.condition_done(k, person, CARE_ARRANGED, branch);
        }
        self.review_care(k, person);
    }

    /// Care stops; its hours go back to the agencies.
    pub(super) fn drop_package(&mut self, k: &mut K, person: u32) {
        self.meter_care(person, k.now());
        self.log_place(k.now(), person, Doing::Ended, Held::HomeCare, NONE);
        let mut request = self.people[person as usize].package.request;
        self.ind(person).package = Package::NONE;
        while request != NONE {
            let r = self.requests[request as usize];
            k.release(self, r.places, request);
            request = r.before;
        }
        self.leave_service(k, person);
    }

    /// The free part of a package ends; what is paid for goes on.
    pub(super) fn end_free_care(&mut self, k: &mut K, person: u32) {
        self.meter_care(person, k.now());
        self.log_place(k.now(), person, Doing::Ended, Held::HomeCare, FREE_CARE);
        let package = &mut self.ind(person).package;
        let (hours, request) = package.free;
        package.hours = (package.hours - hours).max(0.0);
        package.free = (0.0, NONE);
        package.free_until = NEVER;
        if request != NONE {
            self.unlink(person, request);
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
        }
    }

    /// Takes a request out of a package.
    fn unlink(&mut self, person: u32, request: u32) {
        let before = self.requests[request as usize].before;
        let head = &mut self.people[person as usize].package.request;
        if *head == request {
            *head = before;
            return;
        }
        let mut at = *head;
        while at != NONE {
            let next = self.requests[at as usize].before;
            if next == request {
                self.requests[at as usize].before = before;
                return;
            }
            at = next;
        }
    }

    /// On admission a package is held for a while.
    pub(super) fn hold_package(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        if self.people[person as usize].package.hours > 0.0 {
            let until = now + self.m.social_care.held_for;
            self.ind(person).package.held_until = until;
            self.at(k, until, kind::HELD, person);
        }
    }

    /// A package has been held as long as it is.
    pub(super) fn hold_ends(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if individual.alive && individual.package.held_until == k.now() && !individual.in_community() {
            self.tell(k.now(), person, || {
                "The care package has been held as long as it can be, and is given up.".to_string()
            });
            self.drop_package(k, person);
        }
    }

    /// Home again: a held package goes on.
    pub(super) fn release_hold(&mut self, _k: &mut K, person: u32) {
        self.ind(person).package.held_until = NEVER;
    }

    /// Calls off a case's request (death).
    pub(super) fn drop_case(&mut self, k: &mut K, person: u32, ending: Ending) {
        let case = self.people[person as usize].case;
        if case == NONE {
            return;
        }
        let request = self.cases[case as usize].request;
        self.close_case(k, case, ending);
        if request != NONE {
            let places = self.requests[request as usize].places;
            if !k.release(self, places, request) {
                k.withdraw_request(self, places, request);
            }
        }
    }

    /// Starts everybody else's use of places.
    pub(super) fn start_others(&mut self, k: &mut K) {
        for (team, t) in self.m.teams.iter().enumerate() {
            if self.kernel_places[team].is_none() {
                continue;
            }
            for stream in 0..t.background.len() {
                let index = (team << 8 | stream) as u32;
                self.others_next(k, index, 0);
            }
        }
    }

    pub(super) fn others_next(&mut self, k: &mut K, index: u32, ordinal: u32) {
        let b = &self.m.teams[index as usize >> 8].background[index as usize & 255];
        let (u, _) = self
            .everybody_else
            .pair(b.key, crate::kernel::BACKGROUND_PURPOSE, ordinal, 0);
        let calendar = &self.m.calendars[b.calendar];
        let open_week = calendar.open_per_week() as f64;
        if b.per_week <= 0.0 || open_week <= 0.0 {
            return;
        }
        let gap = whole_secs(-libm::log(1.0 - u) * open_week / b.per_week);
        let at = calendar.add_open(k.now(), gap);
        self.others.push((index, ordinal));
        self.at(k, at, kind::OTHERS_ARRIVE, (self.others.len() - 1) as u32);
    }

    /// Somebody else asks for a place.
    pub(super) fn others_arrive(&mut self, k: &mut K, which: u32) {
        let (index, ordinal) = self.others[which as usize];
        if index == NONE {
            return;
        }
        let team = index as usize >> 8;
        let b = &self.m.teams[team].background[index as usize & 255];
        let (u, v) = self
            .everybody_else
            .pair(b.key, crate::kernel::BACKGROUND_PURPOSE, ordinal, 1);
        let stay: Time = b.length.secs(u);
        let size = b.size.at(v).round() as i64;
        let request = Request::new(NONE, RequestFor::Others(stay));
        let team = crate::model::TeamIndex(team as u16);
        let (number, at_once) = self.request(k, team, request, size, b.priority);
        if at_once {
            self.place_found(k, number);
        }
        self.others_next(k, index, ordinal + 1);
    }

    /// Somebody else leaves.
    pub(super) fn others_leave(&mut self, k: &mut K, number: u32) {
        let places = self.requests[number as usize].places;
        k.release(self, places, number);
    }

    /// Whether a request is one of those linked from `head`.
    fn in_package(&self, head: u32, number: u32) -> bool {
        let mut at = head;
        while at != NONE && at != number {
            at = self.requests[at as usize].before;
        }
        at == number
    }

    /// A request that waits for or holds places though nobody living lays claim to it: a leak, if there is one.
    pub(super) fn leaked_request(&self, k: &K) -> Option<u32> {
        let claims = |person: u32, number: u32| {
            let x = &self.people[person as usize];
            let standing = |s: HospiceStanding| match s {
                HospiceStanding::Waiting(request) | HospiceStanding::In(request) => request == number,
                _ => false,
            };
            x.alive
                && (self.in_package(x.package.request, number)
                    || (x.case != NONE && self.cases[x.case as usize].request == number)
                    || standing(x.hospice)
                    || standing(x.hospice_at_home)
                    || self.claims_at_home(person, number))
        };
        let numbers = 0..self.requests.len() as u32;
        let mut ours = numbers.filter(|n| self.requests[*n as usize].person != NONE);
        ours.find(|n| {
            let r = self.requests[*n as usize];
            k.request_status(r.places, *n) != RequestStatus::Absent && !claims(r.person, *n)
        })
    }
}
