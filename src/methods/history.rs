//! History matching: which inputs a target's band rules out, given what emulators know.
//!
//! A target is a band [low, high] with a discrepancy, the standard deviation of what the model would miss with the best inputs. The band
//! is read as centre ± 2 standard deviations of the observation (95% if it is normal). The implausibility of inputs x is
//!
//! ```text
//! I(x) = |mean(x) - centre| / sqrt(observation² + discrepancy² + emulator variance(x)),
//! ```
//!
//! (P. S. Craig, M. Goldstein, A. H. Seheult and J. A. Smith, in Case Studies in Bayesian Statistics III, Springer 1997, 37-93;
//! I. Vernon, M. Goldstein and R. G. Bower, Bayesian Analysis 5 (2010) 619-669; I. Andrianakis and others, PLoS Computational Biology 11
//! (2015) e1003968). Inputs are ruled out if the largest I over the targets is above 3, or the second largest above 2.5: for any
//! distribution with one mode at most 5% lies beyond 3 standard deviations (F. Pukelsheim, The American Statistician 48 (1994) 88-91).
//! Being not ruled out is no praise: it means only that nothing known so far speaks against. Where an
//! emulator knows little, nothing is ruled out.
//!
//! Waves follow each other: runs at points that are left, new emulators that are sure of more, and again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::chance::{percentile, sorted};
use super::emulator::Emulator;

/// Standard deviations of the observation in half a band.
pub const BAND_DEVIATIONS: f64 = 2.0;

/// What is observed of an outcome, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard deviation of the model's own error with the best inputs; 0 if there is none.
    pub discrepancy: f64,
}

impl Band {
    /// The middle.
    pub fn centre(&self) -> f64 {
        0.5 * (self.low + self.high)
    }

    /// Standard deviation of the observation: a quarter of the band.
    pub fn observation(&self) -> f64 {
        0.5 * (self.high - self.low) / BAND_DEVIATIONS
    }

    /// Variance of observation and discrepancy together.
    pub fn variance(&self) -> f64 {
        let o = self.observation();
        o * o + self.discrepancy * self.discrepancy
    }
}

/// How many standard deviations an emulated mean with this variance is from a band's centre.
pub fn implausibility(band: &Band, mean: f64, variance: f64) -> f64 {
    let off = (mean - band.centre()).abs();
    let all = band.variance() + variance;
    match all > 0.0 {
        true => off / libm::sqrt(all),
        false if off == 0.0 => 0.0,
        false => f64::INFINITY,
    }
}

/// Implausibilities above which inputs are ruled out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Of the target that speaks most against them.
    pub largest: f64,
    /// Of the next one.
    pub second: f64,
}

impl Default for Cut {
    fn default() -> Cut {
        Cut {
            largest: 3.0,
            second: 2.5,
        }
    }
}

impl Cut {
    /// The two largest implausibilities over the cut-offs: at most 1 where inputs are not ruled out.
    fn score(&self, two: (f64, f64)) -> f64 {
        (two.0 / self.largest).max(two.1 / self.second)
    }
}

/// An outcome as a function of the inputs, with the variance of what is not known of it.
pub trait Surface: Send + Sync {
    /// Mean and variance at `u`.
    fn predict(&self, u: &[f64]) -> (f64, f64);

    /// The same mean, and a variance that is not exceeded, where that is quicker.
    fn rough(&self, u: &[f64]) -> (f64, f64) {
        self.predict(u)
    }
}

impl Surface for Emulator {
    fn predict(&self, u: &[f64]) -> (f64, f64) {
        Emulator::predict(self, u)
    }

    fn rough(&self, u: &[f64]) -> (f64, f64) {
        Emulator::rough(self, u)
    }
}

impl Surface for Arc<Emulator> {
    fn predict(&self, u: &[f64]) -> (f64, f64) {
        Emulator::predict(self, u)
    }

    fn rough(&self, u: &[f64]) -> (f64, f64) {
        Emulator::rough(self, u)
    }
}

impl<F: Fn(&[f64]) -> (f64, f64) + Send + Sync> Surface for F {
    fn predict(&self, u: &[f64]) -> (f64, f64) {
        self(u)
    }
}

/// A target with its surface.
pub struct Aim {
    /// The caller's number of the target.
    pub target: usize,
    /// What is observed.
    pub band: Band,
    /// What is emulated.
    pub surface: Box<dyn Surface>,
}

impl Aim {
    /// Bounds of the implausibility at `u`: with the largest variance, and with none of the emulator's.
    fn rough(&self, u: &[f64]) -> (f64, f64) {
        let (mean, most) = self.surface.rough(u);
        (
            implausibility(&self.band, mean, most),
            implausibility(&self.band, mean, 0.0),
        )
    }

    /// The implausibility at `u`.
    pub fn implausibility(&self, u: &[f64]) -> f64 {
        let (mean, variance) = self.surface.predict(u);
        implausibility(&self.band, mean, variance)
    }

    /// Whether the implausibility at `u` is above `cut`; the exact variance is worked out only where it decides.
    fn above(&self, u: &[f64], cut: f64) -> bool {
        let (least, most) = self.rough(u);
        least > cut || (most > cut && self.implausibility(u) > cut)
    }
}

/// The emulators of one wave.
pub struct Wave {
    /// Its targets.
    pub aims: Vec<Aim>,
    /// Its cut-offs.
    pub cut: Cut,
}

fn largest_two(two: (f64, f64), new: f64) -> (f64, f64) {
    match new {
        new if new > two.0 => (new, two.0),
        new if new > two.1 => (two.0, new),
        _ => two,
    }
}

impl Wave {
    /// Score of `u`, at most 1 if it is not ruled out; `None` as soon as it is known to be above `bound`. If `exactly` is not asked
    /// for, a score at most `bound` may be given as any number up to `bound`.
    fn score(&self, u: &[f64], bound: f64, exactly: bool) -> Option<f64> {
        let mut least = (0.0, 0.0);
        let mut most = Vec::with_capacity(self.aims.len());
        let mut top = (0.0, 0.0);
        for (i, aim) in self.aims.iter().enumerate() {
            let (low, high) = aim.rough(u);
            least = largest_two(least, low);
            if self.cut.score(least) > bound {
                return None;
            }
            top = largest_two(top, high);
            most.push((high, i));
        }
        let top = self.cut.score(top);
        if !exactly && top <= bound {
            return Some(top);
        }
        most.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut two = (0.0, 0.0);
        for (high, i) in most {
            if high <= two.1 {
                break;
            }
            two = largest_two(two, self.aims[i].implausibility(u));
            if self.cut.score(two) > bound {
                return None;
            }
        }
        Some(self.cut.score(two))
    }
}

/// What no wave has ruled out of the unit cube.
pub struct Region {
    /// Inputs.
    pub dimensions: usize,
    /// Waves in their order; none: the whole cube.
    pub waves: Vec<Wave>,
}

impl Region {
    /// Whether no wave rules `u` out.
    pub fn contains(&self, u: &[f64]) -> bool {
        self.waves.iter().all(|w| w.score(u, 1.0, false).is_some())
    }

    /// The largest score of any wave if it is at most `bound`.
    pub(super) fn score(&self, u: &[f64], bound: f64) -> Option<f64> {
        let mut worst: f64 = 0.0;
        for wave in &self.waves {
            worst = worst.max(wave.score(u, bound, true)?);
        }
        Some(worst)
    }

    /// The latest aim of each target, by target.
    pub fn latest(&self) -> BTreeMap<usize, &Aim> {
        let aims = self.waves.iter().flat_map(|w| &w.aims);
        aims.map(|aim| (aim.target, aim)).collect()
    }

    /// Implausibility of `u` by the latest surface of each target: (target, implausibility) by target.
    pub fn judge(&self, u: &[f64]) -> Vec<(usize, f64)> {
        let latest = self.latest();
        latest
            .iter()
            .map(|(t, aim)| (*t, aim.implausibility(u)))
            .collect()
    }

    /// Targets that alone rule `u` out, in any wave, by the cut-off of the largest.
    pub(super) fn against(&self, u: &[f64]) -> Vec<usize> {
        let mut all: Vec<usize> = self
            .waves
            .iter()
            .flat_map(|w| w.aims.iter().filter(|aim| aim.above(u, w.cut.largest)))
            .map(|aim| aim.target)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// `m` of the candidates, far from each other and from those `taken`, by their numbers in the order of choice: each is the one whose
/// nearest neighbour is furthest (T. F. Gonzalez, Theoretical Computer Science 38 (1985) 293-306: the least distance
/// is at least half the greatest possible). If nothing is taken the first is the one nearest to the middle of all.
pub fn spread(candidates: &[Vec<f64>], taken: &[Vec<f64>], m: usize) -> Vec<usize> {
    let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let mut nearest: Vec<f64> = candidates
        .iter()
        .map(|c| taken.iter().map(|t| square(c, t)).fold(f64::INFINITY, f64::min))
        .collect();
    if taken.is_empty() && !candidates.is_empty() {
        let n = candidates.len() as f64;
        let middle: Vec<f64> = (0..candidates[0].len())
            .map(|k| candidates.iter().map(|c| c[k]).sum::<f64>() / n)
            .collect();
        // The nearest to the middle first: for that one step the furthest is the one with the least distance, turned round.
        nearest = candidates.iter().map(|c| -square(c, &middle)).collect();
    }
    let mut chosen: Vec<usize> = Vec::new();
    let mut left = vec![true; candidates.len()];
    while chosen.len() < m.min(candidates.len()) {
        let mut best: Option<usize> = None;
        for i in 0..candidates.len() {
            if left[i] && best.is_none_or(|b| nearest[i] > nearest[b]) {
                best = Some(i);
            }
        }
        let Some(best) = best else { break };
        left[best] = false;
        if chosen.is_empty() && taken.is_empty() {
            nearest.fill(f64::INFINITY);
        }
        chosen.push(best);
        for (near, c) in nearest.iter_mut().zip(candidates) {
            *near = near.min(square(c, &candidates[best]));
        }
    }
    chosen
}

/// For each target the middle value over `points` of the emulator's variance over that of observation and discrepancy: where it is
/// small, better emulators would rule out no more. (target, ratio) by target.
pub fn sharpness(region: &Region, points: &[Vec<f64>]) -> Vec<(usize, f64)> {
    let latest = region.latest();
    latest
        .iter()
        .map(|(target, aim)| {
            let ratios = points
                .iter()
                .map(|u| aim.surface.predict(u).1 / aim.band.variance())
                .collect();
            (*target, percentile(&sorted(ratios), 0.5))
        })
        .collect()
}

/// Ratio of variances below which an emulator counts as sharp.
pub const SHARP: f64 = 0.1;

/// Share of what was left that a wave has to rule out to be worth another.
pub const GAIN: f64 = 0.2;

/// Whether another wave is worth its runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// It is.
    Another,
    /// No: every emulator's variance is below a tenth of observation and discrepancy.
    Sharp,
    /// No: the last wave ruled out less than a fifth of what was left.
    NoGain,
    /// No: nothing is left. Targets, ranges and model contradict each other, or an emulator is wrong.
    Empty,
    /// No: as many waves as allowed.
    MostWaves,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stop::Another => "another wave can rule out more",
            Stop::Sharp => "the emulators are no longer what limits the answer",
            Stop::NoGain => "the last wave ruled out less than a fifth of what was left",
            Stop::Empty => {
                "nothing is left: targets, ranges and model contradict each other, or an emulator is wrong"
            }
            Stop::MostWaves => "as many waves as allowed were made",
        })
    }
}

/// When to stop: `shares[w]` of the cube is left after wave w, `sharpness` is that of the last one, `most` waves are allowed.
pub fn verdict(shares: &[f64], sharpness: &[(usize, f64)], most: usize) -> Stop {
    let Some(last) = shares.last() else {
        return Stop::Another;
    };
    let before = shares.len().checked_sub(2).map_or(1.0, |i| shares[i]);
    match () {
        () if last.is_nan() || *last <= 0.0 => Stop::Empty,
        () if sharpness.iter().all(|(_, ratio)| *ratio < SHARP) => Stop::Sharp,
        () if shares.len() > 1 && *last > (1.0 - GAIN) * before => Stop::NoGain,
        () if shares.len() >= most => Stop::MostWaves,
        () => Stop::Another,
    }
}
