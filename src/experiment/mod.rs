//! Replications, pairs of arms, precision: the only room with threads.
//!
//! [`run`] computes the missing replications in parallel and hands each finished record to a [`Keeper`];
//! [`estimate`] turns kept records into estimates with intervals, the same bits whoever computed them and in
//! whatever order they finished.

pub mod each;
pub mod estimates;
pub mod formula;
pub mod keeper;
mod look_ahead;
pub mod progress;
pub mod replicate;
pub mod shard;
pub mod stopping;
pub mod study;
pub mod tidy;
pub mod variance;

pub use each::Threads;
pub use estimates::{
    EstimateError, Estimates, PairRow, Pairs, Row, Scope, estimate, estimate_in, estimate_pairs, versus_first,
};
pub use keeper::{Keeper, Memory, Prefix};
pub use progress::Progress;
pub use replicate::{Failure, Finished, How, Plan, run};
pub use shard::{Shard, ShardError};
pub use stopping::{Auto, Count, LOOK_EVERY, Look, Precision, Rule};
pub use study::{Observed, in_parallel, observe, run_units};
pub use tidy::{OverallRow, PairedRow, PerReplication};

#[cfg(test)]
pub(crate) mod synthetic;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_auto;
#[cfg(test)]
mod tests_edges;
#[cfg(test)]
mod tests_run;
