//! Records with hardly anything in them go through the estimates of a run and of a study: nobody in a group, everybody
//! censored, one replication, replications that are all alike.

use super::synthetic::catalogue;
use super::{Keeper, Memory, PerReplication, Prefix, Scope, estimate_in, observe};
use crate::base::DAY;
use crate::observe::{Catalogue, GroupId, Record, Tally};
use crate::stats::{Estimate, Missing};
use proptest::prelude::*;

/// What one person of a replication does: group, days, how the wait ends (2: censored) and after how many days.
type Person = (usize, i64, usize, i64);

fn replication(catalogue: &Catalogue, number: u64, people: &[Person]) -> Record {
    let [count, days, busy] = ["people", "days", "busy"].map(|m| catalogue.measure(m).unwrap());
    let wait = catalogue.wait("wait_cns").unwrap();
    let mut tally = Tally::new(catalogue, number);
    for arm in 0..3 {
        for &(group, stay, how, after) in people {
            // The third arm has nobody.
            if arm == 2 {
                continue;
            }
            let group = [catalogue.group_id(1 + group)];
            tally.add(arm, count, &group, 1);
            tally.add(arm, days, &group, stay);
            tally.add(arm, busy, &group, stay * arm as i64);
            match how {
                2 => tally.wait_censored(arm, wait, &group, after * DAY),
                cause => tally.wait_ended(arm, wait, &group, cause, after * DAY),
            }
        }
    }
    tally.finish()
}

/// One kind of person, so that much is equal and much is empty.
fn people() -> impl Strategy<Value = Vec<Person>> {
    let person = (
        0..2usize,
        prop_oneof![Just(0i64), Just(7), 0..30i64],
        0..3usize,
        prop_oneof![Just(0i64), 0..40i64],
    );
    prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(Just((0, 0, 2, 3)), 1..4),
        prop::collection::vec(Just((1, 7, 0, 5)), 1..4),
        prop::collection::vec(person, 1..5),
    ]
}

fn honest(e: &Estimate, n: u64) -> Result<(), TestCaseError> {
    let text = format!("{e:?}");
    prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    prop_assert_eq!(e.low().is_none(), e.why_missing().is_some(), "{}", text);
    prop_assert!(e.low().is_none_or(|low| low < e.high().unwrap_or(low)), "{text}");
    // A value without interval by one replication, and by no other reason there.
    prop_assert!(e.n() <= n && (n > 1 || e.low().is_none()), "{text}");
    prop_assert!(
        e.value().is_some()
            || !matches!(
                e.why_missing(),
                Some(Missing::OneReplication | Missing::NoVariation | Missing::Unstable)
            ),
        "{text}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hardly_anything_is_estimated_honestly(
        some in prop::collection::vec(people(), 1..5),
        alike: bool,
        count in 1..5u64,
    ) {
        let catalogue = catalogue();
        let of = |r: u64| &some[if alike { 0 } else { r as usize % some.len() }];
        let records: Vec<Record> = (0..count).map(|r| replication(&catalogue, r, of(r))).collect();
        let mut keeper = Memory::default();
        for record in &records {
            let Ok(()) = keeper.keep(record);
        }
        let scope = Scope { outcomes: None, everybody_only: false, pairs: vec![(1, 0), (2, 0), (0, 2)] };
        let found = estimate_in(&catalogue, &scope, &mut Prefix::new(&mut keeper, count)).unwrap();
        for row in &found.rows {
            honest(&row.estimate, count)?;
            if alike && row.estimate.value().is_some() {
                prop_assert!(row.estimate.low().is_none(), "equal replications show no error: {row:?}");
            }
        }
        for pair in &found.pairs {
            honest(&pair.paired.difference, count)?;
            honest(&pair.paired.relative, count)?;
            for p in [pair.paired.p, pair.p_holm, pair.p_holm_family].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&p), "{pair:?}");
            }
            prop_assert!(pair.paired.variance_reduction.is_none_or(f64::is_finite), "{pair:?}");
            prop_assert!(pair.simultaneous.is_none_or(|(low, high)| low < high), "{pair:?}");
        }
        for text in [
            found.overall_rows(&catalogue).map(|r| serde_json::to_string(&r).unwrap()).collect::<String>(),
            found.paired_rows(&catalogue).map(|r| serde_json::to_string(&r).unwrap()).collect(),
        ] {
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
        let mut each = PerReplication::new(&catalogue);
        for record in &records {
            prop_assert!((0..3).all(|arm| each.values(record, arm).into_iter().flatten().all(f64::is_finite)));
        }
        // As a study sees them.
        let outcomes = (0..catalogue.outcomes().len()).map(|i| catalogue.outcome_id(i)).collect::<Vec<_>>();
        let reduced = catalogue.reduced(0, &outcomes, &[]).unwrap();
        let kept: Vec<Record> = records.iter().map(|r| reduced.of(r, r.replication)).collect();
        let wanted: Vec<_> =
            (0..outcomes.len()).map(|i| (reduced.catalogue().outcome_id(i), GroupId::ALL)).collect();
        let observed = observe(reduced.catalogue(), &wanted, &kept);
        for (i, one) in observed.iter().enumerate() {
            honest(&one.estimate(), count)?;
            honest(&one.minus(&observed[(i + 1) % observed.len()]), count)?;
            prop_assert!(one.pseudo.iter().all(|x| x.is_finite()));
        }
    }
}
