//! M2 in desque: boxed events, the stations as its state.

use crate::hall::{Hall, Person, Sums};
use desque::SimState;
use desque::serial::{Event, Simulation};

impl SimState<i64> for Hall {}

type Sim = Simulation<Hall, i64>;

#[derive(Debug)]
struct Arrival;

#[derive(Debug)]
struct Completion {
    station: usize,
    class: usize,
}

fn enter(sim: &mut Sim, station: usize, person: Person) -> desque::Result {
    match sim.state_mut().enter(station, person) {
        Some(secs) => sim.schedule_with_delay(
            Completion {
                station,
                class: person.class,
            },
            secs,
        ),
        None => Ok(()),
    }
}

impl Event<Hall, i64> for Arrival {
    fn execute(&mut self, sim: &mut Sim) -> desque::Result {
        let now = *sim.current_time();
        if let Some(gap) = sim.state_mut().next_arrival() {
            sim.schedule_with_delay(Arrival, gap)?;
        }
        let (station, person) = sim.state_mut().somebody(now);
        enter(sim, station, person)
    }
}

impl Event<Hall, i64> for Completion {
    fn execute(&mut self, sim: &mut Sim) -> desque::Result {
        let (station, now) = (self.station, *sim.current_time());
        if let Some((next, secs)) = sim.state_mut().complete(station, now) {
            let class = next.class;
            sim.schedule_with_delay(Completion { station, class }, secs)?;
        }
        match sim.state_mut().next_station(station) {
            Some(to) => enter(
                sim,
                to,
                Person {
                    class: self.class,
                    since: now,
                },
            ),
            None => Ok(()),
        }
    }
}

/// One run.
pub fn run(people: u64, seed: u64) -> (u64, Sums) {
    let mut sim = Sim::new(Hall::new(people, seed), 0);
    if let Some(gap) = sim.state_mut().next_arrival() {
        sim.schedule(Arrival, gap).expect("the future");
    }
    sim.run().expect("no event fails");
    (sim.state().events, sim.state().sums)
}
