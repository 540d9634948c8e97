use super::*;
use crate::compile;
use crate::observe::GroupId;
use crate::pathway::world::World;
use crate::scenario::{BuiltIn, Kind, read};

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

/// What there is at the end of a run, for the coefficients.
fn counted(p: &Pathway) -> String {
    let (draws, course) = (p.draws(0), p.course(0));
    let model = p.models().next().unwrap();
    let duty = super::super::roster::duty(model, &draws);
    let tally = crate::observe::Tally::new(p.catalogue(), 0);
    let style = model.style_of.clone();
    let recorder = super::super::recorder::Recorder::new(
        model,
        p.measures(),
        tally,
        0,
        &style,
        course.people.len(),
        model.windows.measured_window(),
    );
    let (mut world, mut k, mut epochs) = p.begin(0, &course, &duty, draws, draws, recorder);
    world.begin(&mut k);
    epochs.run(&mut k, &mut world, model.windows.end());
    let World {
        items,
        symptoms,
        handoffs,
        prescriptions,
        cases,
        news,
        wakes,
        requests,
        ..
    } = &world;
    format!(
        "people {} spells {} episodes {} acutes {} candidates {} agenda {} | items {} symptoms {} handoffs {} prescriptions {} \
         cases {} news {} wakes {} requests {} events {}",
        course.people.len(),
        course.spells.len(),
        course.episodes.len(),
        course.acutes.len(),
        course.candidates.len(),
        course.agenda.len(),
        items.len(),
        symptoms.len(),
        handoffs.len(),
        prescriptions.len(),
        cases.len(),
        news.len(),
        wakes.len(),
        requests.len(),
        k.events_happened(),
    )
}

fn events(p: &Pathway) -> f64 {
    let record = p.replicate(0);
    record.values[p.catalogue().at(0, p.measures().events, GroupId::ALL)] as f64
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
        if std::env::var_os("CAREWEAVE_SHOW").is_some() {
            let v = volumes(p.models().next().unwrap()).unwrap();
            println!(
                "{name} {sets:?}: {ratio:.2} of {found}\n  {v:?}\n  {}",
                counted(&p)
            );
            continue;
        }
        assert!(
            (0.5..2.0).contains(&ratio),
            "{name} {sets:?}: {told} instead of {found}"
        );
    }
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

/// Work that cannot be done waits, and what waits is reckoned: a line as long as the kernel's own.
#[test]
fn what_waits_is_reckoned() {
    let p = pathway(
        "practice_c",
        &["teams.gp.background.routine.volume.per_1000.a_year=100_000"],
    );
    let v = volumes(p.models().next().unwrap()).unwrap();
    let (draws, course) = (p.draws(0), p.course(0));
    let duty = super::super::roster::duty(p.models().next().unwrap(), &draws);
    let tally = crate::observe::Tally::new(p.catalogue(), 0);
    let (_, run) = p.run_arm(0, &course, &duty, draws, draws, tally, None);
    let done = run.events as f64;
    assert!(v.waiting > 0.7 * v.contacts && p.effort().waiting > 16.0 * v.waiting * 0.99);
    // Who waits has had one event, who was seen two.
    assert!((0.5..2.0).contains(&(v.events() / done)), "{} {done}", v.events());
}
