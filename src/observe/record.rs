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

    /// How many replications each of them stands for: more than one where several are one unit of inference.
    fn each(&self) -> u64 {
        1
    }

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

/// Records added up by so many, in order: the units of inference where replications are not independent one by one
/// (antithetic pairs). Those at the end that fill no unit are left aside.
#[derive(Debug)]
pub struct Units<'r, R> {
    records: &'r mut R,
    each: u64,
}

impl<'r, R: Records> Units<'r, R> {
    /// Units of `each` (at least 1) replications.
    pub fn new(records: &'r mut R, each: u64) -> Units<'r, R> {
        let each = each.max(1);
        Units { records, each }
    }
}

impl<R: Records> Records for Units<'_, R> {
    type Error = R::Error;

    fn count(&self) -> u64 {
        self.records.count() / self.each
    }

    fn each(&self) -> u64 {
        self.each
    }

    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), R::Error> {
        if self.each == 1 {
            return self.records.visit(f);
        }
        let (each, mut unit, mut number) = (self.each, Vec::new(), 0);
        let mut held = 0;
        self.records.visit(&mut |record| {
            match held {
                0 => unit.clone_from(&record.values),
                // A record of another plan keeps its length, by which it is known.
                _ if unit.len() != record.values.len() => unit.clone_from(&record.values),
                _ => (unit.iter_mut())
                    .zip(&record.values)
                    .for_each(|(sum, x)| *sum = sum.saturating_add(*x)),
            }
            held += 1;
            if held == each {
                let values = std::mem::take(&mut unit);
                let whole = Record {
                    replication: number,
                    values,
                };
                f(&whole);
                unit = whole.values;
                number += 1;
                held = 0;
            }
        })
    }
}
