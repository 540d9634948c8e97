//! Categories, arrivals, attributes and expectations against known answers.

use super::*;
use crate::base::WEEK;
use crate::model::State;
use crate::pathway::fixture;
use crate::random::Quantile;

#[test]
fn a_category_is_picked_by_its_cumulative_probability() {
    let table = [0.0, 0.25, 0.25, 1.0];
    assert_eq!(
        [0.001, 0.249, 0.25, 0.999].map(|u| choose(&table, u)),
        [1, 1, 3, 3]
    );
    assert_eq!(
        choose(&[0.5, 1.0 - 1e-12], 1.0 - 1e-16),
        1,
        "rounding at the end picks the last"
    );
}

#[test]
fn another_place_keeps_the_other_probabilities_in_proportion() {
    // Home 0.5, care home 0.1, hospice 0.3, hospital 0.1: without hospice 5/7, 1/7 and 1/7.
    let table = [0.5, 0.6, 0.9, 1.0];
    let n = 70_000;
    let mut counts = [0; 4];
    for i in 0..n {
        let u = (f64::from(i) + 0.5) / f64::from(n);
        counts[another_place(&table, Place::Hospice, u).unwrap() as usize] += 1;
    }
    assert_eq!(counts, [50_000, 10_000, 0, 10_000]);
    assert_eq!(another_place(&[1.0; 4], Place::Home, 0.3), None);
    assert_eq!(
        another_place(&[0.0, 0.5, 1.0, 1.0], Place::CareHome, 0.999),
        Some(Place::Hospice)
    );
}

#[test]
fn arrivals_are_ordered_within_the_window_and_go_on_when_it_is_longer() {
    let exo = fixture::locality();
    let draws = Draws::new(1, 0);
    let until = |end| arrivals(&exo, &exo.practices[0], &exo.groups[1], end, &draws).collect::<Vec<_>>();
    let (short, long) = (until(0), until(2 * YEAR));
    assert!(short.len() > 200, "8 years at 34 a year: {}", short.len());
    assert_eq!(short[..], long[..short.len()]);
    assert!(long.is_sorted_by_key(|arrival| arrival.time));
    assert!(
        short
            .iter()
            .all(|arrival| (-exo.longest_illness..0).contains(&arrival.time))
    );
    assert_eq!(long[3].key, sub_key(name_key(&["ash", "organ_failure"]), 3));
}

#[test]
fn arrivals_have_the_mean_and_the_variance_of_a_poisson_process() {
    // 400 independent counts of a Poisson law of mean m. The mean has standard error sqrt(m / 400), the
    // ratio variance / mean about sqrt(2 / 399); both at 4.5 sigma: wrongly red once in 70,000 seeds.
    let exo = fixture::locality();
    let m = rate_per_second(&exo.practices[1], &exo.groups[0]) * (exo.longest_illness + YEAR) as f64;
    let counts: Vec<f64> = (0..400)
        .map(|r| arrivals(&exo, &exo.practices[1], &exo.groups[0], YEAR, &Draws::new(7, r)).count() as f64)
        .collect();
    let mean = counts.iter().sum::<f64>() / 400.0;
    let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 399.0;
    assert!(
        (mean - m).abs() < 4.5 * (m / 400.0).sqrt(),
        "mean {mean}, expected {m}"
    );
    assert!(
        (variance / mean - 1.0).abs() < 4.5 * (2.0_f64 / 399.0).sqrt(),
        "{}",
        variance / mean
    );
}

#[test]
fn a_practice_without_people_has_no_arrivals() {
    let mut exo = fixture::locality();
    exo.practices[0].list_size = 0.0;
    let draws = Draws::new(1, 0);
    assert_eq!(
        arrivals(&exo, &exo.practices[0], &exo.groups[0], YEAR, &draws).count(),
        0
    );
}

/// Share of 20,000 people for whom `holds`; its standard error is at most 0.0035.
fn share(
    group: usize,
    given: impl Fn(&Attributes) -> bool,
    holds: impl Fn(&Attributes) -> bool,
) -> (f64, f64) {
    let exo = fixture::locality();
    let draws = Draws::new(11, 0);
    let people = (0..20_000).map(|i| {
        attributes(
            &exo,
            &exo.practices[0],
            &exo.groups[group],
            sub_key(name_key(&["test"]), i),
            &draws,
        )
    });
    let (mut n, mut k) = (0.0, 0.0);
    for person in people.filter(given) {
        n += 1.0;
        k += f64::from(u8::from(holds(&person)));
    }
    (k / n, n)
}

#[test]
fn attributes_have_the_shares_of_the_tables() {
    // Fourteen binomial shares at 4.5 sigma: wrongly red for one seed in 10,000.
    let check = |(share, n): (f64, f64), p: f64, what: &str| {
        let sigma = (p * (1.0 - p) / n).sqrt();
        assert!(
            (share - p).abs() < 4.5 * sigma,
            "{what}: {share} of {n}, should be {p}"
        );
    };
    let all = |_: &Attributes| true;
    check(share(0, all, |a| a.age == 1), 0.55, "age 65 to 84");
    check(share(0, all, |a| a.deprivation == 0), 0.40, "most deprived");
    check(share(0, all, |a| a.ethnicity == 1), 0.10, "south asian");
    check(share(1, |a| a.age == 2, |a| a.care_home), 0.40, "care home at 85");
    check(
        share(0, |a| a.age == 1 && !a.care_home, |a| a.alone),
        0.35,
        "alone at 65 to 84",
    );
    check(
        share(0, |a| a.alone, |a| a.carer_hours > 0.0),
        0.40,
        "carer though alone",
    );
    check(
        share(0, |a| !a.alone && !a.care_home, |a| a.carer_hours > 38.5),
        0.5,
        "carer's hours above median",
    );
    check(
        share(0, |a| a.deprivation == 0, |a| a.capital < 24_000.0),
        0.60,
        "little capital, most deprived",
    );
    check(
        share(0, |a| a.deprivation == 4, |a| a.capital > 32_000.0),
        0.60,
        "much capital, least deprived",
    );
    check(
        share(0, |a| a.age == 2, |a| a.other_condition),
        0.90,
        "other condition at 85",
    );
    check(
        share(0, |a| !a.care_home, |a| a.preferred == Place::Hospice),
        0.25,
        "prefers hospice",
    );
    check(
        share(0, |a| !a.care_home, |a| a.preference_changes.is_some()),
        0.2,
        "preference changes",
    );
    check(share(1, all, |a| a.specialist_need), 0.2, "specialist need");
    check(
        share(0, all, |a| a.help_seeking < 1.0),
        0.5,
        "help seeking below its mean",
    );
    // Certainties.
    assert_eq!(
        share(1, |a| a.care_home, |a| a.preferred == Place::CareHome && !a.alone).0,
        1.0
    );
    assert_eq!(
        share(
            1,
            |a| a.care_home,
            |a| a.carer_hours == 0.0 && a.preference_changes.is_none()
        )
        .0,
        1.0
    );
    assert_eq!(
        share(0, |a| !a.alone && !a.care_home, |a| a.carer_hours > 0.0).0,
        1.0
    );
    assert_eq!(
        share(
            0,
            |a| a.preference_changes.is_some(),
            |a| a.preferred_later != a.preferred
        )
        .0,
        1.0
    );
    assert_eq!(
        share(
            0,
            |a| a.preference_changes.is_none(),
            |a| a.preferred_later == a.preferred
        )
        .0,
        1.0
    );
    assert_eq!(share(0, |a| a.ethnicity == 1, |a| a.trust == 0.5).0, 1.0);
    assert_eq!(
        share(2, all, |a| a.preference_changes.is_none()).0,
        1.0,
        "no palliative phase to change in"
    );
}

#[test]
fn visits_of_the_chain_agree_with_hand_calculation() {
    let mut group = fixture::locality().groups[0].clone();
    // Always stable first; stable and deteriorating lead to each other or to the end, half and half:
    // s = 1 + d / 2, d = s / 2, so s = 4/3, d = 2/3.
    group.first = [1.0, 1.0, 1.0];
    group.next = [[0.0, 0.5, 0.5, 1.0], [0.5, 0.5, 0.5, 1.0], [0.0, 0.0, 1.0, 1.0]];
    let v = expected::visits(&group).expect("unstable never ends, but never occurs either");
    for (is, should) in v.into_iter().zip([4.0 / 3.0, 2.0 / 3.0, 0.0]) {
        assert!((is - should).abs() < 1e-12, "{v:?}");
    }
    // Three states in a ring, each leaving to the end with 1/4; first evenly: each 4/3 times, 4 in all.
    group.first = [1.0 / 3.0, 2.0 / 3.0, 1.0];
    group.next = [
        [0.0, 0.75, 0.75, 1.0],
        [0.0, 0.0, 0.75, 1.0],
        [0.75, 0.75, 0.75, 1.0],
    ];
    for visits in expected::visits(&group).unwrap() {
        assert!((visits - 4.0 / 3.0).abs() < 1e-12);
    }
    // A state that repeats itself with 0.8: visited 5 times.
    group.first = [1.0, 1.0, 1.0];
    group.next[0] = [0.8, 0.8, 0.8, 1.0];
    assert!((expected::visits(&group).unwrap()[0] - 5.0).abs() < 1e-12);
}

#[test]
fn a_chain_that_never_ends_has_no_expectation_and_is_a_fault() {
    let mut exo = fixture::locality();
    assert!(expected(&exo).is_some());
    exo.groups[0].next[2] = [0.0, 0.0, 1.0, 1.0];
    assert_eq!(expected(&exo), None);
    assert!(
        faults(&exo)
            .iter()
            .any(|fault| fault.contains("cancer") && fault.contains("never reached"))
    );
}

#[test]
fn expected_person_weeks_agree_with_hand_calculation() {
    let mut exo = fixture::locality();
    let group = &mut exo.groups[0];
    group.first = [1.0, 1.0, 1.0];
    group.next = [[0.0, 0.5, 0.5, 1.0], [0.5, 0.5, 0.5, 1.0], [0.0, 0.0, 0.0, 1.0]];
    group.late = 0.5;
    group.returns_to_treatment = 0.5;
    group.treatment = Quantile::fixed(10.0 * WEEK as f64);
    group.living_with = Quantile::fixed(20.0 * WEEK as f64);
    for (state, weeks) in [
        (State::Stable, 6.0),
        (State::Deteriorating, 3.0),
        (State::Dying, 0.5),
    ] {
        group.spell[state as usize] = Quantile::fixed(weeks * WEEK as f64);
    }
    group.episodes_a_week = [0.0, 0.5, 1.0, 0.0, 2.0];
    exo.diagnosis = Quantile::fixed(4.0 * WEEK as f64);
    let all = expected(&exo).unwrap();
    let cancer = &all.groups[0];
    // 4 + 0.5 x (1 + 0.5 + 0.25) x 30; 4/3 x 6; (2/3 + 1) x 3; none; 0.5
    for (is, should) in cancer.weeks.into_iter().zip([30.25, 8.0, 5.0, 0.0, 0.5]) {
        assert!((is - should).abs() < 1e-9, "{:?}", cancer.weeks);
    }
    assert!((cancer.end_of_life_weeks - 3.5).abs() < 1e-9);
    assert!((cancer.palliative_weeks() - 13.5).abs() < 1e-9);
    assert!((cancer.illness_weeks() - 43.75).abs() < 1e-9);
    assert!((cancer.episodes - 10.0).abs() < 1e-9);
    // 15,000 people: 2.4 + 5.7 + 0.9 per 1,000 a year.
    assert!((all.deaths() - 135.0).abs() < 1e-9);
    assert!((all.deaths_of(0) - 36.0).abs() < 1e-9);
    assert!((all.deaths_a_year[0][2] - 5.4).abs() < 1e-9);
    assert!((all.groups[2].acutes - 0.5).abs() < 1e-12);
}

#[test]
fn the_fixture_has_no_faults_and_broken_tables_do() {
    assert_eq!(faults(&fixture::locality()), Vec::<String>::new());
    type Breaks = fn(&mut Exogenous);
    let broken: [(&str, Breaks); 12] = [
        ("longest_illness", |exo| exo.longest_illness = 0),
        ("longest_illness", |exo| exo.longest_illness = 21 * YEAR),
        ("lives_alone", |exo| exo.lives_alone.truncate(1)),
        ("trust", |exo| exo.trust[0] = 1.5),
        ("capital", |exo| exo.capital.truncate(4)),
        ("severity", |exo| exo.severity[1] = [0.5, 0.8, 0.9]),
        ("candidates", |exo| exo.fall_cap = f64::NAN),
        ("deprivation of birch", |exo| {
            exo.practices[1].deprivation[0] = -0.1
        }),
        ("list_size of ash", |exo| {
            exo.practices[0].list_size = f64::INFINITY
        }),
        ("called ash", |exo| exo.practices[1].name = "ash".to_owned()),
        ("episodes_a_week of cancer", |exo| {
            exo.groups[0].episodes_a_week[1] = 51.0
        }),
        ("age of organ_failure", |exo| exo.groups[1].age = vec![0.5, 1.0]),
    ];
    for (says, breaks) in broken {
        let mut exo = fixture::locality();
        breaks(&mut exo);
        let found = faults(&exo);
        assert!(
            found.iter().any(|fault| fault.contains(says)),
            "{says}: {found:?}"
        );
    }
}
