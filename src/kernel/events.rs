//! The event queue: what happens next is the least (time, phase, sequence), and nothing else decides.

use super::heap::MinHeap;
use crate::base::{NEVER, Time};

/// What is to happen: a kind and an index whose meaning belongs to whoever scheduled it.
///
/// A world may use the kinds `0..=`[`Event::LAST_WORLD_KIND`]; those above are the kernel's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// What sort of event.
    pub kind: u8,
    /// Of what (a person, a team, …).
    pub index: u32,
}

impl Event {
    /// The highest kind a world may schedule.
    pub const LAST_WORLD_KIND: u8 = 0xEF;

    /// An event of a kind about an index.
    #[inline]
    pub const fn new(kind: u8, index: u32) -> Event {
        Event { kind, index }
    }
}

/// Phases of one second, in the order in which they run.
///
/// The kernel's own come first, so that what is true *from* this second on (off duty, held no longer, on duty)
/// is true before anybody is freed, and everybody who is freed has been handed to the queue before the world
/// goes on. A world may use the phases from [`FIRST_WORLD`](phase::FIRST_WORLD) to 15.
pub mod phase {
    /// Clinicians go off duty (intervals are half-open: at `end` one is off).
    pub const OFF_DUTY: u8 = 0;
    /// Jobs held for a named clinician become anybody's.
    pub const HOLD: u8 = 1;
    /// Clinicians come on duty.
    pub const ON_DUTY: u8 = 2;
    /// Services complete; the freed clinician is handed to the queue.
    pub const RELEASE: u8 = 3;
    /// Background contacts arrive.
    pub const BACKGROUND: u8 = 4;
    /// The first phase a world may use.
    pub const FIRST_WORLD: u8 = 5;
    /// The usual phase of a world's events.
    pub const WORLD: u8 = 8;
    /// The last phase there is.
    pub const LAST: u8 = 15;
}

/// A scheduled event that may be cancelled. Stale handles are recognised and harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    slot: u32,
    generation: u32,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    event: Event,
    generation: u32,
    live: bool,
}

/// Kind of the keys whose payload is a slot of the table of cancellable events.
const SLOT_KIND: u8 = 0xFF;

const PAYLOAD_BITS: u32 = 40;
const SEQUENCE_BITS: u32 = 40;
pub(super) const PHASE_BITS: u32 = 4;
const TIME_SHIFT: u32 = PAYLOAD_BITS + SEQUENCE_BITS + PHASE_BITS;

/// A second and a phase of it as one number, larger for later moments. Times beyond ±[`NEVER`] count as that.
#[inline]
pub(super) fn moment(at: Time, phase: u8) -> u64 {
    ((at.clamp(-NEVER, NEVER) + NEVER) as u64) << PHASE_BITS | u64::from(phase)
}

/// Pending events, popped in the order **(time, phase, sequence)**: earlier seconds first, within
/// a second the lower phase, within a phase in the order in which they were scheduled. There is no
/// other tie rule, and no random one.
///
/// One event is one `u128`: time in 44 bits (offset, so that times before the start sort first),
/// phase in 4, sequence in 40, payload in 40, in a 4-ary heap. The payload never decides, because no two
/// events share a sequence number. Cancellable events keep their payload in a slot; a cancelled one
/// is dropped when it comes to the top.
///
/// The last event popped is only removed when the next is pushed or popped, so that an event which
/// schedules its successor costs one descent of the heap instead of two.
#[derive(Clone, Debug, Default)]
pub struct EventQueue {
    heap: MinHeap,
    /// Whether the root is an event already handed out.
    spent: bool,
    sequence: u64,
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl EventQueue {
    /// An empty queue.
    pub fn new() -> EventQueue {
        EventQueue::default()
    }

    /// Number of pending entries, counting the cancelled ones not yet dropped.
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.spent)
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn push(&mut self, at: Time, phase: u8, event: Event) {
        debug_assert!((-NEVER..NEVER).contains(&at) && phase <= phase::LAST);
        assert!(
            self.sequence < 1 << SEQUENCE_BITS,
            "more than a million million events in one run"
        );
        let high = u128::from(moment(at, phase));
        let low = (u128::from(self.sequence) << PAYLOAD_BITS)
            | (u128::from(event.kind) << 32)
            | u128::from(event.index);
        let key = (high << (SEQUENCE_BITS + PAYLOAD_BITS)) | low;
        self.sequence += 1;
        if self.spent {
            self.spent = false;
            self.heap.replace_first(key);
        } else {
            self.heap.push(key);
        }
    }

    /// Schedules an event. A time of [`NEVER`] or later is not scheduled at all.
    #[inline]
    pub fn schedule(&mut self, at: Time, phase: u8, event: Event) {
        debug_assert!(event.kind != SLOT_KIND);
        if at < NEVER {
            self.push(at, phase, event);
        }
    }

    /// Schedules an event that may be cancelled. A time of [`NEVER`] or later gives a handle that is
    /// already stale.
    pub fn schedule_cancellable(&mut self, at: Time, phase: u8, event: Event) -> Handle {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                event,
                generation: 0,
                live: false,
            });
            (self.slots.len() - 1) as u32
        });
        let entry = &mut self.slots[slot as usize];
        entry.event = event;
        let handle = Handle {
            slot,
            generation: entry.generation,
        };
        if at < NEVER {
            entry.live = true;
            self.push(at, phase, Event::new(SLOT_KIND, slot));
        } else {
            entry.generation = entry.generation.wrapping_add(1);
            self.free.push(slot);
        }
        handle
    }

    /// Cancels; false if the event has happened or was cancelled before.
    pub fn cancel(&mut self, handle: Handle) -> bool {
        match self.slots.get_mut(handle.slot as usize) {
            Some(slot) if slot.generation == handle.generation && slot.live => {
                slot.live = false;
                true
            }
            _ => false,
        }
    }

    /// Takes the next event that happens before `until`, with its time.
    #[inline]
    pub fn pop_before(&mut self, until: Time) -> Option<(Time, Event)> {
        self.pop_under(moment(until, 0))
    }

    /// Takes the next event that happens before a [`moment`], with its time.
    #[inline]
    pub(super) fn pop_under(&mut self, bound: u64) -> Option<(Time, Event)> {
        loop {
            if self.spent {
                self.spent = false;
                self.heap.remove_first();
            }
            let key = self.heap.first();
            // when the heap is empty this is larger than any moment
            if (key >> (SEQUENCE_BITS + PAYLOAD_BITS)) as u64 >= bound {
                return None;
            }
            self.spent = true;
            let at = (key >> TIME_SHIFT) as i64 - NEVER;
            let event = Event::new((key >> 32) as u8, key as u32);
            if event.kind != SLOT_KIND {
                return Some((at, event));
            }
            if let Some(event) = self.take_slot(event.index) {
                return Some((at, event));
            }
        }
    }

    /// Frees a slot whose key came to the top; its event, unless cancelled.
    fn take_slot(&mut self, slot: u32) -> Option<Event> {
        let entry = &mut self.slots[slot as usize];
        entry.generation = entry.generation.wrapping_add(1);
        self.free.push(slot);
        let was_live = entry.live;
        entry.live = false;
        was_live.then_some(entry.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_time_then_phase_then_sequence() {
        let mut queue = EventQueue::new();
        for (i, (at, phase)) in [(5, 8), (5, 1), (-3, 15), (5, 8), (4, 9), (5, 1)]
            .into_iter()
            .enumerate()
        {
            queue.schedule(at, phase, Event::new(200 - i as u8, i as u32));
        }
        let mut order = Vec::new();
        while let Some((_, event)) = queue.pop_before(NEVER) {
            order.push(event.index);
        }
        assert_eq!(order, [2, 4, 1, 5, 0, 3]);
    }

    #[test]
    fn until_is_exclusive_and_never_is_not_scheduled() {
        let mut queue = EventQueue::new();
        queue.schedule(10, phase::WORLD, Event::new(1, 0));
        queue.schedule(NEVER, phase::WORLD, Event::new(2, 0));
        assert_eq!(queue.len(), 1);
        assert_eq!(queue.pop_before(10), None);
        assert_eq!(queue.pop_before(11), Some((10, Event::new(1, 0))));
        assert!(queue.is_empty());
        assert_eq!(queue.pop_before(NEVER), None);
    }

    #[test]
    fn cancelled_events_do_not_happen_and_stale_handles_are_harmless() {
        let mut queue = EventQueue::new();
        let a = queue.schedule_cancellable(1, 8, Event::new(1, 1));
        let b = queue.schedule_cancellable(2, 8, Event::new(1, 2));
        assert!(queue.cancel(a));
        assert!(!queue.cancel(a));
        assert_eq!(queue.pop_before(NEVER), Some((2, Event::new(1, 2))));
        let c = queue.schedule_cancellable(3, 8, Event::new(1, 3));
        assert!(!queue.cancel(b), "the slot has been given to another event");
        assert!(!queue.cancel(a));
        assert_eq!(queue.pop_before(NEVER), Some((3, Event::new(1, 3))));
        assert!(!queue.cancel(c));
        let never = queue.schedule_cancellable(NEVER, 8, Event::new(1, 4));
        assert!(!queue.cancel(never));
        assert_eq!(queue.pop_before(NEVER), None);
    }
}
