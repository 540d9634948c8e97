//! Which coalitions are evaluated: all of few players, those on random orders of many.

use serde_json::{Map, Value, json};

use super::AttributeAsk;
use super::players::Player;
use crate::app::Error;
use crate::methods::shapley::{Design, MOST_COALITIONS, MOST_EXACT};

/// Pairs of orders between two looks at their precision.
const LOOK: usize = 8;
/// Orders drawn at most unless asked otherwise.
pub(super) const ORDERS: usize = 128;
/// Most players.
const MOST_PLAYERS: usize = 120;
/// Precision at which no more orders are drawn unless asked otherwise, as a share of the whole.
pub(super) const PRECISION: f64 = 0.10;

/// Which coalitions are evaluated, before the map has been looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plan {
    All,
    /// At most so many pairs of orders; fewer if this precise.
    Orders {
        pairs: usize,
        precision: Option<f64>,
    },
}

impl Plan {
    pub(super) fn looks(self) -> usize {
        match self {
            Plan::Orders {
                pairs,
                precision: Some(_),
            } => pairs.div_ceil(LOOK),
            _ => 1,
        }
    }

    fn pairs_at(self, look: usize) -> usize {
        match self {
            Plan::All => 0,
            Plan::Orders { pairs, precision } => match precision {
                None => pairs,
                Some(_) => pairs.min((look + 1) * LOOK),
            },
        }
    }

    pub(super) fn design(self, players: usize, seed: u64, look: usize) -> Design {
        match self {
            Plan::All => Design::exact(players),
            Plan::Orders { .. } => Design::sampled(players, self.pairs_at(look), seed),
        }
    }
}

pub(super) fn drawn(orders: usize, precision: Option<f64>) -> Plan {
    Plan::Orders {
        pairs: orders.div_ceil(2).max(1),
        precision,
    }
}

/// All coalitions of few players, orders of many, unless asked otherwise.
pub(super) fn plan(ask: &AttributeAsk, players: usize) -> Result<Plan, Error> {
    if players > MOST_PLAYERS {
        return Err(Error::Refused(format!(
            "{players} switches: at most {} can be told apart",
            MOST_PLAYERS
        )));
    }
    match ask.permutations {
        Some(orders) => Ok(drawn(orders, ask.precision)),
        None if ask.exact && players > MOST_COALITIONS => Err(Error::Refused(format!(
            "all coalitions of {players} switches are {}: at most {MOST_COALITIONS} switches can be done exactly; leave \
             --exact out to draw orders instead",
            1u128 << players
        ))),
        None if ask.exact || players <= MOST_EXACT => Ok(Plan::All),
        None => Ok(drawn(ORDERS, Some(ask.precision.unwrap_or(PRECISION)))),
    }
}

/// What decides which points there are, besides the points.
pub(super) fn identity(ask: &AttributeAsk, players: &[Player]) -> Map<String, Value> {
    let plan = json!({
        "versus": ask.scenarios,
        "switches": players.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(),
        "permutations": ask.permutations,
        "precision": ask.precision,
        "replications": ask.replications,
    });
    match plan {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
