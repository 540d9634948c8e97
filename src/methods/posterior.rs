//! The posterior of the inputs given the targets, by sequential Monte Carlo from what history matching has left.
//!
//! Prior: uniform on the unit cube (that is, on each parameter's linear or logarithmic range), 0 where a wave has ruled out. Likelihood: every
//! target's centre is normal about the emulated mean with variance observation² + discrepancy² + emulator variance at x, all targets
//! independent:
//!
//! ```text
//! ln L(x) = -½ Σ_j [ ln V_j(x) + (centre_j - mean_j(x))² / V_j(x) ].
//! ```
//!
//! Particles uniform over the region are led to it through L^T, T from 0 to 1 (P. Del Moral, A. Doucet and A. Jasra, Journal of the Royal
//! Statistical Society B 68 (2006) 411-436): the next T is where the effective number (Σw)²/Σw² is half the
//! particles; then they are drawn again in proportion to their weights, systematically, and stirred by moves that leave L^T as it
//! is (`particles.rs`) until little of where they were is left in where they are.
//!
//! The effective number of draws given is an estimate: with ρ the correlation left by a stirring and E the effective number at the
//! drawing before it, the variance of a mean over the particles is V/N, V ← (1 - ρ²) + ρ² V N/E.

use super::chance::{percentile, sorted};
use super::each::Each;
use super::emulator::Why;
use super::history::{Aim, Region};
use super::particles::{Cloud, normal, resampled, unit};
use crate::random::{Draws, name_key, sub_key};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Particles, and so draws: about 1,000.
    pub particles: usize,
    /// The seed.
    pub seed: u64,
}

/// One step towards the posterior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Power of the likelihood after it.
    pub temperature: f64,
    /// Effective number of particles before they were drawn again.
    pub effective: f64,
    /// Share of moves accepted.
    pub acceptance: f64,
    /// Moves tried by each particle.
    pub sweeps: usize,
    /// Largest correlation of a coordinate before and after the moves.
    pub correlation: f64,
}

/// Draws from the posterior.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Places in the unit cube, equally weighted.
    pub draws: Vec<Vec<f64>>,
    /// Their log-likelihoods.
    pub likelihoods: Vec<f64>,
    /// To how many independent draws they amount.
    pub effective: f64,
    /// The way there.
    pub steps: Vec<Step>,
}

/// Share of the particles that the effective number may fall to in one step.
const FALL: f64 = 0.5;

/// Correlation that a stirring leaves, on the way and at the end (besides chance), and the most moves for it.
const BETWEEN: (f64, usize) = (0.4, 90);
const LAST: (f64, usize) = (0.1, 600);

/// Most steps.
const STEPS: usize = 200;

/// The posterior over `region` with the latest surface of each target.
///
/// # Errors
///
/// [`Why::Empty`] if nothing is left of the region.
pub fn posterior(region: &Region, asked: &Asked, each: &dyn Each) -> Result<Posterior, Why> {
    let start = region.sample(asked.particles, asked.seed, each)?;
    let latest = region.latest();
    let aims: Vec<&Aim> = latest.values().copied().collect();
    let likelihood = |u: &[f64], bound: f64| {
        let value = log_likelihood(&aims, u, bound)?;
        region.contains(u).then_some(value)
    };
    lead(&likelihood, start.points, asked.seed, each)
}

/// The posterior for any log-likelihood, from particles `start` that are uniform over where it is not minus infinity (or more).
///
/// # Errors
///
/// [`Why::TooFew`] particles (10 at least), [`Why::Empty`] if it is minus infinity at all of them.
pub fn tempered(
    likelihood: &(dyn Fn(&[f64]) -> f64 + Sync),
    start: Vec<Vec<f64>>,
    seed: u64,
    each: &dyn Each,
) -> Result<Posterior, Why> {
    let above = |u: &[f64], bound: f64| Some(likelihood(u)).filter(|v| *v >= bound && *v > f64::NEG_INFINITY);
    lead(&above, start, seed, each)
}

/// Log-likelihood if it is at least `bound`. The means alone rule most proposals out before any variance is worked out.
fn log_likelihood(aims: &[&Aim], u: &[f64], bound: f64) -> Option<f64> {
    let term = |off: f64, variance: f64| -0.5 * (libm::log(variance) + off * off / variance);
    // The greatest value each target can bring over all variances that are possible here, and their sum.
    let mut most = Vec::with_capacity(aims.len());
    for aim in aims {
        let (mean, extra) = aim.surface.rough(u);
        let off = aim.band.centre() - mean;
        let least = aim.band.variance().max(f64::MIN_POSITIVE);
        most.push(term(off, (off * off).clamp(least, least + extra)));
    }
    let mut reach: f64 = most.iter().sum();
    let mut value = 0.0;
    for (aim, most) in aims.iter().zip(most) {
        if reach.is_nan() || reach < bound {
            return None;
        }
        let (mean, extra) = aim.surface.predict(u);
        let variance = aim.band.variance().max(f64::MIN_POSITIVE) + extra;
        let exact = term(aim.band.centre() - mean, variance);
        reach += exact - most;
        value += exact;
    }
    (value >= bound).then_some(value)
}

type Above<'a> = dyn Fn(&[f64], f64) -> Option<f64> + Sync + 'a;

fn lead(likelihood: &Above<'_>, start: Vec<Vec<f64>>, seed: u64, each: &dyn Each) -> Result<Posterior, Why> {
    let n = start.len();
    if n < 10 {
        return Err(Why::TooFew {
            points: n,
            needed: 10,
        });
    }
    let (chance, root) = (Draws::new(seed, 2), name_key(&["posterior"]));
    let values = each.each(n, &|i| {
        vec![likelihood(&start[i], f64::NEG_INFINITY).unwrap_or(f64::NEG_INFINITY)]
    });
    let mut cloud = Cloud {
        places: start.iter().map(|u| normal(u)).collect(),
        values: values.into_iter().map(|v| v[0]).collect(),
    };
    let (mut temperature, mut inflation) = (0.0, 1.0);
    let mut steps = Vec::new();
    while temperature < 1.0 && steps.len() < STEPS {
        let finite = cloud.values.iter().filter(|v| v.is_finite()).count();
        if finite == 0 {
            return Err(Why::Empty {
                nearest: start[0].clone(),
                score: f64::INFINITY,
            });
        }
        let wanted = FALL * finite as f64;
        let mut by = 1.0 - temperature;
        if effective(&weights(&cloud.values, by)) < wanted {
            let (mut low, mut high) = (0.0, by);
            for _ in 0..50 {
                by = 0.5 * (low + high);
                match effective(&weights(&cloud.values, by)) < wanted {
                    true => high = by,
                    false => low = by,
                }
            }
        }
        let weights = weights(&cloud.values, by);
        let left = effective(&weights);
        // The last power is 1 exactly.
        temperature = if by >= 1.0 - temperature {
            1.0
        } else {
            temperature + by
        };
        let key = sub_key(root, steps.len() as u64);
        cloud = cloud.chosen(&resampled(&weights, n, chance.uniform(key, 0, 0, 0)));
        let (bound, most) = if temperature < 1.0 { BETWEEN } else { LAST };
        let keep = |u: &[f64], value: f64, bonus: f64| likelihood(u, value - bonus / temperature);
        let bound = bound + 2.0 / libm::sqrt(n as f64);
        let stirred = cloud.stir(&keep, (bound, most), &chance, sub_key(key, 1), each);
        let square = stirred.correlation * stirred.correlation;
        inflation = (1.0 - square) + square * inflation * n as f64 / left;
        steps.push(Step {
            temperature,
            effective: left,
            acceptance: stirred.acceptance,
            sweeps: stirred.sweeps,
            correlation: stirred.correlation,
        });
    }
    Ok(Posterior {
        draws: cloud.places.iter().map(|w| unit(w)).collect(),
        likelihoods: cloud.values,
        effective: n as f64 / inflation,
        steps,
    })
}

/// exp(by × value), over the greatest.
fn weights(values: &[f64], by: f64) -> Vec<f64> {
    let most = values.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    values.iter().map(|v| libm::exp(by * (v - most))).collect()
}

fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    sum * sum / weights.iter().map(|w| w * w).sum::<f64>()
}

impl Posterior {
    /// Quantiles of input `k` in the unit interval.
    pub fn quantiles(&self, k: usize, at: &[f64]) -> Vec<f64> {
        let values = sorted(self.draws.iter().map(|u| u[k]).collect());
        at.iter().map(|p| percentile(&values, *p)).collect()
    }

    /// The draw with the greatest likelihood: with a uniform prior, the mode among the draws.
    pub fn mode(&self) -> &[f64] {
        let most = |best: usize, i: usize| {
            if self.likelihoods[i] > self.likelihoods[best] {
                i
            } else {
                best
            }
        };
        &self.draws[(0..self.draws.len()).fold(0, most)]
    }

    /// Means of the inputs.
    pub fn means(&self) -> Vec<f64> {
        means(&self.draws)
    }

    /// Covariances of the inputs.
    pub fn covariance(&self) -> Vec<Vec<f64>> {
        covariance(&self.draws)
    }

    /// Correlations of the inputs; 0 with one that does not vary.
    pub fn correlations(&self) -> Vec<Vec<f64>> {
        let c = self.covariance();
        let of = |i: usize, j: usize| {
            let size = libm::sqrt(c[i][i] * c[j][j]);
            if i == j {
                1.0
            } else if size > 0.0 {
                c[i][j] / size
            } else {
                0.0
            }
        };
        (0..c.len())
            .map(|i| (0..c.len()).map(|j| of(i, j)).collect())
            .collect()
    }

    /// `n` of the draws, evenly among them; all if there are not more.
    pub fn thinned(&self, n: usize) -> Vec<Vec<f64>> {
        let all = self.draws.len();
        let n = n.min(all);
        (0..n).map(|i| self.draws[i * all / n].clone()).collect()
    }
}

pub(super) fn means(draws: &[Vec<f64>]) -> Vec<f64> {
    let d = draws.first().map_or(0, Vec::len);
    let n = draws.len() as f64;
    (0..d)
        .map(|k| draws.iter().map(|u| u[k]).sum::<f64>() / n)
        .collect()
}

pub(super) fn covariance(draws: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let centre = means(draws);
    let d = centre.len();
    let df = (draws.len().max(2) - 1) as f64;
    let of = |i: usize, j: usize| {
        draws
            .iter()
            .map(|u| (u[i] - centre[i]) * (u[j] - centre[j]))
            .sum::<f64>()
            / df
    };
    (0..d).map(|i| (0..d).map(|j| of(i, j)).collect()).collect()
}
