//! Where the numbers come from: every one of every shipped scenario, what `check` says of one without, and
//! `docs/parameters.md`.

use careweave::scenario::library;
use careweave::scenario::{self, BuiltIn, KINDS};

use super::desk::Desk;

/// Files that are nothing without those that extend them.
const PARTS: [&str; 3] = ["locality", "calibrated", "few_practices"];

#[test]
fn every_number_of_every_shipped_scenario_has_its_entry_and_every_range_fits() {
    let (mut problems, mut numbers, mut kinds) = (Vec::new(), 0, Vec::new());
    for ours in library::all() {
        let (checked, found, _) = scenario::read(&BuiltIn, ours.path, &[]);
        let Some(checked) = checked else {
            assert!(PARTS.contains(&ours.name), "{}: {found:?}", ours.path);
            continue;
        };
        numbers += scenario::parameters(&checked).len();
        kinds.push(checked.kind_name());
        let bare = scenario::bare(&checked);
        problems.extend(
            bare.iter()
                .map(|b| format!("{}: no evidence: {}", ours.path, b.entry())),
        );
        let told = scenario::misfits(&checked);
        let ranges = found.iter().filter(|d| d.code == "evidence-range").chain(&told);
        problems.extend(ranges.map(|d| format!("{}: {}", ours.path, d.message)));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    // The parts are judged inside the scenarios that extend them.
    assert!(
        numbers > 80_000 && KINDS.iter().all(|k| kinds.contains(k)),
        "{numbers}"
    );
}

#[test]
fn check_answers_no_and_lists_what_nobody_stands_for() {
    let desk = Desk::new();
    desk.file(
        "tried.toml",
        "kind = \"pathway\"\nextends = \"networked\"\n[interface.external]\nlost = 0.3\n\
         transfer_delay = { lognormal = { median = 3, iqr = [1, 6], unit = \"day\" } }\n",
    );
    let said = desk.careweave("check tried.toml").ended_with(1);
    for part in [
        "The answer is no: 4 numbers that decide results have no evidence",
        "  interface.external.lost = 0.3\n    set at tried.toml:4:1",
        "tried.toml:5:1",
        "\"interface.external.lost\" = { grade = \"assumption\", range = [LOW, HIGH], note = \"WHY\" }",
    ] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    let json = desk.careweave("check tried.toml --json").ended_with(1).json();
    assert_eq!(json["without_evidence"][1]["numbers"], 3);
    assert_eq!(
        json["without_evidence"][1]["path"],
        "interface.external.transfer_delay"
    );
    // With an entry each, in the file that sets them, the answer is yes; a range that misses its value is told.
    let entry = "{ grade = \"assumption\", range = [0, 2] }";
    desk.file(
        "stood_for.toml",
        &format!(
            "kind = \"pathway\"\nextends = \"tried.toml\"\n[evidence]\n\"interface.external.lost\" = {entry}\n\
             \"interface.external.transfer_delay\" = {entry}\n"
        ),
    );
    let said = desk.careweave("check stood_for.toml").ended_with(0);
    said.complains(&["transfer_delay.lognormal.median` is 3, outside its own plausible range"]);
}

#[test]
fn the_page_of_parameters_is_what_the_scenarios_say() {
    let book = careweave::app::parameter_book().expect("built in");
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/parameters.md"));
    let same = page.is_ok_and(|page| page == careweave::report::parameters_md(&book));
    assert!(same, "run `careweave explain --all > docs/parameters.md`");
    let numbers: usize = book.rows.iter().map(|r| r.numbers).sum();
    assert!(
        numbers > 1_000 && book.files.len() > 50,
        "{numbers} {}",
        book.files.len()
    );
}

#[test]
fn the_shipped_moves_are_of_the_baseline_and_of_parameters_it_has() {
    let moves = careweave::report::moves::Moves::read(library::moves()).expect("a table");
    let (checked, _, _) = scenario::read(&BuiltIn, "networked", &[]);
    let keys = scenario::keys(&checked.expect("built in"));
    let covers = |pattern: &[String], path: &[String]| {
        pattern.len() == path.len() && pattern.iter().zip(path).all(|(p, name)| p == "*" || p == name)
    };
    // After a change of the baseline `explain` says that they are of an earlier one; what is gone is a mistake.
    for parameter in moves.parameters.iter().filter(|p| p.why.is_none()) {
        let there = keys.iter().any(|key| covers(&parameter.pattern, key));
        assert!(
            there,
            "{:?}: measure again with `careweave explain --measure scenarios/moves.csv`",
            parameter.pattern
        );
    }
}

/// A plan that varies one parameter of a queue: the load.
const PLAN: &str = r#"kind = "sensitivity"
method = "tornado"
scenarios = ["desk.toml"]
outcomes = ["mean_wait_desk_hours"]
replications = 6
[vary.load]
path = "classes.routine.arrivals.poisson.per_hour"
range = [0.3, 1.6]
"#;

#[test]
fn moves_are_measured_and_read_again() {
    let desk = Desk::new();
    desk.file("plan.toml", PLAN);
    let said = desk
        .careweave("explain --measure moves.csv --plan plan.toml --threads 1 --quiet")
        .ended_with(0);
    assert!(
        said.out.contains("1 of 1 parameters varied move an outcome"),
        "{}",
        said.out
    );
    let text = std::fs::read_to_string(desk.path("moves.csv")).expect("written");
    let moves = careweave::report::moves::Moves::read(&text).expect("a table");
    let load = &moves.parameters[0];
    assert_eq!(
        (moves.scenario.as_str(), moves.replications, moves.outcomes),
        ("desk", 6, 1)
    );
    assert_eq!(load.settings, ["0.3", "1.6"]);
    let [low, high] = &load.outcomes[0].changes[..] else {
        panic!("{text}")
    };
    // Fewer people wait less and more wait longer: both intervals are clear of 0.
    assert!(low.high < 0.0 && high.low > 0.0, "{text}");
    // The same on two threads.
    desk.careweave("explain --measure again.csv --plan plan.toml --threads 2 --quiet")
        .ended_with(0);
    assert_eq!(
        std::fs::read_to_string(desk.path("again.csv")).expect("written"),
        text
    );
}

#[test]
fn a_table_a_law_a_word_and_a_parameter_of_another_scenario_are_explained() {
    let desk = Desk::new();
    let said = |asked: &str, parts: &[&str]| {
        let out = desk.careweave(&format!("explain {asked}")).ended_with(0).out;
        for part in parts {
            assert!(out.contains(part), "{asked}: {part}\n{out}");
        }
    };
    said(
        "styles.reactive",
        &[
            "collection_rule.working_days",
            "seed",
            "meeting.minutes",
            "0 to 0.4",
        ],
    );
    said(
        "interface.external.transfer_delay",
        &["0.5 to 5 days, of interface.external.transfer_delay.lognormal.median"],
    );
    said(
        "collection",
        &["styles.reactive.collection_rule = {", "2 speak of it"],
    );
    said(
        "embedded.sweep_a_week",
        &["only in  practice_embedded", "in       practice_embedded, set at"],
    );
    said(
        "interface.internal.lost --scenario networked",
        &["not set in networked", "only in  integrated_no_pool"],
    );
    desk.careweave("explain teams.gpp.leave")
        .ended_with(2)
        .complains(&["`teams` has no `gpp`", "did you mean `gp`"]);
    desk.careweave("explain interface.external.lots")
        .ended_with(2)
        .complains(&["did you mean `lost`"]);
}
