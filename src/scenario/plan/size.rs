//! `kind = "size"`: the smallest number of workers, beds or hours that meets one or several targets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Factor, Levels, Plan, PlanBody, Scale};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::node::{read_path, show_path};
use crate::scenario::read::Places;
use crate::scenario::units::{Count, Number};

/// Most sizes of one plan.
const MOST: usize = 100_000;

/// What is sized, and which sizes are allowed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SizePlanned {
    /// Path of the parameter. A law or a duration takes the size as its median, mean or only number.
    #[schemars(extend("x-example" = "\"teams.support_worker.clinicians.workers.count\""))]
    pub path: Option<String>,
    /// Paths of parameters that always take the same value.
    #[schemars(length(min = 1, max = 1000))]
    pub paths: Option<Vec<String>>,
    /// The sizes allowed, rising.
    #[schemars(length(min = 1, max = 100_000))]
    pub values: Option<Vec<Number>>,
    /// Instead of a list: smallest and largest size.
    pub range: Option<[Number; 2]>,
    /// Step of the range; 1 if left out.
    pub step: Option<Number>,
    /// What is counted, for the answer: `support workers`.
    pub what: String,
}

/// One target. Exactly one of `at_least` and `at_most`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetPlanned {
    /// Outcome by name, of a group as in `share_hna_14_days@deprivation=1`.
    #[schemars(extend("x-example" = "\"share_hna_14_days\""))]
    pub outcome: String,
    /// Must be at least this, in the outcome's unit.
    pub at_least: Option<Number>,
    /// Must be at most this.
    pub at_most: Option<Number>,
}

/// What only this kind of plan says. `scenarios` names one; `replications` is the most at each size (320 if left out).
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SizePlan {
    /// What is sized.
    pub size: SizePlanned,
    /// Targets by any name; all must be met.
    #[schemars(length(min = 1, max = 100))]
    pub target: BTreeMap<String, TargetPlanned>,
    /// Probability wanted of a right answer; 0.95 if left out.
    pub confidence: Option<Number>,
    /// Replications of each size at the first look; 20 if left out.
    #[schemars(range(min = 2, max = 100_000))]
    pub first: Option<Count>,
    /// Replications of sizes that are only needed for the curve behind the answer; 20 if left out.
    #[schemars(range(max = 100_000))]
    pub curve: Option<Count>,
}

impl SizePlanned {
    /// The sizes; empty if they make no sense.
    pub fn sizes(&self) -> Vec<f64> {
        if let Some(values) = &self.values {
            return values.iter().map(|v| v.get()).collect();
        }
        let Some([low, high]) = self.range.map(|r| r.map(Number::get)) else {
            return Vec::new();
        };
        let step = self.step.map_or(1.0, Number::get);
        let count = libm::floor((high - low) / step + 1e-9);
        if step.is_nan() || step <= 0.0 || !(0.0..MOST as f64).contains(&count) {
            return Vec::new();
        }
        // Nine digits, so that 0.1 + 2 * 0.1 is 0.3.
        let tidy = |x: f64| format!("{x:.8e}").parse().unwrap_or(x);
        (0..=count as usize)
            .map(|i| tidy(low + i as f64 * step))
            .collect()
    }
}

impl PlanBody for SizePlan {
    const KIND: &'static str = "size";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let mut wrong = |path: &[&str], message: String, help: &str| {
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(at.of(path), "")
                    .help(help),
            );
        };
        let size = &self.size;
        if size.path.is_some() == size.paths.is_some() {
            let message = "`size` must say what is sized, in one way".to_string();
            wrong(&["size"], message, "write one of `path` and `paths`");
        }
        if size.values.is_some() == size.range.is_some() {
            let message = "`size` must say which sizes are allowed, in one way".to_string();
            wrong(&["size"], message, "write one of `values` and `range`");
        }
        for path in size.path.iter().chain(size.paths.iter().flatten()) {
            match read_path(path) {
                Ok(path) if path.iter().any(|p| p == "*") => {
                    let message = format!("`{}` stands for many parameters", show_path(&path));
                    wrong(&["size", "path"], message, "list them under `paths`");
                }
                Ok(_) => {}
                Err(why) => wrong(
                    &["size", "path"],
                    format!("`{path}` is not a path: {why}"),
                    "names joined by dots",
                ),
            }
        }
        if size.values.is_some() != size.range.is_some() {
            let sizes = size.sizes();
            if sizes.is_empty() {
                let message = "the range and its step give no sizes, or too many".to_string();
                wrong(&["size"], message, "smallest, then largest; a step above 0");
            } else if sizes.windows(2).any(|w| w[0] >= w[1]) {
                let message = "the sizes allowed must rise".to_string();
                wrong(&["size", "values"], message, "smallest first, each once");
            }
        }
        for (name, target) in &self.target {
            if target.at_least.is_some() == target.at_most.is_some() {
                let message = format!("`{name}` must say on which side of which value it is met, in one way");
                wrong(
                    &["target", name],
                    message,
                    "write one of `at_least` and `at_most`",
                );
            }
        }
        if let Some(confidence) = self.confidence.map(Number::get)
            && !(0.5..1.0).contains(&confidence)
        {
            let message = format!("a confidence is from 0.5 to below 1, not {confidence}");
            wrong(&["confidence"], message, "such as 0.95");
        }
    }
}

impl Plan<SizePlan> {
    /// What is sized, as a factor over its whole range.
    pub fn factor(&self) -> Factor {
        let size = &self.body.size;
        let paths = size.path.iter().chain(size.paths.iter().flatten());
        let sizes = size.sizes();
        Factor {
            name: "size".to_string(),
            paths: paths.filter_map(|p| read_path(p).ok()).collect(),
            levels: Levels::Range {
                low: sizes.first().copied().unwrap_or(0.0),
                high: sizes.last().copied().unwrap_or(0.0),
                scale: Scale::Linear,
                whole: false,
                levels: 2,
            },
            multiply: false,
        }
    }
}
