//! Delegation to support workers: which work they take, the time that it releases, and what becomes of that time (model.md §13).
//!
//! Released time is measured, never set: the time that a delegated item would have taken the clinician who gave it
//! away, by that team's own laws and the item's own draws. With an empty list nothing is ever released.

use crate::base::{Secs, Time, whole_secs};
use crate::model::{Role, TeamIndex, Work};

use super::objects::{Item, Task};
use super::response::{DELEGATED, service};
use super::state::Caseload;
use super::work::Order;
use super::world::World;

/// Nobody has given the item away.
pub const OWN_WORK: u16 = u16::MAX;

/// Position of writing among the kinds that may be delegated.
const WRITING: usize = 4;

impl World<'_> {
    /// The support workers' team, if it takes this item from the team that it is for.
    pub(super) fn delegated(&self, o: &Order) -> Option<TeamIndex> {
        self.m.coordination.support.as_ref()?;
        let kind = match (o.task, o.work) {
            (Task::Planned, Work::Call) => 0,
            (Task::Planned, _) => 1,
            (Task::Hna, _) => 2,
            (Task::Demand, _) => 3,
            _ => return None,
        };
        self.takes(o.person, o.team, kind, o.anchor)
    }

    /// The support workers' team, if it does this writing.
    pub(super) fn writes(&self, person: u32, team: TeamIndex, now: Time) -> Option<TeamIndex> {
        self.m.coordination.support.as_ref()?;
        self.takes(person, team, WRITING, (now / crate::base::DAY) as u32)
    }

    fn takes(&self, person: u32, team: TeamIndex, kind: usize, anchor: u32) -> Option<TeamIndex> {
        let support = self.m.coordination.support.as_ref()?;
        let giver = match self.m.teams[team.index()].role {
            Role::Gp => 0,
            Role::DistrictNurse => 1,
            Role::Cns => 2,
            _ => return None,
        };
        let p = support.delegable[giver][kind];
        let attempt = (kind << 4 | giver) as u16;
        if p <= 0.0
            || !self.is_on(person, Caseload::Support)
            || !self.chance(person, DELEGATED, anchor, attempt, p)
        {
            return None;
        }
        let to = self.team(Role::SupportWorker, person)?;
        (!self.m.teams[to.index()].clinicians.is_empty()).then_some(to)
    }

    /// A delegated item is done: the time it would have taken the team that gave it away is released.
    pub(super) fn release(&mut self, it: &Item, now: Time) {
        let giver = TeamIndex(it.instead_of);
        let secs = self.length_with(now, it, giver);
        let role = self.m.teams[giver.index()].role;
        self.rec.released(role, secs, now);
        if role == Role::Cns
            && let Some(support) = &self.m.coordination.support
        {
            self.coordinating.pool[giver.index()] += support.reinvested * secs as f64;
        }
    }

    /// How long an item would take a team: its contact law at the item's own draw, travel, record, second system.
    fn length_with(&mut self, now: Time, it: &Item, with: TeamIndex) -> Secs {
        if it.task == Task::Paper {
            return Secs::from(it.link);
        }
        let team = &self.m.teams[with.index()];
        let Some(law) = &team.contact[it.work as usize] else {
            return team.record_secs;
        };
        let key = self.person(it.person).key;
        let (u_contact, u_travel) = self.draws.pair(key, service(it.task), it.anchor, it.attempt);
        let travel = self.travel_secs(it, with, u_travel);
        let (contact, record) = (whole_secs(law.at(u_contact)), team.record_secs);
        contact + travel + record + self.rekey_secs(now, it, with)
    }

    /// The interval to the next planned specialist contact, halved where released time pays for one more.
    pub(super) fn reinvest(&mut self, person: u32, interval: Secs, now: Time) -> Secs {
        if self.coordinating.pool.is_empty() {
            return interval;
        }
        let Some(team) = self.team(Role::Cns, person) else {
            return interval;
        };
        let available = self.coordinating.pool[team.index()];
        if available <= 0.0 || available < self.planned_mean(team) {
            return interval;
        }
        self.coordinating.pool[team.index()] -= self.planned_mean(team);
        self.rec.reinvested(now);
        interval / 2
    }

    /// Mean length of a planned specialist contact, seconds.
    fn planned_mean(&self, team: TeamIndex) -> f64 {
        let t = &self.m.teams[team.index()];
        let mean = |work: Work| t.contact[work as usize].as_ref().map_or(0.0, |law| law.mean());
        let visits = self.m.planning.specialist_visits;
        let visit = mean(Work::Planned) + t.travel.mean();
        (visits * visit + (1.0 - visits) * mean(Work::Call) + t.record_secs as f64).max(1.0)
    }
}
