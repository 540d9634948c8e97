//! When one clinician is on duty: sorted half-open intervals, or always.

use crate::base::{Calendar, NEVER, Secs, Time};
use std::fmt;
use std::sync::Arc;

/// The duty of one clinician. Cheap to clone: arms and replications share the intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roster {
    /// On duty every second; costs no shift events.
    Always,
    /// On duty in these intervals, which are sorted, not empty and do not touch.
    Shifts(Arc<[(Time, Time)]>),
    /// On duty whenever the calendar is open.
    Calendar(Arc<Calendar>),
}

/// An interval whose end is not after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyShift {
    /// Start of the interval.
    pub start: Time,
    /// Its end.
    pub end: Time,
}

impl fmt::Display for EmptyShift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a shift must end after it starts, but this one starts at {} s and ends at {} s",
            self.start, self.end
        )
    }
}

impl std::error::Error for EmptyShift {}

impl Roster {
    /// Shifts `[start, end)` in seconds, in any order; overlapping and touching ones are merged.
    ///
    /// # Errors
    /// If a shift is empty.
    pub fn shifts(intervals: &[(Time, Time)]) -> Result<Roster, EmptyShift> {
        if let Some(&(start, end)) = intervals.iter().find(|(start, end)| start >= end) {
            return Err(EmptyShift { start, end });
        }
        let mut sorted = intervals.to_vec();
        sorted.sort_unstable();
        let mut merged: Vec<(Time, Time)> = Vec::with_capacity(sorted.len());
        for (start, end) in sorted {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Ok(Roster::Shifts(merged.into()))
    }

    /// Seconds on duty in `[from, to)`.
    pub fn secs_between(&self, from: Time, to: Time) -> Secs {
        match self {
            Roster::Always => (to - from).max(0),
            Roster::Calendar(calendar) => calendar.open_between(from, to),
            Roster::Shifts(shifts) => shifts
                .iter()
                .map(|&(s, e)| (e.min(to) - s.max(from)).max(0))
                .sum(),
        }
    }

    /// Whether on duty at `t`, and when that changes next ([`NEVER`] if it does not).
    ///
    /// `hint` is the caller's note of where it was in the list of shifts, 0 at first; times must not go back.
    pub(super) fn duty(&self, t: Time, hint: &mut usize) -> (bool, Time) {
        match self {
            Roster::Always => (true, NEVER),
            Roster::Calendar(calendar) => {
                let on = calendar.is_open(t);
                (
                    on,
                    if on {
                        calendar.next_close(t)
                    } else {
                        calendar.next_open(t)
                    },
                )
            }
            Roster::Shifts(shifts) => {
                *hint += shifts[*hint..].iter().take_while(|&&(_, end)| end <= t).count();
                match shifts.get(*hint) {
                    None => (false, NEVER),
                    Some(&(start, end)) => (start <= t, if start <= t { end } else { start }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_sorted_and_merged() {
        let roster = Roster::shifts(&[(30, 40), (0, 10), (10, 12), (35, 50)]).unwrap();
        assert_eq!(roster, Roster::Shifts([(0, 12), (30, 50)].into()));
        let mut hint = 0;
        let duty = [-5, 0, 11, 12, 30, 50].map(|t| roster.duty(t, &mut hint));
        assert_eq!(
            duty,
            [
                (false, 0),
                (true, 12),
                (true, 12),
                (false, 30),
                (true, 50),
                (false, NEVER)
            ]
        );
        assert_eq!(roster.secs_between(5, 35), 7 + 5);
        assert_eq!(Roster::shifts(&[(3, 3)]), Err(EmptyShift { start: 3, end: 3 }));
        assert_eq!(Roster::Always.secs_between(5, 3), 0);
    }
}
