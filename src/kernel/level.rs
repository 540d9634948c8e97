//! An integer level that changes by jumps, and its integral over time.

use crate::base::{Secs, Time};

/// A count (people waiting, clinicians busy, beds taken) and its exact time integral in unit-seconds
/// since the last [`Level::reset`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    count: i64,
    since: Time,
    area: i64,
}

impl Level {
    /// A level of zero from `now`.
    pub fn new(now: Time) -> Level {
        Level {
            count: 0,
            since: now,
            area: 0,
        }
    }

    /// The level now.
    #[inline]
    pub fn count(&self) -> i64 {
        self.count
    }

    /// Raises (or lowers) the level from `now` on.
    #[inline]
    pub fn add(&mut self, now: Time, change: i64) {
        self.area += self.count * (now - self.since);
        self.since = now;
        self.count += change;
    }

    /// Unit-seconds from the last reset to `now`.
    #[inline]
    pub fn integral(&self, now: Time) -> Secs {
        self.area + self.count * (now - self.since)
    }

    /// Begins the integral again at `now`, keeping the level.
    pub fn reset(&mut self, now: Time) {
        self.area = 0;
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integral_of_a_step_function() {
        let mut level = Level::new(10);
        level.add(12, 3);
        level.add(15, -1);
        assert_eq!(level.integral(20), 3 * 3 + 2 * 5);
        level.reset(20);
        assert_eq!((level.count(), level.integral(23)), (2, 6));
    }
}
