//! Instructions per event, counted by callgrind, beside those recorded in `instructions.tsv`.
//!
//! A count does not depend on what else the machine does, so that a change's cost shows where seconds would be too noisy. It does depend
//! on the compiler and, a little, on the processor (the C library picks its copying loops by it): the record says with which it was made.

use super::{MODELS, locality, run_again};
use std::path::PathBuf;

/// A count above this multiple of the recorded one fails `--check`: other processors and C libraries differ by less than
/// one in a hundred, a mistake costs more.
const ALLOWED: f64 = 1.03;

/// Begins the line of the record that says with what it was made.
const WITH: &str = "# with ";

/// What is to be done with the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Print,
    Record,
    Check,
}

/// Counts the chosen models and prints them beside the record; false if `--check` found one too high.
pub fn report(chosen: impl Fn(&str) -> bool, then: Then) -> bool {
    if !valgrind_is_here() {
        eprintln!("instructions are counted by valgrind, which is not on this machine");
        return then == Then::Print;
    }
    let (made_with, recorded) = read();
    let compiler = format!("{}, {}", compiler(), std::env::consts::ARCH);
    if !made_with.is_empty() && made_with != compiler {
        println!("recorded with {made_with}, counted with {compiler}: nothing is judged by it");
    }
    println!("model  instr/event   recorded  ratio");
    let mut fine = true;
    let mut lines = vec![
        "# instructions per event by callgrind: cargo bench -- --instructions --record".to_owned(),
        format!("{WITH}{compiler}"),
        "model\tinstructions_per_event".to_owned(),
    ];
    let lengths = MODELS.iter().map(|model| {
        let customers = [model.customers_counted / 5, model.customers_counted];
        (model.name, customers.map(|n| n.to_string()))
    });
    let world = ("L", locality::COUNTED.map(str::to_owned));
    for (name, lengths) in lengths.chain([world]).filter(|(name, _)| chosen(name)) {
        let count = per_event(name, lengths);
        let before = recorded
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, count)| *count);
        let ratio = before.map(|before| count / before);
        let shown = |value: Option<f64>, digits: usize| {
            value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
        };
        let over = made_with == compiler && ratio.is_some_and(|ratio| ratio > ALLOWED);
        println!(
            "{name:<5}  {count:>11.1}  {:>9}  {:>5}{}",
            shown(before, 1),
            shown(ratio, 3),
            if over { "  more than recorded" } else { "" }
        );
        fine &= then != Then::Check || !over;
        lines.push(format!("{name}\t{count:.1}"));
    }
    if then == Then::Record {
        std::fs::write(path(), lines.join("\n") + "\n").expect("the record can be written");
    }
    fine
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/kernel/instructions.tsv")
}

/// With what the record was made, and its counts.
fn read() -> (String, Vec<(String, f64)>) {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let with = text.lines().find_map(|line| line.strip_prefix(WITH));
    let counts = text.lines().filter_map(|line| {
        let (name, count) = line.split_once('\t')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    (with.unwrap_or_default().to_owned(), counts.collect())
}

fn compiler() -> String {
    let output = std::process::Command::new("rustc").arg("--version").output();
    output.map_or("an unknown compiler".to_owned(), |output| {
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

fn valgrind_is_here() -> bool {
    let version = std::process::Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The difference of two lengths, so that starting up and compiling tables do not count.
fn per_event(name: &str, lengths: [String; 2]) -> f64 {
    let [(short_events, short), (long_events, long)] = lengths.map(|length| count(name, &length));
    (long - short) / (long_events - short_events)
}

/// Events and instructions of one run.
fn count(name: &str, length: &str) -> (f64, f64) {
    let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let printed = run_again(&valgrind, &["--only-run", name, length]);
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<f64>().ok());
    let events = printed
        .lines()
        .find_map(|line| number(line.split_whitespace().next()));
    let instructions = printed
        .lines()
        .find(|line| line.contains("Collected"))
        .and_then(|line| number(line.split_whitespace().last()));
    match (events, instructions) {
        (Some(events), Some(instructions)) => (events, instructions),
        _ => panic!("callgrind said of {name}: {printed}"),
    }
}
