//! The simulated world as a whole: conservation, exact equality of what must be equal, independence of names.

use careweave::compile;
use careweave::model::Model;
use careweave::observe::{GroupId, Record, Tally};
use careweave::pathway::causes::{CAUSES, NeedKind};
use careweave::pathway::roster::duty;
use careweave::pathway::{ArmRun, Pathway};
use careweave::random::Draws;
use careweave::scenario::{self, BuiltIn, Kind};

const SEED: u64 = 20;

/// Short windows: the whole locality for a little over a year.
const SHORT: [&str; 3] = [
    "run.warm_up={ weeks = 20 }",
    "run.measured={ weeks = 26 }",
    "run.cool_down={ weeks = 13 }",
];

fn arm(name: &str, sets: &[&str]) -> Model {
    let mut all: Vec<String> = SHORT.iter().map(|s| (*s).to_string()).collect();
    all.extend(sets.iter().map(|s| (*s).to_string()));
    let (checked, found, _) = scenario::read(&BuiltIn, name, &all);
    let checked = checked.unwrap_or_else(|| panic!("{name}: {found:?}"));
    let Kind::Pathway(p) = &checked.kind else {
        panic!("{name} is a pathway")
    };
    compile::pathway(name, name, p)
}

fn one(name: &str, sets: &[&str]) -> Pathway {
    Pathway::new(vec![arm(name, sets)], SEED).expect("a catalogue")
}

fn run(p: &Pathway, replication: u64) -> (Record, ArmRun) {
    let draws = Draws::new(SEED, replication);
    let course = p.course(replication);
    let model = p.models().next().expect("an arm");
    let duty = duty(model, &draws);
    let tally = Tally::new(p.catalogue(), replication);
    let (tally, arm) = p.run_arm(0, &course, &duty, draws, draws, tally, None);
    (tally.finish(), arm)
}

fn value(p: &Pathway, record: &Record, measure: careweave::observe::MeasureId) -> i64 {
    record.values[p.catalogue().at(0, measure, GroupId::ALL)]
}

#[test]
fn every_item_of_work_and_every_second_of_staff_time_is_accounted_for() {
    for name in ["networked", "good_network", "integrated"] {
        let p = one(name, &[]);
        let (record, arm) = run(&p, 0);
        let (created, done, withdrawn, open) = arm.items;
        assert!(created > 1_000, "{name}: the world is at work");
        assert_eq!(
            created,
            done + withdrawn + open,
            "{name}: every item is done, withdrawn or still there"
        );
        let m = p.measures();
        for t in &m.teams {
            let (busy, available, overtime) = (
                value(&p, &record, t.busy),
                value(&p, &record, t.available),
                value(&p, &record, t.overtime),
            );
            assert!(
                busy <= available + overtime,
                "{name}: time used is at most time there and overtime"
            );
            assert!(busy > 0, "{name}: team {} works", t.name);
        }
        for kind in NeedKind::ALL {
            let i = kind as usize;
            let by_cause: i64 = (0..CAUSES).map(|c| value(&p, &record, m.causes[i][c])).sum();
            assert_eq!(
                by_cause,
                value(&p, &record, m.need_wait_secs[i]),
                "{name}: causes sum to the whole"
            );
            let all = value(&p, &record, m.needs[i]);
            assert!(all > 0, "{name}: {} needs arise", NeedKind::NAMES[i]);
        }
        let died: i64 = m.died_in.iter().map(|d| value(&p, &record, *d)).sum();
        assert_eq!(
            died,
            value(&p, &record, m.deaths),
            "{name}: everybody dies somewhere"
        );
        let course = p.course(0);
        let (from, to) = p.models().next().unwrap().windows.measured_window();
        let expected = course
            .people
            .iter()
            .filter(|x| from <= x.death && x.death < to)
            .count() as i64;
        assert_eq!(
            value(&p, &record, m.deaths),
            expected,
            "{name}: deaths are the course's"
        );
        let end = p.models().next().unwrap().windows.end();
        let alive = course.people.iter().filter(|x| x.death >= end).count() as i64;
        assert_eq!(
            value(&p, &record, m.people_at_end),
            alive,
            "{name}: who has not died is present"
        );
    }
}

/// The values of one arm of a comparison's record, without its transition counts.
fn arm_values(p: &Pathway, record: &Record, arm: usize) -> Vec<i64> {
    let arms = p.catalogue().arms().len();
    let stride = record.values.len() / arms;
    let mut values = record.values[arm * stride..(arm + 1) * stride].to_vec();
    let m = p.measures();
    for id in m.fates.all().chain([&m.paired_deaths]) {
        values[p.catalogue().at(0, *id, GroupId::ALL)] = 0;
    }
    values
}

#[test]
fn identical_arms_and_a_redrawn_map_with_the_old_interface_differ_by_exactly_nothing() {
    let mut twin = arm("networked", &[]);
    twin.name = "twin".to_string();
    let map = arm("integrated_map_external_theta", &[]);
    let p = Pathway::new(vec![arm("networked", &[]), twin, map], SEED).expect("a catalogue");
    assert!(p.paired());
    let record = p.replicate(3);
    let base = arm_values(&p, &record, 0);
    assert_eq!(base, arm_values(&p, &record, 1), "identical arms");
    assert_eq!(
        base,
        arm_values(&p, &record, 2),
        "the integrated map with external theta"
    );
}

#[test]
fn renaming_organisations_changes_nothing() {
    let p = one("networked", &[]);
    let mut renamed = arm("networked", &[]);
    for team in &mut renamed.teams {
        team.organisation = format!("zz_{}", team.organisation);
    }
    let q = Pathway::new(vec![renamed], SEED).expect("a catalogue");
    assert_eq!(run(&p, 1).0, run(&q, 1).0);
}

#[test]
fn a_replication_is_the_same_every_time_and_another_one_differs() {
    let p = one("integrated", &[]);
    let first = p.replicate(5);
    assert_eq!(first, p.replicate(5));
    assert_ne!(first.values, p.replicate(6).values);
}

#[test]
fn arms_share_one_exogenous_world() {
    let names = [
        "networked",
        "good_network",
        "integrated_map_external_theta",
        "integrated_no_pool",
        "integrated",
    ];
    let p = Pathway::new(names.iter().map(|n| arm(n, &[])).collect(), SEED).expect("a catalogue");
    assert!(p.paired());
    let mut changed = arm("networked", &["course.must_be_in_hospital=0.5"]);
    changed.name = "changed".to_string();
    let q = Pathway::new(vec![arm("networked", &[]), changed], SEED).expect("a catalogue");
    assert!(!q.paired(), "a changed course is not the same people");
}
