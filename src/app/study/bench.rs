//! Running the units of a study and observing its points.

use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::{Point, Study};
use crate::app::effort::workers;
use crate::app::{Error, Output};
use crate::experiment::{Observed, Progress, run_units};
use crate::observe::Record;
use crate::store::{Ending, Request, Store};

/// Replications of one point that are run one after another before the next point: it is compiled once for them.
const BLOCK: u64 = 8;

/// Most replications of one point.
const MOST: u64 = 1 << 32;

/// Whether all that was asked for is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It is.
    Complete,
    /// It was told to stop; what was finished is kept.
    Interrupted,
}

/// How units are numbered in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    /// By point and replication: any may be missing.
    Sparse,
    /// 0..points * replications, so that shards and a merge know what belongs to them.
    Dense { points: u64, replications: u64 },
}

impl Numbers {
    fn of(self, point: usize, replication: u64) -> u64 {
        match self {
            Numbers::Sparse => (point as u64) << 32 | replication,
            Numbers::Dense { points, replications } => {
                let begin = replication / BLOCK * BLOCK;
                let len = BLOCK.min(replications - begin);
                begin * points + point as u64 * len + (replication - begin)
            }
        }
    }

    fn unit(self, number: u64) -> (usize, u64) {
        match self {
            Numbers::Sparse => ((number >> 32) as usize, number & (MOST - 1)),
            Numbers::Dense { points, replications } => {
                let begin = number / (BLOCK * points) * BLOCK;
                let len = BLOCK.min(replications - begin);
                let within = number - begin * points;
                ((within / len) as usize, begin + within % len)
            }
        }
    }
}

/// A study with the store that keeps its units.
pub struct Bench<'a, 'l> {
    /// The study; points may be added.
    pub study: Study<'l>,
    store: Store,
    numbers: Numbers,
    threads: usize,
    memory: Option<u64>,
    stop: &'a AtomicBool,
    progress: &'a mut dyn Progress,
}

impl<'a, 'l> Bench<'a, 'l> {
    /// Opens the store: the results folder if there is to be one, with the units of an unfinished run.
    ///
    /// # Errors
    /// A folder that may not be written; a shard (what is run next depends on what was seen).
    pub fn open(
        study: Study<'l>,
        output: &Output,
        stop: &'a AtomicBool,
        progress: &'a mut dyn Progress,
    ) -> Result<Bench<'a, 'l>, Error> {
        if output.shard.is_some() {
            let why = "this cannot be shared out in shards: what is run next depends on what was seen";
            return Err(Error::Refused(why.to_string()));
        }
        Bench::with(study, output, Numbers::Sparse, stop, progress)
    }

    /// Opens the store of a study whose points and replications are all known, so that it can be shared out.
    ///
    /// # Errors
    /// A folder that may not be written.
    pub fn open_dense(
        study: Study<'l>,
        replications: u64,
        output: &Output,
        stop: &'a AtomicBool,
        progress: &'a mut dyn Progress,
    ) -> Result<Bench<'a, 'l>, Error> {
        let points = study.points().len() as u64;
        Bench::with(
            study,
            output,
            Numbers::Dense { points, replications },
            stop,
            progress,
        )
    }

    fn with(
        study: Study<'l>,
        output: &Output,
        numbers: Numbers,
        stop: &'a AtomicBool,
        progress: &'a mut dyn Progress,
    ) -> Result<Bench<'a, 'l>, Error> {
        let store = Store::open(Request {
            out: output.out.clone(),
            force: output.force,
            identity: study.identity(),
            layout: study.record_layout(),
            shard: output.shard,
        })?;
        store.spool().holds(study.record_values())?;
        Ok(Bench {
            study,
            store,
            numbers,
            threads: output.threads,
            memory: output.memory,
            stop,
            progress,
        })
    }

    /// Adds a point, or finds it among those there are.
    ///
    /// # Errors
    /// As [`Study::add`].
    pub fn add(&mut self, point: Point) -> Result<usize, Error> {
        self.study.add(point)
    }

    /// Makes sure that replications 0..n of each of these points are there, running what is missing.
    ///
    /// # Errors
    /// A unit that panicked, the machine. What was finished is kept.
    pub fn ensure(&mut self, wanted: &[(usize, u64)]) -> Result<Ran, Error> {
        let most = wanted.iter().map(|w| w.1).max().unwrap_or(0);
        let mut units = Vec::new();
        for begin in (0..most).step_by(BLOCK as usize) {
            for &(point, n) in wanted {
                units.extend((begin..n.min(begin + BLOCK)).map(|r| self.numbers.of(point, r)));
            }
        }
        self.run(&units)
    }

    /// Makes sure that these replications of these points are there (point, first replication, how many), running what is
    /// missing. Where points need luck of their own, each has replications that no other has.
    ///
    /// # Errors
    /// As [`Bench::ensure`].
    pub fn ensure_from(&mut self, wanted: &[(usize, u64, u64)]) -> Result<Ran, Error> {
        let units = (wanted.iter())
            .flat_map(|&(point, first, n)| (first..first + n).map(move |r| (point, r)))
            .map(|(point, r)| self.numbers.of(point, r));
        let units: Vec<u64> = units.collect();
        self.run(&units)
    }

    /// What is watched, at one point over replications `first..first + n`, all of which must be there.
    ///
    /// # Errors
    /// As [`Bench::observed`].
    pub fn observed_from(&mut self, point: usize, first: u64, n: u64) -> Result<Vec<Observed>, Error> {
        let records = (first..first + n).map(|r| self.store.read(self.numbers.of(point, r)));
        let records: Vec<Record> = records.collect::<Result<_, _>>()?;
        Ok(self.study.observe(&records))
    }

    /// Runs what is missing of a dense study (of this shard, if it is one).
    ///
    /// # Errors
    /// As [`Bench::ensure`].
    pub(in crate::app) fn run_dense(
        &mut self,
        shard: Option<crate::experiment::Shard>,
    ) -> Result<Ran, Error> {
        let total = self.total();
        let units: Vec<u64> = match shard {
            Some(shard) => shard.replications(total).collect(),
            None => (0..total).collect(),
        };
        self.run(&units)
    }

    /// Units of a dense study.
    pub(in crate::app) fn total(&self) -> u64 {
        match self.numbers {
            Numbers::Sparse => 0,
            Numbers::Dense { points, replications } => points * replications,
        }
    }

    fn run(&mut self, units: &[u64]) -> Result<Ran, Error> {
        let threads = workers(&self.study.effort(), self.threads, self.memory)?;
        let (study, numbers) = (&self.study, self.numbers);
        let work = |unit: u64| {
            let (point, replication) = numbers.unit(unit);
            replicate(study, point, replication, unit)
        };
        let done = run_units(
            units,
            study.kept.layout().len(),
            threads,
            self.stop,
            &work,
            &mut self.store,
            self.progress,
        )?;
        Ok(if done { Ran::Complete } else { Ran::Interrupted })
    }

    /// What is watched, at one point over replications 0..n, all of which must be there.
    ///
    /// # Errors
    /// Records that cannot be read.
    pub fn observed(&mut self, point: usize, n: u64) -> Result<Vec<Observed>, Error> {
        self.observed_from(point, 0, n)
    }

    /// The store alone, for whoever gives the records up later.
    pub(in crate::app) fn into_store(self) -> Store {
        self.store
    }

    /// Turns the study into its results folder, if there is to be one, with these files.
    ///
    /// # Errors
    /// The disk.
    pub fn finish(self, files: &[(String, Vec<u8>)], about: &Map<String, Value>) -> Result<(), Error> {
        let ending = Ending {
            replications: self.total(),
            interrupted: false,
            keep_records: false,
            run: about.clone(),
        };
        self.store.finish(&ending, |draft, _| {
            files
                .iter()
                .try_for_each(|(name, bytes)| draft.write(name, |w| w.write_all(bytes)))
        })?;
        Ok(())
    }
}

/// Point and replication of a unit of a dense study.
pub fn dense_unit(points: u64, replications: u64, number: u64) -> (usize, u64) {
    Numbers::Dense { points, replications }.unit(number)
}

/// One unit.
fn replicate(study: &Study<'_>, point: usize, replication: u64, unit: u64) -> Record {
    // Every point was read and compiled when the study was prepared, from texts that are kept in memory.
    let compiled = study
        .compiled(point)
        .unwrap_or_else(|e| panic!("point {point} can no longer be read: {e}"));
    compiled
        .reduction
        .of(&compiled.world.replicate(replication), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn dense_numbers_are_all_numbers_once_and_lead_back() {
        for (points, replications) in [(1, 1), (3, 8), (5, 21), (7, 16)] {
            let numbers = Numbers::Dense { points, replications };
            let all: BTreeSet<u64> = (0..points as usize)
                .flat_map(|p| (0..replications).map(move |r| (p, r)))
                .map(|(p, r)| {
                    let number = numbers.of(p, r);
                    assert_eq!(numbers.unit(number), (p, r));
                    number
                })
                .collect();
            assert!(all.into_iter().eq(0..points * replications));
        }
        assert_eq!(Numbers::Sparse.unit(Numbers::Sparse.of(7, 9)), (7, 9));
    }
}
