//! Confidence of teams: people's good experiences raise it, and it feeds noticing, planning and asking (model.md §14).

use crate::model::{Confidence, TeamIndex};

use super::world::World;

impl World<'_> {
    /// A contact of the team was or was not (timely, informed): both raise its confidence, neither lowers it.
    pub(super) fn confidence_after(&mut self, team: TeamIndex, timely: bool, informed: bool) {
        let Some(c) = &self.m.confidence else { return };
        let own = &mut self.confidence[team.index()];
        if timely && informed {
            *own += c.gain * (1.0 - *own);
        } else if !timely && !informed {
            *own -= c.loss * *own;
        }
    }

    /// Multiplies what a team does, by its confidence and the slope of that; 1 at the start, and where there is none.
    pub(super) fn confident(&self, team: TeamIndex, slope: fn(&Confidence) -> f64) -> f64 {
        match &self.m.confidence {
            Some(c) => 1.0 + slope(c) * (self.confidence[team.index()] - c.start),
            None => 1.0,
        }
    }

    /// Writes down the mean confidence of the teams that meet people, at the start, in the middle and at the end of
    /// the measured window.
    pub(super) fn record_confidence(&mut self, when: usize) {
        for (team, confidence) in self.m.teams.iter().zip(&self.confidence) {
            if team.role.has_clinicians() {
                self.rec.team_confidence(when, *confidence);
            }
        }
    }
}
