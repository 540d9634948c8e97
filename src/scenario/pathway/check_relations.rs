//! Contradictions in what changes between teams over time.

use super::PathwayScenario;
use super::check::Check;
use super::pairs::Pair;
use crate::base::diagnostic::Diagnostic;
use crate::model::{Role, SECESSION_CAP};
use crate::scenario::units::YEAR_DAYS;

/// Roles that hold a caseload and plan visits.
const PLANNERS: [Role; 4] = [Role::Gp, Role::DistrictNurse, Role::Cns, Role::CommunityMatron];
/// Fastest growth of a relationship that means anything, a year.
const MOST_GROWTH: f64 = 100.0;

/// Adds what contradicts itself in withdrawn links, relationships, joint visits, transition.
pub(super) fn relations(scenario: &PathwayScenario, check: &mut Check<'_>) {
    secession(scenario, check);
    visits(scenario, check);
    if let Some(spec) = &scenario.relationships {
        for (key, rate) in [
            ("ordinary_a_year", spec.growth.ordinary_a_year),
            ("same_site_a_year", spec.growth.same_site_a_year),
        ] {
            if rate.get() > MOST_GROWTH {
                check.wrong(
                    &["relationships", "growth", key],
                    "a relationship would be complete within days",
                    "at most 100 a year",
                );
            }
        }
    }
    if let Some(spec) = &scenario.transition {
        for name in &spec.teams {
            let Some(team) = scenario.teams.get(&name.0) else {
                continue;
            };
            if team.non_clinical.get() + spec.non_clinical.get() > 0.95 {
                let message = format!("`{}` would hardly ever see anybody during the transition", name.0);
                check.wrong(&["transition", "non_clinical"], message, "too much");
            }
            if team.sickness.get() * spec.sickness.get() > 0.95 {
                let message = format!("`{}` would nearly all be sick during the transition", name.0);
                check.wrong(&["transition", "sickness"], message, "too much");
            }
        }
    }
}

fn secession(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let spec = &scenario.interface;
    let a_year = |rate: crate::scenario::units::Rate| rate.per_second() * YEAR_DAYS * 86_400.0;
    let ratio = spec.internal.secession.ratio.get();
    let external = spec.external.secession.map_or(0.0, a_year);
    let mut most = vec![
        (vec!["interface", "external", "secession"], external),
        (
            vec!["interface", "internal", "secession", "ratio"],
            external * ratio,
        ),
    ];
    for (key, parts) in &spec.between {
        if let Some(rate) = parts.secession {
            most.push((vec!["interface", "between", key, "secession"], a_year(rate)));
        }
    }
    for (path, hazard) in &most {
        if *hazard > SECESSION_CAP {
            let message = format!("a link would be withdrawn {hazard} times a year");
            check.wrong(path, message, "at most 4 a year");
        }
    }
    if most.iter().any(|(_, hazard)| *hazard > 0.0) && spec.severed.is_none() {
        let error = Diagnostic::error(
            "missing-key",
            "links may be withdrawn, but nothing says what then holds",
        );
        check.push(
            error
                .help("write [interface.severed] with the parts that then hold, such as informal_advice = 0"),
            &["interface"],
            "`severed` is missing",
        );
    }
    if let Some(severed) = &spec.severed {
        for (part, law) in [
            ("transfer_delay", &severed.transfer_delay),
            ("authorisation_delay", &severed.authorisation_delay),
        ] {
            if let Some(law) = law {
                check.clock(&["interface", "severed", part], law);
            }
        }
        if let Some(super::Record::Letter { lag, .. }) = &severed.record {
            check.clock(&["interface", "severed", "record", "letter", "lag"], lag);
        }
    }
    if let Some(law) = &spec.restored_after {
        check.clock(&["interface", "restored_after"], law);
    }
}

fn visits(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let planning = &scenario.planning;
    for (list, keys) in [
        ("combine_roles", &planning.combine_roles),
        ("joint_roles", &planning.joint_roles),
    ] {
        for key in keys {
            let path = ["planning", list];
            match Pair::read(key) {
                Err(why) => {
                    let error = Diagnostic::error("bad-pair", why);
                    let error =
                        error.help("write \"visitor>for whom\", or \"one<>other\" for both directions");
                    check.push(error, &path, "expected two roles");
                }
                Ok(pair) => {
                    for end in [pair.from, pair.to] {
                        if !PLANNERS.iter().any(|r| Role::NAMES[*r as usize] == end) {
                            let message = format!("`{end}` is not a role that plans visits");
                            check.wrong(&path, message, "gp, district_nurse, cns or community_matron");
                        }
                    }
                    if pair.from == pair.to {
                        check.wrong(&path, format!("`{key}` is one role"), "name two");
                    }
                }
            }
        }
    }
}
