//! Results folders as their users meet them: the same bytes whatever the threads, shards, kills and interruptions.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::desk::{DESK, Desk, Said, value};

#[test]
fn a_run_writes_its_results_folder() {
    let desk = Desk::new();
    desk.careweave("run desk.toml --out r").ended_with(0);
    let files = desk.results("r");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "overall.csv",
            "replications.csv",
            "report.html",
            "report.txt",
            "variance_reduction.csv"
        ]
    );
    let busy = value(&files, "utilisation_desk");
    // Load 0.75; the standard error over six runs of 100 days is about 0.006, five of them are tolerated.
    assert!((busy - 0.75).abs() < 0.03, "{busy}");
    let rows = String::from_utf8(files["replications.csv"].clone()).unwrap();
    assert_eq!(rows.lines().count(), 7);
    let manifest = desk.json("r/manifest.json");
    assert_eq!(manifest["replications"], 6);
    assert_eq!(manifest["plan"]["seed"], 1);
    assert_eq!(manifest["plan"]["texts"]["desk.toml"]["text"], DESK);
    let run = desk.json("r/run.json");
    assert_eq!(run["interrupted"], false);
    assert!(run["threads"].as_u64().unwrap() >= 1);
    assert!(!desk.path("r.partial").exists());
}

#[test]
fn the_report_in_the_folder_is_what_the_terminal_shows() {
    let desk = Desk::new();
    let said = desk.careweave("run desk.toml -n 3 --out r").ended_with(0);
    assert_eq!(said.out.as_bytes(), desk.results("r")["report.txt"]);
    assert!(
        !said.err.contains('\r') && !said.err.contains('\u{1b}'),
        "no bar in a pipe: {}",
        said.err
    );
}

#[test]
fn a_comparison_writes_differences_from_the_first_scenario() {
    let desk = Desk::new();
    desk.careweave("compare desk.toml three.toml --out c")
        .ended_with(0);
    let paired = String::from_utf8(desk.results("c")["paired.csv"].clone()).unwrap();
    let row = paired
        .lines()
        .find(|l| l.starts_with("three,desk,mean_wait_desk_hours,all,difference,"));
    let difference: f64 = row.expect("a row").split(',').nth(5).unwrap().parse().unwrap();
    assert!(
        difference < -0.1,
        "a third server shortens the wait: {difference}"
    );
}

#[test]
fn a_scenario_compared_with_itself_differs_by_exactly_nothing() {
    let desk = Desk::new();
    desk.careweave("compare desk.toml desk.toml -n 3 --out c")
        .ended_with(0);
    let paired = String::from_utf8(desk.results("c")["paired.csv"].clone()).unwrap();
    let mut seen = 0;
    for row in paired.lines().filter(|l| l.contains(",difference,")) {
        let shown = row.split(',').nth(5).unwrap();
        assert!(shown.is_empty() || shown.parse::<f64>().unwrap() == 0.0, "{row}");
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let desk = Desk::new();
    for threads in [1, 2, 7] {
        let line = format!("compare desk.toml three.toml --threads {threads} --out t{threads}");
        desk.careweave(&line).ended_with(0);
    }
    let one = desk.results("t1");
    assert!(one == desk.results("t2") && one == desk.results("t7"));
}

#[test]
fn merged_shards_are_what_one_machine_would_have_written() {
    let desk = Desk::new();
    desk.careweave("compare desk.toml three.toml -n 7 --out whole")
        .ended_with(0);
    for i in 1..=3 {
        let line = format!("compare desk.toml three.toml -n 7 --shard {i}/3 --out s{i}");
        desk.careweave(&line).ended_with(0);
    }
    let merged = desk.careweave("merge s3 s1 s2 --out merged").ended_with(0);
    assert_eq!(desk.results("whole"), desk.results("merged"));
    assert_eq!(merged.out.as_bytes(), desk.results("whole")["report.txt"]);
    desk.careweave("merge s3 s1 --out again")
        .ended_with(2)
        .complains(&["shards are missing: 2/3"]);
    desk.careweave("merge s1 s1 s2 s3 --out again")
        .ended_with(2)
        .complains(&["are both shard 1/3"]);
    desk.careweave("merge whole --out again")
        .ended_with(2)
        .complains(&["is no shard"]);
    desk.careweave("merge nowhere --out again")
        .ended_with(2)
        .complains(&["nowhere"]);
    assert!(!desk.path("again").exists());
}

#[test]
fn merging_does_not_need_the_scenario_files_any_more() {
    let desk = Desk::new();
    desk.careweave("run three.toml -n 4 --set stations.desk.servers=4 --out whole")
        .ended_with(0);
    for i in 1..=2 {
        let line = format!("run three.toml -n 4 --set stations.desk.servers=4 --shard {i}/2 --out s{i}");
        desk.careweave(&line).ended_with(0);
    }
    std::fs::remove_file(desk.path("three.toml")).unwrap();
    std::fs::remove_file(desk.path("desk.toml")).unwrap();
    desk.careweave("merge s1 s2 --out merged").ended_with(0);
    assert_eq!(desk.results("whole"), desk.results("merged"));
}

#[test]
fn an_existing_folder_is_refused_without_force() {
    let desk = Desk::new();
    desk.careweave("run desk.toml -n 2 --out r").ended_with(0);
    let before = desk.results("r");
    desk.careweave("run desk.toml -n 3 --out r")
        .ended_with(2)
        .complains(&["exists already", "--force"]);
    assert_eq!(desk.results("r"), before);
    desk.careweave("run desk.toml -n 3 --out r --force").ended_with(0);
    assert_ne!(desk.results("r"), before);
    std::fs::create_dir(desk.path("mine")).unwrap();
    desk.file("mine/letter.txt", "precious");
    desk.careweave("run desk.toml -n 2 --out mine --force")
        .ended_with(2)
        .complains(&["left alone"]);
    assert!(desk.path("mine/letter.txt").exists());
}

#[test]
fn auto_stops_at_a_look_and_says_how_precise_it_is() {
    let desk = Desk::new();
    let line = "run desk.toml -n auto --precision 0.2 --set run.horizon.days=20 --out a";
    desk.careweave(line).ended_with(0);
    assert_eq!(desk.json("a/manifest.json")["replications"], 40);
    let plan = &desk.json("a/manifest.json")["plan"]["stopping"]["auto"];
    assert_eq!(plan["precision"], 0.2);
    let capped =
        "run desk.toml -n auto --precision 0.0001 --set run.replication_cap=45 --set run.horizon.days=20";
    desk.careweave(&format!("{capped} --out b")).ended_with(0);
    assert_eq!(desk.json("b/manifest.json")["replications"], 45);
}

#[test]
fn the_seed_decides_the_results() {
    let desk = Desk::new();
    for (name, flags) in [("a", "--seed 5"), ("b", "--set run.seed=5"), ("c", "--seed 6")] {
        desk.careweave(&format!("run desk.toml -n 2 {flags} --out {name}"))
            .ended_with(0);
    }
    let overall = |name: &str| desk.results(name).remove("overall.csv").unwrap();
    assert_eq!(overall("a"), overall("b"));
    assert_ne!(overall("a"), overall("c"));
}

/// A locality run for the shortest time that is allowed.
const SHORT: &str = "--set run.warm_up.weeks=4 --set run.measured.weeks=4 --set run.cool_down.weeks=13";

#[test]
fn a_comparison_of_pathways_has_the_same_bytes_however_it_is_run() {
    let desk = Desk::new();
    let arms = format!("compare networked good_network -n 4 {SHORT}");
    desk.careweave(&format!("{arms} --threads 1 --out one"))
        .ended_with(0);
    desk.careweave(&format!("{arms} --threads 2 --out two"))
        .ended_with(0);
    let one = desk.results("one");
    assert!(one == desk.results("two"));
    assert_eq!(desk.json("one/manifest.json")["plan"]["kind"], "pathway");
    for i in 1..=2 {
        desk.careweave(&format!("{arms} --shard {i}/2 --out s{i}"))
            .ended_with(0);
    }
    desk.careweave("merge s1 s2 --out merged").ended_with(0);
    assert!(one == desk.results("merged"));
}

/// A run long enough to be stopped: starts it and waits until a replication or two are on the disk.
fn started(desk: &Desk, line: &str, partial: &str) -> Child {
    let mut child = desk
        .command(line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let spool = desk.path(partial).join("records.spool");
    for _ in 0..2_000 {
        if std::fs::metadata(&spool).is_ok_and(|m| m.len() > 2_000) {
            return child;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let said = child.wait_with_output();
    panic!("no replication was finished in ten seconds: {said:?}");
}

const LONG: &str = "run desk.toml -n 60 --threads 2 --set run.horizon.days=8000";

#[test]
fn a_killed_run_is_taken_up_where_it_was_killed() {
    let desk = Desk::new();
    let mut child = started(&desk, &format!("{LONG} --out k"), "k.partial");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!desk.path("k").exists());
    let other = desk
        .careweave("run desk.toml -n 60 --seed 9 --out k")
        .ended_with(2);
    other.complains(&["another plan", "seed"]);
    desk.careweave(&format!("{LONG} --out k")).ended_with(0);
    desk.careweave(&format!("{LONG} --out whole")).ended_with(0);
    assert_eq!(desk.results("k"), desk.results("whole"));
}

#[cfg(unix)]
/// By SIGTERM: whoever starts the tests may have had Ctrl-C ignored, which is handed down (`tests/faults` resets it).
#[test]
fn termination_keeps_what_is_finished_and_ends_with_130() {
    let desk = Desk::new();
    let child = started(&desk, &format!("{LONG} --out i"), "i.partial");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let said = Said::from(child.wait_with_output().unwrap()).ended_with(130);
    let said = said.complains(&["interrupted", "goes on from here"]);
    let n = desk.json("i/manifest.json")["replications"].as_u64().unwrap();
    assert!((1..60).contains(&n), "{n}");
    assert_eq!(desk.json("i/run.json")["interrupted"], true);
    assert_eq!(said.out.as_bytes(), desk.results("i")["report.txt"]);
    // What it shows is what a run of so many replications shows.
    let shorter = LONG.replace("-n 60", &format!("-n {n}"));
    desk.careweave(&format!("{shorter} --out shorter")).ended_with(0);
    assert_eq!(desk.results("i"), desk.results("shorter"));
    // The same command completes it.
    desk.careweave(&format!("{LONG} --out i")).ended_with(0);
    assert_eq!(desk.json("i/manifest.json")["replications"], 60);
    assert!(!Path::new(&desk.path("i.partial")).exists());
}
