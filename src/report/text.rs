//! The report as a commissioner reads it in a terminal.

use super::compared;
use super::layout::{Align, Page, Row};
use super::model::*;
use super::numbers::{Unit, amount, fixed, whole_per_cent};
use super::priors;
use super::sentences::{self, letter};
use super::words;
use Align::{Left, Right};

/// Causes of waiting shown for each need.
const CAUSES_SHOWN: usize = 5;
/// Usual width of the headline table beside the names of arms.
const HEADLINE_COLUMNS: usize = 65;
/// Usual width of a need's table beside the names of arms.
const NEED_COLUMNS: usize = 72;
/// Usual width of the staff table beside the names of arms.
const STAFF_COLUMNS: usize = 70;
/// Characters of a line of the priors beside the arm's name.
const PRIORS_COLUMNS: usize = 76;
/// Heading of the priors' section.
const OVER_PRIORS: &str = "How likely, over what nobody has measured";

/// The report as plain text, no line longer than `width` characters (at least 40).
pub fn text(report: &Report, width: usize) -> String {
    let mut page = Page::new(width);
    staff(&mut page, report);
    run(&mut page, report);
    if report.compares() {
        headline_differences(&mut page, report);
        compared::looked_at_together(&mut page, report);
        over_priors(&mut page, report);
        moves(&mut page, report);
        compared::changes(&mut page, report);
        compared::equity(&mut page, report);
    } else {
        headline_values(&mut page, report);
    }
    for need in report.needs.iter().enumerate() {
        needs(&mut page, report, need);
    }
    teams(&mut page, report);
    if report.compares() {
        unsure(&mut page, report);
    }
    page.heading("Precision and caution");
    page.paragraph(&sentences::precision(report));
    page.gap();
    page.paragraph(&sentences::caution(report));
    page.finish()
}

fn cells<S: ToString>(cells: impl IntoIterator<Item = S>) -> Row {
    Row::Cells(cells.into_iter().map(|c| c.to_string()).collect())
}

/// Letter and name of an arm, cut where the page is too narrow for the `others` characters beside it.
fn label(page: &Page, report: &Report, arm: usize, others: usize) -> String {
    let name = format!("{} {}", letter(arm), report.arms[arm].name);
    let room = page.width().saturating_sub(others).max(10);
    match name.chars().count() > room {
        true => name.chars().take(room - 1).chain(['…']).collect(),
        false => name,
    }
}

/// Arms worth a line of their own: those that are exactly the first arm are told once.
fn told(report: &Report) -> Vec<usize> {
    let arms = 0..report.arms.len();
    arms.filter(|&arm| !report.arms[arm].identical_to_first).collect()
}

fn staff(page: &mut Page, report: &Report) {
    let Some(staff) = &report.staff else { return };
    page.heading("Staff and cost");
    sentences::staff(report).iter().for_each(|s| page.paragraph(s));
    let differing: Vec<&StaffTeam> = staff.teams.iter().filter(|t| !t.same).collect();
    if differing.is_empty() {
        return;
    }
    page.gap();
    let mut rows = vec![cells([
        "team",
        "arm",
        "WTE",
        "hours a week",
        "£ a year",
        "beds, places",
    ])];
    for team in differing {
        for (arm, row) in team.arms.iter().enumerate() {
            let [wte, hours, cost, places] = match row {
                None => ["none", "", "", ""].map(str::to_string),
                Some(r) => [
                    amount(r.wte),
                    amount(r.weekly_hours),
                    fixed(r.yearly_cost.max(0.0), 0),
                    sentences::places(r.places),
                ],
            };
            rows.push(cells([
                words::plain(&team.team),
                label(page, report, arm, STAFF_COLUMNS),
                wte,
                hours,
                cost,
                places,
            ]));
        }
    }
    page.table(&[Left, Left, Right, Right, Right, Right], &rows);
}

fn run(page: &mut Page, report: &Report) {
    page.heading("What was run");
    let places = [&report.title, &report.plan.locality];
    let mut places: Vec<&str> = places.map(|p| p.trim_end_matches('.')).to_vec();
    places.retain(|p| !p.is_empty());
    places.dedup();
    if !places.is_empty() {
        page.paragraph(&format!("{}.", places.join(". ")));
    }
    if !report.question.is_empty() {
        page.paragraph(&report.question);
    }
    let rows: Vec<Row> = (report.arms.iter().enumerate())
        .map(|(i, arm)| cells([&letter(i), &arm.name, &arm.title]))
        .collect();
    page.table(&[Left, Left, Left], &rows);
    sentences::run(report).iter().for_each(|s| page.paragraph(s));
    sentences::identical(report)
        .iter()
        .for_each(|s| page.paragraph(s));
}

fn heading_of(o: &Outcome) -> String {
    let unit = Unit::of(&o.unit);
    format!(
        "{} ({}; {})",
        o.label,
        unit.heading,
        sentences::direction(o.better)
    )
}

fn headline_differences(page: &mut Page, report: &Report) {
    page.heading("Headline outcomes");
    if report.headlines().next().is_none() {
        page.paragraph("No outcome is named as a headline; all are in the tables.");
        return;
    }
    page.paragraph(&sentences::headline_legend(report));
    let label = |arm: usize| label(page, report, arm, HEADLINE_COLUMNS);
    let pairing = if report.plan.paired { "pairing" } else { "" };
    let mut rows = vec![cells(["", "", "95% interval", "", "in words", pairing])];
    for o in report.headlines() {
        let unit = Unit::of(&o.unit);
        rows.push(Row::Across(String::new()));
        rows.push(Row::Across(heading_of(o)));
        if let Some(base) = o.arms.first() {
            let (value, interval) = (unit.value(base), unit.interval(base, false));
            rows.push(cells([&label(0), &value, &interval, "", "", ""]));
        }
        for c in &o.comparisons {
            let name = label(c.arm);
            let row = match c.verdict {
                Verdict::Same => [name.as_str(), "0", "", "", sentences::verdict(c), ""].map(str::to_string),
                Verdict::NotEstimable if c.difference.value.is_none() => {
                    let why = super::numbers::reason(&c.difference);
                    rows.push(Row::Across(format!("{name}: not estimable: {why}")));
                    continue;
                }
                _ => [
                    name,
                    unit.signed(&c.difference),
                    unit.interval(&c.difference, true),
                    if sentences::starred(c) { "*" } else { "" }.to_string(),
                    sentences::verdict(c).to_string(),
                    sentences::factor(report, c),
                ],
            };
            rows.push(cells(row));
        }
    }
    page.table(&[Left, Right, Left, Left, Left, Left], &rows);
}

fn over_priors(page: &mut Page, report: &Report) {
    let Some(p) = &report.priors else { return };
    page.heading(OVER_PRIORS);
    priors::sentences(p).iter().for_each(|s| page.paragraph(s));
    let mut rows = Vec::new();
    for (o, of) in priors::by_outcome(report, p) {
        rows.push(Row::Across(String::new()));
        rows.push(Row::Across(heading_of(o)));
        for row in of {
            let name = label(page, report, row.arm, PRIORS_COLUMNS);
            rows.push(cells([
                name,
                format!("{} {}", priors::of_what(o), row.says),
                format!("turns: {}", row.turns),
            ]));
        }
    }
    page.table(&[Left, Left, Left], &rows);
}

fn headline_values(page: &mut Page, report: &Report) {
    page.heading("Outcomes");
    let headlines: Vec<&Outcome> = report.headlines().collect();
    let shown = match headlines.is_empty() {
        true => report.outcomes.iter().collect(),
        false => headlines,
    };
    let rows: Vec<Row> = shown
        .into_iter()
        .map(|o| {
            let unit = Unit::of(&o.unit);
            let (value, interval) = match o.arms.first() {
                Some(n) if n.value.is_none() => (String::new(), unit.value(n)),
                Some(n) => (unit.value(n), unit.interval(n, false)),
                None => Default::default(),
            };
            // Where there is no value there is nothing that could have a unit.
            let unit = if o.arms.first().is_some_and(|n| n.value.is_some()) {
                unit.heading
            } else {
                String::new()
            };
            cells([o.label.clone(), value, interval, unit])
        })
        .collect();
    page.table(&[Left, Right, Left, Left], &rows);
}

fn moves(page: &mut Page, report: &Report) {
    let Some(moves) = &report.moves else { return };
    page.heading("Where people died");
    page.paragraph(&sentences::placebo(report, moves));
    let unit = Unit::per_1000();
    for m in &moves.arms {
        page.gap();
        page.paragraph(&sentences::moved(report, m));
        if m.elsewhere.value.is_none_or(|v| v == 0.0) {
            continue;
        }
        let places: Vec<String> = moves.places.iter().map(|p| words::plain(p)).collect();
        let mut rows = Vec::new();
        let mut head = vec!["of 1,000".to_string()];
        head.extend(places.iter().map(|p| format!("to {p}")));
        rows.push(cells(head));
        for (from, to) in m.from_to.iter().enumerate() {
            let mut row = vec![format!("from {}", places[from])];
            row.extend(to.iter().enumerate().map(|(i, n)| match i == from {
                true => "-".to_string(),
                false => unit.tenths(n),
            }));
            rows.push(cells(row));
        }
        let mut align = vec![Left];
        align.extend(places.iter().map(|_| Right));
        page.table(&align, &rows);
        let net: Vec<String> = places
            .iter()
            .zip(&m.net)
            .map(|(place, n)| format!("{place} {}", unit.full(n, true)))
            .collect();
        page.paragraph(&format!("Net change of 1,000: {}.", net.join("; ")));
    }
}

fn needs(page: &mut Page, report: &Report, (position, need): (usize, &Need)) {
    if position == 0 {
        page.heading("Waits, and what they are put down to");
        page.paragraph(&sentences::waits_legend(report));
    }
    page.gap();
    let unit = Unit::of(&need.unit);
    let share = Unit::of("share");
    let told = told(report);
    let against = if report.compares() { "time against A" } else { "" };
    let mut rows = vec![
        Row::Across(need.label.clone()),
        cells(["", &need.unit, "", "died, %", "", against]),
    ];
    for &arm in &told {
        let (mean, died) = (&need.mean[arm], &need.died[arm]);
        let against = need.mean_comparisons.iter().find(|c| c.arm == arm);
        let died_value = died.value.map_or(String::new(), |_| share.value(died));
        rows.push(cells([
            label(page, report, arm, NEED_COLUMNS),
            unit.value(mean),
            unit.interval(mean, false),
            died_value,
            share.interval(died, false),
            against.map_or(String::new(), |c| sentences::verdict(c).to_string()),
        ]));
    }
    page.table(&[Left, Right, Left, Right, Left, Left], &rows);
    causes(page, report, need, &told);
}

fn causes(page: &mut Page, report: &Report, need: &Need, told: &[usize]) {
    if need.causes.is_empty() {
        return;
    }
    let unit = Unit::of(&need.unit);
    let last = report.arms.len() - 1;
    let mut head = vec!["  because".to_string()];
    head.extend(told.iter().map(|&arm| letter(arm)));
    head.push(match report.compares() {
        true => format!("{} - A, {}", letter(last), need.unit),
        false => String::new(),
    });
    let mut rows = vec![cells(head)];
    let shown = need.causes.iter().take(CAUSES_SHOWN);
    for cause in shown {
        let mut row = vec![format!("  {}", cause.label)];
        row.extend(
            told.iter()
                .map(|&arm| cause.share[arm].map_or(String::new(), whole_per_cent)),
        );
        row.push(
            cause
                .last_against_first
                .as_ref()
                .map_or(String::new(), |c| match c.verdict {
                    Verdict::CannotTell => "cannot tell".to_string(),
                    Verdict::Same => "the same, exactly".to_string(),
                    _ => unit.full(&c.difference, true),
                }),
        );
        rows.push(cells(row));
    }
    if need.causes.len() > CAUSES_SHOWN {
        let mut row = vec![match need.causes.len() - CAUSES_SHOWN {
            1 => "  1 other cause".to_string(),
            n => format!("  {n} other causes"),
        }];
        row.extend(told.iter().map(|&arm| {
            let rest = need.causes[CAUSES_SHOWN..].iter().filter_map(|c| c.share[arm]);
            whole_per_cent(rest.sum())
        }));
        row.push(String::new());
        rows.push(cells(row));
    }
    let mut align = vec![Left];
    align.extend(told.iter().map(|_| Right));
    align.push(Left);
    page.table(&align, &rows);
}

fn teams(page: &mut Page, report: &Report) {
    if report.teams.is_empty() {
        return;
    }
    page.heading("Teams");
    page.paragraph(
        "Per cent of available time in use / jobs waiting on average, in the measured window. An arrow up marks a queue \
         clearly longer in the second half of the window than in the first. Intervals are in the tables.",
    );
    let told = told(report);
    let mut head = vec![String::new()];
    head.extend(told.iter().map(|&arm| letter(arm)));
    let mut rows = vec![cells(head)];
    let (share, jobs) = (Unit::of("share"), Unit::of("jobs"));
    for team in &report.teams {
        let mut row = vec![words::plain(&team.name)];
        row.extend(told.iter().map(|&arm| {
            let t = &team.arms[arm];
            let short = |unit: &Unit, n: &Number| match n.value {
                Some(_) => unit.short(n),
                None => "?".to_string(),
            };
            let flag = if t.rising { " ↑" } else { "" };
            format!(
                "{}% / {}{flag}",
                short(&share, &t.utilisation),
                short(&jobs, &t.queue)
            )
        }));
        rows.push(cells(row));
    }
    let mut align = vec![Left];
    align.extend(told.iter().map(|_| Right));
    page.table(&align, &rows);
    let rising = sentences::rising(report);
    if rising.is_empty() {
        page.paragraph(sentences::NO_QUEUE_RISES);
    }
    rising.iter().for_each(|s| page.point(s));
}

fn unsure(page: &mut Page, report: &Report) {
    page.heading("Where it cannot tell");
    let unsure = sentences::unsure(report);
    if unsure.is_empty() {
        page.paragraph(sentences::ALL_TOLD);
        return;
    }
    page.paragraph(sentences::UNSURE);
    unsure.iter().for_each(|s| page.point(s));
}
