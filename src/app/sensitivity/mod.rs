//! Sensitivity analyses: a design over parameters' ranges, run as a study, and what the outcomes hang on.

mod analysis;
mod factors;
mod tornado;

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Output;
use super::error::Error;
use super::scenarios::{Arm, arm_names, read_arms};
use super::study::{Bench, Point, Ran, Recorder, Source, Study, StudyAsk, fitting, read_plan, run_of};
use crate::experiment::Progress;
use crate::methods::{morris, sobol};
use crate::report::sensitivity::{self as report, Sensitivity as Report};
use crate::scenario::Loader;
use crate::scenario::plan::{Method, Plan, SensitivityPlan, Setting};
use analysis::{Table, analyse};
use factors::{Parameter, choose, one_by_one, within_reason, wrong};

/// Most points of one analysis.
const MOST_POINTS: usize = 2_000_000;

/// What is asked for besides the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SensitivityAsk {
    /// The plan, by file or name.
    pub plan: String,
    /// Overrides of the plan.
    pub sets: Vec<String>,
    /// Replications of each point; the plan's if left out.
    pub replications: Option<u64>,
    /// Seed; the plan's if left out.
    pub seed: Option<u64>,
}

/// One combination of settings. Its points are one a scenario, beside each other.
#[derive(Clone, Debug, PartialEq)]
struct Combination {
    /// Settings of parameters, by position; the others are as they are.
    settings: Vec<(usize, Setting)>,
}

/// A sensitivity analysis that is ready to run.
pub struct Sensitivity<'l> {
    study: Study<'l>,
    inner: Inner,
}

/// Everything but the study, which a bench takes.
struct Inner {
    title: String,
    question: Option<String>,
    /// Names of the scenarios: one or two.
    scenarios: Vec<String>,
    arms: Vec<Arm>,
    /// Overrides of all points.
    fixed: Vec<String>,
    body: SensitivityPlan,
    parameters: Vec<Parameter>,
    left_out: Vec<(String, String)>,
    /// The combination without any setting first, then the design's.
    combinations: Vec<Combination>,
    /// Places of the design's points in the unit cube, for Morris's steps.
    design: Vec<Vec<f64>>,
    replications: u64,
    seed: u64,
}

/// How an analysis ended.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// Units that were wanted.
    pub units: u64,
    /// Whether it was told to stop.
    pub interrupted: bool,
    /// The answer; none if it was interrupted.
    pub report: Option<Report>,
}

impl<'l> Sensitivity<'l> {
    /// Reads the plan and every point of its design.
    ///
    /// # Errors
    /// A plan or scenarios with errors; more than can be run.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &SensitivityAsk,
        threads: usize,
    ) -> Result<Sensitivity<'l>, Error> {
        let read = Recorder::new(loader);
        let plan = read_plan::<SensitivityPlan>(&read, &ask.plan, &ask.sets)?;
        let asked = plan.scenarios(&read);
        if asked.len() > 2 {
            let message =
                "a sensitivity analysis is of one scenario, or of the difference of two".to_string();
            return Err(wrong(&plan, plan.at(&["scenarios"]), message, "name one or two"));
        }
        // What is wrong with a range of the plan's own is told at its line, before anything else.
        let given = plan.factors();
        for scenario in &asked {
            fitting(&read, &plan, scenario, &given, "vary")?;
        }
        let fixed = plan.sets();
        let (mut arms, _) = read_arms(loader, &asked, &fixed)?;
        for (arm, name) in arms.iter_mut().zip(&asked) {
            arm.asked.clone_from(name);
        }
        let mut chosen = choose(&plan, &arms)?;
        match plan.body.others {
            // So many at once would contradict one another where each alone does not.
            Some(_) => one_by_one(loader, &arms, &fixed, threads, &mut chosen)?,
            None => within_reason(loader, &arms, &fixed, &mut chosen),
        }
        if chosen.all.is_empty() {
            let message = "the scenarios refuse the ranges of all these assumptions".to_string();
            let help = "give ranges of your own under [vary]";
            return Err(wrong(&plan, plan.at(&["assumptions"]), message, help));
        }
        let (own_seed, own_replications) = run_of(&arms[0].checked);
        let seed = ask.seed.or(plan.header.seed).unwrap_or(own_seed);
        let planned = ask
            .replications
            .or(plan.header.replications.map(|n| u64::from(n.0)));
        let count = chosen.all.len();
        let design = match plan.body.method {
            Method::Tornado => Vec::new(),
            Method::Morris => {
                let settings = plan.body.morris.unwrap_or_default();
                let trajectories = settings.trajectories.map_or(10, |n| n.0 as usize);
                within(&plan, trajectories * (count + 1) * arms.len())?;
                let levels = settings.levels.map_or(4, |n| n.0 as usize);
                morris::trajectories(trajectories, count, levels, seed)
            }
            Method::Sobol => {
                let rows = plan.body.sobol.and_then(|s| s.rows).map_or(64, |n| n.0 as usize);
                within(&plan, rows * (count + 2) * arms.len())?;
                sobol::design(rows, count, seed).map_err(|e| {
                    let message =
                        format!("{count} parameters are too many for Sobol' indices: {e}, two a parameter");
                    let help = "screen them first with method = \"morris\", then name those that matter";
                    wrong(&plan, plan.at(&["method"]), message, help)
                })?
            }
        };
        let mut combinations = vec![Combination { settings: Vec::new() }];
        match plan.body.method {
            Method::Tornado => {
                let values = plan
                    .body
                    .tornado
                    .and_then(|t| t.values)
                    .map_or(2, |n| n.0 as usize);
                for (i, parameter) in chosen.all.iter().enumerate() {
                    let all = parameter.settings(values).into_iter();
                    combinations.extend(all.map(|(setting, _)| Combination {
                        settings: vec![(i, setting)],
                    }));
                }
                within(&plan, combinations.len() * arms.len())?;
            }
            Method::Morris | Method::Sobol => combinations.extend(design.iter().map(|row| {
                Combination {
                    settings: (chosen.all.iter().zip(row).enumerate())
                        .map(|(i, (p, u))| (i, p.factor.quantile(*u)))
                        .collect(),
                }
            })),
        }
        let inner = Inner {
            title: plan.header.title.clone().unwrap_or_else(|| ask.plan.clone()),
            question: plan.header.question.clone(),
            scenarios: arm_names(&asked),
            arms,
            fixed,
            body: plan.body.clone(),
            parameters: chosen.all,
            left_out: chosen.left_out,
            combinations,
            design,
            replications: planned.unwrap_or(own_replications),
            seed,
        };
        let mut points = Vec::new();
        for combination in &inner.combinations {
            points.extend(inner.points(combination).map_err(|(which, why)| {
                let name = &inner.parameters[which].factor.name;
                wrong(&plan, plan.at(&["vary", name]), why, "vary another parameter")
            })?);
        }
        let refine = inner.refine() as u64;
        let settings =
            json!({ "file": plan.hash, "method": report::word(inner.body.method), "refine": refine });
        let study = StudyAsk {
            command: "sensitivity",
            points,
            outcomes: plan.header.outcomes.clone(),
            seed: Some(seed),
            plan: settings.as_object().cloned().unwrap_or_default(),
            source: Source::of(ask, &read, &plan.layers),
            threads,
        };
        let study = Study::prepare(loader, study)?;
        Ok(Sensitivity { study, inner })
    }

    /// Replications of the points known beforehand; a tornado may add some where a decision turns.
    pub fn units(&self) -> u64 {
        self.study.points().len() as u64 * self.inner.replications
    }

    /// Points known beforehand.
    pub fn points(&self) -> &[Point] {
        self.study.points()
    }

    /// Hash of what the first scenario says, whatever is said about it; see [`crate::scenario::Checked::values_hash`].
    pub fn baseline(&self) -> String {
        self.inner.arms[0].checked.values_hash()
    }

    /// Whether it takes one parameter at a time in one scenario.
    pub fn is_tornado_of_one(&self) -> bool {
        self.inner.body.method == Method::Tornado && self.inner.arms.len() == 1
    }

    /// Seed of all random numbers.
    pub fn seed(&self) -> u64 {
        self.inner.seed
    }

    /// Names of what is varied.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.inner.parameters.iter().map(|p| p.factor.name.as_str())
    }

    /// Warnings about the first scenario.
    pub fn findings(&self) -> &[super::Findings] {
        &self.study.findings
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
    ) -> Result<Analysed, Error> {
        let Sensitivity { study, mut inner } = self;
        let mut bench = Bench::open(study, output, stop, progress)?;
        let n = inner.replications;
        let interrupted = |inner: &Inner| Analysed {
            units: (inner.combinations.len() * inner.arms.len()) as u64 * n,
            interrupted: true,
            report: None,
        };
        let mut table = Table::new(&bench, inner.arms.len());
        if table.extend(&mut bench, &inner.combinations, n, |i, s| {
            i * inner.arms.len() + s
        })? == Ran::Interrupted
        {
            return Ok(interrupted(&inner));
        }
        for _ in 0..inner.refine() {
            let more = tornado::closer(&inner, &table);
            if more.is_empty() {
                break;
            }
            let mut points = Vec::new();
            for combination in &more {
                for point in inner
                    .points(combination)
                    .map_err(|(_, why)| Error::Refused(why))?
                {
                    points.push(bench.add(point)?);
                }
            }
            let arms = inner.arms.len();
            if table.extend(&mut bench, &more, n, |i, s| points[i * arms + s])? == Ran::Interrupted {
                return Ok(interrupted(&inner));
            }
            inner.combinations.extend(more);
        }
        let units = (inner.combinations.len() * inner.arms.len()) as u64 * n;
        let answer = analyse(&inner, &table);
        bench.finish(&crate::report::sensitivity_files(&answer), &about())?;
        Ok(Analysed {
            units,
            interrupted: false,
            report: Some(answer),
        })
    }
}

/// Refuses more points than can be run.
fn within(plan: &Plan<SensitivityPlan>, points: usize) -> Result<(), Error> {
    if points <= MOST_POINTS {
        return Ok(());
    }
    let message = format!("{points} points are more than the {MOST_POINTS} of one analysis");
    Err(wrong(
        plan,
        plan.at(&["method"]),
        message,
        "vary fewer parameters",
    ))
}

impl Inner {
    /// The points of a combination, one a scenario; the parameter that cannot be set, and why.
    fn points(&self, combination: &Combination) -> Result<Vec<Point>, (usize, String)> {
        let one = |arm: &Arm| {
            let mut sets = self.fixed.clone();
            for (which, setting) in &combination.settings {
                let found = self.parameters[*which].sets(setting, arm);
                sets.extend(found.map_err(|why| (*which, why))?);
            }
            Ok(Point {
                scenario: arm.asked.clone(),
                sets,
            })
        };
        self.arms.iter().map(one).collect()
    }

    /// Rounds in which turning points are closed in on.
    fn refine(&self) -> u32 {
        match self.body.method {
            Method::Tornado if self.arms.len() == 2 => {
                self.body.tornado.and_then(|t| t.refine).map_or(4, |n| n.0)
            }
            _ => 0,
        }
    }
}
