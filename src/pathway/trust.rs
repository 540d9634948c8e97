//! Trust in services: what raises and lowers it, and what it decides: seeking help, accepting an offer (model.md §14).

use crate::base::Time;
use crate::model::{Place, Role, TeamIndex, Trust};

use super::causes::Cause;
use super::needs::NONE;
use super::objects::Item;
use super::response::ACCEPTS;
use super::state::{Caseload, HospiceStanding, Standing};
use super::world::{K, World};

/// What is offered to a person, who may decline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Offer {
    Nursing = 0,
    Specialist = 1,
    HospiceAtHome = 2,
}

/// An experience outside contacts that costs trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Loss {
    /// A referral comes back.
    Returned = 0,
    /// Help is refused.
    Refused = 1,
}

impl World<'_> {
    /// A person's present trust.
    pub(super) fn trust(&self, person: u32) -> f64 {
        self.threads[person as usize].trust
    }

    /// Trust after a contact that was or was not (timely, informed, with a known face).
    pub(super) fn trust_after_contact(&mut self, person: u32, team: TeamIndex, role: Role, good: [bool; 3]) {
        let Some(t) = &self.m.trust else { return };
        let mut gain: f64 = (0..3).filter(|&i| good[i]).map(|i| t.gain[i]).sum();
        let loss: f64 = (0..2).filter(|&i| !good[i]).map(|i| t.loss[i]).sum();
        gain *= self.gain_factor(person, role, t);
        let factor = t.loss_factor[self.person(person).ethnicity as usize];
        let loss = loss * (1.0 + (factor - 1.0) * self.gap(team));
        self.threads[person as usize].trust = bounded(self.trust(person), gain, loss);
    }

    /// Multiplies gains of trust: a coordinator who is committed, a support worker from the person's own community.
    fn gain_factor(&self, person: u32, role: Role, t: &Trust) -> f64 {
        let own = role == Role::SupportWorker && self.matched(person);
        self.coordinator_trust_gain(person) * if own { t.matched_gain } else { 1.0 }
    }

    /// Trust after something that happened without the person.
    pub(super) fn trust_loses(&mut self, person: u32, team: TeamIndex, what: Loss) {
        let Some(t) = &self.m.trust else { return };
        let factor = t.loss_factor[self.person(person).ethnicity as usize];
        let loss = t.loss_outside[what as usize] * (1.0 + (factor - 1.0) * self.gap(team));
        self.threads[person as usize].trust = bounded(self.trust(person), 0.0, loss);
    }

    /// Probability that the person accepts what a team offers; 1 where neither trust nor language decides it.
    pub(super) fn acceptance(&self, person: u32, team: TeamIndex) -> f64 {
        let missing = match &self.m.trust {
            Some(t) if self.matched(person) => {
                t.matched_declines * t.acceptance_effect * (1.0 - self.trust(person))
            }
            Some(t) => t.acceptance_effect * (1.0 - self.trust(person)),
            None => 0.0,
        };
        (1.0 - missing) * self.language_accepts(person, team)
    }

    /// A team offers something: does the person take it? Declined, the need waits for that; the same answer is given again
    /// at the same anchor, unless trust has grown.
    pub(super) fn accepts(
        &mut self,
        now: Time,
        person: u32,
        team: TeamIndex,
        offer: Offer,
        anchor: u32,
    ) -> bool {
        let role = self.m.teams[team.index()].role;
        let p = self.acceptance(person, team);
        let key = (offer as u16) << 8 | role as u16;
        let yes = self.chance(person, ACCEPTS, anchor, key, p);
        let bit = 1 << offer as u8;
        let again = self.threads[person as usize].declined & bit != 0;
        if !again {
            self.rec.offered(self.person(person), !yes, now);
        }
        if yes {
            self.threads[person as usize].declined &= !bit;
            return true;
        }
        self.threads[person as usize].declined |= bit;
        let step = match offer {
            Offer::Nursing => self.people[person as usize].nursing.1,
            Offer::Specialist => self.people[person as usize].specialist.1,
            Offer::HospiceAtHome => NONE,
        };
        self.wait_for([step, NONE], now, Cause::Declined);
        if !again {
            self.tell(now, person, || format!("Declines an offer: {}.", words(offer)));
        }
        false
    }

    /// At a contact, what was declined is offered again.
    pub(super) fn offer_again(&mut self, k: &mut K, it: &Item, role: Role) {
        let (person, declined) = (it.person, self.threads[it.person as usize].declined);
        if declined == 0 || !self.people[person as usize].in_community() {
            return;
        }
        let individual = &self.people[person as usize];
        let known = individual.known[role as usize] as u32;
        let none = |c: Caseload| individual.care[c as usize].standing == Standing::None;
        let (nursing, specialist) = (none(Caseload::Nurse), none(Caseload::Specialist));
        let at_home = individual.hospice_at_home == HospiceStanding::None && individual.place == Place::Home;
        let made = |offer: Offer| declined & (1 << offer as u8) != 0;
        if role == Role::Gp && nursing && made(Offer::Nursing) {
            self.refer_to_nursing(k, person, it.team, known);
        }
        if role == Role::Gp && specialist && made(Offer::Specialist) {
            self.refer_to_specialist(k, person, it.team, 1 + known);
        }
        if at_home && made(Offer::HospiceAtHome) {
            self.consider_hospice_at_home(k, person, role);
        }
    }

    /// The probability of never seeking help in an episode, for this person now.
    pub(super) fn never_sought(&self, person: u32, p: f64) -> f64 {
        match &self.m.trust {
            Some(t) => (p * (1.0 + t.never_sought_effect * (1.0 - 2.0 * self.trust(person)))).min(1.0),
            None => p,
        }
    }
}

/// Trust after a gain of a share of what is missing and a loss of a share of what is there.
fn bounded(trust: f64, gain: f64, loss: f64) -> f64 {
    let (gain, loss) = (gain.min(1.0), loss.min(1.0));
    (trust + gain * (1.0 - trust) - loss * trust).clamp(0.0, 1.0)
}

fn words(offer: Offer) -> &'static str {
    match offer {
        Offer::Nursing => "district nursing",
        Offer::Specialist => "specialist palliative care",
        Offer::HospiceAtHome => "hospice-at-home",
    }
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn trust_stays_between_0_and_1_and_moves_by_shares() {
        assert_eq!(bounded(0.5, 0.1, 0.0), 0.55);
        assert_eq!(bounded(0.5, 0.0, 0.2), 0.4);
        assert_eq!(bounded(0.25, 0.0, 0.0), 0.25);
        for trust in [0.0, 0.3, 1.0] {
            for gain in [0.0, 0.5, 1.0, 7.0] {
                for loss in [0.0, 0.5, 1.0, 7.0] {
                    assert!((0.0..=1.0).contains(&bounded(trust, gain, loss)));
                }
            }
        }
    }
}
