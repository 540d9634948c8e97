//! What changes between teams over time: each mechanism does nothing where it is neutral and moves what it should where
//! it is not.

use careweave::model::Model;
use careweave::observe::{GroupId, Record};
use careweave::pathway::Pathway;

use crate::world_tools::{alone, compare, small, strings};

const SEED: u64 = 31;
/// Nothing that moves a relationship, and nothing that it moves.
const STILL: [&str; 10] = [
    "relationships.start={ at = 0.2 }",
    "relationships.turnover_a_year=0",
    "relationships.growth.ordinary_a_year=0",
    "relationships.growth.same_site_a_year=0",
    "relationships.growth.meeting=0",
    "relationships.growth.visit=0",
    "relationships.effect.transfer_delay=0",
    "relationships.effect.returned=0",
    "relationships.effect.lost=0",
    "relationships.effect.informal_advice=0",
];
/// Only known where the mechanism is there.
const OWN: [&str; 4] = ["relationship_", "link_", "links_", "swept_"];

fn with(sets: &[&str]) -> Model {
    small("networked", &strings(sets))
}

fn without_relationships(sets: &[&str]) -> Model {
    let mut model = with(sets);
    model.relations.relationships = None;
    model
}

/// One replication of some arms on one catalogue.
struct Seen {
    p: Pathway,
    records: Vec<Record>,
}

fn see(models: Vec<Model>) -> Seen {
    see_of(models, 0)
}

fn see_of(mut models: Vec<Model>, replication: u64) -> Seen {
    let arms = models.len();
    for (i, model) in models.iter_mut().enumerate() {
        model.name = format!("arm{i}");
    }
    let p = compare(models, SEED);
    let run = |arm| alone(&p, arm, replication, SEED, SEED);
    let runs: Vec<_> = (0..arms).map(run).collect();
    let records = runs.into_iter().map(|(record, _)| record).collect();
    Seen { p, records }
}

impl Seen {
    fn value(&self, arm: usize, measure: &str) -> i64 {
        let id = self.p.catalogue().measure(measure).expect(measure);
        self.records[arm].values[self.p.catalogue().at(arm, id, GroupId::ALL)]
    }

    /// Mean relationship of a kind of pair at a point of the window.
    fn rho(&self, arm: usize, kind: &str, point: &str) -> f64 {
        let sum = self.value(arm, &format!("relationship_micro_{kind}_{point}"));
        sum as f64 / 1e6 / self.value(arm, &format!("relationship_pairs_{kind}_{point}")) as f64
    }

    /// Measures that differ between two arms, what is only known of a mechanism left out.
    fn differing(&self, a: usize, b: usize) -> Vec<String> {
        let measures = self.p.catalogue().measures();
        let known = measures.iter().map(|m| &m.name);
        let open = known.filter(|name| !OWN.iter().any(|own| name.starts_with(own)));
        open.filter(|name| self.value(a, name) != self.value(b, name))
            .cloned()
            .collect()
    }

    fn equal(&self, a: usize, b: usize, what: &str) {
        let differing = self.differing(a, b);
        assert!(differing.is_empty(), "{what}: {differing:?}");
    }
}

/// The sum of seconds put down to a cause, over all needs.
fn waited(seen: &Seen, arm: usize, cause: &str) -> i64 {
    let names = seen.p.catalogue().measures().iter().map(|m| m.name.clone());
    names
        .filter(|n| n.starts_with("cause_secs_") && n.ends_with(cause))
        .map(|n| seen.value(arm, &n))
        .sum()
}

#[test]
fn a_relationship_grows_as_the_formula_says() {
    let mut sets = STILL.to_vec();
    sets.push("relationships.growth.ordinary_a_year=0.5");
    sets.push("interface.external.combine_visits=0");
    let seen = see(vec![with(&sets)]);
    for (point, weeks) in [("start", 6.0), ("middle", 10.5), ("end", 15.0)] {
        let years = weeks * 7.0 / 365.25;
        let expected = 1.0 - 0.8 * f64::exp(-0.5 * years);
        let found = seen.rho(0, "all", point);
        assert!((found - expected).abs() < 2e-6, "{point}: {found} {expected}");
    }
}

#[test]
fn people_who_leave_take_their_share_whoever_employs_them() {
    let mut sets = STILL.to_vec();
    sets.extend([
        "relationships.start={ at = 1 }",
        "relationships.turnover_a_year=0.6",
    ]);
    let map = small("integrated_map_external_theta", &strings(&sets));
    let seen = see(vec![with(&sets), map]);
    let rho = ["start", "middle", "end"].map(|p| seen.rho(0, "all", p));
    assert!(rho[0] > rho[1] && rho[1] > rho[2], "{rho:?}");
    // On average by exp(-2 x 0.6 x 15 weeks); a handful of small teams scatter about it.
    let expected = f64::exp(-1.2 * 15.0 * 7.0 / 365.25);
    assert!((rho[2] - expected).abs() < 0.12, "{rho:?} {expected}");
    assert_eq!(rho, ["start", "middle", "end"].map(|p| seen.rho(1, "all", p)));
    // Nobody can take what belongs to services.
    sets.push("relationships.taken_by_leaver=0");
    assert_eq!(see(vec![with(&sets)]).rho(0, "all", "end"), 1.0);
}

#[test]
fn a_reorganisation_sets_the_relationships_of_its_teams_back_and_never_forward() {
    let at = |start: &str, teams: &str| {
        let mut sets = STILL.to_vec();
        let start = format!("relationships.start={{ at = {start} }}");
        let change = format!("relationships.reorganised={{ at = {{ weeks = 8 }}, teams = [{teams}] }}");
        sets.extend([start.as_str(), "relationships.reset_to=0.1", change.as_str()]);
        let seen = see(vec![with(&sets)]);
        ["start", "middle", "end"].map(|p| seen.rho(0, "practice", p))
    };
    assert_eq!(at("0.8", "\"gp\""), [0.8, 0.1, 0.1]);
    assert_eq!(at("0.05", "\"gp\""), [0.05, 0.05, 0.05]);
    // One of the many teams that practices work with.
    let one = at("0.8", "\"cns\"");
    assert!(
        one[0] == 0.8 && one[1] > 0.1 && one[1] < 0.8 && one[1] == one[2],
        "{one:?}"
    );
}

#[test]
fn a_visit_together_makes_two_teams_know_one_another() {
    let sets = |visits: &'static str| {
        let mut sets = STILL.to_vec();
        sets.extend(["relationships.growth.visit=1", visits]);
        with(&sets)
    };
    let seen = see(vec![
        sets("interface.external.combine_visits=0"),
        sets("interface.external.combine_visits=1"),
    ]);
    assert!((seen.rho(0, "community", "end") - 0.2).abs() < 1e-9);
    assert!(seen.rho(1, "community", "end") > 0.25);
    assert!(seen.value(1, "combined_visits") > 0);
}

#[test]
fn a_relationship_without_slopes_changes_nothing_and_with_each_slope_something() {
    let mut sets = STILL.to_vec();
    sets.extend([
        "relationships.turnover_a_year=0.6",
        "relationships.growth.visit=0.5",
    ]);
    let mut models = vec![without_relationships(&[]), with(&sets)];
    let slopes = ["transfer_delay", "returned", "lost", "informal_advice"];
    for slope in slopes {
        let set = format!("relationships.effect.{slope}=10");
        let mut sets = sets.clone();
        sets.push(&set);
        models.push(with(&sets));
    }
    // At the reference every factor is 1, whatever the slope.
    let steep = slopes.map(|s| format!("relationships.effect.{s}=10"));
    let mut sets = STILL.to_vec();
    sets.extend(steep.iter().map(String::as_str));
    sets.push("relationships.start={ at = 0.5 }");
    models.push(with(&sets));
    let seen = see(models);
    seen.equal(0, 1, "slopes of 0");
    for (i, slope) in slopes.into_iter().enumerate() {
        assert!(!seen.differing(0, 2 + i).is_empty(), "{slope} does nothing");
    }
    seen.equal(0, 6, "at the reference");
    assert!(
        waited(&seen, 2, "_transfer") > waited(&seen, 0, "_transfer"),
        "strangers take longer"
    );
}

#[test]
fn links_are_withdrawn_as_often_as_stated_and_what_then_holds_is_what_acts() {
    let rate = |a_year: f64| format!("interface.external.secession={{ per_year = {a_year:?} }}");
    let ever = "interface.restored_after={ fixed = { value = 3_000, unit = \"week\" } }";
    let (none, some, most) = (rate(0.0), rate(1.0), rate(4.0));
    let bare = |m: Model| {
        // A withdrawn link at which everything stays as it was.
        let mut m = m;
        m.relations.severed = m.vectors.clone();
        m
    };
    let mut share = 0.0;
    for replication in 0..4 {
        let models = vec![
            with(&[&none, ever]),
            with(&[&some, ever]),
            with(&[&most, ever]),
            bare(with(&[&most, ever])),
            small("integrated_map_external_theta", &strings(&[&most, ever])),
        ];
        let seen = see_of(models, replication);
        let withdrawn = |arm| seen.value(arm, "link_secs_withdrawn");
        assert_eq!((seen.value(0, "links_withdrawn"), withdrawn(0)), (0, 0));
        assert!(0 < withdrawn(1) && withdrawn(1) < withdrawn(2));
        seen.equal(0, 3, "nothing is lost with the link");
        assert_eq!(withdrawn(2), withdrawn(3));
        seen.equal(2, 4, "the map");
        let dearer = seen.differing(0, 2);
        assert!(!dearer.is_empty(), "a withdrawn link changes something");
        let under_way = |arm| waited(&seen, arm, "_transfer") + waited(&seen, arm, "_gp_roundtrip");
        assert!(under_way(2) > under_way(0));
        share += withdrawn(2) as f64 / seen.value(2, "link_secs") as f64 / 4.0;
    }
    // 1 - the mean of exp(-4t) from week 6 to week 15, for links that can be withdrawn.
    let t = |weeks: f64| 4.0 * weeks * 7.0 / 365.25;
    let expected = 1.0 - (f64::exp(-t(6.0)) - f64::exp(-t(15.0))) / (t(15.0) - t(6.0));
    assert!((share - expected).abs() < 0.1, "{share} {expected}");
}

#[test]
fn somebody_accountable_finds_what_lies_about() {
    let sweeps = |overdue: u8, returned: u8, disputes: u8| {
        format!("interface.sweeps={{ overdue = {overdue}, returned = {returned}, disputes = {disputes} }}")
    };
    let base = [
        "interface.external.owner_sweep={ per_hour = 10 }",
        "interface.external.returned=0.5",
        "interface.external.cost_refusal=0.5",
    ];
    let also = |more: &String| {
        let mut sets = base.to_vec();
        sets.push(more);
        with(&sets)
    };
    let seen = see(vec![
        with(&base),
        also(&sweeps(0, 0, 0)),
        also(&sweeps(1, 0, 0)),
        also(&sweeps(0, 1, 0)),
        also(&sweeps(0, 0, 1)),
    ]);
    seen.equal(0, 1, "sweeps that find nothing");
    for (arm, what) in [
        (2, "overdue_contacts"),
        (3, "returned_referrals"),
        (4, "disputes"),
    ] {
        assert!(seen.value(arm, &format!("swept_{what}")) > 0, "{what}");
    }
    let rest = |arm, cause| (waited(&seen, arm, cause) as f64) / (waited(&seen, 0, cause) as f64);
    assert!(rest(3, "_returned_referral") < 0.1);
    assert!(rest(4, "_dispute") < 0.1);
}

#[test]
fn a_word_settles_what_would_have_been_sent_back_or_disputed() {
    let base = [
        "relationships.effect.informal_advice=0",
        "interface.external.informal_advice=1",
        "interface.external.returned=0.5",
        "interface.external.cost_refusal=0.5",
        "interface.between.\"district_nurse<>ooh_nurse\".returned=0",
        "interface.between.\"cns<>hospice_ward\".returned=0",
        "interface.between.\"cns<>hospice_at_home\".returned=0",
        "interface.external.secession={ per_year = 0 }",
    ];
    let also = |more: &'static str| {
        let mut sets = base.to_vec();
        sets.push(more);
        with(&sets)
    };
    let seen = see(vec![
        with(&base),
        also("interface.word_settles={ returned = 0, dispute = 0 }"),
        also("interface.word_settles={ returned = 1 }"),
        also("interface.word_settles={ dispute = 1 }"),
    ]);
    seen.equal(0, 1, "words that settle nothing");
    assert!(waited(&seen, 0, "_returned_referral") > 0 && waited(&seen, 0, "_dispute") > 0);
    assert_eq!(waited(&seen, 2, "_returned_referral"), 0);
    assert_eq!(waited(&seen, 3, "_dispute"), 0);
}

#[test]
fn an_assessment_is_repeated_only_by_somebody_who_has_not_got_the_record() {
    let letter = |lag: u32, missing: u32| {
        format!(
            "interface.external.record={{ letter = {{ lag = {{ fixed = {{ value = {lag}, unit = \"day\" }} }}, missing = {missing} }} }}"
        )
    };
    let (at_once, never) = (letter(0, 0), letter(0, 1));
    let shared = "interface.external.record=\"shared\"".to_owned();
    let arm = |record: &str, repeats: &'static str| {
        with(&[
            record,
            repeats,
            "interface.between.\"cns<>hospice_ward\".duplicate_assessment=0",
            "interface.external.secession={ per_year = 0 }",
        ])
    };
    let (always, not) = (
        "interface.external.duplicate_assessment=1",
        "interface.external.duplicate_assessment=0",
    );
    let seen = see(vec![
        arm(&shared, not),
        arm(&shared, always),
        arm(&at_once, not),
        arm(&at_once, always),
        arm(&never, not),
        arm(&never, always),
    ]);
    seen.equal(0, 1, "shared");
    seen.equal(2, 3, "the letter has come");
    let busy = |arm| seen.value(arm, "busy_secs_social_worker") + seen.value(arm, "busy_secs_cns");
    assert!(busy(5) > busy(4), "{} {}", busy(5), busy(4));
}

#[test]
fn visits_are_combined_by_the_roles_that_may() {
    let base = [
        "interface.external.combine_visits=1",
        "planning.combine_window={ days = 7 }",
    ];
    let also = |more: &[&'static str]| {
        let mut sets = base.to_vec();
        sets.extend(more);
        with(&sets)
    };
    let seen = see(vec![
        also(&[]),
        also(&[
            "planning.combine_roles=[\"cns<>district_nurse\"]",
            "planning.joint_roles=[]",
        ]),
        also(&["planning.combine_roles=[]"]),
        also(&["planning.joint_roles=[\"gp<>district_nurse\", \"gp<>cns\"]"]),
    ]);
    seen.equal(0, 1, "the two nurses, as ever");
    let combined = |arm| seen.value(arm, "combined_visits");
    assert_eq!(combined(2), 0);
    assert!(combined(3) > combined(0) && combined(0) > 0);
    for exogenous in ["deaths", "expected_deaths"] {
        assert_eq!(seen.value(0, exogenous), seen.value(3, exogenous));
    }
}

#[test]
fn applications_and_scripts_travel_as_referrals_only_where_that_is_said() {
    // Nurses are asked for help, and what is needed has to be prescribed.
    let base = [
        "interface.external.transfer_delay={ fixed = { value = 5, unit = \"day\" } }",
        "symptoms.route_in_hours.mild={ gp = 0.001, district_nurse = 1, cns = 0, emergency = 0 }",
        "symptoms.route_in_hours.moderate={ gp = 0.001, district_nurse = 1, cns = 0, emergency = 0 }",
        "symptoms.route_in_hours.severe={ gp = 0.001, district_nurse = 1, cns = 0, emergency = 0 }",
        "symptoms.at_home={ mild = 0, moderate = 0, severe = 0 }",
        "symptoms.advice_enough={ mild = 0, moderate = 0, severe = 0 }",
        "teams.district_nurse.prescribes=0",
        "teams.district_nurse.clinicians.early.count=20",
    ];
    let also = |more: &[&'static str]| {
        let mut sets = base.to_vec();
        sets.extend(more);
        with(&sets)
    };
    let seen = see(vec![
        also(&[]),
        also(&[
            "social_care.fast_track.over_interface=false",
            "prescribing.over_interface=0",
        ]),
        also(&["social_care.fast_track.over_interface=true"]),
        also(&["prescribing.over_interface=1"]),
    ]);
    seen.equal(0, 1, "as it was");
    let care = "cause_secs_personal_care_transfer";
    assert!(seen.value(2, care) > seen.value(0, care));
    let medicine = "cause_secs_medicine_transfer";
    assert_eq!(seen.value(0, medicine), 0);
    assert!(seen.value(3, medicine) > 0, "{:?}", seen.differing(0, 3));
}

#[test]
fn a_transition_costs_what_it_says_while_it_lasts() {
    let t = |more: &str| {
        format!(
            "transition={{ from = {{ weeks = 6 }}, lasts = {{ weeks = 9 }}, teams = [\"gp\", \"district_nurse\", \"cns\", \"social_worker\"]{more} }}"
        )
    };
    let sets = [
        t(""),
        t(", contact_minutes = 10"),
        t(", transfer_delay = 3"),
        t(", referral_minutes = 4"),
        t(", non_clinical = 0.3"),
        t(", sickness = 5"),
        t(", turnover = 300"),
        t(", contact_minutes = 10").replace("weeks = 6 }", "weeks = 60 }"),
    ];
    let mut models = vec![with(&[])];
    models.extend(sets.iter().map(|s| with(&[s])));
    let seen = see(models);
    seen.equal(0, 1, "a transition that costs nothing");
    seen.equal(0, 8, "one after the run");
    let more = |arm, measure| seen.value(arm, measure) > seen.value(0, measure);
    assert!(more(2, "busy_secs_district_nurse"));
    assert!(waited(&seen, 3, "_transfer") > waited(&seen, 0, "_transfer"));
    assert!(more(4, "referral_writing_secs"));
    for arm in [5, 6] {
        assert!(!more(arm, "available_secs_district_nurse"));
        assert_ne!(
            seen.value(arm, "available_secs_district_nurse"),
            seen.value(0, "available_secs_district_nurse")
        );
        assert_eq!(
            seen.value(arm, "available_secs_ooh_clinician"),
            seen.value(0, "available_secs_ooh_clinician")
        );
    }
    assert!(seen.rho(7, "all", "end") < seen.rho(0, "all", "end"));
}

#[test]
fn one_site_touches_a_word_and_the_growth_of_the_relationship_and_nothing_else() {
    let near = "teams.cns.site=\"health_centre\"";
    let none = "relationships.growth.same_site_a_year=0";
    let flat: Vec<&str> = STILL[6..].to_vec();
    let mut still = vec![near];
    still.extend(&flat);
    let mut far = Vec::new();
    far.extend(&flat);
    let seen = see(vec![
        with(&[none]),
        with(&[none, near]),
        with(&far),
        with(&still),
        with(&[]),
        with(&[
            near,
            "relationships.growth.same_site_a_year=5",
            "relationships.effect.transfer_delay=5",
        ]),
    ]);
    seen.equal(0, 1, "one site that nothing grows by");
    seen.equal(2, 3, "a relationship that does nothing");
    assert!(!seen.differing(4, 5).is_empty());
    assert!(seen.rho(5, "community", "end") > seen.rho(4, "community", "end"));
}
