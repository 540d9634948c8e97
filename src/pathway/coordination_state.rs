//! What is held about people and caseloads of the roles that coordinate (model.md §13).

use std::collections::VecDeque;

use crate::base::{NEVER, Time};
use crate::model::{Model, Team, TeamIndex};

use super::needs::NONE;

/// Where a person stands with the roles that coordinate.
#[derive(Clone, Copy, Debug)]
pub struct Coordinated {
    /// Has a place on the caseload (a bit for each).
    pub places: u8,
    /// The teams that have the person on their lists, for each caseload.
    pub team: [TeamIndex; 3],
    /// Waits for a place.
    pub waiting: u8,
    /// Discharged, and may come back.
    pub discharged: u8,
    /// Coming back.
    pub returning: u8,
    /// When the person leaves each caseload; [`NEVER`].
    pub leaves: [Time; 3],
    /// The last change of phase that counts and was not yet followed by a needs assessment; [`NEVER`].
    pub changed: Time,
    /// The needs assessment under way, or [`NONE`].
    pub hna: u32,
    /// The last needs assessment; [`NEVER`] if none.
    pub hna_last: Time,
    /// A needs assessment has been considered for the palliative phase.
    pub hna_palliative: bool,
    /// The carer has been taught to give injections.
    pub carer_taught: bool,
    /// The matrons' intensive support ends; [`NEVER`] if there is none.
    pub intensive_until: Time,
    /// The practice has asked for the matrons' intensive support.
    pub intensive_asked: bool,
    /// On the matrons' caseload for another long-term condition.
    pub long_term: bool,
    /// Which services take themselves to be the coordinator (a bit for each caseload).
    pub claims: u8,
    /// Since when the number of coordinators has been what it is.
    pub coordinators_since: Time,
    /// When several coordinators next have work with one another; [`NEVER`].
    pub coordinate_at: Time,
}

impl Coordinated {
    /// Known to none of them.
    pub const NEW: Coordinated = Coordinated {
        places: 0,
        team: [TeamIndex(0); 3],
        waiting: 0,
        discharged: 0,
        returning: 0,
        leaves: [NEVER; 3],
        changed: NEVER,
        hna: NONE,
        hna_last: NEVER,
        hna_palliative: false,
        carer_taught: false,
        intensive_until: NEVER,
        intensive_asked: false,
        long_term: false,
        claims: 0,
        coordinators_since: 0,
        coordinate_at: NEVER,
    };
}

/// A caseload with a limit, and who waits for a place.
#[derive(Clone, Debug, Default)]
pub struct CaseList {
    /// Most people at a time.
    pub(super) limit: u32,
    /// People with a place.
    pub(super) on: u32,
    /// People waiting.
    pub(super) waiting: u32,
    /// Their referrals in order; those of people who died meanwhile are passed over.
    pub(super) line: VecDeque<u32>,
    /// Since when the numbers have been what they are.
    pub(super) since: Time,
}

/// What the roles that coordinate hold in one arm.
#[derive(Clone, Debug, Default)]
pub struct Coordinating {
    /// Something of it is there, or will be.
    pub(super) any: bool,
    /// Care is organised otherwise later.
    pub(super) later: bool,
    /// Caseloads by team.
    pub(super) lists: Vec<CaseList>,
    /// Released time of the specialist nurses that is to go back into planned contacts, seconds by team.
    pub(super) pool: Vec<f64>,
}

impl Coordinating {
    /// Empty caseloads.
    pub fn new(m: &Model) -> Coordinating {
        if m.epochs().all(|(_, _, m)| m.coordination.is_empty()) {
            return Coordinating::default();
        }
        let lists = m.teams.iter().map(|team| CaseList {
            limit: limit(m, team),
            ..CaseList::default()
        });
        Coordinating {
            any: true,
            later: !m.later.is_empty(),
            lists: lists.collect(),
            pool: vec![0.0; m.teams.len()],
        }
    }
}

/// Most people on the caseload of a team at a time.
pub(super) fn limit(m: &Model, team: &Team) -> u32 {
    let wte: f64 = team.clinicians.iter().map(|c| c.wte).sum();
    match m.coordination.caseload_per_wte(team.role) {
        Some(per_wte) if wte > 0.0 => (per_wte * wte).floor().clamp(1.0, 1e9) as u32,
        _ => 0,
    }
}
