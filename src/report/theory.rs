//! `check --theory`: simulated values beside those of theory, as a table to paste, as CSV and as JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::sheet::Sheet;
use crate::methods::agreement::Comparison;

/// What is compared of a system, and how it came out.
#[derive(Clone, Debug, PartialEq)]
pub struct TheoryRow {
    /// What, with its unit.
    pub quantity: String,
    /// Theory and simulation.
    pub comparison: Comparison,
}

/// One system.
#[derive(Clone, Debug, PartialEq)]
pub struct TheorySystem {
    /// What it is.
    pub name: String,
    /// What runs it.
    pub runs: &'static str,
    /// Where the formulas are published.
    pub reference: &'static str,
    /// It was run again with ten times the replications, because something did not agree at first.
    pub again: bool,
    /// The comparisons.
    pub rows: Vec<TheoryRow>,
}

/// The whole suite.
#[derive(Clone, Debug, PartialEq)]
pub struct Theory {
    /// The systems.
    pub systems: Vec<TheorySystem>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Fewer replications.
    pub quick: bool,
    /// Probability with which a right program fails any comparison.
    pub alpha: f64,
}

impl Theory {
    /// Number of comparisons, all judged together.
    pub fn comparisons(&self) -> usize {
        self.systems.iter().map(|s| s.rows.len()).sum()
    }

    /// Whether a comparison agrees.
    fn agrees(&self, row: &TheoryRow) -> bool {
        row.comparison.agrees(self.alpha, self.comparisons())
    }

    /// Whether a system agrees in everything.
    pub fn system_agrees(&self, system: &TheorySystem) -> bool {
        system.rows.iter().all(|row| self.agrees(row))
    }

    /// Comparisons that fail, with their systems.
    pub fn failures(&self) -> Vec<(&TheorySystem, &TheoryRow)> {
        let all = self
            .systems
            .iter()
            .flat_map(|s| s.rows.iter().map(move |row| (s, row)));
        all.filter(|(_, row)| !self.agrees(row)).collect()
    }

    /// The answer in a sentence or two.
    pub fn answer(&self) -> String {
        let (systems, all) = (self.systems.len(), self.comparisons());
        let failed = self.failures();
        let again = self.systems.iter().filter(|s| s.again).count();
        let verdict = match failed.len() {
            0 => format!("All {all} comparisons of {systems} systems with theory agree"),
            1 => format!("1 of {all} comparisons of {systems} systems with theory does NOT agree"),
            n => format!("{n} of {all} comparisons of {systems} systems with theory do NOT agree"),
        };
        let rerun = match again {
            0 => String::new(),
            1 => " 1 system was run again with ten times the replications.".to_string(),
            n => format!(" {n} systems were run again with ten times the replications."),
        };
        let [low, middle, high] = self.sharpness().map(percent);
        format!(
            "{verdict}; a right program would fail with probability {} at most.{rerun} The 95% intervals are ±{low} to ±{high} of their values \
             wide, half of them ±{middle} at most: an error much smaller than its interval would not be seen.",
            self.alpha
        )
    }

    /// Smallest, median and largest half-width of an interval relative to the value of theory, identities left out.
    fn sharpness(&self) -> [f64; 3] {
        let rows = self
            .systems
            .iter()
            .flat_map(|s| &s.rows)
            .map(|row| &row.comparison);
        let widths = rows
            .filter(|c| c.standard_error > 0.0)
            .map(|c| c.half_width() / c.theory.abs());
        let mut widths: Vec<f64> = widths.collect();
        widths.sort_by(f64::total_cmp);
        let at = |i: usize| widths.get(i).copied().unwrap_or(0.0);
        [at(0), at(widths.len() / 2), at(widths.len().saturating_sub(1))]
    }

    /// The answer, the table and how it is judged, in Markdown that reads well as it is.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n\n", self.answer());
        out += &self.table();
        out += "\nTheory by\n\n";
        for s in &self.systems {
            let n = s.rows.first().map_or(0, |row| row.comparison.replications);
            let again = if s.again { ", run again" } else { "" };
            out += &format!(
                "- {} ({}; {n} replications{again}): {}\n",
                s.name, s.runs, s.reference
            );
        }
        out += &format!("\n{}\n", self.method());
        out
    }

    /// How it is judged.
    pub fn method(&self) -> String {
        format!(
            "Each comparison is tested at level {}/{} (Bonferroni, Student's t over replications), plus a second in a time because simulated \
             time is in whole seconds. A system that fails is run with ten times the replications, the first ones included, and judged \
             again; the seed ({}) is never changed.",
            self.alpha,
            self.comparisons(),
            self.seed
        )
    }

    /// The table alone.
    pub fn table(&self) -> String {
        let header = [
            "system",
            "quantity",
            "theory",
            "simulated (95% interval)",
            "SE",
            "",
        ];
        let mut cells: Vec<[String; 6]> = Vec::new();
        for s in &self.systems {
            for (i, row) in s.rows.iter().enumerate() {
                let c = &row.comparison;
                let w = c.half_width();
                let simulated = match w > 0.0 {
                    true => format!(
                        "{} ({} to {})",
                        number(c.simulated),
                        number(c.simulated - w),
                        number(c.simulated + w)
                    ),
                    false => format!("{} exactly", number(c.simulated)),
                };
                cells.push([
                    if i == 0 { s.name.clone() } else { String::new() },
                    row.quantity.clone(),
                    number(c.theory),
                    simulated,
                    errors(c.errors()),
                    if self.agrees(row) { "pass" } else { "FAIL" }.to_string(),
                ]);
            }
        }
        let width = |i: usize| {
            let all = cells.iter().map(|row| row[i].chars().count());
            all.chain([header[i].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..6).map(width).collect();
        let line = |row: &[String; 6]| {
            let padded: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (text, &w))| match i {
                    2 | 4 => format!("{text:>w$}"),
                    _ => format!("{text:<w$}"),
                })
                .collect();
            format!("| {} |\n", padded.join(" | "))
        };
        let mut out = line(&header.map(str::to_string));
        let rule = widths.iter().enumerate().map(|(i, &w)| match i {
            2 | 4 => format!("{}:", "-".repeat(w + 1)),
            _ => "-".repeat(w + 2),
        });
        out += &format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
        cells.iter().for_each(|row| out += &line(row));
        out
    }

    /// `theory.csv`: one row per comparison.
    pub fn csv(&self) -> Vec<u8> {
        let mut sheet = Sheet::new(&[
            "system runs quantity reference theory simulated standard_error low high errors rounding replications agrees",
        ]);
        for s in &self.systems {
            for row in &s.rows {
                let c = &row.comparison;
                let w = c.half_width();
                let cells = sheet
                    .row()
                    .set("system", &s.name)
                    .set("runs", s.runs)
                    .set("quantity", &row.quantity)
                    .set("reference", s.reference)
                    .set("theory", c.theory)
                    .set("simulated", c.simulated)
                    .set("standard_error", c.standard_error)
                    .set("low", c.simulated - w)
                    .set("high", c.simulated + w)
                    .set("errors", c.errors())
                    .set("rounding", c.rounding)
                    .set("replications", c.replications)
                    .set("agrees", self.agrees(row));
                sheet.add(cells);
            }
        }
        sheet.bytes()
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let row = |row: &TheoryRow| {
            let c = &row.comparison;
            let w = c.half_width();
            json!({
                "quantity": row.quantity, "theory": c.theory, "simulated": c.simulated, "standard_error": c.standard_error,
                "interval": [c.simulated - w, c.simulated + w], "errors": c.errors(), "rounding": c.rounding,
                "agrees": self.agrees(row),
            })
        };
        let system = |s: &TheorySystem| {
            json!({
                "system": s.name, "runs": s.runs, "reference": s.reference, "run_again": s.again,
                "replications": s.rows.first().map(|row| row.comparison.replications),
                "comparisons": s.rows.iter().map(row).collect::<Vec<_>>(),
            })
        };
        json!({
            "answer": self.answer(), "agrees": self.failures().is_empty(), "seed": self.seed, "quick": self.quick,
            "error_rate": self.alpha, "method": self.method(),
            "systems": self.systems.iter().map(system).collect::<Vec<_>>(),
        })
    }

    /// Names of the systems, each once.
    pub fn names(&self) -> BTreeSet<&str> {
        self.systems.iter().map(|s| s.name.as_str()).collect()
    }
}

/// Four significant digits.
fn number(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let digits = 3 - libm::floor(libm::log10(x.abs())) as i32;
    format!("{x:.*}", digits.clamp(0, 9) as usize)
}

fn percent(x: f64) -> String {
    match x < 0.001 {
        true => format!("{:.2}%", 100.0 * x),
        false => format!("{:.1}%", 100.0 * x),
    }
}

fn errors(x: f64) -> String {
    match x.is_finite() {
        true => format!("{x:+.2}"),
        false => "any".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theory(theory: f64) -> Theory {
        let pairs = [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (2.0, 1.0)];
        let row = TheoryRow {
            quantity: "mean wait, hours".to_string(),
            comparison: Comparison::of(&pairs, theory, 0.0),
        };
        let system = TheorySystem {
            name: "M/M/1".to_string(),
            runs: "kernel",
            reference: "Erlang 1909",
            again: false,
            rows: vec![row],
        };
        Theory {
            systems: vec![system],
            seed: 1,
            quick: false,
            alpha: 0.05,
        }
    }

    #[test]
    fn a_table_to_paste() {
        let t = theory(2.0);
        assert!(t.failures().is_empty());
        let table = t.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        // 2 ± 3.182 × √(2/3)/2
        let cells: Vec<&str> = lines[2].split('|').map(str::trim).collect();
        let expected = [
            "",
            "M/M/1",
            "mean wait, hours",
            "2.000",
            "2.000 (0.7008 to 3.299)",
            "+0.00",
            "pass",
            "",
        ];
        assert_eq!(cells, expected);
        let columns = |line: &str| line.matches('|').count();
        assert!(
            lines
                .iter()
                .all(|line| columns(line) == 7 && line.len() == lines[0].len())
        );
    }

    #[test]
    fn what_does_not_agree_is_said_first() {
        let t = theory(9.0);
        assert_eq!(t.failures().len(), 1);
        assert!(t.answer().starts_with("1 of 1 comparisons"), "{}", t.answer());
        assert!(t.text().contains("FAIL"));
        assert!(String::from_utf8(t.csv()).unwrap().contains(",false"));
        assert_eq!(t.json()["agrees"], false);
    }

    #[test]
    fn four_digits() {
        assert_eq!(
            [0.0, 0.012_345, 1.0, 123.456, 123_456.7].map(number),
            ["0", "0.01235", "1.000", "123.5", "123457"]
        );
    }
}
