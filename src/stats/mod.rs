//! Pure accumulators, intervals and tests; one `Estimate` type.
//!
//! The unit of inference is the replication, never the person: people of one replication meet in the same
//! queues. Everything is computed with `+ - * /`, `sqrt` and `libm`, in the order of the replications, so
//! that a result has the same bits on every machine.

pub mod distributions;
pub mod estimate;
pub mod holm;
pub mod incidence;
pub mod inequality;
pub mod jackknife;
pub mod ratio;

pub use distributions::{Critical, normal_quantile, student_t_critical, student_t_two_sided_p};
pub use estimate::{Estimate, Missing};
pub use holm::holm;
pub use incidence::{Curve, ExactCurve};
pub use inequality::slope_index;
pub use jackknife::{Jackknife, Moments, Paired, PairedJackknife};

/// Confidence level of every interval shown.
pub const LEVEL: f64 = 0.95;

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;
