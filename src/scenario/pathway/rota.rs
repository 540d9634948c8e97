//! How the shifts of a rota are dealt out to the clinicians of a group.

use super::services::CliniciansSpec;
use crate::base::WEEK;

/// One clinician's week.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// On duty: seconds within the week, half-open, in order, not touching.
    pub pattern: Vec<(u32, u32)>,
    /// Whole-time equivalent.
    pub wte: f64,
    /// Works on bank holidays too.
    pub bank_holidays: bool,
}

impl Duty {
    /// Seconds on duty a week.
    pub fn secs(&self) -> i64 {
        self.pattern.iter().map(|(a, b)| i64::from(b - a)).sum()
    }
}

impl CliniciansSpec {
    /// How many and their whole-time equivalent, at a practice or in general.
    pub fn heads(&self, practice: Option<&str>) -> (u32, f64) {
        match practice.and_then(|p| self.at.get(p)) {
            Some(heads) => (heads.count.0, heads.wte.get()),
            None => (self.count.0, self.wte.get()),
        }
    }

    /// The shifts of the week in order of their start.
    pub fn shifts(&self) -> Vec<(u32, u32)> {
        let (mut shifts, _) = self.rota.intervals();
        shifts.sort_unstable();
        shifts
    }

    /// Shifts a week of each clinician: whole shifts whose sum is nearest to what the group is contracted for.
    pub fn shares(&self, practice: Option<&str>) -> Vec<usize> {
        let (count, wte) = self.heads(practice);
        let each = match self.shifts_a_week {
            Some(whole_time) => whole_time.get() * wte,
            None => self.shifts().len() as f64,
        };
        let total = (each * f64::from(count)).round() as u64;
        let upto = |i: u32| (u64::from(i) * total / u64::from(count)) as usize;
        (0..count).map(|i| upto(i + 1) - upto(i)).collect()
    }

    /// Each clinician's week: shifts are dealt out one after another around the week, so that every shift
    /// has the same number of clinicians or one more.
    pub fn duties(&self, practice: Option<&str>) -> Vec<Duty> {
        let shifts = self.shifts();
        let (_, wte) = self.heads(practice);
        let (_, closed) = self.rota.intervals();
        let mut next = 0;
        let shares = self.shares(practice).into_iter();
        shares
            .map(|share| {
                let mut mine: Vec<(u32, u32)> = (0..share.min(shifts.len()))
                    .map(|i| shifts[(next + i) % shifts.len()])
                    .collect();
                next += share;
                mine.sort_unstable();
                Duty {
                    pattern: joined(&mine),
                    wte,
                    bank_holidays: !closed,
                }
            })
            .collect()
    }
}

/// Sorted intervals with those that touch or overlap made one.
pub fn joined(sorted: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &(start, end) in sorted {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// Seconds of `inner` that lie outside `outer`, both sorted and joined.
pub fn outside(inner: &[(u32, u32)], outer: &[(u32, u32)]) -> u32 {
    let covered: u32 = inner
        .iter()
        .flat_map(|&(a, b)| outer.iter().map(move |&(c, d)| b.min(d).saturating_sub(a.max(c))))
        .sum();
    let all: u32 = inner.iter().map(|(a, b)| b - a).sum();
    debug_assert!(i64::from(all) <= WEEK);
    all - covered.min(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{DAY, HOUR};

    fn group(json: serde_json::Value) -> CliniciansSpec {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn shifts_go_round_the_week_and_cover_it_evenly() {
        let nurses = group(serde_json::json!({ "count": 7, "wte": 1.0, "shifts_a_week": 5,
            "rota": { "every_day": "08:00-15:30", "bank_holidays": "open" } }));
        let duties = nurses.duties(None);
        for day in 0..7 {
            let start = (day * DAY + 8 * HOUR) as u32;
            let on = duties
                .iter()
                .filter(|d| d.pattern.iter().any(|p| p.0 == start))
                .count();
            assert_eq!(on, 5, "day {day}");
        }
        assert!(
            duties
                .iter()
                .all(|d| d.secs() == 5 * 7 * HOUR + 5 * HOUR / 2 && d.bank_holidays)
        );
    }

    #[test]
    fn part_time_shares_add_up_to_the_contract() {
        let gps = group(serde_json::json!({ "count": 5, "wte": 0.745, "shifts_a_week": 10,
            "rota": { "weekdays": "08:30-13:00, 13:30-18:30" },
            "at": { "alder": { "count": 3, "wte": 0.54 } } }));
        assert_eq!(gps.shares(None), [7, 7, 8, 7, 8]);
        assert_eq!(gps.shares(Some("alder")), [5, 5, 6]);
        assert!(!gps.duties(Some("alder"))[0].bank_holidays);
    }

    #[test]
    fn a_post_is_on_duty_in_every_shift_and_nights_run_through() {
        let post = group(serde_json::json!({ "count": 2, "wte": 1.0,
            "rota": { "weekdays": "00:00-08:00, 18:30-24:00", "weekend": "00:00-24:00" } }));
        let duties = post.duties(None);
        assert_eq!(duties.len(), 2);
        // Monday morning; four weekday nights; Friday evening to Sunday midnight.
        assert_eq!(duties[0].pattern.len(), 6);
        assert_eq!(duties[0], duties[1]);
        assert_eq!(duties[0].secs(), 5 * (13 * HOUR + HOUR / 2) + 2 * DAY);
    }

    #[test]
    fn time_outside_opening_hours_is_counted() {
        assert_eq!(outside(&[(10, 20), (30, 40)], &[(0, 15), (35, 36)]), 14);
        assert_eq!(joined(&[(0, 5), (5, 9), (12, 13)]), [(0, 9), (12, 13)]);
    }
}
