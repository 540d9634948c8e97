//! Identification on posteriors whose shape is known.

use super::axis::{Axis, Scale};
use super::each::InTurn;
use super::identify::{Edge, Known, identify};
use super::posterior::tempered;
use super::tests_tools::normal;
use crate::random::Draws;

fn axes(d: usize) -> Vec<Axis> {
    (0..d)
        .map(|k| Axis {
            name: format!("p{k}"),
            low: 0.5,
            high: 2.0,
            scale: if k == 0 { Scale::Log } else { Scale::Linear },
        })
        .collect()
}

fn uniform(n: usize, d: usize) -> Vec<Vec<f64>> {
    let draws = Draws::new(4, 4);
    (0..n)
        .map(|i| (0..d).map(|k| draws.uniform(i as u64, 7, k as u32, 0)).collect())
        .collect()
}

/// Only the sum of the first two matters, the third is known well, the fourth hardly at all, the fifth not: just that is reported.
#[test]
fn a_ridge_is_known_only_as_a_sum() {
    let likelihood = |u: &[f64]| {
        let (a, b, c) = (
            (u[0] + u[1] - 1.0) / 0.05,
            (u[2] - 0.3) / 0.03,
            (u[3] - 0.5) / 0.19,
        );
        -0.5 * (a * a + b * b + c * c)
    };
    let p = tempered(&likelihood, uniform(1_000, 5), 9, &InTurn).unwrap();
    let found = identify(&axes(5), &p.draws, p.effective);
    let known: Vec<Known> = found.parameters.iter().map(|p| p.known).collect();
    assert_eq!(
        known,
        [
            Known::Not,
            Known::Not,
            Known::Identified,
            Known::Partly,
            Known::Not
        ],
        "{found:?}"
    );
    let [pair] = &found.pairs[..] else {
        panic!("one pair: {:?}", found.pairs)
    };
    assert!((pair.a, pair.b) == (0, 1) && pair.only_combination && pair.correlation < -0.95);
    assert!(pair.contraction > 0.95 && pair.low > 0.9);
    assert_eq!(found.pinned, 2);
    let sum = &found.directions[1].weights;
    assert!(
        (sum[0] - 0.707).abs() < 0.05 && (sum[1] - 0.707).abs() < 0.05,
        "{sum:?}"
    );
    assert!(found.parameters.iter().all(|p| p.edge.is_none()));
    // The first, on a logarithmic axis, keeps its middle near 1.
    assert!((found.parameters[0].posterior[1] - 1.0).abs() < 0.1);
    assert_eq!(found.parameters[0].prior, (0.5, 2.0));
}

/// Draws of the prior itself: nothing is learnt, whatever the number of dimensions; nothing is named.
#[test]
fn nothing_learnt_is_nothing_said() {
    for (n, d) in [(200, 20), (1_000, 8)] {
        let found = identify(&axes(d), &uniform(n, d), n as f64);
        assert!(
            found
                .parameters
                .iter()
                .all(|p| p.known == Known::Not && p.edge.is_none())
        );
        assert!(found.pairs.is_empty() && found.pinned == 0);
        // 1 - contraction has standard error sqrt(0.8/n).
        assert!(
            found
                .parameters
                .iter()
                .all(|p| p.contraction.abs() < 5.0 * libm::sqrt(0.8 / n as f64))
        );
    }
}

/// A posterior with exactly half the prior's deviation has contraction 0.75: with few effective draws that is not shown, and with a
/// little less deviation and many it is.
#[test]
fn few_draws_show_less() {
    let at = |deviation: f64| -> Vec<Vec<f64>> {
        (0..2_000)
            .map(|i| vec![0.5 + deviation * libm::sqrt(1.0 / 12.0) * normal(3, i, 0)])
            .collect()
    };
    let axes = axes(1);
    let known = |deviation: f64, n: f64| identify(&axes, &at(deviation), n).parameters[0].known;
    assert_eq!(known(0.5, 50.0), Known::Partly);
    assert_eq!(known(0.45, 2_000.0), Known::Identified);
    assert_eq!(known(0.45, 20.0), Known::Partly);
    assert_eq!(known(0.9, 2_000.0), Known::Not);
}

#[test]
fn piling_up_at_an_end_is_noticed() {
    let draws: Vec<Vec<f64>> = uniform(500, 2)
        .iter()
        .map(|u| vec![u[0] * u[0] * u[0], 1.0 - u[1] * u[1] * u[1]])
        .collect();
    let found = identify(&axes(2), &draws, 500.0);
    assert_eq!(found.parameters[0].edge, Some(Edge::Low));
    assert_eq!(found.parameters[1].edge, Some(Edge::High));
}
