//! `validate`: a scenario against a file of targets, and what must not come out of it.
//!
//! All of it is one study: point 0 is the scenario, further points are those of the negative checks, paired with it by
//! replication.

mod negative;

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Output;
use super::error::Error;
use super::scenarios::{Arm, Findings, read_arms};
use super::study::{Bench, Point, Ran, Recorder, Source, Study, StudyAsk};
use super::world::World;
use crate::base::diagnostic::Diagnostic;
use crate::experiment::Progress;
use crate::methods::bands::{Band, Verdict};
use crate::observe::Catalogue;
use crate::report::{TargetRow, Validation, validation_files};
use crate::scenario::targets::{self, Role, Target, Targets};
use crate::scenario::{Loader, library, nearest};
use crate::stats::{Estimate, Missing};
use negative::Checks;

/// Replications of the scenario unless told otherwise.
pub const VALIDATE_REPLICATIONS: u64 = 40;
/// Most replications of each further run of the negative checks.
const NEGATIVE: u64 = 10;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidateAsk {
    /// Scenario, by name or file.
    pub scenario: String,
    /// File of targets, by name or file.
    pub targets: String,
    /// Overrides of the scenario.
    pub sets: Vec<String>,
    /// Replications.
    pub replications: Option<u64>,
    /// Seed; the scenario's if left out.
    pub seed: Option<u64>,
    /// Leaves the negative checks out.
    pub quick: bool,
}

/// A validation that is ready to run.
pub struct Validate<'l> {
    study: Study<'l>,
    ask: ValidateAsk,
    title: String,
    targets: Targets,
    checks: Option<Checks>,
    replications: u64,
}

impl<'l> Validate<'l> {
    /// Reads the targets, the scenario, and what the negative checks need.
    ///
    /// # Errors
    /// Targets or a scenario with errors; outcomes there are not, each at its line.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &ValidateAsk,
        threads: usize,
    ) -> Result<Validate<'l>, Error> {
        let read = Recorder::new(loader);
        let targets = read_targets(&read, &ask.targets, &[])?;
        let (arms, _) = read_arms(loader, std::slice::from_ref(&ask.scenario), &ask.sets)?;
        let Some(arm) = arms.into_iter().next() else {
            return Err(Error::Refused(format!("`{}` is no scenario", ask.scenario)));
        };
        let fits = fitting(&targets, &arm)?;
        if !fits.is_empty() {
            return Err(Error::Invalid(vec![Findings {
                found: fits,
                sources: targets.sources.clone(),
            }]));
        }
        let base = Point {
            scenario: ask.scenario.clone(),
            sets: ask.sets.clone(),
        };
        let mut points = vec![base.clone()];
        let mut outcomes = targets.outcomes();
        let checks = match ask.quick {
            true => None,
            false => Some(Checks::of(loader, &arm, &base, &mut points)?),
        };
        if checks.is_some() {
            for name in negative::OUTCOMES {
                if !outcomes.iter().any(|o| o == name) {
                    outcomes.push(name.to_string());
                }
            }
        }
        let replications = ask.replications.unwrap_or(VALIDATE_REPLICATIONS);
        let study = StudyAsk {
            command: "validate",
            points,
            outcomes,
            seed: ask.seed,
            plan: json!({ "targets": targets.hash, "replications": replications, "quick": ask.quick })
                .as_object()
                .cloned()
                .unwrap_or_default(),
            source: Source::of(ask, &read, &targets.layers),
            threads,
        };
        Ok(Validate {
            study: Study::prepare(loader, study)?,
            ask: ask.clone(),
            title: arm.title().to_string(),
            targets,
            checks,
            replications,
        })
    }

    /// Warnings about the scenario.
    pub fn findings(&self) -> &[Findings] {
        &self.study.findings
    }

    /// Runs it, judges it, and writes the folder; `None` if it was told to stop.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine. Finished units stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Option<(Validation, u64)>, Error> {
        let few = self.replications.min(NEGATIVE);
        let mut wanted: Vec<(usize, u64)> = vec![(0, self.replications)];
        wanted.extend((1..self.study.points().len()).map(|p| (p, few)));
        let seed = self.study.seed();
        let mut bench = Bench::open(self.study, output, stop, progress)?;
        if bench.ensure(&wanted)? == Ran::Interrupted {
            return Ok(None);
        }
        let observed = bench.observed(0, self.replications)?;
        let watched: Vec<(String, String)> = (bench.study.watched().iter())
            .map(|w| (w.name.clone(), w.outcome.unit.clone()))
            .collect();
        let at = |name: &str| watched.iter().position(|w| w.0 == name);
        let rows = self.targets.all.iter().filter_map(|(name, target)| {
            let outcome = at(&target.outcome)?;
            let estimate = match target.less.as_deref().map(at) {
                Some(less) => observed[outcome].minus(&observed[less?]),
                None => observed[outcome].estimate(),
            };
            Some(TargetRow {
                name: name.clone(),
                unit: watched[outcome].1.clone(),
                verdict: judged(&band(target), &estimate),
                target: target.clone(),
                estimate,
            })
        });
        let rows = rows.collect();
        let negatives = match &self.checks {
            None => Vec::new(),
            Some(checks) => {
                let mut all = vec![bench.observed(0, few)?];
                for &(point, n) in &wanted[1..] {
                    all.push(bench.observed(point, n)?);
                }
                checks.judge(&observed, &all, &at)
            }
        };
        let validation = Validation {
            scenario: self.ask.scenario,
            title: self.title,
            targets: self.targets.header.title.clone().unwrap_or(self.ask.targets),
            seed,
            replications: self.replications,
            negative_replications: few,
            rows,
            negatives,
        };
        bench.finish(&validation_files(&validation), &about())?;
        let units = wanted.iter().map(|w| w.1).sum();
        Ok(Some((validation, units)))
    }
}

/// Reads a file of targets.
///
/// # Errors
/// [`Error::Invalid`] with everything found, if any is an error.
pub fn read_targets(loader: &dyn Loader, name: &str, sets: &[String]) -> Result<Targets, Error> {
    let (read, found, sources) = targets::read(loader, name, sets);
    read.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))
}

/// Whether a file says that it is one of targets.
pub fn is_targets(loader: &dyn Loader, name: &str) -> bool {
    const MOST: usize = 1 << 24;
    // As scenarios are found: the loader's own first, then what is built in.
    let built_in = || library::find(name).map(|ours| ours.text.as_bytes().to_vec());
    let text = loader.load(name, MOST).ok().or_else(built_in);
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    let kind = |line: &str| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "kind").then(|| value.trim().trim_matches('"') == targets::KIND)
    };
    text.is_some_and(|text| text.lines().find_map(kind) == Some(true))
}

/// Judges a file of targets without running anything: whether it can be read, and whether a scenario has its outcomes. Says
/// what it holds.
///
/// # Errors
/// As [`read_targets`]; outcomes there are not, each at its line; a scenario with errors.
pub fn check_targets(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
    scenario: &str,
) -> Result<String, Error> {
    let targets = read_targets(loader, name, sets)?;
    let (arms, _) = read_arms(loader, &[scenario.to_string()], &[])?;
    let found = fitting(&targets, &arms[0])?;
    if !found.is_empty() {
        let sources = targets.sources.clone();
        return Err(Error::Invalid(vec![Findings { found, sources }]));
    }
    let count = |role| targets.of(role).count();
    let title = targets.header.title.as_deref().unwrap_or(name);
    Ok(format!(
        "{title}\nkind targets, no errors\n\n  {:>4} used for calibration\n  {:>4} kept aside\n  {:>4} that went into the inputs\n\n\
         All their outcomes are those of `{scenario}`.\n",
        count(Role::Calibration),
        count(Role::Aside),
        count(Role::Input)
    ))
}

/// What is wrong with targets for a scenario: outcomes and groups it has not, differences of unlike units.
fn fitting(targets: &Targets, arm: &Arm) -> Result<Vec<Diagnostic>, Error> {
    let world = World::compile(std::slice::from_ref(arm), 0)?;
    let catalogue = world.catalogue();
    let mut found = Vec::new();
    for (name, target) in &targets.all {
        let mut units = Vec::new();
        let keys = [("outcome", Some(&target.outcome)), ("less", target.less.as_ref())];
        for (key, asked) in keys {
            let Some(asked) = asked else { continue };
            match unit_of(catalogue, asked) {
                Ok(unit) => units.push(unit),
                Err((why, help)) => {
                    let error = Diagnostic::error("unknown-outcome", format!("{why} in `{}`", arm.name));
                    found.push(error.at(targets.at(name, key), "").help(help));
                }
            }
        }
        if units.len() == 2 && units[0] != units[1] {
            let why = format!("`{name}` takes {} off {}", units[1], units[0]);
            let error = Diagnostic::error("contradiction", why).at(targets.at(name, "less"), "");
            found.push(error.help("both outcomes must have the same unit"));
        }
    }
    Ok(found)
}

/// The unit of an outcome `name` or `name@group`, or what is wrong and what may help.
fn unit_of(catalogue: &Catalogue, asked: &str) -> Result<String, (String, String)> {
    let (plain, group) = asked.split_once('@').unwrap_or((asked, "all"));
    let Some(id) = catalogue.outcome(plain) else {
        let names = catalogue.outcomes().iter().map(|o| o.name.as_str());
        let help = nearest(plain, names).map_or_else(
            || "docs/outcomes.md lists them all".to_string(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err((format!("there is no outcome `{plain}`"), help));
    };
    let outcome = &catalogue.outcomes()[id.index()];
    let groups = catalogue.breadth_groups(catalogue.breadth(outcome));
    match catalogue.group(group) {
        Some(g) if g.index() < groups => Ok(outcome.unit.clone()),
        Some(_) => Err((
            format!("`{plain}` is known for everybody only"),
            "leave the group out".to_string(),
        )),
        None => {
            let all: Vec<String> = catalogue.groups().iter().map(ToString::to_string).collect();
            Err((
                format!("there is no group `{group}`"),
                format!("there are {}", all.join(", ")),
            ))
        }
    }
}

fn band(target: &Target) -> Band {
    let (low, high) = target.band();
    Band {
        low,
        high,
        near: target.near(),
    }
}

/// Judges an estimate by its interval; one that is the same in all replications by its value.
fn judged(band: &Band, estimate: &Estimate) -> Verdict {
    match (estimate.low(), estimate.high(), estimate.value()) {
        (Some(low), Some(high), _) => band.judge(low, high),
        (_, _, Some(value)) if estimate.why_missing() == Some(Missing::NoVariation) => {
            band.judge(value, value)
        }
        _ => Verdict::Unknown,
    }
}
