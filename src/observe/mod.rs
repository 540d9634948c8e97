//! What may be recorded of a run, as integers.
//!
//! A replication of all its arms becomes one [`Record`]: a list of `i64` whose positions are fixed by a
//! [`Layout`]. The [`Catalogue`] says which measures and waiting times are recorded for which arms and
//! groups of people, and which outcomes are worked out from them; a [`Tally`] fills one record. Nothing
//! here divides: numerators and denominators stay apart, so records add up exactly in any order.

pub mod bins;
pub mod builder;
pub mod catalogue;
pub mod codec;
pub mod control;
pub mod layout;
pub mod outcome;
pub mod record;
pub mod reduce;
pub mod series;
pub mod tally;

pub use bins::Bins;
pub use builder::{CatalogueBuilder, CatalogueError};
pub use catalogue::{Breadth, Catalogue, Group, GroupId, Measure, MeasureId, OutcomeId, Wait, WaitId};
pub use codec::{FrameError, decode_frame, encode_frame, read_frame, skim_frame};
pub use control::Control;
pub use layout::{Field, Layout, LayoutError, LayoutHash};
pub use outcome::{Better, Kind, Outcome};
pub use record::{Record, Records, Units};
pub use reduce::Reduction;
pub use series::{Intervals, Series};
pub use tally::Tally;

#[cfg(test)]
mod tests;
