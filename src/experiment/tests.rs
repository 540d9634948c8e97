//! Tests of estimates against the jackknife done by brute force.

use super::synthetic::{catalogue, record};
use super::*;
use crate::observe::{Catalogue, GroupId, Record};
use crate::stats::{Missing, holm, student_t_two_sided_p};

fn records(cat: &Catalogue, n: u64) -> Vec<Record> {
    (0..n).map(|r| record(cat, r)).collect()
}

fn estimates(cat: &Catalogue, records: &[Record]) -> Estimates {
    estimate(cat, &mut { records }).unwrap()
}

fn jackknife(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let centre = values.iter().sum::<f64>() / n;
    ((n - 1.0) / n * values.iter().map(|v| (v - centre) * (v - centre)).sum::<f64>()).sqrt()
}

/// Every outcome, arm and group: value and standard error equal those from estimating n - 1 records, n times over.
#[test]
fn estimates_equal_the_jackknife_by_brute_force() {
    let cat = catalogue();
    let all = records(&cat, 9);
    let whole = estimates(&cat, &all);
    let without: Vec<Estimates> = (0..all.len())
        .map(|i| {
            let mut rest = all.clone();
            rest.remove(i);
            estimates(&cat, &rest)
        })
        .collect();
    // Seven outcomes for three groups, three for everybody; `busy_hours` for everybody only: 6*3 + 4.
    assert_eq!(whole.rows.len(), 3 * 22);
    let mut compared = 0;
    for (i, row) in whole.rows.iter().enumerate() {
        let (Some(value), Some(se)) = (row.estimate.value(), row.estimate.standard_error()) else {
            assert_eq!(cat.outcomes()[row.outcome.index()].name, "p99", "{row:?}");
            continue;
        };
        let values: Vec<f64> = without
            .iter()
            .map(|e| e.rows[i].estimate.value().unwrap())
            .collect();
        let expected = jackknife(&values);
        assert!((se / expected - 1.0).abs() < 1e-9, "{row:?} {expected}");
        assert!((row.estimate.half_width().unwrap() / (se * 2.306_004_135) - 1.0).abs() < 1e-8);
        assert!(value.is_finite());
        compared += 1;
    }
    assert_eq!(compared, 3 * 19);
    for (i, pair) in whole.pairs.iter().enumerate().filter(|p| p.1.arm == 2) {
        let Some(se) = pair.paired.difference.standard_error() else {
            continue;
        };
        let value = |e: &Estimates| e.pairs[i].paired.difference.value().unwrap();
        let expected = jackknife(&without.iter().map(value).collect::<Vec<_>>());
        assert!((se / expected - 1.0).abs() < 1e-8, "{pair:?} {expected}");
        let relative = |e: &Estimates| e.pairs[i].paired.relative.value().unwrap();
        let expected = jackknife(&without.iter().map(relative).collect::<Vec<_>>());
        let se = pair
            .paired
            .relative
            .standard_error()
            .unwrap_or_else(|| panic!("{pair:?}"));
        assert!((se / expected - 1.0).abs() < 1e-8, "{pair:?} {expected}");
        assert!(pair.paired.variance_reduction.unwrap() > 0.0);
    }
}

#[test]
fn identical_arms_differ_by_exactly_nothing_and_say_so() {
    let cat = catalogue();
    let found = estimates(&cat, &records(&cat, 12));
    let twin: Vec<_> = found.pairs.iter().filter(|p| p.arm == 1).collect();
    assert_eq!(twin.len(), 22);
    for pair in twin {
        let d = &pair.paired.difference;
        if cat.outcomes()[pair.outcome.index()].name == "p99" {
            assert_eq!(d.why_missing(), Some(Missing::NotReached));
            continue;
        }
        assert_eq!((d.value(), d.standard_error()), (Some(0.0), None), "{pair:?}");
        assert_eq!(d.why_missing(), Some(Missing::NoVariation));
        assert_eq!((pair.paired.p, pair.p_holm), (None, None));
    }
}

#[test]
fn holm_is_over_the_headlines_of_one_comparison() {
    let cat = catalogue();
    let found = estimates(&cat, &records(&cat, 12));
    let family: Vec<_> = ["mean_days", "busy_hours", "median"]
        .map(|name| found.pair(2, 0, cat.outcome(name).unwrap()).unwrap())
        .into();
    let p: Vec<_> = family.iter().map(|pair| pair.paired.p).collect();
    assert_eq!(
        family.iter().map(|pair| pair.p_holm).collect::<Vec<_>>(),
        holm(&p)
    );
    let with_p = found.pairs.iter().filter(|p| p.p_holm.is_some()).count();
    assert_eq!(with_p, 3);
    let d = family[0].paired.difference;
    let t = d.value().unwrap() / d.standard_error().unwrap();
    assert_eq!(p[0], Some(student_t_two_sided_p(t, 11.0)));
}

#[test]
fn few_or_no_replications_give_reasons_not_numbers() {
    let cat = catalogue();
    let none = estimates(&cat, &[]);
    assert!(none.rows.iter().all(|r| r.estimate.value().is_none()));
    assert!(
        none.rows
            .iter()
            .all(|r| r.estimate.why_missing() == Some(Missing::NobodyAtRisk))
    );
    let one = estimates(&cat, &records(&cat, 1));
    let mean = one.overall(0, cat.outcome("mean_days").unwrap()).unwrap();
    assert!(mean.value().is_some());
    assert_eq!(
        (mean.standard_error(), mean.why_missing()),
        (None, Some(Missing::OneReplication))
    );
    assert!(one.rows.iter().all(|r| r.estimate.standard_error().is_none()));
}

#[test]
fn replications_without_anybody_at_risk_are_left_out() {
    let cat = catalogue();
    let mut all = records(&cat, 6);
    all.push(Record {
        replication: 6,
        values: vec![0; cat.layout().len()],
    });
    let found = estimates(&cat, &all);
    let ratio = found.overall(0, cat.outcome("mean_days").unwrap()).unwrap();
    assert_eq!(
        ratio,
        estimates(&cat, &all[..6])
            .overall(0, cat.outcome("mean_days").unwrap())
            .unwrap()
    );
    assert_eq!(ratio.n(), 6);
    // A mean per replication counts the empty one.
    assert_eq!(
        found.overall(0, cat.outcome("busy_hours").unwrap()).unwrap().n(),
        7
    );
}

#[test]
fn a_record_of_another_plan_is_refused() {
    let cat = catalogue();
    let wrong = [Record {
        replication: 4,
        values: vec![1, 2],
    }];
    let found = estimate(&cat, &mut &wrong[..]);
    let expected = cat.layout().len();
    assert_eq!(
        found,
        Err(EstimateError::Shape {
            replication: 4,
            found: 2,
            expected
        })
    );
}

#[test]
fn tidy_rows_carry_names_and_reasons() {
    let cat = catalogue();
    let all = records(&cat, 5);
    let found = estimates(&cat, &all);
    let rows: Vec<_> = found.overall_rows(&cat).collect();
    let row = rows
        .iter()
        .find(|r| r.outcome == "mean_days" && r.group == "deprivation=5")
        .unwrap();
    assert_eq!(
        (row.scenario, row.statistic, row.n, row.note.as_str()),
        ("networked", "ratio", 5, "")
    );
    assert!(row.lower_95_ci < row.value && row.value < row.upper_95_ci);
    let p99 = rows.iter().find(|r| r.outcome == "p99").unwrap();
    assert_eq!((p99.value, p99.note.as_str()), (None, "not reached"));
    let pairs: Vec<_> = found.paired_rows(&cat).collect();
    assert_eq!(pairs.len(), 2 * found.pairs.len());
    let integrated = pairs
        .iter()
        .find(|p| p.scenario == "integrated" && p.outcome == "mean_days")
        .unwrap();
    assert_eq!(
        (integrated.versus, integrated.statistic),
        ("networked", "difference")
    );
    assert!(integrated.p_holm.is_some());

    let mut per = PerReplication::new(&cat);
    assert_eq!(per.columns().next(), Some("mean_days"));
    let values = per.values(&all[3], 2);
    let alone = estimates(
        &cat,
        &[Record {
            replication: 0,
            ..all[3].clone()
        }],
    );
    for (i, value) in values.iter().enumerate() {
        assert_eq!(*value, alone.overall(2, cat.outcome_id(i)).unwrap().value());
    }
}

#[test]
fn a_scope_gives_the_same_numbers_as_the_whole() {
    let cat = catalogue();
    let all = records(&cat, 8);
    let chosen = ["median", "mean_days"].map(|name| cat.outcome(name).unwrap());
    let scope = Scope {
        outcomes: Some(chosen.to_vec()),
        everybody_only: true,
        pairs: vec![(2, 0)],
    };
    let part = estimate_in(&cat, &scope, &mut all.as_slice()).unwrap();
    let whole = estimates(&cat, &all);
    assert_eq!((part.rows.len(), part.pairs.len()), (6, 2));
    for row in &part.rows {
        assert_eq!(row.group, GroupId::ALL);
        assert_eq!(Some(&row.estimate), whole.overall(row.arm, row.outcome));
    }
    for pair in &part.pairs {
        assert_eq!(pair.paired, whole.pair(2, 0, pair.outcome).unwrap().paired);
    }
}

/// All pairs of three arms of which the second is the twin of the first.
#[test]
fn all_pairs_are_compared_and_looked_at_together() {
    let cat = catalogue();
    let all = records(&cat, 12);
    let pairs = estimate_pairs(&cat, Pairs::All, &mut all.as_slice()).unwrap();
    let first = estimates(&cat, &all);
    assert_eq!(Pairs::All.of(&cat), [(1, 0), (2, 0), (2, 1)]);
    assert_eq!(pairs.pairs.len(), first.pairs.len() / 2 * 3);
    // What is estimated of the first arm's comparisons does not depend on the others, but for the family.
    for (a, b) in first.pairs.iter().zip(&pairs.pairs) {
        assert_eq!(
            (a.arm, a.versus, a.paired, a.p_holm),
            (b.arm, b.versus, b.paired, b.p_holm)
        );
    }
    let headlines: Vec<_> = (0..cat.outcomes().len())
        .filter(|&o| cat.outcomes()[o].headline)
        .collect();
    let mut family = Vec::new();
    for (arm, versus) in Pairs::All.of(&cat) {
        for &o in &headlines {
            family.push(*pairs.pair(arm, versus, cat.outcome_id(o)).unwrap());
        }
    }
    let p: Vec<Option<f64>> = family.iter().map(|row| row.paired.p).collect();
    assert_eq!(
        family.iter().map(|row| row.p_holm_family).collect::<Vec<_>>(),
        holm(&p)
    );
    for row in &family {
        let d = &row.paired.difference;
        let (Some(low), Some(high)) = (d.low(), d.high()) else {
            assert_eq!(row.simultaneous, None);
            continue;
        };
        let (wide_low, wide_high) = row.simultaneous.unwrap();
        assert!(wide_low < low && high < wide_high);
        // Nine in the family, 11 degrees of freedom: t(1 - 0.025/9) = 3.437 against 2.201.
        let ratio = (wide_high - wide_low) / (high - low);
        assert!((ratio - 3.437 / 2.201).abs() < 3e-3, "{ratio}");
        assert!(row.p_holm_family >= row.p_holm);
    }
    let others = pairs
        .pairs
        .iter()
        .filter(|r| r.group != GroupId::ALL || !headlines.contains(&r.outcome.index()));
    assert!(
        others
            .into_iter()
            .all(|r| r.simultaneous.is_none() && r.p_holm_family.is_none())
    );
}
