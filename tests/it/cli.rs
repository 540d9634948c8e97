//! The command line as its users meet it: exit codes, files, interruption, shards. The tests are sentences.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const BIN: &str = env!("CARGO_BIN_EXE_careweave");

/// A folder of its own for one test, with a small scenario in it.
struct Desk {
    dir: tempfile::TempDir,
}

const DESK: &str = r#"kind = "queueing"
title = "A desk"
question = "How long do people wait?"

[run]
warm_up = { days = 5 }
horizon = { days = 100 }
replications = 6

[stations.desk]
servers = 2
service = { lognormal = { mean = 50, sd = 30, unit = "min" } }

[classes.urgent]
arrivals = { poisson = { per_hour = 0.6 } }
entry = "desk"
priority = 0

[classes.routine]
arrivals = { poisson = { per_hour = 1.2 } }
entry = "desk"
priority = 1
"#;

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk { dir };
        desk.file("desk.toml", DESK);
        desk.file(
            "three.toml",
            "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Three\"\nstations.desk.servers = 3\n",
        );
        desk
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(BIN);
        command
            .current_dir(self.dir.path())
            .args(args.split_whitespace())
            .stdin(Stdio::null());
        command
    }

    fn careweave(&self, args: &str) -> Said {
        Said::from(self.command(args).output().expect("the program starts"))
    }

    /// Everything in a results folder but `run.json`, which may differ.
    fn results(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(self.path(name)).expect("a results folder") {
            let path = entry.expect("an entry").path();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            files.insert(file, std::fs::read(&path).expect("readable"));
        }
        assert!(files.remove("run.json").is_some(), "{name} has no run.json");
        files
    }

    fn json(&self, path: &str) -> serde_json::Value {
        let text = std::fs::read_to_string(self.path(path)).expect("readable");
        serde_json::from_str(&text).expect("JSON")
    }
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Said {
    #[track_caller]
    fn ended_with(self, code: i32) -> Said {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    fn complains(self, words: &[&str]) -> Said {
        for word in words {
            assert!(self.err.contains(word), "no `{word}` in:\n{}", self.err);
        }
        self
    }

    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in:\n{}", self.out))
    }
}

/// What `overall.csv` says of an outcome for everybody.
fn value(files: &BTreeMap<String, Vec<u8>>, outcome: &str) -> f64 {
    let text = String::from_utf8(files["overall.csv"].clone()).expect("UTF-8");
    let row = text
        .lines()
        .find(|l| l.contains(&format!(",{outcome},all,")))
        .expect(outcome);
    row.split(',').nth(4).unwrap().parse().expect("a number")
}

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
            "report.txt"
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
fn bad_input_ends_with_2_and_shows_file_line_and_caret_of_every_mistake() {
    let desk = Desk::new();
    desk.file(
        "bad.toml",
        &DESK
            .replace("servers = 2", "servers = -2\nserver = 1")
            .replace("\"desk\"", "\"dsk\""),
    );
    let said = desk.careweave("run bad.toml").ended_with(2);
    let said = said.complains(&["bad.toml:11:", "bad.toml:12:", "^", "did you mean", "errors"]);
    assert!(said.out.is_empty());
    let both = desk.careweave("compare desk.toml bad.toml").ended_with(2);
    assert_eq!(both.err, said.err);
    desk.careweave("check bad.toml")
        .ended_with(2)
        .complains(&["bad.toml:11:"]);
    desk.careweave("run nothing.toml")
        .ended_with(2)
        .complains(&["there is no scenario `nothing.toml`"]);
    desk.careweave("run mm2")
        .ended_with(2)
        .complains(&["did you mean the built-in scenario `mm1`"]);
    desk.careweave("run desk.toml --set stations.desk.servers=many")
        .ended_with(2)
        .complains(&["--set:1:", "^"]);
}

#[test]
fn questions_without_sense_are_refused_with_2() {
    let desk = Desk::new();
    desk.careweave("compare desk.toml")
        .ended_with(2)
        .complains(&["nothing to compare"]);
    desk.careweave("compare desk.toml tandem")
        .ended_with(2)
        .complains(&["cannot be compared"]);
    desk.careweave("compare desk.toml networked")
        .ended_with(2)
        .complains(&["kind"]);
    desk.careweave("run desk.toml --shard 1/2")
        .ended_with(2)
        .complains(&["--out"]);
    desk.careweave("run desk.toml --shard 3/2 --out s")
        .ended_with(2)
        .complains(&["i/n"]);
    desk.careweave("run desk.toml --shard 1/2 --out s -n auto")
        .ended_with(2)
        .complains(&["shard"]);
    desk.careweave("run desk.toml -n 0")
        .ended_with(2)
        .complains(&["auto"]);
    desk.careweave("run desk.toml --threads 0").ended_with(2);
    desk.careweave("fly").ended_with(2);
    desk.careweave("").ended_with(2);
}

#[test]
fn json_answers_are_valid_json() {
    let desk = Desk::new();
    let run = desk.careweave("run desk.toml -n 2 --json").ended_with(0).json();
    assert_eq!(run["plan"]["replications"], 2);
    let compared = desk
        .careweave("compare desk.toml three.toml -n 2 --json")
        .ended_with(0)
        .json();
    assert_eq!(compared["arms"].as_array().unwrap().len(), 2);
    let checked = desk.careweave("check desk.toml --json").ended_with(0).json();
    assert_eq!(checked["kind"], "queueing");
    desk.file("bad.toml", "kind = \"queueing\"\nnonsense = 1\n");
    let bad = desk.careweave("run bad.toml --json").ended_with(2).json();
    let unknown = bad["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["code"] == "unknown-key");
    assert_eq!(unknown.expect("found")["at"]["line"], 2);
    let listed = desk.careweave("scenarios --json").ended_with(0).json();
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .any(|s| s["name"] == "networked")
    );
    for kind in ["queueing", "pathway"] {
        let schema = desk.careweave(&format!("schema {kind}")).ended_with(0).json();
        assert!(schema["properties"]["run"].is_object());
    }
    let told = desk
        .careweave("explain stations.desk.servers --scenario desk.toml --json")
        .ended_with(0)
        .json();
    assert_eq!(
        (told["value"].as_str(), told["set_at"].as_str()),
        (Some("2"), Some("desk.toml:11:1"))
    );
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

#[test]
fn check_says_the_expected_load_and_strict_answers_no_to_doubts() {
    let desk = Desk::new();
    let said = desk.careweave("check desk.toml --strict").ended_with(0);
    assert!(said.out.contains("75.0%"), "{}", said.out);
    let doubtful = "check desk.toml --set stations.desk.servers=1";
    desk.careweave(doubtful)
        .ended_with(0)
        .complains(&["--set:1:23", "grows for ever", "1 warning"]);
    desk.careweave(&format!("{doubtful} --strict")).ended_with(1);
    // A warning is shown and does not stop a run.
    let warned = desk
        .careweave("run desk.toml -n 2 --quiet --set stations.desk.servers=1")
        .ended_with(0);
    warned.complains(&["grows for ever"]);
    let networked = desk.careweave("check networked").ended_with(0);
    assert!(networked.out.contains("deaths counted") && networked.out.contains("district_nurse"));
}

#[test]
fn a_parameter_is_explained_and_a_wrong_one_answered_with_the_nearest() {
    let desk = Desk::new();
    let said = desk.careweave("explain interface.external.lost").ended_with(0);
    assert!(
        said.out.contains("meaning") && said.out.contains("assumption"),
        "{}",
        said.out
    );
    let near = desk.careweave("explain interface.external.lots").ended_with(2);
    near.complains(&["did you mean `lost`"]);
    let queueing = desk.careweave("explain stations.any.servers").ended_with(0);
    assert!(queueing.out.contains("Number of servers"));
}

#[test]
fn a_built_in_scenario_can_be_printed_and_used_as_a_start() {
    let desk = Desk::new();
    let text = desk.careweave("scenarios mm1").ended_with(0).out;
    desk.file("own.toml", &text.replace("2_000", "20"));
    desk.careweave("run own.toml -n 2").ended_with(0);
    desk.careweave("scenarios nothing").ended_with(2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new();
    for line in [
        "run desk.toml -n 2",
        "scenarios",
        "schema pathway",
        "check networked",
        "run desk.toml -n 2 --json",
    ] {
        let mut child = desk
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        Said::from(child.wait_with_output().unwrap()).ended_with(0);
    }
    // Nobody reads the notices either.
    let mut child = desk
        .command("run desk.toml -n 2")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
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

#[test]
fn scenarios_with_other_people_are_not_compared_and_the_values_that_differ_are_named() {
    let desk = Desk::new();
    desk.file(
        "other.toml",
        "kind = \"pathway\"\nextends = \"networked\"\npractices.alder.list_size = 4000\n",
    );
    let said = desk
        .careweave("compare networked other.toml --out c")
        .ended_with(2);
    said.complains(&[
        "do not have the same people",
        "`other` differs",
        "`practices.alder.list_size`",
    ]);
    assert!(!desk.path("c").exists() && !desk.path("c.partial").exists());
}

#[test]
fn a_person_has_a_story_and_a_queue_has_none() {
    let desk = Desk::new();
    let told = desk.careweave("story networked").ended_with(0).out;
    assert!(told.contains("Dies (") && told.contains("[need "), "{told}");
    assert_eq!(told, desk.careweave("story networked").ended_with(0).out);
    desk.careweave("story networked --person 9999999")
        .ended_with(2)
        .complains(&["people"]);
    desk.careweave("story mm1").ended_with(2).complains(&["pathway"]);
}

/// A run long enough to be stopped: starts it and waits until a replication or two are on the disk.
fn started(desk: &Desk, line: &str, partial: &str) -> Child {
    let child = desk
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
    panic!("no replication was finished in ten seconds");
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
#[test]
fn ctrl_c_keeps_what_is_finished_and_ends_with_130() {
    let desk = Desk::new();
    let child = started(&desk, &format!("{LONG} --out i"), "i.partial");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
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
