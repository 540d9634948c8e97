//! What is wrong with a network, all of it at once.

use super::network::{Discipline, Initial, Network, Stop, WhenFull};
use super::stationary;
use crate::kernel::PRIORITIES;
use std::fmt;

/// How far a sum of probabilities may be from its bound.
const TOLERANCE: f64 = 1e-9;

/// One thing wrong with a network; stations and classes by index.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// There is no station.
    NoStation,
    /// No class arrives from outside or is there from the beginning.
    NoArrivals,
    /// A closed class that arrives from outside as well, or a run that ends with a number of customers who are to leave.
    Closed {
        /// The class.
        class: usize,
        /// What contradicts it.
        why: &'static str,
    },
    /// Two stations (or two classes) have this name.
    SameName(String),
    /// A station without servers or with more than 65,534.
    Servers {
        /// The station.
        station: usize,
    },
    /// A station whose limit is below its number of servers, so that some could never work.
    CapacityBelowServers {
        /// The station.
        station: usize,
    },
    /// A class with a priority that does not exist.
    Priority {
        /// The class.
        class: usize,
    },
    /// A table of a class whose length is not the number of stations.
    Length {
        /// The class.
        class: usize,
    },
    /// A probability below 0, or entry probabilities that do not add up to 1.
    Entry {
        /// The class.
        class: usize,
        /// What they add up to.
        sum: f64,
    },
    /// A probability below 0, or a row of the routing matrix that adds up to more than 1.
    Routing {
        /// The class.
        class: usize,
        /// The row.
        station: usize,
        /// What it adds up to.
        sum: f64,
    },
    /// A station which customers of the class can reach and from which they can never leave the network.
    NoWayOut {
        /// The class.
        class: usize,
        /// The station.
        station: usize,
    },
    /// Stations that block one another in a circle could stop for ever.
    BlockingCircle {
        /// One of them.
        station: usize,
    },
    /// A customer who comes from home has no server to block.
    BlockingFromHome {
        /// The class with stays at home.
        class: usize,
        /// The station that blocks.
        station: usize,
    },
    /// The run or its warm-up has no length, or the warm-up is longer than the run.
    Length0,
    /// The stationary distribution is not known exactly; why.
    NotStationary(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoStation => f.write_str("a network needs at least one station"),
            Problem::NoArrivals => f.write_str(
                "no class arrives from outside or is there from the beginning: give at least one a gap between arrivals or a \
                 population",
            ),
            Problem::Closed { class, why } => {
                write!(f, "class {class} is closed, its customers never leave, but {why}")
            }
            Problem::SameName(name) => write!(f, "`{name}` is named twice"),
            Problem::Servers { station } => {
                write!(f, "station {station}: between 1 and 65,534 servers, please")
            }
            Problem::CapacityBelowServers { station } => {
                write!(
                    f,
                    "station {station}: the capacity counts those in service, so it cannot be below the number of servers"
                )
            }
            Problem::Priority { class } => {
                write!(
                    f,
                    "class {class}: a priority is between 0 (most urgent) and {}",
                    PRIORITIES - 1
                )
            }
            Problem::Length { class } => write!(
                f,
                "class {class}: one entry, visit and routing probability per station, please"
            ),
            Problem::Entry { class, sum } => {
                write!(
                    f,
                    "class {class}: entry probabilities must not be negative and must add up to 1, not {sum}"
                )
            }
            Problem::Routing { class, station, sum } => write!(
                f,
                "class {class}, station {station}: routing probabilities must not be negative and must add up to 1 at most, not {sum}"
            ),
            Problem::NoWayOut { class, station } => {
                write!(
                    f,
                    "class {class}: from station {station} nobody ever leaves the network"
                )
            }
            Problem::BlockingCircle { station } => {
                write!(
                    f,
                    "station {station} blocks customers in a circle of blocking stations, which can stop for ever"
                )
            }
            Problem::BlockingFromHome { class, station } => write!(
                f,
                "class {class} goes home before station {station}, which blocks: there is no server to keep; let it lose customers instead"
            ),
            Problem::Length0 => {
                f.write_str("the window must have a length, and the warm-up must end before the run")
            }
            Problem::NotStationary(why) => write!(
                f,
                "the stationary distribution is not known exactly: {why}; start empty with a warm-up instead"
            ),
        }
    }
}

impl std::error::Error for Problem {}

impl Network {
    /// Everything wrong with the network; [`super::simulate`] may be called when there is nothing.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.stations.is_empty() {
            found.push(Problem::NoStation);
        }
        if (self.classes.iter()).all(|class| class.gap.is_none() && class.population == 0) {
            found.push(Problem::NoArrivals);
        }
        let length_is_wrong = match self.stop {
            Stop::Horizon { warm_up, measured } => warm_up < 0 || measured <= 0,
            Stop::Customers { warm_up, customers } => warm_up >= customers,
        };
        if length_is_wrong {
            found.push(Problem::Length0);
        }
        same_names(self.stations.iter().map(|station| &station.name), &mut found);
        same_names(self.classes.iter().map(|class| &class.name), &mut found);
        for (station, s) in self.stations.iter().enumerate() {
            if s.servers == 0 || s.servers == u16::MAX {
                found.push(Problem::Servers { station });
            }
            if s.capacity.is_some_and(|capacity| capacity < u32::from(s.servers)) {
                found.push(Problem::CapacityBelowServers { station });
            }
        }
        let mut tables_fit = true;
        for class in 0..self.classes.len() {
            tables_fit &= self.check_class(class, &mut found);
        }
        if tables_fit {
            self.check_closed(&mut found);
        }
        if tables_fit {
            self.check_blocking(&mut found);
            if self.initial == Initial::Stationary && found.is_empty() {
                found.extend(stationary::levels(self).err().map(Problem::NotStationary));
            }
        }
        found
    }

    /// Checks the tables of a class; whether they have the right lengths.
    fn check_class(&self, class: usize, found: &mut Vec<Problem>) -> bool {
        let n = self.stations.len();
        let c = &self.classes[class];
        if usize::from(c.priority) >= PRIORITIES {
            found.push(Problem::Priority { class });
        }
        if c.entry.len() != n || c.visits.len() != n || c.visits.iter().any(|visit| visit.next.len() != n) {
            found.push(Problem::Length { class });
            return false;
        }
        let sum: f64 = c.entry.iter().sum();
        let is_negative = |p: &f64| p.is_nan() || *p < 0.0;
        if c.entry.iter().any(is_negative)
            || ((c.gap.is_some() || c.population > 0) && (sum - 1.0).abs() > TOLERANCE)
        {
            found.push(Problem::Entry { class, sum });
        }
        for (station, visit) in c.visits.iter().enumerate() {
            let sum: f64 = visit.next.iter().sum();
            if visit.next.iter().any(is_negative) || sum > 1.0 + TOLERANCE {
                found.push(Problem::Routing { class, station, sum });
            }
        }
        // stations from which the outside can be reached, by spreading backwards
        let mut leaves: Vec<bool> = c
            .visits
            .iter()
            .map(|visit| visit.next.iter().sum::<f64>() < 1.0 - TOLERANCE)
            .collect();
        let mut reached: Vec<bool> = c.entry.iter().map(|&p| p > 0.0).collect();
        for _ in 0..n {
            for from in 0..n {
                for to in (0..n).filter(|&to| c.visits[from].next[to] > 0.0) {
                    leaves[from] |= leaves[to];
                    reached[to] |= reached[from];
                }
            }
        }
        let stuck = (0..n).filter(|&station| c.gap.is_some() && reached[station] && !leaves[station]);
        found.extend(stuck.map(|station| Problem::NoWayOut { class, station }));
        true
    }

    /// Closed classes: nothing may let their customers out.
    fn check_closed(&self, found: &mut Vec<Problem>) {
        let n = self.stations.len();
        for (class, c) in self.classes.iter().enumerate().filter(|(_, c)| c.population > 0) {
            let mut wrong = |why| found.push(Problem::Closed { class, why });
            if c.gap.is_some() {
                wrong("it arrives from outside as well");
            }
            if matches!(self.stop, Stop::Customers { .. }) {
                wrong("the run ends when all customers have left");
            }
            let mut reached: Vec<bool> = c.entry.iter().map(|&p| p > 0.0).collect();
            for _ in 0..n {
                for from in 0..n {
                    for to in (0..n).filter(|&to| c.visits[from].next[to] > 0.0) {
                        reached[to] |= reached[from];
                    }
                }
            }
            let visited = || (0..n).filter(|&station| reached[station]);
            if visited().any(|s| c.visits[s].next.iter().sum::<f64>() < 1.0 - TOLERANCE) {
                wrong("a row of its routing matrix adds up to less than 1");
            }
            if visited().any(|s| self.stations[s].capacity.is_some() || self.stations[s].patience.is_some()) {
                wrong("it comes to a station with a limit, or where customers run out of patience");
            }
        }
    }

    fn check_blocking(&self, found: &mut Vec<Problem>) {
        let n = self.stations.len();
        let blocks = |station: usize| {
            self.stations[station].capacity.is_some() && self.stations[station].when_full == WhenFull::Block
        };
        // blocked[a][b]: a customer served at a may have to wait there for room at b
        let mut blocked = vec![vec![false; n]; n];
        for (class, c) in self.classes.iter().enumerate() {
            for to in (0..n).filter(|&to| blocks(to)) {
                let sources = (0..n).filter(|&from| from != to && c.visits[from].next[to] > 0.0);
                sources.for_each(|from| blocked[from][to] = true);
                if c.stay_home.is_some() && c.visits.iter().any(|visit| visit.next[to] > 0.0) {
                    found.push(Problem::BlockingFromHome { class, station: to });
                }
            }
        }
        for via in 0..n {
            for from in 0..n {
                for to in 0..n {
                    blocked[from][to] |= blocked[from][via] && blocked[via][to];
                }
            }
        }
        found.extend(
            (0..n)
                .find(|&station| blocked[station][station])
                .map(|station| Problem::BlockingCircle { station }),
        );
    }

    /// Whether all stations serve first come, first served, given the priorities of the classes.
    pub(super) fn is_fcfs(&self) -> bool {
        let one_priority = self
            .classes
            .windows(2)
            .all(|pair| pair[0].priority == pair[1].priority);
        self.stations.iter().all(|station| match station.discipline {
            Discipline::Fcfs => true,
            Discipline::Priority => one_priority,
            Discipline::PriorityDue => false,
        })
    }
}

fn same_names<'a>(names: impl Iterator<Item = &'a String>, found: &mut Vec<Problem>) {
    let mut sorted: Vec<&String> = names.collect();
    sorted.sort_unstable();
    found.extend(
        sorted
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| Problem::SameName(pair[0].clone())),
    );
}
