//! Games whose Shapley values are known, the axioms, and the errors of both kinds.

use proptest::prelude::*;

use super::*;
use crate::stats::normal_quantile;

fn sure(x: f64) -> Result<Value, Missing> {
    Ok(Value {
        value: x,
        pseudo: vec![x; 3],
    })
}

fn played(design: &Design, v: impl Fn(Coalition) -> f64) -> Attribution {
    let values: Vec<_> = design.coalitions().iter().map(|&s| sure(v(s))).collect();
    design.analyse(&values).expect("every coalition has a value")
}

fn phi(a: &Attribution) -> Vec<f64> {
    a.shares.iter().map(|s| s.phi.value().expect("a value")).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 1e-12, "{found:?} is not {expected:?}");
    }
}

/// One left glove, two right ones, a pair is worth 1: 2/3, 1/6, 1/6.
#[test]
fn the_glove_game() {
    let v = |s: Coalition| f64::from(u8::from(s & 1 == 1 && s & 6 != 0));
    let a = played(&Design::exact(3), v);
    close(&phi(&a), &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]);
    assert!(a.residue().abs() < 1e-15);
    // By hand, for left and one right (the third is in S or not): (1 - 0 - 0 + 0)/2 + (1 - 1 - 0 + 0)/2 = 1/2; for the two
    // right ones: 0 without the left, 1 - 1 - 1 + 0 = -1 with it, half of that.
    let index = |i, j| {
        let found = a
            .interactions
            .iter()
            .find(|x| x.players == (i, j))
            .expect("all pairs");
        found.index.value().expect("a value")
    };
    close(&[index(0, 1), index(0, 2), index(1, 2)], &[0.5, 0.5, -0.5]);
}

/// Runways of cost 8, 11, 13 and 18: 2, 3, 4, 9. S. C. Littlechild and G. Owen (Management Science 20 (1973) 370-372): each
/// stretch of runway is paid in equal parts by those who need it.
#[test]
fn the_airport_game() {
    let costs = [8.0, 11.0, 13.0, 18.0];
    let v = |s: Coalition| {
        (0..4)
            .filter(|j| s >> j & 1 == 1)
            .map(|j| costs[j])
            .fold(0.0, f64::max)
    };
    close(&phi(&played(&Design::exact(4), v)), &[2.0, 3.0, 4.0, 9.0]);
}

/// The airport of 100 aircraft of Castro, Gómez and Tejada (2009): 10 costs, and the values they print.
#[test]
fn the_airport_of_a_hundred_by_sampling() {
    let kinds = [8, 12, 6, 14, 8, 9, 13, 10, 10, 10];
    let printed = [
        0.01,
        0.020869565,
        0.033369565,
        0.046883079,
        0.063549745,
        0.082780515,
        0.106036329,
        0.139369662,
        0.189369662,
        0.289369662,
    ];
    let kind: Vec<usize> = (0..10).flat_map(|i| vec![i; kinds[i]]).collect();
    let v = |s: Coalition| match 128 - s.leading_zeros() {
        0 => 0.0,
        highest => (kind[highest as usize - 1] + 1) as f64,
    };
    let design = Design::sampled(100, 400, 7);
    let a = played(&design, v);
    assert!(a.residue().abs() < 1e-9, "every order shares out the whole");
    // The mean over the aircraft of a kind, against its standard error by orders; aircraft of a kind are correlated, so theirs
    // are added as if they went together. 10 means: four standard errors are exceeded by chance once in 1,500.
    let found = phi(&a);
    for (i, expected) in printed.iter().enumerate() {
        let members: Vec<usize> = (0..100).filter(|&j| kind[j] == i).collect();
        let n = members.len() as f64;
        let mean = members.iter().map(|&j| found[j]).sum::<f64>() / n;
        let error = members
            .iter()
            .filter_map(|&j| a.shares[j].order_error)
            .sum::<f64>()
            / n;
        assert!(
            (mean - expected).abs() < 4.0 * error,
            "{i}: {mean} ± {error}, {expected}"
        );
        assert!(error < 0.25 * expected + 0.01, "{i}: {error}");
    }
}

/// Unanimity game of T (worth 1 as soon as all of T are on): 1/|T| each, and for two of T the index 1/(|T| - 1)
/// (Grabisch and Roubens 1999).
#[test]
fn unanimity_games() {
    for size in 2..=4u32 {
        let t: Coalition = (1 << size) - 1;
        let a = played(&Design::exact(5), |s| f64::from(u8::from(s & t == t)));
        let expected: Vec<f64> = (0..5)
            .map(|j| if j < size { 1.0 / f64::from(size) } else { 0.0 })
            .collect();
        close(&phi(&a), &expected);
        for x in &a.interactions {
            let inside = (x.players.1 as u32) < size;
            let expected = if inside { 1.0 / f64::from(size - 1) } else { 0.0 };
            assert!((x.index.value().expect("a value") - expected).abs() < 1e-12);
        }
    }
}

/// An order and its reverse: whatever is made of single players and pairs is shared out exactly.
#[test]
fn one_pair_of_orders_is_exact_without_higher_interactions() {
    let v = |s: Coalition| {
        let on = |j: usize| s >> j & 1 == 1;
        let mut sum = 0.0;
        for i in (0..14).filter(|&i| on(i)) {
            sum += (i as f64) - 3.0;
            sum += (0..i)
                .filter(|&j| on(j))
                .map(|j| ((i * j) % 5) as f64 - 1.0)
                .sum::<f64>();
        }
        sum
    };
    let exact = phi(&played(&Design::exact(14), v));
    let sampled = phi(&played(&Design::sampled(14, 1, 3), v));
    for (a, b) in exact.iter().zip(sampled) {
        assert!((a - b).abs() < 1e-9);
    }
}

/// The interval by orders of a game with strong interactions covers the exact value: 400 designs of 24 pairs, 6 players, each at 95%.
/// Pairs of designs differ by their seed alone; the share of 2,400 intervals (clustered by design) must lie within 0.93 and 0.97.
#[test]
fn intervals_by_orders_cover() {
    let v = |s: Coalition| {
        let bits = s.count_ones();
        let product = if s & 0b111 == 0b111 { 5.0 } else { 0.0 };
        product + f64::from(bits * bits * bits) / 20.0 + if s & 0b101000 == 0b100000 { 2.0 } else { 0.0 }
    };
    let exact = phi(&played(&Design::exact(6), v));
    let (mut covered, mut all) = (0, 0);
    for seed in 0..400 {
        let a = played(&Design::sampled(6, 24, seed), v);
        for (share, truth) in a.shares.iter().zip(&exact) {
            let Some((low, high)) = share.interval else {
                continue;
            };
            covered += u32::from(low <= *truth && *truth <= high);
            all += 1;
        }
    }
    let share = f64::from(covered) / f64::from(all);
    assert!((0.93..=0.97).contains(&share), "{share} of {all}");
}

/// Interval by replications: an additive game seen through noise that all coalitions of a replication share in part. 500
/// macro-runs of 12 replications and 3 players: the share of covering intervals has a standard error of about 0.006.
#[test]
fn intervals_by_replications_cover() {
    let design = Design::exact(3);
    let key = name_key(&["noise"]);
    let truth = [1.0, -0.5, 0.0];
    let (mut covered, mut all) = (0, 0);
    for run in 0..500 {
        let values: Vec<_> = design
            .coalitions()
            .iter()
            .map(|&s| {
                let pseudo: Vec<f64> = (0..12)
                    .map(|r| {
                        let z = |a: u32| normal_quantile(Draws::new(run, r).uniform(key, 0, a, 0));
                        let own: f64 = (0..3)
                            .filter(|j| s >> j & 1 == 1)
                            .map(|j| truth[j] * (1.0 + z(j as u32)))
                            .sum();
                        own + 3.0 * z(7) + 0.5 * z(8 + s as u32)
                    })
                    .collect();
                let value = pseudo.iter().sum::<f64>() / 12.0;
                Ok(Value { value, pseudo })
            })
            .collect();
        let a = design.analyse(&values).expect("values");
        assert!(a.residue().abs() < 1e-12);
        for (share, truth) in a.shares.iter().zip(truth) {
            let (low, high) = share.interval.expect("it varies");
            covered += u32::from(low <= truth && truth <= high);
            all += 1;
        }
    }
    let share = f64::from(covered) / f64::from(all);
    assert!((0.93..=0.97).contains(&share), "{share}");
}

#[test]
fn both_errors_are_told_apart_and_together() {
    let design = Design::sampled(3, 5, 1);
    let values: Vec<_> = (design.coalitions().iter())
        .map(|&s| {
            let v = if s == 7 { 1.0 } else { 0.0 } + f64::from(u8::from(s & 1 == 1 && s & 2 == 0));
            let pseudo = vec![v - 0.02 * s as f64, v + 0.02 * s as f64, v];
            Ok(Value { value: v, pseudo })
        })
        .collect();
    let a = design.analyse(&values).expect("values");
    for share in &a.shares {
        let (low, high) = share.interval.expect("an interval");
        let alone = share
            .phi
            .high()
            .zip(share.phi.low())
            .map(|(h, l)| h - l)
            .expect("it varies");
        match share.order_error {
            Some(e) if e > 0.0 => assert!(high - low > alone),
            _ => assert!((high - low - alone).abs() < 1e-12),
        }
    }
    assert!(design.order_precision(std::slice::from_ref(&a), 3) > design.order_precision(&[a], 1));
}

#[test]
fn a_missing_coalition_is_said() {
    let mut values: Vec<_> = (0..4).map(|s| sure(f64::from(s))).collect();
    values[2] = Err(Missing::NotReached);
    assert_eq!(Design::exact(2).analyse(&values), Err(Missing::NotReached));
}

#[test]
fn a_larger_sample_begins_with_the_smaller() {
    let (small, large) = (Design::sampled(15, 3, 9), Design::sampled(15, 5, 9));
    assert_eq!(
        small.orders.as_ref().unwrap()[..],
        large.orders.as_ref().unwrap()[..6]
    );
    assert!(small.coalitions().iter().all(|s| large.coalitions().contains(s)));
    assert_eq!(
        (large.coalitions()[0], *large.coalitions().last().unwrap()),
        (0, (1 << 15) - 1)
    );
    assert_ne!(small, Design::sampled(15, 3, 10));
}

#[test]
fn no_player_and_one() {
    let a = played(&Design::exact(0), |_| 4.0);
    assert_eq!((a.whole.value(), a.shares.len()), (Some(0.0), 0));
    let a = played(&Design::exact(1), |s| 4.0 + s as f64);
    assert_eq!(phi(&a), [1.0]);
    let part = a.shares[0].of_whole.expect("the whole is certain");
    assert_eq!(part.value(), Some(1.0));
}

fn any_game() -> impl Strategy<Value = (usize, Vec<f64>)> {
    (1usize..6).prop_flat_map(|k| (Just(k), prop::collection::vec(-10.0..10.0f64, 1 << k)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_whole_is_shared_out((k, v) in any_game()) {
        for design in [Design::exact(k), Design::sampled(k, 3, 5)] {
            let a = played(&design, |s| v[s as usize]);
            prop_assert!(a.residue().abs() < 1e-9);
        }
    }

    /// A player that changes nothing gets nothing, exactly, and takes part in no interaction.
    #[test]
    fn a_null_player_gets_nothing((k, v) in any_game(), null in 0usize..6) {
        let null = null % k;
        let a = played(&Design::exact(k), |s| v[(s & !(1 << null)) as usize]);
        prop_assert_eq!(a.shares[null].phi.value(), Some(0.0));
        for x in a.interactions.iter().filter(|x| x.players.0 == null || x.players.1 == null) {
            prop_assert!(x.index.value().unwrap().abs() < 1e-12);
        }
    }

    #[test]
    fn equal_players_get_the_same((k, v) in any_game()) {
        prop_assume!(k >= 2);
        // v made symmetric in players 0 and 1.
        let swap = |s: Coalition| (s & !3) | (s & 1) << 1 | (s >> 1 & 1);
        let a = played(&Design::exact(k), |s| v[s as usize] + v[swap(s) as usize]);
        let phi = phi(&a);
        prop_assert!((phi[0] - phi[1]).abs() < 1e-9);
    }

    /// The mean over all orders, counted out.
    #[test]
    fn the_formula_is_the_mean_over_orders((k, v) in any_game()) {
        let mut orders: Vec<Vec<usize>> = vec![vec![]];
        for _ in 0..k {
            orders = orders.iter().flat_map(|o| {
                (0..k).filter(|j| !o.contains(j)).map(|j| [o.clone(), vec![j]].concat()).collect::<Vec<_>>()
            }).collect();
        }
        let found = phi(&played(&Design::exact(k), |s| v[s as usize]));
        for (j, found) in found.iter().enumerate() {
            let sum: f64 = orders.iter().map(|o| {
                let before = step(o, j);
                v[(before | 1 << j) as usize] - v[before as usize]
            }).sum();
            prop_assert!((sum / orders.len() as f64 - found).abs() < 1e-9);
        }
    }
}
