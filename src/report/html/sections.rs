//! The sections of the page, in the order of the terminal's.

use super::super::model::*;
use super::super::numbers::{Unit, amount, fixed, reason};
use super::super::plot::forest;
use super::super::priors;
use super::super::sentences::{self, letter};
use super::super::words;
use super::{Body, Cell, Html, cell, compared, escape, figure, head, interval, services};

/// One section.
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub body: Html,
}

/// All sections that have something to say.
pub(super) fn all(report: &Report) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    let mut all = vec![
        section("staff", "Staff and cost", staff(report)),
        section("run", "What was run", run(report)),
        section("headlines", "Headline outcomes", headlines(report)),
        section("together", "Looked at together", compared::together(report)),
        section(
            "priors",
            "How likely, over what nobody has measured",
            over_priors(report),
        ),
        section("deaths", "Where people died", deaths(report)),
        section(
            "reached",
            "Who is reached, person by person",
            compared::changes(report),
        ),
        section("equity", "Equity: gaps between groups", compared::equity(report)),
        section(
            "waits",
            "Waits, and what they are put down to",
            services::waits(report),
        ),
        section("teams", "Teams", services::teams(report)),
        section("money", "Money", money(report)),
        section("unsure", "Where it cannot tell", unsure(report)),
        section("precision", "Precision and caution", precision(report)),
        section("all", "All outcomes", outcomes(report)),
    ];
    all.retain(|s| !s.body.0.is_empty());
    all
}

pub(super) fn column(class: &'static str, words: impl Into<String>) -> (&'static str, String) {
    (class, words.into())
}

fn staff(report: &Report) -> Html {
    let mut html = Html::default();
    let Some(staff) = &report.staff else { return html };
    for (i, sentence) in sentences::staff(report).iter().enumerate() {
        html.paragraph(if i == 0 { "first" } else { "" }, sentence);
    }
    let open = if staff.same { "" } else { " open=\"open\"" };
    html.raw(&format!("<details{open}><summary>Team by team</summary>\n"));
    let columns = [
        column("", "Team"),
        column("", "Arm"),
        column("n", "WTE"),
        column("n", "Hours on duty a week"),
        column("n", "£ a year"),
        column("n", "Beds, places or hours a week"),
    ];
    let rows = staff.teams.iter().flat_map(|team| {
        let arms = match team.same {
            true => vec![("all".to_string(), &team.arms[0])],
            false => (report.arms.iter().map(|a| a.name.clone()).zip(&team.arms)).collect(),
        };
        arms.into_iter().map(|(arm, row)| {
            let mut cells = vec![head(words::capital(&words::plain(&team.team))), cell("", arm)];
            match row {
                None => {
                    cells.push(figure("none"));
                    cells.extend((0..3).map(|_| figure("")));
                }
                Some(r) => {
                    let some = |x: f64, text: String| figure(if x > 0.0 { text } else { String::new() });
                    cells.push(some(r.wte, amount(r.wte)));
                    cells.push(some(r.weekly_hours, amount(r.weekly_hours)));
                    cells.push(some(r.yearly_cost, fixed(r.yearly_cost.max(0.0), 0)));
                    cells.push(figure(sentences::places(r.places)));
                }
            }
            cells
        })
    });
    let body = Body {
        title: String::new(),
        rows: rows.collect(),
    };
    html.table("Staff of each team", &columns, &[body]);
    html.raw("</details>\n");
    html
}

fn run(report: &Report) -> Html {
    let mut html = Html::default();
    let place = report.plan.locality.trim_end_matches('.');
    if !place.is_empty() && place != report.title.trim_end_matches('.') {
        html.paragraph("", &format!("{place}."));
    }
    let rows = report.arms.iter().enumerate().map(|(i, arm)| {
        let key = cell("key", letter(i));
        vec![key, head(arm.name.clone()), cell("", arm.title.clone())]
    });
    let body = Body {
        title: String::new(),
        rows: rows.collect(),
    };
    let columns = [column("", ""), column("", "Name"), column("", "What it is")];
    html.table(
        if report.compares() {
            "The arms"
        } else {
            "The configuration"
        },
        &columns,
        &[body],
    );
    sentences::run(report).iter().for_each(|s| html.paragraph("", s));
    sentences::identical(report)
        .iter()
        .for_each(|s| html.paragraph("", s));
    html
}

pub(super) fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Same | Verdict::CannotTell | Verdict::NotEstimable => "unsure",
        Verdict::More | Verdict::Less => "",
    }
}

/// The cell that names an arm.
pub(super) fn named(report: &Report, arm: usize) -> Cell {
    head(format!("{} {}", letter(arm), report.arms[arm].name))
}

/// Cells of value and interval.
pub(super) fn estimate(unit: &Unit, n: &Number, sign: bool) -> [Cell; 2] {
    match n.value {
        None => [figure(""), cell("i", format!("not estimable: {}", reason(n)))],
        Some(_) => {
            let value = if sign { unit.signed(n) } else { unit.value(n) };
            [figure(value), interval(unit.interval(n, sign))]
        }
    }
}

/// The rows of one outcome: the first arm's value, then each other arm's difference.
fn rows_of(report: &Report, o: &Outcome) -> Vec<Vec<Cell>> {
    let unit = Unit::of(&o.unit);
    let mut rows = Vec::new();
    let blank = || [cell("", ""), cell("", ""), cell("", "")];
    if let Some(base) = o.arms.first() {
        let mut row = vec![named(report, 0)];
        row.extend(estimate(&unit, base, false));
        row.extend(blank());
        rows.push(row);
    }
    if o.comparisons.is_empty() {
        for (arm, n) in o.arms.iter().enumerate().skip(1) {
            let mut row = vec![named(report, arm)];
            row.extend(estimate(&unit, n, false));
            row.extend(blank());
            rows.push(row);
        }
    }
    for c in &o.comparisons {
        let mut row = vec![named(report, c.arm)];
        match c.verdict {
            Verdict::Same => row.extend([figure("0"), cell("i", "")]),
            _ => row.extend(estimate(&unit, &c.difference, true)),
        }
        row.push(cell("", if sentences::starred(c) { "*" } else { "" }));
        row.push(cell(class_of(c.verdict), sentences::verdict(c)));
        row.push(figure(sentences::factor(report, c).replace('x', "×")));
        rows.push(row);
    }
    rows
}

fn title_of(o: &Outcome) -> String {
    let unit = Unit::of(&o.unit);
    format!(
        "{} ({}; {})",
        o.label,
        unit.heading,
        sentences::direction(o.better)
    )
}

fn difference_columns() -> Vec<(&'static str, String)> {
    vec![
        column("", "Arm"),
        column("n", "Value of A, difference of others"),
        column("", "95% interval"),
        column("", "*"),
        column("", "In words"),
        column("n", "Pairing"),
    ]
}

fn headlines(report: &Report) -> Html {
    let mut html = Html::default();
    if report.headlines().next().is_none() {
        return html;
    }
    if !report.compares() {
        html.raw(&values(report, report.headlines(), "Headline outcomes").0);
        return html;
    }
    if let Some(plot) = forest(report) {
        html.raw(&plot);
        html.paragraph(
            "legend",
            "Letters are the arms listed above. Green: the interval lies wholly on the better side; red: wholly on the worse side; grey: it \
             includes zero. Arms that are exactly the same as the first are not drawn.",
        );
    }
    html.paragraph("legend", &sentences::headline_legend(report));
    let bodies: Vec<Body> = report
        .headlines()
        .map(|o| Body {
            title: title_of(o),
            rows: rows_of(report, o),
        })
        .collect();
    html.table(
        "Headline outcomes of A, and what the others change",
        &difference_columns(),
        &bodies,
    );
    html
}

/// P(better) over the priors, and where the comparison turns.
fn over_priors(report: &Report) -> Html {
    let mut html = Html::default();
    let Some(p) = &report.priors else { return html };
    priors::sentences(p)
        .iter()
        .for_each(|s| html.paragraph("legend", s));
    let body = |(o, rows): (&Outcome, Vec<&PriorRow>)| Body {
        title: title_of(o),
        rows: (rows.into_iter())
            .map(|r| {
                let says = format!("{} {}", priors::of_what(o), r.says);
                vec![named(report, r.arm), cell("", says), cell("", r.turns.clone())]
            })
            .collect(),
    };
    let bodies: Vec<Body> = priors::by_outcome(report, p).into_iter().map(body).collect();
    if !bodies.is_empty() {
        let columns = [
            column("", "Arm"),
            column("", "Probability over the priors"),
            column("", "Where the difference turns"),
        ];
        html.table(
            "How likely each arm is to be better than A, over the priors",
            &columns,
            &bodies,
        );
    }
    html
}

/// Values of one arm.
fn values<'a>(report: &Report, outcomes: impl Iterator<Item = &'a Outcome>, caption: &str) -> Html {
    let mut html = Html::default();
    let rows = outcomes.filter_map(|o| {
        let unit = Unit::of(&o.unit);
        let mut row = vec![head(o.label.clone())];
        row.extend(estimate(&unit, o.arms.first()?, false));
        row.push(cell("", unit.heading));
        Some(row)
    });
    let body = Body {
        title: String::new(),
        rows: rows.collect(),
    };
    let columns = [
        column("", "Outcome"),
        column("n", report.arms.first().map_or("", |a| &a.name)),
        column("", "95% interval"),
        column("", "Unit"),
    ];
    html.table(caption, &columns, &[body]);
    html
}

fn deaths(report: &Report) -> Html {
    let mut html = Html::default();
    let Some(moves) = &report.moves else { return html };
    html.paragraph("", &sentences::placebo(report, moves));
    let unit = Unit::per_1000();
    let places: Vec<String> = moves.places.iter().map(|p| words::plain(p)).collect();
    for m in &moves.arms {
        let arm = &report.arms[m.arm].name;
        html.raw(&format!("<h3>{}</h3>\n", escape(arm)));
        html.paragraph("", &sentences::moved(report, m));
        if m.elsewhere.value.is_none_or(|v| v == 0.0) {
            continue;
        }
        let mut columns = vec![column("", format!("Of 1,000; in {}", report.arms[0].name))];
        columns.extend(places.iter().map(|p| column("n", format!("to {p}"))));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (from, to) in m.from_to.iter().enumerate() {
            let mut row = vec![head(format!("from {}", places[from]))];
            row.extend(to.iter().enumerate().map(|(i, n)| match i == from {
                true => cell("n unsure", "stayed"),
                false => figure(unit.tenths(n)),
            }));
            rows.push(row);
        }
        let net = Body {
            title: String::new(),
            rows: vec![
                std::iter::once(head("net change"))
                    .chain(m.net.iter().map(|n| figure(unit.full(n, true))))
                    .collect(),
            ],
        };
        let body = Body {
            title: String::new(),
            rows,
        };
        html.table(
            &format!("Where those who died somewhere else died, {arm}"),
            &columns,
            &[body, net],
        );
    }
    html
}

fn money(report: &Report) -> Html {
    let mut html = Html::default();
    let costs: Vec<&Outcome> = report.outcomes.iter().filter(|o| o.unit == "GBP").collect();
    if costs.is_empty() {
        return html;
    }
    if report.compares() {
        let bodies: Vec<Body> = costs
            .into_iter()
            .map(|o| Body {
                title: title_of(o),
                rows: rows_of(report, o),
            })
            .collect();
        html.table("What is paid, by whom", &difference_columns(), &bodies);
    } else {
        html.raw(&values(report, costs.into_iter(), "What is paid, by whom").0);
    }
    html
}

fn unsure(report: &Report) -> Html {
    let mut html = Html::default();
    if !report.compares() || report.headlines().next().is_none() {
        return html;
    }
    let unsure = sentences::unsure(report);
    match unsure.is_empty() {
        true => html.paragraph("", sentences::ALL_TOLD),
        false => html.paragraph("", sentences::UNSURE),
    }
    html.list(&unsure);
    html
}

fn precision(report: &Report) -> Html {
    let mut html = Html::default();
    html.paragraph("", &sentences::precision(report));
    html.paragraph("", &sentences::caution(report));
    html
}

fn outcomes(report: &Report) -> Html {
    let mut html = Html::default();
    if report.outcomes.is_empty() {
        return html;
    }
    let plain = report.headlines().next().is_none();
    let open = if plain { " open=\"open\"" } else { "" };
    html.raw(&format!(
        "<details{open}><summary>{} outcomes, for everybody</summary>\n",
        report.outcomes.len()
    ));
    if report.compares() {
        let bodies: Vec<Body> = report
            .outcomes
            .iter()
            .map(|o| Body {
                title: title_of(o),
                rows: rows_of(report, o),
            })
            .collect();
        html.table("All outcomes", &difference_columns(), &bodies);
    } else {
        html.raw(&values(report, report.outcomes.iter(), "All outcomes").0);
    }
    html.raw("</details>\n");
    html
}
