//! The kernel against the naive one on random small worlds, and its rules one by one.

use super::naive::{Api, Naive};
use super::*;
use crate::base::{Calendar, NEVER, Time};
use crate::random::{Draws, Law};
use proptest::prelude::*;
use std::sync::Arc;

/// What a world was told, or was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Event(Event),
    Service(TeamId, u16, u32, u32),
    Started(TeamId, u16, u32),
    Blocks(TeamId, u16, u32),
    Completed(TeamId, u16, u32, bool),
    Placed(PlacesId, u32),
    Answer(u8, u64),
}

/// A world that does random things whenever it is told something. As long as two kernels tell it the same,
/// it does the same.
#[derive(Clone, Default)]
pub struct Script {
    state: u64,
    teams: u32,
    places: u32,
    clinicians: u32,
    actions_left: u32,
    scheduled: u32,
    log: Vec<(Time, Told)>,
}

const IDS: u64 = 24;

impl Script {
    fn next(&mut self, below: u64) -> u64 {
        // Knuth's MMIX linear congruential generator: a test script, no result.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % below
    }

    fn tell(&mut self, now: Time, what: Told) {
        self.log.push((now, what));
        self.state ^= self.log.len() as u64;
    }

    pub fn on_event<K: Api>(&mut self, k: &mut K, event: Event) {
        self.tell(k.now(), Told::Event(event));
        if event.kind == 0 {
            // the pulse that keeps the world going
            k.schedule(k.now() + 1 + self.next(4) as Time, phase::WORLD, Event::new(0, 0));
        }
        self.act(k, 3);
    }

    pub fn on_service(&mut self, now: Time, team: TeamId, clinician: u16, job: u32, waiting: u32) -> Secs {
        self.tell(now, Told::Service(team, clinician, job, waiting));
        self.next(15) as Secs
    }

    pub fn on_started<K: Api>(&mut self, k: &mut K, team: TeamId, clinician: u16, job: u32) {
        self.tell(k.now(), Told::Started(team, clinician, job));
        self.act(k, 1);
    }

    pub fn on_blocks(&mut self, team: TeamId, clinician: u16, job: u32) -> bool {
        self.tell(0, Told::Blocks(team, clinician, job));
        self.next(6) == 0
    }

    pub fn on_completed<K: Api>(
        &mut self,
        k: &mut K,
        team: TeamId,
        clinician: u16,
        job: u32,
        withdrawn: bool,
    ) {
        self.tell(k.now(), Told::Completed(team, clinician, job, withdrawn));
        self.act(k, 2);
    }

    pub fn on_placed<K: Api>(&mut self, k: &mut K, places: PlacesId, request: u32) {
        self.tell(k.now(), Told::Placed(places, request));
        self.act(k, 1);
    }

    fn act<K: Api>(&mut self, k: &mut K, most: u64) {
        for _ in 0..self.next(most + 1) {
            if self.actions_left == 0 {
                return;
            }
            self.actions_left -= 1;
            let action = self.next(24);
            let answer = self.one_action(k, action);
            self.tell(k.now(), Told::Answer(action as u8, answer));
        }
    }

    fn one_action<K: Api>(&mut self, k: &mut K, action: u64) -> u64 {
        let now = k.now();
        let id = self.next(IDS) as u32;
        let due = now + self.next(20) as Time - 10;
        let priority = self.next(3) as u8;
        match action {
            0..=8 => {
                let team = TeamId(self.next(u64::from(self.teams)) as u32);
                let mut job = Job::new(id, priority, due);
                if self.next(2) == 0 {
                    job.named = Some(self.next(u64::from(self.clinicians)) as u16);
                    job.buddy = (self.next(2) == 0).then_some(self.next(u64::from(self.clinicians)) as u16);
                    job.hold_until = [now - 1, now, now + 7, now + 20, NEVER][self.next(5) as usize];
                }
                if k.status(id) == JobStatus::Absent {
                    u64::from(k.submit(self, team, job))
                } else {
                    9
                }
            }
            9 | 10 => k.withdraw(id) as u64,
            11 => u64::from(k.suspend(id)),
            12 | 13 => u64::from(k.resume(self, id)),
            14 => u64::from(k.reprioritise(self, id, priority, due)),
            15 => {
                let team = TeamId(self.next(u64::from(self.teams)) as u32);
                let clinician = self.next(u64::from(self.clinicians)) as u16;
                u64::from(k.unblock(self, team, clinician))
            }
            16..=18 => {
                let places = PlacesId(self.next(u64::from(self.places)) as u32);
                match k.request_status(places, id) {
                    RequestStatus::Absent => {
                        u64::from(k.request(places, id, 1 + self.next(4) as u32, priority, due))
                    }
                    RequestStatus::Placed => u64::from(k.release(self, places, id)),
                    RequestStatus::Queued => 9,
                }
            }
            19 => {
                let places = PlacesId(self.next(u64::from(self.places)) as u32);
                u64::from(k.withdraw_request(self, places, id))
            }
            20 => {
                let places = PlacesId(self.next(u64::from(self.places)) as u32);
                let capacity = self.next(8) as u32;
                k.set_capacity(self, places, capacity);
                u64::from(capacity)
            }
            21 => {
                k.schedule(
                    now + self.next(9) as Time,
                    5 + self.next(11) as u8,
                    Event::new(1, id),
                );
                0
            }
            22 => {
                let at = now + self.next(9) as Time;
                k.schedule_cancellable(at, 5 + self.next(11) as u8, Event::new(2, id));
                self.scheduled += 1;
                0
            }
            _ if self.scheduled > 0 => {
                let nth = self.next(u64::from(self.scheduled)) as usize;
                u64::from(k.cancel(nth))
            }
            _ => 9,
        }
    }
}

/// The real kernel, with the handles it gave out.
struct Real {
    k: Kernel,
    handles: Vec<Handle>,
}

/// The script as a world of the real kernel: moves the kernel in and out of [`Real`].
struct RealWorld {
    script: Script,
    handles: Vec<Handle>,
}

impl RealWorld {
    fn with<R>(&mut self, k: &mut Kernel, f: impl FnOnce(&mut Script, &mut Real) -> R) -> R {
        let empty = Kernel::new(0, Draws::new(0, 0), ());
        let mut real = Real {
            k: std::mem::replace(k, empty),
            handles: std::mem::take(&mut self.handles),
        };
        let result = f(&mut self.script, &mut real);
        *k = real.k;
        self.handles = real.handles;
        result
    }
}

impl World for RealWorld {
    fn event(&mut self, k: &mut Kernel, event: Event) {
        self.with(k, |s, k| s.on_event(k, event));
    }
    fn service_secs(&mut self, k: &Kernel, team: TeamId, clinician: u16, job: u32, waiting: u32) -> Secs {
        self.script.on_service(k.now(), team, clinician, job, waiting)
    }
    fn started(&mut self, k: &mut Kernel, team: TeamId, clinician: u16, job: u32) {
        self.with(k, |s, k| s.on_started(k, team, clinician, job));
    }
    fn blocks(&mut self, _: &Kernel, team: TeamId, clinician: u16, job: u32) -> bool {
        self.script.on_blocks(team, clinician, job)
    }
    fn completed(&mut self, k: &mut Kernel, team: TeamId, clinician: u16, job: u32, withdrawn: bool) {
        self.with(k, |s, k| s.on_completed(k, team, clinician, job, withdrawn));
    }
    fn placed(&mut self, k: &mut Kernel, places: PlacesId, request: u32) {
        self.with(k, |s, k| s.on_placed(k, places, request));
    }
}

impl Real {
    /// Calls the kernel with the script as its world.
    fn call<R>(&mut self, w: &mut Script, f: impl FnOnce(&mut Kernel, &mut RealWorld) -> R) -> R {
        let mut world = RealWorld {
            script: w.clone(),
            handles: std::mem::take(&mut self.handles),
        };
        let result = f(&mut self.k, &mut world);
        *w = world.script;
        self.handles = world.handles;
        result
    }
}

impl Api for Real {
    fn now(&self) -> Time {
        self.k.now()
    }
    fn schedule(&mut self, at: Time, phase: u8, event: Event) {
        self.k.schedule(at, phase, event);
    }
    fn schedule_cancellable(&mut self, at: Time, phase: u8, event: Event) {
        let handle = self.k.schedule_cancellable(at, phase, event);
        self.handles.push(handle);
    }
    fn cancel(&mut self, nth: usize) -> bool {
        self.k.cancel(self.handles[nth])
    }
    fn submit(&mut self, w: &mut Script, team: TeamId, job: Job) -> bool {
        self.call(w, |k, w| k.submit(w, team, job))
    }
    fn status(&self, job: u32) -> JobStatus {
        self.k.status(job)
    }
    fn withdraw(&mut self, job: u32) -> Withdrawal {
        self.k.withdraw(job)
    }
    fn suspend(&mut self, job: u32) -> bool {
        self.k.suspend(job)
    }
    fn resume(&mut self, w: &mut Script, job: u32) -> bool {
        self.call(w, |k, w| k.resume(w, job))
    }
    fn reprioritise(&mut self, w: &mut Script, job: u32, priority: u8, due: Time) -> bool {
        self.call(w, |k, w| k.reprioritise(w, job, priority, due))
    }
    fn unblock(&mut self, w: &mut Script, team: TeamId, clinician: u16) -> bool {
        self.call(w, |k, w| k.unblock(w, team, clinician))
    }
    fn request(&mut self, places: PlacesId, id: u32, size: u32, priority: u8, due: Time) -> bool {
        self.k.request(places, id, size, priority, due)
    }
    fn request_status(&self, places: PlacesId, id: u32) -> RequestStatus {
        self.k.request_status(places, id)
    }
    fn release(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool {
        self.call(w, |k, w| k.release(w, places, id))
    }
    fn withdraw_request(&mut self, w: &mut Script, places: PlacesId, id: u32) -> bool {
        self.call(w, |k, w| k.withdraw_request(w, places, id))
    }
    fn set_capacity(&mut self, w: &mut Script, places: PlacesId, capacity: u32) {
        self.call(w, |k, w| k.set_capacity(w, places, capacity));
    }
}

fn rosters(clinicians: u32) -> impl Strategy<Value = Vec<Roster>> {
    let roster = prop_oneof![
        1 => Just(Roster::Always),
        1 => Just(Roster::Calendar(Arc::new(Calendar::weekly(&[(0, 60), (100, 130), (200, 604_800)], &[]).unwrap()))),
        3 => prop::collection::vec((-20i64..400, 1i64..60), 0..8).prop_map(|shifts| {
            let shifts: Vec<_> = shifts.into_iter().map(|(start, length)| (start, start + length)).collect();
            Roster::shifts(&shifts).unwrap()
        }),
    ];
    prop::collection::vec(roster, clinicians as usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Random worlds with shifts, priorities, holds, withdrawals, suspensions, places, blocking, cancelled events
    /// and background work: the kernel tells its world exactly what the naive kernel tells it, and counts the same.
    #[test]
    fn the_kernel_does_what_the_naive_kernel_does(
        seed: u64,
        (first, second) in (rosters(3), rosters(3)),
        (rotating, strict, background) in (any::<bool>(), any::<bool>(), any::<bool>()),
        capacities in prop::array::uniform2(0u32..8),
    ) {
        let picks = [Pick::Lowest, if rotating { Pick::Rotating } else { Pick::Lowest }];
        let fits = [Fit::First, if strict { Fit::InOrder } else { Fit::First }];
        let draws = Draws::new(seed, 0);
        let mut real = Kernel::new(0, draws, ());
        let mut naive = Naive::new(0, draws);
        for (rosters, pick) in [&first, &second].into_iter().zip(picks) {
            real.add_team(rosters, pick);
            naive.add_team(rosters, pick);
        }
        for (capacity, fit) in capacities.into_iter().zip(fits) {
            real.add_places(capacity, fit);
            naive.add_places(capacity, fit);
        }
        if background {
            for (key, mean, due_in) in [(1, 9.0, 0), (2, 30.0, 15)] {
                let law = Background {
                    team: TeamId(1),
                    key,
                    gap: Arc::new(Law::Exponential { mean }.compile().unwrap()),
                    duration: Arc::new(Law::Exponential { mean: 8.0 }.compile().unwrap()),
                    calendar: Arc::new(Calendar::weekly(&[(10, 150), (160, 390)], &[]).unwrap()),
                    priority: key as u8,
                    due_in,
                    from: 0,
                };
                real.add_background(law.clone());
                naive.add_background(law);
            }
        }
        real.schedule(0, phase::WORLD, Event::new(0, 0));
        naive.schedule(0, phase::WORLD, Event::new(0, 0));
        let script = Script {
            state: seed, teams: 2, places: 2, clinicians: 3, actions_left: 600, scheduled: 0, log: vec![],
        };
        let mut world = RealWorld { script: script.clone(), handles: vec![] };
        let mut naive_script = script;
        for until in [150, 400] {
            real.run(&mut world, until);
            naive.run(&mut naive_script, until);
            let differ = world.script.log.iter().zip(&naive_script.log).position(|(a, b)| a != b);
            prop_assert_eq!(differ, None);
            prop_assert_eq!(world.script.log.len(), naive_script.log.len());
            for team in 0..2 {
                let measures = real.team_measures(TeamId(team as u32));
                prop_assert_eq!(measures, naive.team_measures(team));
                prop_assert!(measures.busy_secs + measures.blocked_secs
                    <= measures.on_duty_secs + measures.overtime_secs);
            }
            for places in 0..2 {
                let measures = real.places_measures(PlacesId(places as u32));
                prop_assert_eq!(measures, naive.places_measures(places));
            }
            real.reset_measures();
            naive.reset_measures();
        }
    }
}
