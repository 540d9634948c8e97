//! Sections of a comparison in the terminal: differences looked at together, who changes, and gaps between groups.

use super::equity::{Equity, GapVerdict};
use super::layout::{Align, Page, Row};
use super::model::*;
use super::numbers::Unit;
use super::sentences::{STAR, letter};
use super::{Change, Changes};
use Align::{Left, Right};

/// Most changed gaps that the terminal names.
const GAPS_SHOWN: usize = 15;

/// One headline outcome of one comparison.
pub(super) type Told<'r> = (&'r Outcome, &'r Comparison);

/// All comparisons of headline outcomes: the family that is looked at together.
pub(super) fn family(report: &Report) -> Vec<Told<'_>> {
    report
        .headlines()
        .flat_map(|o| o.comparisons.iter().chain(&o.other_pairs).map(move |c| (o, c)))
        .collect()
}

/// Whether there is more than one comparison.
pub(super) fn several(report: &Report) -> bool {
    report.arms.len() > 2
}

/// Whether a difference still stands after allowing for all comparisons.
pub(super) fn stands(c: &Comparison) -> bool {
    c.p_holm_family.is_some_and(|p| p < STAR)
}

/// `E - A`.
pub(super) fn pair(c: &Comparison) -> String {
    format!("{} - {}", letter(c.arm), letter(c.versus))
}

/// The simultaneous interval as a number.
pub(super) fn together(c: &Comparison) -> Number {
    Number {
        interval: c.simultaneous,
        ..c.difference.clone()
    }
}

/// What the family is and how it is judged.
pub(super) fn family_legend(family: &[Told<'_>], outcomes: usize) -> String {
    let all = family.len();
    let standing = family.iter().filter(|(_, c)| stands(c)).count();
    format!(
        "The stars above allow for the outcomes of one comparison. Here all {all} differences ({} comparisons of {outcomes} \
         outcomes) are looked at together: the intervals hold all at once with 95% confidence (Bonferroni, which asks nothing of \
         how the arms are correlated), and {standing} differences still stand (p < 0.05, Holm over all {all}).",
        all / outcomes.max(1),
    )
}

/// The differences that stand when all are looked at together.
pub(super) fn looked_at_together(page: &mut Page, report: &Report) {
    let family = family(report);
    if !several(report) || family.is_empty() {
        return;
    }
    page.heading("Looked at together");
    let outcomes = report.headlines().count();
    page.paragraph(&family_legend(&family, outcomes));
    let mut rows = Vec::new();
    for o in report.headlines() {
        let unit = Unit::of(&o.unit);
        let standing: Vec<&Comparison> = (family.iter())
            .filter(|(of, c)| of.name == o.name && stands(c))
            .map(|(_, c)| *c)
            .collect();
        if standing.is_empty() {
            continue;
        }
        rows.push(Row::Across(format!("{} ({})", o.label, unit.difference)));
        for c in standing {
            rows.push(Row::Cells(vec![
                format!("  {}", pair(c)),
                unit.signed(&together(c)),
                unit.interval(&together(c), true),
                super::sentences::verdict(c).to_string(),
            ]));
        }
    }
    if !rows.is_empty() {
        page.table(&[Left, Right, Left, Left], &rows);
    }
    page.paragraph("All of them, with p: columns p_holm_family, lower_simultaneous and upper_simultaneous of paired.csv.");
}

/// How to read the table of changes.
pub(super) fn changes_legend(report: &Report) -> String {
    format!(
        "Of 1,000 people whose death was expected, how many had it in one arm and not in the other: gained and lost against \
         {0}, and the net change. Gained and lost are largely chance where the placebo ({0} on the same people with chance drawn \
         afresh) has as many. Arms in which nobody changed are left out.",
        report.arms[0].name
    )
}

/// People who have it here and not there, and the other way round.
pub(super) fn gained_lost(change: &Change) -> [&Number; 2] {
    [&change.from_to[0][1], &change.from_to[1][0]]
}

/// The name of the run that a change is of.
pub(super) fn run_of(report: &Report, change: &Change) -> String {
    match (change.is_placebo(), change.versus) {
        (true, _) => format!("placebo of {}", letter(0)),
        (false, 0) => format!("{} {}", letter(change.arm), report.arms[change.arm].name),
        (false, versus) => format!("{} - {}", letter(change.arm), letter(versus)),
    }
}

/// States other than the place of death that are told: one row for each comparison in which somebody changed.
pub(super) fn rows_of<'c>(changes: &'c Changes, state: usize) -> impl Iterator<Item = &'c Change> {
    changes
        .of(state)
        .filter(|c| c.gross.value.is_some_and(|v| v > 0.0))
}

/// What was reached by the time of death, person by person.
pub(super) fn changes(page: &mut Page, report: &Report) {
    let Some(changes) = report.changes.as_ref().filter(|c| c.states.len() > 1) else {
        return;
    };
    page.heading("Who is reached, person by person");
    page.paragraph(&changes_legend(report));
    let unit = Unit::per_1000();
    let mut rows = vec![Row::Cells(
        ["", "gained", "lost", "net", "95% interval"]
            .map(str::to_string)
            .to_vec(),
    )];
    for (i, state) in changes.states.iter().enumerate().skip(1) {
        rows.push(Row::Across(state.label.clone()));
        for c in rows_of(changes, i) {
            let [gained, lost] = gained_lost(c);
            rows.push(Row::Cells(vec![
                format!("  {}", run_of(report, c)),
                unit.tenths(gained),
                unit.tenths(lost),
                unit.signed(&c.net[1]),
                unit.interval(&c.net[1], true),
            ]));
        }
    }
    page.table(&[Left, Right, Right, Right, Left], &rows);
}

/// What a change of a gap is called.
pub(super) fn gap_words(v: GapVerdict) -> &'static str {
    match v {
        GapVerdict::Same => "the same, exactly",
        GapVerdict::Narrows => "narrows",
        GapVerdict::Widens => "widens",
        GapVerdict::Reverses => "reverses",
        GapVerdict::Opens => "opens",
        GapVerdict::Moves => "changes",
        GapVerdict::CannotTell => "cannot tell",
        GapVerdict::NotEstimable => "not estimable",
    }
}

/// How gaps are judged.
pub(super) fn equity_legend(report: &Report, equity: &Equity) -> String {
    let tested = equity.all().filter(|(_, c)| c.p_holm.is_some()).count();
    format!(
        "{} gaps between groups ({} less or over others, and slope indices) in each arm against {}. A gap narrows or widens where it is \
         clear in {} and the interval of the difference excludes zero; it opens where it was not clear before. Of {tested} differences \
         that can be tested, about {:.0} would seem to change by chance alone; * stands after allowing for all of them (Holm).",
        equity.outcomes.len(),
        "worst off",
        report.arms[0].name,
        report.arms[0].name,
        0.05 * tested as f64,
    )
}

/// For each arm, how many gaps narrow and widen.
pub(super) fn equity_counts(report: &Report, equity: &Equity) -> Vec<String> {
    let arms = report
        .arms
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, a)| !a.identical_to_first);
    arms.map(|(arm, a)| {
        let of = || equity.all().filter(move |(_, c)| c.arm == arm);
        let starred = of()
            .filter(|(_, c)| c.verdict.told() && c.p_holm.is_some_and(|p| p < STAR))
            .count();
        let kinds = [
            (GapVerdict::Narrows, "narrow"),
            (GapVerdict::Widens, "widen"),
            (GapVerdict::Reverses, "reverse"),
            (GapVerdict::Opens, "open"),
            (GapVerdict::Moves, "change where none is clear"),
        ];
        let counts: Vec<String> = kinds
            .into_iter()
            .map(|(verdict, word)| (of().filter(|(_, c)| c.verdict == verdict).count(), word))
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect();
        match counts.is_empty() {
            true => format!("{}: no gap can be told to change.", a.name),
            false => format!(
                "{}: {}; {starred} stand after allowing for all.",
                a.name,
                counts.join(", ")
            ),
        }
    })
    .collect()
}

/// Whether gaps between groups narrow or widen.
pub(super) fn equity(page: &mut Page, report: &Report) {
    let Some(equity) = &report.equity else { return };
    page.heading("Equity: gaps between groups");
    page.paragraph(&equity_legend(report, equity));
    equity_counts(report, equity).iter().for_each(|s| page.point(s));
    let mut told: Vec<_> = equity.all().filter(|(_, c)| c.verdict.told()).collect();
    // The surest first; the order of the catalogue among equals.
    told.sort_by(|a, b| {
        let p = |c: &super::GapChange| c.p_holm.unwrap_or(1.0);
        p(a.1).total_cmp(&p(b.1))
    });
    let mut rows: Vec<Row> = Vec::new();
    for (gap, change) in told.iter().take(GAPS_SHOWN) {
        let o = &report.outcomes[gap.outcome];
        let unit = Unit::of(&o.unit);
        let Some(c) = o.comparisons.iter().find(|c| c.arm == change.arm) else {
            continue;
        };
        let star = if change.p_holm.is_some_and(|p| p < STAR) {
            "*"
        } else {
            ""
        };
        rows.push(Row::Across(format!("{} ({})", o.label, unit.heading)));
        rows.push(Row::Cells(vec![
            format!("  {}", pair(c)),
            o.arms
                .first()
                .map_or(String::new(), |n| format!("A {}", unit.value(n))),
            unit.signed(&c.difference),
            unit.interval(&c.difference, true),
            star.to_string(),
            gap_words(change.verdict).to_string(),
        ]));
    }
    if rows.is_empty() {
        page.paragraph("No gap can be told to change.");
        return;
    }
    page.gap();
    page.table(&[Left, Right, Right, Left, Left, Left], &rows);
    if told.len() > GAPS_SHOWN {
        page.paragraph(&format!(
            "The {GAPS_SHOWN} surest are shown; {} others are in report.html and paired.csv.",
            told.len() - GAPS_SHOWN
        ));
    }
}
