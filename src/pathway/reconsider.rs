//! Thinking again of what has not been arranged: at meetings, at planned contacts, on a discharge letter (model.md §8).

use crate::model::{OfferKind, Role};

use super::response::{ANTICIPATORY_AGAIN, NURSE_AGAIN, SPECIALIST_AGAIN};
use super::state::{Anticipatory, Caseload, Standing};
use super::world::{K, World};

/// Anchors of hand-offs that come of thinking again lie above this.
const AGAIN: u32 = 0x2000_0000;

impl World<'_> {
    /// The practice thinks again of referrals and anticipatory medicines not arranged for somebody on its register,
    /// with the usual probabilities times `ratio`. `anchor`: the occasion, a month or a meeting of the calendar.
    pub(super) fn reconsider(&mut self, k: &mut K, person: u32, anchor: u32, ratio: f64) {
        let individual = &self.people[person as usize];
        if ratio <= 0.0 || !individual.registered() || !individual.alive {
            return;
        }
        let known = individual.known[Role::Gp as usize];
        let (p, at) = (self.person(person), known as u16);
        let style = self.m.style(p.practice as usize);
        let gp = self.gp(person);
        let rate = self.offer_rate(person, gp, OfferKind::Referral) * ratio;
        let plans =
            self.offer_rate(person, gp, OfferKind::Planning) * self.confident(gp, |c| c.planning) * ratio;
        let hand_off = AGAIN | anchor << 3 | known as u32;
        let refers = self.m.planning.refers_to_nursing[known as usize];
        if individual.care[Caseload::Nurse as usize].standing == Standing::None
            && self.chance(person, NURSE_AGAIN, anchor, at, refers * rate)
        {
            self.count_planning(k.now(), |m| m.found_missing);
            self.refer_to_nursing(k, person, gp, hand_off);
        }
        if p.specialist_need
            && self.people[person as usize].care[Caseload::Specialist as usize].standing == Standing::None
            && self.chance(
                person,
                SPECIALIST_AGAIN,
                anchor,
                at,
                style.refers_to_specialist[known as usize] * rate,
            )
        {
            self.count_planning(k.now(), |m| m.found_missing);
            self.refer_to_specialist(k, person, gp, hand_off);
        }
        let anticipatory = style.anticipatory[known as usize] * plans;
        if self.people[person as usize].anticipatory == Anticipatory::None
            && self.chance(person, ANTICIPATORY_AGAIN, anchor, at, anticipatory)
        {
            self.count_planning(k.now(), |m| m.found_missing);
            self.order_anticipatory(k, person, gp, hand_off);
        }
    }
}
