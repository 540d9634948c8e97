//! What uncertain parameters do to a comparison: both kinds of uncertainty, P(better), tipping points, value of information.

mod files;
mod json;
mod text;
mod words;

use crate::methods::better::Better;
use crate::methods::nested::{OverPriors, Range};
use crate::methods::tipping::Tipping;
use crate::methods::voi::Voi;
use crate::observe;
use crate::stats::Estimate;

pub use files::uncertainty_files;
pub use json::uncertainty_json;
pub(super) use text::R_MEANS;
pub use text::uncertainty_text;
pub(super) use words::{lean, probability, tipping_words};

/// A parameter with its prior.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// Name: its path, or its name in the plan.
    pub name: String,
    /// Smallest and largest value, in the first scenario that has it.
    pub range: Option<(f64, f64)>,
    /// Uniform in the logarithm, instead of uniform.
    pub log: bool,
    /// Instead of a range: values of equal probability.
    pub listed: Vec<String>,
    /// Whether more is easier.
    pub easier: bool,
    /// Whether it is a ratio.
    pub ratio: bool,
    /// Scenarios in which it is drawn.
    pub scenarios: Vec<String>,
}

/// A scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct UncertainArm {
    /// Short name.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Whether anything in it is drawn.
    pub drawn: bool,
}

/// How a number is spread over draws and replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Expectation over priors and chance.
    pub expected: Estimate,
    /// Standard deviation over the priors of the expected outcome.
    pub parameters: Range,
    /// Standard deviation of one replication for given parameters.
    pub chance: Range,
    /// Share of the variance of one replication that is ignorance of parameters.
    pub share: Option<f64>,
    /// 2.5% and 97.5% points of the expected outcome over the priors.
    pub over: OverPriors,
}

/// An outcome of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct UncertainValue {
    /// At the centre of the priors.
    pub centre: Estimate,
    /// Over the priors, or why not.
    pub spread: Result<Spread, String>,
}

/// An outcome of one scenario less that of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct UncertainDifference {
    /// Position of the scenario.
    pub arm: usize,
    /// At the centre of the priors.
    pub centre: Estimate,
    /// Over the priors, or why not.
    pub spread: Result<Spread, String>,
    /// P(better), or P(higher) of what is neither good nor bad, or why not.
    pub better: Result<Better, String>,
    /// Scan of the common ratio or quantile; `None` without a scan.
    pub tipping: Option<Result<Tipping, String>>,
    /// Scans of single parameters.
    pub each: Vec<(String, Result<Tipping, String>)>,
}

/// One outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct UncertainOutcome {
    /// As in the tables.
    pub name: String,
    /// Group of people.
    pub group: String,
    /// Words for a reader.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Which direction is good.
    pub better: observe::Better,
    /// By scenario.
    pub values: Vec<UncertainValue>,
    /// Scenarios but the first.
    pub differences: Vec<UncertainDifference>,
}

/// What was scanned for tipping points.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanFacts {
    /// One ratio for all ratios; otherwise one quantile for all parameters.
    pub ratio: bool,
    /// Values.
    pub values: Vec<f64>,
}

/// A decision and what information about it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionFacts {
    /// Outcomes and what one unit is worth.
    pub worth: Vec<(String, f64)>,
    /// Outcomes that are costs.
    pub costs: Vec<String>,
    /// Number of such decisions.
    pub population: Option<f64>,
    /// Groups of parameters, in the order of the partial values: name and number of parameters.
    pub groups: Vec<(String, usize)>,
    /// The values, or why not.
    pub voi: Result<Voi, String>,
}

/// One draw of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawRow {
    /// Draw, from 0.
    pub draw: usize,
    /// Position of the scenario.
    pub arm: usize,
    /// Value of each parameter; none where the scenario has it not.
    pub values: Vec<Option<String>>,
    /// Estimate of each outcome.
    pub outcomes: Vec<Estimate>,
    /// Difference of each outcome from the first scenario in the same draw; empty of the first.
    pub differences: Vec<Estimate>,
}

/// Everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertainty {
    /// Title of the plan.
    pub title: String,
    /// The question; may be empty.
    pub question: String,
    /// Scenarios.
    pub arms: Vec<UncertainArm>,
    /// Parameters.
    pub parameters: Vec<Prior>,
    /// Number of draws.
    pub draws: usize,
    /// Replications of each draw.
    pub replications: u64,
    /// Seed.
    pub seed: u64,
    /// Whether all parameters are at the same quantile.
    pub together: bool,
    /// The scan, if any.
    pub scan: Option<ScanFacts>,
    /// Outcomes.
    pub outcomes: Vec<UncertainOutcome>,
    /// The decision, if any.
    pub decision: Option<DecisionFacts>,
    /// Every draw.
    pub rows: Vec<DrawRow>,
}

impl Uncertainty {
    /// What the scanned coordinate is called.
    fn coordinate(&self) -> &'static str {
        match &self.scan {
            Some(scan) if scan.ratio => "common ratio r",
            _ => "common quantile",
        }
    }

    /// Its letter.
    pub(super) fn letter(&self) -> &'static str {
        match &self.scan {
            Some(scan) if scan.ratio => "r",
            _ => "q",
        }
    }
}
