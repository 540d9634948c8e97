//! The named coordinator: who it is, how many claim to be, what several cost and what one brings (model.md §13, CMOC 6 and 7).

use crate::base::{Secs, Time, WEEK};
use crate::model::{Role, TeamIndex};

use super::needs::NONE;
use super::objects::{ItemStatus, Task};
use super::response::{CLAIMS, ONE_AGREED, OVERDUE_FOUND};
use super::state::{Caseload, Standing};
use super::world::{K, World, kind};

impl World<'_> {
    /// A person has come onto a caseload or left one: who now takes themselves to be the coordinator?
    pub(super) fn recount_coordinators(&mut self, k: &mut K, person: u32) {
        let Some(c) = &self.m.coordination.coordinator else {
            return;
        };
        let (mut claims, mut first, mut count) = (0u8, None, 0u8);
        for caseload in c.order {
            let which = Caseload::ALL[caseload as usize];
            let p = c.claims[caseload as usize];
            if self.is_on(person, which) && self.chance(person, CLAIMS, 0, u16::from(caseload), p) {
                claims |= 1 << caseload;
                count += 1;
                first = first.or(Some(which));
            }
        }
        if count > 1 && self.chance(person, ONE_AGREED, 0, 0, c.agreed) {
            count = 1;
            claims = first.map_or(0, |which| 1 << which as u8);
        }
        self.set_coordinators(k, person, claims, count, first.map(Caseload::role));
    }

    fn set_coordinators(&mut self, k: &mut K, person: u32, claims: u8, count: u8, first: Option<Role>) {
        let now = k.now();
        let before = &self.people[person as usize];
        if before.coordinated.claims == claims && before.coordinators == count && before.coordinator == first
        {
            return;
        }
        self.meter_coordinators(person, now);
        let individual = self.ind(person);
        individual.coordinators = count;
        individual.coordinator = first;
        individual.coordinated.claims = claims;
        self.review_whole(now, person);
        let pair_secs = self.pair_secs();
        let own = &mut self.ind(person).coordinated;
        if count < 2 || pair_secs == 0 {
            own.coordinate_at = crate::base::NEVER;
        } else if own.coordinate_at == crate::base::NEVER {
            own.coordinate_at = now + WEEK;
            self.at(k, now + WEEK, kind::COORDINATE, person);
        }
    }

    fn pair_secs(&self) -> Secs {
        self.m
            .coordination
            .coordinator
            .as_ref()
            .map_or(0, |c| c.pair_secs)
    }

    /// A week with several coordinators: each pair has had to settle things with one another.
    pub(super) fn coordinators_meet(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let individual = &self.people[person as usize];
        if !individual.alive || individual.coordinated.coordinate_at != now {
            return;
        }
        let (claims, count) = (individual.coordinated.claims, i64::from(individual.coordinators));
        // Half of a pair's time is each one's.
        let each = self.pair_secs() * (count - 1) / 2;
        for which in Caseload::ALL {
            if claims & 1 << which as u8 != 0
                && let Some(team) = self.team(which.role(), person)
            {
                self.spend(k, person, team, each, Task::Paper);
                self.rec.coordinated(each, now);
            }
        }
        self.ind(person).coordinated.coordinate_at = now + WEEK;
        self.at(k, now + WEEK, kind::COORDINATE, person);
    }

    /// Adds up the time with none, one or several coordinators since the last change, in the palliative phase.
    pub(super) fn meter_coordinators(&mut self, person: u32, now: Time) {
        if self.m.coordination.coordinator.is_none() {
            return;
        }
        let p = self.person(person);
        let individual = &mut self.people[person as usize];
        let since = individual.coordinated.coordinators_since.max(p.palliative_from);
        individual.coordinated.coordinators_since = now;
        let count = individual.coordinators;
        if since < now {
            self.rec.coordinators(count, since, now);
        }
    }

    /// What delays in seeking help are multiplied by.
    pub(super) fn coordinator_factor(&self, person: u32) -> f64 {
        match &self.m.coordination.coordinator {
            Some(c) if self.people[person as usize].coordinators == 1 => c.key_worker_factor,
            _ => 1.0,
        }
    }

    /// What gains of trust are multiplied by (CMOC 7).
    pub(super) fn coordinator_trust_gain(&self, person: u32) -> f64 {
        match &self.m.coordination.coordinator {
            Some(c) if self.people[person as usize].coordinators == 1 => c.trust_gain,
            _ => 1.0,
        }
    }

    /// A planned contact has been asked for: if it becomes overdue, somebody may find that.
    pub(super) fn watch_overdue(&mut self, k: &mut K, person: u32, item: u32, interval: Secs) {
        if !self.coordinating.any {
            return;
        }
        let rate = self.chase_rate(person);
        if rate <= 0.0 {
            return;
        }
        let it = self.items[item as usize];
        let u = self.u(person, OVERDUE_FOUND, it.anchor, it.link as u16);
        let found = k.now() + interval + Self::at_rate(u, rate);
        self.watch_item(item);
        self.at(k, found, kind::OVERDUE, item);
    }

    /// An overdue planned contact is found: it becomes urgent.
    pub(super) fn overdue_found(&mut self, k: &mut K, item: u32) {
        let it = self.looked_at(item);
        if it.task != Task::Planned || it.status != ItemStatus::Open || it.started != crate::base::NEVER {
            return;
        }
        self.items[item as usize].priority = 1;
        k.reprioritise(self, item, 1, it.due);
        self.tell(k.now(), it.person, || "An overdue contact is chased.".to_string());
        self.chase_spends(k, it.person);
    }

    /// The time it takes whoever coordinates to chase one thing.
    pub(super) fn chase_spends(&mut self, k: &mut K, person: u32) {
        let c = &self.m.coordination;
        let support =
            (c.support.as_ref()).filter(|s| s.chases_a_week > 0.0 && self.is_on(person, Caseload::Support));
        let coordinator = (c.coordinator.as_ref())
            .filter(|c| c.chases_a_week > 0.0 && self.people[person as usize].coordinators == 1);
        let who: Option<(TeamIndex, Secs)> = match (support, coordinator) {
            (Some(s), _) => self.team(Role::SupportWorker, person).map(|t| (t, s.chase_secs)),
            (None, Some(c)) => (self.people[person as usize].coordinator)
                .and_then(|role| self.team(role, person))
                .map(|t| (t, c.chase_secs)),
            (None, None) => None,
        };
        if let Some((team, secs)) = who {
            self.spend(k, person, team, secs, Task::Paper);
            self.rec.chased(k.now());
        }
    }

    /// Roles that coordinate are told of a change too, while the person is on their caseload.
    pub(super) fn tell_coordinators(&mut self, k: &mut K, person: u32, role: Role, from: TeamIndex) {
        if !self.coordinating.any {
            return;
        }
        for which in super::coordination::COORDINATING {
            let individual = &self.people[person as usize];
            let other = which.role();
            let on = individual.care[which as usize].standing == Standing::Active;
            if on && other != role && individual.known[other as usize] != individual.known[role as usize] {
                self.send_word(k, person, from, other, false);
            }
        }
    }

    /// The named or usual clinician's place among the caseloads' named ones.
    pub(super) fn usual_coordinating(&self, person: u32, role: Role) -> u16 {
        let care = Caseload::of(role).map(|which| &self.people[person as usize].care[which as usize]);
        care.filter(|care| care.standing == Standing::Active)
            .map_or(super::state::NO_CLINICIAN, |care| care.named)
    }

    /// Whether a person's referral is lost without anybody: nothing is chased then.
    pub(super) fn found_lost(&mut self, k: &mut K, number: u32) {
        if !self.coordinating.any {
            return;
        }
        let h = self.handoffs[number as usize];
        debug_assert_ne!(h.person, NONE);
        if self.manager_rate(&h) > 0.0 {
            self.manager_spends(k, h.person);
        } else if self.chase_rate(h.person) > 0.0 {
            self.chase_spends(k, h.person);
        }
    }
}
