//! A compiled queueing network: dense tables, every time in seconds.

use crate::base::{Calendar, Secs};
use crate::random::Quantile;
use std::sync::Arc;

/// A queueing network of several customer classes, open, closed or mixed, ready to run. Plain data: whoever fills it
/// calls [`Network::problems`] before running it.
#[derive(Clone, Debug)]
pub struct Network {
    /// The stations; indices into this table are used everywhere below.
    pub stations: Vec<Station>,
    /// The customer classes.
    pub classes: Vec<Class>,
    /// What is there at second 0.
    pub initial: Initial,
    /// When the run ends and what is counted.
    pub stop: Stop,
}

/// One station: identical servers before which customers wait.
#[derive(Clone, Debug)]
pub struct Station {
    /// Unique name. It enters the keys of draws, its position does not.
    pub name: String,
    /// Number of servers, at most 65,534.
    pub servers: u16,
    /// When they serve; a service begun is finished after closing.
    pub open: Arc<Calendar>,
    /// Most customers there at once, those in service included (Kendall's K); `None`: no limit.
    pub capacity: Option<u32>,
    /// What happens to a customer of another station who finds this one full. (One from outside is
    /// always lost.)
    pub when_full: WhenFull,
    /// Who is served next.
    pub discipline: Discipline,
    /// How long a customer waits, in seconds from joining the queue, before leaving the network unserved
    /// (reneging); `None`: for ever.
    pub patience: Option<Quantile>,
}

/// The fate of a customer whose next station is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// Leaves the network, counted as lost at the full station.
    #[default]
    Lost,
    /// Stays where it was served and keeps its server until there is room (blocking after service); those
    /// blocked are let in first come, first served.
    Block,
}

/// The order of a queue. No service is interrupted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// First come, first served.
    #[default]
    Fcfs,
    /// By the priority of the class, then first come, first served.
    Priority,
    /// By the priority of the class, then the due date (arrival at the station + [`Visit::due_in`]), then
    /// first come, first served.
    PriorityDue,
}

/// One class of customers.
#[derive(Clone, Debug)]
pub struct Class {
    /// Unique name; customer `n` of the class draws the same numbers in every network which has it.
    pub name: String,
    /// 0 is the most urgent; below [`crate::kernel::PRIORITIES`].
    pub priority: u8,
    /// Gap between arrivals in seconds of open time of `arrivals_open` (exponential for a Poisson process);
    /// `None`: nobody arrives from outside. The first gap is counted from second 0.
    pub gap: Option<Quantile>,
    /// When customers arrive.
    pub arrivals_open: Arc<Calendar>,
    /// Customers who are there from second 0 and circulate for ever (a closed class): they begin with a stay at home if
    /// they have one, else at a station drawn by `entry`. 0 for a class that arrives and leaves.
    pub population: u32,
    /// Probability that a customer from outside enters at each station; the sum is 1.
    pub entry: Vec<f64>,
    /// What happens at each station.
    pub visits: Vec<Visit>,
    /// Time spent at home, in seconds, between leaving a station and joining the next. `None`: no time.
    pub stay_home: Option<Quantile>,
}

/// A class at a station.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Time in service, in seconds.
    pub service: Quantile,
    /// Probability of going to each station next; what is missing to 1 leaves the network.
    pub next: Vec<f64>,
    /// Due this long after joining, in seconds; only [`Discipline::PriorityDue`] looks at it.
    pub due_in: Secs,
}

/// What is in the network at second 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Initial {
    /// Nobody.
    #[default]
    Empty,
    /// Drawn from the stationary distribution. Refused unless that is known exactly and is memoryless: Poisson
    /// arrivals, every station always open, first come first served, without limit, patience or blocking,
    /// with one exponential service law for all classes (Jackson 1957), and exponential stays at home.
    Stationary,
}

/// When a run ends. Everything is counted in the window by the moment at which it happens: arrivals, starts
/// (with their whole wait), departures (with their whole sojourn), integrals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Runs to `warm_up + measured` seconds; the window is the second part.
    Horizon {
        /// Seconds before the window.
        warm_up: Secs,
        /// Length of the window in seconds.
        measured: Secs,
    },
    /// Runs until `customers` have arrived from outside and all of them have left; the window begins with the
    /// arrival of number `warm_up` (counted from 0) and is open to the end.
    Customers {
        /// Arrivals before the window.
        warm_up: u64,
        /// Arrivals in all.
        customers: u64,
    },
}
