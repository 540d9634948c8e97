//! Studies: many points (scenarios with overrides), each replicated, and what is observed at them.
//!
//! [`Study::prepare`] reads every point and refuses all that is wrong before anything runs; a [`Bench`] runs what a
//! method asks for, keeps it in a store and observes outcomes. Replication r of all points has the same random numbers.

mod bench;
mod cache;
mod factors;
mod source;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::error::Error;
use super::scenarios::{Arm, Findings, read_arms};
use super::world::World;
use crate::base::Effort;
use crate::experiment::{Observed, in_parallel, observe};
use crate::observe::{Catalogue, GroupId, LayoutHash, Outcome, OutcomeId, Record, Reduction};
use crate::scenario::plan::{self, Plan, PlanBody};
use crate::scenario::{Checked, Kind, LoadError, Loader};
use crate::store::Identity;

pub use bench::{Bench, Ran, dense_unit};
use cache::Cache;
pub use factors::fitting;
pub use source::{Recorder, Source};

/// Overrides of a point that a manifest lists.
const FEW: usize = 16;

/// One scenario with overrides.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Scenario, by name or file.
    pub scenario: String,
    /// Overrides `path=value`.
    pub sets: Vec<String>,
}

/// What is to be studied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyAsk {
    /// The command, for the manifest.
    pub command: &'static str,
    /// The points known from the beginning; others may be added.
    pub points: Vec<Point>,
    /// Outcomes by name, of a group as in `name@deprivation=1`; the headlines if there are none.
    pub outcomes: Vec<String>,
    /// Seed; that of the first scenario if left out.
    pub seed: Option<u64>,
    /// Whatever else decides the records or the order of points: the plan.
    pub plan: Map<String, Value>,
    /// What was asked for and the texts it was read from, so that a folder can be rebuilt from its manifest.
    pub source: Source,
    /// Threads for reading the points.
    pub threads: usize,
}

/// An outcome that is observed, of everybody or of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// As asked for: `name` or `name@group`.
    pub name: String,
    /// Name of the group: `all`, `deprivation=1`.
    pub group: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// Points that have been read and found right.
pub struct Study<'l> {
    texts_of: Once<'l>,
    ask: StudyAsk,
    points: Vec<Point>,
    watched: Vec<Watched>,
    seed: u64,
    replications: u64,
    /// What is kept of a unit's record; the same at every point.
    kept: Catalogue,
    /// Positions of the outcomes and groups in the reduced catalogue.
    wanted: Vec<(OutcomeId, GroupId)>,
    /// Hash of each scenario's merged values, for the manifest.
    hashes: Vec<String>,
    /// Texts of the points asked for, by name.
    texts: BTreeMap<String, String>,
    /// Warnings about the first point's scenario.
    pub findings: Vec<Findings>,
    cache: Cache,
    /// What the largest unit takes.
    effort: Effort,
}

/// A point that can be replicated.
struct Compiled {
    world: World,
    reduction: Reduction,
}

/// What remains of a point once it has been read.
struct Seen {
    kept: Catalogue,
    wanted: Vec<(OutcomeId, GroupId)>,
    hash: String,
    texts: Vec<(String, String)>,
    effort: Effort,
}

impl<'l> Study<'l> {
    /// Reads and compiles every point once.
    ///
    /// # Errors
    /// Scenarios with errors (those of the first point that has any), outcomes that a point does not have.
    pub fn prepare(loader: &'l (dyn Loader + Sync), ask: StudyAsk) -> Result<Study<'l>, Error> {
        Study::prepare_with(loader, BTreeMap::new(), ask)
    }

    /// The same with texts that stand for what the loader would bring, by name.
    ///
    /// # Errors
    /// As [`Study::prepare`].
    pub fn prepare_with(
        loader: &'l (dyn Loader + Sync),
        texts: BTreeMap<String, Vec<u8>>,
        ask: StudyAsk,
    ) -> Result<Study<'l>, Error> {
        let first = ask.points.first().cloned();
        let first = first.ok_or_else(|| Error::Refused("there is no point to run".to_string()))?;
        let instead = texts.into_iter().map(|(name, text)| (name, Ok(text)));
        let texts_of = Once {
            inner: loader,
            seen: Mutex::new(instead.collect()),
        };
        let (arm, findings) = read_point(&texts_of, &first)?;
        let (table_seed, replications) = run_of(&arm.checked);
        let seed = ask.seed.unwrap_or(table_seed);
        let world = World::compile(std::slice::from_ref(&arm), seed)?;
        let watched = watched(&world, &ask.outcomes)?;
        let base = seen(&arm, &world, &watched)?;
        let (points, threads) = (ask.points.clone(), ask.threads);
        let mut study = Study {
            texts_of,
            ask,
            points: Vec::new(),
            watched,
            seed,
            replications,
            kept: base.kept,
            wanted: base.wanted,
            hashes: Vec::new(),
            texts: BTreeMap::new(),
            findings,
            cache: Cache::default(),
            effort: Effort::default(),
        };
        // Reading costs some ten milliseconds a point: worth all threads where there are thousands.
        let read = |i: usize| study.see(&points[i]);
        let all = in_parallel(points.len(), threads, &read).map_err(Error::Machine)?;
        for (point, seen) in points.into_iter().zip(all) {
            let seen = seen?;
            study.texts.extend(seen.texts.clone());
            study.take(point, seen);
        }
        Ok(study)
    }

    /// Adds to what was asked for something that is known once it is to run.
    pub(in crate::app) fn record(&mut self, key: &str, value: Value) {
        if let Value::Object(ask) = &mut self.ask.source.ask {
            ask.insert(key.to_string(), value);
        }
    }

    /// Brings texts as the study has read them.
    pub(in crate::app) fn loader(&self) -> &dyn Loader {
        &self.texts_of
    }

    /// Runs one replication of the first point and throws it away.
    ///
    /// # Errors
    /// A file that has changed meanwhile.
    pub(in crate::app) fn pilot(&self) -> Result<(), Error> {
        let compiled = self.compiled(0)?;
        compiled.reduction.of(&compiled.world.replicate(0), 0);
        Ok(())
    }

    /// Adds a point, or finds it among those there are.
    ///
    /// # Errors
    /// As [`Study::prepare`].
    pub fn add(&mut self, point: Point) -> Result<usize, Error> {
        if let Some(found) = self.points.iter().position(|p| *p == point) {
            return Ok(found);
        }
        let seen = self.see(&point)?;
        self.take(point, seen);
        Ok(self.points.len() - 1)
    }

    fn take(&mut self, point: Point, seen: Seen) {
        self.points.push(point);
        self.hashes.push(seen.hash);
        self.effort = self.effort.or_larger(seen.effort);
    }

    /// Reads a point and makes sure that it can be observed as the others are.
    fn see(&self, point: &Point) -> Result<Seen, Error> {
        let (arm, _) = read_point(&self.texts_of, point)?;
        let world = World::compile(std::slice::from_ref(&arm), self.seed)?;
        let seen = seen(&arm, &world, &self.watched).map_err(|e| of_point(point, &e))?;
        if seen.kept.layout().hash() != self.kept.layout().hash() {
            let why = "its groups of people or its waiting times are not those of the first point";
            return Err(of_point(point, &Error::Refused(why.to_string())));
        }
        Ok(seen)
    }

    /// The points.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// What is observed, in the order of [`Bench::observed`].
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    /// Hash of the layout of what is kept of a unit.
    pub fn record_layout(&self) -> LayoutHash {
        self.kept.layout().hash()
    }

    /// What the largest unit takes, about.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Number of values that are kept of a unit.
    pub fn record_values(&self) -> usize {
        self.kept.layout().len()
    }

    /// Seed of all random numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Replications that the first scenario's `[run]` asks for.
    pub fn replications(&self) -> u64 {
        self.replications
    }

    /// The scenario of a point, read again.
    ///
    /// # Errors
    /// A file that has changed meanwhile.
    pub fn checked(&self, point: usize) -> Result<Checked, Error> {
        read_point(&self.texts_of, &self.points[point]).map(|(arm, _)| arm.checked)
    }

    /// What is watched, in the records of one point, replication 0 first.
    pub fn observe(&self, records: &[Record]) -> Vec<Observed> {
        observe(&self.kept, &self.wanted, records)
    }

    /// Everything that decides the records.
    pub fn identity(&self) -> Identity {
        let points = self.ask.points.len();
        let listed = self.points[..points].iter().zip(&self.hashes);
        // Only a sweep is merged from what is written here; elsewhere hundreds of overrides a point would make a
        // manifest of hundreds of megabytes, and the hash of the point's values says as much.
        let listed = listed.map(
            |(p, hash)| match self.ask.command == "sweep" || p.sets.len() <= FEW {
                true => json!({ "scenario": p.scenario, "overrides": p.sets, "hash": hash }),
                false => json!({ "scenario": p.scenario, "hash": hash }),
            },
        );
        let outcomes: Vec<&str> = self.watched.iter().map(|w| w.name.as_str()).collect();
        // What was read for the question goes first: a point may have read something in its place.
        let mut texts = self.texts.clone();
        texts.extend(self.ask.source.texts.clone());
        let plan = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "study": self.ask.command,
            "ask": self.ask.source.ask,
            "seed": self.seed,
            "outcomes": outcomes,
            "points": listed.collect::<Vec<_>>(),
            "texts": texts,
            "plan": self.ask.plan,
        });
        match plan {
            Value::Object(map) => Identity::new(map),
            _ => Identity::new(Map::new()),
        }
    }

    /// The compiled point, from memory where it has been used lately.
    fn compiled(&self, point: usize) -> Result<std::sync::Arc<Compiled>, Error> {
        self.cache.get(point, || {
            let (arm, _) = read_point(&self.texts_of, &self.points[point])?;
            let world = World::compile(std::slice::from_ref(&arm), self.seed)?;
            let (reduction, _) = reduction(&world, &self.watched)?;
            Ok(Compiled { world, reduction })
        })
    }
}

/// Reads a plan.
///
/// # Errors
/// [`Error::Invalid`] with everything found, if any is an error.
pub fn read_plan<B: PlanBody>(loader: &dyn Loader, name: &str, sets: &[String]) -> Result<Plan<B>, Error> {
    let (read, found, sources) = plan::read::<B>(loader, name, sets);
    read.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))
}

/// Reads the scenario of a point.
fn read_point(loader: &dyn Loader, point: &Point) -> Result<(Arm, Vec<Findings>), Error> {
    let (arms, findings) = read_arms(loader, std::slice::from_ref(&point.scenario), &point.sets)?;
    let findings = findings.into_iter().map(Findings::without_advice).collect();
    match arms.into_iter().next() {
        Some(arm) => Ok((arm, findings)),
        None => Err(Error::Refused(format!("`{}` is no scenario", point.scenario))),
    }
}

fn of_point(point: &Point, e: &Error) -> Error {
    let sets = match point.sets.is_empty() {
        true => String::new(),
        false => format!(" with {}", point.sets.join(", ")),
    };
    Error::Refused(format!("`{}`{sets}: {e}", point.scenario))
}

/// Seed and replications of a scenario's `[run]`.
pub(super) fn run_of(checked: &Checked) -> (u64, u64) {
    match &checked.kind {
        Kind::Queueing(net) => (net.run.seed, u64::from(net.run.replications.0)),
        Kind::Pathway(pathway) => (pathway.run.seed, u64::from(pathway.run.replications.0)),
    }
}

/// The outcomes asked for, all unknown ones named at once; the headlines if none are.
fn watched(world: &World, asked: &[String]) -> Result<Vec<Watched>, Error> {
    let catalogue = world.catalogue();
    let everybody = |outcome: &Outcome| Watched {
        name: outcome.name.clone(),
        group: catalogue.groups()[0].to_string(),
        outcome: outcome.clone(),
    };
    if asked.is_empty() {
        let mut all: Vec<Watched> = catalogue
            .outcomes()
            .iter()
            .filter(|o| o.headline)
            .map(everybody)
            .collect();
        if all.is_empty() {
            all = catalogue.outcomes().iter().map(everybody).collect();
        }
        return Ok(all);
    }
    let mut all: Vec<Watched> = Vec::new();
    let mut problems = Vec::new();
    for name in asked {
        let (plain, group) = name.split_once('@').unwrap_or((name, "all"));
        let near = || {
            let names = catalogue.outcomes().iter().map(|o| o.name.as_str());
            crate::scenario::nearest(plain, names).map_or(String::new(), |n| format!(": did you mean `{n}`?"))
        };
        let Some(id) = catalogue.outcome(plain) else {
            problems.push(format!("there is no outcome `{plain}`{}", near()));
            continue;
        };
        let outcome = &catalogue.outcomes()[id.index()];
        let groups = catalogue.breadth_groups(catalogue.breadth(outcome));
        match catalogue.group(group) {
            Some(g) if g.index() < groups => all.push(Watched {
                name: name.clone(),
                group: group.to_string(),
                outcome: outcome.clone(),
            }),
            Some(_) => problems.push(format!("`{plain}` is known for everybody only")),
            None => {
                let known: Vec<String> = catalogue.groups().iter().map(ToString::to_string).collect();
                problems.push(format!(
                    "there is no group `{group}`; there are {}",
                    known.join(", ")
                ));
            }
        }
    }
    let twice = all
        .iter()
        .enumerate()
        .find(|(i, w)| all[..*i].iter().any(|v| v.name == w.name));
    problems.extend(twice.map(|(_, w)| format!("`{}` is asked for twice", w.name)));
    match problems.is_empty() {
        true => Ok(all),
        false => Err(Error::Refused(problems.join("\n"))),
    }
}

/// What of a world's records is kept, and where in it each watched outcome is.
fn reduction(world: &World, watched: &[Watched]) -> Result<(Reduction, Vec<(OutcomeId, GroupId)>), Error> {
    let catalogue = world.catalogue();
    let mut ids: Vec<OutcomeId> = Vec::new();
    let mut groups = Vec::new();
    let mut places = Vec::new();
    for one in watched {
        let id = catalogue.outcome(&one.outcome.name);
        let id = id.ok_or_else(|| Error::Refused(format!("it has no outcome `{}`", one.outcome.name)))?;
        let group = catalogue.group(&one.group);
        groups.push(group.ok_or_else(|| Error::Refused(format!("it has no group `{}`", one.group)))?);
        let place = ids.iter().position(|o| *o == id).unwrap_or(ids.len());
        if place == ids.len() {
            ids.push(id);
        }
        places.push(place);
    }
    let reduced = catalogue
        .reduced(0, &ids, &groups)
        .map_err(|e| Error::Refused(e.to_string()))?;
    let group = |one: &Watched| reduced.catalogue().group(&one.group).unwrap_or(GroupId::ALL);
    let wanted = watched
        .iter()
        .zip(places)
        .map(|(one, place)| (reduced.catalogue().outcome_id(place), group(one)));
    let wanted = wanted.collect();
    Ok((reduced, wanted))
}

fn seen(arm: &Arm, world: &World, watched: &[Watched]) -> Result<Seen, Error> {
    let (reduced, wanted) = reduction(world, watched)?;
    Ok(Seen {
        kept: reduced.catalogue().clone(),
        wanted,
        hash: arm.checked.hash.clone(),
        texts: (arm.checked.layers.iter())
            .filter(|l| l.name != "--set")
            .map(|l| (l.name.clone(), l.text.clone()))
            .collect(),
        effort: world.effort(),
    })
}

/// Brings each text once, so that a file that changes during a long study is one text at all points.
struct Once<'l> {
    inner: &'l (dyn Loader + Sync),
    seen: Mutex<BTreeMap<String, Result<Vec<u8>, LoadError>>>,
}

impl Loader for Once<'_> {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry(name.to_string());
        entry.or_insert_with(|| self.inner.load(name, limit)).clone()
    }

    fn own_name(&self, name: &str) -> String {
        self.inner.own_name(name)
    }
}
