//! Whether simulated values agree with known ones, all of them together at a stated error rate.
//!
//! Every comparison is a ratio of sums over independent replications (or an exact identity); its standard error is that of the
//! delta method. With m comparisons each is tested at level α/m by Student's t (Bonferroni), so a right program fails any of them
//! with probability at most α, up to the approximation of t. What fails is simulated with ten times the replications, never with
//! another seed, and judged again.

use crate::stats::student_t_critical;

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The known value.
    pub theory: f64,
    /// The simulated value, pooled over the replications.
    pub simulated: f64,
    /// Its standard error; 0 for an identity.
    pub standard_error: f64,
    /// What is allowed besides, because simulated time is in whole seconds.
    pub rounding: f64,
    /// Replications.
    pub replications: u64,
}

/// The ratio of sums and its standard error by the delta method, replications being independent. Sums go in the order given.
pub fn pooled(pairs: &[(f64, f64)]) -> (f64, f64) {
    let n = pairs.len() as f64;
    let above: f64 = pairs.iter().map(|pair| pair.0).sum();
    let below: f64 = pairs.iter().map(|pair| pair.1).sum();
    let ratio = above / below;
    let residual = |&(above, below): &(f64, f64)| above - ratio * below;
    let squares: f64 = pairs.iter().map(|pair| residual(pair) * residual(pair)).sum();
    (ratio, libm::sqrt(squares * n / (n - 1.0)) / below)
}

impl Comparison {
    /// Of the pooled ratio of (numerator, denominator) by replication with a known value.
    pub fn of(pairs: &[(f64, f64)], theory: f64, rounding: f64) -> Comparison {
        let (simulated, standard_error) = pooled(pairs);
        Comparison {
            theory,
            simulated,
            standard_error,
            rounding,
            replications: pairs.len() as u64,
        }
    }

    /// Standard errors between the two values; 0 where both are equal, infinite for an identity that fails.
    pub fn errors(&self) -> f64 {
        match self.simulated - self.theory {
            0.0 => 0.0,
            difference => difference / self.standard_error,
        }
    }

    /// Half of a 95% interval about the simulated value.
    pub fn half_width(&self) -> f64 {
        critical(0.05, self.replications) * self.standard_error
    }

    /// Whether the values agree, as one of `comparisons` judged together at level `alpha`.
    pub fn agrees(&self, alpha: f64, comparisons: usize) -> bool {
        let allowed = critical(alpha / comparisons.max(1) as f64, self.replications) * self.standard_error;
        (self.simulated - self.theory).abs() <= allowed + self.rounding
    }
}

/// Standard errors that a single comparison at level `alpha` allows.
pub fn critical(alpha: f64, replications: u64) -> f64 {
    student_t_critical(1.0 - alpha, replications.saturating_sub(1).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;

    #[test]
    fn the_delta_method_by_hand() {
        // ratio 6/4; residuals 1 - 1.5, 5 - 4.5: two squares of a quarter, times 2, root, over 4
        let (ratio, error) = pooled(&[(1.0, 1.0), (5.0, 3.0)]);
        assert_eq!((ratio, error), (1.5, 0.25));
    }

    #[test]
    fn identities_must_hold_exactly() {
        let same = Comparison::of(&[(7.0, 7.0), (5.0, 5.0)], 1.0, 0.0);
        assert!(same.agrees(0.001, 100) && same.errors() == 0.0);
        let off = Comparison::of(&[(7.0, 7.0), (5.0, 5.0)], 1.000_001, 0.0);
        assert!(!off.agrees(0.001, 100) && off.errors().is_infinite());
    }

    /// 50 comparisons of means of 30 uniform numbers, all right, judged together at 10%: at most one run in ten may hold a failure.
    /// 2,000 runs; the bound is 4.5 standard errors of a share of 10% above 10%. Bonferroni of independent comparisons gives 9.5%.
    #[test]
    fn the_error_rate_is_kept() {
        let (runs, m, n) = (2_000_u32, 50_u16, 30_u32);
        let mut wrong = 0;
        for run in 0..runs {
            let draws = Draws::new(5, u64::from(run));
            let fails = (0..m).any(|c| {
                let pairs: Vec<(f64, f64)> = (0..n).map(|i| (draws.uniform(1, 1, i, c), 1.0)).collect();
                !Comparison::of(&pairs, 0.5, 0.0).agrees(0.1, usize::from(m))
            });
            wrong += u32::from(fails);
        }
        let share = f64::from(wrong) / f64::from(runs);
        assert!(share < 0.1 + 4.5 * libm::sqrt(0.09 / f64::from(runs)), "{share}");
        assert!(share > 0.05, "{share}");
    }

    /// A bias of half a standard deviation is found.
    #[test]
    fn what_is_wrong_is_found() {
        let draws = Draws::new(5, 0);
        let pairs: Vec<(f64, f64)> = (0..200).map(|i| (draws.uniform(1, 1, i, 0), 1.0)).collect();
        assert!(!Comparison::of(&pairs, 0.65, 0.0).agrees(0.001, 150));
    }
}
