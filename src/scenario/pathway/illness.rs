//! Tables of what is decided before care: people, diagnosis groups, the course of illness.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::shapes::{ByPlace, ByQuintile, BySeverity, ByState};
use crate::base::Secs;
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Duration, NonNegative, Probability, WeeklyRate};

/// An age band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// Lowest age in it, years; orders the bands.
    #[schemars(range(min = 0, max = 120), extend("x-evidence" = false))]
    pub from_age: u32,
    /// Probability of living alone.
    pub lives_alone: Probability,
    /// Probability of another long-term condition.
    pub other_condition: Probability,
}

/// An ethnicity group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ethnicity {
    /// Trust in services at the start, from 0 to 1; 0.5 leaves the delay in seeking help as it is.
    pub trust: Probability,
    /// Share of people for whom language is a barrier in using services.
    #[serde(default)]
    pub language_barrier: Probability,
}

/// A diagnosis group: either an illness with a palliative phase or sudden deaths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Counted as cancer.
    #[serde(default)]
    pub cancer: bool,
    /// People falling ill who will die of it, per 1,000 registered people a year. In the stationary state
    /// it is also their deaths per 1,000 a year.
    pub per_1000_a_year: NonNegative,
    /// Share of each age band; they add up to 1, a band left out has none.
    #[schemars(extend("x-keys-refer" = "age_bands"))]
    pub age: BTreeMap<String, Probability>,
    /// Probability of living in a care home when the palliative phase begins (or at a sudden death), by
    /// age band; 0 for a band left out.
    #[schemars(extend("x-keys-refer" = "age_bands"))]
    pub care_home: BTreeMap<String, Probability>,
    /// Multiplies starting trust (which never passes 1); 1 if left out.
    pub trust_factor: Option<NonNegative>,
    /// Preferred place of death of those who live at home.
    pub preferred_place: ByPlace,
    /// First suspicions arise only in this part of the run; throughout if left out.
    pub between: Option<Between>,
    /// The illness. A group has either this or `sudden_death`.
    pub illness: Option<Illness>,
    /// Death without a palliative phase. A group has either this or `illness`.
    pub sudden_death: Option<SuddenDeath>,
}

/// A part of the run, counted from its start (the warm-up included).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-evidence" = false))]
pub struct Between {
    /// Its beginning.
    pub from: Duration,
    /// Its end; at that second it is over.
    pub until: Duration,
}

impl GroupSpec {
    /// Seconds from `from` to `until` in which first suspicions of this group arise.
    pub fn secs_between(&self, from: Secs, until: Secs) -> Secs {
        let (first, last) = match &self.between {
            Some(between) => (between.from.secs().max(from), between.until.secs().min(until)),
            None => (from, until),
        };
        (last - first).max(0)
    }
}

/// An illness with a palliative phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Illness {
    /// Share presenting late: diagnosis leads straight into the palliative phase.
    pub presents_late: Probability,
    /// Length of disease-directed treatment.
    pub treatment: LawSpec,
    /// Length of living with the illness afterwards.
    pub living_with: LawSpec,
    /// Probability of returning to treatment after living with the illness (at most twice).
    pub returns_to_treatment: Probability,
    /// Course of the palliative phase.
    #[schemars(extend("x-refers" = "trajectories"))]
    pub trajectory: String,
    /// Probability that a specialist palliative review is needed in the palliative phase.
    pub specialist_need: Probability,
    /// Probability that the hospital sees the change to the palliative phase and writes to the GP.
    pub hospital_letter: Probability,
    /// Probability that a consultant refers straight to the specialist team.
    pub direct_referral: Probability,
}

/// Death without a palliative phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuddenDeath {
    /// Probability of an emergency admission just before it.
    pub admitted: Probability,
    /// Time from that admission to death.
    pub time_to_death: LawSpec,
}

/// The course of a palliative phase: spells in stable, deteriorating and unstable until the last
/// deterioration, which is followed by dying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trajectory {
    /// Length of a spell by state.
    pub spell: SpellLengths,
    /// Shares of the first state.
    pub first: FirstState,
    /// Shares of what follows each state.
    pub next: NextStates,
    /// Symptom episodes a week by state.
    pub episodes_a_week: ByState<WeeklyRate>,
    /// Acute medical events a week by state.
    pub acute_a_week: ByState<WeeklyRate>,
}

/// Length of a spell by state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpellLengths {
    /// A stable spell.
    pub stable: LawSpec,
    /// A deteriorating spell; the last deterioration too.
    pub deteriorating: LawSpec,
    /// An unstable spell.
    pub unstable: LawSpec,
    /// Dying.
    pub dying: LawSpec,
}

/// Shares of the first state of the palliative phase; they add up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstState {
    /// Stable.
    pub stable: Probability,
    /// Deteriorating.
    pub deteriorating: Probability,
    /// Unstable.
    pub unstable: Probability,
}

/// Shares of what follows each state; each row adds up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextStates {
    /// After a stable spell.
    pub stable: NextState,
    /// After a deteriorating spell.
    pub deteriorating: NextState,
    /// After an unstable spell.
    pub unstable: NextState,
}

/// Shares of the next state; they add up to 1, one left out is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextState {
    /// Stable.
    #[serde(default)]
    pub stable: Probability,
    /// Deteriorating.
    #[serde(default)]
    pub deteriorating: Probability,
    /// Unstable.
    #[serde(default)]
    pub unstable: Probability,
    /// The last deterioration, with which end of life begins.
    #[serde(rename = "final")]
    pub last: Probability,
}

impl NextState {
    /// In the order stable, deteriorating, unstable, final.
    pub fn values(&self) -> [f64; 4] {
        [self.stable, self.deteriorating, self.unstable, self.last].map(Into::into)
    }
}

/// What is decided before care and is common to all groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Length of the diagnosis phase: from first suspicion to the start of treatment.
    pub diagnosis: LawSpec,
    /// Longest illness from first suspicion to death: longer ones are cut here, since people who fell ill
    /// longer before the start are not generated.
    pub longest_illness: Duration,
    /// Multiplies starting trust (which never passes 1), by deprivation quintile; 1 if left out.
    pub trust_by_deprivation: Option<ByQuintile<NonNegative>>,
    /// The person's own multiplier of delays in seeking help (mean 1).
    pub help_seeking: Amount,
    /// Capacity of a carer who lives with the person, hours a week.
    pub carer_hours: Amount,
    /// Share of people living alone who still have a carer.
    pub alone_with_carer: Probability,
    /// Need for care hours a week by state, before the carer's share.
    pub care_hours: ByState<NonNegative>,
    /// The person's own multiplier of care hours (mean 1).
    pub care_hours_factor: Amount,
    /// The person's own multiplier of contacts asked of the GP (mean 1): some ask often, some hardly ever; 1 for everybody
    /// if left out.
    pub contacts_factor: Option<Amount>,
    /// The person's own multiplier of acute medical events (mean 1), with the quantile of `contacts_factor`: who falls acutely
    /// ill more often than the state says also asks more often; 1 for everybody if left out.
    pub acute_factor: Option<Amount>,
    /// Performance status (Australia-modified Karnofsky, 0 to 100) by state.
    pub akps: ByState<NonNegative>,
    /// Natural length of a symptom episode by severity: when it would pass without treatment.
    pub episode_length: BySeverity<LawSpec>,
    /// Shares of the severities of symptom episodes by state.
    pub severity: SeverityByState,
    /// Share of acute medical events that must be in hospital whatever the community does.
    pub must_be_in_hospital: Probability,
    /// Length of the clinically needed hospital stay after an acute event.
    pub hospital_stay: LawSpec,
    /// Probability that the preferred place of death changes in the palliative phase.
    pub preference_changes: Probability,
    /// Rates at which candidates for events that depend on care are drawn, the same in all arms.
    pub candidates: Candidates,
}

/// Shares of the severities by state; each row adds up to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeverityByState {
    /// Stable.
    pub stable: BySeverity<Probability>,
    /// Deteriorating.
    pub deteriorating: BySeverity<Probability>,
    /// Unstable.
    pub unstable: BySeverity<Probability>,
    /// Dying.
    pub dying: BySeverity<Probability>,
}

/// Rates at which candidates are drawn; the rates of the events themselves must stay below.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Candidates {
    /// Carer breakdown, a week.
    pub carer_breakdown_a_week: WeeklyRate,
    /// Fall, a week.
    pub fall_a_week: WeeklyRate,
    /// Medicine running out, a week.
    pub run_out_a_week: WeeklyRate,
}
