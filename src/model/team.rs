//! Teams, clinicians, practice styles, costs (model.md §5, §8).

use crate::base::Secs;
use crate::model::care_planning::StylePlanning;
use crate::model::exogenous::STATES;
use crate::random::Quantile;

/// Position of a team in [`crate::model::Model::teams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamIndex(pub u16);

impl TeamIndex {
    /// As a position in a table.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How many roles there are.
pub const ROLES: usize = 21;

/// What a team is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// General practitioners of one practice.
    Gp = 0,
    /// District nursing in hours.
    DistrictNurse = 1,
    /// Community palliative clinical nurse specialists.
    Cns = 2,
    /// Out-of-hours doctor (111, GP out of hours).
    OohClinician = 3,
    /// Out-of-hours (evening and night) nurse.
    OohNurse = 4,
    /// Adult social work.
    SocialWorker = 5,
    /// Continuing-health-care team that decides fast-track applications.
    ContinuingCare = 6,
    /// Home-care agencies (capacity in hours a week).
    HomeCare = 7,
    /// Hospice ward (capacity in beds).
    HospiceWard = 8,
    /// Hospice-at-home (capacity in places).
    HospiceAtHome = 9,
    /// Acute hospital.
    Hospital = 10,
    /// Community pharmacy.
    Pharmacy = 11,
    /// Support workers (navigators): holistic needs assessments, touchpoints, telephone line, chasing.
    SupportWorker = 12,
    /// Community matrons: people with another long-term condition; transition support.
    CommunityMatron = 13,
    /// Joint care managers: complex health and social care, after discharge.
    JointCareManager = 14,
    /// Specialist nurses placed in a practice.
    EmbeddedNurse = 15,
    /// Paramedic practitioners placed in a practice.
    Paramedic = 16,
    /// The single point of access: one number for people and referrers.
    AccessPoint = 17,
    /// Complex and palliative continuing-care service (capacity in packages at a time).
    ContinuingCareService = 18,
    /// Virtual ward (capacity in places).
    VirtualWard = 19,
    /// Night sitting (capacity in sitters a night).
    NightSitter = 20,
}

impl Role {
    /// All roles in order.
    pub const ALL: [Role; ROLES] = [
        Role::Gp,
        Role::DistrictNurse,
        Role::Cns,
        Role::OohClinician,
        Role::OohNurse,
        Role::SocialWorker,
        Role::ContinuingCare,
        Role::HomeCare,
        Role::HospiceWard,
        Role::HospiceAtHome,
        Role::Hospital,
        Role::Pharmacy,
        Role::SupportWorker,
        Role::CommunityMatron,
        Role::JointCareManager,
        Role::EmbeddedNurse,
        Role::Paramedic,
        Role::AccessPoint,
        Role::ContinuingCareService,
        Role::VirtualWard,
        Role::NightSitter,
    ];
    /// Names as in scenario files.
    pub const NAMES: [&'static str; ROLES] = [
        "gp",
        "district_nurse",
        "cns",
        "ooh_clinician",
        "ooh_nurse",
        "social_worker",
        "continuing_care",
        "home_care",
        "hospice_ward",
        "hospice_at_home",
        "hospital",
        "pharmacy",
        "support_worker",
        "community_matron",
        "joint_care_manager",
        "embedded_nurse",
        "paramedic",
        "access_point",
        "continuing_care_service",
        "virtual_ward",
        "night_sitter",
    ];

    /// The role in words.
    pub fn words(self) -> &'static str {
        [
            "GP",
            "district nurse",
            "specialist palliative nurse",
            "out-of-hours doctor",
            "out-of-hours nurse",
            "social worker",
            "continuing-care team",
            "home care",
            "hospice",
            "hospice-at-home",
            "hospital",
            "pharmacy",
            "support worker",
            "community matron",
            "joint care manager",
            "nurse placed in the practice",
            "paramedic placed in the practice",
            "single point of access",
            "continuing-care service",
            "virtual ward",
            "night sitter",
        ][self as usize]
    }

    /// Roles whose capacity is clinicians and visits.
    pub fn has_clinicians(self) -> bool {
        (self as u8) <= Role::SocialWorker as u8
            || (Role::SupportWorker as u8..=Role::AccessPoint as u8).contains(&(self as u8))
    }

    /// Roles whose capacity is places, beds or hours.
    pub fn has_places(self) -> bool {
        matches!(
            self,
            Role::HomeCare
                | Role::HospiceWard
                | Role::HospiceAtHome
                | Role::ContinuingCareService
                | Role::VirtualWard
                | Role::NightSitter
        )
    }
}

/// Kinds of work item.
pub const WORKS: usize = 8;

/// What a work item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Work {
    /// Contact about a symptom, face to face at home.
    Visit = 0,
    /// Contact by telephone or at the surgery.
    Call = 1,
    /// Planned review or planned nursing visit.
    Planned = 2,
    /// First assessment after a referral.
    Assessment = 3,
    /// Prescription to be written (no person present).
    Script = 4,
    /// Paper work: referral written, referral passed on, letter read.
    Admin = 5,
    /// Nurse visit to give medicine or set up a syringe driver.
    Administer = 6,
    /// Verification after death and other last offices.
    Last = 7,
}

impl Work {
    /// Names as in scenario files.
    pub const NAMES: [&'static str; WORKS] = [
        "visit",
        "call",
        "planned",
        "assessment",
        "script",
        "admin",
        "administer",
        "last",
    ];
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Name in the scenario; decides keys, never its organisation.
    pub name: String,
    /// Key of its draws, from its name.
    pub key: u64,
    /// What it is for.
    pub role: Role,
    /// Organisation, for the map only.
    pub organisation: String,
    /// Site, for co-location only.
    pub site: String,
    /// Position of its opening hours in the model's calendars.
    pub calendar: usize,
    /// Its clinicians; empty for roles without.
    pub clinicians: Vec<Clinician>,
    /// Share of duty time that is not for contacts.
    pub non_clinical: f64,
    /// Share of working weeks lost to leave.
    pub leave: f64,
    /// Share of working days lost to sickness.
    pub sickness: f64,
    /// Contact time by kind of work, seconds; `None` if the team does not do it.
    pub contact: [Option<Quantile>; WORKS],
    /// Travel per home visit, seconds.
    pub travel: Quantile,
    /// Record time per contact, seconds.
    pub record_secs: Secs,
    /// How long a contact waits for the named clinician, seconds.
    pub continuity_wait: Secs,
    /// When more jobs than this a clinician on duty wait, visits are shortened (0: never).
    pub squeeze_above: f64,
    /// Length of a shortened visit's contact time as a share of the usual.
    pub squeeze_to: f64,
    /// Everybody else's patients.
    pub background: Vec<Background>,
    /// Capacity in places, beds or hours a week, for roles that have them.
    pub places: i64,
    /// Share of contacts for which a clinician of this team can prescribe at once.
    pub prescribes: f64,
    /// How little of a barrier or difference is left with this team: 1 - this weighs.
    pub cultural_competence: f64,
    /// Cost of an hour of staff, pence.
    pub pence_an_hour: i64,
}

/// A clinician, or one post.
#[derive(Clone, Debug)]
pub struct Clinician {
    /// Name within the team; decides the key of leave and sickness.
    pub name: String,
    /// Key from team and clinician names.
    pub key: u64,
    /// Position among all who work in the team at some time of the run; the position in the team where nothing changes.
    pub seat: u16,
    /// Contracted whole-time equivalent.
    pub wte: f64,
    /// Weekly pattern of duty: seconds within the week, half-open, in order.
    pub pattern: Vec<(u32, u32)>,
    /// Position in `calendars` of the days on which the clinician is off (bank holidays) or always on.
    pub works_bank_holidays: bool,
}

/// A Poisson stream of everybody else's contacts (or places).
#[derive(Clone, Debug)]
pub struct Background {
    /// Name within the team; decides the key.
    pub name: String,
    /// Key from team and stream names.
    pub key: u64,
    /// Arrivals a week, spread evenly over the open hours of `calendar`.
    pub per_week: f64,
    /// Position of the calendar in whose open hours they arrive.
    pub calendar: usize,
    /// Length of the contact, or of the stay in a place, seconds.
    pub length: Quantile,
    /// Priority class, 0 the most urgent.
    pub priority: u8,
    /// Due this long after arrival, seconds.
    pub target: Secs,
    /// Size in places or hours a week (1 for contacts).
    pub size: Quantile,
}

/// How a practice works.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Name, such as `proactive`.
    pub name: String,
    /// Probability that the hospital's letter is acted on.
    pub acts_on_letter: f64,
    /// Probability that a GP contact with somebody in a palliative state leads to recognition, by state.
    pub notices: [f64; STATES],
    /// Planned GP contacts a week with people on the register, by known state.
    pub planned_a_week: [f64; STATES],
    /// Probability that a person on the register who needs it is referred to the specialist team, by known state.
    pub refers_to_specialist: [f64; STATES],
    /// Collection rule: working days from request to collection.
    pub collection_days: i64,
    /// Probability that the rule is waived for a palliative person.
    pub collection_waived: f64,
    /// Probability that anticipatory medicines are arranged, by known state.
    pub anticipatory: [f64; STATES],
    /// Doses in a supply of anticipatory medicines ("two vials" is 2).
    pub anticipatory_doses: u16,
    /// Probability that a GP sees a symptom at home rather than at the surgery or by phone.
    pub home_visit: f64,
    /// Meetings, GSF level, advance care plans, review and bereavement contact.
    pub planning: StylePlanning,
}

/// Unit costs, pence.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// Contact face to face, by role.
    pub contact: [i64; ROLES],
    /// Contact by telephone, by role.
    pub call: [i64; ROLES],
    /// Prescription.
    pub prescription: i64,
    /// Hospital day.
    pub hospital_day: i64,
    /// Attendance at an emergency department.
    pub emergency_department: i64,
    /// Ambulance journey.
    pub ambulance: i64,
    /// Hospice ward day.
    pub hospice_day: i64,
    /// Hospice-at-home day.
    pub hospice_at_home_day: i64,
    /// Home-care hour.
    pub home_care_hour: i64,
    /// Care-home week.
    pub care_home_week: i64,
}
