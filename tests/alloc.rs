//! Nothing is allocated per event once warm: a run of twice the length costs no more allocations than tables that double.
//!
//! Every allocation of this thread is counted (a growing table counts once each time it grows). The rule: of two runs of
//! the same model, the one with twice the events may allocate at most [`GROWTH`] times more often. A single
//! allocation in a thousand events would break it.

use std::sync::Arc;

use allocation_counter::measure;
use careweave::base::{Calendar, Secs, Time};
use careweave::kernel::{Background, Event, Job, Kernel, Pick, Roster, TeamId, Withdrawal, World, phase};
use careweave::queueing::{Stop, benchmark, simulate};
use careweave::random::{Draws, Law, Quantile};

/// The most tables that may have doubled between a run and one twice as long.
const GROWTH: u64 = 24;

/// Allocations and events of something.
fn counted(run: impl FnOnce() -> u64) -> (u64, u64) {
    let mut events = 0;
    let info = measure(|| events = run());
    (info.count_total, events)
}

/// Whether the longer of two runs obeys the rule; and that the counting counts.
fn only_tables_grow(name: &str, (short, few): (u64, u64), (long, many): (u64, u64)) {
    assert!(
        many > few + few / 2 && few > 40_000,
        "{name}: {few} and {many} events"
    );
    assert!(
        short > 0 && long <= short + GROWTH,
        "{name}: {short} allocations in {few} events, {long} in {many}"
    );
}

#[test]
fn an_allocation_is_counted() {
    let (count, _) = counted(|| (0..50u64).map(|n| *std::hint::black_box(Box::new(n))).sum());
    assert_eq!(count, 50);
}

#[test]
fn networks_allocate_nothing_per_event() {
    for (name, build) in [
        ("M1", benchmark::m1 as fn(u64) -> _),
        ("M2", |n| benchmark::m2(n, None)),
        ("M3", |n| benchmark::m2(n, Some(336.0))),
    ] {
        let run = |weeks: Time| {
            let mut network = build(0);
            network.stop = Stop::Horizon {
                warm_up: 8 * 604_800,
                measured: weeks * 604_800,
            };
            counted(|| simulate(&network, Draws::new(1, 0)).events)
        };
        only_tables_grow(name, run(60), run(120));
    }
}

/// A team on shifts with background work, and people who ask it for something now and then.
struct Clinic {
    draws: Draws,
    gap: Quantile,
    length: Quantile,
    asked: u32,
    free: Vec<u32>,
    ids: u32,
}

impl World for Clinic {
    fn event(&mut self, k: &mut Kernel, event: Event) {
        let gap = self.gap.secs(self.draws.uniform(1, 1, self.asked, 0));
        self.asked += 1;
        k.schedule(k.now() + gap, phase::WORLD, event);
        let id = self.free.pop().unwrap_or_else(|| {
            self.ids += 1;
            self.ids - 1
        });
        let named = Job {
            named: Some(2),
            hold_until: k.now() + 7_200,
            ..Job::new(id, 1, k.now() + 86_400)
        };
        k.submit(
            self,
            TeamId(0),
            if self.asked.is_multiple_of(3) {
                named
            } else {
                Job::new(id, 0, k.now())
            },
        );
        if self.asked.is_multiple_of(5) && k.withdraw(id) == Withdrawal::Removed {
            self.free.push(id);
        }
        let handle = k.schedule_cancellable(k.now() + 50, phase::WORLD, event);
        k.cancel(handle);
    }

    fn service_secs(&mut self, _: &Kernel, _: TeamId, _: u16, job: u32, _: u32) -> Secs {
        self.length.secs(self.draws.uniform(2, 2, job, 0))
    }

    fn completed(&mut self, _: &mut Kernel, _: TeamId, _: u16, job: u32, _: bool) {
        self.free.push(job);
    }
}

/// Weeks of the clinic, in a kernel of its own; allocations after the first twenty, and events.
fn clinic(weeks: i64, seed: u64) -> (u64, u64) {
    let week = 604_800;
    let law = |mean| Law::Exponential { mean }.compile().expect("a law");
    let day = |d: i64| d * 86_400 + 9 * 3_600;
    let shifts: Vec<(Time, Time)> = (0..weeks * 7)
        .filter(|d| d % 7 < 5)
        .map(|d| (day(d), day(d) + 8 * 3_600))
        .collect();
    let roster = Roster::shifts(&shifts).expect("shifts");
    let draws = Draws::new(seed, 0);
    let mut k = Kernel::new(0, draws, ());
    let team = k.add_team(&[vec![roster; 4], vec![Roster::Always]].concat(), Pick::Rotating);
    for key in 0..5 {
        k.add_background(Background {
            team,
            key,
            gap: Arc::new(law(2_000.0)),
            duration: Arc::new(law(900.0)),
            calendar: Arc::new(Calendar::weekly(&[(9 * 3_600, 5 * 86_400)], &[9]).expect("hours")),
            priority: 2,
            due_in: 86_400,
            from: 0,
        });
    }
    let mut world = Clinic {
        draws,
        gap: law(900.0),
        length: law(600.0),
        asked: 0,
        free: vec![],
        ids: 0,
    };
    k.schedule(0, phase::WORLD, Event::new(0, 0));
    k.run(&mut world, 20 * week);
    counted(|| {
        k.run(&mut world, weeks * week);
        k.events_happened()
    })
}

/// Also the lists of background contacts are tables that double: of a run twice as long they double once more.
#[test]
fn a_kernel_with_shifts_holds_and_background_work_allocates_nothing_per_event() {
    let (short, few) = clinic(60, 1);
    let (long, many) = clinic(120, 2);
    only_tables_grow("a clinic", (short.max(1), few), (long, many));
    // What the last run has left is read again: then hardly anything is left to allocate.
    let (again, events) = clinic(120, 2);
    assert!(
        again < GROWTH && events == many,
        "{again} allocations in {events} events"
    );
}
