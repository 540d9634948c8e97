//! `check --theory` as a user sees it, and the page that lists its systems.

use careweave::app::theory_systems;

use crate::desk::Desk;

/// Every system of the suite is in the table of `docs/verification.md`, and the table names no other.
#[test]
fn the_page_has_every_system() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verification.md"))
        .expect("the page");
    let table = page
        .lines()
        .skip_while(|line| !line.starts_with("| system "))
        .skip(2);
    let cell = |line: &str| line.split('|').nth(1).map(|cell| cell.trim().to_owned());
    let named: Vec<String> = table
        .take_while(|line| line.starts_with('|'))
        .filter_map(cell)
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(named, theory_systems().expect("the suite can be read"));
}

#[test]
fn flags_that_contradict_one_another_are_refused() {
    let desk = Desk::new();
    desk.careweave("check --theory mm1").ended_with(2);
    desk.careweave("check --quick mm1").ended_with(2);
    desk.careweave("check").ended_with(2);
}
