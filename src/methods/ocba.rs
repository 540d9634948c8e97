//! Optimal computing budget allocation: where the next replications do most for the probability of correct selection.
//!
//! C.-H. Chen, J. Lin, E. Yücesan and S. E. Chick, Discrete Event Dynamic Systems 10 (2000) 251-270. With b the system of
//! the best mean so far, `δ_i = X̄_b - X̄_i` and standard deviations `σ_i`, the allocation that maximises a
//! lower bound of the probability of correct selection as the budget grows is
//!
//! `N_i / N_j = (σ_i/δ_i)² / (σ_j/δ_j)²` for i, j ≠ b,  `N_b = σ_b sqrt(Σ_{i≠b} N_i² / σ_i²)`.
//!
//! After a first stage each increment of the budget goes where this allocation of the whole is not yet reached.
//! The bound, by Bonferroni over the other systems with normal posteriors, is
//!
//! `APCS = 1 - Σ_{i≠b} Φ(-δ_i / s_i)`,  `s_i² = Var(X̄_b(N_b) - X̄_i(N_i))`.
//!
//! The paper's systems are independent: `s_i² = σ_b²/N_b + σ_i²/N_i`. Under common random numbers the longer series (N of `x`) contains
//! the replications of the shorter (M of `y`), so `s_i² = Var(M/N x - y)/M + (N - M)/N² σ_x²`, the first variance that of paired
//! differences over the replications both have, the second of all of x; that is used here. A difference that is the
//! same in all replications tells of no probability and counts as even odds. The allocation itself is left as in the paper, which ignores correlation.
//!
//! OCBA spends a budget well; it gives no guarantee. It stops when APCS reaches the confidence asked for, or
//! the budget is spent, and then APCS is an estimate: it takes variances for known and looks after every increment.
//! How often the selected system was the best where APCS stopped the runs is measured in the tests.

use super::selection::{Course, Ending, Selected};
use super::systems::{Level, Systems, mean_variance, paired};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allocation {
    /// Replications of each system in the first stage; at least 5 are advised.
    pub first: u64,
    /// Replications of all systems together that one increment adds; at least 1.
    pub increment: u64,
    /// Most replications of all systems together.
    pub budget: u64,
    /// Stops when the estimated probability of correct selection reaches this; above 1 to spend the whole budget.
    pub confidence: f64,
    /// Whether larger is better.
    pub larger: bool,
    /// The outcome's place in what [`Systems::observe`] gives.
    pub outcome: usize,
}

/// The answer of [`allocate`]: as of a selection, with the estimated probability that it is correct.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocated {
    /// As of any selection; `left` holds every system, for none is dropped.
    pub selected: Selected,
    /// APCS; `None` if an outcome has no value.
    pub correct: Option<f64>,
}

/// The shares of the budget of systems with these means (larger is better) and standard deviations; they sum to 1.
///
/// Systems that agree with the best count as behind it by a hundredth of the standard error that `n` replications leave, so that the
/// shares stay finite; a system without variation gets next to nothing.
pub fn shares(means: &[f64], deviations: &[f64], n: &[u64]) -> Vec<f64> {
    let b = best(means);
    let scale = deviations.iter().fold(0.0_f64, |a, &s| a.max(s));
    if means.len() < 2 || scale <= 0.0 {
        return vec![1.0 / means.len().max(1) as f64; means.len()];
    }
    let sigma = |i: usize| deviations[i].max(1e-6 * scale);
    let mut weights = vec![0.0; means.len()];
    let mut of_best = 0.0;
    for i in (0..means.len()).filter(|&i| i != b) {
        let least = 0.01
            * libm::sqrt(sigma(i) * sigma(i) / n[i].max(1) as f64 + sigma(b) * sigma(b) / n[b].max(1) as f64);
        let behind = (means[b] - means[i]).max(least);
        let ratio = sigma(i) / behind;
        weights[i] = ratio * ratio;
        of_best += weights[i] * weights[i] / (sigma(i) * sigma(i));
    }
    weights[b] = sigma(b) * libm::sqrt(of_best);
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

fn best(means: &[f64]) -> usize {
    (1..means.len()).fold(0, |b, i| if means[i] > means[b] { i } else { b })
}

/// Estimated probability that the system with the largest mean is the best (APCS), never below 0.
pub fn probability_correct(series: &[Vec<f64>]) -> f64 {
    let stats: Vec<(f64, f64)> = series.iter().map(|xs| mean_variance(xs)).collect();
    let means: Vec<f64> = stats.iter().map(|s| s.0).collect();
    let b = best(&means);
    let mut wrong = 0.0;
    for i in (0..series.len()).filter(|&i| i != b) {
        let (long, short, of_long) = match series[i].len() > series[b].len() {
            true => (&series[i], &series[b], stats[i].1),
            false => (&series[b], &series[i], stats[b].1),
        };
        // The shorter series is nested in the longer. Every term is a variance, so none can go below 0.
        let (n, m) = (long.len() as f64, short.len() as f64);
        let weighted: Vec<f64> = long.iter().map(|x| x * m / n).collect();
        let variance = paired(&weighted, short).1 / m + of_long * (n - m) / (n * n);
        let z = (means[b] - means[i]) / libm::sqrt(variance);
        // A difference that has not varied yet tells of no probability: even odds, whatever its size.
        wrong += if variance <= 0.0 {
            0.5
        } else {
            0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
        };
    }
    (1.0 - wrong).max(0.0)
}

/// Whole numbers of replications for each system that come nearest to `shares` of `total`, none below what it has and
/// together exactly `total` (which is at least what they have).
fn targets(shares: &[f64], has: &[u64], total: u64) -> Vec<u64> {
    // Systems that already have more than their share keep it; the others share the rest in proportion.
    let mut fixed = vec![false; has.len()];
    loop {
        let rest = total - (0..has.len()).filter(|&i| fixed[i]).map(|i| has[i]).sum::<u64>();
        let weight: f64 = (0..has.len()).filter(|&i| !fixed[i]).map(|i| shares[i]).sum();
        let want = |i: usize| match weight > 0.0 {
            true => rest as f64 * shares[i] / weight,
            false => has[i] as f64,
        };
        let over: Vec<usize> = (0..has.len())
            .filter(|&i| !fixed[i] && want(i) < has[i] as f64)
            .collect();
        if !over.is_empty() {
            over.into_iter().for_each(|i| fixed[i] = true);
            continue;
        }
        let mut n: Vec<u64> = (0..has.len())
            .map(|i| match fixed[i] {
                true => has[i],
                false => (libm::floor(want(i)) as u64).max(has[i]),
            })
            .collect();
        // What rounding left over goes to the largest remainders, the first of equals.
        let mut order: Vec<usize> = (0..has.len()).filter(|&i| !fixed[i]).collect();
        order.sort_by(|&a, &b| (want(b) - libm::floor(want(b))).total_cmp(&(want(a) - libm::floor(want(a)))));
        let left = total.saturating_sub(n.iter().sum());
        for &i in order
            .iter()
            .cycle()
            .take(if order.is_empty() { 0 } else { left as usize })
        {
            n[i] += 1;
        }
        return n;
    }
}

/// Spends a budget on `k` systems.
///
/// # Errors
/// What `systems` gives.
pub fn allocate<S: Systems>(systems: &mut S, k: usize, ask: &Allocation) -> Result<Allocated, S::Error> {
    let sign = if ask.larger { 1.0 } else { -1.0 };
    let mut n = vec![ask.first.max(2); k];
    let mut series: Vec<Vec<f64>> = vec![Vec::new(); k];
    let (ending, correct) = loop {
        let asked: Vec<(usize, u64)> = (0..k)
            .filter(|&i| n[i] as usize > series[i].len())
            .map(|i| (i, n[i]))
            .collect();
        systems.ensure(&asked)?;
        let mut missing = None;
        for &(i, n) in &asked {
            match systems.observe(i, n)?.swap_remove(ask.outcome) {
                Some(xs) => series[i] = xs.iter().map(|x| sign * x).collect(),
                None => missing = missing.or(Some(i)),
            }
        }
        if let Some(i) = missing {
            break (Ending::NoValue(i), None);
        }
        let correct = probability_correct(&series);
        if k < 2 || correct >= ask.confidence {
            break (Ending::OneLeft, Some(correct));
        }
        let spent: u64 = n.iter().sum();
        if spent >= ask.budget {
            break (Ending::Budget, Some(correct));
        }
        let stats: Vec<(f64, f64)> = series.iter().map(|xs| mean_variance(xs)).collect();
        let means: Vec<f64> = stats.iter().map(|s| s.0).collect();
        let deviations: Vec<f64> = stats.iter().map(|s| libm::sqrt(s.1)).collect();
        let total = ask.budget.min(spent + ask.increment.max(1));
        n = targets(&shares(&means, &deviations, &n), &n, total);
    };
    let turn = |l: Level| Level {
        mean: sign * l.mean,
        ..l
    };
    let means: Vec<f64> = series.iter().map(|xs| mean_variance(xs).0).collect();
    let winner = correct.map(|_| best(&means));
    let course = |i: usize| Course {
        level: (!series[i].is_empty()).then(|| turn(Level::of(&series[i]))),
        n: series[i].len() as u64,
        dropped: None,
        behind: winner
            .filter(|&b| b != i)
            .map(|b| turn(Level::of_difference(&series[i], &series[b]))),
    };
    let systems: Vec<Course> = (0..k).map(course).collect();
    let selected = Selected {
        best: winner,
        ending,
        spent: systems.iter().map(|c| c.n).sum(),
        systems,
        left: (0..k).collect(),
    };
    Ok(Allocated { selected, correct })
}
