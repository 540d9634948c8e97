//! What the kernel always counts about teams and places: integers, over a window that can be begun again.

use super::level::Level;
use crate::base::{Secs, Time};

/// Number of priorities told apart; 0 is the most urgent.
pub const PRIORITIES: usize = 8;

/// Counts of one stream of work at one priority since the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Jobs that came.
    pub submitted: u64,
    /// Services begun.
    pub started: u64,
    /// Services finished.
    pub completed: u64,
    /// Jobs withdrawn from the queue (or while suspended), never begun.
    pub withdrawn: u64,
    /// Jobs withdrawn while being served; they are also completed.
    pub withdrawn_in_service: u64,
    /// Seconds in the queue of the jobs begun, each counted whole when it begins (seconds suspended left out).
    pub wait_secs: Secs,
    /// Seconds in the queue of the jobs withdrawn unbegun.
    pub withdrawn_wait_secs: Secs,
}

/// Everything about one team since the last reset. `busy_secs + blocked_secs <= on_duty_secs + overtime_secs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TeamMeasures {
    /// Clinician-seconds in service, also after the end of a shift.
    pub busy_secs: Secs,
    /// Clinician-seconds held by a finished job that cannot go on.
    pub blocked_secs: Secs,
    /// Clinician-seconds on duty.
    pub on_duty_secs: Secs,
    /// Clinician-seconds busy or blocked while off duty.
    pub overtime_secs: Secs,
    /// Integral of the queue length, in job-seconds.
    pub queue_secs: Secs,
    /// The longest queue.
    pub max_queue: u32,
    /// The world's jobs, by priority.
    pub jobs: [Flow; PRIORITIES],
    /// Background contacts, by priority.
    pub background: [Flow; PRIORITIES],
}

/// Running totals of one team.
#[derive(Clone, Debug, Default)]
pub(super) struct TeamTally {
    pub busy: Level,
    pub blocked: Level,
    pub on_duty: Level,
    pub overtime: Level,
    pub queue: Level,
    pub max_queue: i64,
    pub jobs: [Flow; PRIORITIES],
    pub background: [Flow; PRIORITIES],
}

impl TeamTally {
    pub fn new(now: Time) -> TeamTally {
        let level = Level::new(now);
        TeamTally {
            busy: level,
            blocked: level,
            on_duty: level,
            overtime: level,
            queue: level,
            ..TeamTally::default()
        }
    }

    pub fn reset(&mut self, now: Time) {
        for level in [
            &mut self.busy,
            &mut self.blocked,
            &mut self.on_duty,
            &mut self.overtime,
            &mut self.queue,
        ] {
            level.reset(now);
        }
        self.max_queue = self.queue.count();
        self.jobs = Default::default();
        self.background = Default::default();
    }

    pub fn at(&self, now: Time) -> TeamMeasures {
        TeamMeasures {
            busy_secs: self.busy.integral(now),
            blocked_secs: self.blocked.integral(now),
            on_duty_secs: self.on_duty.integral(now),
            overtime_secs: self.overtime.integral(now),
            queue_secs: self.queue.integral(now),
            max_queue: self.max_queue as u32,
            jobs: self.jobs,
            background: self.background,
        }
    }
}

/// Everything about one pool of places since the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlacesMeasures {
    /// Integral of the units taken, in unit-seconds.
    pub taken_secs: Secs,
    /// Integral of the capacity, in unit-seconds.
    pub capacity_secs: Secs,
    /// Integral of the number waiting, in request-seconds.
    pub queue_secs: Secs,
    /// The longest queue.
    pub max_queue: u32,
    /// Requests, by priority: `started` counts those placed, `completed` those released.
    pub requests: [Flow; PRIORITIES],
}
