//! The result as JSON.

use serde_json::{Value, json};

use super::words::{lean, tipping_words};
use super::{DecisionFacts, Spread, Uncertainty};
use crate::methods::better::Better;
use crate::methods::nested::Range;
use crate::methods::tipping::Tipping;
use crate::observe;
use crate::stats::Estimate;
use crate::stats::Missing;

/// Everything but the single draws, which are in `draws.csv`.
pub fn uncertainty_json(u: &Uncertainty) -> Value {
    let parameters = u.parameters.iter().map(|p| {
        json!({
            "name": p.name, "range": p.range, "values": p.listed, "easier": p.easier, "scenarios": p.scenarios,
            "distribution": match (p.range.is_some(), p.log) {
                (false, _) => "listed",
                (true, true) => "log_uniform",
                (true, false) => "uniform",
            },
        })
    });
    let outcomes = u.outcomes.iter().map(|o| {
        let values = o.values.iter().zip(&u.arms).map(|(v, arm)| {
            json!({ "scenario": arm.name, "centre": estimate(&v.centre), "over_priors": spread(&v.spread) })
        });
        let differences = o.differences.iter().map(|d| {
            let scan = |name: &str, t: &Result<Tipping, String>| tipping(name, t, o.better, u.letter());
            json!({
                "scenario": u.arms[d.arm].name,
                "centre": estimate(&d.centre),
                "over_priors": spread(&d.spread),
                "probability_better": probability(&d.better, o.better),
                "tipping": d.tipping.as_ref().map(|t| scan(u.coordinate(), t)),
                "tipping_of_each": d.each.iter().map(|(name, t)| scan(name, t)).collect::<Vec<_>>(),
            })
        });
        json!({
            "outcome": o.name, "group": o.group, "label": o.label, "unit": o.unit,
            "values": values.collect::<Vec<_>>(), "differences": differences.collect::<Vec<_>>(),
        })
    });
    json!({
        "title": u.title, "question": u.question,
        "scenarios": u.arms.iter().map(|a| json!({ "name": a.name, "title": a.title, "drawn": a.drawn })).collect::<Vec<_>>(),
        "draws": u.draws, "replications": u.replications, "seed": u.seed, "together": u.together,
        "parameters": parameters.collect::<Vec<_>>(),
        "outcomes": outcomes.collect::<Vec<_>>(),
        "decision": u.decision.as_ref().map(|d| decision(d, u)),
    })
}

pub(super) fn estimate(e: &Estimate) -> Value {
    json!({
        "value": e.value(), "lower_95_ci": e.low(), "upper_95_ci": e.high(), "n": e.n(),
        "note": e.why_missing().map(|w| w.to_string()),
    })
}

fn range(r: &Range) -> Value {
    let ends = r.interval();
    let note = ends.is_none().then(|| Missing::NoVariation.to_string());
    json!({ "value": r.value, "lower_95_ci": ends.map(|e| e.0), "upper_95_ci": ends.map(|e| e.1), "note": note })
}

fn spread(s: &Result<Spread, String>) -> Value {
    match s {
        Err(why) => json!({ "note": why }),
        Ok(s) => json!({
            "expected": estimate(&s.expected),
            "sd_parameters": range(&s.parameters),
            "sd_chance": range(&s.chance),
            "share_parameters": s.share,
            "middle_95_percent": s.over.shrunk,
            "middle_95_percent_unshrunk": s.over.unshrunk,
        }),
    }
}

fn probability(b: &Result<Better, String>, better: observe::Better) -> Value {
    match b {
        Err(why) => json!({ "note": why }),
        Ok(b) => json!({
            "of": if better == observe::Better::Neither { "higher" } else { "better" },
            "value": b.p, "lower_95_ci": b.low, "upper_95_ci": b.high, "unshrunk": b.unshrunk, "verdict": lean(b, better),
        }),
    }
}

fn tipping(name: &str, t: &Result<Tipping, String>, better: observe::Better, letter: &str) -> Value {
    match t {
        Err(why) => json!({ "parameter": name, "note": why }),
        Ok(t) => json!({
            "parameter": name,
            "verdict": tipping_words(t, better, letter),
            "turns_at": t.crossings,
            "not_excluded": t.compatible,
            "curve": t.curve.iter().map(|c| json!({ "at": c.value, "difference": estimate(&c.difference) })).collect::<Vec<_>>(),
        }),
    }
}

fn decision(d: &DecisionFacts, u: &Uncertainty) -> Value {
    let values = match &d.voi {
        Err(why) => json!({ "note": why }),
        Ok(v) => json!({
            "best": u.arms[v.best].name,
            "net_benefit_over_first": u.arms.iter().zip(&v.increments).zip(&v.best_share).map(|((a, r), p)| {
                json!({ "scenario": a.name, "increment": range(r), "probability_best": p })
            }).collect::<Vec<_>>(),
            "evpi": range(&v.evpi),
            "evpi_unshrunk": v.unshrunk,
            "evppi": d.groups.iter().zip(&v.partial).map(|((name, n), p)| json!({
                "parameters": name, "number": n, "evppi": p.value.as_ref().map(range), "regressions": p.bases,
            })).collect::<Vec<_>>(),
        }),
    };
    json!({
        "worth": d.worth.iter().map(|(n, w)| json!({ "outcome": n, "worth": w })).collect::<Vec<_>>(),
        "costs": d.costs, "population": d.population, "values": values,
    })
}
