//! Tables with nothing in them to estimate by go through every analysis: zeros, equal values, single replications, empty rows.
//!
//! Whatever comes out is finite or says why it is absent, and no interval has width 0 unless it says that nothing varies. That
//! is looked for in everything a result holds, by its `Debug` text, so that a field added later is looked at too.

use super::chance::Chance;
use super::history::Band;
use super::looks::Looks;
use super::nested::Crossed;
use super::shapley::{Design, Value};
use super::systems::Level;
use super::tests_tools::Made;
use super::tipping::{Scale, tipping};
use super::{
    antithetic, better, control_variates, crossed, emulator, morris, mser, ocba, pareto, predictive,
    selection, sizing, sobol, tornado, turning, voi, welch,
};
use crate::stats::{Estimate, LEVEL, Missing};
use proptest::prelude::*;

/// Values that make trouble: nothing, all the same, one among many, very large beside very small.
fn table(rows: usize, columns: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
    let value = prop_oneof![
        4 => Just(0.0),
        2 => Just(1.0),
        1 => Just(-1.0),
        1 => Just(1e9),
        1 => Just(1e-9),
        1 => Just(0.1 + 0.2),
        1 => -1e3..1e3,
    ];
    let constant = value.clone().prop_map(move |x| vec![vec![x; columns]; rows]);
    let by_row = prop::collection::vec(value.clone(), rows)
        .prop_map(move |xs| xs.into_iter().map(|x| vec![x; columns]).collect());
    let by_column = prop::collection::vec(value.clone(), columns).prop_map(move |xs| vec![xs; rows]);
    let any = prop::collection::vec(prop::collection::vec(value, columns), rows);
    prop_oneof![2 => constant, 2 => by_row, 2 => by_column, 4 => any]
}

fn tables() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1..6usize, 1..6usize).prop_flat_map(|(rows, columns)| table(rows, columns))
}

/// Fails where the text of a result has a number that is none.
fn finite(what: &str, result: &impl std::fmt::Debug) -> Result<(), TestCaseError> {
    let text = format!("{result:?}");
    prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{what}: {text}");
    Ok(())
}

fn honest(what: &str, e: &Estimate) -> Result<(), TestCaseError> {
    finite(what, e)?;
    let interval = e.low().zip(e.high());
    prop_assert_eq!(interval.is_none(), e.why_missing().is_some(), "{}: {:?}", what, e);
    if let Some((low, high)) = interval {
        prop_assert!(low < high, "{what}: {e:?}");
    }
    Ok(())
}

fn wide(what: &str, interval: Option<(f64, f64)>) -> Result<(), TestCaseError> {
    finite(what, &interval)?;
    prop_assert!(
        interval.is_none_or(|(low, high)| low < high),
        "{what}: {interval:?}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Analyses of single series and of tables by row.
    #[test]
    fn series_and_tables(y in tables(), bound in -1.0..1.0f64) {
        let row = &y[0];
        let level = Level::of(row);
        finite("level", &level)?;
        wide("level", level.interval(0.05))?;
        finite("p", &[level.p_above(bound), level.p_below(bound)])?;
        if let Some(last) = y.last() {
            finite("difference", &Level::of_difference(row, last))?;
        }
        honest("over replications", &crossed::over_replications(row))?;
        let found = crossed::Crossed::of(&y);
        finite("crossed", &found)?;
        honest("crossed", &found.estimate())?;
        finite("crossed", &(found.p_above(bound), found.true_spread(), found.noise_share()))?;
        finite("antithetic", &antithetic::factor(row))?;
        finite("mser", &mser::mser(row, 1))?;
        let many: Vec<f64> = (0..40).map(|i| row[i % row.len()]).collect();
        finite("mser", &(mser::mser5(&many), mser::objectives(&many, 5)))?;
        let smooth = welch::moving_average(&many, welch::usual_window(many.len()));
        finite("welch", &(welch::settled(&many, &smooth), smooth))?;
        let others: Vec<&[f64]> = y.iter().skip(1).map(Vec::as_slice).collect();
        let means = vec![0.5; others.len()];
        let value = row.iter().sum::<f64>() / row.len() as f64;
        if let Some(found) = control_variates::control(value, row, &others, &means) {
            finite("control variates", &found)?;
            prop_assert!(found.standard_error > 0.0 || !found.is_worth_it(), "{found:?}");
        }
        let settings: Vec<&[f64]> = y.iter().skip(1).map(Vec::as_slice).collect();
        let bar = tornado::bar(row, &settings);
        finite("tornado", &bar)?;
        honest("tornado", &bar.width)?;
        for change in &bar.changes {
            honest("tornado", change)?;
        }
        let levels: Vec<turning::Level> =
            y.iter().enumerate().map(|(i, d)| turning::Level { x: i as f64, d: d.clone() }).collect();
        finite("crossings", &turning::crossings(&levels))?;
    }

    /// Draws from priors by replications.
    #[test]
    fn priors(y in tables(), seed in 0..9u64) {
        match Crossed::of(&y) {
            Err(why) => prop_assert!(matches!(why, Missing::OneReplication | Missing::Unstable)),
            Ok(c) => {
                honest("expected", &c.expected())?;
                let (parameter, chance) = (c.parameter_deviation(), c.chance_deviation());
                finite("deviations", &(parameter, chance, c.parameter_share(), c.shrunk(), c.over_priors()))?;
                if !c.constant() {
                    prop_assert!(parameter.low < parameter.high || parameter.value == 0.0, "{parameter:?} {y:?}");
                }
            }
        }
        match better::probability_better(&y, None, seed, 50) {
            Err(why) => prop_assert!(matches!(why, Missing::OneReplication | Missing::Unstable | Missing::NoVariation)),
            Ok(found) => {
                finite("better", &found)?;
                prop_assert!(found.low <= found.p && found.p <= found.high, "{found:?}");
            }
        }
        let values: Vec<f64> = (1..=y.len()).map(|i| i as f64).collect();
        for scale in [Scale::Linear, Scale::Log] {
            if let Ok(found) = tipping(&values, &y, None, scale) {
                finite("tipping", &found)?;
                for at in &found.curve {
                    honest("tipping", &at.difference)?;
                }
            }
        }
        let arms: Vec<Vec<Vec<f64>>> = vec![vec![vec![0.0; y[0].len()]; y.len()], y.clone()];
        let groups = vec![(0..y.len()).map(|i| vec![i as f64 / y.len() as f64]).collect::<Vec<_>>()];
        if let Ok(found) = voi::value_of_information(&arms, &groups, seed, 20) {
            finite("value of information", &found)?;
        }
    }

    /// Sensitivity: trajectories, Sobol' designs and emulators of outcomes that hardly vary.
    #[test]
    fn sensitivity(y in table(2 * (2 + 1), 2), many in table(32, 2), one in table(32, 1), seed in 0..9u64) {
        let points = morris::trajectories(2, 2, 4, seed);
        let steps = morris::steps(&points, 2).expect("what it made it can read");
        for found in morris::screen(&steps, 2, &y) {
            finite("morris", &found)?;
            honest("morris", &found.mu)?;
            honest("morris", &found.mu_star)?;
            wide("morris", found.sigma_interval)?;
        }
        for outcomes in [&many, &one] {
            if let Some(found) = sobol::indices(2, outcomes, seed) {
                finite("sobol", &found)?;
                for factor in &found.factors {
                    honest("sobol", &factor.first)?;
                    honest("sobol", &factor.total)?;
                }
                honest("sobol", &found.additive)?;
            }
        }
        let chance = Chance::new(seed, "edges");
        let x: Vec<Vec<f64>> = (0..12).map(|i| vec![chance.uniform(1, i), chance.uniform(2, i)]).collect();
        let means: Vec<f64> = many[..12].iter().map(|row| row[0]).collect();
        for noise in [0.0, 1e-6, 1.0] {
            if let Ok(found) = emulator::Emulator::fit(&x, &means, &[noise; 12]) {
                finite("emulator", &(found.predict(&[0.5, 0.5]), found.activity(), found.left_out()))?;
            }
        }
    }

    /// Attribution of a whole that may be nothing.
    #[test]
    fn attribution(y in table(8, 3), absent in 0..16usize) {
        let design = Design::exact(3);
        let values: Vec<Result<Value, Missing>> = y.iter().enumerate().map(|(i, pseudo)| {
            if i == absent {
                return Err(Missing::NobodyAtRisk);
            }
            Ok(Value { value: pseudo.iter().sum::<f64>() / 3.0, pseudo: pseudo.clone() })
        }).collect();
        match design.analyse(&values) {
            Err(why) => prop_assert!(absent < 8 && why == Missing::NobodyAtRisk),
            Ok(found) => {
                finite("attribution", &found)?;
                honest("attribution", &found.whole)?;
                for share in &found.shares {
                    honest("attribution", &share.phi)?;
                    wide("attribution", share.interval)?;
                    if let Some(e) = &share.of_whole {
                        honest("attribution", e)?;
                    }
                }
            }
        }
    }

    /// Choosing among identical or empty systems ends within its budget and proves nothing.
    #[test]
    fn choosing(y in table(3, 4), larger: bool, target in -1.0..1.0f64) {
        let systems = || Made::new(3, |i: usize, r: u64| vec![y[i][r as usize % 4]]);
        for variance in [selection::Variance::FirstStage, selection::Variance::Updated] {
            let ask = selection::Selection {
                variance, indifference: 0.5, alpha: 0.05, first: 4, step: 4, budget: 60, larger, outcome: 0,
            };
            let Ok(found) = selection::select(&mut systems(), 3, &ask);
            finite("selection", &found)?;
        }
        let ask = ocba::Allocation { first: 4, increment: 4, budget: 60, confidence: 0.95, larger, outcome: 0 };
        let Ok(found) = ocba::allocate(&mut systems(), 3, &ask);
        finite("allocation", &found)?;
        let looks = Looks::new(4, 16);
        let ask = pareto::Ask { outcomes: vec![(0, larger, 0.1)], alpha: 0.05, looks };
        let Ok(found) = pareto::front(&mut systems(), 3, &ask);
        finite("front", &found)?;
        let targets = vec![sizing::Target { outcome: 0, at_least: larger, value: target }];
        let ask = sizing::Ask { targets, alpha: 0.05, looks, curve: 4, points: 3 };
        let Ok(found) = sizing::size(&mut systems(), &[1.0, 2.0, 3.0], &ask);
        finite("sizing", &found)?;
        let band = Band { low: -1.0, high: 1.0, discrepancy: 0.0 };
        finite("predictive", &predictive::predictive(&y, &[band; 4]))?;
    }
}

/// The 95% of an estimate never becomes a point by rounding, and never certainty.
#[test]
fn a_share_that_never_varies_has_no_interval() {
    for share in [0.0, 1.0, 0.1 + 0.2] {
        let e = crossed::over_replications(&[share; 30]);
        assert_eq!((e.low(), e.why_missing()), (None, Some(Missing::NoVariation)));
        assert!(e.value().is_some_and(|x| (x - share).abs() < 1e-15));
    }
    const { assert!(LEVEL == 0.95) };
}
