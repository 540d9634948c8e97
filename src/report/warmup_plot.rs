//! The plot of interval series: values, moving average, what MSER-5 leaves out, the present warm-up; one panel an outcome.

use std::fmt::Write;

use super::html::escape;
use super::warmup::{Warmup, WarmupOutcome};

const LEFT: f64 = 78.0;
const FIELD: f64 = 640.0;
const RIGHT: f64 = 16.0;
const PANEL: f64 = 128.0;
const GAP: f64 = 44.0;
const TOP: f64 = 62.0;

const STYLE: &str = "text{font:12px sans-serif;fill:#222}.h{font-weight:bold}.t{font-size:10.5px;fill:#555}\
.v{fill:none;stroke:#9aa5b1;stroke-width:1}.m{fill:none;stroke:#0b5394;stroke-width:2}\
.a{stroke:#888;stroke-width:1}.g{stroke:#ddd;stroke-width:1}\
.c{stroke:#b45309;stroke-width:1.5;stroke-dasharray:5 3}.w{stroke:#2e7d32;stroke-width:1.5}";

/// The plot as a file of its own.
pub fn warmup_svg(w: &Warmup) -> String {
    let height = TOP + (PANEL + GAP) * w.outcomes.len() as f64;
    let width = LEFT + FIELD + RIGHT;
    let mut svg = String::new();
    // Writing into a String cannot fail.
    let mut put = |s: std::fmt::Arguments<'_>| svg.write_fmt(s).expect("a string takes any text");
    put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text class=\"h\" x=\"8\" y=\"18\">{}</text>\n",
        escape(&w.answer()),
        escape(&w.title)
    ));
    put(format_args!(
        "<text class=\"t\" x=\"8\" y=\"36\">Grey: value by interval, {} replications together. Blue: moving average (window {} \
         either side).</text>\n<text class=\"t\" x=\"8\" y=\"50\">Brown, dashed: what MSER-5 leaves out. Green: the scenario's \
         warm-up. Time in {}.</text>\n",
        w.replications,
        w.window,
        w.unit().0
    ));
    for (i, o) in w.outcomes.iter().enumerate() {
        panel(w, o, TOP + (PANEL + GAP) * i as f64, &mut put);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(w: &Warmup, o: &WarmupOutcome, top: f64, put: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
    let (upper, lower) = (top + 18.0, top + PANEL);
    put(format_args!(
        "<text x=\"{LEFT}\" y=\"{:.1}\">{} ({})</text>\n",
        top + 10.0,
        escape(&o.label),
        escape(&o.unit)
    ));
    let known = || o.values.iter().flatten().copied();
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    if low > high {
        put(format_args!(
            "<text class=\"t\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>\n",
            top + 40.0,
            escape(&w.why(o))
        ));
        return;
    }
    let (low, high) = if high - low > 1e-12 * high.abs().max(low.abs()) {
        (low, high)
    } else {
        (low - 1.0, high + 1.0)
    };
    let n = w.intervals.max(1) as f64;
    let x = |interval: f64| LEFT + FIELD * interval / n;
    let y = |v: f64| lower - (lower - upper) * (v - low) / (high - low);
    for (v, at) in [(low, lower), (high, upper)] {
        put(format_args!(
            "<line class=\"g\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"t\" x=\"{:.1}\" \
             y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
            LEFT + FIELD,
            LEFT - 6.0,
            at + 4.0,
            tick(v, high - low)
        ));
    }
    for quarter in 0..=4 {
        let interval = n * f64::from(quarter) / 4.0;
        let secs = interval * w.interval as f64 / w.unit().1 as f64;
        put(format_args!(
            "<line class=\"a\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{lower:.1}\" y2=\"{1:.1}\"/><text class=\"t\" x=\"{0:.1}\" \
             y=\"{2:.1}\" text-anchor=\"middle\">{3}</text>\n",
            x(interval),
            lower + 4.0,
            lower + 16.0,
            tick(secs, n)
        ));
    }
    // A gap in the values is a gap in the line.
    let mut path = String::new();
    let mut pen = 'M';
    for (i, v) in o.values.iter().enumerate() {
        match v {
            Some(v) => {
                write!(path, "{pen}{:.1} {:.1}", x(i as f64 + 0.5), y(*v)).expect("a string takes any text");
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    put(format_args!("<path class=\"v\" d=\"{path}\"/>\n"));
    let smooth = o.smooth.iter().enumerate();
    let smooth: Vec<String> = smooth
        .map(|(i, v)| format!("{:.1},{:.1}", x(i as f64 + 0.5), y(*v)))
        .collect();
    put(format_args!(
        "<polyline class=\"m\" points=\"{}\"/>\n",
        smooth.join(" ")
    ));
    let present = w.present as f64 / w.interval as f64;
    let cuts = [("w", Some(present)), ("c", o.mser.ok().map(|n| n as f64))];
    for (class, at) in cuts.into_iter().filter_map(|(class, at)| Some((class, at?))) {
        if at <= n {
            put(format_args!(
                "<line class=\"{class}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{upper:.1}\" y2=\"{lower:.1}\"/>\n",
                x(at)
            ));
        }
    }
}

/// A number at an axis, with as many places as its range asks for.
fn tick(v: f64, range: f64) -> String {
    let places = match range {
        r if r >= 20.0 => 0,
        r if r >= 2.0 => 1,
        r if r >= 0.2 => 2,
        r if r >= 0.02 => 3,
        _ => 5,
    };
    let sign = if v < 0.0 { "−" } else { "" };
    format!("{sign}{}", super::numbers::fixed(v.abs(), places))
}
