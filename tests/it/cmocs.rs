//! The table of the twelve CMOCs of `reequipp` speaks of parameters, outcomes and scenarios that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use careweave::compile;
use careweave::scenario::{BuiltIn, Checked, Kind, explain, library, read, read_path, schema};

use crate::world_tools::compare;

/// The cells of the table's rows: number, words, parameters, outcomes, scenarios.
fn rows() -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cmocs.md");
    let text = fs::read_to_string(page).expect("docs/cmocs.md");
    text.lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

/// What a cell has between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// A scenario and the names of its outcomes.
fn scenario(name: &str) -> (Checked, BTreeSet<String>) {
    let (checked, found, _) = read(&BuiltIn, name, &[]);
    let checked = checked.unwrap_or_else(|| panic!("{name} is refused: {found:?}"));
    let Kind::Pathway(p) = &checked.kind else {
        panic!("{name} is no locality")
    };
    let p = compare(vec![compile::pathway(name, name, p)], 1);
    let outcomes = p.catalogue().outcomes().iter().map(|o| o.name.clone()).collect();
    (checked, outcomes)
}

/// Whether a scenario says a value at a path, from the start or later in the run.
fn says(scenario: &Checked, path: &[String]) -> bool {
    let root = scenario.root();
    let later = root.step("later").and_then(|later| later.table());
    root.at(path).is_some()
        || later
            .into_iter()
            .flatten()
            .any(|(_, change)| change.at(path).is_some())
}

#[test]
fn every_cmoc_has_parameters_outcomes_and_scenarios_that_exist() {
    let rows = rows();
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let all: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
    assert_eq!(numbers, all, "twelve rows in order");

    let schema = schema("pathway").expect("a kind");
    let mut scenarios = BTreeMap::new();
    let mut problems = Vec::new();
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        let number = &row[0];
        for (what, cell) in [
            ("parameter", &row[2]),
            ("outcome", &row[3]),
            ("scenario", &row[4]),
        ] {
            if quoted(cell).is_empty() {
                problems.push(format!("CMOC {number} has no {what}"));
            }
        }
        let names = quoted(&row[4]);
        for name in &names {
            if library::find(name).is_none_or(|found| !found.listed) {
                problems.push(format!("CMOC {number}: no scenario `{name}`"));
            } else {
                let known = scenarios.entry((*name).to_owned());
                known.or_insert_with(|| scenario(name));
            }
        }
        let own = || names.iter().filter_map(|name| scenarios.get(*name));
        for path in quoted(&row[2]) {
            let Ok(names) = read_path(path) else {
                problems.push(format!("CMOC {number}: `{path}` is not a path"));
                continue;
            };
            if let Err(why) = explain(schema, &names, None) {
                problems.push(format!("CMOC {number}: {why}"));
            } else if !own().any(|(checked, _)| says(checked, &names)) {
                problems.push(format!("CMOC {number}: no scenario of the row sets `{path}`"));
            }
        }
        for name in quoted(&row[3]) {
            if !own().all(|(_, outcomes)| outcomes.contains(name)) {
                problems.push(format!("CMOC {number}: no outcome `{name}`"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
