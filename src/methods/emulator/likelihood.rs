//! The emulator's restricted marginal likelihood with its gradient, the weak priors, and the search for their greatest product.
//!
//! With flat priors of the trend's coefficients (D. A. Harville, Biometrika 61 (1974) 383-385), up to a constant,
//!
//! ```text
//! ln L = -1/2 ln|K| - 1/2 ln|H'K⁻¹H| - 1/2 y'Py,     d ln L = 1/2 (Py)' dK (Py) - 1/2 tr(P dK).
//! ```
//!
//! Priors, on values divided by their standard deviation: ln l normal with mean √2 + ½ ln d and variance 3 (C. Hvarfner, E. O. Hellsten
//! and L. Nardi, arXiv 2402.02229, 2024: the typical distance of points grows with √d); ln s² normal with mean -1 and ln t² with mean ln 1e-4, both with standard deviation 3.

use super::Trend;
use crate::methods::bfgs::least;
use crate::methods::dense::{Square, add, dot};

/// Lengths and variances, in units of the values' standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyper {
    pub lengths: Vec<f64>,
    pub signal: f64,
    pub nugget: f64,
}

/// Fewest points of the part on which the search starts.
const PART: usize = 160;

/// Evaluations of a search, and of the last one on all points.
const SEARCH: usize = 60;
const POLISH: usize = 30;

/// Slope of the log-likelihood per unit of a log-parameter that counts as flat.
const FLAT: f64 = 0.02;

/// Added to the diagonal against rounding, in units of the values' variance.
const JITTER: f64 = 1e-10;

const LN_SIGNAL: (f64, f64) = (-1.0, 9.0);
const LN_NUGGET: (f64, f64) = (-9.210_340_371_976_182, 9.0);
const LENGTH_VARIANCE: f64 = 3.0;

/// Values, noise and trend in standard units.
pub struct Problem {
    pub centre: f64,
    pub scale: f64,
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    noise: Vec<f64>,
    /// The trend's columns over the points.
    trend: Vec<Vec<f64>>,
}

/// What a prediction needs for given lengths and variances.
pub struct Solved {
    pub inverse: Square,
    pub weights: Vec<f64>,
    pub coefficients: Vec<f64>,
    pub small: Square,
    /// Diagonal of P.
    pub diagonal: Vec<f64>,
    /// ln of the restricted likelihood.
    pub ln_likelihood: f64,
    /// L⁻¹ H by columns, and rows of (H'K⁻¹H)^-1/2 H'K⁻¹.
    half: Vec<Vec<f64>>,
    removed: Vec<Vec<f64>>,
}

/// Matérn's correlation with 5/2 at a squared scaled distance, and the factor that Δ_k²/l_k² has in its slope by ln l_k.
pub fn matern(square: f64) -> (f64, f64) {
    let a = libm::sqrt(5.0 * square);
    let e = libm::exp(-a);
    ((1.0 + a + a * a / 3.0) * e, 5.0 / 3.0 * (1.0 + a) * e)
}

fn centre_of_lengths(d: usize) -> f64 {
    std::f64::consts::SQRT_2 + 0.5 * libm::log(d.max(1) as f64)
}

impl Problem {
    pub fn new(trend: Trend, x: &[Vec<f64>], y: &[f64], noise: &[f64], centre: f64, scale: f64) -> Problem {
        let rows: Vec<Vec<f64>> = x.iter().map(|u| trend.basis(u)).collect();
        let columns = rows[0].len();
        Problem {
            centre,
            scale,
            x: x.to_vec(),
            y: y.iter().map(|y| (y - centre) / scale).collect(),
            noise: noise.iter().map(|v| v / (scale * scale)).collect(),
            trend: (0..columns)
                .map(|c| rows.iter().map(|r| r[c]).collect())
                .collect(),
        }
    }

    /// Every so manieth point, where there are many: enough for a first idea of the lengths.
    pub fn part(&self, columns: usize) -> Option<Problem> {
        let n = self.x.len();
        let m = PART.max(3 * columns);
        if n <= m + m / 4 {
            return None;
        }
        let chosen = |values: &[f64]| -> Vec<f64> { (0..m).map(|i| values[i * n / m]).collect() };
        Some(Problem {
            centre: self.centre,
            scale: self.scale,
            x: (0..m).map(|i| self.x[i * n / m].clone()).collect(),
            y: chosen(&self.y),
            noise: chosen(&self.noise),
            trend: self.trend.iter().map(|column| chosen(column)).collect(),
        })
    }

    /// The points over the lengths, a column for each input.
    pub fn scaled(&self, lengths: &[f64]) -> Vec<Vec<f64>> {
        lengths
            .iter()
            .enumerate()
            .map(|(k, length)| self.x.iter().map(|row| row[k] / length).collect())
            .collect()
    }

    /// Squared scaled distances below the diagonal.
    fn distances(&self, lengths: &[f64]) -> Square {
        let columns = self.scaled(lengths);
        let n = self.x.len();
        let mut squares = Square::new(n);
        for i in 0..n {
            let row = &mut squares.row_mut(i)[..i];
            for column in &columns {
                let at = column[i];
                for (square, x) in row.iter_mut().zip(column) {
                    *square += (at - x) * (at - x);
                }
            }
        }
        squares
    }

    /// Everything for these lengths and variances; `None` if the matrix is not positive definite.
    pub fn solve(&self, hyper: &Hyper) -> Option<Solved> {
        let mut k = self.distances(&hyper.lengths);
        for (i, noise) in self.noise.iter().enumerate() {
            let row = k.row_mut(i);
            for square in &mut row[..i] {
                *square = hyper.signal * matern(*square).0;
            }
            row[i] = hyper.signal + hyper.nugget + noise + JITTER;
        }
        self.solved(k)
    }

    fn solved(&self, k: Square) -> Option<Solved> {
        let factor = k.cholesky()?;
        let log_determinant = factor.log_determinant();
        let inverse = factor.inverse_of_lower();
        let half: Vec<Vec<f64>> = self.trend.iter().map(|h| inverse.lower_times(h)).collect();
        let y = inverse.lower_times(&self.y);
        let p = half.len();
        let mut normal = Square::new(p);
        for i in 0..p {
            for j in 0..=i {
                normal.row_mut(i)[j] = dot(&half[i], &half[j]);
            }
        }
        let small = normal.cholesky()?;
        let log_small = small.log_determinant();
        let small = small.inverse_of_lower();
        let right: Vec<f64> = half.iter().map(|h| dot(h, &y)).collect();
        let coefficients = small.upper_times(&small.lower_times(&right));
        let mut rest = y;
        for (h, b) in half.iter().zip(&coefficients) {
            add(-b, h, &mut rest);
        }
        let weights = inverse.upper_times(&rest);
        // Rows of (H'K⁻¹H)^-1/2 H' L⁻ᵀ, then of (H'K⁻¹H)^-1/2 H' K⁻¹.
        let removed: Vec<Vec<f64>> = (0..p)
            .map(|i| {
                let mut row = vec![0.0; rest.len()];
                for (j, h) in half.iter().enumerate().take(i + 1) {
                    add(small.row(i)[j], h, &mut row);
                }
                inverse.upper_times(&row)
            })
            .collect();
        let n = rest.len();
        let mut diagonal = vec![0.0; n];
        for i in 0..n {
            for (d, v) in diagonal.iter_mut().zip(&inverse.row(i)[..=i]) {
                *d += v * v;
            }
        }
        for row in &removed {
            for (d, v) in diagonal.iter_mut().zip(row) {
                *d -= v * v;
            }
        }
        if diagonal.iter().any(|d| d.is_nan() || *d <= 0.0) {
            return None;
        }
        let ln_likelihood = -0.5 * (log_determinant + log_small + dot(&rest, &rest));
        Some(Solved {
            inverse,
            weights,
            coefficients,
            small,
            diagonal,
            ln_likelihood,
            half,
            removed,
        })
    }

    /// -ln of likelihood times priors at logarithms of lengths, signal and nugget, with its gradient.
    pub fn cost(&self, at: &[f64]) -> Option<(f64, Vec<f64>)> {
        let d = at.len() - 2;
        if at.iter().any(|v| v.is_nan() || v.abs() >= 40.0) {
            return None;
        }
        let hyper = Hyper::of(at);
        let n = self.x.len();
        let squares = self.distances(&hyper.lengths);
        let mut k = Square::new(n);
        let mut slopes = Square::new(n);
        for i in 0..n {
            let (row, slope) = (k.row_mut(i), slopes.row_mut(i));
            for ((value, slope), square) in row.iter_mut().zip(slope).zip(&squares.row(i)[..i]) {
                let (correlation, factor) = matern(*square);
                *value = hyper.signal * correlation;
                *slope = hyper.signal * factor;
            }
            row[i] = hyper.signal + hyper.nugget + self.noise[i] + JITTER;
        }
        let signal_part = k.clone();
        let solved = self.solved(k)?;
        // w w' - P below the diagonal; each such element stands for two.
        let mut m = solved.inverse.gram();
        for i in 0..n {
            let row = &mut m.row_mut(i)[..=i];
            row.iter_mut().for_each(|v| *v = -*v);
            for removed in &solved.removed {
                add(removed[i], &removed[..=i], row);
            }
            add(solved.weights[i], &solved.weights[..=i], row);
        }
        let columns = self.scaled(&hyper.lengths);
        let mut gradient = vec![0.0; d + 2];
        let mut product = vec![0.0; n];
        for i in 0..n {
            let row = m.row(i);
            gradient[d] += 0.5 * hyper.signal * row[i] + dot(&row[..i], &signal_part.row(i)[..i]);
            gradient[d + 1] += 0.5 * hyper.nugget * row[i];
            for ((p, m), s) in product.iter_mut().zip(&row[..i]).zip(slopes.row(i)) {
                *p = m * s;
            }
            for (g, column) in gradient.iter_mut().zip(&columns) {
                let at = column[i];
                *g += weighted_squares(&product[..i], &column[..i], at);
            }
        }
        let mut value = -solved.ln_likelihood;
        gradient.iter_mut().for_each(|g| *g = -*g);
        let mut prior = |i: usize, mean: f64, variance: f64| {
            let off = at[i] - mean;
            value += 0.5 * off * off / variance;
            gradient[i] += off / variance;
        };
        for i in 0..d {
            prior(i, centre_of_lengths(d), LENGTH_VARIANCE);
        }
        prior(d, LN_SIGNAL.0, LN_SIGNAL.1);
        prior(d + 1, LN_NUGGET.0, LN_NUGGET.1);
        value.is_finite().then_some((value, gradient))
    }

    /// The best of searches from long, middling and short lengths.
    pub fn search(&self) -> Option<Hyper> {
        let d = self.x[0].len();
        let starts = [(0.0, -1.0, -7.0), (-1.5, -1.0, -5.0), (-2.5, -0.3, -9.0)];
        let mut best: Option<(f64, Vec<f64>)> = None;
        for (length, signal, nugget) in starts {
            let mut start = vec![centre_of_lengths(d) + length; d];
            start.extend([signal, nugget]);
            let Some(found) = least(&start, SEARCH, FLAT, &mut |at| self.cost(at)) else {
                continue;
            };
            if best.as_ref().is_none_or(|(value, _)| found.value < *value) {
                best = Some((found.value, found.at));
            }
        }
        best.map(|(_, at)| Hyper::of(&at))
    }

    /// A search on from here.
    pub fn polish(&self, hyper: &Hyper) -> Hyper {
        match least(&hyper.logarithms(), POLISH, FLAT, &mut |at| self.cost(at)) {
            Some(found) => Hyper::of(&found.at),
            None => hyper.clone(),
        }
    }
}

/// Σ p_j (at - x_j)², in eight interleaved parts.
fn weighted_squares(p: &[f64], x: &[f64], at: f64) -> f64 {
    let mut parts = [0.0; 8];
    let (mut left, mut right) = (p.chunks_exact(8), x.chunks_exact(8));
    for (p, x) in left.by_ref().zip(right.by_ref()) {
        for ((part, p), x) in parts.iter_mut().zip(p).zip(x) {
            *part += p * ((at - x) * (at - x));
        }
    }
    let rest = left.remainder().iter().zip(right.remainder());
    let rest: f64 = rest.map(|(p, x)| p * ((at - x) * (at - x))).sum();
    let [a, b, c, d, e, f, g, h] = parts;
    ((a + e) + (b + f)) + ((c + g) + (d + h)) + rest
}

impl Hyper {
    fn of(at: &[f64]) -> Hyper {
        let d = at.len() - 2;
        Hyper {
            lengths: at[..d].iter().map(|v| libm::exp(*v)).collect(),
            signal: libm::exp(at[d]),
            nugget: libm::exp(at[d + 1]),
        }
    }

    fn logarithms(&self) -> Vec<f64> {
        let mut at: Vec<f64> = self.lengths.iter().map(|l| libm::log(*l)).collect();
        at.extend([libm::log(self.signal), libm::log(self.nugget)]);
        at
    }
}

impl Solved {
    /// Logarithmic score of the left-out predictions: the sum of their log densities at what was seen, without the constant.
    pub fn score(&self) -> f64 {
        self.weights
            .iter()
            .zip(&self.diagonal)
            .map(|(w, p)| 0.5 * (libm::log(*p) - w * w / p))
            .sum()
    }

    /// Rows of H'K⁻¹.
    pub fn projected(&self) -> Vec<Vec<f64>> {
        self.half.iter().map(|h| self.inverse.upper_times(h)).collect()
    }
}
