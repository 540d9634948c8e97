//! Posteriors against closed forms, and simulation-based calibration.

use std::sync::Arc;

use super::each::InTurn;
use super::emulator::{Emulator, Why};
use super::history::{Aim, Band, Cut, Region, Surface, Wave};
use super::lhs::latin_hypercube;
use super::posterior::{Asked, Posterior, posterior, tempered};
use super::tests_tools::normal;
use crate::random::Draws;

fn uniform(n: usize, d: usize, seed: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed, 99);
    (0..n)
        .map(|i| (0..d).map(|k| draws.uniform(i as u64, 7, k as u32, 0)).collect())
        .collect()
}

fn square(x: f64) -> f64 {
    x * x
}

/// Sums and differences of two inputs observed with deviations 0.05 and 0.02, a third input with 0.1: normal with means 0.45, 0.35, 0.5 and
/// variances (0.05² + 0.02²)/4 and covariance (0.05² - 0.02²)/4. Means within 5 standard errors of the effective number, variances within 5.
#[test]
fn a_linear_normal_model_in_closed_form() {
    let likelihood = |u: &[f64]| {
        -0.5 * (square((u[0] + u[1] - 0.8) / 0.05)
            + square((u[0] - u[1] - 0.1) / 0.02)
            + square((u[2] - 0.5) / 0.1))
    };
    let p = tempered(&likelihood, uniform(1_000, 3, 1), 3, &InTurn).unwrap();
    let (means, c, n) = (p.means(), p.covariance(), p.effective);
    assert!(n > 300.0 && n <= 1_000.0, "{n} {:?}", p.steps);
    let variance = (0.0025 + 0.0004) / 4.0;
    for (k, (mean, v)) in [(0.45, variance), (0.35, variance), (0.5, 0.01)]
        .into_iter()
        .enumerate()
    {
        assert!((means[k] - mean).abs() < 5.0 * libm::sqrt(v / n), "{k} {means:?}");
        assert!((c[k][k] / v - 1.0).abs() < 5.0 * libm::sqrt(2.0 / n), "{k} {c:?}");
    }
    let rho = 0.0021 / 0.0029;
    assert!((p.correlations()[0][1] - rho).abs() < 5.0 * (1.0 - rho * rho) / libm::sqrt(n));
    assert!(p.correlations()[0][2].abs() < 5.0 / libm::sqrt(n) && p.correlations()[1][1] == 1.0);
    for (value, z) in p
        .quantiles(2, &[0.05, 0.5, 0.95])
        .iter()
        .zip([-1.645, 0.0, 1.645])
    {
        assert!(
            (value - 0.5 - 0.1 * z).abs() < 5.0 * 0.1 * 2.1 / libm::sqrt(n),
            "{value}"
        );
    }
    for (mode, mean) in p.mode().iter().zip([0.45, 0.35, 0.5]) {
        assert!((mode - mean).abs() < 0.05);
    }
    assert_eq!(p.thinned(7).len(), 7);
    assert_eq!(p.thinned(7)[1], p.draws[142]);
    assert_eq!(p.steps.last().unwrap().temperature, 1.0);
}

/// The variance of the posterior mean over 60 seeds against variance / effective: within a factor of 2 (60 seeds: chi-square on 59, a
/// factor beyond 1.6 has probability below 1e-3).
#[test]
fn the_effective_number_is_honest() {
    let likelihood = |u: &[f64]| -0.5 * (square((u[0] - 0.4) / 0.03) + square((u[1] * u[0] - 0.2) / 0.02));
    let (mut sum, mut squares, mut promised) = (0.0, 0.0, 0.0);
    for seed in 0..60 {
        let p = tempered(&likelihood, uniform(200, 2, seed), seed, &InTurn).unwrap();
        let mean = p.means()[0];
        sum += mean;
        squares += mean * mean;
        promised += p.covariance()[0][0] / p.effective / 60.0;
    }
    let seen = (squares - sum * sum / 60.0) / 59.0;
    assert!(
        seen / promised < 2.0 && seen / promised > 0.4,
        "{seen} {promised}"
    );
}

/// Two separate peaks, the right one with three times the weight of the left (twice as high would be wrong: same height, thrice as wide).
#[test]
fn two_peaks_keep_their_weights() {
    let peaks = |u: &[f64]| {
        libm::log(
            libm::exp(-0.5 * square((u[0] - 0.2) / 0.01)) + libm::exp(-0.5 * square((u[0] - 0.7) / 0.03)),
        )
    };
    let mut right = 0.0;
    for seed in 0..5 {
        let p = tempered(&peaks, uniform(400, 2, seed), seed, &InTurn).unwrap();
        right += p.draws.iter().filter(|u| u[0] > 0.5).count() as f64 / 2_000.0;
    }
    assert!((right - 0.75).abs() < 0.08, "{right}");
}

fn known(centre: f64, cut: f64) -> Region {
    let band = Band {
        low: centre - 0.08,
        high: centre + 0.08,
        discrepancy: 0.03,
    };
    Region {
        dimensions: 2,
        waves: vec![Wave {
            aims: vec![Aim {
                target: 4,
                band,
                surface: Box::new(|u: &[f64]| (u[0], 0.0009)),
            }],
            cut: Cut {
                largest: cut,
                second: cut,
            },
        }],
    }
}

/// Observation 0.04, discrepancy 0.03, emulator 0.03: the posterior of the input is normal with variance 0.0034; cut off at 1 standard
/// deviation of it the variance is 1 - 2 φ(1) / (2 Φ(1) - 1) = 0.2911 of that.
#[test]
fn region_and_likelihood_work_together() {
    let asked = Asked {
        particles: 600,
        seed: 2,
    };
    for (cut, factor) in [(4.0, 1.0), (1.0, 0.291_125)] {
        let p = posterior(&known(0.6, cut), &asked, &InTurn).unwrap();
        let (means, c) = (p.means(), p.covariance());
        let v = 0.0034 * factor;
        assert!((means[0] - 0.6).abs() < 5.0 * libm::sqrt(v / p.effective));
        assert!(
            (c[0][0] / v - 1.0).abs() < 5.0 * libm::sqrt(2.0 / p.effective),
            "{c:?} {v}"
        );
        assert!(
            (c[1][1] * 12.0 - 1.0).abs() < 5.0 * libm::sqrt(2.0 / p.effective),
            "{c:?}"
        );
        assert_eq!(p.draws.len(), 600);
    }
}

/// An emulator that is right everywhere but surer here than there: L is proportional to 1/(1 + 3 u), so that the mean of u is
/// (1 - ln 4 / 3) / ln 4 = 0.3880, and not ½.
#[test]
fn being_sure_counts() {
    let band = Band {
        low: 0.6,
        high: 0.6,
        discrepancy: 1e-6,
    };
    let surface = |u: &[f64]| (0.6, square(0.1 * (1.0 + 3.0 * u[0])));
    let aim = Aim {
        target: 0,
        band,
        surface: Box::new(surface),
    };
    let region = Region {
        dimensions: 1,
        waves: vec![Wave {
            aims: vec![aim],
            cut: Cut::default(),
        }],
    };
    let asked = Asked {
        particles: 1_000,
        seed: 1,
    };
    let p = posterior(&region, &asked, &InTurn).unwrap();
    assert!(
        (p.means()[0] - 0.388).abs() < 5.0 * 0.28 / libm::sqrt(p.effective),
        "{:?}",
        p.means()
    );
}

/// With emulators, where bounds of the variance decide most moves, the draws are those that exact variances alone would give.
#[test]
fn quick_decisions_are_the_exact_ones() {
    let x = latin_hypercube(40, 3, 1);
    let emulator = |t: usize| {
        let y: Vec<f64> = x.iter().map(|u| u[t] * u[t] + u[t + 1]).collect();
        Arc::new(Emulator::fit(&x, &y, &[0.01; 40]).unwrap())
    };
    let region = |quick: bool| {
        let aims = (0..2).map(|t| {
            let e = emulator(t);
            let band = Band {
                low: 0.7,
                high: 0.9,
                discrepancy: 0.02,
            };
            let surface: Box<dyn Surface> = match quick {
                true => Box::new(e),
                false => Box::new(move |u: &[f64]| e.predict(u)),
            };
            Aim {
                target: t,
                band,
                surface,
            }
        });
        Region {
            dimensions: 3,
            waves: vec![Wave {
                aims: aims.collect(),
                cut: Cut::default(),
            }],
        }
    };
    let asked = Asked {
        particles: 150,
        seed: 3,
    };
    let quick = posterior(&region(true), &asked, &InTurn).unwrap();
    assert_eq!(quick, posterior(&region(false), &asked, &InTurn).unwrap());
    assert!(quick.covariance()[1][1] < 0.08);
}

#[test]
fn nothing_left_is_said() {
    let nothing = |_: &[f64]| f64::NEG_INFINITY;
    assert!(matches!(
        tempered(&nothing, uniform(50, 2, 1), 1, &InTurn),
        Err(Why::Empty { .. })
    ));
    let flat = |_: &[f64]| 0.0;
    assert!(matches!(
        tempered(&flat, uniform(9, 2, 1), 1, &InTurn),
        Err(Why::TooFew { .. })
    ));
    assert!(matches!(
        posterior(
            &known(3.0, 3.0),
            &Asked {
                particles: 50,
                seed: 1
            },
            &InTurn
        ),
        Err(Why::Empty { .. })
    ));
}

#[test]
fn draws_are_pinned() {
    let asked = Asked {
        particles: 60,
        seed: 5,
    };
    let p: Posterior = posterior(&known(0.6, 3.0), &asked, &InTurn).unwrap();
    assert_eq!(p, posterior(&known(0.6, 3.0), &asked, &InTurn).unwrap());
    assert_eq!(
        (p.draws[11][0].to_bits(), p.effective.to_bits()),
        (4_604_093_394_653_967_058, 4_633_456_019_992_354_461)
    );
}

/// Simulation-based calibration (S. Talts and others, arXiv 1804.06788, 2018): parameters from the prior, data from the model, ranks of
/// the parameters among 19 draws of the posterior. If draws come from the posterior, ranks are uniform over 0..=19. Three parameters, 300
/// data sets; chi-square with 19 degrees of freedom each, its 1 - 1e-4 quantile is 50.8: false alarms 3e-4.
#[test]
fn ranks_of_the_truth_are_uniform() {
    let sets = 300;
    let mut ranks = [[0.0_f64; 20]; 3];
    for (set, truth) in uniform(sets, 3, 1234).iter().enumerate() {
        let outcome = |u: &[f64]| [u[0] + u[1], u[0] * u[2], libm::exp(u[1])];
        let noise = [0.15, 0.1, 0.3];
        let mut data = outcome(truth);
        for (j, value) in data.iter_mut().enumerate() {
            *value += noise[j] * normal(77, set as u64, j as u32);
        }
        let likelihood = |u: &[f64]| {
            let y = outcome(u);
            (0..3)
                .map(|j| -0.5 * square((y[j] - data[j]) / noise[j]))
                .sum::<f64>()
        };
        let p = tempered(
            &likelihood,
            uniform(95, 3, 5_000 + set as u64),
            set as u64,
            &InTurn,
        )
        .unwrap();
        for (k, ranks) in ranks.iter_mut().enumerate() {
            let rank = p.thinned(19).iter().filter(|u| u[k] < truth[k]).count();
            ranks[rank] += 1.0;
        }
    }
    for ranks in ranks {
        let expected = sets as f64 / 20.0;
        let chi: f64 = ranks.iter().map(|n| square(n - expected) / expected).sum();
        assert!(chi < 50.8, "{chi} {ranks:?}");
    }
}
