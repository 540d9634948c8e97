//! `report` as its users meet it: results shown again, and the report after STRESS-DES with everything it must hold.

use std::fs;

use careweave::app;
use careweave::report::{Block, markdown};
use careweave::scenario::{self, BuiltIn, parameters, show_path};

use super::desk::{DESK, Desk};

const REPORTING: &str = "\n[reporting]\npurpose = \"To show a desk.\"\naims = \"Two servers or three?\"\n\
    data_pre_processing = \"None.\"\nwarm_up = \"By eye.\"\nsharing = \"Ask us.\"\nauthors = [\"A. Desk\"]\n";

const NUMBERS: [&str; 24] = [
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5", "3.1",
    "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
];

#[test]
fn every_item_of_the_shipped_baseline_is_filled_from_facts() {
    let made = app::stress(&BuiltIn, "networked", &[], None).expect("it ships");
    assert!(made.gaps.is_empty(), "{:?}", made.gaps);
    let headings: Vec<&str> = (made.document.blocks.iter())
        .filter_map(|b| match b {
            Block::Heading(2, text) => text.split(' ').next(),
            _ => None,
        })
        .collect();
    assert_eq!(headings, NUMBERS);
    // No item is empty: what it asks for is followed by something.
    for pair in made.document.blocks.windows(2) {
        let bare = matches!(pair, [Block::Asked(_), Block::Heading(1 | 2, _)]);
        assert!(!bare, "{pair:?}");
        assert!(!matches!(pair[1], Block::Missing(_)), "{pair:?}");
    }
    let text = markdown(&made.document);
    // Every outcome with its formula, every number with its value.
    let (checked, _, _) = scenario::read(&BuiltIn, "networked", &[]);
    let checked = checked.expect("it ships");
    let table = appendix(&text, "Appendix B");
    for one in parameters(&checked).iter().filter(|p| p.path[0] != "run") {
        let covers = |n: usize| table.contains(&format!("| `{}` |", show_path(&one.path[..n])));
        assert!((1..=one.path.len()).any(covers), "{}", show_path(&one.path));
    }
    let outcomes = appendix(&text, "Appendix A");
    for name in [
        "share_expected_deaths_hospital",
        "mean_days_nursing_by_travel",
        "utilisation_cns",
    ] {
        assert!(outcomes.contains(&format!("| `{name}` |")), "{name}");
    }
    let formula = "Σ `expected_died_hospital` / Σ `expected_deaths`";
    for fact in [
        formula,
        "```mermaid",
        "No patient-level data were used",
        "0 have no entry",
        "Philox4x32-7",
    ] {
        assert!(text.contains(fact), "{fact}");
    }
}

/// A part of the text from its heading to the next of that level.
fn appendix<'a>(text: &'a str, title: &str) -> &'a str {
    let from = text.find(&format!("## {title}")).expect(title);
    let rest = &text[from + 3..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

#[test]
fn what_only_people_can_say_is_missing_until_somebody_says_it_and_changes_no_result() {
    let desk = Desk::new();
    desk.careweave("run desk.toml -n 2 --out bare -q").ended_with(0);
    let said = desk
        .careweave("report bare --stress --strict --out no.md")
        .ended_with(1);
    for field in ["purpose", "aims", "data_pre_processing", "warm_up", "sharing"] {
        assert!(said.out.contains(&format!("reporting.{field} ")), "{}", said.out);
    }
    assert!(!desk.path("no.md").exists(), "strict writes nothing");
    let text = desk
        .careweave("report bare --stress")
        .ended_with(0)
        .complains(&["reporting.purpose"])
        .out;
    assert_eq!(text.matches("**MISSING: ").count(), 5, "{text}");
    desk.file("desk.toml", &format!("{DESK}{REPORTING}"));
    desk.careweave("run desk.toml -n 2 --out told -q").ended_with(0);
    let text = desk.careweave("report told --stress --strict").ended_with(0).out;
    assert!(
        text.contains("Authors: To show a desk.") && !text.contains("MISSING"),
        "{text}"
    );
    let (mut bare, mut told) = (desk.results("bare"), desk.results("told"));
    bare.remove("manifest.json");
    told.remove("manifest.json");
    assert_eq!(bare, told, "words change no number");
    // What an empty field says is nothing.
    let said = desk
        .careweave("report desk.toml --stress --strict --set reporting.aims=\"\" --json")
        .ended_with(1)
        .json();
    assert_eq!(said["missing"][0]["path"], "reporting.aims");
    desk.file("odd.toml", &format!("{DESK}\n[reporting]\npurposes = \"x\"\n"));
    desk.careweave("report odd.toml --stress")
        .ended_with(2)
        .complains(&["purposes", "`purpose`"]);
}

#[test]
fn a_comparison_is_told_with_what_differs_what_was_run_and_on_what() {
    let desk = Desk::new();
    desk.file(
        "three.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Three\"\nstations.desk.servers = 3\n[evidence]\n\
         \"stations.desk.servers\" = { grade = \"assumption\", range = [2, 4] }\n",
    );
    desk.careweave("compare desk.toml three.toml -n 4 --seed 7 --antithetic --out c -q")
        .ended_with(0);
    let text = desk.careweave("report c --stress").ended_with(0).out;
    let manifest = desk.json("c/manifest.json");
    let hash = manifest["plan_hash"].as_str().expect("a hash").to_string();
    for fact in [
        "three compared with desk",
        "| `stations.desk.servers` | 2 | 3 | assumption, 2 to 4 |",
        "4 independent replications",
        "antithetic pairs",
        "seed 7",
        "run time, seconds",
        &hash,
        "| desk | priority of the class, then first come |",
    ] {
        assert!(text.contains(fact), "no {fact} in\n{text}");
    }
    let host = desk.json("c/run.json")["host"]
        .as_str()
        .unwrap_or_default()
        .to_string();
    assert!(
        host.len() < 4 || !text.contains(&host),
        "the name of the machine stays at home"
    );
    // A manifest alone: the machine is not known.
    fs::copy(desk.path("c/manifest.json"), desk.path("m.json")).expect("copied");
    let alone = desk.careweave("report m.json --stress").ended_with(0).out;
    assert!(
        alone.contains("Not recorded: `run.json` is not beside the manifest."),
        "{alone}"
    );
}

#[test]
fn a_study_is_told_with_its_plan() {
    let desk = Desk::new();
    let plan = "kind = \"sweep\"\ntitle = \"How many?\"\nscenarios = [\"desk.toml\"]\noutcomes = [\"utilisation_desk\"]\n\
        replications = 2\n[vary.heads]\npath = \"stations.desk.servers\"\nvalues = [2, 3]\n";
    desk.file("plan.toml", plan);
    desk.careweave("sweep plan.toml --set replications=3 --out s -q")
        .ended_with(0);
    let text = desk
        .careweave("report s --stress")
        .ended_with(0)
        .complains(&["note: "])
        .out;
    for fact in [
        "# How many?",
        "Points listed in the manifest: 2.",
        "replications=3",
        "```\nkind = \"sweep\"",
        "1 outcome, 0 of them headlines",
    ] {
        assert!(text.contains(fact), "no {fact} in\n{text}");
    }
}

/// The parts of the Word file are stored as they are, so their text can be looked for.
#[test]
fn a_word_file_has_headings_tables_and_the_same_bytes_every_time() {
    let desk = Desk::new();
    desk.careweave("report desk.toml --stress --out a.docx")
        .ended_with(0);
    desk.careweave("report desk.toml --stress --format docx --out b.doc")
        .ended_with(0);
    let (a, b) = (
        fs::read(desk.path("a.docx")).expect("written"),
        fs::read(desk.path("b.doc")).expect("written"),
    );
    assert_eq!(a, b);
    assert_eq!(a[..4], *b"PK\x03\x04");
    let text = String::from_utf8_lossy(&a);
    let part = |from: &str, to: &str| text.matches(from).count() >= 24 && text.contains(to);
    assert!(part("Heading2", "2.5.4 Components: queues"), "headings");
    assert!(text.contains("w:tblHeader") && text.contains("priority of the class, then first come"));
    assert!(text.contains("word/styles.xml") && text.contains("word/numbering.xml"));
    desk.careweave("report desk.toml --stress --out a.docx")
        .ended_with(2)
        .complains(&["--force"]);
    desk.careweave("report desk.toml --stress --out a.docx --force")
        .ended_with(0);
}

#[test]
fn results_are_shown_again_or_refused_with_a_reason() {
    let desk = Desk::new();
    let first = desk.careweave("run desk.toml -n 2 --out r -q").ended_with(0).out;
    assert_eq!(desk.careweave("report r").ended_with(0).out, first);
    desk.careweave("report r --format html --out page.html")
        .ended_with(0);
    assert_eq!(
        fs::read(desk.path("page.html")).expect("written"),
        desk.results("r")["report.html"]
    );
    let refused = |args: &str, words: &[&str]| {
        desk.careweave(args).ended_with(2).complains(words);
    };
    refused("report r --format docx", &["--stress"]);
    refused("report r --stress --format html", &["`md` or `docx`"]);
    refused("report desk.toml", &["not a results folder"]);
    refused("report nowhere --stress", &["nowhere"]);
    refused(
        "report r --stress --set stations.desk.servers=3",
        &["--set is for scenarios"],
    );
    desk.file("r/manifest.json", "{}");
    refused("report r --stress", &["no manifest of careweave"]);
}
