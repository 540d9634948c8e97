//! A small locality written by hand: for tests and benches that need people but no scenario file.
//!
//! Two practices, three groups, numbers of the right size (model.md §18) but of no evidential standing.
//! Illness before the palliative phase is bounded so that the cut at `longest_illness` hardly ever
//! matters and the formulas of `population::expected` hold to within sampling error.

use super::population::YEAR;
use crate::base::{DAY, HOUR, WEEK};
use crate::model::{Exogenous, Group, Practice, Windows};
use crate::random::{Law, Quantile};

/// Windows of half a year, one year and a quarter.
pub fn windows() -> Windows {
    Windows {
        warm_up: 26 * WEEK,
        measured: 52 * WEEK,
        cool_down: 13 * WEEK,
    }
}

/// Two practices (6,000 and 9,000 people) and the groups cancer, organ failure and sudden.
pub fn locality() -> Exogenous {
    Exogenous {
        practices: vec![
            practice("ash", 6_000.0, [0.40, 0.70, 0.85, 0.95, 1.0]),
            practice("birch", 9_000.0, [0.10, 0.25, 0.45, 0.70, 1.0]),
        ],
        groups: vec![cancer(), organ_failure(), sudden()],
        age_bands: names(&["under_65", "65_to_84", "85_and_over"]),
        age_from: vec![18, 65, 85],
        ethnicities: names(&["white", "south_asian"]),
        trust: vec![0.6, 0.5],
        language_barrier: vec![0.0, 0.0],
        trust_by_deprivation: [1.0; 5],
        symptom_kinds: names(&["pain", "breathlessness", "agitation"]),
        symptom_kind: vec![0.5, 0.8, 1.0],
        acute_kinds: names(&["sepsis", "fracture", "bleed"]),
        acute_kind: vec![0.5, 0.8, 1.0],
        lives_alone: vec![0.2, 0.35, 0.55],
        carer_hours: uniform(7.0, 70.0),
        alone_with_carer: 0.4,
        capital: [4e4, 5e4, 6e4, 7e4, 8e4].map(|most| uniform(0.0, most)).to_vec(),
        other_condition: vec![0.4, 0.7, 0.9],
        preference_changes: 0.2,
        help_seeking: uniform(0.4, 1.6),
        diagnosis: uniform(2.0 * WEEK as f64, 8.0 * WEEK as f64),
        care_hours: [0.0, 5.0, 14.0, 21.0, 28.0],
        care_hours_factor: uniform(0.5, 1.5),
        contacts_factor: uniform(0.2, 1.8),
        acute_factor: uniform(0.5, 1.5),
        akps: [75.0, 65.9, 50.0, 45.0, 16.6],
        episode_length: [
            log_normal(1.0 * DAY as f64, 0.8),
            log_normal(2.0 * DAY as f64, 0.8),
            log_normal(3.0 * DAY as f64, 0.8),
        ],
        severity: [
            [0.70, 0.95, 1.0],
            [0.60, 0.90, 1.0],
            [0.50, 0.85, 1.0],
            [0.30, 0.70, 1.0],
            [0.30, 0.70, 1.0],
        ],
        must_be_in_hospital: 0.8,
        hospital_stay: log_normal(6.0 * DAY as f64, 0.9),
        carer_breakdown_cap: 0.05,
        fall_cap: 0.10,
        run_out_cap: 0.20,
        longest_illness: 8 * YEAR,
    }
}

/// The fixture with a population of `people` in `practices` practices of equal size.
pub fn locality_of(practices: usize, people: f64) -> Exogenous {
    let mut exo = locality();
    let model = exo.practices[0].clone();
    exo.practices = (0..practices)
        .map(|i| Practice {
            name: format!("practice_{i}"),
            list_size: people / practices as f64,
            ..model.clone()
        })
        .collect();
    exo
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn quantile(law: Law) -> Quantile {
    law.compile().expect("the laws of the fixture are valid")
}

fn uniform(low: f64, high: f64) -> Quantile {
    quantile(Law::Uniform { low, high })
}

fn exponential(mean: f64) -> Quantile {
    quantile(Law::Exponential { mean })
}

fn log_normal(median: f64, sigma: f64) -> Quantile {
    quantile(Law::LogNormal {
        mu: libm::log(median),
        sigma,
    })
}

fn practice(name: &str, list_size: f64, deprivation: [f64; 5]) -> Practice {
    Practice {
        name: name.to_owned(),
        list_size,
        deprivation,
        ethnicity: vec![0.9, 1.0],
        travel_factor: 1.0,
    }
}

fn cancer() -> Group {
    let week = WEEK as f64;
    let day = DAY as f64;
    Group {
        name: "cancer".to_owned(),
        cancer: true,
        sudden: false,
        per_1000_a_year: 2.4,
        between: None,
        age: vec![0.25, 0.80, 1.0],
        care_home: vec![0.01, 0.06, 0.20],
        preferred_place: [0.65, 0.70, 0.95, 1.0],
        trust_factor: 1.0,
        late: 0.2,
        treatment: uniform(8.0 * week, 24.0 * week),
        living_with: uniform(0.0, 80.0 * week),
        returns_to_treatment: 0.35,
        spell: [
            Quantile::fixed(0.0),
            exponential(20.3 * day),
            exponential(12.0 * day),
            exponential(2.5 * day),
            exponential(3.0 * day),
        ],
        next: [
            [0.0, 0.70, 0.85, 1.0],
            [0.45, 0.45, 0.70, 1.0],
            [0.35, 0.85, 0.85, 1.0],
        ],
        first: [0.6, 0.9, 1.0],
        episodes_a_week: [0.02, 0.15, 0.5, 2.0, 3.0],
        acute_a_week: [0.01, 0.02, 0.06, 0.20, 0.10],
        specialist_need: 0.7,
        sudden_admission: (0.0, Quantile::fixed(0.0)),
    }
}

fn organ_failure() -> Group {
    Group {
        name: "organ_failure".to_owned(),
        cancer: false,
        per_1000_a_year: 5.7,
        age: vec![0.10, 0.55, 1.0],
        care_home: vec![0.02, 0.15, 0.40],
        preferred_place: [0.60, 0.75, 0.85, 1.0],
        late: 0.35,
        treatment: uniform(1.0 * WEEK as f64, 6.0 * WEEK as f64),
        next: [
            [0.0, 0.75, 0.92, 1.0],
            [0.60, 0.60, 0.85, 1.0],
            [0.40, 0.90, 0.90, 1.0],
        ],
        specialist_need: 0.2,
        ..cancer()
    }
}

fn sudden() -> Group {
    Group {
        name: "sudden".to_owned(),
        cancer: false,
        sudden: true,
        per_1000_a_year: 0.9,
        age: vec![0.45, 0.85, 1.0],
        care_home: vec![0.0, 0.02, 0.10],
        sudden_admission: (0.5, uniform(1.0 * HOUR as f64, 48.0 * HOUR as f64)),
        ..cancer()
    }
}
