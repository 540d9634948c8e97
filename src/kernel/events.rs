//! The event queue: what happens next is the least (time, phase, sequence), and nothing else decides.

use super::heap::{self, MinHeap};
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

/// Kind of the entries whose index is a slot of the table of cancellable events.
const SLOT_KIND: u8 = 0xFF;

pub(super) const PHASE_BITS: u32 = 4;
/// Bits of a rank that are the order of scheduling; those above are the [`moment`].
const SEQUENCE_BITS: u32 = 28;
/// Moments that fit into a rank: 2^32 seconds, 136 years.
const MOMENTS: u64 = 1 << (64 - SEQUENCE_BITS);

/// A second and a phase of it as one number, larger for later moments. Times beyond ±[`NEVER`] count as that.
#[inline]
pub(super) fn moment(at: Time, phase: u8) -> u64 {
    ((at.clamp(-NEVER, NEVER) + NEVER) as u64) << PHASE_BITS | u64::from(phase)
}

/// The second of a moment.
#[inline]
fn time_of(moment: u64) -> Time {
    (moment >> PHASE_BITS) as Time - NEVER
}

/// A pending event: its rank is (moment after the base, sequence) in one word.
#[derive(Clone, Copy, Debug)]
struct Pending {
    rank: u64,
    event: Event,
}

impl heap::Entry for Pending {
    type Rank = u64;
    const ABSENT: Pending = Pending {
        rank: u64::MAX,
        event: Event::new(SLOT_KIND, u32::MAX),
    };
    #[inline(always)]
    fn rank(&self) -> u64 {
        self.rank
    }
}

/// Pending events, popped in the order **(time, phase, sequence)**: earlier seconds first, within
/// a second the lower phase, within a phase in the order in which they were scheduled. There is no
/// other tie rule, and no random one.
///
/// What is compared is one `u64`: seconds after a base in 32 bits, phase in 4, sequence in 28, in a 4-ary heap. No two
/// events share a sequence number. When these run out, or a time lies before the base, all that is pending is
/// numbered again; events 136 years ahead wait apart. Cancellable events keep their payload in a slot; a cancelled one
/// is dropped when it comes to the top.
///
/// The last event popped is only removed when the next is pushed or popped, so that an event which
/// schedules its successor costs one descent of the heap instead of two.
#[derive(Clone, Debug, Default)]
pub struct EventQueue {
    heap: MinHeap<Pending>,
    /// The moment from which ranks count.
    base: u64,
    sequence: u64,
    /// Whether the root is an event already handed out.
    spent: bool,
    /// Events too far ahead for a rank, in the order of scheduling.
    far: Vec<(u64, Event)>,
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
        self.heap.len() + self.far.len() - usize::from(self.spent)
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn push(&mut self, at: Time, phase: u8, event: Event) {
        debug_assert!((-NEVER..NEVER).contains(&at) && phase <= phase::LAST);
        let moment = (((at + NEVER) as u64) << PHASE_BITS) | u64::from(phase);
        let after = moment.wrapping_sub(self.base);
        if after >= MOMENTS || self.sequence == 1 << SEQUENCE_BITS {
            return self.push_anew(moment, event);
        }
        let rank = after << SEQUENCE_BITS | self.sequence;
        let entry = Pending { rank, event };
        self.sequence += 1;
        if self.spent {
            self.spent = false;
            self.heap.replace_first(entry);
        } else {
            self.heap.push(entry);
        }
    }

    /// Numbers all that is pending again, with a base that suits the earliest, and pushes.
    #[cold]
    #[inline(never)]
    fn push_anew(&mut self, moment: u64, event: Event) {
        let fits = self.sequence < 1 << SEQUENCE_BITS;
        if fits && moment >= self.base && self.heap.len() > usize::from(self.spent) {
            self.far.push((moment, event));
            return;
        }
        self.settle();
        let mut all: Vec<(u64, u64, Event)> = (self.heap.iter())
            .map(|p| (self.moment_of(p), p.rank, p.event))
            .collect();
        all.sort_unstable_by_key(|&(moment, rank, _)| (moment, rank));
        // What waits apart is later than all in the heap; scheduled now comes after scheduled then.
        self.far.sort_by_key(|&(moment, _)| moment);
        let mut all: Vec<(u64, Event)> = (all.into_iter().map(|(moment, _, event)| (moment, event)))
            .chain(self.far.drain(..))
            .collect();
        let place = all.partition_point(|&(other, _)| other <= moment);
        all.insert(place, (moment, event));
        self.heap.clear();
        self.sequence = 0;
        // Whole seconds, and a while before the earliest, for what may be scheduled before it.
        self.base = (all[0].0 >> PHASE_BITS << PHASE_BITS).saturating_sub(MOMENTS / 4);
        for (moment, event) in all {
            let after = moment - self.base;
            if after >= MOMENTS {
                self.far.push((moment, event));
            } else {
                let rank = after << SEQUENCE_BITS | self.sequence;
                self.heap.push(Pending { rank, event });
                self.sequence += 1;
            }
        }
    }

    #[inline]
    fn moment_of(&self, pending: Pending) -> u64 {
        (pending.rank >> SEQUENCE_BITS) + self.base
    }

    /// Removes the root if it has been handed out.
    #[inline]
    fn settle(&mut self) {
        if self.spent {
            self.spent = false;
            self.heap.remove_first();
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
            self.settle();
            let first = self.heap.first();
            let moment = self.moment_of(first);
            if moment >= bound || self.heap.len() == 0 {
                if self.heap.len() == 0 && self.bring_near(bound) {
                    continue;
                }
                return None;
            }
            self.spent = true;
            let at = time_of(moment);
            let event = first.event;
            if event.kind != SLOT_KIND {
                return Some((at, event));
            }
            if let Some(event) = self.take_slot(event.index) {
                return Some((at, event));
            }
        }
    }

    /// When the heap is empty: brings in what waits apart, unless nothing of it is before the bound.
    #[cold]
    #[inline(never)]
    fn bring_near(&mut self, bound: u64) -> bool {
        self.far.sort_by_key(|&(moment, _)| moment);
        match self.far.first() {
            Some(&(moment, event)) if moment < bound => {
                self.far.remove(0);
                // Scheduled first of those of its moment: it is put before the others by going in alone.
                let rest = std::mem::take(&mut self.far);
                self.push_anew(moment, event);
                for (moment, event) in rest {
                    self.push(time_of(moment), (moment & 15) as u8, event);
                }
                true
            }
            _ => false,
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
    use proptest::prelude::*;

    /// Seconds near each other, about 136 years apart (which a rank can hold), and anything.
    fn time() -> impl Strategy<Value = Time> {
        let years_apart = (0i64..4, -3i64..3).prop_map(|(n, near)| (n << 32) + near);
        prop_oneof![6 => 0i64..30, 1 => years_apart, 1 => -NEVER..NEVER]
    }

    proptest! {
        /// Against a plain list of (time, phase, order of scheduling): pushes at any time, pops before any time, events
        /// cancelled, and a sequence that runs out.
        #[test]
        fn events_come_in_order(
            ops in prop::collection::vec((0u8..8, time(), 0u8..16, any::<prop::sample::Index>()), 0..300),
            numbers_left in prop_oneof![Just(1u64 << SEQUENCE_BITS), 0u64..40],
        ) {
            let mut queue = EventQueue::new();
            queue.sequence = (1 << SEQUENCE_BITS) - numbers_left;
            let mut list: Vec<(Time, u8, u32)> = Vec::new();
            let mut handles: Vec<(Handle, u32)> = Vec::new();
            for ((op, at, phase, which), n) in ops.into_iter().zip(0u32..) {
                match op {
                    0..=2 => {
                        queue.schedule(at, phase, Event::new(n as u8 & 7, n));
                        list.push((at, phase, n));
                    }
                    3 => {
                        handles.push((queue.schedule_cancellable(at, phase, Event::new(n as u8 & 7, n)), n));
                        list.push((at, phase, n));
                    }
                    4 if !handles.is_empty() => {
                        let (handle, n) = handles.swap_remove(which.index(handles.len()));
                        let at = list.iter().position(|&(_, _, other)| other == n);
                        prop_assert_eq!(queue.cancel(handle), at.is_some());
                        at.map(|at| list.swap_remove(at));
                    }
                    _ => {
                        let until = if op == 5 { at } else { NEVER };
                        let first = list.iter().copied().filter(|&(at, ..)| at < until).min();
                        let found = queue.pop_before(until);
                        prop_assert_eq!(found, first.map(|(at, _, n)| (at, Event::new(n as u8 & 7, n))));
                        list.retain(|entry| Some(*entry) != first);
                    }
                }
                prop_assert!(queue.len() >= list.len());
            }
            list.sort_unstable();
            for (at, _, n) in list {
                prop_assert_eq!(queue.pop_before(NEVER), Some((at, Event::new(n as u8 & 7, n))));
            }
            prop_assert_eq!(queue.pop_before(NEVER), None);
            prop_assert!(queue.is_empty());
        }
    }

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
