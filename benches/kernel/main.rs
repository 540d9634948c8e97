//! Speed of the kernel on the benchmark models: events a second, ns and instructions an event, peak memory.
//!
//! `cargo bench` prints one line per model. `cargo bench -- --instructions` counts instructions per event instead and shows them
//! beside those recorded (`--record` records them, `--check` fails where a count has grown). `cargo bench -- M2` runs one
//! model, `cargo bench -- scale` larger and larger populations. The draws are keyed and the default statistics on; "event" is an arrival or a service completion (and, in M3, a return from home; for L
//! see its file). Time is what the thread had of a core, so other programs disturb it little.

mod counts;
mod locality;
mod scale;

use std::process::ExitCode;
use std::sync::OnceLock;

use careweave::queueing::{Measures, Network, benchmark, simulate};
use careweave::random::Draws;
#[allow(clippy::disallowed_types)] // a benchmark reads the clock
use std::time::Instant;

const HOUR: f64 = 3_600.0;
/// Runs whose mean waits are shown (M1: standard error about 0.008 hours).
const WAIT_RUNS: u64 = 5;

/// A model at full length, and at the length that callgrind (about fifty times slower) counts.
struct Model {
    name: &'static str,
    what: &'static str,
    /// Mean waits elsewhere, urgent/routine by station.
    waits: &'static str,
    customers: u64,
    customers_counted: u64,
    build: fn(u64) -> Network,
}

const MODELS: [Model; 3] = [
    Model {
        name: "M1",
        what: "M/M/10 at 90%",
        waits: "0.668732 (Erlang)",
        customers: 1_000_000,
        customers_counted: 50_000,
        build: benchmark::m1,
    },
    Model {
        name: "M2",
        what: "five stations, two priorities",
        waits: "0.14/1.3  0.06/0.5  0.20/1.3  0.37/4.5  0.17/1.4 (other engines, single runs)",
        customers: 50_000,
        customers_counted: 2_500,
        build: |people| benchmark::m2(people, None),
    },
    Model {
        name: "M3",
        what: "M2 with stays at home",
        waits: "not published",
        customers: 50_000,
        customers_counted: 5_000,
        build: |people| benchmark::m2(people, Some(336.0)),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [flag, model, customers] = &arguments[..]
        && flag == "--only-run"
    {
        only_run(model, customers);
        return ExitCode::SUCCESS;
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let chosen = |model: &str| {
        let mut named = arguments
            .iter()
            .filter(|argument| !argument.starts_with("--"))
            .peekable();
        named.peek().is_none() || named.any(|name| name == model)
    };
    if has("--instructions") {
        let then = match (has("--record"), has("--check")) {
            (true, _) => counts::Then::Record,
            (false, true) => counts::Then::Check,
            (false, false) => counts::Then::Print,
        };
        return match counts::report(chosen, then) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    if has("scale") {
        scale::report();
        return ExitCode::SUCCESS;
    }
    println!("model  events      events/s     ns/event  peak memory  what");
    for model in MODELS.iter().filter(|model| chosen(model.name)) {
        // each model in a process of its own, so that its peak memory is its own
        let line = run_again(&[], &["--only-run", model.name, &model.customers.to_string()]);
        let fields: Vec<f64> = line
            .split_whitespace()
            .filter_map(|field| field.parse().ok())
            .collect();
        let [events, seconds, memory] = fields[..] else {
            panic!("the run of {} said: {line}", model.name)
        };
        println!(
            "{:<5}  {events:<10}  {:>8.2} M  {:>10.1}  {:>8.1} MB  {}",
            model.name,
            events / seconds / 1e6,
            seconds / events * 1e9,
            memory / 1024.0,
            model.what
        );
        let runs: Vec<Measures> = (0..WAIT_RUNS)
            .map(|replication| simulate(&(model.build)(model.customers), Draws::new(1, replication)))
            .collect();
        println!(
            "       mean waits in hours over {WAIT_RUNS} runs: {}",
            mean_waits(&runs)
        );
        println!("       elsewhere: {}", model.waits);
    }
    if chosen("L") {
        locality::report();
    }
    ExitCode::SUCCESS
}

/// Runs one model and prints: events, seconds (the best of five runs), peak memory in kB.
fn only_run(name: &str, customers: &str) {
    if let Some(how) = name.strip_prefix("scale:") {
        return scale::only_run(how, customers);
    }
    if name.starts_with('L') {
        return locality::only_run(name, customers);
    }
    let model = MODELS
        .iter()
        .find(|model| model.name == name)
        .expect("a model's name");
    let network = (model.build)(customers.parse().expect("a number of customers"));
    assert_eq!(network.problems(), []);
    let runs = if std::env::var_os("CAREWEAVE_BENCH_ONCE").is_some() {
        1
    } else {
        5
    };
    let mut best = f64::INFINITY;
    let mut events = 0;
    for replication in 0..runs {
        let start = cpu_seconds();
        events = simulate(&network, Draws::new(1, replication)).events;
        best = best.min(cpu_seconds() - start);
    }
    println!("{events} {best} {}", peak_memory_kb());
}

/// Seconds of a core that this thread has had (on Linux; elsewhere the clock's).
#[allow(clippy::disallowed_types)]
fn cpu_seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match text
        .split_whitespace()
        .next()
        .and_then(|ns| ns.parse::<f64>().ok())
    {
        Some(ns) => ns / 1e9,
        None => START.get_or_init(Instant::now).elapsed().as_secs_f64(),
    }
}

/// `VmHWM` of this process on Linux, else 0.
#[allow(clippy::disallowed_methods)]
fn peak_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or(0)
}

/// Runs this program again, under a wrapper if any; what it printed last.
fn run_again(wrapper: &[&str], arguments: &[&str]) -> String {
    let me = std::env::current_exe().expect("the path of this program");
    let me = me.to_string_lossy().into_owned();
    let mut words: Vec<&str> = wrapper.to_vec();
    words.push(&me);
    words.extend(arguments);
    let mut command = std::process::Command::new(words[0]);
    if !wrapper.is_empty() {
        command.env("CAREWEAVE_BENCH_ONCE", "1");
    }
    let output = command.args(&words[1..]).output().expect("a second process");
    let printed =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if wrapper.is_empty() {
        printed.lines().last().unwrap_or_default().to_owned()
    } else {
        printed
    }
}

/// By station, classes apart, pooled over the runs.
fn mean_waits(runs: &[Measures]) -> String {
    let shape = &runs[0].stations;
    let wait = |station: usize, class: usize| {
        let visits = runs.iter().map(|run| &run.stations[station].visits[class]);
        let (secs, starts) = visits.fold((0, 0), |sum, v| (sum.0 + v.wait_secs, sum.1 + v.starts));
        format!("{:.3}", secs as f64 / starts as f64 / HOUR)
    };
    let station = |s: usize| {
        (0..shape[s].visits.len())
            .map(|class| wait(s, class))
            .collect::<Vec<_>>()
            .join("/")
    };
    (0..shape.len()).map(station).collect::<Vec<_>>().join("  ")
}
