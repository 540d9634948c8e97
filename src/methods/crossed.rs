//! Tables of rows by replications: how much of what varies between the rows is the noise of the replications.
//!
//! A row is something drawn at random from the space of parameters (an elementary effect, a design row), a column is a
//! replication, and with common random numbers *the same* replication serves all rows. So cell `(t, r)` is
//!
//! ```text
//! y_tr = μ + a_t + b_r + e_tr
//! ```
//!
//! where the rows' true values `μ + a_t` are what is asked for, `b_r` is what a replication does to all rows alike and
//! `e_tr` what it does to this one: a two-way crossed layout with random rows and columns and one number a cell (Searle,
//! Casella and McCulloch, *Variance Components*, Wiley 1992, chapter 4). With T rows, n replications and mean squares
//! `MS_T`, `MS_R`, `MS_I` (rows, replications, what is left):
//!
//! ```text
//! variance of the row means  s² = MS_T / n,   of which noise  MS_I / n,   so  Var(a) is estimated by (MS_T - MS_I) / n
//! variance of the grand mean = (MS_T + MS_R - MS_I) / (T n)
//! ```
//!
//! The first line holds exactly, whatever the covariances of the noise between rows: for fixed rows with mean `m` and
//! replications `Y_r` independent with covariance `Σ`, and `C` the matrix that subtracts the mean over rows,
//! `E |C Ȳ|² = |C m|² + tr(CΣ)/n` and `E MS_I = tr(CΣ)/(T-1)`.

use crate::stats::{Estimate, LEVEL, Missing, student_t_critical, student_t_two_sided_p};

/// Relative size below which a mean square is rounding, not variation.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// What a table of rows by replications says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossed {
    /// Number of rows.
    pub rows: usize,
    /// Number of replications.
    pub replications: usize,
    /// Mean of all cells.
    pub mean: f64,
    /// Sample variance of the row means, noise and all.
    pub spread: f64,
    /// The part of `spread` that is noise; unknown with one replication.
    pub noise: Option<f64>,
    /// Standard error of `mean` for rows and replications not seen, with its degrees of freedom; unknown with one row.
    /// With one replication it leaves out what a replication does to all rows alike.
    pub error: Option<(f64, f64)>,
}

impl Crossed {
    /// Takes the table apart. All rows have the same number of replications; there is at least one cell.
    pub fn of(table: &[Vec<f64>]) -> Crossed {
        let (t, n) = (table.len(), table[0].len());
        let (rows, columns) = (t as f64, n as f64);
        let row_means: Vec<f64> = table.iter().map(|row| mean(row)).collect();
        let grand = mean(&row_means);
        let scale = row_means.iter().fold(0.0_f64, |most, m| most.max(m.abs()));
        let least = ROUNDING * scale * ROUNDING * scale;
        let real = |square: f64| if square > least { square } else { 0.0 };
        let spread = real(mean_square(&row_means, grand, rows - 1.0));
        let (mut noise, mut ms_r, mut ms_i) = (None, 0.0, 0.0);
        if n > 1 {
            let column_means: Vec<f64> = (0..n)
                .map(|r| table.iter().map(|row| row[r]).sum::<f64>() / rows)
                .collect();
            ms_r = rows * real(mean_square(&column_means, grand, columns - 1.0));
            let mut left = 0.0;
            for (row, row_mean) in table.iter().zip(&row_means) {
                for (y, column_mean) in row.iter().zip(&column_means) {
                    let e = (y - row_mean) - (column_mean - grand);
                    left += e * e;
                }
            }
            ms_i = real(left / ((rows - 1.0).max(1.0) * (columns - 1.0)));
            noise = Some(ms_i / columns);
        }
        let ms_t = columns * spread;
        let error = (t > 1).then(|| {
            // Never less than rows or replications alone would give: the difference of mean squares may be negative.
            let square = (ms_t + ms_r - ms_i).max(ms_t).max(ms_r);
            let by = |ms: f64, df: f64| if df > 0.0 { ms * ms / df } else { 0.0 };
            // Satterthwaite's degrees of freedom (Biometrics Bulletin 2 (1946) 110-114).
            let below =
                by(ms_t, rows - 1.0) + by(ms_r, columns - 1.0) + by(ms_i, (rows - 1.0) * (columns - 1.0));
            let df = if below > 0.0 {
                square * square / below
            } else {
                rows - 1.0
            };
            (libm::sqrt(square / (rows * columns)), df.max(1.0))
        });
        Crossed {
            rows: t,
            replications: n,
            mean: grand,
            spread,
            noise,
            error,
        }
    }

    /// The mean with its interval, for rows and replications not seen.
    pub fn estimate(&self) -> Estimate {
        let n = self.rows as u64;
        match self.error {
            None => Estimate::point(self.mean, Missing::OneReplication, n),
            Some((error, df)) => Estimate::new(self.mean, error, student_t_critical(LEVEL, df), n),
        }
    }

    /// One-sided p-value of "the mean is not above `bound`"; `None` without a standard error.
    pub fn p_above(&self, bound: f64) -> Option<f64> {
        let (error, df) = self.error.filter(|(error, _)| *error > 0.0)?;
        let t = (self.mean - bound) / error;
        let tail = student_t_two_sided_p(t, df) / 2.0;
        Some(if t > 0.0 { tail } else { 1.0 - tail })
    }

    /// Variance of the rows' true values: `spread` without its noise, not below 0. All of `spread` if the noise is unknown.
    pub fn true_spread(&self) -> f64 {
        (self.spread - self.noise.unwrap_or(0.0)).max(0.0)
    }

    /// Share of `spread` that is noise, between 0 and 1; `None` if unknown or nothing varies.
    pub fn noise_share(&self) -> Option<f64> {
        let noise = self.noise?;
        (self.spread > 0.0).then(|| (noise / self.spread).min(1.0))
    }
}

/// The mean of numbers; there is at least one.
pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// Sum of squared deviations from `mean` over `df`; 0 if there are no degrees of freedom.
fn mean_square(numbers: &[f64], mean: f64, df: f64) -> f64 {
    if df <= 0.0 {
        return 0.0;
    }
    numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / df
}

/// Standard error of a sum of independent errors, each with its degrees of freedom, and Satterthwaite's for the sum.
pub fn combined(errors: &[(f64, f64)]) -> (f64, f64) {
    let square: f64 = errors.iter().map(|(e, _)| e * e).sum();
    let below: f64 = errors.iter().map(|(e, df)| e * e * e * e / df).sum();
    let df = if below > 0.0 { square * square / below } else { 1.0 };
    (libm::sqrt(square), df.max(1.0))
}

/// The mean of one number a replication, with its Student interval.
pub fn over_replications(values: &[f64]) -> Estimate {
    let n = values.len();
    let centre = if n == 0 {
        return Estimate::missing(Missing::NobodyAtRisk, 0);
    } else {
        mean(values)
    };
    if n == 1 {
        return Estimate::point(centre, Missing::OneReplication, 1);
    }
    let df = (n - 1) as f64;
    let square = mean_square(values, centre, df);
    let size = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    if square <= ROUNDING * size * ROUNDING * size {
        return Estimate::point(centre, Missing::NoVariation, n as u64);
    }
    let error = libm::sqrt(square / n as f64);
    Estimate::new(centre, error, student_t_critical(LEVEL, df), n as u64)
}

/// Two-sided p-value of "the mean is 0" for an estimate by [`over_replications`]; `None` where there is no error.
pub fn p_of(estimate: &Estimate) -> Option<f64> {
    let (value, error) = (estimate.value()?, estimate.standard_error()?);
    Some(student_t_two_sided_p(value / error, (estimate.n() - 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;
    use crate::stats::normal_quantile;

    /// Three rows, two replications, by hand: row means 2, 4, 9; column means 4, 6; grand mean 5.
    #[test]
    fn a_small_table_by_hand() {
        let table = vec![vec![1.0, 3.0], vec![4.0, 4.0], vec![7.0, 11.0]];
        let found = Crossed::of(&table);
        assert_eq!(found.mean, 5.0);
        assert_eq!(found.spread, 13.0); // (9 + 1 + 16) / 2
        // Residuals: row 1: 0, 0; row 2: 1, -1; row 3: -1, 1; sum of squares 4 over 2 degrees of freedom.
        assert_eq!(found.noise, Some(1.0));
        assert_eq!(found.true_spread(), 12.0);
        assert_eq!(found.noise_share(), Some(1.0 / 13.0));
        // MS_T 26, MS_R 6, MS_I 2.
        let (error, df) = found.error.expect("three rows");
        assert!((error * error - 30.0 / 6.0).abs() < 1e-12);
        assert!((df - 900.0 / (26.0 * 26.0 / 2.0 + 36.0 + 4.0 / 2.0)).abs() < 1e-12);
    }

    #[test]
    fn one_row_or_one_replication_says_so() {
        let one = Crossed::of(&[vec![2.0, 4.0]]);
        assert_eq!(one.estimate().why_missing(), Some(Missing::OneReplication));
        let column = Crossed::of(&[vec![2.0], vec![4.0]]);
        assert_eq!(column.noise, None);
        assert_eq!(column.estimate().standard_error(), Some(1.0));
        let same = Crossed::of(&[vec![2.0, 2.0], vec![2.0, 2.0]]);
        assert_eq!(same.estimate().why_missing(), Some(Missing::NoVariation));
        assert_eq!(same.p_above(0.0), None);
    }

    /// 4,000 tables whose noise is correlated between the rows: the variance between rows comes out right without
    /// its noise and too large with it, and intervals of the mean hold the truth. Standard errors: 0.02 for the
    /// mean variance, 0.0034 for the coverage; both may be off by four of them (once in 16,000).
    #[test]
    fn noise_is_separated_and_intervals_cover() {
        let (runs, t, n) = (4_000, 10, 8);
        let (mut with, mut without, mut covered) = (0.0, 0.0, 0);
        for run in 0..runs {
            let draws = Draws::new(91, run);
            let normal = |what: u16, a: u64, b: u64| normal_quantile(draws.uniform(a, what, b as u32, 0));
            let table: Vec<Vec<f64>> = (0..t)
                .map(|row| {
                    (0..n)
                        .map(|r| {
                            let common = 1.5 * normal(1, 0, r);
                            3.0 + normal(0, row, 0) + common + 2.0 * normal(2, row, r)
                        })
                        .collect()
                })
                .collect();
            let found = Crossed::of(&table);
            with += found.spread / runs as f64;
            without += (found.spread - found.noise.expect("replications")) / runs as f64;
            let mean = found.estimate();
            covered += usize::from(mean.low() < Some(3.0) && mean.high() > Some(3.0));
        }
        assert!((without - 1.0).abs() < 0.05, "{without}");
        assert!((with - 1.5).abs() < 0.05, "{with}");
        let coverage = covered as f64 / runs as f64;
        assert!((0.94..0.97).contains(&coverage), "{coverage}");
    }
}
