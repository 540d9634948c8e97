//! `warmup`: how long the warm-up must be.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::End;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use crate::app::{self, Error, Findings, REPORT_WIDTH, WARMUP_REPLICATIONS, WarmupAsk};
use crate::base::{DAY, HOUR, Secs, WEEK};
use crate::report::Enough;
use crate::store::can_create;

/// Flags of `warmup`.
#[derive(Debug, ClapArgs)]
pub struct Warmup {
    /// A scenario file, or the name of a built-in scenario.
    pub scenario: String,
    /// Number of replications.
    #[arg(short = 'n', long, value_name = "N", default_value_t = WARMUP_REPLICATIONS, value_parser = clap::value_parser!(u64).range(2..=100_000))]
    pub replications: u64,
    /// Length of an interval: weeks, or with a unit as in `3d` or `12h` [default: 1 week; for a network of queues a
    /// two-hundredth of the run].
    #[arg(long, value_name = "WEEKS", value_parser = interval)]
    pub interval: Option<Secs>,
    /// An outcome to look at; may be repeated [default: the headlines, the queues and the register].
    #[arg(long = "outcome", value_name = "NAME")]
    pub outcomes: Vec<String>,
    /// Intervals on either side in the moving average [default: a tenth of the run, at most 26].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=5_000))]
    pub window: Option<u16>,
    /// Seed of all random numbers [default: from the scenario's `[run]`].
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Overrides a value of the scenario, as in `--set run.measured.weeks=260` for a longer look; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Results folder to create, with the plot.
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replaces an existing results folder.
    #[arg(long)]
    pub force: bool,
    /// Threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows no notices.
    #[arg(short, long)]
    pub quiet: bool,
}

fn interval(text: &str) -> Result<Secs, String> {
    let wrong = || "a length such as 1 (weeks), 2w, 3d, 12h or 30min".to_string();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "w" => WEEK,
        "d" => DAY,
        "h" => HOUR,
        "min" => 60,
        _ => return Err(wrong()),
    };
    match digits.parse::<f64>() {
        Ok(x) if x > 0.0 && x < 1e6 => Ok(((x * unit as f64).round() as Secs).max(1)),
        _ => Err(wrong()),
    }
}

/// `careweave warmup`. The answer "too short" is a "no" (exit code 1).
pub fn warmup(screen: &Screen, args: &Warmup) -> Result<End, Error> {
    let machine = Machine::new(args.threads);
    let ask = WarmupAsk {
        scenario: args.scenario.clone(),
        sets: args.sets.clone(),
        seed: args.seed,
        replications: args.replications,
        interval: args.interval,
        outcomes: args.outcomes.clone(),
        window: args.window.map(usize::from),
        threads: machine.threads(),
        memory: machine.memory(None),
    };
    if let Some(out) = &args.out {
        can_create(out, args.force)?;
    }
    let (found, experiment) = app::warmup(&Files, &ask)?;
    if !args.quiet {
        let warnings = experiment.findings.iter().cloned();
        let warnings: Vec<Findings> = warnings.map(Findings::without_advice).collect();
        screen.findings(&warnings);
    }
    if let Some(out) = &args.out {
        app::write_warmup(
            &found,
            &experiment,
            &ask,
            (out.clone(), args.force),
            machine.about(),
        )?;
        if !args.quiet {
            screen.aside(&format!("written to {}\n", out.display()));
        }
    }
    match screen.json() {
        true => screen.answer_json(&found.json())?,
        false => screen.answer(&found.text(REPORT_WIDTH))?,
    }
    Ok(match found.enough() {
        Enough::No => End::No,
        Enough::Yes | Enough::CannotTell => End::Done,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_weeks_or_have_a_unit() {
        assert_eq!(interval("2"), Ok(2 * WEEK));
        assert_eq!(
            (interval("3d"), interval("12h"), interval("0.5w")),
            (Ok(3 * DAY), Ok(12 * HOUR), Ok(WEEK / 2))
        );
        for wrong in ["", "0", "-1", "3x", "nan", "é"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }
}
