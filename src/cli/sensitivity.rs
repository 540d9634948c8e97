//! `sensitivity`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, SensitivityAsk};
use crate::report;

/// Says which parameters an outcome, or the difference of two scenarios, hangs on, and which would change the decision.
#[derive(Debug, ClapArgs)]
pub struct Sensitivity {
    /// A plan file of kind "sensitivity".
    pub plan: String,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave sensitivity`.
pub fn sensitivity(screen: &Screen, args: &Sensitivity) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let ask = SensitivityAsk {
        plan: args.plan.clone(),
        sets: args.flags.sets.clone(),
        replications: args.flags.replications,
        seed: args.flags.seed,
    };
    let analysis = app::Sensitivity::prepare(&Files, &ask, machine.threads())?;
    screen.findings(analysis.findings());
    if !args.flags.quiet {
        let count = |n: u64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        screen.aside(&format!(
            "{}, {}, {}\n",
            count(analysis.parameters().count() as u64, "parameter"),
            count(analysis.points().len() as u64, "point"),
            count(analysis.units(), "unit")
        ));
    }
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = analysis.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    if !args.flags.quiet {
        screen.aside(&study::notice(done.units, done.interrupted, &output, &machine));
    }
    match &done.report {
        Some(answer) if screen.json() => screen.answer_json(&report::sensitivity_json(answer))?,
        Some(answer) => screen.answer(&report::sensitivity_text(answer, app::REPORT_WIDTH))?,
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
