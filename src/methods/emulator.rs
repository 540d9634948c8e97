//! A Gaussian-process emulator of one outcome of a stochastic simulator: what its mean would be at inputs that were never run.
//!
//! Stochastic kriging (B. Ankenman, B. L. Nelson and J. Staum, Operations Research 58 (2010) 371-382): the mean over the replications of
//! design point i is
//!
//! ```text
//! y_i = h(x_i)' b + s Z(x_i) + t w_i + e_i,     cov(Z(x), Z(x')) = (1 + a + a²/3) exp(-a),  a² = 5 Σ_k (x_k - x'_k)² / l_k²
//! ```
//!
//! with the known variance of the mean over replications for `e_i` (different from point to point), a nugget t² for what is neither
//! smooth nor replication noise, and one length `l_k` for each input (Matérn's covariance with 5/2: twice differentiable, less rigid
//! than the Gaussian one, which makes predictions too sure of themselves: M. L. Stein, Interpolation of Spatial Data,
//! Springer 1999). `h` is constant, linear, or linear with squares; its coefficients have a flat prior and are integrated out.
//! s, t and l maximise the restricted marginal likelihood times weak priors (`likelihood.rs`).
//! Prediction, with K = cov(y), P = K⁻¹ - K⁻¹H (H'K⁻¹H)⁻¹ H'K⁻¹ and u = h(x) - H'K⁻¹k(x) (C. E. Rasmussen and C. K. I.
//! Williams, Gaussian Processes for Machine Learning, MIT Press 2006, equations 2.41-2.42):
//!
//! ```text
//! mean = h(x)' b + k(x)' P y,     variance = s² - k(x)' K⁻¹ k(x) + u' (H'K⁻¹H)⁻¹ u + t².
//! ```
//!
//! It is the variance of the simulator's mean: noise of replications is left out, the nugget is kept. Leaving out each
//! point in turn needs no refit: `y_i - mean_-i = [P y]_i / P_ii`, its variance `1 / P_ii` (O. Dubrule, Journal of the International
//! Association for Mathematical Geology 15 (1983) 687-699).

mod likelihood;
#[cfg(test)]
mod tests;

use std::fmt;

use super::crossed::mean;
use super::dense::{Square, dot};
use super::noise::variance;
use super::sequence::sobol;
use likelihood::{Hyper, Problem};

/// Why there is no emulator, no region or no posterior.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Too few points for what is to be estimated.
    TooFew {
        /// How many there are.
        points: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Rows of different lengths, or as many values as there are not points.
    Shapes,
    /// A value that is no number, or a negative variance.
    NotFinite,
    /// The outcome is the same at every point.
    Constant(f64),
    /// The covariance matrix cannot be inverted: the same point twice without noise, or columns that do not determine the trend.
    Singular,
    /// No point was found that every target accepts.
    Empty {
        /// The nearest point found.
        nearest: Vec<f64>,
        /// Its implausibility over the cut-off: above 1.
        score: f64,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::TooFew { points, needed } => write!(f, "there are {points}, and it takes at least {needed}"),
            Why::Shapes => f.write_str("points, values and variances differ in number"),
            Why::NotFinite => f.write_str("a value is not a finite number, or a variance is negative"),
            Why::Constant(value) => write!(f, "the outcome is {value} at every point: nothing moves it"),
            Why::Singular => f.write_str("the points do not determine an emulator (the same point twice?)"),
            Why::Empty { score, .. } => write!(
                f,
                "no inputs were found that every target accepts; the nearest are {score:.2} times as implausible as allowed"
            ),
        }
    }
}

impl std::error::Error for Why {}

/// The regression part of the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// A constant.
    Constant,
    /// A constant and every input.
    Linear,
    /// Every input and its square.
    Squares,
}

impl Trend {
    /// Coefficients with `d` inputs.
    fn columns(self, d: usize) -> usize {
        match self {
            Trend::Constant => 1,
            Trend::Linear => 1 + d,
            Trend::Squares => 1 + 2 * d,
        }
    }

    /// Points it takes before `fit` considers it.
    fn needed(self, d: usize) -> usize {
        match self {
            Trend::Constant => 4,
            Trend::Linear => 2 * (1 + d) + 2,
            Trend::Squares => 3 * (1 + 2 * d),
        }
    }

    /// Constant, Legendre polynomials of degree 1, of degree 2.
    fn basis(self, u: &[f64]) -> Vec<f64> {
        let mut h = vec![1.0];
        if self != Trend::Constant {
            h.extend(u.iter().map(|u| 2.0 * u - 1.0));
        }
        if self == Trend::Squares {
            h.extend(u.iter().map(|u| {
                let z = 2.0 * u - 1.0;
                0.5 * (3.0 * z * z - 1.0)
            }));
        }
        h
    }
}

/// How well an emulator stands its own test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    /// Its errors are as large as it says, and it explains at least half of what noise leaves to explain.
    Good,
    /// Its errors are larger than it says, beyond chance.
    Overconfident,
    /// It says how wrong it is, but explains less than half of what noise leaves to explain.
    Poor,
}

/// Each design point predicted from all others (with the same lengths and variances).
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Predicted values.
    pub predicted: Vec<f64>,
    /// Variances of the noisy values about them.
    pub variances: Vec<f64>,
    /// Errors over their standard deviations.
    pub standardised: Vec<f64>,
    /// Share of them within ±2.
    pub within_two: f64,
    /// Share expected of normal ones, 0.9545.
    pub expected: f64,
    /// Standard error of the share if they were independent.
    pub within_error: f64,
    /// Mean square of them; 1 is expected.
    pub mean_square: f64,
    /// 1 - squared errors / squared deviations from the mean.
    pub r2: f64,
    /// The best R² that the noise of the values allows, at least 0.
    pub ceiling: f64,
    /// The verdict.
    pub verdict: Fitness,
}

/// P(|Z| < 2).
const WITHIN_TWO: f64 = 0.954_499_736_103_641_6;

/// The emulator of one outcome over the unit cube.
#[derive(Clone, Debug)]
pub struct Emulator {
    trend: Trend,
    hyper: Hyper,
    /// Mean and standard deviation of the values it was fitted to: everything below is in units of them.
    centre: f64,
    scale: f64,
    common: f64,
    /// Design points over the lengths, a column for each input.
    columns: Vec<Vec<f64>>,
    /// Inverse of K's Cholesky factor.
    inverse: Square,
    /// P y.
    weights: Vec<f64>,
    coefficients: Vec<f64>,
    /// Rows of H'K⁻¹, and the inverse Cholesky factor of H'K⁻¹H.
    projected: Vec<Vec<f64>>,
    small: Square,
    left_out: LeftOut,
}

impl Emulator {
    /// The emulator of `y` at design points `x` of the unit cube, with `noise` the variance of each `y`; the trend is that which
    /// predicts left-out points best (logarithmic score).
    ///
    /// # Errors
    ///
    /// Fewer than 4 points, shapes that differ, values that are not finite, an outcome that never varies, repeated points without
    /// noise.
    pub fn fit(x: &[Vec<f64>], y: &[f64], noise: &[f64]) -> Result<Emulator, Why> {
        let d = x.first().map_or(0, Vec::len);
        let feasible: Vec<Trend> = [Trend::Constant, Trend::Linear, Trend::Squares]
            .into_iter()
            .filter(|t| x.len() >= t.needed(d))
            .collect();
        Emulator::best(&feasible, x, y, noise)
    }

    /// The emulator with this trend.
    ///
    /// # Errors
    ///
    /// As [`Emulator::fit`]; and if there are too few points for the trend.
    pub fn fit_with(trend: Trend, x: &[Vec<f64>], y: &[f64], noise: &[f64]) -> Result<Emulator, Why> {
        let d = x.first().map_or(0, Vec::len);
        let needed = trend.columns(d) + 3;
        match x.len() < needed {
            true => Err(Why::TooFew {
                points: x.len(),
                needed,
            }),
            false => Emulator::best(&[trend], x, y, noise),
        }
    }

    fn best(trends: &[Trend], x: &[Vec<f64>], y: &[f64], noise: &[f64]) -> Result<Emulator, Why> {
        check(x, y, noise, 4)?;
        let (centre, scale) = (mean(y), libm::sqrt(variance(y)));
        if scale.is_nan() || scale <= 1e-12 * centre.abs() {
            return Err(Why::Constant(centre));
        }
        let mut best: Option<(f64, Trend, Hyper)> = None;
        for &trend in trends {
            let problem = Problem::new(trend, x, y, noise, centre, scale);
            let part = problem.part(trend.columns(x[0].len()));
            let Some(hyper) = part.as_ref().unwrap_or(&problem).search() else {
                continue;
            };
            let Some(score) = problem.solve(&hyper).map(|s| s.score()) else {
                continue;
            };
            if best.as_ref().is_none_or(|(b, ..)| score > *b) {
                best = Some((score, trend, hyper));
            }
        }
        let (_, trend, hyper) = best.ok_or(Why::Singular)?;
        let problem = Problem::new(trend, x, y, noise, centre, scale);
        let hyper = match problem.part(trend.columns(x[0].len())) {
            Some(_) => problem.polish(&hyper),
            None => hyper,
        };
        Emulator::build(trend, hyper, &problem, y, noise)
    }

    /// The emulator with given lengths and standard deviations `signal` and `nugget` (in the unit of `y`).
    ///
    /// # Errors
    ///
    /// As [`Emulator::fit`], but as few points as coefficients and one will do.
    pub fn given(
        trend: Trend,
        (lengths, signal, nugget): (&[f64], f64, f64),
        x: &[Vec<f64>],
        y: &[f64],
        noise: &[f64],
    ) -> Result<Emulator, Why> {
        check(x, y, noise, trend.columns(lengths.len()) + 1)?;
        if lengths.len() != x[0].len() {
            return Err(Why::Shapes);
        }
        let scale = libm::sqrt(variance(y));
        let scale = if scale > 0.0 { scale } else { signal };
        let problem = Problem::new(trend, x, y, noise, mean(y), scale);
        let hyper = Hyper {
            lengths: lengths.to_vec(),
            signal: signal * signal / (scale * scale),
            nugget: nugget * nugget / (scale * scale),
        };
        Emulator::build(trend, hyper, &problem, y, noise)
    }

    fn build(
        trend: Trend,
        hyper: Hyper,
        problem: &Problem,
        y: &[f64],
        noise: &[f64],
    ) -> Result<Emulator, Why> {
        let solved = problem.solve(&hyper).ok_or(Why::Singular)?;
        let left_out = left_out(&solved.weights, &solved.diagonal, problem.scale, y, noise);
        Ok(Emulator {
            trend,
            centre: problem.centre,
            scale: problem.scale,
            common: 0.0,
            columns: problem.scaled(&hyper.lengths),
            projected: solved.projected(),
            inverse: solved.inverse,
            weights: solved.weights,
            coefficients: solved.coefficients,
            small: solved.small,
            hyper,
            left_out,
        })
    }

    /// Adds the variance of an error that all design points share (see [`common_variance`](super::noise::common_variance)).
    pub fn with_common(mut self, variance: f64) -> Emulator {
        self.common = variance;
        self
    }

    /// Covariances with the design points, and the trend's columns.
    fn covariances(&self, u: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut k = vec![0.0; self.weights.len()];
        for ((column, u), length) in self.columns.iter().zip(u).zip(&self.hyper.lengths) {
            let at = u / length;
            for (k, x) in k.iter_mut().zip(column) {
                *k += (at - x) * (at - x);
            }
        }
        for k in &mut k {
            *k = self.hyper.signal * likelihood::matern(*k).0;
        }
        (k, self.trend.basis(u))
    }

    fn mean_of(&self, k: &[f64], h: &[f64]) -> f64 {
        self.centre + self.scale * (dot(h, &self.coefficients) + dot(k, &self.weights))
    }

    /// Variance from the trend's coefficients, the nugget and the common error, in units of `y` squared; and `scale²`.
    fn variance_without_signal(&self, k: &[f64], h: &[f64]) -> f64 {
        let u: Vec<f64> = h
            .iter()
            .zip(&self.projected)
            .map(|(h, row)| h - dot(row, k))
            .collect();
        let half = self.small.lower_times(&u);
        self.scale * self.scale * (dot(&half, &half) + self.hyper.nugget) + self.common
    }

    /// Mean and variance of the simulator's mean at `u`; noise of replications is not in it.
    pub fn predict(&self, u: &[f64]) -> (f64, f64) {
        let (k, h) = self.covariances(u);
        let half = self.inverse.lower_times(&k);
        let signal = (self.hyper.signal - dot(&half, &half)).max(0.0);
        (
            self.mean_of(&k, &h),
            self.variance_without_signal(&k, &h) + self.scale * self.scale * signal,
        )
    }

    /// The mean, and a variance that is not exceeded: much quicker than [`Emulator::predict`].
    pub fn rough(&self, u: &[f64]) -> (f64, f64) {
        let (k, h) = self.covariances(u);
        let most = self.variance_without_signal(&k, &h) + self.scale * self.scale * self.hyper.signal;
        (self.mean_of(&k, &h), most)
    }

    /// The mean at `u`.
    pub fn mean(&self, u: &[f64]) -> f64 {
        let (k, h) = self.covariances(u);
        self.mean_of(&k, &h)
    }

    /// How well each design point is predicted from the others.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// The trend.
    pub fn trend(&self) -> Trend {
        self.trend
    }

    /// Length of each input, in units of its range: how far one must go for the smooth part to become another.
    pub fn lengths(&self) -> &[f64] {
        &self.hyper.lengths
    }

    /// Standard deviation of the smooth part about the trend, in the unit of `y`.
    pub fn signal(&self) -> f64 {
        self.scale * libm::sqrt(self.hyper.signal)
    }

    /// Standard deviation of the nugget.
    pub fn nugget(&self) -> f64 {
        self.scale * libm::sqrt(self.hyper.nugget)
    }

    /// For each input the share of the mean surface's variance over the cube that it brings alone (its main effect: 8 values of
    /// the input, each averaged over the same 64 scrambled Sobol' points). What is missing to 1 in their sum is interaction.
    pub fn activity(&self) -> Vec<f64> {
        const LEVELS: usize = 8;
        let d = self.columns.len();
        let Ok(base) = sobol(64, d, 1) else {
            return Vec::new();
        };
        let population = |xs: &[f64]| variance(xs) * (xs.len() - 1) as f64 / xs.len() as f64;
        let all: Vec<f64> = base.iter().map(|u| self.mean(u)).collect();
        let whole = population(&all);
        (0..d)
            .map(|k| {
                let effect: Vec<f64> = (0..LEVELS)
                    .map(|level| {
                        let at = (level as f64 + 0.5) / LEVELS as f64;
                        let sum: f64 = base
                            .iter()
                            .map(|u| {
                                let mut u = u.clone();
                                u[k] = at;
                                self.mean(&u)
                            })
                            .sum();
                        sum / base.len() as f64
                    })
                    .collect();
                match whole > 0.0 {
                    true => (population(&effect) / whole).min(1.0),
                    false => 0.0,
                }
            })
            .collect()
    }
}

fn check(x: &[Vec<f64>], y: &[f64], noise: &[f64], needed: usize) -> Result<(), Why> {
    if x.len() < needed {
        return Err(Why::TooFew {
            points: x.len(),
            needed,
        });
    }
    let d = x[0].len();
    if y.len() != x.len() || noise.len() != x.len() || x.iter().any(|row| row.len() != d) {
        return Err(Why::Shapes);
    }
    let finite = x.iter().flatten().chain(y).all(|v| v.is_finite());
    match finite && noise.iter().all(|v| v.is_finite() && *v >= 0.0) {
        true => Ok(()),
        false => Err(Why::NotFinite),
    }
}

/// From P y and the diagonal of P, both in standard units.
fn left_out(weights: &[f64], diagonal: &[f64], scale: f64, y: &[f64], noise: &[f64]) -> LeftOut {
    let n = y.len() as f64;
    let errors: Vec<f64> = weights.iter().zip(diagonal).map(|(w, p)| scale * w / p).collect();
    let variances: Vec<f64> = diagonal.iter().map(|p| scale * scale / p).collect();
    let standardised: Vec<f64> = weights
        .iter()
        .zip(diagonal)
        .map(|(w, p)| w / libm::sqrt(*p))
        .collect();
    let within_two = standardised.iter().filter(|e| e.abs() < 2.0).count() as f64 / n;
    let within_error = libm::sqrt(WITHIN_TWO * (1.0 - WITHIN_TWO) / n);
    let mean_square = standardised.iter().map(|e| e * e).sum::<f64>() / n;
    let squares = variance(y) * (n - 1.0);
    let r2 = 1.0 - errors.iter().map(|e| e * e).sum::<f64>() / squares;
    let ceiling = (1.0 - noise.iter().sum::<f64>() / squares).max(0.0);
    let too_sure =
        within_two < WITHIN_TWO - 3.0 * within_error || mean_square > 1.0 + 3.0 * libm::sqrt(2.0 / n);
    LeftOut {
        predicted: y.iter().zip(&errors).map(|(y, e)| y - e).collect(),
        variances,
        standardised,
        within_two,
        expected: WITHIN_TWO,
        within_error,
        mean_square,
        r2,
        ceiling,
        verdict: match (too_sure, r2 < 0.5 * ceiling) {
            (true, _) => Fitness::Overconfident,
            (false, true) => Fitness::Poor,
            (false, false) => Fitness::Good,
        },
    }
}
