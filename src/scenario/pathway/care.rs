//! Tables of the processes of care: planning, symptoms, prescribing, hospital, hospice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::{ChartSpec, SyringeDriverSpec};
use super::planning::{AcpSpec, GsfSpec, LearningSpec, RepeatedAdmissions, RiskToolSpec};
use super::shapes::{ByRole, BySeverity, ByState};
use crate::scenario::law::LawSpec;
use crate::scenario::units::{Count, Duration, NonNegative, Probability, WeeklyRate};

/// How services learn of people and plan for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanningSpec {
    /// From the change to the palliative phase to the hospital's letter being written.
    pub letter_written: LawSpec,
    /// Probability that a contact leads to recognition of somebody not yet recognised, by role (the GP's
    /// is that of the practice's style) and true state.
    pub notices: NoticesByRole,
    /// Probability that an emergency admission in the palliative phase leads to recognition.
    pub crisis_recognises: Probability,
    /// Probability that a clinician misjudges the state (sees it one step better).
    pub misjudges: Probability,
    /// Probability of a referral to district nursing when a state becomes known.
    pub refers_to_nursing: ByState<Probability>,
    /// Probability that a nurse who visits asks for anticipatory medicines when this state becomes known to her, if nobody has
    /// arranged them: the practice signs, unless she prescribes herself. Never if left out.
    #[serde(default)]
    pub asks_anticipatory: AsksAnticipatory,
    /// Planned nursing visits a week by known state.
    pub nursing_a_week: ByState<WeeklyRate>,
    /// Planned specialist contacts a week by known state.
    pub specialist_a_week: ByState<WeeklyRate>,
    /// Share of planned specialist contacts that are visits; the rest are calls.
    pub specialist_visits: Probability,
    /// Demand-led GP contacts a week by state, for anybody in the palliative phase.
    pub gp_demand_a_week: ByState<WeeklyRate>,
    /// A contact about a symptom is due within this, by severity.
    pub symptom_target: BySeverity<Duration>,
    /// A first assessment is due within this, by the role that assesses.
    pub assessment_target: TargetByRole,
    /// A prescription is due within this.
    pub script_target: ScriptTarget,
    /// Home visits due within this of one another may be made as one.
    pub combine_window: Duration,
    /// Whose planned visit may be made by whom, if there anyway, as pairs of roles `"visitor>for whom"` or
    /// `"one<>other"`; how often is `combine_visits` of the two teams.
    #[serde(default = "nurses")]
    pub combine_roles: Vec<String>,
    /// Who may go on a planned visit together, likewise; both spend the time. None if left out.
    #[serde(default)]
    pub joint_roles: Vec<String>,
    /// How long until somebody chases a lost referral.
    pub chased_after: LawSpec,
    /// Repeated emergency admissions as a reason to recognise somebody; none if left out.
    pub repeated_admissions: Option<RepeatedAdmissions>,
    /// A risk tool, run by practices that use it; none if left out.
    pub risk_tool: Option<RiskToolSpec>,
    /// What the levels of the Gold Standards Framework do; nothing if left out.
    pub gsf: Option<GsfSpec>,
    /// Advance care plans; left out, a plan is what the practice makes by putting somebody on the register.
    pub acp: Option<AcpSpec>,
    /// What practices learn from reviewing deaths; nothing if left out.
    pub learning: Option<LearningSpec>,
    /// In a month with a planned GP contact or a discharge letter, the practice thinks again of referrals and anticipatory
    /// medicines that it has not arranged so far, with the usual probability times this. 0: only when it learns of a change.
    #[serde(default)]
    pub reconsiders: Probability,
}

fn nurses() -> Vec<String> {
    vec!["district_nurse<>cns".to_owned()]
}

/// Probability of asking for anticipatory medicines, by role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AsksAnticipatory {
    /// District nurses, for people on their caseload.
    pub district_nurse: ByState<Probability>,
    /// Clinical nurse specialists, for people on theirs.
    pub cns: ByState<Probability>,
}

/// Probability of noticing by role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NoticesByRole {
    /// District nurses.
    pub district_nurse: ByState<Probability>,
    /// Clinical nurse specialists.
    pub cns: ByState<Probability>,
    /// Out-of-hours doctors.
    pub ooh_clinician: ByState<Probability>,
    /// Out-of-hours nurses.
    pub ooh_nurse: ByState<Probability>,
    /// Social workers.
    pub social_worker: ByState<Probability>,
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

/// Due time of a first assessment by role.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetByRole {
    /// GP.
    pub gp: Duration,
    /// District nurse.
    pub district_nurse: Duration,
    /// Clinical nurse specialist.
    pub cns: Duration,
    /// Social worker.
    pub social_worker: Duration,
    /// Support worker; as the district nurse if left out.
    pub support_worker: Option<Duration>,
    /// Community matron; as the district nurse if left out.
    pub community_matron: Option<Duration>,
    /// Joint care manager; as the district nurse if left out.
    pub joint_care_manager: Option<Duration>,
}

/// Due time of a prescription.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptTarget {
    /// For a symptom.
    pub urgent: Duration,
    /// A repeat.
    pub routine: Duration,
}

/// Symptom episodes: seeking help, route, control, crisis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SymptomsSpec {
    /// Delay until help is sought.
    pub seek: BySeverity<LawSpec>,
    /// Probability of never seeking help in the episode.
    pub never_sought: BySeverity<Probability>,
    /// The delay is multiplied by 1 + this × (1 − 2 × trust).
    pub trust_effect: Probability,
    /// The delay is multiplied by this for a person with a key worker to call.
    pub key_worker_factor: NonNegative,
    /// The delay is multiplied by 1 + this × jobs waiting for each clinician on duty in the key worker's team.
    pub busy_holds_back: NonNegative,
    /// Relative weights of the routes while the practice is open.
    pub route_in_hours: BySeverity<RouteInHours>,
    /// Relative weights of the routes while it is closed.
    pub route_out_of_hours: BySeverity<RouteOutOfHours>,
    /// Probability that a contact about a symptom is a visit rather than a call, by role (the GP's is that of
    /// the practice's style).
    pub visit: ByRole<Probability>,
    /// Probability that advice alone is the right treatment.
    pub advice_enough: BySeverity<Probability>,
    /// Probability that the medicine needed is already in use at home.
    pub at_home: BySeverity<Probability>,
    /// Probability that an effective dose controls the symptom.
    pub success: BySeverity<Probability>,
    /// Multiplies the probability of failure when the clinician is a palliative specialist.
    pub specialist_failure_factor: NonNegative,
    /// From advice to control.
    pub advice_onset: LawSpec,
    /// From dose to control.
    pub dose_onset: LawSpec,
    /// From a dose that failed to the next call for help.
    pub retry: LawSpec,
    /// Most attempts in one episode; afterwards it is left to its natural end.
    pub most_attempts: Count,
    /// Probability that a carer is trained and able to give the medicine.
    pub carer_gives: Probability,
    /// Probability that the medicine has to be given by injection.
    pub injection: BySeverity<Probability>,
    /// Crisis and what becomes of it.
    pub crisis: Crisis,
    /// Syringe drivers; left out: a dose is a dose.
    pub syringe_driver: Option<SyringeDriverSpec>,
}

/// Relative weights of the routes while the practice is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteInHours {
    /// The practice.
    pub gp: NonNegative,
    /// The district nurse, for people on the caseload.
    pub district_nurse: NonNegative,
    /// The specialist nurse, for people on the caseload.
    pub cns: NonNegative,
    /// 999.
    pub emergency: NonNegative,
}

impl RouteInHours {
    /// In the order GP, district nurse, specialist nurse, 999.
    pub fn values(&self) -> [f64; 4] {
        [self.gp, self.district_nurse, self.cns, self.emergency].map(Into::into)
    }
}

/// Relative weights of the routes while the practice is closed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteOutOfHours {
    /// Out-of-hours doctor or 111.
    pub ooh_clinician: NonNegative,
    /// Out-of-hours nurse, for people on the nursing caseload.
    pub ooh_nurse: NonNegative,
    /// 999.
    pub emergency: NonNegative,
    /// Wait until the practice opens.
    pub wait: NonNegative,
}

impl RouteOutOfHours {
    /// In the order doctor, nurse, 999, wait.
    pub fn values(&self) -> [f64; 4] {
        [self.ooh_clinician, self.ooh_nurse, self.emergency, self.wait].map(Into::into)
    }
}

/// Crisis and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crisis {
    /// Hazard an hour while the symptom is uncontrolled.
    pub hazard_an_hour: BySeverity<NonNegative>,
    /// Multiplies the hazard out of hours.
    pub out_of_hours: NonNegative,
    /// Multiplies the hazard for somebody living alone without a carer.
    pub alone: NonNegative,
    /// Multiplies the hazard while hospice-at-home is there.
    pub hospice_at_home: NonNegative,
    /// Probability that a responder who can see the plan averts it.
    pub averted_with_plan: Probability,
    /// Probability that a responder who cannot see it averts it.
    pub averted_without_plan: Probability,
    /// Probability that an attendance at the emergency department becomes an admission.
    pub admitted: BySeverity<Probability>,
    /// Time in the emergency department.
    pub emergency_department: LawSpec,
}

/// The prescribing chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescribingSpec {
    /// Probability that the first pharmacy has everything on a prescription without a controlled medicine.
    pub in_stock: Probability,
    /// Probability that the first pharmacy has everything on a prescription with one.
    pub in_stock_controlled: Probability,
    /// Share of prescriptions asked of the practice by another team that take as long to reach it as referrals do
    /// (`transfer_delay`); the others are asked for by telephone, at once.
    #[serde(default)]
    pub over_interface: Probability,
    /// Share of prescriptions for a symptom that hold a controlled medicine.
    pub controlled: BySeverity<Probability>,
    /// Time at the pharmacy.
    pub dispensing: LawSpec,
    /// Extra time to a second pharmacy or the next delivery.
    pub second_pharmacy: LawSpec,
    /// From ready to home, with a carer to fetch it.
    pub collected: LawSpec,
    /// From ready to home, delivered.
    pub delivered: LawSpec,
    /// Probability that an out-of-hours doctor gives the medicine from the bag.
    pub out_of_hours_supply: Probability,
    /// How long a repeat prescription lasts.
    pub repeat_every: Duration,
    /// How long before running out a repeat is asked for.
    pub repeat_asked_before: LawSpec,
    /// New symptom episodes a week while a medicine has run out (below the candidate rate of `course`).
    pub run_out_a_week: WeeklyRate,
    /// Probability that the hospital's medicine is replaced by a cheaper one after discharge.
    pub substituted: Probability,
    /// Medicines are given by nurses from a signed chart; left out: there always is one.
    pub chart: Option<ChartSpec>,
}

/// The acute hospital.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HospitalSpec {
    /// From ready to leaving: transport, letter, medicines to take home.
    pub discharge_process: LawSpec,
    /// Probability that equipment is needed before going home.
    pub equipment_needed: ByState<Probability>,
    /// Until it is delivered.
    pub equipment: LawSpec,
    /// Probability of a nursing referral at discharge.
    pub nursing_referral: ByState<Probability>,
    /// Probability that a first nursing visit is a condition of going home.
    pub nursing_condition: Probability,
    /// Probability that the hospital palliative team sees an inpatient in the palliative phase.
    pub palliative_team: ByState<Probability>,
    /// From admission to its first contact.
    pub palliative_team_delay: LawSpec,
    /// Probability that it refers to the community specialists.
    pub palliative_team_refers: Probability,
    /// Probability that somebody recognised as dying in hospital is offered a discharge.
    pub dying_discharge: Probability,
    /// Hazard an hour that an acute event the community could manage becomes an emergency admission.
    pub acute_an_hour: NonNegative,
    /// Probability that a timely contact averts it.
    pub averted: Probability,
    /// Length of an admission for a symptom crisis, carer breakdown or fall.
    pub crisis_stay: LawSpec,
}

/// Hospice ward and hospice-at-home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HospiceSpec {
    /// Probability that a specialist contact leads to a referral to the ward, for those who prefer to die there.
    pub refers_preferring: ByState<Probability>,
    /// The same for everybody else.
    pub refers_other: ByState<Probability>,
    /// Length of a stay for symptom control.
    pub stay: LawSpec,
    /// Probability of a transfer from hospital for those its palliative team sees who prefer the hospice.
    pub from_hospital: Probability,
    /// Probability that hospice-at-home is asked for when dying at home is known.
    pub at_home: Probability,
    /// Longest time with hospice-at-home.
    pub at_home_for: Duration,
}
