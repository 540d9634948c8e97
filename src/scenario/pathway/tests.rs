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

#[test]
fn every_shipped_locality_has_evidence_for_every_number() {
    for ours in crate::scenario::library::all().iter().filter(|s| s.listed) {
        let (checked, _, _) = read(&BuiltIn, ours.path, &[]);
        let checked = checked.expect(ours.path);
        if matches!(checked.kind, Kind::Pathway(_)) {
            let missing = checked.unevidenced();
            assert!(missing.is_empty(), "{}: {missing:?}", ours.path);
        }
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

/// One change to the networked arm, the code of the finding, a part of its message or label.
const BROKEN: [(&str, &str, &str); 50] = [
    ("start_date=2025-01-07", "contradiction", "Monday"),
    ("run.cool_down={ weeks = 4 }", "contradiction", "90 days"),
    ("run.warm_up={ weeks = 4 }", "short-warm-up", "warm-up"),
    ("run.measured={ weeks = 9000 }", "too-large", "weeks long"),
    (
        "practices.oak.style=\"proctive\"",
        "unknown-reference",
        "proactive",
    ),
    (
        "practices.oak.deprivation.most=0.3",
        "contradiction",
        "add up to 1.1",
    ),
    (
        "practices.oak.ethnicity={ wite = 1 }",
        "unknown-reference",
        "white",
    ),
    ("practices.oak.list_size=1e12", "contradiction", "of the area"),
    ("locality.area_people=80_000", "contradiction", "of the area"),
    (
        "locality.practice_calendar=\"practise\"",
        "unknown-reference",
        "practice",
    ),
    ("calendars.practice=\"never\"", "contradiction", "never open"),
    (
        "groups.lung.age={ under_50 = 0.9 }",
        "contradiction",
        "add up to 0.9",
    ),
    (
        "groups.lung.sudden_death={ admitted = 0.1, time_to_death = { fixed = { value = 1, unit = \"day\" } } }",
        "contradiction",
        "both",
    ),
    (
        "groups.lung.illness.trajectory=\"cancre\"",
        "unknown-reference",
        "cancer",
    ),
    (
        "groups.lung.illness.treatment={ fixed = { value = 9, unit = \"working_day\" } }",
        "wrong-unit",
        "clock",
    ),
    ("groups.lung.per_1000_a_year=-1", "out-of-range", "at least 0"),
    (
        "trajectories.cancer.next.stable={ deteriorating = 0.5, final = 0.1 }",
        "contradiction",
        "add up to 0.6",
    ),
    (
        "trajectories.cancer.next.stable={ stable = 1, final = 0 }",
        "never-ends",
        "never reaches",
    ),
    ("age_bands.50_to_64.from_age=18", "contradiction", "same age"),
    ("course.severity.dying.mild=0.6", "contradiction", "add up to 1.1"),
    ("course.akps.stable=165", "contradiction", "100"),
    (
        "course.carer_hours={ lognormal = { median = 9, iqr = [10, 20] } }",
        "contradiction",
        "law",
    ),
    ("social_care.strain.fall_a_week=0.5", "above-cap", "candidates"),
    ("prescribing.run_out_a_week=1.5", "above-cap", "candidates"),
    (
        "social_care.means_test.lower=30_000",
        "contradiction",
        "lower capital limit",
    ),
    ("social_care.panel.defers=1", "contradiction", "never decides"),
    (
        "prescribing.dispensing={ fixed = { value = 1, unit = \"hour\" } }",
        "wrong-unit",
        "open_hour",
    ),
    ("teams.gp.each_practice=false", "contradiction", "each practice"),
    ("teams.cns.catchment=[\"oak\"]", "missing-team", "cns serves"),
    ("teams.cns.catchment=[\"oka\"]", "unknown-reference", "oak"),
    ("teams.cns.role=\"gp\"", "contradiction", "both gp"),
    (
        "teams.cns.catchment_people=50",
        "contradiction",
        "serves altogether",
    ),
    (
        "teams.cns.background.rest_of_area.volume={ per_1000 = { a_year = 1, of = \"rest_of_catchment\" } }",
        "missing-key",
        "the rest of how many people",
    ),
    ("teams.cns.places=3", "contradiction", "no places"),
    ("teams.cns.contact={}", "missing-key", "`visit`"),
    (
        "teams.cns.clinicians.specialist_nurses.shifts_a_week=9",
        "contradiction",
        "the rota has 5",
    ),
    (
        "teams.cns.clinicians.specialist_nurses.rota={ weekdays = \"closed\" }",
        "contradiction",
        "no shift",
    ),
    (
        "teams.cns.clinicians.specialist_nurses.rota={ weekdays = \"09:00-20:00\" }",
        "closed-duty",
        "closed",
    ),
    (
        "teams.cns.background.rest_of_area.volume={ number = { a_year = 9_000 } }",
        "overload",
        "can give",
    ),
    (
        "teams.cns.background.rest_of_area.volume={ number = { a_year = 1e12 } }",
        "too-large",
        "`rest_of_area` would arrive at `cns` in every open second",
    ),
    (
        "interface.between.\"gp>cnss\".lost=0.5",
        "unknown-reference",
        "cns",
    ),
    ("interface.between.gp.lost=0.5", "bad-pair", "sender>receiver"),
    (
        "interface.external.secession={ per_week = 1 }",
        "contradiction",
        "at most 4 a year",
    ),
    (
        "interface.internal.secession={ ratio = 500 }",
        "contradiction",
        "at most 4 a year",
    ),
    (
        "interface.severed.transfer_delay={ fixed = { value = 9, unit = \"working_day\" } }",
        "wrong-unit",
        "clock",
    ),
    ("planning.joint_roles=[\"gp\"]", "bad-pair", "for both directions"),
    (
        "planning.combine_roles=[\"gp<>hospital\"]",
        "contradiction",
        "plans visits",
    ),
    (
        "relationships.reorganised={ at = { weeks = 9 }, teams = [\"cnss\"] }",
        "unknown-reference",
        "cns",
    ),
    ("relationships.effect.lost=11", "out-of-range", "10"),
    (
        "transition={ from = { weeks = 9 }, lasts = { weeks = 9 }, teams = [\"cns\"], non_clinical = 0.99 }",
        "contradiction",
        "hardly ever",
    ),
];

#[test]
fn a_broken_locality_is_refused_where_it_is_broken() {
    for (set, code, says) in BROKEN {
        let (checked, found, sources) = read(&BuiltIn, "networked", &[set.to_owned()]);
        let text = render(&found, &sources, Paint::Plain);
        let hit = found.iter().find(|d| d.code == code);
        let hit = hit.unwrap_or_else(|| panic!("{set}: no {code} in\n{text}"));
        assert!(hit.primary.is_some() && text.contains(says), "{set}\n{text}");
        assert_eq!(
            checked.is_some(),
            !found.iter().any(|d| d.is_error()),
            "{set}\n{text}"
        );
    }
}
