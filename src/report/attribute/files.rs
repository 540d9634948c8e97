//! Attribution as tidy tables, bars and JSON.

use serde_json::{Value, json};

use super::super::chart::{Bar, Bars, bars};
use super::super::model::Number;
use super::super::numbers::Unit;
use super::{Attributed, AttributedOutcome, Carrier, answer, attribute_text, part, ranked};
use crate::methods::shapley::Attribution;
use crate::stats::Estimate;

/// One row of `attribution.csv`.
fn rows_of(a: &Attributed, o: &AttributedOutcome) -> Vec<[String; 14]> {
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    let row = |statistic: &str, keys: [&str; 2], n: &Number, se: [Option<f64>; 2], count: u64, unit: &str| {
        [
            a.scenarios[1].clone(),
            a.scenarios[0].clone(),
            o.name.clone(),
            o.group.clone(),
            statistic.to_string(),
            keys[0].to_string(),
            keys[1].to_string(),
            number(n.value),
            number(n.interval.map(|i| i.0)),
            number(n.interval.map(|i| i.1)),
            count.to_string(),
            number(se[0]),
            number(se[1]),
            [unit, n.missing.as_deref().unwrap_or_default()].join("|"),
        ]
    };
    let one = |statistic: &str, keys: [&str; 2], e: &Estimate, unit: &str| {
        row(
            statistic,
            keys,
            &Number::of(e),
            [e.standard_error(), None],
            e.n(),
            unit,
        )
    };
    let found = match &o.parts {
        Ok(found) => found,
        Err(why) => {
            return vec![one(
                "whole",
                ["", ""],
                &Estimate::missing(*why, a.replications),
                &o.unit,
            )];
        }
    };
    let mut rows = vec![one("whole", ["", ""], &found.whole, &o.unit)];
    for (s, told) in found.shares.iter().zip(&a.switches) {
        let errors = [s.phi.standard_error(), s.order_error];
        rows.push(row(
            "shapley",
            [&told.key, ""],
            &part(s),
            errors,
            s.phi.n(),
            &o.unit,
        ));
        rows.extend(
            s.of_whole
                .iter()
                .map(|e| one("share_of_whole", [&told.key, ""], e, "share")),
        );
    }
    for x in &found.interactions {
        let keys = [x.players.0, x.players.1].map(|j| a.switches[j].key.as_str());
        rows.push(one("interaction", keys, &x.index, &o.unit));
    }
    rows
}

const COLUMNS: [&str; 15] = [
    "scenario",
    "versus",
    "outcome",
    "group",
    "statistic",
    "switch",
    "with_switch",
    "value",
    "lower_95_ci",
    "upper_95_ci",
    "n",
    "standard_error_replications",
    "standard_error_orders",
    "unit",
    "note",
];

fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(header).expect("memory takes any text");
    for row in rows {
        csv.write_record(&row).expect("memory takes any text");
    }
    csv.into_inner()
        .expect("memory is never full before the program is")
}

/// `attribution.csv`, `switches.csv`, `report.txt` and a chart for each outcome.
pub fn attribute_files(a: &Attributed) -> Vec<(String, Vec<u8>)> {
    let rows = a.outcomes.iter().flat_map(|o| rows_of(a, o)).map(|row| {
        let mut cells = row.to_vec();
        let last = cells.pop().unwrap_or_default();
        let (unit, note) = last.split_once('|').unwrap_or((&last, ""));
        cells.extend([unit.to_string(), note.to_string()]);
        cells
    });
    let parameters = a.switches.iter().flat_map(|s| {
        s.parameters
            .iter()
            .map(|[path, from, to, why]| [&s.key, &s.name, path, from, to, why].map(String::clone).to_vec())
    });
    let columns = ["switch", "name", "parameter", "from", "to", "why"];
    let mut files = vec![
        ("attribution.csv".to_string(), table(&COLUMNS, rows)),
        ("switches.csv".to_string(), table(&columns, parameters)),
        ("report.txt".to_string(), attribute_text(a, 100).into_bytes()),
    ];
    for o in &a.outcomes {
        let Ok(found) = &o.parts else { continue };
        let name = match o.group.as_str() {
            "all" => format!("attribution_{}.svg", o.name),
            group => format!("attribution_{}_{}.svg", o.name, group.replace('=', "_")),
        };
        files.push((name, drawing(a, o, found).into_bytes()));
    }
    files
}

/// The parts of one outcome as bars, the largest on top, the whole last.
fn drawing(a: &Attributed, o: &AttributedOutcome, found: &Attribution) -> String {
    let unit = Unit::of(&o.unit);
    let bar = |label: String, n: &Number| {
        Some(Bar {
            label,
            from: 0.0,
            to: n.value?,
            interval: n.interval,
            words: unit.signed(n),
        })
    };
    let mut all: Vec<Bar> = ranked(found)
        .into_iter()
        .filter_map(|j| bar(a.switches[j].title(), &part(&found.shares[j])))
        .collect();
    all.extend(bar("whole difference".to_string(), &Number::of(&found.whole)));
    bars(&Bars {
        title: format!(
            "{}: {} less {}, by switch",
            o.title(),
            a.scenarios[1],
            a.scenarios[0]
        ),
        x: o.unit.clone(),
        line: 0.0,
        bars: all,
    })
}

/// Everything as JSON.
pub fn attribute_json(a: &Attributed) -> Value {
    let estimate = |e: &Estimate| {
        json!({
            "value": e.value(), "lower_95_ci": e.low(), "upper_95_ci": e.high(), "n": e.n(),
            "note": e.why_missing().map(|w| w.to_string()),
        })
    };
    let outcomes = a.outcomes.iter().map(|o| {
        let parts = o.parts.as_ref().ok().map(|found| {
            let shares = found.shares.iter().zip(&a.switches).map(|(s, told)| {
                json!({
                    "switch": told.key, "value": s.phi.value(), "interval": s.interval,
                    "standard_error_replications": s.phi.standard_error(), "standard_error_orders": s.order_error,
                    "share_of_whole": s.of_whole.as_ref().map(estimate),
                })
            });
            let interactions = found.interactions.iter().map(|x| {
                let keys = [x.players.0, x.players.1].map(|j| a.switches[j].key.as_str());
                json!({ "switches": keys, "index": estimate(&x.index) })
            });
            json!({
                "whole": estimate(&found.whole), "parts": shares.collect::<Vec<_>>(), "residue": found.residue(),
                "interactions": interactions.collect::<Vec<_>>(),
            })
        });
        json!({
            "outcome": o.name, "group": o.group, "label": o.label, "unit": o.unit, "from": estimate(&o.from),
            "to": estimate(&o.to), "attribution": parts, "missing": o.parts.as_ref().err().map(|w| w.to_string()),
        })
    });
    let switches = a.switches.iter().map(|s| {
        let parameters = s
            .parameters
            .iter()
            .map(|[path, from, to, why]| json!({ "parameter": path, "from": from, "to": to, "why": why }));
        json!({ "switch": s.key, "name": s.name, "parameters": parameters.collect::<Vec<_>>() })
    });
    json!({
        "scenario": a.scenarios[1], "versus": a.scenarios[0], "answer": answer(a), "replications": a.replications, "seed": a.seed,
        "coalitions": a.coalitions,
        "orders": a.drawn.map(|d| json!({ "orders": d.orders, "wanted": d.wanted, "looks": d.looks, "reached": d.reached })),
        "map": match a.carrier { Carrier::None => "equal", Carrier::Neutral => "neutral", Carrier::Player => "switch" },
        "switches": switches.collect::<Vec<_>>(), "outcomes": outcomes.collect::<Vec<_>>(),
    })
}
