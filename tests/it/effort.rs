//! What is reckoned of a replication before it is run, against what happens.

use careweave::compile;
use careweave::observe::GroupId;
use careweave::pathway::Pathway;
use careweave::scenario::{BuiltIn, Kind, read};

fn pathway(name: &str, sets: &[&str]) -> Pathway {
    let short = [
        "run.warm_up.weeks=26",
        "run.measured.weeks=26",
        "run.cool_down.weeks=13",
    ];
    let sets: Vec<String> = short.iter().chain(sets).map(|s| (*s).to_owned()).collect();
    let (checked, found, _) = read(&BuiltIn, name, &sets);
    match checked.map(|checked| checked.kind) {
        Some(Kind::Pathway(scenario)) => {
            Pathway::new(vec![compile::pathway(name, name, &scenario)], 1).unwrap()
        }
        _ => panic!("{name}: {found:?}"),
    }
}

fn events(p: &Pathway) -> f64 {
    let record = p.replicate(0);
    record.values[p.catalogue().at(0, p.measures().events, GroupId::ALL)] as f64
}

/// Overrides with which nobody else has any contacts.
fn quiet() -> Vec<String> {
    let streams = [
        "gp.background.urgent",
        "gp.background.routine",
        "district_nurse.background.visits",
        "district_nurse.background.calls",
        "cns.background.rest_of_area",
        "ooh_clinician.background.out_of_hours",
        "ooh_clinician.background.daytime_111",
        "ooh_nurse.background.visits",
        "social_worker.background.assessment_sessions",
    ];
    streams
        .iter()
        .map(|s| format!("teams.{s}.volume.per_1000.a_year=0"))
        .collect()
}

/// Within a factor of two of what happens, over localities of many sizes and kinds, overloaded ones and empty ones.
#[test]
fn events_are_as_reckoned_within_a_factor_of_two() {
    let quiet: Vec<String> = quiet();
    let quiet: Vec<&str> = quiet.iter().map(String::as_str).collect();
    let crowd = ["locality.area_people=5e6", "practices.oak.list_size=5e5"];
    let busy = [
        "teams.gp.background.routine.volume.per_1000.a_year=40_000",
        "teams.district_nurse.background.visits.volume.per_1000.a_year=9_000",
    ];
    let ill = [
        "course.candidates.run_out_a_week=20",
        "course.candidates.fall_a_week=20",
    ];
    for (name, sets) in [
        ("networked", &[][..]),
        ("networked", &quiet),
        ("networked", &busy),
        ("networked", &ill),
        ("practice_c", &[]),
        ("liseberg", &[]),
        ("all_roles", &[]),
        ("sheffield", &[]),
        ("current_access", &crowd),
    ] {
        let p = pathway(name, sets);
        let (told, found) = (p.effort().events, events(&p));
        let ratio = told / found;
        assert!(
            (0.5..2.0).contains(&ratio),
            "{name} {sets:?}: {told} instead of {found}"
        );
    }
}

/// Work that cannot be done waits, and what waits is reckoned: 16 bytes in a line for each, nearly as many as there are
/// events, because who waits has had one event and who was seen two.
#[test]
fn what_waits_is_reckoned() {
    let sets = ["teams.gp.background.routine.volume.per_1000.a_year=100_000"];
    let p = pathway("practice_c", &sets);
    let found = events(&p);
    assert!((0.5..2.0).contains(&(p.effort().events / found)), "{found}");
    assert!(
        p.effort().waiting > 16.0 * 0.5 * found,
        "{:?} {found}",
        p.effort()
    );
}
