//! M2 in Careweave, as `cargo bench` runs it: keyed draws, default statistics.

use crate::hall::Sums;
use careweave::queueing::{benchmark, simulate};
use careweave::random::Draws;

/// Careweave's own.
pub const VERSION: &str = "this checkout";

/// One run, compiling the laws included.
pub fn run(people: u64, seed: u64) -> (u64, Sums) {
    let measures = simulate(&benchmark::m2(people, None), Draws::new(seed, 0));
    let mut sums = Sums::default();
    for (station, of) in sums.iter_mut().zip(&measures.stations) {
        for (sum, visits) in station.iter_mut().zip(&of.visits) {
            *sum = (visits.wait_secs as i64, visits.starts);
        }
    }
    (measures.events, sums)
}
