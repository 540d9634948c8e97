//! The event log: what happens to one person or to everybody, as typed rows. Text is made of them in `report`.
//!
//! The world writes rows where things happen, one line at each place, and only if somebody asked for a log. A log only
//! reads: the run gives the same record with it as without. [`EventLog::events`] turns the rows into events.

mod events;

use crate::base::{Secs, Time};
use crate::model::{Place, TeamIndex, Work};

use super::causes::{CAUSES, Cause, NeedKind};
use super::needs::Ending;
use super::objects::{CaseStage, HandoffStage, Matter, PrescriptionPurpose, Task};
use super::world::World;

pub use events::{Activity, Event, Why};

/// The number under which free care is kept, whatever case it came from: it ends as one.
pub const FREE_CARE: u32 = u32::MAX - 1;

/// What befalls a piece of work, or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It waits in the team's queue, or for a place.
    Queued,
    /// It is back in the queue with its old turn: the person is home again.
    Resumed,
    /// The person is in a ward; it is kept aside.
    Suspended,
    /// It is no longer wanted.
    Withdrawn,
    /// A clinician begins (travel included), or the place is taken.
    Begun,
    /// It is over.
    Ended,
}

/// Places that one holds for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Emergency department.
    Department,
    /// Hospital ward.
    Hospital,
    /// Hospice bed.
    Bed,
    /// Hospice-at-home.
    AtHome,
    /// A package of care at home.
    HomeCare,
    /// A package of the continuing-care service.
    ContinuingCare,
    /// A place in a virtual ward, at home.
    VirtualWard,
    /// A night sitter.
    NightSitter,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// A work item of a team.
    Item {
        /// What befell it.
        doing: Doing,
        /// Its number.
        item: u32,
        /// Whose it is.
        team: TeamIndex,
        /// Kind of contact.
        work: Work,
        /// What it is for.
        task: Task,
        /// Position of the clinician in the team; [`u16::MAX`] for none yet.
        clinician: u16,
        /// What waiting for it is put down to: foreseen when queued, most of the wait when begun.
        cause: Option<Cause>,
    },
    /// A clinician was with the person, or spoke with them.
    Contact {
        /// Whose clinician.
        team: TeamIndex,
        /// Kind of contact.
        work: Work,
        /// What it was for.
        task: Task,
    },
    /// A hand-off comes to a stage.
    Handoff {
        /// Its number.
        number: u32,
        /// Sender.
        from: TeamIndex,
        /// Receiver.
        to: TeamIndex,
        /// What is handed over.
        matter: Matter,
        /// Where it is now.
        stage: HandoffStage,
    },
    /// A prescription comes to a stage (as [`super::objects::Prescription::stage`]).
    Prescription {
        /// Its number.
        number: u32,
        /// What for.
        purpose: PrescriptionPurpose,
        /// The stage.
        stage: u8,
    },
    /// A case with social care comes to a stage.
    Case {
        /// Its number.
        number: u32,
        /// The stage.
        stage: CaseStage,
        /// What its waiting is put down to.
        cause: Cause,
    },
    /// A place is waited for, taken, left.
    Place {
        /// What befell it.
        doing: Doing,
        /// What kind of place.
        held: Held,
        /// The request, case or stay it belongs to; [`super::needs::NONE`] for whichever is held.
        number: u32,
    },
    /// A need has ended: position in [`EventLog::needs`].
    Need(u32),
    /// A remark for the person's story: position in [`EventLog::notes`].
    Note(u32),
    /// Death.
    Died(Place),
    /// The run is over and the person lives.
    RunEnded,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// When.
    pub time: Time,
    /// To whom, by position in the course.
    pub person: u32,
    /// What.
    pub what: What,
}

/// A need that has ended, with its whole wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeedEnded {
    /// Of what kind.
    pub kind: NeedKind,
    /// When it arose.
    pub onset: Time,
    /// How it ended.
    pub ending: Ending,
    /// Seconds by cause; they sum to the whole.
    pub by_cause: [Secs; CAUSES],
}

impl NeedEnded {
    /// Position in [`Cause::NAMES`] of what most of its waiting was put down to, if there was any (ties: the first).
    pub fn main_cause(&self) -> Option<u8> {
        let most = *self.by_cause.iter().max()?;
        let at = self.by_cause.iter().position(|secs| *secs == most)?;
        (most > 0).then_some(at as u8)
    }
}

/// What has happened to one person, or to everybody.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    only: Option<u32>,
    /// Rows in the order in which they were written, which is that of time.
    pub rows: Vec<Row>,
    /// Needs that have ended.
    pub needs: Vec<NeedEnded>,
    /// Remarks for the story of the one person who is followed; none in a log of everybody.
    pub notes: Vec<String>,
}

impl EventLog {
    /// An empty log of one person, or of everybody.
    pub fn new(only: Option<u32>) -> EventLog {
        EventLog {
            only,
            ..EventLog::default()
        }
    }

    fn wants(&self, person: u32) -> bool {
        self.only.is_none_or(|only| only == person)
    }

    fn push(&mut self, time: Time, person: u32, what: What) {
        self.rows.push(Row { time, person, what });
    }
}

impl World<'_> {
    /// Writes a row, if a log is kept. What is done after somebody's death is none of their story.
    #[inline]
    pub(super) fn happens(&mut self, now: Time, person: u32, what: What) {
        if self.log.is_some() {
            self.write(now, person, what);
        }
    }

    fn write(&mut self, now: Time, person: u32, what: What) {
        // Work on nobody's list (a meeting) is in nobody's story.
        let alive = self.people.get(person as usize).is_some_and(|p| p.alive);
        if let Some(log) = &mut self.log
            && alive
            && log.wants(person)
        {
            log.push(now, person, what);
        }
    }

    /// Writes a remark of the story that is being followed, if this person is the one.
    #[inline]
    pub(super) fn tell(&mut self, now: Time, person: u32, text: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log
            && log.only == Some(person)
        {
            log.notes.push(text());
            log.push(now, person, What::Note((log.notes.len() - 1) as u32));
        }
    }

    /// Something befell a work item.
    #[inline]
    pub(super) fn log_item(&mut self, now: Time, item: u32, doing: Doing, clinician: u16) {
        if self.log.is_some() {
            let it = self.items[item as usize];
            let cause = match doing {
                Doing::Queued | Doing::Resumed => Some(self.queue_cause(it.team, it.task)),
                Doing::Suspended => Some(Cause::InHospital),
                Doing::Begun => self.waited_for(item, now),
                Doing::Withdrawn | Doing::Ended => None,
            };
            let (team, work, task) = (it.team, it.work, it.task);
            self.write(
                now,
                it.person,
                What::Item {
                    doing,
                    item,
                    team,
                    work,
                    task,
                    clinician,
                    cause,
                },
            );
        }
    }

    /// What most of an item's wait in its queue is put down to, if it waited.
    fn waited_for(&self, item: u32, now: Time) -> Option<Cause> {
        let it = &self.items[item as usize];
        let parts = self.queue_parts(it, it.queued, now);
        let most = parts.into_iter().max_by_key(|(_, secs)| *secs);
        most.filter(|(_, secs)| *secs > 0).map(|(cause, _)| cause)
    }

    /// A hand-off has come to a stage.
    #[inline]
    pub(super) fn log_handoff(&mut self, now: Time, number: u32) {
        if self.log.is_some() {
            let h = self.handoffs[number as usize];
            let (from, to, matter, stage) = (h.from, h.to, h.matter, h.stage);
            self.write(
                now,
                h.person,
                What::Handoff {
                    number,
                    from,
                    to,
                    matter,
                    stage,
                },
            );
        }
    }

    /// A prescription has come to a stage.
    #[inline]
    pub(super) fn log_prescription(&mut self, now: Time, number: u32) {
        if self.log.is_some() {
            let rx = self.prescriptions[number as usize];
            let (purpose, stage) = (rx.purpose, rx.stage);
            self.write(
                now,
                rx.person,
                What::Prescription {
                    number,
                    purpose,
                    stage,
                },
            );
        }
    }

    /// A case with social care is over.
    pub(super) fn log_case_closed(&mut self, now: Time, person: u32, number: u32) {
        let (stage, cause) = (CaseStage::Closed, Cause::Treatment);
        self.happens(now, person, What::Case { number, stage, cause });
    }

    /// A place is waited for, taken or left.
    #[inline]
    pub(super) fn log_place(&mut self, now: Time, person: u32, doing: Doing, held: Held, number: u32) {
        self.happens(now, person, What::Place { doing, held, number });
    }

    /// A need has ended.
    pub(super) fn log_need(&mut self, now: Time, person: u32, need: NeedEnded) {
        // Time on nobody's list is nobody's story.
        let alive = (self.people.get(person as usize)).is_some_and(|individual| individual.alive);
        if let Some(log) = &mut self.log
            && alive
            && log.wants(person)
        {
            log.needs.push(need);
            log.push(now, person, What::Need((log.needs.len() - 1) as u32));
        }
    }
}
