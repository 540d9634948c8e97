//! How people come to the roles that coordinate: changes of phase, referrals, caseloads with a limit, leaving and coming back (model.md §13).

use crate::base::{NEVER, Time, whole_secs};
use crate::model::{Coordination, Role, State, TeamIndex};

use super::coordination_state::limit;
use super::handoff::Referral;
use super::needs::NONE;
use super::objects::{Item, Matter, Task};
use super::response::{COMES_BACK, OFFER_ACCEPTED, SUPPORT_REFERRED};
use super::state::{Caseload, NO_STEPS, Standing};
use super::world::{K, World, kind};

/// Anchors of what hangs on a change of phase lie above this.
pub(super) const CHANGE_ANCHOR: u32 = 0x1000_0000;
/// Which change of phase is which: diagnosis, the end of three courses of treatment, the palliative phase.
pub(super) const KIND_OF_CHANGE: [usize; 5] = [0, 1, 1, 1, 2];
/// The change to the palliative phase.
pub(super) const TO_PALLIATIVE: u32 = 4;

/// Caseloads of the roles that coordinate.
pub(super) const COORDINATING: [Caseload; 3] = [Caseload::Support, Caseload::Matron, Caseload::Manager];

/// Whether anybody acts on changes of phase of people of a diagnosis group.
fn acts_on_changes(c: &Coordination, group: usize) -> bool {
    let assessed = (c.hna.as_ref()).is_some_and(|h| h.eligible[group] && h.at.iter().any(|at| *at > 0.0));
    let referred =
        (c.support.as_ref()).is_some_and(|s| s.eligible[group] && s.referred_at.iter().any(|at| *at > 0.0));
    assessed || referred
}

/// The bit of a caseload.
pub(super) fn bit(which: Caseload) -> u8 {
    1 << which as u8
}

/// Position among the caseloads that coordinate.
fn position(which: Caseload) -> usize {
    which as usize - Caseload::Support as usize
}

impl World<'_> {
    /// An event of the roles that coordinate.
    pub(super) fn coordination_event(&mut self, k: &mut K, what: u8, index: u32) {
        match what {
            kind::CHANGE => self.phase_changes(k, index >> 3, index & 7),
            kind::LEAVES => self.leaves_caseload(k, index >> 2, COORDINATING[(index & 3) as usize]),
            kind::BACK => self.is_back(k, index >> 2, COORDINATING[(index & 3) as usize]),
            kind::OVERDUE => self.overdue_found(k, index),
            kind::COORDINATE => self.coordinators_meet(k, index),
            other => unreachable!("event kind {other} is not of coordination"),
        }
    }

    /// Whether a person is under the care of a caseload.
    pub(super) fn is_on(&self, person: u32, which: Caseload) -> bool {
        self.people[person as usize].care[which as usize].standing == Standing::Active
    }

    /// The changes of phase to come, where anybody acts on them.
    pub(super) fn expect_changes(&mut self, k: &mut K, person: u32) {
        let p = self.person(person);
        // Also where a later epoch does.
        if !acts_on_changes(&self.m.coordination, p.group as usize) && !self.coordinating.later {
            return;
        }
        let times = [
            p.diagnosed,
            p.living_from,
            p.again[0].1,
            p.again[1].1,
            p.palliative_from,
        ];
        for (which, time) in times.into_iter().enumerate() {
            if time != NEVER && time >= k.now() {
                self.at(k, time, kind::CHANGE, person << 3 | which as u32);
            }
        }
    }

    /// The phase of illness changes: the hospital may refer; whoever has the person on the caseload may hold a
    /// needs assessment.
    fn phase_changes(&mut self, k: &mut K, person: u32, which: u32) {
        if !self.people[person as usize].alive {
            return;
        }
        let now = k.now();
        let group = self.person(person).group as usize;
        let what = KIND_OF_CHANGE[which as usize];
        let c = &self.m.coordination;
        let assessed = c.hna.as_ref().is_some_and(|hna| hna.eligible[group]);
        if assessed {
            self.rec.phase_changed(self.person(person), now);
            self.ind(person).coordinated.changed = now;
        }
        let mut told = which != TO_PALLIATIVE;
        if let Some(support) = &c.support
            && support.eligible[group]
            && self.chance(person, SUPPORT_REFERRED, which, 0, support.referred_at[what])
            && let Some(hospital) = self.team(Role::Hospital, person)
        {
            if self.is_on(person, Caseload::Support) {
                told = true;
            } else {
                self.refer_to(k, person, hospital, Caseload::Support, which, NONE);
            }
        }
        self.may_come_back(k, person, CHANGE_ANCHOR | which);
        if told && assessed {
            self.ind(person).coordinated.hna_palliative |= which == TO_PALLIATIVE;
            self.owe_hna(k, person, which, what);
        }
    }

    /// A referral to a role that coordinates; `link` is what the receiver reads in it.
    pub(super) fn refer_to(
        &mut self,
        k: &mut K,
        person: u32,
        from: TeamIndex,
        which: Caseload,
        anchor: u32,
        link: u32,
    ) {
        if self.people[person as usize].care[which as usize].standing != Standing::None {
            return;
        }
        let Some(to) = self.team(which.role(), person) else {
            return;
        };
        let matter = match which {
            Caseload::Support => Matter::Support,
            Caseload::Matron => Matter::Matron,
            _ => Matter::Manager,
        };
        self.ind(person).care[which as usize].standing = Standing::Referred;
        let steps = NO_STEPS;
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter,
                steps,
                link,
                anchor,
            },
        );
    }

    /// A referral to a role that coordinates has been accepted by it: is the offer, and is there a place?
    pub(super) fn coordination_referral_arrives(&mut self, k: &mut K, number: u32, which: Caseload) {
        let h = self.handoffs[number as usize];
        if let (Caseload::Support, Some(support)) = (which, &self.m.coordination.support) {
            let p = match &support.matched {
                Some(matched) if self.would_match(h.person) => matched.accepts,
                _ => support.accepts,
            };
            let p = p * self.acceptance(h.person, h.to);
            if !self.chance(h.person, OFFER_ACCEPTED, h.anchor, 0, p) {
                self.ind(h.person).care[which as usize].standing = Standing::None;
                self.rec.declined(k.now());
                return;
            }
        }
        self.ind(h.person).coordinated.team[position(which)] = h.to;
        let list = &self.coordinating.lists[h.to.index()];
        if list.on < list.limit {
            self.takes_on(k, number, which);
        } else {
            self.meter_list(h.to, k.now());
            let list = &mut self.coordinating.lists[h.to.index()];
            list.waiting += 1;
            list.line.push_back(number);
            self.ind(h.person).coordinated.waiting |= bit(which);
        }
    }

    /// A place for the person: the first contact follows.
    fn takes_on(&mut self, k: &mut K, number: u32, which: Caseload) {
        let h = self.handoffs[number as usize];
        self.meter_list(h.to, k.now());
        self.coordinating.lists[h.to.index()].on += 1;
        self.ind(h.person).coordinated.places |= bit(which);
        let task = match which {
            Caseload::Support => Task::FirstSupport,
            Caseload::Matron => Task::FirstMatron,
            _ => Task::FirstManager,
        };
        self.order_assessment(k, number, task, which.role(), false);
    }

    /// The first contact has been made.
    pub(super) fn first_coordinating(&mut self, k: &mut K, it: &Item) {
        let which = match it.task {
            Task::FirstSupport => Caseload::Support,
            Task::FirstMatron => Caseload::Matron,
            _ => Caseload::Manager,
        };
        if self.people[it.person as usize].coordinated.places & bit(which) == 0 {
            return; // the caseload has been closed meanwhile
        }
        self.joins(
            k,
            it.person,
            which,
            self.handoffs[it.link as usize].link == INTENSIVE,
        );
        match which {
            Caseload::Support if self.m.coordination.hna.is_some() => self.hna_done(k, it),
            Caseload::Manager => self.manager_acts(k, it.person, it.team),
            _ => {}
        }
    }

    /// The person is under the care of a caseload from now on.
    fn joins(&mut self, k: &mut K, person: u32, which: Caseload, intensive: bool) {
        let now = k.now();
        let c = &self.m.coordination;
        let known = self.people[person as usize].known[which.role() as usize];
        let kept = match which {
            Caseload::Support => match &c.support {
                Some(support) if known == State::Before => support.discharged_after,
                _ => 0,
            },
            Caseload::Matron => match c.matron.as_ref().and_then(|m| m.transition.as_ref()) {
                Some(transition) if intensive => transition.length,
                _ => 0,
            },
            _ => c.manager.as_ref().map_or(0, |m| m.kept_for),
        };
        let own = &mut self.ind(person).coordinated;
        own.discharged &= !bit(which);
        let leaves = if kept > 0 { now + kept } else { NEVER };
        own.leaves[position(which)] = leaves;
        if which == Caseload::Matron {
            own.intensive_until = leaves;
            own.long_term |= !intensive;
        }
        if leaves != NEVER {
            let index = person << 2 | position(which) as u32;
            self.at(k, leaves, kind::LEAVES, index);
        }
        if intensive && leaves != NEVER {
            self.rec.intensive(now);
        }
        self.activate(k, person, which);
    }

    /// Weeks of intensive support for somebody whom the matrons know already.
    pub(super) fn intensify(&mut self, k: &mut K, person: u32) {
        self.joins(k, person, Caseload::Matron, true);
    }

    /// The time with a caseload is over: the person manages alone, and may come back.
    fn leaves_caseload(&mut self, k: &mut K, person: u32, which: Caseload) {
        let now = k.now();
        let individual = &self.people[person as usize];
        if !individual.alive || individual.coordinated.leaves[position(which)] != now {
            return;
        }
        self.ind(person).coordinated.leaves[position(which)] = NEVER;
        if which == Caseload::Matron {
            self.ind(person).coordinated.intensive_until = NEVER;
        }
        let known = self.people[person as usize].known[which.role() as usize];
        let stays = match which {
            Caseload::Support => known != State::Before,
            Caseload::Matron => self.people[person as usize].coordinated.long_term,
            _ => false,
        };
        if stays {
            return;
        }
        self.tell(now, person, || {
            format!("The {} discharges the person.", which.role().words())
        });
        self.ind(person).coordinated.discharged |= bit(which);
        self.ends_with(k, person, which);
    }

    /// The person is no longer on a caseload, and waits for no place on it.
    fn ends_with(&mut self, k: &mut K, person: u32, which: Caseload) {
        let care = &mut self.ind(person).care[which as usize];
        let item = care.item;
        care.item = NONE;
        care.standing = Standing::None;
        care.due = NEVER;
        self.withdraw_item(k, item);
        let hna = self.people[person as usize].coordinated.hna;
        if hna != NONE
            && Caseload::of(self.m.teams[self.items[hna as usize].team.index()].role) == Some(which)
        {
            self.withdraw_item(k, hna);
            self.ind(person).coordinated.hna = NONE;
        }
        self.gives_up_place(k, person, which);
        self.recount_coordinators(k, person);
    }

    /// A place is free again, for whoever waits first.
    fn gives_up_place(&mut self, k: &mut K, person: u32, which: Caseload) {
        // Also where the team is closed for a while: its list goes on.
        let own = &mut self.people[person as usize].coordinated;
        let team = own.team[position(which)];
        let (placed, waited) = (own.places & bit(which) != 0, own.waiting & bit(which) != 0);
        own.places &= !bit(which);
        own.waiting &= !bit(which);
        if !placed && !waited {
            return;
        }
        self.meter_list(team, k.now());
        let list = &mut self.coordinating.lists[team.index()];
        list.on -= u32::from(placed);
        list.waiting -= u32::from(waited);
        self.admit_waiting(k, team, which);
    }

    /// Free places go to those who wait, in turn.
    fn admit_waiting(&mut self, k: &mut K, team: TeamIndex, which: Caseload) {
        while self.coordinating.lists[team.index()].on < self.coordinating.lists[team.index()].limit {
            let Some(number) = self.coordinating.lists[team.index()].line.pop_front() else {
                return;
            };
            let next = self.handoffs[number as usize].person;
            let own = &mut self.people[next as usize].coordinated;
            if own.waiting & bit(which) != 0 {
                own.waiting &= !bit(which);
                self.meter_list(team, k.now());
                self.coordinating.lists[team.index()].waiting -= 1;
                self.takes_on(k, number, which);
            }
        }
    }

    /// Care is organised otherwise from now on: caseloads have other limits; those of a role that is no more end.
    pub(super) fn coordination_renewed(&mut self, k: &mut K) {
        if !self.coordinating.any {
            return;
        }
        for which in COORDINATING {
            if self.m.coordination.caseload_per_wte(which.role()).is_none() {
                for person in 0..self.people.len() as u32 {
                    if self.people[person as usize].alive {
                        self.ends_with(k, person, which);
                    }
                }
            }
        }
        for (i, team) in self.m.teams.iter().enumerate() {
            self.coordinating.lists[i].limit = limit(self.m, team);
            if let Some(which) = Caseload::of(team.role).filter(|which| COORDINATING.contains(which)) {
                self.admit_waiting(k, TeamIndex(i as u16), which);
            }
        }
        self.series_go_on(k);
    }

    /// Planned contacts that fell due while a team was closed are due soon, now that it is there again.
    fn series_go_on(&mut self, k: &mut K) {
        let now = k.now();
        for person in 0..self.people.len() as u32 {
            for which in COORDINATING {
                let individual = &self.people[person as usize];
                let care = individual.care[which as usize];
                let stopped = care.standing == Standing::Active && care.item == NONE && care.due < now;
                if stopped
                    && individual.in_community()
                    && individual.coordinated.hna == NONE
                    && self.team(which.role(), person).is_some()
                    && let Some(interval) = self.interval(person, which)
                {
                    self.set_due(k, person, which, Self::soon(now).min(now + interval), interval);
                }
            }
        }
    }

    /// Somebody discharged may come straight back.
    pub(super) fn may_come_back(&mut self, k: &mut K, person: u32, anchor: u32) {
        let Some((p, delay)) = &self.m.coordination.route_back else {
            return;
        };
        for which in [Caseload::Support, Caseload::Matron] {
            let individual = &self.people[person as usize];
            let own = &individual.coordinated;
            if own.discharged & bit(which) == 0
                || own.returning & bit(which) != 0
                || individual.care[which as usize].standing != Standing::None
            {
                continue;
            }
            let key = self.person(person).key;
            let (u, v) = self.draws.pair(key, COMES_BACK, anchor, which as u16);
            if u < *p {
                self.ind(person).coordinated.returning |= bit(which);
                let at = k.now() + delay.secs(v);
                self.at(k, at, kind::BACK, person << 2 | position(which) as u32);
            }
        }
    }

    /// The person is back on the caseload, above its limit if need be.
    fn is_back(&mut self, k: &mut K, person: u32, which: Caseload) {
        self.ind(person).coordinated.returning &= !bit(which);
        let individual = &self.people[person as usize];
        let free = individual.care[which as usize].standing == Standing::None;
        let Some(team) = self
            .team(which.role(), person)
            .filter(|_| individual.alive && free)
        else {
            return;
        };
        self.meter_list(team, k.now());
        self.coordinating.lists[team.index()].on += 1;
        self.ind(person).coordinated.team[position(which)] = team;
        self.ind(person).coordinated.places |= bit(which);
        self.rec.came_back(k.now());
        self.tell(k.now(), person, || {
            format!("Comes back to the {}.", which.role().words())
        });
        self.joins(k, person, which, which == Caseload::Matron);
    }

    /// A death: places are given up.
    pub(super) fn leave_caseloads(&mut self, k: &mut K, person: u32) {
        if self.coordinating.any {
            for which in COORDINATING {
                self.ind(person).care[which as usize].standing = Standing::None;
                self.gives_up_place(k, person, which);
            }
            self.meter_coordinators(person, k.now());
        }
    }

    /// Adds up how many were on the caseload and how many waited since the last change.
    fn meter_list(&mut self, team: TeamIndex, now: Time) {
        let list = &mut self.coordinating.lists[team.index()];
        let (on, waiting, since) = (list.on, list.waiting, list.since);
        list.since = now;
        let role = self.m.teams[team.index()].role;
        self.rec.caseload(role, on, waiting, since, now);
    }

    /// The end of the run: what is still going on is added up.
    pub(super) fn end_coordination(&mut self, now: Time) {
        if !self.coordinating.any {
            return;
        }
        for (i, team) in self.m.teams.iter().enumerate() {
            if self.m.coordination.caseload_per_wte(team.role).is_some() {
                self.meter_list(TeamIndex(i as u16), now);
            }
        }
        for person in 0..self.people.len() as u32 {
            if self.people[person as usize].alive {
                self.meter_coordinators(person, now);
            }
        }
    }

    /// Rate a week at which somebody who coordinates this person's care finds what is lost or overdue.
    pub(super) fn chase_rate(&self, person: u32) -> f64 {
        let c = &self.m.coordination;
        let support = match &c.support {
            Some(s) if self.is_on(person, Caseload::Support) => s.chases_a_week,
            _ => 0.0,
        };
        let coordinator = match &c.coordinator {
            Some(c) if self.people[person as usize].coordinators == 1 => c.chases_a_week,
            _ => 0.0,
        };
        support + coordinator
    }

    /// How long until what happens at a rate a week, by an exponential law.
    pub(super) fn at_rate(u: f64, a_week: f64) -> Time {
        whole_secs(-libm::log(1.0 - u) / a_week * crate::base::WEEK as f64)
    }
}

/// What a referral to the matrons for weeks of intensive support links to.
pub(super) const INTENSIVE: u32 = 1;
