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
mod tests {
    use proptest::prelude::*;

    use super::super::time::MINUTE;
    use super::*;

    /// Monday to Friday from 9 to 17.
    fn office(closed: &[i64]) -> Calendar {
        let open: Vec<(u32, u32)> = (0..5)
            .map(|d| ((d * DAY + 9 * HOUR) as u32, (d * DAY + 17 * HOUR) as u32))
            .collect();
        Calendar::weekly(&open, closed).unwrap()
    }

    fn at(day: i64, hour: i64, minute: i64) -> Time {
        day * DAY + hour * HOUR + minute * MINUTE
    }

    #[test]
    fn office_hours_by_hand() {
        let office = office(&[]);
        assert!(office.is_open(at(0, 9, 0)));
        assert!(!office.is_open(at(0, 17, 0)));
        assert_eq!(
            office.next_open(at(4, 17, 0)),
            at(7, 9, 0),
            "Friday evening opens on Monday"
        );
        assert_eq!(office.next_close(at(4, 16, 30)), at(4, 17, 0));
        assert_eq!(office.next_close(at(4, 17, 30)), at(4, 17, 30), "already closed");
        assert_eq!(office.open_between(0, WEEK), 40 * HOUR);
        assert_eq!(office.open_between(at(4, 16, 0), at(7, 10, 0)), 2 * HOUR);
        assert_eq!(office.open_between(at(7, 10, 0), at(4, 16, 0)), -2 * HOUR);
        assert_eq!(office.add_open(at(4, 16, 0), 2 * HOUR), at(7, 10, 0));
        assert_eq!(
            office.add_open(at(0, 9, 0), 8 * HOUR),
            at(1, 9, 0),
            "ends as it closes: next opening"
        );
        assert_eq!(office.add_open(at(0, 3, 0), 0), at(0, 9, 0));
    }

    #[test]
    fn a_bank_holiday_monday_by_hand() {
        let office = office(&[7]);
        assert!(!office.is_open(at(7, 10, 0)));
        assert_eq!(office.next_open(at(4, 17, 0)), at(8, 9, 0), "opens on Tuesday");
        assert_eq!(office.open_between(WEEK, 2 * WEEK), 32 * HOUR);
        assert_eq!(office.add_open(at(4, 16, 0), 2 * HOUR), at(8, 10, 0));
        assert_eq!(office.add_open(at(7, 12, 0), 30 * MINUTE), at(8, 9, 30));
        assert_eq!(office.add_open(0, 40 * HOUR), at(8, 9, 0));
    }

    #[test]
    fn a_night_shift_goes_on_over_the_end_of_the_week_and_stops_at_a_closed_day() {
        let nights: Vec<(u32, u32)> = [(0, 8 * HOUR), (6 * DAY + 20 * HOUR, WEEK)]
            .map(|(s, e)| (s as u32, e as u32))
            .to_vec();
        let plain = Calendar::weekly(&nights, &[]).unwrap();
        assert_eq!(plain.next_close(at(6, 21, 0)), at(7, 8, 0));
        assert_eq!(plain.next_close(at(-1, 21, 0)), at(0, 8, 0));
        let holiday = Calendar::weekly(&nights, &[7]).unwrap();
        assert_eq!(holiday.next_close(at(6, 21, 0)), at(7, 0, 0));
        assert_eq!(holiday.next_open(at(7, 0, 0)), at(13, 20, 0));
    }

    #[test]
    fn always_and_never() {
        let always = Calendar::always();
        assert!(always.is_open(-5));
        assert_eq!(always.next_open(123), 123);
        assert_eq!(always.next_close(123), NEVER);
        assert_eq!(always.open_between(-10, 1000), 1010);
        assert_eq!(always.add_open(5, 7), 12);
        assert_eq!(always.add_open(5, NEVER), NEVER);
        assert_eq!(Calendar::weekly(&[(0, WEEK as u32)], &[]).unwrap(), always);
        let never = Calendar::weekly(&[], &[1]).unwrap();
        assert!(!never.is_open(0));
        assert_eq!(never.next_open(0), NEVER);
        assert_eq!(never.next_close(3), 3);
        assert_eq!(never.open_between(0, WEEK), 0);
        assert_eq!(never.add_open(0, 0), NEVER);
    }

    #[test]
    fn round_the_clock_closes_only_at_a_closed_day() {
        let calendar = Calendar::weekly(&[(0, WEEK as u32)], &[40]).unwrap();
        assert_eq!(calendar.next_close(0), 40 * DAY);
        assert_eq!(calendar.next_open(40 * DAY), 41 * DAY);
        assert_eq!(calendar.next_close(41 * DAY), NEVER);
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let brief = Calendar::weekly(&[(5, 6)], &[0, i64::MAX, i64::MIN]).unwrap();
        assert_eq!(brief.add_open(0, NEVER - 1), NEVER);
        assert_eq!(brief.next_open(NEVER), NEVER);
        assert_eq!(brief.next_close(NEVER), NEVER);
        assert_eq!(
            brief.next_open(1 - NEVER),
            (-NEVER).div_euclid(WEEK) * WEEK + WEEK + 5
        );
        assert_eq!(brief.next_open(0), WEEK + 5);
    }

    #[test]
    fn mistaken_intervals_are_refused_with_their_bounds() {
        let empty = Calendar::weekly(&[(3, 3)], &[]).unwrap_err();
        assert_eq!(empty, CalendarError::Empty { start: 3, end: 3 });
        assert!(empty.to_string().contains("must end after they start"));
        let beyond = Calendar::weekly(&[(0, 5), (3, WEEK as u32 + 1)], &[]).unwrap_err();
        assert_eq!(
            beyond,
            CalendarError::BeyondWeek {
                start: 3,
                end: WEEK as u32 + 1
            }
        );
    }

    /// The rule as written down, second by second.
    fn oracle_is_open(open: &[(u32, u32)], closed: &[i64], t: Time) -> bool {
        let x = t.rem_euclid(WEEK) as u32;
        !closed.contains(&t.div_euclid(DAY)) && open.iter().any(|&(s, e)| s <= x && x < e)
    }

    /// Intervals of a few minutes to hours; some to the very second, some on whole hours so that they touch.
    fn intervals() -> impl Strategy<Value = Vec<(u32, u32)>> {
        let week = WEEK as u32;
        let fine = (0..week, 1..7_000_u32).prop_map(move |(s, n)| (s, (s + n).min(week)));
        let whole = (0..168_u32, 1..30_u32).prop_map(move |(s, n)| (s * 3600, ((s + n) * 3600).min(week)));
        prop::collection::vec(prop_oneof![fine, whole], 0..9)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Every query, walking second by second through a stretch of two days and a bit.
        #[test]
        fn agrees_with_a_walk_second_by_second(
            open in intervals(),
            closed in prop::collection::vec(-9_i64..9, 0..5),
            start in -8 * DAY..8 * DAY,
            far in prop_oneof![Just(0_i64), Just(5_000), Just(-3_000)],
        ) {
            let calendar = Calendar::weekly(&open, &closed).unwrap();
            let start = start + far * WEEK;
            let is_open = |t| oracle_is_open(&open, &closed, t);
            let (mut passed, mut seen) = (0, Vec::new());
            for t in start..start + 2 * DAY + 5_000 {
                prop_assert_eq!(calendar.open_between(start, t), passed);
                prop_assert_eq!(calendar.is_open(t), is_open(t));
                if is_open(t) {
                    prop_assert_eq!(calendar.next_open(t), t);
                    prop_assert_eq!(calendar.add_open(start, passed), t);
                    passed += 1;
                } else {
                    prop_assert_eq!(calendar.next_close(t), t);
                }
                if t > start && is_open(t) != is_open(t - 1) {
                    seen.push(t);
                }
            }
            // From each change (and from the start) to the next one, both ways.
            let mut from = start;
            for &change in &seen {
                if is_open(from) {
                    prop_assert_eq!(calendar.next_close(from), change);
                } else {
                    prop_assert_eq!(calendar.next_open(from), change);
                }
                from = change;
            }
        }

        /// Laws over years, with closed days in between: rank and select are inverse to one another.
        #[test]
        fn adding_and_counting_are_inverse_over_years(
            open in intervals(),
            closed in prop::collection::vec(-500_i64..2_000, 0..60),
            t in -400 * DAY..1_500 * DAY,
            n in 0..20_000_000_i64,
        ) {
            let calendar = Calendar::weekly(&open, &closed).unwrap();
            let end = calendar.add_open(t, n);
            prop_assert_eq!(end == NEVER, open.is_empty());
            if end < NEVER {
                prop_assert!(end >= t && oracle_is_open(&open, &closed, end));
                prop_assert_eq!(calendar.open_between(t, end), n);
                prop_assert_eq!(calendar.add_open(t, 0), calendar.next_open(t));
                prop_assert_eq!(calendar.add_open(calendar.add_open(t, n / 2), n - n / 2), end);
                let close = calendar.next_close(end);
                prop_assert!(close > end);
                if close < NEVER {
                    prop_assert!(!calendar.is_open(close) && calendar.is_open(close - 1));
                    prop_assert_eq!(calendar.open_between(end, close), close - end);
                }
            }
        }

        /// The open seconds of every day of four years, against a sum over clipped intervals.
        #[test]
        fn agrees_with_a_sum_over_days(
            open in intervals(),
            closed in prop::collection::vec(-500_i64..1_000, 0..60),
        ) {
            let calendar = Calendar::weekly(&open, &closed).unwrap();
            let mut total = 0;
            for day in -500..1_000_i64 {
                prop_assert_eq!(calendar.open_between(-500 * DAY, day * DAY), total);
                if !closed.contains(&day) {
                    let (from, to) = (day.rem_euclid(7) * DAY, (day.rem_euclid(7) + 1) * DAY);
                    let mut second_open = vec![false; DAY as usize];
                    for &(s, e) in &open {
                        for x in i64::from(s).max(from)..i64::from(e).min(to) {
                            second_open[(x - from) as usize] = true;
                        }
                    }
                    total += second_open.iter().filter(|&&o| o).count() as i64;
                }
            }
        }
    }
}
