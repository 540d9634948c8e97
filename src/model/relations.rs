//! What changes between teams over time: relationship, a link withdrawn, sweeps, a word, a merger's transition (model.md §7).

use super::{Interface, Role, TeamIndex};
use crate::base::{Secs, Time};
use crate::random::Quantile;

/// Candidates of a link being withdrawn, a year, common to all arms: no hazard may be higher.
pub const SECESSION_CAP: f64 = 4.0;

/// Everything between teams besides the vectors in force on an ordinary day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relations {
    /// Relationship of every pair of teams, where it is modelled.
    pub relationships: Option<Relationships>,
    /// What holds while a link is withdrawn, for each of [`Model::vectors`](super::Model::vectors); empty if no link ever is.
    pub severed: Vec<Interface>,
    /// How long a withdrawn link stays so; for ever if `None`.
    pub restored_after: Option<Quantile>,
    /// What else is found by somebody accountable; `None`: lost referrals only.
    pub sweeps: Option<Sweeps>,
    /// Share of referrals that would be returned, and of disputes, which a word settles.
    pub word: [f64; 2],
    /// A transition under way.
    pub transition: Option<Transition>,
    /// Who does whose planned visit when there anyway: (visitor, for whom).
    pub combine: Vec<(Role, Role)>,
    /// Who goes on planned visits together: (first, second).
    pub joint: Vec<(Role, Role)>,
}

/// Relationship: dynamics and effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationships {
    /// Where the interface is as written.
    pub reference: f64,
    /// Where every pair begins; its stationary value if `None`.
    pub start: Option<f64>,
    /// Growth by ordinary work, a year.
    pub ordinary_a_year: f64,
    /// Growth by one site, a year.
    pub same_site_a_year: f64,
    /// Growth by a meeting, as a share of what is lacking.
    pub meeting: f64,
    /// Growth by a visit together, likewise.
    pub visit: f64,
    /// Share of its people who leave in a year, by team.
    pub turnover_a_year: Vec<f64>,
    /// What somebody who leaves takes, times the number of the team.
    pub taken_by_leaver: f64,
    /// Where a reorganisation leaves it at most.
    pub reset_to: f64,
    /// A reorganisation: when, and of which teams.
    pub reorganised: Option<(Time, Vec<TeamIndex>)>,
    /// Slopes on transfer delay, returned, lost, informal advice.
    pub slope: [f64; 4],
}

/// What somebody accountable finds: probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweeps {
    /// An overdue planned contact.
    pub overdue: f64,
    /// A returned referral.
    pub returned: f64,
    /// A dispute.
    pub disputes: f64,
}

/// A merger or another reorganisation under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// When it begins.
    pub from: Time,
    /// When it is over.
    pub until: Time,
    /// Whether a team goes through it, by team.
    pub teams: Vec<bool>,
    /// Multiplies transfer delays.
    pub transfer_delay: f64,
    /// Multiplies the sender's time for a referral.
    pub referral_minutes: f64,
    /// Added to each contact, seconds.
    pub contact_secs: Secs,
    /// Added to the share of duty that is not clinical.
    pub non_clinical: f64,
    /// Multiplies sickness.
    pub sickness: f64,
    /// Multiplies turnover.
    pub turnover: f64,
}

impl Transition {
    /// Whether a team is going through it at a time.
    #[inline]
    pub fn touches(&self, team: TeamIndex, at: Time) -> bool {
        self.from <= at && at < self.until && self.teams[team.index()]
    }
}
