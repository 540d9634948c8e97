//! Comparisons of many arms: all pairs, intervals that hold together, persons counted between arms.

use super::desk::Desk;
use super::world_tools::{compare, small};
use careweave::observe::GroupId;

fn table(text: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader
        .records()
        .map(|r| r.expect("a table").iter().map(str::to_string).collect())
        .collect()
}

#[test]
fn all_pairs_of_three_desks() {
    let desk = Desk::new();
    desk.file(
        "four.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Four\"\nstations.desk.servers = 4\n",
    );
    let ask = "compare desk.toml three.toml four.toml";
    desk.careweave(&format!("{ask} --out first")).ended_with(0);
    desk.careweave(&format!("{ask} --pairs all --out all"))
        .ended_with(0);
    let (first, all) = (desk.results("first"), desk.results("all"));
    let (a, b) = (table(&first["paired.csv"]), table(&all["paired.csv"]));
    assert_eq!(
        a[0][..],
        [
            "scenario",
            "versus",
            "outcome",
            "group",
            "statistic",
            "value",
            "lower_95_ci",
            "upper_95_ci",
            "n",
            "p_holm",
            "p_holm_family",
            "lower_simultaneous",
            "upper_simultaneous",
            "variance_reduction",
            "unit",
            "note"
        ]
        .map(str::to_string)
    );
    assert_eq!(b.len() - 1, (a.len() - 1) / 2 * 3);
    assert!(b.iter().any(|r| r[0] == "four" && r[1] == "three"));
    // Records do not depend on what is compared with what.
    assert_eq!(first["overall.csv"], all["overall.csv"]);
    assert_eq!(first["replications.csv"], all["replications.csv"]);
    // A larger family makes wider intervals, never narrower ones, and every simultaneous interval holds the single one.
    let row = |t: &[Vec<String>], arm: &str, versus: &str, outcome: &str| -> Vec<f64> {
        let found = t
            .iter()
            .find(|r| r[0] == arm && r[1] == versus && r[2] == outcome && r[4] == "difference");
        found.unwrap()[5..13]
            .iter()
            .map(|c| c.parse().unwrap_or(f64::NAN))
            .collect()
    };
    let headline = a
        .iter()
        .skip(1)
        .find(|r| !r[10].is_empty())
        .expect("there are headlines")[2]
        .clone();
    let (one, other) = (
        row(&a, "four", "desk", &headline),
        row(&b, "four", "desk", &headline),
    );
    assert_eq!(one[..5], other[..5]);
    assert!(
        other[6] < one[6] && one[6] < one[1] && one[2] < one[7] && one[7] < other[7],
        "{one:?} {other:?}"
    );
}

#[test]
fn all_pairs_survive_shards() {
    let desk = Desk::new();
    let ask = "compare desk.toml three.toml --pairs all";
    desk.careweave(&format!("{ask} --out whole")).ended_with(0);
    for i in 1..=2 {
        desk.careweave(&format!("{ask} --shard {i}/2 --out s{i}"))
            .ended_with(0);
    }
    desk.careweave("merge s1 s2 --out merged").ended_with(0);
    assert_eq!(desk.results("whole"), desk.results("merged"));
}

/// Every person who dies is counted once in every comparison, the same persons in all, and margins agree with the outcomes.
#[test]
fn persons_are_counted_between_all_arms() {
    let p = compare(
        vec![
            small("networked", &[]),
            small("good_network", &[]),
            small("integrated", &[]),
        ],
        5,
    );
    let (m, cat) = (p.measures(), p.catalogue());
    let record = p.replicate(0);
    let get = |arm: usize, id| record.values[cat.at(arm, id, GroupId::ALL)];
    let expected = get(0, m.expected_deaths);
    assert!(expected > 5, "{expected}");
    // Persons with a state in an arm, from that arm's own outcome.
    let own = |arm: usize| {
        [
            get(arm, m.registered),
            get(arm, m.specialist),
            get(arm, m.anticipatory),
            get(arm, m.planning.acp),
            get(arm, m.preferred_achieved),
        ]
    };
    assert_eq!(m.fates.against.len(), 2);
    let mut changed = 0;
    for (versus, cells) in m.fates.against.iter().enumerate() {
        for arm in versus + 1..3 {
            let deaths: i64 = cells.place.iter().map(|&c| get(arm, c)).sum();
            assert_eq!(deaths, get(arm, m.deaths));
            for (from, &place) in m.died_in.iter().enumerate() {
                let row: i64 = (0..4).map(|to| get(arm, cells.place[from * 4 + to])).sum();
                assert_eq!(row, get(versus, place), "{versus} {arm} {from}");
                let column: i64 = (0..4).map(|to| get(arm, cells.place[to * 4 + from])).sum();
                assert_eq!(column, get(arm, place));
            }
            for (state, cells) in cells.states.iter().enumerate() {
                let [nn, ny, yn, yy] = cells.map(|c| get(arm, c));
                assert_eq!(nn + ny + yn + yy, expected);
                changed += ny + yn;
                if state < 5 {
                    assert_eq!(
                        (yn + yy, ny + yy),
                        (own(versus)[state], own(arm)[state]),
                        "{state}"
                    );
                }
            }
        }
    }
    assert!(changed > 0);
    // The placebo, under the first arm: its first margin is the first arm.
    for (state, cells) in m.fates.placebo.states.iter().enumerate().take(5) {
        let [_, _, yn, yy] = cells.map(|c| get(0, c));
        assert_eq!(yn + yy, own(0)[state]);
    }
    assert_eq!(get(0, m.paired_deaths), get(0, m.deaths));
    assert_eq!(get(2, m.paired_deaths), get(0, m.deaths));
}
