//! The simulated world (`kind = "pathway"`), one file per process.
