//! The commands shown in the README exist and its scenario is one that the reader accepts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use careweave::scenario;

fn readme() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(path).expect("there is a README")
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(rest)) if rest == language => open = Some(String::new()),
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), None) => {
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    found
}

/// What follows `careweave` (or stands for it) in a line of a shell block.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.split(" #").next()?.trim();
    let rest = line
        .strip_prefix("careweave ")
        .or_else(|| line.strip_prefix("cargo run --release -- "))?;
    Some(rest.split_whitespace().map(str::to_string).collect())
}

fn help(arguments: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_careweave"))
        .args(arguments)
        .arg("--help")
        .output()
        .expect("the program starts");
    assert!(out.status.success(), "careweave {} --help", arguments.join(" "));
    String::from_utf8(out.stdout).expect("help is UTF-8")
}

#[test]
fn every_subcommand_in_the_readme_exists() {
    let lines: Vec<Vec<String>> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().filter_map(arguments).collect::<Vec<_>>())
        .collect();
    assert!(lines.len() >= 6, "the README shows the commands");
    for line in &lines {
        let text = help(&[&line[0]]);
        assert!(
            text.contains(&line[0]),
            "`careweave {} --help` says what it is about",
            line[0]
        );
    }
}

#[test]
fn the_two_commands_come_first_and_are_what_ci_runs() {
    let shell = blocks("sh");
    assert_eq!(shell[0], "cargo run --release -- compare\n");
    assert_eq!(shell[1], "cargo test\n");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".ci/run");
    let ci = fs::read_to_string(path).expect("there is a CI script");
    assert!(ci.contains("cargo test\n"), "CI runs the README's test command");
}

#[test]
fn every_flag_in_the_readme_exists() {
    let text = help(&["compare"]);
    let readme = readme();
    for (at, _) in readme.match_indices("`--") {
        let flag: String = readme[at + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphabetic() || *c == '-')
            .collect();
        if flag != "--help" {
            assert!(text.contains(&flag), "`careweave compare` has no {flag}");
        }
    }
}

#[test]
fn the_scenario_in_the_readme_is_accepted() {
    let shown = blocks("toml");
    assert_eq!(shown.len(), 2);
    let texts = BTreeMap::from([("shown.toml".to_string(), shown[0].clone().into_bytes())]);
    let (checked, found, _) = scenario::read(&texts, "shown.toml", &[]);
    assert!(checked.is_some(), "{found:?}");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_plan_in_the_readme_can_be_run() {
    let text = blocks("toml")[1].clone().into_bytes();
    let texts = BTreeMap::from([("plan.toml".to_string(), text)]);
    let ask = careweave::app::SweepAsk {
        plan: "plan.toml".to_string(),
        ..Default::default()
    };
    let sweep = careweave::app::Sweep::prepare(&texts, &ask, 2);
    let sweep = sweep.map_err(|e| e.to_string()).expect("a plan without errors");
    assert_eq!((sweep.points().len(), sweep.units()), (18, 360));
}
