//! Tables of routes in and places at home; each may be left out, and then there is no such service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::services::PriorityName;
use super::shapes::{BySeverity, ByState, RoleName};
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Count, Duration, Minutes, Money, NonNegative, Probability, WeeklyRate};

/// Single point of access: one number for people and carers, one hub for referrers, answered by the team of role
/// `access_point` (its `contact.call` is the triage, its `contact.admin` the passing on of a referral).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessPointSpec {
    /// Share of calls for help that come here, in its hours, instead of to practice, nurse, 111 or 999.
    pub calls: BySeverity<Probability>,
    /// The delay in seeking help is multiplied by this where there is one number to call.
    pub seek_factor: NonNegative,
    /// Of the calls for which advice is the right treatment, the share it settles on the telephone.
    pub settles: BySeverity<Probability>,
    /// Probability that it sends an ambulance.
    #[serde(default)]
    pub emergency: BySeverity<Probability>,
    /// From the end of the call until the team it passes the caller on to has it.
    pub pass_on: LawSpec,
    /// Priority of the contact it passes on.
    pub priority: BySeverity<PriorityName>,
    /// The team it passes on to is told the caller's state at once.
    #[serde(default)]
    pub word_at_once: bool,
    /// Hand-offs that go through it as a hub instead of the GP's queue, `"sender>receiver"`, each a team, a role
    /// or `*`. What such a hand-off goes through is the interface from sender to hub and from hub to receiver.
    #[serde(default)]
    pub hub: Vec<String>,
}

/// Specialist nurse (role `embedded_nurse`) and paramedic (role `paramedic`) placed in practices: those of the
/// catchments of their teams. The paramedic visits where the symptom is severe, the nurse sees the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbeddedSpec {
    /// Share of calls for help that they take, in their hours.
    pub takes: BySeverity<Probability>,
    /// The nurse's reviews a week of people on the register, by the state the practice knows.
    pub review_a_week: ByState<WeeklyRate>,
    /// How often they look for referrals of the practice that got nowhere.
    pub sweep_a_week: WeeklyRate,
    /// Share of the practice's referrals that would have come back which reach the right person the first time.
    pub right_first_time: Probability,
    /// Probability that a review leads to the carer being invited to an assessment (once for each known state).
    pub invites_carer: Probability,
    /// When they come, after the start of the run; at its start if left out.
    #[schemars(extend("x-evidence" = false))]
    pub from: Option<Duration>,
    /// When they leave again, after the start of the run; never if left out.
    #[schemars(extend("x-evidence" = false))]
    pub until: Option<Duration>,
    /// How they learn the work; at once if left out.
    pub learning: Option<Learning>,
}

/// A learning curve: a straight line from what it is at first to the usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// How long it lasts.
    pub lasts: Duration,
    /// Contact time at first, as a multiple of the usual.
    pub contact_at_first: NonNegative,
    /// Share of calls taken at first, as a share of the usual.
    pub takes_at_first: Probability,
}

/// Virtual ward (role `virtual_ward`): so many places with a daily round; the person stays at home and the community's
/// work goes on. Only acute illness that the community could manage is averted; the rest goes to hospital all the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VirtualWardSpec {
    /// Role whose team does the daily round (GP-led: `gp`) and whose queue it joins. Left out: the hospital's consultants,
    /// who have the time and are not queued for.
    pub round_by: Option<RoleName>,
    /// Time of day of the round, after midnight, on the days on which the ward's calendar is then open.
    #[schemars(extend("x-evidence" = false))]
    pub round_at: Duration,
    /// A consultant's time for one person on one round.
    #[serde(default)]
    pub round_minutes: Minutes,
    /// Share of rounds on which the person is visited rather than called.
    pub visits: Probability,
    /// Probability that somebody in a symptom crisis is taken in instead of going to hospital, if a place is free.
    pub from_crisis: Probability,
    /// Probability that somebody with an acute illness that the community could manage is taken in at the first contact,
    /// if a place is free.
    pub from_acute: Probability,
    /// Probability of a referral at a contact of GP, specialist nurse or staff placed in the practice, by the state that
    /// role knows (once a week).
    pub after_contact: ByState<Probability>,
    /// Probability that it is offered to somebody ready to leave hospital, who then need not wait for district nursing.
    pub step_down: Probability,
    /// Somebody stepping down need not wait for the package of care either.
    #[serde(default)]
    pub bridges_care: bool,
    /// Multiplies the hazard of a crisis.
    pub crisis: NonNegative,
    /// Probability that a contact averts an acute illness that the community could manage, while on the ward.
    pub acute_averted: Probability,
    /// Longest stay.
    pub longest: Duration,
    /// Cost of a place for a day.
    #[serde(default)]
    pub cost_per_day: Money,
}

/// Night sitting (role `night_sitter`): so many sitters a night, in the hours of the team's calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NightSittingSpec {
    /// Probability that a sitter is asked for when nurses, the doctor out of hours or hospice-at-home know of dying.
    pub dying: Probability,
    /// Probability that one is asked for at a contact of these where the carer is strained (once a week).
    pub strained: Probability,
    /// The carer is strained when unmet hours exceed this share of the carer's own.
    pub strained_above: NonNegative,
    /// Probability that one is asked for after a crisis averted at home.
    pub after_crisis: Probability,
    /// For how many nights a sitter comes.
    pub nights: Count,
    /// The sitter is there by day as well.
    #[serde(default)]
    pub round_the_clock: bool,
    /// Multiplies the hazard of a crisis out of hours (round the clock: at any time).
    pub crisis: NonNegative,
    /// Multiplies the rate of carer breakdown (at most 1, so that it stays below its candidates).
    pub breakdown: Probability,
    /// Probability that the sitter averts a crisis or a call to 999 while there.
    pub averts: Probability,
    /// Cost of a night.
    #[serde(default)]
    pub cost_per_night: Money,
}

/// Complex and palliative continuing-care service (role `continuing_care_service`): packages of its own, so many at a
/// time, for people whose fast track is approved or whom a district nurse refers in the last days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContinuingCareServiceSpec {
    /// Probability that a district nurse who learns of dying refers straight to it, without an application.
    pub nurse_refers: Probability,
    /// From acceptance to the first visit.
    pub starts: LawSpec,
    /// How long a full service is waited for before care is sourced from the agencies.
    pub waits: Duration,
}

/// Hospice helpline for care homes and families, answered by the staff of the hospice ward, whose time is counted
/// but not queued for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HelplineSpec {
    /// Its hours.
    #[schemars(extend("x-refers" = "calendars"))]
    pub calendar: String,
    /// Share of calls for help of care-home residents that come here first.
    pub care_home: BySeverity<Probability>,
    /// The same for people at home who have been seen by specialist palliative care.
    pub family: BySeverity<Probability>,
    /// Of the calls for which advice is the right treatment, the share it settles.
    pub settles: BySeverity<Probability>,
    /// Probability that a crisis, or a call to 999, of somebody who calls here is averted.
    pub averts: Probability,
    /// Length of a call.
    pub call_minutes: Minutes,
}

/// Team at the door of the emergency department: home again with help instead of an admission, after a symptom
/// crisis. Acute illness is admitted all the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontDoorSpec {
    /// Its hours.
    #[schemars(extend("x-refers" = "calendars"))]
    pub calendar: String,
    /// Share of the admissions after a symptom crisis that it turns into going home.
    pub home_again: BySeverity<Probability>,
    /// Probability that it refers to district nurses and, where needed, to the specialist nurses.
    pub refers: Probability,
    /// Its time for one person.
    pub minutes: Minutes,
}

/// A nurse gives medicine only from a chart signed by a doctor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// Probability that a signed chart came with the medicine (drawn once for each symptom episode); else the GP, or out of hours the doctor, has to sign one.
    pub with_medicine: Probability,
}

/// Syringe drivers: set up after a nurse's dose for a severe symptom, looked after by a nurse every day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyringeDriverSpec {
    /// Probability that a nurse's dose for a severe symptom is followed by a driver, by state.
    pub set_up: ByState<Probability>,
    /// How long it runs.
    pub lasts: Duration,
    /// Multiplies the probability that a dose fails while a driver runs.
    pub failure: Probability,
}
