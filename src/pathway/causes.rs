//! The kinds of need and the causes to which every second of waiting is attributed (model.md §6).

/// How many kinds of need are tracked.
pub const NEEDS: usize = 10;
/// How many causes there are.
pub const CAUSES: usize = 26;

/// What a person needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum NeedKind {
    /// A symptom episode to be controlled.
    Symptom = 0,
    /// A medicine to be in the home.
    Medicine = 1,
    /// Nursing visits.
    Nursing = 2,
    /// Personal care at home, from the first time it is needed.
    PersonalCare = 3,
    /// A review by specialist palliative care.
    SpecialistReview = 4,
    /// To be recognised and planned for (on the register).
    Plan = 5,
    /// To leave hospital once ready.
    Discharge = 6,
    /// A hospice bed once referred.
    HospiceBed = 7,
    /// More personal care, or care again after it stopped: depends on what was given before.
    CareAgain = 8,
    /// An assessment for the carer.
    Carer = 9,
}

impl NeedKind {
    /// All kinds in order.
    pub const ALL: [NeedKind; NEEDS] = [
        NeedKind::Symptom,
        NeedKind::Medicine,
        NeedKind::Nursing,
        NeedKind::PersonalCare,
        NeedKind::SpecialistReview,
        NeedKind::Plan,
        NeedKind::Discharge,
        NeedKind::HospiceBed,
        NeedKind::CareAgain,
        NeedKind::Carer,
    ];
    /// Names as in result files.
    pub const NAMES: [&'static str; NEEDS] = [
        "symptom",
        "medicine",
        "nursing",
        "personal_care",
        "specialist_review",
        "plan",
        "discharge",
        "hospice_bed",
        "care_again",
        "carer",
    ];
}

/// Whose fault a second of waiting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs)] // each is named as in model.md §6
pub enum Cause {
    NotSought = 0,
    NotRecognised,
    Transfer,
    GpRoundtrip,
    ReturnedReferral,
    LostReferral,
    StaffCapacity,
    ClosedHours,
    NamedClinician,
    Travel,
    Treatment,
    Prescriber,
    CollectionRule,
    Pharmacy,
    Collection,
    Equipment,
    AssessmentQueue,
    FinancialAssessment,
    Panel,
    Authorisation,
    Dispute,
    PackageCapacity,
    Bed,
    DischargeProcess,
    InHospital,
    Declined,
}

impl Cause {
    /// Names as in result files, in order.
    pub const NAMES: [&'static str; CAUSES] = [
        "not_sought",
        "not_recognised",
        "transfer",
        "gp_roundtrip",
        "returned_referral",
        "lost_referral",
        "staff_capacity",
        "closed_hours",
        "named_clinician",
        "travel",
        "treatment",
        "prescriber",
        "collection_rule",
        "pharmacy",
        "collection",
        "equipment",
        "assessment_queue",
        "financial_assessment",
        "panel",
        "authorisation",
        "dispute",
        "package_capacity",
        "bed",
        "discharge_process",
        "in_hospital",
        "declined",
    ];
}
