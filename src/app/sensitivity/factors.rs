//! What a sensitivity analysis varies: parameters of the plan, or the scenarios' assumptions, and their overrides.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::Error;
use crate::app::scenarios::{Arm, Findings};
use crate::base::diagnostic::{Diagnostic, Span};
use crate::experiment::in_parallel;
use crate::report::sensitivity::Varied;
use crate::scenario::plan::{Factor, Levels, Plan, Scale, SensitivityPlan, Setting, assumptions, others};
use crate::scenario::{self, Loader, show_path};

/// Most parameters of one analysis.
const MOST: usize = 5_000;

/// One parameter that is varied.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, paths and values.
    pub factor: Factor,
    /// Whether it is an assumption of the scenarios: then it is set only where a scenario has it.
    assumed: bool,
}

/// What is varied, and what could not be.
pub struct Chosen {
    /// Parameters, those of `[vary]` first.
    pub all: Vec<Parameter>,
    /// Assumptions that could not be varied.
    pub left_out: Vec<(String, String)>,
}

/// The parameters of a plan over these scenarios.
///
/// # Errors
/// There are none, or too many; at the place in the plan.
pub fn choose(plan: &Plan<SensitivityPlan>, arms: &[Arm]) -> Result<Chosen, Error> {
    let given = plan.factors().into_iter();
    let mut all: Vec<Parameter> = given
        .map(|factor| Parameter {
            factor,
            assumed: false,
        })
        .collect();
    for path in all.iter().flat_map(|p| &p.factor.paths) {
        // A misspelt name in a table of free names would otherwise be a new entry that nothing uses.
        if arms.iter().all(|arm| arm.checked.root().at(path).is_none()) {
            let message = format!("`{}` is in none of the scenarios", show_path(path));
            let place = all.iter().find(|p| p.factor.paths.contains(path));
            let name = place.map_or("", |p| p.factor.name.as_str());
            let help = "mend the path; if the value is left out there, write it under [set] first";
            return Err(wrong(plan, plan.at(&["vary", name]), message, help));
        }
    }
    let mut left_out: Vec<(String, String)> = Vec::new();
    if let Some(patterns) = plan.patterns() {
        let except = plan.exceptions();
        let taken: BTreeSet<Vec<String>> = all.iter().flat_map(|p| p.factor.paths.clone()).collect();
        let mut taken = taken;
        for arm in arms {
            let found = assumptions(&arm.checked, &patterns);
            for mut factor in found.factors {
                // What an earlier scenario or the plan itself varies already is not varied twice.
                let free =
                    |path: &Vec<String>| !taken.contains(path) && !except.iter().any(|e| covers(e, path));
                factor.paths.retain(free);
                if !factor.paths.is_empty() {
                    taken.extend(factor.paths.iter().cloned());
                    all.push(Parameter {
                        factor,
                        assumed: true,
                    });
                }
            }
            for (path, why) in found.skipped {
                if !left_out.iter().any(|(known, _)| *known == path) {
                    left_out.push((path, why.to_string()));
                }
            }
        }
    }
    if let Some([low, high]) = plan.body.others {
        all = together(all, arms);
        for arm in arms {
            let taken: Vec<Vec<String>> = all.iter().flat_map(|p| p.factor.paths.clone()).collect();
            let found = others(&arm.checked, &taken, [low.get(), high.get()]);
            // What has no range of its own is multiplied here.
            left_out.retain(|(name, _)| found.factors.iter().all(|f| f.name != *name));
            left_out.retain(|(name, _)| found.skipped.iter().all(|(s, _)| s != name));
            all.extend(found.factors.into_iter().map(|factor| Parameter {
                factor,
                assumed: true,
            }));
            left_out.extend(
                found
                    .skipped
                    .into_iter()
                    .map(|(name, why)| (name, why.to_string())),
            );
        }
    }
    if all.is_empty() {
        let key = if plan.body.assumptions.is_some() {
            "assumptions"
        } else {
            "scenarios"
        };
        let message = "no assumption that can be varied is among these".to_string();
        let help = "give ranges under [vary], or name other assumptions; `careweave explain PATH` says what a number is";
        return Err(wrong(plan, plan.at(&[key]), message, help));
    }
    if all.len() > MOST {
        let message = format!(
            "{} parameters are more than the {MOST} of one analysis",
            all.len()
        );
        return Err(wrong(
            plan,
            plan.at(&["assumptions"]),
            message,
            "name fewer of them",
        ));
    }
    Ok(Chosen { all, left_out })
}

/// Leaves out assumptions whose range a scenario refuses at either end (an entry of evidence may speak for numbers of
/// several units at once). All of them are tried together; each problem names the override it is about.
pub fn within_reason(loader: &dyn Loader, arms: &[Arm], fixed: &[String], chosen: &mut Chosen) {
    for (end, arm) in [0.0, 1.0]
        .iter()
        .flat_map(|end| arms.iter().map(move |arm| (*end, arm)))
    {
        loop {
            let mut sets: Vec<(usize, String)> = Vec::new();
            for (i, parameter) in chosen.all.iter().enumerate().filter(|(_, p)| p.assumed) {
                // What cannot be set is refused with the points.
                let found = parameter.sets(&parameter.factor.quantile(end), arm);
                sets.extend(found.unwrap_or_default().into_iter().map(|set| (i, set)));
            }
            let mut all = fixed.to_vec();
            all.extend(sets.iter().map(|(_, set)| set.clone()));
            let (_, found, sources) = scenario::read(loader, &arm.asked, &all);
            let mut refused: BTreeMap<usize, String> = BTreeMap::new();
            for problem in found.iter().filter(|d| d.is_error()) {
                let labels = problem.primary.iter().chain(&problem.secondary);
                let said = labels.map(|label| sources.get(label.span.source).text.as_str());
                let about = said.filter_map(|text| sets.iter().find(|(_, set)| set == text));
                for (i, _) in about.take(1) {
                    refused.entry(*i).or_insert_with(|| problem.message.clone());
                }
            }
            if refused.is_empty() {
                break;
            }
            for (i, why) in refused.into_iter().rev() {
                let name = chosen.all.remove(i).factor.name;
                chosen
                    .left_out
                    .push((name, format!("at an end of its range: {why}")));
            }
        }
    }
}

/// Assumptions of one evidence entry, which have one range, as one parameter: all of them go to its ends together.
fn together(all: Vec<Parameter>, arms: &[Arm]) -> Vec<Parameter> {
    let mut out: Vec<Parameter> = Vec::new();
    for mut one in all {
        let entry = one.factor.paths.first().filter(|_| one.assumed).and_then(|path| {
            let found = arms.iter().find_map(|arm| arm.checked.evidence_for(path));
            found.map(|e| show_path(&e.pattern))
        });
        if let Some(entry) = entry {
            let mate = |p: &&mut Parameter| {
                p.assumed && p.factor.name == entry && p.factor.levels == one.factor.levels
            };
            if let Some(mate) = out.iter_mut().find(mate) {
                mate.factor.paths.append(&mut one.factor.paths);
                continue;
            }
            one.factor.name = entry;
        }
        out.push(one);
    }
    out
}

/// Leaves out what a scenario refuses when it alone is at an end of its range.
pub fn one_by_one(
    loader: &(dyn Loader + Sync),
    arms: &[Arm],
    fixed: &[String],
    threads: usize,
    chosen: &mut Chosen,
) -> Result<(), Error> {
    let refused = |i: usize| -> Option<String> {
        let parameter = &chosen.all[i];
        let (settings, mut why) = (parameter.settings(2), None);
        let times = if parameter.factor.multiply { " times" } else { "" };
        for (setting, _) in settings.iter().filter(|_| parameter.assumed) {
            for arm in arms {
                let mut all = fixed.to_vec();
                // What cannot be set is refused with the points.
                all.extend(parameter.sets(setting, arm).unwrap_or_default());
                let (_, found, _) = scenario::read(loader, &arm.asked, &all);
                let error = found.into_iter().find(Diagnostic::is_error);
                why = why.or(error.map(|d| format!("at {setting}{times}: {}", d.message)));
            }
        }
        why
    };
    let all = in_parallel(chosen.all.len(), threads, &refused).map_err(Error::Machine)?;
    for (i, why) in all.into_iter().enumerate().rev() {
        if let Some(why) = why {
            let name = chosen.all.remove(i).factor.name;
            chosen.left_out.push((name, why));
        }
    }
    Ok(())
}

/// True if a pattern stands for a path or for something it is part of.
fn covers(pattern: &[String], path: &[String]) -> bool {
    pattern.len() <= path.len() && pattern.iter().zip(path).all(|(p, name)| p == "*" || p == name)
}

/// A mistake in a plan that only its scenarios show.
pub fn wrong(plan: &Plan<SensitivityPlan>, at: Span, message: String, help: &str) -> Error {
    let found = vec![Diagnostic::error("contradiction", message).at(at, "").help(help)];
    Error::Invalid(vec![Findings {
        found,
        sources: plan.sources.clone(),
    }])
}

impl Parameter {
    /// The overrides that give a setting in a scenario.
    ///
    /// # Errors
    /// A value whose size is no single number, in words.
    pub fn sets(&self, setting: &Setting, arm: &Arm) -> Result<Vec<String>, String> {
        let root = arm.checked.root();
        if !self.assumed {
            return self.factor.sets(setting, root);
        }
        let mut mine = self.factor.clone();
        mine.paths.retain(|path| root.at(path).is_some());
        mine.sets(setting, root)
    }

    /// What it is in the scenarios now: the numbers, without those that lack it.
    fn now(&self, arms: &[Arm]) -> Vec<f64> {
        arms.iter()
            .filter_map(|arm| self.factor.now(arm.checked.root()))
            .collect()
    }

    /// The place of its present value on the scale of [`Parameter::value`], if it is a range and all scenarios agree.
    pub fn place(&self, arms: &[Arm]) -> Option<f64> {
        let now = self.now(arms);
        let same = now.windows(2).all(|w| w[0] == w[1]);
        self.place_of(*now.first().filter(|_| same)?)
    }

    /// The place of a value in its range: 0 at the lowest, 1 at the highest, evenly on the range's own scale.
    pub fn place_of(&self, x: f64) -> Option<f64> {
        match self.factor.levels {
            Levels::Range { low, high, scale, .. } => match scale {
                Scale::Linear => Some((x - low) / (high - low)),
                Scale::Log if x > 0.0 => Some(libm::log(x / low) / libm::log(high / low)),
                Scale::Log => None,
            },
            _ => None,
        }
    }

    /// The value at a place.
    pub fn value(&self, place: f64) -> f64 {
        match self.factor.levels {
            Levels::Range { low, high, scale, .. } => match scale {
                Scale::Linear => low + place * (high - low),
                Scale::Log => low * libm::exp(place * libm::log(high / low)),
            },
            _ => f64::NAN,
        }
    }

    /// Its settings in a tornado, with their places: so many values of a range, or all values that are listed.
    pub fn settings(&self, values: usize) -> Vec<(Setting, Option<f64>)> {
        match &self.factor.levels {
            Levels::Range { .. } => {
                let mut all: Vec<(Setting, Option<f64>)> = Vec::new();
                for i in 0..values {
                    let setting = self.factor.quantile(i as f64 / (values - 1) as f64);
                    // Whole numbers may come twice.
                    if all.iter().all(|(known, _)| *known != setting) {
                        let place = match setting {
                            Setting::Number(x) => self.place_of(x),
                            _ => None,
                        };
                        all.push((setting, place));
                    }
                }
                all
            }
            _ => (0..self.factor.count())
                .map(|i| (self.factor.level(i), None))
                .collect(),
        }
    }

    /// For the report.
    pub fn varied(&self, arms: &[Arm]) -> Varied {
        let mut now: Vec<String> = self
            .now(arms)
            .into_iter()
            .map(|x| Setting::Number(x).to_string())
            .collect();
        if now.is_empty() {
            let nodes = arms
                .iter()
                .filter_map(|arm| arm.checked.root().at(self.factor.paths.first()?));
            now = nodes.filter_map(|node| node.text().map(str::to_string)).collect();
        }
        now.dedup();
        let range = match &self.factor.levels {
            Levels::Range { low, high, .. } => {
                let times = if self.factor.multiply { " times" } else { "" };
                format!("{} to {}{times}", Setting::Number(*low), Setting::Number(*high))
            }
            _ => {
                let all = (0..self.factor.count()).map(|i| self.factor.level(i).to_string());
                all.collect::<Vec<_>>().join(", ")
            }
        };
        Varied {
            name: self.factor.name.clone(),
            now: now.join(" and "),
            range,
        }
    }
}
