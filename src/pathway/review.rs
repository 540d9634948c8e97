//! After-death review, and what a practice learns from it and forgets (model.md §8).

use crate::base::{DAY, Time};

use super::response::REVIEWED;
use super::team_time::Activity;
use super::world::{K, World};

/// A review is due within this of the death.
const WITHIN: i64 = 28 * DAY;

impl World<'_> {
    /// The practice may review the death of somebody on its register.
    pub(super) fn reviews_death(&mut self, k: &mut K, person: u32) {
        let practice = self.person(person).practice as usize;
        let Some((p, secs)) = self.m.style(practice).planning.review else {
            return;
        };
        if self.people[person as usize].registered() && self.chance(person, REVIEWED, 0, 0, p) {
            let team = self.practice_team(practice);
            let due = k.now() + WITHIN;
            self.team_time(k, team, secs, (3, due), Activity::Review, practice as u32);
        }
    }

    /// A review has been held: the practice has learned.
    pub(super) fn review_done(&mut self, practice: usize, now: Time) {
        self.count_planning(now, |m| m.reviews);
        if let Some(learning) = &self.m.care_planning.learning {
            let level = self.learned(practice, now);
            self.plans.learned[practice] = (level + learning.step * (1.0 - level), now);
        }
    }

    /// Level of learning of a practice now: what it last was, less what has been forgotten since.
    pub(super) fn learned(&self, practice: usize, now: Time) -> f64 {
        let Some(learning) = &self.m.care_planning.learning else {
            return 0.0;
        };
        let (level, since) = self.plans.learned[practice];
        level * libm::exp(-((now - since) as f64) / learning.forgotten_after)
    }

    /// Writes down the level of learning of all practices at a moment of the window.
    pub(super) fn learning_shown(&mut self, k: &mut K, moment: u32) {
        let (m, now) = (&self.rec.m.planning, k.now());
        let (level, practices) = (m.learning[moment as usize], m.practices[moment as usize]);
        for practice in 0..self.m.exogenous.practices.len() {
            let micro = (self.learned(practice, now) * 1e6).round() as i64;
            self.rec.total(level, micro);
            self.rec.total(practices, 1);
        }
    }
}
