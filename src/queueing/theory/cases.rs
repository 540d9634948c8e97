//! The cases of the suite. One time unit is one hour.

use super::formulas::*;
use super::{Case, Quantity};
use crate::base::{Calendar, HOUR, Secs};
use crate::queueing::{Class, Discipline, Initial, Network, Station, Stop, Visit, WhenFull};
use crate::random::{Law, Quantile};
use std::sync::Arc;

const HOURS: f64 = HOUR as f64;

fn quantile(law: Law) -> Quantile {
    law.compile()
        .unwrap_or_else(|error| panic!("a law of the theory suite: {error}"))
}

pub(super) fn exponential(mean_hours: f64) -> Quantile {
    quantile(Law::Exponential {
        mean: mean_hours * HOURS,
    })
}

pub(super) fn lognormal(mean_hours: f64, cv: f64) -> Quantile {
    let variance = libm::log(1.0 + cv * cv);
    quantile(Law::LogNormal {
        mu: libm::log(mean_hours * HOURS) - variance / 2.0,
        sigma: variance.sqrt(),
    })
}

pub(super) fn station(name: &str, servers: u16) -> Station {
    Station {
        name: name.to_owned(),
        servers,
        open: Arc::new(Calendar::always()),
        capacity: None,
        when_full: WhenFull::Lost,
        discipline: Discipline::Fcfs,
        patience: None,
    }
}

/// A class that arrives at station 0 by a Poisson process and leaves after one service there.
pub(super) fn class(name: &str, priority: u8, arrival: f64, service: Quantile) -> Class {
    Class {
        name: name.to_owned(),
        priority,
        gap: Some(exponential(1.0 / arrival)),
        arrivals_open: Arc::new(Calendar::always()),
        population: 0,
        entry: vec![1.0],
        visits: vec![Visit {
            service,
            next: vec![0.0],
            due_in: 0,
        }],
        stay_home: None,
    }
}

pub(super) fn network(stations: Vec<Station>, classes: Vec<Class>, initial: Initial, hours: Secs) -> Network {
    let warm_up = if initial == Initial::Empty {
        hours / 5 * HOUR
    } else {
        0
    };
    let stop = Stop::Horizon {
        warm_up,
        measured: hours * HOUR,
    };
    Network {
        stations,
        classes,
        initial,
        stop,
    }
}

pub(super) fn case(
    name: &'static str,
    reference: &'static str,
    network: Network,
    expected: Vec<(Quantity, f64)>,
) -> Case {
    Case {
        name,
        reference,
        network,
        replications: 60,
        expected,
    }
}

/// Mean wait at station 0 of class 0.
pub(super) const WAIT: Quantity = Quantity::MeanWait { station: 0, class: 0 };
pub(super) const QUEUE: Quantity = Quantity::QueueLength { station: 0 };
pub(super) const PRESENT: Quantity = Quantity::Present { station: 0 };
pub(super) const BUSY: Quantity = Quantity::Utilisation { station: 0 };

/// Every case.
pub fn suite() -> Vec<Case> {
    let mut cases = single_stations();
    cases.extend(limits());
    cases.extend(priorities());
    cases.extend(networks());
    cases.extend(super::cases_beds::suite());
    cases
}

fn single_stations() -> Vec<Case> {
    let mm1 = class("a", 0, 0.8, exponential(1.0));
    let mmc = class("a", 0, 8.5, exponential(1.0));
    // the lower bound of a bucket near a quarter of an hour
    let beyond = 896;
    let mg1 = |name, service, cv| {
        let of = network(
            vec![station("s", 1)],
            vec![class("a", 0, 0.7, service)],
            Initial::Empty,
            20_000,
        );
        let wait = mg1_wait(0.7, 1.0, cv);
        let expected = vec![
            (WAIT, wait * HOURS),
            (QUEUE, 0.7 * wait),
            (BUSY, 0.7),
            (PRESENT, 0.7 * wait + 0.7),
        ];
        case(name, "Pollaczek 1930, Khinchine 1932", of, expected)
    };
    vec![
        case(
            "M/M/1",
            "Erlang 1909",
            network(vec![station("s", 1)], vec![mm1], Initial::Stationary, 20_000),
            vec![
                (WAIT, mmc_wait(1, 0.8, 1.0) * HOURS),
                (Quantity::MeanSojourn { class: 0 }, 5.0 * HOURS),
                (PRESENT, 4.0),
                (BUSY, 0.8),
                (Quantity::Throughput { station: 0 }, 0.8),
            ],
        ),
        case(
            "M/M/10",
            "Erlang 1917",
            network(vec![station("s", 10)], vec![mmc], Initial::Stationary, 4_000),
            vec![
                (WAIT, mmc_wait(10, 8.5, 1.0) * HOURS),
                (QUEUE, 8.5 * mmc_wait(10, 8.5, 1.0)),
                // those who waited half a second or more are recorded with at least a second
                (
                    Quantity::WaitedAtLeast {
                        station: 0,
                        class: 0,
                        secs: 1,
                    },
                    mmc_wait_beyond(10, 8.5, 1.0, 0.5 / HOURS),
                ),
                (
                    Quantity::WaitedAtLeast {
                        station: 0,
                        class: 0,
                        secs: beyond,
                    },
                    mmc_wait_beyond(10, 8.5, 1.0, (beyond as f64 - 0.5) / HOURS),
                ),
                (BUSY, 0.85),
            ],
        ),
        mg1("M/D/1", quantile(Law::Fixed(HOURS)), 0.0),
        mg1(
            "M/G/1, gamma service, cv 0.5",
            quantile(Law::Gamma {
                shape: 4.0,
                scale: HOURS / 4.0,
            }),
            0.5,
        ),
        mg1("M/G/1, lognormal service, cv 1.5", lognormal(1.0, 1.5), 1.5),
    ]
}

fn limits() -> Vec<Case> {
    let limited = |servers, capacity| Station {
        capacity: Some(capacity),
        ..station("s", servers)
    };
    let states = mmck(3, 7, 2.8, 1.0);
    let waiting = queue_length(&states, 3);
    let lost = Quantity::LostShare { station: 0, class: 0 };
    let patient = Station {
        patience: Some(exponential(2.0)),
        ..station("s", 4)
    };
    let reneging = erlang_a(4, 4.4, 1.0, 0.5, 300);
    let queue = queue_length(&reneging, 4);
    vec![
        case(
            "M/M/3/7",
            "birth-death process",
            network(
                vec![limited(3, 7)],
                vec![class("a", 0, 2.8, exponential(1.0))],
                Initial::Empty,
                8_000,
            ),
            vec![
                (lost, states[7]),
                (QUEUE, waiting),
                (WAIT, waiting / (2.8 * (1.0 - states[7])) * HOURS),
                (BUSY, 2.8 * (1.0 - states[7]) / 3.0),
            ],
        ),
        case(
            "M/G/5/5, lognormal service, cv 2",
            "Erlang 1917; insensitivity: Sevastyanov 1957",
            network(
                vec![limited(5, 5)],
                vec![class("a", 0, 4.0, lognormal(1.0, 2.0))],
                Initial::Empty,
                8_000,
            ),
            vec![
                (lost, erlang_b(5, 4.0)),
                (PRESENT, 4.0 * (1.0 - erlang_b(5, 4.0))),
            ],
        ),
        case(
            "M/M/4+M, overloaded",
            "Palm 1957",
            network(
                vec![patient],
                vec![class("a", 0, 4.4, exponential(1.0))],
                Initial::Empty,
                8_000,
            ),
            vec![
                (Quantity::RenegedShare { station: 0, class: 0 }, 0.5 * queue / 4.4),
                (QUEUE, queue),
                (BUSY, (4.4 - 0.5 * queue) / 4.0),
            ],
        ),
    ]
}

fn priorities() -> Vec<Case> {
    let ordered = |servers| Station {
        discipline: Discipline::Priority,
        ..station("s", servers)
    };
    let waits = |classes: Vec<f64>| -> Vec<(Quantity, f64)> {
        let quantity = |class| Quantity::MeanWait { station: 0, class };
        classes
            .into_iter()
            .enumerate()
            .map(|(class, wait)| (quantity(class), wait * HOURS))
            .collect()
    };
    let classes = vec![
        class("urgent", 0, 0.2, lognormal(0.5, 1.0)),
        class("soon", 1, 0.3, exponential(1.0)),
        class("routine", 5, 0.2, lognormal(1.5, 0.5)),
    ];
    let equal = vec![
        class("urgent", 0, 1.5, exponential(1.0)),
        class("routine", 1, 2.7, exponential(1.0)),
    ];
    vec![
        case(
            "M/G/1, three priorities without interruption",
            "Cobham 1954",
            network(vec![ordered(1)], classes, Initial::Empty, 20_000),
            waits(priority_waits(&[
                (0.2, 0.5, 1.0),
                (0.3, 1.0, 1.0),
                (0.2, 1.5, 0.5),
            ])),
        ),
        case(
            "M/M/5, two priorities without interruption",
            "Cobham 1954",
            network(vec![ordered(5)], equal, Initial::Empty, 8_000),
            waits(mmc_priority_waits(5, &[1.5, 2.7], 1.0)),
        ),
    ]
}

fn networks() -> Vec<Case> {
    vec![
        jackson(None),
        jackson(Some(30.0)),
        tandem("saturated tandem, no room between", 0),
        tandem("saturated tandem, room for two", 2),
    ]
}

/// Three stations with feedback, started from its product form: each behaves as M/M/c by itself.
fn jackson(stay_home: Option<f64>) -> Case {
    let visit = |mean, next: [f64; 3]| Visit {
        service: exponential(mean),
        next: next.to_vec(),
        due_in: 0,
    };
    // λ = γ + λ P with γ = (1, 0.5, 0): λ1 = 1 + 0.25 λ3, λ2 = 0.5 + 0.6 λ1, λ3 = 0.3 λ1 + 0.5 λ2
    let first = 1.0625 / 0.85;
    let second = 0.5 + 0.6 * first;
    let third = 0.3 * first + 0.5 * second;
    let patients = Class {
        gap: Some(exponential(1.0 / 1.5)),
        entry: vec![2.0 / 3.0, 1.0 / 3.0, 0.0],
        visits: vec![
            visit(0.6, [0.0, 0.6, 0.3]),
            visit(1.2, [0.0, 0.0, 0.5]),
            visit(2.0, [0.25, 0.0, 0.0]),
        ],
        stay_home: stay_home.map(exponential),
        ..class("a", 0, 1.5, exponential(1.0))
    };
    let stations = vec![station("s", 1), station("t", 2), station("u", 3)];
    let parts = [(1u32, first, 0.6), (2, second, 1.2), (3, third, 2.0)];
    let present = parts.map(|(c, rate, mean)| rate * (mean + mmc_wait(c, rate, 1.0 / mean)));
    let at_home = stay_home.unwrap_or(0.0) * (first + second + third - 1.5);
    let in_network = present.iter().sum::<f64>() + at_home;
    let mut expected = vec![(Quantity::InNetwork { class: 0 }, in_network)];
    for (station, ((c, rate, mean), present)) in parts.into_iter().zip(present).enumerate() {
        expected.push((Quantity::Present { station }, present));
        expected.push((Quantity::Throughput { station }, rate));
        expected.push((Quantity::Utilisation { station }, rate * mean / f64::from(c)));
    }
    let name = if stay_home.is_some() {
        "Jackson network with stays at home"
    } else {
        "Jackson network"
    };
    let of = network(stations, vec![patients], Initial::Stationary, 6_000);
    case(
        name,
        "Jackson 1957; Baskett, Chandy, Muntz and Palacios 1975",
        of,
        expected,
    )
}

/// Two servers in line, the first never without work: blocking after service.
fn tandem(name: &'static str, buffer: usize) -> Case {
    let (first, second) = if buffer == 0 { (1.0, 1.0) } else { (1.0, 1.25) };
    let visit = |rate: f64, next: [f64; 2]| Visit {
        service: exponential(1.0 / rate),
        next: next.to_vec(),
        due_in: 0,
    };
    let jobs = Class {
        entry: vec![1.0, 0.0],
        visits: vec![visit(first, [0.0, 1.0]), visit(second, [0.0, 0.0])],
        ..class("a", 0, 5.0, exponential(1.0))
    };
    let full = |name: &str, capacity: usize, when_full| Station {
        capacity: Some(capacity as u32),
        when_full,
        ..station(name, 1)
    };
    let stations = vec![
        full("s", 40, WhenFull::Lost),
        full("t", buffer + 1, WhenFull::Block),
    ];
    let rate = saturated_tandem(first, second, buffer);
    let blocked = birth_death(buffer + 2, |_| first, |_| second)[buffer + 2];
    let of = network(stations, vec![jobs], Initial::Empty, 6_000);
    let expected = vec![
        (Quantity::Throughput { station: 1 }, rate),
        (Quantity::Utilisation { station: 1 }, rate / second),
        (Quantity::Blocked { station: 0 }, blocked),
        (Quantity::Utilisation { station: 0 }, 1.0 - blocked),
    ];
    case(
        name,
        "birth-death process of the number past the first server",
        of,
        expected,
    )
}
