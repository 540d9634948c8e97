//! The tidy tables and the drawings of a calibration.

use super::json::{reach, used};
use super::text::{calibration_text, known, verdict};
use super::{Calibrated, Calibration, Goal};
use crate::methods::bands::Band;
use crate::methods::identify::Edge;
use crate::report::chart::{Bar, Bars, bars};
use crate::report::sheet::{ESTIMATE, Sheet};
use crate::stats::Estimate;

/// Width of `report.txt`.
const WIDTH: usize = 110;
/// Furthest from its band that a target is drawn, in half-widths.
const FURTHEST: f64 = 6.0;

/// Tables, drawings and the report by name; the overlay is not among them.
pub fn calibration_files(c: &Calibration) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("targets.csv".to_string(), targets(c)),
        ("parameters.csv".to_string(), parameters(c)),
        ("waves.csv".to_string(), waves(c)),
        ("points.csv".to_string(), points(c)),
        ("posterior.csv".to_string(), posterior(c)),
        ("report.txt".to_string(), calibration_text(c, WIDTH).into_bytes()),
        ("targets.svg".to_string(), targets_svg(c).into_bytes()),
        ("parameters.svg".to_string(), parameters_svg(c).into_bytes()),
    ];
    if !c.pairs.is_empty() {
        files.push(("pairs.csv".to_string(), pairs(c)));
    }
    files
}

fn targets(c: &Calibration) -> Vec<u8> {
    let rest = "place unit band_low band_high outcome less note";
    let mut sheet = Sheet::new(&["target use statistic", ESTIMATE, rest]);
    for g in &c.goals {
        let head = sheet
            .row()
            .set("target", &g.name)
            .set("use", used(g.role))
            .set("unit", &g.unit)
            .set("band_low", g.band.0)
            .set("band_high", g.band.1)
            .set("outcome", &g.outcome)
            .optional("less", g.less.as_ref());
        let row = |statistic: &str| head.clone().set("statistic", statistic);
        for (name, e) in [("before", &g.before), ("after", &g.after)] {
            sheet.add(row(name).estimate(e).set("place", g.place(e).word()));
        }
        sheet.add(row("change").estimate(&g.change));
        let (reach, nearest) = reach(g);
        let within = row("within_reach").interval(nearest, None);
        sheet.add(within.set("n", c.points.len()).set("note", reach));
        if let Some(d) = g.emulator {
            let row = |statistic: &str, x: f64| row(statistic).set("value", x).set("n", d.points);
            sheet.add(row("emulator_r2", d.r2).set("note", verdict(d.verdict)));
            sheet.add(row("emulator_r2_at_most", d.ceiling));
            sheet.add(row("emulator_within_two", d.within));
        }
        if let Some(p) = &g.predicted {
            let [low, middle, high] = p.interval;
            let median = row("posterior_predictive_median").interval(Some(middle), Some((low, high)));
            let note = "lower and upper are 5 and 95% of draws of the posterior";
            sheet.add(median.set("n", c.draws.0).set("note", note));
            let ends = (p.inside_low, p.inside_high);
            let inside = row("posterior_share_inside").interval(Some(p.inside), Some(ends));
            sheet.add(inside.set("n", c.draws.0));
        }
    }
    sheet.bytes()
}

fn parameters(c: &Calibration) -> Vec<u8> {
    let mut sheet = Sheet::new(&[
        "parameter before prior_low prior_high posterior_5 posterior_50 posterior_95 chosen kept in_overlay",
        "contraction identified at_end multiplies scale paths",
    ]);
    for p in &c.parameters {
        let end = p.edge.map(|edge| match edge {
            Edge::Low => "low",
            Edge::High => "high",
        });
        let row = sheet
            .row()
            .set("parameter", &p.name)
            .optional("before", p.now)
            .set("prior_low", p.prior.0)
            .set("prior_high", p.prior.1)
            .set("posterior_5", p.posterior[0])
            .set("posterior_50", p.posterior[1])
            .set("posterior_95", p.posterior[2])
            .set("chosen", p.chosen)
            .set("kept", p.kept)
            .set("in_overlay", p.written)
            .set("contraction", p.contraction)
            .set("identified", known(p))
            .optional("at_end", end)
            .set("multiplies", p.multiply)
            .set("scale", if p.log { "log" } else { "linear" })
            .set("paths", p.paths.join(" "));
        sheet.add(row);
    }
    sheet.bytes()
}

fn pairs(c: &Calibration) -> Vec<u8> {
    let mut sheet = Sheet::new(&["a b correlation known_in_combination_only"]);
    for p in &c.pairs {
        let row = sheet.row().set("a", &c.parameters[p.a].name);
        let row = row.set("b", &c.parameters[p.b].name);
        sheet.add(
            row.set("correlation", p.correlation)
                .set("known_in_combination_only", p.only),
        );
    }
    sheet.bytes()
}

fn waves(c: &Calibration) -> Vec<u8> {
    let mut sheet = Sheet::new(&[
        "wave points replications share_left share_left_lower share_left_upper emulator_variance_of_band",
    ]);
    for (i, w) in c.waves.iter().enumerate() {
        let row = sheet
            .row()
            .set("wave", i + 1)
            .set("points", w.points)
            .set("replications", w.replications)
            .set("share_left", w.share.0)
            .set("share_left_lower", w.share.1)
            .set("share_left_upper", w.share.2)
            .optional(
                "emulator_variance_of_band",
                Some(w.sharpness).filter(|s| s.is_finite()),
            );
        sheet.add(row);
    }
    sheet.bytes()
}

fn points(c: &Calibration) -> Vec<u8> {
    let parameters = c.parameters.iter().map(|p| format!("parameter.{}", p.name));
    let parameters: Vec<String> = parameters.collect();
    let targets =
        (c.goals.iter()).map(|g| [format!("target.{}", g.name), format!("standard_error.{}", g.name)]);
    let targets: Vec<[String; 2]> = targets.collect();
    let names = ["point", "wave"].map(String::from).into_iter();
    let mut sheet = Sheet::named(
        names
            .chain(parameters.clone())
            .chain(targets.iter().flatten().cloned()),
    );
    for (i, p) in c.points.iter().enumerate() {
        let mut row = sheet.row().set("point", i).set("wave", p.wave);
        row = row.each(parameters.iter().zip(&p.at));
        for ([target, error], value) in targets.iter().zip(&p.values) {
            row = row.optional(target, value.map(|v| v.0));
            row = row.optional(error, value.and_then(|v| v.1));
        }
        sheet.add(row);
    }
    sheet.bytes()
}

fn posterior(c: &Calibration) -> Vec<u8> {
    let names = || c.parameters.iter().map(|p| p.name.as_str());
    let mut sheet = Sheet::named(names());
    for draw in &c.posterior {
        sheet.add(sheet.row().each(names().zip(draw)));
    }
    sheet.bytes()
}

/// From the middle of the band, in half-widths.
fn off(g: &Goal, e: &Estimate) -> Option<(f64, Option<(f64, f64)>)> {
    let (low, high) = g.band;
    let near = g.near;
    let at = |x: f64| Band { low, high, near }.scaled(x).clamp(-FURTHEST, FURTHEST);
    let interval = e.low().zip(e.high()).map(|(l, h)| (at(l), at(h)));
    e.value().map(|x| (at(x), interval))
}

fn targets_svg(c: &Calibration) -> String {
    let one = |g: &Goal| {
        let before = off(g, &g.before)?;
        let after = off(g, &g.after)?;
        Some(Bar {
            label: g.name.clone(),
            from: before.0,
            to: after.0,
            interval: after.1,
            words: format!("{} > {}", g.place(&g.before).word(), g.place(&g.after).word()),
        })
    };
    bars(&Bars {
        title: format!("{}: targets before and after", c.scenario),
        x: "from the middle of the band in half-widths (met: -1 to 1); from before to after, with its interval"
            .to_string(),
        line: 0.0,
        bars: c.goals.iter().filter_map(one).collect(),
    })
}

fn parameters_svg(c: &Calibration) -> String {
    let one = |p: &Calibrated| {
        let (low, high) = p.prior;
        let at = |x: f64| match p.log {
            true => libm::log(x / low) / libm::log(high / low),
            false => (x - low) / (high - low),
        };
        Bar {
            label: p.name.clone(),
            from: at(p.posterior[0]),
            to: at(p.posterior[2]),
            interval: Some((0.0, 1.0)),
            words: format!(
                "identified: {}",
                match known(p) {
                    "identified" => "yes",
                    other => other,
                }
            ),
        }
    };
    bars(&Bars {
        title: format!("{}: what is left of the parameters' ranges", c.scenario),
        x: "share of the range beforehand; bar: middle 90% of the posterior".to_string(),
        line: 0.0,
        bars: c.parameters.iter().map(one).collect(),
    })
}
