//! The time until a chain of spells ends, the spells of any law: visits, mean, variance, survival.
//!
//! Visits: J. G. Kemeny and J. L. Snell, *Finite Markov Chains*, 1960, chapter III. Times: R. Pyke, Markov renewal processes with
//! finitely many states, *Annals of Mathematical Statistics* 32 (1961) 1243-1259: with g_i the transform of a spell in state i and
//! P the probabilities of the next state, the transforms of the time to the end solve φ_i(s) = g_i(s) (r_i + Σ_j P_ij φ_j(s)).

use super::laplace::{Complex, invert, moments, transform};
use super::phase_type::solve;
use crate::random::Law;

/// A chain of spells, then further spells that follow for certain.
#[derive(Clone, Debug, PartialEq)]
pub struct SemiMarkov {
    /// Probability of beginning in each state.
    pub first: Vec<f64>,
    /// Probability of each next state; what is missing to 1 ends the chain.
    pub next: Vec<Vec<f64>>,
    /// Length of a spell in each state.
    pub spells: Vec<Law>,
    /// Lengths of what follows the chain.
    pub last: Vec<Law>,
}

impl SemiMarkov {
    /// Expected visits to each state: v = first + Pᵀ v.
    pub fn visits(&self) -> Vec<f64> {
        let n = self.first.len();
        let a: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                (0..n)
                    .map(|j| f64::from(u8::from(i == j)) - self.next[j][i])
                    .collect()
            })
            .collect();
        solve(&a, &self.first)
    }

    /// Mean and variance of the whole time; `None` if a law has no closed form of them.
    ///
    /// First moments solve m = μ + P m; second ones q_i = σ_i² + μ_i² + 2 μ_i (P m)_i + (P q)_i.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let n = self.first.len();
        let laws: Vec<(f64, f64)> = self.spells.iter().map(moments).collect::<Option<_>>()?;
        let a: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                (0..n)
                    .map(|j| f64::from(u8::from(i == j)) - self.next[i][j])
                    .collect()
            })
            .collect();
        let mean = solve(&a, &laws.iter().map(|law| law.0).collect::<Vec<_>>());
        let onward = |i: usize| (0..n).map(|j| self.next[i][j] * mean[j]).sum::<f64>();
        let second = |(i, &(mu, variance)): (usize, &(f64, f64))| variance + mu * mu + 2.0 * mu * onward(i);
        let square = solve(&a, &laws.iter().enumerate().map(second).collect::<Vec<_>>());
        let over = |x: &[f64]| self.first.iter().zip(x).map(|(f, x)| f * x).sum::<f64>();
        let (m, q) = (over(&mean), over(&square));
        let last: Vec<(f64, f64)> = self.last.iter().map(moments).collect::<Option<_>>()?;
        Some((
            m + last.iter().map(|l| l.0).sum::<f64>(),
            q - m * m + last.iter().map(|l| l.1).sum::<f64>(),
        ))
    }

    /// E\[exp(-s X)\] of the whole time; `None` if a law has no closed form of it.
    pub fn transform(&self, s: Complex) -> Option<Complex> {
        let n = self.first.len();
        let g: Vec<Complex> = self
            .spells
            .iter()
            .map(|law| transform(law, s))
            .collect::<Option<_>>()?;
        // (I - g P) φ = g r, by elimination without pivoting: the matrix is diagonally dominant for Re s > 0.
        let mut rows: Vec<Vec<Complex>> = (0..n)
            .map(|i| {
                let end = 1.0 - self.next[i].iter().sum::<f64>();
                let cell = |j: usize| {
                    Complex::real(f64::from(u8::from(i == j))) - g[i] * Complex::real(self.next[i][j])
                };
                (0..n).map(cell).chain([g[i] * Complex::real(end)]).collect()
            })
            .collect();
        for column in 0..n {
            let lead = rows[column].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(r, _)| *r != column) {
                let factor = row[column] / lead[column];
                row.iter_mut().zip(&lead).for_each(|(x, l)| *x = *x - factor * *l);
            }
        }
        let mut whole = Complex::default();
        for (i, row) in rows.iter().enumerate() {
            whole = whole + Complex::real(self.first[i]) * (row[n] / row[i]);
        }
        for law in &self.last {
            whole = whole * transform(law, s)?;
        }
        Some(whole)
    }

    /// P(X > t) by inverting its transform; `None` if a law has no transform in closed form.
    pub fn survival(&self, t: f64) -> Option<f64> {
        self.transform(Complex::ONE)?;
        let of = |s| (Complex::ONE - self.transform(s).unwrap_or_default()) / s;
        Some(invert(of, t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::phase_type::PhaseType;

    fn chain(spell: impl Fn(f64) -> Law) -> SemiMarkov {
        SemiMarkov {
            first: vec![0.6, 0.3, 0.1],
            next: vec![
                vec![0.0, 0.745, 0.235],
                vec![0.727, 0.0, 0.092],
                vec![0.55, 0.40, 0.0],
            ],
            spells: [20.3, 12.0, 2.5].map(&spell).to_vec(),
            last: [12.0, 3.0].map(spell).to_vec(),
        }
    }

    /// With exponential spells it is a phase-type law of five phases: matrix against recursion and inversion.
    #[test]
    fn exponential_spells_are_a_phase_type_law() {
        let of = chain(|mean| Law::Exponential { mean });
        let mut next = vec![vec![0.0; 5]; 5];
        for (row, from) in next.iter_mut().zip(&of.next) {
            row[..3].copy_from_slice(from);
            row[3] = 1.0 - from.iter().sum::<f64>();
        }
        next[3][4] = 1.0;
        let same = PhaseType::of_chain(
            vec![0.6, 0.3, 0.1, 0.0, 0.0],
            &[20.3, 12.0, 2.5, 12.0, 3.0],
            &next,
        );
        let ((m, v), (mean, variance)) = (of.moments().unwrap(), same.moments());
        assert!((m - mean).abs() < 1e-9 * mean && (v - variance).abs() < 1e-9 * variance);
        for t in [10.0, 90.0, 365.0] {
            assert!((of.survival(t).unwrap() - same.survival(t)).abs() < 1e-7, "{t}");
        }
    }

    /// Gamma spells of shape 2 are two exponential phases each.
    #[test]
    fn erlang_spells_too() {
        let of = chain(|mean| Law::Gamma {
            shape: 2.0,
            scale: mean / 2.0,
        });
        let halves: Vec<f64> = [20.3, 12.0, 2.5, 12.0, 3.0]
            .iter()
            .flat_map(|m| [m / 2.0; 2])
            .collect();
        let mut next = vec![vec![0.0; 10]; 10];
        for i in 0..5 {
            next[2 * i][2 * i + 1] = 1.0;
        }
        for i in 0..3 {
            for j in 0..3 {
                next[2 * i + 1][2 * j] = of.next[i][j];
            }
            next[2 * i + 1][6] = 1.0 - of.next[i].iter().sum::<f64>();
        }
        next[7][8] = 1.0;
        let mut first = vec![0.0; 10];
        (0..3).for_each(|i| first[2 * i] = of.first[i]);
        let same = PhaseType::of_chain(first, &halves, &next);
        let ((m, v), (mean, variance)) = (of.moments().unwrap(), same.moments());
        assert!((m - mean).abs() < 1e-9 * mean && (v - variance).abs() < 1e-9 * variance);
        for t in [10.0, 90.0, 365.0] {
            assert!((of.survival(t).unwrap() - same.survival(t)).abs() < 1e-7, "{t}");
        }
    }

    #[test]
    fn visits_by_hand() {
        // half of those who leave the first state go to the second, which always leads back: 1 + 1/2 + 1/4 ... = 2 and 1
        let of = SemiMarkov {
            first: vec![1.0, 0.0],
            next: vec![vec![0.0, 0.5], vec![1.0, 0.0]],
            spells: vec![Law::Fixed(1.0), Law::Fixed(2.0)],
            last: vec![],
        };
        assert_eq!(of.visits(), [2.0, 1.0]);
        // X = 1 + 3 N with N geometric: mean 4, variance 9 × 2
        let (mean, variance) = of.moments().unwrap();
        assert!((mean - 4.0).abs() < 1e-12 && (variance - 18.0).abs() < 1e-12);
    }
}
