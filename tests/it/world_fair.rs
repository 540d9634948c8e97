//! A fair test: names and order decide nothing, a switch at its neutral position does nothing, nobody is touched
//! by what does not concern them, and chance is the only thing the placebo changes.

use std::collections::BTreeMap;

use careweave::compile;
use careweave::model::Model;
use careweave::observe::{Breadth, Record};
use careweave::pathway::{Course, Pathway};
use careweave::scenario::{Kind, library, read};

use crate::world_tools::{SMALL, alone, compare, small, strings};

const SEED: u64 = 8;
/// Parts of the vector with a ratio that certainly changes something.
const PARTS: [(&str, f64); 17] = [
    ("transfer_delay", 3.0),
    ("returned", 8.0),
    ("lost", 20.0),
    ("gp_roundtrip", 6.0),
    ("referral_minutes", 3.0),
    ("triage_minutes", 3.0),
    ("record_lag", 3.0),
    ("record_missing", 6.0),
    ("rekey_minutes", 3.0),
    ("duplicate_assessment", 3.0),
    ("cost_refusal", 20.0),
    ("authorisation", 15.0),
    ("authorisation_delay", 10.0),
    ("informal_advice", 10.0),
    ("combine_visits", 20.0),
    ("owner_sweep", 100.0),
    ("secession", 150.0),
];

/// The record of one arm alone.
fn record(model: Model) -> Record {
    let p = compare(vec![model], SEED);
    alone(&p, 0, 0, SEED, SEED).0
}

fn with(name: &str, sets: &[&str]) -> Model {
    small(name, &strings(sets))
}

#[test]
fn each_part_of_the_vector_does_nothing_at_a_ratio_of_one_and_something_at_another() {
    // Nurses ask for care whenever they see that it is needed: inside the merged organisation the round
    // trip through the GP befalls no other hand-off.
    let nurses_ask = "social_care.contact_asks={ district_nurse = 1, cns = 1 }".to_owned();
    let base = record(small("networked", std::slice::from_ref(&nurses_ask)));
    for (part, other) in PARTS {
        let inside = |ratio: f64| {
            let set = format!("interface.internal.{part}.ratio={ratio:?}");
            record(small("integrated_map_external_theta", &[nurses_ask.clone(), set]))
        };
        assert_eq!(inside(1.0), base, "{part} x 1");
        assert!(inside(other) != base, "{part} x {other} changes nothing");
    }
    let near = "interface.same_site.informal_advice.ratio";
    let set = format!("{near}=1");
    assert_eq!(record(small("networked", &[nurses_ask, set])), base);
}

#[test]
fn a_switch_at_its_neutral_position_changes_nothing() {
    let equal = |off: &[&str], on: &[&str]| {
        let same = record(with("networked", off)) == record(with("networked", on));
        assert!(same, "{off:?} is not {on:?}");
    };
    // Contacts squeezed to their whole length, or above a queue that never comes.
    equal(&[], &["teams.gp.squeeze={ above = 1, to = 1 }"]);
    equal(&[], &["teams.gp.squeeze={ above = 1_000_000, to = 0.5 }"]);
    // Free care for no time after a discharge; re-ablement for nobody, however long it is free.
    equal(&[], &["social_care.discharge_to_assess={ weeks = 0 }"]);
    equal(
        &["social_care.reablement.share=0"],
        &[
            "social_care.reablement.share=0",
            "social_care.reablement.free_for={ weeks = 60 }",
        ],
    );
    // An urgent start where nothing is urgent.
    equal(
        &["social_care.terminal_urgent=0"],
        &["social_care.terminal_urgent=0", "social_care.urgent_start=true"],
    );
    // A fast track for which nobody applies is never decided.
    equal(
        &["social_care.fast_track.applies={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }"],
        &[
            "social_care.fast_track.applies={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }",
            "social_care.fast_track.approved=0",
        ],
    );
}

#[test]
fn one_budget_does_nothing_where_there_is_no_panel_no_dispute_and_no_authorisation() {
    let money = |pooled: bool| {
        let pooled = format!("social_care.pooled_budget={pooled}");
        let sets = [
            "interface.external.cost_refusal=0",
            "interface.external.authorisation=0",
            pooled.as_str(),
        ];
        let mut model = with("networked", &sets);
        model.social_care.panel_every = 0;
        model
    };
    assert_eq!(record(money(false)), record(money(true)));
    let mut panel = money(false);
    panel.social_care.panel_every = careweave::base::WEEK;
    assert_ne!(
        record(panel).values,
        record(money(true)).values,
        "a panel does something"
    );
}

/// Everything between teams that can move, moving fast.
const LIVELY: [&str; 13] = [
    "interface.external.secession={ per_year = 3 }",
    "interface.sweeps={ overdue = 1, returned = 1, disputes = 1 }",
    "interface.word_settles={ returned = 0.5, dispute = 0.5 }",
    "interface.external.combine_visits=0.5",
    "planning.joint_roles=[\"gp<>district_nurse\", \"gp<>cns\"]",
    "relationships.turnover_a_year=0.8",
    "relationships.growth.visit=0.5",
    "relationships.growth.meeting=0.5",
    "relationships.effect.transfer_delay=5",
    "relationships.effect.returned=5",
    "relationships.effect.lost=5",
    "relationships.effect.informal_advice=5",
    "relationships.reorganised={ at = { weeks = 8 }, teams = [\"cns\", \"social_worker\"] }",
];

#[test]
fn redrawing_or_renaming_the_map_changes_nothing_whatever_goes_on_between_teams() {
    let base = record(with("networked", &LIVELY));
    assert!(base != record(with("networked", &[])), "lively");
    assert_eq!(record(with("integrated_map_external_theta", &LIVELY)), base);
    let mut renamed = LIVELY.to_vec();
    let names =
        ["hospice_at_home", "cns", "hospice_ward"].map(|t| format!("teams.{t}.organisation=\"zeta\""));
    renamed.extend(names.iter().map(String::as_str));
    renamed.push("teams.social_worker.organisation=\"a county\"");
    assert_eq!(record(with("networked", &renamed)), base);
}

#[test]
fn swapping_the_names_of_two_identical_maps_changes_nothing() {
    let arms = |names: [&str; 2]| {
        let mut models = vec![with("networked", &[])];
        for name in names {
            models.push(with("integrated", &[]));
            models.last_mut().expect("just pushed").name = name.to_owned();
        }
        compare(models, SEED).replicate(0)
    };
    assert_eq!(arms(["one", "other"]), arms(["other", "one"]));
}

#[test]
fn the_place_of_an_arm_in_the_comparison_does_not_touch_its_people() {
    let order = |names: [&str; 3]| compare(names.map(|n| with(n, &[])).to_vec(), SEED);
    let (p, q) = (
        order(["networked", "good_network", "integrated"]),
        order(["integrated", "networked", "good_network"]),
    );
    let (a, b) = (p.replicate(0), q.replicate(0));
    let values = |p: &Pathway, r: &Record, arm: usize| {
        let stride = r.values.len() / 3;
        let mut own = r.values[arm * stride..(arm + 1) * stride].to_vec();
        // What is counted against the first arm is another thing for another first arm.
        let m = p.measures();
        for id in m.fates.all().chain([&m.paired_deaths]) {
            own[p.catalogue().at(0, *id, careweave::observe::GroupId::ALL)] = 0;
        }
        own
    };
    for (at, other) in [(0, 1), (1, 2), (2, 0)] {
        assert_eq!(values(&p, &a, at), values(&q, &b, other));
    }
}

#[test]
fn the_placebo_changes_peoples_responses_and_nothing_else() {
    let p = compare(vec![with("networked", &[])], SEED);
    let (base, base_run) = alone(&p, 0, 0, SEED, SEED);
    let (placebo, placebo_run) = alone(&p, 0, 0, SEED, SEED + 1);
    assert!(base != placebo, "responses are drawn anew");
    assert_eq!(base_run.others, placebo_run.others, "everybody else's contacts");
    assert!(base_run.others.iter().sum::<u64>() > 5_000);
    let groups = p.catalogue().groups().len();
    for name in ["deaths", "expected_deaths", "symptom_episodes"] {
        let id = p.catalogue().measure(name).expect("a measure");
        for group in 0..groups {
            let at = p.catalogue().at(0, id, p.catalogue().group_id(group));
            // Besides the episodes of the course there are those that missing medicines bring.
            let slack = if name == "symptom_episodes" {
                base.values[at] / 4 + 10
            } else {
                0
            };
            assert!(
                (base.values[at] - placebo.values[at]).abs() <= slack,
                "{name} of group {group}"
            );
        }
    }
    for team in &p.measures().teams {
        let at = |id| p.catalogue().at(0, id, careweave::observe::GroupId::ALL);
        assert_eq!(
            base.values[at(team.available)],
            placebo.values[at(team.available)],
            "rosters"
        );
    }
    // Without people nothing at all is left to change.
    let mut nobody = with("networked", &[]);
    for group in &mut nobody.exogenous.groups {
        group.per_1000_a_year = 0.0;
    }
    let p = compare(vec![nobody], SEED);
    assert_eq!(alone(&p, 0, 0, SEED, SEED).0, alone(&p, 0, 0, SEED, SEED + 1).0);
}

/// Staff and places without end, so that nobody waits for anybody else.
const AMPLE: [&str; 27] = [
    "teams.gp.continuity_wait={ hours = 0 }",
    "teams.district_nurse.continuity_wait={ hours = 0 }",
    "teams.cns.continuity_wait={ hours = 0 }",
    "symptoms.busy_holds_back=0",
    "teams.gp.clinicians.gps.count=60",
    "teams.gp.clinicians.gps.wte=1",
    "teams.gp.clinicians.gps.at.alder={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.beech={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.cedar={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.elm={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.hazel={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.holly={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.maple={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.oak={ count = 60, wte = 1 }",
    "teams.gp.clinicians.gps.at.rowan={ count = 60, wte = 1 }",
    "teams.district_nurse.clinicians.early.count=400",
    "teams.district_nurse.clinicians.late.count=400",
    "teams.cns.clinicians.specialist_nurses.count=400",
    "teams.cns.clinicians.specialist_nurses.wte=1",
    "teams.ooh_clinician.clinicians.nights_and_weekends.count=200",
    "teams.ooh_clinician.clinicians.weekday_111.count=200",
    "teams.ooh_nurse.clinicians.night_posts.count=200",
    "teams.social_worker.clinicians.social_workers.count=400",
    "teams.social_worker.clinicians.social_workers.wte=1",
    "teams.home_care.places=1_000_000",
    "teams.hospice_ward.places=100_000",
    "teams.hospice_at_home.places=100_000",
];
/// A practice whose name comes between those of two others.
const ASPEN: &str = "practices.aspen={ list_size = 1_500, style = \"reactive\", travel_factor = 1.2, \
    deprivation = { most = 0.2, second = 0.2, third = 0.2, fourth = 0.2, least = 0.2 }, \
    ethnicity = { white = 0.9, asian = 0.1 } }";
/// What depends on which of a team's clinicians is free, and so on who else needs one.
const FACES: [&str; 2] = ["usual_provider_share_micro", "bice_boxerman_micro"];

/// Everything about every person, by key: nothing of it says where the person stands in a table.
fn people(course: &Course) -> BTreeMap<u64, String> {
    let rows = |(from, to): (u32, u32)| from as usize..to as usize;
    let everybody = course.people.iter().map(|p| {
        let mut own = p.clone();
        (own.practice, own.spells, own.episodes) = (0, (0, 0), (0, 0));
        (own.acutes, own.candidates) = ((0, 0), (0, 0));
        let spells = course.spells[rows(p.spells)]
            .iter()
            .map(|s| (s.start, s.end, s.state, s.care_hours));
        let episodes = course.episodes[rows(p.episodes)]
            .iter()
            .map(|e| (e.ordinal, e.start, e.end, e.severity));
        let acutes = course.acutes[rows(p.acutes)]
            .iter()
            .map(|a| (a.ordinal, a.time, a.must, a.stay_u));
        let candidates = course.candidates[rows(p.candidates)]
            .iter()
            .map(|c| (c.kind, c.time, c.u));
        let rows = (
            spells.collect::<Vec<_>>(),
            episodes.collect::<Vec<_>>(),
            acutes.collect::<Vec<_>>(),
            candidates.collect::<Vec<_>>(),
        );
        (p.key, format!("{own:?} {rows:?}"))
    });
    everybody.collect()
}

#[test]
fn a_new_practice_changes_nothing_for_anybody_who_does_not_have_to_wait_for_its_people() {
    let mut grown = AMPLE.to_vec();
    grown.push(ASPEN);
    let before = compare(vec![with("networked", &AMPLE)], SEED);
    let after = compare(vec![with("networked", &grown)], SEED);
    // The course: everybody there was is still there, exactly as they were.
    let (old, new) = (people(&before.course(0)), people(&after.course(0)));
    assert!(new.len() > old.len());
    assert!(old.iter().all(|(key, person)| new.get(key) == Some(person)));
    // Care: with staff without end, all that is recorded of a practice's people stays as it was.
    let (a, b) = (
        alone(&before, 0, 0, SEED, SEED).0,
        alone(&after, 0, 0, SEED, SEED).0,
    );
    let group = |p: &Pathway, name: &str| {
        let practices = &p.models().next().expect("an arm").exogenous.practices;
        let at = practices.iter().position(|x| x.name == name).expect("a practice");
        p.measures().practice[at]
    };
    let practices = &before.models().next().expect("an arm").exogenous.practices;
    let mut compared = 0;
    for practice in practices {
        for measure in before.catalogue().measures() {
            if measure.breadth != Breadth::ByGroup || FACES.contains(&measure.name.as_str()) {
                continue;
            }
            let value = |p: &Pathway, r: &Record| {
                let id = p.catalogue().measure(&measure.name).expect("a measure");
                r.values[p.catalogue().at(0, id, group(p, &practice.name))]
            };
            let (was, is) = (value(&before, &a), value(&after, &b));
            assert_eq!(was, is, "{} of {}", measure.name, practice.name);
            compared += i64::from(was != 0);
        }
    }
    assert!(compared > 300, "only {compared} values are not 0");
}

/// The built-in texts with the tables of every file in reverse order.
fn reversed() -> BTreeMap<String, Vec<u8>> {
    let files = library::all().iter().filter(|s| !s.path.contains('/'));
    let backwards = |text: &str| {
        // A table begins with a line that begins with a bracket; what comes before the first stays first.
        let mut pieces: Vec<&str> = text.split("\n[").collect();
        pieces[1..].reverse();
        pieces.join("\n[")
    };
    files
        .map(|file| (file.path.to_owned(), backwards(file.text).into_bytes()))
        .collect()
}

#[test]
fn the_order_of_tables_in_the_files_changes_no_value() {
    let (checked, found, _) = read(&reversed(), "integrated.toml", &strings(&SMALL));
    let Some(Kind::Pathway(p)) = checked.map(|c| c.kind) else {
        panic!("{found:?}")
    };
    let model = compile::pathway("integrated", "integrated", &p);
    assert_eq!(record(model), record(with("integrated", &[])));
}
