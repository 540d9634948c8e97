//! `kind = "sweep"`: every combination, or a well spread sample, of the values of some parameters.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Factor, Plan, PlanBody, Vary};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::read::Places;
use crate::scenario::units::Count;

/// Columns of a tidy table that follow those of the factors.
pub const FACTOR_TABLE: [&str; 11] = [
    "scenario",
    "versus",
    "outcome",
    "group",
    "statistic",
    "value",
    "lower_95_ci",
    "upper_95_ci",
    "n",
    "unit",
    "note",
];

/// Refuses a factor with the name of another column of its table, in which `first` stands before the factors.
pub(super) fn not_a_column(first: &str, name: &str, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    if name == first || FACTOR_TABLE.contains(&name) {
        let message = format!("`{name}` is the name of another column of the table");
        found.push(Diagnostic::error("contradiction", message).at(at.of(&["vary", name]), "choose another"));
    }
}

/// Which combinations of values are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Design {
    /// Every combination.
    #[default]
    Grid,
    /// A Latin hypercube: every parameter takes each of `points` equal parts of its range once.
    LatinHypercube {
        /// Number of combinations.
        points: Count,
    },
    /// Scrambled Sobol' points: evenly spread in all parameters together; best with a power of two.
    Sobol {
        /// Number of combinations.
        points: Count,
    },
}

/// What only a sweep says.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepPlan {
    /// Which combinations are run: `"grid"` if left out, `{ latin_hypercube = { points = 64 } }`, `{ sobol = { points = 64 } }`.
    #[serde(default)]
    #[schemars(extend("x-example" = "{ sobol = { points = 64 } }"))]
    pub design: Design,
    /// What is varied, by a name that becomes a column of the table.
    #[schemars(length(min = 1))]
    pub vary: BTreeMap<String, Vary>,
}

impl PlanBody for SweepPlan {
    const KIND: &'static str = "sweep";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        for (name, vary) in &self.vary {
            vary.check(at, &["vary", name], found);
            not_a_column("point", name, at, found);
        }
    }
}

impl Plan<SweepPlan> {
    /// What is varied, in the order of the names.
    pub fn factors(&self) -> Vec<Factor> {
        let node = |name: &str| self.root().step("vary").and_then(|v| v.step(name));
        let all = self
            .body
            .vary
            .iter()
            .filter_map(|(name, v)| Some(v.factor(name, node(name)?)));
        all.collect()
    }
}
