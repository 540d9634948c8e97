//! Closed networks, beds with death in the queue, stages against death, ample servers, Little's law.

use super::cases::{BUSY, PRESENT, QUEUE, WAIT, case, class, exponential, lognormal, network, station};
use super::formulas::*;
use super::formulas_closed::{Mean, Shop, machine_repair, mean_values, visit_ratios};
use super::{Case, Quantity};
use crate::base::HOUR;
use crate::methods::competing::Stage;
use crate::queueing::{Class, Initial, Station, Stop, Visit};
use crate::random::Law;

const HOURS: f64 = HOUR as f64;
const DAYS: f64 = 24.0;

/// These cases.
pub(super) fn suite() -> Vec<Case> {
    vec![repair(), closed(), beds(), means_test(), ample(), little()]
}

fn visit(mean_hours: f64, next: Vec<f64>) -> Visit {
    Visit {
        service: exponential(mean_hours),
        next,
        due_in: 0,
    }
}

/// A class of so many who never leave.
fn circulating(population: u32, visits: Vec<Visit>) -> Class {
    let mut entry = vec![0.0; visits.len()];
    entry[0] = 1.0;
    Class {
        gap: None,
        population,
        entry,
        visits,
        ..class("a", 0, 1.0, exponential(1.0))
    }
}

fn quantities(station: usize, mean: &Mean) -> Vec<(Quantity, f64)> {
    vec![
        (Quantity::Throughput { station }, mean.throughput),
        (Quantity::QueueLength { station }, mean.queue),
        (Quantity::Utilisation { station }, mean.utilisation),
    ]
}

/// Twelve machines, each at work for ten hours on average, and two who mend them.
fn repair() -> Case {
    let machines = Class {
        stay_home: Some(exponential(10.0)),
        ..circulating(12, vec![visit(1.5, vec![1.0])])
    };
    let of = network(
        vec![station("workshop", 2)],
        vec![machines],
        Initial::Empty,
        12_000,
    );
    let mean = machine_repair(12, 2, 0.1, 1.0 / 1.5);
    let mut expected = quantities(0, &mean);
    expected.push((WAIT, mean.queue / mean.throughput * HOURS));
    case(
        "M/M/2//12, machine repair",
        "Palm 1947; finite source",
        of,
        expected,
    )
}

/// Ten customers who circulate among three stations.
fn closed() -> Case {
    let routing = vec![vec![0.0, 0.6, 0.4], vec![0.5, 0.0, 0.5], vec![1.0, 0.0, 0.0]];
    let services = [0.6, 1.2, 2.0];
    let visits = services
        .iter()
        .zip(&routing)
        .map(|(&mean, row)| visit(mean, row.clone()));
    let class = circulating(10, visits.collect());
    let stations = vec![station("s", 1), station("t", 2), station("u", 3)];
    let ratios = visit_ratios(&routing);
    let shop = |i: usize| Shop {
        servers: i + 1,
        service: services[i],
        visits: ratios[i],
    };
    let means = mean_values(&[shop(0), shop(1), shop(2)], 10);
    let expected = means
        .iter()
        .enumerate()
        .flat_map(|(s, mean)| quantities(s, mean))
        .collect();
    case(
        "closed network of three stations, ten customers",
        "Gordon and Newell 1967; Buzen 1973; Reiser and Lavenberg 1980",
        network(stations, vec![class], Initial::Empty, 6_000),
        expected,
    )
}

/// Five hospice beds. People wait until they die, at a rate of one in sixty days; a stay ends after fourteen days on average or
/// with death, which is an exponential time again.
fn beds() -> Case {
    let (arrival, death) = (0.446, 1.0 / 60.0);
    let leaving = 1.0 / 14.0 + death;
    let ward = Station {
        patience: Some(exponential(DAYS / death)),
        ..station("beds", 5)
    };
    let people = class("person", 0, arrival / DAYS, exponential(DAYS / leaving));
    let states = erlang_a(5, arrival, leaving, death, 300);
    let queue = queue_length(&states, 5);
    let served = arrival - death * queue;
    case(
        "hospice beds, M/M/5+M, death as reneging",
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
        network(vec![ward], vec![people], Initial::Empty, 180_000),
        vec![
            (Quantity::Delayed { station: 0, class: 0 }, all_busy(&states, 5)),
            (
                Quantity::RenegedShare { station: 0, class: 0 },
                death * queue / arrival,
            ),
            (QUEUE, queue),
            (BUSY, served / leaving / 5.0),
        ],
    )
}

/// Three who assess, with a queue in which people die; then forms, financial assessment, panel and start of care, each an exponential
/// time against death: the first of two exponential times is exponential at the sum of the rates, and is the stage's with the share of its
/// rate.
fn means_test() -> Case {
    let (arrival, death, assess) = (1.1, 1.0 / 40.0, 1.0 / 2.5);
    let stages = [9.0, 8.0, 3.5, 1.0];
    let care = 1.0 / DAYS;
    let n = stages.len() + 2;
    let row = |to: usize, p: f64| {
        (0..n)
            .map(|s| if s == to { p } else { 0.0 })
            .collect::<Vec<f64>>()
    };
    let mut stations = vec![Station {
        patience: Some(exponential(DAYS / death)),
        ..station("assessment", 3)
    }];
    let mut visits = vec![visit(DAYS / assess, row(1, 1.0))];
    for (i, (name, mean)) in ["forms", "finance", "panel", "start"]
        .iter()
        .zip(stages)
        .enumerate()
    {
        stations.push(station(name, 2_000));
        let rate = 1.0 / mean;
        visits.push(visit(DAYS / (rate + death), row(i + 2, rate / (rate + death))));
    }
    stations.push(station("care", 2_000));
    visits.push(visit(care * DAYS, vec![0.0; n]));
    let people = Class {
        entry: row(0, 1.0),
        visits,
        ..class("person", 0, arrival / DAYS, exponential(1.0))
    };
    let states = erlang_a(3, arrival, assess, death, 400);
    let queue = queue_length(&states, 3);
    let begun = 1.0 - death * queue / arrival;
    let way = |mean: f64| Stage::of(&Law::Exponential { mean }, death).unwrap_or(Stage::NONE);
    let after = stages.iter().fold(Stage::NONE, |all, &mean| all.then(way(mean)));
    let reached = begun * after.survived;
    // Little's law: the number on the way is the rate times the mean time until care or death, and an hour of care.
    let time = queue / arrival + begun * (1.0 / assess + after.until_end_or_death(death)) + reached * care;
    let died = Quantity::NotReached {
        station: n - 1,
        class: 0,
    };
    case(
        "means test against death: assessment queue, then stages",
        "Palm 1957; transform of the stages at the rate of death",
        network(stations, vec![people], Initial::Empty, 80_000),
        vec![
            (died, 1.0 - reached),
            (Quantity::RenegedShare { station: 0, class: 0 }, 1.0 - begun),
            (QUEUE, queue),
            (Quantity::InNetwork { class: 0 }, arrival * time),
        ],
    )
}

/// So many servers that nobody waits: the number present is Poisson whatever the law of service.
fn ample() -> Case {
    let people = class("a", 0, 20.0, lognormal(1.0, 1.5));
    case(
        "M/G/infinity, lognormal service, cv 1.5",
        "Palm 1943",
        network(vec![station("s", 400)], vec![people], Initial::Empty, 1_000),
        vec![
            (PRESENT, 20.0),
            (Quantity::MeanSojourn { class: 0 }, HOURS),
            (Quantity::Throughput { station: 0 }, 20.0),
        ],
    )
}

/// A network that begins and ends empty: the integral of the number present is the sum of the times spent there, to the second.
fn little() -> Case {
    let people = Class {
        entry: vec![1.0, 0.0],
        visits: vec![visit(1.0, vec![0.0, 0.5]), visit(1.5, vec![0.3, 0.0])],
        stay_home: Some(exponential(3.0)),
        ..class("a", 0, 1.6, exponential(1.0))
    };
    let mut of = network(
        vec![station("s", 2), station("t", 2)],
        vec![people],
        Initial::Empty,
        1,
    );
    of.stop = Stop::Customers {
        warm_up: 0,
        customers: 1_000,
    };
    let little = (Quantity::Little { class: 0 }, 1.0);
    case("Little's law as an identity", "Little 1961", of, vec![little])
}
