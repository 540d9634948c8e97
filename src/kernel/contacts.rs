//! Contacts of the background streams, drawn ahead: many at a time, in the order in which they happen.
//!
//! When contacts come depends on nothing that happens in a run, so they need no place among the pending events: they
//! are drawn stretch by stretch of time into one sorted list, and the kernel compares the first of it with the first
//! event. What is more, they are the same for every run with the same streams and draws (the arms of a replication), so
//! a list drawn by one run is left to the next on the same thread. It decides nothing: a run that finds no list, or
//! one of other streams, draws the same contacts again.
//!
//! Two contacts of the same second come in the order in which their predecessors came, and one that follows its own
//! predecessor within the second comes last: that is the order of scheduling each when its predecessor happens.

use super::background::BACKGROUND_PURPOSE;
use super::events::{PHASE_BITS, phase};
use crate::base::{Calendar, NEVER, OpenWalk, Secs, Time};
use crate::random::{Draws, Quantile};
use std::cell::Cell;
use std::sync::Arc;

/// Bits of a packed contact that are its stream; those above are its time.
pub(super) const STREAM_BITS: u32 = 20;
/// Contacts in a stretch, roughly: at least so many in all, and of each stream.
const STRETCH: (usize, usize) = (4_096, 64);
/// Seconds of the first stretch.
const FIRST_SPAN: Secs = 900;
/// No list that is left to the next run is much longer than this (12 bytes each).
const MOST_KEPT: usize = 1 << 24;

/// A background stream as a source of contacts: its law, and the next contact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    pub key: u64,
    pub gap: Arc<Quantile>,
    pub duration: Arc<Quantile>,
    pub calendar: Arc<Calendar>,
    /// Number of the contact after the next.
    ordinal: u32,
    walk: OpenWalk,
    /// When the next contact comes; [`NEVER`] if none does.
    at: Time,
    service: u32,
    /// Tells which of two contacts of one second was scheduled first.
    order: u64,
}

impl Source {
    /// A stream whose first gap is counted from `from`; its contacts have the numbers from `ordinal`.
    pub fn new(
        key: u64,
        gap: Arc<Quantile>,
        duration: Arc<Quantile>,
        calendar: Arc<Calendar>,
        from: Time,
        ordinal: u32,
    ) -> Source {
        let walk = calendar.walk_from(from);
        Source {
            key,
            gap,
            duration,
            calendar,
            ordinal,
            walk,
            at: NEVER,
            service: 0,
            order: 0,
        }
    }

    /// Draws the next contact.
    #[inline]
    fn draw(&mut self, draws: &Draws) {
        let (gap, duration) = draws.pair(self.key, BACKGROUND_PURPOSE, self.ordinal, 0);
        self.ordinal = self.ordinal.wrapping_add(1);
        // 136 years and more are as good as for ever
        self.service = u32::try_from(self.duration.secs(duration)).unwrap_or(u32::MAX);
        self.at = self.calendar.walk(&mut self.walk, self.gap.secs(gap));
    }

    /// Draws the first contact; one that would be past comes now.
    fn draw_first(&mut self, now: Time, draws: &Draws) {
        self.draw(draws);
        if self.at < now {
            self.at = now;
            self.walk = self.calendar.walk_from(now);
        }
    }
}

/// Contacts in the order in which they happen.
#[derive(Clone, Debug, Default)]
struct List {
    /// (time + [`NEVER`]) << [`STREAM_BITS`] | stream.
    keys: Vec<u64>,
    /// In seconds.
    services: Vec<u32>,
}

/// A list, and what it was drawn from.
#[derive(Clone, Debug, Default)]
struct Drawn {
    /// The streams before the first contact of the list, and after the last.
    before: Vec<Source>,
    after: Vec<Source>,
    /// Order of the first contact of the list; the others count on.
    first_order: u64,
    list: List,
    span: Secs,
    draws: Option<Draws>,
}

thread_local! {
    /// The list of the last run on this thread.
    static LEFT: Cell<Option<Drawn>> = const { Cell::new(None) };
}

/// A contact: when it comes, of which stream, and its service in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contact {
    pub at: Time,
    pub stream: u32,
    pub service: Secs,
}

/// All background streams of a kernel as one sequence of contacts.
#[derive(Clone, Debug, Default)]
pub(super) struct Contacts {
    /// The [`moment`](super::events::moment) of the next contact; 0 where that must be looked up first, the largest number if none comes.
    pub next: u64,
    cursor: usize,
    drawn: Drawn,
    /// Whether the list begins with the first contact of the run, so that another run may read it too.
    whole: bool,
    begun: bool,
    scratch: Scratch,
}

/// Memory used again from stretch to stretch.
#[derive(Clone, Debug, Default)]
struct Scratch {
    services: Vec<u32>,
    /// Where the next service of each stream lies in `services`.
    at: Vec<usize>,
    ties: Vec<(u32, u64, u64)>,
}

impl Drop for Contacts {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Contacts {
    /// Order of the contact under the cursor, which is also that of whatever is scheduled now.
    fn order(&self) -> u64 {
        self.drawn.first_order + self.cursor as u64
    }

    /// Adds a stream; `now` is the kernel's clock.
    pub fn add(&mut self, mut source: Source, now: Time, draws: &Draws) {
        self.rewind();
        source.draw_first(now, draws);
        self.put(None, source);
    }

    /// When the next contact of a stream comes.
    pub fn next_of(&mut self, stream: usize) -> Time {
        self.rewind();
        self.drawn.after[stream].at
    }

    /// The law of a stream.
    pub fn source(&self, stream: usize) -> &Source {
        &self.drawn.after[stream]
    }

    /// A stream has another law from now on and is drawn from now.
    pub fn redraw(&mut self, stream: usize, mut source: Source, now: Time, draws: &Draws) {
        self.rewind();
        source.ordinal = self.drawn.after[stream].ordinal;
        source.draw_first(now, draws);
        self.put(Some(stream), source);
    }

    /// The contacts of a stream come as before but have other lengths from the next one on.
    pub fn change_lengths(&mut self, stream: usize, key: u64, duration: Arc<Quantile>, draws: &Draws) {
        self.rewind();
        let source = &mut self.drawn.after[stream];
        (source.key, source.duration) = (key, duration);
        let (_, u) = draws.pair(key, BACKGROUND_PURPOSE, source.ordinal.wrapping_sub(1), 0);
        source.service = u32::try_from(source.duration.secs(u)).unwrap_or(u32::MAX);
    }

    /// Nobody of a stream comes any more.
    pub fn end(&mut self, stream: usize) {
        self.rewind();
        self.drawn.after[stream].at = NEVER;
    }

    fn put(&mut self, stream: Option<usize>, mut source: Source) {
        source.order = self.order();
        // whatever is scheduled next comes after it
        self.drawn.first_order += 1;
        match stream {
            Some(stream) => self.drawn.after[stream] = source,
            None => self.drawn.after.push(source),
        }
    }

    /// Takes the next contact, which must be due; `None` if only [`Contacts::next`] had to be looked up.
    #[inline]
    pub fn take(&mut self, draws: &Draws) -> Option<Contact> {
        if self.next == 0 {
            self.look_up(draws);
            return None;
        }
        let (key, service) = (
            self.drawn.list.keys[self.cursor],
            self.drawn.list.services[self.cursor],
        );
        self.cursor += 1;
        self.next = self
            .drawn
            .list
            .keys
            .get(self.cursor)
            .map_or(0, |&key| moment_of(key));
        Some(Contact {
            at: time_of(key),
            stream: stream_of(key) as u32,
            service: Secs::from(service),
        })
    }

    #[cold]
    #[inline(never)]
    fn look_up(&mut self, draws: &Draws) {
        if !self.begun {
            self.begin(draws);
        }
        if self.cursor == self.drawn.list.keys.len() {
            self.more(draws);
        }
        self.next = self
            .drawn
            .list
            .keys
            .get(self.cursor)
            .map_or(u64::MAX, |&key| moment_of(key));
    }

    /// Before the first contact: takes over what the last run on this thread has left, if it had the same streams.
    fn begin(&mut self, draws: &Draws) {
        if self.drawn.after.is_empty() {
            return;
        }
        (self.begun, self.whole) = (true, true);
        if let Some(left) = LEFT.take() {
            let same = left.draws == Some(*draws)
                && left.before == self.drawn.after
                && left.first_order == self.drawn.first_order;
            if same {
                self.drawn = left;
                return;
            }
            self.drawn.list = left.list;
            self.drawn.list.clear();
        }
        self.drawn.before.clone_from(&self.drawn.after);
        self.drawn.draws = Some(*draws);
        self.drawn.span = FIRST_SPAN;
    }

    /// Draws another stretch.
    fn more(&mut self, draws: &Draws) {
        if self.whole && self.drawn.list.keys.len() >= MOST_KEPT {
            self.part_from_list();
        }
        if !self.whole {
            self.drawn.first_order = self.order();
            self.cursor = 0;
            self.drawn.list.clear();
            self.drawn.before.clone_from(&self.drawn.after);
        }
        self.drawn.stretch(draws, &mut self.scratch);
    }

    /// Goes on with a list of one's own, and leaves the common one to the next run.
    fn part_from_list(&mut self) {
        let own = Drawn {
            after: self.drawn.after.clone(),
            first_order: self.order(),
            span: self.drawn.span,
            draws: self.drawn.draws,
            ..Drawn::default()
        };
        self.leave();
        self.drawn = own;
        self.cursor = 0;
        self.whole = false;
    }

    fn leave(&mut self) {
        if self.whole && !self.drawn.list.keys.is_empty() {
            LEFT.set(Some(std::mem::take(&mut self.drawn)));
        }
    }

    /// Forgets the contacts drawn that have not happened: afterwards the streams stand as they do now.
    fn rewind(&mut self) {
        self.next = 0;
        if self.drawn.list.keys.is_empty() {
            // Nothing has happened since the list was begun: it may be begun again.
            self.begun &= !self.whole;
            return;
        }
        let order = self.order();
        let mut now = self.drawn.before.clone();
        // Of each stream, how many contacts have happened, and the place of the last in the list.
        let mut happened = vec![(0_u32, 0_usize); now.len()];
        for (place, &key) in self.drawn.list.keys[..self.cursor].iter().enumerate() {
            let (count, last) = &mut happened[stream_of(key)];
            *count += 1;
            *last = place;
        }
        for (source, (count, last)) in now.iter_mut().zip(happened) {
            if count > 0 {
                source.ordinal = source.ordinal.wrapping_add(count - 1);
                source.walk = source.calendar.walk_from(time_of(self.drawn.list.keys[last]));
                source.order = self.drawn.first_order + last as u64;
                if let Some(draws) = &self.drawn.draws {
                    source.draw(draws);
                }
            }
        }
        self.part_from_list();
        self.drawn.first_order = order;
        self.drawn.after = now;
    }
}

impl List {
    fn clear(&mut self) {
        self.keys.clear();
        self.services.clear();
    }
}

impl Drawn {
    /// Draws all contacts of the next stretch of time.
    fn stretch(&mut self, draws: &Draws, scratch: &mut Scratch) {
        let from = self.list.keys.len();
        let start = self.after.iter().map(|source| source.at).min().unwrap_or(NEVER);
        if start >= NEVER {
            return;
        }
        let wanted = STRETCH.0.max(STRETCH.1 * self.after.len()) as Secs;
        // However rare contacts were so far: a stream that is new, or opens after a long while, may be a busy one.
        let coming = self.after.iter().filter(|source| source.at < NEVER);
        let rate: f64 = coming.map(|source| 1.0 / source.gap.mean().max(1e-3)).sum();
        self.span = self.span.min(((16 * wanted) as f64 / rate) as Secs).max(1);
        let end = (start + self.span).min(NEVER);
        scratch.services.clear();
        scratch.at.clear();
        for (stream, source) in self.after.iter_mut().enumerate() {
            scratch.at.push(scratch.services.len());
            while source.at < end {
                self.list
                    .keys
                    .push(((source.at + NEVER) as u64) << STREAM_BITS | stream as u64);
                scratch.services.push(source.service);
                source.draw(draws);
            }
        }
        let drawn = &mut self.list.keys[from..];
        drawn.sort_unstable();
        let mut order = self.first_order + from as u64;
        for second in drawn.chunk_by_mut(|a, b| a >> STREAM_BITS == b >> STREAM_BITS) {
            if second.len() > 1 {
                in_order(second, &self.after, &mut scratch.ties);
            }
            for key in second {
                let stream = stream_of(*key);
                self.after[stream].order = order;
                order += 1;
                let at = &mut scratch.at[stream];
                self.list.services.push(scratch.services[*at]);
                *at += 1;
            }
        }
        let found = (self.list.keys.len() - from) as Secs;
        self.span = (self.span * wanted / found).clamp((self.span / 16).max(1), (self.span * 4).min(1 << 30));
    }
}

/// Puts contacts of one second, sorted by stream, into the order in which they happen.
fn in_order(second: &mut [u64], sources: &[Source], ties: &mut Vec<(u32, u64, u64)>) {
    ties.clear();
    for (place, &key) in second.iter().enumerate() {
        // A stream's second contact of a second is scheduled by the first, after the first of every stream.
        let before = second[..place].iter().rev().take_while(|&&k| k == key).count();
        ties.push((before as u32, sources[stream_of(key)].order, key));
    }
    ties.sort_unstable();
    for (key, tie) in second.iter_mut().zip(ties) {
        *key = tie.2;
    }
}

#[inline]
fn stream_of(key: u64) -> usize {
    (key & ((1 << STREAM_BITS) - 1)) as usize
}

#[inline]
fn time_of(key: u64) -> Time {
    (key >> STREAM_BITS) as Time - NEVER
}

#[inline]
fn moment_of(key: u64) -> u64 {
    key >> STREAM_BITS << PHASE_BITS | u64::from(phase::BACKGROUND)
}

#[cfg(test)]
mod tests;
