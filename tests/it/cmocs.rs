//! The table of the twelve CMOCs of `reequipp` speaks of parameters, outcomes and scenarios that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use careweave::scenario::{explain, library, read_path, schema};

use crate::world_tools::{compare, small};

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

#[test]
fn every_cmoc_has_parameters_outcomes_and_a_scenario_that_exist() {
    let rows = rows();
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let all: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
    assert_eq!(numbers, all, "twelve rows in order");

    let schema = schema("pathway").expect("a kind");
    let p = compare(vec![small("networked", &[])], 1);
    let outcomes: BTreeSet<&str> = p.catalogue().outcomes().iter().map(|o| o.name.as_str()).collect();
    let mut problems = Vec::new();
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        for (what, cell) in [
            ("parameter", &row[2]),
            ("outcome", &row[3]),
            ("scenario", &row[4]),
        ] {
            if quoted(cell).is_empty() {
                problems.push(format!("CMOC {} has no {what}", row[0]));
            }
        }
        for path in quoted(&row[2]) {
            let known = read_path(path)
                .ok()
                .is_some_and(|names| explain(schema, &names, None).is_ok());
            if !known {
                problems.push(format!("CMOC {}: no parameter `{path}`", row[0]));
            }
        }
        for name in quoted(&row[3]) {
            if !outcomes.contains(name) {
                problems.push(format!("CMOC {}: no outcome `{name}`", row[0]));
            }
        }
        for name in quoted(&row[4]) {
            if library::find(name).is_none_or(|found| !found.listed) {
                problems.push(format!("CMOC {}: no scenario `{name}`", row[0]));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
