//! A polynomial through the outcomes of several sizes, for when more is not always better.
//!
//! Every replication r has its own margins y_j(r) at the sizes x_j that were simulated, all with the same random numbers. Ordinary least
//! squares is linear in them: the fitted margin at a size x is `Σ_j w_j(x) y_j(r)` with `w(x) = b(x)' (B'B)^-1 B'`. It is
//! worked out for each replication; the mean and standard error over replications then are those of the fitted curve, with
//! whatever correlation common random numbers bring, and without assuming equal variances. (Replicated designs with least squares by replication: J. P. C. Kleijnen, Design and
//! Analysis of Simulation Experiments, 2nd edition, Springer, 2015, chapter 3.)
//!
//! The degree is the smallest of 1 to 4 (and at most the number of points less 2) whose mean residuals are not shown to differ from 0 (Student t at each point,
//! Bonferroni, 5%). If none will do, the points themselves are judged and the sizes between them stay undecided.
//! Every allowed size is then judged with error α/m, so that all verdicts hold together with probability at least 1 - α if the polynomial is true.

use super::sizing::{Answer, Verdict, judge};
use super::systems::{Level, Series};

/// Highest degree tried.
const MOST: usize = 4;

/// Error of the test for lack of fit.
const LACK_OF_FIT: f64 = 0.05;

/// What the metamodel says.
#[derive(Clone, Debug, PartialEq)]
pub struct Metamodel {
    /// Degree of the polynomial; `None` if none fits.
    pub degree: Option<usize>,
    /// Smallest corrected p of lack of fit at that degree (of the highest one tried, if none fits).
    pub lack_of_fit: f64,
    /// Sizes it rests on, by their places.
    pub points: Vec<usize>,
    /// Replications of each.
    pub n: u64,
    /// Fitted margin of each target at every size.
    pub margins: Vec<Vec<Option<Level>>>,
    /// Verdict of every size.
    pub verdicts: Vec<Verdict>,
    /// Error of each verdict.
    pub each: f64,
}

impl Metamodel {
    /// The smallest size shown to meet, whatever larger ones do.
    pub fn answer(&self) -> Answer {
        let m = self.verdicts.len();
        let first = |what: Verdict| self.verdicts.iter().position(|v| *v == what);
        let open = self.verdicts.iter().position(|v| *v != Verdict::Fails);
        match (first(Verdict::Meets), open) {
            (Some(meets), Some(from)) if from < meets => Answer::Between { from, meets },
            (Some(meets), _) => Answer::Smallest(meets),
            (None, Some(from)) => Answer::NoneShown(from),
            (None, None) if m > 0 => Answer::NoneMeets,
            (None, None) => Answer::NoneShown(0),
        }
    }
}

/// Chebyshev polynomials 0..=degree of x in [-1, 1]: a basis that keeps the equations well conditioned.
fn basis(x: f64, degree: usize) -> Vec<f64> {
    let mut b = vec![1.0, x];
    for k in 2..=degree {
        b.push(2.0 * x * b[k - 1] - b[k - 2]);
    }
    b.truncate(degree + 1);
    b
}

/// Solves the symmetric positive definite system `a z = b` by Gaussian elimination with pivoting; `None` if singular.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let k = b.len();
    for col in 0..k {
        let pivot = (col..k).max_by(|&i, &j| libm::fabs(a[i][col]).total_cmp(&libm::fabs(a[j][col])))?;
        if libm::fabs(a[pivot][col]) < 1e-12 {
            return None;
        }
        a.swap(col, pivot);
        b.swap(col, pivot);
        for row in col + 1..k {
            let factor = a[row][col] / a[col][col];
            let upper = a[col].clone();
            for (x, u) in a[row].iter_mut().zip(&upper).skip(col) {
                *x -= factor * u;
            }
            b[row] -= factor * b[col];
        }
    }
    for col in (0..k).rev() {
        let known: f64 = (col + 1..k).map(|j| a[col][j] * b[j]).sum();
        b[col] = (b[col] - known) / a[col][col];
    }
    Some(b)
}

/// Weights of the points `xs` in the fitted value at `x`, all in [-1, 1]; `None` if the points do not determine it.
fn weights(xs: &[f64], x: f64, degree: usize) -> Option<Vec<f64>> {
    let rows: Vec<Vec<f64>> = xs.iter().map(|&x| basis(x, degree)).collect();
    let k = degree + 1;
    let normal = (0..k)
        .map(|i| (0..k).map(|j| rows.iter().map(|r| r[i] * r[j]).sum()).collect())
        .collect();
    let z = solve(normal, basis(x, degree))?;
    Some(
        rows.iter()
            .map(|r| r.iter().zip(&z).map(|(a, b)| a * b).sum())
            .collect(),
    )
}

/// Fits margins[point][target] over the sizes `all[points]` and judges every size.
pub(super) fn fit(all: &[f64], points: &[usize], margins: &[Vec<Series>], alpha: f64) -> Metamodel {
    let targets = margins.first().map_or(0, Vec::len);
    let each = alpha / all.len().max(1) as f64;
    let n = margins
        .iter()
        .flatten()
        .flatten()
        .map(Vec::len)
        .min()
        .unwrap_or(0);
    let (low, high) = (all[0], all[all.len() - 1]);
    let scaled = |x: f64| match high > low {
        true => 2.0 * (x - low) / (high - low) - 1.0,
        false => 0.0,
    };
    let at: Vec<f64> = points.iter().map(|&i| scaled(all[i])).collect();
    let whole = margins.iter().flatten().all(Option::is_some);
    let series = |target: usize| -> Vec<&[f64]> {
        margins
            .iter()
            .filter_map(|m| m[target].as_deref().map(|xs| &xs[..n]))
            .collect()
    };
    let combine = |ys: &[&[f64]], w: &[f64]| -> Vec<f64> {
        (0..n)
            .map(|r| ys.iter().zip(w).map(|(y, w)| w * y[r]).sum())
            .collect()
    };
    let mut chosen = None;
    let mut lack_of_fit = 0.0;
    if whole && points.len() >= 3 {
        for degree in 1..=MOST.min(points.len() - 2) {
            let Some(hat) = at
                .iter()
                .map(|&x| weights(&at, x, degree))
                .collect::<Option<Vec<_>>>()
            else {
                break;
            };
            let mut least = 1.0_f64;
            for target in 0..targets {
                let ys = series(target);
                for (w, y) in hat.iter().zip(&ys) {
                    let residual = Level::of_difference(y, &combine(&ys, w));
                    // A residual that never varies has no test; unless it is 0, the polynomial visibly misses the point.
                    let p = match residual.agrees() && residual.mean != 0.0 {
                        true => 0.0,
                        false => 2.0 * residual.p_above(0.0).min(residual.p_below(0.0)),
                    };
                    least = least.min(p * (ys.len() * targets) as f64);
                }
            }
            lack_of_fit = least;
            if least > LACK_OF_FIT {
                chosen = Some(degree);
                break;
            }
        }
    }
    let fitted = |i: usize, target: usize| -> Option<Level> {
        match chosen {
            Some(degree) => {
                let w = weights(&at, scaled(all[i]), degree)?;
                Some(Level::of(&combine(&series(target), &w)))
            }
            None => {
                let point = points.iter().position(|&p| p == i)?;
                margins[point][target].as_deref().map(Level::of)
            }
        }
    };
    let margins: Vec<Vec<Option<Level>>> = (0..all.len())
        .map(|i| (0..targets).map(|t| fitted(i, t)).collect())
        .collect();
    Metamodel {
        degree: chosen,
        lack_of_fit,
        points: points.to_vec(),
        n: n as u64,
        verdicts: margins.iter().map(|m| judge(m, each)).collect(),
        margins,
        each,
    }
}
