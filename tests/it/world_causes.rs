//! Waits put down to their causes, by hand: one made-up person, every length fixed, every second accounted for.

use careweave::base::{DAY, HOUR, MINUTE, NEVER, Secs, Time, WEEK};
use careweave::model::{Place, Severity, State};
use careweave::observe::GroupId;
use careweave::pathway::causes::{CAUSES, Cause, NeedKind};
use careweave::pathway::course::{Course, Episode, Happening, HappeningKind, Person, Spell};

use crate::world_tools::{changed, compare, on_course, without_relations};

const SEED: u64 = 3;

/// Nobody else is there, nothing is left to chance, and staff are on duty whenever their service is open.
const CALM: [&str; 56] = [
    "run.warm_up={ weeks = 1 }",
    "run.measured={ weeks = 30 }",
    "run.cool_down={ weeks = 13 }",
    "teams.gp.background.urgent.volume={ number = { a_year = 0 } }",
    "teams.gp.background.routine.volume={ number = { a_year = 0 } }",
    "teams.social_worker.background.assessment_sessions.volume={ number = { a_year = 0 } }",
    "teams.home_care.background.packages.volume={ number = { a_year = 0 } }",
    "teams.gp.leave=0",
    "teams.gp.sickness=0",
    "teams.gp.non_clinical=0",
    "teams.gp.continuity_wait={ hours = 0 }",
    "teams.gp.clinicians.gps.rota={ weekdays = \"08:00-18:30\" }",
    "teams.gp.clinicians.gps.shifts_a_week=5",
    "teams.gp.clinicians.gps.at.alder={ count = 3, wte = 1 }",
    "teams.gp.contact.call={ fixed = { value = 20, unit = \"min\" } }",
    "teams.gp.record_minutes=10",
    "teams.social_worker.leave=0",
    "teams.social_worker.sickness=0",
    "teams.social_worker.clinicians.social_workers.wte=1",
    "teams.social_worker.clinicians.social_workers.shifts_a_week=5",
    "teams.social_worker.travel={ fixed = { value = 20, unit = \"min\" } }",
    "teams.social_worker.contact.assessment={ fixed = { value = 90, unit = \"min\" } }",
    "teams.social_worker.contact.admin={ fixed = { value = 99, unit = \"min\" } }",
    "teams.social_worker.record_minutes=10",
    "groups.lung.illness.hospital_letter=0",
    "groups.lung.illness.direct_referral=0",
    "styles.reactive.notices={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }",
    "styles.reactive.home_visit=0",
    "planning.gp_demand_a_week={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }",
    "symptoms.never_sought.mild=0",
    "symptoms.advice_enough.mild=0",
    "symptoms.at_home.mild=0",
    "symptoms.injection.mild=0",
    "symptoms.success.mild=1",
    "symptoms.crisis.hazard_an_hour.mild=0",
    "symptoms.seek.mild={ fixed = { value = 30, unit = \"min\" } }",
    "symptoms.dose_onset={ fixed = { value = 60, unit = \"min\" } }",
    "prescribing.dispensing={ fixed = { value = 1, unit = \"open_hour\" } }",
    "prescribing.delivered={ fixed = { value = 2, unit = \"hour\" } }",
    "prescribing.in_stock=1",
    "prescribing.in_stock_controlled=1",
    "prescribing.repeat_every={ years = 1000 }",
    "interface.external.transfer_delay={ fixed = { value = 2, unit = \"day\" } }",
    "interface.external.returned=0",
    "interface.external.lost=0",
    "interface.external.gp_roundtrip=0",
    "interface.external.triage_minutes=0",
    "interface.external.duplicate_assessment=0",
    "interface.external.cost_refusal=0",
    "interface.external.authorisation=0",
    "social_care.family_asks={ fixed = { value = 1, unit = \"day\" } }",
    "social_care.forms_returned={ fixed = { value = 11, unit = \"day\" } }",
    "social_care.financial_assessment={ fixed = { value = 5, unit = \"working_day\" } }",
    "social_care.panel.defers=0",
    "social_care.start={ fixed = { value = 1, unit = \"day\" } }",
    "social_care.threshold_hours=3",
];

/// One person of the practice `alder` (reactive: two working days), at home alone, with little money: stable
/// from `palliative` on and in need of so many hours of care, with a mild symptom from `symptom` on.
fn person(palliative: Time, care_hours: f32, symptom: Option<Time>) -> Course {
    let death = palliative + 26 * WEEK;
    let spell = |ordinal, start, end, state, care_hours| Spell {
        person: 0,
        ordinal,
        start,
        end,
        state,
        end_of_life: false,
        akps: 60,
        care_hours,
    };
    let happening = |time, kind, index| Happening { time, kind, index };
    let spells = vec![
        spell(0, -WEEK, palliative, State::Before, 0.0),
        spell(1, palliative, death, State::Stable, care_hours),
    ];
    let episodes: Vec<Episode> = symptom
        .map(|start| Episode {
            person: 0,
            ordinal: 0,
            start,
            end: start + 4 * WEEK,
            severity: Severity::Mild,
            kind: 0,
            state: State::Stable,
        })
        .into_iter()
        .collect();
    let mut agenda = vec![
        happening(0, HappeningKind::Spell, 0),
        happening(palliative, HappeningKind::Spell, 1),
        happening(death, HappeningKind::Death, 0),
    ];
    agenda.extend(
        episodes
            .iter()
            .map(|e| happening(e.start, HappeningKind::Episode, 0)),
    );
    agenda.sort_by_key(|h| (h.time, h.kind));
    let lung = changed("networked", &[]).exogenous.groups;
    let lung = lung.iter().position(|g| g.name == "lung").expect("a group");
    let me = Person {
        key: 77,
        practice: 0,
        group: lung as u8,
        age: 3,
        deprivation: 2,
        ethnicity: 0,
        alone: true,
        carer_hours: 0.0,
        other_condition: false,
        capital: 1_000.0,
        care_home: false,
        preferred: Place::Home,
        preferred_later: Place::Home,
        preference_changes_at: NEVER,
        help_seeking: 1.0,
        trust: 0.5,
        language_barrier: false,
        specialist_need: false,
        care_factor: 1.0,
        contacts_factor: 1.0,
        acute_factor: 1.0,
        diagnosed: -WEEK,
        treatment_from: NEVER,
        living_from: NEVER,
        again: [(NEVER, NEVER); 2],
        palliative_from: palliative,
        end_of_life_from: death,
        death,
        spells: (0, 2),
        episodes: (0, episodes.len() as u32),
        acutes: (0, 0),
        candidates: (0, 0),
    };
    Course {
        people: vec![me],
        spells,
        episodes,
        acutes: Vec::new(),
        candidates: Vec::new(),
        agenda,
    }
}

/// What the person waited for a kind of need, by cause; none of these needs is met twice.
fn waited(course: &Course, more: &[&str], kind: NeedKind) -> Vec<(&'static str, Secs)> {
    let mut sets: Vec<String> = CALM.map(String::from).to_vec();
    sets.extend(more.iter().map(|s| (*s).to_owned()));
    let p = compare(vec![without_relations(changed("networked", &sets))], SEED);
    let (record, _) = on_course(&p, 0, course, 0, SEED, SEED);
    let m = p.measures();
    let value = |id| record.values[p.catalogue().at(0, id, GroupId::ALL)];
    assert_eq!(
        (value(m.needs[kind as usize]), value(m.needs_met[kind as usize])),
        (1, 1)
    );
    (0..CAUSES)
        .map(|c| (Cause::NAMES[c], value(m.causes[kind as usize][c])))
        .filter(|(_, secs)| *secs > 0)
        .collect()
}

/// Friday of the tenth week, 14:00; and Thursday 17 April 2025, the day before Good Friday.
const FRIDAY: Time = 9 * WEEK + 4 * DAY + 14 * HOUR;
const MAUNDY_THURSDAY: Time = 14 * WEEK + 3 * DAY + 14 * HOUR;

#[test]
fn a_prescription_on_friday_at_15_under_the_two_day_rule_waits_until_tuesday_at_15() {
    // 14:00 onset; 14:30 help sought, a GP is free; 15:00 signed at the end of a call of 20 minutes and 10 of
    // record; Tuesday 15:00 ready; 16:00 dispensed (the pharmacy is open until 18:00); 18:00 in the home, given;
    // 19:00 works.
    let course = person(9 * WEEK, 0.0, Some(FRIDAY));
    assert_eq!(
        waited(&course, &[], NeedKind::Symptom),
        [
            ("not_sought", 30 * MINUTE),
            ("treatment", 30 * MINUTE + HOUR),
            ("collection_rule", 4 * DAY),
            ("pharmacy", HOUR),
            ("collection", 2 * HOUR),
        ]
    );
    assert_eq!(
        waited(&course, &[], NeedKind::Medicine),
        [
            ("collection_rule", 4 * DAY),
            ("pharmacy", HOUR),
            ("collection", 2 * HOUR)
        ]
    );
}

#[test]
fn a_prescription_before_easter_waits_over_good_friday_and_easter_monday() {
    // Thursday 15:00 and two working days: Tuesday and Wednesday of next week.
    let course = person(9 * WEEK, 0.0, Some(MAUNDY_THURSDAY));
    let causes = waited(&course, &[], NeedKind::Medicine);
    assert_eq!(causes[0], ("collection_rule", 6 * DAY));
}

#[test]
fn without_the_rule_and_asked_at_closing_time_the_pharmacy_is_what_is_waited_for() {
    // Onset 17:00, signed at 18:00, when the pharmacy closes; its hour is Saturday 9:00 to 10:00.
    let course = person(9 * WEEK, 0.0, Some(FRIDAY + 3 * HOUR));
    assert_eq!(
        waited(
            &course,
            &["styles.reactive.collection_rule.working_days=0"],
            NeedKind::Medicine
        ),
        [("pharmacy", 16 * HOUR), ("collection", 2 * HOUR)]
    );
}

#[test]
fn a_call_to_the_single_number_is_triaged_passed_on_and_then_treated_as_any_other() {
    // 14:00 onset; 14:15 the number is called, half as late as help would be sought otherwise; 8 minutes of call and 2 of
    // record; 5 minutes later the practice has it, and all goes on as if help had been sought at 14:30.
    let point = "access_point={ calls = { mild = 1, moderate = 1, severe = 1 }, seek_factor = 0.5, \
        settles = { mild = 1, moderate = 1, severe = 1 }, pass_on = { fixed = { value = 5, unit = \"min\" } }, \
        priority = { mild = \"soon\", moderate = \"soon\", severe = \"urgent\" } }";
    let team = "teams.point={ role = \"access_point\", organisation = \"hub\", site = \"hub\", calendar = \"always\", \
        record_minutes = 2, contact = { call = { fixed = { value = 8, unit = \"min\" } } }, \
        clinicians = { call_handlers = { count = 1, wte = 1, rota = \"always\" } } }";
    let sets = [team, point, "interface.external.rekey_minutes=0"];
    let course = person(9 * WEEK, 0.0, Some(FRIDAY));
    let rest = [
        ("collection_rule", 4 * DAY),
        ("pharmacy", HOUR),
        ("collection", 2 * HOUR),
    ];
    let mut expected = vec![
        ("not_sought", 15 * MINUTE),
        ("transfer", 5 * MINUTE),
        ("treatment", 10 * MINUTE + 30 * MINUTE + HOUR),
    ];
    expected.extend(rest);
    assert_eq!(waited(&course, &sets, NeedKind::Symptom), expected);
    // In office hours only: called at 17:30, nobody answers, and the practice is asked as ever.
    let office = team.replace("calendar = \"always\"", "calendar = \"office\"");
    let sets = [office.as_str(), point, "interface.external.rekey_minutes=0"];
    let late = person(9 * WEEK, 0.0, Some(FRIDAY + 3 * HOUR + 15 * MINUTE));
    let causes = waited(&late, &sets, NeedKind::Symptom);
    assert!(causes.iter().all(|(cause, _)| *cause != "transfer"), "{causes:?}");
}

#[test]
fn a_request_for_care_passes_every_stage_of_the_means_test_to_the_second() {
    // Need from Monday 00:00. The family comes to ask on Tuesday 00:00, when the practice is closed until 8:00; the
    // request is two days on its way; on Thursday social work opens at 9:00: 32 minutes of travel (20 x 1.6), a visit of 90 and 10 of record until 11:12, two
    // pieces of writing up of 109 until 14:50. Forms back after 11 days, on Monday 14:50; five working days
    // later, Monday 14:50, the means are known; the panel sits until Wednesday 12:00; the agencies have it on Friday
    // 12:00 and start a day later.
    let course = person(9 * WEEK, 10.0, None);
    let expected = [
        ("not_sought", DAY + 8 * HOUR),
        ("transfer", 2 * DAY + 2 * DAY),
        ("closed_hours", HOUR),
        ("travel", 32 * MINUTE),
        ("treatment", 100 * MINUTE + 2 * 109 * MINUTE),
        ("financial_assessment", 11 * DAY + 7 * DAY),
        ("panel", DAY + 21 * HOUR + 10 * MINUTE),
        ("package_capacity", DAY),
    ];
    assert_eq!(waited(&course, &[], NeedKind::PersonalCare), expected);
    // One budget takes away the panel and nothing else.
    let pooled: Vec<_> = expected
        .into_iter()
        .filter(|(cause, _)| *cause != "panel")
        .collect();
    let set = ["social_care.pooled_budget=true"];
    assert_eq!(waited(&course, &set, NeedKind::PersonalCare), pooled);
    // No means test: neither forms nor finance; from Thursday 14:50 to the panel of next Wednesday 12:00.
    let set = ["social_care.means_test.waived=true"];
    let causes = waited(&course, &set, NeedKind::PersonalCare);
    assert!(
        causes.contains(&("panel", 5 * DAY + 21 * HOUR + 10 * MINUTE)),
        "{causes:?}"
    );
    assert!(causes.iter().all(|(cause, _)| *cause != "financial_assessment"));
}

#[test]
fn a_request_that_is_returned_four_times_goes_there_five_times_and_back_four() {
    let course = person(9 * WEEK, 10.0, None);
    let set = ["interface.between.\"gp>social_worker\".returned=1"];
    let causes = waited(&course, &set, NeedKind::PersonalCare);
    // Five times there to social work and once to the agencies; accepted on a Saturday at 8:00, 18 days after the
    // asking; social work opens on Monday at 9:00.
    assert!(causes.contains(&("transfer", 6 * 2 * DAY)), "{causes:?}");
    assert!(causes.contains(&("returned_referral", 4 * 2 * DAY)), "{causes:?}");
    assert!(causes.contains(&("closed_hours", 2 * DAY + HOUR)), "{causes:?}");
}

#[test]
fn a_request_for_care_may_be_disputed_and_what_a_panel_has_granted_needs_no_further_leave() {
    let course = person(9 * WEEK, 10.0, None);
    let set = [
        "interface.between.\"gp>social_worker\".cost_refusal=1",
        "interface.between.\"social_worker>home_care\".cost_refusal=1",
        "interface.between.\"social_worker>home_care\".authorisation=1",
        "interface.between.\"social_worker>home_care\".authorisation_delay={ fixed = { value = 3, unit = \"day\" } }",
        "social_care.dispute={ fixed = { value = 14, unit = \"day\" } }",
    ];
    let causes = waited(&course, &set, NeedKind::PersonalCare);
    // Disputed once, on Thursday 8:00; 14 days later is a Thursday 8:00, when practices are open.
    assert!(causes.contains(&("dispute", 14 * DAY)), "{causes:?}");
    assert!(
        causes.iter().all(|(cause, _)| *cause != "authorisation"),
        "{causes:?}"
    );
}
