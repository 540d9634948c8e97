//! What is wrong with the tables of the course, said in words, so that `compile` can refuse it.

use super::YEAR;
use super::expected::visits;
use crate::model::{Exogenous, SEVERITIES};

/// Greatest rate of episodes, acute events or candidates, a week.
///
/// With [`MOST_YEARS_ILL`] it keeps the ordinals of one person's happenings within 16 bits.
pub const MOST_A_WEEK: f64 = 50.0;
/// Greatest `longest_illness`, in years.
pub const MOST_YEARS_ILL: i64 = 20;

/// All that is wrong with `exo`: wrong lengths of tables, probabilities that are none, rates out of
/// range, a palliative phase that never ends. Empty if the course can be generated.
pub fn faults(exo: &Exogenous) -> Vec<String> {
    let mut found = Faults(Vec::new());
    let ages = exo.age_bands.len();
    found.check(
        exo.longest_illness > 0 && exo.longest_illness <= MOST_YEARS_ILL * YEAR,
        || format!("longest_illness is not between 0 and {MOST_YEARS_ILL} years"),
    );
    found.length("age_from", exo.age_from.len(), ages);
    found.length("lives_alone", exo.lives_alone.len(), ages);
    found.length("other_condition", exo.other_condition.len(), ages);
    found.length("trust", exo.trust.len(), exo.ethnicities.len());
    found.length(
        "language_barrier",
        exo.language_barrier.len(),
        exo.ethnicities.len(),
    );
    found.length("capital", exo.capital.len(), 5);
    found.length("symptom_kind", exo.symptom_kind.len(), exo.symptom_kinds.len());
    found.length("acute_kind", exo.acute_kind.len(), exo.acute_kinds.len());
    found.cumulative("symptom_kind", &exo.symptom_kind);
    found.cumulative("acute_kind", &exo.acute_kind);
    for row in &exo.severity {
        found.cumulative("severity", row);
        debug_assert_eq!(row.len(), SEVERITIES);
    }
    found.shares("lives_alone", &exo.lives_alone);
    found.shares("other_condition", &exo.other_condition);
    found.shares("trust", &exo.trust);
    found.shares("language_barrier", &exo.language_barrier);
    found.shares(
        "alone_with_carer, preference_changes, must_be_in_hospital",
        &[
            exo.alone_with_carer,
            exo.preference_changes,
            exo.must_be_in_hospital,
        ],
    );
    found.rates(
        "caps of candidates",
        &[exo.carer_breakdown_cap, exo.fall_cap, exo.run_out_cap],
    );

    for practice in &exo.practices {
        let name = &practice.name;
        found.check(
            practice.list_size.is_finite() && practice.list_size >= 0.0,
            || format!("list_size of {name} is negative or not a number"),
        );
        found.cumulative(&format!("deprivation of {name}"), &practice.deprivation);
        found.length(
            &format!("ethnicity of {name}"),
            practice.ethnicity.len(),
            exo.ethnicities.len(),
        );
        found.cumulative(&format!("ethnicity of {name}"), &practice.ethnicity);
    }
    found.distinct(
        "practice",
        exo.practices.iter().map(|practice| practice.name.as_str()),
    );
    found.distinct("group", exo.groups.iter().map(|group| group.name.as_str()));

    for group in &exo.groups {
        let name = &group.name;
        found.check(
            group.per_1000_a_year.is_finite() && group.per_1000_a_year >= 0.0,
            || format!("per_1000_a_year of {name} is negative or not a number"),
        );
        found.length(&format!("age of {name}"), group.age.len(), ages);
        found.cumulative(&format!("age of {name}"), &group.age);
        found.length(&format!("care_home of {name}"), group.care_home.len(), ages);
        found.shares(&format!("care_home of {name}"), &group.care_home);
        found.cumulative(&format!("preferred_place of {name}"), &group.preferred_place);
        if group.sudden {
            found.shares(
                &format!("sudden_admission of {name}"),
                &[group.sudden_admission.0],
            );
            continue;
        }
        found.shares(
            &format!("late, returns_to_treatment, specialist_need of {name}"),
            &[group.late, group.returns_to_treatment, group.specialist_need],
        );
        found.cumulative(&format!("first of {name}"), &group.first);
        for row in &group.next {
            found.cumulative(&format!("next of {name}"), row);
        }
        found.rates(&format!("episodes_a_week of {name}"), &group.episodes_a_week);
        found.rates(&format!("acute_a_week of {name}"), &group.acute_a_week);
        found.check(visits(group).is_some(), || {
            format!("next of {name}: from a palliative state that occurs, end of life is never reached")
        });
    }
    found.0
}

struct Faults(Vec<String>);

impl Faults {
    fn check(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.0.push(fault());
        }
    }

    fn length(&mut self, what: &str, is: usize, should: usize) {
        self.check(is == should, || {
            format!("{what} has {is} values instead of {should}")
        });
    }

    fn cumulative(&mut self, what: &str, table: &[f64]) {
        let rises = table.is_sorted() && table.first().is_some_and(|&p| p >= 0.0);
        let ends_at_one = table.last().is_some_and(|p| (p - 1.0).abs() < 1e-9);
        self.check(rises && ends_at_one, || {
            format!("{what}: not cumulative probabilities that end at 1")
        });
    }

    fn shares(&mut self, what: &str, values: &[f64]) {
        let holds = values.iter().all(|p| (0.0..=1.0).contains(p));
        self.check(holds, || format!("{what}: a probability outside 0 to 1"));
    }

    fn rates(&mut self, what: &str, values: &[f64]) {
        let holds = values.iter().all(|rate| (0.0..=MOST_A_WEEK).contains(rate));
        self.check(holds, || {
            format!("{what}: a rate outside 0 to {MOST_A_WEEK} a week")
        });
    }

    fn distinct<'a>(&mut self, what: &str, names: impl Iterator<Item = &'a str>) {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        let twice = names
            .windows(2)
            .find(|pair| pair[0] == pair[1])
            .map(|pair| pair[0].to_owned());
        if let Some(name) = twice {
            self.0.push(format!(
                "two of {what} are called {name}: they would share their draws"
            ));
        }
    }
}
