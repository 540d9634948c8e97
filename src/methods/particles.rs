//! A cloud of particles on the unit cube, and the moves that stir it without changing what it is distributed as.
//!
//! A place u is kept as w with u = Φ(w), coordinate by coordinate: the uniform law on the cube becomes the standard normal, without edges.
//! Two Metropolis moves alternate, both with mean m and covariance S of the cloud at the beginning of the stirring:
//!
//! ```text
//! walk:  w' = w + c 2.38/√d S^½ z          leap:  w' = m + √(1-b²) (w - m) + b S^½ z
//! ```
//!
//! (G. O. Roberts, A. Gelman and W. R. Gilks, Annals of Applied Probability 7 (1997) 110-120; the leap, which leaves the normal law with
//! m and S as it is and so is nearly always accepted where the target is nearly normal, is the preconditioned
//! Crank-Nicolson move of S. L. Cotter, G. O. Roberts, A. M. Stuart and D. White, Statistical Science 28 (2013) 424-446, about the
//! cloud's own mean). c and b follow the shares accepted. Stirring ends when no coordinate's correlation
//! between the beginning and now, over the particles, is above a bound. Each particle has draws of its own.

use super::crossed::mean;
use super::dense::{Square, add, dot};
use super::each::Each;
use crate::random::{Draws, sub_key};
use crate::stats::normal_quantile;

/// The particles: places in normal coordinates, and a value that goes with each (a log-likelihood, a score).
#[derive(Clone, Debug)]
pub(super) struct Cloud {
    pub places: Vec<Vec<f64>>,
    pub values: Vec<f64>,
}

/// What a stirring did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stirred {
    /// Moves tried by each particle.
    pub sweeps: usize,
    /// Share of them accepted.
    pub acceptance: f64,
    /// Greatest correlation of a coordinate with what it was before.
    pub correlation: f64,
}

/// Whether a particle may go to `u`: given its value now and the logarithm of what the move leaves to chance (target ratio needed:
/// at least `-bonus`), its value there if it may.
pub(super) type Keep<'a> = dyn Fn(&[f64], f64, f64) -> Option<f64> + Sync + 'a;

/// Moves tried by each particle between two looks.
const BLOCK: usize = 6;

/// Largest normal coordinate: 1 - Φ is 1e-14 there.
const FAR: f64 = 7.6;

/// Φ, kept strictly inside (0, 1).
pub(super) fn unit(w: &[f64]) -> Vec<f64> {
    w.iter()
        .map(|w| 0.5 * libm::erfc(-w / std::f64::consts::SQRT_2))
        .collect()
}

/// The normal coordinates of a place in the cube.
pub(super) fn normal(u: &[f64]) -> Vec<f64> {
    u.iter()
        .map(|u| normal_quantile(u.clamp(1e-14, 1.0 - 1e-14)))
        .collect()
}

/// Numbers of the particles that come next: each about in proportion to its weight, by one uniform number (systematic resampling).
pub(super) fn resampled(weights: &[f64], n: usize, uniform: f64) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let mut chosen = Vec::with_capacity(n);
    let (mut at, mut upto) = (0, weights.first().copied().unwrap_or(0.0));
    for i in 0..n {
        let mark = (i as f64 + uniform) / n as f64 * sum;
        while upto <= mark && at + 1 < weights.len() {
            at += 1;
            upto += weights[at];
        }
        chosen.push(at);
    }
    chosen
}

impl Cloud {
    /// The cloud made of these particles.
    pub fn chosen(&self, which: &[usize]) -> Cloud {
        Cloud {
            places: which.iter().map(|i| self.places[*i].clone()).collect(),
            values: which.iter().map(|i| self.values[*i]).collect(),
        }
    }

    /// Means, and the Cholesky factor of the covariance (with a little added on the diagonal).
    fn shape(&self) -> (Vec<f64>, Square) {
        let n = self.places.len() as f64;
        let d = self.places[0].len();
        let centre: Vec<f64> = (0..d)
            .map(|k| self.places.iter().map(|w| w[k]).sum::<f64>() / n)
            .collect();
        let mut covariance = Square::new(d);
        for w in &self.places {
            let off: Vec<f64> = w.iter().zip(&centre).map(|(w, m)| w - m).collect();
            for (i, by) in off.iter().enumerate() {
                add(by / n, &off[..=i], &mut covariance.row_mut(i)[..=i]);
            }
        }
        for i in 0..d {
            let v = &mut covariance.row_mut(i)[i];
            *v = *v * 1.001 + 1e-12;
        }
        let factor = covariance.clone().cholesky().unwrap_or_else(|| {
            let mut diagonal = Square::new(d);
            for i in 0..d {
                diagonal.row_mut(i)[i] = libm::sqrt(covariance.row(i)[i]);
            }
            diagonal
        });
        (centre, factor)
    }

    /// Moves every particle until the correlation with the beginning is at most `bound` or `most` moves were tried.
    pub fn stir(
        &mut self,
        keep: &Keep<'_>,
        (bound, most): (f64, usize),
        draws: &Draws,
        subject: u64,
        each: &dyn Each,
    ) -> Stirred {
        let (n, d) = (self.places.len(), self.places[0].len());
        let start = self.places.clone();
        let (centre, factor) = self.shape();
        let inverse = factor.inverse_of_lower();
        // Half the squared distance from the cloud's middle: -ln density of the law that a leap keeps.
        let depth = |w: &[f64]| {
            let off: Vec<f64> = w.iter().zip(&centre).map(|(w, m)| w - m).collect();
            let half = inverse.lower_times(&off);
            0.5 * dot(&half, &half)
        };
        let (mut walk, mut leap) = (1.0, 0.7);
        let mut accepted = 0.0;
        let mut sweeps = 0;
        let mut correlation = 1.0;
        while sweeps < most && correlation > bound {
            let (places, values) = (&self.places, &self.values);
            let (length, kept) = (walk * 2.38 / libm::sqrt(d as f64), libm::sqrt(1.0 - leap * leap));
            let moved = each.each(n, &|i| {
                let mut w = places[i].clone();
                let mut value = values[i];
                let own = sub_key(subject, i as u64);
                let mut taken = [0.0, 0.0];
                for sweep in sweeps..sweeps + BLOCK {
                    let variate = |k: usize| normal_quantile(draws.uniform(own, k as u16, sweep as u32, 0));
                    let z: Vec<f64> = (0..d).map(variate).collect();
                    let step = factor.lower_times(&z);
                    let leaps = sweep % 2 == 1;
                    let next: Vec<f64> = (0..d)
                        .map(|k| match leaps {
                            true => centre[k] + kept * (w[k] - centre[k]) + leap * step[k],
                            false => w[k] + length * step[k],
                        })
                        .collect();
                    if next.iter().any(|w| w.is_nan() || w.abs() >= FAR) {
                        continue;
                    }
                    let chance = libm::log(draws.uniform(own, d as u16, sweep as u32, 0));
                    let mut bonus = 0.5 * (dot(&w, &w) - dot(&next, &next)) - chance;
                    if leaps {
                        bonus += depth(&next) - depth(&w);
                    }
                    if let Some(there) = keep(&unit(&next), value, bonus) {
                        (w, value) = (next, there);
                        taken[usize::from(leaps)] += 1.0;
                    }
                }
                w.extend([value, taken[0], taken[1]]);
                w
            });
            let mut taken = [0.0, 0.0];
            for (i, mut row) in moved.into_iter().enumerate() {
                taken[0] += row[d + 1];
                taken[1] += row[d + 2];
                self.values[i] = row[d];
                row.truncate(d);
                self.places[i] = row;
            }
            let tried = (n * BLOCK / 2) as f64;
            walk = (walk * libm::exp(2.0 * (taken[0] / tried - 0.25))).clamp(0.01, 4.0);
            leap = (leap * libm::exp(1.5 * (taken[1] / tried - 0.35))).clamp(0.02, 0.98);
            accepted += taken[0] + taken[1];
            sweeps += BLOCK;
            correlation = (0..d).fold(0.0, |most, k| correlated(&start, &self.places, k).max(most));
        }
        Stirred {
            sweeps,
            acceptance: accepted / (n * sweeps).max(1) as f64,
            correlation,
        }
    }
}

/// Correlation of coordinate `k` before and after; 0 where it does not vary.
fn correlated(before: &[Vec<f64>], after: &[Vec<f64>], k: usize) -> f64 {
    let column = |of: &[Vec<f64>]| of.iter().map(|w| w[k]).collect::<Vec<f64>>();
    let (x, y) = (column(before), column(after));
    let (mx, my) = (mean(&x), mean(&y));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        xx += (x - mx) * (x - mx);
        xy += (x - mx) * (y - my);
        yy += (y - my) * (y - my);
    }
    match xx > 0.0 && yy > 0.0 {
        true => xy / libm::sqrt(xx * yy),
        false => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::each::InTurn;

    #[test]
    fn resampling_is_in_proportion() {
        assert_eq!(resampled(&[1.0, 0.0, 2.0, 1.0], 8, 0.5), [0, 0, 2, 2, 2, 2, 3, 3]);
        assert_eq!(resampled(&[0.0, 1.0], 3, 0.99), [1, 1, 1]);
        assert_eq!(resampled(&[0.5, 0.5], 0, 0.1), Vec::<usize>::new());
    }

    /// A uniform cloud on a triangle, begun in one corner of it: after stirring the mean of x + y over u0 + u1 < 1 is 2/3, and
    /// a quarter lies below 1/2 (bounds: 5 standard errors).
    #[test]
    fn stirring_brings_a_uniform_cloud() {
        let n = 2_000;
        let start: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                normal(&[
                    0.1 + 0.2 * f64::from(i) / f64::from(n),
                    0.1 + 0.2 * f64::from(i % 10) / 10.0,
                ])
            })
            .collect();
        let mut cloud = Cloud {
            values: vec![0.0; start.len()],
            places: start,
        };
        let keep = |u: &[f64], _: f64, bonus: f64| (bonus >= 0.0 && u[0] + u[1] < 1.0).then_some(0.0);
        for round in 0..4 {
            let stirred = cloud.stir(&keep, (0.02, 60), &Draws::new(1, 2), round, &InTurn);
            assert!(stirred.acceptance > 0.15, "{stirred:?}");
        }
        let sums: Vec<f64> = cloud.places.iter().map(|w| unit(w).iter().sum()).collect();
        let below = sums.iter().filter(|s| **s < 0.5).count() as f64 / f64::from(n);
        assert!(
            (mean(&sums) - 2.0 / 3.0).abs() < 5.0 * libm::sqrt(1.0 / 18.0 / 2_000.0),
            "{}",
            mean(&sums)
        );
        assert!(
            (below - 0.25).abs() < 5.0 * libm::sqrt(0.1875 / 2_000.0),
            "{below}"
        );
    }
}
