//! `kind = "uncertainty"`: parameters drawn from their priors outside, replications inside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::sweep::not_a_column;
use super::{Factor, Plan, PlanBody, Scale, Vary};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::node::read_path;
use crate::scenario::read::Places;
use crate::scenario::units::{Count, Number};

/// What only this kind of plan says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UncertaintyPlan {
    /// Which assumptions are drawn from the ranges of their `[evidence]`: patterns of paths, in which `*` is any one name and what
    /// is below counts too. `["interface.internal"]`, the ratios of the internal vector, if left out and nothing is under `[vary]`.
    #[schemars(length(max = 1000), extend("x-example" = "[\"interface.internal\", \"teams.*.wte\"]"))]
    pub parameters: Option<Vec<String>>,
    /// Parameters with ranges of their own, in every scenario.
    pub vary: BTreeMap<String, Vary>,
    /// Distribution over every range, `linear` (uniform) or `log` (uniform in the logarithm); if left out, `log` for
    /// ratios of the evidence and what `[vary]` says, `linear` otherwise.
    pub scale: Option<Scale>,
    /// How many times the parameters are drawn; 40 if left out.
    #[schemars(range(min = 2, max = 100_000))]
    pub draws: Option<Count>,
    /// Whether all parameters are at the same quantile of their ranges in a draw, instead of being drawn independently.
    pub together: bool,
    /// Patterns of parameters of which more is easier: taken the other way round where all are together, and in the scan of a
    /// common ratio. `informal_advice`, `combine_visits` and `owner_sweep` of the internal vector, if left out.
    #[schemars(length(max = 1000))]
    pub easier: Option<Vec<String>>,
    /// The scan for the tipping point.
    pub tipping: TippingPlan,
    /// A decision between the scenarios, for the value of information.
    pub decision: Option<DecisionPlan>,
}

/// The scan of one common ratio (or quantile, where no parameter is a ratio) for the point at which a difference changes sign.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TippingPlan {
    /// `false`: no scan.
    pub scan: Option<bool>,
    /// Smallest and largest ratio; 0.2 and 2 if left out.
    pub range: Option<[Number; 2]>,
    /// Number of values scanned, evenly in the logarithm, one of them 1; 7 if left out.
    #[schemars(range(min = 3, max = 1000))]
    pub values: Option<Count>,
    /// Whether each parameter is also scanned alone over its own range, the others at their centre.
    pub each: bool,
}

/// What is to be decided, in money.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionPlan {
    /// What one unit of an outcome is worth; negative for what is bad. Outcomes by name, of a group as in `name@group`.
    #[schemars(extend("x-example" = "{ home_deaths = 5000 }"))]
    pub worth: BTreeMap<String, Number>,
    /// Outcomes that are costs: subtracted as they are.
    #[schemars(length(max = 1000))]
    pub costs: Vec<String>,
    /// How many such decisions there are (localities, years): the value of information is given for all of them too.
    pub population: Option<Number>,
    /// Groups of parameters about which information might come together: name and patterns.
    pub groups: BTreeMap<String, Vec<String>>,
}

impl PlanBody for UncertaintyPlan {
    const KIND: &'static str = "uncertainty";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let mut wrong = |path: &[&str], message: String, help: &str| {
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(at.of(path), "")
                    .help(help),
            );
        };
        let mut patterns = |path: &[&str], all: &[String]| {
            for pattern in all {
                if let Err(why) = read_path(pattern) {
                    wrong(
                        path,
                        format!("`{pattern}` is not a path: {why}"),
                        "names joined by dots",
                    );
                }
            }
        };
        patterns(&["parameters"], self.parameters.as_deref().unwrap_or_default());
        patterns(&["easier"], self.easier.as_deref().unwrap_or_default());
        if let Some(decision) = &self.decision {
            for (name, group) in &decision.groups {
                patterns(&["decision", "groups", name], group);
            }
        }
        if let Some([low, high]) = self.tipping.range
            && (low.get() <= 0.0 || low >= high)
        {
            let message = "the range of ratios must begin above 0 and end above where it begins".to_string();
            wrong(&["tipping", "range"], message, "for example [0.2, 2]");
        }
        if let Some(decision) = &self.decision {
            if decision.worth.is_empty() && decision.costs.is_empty() {
                let message = "a decision needs outcomes with a worth, or costs".to_string();
                wrong(
                    &["decision"],
                    message,
                    "for example worth = { home_deaths = 5000 }",
                );
            }
            for cost in &decision.costs {
                if decision.worth.contains_key(cost) {
                    let message = format!("`{cost}` is a cost and has a worth: it would count twice");
                    wrong(&["decision", "costs"], message, "name it once");
                }
            }
            if decision.population.is_some_and(|p| p.get() <= 0.0) {
                let message = "the population of decisions must be above 0".to_string();
                wrong(&["decision", "population"], message, "");
            }
        }
        for (name, vary) in &self.vary {
            vary.check(at, &["vary", name], found);
            not_a_column("draw", name, at, found);
            if vary.scenarios.is_some() {
                let message = format!("`{name}` varies the scenario, about which there is no prior");
                found.push(
                    Diagnostic::error("contradiction", message).at(at.of(&["vary", name, "scenarios"]), ""),
                );
            }
        }
    }
}

impl Plan<UncertaintyPlan> {
    /// Parameters under `[vary]`, in the order of their names.
    pub fn varied(&self) -> Vec<Factor> {
        let node = |name: &str| self.root().step("vary").and_then(|v| v.step(name));
        let all = self.body.vary.iter();
        all.filter_map(|(name, v)| Some(v.factor(name, node(name)?)))
            .collect()
    }
}
