//! Hospice ward and hospice-at-home (model.md §12).

use crate::base::{NEVER, Time};
use crate::model::{Place, Role, State, TeamIndex};

use super::causes::{Cause, NeedKind};
use super::event_log::{Doing, Held};
use super::handoff::Referral;
use super::needs::{Ending, NONE};
use super::objects::Matter;
use super::response::{HOSPICE, HOSPICE_STAY};
use super::state::{HospiceStanding, Standing};
use super::world::{K, Request, RequestFor, World, kind};

impl World<'_> {
    /// The specialist nurse considers the ward, by the state now known.
    pub(super) fn specialist_considers_hospice(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if individual.care[2].standing != Standing::Active || !individual.in_community() {
            return;
        }
        let known = individual.known[Role::Cns as usize];
        let h = &self.m.hospice;
        let prefers = self.preferred(person, k.now()) == Place::Hospice;
        let p = if prefers {
            h.refers_preferring[known as usize]
        } else {
            self.hospice_if_wanted(person, h.refers_other[known as usize])
        };
        let spell = individual.spell;
        let ordinal = if spell == NONE {
            0
        } else {
            u32::from(self.c.spells[spell as usize].ordinal)
        };
        if self.chance(person, HOSPICE, ordinal, 0, p)
            && let Some(from) = self.team(Role::Cns, person)
        {
            self.refer_to_hospice(k, person, from, ordinal);
        }
    }

    /// A referral to the ward; a second one is not made while one is under way.
    pub(super) fn refer_to_hospice(&mut self, k: &mut K, person: u32, from: TeamIndex, anchor: u32) {
        let Some(to) = self.team(Role::HospiceWard, person) else {
            return;
        };
        if self.hospice_under_way(person) {
            return;
        }
        let (need, step) = self
            .needs
            .open(person, NeedKind::HospiceBed, k.now(), Cause::Transfer);
        self.ind(person).hospice = HospiceStanding::Referred;
        self.specialist_asked(person, k.now());
        self.ind(person).hospice_need = (need, step);
        let matter = Matter::HospiceBed;
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter,
                steps: [step, NONE],
                link: NONE,
                anchor,
            },
        );
    }

    /// The hospice has accepted: the person waits for a bed, the dying first.
    pub(super) fn hospice_referral_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let step = self.people[h.person as usize].hospice_need.1;
        self.needs.change(step, k.now(), Cause::Bed);
        let priority = u8::from(self.known_to_sender(number) != State::Dying);
        let request = Request::new(h.person, RequestFor::Bed);
        let (number, at_once) = self.request(k, h.to, request, 1, priority);
        self.log_place(k.now(), h.person, Doing::Queued, Held::Bed, number);
        if at_once {
            self.bed_found(k, h.person, number);
        } else {
            self.ind(h.person).hospice = HospiceStanding::Waiting(number);
        }
    }

    /// A bed is free; the person comes in when the ward next admits.
    pub(super) fn bed_found(&mut self, k: &mut K, person: u32, request: u32) {
        let now = k.now();
        self.ind(person).hospice = HospiceStanding::In(request);
        let step = self.people[person as usize].hospice_need.1;
        let at = match self.team(Role::HospiceWard, person) {
            Some(team) => self.hours(team).next_open(now),
            None => now,
        };
        self.needs
            .change(step, now, if at > now { Cause::ClosedHours } else { Cause::Bed });
        self.at(k, at, kind::HOSPICE_IN, person);
    }

    /// Admission to the ward.
    pub(super) fn hospice_admits(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let individual = &self.people[person as usize];
        let HospiceStanding::In(request) = individual.hospice else {
            return;
        };
        if !individual.alive || individual.place == Place::Hospice {
            return;
        }
        if individual.place == Place::Hospital
            && individual.stay.ready > now
            && individual.stay.ready != NEVER
        {
            let ready = individual.stay.ready; // the bed is kept until then
            return self.at(k, ready, kind::HOSPICE_IN, person);
        }
        let (need, step) = individual.hospice_need;
        self.end_need(need, step, Ending::Met, now);
        let discharge = self.people[person as usize].stay.need.0;
        if self.needs.is_open(discharge) {
            self.rec.discharged(self.person(person), now);
            self.end_need(discharge, NONE, Ending::Withdrawn, now);
            self.ind(person).stay.need = (NONE, NONE);
            self.ind(person).stay.waits_for_care = NONE;
        }
        if self.people[person as usize].place != Place::Hospital {
            self.hold_package(k, person); // from hospital it is held already
        }
        self.enter_ward(k, person, Place::Hospice);
        self.ind(person).stay.ready = NEVER;
        self.ind(person).hospice_since = now;
        self.log_place(now, person, Doing::Begun, Held::Bed, request);
        self.specialist_sees(k, person);
        self.learns(k, person, Role::HospiceWard);
        let ordinal = {
            let spell = self.people[person as usize].spell;
            if spell == NONE {
                0
            } else {
                u32::from(self.c.spells[spell as usize].ordinal)
            }
        };
        if self.people[person as usize].state != State::Dying {
            let u = self.u(person, HOSPICE_STAY, ordinal, 0);
            let until = now + self.m.hospice.stay.secs(u);
            self.ind(person).hospice_until = until;
            self.at(k, until, kind::HOSPICE_OUT, person);
        } else {
            self.ind(person).hospice_until = NEVER;
        }
    }

    /// The end of a stay for symptom control; those dying by then stay.
    pub(super) fn hospice_stay_ends(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if !individual.alive || individual.place != Place::Hospice || individual.hospice_until != k.now() {
            return;
        }
        if individual.state == State::Dying {
            return;
        }
        self.tell(k.now(), person, || "Goes home from the hospice.".to_string());
        self.leave_hospice(k, person);
        self.comes_home(k, person);
    }

    /// Gives up the bed, or the wait for one.
    pub(super) fn leave_hospice(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let standing = self.people[person as usize].hospice;
        if self.people[person as usize].place == Place::Hospice {
            let since = self.people[person as usize].hospice_since;
            self.rec.hospice_days(since, now);
            self.log_place(now, person, Doing::Ended, Held::Bed, NONE);
        } else if let HospiceStanding::Waiting(request) | HospiceStanding::In(request) = standing {
            self.log_place(now, person, Doing::Withdrawn, Held::Bed, request);
        }
        self.ind(person).hospice = HospiceStanding::Over;
        match standing {
            HospiceStanding::In(request) => {
                let places = self.requests[request as usize].places;
                k.release(self, places, request);
            }
            HospiceStanding::Waiting(request) => {
                let places = self.requests[request as usize].places;
                k.withdraw_request(self, places, request);
            }
            _ => {}
        }
    }

    /// Hospice-at-home has accepted.
    pub(super) fn hospice_at_home_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let request = Request::new(h.person, RequestFor::AtHome);
        let (number, at_once) = self.request(k, h.to, request, 1, 0);
        self.ind(h.person).hospice_at_home = HospiceStanding::Waiting(number);
        self.log_place(k.now(), h.person, Doing::Queued, Held::AtHome, number);
        if at_once {
            self.hospice_at_home_found(k, h.person, number);
        }
    }

    /// A place with hospice-at-home.
    pub(super) fn hospice_at_home_found(&mut self, k: &mut K, person: u32, request: u32) {
        let now = k.now();
        if self.people[person as usize].place != Place::Home {
            self.log_place(now, person, Doing::Withdrawn, Held::AtHome, request);
            self.ind(person).hospice_at_home = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
            return;
        }
        self.log_place(now, person, Doing::Begun, Held::AtHome, request);
        let until: Time = now + self.m.hospice.at_home_for;
        self.reset_clocks(k, person, |w| {
            w.ind(person).hospice_at_home = HospiceStanding::In(request);
            w.ind(person).at_home_since = now;
        });
        self.specialist_sees(k, person);
        self.at(k, until, kind::AT_HOME_END, person);
    }

    /// Its longest time is over.
    pub(super) fn hospice_at_home_ends(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if individual.alive && individual.at_home_since + self.m.hospice.at_home_for == k.now() {
            self.end_hospice_at_home(k, person);
        }
    }

    /// Hospice-at-home ends (its time, a ward, death), or is no longer waited for.
    pub(super) fn end_hospice_at_home(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        match self.people[person as usize].hospice_at_home {
            HospiceStanding::In(request) => {
                self.log_place(now, person, Doing::Ended, Held::AtHome, request);
                let since = self.people[person as usize].at_home_since;
                self.rec.at_home_days(since, now);
                self.reset_clocks(k, person, |w| {
                    w.ind(person).hospice_at_home = HospiceStanding::Over
                });
                let places = self.requests[request as usize].places;
                k.release(self, places, request);
            }
            HospiceStanding::Waiting(request) => {
                self.log_place(now, person, Doing::Withdrawn, Held::AtHome, request);
                self.ind(person).hospice_at_home = HospiceStanding::Over;
                let places = self.requests[request as usize].places;
                k.withdraw_request(self, places, request);
            }
            _ => {}
        }
    }
}
