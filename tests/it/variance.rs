//! Variance reduction in runs: pairs are pairs whatever the threads and shards, controls have the means they are said to
//! have, and intervals with controls hold what is known.

use careweave::experiment::variance::{Reduction, reduce};
use careweave::experiment::{Scope, estimate, estimate_in};
use careweave::observe::{GroupId, Record, Units};
use careweave::queueing::theory::suite;
use careweave::queueing::{Initial, Network, Networks, Stop};

use crate::desk::Desk;
use crate::world_tools::{compare, small};

/// M/M/1 at half load from its stationary start: the mean wait in the queue is ρ / (μ - λ) = 1 hour.
fn half_loaded(hours: i64) -> Network {
    let found = suite().into_iter().find(|c| c.name.contains("M/M/1"));
    let mut network = found.expect("the suite has an M/M/1 queue").network;
    let hour = |hours: f64| {
        careweave::random::Law::Exponential {
            mean: 3_600.0 * hours,
        }
        .compile()
        .unwrap()
    };
    network.classes[0].gap = Some(hour(2.0));
    network.classes[0].visits[0].service = hour(1.0);
    network.initial = Initial::Stationary;
    network.stop = Stop::Horizon {
        warm_up: 0,
        measured: 3_600 * hours,
    };
    network
}

fn networks(seed: u64, antithetic: bool) -> Networks {
    let one = vec![("one".to_string(), half_loaded(if antithetic { 300 } else { 600 }))];
    Networks::new(one, seed).unwrap().antithetic(antithetic)
}

/// 300 macro-runs of 40 replications of a queue with known wait, which is skewed: nominal 95% intervals with controls must hold it in 91.5
/// to 98% (a standard error of such a share is 1.3%) and no less than 3% less often than the plain ones; the factor must be worth
/// having on average (arrivals and services explain much of a queue at half load).
#[test]
fn intervals_with_controls_hold_the_known_wait() {
    let runs = 300;
    let (mut held, mut plainly, mut taken, mut gain) = (0, 0, 0, 0.0);
    for run in 0..runs {
        let networks = networks(1_000 + run, false);
        let catalogue = networks.catalogue();
        let id = catalogue.outcomes().iter().position(|o| o.headline).unwrap();
        let id = catalogue.outcome_id(id);
        let records: Vec<Record> = (0..40).map(|r| networks.replicate(r)).collect();
        let scope = Scope {
            outcomes: Some(vec![id]),
            everybody_only: true,
            pairs: Vec::new(),
        };
        let mut found = estimate_in(catalogue, &scope, &mut records.as_slice()).unwrap();
        let plain = *found.overall(0, id).unwrap();
        let ask = Reduction {
            each: 1,
            means: networks.controls().unwrap().iter().map(|c| c.mean).collect(),
            pairs: Vec::new(),
        };
        let values = |r: &Record| networks.control_values(r);
        let out = reduce(catalogue, &mut found, &mut records.as_slice(), &ask, &values).unwrap();
        let with = found.overall(0, id).unwrap();
        taken += usize::from(out[0].controlled);
        let ratio = plain.half_width().unwrap() / with.half_width().unwrap();
        gain += ratio * ratio / f64::from(runs as u32);
        plainly += usize::from(plain.low().unwrap() <= 1.0 && 1.0 <= plain.high().unwrap());
        held += usize::from(with.low().unwrap() <= 1.0 && 1.0 <= with.high().unwrap());
    }
    let (share, without) = (held as f64 / runs as f64, plainly as f64 / runs as f64);
    let told = format!("covered {share}, plain {without}, taken {taken}, gain {gain}");
    println!("{told}");
    assert!(
        (0.915..=0.98).contains(&share) && share >= without - 0.03,
        "{told}"
    );
    assert!(gain > 1.3, "gain {gain}, taken {taken}");
}

/// The pair is a pair: the even member is the ordinary replication, the wait of the odd one goes the other way, and pairs of a
/// queue help a little (the factor is about 1.13). 1,500 pairs: the correlation's standard error is 0.03.
#[test]
fn antithetic_pairs_of_a_queue_help() {
    let one = vec![("one".to_string(), half_loaded(300))];
    let plain = Networks::new(one, 3).unwrap();
    let paired = networks(3, true);
    let records: Vec<Record> = (0..3_000).map(|r| paired.replicate(r)).collect();
    assert_eq!(records[4], plain.replicate(4));
    assert_ne!(records[5].values, plain.replicate(5).values);
    let catalogue = paired.catalogue();
    let mut slice = records.as_slice();
    let mut found = estimate(catalogue, &mut Units::new(&mut slice, 2)).unwrap();
    let ask = Reduction {
        each: 2,
        ..Reduction::default()
    };
    let out = reduce(catalogue, &mut found, &mut records.as_slice(), &ask, &|_| {
        Vec::new()
    })
    .unwrap();
    let factor = out[0].antithetic.unwrap();
    assert!(factor.low > 1.0, "{factor:?}");
    // The unbiased mean of all is what it is without pairs.
    let id = out[0].outcome;
    let known = 1.0;
    let e = found.overall(0, id).unwrap();
    let off = (e.value().unwrap() - known).abs() / e.standard_error().unwrap();
    assert!(off < 4.0, "{off} standard errors");
}

/// Means of the controls of a locality are what is said: 150 courses, each within 4 standard errors (1 in 5,000 by chance).
#[test]
fn the_controls_of_a_locality_have_their_means() {
    let p = compare(vec![small("networked", &[])], 31);
    let controls = p.controls().unwrap();
    let n = 150;
    let values: Vec<Vec<f64>> = (0..n).map(|r| p.control_values(r)).collect();
    for (i, c) in controls.iter().enumerate() {
        let mean = values.iter().map(|v| v[i]).sum::<f64>() / n as f64;
        let var = values.iter().map(|v| (v[i] - mean) * (v[i] - mean)).sum::<f64>() / (n - 1) as f64;
        let off = (mean - c.mean) / (var / n as f64).sqrt();
        assert!(
            off.abs() < 4.0 && var > 1.0,
            "{}: {mean} {} ({off})",
            c.name,
            c.mean
        );
    }
    // Deaths are counted as the record counts them.
    let record = p.replicate(3);
    let deaths = p.catalogue().measure("expected_deaths").unwrap();
    let all = record.values[p.catalogue().at(0, deaths, GroupId::ALL)] as f64;
    assert_eq!(values[3][0] + values[3][1], all);
    // The world turned round: the same people's opposite luck, and whatever is conserved still is (asserted inside).
    let turned = compare(vec![small("networked", &[])], 31).antithetic(true);
    assert_eq!(turned.replicate(2), p.replicate(2));
    assert_ne!(turned.replicate(3).values, record.values);
}

/// Threads, shards and merge give the same bytes; the plan says that it is antithetic; an odd number is refused.
#[test]
fn pairs_survive_shards_and_merging() {
    let desk = Desk::new();
    let run = "run desk.toml -n 8 --antithetic --controls";
    desk.careweave(&format!("{run} --threads 1 --out whole"))
        .ended_with(0);
    let said = desk
        .careweave(&format!("{run} --threads 2 --out again"))
        .ended_with(0);
    let files = desk.results("whole");
    assert_eq!(files, desk.results("again"));
    assert!(said.out.contains("antithetic pairs"), "{}", said.out);
    for i in 1..=3 {
        desk.careweave(&format!("{run} --shard {i}/3 --out s{i}"))
            .ended_with(0);
    }
    desk.careweave("merge s1 s2 s3 --out merged").ended_with(0);
    assert_eq!(files, desk.results("merged"));
    assert_eq!(desk.json("whole/manifest.json")["plan"]["antithetic"], true);
    let table = String::from_utf8(files["variance_reduction.csv"].clone()).unwrap();
    assert!(table.contains(",value,antithetic,"), "{table}");
    // The scenario may say it too, and then the plan is the same but for its text.
    desk.file(
        "pairs.toml",
        "kind = \"queueing\"\nextends = \"desk.toml\"\nrun.antithetic = true\n",
    );
    desk.careweave("run pairs.toml -n 8 --out p").ended_with(0);
    assert_eq!(desk.json("p/manifest.json")["plan"]["antithetic"], true);
    desk.careweave("run desk.toml -n 7 --antithetic")
        .ended_with(2)
        .complains(&["must be even", "take 8"]);
    // Without, nothing is said of it and the records are other ones.
    desk.careweave("run desk.toml -n 8 --out plain").ended_with(0);
    assert!(
        desk.json("plain/manifest.json")["plan"]
            .get("antithetic")
            .is_none()
    );
    assert_ne!(
        desk.results("plain")["replications.csv"],
        files["replications.csv"]
    );
    let auto = "run desk.toml --antithetic -n auto --precision 0.2 --set run.replication_cap=41";
    desk.careweave(auto).ended_with(0);
}
