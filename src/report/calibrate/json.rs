//! A calibration as JSON.

use serde_json::{Value, json};

use super::text::{calibration_answer, known, verdict};
use super::{Calibration, Goal, Reach, Use};
use crate::stats::Estimate;

/// All of it but the points.
pub fn calibration_json(c: &Calibration) -> Value {
    let parameter = |p: &super::Calibrated| {
        json!({
            "name": p.name, "paths": p.paths, "multiply": p.multiply, "log": p.log, "before": p.now,
            "prior": [p.prior.0, p.prior.1], "posterior_5": p.posterior[0], "posterior_50": p.posterior[1],
            "posterior_95": p.posterior[2], "chosen": p.chosen, "kept": p.kept, "in_overlay": p.written,
            "contraction": p.contraction, "identified": known(p), "at_end": p.edge.map(|e| format!("{e:?}").to_lowercase()),
        })
    };
    let pair = |p: &super::Together| {
        json!({
            "a": c.parameters[p.a].name, "b": c.parameters[p.b].name, "correlation": p.correlation,
            "known_in_combination_only": p.only,
        })
    };
    let wave = |w: &super::Waved| {
        json!({
            "points": w.points, "replications": w.replications, "share_left": w.share.0, "share_left_lower": w.share.1,
            "share_left_upper": w.share.2, "emulator_variance_of_band": w.sharpness,
        })
    };
    json!({
        "title": c.title, "question": c.question, "answer": calibration_answer(c), "scenario": c.scenario, "seed": c.seed,
        "worse_than_before": c.worse(), "units": c.units, "replications_before_and_after": c.check,
        "targets": c.goals.iter().map(goal).collect::<Vec<_>>(),
        "parameters": c.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "pairs": c.pairs.iter().map(pair).collect::<Vec<_>>(), "directions_pinned_down": c.pinned,
        "waves": c.waves.iter().map(wave).collect::<Vec<_>>(), "stopped": c.stopped, "cut": c.cut,
        "cut_in_the_end": c.loosened.unwrap_or(c.cut), "effective_draws": c.effective,
        "overlay": c.overlay,
    })
}

fn goal(g: &Goal) -> Value {
    let number = |e: &Estimate| json!({ "value": e.value(), "lower_95_ci": e.low(), "upper_95_ci": e.high(), "place": g.place(e).word() });
    let (reach, nearest) = reach(g);
    json!({
        "name": g.name, "says": g.says, "source": g.source, "outcome": g.outcome, "less": g.less, "unit": g.unit,
        "band": [g.band.0, g.band.1], "near": g.near, "discrepancy": g.discrepancy, "use": used(g.role),
        "reach": reach, "nearest": nearest, "before": number(&g.before), "after": number(&g.after),
        "change": { "value": g.change.value(), "lower_95_ci": g.change.low(), "upper_95_ci": g.change.high() },
        "emulator": g.emulator.map(|d| json!({
            "points": d.points, "r2": d.r2, "r2_at_most": d.ceiling, "within_two": d.within, "expected": d.expected,
            "verdict": verdict(d.verdict),
        })),
        "predictive": g.predicted.as_ref().map(|p| json!({
            "p5": p.interval[0], "p50": p.interval[1], "p95": p.interval[2], "mean": p.mean, "share_inside": p.inside,
            "share_inside_lower": p.inside_low, "share_inside_upper": p.inside_high, "tail_probability": p.tail,
        })),
    })
}

/// What a target was used for, as files call it.
pub(super) fn used(role: Use) -> &'static str {
    match role {
        Use::Fitted => "calibration",
        Use::Aside => "aside",
    }
}

/// What the ranges can do for a target, as files call it, with the value that it comes to at best.
pub(super) fn reach(g: &Goal) -> (&'static str, Option<f64>) {
    match g.reach {
        Reach::Within => ("within", None),
        Reach::Out(nearest) => ("out_of_reach", Some(nearest)),
        Reach::Unknown(..) => ("too_few_values", None),
        Reach::Constant(x) => ("nothing_moves_it", Some(x)),
        Reach::NotLooked => ("kept_aside", None),
    }
}
