//! Results as people read them: one [`Report`] with every number worked out, and its renderers.
//!
//! [`Report::comparison`] and [`Report::single`] build it; [`text()`], [`html()`] and [`json()`] are pure functions of
//! it. The tidy tables of [`tables`] hold every estimate of every group and come straight from the
//! estimates. Nothing here opens a file or reads a clock.

mod build;
pub mod chart;
mod event_log;
mod html;
mod json;
mod layout;
mod map;
mod map_text;
mod model;
mod moves;
mod numbers;
mod plot;
mod priors;
mod sentences;
mod staff;
mod story;
mod story_words;
mod sweep;
pub mod tables;
mod text;
mod uncertainty;
mod views;
mod words;
mod xes;

pub use build::{ArmFacts, Input};
pub use event_log::{COLUMNS, Traced, event_log};
pub use html::html;
pub use json::json;
pub use map::{Drawing, map};
pub use model::*;
pub use moves::moves;
pub use staff::staff;
pub use story::story;
pub use sweep::{SweepRow, SweepTable, sweep_files, sweep_json, sweep_text};
pub use text::text;
pub use uncertainty::{
    DecisionFacts, DrawRow, Prior, ScanFacts, Spread, UncertainArm, UncertainDifference, UncertainOutcome, UncertainValue, Uncertainty,
    uncertainty_files, uncertainty_json, uncertainty_text,
};
pub use xes::xes;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_build;
