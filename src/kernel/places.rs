//! Places (beds, slots, weekly hours): a capacity in whole units, taken and given back by requests.

use super::level::Level;
use super::line::{self, Waiting};
use super::measures::{Flow, PRIORITIES, PlacesMeasures};
use crate::base::{Secs, Time};
use std::collections::VecDeque;

/// Who gets places that have become free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// The first in order (priority, due, sequence) whose size fits: a large request may be overtaken.
    #[default]
    First,
    /// The first in order, and nobody else before it: nobody is overtaken, units may stay unused.
    InOrder,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestStatus {
    /// Unknown to these places.
    #[default]
    Absent,
    /// Waiting.
    Queued,
    /// Holding its units.
    Placed,
}

#[derive(Clone, Copy, Debug, Default)]
struct Request {
    /// When it was made, and as which: tells it from a later request with the same id.
    since: Time,
    ticket: u64,
    size: u32,
    priority: u8,
    status: RequestStatus,
}

/// One pool of places. Occupancy may exceed a capacity that was lowered; nobody is put out.
#[derive(Clone, Debug)]
pub(super) struct Places {
    fit: Fit,
    capacity: Level,
    taken: Level,
    waiting: Level,
    max_queue: i64,
    flows: [Flow; PRIORITIES],
    /// (key, size), ascending by key.
    queue: VecDeque<(u128, u32)>,
    requests: Vec<Request>,
}

impl Places {
    pub fn new(now: Time, capacity: u32, fit: Fit) -> Places {
        let mut level = Level::new(now);
        let taken = level;
        level.add(now, i64::from(capacity));
        Places {
            fit,
            capacity: level,
            taken,
            waiting: taken,
            max_queue: 0,
            flows: Default::default(),
            queue: VecDeque::new(),
            requests: Vec::new(),
        }
    }

    pub fn capacity(&self) -> i64 {
        self.capacity.count()
    }

    pub fn taken(&self) -> i64 {
        self.taken.count()
    }

    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub fn status(&self, id: u32) -> RequestStatus {
        self.requests
            .get(id as usize)
            .map_or(RequestStatus::Absent, |request| request.status)
    }

    pub fn set_capacity(&mut self, now: Time, capacity: u32) {
        self.capacity
            .add(now, i64::from(capacity) - self.capacity.count());
    }

    fn fits(&self, size: u32) -> bool {
        self.taken.count() + i64::from(size) <= self.capacity.count()
    }

    /// Notes a request; true if it gets its units at once.
    pub fn request(&mut self, now: Time, id: u32, size: u32, priority: u8, due: Time, ticket: u64) -> bool {
        let index = id as usize;
        if index >= self.requests.len() {
            self.requests.resize(index + 1, Request::default());
        }
        debug_assert!(
            self.requests[index].status == RequestStatus::Absent,
            "request {id} is already there"
        );
        self.flows[priority as usize].submitted += 1;
        let status = RequestStatus::Queued;
        self.requests[index] = Request {
            since: now,
            ticket,
            size,
            priority,
            status,
        };
        // Nobody who waits fits (else they would have been placed), so a request that fits overtakes none
        // that could go.
        let free_to_go = self.fits(size) && (self.fit == Fit::First || self.queue.is_empty());
        if free_to_go {
            self.place(now, id);
        } else {
            let key = line::key(priority, due, ticket, Waiting::Job(id));
            let at = self.queue.partition_point(|&(other, _)| other < key);
            self.queue.insert(at, (key, size));
            self.waiting.add(now, 1);
            self.max_queue = self.max_queue.max(self.waiting.count());
        }
        free_to_go
    }

    fn place(&mut self, now: Time, id: u32) -> Secs {
        let request = &mut self.requests[id as usize];
        request.status = RequestStatus::Placed;
        let waited = now - request.since;
        let flow = &mut self.flows[request.priority as usize];
        flow.started += 1;
        flow.wait_secs += waited;
        self.taken.add(now, i64::from(request.size));
        waited
    }

    /// Whether this very request (and not a later one with its id) holds its units.
    pub fn holds(&self, id: u32, ticket: u64) -> bool {
        self.status(id) == RequestStatus::Placed && self.requests[id as usize].ticket == ticket
    }

    /// Takes from the queue the next request that may be placed now, with its ticket and its wait.
    pub fn place_next(&mut self, now: Time) -> Option<(u32, u64, Secs)> {
        let at = match self.fit {
            Fit::First => self.queue.iter().position(|&(_, size)| self.fits(size))?,
            Fit::InOrder => self
                .queue
                .front()
                .filter(|&&(_, size)| self.fits(size))
                .map(|_| 0)?,
        };
        let (key, _) = self.queue.remove(at)?;
        let Waiting::Job(id) = line::what(key) else {
            return None;
        };
        self.waiting.add(now, -1);
        let waited = self.place(now, id);
        Some((id, line::ticket_of(key), waited))
    }

    /// Gives back what a request holds; false if it holds nothing.
    pub fn release(&mut self, now: Time, id: u32) -> bool {
        if self.status(id) != RequestStatus::Placed {
            return false;
        }
        let request = &mut self.requests[id as usize];
        request.status = RequestStatus::Absent;
        self.flows[request.priority as usize].completed += 1;
        self.taken.add(now, -i64::from(request.size));
        true
    }

    /// Takes a waiting request out of the queue; false if it does not wait.
    pub fn withdraw(&mut self, now: Time, id: u32) -> bool {
        if self.status(id) != RequestStatus::Queued {
            return false;
        }
        self.queue.retain(|&(key, _)| line::what(key) != Waiting::Job(id));
        let request = &mut self.requests[id as usize];
        request.status = RequestStatus::Absent;
        let flow = &mut self.flows[request.priority as usize];
        flow.withdrawn += 1;
        flow.withdrawn_wait_secs += now - request.since;
        self.waiting.add(now, -1);
        true
    }

    pub fn reset(&mut self, now: Time) {
        for level in [&mut self.capacity, &mut self.taken, &mut self.waiting] {
            level.reset(now);
        }
        self.max_queue = self.waiting.count();
        self.flows = Default::default();
    }

    pub fn at(&self, now: Time) -> PlacesMeasures {
        PlacesMeasures {
            taken_secs: self.taken.integral(now),
            capacity_secs: self.capacity.integral(now),
            queue_secs: self.waiting.integral(now),
            max_queue: self.max_queue as u32,
            requests: self.flows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Capacity 3, all taken, lowered to 1: nobody is put out, and nobody is admitted until one place is free again.
    #[test]
    fn places_that_become_fewer_put_nobody_out() {
        let mut p = Places::new(0, 3, Fit::First);
        for id in 0..3 {
            assert!(p.request(0, id, 1, 0, 0, u64::from(id)));
        }
        assert!(!p.request(5, 3, 1, 0, 0, 3));
        p.set_capacity(10, 1);
        assert_eq!((p.taken(), p.capacity()), (3, 1));
        for (now, id, next) in [(20, 0, None), (30, 1, None), (40, 2, Some((3, 3, 35)))] {
            assert!(p.release(now, id));
            assert_eq!(p.place_next(now), next);
        }
        let m = p.at(100);
        assert_eq!((m.capacity_secs, m.queue_secs), (3 * 10 + 90, 35));
        assert_eq!(m.taken_secs, 3 * 20 + 2 * 10 + 10 + 60);
    }
}
