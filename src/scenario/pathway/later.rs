//! Changes of care during a run, and what cannot change: who falls ill and how, the windows, the teams there are.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PathwayScenario;
use super::check::Check;
use crate::base::Secs;
use crate::base::diagnostic::Diagnostic;
use crate::scenario::later::Lasting;
use crate::scenario::units::Duration;

/// Most background streams of a team.
const MOST_STREAMS: usize = 200;
/// Most clinicians of a team.
const MOST_IN_A_TEAM: u64 = 60_000;

/// A change of how care is organised from some time of the run on. Besides `from` it takes any table of a scenario,
/// laid over the scenario as it stands then, as a file is laid over the one it extends. A change for a while is two: one
/// that begins it, one that ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-overlay" = true))]
pub struct LaterSpec {
    /// When it begins, from the start of the run (the warm-up included).
    #[schemars(extend("x-evidence" = false))]
    pub from: Duration,
}

/// The whole scenario from a time of the run on.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// Name of the change in the file.
    pub name: String,
    /// When it begins, from the start of the run.
    pub from: Duration,
    /// Everything as it is then.
    pub scenario: PathwayScenario,
}

impl PathwayScenario {
    /// The scenarios of a run, each with the interval in which it holds: this one first.
    pub fn epochs_of_run(&self) -> Vec<(Secs, Secs, &PathwayScenario)> {
        let end = self.run.warm_up.secs() + self.run.measured.secs() + self.run.cool_down.secs();
        let starts = self.epochs.iter().map(|e| e.from.secs().min(end));
        let ends = starts.clone().chain([end]);
        let all = std::iter::once(self).chain(self.epochs.iter().map(|e| &e.scenario));
        let all = std::iter::once(0).chain(starts).zip(ends).zip(all);
        all.map(|((from, until), scenario)| (from, until, scenario))
            .collect()
    }

    /// What only shows over the whole run: changes after its end, and what all its times have together.
    pub(super) fn over_the_run(&self, check: &mut Check<'_>) {
        let end = self.run.warm_up.secs() + self.run.measured.secs() + self.run.cool_down.secs();
        for (name, change) in &self.later {
            if change.from.secs() >= end {
                let message = format!("`later.{name}` begins after the end of the run");
                let warning = Diagnostic::warning("no-effect", message);
                check.push(warning, &["later", name, "from"], "nothing is left to change");
            }
        }
        for name in self.teams.keys() {
            let times = self.epochs_of_run().into_iter();
            let teams: Vec<_> = times.filter_map(|(_, _, s)| s.teams.get(name)).collect();
            let streams: BTreeSet<&String> = teams.iter().flat_map(|t| t.background.keys()).collect();
            if streams.len() > MOST_STREAMS {
                let message = format!(
                    "`{name}` has {} background streams in all; at most {MOST_STREAMS} can be told apart",
                    streams.len()
                );
                let path = ["teams", name, "background"];
                check.push(Diagnostic::error("too-large", message), &path, "too many");
            }
            let practices = self.practices.keys().map(|p| Some(p.as_str())).chain([None]);
            let most = practices.map(|practice| {
                let mut groups: BTreeMap<&String, u64> = BTreeMap::new();
                for (group, spec) in teams.iter().flat_map(|t| &t.clinicians) {
                    let most = groups.entry(group).or_default();
                    *most = (*most).max(u64::from(spec.heads(practice).0));
                }
                groups.values().sum::<u64>()
            });
            if most.max().unwrap_or(0) > MOST_IN_A_TEAM {
                let message =
                    format!("more than {MOST_IN_A_TEAM} clinicians work in `{name}` during the run");
                let path = ["teams", name, "clinicians"];
                check.push(Diagnostic::error("too-large", message), &path, "too many");
            }
        }
    }

    /// What may become of the value at a path during a run.
    pub fn lasting(path: &[&str]) -> Lasting {
        const COURSE: &str = "it decides who falls ill and how, before any care";
        const PLACE: &str = "the place and its people stay the same";
        const RUN: &str = "the windows are those of the whole run";
        const DATES: &str = "the dates are those of the whole run";
        const TEAMS: &str =
            "the teams, their roles and whom they serve stay the same; one that is not there has `count = 0`";
        const CALENDARS: &str = "calendars may change their hours, not their names";
        match path {
            [] => Lasting::Within,
            ["start_date" | "bank_holidays"] => Lasting::Fixed(DATES),
            ["run"] => Lasting::Fixed(RUN),
            ["locality"] => Lasting::Fixed(PLACE),
            ["calendars"] => Lasting::Names(CALENDARS),
            ["practices"] | ["practices", _] => Lasting::Names(PLACE),
            ["practices", _, "style"] => Lasting::Free,
            ["practices", ..] => Lasting::Fixed(PLACE),
            ["groups"] => Lasting::Names(COURSE),
            ["groups", _] | ["groups", _, "illness"] => Lasting::Within,
            ["groups", _, "illness", "hospital_letter" | "direct_referral"] => Lasting::Free,
            [
                "age_bands" | "ethnicities" | "groups" | "trajectories" | "symptom_kinds" | "acute_kinds"
                | "course",
                ..,
            ] => Lasting::Fixed(COURSE),
            ["teams"] => Lasting::Names(TEAMS),
            ["teams", _] => Lasting::Within,
            ["teams", _, "role" | "each_practice" | "catchment"] => Lasting::Fixed(TEAMS),
            ["social_care"] | ["social_care", "means_test"] => Lasting::Within,
            ["social_care", "means_test", "capital"] => Lasting::Fixed(COURSE),
            _ => Lasting::Free,
        }
    }
}
