//! Tests of building a report: from a cheap stand-in, from the built-in arms, from any estimates at all.

use proptest::prelude::*;

use super::model::*;
use super::{ArmFacts, Input, changes, html, json, staff, tables, text};
use crate::experiment::synthetic;
use crate::experiment::{
    Auto, Count, Estimates, How, Look, Pairs, Precision as Reached, Rule, estimate, estimate_pairs,
};
use crate::observe::{Catalogue, GroupId, Record};
use crate::pathway::Pathway;
use crate::scenario::{self, BuiltIn, Kind};
use crate::stats::{Estimate, Missing, Paired};

fn input<'a>(catalogue: &'a Catalogue, estimates: &'a Estimates) -> Input<'a> {
    Input {
        title: "A stand-in",
        question: "",
        locality: "",
        catalogue,
        estimates,
        arms: vec![ArmFacts::default(); catalogue.arms().len()],
        changes: None,
        seed: 1,
        paired: true,
        windows: None,
        ended: Ended::Complete,
    }
}

fn stand_in() -> (Catalogue, Estimates, Vec<Record>) {
    let catalogue = synthetic::catalogue();
    let records: Vec<Record> = (0..40).map(|r| synthetic::record(&catalogue, r)).collect();
    let estimates = estimate(&catalogue, &mut records.as_slice()).expect("records in memory");
    (catalogue, estimates, records)
}

#[test]
fn numbers_are_those_of_the_estimates() {
    let (catalogue, estimates, _) = stand_in();
    let report = Report::comparison(&input(&catalogue, &estimates));
    assert_eq!(report.outcomes.len(), catalogue.outcomes().len());
    for (i, o) in report.outcomes.iter().enumerate() {
        let id = catalogue.outcome_id(i);
        for (arm, number) in o.arms.iter().enumerate() {
            let e = estimates.overall(arm, id).expect("estimated");
            assert_eq!(
                (number.value, number.interval),
                (e.value(), e.low().zip(e.high()))
            );
        }
        for c in &o.comparisons {
            let pair = estimates.pair(c.arm, 0, id).expect("compared");
            assert_eq!(c.difference.value, pair.paired.difference.value());
            assert_eq!(c.p_holm, pair.p_holm);
        }
    }
    assert_eq!(report.headlines().count(), 3);
}

#[test]
fn a_twin_is_the_same_exactly_and_another_arm_is_not() {
    let (catalogue, estimates, _) = stand_in();
    let report = Report::comparison(&input(&catalogue, &estimates));
    let identical: Vec<bool> = report.arms.iter().map(|a| a.identical_to_first).collect();
    assert_eq!(identical, [false, true, false]);
    let days = &report.outcomes[0];
    assert_eq!(days.comparisons[0].verdict, Verdict::Same);
    // Lower is better and the third arm's stays are shorter by a fifth.
    assert_eq!(days.comparisons[1].verdict, Verdict::Better);
    assert!(text(&report, 100).contains("twin is the same as networked, exactly"));
}

#[test]
fn one_replication_has_values_but_no_intervals() {
    let catalogue = synthetic::catalogue();
    let records = [synthetic::record(&catalogue, 0)];
    let estimates = estimate(&catalogue, &mut records.as_slice()).expect("records in memory");
    let report = Report::comparison(&input(&catalogue, &estimates));
    assert!(report.outcomes[0].arms[0].value.is_some());
    assert_eq!(report.outcomes[0].arms[0].interval, None);
    assert!(text(&report, 100).contains("[not estimable: one replication only]"));
    assert_eq!(report.precision.worst, None);
    let none = estimate(&catalogue, &mut [].as_slice()).expect("nothing to read");
    let report = Report::comparison(&input(&catalogue, &none));
    assert!(text(&report, 100).contains("not estimable: nobody at risk"));
    assert!(
        !report.arms[1].identical_to_first,
        "nothing was seen, so nothing is the same"
    );
}

#[test]
fn the_end_of_a_run_is_told_in_words() {
    let catalogue = synthetic::catalogue();
    let outcome = catalogue.outcome("median").expect("there is one");
    let count = Count::Auto(Auto {
        outcomes: vec![outcome],
        pairs: vec![(1, 0)],
        target: 0.05,
        cap: 80,
        rule: Rule::Spaced,
    });
    let precisions = vec![Reached {
        arm: 1,
        versus: Some(0),
        outcome,
        relative: Some(0.2),
    }];
    let look = Look {
        n: 80,
        precisions,
        reached: false,
        held_since: None,
    };
    let ended = Ended::of(&How::Capped(look), &count, &catalogue);
    let worst = Some("median".to_string());
    assert_eq!(
        ended,
        Ended::Capped {
            target: 0.05,
            worst,
            reached: Some(0.2)
        }
    );
}

#[test]
fn tables_are_tidy() {
    let (catalogue, estimates, records) = stand_in();
    let mut overall = Vec::new();
    tables::overall(&mut overall, &catalogue, &estimates).expect("memory takes it");
    let overall = String::from_utf8(overall).expect("text");
    let header = "scenario,outcome,group,statistic,value,lower_95_ci,upper_95_ci,n,unit,note";
    assert_eq!(overall.lines().next(), Some(header));
    assert_eq!(overall.lines().count(), 1 + estimates.rows.len());
    let mut paired = Vec::new();
    tables::paired(&mut paired, &catalogue, &estimates).expect("memory takes it");
    assert_eq!(
        String::from_utf8(paired).expect("text").lines().count(),
        1 + 2 * estimates.pairs.len()
    );
    let mut all = Vec::new();
    tables::replications(&mut all, &catalogue, &mut records.as_slice()).expect("memory takes it");
    let all = String::from_utf8(all).expect("text");
    assert!(all.starts_with("replication,scenario,mean_days,"));
    assert_eq!(all.lines().count(), 1 + 3 * records.len());
    assert!(
        all.lines()
            .all(|l| l.split(',').count() == 2 + catalogue.outcomes().len())
    );
}

/// The built-in arms over short windows.
fn built_in(names: &[&str]) -> Pathway {
    let short = [
        "run.warm_up={ weeks = 8 }",
        "run.measured={ weeks = 26 }",
        "run.cool_down={ weeks = 13 }",
    ];
    let sets = short.map(str::to_string);
    let models = names.iter().map(|name| {
        let (checked, found, _) = scenario::read(&BuiltIn, name, &sets);
        let checked = checked.unwrap_or_else(|| panic!("{name}: {found:?}"));
        let Kind::Pathway(p) = &checked.kind else {
            panic!("{name} is a pathway")
        };
        crate::compile::pathway(name, name, p)
    });
    Pathway::new(models.collect(), 3).expect("a catalogue")
}

#[test]
fn the_built_in_arms_are_told_whole() {
    let pathway = built_in(&["networked", "integrated_map_external_theta", "integrated"]);
    let records: Vec<Record> = (0..3).map(|r| pathway.replicate(r)).collect();
    let catalogue = pathway.catalogue();
    let estimates =
        estimate_pairs(catalogue, Pairs::All, &mut records.as_slice()).expect("records in memory");
    let pairs = Pairs::All.of(catalogue);
    let found = changes(catalogue, pathway.measures(), &pairs, &mut records.as_slice());
    let arms = pathway.models().map(|m| ArmFacts {
        title: m.title.clone(),
        staff: Some(staff(m)),
    });
    let report = Report::comparison(&Input {
        arms: arms.collect(),
        changes: found.expect("records in memory"),
        paired: pathway.paired(),
        windows: pathway.models().next().map(|m| m.windows),
        ..input(catalogue, &estimates)
    });
    // What must be equal is, and is said first.
    let page = text(&report, 100);
    assert!(page.starts_with("STAFF AND COST\n--------------\nThe arms have the same staff: "));
    let identical: Vec<bool> = report.arms.iter().map(|a| a.identical_to_first).collect();
    assert_eq!(identical, [false, true, false]);
    let staff = report.staff.as_ref().expect("a pathway has staff");
    assert!(staff.totals[0].wte > 30.0 && staff.totals[0].yearly_cost > 1e6);
    // Moves: nobody in the identical arm; what leaves one place arrives at another; chance moves somebody.
    let moves = report.moves.as_ref().expect("paired arms");
    assert_eq!(moves.arms[0].elsewhere.value, Some(0.0));
    for m in &moves.arms {
        let net: f64 = m.net.iter().filter_map(|n| n.value).sum();
        assert!(net.abs() < 1e-9);
        let all: f64 = m.from_to.iter().flatten().filter_map(|n| n.value).sum();
        assert!((all - 1000.0).abs() < 1e-6);
    }
    assert!(moves.placebo.elsewhere.value > Some(0.0));
    // Two comparisons with the first and one of the others, and the placebo: seven states each, nobody changed in the twin.
    let changes = report.changes.as_ref().expect("paired arms");
    assert_eq!((changes.states.len(), changes.rows.len()), (7, 4 * 7));
    for c in &changes.rows {
        let twin = (c.arm, c.versus) == (1, 0);
        assert_eq!(
            c.gross.value == Some(0.0),
            twin,
            "{} {} {}",
            c.state,
            c.arm,
            c.versus
        );
    }
    // The second arm is the first, so the third changes the same people against both.
    let of = |arm: usize, versus: usize| -> Vec<_> {
        let rows = changes.rows.iter().filter(|c| (c.arm, c.versus) == (arm, versus));
        rows.map(|c| (c.state, c.people, c.from_to.clone(), c.net.clone()))
            .collect()
    };
    assert_eq!(of(2, 0), of(2, 1));
    let equity = report.equity.as_ref().expect("there are gaps");
    assert_eq!(equity.outcomes.len(), 75);
    let page = text(&report, 100);
    for heading in [
        "LOOKED AT TOGETHER",
        "WHO IS REACHED, PERSON BY PERSON",
        "EQUITY: GAPS BETWEEN GROUPS",
    ] {
        assert!(page.contains(heading), "{heading}");
    }
    // Every kind of need is told, and its causes make up the whole.
    assert_eq!(report.needs.len(), crate::pathway::causes::NEEDS);
    for need in &report.needs {
        for arm in 0..3 {
            let whole: f64 = need.causes.iter().filter_map(|c| c.share[arm]).sum();
            assert!((whole - 1.0).abs() < 1e-9, "{}: {whole}", need.kind);
        }
    }
    let teams = report.teams.len();
    assert_eq!(teams, pathway.measures().teams.len());
    assert!(
        report
            .teams
            .iter()
            .all(|t| t.arms.iter().all(|a| a.halves.is_some()))
    );
    assert!((8..=12).contains(&report.headlines().count()));
    sound(&report);
    // One configuration of the same.
    let report = Report::single(&input(catalogue, &estimates));
    assert_eq!(
        (report.arms.len(), report.needs.len(), report.teams.len()),
        (1, crate::pathway::causes::NEEDS, teams)
    );
    sound(&report);
}

/// No renderer writes what is not a number, or a line too long.
fn sound(report: &Report) {
    let page = text(report, 90);
    assert!(page.lines().all(|l| l.chars().count() <= 90));
    for shown in [page, html(report), json(report)] {
        let words = shown.split(|c: char| !c.is_alphanumeric());
        for word in words {
            let bad = ["nan", "inf", "infinity"]
                .iter()
                .any(|b| word.eq_ignore_ascii_case(b));
            assert!(!bad, "{word}");
        }
    }
}

/// Any estimate that can be: with an interval, without, without a value; of any size.
fn any_estimate() -> impl Strategy<Value = Estimate> {
    let why = prop_oneof![
        Just(Missing::NobodyAtRisk),
        Just(Missing::NotReached),
        Just(Missing::OneReplication),
        Just(Missing::NoVariation),
        Just(Missing::Unstable),
        Just(Missing::DividesByZero),
    ];
    let value = prop_oneof![4 => -1e3..1e3f64, 1 => any::<f64>(), 1 => Just(0.0), 1 => -1e-9..1e-9f64];
    let error = prop_oneof![4 => 0.0..50.0f64, 1 => any::<f64>().prop_map(f64::abs), 1 => Just(0.0)];
    (value, error, why, 0..100u64, 0..10u8).prop_map(|(value, error, why, n, form)| match form {
        0 => Estimate::missing(why, n),
        1 => Estimate::point(value, why, n),
        _ => Estimate::new(value, error, 2.0, n),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_estimates_at_all_are_written_soundly(
        found in prop::collection::vec(any_estimate(), 200),
        factor in prop::option::of(any::<f64>()),
        p in prop::option::of(0.0..1.0f64),
    ) {
        let (catalogue, mut estimates, _) = thin();
        let mut next = found.iter().cycle();
        let mut take = || *next.next().expect("it goes round");
        estimates.rows.iter_mut().for_each(|row| row.estimate = take());
        for pair in &mut estimates.pairs {
            pair.paired = Paired { difference: take(), relative: take(), p, variance_reduction: factor };
            pair.p_holm = p.filter(|_| pair.group == GroupId::ALL);
        }
        sound(&Report::comparison(&input(&catalogue, &estimates)));
        sound(&Report::single(&input(&catalogue, &estimates)));
    }
}

/// The stand-in with few replications: only the shape is wanted.
fn thin() -> (Catalogue, Estimates, Vec<Record>) {
    let catalogue = synthetic::catalogue();
    let records: Vec<Record> = (0..2).map(|r| synthetic::record(&catalogue, r)).collect();
    let estimates = estimate(&catalogue, &mut records.as_slice()).expect("records in memory");
    (catalogue, estimates, records)
}
