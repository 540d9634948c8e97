//! The table of a sweep: tidy, as text and as JSON.

use serde_json::{Value, json};

use super::layout::{Align, Page, Row};
use super::model::Number;
use super::numbers::Unit;
use super::sheet::Sheet;
use crate::scenario::plan::FACTOR_TABLE;
use crate::stats::Estimate;

/// One number of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRow {
    /// Combination of values, from 0.
    pub point: usize,
    /// The values, in the order of the factors.
    pub settings: Vec<String>,
    /// Scenario.
    pub scenario: String,
    /// The scenario that is subtracted, if it is a difference.
    pub versus: Option<String>,
    /// Outcome.
    pub outcome: String,
    /// `all` or `dimension=level`.
    pub group: String,
    /// Kind of estimator, or `difference`.
    pub statistic: &'static str,
    /// The number with its interval.
    pub estimate: Estimate,
    /// Unit.
    pub unit: String,
}

/// All numbers of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepTable {
    /// Title of the plan.
    pub title: String,
    /// Names of what was varied.
    pub factors: Vec<String>,
    /// Scenarios; the first is what others are compared with.
    pub scenarios: Vec<String>,
    /// Replications of each point.
    pub replications: u64,
    /// Watched outcomes: name and words.
    pub outcomes: Vec<(String, String)>,
    /// By combination, scenario, outcome; differences follow their level.
    pub rows: Vec<SweepRow>,
}

/// `sweep.csv`, the one tidy table, and `report.txt`.
pub fn sweep_files(table: &SweepTable) -> Vec<(String, Vec<u8>)> {
    let factors = || table.factors.iter().map(String::as_str);
    let mut sheet = Sheet::named(["point"].into_iter().chain(factors()).chain(FACTOR_TABLE));
    for row in &table.rows {
        let cells = sheet
            .row()
            .set("point", row.point)
            .each(factors().zip(&row.settings))
            .set("scenario", &row.scenario)
            .optional("versus", row.versus.as_ref())
            .set("outcome", &row.outcome)
            .set("group", &row.group)
            .set("statistic", row.statistic)
            .estimate(&row.estimate)
            .set("unit", &row.unit);
        sheet.add(cells);
    }
    let text = sweep_text(table, 100).into_bytes();
    vec![
        ("sweep.csv".to_string(), sheet.bytes()),
        ("report.txt".to_string(), text),
    ]
}

/// The rows as JSON.
pub fn sweep_json(table: &SweepTable) -> Value {
    let rows = table.rows.iter().map(|row| {
        let e = &row.estimate;
        json!({
            "point": row.point, "settings": row.settings, "scenario": row.scenario, "versus": row.versus,
            "outcome": row.outcome, "group": row.group, "statistic": row.statistic, "value": e.value(),
            "lower_95_ci": e.low(), "upper_95_ci": e.high(), "n": e.n(), "unit": row.unit,
            "note": e.why_missing().map(|w| w.to_string()),
        })
    });
    json!({
        "title": table.title, "factors": table.factors, "scenarios": table.scenarios,
        "replications": table.replications, "rows": rows.collect::<Vec<_>>(),
    })
}

/// Most combinations that are shown one by one.
const SHOWN: usize = 40;

/// For people: each outcome at each combination, or at the lowest and highest where there are too many.
pub fn sweep_text(table: &SweepTable, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&table.title);
    let combinations = table.rows.last().map_or(0, |r| r.point + 1);
    let varied = table.factors.join(", ");
    let replications = match table.replications {
        1 => "one replication".to_string(),
        n => format!("{n} replications"),
    };
    page.paragraph(&format!(
        "{combinations} combinations of {varied}; {replications} each, the same people at all of them."
    ));
    let differences = table.scenarios.len() > 1;
    if differences {
        page.paragraph(&format!(
            "Differences are from `{}` at the same values, paired by replication.",
            table.scenarios[0]
        ));
    }
    for (name, label) in &table.outcomes {
        let of = |r: &&SweepRow| match r.group.as_str() {
            "all" => r.outcome == *name,
            group => format!("{}@{group}", r.outcome) == *name,
        };
        let all: Vec<&SweepRow> = table.rows.iter().filter(of).collect();
        let Some(first) = all.first() else { continue };
        let unit = Unit::of(&first.unit);
        page.heading(&format!("{label}, {}", unit.heading));
        page.paragraph(&format!("`{name}`"));
        // Beside the level in the first scenario, how the others differ from it; levels alone where a difference means nothing.
        let compared = all.iter().any(|r| r.versus.is_some());
        let told = |r: &&&SweepRow| !compared || r.versus.is_some() || r.scenario == table.scenarios[0];
        let mut rows: Vec<&SweepRow> = all.iter().filter(told).copied().collect();
        if rows.len() > SHOWN {
            rows.retain(|r| r.estimate.value().is_some() && r.versus.is_some() == compared);
            let what = if compared { "difference" } else { "value" };
            page.paragraph(&format!(
                "The five with the lowest {what} and the five with the highest; all are in sweep.csv (give --out DIR)."
            ));
            let value = |r: &&SweepRow| r.estimate.value().unwrap_or(0.0);
            rows.sort_by(|a, b| value(a).total_cmp(&value(b)));
            let n = rows.len();
            let ends = rows.iter().enumerate().filter(|(i, _)| *i < 5 || i + 5 >= n);
            rows = ends.map(|(_, r)| *r).collect();
        }
        let mut header = table.factors.clone();
        header.extend([
            "scenario".to_string(),
            "value".to_string(),
            "95% interval".to_string(),
        ]);
        let mut cells = vec![Row::Cells(header)];
        for row in rows {
            let number = Number::of(&row.estimate);
            let signed = row.versus.is_some();
            let mut line = row.settings.clone();
            line.push(match &row.versus {
                Some(other) => format!("{} minus {other}", row.scenario),
                None => row.scenario.clone(),
            });
            line.push(match signed {
                true => unit.signed(&number),
                false => unit.value(&number),
            });
            line.push(unit.interval(&number, signed));
            cells.push(Row::Cells(line));
        }
        let mut aligns = vec![Align::Right; table.factors.len()];
        aligns.extend([Align::Left, Align::Right, Align::Left]);
        page.table(&aligns, &cells);
    }
    page.paragraph("Intervals hold one by one; among many, some miss by chance.");
    page.finish()
}
