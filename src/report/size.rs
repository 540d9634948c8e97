//! The smallest size that meets its targets: the commissioner's answer, the curve behind it, as CSV, JSON and charts.

use serde_json::{Value, json};

use super::chart::{Chart, Curve, Rule, chart};
use super::choose::{Told, estimate_json, per_cent};
use super::layout::{Align, Page, Row};
use super::model::Number;
use super::numbers::Unit;
use super::sheet::{ESTIMATE, Sheet};
use crate::methods::metamodel::Metamodel;
use crate::methods::sizing::{Answer, Sized, Verdict};
use crate::stats::{Estimate, LEVEL, Missing, student_t_critical};

/// A target.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeTarget {
    /// Its name in the plan.
    pub name: String,
    /// The outcome.
    pub outcome: Told,
    /// Whether it must be at least `value`, else at most.
    pub at_least: bool,
    /// The value.
    pub value: f64,
}

/// What sizing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizing {
    /// Title.
    pub title: String,
    /// Scenario.
    pub scenario: String,
    /// What is counted: `support workers`.
    pub what: String,
    /// Targets.
    pub targets: Vec<SizeTarget>,
    /// Sizes allowed.
    pub sizes: Vec<f64>,
    /// Probability wanted of a right answer.
    pub confidence: f64,
    /// Replications at the first look.
    pub first: u64,
    /// Most replications of one size.
    pub cap: u64,
    /// What the method found.
    pub found: Sized,
    /// By size that was simulated: the outcome of each target.
    pub levels: Vec<Option<Vec<Estimate>>>,
}

impl SizeTarget {
    fn wanted(&self) -> String {
        let side = if self.at_least { "at least" } else { "at most" };
        format!("{side} {}", self.outcome.exact(self.value))
    }

    /// The outcome that a margin stands for.
    fn outcome_of(&self, margin: f64) -> f64 {
        self.value + if self.at_least { margin } else { -margin }
    }
}

impl Sizing {
    fn size(&self, i: usize) -> String {
        let x = self.sizes[i];
        match x == x.trunc() && x.abs() < 1e15 {
            true => format!("{}", x as i64),
            false => x.to_string(),
        }
    }

    fn targets_in_words(&self) -> String {
        let all: Vec<String> = self
            .targets
            .iter()
            .map(|t| format!("\"{}\" is {}", t.outcome.words(), t.wanted()))
            .collect();
        all.join(" and ")
    }

    /// What is fitted at a size, as an estimate of the outcome.
    fn fitted(&self, model: &Metamodel, i: usize, t: usize) -> Estimate {
        let target = &self.targets[t];
        match model.margins[i][t] {
            None => Estimate::missing(Missing::NobodyAtRisk, model.n),
            Some(m) if m.n < 2 => Estimate::point(target.outcome_of(m.mean), Missing::OneReplication, m.n),
            Some(m) => {
                let critical = student_t_critical(LEVEL, (m.n - 1) as f64);
                Estimate::new(target.outcome_of(m.mean), m.error, critical, m.n)
            }
        }
    }

    /// The outcome at a size as the answer sees it.
    fn estimate(&self, i: usize, t: usize) -> Option<Estimate> {
        match &self.found.metamodel {
            Some(model) if model.degree.is_some() => Some(self.fitted(model, i, t)),
            _ => self.levels[i].as_ref().map(|l| l[t]),
        }
    }

    fn at(&self, i: usize) -> String {
        let mut all = Vec::new();
        for (t, target) in self.targets.iter().enumerate() {
            let Some(estimate) = self.estimate(i, t) else {
                continue;
            };
            let number = Number::of(&estimate);
            let unit = Unit::of(&target.outcome.unit);
            let shown = target.outcome.with_unit(&unit.value(&number));
            let shown = format!("{shown} {}", unit.interval(&number, false));
            all.push(match self.targets.len() {
                1 => format!("it is {}", shown.trim_end()),
                _ => format!("\"{}\" is {}", target.outcome.words(), shown.trim_end()),
            });
        }
        format!("with {} {}", self.size(i), all.join(", "))
    }

    fn verdict(&self, i: usize) -> Option<Verdict> {
        match &self.found.metamodel {
            Some(model) => Some(model.verdicts[i]),
            None => self.found.tried[i].as_ref().and_then(|t| t.verdict),
        }
    }

    /// The answer in a sentence or two.
    pub fn answer(&self) -> String {
        let (what, targets) = (&self.what, self.targets_in_words());
        let confidence = per_cent(self.confidence);
        let last = self.sizes.len() - 1;
        let text = match self.found.answer {
            Answer::Smallest(i) => {
                let rest = match i {
                    0 => format!("it is the smallest allowed; {}", self.at(0)),
                    _ => format!("{}; {}", self.at(i), self.at(i - 1)),
                };
                format!(
                    "{} {what}: the smallest number with which {targets}, with confidence {confidence}; {rest}.",
                    self.size(i)
                )
            }
            Answer::Between { from, meets } => {
                let enough = match from {
                    0 => String::new(),
                    _ => format!(", {} is not", self.size(from - 1)),
                };
                let open: Vec<usize> = (from..meets)
                    .filter(|&i| self.verdict(i) != Some(Verdict::Fails))
                    .collect();
                let open = match open.as_slice() {
                    [one] => format!("whether {} is cannot be told", self.size(*one)),
                    [a, .., b] if b - a + 1 == open.len() => {
                        format!("for {} to {} it cannot be told", self.size(*a), self.size(*b))
                    }
                    some => {
                        let some: Vec<String> = some.iter().map(|&i| self.size(i)).collect();
                        format!("for {} it cannot be told", some.join(", "))
                    }
                };
                format!(
                    "{} or fewer {what}: with confidence {confidence}, {} is enough so that {targets}{enough}; {open} with \
                     {} replications ({}).",
                    self.size(meets),
                    self.size(meets),
                    self.cap,
                    self.at(from)
                )
            }
            Answer::NoneMeets => format!(
                "No size allowed ({} to {} {what}) is enough so that {targets}, with confidence {confidence}; {}.",
                self.size(0),
                self.size(last),
                self.at(last)
            ),
            Answer::NoneShown(from) => {
                let fail = match from {
                    0 => String::new(),
                    _ => format!(" Fewer than {} are not enough.", self.size(from)),
                };
                format!(
                    "It cannot be told whether any size up to {} {what} is enough so that {targets}, with {} replications ({}).{fail}",
                    self.size(last),
                    self.cap,
                    self.at(last)
                )
            }
        };
        match self.found.falls.first() {
            None => text,
            Some(fall) => format!(
                "More is not always better here: \"{}\" gets worse from {} to {}. {text}",
                self.targets[fall.target].outcome.words(),
                self.size(fall.from),
                self.size(fall.to)
            ),
        }
    }

    fn verdict_words(&self, i: usize) -> &'static str {
        match self.verdict(i) {
            Some(Verdict::Meets) => "meets",
            Some(Verdict::Fails) => "fails",
            Some(Verdict::Undecided) => "cannot tell",
            None => "",
        }
    }

    /// Sizes with something to show.
    fn shown(&self) -> Vec<usize> {
        let fitted = self.found.metamodel.as_ref().is_some_and(|m| m.degree.is_some());
        (0..self.sizes.len())
            .filter(|&i| fitted || self.levels[i].is_some())
            .collect()
    }
}

/// The answer for people.
pub fn size_text(s: &Sizing, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&s.title);
    page.paragraph(&s.answer());
    let fitted = s.found.metamodel.as_ref().filter(|m| m.degree.is_some());
    for (t, target) in s.targets.iter().enumerate() {
        let unit = Unit::of(&target.outcome.unit);
        page.heading(&format!("{}, {}", target.outcome.words(), unit.heading));
        page.paragraph(&format!(
            "`{}`; target: {}.",
            target.outcome.name,
            target.wanted()
        ));
        let mut header = vec![s.what.clone(), "value".to_string(), "95% interval".to_string()];
        if fitted.is_some() {
            header.extend(["fitted".to_string(), "95% interval".to_string()]);
        }
        header.extend(["replications".to_string(), "all targets".to_string()]);
        let mut rows = vec![Row::Cells(header)];
        for i in s.shown() {
            let level = s.levels[i].as_ref().map(|l| Number::of(&l[t]));
            let mut line = vec![s.size(i)];
            line.push(level.as_ref().map_or(String::new(), |n| unit.value(n)));
            line.push(level.as_ref().map_or(String::new(), |n| unit.interval(n, false)));
            if let Some(model) = fitted {
                let number = Number::of(&s.fitted(model, i, t));
                line.push(unit.value(&number));
                line.push(unit.interval(&number, false));
            }
            line.push(
                s.found.tried[i]
                    .as_ref()
                    .map_or(String::new(), |t| t.n.to_string()),
            );
            line.push(s.verdict_words(i).to_string());
            rows.push(Row::Cells(line));
        }
        let mut aligns = vec![Align::Right, Align::Right, Align::Left];
        if fitted.is_some() {
            aligns.extend([Align::Right, Align::Left]);
        }
        aligns.extend([Align::Right, Align::Left]);
        page.table(&aligns, &rows);
    }
    page.heading("How it was found");
    page.paragraph(&format!(
        "{} replications of all sizes together, at first {} of a size and at most {}, the same people at all sizes. Sizes were halved \
         between what is shown to meet the targets and what is shown to fail; the allowed error of {} is shared out among at most {} \
         sizes of such a search and the looks at each (Bonferroni){}.",
        s.found.spent,
        s.first,
        s.cap,
        per_cent(1.0 - s.confidence),
        libm::round((1.0 - s.confidence) / s.found.each),
        match s.found.metamodel {
            Some(_) => String::new(),
            None => format!(
                ", so the answer holds with probability at least {} if more is never worse",
                per_cent(s.confidence)
            ),
        }
    ));
    for i in s.shown() {
        let Some(tried) = &s.found.tried[i] else { continue };
        for t in tried.agreeing() {
            page.paragraph(&format!(
                "With {} {} all {} replications agree on \"{}\", which says nothing of rare events and decides nothing.",
                s.size(i),
                s.what,
                tried.n,
                s.targets[t].outcome.words()
            ));
        }
    }
    match (&s.found.metamodel, s.found.falls.first()) {
        (Some(model), Some(fall)) => {
            let target = &s.targets[fall.target];
            let how = match model.degree {
                Some(degree) => format!(
                    "The answer therefore rests on a polynomial of degree {degree} fitted by least squares to {} sizes with {} \
                     replications each (lack of fit: p = {:.2}), every size judged with error {}.",
                    model.points.len(),
                    model.n,
                    model.lack_of_fit.min(1.0),
                    per_cent(model.each)
                ),
                None if model.points.len() < 3 => "With fewer than three sizes nothing is fitted; they were judged one by one.".to_string(),
                None if model.margins.iter().flatten().filter(|m| m.is_some()).count() < model.points.len() * s.targets.len() => {
                    "A target has no value at some size, so nothing is fitted; the sizes were judged one by one.".to_string()
                }
                None => format!(
                    "No polynomial up to degree 4 fits the {} sizes simulated ({} replications each), so these were judged one \
                     by one, each with error {}; between them nothing is known.",
                    model.points.len(),
                    model.n,
                    per_cent(model.each)
                ),
            };
            page.paragraph(&format!(
                "More is not always better: from {} to {} {} the outcome gets worse by {} (corrected p = {:.2e}). {how} The error of this \
                 answer is approximate: numbers of replications were chosen by looking, and falling back on it may add up to another 5%.",
                s.size(fall.from),
                s.size(fall.to),
                s.what,
                target.outcome.size(fall.change.mean.abs()),
                fall.p
            ));
            let meets: Vec<String> = (0..s.sizes.len())
                .filter(|&i| model.verdicts[i] == Verdict::Meets)
                .map(|i| s.size(i))
                .collect();
            if !meets.is_empty() {
                page.paragraph(&format!("Shown to meet the targets: {}.", meets.join(", ")));
            }
        }
        _ => page.paragraph(
            "That more is never worse was tested between neighbouring sizes and not contradicted; that does not prove it.",
        ),
    }
    page.paragraph(
        "The intervals in the tables are nominal, each for itself; the verdicts do not rest on them.",
    );
    page.finish()
}

/// `size.csv`, `report.txt` and a curve for each target.
pub fn size_files(s: &Sizing) -> Vec<(String, Vec<u8>)> {
    let head = "size scenario outcome group statistic";
    let mut sheet = Sheet::new(&[head, ESTIMATE, "unit target status note"]);
    let mut files = Vec::new();
    let fitted = s.found.metamodel.as_ref().filter(|m| m.degree.is_some());
    for (t, target) in s.targets.iter().enumerate() {
        let told = &target.outcome;
        let side = if target.at_least { "at_least" } else { "at_most" };
        let head = told.row(&sheet, &s.scenario);
        let head = head.set("target", format!("{side} {}", target.value));
        let row = |i: usize, statistic: &str, e: &Estimate| {
            let row = head.clone().set("size", s.size(i)).set("statistic", statistic);
            row.estimate(e).set("status", s.verdict_words(i))
        };
        let (mut points, mut smooth) = (Curve::default(), Curve::default());
        for i in s.shown() {
            if let Some(levels) = &s.levels[i] {
                let e = &levels[t];
                sheet.add(row(i, told.statistic, e));
                if let Some(value) = e.value() {
                    points.points.push((s.sizes[i], value));
                    points.intervals.push(e.low().zip(e.high()));
                }
            }
            if let Some(model) = fitted {
                let e = s.fitted(model, i, t);
                sheet.add(row(i, "metamodel", &e));
                if let Some(value) = e.value() {
                    smooth.points.push((s.sizes[i], value));
                    smooth.intervals.push(e.low().zip(e.high()));
                }
            }
        }
        points.dots = true;
        points.name = "simulated".to_string();
        smooth.name = "fitted".to_string();
        let mut curves = vec![points];
        if fitted.is_some() {
            curves.push(smooth);
        }
        let found = match s.found.answer {
            Answer::Smallest(i) => Some((i, "smallest")),
            Answer::Between { meets, .. } => Some((meets, "enough")),
            _ => None,
        };
        let drawn = Chart {
            title: format!("{} by number of {}", told.words(), s.what),
            x: s.what.clone(),
            y: format!("{} ({})", told.words(), told.unit),
            curves,
            verticals: (found.iter())
                .map(|(i, words)| Rule {
                    at: s.sizes[*i],
                    words: format!("{words}: {}", s.size(*i)),
                })
                .collect(),
            horizontals: vec![Rule {
                at: target.value,
                words: format!("target: {}", target.wanted()),
            }],
            ..Chart::default()
        };
        let name = match s.targets.len() {
            1 => "size.svg".to_string(),
            _ => format!("size_{}.svg", target.name),
        };
        files.push((name, chart(&drawn).into_bytes()));
    }
    files.push(("size.csv".to_string(), sheet.bytes()));
    files.push(("report.txt".to_string(), size_text(s, 100).into_bytes()));
    files
}

/// What was found, for programs.
pub fn size_json(s: &Sizing) -> Value {
    let sizes = s.shown().into_iter().map(|i| {
        let targets: serde_json::Map<String, Value> = s
            .targets
            .iter()
            .enumerate()
            .map(|(t, target)| {
                let simulated = s.levels[i].as_ref().map(|l| estimate_json(&l[t]));
                let fitted = s.found.metamodel.as_ref().filter(|m| m.degree.is_some());
                let fitted = fitted.map(|m| estimate_json(&s.fitted(m, i, t)));
                (
                    target.name.clone(),
                    json!({ "simulated": simulated, "metamodel": fitted }),
                )
            })
            .collect();
        let n = s.found.tried[i].as_ref().map(|t| t.n);
        json!({ "size": s.sizes[i], "replications": n, "status": s.verdict_words(i), "targets": targets })
    });
    let (status, smallest, from) = match s.found.answer {
        Answer::Smallest(i) => ("smallest", Some(s.sizes[i]), Some(s.sizes[i])),
        Answer::Between { from, meets } => ("between", Some(s.sizes[meets]), Some(s.sizes[from])),
        Answer::NoneMeets => ("none_meets", None, None),
        Answer::NoneShown(from) => ("none_shown", None, s.sizes.get(from).copied()),
    };
    let targets = s.targets.iter().map(|t| {
        json!({
            "name": t.name, "outcome": t.outcome.name, "group": t.outcome.group, "unit": t.outcome.unit,
            "at_least": t.at_least.then_some(t.value), "at_most": (!t.at_least).then_some(t.value),
        })
    });
    json!({
        "title": s.title, "answer": s.answer(), "status": status, "shown_to_meet": smallest, "not_shown_to_fail": from,
        "what": s.what, "scenario": s.scenario, "confidence": s.confidence, "replications": s.found.spent,
        "monotone": s.found.falls.is_empty(), "metamodel_degree": s.found.metamodel.as_ref().and_then(|m| m.degree),
        "targets": targets.collect::<Vec<_>>(), "sizes": sizes.collect::<Vec<_>>(),
    })
}
