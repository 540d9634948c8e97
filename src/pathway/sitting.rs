//! Night sitting: who asks for a sitter, when one comes, what a sitter averts (model.md §12).

use crate::base::{NEVER, WEEK};
use crate::model::{Place, Role, State, TeamIndex};

use super::access_state::free_to_ask;
use super::event_log::{Doing, Held};
use super::handoff::Referral;
use super::needs::NONE;
use super::objects::Matter;
use super::outcomes_access::Note;
use super::response::{SITTER_AFTER_CRISIS, SITTER_DYING, SITTER_STRAINED};
use super::state::{HospiceStanding, NO_STEPS};
use super::world::{K, Request, RequestFor, World, kind};

/// Anchor of a sitter asked for because somebody is dying: above those of episodes, of weeks and of stays.
const DYING_ANCHOR: u32 = 0x2000_0000;

/// Who asks for a sitter.
fn asks(role: Role) -> bool {
    matches!(
        role,
        Role::DistrictNurse | Role::Cns | Role::OohNurse | Role::OohClinician | Role::HospiceAtHome
    )
}

impl World<'_> {
    /// A role has come to know that somebody at home is dying.
    pub(super) fn considers_sitter(&mut self, k: &mut K, person: u32, role: Role) {
        let Some(sitting) = &self.m.access.sitting else {
            return;
        };
        if asks(role)
            && self.people[person as usize].known[role as usize] == State::Dying
            && self.chance(person, SITTER_DYING, 0, 0, sitting.dying)
            && let Some(from) = self.team(role, person)
        {
            self.ask_for_sitter(k, person, from, DYING_ANCHOR);
        }
    }

    /// At a contact somebody sees that the carer is strained.
    pub(super) fn sees_strain(&mut self, k: &mut K, person: u32, from: TeamIndex, role: Role) {
        let Some(sitting) = &self.m.access.sitting else {
            return;
        };
        let carer = self.person(person).carer_hours;
        let unmet = self.hours_needed(person) - self.people[person as usize].package.hours;
        let week = (k.now() / WEEK) as u32;
        if asks(role)
            && carer > 0.0
            && f64::from(unmet) > sitting.strained_above * f64::from(carer)
            && self.chance(person, SITTER_STRAINED, week, 0, sitting.strained)
        {
            self.ask_for_sitter(k, person, from, 0x4000_0000 | week);
        }
    }

    /// After a crisis averted at home.
    pub(super) fn sitter_after_crisis(&mut self, k: &mut K, number: u32) {
        let Some(sitting) = &self.m.access.sitting else {
            return;
        };
        let s = self.symptoms[number as usize];
        if self.chance(
            s.person,
            SITTER_AFTER_CRISIS,
            s.anchor,
            s.attempt,
            sitting.after_crisis,
        ) && let Some(from) = self.team(Role::OohClinician, s.person)
        {
            self.ask_for_sitter(k, s.person, from, s.anchor);
        }
    }

    fn ask_for_sitter(&mut self, k: &mut K, person: u32, from: TeamIndex, anchor: u32) {
        let Some(to) = self.team(Role::NightSitter, person) else {
            return;
        };
        if self.people[person as usize].place != Place::Home || !free_to_ask(self.services(person).sitter) {
            return;
        }
        self.services(person).sitter = HospiceStanding::Referred;
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::NightSitter,
                steps: NO_STEPS,
                link: NONE,
                anchor,
            },
        );
    }

    /// The sitting service has accepted: the dying come first.
    pub(super) fn sitter_referral_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        if self.services(h.person).sitter != HospiceStanding::Referred {
            return;
        }
        let priority = u8::from(self.known_to_sender(number) != State::Dying);
        let request = Request::new(h.person, RequestFor::Sitter);
        let (request, at_once) = self.request(k, h.to, request, 1, priority);
        self.services(h.person).sitter = HospiceStanding::Waiting(request);
        self.log_place(k.now(), h.person, Doing::Queued, Held::NightSitter, request);
        if at_once {
            self.sitter_found(k, h.person, request);
        }
    }

    /// A sitter is free, and comes when sitting next begins.
    pub(super) fn sitter_found(&mut self, k: &mut K, person: u32, request: u32) {
        let now = k.now();
        let team = self.team(Role::NightSitter, person);
        let (Place::Home, Some(team)) = (self.people[person as usize].place, team) else {
            self.log_place(now, person, Doing::Withdrawn, Held::NightSitter, request);
            self.services(person).sitter = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
            return;
        };
        let starts = self.hours(team).next_open(now);
        let services = self.services(person);
        services.sitter = HospiceStanding::In(request);
        services.sitter_number += 1;
        let number = services.sitter_number;
        self.wake(k, starts, kind::SITTER, person, number);
    }

    /// The sitter comes, or goes for good.
    pub(super) fn sitter_moves(&mut self, k: &mut K, wake: u32) {
        let w = self.wakes[wake as usize];
        let person = w.link;
        let services = *self.services(person);
        if services.sitter_number != w.stamp || !matches!(services.sitter, HospiceStanding::In(_)) {
            return;
        }
        if services.sitter_since != NEVER {
            return self.end_sitting(k, person);
        }
        let now = k.now();
        if let HospiceStanding::In(request) = services.sitter {
            self.log_place(now, person, Doing::Begun, Held::NightSitter, request);
        }
        self.reset_clocks(k, person, |w| w.services(person).sitter_since = now);
        let lasts = self.m.access.sitting.as_ref().map_or(0, |s| s.lasts);
        self.wake(k, now + lasts, kind::SITTER, person, w.stamp);
    }

    /// Sitting ends (its nights, a ward, death), or is no longer waited for.
    pub(super) fn end_sitting(&mut self, k: &mut K, person: u32) {
        let Some(services) = self.at_home(person).copied() else {
            return;
        };
        match services.sitter {
            HospiceStanding::In(request) => {
                self.count_sitting(person, k.now());
                self.log_place(k.now(), person, Doing::Ended, Held::NightSitter, request);
                self.reset_clocks(k, person, |w| {
                    let services = w.services(person);
                    services.sitter = HospiceStanding::Over;
                    services.sitter_since = NEVER;
                });
                let places = self.requests[request as usize].places;
                k.release(self, places, request);
            }
            HospiceStanding::Waiting(request) => {
                self.log_place(k.now(), person, Doing::Withdrawn, Held::NightSitter, request);
                self.services(person).sitter = HospiceStanding::Over;
                let places = self.requests[request as usize].places;
                k.withdraw_request(self, places, request);
            }
            HospiceStanding::Referred => self.services(person).sitter = HospiceStanding::Over,
            _ => {}
        }
    }

    /// Time with a sitter until now, counted and paid for.
    pub(super) fn count_sitting(&mut self, person: u32, now: i64) {
        if let Some(services) = self.at_home(person).copied()
            && services.sitter_since != NEVER
        {
            let pence = self.m.access.sitting.as_ref().map_or(0, |s| s.pence_a_night);
            self.note_time(Note::SitterSecs, services.sitter_since, now, pence, 2);
        }
    }

    /// Multiplies the rate of carer breakdown.
    pub(super) fn sitter_relief(&self, person: u32) -> f64 {
        match (self.at_home(person), &self.m.access.sitting) {
            (Some(services), Some(sitting)) if services.sitter_since != NEVER => sitting.breakdown,
            _ => 1.0,
        }
    }

    /// Whether a sitter is with the person at this moment.
    pub(super) fn sitter_there(&self, person: u32, now: i64) -> bool {
        let since = self.at_home(person).map_or(NEVER, |s| s.sitter_since);
        let by_day = self.m.access.sitting.as_ref().is_some_and(|s| s.round_the_clock);
        since != NEVER
            && (by_day
                || self
                    .team(Role::NightSitter, person)
                    .is_some_and(|t| self.hours(t).is_open(now)))
    }
}
