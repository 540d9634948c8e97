//! Results as people read them: one [`Report`] with every number worked out, and its renderers.
//!
//! [`Report::comparison`] and [`Report::single`] build it; [`text()`], [`html()`] and [`json()`] are pure functions of
//! it. The tidy tables of [`tables`] hold every estimate of every group and come straight from the
//! estimates. Nothing here opens a file or reads a clock.

mod build;
mod html;
mod json;
mod layout;
mod model;
mod moves;
mod numbers;
mod plot;
mod sentences;
mod staff;
pub mod tables;
mod text;
mod views;
mod words;

pub use build::{ArmFacts, Input};
pub use html::html;
pub use json::json;
pub use model::*;
pub use moves::moves;
pub use staff::staff;
pub use text::text;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_build;
