//! Clock, event queue, server teams, places and queues; it knows no patient.
//!
//! A [`Kernel`] owns time and everything that waits; a [`World`] decides what the jobs are. The
//! world's state stays outside, and every call that may let a job begin takes `&mut world`, because the
//! world is asked how long the service lasts at the moment it begins.
//!
//! # Rules
//! - Events happen in the order (time, phase, sequence): see [`EventQueue`] and [`phase`].
//! - Queues are ordered (priority, due, sequence of submission).
//! - **A freed clinician or bed is released, then handed to the queue, and only then does the person it was
//!   freed by go on**: the next job has begun ([`World::started`], [`World::placed`]) before
//!   [`World::completed`] is called or [`Kernel::release`] returns.
//! - A started service is finished, also after the end of the shift; overtime is counted.
//! - All that is counted is integers; see [`TeamMeasures`] and [`PlacesMeasures`]. Windows: run to the end
//!   of the warm-up, [`Kernel::reset_measures`], run to the end of the window, read the measures.
//!
//! # Example: M/M/1
//! ```
//! use careweave::base::{HOUR, Time, Secs};
//! use careweave::kernel::{Event, Job, Kernel, Pick, Roster, TeamId, World, phase};
//! use careweave::random::{Draws, Law, Quantile};
//!
//! const ARRIVAL: u8 = 0;
//!
//! struct Clinic { draws: Draws, gap: Quantile, service: Quantile, team: TeamId, arrivals: u32, served: u32 }
//!
//! impl World for Clinic {
//!     fn event(&mut self, k: &mut Kernel, event: Event) {
//!         assert_eq!(event.kind, ARRIVAL);
//!         let gap = self.gap.secs(self.draws.uniform(1, 0, self.arrivals, 0));
//!         k.schedule(k.now() + gap, phase::WORLD, Event::new(ARRIVAL, 0));
//!         let person = self.arrivals;
//!         self.arrivals += 1;
//!         k.submit(self, self.team, Job::new(person, 0, k.now()));
//!     }
//!     fn service_secs(&mut self, _: &Kernel, _: TeamId, _clinician: u16, job: u32, _waiting: u32) -> Secs {
//!         self.service.secs(self.draws.uniform(2, 1, job, 0))
//!     }
//!     fn completed(&mut self, _: &mut Kernel, _: TeamId, _clinician: u16, _job: u32, _withdrawn: bool) {
//!         self.served += 1;
//!     }
//! }
//!
//! let draws = Draws::new(1, 0);
//! let mut k = Kernel::new(0, draws, ());
//! let team = k.add_team(&[Roster::Always], Pick::Lowest);
//! let exponential = |mean: Secs| Law::Exponential { mean: mean as f64 }.compile().unwrap();
//! let mut clinic = Clinic { draws, gap: exponential(2 * HOUR), service: exponential(HOUR), team, arrivals: 0, served: 0 };
//! k.schedule(0, phase::WORLD, Event::new(ARRIVAL, 0));
//! let (warm_up, end): (Time, Time) = (1_000 * HOUR, 41_000 * HOUR);
//! k.run(&mut clinic, warm_up);
//! k.reset_measures();
//! k.run(&mut clinic, end);
//! let measures = k.team_measures(team);
//! let utilisation = measures.busy_secs as f64 / measures.on_duty_secs as f64;
//! assert!((utilisation - 0.5).abs() < 0.03);
//! assert!(clinic.served > 19_000);
//! ```

mod background;
mod changes;
mod contacts;
mod engine;
mod events;
mod heap;
mod job;
mod level;
mod line;
mod measures;
mod observer;
mod places;
mod pools;
mod roster;
mod team;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;

pub use background::{BACKGROUND_PURPOSE, Background};
pub use engine::{Kernel, MOST_AT_ONCE};
pub use events::{Event, EventQueue, Handle, phase};
pub use job::{Job, JobStatus, Withdrawal};
pub use level::Level;
pub use line::MAX_BACKGROUND_SECS;
pub use measures::{Flow, PRIORITIES, PlacesMeasures, TeamMeasures};
pub use observer::Observer;
pub use places::{Fit, RequestStatus};
pub use roster::{EmptyShift, Roster};
pub use team::{Pick, Work};

use crate::base::{Secs, ids::typed_id};

typed_id! {
    /// A team, by the order of [`Kernel::add_team`]; at most 65,535.
    pub struct TeamId;
    /// A pool of places, by the order of [`Kernel::add_places`].
    pub struct PlacesId;
    /// A background stream, by the order of [`Kernel::add_background`]; at most a million.
    pub struct StreamId;
}

/// Bytes of a job, of an entry of a waiting line and of a pending event: for estimates of memory.
pub const JOB_BYTES: usize = size_of::<job::JobEntry>();
/// See [`JOB_BYTES`].
pub const LINE_BYTES: usize = size_of::<u128>();
/// See [`JOB_BYTES`].
pub const EVENT_BYTES: usize = size_of::<u128>();

/// What the kernel asks and tells the simulated world. Job and request ids are the world's own dense
/// numbers; the two are told apart, and a request's id is counted per pool of places.
pub trait World<O: Observer = ()> {
    /// An event the world scheduled is due.
    fn event(&mut self, k: &mut Kernel<O>, event: Event);

    /// How long this job will occupy this clinician, in seconds, decided as it begins. `waiting` is the number
    /// still in the team's queue.
    fn service_secs(&mut self, k: &Kernel<O>, team: TeamId, clinician: u16, job: u32, waiting: u32) -> Secs;

    /// A job has begun.
    #[allow(unused_variables)]
    #[inline]
    fn started(&mut self, k: &mut Kernel<O>, team: TeamId, clinician: u16, job: u32) {}

    /// Asked when a service ends: must the clinician be held, because the job cannot go on? If so,
    /// `completed` is called when the world calls [`Kernel::unblock`]. Not asked for withdrawn jobs.
    #[allow(unused_variables)]
    #[inline]
    fn blocks(&mut self, k: &Kernel<O>, team: TeamId, clinician: u16, job: u32) -> bool {
        false
    }

    /// A job is done, its clinician already freed and handed to the queue; its id is free.
    /// `withdrawn`: it was withdrawn during the service.
    fn completed(&mut self, k: &mut Kernel<O>, team: TeamId, clinician: u16, job: u32, withdrawn: bool);

    /// A request that had waited has its places.
    #[allow(unused_variables)]
    #[inline]
    fn placed(&mut self, k: &mut Kernel<O>, places: PlacesId, request: u32) {}
}
