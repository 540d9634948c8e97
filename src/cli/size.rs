//! `size`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, SizeAsk};
use crate::methods::sizing::Answer;
use crate::report;

/// Finds the smallest number of workers, beds or hours that meets one or several targets.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Here -n is the most replications of each size (320 if neither it nor the plan says)."
)]
pub struct Size {
    /// A plan file of kind "size".
    pub plan: String,
    /// Flags. `--replications` is the most at each size.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave size`.
pub fn size(screen: &Screen, args: &Size) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let ask = SizeAsk {
        plan: args.plan.clone(),
        sets: args.flags.sets.clone(),
        replications: args.flags.replications,
        seed: args.flags.seed,
    };
    let size = app::Size::prepare(&Files, &ask, machine.threads())?;
    screen.findings(size.findings());
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = size.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    if !args.flags.quiet {
        let units = done.as_ref().map_or(0, |s| s.found.spent);
        screen.aside(&study::notice(units, done.is_none(), &output, &machine));
    }
    match &done {
        Some(sizing) if screen.json() => screen.answer_json(&report::size_json(sizing))?,
        Some(sizing) => screen.answer(&report::size_text(sizing, app::REPORT_WIDTH))?,
        None if screen.json() => screen.answer_json(&json!({ "interrupted": true }))?,
        None => {}
    }
    Ok(match done {
        Some(s) if s.found.answer == Answer::NoneMeets => End::No,
        Some(_) => End::Done,
        None => End::Interrupted,
    })
}
