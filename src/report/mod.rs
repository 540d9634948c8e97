//! Results as people read them: one [`Report`] with every number worked out, and its renderers.
//!
//! [`Report::comparison`] and [`Report::single`] build it; [`text()`], [`html()`] and [`json()`] are pure functions of
//! it. The tidy tables of [`tables`] hold every estimate of every group and come straight from the
//! estimates. Nothing here opens a file or reads a clock.

mod build;
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
mod sentences;
mod staff;
mod story;
mod story_words;
pub mod tables;
mod text;
mod variance;
mod views;
mod warmup;
mod warmup_plot;
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
pub use text::text;
pub use variance::{variance_sentences, variance_table};
pub use warmup::{Contrast, Enough, Unknown, Warmup, WarmupOutcome};
pub use warmup_plot::warmup_svg;
pub use xes::xes;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_build;
