//! History matching against regions whose shape and size are known.

use std::sync::Arc;

use super::each::{Each, InTurn};
use super::emulator::{Emulator, Why};
use super::history::{
    Aim, Band, Cut, Region, Stop, Surface, Wave, implausibility, sharpness, spread, verdict,
};
use super::lhs::latin_hypercube;
use super::region::How;
use super::tests_tools::normal;

fn band(centre: f64, observation: f64) -> Band {
    Band {
        low: centre - 2.0 * observation,
        high: centre + 2.0 * observation,
        discrepancy: 0.0,
    }
}

fn aim(target: usize, band: Band, surface: impl Surface + 'static) -> Aim {
    Aim {
        target,
        band,
        surface: Box::new(surface),
    }
}

fn region(dimensions: usize, aims: Vec<Aim>) -> Region {
    Region {
        dimensions,
        waves: vec![Wave {
            aims,
            cut: Cut::default(),
        }],
    }
}

/// One after the other from the end: what is found must not depend on the order.
struct Backwards;

impl Each for Backwards {
    fn each(&self, n: usize, f: &(dyn Fn(usize) -> Vec<f64> + Sync)) -> Vec<Vec<f64>> {
        let mut all: Vec<Vec<f64>> = (0..n).rev().map(f).collect();
        all.reverse();
        all
    }
}

#[test]
fn implausibility_by_hand() {
    let b = Band {
        low: 8.0,
        high: 16.0,
        discrepancy: 3.0,
    };
    // Centre 12, observation 2, so variance 4 + 9; with 3 more from the emulator 16: 20 is 8/4 = 2 away.
    assert_eq!((b.centre(), b.observation(), b.variance()), (12.0, 2.0, 13.0));
    assert_eq!(implausibility(&b, 20.0, 3.0), 2.0);
    let point = band(5.0, 0.0);
    assert_eq!(implausibility(&point, 5.0, 0.0), 0.0);
    assert_eq!(implausibility(&point, 5.1, 0.0), f64::INFINITY);
}

/// Two targets on two inputs, each with deviation s = 0.05: a square of side 6 s without the corners where both are above 2.5 s, 35 s².
#[test]
fn a_square_without_its_corners() {
    let s = 0.05;
    let r = region(
        2,
        vec![
            aim(3, band(0.5, s), |u: &[f64]| (u[0], 0.0)),
            aim(8, band(0.4, s), |u: &[f64]| (u[1], 0.0)),
        ],
    );
    for (u, inside) in [
        ([0.5 + 2.9 * s, 0.4 + 2.4 * s], true),
        ([0.5 + 2.4 * s, 0.4 - 2.9 * s], true),
        ([0.5 + 2.6 * s, 0.4 - 2.6 * s], false),
        ([0.5 + 3.1 * s, 0.4], false),
    ] {
        assert_eq!(r.contains(&u), inside, "{u:?}");
        assert_eq!(r.score(&u, 1.0).is_some(), inside);
    }
    assert!((r.score(&[0.5 + 1.5 * s, 0.4 + 2.0 * s], 9.0).unwrap() - 2.0 / 3.0).abs() < 1e-12);
    let judged = r.judge(&[0.5 + s, 0.4 - 2.0 * s]);
    assert!(judged[0].0 == 3 && (judged[0].1 - 1.0).abs() < 1e-12 && judged[1].0 == 8);
    let share = r.share(4_000, 5);
    let truth = 35.0 * s * s;
    // Five standard errors; the interval itself is 95%.
    assert!(
        (share.share - truth).abs() < 5.0 * libm::sqrt(truth * (1.0 - truth) / 4_000.0),
        "{share:?}"
    );
    assert!(share.low < share.share && share.share < share.high);
    for (target, out) in share.alone {
        assert!((target == 3 || target == 8) && (out - 0.7).abs() < 0.04, "{out}");
    }
    // All 35 s² are 8.75% of the cube: rejection does.
    let sample = r.sample(300, 1, &InTurn).unwrap();
    assert!(sample.points.len() == 300 && sample.points.iter().all(|u| r.contains(u)));
    assert!(
        matches!(sample.how, How::Rejection { tries } if tries < 6_000),
        "{:?}",
        sample.how
    );
    assert!((sample.share / truth - 1.0).abs() < 0.35);
}

/// A ball of radius 0.2 in four dimensions, π²/2 · 0.2⁴ = 0.79% of the cube: found by levels. Half of its points are within 0.2 / 2^¼ of
/// the middle, half on each side of it in each direction (all within 5 standard errors, clumping allowed for by a factor of 2), and the
/// interval of its share holds the truth for at least 17 of 20 seeds (fewer than 17 of 20 at 95%: 1.6%).
#[test]
fn a_small_ball_is_filled_evenly() {
    let distance = |u: &[f64]| (u.iter().map(|v| (v - 0.4) * (v - 0.4)).sum::<f64>(), 0.0);
    let r = region(4, vec![aim(0, band(0.0, 0.04 / 3.0), distance)]);
    let truth = 0.5 * std::f64::consts::PI * std::f64::consts::PI * 0.0016;
    let mut held = 0;
    let mut logs = 0.0;
    for seed in 0..20 {
        let sample = r.sample(400, seed, &InTurn).unwrap();
        assert!(matches!(sample.how, How::Levels { .. }));
        assert!(sample.points.iter().all(|u| r.contains(u)));
        held += usize::from(sample.low < truth && truth < sample.high);
        logs += libm::log(sample.share / truth) / 20.0;
        if seed == 0 {
            let share = |inside: &dyn Fn(&[f64]) -> bool| {
                sample.points.iter().filter(|u| inside(u)).count() as f64 / 400.0
            };
            let near = 0.04 / std::f64::consts::SQRT_2;
            assert!((share(&|u| distance(u).0 < near) - 0.5).abs() < 0.18);
            for k in 0..4 {
                assert!((share(&|u| u[k] < 0.4) - 0.5).abs() < 0.18);
            }
        }
    }
    assert!(held >= 17, "{held} of 20");
    assert!(logs.abs() < 0.1, "{logs}");
}

/// Two thin slabs far apart, of sizes 1 : 1, within a third input's narrow band: both are found.
#[test]
fn separate_parts_are_both_found() {
    let r = region(
        5,
        vec![
            aim(0, band(0.09, 0.002), |u: &[f64]| {
                ((u[0] - 0.5) * (u[0] - 0.5), 0.0)
            }),
            aim(1, band(0.7, 0.005), |u: &[f64]| (u[1], 0.0)),
        ],
    );
    let sample = r.sample(500, 2, &InTurn).unwrap();
    assert!(matches!(sample.how, How::Levels { .. }));
    let left = sample.points.iter().filter(|u| u[0] < 0.5).count();
    assert!((150..350).contains(&left), "{left} of 500");
    for k in 2..5 {
        let mean = sample.points.iter().map(|u| u[k]).sum::<f64>() / 500.0;
        assert!((mean - 0.5).abs() < 0.09, "{mean}");
    }
}

#[test]
fn a_contradiction_is_said() {
    // The same outcome is to be 0.3 and 0.6, with deviations of 0.01: (0.6 - x)/3 = (x - 0.3)/2.5 at x = 0.43636, a score of 5.4545;
    // or the other way round, at 0.46364.
    let r = region(
        3,
        vec![
            aim(0, band(0.3, 0.01), |u: &[f64]| (u[0], 0.0)),
            aim(1, band(0.6, 0.01), |u: &[f64]| (u[0], 0.0)),
        ],
    );
    let Err(Why::Empty { nearest, score }) = r.sample(100, 1, &InTurn) else {
        panic!("nothing is left");
    };
    assert!(
        (score - 5.4545).abs() < 0.03 && ((nearest[0] - 0.45).abs() - 0.01364).abs() < 0.002,
        "{nearest:?} {score}"
    );
    let share = r.share(500, 1);
    assert!(share.inside == 0 && share.low < 1e-12 && share.high < 0.01);
}

#[test]
fn no_waves_leave_everything() {
    let r = Region {
        dimensions: 3,
        waves: Vec::new(),
    };
    assert!(r.contains(&[0.1, 0.2, 0.3]));
    assert_eq!(r.share(10, 1).share, 1.0);
    assert_eq!(r.sample(50, 1, &InTurn).unwrap().points.len(), 50);
}

#[test]
fn points_are_spread() {
    let line: Vec<Vec<f64>> = [0.0, 0.1, 0.45, 0.5, 0.9, 1.0].iter().map(|x| vec![*x]).collect();
    // The mean is 0.4917: 0.5 first, then the end further away, the other one, and 0.1 (0.1 away) before 0.9 (0.1) by order.
    assert_eq!(spread(&line, &[], 3), [3, 0, 5]);
    assert_eq!(spread(&line, &[vec![0.0]], 2), [5, 3]);
    assert_eq!(spread(&line, &[vec![0.0]], 99).len(), 6);
    assert!(spread(&[], &[], 3).is_empty());
}

#[test]
fn when_to_stop() {
    let blunt = [(0, 0.05), (1, 0.4)];
    assert_eq!(verdict(&[], &blunt, 3), Stop::Another);
    assert_eq!(verdict(&[0.9], &blunt, 3), Stop::Another);
    assert_eq!(verdict(&[0.5, 0.1], &blunt, 3), Stop::Another);
    assert_eq!(verdict(&[0.5, 0.1, 0.05], &blunt, 3), Stop::MostWaves);
    assert_eq!(verdict(&[0.5, 0.41], &blunt, 3), Stop::NoGain);
    assert_eq!(verdict(&[0.5, 0.1], &[(0, 0.05), (1, 0.09)], 3), Stop::Sharp);
    assert_eq!(verdict(&[0.5, 0.0], &blunt, 3), Stop::Empty);
}

/// A stochastic simulator of two outcomes of four inputs: two waves with emulators of noisy runs. The truth is never ruled out, the second
/// wave rules out more, and the quick decision is the one that all exact implausibilities give.
#[test]
fn two_waves_close_in_on_the_truth() {
    let truth = [0.3, 0.7, 0.5, 0.2];
    let outcome = |t: usize, u: &[f64]| match t {
        0 => 10.0 * u[0] + libm::sin(3.0 * u[1]),
        _ => 4.0 * u[1] * u[1] + u[0] + 0.5 * u[2],
    };
    let bands: Vec<Band> = (0..2).map(|t| band(outcome(t, &truth), 0.1)).collect();
    let mut r = Region {
        dimensions: 4,
        waves: Vec::new(),
    };
    let (mut x, mut shares) = (latin_hypercube(30, 4, 1), Vec::new());
    for wave in 0..2 {
        let aims = (0..2).map(|t| {
            let y: Vec<f64> = x
                .iter()
                .enumerate()
                .map(|(i, u)| outcome(t, u) + 0.2 * normal(10 + t as u64, wave, i as u32))
                .collect();
            let e = Arc::new(Emulator::fit(&x, &y, &vec![0.04; x.len()]).unwrap());
            aim(t, bands[t], e)
        });
        r.waves.push(Wave {
            aims: aims.collect(),
            cut: Cut::default(),
        });
        assert!(r.contains(&truth));
        let sample = r.sample(200, wave, &InTurn).unwrap();
        shares.push(sample.share);
        x.extend(
            spread(&sample.points, &x, 20)
                .iter()
                .map(|i| sample.points[*i].clone()),
        );
        assert!(
            sharpness(&r, &sample.points)
                .iter()
                .all(|(_, s)| *s > 0.0 && *s < 30.0)
        );
    }
    assert!(
        shares[0] < 0.35 && shares[1] < 0.8 * shares[0] && shares[1] > 0.003,
        "{shares:?}"
    );
    for (i, u) in latin_hypercube(400, 4, 9).iter().enumerate() {
        let exact = r.waves.iter().all(|w| {
            let mut all: Vec<f64> = w.aims.iter().map(|a| a.implausibility(u)).collect();
            all.sort_by(f64::total_cmp);
            all[1] <= 3.0 && all[0] <= 2.5
        });
        assert_eq!(r.contains(u), exact, "point {i}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_in_any_order() {
    let distance = |u: &[f64]| (u.iter().map(|v| (v - 0.4) * (v - 0.4)).sum::<f64>(), 0.0);
    let r = region(4, vec![aim(0, band(0.0, 0.04 / 3.0), distance)]);
    let a = r.sample(100, 7, &InTurn).unwrap();
    let b = r.sample(100, 7, &Backwards).unwrap();
    assert_eq!(a, b);
    assert_ne!(a.points, r.sample(100, 8, &InTurn).unwrap().points);
    assert_eq!(
        (a.points[17][2].to_bits(), a.share.to_bits()),
        (4_600_817_408_815_336_078, 4_573_915_829_552_507_343)
    );
}
