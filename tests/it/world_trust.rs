//! Trust, equity, confidence and the continuities: bounds, neutral positions, directions of the CMOCs of `reequipp`.

use careweave::model::Model;
use careweave::observe::{GroupId, Record};
use careweave::pathway::Pathway;

use crate::world_tools::{alone, compare, small, strings};

const SEED: u64 = 31;

/// No table of trust and equity, nobody with a language barrier.
const PLAIN: [&str; 4] = [
    "ethnicities.white.language_barrier=0",
    "ethnicities.asian.language_barrier=0",
    "ethnicities.black.language_barrier=0",
    "ethnicities.mixed_or_other.language_barrier=0",
];

/// Where nine weeks have too few deaths.
const YEAR: &str = "run.measured={ weeks = 52 }";

/// Half of everybody belongs to a minority, a fifth of whom have a language barrier.
fn diverse() -> Vec<String> {
    let practices = [
        "alder", "beech", "cedar", "elm", "hazel", "holly", "maple", "oak", "rowan",
    ];
    practices
        .iter()
        .map(|p| {
            format!(
                "practices.{p}.ethnicity={{ white = 0.5, asian = 0.3, black = 0.15, mixed_or_other = 0.05 }}"
            )
        })
        .collect()
}

fn world(sets: &[&str]) -> Model {
    let mut all = diverse();
    all.extend(strings(sets));
    small("networked", &all)
}

/// The same without trust, equity and confidence.
fn without(sets: &[&str]) -> Model {
    let mut model = world(sets);
    (model.trust, model.equity, model.confidence) = (None, None, None);
    model
}

fn run(model: Model) -> (Pathway, Record) {
    let p = compare(vec![model], SEED);
    let (record, _) = alone(&p, 0, 0, SEED, SEED);
    (p, record)
}

fn measure(p: &Pathway, record: &Record, name: &str, group: GroupId) -> i64 {
    let id = p.catalogue().measure(name);
    let id = id.unwrap_or_else(|| panic!("no measure {name}"));
    record.values[p.catalogue().at(0, id, group)]
}

fn total(run: &(Pathway, Record), name: &str) -> f64 {
    measure(&run.0, &run.1, name, GroupId::ALL) as f64
}

fn ratio(run: &(Pathway, Record), num: &str, den: &str) -> f64 {
    total(run, num) / total(run, den)
}

/// Ratio among minorities, and in the largest group.
fn by_minority(run: &(Pathway, Record), num: &str, den: &str) -> [f64; 2] {
    run.0.measures().minority.map(|group| {
        let of = |name| measure(&run.0, &run.1, name, group) as f64;
        of(num) / of(den)
    })
}

const SHARED: [&str; 1] = ["interface.external.record=\"shared\""];

/// Steps of trust, all of them nothing.
const NO_STEPS: [&str; 2] = [
    "trust.gain={ timely = 0, informed = 0, known_face = 0 }",
    "trust.loss={ late = 0, retold = 0, returned = 0, refused = 0 }",
];

#[test]
fn neutral_tables_are_as_good_as_none() {
    let mut sets = NO_STEPS.to_vec();
    sets.extend([
        "trust.acceptance_effect=0",
        "trust.never_sought_effect=0",
        "equity.language={ seeking = 0, acceptance = 0, informed = 0 }",
        "equity.offers={ ethnicity = {}, groups = {} }",
        "confidence={ start = 0.5, gain = 0, loss = 0, noticing = 1, planning = 1, informal_advice = 1 }",
    ]);
    let neutral = world(&sets);
    assert!(neutral.trust.is_some() && neutral.equity.is_some() && neutral.confidence.is_some());
    assert_eq!(run(neutral).1, run(without(&sets)).1);
}

#[test]
fn starting_trust_has_factors_that_shift_nobodys_draws() {
    let people = |sets: &[&str]| compare(vec![world(sets)], SEED).course(0).people;
    let plain = people(&PLAIN);
    let mut sets = PLAIN.to_vec();
    sets.push("course.trust_by_deprivation={ most = 0.5, second = 1, third = 1, fourth = 1, least = 9 }");
    sets.push("groups.lung.trust_factor=0.5");
    sets[1] = "ethnicities.asian.language_barrier=1";
    let changed = people(&sets);
    assert_eq!(plain.len(), changed.len());
    let groups = compare(vec![world(&[])], SEED);
    let groups = &groups.models().next().unwrap().exogenous.groups;
    let mut lower = 0;
    for (a, mut b) in plain.into_iter().zip(changed) {
        let lung = groups[a.group as usize].name == "lung";
        let mut expected = f64::from(a.trust) * if a.deprivation == 0 { 0.5 } else { 1.0 };
        expected *= if a.deprivation == 4 { 9.0 } else { 1.0 };
        expected = (expected * if lung { 0.5 } else { 1.0 }).min(1.0);
        assert!((f64::from(b.trust) - expected).abs() < 1e-6, "{a:?}");
        lower += usize::from(b.trust < a.trust);
        assert_eq!(b.language_barrier, a.ethnicity == 0, "asian comes first by name");
        (b.trust, b.language_barrier) = (a.trust, a.language_barrier);
        assert_eq!(a, b);
    }
    assert!(lower > 0);
}

#[test]
fn with_every_record_shared_every_contact_is_informed_and_without_letters_few_are() {
    let mut sets = PLAIN.to_vec();
    sets.extend(SHARED);
    let shared = run(world(&sets));
    assert!(total(&shared, "palliative_contacts") > 0.0);
    assert_eq!(
        total(&shared, "palliative_contacts_informed"),
        total(&shared, "palliative_contacts")
    );
    let letters = run(world(&PLAIN));
    let mut sets = PLAIN.to_vec();
    sets.push(
        "interface.external.record={ letter = { lag = { fixed = { value = 5, unit = \"day\" } }, missing = 1 } }",
    );
    let missing = run(world(&sets));
    let informed = |r: &_| ratio(r, "palliative_contacts_informed", "palliative_contacts");
    assert!(informed(&letters) < 1.0 && informed(&missing) < informed(&letters));
}

#[test]
fn contacts_that_have_to_be_told_everything_again_lower_trust_and_nothing_else_does() {
    let mut sets = PLAIN.to_vec();
    sets.push(NO_STEPS[0]);
    sets.push("trust.loss={ late = 0, retold = 0.2, returned = 0, refused = 0 }");
    let letters = run(world(&sets));
    assert!(total(&letters, "trust_end_micro") < total(&letters, "trust_start_micro"));
    sets.extend(SHARED);
    let shared = run(world(&sets));
    assert_eq!(
        total(&shared, "trust_end_micro"),
        total(&shared, "trust_start_micro")
    );
    assert!(total(&shared, "trust_people") > 0.0);
}

#[test]
fn known_faces_raise_trust_and_it_never_passes_one() {
    let sets = |known: &str| {
        let gain = format!("trust.gain={{ timely = 0, informed = 0, known_face = {known} }}");
        run(world(&[&gain, NO_STEPS[1]]))
    };
    let (none, some, all) = (sets("0"), sets("0.1"), sets("1"));
    let trust = |r: &_| ratio(r, "trust_end_micro", "trust_people");
    assert!(trust(&none) < trust(&some) && trust(&some) < trust(&all));
    assert!(trust(&all) <= 1e6);
}

#[test]
fn larger_losses_for_some_widen_the_gap() {
    let gap = |factor: &str| {
        let factor =
            format!("trust.loss_factor={{ asian = {factor}, black = {factor}, mixed_or_other = {factor} }}");
        let r = run(world(&[&factor]));
        let [minority, rest] = by_minority(&r, "trust_end_micro", "trust_people");
        let [before, rest_before] = by_minority(&r, "trust_start_micro", "trust_people");
        (minority - rest) - (before - rest_before)
    };
    let (equal, double, triple) = (gap("1"), gap("2"), gap("4"));
    assert!(double < equal && triple < double, "{equal} {double} {triple}");
}

#[test]
fn competence_of_one_closes_exactly_what_it_can_close() {
    let harder = [
        "trust.loss_factor={ asian = 4, black = 4, mixed_or_other = 4 }",
        "equity.language={ seeking = 3, acceptance = 0.9, informed = 0.9 }",
        "equity.offers.ethnicity={ asian = { recognition = 0.2, referral = 0.2, planning = 0.2 } }",
        "equity.offers.groups={ lung = { recognition = 0.3 } }",
    ];
    let none = [
        "trust.loss_factor={ asian = 1, black = 1, mixed_or_other = 1 }",
        "equity.language={ seeking = 0, acceptance = 0, informed = 0 }",
        "equity.offers={ ethnicity = {}, groups = {} }",
    ];
    let competent = |sets: &[&str], competence: f64| {
        let mut model = world(sets);
        for team in &mut model.teams {
            team.cultural_competence = competence;
        }
        run(model).1
    };
    let equal = competent(&none, 0.0);
    assert_eq!(competent(&harder, 1.0), equal);
    assert!(competent(&harder, 0.0) != equal);
    assert!(competent(&harder, 0.5) != equal);
}

#[test]
fn a_language_barrier_delays_help_and_makes_contacts_uninformed() {
    let sets = |seeking: &str, informed: &str| {
        let language =
            format!("equity.language={{ seeking = {seeking}, acceptance = 0, informed = {informed} }}");
        run(world(&["ethnicities.asian.language_barrier=1", &language]))
    };
    let (without, slow) = (sets("0", "0"), sets("4", "0"));
    let unsought = |r: &_| ratio(r, "cause_secs_symptom_not_sought", "needs_symptom");
    assert!(unsought(&slow) > unsought(&without));
    let deaf = sets("0", "1");
    let informed = |r: &_| by_minority(r, "palliative_contacts_informed", "palliative_contacts");
    assert!(informed(&deaf)[0] < informed(&without)[0]);
}

#[test]
fn little_trust_declines_offers_and_the_wait_is_put_down_to_it() {
    let mut sets = NO_STEPS.to_vec();
    sets.push("equity.language={ seeking = 0, acceptance = 0, informed = 0 }");
    sets.push("trust.acceptance_effect=0");
    let willing = run(world(&sets));
    assert!(total(&willing, "offers") > 0.0);
    assert_eq!(total(&willing, "offers_declined"), 0.0);
    assert_eq!(total(&willing, "cause_secs_nursing_declined"), 0.0);
    *sets.last_mut().unwrap() = "trust.acceptance_effect=1";
    let wary = run(world(&sets));
    let [minority, rest] = by_minority(&wary, "offers_declined", "offers");
    assert!(rest > 0.2 && minority > rest, "{minority} {rest}");
    assert!(total(&wary, "cause_secs_nursing_declined") > 0.0);
    assert!(total(&wary, "cause_secs_specialist_review_declined") > 0.0);
    assert!(
        ratio(&wary, "need_met_secs_nursing", "need_secs_nursing")
            < ratio(&willing, "need_met_secs_nursing", "need_secs_nursing")
    );
    // Trust that grows takes up what it declined before.
    sets[0] = "trust.gain={ timely = 0.3, informed = 0.3, known_face = 0.3 }";
    let won = run(world(&sets));
    assert!(
        ratio(&won, "cause_secs_nursing_declined", "needs_nursing")
            < ratio(&wary, "cause_secs_nursing_declined", "needs_nursing")
    );
}

#[test]
fn who_is_never_offered_anything_is_on_no_register() {
    let never = "{ recognition = 0, referral = 0, planning = 0 }";
    let sets = format!("equity.offers.deprivation.most={never}");
    let r = run(world(&[&sets, YEAR]));
    let most = r.0.measures().deprivation[0];
    assert!(measure(&r.0, &r.1, "expected_deaths", most) > 0);
    assert_eq!(measure(&r.0, &r.1, "registered_at_death", most), 0);
    assert!(total(&r, "registered_at_death") > 0.0);
}

#[test]
fn distrust_lets_symptoms_pass_without_help() {
    let sets = |effect: &str| {
        let effect = format!("trust.never_sought_effect={effect}");
        let mut all = NO_STEPS.to_vec();
        all.extend([
            effect.as_str(),
            "ethnicities.asian.trust=0",
            "ethnicities.black.trust=0",
        ]);
        run(world(&all))
    };
    let never = |r: &_| by_minority(r, "symptoms_never_sought", "symptom_episodes")[0];
    assert!(never(&sets("1")) > never(&sets("0")));
}

#[test]
fn good_experience_makes_teams_confident_and_confident_teams_notice() {
    let table = |gain: &str, noticing: &str| {
        let set =
            format!("confidence={{ start = 0.5, gain = {gain}, loss = {gain}, noticing = {noticing} }}");
        run(world(&[&set, YEAR]))
    };
    let (still, moving) = (table("0", "2"), table("0.02", "2"));
    let confidence = |r: &_, when: &str| {
        ratio(
            r,
            &format!("team_confidence_{when}_micro"),
            &format!("team_confidence_{when}_teams"),
        )
    };
    for when in ["start", "middle", "end"] {
        assert_eq!(confidence(&still, when), 500_000.0);
        assert!((0.0..=1e6).contains(&confidence(&moving, when)));
        assert!(
            confidence(&moving, when) > 500_000.0,
            "most contacts are in time and informed"
        );
    }
    assert!(total(&moving, "registered_at_death") >= total(&still, "registered_at_death"));
    assert!(total(&moving, "register_secs") > total(&still, "register_secs"));
}

#[test]
fn continuities_are_shares() {
    let r = run(world(&[]));
    for (num, den) in [
        ("palliative_contacts_informed", "palliative_contacts"),
        ("state_changes_followed_in_time", "state_changes"),
        ("planned_on_time_across_handoff", "planned_due_across_handoff"),
        ("several_needs_whole_secs", "several_needs_secs"),
        ("need_met_secs_symptom", "need_secs_symptom"),
        ("need_met_secs_personal_care", "need_secs_personal_care"),
    ] {
        let share = ratio(&r, num, den);
        assert!(share > 0.0 && share < 1.0, "{num} / {den} = {share}");
    }
}

#[test]
fn plans_follow_changes_only_where_somebody_plans() {
    // Nobody is recognised or referred, so nobody plans.
    let never = "{ recognition = 0, referral = 0 }";
    let offers = format!(
        "equity.offers.deprivation={{ most = {never}, second = {never}, third = {never}, fourth = {never}, least = {never} }}"
    );
    let blind = [
        offers.as_str(),
        "hospital.nursing_referral={ stable = 0, deteriorating = 0, unstable = 0, dying = 0 }",
    ];
    let r = run(world(&blind));
    assert!(total(&r, "state_changes") > 0.0);
    assert_eq!(total(&r, "state_changes_followed_in_time"), 0.0);
    assert_eq!(total(&r, "several_needs_whole_secs"), 0.0);
    assert_eq!(total(&r, "planned_due_across_handoff"), 0.0);
}

/// An arm of `reequipp` in the diverse small locality.
fn reequipp(name: &str, sets: &[&str]) -> (Pathway, Record) {
    let mut all = diverse();
    all.push(YEAR.to_owned());
    all.extend(strings(sets));
    run(small(name, &all))
}

#[test]
fn a_committed_coordinator_and_a_worker_from_the_community_win_trust() {
    let trust = |r: &_| ratio(r, "trust_end_micro", "trust_people");
    let committed = |gain: &str| {
        let gain = format!("coordination.coordinator.trust_gain={gain}");
        trust(&reequipp("named_coordinator", &[&gain]))
    };
    assert!(committed("3") > committed("1"));
    let matched = |gain: &str| {
        let gain = format!("trust.matched_gain={gain}");
        let r = reequipp("community_matched_worker", &[&gain]);
        by_minority(&r, "trust_end_micro", "trust_people")[0]
    };
    assert!(matched("9") > matched("1"));
}

#[test]
fn one_coordinator_makes_care_whole_more_often() {
    let whole = |agreed: &str| {
        let agreed = format!("coordination.coordinator.agreed={agreed}");
        let r = reequipp("named_coordinator", &[&agreed]);
        ratio(&r, "several_needs_whole_secs", "several_needs_secs")
    };
    assert!(whole("1") > whole("0"));
}
