//! Plain queueing networks on the kernel (`kind = "queueing"`).
//!
//! [`simulate`] runs one replication of a [`Network`] and gives [`Measures`], integers only; [`Networks`] records
//! several side by side and names the outcomes worked out of them. It serves
//! verification (every formula of queueing theory that applies is a test), benchmarks and comparison with
//! other engines.

pub mod benchmark;
mod catalogue;
mod check;
mod choice;
mod controls;
mod effort;
mod histogram;
mod measures;
mod network;
mod outcomes;
mod simulate;
mod stationary;
pub mod theory;
#[cfg(test)]
mod tests;

pub use catalogue::{Networks, Unlike};
pub use check::Problem;
pub use histogram::LogHistogram;
pub use measures::{ClassMeasures, Measures, StationMeasures, VisitMeasures};
pub use network::{Class, Discipline, Initial, Network, Station, Stop, Visit, WhenFull};
pub use simulate::simulate;
