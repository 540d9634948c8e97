//! The arms that no other beats on every outcome: the answer in words, its table, as CSV, JSON and a chart of two outcomes.

use serde_json::{Value, json};

use super::chart::{Chart, Curve, chart};
use super::choose::{Told, estimate_json, listed, per_cent};
use super::layout::{Align, Page, Row};
use super::model::Number;
use super::numbers::Unit;
use super::sheet::{ESTIMATE, Sheet};
use crate::methods::pareto::{Front, Place};
use crate::stats::Estimate;

/// One arm with its levels.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontArm {
    /// Its name.
    pub name: String,
    /// Replications.
    pub n: u64,
    /// Its level of each outcome.
    pub levels: Vec<Estimate>,
}

/// A Pareto set.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontTable {
    /// Title.
    pub title: String,
    /// The outcomes.
    pub outcomes: Vec<Told>,
    /// Difference of each that does not matter; 0 for none.
    pub margins: Vec<f64>,
    /// Probability that every statement is right.
    pub confidence: f64,
    /// Most replications of each arm.
    pub cap: u64,
    /// What was found.
    pub front: Front,
    /// The arms.
    pub arms: Vec<FrontArm>,
}

impl FrontTable {
    fn names(&self, which: impl Fn(&Place) -> bool) -> Vec<&str> {
        let all = self.front.places.iter().zip(&self.arms);
        all.filter(|(p, _)| which(p))
            .map(|(_, a)| a.name.as_str())
            .collect()
    }

    /// The answer in a few sentences.
    pub fn answer(&self) -> String {
        let labels: Vec<String> = self.outcomes.iter().map(Told::words).collect();
        let efficient = self.names(|p| *p == Place::Efficient);
        let open = self.names(|p| matches!(p, Place::Undecided(_)));
        let behind = self.names(|p| matches!(p, Place::Dominated(_)));
        let mut text = match efficient.as_slice() {
            [] => "No arm is shown to be undominated".to_string(),
            [one] => format!("`{one}` is dominated by no other arm"),
            some => format!("{} are dominated by no other arm", listed(some)),
        };
        text += &format!(" (none is better on all of: {})", labels.join("; "));
        if !behind.is_empty() {
            let verb = if behind.len() == 1 { "is" } else { "are" };
            text += &format!("; {} {verb} dominated", listed(&behind));
        }
        if !open.is_empty() {
            text += &format!(
                "; of {} it cannot be told with {} replications",
                listed(&open),
                self.front.replications.iter().max().unwrap_or(&0)
            );
        }
        text + &format!(
            ". All these statements hold together with probability at least {}.",
            per_cent(self.confidence)
        )
    }

    fn place(&self, i: usize) -> String {
        match &self.front.places[i] {
            Place::Efficient => "not dominated".to_string(),
            Place::Dominated(j) => format!("dominated by {}", self.arms[*j].name),
            Place::Undecided(by) => {
                let by: Vec<&str> = by.iter().map(|&j| self.arms[j].name.as_str()).collect();
                format!("cannot tell: {} may dominate it", by.join(", "))
            }
        }
    }
}

/// The answer for people.
pub fn front_text(f: &FrontTable, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&f.title);
    page.paragraph(&f.answer());
    for (o, told) in f.outcomes.iter().enumerate() {
        let unit = Unit::of(&told.unit);
        page.heading(&format!("{}, {}; {}", told.words(), unit.heading, told.way()));
        let header = ["arm", "value", "95% interval", "replications"];
        let mut rows = vec![Row::Cells(header.map(str::to_string).to_vec())];
        for arm in &f.arms {
            let number = Number::of(&arm.levels[o]);
            rows.push(Row::Cells(vec![
                arm.name.clone(),
                unit.value(&number),
                unit.interval(&number, false),
                arm.n.to_string(),
            ]));
        }
        page.table(&[Align::Left, Align::Right, Align::Left, Align::Right], &rows);
        if f.margins[o] > 0.0 {
            page.paragraph(&format!(
                "Differences below {} count as none.",
                told.size(f.margins[o])
            ));
        }
    }
    let same: Vec<String> = (f.front.agreeing.iter())
        .map(|&o| f.outcomes[o].words())
        .collect();
    if !same.is_empty() {
        page.paragraph(&format!(
            "Between some arms all replications agree on the difference in: {}. That says nothing of rare events, and decides nothing.",
            same.join("; ")
        ));
    }
    page.heading("Each arm");
    let rows: Vec<Row> = (0..f.arms.len())
        .map(|i| Row::Cells(vec![f.arms[i].name.clone(), f.place(i)]))
        .collect();
    page.table(&[Align::Left, Align::Left], &rows);
    page.paragraph(&format!(
        "Every pair of arms is compared on every outcome by paired differences, the same people in all arms. The allowed error is \
         shared out among pairs, outcomes and looks (Bonferroni): at the last look each interval was of {}. {} replications of \
         all arms together, at most {} of each. The intervals above are nominal, each for itself.",
        per_cent(1.0 - f.front.each),
        f.front.spent,
        f.cap
    ));
    page.finish()
}

/// `front.csv`, `report.txt` and, of two outcomes, `front.svg`.
pub fn front_files(f: &FrontTable) -> Vec<(String, Vec<u8>)> {
    let mut sheet = Sheet::new(&["scenario outcome group statistic", ESTIMATE, "unit status note"]);
    for (i, arm) in f.arms.iter().enumerate() {
        for (told, e) in f.outcomes.iter().zip(&arm.levels) {
            let row = told.row(&sheet, &arm.name).set("statistic", told.statistic);
            sheet.add(row.estimate(e).set("status", f.place(i)));
        }
    }
    let mut files = vec![("front.csv".to_string(), sheet.bytes())];
    if let [x, y] = f.outcomes.as_slice() {
        let curves = f.arms.iter().filter_map(|arm| {
            Some(Curve {
                name: arm.name.clone(),
                points: vec![(arm.levels[0].value()?, arm.levels[1].value()?)],
                intervals: vec![arm.levels[1].low().zip(arm.levels[1].high())],
                dots: true,
                faint: false,
            })
        });
        let drawn = Chart {
            title: f.title.clone(),
            x: format!("{} ({}; {})", x.words(), x.unit, x.way()),
            y: format!("{} ({}; {})", y.words(), y.unit, y.way()),
            curves: curves.collect(),
            ..Chart::default()
        };
        files.push(("front.svg".to_string(), chart(&drawn).into_bytes()));
    }
    files.push(("report.txt".to_string(), front_text(f, 100).into_bytes()));
    files
}

/// The set for programs.
pub fn front_json(f: &FrontTable) -> Value {
    let arms = f.arms.iter().enumerate().map(|(i, arm)| {
        let levels: serde_json::Map<String, Value> = f
            .outcomes
            .iter()
            .zip(&arm.levels)
            .map(|(t, e)| (t.name.clone(), estimate_json(e)))
            .collect();
        let (status, others): (&str, Vec<&str>) = match &f.front.places[i] {
            Place::Efficient => ("not_dominated", Vec::new()),
            Place::Dominated(j) => ("dominated", vec![&f.arms[*j].name]),
            Place::Undecided(by) => ("undecided", by.iter().map(|&j| f.arms[j].name.as_str()).collect()),
        };
        json!({ "scenario": arm.name, "replications": arm.n, "status": status, "by": others, "levels": levels })
    });
    json!({
        "title": f.title, "answer": f.answer(), "decided": f.front.decided(), "confidence": f.confidence,
        "replications": f.front.spent, "arms": arms.collect::<Vec<_>>(),
    })
}
