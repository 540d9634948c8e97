//! A calibration as people read it: first what fits now and what did before, then what is known of each parameter.

use super::{Calibrated, Calibration, Goal, Place, Reach, Use};
use crate::methods::emulator::Fitness;
use crate::methods::identify::{Edge, Known};
use crate::report::layout::Align::{Left, Right};
use crate::report::layout::{Page, Row};
use crate::report::model::Number;
use crate::report::numbers::{Unit, fixed};
use crate::scenario::overlay::significant;
use crate::stats::Estimate;

/// Pairs that are named; all are in the file.
const PAIRS: usize = 8;

/// The answer in a sentence or two.
pub fn calibration_answer(c: &Calibration) -> String {
    let (before, fitted) = c.met(Use::Fitted, |g| g.before);
    let (after, _) = c.met(Use::Fitted, |g| g.after);
    let were = |n: usize| if n == 1 { "was" } else { "were" };
    let mut text = format!(
        "Of {} calibrated to, {before} {} inside the band before and {after} {} after",
        count(fitted, "target"),
        were(before),
        if after == 1 { "is" } else { "are" },
    );
    let (before, aside) = c.met(Use::Aside, |g| g.before);
    let (after, _) = c.met(Use::Aside, |g| g.after);
    text += &match aside {
        0 => "; none was kept aside, so nothing here tests the result.".to_string(),
        n => format!(
            "; of {} kept aside, {before} before and {after} after.",
            if n == 1 { "1".to_string() } else { n.to_string() }
        ),
    };
    if c.worse() {
        text += " The chosen values fit no better than the baseline did: keep the baseline.";
    }
    let out: Vec<&str> = (c.goals.iter())
        .filter(|g| matches!(g.reach, Reach::Out(_)))
        .map(|g| g.name.as_str())
        .collect();
    if !out.is_empty() {
        text += &format!(
            " Out of reach of these ranges, whatever the values: {}.",
            out.join(", ")
        );
    }
    let known = |k: Known| c.parameters.iter().filter(|p| p.known == k).count();
    text += &format!(
        " Of {}, the targets identify {}, {} partly, and say nothing of {} alone.",
        count(c.parameters.len(), "parameter"),
        known(Known::Identified),
        known(Known::Partly),
        known(Known::Not)
    );
    text
}

/// For people.
pub fn calibration_text(c: &Calibration, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&c.title);
    if let Some(question) = &c.question {
        page.paragraph(question);
    }
    page.paragraph(&calibration_answer(c));
    targets(&mut page, c);
    misfits(&mut page, c);
    parameters(&mut page, c);
    predictive(&mut page, c);
    course(&mut page, c);
    page.gap();
    page.paragraph(&format!(
        "Before and after are {} each, on the same luck, which nothing before had seen; ± is half the width of a 95% interval. In, near and \
         out of the band are of the value alone. The 5, 50 and 95% points are of the posterior: even over the ranges beforehand, normal \
         errors (half a band is two standard deviations), emulators with their own uncertainty. A target that is met is no \
         proof that the values are right: other values of what is not identified fit as well.",
        count(c.check as usize, "replication"),
    ));
    page.finish()
}

fn count(n: usize, word: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {word}{s}", fixed(n as f64, 0))
}

/// A value with half the width of its interval.
fn estimate(unit: &Unit, e: &Estimate) -> String {
    let value = unit.value(&Number::of(e));
    match e.half_width() {
        Some(half) => format!("{value} ± {}", unit.size(half)),
        None => value,
    }
}

/// A number of a band in the unit that is shown.
fn edge(unit: &Unit, x: f64) -> String {
    unit.value(&Number::of(&Estimate::point(
        x,
        crate::stats::Missing::NoVariation,
        0,
    )))
}

fn band(unit: &Unit, g: &Goal) -> String {
    let short = |x: f64| {
        let text = edge(unit, x);
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text,
        }
    };
    let heading = match unit.heading.as_str() {
        "£" => String::new(),
        words => format!(" {words}"),
    };
    format!("{} to {}{heading}", short(g.band.0), short(g.band.1))
}

/// Where a value lies, for narrow columns.
fn placed(place: Place) -> String {
    match place {
        Place::Inside => "in".to_string(),
        Place::Near => "near".to_string(),
        Place::Far => "out".to_string(),
        Place::Unknown => String::new(),
    }
}

fn targets(page: &mut Page, c: &Calibration) {
    for (role, title) in [
        (Use::Fitted, "Targets calibrated to"),
        (Use::Aside, "Targets kept aside"),
    ] {
        let goals: Vec<&Goal> = c.goals.iter().filter(|g| g.role == role).collect();
        if goals.is_empty() {
            continue;
        }
        page.heading(title);
        let words = ["target", "band", "before", "", "after", ""];
        let mut rows = vec![Row::Cells(words.map(str::to_string).to_vec())];
        for g in goals {
            let unit = Unit::of(&g.unit);
            rows.push(Row::Cells(vec![
                g.name.clone(),
                band(&unit, g),
                estimate(&unit, &g.before),
                placed(g.place(&g.before)),
                estimate(&unit, &g.after),
                placed(g.place(&g.after)),
            ]));
        }
        let align = [Left, Right, Right, Left, Right, Left];
        page.table(&align, &rows);
    }
}

/// What no value of the parameters mends.
fn misfits(page: &mut Page, c: &Calibration) {
    let mut points = Vec::new();
    for g in c.goals.iter().filter(|g| g.role == Use::Fitted) {
        let unit = Unit::of(&g.unit);
        let name = &g.name;
        match g.reach {
            Reach::Out(nearest) => points.push(format!(
                "{name} is out of reach of these ranges: no values come nearer to its band ({}) than about {}. It was not \
                 calibrated to. Either the ranges are too narrow or the model lacks what makes the figure.",
                band(&unit, g),
                edge(&unit, nearest),
            )),
            Reach::Constant(x) => points.push(format!(
                "{name} is {} whatever the values: nothing that is varied moves it.",
                edge(&unit, x)
            )),
            Reach::Unknown(had, of) => points.push(format!(
                "{name} has a value at {had} of {of} points only: it was not calibrated to. More replications, or a longer run, may help."
            )),
            Reach::Within if g.place(&g.after) != Place::Inside => points.push(format!(
                "{name} can be met within the ranges, but not together with the others: {} with the chosen values.",
                g.place(&g.after).word()
            )),
            Reach::Within | Reach::NotLooked => {}
        }
    }
    if let Some(cut) = c.loosened {
        points.push(format!(
            "No values meet all targets together as closely as asked (implausibility {}): what is told of the parameters is where \
             they come nearest, at {}. Targets contradict one another in this model, or it lacks something.",
            fixed(c.cut, 1),
            fixed(cut, 1)
        ));
    }
    if points.is_empty() {
        return;
    }
    page.heading("What no values mend");
    for point in points {
        page.point(&point);
    }
}

fn figure(x: f64) -> String {
    significant(x, 3).to_string()
}

/// How well it is known, in words.
pub(super) fn known(p: &Calibrated) -> &'static str {
    match p.known {
        Known::Identified => "identified",
        Known::Partly => "partly",
        Known::Not => "not",
    }
}

fn parameters(page: &mut Page, c: &Calibration) {
    page.heading("Parameters");
    let words = [
        "parameter",
        "was",
        "range",
        "5%",
        "50%",
        "95%",
        "chosen",
        "identified",
        "at end",
    ];
    let mut rows = vec![Row::Cells(words.map(str::to_string).to_vec())];
    for p in &c.parameters {
        let times = if p.multiply { "x " } else { "" };
        let known = match p.known {
            Known::Identified => "yes",
            Known::Partly => "partly",
            Known::Not => "no",
        };
        let end = match p.edge {
            Some(Edge::Low) => "low",
            Some(Edge::High) => "high",
            None => "",
        };
        rows.push(Row::Cells(vec![
            p.name.clone(),
            p.now.map_or("various".to_string(), figure),
            format!("{times}{} to {}", figure(p.prior.0), figure(p.prior.1)),
            figure(p.posterior[0]),
            figure(p.posterior[1]),
            figure(p.posterior[2]),
            match p.kept {
                true => "kept".to_string(),
                false => figure(p.chosen),
            },
            known.to_string(),
            end.to_string(),
        ]));
    }
    let align = [Left, Right, Right, Right, Right, Right, Right, Left, Left];
    page.table(&align, &rows);
    page.paragraph(
        "An x marks a range of factors by which all numbers of a parameter are multiplied. Identified: three quarters of the variance \
         beforehand are gone; partly: a quarter. At end: what fits lies close to an end of the range, which may be too narrow. Chosen \
         are the values with the highest posterior density, but each that fits hardly worse as it was (half a unit of \
         log-likelihood for all together) is kept.",
    );
    if !c.pairs.is_empty() {
        let all = c.pairs.iter().take(PAIRS).map(|pair| {
            let (a, b) = (&c.parameters[pair.a].name, &c.parameters[pair.b].name);
            let only = if pair.only {
                ", known in combination only"
            } else {
                ""
            };
            format!("{a} and {b} ({}{only})", fixed(pair.correlation, 2))
        });
        let more = c.pairs.len().saturating_sub(PAIRS);
        let more = match more {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        page.paragraph(&format!(
            "Pairs that go together in the posterior (correlation): {}{more}.",
            all.collect::<Vec<_>>().join(", ")
        ));
    }
    page.paragraph(&format!(
        "The targets pin down {} of {} of the parameters' space.",
        c.pinned,
        count(c.parameters.len(), "direction"),
    ));
}

fn predictive(page: &mut Page, c: &Calibration) {
    if c.draws.0 == 0 {
        return;
    }
    page.heading("Posterior predictive check");
    page.paragraph(&format!(
        "{} from the posterior, simulated on luck of their own ({} each): where the outcomes lie if all that fits is as likely as \
         it is.",
        count(c.draws.0, "draw"),
        count(c.draws.1 as usize, "replication"),
    ));
    let words = ["target", "band", "5%", "50%", "95%", "inside", "use"];
    let mut rows = vec![Row::Cells(words.map(str::to_string).to_vec())];
    for g in &c.goals {
        let unit = Unit::of(&g.unit);
        let mut cells = vec![g.name.clone(), band(&unit, g)];
        match &g.predicted {
            Some(p) => {
                cells.extend(p.interval.map(|x| edge(&unit, x)));
                cells.push(format!("{}%", fixed(100.0 * p.inside, 0)));
            }
            None => cells.extend(["", "", "", "no value"].map(str::to_string)),
        }
        cells.push(match g.role {
            Use::Fitted => "calibrated to".to_string(),
            Use::Aside => "kept aside".to_string(),
        });
        rows.push(Row::Cells(cells));
    }
    let align = [Left, Right, Right, Right, Right, Right, Left];
    page.table(&align, &rows);
}

/// How it came about.
fn course(page: &mut Page, c: &Calibration) {
    page.heading("How it came about");
    let words = [
        "wave",
        "points",
        "replications",
        "left of the ranges",
        "emulators' variance",
    ];
    let mut rows = vec![Row::Cells(words.map(str::to_string).to_vec())];
    for (i, w) in c.waves.iter().enumerate() {
        rows.push(Row::Cells(vec![
            (i + 1).to_string(),
            fixed(w.points as f64, 0),
            fixed(w.replications as f64, 0),
            format!(
                "{} [{} to {}]",
                share(w.share.0),
                share(w.share.1),
                share(w.share.2)
            ),
            match w.sharpness.is_finite() {
                true => format!("{} of the band's", figure(w.sharpness)),
                false => String::new(),
            },
        ]));
    }
    page.table(&[Right, Right, Right, Left, Left], &rows);
    page.paragraph(&format!(
        "{} In all {}; {} effective draws of the posterior.",
        sentence(&c.stopped),
        count(c.units as usize, "unit"),
        fixed(c.effective, 0)
    ));
    let emulated: Vec<&Goal> = c.goals.iter().filter(|g| g.emulator.is_some()).collect();
    if emulated.is_empty() {
        return;
    }
    page.paragraph(
        "Emulators, each point predicted from all others: the share of the variance explained, the most that noise allows, points \
         within two standard deviations (95% expected).",
    );
    let words = [
        "target",
        "points",
        "explained",
        "at most",
        "within two",
        "verdict",
    ];
    let mut rows = vec![Row::Cells(words.map(str::to_string).to_vec())];
    for g in emulated {
        let Some(d) = g.emulator else { continue };
        rows.push(Row::Cells(vec![
            g.name.clone(),
            fixed(d.points as f64, 0),
            fixed(d.r2, 2),
            fixed(d.ceiling, 2),
            format!("{}%", fixed(100.0 * d.within, 0)),
            verdict(d.verdict).to_string(),
        ]));
    }
    page.table(&[Left, Right, Right, Right, Right, Left], &rows);
}

/// What is thought of an emulator.
pub(super) fn verdict(f: Fitness) -> &'static str {
    match f {
        Fitness::Good => "good",
        Fitness::Overconfident => "too sure of itself",
        Fitness::Poor => "explains little",
    }
}

/// A share that may be very small.
fn share(x: f64) -> String {
    match x {
        x if x >= 0.001 => format!("{}%", figure(100.0 * x)),
        x if x > 0.0 => format!("{:.1e}%", 100.0 * x),
        _ => "0%".to_string(),
    }
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let mut text: String = match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => return String::new(),
    };
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}
