//! Whether the model, run again at draws of the posterior, does what the targets say.
//!
//! The draws were chosen with the targets, so a good check shows only that model and targets can agree; targets kept aside are the
//! harder test. (A. Gelman, X.-L. Meng and H. Stern, Statistica Sinica 6 (1996) 733-807.)

use super::chance::{percentile, sorted};
use super::crossed::mean;
use super::history::Band;
use super::turning::wilson;

/// One target against what was simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    /// 5%, 50% and 95% of the simulated values over the draws.
    pub interval: [f64; 3],
    /// Their mean.
    pub mean: f64,
    /// Share of draws whose value lies in the band.
    pub inside: f64,
    /// Its 95% interval, after Wilson.
    pub inside_low: f64,
    /// Upper end.
    pub inside_high: f64,
    /// Two-sided probability that an observation made of a draw's value, discrepancy and error of observation lies as far out as the
    /// band's centre: small where the model cannot reproduce the target.
    pub tail: f64,
}

/// Every target against `values[draw][target]`, simulated at equally weighted draws. At least one draw.
pub fn predictive(values: &[Vec<f64>], bands: &[Band]) -> Vec<Predicted> {
    bands
        .iter()
        .enumerate()
        .map(|(t, band)| {
            let simulated = sorted(values.iter().map(|row| row[t]).collect());
            let inside = simulated
                .iter()
                .filter(|v| **v >= band.low && **v <= band.high)
                .count();
            let (inside_low, inside_high) = wilson(inside, simulated.len());
            let deviation = libm::sqrt(band.variance());
            let below: Vec<f64> = simulated
                .iter()
                .map(|v| match deviation > 0.0 {
                    true => 0.5 * libm::erfc((v - band.centre()) / (deviation * std::f64::consts::SQRT_2)),
                    false => {
                        f64::from(u8::from(*v < band.centre()))
                            + 0.5 * f64::from(u8::from(*v == band.centre()))
                    }
                })
                .collect();
            let p = mean(&below);
            Predicted {
                interval: [0.05, 0.5, 0.95].map(|p| percentile(&simulated, p)),
                mean: mean(&simulated),
                inside: inside as f64 / simulated.len() as f64,
                inside_low,
                inside_high,
                tail: (2.0 * p.min(1.0 - p)).min(1.0),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_by_hand() {
        let band = Band {
            low: 2.0,
            high: 4.0,
            discrepancy: 0.0,
        };
        let values: Vec<Vec<f64>> = [1.0, 2.0, 3.0, 4.0, 5.0].iter().map(|v| vec![*v]).collect();
        let found = &predictive(&values, &[band])[0];
        assert_eq!((found.mean, found.inside, found.interval[1]), (3.0, 0.6, 3.0));
        assert_eq!((found.inside_low, found.inside_high), wilson(3, 5));
        assert!((found.tail - 1.0).abs() < 1e-12);
        // All values 4 standard deviations (½ each) above the centre: 2 (1 - Φ(4)) = 6.334e-5.
        let far = &predictive(&vec![vec![5.0]; 9], &[band])[0];
        assert!((far.tail - 6.334_248_366_623_996e-5).abs() < 1e-15 && far.inside == 0.0);
    }
}
