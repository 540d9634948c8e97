//! Choosing: the best of several arms by one outcome, or the arms that none dominates by several.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::Error;
use super::library::BUILT_IN_ARMS;
use super::scenarios::arm_names;
use super::sequential::{Halt, Points, told};
use super::study::{Bench, Point, Recorder, Source, Study, StudyAsk, fitting, read_plan};
use super::{Findings, Output};
use crate::experiment::Progress;
use crate::methods::looks::Looks;
use crate::methods::ocba::{Allocation, allocate};
use crate::methods::pareto;
use crate::methods::selection::{Selection, Variance, select};
use crate::methods::systems::{Systems, mean_variance};
use crate::report::{Choice, ChoiceArm, FrontArm, FrontTable, Told};
use crate::scenario::Loader;
use crate::scenario::plan::{ChooseMethod, ChoosePlan, Plan, Setting};
use crate::stats::Estimate;

/// Probability wanted of a right answer, unless said otherwise.
const CONFIDENCE: f64 = 0.95;
/// Replications of each arm before the first look, unless said otherwise.
const FIRST: u64 = 20;
/// Replications between looks.
const STEP: u64 = 5;
/// Most replications for each arm, unless said otherwise.
const BUDGET: u64 = 400;
/// Share of the first arm's level that is the indifference zone, unless said otherwise.
const INDIFFERENT: f64 = 0.05;
/// Most arms.
const MOST_ARMS: usize = 10_000;

/// What is asked; whatever is left out comes from the plan, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChooseAsk {
    /// A plan, by file or name.
    pub plan: Option<String>,
    /// Without a plan: the arms.
    pub scenarios: Vec<String>,
    /// Overrides of the plan, or of all arms.
    pub sets: Vec<String>,
    /// Outcomes; one to select by, several for a Pareto set.
    pub outcomes: Vec<String>,
    /// How the best is selected.
    pub method: Option<ChooseMethod>,
    /// Indifference zone of the one outcome.
    pub indifference: Option<f64>,
    /// Probability wanted of a right answer.
    pub confidence: Option<f64>,
    /// Most replications of all arms together.
    pub budget: Option<u64>,
    /// Most replications of each arm, where no budget is given.
    pub replications: Option<u64>,
    /// Replications of each arm before the first look.
    pub first: Option<u64>,
    /// Seed.
    pub seed: Option<u64>,
}

/// What is to be found out, once all is known.
struct Settled {
    title: String,
    names: Vec<String>,
    several: bool,
    method: ChooseMethod,
    indifference: BTreeMap<String, f64>,
    one_indifference: Option<f64>,
    confidence: f64,
    budget: u64,
    first: u64,
}

/// A choice that is ready to be made.
pub struct Choose<'l> {
    study: Study<'l>,
    settled: Settled,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// The best by one outcome.
    Best(Choice),
    /// What none dominates by several.
    Front(FrontTable),
}

impl<'l> Choose<'l> {
    /// Reads the plan, if there is one, and every arm.
    ///
    /// # Errors
    /// A plan or scenarios with errors; a question without sense.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &ChooseAsk,
        threads: usize,
    ) -> Result<Choose<'l>, Error> {
        let read = Recorder::new(loader);
        let plan = match &ask.plan {
            Some(name) => Some(read_plan::<ChoosePlan>(&read, name, &ask.sets)?),
            None => None,
        };
        let (names, points) = match &plan {
            Some(plan) => arms_of(&read, plan)?,
            None => {
                let asked = match ask.scenarios.as_slice() {
                    [] => BUILT_IN_ARMS.map(str::to_string).to_vec(),
                    some => some.to_vec(),
                };
                let point = |scenario: &String| Point {
                    scenario: scenario.clone(),
                    sets: ask.sets.clone(),
                };
                (arm_names(&asked), asked.iter().map(point).collect())
            }
        };
        if names.len() < 2 {
            let why =
                "there is nothing to choose from: name several scenarios, or vary something under [vary]";
            return Err(Error::Refused(why.to_string()));
        }
        let body = plan.as_ref().map(|p| p.body.clone()).unwrap_or_default();
        let mut outcomes = ask.outcomes.clone();
        if outcomes.is_empty() {
            outcomes = plan.as_ref().map_or(Vec::new(), |p| p.header.outcomes.clone());
        }
        let planned = plan.as_ref().and_then(|p| p.header.replications);
        let each = ask.replications.or(planned.map(|n| u64::from(n.0)));
        let arms = names.len() as u64;
        let most = each.map(|n| n.saturating_mul(arms));
        let planned_budget = body.budget.map(|n| u64::from(n.0));
        // What is said on the command line goes before the plan.
        let budget = ask.budget.or(most.filter(|_| ask.replications.is_some()));
        let budget = budget.or(planned_budget).or(most).unwrap_or(BUDGET * arms);
        let given_first = ask.first.or(body.first.map(|n| u64::from(n.0)));
        let first = given_first.unwrap_or(FIRST.min(each.unwrap_or(FIRST)));
        if first < 2 || each.is_some_and(|n| n < 2) {
            let why = "one replication of an arm says nothing of chance: at least 2 are needed";
            return Err(Error::Refused(why.to_string()));
        }
        let mut settled = Settled {
            title: (plan.as_ref().and_then(|p| p.header.title.clone()))
                .unwrap_or_else(|| format!("The choice between {} arms", names.len())),
            several: outcomes.len() > 1,
            method: ask.method.unwrap_or(body.method),
            indifference: body
                .indifference
                .iter()
                .map(|(k, v)| (k.clone(), v.get()))
                .collect(),
            one_indifference: ask.indifference,
            confidence: ask
                .confidence
                .or(body.confidence.map(|c| c.get()))
                .unwrap_or(CONFIDENCE),
            budget,
            first,
            names,
        };
        let study = StudyAsk {
            command: "choose",
            points,
            outcomes,
            seed: ask.seed.or(plan.as_ref().and_then(|p| p.header.seed)),
            plan: settled.manifest(plan.as_ref()),
            source: Source::of(ask, &read, plan.as_ref().map_or(&[], |p| &p.layers)),
            threads,
        };
        let study = Study::prepare(loader, study)?;
        let watched = study.watched();
        let used = if settled.several { watched.len() } else { 1 };
        let unknown = settled
            .indifference
            .keys()
            .find(|name| watched[..used].iter().all(|w| w.name != **name));
        if let Some(name) = unknown {
            return Err(Error::Refused(format!(
                "`indifference` names `{name}`, which is not among the outcomes asked for"
            )));
        }
        if let Some(w) = watched[..used]
            .iter()
            .find(|w| w.outcome.better == crate::observe::Better::Neither)
        {
            return Err(Error::Refused(format!(
                "neither more nor less of `{}` is better: nothing can be chosen by it",
                w.name
            )));
        }
        if settled.several && (ask.method.is_some() || ask.indifference.is_some()) {
            let why = "a method and one indifference zone are for one outcome, and several are asked for";
            return Err(Error::Refused(why.to_string()));
        }
        // A zone that is taken from the data needs enough of them.
        let taken = settled.one_indifference.is_none() && settled.indifference.is_empty();
        if !settled.several && settled.method != ChooseMethod::Ocba && taken {
            settled.first = settled.first.max(FIRST);
        }
        let least = settled.first.saturating_mul(arms);
        if settled.budget < least {
            return Err(Error::Refused(format!(
                "{} replications are too few for {arms} arms with {} each before the first look: at least {least}",
                settled.budget, settled.first
            )));
        }
        Ok(Choose { study, settled })
    }

    /// Warnings about the first arm.
    pub fn findings(&self) -> &[Findings] {
        &self.study.findings
    }

    /// Runs as many replications as it takes and writes the folder; `None` if it was told to stop.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine. Finished units stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Option<Chosen>, Error> {
        let settled = self.settled;
        let mut bench = Bench::open(self.study, output, stop, progress)?;
        let told = told(&bench);
        let found = match settled.several {
            true => settled.front(&mut bench, told).map(Chosen::Front),
            false => settled.best(&mut bench, &told[0]).map(Chosen::Best),
        };
        let found = match found {
            Ok(found) => found,
            Err(Halt::Interrupted) => return Ok(None),
            Err(Halt::Error(e)) => return Err(e),
        };
        let files = match &found {
            Chosen::Best(choice) => crate::report::choice_files(choice),
            Chosen::Front(front) => crate::report::front_files(front),
        };
        bench.finish(&files, &about())?;
        Ok(Some(found))
    }
}

/// Arms of a plan: each scenario with every combination of what is varied.
fn arms_of(loader: &dyn Loader, plan: &Plan<ChoosePlan>) -> Result<(Vec<String>, Vec<Point>), Error> {
    let asked = plan.scenarios(loader);
    let factors = plan.factors();
    let count = factors
        .iter()
        .fold(asked.len(), |n, f| n.saturating_mul(f.count()));
    if count > MOST_ARMS {
        return Err(Error::Refused(format!("{count} arms are more than {MOST_ARMS}")));
    }
    let (mut names, mut points) = (Vec::new(), Vec::new());
    for (scenario, name) in asked.iter().zip(arm_names(&asked)) {
        let checked = fitting(loader, plan, scenario, &factors, "vary")?;
        let mut rows: Vec<Vec<Setting>> = vec![Vec::new()];
        for factor in &factors {
            let longer = |row: Vec<Setting>| {
                (0..factor.count()).map(move |i| {
                    let mut row = row.clone();
                    row.push(factor.level(i));
                    row
                })
            };
            rows = rows.into_iter().flat_map(longer).collect();
        }
        for row in rows {
            let (mut sets, mut full) = (plan.sets(), name.clone());
            for (factor, setting) in factors.iter().zip(&row) {
                let found = factor.sets(setting, checked.root());
                sets.extend(found.map_err(|why| Error::Refused(format!("[vary.{}]: {why}", factor.name)))?);
                full += &format!(" {}={setting}", factor.name);
            }
            names.push(full);
            points.push(Point {
                scenario: scenario.clone(),
                sets,
            });
        }
    }
    Ok((names, points))
}

impl Settled {
    /// For the manifest: what decides which replications are run.
    fn manifest(&self, plan: Option<&Plan<ChoosePlan>>) -> Map<String, Value> {
        let plan = json!({
            "arms": self.names,
            "method": if self.several { "pareto" } else { method_name(self.method) },
            "indifference": self.indifference,
            "indifference_zone": self.one_indifference,
            "confidence": self.confidence,
            "budget": self.budget,
            "first": self.first,
            "file": plan.map(|p| p.hash.clone()),
        });
        plan.as_object().cloned().unwrap_or_default()
    }

    fn best(&self, bench: &mut Bench<'_, '_>, told: &Told) -> Result<Choice, Halt> {
        let k = self.names.len();
        let larger = told.larger.unwrap_or(true);
        let given = self.one_indifference.or_else(|| {
            let name = &bench.study.watched()[0].name;
            self.indifference.get(name).copied()
        });
        let mut systems = Points { bench };
        let kn = self.method != ChooseMethod::Ocba;
        let mut indifference = given;
        if kn && given.is_none() {
            systems.ensure(&[(0, self.first)])?;
            let level = systems.observe(0, self.first)?.swap_remove(0);
            let level = level.map_or(0.0, |xs| mean_variance(&xs).0.abs());
            let zone = two_digits(INDIFFERENT * level);
            if zone <= 0.0 {
                let why = "the first arm's level is 0 or unknown: say with --indifference which difference does not matter";
                return Err(Error::Refused(why.to_string()).into());
            }
            indifference = Some(zone);
        }
        let (selected, correct) = match self.method {
            ChooseMethod::Ocba => {
                let ask = Allocation {
                    first: self.first,
                    increment: STEP * k as u64,
                    budget: self.budget,
                    confidence: self.confidence,
                    larger,
                    outcome: 0,
                };
                let found = allocate(&mut systems, k, &ask)?;
                (found.selected, found.correct)
            }
            method => {
                let ask = Selection {
                    variance: match method {
                        ChooseMethod::KnPlusPlus => Variance::Updated,
                        _ => Variance::FirstStage,
                    },
                    indifference: indifference.unwrap_or(0.0),
                    alpha: 1.0 - self.confidence,
                    first: self.first,
                    step: STEP,
                    budget: self.budget,
                    larger,
                    outcome: 0,
                };
                (select(&mut systems, k, &ask)?, None)
            }
        };
        let mut arms = Vec::new();
        for (i, name) in self.names.iter().enumerate() {
            let n = selected.systems[i].n;
            let n = if n == 0 { self.first } else { n };
            let level = bench.observed(i, n)?.swap_remove(0).estimate();
            let mut behind: Option<Estimate> = None;
            if let Some(best) = selected.best.filter(|b| *b != i) {
                let common = n.min(selected.systems[best].n);
                let (a, b) = (bench.observed(i, common)?, bench.observed(best, common)?);
                behind = Some(a[0].minus(&b[0]));
            }
            arms.push(ChoiceArm {
                name: name.clone(),
                level,
                behind,
            });
        }
        Ok(Choice {
            title: self.title.clone(),
            outcome: told.clone(),
            method: method_name(self.method),
            confidence: self.confidence,
            indifference,
            given: given.is_some(),
            first: self.first,
            step: STEP,
            budget: self.budget,
            selected,
            correct,
            arms,
        })
    }

    fn front(&self, bench: &mut Bench<'_, '_>, outcomes: Vec<Told>) -> Result<FrontTable, Halt> {
        let k = self.names.len();
        let names: Vec<String> = bench.study.watched().iter().map(|w| w.name.clone()).collect();
        let margin = |i: usize| self.indifference.get(&names[i]).copied().unwrap_or(0.0);
        let looks = Looks::new(self.first, (self.budget / k as u64).max(self.first));
        let ask = pareto::Ask {
            outcomes: (outcomes.iter().enumerate())
                .map(|(i, o)| (i, o.larger.unwrap_or(true), margin(i)))
                .collect(),
            alpha: 1.0 - self.confidence,
            looks,
        };
        let front = pareto::front(&mut Points { bench }, k, &ask)?;
        let mut arms = Vec::new();
        for (i, name) in self.names.iter().enumerate() {
            let n = front.replications[i];
            arms.push(FrontArm {
                name: name.clone(),
                n,
                levels: bench.observed(i, n)?.iter().map(|o| o.estimate()).collect(),
            });
        }
        Ok(FrontTable {
            title: self.title.clone(),
            margins: (0..outcomes.len()).map(margin).collect(),
            outcomes,
            confidence: self.confidence,
            cap: looks.cap,
            front,
            arms,
        })
    }
}

fn method_name(method: ChooseMethod) -> &'static str {
    match method {
        ChooseMethod::Kn => "kn",
        ChooseMethod::KnPlusPlus => "kn_plus_plus",
        ChooseMethod::Ocba => "ocba",
    }
}

/// Rounded to two significant digits.
fn two_digits(x: f64) -> f64 {
    format!("{x:.1e}").parse().unwrap_or(x)
}
