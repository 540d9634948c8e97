//! The files of a results folder: tidy tables, the report, the curves.

use super::words::{lean, tipping_words};
use super::{UncertainOutcome, Uncertainty, uncertainty_text};
use crate::methods::nested::Range;
use crate::observe;
use crate::report::chart::{Chart, Curve, Rule, chart};
use crate::report::sheet::{ESTIMATE, Row, Sheet};
use crate::scenario::plan::FACTOR_TABLE;

/// Every file: name and content.
pub fn uncertainty_files(u: &Uncertainty) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("uncertainty.csv".to_string(), uncertainty(u)),
        ("probability_better.csv".to_string(), probability(u)),
        ("draws.csv".to_string(), draws(u)),
        ("report.txt".to_string(), uncertainty_text(u, 100).into_bytes()),
    ];
    if u.scan.is_some() {
        files.push(("tipping.csv".to_string(), tipping(u)));
        let seen = |d: &super::UncertainDifference| matches!(&d.tipping, Some(Ok(_)));
        for (i, o) in u
            .outcomes
            .iter()
            .enumerate()
            .filter(|(_, o)| o.differences.iter().any(seen))
        {
            let name = match o.group.as_str() {
                "all" => format!("tipping_{}.svg", o.name),
                _ => format!("tipping_{}_{}.svg", plain(&o.name), plain(&o.group)),
            };
            files.push((name, curves(u, i).into_bytes()));
        }
    }
    if u.decision.is_some() {
        files.push(("value_of_information.csv".to_string(), information(u)));
    }
    files
}

/// A name fit for a file.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

/// A row of an outcome in a scenario, or of its difference from another.
fn row(sheet: &Sheet, scenario: &str, versus: &str, o: &UncertainOutcome) -> Row {
    let row = sheet.row().set("scenario", scenario).set("versus", versus);
    row.set("outcome", &o.name).set("group", &o.group)
}

fn uncertainty(u: &Uncertainty) -> Vec<u8> {
    let mut sheet = Sheet::new(&["scenario versus outcome group statistic", ESTIMATE, "unit note"]);
    let first = u.arms[0].name.as_str();
    for o in &u.outcomes {
        let values = o.values.iter().enumerate();
        let values = values.map(|(arm, v)| (arm, "", &v.centre, &v.spread));
        let differences = o.differences.iter().map(|d| (d.arm, first, &d.centre, &d.spread));
        for (arm, versus, centre, spread) in values.chain(differences) {
            let head = row(&sheet, &u.arms[arm].name, versus, o).set("unit", &o.unit);
            let row = |statistic: &str| head.clone().set("statistic", statistic);
            sheet.add(row("centre").estimate(centre));
            let s = match spread {
                Ok(s) => s,
                Err(why) => {
                    sheet.add(row("over_priors").set("n", 0).set("note", why));
                    continue;
                }
            };
            let n = u.draws;
            sheet.add(row("expected_over_priors").estimate(&s.expected));
            sheet.add(row("sd_parameters").range(&s.parameters, n));
            sheet.add(row("sd_chance").range(&s.chance, n));
            let note = "of the variance of one replication; without interval: see both deviations";
            let share = row("share_parameters").interval(s.share, None).set("n", n);
            sheet.add(share.set("note", note));
            for (statistic, ends, note) in [
                (
                    "middle_95_percent",
                    s.over.shrunk,
                    "points over the priors, noise of few replications taken out",
                ),
                (
                    "middle_95_percent_unshrunk",
                    s.over.unshrunk,
                    "points over the priors, noise left in",
                ),
            ] {
                let middle = row(statistic).interval(s.expected.value(), Some(ends));
                sheet.add(middle.set("n", n).set("note", note));
            }
        }
    }
    sheet.bytes()
}

fn probability(u: &Uncertainty) -> Vec<u8> {
    let head = "scenario versus outcome group statistic";
    let mut sheet = Sheet::new(&[head, ESTIMATE, "replications unshrunk note"]);
    for o in &u.outcomes {
        let statistic = match o.better {
            observe::Better::Neither => "probability_higher",
            _ => "probability_better",
        };
        for d in &o.differences {
            let row = row(&sheet, &u.arms[d.arm].name, &u.arms[0].name, o).set("statistic", statistic);
            sheet.add(match &d.better {
                Ok(b) => row
                    .interval(Some(b.p), Some((b.low, b.high)))
                    .set("n", b.draws)
                    .set("replications", b.replications)
                    .set("unshrunk", b.unshrunk)
                    .set("note", lean(b, o.better)),
                Err(why) => row.set("note", why),
            });
        }
    }
    sheet.bytes()
}

fn tipping(u: &Uncertainty) -> Vec<u8> {
    let head = "scenario versus outcome group parameter statistic at";
    let mut sheet = Sheet::new(&[head, ESTIMATE, "unit note"]);
    for o in &u.outcomes {
        for d in &o.differences {
            let head = row(&sheet, &u.arms[d.arm].name, &u.arms[0].name, o);
            let common = d.tipping.iter().map(|t| (u.coordinate(), t));
            let each = d.each.iter().map(|(name, t)| (name.as_str(), t));
            for (parameter, t) in common.chain(each) {
                let head = head.clone().set("parameter", parameter);
                let turns = head.clone().set("statistic", "tipping_point");
                let t = match t {
                    Ok(t) => t,
                    Err(why) => {
                        sheet.add(turns.set("note", why));
                        continue;
                    }
                };
                for c in &t.curve {
                    let row = head.clone().set("statistic", "difference").set("at", c.value);
                    sheet.add(row.estimate(&c.difference).set("unit", &o.unit));
                }
                let turns = turns.set("note", tipping_words(t, o.better, "it"));
                if t.crossings.is_empty() {
                    sheet.add(turns.clone());
                }
                // Where the difference is not told from 0: the piece that holds the turn.
                for turn in &t.crossings {
                    let piece = t.compatible.iter().find(|p| p.0 <= *turn && *turn <= p.1);
                    let n = t.curve.first().map_or(0, |c| c.difference.n());
                    sheet.add(turns.clone().interval(Some(*turn), piece.copied()).set("n", n));
                }
            }
        }
    }
    sheet.bytes()
}

fn information(u: &Uncertainty) -> Vec<u8> {
    let mut sheet = Sheet::new(&["statistic subject", ESTIMATE, "per unit note"]);
    let Some(d) = &u.decision else {
        return sheet.bytes();
    };
    let blank = sheet.row();
    let row =
        |statistic: &str, subject: &str| blank.clone().set("statistic", statistic).set("subject", subject);
    let voi = match &d.voi {
        Ok(voi) => voi,
        Err(why) => {
            sheet.add(row("evpi", "all parameters").set("note", why));
            return sheet.bytes();
        }
    };
    for ((arm, increment), share) in u.arms.iter().zip(&voi.increments).zip(&voi.best_share) {
        let benefit = row("net_benefit_over_first", &arm.name).range(increment, u.draws);
        let benefit = benefit.set("per", "decision").set("unit", "GBP");
        sheet.add(match arm.name == u.arms[0].name {
            true => benefit.set("note", "the first: what others are counted from"),
            false => benefit,
        });
        let note = "share of draws, noise taken out; without interval";
        let best = row("probability_best", &arm.name).range(&Range::exactly(*share), u.draws);
        sheet.add(best.set("note", note));
    }
    let scales = [(1.0, "decision")]
        .into_iter()
        .chain(d.population.map(|p| (p, "population")));
    for (scale, per) in scales {
        let worth = |subject: Row, r: &Range| {
            let (value, low, high) = (r.value * scale, r.low * scale, r.high * scale);
            subject.range(&Range { value, low, high }, u.draws)
        };
        let priced = |row: Row| row.set("per", per).set("unit", "GBP");
        sheet.add(priced(worth(row("evpi", "all parameters"), &voi.evpi)));
        for ((name, _), partial) in d.groups.iter().zip(&voi.partial) {
            let row = priced(row("evppi", name));
            sheet.add(match &partial.value {
                Some(value) => worth(row, value).set("note", partial.bases.join(", ")),
                None => row.set("note", "too few draws for a regression on so many parameters"),
            });
        }
    }
    sheet.bytes()
}

fn draws(u: &Uncertainty) -> Vec<u8> {
    let names = || u.parameters.iter().map(|p| p.name.as_str());
    let mut sheet = Sheet::named(["draw"].into_iter().chain(names()).chain(FACTOR_TABLE));
    for drawn in &u.rows {
        let (scenario, first) = (&u.arms[drawn.arm].name, &u.arms[0].name);
        let values = drawn.values.iter().map(|v| v.as_deref().unwrap_or_default());
        for (versus, statistic, all) in [
            ("", "value", &drawn.outcomes),
            (first, "difference", &drawn.differences),
        ] {
            for (o, e) in u.outcomes.iter().zip(all) {
                let row = row(&sheet, scenario, versus, o).set("draw", drawn.draw);
                let row = row.each(names().zip(values.clone())).set("statistic", statistic);
                sheet.add(row.estimate(e).set("unit", &o.unit));
            }
        }
    }
    sheet.bytes()
}

/// The difference of one outcome against the scanned ratio.
fn curves(u: &Uncertainty, outcome: usize) -> String {
    let o = &u.outcomes[outcome];
    let ratio = u.scan.as_ref().is_some_and(|s| s.ratio);
    let mut verticals = Vec::new();
    let mut all = Vec::new();
    for d in &o.differences {
        let Some(Ok(t)) = &d.tipping else { continue };
        all.push(Curve {
            name: u.arms[d.arm].name.clone(),
            points: t
                .curve
                .iter()
                .filter_map(|c| Some((c.value, c.difference.value()?)))
                .collect(),
            intervals: (t.curve.iter())
                .filter(|c| c.difference.value().is_some())
                .map(|c| c.difference.low().zip(c.difference.high()))
                .collect(),
            dots: true,
            ..Curve::default()
        });
        verticals.extend(t.crossings.iter().map(|turn| Rule {
            at: *turn,
            words: format!("{} turns", u.arms[d.arm].name),
        }));
    }
    chart(&Chart {
        title: format!("{}: difference from {}, 95% intervals", o.label, u.arms[0].name),
        x: match ratio {
            true => "r: every burden of a hand-off inside one organisation as a multiple of that between two; what eases it divided by r".to_string(),
            false => "quantile of all parameters".to_string(),
        },
        y: o.unit.clone(),
        log_x: ratio,
        curves: all,
        verticals,
        horizontals: vec![Rule { at: 0.0, words: "no difference".to_string() }],
    })
}
