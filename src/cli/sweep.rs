//! `sweep`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, SweepAsk};
use crate::experiment::Shard;
use crate::report;

/// Runs every combination, or a well spread sample, of the values of some parameters.
#[derive(Debug, ClapArgs)]
pub struct Sweep {
    /// A plan file of kind "sweep".
    pub plan: String,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
    /// Runs every n-th unit only, from the i-th; `merge` joins the folders.
    #[arg(long, value_name = "i/n", requires = "out")]
    pub shard: Option<Shard>,
}

/// `careweave sweep`.
pub fn sweep(screen: &Screen, args: &Sweep) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let ask = SweepAsk {
        plan: args.plan.clone(),
        sets: args.flags.sets.clone(),
        replications: args.flags.replications,
        seed: args.flags.seed,
    };
    let sweep = app::Sweep::prepare(&Files, &ask, machine.threads())?;
    screen.findings(sweep.findings());
    if !args.flags.quiet {
        screen.aside(&format!(
            "{} points, {} units\n",
            sweep.points().len(),
            sweep.units()
        ));
    }
    let output = study::output(&args.flags, &machine, args.shard);
    let mut bar = Bar::units(args.flags.quiet);
    let done = sweep.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    if !args.flags.quiet {
        screen.aside(&study::notice(done.units, done.interrupted, &output, &machine));
    }
    match &done.table {
        Some(table) if screen.json() => screen.answer_json(&report::sweep_json(table))?,
        Some(table) => screen.answer(&report::sweep_text(table, app::REPORT_WIDTH))?,
        None if screen.json() => {
            screen.answer_json(&json!({ "units": done.units, "interrupted": done.interrupted }))?;
        }
        None => {}
    }
    Ok(match done.interrupted {
        true => End::Interrupted,
        false => End::Done,
    })
}
