//! The files of a results folder, written from records and estimates.

use std::io::{self, Write};

use serde::Serialize;

use super::experiment::Experiment;
use crate::experiment::{Estimates, PerReplication};
use crate::observe::Records;
use crate::store::{Draft, StoreError};

/// Columns of `report.txt`: the same on every machine.
pub const REPORT_WIDTH: usize = 100;

/// Writes every table and the report.
///
/// # Errors
/// The disk, or records that cannot be read again.
pub fn write<R: Records<Error = StoreError>>(
    draft: &Draft,
    e: &Experiment,
    estimates: &Estimates,
    records: &mut R,
) -> Result<(), StoreError> {
    let catalogue = e.catalogue();
    draft.write("overall.csv", |w| rows(w, estimates.overall_rows(catalogue)))?;
    if e.is_comparison() {
        draft.write("paired.csv", |w| rows(w, estimates.paired_rows(catalogue)))?;
    }
    let mut failed = None;
    draft.write("replications.csv", |w| {
        let (result, error) = replications(w, e, records);
        failed = error;
        result
    })?;
    failed.map_or(Ok(()), Err)
}

fn rows<T: Serialize>(w: &mut dyn Write, rows: impl Iterator<Item = T>) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(w);
    for row in rows {
        csv.serialize(row)?;
    }
    csv.flush()
}

/// One row per replication and arm, one column per outcome for everybody; an outcome that does not exist is empty.
fn replications<R: Records<Error = StoreError>>(
    w: &mut dyn Write,
    e: &Experiment,
    records: &mut R,
) -> (io::Result<()>, Option<StoreError>) {
    let mut csv = csv::Writer::from_writer(w);
    let mut single = PerReplication::new(e.catalogue());
    let head = ["replication", "scenario"].into_iter().chain(single.columns());
    let mut result = csv.write_record(head).map_err(io::Error::from);
    let arms = e.catalogue().arms();
    let read = records.visit(&mut |record| {
        for (arm, name) in arms.iter().enumerate() {
            if result.is_err() {
                return;
            }
            let number = record.replication.to_string();
            let values = single.values(record, arm);
            let shown = values.iter().map(|v| v.map_or(String::new(), |x| x.to_string()));
            let row = [number, name.clone()].into_iter().chain(shown);
            result = csv.write_record(row).map_err(io::Error::from);
        }
    });
    let flushed = result.and_then(|()| csv.flush());
    (flushed, read.err())
}

/// Results as text.
pub fn text(e: &Experiment, results: &super::Results) -> String {
    let mut out = Vec::new();
    let all = results
        .estimates
        .overall_rows(e.catalogue())
        .filter(|r| r.group == "all");
    let _ = rows(&mut out, all);
    String::from_utf8_lossy(&out).into_owned()
}

/// Results as JSON.
pub fn json(e: &Experiment, results: &super::Results) -> serde_json::Value {
    let overall: Vec<_> = results.estimates.overall_rows(e.catalogue()).collect();
    serde_json::json!({ "replications": results.estimates.replications, "seed": e.seed, "overall": overall })
}
