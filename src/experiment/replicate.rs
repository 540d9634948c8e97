//! Running the missing replications of a plan on a pool of threads.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use super::estimates::{EstimateError, estimate_in};
use super::keeper::{Keeper, Prefix};
use super::look_ahead::look_ahead;
use super::progress::Progress;
use super::shard::Shard;
use super::stopping::{Count, Look, Rule};
use crate::base::effort::Endless;
use crate::observe::{Catalogue, Record, Units};

/// What to run and on how many threads.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// How many replications.
    pub count: Count,
    /// Only this part of them.
    pub shard: Option<Shard>,
    /// Threads; at least 1.
    pub threads: usize,
    /// Set (by Ctrl-C) to begin no further replication.
    pub stop: &'a AtomicBool,
    /// Replications that make one unit of inference: 2 for antithetic pairs, else 1.
    pub each: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    /// All replications asked for are done.
    Complete,
    /// `auto` reached its target.
    Precise(Look),
    /// `auto` reached its cap before its target.
    Capped(Look),
    /// It was told to stop.
    Interrupted,
}

/// A run that ended without an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// Replications to report: 0..n without a gap, whatever finished beyond (of a shard: how many it has).
    pub replications: u64,
    /// How it ended.
    pub how: How,
}

/// A run that could not go on. What was finished is kept.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure<E> {
    /// A replication panicked: a defect of the program, reproducible by its number and the seed.
    Panicked {
        /// Which.
        replication: u64,
        /// The panic's message.
        message: String,
    },
    /// A replication in which the clock stood still: its scenario has a loop in which nothing takes time.
    Endless {
        /// Which.
        replication: u64,
        /// Where.
        endless: Endless,
    },
    /// A record could not be kept or read again.
    Keep(E),
    /// Kept records do not fit the plan.
    Estimate(EstimateError<E>),
    /// `auto` with a shard: no shard can see the whole precision.
    AutoWithShard,
    /// The threads could not be started.
    Threads(String),
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Panicked { replication, message } => {
                write!(f, "replication {replication} failed: {message}")
            }
            Failure::Endless { replication, endless } => write!(f, "replication {replication}: {endless}"),
            Failure::Keep(e) => write!(f, "{e}"),
            Failure::Estimate(e) => write!(f, "{e}"),
            Failure::AutoWithShard => write!(
                f,
                "a shard cannot decide by itself how many replications are enough: \
                 give their number instead of `auto`"
            ),
            Failure::Threads(e) => write!(f, "the threads could not be started: {e}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Failure<E> {}

/// Computes the replications that `keeper` lacks by calling `work`, and keeps each as it finishes.
///
/// `work` must depend on the replication number alone. Records travel to the calling thread, which alone
/// touches `keeper` and `progress`; at most twice as many replications as threads are under way, so memory does not
/// grow with their number.
///
/// # Errors
/// See [`Failure`]; replications under way are waited for and kept first.
pub fn run<K: Keeper>(
    plan: &Plan<'_>,
    catalogue: &Catalogue,
    work: &(dyn Fn(u64) -> Record + Sync),
    keeper: &mut K,
    progress: &mut dyn Progress,
) -> Result<Finished, Failure<K::Error>> {
    let mut team = Team::new(plan.threads, plan.stop, work, progress)?;
    let values = catalogue.layout().len();
    match (&plan.count, plan.shard) {
        (Count::Auto(_), Some(_)) => Err(Failure::AutoWithShard),
        (Count::Fixed(n), Some(shard)) => {
            let all = shard.count(*n);
            team.batch(all, values, || shard.replications(*n), keeper)?;
            let kept = shard.replications(*n).take_while(|&r| keeper.has(r)).count() as u64;
            let how = if kept == all {
                How::Complete
            } else {
                How::Interrupted
            };
            Ok(Finished {
                replications: kept,
                how,
            })
        }
        (Count::Fixed(n), None) => {
            team.batch(*n, values, || 0..*n, keeper)?;
            let replications = keeper.prefix().min(*n);
            let how = if replications == *n {
                How::Complete
            } else {
                How::Interrupted
            };
            Ok(Finished { replications, how })
        }
        (Count::Auto(auto), None) if auto.rule == Rule::LookAhead => {
            look_ahead(&mut team, auto, catalogue, keeper)
        }
        (Count::Auto(auto), None) => {
            let mut n = 0;
            loop {
                n = auto.next_look(n);
                team.batch(n, values, || 0..n, keeper)?;
                let replications = keeper.prefix().min(n);
                if replications < n {
                    return Ok(Finished {
                        replications,
                        how: How::Interrupted,
                    });
                }
                let mut prefix = Prefix::new(keeper, n);
                let mut units = Units::new(&mut prefix, plan.each);
                let found = estimate_in(catalogue, &auto.scope(), &mut units);
                let look = auto.look(&found.map_err(Failure::Estimate)?);
                team.progress.looked(&look);
                let how = match (look.reached, n >= auto.cap) {
                    (true, _) => How::Precise(look),
                    (false, true) => How::Capped(look),
                    (false, false) => continue,
                };
                return Ok(Finished { replications, how });
            }
        }
    }
}

pub(super) struct Team<'a> {
    pool: rayon::ThreadPool,
    pub(super) threads: usize,
    stop: &'a AtomicBool,
    work: &'a (dyn Fn(u64) -> Record + Sync),
    pub(super) progress: &'a mut dyn Progress,
}

/// What a worker sends back.
enum Message {
    Done(Record),
    /// The stop flag was up before it began.
    Skipped,
    Panicked(u64, String),
    Endless(u64, Endless),
}

impl<'a> Team<'a> {
    /// So many threads that do `work`.
    pub(super) fn new<E>(
        threads: usize,
        stop: &'a AtomicBool,
        work: &'a (dyn Fn(u64) -> Record + Sync),
        progress: &'a mut dyn Progress,
    ) -> Result<Team<'a>, Failure<E>> {
        let threads = threads.max(1);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("replications-{i}"))
            .build()
            .map_err(|e| Failure::Threads(e.to_string()))?;
        Ok(Team {
            pool,
            threads,
            stop,
            work,
            progress,
        })
    }

    /// Computes what is missing of `wanted()`, of which there are `count`.
    pub(super) fn batch<K: Keeper, I: Iterator<Item = u64>>(
        &mut self,
        count: u64,
        values: usize,
        wanted: impl Fn() -> I,
        keeper: &mut K,
    ) -> Result<(), Failure<K::Error>> {
        let mut done = wanted().filter(|&r| keeper.has(r)).count() as u64;
        self.progress.begin(count, done);
        let mut todo = wanted();
        let (stop, work, progress) = (self.stop, self.work, &mut *self.progress);
        let (send, receive) = mpsc::channel();
        let most = 2 * self.threads;
        let mut failure: Option<Failure<K::Error>> = None;
        self.pool.in_place_scope(|scope| {
            let mut under_way = 0;
            loop {
                while under_way < most && failure.is_none() && !stop.load(Ordering::Relaxed) {
                    let Some(replication) = todo.find(|&r| !keeper.has(r)) else {
                        break;
                    };
                    let send = send.clone();
                    scope.spawn(move |_| {
                        // A closed channel means that the run is over; there is nobody left to tell.
                        let _ = send.send(attempt(replication, values, stop, work));
                    });
                    under_way += 1;
                }
                if under_way == 0 {
                    break;
                }
                let Ok(message) = receive.recv() else { break };
                under_way -= 1;
                match message {
                    Message::Skipped => {}
                    Message::Panicked(replication, message) => {
                        failure = failure
                            .take()
                            .or(Some(Failure::Panicked { replication, message }));
                    }
                    Message::Endless(replication, endless) => {
                        failure = failure.take().or(Some(Failure::Endless { replication, endless }));
                    }
                    // Once keeping has failed, it is not tried again: the disk is full or gone.
                    Message::Done(_) if matches!(failure, Some(Failure::Keep(_))) => {}
                    Message::Done(record) => match keeper.keep(&record) {
                        Ok(()) => {
                            done += 1;
                            progress.finished(done);
                        }
                        Err(e) => failure = Some(Failure::Keep(e)),
                    },
                }
            }
        });
        failure.map_or(Ok(()), Err)
    }
}

fn attempt(
    replication: u64,
    values: usize,
    stop: &AtomicBool,
    work: &(dyn Fn(u64) -> Record + Sync),
) -> Message {
    if stop.load(Ordering::Relaxed) {
        return Message::Skipped;
    }
    match catch_unwind(AssertUnwindSafe(|| work(replication))) {
        Ok(record) if record.replication == replication && record.values.len() == values => {
            Message::Done(record)
        }
        Ok(record) => Message::Panicked(
            replication,
            format!(
                "it gave a record of replication {} with {} values instead of {values}",
                record.replication,
                record.values.len()
            ),
        ),
        Err(payload) => {
            if let Some(endless) = payload.downcast_ref::<Endless>() {
                return Message::Endless(replication, *endless);
            }
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or(payload.downcast_ref::<&str>().copied());
            Message::Panicked(
                replication,
                text.unwrap_or("a panic without a message").to_string(),
            )
        }
    }
}
