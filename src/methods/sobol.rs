//! Sobol' indices: which share of an outcome's variance over the factors' ranges each factor is answerable for.
//!
//! For independent factors, uniform on their ranges (any law through its quantile function), and `V = Var f(X)`:
//!
//! ```text
//! first order  S_i = Var( E(f | X_i) ) / V          what would go if X_i were known
//! total        T_i = E( Var(f | all but X_i) ) / V  what would stay if everything else were known
//! ```
//!
//! **Design and estimators** (Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola, Computer Physics
//! Communications 181 (2010) 259-270, table 2 (b) and (f), the second by Jansen, Computer Physics Communications 117
//! (1999) 35-43). Two designs A and B of N rows, the two halves of the columns of one scrambled Sobol' design, and for
//! each factor A with column i taken from B, written `AB_i`; `N (k + 2)` points:
//!
//! ```text
//! V_i = 1/N Σ_j y_B (y_ABi - y_A)      E_i = 1/2N Σ_j (y_A - y_ABi)²      V = sample variance of the 2N numbers y_A, y_B
//! ```
//!
//! with outcomes first centred by the mean over all points, without which `V_i` is unbiased but wild.
//!
//! **Noise.** An outcome at a point is a mean over n replications, the same ones for all points:
//! `y_x = 1/n Σ_r p_xr`, where `p_xr = f(x) + e_xr`, independent between replications but, with common random numbers,
//! *not* between points of one replication. Then `E y_x y_z = f(x) f(z) + Cov(e_x, e_z)/n`: all three sums, which are
//! sums of products of two outcomes, carry noise, and not only the variance does. But products of *different*
//! replications carry none, and `E p_xr p_zs = f(x) f(z)` for `r ≠ s`. So every product is the mean over pairs of
//! different replications,
//!
//! ```text
//! ⟨x, z⟩ = 1/(n(n-1)) Σ_(r≠s) p_xr p_zs = y_x y_z - (sample covariance of p_x and p_z)/n,
//! ```
//!
//! which makes numerators and denominator unbiased for what they would be without noise (after centring every
//! replication by its own mean over the points, which takes no more than the mean out of `f`). Indices so estimated may
//! come out a little below 0, and must be able to.
//!
//! **Intervals.** Rows and replications are independent inputs of the estimate. Its squared error is at most (in
//! expectation) the sum of the jackknife variances over all inputs (Efron and Stein, Annals of Statistics 9 (1981)
//! 586-596); the rows' part is taken by the bootstrap over design rows, the replications' by the jackknife. Intervals
//! are symmetric with Student's t (Satterthwaite). Rows of Sobol' points are not independent: for most outcomes they
//! spread better and intervals are wide, for some they do not, and below 64 rows intervals of skewed numerators are too
//! short (coverage is measured in docs/methods.md).

use super::crossed::{combined, mean};
use super::sequence::{TooManyDimensions, sobol};
use crate::random::{Draws, name_key, sub_key};
use crate::stats::{Estimate, LEVEL, Missing, student_t_critical, student_t_two_sided_p};

/// Resamples of the design rows.
const RESAMPLES: u64 = 1_000;

/// Fewest rows from which indices are worked out.
pub const LEAST_ROWS: usize = 8;

/// Fewest replications from which intervals are for other replications too, and anything is tested: below, leaving one
/// out leaves no pair to take the noise out with.
pub const LEAST_REPLICATIONS: usize = 3;

/// The design: for each row A, then AB of each factor, then B. More rows with the same seed continue it.
///
/// # Errors
///
/// If twice the number of factors is above the dimensions of Sobol' points.
pub fn design(rows: usize, factors: usize, seed: u64) -> Result<Vec<Vec<f64>>, TooManyDimensions> {
    let mut points = Vec::with_capacity(rows * (factors + 2));
    for both in sobol(rows, 2 * factors, seed)? {
        let (a, b) = both.split_at(factors);
        points.push(a.to_vec());
        for i in 0..factors {
            let mut point = a.to_vec();
            point[i] = b[i];
            points.push(point);
        }
        points.push(b.to_vec());
    }
    Ok(points)
}

/// The indices of one factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// First-order index.
    pub first: Estimate,
    /// Total index.
    pub total: Estimate,
    /// Total index if the noise were not taken out of its numerator, for comparison; `None` if nothing varies.
    pub total_with_noise: Option<f64>,
    /// One-sided p-value of "the total index is 0"; `None` without a standard error, or below [`LEAST_REPLICATIONS`],
    /// where the error leaves out the noise.
    pub p: Option<f64>,
    /// True if moving this factor never changed the outcome in any replication.
    pub inert: bool,
}

/// The indices of all factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// By factor.
    pub factors: Vec<Index>,
    /// Sum of the first-order indices: the share of the variance that is additive.
    pub additive: Estimate,
    /// Mean outcome over the factors' ranges.
    pub mean: f64,
    /// Variance of the outcome over the factors' ranges, without noise.
    pub variance: f64,
    /// Share of the observed variance of the outcome between points that is noise; `None` with one replication.
    pub noise_share: Option<f64>,
    /// Design rows.
    pub rows: usize,
}

/// Numerators and denominator.
#[derive(Clone, Debug)]
struct Parts {
    first: Vec<f64>,
    total: Vec<f64>,
    variance: f64,
}

impl Parts {
    /// First-order indices, total indices, the sum of the first-order ones.
    fn indices(&self) -> Option<Vec<f64>> {
        if self.variance <= 0.0 {
            return None;
        }
        let over = |x: &f64| x / self.variance;
        let mut all: Vec<f64> = self.first.iter().map(over).collect();
        let additive = all.iter().sum();
        all.extend(self.total.iter().map(over));
        all.push(additive);
        Some(all)
    }
}

/// Outcomes by point and replication, each replication centred by its mean over all points.
struct Centred {
    y: Vec<Vec<f64>>,
    factors: usize,
    rows: usize,
    replications: usize,
}

impl Centred {
    fn of(outcomes: &[Vec<f64>], factors: usize) -> Centred {
        let n = outcomes[0].len();
        let centre: Vec<f64> = (0..n)
            .map(|r| outcomes.iter().map(|y| y[r]).sum::<f64>() / outcomes.len() as f64)
            .collect();
        let centred = |y: &Vec<f64>| y.iter().zip(&centre).map(|(y, c)| y - c).collect();
        Centred {
            y: outcomes.iter().map(centred).collect(),
            factors,
            rows: outcomes.len() / (factors + 2),
            replications: n,
        }
    }

    fn a(&self, row: usize) -> &[f64] {
        &self.y[row * (self.factors + 2)]
    }

    fn ab(&self, row: usize, factor: usize) -> &[f64] {
        &self.y[row * (self.factors + 2) + 1 + factor]
    }

    fn b(&self, row: usize) -> &[f64] {
        &self.y[(row + 1) * (self.factors + 2) - 1]
    }

    /// The numerators' terms of one row, by factor, and its two squares, with products by `times`.
    fn row(&self, row: usize, times: &Product) -> Row {
        let (a, b) = (self.a(row), self.b(row));
        let (mut first, mut total) = (Vec::new(), Vec::new());
        for i in 0..self.factors {
            let change: Vec<f64> = self.ab(row, i).iter().zip(a).map(|(ab, a)| ab - a).collect();
            first.push(times.of(b, &change));
            total.push(times.of(&change, &change) / 2.0);
        }
        Row {
            first,
            total,
            squares: times.of(a, a) + times.of(b, b),
            sums: a.iter().zip(b).map(|(a, b)| a + b).collect(),
        }
    }

    fn all(&self, times: &Product) -> Vec<Row> {
        (0..self.rows).map(|row| self.row(row, times)).collect()
    }
}

/// How two outcomes are multiplied.
enum Product {
    /// Over pairs of different replications; with one replication the plain product.
    Apart,
    /// The same, one replication left out.
    Without(usize),
    /// The product of the means, noise and all.
    Means,
}

impl Product {
    fn of(&self, x: &[f64], z: &[f64]) -> f64 {
        let (mut sum_x, mut sum_z, mut same) = (0.0, 0.0, 0.0);
        for (x, z) in x.iter().zip(z) {
            sum_x += x;
            sum_z += z;
            same += x * z;
        }
        let mut n = x.len() as f64;
        match self {
            Product::Means => return sum_x * sum_z / (n * n),
            Product::Apart => {}
            Product::Without(r) => {
                sum_x -= x[*r];
                sum_z -= z[*r];
                same -= x[*r] * z[*r];
                n -= 1.0;
            }
        }
        if n < 2.0 {
            return sum_x * sum_z / (n * n);
        }
        (sum_x * sum_z - same) / (n * (n - 1.0))
    }
}

/// One design row's share of the sums.
struct Row {
    first: Vec<f64>,
    total: Vec<f64>,
    /// ⟨A, A⟩ + ⟨B, B⟩.
    squares: f64,
    /// A + B, by replication.
    sums: Vec<f64>,
}

/// Numerators and denominator from rows, each taken as often as `weights` says (weights sum to their number).
fn parts(rows: &[Row], weights: &[f64], times: &Product) -> Parts {
    let (k, n, count) = (rows[0].first.len(), rows[0].sums.len(), rows.len() as f64);
    let (mut first, mut total) = (vec![0.0; k], vec![0.0; k]);
    let (mut squares, mut sums) = (0.0, vec![0.0; n]);
    for (row, w) in rows.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
        for i in 0..k {
            first[i] += w * row.first[i] / count;
            total[i] += w * row.total[i] / count;
        }
        squares += w * row.squares;
        for (sum, s) in sums.iter_mut().zip(&row.sums) {
            *sum += w * s / (2.0 * count);
        }
    }
    let variance = (squares - 2.0 * count * times.of(&sums, &sums)) / (2.0 * count - 1.0);
    Parts {
        first,
        total,
        variance,
    }
}

/// First-order and total indices from `outcomes[point][replication]` on the points of [`design`], in its order.
///
/// Every point has the same number of replications: two separate the noise, three also give its part of the intervals.
/// `None` if the number of points does not fit, or there are fewer than [`LEAST_ROWS`] rows.
pub fn indices(factors: usize, outcomes: &[Vec<f64>], seed: u64) -> Option<Indices> {
    let rows = outcomes.len() / (factors + 2);
    if factors == 0 || outcomes.len() != rows * (factors + 2) || rows < LEAST_ROWS {
        return None;
    }
    let table = Centred::of(outcomes, factors);
    let once = vec![1.0; rows];
    let apart = table.all(&Product::Apart);
    let found = parts(&apart, &once, &Product::Apart);
    let raw = parts(&table.all(&Product::Means), &once, &Product::Means);
    // Where nothing but rounding varies there is nothing to share out.
    let size = outcomes
        .iter()
        .flatten()
        .fold(0.0_f64, |most, y| most.max(y.abs()));
    let rounding = 16.0 * f64::EPSILON * size;
    let varies = raw.variance > rounding * rounding;
    let value = varies.then(|| found.indices()).flatten();
    let errors = value.as_ref().map(|_| errors(&table, &apart, seed));
    let n = rows as u64;
    let estimate = |which: usize| match (&value, &errors) {
        (Some(value), Some(Some(errors))) => {
            let (error, df) = errors[which];
            Estimate::new(value[which], error, student_t_critical(LEVEL, df), n)
        }
        (Some(value), _) => Estimate::point(value[which], Missing::Unstable, n),
        (None, _) => Estimate::missing(Missing::DividesByZero, n),
    };
    let index = |i: usize| {
        let total = estimate(factors + i);
        let errors = errors.as_ref().and_then(Option::as_ref);
        let tested = errors.filter(|_| table.replications >= LEAST_REPLICATIONS);
        let p = tested.and_then(|errors| {
            let (error, df) = errors[factors + i];
            let t = total.value().filter(|_| error > 0.0)? / error;
            let tail = student_t_two_sided_p(t, df) / 2.0;
            Some(if t > 0.0 { tail } else { 1.0 - tail })
        });
        Index {
            first: estimate(i),
            total,
            total_with_noise: varies.then(|| raw.total[i] / raw.variance),
            p,
            inert: (0..rows).all(|row| table.ab(row, i) == table.a(row)),
        }
    };
    let halves = outcomes
        .chunks(factors + 2)
        .map(|row| (mean(&row[0]) + mean(&row[factors + 1])) / 2.0);
    Some(Indices {
        factors: (0..factors).map(index).collect(),
        additive: estimate(2 * factors),
        mean: halves.sum::<f64>() / rows as f64,
        variance: found.variance.max(0.0),
        noise_share: (table.replications > 1 && varies)
            .then(|| (1.0 - found.variance / raw.variance).clamp(0.0, 1.0)),
        rows,
    })
}

/// Standard errors with degrees of freedom of all indices in the order of [`Parts::indices`]; `None` if the
/// variance vanishes in some resamples.
fn errors(table: &Centred, rows: &[Row], seed: u64) -> Option<Vec<(f64, f64)>> {
    let count = rows.len();
    let draws = Draws::new(seed, 0);
    let root = name_key(&["sobol indices", "bootstrap"]);
    let resample = |b: u64| {
        let subject = sub_key(root, b);
        let mut weights = vec![0.0; count];
        for j in 0..count {
            let u = draws.uniform(subject, 0, j as u32, 0);
            weights[((u * count as f64) as usize).min(count - 1)] += 1.0;
        }
        parts(rows, &weights, &Product::Apart).indices()
    };
    let over_rows: Vec<Vec<f64>> = (0..RESAMPLES).filter_map(resample).collect();
    // A hundredth of the resamples may fail: beyond that the spread of the rest says nothing.
    if (over_rows.len() as u64) < RESAMPLES - RESAMPLES / 100 {
        return None;
    }
    let rows_df = (count - 1) as f64;
    let mut errors: Vec<Vec<(f64, f64)>> = spread(&over_rows)
        .into_iter()
        .map(|square| vec![(libm::sqrt(square / (over_rows.len() - 1) as f64), rows_df)])
        .collect();
    let n = table.replications;
    if n >= LEAST_REPLICATIONS {
        let mut without = Vec::with_capacity(n);
        for r in 0..n {
            let times = Product::Without(r);
            without.push(parts(&table.all(&times), &vec![1.0; count], &times).indices()?);
        }
        let share = (n - 1) as f64 / n as f64;
        for (errors, square) in errors.iter_mut().zip(spread(&without)) {
            errors.push((libm::sqrt(share * square), (n - 1) as f64));
        }
    }
    Some(errors.iter().map(|of| combined(of)).collect())
}

/// Sums of squared deviations from the mean, by column.
fn spread(rows: &[Vec<f64>]) -> Vec<f64> {
    (0..rows[0].len())
        .map(|i| {
            let centre = rows.iter().map(|row| row[i]).sum::<f64>() / rows.len() as f64;
            rows.iter().map(|row| (row[i] - centre) * (row[i] - centre)).sum()
        })
        .collect()
}
