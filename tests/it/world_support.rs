//! Roles that coordinate: each switch moves what it should and nothing exogenous, neutral parameters do nothing, and
//! released hours are what a hand calculation says.

use careweave::observe::{GroupId, Record};
use careweave::pathway::Pathway;

use crate::world_tools::{alone, compare, small};

const SEED: u64 = 31;

/// A support workers' team of the hospital, its laws fixed.
const SUPPORT_TEAM: &str = "teams.support_worker={ role = \"support_worker\", organisation = \"acute_trust\", \
    site = \"hospital\", calendar = \"office\", record_minutes = 5, \
    contact = { visit = { fixed = { value = 40, unit = \"min\" } }, call = { fixed = { value = 15, unit = \"min\" } }, planned = { fixed = { value = 40, unit = \"min\" } }, \
    assessment = { fixed = { value = 60, unit = \"min\" } }, admin = { fixed = { value = 10, unit = \"min\" } } }, \
    travel = { fixed = { value = 20, unit = \"min\" } }, \
    clinicians = { workers = { count = COUNT, wte = 1, rota = { weekdays = \"09:00-17:00\" }, shifts_a_week = 5 } } }";
const MATRON_TEAM: &str = "teams.community_matron={ role = \"community_matron\", organisation = \"community_trust\", \
    site = \"health_centre\", calendar = \"office\", record_minutes = 5, prescribes = 1, \
    contact = { visit = { fixed = { value = 40, unit = \"min\" } }, call = { fixed = { value = 15, unit = \"min\" } }, \
    planned = { fixed = { value = 40, unit = \"min\" } }, assessment = { fixed = { value = 60, unit = \"min\" } } }, \
    travel = { fixed = { value = 15, unit = \"min\" } }, \
    clinicians = { matrons = { count = 2, wte = 1, rota = { weekdays = \"09:00-17:00\" }, shifts_a_week = 5 } } }";
const MANAGER_TEAM: &str = "teams.joint_care_manager={ role = \"joint_care_manager\", organisation = \"community_trust\", \
    site = \"health_centre\", calendar = \"office\", record_minutes = 5, \
    contact = { call = { fixed = { value = 15, unit = \"min\" } }, planned = { fixed = { value = 40, unit = \"min\" } }, \
    assessment = { fixed = { value = 60, unit = \"min\" } } }, travel = { fixed = { value = 15, unit = \"min\" } }, \
    clinicians = { managers = { count = 2, wte = 1, rota = { weekdays = \"09:00-17:00\" }, shifts_a_week = 5 } } }";
const HNA: &str = "coordination.hna={ at = { diagnosis = 0.9, end_of_treatment = 0.9, palliative = 0.9 }, \
    every = { weeks = 20 }, due = { days = 14 }, by_cns = 0.5, visits = 0.3, onward = { cns = 0.3, gp = 0.4, \
    district_nurse = 0.3, social_care = 0.3, carers_assessment = 0.4, elsewhere = 1.7, writing_minutes = 5 } }";
const SUPPORT: &str = "coordination.support_worker={ caseload_per_wte = 40, accepts = 0.9, \
    referred = { diagnosis = 0.7, end_of_treatment = 0.5, palliative = 0.5, discharge = 0.3, practice = 0.3, cns = 0.6 }, \
    touchpoints_a_week = { before = 0.04, stable = 0.2, deteriorating = 0.3, unstable = 0.5, dying = 0.5 }, \
    touchpoint_visits = 0.2 }";

fn support_team(count: u32) -> String {
    SUPPORT_TEAM.replace("COUNT", &count.to_string())
}

fn arm(sets: &[&str]) -> Pathway {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    compare(vec![small("networked", &sets)], SEED)
}

fn run(p: &Pathway) -> Record {
    alone(p, 0, 0, SEED, SEED).0
}

fn value(p: &Pathway, record: &Record, measure: &str) -> i64 {
    let id = p
        .catalogue()
        .measure(measure)
        .unwrap_or_else(|| panic!("no measure {measure}"));
    record.values[p.catalogue().at(0, id, GroupId::ALL)]
}

/// The values of one run by the names asked for.
fn values<const N: usize>(sets: &[&str], measures: [&str; N]) -> [i64; N] {
    let p = arm(sets);
    let record = run(&p);
    measures.map(|m| value(&p, &record, m))
}

/// All that is recorded in the first is the same in the second, events and the count of coordinators apart.
fn same(a: &[&str], b: &[&str]) {
    let (p, q) = (arm(a), arm(b));
    let (x, y) = (run(&p), run(&q));
    for measure in p.catalogue().measures() {
        // Where coordinators are named, one coordinator means a named one: that is counted otherwise.
        let counted_otherwise = measure.name == "several_needs_whole_secs";
        if measure.name != "events" && !counted_otherwise {
            let (was, is) = (value(&p, &x, &measure.name), value(&q, &y, &measure.name));
            assert_eq!(was, is, "{}", measure.name);
        }
    }
}

#[test]
fn teams_without_work_and_tables_with_neutral_parameters_change_nothing() {
    let team = support_team(1);
    let teams = [team.as_str(), MATRON_TEAM, MANAGER_TEAM];
    let nobody = "coordination.support_worker={ caseload_per_wte = 40, accepts = 1, referred = {}, \
        chases_a_week = 1, reinvested = 1, delegable = { cns = { planned_calls = 1 } }, \
        phone_line = { route = { mild = 1, moderate = 1, severe = 1 }, settles = { mild = 1, moderate = 1, severe = 1 } }, \
        touchpoints_a_week = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 } }";
    let matrons = "coordination.community_matron={ caseload_per_wte = 40, visits = 1, \
        reviews_a_week = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 } }";
    let managers = "coordination.joint_care_manager={ caseload_per_wte = 40, from_age = 65, complex_hours = 0, share = 0, \
        reviews_a_week = 1, kept_for = { weeks = 6 }, chases_a_week = 1, \
        fast_track = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 } }";
    let one = "coordination.coordinator={ claims = {}, chases_a_week = 1, key_worker_factor = 0.1, trust_gain = 2 }";
    let back =
        "coordination.route_back={ probability = 1, delay = { fixed = { value = 1, unit = \"day\" } } }";
    let mut tables = teams.to_vec();
    tables.extend([nobody, matrons, managers, one, back]);
    same(&teams, &tables);
    // Needs assessments that nobody asks for.
    let hna = "coordination.hna={ at = {}, due = { days = 14 }, by_cns = 1, onward = { gp = 1 } }";
    same(&teams, &[teams[0], teams[1], teams[2], hna]);
}

#[test]
fn support_workers_hold_assessments_and_leave_the_course_alone() {
    let team = support_team(2);
    let names = [
        "hna",
        "hna_on_time",
        "changes_of_phase_hna_14_days",
        "onward_elsewhere",
        "onward_gp",
        "released_secs_cns",
        "released_secs_gp",
        "released_secs_district_nurse",
        "caseload_secs_support_worker",
    ];
    let [
        hna,
        on_time,
        in_time,
        elsewhere,
        gp,
        cns_secs,
        gp_secs,
        dn_secs,
        caseload,
    ] = values(&[&team, HNA, SUPPORT], names);
    assert!(
        hna > 20 && on_time > 0 && in_time > 0 && on_time <= hna,
        "{hna} {on_time} {in_time}"
    );
    assert!(caseload > 0);
    let mean = elsewhere as f64 / hna as f64;
    assert!((1.3..2.1).contains(&mean) && gp > 0, "{mean} elsewhere");
    // Nothing is on the list, so nothing is released.
    assert_eq!((cns_secs, gp_secs, dn_secs), (0, 0, 0));
    let digest = |sets: &[&str]| arm(sets).course(0).digest();
    assert_eq!(digest(&[]), digest(&[&team, HNA, SUPPORT]));
    // Without support workers the specialist nurses hold some, and fewer changes are followed by one.
    let [nurses, few] = values(&[HNA], ["hna", "changes_of_phase_hna_14_days"]);
    assert!(nurses > 0 && nurses < hna && few < in_time, "{nurses} {few}");
}

#[test]
fn more_support_workers_never_hold_fewer_assessments_on_time() {
    let names = [
        "hna_on_time",
        "changes_of_phase_hna_14_days",
        "waiting_list_secs_support_worker",
    ];
    let full = SUPPORT.replace("caseload_per_wte = 40", "caseload_per_wte = 12");
    let runs: Vec<[i64; 3]> = [1, 2, 4]
        .into_iter()
        .map(|n| values(&[&support_team(n), HNA, &full], names))
        .collect();
    for pair in runs.windows(2) {
        assert!(pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1], "{runs:?}");
        assert!(pair[0][2] >= pair[1][2], "{runs:?}");
    }
    assert!(runs[0][0] < runs[2][0] && runs[0][2] > 0, "{runs:?}");
}

#[test]
fn released_hours_are_the_contacts_times_their_length() {
    let team = support_team(3);
    let with = SUPPORT.replace(
        "touchpoint_visits",
        "delegable = { cns = { planned_calls = 1 } }, touchpoint_visits",
    );
    let fixed = [
        "teams.cns.contact.call={ fixed = { value = 20, unit = \"min\" } }",
        "teams.cns.record_minutes=12",
        "planning.specialist_visits=0",
        "styles.proactive.refers_to_specialist={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }",
        "styles.reactive.refers_to_specialist={ stable = 1, deteriorating = 1, unstable = 1, dying = 1 }",
    ];
    let mut all = fixed.to_vec();
    all.extend([team.as_str(), HNA, with.as_str()]);
    let [released, items, gp] = values(&all, ["released_secs_cns", "delegated_items", "released_secs_gp"]);
    assert!(items > 5, "{items} delegated");
    // 20 minutes, 12 for the record and 4 for the second system.
    assert_eq!(released, items * 36 * 60);
    assert_eq!(gp, 0);
    // Reinvested, it brings about as many contacts forward, which take the nurses 32 minutes each on average.
    let again = with.replace("touchpoint_visits", "reinvested = 1, touchpoint_visits");
    let mut all = fixed.to_vec();
    all.extend([team.as_str(), HNA, again.as_str()]);
    let [extra, released] = values(&all, ["reinvested_contacts", "released_secs_cns"]);
    assert!(
        extra > 0 && extra * 32 * 60 <= released * 2,
        "{extra} for {released} s"
    );
    // Writing too is released for exactly what it takes.
    let writing = SUPPORT.replace(
        "touchpoint_visits",
        "delegable = { gp = { referral_writing = 1 } }, touchpoint_visits",
    );
    let [gp, cns, items] = values(
        &[&team, HNA, &writing],
        ["released_secs_gp", "released_secs_cns", "delegated_items"],
    );
    assert_eq!((gp, cns), (items * 12 * 60, 0));
    assert!(items > 0);
}

#[test]
fn the_line_settles_some_calls_and_passes_the_others_on() {
    let team = support_team(3);
    let line = |settles: &str| {
        let line = format!(
            "phone_line = {{ route = {{ mild = 1, moderate = 1, severe = 1 }}, settles = {{ {settles} }} }}, \
             chases_a_week = 2, chase_minutes = 10, \
             carer_training = {{ share = 1, minutes = 60, gives = 1 }}, touchpoint_visits"
        );
        SUPPORT.replace("touchpoint_visits", &line)
    };
    let names = [
        "line_calls",
        "line_calls_settled",
        "chased",
        "carers_taught",
        "contacts_gp",
    ];
    let all = line("mild = 1, moderate = 1, severe = 1");
    let [calls, settled, chased, taught, gp] = values(&[&team, HNA, &all], names);
    assert!(calls > 0 && chased > 0 && taught > 0, "{calls} {chased} {taught}");
    assert!(settled > calls / 2, "{settled} of {calls}");
    let none = line("mild = 0, moderate = 0, severe = 0");
    let [calls, settled, _, _, more] = values(&[&team, HNA, &none], names);
    assert!(
        calls > 0 && settled == 0 && more > gp,
        "{calls} {settled} {more} {gp}"
    );
}

#[test]
fn matrons_transition_support_and_the_way_back() {
    let matrons = "coordination.community_matron={ caseload_per_wte = 60, visits = 0.8, \
        referred = { practice = 0.6, discharge = 0.5 }, route = { mild = 0.5, moderate = 0.5, severe = 0.3 }, \
        reviews_a_week = { stable = 0.3, deteriorating = 0.5, unstable = 1, dying = 2 }, \
        transition_support = { at_palliative = 0.8, after_discharge = 0.5, length = { weeks = 6 }, contacts_a_week = 1 } }";
    let back =
        "coordination.route_back={ probability = 1, delay = { fixed = { value = 1, unit = \"day\" } } }";
    let combine = "interface.between.\"community_matron<>district_nurse\"={ combine_visits = 1 }";
    let roles = "planning.combine_roles=[\"cns<>district_nurse\", \"community_matron<>district_nurse\"]";
    let names = [
        "contacts_community_matron",
        "transition_support",
        "came_back",
        "caseload_secs_community_matron",
        "combined_visits",
    ];
    let [contacts, intensive, came, caseload, combined] =
        values(&[MATRON_TEAM, matrons, back, combine, roles], names);
    assert!(
        contacts > 50 && intensive > 5 && came > 0 && caseload > 0,
        "{contacts} {intensive} {came}"
    );
    let [_, _, none, _, fewer] = values(&[MATRON_TEAM, matrons], names);
    assert!(none == 0 && combined > fewer, "{combined} {fewer}");
    // Without a referral only those in intensive support are seen.
    let nobody = matrons.replace("referred = { practice = 0.6, discharge = 0.5 }, ", "");
    let [seen, ..] = values(&[MATRON_TEAM, &nobody], names);
    assert!(seen > 0 && seen < contacts);
}

#[test]
fn joint_care_managers_apply_and_pursue() {
    let managers = "coordination.joint_care_manager={ caseload_per_wte = 60, from_age = 65, complex_hours = 0, share = 1, \
        reviews_a_week = 1, kept_for = { weeks = 12 }, chases_a_week = 7, chase_minutes = 10, \
        fast_track = { stable = 1, deteriorating = 1, unstable = 1, dying = 1 } }";
    let names = [
        "manager_fast_track",
        "contacts_joint_care_manager",
        "fast_track_approved",
        "caseload_secs_joint_care_manager",
    ];
    // No other role applies; care after a discharge is free for two weeks and then to be asked for.
    let rest = [
        "run.measured={ weeks = 30 }",
        "social_care.fast_track.applies={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }",
        "social_care.reablement={ share = 1, free_for = { weeks = 2 }, start = { fixed = { value = 1, unit = \"day\" } } }",
    ];
    let [applied, contacts, approved, caseload] =
        values(&[MANAGER_TEAM, managers, rest[0], rest[1], rest[2]], names);
    assert!(
        applied > 0 && contacts > applied && approved > 0 && caseload > 0,
        "{applied} {contacts} {approved}"
    );
    let young = managers.replace("from_age = 65", "from_age = 110");
    let [none, nobody, approved, _] = values(&[MANAGER_TEAM, &young, rest[0], rest[1], rest[2]], names);
    assert_eq!((none, nobody, approved), (0, 0, 0));
}

#[test]
fn several_coordinators_cost_time_and_one_does_not() {
    let table = |more: &str| {
        format!(
            "coordination.coordinator={{ claims = {{ gp = 1, district_nurse = 1, cns = 1 }}, pair_minutes_a_week = 10{more} }}"
        )
    };
    let names = [
        "coordination_work_secs",
        "coordinator_secs_one",
        "coordinator_secs_several",
        "coordinators_secs",
        "cause_secs_symptom_not_sought",
    ];
    let [work, one, several, sum, slow] = values(&[&table("")], names);
    assert!(work > 0 && one > 0 && several > 0);
    assert!(sum >= one + 2 * several && sum <= one + 3 * several);
    let [no_work, more, none, days, still] = values(&[&table(", agreed = 1")], names);
    assert_eq!((no_work, none, days), (0, 0, more));
    assert!(more > one);
    let [.., soon] = values(&[&table(", agreed = 1, key_worker_factor = 0.3")], names);
    assert!(soon < still, "{soon} {still} {slow}");
}

#[test]
fn a_matched_support_worker_is_accepted_and_people_come_back() {
    let team = support_team(3);
    let names = [
        "support_declined",
        "hna",
        "caseload_secs_support_worker",
        "came_back",
    ];
    let nobody = SUPPORT.replace("accepts = 0.9", "accepts = 0");
    let [declined, hna, caseload, _] = values(
        &[&team, &HNA.replace("by_cns = 0.5", "by_cns = 0"), &nobody],
        names,
    );
    assert!(declined > 10 && hna == 0 && caseload == 0, "{declined} {hna}");
    let matched = nobody.replace(
        "touchpoint_visits",
        "discharged_after = { weeks = 2 }, community_matched = { share = { white = 1, asian = 1, black = 1, mixed_or_other = 1 }, \
         accepts = 1, acp_factor = 1 }, touchpoint_visits",
    );
    let back =
        "coordination.route_back={ probability = 1, delay = { fixed = { value = 1, unit = \"day\" } } }";
    let [declined, hna, caseload, came] = values(&[&team, HNA, &matched, back], names);
    assert!(
        declined < hna && caseload > 0 && came > 0,
        "{declined} {hna} {came}"
    );
}

#[test]
fn support_workers_may_begin_and_end_during_a_run() {
    let team = support_team(2);
    let names = [
        "hna",
        "caseload_secs_support_worker",
        "items_open_at_end",
        "items_created",
        "items_done",
    ];
    let always = values(&[&team, HNA, SUPPORT], names);
    // From the middle of the measured window on.
    let later = SUPPORT.replace("coordination.", "later.begin.coordination.");
    let some = values(&[&team, HNA, "later.begin.from={ weeks = 10 }", &later], names);
    assert!(
        some[0] > 0 && some[1] > 0 && some[1] < always[1],
        "{some:?} {always:?}"
    );
    // Nobody is left to do it from then on: places are not given any more.
    let gone = "later.end.teams.support_worker.clinicians.workers.count=0";
    let fewer = values(
        &[&team, HNA, SUPPORT, "later.end.from={ weeks = 8 }", gone],
        names,
    );
    assert!(fewer[0] < always[0], "{fewer:?} {always:?}");
}
