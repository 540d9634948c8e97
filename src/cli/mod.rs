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

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use screen::Screen;

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
    let args = Args::parse();
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
            screen.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
