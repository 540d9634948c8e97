//! Time that a team gives to no one person's list: meetings, false alarms, reviews of deaths, bereavement contacts.

use crate::base::{NEVER, Secs, Time};
use crate::kernel::Job;
use crate::model::{TeamIndex, Work};

use super::needs::NONE;
use super::objects::{Item, ItemStatus, Task};
use super::state::NO_STEPS;
use super::world::{K, World};

/// What planning takes time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Activity {
    /// Attending a meeting.
    Meeting = 0,
    /// Reviewing people flagged by the risk tool.
    RiskTool = 1,
    /// Agreeing an advance care plan.
    Acp = 2,
    /// The carer's assessment.
    Carers = 3,
    /// After-death review.
    Review = 4,
    /// Bereavement contact.
    Bereavement = 5,
}

impl Activity {
    /// Names as in result files, in order.
    pub const NAMES: [&'static str; 6] = ["meetings", "risk_tool", "acp", "carers", "review", "bereavement"];
}

impl World<'_> {
    /// Asks a team for so many seconds that are on nobody's list, so that no death or ward calls them off. They wait
    /// in its queue like any work. `about` is the practice (review) or person (bereavement) it is about.
    #[allow(clippy::too_many_arguments)] // each part of one item, used once
    pub(super) fn team_time(
        &mut self,
        k: &mut K,
        team: TeamIndex,
        secs: Secs,
        (priority, due): (u8, Time),
        what: Activity,
        about: u32,
    ) {
        let Some(kernel_team) = self.kernel_team[team.index()] else {
            return;
        };
        let now = k.now();
        let item = Item {
            person: NONE,
            team,
            instead_of: super::delegation::OWN_WORK,
            work: Work::Admin,
            task: Task::TeamTime,
            steps: NO_STEPS,
            link: u32::try_from(secs).unwrap_or(u32::MAX),
            anchor: about,
            attempt: what as u16,
            priority,
            created: now,
            due,
            hold_until: now,
            queued: now,
            travel: 0,
            started: NEVER,
            status: ItemStatus::Open,
            next: NONE,
            watched: 0,
            over: false,
        };
        let number = self.number_item(now, item);
        self.rec.item_created();
        k.submit(self, kernel_team, Job::new(number, priority, due));
    }

    /// Such time is over.
    pub(super) fn team_time_done(&mut self, k: &mut K, item: u32) {
        let now = k.now();
        let it = self.items[item as usize];
        self.items[item as usize].status = ItemStatus::Closed;
        self.free_item(item);
        self.rec.item_done();
        if it.attempt == Activity::Review as u16 {
            self.review_done(it.anchor as usize, now);
        } else if it.attempt == Activity::Bereavement as u16 {
            self.bereavement_contact_made(it.anchor, it.team, now);
        }
    }

    /// Writes down the time that a finished item took of planning's activities.
    pub(super) fn planning_time(&mut self, it: &Item, now: Time) {
        let what = match it.task {
            Task::TeamTime => it.attempt as usize,
            Task::Flagged => Activity::RiskTool as usize,
            Task::Conversation => Activity::Acp as usize,
            Task::CarersAssessment => Activity::Carers as usize,
            _ => return,
        };
        if self.rec.in_window(now) {
            let measure = self.rec.m.planning.activity_secs[what];
            self.rec.total(measure, now - it.started);
        }
    }
}
