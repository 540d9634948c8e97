//! The result for people.

use super::words::{at, lean, probability, tipping_words};
use super::{DecisionFacts, Spread, UncertainDifference, UncertainOutcome, Uncertainty};
use crate::methods::better::Lean;
use crate::methods::nested::Range;
use crate::observe;
use crate::report::layout::{Align, Page, Row};
use crate::report::model::Number;
use crate::report::numbers::{Unit, fixed, whole_per_cent};
use crate::stats::Missing;

/// Most parameters listed one by one in the value of information.
const SHOWN: usize = 20;

/// What the common ratio is.
pub(in crate::report) const R_MEANS: &str = "r stands for every burden of a hand-off inside one organisation as a multiple of that between two; parts of which more is easier \
     are divided by it. Above 1, working inside one organisation is harder than across two. An arm that differs from the first only in \
     the map and these ratios is the first at r = 1, by construction: turning there is the model's fairness, not a finding.";

/// The report as text of this width.
pub fn uncertainty_text(u: &Uncertainty, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&u.title);
    if !u.question.is_empty() {
        page.paragraph(&u.question);
    }
    for line in answers(u) {
        page.paragraph(&line);
    }
    page.gap();
    page.paragraph(&setting(u));
    page.heading("How likely is better?");
    page.paragraph(&format!(
        "Difference from {} at the centre of the priors, and the probability over the priors that the expected outcome is better. \
         95% intervals; where that of a probability holds one half, or is wider than 60 points, it stands alone.",
        u.arms[0].name
    ));
    table_of(&mut page, u, 4, |o, d| {
        let unit = Unit::of(&o.unit);
        let (p, says) = match &d.better {
            Ok(b) => (
                format!("P({}) {}", word(o.better), probability(b)),
                lean(b, o.better).to_string(),
            ),
            Err(why) => (why.clone(), String::new()),
        };
        Some(vec![unit.full(&Number::of(&d.centre), true), p, says])
    });
    if let Some(scan) = &u.scan {
        page.heading("Where does it turn?");
        page.paragraph(&format!(
            "The {} at which the difference changes sign, scanned from {} to {}, with its 95% interval.",
            u.coordinate(),
            at(scan.values.first().copied().unwrap_or(0.0)),
            at(scan.values.last().copied().unwrap_or(0.0))
        ));
        if scan.ratio {
            page.paragraph(R_MEANS);
        }
        table_of(&mut page, u, 2, |o, d| match &d.tipping {
            None => None,
            Some(Err(why)) => Some(vec![why.clone()]),
            Some(Ok(t)) => Some(vec![tipping_words(t, o.better, u.letter())]),
        });
    }
    two_kinds(&mut page, u);
    each(&mut page, u);
    if let Some(d) = &u.decision {
        decision(&mut page, u, d);
    }
    page.gap();
    page.paragraph(
        "Intervals hold one by one, with 95% each; among many, some miss by chance. Priors are the plausible ranges of the assumptions, \
         not measurements: what they leave out is not in any number here.",
    );
    page.finish()
}

/// The answer first: one sentence for each scenario that is drawn.
fn answers(u: &Uncertainty) -> Vec<String> {
    let first = &u.arms[0].name;
    let mut lines = Vec::new();
    for (i, arm) in u.arms.iter().enumerate().skip(1) {
        let of = |o: &'_ UncertainOutcome| -> Option<(Lean, bool)> {
            let d = o.differences.iter().find(|d| d.arm == i)?;
            let judged = o.better != observe::Better::Neither;
            d.better.as_ref().ok().map(|b| (b.lean(), judged))
        };
        let all: Vec<Lean> = u
            .outcomes
            .iter()
            .filter_map(of)
            .filter(|l| l.1)
            .map(|l| l.0)
            .collect();
        if all.is_empty() {
            continue;
        }
        let count = |which: Lean| all.iter().filter(|l| **l == which).count();
        lines.push(format!(
            "Over the priors, {} is more likely better than {first} in {} of {} outcomes and more likely worse in {}; in {} it cannot be told.",
            arm.name,
            count(Lean::Better),
            all.len(),
            count(Lean::Worse),
            count(Lean::CannotTell)
        ));
    }
    if lines.is_empty() {
        lines.push(
            "Nothing that is compared differs from draw to draw, so there is no probability over the priors."
                .to_string(),
        );
    }
    lines
}

fn setting(u: &Uncertainty) -> String {
    let ratios = u.parameters.iter().filter(|p| p.ratio).count();
    let above = u
        .parameters
        .iter()
        .filter(|p| p.ratio && p.range.is_some_and(|r| r.1 > 1.0))
        .count();
    let drawn: Vec<&str> = u
        .arms
        .iter()
        .filter(|a| a.drawn)
        .map(|a| a.name.as_str())
        .collect();
    let mut text = format!(
        "{} drawn {} times {}, {} replications of each draw with the same people and luck in all. Drawn in: {}.",
        if u.parameters.len() == 1 {
            "1 parameter".to_string()
        } else {
            format!("{} parameters", u.parameters.len())
        },
        u.draws,
        if u.together {
            "together, all at one quantile"
        } else {
            "independently"
        },
        u.replications,
        if drawn.is_empty() {
            "none".to_string()
        } else {
            drawn.join(", ")
        }
    );
    if ratios > 0 {
        text +=
            &format!(" {above} of the {ratios} ratios may be above 1: integration may make things worse.");
    }
    text
}

fn heading(o: &UncertainOutcome) -> String {
    match o.group.as_str() {
        "all" => format!("{}, {}", o.label, Unit::of(&o.unit).heading),
        group => format!("{} ({group}), {}", o.label, Unit::of(&o.unit).heading),
    }
}

/// One line for each scenario of each outcome: its name, then what `cells` says.
fn table_of(
    page: &mut Page,
    u: &Uncertainty,
    columns: usize,
    cells: impl Fn(&UncertainOutcome, &UncertainDifference) -> Option<Vec<String>>,
) {
    let mut rows = Vec::new();
    for o in &u.outcomes {
        let mut of = Vec::new();
        for d in &o.differences {
            let mut line = vec![u.arms[d.arm].name.clone()];
            if let Some(more) = cells(o, d) {
                line.extend(more);
                of.push(Row::Cells(line));
            }
        }
        if !of.is_empty() {
            rows.push(Row::Across(heading(o)));
            rows.extend(of);
        }
    }
    page.table(&vec![Align::Left; columns], &rows);
}

fn word(better: observe::Better) -> &'static str {
    match better {
        observe::Better::Neither => "higher",
        _ => "better",
    }
}

/// Both kinds of uncertainty of every difference that is drawn.
fn two_kinds(page: &mut Page, u: &Uncertainty) {
    page.heading("Two kinds of uncertainty");
    page.paragraph(
        "Of each difference: its expectation over the priors; the middle 95% of the expected difference over the priors (what better \
         evidence would narrow; the noise of few replications is taken out); and the standard deviation by parameters, and by chance \
         in one replication for given parameters (what more years or places would average out).",
    );
    let mut rows = Vec::new();
    for o in &u.outcomes {
        let unit = Unit::of(&o.unit);
        let mut lines: Vec<(String, &Result<Spread, String>)> = Vec::new();
        lines.extend(
            o.differences
                .iter()
                .map(|d| (u.arms[d.arm].name.clone(), &d.spread)),
        );
        if lines.iter().all(|l| l.1.is_err()) {
            continue;
        }
        rows.push(Row::Across(heading(o)));
        for (name, spread) in lines {
            let mut cells = vec![name];
            match spread {
                Err(why) => cells.extend([why.clone(), String::new()]),
                Ok(s) => {
                    let expected = Number::of(&s.expected);
                    let (low, high) = s.over.shrunk;
                    let middle = Number {
                        interval: Some((low, high)),
                        ..expected.clone()
                    };
                    let over = match low < high {
                        true => unit.interval(&middle, true),
                        false => "the same".to_string(),
                    };
                    cells.push(format!("expected {}", unit.full(&expected, true)));
                    cells.push(format!("over the priors {over}"));
                    rows.push(Row::Cells(cells));
                    cells = vec![
                        String::new(),
                        format!("by parameters {}", deviation(&unit, &s.parameters)),
                        format!("by chance {}", deviation(&unit, &s.chance)),
                    ];
                }
            }
            rows.push(Row::Cells(cells));
        }
    }
    if rows.is_empty() {
        page.paragraph("Nothing is drawn in any difference.");
    }
    page.table(&[Align::Left, Align::Left, Align::Left], &rows);
}

fn deviation(unit: &Unit, r: &Range) -> String {
    match r.interval() {
        Some((low, high)) => format!(
            "{} [{} to {}]",
            unit.size(r.value),
            unit.size(low),
            unit.size(high)
        ),
        None => format!("{}, exactly", unit.size(r.value)),
    }
}

/// Single parameters that turn a difference.
fn each(page: &mut Page, u: &Uncertainty) {
    let scanned = |o: &UncertainOutcome| o.differences.iter().any(|d| !d.each.is_empty());
    if !u.outcomes.iter().any(scanned) {
        return;
    }
    page.heading("One parameter at a time");
    page.paragraph("Each over its own range, the others at their centre. Only those that change a sign are listed; all are in tipping.csv.");
    let mut rows = Vec::new();
    for o in &u.outcomes {
        let mut of = Vec::new();
        for d in &o.differences {
            for (name, t) in &d.each {
                let Ok(t) = t else { continue };
                if !t.crossings.is_empty() && t.verdict != crate::methods::tipping::Verdict::NoDependence {
                    let words = tipping_words(t, o.better, "it");
                    of.push(Row::Cells(vec![u.arms[d.arm].name.clone(), name.clone(), words]));
                }
            }
        }
        if !of.is_empty() {
            rows.push(Row::Across(heading(o)));
            rows.extend(of);
        }
    }
    if rows.is_empty() {
        page.paragraph("No single parameter changes the sign of any difference within its range.");
    }
    page.table(&[Align::Left, Align::Left, Align::Left], &rows);
}

fn decision(page: &mut Page, u: &Uncertainty, d: &DecisionFacts) {
    page.heading("Value of information");
    let worth: Vec<String> = d
        .worth
        .iter()
        .map(|(name, w)| format!("{} × {name}", at(*w)))
        .collect();
    let mut benefit = worth.join(" + ");
    for cost in &d.costs {
        benefit += &format!(" - {cost}");
    }
    page.paragraph(&format!("Net benefit in pounds: {benefit}."));
    let v = match &d.voi {
        Ok(v) => v,
        Err(why) => {
            page.paragraph(&format!("It cannot be worked out: {why}."));
            return;
        }
    };
    let unit = Unit::of("GBP");
    let money = |r: &Range| {
        unit.full(
            &Number {
                value: Some(r.value),
                interval: r.interval(),
                missing: Some(Missing::NoVariation.to_string()),
            },
            false,
        )
    };
    let best = &u.arms[v.best].name;
    if v.evpi.high <= 0.0 {
        page.paragraph(&format!(
            "{best} has the largest expected net benefit, in every draw: no knowledge of the parameters would change the decision."
        ));
    } else {
        let mut line = format!(
            "{best} has the largest expected net benefit. To know all parameters before deciding is worth {} for one decision",
            money(&v.evpi)
        );
        if let Some(p) = d.population {
            let all = Range {
                value: v.evpi.value * p,
                low: v.evpi.low * p,
                high: v.evpi.high * p,
            };
            line += &format!(", {} for {} of them", money(&all), fixed(p, 0));
        }
        page.paragraph(&(line + "."));
    }
    let rows: Vec<Row> = (u.arms.iter().zip(&v.increments).zip(&v.best_share))
        .enumerate()
        .map(|(i, ((arm, r), p))| {
            let over = if i == 0 {
                "what others are counted from".to_string()
            } else {
                money(r)
            };
            Row::Cells(vec![
                arm.name.clone(),
                over,
                format!("best in {} of draws", whole_per_cent(*p)),
            ])
        })
        .collect();
    page.table(&[Align::Left, Align::Left, Align::Left], &rows);
    let mut parts: Vec<(&(String, usize), &crate::methods::voi::Partial)> =
        d.groups.iter().zip(&v.partial).collect();
    parts.sort_by(|a, b| {
        let size = |p: &crate::methods::voi::Partial| p.value.map_or(-1.0, |r| r.value);
        size(b.1).total_cmp(&size(a.1))
    });
    if parts.is_empty() {
        return;
    }
    page.gap();
    page.paragraph("To know only these parameters before deciding is worth (EVPPI):");
    let more = parts.len().saturating_sub(SHOWN);
    let rows: Vec<Row> = (parts.into_iter().take(SHOWN))
        .map(|((name, n), p)| {
            let size = match n {
                1 => String::new(),
                n => format!("{n} parameters"),
            };
            let value = p
                .value
                .as_ref()
                .map_or("too few draws to tell".to_string(), money);
            Row::Cells(vec![name.clone(), size, value])
        })
        .collect();
    page.table(&[Align::Left, Align::Left, Align::Left], &rows);
    if more > 0 {
        page.paragraph(&format!(
            "{more} more, worth less, are in value_of_information.csv."
        ));
    }
}
