//! A calibration as data: targets before and after, what is known of each parameter, and how it came about.

mod files;
mod json;
mod text;

use crate::methods::emulator::Fitness;
use crate::methods::identify::{Edge, Known};
use crate::methods::predictive::Predicted;
use crate::stats::Estimate;

pub use files::calibration_files;
pub use json::calibration_json;
pub use text::{calibration_answer, calibration_text};

/// What a calibration found.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Title of the plan.
    pub title: String,
    /// The question it is to answer.
    pub question: Option<String>,
    /// The baseline.
    pub scenario: String,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Targets: those calibrated to, then those kept aside.
    pub goals: Vec<Goal>,
    /// What was varied, in the order of the names.
    pub parameters: Vec<Calibrated>,
    /// Pairs of parameters that are known in combination, the closest first.
    pub pairs: Vec<Together>,
    /// How many directions of the parameters' space the targets pin down.
    pub pinned: usize,
    /// Waves of history matching.
    pub waves: Vec<Waved>,
    /// Why there was no further wave, as a sentence.
    pub stopped: String,
    /// Implausibility above which a point was ruled out.
    pub cut: f64,
    /// The same in the end, where nothing would have been left.
    pub loosened: Option<f64>,
    /// Effective number of draws of the posterior.
    pub effective: f64,
    /// Replications of the baseline and of the chosen values.
    pub check: u64,
    /// Draws simulated for the predictive check, and replications of each.
    pub draws: (usize, u64),
    /// Units that were run.
    pub units: u64,
    /// Parameters at each simulated point, and what came of it.
    pub points: Vec<PointTold>,
    /// Quantiles of the parameters at draws of the posterior, in the order of `parameters`.
    pub posterior: Vec<Vec<f64>>,
    /// The overlay file.
    pub overlay: String,
}

/// Whether a target was calibrated to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was.
    Fitted,
    /// It was kept aside.
    Aside,
}

/// Where a value lies with regard to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Inside the band.
    Inside,
    /// Outside, but near.
    Near,
    /// Far outside.
    Far,
    /// There is no value.
    Unknown,
}

impl Place {
    /// In tables.
    pub fn word(self) -> &'static str {
        match self {
            Place::Inside => "inside",
            Place::Near => "near",
            Place::Far => "outside",
            Place::Unknown => "no value",
        }
    }
}

/// What the ranges can do for a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// Somewhere in the ranges it may be met.
    Within,
    /// Nowhere: as near as the emulator comes, in the outcome's unit.
    Out(f64),
    /// It could be worked out at too few points, of how many.
    Unknown(usize, usize),
    /// Nothing that is varied moves it: its value everywhere.
    Constant(f64),
    /// It was not looked at: it is kept aside.
    NotLooked,
}

/// How well the emulator of a target predicts points left out of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diagnosis {
    /// Points it was fitted to.
    pub points: usize,
    /// Share of the variance of the points' values that it predicts.
    pub r2: f64,
    /// The largest such share that the replications' noise allows.
    pub ceiling: f64,
    /// Share of points within two standard deviations of their prediction.
    pub within: f64,
    /// What that share should be.
    pub expected: f64,
    /// Its verdict.
    pub verdict: Fitness,
}

/// One target.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Its name.
    pub name: String,
    /// What it says, in words.
    pub says: String,
    /// Who says so.
    pub source: String,
    /// The outcome, of a group as in `name@group`.
    pub outcome: String,
    /// The outcome that is taken off it.
    pub less: Option<String>,
    /// Unit.
    pub unit: String,
    /// Lower and upper edge of what counts as met.
    pub band: (f64, f64),
    /// How far beyond an edge is still near.
    pub near: f64,
    /// Standard deviation of what the model gets wrong about it.
    pub discrepancy: f64,
    /// What it was used for.
    pub role: Use,
    /// What the ranges can do for it.
    pub reach: Reach,
    /// The baseline as it was.
    pub before: Estimate,
    /// With the chosen values.
    pub after: Estimate,
    /// After minus before, paired by replication.
    pub change: Estimate,
    /// The last emulator.
    pub emulator: Option<Diagnosis>,
    /// What draws of the posterior give.
    pub predicted: Option<Predicted>,
}

impl Goal {
    /// Where an estimate lies.
    pub fn place(&self, e: &Estimate) -> Place {
        let Some(x) = e.value() else {
            return Place::Unknown;
        };
        let (low, high) = self.band;
        match () {
            () if (low..=high).contains(&x) => Place::Inside,
            () if (low - self.near..=high + self.near).contains(&x) => Place::Near,
            () => Place::Far,
        }
    }

    /// Distance from the middle of the band in standard deviations (half of half its width, with the discrepancy).
    pub fn distance(&self, e: &Estimate) -> Option<f64> {
        let (low, high) = self.band;
        let observation = (high - low) / 4.0;
        let sd = libm::sqrt(observation * observation + self.discrepancy * self.discrepancy);
        e.value().map(|x| (x - (low + high) / 2.0).abs() / sd)
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// Its name in the plan.
    pub name: String,
    /// Its paths.
    pub paths: Vec<String>,
    /// Whether its value is what all numbers there are multiplied by.
    pub multiply: bool,
    /// Whether its range is divided by equal ratios.
    pub log: bool,
    /// What it is in the baseline; none where the paths differ.
    pub now: Option<f64>,
    /// Its range beforehand.
    pub prior: (f64, f64),
    /// 5, 50 and 95% points of the posterior.
    pub posterior: [f64; 3],
    /// The value chosen.
    pub chosen: f64,
    /// Whether it was left as it was, because another value fits hardly better.
    pub kept: bool,
    /// Whether the overlay says it: it does not say what was left alone and is not known.
    pub written: bool,
    /// Share of the prior variance that is gone.
    pub contraction: f64,
    /// How well it is known.
    pub known: Known,
    /// An end of its range at which the posterior piles up.
    pub edge: Option<Edge>,
}

/// Two parameters known in combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// Position of one.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// Correlation in the posterior.
    pub correlation: f64,
    /// Whether neither is known by itself.
    pub only: bool,
}

/// One wave.
#[derive(Clone, Debug, PartialEq)]
pub struct Waved {
    /// Points simulated in it.
    pub points: usize,
    /// Replications of each.
    pub replications: u64,
    /// Share of the prior space not ruled out after it, with its 95% interval.
    pub share: (f64, f64, f64),
    /// Median over targets of the emulator's variance as a share of what the band allows.
    pub sharpness: f64,
}

/// One simulated point of the waves.
#[derive(Clone, Debug, PartialEq)]
pub struct PointTold {
    /// Wave, from 1.
    pub wave: usize,
    /// Values of the parameters.
    pub at: Vec<f64>,
    /// Value and standard error by target; none where there is no value.
    pub values: Vec<Option<(f64, Option<f64>)>>,
}

impl Calibration {
    /// Targets of a use that are inside their band, and how many there are.
    pub fn met(&self, role: Use, of: impl Fn(&Goal) -> Estimate) -> (usize, usize) {
        let all = self.goals.iter().filter(|g| g.role == role);
        let met = all.clone().filter(|g| g.place(&of(g)) == Place::Inside);
        (met.count(), all.count())
    }

    /// Mean squared distance of the targets calibrated to that the ranges can reach; none where one has no value.
    pub fn misfit(&self, of: impl Fn(&Goal) -> Estimate) -> Option<f64> {
        let fitted = self.goals.iter().filter(|g| g.role == Use::Fitted);
        let squares: Option<Vec<f64>> = fitted.map(|g| g.distance(&of(g)).map(|d| d * d)).collect();
        let squares = squares.filter(|s| !s.is_empty())?;
        Some(squares.iter().sum::<f64>() / squares.len() as f64)
    }

    /// Whether the chosen values fit worse than the baseline did: fewer targets inside, or as many and further off.
    pub fn worse(&self) -> bool {
        let met = |of: &dyn Fn(&Goal) -> Estimate| self.met(Use::Fitted, of).0;
        let (before, after) = (met(&|g| g.before), met(&|g| g.after));
        let further = match (self.misfit(|g| g.before), self.misfit(|g| g.after)) {
            (Some(before), Some(after)) => after >= before,
            (Some(_), None) => true,
            (None, _) => false,
        };
        after < before || (after == before && further)
    }
}
