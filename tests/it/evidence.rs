//! Where the numbers come from: every one of every shipped scenario, what `check` says of one without, and
//! `docs/parameters.md`.

use careweave::scenario::library;
use careweave::scenario::{self, BuiltIn, KINDS};

use super::desk::Desk;

/// Files that are nothing without those that extend them.
const PARTS: [&str; 2] = ["locality", "few_practices"];

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
        problems.extend(bare.iter().map(|b| format!("{}: no evidence: {}", ours.path, b.entry())));
        let told = scenario::misfits(&checked);
        let ranges = found.iter().filter(|d| d.code == "evidence-range").chain(&told);
        problems.extend(ranges.map(|d| format!("{}: {}", ours.path, d.message)));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    // The parts are judged inside the scenarios that extend them.
    assert!(numbers > 80_000 && KINDS.iter().all(|k| kinds.contains(k)), "{numbers}");
}

#[test]
fn check_answers_no_and_lists_what_nobody_stands_for() {
    let desk = Desk::new();
    desk.file(
        "tried.toml",
        "kind = \"pathway\"\nextends = \"networked\"\ninterface.external.lost = 0.3\n\
         [interface.external]\ntransfer_delay = { lognormal = { median = 3, iqr = [1, 6], unit = \"day\" } }\n",
    );
    let said = desk.careweave("check tried.toml").ended_with(1);
    for part in [
        "The answer is no: 4 numbers that decide results have no evidence",
        "  interface.external.lost = 0.3\n    set at tried.toml:3:1",
        "tried.toml:5:1",
        "\"interface.external.lost\" = { grade = \"assumption\", range = [LOW, HIGH], note = \"WHY\" }",
    ] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    let json = desk.careweave("check tried.toml --json").ended_with(1).json();
    assert_eq!(json["without_evidence"][1]["numbers"], 3);
    assert_eq!(json["without_evidence"][1]["path"], "interface.external.transfer_delay");
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
