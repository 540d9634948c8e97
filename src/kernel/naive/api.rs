//! What a test world may ask of either kernel, and the naive kernel's answers.

use super::*;

/// What a test world may ask of a kernel, so that one world drives both.
pub trait Api {
    fn now(&self) -> Time;
    fn schedule(&mut self, at: Time, phase: u8, event: Event);
    /// A handle is the number of the cancellable event, in the order of scheduling.
    fn schedule_cancellable(&mut self, at: Time, phase: u8, event: Event);
    fn cancel(&mut self, nth: usize) -> bool;
    fn submit(&mut self, w: &mut Script, team: TeamId, job: Job) -> bool;
    fn status(&self, job: u32) -> JobStatus;
    fn withdraw(&mut self, job: u32) -> Withdrawal;
    fn suspend(&mut self, job: u32) -> bool;
    fn resume(&mut self, w: &mut Script, job: u32) -> bool;
    fn reprioritise(&mut self, w: &mut Script, job: u32, priority: u8, due: Time) -> bool;
    fn unblock(&mut self, w: &mut Script, team: TeamId, clinician: u16) -> bool;
    fn request(&mut self, places: PlacesId, id: u32, size: u32, priority: u8, due: Time) -> bool;
    fn request_status(&self, places: PlacesId, id: u32) -> RequestStatus;
    fn release(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool;
    fn withdraw_request(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool;
    fn set_capacity(&mut self, w: &mut Script, places: PlacesId, capacity: u32);
}

impl Api for Naive {
    fn now(&self) -> Time {
        self.now
    }

    fn schedule(&mut self, at: Time, phase: u8, event: Event) {
        self.push(at, phase, Happening::World(event));
    }

    fn schedule_cancellable(&mut self, at: Time, phase: u8, event: Event) {
        let sequence = self.push(at, phase, Happening::Cancellable(event));
        self.cancellable.push(sequence);
    }

    fn cancel(&mut self, nth: usize) -> bool {
        let before = self.events.len();
        self.events.retain(|e| e.2 != self.cancellable[nth]);
        self.events.len() < before
    }

    fn submit(&mut self, w: &mut Script, team: TeamId, job: Job) -> bool {
        self.tickets += 1;
        self.teams[team.index()].m.jobs[job.priority as usize].submitted += 1;
        let (team, ticket, since) = (team.index(), self.tickets, self.now);
        let status = JobStatus::Queued;
        self.jobs[job.id as usize] = Some(NaiveJob {
            job,
            team,
            ticket,
            waited: 0,
            since,
            status,
        });
        self.enter(w, job.id)
    }

    fn status(&self, job: u32) -> JobStatus {
        self.jobs[job as usize]
            .as_ref()
            .map_or(JobStatus::Absent, |job| job.status)
    }

    fn withdraw(&mut self, id: u32) -> Withdrawal {
        let status = self.status(id);
        if matches!(status, JobStatus::Absent | JobStatus::Withdrawn) {
            return Withdrawal::Absent;
        }
        let job = self.job(id).clone();
        let flow = &mut self.teams[job.team].m.jobs[job.job.priority as usize];
        if status == JobStatus::InService {
            flow.withdrawn_in_service += 1;
            self.job(id).status = JobStatus::Withdrawn;
            return Withdrawal::InService;
        }
        flow.withdrawn += 1;
        flow.withdrawn_wait_secs += job.waited;
        if status != JobStatus::Suspended {
            flow.withdrawn_wait_secs += self.now - job.since;
            self.teams[job.team].queue.retain(|e| e.2 != job.ticket);
        }
        self.jobs[id as usize] = None;
        Withdrawal::Removed
    }

    fn suspend(&mut self, id: u32) -> bool {
        if !matches!(self.status(id), JobStatus::Queued | JobStatus::Held) {
            return false;
        }
        let now = self.now;
        let job = self.job(id);
        job.waited += now - job.since;
        job.status = JobStatus::Suspended;
        let (team, ticket) = (job.team, job.ticket);
        self.teams[team].queue.retain(|e| e.2 != ticket);
        true
    }

    fn resume(&mut self, w: &mut Script, id: u32) -> bool {
        if self.status(id) != JobStatus::Suspended {
            return false;
        }
        self.job(id).since = self.now;
        self.enter(w, id);
        true
    }

    fn reprioritise(&mut self, _: &mut Script, id: u32, priority: u8, due: Time) -> bool {
        let status = self.status(id);
        if !matches!(status, JobStatus::Queued | JobStatus::Held | JobStatus::Suspended) {
            return false;
        }
        let job = self.job(id);
        (job.job.priority, job.job.due) = (priority, due);
        let (team, ticket) = (job.team, job.ticket);
        for entry in self.teams[team].queue.iter_mut().filter(|e| e.2 == ticket) {
            (entry.0, entry.1) = (priority, due);
        }
        true
    }

    fn unblock(&mut self, w: &mut Script, team: TeamId, clinician: u16) -> bool {
        let Doing::Blocked(id) = self.teams[team.index()].members[clinician as usize].doing else {
            return false;
        };
        self.finish(w, team.index(), clinician as usize, id);
        true
    }

    fn request(&mut self, places: PlacesId, id: u32, size: u32, priority: u8, due: Time) -> bool {
        self.tickets += 1;
        let p = &mut self.places[places.index()];
        let taken: u32 = p.held.iter().map(|h| h.1).sum();
        p.m.requests[priority as usize].submitted += 1;
        if taken + size <= p.capacity && (p.fit == Fit::First || p.queue.is_empty()) {
            p.m.requests[priority as usize].started += 1;
            p.held.push((id, size, priority, self.tickets));
            return true;
        }
        p.queue.push((priority, due, self.tickets, id, size, self.now));
        p.m.max_queue = p.m.max_queue.max(p.queue.len() as u32);
        false
    }

    fn request_status(&self, places: PlacesId, id: u32) -> RequestStatus {
        let p = &self.places[places.index()];
        if p.held.iter().any(|h| h.0 == id) {
            RequestStatus::Placed
        } else if p.queue.iter().any(|r| r.3 == id) {
            RequestStatus::Queued
        } else {
            RequestStatus::Absent
        }
    }

    fn release(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool {
        let p = &mut self.places[places.index()];
        let Some(at) = p.held.iter().position(|h| h.0 == id) else {
            return false;
        };
        let priority = p.held.remove(at).2;
        p.m.requests[priority as usize].completed += 1;
        self.give_places(w, places);
        true
    }

    fn withdraw_request(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool {
        let now = self.now;
        let p = &mut self.places[places.index()];
        let Some(at) = p.queue.iter().position(|r| r.3 == id) else {
            return false;
        };
        let request = p.queue.remove(at);
        p.m.requests[request.0 as usize].withdrawn += 1;
        p.m.requests[request.0 as usize].withdrawn_wait_secs += now - request.5;
        self.give_places(w, places);
        true
    }

    fn set_capacity(&mut self, w: &mut Script, places: PlacesId, capacity: u32) {
        self.places[places.index()].capacity = capacity;
        self.give_places(w, places);
    }
}
