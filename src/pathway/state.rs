//! What the services and the world hold about each person in one arm.

use crate::base::{NEVER, Secs, Time};
use crate::model::{Phase, Place, Role, State};

use super::coordination_state::Coordinated;
use super::needs::NONE;
use super::outcomes_validation::Marks;

/// The steps that a piece of work moves on: a need's own and, where one need is another's prerequisite,
/// the other's ([`NONE`] where there is none).
pub type Steps = [u32; 2];
/// Belongs to no need.
pub const NO_STEPS: Steps = [NONE; 2];

/// Services that keep a person on their caseload and plan contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Caseload {
    /// The practice, once the person is on its register.
    Gp = 0,
    /// District nursing.
    Nurse = 1,
    /// Community palliative clinical nurse specialists.
    Specialist = 2,
    /// Support workers.
    Support = 3,
    /// Community matrons.
    Matron = 4,
    /// Joint care managers.
    Manager = 5,
}

impl Caseload {
    /// All, in order.
    pub const ALL: [Caseload; crate::model::CASELOADS] = [
        Caseload::Gp,
        Caseload::Nurse,
        Caseload::Specialist,
        Caseload::Support,
        Caseload::Matron,
        Caseload::Manager,
    ];

    /// The caseload that a role holds.
    #[inline]
    pub fn of(role: Role) -> Option<Caseload> {
        match role {
            Role::Gp => Some(Caseload::Gp),
            Role::DistrictNurse => Some(Caseload::Nurse),
            Role::Cns => Some(Caseload::Specialist),
            Role::SupportWorker => Some(Caseload::Support),
            Role::CommunityMatron => Some(Caseload::Matron),
            Role::JointCareManager => Some(Caseload::Manager),
            _ => None,
        }
    }

    /// The role that holds it.
    pub fn role(self) -> Role {
        match self {
            Caseload::Gp => Role::Gp,
            Caseload::Nurse => Role::DistrictNurse,
            Caseload::Specialist => Role::Cns,
            Caseload::Support => Role::SupportWorker,
            Caseload::Matron => Role::CommunityMatron,
            Caseload::Manager => Role::JointCareManager,
        }
    }
}

/// Where a person stands with one caseload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not known to it.
    None,
    /// Referred, not yet seen.
    Referred,
    /// Seen and under its care.
    Active,
}

/// One caseload's view of a person.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    /// Where the person stands with it.
    pub standing: Standing,
    /// The open planned item, or [`NONE`].
    pub item: u32,
    /// When the next planned contact is due; [`NEVER`] if none.
    pub due: Time,
    /// Interval on which `due` was set.
    pub interval: Secs,
    /// The clinician who usually comes (position in the team), or [`NO_CLINICIAN`].
    pub named: u16,
    /// The last contact; the moment of activation before the first.
    pub last: Time,
}

/// Nobody in particular.
pub const NO_CLINICIAN: u16 = u16::MAX;

impl Care {
    const NEW: Care = Care {
        standing: Standing::None,
        item: NONE,
        due: NEVER,
        interval: 0,
        named: NO_CLINICIAN,
        last: 0,
    };
}

/// Anticipatory medicines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anticipatory {
    /// Not arranged.
    None,
    /// Prescribed, not yet in the home.
    Ordered,
    /// In the home, with so many doses left.
    Home(u16),
}

/// Paid care at home.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// Hours a week being given; 0 if none.
    pub hours: f32,
    /// The latest request with the home-care agencies, or [`NONE`]; a package that was topped up has more, each
    /// linked to the one before it.
    pub request: u32,
    /// When free care ends; [`NEVER`] if it does not.
    pub free_until: Time,
    /// During an admission: until when it is held.
    pub held_until: Time,
    /// Since when these hours are given.
    pub since: Time,
    /// Hours a week of it that the family pays for.
    pub private_hours: f32,
    /// Hours a week of it that the health service pays for (fast track).
    pub nhs_hours: f32,
    /// Hours a week of it towards which the person may have to contribute.
    pub charged_hours: f32,
    /// The free part: hours a week and its request, or [`NONE`].
    pub free: (f32, u32),
}

impl Package {
    /// No package.
    pub const NONE: Package = Package {
        hours: 0.0,
        request: NONE,
        free_until: NEVER,
        held_until: NEVER,
        since: 0,
        private_hours: 0.0,
        charged_hours: 0.0,
        nhs_hours: 0.0,
        free: (0.0, NONE),
    };
}

/// How many different clinicians are remembered per person for continuity.
pub const FACES: usize = 12;

/// A person in one arm.
#[derive(Clone, Debug)]
pub struct Individual {
    /// Alive.
    pub alive: bool,
    /// True state of illness.
    pub state: State,
    /// True phase, as the course has it.
    pub phase: Phase,
    /// Position of the present spell in the course, or [`NONE`].
    pub spell: u32,
    /// Where the person is.
    pub place: Place,
    /// Where the person lives: home or care home.
    pub home: Place,
    /// What each role takes the state to be.
    pub known: [State; crate::model::ROLES],
    /// How old each role's knowledge is.
    pub known_at: [Time; crate::model::ROLES],
    /// When the practice recognised the person; [`NEVER`] if it has not.
    pub register: Time,
    /// The caseloads.
    pub care: [Care; crate::model::CASELOADS],
    /// Where the person stands with the roles that coordinate.
    pub coordinated: Coordinated,
    /// How many services take themselves to be the person's coordinator.
    pub coordinators: u8,
    /// The one whose claim comes first.
    pub coordinator: Option<Role>,
    /// First contact with any specialist palliative service; [`NEVER`].
    pub specialist_seen: Time,
    /// Hospice ward.
    pub hospice: HospiceStanding,
    /// Hospice-at-home.
    pub hospice_at_home: HospiceStanding,
    /// Need for a hospice bed (need, step), or [`NONE`].
    pub hospice_need: (u32, u32),
    /// Admission to the hospice.
    pub hospice_since: Time,
    /// End of the present stay there; [`NEVER`] if until death.
    pub hospice_until: Time,
    /// Hospice-at-home present since.
    pub at_home_since: Time,
    /// Anticipatory medicines.
    pub anticipatory: Anticipatory,
    /// When they came into the home; [`NEVER`].
    pub anticipatory_since: Time,
    /// On regular medicines that have to be repeated.
    pub on_repeats: bool,
    /// When the present supply runs out.
    pub supply_until: Time,
    /// The repeat under way, or [`NONE`].
    pub repeat: u32,
    /// Ordinal of the repeat (slot of the supply calendar).
    pub supply_slot: u32,
    /// Ordinal of the candidate moment for asking the GP.
    pub demand_slot: u32,
    /// First symptom under way, or [`NONE`].
    pub symptom: u32,
    /// First open work item, or [`NONE`].
    pub item: u32,
    /// The latest hand-off, or [`NONE`].
    pub handoff: u32,
    /// Case with social care, or [`NONE`].
    pub case: u32,
    /// The package of care.
    pub package: Package,
    /// Since when the hours needed and given have been as they are.
    pub care_since: Time,
    /// When the person moved into a care home; [`NEVER`] for those who lived there or did not.
    pub care_home_since: Time,
    /// Hours a week needed since then, beyond the carer's.
    pub care_needed: f32,
    /// Care beyond the carer's has been needed before.
    pub care_needed_once: bool,
    /// Means have been tested once; they are not tested again.
    pub means_tested: bool,
    /// The present admission.
    pub stay: Stay,
    /// Open need for nursing, specialist review, plan, personal care, or [`NONE`] (need, step).
    pub nursing: (u32, u32),
    /// As above.
    pub specialist: (u32, u32),
    /// As above.
    pub plan: (u32, u32),
    /// As above.
    pub personal: (u32, u32),
    /// When each of nursing, specialist review, plan was met; [`NEVER`].
    pub met: [Time; 3],
    /// When each arose; [`NEVER`].
    pub arose: [Time; 3],
    /// Contacts by clinician: (team << 16 | clinician, count).
    pub faces: [(u32, u16); FACES],
    /// Contacts with anybody beyond the first [`FACES`] clinicians.
    pub other_faces: u16,
    /// Tallies of the last year, written out at death.
    pub tallies: Tallies,
    /// What is compared with published figures.
    pub marks: Marks,
}

/// Standing with a place-based service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HospiceStanding {
    /// Not asked for.
    None,
    /// Referred, still on its way.
    Referred,
    /// Waiting for a place (request number).
    Waiting(u32),
    /// Placed (request number) and admitted, or about to be.
    In(u32),
    /// Has been and left.
    Over,
}

/// The present hospital stay.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// Admission.
    pub since: Time,
    /// When clinically ready.
    pub ready: Time,
    /// Discharge need (need, root step), or [`NONE`].
    pub need: (u32, u32),
    /// Conditions still open.
    pub pending: u8,
    /// The step that finished last.
    pub last_step: u32,
    /// Exogenous anchor of the admission.
    pub anchor: u32,
    /// Number of the stay in this arm, to tell stale events.
    pub number: u32,
    /// A hospice bed is to be asked for once clinically ready.
    pub hospice_wanted: bool,
    /// Only in the emergency department so far.
    pub department: bool,
    /// Care step on which the discharge waits, or [`NONE`].
    pub waits_for_care: u32,
    /// Discharge process: its step and when it is done.
    pub process: (u32, Time),
    /// Equipment: its step and when it comes.
    pub equipment: (u32, Time),
    /// Nursing referral: its step.
    pub nursing: u32,
}

/// Per-person sums for those who die in the measured window.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tallies {
    /// Contacts by role.
    pub contacts: [u16; crate::model::ROLES],
    /// GP contacts in the last 90 days.
    pub gp_90: u16,
    /// Nurse contacts in the last 90 days.
    pub nurse_90: u16,
    /// Emergency department attendances in the last 90 days.
    pub ed_90: u16,
    /// Emergency admissions in the last 90 days.
    pub admissions_90: u16,
    /// Emergency admissions in the last 30 days.
    pub admissions_30: u16,
    /// Emergency admissions in the last 365 days.
    pub admissions_365: u16,
    /// Seconds in hospital in the last 90 days.
    pub hospital_90: i64,
    /// Seconds in hospital in the last 365 days.
    pub hospital_365: i64,
    /// Planned contacts made within one interval of their due time.
    pub planned_on_time: u16,
    /// Planned contacts that came due.
    pub planned_due: u16,
    /// Longest gap between contacts while under palliative care, seconds.
    pub longest_gap: i64,
    /// Last contact with anybody.
    pub last_contact: i64,
    /// Local-authority or NHS funded care received.
    pub had_care: bool,
    /// Attended or was admitted in the last year.
    pub ever_365: bool,
}

impl Individual {
    /// A person as the run finds them: at home, unknown to every service.
    pub fn new(home: Place) -> Individual {
        Individual {
            alive: true,
            state: State::Before,
            phase: Phase::Diagnosis,
            spell: NONE,
            place: home,
            home,
            known: [State::Before; crate::model::ROLES],
            known_at: [-NEVER; crate::model::ROLES],
            register: NEVER,
            care: [Care::NEW; crate::model::CASELOADS],
            coordinated: Coordinated::NEW,
            coordinators: 0,
            coordinator: None,
            specialist_seen: NEVER,
            hospice: HospiceStanding::None,
            hospice_at_home: HospiceStanding::None,
            hospice_need: (NONE, NONE),
            hospice_since: NEVER,
            hospice_until: NEVER,
            at_home_since: NEVER,
            anticipatory: Anticipatory::None,
            anticipatory_since: NEVER,
            on_repeats: false,
            supply_until: NEVER,
            repeat: NONE,
            supply_slot: 0,
            demand_slot: 0,
            symptom: NONE,
            item: NONE,
            handoff: NONE,
            case: NONE,
            package: Package::NONE,
            care_since: 0,
            care_home_since: NEVER,
            care_needed: 0.0,
            care_needed_once: false,
            means_tested: false,
            stay: Stay {
                since: NEVER,
                ready: NEVER,
                need: (NONE, NONE),
                pending: 0,
                last_step: NONE,
                anchor: 0,
                number: 0,
                department: false,
                hospice_wanted: false,
                waits_for_care: NONE,
                process: (NONE, NEVER),
                equipment: (NONE, NEVER),
                nursing: NONE,
            },
            nursing: (NONE, NONE),
            specialist: (NONE, NONE),
            plan: (NONE, NONE),
            personal: (NONE, NONE),
            met: [NEVER; 3],
            arose: [NEVER; 3],
            faces: [(NONE, 0); FACES],
            other_faces: 0,
            tallies: Tallies::default(),
            marks: Marks::NONE,
        }
    }

    /// At home or in a care home, and alive: where community teams can reach.
    pub fn in_community(&self) -> bool {
        self.alive && matches!(self.place, Place::Home | Place::CareHome)
    }

    /// In the palliative phase or later, in truth.
    pub fn palliative(&self) -> bool {
        self.state != State::Before
    }

    /// On the practice's register.
    pub fn registered(&self) -> bool {
        self.register != NEVER
    }
}
