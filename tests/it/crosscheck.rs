//! The scenarios of the cross-check against other programs (`tests/crosscheck`): they can be read and run, every outcome that
//! is compared exists, and nothing happens in them besides the two sub-models. The comparison itself is `run.sh` there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/crosscheck")
}

/// Outcomes for everybody of one replication of half a year; none where nobody was at risk.
fn outcomes(model: &str) -> BTreeMap<String, Option<f64>> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let out = dir.path().join("out");
    let said = Command::new(env!("CARGO_BIN_EXE_careweave"))
        .arg("run")
        .arg(folder().join(format!("{model}.toml")))
        .args([
            "--set",
            "run.measured={ weeks = 26 }",
            "--replications",
            "1",
            "--quiet",
            "--out",
        ])
        .arg(&out)
        .output()
        .expect("the program starts");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = std::fs::read_to_string(out.join("overall.csv")).expect("readable");
    let rows = text.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    rows.filter(|row| row[2] == "all")
        .map(|row| (row[1].to_owned(), row[4].parse().ok()))
        .collect()
}

#[test]
fn what_is_compared_exists_and_nothing_else_happens() {
    let margins = std::fs::read_to_string(folder().join("margins.toml")).expect("readable");
    let margins: toml::Table = margins.parse().expect("TOML");
    for (model, only) in [
        ("visit", ["gp@elder", "ooh_clinician"]),
        ("care", ["social_worker", "home_care"]),
    ] {
        let found = outcomes(model);
        for outcome in margins[model].as_table().expect("a table").keys() {
            assert!(found[outcome].is_some_and(|v| v > 0.0), "{model}: {outcome}");
        }
        for (outcome, value) in &found {
            let busy = outcome
                .strip_prefix("utilisation_")
                .is_some_and(|team| !only.contains(&team));
            let elsewhere = outcome.starts_with("count_emergency") || outcome.starts_with("count_recognised");
            // A repeat prescription that lasts a thousand years is asked for now and then all the same.
            assert!(
                !(busy || elsewhere) || value.is_none_or(|v| v < 1e-4),
                "{model}: {outcome} = {value:?}"
            );
        }
    }
}
