//! What the numbers mean, in sentences that the terminal and the page share.

use super::model::*;
use super::numbers::{Unit, amount, fixed, per_cent};
use super::words;

/// Significance level of the stars.
pub(super) const STAR: f64 = 0.05;

/// The letter by which tables call an arm.
pub(super) fn letter(arm: usize) -> String {
    match u8::try_from(arm) {
        Ok(a) if a < 26 => char::from(b'A' + a).to_string(),
        _ => format!("arm {}", arm + 1),
    }
}

fn plural(n: u64, word: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {word}{s}", fixed(n as f64, 0))
}

fn totals(t: &StaffTotal) -> String {
    format!(
        "{} whole-time equivalents (WTE), {} hours on duty a week, £{} a year",
        amount(t.wte),
        amount(t.weekly_hours),
        fixed(t.yearly_cost.max(0.0), 0)
    )
}

/// Who works and what it costs, differences first.
pub(super) fn staff(report: &Report) -> Vec<String> {
    let Some(staff) = &report.staff else {
        return Vec::new();
    };
    let first = &staff.totals[0];
    if !report.compares() {
        let mut out = vec![format!("Staff: {}.", totals(first))];
        out.extend(staff_later(report, staff));
        return out;
    }
    if staff.same {
        let mut out = vec![format!(
            "The arms have the same staff: {}; and the same beds, places and care hours.",
            totals(first)
        )];
        out.extend(staff_later(report, staff));
        return out;
    }
    let mut out = vec![
        "The arms do not have the same staff, so differences below are also differences of staff."
            .to_string(),
    ];
    for (arm, t) in report.arms.iter().zip(&staff.totals) {
        let more = |a: f64, b: f64, unit: &str| match a - b {
            d if d.abs() < 0.05 => String::new(),
            d => format!(
                ", {}{unit} {} than {}",
                amount(d.abs()),
                if d > 0.0 { "more" } else { "less" },
                report.arms[0].name
            ),
        };
        let wte = more(t.wte, first.wte, " WTE");
        let cost = match t.yearly_cost - first.yearly_cost {
            d if d.abs() < 0.5 => String::new(),
            d => format!(
                ", £{} a year {}",
                fixed(d.abs(), 0),
                if d > 0.0 { "dearer" } else { "cheaper" }
            ),
        };
        out.push(format!("{}: {}{wte}{cost}.", arm.name, totals(t)));
    }
    out.extend(staff_later(report, staff));
    out
}

/// Teams that change during the run.
fn staff_later(report: &Report, staff: &Staff) -> Vec<String> {
    let mut out = Vec::new();
    for team in &staff.teams {
        for (arm, row) in report.arms.iter().zip(&team.arms) {
            let Some(row) = row.as_ref().filter(|row| !row.later.is_empty()) else {
                continue;
            };
            let changes = row.later.iter().map(|l| {
                let what = match row.places > 0.0 || l.places > 0.0 {
                    true => format!("{} places", fixed(l.places, 0)),
                    false => format!("{} WTE, {} hours a week", amount(l.wte), amount(l.weekly_hours)),
                };
                format!("from week {}: {what}", words::week(l.week))
            });
            let changes: Vec<String> = changes.collect();
            let who = match team.same {
                true => String::new(),
                false => format!(" in {}", arm.name),
            };
            out.push(format!(
                "{}{who}, {} (all other figures are means over the measured window).",
                words::capital(&words::plain(&team.team)),
                changes.join("; ")
            ));
            if team.same {
                break;
            }
        }
    }
    out
}

/// Beds, places or hours a week; empty if there are none.
pub(super) fn places(places: f64) -> String {
    match places {
        p if p <= 0.0 => String::new(),
        p if p == p.trunc() => fixed(p, 0),
        p => amount(p),
    }
}

/// Whether people are simulated, not customers of a network of queues.
fn of_people(report: &Report) -> bool {
    report.staff.is_some() || !report.needs.is_empty()
}

/// What arms share when they are paired.
fn shared(report: &Report) -> &'static str {
    if of_people(report) {
        "people"
    } else {
        "chance draws"
    }
}

/// "1 week", "2.5 weeks".
fn weeks(number: f64) -> String {
    let s = if number == 1.0 { "" } else { "s" };
    format!("{} week{s}", amount(number))
}

/// What was run.
pub(super) fn run(report: &Report) -> Vec<String> {
    let plan = &report.plan;
    let mut out = Vec::new();
    let mut ran = plural(plan.replications, "replication");
    if let Some(w) = &plan.weeks {
        ran += &format!(
            ", each {} measured after {} that only fill the services and followed by {} in \
             which the counted are followed up",
            weeks(w.measured),
            weeks(w.warm_up),
            weeks(w.cool_down)
        );
    }
    out.push(format!("{ran}; seed {}. {}", plan.seed, ended(&plan.ended)));
    if report.compares() {
        let words = match (plan.paired, of_people(report)) {
            (true, true) => {
                "All arms have the same people, who fall ill, worsen and die at the same moments whatever care does: \
                 arms are compared person by person."
            }
            (false, true) => {
                "The arms do not have the same people, so they are not compared person by person: a difference is \
                 also a difference of populations."
            }
            (true, false) => {
                "The same customers come to all arms, with the same chance draws, wherever their arrivals and services are \
                 alike: arms are compared replication by replication."
            }
            (false, false) => "The arms do not share their chance draws.",
        };
        out.push(words.to_string());
    }
    out.push(format!(
        "The unit of inference is the {}, because {} meet in the same queues: square brackets hold 95% intervals over {}.",
        if report.plan.antithetic {
            "antithetic pair of replications"
        } else {
            "replication"
        },
        if of_people(report) { "people" } else { "customers" },
        if report.plan.antithetic { "pairs" } else { "replications" }
    ));
    out
}

fn ended(ended: &Ended) -> String {
    match ended {
        Ended::Complete => "All replications asked for are done.".to_string(),
        Ended::Precise { target, held_since } => {
            let ahead = match held_since {
                Some(n) => format!(" at {n} replications and held it since, as its look-ahead wants"),
                None => String::new(),
            };
            format!(
                "It stopped because the chosen outcomes reached the precision asked for ({}){ahead}. Intervals where such a \
                 rule stops hold the truth a little less often than 95%: 92 to 95% in experiments with known truth.",
                per_cent(*target)
            )
        }
        Ended::Capped {
            target,
            worst,
            reached,
        } => {
            let least = match (worst, reached) {
                (Some(worst), Some(r)) => format!(": {worst} is known to {} only", per_cent(*r)),
                (Some(worst), None) => format!(": {worst} cannot be estimated"),
                _ => String::new(),
            };
            format!(
                "It stopped at its largest number of replications before it reached the precision asked for ({}){least}.",
                per_cent(*target)
            )
        }
        Ended::Interrupted => "It was interrupted; what was finished is reported.".to_string(),
    }
}

/// Arms that differ in nothing.
pub(super) fn identical(report: &Report) -> Vec<String> {
    let arms = report.arms.iter().filter(|a| a.identical_to_first);
    arms.map(|a| {
        format!(
            "{} is the same as {}, exactly: no outcome differs in any replication.",
            a.name, report.arms[0].name
        )
    })
    .collect()
}

/// What a comparison says, in a few words.
pub(super) fn verdict(c: &Comparison) -> &'static str {
    let up = c.difference.value.is_some_and(|v| v > 0.0);
    match (c.verdict, up) {
        (Verdict::Same, _) => "the same, exactly",
        (Verdict::Better, true) => "higher: better",
        (Verdict::Better, false) => "lower: better",
        (Verdict::Worse, true) => "higher: worse",
        (Verdict::Worse, false) => "lower: worse",
        (Verdict::More, _) => "higher",
        (Verdict::Less, _) => "lower",
        (Verdict::CannotTell, _) => "cannot tell",
        (Verdict::NotEstimable, _) => "not estimable",
    }
}

/// Whether a comparison stands after allowing for all headline outcomes.
pub(super) fn starred(c: &Comparison) -> bool {
    c.p_holm.is_some_and(|p| p < STAR)
}

/// The variance-reduction factor, such as `x3.2`.
pub(super) fn factor(report: &Report, c: &Comparison) -> String {
    let factor = c.variance_reduction.filter(|_| report.plan.paired);
    factor.map_or(String::new(), |v| {
        let places = if v < 9.95 { 1 } else { 0 };
        format!("x{}", fixed(v.max(0.0), places))
    })
}

/// Which way is good.
pub(super) fn direction(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
        Better::Neither => "neither way is better",
    }
}

/// How to read the table of headlines.
pub(super) fn headline_legend(report: &Report) -> String {
    let tested = report.headlines().count() as u64;
    let base = &report.arms[0].name;
    let mut legend = format!(
        "The first line of each outcome is {base}; each other line is that arm less {base}. * the difference still \
         stands (p < 0.05) after allowing for {} tested together (Holm).",
        plural(tested, "outcome")
    );
    if report.plan.paired {
        legend += &format!(
            " Pairing: how many times more replications would have been needed without shared {}.",
            shared(report)
        );
    }
    legend
}

/// "Of 1,000 people who died ..." for one arm.
pub(super) fn moved(report: &Report, m: &Move) -> String {
    let (arm, base) = (&report.arms[m.arm].name, &report.arms[0].name);
    if m.elsewhere.value == Some(0.0) {
        return format!("{arm}: everybody died in the same place as in {base}, exactly.");
    }
    let unit = Unit::per_1000();
    format!(
        "{arm}: of 1,000 people who died, {} died somewhere else than in {base}.",
        unit.full(&m.elsewhere, false)
    )
}

/// The placebo.
pub(super) fn placebo(report: &Report, moves: &Moves) -> String {
    format!(
        "The effect of an arm is the net change of each place. Who in particular moves is largely chance: {0} run again \
         on the same people with chance drawn afresh (the placebo) moves {1} of 1,000 to and fro. Arms share their \
         chance with {0}, so most move fewer.",
        report.arms[0].name,
        Unit::per_1000().full(&moves.placebo.elsewhere, false)
    )
}

/// Teams whose queue grew over the window.
pub(super) fn rising(report: &Report) -> Vec<String> {
    let unit = Unit::of("jobs");
    let mut out = Vec::new();
    for team in &report.teams {
        for (arm, t) in report.arms.iter().zip(&team.arms) {
            if let (true, Some((first, second))) = (t.rising && !arm.identical_to_first, &t.halves) {
                out.push(format!(
                    "{} in {}: {} jobs waiting in the first half of the window, {} in the second.",
                    words::plain(&team.name),
                    arm.name,
                    unit.full(first, false),
                    unit.full(second, false)
                ));
            }
        }
    }
    out
}

/// Headline outcomes whose interval includes zero, with what could have been seen.
pub(super) fn unsure(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for o in report.headlines() {
        let unit = Unit::of(&o.unit);
        let of = |verdict: Verdict| o.comparisons.iter().filter(move |c| c.verdict == verdict);
        let cannot: Vec<String> = of(Verdict::CannotTell)
            .map(|c| {
                let arm = &report.arms[c.arm].name;
                let half = c.difference.half_width().unwrap_or(0.0);
                format!("{arm} ±{}", unit.size(half))
            })
            .collect();
        if !cannot.is_empty() {
            out.push(format!(
                "{}: {} ({}).",
                o.label,
                cannot.join(", "),
                unit.difference
            ));
        }
        for c in of(Verdict::NotEstimable) {
            let why = super::numbers::reason(&c.difference);
            out.push(format!(
                "{}: {}: not estimable: {why}.",
                o.label, report.arms[c.arm].name
            ));
        }
    }
    out
}

/// How precise the answer is.
pub(super) fn precision(report: &Report) -> String {
    let p = &report.precision;
    let (Some(median), Some(worst)) = (p.median, p.worst) else {
        return "No headline outcome has an interval, so no precision can be given.".to_string();
    };
    let what = match report.compares() {
        true => format!(
            "a headline difference, relative to the value in {}",
            report.arms[0].name
        ),
        false => "a headline outcome, relative to its value".to_string(),
    };
    let label = p.worst_outcome.as_deref().unwrap_or_default();
    let mut text = format!(
        "Half the width of the 95% interval of {what}: {} in the median, {} at worst ({label}).",
        per_cent(median),
        per_cent(worst)
    );
    if let Some(v) = p.variance_reduction.filter(|_| report.plan.paired) {
        let places = if v < 9.95 { 1 } else { 0 };
        text += &format!(
            " Sharing {} between arms was worth {} times as many replications (median).",
            shared(report),
            fixed(v.max(0.0), places)
        );
    }
    for sentence in &report.plan.variance_reduction {
        text += &format!(" {sentence}");
    }
    text
}

/// What not to believe.
pub(super) fn caution(report: &Report) -> String {
    let mut text =
        "The intervals show the play of chance between replications only, not doubt about the assumptions."
            .to_string();
    if !of_people(report) {
        return text;
    }
    text = format!(
        "This is a model, not a measurement, and it is not calibrated to any real place. Each of its numbers is taken from a \
         source, published, derived or assumed, and graded so in the scenario's evidence; many are assumed. {text}"
    );
    if report.compares() {
        text += " How much easier a hand-off becomes inside one organisation (the ratios r) is held at the centre of its \
                 range: nobody has measured it, and a hand-off that becomes harder is possible.";
    }
    text
}

/// No queue grew.
pub(super) const NO_QUEUE_RISES: &str =
    "No queue is clearly longer in the second half of the window than in the first.";
/// Nothing is left open.
pub(super) const ALL_TOLD: &str =
    "Every headline difference either can be told from zero or is exactly zero.";
/// What follows cannot be told.
pub(super) const UNSURE: &str = "The interval of these differences includes zero. ± is half its width: a true difference \
     clearly larger than that would have shown.";

/// How to read the tables of waits.
pub(super) fn waits_legend(report: &Report) -> String {
    let mut legend = "Time runs from the true onset of a need to its end, whether it was met or not, so that those who died \
                      waiting count. Causes are shares of the whole time in need."
        .to_string();
    if report.compares() {
        let last = letter(report.arms.len() - 1);
        legend += &format!(
            " {last} - A: what {last} adds to the mean time by that cause, where it can be told from zero."
        );
    }
    legend
}
