//! The one writer of tidy tables: names of columns once, and rows whose cells are set by these names.
//!
//! (The large tables of a run, [`super::tables`] and the event log, stream through serde.)

use std::rc::Rc;

use crate::methods::nested::Range;
use crate::stats::{Estimate, Missing};

/// The columns that [`Row::estimate`] sets, but for `note`.
pub(super) const ESTIMATE: &str = "value lower_95_ci upper_95_ci n";

/// A table under construction.
pub(super) struct Sheet {
    columns: Rc<[String]>,
    table: csv::Writer<Vec<u8>>,
}

/// A row of a [`Sheet`], which is no part of it before [`Sheet::add`]; what is not set is empty.
#[derive(Clone)]
#[must_use = "`Sheet::add` writes it"]
pub(super) struct Row {
    columns: Rc<[String]>,
    cells: Vec<String>,
}

impl Sheet {
    /// A table with these columns; each text holds one or more names with spaces between them.
    pub fn new(columns: &[&str]) -> Sheet {
        Sheet::named(columns.iter().flat_map(|names| names.split(' ')))
    }

    /// A table whose columns users name: whatever is in the names.
    pub fn named<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Sheet {
        let columns: Rc<[String]> = columns.into_iter().map(N::into).collect();
        let table = csv::Writer::from_writer(Vec::new());
        let mut sheet = Sheet {
            columns: columns.clone(),
            table,
        };
        sheet.write(&columns);
        sheet
    }

    /// An empty row, to be filled once or to be copied and filled often.
    pub fn row(&self) -> Row {
        Row {
            columns: self.columns.clone(),
            cells: vec![String::new(); self.columns.len()],
        }
    }

    /// Writes a row below those before it.
    pub fn add(&mut self, row: Row) {
        self.write(&row.cells);
    }

    fn write(&mut self, cells: &[String]) {
        self.table.write_record(cells).expect("memory takes any text");
    }

    /// The file.
    pub fn bytes(self) -> Vec<u8> {
        let bytes = self.table.into_inner();
        bytes.expect("memory is never full before the program is")
    }
}

impl Row {
    /// Sets a cell.
    ///
    /// # Panics
    /// If the table has no such column: the program is wrong.
    pub fn set(mut self, column: &str, value: impl ToString) -> Row {
        let at = self.columns.iter().position(|c| c == column);
        let at = at.unwrap_or_else(|| panic!("the table has no column `{column}`"));
        self.cells[at] = value.to_string();
        self
    }

    /// Sets a cell, or makes it empty.
    pub fn optional(self, column: &str, value: Option<impl ToString>) -> Row {
        self.set(column, value.map_or(String::new(), |value| value.to_string()))
    }

    /// Sets a cell for each name.
    pub fn each<N: AsRef<str>, V: ToString>(self, cells: impl IntoIterator<Item = (N, V)>) -> Row {
        let set = |row: Row, (column, value): (N, V)| row.set(column.as_ref(), value);
        cells.into_iter().fold(self, set)
    }

    /// Sets a value and its interval.
    pub fn interval(self, value: Option<f64>, ends: Option<(f64, f64)>) -> Row {
        self.optional("value", value)
            .optional("lower_95_ci", ends.map(|e| e.0))
            .optional("upper_95_ci", ends.map(|e| e.1))
    }

    /// Sets value, interval and `n`, and `note` to why something is missing.
    pub fn estimate(self, e: &Estimate) -> Row {
        self.interval(e.value(), e.low().zip(e.high()))
            .set("n", e.n())
            .optional("note", e.why_missing())
    }

    /// Sets value and interval to a range from `n` draws, and `note` to why there is no interval.
    pub fn range(self, r: &Range, n: usize) -> Row {
        let row = self.interval(Some(r.value), r.interval()).set("n", n);
        match r.interval() {
            Some(_) => row,
            None => row.set("note", Missing::NoVariation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet::new(&["scenario outcome", ESTIMATE, "note"])
    }

    #[test]
    fn cells_stand_below_their_names_and_what_needs_quotes_has_them() {
        let mut sheet = sheet();
        let head = sheet.row().set("scenario", "a, \"b\"");
        let estimate = Estimate::new(0.5, 0.25, 2.0, 7);
        sheet.add(head.clone().estimate(&estimate).set("outcome", "wait"));
        let one = Estimate::point(1.5, Missing::OneReplication, 1);
        sheet.add(head.clone().estimate(&one));
        sheet.add(head.estimate(&Estimate::missing(Missing::NotReached, 3)));
        let exactly = Range::exactly(2.0);
        sheet.add(sheet.row().range(&exactly, 4));
        let expected = "scenario,outcome,value,lower_95_ci,upper_95_ci,n,note\n\
            \"a, \"\"b\"\"\",wait,0.5,0,1,7,\n\
            \"a, \"\"b\"\"\",,1.5,,,1,one replication only\n\
            \"a, \"\"b\"\"\",,,,,3,not reached\n\
            ,,2,,,4,the same in all replications\n";
        assert_eq!(String::from_utf8(sheet.bytes()).unwrap(), expected);
    }

    #[test]
    fn columns_of_users_may_have_any_names() {
        let names = ["point", "my, own", "a b"];
        let mut sheet = Sheet::named(names);
        let row = sheet.row().set("point", 0);
        sheet.add(row.each(names[1..].iter().zip(["x y", "1"])));
        let text = String::from_utf8(sheet.bytes()).unwrap();
        assert_eq!(text, "point,\"my, own\",a b\n0,x y,1\n");
    }

    #[test]
    #[should_panic(expected = "no column `valu`")]
    fn a_column_that_is_not_there_is_a_mistake_even_for_what_is_missing() {
        let _ = sheet().row().optional("valu", None::<f64>);
    }
}
