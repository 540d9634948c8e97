//! Curves and bars with intervals as stand-alone SVG: the one way in which experiments draw.

use std::fmt::Write;

use super::html::escape;

/// A curve with intervals or a band.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Its name in the legend; empty for none.
    pub name: String,
    /// (x, y), x rising.
    pub points: Vec<(f64, f64)>,
    /// Lower and upper end at each point, if known.
    pub intervals: Vec<Option<(f64, f64)>>,
    /// A dot at each point, with its interval as a bar; otherwise intervals are drawn as a band.
    pub dots: bool,
    /// A thin grey line without emphasis.
    pub faint: bool,
}

/// A straight line across the chart with words at it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Where.
    pub at: f64,
    /// What it means.
    pub words: String,
}

/// Curves over one axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What it shows, in one line.
    pub title: String,
    /// Name and unit of the horizontal axis.
    pub x: String,
    /// Name and unit of the vertical axis.
    pub y: String,
    /// Equal ratios are equally long on the horizontal axis.
    pub log_x: bool,
    /// Curves.
    pub curves: Vec<Curve>,
    /// Vertical lines.
    pub verticals: Vec<Rule>,
    /// Horizontal lines.
    pub horizontals: Vec<Rule>,
}

/// A horizontal bar with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// One end, 0 for most charts; the other value of a tornado.
    pub from: f64,
    /// The other end.
    pub to: f64,
    /// Interval of `to`.
    pub interval: Option<(f64, f64)>,
    /// Words behind it, such as the value at each end.
    pub words: String,
}

/// Bars one below another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// What it shows, in one line.
    pub title: String,
    /// Name and unit of the axis.
    pub x: String,
    /// The value that a line is drawn at, such as 0.
    pub line: f64,
    /// The bars, first on top.
    pub bars: Vec<Bar>,
}

const COLOURS: [&str; 6] = ["#0b6e8a", "#c4622d", "#4a7c3a", "#7b4b94", "#8a6d0b", "#a02c4a"];
const STYLE: &str = "<style>text{font:13px sans-serif;fill:#222}.axis{stroke:#555;fill:none}.grid{stroke:#ddd}\
    .rule{stroke:#555;stroke-dasharray:4 3}.title{font-weight:bold}</style>";
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 56.0;

/// The chart as an SVG document.
pub fn chart(c: &Chart) -> String {
    let points = || c.curves.iter().flat_map(|k| &k.points);
    let xs = points().map(|p| p.0).chain(c.verticals.iter().map(|r| r.at));
    let ends = c
        .curves
        .iter()
        .flat_map(|k| k.intervals.iter().flatten())
        .flat_map(|i| [i.0, i.1]);
    let ys = points()
        .map(|p| p.1)
        .chain(ends)
        .chain(c.horizontals.iter().map(|r| r.at));
    let xs: Vec<f64> = xs.filter(|x| x.is_finite() && (!c.log_x || *x > 0.0)).collect();
    let ys: Vec<f64> = ys.filter(|y| y.is_finite()).collect();
    let (x0, x1) = span(&xs, 0.0);
    let (y0, y1) = span(&ys, 0.06);
    let along = |x: f64| match c.log_x && x0 > 0.0 {
        true => libm::log(x.max(x0) / x0) / libm::log(x1 / x0),
        false => (x - x0) / (x1 - x0),
    };
    let px = |x: f64| LEFT + (WIDTH - LEFT - RIGHT) * along(x).clamp(0.0, 1.0);
    let py = |y: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - ((y - y0) / (y1 - y0)).clamp(0.0, 1.0));
    let mut s = open(WIDTH, HEIGHT, &c.title);
    let (base, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    for y in ticks(y0, y1) {
        let at = py(y);
        put(
            &mut s,
            format_args!("<path class=\"grid\" d=\"M{LEFT:.1} {at:.1}H{right:.1}\"/>\n"),
        );
        text(&mut s, LEFT - 8.0, at + 4.0, "end", &figure(y));
    }
    let x_ticks = if c.log_x { log_ticks(x0, x1) } else { ticks(x0, x1) };
    for x in x_ticks {
        let at = px(x);
        put(
            &mut s,
            format_args!("<path class=\"axis\" d=\"M{at:.1} {base:.1}v5\"/>\n"),
        );
        text(&mut s, at, base + 20.0, "middle", &figure(x));
    }
    put(
        &mut s,
        format_args!("<path class=\"axis\" d=\"M{LEFT:.1} {TOP:.1}V{base:.1}H{right:.1}\"/>\n"),
    );
    text(&mut s, (LEFT + right) / 2.0, HEIGHT - 12.0, "middle", &c.x);
    text(&mut s, 8.0, TOP - 10.0, "start", &c.y);
    for rule in c.horizontals.iter().filter(|r| r.at.is_finite()) {
        let at = py(rule.at);
        put(
            &mut s,
            format_args!("<path class=\"rule\" d=\"M{LEFT:.1} {at:.1}H{right:.1}\"/>\n"),
        );
        text(&mut s, right, at - 4.0, "end", &rule.words);
    }
    for (i, rule) in c.verticals.iter().filter(|r| r.at.is_finite()).enumerate() {
        let at = px(rule.at);
        put(
            &mut s,
            format_args!("<path class=\"rule\" d=\"M{at:.1} {TOP:.1}V{base:.1}\"/>\n"),
        );
        let (anchor, shift) = if at > right - 160.0 {
            ("end", -4.0)
        } else {
            ("start", 4.0)
        };
        text(
            &mut s,
            at + shift,
            TOP + 12.0 + 15.0 * i as f64,
            anchor,
            &rule.words,
        );
    }
    let mut legend = 0.0;
    for (i, curve) in c.curves.iter().enumerate() {
        let colour = if curve.faint {
            "#bbb"
        } else {
            COLOURS[i % COLOURS.len()]
        };
        draw_curve(&mut s, curve, colour, &px, &py);
        if !curve.name.is_empty() {
            let y = base - 12.0 - 17.0 * legend;
            put(
                &mut s,
                format_args!(
                    "<path d=\"M{:.1} {:.1}h18\" stroke=\"{colour}\" stroke-width=\"3\"/>\n",
                    LEFT + 12.0,
                    y - 4.0
                ),
            );
            text(&mut s, LEFT + 36.0, y, "start", &curve.name);
            legend += 1.0;
        }
    }
    s + "</svg>\n"
}

fn draw_curve(s: &mut String, curve: &Curve, colour: &str, px: &dyn Fn(f64) -> f64, py: &dyn Fn(f64) -> f64) {
    let at = |i: usize| curve.intervals.get(i).copied().flatten();
    if !curve.dots && (0..curve.points.len()).all(|i| at(i).is_some()) && !curve.points.is_empty() {
        let mut path = String::new();
        let ends = |i: usize| at(i).unwrap_or_default();
        let upper = (0..curve.points.len()).map(|i| (curve.points[i].0, ends(i).1));
        let lower = (0..curve.points.len())
            .rev()
            .map(|i| (curve.points[i].0, ends(i).0));
        for (i, (x, y)) in upper.chain(lower).enumerate() {
            put(
                &mut path,
                format_args!("{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, px(x), py(y)),
            );
        }
        put(
            s,
            format_args!("<path d=\"{path}Z\" fill=\"{colour}\" fill-opacity=\"0.15\"/>\n"),
        );
    }
    let finite = || {
        curve
            .points
            .iter()
            .enumerate()
            .filter(|(_, p)| p.0.is_finite() && p.1.is_finite())
    };
    let mut path = String::new();
    for (i, (_, &(x, y))) in finite().enumerate() {
        put(
            &mut path,
            format_args!("{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, px(x), py(y)),
        );
    }
    let width = if curve.faint { 1 } else { 2 };
    put(
        s,
        format_args!("<path d=\"{path}\" stroke=\"{colour}\" fill=\"none\" stroke-width=\"{width}\"/>\n"),
    );
    if curve.dots {
        for (i, &(x, y)) in finite() {
            if let Some((low, high)) = at(i) {
                put(
                    s,
                    format_args!(
                        "<path d=\"M{0:.1} {1:.1}V{2:.1}\" stroke=\"{colour}\"/>\n",
                        px(x),
                        py(low),
                        py(high)
                    ),
                );
            }
            put(
                s,
                format_args!(
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{colour}\"/>\n",
                    px(x),
                    py(y)
                ),
            );
        }
    }
}

/// The bars as an SVG document.
pub fn bars(b: &Bars) -> String {
    const LABEL: f64 = 330.0;
    const WORDS: f64 = 190.0;
    const ROW: f64 = 24.0;
    let ends = b.bars.iter().flat_map(|bar| {
        let interval = bar.interval.unwrap_or((bar.to, bar.to));
        [bar.from, bar.to, interval.0, interval.1]
    });
    let all: Vec<f64> = ends.chain([b.line]).filter(|x| x.is_finite()).collect();
    let (x0, x1) = span(&all, 0.04);
    let base = TOP + ROW * b.bars.len() as f64 + 6.0;
    let (right, height) = (WIDTH - WORDS, base + BOTTOM);
    let px = |x: f64| LABEL + (right - LABEL) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
    let mut s = open(WIDTH, height, &b.title);
    for x in ticks(x0, x1) {
        let at = px(x);
        put(
            &mut s,
            format_args!("<path class=\"grid\" d=\"M{at:.1} {TOP:.1}V{base:.1}\"/>\n"),
        );
        text(&mut s, at, base + 18.0, "middle", &figure(x));
    }
    for (i, bar) in b.bars.iter().enumerate() {
        let y = TOP + ROW * i as f64 + 4.0;
        let (a, z) = (px(bar.from.min(bar.to)), px(bar.from.max(bar.to)));
        let colour = if bar.to >= bar.from {
            COLOURS[0]
        } else {
            COLOURS[1]
        };
        put(
            &mut s,
            format_args!(
                "<rect x=\"{a:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"16\" fill=\"{colour}\" fill-opacity=\"0.75\"/>\n",
                (z - a).max(1.0)
            ),
        );
        if let Some((low, high)) = bar.interval {
            let (l, h, m) = (px(low), px(high), y + 8.0);
            put(
                &mut s,
                format_args!(
                    "<path class=\"axis\" d=\"M{l:.1} {m:.1}H{h:.1}M{l:.1} {0:.1}v8M{h:.1} {0:.1}v8\"/>\n",
                    m - 4.0
                ),
            );
        }
        text(&mut s, LABEL - 8.0, y + 13.0, "end", &shortened(&bar.label));
        text(&mut s, right + 8.0, y + 13.0, "start", &bar.words);
    }
    let at = px(b.line);
    put(
        &mut s,
        format_args!("<path class=\"axis\" d=\"M{at:.1} {TOP:.1}V{base:.1}\"/>\n"),
    );
    text(&mut s, (LABEL + right) / 2.0, height - 12.0, "middle", &b.x);
    s + "</svg>\n"
}

/// Labels longer than their room lose their beginning, which is the common part of paths.
fn shortened(label: &str) -> String {
    const MOST: usize = 46;
    let n = label.chars().count();
    match n > MOST {
        true => format!("…{}", label.chars().skip(n - MOST + 1).collect::<String>()),
        false => label.to_string(),
    }
}

fn open(width: f64, height: f64, title: &str) -> String {
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{title}\">\n{STYLE}\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text class=\"title\" x=\"8\" y=\"18\">{title}</text>\n"
    )
}

fn put(s: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    s.write_fmt(what).expect("a string takes any text");
}

fn text(s: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    put(
        s,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>\n",
            escape(words)
        ),
    );
}

/// Smallest and largest with some room, never of width 0.
fn span(all: &[f64], room: f64) -> (f64, f64) {
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match (low.is_finite(), high > low) {
        (false, _) => (0.0, 1.0),
        (true, false) => (low - 0.5 * low.abs().max(1.0), low + 0.5 * low.abs().max(1.0)),
        (true, true) => (low - room * (high - low), high + room * (high - low)),
    }
}

/// About six round numbers within a range.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let raw = (high - low) / 6.0;
    let power = libm::pow(10.0, libm::floor(libm::log10(raw)));
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|s| *s >= raw)
        .unwrap_or(raw);
    let first = libm::ceil(low / step - 1e-9) as i64;
    let last = libm::floor(high / step + 1e-9) as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// 1, 2 and 5 times powers of ten within a range.
fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let (a, b) = (
        libm::floor(libm::log10(low)) as i32,
        libm::ceil(libm::log10(high)) as i32,
    );
    let all = (a..=b).flat_map(|p| [1.0, 2.0, 5.0].map(|m| m * libm::pow(10.0, f64::from(p))));
    all.filter(|x| (low * 0.999..=high * 1.001).contains(x)).collect()
}

/// A number at an axis: as short as it may be.
fn figure(x: f64) -> String {
    if x == 0.0 {
        return "0".to_string();
    }
    if x.abs() >= 1e6 || x.abs() < 1e-4 {
        return format!("{x:.1e}");
    }
    let text = format!("{x:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(-0.3, 0.3).len(), 7);
        assert_eq!(log_ticks(0.2, 2.0).len(), 4);
        assert_eq!(
            (figure(0.30000000000000004), figure(-2.0), figure(1e7)),
            ("0.3".into(), "-2".into(), "1.0e7".into())
        );
    }

    #[test]
    fn nothing_to_draw_draws_axes_and_odd_numbers_break_nothing() {
        let empty = chart(&Chart::default());
        assert!(empty.starts_with("<svg") && empty.ends_with("</svg>\n"));
        let odd = Chart {
            title: "a < b & c".into(),
            curves: vec![Curve {
                points: vec![(1.0, 2.0), (2.0, f64::NAN)],
                intervals: vec![Some((1.0, 3.0)), None],
                ..Curve::default()
            }],
            ..Chart::default()
        };
        let drawn = chart(&odd);
        assert!(drawn.contains("a &lt; b &amp; c") && !drawn.contains("NaN"));
        assert!(
            !bars(&Bars {
                bars: vec![Bar::default()],
                ..Bars::default()
            })
            .contains("NaN")
        );
    }
}
