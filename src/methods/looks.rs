//! When a sequential test looks, and what share of its error each look may spend.
//!
//! Looks lie at n = first, 2 first, 4 first ... and at the cap. Of L looks, the last may err with probability α/2, the
//! one before with α/4 and so on, the first two with α/2^(L-1) each: together exactly α. By the Bonferroni inequality the whole test then errs with
//! probability at most α, however the looks depend on each other (and under common random numbers). Spending
//! little early costs little, because what is decided early is far from its bound; and it leaves the error to the looks where
//! the mean of many replications is closest to normal. (An error-spending function in the sense of K. K. G. Lan and D. L. DeMets,
//! Biometrika 70 (1983) 659-663, with Bonferroni in place of the joint law of the looks.)

/// The looks of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// Replications at the first look; at least 2.
    pub first: u64,
    /// Replications at the last; at least `first`.
    pub cap: u64,
}

impl Looks {
    /// Doubling from `first` to `cap`.
    pub fn new(first: u64, cap: u64) -> Looks {
        let first = first.max(2);
        Looks {
            first,
            cap: cap.max(first),
        }
    }

    /// Replications at each look, in order.
    pub fn at(&self) -> Vec<u64> {
        let mut at = Vec::new();
        let mut n = self.first;
        while n < self.cap {
            at.push(n);
            n = n.saturating_mul(2);
        }
        at.push(self.cap);
        at
    }

    /// Share of the error each look may spend; they sum to 1.
    pub fn shares(&self) -> Vec<f64> {
        let count = self.at().len() as i32;
        let share = |back: i32| libm::ldexp(1.0, -back);
        (1..=count)
            .map(|look| share((count + 1 - look).min(count - 1)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_double_and_spend_the_whole_error() {
        let looks = Looks::new(20, 300);
        assert_eq!(looks.at(), [20, 40, 80, 160, 300]);
        assert_eq!(looks.shares(), [0.0625, 0.0625, 0.125, 0.25, 0.5]);
        assert_eq!(Looks::new(40, 10).at(), [40]);
        assert_eq!(Looks::new(40, 40).shares(), [1.0]);
        assert_eq!(Looks::new(0, 4).at(), [2, 4]);
        for cap in 2..200 {
            assert_eq!(Looks::new(3, cap).shares().iter().sum::<f64>(), 1.0);
        }
    }
}
