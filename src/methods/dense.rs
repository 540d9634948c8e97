//! Dense linear algebra for a few hundred rows: Cholesky factor, its inverse and products, every sum in one fixed order.
//!
//! Sums are taken in eight interleaved parts, written out, so that a compiler may use wide registers without changing a bit.
//! (G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition, section 4.2.)

/// A square matrix by rows; of symmetric and triangular ones the part below the diagonal counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Square {
    size: usize,
    all: Vec<f64>,
}

/// Relative size below which a pivot counts as lost in rounding.
const LOST: f64 = 1e-14;

impl Square {
    /// Zeros.
    pub fn new(size: usize) -> Square {
        Square {
            size,
            all: vec![0.0; size * size],
        }
    }

    /// Rows and columns.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.all[i * self.size..(i + 1) * self.size]
    }

    /// Row `i`, to write.
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.all[i * self.size..(i + 1) * self.size]
    }

    /// Rows before `i`, and row `i` to write.
    fn before(&mut self, i: usize) -> (&[f64], &mut [f64]) {
        let (above, rest) = self.all.split_at_mut(i * self.size);
        (above, &mut rest[..self.size])
    }

    /// The lower triangle L with L Lᵀ = this symmetric matrix; `None` if it is not positive definite.
    pub fn cholesky(mut self) -> Option<Square> {
        let n = self.size;
        for i in 0..n {
            let (above, row) = self.before(i);
            for j in 0..i {
                let other = &above[j * n..j * n + j + 1];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let rest = row[i] - dot(&row[..i], &row[..i]);
            if rest.is_nan() || rest <= LOST * row[i].abs() {
                return None;
            }
            row[i] = libm::sqrt(rest);
            row[i + 1..].fill(0.0);
        }
        Some(self)
    }

    /// The inverse of a lower triangle.
    pub fn inverse_of_lower(&self) -> Square {
        let n = self.size;
        let mut inverse = Square::new(n);
        for i in 0..n {
            let factor = self.row(i);
            let (above, row) = inverse.before(i);
            for k in 0..i {
                add(-factor[k], &above[k * n..k * n + k + 1], &mut row[..=k]);
            }
            for value in &mut row[..i] {
                *value /= factor[i];
            }
            row[i] = 1.0 / factor[i];
        }
        inverse
    }

    /// Tᵀ T of a lower triangle T (lower half): with T the inverse of a Cholesky factor, the inverse of the matrix.
    pub fn gram(&self) -> Square {
        let n = self.size;
        let mut gram = Square::new(n);
        for k in 0..n {
            let row = &self.row(k)[..=k];
            for i in 0..=k {
                add(row[i], &row[..=i], &mut gram.row_mut(i)[..=i]);
            }
        }
        gram
    }

    /// T v of a lower triangle T.
    pub fn lower_times(&self, v: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|i| dot(&self.row(i)[..=i], &v[..=i]))
            .collect()
    }

    /// Tᵀ v of a lower triangle T.
    pub fn upper_times(&self, v: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.size];
        for (i, v) in v.iter().enumerate() {
            add(*v, &self.row(i)[..=i], &mut out[..=i]);
        }
        out
    }

    /// Logarithm of the determinant of L Lᵀ of a lower triangle L.
    pub fn log_determinant(&self) -> f64 {
        (0..self.size).map(|i| 2.0 * libm::log(self.row(i)[i])).sum()
    }
}

/// The sum of products, in eight interleaved parts.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut parts = [0.0; 8];
    let (mut left, mut right) = (a.chunks_exact(8), b[..a.len()].chunks_exact(8));
    for (x, y) in left.by_ref().zip(right.by_ref()) {
        for ((part, x), y) in parts.iter_mut().zip(x).zip(y) {
            *part += x * y;
        }
    }
    let rest: f64 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(x, y)| x * y)
        .sum();
    let [a, b, c, d, e, f, g, h] = parts;
    ((a + e) + (b + f)) + ((c + g) + (d + h)) + rest
}

/// Adds `factor` times `x` to `to`.
pub fn add(factor: f64, x: &[f64], to: &mut [f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f64]]) -> Square {
        let mut m = Square::new(rows.len());
        for (i, row) in rows.iter().enumerate() {
            m.row_mut(i).copy_from_slice(row);
        }
        m
    }

    /// The textbook example [[4, 12, -16], [12, 37, -43], [-16, -43, 98]] with factor rows (2), (6, 1), (-8, 5, 3).
    #[test]
    fn a_factor_by_hand() {
        let a = matrix(&[&[4.0, 12.0, -16.0], &[12.0, 37.0, -43.0], &[-16.0, -43.0, 98.0]]);
        let l = a.clone().cholesky().unwrap();
        assert_eq!(
            l,
            matrix(&[&[2.0, 0.0, 0.0], &[6.0, 1.0, 0.0], &[-8.0, 5.0, 3.0]])
        );
        assert!((l.log_determinant() - libm::log(36.0)).abs() < 1e-15);
        let inverse = l.inverse_of_lower();
        // A⁻¹ = 1/36 [[1777, -488, 76], [-488, 136, -20], [76, -20, 4]].
        let whole = inverse.gram();
        for (i, row) in [[1777.0, 0.0, 0.0], [-488.0, 136.0, 0.0], [76.0, -20.0, 4.0]]
            .iter()
            .enumerate()
        {
            for (value, known) in whole.row(i).iter().zip(row).take(i + 1) {
                assert!((value - known / 36.0).abs() < 1e-12);
            }
        }
        let x = inverse.upper_times(&inverse.lower_times(&[0.0, 6.0, 39.0]));
        for (x, known) in x.iter().zip([1.0, 1.0, 1.0]) {
            assert!((x - known).abs() < 1e-10);
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(matrix(&[&[1.0, 2.0], &[2.0, 4.0]]).cholesky().is_none());
        assert!(matrix(&[&[1.0, 2.0], &[2.0, 1.0]]).cholesky().is_none());
        assert!(matrix(&[&[f64::NAN]]).cholesky().is_none());
    }

    #[test]
    fn products_of_any_length() {
        for n in 0..40 {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            let squares = (0..n).map(|i| i * i).sum::<i32>();
            assert_eq!(dot(&a, &a), f64::from(squares));
        }
    }
}
