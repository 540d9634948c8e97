//! The laws a scenario may name: their parameters, how they are given in practice, and what is wrong with them.

use super::law_error::{LawError, finite, ordered, positive};
use super::quantile::Quantile;

/// A probability law of a real quantity (mostly a length of time), as parameters.
///
/// The methods that evaluate a law itself are exact and slow; draws go through [`Law::compile`].
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// Always the same value.
    Fixed(f64),
    /// Density exp(-x/mean)/mean for x > 0.
    Exponential {
        /// Mean, positive.
        mean: f64,
    },
    /// Equal density between `low` and `high`.
    Uniform {
        /// Least value.
        low: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
    /// Density rising in a straight line from `low` to `mode` and falling to `high`.
    Triangular {
        /// Least value.
        low: f64,
        /// Most likely value, from `low` to `high`.
        mode: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
    /// exp(mu + sigma Z) with Z standard normal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, positive.
        sigma: f64,
    },
    /// Density proportional to x^(shape-1) exp(-x/scale) for x > 0.
    Gamma {
        /// Shape, from 0.001 to 10,000 (a standard deviation of 1% of the mean).
        shape: f64,
        /// Scale, positive: mean = shape × scale.
        scale: f64,
    },
    /// P(X > x) = exp(-(x/scale)^shape) for x > 0.
    Weibull {
        /// Shape, positive: below 1 the hazard falls, above 1 it rises.
        shape: f64,
        /// Scale, positive: the 63rd percentile.
        scale: f64,
    },
    /// Listed values, each with a positive weight.
    Empirical(Vec<(f64, f64)>),
    /// One of several laws, each with a positive weight.
    Mixture(Vec<(f64, Law)>),
    /// A law given that its value lies from `low` to `high`, both included (either may be infinite).
    Truncated {
        /// The law before truncation.
        law: Box<Law>,
        /// Least value.
        low: f64,
        /// Greatest value, above `low`.
        high: f64,
    },
}

/// The upper quartile of the standard normal law.
const NORMAL_QUARTILE: f64 = 0.674_489_750_196_081_7;
/// Shapes for which the incomplete gamma function is computed well and in reasonable time.
const GAMMA_SHAPES: (f64, f64) = (1e-3, 1e4);
/// Least probability that a truncation may leave.
const LEAST_MASS: f64 = 1e-12;

impl Law {
    /// An exponential law by its mean.
    ///
    /// # Errors
    /// When the mean is not positive.
    pub fn exponential(mean: f64) -> Result<Law, LawError> {
        Ok(Law::Exponential {
            mean: positive("mean", mean)?,
        })
    }

    /// The lognormal law with this mean and standard deviation of the value itself:
    /// sigma² = ln(1 + (sd/mean)²), mu = ln(mean) - sigma²/2.
    ///
    /// # Errors
    /// When either is not positive.
    pub fn lognormal_mean_sd(mean: f64, sd: f64) -> Result<Law, LawError> {
        let ratio = positive("standard deviation", sd)? / positive("mean", mean)?;
        let variance = libm::log1p(ratio * ratio);
        Law::LogNormal {
            mu: libm::log(mean) - 0.5 * variance,
            sigma: libm::sqrt(variance),
        }
        .checked()
    }

    /// The lognormal law with this median whose quartiles stand in the ratio `q3 / q1`:
    /// mu = ln(median), sigma = ln(q3/q1) / (2 × 0.67449).
    ///
    /// Published quartiles are seldom symmetrical about the median on the log scale, as a lognormal
    /// law's are: the median and the ratio are kept, the two quartiles are not each met.
    ///
    /// # Errors
    /// When `q1` is not positive or the three are not in order.
    pub fn lognormal_median_iqr(median: f64, q1: f64, q3: f64) -> Result<Law, LawError> {
        positive("lower quartile", q1)?;
        finite("median", median)?;
        finite("upper quartile", q3)?;
        ordered("lower quartile", q1, "median", median)?;
        ordered("median", median, "upper quartile", q3)?;
        Law::LogNormal {
            mu: libm::log(median),
            sigma: libm::log(q3 / q1) / (2.0 * NORMAL_QUARTILE),
        }
        .checked()
    }

    /// The gamma law with this mean and standard deviation: shape = (mean/sd)², scale = sd²/mean.
    ///
    /// # Errors
    /// When either is not positive, or the shape falls outside 0.001 to 10,000.
    pub fn gamma_mean_sd(mean: f64, sd: f64) -> Result<Law, LawError> {
        let ratio = positive("mean", mean)? / positive("standard deviation", sd)?;
        Law::Gamma {
            shape: ratio * ratio,
            scale: sd / ratio,
        }
        .checked()
    }

    /// The Weibull law with this mean and shape: scale = mean / Γ(1 + 1/shape).
    ///
    /// # Errors
    /// When either is not positive, or the shape is so small that the scale vanishes.
    pub fn weibull_mean_shape(mean: f64, shape: f64) -> Result<Law, LawError> {
        let unit = libm::tgamma(1.0 + 1.0 / positive("shape", shape)?);
        if unit.is_infinite() {
            return Err(LawError::TooSpread);
        }
        Law::Weibull {
            shape,
            scale: positive("mean", mean)? / unit,
        }
        .checked()
    }

    /// This law given that its value lies from `low` to `high`.
    ///
    /// # Errors
    /// As [`Law::check`].
    pub fn truncated(self, low: f64, high: f64) -> Result<Law, LawError> {
        Law::Truncated {
            law: Box::new(self),
            low,
            high,
        }
        .checked()
    }

    /// The law of `factor` times the quantity (a change of unit, or a ratio between arms).
    ///
    /// # Errors
    /// When the factor is not positive.
    pub fn scaled(&self, factor: f64) -> Result<Law, LawError> {
        let r = positive("factor", factor)?;
        Ok(match *self {
            Law::Fixed(x) => Law::Fixed(x * r),
            Law::Exponential { mean } => Law::Exponential { mean: mean * r },
            Law::Uniform { low, high } => Law::Uniform {
                low: low * r,
                high: high * r,
            },
            Law::Triangular { low, mode, high } => Law::Triangular {
                low: low * r,
                mode: mode * r,
                high: high * r,
            },
            Law::LogNormal { mu, sigma } => Law::LogNormal {
                mu: mu + libm::log(r),
                sigma,
            },
            Law::Gamma { shape, scale } => Law::Gamma {
                shape,
                scale: scale * r,
            },
            Law::Weibull { shape, scale } => Law::Weibull {
                shape,
                scale: scale * r,
            },
            Law::Empirical(ref values) => Law::Empirical(values.iter().map(|&(x, w)| (x * r, w)).collect()),
            Law::Mixture(ref laws) => {
                let scaled = laws.iter().map(|(w, law)| Ok((*w, law.scaled(r)?)));
                Law::Mixture(scaled.collect::<Result<_, LawError>>()?)
            }
            Law::Truncated { ref law, low, high } => Law::Truncated {
                law: Box::new(law.scaled(r)?),
                low: low * r,
                high: high * r,
            },
        })
    }

    fn checked(self) -> Result<Law, LawError> {
        self.check()?;
        Ok(self)
    }

    /// Whether the parameters make a law.
    ///
    /// # Errors
    /// The first thing that is wrong, in plain words.
    pub fn check(&self) -> Result<(), LawError> {
        match self {
            Law::Fixed(x) => finite("value", *x).map(drop),
            Law::Exponential { mean } => positive("mean", *mean).map(drop),
            Law::Uniform { low, high } => {
                finite("low", *low)?;
                finite("high", *high)?;
                ordered("low", *low, "high", *high)
            }
            Law::Triangular { low, mode, high } => {
                finite("low", *low)?;
                finite("mode", *mode)?;
                finite("high", *high)?;
                ordered("low", *low, "high", *high)?;
                if mode < low {
                    ordered("low", *low, "mode", *mode)?;
                }
                if mode > high {
                    ordered("mode", *mode, "high", *high)?;
                }
                Ok(())
            }
            Law::LogNormal { mu, sigma } => {
                finite("mu", *mu)?;
                positive("sigma", *sigma)?;
                self.mean_is_finite()
            }
            Law::Gamma { shape, scale } => {
                let (low, high) = GAMMA_SHAPES;
                let shape = positive("shape", *shape)?;
                positive("scale", *scale)?;
                if !(low..=high).contains(&shape) {
                    return Err(LawError::OutOfRange {
                        what: "shape",
                        value: shape,
                        low,
                        high,
                    });
                }
                self.mean_is_finite()
            }
            Law::Weibull { shape, scale } => {
                positive("shape", *shape)?;
                positive("scale", *scale)?;
                self.mean_is_finite()
            }
            Law::Empirical(values) => {
                for &(value, weight) in values {
                    finite("value", value)?;
                    positive("weight", weight)?;
                }
                if values.is_empty() {
                    Err(LawError::NoEntries { what: "value" })
                } else {
                    Ok(())
                }
            }
            Law::Mixture(laws) => {
                for (weight, law) in laws {
                    positive("weight", *weight)?;
                    law.check()?;
                }
                if laws.is_empty() {
                    Err(LawError::NoEntries { what: "law" })
                } else {
                    Ok(())
                }
            }
            Law::Truncated { law, low, high } => {
                law.check()?;
                if low.is_nan() || high.is_nan() {
                    return Err(LawError::NotFinite { what: "bound" });
                }
                ordered("low", *low, "high", *high)?;
                if law.mass_within(*low, *high) < LEAST_MASS {
                    return Err(LawError::NothingLeft {
                        low: *low,
                        high: *high,
                    });
                }
                Ok(())
            }
        }
    }

    /// Whether no value below zero is possible.
    ///
    /// # Errors
    /// The least possible value, when that is negative.
    pub fn check_not_negative(&self) -> Result<(), LawError> {
        let (least, _) = self.support();
        if least < 0.0 {
            Err(LawError::Negative { least })
        } else {
            Ok(())
        }
    }

    fn mean_is_finite(&self) -> Result<(), LawError> {
        if self.mean().is_finite() {
            Ok(())
        } else {
            Err(LawError::TooSpread)
        }
    }

    /// The law's quantile function, tabulated for fast draws.
    ///
    /// # Errors
    /// As [`Law::check`].
    pub fn compile(&self) -> Result<Quantile, LawError> {
        self.check()?;
        Ok(Quantile::of(self))
    }
}

#[cfg(test)]
mod tests;
