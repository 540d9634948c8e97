//! One number with its standard error and interval, or the reason why there is none.

use std::fmt;

use serde::Serialize;

/// Why an estimate has no value, or a value but no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No replication is finished, or none had anybody it could happen to.
    NobodyAtRisk,
    /// Everybody still observed left before the time asked for.
    NobodyLeftAtRisk,
    /// The share asked for is not reached within the time observed.
    NotReached,
    /// One replication only: its value is shown, its uncertainty is unknown.
    OneReplication,
    /// All replications give the same value: there is nothing to measure an error by.
    NoVariation,
    /// The value exists, but not when single replications are left out.
    Unstable,
    /// The value to divide by is zero.
    DividesByZero,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Missing::NobodyAtRisk => "nobody at risk",
            Missing::NobodyLeftAtRisk => "nobody left at risk",
            Missing::NotReached => "not reached",
            Missing::OneReplication => "one replication only",
            Missing::NoVariation => "the same in all replications",
            Missing::Unstable => "rests on single replications",
            Missing::DividesByZero => "relative to zero",
        })
    }
}

/// Standard error and two-sided confidence interval at `LEVEL`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Spread {
    standard_error: f64,
    low: f64,
    high: f64,
}

/// An estimate over replications. Every number in it is finite, an interval has positive width, and what is
/// absent has its reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    value: Option<f64>,
    #[serde(flatten)]
    spread: Option<Spread>,
    /// Replications that contributed.
    n: u64,
    missing: Option<Missing>,
}

impl Estimate {
    /// A value with its interval `value ± critical * standard_error`.
    ///
    /// A standard error of zero gives a value without interval ([`Missing::NoVariation`]); a number that is not finite
    /// gives [`Missing::DividesByZero`].
    pub fn new(value: f64, standard_error: f64, critical: f64, n: u64) -> Estimate {
        let half = critical * standard_error;
        if !value.is_finite() || !half.is_finite() {
            return Estimate::missing(Missing::DividesByZero, n);
        }
        // A half-width lost in rounding would be a zero-width interval too.
        let (low, high) = (value - half, value + half);
        if half <= 0.0 || low >= value || high <= value {
            return Estimate::point(value, Missing::NoVariation, n);
        }
        let spread = Some(Spread {
            standard_error,
            low,
            high,
        });
        Estimate {
            value: Some(value),
            spread,
            n,
            missing: None,
        }
    }

    /// A value whose uncertainty is unknown.
    pub fn point(value: f64, why: Missing, n: u64) -> Estimate {
        if !value.is_finite() {
            return Estimate::missing(Missing::DividesByZero, n);
        }
        Estimate {
            value: Some(value),
            spread: None,
            n,
            missing: Some(why),
        }
    }

    /// No value.
    pub fn missing(why: Missing, n: u64) -> Estimate {
        Estimate {
            value: None,
            spread: None,
            n,
            missing: Some(why),
        }
    }

    /// The point estimate.
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    /// Its standard error.
    pub fn standard_error(&self) -> Option<f64> {
        self.spread.map(|s| s.standard_error)
    }

    /// Lower end of the interval.
    pub fn low(&self) -> Option<f64> {
        self.spread.map(|s| s.low)
    }

    /// Upper end of the interval.
    pub fn high(&self) -> Option<f64> {
        self.spread.map(|s| s.high)
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> Option<f64> {
        self.spread.map(|s| (s.high - s.low) / 2.0)
    }

    /// Number of replications that contributed.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Why value or interval is absent; `None` when both are there.
    pub fn why_missing(&self) -> Option<Missing> {
        self.missing
    }

    /// Whether the interval lies wholly on one side of zero.
    pub fn excludes_zero(&self) -> bool {
        self.spread.is_some_and(|s| s.low > 0.0 || s.high < 0.0)
    }
}
