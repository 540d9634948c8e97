//! Tidy CSV tables: every estimate, every comparison, every replication.
//!
//! They hold all groups and so come straight from the estimates and records, not from the report.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::{Arm, Changes, Number};
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

/// A row of `transitions.csv`.
#[derive(Debug, Serialize)]
struct TransitionRow<'r> {
    /// `placebo`: the arm compared with, run again with chance drawn afresh.
    scenario: &'r str,
    versus: &'r str,
    state: &'r str,
    /// Level in the arm compared with; empty for gross and net.
    from: &'r str,
    /// Level here; empty for gross.
    to: &'r str,
    /// `transition`, `gross` or `net`.
    statistic: &'static str,
    value: Option<f64>,
    lower_95_ci: Option<f64>,
    upper_95_ci: Option<f64>,
    /// People over all replications.
    people: u64,
    unit: &'static str,
    note: &'r str,
}

/// `transitions.csv`: for each comparison and state, of 1,000 people who died how many had one level in the arm compared with and
/// another here; whoever changed at all (gross), and what each level gained (net).
///
/// # Errors
/// Those of `out`.
pub fn transitions(out: &mut dyn Write, arms: &[Arm], changes: &Changes) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for change in &changes.rows {
        let state = &changes.states[change.state];
        let row = |statistic, from, to, n: &Number| TransitionRow {
            scenario: if change.is_placebo() {
                "placebo"
            } else {
                &arms[change.arm].name
            },
            versus: &arms[change.versus].name,
            state: &state.name,
            from,
            to,
            statistic,
            value: n.value,
            lower_95_ci: n.interval.map(|i| i.0),
            upper_95_ci: n.interval.map(|i| i.1),
            people: change.people,
            unit: "per 1,000 people who died",
            note: "",
        };
        let mut write = |row: TransitionRow<'_>, n: &Number| {
            let note = n.missing.as_deref().unwrap_or_default();
            table.serialize(TransitionRow { note, ..row })
        };
        for (from, cells) in state.levels.iter().zip(&change.from_to) {
            for (to, n) in state.levels.iter().zip(cells) {
                write(row("transition", from, to, n), n)?;
            }
        }
        write(row("gross", "", "", &change.gross), &change.gross)?;
        for (to, n) in state.levels.iter().zip(&change.net) {
            write(row("net", "", to, n), n)?;
        }
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
