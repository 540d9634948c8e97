//! Morris screening: elementary effects of many factors from few runs, with the noise of the replications taken apart.
//!
//! Factors are scaled to [0, 1] and take `p` levels (Morris, Technometrics 33 (1991) 161-174). A trajectory starts at a
//! random point of the grid and moves every factor once, in random order, by `Δ = p / (2(p-1))` up or down: `k + 1`
//! points give one elementary effect of each of `k` factors,
//!
//! ```text
//! EE_t = (y(after) - y(before)) / (x(after) - x(before)),
//! ```
//!
//! the change of the outcome over the factor's whole range at the slope of that step. Over T trajectories,
//! `μ = mean EE`, `μ* = mean |EE|` (Campolongo, Cariboni and Saltelli, Environmental Modelling & Software 22 (2007)
//! 1509-1518), and `σ`, their standard deviation, is large where the effect depends on the factor's own level or on
//! other factors. The trajectories are balanced: each of the `p/2` steps a factor can make, and each direction, is used
//! as equally often as T allows, in random order; so all effects are still drawn evenly from the grid, and together
//! they cover it better than independent ones (intervals that take them as independent are a little wide).
//!
//! **Noise.** `y` is a mean over n replications, the same ones at every point. With `EE_tr` the effect in replication
//! r, [`Crossed`] gives the part of `σ²` that is noise, exactly unbiased, and intervals of `μ` and `μ*` that hold for
//! trajectories and replications not seen (those of `μ*` from `sign(EE_t) EE_tr`). A factor without any effect has
//! `μ* > 0` from noise alone: about `mean_t √(2 v_t / π)` with `v_t` the variance of `EE_t` over the replications
//! divided by n, if the means are near normal. This is the noise floor; the p-value is that of "μ* is not above it".

use super::crossed::{Crossed, mean};
use super::lhs::shuffled;
use crate::random::{Draws, name_key, sub_key};
use crate::stats::{Estimate, LEVEL, student_t_critical};

/// Purposes of the draws: the order of the factors, the order of a factor's steps.
const ORDER: u16 = 0;
const STEPS: u16 = 1;

/// A design of trajectories: `factors + 1` points each, one after another; between neighbours one factor moves.
///
/// `levels` is the number of levels of a factor, even and at least 2 (4 is usual). Coordinates are in [0, 1]; the
/// trajectories of a longer design are others.
pub fn trajectories(count: usize, factors: usize, levels: usize, seed: u64) -> Vec<Vec<f64>> {
    let levels = (levels / 2 * 2).max(2);
    let (half, top) = (levels / 2, (levels - 1) as f64);
    let draws = Draws::new(seed, 0);
    let root = name_key(&["morris"]);
    let (of_factor, of_trajectory) = (sub_key(root, 0), sub_key(root, 1));
    // Each factor's steps over the trajectories: number `s` starts at level s/2, up if even, else its reverse.
    let steps: Vec<Vec<usize>> = (0..factors)
        .map(|i| {
            let order = shuffled(count, &draws, sub_key(of_factor, i as u64), STEPS);
            // Which steps come once more where `levels` does not divide the count is chance too.
            let first = shuffled(levels, &draws, sub_key(of_factor, (factors + i) as u64), STEPS);
            order.into_iter().map(|place| first[place % levels]).collect()
        })
        .collect();
    let mut points = Vec::with_capacity(count * (factors + 1));
    for t in 0..count {
        let ends: Vec<(f64, f64)> = steps
            .iter()
            .map(|of| {
                let (low, high) = ((of[t] / 2) as f64 / top, (of[t] / 2 + half) as f64 / top);
                if of[t] % 2 == 0 { (low, high) } else { (high, low) }
            })
            .collect();
        let mut point: Vec<f64> = ends.iter().map(|(from, _)| *from).collect();
        points.push(point.clone());
        for i in shuffled(factors, &draws, sub_key(of_trajectory, t as u64), ORDER) {
            point[i] = ends[i].1;
            points.push(point.clone());
        }
    }
    points
}

/// One step of a design: two points that differ in one factor only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which factor moves.
    pub factor: usize,
    /// Number of the point before the move.
    pub before: usize,
    /// Number of the point after it.
    pub after: usize,
    /// By how much the factor moves, of its range.
    pub by: f64,
}

/// The steps of a design of trajectories, in order: any in which each of `factors` moves once between neighbours.
///
/// # Errors
///
/// The number of the first point that is not one move away from the one before it, or at which a trajectory moves a
/// factor twice or breaks off.
pub fn steps(points: &[Vec<f64>], factors: usize) -> Result<Vec<Step>, usize> {
    let mut all = Vec::new();
    for (t, trajectory) in points.chunks(factors + 1).enumerate() {
        let first = t * (factors + 1);
        if trajectory.len() != factors + 1 {
            return Err(points.len());
        }
        let mut moved = vec![false; factors];
        for (i, pair) in trajectory.windows(2).enumerate() {
            let after = first + i + 1;
            let mut changes = (0..factors).filter(|f| pair[0][*f] != pair[1][*f]);
            let (Some(factor), None) = (changes.next(), changes.next()) else {
                return Err(after);
            };
            if std::mem::replace(&mut moved[factor], true) {
                return Err(after);
            }
            all.push(Step {
                factor,
                before: after - 1,
                after,
                by: pair[1][factor] - pair[0][factor],
            });
        }
    }
    Ok(all)
}

/// What screening says of one factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screened {
    /// Mean elementary effect, in units of the outcome over the factor's whole range.
    pub mu: Estimate,
    /// Mean size of the elementary effects, noise included.
    pub mu_star: Estimate,
    /// Standard deviation of the elementary effects, noise included, as Morris defines it.
    pub sigma: f64,
    /// The same without noise (σ itself if the noise is unknown), and its interval over trajectories.
    pub sigma_true: f64,
    /// Lower and upper end of the interval of `sigma_true`; `None` with fewer than three trajectories, or if σ is the same
    /// without any of them.
    pub sigma_interval: Option<(f64, f64)>,
    /// Share of σ² that is noise; `None` if unknown (one replication) or nothing varies.
    pub noise_share: Option<f64>,
    /// What `mu_star` would be about from noise alone; `None` if unknown.
    pub noise_floor: Option<f64>,
    /// One-sided p-value of "μ* is not above the noise floor"; `None` if there is no noise to test against.
    pub p: Option<f64>,
    /// True if no step changed the outcome in any replication: not a small effect but none.
    pub inert: bool,
}

/// Elementary effects of every factor and what they say, from `outcomes[point][replication]` on the design's steps.
///
/// Every point has the same number of replications, at least one, and every factor at least one step.
pub fn screen(steps: &[Step], factors: usize, outcomes: &[Vec<f64>]) -> Vec<Screened> {
    (0..factors)
        .map(|factor| {
            let effects: Vec<Vec<f64>> = steps
                .iter()
                .filter(|step| step.factor == factor)
                .map(|step| {
                    let pairs = outcomes[step.before].iter().zip(&outcomes[step.after]);
                    pairs.map(|(before, after)| (after - before) / step.by).collect()
                })
                .collect();
            one(&effects)
        })
        .collect()
}

/// What the effects of one factor say, by trajectory and replication.
fn one(effects: &[Vec<f64>]) -> Screened {
    let signed = Crossed::of(effects);
    let sizes: Vec<Vec<f64>> = effects
        .iter()
        .map(|row| {
            let sign = if mean(row) < 0.0 { -1.0 } else { 1.0 };
            row.iter().map(|e| sign * e).collect()
        })
        .collect();
    let size = Crossed::of(&sizes);
    let inert = effects.iter().flatten().all(|e| *e == 0.0);
    let noise_floor = noise_floor(effects);
    Screened {
        mu: signed.estimate(),
        mu_star: size.estimate(),
        sigma: libm::sqrt(signed.spread),
        sigma_true: libm::sqrt(signed.true_spread()),
        sigma_interval: sigma_interval(effects),
        noise_share: signed.noise_share(),
        noise_floor,
        p: noise_floor
            .filter(|floor| *floor > 0.0)
            .and_then(|floor| size.p_above(floor)),
        inert,
    }
}

/// The mean size of the effects if there were nothing but noise: `mean_t √(2 v_t / π)`, each standard deviation over
/// the replications corrected for its bias with normal numbers.
fn noise_floor(effects: &[Vec<f64>]) -> Option<f64> {
    let n = effects[0].len();
    if n < 2 {
        return None;
    }
    let count = n as f64;
    // E(s) = c σ for n normal numbers.
    let ln_ratio = libm::lgamma(count / 2.0) - libm::lgamma((count - 1.0) / 2.0);
    let c = libm::sqrt(2.0 / (count - 1.0)) * libm::exp(ln_ratio);
    let errors: Vec<f64> = effects
        .iter()
        .map(|row| {
            let m = mean(row);
            let square: f64 = row.iter().map(|e| (e - m) * (e - m)).sum();
            libm::sqrt(square / (count - 1.0) / count) / c
        })
        .collect();
    Some(libm::sqrt(2.0 / std::f64::consts::PI) * mean(&errors))
}

/// Interval of σ without noise: the jackknife over trajectories of σ², its ends' square roots (0 for a negative end).
fn sigma_interval(effects: &[Vec<f64>]) -> Option<(f64, f64)> {
    let t = effects.len();
    if t < 3 {
        return None;
    }
    let square = |rows: &[Vec<f64>]| {
        let found = Crossed::of(rows);
        found.spread - found.noise.unwrap_or(0.0)
    };
    let without: Vec<f64> = (0..t)
        .map(|left_out| {
            let rows: Vec<Vec<f64>> = effects
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != left_out)
                .map(|(_, row)| row.clone())
                .collect();
            square(&rows)
        })
        .collect();
    let (value, centre, count) = (square(effects), mean(&without), t as f64);
    let sum: f64 = without.iter().map(|x| (x - centre) * (x - centre)).sum();
    let half = student_t_critical(LEVEL, count - 1.0) * libm::sqrt((count - 1.0) / count * sum);
    // Equal without any one trajectory: there is nothing to measure an error by.
    if half <= 1e-9 * value.abs() {
        return None;
    }
    Some((
        libm::sqrt((value - half).max(0.0)),
        libm::sqrt((value + half).max(0.0)),
    ))
}
