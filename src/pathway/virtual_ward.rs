//! The virtual ward: step-up and step-down, the daily round, its end (model.md §12).

use crate::base::{DAY, NEVER};
use crate::model::{Role, State, TeamIndex, Work};

use super::access_state::free_to_ask;
use super::event_log::{Doing, Held};
use super::handoff::Referral;
use super::hospital::{CARE_ARRANGED, NURSING_ACCEPTED};
use super::needs::NONE;
use super::objects::{Item, ItemStatus, Matter, Task};
use super::outcomes_access::Note;
use super::response::{WARD_ACUTE, WARD_AFTER_CONTACT, WARD_ROUND_VISIT, WARD_STEP_DOWN};
use super::state::{HospiceStanding, NO_CLINICIAN, NO_STEPS};
use super::work::Order;
use super::world::{K, Request, RequestFor, World, kind};

impl World<'_> {
    /// Whether the person is on the virtual ward.
    pub(super) fn on_ward(&self, person: u32) -> bool {
        self.at_home(person)
            .is_some_and(|s| matches!(s.ward, HospiceStanding::In(_)))
    }

    /// Takes somebody in at once, if a place is free.
    pub(super) fn ward_takes_in(&mut self, k: &mut K, person: u32, how: Note) -> bool {
        let Some(team) = self.team(Role::VirtualWard, person) else {
            return false;
        };
        // A referral still on its way does not stand in the way of a place that is free now.
        let ward = self.services(person).ward;
        if self.on_ward(person) || matches!(ward, HospiceStanding::Waiting(_)) {
            return false;
        }
        let (number, at_once) = self.request(k, team, Request::new(person, RequestFor::Ward), 1, 0);
        if at_once {
            self.ward_begins(k, person, number, how);
        } else {
            let places = self.requests[number as usize].places;
            k.withdraw_request(self, places, number);
            self.note(Note::WardFull, 1, k.now());
        }
        at_once
    }

    /// Probability that a contact averts an acute illness that the community could manage; a place on the ward raises it.
    pub(super) fn acute_averted(&mut self, k: &mut K, person: u32, anchor: u32) -> f64 {
        let Some(ward) = &self.m.access.ward else {
            return self.m.hospital.averted;
        };
        if self.on_ward(person)
            || (self.chance(person, WARD_ACUTE, anchor, 0, ward.from_acute)
                && self.ward_takes_in(k, person, Note::WardAcute))
        {
            ward.acute_averted
        } else {
            self.m.hospital.averted
        }
    }

    /// Somebody who knows how ill the person is may refer.
    pub(super) fn considers_ward(&mut self, k: &mut K, person: u32, from: TeamIndex, role: Role) {
        let Some(ward) = &self.m.access.ward else {
            return;
        };
        let known = self.people[person as usize].known[role as usize];
        let week = (k.now() / crate::base::WEEK) as u32;
        let p = ward.after_contact[known as usize];
        if !self.people[person as usize].in_community()
            || !self.chance(person, WARD_AFTER_CONTACT, week, role as u16, p)
        {
            return;
        }
        let Some(to) = self.team(Role::VirtualWard, person) else {
            return;
        };
        if !free_to_ask(self.services(person).ward) {
            return;
        }
        self.services(person).ward = HospiceStanding::Referred;
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::VirtualWard,
                steps: NO_STEPS,
                link: NONE,
                anchor: week,
            },
        );
    }

    /// The ward has accepted a referral.
    pub(super) fn ward_referral_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        if self.services(h.person).ward != HospiceStanding::Referred {
            return;
        }
        if !self.people[h.person as usize].in_community() {
            self.services(h.person).ward = HospiceStanding::Over;
            return;
        }
        let urgent = self.known_to_sender(number) >= State::Unstable;
        self.waits_for_ward(k, h.person, h.to, if urgent { 1 } else { 2 });
    }

    fn waits_for_ward(&mut self, k: &mut K, person: u32, team: TeamIndex, priority: u8) {
        let request = Request::new(person, RequestFor::Ward);
        let (number, at_once) = self.request(k, team, request, 1, priority);
        self.services(person).ward = HospiceStanding::Waiting(number);
        self.log_place(k.now(), person, Doing::Queued, Held::VirtualWard, number);
        if at_once {
            self.ward_found(k, person, number);
        }
    }

    /// Ready to leave hospital: the ward may be offered, so that nursing (and care, where it bridges that) need not be
    /// waited for.
    pub(super) fn offers_step_down(&mut self, k: &mut K, person: u32) {
        let Some(ward) = &self.m.access.ward else {
            return;
        };
        let anchor = self.people[person as usize].stay.anchor;
        if self.chance(person, WARD_STEP_DOWN, anchor, 0, ward.step_down)
            && let Some(team) = self.team(Role::VirtualWard, person)
            && free_to_ask(self.services(person).ward)
        {
            self.tell(k.now(), person, || "The virtual ward is offered.".to_string());
            self.waits_for_ward(k, person, team, 1);
        }
    }

    /// A place on the ward, for somebody who has waited for it at home or in hospital.
    pub(super) fn ward_found(&mut self, k: &mut K, person: u32, request: u32) {
        let individual = &self.people[person as usize];
        if individual.in_community() {
            return self.ward_begins(k, person, request, Note::WardAfterContact);
        }
        let stay = individual.stay;
        if !self.needs.is_open(stay.need.0) {
            self.log_place(k.now(), person, Doing::Withdrawn, Held::VirtualWard, request);
            self.services(person).ward = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
            return;
        }
        self.ward_begins(k, person, request, Note::WardAfterHospital);
        if stay.pending & NURSING_ACCEPTED != 0 {
            self.condition_done(k, person, NURSING_ACCEPTED, stay.nursing);
        }
        let bridges = self.m.access.ward.as_ref().is_some_and(|w| w.bridges_care);
        let branch = self.people[person as usize].stay.waits_for_care;
        if bridges && branch != NONE {
            self.ind(person).stay.waits_for_care = NONE;
            self.condition_done(k, person, CARE_ARRANGED, branch);
        }
    }

    fn ward_begins(&mut self, k: &mut K, person: u32, request: u32, how: Note) {
        let now = k.now();
        let Some(ward) = &self.m.access.ward else {
            // The ward has been closed meanwhile.
            self.services(person).ward = HospiceStanding::Over;
            let places = self.requests[request as usize].places;
            k.release(self, places, request);
            return;
        };
        self.note(how, 1, now);
        self.log_place(now, person, Doing::Begun, Held::VirtualWard, request);
        let number = self.services(person).ward_number + 1;
        self.reset_clocks(k, person, |w| {
            let services = w.services(person);
            services.ward = HospiceStanding::In(request);
            services.ward_since = now;
            services.ward_number = number;
            services.round = NONE;
        });
        self.wake(k, now + ward.longest, kind::WARD_END, person, number);
        self.next_round(k, person, number);
    }

    fn next_round(&mut self, k: &mut K, person: u32, number: u32) {
        let Some(ward) = &self.m.access.ward else {
            return;
        };
        let today = k.now().div_euclid(DAY) * DAY + ward.round_at;
        let at = if today > k.now() { today } else { today + DAY };
        self.wake(k, at, kind::WARD_ROUND, person, number);
    }

    /// Whether an event belongs to the present stay on the ward.
    fn ward_woken(&self, wake: u32) -> Option<u32> {
        let w = self.wakes[wake as usize];
        let here = self.on_ward(w.link) && self.at_home(w.link).is_some_and(|s| s.ward_number == w.stamp);
        here.then_some(w.link)
    }

    /// The daily round comes to a person.
    pub(super) fn ward_round(&mut self, k: &mut K, wake: u32) {
        let Some(person) = self.ward_woken(wake) else {
            return;
        };
        let now = k.now();
        self.next_round(k, person, self.wakes[wake as usize].stamp);
        let (Some(ward), Some(team)) = (&self.m.access.ward, self.team(Role::VirtualWard, person)) else {
            return;
        };
        if !self.people[person as usize].in_community() || !self.hours(team).is_open(now) {
            return;
        }
        let day = (now / DAY) as u32;
        let visit = self.chance(person, WARD_ROUND_VISIT, day, 0, ward.visits);
        let work = if visit { Work::Visit } else { Work::Call };
        let Some(role) = ward.round_by else {
            return self.consultants_round(k, person, team, work, day);
        };
        let Some(team) = self.team(role, person) else {
            return;
        };
        let before = self.services(person).round;
        if before != NONE && self.items[before as usize].status != ItemStatus::Closed {
            return; // yesterday's has not been made yet
        }
        let round = self.order(
            k,
            Order {
                person,
                team,
                work,
                task: Task::Round,
                steps: NO_STEPS,
                link: NONE,
                anchor: day,
                attempt: 0,
                priority: 2,
                due: now + DAY / 3,
                named: NO_CLINICIAN,
            },
        );
        self.services(person).round = round;
    }

    /// The hospital's consultants have the time: the round is made at once.
    fn consultants_round(&mut self, k: &mut K, person: u32, team: TeamIndex, work: Work, day: u32) {
        let now = k.now();
        let secs = self.m.access.ward.as_ref().map_or(0, |w| w.round_secs);
        self.note(Note::WardRoundSecs, secs, now);
        self.learns(k, person, Role::VirtualWard);
        let round = Item {
            person,
            team,
            instead_of: super::delegation::OWN_WORK,
            work,
            task: Task::Round,
            steps: NO_STEPS,
            link: NONE,
            anchor: day,
            attempt: 0,
            priority: 2,
            created: now,
            due: now,
            hold_until: now,
            queued: now,
            travel: 0,
            started: now,
            status: ItemStatus::Closed,
            next: NONE,
            watched: 0,
            over: false,
        };
        self.treat_found(k, &round);
    }

    /// The longest stay is over.
    pub(super) fn ward_stay_ends(&mut self, k: &mut K, wake: u32) {
        if let Some(person) = self.ward_woken(wake) {
            self.leave_ward(k, person);
        }
    }

    /// The stay ends (its time, a real ward, death), or is no longer waited for.
    pub(super) fn leave_ward(&mut self, k: &mut K, person: u32) {
        let Some(services) = self.at_home(person).copied() else {
            return;
        };
        match services.ward {
            HospiceStanding::In(request) => {
                self.count_ward_days(person, k.now());
                self.log_place(k.now(), person, Doing::Ended, Held::VirtualWard, request);
                self.reset_clocks(k, person, |w| {
                    let services = w.services(person);
                    services.ward = HospiceStanding::Over;
                    services.ward_since = NEVER;
                    services.round = NONE;
                });
                if services.round != NONE {
                    self.withdraw_item(k, services.round);
                }
                let places = self.requests[request as usize].places;
                k.release(self, places, request);
            }
            HospiceStanding::Waiting(request) => {
                self.log_place(k.now(), person, Doing::Withdrawn, Held::VirtualWard, request);
                self.services(person).ward = HospiceStanding::Over;
                let places = self.requests[request as usize].places;
                k.withdraw_request(self, places, request);
            }
            HospiceStanding::Referred => self.services(person).ward = HospiceStanding::Over,
            _ => {}
        }
    }

    /// Days on the ward until now, counted and paid for.
    pub(super) fn count_ward_days(&mut self, person: u32, now: i64) {
        if let Some(services) = self.at_home(person).copied()
            && matches!(services.ward, HospiceStanding::In(_))
        {
            let pence = self.m.access.ward.as_ref().map_or(0, |w| w.pence_a_day);
            self.note_time(Note::WardSecs, services.ward_since, now, pence, 0);
        }
    }
}
