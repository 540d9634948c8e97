//! Tables of the roles that coordinate: holistic needs assessments, support workers, matrons, joint care managers, the named coordinator.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::{BySeverity, ByState, RoleName};
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Duration, Minutes, NonNegative, Positive, Probability, WeeklyRate};

/// Roles that coordinate. Each table may be left out; what is left out does nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoordinationSpec {
    /// Holistic needs assessments (HNA), by the specialist nurses or the support workers.
    pub hna: Option<HnaSpec>,
    /// Support workers (navigators); needs a team of role `support_worker`.
    pub support_worker: Option<SupportSpec>,
    /// Community matrons; needs a team of role `community_matron`.
    pub community_matron: Option<MatronSpec>,
    /// Joint care managers; needs a team of role `joint_care_manager`.
    pub joint_care_manager: Option<ManagerSpec>,
    /// Coming straight back to a caseload from which one was discharged, without a new referral.
    pub route_back: Option<RouteBackSpec>,
    /// Who is the person's coordinator, and what several cost.
    pub coordinator: Option<CoordinatorSpec>,
}

/// Name of a diagnosis group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-refers" = "groups"))]
pub struct GroupName(pub String);

/// One value for each change of phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ByChange<T: Default> {
    /// At diagnosis.
    pub diagnosis: T,
    /// At the end of each course of treatment.
    pub end_of_treatment: T,
    /// At the change to the palliative phase.
    pub palliative: T,
}

impl<T: Default + Copy + Into<f64>> ByChange<T> {
    /// In order: diagnosis, end of treatment, palliative.
    pub fn values(&self) -> [f64; 3] {
        [self.diagnosis, self.end_of_treatment, self.palliative].map(Into::into)
    }
}

/// Holistic needs assessments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HnaSpec {
    /// Diagnosis groups whose changes of phase count; every group with an illness if left out.
    #[serde(default)]
    pub groups: Vec<GroupName>,
    /// Probability that an assessment is asked for at a change of phase, where a specialist nurse or a support
    /// worker has the person on the caseload.
    pub at: ByChange<Probability>,
    /// A support worker repeats it after this; never if left out.
    pub every: Option<Duration>,
    /// It is due within this.
    pub due: Duration,
    /// Probability that the specialist nurse holds it, for a person on her caseload.
    #[serde(default)]
    pub by_cns: Probability,
    /// Share held at the person's home; the others need no travel.
    #[serde(default)]
    pub visits: Probability,
    /// Onward referrals made by one assessment.
    #[serde(default)]
    pub onward: OnwardSpec,
}

/// Onward referrals made by one holistic needs assessment: their sum is the mean number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OnwardSpec {
    /// Probability of one to the specialist nurses (made only for somebody palliative who needs them).
    pub cns: Probability,
    /// Probability of an appointment with the GP.
    pub gp: Probability,
    /// Probability of one to district nursing (made only for somebody palliative).
    pub district_nurse: Probability,
    /// Probability of a request for social care (made where care is needed and nobody has asked).
    pub social_care: Probability,
    /// Probability of a carer's assessment, for a person with a carer.
    pub carers_assessment: Probability,
    /// Mean number to everybody else (benefits advice, community groups, therapists), which are only counted.
    pub elsewhere: NonNegative,
    /// Time for writing each of the last two kinds; the others take what the interface says.
    pub writing_minutes: Minutes,
}

/// Support workers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportSpec {
    /// Diagnosis groups they are for; every group with an illness if left out.
    #[serde(default)]
    pub groups: Vec<GroupName>,
    /// People on the caseload of one whole-time support worker; the others wait in the order of their referral.
    pub caseload_per_wte: Positive,
    /// Who refers, and when.
    pub referred: SupportReferredSpec,
    /// Probability that the person accepts the offer.
    pub accepts: Probability,
    /// Touchpoints a week by known state, for everybody on the caseload (six-monthly is 0.038).
    pub touchpoints_a_week: ByState<WeeklyRate>,
    /// Share of touchpoints that are visits; the rest are calls.
    #[serde(default)]
    pub touchpoint_visits: Probability,
    /// Somebody not known to be palliative manages alone after this; nobody is discharged if left out.
    pub discharged_after: Option<Duration>,
    /// How often a lost referral or an overdue planned contact of a person on the caseload would be found.
    #[serde(default)]
    pub chases_a_week: WeeklyRate,
    /// Time taken by each one found.
    #[serde(default)]
    pub chase_minutes: Minutes,
    /// A telephone line; none if left out.
    pub phone_line: Option<PhoneLineSpec>,
    /// Carers taught to give injections and feeds; none if left out.
    pub carer_training: Option<CarerTrainingSpec>,
    /// Work that a support worker takes for a person on the caseload.
    #[serde(default)]
    pub delegable: DelegableSpec,
    /// Share of the specialist nurses' released time that goes back into planned contacts.
    #[serde(default)]
    pub reinvested: Probability,
    /// Support workers from the person's own community; none if left out.
    pub community_matched: Option<MatchedSpec>,
}

/// Who refers to a support worker, and when: each a probability for somebody of their groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SupportReferredSpec {
    /// The hospital, at diagnosis.
    pub diagnosis: Probability,
    /// The hospital, at the end of each course of treatment.
    pub end_of_treatment: Probability,
    /// The hospital, at the change to the palliative phase.
    pub palliative: Probability,
    /// The hospital, when somebody goes home after an emergency admission.
    pub discharge: Probability,
    /// The practice, once for each state of somebody on its register.
    pub practice: Probability,
    /// The specialist nurse, at the first assessment.
    pub cns: Probability,
}

/// The support workers' telephone line, in their opening hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneLineSpec {
    /// Probability that a person on the caseload who seeks help rings the line first.
    pub route: BySeverity<Probability>,
    /// Probability that advice settles it; the others are passed on to a nurse or the GP at once.
    pub settles: BySeverity<Probability>,
    /// The delay in seeking help is multiplied by 1 + this × jobs waiting for each support worker.
    #[serde(default)]
    pub busy_holds_back: NonNegative,
}

/// Carers taught to give injections and feeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarerTrainingSpec {
    /// Share of carers taught, at a support worker's needs assessment.
    pub share: Probability,
    /// Time of the teaching.
    pub minutes: Minutes,
    /// Probability that a taught carer can give what is needed (at least `symptoms.carer_gives`).
    pub gives: Probability,
}

/// What support workers take from three roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DelegableSpec {
    /// From the specialist nurses.
    pub cns: DelegableKinds,
    /// From district nursing.
    pub district_nurse: DelegableKinds,
    /// From the practice.
    pub gp: DelegableKinds,
}

/// The share of each kind of work that a support worker takes; a kind left out is not delegated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DelegableKinds {
    /// Planned calls (of the specialist nurses).
    pub planned_calls: Probability,
    /// Planned visits, and the planned contacts of the practice.
    pub planned_contacts: Probability,
    /// Holistic needs assessments (of the specialist nurses).
    pub hna: Probability,
    /// Contacts that people ask the practice for.
    pub asked_for: Probability,
    /// Writing of referrals, requests for social care among them.
    pub referral_writing: Probability,
}

impl DelegableKinds {
    /// In order: planned calls, planned contacts, needs assessments, contacts asked for, writing.
    pub fn values(&self) -> [f64; 5] {
        [
            self.planned_calls,
            self.planned_contacts,
            self.hna,
            self.asked_for,
            self.referral_writing,
        ]
        .map(Into::into)
    }
}

/// Support workers from the person's own community.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchedSpec {
    /// Probability of a matched support worker by ethnicity group; a group left out has none.
    #[schemars(extend("x-keys-refer" = "ethnicities"))]
    pub share: BTreeMap<String, Probability>,
    /// Probability that the offer is then accepted.
    pub accepts: Probability,
    /// Multiplies the probability of an advance care plan for a person with a matched support worker.
    pub acp_factor: NonNegative,
}

/// Community matrons: only for people with another long-term condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatronSpec {
    /// People on the caseload of one whole-time matron; the others wait in the order of their referral.
    pub caseload_per_wte: Positive,
    /// Who refers somebody with another long-term condition.
    #[serde(default)]
    pub referred: MatronReferredSpec,
    /// Planned reviews a week by known state.
    pub reviews_a_week: ByState<WeeklyRate>,
    /// Share of planned reviews that are visits; the rest are calls.
    pub visits: Probability,
    /// Probability that a person on the caseload who seeks help in the matron's hours asks her first.
    #[serde(default)]
    pub route: BySeverity<Probability>,
    /// Weeks of intensive support at a change; none if left out.
    pub transition_support: Option<TransitionSupportSpec>,
}

/// Who refers to a community matron.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MatronReferredSpec {
    /// The practice, once for each state of somebody on its register.
    pub practice: Probability,
    /// The hospital, when somebody in the palliative phase goes home.
    pub discharge: Probability,
}

/// Weeks of intensive support by the matrons, for anybody, then self-management.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionSupportSpec {
    /// Probability that the practice asks for it when it learns of the palliative phase.
    pub at_palliative: Probability,
    /// Probability that the hospital asks for it when somebody in the palliative phase goes home.
    pub after_discharge: Probability,
    /// How long it lasts from the first visit.
    pub length: Duration,
    /// Planned contacts a week meanwhile.
    pub contacts_a_week: WeeklyRate,
}

/// Joint care managers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagerSpec {
    /// People on the caseload of one whole-time manager; the others wait in the order of their referral.
    pub caseload_per_wte: Positive,
    /// Only for people of an age band that begins at this age or later.
    pub from_age: NonNegative,
    /// Need for care (hours a week beyond the carer's) that makes somebody's health and social care complex.
    /// Somebody known to be unstable or dying, who could have the fast track, need not reach it.
    pub complex_hours: NonNegative,
    /// Probability that the hospital refers such a person who goes home.
    pub share: Probability,
    /// Planned reviews a week.
    pub reviews_a_week: WeeklyRate,
    /// How long the person is kept from the first contact.
    pub kept_for: Duration,
    /// How often a stuck request, dispute or agreement in social care would be settled by the manager.
    pub chases_a_week: WeeklyRate,
    /// Time taken by each.
    #[serde(default)]
    pub chase_minutes: Minutes,
    /// Probability that the manager applies for the fast track, by known state (once for each state).
    pub fast_track: ByState<Probability>,
}

/// Coming straight back to a caseload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteBackSpec {
    /// Probability that a person discharged by support workers or matrons comes back when help is sought, when the
    /// phase changes or after an admission.
    pub probability: Probability,
    /// Until the person is back on the caseload.
    pub delay: LawSpec,
}

/// The person's coordinator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoordinatorSpec {
    /// Probability that a service with the person on its caseload takes itself to be the coordinator.
    pub claims: ClaimsSpec,
    /// Whose claim comes first, the strongest first; roles left out come last in the order of the claims.
    #[serde(default)]
    pub order: Vec<RoleName>,
    /// Probability that the services agree on one where several claim to be.
    #[serde(default)]
    pub agreed: Probability,
    /// Coordinators' time a week for each pair of them.
    #[serde(default)]
    pub pair_minutes_a_week: Minutes,
    /// Delays in seeking help are multiplied by this for a person with exactly one coordinator.
    #[serde(default = "one")]
    pub key_worker_factor: NonNegative,
    /// How often one coordinator finds a lost referral or an overdue planned contact.
    #[serde(default)]
    pub chases_a_week: WeeklyRate,
    /// Time taken by each one found.
    #[serde(default)]
    pub chase_minutes: Minutes,
    /// Gains of trust are multiplied by this for a person with exactly one coordinator.
    #[serde(default = "one")]
    pub trust_gain: NonNegative,
}

fn one() -> NonNegative {
    NonNegative(1.0)
}

/// Probability of taking oneself to be the coordinator, by role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimsSpec {
    /// The practice, for people on its register.
    pub gp: Probability,
    /// District nursing.
    pub district_nurse: Probability,
    /// The specialist nurses.
    pub cns: Probability,
    /// Support workers.
    pub support_worker: Probability,
    /// Community matrons.
    pub community_matron: Probability,
    /// Joint care managers.
    pub joint_care_manager: Probability,
}

impl ClaimsSpec {
    /// In the order of the caseloads: practice, district nursing, specialist nurses, support workers, matrons, joint
    /// care managers.
    pub fn values(&self) -> [f64; 6] {
        [
            self.gp,
            self.district_nurse,
            self.cns,
            self.support_worker,
            self.community_matron,
            self.joint_care_manager,
        ]
        .map(Into::into)
    }
}
