//! Typed ids, simulated time and calendars, diagnostics as data.

pub mod calendar;
pub mod delays;
pub mod diagnostic;
pub mod effort;
pub mod ids;
pub mod time;

pub use calendar::{Calendar, CalendarError, OpenWalk};
pub use delays::{Counting, WorkingDays, finish};
pub use effort::Effort;
pub use time::{DAY, HOUR, MINUTE, NEVER, Secs, Time, WEEK, whole_secs};
