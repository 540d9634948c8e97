//! The best of several arms: the answer in words, its table, as CSV, JSON and a chart.

use serde_json::{Value, json};

use super::chart::{Bar, Bars, bars};
use super::layout::Align::{Left, Right};
use super::layout::{Page, Row};
use super::model::Number;
use super::numbers::Unit;
use super::sheet::{self, ESTIMATE, Sheet};
use crate::methods::selection::{Ending, Selected};
use crate::stats::Estimate;

/// An outcome as reports tell of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Field-standard name.
    pub name: String,
    /// Words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// `all` or `dimension=level`.
    pub group: String,
    /// Kind of estimator.
    pub statistic: &'static str,
    /// Whether larger is better; `None` if neither is.
    pub larger: Option<bool>,
}

impl Told {
    /// Label and group.
    pub(super) fn words(&self) -> String {
        match self.group.as_str() {
            "all" => self.label.clone(),
            group => format!("{} ({group})", self.label),
        }
    }

    /// Which way is better.
    pub(super) fn way(&self) -> &'static str {
        match self.larger {
            Some(true) => "more is better",
            Some(false) => "less is better",
            None => "neither way is better",
        }
    }

    /// A value that was asked for, with all its digits and its unit.
    pub(super) fn exact(&self, x: f64) -> String {
        let scale = if self.unit == "share" { 100.0 } else { 1.0 };
        let text = format!("{:.9}", x * scale);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        match self.unit.as_str() {
            "GBP" => format!("£{text}"),
            _ => self.with_unit(text),
        }
    }

    /// A value with its unit.
    pub(super) fn with_unit(&self, shown: &str) -> String {
        let unit = Unit::of(&self.unit);
        match unit.heading.as_str() {
            "%" => format!("{shown}%"),
            "£" => shown.to_string(),
            other => format!("{shown} {other}"),
        }
    }

    /// A row of it in a scenario.
    pub(super) fn row(&self, sheet: &Sheet, scenario: &str) -> sheet::Row {
        let row = sheet.row().set("scenario", scenario).set("outcome", &self.name);
        row.set("group", &self.group).set("unit", &self.unit)
    }

    /// A size of a difference with its unit.
    pub(super) fn size(&self, x: f64) -> String {
        let unit = Unit::of(&self.unit);
        match unit.heading.as_str() {
            "£" => unit.size(x),
            _ => format!("{} {}", unit.size(x), unit.difference),
        }
    }
}

/// One arm of a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceArm {
    /// Its name.
    pub name: String,
    /// Its level over the replications it had.
    pub level: Estimate,
    /// It minus the selected arm, over the replications both had.
    pub behind: Option<Estimate>,
}

/// A choice by one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Title.
    pub title: String,
    /// The outcome.
    pub outcome: Told,
    /// `kn`, `kn_plus_plus` or `ocba`.
    pub method: &'static str,
    /// Probability wanted of a right answer.
    pub confidence: f64,
    /// Indifference zone; none where the method has none.
    pub indifference: Option<f64>,
    /// Whether it was given, or taken as a share of the first arm's level.
    pub given: bool,
    /// Replications of each arm before the first look.
    pub first: u64,
    /// Replications between looks.
    pub step: u64,
    /// Most replications of all arms together.
    pub budget: u64,
    /// What the method found.
    pub selected: Selected,
    /// Estimated probability of correct selection, where the method gives one.
    pub correct: Option<f64>,
    /// The arms, in the order asked for.
    pub arms: Vec<ChoiceArm>,
}

/// `95%`, `99.5%`.
pub(super) fn per_cent(share: f64) -> String {
    // Rounding must not make a certainty of what is none.
    let mut text = String::new();
    for digits in 2..14 {
        text = format!("{:.digits$}", share * 100.0);
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        if !(text == "100" && share < 1.0 || text == "0" && share > 0.0) {
            break;
        }
    }
    format!("{text}%")
}

/// `a`, `a and b`, `a, b and c`, each in quotes.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_string(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

impl Choice {
    fn name(&self, i: usize) -> &str {
        &self.arms[i].name
    }

    fn zone(&self) -> String {
        self.indifference.map_or(String::new(), |d| self.outcome.size(d))
    }

    /// The answer in a sentence or two.
    pub fn answer(&self) -> String {
        let (label, k) = (self.outcome.words(), self.arms.len());
        let best = match (self.selected.ending, self.selected.best) {
            (Ending::NoValue(i), _) => {
                let why = self.arms[i].level.why_missing();
                let why = why.map_or(String::new(), |w| format!(" ({w})"));
                return format!(
                    "Cannot tell: \"{label}\" has no value in `{}`{why}.",
                    self.name(i)
                );
            }
            (_, None) => return "Cannot tell.".to_string(),
            (_, Some(best)) => best,
        };
        let unit = Unit::of(&self.outcome.unit);
        let level = Number::of(&self.arms[best].level);
        let value = self.outcome.with_unit(&unit.value(&level));
        let name = self.name(best);
        let confidence = per_cent(self.confidence);
        let mut text = match (self.method, self.selected.ending) {
            ("ocba", ending) => {
                let correct = self.correct.map_or("unknown".to_string(), |c| match c > 0.999 {
                    true => "more than 99.9%".to_string(),
                    false => per_cent(c),
                });
                let spent = match ending {
                    Ending::Budget => " when the budget was spent",
                    _ => "",
                };
                let verdict = match self.correct.is_some_and(|c| c >= self.confidence) {
                    true => "is best",
                    false => "is ahead, but which is best cannot be told with the confidence asked for",
                };
                format!(
                    "`{name}` {verdict} of {k} arms for \"{label}\" ({value}): the estimated probability that this is right is \
                     {correct}{spent}. It is an estimate, not a guarantee."
                )
            }
            (_, Ending::Budget) => {
                let left: Vec<&str> = self.selected.left.iter().map(|&i| self.name(i)).collect();
                format!(
                    "Cannot tell with {} replications which of {} is best for \"{label}\"; `{name}` ({value}) is ahead so far.",
                    self.selected.spent,
                    listed(&left)
                )
            }
            (method, _) => {
                let about = if method == "kn" { "at least" } else { "about" };
                format!(
                    "`{name}` is best of {k} arms for \"{label}\" ({value}), with probability {about} {confidence} unless \
                     another is within {} of it.",
                    self.zone()
                )
            }
        };
        let same: Vec<&str> = (0..k)
            .filter(|&i| i != best && self.selected.left.contains(&i))
            .filter(|&i| {
                let behind = self.selected.systems[i].behind;
                behind.is_some_and(|d| d.agrees())
            })
            .map(|i| self.name(i))
            .collect();
        // A promise about larger differences says nothing about these.
        let near: Vec<&str> = (0..k)
            .filter(|&i| i != best && !same.contains(&self.name(i)) && self.method != "ocba")
            .filter(|&i| {
                let apart = self.arms[i].behind.and_then(|d| d.value());
                apart.is_some_and(|d| self.indifference.is_some_and(|zone| d.abs() < zone))
            })
            .map(|i| self.name(i))
            .collect();
        if !near.is_empty() && self.selected.ending != Ending::Budget {
            text += &format!(
                " {} {} estimated to lie within that: of these the promise says nothing, any may be as good.",
                listed(&near),
                if near.len() == 1 { "is" } else { "are" }
            );
        }
        if !same.is_empty() {
            text += &format!(
                " Between it and {} all {} replications agree on the difference, which says nothing of rare events.",
                listed(&same),
                self.selected.systems[best].n
            );
        }
        text
    }

    /// What happened to an arm.
    fn end(&self, i: usize) -> String {
        match (self.selected.systems[i].dropped, self.selected.best) {
            _ if self.selected.best == Some(i) => match self.selected.ending {
                Ending::Budget => "ahead".to_string(),
                _ => "best".to_string(),
            },
            (Some((n, by)), _) => format!("dropped at {n}, behind {}", self.name(by)),
            (None, _) if self.method == "ocba" => String::new(),
            (None, _) => "still in".to_string(),
        }
    }

    /// The arms, best first.
    fn order(&self) -> Vec<usize> {
        let sign = if self.outcome.larger == Some(false) {
            1.0
        } else {
            -1.0
        };
        let key = |i: usize| match self.selected.best {
            Some(best) if best == i => f64::NEG_INFINITY,
            _ => self.arms[i].level.value().map_or(f64::INFINITY, |v| sign * v),
        };
        let mut order: Vec<usize> = (0..self.arms.len()).collect();
        order.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
        order
    }
}

/// The answer for people.
pub fn choice_text(c: &Choice, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&c.title);
    page.paragraph(&c.answer());
    let unit = Unit::of(&c.outcome.unit);
    page.heading(&format!(
        "{}, {}; {}",
        c.outcome.words(),
        unit.heading,
        c.outcome.way()
    ));
    let header = ["arm", "value", "95% interval", "minus best", "95% interval", "n"];
    let mut rows = vec![Row::Cells(header.map(str::to_string).to_vec())];
    for i in c.order() {
        let (level, arm) = (Number::of(&c.arms[i].level), &c.arms[i]);
        let behind = arm.behind.as_ref().map(Number::of);
        rows.push(Row::Cells(vec![
            arm.name.clone(),
            unit.value(&level),
            unit.interval(&level, false),
            behind.as_ref().map_or(String::new(), |b| unit.signed(b)),
            behind.as_ref().map_or(String::new(), |b| unit.interval(b, true)),
            c.selected.systems[i].n.to_string(),
        ]));
    }
    let aligns = [Left, Right, Left, Right, Left, Right];
    page.table(&aligns, &rows);
    page.heading("How it was chosen");
    let method = match c.method {
        "kn" => {
            "Procedure KN (Kim and Nelson 2001): every arm that another has left clearly behind is dropped. Its promise holds \
             for independent replications, common random numbers included, if their numbers are close to normal"
        }
        "kn_plus_plus" => {
            "Procedure KN++ (Kim and Nelson 2006): as KN, with variances brought up to date at every look; its promise is \
             asymptotic"
        }
        _ => {
            "OCBA (Chen, Lin, Yucesan and Chick 2000): replications go where they tell most about which arm is best. The \
             probability is estimated as if variances were known, and looked at again and again: where 95% stopped the run, \
             the selection was right in 94 to 100% of experiments with known truth"
        }
    };
    page.paragraph(&format!(
        "{method}. {} replications of all arms together (most allowed: {}), at first {} of each, the same people in all arms.",
        c.selected.spent, c.budget, c.first
    ));
    if let Some(zone) = c.indifference.filter(|_| c.method != "ocba") {
        let how = match c.given {
            true => "as asked for",
            false => {
                "5% of the first arm's level, because none was asked for; taken from the same replications, so that the promise is approximate"
            }
        };
        page.paragraph(&format!(
            "Indifference zone: {} ({how}). If several arms lie within it of the best, any of them may be selected.",
            c.outcome.size(zone)
        ));
    }
    page.paragraph(
        "Intervals are nominal, each for itself, at numbers of replications that the search chose; the selection does not rest \
         on them.",
    );
    page.finish()
}

/// `choose.csv`, `choose.svg`, `report.txt`.
pub fn choice_files(c: &Choice) -> Vec<(String, Vec<u8>)> {
    let o = &c.outcome;
    let head = "scenario versus outcome group statistic";
    let mut sheet = Sheet::new(&[head, ESTIMATE, "unit status note"]);
    for i in c.order() {
        let arm = &c.arms[i];
        let row = o.row(&sheet, &arm.name).set("status", c.end(i));
        sheet.add(row.clone().set("statistic", o.statistic).estimate(&arm.level));
        if let (Some(behind), Some(best)) = (&arm.behind, c.selected.best) {
            let row = row.set("versus", c.name(best)).set("statistic", "difference");
            sheet.add(row.estimate(behind));
        }
    }
    let drawn = c.order().into_iter().filter_map(|i| {
        let behind = c.arms[i].behind?;
        Some(Bar {
            label: c.name(i).to_string(),
            from: 0.0,
            to: behind.value()?,
            interval: behind.low().zip(behind.high()),
            words: String::new(),
        })
    });
    let best = c.selected.best.map_or("", |b| c.name(b));
    let chart = Bars {
        title: format!("{}: difference from {best}", o.words()),
        x: format!("{} ({})", o.label, Unit::of(&o.unit).difference),
        line: 0.0,
        bars: drawn.collect(),
    };
    let mut files = vec![("choose.csv".to_string(), sheet.bytes())];
    // The chart is in the outcome's own unit, as the table of the folder is.
    if !chart.bars.is_empty() {
        let chart = Bars {
            x: format!("{} ({})", o.label, o.unit),
            ..chart
        };
        files.push(("choose.svg".to_string(), bars(&chart).into_bytes()));
    }
    files.push(("report.txt".to_string(), choice_text(c, 100).into_bytes()));
    files
}

/// An estimate as JSON.
pub(super) fn estimate_json(e: &Estimate) -> Value {
    json!({
        "value": e.value(), "lower_95_ci": e.low(), "upper_95_ci": e.high(), "n": e.n(),
        "note": e.why_missing().map(|w| w.to_string()),
    })
}

/// The choice for programs.
pub fn choice_json(c: &Choice) -> Value {
    let arms = c.arms.iter().enumerate().map(|(i, arm)| {
        json!({
            "scenario": arm.name, "replications": c.selected.systems[i].n, "level": estimate_json(&arm.level),
            "minus_best": arm.behind.as_ref().map(estimate_json), "status": c.end(i),
        })
    });
    let told = !matches!(c.selected.ending, Ending::Budget | Ending::NoValue(_))
        || c.correct.is_some_and(|p| p >= c.confidence);
    json!({
        "title": c.title, "answer": c.answer(), "best": c.selected.best.map(|b| c.name(b)), "decided": told,
        "outcome": c.outcome.name, "group": c.outcome.group, "unit": c.outcome.unit, "method": c.method,
        "confidence": c.confidence, "indifference": c.indifference, "probability_correct": c.correct,
        "replications": c.selected.spent, "budget": c.budget, "arms": arms.collect::<Vec<_>>(),
    })
}
