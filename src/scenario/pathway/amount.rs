//! Random amounts without a unit of time: factors, hours a week, pounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::{Law, LawError, Quantile};
use crate::scenario::units::{NonNegative, Positive};

/// A random (or fixed) amount: one law and its parameters, in the unit the key names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(extend(
    "x-what" = "an amount: one law with its parameters",
    "x-example" = "{ gamma = { mean = 1, sd = 0.5 } }",
    "x-check" = "amount"
))]
pub enum Amount {
    /// Always the same.
    Fixed {
        /// The amount.
        value: NonNegative,
    },
    /// Uniform between two bounds.
    Uniform {
        /// Smallest.
        low: NonNegative,
        /// Largest.
        high: NonNegative,
    },
    /// Gamma, by mean and standard deviation.
    Gamma {
        /// Mean.
        mean: Positive,
        /// Standard deviation.
        sd: Positive,
    },
    /// Lognormal, by median and interquartile range.
    Lognormal {
        /// Median.
        median: Positive,
        /// Lower and upper quartile.
        iqr: [Positive; 2],
    },
}

impl Amount {
    /// The law.
    ///
    /// # Errors
    /// Parameters that contradict one another.
    pub fn law(&self) -> Result<Law, LawError> {
        match self {
            Amount::Fixed { value } => Ok(Law::Fixed(value.get())),
            Amount::Uniform { low, high } => Ok(Law::Uniform {
                low: low.get(),
                high: high.get(),
            }),
            Amount::Gamma { mean, sd } => Law::gamma_mean_sd(mean.get(), sd.get()),
            Amount::Lognormal {
                median,
                iqr: [q1, q3],
            } => Law::lognormal_median_iqr(median.get(), q1.get(), q3.get()),
        }
    }

    /// The compiled law.
    ///
    /// # Errors
    /// As [`Amount::law`].
    pub fn quantile(&self) -> Result<Quantile, LawError> {
        self.law()?.compile()
    }
}
