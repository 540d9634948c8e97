//! Phase-type laws: the time until a Markov chain with some passing states is absorbed.
//!
//! M. F. Neuts, *Matrix-Geometric Solutions in Stochastic Models*, Johns Hopkins 1981, chapter 2: with the row `a` of first states and
//! the matrix `T` of rates among them, P(X > t) = a e^(Tt) 1, E\[Xᵏ\] = k! a (-T)⁻ᵏ 1, E\[e^(-sX)\] = a (sI - T)⁻¹ (-T 1).

/// Solves `a x = b` by Gaussian elimination with partial pivoting. `a` is square and not singular.
pub fn solve(a: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut rows: Vec<Vec<f64>> = a
        .iter()
        .zip(b)
        .map(|(row, &b)| [row.as_slice(), &[b]].concat())
        .collect();
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|&x, &y| rows[x][column].abs().total_cmp(&rows[y][column].abs()))
            .unwrap_or(column);
        rows.swap(column, pivot);
        let lead = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(r, _)| *r != column) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(x, l)| *x -= factor * l);
        }
    }
    (0..n).map(|i| rows[i][n] / rows[i][i]).collect()
}

/// A phase-type law.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseType {
    /// Probability of beginning in each phase.
    pub first: Vec<f64>,
    /// Rates from phase to phase; the diagonal holds minus the whole rate of leaving, so that minus the sum of a row is the rate of
    /// the end from there.
    pub rates: Vec<Vec<f64>>,
}

impl PhaseType {
    /// From a chain that stays in phase i for an exponential time of mean `means[i]` and goes to phase j with probability
    /// `next[i][j]`, what is missing to 1 being the end.
    pub fn of_chain(first: Vec<f64>, means: &[f64], next: &[Vec<f64>]) -> PhaseType {
        let rate = |i: usize, j: usize| (next[i][j] - f64::from(u8::from(i == j))) / means[i];
        let n = means.len();
        let rates = (0..n).map(|i| (0..n).map(|j| rate(i, j)).collect()).collect();
        PhaseType { first, rates }
    }

    /// Mean and variance.
    pub fn moments(&self) -> (f64, f64) {
        let minus: Vec<Vec<f64>> = self
            .rates
            .iter()
            .map(|row| row.iter().map(|x| -x).collect())
            .collect();
        let once = solve(&minus, &vec![1.0; self.first.len()]);
        let twice = solve(&minus, &once);
        let mean = dot(&self.first, &once);
        (mean, 2.0 * dot(&self.first, &twice) - mean * mean)
    }

    /// P(X > t), by uniformisation: Σ Poisson(qt; k) a (I + T/q)ᵏ 1. All terms are positive; the neglected ones sum to below 10⁻¹².
    pub fn survival(&self, t: f64) -> f64 {
        let n = self.first.len();
        let q = (0..n).map(|i| -self.rates[i][i]).fold(0.0, f64::max);
        if t <= 0.0 || q <= 0.0 {
            return self.first.iter().sum();
        }
        let mut state = self.first.clone();
        // Poisson weights relative to e^(-qt), which may be below the smallest number: logarithms.
        let (mean, mut log_weight) = (q * t, -q * t);
        let (mut sum, mut seen) = (0.0, 0.0);
        for k in 0_u32.. {
            let weight = libm::exp(log_weight);
            sum += weight * state.iter().sum::<f64>();
            seen += weight;
            if f64::from(k) > mean && 1.0 - seen < 1e-12 || k > 10_000_000 {
                break;
            }
            let step = |j: usize| state[j] + (0..n).map(|i| state[i] * self.rates[i][j]).sum::<f64>() / q;
            state = (0..n).map(step).collect();
            log_weight += libm::log(mean / f64::from(k + 1));
        }
        sum
    }

    /// E\[exp(-s X)\] for s ≥ 0: the probability of being absorbed before an independent exponential time of rate s.
    pub fn transform(&self, s: f64) -> f64 {
        let n = self.first.len();
        let shifted: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                (0..n)
                    .map(|j| {
                        if i == j {
                            s - self.rates[i][j]
                        } else {
                            -self.rates[i][j]
                        }
                    })
                    .collect()
            })
            .collect();
        let end: Vec<f64> = self.rates.iter().map(|row| -row.iter().sum::<f64>()).collect();
        dot(&self.first, &solve(&shifted, &end))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-10 * b.abs().max(1.0), "{a} is not {b}");
    }

    /// e^(Tt) by its power series after halving the argument often, and squaring back.
    fn by_series(law: &PhaseType, t: f64) -> f64 {
        let n = law.first.len();
        let product = |a: &Vec<Vec<f64>>, b: &Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            let cell = |i: usize, j: usize| (0..n).map(|k| a[i][k] * b[k][j]).sum();
            (0..n).map(|i| (0..n).map(|j| cell(i, j)).collect()).collect()
        };
        let identity: Vec<Vec<f64>> = (0..n)
            .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
            .collect();
        let scaled: Vec<Vec<f64>> = law
            .rates
            .iter()
            .map(|r| r.iter().map(|x| x * t / 4096.0).collect())
            .collect();
        let (mut term, mut whole) = (identity.clone(), identity);
        for k in 1..20 {
            term = product(&term, &scaled);
            term.iter_mut().flatten().for_each(|x| *x /= f64::from(k));
            for (row, add) in whole.iter_mut().zip(&term) {
                row.iter_mut().zip(add).for_each(|(x, y)| *x += y);
            }
        }
        for _ in 0..12 {
            whole = product(&whole, &whole);
        }
        whole
            .iter()
            .zip(&law.first)
            .map(|(row, a)| a * row.iter().sum::<f64>())
            .sum()
    }

    #[test]
    fn erlang_laws_are_phase_type() {
        // three phases of mean 2: mean 6, variance 12, P(X > t) = e^-x (1 + x + x²/2) with x = t/2
        let next = vec![vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0], vec![0.0; 3]];
        let law = PhaseType::of_chain(vec![1.0, 0.0, 0.0], &[2.0; 3], &next);
        assert_eq!(law.moments(), (6.0, 12.0));
        for t in [0.5, 6.0, 25.0] {
            let x: f64 = t / 2.0;
            close(law.survival(t), libm::exp(-x) * (1.0 + x + x * x / 2.0));
        }
        close(law.transform(0.25), 1.0 / (1.5 * 1.5 * 1.5));
        assert_eq!(law.survival(0.0), 1.0);
    }

    #[test]
    fn a_chain_with_feedback_by_the_matrix_exponential() {
        let next = vec![vec![0.0, 0.7, 0.2], vec![0.5, 0.0, 0.1], vec![0.6, 0.3, 0.0]];
        let law = PhaseType::of_chain(vec![0.6, 0.3, 0.1], &[20.0, 12.0, 2.5], &next);
        for t in [1.0, 30.0, 90.0, 365.0] {
            close(law.survival(t), by_series(&law, t));
        }
        // the mean is the integral of the survival, by Simpson's rule
        let (n, end) = (4_000, 2_000.0);
        let h = end / f64::from(n);
        let weight = |i: i32| {
            if i == 0 || i == n {
                1.0
            } else {
                2.0 * f64::from(1 + i % 2)
            }
        };
        let integral = (0..=n)
            .map(|i| weight(i) * law.survival(f64::from(i) * h))
            .sum::<f64>()
            * h
            / 3.0;
        let (mean, variance) = law.moments();
        assert!((integral - mean).abs() < 1e-4 * mean, "{integral} {mean}");
        // the transform near 0: 1 - s mean + s² (variance + mean²) / 2
        let s = 1e-5;
        let expected = 1.0 - s * mean + 0.5 * s * s * (variance + mean * mean);
        assert!((law.transform(s) - expected).abs() < 1e-7);
    }
}
