//! A forest plot of headline differences as inline SVG: each other arm against the first, in per cent of the
//! first, turned so that right is better.

use std::fmt::Write;

use super::html::escape;
use super::model::*;
use super::sentences::letter;

const LABEL: f64 = 300.0;
const FIELD: f64 = 420.0;
const RIGHT: f64 = 16.0;
const LINE: f64 = 16.0;
const TOP: f64 = 34.0;

/// One drawn difference, in per cent, right is better.
struct Point {
    arm: usize,
    value: f64,
    low: f64,
    high: f64,
    verdict: Verdict,
}

/// The plot; `None` where there is nothing to draw.
pub(super) fn forest(report: &Report) -> Option<String> {
    let told = |c: &&Comparison| report.arms.get(c.arm).is_some_and(|a| !a.identical_to_first);
    let rows: Vec<(&Outcome, Vec<Point>)> = report
        .headlines()
        .map(|o| {
            (
                o,
                o.comparisons
                    .iter()
                    .filter(told)
                    .filter_map(|c| point(o, c))
                    .collect(),
            )
        })
        .filter(|(_, points): &(&Outcome, Vec<Point>)| !points.is_empty())
        .collect();
    if rows.is_empty() {
        return None;
    }
    let limit = limit(rows.iter().flat_map(|r| &r.1));
    let x = |percent: f64| LABEL + FIELD * (percent.clamp(-limit, limit) + limit) / (2.0 * limit);
    let heights: Vec<f64> = rows
        .iter()
        .map(|r| 12.0 + LINE * r.1.len().max(2) as f64)
        .collect();
    let bottom = TOP + heights.iter().sum::<f64>();
    let (width, height) = (LABEL + FIELD + RIGHT, bottom + 40.0);
    let mut svg = String::new();
    // Writing into a String cannot fail.
    let mut put = |s: std::fmt::Arguments<'_>| svg.write_fmt(s).expect("a string takes any text");
    put(format_args!(
        "<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"plot-title\">\n\
         <title id=\"plot-title\">Difference of each arm from {}, per cent, with 95% intervals; right is better. The same \
         numbers are in the table below.</title>\n",
        escape(&report.arms[0].name)
    ));
    put(format_args!(
        "<text class=\"side\" x=\"{LABEL}\" y=\"14\">← worse</text>\
         <text class=\"side\" x=\"{}\" y=\"14\" text-anchor=\"end\">better →</text>\n",
        LABEL + FIELD
    ));
    for tick in ticks(limit) {
        let (at, class) = (x(tick), if tick == 0.0 { "zero" } else { "grid" });
        put(format_args!(
            "<line class=\"{class}\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\
             <text class=\"tick\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
            TOP - 8.0,
            bottom + 16.0,
            tick_label(tick)
        ));
    }
    put(format_args!(
        "<text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"middle\">difference, % of {}, right is better</text>\n",
        LABEL + FIELD / 2.0,
        bottom + 34.0,
        escape(&report.arms[0].name)
    ));
    let mut y = TOP;
    for ((outcome, points), height) in rows.iter().zip(heights) {
        put(format_args!(
            "<line class=\"grid\" x1=\"0\" x2=\"{width}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n"
        ));
        for (i, line) in lines(&outcome.label, 44).iter().enumerate().take(2) {
            let at = y + 18.0 + LINE * i as f64;
            put(format_args!(
                "<text class=\"name\" x=\"0\" y=\"{at:.1}\">{}</text>\n",
                escape(line)
            ));
        }
        for (i, p) in points.iter().enumerate() {
            let at = y + 14.0 + LINE * i as f64;
            let class = match p.verdict {
                Verdict::Better => "better",
                Verdict::Worse => "worse",
                _ => "unsure",
            };
            put(format_args!(
                "<g class=\"{class}\"><line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
                x(p.low),
                x(p.high)
            ));
            // An interval that leaves the field ends in an arrow.
            for (end, sign) in [(p.low, -1.0), (p.high, 1.0)] {
                if end.abs() > limit && end * sign > 0.0 {
                    let tip = x(end);
                    let back = tip - 6.0 * sign;
                    put(format_args!(
                        "<path d=\"M{back:.1} {:.1}L{tip:.1} {at:.1}L{back:.1} {:.1}\"/>",
                        at - 4.0,
                        at + 4.0
                    ));
                }
            }
            put(format_args!(
                "<circle cx=\"{0:.1}\" cy=\"{at:.1}\" r=\"7\"/><text x=\"{0:.1}\" y=\"{1:.1}\" \
                 text-anchor=\"middle\">{2}</text></g>\n",
                x(p.value),
                at + 3.5,
                escape(&letter(p.arm))
            ));
        }
        y += height;
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn point(o: &Outcome, c: &Comparison) -> Option<Point> {
    let turn = match o.better {
        Better::Higher => 100.0,
        Better::Lower => -100.0,
        Better::Neither => return None,
    };
    let (low, high) = c.relative.interval?;
    let (value, a, b) = (c.relative.value? * turn, low * turn, high * turn);
    let all = [value, a, b];
    all.iter().all(|v| v.is_finite()).then_some(Point {
        arm: c.arm,
        value,
        low: a.min(b),
        high: a.max(b),
        verdict: c.verdict,
    })
}

/// Half the width of the field: every estimate fits, and every interval that is not far wider than the largest of them.
fn limit<'a>(points: impl Iterator<Item = &'a Point> + Clone) -> f64 {
    let largest = points.clone().map(|p| p.value.abs()).fold(0.0, f64::max);
    let widest = points.map(|p| p.low.abs().max(p.high.abs())).fold(0.0, f64::max);
    (1.05 * widest.min(2.5 * largest).max(largest)).clamp(0.01, 1e9)
}

/// Round numbers from -limit to limit, zero among them.
fn ticks(limit: f64) -> Vec<f64> {
    let power = libm::pow(10.0, libm::floor(libm::log10(limit)));
    let step = [0.2, 0.5, 1.0, 2.0, 5.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| limit / step <= 4.0)
        .unwrap_or(power);
    let most = (limit / step).floor() as i32;
    (-most..=most).map(|i| f64::from(i) * step).collect()
}

fn tick_label(tick: f64) -> String {
    let size = tick.abs();
    let text = if size > 0.0 && size < 0.095 {
        format!("{size:.2}")
    } else if size.fract() != 0.0 && size < 10.0 {
        format!("{size:.1}")
    } else {
        super::numbers::fixed(size, 0)
    };
    let sign = if tick > 0.0 { "+" } else { "−" };
    if tick == 0.0 {
        "0".to_string()
    } else {
        format!("{sign}{text}%")
    }
}

/// Text in lines of about `length` characters.
fn lines(text: &str, length: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > length {
            lines.push(word.to_string());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
