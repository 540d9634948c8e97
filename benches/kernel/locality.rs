//! L: the built-in locality, one paired replication: arms one after another on one course, and the placebo.
//!
//! "Event" is an event of the kernel: a change of duty, a service that ends, an arrival of everybody else's
//! contact, or anything that happens to a person followed. The time is that of the whole replication: the
//! course, the rosters, all arms, the placebo, the record. Events of the placebo are not recorded; it is arm 0
//! once more with other response draws, so as many events are counted for it (their number differs by far
//! less than 1%).

use std::sync::atomic::AtomicBool;
#[allow(clippy::disallowed_types)] // a benchmark reads the clock
use std::time::Instant;

use careweave::compile;
use careweave::experiment::{Count, Keeper, Memory, Plan, run};
use careweave::observe::GroupId;
use careweave::pathway::Pathway;
use careweave::scenario::{self, BuiltIn, Kind};
use careweave::store::{Identity, Request, Store};

use super::{cpu_seconds, peak_memory_kb, run_again};

const SEED: u64 = 1;
const PAIRED: [&str; 2] = ["networked", "integrated"];
const FIVE: [&str; 5] = [
    "networked",
    "good_network",
    "integrated_map_external_theta",
    "integrated_no_pool",
    "integrated",
];
/// Weeks of warm-up, for runs of two lengths under callgrind (about fifty times slower).
pub const COUNTED: [&str; 2] = ["13", "39"];

/// Prints the lines of L.
pub fn report() {
    for (name, what) in [
        ("L", "the built-in locality: networked, integrated, placebo"),
        ("L5", "the same: the five arms of `compare`, placebo"),
    ] {
        let line = run_again(&[], &["--only-run", name, "0"]);
        let fields: Vec<f64> = line
            .split_whitespace()
            .filter_map(|field| field.parse().ok())
            .collect();
        let [events, seconds, memory] = fields[..] else {
            panic!("the run of {name} said: {line}")
        };
        println!(
            "{name:<5}  {events:<10}  {:>8.2} M  {:>10.1}  {:>8.1} MB  {what}",
            events / seconds / 1e6,
            seconds / events * 1e9,
            memory / 1024.0,
        );
        println!("       core-seconds a replication: {seconds:.2}");
    }
    let timed = |threads: &str| -> (f64, f64) {
        let line = run_again(&[], &["--only-run", "L:threads", threads]);
        let mut fields = line.split_whitespace().map(|f| f.parse().expect("seconds"));
        (fields.next().expect("wall clock"), fields.next().expect("cores"))
    };
    let ((one, one_cores), (two, two_cores)) = (timed("1"), timed("2"));
    println!(
        "       four replications of L: {one:.2} s on one thread, {two:.2} s on two: {:.2} times as fast",
        one / two
    );
    println!(
        "       core-seconds of it, compiling included: {one_cores:.2} and {two_cores:.2} \
         (an idle machine takes no more seconds than that on one thread, half as many on two)"
    );
    let memory = |replications: &str| -> f64 {
        let line = run_again(&[], &["--only-run", "L:memory", replications]);
        line.trim().parse::<f64>().expect("kB") / 1024.0
    };
    println!(
        "       peak memory of L in short windows, records stored: {:.1} MB for 4 replications, {:.1} MB for 16",
        memory("4"),
        memory("16")
    );
}

/// Runs one case and prints what [`report`] reads.
#[allow(clippy::disallowed_types)]
pub fn only_run(name: &str, number: &str) {
    let number: u64 = number.parse().expect("a number");
    match name {
        "L:threads" => {
            let pathway = locality(&PAIRED, &[]);
            let start = Instant::now();
            replicate(&pathway, 4, number as usize, &mut Memory::default());
            println!("{} {}", start.elapsed().as_secs_f64(), process_seconds());
        }
        "L:memory" => {
            let weeks = |window: &str, n: u32| format!("run.{window}={{ weeks = {n} }}");
            let short = [weeks("warm_up", 4), weeks("measured", 4), weeks("cool_down", 13)];
            let pathway = locality(&PAIRED, &short);
            let mut store = Store::open(Request {
                out: None,
                force: false,
                identity: Identity::new(Default::default()),
                layout: pathway.catalogue().layout().hash(),
                shard: None,
            })
            .expect("a temporary file");
            replicate(&pathway, number, 1, &mut store);
            println!("{}", peak_memory_kb());
        }
        _ => {
            let arms: &[&str] = if name == "L5" { &FIVE } else { &PAIRED };
            let mut sets = Vec::new();
            if number > 0 {
                sets.push(format!("run.warm_up={{ weeks = {number} }}"));
                sets.push("run.measured={ weeks = 1 }".to_owned());
                sets.push("run.cool_down={ weeks = 13 }".to_owned());
            }
            let pathway = locality(arms, &sets);
            let (mut best, mut events) = (f64::INFINITY, 0);
            for replication in 0..if number > 0 { 1 } else { 3 } {
                let start = cpu_seconds();
                let record = pathway.replicate(replication);
                let seconds = cpu_seconds() - start;
                if seconds < best {
                    best = seconds;
                    let of = |arm| {
                        let at = pathway
                            .catalogue()
                            .at(arm, pathway.measures().events, GroupId::ALL);
                        record.values[at]
                    };
                    events = (0..arms.len()).map(of).sum::<i64>() + of(0);
                }
            }
            println!("{events} {best} {}", peak_memory_kb());
        }
    }
}

/// Core-seconds of all threads of this process (on Linux, to a hundredth; else 0).
fn process_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // User and system time are fields 14 and 15; the state, after the name, is field 3.
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.map(|t| t.parse::<f64>().unwrap_or(0.0)).sum::<f64>() / 100.0
}

fn replicate<K: Keeper>(pathway: &Pathway, replications: u64, threads: usize, keeper: &mut K)
where
    K::Error: std::fmt::Debug + std::fmt::Display,
{
    let plan = Plan {
        count: Count::Fixed(replications),
        shard: None,
        threads,
        stop: &AtomicBool::new(false),
        each: 1,
    };
    let work = |replication| pathway.replicate(replication);
    run(&plan, pathway.catalogue(), &work, keeper, &mut ()).expect("replications that run");
}

fn locality(arms: &[&str], sets: &[String]) -> Pathway {
    let models = arms.iter().map(|name| {
        let (checked, found, _) = scenario::read(&BuiltIn, name, sets);
        let checked = checked.unwrap_or_else(|| panic!("{name}: {found:?}"));
        let Kind::Pathway(p) = &checked.kind else {
            panic!("{name} is a pathway")
        };
        compile::pathway(name, name, p)
    });
    Pathway::new(models.collect(), SEED).expect("a catalogue")
}
