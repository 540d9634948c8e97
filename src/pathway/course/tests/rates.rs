//! Counts and shares of simulated courses against `population::expected` and the tables.

use super::super::CandidateKind;
use super::course;
use crate::base::{DAY, NEVER, WEEK};
use crate::model::{Severity, State};
use crate::pathway::course::Person;
use crate::pathway::fixture;
use crate::pathway::population::{YEAR, expected};

const REPLICATIONS: u64 = 60;

#[test]
fn the_disease_is_stationary_from_the_first_second() {
    // The number present in a state at one moment is a Poisson variate of mean rate x mean time in the
    // state (M/G/infinity), so the sum over replications is one too, of sigma = root of its mean. Deaths
    // in an interval likewise. Fourteen counts at 4.5 sigma: wrongly red for one seed in 10,000.
    let exo = fixture::locality();
    let windows = fixture::windows();
    let expected = expected(&exo).unwrap();
    let moments = [0, windows.end() - DAY];
    let mut present = [[0.0; 5]; 2];
    let mut deaths = [0.0; 2];
    let spans = [(0, windows.warm_up), (windows.warm_up, windows.end())];
    for replication in 0..REPLICATIONS {
        let course = course(&exo, &windows, replication);
        for (moment, present) in moments.iter().zip(&mut present) {
            for spell in course
                .spells
                .iter()
                .filter(|spell| (spell.start..spell.end).contains(moment))
            {
                present[spell.state as usize] += 1.0;
            }
        }
        for (&(from, to), deaths) in spans.iter().zip(&mut deaths) {
            *deaths += course
                .people
                .iter()
                .filter(|p| (from..to).contains(&p.death))
                .count() as f64;
        }
    }
    let replications = REPLICATIONS as f64;
    let check = |is: f64, mean: f64, what: &str| {
        assert!(
            mean > 20.0 && (is - mean).abs() < 4.5 * mean.sqrt(),
            "{what}: {is}, expected {mean}"
        );
    };
    for (present, when) in present.iter().zip(["at 0", "at the end"]) {
        for (state, mean) in expected.present().into_iter().enumerate() {
            check(
                present[state],
                mean * replications,
                &format!("{} {when}", State::NAMES[state]),
            );
        }
        let palliative: f64 = expected.present()[1..].iter().sum();
        check(present[1..].iter().sum(), palliative * replications, when);
    }
    for (&(from, to), is) in spans.iter().zip(deaths) {
        check(
            is,
            expected.deaths() * (to - from) as f64 / YEAR as f64 * replications,
            "deaths",
        );
    }
}

#[test]
fn episodes_acutes_and_candidates_come_at_their_rates() {
    // Means over 60 independent replications against expectation, at 5 standard errors taken from the
    // sample (Student's t with 59 degrees: one seed in 25,000 wrongly red over the six figures).
    let exo = fixture::locality();
    let windows = fixture::windows();
    let expected = expected(&exo).unwrap();
    let years = windows.end() as f64 / YEAR as f64;
    let weeks = windows.end() as f64 / WEEK as f64;
    let palliative: f64 = expected.present()[1..].iter().sum();
    let mut counts: [Vec<f64>; 5] = Default::default();
    let (mut severe, mut in_stable, mut must, mut acutes) = (0.0, 0.0, 0.0, 0.0);
    for replication in 0..REPLICATIONS {
        let course = course(&exo, &windows, replication);
        let candidates = |kind| course.candidates.iter().filter(|c| c.kind == kind).count() as f64;
        counts[0].push(course.episodes.len() as f64);
        counts[1].push(course.acutes.len() as f64);
        counts[2].push(candidates(CandidateKind::Fall));
        counts[3].push(candidates(CandidateKind::RunOut));
        // Unpredictable from tables in one line, so against the candidates of a fall in the same people.
        let carers = course.people.iter().filter(|p| p.carer_hours > 0.0);
        let of_carers = carers.flat_map(|p| course.candidates_of(p));
        let falls = of_carers.filter(|c| c.kind == CandidateKind::Fall).count() as f64;
        counts[4].push(candidates(CandidateKind::CarerBreakdown) - 0.5 * falls);
        let stable = course.episodes.iter().filter(|e| e.state == State::Stable);
        in_stable += stable.clone().count() as f64;
        severe += stable.filter(|e| e.severity == Severity::Severe).count() as f64;
        let drawn = course
            .acutes
            .iter()
            .filter(|a| !course.people[a.person as usize].is_sudden());
        acutes += drawn.clone().count() as f64;
        must += drawn.filter(|a| a.must).count() as f64;
    }
    let means = [
        expected.episodes_a_year() * years,
        expected.acutes_a_year() * years,
        exo.fall_cap * palliative * weeks,
        exo.run_out_cap * palliative * weeks,
        0.0,
    ];
    for (counts, mean) in counts.iter().zip(means) {
        let n = counts.len() as f64;
        let average = counts.iter().sum::<f64>() / n;
        let variance = counts.iter().map(|c| (c - average) * (c - average)).sum::<f64>() / (n - 1.0);
        assert!(
            (average - mean).abs() < 5.0 * (variance / n).sqrt(),
            "{average}, expected {mean}"
        );
    }
    let share =
        |k: f64, n: f64, p: f64| assert!((k / n - p).abs() < 4.5 * (p * (1.0 - p) / n).sqrt(), "{k} of {n}");
    share(severe, in_stable, 0.10);
    share(must, acutes, 0.80);
}

#[test]
fn phases_follow_their_tables() {
    // Shares over the people first suspected within the run, binomial, 4.5 sigma.
    let exo = fixture::locality();
    let windows = fixture::windows();
    let cancer = |p: &Person| p.group == 0 && p.diagnosed >= 0;
    let (mut all, mut late, mut again, mut third) = (0.0, 0.0, 0.0, 0.0);
    for replication in 0..REPLICATIONS {
        for person in course(&exo, &windows, replication)
            .people
            .iter()
            .filter(|p| cancer(p))
        {
            all += 1.0;
            late += f64::from(u8::from(person.treatment_from == NEVER));
            again += f64::from(u8::from(person.again[0].0 != NEVER));
            third += f64::from(u8::from(person.again[1].0 != NEVER));
        }
    }
    let share =
        |k: f64, n: f64, p: f64| assert!((k / n - p).abs() < 4.5 * (p * (1.0 - p) / n).sqrt(), "{k} of {n}");
    share(late, all, 0.2);
    share(again, all - late, 0.35);
    share(third, again, 0.35);
}

#[test]
fn sudden_deaths_follow_an_admission_as_often_as_the_table_says() {
    let exo = fixture::locality();
    let windows = fixture::windows();
    let (mut deaths, mut admitted) = (0.0, 0.0);
    for replication in 0..REPLICATIONS {
        let course = course(&exo, &windows, replication);
        // The first two days would lose admissions before time 0.
        for person in course
            .people
            .iter()
            .filter(|p| p.is_sudden() && p.death > 2 * DAY)
        {
            deaths += 1.0;
            admitted += course.acutes_of(person).len() as f64;
        }
    }
    // Binomial with p = 1/2, 4.5 sigma.
    assert!(
        (admitted / deaths - 0.5_f64).abs() < 4.5 * (0.25_f64 / deaths).sqrt(),
        "{admitted} of {deaths}"
    );
}
