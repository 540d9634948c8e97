//! Parameters of the roles that coordinate: needs assessments, support workers, matrons, joint care managers, the named coordinator (model.md §13).

use crate::base::Secs;
use crate::model::exogenous::{SEVERITIES, STATES};
use crate::model::team::Role;
use crate::random::Quantile;

/// How many caseloads a person can be on.
pub const CASELOADS: usize = 6;
/// Kinds of work that may be delegated to a support worker.
pub const DELEGABLE: usize = 5;

/// The roles that coordinate; what is `None` does nothing.
#[derive(Clone, Debug, Default)]
pub struct Coordination {
    /// Holistic needs assessments.
    pub hna: Option<Hna>,
    /// Support workers.
    pub support: Option<Support>,
    /// Community matrons.
    pub matron: Option<Matron>,
    /// Joint care managers.
    pub manager: Option<Manager>,
    /// Coming straight back: probability and delay, seconds.
    pub route_back: Option<(f64, Quantile)>,
    /// The person's coordinator.
    pub coordinator: Option<Coordinator>,
}

impl Coordination {
    /// Nothing of it is there.
    pub fn is_empty(&self) -> bool {
        self.hna.is_none()
            && self.support.is_none()
            && self.matron.is_none()
            && self.manager.is_none()
            && self.coordinator.is_none()
    }

    /// People on the caseload of one whole-time clinician of a role, where it has a limit.
    pub fn caseload_per_wte(&self, role: Role) -> Option<f64> {
        match role {
            Role::SupportWorker => self.support.as_ref().map(|s| s.caseload_per_wte),
            Role::CommunityMatron => self.matron.as_ref().map(|m| m.caseload_per_wte),
            Role::JointCareManager => self.manager.as_ref().map(|m| m.caseload_per_wte),
            _ => None,
        }
    }
}

/// Holistic needs assessments.
#[derive(Clone, Debug)]
pub struct Hna {
    /// Whose changes of phase count, by diagnosis group.
    pub eligible: Vec<bool>,
    /// Probability that one is asked for: at diagnosis, end of treatment, the palliative phase.
    pub at: [f64; 3],
    /// A support worker repeats it after this, seconds; 0: never.
    pub every: Secs,
    /// Due within this, seconds.
    pub due: Secs,
    /// Probability that the specialist nurse holds it for a person on her caseload.
    pub by_cns: f64,
    /// Share held at home.
    pub visits: f64,
    /// Probabilities of an onward referral: specialist nurse, GP, district nurse, social care, carer's assessment.
    pub onward: [f64; 5],
    /// Mean number of onward referrals to everybody else.
    pub elsewhere: f64,
    /// Writing of each carer's assessment and each referral elsewhere, seconds.
    pub writing_secs: Secs,
}

/// Support workers.
#[derive(Clone, Debug)]
pub struct Support {
    /// Whom they are for, by diagnosis group.
    pub eligible: Vec<bool>,
    /// People on the caseload of one whole-time support worker.
    pub caseload_per_wte: f64,
    /// Probability of a referral by the hospital: at diagnosis, end of treatment, the palliative phase.
    pub referred_at: [f64; 3],
    /// Probability of a referral by the hospital at discharge.
    pub referred_discharge: f64,
    /// Probability of a referral by the practice, once for each known state.
    pub referred_practice: f64,
    /// Probability of a referral by the specialist nurse at the first assessment.
    pub referred_cns: f64,
    /// Probability that the offer is accepted.
    pub accepts: f64,
    /// Touchpoints a week by known state.
    pub touchpoints_a_week: [f64; STATES],
    /// Share of touchpoints that are visits.
    pub touchpoint_visits: f64,
    /// Somebody not known to be palliative is discharged after this, seconds; 0: never.
    pub discharged_after: Secs,
    /// Rate a week at which something lost or overdue is found.
    pub chases_a_week: f64,
    /// Time for each, seconds.
    pub chase_secs: Secs,
    /// The telephone line.
    pub line: Option<PhoneLine>,
    /// Teaching of carers.
    pub training: Option<CarerTraining>,
    /// Shares delegated, from the practice, district nursing and the specialist nurses, by kind.
    pub delegable: [[f64; DELEGABLE]; 3],
    /// Share of the specialist nurses' released time that goes back into planned contacts.
    pub reinvested: f64,
    /// Support workers from the person's own community.
    pub matched: Option<Matched>,
}

/// The support workers' telephone line.
#[derive(Clone, Debug)]
pub struct PhoneLine {
    /// Probability of ringing it first, by severity.
    pub route: [f64; SEVERITIES],
    /// Probability that advice settles it, by severity.
    pub settles: [f64; SEVERITIES],
    /// Delay is multiplied by 1 + this x jobs waiting for each support worker.
    pub busy_holds_back: f64,
}

/// Carers taught to give injections and feeds.
#[derive(Clone, Debug)]
pub struct CarerTraining {
    /// Share of carers taught.
    pub share: f64,
    /// Time of the teaching, seconds.
    pub secs: Secs,
    /// Probability that a taught carer can give what is needed.
    pub gives: f64,
}

/// Support workers from the person's own community.
#[derive(Clone, Debug)]
pub struct Matched {
    /// Probability by ethnicity group.
    pub share: Vec<f64>,
    /// Probability that the offer is then accepted.
    pub accepts: f64,
    /// Multiplies the probability of an advance care plan.
    pub acp_factor: f64,
}

/// Community matrons.
#[derive(Clone, Debug)]
pub struct Matron {
    /// People on the caseload of one whole-time matron.
    pub caseload_per_wte: f64,
    /// Probability of a referral by the practice, once for each known state.
    pub referred_practice: f64,
    /// Probability of a referral by the hospital at discharge.
    pub referred_discharge: f64,
    /// Planned reviews a week by known state.
    pub reviews_a_week: [f64; STATES],
    /// Share of planned reviews that are visits.
    pub visits: f64,
    /// Probability that help is first sought from the matron, by severity.
    pub route: [f64; SEVERITIES],
    /// Weeks of intensive support at a change.
    pub transition: Option<Intensive>,
}

/// Weeks of intensive support.
#[derive(Clone, Debug)]
pub struct Intensive {
    /// Probability that the practice asks for it at the palliative phase.
    pub at_palliative: f64,
    /// Probability that the hospital asks for it at discharge.
    pub after_discharge: f64,
    /// How long it lasts, seconds.
    pub length: Secs,
    /// Between planned contacts, seconds; 0: none are planned.
    pub interval: Secs,
}

/// Joint care managers.
#[derive(Clone, Debug)]
pub struct Manager {
    /// People on the caseload of one whole-time manager.
    pub caseload_per_wte: f64,
    /// Whether an age band is old enough.
    pub old_enough: Vec<bool>,
    /// Hours a week of need that make care complex.
    pub complex_hours: f64,
    /// Probability that the hospital refers.
    pub share: f64,
    /// Planned reviews a week.
    pub reviews_a_week: f64,
    /// How long the person is kept, seconds.
    pub kept_for: Secs,
    /// Rate a week at which something stuck in social care is settled.
    pub chases_a_week: f64,
    /// Time for each, seconds.
    pub chase_secs: Secs,
    /// Probability of applying for the fast track by known state.
    pub fast_track: [f64; STATES],
}

/// The person's coordinator.
#[derive(Clone, Debug)]
pub struct Coordinator {
    /// Probability of claiming to be the coordinator, by caseload.
    pub claims: [f64; CASELOADS],
    /// Caseloads by the strength of their claim, the strongest first.
    pub order: [u8; CASELOADS],
    /// Probability that the services agree on one.
    pub agreed: f64,
    /// Coordinators' time a week for each pair of them, seconds.
    pub pair_secs: Secs,
    /// Multiplies delays in seeking help for a person with exactly one.
    pub key_worker_factor: f64,
    /// Rate a week at which one coordinator finds something lost or overdue.
    pub chases_a_week: f64,
    /// Time for each, seconds.
    pub chase_secs: Secs,
    /// Multiplies gains of trust for a person with exactly one.
    pub trust_gain: f64,
}
