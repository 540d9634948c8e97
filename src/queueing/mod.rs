//! Plain queueing networks on the kernel (`kind = "queueing"`).
//!
//! [`simulate`] runs one replication of a [`Network`] and gives [`Measures`], integers only. It serves
//! verification (every formula of queueing theory that applies is a test), benchmarks and comparison with
//! other engines.

pub mod benchmark;
mod check;
mod choice;
mod histogram;
mod measures;
mod network;
mod simulate;
mod stationary;
pub mod theory;
#[cfg(test)]
mod tests;

pub use check::Problem;
pub use histogram::LogHistogram;
pub use measures::{ClassMeasures, Measures, StationMeasures, VisitMeasures};
pub use network::{Class, Discipline, Initial, Network, Station, Stop, Visit, WhenFull};
pub use simulate::simulate;
