//! The stations of M2 without an engine: queues, servers, laws, sums. An engine adds the clock and the events.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, LogNormal};
use std::collections::VecDeque;

/// Seconds waited and visits begun, by station and class.
pub type Sums = [[(i64, u64); 2]; 5];

/// Servers, mean service in hours, coefficient of variation, entry, routing; the rest of a row leaves.
type Row = (u32, f64, f64, f64, [f64; 5]);

const ROWS: [Row; 5] = [
    (8, 1.534, 0.50, 0.60, [0.15, 0.35, 0.15, 0.10, 0.20]),
    (20, 2.438, 0.50, 0.10, [0.25, 0.40, 0.10, 0.05, 0.15]),
    (6, 1.778, 0.75, 0.15, [0.20, 0.30, 0.20, 0.15, 0.10]),
    (12, 5.498, 1.50, 0.05, [0.10, 0.30, 0.20, 0.25, 0.10]),
    (10, 2.672, 1.00, 0.10, [0.25, 0.35, 0.10, 0.05, 0.20]),
];

/// Somebody in a station: class, and since when (seconds).
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub class: usize,
    pub since: i64,
}

struct Station {
    free: u32,
    queues: [VecDeque<Person>; 2],
    service: LogNormal<f64>,
}

/// Five stations, two classes, non-pre-emptive priority.
pub struct Hall {
    stations: [Station; 5],
    rng: SmallRng,
    /// What is counted.
    pub sums: Sums,
    /// Arrivals and completions.
    pub events: u64,
    /// People still to come.
    pub to_come: u64,
}

impl Hall {
    pub fn new(people: u64, seed: u64) -> Hall {
        Hall {
            stations: ROWS.map(|(servers, mean, cv, ..)| Station {
                free: servers,
                queues: Default::default(),
                service: LogNormal::from_mean_cv(mean * 3_600.0, cv).expect("a law"),
            }),
            rng: SmallRng::seed_from_u64(seed),
            sums: Default::default(),
            events: 0,
            to_come: people,
        }
    }

    /// Seconds to the next arrival; none if everybody has come.
    pub fn next_arrival(&mut self) -> Option<i64> {
        self.to_come = self.to_come.checked_sub(1)?;
        let gap: f64 = Exp1.sample(&mut self.rng);
        Some((gap * 3_600.0).round() as i64)
    }

    /// Somebody new: where to, and who.
    pub fn somebody(&mut self, now: i64) -> (usize, Person) {
        self.events += 1;
        let class = usize::from(self.rng.random::<f64>() >= 0.25);
        let entry = ROWS.map(|row| row.3);
        let station = self.pick(entry).expect("everybody enters somewhere");
        (station, Person { class, since: now })
    }

    /// Where somebody served at a station goes next.
    pub fn next_station(&mut self, station: usize) -> Option<usize> {
        self.pick(ROWS[station].4)
    }

    fn pick(&mut self, shares: [f64; 5]) -> Option<usize> {
        let mut u: f64 = self.rng.random();
        for (station, share) in shares.into_iter().enumerate() {
            if u < share {
                return Some(station);
            }
            u -= share;
        }
        None
    }

    /// Somebody comes to a station: the length of the service if it begins at once.
    pub fn enter(&mut self, station: usize, person: Person) -> Option<i64> {
        let here = &mut self.stations[station];
        if here.free == 0 {
            here.queues[person.class].push_back(person);
            return None;
        }
        here.free -= 1;
        Some(self.begin(station, person, person.since))
    }

    fn begin(&mut self, station: usize, person: Person, now: i64) -> i64 {
        let sum = &mut self.sums[station][person.class];
        sum.0 += now - person.since;
        sum.1 += 1;
        self.stations[station].service.sample(&mut self.rng).round() as i64
    }

    /// A server is free: who is next, and how long it takes.
    pub fn complete(&mut self, station: usize, now: i64) -> Option<(Person, i64)> {
        self.events += 1;
        let here = &mut self.stations[station];
        let next = here.queues[0].pop_front().or_else(|| here.queues[1].pop_front());
        let Some(person) = next else {
            here.free += 1;
            return None;
        };
        Some((person, self.begin(station, person, now)))
    }
}
