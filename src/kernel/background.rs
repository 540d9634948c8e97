//! Background work: everybody else's contacts, a stream of jobs that needs nothing from the world.

use super::contacts::{STREAM_BITS, Source};
use super::engine::{Kernel, STALE};
use super::events::{Event, phase};
use super::observer::Observer;
use super::{StreamId, TeamId};
use crate::base::{Calendar, Secs, Time};
use crate::random::Quantile;
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

/// A stream under way, as far as its team is concerned; when its contacts come is with the [`Contacts`](super::contacts).
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub team: TeamId,
    pub due_in: Secs,
    pub priority: u8,
    /// Number of the stream within its team.
    pub local: u8,
    /// Nobody comes any more.
    ended: bool,
}

impl Stream {
    fn new(law: &Background, local: u8) -> Stream {
        Stream {
            team: law.team,
            due_in: law.due_in,
            priority: law.priority,
            local,
            ended: false,
        }
    }
}

impl<O: Observer> Kernel<O> {
    /// Starts a background stream.
    ///
    /// # Panics
    /// With more than 256 streams for one team.
    pub fn add_background(&mut self, law: Background) -> StreamId {
        let id = self.streams.len();
        assert!(id < 1 << STREAM_BITS, "at most a million background streams");
        let team = &mut self.teams[law.team.index()];
        assert!(
            team.streams.len() < 256,
            "a team has at most 256 background streams"
        );
        let local = team.streams.len() as u8;
        team.streams.push(id as u32);
        self.streams.push(Stream::new(&law, local));
        let from = law.from;
        self.contacts.add(source(law, from), self.now, &self.draws);
        StreamId::new(id)
    }

    /// A stream has another law from now on, or none: nobody comes until it is given one again. (`from` is now.)
    ///
    /// Contacts keep their numbers: where the arrivals stay the same, so does the contact that is under way, and its
    /// length is that of the new law at its own quantile; otherwise the next contact is drawn from now, which for
    /// exponential gaps is the same stream at the new rate. What waits is not touched; if `due_in` changes, its
    /// waits are reckoned as if it had been due by the new one.
    ///
    /// # Panics
    /// If the law is of another team.
    pub fn change_background(&mut self, stream: StreamId, law: Option<Background>) {
        let (id, draws, now) = (stream.index(), self.draws, self.now);
        let ended = self.streams[id].ended;
        let Some(law) = law else {
            self.note_stale(id);
            self.streams[id].ended = true;
            self.contacts.end(id);
            return;
        };
        let known = &self.streams[id];
        assert!(law.team == known.team, "a stream stays with its team");
        self.streams[id] = Stream::new(&law, known.local);
        let old = self.contacts.source(id);
        if ended || law.gap != old.gap || law.calendar != old.calendar {
            self.note_stale(id);
            self.contacts.redraw(id, source(law, now), now, &draws);
        } else if law.key != old.key || law.duration != old.duration {
            self.contacts.change_lengths(id, law.key, law.duration, &draws);
        }
    }

    /// The contact that was to come next does not come after all, but its moment still counts as an event.
    fn note_stale(&mut self, stream: usize) {
        let at = self.contacts.next_of(stream);
        self.events
            .schedule(at, phase::BACKGROUND, Event::new(STALE, stream as u32));
    }
}

fn source(law: Background, from: Time) -> Source {
    Source::new(law.key, law.gap, law.duration, law.calendar, from, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Pick, Roster, Work, World};
    use crate::random::{Draws, Law};

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

    const OPEN: [(u32, u32); 2] = [(9 * 3_600, 12 * 3_600), (86_400, 86_400 + 9 * 3_600)];

    fn law(gap: f64, length: f64) -> Background {
        Background {
            team: TeamId(0),
            key: 77,
            gap: Arc::new(Law::Exponential { mean: gap }.compile().unwrap()),
            duration: Arc::new(Law::Exponential { mean: length }.compile().unwrap()),
            calendar: Arc::new(Calendar::weekly(&OPEN, &[]).unwrap()),
            priority: 2,
            due_in: 3_600,
            from: 0,
        }
    }

    /// Contacts of ten weeks with changes of the law, by arrival.
    fn changed(changes: &[(Time, Option<Background>)]) -> Vec<(Time, Secs)> {
        let mut k = Kernel::new(0, Draws::new(5, 0), Contacts::default());
        k.add_team(&vec![Roster::Always; 9], Pick::Lowest);
        let stream = k.add_background(law(600.0, 900.0));
        for (at, law) in changes {
            k.run(&mut Idle, *at);
            k.change_background(stream, law.clone());
        }
        k.run(&mut Idle, 10 * 7 * 86_400);
        let mut contacts = std::mem::take(&mut k.observer.0);
        contacts.sort_unstable();
        contacts
    }

    /// A change of nothing changes nothing; another length keeps the arrivals; another rate keeps what came before, and
    /// from then on there are as many as it says: six weeks of 12 open hours x 18 = 1,296 (4.5 standard deviations: 162).
    #[test]
    fn a_stream_changes_from_a_time_on() {
        let (change, same) = (4 * 7 * 86_400, changed(&[]));
        assert_eq!(changed(&[(change, Some(law(600.0, 900.0)))]), same);
        let longer = changed(&[(change, Some(law(600.0, 1_800.0)))]);
        let doubled = |(one, other): (&(Time, Secs), &(Time, Secs))| {
            one.0 == other.0 && (other.1 - if one.0 < change { one.1 } else { 2 * one.1 }).abs() <= 1
        };
        assert_eq!(same.len(), longer.len());
        assert!(same.iter().zip(&longer).all(doubled));
        let before = same.iter().filter(|(at, _)| *at < change).count();
        let often = changed(&[(change, Some(law(200.0, 900.0)))]);
        assert_eq!(often[..before], same[..before]);
        assert!(often[before].0 >= change);
        let after = often.len() - before;
        assert!((after as f64 - 1_296.0).abs() < 162.0, "{after}");
    }

    /// None while it has no law; then it goes on with the next contact, and nothing that was drawn before comes twice.
    #[test]
    fn a_stream_ends_and_goes_on() {
        let (end, again) = (4 * 7 * 86_400, 6 * 7 * 86_400);
        let same = changed(&[]);
        let ended = changed(&[(end, None)]);
        let before = same.iter().filter(|(at, _)| *at < end).count();
        assert_eq!(ended, same[..before]);
        let resumed = changed(&[(end, None), (again, Some(law(600.0, 900.0)))]);
        assert_eq!(resumed[..before], same[..before]);
        assert!(resumed[before].0 >= again && resumed.len() > before + 100);
        // The contact that was under way when it ended never came; the next ones have their own lengths.
        let lengths =
            |all: &[(Time, Secs)], from: usize| all[from..from + 100].iter().map(|c| c.1).collect::<Vec<_>>();
        assert_eq!(lengths(&resumed, before), lengths(&same, before + 1));
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
