//! The façade that the command line calls: plain data in, plain data out, nothing printed.
//!
//! [`Experiment::prepare`] reads and compiles scenarios and plans their run; [`execute`] runs the plan and gives its
//! [`Results`]; [`merge`] does so from shards. [`check`] judges one scenario without running it, [`check_theory`] the program itself; [`trace()`] writes down
//! what happens in one replication.

mod attribute;
mod calibrate;
mod check;
mod choose;
mod effort;
mod error;
mod execute;
mod experiment;
mod explain;
mod library;
mod manifest;
mod merge;
mod outputs;
mod pairing;
mod parameters;
mod reproduce;
mod scenarios;
mod sensitivity;
mod sequential;
mod size;
mod stress;
pub mod study;
mod sweep;
mod theory;
mod trace;
mod uncertainty;
mod validate;
mod warmup;
mod warmup_check;
mod world;

pub use attribute::{Attribute, AttributeAsk, AttributeDone, By, Player, switches};
pub use calibrate::{Calibrate, CalibrateAsk, CalibrateDone};
pub use check::{Assessment, WithoutEvidence, check};
pub use choose::{Choose, ChooseAsk, Chosen};
pub use effort::told_before;
pub use error::Error;
pub use execute::{Done, Output, execute};
pub use experiment::{Ask, Experiment, Replications};
pub use explain::{MeasureMoves, MovesAsk, Told, explain};
pub use library::{BUILT_IN_ARMS, Listed, built_in, map, plans};
pub use merge::merge;
pub use outputs::{REPORT_WIDTH, Results};
pub use parameters::parameter_book;
pub use reproduce::{ReproduceAsk, rebuildable, reproduce};
pub use scenarios::{Arm, Findings};
pub use sensitivity::{Analysed, Sensitivity, SensitivityAsk};
pub use size::{Size, SizeAsk};
pub use stress::{Stressed, stress};
pub use sweep::{Sweep, SweepAsk, Swept, merge_sweep};
pub use theory::{THEORY_SEED, TheoryAsk, check_theory, theory_systems, write_theory};
pub use trace::{Story, Trace, Window, trace};
pub use uncertainty::{
    DEFAULT_DRAWS, DEFAULT_PRIORS, DEFAULT_REPLICATIONS, DEFAULT_SCENARIOS, Uncertain, UncertaintyAsk,
    UncertaintyStudy,
};
pub use validate::{VALIDATE_REPLICATIONS, Validate, ValidateAsk, check_targets, is_targets, read_targets};
pub use warmup::{WARMUP_REPLICATIONS, WarmupAsk, warmup, write_warmup};
pub use warmup_check::check_measured;
pub use world::World;
