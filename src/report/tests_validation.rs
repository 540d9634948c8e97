//! What a validation says, by hand.

use super::validation::*;
use crate::methods::bands::{Verdict, Zone};
use crate::scenario::BuiltIn;
use crate::scenario::targets::{self, Role};
use crate::stats::{Estimate, Missing};

/// All built-in targets, every third one failing, with one negative check.
fn example() -> Validation {
    let (read, ..) = targets::read(&BuiltIn, targets::BUILT_IN, &[]);
    let read = read.expect("the built-in targets");
    let rows = read.all.iter().enumerate().map(|(i, (name, target))| {
        let (low, high) = target.band();
        let (value, verdict) = match i % 3 {
            0 => (high + 2.0 * (high - low), Verdict::In(Zone::Out)),
            1 => ((low + high) / 2.0, Verdict::In(Zone::Within)),
            _ => (high, Verdict::Straddles(Zone::Within, Zone::Near)),
        };
        TargetRow {
            name: name.clone(),
            target: target.clone(),
            unit: if high <= 1.0 { "share" } else { "days" }.to_string(),
            estimate: Estimate::new(value, (high - low) / 10.0, 2.0, 40),
            verdict,
        }
    });
    Validation {
        scenario: "networked".to_string(),
        title: "Networked".to_string(),
        targets: "Targets".to_string(),
        seed: 1,
        replications: 40,
        negative_replications: 10,
        rows: rows.collect(),
        negatives: vec![Negative {
            name: "gsf_label",
            says: "A label does nothing.",
            found: "Nothing differs.".to_string(),
            rule: "Passes if nothing differs.",
            source: "",
            verdict: Some(Verdict::In(Zone::Within)),
            rows: vec![NegativeRow {
                what: "a number".to_string(),
                unit: "share",
                estimate: Estimate::point(0.0, Missing::NoVariation, 10),
            }],
        }],
    }
}

#[test]
fn counts_are_of_roles_and_words_have_their_number() {
    let v = example();
    let (all, aside) = (v.rows.len(), v.count(Role::Aside));
    let fitted = v.count(Role::Calibration);
    assert_eq!(all, aside.all + fitted.all + v.count(Role::Input).all);
    assert_eq!(
        fitted.all,
        fitted.pass + fitted.near + fitted.fail + fitted.unknown
    );
    assert!(v.fails());
    let one = Count::of([Verdict::In(Zone::Within), Verdict::Unknown].into_iter());
    assert_eq!(one.words(), "1 passes, 1 cannot be told");
    let two = Count::of(
        [
            Verdict::In(Zone::Out),
            Verdict::In(Zone::Out),
            Verdict::In(Zone::Near),
        ]
        .into_iter(),
    );
    assert_eq!(two.words(), "1 is near, 2 fail");
    assert!(
        v.answer()
            .starts_with(&format!("Of {} targets kept aside", aside.all)),
        "{}",
        v.answer()
    );
    assert!(
        v.answer().ends_with("Of 1 negative check 1 passes."),
        "{}",
        v.answer()
    );
}

#[test]
fn without_a_failure_anywhere_it_does_not_fail_and_a_failed_check_is_one() {
    let mut v = example();
    v.rows.retain(|r| r.verdict != Verdict::In(Zone::Out));
    assert!(!v.fails());
    v.negatives[0].verdict = Some(Verdict::In(Zone::Out));
    assert!(v.fails());
    v.negatives[0].verdict = None;
    assert!(!v.fails());
    assert!(v.answer().ends_with("The negative checks were not run."));
}

#[test]
fn the_text_names_every_target_its_source_and_what_a_failure_may_mean() {
    let v = example();
    let text = validation_text(&v, 100);
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for r in &v.rows {
        assert!(joined.contains(&format!("({})", r.name)), "{}", r.name);
        let source = r.target.source.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(&source), "{source}");
        if r.verdict == Verdict::In(Zone::Out) {
            assert!(joined.contains(&format!("{} ({}):", r.target.says, r.name)));
        }
    }
    assert!(joined.contains("cannot tell (pass or near)"));
    assert!(text.lines().all(|l| l.chars().count() <= 100));
    // OHID's 43.4% with 3 points on each side, as per cent.
    assert!(text.contains("40.4 to 46.4"), "{text}");
}

#[test]
fn files_are_tidy_and_the_picture_has_a_bar_for_each_target() {
    let v = example();
    let files = validation_files(&v);
    let text = |name: &str| {
        let found = files
            .iter()
            .find(|f| f.0 == name)
            .unwrap_or_else(|| panic!("{name}"));
        String::from_utf8(found.1.clone()).expect("text")
    };
    let table = text("targets.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let width = csv.headers().expect("headers").len();
    let records: Vec<csv::StringRecord> = csv.records().map(|r| r.expect("a record")).collect();
    assert_eq!(records.len(), v.rows.len());
    assert!(records.iter().all(|r| r.len() == width));
    assert_eq!(text("negative_checks.csv").lines().count(), 2);
    let bars = text("validation.svg").matches("fill-opacity=\"0.75\"").count();
    assert_eq!(bars, v.rows.len());
    let tables = text("validation.md");
    let lines = tables.lines().filter(|l| l.starts_with("| `")).count();
    assert_eq!(lines, v.rows.len() + v.negatives.len());
    assert_eq!(
        validation_json(&v)["rows"].as_array().map(Vec::len),
        Some(v.rows.len())
    );
}
