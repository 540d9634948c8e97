//! The simulated world (`kind = "pathway"`), one file per process.

pub mod course;
pub mod fixture;
pub mod population;
pub mod purposes;
