//! Calendars by hand, against a walk second by second, and their laws over years.

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A way through the open seconds is where `add_open` leads from place to place.
    #[test]
    fn a_walk_is_add_open_again_and_again(
        open in intervals(),
        closed in prop::collection::vec(-9_i64..9, 0..5),
        start in prop_oneof![4 => -8 * DAY..8 * DAY, 1 => Just(NEVER - 5), 1 => Just(NEVER)],
        steps in prop::collection::vec(
            prop_oneof![6 => -5_i64..3_000, 3 => 0_i64..100 * DAY, 1 => NEVER - 100..NEVER + 100], 1..60),
    ) {
        for calendar in [Calendar::weekly(&open, &closed).unwrap(), Calendar::always()] {
            let (mut walk, mut t) = (calendar.walk_from(start), start);
            for &step in &steps {
                t = calendar.add_open(t, step);
                prop_assert_eq!(calendar.walk(&mut walk, step), t);
                if t >= NEVER {
                    break;
                }
            }
        }
    }
}
