//! Background work: everybody else's contacts, a stream of jobs that needs nothing from the world.

use super::TeamId;
use crate::base::{Calendar, Secs, Time};
use crate::random::{Draws, Quantile};
use std::sync::Arc;

/// The purpose under which the gap and the duration of a background contact are drawn, for
/// subject = the stream's key and anchor = the ordinal of the contact.
pub const BACKGROUND_PURPOSE: u16 = 0xB0;

/// A stream of contacts with other people. The same in every arm: contact number `n` of a stream has the
/// same time and the same duration quantile whatever else happens.
#[derive(Clone, Debug)]
pub struct Background {
    /// The team that does the work.
    pub team: TeamId,
    /// A hash of stable names ([`crate::random::name_key`]).
    pub key: u64,
    /// Gap between arrivals, in seconds of open time; exponential for a Poisson stream. Half a second of
    /// rounding lowers the mean of an exponential gap by a share of about 1 / (24 mean²).
    pub gap: Arc<Quantile>,
    /// Service (travel, contact, record), in seconds; at most [`super::MAX_BACKGROUND_SECS`].
    pub duration: Arc<Quantile>,
    /// When contacts arrive.
    pub calendar: Arc<Calendar>,
    /// Their priority.
    pub priority: u8,
    /// They are due this long after they arrive, in seconds.
    pub due_in: Secs,
    /// The first gap is counted from here.
    pub from: Time,
}

/// A stream under way.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub law: Background,
    /// Number of the stream within its team.
    pub local: u8,
    ordinal: u32,
    /// Service of the contact that arrives next.
    service: Secs,
}

impl Stream {
    pub fn new(law: Background, local: u8) -> Stream {
        Stream {
            law,
            local,
            ordinal: 0,
            service: 0,
        }
    }

    /// Draws the next contact; when it arrives.
    #[inline]
    pub fn draw_next(&mut self, after: Time, draws: &Draws) -> Time {
        let (gap, duration) = draws.pair(self.law.key, BACKGROUND_PURPOSE, self.ordinal, 0);
        self.ordinal = self.ordinal.wrapping_add(1);
        self.service = self.law.duration.secs(duration);
        self.law.calendar.add_open(after, self.law.gap.secs(gap))
    }

    /// Service in seconds of the contact that arrives next.
    #[inline]
    pub fn service(&self) -> Secs {
        self.service
    }
}
