//! What can be replicated: networks of queues or a pathway, compiled from checked scenarios of one kind.

use super::error::Error;
use super::scenarios::Arm;
use crate::compile;
use crate::observe::{Catalogue, Record};
use crate::queueing::Networks;
use crate::scenario::Kind;

/// The compiled arms of an experiment. Shared by all threads.
#[derive(Debug)]
pub enum World {
    /// `kind = "queueing"`.
    Queueing(Networks),
}

impl World {
    /// Compiles arms of one kind.
    ///
    /// # Errors
    /// [`Error::Refused`] where they are not of one kind or cannot stand side by side.
    pub fn compile(arms: &[Arm], seed: u64) -> Result<World, Error> {
        let mut networks = Vec::new();
        for arm in arms {
            match &arm.checked.kind {
                Kind::Queueing(net) => {
                    let network = compile::queueing::network(net)
                        .map_err(|e| Error::Refused(format!("{}: {e}", arm.asked)))?;
                    networks.push((arm.name.clone(), network));
                }
                Kind::Pathway(_) => {}
            }
        }
        let networks = Networks::new(networks, seed).map_err(|e| Error::Refused(e.to_string()))?;
        Ok(World::Queueing(networks))
    }

    /// What is recorded and worked out.
    pub fn catalogue(&self) -> &Catalogue {
        match self {
            World::Queueing(networks) => networks.catalogue(),
        }
    }

    /// One replication of all arms.
    pub fn replicate(&self, replication: u64) -> Record {
        match self {
            World::Queueing(networks) => networks.replicate(replication),
        }
    }
}
