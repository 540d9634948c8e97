//! Results as people read them: one [`Report`] with every number worked out, and its renderers.
//!
//! [`Report::comparison`] and [`Report::single`] build it; [`text()`], [`html()`] and [`json()`] are pure functions of
//! it. The tidy tables of [`tables`] hold every estimate of every group and come straight from the
//! estimates. Nothing here opens a file or reads a clock.

mod attribute;
mod build;
mod calibrate;
mod changes;
mod compared;
mod equity;
pub mod chart;
mod choose;
mod choose_front;
mod document;
mod docx;
mod event_log;
mod explain;
mod html;
mod json;
mod layout;
mod map;
mod map_text;
mod model;
pub mod moves;
mod numbers;
mod parameters;
mod plot;
mod priors;
mod reproduce;
pub mod sensitivity;
mod sensitivity_files;
mod sensitivity_text;
mod sentences;
mod sheet;
mod size;
mod staff;
mod story;
mod story_words;
mod stress;
mod sweep;
pub mod tables;
mod text;
mod theory;
mod variance;
mod uncertainty;
mod validation;
mod validation_words;
mod views;
mod warmup;
mod warmup_plot;
mod warmup_tables;
mod words;
mod xes;

pub use attribute::{
    Attributed, AttributedOutcome, Carrier, Drawn, SwitchTold, attribute_files, attribute_json,
    attribute_text,
};
pub use build::{ArmFacts, Input};
pub use calibrate::{
    Calibrated, Calibration, Diagnosis, Goal as CalibrationGoal, Place as CalibrationPlace, PointTold, Reach,
    Together, Use, Waved, calibration_answer, calibration_files, calibration_json, calibration_text,
};
pub use changes::{Change, Changes, State, changes};
pub use choose::{Choice, ChoiceArm, Told, choice_files, choice_json, choice_text};
pub use choose_front::{FrontArm, FrontTable, front_files, front_json, front_text};
pub use document::{Block, Document, markdown};
pub use docx::docx;
pub use equity::{Equity, GapChange, GapOutcome, GapVerdict};
pub use event_log::{COLUMNS, Traced, event_log};
pub use explain::{Explained, Measured, MovesTold, explain_json, explain_text, found_text, row_json};
pub use html::html;
pub use json::json;
pub use map::{Drawing, map};
pub use model::*;
pub use parameters::{ParameterBook, ParameterFile, ParameterRow, grade_word, parameters_md};
pub use reproduce::{FileCompared, Reproduced, Verdict, reproduce_json, reproduce_text};
pub use sensitivity_files::{sensitivity_files, sensitivity_json};
pub use sensitivity_text::sensitivity_text;
pub use size::{SizeTarget, Sizing, size_files, size_json, size_text};
pub use staff::staff;
pub use story::story;
pub use stress::{
    StressArm, StressFacts, StressGap, StressProgram, StressRun, StressStudy, stress, stress_gaps,
};
pub use sweep::{SweepRow, SweepTable, sweep_files, sweep_json, sweep_text};
pub use text::text;
pub use theory::{Theory, TheoryRow, TheorySystem};
pub use uncertainty::{
    DecisionFacts, DrawRow, Prior, ScanFacts, Spread, UncertainArm, UncertainDifference, UncertainOutcome,
    UncertainValue, Uncertainty, uncertainty_files, uncertainty_json, uncertainty_text,
};
pub use validation::{
    Count, Negative, NegativeRow, TargetRow, Validation, validation_files, validation_json,
    validation_markdown, validation_text,
};
pub use variance::{variance_sentences, variance_table};
pub use warmup::{ALPHA, ALPHA_CHOSEN, Contrast, Enough, Unknown, Warmup, WarmupOutcome};
pub use warmup_plot::warmup_svg;
pub use xes::xes;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_build;
#[cfg(test)]
mod tests_validation;
