//! Withdrawing, suspending, resuming and re-ranking jobs; looking at a team.

use super::engine::Kernel;
use super::job::{JobStatus, NOBODY, Withdrawal};
use super::line::{self, Waiting};
use super::measures::{PRIORITIES, TeamMeasures};
use super::observer::Observer;
use super::team::Work;
use super::{TeamId, World};
use crate::base::Time;

impl<O: Observer> Kernel<O> {
    /// Where a job stands.
    #[inline]
    pub fn status(&self, job: u32) -> JobStatus {
        self.jobs
            .get(job as usize)
            .map_or(JobStatus::Absent, |entry| entry.status)
    }

    /// Withdraws a job: out of the queue, or, if it is being served, noted for `completed`.
    pub fn withdraw(&mut self, job: u32) -> Withdrawal {
        let now = self.now;
        let status = self.status(job);
        if matches!(status, JobStatus::Absent | JobStatus::Withdrawn) {
            return Withdrawal::Absent;
        }
        let entry = &mut self.jobs[job as usize];
        let team = &mut self.teams[entry.team as usize];
        let flow = &mut team.tally.jobs[line::priority_of(entry.key) as usize & (PRIORITIES - 1)];
        if status == JobStatus::InService {
            entry.status = JobStatus::Withdrawn;
            flow.withdrawn_in_service += 1;
            return Withdrawal::InService;
        }
        entry.status = JobStatus::Absent;
        flow.withdrawn += 1;
        if status == JobStatus::Suspended {
            flow.withdrawn_wait_secs += entry.since;
        } else {
            flow.withdrawn_wait_secs += now - entry.since;
            team.shortened(now);
        }
        self.observer.withdrawn(now, TeamId(u32::from(entry.team)), job);
        Withdrawal::Removed
    }

    /// The clinician a job that waits or is suspended is still held for.
    pub fn held_for(&self, job: u32) -> Option<u16> {
        let held = match self.status(job) {
            JobStatus::Held => true,
            JobStatus::Suspended => self.jobs[job as usize].hold_until > self.now,
            _ => false,
        };
        let named = held.then(|| self.jobs[job as usize].named);
        named.filter(|named| *named != NOBODY)
    }

    /// Takes a waiting job out of the queue until [`Kernel::resume`]; false if it does not wait.
    pub fn suspend(&mut self, job: u32) -> bool {
        if !matches!(self.status(job), JobStatus::Queued | JobStatus::Held) {
            return false;
        }
        let entry = &mut self.jobs[job as usize];
        entry.status = JobStatus::Suspended;
        // while suspended: seconds waited so far
        entry.since = self.now - entry.since;
        self.teams[entry.team as usize].shortened(self.now);
        true
    }

    /// Puts a suspended job back with its due date and its old turn; it may begin at once. False if it is
    /// not suspended.
    pub fn resume<W: World<O>>(&mut self, world: &mut W, job: u32) -> bool {
        if self.status(job) != JobStatus::Suspended {
            return false;
        }
        let entry = &mut self.jobs[job as usize];
        entry.since = self.now - entry.since;
        let team = TeamId(u32::from(entry.team));
        self.enqueue(world, team, job);
        true
    }

    /// Gives a job another priority and due date, keeping its turn among equals. False if it neither waits
    /// nor is suspended. Later flows count it at its new priority.
    pub fn reprioritise<W: World<O>>(&mut self, world: &mut W, job: u32, priority: u8, due: Time) -> bool {
        debug_assert!((priority as usize) < PRIORITIES);
        let waiting = self.suspend(job);
        if !waiting && self.status(job) != JobStatus::Suspended {
            return false;
        }
        let entry = &mut self.jobs[job as usize];
        entry.key = line::key(priority, due, line::ticket_of(entry.key), Waiting::Job(job));
        if waiting {
            self.resume(world, job);
        }
        true
    }

    /// Number in the team's queue: queued and held jobs and background contacts, not the suspended.
    #[inline]
    pub fn waiting(&self, team: TeamId) -> u32 {
        self.teams[team.index()].tally.queue.count() as u32
    }

    /// Number of clinicians on duty who do nothing.
    #[inline]
    pub fn idle(&self, team: TeamId) -> u32 {
        self.teams[team.index()].idle_count()
    }

    /// Number of clinicians of a team, on duty or not.
    pub fn clinicians(&self, team: TeamId) -> usize {
        self.teams[team.index()].clinicians.len()
    }

    /// What a clinician is doing.
    #[inline]
    pub fn work(&self, team: TeamId, clinician: u16) -> Work {
        self.teams[team.index()].clinicians[clinician as usize].work
    }

    /// Whether a clinician is on duty.
    #[inline]
    pub fn on_duty(&self, team: TeamId, clinician: u16) -> bool {
        self.teams[team.index()].clinicians[clinician as usize].on_duty
    }

    /// What a team has done since the last reset, up to now.
    pub fn team_measures(&self, team: TeamId) -> TeamMeasures {
        self.teams[team.index()].tally.at(self.now)
    }

    /// Begins the measures of all teams and places again, from now.
    pub fn reset_measures(&mut self) {
        self.teams.iter_mut().for_each(|team| team.tally.reset(self.now));
        self.places.iter_mut().for_each(|places| places.reset(self.now));
    }
}
