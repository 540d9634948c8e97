//! `reproduce`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::bar::Bar;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt};
use crate::app::{self, Error, ReproduceAsk};
use crate::report;

/// Rebuilds a results folder from its manifest and compares it byte by byte.
#[derive(Debug, ClapArgs)]
pub struct Reproduce {
    /// A results folder of any command, or its `manifest.json` (which alone is enough: it holds texts, seed and hashes).
    #[arg(value_name = "MANIFEST|DIR")]
    pub manifest: PathBuf,
    /// Keeps the rebuilt folder here [default: a temporary folder that is removed].
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replaces an existing results folder at `--out`.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Rebuilds also what another version wrote; that it differs then proves nothing.
    #[arg(long)]
    pub any_version: bool,
    /// Threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows neither progress nor notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `careweave reproduce`.
pub fn reproduce(screen: &Screen, args: &Reproduce) -> Result<End, Error> {
    let machine = Machine::new(args.threads);
    let ask = ReproduceAsk {
        manifest: args.manifest.clone(),
        out: args.out.clone(),
        force: args.force,
        any_version: args.any_version,
        threads: machine.threads(),
        memory: machine.memory(None),
    };
    let mut bar = Bar::units(args.quiet);
    let done = app::reproduce(&ask, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let Some(found) = done? else {
        if !args.quiet {
            screen.aside("interrupted: nothing was compared\n");
        }
        return Ok(End::Interrupted);
    };
    match screen.json() {
        true => screen.answer_json(&report::reproduce_json(&found))?,
        false => screen.answer(&report::reproduce_text(&found))?,
    }
    Ok(match found.is_identical() {
        true => End::Done,
        false => End::No,
    })
}
