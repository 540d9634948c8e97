//! Keyed draws follow their laws, and draws at different coordinates are independent.

use rand::SeedableRng;
use rand::distr::Distribution;
use rand::rngs::StdRng;
use statrs::distribution::{self as reference, ContinuousCDF};

use super::*;

/// Keyed draws of a law: neighbouring subjects.
fn sample(quantile: &Quantile, n: u64) -> Vec<f64> {
    let draws = Draws::new(2_024, 3);
    let mut sample: Vec<f64> = (0..n).map(|i| quantile.at(draws.uniform(i, 17, 5, 0))).collect();
    sample.sort_unstable_by(f64::total_cmp);
    sample
}

/// The distance that a Kolmogorov-Smirnov test at level 1e-6 allows, times the square root of n
/// (asymptotic; the test is conservative for laws with atoms).
const KOLMOGOROV: f64 = 2.694;

/// One test per law at level 1e-6: about 1 in 30,000 seeds fails somewhere.
#[test]
fn keyed_draws_follow_their_law() {
    const N: u64 = 100_000;
    for (name, law, quantile) in COMPILED.iter() {
        let sample = sample(quantile, N);
        let (mut distance, mut seen) = (0.0_f64, 0);
        for same in sample.chunk_by(|a, b| a == b) {
            let (before, after) = (law.tails(same[0], false).below, law.tails(same[0], true).below);
            distance = distance.max((seen as f64 / N as f64 - before).abs());
            seen += same.len();
            distance = distance.max((seen as f64 / N as f64 - after).abs());
        }
        assert!(distance < KOLMOGOROV / (N as f64).sqrt(), "{name}: {distance}");
    }
}

/// Two samples of 100,000 each, at level 1e-6 for each of six laws.
#[test]
fn keyed_draws_agree_with_those_of_rand_distr() {
    const N: usize = 100_000;
    fn compare(name: &str, other: impl Distribution<f64>) {
        let mine = sample(&compiled(name).2, N as u64);
        let mut theirs: Vec<f64> = other.sample_iter(StdRng::seed_from_u64(11)).take(N).collect();
        theirs.sort_unstable_by(f64::total_cmp);
        let rank = |x: f64| theirs.partition_point(|&y| y <= x) as f64;
        let distance = mine
            .iter()
            .enumerate()
            .map(|(i, &x)| (rank(x) - (i + 1) as f64).abs() / N as f64)
            .fold(0.0, f64::max);
        assert!(
            distance < KOLMOGOROV * (2.0 / N as f64).sqrt(),
            "{name}: {distance}"
        );
    }
    compare("exponential", rand_distr::Exp::new(1.0 / 3600.0).unwrap());
    compare("lognormal 1", rand_distr::LogNormal::new(5.0, 1.0).unwrap());
    compare("gamma 0.3", rand_distr::Gamma::new(0.3, 100.0).unwrap());
    compare("gamma 60", rand_distr::Gamma::new(60.0, 100.0).unwrap());
    compare("weibull 0.7", rand_distr::Weibull::new(100.0, 0.7).unwrap());
    compare(
        "triangular",
        rand_distr::Triangular::new(10.0, 60.0, 20.0).unwrap(),
    );
}

/// Chi-square test, at level 1e-6, that pairs of variates fill 16 × 16 equal boxes evenly.
fn assert_independent(what: &str, pair: impl Fn(u64) -> (f64, f64)) {
    const N: u64 = 200_000;
    let mut boxes = [0.0_f64; 256];
    for i in 0..N {
        let (a, b) = pair(i);
        boxes[(a * 16.0) as usize * 16 + (b * 16.0) as usize] += 1.0;
    }
    let expected = N as f64 / 256.0;
    let statistic: f64 = boxes
        .iter()
        .map(|n| (n - expected) * (n - expected) / expected)
        .sum();
    let p = reference::ChiSquared::new(255.0).unwrap().sf(statistic);
    assert!(p > 1e-6 && p < 1.0 - 1e-6, "{what}: chi-square {statistic}");
}

/// Nine tests at level 2e-6 (also against too even a filling): about 1 in 50,000 seeds fails somewhere.
#[test]
fn draws_with_neighbouring_coordinates_are_independent() {
    let draws = Draws::new(1, 0);
    let person = |i: u64| sub_key(name_key(&["practice A", "cancer"]), i);
    assert_independent("the two of a pair", |i| draws.pair(i, 0, 0, 0));
    assert_independent("subjects", |i| {
        (draws.uniform(i, 1, 0, 0), draws.uniform(i + 1, 1, 0, 0))
    });
    assert_independent("people", |i| {
        (
            draws.uniform(person(i), 1, 0, 0),
            draws.uniform(person(i + 1), 1, 0, 0),
        )
    });
    assert_independent("high words of a subject", |i| {
        (
            draws.uniform(i << 32, 1, 0, 0),
            draws.uniform((i + 1) << 32, 1, 0, 0),
        )
    });
    assert_independent("purposes", |i| {
        (draws.uniform(i, 1, 0, 0), draws.uniform(i, 2, 0, 0))
    });
    assert_independent("anchors", |i| {
        (
            draws.uniform(9, 1, i as u32, 0),
            draws.uniform(9, 1, i as u32 + 1, 0),
        )
    });
    assert_independent("attempts", |i| {
        (draws.uniform(i, 1, 7, 0), draws.uniform(i, 1, 7, 1))
    });
    let of = |seed, replication| Draws::new(seed, replication).uniform(42, 1, 0, 0);
    assert_independent("replications", |i| (of(1, i), of(1, i + 1)));
    assert_independent("seeds", |i| (of(i, 0), of(i + 1, 0)));
}

/// 128 bits at 5.5 standard errors each: about 1 in 200,000 seeds fails.
#[test]
fn every_bit_of_a_block_is_one_half_the_time() {
    const N: u32 = 100_000;
    let draws = Draws::new(8, 8);
    let mut ones = [0_u32; 128];
    for i in 0..N {
        for (word, bits) in draws.block(u64::from(i), 3, 0, 0).into_iter().enumerate() {
            for bit in 0..32 {
                ones[word * 32 + bit] += bits >> bit & 1;
            }
        }
    }
    let allowed = 5.5 * 0.5 * f64::from(N).sqrt();
    for (bit, &count) in ones.iter().enumerate() {
        assert!(
            (f64::from(count) - f64::from(N) / 2.0).abs() < allowed,
            "bit {bit}: {count}"
        );
    }
}
