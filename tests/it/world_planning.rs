//! Recognition and planning: each switch alone moves what it should, leaves courses alone, and is neutral at its neutral value.

use careweave::compile;
use careweave::model::{Model, Role};
use careweave::observe::{GroupId, MeasureId, Record};
use careweave::pathway::Pathway;
use careweave::pathway::causes::NeedKind;
use careweave::pathway::outcomes_planning::PlanningMeasures;
use careweave::pathway::register::Reason;
use careweave::pathway::team_time::Activity;
use careweave::scenario::pathway::PathwayScenario;
use careweave::scenario::{self, BuiltIn, Kind};

use crate::world_tools::{SMALL, alone, compare};

const SEED: u64 = 4;
/// What is tested must happen to somebody: so many small localities together.
const REPLICATIONS: u64 = 3;

/// A plan is offered by everybody to everybody.
const ACP: &str = "{ offered = { district_nurse = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 }, \
    cns = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 } }, willing = 1, minutes = 40, recorded = 1, \
    effect = { dying_discharge = 0, unwanted_hospice = 0, stays_home = 0 } }";
const MEETING: &str = "{ every = { weeks = 2 }, day = \"tue\", hours = \"13:00-13:48\", minutes = 48, people = 20, \
    led_by = \"practice\", gps = 0.5, attends = { district_nurse = 1, cns = 1 }, finds_overdue = 1, finds_lost = 1, \
    finds_missing = 1 }";
const NEUTRAL_GSF: &str = "{ level_1 = { lost_chased = 1, help_sought = 1 }, \
    level_2 = { finds_symptoms = 0, handover = 0, notices = 1 }, \
    level_3 = { carers = { offered = 0, accepted = 1, minutes = 60, relieves = 1, in_force = { weeks = 26 } }, \
    dying_contacts = 1, dying_recognised = 0 }, level_4 = { care_home_below = 1, non_cancer_below = 1 } }";

/// The small locality, from which everything of this file is taken out, with these changes.
fn bare(sets: &[String]) -> PathwayScenario {
    let mut all: Vec<String> = SMALL.map(String::from).to_vec();
    // Smallest practice teams cannot spare anybody for long: a specialist more.
    all.push("teams.cns.clinicians.specialist_nurses.count=2".to_owned());
    all.extend_from_slice(sets);
    let (checked, found, _) = scenario::read(&BuiltIn, "networked", &all);
    let Some(Kind::Pathway(mut p)) = checked.map(|c| c.kind) else {
        panic!("{all:#?} is refused: {found:?}")
    };
    strip(&mut p, sets);
    *p
}

/// Leaves out every table of planning that these changes do not name.
fn strip(p: &mut PathwayScenario, sets: &[String]) {
    let named = |name: &str| sets.iter().any(|s| s.contains(name));
    let plan = &mut p.planning;
    if !named("planning.repeated_admissions") {
        plan.repeated_admissions = None;
    }
    if !named("planning.risk_tool") {
        plan.risk_tool = None;
    }
    if !named("planning.gsf") {
        plan.gsf = None;
    }
    if !named("planning.acp") {
        plan.acp = None;
    }
    if !named("planning.learning") {
        plan.learning = None;
    }
    if !named("planning.reconsiders") {
        plan.reconsiders = Default::default();
    }
    for (name, style) in &mut p.styles {
        let named = |key: &str| {
            sets.iter()
                .any(|s| s.starts_with(&format!("styles.{name}.{key}")))
        };
        if !named("acts_on_admissions") {
            style.acts_on_admissions = Default::default();
        }
        if !named("risk_tool") {
            style.risk_tool = false;
        }
        if !named("gsf_level") {
            style.gsf_level = 0;
        }
        if !named("meeting") {
            style.meeting = None;
        }
        if !named("acp_offered") {
            style.acp_offered = Default::default();
        }
        if !named("after_death_review") {
            style.after_death_review = None;
        }
        if !named("bereavement") {
            style.bereavement = None;
        }
        if !named("buddy") {
            style.buddy = false;
        }
    }
}

fn model(sets: &[&str]) -> Model {
    let sets: Vec<String> = sets.iter().flat_map(|s| both(s)).collect();
    compile::pathway("one", "one", &bare(&sets))
}

/// `styles.*.x` is said of both styles.
fn both(set: &str) -> Vec<String> {
    match set.strip_prefix("styles.*.") {
        Some(rest) => ["proactive", "reactive"]
            .map(|style| format!("styles.{style}.{rest}"))
            .to_vec(),
        None => vec![set.to_owned()],
    }
}

struct Ran {
    p: Pathway,
    record: Record,
}

impl Ran {
    fn of(sets: &[&str]) -> Ran {
        let p = compare(vec![model(sets)], SEED);
        let mut sum: Option<Record> = None;
        for replication in 0..REPLICATIONS {
            let (record, arm) = alone(&p, 0, replication, SEED, SEED);
            let (created, done, withdrawn, open) = arm.items;
            let all = done + withdrawn + open;
            assert_eq!(created, all, "{sets:?}: every item is accounted for");
            match &mut sum {
                None => sum = Some(record),
                Some(sum) => sum
                    .values
                    .iter_mut()
                    .zip(record.values)
                    .for_each(|(a, b)| *a += b),
            }
        }
        let record = sum.expect("a replication");
        Ran { p, record }
    }

    fn get(&self, measure: MeasureId) -> i64 {
        self.record.values[self.p.catalogue().at(0, measure, GroupId::ALL)]
    }

    fn plan(&self, measure: impl Fn(&PlanningMeasures) -> MeasureId) -> i64 {
        self.get(measure(&self.p.measures().planning))
    }

    fn recognised(&self, why: Reason) -> i64 {
        self.plan(|m| m.recognised[why as usize])
    }

    fn hours(&self, what: Activity) -> f64 {
        self.plan(|m| m.activity_secs[what as usize]) as f64 / 3600.0 / REPLICATIONS as f64
    }

    /// What the courses alone decide.
    fn exogenous(&self) -> Vec<i64> {
        let m = self.p.measures();
        let needs = [
            NeedKind::Plan,
            NeedKind::Nursing,
            NeedKind::SpecialistReview,
            NeedKind::Carer,
        ];
        [m.deaths, m.expected_deaths]
            .into_iter()
            .chain(needs.map(|n| m.needs[n as usize]))
            .map(|id| self.get(id))
            .collect()
    }
}

/// The switch changes something and leaves people's courses alone. Returns (without, with).
fn moved(without: &[&str], with: &[&str]) -> (Ran, Ran) {
    let (a, b) = (Ran::of(without), Ran::of(with));
    assert!(a.record != b.record, "{with:?} changes nothing");
    assert_eq!(a.exogenous(), b.exogenous(), "{with:?} changes courses");
    assert_eq!(a.p.course(0).digest(), b.p.course(0).digest());
    (a, b)
}

#[test]
fn tables_with_neutral_numbers_change_no_bit() {
    let base = Ran::of(&[]).record;
    let neutral: [&[&str]; 9] = [
        &["planning.repeated_admissions={ number = 1, within = { days = 90 } }"],
        &[
            "planning.risk_tool={ every = { weeks = 4 }, sensitivity = { lung = 0 }, in_state = { stable = 1, \
             deteriorating = 1, unstable = 1, dying = 1 }, false_alarms_per_1000 = 0, minutes = 30 }",
            "styles.*.risk_tool=true",
        ],
        &[&format!("planning.gsf={NEUTRAL_GSF}"), "styles.*.gsf_level=3"],
        &["styles.*.gsf_level=4"],
        &[
            "planning.learning={ step = 1, forgotten_after = { weeks = 52 }, letters = 0, notices = 0 }",
            "styles.*.after_death_review={ probability = 0, minutes = 30 }",
        ],
        &[
            "styles.*.bereavement={ probability = 0, after = { fixed = { value = 3, unit = \"week\" } }, by = \"gp\", minutes = 20 }",
        ],
        &["styles.*.buddy=true", "teams.gp.continuity_wait={ hours = 0 }"],
        &["planning.reconsiders=0"],
        &[
            "styles.*.meeting={ every = { weeks = 2 }, day = \"tue\", hours = \"13:00-13:48\", minutes = 0, people = 0, \
             led_by = \"practice\", gps = 1, finds_overdue = 1, finds_lost = 1, finds_missing = 1 }",
        ],
    ];
    for sets in neutral {
        let same = if sets[0].starts_with("styles.*.buddy") {
            Ran::of(&sets[1..]).record
        } else {
            base.clone()
        };
        let mut record = Ran::of(sets).record;
        // Levels of learning themselves are shown even where they do nothing.
        let p = compare(vec![model(sets)], SEED);
        let m = &p.measures().planning;
        for id in m.learning.iter().chain(&m.practices) {
            record.values[p.catalogue().at(0, *id, GroupId::ALL)] = 0;
        }
        assert!(record == same, "{sets:?} is not neutral");
    }
}

#[test]
fn repeated_admissions_are_acted_on_when_the_letter_comes() {
    let sets = [
        "planning.repeated_admissions={ number = 2, within = { days = 90 } }",
        "styles.*.acts_on_admissions=1",
    ];
    let (a, b) = moved(&[], &sets);
    assert_eq!(a.recognised(Reason::Admissions), 0);
    assert!(b.recognised(Reason::Admissions) > 0);
    // The third admission is rarer than the second; letters that never come tell nobody.
    let third = Ran::of(&[
        "planning.repeated_admissions={ number = 3, within = { days = 90 } }",
        sets[1],
    ]);
    assert!(third.recognised(Reason::Admissions) < b.recognised(Reason::Admissions));
    let silent = "interface.external.record.letter.missing=1";
    assert_eq!(
        Ran::of(&[sets[0], sets[1], silent]).recognised(Reason::Admissions),
        0
    );
}

#[test]
fn a_risk_tool_finds_people_and_costs_time() {
    let tool = |found: f64, false_alarms: f64| {
        format!(
            "planning.risk_tool={{ every = {{ weeks = 4 }}, sensitivity = {{ lung = {found}, organ_failure = {found}, \
             dementia_or_frailty = {found} }}, in_state = {{ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }}, \
             false_alarms_per_1000 = {false_alarms}, minutes = 30 }}"
        )
    };
    let on = "styles.*.risk_tool=true";
    let (a, b) = moved(&[], &[&tool(0.5, 0.0), on]);
    assert!(b.recognised(Reason::RiskTool) > 0);
    assert!(b.get(b.p.measures().registered) > a.get(a.p.measures().registered));
    assert!(b.plan(|m| m.flagged) > 0);
    // 9,300 people, 2 a run for every 1,000: eight practices below 1,000 alternate between one and two.
    let wrong = Ran::of(&[&tool(0.0, 2.0), on]);
    let alarms = wrong.plan(|m| m.false_alarms) / REPLICATIONS as i64;
    assert!((18..=60).contains(&alarms), "{alarms} false alarms in nine weeks");
    assert!((wrong.hours(Activity::RiskTool) - 0.5 * alarms as f64).abs() < 8.0);
    // One practice alone, against its style.
    let one = Ran::of(&[&tool(0.5, 0.0), "practices.holly.risk_tool=true"]);
    assert!(one.plan(|m| m.flagged) < b.plan(|m| m.flagged));
}

#[test]
fn each_gsf_level_switches_on_its_own_tasks() {
    let gsf = "planning.gsf={ level_1 = { lost_chased = 0.1, help_sought = 0.2 }, \
        level_2 = { finds_symptoms = 1, handover = 1, notices = 20 }, \
        level_3 = { carers = { offered = 1, accepted = 1, minutes = 60, relieves = 1, in_force = { weeks = 26 } }, \
        dying_contacts = 5, dying_recognised = 1 }, level_4 = { care_home_below = 0, non_cancer_below = 0 } }";
    let often = "styles.*.planned_a_week={ stable = 2, deteriorating = 2, unstable = 2, dying = 2 }";
    let known = "styles.*.acts_on_letter=1";
    let silent = "symptoms.never_sought={ mild = 1, moderate = 1, severe = 1 }";
    let at = |level: u32| {
        let level = format!("styles.*.gsf_level={level}");
        Ran::of(&[gsf, often, known, silent, &level])
    };
    let [zero, one, two, three, four] = [0, 1, 2, 3, 4].map(at);
    for (lower, higher) in [(&zero, &one), (&one, &two), (&two, &three), (&three, &four)] {
        assert!(lower.record != higher.record, "each level does something");
        assert_eq!(lower.exogenous(), higher.exogenous(), "no level changes a course");
    }
    assert_eq!(one.plan(|m| m.found_symptoms), 0);
    assert!(
        two.plan(|m| m.found_symptoms) > 0,
        "level 2 finds symptoms nobody sought help for"
    );
    assert_eq!(two.plan(|m| m.carers_assessed), 0);
    assert!(three.plan(|m| m.carers_assessed) > 0, "level 3 assesses carers");
    // For longer, and without what is below level 4: so many carers that some needs of the window are met.
    let carers = "planning.gsf={ level_3 = { carers = { offered = 1, accepted = 1, minutes = 60, relieves = 1, \
                  in_force = { weeks = 26 } }, dying_contacts = 1, dying_recognised = 0 } }";
    let met = |level: &str| {
        let r = Ran::of(&[carers, often, known, level, "run.measured={ weeks = 26 }"]);
        r.get(r.p.measures().needs_met[NeedKind::Carer as usize])
    };
    assert_eq!(met("styles.*.gsf_level=2"), 0);
    assert!(met("styles.*.gsf_level=3") > 0);
    assert!(three.hours(Activity::Carers) > 0.0);
    // Below level 4 nobody without cancer is acted on by the practice itself.
    assert!(four.recognised(Reason::Contact) > three.recognised(Reason::Contact));
}

#[test]
fn a_meeting_takes_its_hours_and_finds_what_was_left() {
    let meeting = format!("styles.*.meeting={MEETING}");
    let (_, b) = moved(&[], &[&meeting]);
    assert!(b.plan(|m| m.discussed) > 0);
    assert!(b.plan(|m| m.found_missing) > 0);
    // Nine practices, a GP, a nurse and a specialist each 48 minutes every two weeks of nine.
    let (hours, expected) = (b.hours(Activity::Meeting), 9.0 * 3.0 * 4.5 * 0.8);
    assert!(
        (0.6..1.3).contains(&(hours / expected)),
        "{hours} hours of {expected}"
    );
    let lost = [
        "interface.external.lost=1",
        "planning.chased_after={ fixed = { value = 9, unit = \"week\" } }",
    ];
    let found = Ran::of(&[lost[0], lost[1], &meeting]);
    assert!(found.plan(|m| m.found_lost) > 0, "lost referrals are found");
}

#[test]
fn a_meeting_led_by_the_specialists_discusses_only_their_people() {
    let of_practice = format!("styles.*.meeting={MEETING}");
    let of_specialists = of_practice.replace("\"practice\"", "\"cns\"");
    let (practice, specialists) = (Ran::of(&[&of_practice]), Ran::of(&[&of_specialists]));
    assert!(specialists.plan(|m| m.discussed) > 0);
    assert!(specialists.plan(|m| m.discussed) < practice.plan(|m| m.discussed));
    // Without specialists' letters their people come onto the register at the meeting only.
    let silent = "interface.external.record.letter.missing=1";
    let told = Ran::of(&[&of_specialists, silent]);
    assert!(told.recognised(Reason::Meeting) > 0);
    assert_eq!(told.recognised(Reason::Specialist), 0);
}

#[test]
fn plans_are_agreed_recorded_and_seen_where_the_record_is() {
    let acp = format!("planning.acp={ACP}");
    let offered = "styles.*.acp_offered={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }";
    let (a, b) = moved(&[], &[&acp, offered]);
    assert_eq!(a.plan(|m| m.acp), 0);
    assert!(b.plan(|m| m.acp) > 0);
    assert_eq!(b.plan(|m| m.acp), b.plan(|m| m.acp_recorded));
    assert!(b.hours(Activity::Acp) > 0.0);
    let seen = |r: &Ran| (r.plan(|m| m.crises_acp_seen), r.plan(|m| m.crises_with_acp));
    let shared = Ran::of(&[&acp, offered, "interface.external.record=\"shared\""]);
    assert!(seen(&shared).1 > 0);
    assert_eq!(
        seen(&shared).0,
        seen(&shared).1,
        "a shared record shows every recorded plan"
    );
    let silent = Ran::of(&[&acp, offered, "interface.external.record.letter.missing=1"]);
    assert_eq!(seen(&silent).0, 0, "letters that never come show none");
    let summary = "planning.acp.shared_summary={ from = \"stable\", made = 1, seen = 1 }";
    let opened = Ran::of(&[
        &acp,
        offered,
        "interface.external.record.letter.missing=1",
        summary,
    ]);
    assert_eq!(
        seen(&opened).0,
        seen(&opened).1,
        "a summary that everybody opens shows every recorded plan"
    );
    let late = Ran::of(&[
        &acp,
        offered,
        "interface.external.record.letter.missing=1",
        &summary.replace("\"stable\"", "\"dying\""),
    ]);
    assert!(
        seen(&late).0 < seen(&late).1,
        "before the last days there is no summary"
    );
    let unwilling = Ran::of(&[&acp.replace("willing = 1", "willing = 0"), offered]);
    assert_eq!(unwilling.plan(|m| m.acp), 0);
    assert!(unwilling.plan(|m| m.acp_declined) > 0);
    let unrecorded = Ran::of(&[&acp.replace("recorded = 1", "recorded = 0"), offered]);
    assert!(unrecorded.plan(|m| m.acp) > 0);
    assert_eq!(unrecorded.plan(|m| m.acp_recorded) + seen(&unrecorded).0, 0);
}

#[test]
fn what_a_plan_says_is_done_where_it_can_be_seen() {
    let offered = "styles.*.acp_offered={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }";
    let shared = "interface.external.record=\"shared\"";
    // Everybody is known, seen often, and in crisis often; nobody's crisis is averted.
    let more = [
        "styles.*.acts_on_letter=1",
        "styles.*.refers_to_specialist={stable=1,deteriorating=1,unstable=1,dying=1}",
        "styles.*.planned_a_week={ stable = 2, deteriorating = 2, unstable = 2, dying = 2 }",
        "symptoms.crisis.hazard_an_hour={ mild = 0.05, moderate = 0.1, severe = 0.2 }",
        "symptoms.crisis.averted_with_plan=0",
        "symptoms.crisis.averted_without_plan=0",
        "symptoms.crisis.admitted={ mild = 1, moderate = 1, severe = 1 }",
        "hospice.refers_other={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }",
    ];
    let ran = |effect: &str| {
        let acp = format!(
            "planning.acp={}",
            ACP.replace(&format!("{effect} = 0"), &format!("{effect} = 1"))
        );
        let mut sets = vec![acp.as_str(), offered, shared];
        sets.extend(more);
        Ran::of(&sets)
    };
    let nothing = ran("none");
    let home = ran("stays_home");
    let admissions = |r: &Ran| r.get(r.p.measures().admissions);
    let (fewer, more) = (admissions(&home), admissions(&nothing));
    assert!(fewer < more, "{fewer} admissions, {more} without plans");
    let discharge = ran("dying_discharge");
    assert!(
        discharge.record != nothing.record,
        "the dying are offered a discharge"
    );
    let hospice = ran("unwanted_hospice");
    let referred = |r: &Ran| r.get(r.p.measures().needs[NeedKind::HospiceBed as usize]);
    assert!(
        referred(&hospice) < referred(&nothing),
        "unwanted referrals are not made"
    );
}

#[test]
fn reviews_teach_and_are_forgotten() {
    let review = "styles.*.after_death_review={ probability = 1, minutes = 30 }";
    let learning = |letters: f64, start: f64| {
        format!(
            "planning.learning={{ step = 0.5, forgotten_after = {{ weeks = 20 }}, letters = {letters}, notices = 30, start = {start} }}"
        )
    };
    let (_, b) = moved(&[review], &[review, &learning(1.0, 0.0)]);
    assert!(b.plan(|m| m.reviews) > 0);
    assert!(b.hours(Activity::Review) > 0.0);
    assert!(
        b.plan(|m| m.learning[2]) > 0,
        "something has been learned by the end"
    );
    assert!(b.recognised(Reason::Letter) + b.recognised(Reason::Contact) > 0);
    // Without reviews the level at the start is forgotten: exp(-6/20) and exp(-15/20) of it.
    let none = "styles.*.after_death_review={ probability = 0, minutes = 30 }";
    let only = Ran::of(&[&learning(0.0, 0.8), none]);
    let level = |i: usize| only.plan(|m| m.learning[i]) as f64 / only.plan(|m| m.practices[i]) as f64 / 1e6;
    assert!((level(0) - 0.8 * libm::exp(-6.0 / 20.0)).abs() < 1e-5);
    assert!((level(2) - 0.8 * libm::exp(-15.0 / 20.0)).abs() < 1e-5);
}

#[test]
fn carers_are_contacted_after_a_death() {
    let contact = "styles.*.bereavement={ probability = 1, after = { fixed = { value = 3, unit = \"week\" } }, \
                   by = \"district_nurse\", minutes = 20 }";
    let (a, b) = moved(&[], &[contact]);
    assert_eq!(a.plan(|m| m.bereavement_contacts), 0);
    assert!(b.plan(|m| m.bereavement_contacts) > 0);
    assert!(b.plan(|m| m.bereavement_contacts) <= b.plan(|m| m.bereaved));
    let nurse = |r: &Ran| r.get(r.p.measures().contacts[Role::DistrictNurse as usize]);
    assert!(nurse(&b) > 0);
}

#[test]
fn a_buddy_takes_the_place_of_the_named_gp() {
    let wait = [
        "teams.gp.continuity_wait={ days = 5 }",
        "teams.gp.clinicians.gps.at.holly={ count = 3, wte = 0.4 }",
        "teams.gp.clinicians.gps.at.hazel={ count = 3, wte = 0.4 }",
    ];
    moved(&wait, &[wait[0], wait[1], wait[2], "styles.*.buddy=true"]);
}

#[test]
fn the_practice_thinks_again_once_a_month() {
    let often = "styles.*.planned_a_week={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }";
    let (a, b) = moved(&[often], &[often, "planning.reconsiders=1"]);
    assert_eq!(a.plan(|m| m.found_missing), 0);
    assert!(b.plan(|m| m.found_missing) > 0);
}

#[test]
fn being_on_the_register_alone_changes_no_course() {
    // Everybody's colours add up to the time on the register of those on it.
    let all = Ran::of(&["styles.*.acts_on_letter=1"]);
    let none = Ran::of(&["styles.*.acts_on_letter=0"]);
    assert_eq!(all.exogenous(), none.exogenous());
    let time = |r: &Ran| (0..3).map(|c| r.plan(|m| m.register_secs[c])).sum::<i64>();
    assert!(time(&all) > time(&none));
    let reasons = |r: &Ran| {
        (0..Reason::NAMES.len())
            .map(|i| r.plan(|m| m.recognised[i]))
            .sum::<i64>()
    };
    assert!(reasons(&all) > reasons(&none));
}

#[test]
fn what_planning_does_begins_and_ends_during_a_run() {
    let sets = |from: u32, until: u32| {
        let mut all = Vec::new();
        for style in ["proactive", "reactive"] {
            all.push(format!("later.on.styles.{style}.meeting={MEETING}"));
            all.push(format!("later.off.styles.{style}.meeting.people=0"));
        }
        all.push(format!("later.on.from={{ weeks = {from} }}"));
        all.push(format!("later.off.from={{ weeks = {until} }}"));
        all
    };
    let discussed = |sets: &[String]| {
        let p = compare(vec![compile::pathway("one", "one", &bare(sets))], SEED);
        let record = alone(&p, 0, 0, SEED, SEED).0;
        record.values[p.catalogue().at(0, p.measures().planning.discussed, GroupId::ALL)]
    };
    // Measured are weeks 6 to 15.
    let all = discussed(&sets(1, 27));
    let part = discussed(&sets(8, 12));
    assert!(
        0 < part && part < all,
        "{part} of {all} are discussed in four of nine weeks"
    );
    assert_eq!(discussed(&sets(16, 18)), 0);
}
