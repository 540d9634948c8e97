//! The README shows the commands that CI runs and a scenario that the reader accepts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

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
fn the_scenario_in_the_readme_is_accepted() {
    let shown = blocks("toml");
    assert_eq!(shown.len(), 1);
    let texts = BTreeMap::from([("shown.toml".to_string(), shown[0].clone().into_bytes())]);
    let (checked, found, _) = scenario::read(&texts, "shown.toml", &[]);
    assert!(checked.is_some(), "{found:?}");
    assert!(found.is_empty(), "{found:?}");
}
