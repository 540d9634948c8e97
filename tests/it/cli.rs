//! The command line as its users meet it: questions, answers, refusals, exit codes. The tests are sentences.

use std::process::Stdio;

use super::desk::{DESK, Desk};

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
fn check_says_the_expected_load_and_strict_answers_no_to_doubts() {
    let desk = Desk::new();
    let said = desk.careweave("check desk.toml --strict").ended_with(0);
    assert!(said.out.contains("75.0%"), "{}", said.out);
    let doubtful = "check desk.toml --set stations.desk.servers=1";
    // A value tried out is nobody's: the evidence was for the value it replaces.
    let said = desk.careweave(doubtful).ended_with(1);
    assert!(
        said.out
            .contains("The answer is no: 1 number that decides results has no evidence")
    );
    said.complains(&["--set:1:23", "grows for ever", "1 warning"]);
    desk.file(
        "one.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\nstations.desk.servers = 1\n\
         evidence.stations = { grade = \"derived\", note = \"Set by the test.\" }\n",
    );
    desk.careweave("check one.toml")
        .ended_with(0)
        .complains(&["grows for ever", "1 warning"]);
    desk.careweave("check one.toml --strict").ended_with(1);
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

/// What happens to answers that nobody takes is in `tests/faults/pipes.rs`.
#[test]
fn notices_that_nobody_reads_are_no_error() {
    let desk = Desk::new();
    let mut child = desk
        .command("run desk.toml -n 2")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
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
    let told = desk.careweave("trace networked --person 1366").ended_with(0).out;
    assert!(
        told.starts_with("Person 1366 of ") && told.contains("In sum"),
        "{told}"
    );
    let again = desk.careweave("trace networked --person 1366").ended_with(0);
    assert_eq!(told, again.out);
    desk.careweave("trace networked --person 9999999")
        .ended_with(2)
        .complains(&["people", "numbered from 0"]);
    desk.careweave("trace networked")
        .ended_with(2)
        .complains(&["--out", "--person"]);
    desk.careweave("trace mm1 --person 1")
        .ended_with(2)
        .complains(&["pathway"]);
}

#[test]
fn an_event_log_is_a_folder_that_is_whole_or_absent() {
    let desk = Desk::new();
    let line =
        "trace networked --set run.warm_up.weeks=4 --set run.measured.weeks=4 --set run.cool_down.weeks=13";
    desk.careweave(&format!("{line} --format all --out log"))
        .ended_with(0);
    let files = desk.results("log");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["event_log.csv", "event_log.xes", "manifest.json"]);
    assert!(!desk.path("log.partial").exists());
    assert_eq!(desk.json("log/manifest.json")["plan"]["trace"]["replication"], 0);
    desk.careweave(&format!("{line} --out log"))
        .ended_with(2)
        .complains(&["--force"]);
    let one = desk.careweave(&format!("{line} --person 40 --window measured --out log --force"));
    let told = one.ended_with(0).out;
    let files = desk.results("log");
    assert_eq!(files["story.txt"], told.as_bytes());
    assert!(
        !files.contains_key("event_log.xes"),
        "the table alone unless asked"
    );
    // A folder that is not ours is left alone.
    std::fs::create_dir(desk.path("home")).unwrap();
    desk.file("home/thesis.txt", "years of work");
    desk.careweave(&format!("{line} --out home --force"))
        .ended_with(2);
    assert!(desk.path("home/thesis.txt").exists());
}
