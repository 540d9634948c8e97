//! The simulated world with nobody in it but everybody else: its teams and places queue as theory says.
//!
//! A value passes within 4.5 standard errors (40 replications, fixed seed): by Student's t a right program fails
//! one of these checks in about 16,000; there are six.

use careweave::observe::GroupId;
use careweave::pathway::Pathway;
use careweave::queueing::theory::formulas::{mmc_wait, mmck, queue_length};

use crate::world_tools::{alone, changed, compare, strings, without_relations};

const SEED: u64 = 12;
const REPLICATIONS: u64 = 40;
const SIGMAS: f64 = 4.5;

/// Nobody falls ill; five specialist nurses, one night nurse and six hospice beds work day and night.
const ALONE: [&str; 44] = [
    "run.warm_up={ weeks = 8 }",
    "run.measured={ weeks = 120 }",
    "run.cool_down={ weeks = 13 }",
    "groups.lung.per_1000_a_year=0",
    "groups.upper_gi.per_1000_a_year=0",
    "groups.colorectal.per_1000_a_year=0",
    "groups.breast.per_1000_a_year=0",
    "groups.prostate.per_1000_a_year=0",
    "groups.haematological.per_1000_a_year=0",
    "groups.other_cancer.per_1000_a_year=0",
    "groups.organ_failure.per_1000_a_year=0",
    "groups.dementia_or_frailty.per_1000_a_year=0",
    "groups.neurological.per_1000_a_year=0",
    "groups.sudden.per_1000_a_year=0",
    "teams.gp.background.urgent.volume={ number = { a_year = 0 } }",
    "teams.gp.background.routine.volume={ number = { a_year = 0 } }",
    "teams.district_nurse.background.visits.volume={ number = { a_year = 0 } }",
    "teams.district_nurse.background.calls.volume={ number = { a_year = 0 } }",
    "teams.ooh_clinician.background.out_of_hours.volume={ number = { a_year = 0 } }",
    "teams.ooh_clinician.background.daytime_111.volume={ number = { a_year = 0 } }",
    "teams.social_worker.background.assessment_sessions.volume={ number = { a_year = 0 } }",
    "teams.home_care.background.packages.volume={ number = { a_year = 0 } }",
    "teams.hospice_at_home.background.rest_of_area.volume={ number = { a_year = 0 } }",
    // M/M/5: 4 an hour (35,064 a year of 365.25 days), an hour each.
    "teams.cns.calendar=\"always\"",
    "teams.cns.leave=0",
    "teams.cns.sickness=0",
    "teams.cns.non_clinical=0",
    "teams.cns.clinicians.specialist_nurses.count=5",
    "teams.cns.clinicians.specialist_nurses.wte=1",
    "teams.cns.clinicians.specialist_nurses.rota=\"always\"",
    "teams.cns.clinicians.specialist_nurses.shifts_a_week=1",
    "teams.cns.background.rest_of_area.volume={ number = { a_year = 35_064 } }",
    "teams.cns.background.rest_of_area.length={ exponential = { mean = 1, unit = \"hour\" } }",
    // M/M/1: 0.7 an hour, an hour each.
    "teams.ooh_nurse.calendar=\"always\"",
    "teams.ooh_nurse.leave=0",
    "teams.ooh_nurse.sickness=0",
    "teams.ooh_nurse.non_clinical=0",
    "teams.ooh_nurse.clinicians.night_posts.count=1",
    "teams.ooh_nurse.clinicians.night_posts.rota=\"always\"",
    "teams.ooh_nurse.background.visits.volume={ number = { a_year = 6_136.2 } }",
    "teams.ooh_nurse.background.visits.length={ exponential = { mean = 1, unit = \"hour\" } }",
    // M/M/6: 2.4 a day, two days each.
    "teams.hospice_ward.places=6",
    "teams.hospice_ward.background.rest_of_area.volume={ number = { a_year = 876.6 } }",
    "teams.hospice_ward.background.rest_of_area.length={ exponential = { mean = 2, unit = \"day\" } }",
];

/// Mean number in the queue and in service of a team, replication by replication.
fn lengths(p: &Pathway, team: &str) -> Vec<[f64; 2]> {
    let model = p.models().next().expect("an arm");
    let m = p.measures();
    let t = m.teams.iter().find(|t| t.name == team);
    let t = t.expect("a team");
    let window = model.windows.measured as f64;
    let at = |id| p.catalogue().at(0, id, GroupId::ALL);
    let (queue, busy) = (at(t.queue), at(t.busy));
    (0..REPLICATIONS)
        .map(|replication| {
            let (record, _) = alone(p, 0, replication, SEED, SEED);
            [record.values[queue], record.values[busy]].map(|secs| secs as f64 / window)
        })
        .collect()
}

fn agrees(what: &str, found: &[f64], expected: f64) {
    let n = found.len() as f64;
    let mean = found.iter().sum::<f64>() / n;
    let variance = found.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!(
        (mean - expected).abs() < SIGMAS * error,
        "{what}: {mean} where theory says {expected}, standard error {error}"
    );
    assert!(
        error < 0.05 * expected,
        "{what}: too uncertain to test, {error} of {expected}"
    );
}

#[test]
fn a_world_of_background_work_only_queues_as_mmc_theory_says() {
    let p = compare(
        vec![without_relations(changed("networked", &strings(&ALONE)))],
        SEED,
    );
    assert!(p.course(0).people.is_empty());
    for (team, servers, load) in [
        ("cns", 5u32, 4.0),
        ("ooh_nurse", 1, 0.7),
        ("hospice_ward", 6, 4.8),
    ] {
        let found = lengths(&p, team);
        let column = |i: usize| found.iter().map(|x| x[i]).collect::<Vec<_>>();
        // Little's law: the queue is the rate times the wait, here in units of the mean service.
        let queue = load * mmc_wait(servers, load, 1.0);
        agrees(&format!("queue of {team}"), &column(0), queue);
        agrees(&format!("in service of {team}"), &column(1), load);
        // The formula itself, a second way: a chain of 600 states.
        let chain = queue_length(&mmck(servers as usize, 600, load, 1.0), servers as usize);
        assert!((chain - queue).abs() < 1e-6, "{chain} {queue}");
    }
}
