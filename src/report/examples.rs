//! A report made by hand, for the tests of the renderers. Its numbers are invented and mean nothing.

use super::model::*;
use super::words;

pub(super) fn number(value: f64, half: f64) -> Number {
    Number {
        value: Some(value),
        interval: Some((value - half, value + half)),
        missing: None,
    }
}

pub(super) fn exactly(value: f64) -> Number {
    Number {
        value: Some(value),
        interval: None,
        missing: Some("the same in all replications".to_string()),
    }
}

fn arm(name: &str, title: &str) -> Arm {
    Arm {
        name: name.to_string(),
        title: title.to_string(),
        identical_to_first: name == "integrated_map_external_theta",
    }
}

pub(super) fn arms() -> Vec<Arm> {
    vec![
        arm(
            "networked",
            "Networked: separate organisations, as in most of England",
        ),
        arm(
            "good_network",
            "Good network: separate organisations with a shared record and quick hand-offs",
        ),
        arm(
            "integrated_map_external_theta",
            "Integrated on paper: the map redrawn, every hand-off as before",
        ),
        arm(
            "integrated_no_pool",
            "Integrated without a pooled budget: one community organisation, same people and hours",
        ),
        arm(
            "integrated",
            "Integrated: one community organisation with a pooled budget, same people and hours",
        ),
    ]
}

/// The verdict by sign and interval, as `build` gives it.
fn verdict(d: f64, half: f64, better: Better) -> Verdict {
    match (d.abs() <= half, better, d > 0.0) {
        (true, _, _) => Verdict::CannotTell,
        (_, Better::Higher, true) | (_, Better::Lower, false) => Verdict::Better,
        (_, Better::Neither, true) => Verdict::More,
        (_, Better::Neither, false) => Verdict::Less,
        _ => Verdict::Worse,
    }
}

fn comparisons(base: f64, better: Better, differences: [(f64, f64); 4]) -> Vec<Comparison> {
    let compare = |(i, (d, half)): (usize, (f64, f64))| Comparison {
        arm: i + 1,
        versus: 0,
        p_holm_family: (half > 0.0).then(|| if d.abs() > 1.4 * half { 0.016 } else { 0.8 }),
        simultaneous: (half > 0.0).then_some((d - 1.6 * half, d + 1.6 * half)),
        difference: if half > 0.0 { number(d, half) } else { exactly(d) },
        relative: if half > 0.0 {
            number(d / base, half / base)
        } else {
            exactly(0.0)
        },
        p_holm: (half > 0.0).then(|| if d.abs() > 1.4 * half { 0.004 } else { 0.2 }),
        variance_reduction: (half > 0.0).then_some(2.0 + 3.1 * (i as f64)),
        verdict: if half > 0.0 {
            verdict(d, half, better)
        } else {
            Verdict::Same
        },
    };
    differences.into_iter().enumerate().map(compare).collect()
}

fn outcome(
    label: &str,
    unit: &str,
    better: Better,
    base: (f64, f64),
    differences: [(f64, f64); 4],
) -> Outcome {
    let mut arms = vec![number(base.0, base.1)];
    arms.extend(differences.map(|(d, _)| number(base.0 + d, base.1)));
    Outcome {
        name: label.to_lowercase().replace(' ', "_"),
        label: label.to_string(),
        unit: unit.to_string(),
        better,
        headline: true,
        arms,
        comparisons: comparisons(base.0, better, differences),
        other_pairs: Vec::new(),
    }
}

fn outcomes() -> Vec<Outcome> {
    use Better::{Higher, Lower, Neither};
    let same = (0.0, 0.0);
    let mut all = vec![
        outcome(
            "Died in hospital, of expected deaths",
            "share",
            Lower,
            (0.4416, 0.0061),
            [(-0.0131, 0.0049), same, (-0.0012, 0.0050), (-0.0201, 0.0051)],
        ),
        outcome(
            "Died where they preferred",
            "share",
            Higher,
            (0.5127, 0.0058),
            [(0.0098, 0.0045), same, (-0.0061, 0.0050), (0.0143, 0.0047)],
        ),
        outcome(
            "Seen by specialist palliative care before death",
            "share",
            Higher,
            (0.3811, 0.0072),
            [(0.0244, 0.0063), same, (0.0031, 0.0064), (0.0039, 0.0066)],
        ),
        outcome(
            "Time from onset to end of the need: symptom",
            "hours",
            Lower,
            (14.213, 0.214),
            [(-0.613, 0.181), same, (-0.402, 0.177), (-0.377, 0.182)],
        ),
        outcome(
            "Emergency admissions in the last 90 days",
            "per person",
            Lower,
            (1.1214, 0.0132),
            [(-0.0081, 0.0093), same, (-0.0214, 0.0095), (-0.0311, 0.0098)],
        ),
        outcome(
            "Hospital days in the last 90 days",
            "days",
            Lower,
            (10.814, 0.207),
            [(-0.214, 0.161), same, (0.311, 0.171), (-0.944, 0.166)],
        ),
    ];
    let mut unreached = outcome(
        "Wait until met (median of all in need): nursing",
        "days",
        Lower,
        (3.0, 0.2),
        [same, same, same, same],
    );
    unreached.arms[4] = Number::none("not reached");
    unreached.comparisons[3].difference = Number::none("not reached");
    unreached.comparisons[3].relative = Number::none("not reached");
    unreached.comparisons[3].verdict = Verdict::NotEstimable;
    all.push(unreached);
    let mut cost = outcome(
        "Cost per expected death: nhs hospital",
        "GBP",
        Neither,
        (6214.0, 119.0),
        [(-118.0, 88.0), same, (12.0, 90.0), (-512.0, 91.0)],
    );
    cost.headline = false;
    all.push(cost);
    all
}

fn staff(different: bool) -> Staff {
    let row = |team: &str, role: &str, wte: f64, hours: f64, cost: f64, places: u16| StaffRow {
        team: team.to_string(),
        role: role.to_string(),
        wte,
        weekly_hours: hours,
        yearly_cost: cost,
        places: f64::from(places),
        later: Vec::new(),
    };
    let own = [
        row("gp@alder", "gp", 2.1, 78.8, 329_000.0, 0),
        row("district_nurse", "district_nurse", 27.0, 1012.5, 2_113_000.0, 0),
        row("cns", "cns", 1.63, 61.1, 178_500.0, 0),
        row("hospice_ward", "hospice_ward", 0.0, 0.0, 0.0, 10),
    ];
    let rows: Vec<Vec<StaffRow>> = (0..5)
        .map(|arm| {
            let mut rows = own.to_vec();
            if different && arm == 4 {
                rows[1] = row("district_nurse", "district_nurse", 25.0, 937.5, 1_956_500.0, 0);
                rows.push(row("support_worker", "support_worker", 2.0, 75.0, 98_000.0, 0));
            }
            rows
        })
        .collect();
    Staff::of(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn moves() -> Moves {
    let places = ["home", "care_home", "hospice", "hospital"];
    let one = |arm: usize, scale: f64| {
        let cell = |from: usize, to: usize| match (from, to) {
            (a, b) if a == b => number(250.0 - 9.0 * scale, 6.0),
            _ if scale == 0.0 => exactly(0.0),
            (3, 0) => number(14.2 * scale, 1.1),
            (0, 3) => number(9.1 * scale, 0.9),
            (2, _) | (_, 2) => number(1.4 * scale, 0.4),
            _ => number(0.61 * scale, 0.22),
        };
        let zero = scale == 0.0;
        Move {
            arm,
            people: 58_720,
            elsewhere: if zero {
                exactly(0.0)
            } else {
                number(34.2 * scale, 1.9)
            },
            net: [5.1, 0.0, 0.3, -5.4]
                .map(|n| {
                    if zero {
                        exactly(0.0)
                    } else {
                        number(n * scale, 1.2)
                    }
                })
                .to_vec(),
            from_to: (0..4)
                .map(|from| (0..4).map(|to| cell(from, to)).collect())
                .collect(),
        }
    };
    Moves {
        places: places.map(str::to_string).to_vec(),
        placebo: one(0, 4.7),
        arms: vec![one(1, 1.0), one(2, 0.0), one(3, 0.79), one(4, 1.4)],
    }
}

fn need(kind: &str, unit: &str, base: f64, half: f64) -> Need {
    let by = [0.0, -0.04, 0.0, -0.01, -0.12];
    let mean: Vec<Number> = by.iter().map(|d| number(base * (1.0 + d), half)).collect();
    let differences = [-0.04, 0.0, -0.01, -0.12].map(|d| (d * base, if d == 0.0 { 0.0 } else { half / 2.0 }));
    let parts = [
        ("treatment", 0.41),
        ("staff_capacity", 0.22),
        ("closed_hours", 0.14),
        ("gp_roundtrip", 0.10),
        ("transfer", 0.08),
        ("returned_referral", 0.04),
        ("in_hospital", 0.01),
    ];
    let causes = parts.map(|(name, share)| {
        let d = if name == "gp_roundtrip" {
            -0.09 * base
        } else {
            -0.001 * base
        };
        Cause {
            name: name.to_string(),
            label: words::cause(name),
            mean: by.iter().map(|_| number(base * share, half * share)).collect(),
            share: vec![Some(share); 5],
            last_against_first: comparisons(base * share, Better::Neither, [(d, half * 0.3); 4]).pop(),
        }
    });
    Need {
        kind: kind.to_string(),
        label: words::need(kind),
        unit: unit.to_string(),
        arose: vec![number(4120.0, 35.0); 5],
        mean,
        mean_comparisons: comparisons(base, Better::Lower, differences),
        died: vec![number(0.121, 0.004); 5],
        causes: causes.to_vec(),
    }
}

fn teams() -> Vec<Team> {
    let team = |name: &str, utilisation: f64, queue: f64, rises: bool| {
        let use_of = |arm: usize| TeamUse {
            utilisation: number(utilisation, 0.004),
            queue: number(queue, queue * 0.05),
            halves: Some((
                number(queue * 0.9, queue * 0.05),
                number(queue * if rises && arm == 0 { 1.3 } else { 0.95 }, queue * 0.05),
            )),
            overtime: (name != "hospice_ward").then(|| number(412.0, 9.0)),
            rising: rises && arm == 0,
        };
        Team {
            name: name.to_string(),
            arms: (0..5).map(use_of).collect(),
        }
    };
    vec![
        team("gp@alder", 0.931, 6.2, false),
        team("district_nurse", 0.902, 14.1, false),
        team("cns", 0.918, 11.3, false),
        team("social_worker", 0.971, 412.0, true),
        team("hospice_ward", 0.74, 0.8, false),
    ]
}

/// Five arms as shipped.
pub(super) fn comparison() -> Report {
    Report {
        title: "Five ways of organising the same staff".to_string(),
        question: "Do people wait less when services that hand them to one another are one organisation?"
            .to_string(),
        arms: arms(),
        plan: Plan {
            locality: "The default locality".to_string(),
            replications: 40,
            seed: 1,
            paired: true,
            weeks: Some(Weeks {
                warm_up: 104.0,
                measured: 104.0,
                cool_down: 26.0,
            }),
            ended: Ended::Complete,
            antithetic: false,
            variance_reduction: Vec::new(),
        },
        staff: Some(staff(false)),
        outcomes: outcomes(),
        moves: Some(moves()),
        changes: None,
        equity: None,
        needs: vec![
            need("symptom", "hours", 14.213, 0.214),
            need("personal_care", "days", 31.42, 0.84),
        ],
        teams: teams(),
        precision: Precision {
            median: Some(0.0114),
            worst: Some(0.0166),
            worst_outcome: Some("Seen by specialist palliative care before death".to_string()),
            variance_reduction: Some(5.1),
        },
        priors: None,
    }
}

/// The same with different staff in the last arm, not paired, and stopped at its cap.
pub(super) fn unequal() -> Report {
    let mut report = comparison();
    report.staff = Some(staff(true));
    report.plan.paired = false;
    report.plan.ended = Ended::Capped {
        target: 0.1,
        worst: Some("Died where they preferred".to_string()),
        reached: Some(0.134),
    };
    report.moves = None;
    report.needs.clear();
    report.teams.clear();
    report
}

/// The first arm alone.
pub(super) fn single() -> Report {
    let mut report = comparison();
    report.keep_first();
    report
}
