//! Opening hours: a weekly list of open intervals less wholly closed days, exact to the second.
//!
//! Everything follows from two inverse functions. `rank(t)` counts the open seconds before `t`
//! (from an arbitrary origin), `select(k)` is the open second whose rank is `k`. Both come from
//! prefix sums over one week and over the closed days, so no query walks along the calendar: the
//! cost is a table look-up by hour and a binary search in the (few dozen) closed days.

use std::fmt;

use super::time::{DAY, HOUR, NEVER, Secs, Time, WEEK};

/// Opening hours, compiled: immutable and cheap to query at any moment, before the start and far
/// beyond the last listed closed day. Intervals are half-open: a place open 9 to 17 is closed at
/// 17:00:00. Moments are meaningful within ±[`NEVER`]; an answer at or beyond it is `NEVER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Open intervals of a week without closed days: sorted, disjoint, not touching.
    slots: Vec<Slot>,
    /// For each hour of the week, the first slot that ends after the hour begins.
    slot_by_hour: Vec<u32>,
    /// Open seconds in a week without closed days.
    per_week: Secs,
    /// Closed days that take open seconds away, in order.
    closed: Vec<ClosedDay>,
    /// All the open seconds the closed days take away.
    lost: Secs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    start: Secs,
    end: Secs,
    /// Open seconds of the week before `start`.
    before: Secs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ClosedDay {
    day: i64,
    /// Open seconds the earlier closed days take away.
    lost_before: Secs,
    /// `rank` of the day's first moment (which is also that of its last).
    rank: Secs,
}

/// A place on a way forwards through the open seconds of a calendar; see [`Calendar::walk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenWalk {
    /// Open seconds before the place.
    rank: Secs,
    /// Ranks below this lie in the same open interval as the place, this many seconds after their rank.
    until: Secs,
    shift: Secs,
}

/// What is wrong with a list of open intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The interval ends at or before its start.
    Empty {
        /// Start, seconds from Monday 00:00.
        start: u32,
        /// End, seconds from Monday 00:00.
        end: u32,
    },
    /// The interval ends after the week does.
    BeyondWeek {
        /// Start, seconds from Monday 00:00.
        start: u32,
        /// End, seconds from Monday 00:00.
        end: u32,
    },
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            CalendarError::Empty { start, end } => {
                write!(
                    f,
                    "opening hours must end after they start ({start} s to {end} s of the week)"
                )
            }
            CalendarError::BeyondWeek { start, end } => {
                write!(
                    f,
                    "opening hours must end by Sunday 24:00 ({start} s to {end} s of the week)"
                )
            }
        }
    }
}

impl std::error::Error for CalendarError {}

impl Calendar {
    /// Open every second.
    pub fn always() -> Calendar {
        Calendar::build(vec![(0, WEEK)], &[])
    }

    /// Open in the weekly intervals `open`, except on `closed_days`.
    ///
    /// `open` holds (start, end) in seconds from Monday 00:00 with `start < end <= WEEK`, in any
    /// order; intervals that touch or overlap are merged; none at all means never open.
    /// `closed_days` are days since `start_date` on which nothing opens, in any order, repeats
    /// allowed; days that no run reaches are ignored.
    ///
    /// # Errors
    /// The first interval that is empty, reversed or runs beyond the week.
    pub fn weekly(open: &[(u32, u32)], closed_days: &[i64]) -> Result<Calendar, CalendarError> {
        let mut intervals = Vec::with_capacity(open.len());
        for &(start, end) in open {
            if end <= start {
                return Err(CalendarError::Empty { start, end });
            }
            if Secs::from(end) > WEEK {
                return Err(CalendarError::BeyondWeek { start, end });
            }
            intervals.push((Secs::from(start), Secs::from(end)));
        }
        Ok(Calendar::build(intervals, closed_days))
    }

    fn build(mut intervals: Vec<(Secs, Secs)>, closed_days: &[i64]) -> Calendar {
        intervals.sort_unstable();
        let mut slots: Vec<Slot> = Vec::with_capacity(intervals.len());
        for (start, end) in intervals {
            match slots.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => slots.push(Slot {
                    start,
                    end,
                    before: 0,
                }),
            }
        }
        let mut per_week = 0;
        for slot in &mut slots {
            slot.before = per_week;
            per_week += slot.end - slot.start;
        }
        let slot_by_hour = (0..WEEK / HOUR)
            .map(|hour| slots.partition_point(|slot| slot.end <= hour * HOUR) as u32)
            .collect();
        let mut calendar = Calendar {
            slots,
            slot_by_hour,
            per_week,
            closed: Vec::new(),
            lost: 0,
        };

        let reachable = -NEVER / DAY..=NEVER / DAY;
        let mut days: Vec<i64> = closed_days
            .iter()
            .copied()
            .filter(|day| reachable.contains(day))
            .collect();
        days.sort_unstable();
        days.dedup();
        for day in days {
            let start = calendar.weekly_rank(day * DAY);
            let lost = calendar.weekly_rank((day + 1) * DAY) - start;
            if lost > 0 {
                let lost_before = calendar.lost;
                calendar.closed.push(ClosedDay {
                    day,
                    lost_before,
                    rank: start - lost_before,
                });
                calendar.lost += lost;
            }
        }
        calendar
    }

    /// Whether `t` is an open second.
    #[inline]
    pub fn is_open(&self, t: Time) -> bool {
        let x = t.rem_euclid(WEEK);
        let open = self.slot_ending_after(x).is_some_and(|slot| slot.start <= x);
        open && !self.is_closed_day(t.div_euclid(DAY))
    }

    /// The first open second at or after `t`: `t` itself when open, [`NEVER`] when never open again.
    #[inline]
    pub fn next_open(&self, t: Time) -> Time {
        if t >= NEVER || self.per_week == 0 {
            NEVER
        } else if self.is_open(t) {
            t
        } else {
            self.select(self.rank(t)).min(NEVER)
        }
    }

    /// The end of the open interval that contains `t`: the first closed second after it; `t` itself
    /// when closed, [`NEVER`] when it never closes again.
    pub fn next_close(&self, t: Time) -> Time {
        if t >= NEVER {
            return NEVER;
        }
        if !self.is_open(t) {
            return t;
        }
        let x = t.rem_euclid(WEEK);
        let mut end = self.slot_ending_after(x).map_or(x, |slot| slot.end);
        // Sunday night goes on into Monday morning.
        if end == WEEK && self.slots[0].start == 0 {
            end += self.slots[0].end;
        }
        let weekly = if self.per_week == WEEK { NEVER } else { t - x + end };
        let today = t.div_euclid(DAY);
        let next = self.closed.partition_point(|closed| closed.day <= today);
        self.closed
            .get(next)
            .map_or(weekly, |closed| weekly.min(closed.day * DAY))
            .min(NEVER)
    }

    /// Open seconds in `[a, b)`; negative when `b < a`, so that lengths add up in any order.
    #[inline]
    pub fn open_between(&self, a: Time, b: Time) -> Secs {
        self.rank(b) - self.rank(a)
    }

    /// The first open moment by which `open_secs` open seconds have passed from `t`.
    ///
    /// A moment that would fall while closed is at the next opening: eight hours of work begun at
    /// 9:00 in a place open 9 to 17 are over when it next opens, and `add_open(t, 0)` is
    /// `next_open(t)`. A negative amount counts as zero. [`NEVER`] when there are not that many.
    #[inline]
    pub fn add_open(&self, t: Time, open_secs: Secs) -> Time {
        if t >= NEVER || open_secs >= NEVER || self.per_week == 0 {
            return NEVER;
        }
        self.select(self.rank(t) + open_secs.max(0)).min(NEVER)
    }

    /// A way from `t` on, open or not.
    pub fn walk_from(&self, t: Time) -> OpenWalk {
        OpenWalk {
            // the open second of this rank is beyond NEVER
            rank: if t >= NEVER { 2 * NEVER } else { self.rank(t) },
            until: -2 * NEVER,
            shift: 0,
        }
    }

    /// Goes on by `open_secs` and says where that is: [`Calendar::add_open`] from the place before, but without
    /// looking at the calendar unless it has closed in between. Once it says [`NEVER`], the way ends.
    #[inline]
    pub fn walk(&self, walk: &mut OpenWalk, open_secs: Secs) -> Time {
        walk.rank += if open_secs < NEVER {
            open_secs.max(0)
        } else {
            4 * NEVER
        };
        if walk.rank < walk.until {
            return walk.rank + walk.shift;
        }
        self.walk_on(walk)
    }

    #[inline(never)]
    fn walk_on(&self, walk: &mut OpenWalk) -> Time {
        if walk.rank >= NEVER || self.per_week == 0 {
            return NEVER;
        }
        let at = self.select(walk.rank).min(NEVER);
        walk.shift = at - walk.rank;
        walk.until = walk.rank + self.next_close(at) - at;
        at
    }

    /// Open seconds in a week without closed days.
    pub fn open_per_week(&self) -> Secs {
        self.per_week
    }

    fn slot_ending_after(&self, x: Secs) -> Option<&Slot> {
        let first = self.slot_by_hour[(x / HOUR) as usize] as usize;
        self.slots[first..].iter().find(|slot| slot.end > x)
    }

    fn is_closed_day(&self, day: i64) -> bool {
        self.closed
            .binary_search_by_key(&day, |closed| closed.day)
            .is_ok()
    }

    /// Open seconds in `[0, t)` if no day were closed (negative before the start).
    fn weekly_rank(&self, t: Time) -> Secs {
        let x = t.rem_euclid(WEEK);
        let within = self
            .slot_ending_after(x)
            .map_or(self.per_week, |slot| slot.before + (x - slot.start).max(0));
        t.div_euclid(WEEK) * self.per_week + within
    }

    /// Open seconds before `t`, up to a constant of the calendar.
    fn rank(&self, t: Time) -> Secs {
        let day = t.div_euclid(DAY);
        let at = self.closed.partition_point(|closed| closed.day < day);
        match self.closed.get(at) {
            Some(closed) if closed.day == day => closed.rank,
            Some(closed) => self.weekly_rank(t) - closed.lost_before,
            None => self.weekly_rank(t) - self.lost,
        }
    }

    /// The open second of rank `k`. Requires some open second in the week.
    fn select(&self, k: Secs) -> Time {
        // A closed day lies before the second of rank k exactly when its own rank is at most k.
        let passed = self.closed.partition_point(|closed| closed.rank <= k);
        let w = k + self
            .closed
            .get(passed)
            .map_or(self.lost, |closed| closed.lost_before);
        let r = w.rem_euclid(self.per_week);
        let slot = self.slots[self.slots.partition_point(|slot| slot.before <= r) - 1];
        let week = w.div_euclid(self.per_week).saturating_mul(WEEK);
        week.saturating_add(slot.start + r - slot.before)
    }
}

#[cfg(test)]
mod tests;
