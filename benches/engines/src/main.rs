//! One engine's runs of model M2: `engines ENGINE PEOPLE RUNS` prints one line of JSON.

mod by_hand;
mod hall;
mod in_careweave;
mod in_desque;
mod in_ixa;

use hall::Sums;

/// Name, version, one run: (people, seed) → events and sums.
type Engine = (&'static str, &'static str, fn(u64, u64) -> (u64, Sums));

const ENGINES: [Engine; 4] = [
    ("careweave", in_careweave::VERSION, in_careweave::run),
    ("by_hand", "rand 0.10", by_hand::run),
    ("desque", "0.4", in_desque::run),
    ("ixa", "4", in_ixa::run),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, people, runs] = &words[..] else {
        panic!("engines ENGINE PEOPLE RUNS")
    };
    let &(name, version, run) = ENGINES
        .iter()
        .find(|engine| engine.0 == name)
        .expect("an engine's name");
    let people = people.parse().expect("a number of people");
    let runs: u64 = runs.parse().expect("a number of runs");
    let mut parts = Vec::new();
    for seed in 0..runs {
        let start = cpu_seconds();
        let (events, sums) = run(people, seed);
        let seconds = cpu_seconds() - start;
        let waits: Vec<String> = sums
            .iter()
            .flatten()
            .map(|(secs, starts)| format!("{}", *secs as f64 / *starts as f64 / 3_600.0))
            .collect();
        parts.push(format!(
            "{{\"events\": {events}, \"seconds\": {seconds}, \"waits\": [{}]}}",
            waits.join(", ")
        ));
    }
    println!(
        "{{\"engine\": \"{name}\", \"version\": \"{version}\", \"memory_kb\": {}, \"runs\": [{}]}}",
        peak_memory_kb(),
        parts.join(", ")
    );
}

/// Seconds of a core that this thread has had.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux's account of time");
    let ns: f64 = text
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .expect("nanoseconds");
    ns / 1e9
}

/// The most memory that this process has had, in kB.
fn peak_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux's account of memory");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok())
        .expect("a peak")
}
