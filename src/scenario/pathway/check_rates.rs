//! Rates that cannot be simulated: more than a contact a second, more happenings of a person than can be numbered.

use super::check::Check;
use super::services::TeamSpec;
use super::{PathwayScenario, team_name};
use crate::base::WEEK;
use crate::base::diagnostic::Diagnostic;

/// Most happenings of one kind expected of one person: they are numbered with 16 bits, and a Poisson number of this mean stays
/// below 65,536 by 69 standard deviations.
const MOST_OF_A_PERSON: f64 = 50_000.0;
/// The multiplier of a person's acute events is looked at up to this quantile.
const HIGHEST: f64 = 1.0 - 1e-9;

/// Adds what a person of the longest illness could not live through.
pub(super) fn happenings(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let weeks = scenario.course.longest_illness.secs() as f64 / WEEK as f64;
    let most = MOST_OF_A_PERSON / weeks.max(1.0);
    let factor = scenario.course.acute_factor.as_ref();
    let factor = factor.and_then(|f| f.law().ok()?.compile().ok());
    let factor = factor.map_or(1.0, |f| f.at(HIGHEST).max(1.0));
    let mut bound = |path: &[&str], rate: f64, times: f64| {
        if rate * times <= most {
            return;
        }
        let who = if times > 1.0 { " for whoever has most" } else { "" };
        let message = format!(
            "`{}` is {}{who}: over the longest illness of {weeks:.0} weeks more than {MOST_OF_A_PERSON} could happen to one person",
            path.join("."),
            rate * times
        );
        let error = Diagnostic::error("too-large", message);
        let help = format!(
            "at most {:.3}, or a shorter `course.longest_illness`",
            most / times
        );
        check.push(error.help(help), path, "too often");
    };
    let states = ["before", "stable", "deteriorating", "unstable", "dying"];
    for (name, course) in &scenario.trajectories {
        for (key, rates, times) in [
            ("episodes_a_week", course.episodes_a_week.values(), 1.0),
            ("acute_a_week", course.acute_a_week.values(), factor),
        ] {
            for (state, rate) in states.into_iter().zip(rates) {
                bound(&["trajectories", name, key, state], rate, times);
            }
        }
    }
    let caps = scenario.course.candidates;
    for (key, rate) in [
        ("carer_breakdown_a_week", caps.carer_breakdown_a_week),
        ("fall_a_week", caps.fall_a_week),
        ("run_out_a_week", caps.run_out_a_week),
    ] {
        bound(&["course", "candidates", key], rate.get(), 1.0);
    }
}

/// Adds streams of everybody else's contacts in which more than one would arrive within a second.
pub(super) fn streams(scenario: &PathwayScenario, name: &str, team: &TeamSpec, check: &mut Check<'_>) {
    let own: Vec<Option<&str>> = match team.each_practice {
        true => scenario.practices.keys().map(|p| Some(p.as_str())).collect(),
        false => vec![None],
    };
    for (stream, what) in &team.background {
        let calendar = what.arrives.as_ref().unwrap_or(&team.calendar);
        let open = scenario
            .calendars
            .get(calendar)
            .and_then(|week| week.calendar(&[]).ok());
        let Some(open) = open.map(|c| c.open_per_week() as f64).filter(|open| *open > 0.0) else {
            continue;
        };
        let worst = own
            .iter()
            .map(|p| (scenario.background_per_week(team, *p, what.volume), *p));
        let worst = worst.max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((a_week, practice)) = worst.filter(|(a_week, _)| *a_week > open) else {
            continue;
        };
        let message = format!(
            "{:.1} `{stream}` would arrive at `{}` in every open second; time is counted in whole seconds, so at most one can",
            a_week / open,
            team_name(name, practice)
        );
        let error = Diagnostic::error("too-large", message);
        check.push(
            error,
            &["teams", name, "background", stream, "volume"],
            "too many",
        );
    }
}
