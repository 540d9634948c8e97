//! Typed ids, simulated time and calendars, diagnostics as data.

pub mod time;

pub use time::{DAY, HOUR, MINUTE, NEVER, Secs, Time, WEEK};
