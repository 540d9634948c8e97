//! Variates for the intervals that are simulated: normal, exponential, chi-square, Student t, each by its coordinates.
//!
//! Keyed, so that an interval depends on the numbers analysed and the seed and on nothing else.

use crate::random::{Draws, name_key, sub_key};
use crate::stats::normal_quantile;

/// Degrees of freedom from which a chi-square comes from the approximation of E. B. Wilson and M. M. Hilferty (Proceedings of
/// the National Academy of Sciences 17 (1931) 684-688): relative error of a quantile below 0.1% there.
const MANY: u32 = 30;

/// The variates of one analysis.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    draws: Draws,
    subject: u64,
}

impl Chance {
    /// Those of the analysis called `name` under `seed`.
    pub fn new(seed: u64, name: &str) -> Chance {
        Chance {
            draws: Draws::new(seed, 0),
            subject: name_key(&["methods", name]),
        }
    }

    /// The variates of one round of simulation; rounds are independent.
    pub fn round(self, round: u32) -> Chance {
        Chance {
            subject: sub_key(self.subject, u64::from(round)),
            ..self
        }
    }

    /// Uniform on (0, 1). `kind` says what for, `index` for which row.
    pub fn uniform(&self, kind: u16, index: u32) -> f64 {
        self.draws.uniform(self.subject, kind, index, 0)
    }

    /// Standard normal.
    pub fn normal(&self, kind: u16, index: u32) -> f64 {
        normal_quantile(self.uniform(kind, index))
    }

    /// Exponential with mean 1.
    pub fn exponential(&self, kind: u16, index: u32) -> f64 {
        -libm::log(self.uniform(kind, index))
    }

    /// Chi-square with `df` (at least 1) degrees of freedom.
    pub fn chi_square(&self, kind: u16, df: u32) -> f64 {
        if df > MANY {
            return chi_square_at(f64::from(df), self.normal(kind, 0));
        }
        (0..df).map(|i| self.normal(kind, i)).map(|z| z * z).sum()
    }

    /// The factor that makes a normal variate a Student t with `df` degrees of freedom.
    pub fn student_factor(&self, kind: u16, df: u32) -> f64 {
        libm::sqrt(f64::from(df) / self.chi_square(kind, df))
    }
}

/// The chi-square with `df` degrees of freedom at the normal quantile `z` (Wilson and Hilferty).
pub fn chi_square_at(df: f64, z: f64) -> f64 {
    let c = 2.0 / (9.0 * df);
    let root = (1.0 - c + z * libm::sqrt(c)).max(0.0);
    df * root * root * root
}

/// The value with a share `p` of sorted numbers below it: position `(n + 1) p` among them, cut at the extremes
/// (definition 6 of R. J. Hyndman and Y. Fan, The American Statistician 50 (1996) 361-365). NaN of none.
pub fn percentile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = ((sorted.len() as f64 + 1.0) * p - 1.0).clamp(0.0, last as f64);
    let below = libm::floor(at) as usize;
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

/// Numbers in rising order.
pub fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variates_have_the_moments_of_their_laws() {
        const N: u32 = 40_000;
        let chance = Chance::new(5, "test");
        // (name, degrees of freedom, mean, variance); standard errors of the mean are below 0.7% of the mean.
        for (df, tolerance) in [(1_u32, 0.03), (4, 0.015), (30, 0.006), (60, 0.004)] {
            let all: Vec<f64> = (0..N).map(|i| chance.round(i).chi_square(1, df)).collect();
            let mean = all.iter().sum::<f64>() / f64::from(N);
            let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(N - 1);
            let df = f64::from(df);
            assert!((mean / df - 1.0).abs() < tolerance, "{df}: mean {mean}");
            assert!(
                (variance / (2.0 * df) - 1.0).abs() < 0.08,
                "{df}: variance {variance}"
            );
        }
        let mean = (0..N).map(|i| chance.exponential(2, i)).sum::<f64>() / f64::from(N);
        assert!((mean - 1.0).abs() < 0.02);
    }

    #[test]
    fn chi_square_quantiles_agree_with_tables() {
        // 97.5% points of published tables of the chi-square distribution.
        for (df, point) in [(5.0, 12.833), (10.0, 20.483), (30.0, 46.979), (100.0, 129.561)] {
            let near = chi_square_at(df, normal_quantile(0.975));
            assert!((near / point - 1.0).abs() < 0.003, "{df}: {near}");
        }
    }

    #[test]
    fn percentiles_by_hand() {
        let nine: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(percentile(&nine, 0.5), 5.0);
        assert_eq!(percentile(&nine, 0.25), 2.5);
        assert_eq!(percentile(&nine, 0.025), 1.0);
        assert_eq!(percentile(&nine, 0.99), 9.0);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
