//! Fully sequential selection of the best with an indifference zone: procedures KN and KN++.
//!
//! Systems are replicated together; after each stage every system that another one has left clearly behind is dropped. With
//! k systems, confidence 1 - α, indifference δ, first stage n0 and larger means better, system i is kept while for every other system l still in
//!
//! `X̄_i(r) >= X̄_l(r) - W_il(r)`,  `W_il(r) = max(0, δ/2r (h² S²_il / δ² - r))`,
//!
//! with `S²_il` the sample variance of the paired differences, `h² = 2 η d` and `η = ((2β)^(-2/d) - 1) / 2`, which solves
//! `(1 + 2η)^(-d/2) / 2 = β` (the constant c of the papers is 1: a triangular region, which the authors recommend). When only one is left, or r exceeds every
//! `h² S²_il / δ²`, the largest mean is selected.
//!
//! - **KN** (S.-H. Kim and B. L. Nelson, ACM Transactions on Modeling and Computer Simulation 11 (2001) 251-273):
//!   `S²_il` and d = n0 - 1 from the first stage. For independent replications that are jointly normal across systems,
//!   P(the best is selected) >= 1 - α whenever every other system is worse by at least δ, for any n0 >= 2, any
//!   variances, and **under common random numbers**: with β = α/(k-1) the proof goes pair by pair over the differences, adds the pairs
//!   by Bonferroni, and needs no independence of systems. This is the default here: replications are independent and systems share
//!   their random numbers.
//! - **KN++** (S.-H. Kim and B. L. Nelson, Operations Research 54 (2006) 475-488): `S²_il(r)` and d = r - 1
//!   are brought up to date at every stage. Made for steady-state output, and valid only as δ → 0 (then r grows without bound); it needs fewer
//!   replications because it does not live with a poor first variance. With β = α/(k-1) its limit argument, too, is
//!   pair by pair.
//!
//! Both papers look after every replication. Here a stage may be several (`step`): a Brownian motion seen at fewer times crosses
//! the wrong boundary first no more often (the lemma of Jennison, Johnstone and Turnbull that KN's proof uses), so the
//! promise stands and only a few more replications are spent.
//!
//! A pair whose differences are the same in all replications has `S²_il = 0`, which would decide at once. But it shows no variation, not
//! that there is none (rare events), so such a pair neither drops a system nor lets the procedure end: it is looked at
//! again with more replications, and its variance taken, with that many degrees of freedom, where one first shows. If none does,
//! the budget ends the run and nothing is selected.
//!
//! What is **not** promised: that the selected system is within δ of the best when several lie closer than δ together (no
//! proof of that is known for KN), nor anything if the budget ends first; then the survivors are named.

use super::systems::{Level, Systems, mean_variance, paired};

/// Which variance a procedure goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variance {
    /// That of the first stage: KN, a guarantee at every sample size.
    FirstStage,
    /// Of all replications so far: KN++, an asymptotic guarantee.
    Updated,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selection {
    /// KN or KN++.
    pub variance: Variance,
    /// Indifference zone, in the outcome's unit: differences below it do not matter. Positive.
    pub indifference: f64,
    /// Allowed probability of a wrong selection, strictly between 0 and 1/2.
    pub alpha: f64,
    /// Replications of each system before the first look; at least 2.
    pub first: u64,
    /// Replications between looks; at least 1.
    pub step: u64,
    /// Most replications of all systems together.
    pub budget: u64,
    /// Whether larger is better.
    pub larger: bool,
    /// The outcome's place in what [`Systems::observe`] gives.
    pub outcome: usize,
}

/// What became of one system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Its mean over the replications it had, if it has one.
    pub level: Option<Level>,
    /// Replications it had.
    pub n: u64,
    /// Replications at which it was dropped, and the system it had fallen behind; `None` while it is in.
    pub dropped: Option<(u64, usize)>,
    /// Its mean minus the selected one's over the replications both had.
    pub behind: Option<Level>,
}

/// How a selection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Only one was left.
    OneLeft,
    /// The end of the continuation region was reached: the largest mean of those left is selected.
    Followed,
    /// The budget was spent first: there is no promise.
    Budget,
    /// An outcome has no value in some system: systems cannot be ranked by it.
    NoValue(usize),
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// The best system, or the one ahead; the first of several with equal means. `None` if an outcome has no value.
    pub best: Option<usize>,
    /// How it ended.
    pub ending: Ending,
    /// Each system.
    pub systems: Vec<Course>,
    /// Systems still in at the end.
    pub left: Vec<usize>,
    /// Replications of all systems together.
    pub spent: u64,
}

/// The constant h² = 2 η d for β per pair and d degrees of freedom.
pub fn h_squared(beta: f64, degrees: u64) -> f64 {
    let d = degrees.max(1) as f64;
    d * (libm::pow(2.0 * beta, -2.0 / d) - 1.0)
}

/// Half-width of the continuation region for mean differences at r replications.
fn allowance(delta: f64, h2_s2: f64, r: u64) -> f64 {
    let r = r as f64;
    (delta / (2.0 * r) * (h2_s2 / (delta * delta) - r)).max(0.0)
}

/// Selects the best of `k` systems.
///
/// # Errors
/// What `systems` gives.
pub fn select<S: Systems>(systems: &mut S, k: usize, ask: &Selection) -> Result<Selected, S::Error> {
    let first = ask.first.max(2);
    let beta = ask.alpha / (k.max(2) - 1) as f64;
    let sign = if ask.larger { 1.0 } else { -1.0 };
    let mut series: Vec<Vec<f64>> = vec![Vec::new(); k];
    let mut dropped: Vec<Option<(u64, usize)>> = vec![None; k];
    let mut left: Vec<usize> = (0..k).collect();
    // h² S² of each pair by the first stage, or by the first look at which it varies.
    let mut fixed: Vec<f64> = Vec::new();
    let mut n = first;
    let mut ending = Ending::OneLeft;
    loop {
        let spent: u64 = series.iter().map(|s| s.len() as u64).sum();
        let had = series[left[0]].len() as u64;
        let each = ask.budget.saturating_sub(spent) / left.len() as u64;
        // The first stage is always run whole; of a later one, as much as there is room for.
        if had > 0 && n - had > each {
            if each == 0 {
                ending = Ending::Budget;
                break;
            }
            n = had + each;
        }
        let asked: Vec<(usize, u64)> = left.iter().map(|&i| (i, n)).collect();
        systems.ensure(&asked)?;
        let mut missing = None;
        for &i in &left {
            match systems.observe(i, n)?.swap_remove(ask.outcome) {
                Some(xs) => series[i] = xs.iter().map(|x| sign * x).collect(),
                None => missing = missing.or(Some(i)),
            }
        }
        if let Some(i) = missing {
            ending = Ending::NoValue(i);
            break;
        }
        let spread = |i: usize, l: usize| paired(&series[i], &series[l]).1;
        let h2 = h_squared(beta, n - 1);
        fixed.resize(k * k, 0.0);
        for &i in &left {
            for &l in left.iter().filter(|&&l| l < i) {
                if fixed[i * k + l] <= 0.0 {
                    fixed[i * k + l] = h2 * spread(i, l);
                    fixed[l * k + i] = fixed[i * k + l];
                }
            }
        }
        let reach = |i: usize, l: usize| match ask.variance {
            Variance::FirstStage => fixed[i * k + l],
            Variance::Updated => h2 * spread(i, l),
        };
        let means: Vec<f64> = series.iter().map(|xs| mean_variance(xs).0).collect();
        // All comparisons are among those in at the beginning of the stage.
        let mut out: Vec<(usize, usize)> = Vec::new();
        let mut most = 0.0_f64;
        let mut unvarying: Vec<(usize, usize)> = Vec::new();
        for &i in &left {
            let mut worst: Option<(f64, usize)> = None;
            for &l in left.iter().filter(|&&l| l != i) {
                let reach = reach(i, l);
                if reach <= 0.0 {
                    unvarying.push((i, l));
                    continue;
                }
                most = most.max(reach / (ask.indifference * ask.indifference));
                let lead = means[l] - means[i] - allowance(ask.indifference, reach, n);
                if lead > 0.0 && worst.is_none_or(|w| lead > w.0) {
                    worst = Some((lead, l));
                }
            }
            out.extend(worst.map(|(_, l)| (i, l)));
        }
        for &(i, l) in &out {
            dropped[i] = Some((n, l));
        }
        left.retain(|&i| dropped[i].is_none());
        if left.len() <= 1 {
            break;
        }
        unvarying.retain(|(i, l)| left.contains(i) && left.contains(l));
        if n as f64 > most && unvarying.is_empty() {
            ending = Ending::Followed;
            break;
        }
        n += ask.step.max(1);
    }
    let level = |i: usize| Level::of(&series[i]);
    let best = match ending {
        Ending::NoValue(_) => None,
        _ => left
            .iter()
            .copied()
            .reduce(|a, b| if level(b).mean > level(a).mean { b } else { a }),
    };
    let turn = |l: Level| Level {
        mean: sign * l.mean,
        ..l
    };
    let courses = (0..k).map(|i| Course {
        level: (!series[i].is_empty()).then(|| turn(level(i))),
        n: series[i].len() as u64,
        dropped: dropped[i],
        behind: best
            .filter(|&b| b != i)
            .map(|b| turn(Level::of_difference(&series[i], &series[b]))),
    });
    let systems: Vec<Course> = courses.collect();
    Ok(Selected {
        best,
        ending,
        spent: systems.iter().map(|c| c.n).sum(),
        systems,
        left,
    })
}
