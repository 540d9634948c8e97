//! Somebody accountable looks for overdue work, and what a word between two teams settles (model.md §7).
//!
//! Lost referrals are found in `handoff.rs`; here are planned contacts that are overdue, returned referrals that lie about,
//! and disputes.

use crate::base::{NEVER, Secs, Time, WEEK, whole_secs};

use super::objects::ItemStatus;
use super::response::{SETTLED, SWEPT};
use super::world::{K, World, kind};

/// Marks the draws of a dispute.
const DISPUTE: u16 = 0x8000;
/// Marks the draws of planned contacts.
const PLANNED: u16 = 0x4000;

impl World<'_> {
    /// Time until a sweep finds something, at so many a week, by an exponential law.
    fn swept_after(&self, person: u32, anchor: u32, attempt: u16, a_week: f64) -> Secs {
        if a_week <= 0.0 {
            return NEVER;
        }
        let u = self.u(person, SWEPT, anchor, attempt);
        whole_secs(-libm::log(1.0 - u) / a_week * WEEK as f64)
    }

    /// A planned contact has been asked of its team: should it become overdue, somebody may find it.
    pub(super) fn sweep_planned(&mut self, k: &mut K, item: u32) {
        let Some(sweeps) = self.m.relations.sweeps else {
            return;
        };
        let it = self.items[item as usize];
        let rate = self.m.interface(it.team, it.team).owner_sweeps_a_week * sweeps.overdue;
        let after = self.swept_after(it.person, it.anchor, PLANNED | it.attempt, rate);
        let at = it.due.saturating_add(after);
        if at < self.m.windows.end() {
            self.watch_item(item);
            self.at(k, at, kind::SWEPT, item);
        }
    }

    /// Somebody finds a planned contact that was due before: if it still waits, it is moved up.
    pub(super) fn planned_swept(&mut self, k: &mut K, item: u32) {
        let it = self.looked_at(item);
        if it.status != ItemStatus::Open || it.started != NEVER {
            return;
        }
        let priority = it.priority.min(2);
        self.items[item as usize].priority = priority;
        if k.reprioritise(self, item, priority, it.due) {
            self.note_found(k.now(), 0);
        }
    }

    fn note_found(&mut self, now: Time, what: usize) {
        let (from, to) = self.m.windows.measured_window();
        self.bonds.found[what] += i64::from(from <= now && now < to);
    }

    /// How long a returned referral (1) or a dispute (2) lasts, unless somebody who looks for overdue work between the two
    /// teams comes upon it before.
    pub(super) fn until_swept(&mut self, now: Time, number: u32, what: usize, lasts: Secs) -> Secs {
        let Some(sweeps) = self.m.relations.sweeps else {
            return lasts;
        };
        let h = self.handoffs[number as usize];
        let sender = if what == 1 { h.via } else { h.from };
        let rate = self.link(now, sender, h.to).theta.owner_sweeps_a_week;
        let (share, mark) = match what {
            1 => (sweeps.returned, 0),
            _ => (sweeps.disputes, DISPUTE),
        };
        let key = mark | super::handoff::attempt_key(&h);
        let swept = self.swept_after(h.person, h.anchor, key, rate * share);
        if swept < lasts {
            self.note_found(now + swept, what);
        }
        lasts.min(swept)
    }

    /// Whether a referral that would be returned (0), or a dispute (1), is settled by a word between the two teams.
    pub(super) fn word_settles(&mut self, now: Time, number: u32, what: usize) -> bool {
        let share = self.m.relations.word[what];
        if share <= 0.0 {
            return false;
        }
        let h = self.handoffs[number as usize];
        let sender = if what == 0 { h.via } else { h.from };
        let p = self.link(now, sender, h.to).informal_advice() * share;
        let mark = if what == 0 { 0 } else { DISPUTE };
        let key = mark | super::handoff::attempt_key(&h);
        self.chance(h.person, SETTLED, h.anchor, key, p)
    }
}
