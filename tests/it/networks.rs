//! Outcomes of queueing networks are the measures of the kernel, divided.

use careweave::base::DAY;
use careweave::experiment::{Estimates, estimate};
use careweave::observe::{Bins, Breadth, CatalogueBuilder, Record, Tally};
use careweave::queueing::theory::suite;
use careweave::queueing::{LogHistogram, Measures, Network, Networks, StationMeasures, simulate};
use careweave::random::Draws;

const SEED: u64 = 7;

fn mm1() -> Network {
    let found = suite().into_iter().find(|c| c.name.contains("M/M/1"));
    found.expect("the suite has an M/M/1 queue").network
}

fn estimates(networks: &Networks, replications: u64) -> Estimates {
    let records: Vec<Record> = (0..replications).map(|r| networks.replicate(r)).collect();
    estimate(networks.catalogue(), &mut records.as_slice()).expect("records fit")
}

#[test]
fn outcomes_are_the_measures_divided() {
    let networks = Networks::new(vec![("one".to_string(), mm1())], SEED).unwrap();
    let found = estimates(&networks, 4);
    let catalogue = networks.catalogue();
    let value = |name: &str| {
        let id = catalogue.outcome(name).unwrap_or_else(|| panic!("no {name}"));
        found
            .overall(0, id)
            .and_then(|e| e.value())
            .unwrap_or_else(|| panic!("{name} has no value"))
    };
    let network = &networks.networks()[0];
    let runs: Vec<Measures> = (0..4).map(|r| simulate(network, Draws::new(SEED, r))).collect();
    let station = &network.stations[0].name;
    let sum =
        |f: &dyn Fn(&StationMeasures) -> i64| runs.iter().map(|m| f(&m.stations[0])).sum::<i64>() as f64;
    let wait = sum(&|s| s.visits[0].wait_secs) / sum(&|s| s.visits[0].starts as i64);
    let busy = sum(&|s| s.servers.busy_secs) / sum(&|s| s.servers.on_duty_secs);
    assert!((value(&format!("mean_wait_{station}_hours")) * 3600.0 / wait - 1.0).abs() < 1e-12);
    assert_eq!(value(&format!("utilisation_{station}")), busy);
    // Little's law: exact but for the customers cut off at the ends of the window.
    let little = value("departures_per_hour") * value("mean_sojourn_hours");
    assert!((value("mean_number") / little - 1.0).abs() < 0.02);
    // A centile lies in the bucket of the histogram in which the kernel has it.
    let mut waits = LogHistogram::default();
    runs.iter()
        .for_each(|m| waits.merge(&m.stations[0].visits[0].waits));
    for (q, percent) in [(0.5, 50), (0.9, 90), (0.95, 95)] {
        let last = waits.quantile(q).expect("somebody waited") as f64;
        let ours = value(&format!("p{percent}_wait_{station}_hours")) * 3600.0;
        assert!(
            ours <= last + 1.0 && ours > 0.87 * last - 1.0,
            "{percent}: {ours} {last}"
        );
    }
}

#[test]
fn equal_networks_differ_by_nothing() {
    let arms = ["a", "b"].map(|name| (name.to_string(), mm1()));
    let found = estimates(&Networks::new(arms.to_vec(), SEED).unwrap(), 3);
    assert!(!found.pairs.is_empty());
    assert!(
        found
            .pairs
            .iter()
            .all(|p| p.paired.difference.value().unwrap_or(0.0) == 0.0)
    );
}

#[test]
fn waits_counted_together_are_recorded_as_one_by_one() {
    let mut b = CatalogueBuilder::new(&["one"]);
    let group = b.group("class", "urgent");
    let wait = b.wait("wait", Breadth::ByGroup, Bins::days(3), &["started", "left"]);
    let catalogue = b.build().unwrap();
    let (mut together, mut singly) = (Tally::new(&catalogue, 0), Tally::new(&catalogue, 0));
    for (cause, after, people) in [(0, 0, 3), (1, DAY, 2), (0, 9 * DAY, 4)] {
        together.waits_ended(0, wait, &[group], (cause, after), people);
        (0..people).for_each(|_| singly.wait_ended(0, wait, &[group], cause, after));
    }
    assert_eq!(together.finish(), singly.finish());
}
