//! The exogenous half of a model: people, illness, death.

use std::collections::BTreeMap;

use super::{Names, amount, cumulative, cumulative_by, quantile};
use crate::model::{Exogenous, Group, Practice, STATES};
use crate::random::Quantile;
use crate::scenario::pathway::{GroupSpec, Illness, PathwayScenario, Trajectory};
use crate::scenario::units::Probability;

/// Compiles the exogenous half.
pub fn exogenous(scenario: &PathwayScenario, names: &Names<'_>) -> Exogenous {
    let course = &scenario.course;
    let bands = || names.ages.iter().map(|name| &scenario.age_bands[*name]);
    let severity = &course.severity;
    let one = || Quantile::fixed(1.0);
    let all = |table: &BTreeMap<String, Probability>| cumulative_by(table.keys().map(String::as_str), table);
    Exogenous {
        practices: scenario
            .practices
            .iter()
            .map(|(name, practice)| Practice {
                name: name.clone(),
                list_size: practice.list_size.get(),
                deprivation: cumulative(practice.deprivation.each().map(|p| p.get())),
                ethnicity: cumulative_by(
                    scenario.ethnicities.keys().map(String::as_str),
                    &practice.ethnicity,
                ),
                travel_factor: practice.travel_factor.get(),
            })
            .collect(),
        groups: scenario
            .groups
            .iter()
            .map(|(name, group)| self::group(scenario, names, name, group))
            .collect(),
        age_bands: names.ages.iter().map(|name| (*name).to_owned()).collect(),
        age_from: bands().map(|b| b.from_age).collect(),
        ethnicities: scenario.ethnicities.keys().cloned().collect(),
        trust: scenario.ethnicities.values().map(|e| e.trust.get()).collect(),
        language_barrier: scenario
            .ethnicities
            .values()
            .map(|e| e.language_barrier.get())
            .collect(),
        trust_by_deprivation: course
            .trust_by_deprivation
            .as_ref()
            .map_or([1.0; 5], |by| by.each().map(|f| f.get())),
        symptom_kinds: scenario.symptom_kinds.keys().cloned().collect(),
        symptom_kind: all(&scenario.symptom_kinds),
        acute_kinds: scenario.acute_kinds.keys().cloned().collect(),
        acute_kind: all(&scenario.acute_kinds),
        lives_alone: bands().map(|b| b.lives_alone.get()).collect(),
        carer_hours: amount(&course.carer_hours),
        alone_with_carer: course.alone_with_carer.get(),
        capital: scenario
            .social_care
            .means_test
            .capital
            .each()
            .map(amount)
            .to_vec(),
        other_condition: bands().map(|b| b.other_condition.get()).collect(),
        preference_changes: course.preference_changes.get(),
        help_seeking: amount(&course.help_seeking),
        diagnosis: quantile(&course.diagnosis),
        care_hours: course.care_hours.values(),
        care_hours_factor: amount(&course.care_hours_factor),
        contacts_factor: course.contacts_factor.as_ref().map_or_else(one, amount),
        acute_factor: course.acute_factor.as_ref().map_or_else(one, amount),
        akps: course.akps.values(),
        episode_length: course.episode_length.each().map(quantile),
        // Episodes before the palliative phase, if a file has any, are as severe as in a stable spell.
        severity: [
            &severity.stable,
            &severity.stable,
            &severity.deteriorating,
            &severity.unstable,
            &severity.dying,
        ]
        .map(|row| cumulative(row.values())),
        must_be_in_hospital: course.must_be_in_hospital.get(),
        hospital_stay: quantile(&course.hospital_stay),
        carer_breakdown_cap: course.candidates.carer_breakdown_a_week.get(),
        fall_cap: course.candidates.fall_a_week.get(),
        run_out_cap: course.candidates.run_out_a_week.get(),
        longest_illness: course.longest_illness.secs(),
    }
}

fn group(scenario: &PathwayScenario, names: &Names<'_>, name: &str, spec: &GroupSpec) -> Group {
    let by_age = |table: &BTreeMap<String, Probability>| {
        names
            .ages
            .iter()
            .map(|age| table.get(*age).map_or(0.0, |p| p.get()))
            .collect()
    };
    let nothing = || Quantile::fixed(0.0);
    let group = Group {
        name: name.to_owned(),
        cancer: spec.cancer,
        sudden: true,
        per_1000_a_year: spec.per_1000_a_year.get(),
        between: spec.between.map(|b| (b.from.secs(), b.until.secs())),
        age: cumulative_by(names.ages.iter().copied(), &spec.age),
        care_home: by_age(&spec.care_home),
        preferred_place: cumulative(spec.preferred_place.values()),
        trust_factor: spec.trust_factor.map_or(1.0, f64::from),
        late: 0.0,
        treatment: nothing(),
        living_with: nothing(),
        returns_to_treatment: 0.0,
        spell: [nothing(), nothing(), nothing(), nothing(), nothing()],
        next: [[0.0, 0.0, 0.0, 1.0]; 3],
        first: [1.0; 3],
        episodes_a_week: [0.0; STATES],
        acute_a_week: [0.0; STATES],
        specialist_need: 0.0,
        sudden_admission: (0.0, nothing()),
    };
    match (&spec.illness, &spec.sudden_death) {
        (Some(illness), _) => with_illness(group, illness, &scenario.trajectories[&illness.trajectory]),
        (None, Some(death)) => Group {
            sudden_admission: (death.admitted.get(), quantile(&death.time_to_death)),
            ..group
        },
        (None, None) => unreachable!("a group without a course was refused"),
    }
}

fn with_illness(group: Group, illness: &Illness, course: &Trajectory) -> Group {
    let first = [
        course.first.stable,
        course.first.deteriorating,
        course.first.unstable,
    ];
    let spell = &course.spell;
    Group {
        sudden: false,
        late: illness.presents_late.get(),
        treatment: quantile(&illness.treatment),
        living_with: quantile(&illness.living_with),
        returns_to_treatment: illness.returns_to_treatment.get(),
        spell: [
            Quantile::fixed(0.0),
            quantile(&spell.stable),
            quantile(&spell.deteriorating),
            quantile(&spell.unstable),
            quantile(&spell.dying),
        ],
        next: [
            &course.next.stable,
            &course.next.deteriorating,
            &course.next.unstable,
        ]
        .map(|row| cumulative(row.values())),
        first: cumulative(first.map(f64::from)),
        episodes_a_week: course.episodes_a_week.values(),
        acute_a_week: course.acute_a_week.values(),
        specialist_need: illness.specialist_need.get(),
        ..group
    }
}
