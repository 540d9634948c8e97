//! A waiting line ordered by (priority, due, sequence), packed into one `u128` per entry.

use super::heap::MinHeap;
use crate::base::{NEVER, Secs, Time};
use std::collections::VecDeque;

/// Bits of the part of a key that says *what* waits and never decides the order.
const PAYLOAD_BITS: u32 = 36;
const BACKGROUND: u64 = 1 << 35;
const SECS_BITS: u32 = 27;

/// The longest service of a background contact, in seconds (about four years).
pub const MAX_BACKGROUND_SECS: Secs = (1 << SECS_BITS) - 1;

/// What an entry of a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A job of the world, by id.
    Job(u32),
    /// A background contact: its stream's number within the team, and its service in seconds.
    Background(u8, Secs),
}

/// Packs (priority, due, ticket) and the payload: 8, 44, 40 and 36 bits. A due date outside ±[`NEVER`]
/// counts as that bound.
#[inline]
pub fn key(priority: u8, due: Time, ticket: u64, what: Waiting) -> u128 {
    let due = (due.clamp(-NEVER, NEVER - 1) + NEVER) as u128;
    let payload = match what {
        Waiting::Job(id) => u64::from(id),
        Waiting::Background(stream, secs) => {
            BACKGROUND | (u64::from(stream) << SECS_BITS) | (secs.clamp(0, MAX_BACKGROUND_SECS) as u64)
        }
    };
    (u128::from(priority) << 120) | (due << 76) | (u128::from(ticket) << PAYLOAD_BITS) | u128::from(payload)
}

/// The priority packed in a key.
#[inline]
pub fn priority_of(key: u128) -> u8 {
    (key >> 120) as u8
}

/// The due date packed in a key.
#[inline]
pub fn due_of(key: u128) -> Time {
    ((key >> 76) as u64 & ((1 << 44) - 1)) as i64 - NEVER
}

/// The ticket (order of submission) packed in a key.
#[inline]
pub fn ticket_of(key: u128) -> u64 {
    (key >> PAYLOAD_BITS) as u64 & ((1 << 40) - 1)
}

/// What the entry with this key stands for.
#[inline]
pub fn what(key: u128) -> Waiting {
    let payload = key as u64 & ((1 << PAYLOAD_BITS) - 1);
    if payload & BACKGROUND == 0 {
        Waiting::Job(payload as u32)
    } else {
        let secs = (payload & ((1 << SECS_BITS) - 1)) as Secs;
        Waiting::Background((payload >> SECS_BITS) as u8, secs)
    }
}

/// Entries in order of their keys. Those that arrive in order (first come, first served within a
/// priority) only extend a run and cost nothing to sort; the others go through a heap.
///
/// Entries are never taken out of the middle: the owner recognises a stale one when it comes to the front.
#[derive(Clone, Debug, Default)]
pub struct Line {
    run: VecDeque<u128>,
    heap: MinHeap,
}

impl Line {
    /// Number of entries, stale ones included.
    #[inline]
    pub fn len(&self) -> usize {
        self.run.len() + self.heap.len()
    }

    /// Adds an entry.
    #[inline]
    pub fn push(&mut self, key: u128) {
        match self.run.back() {
            Some(&last) if key < last => self.heap.push(key),
            _ => self.run.push_back(key),
        }
    }

    /// The first entry, or `u128::MAX` when there is none.
    #[inline]
    pub fn first(&self) -> u128 {
        self.run
            .front()
            .copied()
            .unwrap_or(u128::MAX)
            .min(self.heap.first())
    }

    /// Drops the first entry; the line must not be empty.
    #[inline]
    pub fn remove_first(&mut self) {
        match self.run.front() {
            Some(&front) if front <= self.heap.first() => {
                self.run.pop_front();
            }
            _ => self.heap.remove_first(),
        }
    }

    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.run.clear();
        self.heap.clear();
    }

    /// Keeps the entries for which `keep` holds, each once.
    pub fn retain_distinct(&mut self, mut keep: impl FnMut(u128) -> bool) {
        let mut last = u128::MAX;
        self.run.retain(|&key| {
            let fresh = key != last && keep(key);
            last = key;
            fresh
        });
        self.heap.retain_distinct(keep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_is_sorted(keys in prop::collection::vec((0u8..3, -5i64..5, any::<bool>()), 0..200)) {
            let mut line = Line::default();
            let mut sorted = Vec::new();
            for (ticket, (priority, due, pop)) in keys.into_iter().enumerate() {
                let key = key(priority, due, ticket as u64, Waiting::Job(7));
                line.push(key);
                sorted.push((priority, due, ticket as u64));
                sorted.sort_unstable();
                if pop {
                    let first = line.first();
                    line.remove_first();
                    prop_assert_eq!(sorted.remove(0), (priority_of(first), due_of(first), ticket_of(first)));
                }
                prop_assert_eq!(line.len(), sorted.len());
            }
        }

        #[test]
        fn a_key_keeps_its_parts(priority: u8, due in -NEVER..NEVER, ticket in 0u64..1 << 40, id: u32,
                                 stream: u8, secs in 0..=MAX_BACKGROUND_SECS) {
            for waiting in [Waiting::Job(id), Waiting::Background(stream, secs)] {
                let key = key(priority, due, ticket, waiting);
                prop_assert_eq!((priority_of(key), due_of(key), ticket_of(key)), (priority, due, ticket));
                prop_assert_eq!(what(key), waiting);
            }
        }
    }
}
