//! M2 as one loop around the standard library's binary heap, as one would write it without an engine: the yardstick.

use crate::hall::{Hall, Person, Sums};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const ARRIVAL: usize = 5;

/// (time, number, station or arrival, class): the number makes ties first come, first served.
type Pending = BinaryHeap<Reverse<(i64, u64, usize, usize)>>;

struct Agenda {
    pending: Pending,
    number: u64,
}

impl Agenda {
    fn add(&mut self, at: i64, station: usize, class: usize) {
        self.number += 1;
        self.pending.push(Reverse((at, self.number, station, class)));
    }
}

/// One run.
pub fn run(people: u64, seed: u64) -> (u64, Sums) {
    let mut hall = Hall::new(people, seed);
    let mut agenda = Agenda {
        pending: BinaryHeap::new(),
        number: 0,
    };
    if let Some(gap) = hall.next_arrival() {
        agenda.add(gap, ARRIVAL, 0);
    }
    while let Some(Reverse((now, _, station, class))) = agenda.pending.pop() {
        let goes_on = if station == ARRIVAL {
            if let Some(gap) = hall.next_arrival() {
                agenda.add(now + gap, ARRIVAL, 0);
            }
            Some(hall.somebody(now))
        } else {
            if let Some((next, secs)) = hall.complete(station, now) {
                agenda.add(now + secs, station, next.class);
            }
            let person = Person { class, since: now };
            hall.next_station(station).map(|to| (to, person))
        };
        if let Some((to, person)) = goes_on
            && let Some(secs) = hall.enter(to, person)
        {
            agenda.add(now + secs, to, person.class);
        }
    }
    (hall.events, hall.sums)
}
