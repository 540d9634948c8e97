//! Weighted least squares on a few columns, and the polynomial bases of value-of-information regressions.
//!
//! Parameters enter by their quantile u in (0, 1), turned to z = 2u - 1: over the priors z is uniform on (-1, 1), where the Legendre
//! polynomials (DLMF 18.3, 18.9.1) are orthogonal, so that the normal equations stay well conditioned.

/// A basis: the columns of a regression, without the constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// What it is, in words.
    pub name: String,
    /// `columns[row]`: the values of one draw.
    pub rows: Vec<Vec<f64>>,
}

/// Legendre polynomials of degree 1 to `degree` at z.
pub fn legendre(z: f64, degree: usize) -> Vec<f64> {
    let mut all = vec![1.0, z];
    for k in 1..degree {
        let n = k as f64;
        all.push(((2.0 * n + 1.0) * z * all[k] - n * all[k - 1]) / (n + 1.0));
    }
    all.truncate(degree + 1);
    all.remove(0);
    all
}

/// The bases tried for a group of parameters, given by quantile `u[draw][parameter]`: sums of polynomials of degree 1 to 4, and
/// degree 2 with all products of two; only those with at most a fifth as many columns as draws, but always the first.
pub fn bases(u: &[Vec<f64>]) -> Vec<Basis> {
    let sum = |degree: usize| -> Vec<Vec<f64>> {
        u.iter()
            .map(|row| row.iter().flat_map(|u| legendre(2.0 * u - 1.0, degree)).collect())
            .collect()
    };
    let mut all: Vec<Basis> = (1..=4)
        .map(|degree| Basis {
            name: format!("degree {degree}"),
            rows: sum(degree),
        })
        .collect();
    let parameters = u.first().map_or(0, Vec::len);
    if parameters > 1 {
        let mut rows = sum(2);
        for (row, u) in rows.iter_mut().zip(u) {
            for i in 0..parameters {
                for j in 0..i {
                    row.push((2.0 * u[i] - 1.0) * (2.0 * u[j] - 1.0));
                }
            }
        }
        all.push(Basis {
            name: "degree 2 with products".to_string(),
            rows,
        });
    }
    let most = u.len() / 5;
    let mut first = true;
    all.retain(|b| std::mem::take(&mut first) || b.rows.first().is_some_and(|r| r.len() <= most));
    all
}

/// A fit of `y` on a constant and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Fitted values.
    pub fitted: Vec<f64>,
    /// Mean squared error of prediction when each draw is left out in turn (PRESS over draws).
    pub left_out: f64,
    /// Explained variance per column over residual variance: F.
    pub f: f64,
}

/// Least squares with weights that sum to the number of rows; `None` where the columns do not determine it.
pub fn fit(rows: &[Vec<f64>], y: &[f64], weights: &[f64]) -> Option<Fit> {
    let columns = rows.first()?.len() + 1;
    let draws = rows.len();
    if draws <= columns {
        return None;
    }
    let row = |d: usize| -> Vec<f64> {
        let mut all = vec![1.0];
        all.extend(&rows[d]);
        all
    };
    let mut normal = vec![vec![0.0; columns]; columns];
    let mut right = vec![0.0; columns];
    for d in 0..draws {
        let x = row(d);
        for i in 0..columns {
            right[i] += weights[d] * x[i] * y[d];
            for j in 0..=i {
                normal[i][j] += weights[d] * x[i] * x[j];
            }
        }
    }
    let factor = cholesky(normal)?;
    let b = solve(&factor, &right);
    let mut fitted = Vec::with_capacity(draws);
    let mut left_out = 0.0;
    for d in 0..draws {
        let x = row(d);
        let value: f64 = x.iter().zip(&b).map(|(x, b)| x * b).sum();
        let half = forward(&factor, &x);
        let leverage = weights[d] * half.iter().map(|v| v * v).sum::<f64>();
        let error = (y[d] - value) / (1.0 - leverage).max(1e-9);
        left_out += weights[d] * error * error / draws as f64;
        fitted.push(value);
    }
    let mean = |v: &[f64]| v.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / draws as f64;
    let centre = mean(&fitted);
    let (mut explained, mut rest) = (0.0, 0.0);
    for d in 0..draws {
        explained += weights[d] * (fitted[d] - centre) * (fitted[d] - centre);
        rest += weights[d] * (y[d] - fitted[d]) * (y[d] - fitted[d]);
    }
    let f = (explained / (columns - 1) as f64) / (rest / (draws - columns) as f64);
    Some(Fit {
        fitted,
        left_out,
        f: if f.is_nan() { 0.0 } else { f },
    })
}

/// Lower triangle L with L Lᵀ = the matrix (its lower triangle is read); `None` if it is not positive definite.
pub fn cholesky(mut a: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    for i in 0..a.len() {
        for j in 0..=i {
            let below: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - below;
            if i == j {
                if rest <= 1e-11 * a[i][i].abs() {
                    return None;
                }
                a[i][i] = libm::sqrt(rest);
            } else {
                a[i][j] = rest / a[j][j];
            }
        }
    }
    Some(a)
}

fn forward(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::with_capacity(right.len());
    for (row, r) in factor.iter().zip(right) {
        let below: f64 = row.iter().zip(&out).map(|(f, x)| f * x).sum();
        out.push((r - below) / row[out.len()]);
    }
    out
}

fn solve(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut x = forward(factor, right);
    for i in (0..x.len()).rev() {
        let above: f64 = (i + 1..x.len()).map(|k| factor[k][i] * x[k]).sum();
        x[i] = (x[i] - above) / factor[i][i];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legendre_polynomials_by_hand() {
        assert_eq!(legendre(0.5, 3), vec![0.5, -0.125, -0.4375]);
        assert_eq!(legendre(1.0, 4), vec![1.0; 4]);
    }

    #[test]
    fn a_line_and_its_left_out_errors_by_hand() {
        // y on x = 0, 1, 2, 3: 1, 2, 2, 4. Slope 0.9, constant 0.9; leverages 0.7, 0.3, 0.3, 0.7.
        let rows: Vec<Vec<f64>> = (0..4).map(|x| vec![f64::from(x)]).collect();
        let f = fit(&rows, &[1.0, 2.0, 2.0, 4.0], &[1.0; 4]).unwrap();
        for (fitted, value) in f.fitted.iter().zip([0.9, 1.8, 2.7, 3.6]) {
            assert!((fitted - value).abs() < 1e-12);
        }
        let press = (0.1 / 0.3_f64).powi(2) + (0.2 / 0.7_f64).powi(2) + 1.0 + (0.4 / 0.3_f64).powi(2);
        assert!((f.left_out - press / 4.0).abs() < 1e-12, "{}", f.left_out);
        // Explained 4.05, rest 0.01 + 0.04 + 0.49 + 0.16 = 0.70 on 2.
        assert!((f.f - 4.05 / 0.35).abs() < 1e-9, "{}", f.f);
    }

    #[test]
    fn weights_are_repeats_and_ties_of_columns_are_refused() {
        let twice = fit(
            &[vec![0.0], vec![1.0], vec![1.0], vec![3.0]],
            &[1.0, 2.0, 2.0, 7.0],
            &[1.0; 4],
        )
        .unwrap();
        let weighed = fit(
            &[vec![0.0], vec![1.0], vec![3.0]],
            &[1.0, 2.0, 7.0],
            &[1.0, 2.0, 1.0],
        )
        .unwrap();
        assert!((twice.fitted[3] - weighed.fitted[2]).abs() < 1e-12);
        let same = vec![vec![1.0, 1.0], vec![2.0, 2.0], vec![3.0, 3.0], vec![5.0, 5.0]];
        assert!(fit(&same, &[1.0, 2.0, 3.0, 4.0], &[1.0; 4]).is_none());
    }

    #[test]
    fn bases_grow_with_the_draws() {
        let u = |draws: usize, parameters: usize| vec![vec![0.3; parameters]; draws];
        assert_eq!(bases(&u(10, 1)).len(), 2);
        assert_eq!(bases(&u(30, 1)).len(), 4);
        assert_eq!(bases(&u(5, 17)).len(), 1);
        let two = bases(&u(60, 2));
        assert_eq!(two.last().unwrap().rows[0].len(), 5);
    }
}
