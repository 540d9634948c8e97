//! The built-in arms read without findings.
use crate::base::diagnostic::{Paint, render};
use crate::scenario::{BuiltIn, read};

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
