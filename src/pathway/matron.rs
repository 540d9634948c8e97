//! Community matrons, weeks of intensive support at a change, and joint care managers (model.md §13).

use crate::base::{Secs, Time, WEEK, whole_secs};
use crate::model::{Place, Role, State, TeamIndex, Work};

use super::coordination::INTENSIVE;
use super::needs::NONE;
use super::objects::{Handoff, Matter, Task};
use super::response::{
    MANAGER_FAST_TRACK, MANAGER_REFERRED, MANAGER_SETTLES, MATRON_REFERRED, SUPPORT_REFERRED,
    TRANSITION_SUPPORT, VISIT_OR_CALL,
};
use super::state::{Caseload, Standing};
use super::world::{K, World};

/// Anchors of referrals at a discharge are those of the admission; the practice's lie among the known states.
const AT_PALLIATIVE: u32 = 0x10;
/// Marks what hangs on a discharge: the anchor of a stay may be an episode's ordinal.
const AT_DISCHARGE: u32 = 0x0800_0000;

impl World<'_> {
    /// Between the matron's planned contacts: closer during weeks of intensive support.
    pub(super) fn matron_interval(&self, person: u32) -> Option<Secs> {
        let matron = self.m.coordination.matron.as_ref()?;
        let individual = &self.people[person as usize];
        let known = individual.known[Role::CommunityMatron as usize] as usize;
        let a_week = matron.reviews_a_week[known];
        let usual = (a_week > 0.0).then(|| whole_secs(WEEK as f64 / a_week));
        match &matron.transition {
            Some(t) if t.interval > 0 && individual.coordinated.intensive_until != crate::base::NEVER => {
                Some(usual.map_or(t.interval, |u| u.min(t.interval)))
            }
            _ => usual,
        }
    }

    /// How a planned contact of a role that coordinates is made.
    pub(super) fn coordinating_contact(&self, person: u32, which: Caseload, day: u32) -> Work {
        let c = &self.m.coordination;
        let visit = match which {
            Caseload::Support => self.touchpoint_visit(person, day),
            Caseload::Matron => {
                let share = c.matron.as_ref().map_or(0.0, |m| m.visits);
                self.chance(person, VISIT_OR_CALL, day, which as u16, share)
            }
            _ => false,
        };
        if visit { Work::Planned } else { Work::Call }
    }

    /// Between the joint care manager's planned reviews.
    pub(super) fn manager_reviews_a_week(&self) -> f64 {
        self.m
            .coordination
            .manager
            .as_ref()
            .map_or(0.0, |m| m.reviews_a_week)
    }

    /// What the practice asks of the matrons for somebody on its register.
    pub(super) fn practice_asks_matron(&mut self, k: &mut K, person: u32, known: State) {
        let Some(matron) = &self.m.coordination.matron else {
            return;
        };
        let gp = self.gp(person);
        if self.person(person).other_condition
            && self.chance(person, MATRON_REFERRED, known as u32, 0, matron.referred_practice)
        {
            self.refer_to(k, person, gp, Caseload::Matron, known as u32, NONE);
        }
        let p = matron.transition.as_ref().map_or(0.0, |t| t.at_palliative);
        if !self.people[person as usize].coordinated.intensive_asked
            && self.chance(person, TRANSITION_SUPPORT, AT_PALLIATIVE, 0, p)
        {
            self.ind(person).coordinated.intensive_asked = true;
            self.asks_intensive(k, person, gp, AT_PALLIATIVE);
        }
    }

    /// Weeks of intensive support are asked for: once at the palliative phase, and at discharges.
    fn asks_intensive(&mut self, k: &mut K, person: u32, from: TeamIndex, anchor: u32) {
        match self.people[person as usize].care[Caseload::Matron as usize].standing {
            Standing::Active => self.intensify(k, person),
            _ => self.refer_to(k, person, from, Caseload::Matron, anchor, INTENSIVE),
        }
    }

    /// Somebody has come home from hospital: who is asked to coordinate?
    pub(super) fn coordinates_after_discharge(&mut self, k: &mut K, person: u32) {
        if !self.coordinating.any {
            return;
        }
        let Some(hospital) = self.team(Role::Hospital, person) else {
            return;
        };
        let anchor = AT_DISCHARGE | self.people[person as usize].stay.anchor;
        self.may_come_back(k, person, anchor);
        let p = self.person(person);
        let palliative = self.people[person as usize].palliative();
        let c = &self.m.coordination;
        if let Some(support) = &c.support
            && support.eligible[p.group as usize]
            && self.chance(person, SUPPORT_REFERRED, anchor, 1, support.referred_discharge)
        {
            self.refer_to(k, person, hospital, Caseload::Support, anchor, NONE);
        }
        if let Some(matron) = c.matron.as_ref().filter(|_| palliative) {
            let intensive = matron.transition.as_ref().map_or(0.0, |t| t.after_discharge);
            if self.chance(person, TRANSITION_SUPPORT, anchor, 1, intensive) {
                self.asks_intensive(k, person, hospital, anchor);
            }
            if p.other_condition && self.chance(person, MATRON_REFERRED, anchor, 1, matron.referred_discharge)
            {
                self.refer_to(k, person, hospital, Caseload::Matron, anchor, NONE);
            }
        }
        if let Some(manager) = &c.manager
            && manager.old_enough[p.age as usize]
            && self.is_complex(person, manager.complex_hours)
            && self.chance(person, MANAGER_REFERRED, anchor, 0, manager.share)
        {
            self.refer_to(k, person, hospital, Caseload::Manager, anchor, NONE);
        }
    }

    /// Complex health and social care at home, or near enough to the end for continuing health care.
    fn is_complex(&self, person: u32, hours: f64) -> bool {
        let individual = &self.people[person as usize];
        let known = individual.known[Role::Hospital as usize];
        individual.home == Place::Home
            && (f64::from(self.hours_needed(person)) >= hours || known >= State::Unstable)
    }

    /// The joint care manager has seen or spoken to the person: care is asked for, and the fast track.
    pub(super) fn manager_acts(&mut self, k: &mut K, person: u32, team: TeamIndex) {
        let Some(manager) = &self.m.coordination.manager else {
            return;
        };
        let known = self.people[person as usize].known[Role::JointCareManager as usize];
        let p = manager.fast_track[known as usize];
        if self.could_have_fast_track(person) && self.chance(person, MANAGER_FAST_TRACK, known as u32, 0, p) {
            self.rec.manager_applied(k.now());
            return self.apply_for_fast_track(k, person, Role::JointCareManager);
        }
        self.ask_for_care(k, person, team);
    }

    /// Rate a week at which the joint care manager settles what is stuck in this hand-off.
    pub(super) fn manager_rate(&self, h: &Handoff) -> f64 {
        match &self.m.coordination.manager {
            Some(m)
                if matches!(h.matter, Matter::SocialCare | Matter::Sourcing)
                    && self.is_on(h.person, Caseload::Manager) =>
            {
                m.chases_a_week
            }
            _ => 0.0,
        }
    }

    /// When a dispute or a wait for leave ends, with a joint care manager who pursues it.
    pub(super) fn manager_settles(&mut self, k: &mut K, h: &Handoff, attempt: u16, until: Time) -> Time {
        let rate = self.manager_rate(h);
        if rate <= 0.0 {
            return until;
        }
        let u = self.u(h.person, MANAGER_SETTLES, h.anchor, attempt);
        let settled = k.now() + Self::at_rate(u, rate);
        if settled < until {
            self.manager_spends(k, h.person);
        }
        settled.min(until)
    }

    /// The time it takes the joint care manager to pursue something.
    pub(super) fn manager_spends(&mut self, k: &mut K, person: u32) {
        let secs = self.m.coordination.manager.as_ref().map_or(0, |m| m.chase_secs);
        if let Some(team) = self.team(Role::JointCareManager, person) {
            self.spend(k, person, team, secs, Task::Paper);
            self.rec.chased(k.now());
        }
    }
}
