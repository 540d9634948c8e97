//! Tables of social care and its money, and of unit costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::shapes::{ByQuintile, ByRole, ByState};
use crate::scenario::hours::Hours;
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Duration, Money, NonNegative, Positive, Probability, WeeklyRate};

/// Social care and its money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SocialCareSpec {
    /// Hours a week beyond the carer's at which care is needed.
    pub threshold_hours: NonNegative,
    /// Largest package at home, hours a week.
    pub most_hours: Positive,
    /// The family's own delay until it asks.
    pub family_asks: LawSpec,
    /// Probability that a contact with somebody in unmet need leads to a request, by role.
    pub contact_asks: ByRole<Probability>,
    /// Probability that a request for somebody known to be deteriorating or dying is treated as urgent.
    pub terminal_urgent: Probability,
    /// The assessment restarts when need has grown beyond the package by this factor.
    pub reassess_above: Positive,
    /// The means test.
    pub means_test: MeansTest,
    /// The family's time to return the forms of the financial assessment.
    pub forms_returned: LawSpec,
    /// The council's financial assessment, once the forms are back.
    pub financial_assessment: LawSpec,
    /// Self-funders: from assessment to a private arrangement.
    pub self_funded: LawSpec,
    /// The funding panel; left out: authorised at once.
    pub panel: Option<Panel>,
    /// One budget for health and social care: no panel, no dispute, no authorisation hop. It removes neither
    /// the queue for assessment nor the means test.
    #[serde(default)]
    pub pooled_budget: bool,
    /// Length of a dispute between budgets, once there is one.
    pub dispute: LawSpec,
    /// From hours being found to the first visit.
    pub start: LawSpec,
    /// The fast track to continuing health care.
    pub fast_track: FastTrack,
    /// Re-ablement after a discharge.
    pub reablement: Reablement,
    /// Care starts before the assessment for urgent requests.
    #[serde(default)]
    pub urgent_start: bool,
    /// Discharge to assess: free care from discharge for this long; not offered if left out.
    pub discharge_to_assess: Option<Duration>,
    /// How long a package is held during an admission.
    pub held_for: Duration,
    /// The way into a care home.
    pub care_home: CareHomeEntry,
    /// What unmet hours do to the carer and the person.
    pub strain: Strain,
}

/// The means test for care at home (the home itself is disregarded).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeansTest {
    /// Nobody is tested.
    #[serde(default)]
    pub waived: bool,
    /// Capital below this is disregarded: the council pays.
    pub lower: Money,
    /// Capital above this: the person pays all.
    pub upper: Money,
    /// Between the limits a person contributes one pound a week for every so many pounds above the lower limit.
    pub pound_a_week_per: Money,
    /// Capital of people by deprivation quintile, in pounds. With the limits it decides the shares of those who
    /// are funded, contribute and pay.
    #[schemars(extend("x-unit" = "GBP"))]
    pub capital: ByQuintile<Amount>,
}

/// The funding panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Time between panels.
    pub every: Duration,
    /// Weekday of the first panel.
    pub day: Day,
    /// Hours in which it sits; it decides at their end.
    #[schemars(extend("x-evidence" = false))]
    pub hours: Hours,
    /// Probability that it defers a case to the next.
    pub defers: Probability,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "a day of the week"))]
pub enum Day {
    /// Monday.
    Mon = 0,
    /// Tuesday.
    Tue = 1,
    /// Wednesday.
    Wed = 2,
    /// Thursday.
    Thu = 3,
    /// Friday.
    Fri = 4,
    /// Saturday.
    Sat = 5,
    /// Sunday.
    Sun = 6,
}

/// The fast track to continuing health care, on the known state: no means test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FastTrack {
    /// Probability of an application when a state becomes known (once for each state).
    pub applies: ByState<Probability>,
    /// Probability of approval.
    pub approved: Probability,
    /// Until the application is written.
    pub application: LawSpec,
    /// Whether the application, once written, goes to those who decide as referrals do: delayed, lost, returned. Otherwise
    /// `application` and `decision` say all there is to say.
    #[serde(default)]
    pub over_interface: bool,
    /// Until it is decided.
    pub decision: LawSpec,
    /// Brokerage before hours are looked for.
    pub brokerage: LawSpec,
}

/// Re-ablement after a discharge: free for some weeks, then the means test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reablement {
    /// Share of discharges needing a package that get it.
    pub share: Probability,
    /// How long it is free.
    pub free_for: Duration,
    /// From readiness for discharge to its start.
    pub start: LawSpec,
}

/// The way into a care home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CareHomeEntry {
    /// Need a week at which it is considered for somebody without a carer.
    pub considered_hours: NonNegative,
    /// Probability that it is then chosen at the assessment.
    pub chosen: Probability,
    /// Until a room is found.
    pub wait: LawSpec,
}

/// What unmet hours do to the carer and the person. Each rate stays below its candidate rate in `course`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strain {
    /// Carer breakdown a week when all hours of need fall on a carer at capacity.
    pub breakdown_a_week: WeeklyRate,
    /// Falls a week with unmet need.
    pub fall_a_week: WeeklyRate,
    /// Probability that either becomes an emergency admission.
    pub admitted: Probability,
}

/// Unit costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostsSpec {
    /// A contact face to face, by role.
    pub contact: ByRole<Money>,
    /// A contact by telephone, by role.
    pub call: ByRole<Money>,
    /// A prescription.
    pub prescription: Money,
    /// A hospital day.
    pub hospital_day: Money,
    /// An attendance at an emergency department.
    pub emergency_department: Money,
    /// An ambulance journey.
    pub ambulance: Money,
    /// A day on the hospice ward.
    pub hospice_day: Money,
    /// A day with hospice-at-home.
    pub hospice_at_home_day: Money,
    /// An hour of home care.
    pub home_care_hour: Money,
    /// A week in a care home.
    pub care_home_week: Money,
}
