//! Running an experiment: store, replications, estimates, results folder.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::effort::workers;
use super::error::Error;
use super::experiment::Experiment;
use super::outputs::Results;
use super::uncertainty::{forget_priors, over_priors};
use crate::experiment::{Count, Finished, How, Plan, Progress, Shard, run};
use crate::store::{Ending, Request, Store, StoreError};

/// How an experiment is run and where its results go; nothing here changes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The results folder; `None` for none.
    pub out: Option<PathBuf>,
    /// Whether existing results may be replaced.
    pub force: bool,
    /// Only this part of the replications.
    pub shard: Option<Shard>,
    /// Threads; at least 1.
    pub threads: usize,
    /// Bytes of memory that all of them may hold; `None`: as many as they like.
    pub memory: Option<u64>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was finished: replications 0..n without a gap (of a shard: how many it has).
    pub finished: Finished,
    /// Results over them; `None` for a shard, and where nothing was finished.
    pub results: Option<Results>,
}

impl Done {
    /// Whether it was told to stop before the end.
    pub fn interrupted(&self) -> bool {
        self.finished.how == How::Interrupted
    }
}

/// Runs an experiment until it is done or `stop` is set, and writes its folder. `about` is asked at the end
/// for host, time and threads: what `run.json` says and no result depends on.
///
/// # Errors
/// A replication that has no room in memory, a folder that may not be written, a replication that panicked, the machine.
/// Finished replications stay beside the folder asked for, and the same command takes them up.
pub fn execute(
    e: &Experiment,
    output: &Output,
    stop: &AtomicBool,
    progress: &mut dyn Progress,
    about: &dyn Fn() -> Map<String, Value>,
) -> Result<Done, Error> {
    execute_upto(e, None, output, stop, progress, about)
}

/// As [`execute`]; with `upto` what a run gives that is told to stop after so many replications: neither is `auto` asked nor are
/// priors drawn.
///
/// # Errors
/// As [`execute`].
pub(super) fn execute_upto(
    e: &Experiment,
    upto: Option<u64>,
    output: &Output,
    stop: &AtomicBool,
    progress: &mut dyn Progress,
    about: &dyn Fn() -> Map<String, Value>,
) -> Result<Done, Error> {
    let catalogue = e.catalogue();
    if output.shard.is_some() && output.out.is_none() {
        let why = "a shard without --out would compute records and keep none of them: give it a folder";
        return Err(Error::Refused(why.to_string()));
    }
    if output.shard.is_some() && e.priors > 0 {
        let why = "a shard has part of the replications, over which no probability can be worked out: leave --priors out";
        return Err(Error::Refused(why.to_string()));
    }
    let threads = workers(&e.world.effort(), output.threads, output.memory)?;
    let opened = Store::open(Request {
        out: output.out.clone(),
        force: output.force,
        identity: e.identity(),
        layout: catalogue.layout().hash(),
        shard: output.shard,
    });
    if let (Err(StoreError::Exists(out)), 1..) = (&opened, e.priors) {
        forget_priors(out);
    }
    let mut store = opened?;
    let plan = Plan {
        count: upto.map_or(e.count.clone(), Count::Fixed),
        shard: output.shard,
        threads,
        stop,
        each: e.each(),
    };
    store.spool().holds(catalogue.layout().len())?;
    let mut finished = run(&plan, catalogue, &|r| e.world.replicate(r), &mut store, progress)?;
    // Of an interrupted run, whole units only.
    let n = finished.replications / e.each() * e.each();
    let (mut over, mut beside) = (None, None);
    if e.priors > 0 && upto.is_none() && n >= 2 && finished.how != How::Interrupted {
        match over_priors(e, &mut store, n, output, stop, progress)? {
            Some((found, store)) => (over, beside) = (Some(found), Some(store)),
            None => finished.how = How::Interrupted,
        }
    }
    let interrupted = finished.how == How::Interrupted;
    let ending = |replications| Ending {
        replications,
        interrupted,
        keep_records: false,
        run: about(),
    };
    if let (Some(_), Count::Fixed(all)) = (output.shard, &e.count) {
        store.finish(&ending(*all), |_, _| Ok(()))?;
        let results = None;
        return Ok(Done { finished, results });
    }
    if n == 0 {
        store.finish(&ending(0), |_, _| Ok(()))?;
        let results = None;
        return Ok(Done { finished, results });
    }
    let results = Results::of(e, &finished.how, &mut store.records(n), over)?;
    store.finish(&ending(n), |draft, records| results.write(draft, e, records))?;
    if let Some(beside) = beside {
        beside.discard();
    }
    let results = Some(results);
    Ok(Done { finished, results })
}
