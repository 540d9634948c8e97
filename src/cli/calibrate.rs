//! `calibrate`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, CalibrateAsk, Error};
use crate::report;

/// Says which values of assumptions agree with published figures, which stay unknown, and writes the values as an overlay.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "`careweave calibrate baseline` makes the shipped baseline's calibrated values again. Exit code 1: the values \
                  found fit no better than the baseline did."
)]
pub struct Calibrate {
    /// A plan file of kind "calibrate", or the name of a built-in plan.
    pub plan: String,
    /// Writes the overlay to this file too; never over a file that is there.
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
    /// Says what it would cost and stops.
    #[arg(long)]
    pub cost: bool,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave calibrate`.
pub fn calibrate(screen: &Screen, args: &Calibrate) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let ask = CalibrateAsk {
        plan: args.plan.clone(),
        sets: args.flags.sets.clone(),
        replications: args.flags.replications,
        seed: args.flags.seed,
        overlay: args.overlay.clone(),
        extends: None,
    };
    let calibration = app::Calibrate::prepare(&Files, &ask, machine.threads())?;
    screen.findings(calibration.findings());
    let units = calibration.units();
    let seconds = match args.cost || !args.flags.quiet {
        true => {
            let before = machine.seconds();
            calibration.pilot()?;
            (machine.seconds() - before) * units as f64
        }
        false => 0.0,
    };
    let (parameters, fitted, aside) = calibration.size();
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let cost = format!(
        "{}, {} calibrated to, {aside} kept aside; at most {}, about {} on one core\n",
        count(parameters, "parameter"),
        count(fitted, "target"),
        count(units as usize, "unit"),
        lasting(seconds)
    );
    if args.cost {
        match screen.json() {
            true => screen.answer_json(&json!({
                "parameters": parameters, "targets": fitted, "kept_aside": aside, "units_at_most": units,
                "core_seconds_about": seconds,
            }))?,
            false => screen.answer(&cost)?,
        }
        return Ok(End::Done);
    }
    if !args.flags.quiet {
        screen.aside(&cost);
    }
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = calibration.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    let interrupted = done.report.is_none();
    if !args.flags.quiet {
        screen.aside(&study::notice(done.units, interrupted, &output, &machine));
        if let (false, Some(overlay)) = (interrupted, &args.overlay) {
            screen.aside(&format!("the overlay is in {}\n", overlay.display()));
        }
    }
    match &done.report {
        Some(found) if screen.json() => screen.answer_json(&report::calibration_json(found))?,
        Some(found) => screen.answer(&report::calibration_text(found, app::REPORT_WIDTH))?,
        None if screen.json() => screen.answer_json(&json!({ "units": done.units, "interrupted": true }))?,
        None => {}
    }
    Ok(match &done.report {
        Some(found) if found.worse() => End::No,
        Some(_) => End::Done,
        None => End::Interrupted,
    })
}

/// A time in words.
fn lasting(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "less than a second".to_string(),
        s if s < 1.5 => "a second".to_string(),
        s if s < 120.0 => format!("{s:.0} seconds"),
        s if s < 7200.0 => format!("{:.0} minutes", s / 60.0),
        s => format!("{:.1} hours", s / 3600.0),
    }
}
