//! One parameter as people read it: what it means, what it is, who says so, and which outcomes it moves.

use serde_json::{Value, json};

use super::layout::{Align, Page, Row, wrap};
use super::model::Number;
use super::moves::{Changed, Moved};
use super::numbers::Unit;
use super::parameters::{ParameterRow, grade_word};

/// A parameter explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explained {
    /// Meaning, value, unit, range, grade, source and note.
    pub row: ParameterRow,
    /// What it may be.
    pub expects: String,
    /// Names to choose from, or keys below it.
    pub allowed: Vec<String>,
    /// A correct value.
    pub example: Option<String>,
    /// The value if nothing is said.
    pub default: Option<String>,
    /// Whether there is a value.
    pub has_value: bool,
    /// Where it is set.
    pub set_at: Option<String>,
    /// Where its evidence is.
    pub evidence_at: Option<String>,
    /// The number its range is about, if that is another.
    pub range_of: Option<String>,
    /// The scenario whose value is shown.
    pub scenario: Option<String>,
    /// The scenarios that have it, if the one asked for (or the baseline) has not.
    pub only_in: Vec<String>,
    /// If it is a table: the values in it.
    pub below: Vec<ParameterRow>,
    /// Which outcomes it moves.
    pub moves: MovesTold,
}

/// What is known of the outcomes a parameter moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovesTold {
    /// How it was measured; `None` if nothing was.
    pub measured: Option<Measured>,
    /// What is said instead of outcomes.
    pub instead: Option<String>,
    /// What was varied together, if that is more than the parameter: a path with `*`.
    pub together: Option<String>,
    /// The values it took.
    pub settings: Vec<String>,
    /// Outcomes, the largest relative change first.
    pub outcomes: Vec<Moved>,
    /// For a table: what is below it and moves an outcome, each with the number of outcomes and the first of them.
    pub below: Vec<(String, usize, String)>,
}

/// How moves were measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// On which scenario.
    pub scenario: String,
    /// Replications of each setting.
    pub replications: u64,
    /// Outcomes looked at.
    pub outcomes: usize,
    /// Whether that scenario has changed since.
    pub stale: bool,
    /// Whether the scenario explained is that scenario.
    pub same: bool,
}

/// For people.
pub fn explain_text(told: &Explained, width: usize) -> String {
    let row = &told.row;
    let mut out = format!("{}\n", row.path);
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            out.push_str(&wrapped(label, text, width));
        }
    };
    let unit = row.unit.as_deref().unwrap_or_default();
    line("meaning", &row.meaning);
    if told.has_value && told.below.is_empty() {
        let shown = match row.value.starts_with('{') || unit.is_empty() {
            true => row.value.clone(),
            false => format!("{} ({unit})", row.value),
        };
        line("value", &shown);
    }
    if row.value.starts_with('{') || !told.has_value {
        line("unit", unit);
    }
    match (&told.scenario, told.has_value) {
        (Some(scenario), true) => {
            let at = told
                .set_at
                .as_ref()
                .map_or(String::new(), |at| format!(", set at {at}"));
            line("in", &format!("{scenario}{at}"));
        }
        (Some(scenario), false) => line("in", &format!("not set in {scenario}")),
        _ => {}
    }
    if !told.only_in.is_empty() {
        line("only in", &told.only_in.join(", "));
    }
    if told.below.is_empty() && told.has_value {
        match row.grade {
            Some(grade) => {
                line("grade", grade_word(grade));
                let mut range = row.range_words();
                if let (Some(of), false) = (&told.range_of, range.is_empty()) {
                    range = format!("{range} {unit}").trim_end().to_string();
                    range += &format!(", of {of}; the other numbers of the law keep their ratio to it");
                } else if row.range.is_some() && !unit.is_empty() {
                    range += &format!(" {unit}");
                }
                line("range", &range);
                line("source", row.source.as_deref().unwrap_or_default());
                line("note", row.note.as_deref().unwrap_or_default());
                line("said at", told.evidence_at.as_deref().unwrap_or_default());
            }
            None => line("grade", "none: no entry of [evidence] speaks of it"),
        }
    }
    line("expects", &told.expects);
    if !told.expects.contains('"') && told.below.is_empty() {
        line("allowed", &told.allowed.join(", "));
    }
    line("default", told.default.as_deref().unwrap_or_default());
    if !told.has_value {
        line("example", told.example.as_deref().unwrap_or_default());
    }
    if !told.below.is_empty() {
        out.push('\n');
        out.push_str(&rows_text(&told.below, &told.row.path, width));
    }
    out.push('\n');
    out.push_str(&moves_text(&told.moves, width));
    out
}

/// A label and its text, later lines under the first.
fn wrapped(label: &str, text: &str, width: usize) -> String {
    let lines = wrap(text, width.max(40) - 11);
    let label = |i: usize| if i == 0 { label } else { "" };
    lines
        .iter()
        .enumerate()
        .map(|(i, line)| format!("  {:<8} {line}\n", label(i)))
        .collect()
}

/// Values in a table: name below `under`, value, grade, range.
pub fn rows_text(rows: &[ParameterRow], under: &str, width: usize) -> String {
    let mut page = Page::new(width);
    let of = |r: &ParameterRow| -> Row {
        let name = r
            .path
            .strip_prefix(under)
            .map_or(r.path.as_str(), |n| n.trim_start_matches('.'));
        let value = match r.value.chars().count() {
            0..=26 => r.value.clone(),
            _ => r.value.chars().take(25).chain(['…']).collect(),
        };
        let unit = r
            .unit
            .clone()
            .filter(|_| !r.value.starts_with('{'))
            .unwrap_or_default();
        Row::Cells(vec![
            name.to_string(),
            format!("{value} {unit}").trim_end().to_string(),
            r.grade.map_or("none", grade_word).to_string(),
            r.range_words(),
        ])
    };
    let head = Row::Cells(["", "value", "grade", "range"].map(str::to_string).to_vec());
    let all: Vec<Row> = [head].into_iter().chain(rows.iter().map(of)).collect();
    page.table(&[Align::Left; 4], &all);
    page.finish()
}

fn count(n: u64, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

fn moves_text(told: &MovesTold, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading("Which outcomes it moves");
    if let Some(together) = &told.together {
        page.paragraph(&format!("Varied as `{together}`: everything there at once."));
    }
    if let Some(instead) = &told.instead {
        page.paragraph(instead);
    }
    if !told.outcomes.is_empty() {
        let mut head = vec![String::new(), "now".to_string()];
        head.extend(told.settings.iter().map(|s| format!("at {s}")));
        let rows = told.outcomes.iter().map(|o| {
            let unit = Unit::of(&o.unit);
            let mut cells = vec![
                format!("{} ({})", o.label, unit.heading),
                unit.short(&Number {
                    value: Some(o.base),
                    interval: None,
                    missing: None,
                }),
            ];
            cells.extend(o.changes.iter().map(|c| unit.full(&number(c), true)));
            Row::Cells(cells)
        });
        let align = vec![Align::Left; head.len()];
        let all: Vec<Row> = [Row::Cells(head)].into_iter().chain(rows).collect();
        page.table(&align, &all);
    }
    if !told.below.is_empty() {
        let rows = told.below.iter().map(|(path, n, first)| {
            Row::Cells(vec![path.clone(), count(*n as u64, "outcome"), first.clone()])
        });
        let head = Row::Cells(["", "moves", "most of all"].map(str::to_string).to_vec());
        let all: Vec<Row> = [head].into_iter().chain(rows).collect();
        page.table(&[Align::Left; 3], &all);
    }
    if let Some(m) = &told.measured {
        let mut text = format!(
            "Measured on `{}` with {} of each value, the same people and chances in all; changes with 95% intervals. {} \
            looked at; shown is what is told apart from chance at 5%, adjusted for the values tried and the outcomes looked \
            at. Of parameters that move nothing, one in twenty is shown with an outcome all the same.",
            m.scenario,
            count(m.replications, "replication"),
            match m.outcomes {
                1 => "1 outcome was".to_string(),
                n => format!("{n} outcomes were"),
            }
        );
        if !m.same {
            text += " That is not the scenario shown here: in another its effect may be another.";
        }
        if m.stale {
            text += &format!(
                " `{}` has changed since it was measured, so this is of an earlier baseline: `careweave explain --measure \
                scenarios/moves.csv` measures again.",
                m.scenario
            );
        }
        page.paragraph(&text);
    }
    page.finish()
}

fn number(c: &Changed) -> Number {
    Number {
        value: Some(c.value),
        interval: Some((c.low, c.high)),
        missing: None,
    }
}

/// Parameters found by words.
pub fn found_text(words: &str, rows: &[ParameterRow], all: usize, width: usize) -> String {
    let mut out = format!(
        "No parameter has the path `{words}`; {} it:\n",
        match all {
            1 => "1 speaks of".to_string(),
            n => format!("{n} speak of"),
        }
    );
    for row in rows {
        let value = match row.value.chars().count() {
            0..=50 => row.value.clone(),
            _ => row.value.chars().take(49).chain(['…']).collect(),
        };
        out += &format!("  {} = {value}\n", row.path);
        out += &wrapped("", &row.meaning, width);
    }
    if all > rows.len() {
        out += &format!("  and {} more: say more words\n", all - rows.len());
    }
    out
}

/// A row for programs.
pub fn row_json(row: &ParameterRow) -> Value {
    json!({
        "path": row.path, "meaning": row.meaning, "value": row.value, "unit": row.unit,
        "grade": row.grade.map(grade_word), "range": row.range.map(|(a, b)| [a, b]), "range_of": row.range_of,
        "choice": row.choice, "source": row.source, "note": row.note,
    })
}

/// For programs.
pub fn explain_json(told: &Explained) -> Value {
    let m = &told.moves;
    let outcomes = m.outcomes.iter().map(|o| {
        let changes = o.changes.iter().zip(&m.settings);
        let changes = changes.map(
            |(c, setting)| json!({ "setting": setting, "change": c.value, "low": c.low, "high": c.high }),
        );
        json!({
            "outcome": o.name, "label": o.label, "unit": o.unit, "now": o.base, "p": o.p,
            "changes": changes.collect::<Vec<_>>(),
        })
    });
    let measured = m.measured.as_ref().map(|m| {
        json!({
            "scenario": m.scenario, "replications": m.replications, "outcomes": m.outcomes, "baseline_changed": m.stale,
            "is_scenario_shown": m.same,
        })
    });
    let mut all = row_json(&told.row);
    let more = json!({
        "value": told.has_value.then_some(&told.row.value), "expects": told.expects, "allowed": told.allowed,
        "example": told.example, "default": told.default, "scenario": told.scenario, "only_in": told.only_in,
        "set_at": told.set_at, "evidence_at": told.evidence_at, "range_of": told.range_of,
        "below": told.below.iter().map(row_json).collect::<Vec<_>>(),
        "moves": {
            "measured": measured, "varied_together": m.together, "settings": m.settings, "says": m.instead,
            "outcomes": outcomes.collect::<Vec<_>>(),
            "below": m.below.iter().map(|(path, n, first)| json!({ "path": path, "outcomes": n, "most": first })).collect::<Vec<_>>(),
        },
    });
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}
