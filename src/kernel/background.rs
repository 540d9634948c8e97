//! Background work: everybody else's contacts, a stream of jobs that needs nothing from the world.

use super::TeamId;
use crate::base::{Calendar, NEVER, Secs, Time};
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
    /// The calendar is open from the last arrival until here: a short gap needs no look at the calendar.
    open: (Time, Time),
}

impl Stream {
    pub fn new(law: Background, local: u8) -> Stream {
        Stream {
            law,
            local,
            ordinal: 0,
            service: 0,
            open: (NEVER, NEVER),
        }
    }

    /// Draws the next contact; when it arrives.
    #[inline]
    pub fn draw_next(&mut self, after: Time, draws: &Draws) -> Time {
        let (gap, duration) = draws.pair(self.law.key, BACKGROUND_PURPOSE, self.ordinal, 0);
        self.ordinal = self.ordinal.wrapping_add(1);
        self.service = self.law.duration.secs(duration);
        let gap = self.law.gap.secs(gap);
        if after >= self.open.0 && after + gap < self.open.1 {
            self.open.0 = after + gap;
        } else {
            let at = self.law.calendar.add_open(after, gap);
            self.open = (at, self.law.calendar.next_close(at));
        }
        self.open.0
    }

    /// Service in seconds of the contact that arrives next.
    #[inline]
    pub fn service(&self) -> Secs {
        self.service
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Event, Kernel, Observer, Pick, Roster, Work, World};
    use crate::random::Law;

    /// Records when background contacts come and how long they last.
    #[derive(Default)]
    struct Contacts(Vec<(Time, Secs)>);

    impl Observer for Contacts {
        fn started(&mut self, now: Time, _: TeamId, _: u16, work: Work, waited: Secs, service: Secs) {
            if let Work::Background(..) = work {
                self.0.push((now - waited, service));
            }
        }
    }

    struct Idle;

    impl<O: Observer> World<O> for Idle {
        fn event(&mut self, _: &mut Kernel<O>, _: Event) {}
        fn service_secs(&mut self, _: &Kernel<O>, _: TeamId, _: u16, _: u32, _: u32) -> Secs {
            0
        }
        fn completed(&mut self, _: &mut Kernel<O>, _: TeamId, _: u16, _: u32, _: bool) {}
    }

    /// Background contacts are the same whatever the team can do, and come only when the calendar is open, as often as
    /// asked: 120 open hours x 6 = 720 expected (standard deviation 27, tolerance 4.5 of them).
    #[test]
    fn background_work_does_not_depend_on_the_team() {
        let open = Calendar::weekly(&[(9 * 3_600, 12 * 3_600), (86_400, 86_400 + 9 * 3_600)], &[]).unwrap();
        let contacts = |clinicians: usize, seed| {
            let mut k = Kernel::new(0, Draws::new(seed, 0), Contacts::default());
            let team = k.add_team(&vec![Roster::Always; clinicians], Pick::Lowest);
            k.add_background(Background {
                team,
                key: 77,
                gap: Arc::new(Law::Exponential { mean: 600.0 }.compile().unwrap()),
                duration: Arc::new(Law::Exponential { mean: 900.0 }.compile().unwrap()),
                calendar: Arc::new(open.clone()),
                priority: 2,
                due_in: 3_600,
                from: 0,
            });
            k.run(&mut Idle, 10 * 7 * 86_400);
            let flow = k.team_measures(team).background[2];
            assert_eq!((flow.submitted, flow.completed), (flow.started, flow.started));
            let mut contacts = std::mem::take(&mut k.observer.0);
            contacts.sort_unstable();
            contacts
        };
        let few = contacts(1, 5);
        assert_eq!(few, contacts(3, 5));
        assert_ne!(few, contacts(3, 6));
        assert!(few.iter().all(|&(at, _)| open.is_open(at)));
        assert!((few.len() as f64 - 720.0).abs() < 4.5 * 27.0, "{}", few.len());
    }
}
