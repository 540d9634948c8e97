//! Independent evaluations of a method shared out over threads.

use crate::methods::each::Each;
use rayon::ThreadPool;
use rayon::prelude::*;

/// So many threads.
#[derive(Debug)]
pub struct Threads(ThreadPool);

impl Threads {
    /// Starts them.
    ///
    /// # Errors
    /// They could not be started.
    pub fn new(threads: usize) -> Result<Threads, String> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .build();
        pool.map(Threads)
            .map_err(|e| format!("the threads could not be started: {e}"))
    }

    /// Does `work` for 0..n and gives the answers in order.
    pub fn map<T: Send>(&self, n: usize, work: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
        self.0.install(|| (0..n).into_par_iter().map(work).collect())
    }
}

impl Each for Threads {
    fn each(&self, n: usize, f: &(dyn Fn(usize) -> Vec<f64> + Sync)) -> Vec<Vec<f64>> {
        self.map(n, f)
    }
}
