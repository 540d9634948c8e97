//! What can be replicated: networks of queues or a pathway, compiled from checked scenarios of one kind.

use std::sync::Arc;

use super::effort::countable;
use super::error::Error;
use super::pairing;
use super::scenarios::Arm;
use crate::base::Effort;
use crate::compile;
use crate::model::Model;
use crate::observe::{Catalogue, Control, Intervals, Kind as OutcomeKind, Record, Series};
use crate::pathway::Pathway;
use crate::queueing::{Network, Networks};
use crate::report::{self, StaffRow};
use crate::scenario::Kind;

/// The compiled arms of an experiment. Shared by all threads.
#[derive(Debug)]
pub enum World {
    /// `kind = "queueing"`.
    Queueing(Box<Networks>),
    /// `kind = "pathway"`.
    Pathway(Box<Pathway>),
}

impl World {
    /// Compiles arms of one kind.
    ///
    /// # Errors
    /// [`Error::Refused`] where they are not of one kind or cannot stand side by side, and where a run would never end or
    /// have more events than can be numbered.
    pub fn compile(arms: &[Arm], seed: u64) -> Result<World, Error> {
        let world = World::side_by_side(arms, seed)?;
        countable(&world.effort())?;
        Ok(world)
    }

    fn side_by_side(arms: &[Arm], seed: u64) -> Result<World, Error> {
        let mut networks: Vec<(String, Network)> = Vec::new();
        let mut models: Vec<Model> = Vec::new();
        for arm in arms {
            match &arm.checked.kind {
                Kind::Queueing(net) => {
                    let network = compile::queueing::network(net)
                        .map_err(|e| Error::Refused(format!("{}: {e}", arm.asked)))?;
                    networks.push((arm.name.clone(), network));
                }
                Kind::Pathway(pathway) => models.push(compile::pathway(&arm.name, arm.title(), pathway)),
            }
        }
        match (networks.is_empty(), models.is_empty()) {
            (false, true) => {
                let networks = Networks::new(networks, seed).map_err(|e| Error::Refused(e.to_string()))?;
                Ok(World::Queueing(Box::new(networks)))
            }
            (true, false) => {
                let pathway = Pathway::new(models, seed).map_err(|e| Error::Refused(e.to_string()))?;
                match pathway.paired() {
                    true => Ok(World::Pathway(Box::new(pathway))),
                    false => Err(pairing::refusal(arms, &pathway)),
                }
            }
            _ => Err(Error::Refused(format!(
                "scenarios of different kinds cannot be compared: {}",
                arms.iter()
                    .map(|a| format!("`{}` is of kind {}", a.name, a.checked.kind_name()))
                    .collect::<Vec<_>>()
                    .join(", ")
            ))),
        }
    }

    /// What one replication of all arms takes, about.
    pub fn effort(&self) -> Effort {
        match self {
            World::Queueing(networks) => networks.effort(),
            World::Pathway(pathway) => pathway.effort(),
        }
    }

    /// Replications in antithetic pairs, or not.
    pub fn antithetic(self, antithetic: bool) -> World {
        match self {
            World::Queueing(networks) => World::Queueing(Box::new(networks.antithetic(antithetic))),
            World::Pathway(pathway) => World::Pathway(Box::new(pathway.antithetic(antithetic))),
        }
    }

    /// Quantities whose means are known: for control variates.
    pub fn controls(&self) -> Result<Vec<Control>, &'static str> {
        match self {
            World::Queueing(networks) => networks.controls(),
            World::Pathway(pathway) => pathway.controls(),
        }
    }

    /// Their values in a replication, in that order.
    pub fn control_values(&self, record: &Record) -> Vec<f64> {
        match self {
            World::Queueing(networks) => networks.control_values(record),
            World::Pathway(pathway) => pathway.control_values(record.replication),
        }
    }

    /// What is recorded and worked out.
    pub fn catalogue(&self) -> &Catalogue {
        match self {
            World::Queueing(networks) => networks.catalogue(),
            World::Pathway(pathway) => pathway.catalogue(),
        }
    }

    /// One replication of all arms.
    pub fn replicate(&self, replication: u64) -> Record {
        match self {
            World::Queueing(networks) => networks.replicate(replication),
            World::Pathway(pathway) => pathway.replicate(replication),
        }
    }

    /// One replication of the first arm by intervals, from its empty start.
    pub fn series(&self, replication: u64, intervals: &Arc<Intervals>) -> Series {
        match self {
            World::Queueing(networks) => networks.series(0, replication, intervals),
            World::Pathway(pathway) => pathway.series(0, replication, intervals),
        }
    }

    /// What an interval's value of an outcome is to be multiplied by to be told as the outcome is.
    pub fn per_interval(&self, kind: &OutcomeKind, intervals: &Intervals) -> f64 {
        match self {
            World::Queueing(_) => 1.0,
            World::Pathway(pathway) => pathway.per_interval(kind, intervals),
        }
    }

    /// Whether the same people come to all arms. Networks of queues have the same customers, who are known by class
    /// and number, wherever arrivals are the same.
    pub fn paired(&self) -> bool {
        match self {
            World::Queueing(_) => true,
            World::Pathway(pathway) => pathway.paired(),
        }
    }

    /// Staff of each arm; none in networks of queues.
    pub fn staff(&self) -> Vec<Option<Vec<StaffRow>>> {
        match self {
            World::Queueing(networks) => networks.networks().iter().map(|_| None).collect(),
            World::Pathway(pathway) => pathway.models().map(|m| Some(report::staff(m))).collect(),
        }
    }

    /// How large what is simulated is, in words.
    pub fn locality(&self) -> String {
        match self {
            World::Queueing(networks) => match networks.networks().first() {
                Some(n) => format!(
                    "{} station{}, {} class{} of customers",
                    n.stations.len(),
                    if n.stations.len() == 1 { "" } else { "s" },
                    n.classes.len(),
                    if n.classes.len() == 1 { "" } else { "es" },
                ),
                None => String::new(),
            },
            World::Pathway(pathway) => match pathway.models().next() {
                Some(m) => {
                    let practices = &m.exogenous.practices;
                    let people: f64 = practices.iter().map(|p| p.list_size).sum();
                    format!("{people} registered people in {} practices", practices.len())
                }
                None => String::new(),
            },
        }
    }
}
