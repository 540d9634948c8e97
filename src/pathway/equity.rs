//! Barriers and differences in offers, and how a team's cultural competence narrows them (model.md §14).

use crate::base::{DAY, Time};
use crate::model::{OfferKind, Role, TeamIndex};

use super::response::LANGUAGE_INFORMED;
use super::world::World;

impl World<'_> {
    /// What a team's cultural competence leaves of a barrier or difference.
    pub(super) fn gap(&self, team: TeamIndex) -> f64 {
        1.0 - self.m.teams[team.index()].cultural_competence
    }

    /// What a language barrier costs with a team, as a share of `whole`; 0 for people without one.
    fn language(&self, person: u32, team: TeamIndex, whole: impl Fn(&crate::model::Equity) -> f64) -> f64 {
        match &self.m.equity {
            Some(e) if self.person(person).language_barrier => whole(e) * self.gap(team),
            _ => 0.0,
        }
    }

    /// Multiplies the delay until help is sought from a team.
    pub(super) fn language_slows(&self, person: u32, team: TeamIndex) -> f64 {
        1.0 + self.language(person, team, |e| e.language_seeking)
    }

    /// Multiplies the probability of accepting an offer of a team.
    pub(super) fn language_accepts(&self, person: u32, team: TeamIndex) -> f64 {
        1.0 - self.language(person, team, |e| e.language_acceptance)
    }

    /// Whether the person cannot make use of what a team knows, today.
    pub(super) fn language_hinders(&self, now: Time, person: u32, team: TeamIndex, role: Role) -> bool {
        let p = self.language(person, team, |e| e.language_informed);
        self.chance(person, LANGUAGE_INFORMED, (now / DAY) as u32, role as u16, p)
    }

    /// Multiplies the probability that a team offers a person something; 1 where nothing differs.
    pub(super) fn offer_rate(&self, person: u32, team: TeamIndex, kind: OfferKind) -> f64 {
        let Some(e) = &self.m.equity else { return 1.0 };
        let (p, i) = (self.person(person), kind as usize);
        let left = self.gap(team);
        [
            e.by_ethnicity[p.ethnicity as usize][i],
            e.by_deprivation[p.deprivation as usize][i],
            e.by_group[p.group as usize][i],
        ]
        .into_iter()
        .fold(1.0, |product, factor| product * (1.0 + (factor - 1.0) * left))
    }
}
