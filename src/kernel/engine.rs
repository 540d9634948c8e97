//! The kernel: its clock, and how jobs begin, end, wait, are held, withdrawn, suspended and resumed.

use super::background::Stream;
use super::contacts::{Contact, Contacts};
use super::events::{Event, EventQueue, Handle, moment, phase};
use super::job::{Job, JobEntry, JobStatus, NOBODY};
use super::line::{self, Waiting};
use super::measures::PRIORITIES;
use super::observer::Observer;
use super::places::Places;
use super::roster::Roster;
use super::team::{Pick, Team, Work};
use super::{PlacesId, TeamId, World};
use crate::base::effort::Endless;
use crate::base::{NEVER, Secs, Time};
use crate::random::Draws;
use std::collections::VecDeque;

/// A clinician's service ends; index = team << 16 | clinician.
const COMPLETION: u8 = 0xF0;
/// A clinician comes on or goes off duty; index as above.
const SHIFT: u8 = 0xF1;
/// The hold of a job may have expired; index = job.
const HOLD: u8 = 0xF2;
/// A background contact was to come here before its stream changed; index = stream.
pub(super) const STALE: u8 = 0xF3;

/// More events within one second than this are taken for a loop that takes no time and would never end.
pub const MOST_AT_ONCE: u64 = if cfg!(test) { 1 << 20 } else { 1 << 27 };

/// The clock, the pending events, the teams and the places of one run. See the [module](super).
#[derive(Clone, Debug)]
pub struct Kernel<O: Observer = ()> {
    pub(super) now: Time,
    pub(super) events: EventQueue,
    pub(super) teams: Vec<Team>,
    pub(super) places: Vec<Places>,
    pub(super) streams: Vec<Stream>,
    pub(super) contacts: Contacts,
    pub(super) jobs: Vec<JobEntry>,
    /// Order of submission, over all teams and places.
    pub(super) tickets: u64,
    happened: u64,
    pub(super) draws: Draws,
    /// Requests placed of which the world has still to be told: (places, request, ticket).
    pub(super) untold: VecDeque<(PlacesId, u32, u64)>,
    /// What records the run.
    pub observer: O,
}

impl<O: Observer> Kernel<O> {
    /// An empty kernel whose clock stands at `start`. The draws serve the background streams only.
    pub fn new(start: Time, draws: Draws, observer: O) -> Kernel<O> {
        Kernel {
            now: start,
            events: EventQueue::new(),
            teams: Vec::new(),
            places: Vec::new(),
            streams: Vec::new(),
            contacts: Contacts::default(),
            jobs: Vec::new(),
            tickets: 0,
            happened: 0,
            draws,
            untold: VecDeque::new(),
            observer,
        }
    }

    /// The clock.
    #[inline]
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many events have happened (shifts and holds included, cancelled events not).
    pub fn events_happened(&self) -> u64 {
        self.happened
    }

    /// Adds a team of one clinician per roster. Those whose shift is running are on duty at once.
    ///
    /// # Panics
    /// With more than 65,535 teams, or 65,535 clinicians in one.
    pub fn add_team(&mut self, rosters: &[Roster], pick: Pick) -> TeamId {
        assert!(self.teams.len() < usize::from(u16::MAX) && rosters.len() < usize::from(NOBODY));
        let id = TeamId::new(self.teams.len());
        self.teams.push(Team::new(self.now, rosters, pick));
        for clinician in 0..rosters.len() {
            self.schedule_shift(id, clinician);
        }
        id
    }

    /// Schedules an event of the world; see [`EventQueue`] for the order. `at` must not be past.
    #[inline]
    pub fn schedule(&mut self, at: Time, phase: u8, event: Event) {
        debug_assert!(event.kind <= Event::LAST_WORLD_KIND && at >= self.now && phase >= phase::FIRST_WORLD);
        self.events.schedule(at.max(self.now), phase, event);
    }

    /// Schedules an event that may be cancelled.
    #[inline]
    pub fn schedule_cancellable(&mut self, at: Time, phase: u8, event: Event) -> Handle {
        debug_assert!(event.kind <= Event::LAST_WORLD_KIND && at >= self.now && phase >= phase::FIRST_WORLD);
        self.events.schedule_cancellable(at.max(self.now), phase, event)
    }

    /// Cancels an event; false if it has happened or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, handle: Handle) -> bool {
        self.events.cancel(handle)
    }

    /// Lets everything happen that is due before `until`, where the clock then stands.
    ///
    /// # Panics
    /// With [`Endless`] where the clock stands still.
    pub fn run<W: World<O>>(&mut self, world: &mut W, until: Time) {
        loop {
            let (from, mut left) = (self.now, MOST_AT_ONCE);
            while left > 0 && self.step(world, until) {
                left -= 1;
            }
            if left > 0 {
                break;
            }
            self.must_have_moved(from);
        }
        self.now = self.now.max(until);
    }

    /// Lets everything happen as long as `goes_on` holds and there is something.
    ///
    /// # Panics
    /// As [`Kernel::run`].
    pub fn run_while<W: World<O>>(&mut self, world: &mut W, goes_on: impl Fn(&W) -> bool) {
        loop {
            let (from, mut left) = (self.now, MOST_AT_ONCE);
            while left > 0 && goes_on(world) && self.step(world, NEVER) {
                left -= 1;
            }
            if left > 0 {
                return;
            }
            self.must_have_moved(from);
        }
    }

    #[cold]
    fn must_have_moved(&self, from: Time) {
        if self.now == from {
            std::panic::resume_unwind(Box::new(Endless { at: from }));
        }
    }

    /// Lets the next event happen if it is due before `until`; false if there is none. For worlds which stop
    /// on a count instead of a time.
    #[inline(always)]
    pub fn step<W: World<O>>(&mut self, world: &mut W, until: Time) -> bool {
        let end = moment(until, 0);
        loop {
            if let Some((at, event)) = self.events.pop_under(end.min(self.contacts.next)) {
                self.happens(world, at, event);
                return true;
            }
            if self.contacts.next >= end {
                return false;
            }
            if let Some(contact) = self.contacts.take(&self.draws) {
                self.contact(contact);
                return true;
            }
        }
    }

    #[inline(always)]
    fn happens<W: World<O>>(&mut self, world: &mut W, at: Time, event: Event) {
        debug_assert!(at >= self.now);
        self.now = at;
        self.happened += 1;
        match event.kind {
            COMPLETION => {
                self.service_ended(world, TeamId(event.index >> 16), (event.index & 0xFFFF) as usize);
            }
            SHIFT => self.shift(world, TeamId(event.index >> 16), (event.index & 0xFFFF) as usize),
            HOLD => self.hold_expired(world, event.index),
            STALE => {}
            _ => world.event(self, event),
        }
    }

    /// Asks a team to do a job; true if it began at once. The id must not be with the kernel already.
    #[inline]
    pub fn submit<W: World<O>>(&mut self, world: &mut W, team: TeamId, job: Job) -> bool {
        let now = self.now;
        let id = job.id as usize;
        if id >= self.jobs.len() {
            self.jobs.resize(id + 1, JobEntry::ABSENT);
        }
        debug_assert!(
            self.jobs[id].status == JobStatus::Absent,
            "job {id} is already there"
        );
        debug_assert!((job.priority as usize) < PRIORITIES);
        let key = line::key(job.priority, job.due, self.ticket(), Waiting::Job(job.id));
        let entry = JobEntry {
            key,
            since: now,
            hold_until: job.hold_until,
            team: team.0 as u16,
            named: job.named.unwrap_or(NOBODY),
            buddy: job.buddy.unwrap_or(NOBODY),
            status: JobStatus::Queued,
        };
        self.jobs[id] = entry;
        self.teams[team.index()].tally.jobs[job.priority as usize].submitted += 1;
        self.enqueue(world, team, job.id)
    }

    /// Begins a job if a clinician who may take it is idle, else queues or holds it.
    #[inline]
    pub(super) fn enqueue<W: World<O>>(&mut self, world: &mut W, team: TeamId, job: u32) -> bool {
        let now = self.now;
        let entry = self.jobs[job as usize];
        let held = entry.named != NOBODY && entry.hold_until > now;
        let t = &mut self.teams[team.index()];
        if let Some(clinician) = t.pick_for(&entry, held) {
            t.clear_idle(clinician);
            t.tally.busy.add(now, 1);
            self.start_job(world, team, clinician, job);
            return true;
        }
        if held {
            self.jobs[job as usize].status = JobStatus::Held;
            self.teams[team.index()].hold(now, &entry, &self.jobs);
            self.events
                .schedule(entry.hold_until, phase::HOLD, Event::new(HOLD, job));
        } else {
            self.jobs[job as usize].status = JobStatus::Queued;
            self.teams[team.index()].queue(now, entry.key, &self.jobs);
        }
        self.observer.queued(now, team, Work::Job(job));
        false
    }

    /// Begins a job; its clinician is already counted as busy.
    #[inline]
    fn start_job<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: usize, job: u32) {
        let now = self.now;
        let entry = &mut self.jobs[job as usize];
        entry.status = JobStatus::InService;
        let waited = now - entry.since;
        let t = &mut self.teams[team.index()];
        let flow = &mut t.tally.jobs[line::priority_of(entry.key) as usize & (PRIORITIES - 1)];
        flow.started += 1;
        flow.wait_secs += waited;
        t.clinicians[clinician].work = Work::Job(job);
        let waiting = t.tally.queue.count() as u32;
        let service = world.service_secs(self, team, clinician as u16, job, waiting);
        self.schedule_completion(team, clinician, service);
        self.observer
            .started(now, team, clinician as u16, Work::Job(job), waited, service);
        world.started(self, team, clinician as u16, job);
    }

    /// Begins a background contact; its clinician is already counted as busy.
    #[inline]
    fn start_contact(
        &mut self,
        team: TeamId,
        clinician: usize,
        stream: u8,
        priority: u8,
        waited: Secs,
        service: Secs,
    ) {
        let now = self.now;
        let t = &mut self.teams[team.index()];
        let flow = &mut t.tally.background[priority as usize & (PRIORITIES - 1)];
        flow.started += 1;
        flow.wait_secs += waited;
        let work = Work::Background(stream, priority);
        t.clinicians[clinician].work = work;
        self.schedule_completion(team, clinician, service);
        self.observer
            .started(now, team, clinician as u16, work, waited, service);
    }

    #[inline]
    fn schedule_completion(&mut self, team: TeamId, clinician: usize, service: Secs) {
        debug_assert!(service >= 0);
        let event = Event::new(COMPLETION, team.0 << 16 | clinician as u32);
        self.events
            .schedule(self.now + service.max(0), phase::RELEASE, event);
    }

    #[inline(always)]
    fn service_ended<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: usize) {
        let now = self.now;
        match self.teams[team.index()].clinicians[clinician].work {
            Work::Job(job) => {
                let withdrawn = self.jobs[job as usize].status == JobStatus::Withdrawn;
                if !withdrawn && world.blocks(self, team, clinician as u16, job) {
                    let t = &mut self.teams[team.index()];
                    t.clinicians[clinician].work = Work::Blocked(job);
                    t.tally.busy.add(now, -1);
                    t.tally.blocked.add(now, 1);
                    self.observer.blocked(now, team, clinician as u16, job);
                } else {
                    self.finish(world, team, clinician, job);
                }
            }
            work @ Work::Background(_, priority) => {
                let t = &mut self.teams[team.index()];
                t.tally.background[priority as usize & (PRIORITIES - 1)].completed += 1;
                self.observer.completed(now, team, clinician as u16, work);
                self.hand_over(world, team, clinician);
            }
            Work::None | Work::Blocked(_) => debug_assert!(false, "a completion without a service"),
        }
    }

    /// Lets a blocked job go on: its clinician is freed and handed to the queue, then `completed` is called.
    /// False if the clinician is not blocked.
    pub fn unblock<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: u16) -> bool {
        let t = &mut self.teams[team.index()];
        let Work::Blocked(job) = t.clinicians[clinician as usize].work else {
            return false;
        };
        t.tally.blocked.add(self.now, -1);
        t.tally.busy.add(self.now, 1);
        self.finish(world, team, clinician as usize, job);
        true
    }

    /// Release, then hand to the queue, then let the job go on.
    #[inline(always)]
    fn finish<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: usize, job: u32) {
        let entry = &mut self.jobs[job as usize];
        let withdrawn = entry.status == JobStatus::Withdrawn;
        entry.status = JobStatus::Absent;
        let priority = line::priority_of(entry.key) as usize & (PRIORITIES - 1);
        self.teams[team.index()].tally.jobs[priority].completed += 1;
        self.observer
            .completed(self.now, team, clinician as u16, Work::Job(job));
        self.hand_over(world, team, clinician);
        world.completed(self, team, clinician as u16, job, withdrawn);
    }

    /// A clinician counted as busy is free: takes the next of the queue, or is idle, or goes off duty.
    #[inline]
    fn hand_over<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: usize) {
        let now = self.now;
        let t = &mut self.teams[team.index()];
        if !t.clinicians[clinician].on_duty {
            t.clinicians[clinician].work = Work::None;
            t.tally.busy.add(now, -1);
            t.tally.overtime.add(now, -1);
            return;
        }
        match t.take_for(now, clinician, &self.jobs) {
            None => {
                t.clinicians[clinician].work = Work::None;
                t.tally.busy.add(now, -1);
                t.set_idle(clinician);
            }
            Some(key) => match line::what(key) {
                Waiting::Job(job) => self.start_job(world, team, clinician, job),
                Waiting::Background(stream, service) => {
                    let due_in = self.streams[t.streams[stream as usize] as usize].due_in;
                    let waited = now - (line::due_of(key) - due_in);
                    self.start_contact(team, clinician, stream, line::priority_of(key), waited, service);
                }
            },
        }
    }

    fn schedule_shift(&mut self, team: TeamId, clinician: usize) {
        let t = &mut self.teams[team.index()];
        let at = t.next_shift_change(self.now, clinician);
        let phase = if t.clinicians[clinician].on_duty {
            phase::OFF_DUTY
        } else {
            phase::ON_DUTY
        };
        self.events
            .schedule(at, phase, Event::new(SHIFT, team.0 << 16 | clinician as u32));
    }

    fn shift<W: World<O>>(&mut self, world: &mut W, team: TeamId, clinician: usize) {
        let now = self.now;
        let t = &mut self.teams[team.index()];
        let comes_on = !t.clinicians[clinician].on_duty;
        self.observer.shift(now, team, clinician as u16, comes_on);
        if !comes_on {
            t.go_off_duty(now, clinician);
            self.schedule_shift(team, clinician);
            return;
        }
        let free = t.come_on_duty(now, clinician);
        self.schedule_shift(team, clinician);
        if free {
            self.teams[team.index()].tally.busy.add(now, 1);
            self.hand_over(world, team, clinician);
        }
    }

    fn hold_expired<W: World<O>>(&mut self, world: &mut W, job: u32) {
        let now = self.now;
        let entry = self.jobs[job as usize];
        if entry.status != JobStatus::Held || entry.hold_until != now {
            return; // begun, withdrawn or suspended since, or another job with this id
        }
        self.end_hold(world, job);
    }

    /// A job held for its named clinician is anybody's from now on; one that is suspended, when it is resumed.
    pub fn end_hold<W: World<O>>(&mut self, world: &mut W, job: u32) {
        let now = self.now;
        let entry = self.jobs[job as usize];
        if entry.status == JobStatus::Suspended {
            self.jobs[job as usize].hold_until = entry.hold_until.min(now);
        }
        if entry.status != JobStatus::Held {
            return;
        }
        self.jobs[job as usize].status = JobStatus::Queued;
        let team = TeamId(u32::from(entry.team));
        let t = &mut self.teams[team.index()];
        match t.pick_idle() {
            Some(clinician) => {
                t.shortened(now);
                t.clear_idle(clinician);
                t.tally.busy.add(now, 1);
                self.start_job(world, team, clinician, job);
            }
            None => t.release_hold(entry.key),
        }
    }

    #[inline]
    fn contact(&mut self, contact: Contact) {
        debug_assert!(contact.at >= self.now);
        let (now, service) = (contact.at, contact.service);
        self.now = now;
        self.happened += 1;
        let stream = &self.streams[contact.stream as usize];
        let (team, priority, local) = (stream.team, stream.priority, stream.local);
        let due = now + stream.due_in;
        let ticket = self.ticket();
        let t = &mut self.teams[team.index()];
        t.tally.background[priority as usize & (PRIORITIES - 1)].submitted += 1;
        if let Some(clinician) = t.pick_idle() {
            t.clear_idle(clinician);
            t.tally.busy.add(now, 1);
            self.start_contact(team, clinician, local, priority, 0, service);
        } else {
            let key = line::key(priority, due, ticket, Waiting::Background(local, service));
            t.queue(now, key, &self.jobs);
            self.observer.queued(now, team, Work::Background(local, priority));
        }
    }

    #[inline]
    pub(super) fn ticket(&mut self) -> u64 {
        assert!(
            self.tickets < 1 << 40,
            "more than a million million jobs in one run"
        );
        self.tickets += 1;
        self.tickets - 1
    }
}
