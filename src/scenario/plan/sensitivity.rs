//! `kind = "sensitivity"`: which parameters an outcome, or the difference of two scenarios, hangs on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Factor, Plan, PlanBody, Vary};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::read::Places;
use crate::scenario::read_path;
use crate::scenario::units::{Count, Positive};

/// How sensitivity is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// One parameter at a time through its range, all else as it is; and where a decision turns.
    Tornado,
    /// Elementary effects of many parameters all over their ranges: which can be left alone.
    Morris,
    /// First-order and total indices: the shares of the outcome's variance over all ranges together.
    Sobol,
}

/// Settings of the tornado.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tornado {
    /// Values of each range that are run, its ends included; 2 if left out. More find a difference that turns inside a
    /// range and turns back.
    #[schemars(range(min = 2, max = 1000))]
    pub values: Option<Count>,
    /// How often a turning point is closed in on with another value; 4 if left out.
    #[schemars(range(min = 0, max = 20))]
    pub refine: Option<Count>,
}

/// Settings of Morris screening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Morris {
    /// Trajectories, each of one point more than there are parameters; 10 if left out.
    #[schemars(range(min = 2, max = 100_000))]
    pub trajectories: Option<Count>,
    /// Levels of each range, an even number; 4 if left out.
    #[schemars(range(min = 2, max = 1000))]
    pub levels: Option<Count>,
}

/// Settings of Sobol' indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sobol {
    /// Rows of the design, each of two points more than there are parameters; 64 if left out. Best a power of two.
    #[schemars(range(min = 8, max = 1_000_000))]
    pub rows: Option<Count>,
}

/// What only a sensitivity analysis says.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensitivityPlan {
    /// `"tornado"`, `"morris"` or `"sobol"`.
    pub method: Method,
    /// Settings of the tornado.
    pub tornado: Option<Tornado>,
    /// Settings of Morris screening.
    pub morris: Option<Morris>,
    /// Settings of Sobol' indices.
    pub sobol: Option<Sobol>,
    /// Assumptions of the scenarios to vary over their plausible ranges: paths, `*` for any one name, each for everything
    /// below it. All of them if neither this nor `[vary]` is there.
    #[schemars(length(max = 1000), extend("x-example" = "[\"interface.internal\", \"interface.external\"]"))]
    pub assumptions: Option<Vec<String>>,
    /// Assumptions among those to leave as they are, likewise.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    pub except: Vec<String>,
    /// Smallest and largest factor by which all numbers that are not varied as assumptions are multiplied, those of one
    /// evidence entry together: published and derived figures, and tables whose numbers have no range of their own. With
    /// it nothing that decides results is left as it is without a reason, and the assumptions of one entry go to the ends of
    /// their range together. Only in a tornado.
    #[schemars(extend("x-example" = "[0.9, 1.1]"))]
    pub others: Option<[Positive; 2]>,
    /// Parameters to vary over ranges given here, by a name that stands for them in tables.
    #[serde(default)]
    pub vary: BTreeMap<String, Vary>,
}

impl PlanBody for SensitivityPlan {
    const KIND: &'static str = "sensitivity";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let mut wrong = |path: &[&str], message: String, help: &str| {
            let error = Diagnostic::error("contradiction", message).at(at.of(path), "");
            found.push(error.help(help));
        };
        for (given, key, method) in [
            (self.tornado.is_some(), "tornado", Method::Tornado),
            (self.morris.is_some(), "morris", Method::Morris),
            (self.sobol.is_some(), "sobol", Method::Sobol),
        ] {
            if given && self.method != method {
                let message = format!("`{key}` has settings of a method that is not used");
                wrong(
                    &[key],
                    message,
                    &format!("leave it out, or write method = \"{key}\""),
                );
            }
        }
        if let Some([low, high]) = self.others {
            if low >= high {
                let message = "the factors of `others` end before they begin".to_string();
                wrong(&["others"], message, "[smallest, largest]");
            }
            if self.method != Method::Tornado {
                let message = "`others` belongs to a tornado: it takes one parameter at a time".to_string();
                wrong(
                    &["others"],
                    message,
                    "write method = \"tornado\", or leave it out",
                );
            }
        }
        if self.morris.and_then(|m| m.levels).is_some_and(|l| l.0 % 2 == 1) {
            let message = "the levels of Morris's design are an even number".to_string();
            wrong(&["morris", "levels"], message, "4 is usual");
        }
        for (key, patterns) in [
            ("assumptions", self.assumptions.as_deref().unwrap_or_default()),
            ("except", &self.except),
        ] {
            for pattern in patterns {
                if let Err(why) = read_path(pattern) {
                    let message = format!("`{pattern}` is not a path: {why}");
                    wrong(&[key], message, "names joined by dots, `*` for any one name");
                }
            }
        }
        if self.assumptions.as_ref().is_some_and(Vec::is_empty) && self.vary.is_empty() {
            let message = "there is nothing to vary".to_string();
            wrong(
                &["assumptions"],
                message,
                "leave `assumptions` out for all of them",
            );
        }
        for (name, vary) in &self.vary {
            vary.check(at, &["vary", name], found);
            let mut wrong = |key: &str, message: String, help: &str| {
                let error = Diagnostic::error("contradiction", message).at(at.of(&["vary", name, key]), "");
                found.push(error.help(help));
            };
            if vary.scenarios.is_some() {
                let message = "a scenario has no range to be sensitive to".to_string();
                wrong(
                    "scenarios",
                    message,
                    "name the two to compare under the plan's own `scenarios`",
                );
            }
            if vary.levels.is_some() {
                let message = "`levels` belongs to the grid of a sweep".to_string();
                wrong("levels", message, "write [tornado] values or [morris] levels");
            }
            if vary.values.as_ref().is_some_and(|v| v.len() < 2) {
                let message = "one value is nothing to vary".to_string();
                wrong("values", message, "give two or more");
            }
        }
    }
}

impl Plan<SensitivityPlan> {
    /// What is varied by `[vary]`, in the order of the names.
    pub fn factors(&self) -> Vec<Factor> {
        let node = |name: &str| self.root().step("vary").and_then(|v| v.step(name));
        let all = self.body.vary.iter();
        all.filter_map(|(name, v)| Some(v.factor(name, node(name)?)))
            .collect()
    }

    /// Patterns of the assumptions that are varied: `None` for no assumption, none in it for all.
    pub fn patterns(&self) -> Option<Vec<Vec<String>>> {
        let paths = |patterns: &[String]| patterns.iter().filter_map(|p| read_path(p).ok()).collect();
        match &self.body.assumptions {
            Some(patterns) if patterns.is_empty() => None,
            Some(patterns) => Some(paths(patterns)),
            None if self.body.vary.is_empty() => Some(Vec::new()),
            None => None,
        }
    }

    /// Patterns of the assumptions that are left alone.
    pub fn exceptions(&self) -> Vec<Vec<String>> {
        let paths = self.body.except.iter();
        paths.filter_map(|p| read_path(p).ok()).collect()
    }
}
