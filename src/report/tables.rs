//! Tidy CSV tables: every estimate, every comparison, every replication.
//!
//! They hold all groups and so come straight from the estimates and records, not from the report.

use std::fmt;
use std::io::{self, Write};

use crate::experiment::{Estimates, PerReplication};
use crate::observe::{Catalogue, Records};

/// `overall.csv`: scenario, outcome, group, statistic, value, lower_95_ci, upper_95_ci, n, unit, note.
///
/// # Errors
/// Those of `out`.
pub fn overall(out: &mut dyn Write, catalogue: &Catalogue, estimates: &Estimates) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for row in estimates.overall_rows(catalogue) {
        table.serialize(row)?;
    }
    table.flush()
}

/// `paired.csv`: each comparison as a difference and as a relative difference, with p (Holm) and the
/// variance-reduction factor.
///
/// # Errors
/// Those of `out`.
pub fn paired(out: &mut dyn Write, catalogue: &Catalogue, estimates: &Estimates) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for row in estimates.paired_rows(catalogue) {
        table.serialize(row)?;
    }
    table.flush()
}

/// Why `replications.csv` could not be written.
#[derive(Debug)]
pub enum TableError<E> {
    /// The records could not be read.
    Read(E),
    /// The table could not be written.
    Write(io::Error),
}

impl<E: fmt::Display> fmt::Display for TableError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Read(e) => write!(f, "{e}"),
            TableError::Write(e) => write!(f, "{e}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for TableError<E> {}

/// `replications.csv`: one row per replication and arm, one column per outcome for everybody; empty where an
/// outcome does not exist in that replication. Centiles and incidences are of that replication's people alone.
///
/// # Errors
/// Records that cannot be read, or `out` that cannot be written.
pub fn replications<R: Records>(
    out: &mut dyn Write,
    catalogue: &Catalogue,
    records: &mut R,
) -> Result<(), TableError<R::Error>> {
    let mut table = csv::Writer::from_writer(out);
    let mut values = PerReplication::new(catalogue);
    let mut header = vec!["replication", "scenario"];
    header.extend(values.columns());
    let mut wrong = table.write_record(&header).err();
    records
        .visit(&mut |record| {
            for (arm, name) in catalogue.arms().iter().enumerate() {
                if wrong.is_some() {
                    return;
                }
                let mut row = vec![record.replication.to_string(), name.clone()];
                let cell = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
                row.extend(values.values(record, arm).into_iter().map(cell));
                wrong = table.write_record(&row).err();
            }
        })
        .map_err(TableError::Read)?;
    match wrong {
        Some(e) => Err(TableError::Write(e.into())),
        None => table.flush().map_err(TableError::Write),
    }
}
