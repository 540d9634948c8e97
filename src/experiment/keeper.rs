//! Where finished records go, and how they are read again in order.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::observe::{Record, Records};

/// A place that keeps finished records. They may arrive in any order.
pub trait Keeper {
    /// What can go wrong.
    type Error;

    /// Whether the replication is kept already (a resumed run computes only what is missing).
    fn has(&self, replication: u64) -> bool;

    /// Keeps a finished record; once this returns, the record survives a kill of the program.
    ///
    /// # Errors
    /// The place is full, gone or forbidden. Records kept before stay kept.
    fn keep(&mut self, record: &Record) -> Result<(), Self::Error>;

    /// The largest k such that replications 0..k are all kept.
    fn prefix(&self) -> u64;

    /// Hands over records 0..n in order, with n at most [`Keeper::prefix`].
    ///
    /// # Errors
    /// The place cannot be read.
    fn visit(&mut self, n: u64, f: &mut dyn FnMut(&Record)) -> Result<(), Self::Error>;
}

/// The first `n` records of a keeper, to be read as often as wanted.
#[derive(Debug)]
pub struct Prefix<'k, K: ?Sized> {
    keeper: &'k mut K,
    n: u64,
}

impl<'k, K: Keeper + ?Sized> Prefix<'k, K> {
    /// The first `n` records, or fewer where fewer are kept without a gap.
    pub fn new(keeper: &'k mut K, n: u64) -> Prefix<'k, K> {
        let n = n.min(keeper.prefix());
        Prefix { keeper, n }
    }
}

impl<K: Keeper + ?Sized> Records for Prefix<'_, K> {
    type Error = K::Error;

    fn count(&self) -> u64 {
        self.n
    }

    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), K::Error> {
        self.keeper.visit(self.n, f)
    }
}

/// Records in memory: for tests and short experiments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    records: BTreeMap<u64, Record>,
    prefix: u64,
}

impl Keeper for Memory {
    type Error = Infallible;

    fn has(&self, replication: u64) -> bool {
        self.records.contains_key(&replication)
    }

    fn keep(&mut self, record: &Record) -> Result<(), Infallible> {
        self.records
            .entry(record.replication)
            .or_insert_with(|| record.clone());
        while self.records.contains_key(&self.prefix) {
            self.prefix += 1;
        }
        Ok(())
    }

    fn prefix(&self) -> u64 {
        self.prefix
    }

    fn visit(&mut self, n: u64, f: &mut dyn FnMut(&Record)) -> Result<(), Infallible> {
        self.records.range(..n).for_each(|(_, record)| f(record));
        Ok(())
    }
}
