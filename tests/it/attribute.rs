//! `attribute` as its users meet it: parts that add up, null switches, resumed and repeated runs, a map that carries nothing.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::world_tools::SMALL;

/// A desk with two changes: a third server and shorter services.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.file(
        "better.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Better\"\nstations.desk.servers = 3\n\
         stations.desk.service = { lognormal = { mean = 40, sd = 30, unit = \"min\" } }\n",
    );
    desk
}

/// Rows of `attribution.csv` as (outcome, statistic, switch, with) to (value, lower, upper).
type Rows = BTreeMap<(String, String, String, String), [Option<f64>; 3]>;

fn rows(desk: &Desk, folder: &str) -> Rows {
    let files = desk.results(folder);
    let mut table = csv::Reader::from_reader(files["attribution.csv"].as_slice());
    let mut found = Rows::new();
    for row in table.records() {
        let row = row.expect("a table");
        let text = |i: usize| row[i].to_string();
        let number = |i: usize| row[i].parse().ok();
        found.insert(
            (text(2), text(4), text(5), text(6)),
            [number(7), number(8), number(9)],
        );
    }
    found
}

fn value(rows: &Rows, outcome: &str, statistic: &str, switch: &str) -> Option<f64> {
    let key = (
        outcome.to_string(),
        statistic.to_string(),
        switch.to_string(),
        String::new(),
    );
    rows.get(&key).and_then(|v| v[0])
}

#[test]
fn parts_of_a_queue_add_up_to_the_difference_that_compare_gives() {
    let desk = desk();
    let said = desk
        .careweave("attribute desk.toml better.toml --outcomes mean_wait_desk_hours,utilisation_desk --out a")
        .ended_with(0);
    let said = said.complains(&["2 switches, 4 coalitions x 6 replications = 24 units"]);
    let found = rows(&desk, "a");
    let keys = ["stations.desk.servers", "stations.desk.service"];
    desk.careweave("compare desk.toml better.toml --out c")
        .ended_with(0);
    let paired = String::from_utf8(desk.results("c")["paired.csv"].clone()).unwrap();
    for outcome in ["mean_wait_desk_hours", "utilisation_desk"] {
        let whole = value(&found, outcome, "whole", "").expect("a whole");
        let parts: f64 = keys
            .iter()
            .map(|k| value(&found, outcome, "shapley", k).expect("a part"))
            .sum();
        assert!((parts - whole).abs() < 1e-9, "{outcome}: {parts} {whole}");
        // The whole is the paired difference of `compare`, with its interval.
        let row = paired
            .lines()
            .find(|l| l.starts_with(&format!("better,desk,{outcome},all,difference,")));
        let cells: Vec<f64> = row
            .unwrap()
            .split(',')
            .skip(5)
            .take(3)
            .map(|c| c.parse().unwrap())
            .collect();
        let mine = found[&(
            outcome.to_string(),
            "whole".to_string(),
            String::new(),
            String::new(),
        )];
        for (a, b) in mine.iter().zip(&cells) {
            assert!(
                (a.unwrap() - b).abs() < 1e-9 * (1.0 + b.abs()),
                "{outcome}: {mine:?} {cells:?}"
            );
        }
        // Both help, and together less than one by one: what a third server takes from the queue is not there twice.
        assert!(
            keys.iter()
                .all(|k| value(&found, outcome, "shapley", k).unwrap() < 0.0)
        );
    }
    let interaction = found
        .iter()
        .find(|(k, _)| k.0 == "mean_wait_desk_hours" && k.1 == "interaction");
    assert!(interaction.expect("there are two switches").1[0].unwrap() > 0.0);
    let files = desk.results("a");
    assert!(files.contains_key("attribution_mean_wait_desk_hours.svg") && files.contains_key("switches.csv"));
    assert_eq!(said.out.as_bytes(), files["report.txt"]);
}

#[test]
fn orders_give_what_all_coalitions_give_and_nothing_depends_on_threads() {
    let desk = desk();
    let ask = "attribute desk.toml better.toml -n 3 --outcomes mean_wait_desk_hours";
    desk.careweave(&format!("{ask} --out exact --threads 1"))
        .ended_with(0);
    desk.careweave(&format!("{ask} --out again --threads 3"))
        .ended_with(0);
    assert_eq!(desk.results("exact"), desk.results("again"));
    // Two switches: an order and its reverse are all orders.
    desk.careweave(&format!("{ask} --permutations 2 --out drawn"))
        .ended_with(0);
    let (exact, drawn) = (rows(&desk, "exact"), rows(&desk, "drawn"));
    for key in ["stations.desk.servers", "stations.desk.service"] {
        let [a, b] = [&exact, &drawn].map(|r| value(r, "mean_wait_desk_hours", "shapley", key).unwrap());
        assert!((a - b).abs() < 1e-12);
    }
    let json = desk
        .careweave(&format!("{ask} --permutations 8 --precision 0.5 --json"))
        .ended_with(0)
        .json();
    assert_eq!(json["orders"]["wanted"], 0.5);
    let residue = json["outcomes"][0]["attribution"]["residue"].as_f64().unwrap();
    assert!(residue.abs() < 1e-9);
}

#[test]
fn wrong_questions_are_refused_with_reasons() {
    let desk = desk();
    desk.careweave("attribute desk.toml desk.toml")
        .ended_with(2)
        .complains(&["do not differ"]);
    desk.careweave("attribute desk.toml networked").ended_with(2);
    desk.careweave("attribute desk.toml better.toml --outcomes mean_wait_dsk_hours")
        .ended_with(2)
        .complains(&["mean_wait_desk_hours"]);
    desk.careweave("attribute desk.toml better.toml --exact --permutations 4")
        .ended_with(2);
    // What only the first says cannot be taken away by an override.
    desk.file(
        "more.toml",
        "kind = \"pathway\"\nextends = \"networked\"\ntitle = \"More\"\nrelationships.turnover_of.gp = 0.3\n",
    );
    desk.careweave("attribute more.toml networked")
        .ended_with(2)
        .complains(&["leaves out", "`relationships.turnover_of`"]);
}

fn small() -> String {
    let sets: Vec<String> = SMALL
        .iter()
        .map(|s| format!("--set {}", s.replace(' ', "")))
        .collect();
    sets.join(" ")
}

#[test]
fn the_switches_of_integration_are_listed_with_their_cost() {
    let desk = Desk::new();
    let json = desk
        .careweave("attribute --list --json -n 20")
        .ended_with(0)
        .json();
    let keys: Vec<&str> = json["switches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["switch"].as_str().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "O1", "B1", "B6", "map"
        ]
    );
    let cost = json["cost"].as_str().unwrap();
    assert!(
        cost.starts_with("12 switches, 4096 coalitions x 20 replications = 81920 units"),
        "{cost}"
    );
}

/// In the small locality: the redrawn map is a neutral carrier, and the parts of one pooled budget and of secession alone
/// add up. From `integrated_no_pool` to `integrated` there is one switch, which brings everything.
#[test]
fn the_map_is_a_neutral_carrier_and_one_switch_brings_all() {
    let desk = Desk::new();
    let small = small();
    let json = desk
        .careweave(&format!(
            "attribute networked integrated_map_external_theta -n 2 --json {small}"
        ))
        .ended_with(0)
        .json();
    assert_eq!(json["map"], "neutral");
    assert_eq!(json["switches"].as_array().unwrap().len(), 0);
    let ask = format!(
        "attribute integrated_no_pool integrated -n 2 --out p {small} --outcomes mean_days_in_need_personal_care"
    );
    desk.careweave(&ask).ended_with(0);
    let found = rows(&desk, "p");
    let of =
        |statistic: &str, switch: &str| value(&found, "mean_days_in_need_personal_care", statistic, switch);
    assert_eq!(of("whole", ""), of("shapley", "I9"));
    assert!(of("whole", "").unwrap() != 0.0);
    // Two of the switches between a network and an integrated organisation, the others held equal by hand.
    let held = "--set interface.internal={transfer_delay={ratio=0.6}}";
    let ask = format!("attribute networked integrated_no_pool -n 2 --json {small} {held}");
    let json = desk.careweave(&ask).ended_with(0).json();
    // The override makes the ratios of both equal, so only the map is left, and now it carries something.
    assert_eq!(json["map"], "switch");
    for outcome in json["outcomes"].as_array().unwrap() {
        let Some(parts) = outcome["attribution"]["parts"].as_array() else {
            continue;
        };
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0]["value"], outcome["attribution"]["whole"]["value"]);
    }
}
