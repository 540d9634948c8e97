//! How a delay is counted: by the clock, in working days, or in the open hours of a calendar.

use super::calendar::Calendar;
use super::time::{DAY, NEVER, Secs, Time};

/// Monday to Friday less bank holidays.
///
/// A working day counts from 00:00 to 24:00, so "two working days later" is the same time of day
/// on the second working day after; a request on a day that is not one counts from 00:00 of the
/// next that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDays {
    /// Open throughout every working day: adding n working days is adding n × 24 open hours.
    weekdays: Calendar,
}

impl WorkingDays {
    /// Working days given the bank holidays, as days since `start_date` in any order.
    pub fn new(holidays: &[i64]) -> Self {
        let weekdays = Calendar::weekly(&[(0, 5 * DAY as u32)], holidays);
        WorkingDays {
            weekdays: weekdays.expect("Monday to Friday is an interval of the week"),
        }
    }

    /// Whether `day` (since `start_date`) is a working day.
    pub fn is_working(&self, day: i64) -> bool {
        self.weekdays.is_open(day * DAY)
    }

    /// `n` working days after `t`, at the same time of day (`n < 0` counts as 0). From a day that is
    /// not a working day the count starts at 00:00 of the next one.
    pub fn add(&self, t: Time, n: i64) -> Time {
        self.add_secs(t, n.saturating_mul(DAY))
    }

    /// As [`WorkingDays::add`] for a part of a day too: `secs` of working days of 24 hours each.
    pub fn add_secs(&self, t: Time, secs: Secs) -> Time {
        self.weekdays.add_open(t, secs)
    }
}

/// What the length of a delay is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counting {
    /// Every second counts.
    Clock,
    /// Working days of 24 hours each: a delay of n days is given as n × [`DAY`] seconds.
    WorkingDays,
    /// Only the seconds in which the calendar is open count.
    OpenHours,
}

/// When a delay that began at `start` completes.
///
/// `delay` is in seconds of `counting` (days × [`DAY`] for working days; negative counts as zero).
/// A delay that ends while `cal` is closed completes at its next opening; [`NEVER`] when there is none.
pub fn finish(start: Time, delay: Secs, counting: Counting, cal: &Calendar, wd: &WorkingDays) -> Time {
    if start >= NEVER || delay >= NEVER {
        return NEVER;
    }
    match counting {
        Counting::Clock => cal.next_open(start + delay.max(0)),
        Counting::WorkingDays => cal.next_open(wd.add_secs(start, delay)),
        Counting::OpenHours => cal.add_open(start, delay),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::time::{HOUR, MINUTE};
    use super::*;

    const FRIDAY_15: Time = 4 * DAY + 15 * HOUR;

    fn pharmacy(closed: &[i64]) -> Calendar {
        // Monday to Friday from 9 to 18, Saturday from 9 to 13.
        let mut open: Vec<(u32, u32)> = (0..5)
            .map(|d| ((d * DAY + 9 * HOUR) as u32, (d * DAY + 18 * HOUR) as u32))
            .collect();
        open.push(((5 * DAY + 9 * HOUR) as u32, (5 * DAY + 13 * HOUR) as u32));
        Calendar::weekly(&open, closed).unwrap()
    }

    #[test]
    fn a_prescription_asked_for_on_friday_with_two_working_days_is_ready_on_tuesday() {
        let wd = WorkingDays::new(&[]);
        let tuesday_15 = 8 * DAY + 15 * HOUR;
        assert_eq!(wd.add(FRIDAY_15, 2), tuesday_15);
        assert_eq!(
            finish(FRIDAY_15, 2 * DAY, Counting::WorkingDays, &pharmacy(&[]), &wd),
            tuesday_15
        );
    }

    #[test]
    fn a_bank_holiday_monday_makes_it_wednesday() {
        let wd = WorkingDays::new(&[7]);
        assert!(!wd.is_working(7) && wd.is_working(8));
        assert_eq!(wd.add(FRIDAY_15, 2), 9 * DAY + 15 * HOUR);
    }

    #[test]
    fn a_request_at_the_weekend_counts_from_the_first_moment_of_monday() {
        let wd = WorkingDays::new(&[]);
        let saturday = 5 * DAY + 11 * HOUR;
        assert_eq!(wd.add(saturday, 0), 7 * DAY);
        assert_eq!(wd.add(saturday, 1), 8 * DAY);
        assert_eq!(wd.add(saturday, -3), 7 * DAY);
        assert_eq!(wd.add(FRIDAY_15, 0), FRIDAY_15);
        assert_eq!(wd.add(FRIDAY_15, i64::MAX), NEVER);
    }

    #[test]
    fn the_three_countings_of_the_same_length_by_hand() {
        let (cal, wd) = (pharmacy(&[]), WorkingDays::new(&[]));
        let day = |counting| finish(FRIDAY_15, DAY, counting, &cal, &wd);
        // Saturday 15:00 by the clock is after closing: Monday 9:00.
        assert_eq!(day(Counting::Clock), 7 * DAY + 9 * HOUR);
        assert_eq!(day(Counting::WorkingDays), 7 * DAY + 15 * HOUR);
        // 3 h on Friday, 4 h on Saturday, 9 h on Monday, 8 h on Tuesday.
        assert_eq!(day(Counting::OpenHours), 8 * DAY + 17 * HOUR);
    }

    #[test]
    fn a_delay_that_ends_while_closed_completes_at_the_next_opening() {
        let (cal, wd) = (pharmacy(&[7]), WorkingDays::new(&[7]));
        let saturday = 5 * DAY + 12 * HOUR + 30 * MINUTE;
        assert_eq!(
            finish(saturday, HOUR, Counting::Clock, &cal, &wd),
            8 * DAY + 9 * HOUR
        );
        assert_eq!(
            finish(saturday, 30 * MINUTE, Counting::OpenHours, &cal, &wd),
            8 * DAY + 9 * HOUR
        );
        assert_eq!(
            finish(saturday, DAY, Counting::WorkingDays, &cal, &wd),
            9 * DAY + 9 * HOUR
        );
        assert_eq!(finish(NEVER, DAY, Counting::Clock, &cal, &wd), NEVER);
        assert_eq!(finish(0, NEVER, Counting::WorkingDays, &cal, &wd), NEVER);
    }

    proptest! {
        /// Working days stepped through one at a time.
        #[test]
        fn working_days_agree_with_a_walk_day_by_day(
            holidays in prop::collection::vec(-60_i64..120, 0..40),
            t in -60 * DAY..120 * DAY,
            n in 0_i64..40,
        ) {
            let wd = WorkingDays::new(&holidays);
            let working = |d: i64| d.rem_euclid(7) < 5 && !holidays.contains(&d);
            let (mut day, mut time_of_day) = (t.div_euclid(DAY), t.rem_euclid(DAY));
            prop_assert_eq!(wd.is_working(day), working(day));
            if !working(day) {
                time_of_day = 0;
                while !working(day) {
                    day += 1;
                }
            }
            for _ in 0..n {
                day += 1;
                while !working(day) {
                    day += 1;
                }
            }
            prop_assert_eq!(wd.add(t, n), day * DAY + time_of_day);
        }
    }
}
