//! One replication's observations, and the trait through which many are read in order.

use std::convert::Infallible;

/// All that leaves a worker of one replication (all its arms): integers at the positions of a `Layout`.
///
/// Values are counts, seconds, pence or 1e-6 fixed point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Replication number, from 0.
    pub replication: u64,
    /// Values in the order of the layout.
    pub values: Vec<i64>,
}

/// Finished records that can be read, in replication order, as often as wanted.
pub trait Records {
    /// What can go wrong while reading.
    type Error;

    /// Number of records that a visit yields.
    fn count(&self) -> u64;

    /// Hands each record to `f`, replication 0 first, then 1, and so on without a gap.
    ///
    /// # Errors
    /// Whatever the place they are kept in reports; records already handed over stay handed over.
    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), Self::Error>;
}

impl Records for &[Record] {
    type Error = Infallible;

    fn count(&self) -> u64 {
        self.len() as u64
    }

    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), Infallible> {
        self.iter().for_each(f);
        Ok(())
    }
}
