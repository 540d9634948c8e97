//! Small symmetric matrices: eigenvalues, powers, and the map that takes noise out of a covariance.

/// A square matrix by rows.
pub type Matrix = Vec<Vec<f64>>;

/// Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by C. G. J. Jacobi's rotations, cyclic by rows (G. H. Golub and
/// C. F. Van Loan, Matrix Computations, section 8.5).
pub fn eigen(a: &Matrix) -> (Vec<f64>, Matrix) {
    let n = a.len();
    let mut a = a.clone();
    let mut v: Matrix = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for _ in 0..60 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i][j] * a[i][j])
            .sum();
        let size: f64 = (0..n).map(|i| a[i][i] * a[i][i]).sum();
        if off <= 1e-30 * size || off == 0.0 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] == 0.0 {
                    continue;
                }
                let tau = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = if tau >= 0.0 { 1.0 } else { -1.0 } / (tau.abs() + libm::sqrt(1.0 + tau * tau));
                let c = 1.0 / libm::sqrt(1.0 + t * t);
                let s = t * c;
                for row in &mut a {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (c * x - s * y, s * x + c * y);
                }
                let (upper, lower) = a.split_at_mut(q);
                for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut v {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

/// A power of a covariance matrix; eigenvalues that are not positive, or lost in rounding, count as 0 and stay 0.
pub fn power(a: &Matrix, exponent: f64) -> Matrix {
    let (values, vectors) = eigen(a);
    let n = a.len();
    let least = 1e-13 * values.iter().fold(0.0_f64, |m, v| m.max(*v));
    let raised: Vec<f64> = values
        .iter()
        .map(|v| if *v > least { libm::pow(*v, exponent) } else { 0.0 })
        .collect();
    (0..n)
        .map(|i| {
            (0..n)
                .map(|j| (0..n).map(|k| vectors[i][k] * raised[k] * vectors[j][k]).sum())
                .collect()
        })
        .collect()
}

/// The product of two matrices.
pub fn times(a: &Matrix, b: &Matrix) -> Matrix {
    a.iter()
        .map(|row| {
            (0..b.first().map_or(0, Vec::len))
                .map(|j| row.iter().zip(b).map(|(x, b)| x * b[j]).sum())
                .collect()
        })
        .collect()
}

/// The symmetric linear map that takes vectors of covariance `observed` to covariance `observed - noise` (cut at 0) with the least
/// mean square movement.
pub fn deconvolution(observed: &Matrix, noise: &Matrix) -> Matrix {
    let difference: Matrix = observed
        .iter()
        .zip(noise)
        .map(|(o, n)| o.iter().zip(n).map(|(o, n)| o - n).collect())
        .collect();
    let signal = power(&difference, 1.0);
    let (root, inverse) = (power(observed, 0.5), power(observed, -0.5));
    let middle = power(&times(&times(&root, &signal), &root), 0.5);
    times(&times(&inverse, &middle), &inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &Matrix, b: &Matrix) {
        for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
            assert!((a - b).abs() < 1e-10, "{a} {b}");
        }
    }

    #[test]
    fn eigenvalues_by_hand() {
        let (mut values, _) = eigen(&vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        values.sort_by(f64::total_cmp);
        assert!((values[0] - 1.0).abs() < 1e-14 && (values[1] - 3.0).abs() < 1e-14);
    }

    #[test]
    fn roots_multiply_to_the_matrix() {
        let a = vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, -0.2], vec![0.5, -0.2, 1.0]];
        let root = power(&a, 0.5);
        near(&times(&root, &root), &a);
        let unit = vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
        near(&times(&power(&a, -1.0), &a), &unit);
    }

    #[test]
    fn the_map_gives_the_covariance_without_noise() {
        let observed = vec![vec![4.0, 1.0], vec![1.0, 3.0]];
        let noise = vec![vec![1.0, 0.5], vec![0.5, 0.5]];
        let map = deconvolution(&observed, &noise);
        let got = times(&times(&map, &observed), &map);
        near(&got, &vec![vec![3.0, 0.5], vec![0.5, 2.5]]);
        // One dimension: the factor sqrt(1 - noise / observed); all noise: nothing is left.
        near(
            &deconvolution(&vec![vec![4.0]], &vec![vec![1.0]]),
            &vec![vec![libm::sqrt(0.75)]],
        );
        near(
            &deconvolution(&vec![vec![4.0]], &vec![vec![5.0]]),
            &vec![vec![0.0]],
        );
        near(
            &deconvolution(&vec![vec![0.0]], &vec![vec![0.0]]),
            &vec![vec![0.0]],
        );
    }
}
