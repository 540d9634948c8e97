//! The sections of the page on services: waits by cause, and how busy teams are.

use super::super::model::*;
use super::super::numbers::{Unit, whole_per_cent};
use super::super::sentences::{self, letter};
use super::super::words;
use super::sections::{class_of, column, estimate, named};
use super::{Body, Cell, Html, cell, escape, figure, head, interval};

/// Arms worth a row of their own.
fn told(report: &Report) -> Vec<usize> {
    let arms = 0..report.arms.len();
    arms.filter(|&arm| !report.arms[arm].identical_to_first).collect()
}

/// Waits by kind of need and by cause.
pub(super) fn waits(report: &Report) -> Html {
    let mut html = Html::default();
    if report.needs.is_empty() {
        return html;
    }
    html.paragraph("legend", &sentences::waits_legend(report));
    for need in &report.needs {
        html.raw(&format!("<h3>{}</h3>\n", escape(&need.label)));
        need_table(&mut html, report, need);
        causes(&mut html, report, need);
    }
    html
}

fn need_table(html: &mut Html, report: &Report, need: &Need) {
    let (unit, share, count) = (Unit::of(&need.unit), Unit::of("share"), Unit::of(""));
    let rows = told(report).into_iter().map(|arm| {
        let mut row = vec![named(report, arm)];
        row.push(figure(count.short(&need.arose[arm])));
        row.extend(estimate(&unit, &need.mean[arm], false));
        row.extend(estimate(&share, &need.died[arm], false));
        if report.compares() {
            let against = need.mean_comparisons.iter().find(|c| c.arm == arm);
            row.push(against.map_or(cell("", ""), |c| cell(class_of(c.verdict), sentences::verdict(c))));
        }
        row
    });
    let body = Body {
        title: String::new(),
        rows: rows.collect(),
    };
    let mut columns = vec![
        column("", "Arm"),
        column("n", "Needs in the window"),
        column("n", format!("Mean {} in need", need.unit)),
        column("", "95% interval"),
        column("n", "Died waiting, %"),
        column("", "95% interval"),
    ];
    if report.compares() {
        columns.push(column("", "Time against A"));
    }
    html.table("Time in need", &columns, &[body]);
}

fn causes(html: &mut Html, report: &Report, need: &Need) {
    if need.causes.is_empty() {
        return;
    }
    let (unit, told, last) = (Unit::of(&need.unit), told(report), report.arms.len() - 1);
    let rows = need.causes.iter().map(|cause| {
        let mut row = vec![head(cause.label.clone())];
        row.extend(told.iter().map(|&arm| Cell {
            bar: Some(cause.share[arm].unwrap_or(0.0)),
            ..cell("", cause.share[arm].map_or(String::new(), whole_per_cent))
        }));
        if let Some(c) = &cause.last_against_first {
            row.push(match c.verdict {
                Verdict::CannotTell => cell("unsure", "cannot tell"),
                Verdict::Same => cell("unsure", "the same, exactly"),
                Verdict::NotEstimable => cell("unsure", "not estimable"),
                _ => interval(unit.full(&c.difference, true)),
            });
        }
        row
    });
    let body = Body {
        title: String::new(),
        rows: rows.collect(),
    };
    let mut columns = vec![column("", "Put down to")];
    columns.extend(told.iter().map(|&arm| column("n", letter(arm))));
    if report.compares() {
        columns.push(column(
            "",
            format!("{} less A, {} a need", letter(last), need.unit),
        ));
    }
    html.table("Share of the whole time in need", &columns, &[body]);
}

/// Use and queue of each team.
pub(super) fn teams(report: &Report) -> Html {
    let mut html = Html::default();
    if report.teams.is_empty() {
        return html;
    }
    let rising = sentences::rising(report);
    match rising.is_empty() {
        true => html.paragraph("", sentences::NO_QUEUE_RISES),
        false => {
            html.raw("<div class=\"warn\">\n");
            html.paragraph(
                "",
                "Queues clearly longer in the second half of the window than in the first:",
            );
            html.list(&rising);
            html.raw("</div>\n");
        }
    }
    let (share, jobs, hours) = (Unit::of("share"), Unit::of("jobs"), Unit::of("hours"));
    let bodies: Vec<Body> = report
        .teams
        .iter()
        .map(|team| Body {
            title: words::capital(&words::plain(&team.name)),
            rows: told(report)
                .into_iter()
                .map(|arm| {
                    let t = &team.arms[arm];
                    let mut row = vec![named(report, arm)];
                    row.extend(estimate(&share, &t.utilisation, false));
                    row.extend(estimate(&jobs, &t.queue, false));
                    row.push(figure(t.halves.as_ref().map_or(
                        String::new(),
                        |(first, second)| {
                            let flag = if t.rising { " ↑" } else { "" };
                            format!("{} → {}{flag}", jobs.short(first), jobs.short(second))
                        },
                    )));
                    row.push(figure(
                        t.overtime.as_ref().map_or(String::new(), |n| hours.short(n)),
                    ));
                    row
                })
                .collect(),
        })
        .collect();
    let columns = [
        column("", "Arm"),
        column("n", "In use, %"),
        column("", "95% interval"),
        column("n", "Jobs waiting"),
        column("", "95% interval"),
        column("n", "First → second half"),
        column("n", "Overtime hours"),
    ];
    html.raw("<details><summary>Team by team</summary>\n");
    html.table(
        "Use and queue of each team in the measured window",
        &columns,
        &bodies,
    );
    html.raw("</details>\n");
    html
}
