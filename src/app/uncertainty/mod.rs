//! `careweave uncertainty`: parameters drawn from their priors outside, replications inside.
//!
//! Reports both kinds of uncertainty apart, P(better), tipping points, and the value of information for a decision.

mod analysis;
mod compared;
mod decision;
mod priors;
mod seen;

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::study::{Bench, Point, Ran, Recorder, Source, Study, StudyAsk, read_plan};
use super::{Error, Findings, Output};
use crate::experiment::{Observed, Progress};
use crate::methods::tipping::{Scale, grid};
use crate::report::{self, ScanFacts, Uncertainty};
use crate::scenario::Loader;
use crate::scenario::plan::{DecisionPlan, TippingPlan, UncertaintyPlan};

pub use compared::DEFAULT_PRIORS;
pub(in crate::app) use compared::{drawn_arms, forget_priors, over_priors};
use priors::{Along, DEFAULT_EASIER, DEFAULT_PARAMETERS, Priors, PriorsAsk, ratios};
use seen::Seen;

/// Draws, unless something else is asked for.
pub const DEFAULT_DRAWS: usize = 40;
/// Replications of each draw, unless something else is asked for.
pub const DEFAULT_REPLICATIONS: u64 = 8;
/// Scenarios, unless something else is asked for: the reference, and the arms with an integrated map and ratios of their own.
pub const DEFAULT_SCENARIOS: [&str; 3] = ["networked", "integrated_no_pool", "integrated"];
/// Values of a scan, and its range of ratios.
const SCANNED: usize = 7;
const RATIOS: [f64; 2] = [0.2, 2.0];
/// How many times the replications of a draw the centre of the priors has: it is one point, and sharpens the level of all draws.
const CENTRE: u64 = 5;
/// Most units.
const MOST_UNITS: u64 = 50_000_000;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UncertaintyAsk {
    /// The plan, by file or name.
    pub plan: Option<String>,
    /// Without a plan: the scenarios, the first is the reference; the defaults if there are none.
    pub scenarios: Vec<String>,
    /// Overrides of the plan, or of the scenarios without a plan.
    pub sets: Vec<String>,
    /// Draws; the plan's if left out.
    pub draws: Option<usize>,
    /// Replications of each draw; the plan's if left out.
    pub replications: Option<u64>,
    /// Seed; the plan's if left out.
    pub seed: Option<u64>,
}

/// The points of one scenario, by position in the study.
struct Points {
    centre: usize,
    /// By draw; empty where nothing is drawn.
    drawn: Vec<usize>,
    /// By value of the scan; empty where nothing is scanned.
    scanned: Vec<usize>,
    /// Parameter, its values, points.
    each: Vec<(usize, Vec<f64>, Vec<usize>)>,
}

/// Ready to run.
pub struct UncertaintyStudy<'l> {
    study: Study<'l>,
    priors: Priors,
    points: Vec<Points>,
    scan: Option<ScanFacts>,
    decision: Option<DecisionPlan>,
    title: String,
    question: String,
    draws: usize,
    replications: u64,
}

/// How it ended.
#[derive(Clone, Debug)]
pub struct Uncertain {
    /// Units that were asked for.
    pub units: u64,
    /// The result; `None` if it was told to stop.
    pub result: Option<Uncertainty>,
}

/// A plan, or what stands for it.
struct Asked {
    scenarios: Vec<String>,
    sets: Vec<String>,
    outcomes: Vec<String>,
    body: UncertaintyPlan,
    varied: Vec<crate::scenario::plan::Factor>,
    title: String,
    question: String,
    replications: Option<u64>,
    seed: Option<u64>,
    /// For the manifest.
    text: Value,
    layers: Vec<crate::scenario::Layer>,
}

impl Asked {
    fn of(loader: &dyn Loader, ask: &UncertaintyAsk) -> Result<(Asked, Option<Refusal>), Error> {
        let Some(name) = &ask.plan else {
            let scenarios = match ask.scenarios.is_empty() {
                true => DEFAULT_SCENARIOS.map(str::to_string).to_vec(),
                false => ask.scenarios.clone(),
            };
            let asked = Asked {
                title: "What uncertain assumptions do to the comparison".to_string(),
                question: String::new(),
                text: Value::Null,
                layers: Vec::new(),
                outcomes: Vec::new(),
                body: UncertaintyPlan::default(),
                varied: Vec::new(),
                replications: None,
                seed: None,
                sets: ask.sets.clone(),
                scenarios,
            };
            return Ok((asked, None));
        };
        let plan = read_plan::<UncertaintyPlan>(loader, name, &ask.sets)?;
        let asked = Asked {
            scenarios: plan.scenarios(loader),
            sets: plan.sets(),
            outcomes: plan.header.outcomes.clone(),
            varied: plan.varied(),
            title: plan.header.title.clone().unwrap_or_else(|| name.clone()),
            question: plan.header.question.clone().unwrap_or_default(),
            replications: plan.header.replications.map(|n| u64::from(n.0)),
            seed: plan.header.seed,
            text: Value::String(plan.hash.clone()),
            layers: plan.layers.clone(),
            body: plan.body.clone(),
        };
        let refusal = Refusal {
            at: plan.at(&["parameters"]),
            sources: plan.sources,
        };
        Ok((asked, Some(refusal)))
    }
}

/// The place in a plan for what is found once scenarios are read.
struct Refusal {
    at: crate::base::diagnostic::Span,
    sources: crate::base::diagnostic::SourceMap,
}

impl Refusal {
    fn error(refusal: Option<Refusal>, why: String) -> Error {
        use crate::base::diagnostic::Diagnostic;
        match refusal {
            None => Error::Refused(why),
            Some(Refusal { at, sources }) => Error::Invalid(vec![Findings {
                found: vec![Diagnostic::error("no-parameters", why).at(at, "")],
                sources,
            }]),
        }
    }
}

impl<'l> UncertaintyStudy<'l> {
    /// Reads the plan, finds the priors, and reads every point.
    ///
    /// # Errors
    /// A plan or scenarios with errors; nothing to draw; more than can be run.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &UncertaintyAsk,
        threads: usize,
    ) -> Result<UncertaintyStudy<'l>, Error> {
        let read = Recorder::new(loader);
        let (asked, refusal) = Asked::of(&read, ask)?;
        let Asked { body, .. } = asked;
        let seed = ask.seed.or(asked.seed);
        let draws = ask
            .draws
            .or(body.draws.map(|d| d.0 as usize))
            .unwrap_or(DEFAULT_DRAWS);
        let parameters = match (&body.parameters, asked.varied.is_empty()) {
            (Some(listed), _) => listed.clone(),
            (None, true) => vec![DEFAULT_PARAMETERS.to_string()],
            (None, false) => Vec::new(),
        };
        let priors_ask = PriorsAsk {
            scenarios: asked.scenarios,
            sets: asked.sets,
            parameters,
            varied: asked.varied,
            scale: body.scale,
            easier: body
                .easier
                .clone()
                .unwrap_or_else(|| DEFAULT_EASIER.map(str::to_string).to_vec()),
            together: body.together,
            draws,
        };
        if draws < 2 {
            return Err(Error::Refused(
                "two draws are the fewest that show any uncertainty".to_string(),
            ));
        }
        let priors = Priors::prepare(loader, &priors_ask, seed)?;
        if priors.parameters.is_empty() {
            let why = format!(
                "there is nothing to draw: no assumption with a range in [evidence] is under {} in any of the scenarios",
                priors_ask
                    .parameters
                    .iter()
                    .map(|p| format!("`{p}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
            return Err(Refusal::error(refusal, why));
        }
        let scan = scan_facts(&body.tipping, &priors);
        let (points, listed) = list(&priors, draws, scan.as_ref(), &body.tipping)?;
        let replications = ask
            .replications
            .or(asked.replications)
            .unwrap_or(DEFAULT_REPLICATIONS);
        if replications < 2 {
            let why = "two replications are the fewest that tell chance from parameters";
            return Err(Error::Refused(why.to_string()));
        }
        if (listed.len() as u64).saturating_mul(replications) > MOST_UNITS {
            return Err(Error::Refused(format!(
                "{} points with {replications} replications each are more than the {MOST_UNITS} units that one study may have",
                listed.len()
            )));
        }
        let mut study_ask = StudyAsk {
            command: "uncertainty",
            points: vec![priors.centre(0)],
            outcomes: asked.outcomes,
            seed,
            plan: manifest(&priors, draws, replications, scan.as_ref(), &asked.text),
            source: Source::of(ask, &read, &asked.layers),
            threads,
        };
        if let Some(decision) = &body.decision {
            // The headlines are known once a scenario is read; what the decision needs is watched besides.
            let first = Study::prepare(loader, study_ask.clone())?;
            let mut names: Vec<String> = first.watched().iter().map(|w| w.name.clone()).collect();
            for name in decision.worth.keys().chain(&decision.costs) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            study_ask.outcomes = names;
        }
        study_ask.points = listed;
        Ok(UncertaintyStudy {
            study: Study::prepare(loader, study_ask)?,
            priors,
            points,
            scan,
            decision: body.decision,
            title: asked.title,
            question: asked.question,
            draws,
            replications,
        })
    }

    /// Units: replications of all points, of the centres more.
    pub fn units(&self) -> u64 {
        self.wanted().iter().map(|w| w.1).sum()
    }

    fn wanted(&self) -> Vec<(usize, u64)> {
        let n = self.replications;
        let centre = |p: usize| self.points.iter().any(|a| a.centre == p);
        let all = 0..self.study.points().len();
        all.map(|p| (p, if centre(p) { CENTRE * n } else { n })).collect()
    }

    /// Warnings about the scenarios.
    pub fn findings(&self) -> Vec<Findings> {
        self.priors
            .findings
            .iter()
            .cloned()
            .map(Findings::without_advice)
            .collect()
    }

    /// Runs it and writes its folder.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine. Finished units stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Uncertain, Error> {
        let (units, wanted) = (self.units(), self.wanted());
        let UncertaintyStudy {
            study,
            replications: n,
            ..
        } = self;
        let mut bench = Bench::open(study, output, stop, progress)?;
        if bench.ensure(&wanted)? == Ran::Interrupted {
            return Ok(Uncertain { units, result: None });
        }
        let mut observed: Vec<Vec<Observed>> = Vec::with_capacity(wanted.len());
        for point in 0..wanted.len() {
            observed.push(bench.observed(point, n)?);
        }
        let mut centres = Vec::new();
        for points in &self.points {
            centres.push(bench.observed(points.centre, CENTRE * n)?);
        }
        let seen = Seen {
            watched: bench.study.watched(),
            seed: bench.study.seed(),
            priors: &self.priors,
            points: &self.points,
            observed: &observed,
            centres: &centres,
            draws: self.draws,
        };
        let result = Uncertainty {
            title: self.title,
            question: self.question,
            arms: seen.arms(),
            parameters: self.priors.parameters.clone(),
            draws: self.draws,
            replications: n,
            seed: seen.seed,
            together: self.priors.together,
            outcomes: (0..seen.watched.len())
                .map(|w| seen.outcome(w, self.scan.as_ref()))
                .collect(),
            decision: self.decision.as_ref().map(|d| seen.decision(d)).transpose()?,
            rows: seen.rows(),
            scan: self.scan,
        };
        bench.finish(&report::uncertainty_files(&result), &about())?;
        Ok(Uncertain {
            units,
            result: Some(result),
        })
    }
}

fn manifest(
    priors: &Priors,
    draws: usize,
    replications: u64,
    scan: Option<&ScanFacts>,
    plan: &Value,
) -> Map<String, Value> {
    let value = json!({
        "plan": plan,
        "draws": draws,
        "replications": replications,
        "together": priors.together,
        "parameters": priors.parameters.iter().map(|p| json!({
            "name": p.name, "range": p.range, "values": p.listed, "log": p.log, "easier": p.easier, "scenarios": p.scenarios,
        })).collect::<Vec<_>>(),
        "scan": scan.map(|s| &s.values),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn scan_facts(plan: &TippingPlan, priors: &Priors) -> Option<ScanFacts> {
    if plan.scan == Some(false) {
        return None;
    }
    let values = plan.values.map_or(SCANNED, |v| v.0 as usize);
    let ratio = priors.any_ratio();
    let values = match ratio {
        true => {
            let [low, high] = plan.range.map_or(RATIOS, |r| r.map(|x| x.get()));
            ratios(low, high, values)
        }
        false => grid(0.0, 1.0, values, Scale::Linear),
    };
    Some(ScanFacts { ratio, values })
}

/// All points: of each scenario its centre, its draws, its scans. A point that occurs twice is listed once.
fn list(
    priors: &Priors,
    draws: usize,
    scan: Option<&ScanFacts>,
    plan: &TippingPlan,
) -> Result<(Vec<Points>, Vec<Point>), Error> {
    let mut known: std::collections::BTreeMap<Point, usize> = std::collections::BTreeMap::new();
    let mut listed: Vec<Point> = Vec::new();
    let mut add = |point: Point| {
        *known.entry(point.clone()).or_insert_with(|| {
            listed.push(point);
            listed.len() - 1
        })
    };
    let mut all = Vec::new();
    for arm in 0..priors.arms.len() {
        let mut points = Points {
            centre: add(priors.centre(arm)),
            drawn: Vec::new(),
            scanned: Vec::new(),
            each: Vec::new(),
        };
        if priors.touched(arm) {
            for draw in 0..draws {
                points.drawn.push(add(priors.drawn(arm, draw)?));
            }
            for &value in scan.iter().flat_map(|s| &s.values) {
                let ratio = scan.is_some_and(|s| s.ratio);
                let along = if ratio {
                    Along::Ratio(value)
                } else {
                    Along::Quantile(value)
                };
                points.scanned.push(add(priors.scanned(arm, along)?));
            }
            let of_each = scan.filter(|_| plan.each).map_or(0, |s| s.values.len());
            for (place, factor) in &priors.arms[arm].factors {
                let steps = grid(0.0, 1.0, of_each.max(2), Scale::Linear);
                let values: Vec<f64> = steps
                    .iter()
                    .filter_map(|&q| priors.value(arm, *place, q))
                    .collect();
                // Listed values, and whole numbers that fall together, have no order to turn in.
                if of_each == 0 || values.len() < of_each || values.windows(2).any(|w| w[0] >= w[1]) {
                    continue;
                }
                let _ = factor;
                let mut at = Vec::new();
                for &q in &steps {
                    at.push(add(priors.scanned(arm, Along::One(*place, q))?));
                }
                points.each.push((*place, values, at));
            }
        }
        all.push(points);
    }
    Ok((all, listed))
}
