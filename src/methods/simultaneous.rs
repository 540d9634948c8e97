//! Intervals and tests that hold for a whole family of comparisons at once.
//!
//! A family of m differences, each with estimate d, standard error s and n - 1 degrees of freedom. The simultaneous
//! interval of each is `d ± t(1 - (1 - level) / (2 m), n - 1) s`: by Bonferroni's inequality all m together cover their
//! true values with probability at least `level`, **whatever the dependence between them** (O. J. Dunn, Journal of the
//! American Statistical Association 56 (1961) 52-64). The adjusted p-values beside them are Holm's
//! ([`crate::stats::holm()`]), which rest on the same inequality and reject whatever the intervals reject and possibly more.
//!
//! Why not Tukey's studentised range: it needs independent arms with one variance (or differences that all have the
//! same variance). Arms on common random numbers are correlated, and more so the more alike they are, so the
//! condition fails by design; B. L. Nelson and F. J. Matejcik (Management Science 41 (1995) 1935-1945) assume it for want of
//! better. Bonferroni assumes nothing and keeps the gain of pairing, because s is that of the paired difference.
//!
//! A difference without standard error gets no interval but counts in m: leaving it out cannot make the others surer.

use crate::stats::{Critical, Estimate};

/// The confidence level of each of m intervals that hold together with probability `level`.
pub fn single_level(level: f64, m: usize) -> f64 {
    1.0 - (1.0 - level) / m.max(1) as f64
}

/// Simultaneous intervals of a family of differences; `None` for one that has no standard error.
pub fn intervals(differences: &[Estimate], level: f64) -> Vec<Option<(f64, f64)>> {
    let mut critical = Critical::new(single_level(level, differences.len()));
    differences
        .iter()
        .map(|d| {
            let (value, error) = d.value().zip(d.standard_error())?;
            let half = critical.of(d.n().checked_sub(1).filter(|df| *df > 0)?) * error;
            let (low, high) = (value - half, value + half);
            (low.is_finite() && high.is_finite()).then_some((low, high))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Draws, name_key};
    use crate::stats::{LEVEL, Missing, Moments, normal_quantile, student_t_critical};

    #[test]
    fn one_difference_has_its_ordinary_interval() {
        let d = Estimate::new(3.0, 0.5, student_t_critical(LEVEL, 9.0), 10);
        let found = intervals(&[d], LEVEL)[0].expect("it has an error");
        assert_eq!(Some(found.0), d.low());
        assert_eq!(Some(found.1), d.high());
    }

    /// Upper 0.0025 point of Student t with 9 degrees of freedom: 3.690 in every printed table.
    #[test]
    fn ten_differences_use_the_point_of_the_tables() {
        let d = Estimate::new(0.0, 1.0, student_t_critical(LEVEL, 9.0), 10);
        let all = intervals(&[d; 10], LEVEL);
        assert!((all[3].expect("an interval").1 - 3.690).abs() < 5e-4, "{all:?}");
    }

    #[test]
    fn what_has_no_error_has_no_interval_but_counts() {
        let d = Estimate::new(0.0, 1.0, 2.0, 10);
        let none = Estimate::point(0.0, Missing::NoVariation, 10);
        let with = intervals(&[d, none], LEVEL);
        assert_eq!(with[1], None);
        assert_eq!(with[0], intervals(&[d, d], LEVEL)[0]);
    }

    /// Five arms on common random numbers with unequal variances and correlations, all ten pairs, 20 replications each:
    /// all ten intervals cover together at least 95% of the time, where separate intervals do so far less often.
    /// 2,000 macro-runs: the standard error of a share of 0.95 is 0.005, and the bound allows three of them.
    #[test]
    fn all_pairs_are_covered_together() {
        let key = name_key(&["arms"]);
        let (mut together, mut apart) = (0, 0);
        const RUNS: u64 = 2_000;
        for run in 0..RUNS {
            let mut pairs = [Moments::default(); 10];
            for r in 0..20 {
                let draws = Draws::new(run, r);
                let z = |i: u16| normal_quantile(draws.uniform(key, i, 0, 0));
                let common = z(0);
                let arm: Vec<f64> = (1..=5u16)
                    .map(|a| common + 0.1 * f64::from(a * a) * z(a))
                    .collect();
                let mut k = 0;
                for a in 0..5 {
                    for b in 0..a {
                        pairs[k].push(arm[a] - arm[b]);
                        k += 1;
                    }
                }
            }
            let estimates = pairs.map(|p| {
                let error = (p.squares() / (20.0 * 19.0)).sqrt();
                Estimate::new(p.mean(), error, student_t_critical(LEVEL, 19.0), 20)
            });
            let covers = |(low, high): (f64, f64)| low <= 0.0 && 0.0 <= high;
            together += u64::from(intervals(&estimates, LEVEL).into_iter().flatten().all(covers));
            apart += u64::from(estimates.iter().all(|e| !e.excludes_zero()));
        }
        let share = |n: u64| n as f64 / RUNS as f64;
        assert!(share(together) >= 0.95 - 0.015, "{}", share(together));
        assert!(share(apart) < 0.85, "{}", share(apart));
    }
}
