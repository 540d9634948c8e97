//! How uncertain each design point's mean is: variances of means over few replications, and the error that common luck leaves.
//!
//! A sample variance of few replications is itself mostly chance. Variances are therefore drawn towards each other as far as they look
//! alike: with `f` degrees of freedom each, the moderated variance is `(f0 s0² + f s²) / (f0 + f)`, where f0 and s0² are
//! estimated from mean and variance of ln s² over the points (G. K. Smyth, Statistical Applications in Genetics and
//! Molecular Biology 3 (2004) article 3, section 6.2).

use super::crossed::mean;
use super::emulator::Why;

/// Means over replications of `y[point][replication]`, and the moderated variances of these means.
///
/// # Errors
///
/// If a point has fewer than 2 replications, or a value is not finite.
pub fn means_and_noise(y: &[Vec<f64>]) -> Result<(Vec<f64>, Vec<f64>), Why> {
    if y.iter().flatten().any(|v| !v.is_finite()) {
        return Err(Why::NotFinite);
    }
    if let Some(few) = y.iter().find(|row| row.len() < 2) {
        return Err(Why::TooFew {
            points: few.len(),
            needed: 2,
        });
    }
    let means: Vec<f64> = y.iter().map(|row| mean(row)).collect();
    let variances: Vec<f64> = y.iter().map(|row| variance(row)).collect();
    let freedom: Vec<f64> = y.iter().map(|row| (row.len() - 1) as f64).collect();
    let noise = moderated(&variances, &freedom)
        .iter()
        .zip(y)
        .map(|(v, row)| v / row.len() as f64)
        .collect();
    Ok((means, noise))
}

/// Sample variances drawn towards each other as far as chance alone explains their differences.
pub fn moderated(variances: &[f64], freedom: &[f64]) -> Vec<f64> {
    let sum: f64 = freedom.iter().sum();
    let pooled = variances.iter().zip(freedom).map(|(v, f)| v * f).sum::<f64>() / sum.max(1.0);
    if pooled.is_nan() || pooled <= 0.0 || variances.len() < 3 {
        return vec![pooled; variances.len()];
    }
    // A variance of exactly 0 has no logarithm; it counts as very small.
    let logs: Vec<f64> = variances
        .iter()
        .zip(freedom)
        .map(|(v, f)| libm::log(v.max(1e-6 * pooled)) - digamma(f / 2.0) + libm::log(f / 2.0))
        .collect();
    let chance = freedom.iter().map(|f| trigamma(f / 2.0)).sum::<f64>() / freedom.len() as f64;
    let beyond = variance(&logs) - chance;
    if beyond <= 0.0 {
        return vec![pooled; variances.len()];
    }
    let prior = 2.0 * trigamma_inverse(beyond);
    let centre = libm::exp(mean(&logs) + digamma(prior / 2.0) - libm::log(prior / 2.0));
    variances
        .iter()
        .zip(freedom)
        .map(|(v, f)| (prior * centre + f * v) / (prior + f))
        .collect()
}

/// Variance of the error that all points share because they have the same replications: in the two-way layout of points and
/// replications (MS_replications - MS_rest) / (points × replications), at least 0. `y[point][replication]`, complete.
pub fn common_variance(y: &[Vec<f64>]) -> f64 {
    let points = y.len();
    let replications = y.iter().map(Vec::len).min().unwrap_or(0);
    if points < 2 || replications < 2 {
        return 0.0;
    }
    let rows: Vec<f64> = y.iter().map(|row| mean(&row[..replications])).collect();
    let columns: Vec<f64> = (0..replications)
        .map(|r| y.iter().map(|row| row[r]).sum::<f64>() / points as f64)
        .collect();
    let grand = mean(&columns);
    let mut rest = 0.0;
    for (row, own) in y.iter().zip(&rows) {
        for (value, column) in row.iter().zip(&columns) {
            let e = value - own - column + grand;
            rest += e * e;
        }
    }
    rest /= ((points - 1) * (replications - 1)) as f64;
    let between = points as f64 * variance(&columns);
    ((between - rest) / (points * replications) as f64).max(0.0)
}

/// Sample variance.
pub(super) fn variance(xs: &[f64]) -> f64 {
    let centre = mean(xs);
    xs.iter().map(|x| (x - centre) * (x - centre)).sum::<f64>() / (xs.len().max(2) - 1) as f64
}

/// ψ(x), x > 0: recurrence up to 10, then the asymptotic series (DLMF 5.11.2).
fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    below + libm::log(x)
        - 0.5 / x
        - s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s / 132.0))))
}

/// ψ'(x), x > 0, likewise.
fn trigamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    below
        + 1.0 / x
        + s / 2.0
        + s / x * (1.0 / 6.0 - s * (1.0 / 30.0 - s * (1.0 / 42.0 - s * (1.0 / 30.0 - s * 5.0 / 66.0))))
}

/// x with ψ'(x) = y, y > 0: by halving in ln x (ψ' falls).
fn trigamma_inverse(y: f64) -> f64 {
    let (mut low, mut high) = (libm::log(1e-6), libm::log(1e9));
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        match trigamma(libm::exp(middle)) > y {
            true => low = middle,
            false => high = middle,
        }
    }
    libm::exp(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::tests_tools::normal;

    /// ψ(1) = -γ, ψ(1/2) = -γ - 2 ln 2; ψ'(1) = π²/6, ψ'(1/2) = π²/2 (DLMF 5.4.12-13, 5.15).
    #[test]
    fn polygammas_at_known_places() {
        const GAMMA: f64 = 0.577_215_664_901_532_9;
        let pi = std::f64::consts::PI;
        assert!((digamma(1.0) + GAMMA).abs() < 1e-13);
        assert!((digamma(0.5) + GAMMA + 2.0 * libm::log(2.0)).abs() < 1e-13);
        assert!((trigamma(1.0) - pi * pi / 6.0).abs() < 1e-13);
        assert!((trigamma(0.5) - pi * pi / 2.0).abs() < 1e-12);
        for x in [0.01, 0.7, 3.0, 900.0] {
            assert!((trigamma_inverse(trigamma(x)) / x - 1.0).abs() < 1e-9);
        }
    }

    /// Equal variances are pooled, very different ones nearly left alone; both are much nearer the truth than the sample variance
    /// where the truth is common (mean squared error of ln: 3 degrees of freedom give ψ'(1.5) = 0.93).
    #[test]
    fn alike_variances_are_pooled_and_different_ones_are_not() {
        let sample = |truth: &dyn Fn(usize) -> f64| -> Vec<Vec<f64>> {
            (0..200)
                .map(|i| (0..4).map(|r| truth(i) * normal(5, i as u64, r)).collect())
                .collect()
        };
        let error = |y: &[Vec<f64>], truth: &dyn Fn(usize) -> f64| {
            let (_, noise) = means_and_noise(y).unwrap();
            let squares = noise.iter().enumerate().map(|(i, v)| {
                let e = libm::log(v * 4.0) - 2.0 * libm::log(truth(i));
                e * e
            });
            squares.sum::<f64>() / y.len() as f64
        };
        let alike = |_: usize| 2.0;
        let apart = |i: usize| libm::exp(i as f64 / 25.0);
        assert!(error(&sample(&alike), &alike) < 0.05);
        let moderate = error(&sample(&apart), &apart);
        assert!(moderate < 1.4, "{moderate}");
        assert!(means_and_noise(&[vec![1.0]]).is_err());
        assert_eq!(means_and_noise(&vec![vec![1.0, 1.0]; 5]).unwrap().1, vec![0.0; 5]);
    }

    /// y = point + luck of the replication (variance 4) + rest (variance 1), 6 replications: the common error has variance 4/6.
    #[test]
    fn the_common_error_by_simulation() {
        let runs = 400;
        let mean: f64 = (0..runs)
            .map(|run| {
                let y: Vec<Vec<f64>> = (0..8)
                    .map(|p| {
                        (0..6)
                            .map(|r| f64::from(p) + 2.0 * normal(7, run, r) + normal(8, run, 100 * p + r))
                            .collect()
                    })
                    .collect();
                common_variance(&y)
            })
            .sum::<f64>()
            / f64::from(runs as u32);
        // The estimate has relative standard deviation about sqrt(2/5) = 0.63; over 400 runs 3.2%; 5 of them.
        assert!((mean / (4.0 / 6.0) - 1.0).abs() < 0.16, "{mean}");
    }
}
