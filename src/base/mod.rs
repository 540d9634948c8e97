//! Typed ids, simulated time and calendars, diagnostics as data.

pub mod diagnostic;
pub mod time;

pub use time::{DAY, HOUR, MINUTE, NEVER, Secs, Time, WEEK};
