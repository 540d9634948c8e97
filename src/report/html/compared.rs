//! Sections of a comparison on the page: differences looked at together, who changes, and gaps between groups.

use super::super::compared::*;
use super::super::equity::GapVerdict;
use super::super::model::*;
use super::super::numbers::{Unit, reason};
use super::super::sentences::{self, STAR};
use super::sections::{class_of, column, estimate};
use super::{Body, Cell, Html, cell, figure, head, interval};

/// All differences of headline outcomes with the intervals that hold at once.
pub(super) fn together(report: &Report) -> Html {
    let mut html = Html::default();
    let family = family(report);
    if !several(report) || family.is_empty() {
        return html;
    }
    html.paragraph("legend", &family_legend(&family, report.headlines().count()));
    let bodies: Vec<Body> = report
        .headlines()
        .map(|o| {
            let unit = Unit::of(&o.unit);
            let row = |c: &Comparison| -> Vec<Cell> {
                let mut row = vec![head(pair(c))];
                match c.verdict {
                    Verdict::Same => row.extend([figure("0"), cell("i", "")]),
                    _ if c.difference.value.is_none() => {
                        row.extend([
                            figure(""),
                            cell("i", format!("not estimable: {}", reason(&c.difference))),
                        ]);
                    }
                    _ => row.extend([
                        figure(unit.signed(&super::super::compared::together(c))),
                        interval(unit.interval(&super::super::compared::together(c), true)),
                    ]),
                }
                row.push(cell("", if stands(c) { "*" } else { "" }));
                row.push(cell(class_of(c.verdict), sentences::verdict(c)));
                row
            };
            Body {
                title: format!("{} ({})", o.label, unit.difference),
                rows: o.comparisons.iter().chain(&o.other_pairs).map(row).collect(),
            }
        })
        .collect();
    let columns = [
        column("", "Arms"),
        column("n", "Difference"),
        column("", "Simultaneous 95% interval"),
        column("", "*"),
        column("", "In words, each alone"),
    ];
    html.table("Headline outcomes, all comparisons at once", &columns, &bodies);
    html
}

/// What was reached by the time of death, person by person.
pub(super) fn changes(report: &Report) -> Html {
    let mut html = Html::default();
    let Some(changes) = report.changes.as_ref().filter(|c| c.states.len() > 1) else {
        return html;
    };
    html.paragraph("", &changes_legend(report));
    let unit = Unit::per_1000();
    let bodies = changes.states.iter().enumerate().skip(1).map(|(i, state)| Body {
        title: state.label.clone(),
        rows: rows_of(changes, i)
            .map(|c| {
                let [gained, lost] = gained_lost(c);
                let mut row = vec![
                    head(run_of(report, c)),
                    figure(unit.tenths(gained)),
                    figure(unit.tenths(lost)),
                ];
                row.extend(estimate(&unit, &c.net[1], true));
                row
            })
            .collect(),
    });
    let columns = [
        column("", "Of 1,000"),
        column("n", "gained"),
        column("n", "lost"),
        column("n", "net"),
        column("", "95% interval"),
    ];
    html.table(
        "What people had by the time they died",
        &columns,
        &bodies.collect::<Vec<_>>(),
    );
    html
}

/// Whether gaps between groups narrow or widen.
pub(super) fn equity(report: &Report) -> Html {
    let mut html = Html::default();
    let Some(equity) = &report.equity else { return html };
    html.paragraph("legend", &equity_legend(report, equity));
    html.list(&equity_counts(report, equity));
    let bodies: Vec<Body> = equity
        .outcomes
        .iter()
        .map(|gap| {
            let o = &report.outcomes[gap.outcome];
            let unit = Unit::of(&o.unit);
            let mut rows = Vec::new();
            if let Some(first) = o.arms.first() {
                let mut row = vec![head(format!("A {}", report.arms[0].name))];
                row.extend(estimate(&unit, first, false));
                row.extend([cell("", ""), cell("", "")]);
                rows.push(row);
            }
            for (change, c) in gap.changes.iter().zip(&o.comparisons) {
                let mut row = vec![head(pair(c))];
                match change.verdict {
                    GapVerdict::Same => row.extend([figure("0"), cell("i", "")]),
                    _ => row.extend(estimate(&unit, &c.difference, true)),
                }
                let class = match change.verdict {
                    GapVerdict::Narrows => "better",
                    GapVerdict::Widens | GapVerdict::Reverses | GapVerdict::Opens => "worse",
                    GapVerdict::Moves => "",
                    _ => "unsure",
                };
                let star = change.p_holm.is_some_and(|p| p < STAR);
                row.extend([
                    cell("", if star { "*" } else { "" }),
                    cell(class, gap_words(change.verdict)),
                ]);
                rows.push(row);
            }
            Body {
                title: format!("{} ({})", o.label, unit.heading),
                rows,
            }
        })
        .collect();
    let columns = [
        column("", "Arm"),
        column("n", "Gap in A, difference of others"),
        column("", "95% interval"),
        column("", "*"),
        column("", "The gap"),
    ];
    html.raw("<details><summary>All gaps</summary>\n");
    html.table(
        "Gaps between groups, and what the arms do to them",
        &columns,
        &bodies,
    );
    html.raw("</details>\n");
    html
}
