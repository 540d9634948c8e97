//! Simulated time: integer seconds from `start_date`, a Monday 00:00; no daylight saving.
//!
//! Plain `i64` rather than a newtype: times and durations are added, halved and compared in
//! every line of the hot loop, and both are seconds everywhere inside the program. Units are
//! converted once, where a scenario is compiled.

/// A moment, in whole seconds from `start_date` (a Monday, 00:00). Negative before the start.
pub type Time = i64;
/// A length of time in whole seconds.
pub type Secs = i64;

/// One minute in seconds.
pub const MINUTE: Secs = 60;
/// One hour in seconds.
pub const HOUR: Secs = 3_600;
/// One day in seconds.
pub const DAY: Secs = 86_400;
/// One week in seconds.
pub const WEEK: Secs = 604_800;
/// A time that no run reaches (about 278,000 years); sums of a few of these do not overflow.
pub const NEVER: Time = 1 << 43;

/// Whole seconds of a length that has been scaled: rounded, never negative, at most [`NEVER`], so that a time plus
/// such a length does not overflow, however long a scenario makes it.
#[inline]
pub fn whole_secs(length: f64) -> Secs {
    (length.max(0.0).round() as Secs).min(NEVER)
}
