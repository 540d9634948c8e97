//! Maps of organisations: what is drawn, and that nobody's choice of names breaks the drawing.

use careweave::compile;
use careweave::report::{Drawing, map};
use careweave::scenario::{self, BuiltIn, Kind, library};

use super::desk::Desk;

fn drawn(name: &str, sets: &[&str], drawing: Drawing) -> String {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_string()).collect();
    let (checked, found, _) = scenario::read(&BuiltIn, name, &sets);
    let checked = checked.unwrap_or_else(|| panic!("{name}: {found:?}"));
    let title = checked.header.title.clone().unwrap_or_default();
    let Kind::Pathway(p) = &checked.kind else {
        panic!("{name} is a pathway")
    };
    map(&compile::pathway(name, &title, p), p, 0, drawing)
}

/// Quotes are paired, and brackets outside them too.
fn well_formed(text: &str) {
    let (mut quoted, mut escaped) = (false, false);
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '\n' => assert!(!quoted, "a label ends on its line:\n{text}"),
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    assert!(!quoted && depth == 0, "{text}");
}

#[test]
fn alike_practices_are_one_and_arrows_say_what_they_cross() {
    let networked = drawn("networked", &[], Drawing::Mermaid);
    well_formed(&networked);
    assert!(
        networked.contains("9 practices, each its own organisation"),
        "{networked}"
    );
    assert_eq!(networked.matches("subgraph ").count(), 9, "{networked}");
    let count = |text: &str, arrow: &str| text.matches(arrow).count();
    assert!(
        count(&networked, "==>") == 0 && count(&networked, " -->|") > 10,
        "{networked}"
    );
    assert_eq!(count(&networked, "-.->"), 3, "three named pairs are used");
    assert!(networked.contains("100% by the GP") && networked.contains("2.0 d, letter, 15% by the GP"));
    let integrated = drawn("integrated", &[], Drawing::Mermaid);
    assert!(
        integrated.contains("community") && count(&integrated, "==>") > 5,
        "{integrated}"
    );
    assert!(
        integrated.contains("1.2 d, letter, 9% by the GP"),
        "0.6 times the external: {integrated}"
    );
    assert!(integrated.contains("pooled budget") && !networked.contains("one pooled budget"));
    assert!(drawn("good_network", &[], Drawing::Mermaid).contains("shared record"));
}

#[test]
fn practices_that_differ_are_drawn_apart() {
    let sets = [
        "teams.gp.organisation_at={ alder = \"community_trust\", beech = \"community_trust\", oak = \"hospice\" }",
    ];
    let text = drawn("networked", &sets, Drawing::Mermaid);
    assert!(text.contains("6 practices, each its own organisation"), "{text}");
    assert!(
        text.contains("2 practices: ") && text.contains("of practice oak"),
        "{text}"
    );
    assert!(
        text.contains("==>"),
        "the two meet the trust's nurses inside: {text}"
    );
}

#[test]
fn both_drawings_are_well_formed_and_the_same_every_time() {
    let wild = [
        "title=\"A \\\"wild\\\" <title> \\\\ #1; & more\"",
        "teams.cns.organisation=\"Ho\\\"spice [x] {y} | <b>\"",
        "teams.cns.site=\"a \\\\ b\"",
    ];
    let plain: [&str; 0] = [];
    for sets in [&plain[..], &wild[..]] {
        for name in ["networked", "integrated_no_pool"] {
            for drawing in [Drawing::Mermaid, Drawing::Dot] {
                let text = drawn(name, sets, drawing);
                assert_eq!(text, drawn(name, sets, drawing));
                well_formed(&text);
            }
        }
    }
}

#[test]
fn every_scenario_has_a_map_that_can_be_read() {
    let listed = library::all().iter().filter(|s| s.listed);
    for ours in listed.filter(|s| !s.path.starts_with("queueing/")) {
        let text = drawn(ours.path, &[], Drawing::Mermaid);
        well_formed(&text);
        well_formed(&drawn(ours.path, &[], Drawing::Dot));
        let boxes = text.matches("subgraph ").count();
        assert!((4..=20).contains(&boxes), "{}: {boxes} organisations", ours.path);
    }
}

#[test]
fn a_map_that_changes_during_the_run_is_drawn_for_a_week() {
    let desk = Desk::new();
    desk.file(
        "merger.toml",
        "kind = \"pathway\"\nextends = \"networked\"\n[later.merger]\nfrom = { weeks = 30 }\nteams.district_nurse.organisation = \"hospice\"\n",
    );
    let at = |week: u32| {
        let said = desk.careweave(&format!("scenarios --map merger.toml --week {week}"));
        said.ended_with(0).out
    };
    let (before, after) = (at(29), at(30));
    assert!(
        before.contains("as in week 29 of the run; something changes in week 30"),
        "{before}"
    );
    assert!(!before.contains("==>") && after.contains("==>"), "{after}");
    desk.careweave("scenarios --map merger.toml --week 9999")
        .ended_with(2)
        .complains(&["the run ends"]);
}

#[test]
fn the_command_draws_files_too_and_refuses_queues() {
    let desk = Desk::new();
    let shown = desk.careweave("scenarios --map networked").ended_with(0).out;
    assert!(
        shown.starts_with("---\ntitle: ") && shown.contains("flowchart LR"),
        "{shown}"
    );
    desk.file(
        "mine.toml",
        "kind = \"pathway\"\nextends = \"networked\"\nteams.cns.organisation = \"community_trust\"\n",
    );
    let mine = desk
        .careweave("scenarios --map mine.toml --format dot")
        .ended_with(0)
        .out;
    assert!(mine.starts_with("digraph ") && !mine.contains("label=\"hospice\";\n    style=rounded;\n    t0"));
    desk.careweave("scenarios --map mm1")
        .ended_with(2)
        .complains(&["no organisations"]);
    desk.careweave("scenarios --format dot").ended_with(2);
    desk.careweave("scenarios --map nowhere.toml").ended_with(2);
}
