//! Contacts drawn ahead against contacts drawn one by one.

use super::*;
use crate::random::Law;
use proptest::prelude::*;
use std::sync::LazyLock;

/// The same by a plain list: each contact is scheduled when its predecessor happens.
#[derive(Default)]
struct Plain {
    /// (source, ordinal of the next, its time, its order, its service)
    streams: Vec<(Source, u32, Time, u64, u32)>,
    order: u64,
}

impl Plain {
    fn schedule(&mut self, stream: usize, after: Time, now: Time, draws: &Draws) {
        let (source, ordinal, at, order, service) = &mut self.streams[stream];
        let (gap, duration) = draws.pair(source.key, BACKGROUND_PURPOSE, *ordinal, 0);
        *ordinal += 1;
        *at = source.calendar.add_open(after, source.gap.secs(gap)).max(now);
        *service = source.duration.secs(duration) as u32;
        *order = self.order;
        self.order += 1;
    }

    fn take(&mut self, draws: &Draws) -> Option<Contact> {
        let next = |stream: &usize| (self.streams[*stream].2, self.streams[*stream].3);
        let stream = (0..self.streams.len()).min_by_key(next)?;
        let (_, _, at, _, service) = self.streams[stream];
        if at >= NEVER {
            return None;
        }
        self.schedule(stream, at, at, draws);
        let (stream, service) = (stream as u32, Secs::from(service));
        Some(Contact { at, stream, service })
    }
}

fn take(contacts: &mut Contacts, draws: &Draws) -> Option<Contact> {
    while contacts.next < u64::MAX {
        if let Some(contact) = contacts.take(draws) {
            return Some(contact);
        }
    }
    None
}

/// Mean gaps in seconds: several contacts a second, now and then, hardly ever.
const MEANS: [f64; 6] = [0.3, 1.0, 3.0, 40.0, 3_000.0, 3e8];

/// The laws of [`MEANS`], compiled once.
static LAWS: LazyLock<Vec<Arc<Quantile>>> = LazyLock::new(|| {
    let law = |mean| Arc::new(Law::Exponential { mean }.compile().unwrap());
    MEANS.into_iter().map(law).collect()
});

fn source(key: u64, gap: usize, hours: usize, from: Time) -> Source {
    let hours: &[(u32, u32)] = [&[(0, 604_800)][..], &[(100, 160), (200, 230)], &[]][hours];
    let law = |which: usize| Arc::clone(&LAWS[which]);
    let calendar = Arc::new(Calendar::weekly(hours, &[8]).unwrap());
    Source::new(key, law(gap), law(3 + gap % 2), calendar, from, 0)
}

/// Streams that begin at once or later, with many contacts in one second and many in none, that end, change and go
/// on: as drawn one by one. Each run comes twice, and the second reads what the first has left.
fn the_same_as_one_by_one(ops: &[(u8, usize, usize, usize, usize)], seed: u64) -> Result<(), TestCaseError> {
    let draws = Draws::new(seed, 0);
    for _ in 0..2 {
        let (mut contacts, mut plain, mut now) = (Contacts::default(), Plain::default(), 0);
        for (n, &(op, which, gap, hours, many)) in ops.iter().enumerate() {
            let new = source(n as u64, gap, hours, now);
            let known = plain.streams.len();
            match op {
                0 | 1 => {
                    let from = if op == 0 { now } else { now - 500 };
                    let new = source(n as u64, gap, hours, from);
                    contacts.add(new.clone(), now, &draws);
                    plain.streams.push((new, 0, 0, 0, 0));
                    plain.schedule(known, from, now, &draws);
                }
                2 if known > 0 => {
                    contacts.redraw(which % known, new.clone(), now, &draws);
                    plain.streams[which % known].0 = new;
                    plain.schedule(which % known, now, now, &draws);
                }
                3 if known > 0 => {
                    contacts.end(which % known);
                    plain.streams[which % known].2 = NEVER;
                }
                4 if known > 0 => {
                    let length = Arc::clone(&new.duration);
                    contacts.change_lengths(which % known, new.key, Arc::clone(&length), &draws);
                    let (source, ordinal, _, _, service) = &mut plain.streams[which % known];
                    (source.key, source.duration) = (new.key, length);
                    let (_, u) = draws.pair(new.key, BACKGROUND_PURPOSE, *ordinal - 1, 0);
                    *service = source.duration.secs(u) as u32;
                }
                _ => {}
            }
            if known > 0 {
                prop_assert_eq!(contacts.next_of(which % known), plain.streams[which % known].2);
            }
            for _ in 0..many {
                let found = take(&mut contacts, &draws);
                prop_assert_eq!(found, plain.take(&draws));
                now = found.map_or(now, |contact| contact.at);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn contacts_come_as_if_drawn_one_by_one(
        ops in prop::collection::vec(
            (0u8..8, 0usize..9, 0..MEANS.len(), 0usize..3, 0usize..300), 1..14),
        seed in 0u64..3,
    ) {
        the_same_as_one_by_one(&ops, seed)?;
    }
}

/// The second of two equal runs reads the list that the first has left; another seed draws its own.
#[test]
fn a_list_is_left_to_the_next_run() {
    let run = |seed, many: usize| {
        let draws = Draws::new(seed, 0);
        let mut contacts = Contacts::default();
        for key in 0..3 {
            contacts.add(source(key, 3, 0, 0), 0, &draws);
        }
        take(&mut contacts, &draws);
        let already = contacts.drawn.list.keys.len();
        let found: Vec<_> = (0..many).map(|_| take(&mut contacts, &draws)).collect();
        (already, found)
    };
    let (at_first, first) = run(1, 10_000);
    let (at_second, second) = run(1, 10_000);
    assert!(at_first < 5_000 && at_second >= 10_000, "{at_first} {at_second}");
    assert_eq!(first, second);
    let (at_third, third) = run(2, 10);
    assert!(at_third < 5_000 && third[..] != first[..10]);
}

/// A stretch that is long because contacts are rare is cut short when a busy stream begins, so that the list stays small.
#[test]
fn a_busy_stream_after_rare_ones_does_not_fill_the_memory() {
    let draws = Draws::new(1, 0);
    let mut contacts = Contacts::default();
    contacts.add(source(0, 5, 0, 0), 0, &draws);
    let mut now = 0;
    for _ in 0..50 {
        now = take(&mut contacts, &draws).unwrap().at;
    }
    assert!(contacts.drawn.span > 1 << 20);
    contacts.add(source(1, 0, 0, now), now, &draws);
    assert!(take(&mut contacts, &draws).is_some());
    assert!(contacts.drawn.list.keys.len() < 100_000);
}
