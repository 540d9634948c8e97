//! Random lengths of time as they are written: `{ lognormal = { mean = 45, sd = 20, unit = "min" } }`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::checks::Fault;
use super::units::{NonNegative, Positive, TimeUnit};
use crate::base::Counting;
use crate::random::{Law, LawError};

/// A random (or fixed) length of time: one law, its parameters and their unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(extend(
    "x-what" = "a length of time: one law with its parameters and unit",
    "x-example" = "{ lognormal = { mean = 45, sd = 20, unit = \"min\" } }",
    "x-check" = "law"
))]
pub enum LawSpec {
    /// Always the same.
    Fixed {
        /// The length.
        value: NonNegative,
        /// Unit of the length.
        unit: TimeUnit,
    },
    /// Exponential: the memoryless law.
    Exponential {
        /// Mean.
        mean: Positive,
        /// Unit of the mean.
        unit: TimeUnit,
    },
    /// Uniform between two bounds.
    Uniform {
        /// Smallest.
        low: NonNegative,
        /// Largest.
        high: NonNegative,
        /// Unit of the bounds.
        unit: TimeUnit,
    },
    /// Triangular.
    Triangular {
        /// Smallest.
        low: NonNegative,
        /// Most likely.
        mode: NonNegative,
        /// Largest.
        high: NonNegative,
        /// Unit of the three.
        unit: TimeUnit,
    },
    /// Lognormal, by mean and standard deviation or by median and interquartile range.
    Lognormal(LognormalSpec),
    /// Gamma, by mean and standard deviation.
    Gamma {
        /// Mean.
        mean: Positive,
        /// Standard deviation.
        sd: Positive,
        /// Unit of both.
        unit: TimeUnit,
    },
    /// Weibull, by mean and shape (below 1: a falling hazard; above 1: a rising one).
    Weibull {
        /// Mean.
        mean: Positive,
        /// Shape, a plain number.
        shape: Positive,
        /// Unit of the mean.
        unit: TimeUnit,
    },
    /// One of the listed lengths, drawn with the listed weights (equal ones if none are given).
    Empirical {
        /// The lengths.
        #[schemars(length(min = 1, max = 10_000))]
        values: Vec<NonNegative>,
        /// A weight for each length; they need not add up to 1.
        weights: Option<Vec<NonNegative>>,
        /// Unit of the lengths.
        unit: TimeUnit,
    },
    /// With the given weights, one of several laws.
    Mixture {
        /// The laws and their weights; all must be counted the same way.
        #[schemars(length(min = 1, max = 100))]
        parts: Vec<MixturePart>,
    },
    /// Another law, given that it falls between two bounds (in the unit of that law).
    Truncated {
        /// The law.
        of: Box<LawSpec>,
        /// Lower bound; none if left out.
        low: Option<NonNegative>,
        /// Upper bound; none if left out.
        high: Option<NonNegative>,
    },
}

/// The two ways of writing a lognormal law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
#[schemars(extend("x-what" = "mean and sd, or median and iqr, with a unit"))]
pub enum LognormalSpec {
    /// By mean and standard deviation.
    MeanSd {
        /// Mean.
        mean: Positive,
        /// Standard deviation.
        sd: Positive,
        /// Unit of both.
        unit: TimeUnit,
    },
    /// By median and interquartile range.
    MedianIqr {
        /// Median.
        median: Positive,
        /// Lower and upper quartile.
        iqr: [Positive; 2],
        /// Unit of all three.
        unit: TimeUnit,
    },
}

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixturePart {
    /// Weight; the weights need not add up to 1.
    pub weight: Positive,
    /// The law.
    pub law: LawSpec,
}

impl LawSpec {
    /// How a delay of this law is counted; the parts of a mixture agree once it is checked.
    pub fn counting(&self) -> Counting {
        match self {
            LawSpec::Fixed { unit, .. }
            | LawSpec::Exponential { unit, .. }
            | LawSpec::Uniform { unit, .. }
            | LawSpec::Triangular { unit, .. }
            | LawSpec::Lognormal(
                LognormalSpec::MeanSd { unit, .. } | LognormalSpec::MedianIqr { unit, .. },
            )
            | LawSpec::Gamma { unit, .. }
            | LawSpec::Weibull { unit, .. }
            | LawSpec::Empirical { unit, .. } => unit.counting(),
            LawSpec::Mixture { parts } => parts.first().map_or(Counting::Clock, |p| p.law.counting()),
            LawSpec::Truncated { of, .. } => of.counting(),
        }
    }

    /// Contradictions between the parameters.
    ///
    /// # Errors
    /// The first one found.
    pub fn check(&self) -> Result<(), Fault> {
        let fault = |at: &[&str], message: &str, label: &str| {
            let at = at.iter().map(|s| (*s).to_owned()).collect();
            Err(Fault {
                at,
                message: message.to_owned(),
                label: label.to_owned(),
                help: None,
            })
        };
        match self {
            LawSpec::Uniform { low, high, .. } if low >= high => fault(
                &["uniform", "high"],
                "`high` must be greater than `low`",
                "not greater than `low`",
            ),
            LawSpec::Triangular { low, mode, high, .. } if !(low <= mode && mode <= high && low < high) => {
                fault(
                    &["triangular"],
                    "a triangular law needs low <= mode <= high",
                    "not in ascending order",
                )
            }
            LawSpec::Lognormal(LognormalSpec::MedianIqr {
                median,
                iqr: [q1, q3],
                ..
            }) if !(q1 < median && median < q3) => {
                let message = "the median must lie between the quartiles of `iqr`";
                fault(&["lognormal", "iqr"], message, "lower quartile, upper quartile")
            }
            LawSpec::Empirical {
                values,
                weights: Some(weights),
                ..
            } if weights.len() != values.len() => {
                let message = format!("{} weights for {} values", weights.len(), values.len());
                fault(&["empirical", "weights"], &message, "one weight for each value")
            }
            LawSpec::Empirical {
                weights: Some(weights),
                ..
            } if weights.iter().all(|w| w.get() == 0.0) => fault(
                &["empirical", "weights"],
                "all weights are 0",
                "at least one must be greater than 0",
            ),
            LawSpec::Mixture { parts } if parts.iter().any(|p| p.law.counting() != self.counting()) => {
                let message = "the parts of a mixture must all be counted the same way";
                fault(
                    &["mixture"],
                    message,
                    "mixes clock time, working days or open hours",
                )
            }
            LawSpec::Truncated {
                low: None,
                high: None,
                ..
            } => fault(
                &["truncated"],
                "a truncated law needs `low`, `high` or both",
                "no bound",
            ),
            LawSpec::Truncated {
                low: Some(low),
                high: Some(high),
                ..
            } if low >= high => fault(
                &["truncated", "high"],
                "`high` must be greater than `low`",
                "not greater than `low`",
            ),
            // What is left is for the mathematics to judge: no probability between the bounds, a shape
            // or a spread that cannot be computed with.
            _ => match self.to_law().and_then(|law| law.check()) {
                Ok(()) => Ok(()),
                Err(why) => fault(
                    &[],
                    &format!("this is not a law one can draw from: {why}"),
                    "in seconds",
                ),
            },
        }
    }
}

impl LawSpec {
    /// The law in seconds.
    ///
    /// # Errors
    /// When the parameters do not make a law that can be computed with.
    pub fn to_law(&self) -> Result<Law, LawError> {
        Ok(match self {
            LawSpec::Fixed { value, unit } => Law::Fixed(value.get() * unit.secs()),
            LawSpec::Exponential { mean, unit } => Law::exponential(mean.get() * unit.secs())?,
            LawSpec::Uniform { low, high, unit } => Law::Uniform {
                low: low.get() * unit.secs(),
                high: high.get() * unit.secs(),
            },
            LawSpec::Triangular {
                low,
                mode,
                high,
                unit,
            } => Law::Triangular {
                low: low.get() * unit.secs(),
                mode: mode.get() * unit.secs(),
                high: high.get() * unit.secs(),
            },
            LawSpec::Lognormal(LognormalSpec::MeanSd { mean, sd, unit }) => {
                Law::lognormal_mean_sd(mean.get() * unit.secs(), sd.get() * unit.secs())?
            }
            LawSpec::Lognormal(LognormalSpec::MedianIqr {
                median,
                iqr: [q1, q3],
                unit,
            }) => {
                let s = unit.secs();
                Law::lognormal_median_iqr(median.get() * s, q1.get() * s, q3.get() * s)?
            }
            LawSpec::Gamma { mean, sd, unit } => {
                Law::gamma_mean_sd(mean.get() * unit.secs(), sd.get() * unit.secs())?
            }
            LawSpec::Weibull { mean, shape, unit } => {
                Law::weibull_mean_shape(mean.get() * unit.secs(), shape.get())?
            }
            LawSpec::Empirical {
                values,
                weights,
                unit,
            } => {
                let weight = |i: usize| {
                    weights
                        .as_ref()
                        .map_or(1.0, |w| w.get(i).map_or(0.0, |w| w.get()))
                };
                let pairs = values
                    .iter()
                    .enumerate()
                    .map(|(i, v)| (v.get() * unit.secs(), weight(i)));
                // A value of weight 0 never occurs; `Law` wants positive weights.
                Law::Empirical(pairs.filter(|(_, w)| *w > 0.0).collect())
            }
            LawSpec::Mixture { parts } => {
                let laws = parts
                    .iter()
                    .map(|part| Ok((part.weight.get(), part.law.to_law()?)));
                Law::Mixture(laws.collect::<Result<_, LawError>>()?)
            }
            LawSpec::Truncated { of, low, high } => {
                let (law, unit) = (of.to_law()?, of.unit_secs());
                let bound = |b: &Option<NonNegative>, none: f64| b.map_or(none, |b| b.get() * unit);
                law.truncated(bound(low, 0.0), bound(high, f64::INFINITY))?
            }
        })
    }

    /// Seconds in the unit of the law; of the first part, for a mixture.
    fn unit_secs(&self) -> f64 {
        match self {
            LawSpec::Fixed { unit, .. }
            | LawSpec::Exponential { unit, .. }
            | LawSpec::Uniform { unit, .. }
            | LawSpec::Triangular { unit, .. }
            | LawSpec::Lognormal(
                LognormalSpec::MeanSd { unit, .. } | LognormalSpec::MedianIqr { unit, .. },
            )
            | LawSpec::Gamma { unit, .. }
            | LawSpec::Weibull { unit, .. }
            | LawSpec::Empirical { unit, .. } => unit.secs(),
            LawSpec::Mixture { parts } => parts.first().map_or(1.0, |p| p.law.unit_secs()),
            LawSpec::Truncated { of, .. } => of.unit_secs(),
        }
    }

    /// The mean in seconds, of a law that passed [`LawSpec::check`].
    pub fn mean_secs(&self) -> f64 {
        self.to_law().map_or(f64::NAN, |law| law.mean())
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::check;
    use super::super::de::from_node;
    use super::super::node::{Node, parse};
    use super::*;
    use crate::base::diagnostic::SourceMap;

    fn node(text: &str) -> Node {
        let mut sources = SourceMap::default();
        let id = sources.add("law", format!("law = {text}"));
        let mut found = Vec::new();
        let root = parse(id, &sources, 0, &mut found);
        assert!(found.is_empty(), "{text}: {found:?}");
        root.step("law").expect("a law").clone()
    }

    #[test]
    fn laws_are_read_with_their_unit() {
        for (text, mean) in [
            ("{ fixed = { value = 1.5, unit = \"hour\" } }", 5_400.0),
            ("{ exponential = { mean = 2, unit = \"day\" } }", 172_800.0),
            ("{ uniform = { low = 1, high = 3, unit = \"min\" } }", 120.0),
            (
                "{ triangular = { low = 0, mode = 1, high = 5, unit = \"s\" } }",
                2.0,
            ),
            ("{ lognormal = { mean = 45, sd = 20, unit = \"min\" } }", 2_700.0),
            // Mean = median exp(sigma^2 / 2), sigma = ln 4 / (2 * 0.6744897501960817).
            (
                "{ lognormal = { median = 2, iqr = [1, 4], unit = \"s\" } }",
                3.391_225_324_8,
            ),
            ("{ gamma = { mean = 3, sd = 2, unit = \"week\" } }", 1_814_400.0),
            (
                "{ weibull = { mean = 3, shape = 1.7, unit = \"hour\" } }",
                10_800.0,
            ),
            (
                "{ empirical = { values = [1, 2, 9], weights = [1, 1, 0], unit = \"min\" } }",
                90.0,
            ),
            (
                "{ empirical = { values = [1, 2, 9], unit = \"working_day\" } }",
                345_600.0,
            ),
            (
                "{ mixture = { parts = [{ weight = 3, law = { fixed = { value = 1, unit = \"s\" } } }, { weight = 1, law = { fixed = { value = 1, unit = \"min\" } } }] } }",
                15.75,
            ),
            (
                "{ truncated = { of = { uniform = { low = 0, high = 10, unit = \"hour\" } }, high = 4 } }",
                7_200.0,
            ),
        ] {
            let node = node(text);
            assert_eq!(check("law", &node).map(drop), Ok(()), "{text}");
            let law: LawSpec = from_node(&node).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert!(
                (law.mean_secs() - mean).abs() < 1e-6 * mean,
                "{text}: {} is not {mean}",
                law.mean_secs()
            );
        }
    }

    #[test]
    fn a_unit_says_how_a_delay_is_counted() {
        let counting = |text| from_node::<LawSpec>(&node(text)).map(|law| law.counting());
        assert_eq!(
            counting("{ fixed = { value = 2, unit = \"working_day\" } }"),
            Ok(Counting::WorkingDays)
        );
        let open = "{ truncated = { of = { exponential = { mean = 2, unit = \"open_hour\" } }, high = 9 } }";
        assert_eq!(counting(open), Ok(Counting::OpenHours));
    }
}
