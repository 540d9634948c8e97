//! What is decided before care: the population and the course of illness (model.md §3, §4).
//!
//! Tables of categories hold *cumulative* probabilities, the last of them 1, in one fixed order, so
//! that one uniform picks a category and keeps its quantile when a table changes.

use crate::base::Time;
use crate::random::Quantile;

/// How many states of illness there are.
pub const STATES: usize = 5;
/// How many symptom severities there are.
pub const SEVERITIES: usize = 3;

/// State within the illness. Before the palliative phase everybody is [`State::Before`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    /// Diagnosis, treatment or living with the illness.
    Before = 0,
    /// Palliative, symptoms under control, plan in place.
    Stable = 1,
    /// Palliative, gradually worsening.
    Deteriorating = 2,
    /// Palliative, an urgent change.
    Unstable = 3,
    /// The last days.
    Dying = 4,
}

impl State {
    /// All states in order.
    pub const ALL: [State; STATES] = [
        State::Before,
        State::Stable,
        State::Deteriorating,
        State::Unstable,
        State::Dying,
    ];
    /// Names as in scenario files.
    pub const NAMES: [&'static str; STATES] = ["before", "stable", "deteriorating", "unstable", "dying"];
}

/// Phase of the pathway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// From first suspicion to the start of treatment.
    Diagnosis = 0,
    /// Disease-directed treatment.
    ActiveTreatment = 1,
    /// Months or years between treatment and the palliative phase.
    LivingWith = 2,
    /// The palliative phase.
    Palliative = 3,
    /// The last weeks: the final deterioration and dying.
    EndOfLife = 4,
    /// After death, for the carer.
    Bereavement = 5,
}

/// Severity of a symptom episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Severity {
    /// Mild.
    Mild = 0,
    /// Moderate.
    Moderate = 1,
    /// Severe.
    Severe = 2,
}

/// Where a person can be, prefer to be, or die.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Place {
    /// Own home.
    Home = 0,
    /// Care home.
    CareHome = 1,
    /// Hospice ward.
    Hospice = 2,
    /// Acute hospital.
    Hospital = 3,
}

impl Place {
    /// All places in order.
    pub const ALL: [Place; 4] = [Place::Home, Place::CareHome, Place::Hospice, Place::Hospital];
    /// Names as in scenario files.
    pub const NAMES: [&'static str; 4] = ["home", "care_home", "hospice", "hospital"];
}

/// The exogenous half of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Exogenous {
    /// GP practices of the locality.
    pub practices: Vec<Practice>,
    /// Diagnosis groups.
    pub groups: Vec<Group>,
    /// Names of the age bands, youngest first.
    pub age_bands: Vec<String>,
    /// Age in years at which each begins.
    pub age_from: Vec<u32>,
    /// Names of the ethnicity groups.
    pub ethnicities: Vec<String>,
    /// Starting trust by ethnicity group, in [0, 1].
    pub trust: Vec<f64>,
    /// Share with a language barrier by ethnicity group.
    pub language_barrier: Vec<f64>,
    /// Multiplies starting trust, by deprivation quintile.
    pub trust_by_deprivation: [f64; 5],
    /// Names of the kinds of symptom.
    pub symptom_kinds: Vec<String>,
    /// Cumulative probabilities of the kinds of symptom.
    pub symptom_kind: Vec<f64>,
    /// Names of the kinds of acute event.
    pub acute_kinds: Vec<String>,
    /// Cumulative probabilities of the kinds of acute event.
    pub acute_kind: Vec<f64>,
    /// Probability of living alone, by age band.
    pub lives_alone: Vec<f64>,
    /// Carer's capacity in hours a week, for those who do not live alone.
    pub carer_hours: Quantile,
    /// Share of people living alone who still have a carer.
    pub alone_with_carer: f64,
    /// Capital in pounds (the home disregarded) by deprivation quintile, most deprived first. The limits of
    /// the means test are a rule of care, so they are not here.
    pub capital: Vec<Quantile>,
    /// Probability of another long-term condition, by age band.
    pub other_condition: Vec<f64>,
    /// Probability that the preference for a place of death changes in the palliative phase.
    pub preference_changes: f64,
    /// The person's own readiness to seek help: multiplies delays in seeking it (mean 1).
    pub help_seeking: Quantile,
    /// Length of the diagnosis phase, seconds.
    pub diagnosis: Quantile,
    /// Weekly need for care hours by state, before the carer's share.
    pub care_hours: [f64; STATES],
    /// The person's own multiplier of care hours (mean 1).
    pub care_hours_factor: Quantile,
    /// The person's own multiplier of contacts asked of the GP (mean 1).
    pub contacts_factor: Quantile,
    /// The person's own multiplier of acute medical events (mean 1), at the same uniform.
    pub acute_factor: Quantile,
    /// AKPS (0 to 100) by state.
    pub akps: [f64; STATES],
    /// Natural length of a symptom episode by severity, seconds.
    pub episode_length: [Quantile; SEVERITIES],
    /// Cumulative probabilities of severity by state.
    pub severity: [[f64; SEVERITIES]; STATES],
    /// Share of acute events that must be in hospital whatever the community does.
    pub must_be_in_hospital: f64,
    /// Length of a clinically needed stay, as its quantile function, seconds.
    pub hospital_stay: Quantile,
    /// Candidate rate a week of carer breakdown (the cap of the thinning).
    pub carer_breakdown_cap: f64,
    /// Candidate rate a week of a fall (the cap of the thinning).
    pub fall_cap: f64,
    /// Candidate rate a week of medicine running out (the cap of the thinning).
    pub run_out_cap: f64,
    /// Longest illness from first suspicion to death, seconds: people who fell ill longer before the
    /// start are not generated, so longer illnesses are truncated here.
    pub longest_illness: i64,
}

/// A GP practice.
#[derive(Clone, Debug, PartialEq)]
pub struct Practice {
    /// Name in the scenario; decides the key of the draws.
    pub name: String,
    /// Registered people.
    pub list_size: f64,
    /// Cumulative probabilities of the deprivation quintiles, most deprived first.
    pub deprivation: [f64; 5],
    /// Cumulative probabilities of the ethnicity groups.
    pub ethnicity: Vec<f64>,
    /// Multiplies travel time of home visits to this practice's people.
    pub travel_factor: f64,
}

/// A diagnosis group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Name in the scenario; decides the key of the draws.
    pub name: String,
    /// Counted as cancer.
    pub cancer: bool,
    /// Sudden death: no palliative phase, no need of the community services before death.
    pub sudden: bool,
    /// People falling ill (later dying of it) per 1,000 registered people per year.
    pub per_1000_a_year: f64,
    /// The part of the run in which first suspicions arise, half-open; `None`: throughout, and before it.
    pub between: Option<(Time, Time)>,
    /// Cumulative probabilities of the age bands.
    pub age: Vec<f64>,
    /// Probability of living in a care home at the start of the palliative phase, by age band.
    pub care_home: Vec<f64>,
    /// Cumulative probabilities of the preferred place of death (order of [`Place::ALL`]) of those at home.
    pub preferred_place: [f64; 4],
    /// Multiplies starting trust.
    pub trust_factor: f64,
    /// Share who present late: diagnosis leads straight into the palliative phase.
    pub late: f64,
    /// Length of active treatment, seconds.
    pub treatment: Quantile,
    /// Length of living with the illness, seconds.
    pub living_with: Quantile,
    /// Probability of returning to treatment after living with the illness (at most twice).
    pub returns_to_treatment: f64,
    /// Length of a spell in stable, deteriorating, unstable, dying (positions 1 to 4 of [`State`];
    /// position 0 is unused), seconds.
    pub spell: [Quantile; STATES],
    /// Cumulative probabilities of the state after a spell, rows and columns stable, deteriorating,
    /// unstable, final (final: the last deterioration, with which end of life begins).
    pub next: [[f64; 4]; 3],
    /// Cumulative probabilities of the first palliative state: stable, deteriorating, unstable.
    pub first: [f64; 3],
    /// Symptom episodes a week by state.
    pub episodes_a_week: [f64; STATES],
    /// Acute medical events a week by state.
    pub acute_a_week: [f64; STATES],
    /// Probability that a specialist palliative review is needed in the palliative phase.
    pub specialist_need: f64,
    /// For sudden deaths: probability of an emergency admission just before death, and the time
    /// between the two, seconds.
    pub sudden_admission: (f64, Quantile),
}
