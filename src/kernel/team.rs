//! A team: individual clinicians with shifts, who is idle, what waits, and who may take what.

use super::job::{JobEntry, JobStatus, NOBODY};
use super::line::{self, Line, Waiting};
use super::measures::TeamTally;
use super::roster::Roster;
use crate::base::Time;

/// Which idle clinician takes a job nobody is named for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// The one with the lowest index.
    #[default]
    Lowest,
    /// The next after the one picked last, cyclically by index, which shares the work evenly and makes no
    /// continuity by accident.
    Rotating,
}

/// What a clinician is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Nothing (idle or off duty).
    None,
    /// A job of the world, by id.
    Job(u32),
    /// A finished job which cannot go on and keeps its clinician.
    Blocked(u32),
    /// A background contact of the team's stream with this number, at this priority.
    Background(u8, u8),
}

#[derive(Clone, Debug)]
pub(super) struct Clinician {
    pub work: Work,
    pub on_duty: bool,
    roster: Roster,
    /// The interval that is running or comes next.
    shift: usize,
}

/// One team. The kernel drives it; worlds see it through [`super::Kernel`].
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub clinicians: Vec<Clinician>,
    pub tally: TeamTally,
    pick: Pick,
    last_picked: usize,
    /// One bit per clinician who is on duty and does nothing.
    idle: Vec<u64>,
    idle_count: u32,
    general: Line,
    /// Jobs held for each clinician; empty until a job is held.
    held: Vec<Line>,
    /// Global numbers of the background streams, by the number within the team.
    pub streams: Vec<u32>,
}

impl Team {
    pub fn new(now: Time, rosters: &[Roster], pick: Pick) -> Team {
        let mut team = Team {
            clinicians: Vec::with_capacity(rosters.len()),
            tally: TeamTally::new(now),
            pick,
            last_picked: rosters.len().saturating_sub(1),
            idle: vec![0; rosters.len().div_ceil(64)],
            idle_count: 0,
            general: Line::default(),
            held: Vec::new(),
            streams: Vec::new(),
        };
        for (index, roster) in rosters.iter().enumerate() {
            let mut shift = 0;
            let (on_duty, _) = roster.duty(now, &mut shift);
            team.clinicians.push(Clinician {
                work: Work::None,
                on_duty,
                roster: roster.clone(),
                shift,
            });
            if on_duty {
                team.set_idle(index);
                team.tally.on_duty.add(now, 1);
            }
        }
        team
    }

    /// When, after `now`, this clinician next comes on or goes off duty; [`NEVER`](crate::base::NEVER) if not any more.
    pub fn next_shift_change(&mut self, now: Time, clinician: usize) -> Time {
        let clinician = &mut self.clinicians[clinician];
        clinician.roster.duty(now, &mut clinician.shift).1
    }

    /// Goes off duty: an idle clinician leaves, a busy one finishes in overtime.
    pub fn go_off_duty(&mut self, now: Time, index: usize) {
        let clinician = &mut self.clinicians[index];
        clinician.on_duty = false;
        self.tally.on_duty.add(now, -1);
        if clinician.work == Work::None {
            self.clear_idle(index);
        } else {
            self.tally.overtime.add(now, 1);
        }
    }

    /// Comes on duty; true if free for work (still to be handed a job or set idle).
    pub fn come_on_duty(&mut self, now: Time, index: usize) -> bool {
        let clinician = &mut self.clinicians[index];
        clinician.on_duty = true;
        self.tally.on_duty.add(now, 1);
        if clinician.work == Work::None {
            true
        } else {
            self.tally.overtime.add(now, -1);
            false
        }
    }

    #[inline]
    fn is_idle(&self, index: usize) -> bool {
        self.idle
            .get(index / 64)
            .is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    #[inline]
    pub fn set_idle(&mut self, index: usize) {
        self.idle[index / 64] |= 1 << (index % 64);
        self.idle_count += 1;
    }

    #[inline]
    pub fn clear_idle(&mut self, index: usize) {
        self.idle[index / 64] &= !(1 << (index % 64));
        self.idle_count -= 1;
    }

    /// Number of clinicians on duty who do nothing.
    #[inline]
    pub fn idle_count(&self) -> u32 {
        self.idle_count
    }

    /// The idle clinician for a job nobody is named for.
    #[inline]
    pub fn pick_idle(&mut self) -> Option<usize> {
        if self.idle_count == 0 {
            return None;
        }
        let picked = match self.pick {
            Pick::Lowest => self.lowest_idle_from(0),
            Pick::Rotating => self
                .lowest_idle_from(self.last_picked + 1)
                .or_else(|| self.lowest_idle_from(0)),
        };
        self.last_picked = picked.unwrap_or(self.last_picked);
        picked
    }

    #[inline]
    fn lowest_idle_from(&self, from: usize) -> Option<usize> {
        let mut mask = u64::MAX << (from % 64);
        for (word, &bits) in self.idle.iter().enumerate().skip(from / 64) {
            if bits & mask != 0 {
                return Some(word * 64 + (bits & mask).trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// The idle clinician for a new job: the named one, the buddy, or, unless it is held for these, anyone.
    #[inline]
    pub fn pick_for(&mut self, entry: &JobEntry, held: bool) -> Option<usize> {
        if self.idle_count == 0 {
            return None;
        }
        if (entry.named, entry.buddy) == (NOBODY, NOBODY) {
            return self.pick_idle();
        }
        for index in [entry.named as usize, entry.buddy as usize] {
            if self.is_idle(index) {
                return Some(index);
            }
        }
        if held { None } else { self.pick_idle() }
    }

    #[inline]
    fn lengthened(&mut self, now: Time) {
        self.tally.queue.add(now, 1);
        self.tally.max_queue = self.tally.max_queue.max(self.tally.queue.count());
    }

    /// Adds an entry to the line anyone may take from.
    #[inline]
    pub fn queue(&mut self, now: Time, key: u128, jobs: &[JobEntry]) {
        self.lengthened(now);
        push_tidily(&mut self.general, key, self.tally.queue.count(), |key| {
            is_waiting(key, jobs)
        });
    }

    /// Holds a job for its named clinician and buddy.
    pub fn hold(&mut self, now: Time, entry: &JobEntry, jobs: &[JobEntry]) {
        self.lengthened(now);
        if self.held.is_empty() {
            self.held = vec![Line::default(); self.clinicians.len()];
        }
        let waiting = self.tally.queue.count();
        for index in [entry.named, entry.buddy] {
            if let Some(line) = self.held.get_mut(index as usize) {
                push_tidily(line, entry.key, waiting, |key| is_held(key, jobs));
            }
        }
    }

    /// Moves a job whose hold has expired to the line anyone may take from.
    pub fn release_hold(&mut self, key: u128) {
        self.general.push(key);
    }

    /// One entry has left the lines (begun, withdrawn or suspended).
    #[inline]
    pub fn shortened(&mut self, now: Time) {
        self.tally.queue.add(now, -1);
        if self.tally.queue.count() == 0 {
            // whatever is left is stale
            self.general.clear();
            self.held.iter_mut().for_each(Line::clear);
        }
    }

    /// Takes the entry this clinician should do next: the first of the general line and of what is held for them.
    #[inline]
    pub fn take_for(&mut self, now: Time, clinician: usize, jobs: &[JobEntry]) -> Option<u128> {
        if self.tally.queue.count() == 0 {
            return None;
        }
        let mut best = first_valid(&mut self.general, |key| is_waiting(key, jobs));
        let mut from_held = false;
        if let Some(line) = self.held.get_mut(clinician) {
            let held = first_valid(line, |key| is_held(key, jobs));
            from_held = held < best;
            best = best.min(held);
        }
        if best == u128::MAX {
            return None;
        }
        if from_held {
            self.held[clinician].remove_first();
        } else {
            self.general.remove_first();
        }
        self.shortened(now);
        Some(best)
    }
}

/// Whether a key of the general line still stands for something that waits there.
#[inline]
fn is_waiting(key: u128, jobs: &[JobEntry]) -> bool {
    match line::what(key) {
        Waiting::Job(id) => jobs[id as usize].key == key && jobs[id as usize].status == JobStatus::Queued,
        Waiting::Background(..) => true,
    }
}

/// Whether a key of a clinician's own line still stands for a job held for them.
#[inline]
fn is_held(key: u128, jobs: &[JobEntry]) -> bool {
    match line::what(key) {
        Waiting::Job(id) => jobs[id as usize].key == key && jobs[id as usize].status == JobStatus::Held,
        Waiting::Background(..) => false,
    }
}

/// Drops stale entries from the front; the first valid key, or `u128::MAX`.
#[inline]
fn first_valid(line: &mut Line, valid: impl Fn(u128) -> bool) -> u128 {
    loop {
        let first = line.first();
        if first == u128::MAX || valid(first) {
            return first;
        }
        line.remove_first();
    }
}

/// Pushes, and clears out stale entries when they are the greater part, so that lines stay as long as the queue.
#[inline]
fn push_tidily(line: &mut Line, key: u128, waiting: i64, valid: impl Fn(u128) -> bool) {
    line.push(key);
    if line.len() > 64 + 2 * waiting as usize {
        line.retain_distinct(valid);
    }
}
