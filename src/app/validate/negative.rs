//! Negative checks: what published studies, or common sense, say must not come out of the model.

use crate::app::error::Error;
use crate::app::library::{BUILT_IN_ARMS, built_in};
use crate::app::scenarios::{Arm, read_arms};
use crate::app::study::Point;
use crate::compile;
use crate::experiment::Observed;
use crate::methods::bands::{Band, Verdict, Zone};
use crate::model::Model;
use crate::report::{Negative, NegativeRow};
use crate::scenario::pathway::{PathwayScenario, RoleName};
use crate::scenario::{Kind, Loader};
use crate::stats::Estimate;

const RATIO: &str = "ratio_three_admissions_90d_gp";
const MANY: &str = "share_three_admissions_90d_gp_11_or_more";
const FEW: &str = "share_three_admissions_90d_gp_under_4";
const A_PERSON: &str = "mean_emergency_admissions_90d";
const CONTACTS: &str = "mean_gp_contacts_90d";
const ALL: &str = "count_emergency_admissions";

/// Outcomes that the checks look at.
pub(super) const OUTCOMES: [&str; 6] = [RATIO, MANY, FEW, A_PERSON, CONTACTS, ALL];

/// More contacts asked of GPs, and so much less of their time for anything but contacts.
const MORE_CONTACTS: f64 = 1.5;
const LESS_ELSE: f64 = 0.5;
/// A rise in admissions that would be harm, as a share of them.
const HARM: f64 = 0.02;
/// Shares of admissions removed: believable, and beyond belief.
const BELIEVABLE: f64 = 0.15;
const MOST: f64 = 0.50;

/// Points of the checks, or why one is not run.
pub(super) struct Checks {
    more_gp: usize,
    arms: Result<Vec<(usize, String)>, String>,
    labels: Result<[usize; 2], String>,
}

impl Checks {
    /// Adds the points that the checks need.
    ///
    /// # Errors
    /// A scenario of another kind; a built-in scenario with errors, which is a defect of the program.
    pub(super) fn of(
        loader: &dyn Loader,
        arm: &Arm,
        base: &Point,
        points: &mut Vec<Point>,
    ) -> Result<Checks, Error> {
        let Kind::Pathway(scenario) = &arm.checked.kind else {
            let why = "the negative checks are of pathways: leave them out (`--quick`)";
            return Err(Error::Refused(why.to_string()));
        };
        let mut add = |more: Vec<String>, scenario: &str| {
            let mut sets = base.sets.clone();
            sets.extend(more);
            points.push(Point {
                scenario: scenario.to_string(),
                sets,
            });
            points.len() - 1
        };
        let more_gp = add(more_gp(scenario), &base.scenario);
        let arms = match arm.name == BUILT_IN_ARMS[0] {
            false => Err(format!(
                "the shipped arms are compared with `{}` only.",
                BUILT_IN_ARMS[0]
            )),
            true => {
                let names = alike(loader, arm, base)?;
                Ok(names
                    .into_iter()
                    .map(|name| (add(Vec::new(), &name), name))
                    .collect())
            }
        };
        let labels = match scenario.styles.is_empty() || scenario.planning.gsf.is_none() {
            true => Err("the scenario has no levels of the framework.".to_string()),
            false => {
                let label = |level: u32| {
                    let each = scenario.styles.keys();
                    let mut sets = vec!["planning.gsf={}".to_string()];
                    sets.extend(each.map(|style| format!("styles.{style}.gsf_level={level}")));
                    sets
                };
                Ok([0, 4].map(|level| add(label(level), &base.scenario)))
            }
        };
        Ok(Checks {
            more_gp,
            arms,
            labels,
        })
    }

    /// Judges them. `whole` is the scenario over all its replications, `few` every point over those of the checks; `at` is
    /// the place of an outcome.
    pub(super) fn judge(
        &self,
        whole: &[Observed],
        few: &[Vec<Observed>],
        at: &dyn Fn(&str) -> Option<usize>,
    ) -> Vec<Negative> {
        let of = |point: &[Observed], name: &str| at(name).map(|i| point[i].clone());
        let mut all = Vec::new();
        if let (Some(ratio), Some(many), Some(few)) = (of(whole, RATIO), of(whole, MANY), of(whole, FEW)) {
            all.push(confounded(&ratio.estimate(), &many.estimate(), &few.estimate()));
        }
        let both = |name: &str| Some((of(&few[self.more_gp], name)?, of(&few[0], name)?));
        if let (Some(admissions), Some(contacts)) = (both(A_PERSON), both(CONTACTS)) {
            all.push(harmless(&admissions, &contacts));
        }
        all.push(match &self.arms {
            Err(why) => not_run(REMOVAL, why),
            Ok(arms) => {
                let removed = arms.iter().filter_map(|(point, name)| {
                    let (there, here) = (of(&few[*point], ALL)?, of(&few[0], ALL)?);
                    Some((name.clone(), removed(&there, &here)))
                });
                removal(removed.collect())
            }
        });
        all.push(match &self.labels {
            Err(why) => not_run(LABEL, why),
            Ok([a, b]) => labelled(&few[*a], &few[*b]),
        });
        all
    }
}

/// A check before anything is known: name, what it says, rule, source.
type Stated = [&'static str; 4];

const CONFOUNDING: Stated = [
    "gp_contacts_and_admissions",
    "People with cancer who see their GP often are admitted more often, because the ill do both.",
    "Passes if the whole interval of the ratio is above 1, as the published one is; care by GPs does nobody harm in the model, \
     which the next check tests.",
    "Leniz et al. 2022 BMJ Open, doi 10.1136/bmjopen-2021-054281: three or more admissions, 11 or more against fewer than 4 GP \
     contacts, relative risk 1.63 (1.33 to 1.99), North West London 2016-19",
];
const HARMLESS: Stated = [
    "more_gp_care",
    "More care by GPs, the same people and the same chance, does not raise emergency admissions.",
    "Passes if the whole interval of the difference is below 2% of admissions, fails if all of it is above 0 and reaches beyond \
     that.",
    "",
];
const REMOVAL: Stated = [
    "admissions_removed",
    "No shipped service change removes most emergency admissions.",
    "Passes up to 15%, about twice the share of palliative inpatients whose admission was judged avoidable; near up to 50%; fails \
     beyond. The largest of many is picked, so it is somewhat too large by chance.",
    "Gott et al. 2013 BMC Palliat Care 12:9: 6.7% of 208 palliative inpatients in two English hospitals potentially avoidable",
];
const LABEL: Stated = [
    "gsf_label",
    "The level of the Gold Standards Framework that a practice is said to have does nothing by itself.",
    "All that the levels switch on is switched off, all practices are once on level 0 and once on level 4; passes if nothing \
     differs in any replication.",
    "",
];

fn stated([name, says, rule, source]: Stated, found: String, verdict: Option<Verdict>) -> Negative {
    Negative {
        name,
        says,
        found,
        rule,
        source,
        verdict,
        rows: Vec::new(),
    }
}

fn not_run(check: Stated, why: &str) -> Negative {
    stated(check, format!("Not run: {why}"), None)
}

/// Half as many contacts again asked of GPs, and the time for them.
fn more_gp(scenario: &PathwayScenario) -> Vec<String> {
    let rates = scenario
        .planning
        .gp_demand_a_week
        .values()
        .map(|r| r * MORE_CONTACTS);
    let [before, stable, deteriorating, unstable, dying] = rates;
    let mut sets = vec![format!(
        "planning.gp_demand_a_week={{ before = {before:?}, stable = {stable:?}, deteriorating = {deteriorating:?}, unstable = \
         {unstable:?}, dying = {dying:?} }}"
    )];
    for (name, team) in scenario.teams.iter().filter(|(_, t)| t.role == RoleName::Gp) {
        let else_ = team.non_clinical.get() * LESS_ELSE;
        sets.push(format!("teams.{name}.non_clinical={else_:?}"));
    }
    sets
}

/// Built-in scenarios of the same people, illness and windows.
fn alike(loader: &dyn Loader, arm: &Arm, base: &Point) -> Result<Vec<String>, Error> {
    let model = |arm: &Arm| -> Option<Model> {
        match &arm.checked.kind {
            Kind::Pathway(p) => Some(compile::pathway(&arm.name, arm.title(), p)),
            Kind::Queueing(_) => None,
        }
    };
    let ours = model(arm);
    let mut names = Vec::new();
    for listed in built_in()? {
        if listed.kind != "pathway" || listed.name == arm.name {
            continue;
        }
        // An override may not fit every scenario; then it is another one.
        let Ok((arms, _)) = read_arms(loader, &[listed.name.to_string()], &base.sets) else {
            continue;
        };
        let same = arms.first().and_then(&model).zip(ours.as_ref());
        let same = same.is_some_and(|(a, b)| {
            a.exogenous == b.exogenous && a.windows == b.windows && a.styles.len() == b.styles.len()
        });
        if same {
            names.push(listed.name.to_string());
        }
    }
    Ok(names)
}

fn confounded(ratio: &Estimate, many: &Estimate, few: &Estimate) -> Negative {
    let above = Band {
        low: 1.0,
        high: f64::INFINITY,
        near: 0.0,
    };
    let verdict = super::judged(&above, ratio);
    let found = format!(
        "The risk of three or more emergency admissions in the last 90 days with 11 or more GP contacts is {} times that with fewer \
         than 4; published 1.63 [1.33 to 1.99].",
        shown(ratio)
    );
    let mut check = stated(CONFOUNDING, found, Some(verdict));
    check.rows = vec![
        row("risk ratio", "ratio", ratio),
        row("11 or more GP contacts", "share", many),
        row("fewer than 4 GP contacts", "share", few),
    ];
    check
}

fn harmless(admissions: &(Observed, Observed), contacts: &(Observed, Observed)) -> Negative {
    let (more, base) = admissions;
    let difference = more.minus(base);
    let contacts = contacts.0.minus(&contacts.1);
    let margin = HARM * base.estimate().value().unwrap_or(0.0);
    let verdict = match (difference.low(), difference.high(), difference.value()) {
        (Some(_), Some(high), _) if high < margin => Verdict::In(Zone::Within),
        (Some(low), Some(high), _) if low > 0.0 && high >= margin => Verdict::In(Zone::Out),
        (Some(_), Some(_), _) => Verdict::Straddles(Zone::Within, Zone::Out),
        (_, _, Some(0.0)) => Verdict::In(Zone::Within),
        _ => Verdict::Unknown,
    };
    let found = format!(
        "With half as many contacts again asked of GPs, and their time for it, people had {} more GP contacts in their last 90 days \
         and {} more emergency admissions.",
        shown(&contacts),
        shown(&difference)
    );
    let mut check = stated(HARMLESS, found, Some(verdict));
    check.rows = vec![
        row(
            "GP contacts in the last 90 days, difference",
            "per person",
            &contacts,
        ),
        row(
            "emergency admissions in the last 90 days, difference",
            "per person",
            &difference,
        ),
    ];
    check
}

/// The share of `here` that is gone `there`, paired by replication: by the delta method, of pseudo-values.
fn removed(there: &Observed, here: &Observed) -> Estimate {
    let (Ok(a), Ok(b)) = (there.value, here.value) else {
        return there.minus(here);
    };
    if b == 0.0 {
        return there.minus(here);
    }
    let left = a / b;
    let pseudo = there.pseudo.iter().zip(&here.pseudo);
    Observed {
        value: Ok(1.0 - left),
        pseudo: pseudo
            .map(|(x, y)| 1.0 - left + (left * (y - b) - (x - a)) / b)
            .collect(),
    }
    .estimate()
}

fn removal(mut arms: Vec<(String, Estimate)>) -> Negative {
    let value = |e: &Estimate| e.value().unwrap_or(f64::NEG_INFINITY);
    arms.sort_by(|a, b| value(&b.1).total_cmp(&value(&a.1)));
    let Some((name, largest)) = arms.first() else {
        return not_run(REMOVAL, "no shipped arm has the same people.");
    };
    let band = Band {
        low: f64::NEG_INFINITY,
        high: BELIEVABLE,
        near: MOST - BELIEVABLE,
    };
    let verdict = super::judged(&band, largest);
    let found = format!(
        "Of {} shipped arms of the same people `{name}` removes most: {}% of all emergency admissions; published as avoidable 6.7%.",
        arms.len(),
        written(100.0, largest)
    );
    let mut check = stated(REMOVAL, found, Some(verdict));
    check.rows = arms.iter().map(|(name, e)| row(name, "share", e)).collect();
    check
}

fn labelled(none: &[Observed], all: &[Observed]) -> Negative {
    let differ = none.iter().zip(all).filter(|(a, b)| a != b).count();
    let replications = none.iter().map(|o| o.pseudo.len()).max().unwrap_or(0);
    let (verdict, found) = match differ {
        0 => (
            Verdict::In(Zone::Within),
            format!(
                "All {} outcomes looked at are the same in each of {replications} replications.",
                none.len()
            ),
        ),
        n => (
            Verdict::In(Zone::Out),
            format!("{n} of {} outcomes looked at differ.", none.len()),
        ),
    };
    stated(LABEL, found, Some(verdict))
}

fn row(what: &str, unit: &'static str, estimate: &Estimate) -> NegativeRow {
    NegativeRow {
        what: what.to_string(),
        unit,
        estimate: *estimate,
    }
}

/// A number with its interval, for a sentence.
fn shown(e: &Estimate) -> String {
    written(1.0, e)
}

fn written(scale: f64, e: &Estimate) -> String {
    let number = |x: f64| {
        let shown = scale * x;
        match e.value().is_some_and(|v| (scale * v).abs() < 1.0) {
            true => format!("{shown:.3}"),
            false => format!("{shown:.2}"),
        }
    };
    match (e.value(), e.low(), e.high()) {
        (Some(value), Some(low), Some(high)) => {
            format!("{} [{} to {}]", number(value), number(low), number(high))
        }
        (Some(value), ..) => number(value),
        _ => "not estimable".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(pseudo: &[f64]) -> Observed {
        let value = pseudo.iter().sum::<f64>() / pseudo.len() as f64;
        Observed {
            value: Ok(value),
            pseudo: pseudo.to_vec(),
        }
    }

    #[test]
    fn the_share_removed_is_exact_where_all_replications_lose_the_same_share() {
        let here = observed(&[100.0, 80.0, 120.0]);
        let there = observed(&[90.0, 72.0, 108.0]);
        let e = removed(&there, &here);
        assert!((e.value().expect("a value") - 0.1).abs() < 1e-12);
        // The delta method by hand: with 90, 77, 103 the deviations are 0, 5, -5 over 100.
        let e = removed(&observed(&[90.0, 77.0, 103.0]), &here);
        let by_hand = libm::sqrt((0.05f64 * 0.05 * 2.0) / 2.0 / 3.0);
        assert!(
            (e.standard_error().expect("an error") - by_hand).abs() < 1e-12,
            "{e:?}"
        );
    }

    #[test]
    fn harm_is_a_rise_that_is_certain_and_matters() {
        let base = observed(&[1.0, 1.1, 0.9, 1.0]);
        let with = |by: [f64; 4]| {
            let more: Vec<f64> = base.pseudo.iter().zip(by).map(|(x, y)| x + y).collect();
            let admissions = (observed(&more), base.clone());
            harmless(&admissions, &admissions).verdict.expect("a verdict")
        };
        assert_eq!(with([-0.05, -0.06, -0.04, -0.05]), Verdict::In(Zone::Within));
        assert_eq!(with([0.10, 0.11, 0.09, 0.10]), Verdict::In(Zone::Out));
        assert_eq!(
            with([0.3, -0.3, 0.3, -0.3]),
            Verdict::Straddles(Zone::Within, Zone::Out)
        );
        assert_eq!(with([0.0; 4]), Verdict::In(Zone::Within));
    }

    #[test]
    fn the_largest_of_the_arms_is_judged() {
        let e = |x: f64| Estimate::new(x, 0.01, 2.0, 10);
        let arms = |largest: f64| vec![("a".to_string(), e(-0.2)), ("b".to_string(), e(largest))];
        for (largest, verdict) in [
            (0.05, Verdict::In(Zone::Within)),
            (0.15, Verdict::Straddles(Zone::Within, Zone::Near)),
            (0.30, Verdict::In(Zone::Near)),
            (0.60, Verdict::In(Zone::Out)),
        ] {
            let check = removal(arms(largest));
            assert_eq!(check.verdict, Some(verdict));
            assert!(
                check.found.contains("`b`") && check.rows[0].what == "b",
                "{}",
                check.found
            );
        }
        assert_eq!(removal(Vec::new()).verdict, None);
    }
}
