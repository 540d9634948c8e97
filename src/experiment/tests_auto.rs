//! Known-truth experiment for the `auto` rule: how often its intervals hold the truth where it stops.
//!
//! The targets are the worst found on a grid: about a third of the runs stop at the first look, where a narrow
//! interval is most often luck. Measured over 6,000 macro-runs (standard error 0.3 points): replications that are sums
//! of many independent parts 94.8% (level) and 94.3% (difference); replications as skewed as one exponential
//! draw 92.9% and 94.4%, of which 0.9 points are lost at a fixed n already. Promised and tested: 93.5% for the first, 92% for the
//! second. The `look_ahead` rule, 1,500 macro-runs (standard error 0.6 points) stopping at 50 replications on average: 93.8% and 93.7% (smooth), 92.7% and
//! 95.1% (skewed); tested: 92% and 90%, three standard errors below what a rule that loses 1.5 and 3 points would show.

use super::synthetic::Source;
use super::*;
use crate::observe::{Better, Breadth, Catalogue, CatalogueBuilder, Kind, Outcome, Record};
use std::sync::atomic::AtomicBool;

const RUNS: u64 = 6_000;

fn exponential(s: &mut Source, mean: f64) -> f64 {
    -mean * libm::log(((s.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
}

fn two_arms() -> Catalogue {
    let mut b = CatalogueBuilder::new(&["a", "b"]);
    let people = b.measure("people", Breadth::Overall);
    let secs = b.measure("secs", Breadth::Overall);
    let kind = Kind::Ratio {
        num: secs,
        den: people,
        scale: 1.0,
    };
    b.outcome(Outcome::new("mean_wait", "", "s", Better::Lower, kind));
    b.build().unwrap()
}

/// Mean of `k` exponentials of that mean: the more, the less skewed.
fn erlang(s: &mut Source, mean: f64, k: u32) -> f64 {
    (0..k).map(|_| exponential(s, mean / f64::from(k))).sum()
}

/// People 40 + 20 crowding, waits rise with crowding; the truth of arm A is 7.9, of B 7.08, of B - A -0.82
/// whatever the smoothness.
fn replication(s: &mut Source, replication: u64, smooth: u32) -> Record {
    let crowding = erlang(s, 3.0, 3 * smooth);
    let shared = erlang(s, 120.0, smooth);
    let people = 40.0 + 20.0 * crowding;
    let a = people * 5.0 + 30.0 * crowding + shared + erlang(s, 80.0, smooth);
    let b = people * 4.5 + 26.0 * crowding + shared + erlang(s, 60.0, smooth);
    let values = [people, a, people, b].map(|x| (1000.0 * x).round() as i64);
    Record {
        replication,
        values: values.to_vec(),
    }
}

const TRUTH: [f64; 2] = [5.0 + (90.0 + 200.0) / 100.0, 4.5 + (78.0 + 180.0) / 100.0];

/// (coverage, mean replications used, share that stopped at the first look).
fn coverage(auto: &Auto, truth: f64, smooth: u32, seed: u64) -> (f64, f64, f64) {
    let cat = two_arms();
    let mut s = Source(seed);
    let (mut covered, mut used, mut at_once) = (0u64, 0u64, 0u64);
    for _ in 0..RUNS {
        let mut records: Vec<Record> = Vec::new();
        let mut n = 0;
        let found = loop {
            n = auto.next_look(n);
            while (records.len() as u64) < n {
                records.push(replication(&mut s, records.len() as u64, smooth));
            }
            let found = estimate_in(&cat, &auto.scope(), &mut records.as_slice()).unwrap();
            if auto.look(&found).reached || n == auto.cap {
                break found;
            }
        };
        let outcome = auto.outcomes[0];
        let estimate = match auto.pairs.as_slice() {
            [] => *found.overall(0, outcome).unwrap(),
            _ => found.pair(1, 0, outcome).unwrap().paired.difference,
        };
        covered += u64::from(estimate.low().unwrap() <= truth && truth <= estimate.high().unwrap());
        used += n;
        at_once += u64::from(n == LOOK_EVERY);
    }
    let share = |x: u64| x as f64 / RUNS as f64;
    (share(covered), share(used), share(at_once))
}

#[test]
fn intervals_cover_where_auto_stops() {
    let outcomes = vec![two_arms().outcome("mean_wait").unwrap()];
    let (level, difference) = (vec![], vec![(1, 0)]);
    for (pairs, target, smooth, least) in [
        (level.clone(), 0.022, 8, 0.935),
        (difference.clone(), 0.0135, 8, 0.935),
        (level, 0.06, 1, 0.92),
        (difference, 0.037, 1, 0.92),
    ] {
        let truth = if pairs.is_empty() {
            TRUTH[0]
        } else {
            TRUTH[1] - TRUTH[0]
        };
        let auto = Auto {
            outcomes: outcomes.clone(),
            pairs,
            target,
            cap: 400,
            rule: Rule::Spaced,
        };
        let (covered, used, at_once) = coverage(&auto, truth, smooth, 3);
        println!("auto: coverage {covered}, {used} replications on average, {at_once} at the first look");
        assert!((least..=0.965).contains(&covered), "target {target}: {covered}");
        // The experiment must put the rule to work: neither always the first look nor the cap.
        assert!((0.1..0.6).contains(&at_once) && used < 200.0, "{at_once} {used}");
    }
}

/// As [`coverage`], for the rule that looks after every replication: (coverage, mean replications used).
fn coverage_ahead(auto: &Auto, truth: f64, smooth: u32, runs: u64) -> (f64, f64) {
    let cat = two_arms();
    let stop = AtomicBool::new(false);
    let (mut covered, mut used) = (0u64, 0u64);
    for macro_run in 0..runs {
        let work = |r: u64| {
            let mut s = Source(macro_run << 20 | r);
            // Neighbouring seeds of this generator are alike at first.
            (0..4).for_each(|_| {
                s.next();
            });
            replication(&mut s, r, smooth)
        };
        let plan = Plan {
            count: Count::Auto(auto.clone()),
            shard: None,
            threads: 1,
            stop: &stop,
            each: 1,
        };
        let mut keeper = Memory::default();
        let n = run(&plan, &cat, &work, &mut keeper, &mut ())
            .unwrap()
            .replications;
        let found = estimate_in(&cat, &auto.scope(), &mut Prefix::new(&mut keeper, n)).unwrap();
        let outcome = auto.outcomes[0];
        let estimate = match auto.pairs.as_slice() {
            [] => *found.overall(0, outcome).unwrap(),
            _ => found.pair(1, 0, outcome).unwrap().paired.difference,
        };
        covered += u64::from(estimate.low().unwrap() <= truth && truth <= estimate.high().unwrap());
        used += n;
    }
    let share = |x: u64| x as f64 / runs as f64;
    (share(covered), share(used))
}

#[test]
fn intervals_cover_where_look_ahead_stops() {
    let outcomes = vec![two_arms().outcome("mean_wait").unwrap()];
    let (level, difference) = (vec![], vec![(1, 0)]);
    for (pairs, target, smooth, least) in [
        (level.clone(), 0.022, 8, 0.92),
        (difference.clone(), 0.0135, 8, 0.92),
        (level, 0.06, 1, 0.90),
        (difference, 0.037, 1, 0.90),
    ] {
        let truth = if pairs.is_empty() {
            TRUTH[0]
        } else {
            TRUTH[1] - TRUTH[0]
        };
        let auto = Auto {
            outcomes: outcomes.clone(),
            pairs,
            target,
            cap: 400,
            rule: Rule::LookAhead,
        };
        let (covered, used) = coverage_ahead(&auto, truth, smooth, 1_500);
        println!("look-ahead: coverage {covered}, {used} replications on average");
        assert!((least..=0.965).contains(&covered), "target {target}: {covered}");
        assert!((26.0..100.0).contains(&used), "{used}");
    }
}
