//! The tidy table, the drawings and the JSON of a sensitivity analysis.

use serde_json::{Value, json};

use super::chart::{Bar, Bars, bars};
use super::sensitivity::{Decision, Effect, Found, Sensitive, Sensitivity, Swing, word};
use super::sensitivity_text::sensitivity_text;
use super::sheet::{ESTIMATE, Sheet};
use crate::methods::turning::{Turned, wilson};
use crate::stats::Estimate;

/// Bars that are drawn.
const DRAWN: usize = 25;

/// One number in the tidy table.
struct Line<'a> {
    parameter: &'a str,
    setting: &'a str,
    statistic: &'static str,
    value: Option<f64>,
    ends: (Option<f64>, Option<f64>),
    n: u64,
    unit: &'a str,
    note: String,
}

impl<'a> Line<'a> {
    fn of(
        parameter: &'a str,
        setting: &'a str,
        statistic: &'static str,
        e: &Estimate,
        unit: &'a str,
    ) -> Line<'a> {
        Line {
            parameter,
            setting,
            statistic,
            value: e.value(),
            ends: (e.low(), e.high()),
            n: e.n(),
            unit,
            note: e.why_missing().map_or(String::new(), |why| why.to_string()),
        }
    }

    fn plain(
        parameter: &'a str,
        statistic: &'static str,
        value: Option<f64>,
        n: u64,
        unit: &'a str,
    ) -> Line<'a> {
        Line {
            parameter,
            setting: "",
            statistic,
            value,
            ends: (None, None),
            n,
            unit,
            note: String::new(),
        }
    }

    fn within(mut self, ends: (f64, f64)) -> Line<'a> {
        self.ends = (Some(ends.0), Some(ends.1));
        self
    }

    fn noted(mut self, note: &str) -> Line<'a> {
        self.note = note.to_string();
        self
    }
}

impl Sensitivity {
    /// The numbers of one outcome, in the order in which they are told.
    fn lines<'a>(&'a self, outcome: &'a Sensitive) -> Vec<Line<'a>> {
        let unit = outcome.unit.as_str();
        let name = |varied: usize| self.varied[varied].name.as_str();
        let mut all = vec![Line::of("", "", "base", &outcome.base, unit)];
        let turned = |all: &mut Vec<Line<'a>>, varied: usize, t: &Turned| {
            let n = t.moves as u64;
            let share = |count: usize| (t.moves > 0).then(|| count as f64 / t.moves as f64);
            let line = Line::plain(
                name(varied),
                "share_of_moves_that_turn",
                share(t.turned),
                n,
                "share",
            );
            all.push(line.within(wilson(t.turned, t.moves)));
            let line = Line::plain(
                name(varied),
                "share_of_moves_that_turn_clearly",
                share(t.clearly),
                n,
                "share",
            );
            all.push(line.within(wilson(t.clearly, t.moves)));
        };
        match &outcome.found {
            Err(why) => all[0].note.clone_from(why),
            Ok(Found::Tornado(tornado)) => {
                for row in &tornado.rows {
                    let (name, n) = (name(row.varied), row.bar.width.n());
                    let verdict = row.verdict.map_or("", Decision::word);
                    for ((setting, value), change) in
                        row.settings.iter().zip(&row.values).zip(&row.bar.changes)
                    {
                        all.push(Line::of(name, setting, "value", value, unit));
                        all.push(Line::of(name, setting, "change", change, unit));
                    }
                    all.push(Line::of(name, "", "width", &row.bar.width, unit).noted(verdict));
                    all.push(Line::plain(name, "p_no_change_holm", row.p, n, "probability"));
                    for turn in &row.turns {
                        let mut line =
                            Line::plain(name, "turning_point", Some(turn.at), n, "of the parameter");
                        line.ends = (turn.low, turn.high);
                        let (a, b) = turn.between;
                        let beyond = match turn.low.is_none() || turn.high.is_none() {
                            true => "; an end that is missing lies beyond the values looked at",
                            false => "",
                        };
                        all.push(line.noted(&format!(
                            "between {a} and {b}, taken as straight between neighbouring values{beyond}"
                        )));
                    }
                }
            }
            Ok(Found::Morris(rows)) => {
                for row in rows {
                    let (name, f) = (name(row.varied), &row.found);
                    let n = f.mu.n();
                    let inert = if f.inert {
                        "no effect in any replication"
                    } else {
                        ""
                    };
                    let with_note = |mut line: Line<'a>| {
                        if f.inert {
                            line.note = inert.to_string();
                        }
                        line
                    };
                    all.push(with_note(Line::of(name, "", "mu_star", &f.mu_star, unit)));
                    all.push(with_note(Line::of(name, "", "mu", &f.mu, unit)));
                    let sigma = Line::plain(name, "sigma", Some(f.sigma), n, unit);
                    let alone = Line::plain(name, "sigma_without_noise", Some(f.sigma_true), n, unit);
                    let with_interval = |line: Line<'a>| match f.sigma_interval {
                        Some(ends) => line.within(ends),
                        None => line.noted("too few trajectories, or all alike, for an interval"),
                    };
                    match self.replications {
                        // The noise is unknown, so what there is is σ with it.
                        1 => {
                            all.push(with_interval(sigma));
                            let none = Line::plain(name, "sigma_without_noise", None, n, unit);
                            all.push(none.noted("the noise is unknown"));
                        }
                        _ => all.extend([sigma, with_interval(alone)]),
                    }
                    let unknown = "the noise is unknown, or nothing varies";
                    for (statistic, value, unit) in [
                        ("noise_share_of_sigma_squared", f.noise_share, "share"),
                        ("mu_star_of_noise_alone", f.noise_floor, unit),
                        ("p_only_noise_holm", row.p, "probability"),
                    ] {
                        let line = Line::plain(name, statistic, value, n, unit);
                        all.push(if value.is_none() {
                            line.noted(unknown)
                        } else {
                            line
                        });
                    }
                    if let Some(t) = &row.turned {
                        turned(&mut all, row.varied, t);
                    }
                }
            }
            Ok(Found::Sobol(shares)) => {
                let i = &shares.indices;
                let n = i.rows as u64;
                all.push(Line::plain("", "mean_over_ranges", Some(i.mean), n, unit));
                all.push(Line::plain(
                    "",
                    "variance_over_ranges",
                    Some(i.variance),
                    n,
                    "unit squared",
                ));
                all.push(Line::plain(
                    "",
                    "noise_share_of_variance",
                    i.noise_share,
                    n,
                    "share",
                ));
                all.push(Line::of(
                    "",
                    "",
                    "sum_of_first_order_indices",
                    &i.additive,
                    "share",
                ));
                if let Some((count, of)) = shares.reversed {
                    let share = Some(count as f64 / of.max(1) as f64);
                    let line = Line::plain(
                        "",
                        "share_of_points_with_the_other_sign",
                        share,
                        of as u64,
                        "share",
                    );
                    all.push(line.within(wilson(count, of)));
                }
                for &f in &shares.order {
                    let (name, index) = (name(f), &i.factors[f]);
                    let note = if index.inert {
                        "no effect in any replication"
                    } else {
                        ""
                    };
                    let mut lines = vec![
                        Line::of(name, "", "total_index", &index.total, "share"),
                        Line::of(name, "", "first_order_index", &index.first, "share"),
                        Line::plain(name, "total_index_with_noise", index.total_with_noise, n, "share"),
                        Line::plain(name, "p_no_effect_holm", shares.p[f], n, "probability"),
                    ];
                    if index.inert {
                        lines.iter_mut().for_each(|l| l.note = note.to_string());
                    }
                    all.append(&mut lines);
                    if let Some(t) = &shares.turned {
                        turned(&mut all, f, &t[f]);
                    }
                }
            }
        }
        all
    }
}

/// `sensitivity.csv`, the one tidy table; `parameters.csv`, what was varied; `report.txt`; a drawing of each outcome.
pub fn sensitivity_files(s: &Sensitivity) -> Vec<(String, Vec<u8>)> {
    let head = "scenario versus outcome group parameter setting statistic";
    let mut sheet = Sheet::new(&[head, ESTIMATE, "unit note"]);
    let finite = |x: Option<f64>| x.filter(|x| x.is_finite());
    let (scenario, versus) = match s.differs() {
        true => (s.scenarios[1].as_str(), s.scenarios[0].as_str()),
        false => (s.scenarios[0].as_str(), ""),
    };
    for outcome in &s.outcomes {
        for line in s.lines(outcome) {
            let row = sheet.row().set("scenario", scenario).set("versus", versus);
            let row = row.set("outcome", &outcome.name).set("group", &outcome.group);
            let row = row
                .set("parameter", line.parameter)
                .set("setting", line.setting)
                .set("statistic", line.statistic)
                .optional("value", finite(line.value))
                .optional("lower_95_ci", finite(line.ends.0))
                .optional("upper_95_ci", finite(line.ends.1))
                .set("n", line.n)
                .set("unit", line.unit)
                .set("note", line.note);
            sheet.add(row);
        }
    }
    let mut parameters = Sheet::new(&["parameter now range note"]);
    for v in &s.varied {
        let row = parameters.row().set("parameter", &v.name);
        parameters.add(row.set("now", &v.now).set("range", &v.range));
    }
    for (path, why) in &s.left_out {
        let row = parameters.row().set("parameter", path);
        parameters.add(row.set("note", format!("not varied: {why}")));
    }
    let mut files = vec![
        ("sensitivity.csv".to_string(), sheet.bytes()),
        ("parameters.csv".to_string(), parameters.bytes()),
        ("report.txt".to_string(), sensitivity_text(s, 100).into_bytes()),
    ];
    for outcome in &s.outcomes {
        if let Some(svg) = drawing(s, outcome) {
            let plain = |c: char| {
                if c.is_ascii_alphanumeric() || c == '_' {
                    c
                } else {
                    '-'
                }
            };
            let name: String = outcome.asked.chars().map(plain).collect();
            files.push((format!("{}-{name}.svg", word(s.method)), svg.into_bytes()));
        }
    }
    files
}

/// All numbers as JSON.
pub fn sensitivity_json(s: &Sensitivity) -> Value {
    let outcome = |o: &Sensitive| {
        let numbers = s.lines(o).into_iter().map(|l| {
            json!({
                "parameter": l.parameter, "setting": l.setting, "statistic": l.statistic, "value": l.value,
                "lower_95_ci": l.ends.0, "upper_95_ci": l.ends.1, "n": l.n, "unit": l.unit, "note": l.note,
            })
        });
        let verdicts = match &o.found {
            Ok(Found::Tornado(t)) => t
                .rows
                .iter()
                .filter_map(|r| {
                    Some(json!({ "parameter": s.varied[r.varied].name, "decision": r.verdict?.word() }))
                })
                .collect(),
            _ => Vec::new(),
        };
        json!({
            "outcome": o.name, "group": o.group, "label": o.label, "decisions": verdicts,
            "problem": o.found.as_ref().err(), "numbers": numbers.collect::<Vec<_>>(),
        })
    };
    json!({
        "title": s.title, "method": word(s.method), "scenarios": s.scenarios, "replications": s.replications,
        "points": s.points,
        "parameters": s.varied.iter().map(|v| json!({ "name": v.name, "now": v.now, "range": v.range })).collect::<Vec<_>>(),
        "left_out": s.left_out.iter().map(|(p, why)| json!({ "name": p, "why": why })).collect::<Vec<_>>(),
        "outcomes": s.outcomes.iter().map(outcome).collect::<Vec<_>>(),
    })
}

/// The bars of an outcome; `None` where there is nothing to draw.
fn drawing(s: &Sensitivity, o: &Sensitive) -> Option<String> {
    let name = |varied: usize| s.varied[varied].name.clone();
    let what = match s.differs() {
        true => format!("{}: {} minus {}", o.label, s.scenarios[1], s.scenarios[0]),
        false => format!("{}: {}", o.label, s.scenarios[0]),
    };
    let interval = |e: &Estimate| e.low().zip(e.high());
    let (title, x, line, drawn): (String, String, f64, Vec<Bar>) = match o.found.as_ref().ok()? {
        Found::Tornado(t) => {
            let one = |row: &Swing| {
                let at = |end: Option<usize>| match end {
                    Some(i) => (row.values[i], row.settings[i].clone()),
                    None => (o.base, "as it is".to_string()),
                };
                let (least, most) = (at(row.bar.ends.0), at(row.bar.ends.1));
                Bar {
                    label: name(row.varied),
                    from: least.0.value().unwrap_or(f64::NAN),
                    to: most.0.value().unwrap_or(f64::NAN),
                    interval: None,
                    words: format!("{} … {}", least.1, most.1),
                }
            };
            let moving = t.rows.iter().filter(|r| !r.bar.inert);
            let base = o.base.value()?;
            (
                format!("{what}; parameters one at a time"),
                o.unit.clone(),
                base,
                moving.map(one).collect(),
            )
        }
        Found::Morris(rows) => {
            let one = |row: &Effect| Bar {
                label: name(row.varied),
                from: 0.0,
                to: row.found.mu_star.value().unwrap_or(0.0),
                interval: interval(&row.found.mu_star),
                words: format!("σ {:.2e}", row.found.sigma_true),
            };
            let moving = rows.iter().filter(|r| !r.found.inert);
            let x = format!("mean size of the elementary effects, {} over the range", o.unit);
            (
                format!("{what}; Morris screening"),
                x,
                0.0,
                moving.map(one).collect(),
            )
        }
        Found::Sobol(shares) => {
            let one = |f: &usize| {
                let index = &shares.indices.factors[*f];
                Bar {
                    label: name(*f),
                    from: 0.0,
                    to: index.total.value().unwrap_or(0.0),
                    interval: interval(&index.total),
                    words: index
                        .first
                        .value()
                        .map_or(String::new(), |s| format!("first order {s:.2}")),
                }
            };
            let x = "total index: share of the variance over all ranges".to_string();
            (
                format!("{what}; Sobol' indices"),
                x,
                0.0,
                shares.order.iter().map(one).collect(),
            )
        }
    };
    if drawn.is_empty() {
        return None;
    }
    Some(bars(&Bars {
        title,
        x,
        line,
        bars: drawn.into_iter().take(DRAWN).collect(),
    }))
}
