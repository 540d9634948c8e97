//! The compiled model: immutable dense tables. Text has become numbers; nothing here knows TOML.
//!
//! [`Model`] is one arm. Its exogenous half ([`Exogenous`]) decides people and their course before
//! any care is given and must be equal in all arms of a comparison; the rest is how care is organised.

mod care_planning;
mod access;
mod coordination;
mod exogenous;
mod interface;
mod later;
mod processes;
mod relations;
mod team;
mod trust;

pub use access::*;
pub use care_planning::*;
pub use coordination::*;
pub use exogenous::*;
pub use interface::*;
pub use processes::*;
pub use relations::*;
pub use team::*;
pub use trust::*;

use crate::base::{Calendar, WorkingDays};
use crate::base::{Secs, Time};

/// One arm of a comparison, ready to run.
#[derive(Clone, Debug)]
pub struct Model {
    /// Short name used in files, such as `networked`.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// The windows of a run.
    pub windows: Windows,
    /// Everything decided before care: people, illness, death.
    pub exogenous: Exogenous,
    /// All calendars; other tables refer to them by position.
    pub calendars: Vec<Calendar>,
    /// Monday to Friday less bank holidays.
    pub working_days: WorkingDays,
    /// Position in `calendars` of the practice calendar; out of hours is when it is closed.
    pub practice_calendar: usize,
    /// All teams, queues or not.
    pub teams: Vec<Team>,
    /// `team_of[role][practice]`: the team of a role that serves a practice.
    pub team_of: Vec<Vec<Option<TeamIndex>>>,
    /// Interface vectors, one per distinct effective vector.
    pub vectors: Vec<Interface>,
    /// `between[from * teams + to]`: position in `vectors` of an ordered pair of teams.
    pub between: Vec<u16>,
    /// What changes between teams over time.
    pub relations: Relations,
    /// Practice styles.
    pub styles: Vec<Style>,
    /// Style of each practice.
    pub style_of: Vec<usize>,
    /// How services see and plan.
    pub planning: Planning,
    /// Recognition and planning beyond that: risk tool, GSF levels, advance care plans, learning.
    pub care_planning: CarePlanning,
    /// What happens in a symptom episode.
    pub symptoms: Symptoms,
    /// The prescribing chain.
    pub prescribing: Prescribing,
    /// Social care and its money.
    pub social_care: SocialCare,
    /// The acute hospital.
    pub hospital: Hospital,
    /// Hospice ward and hospice-at-home.
    pub hospice: Hospice,
    /// Routes in and places at home.
    pub access: Access,
    /// Unit costs in pence.
    pub costs: Costs,
    /// Roles that coordinate.
    pub coordination: Coordination,
    /// How care is organised from each of these times on, in order; everything before care and the teams are the same.
    pub later: Vec<(Time, Model)>,
    /// How trust follows from experience; fixed if absent.
    pub trust: Option<Trust>,
    /// Barriers and differences in offers; none if absent.
    pub equity: Option<Equity>,
    /// Confidence of teams; without effect if absent.
    pub confidence: Option<Confidence>,
}

/// The windows of a run, in seconds from the start date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Length of the warm-up, which only fills the services.
    pub warm_up: Secs,
    /// Length of the measured window.
    pub measured: Secs,
    /// Length of the time after it in which arrivals go on and the counted are followed.
    pub cool_down: Secs,
}

impl Windows {
    /// The measured window as a half-open interval.
    pub fn measured_window(&self) -> (Secs, Secs) {
        (self.warm_up, self.warm_up + self.measured)
    }

    /// The end of the run.
    pub fn end(&self) -> Secs {
        self.warm_up + self.measured + self.cool_down
    }
}

impl Model {
    /// The interface vector that a hand-off from one team to another goes through.
    #[inline]
    pub fn interface(&self, from: TeamIndex, to: TeamIndex) -> &Interface {
        &self.vectors[self.between[from.index() * self.teams.len() + to.index()] as usize]
    }

    /// What holds from one team to another while their link is withdrawn.
    #[inline]
    pub fn severed(&self, from: TeamIndex, to: TeamIndex) -> &Interface {
        &self.relations.severed[self.between[from.index() * self.teams.len() + to.index()] as usize]
    }

    /// The team of `role` that serves `practice`, if there is one.
    #[inline]
    pub fn team(&self, role: Role, practice: usize) -> Option<TeamIndex> {
        self.team_of[role as usize][practice]
    }

    /// The risk tool that a practice runs, if it runs one.
    pub fn risk_tool(&self, practice: usize) -> Option<&RiskTool> {
        let tool = self.care_planning.risk_tool.as_ref();
        tool.filter(|_| self.care_planning.runs_risk_tool[practice])
    }

    /// The style of a practice.
    #[inline]
    pub fn style(&self, practice: usize) -> &Style {
        &self.styles[self.style_of[practice]]
    }
}
