//! Time bins of a waiting-time histogram.

use crate::base::{DAY, HOUR, Secs};

/// Consecutive half-open bins `[edge(b), edge(b + 1))` in seconds, the first beginning at 0.
///
/// What lasts until the last edge or longer falls in no bin: it was still waiting at the horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bins {
    edges: Vec<Secs>,
}

impl Bins {
    /// `n` bins of equal `width` seconds. `None` unless both are positive and the horizon fits.
    pub fn uniform(width: Secs, n: usize) -> Option<Bins> {
        let last = i64::try_from(n).ok()?.checked_mul(width)?;
        (width > 0 && n > 0).then(|| Bins {
            edges: (0..=last).step_by(width as usize).collect(),
        })
    }

    /// `n` bins of one day.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn days(n: u32) -> Bins {
        Bins::uniform(DAY, n as usize).expect("at least one bin")
    }

    /// `n` bins of one hour.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn hours(n: u32) -> Bins {
        Bins::uniform(HOUR, n as usize).expect("at least one bin")
    }

    /// Bins between the given edges. `None` unless they begin at 0 and rise.
    pub fn from_edges(edges: &[Secs]) -> Option<Bins> {
        let rising = edges.windows(2).all(|w| w[0] < w[1]);
        (edges.len() > 1 && edges[0] == 0 && rising).then(|| Bins {
            edges: edges.to_vec(),
        })
    }

    /// All edges, one more than bins.
    pub fn edges(&self) -> &[Secs] {
        &self.edges
    }

    /// Number of bins.
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// Never: there is at least one bin.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The last edge, in seconds.
    pub fn horizon(&self) -> Secs {
        self.edges[self.len()]
    }

    /// The bin of a duration; `None` from the horizon on. A negative duration counts as 0.
    pub fn of(&self, after: Secs) -> Option<usize> {
        let after = after.max(0);
        (after < self.horizon()).then(|| self.edges.partition_point(|&e| e <= after) - 1)
    }
}
