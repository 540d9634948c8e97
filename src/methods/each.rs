//! The place where independent evaluations may be shared out: one after the other here, on several threads elsewhere.

/// Evaluates a function at `0..n`; the results are in that order whatever was evaluated when.
pub trait Each: Sync {
    /// `[f(0), f(1), …, f(n - 1)]`.
    fn each(&self, n: usize, f: &(dyn Fn(usize) -> Vec<f64> + Sync)) -> Vec<Vec<f64>>;
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct InTurn;

impl Each for InTurn {
    fn each(&self, n: usize, f: &(dyn Fn(usize) -> Vec<f64> + Sync)) -> Vec<Vec<f64>> {
        (0..n).map(f).collect()
    }
}
