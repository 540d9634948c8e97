//! Tables of recognition and planning: risk tool, register, GSF levels, meetings, advance care plans, learning.
//!
//! Each may be left out; left out, nothing of it exists.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::money::Day;
use super::shapes::{ByRole, ByState};
use crate::model::State;
use crate::scenario::hours::Hours;
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Count, Duration, Minutes, NonNegative, Probability};

/// A number of clinicians; 0 for a role left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HeadCount(pub u32);

impl JsonSchema for HeadCount {
    fn schema_name() -> Cow<'static, str> {
        "HeadCount".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": 100 })
    }
}

/// A practice's palliative care meeting. Meetings are spread over the weeks between them by the practice's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingSpec {
    /// Time between meetings.
    pub every: Duration,
    /// Weekday on which it is held (the next opening of the practice if that day is closed).
    pub day: Day,
    /// Hours of the day; it begins at their start.
    #[schemars(extend("x-evidence" = false))]
    pub hours: Hours,
    /// Time it takes each clinician who attends.
    pub minutes: Minutes,
    /// Most people discussed: red and amber first, then those not discussed for longest.
    #[schemars(range(min = 0, max = 10_000))]
    pub people: u32,
    /// Who leads it.
    pub led_by: Leader,
    /// Share of the practice's GPs who attend; above 0, at least one.
    pub gps: Probability,
    /// Clinicians of other teams who attend, by role.
    #[serde(default)]
    pub attends: ByRole<HeadCount>,
    /// Probability that a planned contact that is overdue is noticed, and made at once.
    pub finds_overdue: Probability,
    /// Probability that a lost referral of somebody discussed is noticed, and sent again.
    pub finds_lost: Probability,
    /// A referral (or anticipatory medicines) not made so far is made with the usual probability times this.
    pub finds_missing: Probability,
}

/// Who leads a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "who leads a meeting"))]
pub enum Leader {
    /// The practice: everybody on its register may be discussed.
    Practice,
    /// The specialist nurses: only people they already have are discussed, who so come onto the register.
    Cns,
}

/// Review of a death in the practice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewSpec {
    /// Probability that the death of somebody on the register is reviewed.
    pub probability: Probability,
    /// A GP's time for it.
    pub minutes: Minutes,
}

/// A contact with the carer after a death.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BereavementSpec {
    /// Probability of a contact, for a carer of somebody on the register.
    pub probability: Probability,
    /// From the death to the contact being asked for.
    pub after: LawSpec,
    /// Who makes it.
    pub by: Bereaver,
    /// Time it takes.
    pub minutes: Minutes,
}

/// Who makes a bereavement contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "who makes a bereavement contact"))]
pub enum Bereaver {
    /// A GP.
    Gp,
    /// A district nurse.
    DistrictNurse,
}

/// Repeated emergency admissions as a reason to recognise somebody.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatedAdmissions {
    /// How many admissions (at most 8).
    pub number: Count,
    /// Within how long.
    pub within: Duration,
}

/// A tool that looks through a practice's list for people who may be in their last year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskToolSpec {
    /// Time between runs. Runs are spread over the weeks between them by the practice's name.
    pub every: Duration,
    /// Probability that a run finds somebody not yet recognised, by diagnosis group; 0 for a group left out.
    #[schemars(extend("x-keys-refer" = "groups"))]
    pub sensitivity: BTreeMap<String, Probability>,
    /// Multiplies it, by true state.
    pub in_state: ByState<Probability>,
    /// People flagged at each run who are not palliative, for every 1,000 on the list.
    pub false_alarms_per_1000: NonNegative,
    /// Time to review each person flagged (by the nurse placed in the practice if there is one, else a GP).
    pub minutes: Minutes,
}

/// What each level of the Gold Standards Framework adds; levels are cumulative, and a practice's is that of its style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsfSpec {
    /// Level 1: a register and a coordinator within the practice.
    pub level_1: Option<GsfLevel1>,
    /// Level 2: assessment of symptoms, continuity with out of hours, learning.
    pub level_2: Option<GsfLevel2>,
    /// Level 3: support of carers, care of the dying.
    pub level_3: Option<GsfLevel3>,
    /// Level 4: care homes, people without cancer, advance care plans for all.
    pub level_4: Option<GsfLevel4>,
}

/// Level 1: a named coordinator within the practice, for people on the register.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsfLevel1 {
    /// Multiplies the time until a lost referral is chased.
    pub lost_chased: NonNegative,
    /// Multiplies the delay in seeking help of people without a nurse as key worker.
    pub help_sought: NonNegative,
}

/// Level 2: assessment of symptoms, continuity with out of hours, learning.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsfLevel2 {
    /// Probability that a planned GP contact finds (and treats) a symptom for which help has not been sought, or no longer is.
    pub finds_symptoms: Probability,
    /// Probability that the out-of-hours doctor is handed the plan and each change of state at once.
    pub handover: Probability,
    /// Multiplies the probability that a GP notices somebody not yet recognised.
    pub notices: NonNegative,
}

/// Level 3: support of carers, care of the dying.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsfLevel3 {
    /// The carer's assessment.
    pub carers: CarersAssessment,
    /// Multiplies planned GP contacts a week once dying is known.
    pub dying_contacts: NonNegative,
    /// Share of a GP's misjudgements of the dying that do not happen.
    pub dying_recognised: Probability,
}

/// The carer's assessment, offered at planned GP contacts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarersAssessment {
    /// Probability that it is offered in a month with a planned contact.
    pub offered: Probability,
    /// Share of carers who accept.
    pub accepted: Probability,
    /// A GP team's time for it.
    pub minutes: Minutes,
    /// While it is in force the rate of carer breakdown is lower by this share.
    pub relieves: Probability,
    /// How long it is in force.
    pub in_force: Duration,
}

/// Level 4: everybody as the others. Practices below it do less for some:
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsfLevel4 {
    /// Below level 4, a GP's recognition of people in care homes and offer of a plan is multiplied by this.
    pub care_home_below: Probability,
    /// Below level 4, the same for people without cancer.
    pub non_cancer_below: Probability,
}

/// Advance care plans.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcpSpec {
    /// Probability that a plan is offered in a month with a planned contact or first assessment, by role (the GP's is
    /// `acp_offered` of the practice's style) and the state the role knows.
    pub offered: OfferedByRole,
    /// Share of people willing.
    pub willing: Probability,
    /// Time the conversation takes.
    pub minutes: Minutes,
    /// Probability that a plan agreed is written into the record.
    pub recorded: Probability,
    /// A summary that every service can open (EPaCCS); none if left out.
    pub shared_summary: Option<SharedSummary>,
    /// What a plan that can be seen does.
    pub effect: AcpEffect,
}

/// Probability of offering a plan, by role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OfferedByRole {
    /// District nurses.
    pub district_nurse: ByState<Probability>,
    /// Clinical nurse specialists.
    pub cns: ByState<Probability>,
    /// Support workers.
    pub support_worker: ByState<Probability>,
    /// Community matrons.
    pub community_matron: ByState<Probability>,
    /// Joint care managers.
    pub joint_care_manager: ByState<Probability>,
    /// Specialist nurses placed in a practice.
    pub embedded_nurse: ByState<Probability>,
    /// Paramedics placed in a practice.
    pub paramedic: ByState<Probability>,
}

/// An electronic palliative care coordination system.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedSummary {
    /// It may be made once whoever agreed the plan knows this state or a worse one ("stable": from the beginning of the
    /// palliative phase).
    pub from: KnownState,
    /// Probability that one is made of a recorded plan.
    pub made: Probability,
    /// Probability that a responder opens it.
    pub seen: Probability,
}

/// A state of the palliative phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "a state of the palliative phase"))]
pub enum KnownState {
    /// Symptoms under control.
    Stable,
    /// Gradually worsening.
    Deteriorating,
    /// An urgent change.
    Unstable,
    /// The last days.
    Dying,
}

impl KnownState {
    /// The state in the model.
    pub fn state(self) -> State {
        match self {
            KnownState::Stable => State::Stable,
            KnownState::Deteriorating => State::Deteriorating,
            KnownState::Unstable => State::Unstable,
            KnownState::Dying => State::Dying,
        }
    }
}

/// What an advance care plan does where it can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcpEffect {
    /// Share of the dying in hospital kept there who are offered a discharge, if they prefer home or care home.
    pub dying_discharge: Probability,
    /// Share of hospice referrals of people who do not want the hospice that are not made.
    pub unwanted_hospice: Probability,
    /// Share of admissions from the emergency department that are not made, of people who prefer home or care home.
    pub stays_home: Probability,
}

/// What a practice learns from its reviews of deaths: a level L between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LearningSpec {
    /// A review takes L this share of the way to 1.
    pub step: Probability,
    /// Mean time in which it is forgotten.
    pub forgotten_after: Duration,
    /// Letters missed are fewer by this × L.
    pub letters: Probability,
    /// The probability that a GP notices is higher by the factor 1 + this × L.
    pub notices: NonNegative,
    /// L at the start of the run, of practices that review deaths.
    #[serde(default)]
    pub start: Probability,
}
