//! The built-in arms read without findings.
use super::PathwayScenario;
use crate::base::diagnostic::{Paint, render};
use crate::scenario::{BuiltIn, Kind, read};

/// The arms that `compare` runs without arguments.
const ARMS: [&str; 5] = [
    "networked",
    "good_network",
    "integrated_map_external_theta",
    "integrated_no_pool",
    "integrated",
];

#[test]
fn the_built_in_arms_have_no_findings_and_evidence_for_every_number() {
    for arm in ARMS {
        let (checked, found, sources) = read(&BuiltIn, arm, &[]);
        assert!(
            checked.is_some() && found.is_empty(),
            "{}",
            render(&found, &sources, Paint::Plain)
        );
        assert!(checked.unwrap().unevidenced().is_empty());
    }
}

fn networked() -> PathwayScenario {
    let (checked, _, _) = read(&BuiltIn, "networked", &[]);
    match checked.unwrap().kind {
        Kind::Pathway(scenario) => *scenario,
        Kind::Queueing(_) => unreachable!(),
    }
}

#[test]
fn no_team_of_the_default_locality_is_idle_or_overloaded() {
    for load in networked().loads() {
        let u = load.utilisation();
        println!(
            "{:<24} capacity {:>8.1} background {:>8.1} palliative {:>6.1} {u:.3}",
            load.name(),
            load.capacity,
            load.background,
            load.palliative
        );
        assert!((0.4..0.99).contains(&u), "{load:?}");
    }
}
