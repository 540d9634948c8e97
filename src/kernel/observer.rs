//! Hooks through which a run is recorded; each does nothing unless implemented, and then costs nothing.

use super::team::Work;
use super::{PlacesId, TeamId};
use crate::base::{Secs, Time};

/// Sees what the kernel does, as it does it. Observers record; they cannot change the run.
#[allow(unused_variables)]
pub trait Observer {
    /// A job (or background contact) could not begin at once and joins the queue.
    #[inline]
    fn queued(&mut self, now: Time, team: TeamId, work: Work) {}
    /// A service begins, to last `service` seconds, after `waited` seconds in the queue.
    #[inline]
    fn started(&mut self, now: Time, team: TeamId, clinician: u16, work: Work, waited: Secs, service: Secs) {}
    /// A service is finished but the job cannot go on and keeps its clinician.
    #[inline]
    fn blocked(&mut self, now: Time, team: TeamId, clinician: u16, job: u32) {}
    /// A service is finished and its clinician free.
    #[inline]
    fn completed(&mut self, now: Time, team: TeamId, clinician: u16, work: Work) {}
    /// A job was withdrawn while it waited.
    #[inline]
    fn withdrawn(&mut self, now: Time, team: TeamId, job: u32) {}
    /// A clinician comes on or goes off duty.
    #[inline]
    fn shift(&mut self, now: Time, team: TeamId, clinician: u16, on_duty: bool) {}
    /// A request joins the queue for places.
    #[inline]
    fn requested(&mut self, now: Time, places: PlacesId, request: u32) {}
    /// A request gets its places after `waited` seconds.
    #[inline]
    fn placed(&mut self, now: Time, places: PlacesId, request: u32, waited: Secs) {}
    /// Places are given back.
    #[inline]
    fn released(&mut self, now: Time, places: PlacesId, request: u32) {}
}

impl Observer for () {}
