//! Tables of what changes between teams over time: relationship, a link withdrawn, sweeps, a word, a merger's transition.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::units::{Duration, Minutes, NonNegative, Probability};

/// Name of a team, as in `[teams]`; of a team that each practice has it means all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-refers" = "teams"))]
pub struct TeamName(pub String);

/// How well two teams know one another: the relationship, a number between 0 and 1 for every pair of teams, which
/// grows by working together and falls as people leave. At `reference` every hand-off is as the interface says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationshipsSpec {
    /// The relationship at which the interface between two teams is exactly as written.
    pub reference: Probability,
    /// Where every pair begins: a number, or where ordinary work, one site and turnover keep it on average.
    pub start: RelationshipStart,
    /// What makes it grow.
    pub growth: GrowthSpec,
    /// Share of a team's people who leave in a year.
    pub turnover_a_year: Probability,
    /// The same for some teams.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "teams"))]
    pub turnover_of: BTreeMap<String, Probability>,
    /// What goes with somebody who leaves, as a share of the relationship divided by the number in the team: 1 if
    /// relationships are between persons only, 0 if they are between services.
    pub taken_by_leaver: Probability,
    /// Where a reorganisation of either team sets a relationship that was better.
    pub reset_to: Probability,
    /// A reorganisation at a stated time; none if left out.
    pub reorganised: Option<ReorganisedSpec>,
    /// What a better relationship does; nothing at a slope of 0.
    pub effect: EffectSpec,
}

/// Where a relationship begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(extend("x-what" = "a number from 0 to 1, or \"stationary\"", "x-example" = "\"stationary\""))]
pub enum RelationshipStart {
    /// Where ordinary work, one site and turnover keep it; joint meetings and visits come on top.
    Stationary,
    /// A number.
    At(Probability),
}

/// What makes a relationship grow: each time a share of what is lacking to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrowthSpec {
    /// By ordinary work on the same people, as a rate a year.
    pub ordinary_a_year: NonNegative,
    /// By having one site, as a rate a year.
    pub same_site_a_year: NonNegative,
    /// By one meeting that both attend.
    pub meeting: Probability,
    /// By one visit made together, or by one for the other.
    pub visit: Probability,
}

/// A reorganisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReorganisedSpec {
    /// When, from the start of the run (the warm-up included).
    pub at: Duration,
    /// Which teams.
    pub teams: Vec<TeamName>,
}

/// Slopes: a part is multiplied by 1 + slope x (reference - relationship), and informal advice by
/// 1 + slope x (relationship - reference); never below 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectSpec {
    /// On the transfer delay.
    pub transfer_delay: Slope,
    /// On the probability of being returned.
    pub returned: Slope,
    /// On the probability of being lost.
    pub lost: Slope,
    /// On the probability that a word settles it.
    pub informal_advice: Slope,
}

/// A slope between 0 (no effect) and 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Slope(#[schemars(range(min = 0, max = 10))] pub f64);

/// What somebody accountable who looks for overdue work finds besides lost referrals, each time with a probability.
/// How often they look is `owner_sweep` between the two teams, or of a team with itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepsSpec {
    /// A planned contact that is overdue: it is moved up from routine to soon.
    pub overdue: Probability,
    /// A returned referral that lies about: it is sent again.
    pub returned: Probability,
    /// A dispute about money: it is ended.
    pub disputes: Probability,
}

/// What else a word between two teams settles (as often as `informal_advice` says), as a share of the occasions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WordSpec {
    /// A referral that would have been sent back is put right by telephone.
    pub returned: Probability,
    /// A dispute about money is settled by telephone.
    pub dispute: Probability,
}

/// What a merger or another reorganisation costs while it goes on. It is a table of its own so that its costs fall inside
/// the measured window, whoever is merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionSpec {
    /// When it begins, from the start of the run (the warm-up included).
    pub from: Duration,
    /// How long it lasts.
    pub lasts: Duration,
    /// Which teams go through it.
    pub teams: Vec<TeamName>,
    /// Multiplies the transfer delay of what they send or are sent.
    #[serde(default = "one")]
    pub transfer_delay: NonNegative,
    /// Multiplies the sender's time for each referral they send or are sent.
    #[serde(default = "one")]
    pub referral_minutes: NonNegative,
    /// Added to each contact they make (new forms, new systems).
    #[serde(default)]
    pub contact_minutes: Minutes,
    /// Added to the share of their duty time that is not for contacts.
    #[serde(default)]
    pub non_clinical: Probability,
    /// Multiplies their sickness.
    #[serde(default = "one")]
    pub sickness: NonNegative,
    /// Multiplies their turnover, where there are relationships.
    #[serde(default = "one")]
    pub turnover: NonNegative,
}

fn one() -> NonNegative {
    NonNegative(1.0)
}
