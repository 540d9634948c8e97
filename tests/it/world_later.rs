//! Changes during a run: what changes nothing leaves every bit, what changes counts from its second, and nothing that
//! is decided before care changes at all.

use std::collections::BTreeMap;

use careweave::base::diagnostic::{Paint, render};
use careweave::base::{DAY, HOUR, WEEK};
use careweave::compile;
use careweave::model::{Model, Role};
use careweave::observe::{GroupId, Record};
use careweave::pathway::Pathway;
use careweave::pathway::population::{expected, expected_during};
use careweave::pathway::roster::duty;
use careweave::random::Draws;
use careweave::report;
use careweave::scenario::de::from_node;
use careweave::scenario::header::HEADER_KEYS;
use careweave::scenario::later::Lasting;
use careweave::scenario::node::{Node, Value};
use careweave::scenario::pathway::PathwayScenario;
use careweave::scenario::{self, BuiltIn, Checked, Kind, explain, parameters, read_path, show_path};

use crate::world_tools::{SMALL, alone, compare, small, strings};

const SEED: u64 = 21;

fn model(sets: &[&str]) -> Model {
    small("networked", &strings(sets))
}

fn record(model: Model) -> (Pathway, Record) {
    let p = compare(vec![model], SEED);
    let record = alone(&p, 0, 0, SEED, SEED).0;
    (p, record)
}

fn value(p: &Pathway, record: &Record, measure: careweave::observe::MeasureId) -> i64 {
    record.values[p.catalogue().at(0, measure, GroupId::ALL)]
}

fn checked(sets: &[&str]) -> Checked {
    let mut all: Vec<String> = SMALL.map(String::from).to_vec();
    all.extend(strings(sets));
    let (checked, found, sources) = scenario::read(&BuiltIn, "networked", &all);
    checked.unwrap_or_else(|| panic!("{}", render(&found, &sources, Paint::Plain)))
}

/// What the reader says of a text laid over the small locality.
fn told(text: &str) -> (Option<Checked>, String) {
    let text = format!("extends = \"networked\"\n{text}");
    let texts = BTreeMap::from([("arm.toml".to_owned(), text.into_bytes())]);
    let (checked, found, sources) = scenario::read(&texts, "arm.toml", &[]);
    (checked, render(&found, &sources, Paint::Plain))
}

/// Whether a value may change during a run.
fn free(path: &[&str]) -> bool {
    for depth in 0..=path.len() {
        match PathwayScenario::lasting(&path[..depth]) {
            Lasting::Free => return true,
            Lasting::Fixed(_) => return false,
            Lasting::Within | Lasting::Names(_) => {}
        }
    }
    false
}

/// Every number of the care side said again, in two changes, one in the warm-up and one in the measured window: the
/// records are equal to the last bit.
#[test]
fn a_change_of_nothing_leaves_no_trace() {
    let base = checked(&[]);
    let mut sets: Vec<String> = SMALL.map(String::from).to_vec();
    for (name, week) in [("one", 4), ("two", 9)] {
        sets.push(format!("later.{name}.from={{ weeks = {week} }}"));
        for p in parameters(&base) {
            let path: Vec<&str> = p.path.iter().map(String::as_str).collect();
            if free(&path) && path.iter().all(|name| name.parse::<usize>().is_err()) {
                sets.push(format!("later.{name}.{}={}", show_path(&p.path), p.value));
            }
        }
    }
    assert!(sets.len() > 1_000, "{}", sets.len());
    let (again, found, sources) = scenario::read(&BuiltIn, "networked", &sets);
    let Some(Kind::Pathway(again)) = again.map(|c| c.kind) else {
        panic!("{}", render(&found, &sources, Paint::Plain))
    };
    let again = compile::pathway("networked", "networked", &again);
    assert_eq!(again.later.len(), 2);
    assert_eq!(record(again).1, record(model(&[])).1);
}

#[test]
fn at_the_start_it_is_the_scenario_itself_and_after_the_end_nothing() {
    const CHANGES: [&str; 5] = [
        "teams.cns.leave=0.4",
        "interface.external.lost=0.3",
        "practices.oak.style=\"proactive\"",
        "teams.hospice_ward.places=3",
        "teams.gp.background.urgent.volume={ number = { a_year = 900 } }",
    ];
    let at = |week: u32| {
        let from = format!("later.x.from={{ weeks = {week} }}");
        let changes = CHANGES.map(|c| format!("later.x.{c}"));
        let mut sets: Vec<&str> = vec![&from];
        sets.extend(changes.iter().map(String::as_str));
        record(model(&sets)).1
    };
    let without = record(model(&[])).1;
    let direct = record(model(&CHANGES)).1;
    assert!(direct != without);
    assert_eq!(at(0), direct);
    assert_eq!(at(28), without, "the run has 28 weeks");
    let late = at(10);
    assert!(late != without && late != direct);
}

/// What happens in the measured window does not know of a change at its end.
#[test]
fn a_change_changes_nothing_before_it() {
    let change = [
        "later.x.from={ weeks = 15 }",
        "later.x.teams.gp.leave=0.9",
        "later.x.interface.external.lost=0.9",
    ];
    let (p, with) = record(model(&change));
    let (_, without) = record(model(&[]));
    assert!(
        with != without,
        "the people counted are followed for 13 weeks more"
    );
    let m = p.measures();
    let flows = m.contacts.iter().chain(m.cost.iter()).copied();
    let teams = m
        .teams
        .iter()
        .flat_map(|t| [t.available, t.busy, t.overtime, t.queue]);
    for measure in flows
        .chain(teams)
        .chain([m.deaths, m.crises, m.admissions, m.prescriptions])
    {
        assert_eq!(value(&p, &with, measure), value(&p, &without, measure));
    }
}

/// One specialist nurse with 3 shifts of 7.5 hours a week, from the middle of week 10 three of them, from week 12 none
/// but two others: hours by hand. The shifts are Monday, Tuesday, Wednesday; then all five days; the change is on Thursday noon.
#[test]
fn hours_planned_follow_the_changes() {
    const NURSES: &str = "teams.cns.clinicians.specialist_nurses";
    let sets = [
        "teams.cns.leave=0",
        "teams.cns.sickness=0",
        "bank_holidays=[]",
        &format!("{NURSES}.count=1"),
        &format!("{NURSES}.wte=1"),
        "later.more.from={ days = 73.5 }",
        &format!("later.more.{NURSES}.count=3"),
        &format!("later.more.{NURSES}.shifts_a_week=5"),
        "later.others.from={ weeks = 12 }",
        &format!("later.others.{NURSES}.count=0"),
        "later.others.teams.cns.clinicians.others={ count = 2, wte = 1, rota = { weekdays = \"10:00-12:00\" } }",
    ];
    let m = model(&sets);
    let team = m.teams.iter().position(|t| t.role == Role::Cns).unwrap();
    let duty = duty(&m, &Draws::new(SEED, 0));
    // Weeks 6 to 10 at 3 x 7.5; week 10 at 3 x 7.5 and, from Thursday 12:00, 3 x (4.5 + 7.5); week 11 at 15 x 7.5;
    // weeks 12 to 14 at 2 x 10.
    let hours = 4.0 * 22.5 + (22.5 + 36.0) + 112.5 + 3.0 * 20.0;
    assert_eq!(duty.planned[team], (hours * HOUR as f64) as i64);
    assert_eq!(duty.rosters[team].len(), 5, "three nurses and two others");
    let in_week =
        |seat: usize, week: i64| duty.rosters[team][seat].secs_between(week * WEEK, (week + 1) * WEEK);
    let seats: Vec<_> = m.later[1].1.teams[team]
        .clinicians
        .iter()
        .map(|c| c.seat)
        .collect();
    assert_eq!(seats, [0, 1], "another group, before the nurses by its name");
    assert!(in_week(0, 12) > 0 && in_week(0, 11) == 0 && in_week(2, 11) > 0 && in_week(2, 12) == 0);
    // The whole arm runs, and the time it uses is at most the time there is.
    let (p, record) = record(m);
    let t = p.measures().teams.iter().find(|t| t.name == "cns").unwrap();
    assert_eq!(value(&p, &record, t.available), duty.planned[team]);
    assert!(value(&p, &record, t.busy) <= value(&p, &record, t.available) + value(&p, &record, t.overtime));
}

#[test]
fn places_are_counted_over_time() {
    let (p, record) = record(model(&[
        "later.x.from={ weeks = 10 }",
        "later.x.teams.home_care.places=300",
    ]));
    let t = p.measures().teams.iter().find(|t| t.name == "home_care").unwrap();
    assert_eq!(value(&p, &record, t.available), (4 * 580 + 5 * 300) * WEEK);
    assert!(value(&p, &record, t.busy) > 0);
}

/// Everybody else's contacts and packages stop in week 9: there are those of before and no others; their rates double:
/// nearly half as many again over 28 weeks.
#[test]
fn everybody_elses_work_changes() {
    let others = |sets: &[&str]| {
        let p = compare(vec![model(sets)], SEED);
        let (_, run) = alone(&p, 0, 0, SEED, SEED);
        let of = |role: Role| {
            let teams = p.models().next().unwrap().teams.iter();
            let mine = teams.zip(&run.others).filter(|(t, _)| t.role == role);
            mine.map(|(_, n)| *n as f64).sum::<f64>()
        };
        (of(Role::Gp), of(Role::HomeCare))
    };
    let volumes = |a_year: &str| {
        [
            "gp.background.urgent",
            "gp.background.routine",
            "home_care.background.packages",
        ]
        .map(|s| format!("later.x.teams.{s}.volume.per_1000.a_year={a_year}"))
    };
    let change = |sets: &[String]| {
        let mut all = vec!["later.x.from={ weeks = 9 }"];
        all.extend(sets.iter().map(String::as_str));
        others(&all)
    };
    let without = others(&[]);
    let stopped = change(&volumes("0"));
    // Contacts are counted in weeks 6 to 15, places in the whole run (with the one entry that waits to come).
    assert!(
        (stopped.0 / without.0 - 3.0 / 9.0).abs() < 0.05,
        "{stopped:?} of {without:?}"
    );
    assert!(
        (stopped.1 / without.1 - 9.0 / 28.0).abs() < 0.15,
        "{stopped:?} of {without:?}"
    );
}

/// All GPs are replaced in week 8, and contacts wait two months for the named one: nobody waits for who has left.
#[test]
fn nobody_waits_for_who_has_left() {
    let mut sets = strings(&[
        "teams.gp.continuity_wait={ days = 60 }",
        "later.x.from={ weeks = 8 }",
    ]);
    let practices = [
        "alder", "beech", "cedar", "elm", "hazel", "holly", "maple", "oak", "rowan",
    ];
    let new = "rota = { weekdays = \"08:30-13:00, 15:30-18:30\" }, shifts_a_week = 10";
    for p in practices {
        sets.push(format!(
            "later.x.teams.gp.clinicians.gps.at.{p}={{ count = 0, wte = 1 }}"
        ));
    }
    sets.push(format!(
        "later.x.teams.gp.clinicians.locums={{ count = 1, wte = 0.6, {new} }}"
    ));
    let contacts = |sets: &[String]| {
        let (p, record) = record(small("networked", sets));
        let gp = p.measures().contacts[Role::Gp as usize];
        value(&p, &record, gp) as f64
    };
    let (with, without) = (contacts(&sets), contacts(&sets[..1]));
    assert!(
        (0.85..1.15).contains(&(with / without)),
        "{with} contacts instead of {without}"
    );
}

/// A service one can do without is closed: nobody is sent to it any more.
#[test]
fn a_service_is_withdrawn() {
    let at_home = |sets: &[&str]| {
        let (p, record) = record(model(sets));
        value(&p, &record, p.measures().at_home_secs)
    };
    let open = [
        "run.measured={ weeks = 40 }",
        "hospice.at_home=1",
        "teams.hospice_at_home.places=9",
        "interface.external.transfer_delay={ fixed = { value = 1, unit = \"hour\" } }",
    ];
    let mut closed = open.to_vec();
    closed.extend([
        "later.x.from={ weeks = 10 }",
        "later.x.teams.hospice_at_home.places=0",
    ]);
    let (with, without) = (at_home(&closed), at_home(&open));
    assert!(with < without / 2, "{with} of {without} seconds");
    let never = model(&["teams.hospice_at_home.places=0"]);
    assert!(never.team(Role::HospiceAtHome, 0).is_none());
}

/// Whatever may change leaves everything before care alone: all those numbers at once, a tenth less or one more.
#[test]
fn what_may_change_is_not_exogenous() {
    let base = checked(&[]);
    let mut tree = base.root().clone();
    let Value::Table(root) = &mut tree.value else {
        panic!("a table")
    };
    root.retain(|key, _| !HEADER_KEYS.contains(&key.as_str()));
    let mut path = Vec::new();
    let mut count = 0;
    less(&mut tree, &mut path, &mut count);
    assert!(count > 500, "{count} numbers");
    let (Kind::Pathway(before), after) = (&base.kind, from_node::<PathwayScenario>(&tree)) else {
        panic!("a pathway")
    };
    let after = after.expect("the same shape");
    let (before, after) = (
        compile::pathway("a", "a", before),
        compile::pathway("a", "a", &after),
    );
    assert!(before.exogenous == after.exogenous);
    assert_eq!(before.windows, after.windows);
    assert!(before.planning.chased_after != after.planning.chased_after);
}

fn less(node: &mut Node, path: &mut Vec<String>, count: &mut u32) {
    match &mut node.value {
        Value::Table(entries) => {
            for (name, below) in entries {
                path.push(name.clone());
                less(below, path, count);
                path.pop();
            }
        }
        Value::Float(x) if free(&path.iter().map(String::as_str).collect::<Vec<_>>()) => {
            *x *= 0.9;
            *count += 1;
        }
        Value::Integer(n) if free(&path.iter().map(String::as_str).collect::<Vec<_>>()) => {
            *n += 1;
            *count += 1;
        }
        _ => {}
    }
}

#[test]
fn threads_do_not_matter() {
    let sets = [
        "later.x.from={ weeks = 8 }",
        "later.x.teams.cns.leave=0.5",
        "later.x.teams.gp.sickness=0.3",
    ];
    let mut changed = model(&sets);
    changed.name = "changed".to_owned();
    let p = compare(vec![model(&[]), changed], SEED);
    let both = std::thread::scope(|s| {
        let runs = [0, 1].map(|_| s.spawn(|| p.replicate(3)));
        runs.map(|run| run.join().expect("a replication"))
    });
    assert_eq!(both[0], both[1]);
    assert!(p.paired());
}

#[test]
fn a_change_is_read_like_a_file_laid_over_another() {
    let text = r#"
[later.surge]
from = { weeks = 110 }
[later.surge.teams.cns]
sickness = 0.2
continuity_wait = { hours = 2 }
[later.over]
from = { weeks = 120 }
[later.over.teams.cns]
sickness = 0.038
[evidence]
"later.surge.teams.cns.sickness" = { grade = "assumption", range = [0.1, 0.3] }
"#;
    let (checked, said) = told(text);
    let checked = checked.unwrap_or_else(|| panic!("{said}"));
    let Kind::Pathway(scenario) = &checked.kind else {
        panic!("a pathway")
    };
    let cns: Vec<f64> = scenario
        .epochs_of_run()
        .iter()
        .map(|(_, _, s)| s.teams["cns"].sickness.get())
        .collect();
    assert_eq!(cns, [0.038, 0.2, 0.038]);
    let wait = |i: usize| {
        scenario.epochs_of_run()[i].2.teams["cns"]
            .continuity_wait
            .unwrap()
            .secs()
    };
    assert_eq!(
        (wait(0), wait(1), wait(2)),
        (DAY, 2 * HOUR, 2 * HOUR),
        "each is laid over the one before"
    );
    let bare: Vec<String> = checked
        .unevidenced()
        .iter()
        .map(|(path, _)| show_path(path))
        .collect();
    assert_eq!(
        bare,
        [
            "later.over.teams.cns.sickness",
            "later.surge.teams.cns.continuity_wait.hours"
        ]
    );
    let path = read_path("later.surge.teams.cns.sickness").unwrap();
    let explained = explain(checked.schema(), &path, Some(&checked)).unwrap();
    assert_eq!(explained.value.as_deref(), Some("0.2"));
    assert_eq!(
        explained.meaning,
        "Share of the remaining working days lost to sickness."
    );
    assert!(explained.evidence.is_some());
}

/// A value that a change writes as a whole replaces the whole, also where a later file changes a part of it.
#[test]
fn a_law_in_a_change_stays_whole() {
    let base = "extends = \"networked\"\n[later.x]\nfrom = { weeks = 110 }\n[later.x.teams.cns.contact]\n\
        visit = { gamma = { mean = 40, sd = 20, unit = \"min\" } }\n";
    let over = "extends = \"base.toml\"\n[later.x.teams.cns.contact]\nvisit.gamma.mean = 30\n";
    let texts = BTreeMap::from([
        ("base.toml".to_owned(), base.as_bytes().to_vec()),
        ("over.toml".to_owned(), over.as_bytes().to_vec()),
    ]);
    let (checked, found, sources) = scenario::read(&texts, "over.toml", &[]);
    let checked = checked.unwrap_or_else(|| panic!("{}", render(&found, &sources, Paint::Plain)));
    let Kind::Pathway(scenario) = &checked.kind else {
        panic!("a pathway")
    };
    let visit = scenario.epochs[0].scenario.teams["cns"]
        .contact
        .visit
        .as_ref()
        .unwrap();
    assert!((visit.mean_secs() - 1_800.0).abs() < 1.0);
}

#[test]
fn staff_are_means_over_the_window_and_say_what_they_become() {
    let m = model(&[
        "later.x.from={ weeks = 9 }",
        "later.x.teams.district_nurse.clinicians.early.count=4",
        "later.x.teams.hospice_ward.places=4",
    ]);
    let row = |m: &Model, team: &str| report::staff(m).into_iter().find(|r| r.team == team).unwrap();
    let (before, with) = (row(&model(&[]), "district_nurse"), row(&m, "district_nurse"));
    let after = with.later[0];
    assert!((after.week, with.later.len()) == (9.0, 1) && after.wte > before.wte);
    assert!((with.wte - (before.wte * 3.0 + after.wte * 6.0) / 9.0).abs() < 1e-9);
    assert!((with.yearly_cost - (before.yearly_cost * 3.0 + after.yearly_cost * 6.0) / 9.0).abs() < 1e-6);
    assert!((row(&m, "hospice_ward").places - 3.0).abs() < 1e-9);
    assert!(row(&m, "cns") == row(&model(&[]), "cns"));
}

/// First suspicions of a group arise in a part of the run only: its people are those of the same process who come
/// then, and nobody else is another.
#[test]
fn a_group_arises_in_a_part_of_the_run() {
    let (from, until) = (4 * WEEK, 10 * WEEK);
    let sets = [
        "groups.lung.between={ from = { weeks = 4 }, until = { weeks = 10 } }",
        "groups.lung.per_1000_a_year=20",
    ];
    let (limited, whole) = (model(&sets), model(&sets[1..]));
    let lung = whole
        .exogenous
        .groups
        .iter()
        .position(|g| g.name == "lung")
        .unwrap();
    let people = |m: &Model| {
        let p = compare(vec![m.clone()], SEED);
        let people = p.course(0).people.into_iter();
        people
            .map(|p| (p.key, p.group, p.diagnosed, p.death))
            .collect::<Vec<_>>()
    };
    let kept = |p: &(u64, u8, i64, i64)| usize::from(p.1) != lung || (from..until).contains(&p.2);
    let mut expected_people = people(&whole);
    let everybody = expected_people.len();
    expected_people.retain(kept);
    assert_eq!(people(&limited), expected_people);
    assert!(expected_people.len() < everybody && expected_people.iter().any(|p| usize::from(p.1) == lung));
    // 4 of the 9 measured weeks.
    let (start, end) = whole.windows.measured_window();
    let all = expected(&whole.exogenous).unwrap().deaths_of(lung);
    let some = expected_during(&limited.exogenous, start, end).unwrap();
    assert!((some.deaths_of(lung) - all * 4.0 / 9.0).abs() < 1e-9);
    assert!(
        (expected_during(&whole.exogenous, start, end)
            .unwrap()
            .deaths_of(lung)
            - all)
            .abs()
            < 1e-12
    );
}
