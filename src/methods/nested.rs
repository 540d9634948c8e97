//! Parameters drawn outside, replications inside: which part of the spread is ignorance of parameters, which is chance.
//!
//! `y[d][r]` is the outcome of parameter draw d in replication r. Replication r has the same people and the same luck for
//! all draws (common random numbers), so draws and replications are *crossed*, not nested. As a function of two independent
//! things, the parameters and the luck, y has the orthogonal decomposition (B. Efron and C. Stein, Annals of Statistics 9 (1981)
//! 586-596)
//!
//! ```text
//! y_dr = mu + a_d + b_r + e_dr        var y = A + B + E
//! ```
//!
//! with a_d the expectation given the parameters less mu, b_r that given the luck, and e_dr their interaction: uncorrelated whatever
//! the shape of y, without normality. So the mean squares of the two-way layout of D draws and n replications have the expectations
//!
//! ```text
//! E MS_a = E + n A        E MS_b = E + D B        E MS_e = E
//! ```
//!
//! - **ignorance of parameters**: A = (MS_a - MS_e) / n, the variance of the *expected* outcome over the priors. More replications
//!   do not make it smaller; better evidence does.
//! - **chance**: B + E = (MS_b + (D - 1) MS_e) / D, the variance of one replication's outcome for given parameters.
//! - **error of the mean** over both: A/D + B/n + E/(Dn) = (MS_a + MS_b - MS_e) / (Dn).
//!
//! Intervals: the mean by Student t, chance by chi-square, both with the degrees of freedom of F. E. Satterthwaite (Biometrics
//! Bulletin 2 (1946) 110-114). A: chi-square for MS_a, with `2 / (2/(D-1) + k/D)` degrees of freedom, k the excess kurtosis of the
//! draws' means where positive; MS_e, known far better, is taken as known.

use super::chance::{chi_square_at, percentile, sorted};
use crate::stats::{Estimate, LEVEL, Missing, normal_quantile, student_t_critical};

/// The two-way layout of one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossed {
    /// Mean of every draw over the replications.
    pub draw_means: Vec<f64>,
    /// Mean of every replication over the draws.
    pub replication_means: Vec<f64>,
    /// Mean of all.
    pub mean: f64,
    /// Mean square between draws.
    pub ms_draws: f64,
    /// Mean square between replications.
    pub ms_replications: f64,
    /// Mean square of what is left.
    pub ms_rest: f64,
}

/// The chi-square with `df` degrees of freedom at the normal quantile `z`. With few degrees Wilson and Hilferty's formula falls to 0
/// at the lower end; what is below `2 (Γ(df/2 + 1) p)^(2/df)` is never exact (the first term of the series of the incomplete gamma
/// function, DLMF 8.7.1, is too large).
fn quantile(df: f64, z: f64) -> f64 {
    let p = 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let first = 2.0 * libm::exp((libm::lgamma(df / 2.0 + 1.0) + libm::log(p)) * 2.0 / df);
    let formula = chi_square_at(df, z);
    if z < 0.0 { formula.max(first) } else { formula }
}

/// Relative size below which a spread is rounding.
const ROUNDING: f64 = 1e-12;

impl Crossed {
    /// The layout of `y[draw][replication]`.
    ///
    /// # Errors
    /// Fewer than two draws or two replications, rows of different lengths, numbers that are not finite.
    pub fn of(y: &[Vec<f64>]) -> Result<Crossed, Missing> {
        let n = y.first().map_or(0, Vec::len);
        if n < 2 || y.len() < 2 {
            return Err(Missing::OneReplication);
        }
        if y.iter()
            .any(|row| row.len() != n || row.iter().any(|v| !v.is_finite()))
        {
            return Err(Missing::Unstable);
        }
        let (draws, replications) = (y.len() as f64, n as f64);
        let draw_means: Vec<f64> = y
            .iter()
            .map(|row| row.iter().sum::<f64>() / replications)
            .collect();
        let replication_means: Vec<f64> = (0..n)
            .map(|r| y.iter().map(|row| row[r]).sum::<f64>() / draws)
            .collect();
        let mean = draw_means.iter().sum::<f64>() / draws;
        let squares = |v: &[f64]| v.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        let mut rest = 0.0;
        let mut scale = 0.0_f64;
        for (row, of_draw) in y.iter().zip(&draw_means) {
            for (v, of_replication) in row.iter().zip(&replication_means) {
                let e = v - of_draw - of_replication + mean;
                rest += e * e;
                scale = scale.max(v.abs());
            }
        }
        let zero = ROUNDING * ROUNDING * scale * scale;
        let clean = |ms: f64| if ms <= zero { 0.0 } else { ms };
        Ok(Crossed {
            ms_draws: clean(replications * squares(&draw_means) / (draws - 1.0)),
            ms_replications: clean(draws * squares(&replication_means) / (replications - 1.0)),
            ms_rest: clean(rest / ((draws - 1.0) * (replications - 1.0))),
            draw_means,
            replication_means,
            mean,
        })
    }

    /// Number of draws, as a number to calculate with.
    pub fn draws(&self) -> f64 {
        self.draw_means.len() as f64
    }

    /// Number of replications, as a number to calculate with.
    pub fn replications(&self) -> f64 {
        self.replication_means.len() as f64
    }

    /// Whether nothing varies at all.
    pub fn constant(&self) -> bool {
        self.ms_draws == 0.0 && self.ms_replications == 0.0 && self.ms_rest == 0.0
    }

    /// Variance of the expected outcome over the priors, unbiased but for the cut at 0.
    pub fn parameter_variance(&self) -> f64 {
        ((self.ms_draws - self.ms_rest) / self.replications()).max(0.0)
    }

    /// Variance of one replication's outcome for given parameters, unbiased.
    pub fn chance_variance(&self) -> f64 {
        (self.ms_replications + (self.draws() - 1.0) * self.ms_rest) / self.draws()
    }

    /// Noise left in the mean of one draw apart from what all draws share: variance.
    pub fn draw_noise(&self) -> f64 {
        self.ms_rest / self.replications()
    }

    /// Standard error that the finite number of replications, shared by all draws, leaves in the mean; replications - 1 degrees
    /// of freedom.
    pub fn level_error(&self) -> f64 {
        libm::sqrt(self.ms_replications / (self.draws() * self.replications()))
    }

    /// Expectation over priors and chance, with the error of both finite numbers.
    pub fn expected(&self) -> Estimate {
        let (d, n) = (self.draws(), self.replications());
        let parts = [
            (self.ms_draws, d - 1.0),
            (self.ms_replications, n - 1.0),
            (-self.ms_rest, (d - 1.0) * (n - 1.0)),
        ];
        let sum: f64 = parts.iter().map(|p| p.0).sum();
        // The difference of mean squares may be too small by chance: never below the larger of the two.
        let sum = sum.max(self.ms_draws).max(self.ms_replications);
        let below: f64 = parts.iter().map(|(ms, df)| ms * ms / df).sum();
        let count = (d * n) as u64;
        if sum <= 0.0 || below <= 0.0 {
            return Estimate::point(self.mean, Missing::NoVariation, count);
        }
        let df = (sum * sum / below).max(1.0);
        let error = libm::sqrt(sum / (d * n));
        Estimate::new(self.mean, error, student_t_critical(LEVEL, df), count)
    }

    /// Standard deviation of the expected outcome over the priors, with its interval.
    pub fn parameter_deviation(&self) -> Range {
        let d = self.draws();
        let df = 2.0 / (2.0 / (d - 1.0) + self.excess_kurtosis().max(0.0) / d);
        let n = self.replications();
        let at = |z: f64| {
            let ms = self.ms_draws * df / quantile(df, z);
            libm::sqrt(((ms - self.ms_rest) / n).max(0.0))
        };
        let z = normal_quantile(0.5 + LEVEL / 2.0);
        Range {
            value: libm::sqrt(self.parameter_variance()),
            low: at(z),
            high: at(-z),
        }
    }

    /// Standard deviation of one replication's outcome for given parameters, with its interval.
    pub fn chance_deviation(&self) -> Range {
        let (d, n) = (self.draws(), self.replications());
        let variance = self.chance_variance();
        let parts = [
            (self.ms_replications / d, n - 1.0),
            (self.ms_rest * (d - 1.0) / d, (d - 1.0) * (n - 1.0)),
        ];
        let below: f64 = parts.iter().map(|(ms, df)| ms * ms / df).sum();
        if below <= 0.0 {
            return Range::exactly(0.0);
        }
        let df = variance * variance / below;
        let z = normal_quantile(0.5 + LEVEL / 2.0);
        let at = |z: f64| libm::sqrt(variance * df / quantile(df, z));
        Range {
            value: libm::sqrt(variance),
            low: at(z),
            high: at(-z),
        }
    }

    /// Share of the variance of one outcome, parameters and chance together, that is ignorance of parameters.
    pub fn parameter_share(&self) -> Option<f64> {
        let (a, chance) = (self.parameter_variance(), self.chance_variance());
        (a + chance > 0.0).then(|| a / (a + chance))
    }

    fn excess_kurtosis(&self) -> f64 {
        let power = |p: i32| {
            (self.draw_means.iter())
                .map(|m| libm::pow(m - self.mean, f64::from(p)))
                .sum::<f64>()
                / self.draws()
        };
        let (second, fourth) = (power(2), power(4));
        if second > 0.0 {
            fourth / (second * second) - 3.0
        } else {
            0.0
        }
    }

    /// The factor by which draws' means are drawn towards the grand mean so that their variance is A instead of A + E/n.
    pub fn shrinkage(&self) -> f64 {
        if self.ms_draws > 0.0 {
            libm::sqrt((1.0 - self.ms_rest / self.ms_draws).max(0.0))
        } else {
            0.0
        }
    }

    /// The draws' expected outcomes with the noise of few replications taken out of their spread.
    pub fn shrunk(&self) -> Vec<f64> {
        let k = self.shrinkage();
        (self.draw_means.iter())
            .map(|m| self.mean + k * (m - self.mean))
            .collect()
    }

    /// The middle 95% of the expected outcome over the priors: of the draws' means as they are, and with the noise taken out. With
    /// fewer than 39 draws these are the smallest and the largest of them.
    pub fn over_priors(&self) -> OverPriors {
        let middle = |v: Vec<f64>| {
            let v = sorted(v);
            (
                percentile(&v, 0.5 - LEVEL / 2.0),
                percentile(&v, 0.5 + LEVEL / 2.0),
            )
        };
        OverPriors {
            unshrunk: middle(self.draw_means.clone()),
            shrunk: middle(self.shrunk()),
        }
    }
}

/// A value with the ends of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Range {
    /// A value that is known.
    pub fn exactly(value: f64) -> Range {
        Range {
            value,
            low: value,
            high: value,
        }
    }

    /// Lower and upper end; `None` where nothing varies, so that there is nothing to measure an error by.
    pub fn interval(&self) -> Option<(f64, f64)> {
        (self.low < self.high).then_some((self.low, self.high))
    }

    /// Whether a number is inside.
    pub fn holds(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

/// 2.5% and 97.5% points over the priors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverPriors {
    /// Of the draws' means: too wide, as each holds the noise of its replications.
    pub unshrunk: (f64, f64),
    /// With that noise taken out.
    pub shrunk: (f64, f64),
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::chance::Chance;
    use super::*;

    /// A table with known truth: `mean + a_d + b_r + e_dr`, all normal but a, which is `sd_a` times `law` of a uniform.
    pub fn table(
        run: u32,
        (draws, replications): (u32, u32),
        (mean, sd_b, sd_e): (f64, f64, f64),
        a: &dyn Fn(f64) -> f64,
    ) -> Vec<Vec<f64>> {
        let chance = Chance::new(77, "table").round(run);
        (0..draws)
            .map(|d| {
                let of_draw = a(chance.uniform(1, d));
                (0..replications)
                    .map(|r| {
                        let shared = sd_b * chance.normal(2, r);
                        mean + of_draw + shared + sd_e * chance.normal(3, d * 1000 + r)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn a_table_by_hand() {
        // Rows 1 2 3 and 5 4 9: means 2 and 6, columns 3, 3, 6, all 4; residuals 0 1 -1 / 0 -1 1.
        let c = Crossed::of(&[vec![1.0, 2.0, 3.0], vec![5.0, 4.0, 9.0]]).unwrap();
        assert_eq!(
            (c.mean, c.ms_draws, c.ms_replications, c.ms_rest),
            (4.0, 24.0, 6.0, 2.0)
        );
        assert_eq!(c.parameter_variance(), 22.0 / 3.0);
        assert_eq!(c.chance_variance(), 4.0);
        assert_eq!(c.draw_noise(), 2.0 / 3.0);
        let e = c.expected();
        assert!((e.standard_error().unwrap() - libm::sqrt(28.0 / 6.0)).abs() < 1e-12);
        let k = libm::sqrt(1.0 - 2.0 / 24.0);
        assert_eq!(c.shrunk(), vec![4.0 - 2.0 * k, 4.0 + 2.0 * k]);
        assert_eq!(c.over_priors().unshrunk, (2.0, 6.0));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_and_what_is_constant_is_said() {
        assert!(Crossed::of(&[vec![1.0, 2.0]]).is_err());
        assert!(Crossed::of(&[vec![1.0], vec![2.0]]).is_err());
        assert!(Crossed::of(&[vec![1.0, f64::NAN], vec![2.0, 1.0]]).is_err());
        let c = Crossed::of(&[vec![0.1; 3], vec![0.1; 3]]).unwrap();
        assert!(c.constant() && c.expected().why_missing() == Some(Missing::NoVariation));
        assert_eq!(c.chance_deviation(), Range::exactly(0.0));
        assert_eq!(c.parameter_deviation().high, 0.0);
    }

    /// 2,000 macro-runs: bounds of coverage are four standard errors of a true 95% (0.49 points) and more above, as the
    /// chi-square for A is conservative for priors lighter-tailed than the normal.
    #[test]
    fn components_are_unbiased_and_their_intervals_cover() {
        const RUNS: u32 = 2_000;
        let uniform = |u: f64| 2.0 * libm::sqrt(3.0) * (u - 0.5);
        let normal = normal_quantile;
        // Skewed and heavy: centred exponential.
        let skewed = |u: f64| -libm::log(u) - 1.0;
        type Case<'a> = (&'a str, &'a dyn Fn(f64) -> f64, f64);
        let cases: [Case<'_>; 3] = [
            ("normal", &normal, 0.93),
            ("uniform", &uniform, 0.93),
            ("exponential", &skewed, 0.86),
        ];
        for (name, law, least) in cases {
            let (mut a, mut chance, mut held) = (0.0, 0.0, [0u32; 3]);
            for run in 0..RUNS {
                let c = Crossed::of(&table(run, (30, 6), (1.0, 0.8, 1.5), law)).unwrap();
                a += (c.ms_draws - c.ms_rest) / c.replications() / f64::from(RUNS);
                chance += c.chance_variance() / f64::from(RUNS);
                let e = c.expected();
                held[0] += u32::from(e.low().unwrap() <= 1.0 && 1.0 <= e.high().unwrap());
                held[1] += u32::from(c.parameter_deviation().holds(1.0));
                held[2] += u32::from(c.chance_deviation().holds(libm::sqrt(0.64 + 2.25)));
            }
            let held = held.map(|h| f64::from(h) / f64::from(RUNS));
            println!("{name}: A {a:.4} (1), chance {chance:.4} (2.89); coverage mean, A, chance {held:?}");
            assert!((a - 1.0).abs() < 0.04, "{name}: {a}");
            assert!((chance - 2.89).abs() < 0.05, "{name}: {chance}");
            assert!((0.93..=0.985).contains(&held[0]), "{name}: mean {}", held[0]);
            assert!((least..=1.0).contains(&held[1]), "{name}: parameters {}", held[1]);
            assert!((0.93..=0.97).contains(&held[2]), "{name}: chance {}", held[2]);
        }
    }
}
