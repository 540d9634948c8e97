//! The carer's need for an assessment, the offer, and the relief it brings (model.md §6, §8).

use crate::base::{DAY, Time};
use crate::model::{Place, TeamIndex, Work};

use super::causes::{Cause, NeedKind};
use super::needs::{Ending, NONE};
use super::objects::{Item, Task};
use super::register::MONTH;
use super::response::{CARER_ACCEPTS, CARER_OFFERED};
use super::state::NO_CLINICIAN;
use super::work::Order;
use super::world::{K, World};

/// An assessment is due within this of its offer.
const WITHIN: i64 = 14 * DAY;

impl World<'_> {
    /// The palliative phase begins: a carer at home needs an assessment of their own.
    pub(super) fn carer_need(&mut self, person: u32, now: Time) {
        if self.person(person).carer_hours > 0.0 && self.people[person as usize].home == Place::Home {
            self.plan(person).carer = self
                .needs
                .open(person, NeedKind::Carer, now, Cause::NotRecognised);
        }
    }

    /// The person moves into a care home: the carer's need is over.
    pub(super) fn carer_need_over(&mut self, person: u32, now: Time) {
        let (need, step) = self.plans.of[person as usize].carer;
        if self.needs.is_open(need) {
            self.end_need(need, step, Ending::Withdrawn, now);
        }
    }

    /// A planned GP contact (GSF level 3) may offer the carer an assessment.
    pub(super) fn offers_carers_assessment(&mut self, k: &mut K, person: u32) {
        let Some(carers) = self.m.care_planning.gsf.carers else {
            return;
        };
        let month = (k.now() / MONTH) as u32;
        if self.gsf_level(person) >= 3 && self.chance(person, CARER_OFFERED, month, 0, carers.offered) {
            let team = self.gp(person);
            self.invites_carer(k, person, team);
        }
    }

    /// A team invites the carer to an assessment, unless one is in force or under way.
    pub(super) fn invites_carer(&mut self, k: &mut K, person: u32, team: TeamIndex) {
        let Some(carers) = self.m.care_planning.gsf.carers else {
            return;
        };
        let now = k.now();
        let plan = self.plans.of[person as usize];
        if self.person(person).carer_hours <= 0.0
            || self.people[person as usize].home != Place::Home
            || plan.carer_until > now
            || plan.carer_item != NONE
        {
            return;
        }
        let (need, step) = plan.carer;
        let open = self.needs.is_open(need);
        if !self.chance(person, CARER_ACCEPTS, 0, 0, carers.accepted) {
            if open {
                self.needs.change(step, now, Cause::Declined);
            }
            return;
        }
        self.tell(now, person, || "The carer is offered an assessment.".to_string());
        let item = self.order(
            k,
            Order {
                person,
                team,
                work: Work::Admin,
                task: Task::CarersAssessment,
                steps: [if open { step } else { NONE }, NONE],
                link: u32::try_from(carers.secs).unwrap_or(u32::MAX),
                anchor: 0,
                attempt: 0,
                priority: 3,
                due: now + WITHIN,
                named: NO_CLINICIAN,
            },
        );
        self.plan(person).carer_item = item;
    }

    /// The carer has been assessed.
    pub(super) fn carer_assessed(&mut self, k: &mut K, it: &Item) {
        let now = k.now();
        let in_force = self.m.care_planning.gsf.carers.map_or(0, |c| c.in_force);
        let plan = self.plan(it.person);
        plan.carer_item = NONE;
        plan.carer_until = now + in_force;
        let (need, step) = plan.carer;
        self.count_planning(now, |m| m.carers_assessed);
        self.tell(now, it.person, || "The carer is assessed.".to_string());
        if self.needs.is_open(need) {
            self.end_need(need, step, Ending::Met, now);
        }
    }

    /// The rate of carer breakdown as a share of the usual: lower while an assessment is in force.
    pub(super) fn carer_strain(&self, person: u32, now: Time) -> f64 {
        match &self.m.care_planning.gsf.carers {
            Some(carers) if self.plans.of[person as usize].carer_until > now => 1.0 - carers.relieves,
            _ => 1.0,
        }
    }
}
