//! `check --theory`: whether the program agrees with theory.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::End;
use super::bar::Bar;
use super::machine::Machine;
use super::screen::Screen;
use crate::app::{self, Error, THEORY_SEED, TheoryAsk};
use crate::store::can_create;

/// Flags of `check --theory`.
#[derive(Debug, ClapArgs)]
pub struct TheoryFlags {
    /// Instead of a scenario: simulates systems whose behaviour is known exactly, on the same code, and compares; a table in Markdown.
    #[arg(long, conflicts_with_all = ["scenario", "sets", "warmup", "strict"])]
    pub theory: bool,
    /// With `--theory`: a fifth of the replications.
    #[arg(long, requires = "theory")]
    pub quick: bool,
    /// With `--theory`: seed of all random numbers.
    #[arg(long, value_name = "SEED", requires = "theory", default_value_t = THEORY_SEED)]
    pub seed: u64,
    /// With `--theory`: folder to create, with `theory.csv`, the table and the scenarios.
    #[arg(short, long, value_name = "DIR", requires = "theory")]
    pub out: Option<PathBuf>,
    /// Replaces an existing results folder.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// With `--theory`: threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", requires = "theory", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

impl TheoryFlags {
    /// Flags that go with `--theory` only. (The parser does not insist where a scenario excludes `--theory`.)
    ///
    /// # Errors
    /// Names what is to be left out.
    pub fn refuse_alone(&self) -> Result<(), Error> {
        let given = [
            ("--quick", self.quick),
            ("--seed", self.seed != THEORY_SEED),
            ("--out", self.out.is_some()),
            ("--threads", self.threads.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(Error::Refused(format!(
                "{flag} goes with --theory, which takes no scenario"
            ))),
            None => Ok(()),
        }
    }
}

/// `careweave check --theory`. That something does not agree is a "no" (exit code 1).
pub fn theory(screen: &Screen, args: &TheoryFlags) -> Result<End, Error> {
    let machine = Machine::new(args.threads);
    let ask = TheoryAsk {
        seed: args.seed,
        quick: args.quick,
        threads: machine.threads(),
    };
    if let Some(out) = &args.out {
        can_create(out, args.force)?;
    }
    let mut bar = Bar::new(screen.json());
    let found = app::check_theory(&ask, &mut bar)?;
    bar.clear();
    if let Some(out) = &args.out {
        app::write_theory(&found, (out.clone(), args.force), machine.about())?;
        screen.aside(&format!("written to {}\n", out.display()));
    }
    match screen.json() {
        true => screen.answer_json(&found.json())?,
        false => {
            screen.answer(&found.text())?;
            screen.aside(&format!(
                "{:.0} s on {} threads\n",
                machine.seconds(),
                machine.threads()
            ));
        }
    }
    Ok(match found.failures().is_empty() {
        true => End::Done,
        false => End::No,
    })
}
