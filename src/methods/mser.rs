//! MSER-5: how much of the beginning of a series to leave out.
//!
//! K. P. White, An effective truncation heuristic for bias reduction in simulation output, *Simulation* 69 (1997) 323-334;
//! K. P. White, M. J. Cobb and S. C. Spratt, A comparison of five steady-state truncation heuristics for
//! simulation, *Proceedings of the 2000 Winter Simulation Conference*, 755-760.
//!
//! The series is cut into batches of 5 with means `Z_1 … Z_k`. Leaving out the first `d` batches, the mean of the rest
//! has the (marginal) squared standard error
//!
//! `MSER(d) = 1 / (k - d)² Σ_{j > d} (Z_j - Z̄_{k,d})²`,
//!
//! and the rule takes the `d` that makes it smallest: an initial transient inflates the sum, leaving out too much
//! shrinks the divisor. Near the end few batches are left, and some are alike by chance; so the search goes over the first
//! half. If the minimum over the whole series (without its last 5 batches) lies in the second half, the series is too
//! short to tell, and this says so.

/// Observations in a batch of MSER-5.
pub const BATCH: usize = 5;
/// Batches at the end at which no cut is looked for: so few may be alike by chance.
const LAST: usize = 5;
/// Fewest batches of which anything is said.
const FEWEST: usize = 10;

/// Where a series is to be cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// Observations to leave out: a multiple of the batch size, at most half of the series.
    pub observations: usize,
    /// MSER there.
    pub objective: f64,
    /// MSER of the whole series.
    pub untruncated: f64,
}

/// Why no cut is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTruncation {
    /// Fewer than ten batches.
    TooShort {
        /// Observations that would be enough for a search.
        needed: usize,
    },
    /// A number that is not finite.
    NotFinite,
    /// The smallest MSER lies in the second half, after so many observations: the transient (or a trend) lasts too long
    /// for a run of this length.
    SecondHalf(usize),
}

/// MSER over batches of five.
///
/// # Errors
/// A series of which nothing can be said.
pub fn mser5(series: &[f64]) -> Result<Truncation, NoTruncation> {
    mser(series, BATCH)
}

/// MSER over batches of `batch` observations; those at the end that fill no batch are left aside.
///
/// # Errors
/// A series of which nothing can be said.
pub fn mser(series: &[f64], batch: usize) -> Result<Truncation, NoTruncation> {
    let batch = batch.max(1);
    if series.len() / batch < FEWEST {
        return Err(NoTruncation::TooShort {
            needed: FEWEST * batch,
        });
    }
    if series.iter().any(|x| !x.is_finite()) {
        return Err(NoTruncation::NotFinite);
    }
    let objectives = objectives(series, batch);
    let k = objectives.len();
    let smallest = |upto: usize| {
        // The first of equals: what need not be left out is kept.
        (0..=upto).fold(
            0,
            |best, d| {
                if objectives[d] < objectives[best] { d } else { best }
            },
        )
    };
    let (anywhere, cut) = (smallest(k - LAST), smallest(k / 2));
    if anywhere > k / 2 {
        return Err(NoTruncation::SecondHalf(anywhere * batch));
    }
    Ok(Truncation {
        observations: cut * batch,
        objective: objectives[cut],
        untruncated: objectives[0],
    })
}

/// `MSER(d)` for every number `d` of batches left out, from 0 to all but one.
pub fn objectives(series: &[f64], batch: usize) -> Vec<f64> {
    let means: Vec<f64> = series
        .chunks_exact(batch.max(1))
        .map(|b| b.iter().sum::<f64>() / b.len() as f64)
        .collect();
    let mut out = vec![0.0; means.len()];
    // From the end, by Welford's update: each batch is taken in once.
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for (z, out) in means.iter().zip(&mut out).rev() {
        n += 1.0;
        let before = z - mean;
        mean += before / n;
        squares += before * (z - mean);
        *out = squares / (n * n);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;
    use crate::stats::normal_quantile;

    fn in_fives(means: &[f64]) -> Vec<f64> {
        // Five unequal numbers with each mean, so that the batches matter.
        let parts = [-2.0, -1.0, 0.0, 1.0, 2.0];
        means.iter().flat_map(|m| parts.map(|p| m + p)).collect()
    }

    /// By hand: Z = 10, 4, 1, 1, 3, 1, 3, 1, 3, 1, 3, 1. Over 0 left out the mean is 32/12 and the squares 158 - 32²/12
    /// = 72.6667, MSER = 72.6667/144 = 0.50463; 1 out: mean 2, squares 58 - 44 = 14, 14/121 = 0.11570; 2 out: mean 1.8,
    /// squares 42 - 32.4 = 9.6, 9.6/100 = 0.096; 3 out: mean 17/9, squares 41 - 289/9 = 8.8889, /81 = 0.10974.
    #[test]
    fn the_objective_is_as_by_hand() {
        let series = in_fives(&[10.0, 4.0, 1.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0]);
        let found = objectives(&series, 5);
        let by_hand = [
            (158.0 - 32.0 * 32.0 / 12.0) / 144.0,
            14.0 / 121.0,
            0.096,
            (41.0 - 289.0 / 9.0) / 81.0,
        ];
        for (a, b) in found.iter().zip(by_hand) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        let cut = mser5(&series).unwrap();
        assert_eq!(cut.observations, 10);
        assert!((cut.objective - 0.096).abs() < 1e-12 && (cut.untruncated - found[0]).abs() < 1e-15);
    }

    #[test]
    fn what_is_short_endless_or_not_a_number_is_said() {
        assert_eq!(mser5(&[1.0; 49]), Err(NoTruncation::TooShort { needed: 50 }));
        let mut broken = vec![1.0; 100];
        broken[70] = f64::NAN;
        assert_eq!(mser5(&broken), Err(NoTruncation::NotFinite));
        // A level that is reached after two thirds of the run only.
        let late: Vec<f64> = (0..150)
            .map(|i| f64::from(i).min(100.0) + f64::from(i % 2))
            .collect();
        assert!(matches!(mser5(&late), Err(NoTruncation::SecondHalf(at)) if (95..=105).contains(&at)));
        // Nothing varies: nothing is left out.
        assert_eq!(mser5(&[3.0; 100]).unwrap().observations, 0);
    }

    /// AR(1) about 0 with coefficient 0.5 and an initial bias of 10 standard deviations that falls by a tenth a step, in 200
    /// series of 500. The bias is below 1 standard deviation after 22 steps and below 0.1 after 44: the median cut must lie
    /// between. Without bias the median must be 0, and the cut is in the first tenth in 80% of series. The draws are
    /// fixed, so the test always gives the same; medians of 200 vary by less than two batches between seeds.
    #[test]
    fn a_known_bias_is_cut_and_no_bias_is_not() {
        let draws = Draws::new(11, 0);
        let cuts = |bias: f64| -> Vec<usize> {
            let mut cuts: Vec<usize> = (0..200)
                .map(|s| {
                    let mut x = 0.0;
                    let series: Vec<f64> = (0..500)
                        .map(|i| {
                            x = 0.5 * x + libm::sqrt(0.75) * normal_quantile(draws.uniform(s, 0, i, 0));
                            x + bias * libm::pow(0.9, f64::from(i))
                        })
                        .collect();
                    mser5(&series).map_or(500, |t| t.observations)
                })
                .collect();
            cuts.sort_unstable();
            cuts
        };
        let biased = cuts(10.0);
        assert!((20..=45).contains(&biased[100]), "median {}", biased[100]);
        assert!(biased[10] >= 10, "5th centile {}", biased[10]);
        let plain = cuts(0.0);
        assert!(
            plain[100] <= 5 && plain[160] <= 50,
            "{} {}",
            plain[100],
            plain[160]
        );
    }
}
