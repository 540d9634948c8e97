//! Tipping points by hand, and by macro-runs of curves that turn where they are known to.

use super::chance::Chance;
use super::tipping::*;
use crate::stats::Missing;

fn turn(t: &Tipping) -> (f64, Option<f64>, Option<f64>) {
    match t.verdict {
        Verdict::Turns { at, low, high, .. } => (at, low, high),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn by_hand_on_two_values() {
    // Two replications, at 0: 3 and 5; at 1: -4 and -4. Means 4 and -4, so it turns at 1/2.
    let scan = tipping(
        &[0.0, 1.0],
        &[vec![3.0, 5.0], vec![-4.0, -4.0]],
        None,
        Scale::Linear,
    )
    .unwrap();
    assert_eq!(scan.crossings, vec![0.5]);
    // mean 4 - 8u, s² = 2 (1-u)², c² = 12.706² / 2: |4 - 8u| <= 12.706 (1 - u): from 0 on, and up to where
    // 8u - 4 = 12.706 - 12.706 u, u = 16.706 / 20.706. The curve is not told from 0 at 0, so it is one-sided; and two
    // replications do not tell that it depends on the value either.
    let (low, high) = scan.compatible[0];
    assert_eq!(low, 0.0);
    assert!((high - 16.706_2 / 20.706_2).abs() < 1e-5, "{high}");
    assert_eq!(scan.verdict, Verdict::NoDependence);
}

#[test]
fn exact_zero_at_a_value_stays_exact() {
    let values = [0.25, 0.5, 1.0, 2.0];
    let x: Vec<Vec<f64>> = [3.0, 1.0, 0.0, -2.0]
        .iter()
        .map(|m| (0..6).map(|r| m * (1.0 + 0.1 * f64::from(r))).collect())
        .collect();
    let scan = tipping(&values, &x, None, Scale::Log).unwrap();
    assert_eq!(scan.crossings, vec![1.0]);
    assert_eq!(scan.compatible, vec![(1.0, 1.0)]);
    assert_eq!(turn(&scan), (1.0, Some(1.0), Some(1.0)));
    assert_eq!(scan.curve[2].difference.why_missing(), Some(Missing::NoVariation));
}

#[test]
fn what_never_turns_turns_often_or_is_nothing_is_said() {
    let around = |means: &[f64], spread: f64| -> Vec<Vec<f64>> {
        means
            .iter()
            .map(|m| (0..5).map(|r| m + spread * (f64::from(r) - 2.0)).collect())
            .collect()
    };
    let values = [0.5, 1.0, 2.0];
    let of = |means: &[f64], spread| tipping(&values, &around(means, spread), None, Scale::Log).unwrap();
    assert_eq!(
        of(&[1.0, 2.0, 3.0], 0.1).verdict,
        Verdict::Never { positive: true }
    );
    assert_eq!(
        of(&[-0.1, -2.0, -3.0], 0.5).verdict,
        Verdict::NotExcluded { positive: false }
    );
    assert_eq!(of(&[0.0; 3], 0.0).verdict, Verdict::Identical);
    assert_eq!(of(&[1.0; 3], 0.4).verdict, Verdict::NoDependence);
    assert!(matches!(of(&[1.0, -1.0, 1.0], 0.1).verdict, Verdict::TurnsOften(at) if at.len() == 2));
    assert!(tipping(&[1.0, 1.0], &around(&[1.0, 2.0], 0.1), None, Scale::Log).is_err());
    assert!(tipping(&[0.0, 1.0], &around(&[1.0, 2.0], 0.1), None, Scale::Log).is_err());
    assert!(tipping(&[1.0], &around(&[1.0], 0.1), None, Scale::Log).is_err());
}

#[test]
fn a_grid_has_its_ends_and_even_steps() {
    let g = grid(0.2, 2.0, 5, Scale::Log);
    assert_eq!((g[0], g[4], g.len()), (0.2, 2.0, 5));
    assert!(
        g.windows(2)
            .all(|w| (w[1] / w[0] - libm::pow(10.0, 0.25)).abs() < 1e-12)
    );
}

/// 4,000 macro-runs of a line that turns at 0.8 (in the logarithm), with shared and own noise: the interval holds it in 95%
/// (standard error 0.34 points), and a flat line is called dependent in at most 5%.
#[test]
fn intervals_cover_and_flat_lines_are_rarely_called_dependent() {
    const RUNS: u32 = 4_000;
    let values = grid(0.2, 2.0, 7, Scale::Log);
    let table = |run: u32, slope: f64, level: f64| -> Vec<Vec<f64>> {
        let chance = Chance::new(4, "tipping").round(run);
        (values.iter().enumerate())
            .map(|(g, v)| {
                (0..8)
                    .map(|r| {
                        let own = chance.normal(2, g as u32 * 100 + r);
                        level - slope * libm::log(v / 0.8) + 0.6 * chance.normal(1, r) + 0.3 * own
                    })
                    .collect()
            })
            .collect()
    };
    for slope in [0.3, 2.0] {
        let (mut held, mut told, mut centre) = (0, 0, 0.0);
        for run in 0..RUNS {
            let scan = tipping(&values, &table(run, slope, 0.0), None, Scale::Log).unwrap();
            held += u32::from(scan.compatible.iter().any(|p| p.0 <= 0.8 && 0.8 <= p.1));
            if let Verdict::Turns { at, .. } = scan.verdict {
                told += 1;
                centre += libm::log(at / 0.8);
            }
        }
        let held = f64::from(held) / f64::from(RUNS);
        let centre = centre / f64::from(told);
        println!(
            "slope {slope}: coverage {held}, single turn in {told}, mean error of its logarithm {centre}"
        );
        assert!((0.936..=0.964).contains(&held), "slope {slope}: {held}");
        assert!(slope < 1.0 || centre.abs() < 0.02, "slope {slope}: {centre}");
    }
    let active = (0..RUNS)
        .map(|run| tipping(&values, &table(run, 0.0, 0.5), None, Scale::Log).unwrap())
        .filter(|scan| scan.verdict != Verdict::NoDependence)
        .count();
    let active = active as f64 / f64::from(RUNS);
    println!("a flat line is called dependent in {active}");
    assert!((0.005..0.05).contains(&active), "{active}");
}

/// The same line with 40 replications at one more point: narrower, and still 95% (4,000 macro-runs).
#[test]
fn a_long_run_of_the_centre_sharpens_it_and_still_covers() {
    const RUNS: u32 = 4_000;
    let values = grid(0.2, 2.0, 7, Scale::Log);
    let (mut held, mut width) = ([0u32; 2], [0.0; 2]);
    for run in 0..RUNS {
        let chance = Chance::new(5, "tipping").round(run);
        let shared: Vec<f64> = (0..40).map(|r| 0.6 * chance.normal(1, r)).collect();
        let row = |level: f64, n: u32, kind: u16| -> Vec<f64> {
            (0..n)
                .map(|r| level + shared[r as usize] + 0.2 * chance.normal(kind, r))
                .collect()
        };
        let level = |v: f64| -libm::log(v / 0.8);
        let x: Vec<Vec<f64>> = values
            .iter()
            .enumerate()
            .map(|(g, v)| row(level(*v), 8, 10 + g as u16))
            .collect();
        let centre = row(0.4, 40, 2);
        for (i, with) in [None, Some(centre.as_slice())].into_iter().enumerate() {
            let scan = tipping(&values, &x, with, Scale::Log).unwrap();
            held[i] += u32::from(scan.compatible.iter().any(|p| p.0 <= 0.8 && 0.8 <= p.1));
            width[i] += scan.compatible.iter().map(|p| libm::log(p.1 / p.0)).sum::<f64>() / f64::from(RUNS);
        }
    }
    let held = held.map(|h| f64::from(h) / f64::from(RUNS));
    println!("coverage without and with the centre {held:?}, width {width:?}");
    assert!(held.iter().all(|h| (0.936..=0.97).contains(h)), "{held:?}");
    assert!(width[1] < 0.7 * width[0], "{width:?}");
}

/// Noise that grows with the value hides the slope; that it is better at one end and worse at the other is told all the same.
#[test]
fn a_turn_is_told_where_noise_at_one_end_hides_the_slope() {
    let x = vec![
        vec![1.0, 1.1, 0.9, 1.05],
        vec![-1.0, -1.1, -0.9, -1.05],
        vec![-4.0, -90.0, -8.0, -2.0],
    ];
    let scan = tipping(&[1.0, 2.0, 3.0], &x, None, Scale::Linear).unwrap();
    assert!(
        matches!(
            scan.verdict,
            Verdict::Turns {
                positive_below: true,
                ..
            }
        ),
        "{:?}",
        scan.verdict
    );
}

#[test]
fn a_centre_never_spoils_an_exact_zero() {
    let x = vec![vec![1.0, 1.2, 0.8], vec![0.0; 3], vec![-1.0, -1.3, -0.9]];
    let centre: Vec<f64> = (0..12).map(|r| 0.3 + 0.1 * f64::from(r % 4)).collect();
    let scan = tipping(&[0.5, 1.0, 2.0], &x, Some(&centre), Scale::Log).unwrap();
    assert_eq!(scan.crossings, vec![1.0]);
    assert!(scan.compatible.contains(&(1.0, 1.0)), "{:?}", scan.compatible);
}
