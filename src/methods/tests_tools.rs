//! Systems with known truth for the tests: normal, with or without common random numbers, and anything given as a function.

use super::systems::{Series, Systems};
use crate::random::Draws;
use crate::stats::normal_quantile;

/// Standard error of a share of `runs` macro-runs, at most.
pub fn share_error(p: f64, runs: u64) -> f64 {
    libm::sqrt(p * (1.0 - p) / runs as f64)
}

/// Systems whose outcomes at (system, replication) a function gives; counts replications asked for.
pub struct Made<F> {
    pub outcomes: F,
    pub made: Vec<u64>,
    kept: Vec<Vec<Vec<f64>>>,
}

impl<F: FnMut(usize, u64) -> Vec<f64>> Made<F> {
    pub fn new(k: usize, outcomes: F) -> Made<F> {
        Made {
            outcomes,
            made: vec![0; k],
            kept: vec![Vec::new(); k],
        }
    }
}

impl<F: FnMut(usize, u64) -> Vec<f64>> Systems for Made<F> {
    type Error = std::convert::Infallible;

    fn ensure(&mut self, asked: &[(usize, u64)]) -> Result<(), Self::Error> {
        for &(i, n) in asked {
            while self.made[i] < n {
                let xs = (self.outcomes)(i, self.made[i]);
                self.kept[i].push(xs);
                self.made[i] += 1;
            }
        }
        Ok(())
    }

    fn observe(&mut self, system: usize, n: u64) -> Result<Vec<Series>, Self::Error> {
        let rows = &self.kept[system][..n as usize];
        Ok((0..rows[0].len())
            .map(|o| Some(rows.iter().map(|r| r[o]).collect()))
            .collect())
    }
}

/// A standard normal variate by coordinates.
pub fn normal(seed: u64, replication: u64, which: u32) -> f64 {
    normal_quantile(Draws::new(seed, replication).uniform(1, 1, which, 0))
}

/// Normal systems with these means and standard deviations, correlated by `rho` through a part all share.
pub fn normals(
    seed: u64,
    means: &[f64],
    deviations: &[f64],
    rho: f64,
) -> Made<impl FnMut(usize, u64) -> Vec<f64>> {
    let (means, deviations) = (means.to_vec(), deviations.to_vec());
    let (common, own) = (libm::sqrt(rho), libm::sqrt(1.0 - rho));
    let k = means.len();
    Made::new(k, move |i, r| {
        let shared = if rho > 0.0 { normal(seed, r, 0) } else { 0.0 };
        let z = common * shared + own * normal(seed, r, 1 + i as u32);
        vec![means[i] + deviations[i] * z]
    })
}
