//! Why something asked for was not done, and the exit code that says so.

use std::fmt;

use super::scenarios::Findings;
use crate::experiment::{EstimateError, Failure};
use crate::store::StoreError;

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// Scenarios with errors, each at its line.
    Invalid(Vec<Findings>),
    /// What was asked for makes no sense; in words.
    Refused(String),
    /// The machine does not give what is needed, such as threads; in words.
    Machine(String),
    /// A results folder.
    Store(StoreError),
    /// A replication, or the threads.
    Run(Failure<StoreError>),
    /// Kept records do not give estimates.
    Estimate(EstimateError<StoreError>),
}

impl Error {
    /// 2 for what the user can put right, 3 for the machine or the program.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Invalid(_)
            | Error::Refused(_)
            | Error::Run(Failure::AutoWithShard | Failure::Endless { .. }) => 2,
            Error::Store(e)
            | Error::Run(Failure::Keep(e))
            | Error::Run(Failure::Estimate(EstimateError::Read(e)))
            | Error::Estimate(EstimateError::Read(e)) => e.exit_code(),
            Error::Machine(_) | Error::Run(_) | Error::Estimate(_) => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Invalid(_) => write!(f, "the scenario has errors"),
            Error::Refused(why) | Error::Machine(why) => write!(f, "{why}"),
            Error::Store(e) => write!(f, "{e}"),
            Error::Run(e @ Failure::Panicked { .. }) => write!(
                f,
                "{e}\nThis is a defect of careweave: the same scenario and seed show it again. Please report it."
            ),
            Error::Run(e) => write!(f, "{e}"),
            Error::Estimate(e) => write!(f, "{e}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(e: StoreError) -> Error {
        Error::Store(e)
    }
}

impl From<Failure<StoreError>> for Error {
    fn from(e: Failure<StoreError>) -> Error {
        Error::Run(e)
    }
}

impl From<EstimateError<StoreError>> for Error {
    fn from(e: EstimateError<StoreError>) -> Error {
        Error::Estimate(e)
    }
}
