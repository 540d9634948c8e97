//! Filling one record while a replication runs.

use super::catalogue::{Breadth, Catalogue, GroupId, MeasureId, WaitId};
use super::record::Record;
use super::series::Series;
use crate::base::{Secs, Time};

/// The record of one replication under construction; all arms of a replication share one.
///
/// `groups` are the groups a person belongs to besides everybody; everybody is always counted.
#[derive(Clone, Debug)]
pub struct Tally<'c> {
    catalogue: &'c Catalogue,
    record: Record,
    series: Option<Box<Series>>,
}

impl<'c> Tally<'c> {
    /// All zero.
    pub fn new(catalogue: &'c Catalogue, replication: u64) -> Tally<'c> {
        let record = Record {
            replication,
            values: vec![0; catalogue.layout().len()],
        };
        Tally {
            catalogue,
            record,
            series: None,
        }
    }

    /// All zero; what is added is booked in the series too, where it has room for it.
    pub fn of_series(catalogue: &'c Catalogue, replication: u64, series: Series) -> Tally<'c> {
        Tally {
            series: Some(Box::new(series)),
            ..Tally::new(catalogue, replication)
        }
    }

    /// When what is added from now on happened: over a span, at a moment (the same twice), at no time in particular. Only
    /// a series asks.
    #[inline]
    pub fn at(&self, span: Option<(Time, Time)>) {
        if let Some(series) = &self.series {
            series.at(span);
        }
    }

    /// Adds `amount` to a measure, for everybody and, where it is kept by group, for each of `groups`.
    ///
    /// # Panics
    /// If a sum exceeds `i64` (a mistake of scale in the caller; the message names the field).
    #[inline]
    pub fn add(&mut self, arm: usize, measure: MeasureId, groups: &[GroupId], amount: i64) {
        let everybody = self.catalogue.at(arm, measure, GroupId::ALL);
        self.bump(everybody, amount);
        if !groups.is_empty() && self.catalogue.measures()[measure.index()].breadth == Breadth::ByGroup {
            for &g in groups {
                debug_assert_ne!(g, GroupId::ALL, "everybody is counted once");
                debug_assert!(g.index() < self.catalogue.groups().len());
                // Groups of a measure follow one another, everybody first.
                self.bump(everybody + g.index(), amount);
            }
        }
    }

    /// Somebody begins to wait and the wait ends by `cause` after so many seconds.
    pub fn wait_ended(&mut self, arm: usize, wait: WaitId, groups: &[GroupId], cause: usize, after: Secs) {
        let w = &self.catalogue.waits()[wait.index()];
        assert!(cause < w.causes.len(), "`{}` has no cause number {cause}", w.name);
        let offset = w.bins.of(after).map(|bin| w.event_offset(cause, bin));
        self.waited(arm, wait, groups, offset, 1);
    }

    /// So many people begin to wait and their waits end by `cause` after so many seconds each: for what was
    /// counted in a histogram of its own.
    pub fn waits_ended(
        &mut self,
        arm: usize,
        wait: WaitId,
        groups: &[GroupId],
        end: (usize, Secs),
        people: i64,
    ) {
        let w = &self.catalogue.waits()[wait.index()];
        let (cause, after) = end;
        assert!(cause < w.causes.len(), "`{}` has no cause number {cause}", w.name);
        let offset = w.bins.of(after).map(|bin| w.event_offset(cause, bin));
        self.waited(arm, wait, groups, offset, people);
    }

    /// Somebody begins to wait and is still waiting when observation ends after so many seconds.
    pub fn wait_censored(&mut self, arm: usize, wait: WaitId, groups: &[GroupId], after: Secs) {
        let w = &self.catalogue.waits()[wait.index()];
        let offset = w.bins.of(after).map(|bin| w.censored_offset(bin));
        self.waited(arm, wait, groups, offset, 1);
    }

    /// Entry and end are counted together, so that no record can hold more ends than entries.
    fn waited(&mut self, arm: usize, wait: WaitId, groups: &[GroupId], offset: Option<usize>, people: i64) {
        let w = &self.catalogue.waits()[wait.index()];
        let (width, by_group) = (w.width(), w.breadth == Breadth::ByGroup);
        let groups = if by_group { groups } else { &[] };
        let everybody = self.catalogue.wait_at(arm, wait, GroupId::ALL);
        for g in std::iter::once(GroupId::ALL).chain(groups.iter().copied()) {
            let base = everybody + g.index() * width;
            self.bump(base, people);
            if let Some(offset) = offset {
                self.bump(base + offset, people);
            }
        }
    }

    #[inline]
    fn bump(&mut self, position: usize, amount: i64) {
        if let Some(series) = &mut self.series {
            series.book(position, amount);
        }
        let value = &mut self.record.values[position];
        match value.checked_add(amount) {
            Some(sum) => *value = sum,
            None => self.exceeded(position, amount),
        }
    }

    #[cold]
    #[inline(never)]
    fn exceeded(&self, position: usize, amount: i64) -> ! {
        let field = self.catalogue.layout().field_at(position);
        let (name, value) = (field.map_or("?", |f| &f.name), self.record.values[position]);
        panic!("`{name}` exceeds 64 bits when {amount} is added to {value}");
    }

    /// What a measure holds so far.
    pub fn get(&self, arm: usize, measure: MeasureId, group: GroupId) -> i64 {
        self.record.values[self.catalogue.at(arm, measure, group)]
    }

    /// The finished record.
    pub fn finish(self) -> Record {
        self.record
    }

    /// The finished record, and the series if there is one.
    pub fn finish_series(self) -> (Record, Option<Series>) {
        (self.record, self.series.map(|series| *series))
    }
}
