//! Value of information against linear-normal decisions with known answers.

use super::chance::Chance;
use super::voi::value_of_information;
use crate::stats::normal_quantile;

fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI)
}

fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// E max(0, X) - max(0, mean) of a normal X: the deviation times the unit normal loss (H. Raiffa and R. Schlaifer, Applied
/// Statistical Decision Theory, 1961).
fn normal_loss(mean: f64, sd: f64) -> f64 {
    let z = mean.abs() / sd;
    sd * (density(z) - z * below(-z))
}

/// Two arms; the increment is `mean + sum slope_k x_k`, x standard normal by quantile, with shared and own noise.
fn problem(
    run: u32,
    (draws, replications): (u32, u32),
    mean: f64,
    slopes: &[f64],
    (shared, own): (f64, f64),
) -> (Vec<Vec<Vec<f64>>>, Vec<Vec<f64>>) {
    let chance = Chance::new(31, "problem").round(run);
    let u: Vec<Vec<f64>> = (0..draws)
        .map(|d| {
            (0..slopes.len())
                .map(|k| chance.uniform(10 + k as u16, d))
                .collect()
        })
        .collect();
    let first: Vec<Vec<f64>> = (0..draws)
        .map(|_| (0..replications).map(|r| 5.0 + chance.normal(1, r)).collect())
        .collect();
    let second: Vec<Vec<f64>> = (first.iter().zip(&u).enumerate())
        .map(|(d, (row, u))| {
            let part = u
                .iter()
                .zip(slopes)
                .map(|(u, s)| s * normal_quantile(*u))
                .sum::<f64>();
            (row.iter().enumerate())
                .map(|(r, base)| {
                    let noise =
                        shared * chance.normal(2, r as u32) + own * chance.normal(3, (d * 100 + r) as u32);
                    base + mean + part + noise
                })
                .collect()
        })
        .collect();
    (vec![first, second], u)
}

fn column(u: &[Vec<f64>], k: usize) -> Vec<Vec<f64>> {
    u.iter().map(|row| vec![row[k]]).collect()
}

#[test]
fn nothing_to_learn_is_worth_nothing() {
    let (mut nb, u) = problem(0, (30, 4), 3.0, &[0.0], (0.1, 0.0));
    let voi = value_of_information(&nb, &[column(&u, 0)], 1, 100).unwrap();
    assert_eq!(
        (voi.best, voi.evpi.high, voi.partial[0].value.unwrap().high),
        (1, 0.0, 0.0)
    );
    assert!((voi.best_share[1] - 1.0).abs() < 1e-12);
    nb.truncate(1);
    assert!(value_of_information(&nb, &[], 1, 10).is_err());
}

#[test]
fn without_noise_evpi_is_the_mean_of_the_best_less_the_best_mean() {
    // Increments 1, 1, -4 and 0.5, -2, 3 over arm 0: best 1, 1, 3; means -2/3 and 0.5.
    let rows = |v: [f64; 3]| v.map(|x| vec![x; 2]).to_vec();
    let nb = vec![rows([0.0; 3]), rows([1.0, 1.0, -4.0]), rows([0.5, -2.0, 3.0])];
    let voi = value_of_information(&nb, &[], 1, 50).unwrap();
    assert_eq!(voi.best, 2);
    assert!(
        voi.evpi.value >= 5.0 / 3.0 - 0.5 && voi.evpi.holds(5.0 / 3.0 - 0.5),
        "{:?}",
        voi.evpi
    );
    assert_eq!(voi.unshrunk, 5.0 / 3.0 - 0.5);
    assert!((voi.best_share[1] - 2.0 / 3.0).abs() < 1e-12);
}

/// 200 macro-runs of decisions with closed forms: EVPI = sd L(|mean|/sd), EVPPI of x_k the same with sd = |slope_k|. Coverage of a
/// nominal 95% interval has a standard error of 1.5 points.
#[test]
fn linear_normal_decisions_have_their_closed_forms() {
    const RUNS: u32 = 200;
    for (mean, slopes, noise) in [
        (0.5, [1.0, 0.4, 0.0], (0.1, 0.5)),
        (0.0, [1.0, 0.4, 0.0], (0.2, 1.5)),
        (1.5, [1.0, 0.4, 0.0], (0.2, 1.0)),
    ] {
        let sd = libm::sqrt(slopes.iter().map(|s| s * s).sum::<f64>());
        let mut truth = vec![normal_loss(mean, sd)];
        truth.extend(
            slopes
                .iter()
                .map(|s| if *s > 0.0 { normal_loss(mean, *s) } else { 0.0 }),
        );
        let (mut average, mut held, mut naive) = (vec![0.0; 4], vec![0u32; 4], 0.0);
        for run in 0..RUNS {
            let (nb, u) = problem(run, (60, 5), mean, &slopes, noise);
            let groups: Vec<Vec<Vec<f64>>> = (0..3).map(|k| column(&u, k)).collect();
            let voi = value_of_information(&nb, &groups, 3, 100).unwrap();
            naive += voi.unshrunk / f64::from(RUNS);
            let mut all = vec![voi.evpi];
            all.extend(voi.partial.iter().map(|p| p.value.unwrap()));
            for (k, range) in all.iter().enumerate() {
                average[k] += range.value / f64::from(RUNS);
                held[k] += u32::from(range.low <= truth[k] + 0.002 && truth[k] <= range.high + 0.002);
            }
        }
        println!(
            "mean {mean}: truth {truth:.3?}, average {average:.3?}, counted EVPI {naive:.3}, held {held:?} of {RUNS}"
        );
        for k in 0..4 {
            // Measured 89% at the least, where the gain rests on 7% of the priors.
            assert!(held[k] * 100 >= RUNS * 86, "{mean} {k}: held {}", held[k]);
            // An exact tie is the worst case of an estimate.
            let allowed = if mean == 0.0 { 0.05 } else { 0.012 };
            assert!(
                (average[k] - truth[k]).abs() < allowed,
                "{mean} {k}: {}",
                average[k]
            );
        }
        assert!(naive > average[0]);
    }
}

#[test]
fn too_few_draws_for_a_regression_are_said() {
    let (nb, u) = problem(0, (6, 3), 0.5, &[1.0; 8], (0.1, 0.1));
    let voi = value_of_information(&nb, &[u.clone(), column(&u, 0)], 1, 20).unwrap();
    assert!(voi.partial[0].value.is_none() && voi.partial[1].value.is_some());
}

/// Three arms whose net benefits are independent standard normals: EVPI = E max of three = 3 / (2 sqrt(pi)), an exact tie of means.
#[test]
fn three_arms_with_correlated_noise() {
    const RUNS: u32 = 200;
    let truth = 1.5 / libm::sqrt(std::f64::consts::PI);
    let (mut average, mut naive, mut held) = (0.0, 0.0, 0);
    for run in 0..RUNS {
        let chance = Chance::new(13, "three").round(run);
        let nb: Vec<Vec<Vec<f64>>> = (0..3u16)
            .map(|a| {
                (0..60u32)
                    .map(|d| {
                        let x = chance.normal(10 + a, d);
                        (0..5u32)
                            .map(|r| {
                                x + 0.1 * chance.normal(20 + a, r) + 1.5 * chance.normal(30 + a, d * 100 + r)
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        // The first arm's own mean counts too: increments are x1 - x0 and x2 - x0.
        let voi = value_of_information(&nb, &[], 5, 60).unwrap();
        average += voi.evpi.value / f64::from(RUNS);
        naive += voi.unshrunk / f64::from(RUNS);
        held += u32::from(voi.evpi.holds(truth));
    }
    println!("three arms: truth {truth:.3}, average {average:.3}, counted {naive:.3}, held {held} of {RUNS}");
    assert!(
        (average - truth).abs() < 0.11 && held * 100 >= RUNS * 88,
        "{average} {held}"
    );
}
