//! `kind = "queueing"`: the checked scenario as a dense [`Network`], names replaced by positions.

use std::fmt;
use std::sync::Arc;

use crate::base::Calendar;
use crate::queueing::{self as q, Network, Problem, Stop, Visit};
use crate::random::{Law, LawError, Quantile};
use crate::scenario::hours::Weekly;
use crate::scenario::law::LawSpec;
use crate::scenario::queueing::{Arrivals, Class, Discipline, Initial, Queueing, Run, Station, WhenFull};

/// Why a scenario did not become a network. A scenario that was read without errors does; this
/// guards against a check the reader lacks.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// What is wrong, in sentences.
    pub problems: Vec<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the network cannot be run: {}", self.problems.join("; "))
    }
}

impl std::error::Error for Refused {}

impl From<LawError> for Refused {
    fn from(error: LawError) -> Refused {
        Refused {
            problems: vec![error.to_string()],
        }
    }
}

/// The network of a checked scenario; stations and classes stand in the order of their names.
///
/// # Errors
/// See [`Refused`].
pub fn network(net: &Queueing) -> Result<Network, Refused> {
    let mut laws = Laws::default();
    let stations = net
        .stations
        .iter()
        .map(|(name, station)| compile_station(name, station, &mut laws));
    let stations = stations.collect::<Result<Vec<_>, _>>()?;
    let classes = net
        .classes
        .iter()
        .map(|(name, class)| compile_class(net, name, class, &mut laws));
    let classes = classes.collect::<Result<Vec<_>, _>>()?;
    let initial = match net.run.initial {
        Initial::Empty => q::Initial::Empty,
        Initial::Stationary => q::Initial::Stationary,
    };
    let network = Network {
        stations,
        classes,
        initial,
        stop: stop(&net.run)?,
    };
    let problems: Vec<String> = network.problems().iter().map(Problem::to_string).collect();
    if problems.is_empty() {
        Ok(network)
    } else {
        Err(Refused { problems })
    }
}

/// Laws compiled so far: a network of many classes mostly repeats the laws of its stations, and
/// tabulating a quantile function is the dearest step of compiling.
#[derive(Default)]
struct Laws {
    known: Vec<(LawSpec, Quantile)>,
}

impl Laws {
    fn of(&mut self, spec: &LawSpec) -> Result<Quantile, LawError> {
        if let Some((_, quantile)) = self.known.iter().find(|(known, _)| known == spec) {
            return Ok(quantile.clone());
        }
        let quantile = spec.to_law()?.compile()?;
        self.known.push((spec.clone(), quantile.clone()));
        Ok(quantile)
    }

    fn maybe(&mut self, spec: Option<&LawSpec>) -> Result<Option<Quantile>, LawError> {
        spec.map(|spec| self.of(spec)).transpose()
    }
}

fn calendar(hours: Option<&Weekly>) -> Result<Arc<Calendar>, Refused> {
    let calendar = match hours {
        None => Calendar::always(),
        Some(week) => week.calendar(&[]).map_err(|error| Refused {
            problems: vec![error.to_string()],
        })?,
    };
    Ok(Arc::new(calendar))
}

fn compile_station(name: &str, station: &Station, laws: &mut Laws) -> Result<q::Station, Refused> {
    let servers = u16::try_from(station.servers);
    Ok(q::Station {
        name: name.to_owned(),
        servers: servers.map_err(|error| Refused {
            problems: vec![format!("servers of `{name}`: {error}")],
        })?,
        open: calendar(station.calendar.as_ref())?,
        capacity: station.capacity.map(|count| count.0),
        when_full: match station.when_full {
            WhenFull::Lost => q::WhenFull::Lost,
            WhenFull::Block => q::WhenFull::Block,
        },
        discipline: match station.discipline {
            Discipline::Priority => q::Discipline::Priority,
            Discipline::FirstCome => q::Discipline::Fcfs,
            Discipline::PriorityDue => q::Discipline::PriorityDue,
        },
        patience: laws.maybe(station.patience.as_ref())?,
    })
}

fn compile_class(net: &Queueing, name: &str, class: &Class, laws: &mut Laws) -> Result<q::Class, Refused> {
    let gap = match &class.arrivals {
        None => None,
        Some(Arrivals::Poisson(rate)) if rate.per_second() == 0.0 => None,
        Some(Arrivals::Poisson(rate)) => Some(Law::exponential(1.0 / rate.per_second())?.compile()?),
        Some(Arrivals::Renewal(law)) => Some(laws.of(law)?),
    };
    let first = class.first();
    let entry = net
        .stations
        .keys()
        .map(|s| first.iter().filter(|(name, _)| name == s).map(|(_, p)| p).sum());
    let routing = net.routing_of(class);
    let mut visits = Vec::new();
    for from in net.stations.keys() {
        // A station this class never comes to may say nothing of it.
        let service = match net.service_of(class, from) {
            Some(law) => laws.of(law)?,
            None => Quantile::fixed(0.0),
        };
        let row = routing.get(from);
        let next = net
            .stations
            .keys()
            .map(|to| row.and_then(|row| row.0.get(to)).map_or(0.0, |p| p.get()));
        let due_in = class.due_in.get(from).map_or(0, |due| due.secs());
        visits.push(Visit {
            service,
            next: next.collect(),
            due_in,
        });
    }
    Ok(q::Class {
        name: name.to_owned(),
        priority: class.priority,
        gap,
        arrivals_open: calendar(class.arrivals_calendar.as_ref())?,
        population: class.population.map_or(0, |count| count.0),
        entry: entry.collect(),
        visits,
        stay_home: laws.maybe(class.between_visits.as_ref())?,
    })
}

fn stop(run: &Run) -> Result<Stop, Refused> {
    match (run.horizon, run.customers) {
        (Some(horizon), _) => Ok(Stop::Horizon {
            warm_up: run.warm_up.map_or(0, |w| w.secs()),
            measured: horizon.secs(),
        }),
        (None, Some(customers)) => Ok(Stop::Customers {
            warm_up: run.warm_up_customers.unwrap_or(0),
            customers,
        }),
        (None, None) => Err(Refused {
            problems: vec!["the run has no end".to_owned()],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::HOUR;
    use crate::scenario::{BuiltIn, Kind, library, read};

    fn built_in(name: &str, sets: &[&str]) -> Network {
        let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
        let (checked, found, _) = read(&BuiltIn, name, &sets);
        match checked.map(|checked| checked.kind) {
            Some(Kind::Queueing(net)) => network(&net).expect("compiles"),
            _ => panic!("{name}: {found:?}"),
        }
    }

    #[test]
    fn every_built_in_network_compiles() {
        for scenario in library::all().iter().filter(|s| s.path.starts_with("queueing/")) {
            built_in(scenario.name, &[]);
        }
    }

    #[test]
    fn names_become_positions_and_units_become_seconds() {
        let net = built_in("m3", &["run.customers=100", "run.warm_up_customers=10"]);
        let names: Vec<&str> = net.stations.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["cns", "dn", "gp", "hospice", "social"]);
        assert_eq!(net.stations[2].servers, 8);
        let [routine, urgent] = &net.classes[..] else {
            panic!("two classes")
        };
        assert_eq!((routine.priority, urgent.priority), (1, 0));
        assert_eq!(routine.entry, [0.15, 0.10, 0.60, 0.05, 0.10]);
        assert_eq!(routine.visits[2].next, [0.15, 0.35, 0.15, 0.10, 0.20]);
        let mean = |q: &Quantile| q.mean() / HOUR as f64;
        assert!((mean(&routine.visits[2].service) - 1.534).abs() < 1e-9);
        assert!((mean(routine.stay_home.as_ref().unwrap()) - 336.0).abs() < 1e-9);
        assert!((mean(routine.gap.as_ref().unwrap()) - 1.0 / 0.75).abs() < 1e-9);
        assert_eq!(
            net.stop,
            Stop::Customers {
                warm_up: 10,
                customers: 100
            }
        );
    }
}
