//! The delete-one-replication jackknife, for one value and for paired values, in one pass and constant memory.
//!
//! With θ the value of all m replications, θ(i) the value without the i-th and θ(·) their mean,
//! `SE² = (m-1)/m Σ (θ(i) - θ(·))²`, and the interval is θ ± t(m-1) SE. For a mean this is the ordinary
//! standard error. (B. Efron and C. Stein, Annals of Statistics 9 (1981) 586-596.)
//!
//! A replication that adds nothing to numerator and denominator carries no information about a ratio; callers leave it out,
//! and m counts those that contributed.

use super::distributions::{Critical, student_t_two_sided_p};
use super::estimate::{Estimate, Missing};

/// Relative size below which a spread is rounding, not variation.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// Count, mean and sum of squared deviations, by Welford's update (Technometrics 4 (1962) 419-420).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Takes one more number in.
    pub fn push(&mut self, x: f64) {
        self.n += 1;
        let before = x - self.mean;
        self.mean += before / self.n as f64;
        self.squares += before * (x - self.mean);
    }

    /// How many numbers.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Their mean; 0 if there are none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Sum of squared deviations from the mean.
    pub fn squares(&self) -> f64 {
        self.squares
    }

    /// Jackknife standard error when the numbers are delete-one values; `scale` is the size of the quantities that
    /// entered them, against which rounding is judged. `None` if there is no more than rounding.
    fn jackknife_error(&self, scale: f64) -> Option<f64> {
        let n = self.n as f64;
        let rounding = ROUNDING * scale;
        (self.squares > n * rounding * rounding).then(|| libm::sqrt((n - 1.0) / n * self.squares))
    }
}

/// Delete-one values of one estimator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jackknife {
    moments: Moments,
    undefined: u64,
}

impl Jackknife {
    /// The value without one replication; `None` if it does not exist then.
    pub fn push(&mut self, without: Option<f64>) {
        match without {
            Some(x) if x.is_finite() => self.moments.push(x),
            _ => self.undefined += 1,
        }
    }

    /// Replications that contributed.
    pub fn n(&self) -> u64 {
        self.moments.n + self.undefined
    }

    /// The estimate, given the value of all replications together.
    pub fn estimate(&self, value: Result<f64, Missing>, critical: &mut Critical) -> Estimate {
        let scale = value.map_or(0.0, f64::abs);
        estimate(value, scale, &self.moments, self.undefined, critical)
    }
}

fn estimate(
    value: Result<f64, Missing>,
    scale: f64,
    moments: &Moments,
    undefined: u64,
    critical: &mut Critical,
) -> Estimate {
    let n = moments.n + undefined;
    let value = match value {
        Ok(value) => value,
        Err(why) => return Estimate::missing(why, n),
    };
    match n {
        0 => return Estimate::missing(Missing::NobodyAtRisk, 0),
        1 => return Estimate::point(value, Missing::OneReplication, 1),
        _ if undefined > 0 => return Estimate::point(value, Missing::Unstable, n),
        _ => {}
    }
    match moments.jackknife_error(scale) {
        Some(error) => Estimate::new(value, error, critical.of(n - 1), n),
        None => Estimate::point(value, Missing::NoVariation, n),
    }
}

/// A comparison of two arms over the same replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// A - B.
    pub difference: Estimate,
    /// (A - B) / B.
    pub relative: Estimate,
    /// Two-sided p-value of "no difference", from difference / standard error and Student t; `None` where
    /// there is no standard error.
    pub p: Option<f64>,
    /// (var A + var B) / var(A - B): how many times more replications independent arms would have needed.
    pub variance_reduction: Option<f64>,
}

/// Delete-one values of two arms, the same replication left out of both.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairedJackknife {
    a: Moments,
    b: Moments,
    difference: Moments,
    relative: Moments,
    undefined: u64,
    undefined_relative: u64,
}

impl PairedJackknife {
    /// The two values without one replication.
    pub fn push(&mut self, a: Option<f64>, b: Option<f64>) {
        let (Some(a), Some(b)) = (a.filter(|a| a.is_finite()), b.filter(|b| b.is_finite())) else {
            self.undefined += 1;
            self.undefined_relative += 1;
            return;
        };
        self.a.push(a);
        self.b.push(b);
        self.difference.push(a - b);
        match (a - b) / b {
            r if r.is_finite() => self.relative.push(r),
            _ => self.undefined_relative += 1,
        }
    }

    /// The comparison, given both values of all replications together.
    pub fn compare(
        &self,
        a: Result<f64, Missing>,
        b: Result<f64, Missing>,
        critical: &mut Critical,
    ) -> Paired {
        let both = a.and_then(|a| b.map(|b| (a, b)));
        let scale = both.map_or(0.0, |(a, b)| a.abs().max(b.abs()));
        let value = both.map(|(a, b)| a - b);
        let difference = estimate(value, scale, &self.difference, self.undefined, critical);
        let value = both.and_then(|(a, b)| {
            if b == 0.0 {
                Err(Missing::DividesByZero)
            } else {
                Ok((a - b) / b)
            }
        });
        let scale = both.map_or(
            0.0,
            |(a, b)| if b == 0.0 { 0.0 } else { 1.0f64.max((a / b).abs()) },
        );
        let relative = estimate(value, scale, &self.relative, self.undefined_relative, critical);
        let p = match (difference.value(), difference.standard_error()) {
            (Some(d), Some(se)) => Some(student_t_two_sided_p(d / se, (difference.n() - 1) as f64)),
            _ => None,
        };
        let variance_reduction = difference
            .standard_error()
            .map(|_| (self.a.squares + self.b.squares) / self.difference.squares)
            .filter(|v| v.is_finite());
        Paired {
            difference,
            relative,
            p,
            variance_reduction,
        }
    }
}
