//! What a sequential method asks of the world: numbers of a system's outcomes over its first replications.

/// The numbers of one outcome of one system, one for each of replications 0..n in order; their mean estimates the
/// outcome. Of a ratio or a centile they are jackknife pseudo-values; of a mean, the numbers themselves. `None` where
/// the outcome has no value in so few replications.
pub type Series = Option<Vec<f64>>;

/// Systems that can be simulated a little further at a time.
///
/// The same (system, n) must always give the same numbers. Replication r of all systems may share its random numbers;
/// the methods say themselves what they make of that.
pub trait Systems {
    /// Why simulating could not go on.
    type Error;

    /// Sees to it that replications 0..n are there, for each (system, n) asked.
    ///
    /// # Errors
    /// Whatever stops the simulation, an interruption too.
    fn ensure(&mut self, asked: &[(usize, u64)]) -> Result<(), Self::Error>;

    /// Every outcome of a system over replications 0..n, which are there.
    ///
    /// # Errors
    /// Numbers that cannot be read.
    fn observe(&mut self, system: usize, n: u64) -> Result<Vec<Series>, Self::Error>;
}

/// Mean and sample variance (divisor n - 1); the variance of fewer than two numbers is 0.
pub fn mean_variance(xs: &[f64]) -> (f64, f64) {
    let mut moments = crate::stats::Moments::default();
    for &x in xs {
        moments.push(x);
    }
    let variance = match moments.n() {
        0 | 1 => 0.0,
        n => moments.squares() / (n - 1) as f64,
    };
    (moments.mean(), variance)
}

/// Mean and sample variance of `a - b` over the replications both have.
pub fn paired(a: &[f64], b: &[f64]) -> (f64, f64) {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let (mean, variance) = mean_variance(&differences);
    // What subtraction leaves of equal numbers is rounding, not variation.
    let scale = a
        .iter()
        .chain(b)
        .fold(0.0_f64, |most, x| most.max(libm::fabs(*x)));
    // A jackknife pseudo-value is a small difference of two numbers n times as large, and carries n times the rounding.
    let rounding = (64 + 4 * differences.len()) as f64 * f64::EPSILON * scale;
    match variance <= rounding * rounding {
        true => (if libm::fabs(mean) <= rounding { 0.0 } else { mean }, 0.0),
        false => (mean, variance),
    }
}

/// Mean with a standard error over `n` replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Mean.
    pub mean: f64,
    /// Standard error; 0 where all replications agree.
    pub error: f64,
    /// Replications.
    pub n: u64,
}

impl Level {
    /// Whether several replications all agree, so that nothing is known of how they vary.
    pub fn agrees(&self) -> bool {
        self.n >= 2 && self.error <= 0.0
    }

    /// Of the numbers of one system.
    pub fn of(xs: &[f64]) -> Level {
        let (mean, variance) = mean_variance(xs);
        Level::with(mean, variance, xs.len())
    }

    /// Of the paired differences `a - b`.
    pub fn of_difference(a: &[f64], b: &[f64]) -> Level {
        let (mean, variance) = paired(a, b);
        Level::with(mean, variance, a.len().min(b.len()))
    }

    fn with(mean: f64, variance: f64, n: usize) -> Level {
        Level {
            mean,
            error: libm::sqrt(variance / n.max(1) as f64),
            n: n as u64,
        }
    }

    /// One-sided p-value of "the truth is at most `bound`" by Student's t. Fewer than two replications, or replications
    /// that all agree, say nothing: 1. That twenty are equal does not show that a rare event has not moved the mean.
    pub fn p_above(&self, bound: f64) -> f64 {
        let excess = self.mean - bound;
        if self.n < 2 || self.error <= 0.0 {
            return 1.0;
        }
        let two_sided = crate::stats::student_t_two_sided_p(excess / self.error, (self.n - 1) as f64);
        if excess > 0.0 {
            two_sided / 2.0
        } else {
            1.0 - two_sided / 2.0
        }
    }

    /// One-sided p-value of "the truth is at least `bound`".
    pub fn p_below(&self, bound: f64) -> f64 {
        let mirrored = Level {
            mean: -self.mean,
            ..*self
        };
        mirrored.p_above(-bound)
    }

    /// Two-sided interval with error `alpha`; `None` with fewer than two replications or without variation.
    pub fn interval(&self, alpha: f64) -> Option<(f64, f64)> {
        if self.n < 2 || self.error <= 0.0 {
            return None;
        }
        let half = crate::stats::student_t_critical(1.0 - alpha, (self.n - 1) as f64) * self.error;
        Some((self.mean - half, self.mean + half))
    }
}
