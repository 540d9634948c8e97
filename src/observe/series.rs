//! Interval series: what a few outcomes need, booked by intervals of the run instead of over one window.
//!
//! A [`Tally`](super::Tally) with a series books whatever is added to it in the interval of the time that it was
//! last told with [`Tally::at`](super::Tally::at): what happens at a moment in that moment's interval, what lasts spread
//! evenly over its length (its parts are integers that add up to the whole). Ordinary runs have none, and pay a branch.

use std::cell::Cell;
use std::sync::Arc;

use super::catalogue::{Catalogue, GroupId, MeasureId, OutcomeId, WaitId};
use super::outcome::Kind;
use crate::base::{Secs, Time};

/// What is not booked.
const NOT: u32 = u32::MAX;

/// Which values are booked, and in which intervals. Shared by all replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    length: Secs,
    count: usize,
    /// Column by position in a record, or [`NOT`].
    column: Vec<u32>,
    columns: usize,
}

impl Intervals {
    /// So many intervals of `length` seconds from time 0, and what these outcomes need of one arm for everybody.
    ///
    /// # Panics
    /// If the length is not positive.
    pub fn new(
        catalogue: &Catalogue,
        arm: usize,
        outcomes: &[OutcomeId],
        length: Secs,
        count: usize,
    ) -> Intervals {
        assert!(length > 0, "an interval has a length");
        let mut intervals = Intervals {
            length,
            count,
            column: vec![NOT; catalogue.layout().len()],
            columns: 0,
        };
        for outcome in outcomes.iter().map(|o| &catalogue.outcomes()[o.index()]) {
            let mut both = |num: &MeasureId, den: &MeasureId, groups: &[GroupId]| {
                for &g in groups {
                    intervals.keep(catalogue.at(arm, *num, g));
                    intervals.keep(catalogue.at(arm, *den, g));
                }
            };
            match &outcome.kind {
                Kind::Ratio { num, den, .. } => both(num, den, &[GroupId::ALL]),
                Kind::Mean { num, .. } => both(num, num, &[GroupId::ALL]),
                Kind::Gap {
                    num, den, of, from, ..
                }
                | Kind::Relative { num, den, of, from } => both(num, den, &[*of, *from]),
                Kind::RiskRatio {
                    num,
                    den,
                    num_from,
                    den_from,
                } => {
                    both(num, den, &[GroupId::ALL]);
                    both(num_from, den_from, &[GroupId::ALL]);
                }
                Kind::Slope { num, den, groups, .. } => both(num, den, groups),
                Kind::Incidence { wait, .. }
                | Kind::Centile { wait, .. }
                | Kind::RestrictedMean { wait, .. } => intervals.keep_wait(catalogue, arm, *wait),
            }
        }
        intervals
    }

    fn keep_wait(&mut self, catalogue: &Catalogue, arm: usize, wait: WaitId) {
        let first = catalogue.wait_at(arm, wait, GroupId::ALL);
        let width = catalogue.waits()[wait.index()].width();
        (first..first + width).for_each(|position| self.keep(position));
    }

    fn keep(&mut self, position: usize) {
        if self.column[position] == NOT {
            self.column[position] = self.columns as u32;
            self.columns += 1;
        }
    }

    /// Length of an interval, seconds.
    pub fn length(&self) -> Secs {
        self.length
    }

    /// Number of intervals.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The end of the last, seconds.
    pub fn end(&self) -> Time {
        self.length * self.count as i64
    }
}

/// The booked values of one replication, or their sums over several.
#[derive(Clone, Debug)]
pub struct Series {
    intervals: Arc<Intervals>,
    /// Interval-major.
    values: Vec<i64>,
    /// When what is added next happened; the same twice for a moment. `None`: at no time in particular, not booked.
    span: Cell<Option<(Time, Time)>>,
}

impl Series {
    /// All zero.
    pub fn new(intervals: &Arc<Intervals>) -> Series {
        Series {
            values: vec![0; intervals.count * intervals.columns],
            intervals: Arc::clone(intervals),
            span: Cell::new(None),
        }
    }

    /// When what is added next happened.
    pub(super) fn at(&self, span: Option<(Time, Time)>) {
        self.span.set(span);
    }

    pub(super) fn book(&mut self, position: usize, amount: i64) {
        let column = self.intervals.column[position];
        let Some((since, until)) = self.span.get().filter(|_| column != NOT) else {
            return;
        };
        let (length, column) = (self.intervals.length, column as usize);
        let first = since.div_euclid(length);
        if until <= since || until <= (first + 1) * length {
            self.put(first, column, amount);
            return;
        }
        // What has passed by the end of each interval, rounded down: the parts add up to the whole.
        let passed = |at: Time| {
            let (at, whole) = (at.min(until) - since, until - since);
            (i128::from(amount) * i128::from(at) / i128::from(whole)) as i64
        };
        let mut before = 0;
        let last = ((until - 1).div_euclid(length)).min(self.intervals.count as i64);
        for interval in first..=last {
            let now = passed((interval + 1) * length);
            self.put(interval, column, now - before);
            before = now;
        }
    }

    fn put(&mut self, interval: i64, column: usize, amount: i64) {
        if (0..self.intervals.count as i64).contains(&interval) {
            self.values[interval as usize * self.intervals.columns + column] += amount;
        }
    }

    /// Adds what another replication booked.
    pub fn add(&mut self, other: &Series) {
        for (sum, x) in self.values.iter_mut().zip(&other.values) {
            *sum += x;
        }
    }

    /// Takes it away again.
    pub fn subtract(&mut self, other: &Series) {
        for (sum, x) in self.values.iter_mut().zip(&other.values) {
            *sum -= x;
        }
    }

    /// What an interval holds at a position of the record; 0 for what is not booked.
    pub fn get(&self, interval: usize, position: usize) -> i64 {
        self.sum(interval..interval + 1, position)
    }

    /// What several intervals hold together.
    pub fn sum(&self, intervals: std::ops::Range<usize>, position: usize) -> i64 {
        match self.intervals.column[position] {
            NOT => 0,
            column => intervals
                .map(|i| self.values[i * self.intervals.columns + column as usize])
                .sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::observe::{Better, Breadth, CatalogueBuilder, Intervals, Kind, Outcome, Series, Tally};

    #[test]
    fn moments_and_spans_are_booked_where_they_belong() {
        let mut b = CatalogueBuilder::new(&["a"]);
        let (num, den) = (
            b.measure("num", Breadth::Overall),
            b.measure("den", Breadth::Overall),
        );
        let other = b.measure("other", Breadth::Overall);
        let kind = Kind::Ratio { num, den, scale: 1.0 };
        let id = b.outcome(Outcome::new("x", "X", "units", Better::Lower, kind));
        let catalogue = b.build().unwrap();
        let intervals = Intervals::new(&catalogue, 0, &[id], 10, 3).into();
        let mut tally = Tally::of_series(&catalogue, 0, Series::new(&intervals));
        let add = |tally: &mut Tally<'_>, span, amount| {
            tally.at(span);
            tally.add(0, num, &[], amount);
            tally.add(0, other, &[], amount);
        };
        add(&mut tally, Some((9, 9)), 5);
        add(&mut tally, Some((10, 10)), 7);
        add(&mut tally, Some((30, 30)), 100);
        add(&mut tally, None, 1_000);
        // 11 over seconds 5 to 27: 5/22, 10/22 and 7/22 of it are 2.5, 5 and 3.5; passed by 10, 20, 27: 2, 7, 11.
        add(&mut tally, Some((5, 27)), 11);
        // 10 over seconds 25 to 45: 5/20 of it lie within the intervals.
        add(&mut tally, Some((25, 45)), 10);
        let position = catalogue.at(0, num, crate::observe::GroupId::ALL);
        let (record, series) = tally.finish_series();
        let series = series.unwrap();
        assert_eq!([0, 1, 2].map(|i| series.get(i, position)), [7, 12, 6]);
        assert_eq!(series.sum(0..3, position), 25);
        assert_eq!(
            series.get(0, catalogue.at(0, other, crate::observe::GroupId::ALL)),
            0
        );
        // The record holds everything, as without a series.
        assert_eq!(record.values[position], 5 + 7 + 100 + 1_000 + 11 + 10);
    }
}
