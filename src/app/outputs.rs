//! The report and the files of a results folder, worked out of records and estimates.

use super::error::Error;
use super::experiment::Experiment;
use super::uncertainty::drawn_arms;
use super::world::World;
use crate::experiment::variance::{Reduced, Reduction, reduce};
use crate::experiment::{How, estimate_pairs};
use crate::observe::{Record, Records, Units};
use crate::report::{self, ArmFacts, Ended, Input, Priors, Report, Uncertainty, tables};
use crate::store::{Draft, StoreError};

/// Columns of `report.txt` and of the report on the terminal: the same on every machine.
pub const REPORT_WIDTH: usize = 100;

/// Files about the priors beside the tables of a comparison.
const BESIDE: [&str; 3] = ["uncertainty.csv", "probability_better.csv", "tipping.csv"];

/// What an experiment gave.
#[derive(Clone, Debug)]
pub struct Results {
    /// Estimates of everything, for every group.
    pub estimates: crate::experiment::Estimates,
    /// The report for people.
    pub report: Report,
    /// What variance reduction gives for the headline outcomes.
    pub reduced: Vec<Reduced>,
    /// What draws from the priors gave, where they were asked for.
    pub over: Option<Uncertainty>,
}

impl Results {
    /// Works them out of records 0..n. An interrupted run gives what a run of so many replications gives: only
    /// `run.json` and the command line tell of the interruption.
    ///
    /// # Errors
    /// Records that cannot be read or belong to another plan.
    pub(super) fn of<R: Records<Error = StoreError>>(
        e: &Experiment,
        how: &How,
        records: &mut R,
        over: Option<Uncertainty>,
    ) -> Result<Results, Error> {
        let catalogue = e.catalogue();
        let mut estimates = estimate_pairs(catalogue, e.pairs, &mut Units::new(records, e.each()))?;
        let controls = e.controls.then(|| e.world.controls());
        let known = controls.as_ref().and_then(|c| c.as_ref().ok());
        let ask = Reduction {
            each: e.each(),
            means: known.map_or(Vec::new(), |all| all.iter().map(|c| c.mean).collect()),
            pairs: e.pairs.of(catalogue),
        };
        let values = |record: &Record| e.world.control_values(record);
        let reduced = reduce(catalogue, &mut estimates, records, &ask, &values)?;
        let (changes, windows) = match &e.world {
            World::Queueing(_) => (None, None),
            World::Pathway(pathway) => {
                let windows = pathway.models().next().map(|m| m.windows);
                let pairs = e.pairs.of(catalogue);
                let mut units = Units::new(records, e.each());
                let changes = report::changes(catalogue, pathway.measures(), &pairs, &mut units)?;
                (changes, windows)
            }
        };
        let how = match how {
            How::Interrupted => &How::Complete,
            other => other,
        };
        let first = &e.arms[0].checked.header;
        let title = match e.arms.as_slice() {
            [one] => one.title().to_string(),
            [first, other] => format!("{} compared with {}", other.name, first.name),
            [first, others @ ..] => format!("{} arms compared with {}", others.len(), first.name),
            [] => String::new(),
        };
        let locality = e.world.locality();
        let input = Input {
            title: &title,
            question: first.question.as_deref().unwrap_or_default(),
            locality: &locality,
            catalogue,
            estimates: &estimates,
            arms: e
                .arms
                .iter()
                .zip(e.world.staff())
                .map(|(arm, staff)| ArmFacts {
                    title: arm.title().to_string(),
                    staff,
                })
                .collect(),
            changes,
            seed: e.seed,
            paired: e.world.paired(),
            windows,
            ended: Ended::of(how, &e.count, catalogue),
        };
        let mut report = match e.is_comparison() {
            true => Report::comparison(&input),
            false => Report::single(&input),
        };
        let controls = controls.as_ref().map(|c| c.as_deref().map_err(|why| *why));
        report.plan.antithetic = e.antithetic;
        report.plan.variance_reduction =
            report::variance_sentences(catalogue, &reduced, e.antithetic, controls);
        report.priors = match &over {
            Some(over) => Some(Priors::of(over)),
            None if e.is_comparison() => Some(Priors::off(drawn_arms(e)?)).filter(|p| !p.arms.is_empty()),
            None => None,
        };
        Ok(Results {
            estimates,
            report,
            reduced,
            over,
        })
    }

    /// The report as text.
    pub fn text(&self) -> String {
        report::text(&self.report, REPORT_WIDTH)
    }

    /// The report as JSON.
    pub fn json(&self) -> String {
        report::json(&self.report)
    }

    /// Writes every table and the report.
    ///
    /// # Errors
    /// The disk, or records that cannot be read again.
    pub(super) fn write<R: Records<Error = StoreError>>(
        &self,
        draft: &Draft,
        e: &Experiment,
        records: &mut R,
    ) -> Result<(), StoreError> {
        let catalogue = e.catalogue();
        draft.write("overall.csv", |w| tables::overall(w, catalogue, &self.estimates))?;
        if e.is_comparison() {
            draft.write("paired.csv", |w| tables::paired(w, catalogue, &self.estimates))?;
        }
        let units = self.estimates.replications / e.each();
        draft.write("variance_reduction.csv", |w| {
            report::variance_table(w, catalogue, &self.reduced, units)
        })?;
        if let Some(changes) = &self.report.changes {
            draft.write("transitions.csv", |w| {
                tables::transitions(w, &self.report.arms, changes)
            })?;
        }
        let mut unreadable = None;
        draft.write("replications.csv", |w| {
            match tables::replications(w, catalogue, records) {
                Ok(()) => Ok(()),
                Err(tables::TableError::Write(e)) => Err(e),
                Err(tables::TableError::Read(e)) => {
                    unreadable = Some(e);
                    Ok(())
                }
            }
        })?;
        unreadable.map_or(Ok(()), Err)?;
        let beside = self.over.iter().flat_map(report::uncertainty_files);
        for (name, bytes) in beside.filter(|f| BESIDE.contains(&f.0.as_str())) {
            draft.write(&name, |w| w.write_all(&bytes))?;
        }
        draft.write("report.txt", |w| w.write_all(self.text().as_bytes()))?;
        draft.write("report.html", |w| {
            w.write_all(report::html(&self.report).as_bytes())
        })
    }
}
