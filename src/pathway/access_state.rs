//! What is held about people on the virtual ward, with a sitter, with the continuing-care service, with a syringe driver.

use crate::base::{NEVER, Time};

use super::needs::NONE;
use super::state::HospiceStanding;
use super::world::World;

/// Services at home of one person, besides hospice-at-home.
#[derive(Clone, Copy, Debug)]
pub struct HomeServices {
    /// Virtual ward.
    pub ward: HospiceStanding,
    /// On it since.
    pub ward_since: Time,
    /// Number of the stay, to tell stale events.
    pub ward_number: u32,
    /// The latest round that joined a team's queue, or [`NONE`].
    pub round: u32,
    /// Night sitter.
    pub sitter: HospiceStanding,
    /// The sitter has come (since when); [`NEVER`] before.
    pub sitter_since: Time,
    /// Number of the spell of sitting, to tell stale events.
    pub sitter_number: u32,
    /// Continuing-care service.
    pub service: HospiceStanding,
    /// A syringe driver runs until then; [`NEVER`] if there is none.
    pub driver_until: Time,
    /// Number of the driver, to tell stale events.
    pub driver_number: u32,
    /// The carer has been invited to an assessment in these known states (a bit for each).
    pub invited: u8,
}

impl HomeServices {
    const NEW: HomeServices = HomeServices {
        ward: HospiceStanding::None,
        ward_since: NEVER,
        ward_number: 0,
        round: NONE,
        sitter: HospiceStanding::None,
        sitter_since: NEVER,
        sitter_number: 0,
        service: HospiceStanding::None,
        driver_until: NEVER,
        driver_number: 0,
        invited: 0,
    };
}

/// All people's services at home, and who is on which practice's register.
#[derive(Debug, Default)]
pub struct AccessState {
    /// Empty until somebody first has such a service.
    people: Vec<HomeServices>,
    /// By practice, in the order of recognition.
    pub registers: Vec<Vec<u32>>,
    /// When each practice's next weekly list of reviews is due; another event of that kind is stale.
    pub next_review: Vec<Time>,
}

impl World<'_> {
    /// A person's services at home, if anybody has had any.
    #[inline]
    pub(super) fn at_home(&self, person: u32) -> Option<&HomeServices> {
        self.access.people.get(person as usize)
    }

    /// The same, to change them.
    pub(super) fn services(&mut self, person: u32) -> &mut HomeServices {
        if self.access.people.is_empty() {
            self.access.people.resize(self.people.len(), HomeServices::NEW);
        }
        &mut self.access.people[person as usize]
    }

    /// Somebody comes onto a practice's register.
    pub(super) fn note_registered(&mut self, person: u32) {
        let practice = self.person(person).practice as usize;
        if self.access.registers.len() <= practice {
            self.access
                .registers
                .resize_with(self.m.exogenous.practices.len(), Vec::new);
        }
        self.access.registers[practice].push(person);
    }

    /// Multiplies the hazard of a crisis for what is there at home; 1 if nothing is.
    #[inline]
    pub(super) fn hazard_at_home(&self, person: u32, out_of_hours: bool) -> f64 {
        let Some(at_home) = self.at_home(person) else {
            return 1.0;
        };
        let mut factor = 1.0;
        if let (HospiceStanding::In(_), Some(ward)) = (at_home.ward, &self.m.access.ward) {
            factor *= ward.crisis;
        }
        if at_home.sitter_since != NEVER
            && let Some(sitting) = &self.m.access.sitting
            && (out_of_hours || sitting.round_the_clock)
        {
            factor *= sitting.crisis;
        }
        factor
    }

    /// Whether a request for places is one that this person's services at home lay claim to.
    pub(super) fn claims_at_home(&self, person: u32, request: u32) -> bool {
        let claims = |s: HospiceStanding| matches!(s, HospiceStanding::Waiting(r) | HospiceStanding::In(r) if r == request);
        self.at_home(person)
            .is_some_and(|x| claims(x.ward) || claims(x.sitter) || claims(x.service))
    }
}

/// Whether somebody may be referred: not while a referral, a wait or a stay is under way.
pub(super) fn free_to_ask(standing: HospiceStanding) -> bool {
    matches!(standing, HospiceStanding::None | HospiceStanding::Over)
}
