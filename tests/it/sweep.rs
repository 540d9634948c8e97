//! `sweep` as its users meet it: one tidy table, the same bytes whatever the threads, shards and interruptions.

use std::process::Stdio;
use std::time::Duration;

use super::desk::{Desk, value};

const PLAN: &str = r#"kind = "sweep"
title = "Servers and load"
scenarios = ["desk.toml", "three.toml"]
outcomes = ["mean_wait_desk_hours", "utilisation_desk"]
replications = 10

[set]
"run.horizon" = { days = 60 }

[vary.urgent]
path = "classes.urgent.arrivals.poisson.per_hour"
values = [0.3, 0.6]

[vary.visit]
path = "stations.desk.service"
range = [30, 50]
levels = 3
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("plan.toml", PLAN);
    desk
}

fn table(desk: &Desk, folder: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(desk.results(folder)["sweep.csv"].clone()).expect("UTF-8");
    text.lines()
        .map(|l| l.split(',').map(str::to_string).collect())
        .collect()
}

#[test]
fn a_sweep_writes_one_tidy_table() {
    let desk = desk();
    let said = desk.careweave("sweep plan.toml --out s").ended_with(0);
    assert!(said.err.contains("12 points, 120 units"), "{}", said.err);
    let rows = table(&desk, "s");
    let header = "point,urgent,visit,scenario,versus,outcome,group,statistic,value,lower_95_ci,upper_95_ci,n,unit,note";
    assert_eq!(rows[0].join(","), header);
    // Six combinations, two outcomes: two levels and a difference each.
    assert_eq!(rows.len(), 1 + 6 * 2 * 3);
    assert!(
        rows[1..]
            .iter()
            .all(|r| r.len() == rows[0].len() && r[11] == "10")
    );
    // A law keeps its shape, and the load follows its mean: two servers, 1.2 + 0.3 arrivals an hour of half an hour each.
    let busy = |point: &str, scenario: &str| -> f64 {
        let row = rows
            .iter()
            .find(|r| r[0] == point && r[3] == scenario && r[4].is_empty() && r[5] == "utilisation_desk");
        row.expect("a row")[8].parse().expect("a number")
    };
    // The standard error over 10 runs of 55 days is about 0.006; five of them are tolerated.
    assert!((busy("0", "desk") - 0.375).abs() < 0.03, "{}", busy("0", "desk"));
    assert!((busy("5", "three") - 0.5).abs() < 0.03, "{}", busy("5", "three"));
    let report = String::from_utf8(desk.results("s")["report.txt"].clone()).expect("UTF-8");
    assert_eq!(report, said.out);
}

#[test]
fn a_point_of_a_sweep_is_what_a_run_of_it_gives() {
    let desk = desk();
    desk.careweave("sweep plan.toml --out s -q").ended_with(0);
    desk.careweave(
        "run desk.toml --out r -q -n 10 --set run.horizon.days=60 --set classes.urgent.arrivals.poisson.per_hour=0.6",
    )
    .ended_with(0);
    // Combination 5: 0.6 an hour and a service of 50 minutes, as the scenario says.
    let rows = table(&desk, "s");
    let row = rows
        .iter()
        .find(|r| r[0] == "5" && r[3] == "desk" && r[5] == "mean_wait_desk_hours")
        .expect("a row");
    assert_eq!(
        row[8].parse::<f64>().expect("a number"),
        value(&desk.results("r"), "mean_wait_desk_hours")
    );
}

#[test]
fn threads_shards_and_a_kill_change_no_byte() {
    let desk = desk();
    desk.careweave("sweep plan.toml --out one --threads 1 -q")
        .ended_with(0);
    desk.careweave("sweep plan.toml --out four --threads 4 -q")
        .ended_with(0);
    for i in 1..=3 {
        desk.careweave(&format!("sweep plan.toml --out s{i} --shard {i}/3 -q"))
            .ended_with(0);
    }
    desk.careweave("merge s3 s1 s2 --out merged -q").ended_with(0);
    assert_eq!(desk.results("one"), desk.results("four"));
    assert_eq!(desk.results("one"), desk.results("merged"));
    // A kill at any moment loses nothing that was finished, and the same command goes on.
    let long = "-n 100 -q --threads 1";
    desk.careweave(&format!("sweep plan.toml --out whole {long}"))
        .ended_with(0);
    let killed = format!("sweep plan.toml --out killed {long}");
    let mut child = desk
        .command(&killed)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    std::thread::sleep(Duration::from_millis(100));
    let _ = child.kill();
    child.wait().expect("ended");
    // A machine fast enough to have finished already has nothing to go on with.
    if !desk.path("killed").exists() {
        desk.careweave(&killed).ended_with(0);
    }
    assert_eq!(desk.results("whole"), desk.results("killed"));
    assert!(!desk.path("killed.partial").exists());
}

#[test]
fn samples_are_spread_and_depend_on_the_seed_alone() {
    let desk = desk();
    let sample = PLAN.replace(
        "kind = \"sweep\"",
        "kind = \"sweep\"\ndesign = { sobol = { points = 8 } }\nseed = 5",
    );
    desk.file(
        "sobol.toml",
        &sample
            .replace("values = [0.3, 0.6]", "range = [0.3, 0.6]")
            .replace("levels = 3", ""),
    );
    desk.careweave("sweep sobol.toml -n 1 --out a -q").ended_with(0);
    desk.careweave("sweep sobol.toml -n 1 --out b -q --threads 3")
        .ended_with(0);
    assert_eq!(desk.results("a"), desk.results("b"));
    let rows = table(&desk, "a");
    let mut urgent: Vec<f64> = rows[1..]
        .iter()
        .filter(|r| r[3] == "desk" && r[5] == "utilisation_desk")
        .map(|r| r[1].parse().expect("a number"))
        .collect();
    urgent.sort_by(f64::total_cmp);
    assert_eq!(urgent.len(), 8);
    // One point in each eighth of the range.
    for (i, u) in urgent.iter().enumerate() {
        let eighth = (u - 0.3) / 0.3 * 8.0;
        assert!(eighth >= i as f64 && eighth <= i as f64 + 1.0, "{urgent:?}");
    }
    desk.careweave("sweep sobol.toml -n 1 --seed 6 --out c -q")
        .ended_with(0);
    assert_ne!(table(&desk, "a")[1][1], table(&desk, "c")[1][1]);
    desk.file(
        "lhs.toml",
        "kind = \"sweep\"\nextends = \"sobol.toml\"\ndesign = { latin_hypercube = { points = 5 } }\n",
    );
    desk.careweave("sweep lhs.toml -n 1 --out d -q").ended_with(0);
    assert_eq!(table(&desk, "d").len(), 1 + 5 * 2 * 3);
}

#[test]
fn the_scenario_itself_may_be_varied() {
    let desk = desk();
    let plan = "kind = \"sweep\"\nscenarios = [\"desk.toml\"]\noutcomes = [\"utilisation_desk\"]\n\
                vary.where = { scenarios = [\"desk.toml\", \"three.toml\"] }\n";
    desk.file("where.toml", plan);
    desk.careweave("sweep where.toml -n 2 --out w -q").ended_with(0);
    let rows = table(&desk, "w");
    assert_eq!(
        (rows.len(), rows[1][1].as_str(), rows[2][1].as_str()),
        (3, "desk.toml", "three.toml")
    );
    assert_ne!(rows[1][7], rows[2][7]);
}

#[test]
fn a_wrong_plan_is_refused_at_its_lines_all_at_once() {
    let desk = desk();
    let keys = PLAN
        .replace("title", "titel")
        .replace("levels = 3", "levels = \"three\"");
    desk.file("keys.toml", &keys);
    desk.careweave("sweep keys.toml").ended_with(2).complains(&[
        "keys.toml:2",
        "did you mean `title`",
        "keys.toml:17",
        "whole number",
    ]);
    let sense = PLAN.replace("range = [30, 50]", "range = [50, 30]\nvalues = [1]");
    desk.file("sense.toml", &sense);
    desk.careweave("sweep sense.toml").ended_with(2).complains(&[
        "sense.toml:16",
        "ends before it begins",
        "in one way",
    ]);
    desk.file(
        "path.toml",
        &PLAN
            .replace("per_hour\"", "per_our\"")
            .replace("[30, 50]", "[-30, 50]"),
    );
    desk.careweave("sweep path.toml").ended_with(2).complains(&[
        "path.toml:10",
        "per_our",
        "did you mean `per_hour`",
        "path.toml:14",
        "visit",
    ]);
    desk.file("kind.toml", "kind = \"queueing\"\n");
    desk.careweave("sweep kind.toml")
        .ended_with(2)
        .complains(&["not a plan", "kind = \"sweep\""]);
    desk.file(
        "outcome.toml",
        &PLAN.replace(
            "\"utilisation_desk\"",
            "\"utilisation_desc\", \"mean_wait_desk_hours@sex=f\"",
        ),
    );
    desk.careweave("sweep outcome.toml")
        .ended_with(2)
        .complains(&["did you mean `utilisation_desk`", "no group `sex=f`"]);
    desk.file(
        "text.toml",
        &PLAN
            .replace("classes.urgent.arrivals.poisson.per_hour", "title")
            .replace("values = [0.3, 0.6]", "range = [1, 2]"),
    );
    desk.careweave("sweep text.toml")
        .ended_with(2)
        .complains(&["no single number stands for its size"]);
    desk.careweave("sweep nothing.toml")
        .ended_with(2)
        .complains(&["nothing.toml"]);
    desk.careweave("sweep plan.toml --shard 1/2")
        .ended_with(2)
        .complains(&["--out"]);
    assert!(!desk.path("s.partial").exists());
}

#[test]
fn tables_are_multiplied_whole_numbers_are_taken_once_and_overlaps_are_refused() {
    let desk = desk();
    let plan = |vary: &str| {
        format!(
            "kind = \"sweep\"\nscenarios = [\"desk.toml\"]\noutcomes = [\"utilisation_desk\"]\nreplications = 4\n{vary}"
        )
    };
    desk.file(
        "times.toml",
        &plan("vary.load = { path = \"classes\", multiply = [0.5, 1], levels = 2 }\n"),
    );
    desk.careweave("sweep times.toml --out t -q").ended_with(0);
    let rows = table(&desk, "t");
    let busy = |r: usize| rows[r][7].parse::<f64>().expect("a number");
    // Load 0.75 and half of it; the standard error over 4 runs of 95 days is about 0.008, five of them are tolerated.
    assert!(
        (busy(1) - 0.375).abs() < 0.04 && (busy(2) - 0.75).abs() < 0.04,
        "{} {}",
        busy(1),
        busy(2)
    );
    desk.file(
        "whole.toml",
        &plan(
            "vary.desks = { path = \"stations.desk.servers\", range = [2, 4], levels = 9, whole = true }\n",
        ),
    );
    desk.careweave("sweep whole.toml -n 1 --out w -q").ended_with(0);
    let servers: Vec<String> = table(&desk, "w")[1..].iter().map(|r| r[1].clone()).collect();
    assert_eq!(servers, ["2", "3", "4"]);
    let twice = "vary.a = { path = \"stations.desk.servers\", values = [2] }\nvary.b = { path = \"stations.desk\", values = [3] }\n";
    desk.file("twice.toml", &plan(twice));
    desk.careweave("sweep twice.toml").ended_with(2).complains(&[
        "`a` and `b` set the same value",
        "twice.toml:6",
        "set here again",
    ]);
}
