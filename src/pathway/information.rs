//! Who has seen what: the record changes, and each role has the newest of it at once, by letter, or not (model.md §16).
//!
//! The record of a person changes when a new state is seen, a plan is made, a medicine is prescribed, the person goes into
//! hospital or leaves it. Only whether a role has seen the *newest* record matters, so each role has one time: from
//! when it has. That is now for who made the change and for all who share the record with them, the arrival of a letter
//! for those who get one, never for the others. A contact without it means that the person tells everything again;
//! after that the role has it.

use crate::base::{DAY, NEVER, Time, whole_secs};
use crate::model::{Model, ROLES, Role, State, TeamIndex};

use super::recognition::TOLD;
use super::response::INFORMS;
use super::world::World;

/// How a change of the record comes to others who do not share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Another state was seen: whoever does not know it yet is sent word, which arrives later.
    State(State),
    /// Somebody writes about it.
    Written,
    /// Nobody writes about it.
    Unwritten,
}

impl World<'_> {
    /// The record changes by a role's doing.
    pub(super) fn record_changed(&mut self, now: Time, person: u32, by: Role, change: Change) {
        if !self.people[person as usize].palliative() {
            return;
        }
        if let Change::State(state) = change {
            if self.threads[person as usize].recorded == state {
                return; // others had seen it before
            }
            self.threads[person as usize].recorded = state;
        }
        let Some(from) = self.team(by, person) else { return };
        let mut current = [NEVER; ROLES];
        current[by as usize] = now;
        let practice = self.keys[person as usize].practice as usize;
        for i in 0..self.seeing[practice].len() {
            let (role, to) = self.seeing[practice][i];
            if role == by {
                continue;
            }
            let shared = self.shares_record(now, from, to);
            current[role as usize] = match change {
                _ if shared => now,
                Change::State(state) if self.people[person as usize].known[role as usize] == state => now,
                Change::Written if TOLD.contains(&role) => self.written(now, person, (from, by), (to, role)),
                _ => NEVER,
            };
        }
        self.threads[person as usize].current = current;
        // Whoever shares the record of somebody who has it, has it too.
        for i in 0..self.seeing[practice].len() {
            let (role, from) = self.seeing[practice][i];
            self.passed_on_by(now, person, from, current[role as usize]);
        }
        self.review_whole(now, person);
    }

    /// When a letter about a change is read: after the lag, when the receiver is next open; never if it goes missing.
    fn written(&mut self, now: Time, person: u32, from: (TeamIndex, Role), to: (TeamIndex, Role)) -> Time {
        let interface = self.link(now, from.0, to.0).theta;
        let pair = (from.1 as u16) << 8 | to.1 as u16;
        let day = (now / DAY) as u32;
        let (u, v) = self.draws.pair(self.person(person).key, INFORMS, day, pair);
        if u < interface.record_missing {
            return NEVER;
        }
        let lag = whole_secs(interface.record_lag.at(v) * interface.record_lag_scale);
        self.hours(to.0).next_open(now + lag)
    }

    /// Word that is on its way to a role will bring it the newest record.
    pub(super) fn word_coming(&mut self, now: Time, person: u32, role: Role, read: Time) {
        let current = &mut self.threads[person as usize].current[role as usize];
        if read < *current {
            *current = read;
            if let Some(from) = self.team(role, person) {
                self.passed_on_by(now, person, from, read);
            }
            self.review_whole(now, person);
        }
    }

    /// A referral that is accepted brings what the sender knew.
    pub(super) fn referral_tells(&mut self, now: Time, number: u32) {
        let h = self.handoffs[number as usize];
        let [from, to] = [h.from, h.to].map(|team| self.m.teams[team.index()].role);
        if self.threads[h.person as usize].current[from as usize] <= now {
            self.word_coming(now, h.person, to, now);
        }
    }

    /// At a meeting everybody there learns what any of them knew.
    pub(super) fn meeting_tells(&mut self, now: Time, person: u32, attending: &[(Role, TeamIndex)]) {
        let current = self.threads[person as usize].current;
        if attending.iter().any(|(role, _)| current[*role as usize] <= now) {
            for (role, _) in attending {
                self.word_coming(now, person, *role, now);
            }
        }
    }

    /// The person has told a role everything.
    pub(super) fn sees_record(&mut self, now: Time, person: u32, role: Role) {
        self.word_coming(now, person, role, now);
    }

    /// Those who share the record of a team that has the newest one from `when` on.
    fn passed_on_by(&mut self, now: Time, person: u32, from: TeamIndex, when: Time) {
        if when == NEVER {
            return;
        }
        let practice = self.keys[person as usize].practice as usize;
        for i in 0..self.seeing[practice].len() {
            let (role, to) = self.seeing[practice][i];
            if when < self.threads[person as usize].current[role as usize]
                && self.shares_record(now, from, to)
            {
                self.threads[person as usize].current[role as usize] = when;
            }
        }
    }
}

/// By practice, the teams that meet people and so can be told again what they should have known, in the order of roles.
pub(super) fn seeing(m: &Model) -> Vec<Vec<(Role, TeamIndex)>> {
    let roles = || Role::ALL.into_iter().filter(|role| role.has_clinicians());
    let of = |practice: usize| roles().filter_map(move |role| Some((role, m.team(role, practice)?)));
    let practices = 0..m.exogenous.practices.len();
    practices.map(|practice| of(practice).collect()).collect()
}
