//! One arm from its empty start, booked by intervals: for the question how long the warm-up must be.
//!
//! Everything happens exactly as in an ordinary replication; only the recorder's window is the whole run and what it writes
//! down goes to the interval of its time (the onset of a need, the death of a person, the moment of a contact; what lasts
//! is spread over its length). What ordinary runs record at single times of the window (confidence, relationships) has no
//! interval and is left out.

use std::sync::Arc;

use super::Pathway;
use super::recorder::Recorder;
use super::roster::{duty, planned};
use crate::base::Time;
use crate::model::Windows;
use crate::observe::{Intervals, Kind, Series, Tally};

/// Points at which an ordinary run looks at relationships.
const LOOKS: usize = 3;

impl Pathway {
    /// The windows of the run.
    pub fn windows(&self) -> Windows {
        self.arms[0].model.windows
    }

    /// What an interval's value of an outcome is to be multiplied by: outcomes over the whole measured window are told as if
    /// every interval of it were as this one.
    pub fn per_interval(&self, kind: &Kind, intervals: &Intervals) -> f64 {
        match kind {
            Kind::Mean { .. } => self.windows().measured as f64 / intervals.length() as f64,
            Kind::Ratio { den, .. } if *den == self.measures.replications => {
                self.windows().measured as f64 / intervals.length() as f64
            }
            _ => 1.0,
        }
    }

    /// One replication of an arm, by intervals.
    pub fn series(&self, arm: usize, replication: u64, intervals: &Arc<Intervals>) -> Series {
        let model = &self.arms[arm].model;
        let draws = self.draws(replication);
        let course = self.course(replication);
        let duty = duty(model, &draws);
        let tally = Tally::of_series(self.catalogue(), replication, Series::new(intervals));
        let (styles, end) = (&self.arms[0].model.style_of, model.windows.end());
        let people = course.people.len();
        let recorder = Recorder::new(model, &self.measures, tally, arm, styles, people, (0, end));
        let (mut world, mut k, mut epochs) = self.begin(arm, &course, &duty, draws, draws, recorder);
        world.begin(&mut k);
        let (from, to) = model.windows.measured_window();
        // Looking at relationships settles them, so they are looked at when an ordinary run does: these points come first.
        let looks = [from, from + (to - from) / 2, to].into_iter().zip(0..3);
        let whole = (0..intervals.count()).map(|i| ((i as i64 + 1) * intervals.length(), LOOKS + i));
        let mut stops: Vec<(Time, usize)> = looks.chain(whole).filter(|(at, _)| *at <= end).collect();
        stops.sort_unstable();
        let none = vec![0; self.measures.teams.len()];
        for (at, what) in stops {
            epochs.run(&mut k, &mut world, at);
            if what < LOOKS {
                world.rec.tally.at(None);
                world.note_relations(&self.measures.relations, at, what);
                continue;
            }
            let since = at - intervals.length();
            world.rec.tally.at(Some((since, since)));
            world.rec.total(self.measures.replications, 1);
            let planned = planned(model, &draws, (since, at));
            self.record_teams(&k, &mut world, &planned, &none);
            k.reset_measures();
        }
        epochs.run(&mut k, &mut world, end);
        world.rec.tally.at(None);
        world.end(&mut k);
        world.leave_tables();
        let (tally, _) = world.rec.finish();
        let (_, series) = tally.finish_series();
        series.unwrap_or_else(|| Series::new(intervals))
    }
}
