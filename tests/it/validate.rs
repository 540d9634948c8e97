//! `validate` as its users meet it: targets, verdicts, negative checks, and the outcomes that it compares.

use std::sync::atomic::AtomicBool;

use careweave::app::{self, Output, Validate, ValidateAsk};
use careweave::experiment::Progress;
use careweave::methods::bands::{Verdict, Zone};
use careweave::observe::GroupId;
use careweave::report::Validation;
use careweave::scenario::targets::{self, Role};
use careweave::scenario::{BuiltIn, LoadError, Loader};

use crate::world_tools::{SMALL, compare, small};

struct Quiet;

impl Progress for Quiet {}

/// The built-in files and one more.
struct With(&'static str);

impl Loader for With {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        match name {
            "own.toml" => Ok(self.0.as_bytes().to_vec()),
            other => BuiltIn.load(other, limit),
        }
    }
}

fn ask(scenario: &str, targets: &str, quick: bool) -> ValidateAsk {
    ValidateAsk {
        scenario: scenario.to_string(),
        targets: targets.to_string(),
        sets: SMALL.map(String::from).to_vec(),
        replications: Some(3),
        seed: Some(1),
        quick,
    }
}

fn validated(loader: &(dyn Loader + Sync), ask: &ValidateAsk, threads: usize) -> Validation {
    let prepared = Validate::prepare(loader, ask, threads).unwrap_or_else(|e| panic!("{e:?}"));
    let output = Output {
        threads,
        ..Output::default()
    };
    let stop = AtomicBool::new(false);
    let done = prepared.run(&output, &stop, &mut Quiet, &serde_json::Map::new);
    let (validation, _) = done.unwrap_or_else(|e| panic!("{e:?}")).expect("not interrupted");
    validation
}

#[test]
fn every_built_in_target_is_compared_and_threads_change_nothing() {
    let ask = ask("networked", targets::BUILT_IN, true);
    let one = validated(&BuiltIn, &ask, 1);
    let (read, ..) = targets::read(&BuiltIn, targets::BUILT_IN, &[]);
    let names: Vec<String> = read.expect("targets").all.into_iter().map(|t| t.0).collect();
    let compared: Vec<&String> = one.rows.iter().map(|r| &r.name).collect();
    assert_eq!(compared, names.iter().collect::<Vec<_>>());
    assert!(one.negatives.is_empty());
    for r in &one.rows {
        assert!(r.estimate.value().is_some(), "{}: {:?}", r.name, r.estimate);
    }
    let two = validated(&BuiltIn, &ask, 2);
    assert_eq!(app_json(&one), app_json(&two));
}

fn app_json(v: &Validation) -> String {
    careweave::report::validation_json(v).to_string()
}

#[test]
fn a_level_of_the_framework_alone_does_nothing_and_shipped_arms_are_of_networked() {
    let v = validated(&BuiltIn, &ask("good_network", targets::BUILT_IN, false), 1);
    let check = |name: &str| {
        let found = v.negatives.iter().find(|n| n.name == name);
        found.unwrap_or_else(|| panic!("{name}"))
    };
    let label = check("gsf_label");
    assert_eq!(label.verdict, Some(Verdict::In(Zone::Within)), "{}", label.found);
    assert!(check("admissions_removed").verdict.is_none());
    let more = check("more_gp_care");
    assert_eq!(more.rows.len(), 2);
    assert!(
        more.rows[0].estimate.value() > Some(0.0),
        "more contacts were asked for: {more:?}"
    );
    assert_eq!(check("gp_contacts_and_admissions").rows.len(), 3);
}

const OWN: &str = "kind = \"targets\"\n\
    [target.died]\ndomain = \"need\"\nsays = \"Deaths\"\noutcome = \"share_deaths_cancer\"\nband = [0, 1]\nrole = \"aside\"\n\
    source = \"s\"\ngrade = \"published\"\nnote = \"n\"\n\
    [target.never]\ndomain = \"place\"\nsays = \"Died nowhere\"\noutcome = \"share_died_hospital\"\nless = \"share_died_home\"\n\
    band = [5, 6]\nrole = \"input\"\nsource = \"s\"\ngrade = \"published\"\nnote = \"n\"\n";

#[test]
fn what_can_only_be_met_passes_and_what_cannot_be_fails() {
    let v = validated(&With(OWN), &ask("networked", "own.toml", true), 1);
    let verdicts: Vec<Verdict> = v.rows.iter().map(|r| r.verdict).collect();
    assert_eq!(verdicts, [Verdict::In(Zone::Within), Verdict::In(Zone::Out)]);
    assert_eq!((v.count(Role::Aside).pass, v.count(Role::Input).fail), (1, 1));
    assert!(v.fails());
}

const WRONG: &str = "kind = \"targets\"\n\
    [target.a]\ndomain = \"need\"\nsays = \"A\"\noutcome = \"share_deaths_cancr\"\nband = [0, 1]\nrole = \"aside\"\n\
    source = \"s\"\ngrade = \"published\"\nnote = \"n\"\n\
    [target.b]\ndomain = \"need\"\nsays = \"B\"\noutcome = \"share_deaths_cancer@cancer=yes\"\nband = [0, 1]\nrole = \"aside\"\n\
    source = \"s\"\ngrade = \"published\"\nnote = \"n\"\n\
    [target.c]\ndomain = \"need\"\nsays = \"C\"\noutcome = \"share_died_home\"\nless = \"count_deaths\"\nband = [0, 1]\n\
    role = \"aside\"\nsource = \"s\"\ngrade = \"published\"\nnote = \"n\"\n";

#[test]
fn outcomes_there_are_not_are_told_each_at_its_line() {
    let Err(app::Error::Invalid(all)) =
        Validate::prepare(&With(WRONG), &ask("networked", "own.toml", true), 1)
    else {
        panic!("it is wrong");
    };
    let lines: Vec<(usize, &str)> = (all[0].found.iter())
        .map(|d| {
            let span = d.primary.as_ref().expect("a place").span;
            let before = &all[0].sources.get(span.source).text[..span.start];
            (before.matches('\n').count() + 1, d.code)
        })
        .collect();
    assert_eq!(
        lines,
        [
            (5, "unknown-outcome"),
            (14, "unknown-outcome"),
            (24, "contradiction")
        ]
    );
    assert!(app::is_targets(&With(WRONG), "own.toml") && !app::is_targets(&BuiltIn, "networked"));
    let told =
        app::check_targets(&BuiltIn, targets::BUILT_IN, &[], "networked").unwrap_or_else(|e| panic!("{e:?}"));
    assert!(told.contains("kept aside"), "{told}");
}

/// What studies count, against what the other tables count, in one arm of a small locality.
#[test]
fn outcomes_of_all_deaths_agree_with_those_of_expected_ones() {
    let p = compare(vec![small("networked", &[])], 1);
    let record = p.replicate(0);
    let (cat, m) = (p.catalogue(), p.measures());
    let v = &m.validation;
    let of = |measure, group| record.values[cat.at(0, measure, group)];
    let all = |measure| of(measure, GroupId::ALL);
    assert!(all(m.deaths) > all(m.expected_deaths) && all(m.expected_deaths) > 50);
    assert_eq!(all(v.cancer_deaths), of(m.deaths, m.cancer[0]));
    assert_eq!(all(v.specialist_cancer), of(m.specialist, m.cancer[0]));
    // Who dies suddenly is on no register and sees no district nurse.
    assert_eq!(all(v.registered), all(m.registered));
    assert_eq!(all(v.nurse_any_90), all(m.nurse_any_90));
    // Some die suddenly after an admission.
    assert!(all(v.hospital_secs_365) >= all(m.hospital_secs_365));
    assert!(all(v.three_admissions_365) < all(v.admission_any_365));
    assert!(all(v.three_admissions_365) >= all(m.three_admissions_90));
    // Nobody is seen, or has medicines in the home, without a referral or a signature.
    assert!(all(v.specialist_referred) >= all(m.specialist));
    assert!(all(v.anticipatory_prescribed) >= all(m.anticipatory));
    assert!(0 < all(v.council_home_care) && all(v.council_home_care) < all(v.council_care));
    assert!(all(v.council_care) < all(m.deaths));
    let people = all(v.gp_people[0]) + all(v.gp_people[1]);
    assert!(people > 0 && people < of(m.expected_deaths, m.cancer[0]));
    for i in 0..2 {
        assert!(all(v.gp_three_admissions[i]) <= all(v.gp_people[i]));
    }
}

#[test]
fn the_document_lists_the_targets_of_the_file() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.md"));
    let document = document.expect("docs/validation.md");
    let (read, ..) = targets::read(&BuiltIn, targets::BUILT_IN, &[]);
    let list = document
        .split("## The targets")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next());
    let list = list.expect("a list of targets");
    let listed: Vec<&str> = list.lines().filter(|l| l.starts_with("| `")).collect();
    let targets = read.expect("targets").all;
    assert_eq!(listed.len(), targets.len());
    for ((name, t), line) in targets.iter().zip(listed) {
        assert!(line.starts_with(&format!("| `{name}` |")), "{name}: {line}");
        assert!(line.contains(&format!("| {} |", t.says)), "{line}");
        for outcome in t.outcomes() {
            assert!(line.contains(&format!("`{outcome}`")), "{line}");
        }
        let role = match t.role {
            Role::Calibration => "| calibration |",
            Role::Aside => "| kept aside |",
            Role::Input => "| input |",
        };
        assert!(line.ends_with(role), "{line}");
    }
    assert!(
        document.contains("<!-- begin: careweave validate -->")
            && document.contains("<!-- end: careweave validate -->")
    );
}

/// On a desk of two servers, which is quick: a wait that is met, one that is not.
const DESK_TARGETS: &str = "kind = \"targets\"\ntitle = \"Waits\"\n\
    [target.wait]\ndomain = \"other\"\nsays = \"Wait\"\noutcome = \"mean_wait_desk_hours\"\nband = [0, 100]\nrole = \"aside\"\n\
    source = \"Somebody 2020\"\ngrade = \"published\"\nnote = \"n\"\n";

#[test]
fn the_command_answers_with_its_exit_code_a_folder_and_the_tables_of_a_document() {
    let desk = super::desk::Desk::new();
    desk.file("waits.toml", DESK_TARGETS);
    desk.file(
        "missed.toml",
        "kind = \"targets\"\nextends = \"waits.toml\"\ntarget.wait.band = [1000, 1001]\n",
    );
    let before = "# Mine\n<!-- begin: careweave validate -->\nold\n<!-- end: careweave validate -->\nend\n";
    desk.file("mine.md", before);
    let met = desk
        .careweave("validate desk.toml --targets waits.toml --quick -n 4 --out met --into mine.md --quiet");
    assert_eq!(met.code, Some(0), "{met:?}");
    assert!(
        met.out
            .contains("Of 1 target kept aside, which are the test, 1 passes."),
        "{}",
        met.out
    );
    let files: Vec<String> = desk.results("met").into_keys().collect();
    for name in ["report.txt", "targets.csv", "validation.md", "validation.svg"] {
        assert!(files.iter().any(|f| f == name), "{name}: {files:?}");
    }
    let document = std::fs::read_to_string(desk.path("mine.md")).expect("a document");
    assert!(
        document.contains("Somebody 2020") && document.ends_with("-->\nend\n") && !document.contains("old")
    );
    let missed = desk.careweave("validate desk.toml --targets missed.toml --quick -n 4 --json --quiet");
    assert_eq!(missed.code, Some(1), "{missed:?}");
    assert!(
        missed.out.contains("\"fails\":true") || missed.out.contains("\"fails\": true"),
        "{}",
        missed.out
    );
    let refused = desk.careweave("validate desk.toml --targets waits.toml -n 4");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("--quick"), "{}", refused.err);
    let checked = desk.careweave("check waits.toml");
    assert_eq!(
        checked.code,
        Some(2),
        "its outcome is none of networked: {checked:?}"
    );
    assert!(checked.err.contains("waits.toml:7"), "{}", checked.err);
    let built_in = desk.careweave("check targets");
    assert_eq!(built_in.code, Some(0), "{built_in:?}");
    assert_eq!(desk.careweave("schema targets").code, Some(0));
}
