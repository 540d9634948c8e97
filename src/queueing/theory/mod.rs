//! The queueing-theory suite: networks whose long-run behaviour is known exactly, and their comparison with it.
//!
//! Every [`Case`] is a network, what theory says about it, and where that is published. [`Case::run`]
//! simulates it and gives one [`Check`] per quantity.

mod cases;
pub mod formulas;
#[cfg(test)]
mod tests;

pub use cases::suite;

use super::measures::Measures;
use super::network::Network;
use super::simulate;
use crate::random::Draws;
use std::fmt;

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

/// A quantity that theory gives and a run measures. Stations and classes by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Mean wait before service of those served, in seconds.
    MeanWait {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those served who waited at least so many seconds.
    WaitedAtLeast {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
        /// Seconds; the lower bound of a bucket of [`super::LogHistogram`].
        secs: i64,
    },
    /// Mean time from arrival to departure, in seconds.
    MeanSojourn {
        /// Class.
        class: usize,
    },
    /// Mean number in the whole network, stays at home included.
    InNetwork {
        /// Class.
        class: usize,
    },
    /// Mean number waiting.
    QueueLength {
        /// Station.
        station: usize,
    },
    /// Mean number waiting, in service or blocked.
    Present {
        /// Station.
        station: usize,
    },
    /// Busy share of the servers.
    Utilisation {
        /// Station.
        station: usize,
    },
    /// Blocked share of the servers.
    Blocked {
        /// Station.
        station: usize,
    },
    /// Share of those who came and were turned away.
    LostShare {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Share of those let in who ran out of patience.
    RenegedShare {
        /// Station.
        station: usize,
        /// Class.
        class: usize,
    },
    /// Services completed in an hour.
    Throughput {
        /// Station.
        station: usize,
    },
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

impl fmt::Display for Quantity {
    /// Name and unit, as a table shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::MeanWait { station, class } => {
                write!(f, "mean wait, station {station}, class {class} (s)")
            }
            Quantity::WaitedAtLeast { station, class, secs } => {
                write!(
                    f,
                    "share waiting {secs} s or more, station {station}, class {class}"
                )
            }
            Quantity::MeanSojourn { class } => write!(f, "mean time in the network, class {class} (s)"),
            Quantity::InNetwork { class } => write!(f, "mean number in the network, class {class}"),
            Quantity::QueueLength { station } => write!(f, "mean number waiting, station {station}"),
            Quantity::Present { station } => write!(f, "mean number present, station {station}"),
            Quantity::Utilisation { station } => write!(f, "utilisation, station {station}"),
            Quantity::Blocked { station } => write!(f, "share of servers blocked, station {station}"),
            Quantity::LostShare { station, class } => {
                write!(f, "share lost, station {station}, class {class}")
            }
            Quantity::RenegedShare { station, class } => {
                write!(f, "share reneging, station {station}, class {class}")
            }
            Quantity::Throughput { station } => write!(f, "throughput, station {station} (per hour)"),
        }
    }
}

impl Quantity {
    /// Numerator and denominator in one replication.
    pub fn of(self, measures: &Measures) -> (i64, i64) {
        let station = |index: usize| &measures.stations[index];
        let visit = |index: usize, class: usize| &measures.stations[index].visits[class];
        let window = measures.window_secs;
        match self {
            Quantity::MeanWait { station, class } => (
                visit(station, class).wait_secs,
                visit(station, class).starts as i64,
            ),
            Quantity::WaitedAtLeast { station, class, secs } => {
                let v = visit(station, class);
                let buckets = v.waits.counts().iter().enumerate();
                let beyond = buckets.filter(|&(b, _)| super::LogHistogram::bounds(b).0 >= secs);
                (beyond.map(|(_, &count)| count as i64).sum(), v.starts as i64)
            }
            Quantity::MeanSojourn { class } => (
                measures.classes[class].sojourn_secs,
                measures.classes[class].departures as i64,
            ),
            Quantity::InNetwork { class } => (measures.classes[class].present_secs, window),
            Quantity::QueueLength { station: s } => (station(s).servers.queue_secs, window),
            Quantity::Present { station: s } => (station(s).present_secs, window),
            Quantity::Utilisation { station: s } => {
                (station(s).servers.busy_secs, station(s).servers.on_duty_secs)
            }
            Quantity::Blocked { station: s } => {
                (station(s).servers.blocked_secs, station(s).servers.on_duty_secs)
            }
            Quantity::LostShare { station, class } => {
                let v = visit(station, class);
                (v.lost as i64, (v.lost + v.arrivals) as i64)
            }
            Quantity::RenegedShare { station, class } => (
                visit(station, class).reneged as i64,
                visit(station, class).arrivals as i64,
            ),
            Quantity::Throughput { station: s } => {
                let completions: u64 = station(s).visits.iter().map(|v| v.completions).sum();
                (completions as i64 * 3_600, window)
            }
        }
    }

    /// What whole seconds may do to it: a second to a time (each arrival and completion is rounded to the nearest
    /// second, and those of one second count as simultaneous), and as much, in hours, to what is a number or a
    /// share (service and gaps in the suite have means of the order of an hour).
    fn rounding(self) -> f64 {
        match self {
            Quantity::MeanWait { .. } | Quantity::MeanSojourn { .. } => 1.0,
            _ => 1.0 / 3_600.0,
        }
    }
}

impl Case {
    /// Runs the replications and compares. The draws depend on `seed` only.
    pub fn run(&self, seed: u64) -> Vec<Check> {
        let runs: Vec<Measures> = (0..self.replications)
            .map(|r| simulate(&self.network, Draws::new(seed, r)))
            .collect();
        let check = |&(quantity, theory): &(Quantity, f64)| {
            let pairs: Vec<(i64, i64)> = runs.iter().map(|run| quantity.of(run)).collect();
            let (simulated, standard_error) = pooled(&pairs);
            Check {
                quantity,
                theory,
                simulated,
                standard_error,
                rounding: quantity.rounding(),
            }
        };
        self.expected.iter().map(check).collect()
    }
}

/// The ratio of sums and its standard error by the delta method, replications being independent.
fn pooled(pairs: &[(i64, i64)]) -> (f64, f64) {
    let n = pairs.len() as f64;
    let (above, below) = pairs
        .iter()
        .fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let ratio = above as f64 / below as f64;
    let residual = |&(above, below): &(i64, i64)| above as f64 - ratio * below as f64;
    let squares: f64 = pairs.iter().map(|pair| residual(pair) * residual(pair)).sum();
    (ratio, (squares * n / (n - 1.0)).sqrt() / below as f64)
}
