//! Jobs of the world: what is asked of a team, and where each job stands.

use crate::base::{NEVER, Time};

/// A job for a team. Times in seconds; the due date only orders the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The world's number for it: dense, and free again once the job is completed or withdrawn.
    pub id: u32,
    /// 0 is the most urgent; below [`super::PRIORITIES`].
    pub priority: u8,
    /// When it is due. Within a priority the earliest due comes first, then the first submitted.
    pub due: Time,
    /// The clinician it is for, by index in the team.
    pub named: Option<u16>,
    /// Another who may take it in the named one's place.
    pub buddy: Option<u16>,
    /// Until then only the named clinician and the buddy may take it; afterwards anyone.
    /// [`crate::base::NEVER`] holds for ever. Ignored when nobody is named.
    pub hold_until: Time,
}

impl Job {
    /// A job anyone may take.
    #[inline]
    pub const fn new(id: u32, priority: u8, due: Time) -> Job {
        Job {
            id,
            priority,
            due,
            named: None,
            buddy: None,
            hold_until: -NEVER,
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobStatus {
    /// The kernel does not have it.
    #[default]
    Absent,
    /// In the line anyone may take from.
    Queued,
    /// Waiting for its named clinician or buddy.
    Held,
    /// Taken out of the queue for a while; it keeps its due date and its turn.
    Suspended,
    /// Being served.
    InService,
    /// Being served, though withdrawn since.
    Withdrawn,
}

/// What withdrawing a job did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It was waiting (or suspended) and is gone; its id is free.
    Removed,
    /// It is being served; the service is finished and `completed` will say that it was withdrawn.
    InService,
    /// The kernel does not have it (or it was withdrawn before).
    Absent,
}

/// No clinician.
pub(super) const NOBODY: u16 = u16::MAX;

/// The kernel's note of one job.
#[derive(Clone, Copy, Debug)]
pub(super) struct JobEntry {
    /// Its key in the lines: priority, due, ticket, id.
    pub key: u128,
    /// When it joined the queue; moved on by time spent suspended.
    pub since: Time,
    pub hold_until: Time,
    pub team: u16,
    pub named: u16,
    pub buddy: u16,
    pub status: JobStatus,
}

impl JobEntry {
    pub const ABSENT: JobEntry = JobEntry {
        key: 0,
        since: 0,
        hold_until: 0,
        team: 0,
        named: NOBODY,
        buddy: NOBODY,
        status: JobStatus::Absent,
    };
}
