//! Targets as goals of a calibration: what is watched, and each target's value over replications of a point.

use crate::app::Error;
use crate::app::scenarios::Findings;
use crate::base::diagnostic::Diagnostic;
use crate::experiment::Observed;
use crate::methods::history::Band;
use crate::report::{CalibrationGoal as Goal, Reach, Use};
use crate::scenario::plan::{CalibratePlan, Plan};
use crate::scenario::targets::{self, Role};
use crate::scenario::{Loader, nearest};
use crate::stats::{Estimate, Missing};

/// A target's value over the replications of a point.
pub type Value = Observed;

/// The goals, and where in what is watched their outcomes are.
pub struct Goals {
    /// Those calibrated to, then those kept aside.
    pub all: Vec<Goal>,
    /// Names of the outcomes that are watched, each once.
    pub outcomes: Vec<String>,
    /// Hash of the file of targets.
    pub hash: String,
    /// By goal: positions of its outcome and of the one that is taken off.
    parts: Vec<(usize, Option<usize>)>,
}

/// Reads the targets of a plan.
///
/// # Errors
/// A file of targets with errors; names in the plan that are none of its targets; no target to calibrate to.
pub fn read(loader: &dyn Loader, plan: &Plan<CalibratePlan>) -> Result<Goals, Error> {
    let file = plan.body.targets_file.as_deref().unwrap_or(targets::BUILT_IN);
    let file = plan.scenario(file, loader);
    let (read, found, sources) = targets::read(loader, &file, &[]);
    let read = read.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))?;
    let mut problems = Vec::new();
    let names = || read.all.iter().map(|(name, _)| name.as_str());
    let known = |name: &str| names().any(|n| n == name);
    let asked = plan.body.targets.as_deref().unwrap_or_default();
    let named = asked.iter().map(|n| (n, "targets"));
    for (name, key) in named.chain(plan.body.discrepancy.keys().map(|n| (n, "discrepancy"))) {
        if !known(name) {
            let error = Diagnostic::error("unknown-name", format!("there is no target `{name}`"));
            let at = match key {
                "discrepancy" => plan.at(&[key, name]),
                _ => plan.at(&[key]),
            };
            let label = nearest(name, names()).map_or(String::new(), |n| format!("did you mean `{n}`?"));
            problems.push(error.at(at, label));
        }
    }
    let fitted = |name: &str, role: Role| match asked.is_empty() {
        true => role == Role::Calibration,
        false => asked.iter().any(|n| n == name),
    };
    let mut all: Vec<Goal> = Vec::new();
    for used in [Use::Fitted, Use::Aside] {
        for (name, target) in &read.all {
            let mine = match (fitted(name, target.role), target.role) {
                (true, _) => Use::Fitted,
                (false, Role::Aside) => Use::Aside,
                (false, Role::Calibration | Role::Input) => continue,
            };
            if mine == used {
                let (low, high) = target.band();
                all.push(Goal {
                    name: name.clone(),
                    says: target.says.clone(),
                    source: target.source.clone(),
                    outcome: target.outcome.clone(),
                    less: target.less.clone(),
                    unit: String::new(),
                    band: (low, high),
                    near: target.near(),
                    discrepancy: plan.discrepancy(name, (high - low) / 2.0),
                    role: used,
                    reach: Reach::NotLooked,
                    before: nothing(),
                    after: nothing(),
                    change: nothing(),
                    emulator: None,
                    predicted: None,
                });
            }
        }
    }
    if problems.is_empty() && !all.iter().any(|g| g.role == Use::Fitted) {
        let message = format!("no target of `{file}` is for calibration");
        let error = Diagnostic::error("contradiction", message).at(plan.at(&["targets"]), "");
        problems.push(error.help("name some under `targets`, or give one the role \"calibration\""));
    }
    if !problems.is_empty() {
        let sources = plan.sources.clone();
        return Err(Error::Invalid(vec![Findings {
            found: problems,
            sources,
        }]));
    }
    let mut outcomes: Vec<String> = Vec::new();
    let mut place = |name: &String| match outcomes.iter().position(|n| n == name) {
        Some(at) => at,
        None => {
            outcomes.push(name.clone());
            outcomes.len() - 1
        }
    };
    let parts = all
        .iter()
        .map(|g| (place(&g.outcome), g.less.as_ref().map(&mut place)));
    let parts = parts.collect();
    Ok(Goals {
        all,
        outcomes,
        hash: read.hash,
        parts,
    })
}

fn nothing() -> Estimate {
    Estimate::missing(Missing::NobodyAtRisk, 0)
}

/// The band of a goal as the methods have it.
pub fn band(goal: &Goal) -> Band {
    Band {
        low: goal.band.0,
        high: goal.band.1,
        discrepancy: goal.discrepancy,
    }
}

impl Goals {
    /// Those that are calibrated to, with their positions.
    pub fn fitted(&self) -> impl Iterator<Item = (usize, &Goal)> {
        let all = self.all.iter().enumerate();
        all.filter(|(_, g)| g.role == Use::Fitted)
    }

    /// The outcome of each goal, by position among what is watched.
    pub fn outcome(&self, goal: usize) -> usize {
        self.parts[goal].0
    }

    /// The values of all goals, of what is watched at a point.
    pub fn values(&self, watched: &[Observed]) -> Vec<Value> {
        let one = |&(of, less): &(usize, Option<usize>)| match less {
            None => watched[of].clone(),
            Some(less) => difference(&watched[of], &watched[less]),
        };
        self.parts.iter().map(one).collect()
    }
}

/// One outcome less another of the same replications.
fn difference(a: &Observed, b: &Observed) -> Observed {
    let value = a.value.and_then(|a| b.value.map(|b| a - b));
    let pseudo = match a.pseudo.len() == b.pseudo.len() {
        true => a.pseudo.iter().zip(&b.pseudo).map(|(a, b)| a - b).collect(),
        false => Vec::new(),
    };
    Observed { value, pseudo }
}

/// Value and standard error, for tables of points.
pub fn told(value: &Value) -> Option<(f64, Option<f64>)> {
    let e = value.estimate();
    e.value().map(|x| (x, e.standard_error()))
}
