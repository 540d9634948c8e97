//! What is wrong with a law, in plain words, and the checks that find it.

use std::fmt;

/// What is wrong with a law, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum LawError {
    /// Not a number, or infinite.
    NotFinite {
        /// The parameter.
        what: &'static str,
    },
    /// Zero or negative.
    NotPositive {
        /// The parameter.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// Two parameters in the wrong order.
    Order {
        /// The parameter that must be the smaller.
        lesser: &'static str,
        /// What it is.
        low: f64,
        /// The parameter that must be the greater.
        greater: &'static str,
        /// What it is.
        high: f64,
    },
    /// Outside what can be computed.
    OutOfRange {
        /// The parameter.
        what: &'static str,
        /// What it is.
        value: f64,
        /// The least allowed.
        low: f64,
        /// The greatest allowed.
        high: f64,
    },
    /// A list of values or laws without an entry.
    NoEntries {
        /// What the list holds.
        what: &'static str,
    },
    /// (Almost) no probability is left by a truncation.
    NothingLeft {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// The mean is too large to compute with.
    TooSpread,
    /// Values below zero are possible where none makes sense.
    Negative {
        /// The least possible value.
        least: f64,
    },
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LawError::NotFinite { what } => write!(f, "{what} must be a finite number"),
            LawError::NotPositive {
                what: "standard deviation",
                value: 0.0,
            } => f.write_str("standard deviation must be above zero, but is 0; write a fixed value instead"),
            LawError::NotPositive { what, value } => write!(f, "{what} must be above zero, but is {value}"),
            LawError::Order {
                lesser,
                low,
                greater,
                high,
            } => {
                write!(f, "{lesser} ({low}) must be below {greater} ({high})")
            }
            LawError::OutOfRange {
                what,
                value,
                low,
                high,
            } => {
                write!(f, "{what} must be between {low} and {high}, but is {value}")
            }
            LawError::NoEntries { what } => write!(f, "there must be at least one {what}"),
            LawError::NothingLeft { low, high } => {
                write!(
                    f,
                    "the distribution has no probability to speak of between {low} and {high}"
                )
            }
            LawError::TooSpread => f.write_str("the distribution is too spread out: its mean is not finite"),
            LawError::Negative { least } => {
                write!(
                    f,
                    "values below zero are possible (down to {least}) where none makes sense"
                )
            }
        }
    }
}

impl std::error::Error for LawError {}

pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, LawError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(LawError::NotFinite { what })
    }
}

pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, LawError> {
    if finite(what, value)? > 0.0 {
        Ok(value)
    } else {
        Err(LawError::NotPositive { what, value })
    }
}

pub(super) fn ordered(
    lesser: &'static str,
    low: f64,
    greater: &'static str,
    high: f64,
) -> Result<(), LawError> {
    if low < high {
        Ok(())
    } else {
        Err(LawError::Order {
            lesser,
            low,
            greater,
            high,
        })
    }
}
