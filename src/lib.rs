//! Careweave: a fast discrete-event simulator of community palliative-care pathways.
//!
//! Rooms, each of which may use only the rooms above it: see `ARCHITECTURE.md`.

pub mod base;
pub mod random;
pub mod stats;
pub mod methods;
pub mod kernel;
pub mod model;
pub mod observe;
pub mod queueing;
pub mod pathway;
pub mod scenario;
pub mod compile;
pub mod experiment;
pub mod store;
pub mod report;
pub mod app;
pub mod cli;
