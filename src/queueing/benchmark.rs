//! The benchmark models M1, M2 and M3, the same for every engine compared. One time unit is one hour.

use super::{Class, Discipline, Initial, Network, Station, Stop, Visit, WhenFull};
use crate::base::{Calendar, HOUR};
use crate::random::{Law, Quantile};
use std::sync::Arc;

/// Compiles a law that is known to be right.
fn quantile(law: Law) -> Quantile {
    law.compile()
        .unwrap_or_else(|error| panic!("a law of a benchmark model: {error}"))
}

fn hours(hours: f64) -> f64 {
    hours * HOUR as f64
}

fn exponential(mean_hours: f64) -> Quantile {
    quantile(Law::Exponential {
        mean: hours(mean_hours),
    })
}

/// Lognormal with a mean in hours and a coefficient of variation.
fn lognormal(mean_hours: f64, cv: f64) -> Quantile {
    let variance = libm::log(1.0 + cv * cv);
    quantile(Law::LogNormal {
        mu: libm::log(hours(mean_hours)) - variance / 2.0,
        sigma: variance.sqrt(),
    })
}

fn station(name: &str, servers: u16, discipline: Discipline) -> Station {
    Station {
        name: name.to_owned(),
        servers,
        open: Arc::new(Calendar::always()),
        capacity: None,
        when_full: WhenFull::Lost,
        discipline,
        patience: None,
    }
}

/// M1: M/M/10 at 90%, first come first served. Mean wait by Erlang's formula: 0.668732 h.
pub fn m1(customers: u64) -> Network {
    Network {
        stations: vec![station("ward", 10, Discipline::Fcfs)],
        classes: vec![Class {
            name: "patients".to_owned(),
            priority: 0,
            gap: Some(exponential(1.0 / 9.0)),
            arrivals_open: Arc::new(Calendar::always()),
            population: 0,
            entry: vec![1.0],
            visits: vec![Visit {
                service: exponential(1.0),
                next: vec![0.0],
                due_in: 0,
            }],
            stay_home: None,
        }],
        initial: Initial::Empty,
        stop: Stop::Customers {
            warm_up: 0,
            customers,
        },
    }
}

/// Name, servers, mean service in hours, coefficient of variation, entry probability, routing.
type Row = (&'static str, u16, f64, f64, f64, [f64; 5]);

const ROWS: [Row; 5] = [
    ("gp", 8, 1.534, 0.50, 0.60, [0.15, 0.35, 0.15, 0.10, 0.20]),
    ("dn", 20, 2.438, 0.50, 0.10, [0.25, 0.40, 0.10, 0.05, 0.15]),
    ("cns", 6, 1.778, 0.75, 0.15, [0.20, 0.30, 0.20, 0.15, 0.10]),
    ("hospice", 12, 5.498, 1.50, 0.05, [0.10, 0.30, 0.20, 0.25, 0.10]),
    ("social", 10, 2.672, 1.00, 0.10, [0.25, 0.35, 0.10, 0.05, 0.20]),
];

/// M2: five stations, an urgent and a routine class, about twenty visits a person. With exponential stays at home of
/// mean `stay_home` hours before every next visit (336), M3.
pub fn m2(people: u64, stay_home: Option<f64>) -> Network {
    let class = |name: &str, priority: u8, share: f64| Class {
        name: name.to_owned(),
        priority,
        gap: Some(exponential(1.0 / share)),
        arrivals_open: Arc::new(Calendar::always()),
        population: 0,
        entry: ROWS.iter().map(|row| row.4).collect(),
        visits: ROWS
            .iter()
            .map(|row| Visit {
                service: lognormal(row.2, row.3),
                next: row.5.to_vec(),
                due_in: 0,
            })
            .collect(),
        stay_home: stay_home.map(exponential),
    };
    Network {
        stations: ROWS
            .iter()
            .map(|row| station(row.0, row.1, Discipline::Priority))
            .collect(),
        classes: vec![class("urgent", 0, 0.25), class("routine", 1, 0.75)],
        initial: Initial::Empty,
        stop: Stop::Customers {
            warm_up: 0,
            customers: people,
        },
    }
}
