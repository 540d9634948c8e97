//! Advance care plans: offered, agreed, recorded; who can see them, and what they then do (model.md §8).

use crate::base::{NEVER, Time, whole_secs};
use crate::model::{OfferKind, Place, Role, State, TeamIndex};

use super::information::Change;
use super::objects::Task;
use super::register::MONTH;
use super::response::{ACP_COPY, ACP_OFFERED, ACP_RECORDED, ACP_SUMMARY_MADE, ACP_SUMMARY_SEEN, ACP_WILLING};
use super::state::Anticipatory;
use super::world::{K, World};

/// Responders who look for a plan: positions in `Plan::copy_at`.
const RESPONDERS: [Role; 2] = [Role::OohClinician, Role::Hospital];

impl World<'_> {
    /// A team may offer an advance care plan at a contact, if none says what the person now prefers.
    pub(super) fn offers_plan(&mut self, k: &mut K, person: u32, team: TeamIndex) {
        let Some(acp) = self.m.care_planning.acp else {
            return;
        };
        let now = k.now();
        let role = self.m.teams[team.index()].role;
        let known = self.people[person as usize].known[role as usize];
        let place = self.preferred(person, now);
        let plan = self.plans.of[person as usize];
        if known == State::Before || (plan.agreed != NEVER && plan.place == place) {
            return;
        }
        let offered = match role {
            Role::Gp => {
                let style = self.m.style(self.person(person).practice as usize);
                style.planning.acp_offered[known as usize] * self.reach(person)
            }
            _ => acp.offered[role as usize][known as usize],
        };
        let offered = offered
            * self.offer_rate(person, team, OfferKind::Planning)
            * self.confident(team, |c| c.planning)
            * self.acp_factor(person);
        let month = (now / MONTH) as u32;
        let by = (role as u16) << 3;
        if !self.chance(person, ACP_OFFERED, month, by | known as u16, offered) {
            return;
        }
        // The person's own willingness: one quantile, so that more trust makes more people willing.
        let willing = acp.willing * self.acceptance(person, team);
        if !self.chance(person, ACP_WILLING, 0, 0, willing) {
            self.count_planning(now, |m| m.acp_declined);
            return;
        }
        self.spend(k, person, team, acp.secs, Task::Conversation);
        let recorded = self.chance(person, ACP_RECORDED, month, by, acp.recorded);
        self.tell(now, person, || {
            let kept = if recorded {
                "and recorded"
            } else {
                "but not recorded"
            };
            format!("An advance care plan is agreed with the {} {kept}.", role.words())
        });
        let copy_at = RESPONDERS.map(|to| self.copy_comes(person, team, to, month, now));
        let plan = self.plan(person);
        plan.agreed = plan.agreed.min(now);
        plan.place = place;
        plan.recorded = recorded;
        plan.maker = team;
        plan.copy_at = copy_at;
        if recorded {
            self.record_changed(now, person, role, Change::Written);
        }
    }

    /// When a responder can read a plan made now by a team.
    fn copy_comes(&mut self, person: u32, from: TeamIndex, to: Role, month: u32, now: Time) -> Time {
        let Some(to_team) = self.team(to, person) else {
            return NEVER;
        };
        let interface = self.link(now, from, to_team).theta;
        if interface.shared_record || from == to_team {
            return now;
        }
        let (u, v) = self
            .draws
            .pair(self.person(person).key, ACP_COPY, month, to as u16);
        if u < interface.record_missing {
            return NEVER;
        }
        now + whole_secs(interface.record_lag.at(v) * interface.record_lag_scale)
    }

    /// Whether a responder (out-of-hours doctor or hospital) can see an advance care plan on an occasion.
    fn sees_acp(&self, person: u32, responder: usize, now: Time, anchor: u32, attempt: u16) -> bool {
        let plan = &self.plans.of[person as usize];
        if plan.agreed == NEVER || !plan.recorded {
            return false;
        }
        let handed_over = plan.handed_over && RESPONDERS[responder] == Role::OohClinician;
        if handed_over || plan.copy_at[responder] <= now {
            return true;
        }
        let summary = self.m.care_planning.acp.and_then(|acp| acp.summary);
        summary.is_some_and(|(from, made, seen)| {
            let maker = self.m.teams[plan.maker.index()].role;
            let attempt = attempt << 1 | responder as u16;
            self.people[person as usize].known[maker as usize] >= from
                && self.chance(person, ACP_SUMMARY_MADE, 0, 0, made)
                && self.chance(person, ACP_SUMMARY_SEEN, anchor, attempt, seen)
        })
    }

    /// Whether a responder to a crisis sees an advance care plan, or medicines in the home that say as much. `None`: plans
    /// are not modelled apart.
    pub(super) fn plan_at_crisis(
        &mut self,
        person: u32,
        now: Time,
        anchor: u32,
        attempt: u16,
    ) -> Option<bool> {
        self.m.care_planning.acp?;
        let seen = self.sees_acp(person, 0, now, anchor, attempt);
        if self.plans.of[person as usize].agreed != NEVER {
            self.count_planning(now, |m| m.crises_with_acp);
            if seen {
                self.count_planning(now, |m| m.crises_acp_seen);
            }
        }
        Some(seen || matches!(self.people[person as usize].anticipatory, Anticipatory::Home(_)))
    }

    /// The probability that somebody dying in hospital is offered a discharge: a plan that can be seen moves it
    /// towards the place preferred.
    pub(super) fn dying_discharge(&self, person: u32, now: Time, anchor: u32) -> f64 {
        let p = self.m.hospital.dying_discharge;
        match self.m.care_planning.acp {
            Some(acp) if self.sees_acp(person, 1, now, anchor, 1) => {
                match self.plans.of[person as usize].place {
                    Place::Home | Place::CareHome => p + (1.0 - p) * acp.dying_discharge,
                    Place::Hospice | Place::Hospital => p * (1.0 - acp.dying_discharge),
                }
            }
            _ => p,
        }
    }

    /// The probability of admission from the emergency department: lower for people whose plan can be seen there and says
    /// home or care home.
    pub(super) fn admitted_despite_plan(
        &self,
        person: u32,
        p: f64,
        now: Time,
        anchor: u32,
        attempt: u16,
    ) -> f64 {
        match self.m.care_planning.acp {
            Some(acp)
                if matches!(
                    self.plans.of[person as usize].place,
                    Place::Home | Place::CareHome
                ) && self.sees_acp(person, 1, now, anchor, attempt) =>
            {
                p * (1.0 - acp.stays_home)
            }
            _ => p,
        }
    }

    /// The probability of a hospice referral: lower for people whose plan says another place.
    pub(super) fn hospice_if_wanted(&self, person: u32, p: f64) -> f64 {
        let plan = &self.plans.of[person as usize];
        match self.m.care_planning.acp {
            Some(acp) if plan.agreed != NEVER && plan.place != Place::Hospice => {
                let own = self.m.teams[plan.maker.index()].role == Role::Cns;
                if own || plan.recorded {
                    p * (1.0 - acp.unwanted_hospice)
                } else {
                    p
                }
            }
            _ => p,
        }
    }
}
