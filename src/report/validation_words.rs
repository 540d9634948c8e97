//! The words of a validation: roles, domains, verdicts, and what a missed target may mean.

use super::numbers::Unit;
use super::validation::TargetRow;
use crate::methods::bands::{Verdict, Zone};
use crate::scenario::Grade;
use crate::scenario::targets::{Domain, Role};

/// What a role is called in tables.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Calibration => "calibration",
        Role::Aside => "kept aside",
        Role::Input => "input",
    }
}

/// The word of a role for programs.
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Calibration => "calibration",
        Role::Aside => "aside",
        Role::Input => "input",
    }
}

/// Heading of a domain.
pub(super) fn domain(domain: Domain) -> &'static str {
    match domain {
        Domain::Need => "need and recognition",
        Domain::Specialist => "specialist palliative care",
        Domain::Place => "place of death",
        Domain::Hospital => "hospital",
        Domain::Medicines => "medicines",
        Domain::Community => "primary and community care",
        Domain::Social => "social care",
        Domain::Other => "other",
    }
}

/// The word of a grade.
pub(super) fn grade(grade: Grade) -> String {
    match serde_json::to_value(grade) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn zone(zone: Zone) -> &'static str {
    match zone {
        Zone::Within => "pass",
        Zone::Near => "near",
        Zone::Out => "fail",
    }
}

/// A verdict in words.
pub(super) fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::In(z) => zone(z).to_string(),
        Verdict::Straddles(a, b) => format!("cannot tell ({} or {})", zone(a), zone(b)),
        Verdict::Unknown => "cannot tell (no interval)".to_string(),
    }
}

/// A verdict for programs.
pub(super) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::In(z) => zone(z),
        Verdict::Straddles(..) | Verdict::Unknown => "cannot_tell",
    }
}

/// What a missed target may mean.
pub(super) fn meaning(row: &TargetRow) -> String {
    let t = &row.target;
    let (low, high) = t.band();
    let value = row.estimate.value().unwrap_or(low);
    let unit = Unit::of(&row.unit);
    let (beyond, way) = match value < low {
        true => (low - value, "below"),
        false => (value - high, "above"),
    };
    let so = match t.role {
        Role::Input => {
            "The figure is among the inputs, so it must come out: suspect the scenario's numbers or the program, not the world."
        }
        Role::Calibration => {
            "Either the inputs that move it are not yet fitted (`careweave calibrate`), or no values within their ranges reach it \
             together with the other targets, in which case a rule of the model is wrong or missing."
        }
        Role::Aside => {
            "Nothing was fitted to it, so this is a finding about the model: what it says of this outcome rests on less than it seems."
        }
    };
    let about = match t.domain {
        Domain::Need => {
            "Who is recognised, and when, decides everything planned later: levels of planned care inherit the error."
        }
        Domain::Specialist => {
            "Specialist time, waits for it and hospice use follow from who is referred and when: read differences between arms in \
             these outcomes with care."
        }
        Domain::Place => {
            "Places of death sum to one, so an error in one is an error in another: use differences, not levels."
        }
        Domain::Hospital => {
            "Admissions and bed days carry most of the money: do not read costs or beds as levels, and check a difference against the \
             size of this error."
        }
        Domain::Medicines => {
            "Time to a controlled symptom hangs on medicines in the home and on the way to them."
        }
        Domain::Community => {
            "Staff time and planned contacts rest on how often people are seen: read workload as relative."
        }
        Domain::Social => {
            "Waits for packages and who pays for them are the part of the model with the least data behind it."
        }
        Domain::Other => "",
    };
    format!(
        "{} ({}): {} {} {way} the band. {so} {about} It may also be that the study counts otherwise than the outcome does: {}",
        t.says,
        row.name,
        unit.size(beyond),
        unit.difference,
        t.note
    )
    .replace("  ", " ")
}
