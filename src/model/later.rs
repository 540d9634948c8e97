//! How care is organised from some time of the run on, and who of a team is who before and after.

use super::{Model, TeamIndex};
use crate::base::Time;

impl Model {
    /// This arm, organised otherwise from each of these times on (in order). What begins with the run stands for the
    /// arm itself; what begins at its end or later is left out.
    ///
    /// # Panics
    /// If the teams are not the same.
    #[must_use]
    pub fn with_later(mut self, later: Vec<(Time, Model)>) -> Model {
        let end = self.windows.end();
        for (from, mut model) in later {
            let names = |m: &Model| m.teams.iter().map(|t| t.name.clone()).collect::<Vec<_>>();
            assert_eq!(names(&self), names(&model), "the teams of a run stay the same");
            if from <= 0 {
                model.name = self.name;
                model.title = self.title;
                self = model;
            } else if from < end {
                self.later.push((from, model));
            }
        }
        if !self.later.is_empty() {
            self.seat();
        }
        self
    }

    /// The models of a run, each with the interval in which it holds: this one first.
    pub fn epochs(&self) -> impl Iterator<Item = (Time, Time, &Model)> {
        let starts = self.later.iter().map(|(from, _)| *from);
        let ends = starts.clone().chain([self.windows.end()]);
        let models = std::iter::once(self).chain(self.later.iter().map(|(_, m)| m));
        let spans = std::iter::once(0).chain(starts).zip(ends);
        spans
            .zip(models)
            .map(|((from, until), model)| (from, until, model))
    }

    /// The model that holds at a time of the run.
    pub fn at(&self, time: Time) -> &Model {
        let begun = self.later.iter().rev().find(|(from, _)| *from <= time);
        begun.map_or(self, |(_, model)| model)
    }

    /// Gives every clinician of the run a seat in the team: the same name has the same seat at all times, and within
    /// each time the seats are in the order of the clinicians wherever that can be.
    fn seat(&mut self) {
        for team in 0..self.teams.len() {
            let mut names: Vec<String> = Vec::new();
            for (_, _, model) in self.epochs() {
                let mut at = 0;
                for clinician in &model.teams[team].clinicians {
                    match names.iter().position(|name| *name == clinician.name) {
                        Some(position) => at = position + 1,
                        None => {
                            names.insert(at, clinician.name.clone());
                            at += 1;
                        }
                    }
                }
            }
            let models =
                std::iter::once(&mut self.teams).chain(self.later.iter_mut().map(|(_, m)| &mut m.teams));
            for teams in models {
                for clinician in &mut teams[team].clinicians {
                    let seat = names.iter().position(|name| *name == clinician.name);
                    clinician.seat =
                        u16::try_from(seat.unwrap_or(0)).expect("the number of clinicians was checked");
                }
            }
        }
    }

    /// Whether somebody works in a team at this time.
    pub fn works_in(&self, team: TeamIndex, seat: u16) -> bool {
        self.teams[team.index()].clinicians.iter().any(|c| c.seat == seat)
    }

    /// Seats of a team: everybody who works in it at some time of the run.
    pub fn seats(&self, team: usize) -> usize {
        let all = self.epochs().flat_map(|(_, _, m)| &m.teams[team].clinicians);
        all.map(|c| usize::from(c.seat) + 1).max().unwrap_or(0)
    }
}
