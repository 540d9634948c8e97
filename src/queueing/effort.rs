//! Events, time and memory of a replication of networks, reckoned before it is run.
//!
//! Flows follow from the traffic equations; a station that is offered more than its servers can do passes on what it can, and
//! the rest waits there: that grows with the length of the run and costs memory. What is drawn is rounded to whole seconds, so
//! the means are those of the rounded laws: a loop without duration shows as a flow without end.

use std::mem::size_of;

use super::catalogue::Networks;
use super::network::{Class, Network, Stop};
use super::simulate::CUSTOMER_BYTES;
use super::stationary::visit_rates;
use crate::base::effort::Effort;
use crate::base::{Calendar, NEVER, WEEK};
use crate::kernel::{EVENT_BYTES, JOB_BYTES, LINE_BYTES};
use crate::random::Quantile;

/// Seconds of one core for an event and for beginning a replication.
const SECONDS_AN_EVENT: f64 = 9e-8;
const SECONDS_TO_BEGIN: f64 = 1e-4;
/// Bytes a worker has before it begins.
const BYTES_TO_BEGIN: f64 = 2e6;
/// Points at which a law is looked at, and a mean (in seconds) above which rounding it does not matter.
const POINTS: u32 = 2_000;
const LONG: f64 = 60.0;
/// Rounds of cutting the flow through stations that are offered too much.
const ROUNDS: usize = 200;

/// Mean in seconds of what a law gives once rounded to whole seconds.
fn rounded_mean(law: &Quantile) -> f64 {
    if law.mean() > LONG {
        return law.mean();
    }
    let at = |i: u32| law.secs((f64::from(i) + 0.5) / f64::from(POINTS)) as f64;
    (0..POINTS).map(at).sum::<f64>() / f64::from(POINTS)
}

/// Share of the time that a calendar is open.
fn open_share(calendar: &Calendar) -> f64 {
    if calendar.is_open(0) && calendar.next_close(0) == NEVER {
        return 1.0;
    }
    calendar.open_per_week() as f64 / WEEK as f64
}

/// What goes through a network in a second.
#[derive(Clone, Debug, Default)]
struct Flow {
    /// Arrivals from outside.
    arrivals: f64,
    /// Events: arrivals, services, stays at home, customers who give up.
    events: f64,
    /// Customers by which the queues grow.
    growth: f64,
    /// Customers present if the queues do not grow: in service, at home, waiting.
    present: f64,
    /// Joins of a queue, by which the queue of a full station wanders.
    joins: f64,
}

/// One class: services (rounded), stay at home, arrivals from outside a second.
struct Rates<'a> {
    class: &'a Class,
    service: Vec<f64>,
    home: f64,
    outside: f64,
}

fn rates(class: &Class) -> Rates<'_> {
    let outside = class.gap.as_ref().map_or(0.0, |gap| {
        open_share(&class.arrivals_open) / rounded_mean(gap).max(f64::MIN_POSITIVE)
    });
    Rates {
        class,
        service: class.visits.iter().map(|v| rounded_mean(&v.service)).collect(),
        home: class.stay_home.as_ref().map_or(0.0, rounded_mean),
        outside,
    }
}

/// Visits a second of a class to each station, when each passes on only a share of what it is offered.
fn visits(one: &Rates<'_>, passes: &[f64]) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = (one.class.visits.iter().zip(passes))
        .map(|(visit, share)| visit.next.iter().map(|p| p * share).collect())
        .collect();
    let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    visit_rates(one.outside, &one.class.entry, &rows)
}

/// The flow on average over so many seconds from the beginning.
///
/// `limited`: a station passes on no more than it can do meanwhile; else everybody is served in the end.
fn flow(network: &Network, secs: f64, limited: bool) -> Flow {
    let n = network.stations.len();
    let open: Vec<Rates<'_>> = network.classes.iter().map(rates).collect();
    let servers = |i: usize| f64::from(network.stations[i].servers) * open_share(&network.stations[i].open);
    let mut passes = vec![1.0; n];
    let mut all: Vec<Vec<f64>> = Vec::new();
    let mut work = vec![0.0; n];
    for _ in 0..if limited { ROUNDS } else { 1 } {
        all = open.iter().map(|one| visits(one, &passes)).collect();
        for i in 0..n {
            work[i] = (open.iter().zip(&all))
                .map(|(one, v)| v[i] * one.service[i])
                .sum();
        }
        let next: Vec<f64> = (0..n)
            .map(|i| {
                if work[i] > servers(i) {
                    servers(i) / work[i]
                } else {
                    1.0
                }
            })
            .collect();
        if !limited {
            break;
        }
        let settled = next.iter().zip(&passes).all(|(a, b)| (a - b).abs() < 1e-6);
        // Half-way, because what a station passes on comes back to it.
        passes
            .iter_mut()
            .zip(&next)
            .for_each(|(p, n)| *p = (*p + n) / 2.0);
        if settled {
            break;
        }
    }
    let mut flow = Flow::default();
    for (one, v) in open.iter().zip(&all) {
        flow.arrivals += one.outside;
        flow.events += one.outside;
        let begun = begun(one, v, secs);
        for i in 0..n {
            // Those who come from outside come at once, those who come back from home only after a while.
            let first = (one.outside * one.class.entry[i]).min(v[i]);
            let v = first + begun * (v[i] - first);
            let (station, done) = (&network.stations[i], v * passes[i]);
            let goes_on: f64 = one.class.visits[i].next.iter().sum();
            let home = if one.home > 0.0 { done * goes_on } else { 0.0 };
            flow.joins += v;
            flow.events += done + home;
            flow.present += done * one.service[i] + home * one.home;
            let left = v - done;
            if let Some(patience) = &station.patience {
                flow.events += v;
                flow.present += left * rounded_mean(patience);
            } else if station.capacity.is_none() {
                flow.growth += left;
            }
        }
    }
    let limits = network.stations.iter().filter_map(|s| s.capacity);
    flow.present += limits.map(f64::from).sum::<f64>();
    for one in open.iter().filter(|one| one.class.population > 0) {
        let population = f64::from(one.class.population);
        flow.present += population;
        flow.events += circulates(one, population, n, &servers);
    }
    flow
}

/// Share of the flow inside the network that is there on average over so many seconds, if it takes a customer long to go through
/// it: with W the time spent in services and at home, `1 - W/T (1 - exp(-T/W))`.
fn begun(one: &Rates<'_>, visits: &[f64], secs: f64) -> f64 {
    if one.outside <= 0.0 || one.home <= 0.0 || !secs.is_finite() {
        return 1.0;
    }
    let stays = (0..visits.len()).map(|i| {
        let goes_on: f64 = one.class.visits[i].next.iter().sum();
        visits[i] / one.outside * (one.service[i] + goes_on * one.home)
    });
    let through = stays.sum::<f64>() / secs;
    if through <= 0.0 {
        return 1.0;
    }
    1.0 - through * -libm::expm1(-1.0 / through)
}

/// Most events a second of customers who never leave: nobody waits, or the narrowest station is never idle.
fn circulates(one: &Rates<'_>, population: f64, n: usize, servers: &dyn Fn(usize) -> f64) -> f64 {
    // Shares of visits in the long run, as the average over many steps from the entry (a chain may be periodic).
    let (mut at, mut share) = (one.class.entry.clone(), vec![0.0; n]);
    let steps = 64 * n.max(4);
    for step in 0..2 * steps {
        let next = (0..n).map(|to| {
            (0..n)
                .map(|from| at[from] * one.class.visits[from].next[to])
                .sum()
        });
        at = next.collect();
        if step >= steps {
            share
                .iter_mut()
                .zip(&at)
                .for_each(|(sum, p)| *sum += p / steps as f64);
        }
    }
    let round = one.home + (0..n).map(|i| share[i] * one.service[i]).sum::<f64>();
    if round <= 1e-9 {
        return f64::INFINITY;
    }
    let narrow = (0..n)
        .filter(|&i| share[i] * one.service[i] > 0.0)
        .map(|i| servers(i) / (share[i] * one.service[i]));
    let visits = narrow.fold(population / round, f64::min);
    visits * if one.home > 0.0 { 2.0 } else { 1.0 }
}

impl Network {
    /// What one replication takes, about.
    pub fn effort(&self) -> Effort {
        let length = match self.stop {
            Stop::Horizon { warm_up, measured } => (warm_up + measured) as f64,
            Stop::Customers { .. } => f64::INFINITY,
        };
        let present = flow(self, length, true);
        let (secs, events) = match self.stop {
            Stop::Horizon { .. } => (length, present.events * length),
            // All of them leave in the end, whatever waits meanwhile.
            Stop::Customers { customers, .. } => {
                let secs = customers as f64 / present.arrivals.max(f64::MIN_POSITIVE);
                let leaves = |s: &super::network::Station| s.capacity.is_some() || s.patience.is_some();
                let limited = self.stations.iter().any(leaves);
                (secs, secs * flow(self, length, limited).events)
            }
        };
        // A queue near capacity wanders as a random walk does.
        let flow = present;
        let waiting = flow.growth * secs + (2.0 * flow.joins * secs).max(0.0).sqrt();
        let waiting = if flow.growth > 0.0 {
            waiting
        } else {
            waiting.min(100.0 + 50.0 * flow.present)
        };
        let present = flow.present + waiting;
        let patience = self.stations.iter().any(|s| s.patience.is_some());
        let extra = if patience {
            EVENT_BYTES + 2 * size_of::<u64>()
        } else {
            0
        };
        let each = CUSTOMER_BYTES + JOB_BYTES + LINE_BYTES + EVENT_BYTES + extra;
        let sum = Effort {
            events,
            longest: events,
            seconds: SECONDS_TO_BEGIN + SECONDS_AN_EVENT * events,
            bytes: BYTES_TO_BEGIN + present * each as f64,
            numbered: present,
            waiting: flow.growth * secs * each as f64,
        };
        if [sum.events, sum.bytes].iter().all(|x| x.is_finite()) {
            sum
        } else {
            Effort::endless()
        }
    }
}

impl Networks {
    /// What one replication of all arms takes, about.
    pub fn effort(&self) -> Effort {
        let arms = self.networks().iter().map(Network::effort);
        arms.reduce(|a, b| Effort {
            events: a.events + b.events,
            seconds: a.seconds + b.seconds,
            ..a.or_larger(b)
        })
        .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::benchmark;
    use super::super::simulate;
    use super::*;
    use crate::base::HOUR;
    use crate::base::effort::Endless;
    use crate::random::{Draws, Law};

    /// Within a factor of two of what happens, from idle to far above capacity.
    #[test]
    fn events_are_as_reckoned_within_a_factor_of_two() {
        for load in [0.02, 0.5, 0.9, 1.0, 1.5, 20.0] {
            for mut network in [
                benchmark::m1(2_000),
                benchmark::m2(2_000, None),
                benchmark::m2(2_000, Some(336.0)),
            ] {
                for class in &mut network.classes {
                    let Some(gap) = &class.gap else { continue };
                    let law = Law::Exponential {
                        mean: gap.mean() * 0.9 / load,
                    };
                    class.gap = Some(law.compile().unwrap());
                }
                for stop in [
                    network.stop,
                    Stop::Horizon {
                        warm_up: 0,
                        measured: 600 * HOUR,
                    },
                ] {
                    network.stop = stop;
                    let (told, found) = (
                        network.effort(),
                        simulate(&network, Draws::new(3, 0)).events as f64,
                    );
                    let ratio = told.events / found;
                    assert!(
                        (0.5..2.0).contains(&ratio),
                        "load {load}, {stop:?}: {} not {found}",
                        told.events
                    );
                }
            }
        }
    }

    /// A loop that takes no time is seen before it is entered.
    #[test]
    fn a_closed_class_that_never_pauses_is_endless() {
        let mut network = benchmark::m1(100);
        network.stop = Stop::Horizon {
            warm_up: 0,
            measured: HOUR,
        };
        let class = &mut network.classes[0];
        (class.gap, class.population) = (None, 3);
        class.visits[0].next = vec![1.0];
        let with = |service: f64, network: &mut Network| {
            network.classes[0].visits[0].service = Quantile::fixed(service);
            network.effort()
        };
        assert_eq!(with(0.4, &mut network), Effort::endless());
        // Run all the same, it is broken off by the kernel.
        let run = std::panic::catch_unwind(|| simulate(&network, Draws::new(1, 0)));
        let found = run.err().and_then(|e| e.downcast_ref::<Endless>().copied());
        assert_eq!(found, Some(Endless { at: 0 }));
        let told = with(60.0, &mut network);
        let found = simulate(&network, Draws::new(1, 0)).events as f64;
        assert!(
            (0.5..2.0).contains(&(told.events / found)),
            "{} not {found}",
            told.events
        );
    }
}
