//! The tables of a scenario of `kind = "pathway"`, as they are written: the registry of its parameters.
//!
//! Every field's doc comment is what `careweave explain` prints and what the JSON Schema says. All
//! tables are named, so that one line of a later file can change one number. Units are written in the
//! value (`{ days = 2 }`, `unit = "day"`) or in the name of the key (`_a_week`, `_minutes`, `_hours`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::hours::{Date, Weekly};
use crate::scenario::units::{Count, Duration, Positive, Probability, WeeklyRate};

mod access;
mod amount;
mod care;
mod check;
mod check_access;
mod check_care;
mod check_coordination;
mod check_rates;
mod check_relations;
mod check_services;
mod coordination;
mod check_trust;
mod illness;
mod later;
mod load;
mod money;
mod check_planning;
mod pairs;
mod planning;
mod relations;
mod rota;
mod services;
mod shapes;
mod trust;
#[cfg(test)]
mod tests;

pub use access::*;
pub use amount::*;
pub use care::*;
pub use coordination::*;
pub use illness::*;
pub use later::{Epoch, LaterSpec};
pub use load::{Load, YEAR_WEEKS, team_name};
pub use money::*;
pub use pairs::*;
pub use planning::*;
pub use relations::*;
pub use rota::{Duty, joined};
pub use services::*;
pub use shapes::*;
pub use trust::*;

/// A locality, its people and their illness, its services and how they hand people to one another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathwayScenario {
    /// First day of the simulation, a Monday: second 0 is its 00:00.
    pub start_date: Date,
    /// Bank holidays. A holiday before the start or after the end of the run does nothing.
    #[serde(default)]
    pub bank_holidays: Vec<Date>,
    /// Windows, replications and seed.
    pub run: Run,
    /// The place and its size.
    pub locality: Locality,
    /// Weekly opening hours, by name.
    pub calendars: BTreeMap<String, Weekly>,
    /// General practices, by name. The name decides the draws of the practice's people.
    pub practices: BTreeMap<String, PracticeSpec>,
    /// Ways a practice works, by name.
    pub styles: BTreeMap<String, StyleSpec>,
    /// Age bands, by name, in the order of their lower age.
    pub age_bands: BTreeMap<String, AgeBand>,
    /// Ethnicity groups, by name.
    pub ethnicities: BTreeMap<String, Ethnicity>,
    /// Diagnosis groups, by name. The name decides the draws of the group's people.
    pub groups: BTreeMap<String, GroupSpec>,
    /// Courses of the palliative phase, by name; each diagnosis group follows one.
    pub trajectories: BTreeMap<String, Trajectory>,
    /// Share of each kind of symptom among episodes, by name.
    pub symptom_kinds: BTreeMap<String, Probability>,
    /// Share of each kind of acute medical event, by name.
    pub acute_kinds: BTreeMap<String, Probability>,
    /// What is decided before care and is common to all groups.
    pub course: Course,
    /// Teams, by name. The name decides the draws of its clinicians; the organisation never does.
    pub teams: BTreeMap<String, TeamSpec>,
    /// What stands between teams.
    pub interface: InterfaceSpec,
    /// How well teams know one another; if left out, every hand-off is always as the interface says.
    pub relationships: Option<RelationshipsSpec>,
    /// What a merger or another reorganisation costs while it goes on; none if left out.
    pub transition: Option<TransitionSpec>,
    /// How services learn of people and plan for them.
    pub planning: PlanningSpec,
    /// Symptom episodes: seeking help, route, control, crisis.
    pub symptoms: SymptomsSpec,
    /// The prescribing chain.
    pub prescribing: PrescribingSpec,
    /// Social care and its money.
    pub social_care: SocialCareSpec,
    /// The acute hospital.
    pub hospital: HospitalSpec,
    /// Hospice ward and hospice-at-home.
    pub hospice: HospiceSpec,
    /// Single point of access; none if left out.
    pub access_point: Option<AccessPointSpec>,
    /// Nurse and paramedic placed in practices; none if left out.
    pub embedded: Option<EmbeddedSpec>,
    /// Virtual ward; none if left out.
    pub virtual_ward: Option<VirtualWardSpec>,
    /// Night sitting; none if left out.
    pub night_sitting: Option<NightSittingSpec>,
    /// Complex and palliative continuing-care service; none if left out.
    pub continuing_care_service: Option<ContinuingCareServiceSpec>,
    /// Hospice helpline; none if left out.
    pub helpline: Option<HelplineSpec>,
    /// Team at the door of the emergency department; none if left out.
    pub emergency_front_door: Option<FrontDoorSpec>,
    /// Unit costs.
    pub costs: CostsSpec,
    /// Roles that coordinate: needs assessments, support workers, matrons, joint care managers, the coordinator.
    #[serde(default)]
    pub coordination: CoordinationSpec,
    /// Changes of how care is organised during the run, by name, laid over one another in the order of their times.
    #[serde(default)]
    pub later: BTreeMap<String, LaterSpec>,
    /// What the changes come to: the whole scenario from each of them on, in the order of time. The reader fills it.
    #[serde(skip)]
    pub epochs: Vec<Epoch>,
    /// How trust in services follows from what people experience; fixed at its start if left out.
    pub trust: Option<TrustSpec>,
    /// Barriers and differences in what people are offered; none if left out.
    pub equity: Option<EquitySpec>,
    /// Confidence of teams, which grows with good experiences; without effect if left out.
    pub confidence: Option<ConfidenceSpec>,
}

/// Windows, replications and seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-evidence" = false))]
pub struct Run {
    /// Length of the warm-up, which only fills the services (the illness is stationary from the start).
    pub warm_up: Duration,
    /// Length of the measured window: the people counted have their onset or death in it.
    pub measured: Duration,
    /// Length of the time after it, in which arrivals go on and the people counted are followed.
    pub cool_down: Duration,
    /// Replications when the command line does not say.
    pub replications: Count,
    /// Seed when the command line does not say.
    pub seed: u64,
    /// When `--replications auto` stops.
    pub auto: Auto,
    /// Replications in antithetic pairs: the second of each pair draws `1 - u` wherever the first draws `u`.
    #[serde(default)]
    pub antithetic: bool,
    /// Control variates (deaths and acute events, whose means are known) are used where they help.
    #[serde(default)]
    pub controls: bool,
}

/// When `--replications auto` stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Auto {
    /// Never more replications than this.
    pub cap: Count,
    /// Half-width of the 95% interval wanted, as a share of the estimate (of the first arm's, for a difference).
    pub precision: Positive,
    /// Outcomes that must reach it; the headline outcomes if left out.
    #[serde(default)]
    pub outcomes: Vec<String>,
    /// When it looks: `spaced`, after 40, 80, 120 replications and so on (as if left out), or `look_ahead`, after every
    /// replication from 20 on, the precision holding for 5 more (beyond 100, for 5% more).
    #[serde(default)]
    pub rule: StoppingRule,
}

/// When `--replications auto` looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoppingRule {
    /// After 40, 80, 120 replications and so on.
    #[default]
    Spaced,
    /// After every replication, with look-ahead.
    LookAhead,
}

/// The place and its size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locality {
    /// People of the whole area that the shared services (specialist nurses, hospice, out of hours) serve.
    /// Those not registered with a practice of this file load these services as background.
    pub area_people: Positive,
    /// Opening hours of the practices; out of hours is when they are closed.
    #[schemars(extend("x-refers" = "calendars"))]
    pub practice_calendar: String,
    /// Opening hours of the pharmacies, and of whatever is counted in open hours without a team.
    #[schemars(extend("x-refers" = "calendars"))]
    pub pharmacy_calendar: String,
}

/// A general practice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeSpec {
    /// Registered people.
    pub list_size: Positive,
    /// How it works.
    #[schemars(extend("x-refers" = "styles"))]
    pub style: String,
    /// Multiplies the travel time of home visits to its people (1 = as the team's own travel time).
    pub travel_factor: Positive,
    /// Share of its people in each deprivation quintile of the country; the five add up to 1.
    pub deprivation: ByQuintile<Probability>,
    /// Share of its people in each ethnicity group; they add up to 1, a group left out has none.
    #[schemars(extend("x-keys-refer" = "ethnicities"))]
    pub ethnicity: BTreeMap<String, Probability>,
    /// Runs the risk tool of `planning.risk_tool`, or does not; as its style if left out.
    pub risk_tool: Option<bool>,
}

/// How a practice works: what separates the proactive from the reactive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StyleSpec {
    /// Probability that a hospital letter about the palliative phase is acted on.
    pub acts_on_letter: Probability,
    /// Probability that a GP contact leads to recognition of somebody not yet recognised, by true state.
    pub notices: ByState<Probability>,
    /// Planned GP contacts a week with people on the register, by known state.
    pub planned_a_week: ByState<WeeklyRate>,
    /// Probability that somebody on the register who needs specialist care is referred when this state becomes known.
    pub refers_to_specialist: ByState<Probability>,
    /// When a prescription may be collected.
    pub collection_rule: CollectionRule,
    /// Probability that anticipatory medicines are arranged when this state becomes known.
    pub anticipatory: ByState<Probability>,
    /// Doses in a supply of anticipatory medicines; a partial supply ("two vials") is 2.
    pub anticipatory_doses: Count,
    /// Probability that the GP sees a symptom at home rather than at the surgery or by telephone.
    pub home_visit: Probability,
    /// Probability that repeated emergency admissions are acted on when the discharge letter comes
    /// (see `planning.repeated_admissions`).
    #[serde(default)]
    pub acts_on_admissions: Probability,
    /// Runs the risk tool of `planning.risk_tool`.
    #[serde(default)]
    pub risk_tool: bool,
    /// Level of the Gold Standards Framework, 0 to 4; what each level does is in `planning.gsf`.
    #[serde(default)]
    #[schemars(range(min = 0, max = 4))]
    pub gsf_level: u32,
    /// Palliative care meetings; none if left out.
    pub meeting: Option<MeetingSpec>,
    /// Probability that an advance care plan is offered in a month with a planned GP contact, by known state
    /// (see `planning.acp`).
    #[serde(default)]
    pub acp_offered: ByState<Probability>,
    /// Review of deaths; none if left out.
    pub after_death_review: Option<ReviewSpec>,
    /// Contact with the carer after a death; none if left out.
    pub bereavement: Option<BereavementSpec>,
    /// Each GP has a buddy who sees the people in the GP's place while they wait for their own.
    #[serde(default)]
    pub buddy: bool,
}

/// When a prescription may be collected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionRule {
    /// Working days of the practice from request to collection ("48 hours" is 2).
    #[schemars(range(min = 0, max = 30))]
    pub working_days: u32,
    /// Probability that the rule is waived for a person known to be palliative.
    pub waived_for_palliative: Probability,
}
