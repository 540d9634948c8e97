//! Properties of the course, its agreement with expectation, its independence of all that must not matter.

mod rates;

use super::*;
use crate::base::{Secs, WEEK};
use crate::model::{Exogenous, Group, Practice};
use crate::pathway::fixture;
use crate::pathway::population::{YEAR, expected};
use crate::random::Quantile;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn course(exo: &Exogenous, windows: &Windows, replication: u64) -> Course {
    generate(exo, windows, &Draws::new(2024, replication))
}

/// Everything about a person but positions in tables: comparable between courses of different tables.
#[derive(Debug, PartialEq)]
struct Whole {
    person: Person,
    spells: Vec<Spell>,
    episodes: Vec<Episode>,
    acutes: Vec<Acute>,
    candidates: Vec<Candidate>,
}

/// The people of a course by key, happenings before `until` only.
fn people(course: &Course, until: Time) -> BTreeMap<u64, Whole> {
    let none = (0, 0);
    let of = |person: &Person| Whole {
        spells: course
            .spells_of(person)
            .iter()
            .map(|s| Spell { person: 0, ..*s })
            .collect(),
        episodes: before(course.episodes_of(person), until, |e| e.start, |e| e.person = 0),
        acutes: before(course.acutes_of(person), until, |a| a.time, |a| a.person = 0),
        candidates: before(course.candidates_of(person), until, |c| c.time, |c| c.person = 0),
        person: Person {
            practice: 0,
            group: 0,
            spells: none,
            episodes: none,
            acutes: none,
            candidates: none,
            ..person.clone()
        },
    };
    course
        .people
        .iter()
        .map(|person| (person.key, of(person)))
        .collect()
}

fn before<T: Clone>(table: &[T], until: Time, time: fn(&T) -> Time, blank: fn(&mut T)) -> Vec<T> {
    let mut kept: Vec<T> = table.iter().filter(|row| time(row) < until).cloned().collect();
    kept.iter_mut().for_each(blank);
    kept
}

/// What must hold of every course.
fn check_course(exo: &Exogenous, windows: &Windows, course: &Course) {
    let end = windows.end();
    for (index, person) in course.people.iter().enumerate() {
        let index = index as u32;
        assert!(person.death >= 0 && person.diagnosed < end);
        assert!(person.death - person.diagnosed <= exo.longest_illness);
        let spells = course.spells_of(person);
        if person.is_sudden() {
            assert!(spells.is_empty() && person.diagnosed == person.death);
            assert_eq!(person.end_of_life_from, NEVER);
            assert!(
                course
                    .acutes_of(person)
                    .iter()
                    .all(|acute| acute.must && acute.time <= person.death)
            );
        } else {
            assert_eq!(
                spells[0].start, person.diagnosed,
                "the first spell begins with first suspicion"
            );
            assert_eq!(
                spells.last().unwrap().end,
                person.death,
                "death is the end of the last spell"
            );
            assert_eq!(spells.last().unwrap().state, State::Dying);
            assert!(
                spells
                    .windows(2)
                    .all(|pair| pair[0].end == pair[1].start && pair[0].ordinal < pair[1].ordinal)
            );
            assert!(
                spells
                    .iter()
                    .all(|spell| spell.end > spell.start && spell.person == index)
            );
            for spell in spells {
                assert_eq!(spell.state == State::Before, spell.start < person.palliative_from);
                assert_eq!(spell.end_of_life, spell.start >= person.end_of_life_from);
            }
            let mut milestones = vec![person.diagnosed, person.treatment_from, person.living_from];
            milestones.extend(
                person
                    .again
                    .iter()
                    .flat_map(|&(treatment, living)| [treatment, living]),
            );
            milestones.retain(|&time| time != NEVER);
            milestones.extend([person.palliative_from, person.end_of_life_from]);
            assert!(
                milestones.is_sorted() && person.end_of_life_from < person.death,
                "{person:?}"
            );
        }
        let changes = person.preference_changes_at;
        assert!(changes == NEVER || (person.palliative_from..person.death).contains(&changes));

        let episodes = course.episodes_of(person);
        assert!(episodes.is_sorted_by_key(|episode| episode.start));
        for (ordinal, episode) in episodes.iter().enumerate() {
            assert_eq!((episode.person, episode.ordinal as usize), (index, ordinal));
            assert!(0 <= episode.start && episode.start < episode.end && episode.end <= person.death);
            let spell = spells
                .iter()
                .find(|spell| (spell.start..spell.end).contains(&episode.start))
                .unwrap();
            assert_eq!(spell.state, episode.state);
        }
        let acutes = course.acutes_of(person);
        assert!(acutes.is_sorted_by_key(|acute| acute.time));
        assert!(
            acutes
                .iter()
                .all(|acute| (0..end).contains(&acute.time) && acute.time <= person.death)
        );
        for candidate in course.candidates_of(person) {
            assert!((person.palliative_from..person.death).contains(&candidate.time));
            assert!((0..end).contains(&candidate.time));
            assert!(candidate.kind != CandidateKind::CarerBreakdown || person.carer_hours > 0.0);
        }
    }
    let covered = |range: fn(&Person) -> (u32, u32), rows: usize| {
        let mut next = 0;
        for (from, to) in course.people.iter().map(range) {
            assert!(from == next && to >= from);
            next = to;
        }
        assert_eq!(next as usize, rows, "every row belongs to exactly one person");
    };
    covered(|p| p.spells, course.spells.len());
    covered(|p| p.episodes, course.episodes.len());
    covered(|p| p.acutes, course.acutes.len());
    covered(|p| p.candidates, course.candidates.len());
    check_agenda(end, course);
}

/// The agenda is complete, within the run and in the promised order.
fn check_agenda(end: Time, course: &Course) {
    let order = |happening: &Happening| {
        let row = happening.index as usize;
        let (person, ordinal, time) = match happening.kind {
            HappeningKind::Spell => {
                let spell = &course.spells[row];
                assert!(spell.end > 0);
                (spell.person, spell.ordinal, spell.start.max(0))
            }
            HappeningKind::Episode => (
                course.episodes[row].person,
                course.episodes[row].ordinal,
                course.episodes[row].start,
            ),
            HappeningKind::Acute => (
                course.acutes[row].person,
                course.acutes[row].ordinal,
                course.acutes[row].time,
            ),
            HappeningKind::Candidate => (
                course.candidates[row].person,
                course.candidates[row].ordinal,
                course.candidates[row].time,
            ),
            HappeningKind::Preference => (happening.index, 0, course.people[row].preference_changes_at),
            HappeningKind::Death => (happening.index, 0, course.people[row].death),
        };
        assert_eq!(happening.time, time);
        assert!((0..end).contains(&time));
        (time, happening.kind, course.people[person as usize].key, ordinal)
    };
    assert!(course.agenda.iter().map(order).is_sorted());
    let within = |time: Time| usize::from((0..end).contains(&time));
    let spells = course
        .spells
        .iter()
        .filter(|s| s.end > 0 && s.start < end)
        .count();
    let of_people: usize = course
        .people
        .iter()
        .map(|p| within(p.death) + within(p.preference_changes_at))
        .sum();
    let rows = course.episodes.len() + course.acutes.len() + course.candidates.len();
    assert_eq!(
        course.agenda.len(),
        spells + rows + of_people,
        "nothing is left out or doubled"
    );
}

#[test]
fn a_course_is_contiguous_ordered_and_complete() {
    let exo = fixture::locality();
    for replication in 0..5 {
        let course = course(&exo, &fixture::windows(), replication);
        assert!(course.people.len() > 200 && course.episodes.len() > 500 && course.candidates.len() > 200);
        check_course(&exo, &fixture::windows(), &course);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Any laws, any cut: the illness is cut at its longest and stays whole.
    #[test]
    fn any_tables_give_a_whole_course(
        longest in 1i64..200 * WEEK,
        lengths in prop::array::uniform7(0.0f64..40.0),
        returns in 0.0f64..=1.0,
        late in 0.0f64..=1.0,
        stays in 0.0f64..=1.0,
        replication in 0u64..1_000,
    ) {
        let mut exo = fixture::locality();
        exo.longest_illness = longest;
        let fixed = |weeks: f64| Quantile::fixed((weeks * WEEK as f64).round());
        exo.diagnosis = fixed(lengths[0]);
        for group in &mut exo.groups {
            group.treatment = fixed(lengths[1]);
            group.living_with = fixed(lengths[2]);
            group.returns_to_treatment = returns;
            group.late = late;
            for (state, &weeks) in lengths[3..].iter().enumerate() {
                group.spell[state + 1] = fixed(weeks / 10.0);
            }
            group.next[0] = [stays, stays, stays, 1.0];
        }
        let windows = Windows { warm_up: 4 * WEEK, measured: 20 * WEEK, cool_down: WEEK };
        check_course(&exo, &windows, &course(&exo, &windows, replication));
    }
}

#[test]
fn a_longer_run_continues_the_shorter_one() {
    let exo = fixture::locality();
    let short = fixture::windows();
    let long = Windows {
        measured: short.measured + 3 * YEAR,
        ..short
    };
    let (a, b) = (course(&exo, &short, 1), course(&exo, &long, 1));
    let (shorter, longer) = (people(&a, short.end()), people(&b, short.end()));
    assert!(longer.len() > shorter.len() + 300);
    for (key, whole) in &shorter {
        assert_eq!(whole, &longer[key]);
    }
    assert!(
        longer
            .iter()
            .all(|(key, w)| shorter.contains_key(key) || w.person.diagnosed >= short.end())
    );
    // The shared part of the agenda is the same sequence of happenings to the same people.
    let shared = b.agenda.iter().filter(|h| h.time < short.end());
    assert!(
        shared
            .map(|h| (h.time, h.kind))
            .eq(a.agenda.iter().map(|h| (h.time, h.kind)))
    );
}

#[test]
fn reordering_tables_or_adding_to_them_changes_nobody_else() {
    let exo = fixture::locality();
    let windows = fixture::windows();
    let first = course(&exo, &windows, 2);
    let before = people(&first, windows.end());

    let mut permuted = exo.clone();
    permuted.practices.reverse();
    permuted.groups.rotate_left(1);
    let second = course(&permuted, &windows, 2);
    assert_eq!(people(&second, windows.end()), before);
    assert_eq!(second.digest(), first.digest());
    let times = |course: &Course| course.agenda.iter().map(|h| (h.time, h.kind)).collect::<Vec<_>>();
    assert_eq!(
        times(&second),
        times(&first),
        "ties are broken by key, not by position"
    );

    let mut added = exo.clone();
    added.practices.insert(
        0,
        Practice {
            name: "cedar".to_owned(),
            ..exo.practices[0].clone()
        },
    );
    added.groups.insert(
        1,
        Group {
            name: "neurological".to_owned(),
            ..exo.groups[1].clone()
        },
    );
    let after = people(&course(&added, &windows, 2), windows.end());
    assert!(after.len() > before.len());
    for (key, whole) in &before {
        assert_eq!(whole, &after[key]);
    }

    // Another name is another process; nobody else's changes.
    let mut renamed = exo.clone();
    renamed.practices[0].name = "alder".to_owned();
    let after = people(&course(&renamed, &windows, 2), windows.end());
    for person in &first.people {
        assert_eq!(after.contains_key(&person.key), person.practice == 1);
    }
}

#[test]
fn a_digest_is_equal_for_equal_courses_and_different_for_changed_ones() {
    let exo = fixture::locality();
    let windows = fixture::windows();
    let original = course(&exo, &windows, 3);
    assert_eq!(original.digest(), course(&exo, &windows, 3).digest());
    assert_ne!(original.digest(), course(&exo, &windows, 4).digest());
    let changes: [fn(&mut Course); 33] = [
        |c| c.people[5].key ^= 1,
        |c| c.people[5].age ^= 1,
        |c| c.people[5].deprivation ^= 1,
        |c| c.people[5].ethnicity ^= 1,
        |c| c.people[5].alone ^= true,
        |c| c.people[5].carer_hours += 1.0,
        |c| c.people[5].other_condition ^= true,
        |c| c.people[5].capital += 1.0,
        |c| c.people[5].care_home ^= true,
        |c| c.people[5].preference_changes_at += 1,
        |c| c.people[5].help_seeking += 1.0,
        |c| c.people[5].trust += 0.25,
        |c| c.people[5].language_barrier ^= true,
        |c| c.people[5].specialist_need ^= true,
        |c| c.people[5].care_factor += 1.0,
        |c| c.people[5].contacts_factor += 1.0,
        |c| c.people[5].acute_factor += 1.0,
        |c| c.people[5].diagnosed -= 1,
        |c| c.people[5].treatment_from -= 1,
        |c| c.people[5].living_from -= 1,
        |c| c.people[5].again[1].0 -= 1,
        |c| c.people[5].palliative_from -= 1,
        |c| c.people[5].end_of_life_from -= 1,
        |c| c.people[5].death += 1,
        |c| c.spells[7].end += 1,
        |c| c.spells[7].akps ^= 1,
        |c| c.episodes[7].end += 1,
        |c| c.episodes[7].kind ^= 1,
        |c| c.acutes[7].must ^= true,
        |c| c.acutes[7].stay_u *= 0.5,
        |c| c.candidates[7].u *= 0.5,
        |c| c.candidates[7].time += 1,
        |c| c.people[5].episodes.1 -= 1,
    ];
    let mut seen = vec![original.digest()];
    for change in changes {
        let mut changed = original.clone();
        change(&mut changed);
        seen.push(changed.digest());
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 34, "every change gives a digest of its own");
}

#[test]
fn the_course_of_the_fixture_is_pinned() {
    // Changes only if the course, a distribution or the generator change, which changes every result.
    let course = course(&fixture::locality(), &fixture::windows(), 0);
    let hex: String = course.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    let rows = [
        course.people.len(),
        course.spells.len(),
        course.episodes.len(),
        course.agenda.len(),
    ];
    assert_eq!(rows, [354, 3_910, 1_504, 5_251]);
    assert_eq!(
        hex,
        "1bf050657a0dc7203173d9b6b3c0bd2772098001de9287285201dc23b51b95bd"
    );
}

#[test]
fn the_phase_of_a_person_is_that_of_the_latest_milestone() {
    let course = course(&fixture::locality(), &fixture::windows(), 0);
    let mut person = course.people.iter().find(|p| p.group == 0).unwrap().clone();
    person.diagnosed = 0;
    (person.treatment_from, person.living_from) = (10, 20);
    person.again = [(30, 40), (NEVER, NEVER)];
    (person.palliative_from, person.end_of_life_from, person.death) = (50, 60, 70);
    use Phase::*;
    let phases = [0, 9, 10, 20, 30, 40, 49, 50, 60, 70].map(|t| person.phase(t));
    assert_eq!(
        phases,
        [
            Diagnosis,
            Diagnosis,
            ActiveTreatment,
            LivingWith,
            ActiveTreatment,
            LivingWith,
            LivingWith,
            Palliative,
            EndOfLife,
            EndOfLife
        ]
    );
    (person.treatment_from, person.living_from, person.again) = (NEVER, NEVER, [(NEVER, NEVER); 2]);
    assert_eq!(person.phase(49), Diagnosis, "presented late");
}

#[test]
fn a_long_illness_is_cut_before_the_palliative_phase() {
    let mut exo = fixture::locality();
    exo.longest_illness = 30 * WEEK;
    let group = &mut exo.groups[0];
    group.late = 0.0;
    group.returns_to_treatment = 1.0;
    group.treatment = Quantile::fixed(6.0 * WEEK as f64);
    group.living_with = Quantile::fixed(20.0 * WEEK as f64);
    group.first = [1.0, 1.0, 1.0];
    group.next[0] = [0.0, 0.0, 0.0, 1.0];
    for state in 1..5 {
        group.spell[state] = Quantile::fixed(WEEK as f64);
    }
    exo.diagnosis = Quantile::fixed(2.0 * WEEK as f64);
    let course = course(&exo, &fixture::windows(), 0);
    let person = course
        .people
        .iter()
        .find(|p| p.group == 0 && p.diagnosed > 0)
        .unwrap();
    let since = |time: Time| -> Secs { (time - person.diagnosed) / WEEK };
    // 3 palliative weeks leave 27 for 2 + 6 + 20: living with the illness is cut after 19, no second course.
    assert_eq!([since(person.treatment_from), since(person.living_from)], [2, 8]);
    assert_eq!(person.again, [(NEVER, NEVER); 2]);
    assert_eq!(
        [
            since(person.palliative_from),
            since(person.end_of_life_from),
            since(person.death)
        ],
        [27, 28, 30]
    );
}

#[test]
fn nobody_at_all_is_a_course_too() {
    let mut exo = fixture::locality();
    exo.practices.clear();
    let empty = course(&exo, &fixture::windows(), 0);
    assert!(empty.people.is_empty() && empty.agenda.is_empty());
    assert_eq!(expected(&exo).unwrap().deaths(), 0.0);
}
