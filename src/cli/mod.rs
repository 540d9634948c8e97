//! The command line: a leaf that reads files, owns the terminal and the clock, and calls `app`.
//!
//! Exit codes: 0 done, 1 the answer is "no", 2 bad input, 3 the machine, 130 interrupted.

mod args;
mod attribute;
mod bar;
mod calibrate;
mod choose;
mod explain;
mod files;
mod interrupt;
mod inspect;
mod machine;
mod report;
mod reproduce;
mod screen;
mod sensitivity;
mod simulate;
mod size;
mod study;
mod sweep;
mod theory;
mod trace;
mod uncertainty;
mod validate;
mod warmup;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use screen::Screen;

use crate::app::Error;
use crate::store::{StoreError, left as left_in};

/// Commit of the source, where whoever built the program said so in the environment.
const COMMIT: Option<&str> = option_env!("CAREWEAVE_COMMIT");

/// How a command ended, short of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It did what was asked.
    Done,
    /// It did, and the answer is "no".
    No,
    /// It was told to stop.
    Interrupted,
}

/// The whole program.
pub fn main() -> ExitCode {
    interrupt::outlive_file_limits();
    // What a defect of the program has broken is told by the panic itself; the exit code is the machine's, not an answer's.
    std::panic::catch_unwind(answer).unwrap_or_else(|_| {
        let words = "careweave: this is a defect of careweave, not of what it was given. What was finished is kept; please report \
                     the lines above.\n";
        Screen::new(false).aside(words);
        ExitCode::from(3)
    })
}

fn answer() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(said) => return usage(&said),
    };
    let screen = Screen::new(args.command.wants_json());
    let end = match &args.command {
        Command::Run(run) => simulate::run(&screen, run),
        Command::Compare(compare) => simulate::compare(&screen, compare),
        Command::Sensitivity(args) => sensitivity::sensitivity(&screen, args),
        Command::Attribute(args) => attribute::attribute(&screen, args),
        Command::Sweep(sweep) => sweep::sweep(&screen, sweep),
        Command::Uncertainty(args) => uncertainty::uncertainty(&screen, args),
        Command::Choose(args) => choose::choose(&screen, args),
        Command::Size(args) => size::size(&screen, args),
        Command::Calibrate(args) => calibrate::calibrate(&screen, args),
        Command::Merge(merge) => simulate::merge(&screen, merge),
        Command::Validate(args) => validate::validate(&screen, args),
        Command::Check(check) => inspect::check(&screen, check),
        Command::Schema(schema) => inspect::schema(&screen, schema),
        Command::Scenarios(scenarios) => inspect::scenarios(&screen, scenarios),
        Command::Explain(explain) => explain::explain(&screen, explain),
        Command::Trace(args) => trace::trace(&screen, args),
        Command::Report(args) => report::report(&screen, args),
        Command::Reproduce(args) => reproduce::reproduce(&screen, args),
        Command::Warmup(args) => warmup::warmup(&screen, args),
    };
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::No) => ExitCode::from(1),
        Ok(End::Interrupted) => ExitCode::from(interrupt::EXIT_CODE),
        Err(error) => {
            screen.error(&error, left(&error, args.command.keeps_in()).as_deref());
            ExitCode::from(error.exit_code())
        }
    }
}

/// Help, the version, or what is wrong with the command line.
fn usage(said: &clap::Error) -> ExitCode {
    let code = said.exit_code();
    match said.print() {
        Err(e) if code == 0 => {
            Screen::new(false).aside(&format!("careweave: cannot write standard output: {e}\n"));
            ExitCode::from(3)
        }
        _ => ExitCode::from(u8::try_from(code).unwrap_or(2)),
    }
}

/// After a failure of the machine: what of the run is kept, and what to do next.
fn left(error: &Error, out: Option<&Path>) -> Option<String> {
    let elsewhere = matches!(error, Error::Store(StoreError::Busy(_)));
    let left = out
        .filter(|_| error.exit_code() == 3 && !elsewhere)
        .and_then(left_in)?;
    let (n, partial) = (left.records, left.partial.display());
    Some(match n {
        1 => format!("1 finished replication is kept in {partial}: the same command goes on from there."),
        _ => format!("{n} finished replications are kept in {partial}: the same command goes on from there."),
    })
}
