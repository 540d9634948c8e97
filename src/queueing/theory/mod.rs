//! The queueing-theory suite: networks whose long-run behaviour is known exactly, and their comparison with it.
//!
//! Every [`Case`] is a network, what theory says about it, and where that is published. [`Case::run`]
//! simulates it and gives one [`Check`] per quantity.

mod cases;
mod cases_beds;
mod quantity;
pub mod formulas;
pub mod formulas_closed;
#[cfg(test)]
mod tests;

pub use cases::suite;
pub use quantity::Quantity;

use super::network::Network;
use super::simulate;
use crate::methods::agreement::pooled;
use crate::random::Draws;

/// Standard errors by which a simulated value may miss the theoretical one. With 60 replications
/// (Student's t, 59 degrees of freedom) a right program fails one check in about 30,000.
pub const TOLERATED_ERRORS: f64 = 4.5;

/// A network with known behaviour.
#[derive(Clone, Debug)]
pub struct Case {
    /// Kendall's notation and what is special.
    pub name: &'static str,
    /// Where the formulas are published.
    pub reference: &'static str,
    /// The network.
    pub network: Network,
    /// Independent replications to run.
    pub replications: u64,
    /// What theory says.
    pub expected: Vec<(Quantity, f64)>,
}

/// One comparison of a simulated value with theory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// What was compared.
    pub quantity: Quantity,
    /// The value of theory.
    pub theory: f64,
    /// The simulated value, pooled over the replications.
    pub simulated: f64,
    /// Its standard error, from the differences between replications.
    pub standard_error: f64,
    /// What is allowed besides, because simulated time is in whole seconds.
    pub rounding: f64,
}

impl Check {
    /// Whether simulation and theory agree: within [`TOLERATED_ERRORS`] and the rounding.
    pub fn passes(&self) -> bool {
        (self.simulated - self.theory).abs() <= TOLERATED_ERRORS * self.standard_error + self.rounding
    }
}

impl Case {
    /// Numerator and denominator of every quantity in one replication.
    pub fn replicate(&self, seed: u64, replication: u64) -> Vec<(f64, f64)> {
        let run = simulate(&self.network, Draws::new(seed, replication));
        let pair = |&(quantity, _): &(Quantity, f64)| {
            let (above, below) = quantity.of(&run);
            (above as f64, below as f64)
        };
        self.expected.iter().map(pair).collect()
    }

    /// Runs the replications and compares. The draws depend on `seed` only.
    pub fn run(&self, seed: u64) -> Vec<Check> {
        let runs: Vec<Vec<(f64, f64)>> = (0..self.replications).map(|r| self.replicate(seed, r)).collect();
        let check = |(i, &(quantity, theory)): (usize, &(Quantity, f64))| {
            let pairs: Vec<(f64, f64)> = runs.iter().map(|run| run[i]).collect();
            let (simulated, standard_error) = pooled(&pairs);
            Check {
                quantity,
                theory,
                simulated,
                standard_error,
                rounding: quantity.rounding(),
            }
        };
        self.expected.iter().enumerate().map(check).collect()
    }
}
