//! Which systems no other system beats on every outcome, with a stated confidence; pairs that cannot be told apart are said to be so.
//!
//! System j **dominates** i if it is worse on no outcome by more than that outcome's margin (its indifference zone, 0 unless
//! given) and better on at least one by more than the margin. The Pareto set is what no other system dominates.
//!
//! For every unordered pair and outcome the paired difference over the replications both have gets a Student t interval. At one look with
//! error α the k(k-1)/2 · q intervals hold together with probability at least 1 - α (Bonferroni; no independence is needed, so common random
//! numbers are welcome), and the looks share α as [`super::looks`] says. While all hold:
//!
//! - j is shown to dominate i if every interval of j's advantage lies above minus the margin, and at least one above the margin
//!   (with a margin of 0 all must lie above 0: equality cannot be proved by sampling, not even by outcomes
//!   that agree in every replication);
//! - j is shown not to dominate i if on some outcome the interval of i's advantage lies above the margin, or on none
//!   j's can.
//!
//! A difference that is the same in every replication has no interval and shows nothing: rare events may still tell the two apart.
//!
//! So every statement of the answer (i is dominated by j; i is in the Pareto set; undecided) is right with probability at least 1 - α, all of them together.

use super::looks::Looks;
use super::systems::{Level, Systems};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// For each outcome, its place in what [`Systems::observe`] gives, whether larger is better, and its margin (at least 0).
    pub outcomes: Vec<(usize, bool, f64)>,
    /// Allowed probability that any statement is wrong.
    pub alpha: f64,
    /// When to look.
    pub looks: Looks,
}

/// What is known of "j dominates i".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The replications do not say.
    Undecided,
}

/// What is known of one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// No system dominates it.
    Efficient,
    /// This one dominates it.
    Dominated(usize),
    /// None is shown to dominate it, and these may.
    Undecided(Vec<usize>),
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Front {
    /// Each system.
    pub places: Vec<Place>,
    /// Each system's level of each outcome asked; `None` where it has no value.
    pub levels: Vec<Vec<Option<Level>>>,
    /// Replications of each system.
    pub replications: Vec<u64>,
    /// Replications of all systems together.
    pub spent: u64,
    /// Error of one interval at the last look: a level of 1 minus this.
    pub each: f64,
    /// Outcomes (by their places in what was asked) on which some pair differs by the same in all replications both have.
    pub agreeing: Vec<usize>,
}

impl Front {
    /// Whether every system has its place.
    pub fn decided(&self) -> bool {
        !self.places.iter().any(|p| matches!(p, Place::Undecided(_)))
    }
}

/// Whether j dominates i by intervals of error `each` and signed series (larger is better) by outcome.
fn dominates(j: &[&Vec<f64>], i: &[&Vec<f64>], margins: &[f64], each: f64) -> Known {
    let (mut all_as_good, mut some_better, mut could_be_better) = (true, false, false);
    for ((j, i), &margin) in j.iter().zip(i).zip(margins) {
        let advantage = Level::of_difference(j, i);
        let open = (f64::NEG_INFINITY, f64::INFINITY);
        let (low, high) = advantage.interval(each).unwrap_or(open);
        if high < -margin {
            return Known::No;
        }
        all_as_good &= if margin > 0.0 { low >= -margin } else { low > 0.0 };
        some_better |= low > margin;
        could_be_better |= high > margin;
    }
    match (all_as_good && some_better, could_be_better) {
        (true, _) => Known::Yes,
        (false, false) => Known::No,
        (false, true) => Known::Undecided,
    }
}

/// Finds the Pareto set of `k` systems.
///
/// # Errors
/// What `systems` gives.
pub fn front<S: Systems>(systems: &mut S, k: usize, ask: &Ask) -> Result<Front, S::Error> {
    let (at, shares) = (ask.looks.at(), ask.looks.shares());
    let intervals = (k * k.saturating_sub(1) / 2 * ask.outcomes.len()).max(1) as f64;
    let margins: Vec<f64> = ask.outcomes.iter().map(|o| o.2).collect();
    // What a look has shown stays shown: each look's statements are covered by its own share of the error.
    let mut known = vec![Known::Undecided; k * k];
    let mut n = vec![0; k];
    let mut series: Vec<Vec<Option<Vec<f64>>>> = vec![Vec::new(); k];
    let mut each = ask.alpha;
    for (look, &r) in at.iter().enumerate() {
        each = ask.alpha * shares[look] / intervals;
        let open = |known: &[Known], i: usize| matches!(place(known, k, i), Place::Undecided(_));
        // A system is run further while its own place, or one that depends on it, is open.
        let needed: Vec<usize> = (0..k)
            .filter(|&i| {
                look == 0
                    || (0..k).any(|l| {
                        (open(&known, l) && known[i * k + l] == Known::Undecided && i != l)
                            || (open(&known, i) && known[l * k + i] == Known::Undecided && i != l)
                    })
            })
            .collect();
        if needed.is_empty() {
            break;
        }
        let asked: Vec<(usize, u64)> = needed.iter().map(|&i| (i, r)).collect();
        systems.ensure(&asked)?;
        for &i in &needed {
            let all = systems.observe(i, r)?;
            n[i] = r;
            series[i] = ask
                .outcomes
                .iter()
                .map(|&(o, larger, _)| {
                    let sign = if larger { 1.0 } else { -1.0 };
                    all[o].as_ref().map(|xs| xs.iter().map(|x| sign * x).collect())
                })
                .collect();
        }
        let whole: Vec<Option<Vec<&Vec<f64>>>> = series
            .iter()
            .map(|s| s.iter().map(|x| x.as_ref()).collect())
            .collect();
        for i in 0..k {
            for j in (0..k).filter(|&j| j != i) {
                let both_new = n[i] == r && n[j] == r;
                if let (Known::Undecided, true, Some(a), Some(b)) =
                    (known[j * k + i], both_new, &whole[j], &whole[i])
                {
                    known[j * k + i] = dominates(a, b, &margins, each);
                }
            }
        }
    }
    let same = |o: usize, i: usize, j: usize| {
        let (a, b) = (series[i][o].as_ref(), series[j][o].as_ref());
        a.zip(b).is_some_and(|(a, b)| Level::of_difference(a, b).agrees())
    };
    let agreeing: Vec<usize> = (0..ask.outcomes.len())
        .filter(|&o| (0..k).any(|i| (0..i).any(|j| same(o, i, j))))
        .collect();
    let levels = series.iter().map(|s| {
        let turned = s.iter().zip(&ask.outcomes).map(|(xs, &(_, larger, _))| {
            xs.as_ref().map(|xs| {
                let level = Level::of(xs);
                let mean = if larger { level.mean } else { -level.mean };
                Level { mean, ..level }
            })
        });
        turned.collect()
    });
    Ok(Front {
        places: (0..k).map(|i| place(&known, k, i)).collect(),
        levels: levels.collect(),
        spent: n.iter().sum(),
        replications: n,
        each,
        agreeing,
    })
}

/// `known[j * k + i]`: whether j dominates i.
fn place(known: &[Known], k: usize, i: usize) -> Place {
    let by = |what: Known| (0..k).filter(move |&j| j != i && known[j * k + i] == what);
    if let Some(j) = by(Known::Yes).next() {
        return Place::Dominated(j);
    }
    match by(Known::Undecided).collect::<Vec<_>>() {
        open if open.is_empty() => Place::Efficient,
        open => Place::Undecided(open),
    }
}
