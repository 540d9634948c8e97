//! What the tests of the simulated world share: a small locality, and one arm of it alone.

use careweave::compile;
use careweave::model::Model;
use careweave::observe::{Record, Tally};
use careweave::pathway::roster::duty;
use careweave::pathway::{ArmRun, Course, Pathway};
use careweave::random::Draws;
use careweave::scenario::{self, BuiltIn, Kind};

/// A ninth of the people, two clinicians where there were ten, seven months.
pub const SMALL: [&str; 31] = [
    "run.warm_up={ weeks = 6 }",
    "run.measured={ weeks = 9 }",
    "run.cool_down={ weeks = 13 }",
    "locality.area_people=30_000",
    "practices.alder.list_size=900",
    "practices.beech.list_size=1_200",
    "practices.cedar.list_size=900",
    "practices.elm.list_size=900",
    "practices.hazel.list_size=1_200",
    "practices.holly.list_size=1_500",
    "practices.maple.list_size=900",
    "practices.oak.list_size=900",
    "practices.rowan.list_size=900",
    "teams.gp.clinicians.gps.at.alder={ count = 1, wte = 0.5 }",
    "teams.gp.clinicians.gps.at.beech={ count = 1, wte = 0.6 }",
    "teams.gp.clinicians.gps.at.cedar={ count = 1, wte = 0.5 }",
    "teams.gp.clinicians.gps.at.elm={ count = 1, wte = 0.5 }",
    "teams.gp.clinicians.gps.at.hazel={ count = 1, wte = 0.6 }",
    "teams.gp.clinicians.gps.at.holly={ count = 1, wte = 0.8 }",
    "teams.gp.clinicians.gps.at.maple={ count = 1, wte = 0.5 }",
    "teams.gp.clinicians.gps.at.oak={ count = 1, wte = 0.5 }",
    "teams.gp.clinicians.gps.at.rowan={ count = 1, wte = 0.5 }",
    "teams.district_nurse.clinicians.early.count=2",
    "teams.district_nurse.clinicians.late.count=1",
    "teams.cns.clinicians.specialist_nurses.count=1",
    "teams.ooh_clinician.clinicians.nights_and_weekends.count=1",
    "teams.ooh_nurse.clinicians.night_posts.count=1",
    "teams.social_worker.clinicians.social_workers.count=1",
    "teams.home_care.places=580",
    "teams.hospice_ward.places=1",
    "teams.hospice_at_home.places=1",
];

/// A built-in arm in the small locality, with these changes too.
pub fn small(name: &str, sets: &[String]) -> Model {
    let mut all: Vec<String> = SMALL.map(String::from).to_vec();
    all.extend_from_slice(sets);
    changed(name, &all)
}

/// A built-in arm with changes.
pub fn changed(name: &str, sets: &[String]) -> Model {
    let (checked, found, _) = scenario::read(&BuiltIn, name, sets);
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    let Some(Kind::Pathway(p)) = checked.map(|c| c.kind) else {
        panic!("{sets:#?} is refused: {errors:?}")
    };
    compile::pathway(name, name, &p)
}

/// The arm with what the default locality has on top of hand-offs as written: nobody meets, no relationship moves and no
/// link is withdrawn.
pub fn without_relations(mut model: Model) -> Model {
    model.relations.relationships = None;
    model.relations.severed.clear();
    for style in &mut model.styles {
        style.planning.meeting = None;
    }
    model
}

/// As [`changed`], from texts at hand.
pub fn strings(sets: &[&str]) -> Vec<String> {
    sets.iter().map(|s| (*s).to_owned()).collect()
}

/// A comparison of these arms.
pub fn compare(models: Vec<Model>, seed: u64) -> Pathway {
    Pathway::new(models, seed).expect("a catalogue")
}

/// One arm alone, with the items that are done, withdrawn and still there; people's responses drawn by a seed
/// of their own.
pub fn alone(p: &Pathway, arm: usize, replication: u64, seed: u64, responses: u64) -> (Record, ArmRun) {
    on_course(p, arm, &p.course(replication), replication, seed, responses)
}

/// As [`alone`], on a course at hand.
pub fn on_course(
    p: &Pathway,
    arm: usize,
    course: &Course,
    replication: u64,
    seed: u64,
    responses: u64,
) -> (Record, ArmRun) {
    let (others, responses) = (Draws::new(seed, replication), Draws::new(responses, replication));
    let duty = duty(p.models().nth(arm).expect("an arm"), &others);
    let tally = Tally::new(p.catalogue(), replication);
    let (tally, run) = p.run_arm(arm, course, &duty, others, responses, tally, None);
    (tally.finish(), run)
}
