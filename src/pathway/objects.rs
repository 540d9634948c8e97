//! The objects under way in one arm: work items, hand-offs, symptoms, prescriptions, cases with social care.

use crate::base::{Secs, Time};
use crate::kernel::Handle;
use crate::model::{Severity, TeamIndex, Work};

use super::state::Steps;

/// What finishing a work item does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Contact about a symptom (link: symptom).
    Symptom,
    /// Planned contact of a caseload (link: caseload).
    Planned,
    /// A contact that the person asked a GP for.
    Demand,
    /// First nursing visit.
    FirstNurse,
    /// First specialist assessment.
    FirstSpecialist,
    /// Social-work assessment (link: hand-off).
    Social,
    /// Writing up a social-work assessment (link: hand-off).
    WriteUp,
    /// Prescription to be written (link: prescription).
    Script,
    /// A referral to be passed on by the GP (link: hand-off).
    Roundtrip,
    /// Time spent writing (link: seconds); nothing waits for it.
    Paper,
    /// A responder's visit that averted a crisis, or a visit after death (link: seconds); nothing waits for it.
    Respond,
    /// Medicine to be given (link: symptom).
    Administer,
    /// A call to the single point of access (link: symptom).
    Triage,
    /// A hand-off to be passed on by the hub (link: hand-off).
    Hub,
    /// Review by a nurse placed in the practice.
    Review,
    /// Daily round of the virtual ward.
    Round,
    /// A chart to be signed before medicine is given (link: symptom).
    Chart,
    /// A syringe driver looked after.
    Driver,
    /// Time on nobody's list (link: seconds; attempt: activity; anchor: practice or person it is about).
    TeamTime,
    /// Review of somebody flagged by the risk tool (link: seconds).
    Flagged,
    /// An advance care plan talked over (link: seconds); nothing waits for it.
    Conversation,
    /// The carer's assessment (link: seconds).
    CarersAssessment,
    // The number of a task decides the purpose of its draws, so it is pinned.
    /// Holistic needs assessment of somebody on a caseload.
    Hna = 40,
    /// First contact with a support worker (link: hand-off).
    FirstSupport = 41,
    /// First visit of a community matron (link: hand-off).
    FirstMatron = 42,
    /// First contact with a joint care manager (link: hand-off).
    FirstManager = 43,
}

impl Task {
    /// A first assessment after a referral, owed again if the person is taken into a ward meanwhile.
    pub fn is_first(self) -> bool {
        matches!(
            self,
            Task::FirstNurse
                | Task::FirstSpecialist
                | Task::FirstSupport
                | Task::FirstMatron
                | Task::FirstManager
        )
    }
}

/// Where a work item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemStatus {
    /// With the team, waiting or being done.
    Open,
    /// Its person is in hospital or a hospice; kept aside.
    Suspended,
    /// Done, withdrawn or overtaken.
    Closed,
}

/// A work item.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// For whom.
    pub person: u32,
    /// By whom.
    pub team: TeamIndex,
    /// The team that has given it away to support workers, or a number that stands for nobody.
    pub instead_of: u16,
    /// What kind of contact.
    pub work: Work,
    /// What finishing it does.
    pub task: Task,
    /// Steps that wait for it.
    pub steps: Steps,
    /// Object it belongs to.
    pub link: u32,
    /// Exogenous anchor of its draws.
    pub anchor: u32,
    /// Attempt at the same anchor.
    pub attempt: u16,
    /// 0 emergency, 1 urgent, 2 soon, 3 routine.
    pub priority: u8,
    /// Created.
    pub created: Time,
    /// Due.
    pub due: Time,
    /// Held for the named clinician until.
    pub hold_until: Time,
    /// When it last came to the team's queue.
    pub queued: Time,
    /// Travel part of the visit under way, seconds.
    pub travel: Secs,
    /// When the visit under way began; [`NEVER`](crate::base::NEVER).
    pub started: Time,
    /// Where it stands.
    pub status: ItemStatus,
    /// Next open item of the same person.
    pub next: u32,
    /// Pending events that will look at it by its number.
    pub watched: u8,
    /// Over, and forgotten by the kernel: its number is free once nothing watches it.
    pub over: bool,
}

/// What is handed from one team to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// Referral to district nursing.
    Nursing,
    /// Referral to the specialist nurses.
    Specialist,
    /// Request for social care (link: case).
    SocialCare,
    /// Hospice bed.
    HospiceBed,
    /// Hospice-at-home.
    HospiceAtHome,
    /// Budget holder's agreement between assessment and sourcing (link: case).
    Sourcing,
    /// Virtual ward.
    VirtualWard,
    /// Night sitter.
    NightSitter,
    /// Continuing-care service (link: case).
    ContinuingService,
    /// Fast-track application (link: case).
    FastTrack = 20,
    // The number of a matter is part of the key of its draws, so it is pinned.
    /// Referral to a support worker.
    Support = 30,
    /// Referral to a community matron (link: for weeks of intensive support).
    Matron = 31,
    /// Referral to a joint care manager.
    Manager = 32,
}

/// A hand-off under way.
#[derive(Clone, Copy, Debug)]
pub struct Handoff {
    /// For whom.
    pub person: u32,
    /// Sender.
    pub from: TeamIndex,
    /// Who sends it on now: the sender, or the GP through whom it had to pass.
    pub via: TeamIndex,
    /// Receiver.
    pub to: TeamIndex,
    /// What.
    pub matter: Matter,
    /// Steps that wait.
    pub steps: Steps,
    /// Object it belongs to.
    pub link: u32,
    /// Exogenous anchor.
    pub anchor: u32,
    /// Attempt (returned and lost ones are sent again).
    pub attempt: u16,
    /// When it was first written.
    pub made: Time,
    /// Where it is.
    pub stage: HandoffStage,
    /// The hand-off before it of the same person, or [`NONE`](super::needs::NONE).
    pub before: u32,
}

/// Where a hand-off is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoffStage {
    /// On its way to the GP, through whom it must pass.
    ToGp,
    /// In the GP's queue.
    AtGp,
    /// On its way to the receiver.
    Travelling,
    /// Lying somewhere, unnoticed.
    Lost,
    /// On its way back and out again.
    Returned,
    /// With a budget holder.
    Authorising,
    /// Disputed between budgets.
    Disputed,
    /// Arrived.
    Done,
    /// On its way to the hub.
    ToHub,
    /// In the hub's queue.
    AtHub,
}

/// A symptom under way.
#[derive(Clone, Copy, Debug)]
pub struct Symptom {
    /// Who.
    pub person: u32,
    /// Its need.
    pub need: u32,
    /// The step now waiting.
    pub step: u32,
    /// Severity.
    pub severity: Severity,
    /// What it is.
    pub kind: SymptomKind,
    /// Exogenous anchor.
    pub anchor: u32,
    /// Attempts at control so far.
    pub attempt: u16,
    /// Natural end.
    pub end: Time,
    /// Still uncontrolled.
    pub open: bool,
    /// The crisis clock.
    pub crisis: Option<Handle>,
    /// Hazard still to be used up before the crisis (threshold less what has been used).
    pub hazard_left: f64,
    /// Since when the present hazard has run; [`NEVER`](crate::base::NEVER) when stopped.
    pub hazard_since: Time,
    /// What is awaited.
    pub stage: SymptomStage,
    /// Bumped with the stage, to tell stale events.
    pub stamp: u32,
    /// Who last gave treatment was a specialist.
    pub specialist: bool,
    /// Next symptom of the same person.
    pub next: u32,
}

/// What kind of symptom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymptomKind {
    /// An episode of the course.
    Episode,
    /// Medicine ran out, or was substituted.
    Medicine,
    /// An acute event that the community could manage.
    Acute,
}

/// What a symptom awaits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymptomStage {
    /// Help has not been sought.
    Seeking,
    /// A contact is on its way.
    Contact,
    /// A medicine is on its way.
    Medicine,
    /// Somebody to give it is on the way.
    Giver,
    /// A dose or advice is taking effect.
    Onset,
    /// In a ward.
    Ward,
    /// Left to its natural end.
    Left,
}

/// A prescription under way.
#[derive(Clone, Copy, Debug)]
pub struct Prescription {
    /// For whom.
    pub person: u32,
    /// Its own need and step.
    pub need: u32,
    /// Steps that wait: its own and, if it is for a symptom, the symptom's.
    pub steps: Steps,
    /// What for.
    pub purpose: PrescriptionPurpose,
    /// Exogenous anchor.
    pub anchor: u32,
    /// Attempt.
    pub attempt: u16,
    /// When asked for.
    pub requested: Time,
    /// Holds a controlled medicine.
    pub controlled: bool,
    /// Prescribed on the spot, outside the practice's collection rule.
    pub independent: bool,
    /// Stage: 0 to be signed, 1 collection rule, 2 at the pharmacy, 3 second pharmacy, 4 on its way, 5 done.
    pub stage: u8,
}

/// What a prescription is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrescriptionPurpose {
    /// A symptom (its number).
    Symptom(u32),
    /// Anticipatory medicines.
    Anticipatory,
    /// A repeat.
    Repeat,
}

/// A case with social care.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Who.
    pub person: u32,
    /// Its need.
    pub need: u32,
    /// Steps that wait: its own and a discharge's.
    pub steps: Steps,
    /// Exogenous anchor: the spell in which the need arose.
    pub anchor: u32,
    /// Attempt at the anchor.
    pub attempt: u16,
    /// Hours a week to be arranged.
    pub hours: f32,
    /// Where it is.
    pub stage: CaseStage,
    /// Fast track: no means test, no panel.
    pub fast_track: bool,
    /// A fast-track application has been refused; no other is made.
    pub refused: bool,
    /// Means already tested, or not to be.
    pub means_done: bool,
    /// Pays privately.
    pub self_funded: bool,
    /// Urgent.
    pub urgent: bool,
    /// Request number with the agencies, or [`NONE`](super::needs::NONE).
    pub request: u32,
    /// Bumped at each stage, to tell stale events.
    pub stamp: u32,
    /// Free for so many seconds once started (re-ablement, discharge to assess); 0: not free.
    pub free_for: Secs,
    /// When the fast track was approved; [`NEVER`](crate::base::NEVER).
    pub decided: Time,
    /// Who applied for the fast track, if anybody.
    pub applicant: Option<TeamIndex>,
}

/// Where a case with social care is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseStage {
    /// Nobody has asked.
    NotAsked,
    /// The request is on its way.
    Requested,
    /// Waiting for the social worker.
    Assessment,
    /// Fast track: application being written.
    Application,
    /// Fast track: being decided.
    Decision,
    /// Fast track: brokerage.
    Brokerage,
    /// Forms with the family.
    Forms,
    /// Financial assessment.
    Finance,
    /// A private arrangement is being made.
    Private,
    /// Waiting for the panel.
    Panel,
    /// Between assessment and sourcing.
    Agreement,
    /// Waiting for hours.
    Sourcing,
    /// Hours found, first visit to come.
    Starting,
    /// Waiting for a care-home room.
    CareHome,
    /// Over.
    Closed,
    /// Waiting for a package of the continuing-care service.
    Service,
}

impl CaseStage {
    /// Care has not been agreed yet, nor is a fast track under way.
    pub fn not_agreed(self) -> bool {
        matches!(
            self,
            CaseStage::NotAsked
                | CaseStage::Requested
                | CaseStage::Assessment
                | CaseStage::Forms
                | CaseStage::Finance
                | CaseStage::Panel
        )
    }
}
