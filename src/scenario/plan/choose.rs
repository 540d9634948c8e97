//! `kind = "choose"`: the best of several arms by one outcome, or what no arm dominates by several.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Factor, Levels, Plan, PlanBody, Vary};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::read::Places;
use crate::scenario::units::{Count, Number};

/// How the best is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChooseMethod {
    /// Kim and Nelson 2001: a guarantee at every number of replications, common random numbers included.
    #[default]
    Kn,
    /// Kim and Nelson 2006: variances brought up to date, an asymptotic guarantee, fewer replications.
    KnPlusPlus,
    /// Chen and others 2000: replications where they tell most, an estimated probability and no guarantee.
    Ocba,
}

/// What only this kind of plan says. The arms are its `scenarios`, each with every combination of `[vary]`. With one
/// outcome the best arm is selected; with several, the arms that no other dominates.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChoosePlan {
    /// How the best is selected: `kn` if left out, `kn_plus_plus`, `ocba`.
    pub method: ChooseMethod,
    /// Difference below which it does not matter which arm is taken, in the outcome's unit; with several outcomes, by
    /// the outcome's name. If left out, 5% of the first arm's level (with several outcomes, none).
    pub indifference: BTreeMap<String, Number>,
    /// Probability wanted of a right answer; 0.95 if left out.
    pub confidence: Option<Number>,
    /// Most replications of all arms together; 400 for each arm if left out.
    #[schemars(range(min = 2))]
    pub budget: Option<Count>,
    /// Replications of each arm before the first look; 20 if left out.
    #[schemars(range(min = 2, max = 100_000))]
    pub first: Option<Count>,
    /// Parameters whose combinations make further arms, as in a sweep over a grid.
    pub vary: BTreeMap<String, Vary>,
}

impl PlanBody for ChoosePlan {
    const KIND: &'static str = "choose";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        for (name, vary) in &self.vary {
            vary.check(at, &["vary", name], found);
            if vary.scenarios.is_some() {
                let message = format!("`{name}` varies the scenario, of which `scenarios` is the list");
                found.push(Diagnostic::error("contradiction", message).at(at.of(&["vary", name]), ""));
            }
        }
        let mut wrong = |path: &[&str], message: String| {
            found.push(Diagnostic::error("out-of-range", message).at(at.of(path), ""));
        };
        for (name, size) in &self.indifference {
            if size.get() <= 0.0 {
                wrong(
                    &["indifference", name],
                    "an indifference zone is more than 0".to_string(),
                );
            }
        }
        if let Some(confidence) = self.confidence.map(Number::get)
            && !(0.5..1.0).contains(&confidence)
        {
            wrong(
                &["confidence"],
                format!("a confidence is from 0.5 to below 1, not {confidence}"),
            );
        }
    }
}

impl Plan<ChoosePlan> {
    /// What is varied, in the order of the names.
    pub fn factors(&self) -> Vec<Factor> {
        let node = |name: &str| self.root().step("vary").and_then(|v| v.step(name));
        let all = self
            .body
            .vary
            .iter()
            .filter_map(|(name, v)| Some(v.factor(name, node(name)?)));
        all.filter(|f| !matches!(f.levels, Levels::Scenarios(_)))
            .collect()
    }
}
