//! Attribution as tidy tables, bars and JSON.

use serde_json::{Value, json};

use super::super::chart::{Bar, Bars, bars};
use super::super::model::Number;
use super::super::numbers::Unit;
use super::super::sheet::{ESTIMATE, Sheet};
use super::{Attributed, AttributedOutcome, Carrier, answer, attribute_text, part, ranked};
use crate::methods::shapley::Attribution;
use crate::stats::Estimate;

/// `attribution.csv`.
fn attribution(a: &Attributed) -> Vec<u8> {
    let mut sheet = Sheet::new(&[
        "scenario versus outcome group statistic switch with_switch",
        ESTIMATE,
        "standard_error_replications standard_error_orders unit note",
    ]);
    for o in &a.outcomes {
        let head = sheet
            .row()
            .set("scenario", &a.scenarios[1])
            .set("versus", &a.scenarios[0]);
        let head = head
            .set("outcome", &o.name)
            .set("group", &o.group)
            .set("unit", &o.unit);
        let row = |statistic: &str, e: &Estimate| {
            let row = head.clone().set("statistic", statistic).estimate(e);
            row.optional("standard_error_replications", e.standard_error())
        };
        let found = match &o.parts {
            Ok(found) => found,
            Err(why) => {
                sheet.add(row("whole", &Estimate::missing(*why, a.replications)));
                continue;
            }
        };
        sheet.add(row("whole", &found.whole));
        for (s, told) in found.shares.iter().zip(&a.switches) {
            let part = row("shapley", &s.phi).interval(s.phi.value(), s.interval);
            let part = part.optional("standard_error_orders", s.order_error);
            sheet.add(part.set("switch", &told.key));
            if let Some(e) = &s.of_whole {
                let share = row("share_of_whole", e).set("unit", "share");
                sheet.add(share.set("switch", &told.key));
            }
        }
        for x in &found.interactions {
            let [one, other] = [x.players.0, x.players.1].map(|j| &a.switches[j].key);
            let row = row("interaction", &x.index).set("switch", one);
            sheet.add(row.set("with_switch", other));
        }
    }
    sheet.bytes()
}

/// `switches.csv`.
fn switches(a: &Attributed) -> Vec<u8> {
    let columns = ["parameter", "from", "to", "why"];
    let mut sheet = Sheet::named(["switch", "name"].into_iter().chain(columns));
    for s in &a.switches {
        let head = sheet.row().set("switch", &s.key).set("name", &s.name);
        for parameter in &s.parameters {
            sheet.add(head.clone().each(columns.iter().zip(parameter)));
        }
    }
    sheet.bytes()
}

/// `attribution.csv`, `switches.csv`, `report.txt` and a chart for each outcome.
pub fn attribute_files(a: &Attributed) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("attribution.csv".to_string(), attribution(a)),
        ("switches.csv".to_string(), switches(a)),
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
