//! The tidy tables and the drawings of a calibration.

use super::json::{reach, used};
use super::text::{calibration_text, known, verdict};
use super::{Calibrated, Calibration, Goal};
use crate::methods::identify::Edge;
use crate::report::chart::{Bar, Bars, bars};
use crate::report::choose::csv_of;
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

fn cell(x: Option<f64>) -> String {
    x.map_or(String::new(), |x| x.to_string())
}

fn targets(c: &Calibration) -> Vec<u8> {
    let header = [
        "target",
        "use",
        "statistic",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "place",
        "unit",
        "band_low",
        "band_high",
        "outcome",
        "less",
        "note",
    ];
    let mut rows = Vec::new();
    for g in &c.goals {
        let mut row = |statistic: &str, cells: [String; 5], note: String| {
            let mut all = vec![g.name.clone(), used(g.role).to_string(), statistic.to_string()];
            all.extend(cells);
            all.extend([
                g.unit.clone(),
                g.band.0.to_string(),
                g.band.1.to_string(),
                g.outcome.clone(),
                g.less.clone().unwrap_or_default(),
                note,
            ]);
            rows.push(all);
        };
        let simulated = |e: &Estimate, place: &str| {
            [
                cell(e.value()),
                cell(e.low()),
                cell(e.high()),
                e.n().to_string(),
                place.to_string(),
            ]
        };
        let why = |e: &Estimate| e.why_missing().map_or(String::new(), |w| w.to_string());
        for (name, e) in [("before", &g.before), ("after", &g.after)] {
            row(name, simulated(e, g.place(e).word()), why(e));
        }
        row("change", simulated(&g.change, ""), why(&g.change));
        let (reach, nearest) = reach(g);
        let plain = |x: Option<f64>, low: Option<f64>, high: Option<f64>, n: usize| {
            [cell(x), cell(low), cell(high), n.to_string(), String::new()]
        };
        row(
            "within_reach",
            plain(nearest, None, None, c.points.len()),
            reach.to_string(),
        );
        if let Some(d) = g.emulator {
            let note = verdict(d.verdict).to_string();
            row("emulator_r2", plain(Some(d.r2), None, None, d.points), note);
            row(
                "emulator_r2_at_most",
                plain(Some(d.ceiling), None, None, d.points),
                String::new(),
            );
            row(
                "emulator_within_two",
                plain(Some(d.within), None, None, d.points),
                String::new(),
            );
        }
        if let Some(p) = &g.predicted {
            let [low, middle, high] = p.interval;
            let note = "lower and upper are 5 and 95% of draws of the posterior".to_string();
            row(
                "posterior_predictive_median",
                plain(Some(middle), Some(low), Some(high), c.draws.0),
                note,
            );
            row(
                "posterior_share_inside",
                plain(Some(p.inside), Some(p.inside_low), Some(p.inside_high), c.draws.0),
                String::new(),
            );
        }
    }
    csv_of(&header, &rows)
}

fn parameters(c: &Calibration) -> Vec<u8> {
    let header = [
        "parameter",
        "before",
        "prior_low",
        "prior_high",
        "posterior_5",
        "posterior_50",
        "posterior_95",
        "chosen",
        "kept",
        "in_overlay",
        "contraction",
        "identified",
        "at_end",
        "multiplies",
        "scale",
        "paths",
    ];
    let row = |p: &Calibrated| {
        let mut cells = vec![p.name.clone(), cell(p.now)];
        cells.extend([p.prior.0, p.prior.1].map(|x| x.to_string()));
        cells.extend(p.posterior.map(|x| x.to_string()));
        cells.extend([
            p.chosen.to_string(),
            p.kept.to_string(),
            p.written.to_string(),
            p.contraction.to_string(),
            known(p).to_string(),
            match p.edge {
                Some(Edge::Low) => "low".to_string(),
                Some(Edge::High) => "high".to_string(),
                None => String::new(),
            },
            p.multiply.to_string(),
            if p.log { "log" } else { "linear" }.to_string(),
            p.paths.join(" "),
        ]);
        cells
    };
    csv_of(&header, &c.parameters.iter().map(row).collect::<Vec<_>>())
}

fn pairs(c: &Calibration) -> Vec<u8> {
    let header = ["a", "b", "correlation", "known_in_combination_only"];
    let rows = c.pairs.iter().map(|p| {
        vec![
            c.parameters[p.a].name.clone(),
            c.parameters[p.b].name.clone(),
            p.correlation.to_string(),
            p.only.to_string(),
        ]
    });
    csv_of(&header, &rows.collect::<Vec<_>>())
}

fn waves(c: &Calibration) -> Vec<u8> {
    let header = [
        "wave",
        "points",
        "replications",
        "share_left",
        "share_left_lower",
        "share_left_upper",
        "emulator_variance_of_band",
    ];
    let rows = c.waves.iter().enumerate().map(|(i, w)| {
        vec![
            (i + 1).to_string(),
            w.points.to_string(),
            w.replications.to_string(),
            w.share.0.to_string(),
            w.share.1.to_string(),
            w.share.2.to_string(),
            match w.sharpness.is_finite() {
                true => w.sharpness.to_string(),
                false => String::new(),
            },
        ]
    });
    csv_of(&header, &rows.collect::<Vec<_>>())
}

fn points(c: &Calibration) -> Vec<u8> {
    let mut header = vec!["point".to_string(), "wave".to_string()];
    header.extend(c.parameters.iter().map(|p| format!("parameter.{}", p.name)));
    for g in &c.goals {
        header.extend([format!("target.{}", g.name), format!("standard_error.{}", g.name)]);
    }
    let rows = c.points.iter().enumerate().map(|(i, p)| {
        let mut row = vec![i.to_string(), p.wave.to_string()];
        row.extend(p.at.iter().map(f64::to_string));
        for value in &p.values {
            row.extend([cell(value.map(|v| v.0)), cell(value.and_then(|v| v.1))]);
        }
        row
    });
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    csv_of(&header, &rows.collect::<Vec<_>>())
}

fn posterior(c: &Calibration) -> Vec<u8> {
    let header: Vec<&str> = c.parameters.iter().map(|p| p.name.as_str()).collect();
    let rows = c.posterior.iter().map(|d| d.iter().map(f64::to_string).collect());
    csv_of(&header, &rows.collect::<Vec<Vec<String>>>())
}

/// From the middle of the band, in half-widths.
fn off(g: &Goal, e: &Estimate) -> Option<(f64, Option<(f64, f64)>)> {
    let (low, high) = g.band;
    let at = |x: f64| ((2.0 * x - low - high) / (high - low)).clamp(-FURTHEST, FURTHEST);
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
