//! A risk tool run by the calendar over a practice's list: whom it finds, and the time of false alarms (model.md §8).

use crate::base::{DAY, HOUR, NEVER, WEEK};
use crate::model::{Role, State, TeamIndex, Work};

use super::objects::Task;
use super::register::Reason;
use super::response::RISK_TOOL;
use super::state::{NO_CLINICIAN, NO_STEPS};
use super::team_time::Activity;
use super::work::Order;
use super::world::{K, World, kind};

/// Somebody flagged is reviewed within this.
const REVIEWED_WITHIN: i64 = 14 * DAY;

impl World<'_> {
    /// Schedules a practice's next run after now. Practices are spread over the weeks between runs by the keys of
    /// their names.
    pub(super) fn next_risk_tool(&mut self, k: &mut K, practice: usize) {
        self.plans.next[practice][1] = NEVER;
        let Some(tool) = self.m.risk_tool(practice) else {
            return;
        };
        let team = self.practice_team(practice);
        let first = self.first_week(practice, tool.every) * WEEK + 9 * HOUR;
        let run = ((k.now() - first).div_euclid(tool.every) + 1).max(0);
        let at = self.hours(team).next_open(first + run * tool.every);
        if at < NEVER {
            self.plans.next[practice][1] = at;
            self.at(k, at, kind::RISK_TOOL, practice as u32);
        }
    }

    /// The tool is run.
    pub(super) fn risk_tool_runs(&mut self, k: &mut K, practice: u32) {
        let (now, at) = (k.now(), practice as usize);
        let Some(tool) = self.m.risk_tool(at) else {
            return;
        };
        if self.plans.next[at][1] != now {
            return;
        }
        let first = self.first_week(at, tool.every) * WEEK + 9 * HOUR;
        let run = (now - first).div_euclid(tool.every).max(0);
        self.next_risk_tool(k, at);
        let gp = self.practice_team(at);
        let team = self.m.team(Role::EmbeddedNurse, at).unwrap_or(gp);
        let mut list = std::mem::take(&mut self.plans.unrecognised[at]);
        list.retain(|p| {
            let individual = &self.people[*p as usize];
            individual.alive && !individual.registered()
        });
        for &person in &list {
            let state = self.people[person as usize].state as usize;
            let p = tool.sensitivity[self.person(person).group as usize] * tool.in_state[state];
            if !self.plans.of[person as usize].flagged && self.chance(person, RISK_TOOL, run as u32, 0, p) {
                self.flag(k, person, team, tool.secs);
            }
        }
        self.plans.unrecognised[at] = list;
        // Whole people over the runs: none is lost to rounding.
        let each = tool.false_alarms_per_1000 * self.m.exogenous.practices[at].list_size / 1000.0;
        let alarms = (each * (run + 1) as f64).floor() - (each * run as f64).floor();
        for _ in 0..alarms as u32 {
            self.count_planning(now, |m| m.false_alarms);
            if tool.secs > 0 {
                self.team_time(
                    k,
                    team,
                    tool.secs,
                    (3, now + REVIEWED_WITHIN),
                    Activity::RiskTool,
                    0,
                );
            }
        }
    }

    /// Somebody is flagged: a review follows.
    fn flag(&mut self, k: &mut K, person: u32, team: TeamIndex, secs: i64) {
        let now = k.now();
        self.count_planning(now, |m| m.flagged);
        self.plan(person).flagged = true;
        self.tell(now, person, || "Flagged by the practice's risk tool.".to_string());
        self.order(
            k,
            Order {
                person,
                team,
                work: Work::Admin,
                task: Task::Flagged,
                steps: NO_STEPS,
                link: u32::try_from(secs).unwrap_or(u32::MAX),
                anchor: 0,
                attempt: 0,
                priority: 3,
                due: now + REVIEWED_WITHIN,
                named: NO_CLINICIAN,
            },
        );
    }

    /// Somebody flagged has been reviewed, and is recognised.
    pub(super) fn flagged_reviewed(&mut self, k: &mut K, person: u32) {
        self.plan(person).flagged = false;
        if self.people[person as usize].registered() {
            return;
        }
        let known = &mut self.ind(person).known[Role::Gp as usize];
        *known = (*known).max(State::Stable);
        self.recognise(k, person, Reason::RiskTool);
    }

    /// Somebody's palliative phase begins: they are among those a tool may find.
    pub(super) fn may_be_found(&mut self, person: u32) {
        let practice = self.person(person).practice as usize;
        self.plans.unrecognised[practice].push(person);
    }

    /// A practice as a team.
    pub(super) fn practice_team(&self, practice: usize) -> TeamIndex {
        self.m
            .team(Role::Gp, practice)
            .expect("every practice has a GP team: checked when the scenario is read")
    }

    /// The week of a practice's first meeting or run of one of so many seconds between two, from its name.
    pub(super) fn first_week(&self, practice: usize, every: i64) -> i64 {
        let weeks = (every / WEEK).max(1) as u64;
        (self.m.teams[self.practice_team(practice).index()].key % weeks) as i64
    }
}
