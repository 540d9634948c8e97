//! Plain words for names of causes, needs, teams and units.

/// A name as in the tables, for people: underscores out, abbreviations as people write them.
pub(super) fn plain(name: &str) -> String {
    let word = |w: &str| match w {
        "gp" => "GP".to_string(),
        "cns" => "specialist nurses (CNS)".to_string(),
        "ooh" => "out-of-hours".to_string(),
        "nhs" => "NHS".to_string(),
        w => w.to_string(),
    };
    let part = |part: &str| part.split('_').map(word).collect::<Vec<_>>().join(" ");
    name.split('@').map(part).collect::<Vec<_>>().join(", ")
}

/// With a capital first letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What a part of a wait is put down to.
pub(super) fn cause(name: &str) -> String {
    let words = match name {
        "not_sought" => "help not sought yet",
        "not_recognised" => "need not recognised yet",
        "transfer" => "message on its way between services",
        "gp_roundtrip" => "sent round by the GP",
        "returned_referral" => "referral sent back",
        "lost_referral" => "referral lost",
        "staff_capacity" => "staff busy",
        "closed_hours" => "service closed",
        "named_clinician" => "held for the named clinician",
        "travel" => "staff on their way",
        "treatment" => "being treated, not yet effective",
        "prescriber" => "waiting for a prescriber",
        "collection_rule" => "practice's collection rule",
        "pharmacy" => "pharmacy closed or out of stock",
        "collection" => "medicine to be collected",
        "equipment" => "equipment",
        "assessment_queue" => "queue for social-work assessment",
        "financial_assessment" => "financial assessment",
        "panel" => "funding panel",
        "authorisation" => "budget holder's authorisation",
        "dispute" => "dispute over who pays",
        "package_capacity" => "no home-care hours free",
        "bed" => "no bed free",
        "discharge_process" => "hospital's discharge process",
        "in_hospital" => "in hospital meanwhile",
        "declined" => "declined by the person",
        other => return plain(other),
    };
    words.to_string()
}

/// Something reached by the time of death.
pub(super) fn state(name: &str) -> String {
    let words = match name {
        "on_register" => "On the palliative-care register",
        "specialist_care" => "Seen by specialist palliative care",
        "anticipatory_medicines" => "Anticipatory medicines at home",
        "advance_care_plan" => "Advance care plan agreed",
        "preferred_place" => "Died where they preferred",
        "emergency_admission_90d" => "An emergency admission in the last 90 days",
        other => return capital(&plain(other)),
    };
    words.to_string()
}

/// A kind of need.
pub(super) fn need(kind: &str) -> String {
    let words = match kind {
        "symptom" => "A symptom to be controlled",
        "medicine" => "A medicine to be in the home",
        "nursing" => "Nursing visits",
        "personal_care" => "Personal care at home",
        "specialist_review" => "Review by specialist palliative care",
        "plan" => "To be recognised and planned for",
        "discharge" => "To leave hospital once ready",
        "hospice_bed" => "A hospice bed once referred",
        "care_again" => "More care at home, or care again",
        other => return plain(other),
    };
    words.to_string()
}

/// A week of the run, with a fraction only if it has one.
pub(super) fn week(week: f64) -> String {
    match week == week.trunc() {
        true => format!("{week:.0}"),
        false => format!("{week:.1}"),
    }
}
