//! `kind = "queueing"`: a plain network of stations and classes of customers.
//!
//! It serves to prove the kernel against queueing theory, to measure its speed and to compare it
//! with other engines; nothing in it knows of patients.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hours::Weekly;
use super::law::LawSpec;
use super::queueing_checks;
use super::read::{Body, Places};
use super::units::{Count, Duration, Probability, Rate};
use crate::base::diagnostic::Diagnostic;

/// A network of queues: stations, and classes of customers who visit them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queueing {
    /// How long a run is and how many there are.
    #[schemars(extend("x-evidence" = false))]
    pub run: Run,
    /// The stations by name.
    pub stations: BTreeMap<String, Station>,
    /// The classes of customers by name.
    pub classes: BTreeMap<String, Class>,
    /// Where a customer goes next, for classes without a `routing` of their own: from a station, the
    /// probability of each next station. The rest of a row leaves.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "stations"))]
    pub routing: BTreeMap<String, Row>,
}

/// How long a run is and how many there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What is there at the start.
    #[serde(default)]
    pub initial: Initial,
    /// Time before anything is measured; none if left out. Goes with `horizon`.
    pub warm_up: Option<Duration>,
    /// Arrivals before anything is measured; none if left out. Goes with `customers`.
    pub warm_up_customers: Option<u64>,
    /// Measured time after the warm-up. Either this or `customers`.
    pub horizon: Option<Duration>,
    /// The number of customers, of all classes together, after whom nobody arrives (not for closed classes); the run ends
    /// when the last has left. Either this or `horizon`.
    #[schemars(range(min = 1, max = 1_000_000_000_000u64))]
    pub customers: Option<u64>,
    /// Number of replications unless the command line says otherwise.
    #[serde(default = "Run::default_replications")]
    pub replications: Count,
    /// Most replications when they are added until the precision suffices.
    #[serde(default = "Run::default_cap")]
    pub replication_cap: Count,
    /// Seed of the random numbers.
    #[serde(default = "Run::default_seed")]
    pub seed: u64,
    /// Replications in antithetic pairs: the second of each pair draws `1 - u` wherever the first draws `u`.
    #[serde(default)]
    pub antithetic: bool,
    /// Control variates (arrivals and services, whose means are known) are used where they help.
    #[serde(default)]
    pub controls: bool,
}

impl Run {
    fn default_replications() -> Count {
        Count(20)
    }
    fn default_cap() -> Count {
        Count(1000)
    }
    fn default_seed() -> u64 {
        1
    }
}

/// What is in the network at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Initial {
    /// Nobody.
    #[default]
    Empty,
    /// Drawn from the stationary distribution, where that is known: Poisson arrivals, exponential
    /// services (one law per station), first come first served, always open, no limits, no patience.
    Stationary,
}

/// One station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Number of servers.
    #[schemars(range(min = 1, max = 65_534))]
    pub servers: u32,
    /// When service may begin; a started service is finished. Always, if left out.
    pub calendar: Option<Weekly>,
    /// Most customers in the station, waiting and in service; no limit if left out.
    pub capacity: Option<Count>,
    /// What happens to a customer sent here while the station is full.
    #[serde(default)]
    pub when_full: WhenFull,
    /// Who is served next.
    #[serde(default)]
    pub discipline: Discipline,
    /// Length of a service, for classes without one of their own here.
    pub service: Option<LawSpec>,
    /// How long a customer waits before giving up and leaving the network; for ever if left out.
    pub patience: Option<LawSpec>,
}

/// What happens to a customer sent to a full station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// The customer leaves the network.
    #[default]
    Lost,
    /// The customer stays with the server just finished, which serves nobody until there is room
    /// (blocking after service). One who arrives from outside is lost.
    Block,
}

/// Who is served next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Discipline {
    /// The class with the lowest `priority` number, within it who came first; nobody in service is
    /// interrupted.
    #[default]
    Priority,
    /// Who came first, whatever the class.
    FirstCome,
    /// By `priority`, then by the due date (arrival plus the class's `due_in`), then who came first.
    PriorityDue,
}

/// One class of customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// How customers arrive from outside. A class has either this or a `population`.
    pub arrivals: Option<Arrivals>,
    /// Number of customers who are there from the start and never leave (a closed class); they begin away from the network
    /// if they have `between_visits`, else at `entry`. A class has either this or `arrivals`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub population: Option<Count>,
    /// The station of the first visit, or the probability of each: `{ gp = 0.6, dn = 0.4 }`.
    pub entry: Entry,
    /// When customers arrive; always, if left out. Closed hours stop the clock of the arrivals.
    pub arrivals_calendar: Option<Weekly>,
    /// Priority: lower numbers are served first.
    #[serde(default)]
    #[schemars(range(min = 0, max = 7))]
    pub priority: u8,
    /// Length of a service by station, where it differs from the station's own.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "stations"))]
    pub service: BTreeMap<String, LawSpec>,
    /// Due this long after joining the queue, by station; at once, if left out. Only a station with
    /// `discipline = "priority_due"` looks at it.
    #[serde(default)]
    #[schemars(extend("x-keys-refer" = "stations"))]
    pub due_in: BTreeMap<String, Duration>,
    /// Where a customer of this class goes next; instead of the common `routing`.
    #[schemars(extend("x-keys-refer" = "stations"))]
    pub routing: Option<BTreeMap<String, Row>>,
    /// Time away from the network before every visit but the first; none if left out.
    pub between_visits: Option<LawSpec>,
}

/// How customers arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "an arrival process", "x-example" = "{ poisson = { per_hour = 9 } }"))]
pub enum Arrivals {
    /// A Poisson process of the given rate.
    Poisson(Rate),
    /// Independent intervals between arrivals, of the given law.
    Renewal(LawSpec),
}

/// Where customers enter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend("x-what" = "the name of a station, or shares of several", "x-example" = "\"desk\""))]
pub enum Entry {
    /// Always the same station.
    Station(StationName),
    /// A station with the given probability; they add up to 1.
    Shares(Row),
}

/// The name of a station.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-refers" = "stations", "x-what" = "the name of a station"))]
pub struct StationName(pub String);

/// Probabilities by station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-keys-refer" = "stations", "x-what" = "probabilities by station", "x-example" = "{ desk = 1.0 }"))]
pub struct Row(pub BTreeMap<String, Probability>);

impl Class {
    /// First stations and their probabilities.
    pub fn first(&self) -> Vec<(&str, f64)> {
        match &self.entry {
            Entry::Station(name) => vec![(name.0.as_str(), 1.0)],
            Entry::Shares(row) => row.0.iter().map(|(name, p)| (name.as_str(), p.get())).collect(),
        }
    }
}

impl Queueing {
    /// The routing of a class: its own, else the common one.
    pub fn routing_of<'a>(&'a self, class: &'a Class) -> &'a BTreeMap<String, Row> {
        class.routing.as_ref().unwrap_or(&self.routing)
    }

    /// The length of a service of a class at a station.
    pub fn service_of<'a>(&'a self, class: &'a Class, station: &str) -> Option<&'a LawSpec> {
        class
            .service
            .get(station)
            .or_else(|| self.stations.get(station)?.service.as_ref())
    }
}

impl Body for Queueing {
    const KIND: &'static str = "queueing";
    const NEEDS_EVIDENCE: bool = false;

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        queueing_checks::check(self, at, found);
    }
}
