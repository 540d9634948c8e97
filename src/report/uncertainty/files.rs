//! The files of a results folder: tidy tables, the report, the curves.

use super::words::{lean, tipping_words};
use super::{Spread, Uncertainty, uncertainty_text};
use crate::methods::nested::Range;
use crate::methods::tipping::Tipping;
use crate::observe;
use crate::report::chart::{Chart, Curve, Rule, chart};
use crate::stats::Estimate;
use crate::stats::Missing;

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

struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(columns: &[&str]) -> Table {
        let mut table = Table(csv::Writer::from_writer(Vec::new()));
        table.row(&columns.iter().map(|c| c.to_string()).collect::<Vec<_>>());
        table
    }

    fn row(&mut self, cells: &[String]) {
        self.0.write_record(cells).expect("memory takes any text");
    }

    fn bytes(self) -> Vec<u8> {
        self.0
            .into_inner()
            .expect("memory is never full before the program is")
    }
}

fn number(x: Option<f64>) -> String {
    x.map_or(String::new(), |x| x.to_string())
}

/// value, lower, upper, n, note.
fn of_estimate(e: &Estimate) -> [String; 5] {
    [
        number(e.value()),
        number(e.low()),
        number(e.high()),
        e.n().to_string(),
        e.why_missing().map_or(String::new(), |w| w.to_string()),
    ]
}

fn of_range(r: &Range, n: usize) -> [String; 5] {
    let ends = r.interval();
    let note = if ends.is_none() {
        Missing::NoVariation.to_string()
    } else {
        String::new()
    };
    [
        r.value.to_string(),
        number(ends.map(|e| e.0)),
        number(ends.map(|e| e.1)),
        n.to_string(),
        note,
    ]
}

fn uncertainty(u: &Uncertainty) -> Vec<u8> {
    let mut table = Table::new(&[
        "scenario",
        "versus",
        "outcome",
        "group",
        "statistic",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "unit",
        "note",
    ]);
    for o in &u.outcomes {
        let mut rows = |arm: usize, versus: &str, centre: &Estimate, spread: &Result<Spread, String>| {
            let mut put = |statistic: &str, [value, low, high, n, note]: [String; 5]| {
                let (name, group) = (o.name.clone(), o.group.clone());
                let scenario = u.arms[arm].name.clone();
                let cells = [
                    scenario,
                    versus.to_string(),
                    name,
                    group,
                    statistic.to_string(),
                    value,
                    low,
                    high,
                    n,
                ];
                let mut cells = cells.to_vec();
                cells.extend([o.unit.clone(), note]);
                table.row(&cells);
            };
            put("centre", of_estimate(centre));
            match spread {
                Err(why) => put(
                    "over_priors",
                    [
                        String::new(),
                        String::new(),
                        String::new(),
                        "0".into(),
                        why.clone(),
                    ],
                ),
                Ok(s) => {
                    let n = u.draws;
                    put("expected_over_priors", of_estimate(&s.expected));
                    put("sd_parameters", of_range(&s.parameters, n));
                    put("sd_chance", of_range(&s.chance, n));
                    let share = Range::exactly(s.share.unwrap_or(0.0));
                    let mut cells = of_range(&share, n);
                    (cells[1], cells[2]) = (String::new(), String::new());
                    if s.share.is_none() {
                        cells[0] = String::new();
                    }
                    cells[4] =
                        "of the variance of one replication; without interval: see both deviations".into();
                    put("share_parameters", cells);
                    let mean = s.expected.value().unwrap_or(0.0);
                    for (name, (low, high), note) in [
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
                        let mut cells = of_range(
                            &Range {
                                value: mean,
                                low,
                                high,
                            },
                            n,
                        );
                        cells[4] = note.to_string();
                        put(name, cells);
                    }
                }
            }
        };
        for (arm, value) in o.values.iter().enumerate() {
            rows(arm, "", &value.centre, &value.spread);
        }
        for d in &o.differences {
            rows(d.arm, &u.arms[0].name, &d.centre, &d.spread);
        }
    }
    table.bytes()
}

fn probability(u: &Uncertainty) -> Vec<u8> {
    let mut table = Table::new(&[
        "scenario",
        "versus",
        "outcome",
        "group",
        "statistic",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "replications",
        "unshrunk",
        "note",
    ]);
    for o in &u.outcomes {
        for d in &o.differences {
            let statistic = match o.better {
                observe::Better::Neither => "probability_higher",
                _ => "probability_better",
            };
            let mut cells = vec![
                u.arms[d.arm].name.clone(),
                u.arms[0].name.clone(),
                o.name.clone(),
                o.group.clone(),
                statistic.to_string(),
            ];
            match &d.better {
                Ok(b) => cells.extend([
                    b.p.to_string(),
                    b.low.to_string(),
                    b.high.to_string(),
                    b.draws.to_string(),
                    b.replications.to_string(),
                    b.unshrunk.to_string(),
                    lean(b, o.better).to_string(),
                ]),
                Err(why) => {
                    cells.extend(std::iter::repeat_n(String::new(), 6));
                    cells.push(why.clone());
                }
            }
            table.row(&cells);
        }
    }
    table.bytes()
}

fn tipping(u: &Uncertainty) -> Vec<u8> {
    let mut table = Table::new(&[
        "scenario",
        "versus",
        "outcome",
        "group",
        "parameter",
        "statistic",
        "at",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "unit",
        "note",
    ]);
    for o in &u.outcomes {
        for d in &o.differences {
            let mut one = |parameter: &str, t: &Result<Tipping, String>| {
                let head = [
                    u.arms[d.arm].name.clone(),
                    u.arms[0].name.clone(),
                    o.name.clone(),
                    o.group.clone(),
                    parameter.to_string(),
                ];
                let mut put = |statistic: &str, at: String, value: [String; 5], unit: &str| {
                    let mut cells = head.to_vec();
                    let [value, low, high, n, note] = value;
                    cells.extend([
                        statistic.to_string(),
                        at,
                        value,
                        low,
                        high,
                        n,
                        unit.to_string(),
                        note,
                    ]);
                    table.row(&cells);
                };
                let nothing = |note: &str| {
                    [
                        String::new(),
                        String::new(),
                        String::new(),
                        String::new(),
                        note.to_string(),
                    ]
                };
                let t = match t {
                    Ok(t) => t,
                    Err(why) => return put("tipping_point", String::new(), nothing(why), ""),
                };
                for c in &t.curve {
                    put(
                        "difference",
                        c.value.to_string(),
                        of_estimate(&c.difference),
                        &o.unit,
                    );
                }
                let words = tipping_words(t, o.better, "it");
                if t.crossings.is_empty() {
                    put("tipping_point", String::new(), nothing(&words), "");
                }
                // Where the difference is not told from 0: the piece that holds the turn.
                for turn in &t.crossings {
                    let piece = t.compatible.iter().find(|p| p.0 <= *turn && *turn <= p.1);
                    let n = t.curve.first().map_or(0, |c| c.difference.n());
                    let ends = (number(piece.map(|p| p.0)), number(piece.map(|p| p.1)));
                    let cells = [turn.to_string(), ends.0, ends.1, n.to_string(), words.clone()];
                    put("tipping_point", String::new(), cells, "");
                }
            };
            if let Some(t) = &d.tipping {
                one(u.coordinate(), t);
            }
            for (name, t) in &d.each {
                one(name, t);
            }
        }
    }
    table.bytes()
}

fn information(u: &Uncertainty) -> Vec<u8> {
    let mut table = Table::new(&[
        "statistic",
        "subject",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "per",
        "unit",
        "note",
    ]);
    let Some(d) = &u.decision else {
        return table.bytes();
    };
    let voi = match &d.voi {
        Ok(voi) => voi,
        Err(why) => {
            let mut cells = vec!["evpi".to_string(), "all parameters".to_string()];
            cells.extend(std::iter::repeat_n(String::new(), 6));
            cells.push(why.clone());
            table.row(&cells);
            return table.bytes();
        }
    };
    let mut put = |statistic: &str, subject: &str, r: Option<Range>, per: &str, unit: &str, note: &str| {
        let [value, low, high, n, _] = match &r {
            Some(r) => of_range(r, u.draws),
            None => std::array::from_fn(|_| String::new()),
        };
        let cells = [statistic, subject, &value, &low, &high, &n, per, unit, note];
        table.row(&cells.map(str::to_string));
    };
    for ((arm, increment), share) in u.arms.iter().zip(&voi.increments).zip(&voi.best_share) {
        let note = if arm.name == u.arms[0].name {
            "the first: what others are counted from"
        } else {
            ""
        };
        put(
            "net_benefit_over_first",
            &arm.name,
            Some(*increment),
            "decision",
            "GBP",
            note,
        );
        let share = Range::exactly(*share);
        put(
            "probability_best",
            &arm.name,
            Some(share),
            "",
            "",
            "share of draws, noise taken out; without interval",
        );
    }
    let scales = [(1.0, "decision")]
        .into_iter()
        .chain(d.population.map(|p| (p, "population")));
    for (scale, per) in scales {
        let times = |r: &Range| Range {
            value: r.value * scale,
            low: r.low * scale,
            high: r.high * scale,
        };
        put("evpi", "all parameters", Some(times(&voi.evpi)), per, "GBP", "");
        for ((name, _), partial) in d.groups.iter().zip(&voi.partial) {
            let note = match &partial.value {
                Some(_) => partial.bases.join(", "),
                None => "too few draws for a regression on so many parameters".to_string(),
            };
            put(
                "evppi",
                name,
                partial.value.as_ref().map(times),
                per,
                "GBP",
                &note,
            );
        }
    }
    table.bytes()
}

fn draws(u: &Uncertainty) -> Vec<u8> {
    let mut columns = vec!["draw"];
    columns.extend(u.parameters.iter().map(|p| p.name.as_str()));
    columns.extend([
        "scenario",
        "versus",
        "outcome",
        "group",
        "statistic",
        "value",
        "lower_95_ci",
        "upper_95_ci",
        "n",
        "unit",
        "note",
    ]);
    let mut table = Table::new(&columns);
    for row in &u.rows {
        let mut head = vec![row.draw.to_string()];
        head.extend(row.values.iter().map(|v| v.clone().unwrap_or_default()));
        head.push(u.arms[row.arm].name.clone());
        let mut put = |versus: &str, statistic: &str, all: &[Estimate]| {
            for (o, e) in u.outcomes.iter().zip(all) {
                let mut cells = head.clone();
                cells.extend([
                    versus.to_string(),
                    o.name.clone(),
                    o.group.clone(),
                    statistic.to_string(),
                ]);
                let [value, low, high, n, note] = of_estimate(e);
                cells.extend([value, low, high, n, o.unit.clone(), note]);
                table.row(&cells);
            }
        };
        put("", "value", &row.outcomes);
        put(&u.arms[0].name, "difference", &row.differences);
    }
    table.bytes()
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
