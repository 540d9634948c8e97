//! Sizing: the smallest number of workers, beds or hours that meets one or several targets.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::Error;
use super::scenarios::arm_names;
use super::sequential::{Halt, Points, told};
use super::study::{Bench, Point, Recorder, Source, Study, StudyAsk, fitting, read_plan};
use super::{Findings, Output};
use crate::experiment::Progress;
use crate::methods::looks::Looks;
use crate::methods::sizing::{Ask, Target, size};
use crate::report::{SizeTarget, Sizing};
use crate::scenario::Loader;
use crate::scenario::plan::{Setting, SizePlan};

/// Probability wanted of a right answer, unless said otherwise.
const CONFIDENCE: f64 = 0.95;
/// Replications of each size at the first look, unless said otherwise.
const FIRST: u64 = 20;
/// Most replications of each size, unless said otherwise.
const CAP: u64 = 320;
/// Replications of sizes only the curve needs, unless said otherwise.
const CURVE: u64 = 20;
/// Most sizes that the curve or the metamodel adds.
const POINTS: usize = 12;

/// What is asked besides the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SizeAsk {
    /// The plan, by file or name.
    pub plan: String,
    /// Overrides of the plan.
    pub sets: Vec<String>,
    /// Most replications of each size; the plan's if left out.
    pub replications: Option<u64>,
    /// Seed; the plan's if left out.
    pub seed: Option<u64>,
}

/// A sizing that is ready to run.
pub struct Size<'l> {
    study: Study<'l>,
    title: String,
    scenario: String,
    what: String,
    sizes: Vec<f64>,
    targets: Vec<(Target, String)>,
    ask: Ask,
}

impl<'l> Size<'l> {
    /// Reads the plan and the scenario at every size allowed.
    ///
    /// # Errors
    /// A plan or a scenario with errors; an outcome there is not.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &SizeAsk,
        threads: usize,
    ) -> Result<Size<'l>, Error> {
        let read = Recorder::new(loader);
        let plan = read_plan::<SizePlan>(&read, &ask.plan, &ask.sets)?;
        let asked = plan.scenarios(&read);
        let [scenario] = asked.as_slice() else {
            return Err(Error::Refused(
                "a plan of kind \"size\" names one scenario under `scenarios`".to_string(),
            ));
        };
        let factor = plan.factor();
        let checked = fitting(&read, &plan, scenario, std::slice::from_ref(&factor), "size")?;
        let sizes = plan.body.size.sizes();
        let mut points = Vec::new();
        for &x in &sizes {
            let mut sets = plan.sets();
            let found = factor.sets(&Setting::Number(x), checked.root());
            sets.extend(found.map_err(|why| Error::Refused(format!("[size]: {why}")))?);
            let scenario = scenario.clone();
            points.push(Point { scenario, sets });
        }
        let mut outcomes: Vec<String> = Vec::new();
        let mut targets = Vec::new();
        for (name, target) in &plan.body.target {
            let place = outcomes.iter().position(|o| *o == target.outcome);
            let place = place.unwrap_or_else(|| {
                outcomes.push(target.outcome.clone());
                outcomes.len() - 1
            });
            let target = Target {
                outcome: place,
                at_least: target.at_least.is_some(),
                value: target.at_least.or(target.at_most).map_or(0.0, |v| v.get()),
            };
            targets.push((target, name.clone()));
        }
        let body = &plan.body;
        let first = body.first.map_or(FIRST, |n| u64::from(n.0));
        let planned = plan.header.replications.map(|n| u64::from(n.0));
        let cap = ask.replications.or(planned).unwrap_or(CAP);
        if first.min(cap) < 2 {
            let why = "one replication of a size says nothing of chance: at least 2 are needed";
            return Err(Error::Refused(why.to_string()));
        }
        let settled = Ask {
            targets: targets.iter().map(|t| t.0).collect(),
            alpha: 1.0 - body.confidence.map_or(CONFIDENCE, |c| c.get()),
            looks: Looks::new(first.min(cap), cap),
            curve: body.curve.map_or(CURVE, |n| u64::from(n.0)).min(cap),
            points: POINTS,
        };
        let study = StudyAsk {
            command: "size",
            points,
            outcomes,
            seed: ask.seed.or(plan.header.seed),
            plan: json!({
                "sizes": sizes, "what": body.size.what, "first": settled.looks.first, "cap": settled.looks.cap,
                "curve": settled.curve, "confidence": 1.0 - settled.alpha, "file": plan.hash,
                "targets": (targets.iter())
                    .map(|(t, name)| json!({ "name": name, "outcome": t.outcome, "at_least": t.at_least, "value": t.value }))
                    .collect::<Vec<_>>(),
            })
            .as_object()
            .cloned()
            .unwrap_or_default(),
            source: Source::of(ask, &read, &plan.layers),
            threads,
        };
        Ok(Size {
            title: plan.header.title.clone().unwrap_or_else(|| ask.plan.clone()),
            scenario: arm_names(&asked).swap_remove(0),
            what: body.size.what.clone(),
            study: Study::prepare(loader, study)?,
            sizes,
            targets,
            ask: settled,
        })
    }

    /// Warnings about the scenario.
    pub fn findings(&self) -> &[Findings] {
        &self.study.findings
    }

    /// Searches, and writes the folder; `None` if it was told to stop.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine. Finished units stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Option<Sizing>, Error> {
        let mut bench = Bench::open(self.study, output, stop, progress)?;
        let told = told(&bench);
        let found = match size(&mut Points { bench: &mut bench }, &self.sizes, &self.ask) {
            Ok(found) => found,
            Err(Halt::Interrupted) => return Ok(None),
            Err(Halt::Error(e)) => return Err(e),
        };
        let mut levels = Vec::new();
        for (i, tried) in found.tried.iter().enumerate() {
            levels.push(match tried {
                None => None,
                Some(tried) => {
                    let observed = bench.observed(i, tried.n)?;
                    let of = |t: &(Target, String)| observed[t.0.outcome].estimate();
                    Some(self.targets.iter().map(of).collect())
                }
            });
        }
        let targets = self.targets.iter().map(|(t, name)| SizeTarget {
            name: name.clone(),
            outcome: told[t.outcome].clone(),
            at_least: t.at_least,
            value: t.value,
        });
        let sizing = Sizing {
            title: self.title,
            scenario: self.scenario,
            what: self.what,
            targets: targets.collect(),
            sizes: self.sizes,
            confidence: 1.0 - self.ask.alpha,
            first: self.ask.looks.first,
            cap: self.ask.looks.cap,
            found,
            levels,
        };
        bench.finish(&crate::report::size_files(&sizing), &about())?;
        Ok(Some(sizing))
    }
}
