//! `uncertainty`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, UncertaintyAsk, UncertaintyStudy};
use crate::report;

/// Draws assumptions from their plausible ranges outside and replicates inside.
#[derive(Debug, ClapArgs)]
#[command(mut_arg("replications", |a| a.help("Replications of each draw [default: from the plan, else 8]")))]
pub struct Uncertainty {
    /// A plan file of kind "uncertainty"; or two or more scenarios, of which the first is what others are compared with.
    ///
    /// Without any: networked, integrated_no_pool, integrated, whose ratios inside one organisation are drawn.
    pub plan: Vec<String>,
    /// How many times the assumptions are drawn [default: from the plan, else 40].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub draws: Option<u32>,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave uncertainty`.
pub fn uncertainty(screen: &Screen, args: &Uncertainty) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let (plan, scenarios) = match args.plan.as_slice() {
        [one] => (Some(one.clone()), Vec::new()),
        several => (None, several.to_vec()),
    };
    let ask = UncertaintyAsk {
        plan,
        scenarios,
        sets: args.flags.sets.clone(),
        draws: args.draws.map(|d| d as usize),
        replications: args.flags.replications,
        seed: args.flags.seed,
    };
    let study = UncertaintyStudy::prepare(&Files, &ask, machine.threads())?;
    screen.findings(&study.findings());
    if !args.flags.quiet {
        screen.aside(&format!("{} units\n", study.units()));
    }
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = study.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    let interrupted = done.result.is_none();
    if !args.flags.quiet {
        screen.aside(&study::notice(done.units, interrupted, &output, &machine));
    }
    match &done.result {
        Some(result) if screen.json() => screen.answer_json(&report::uncertainty_json(result))?,
        Some(result) => screen.answer(&report::uncertainty_text(result, app::REPORT_WIDTH))?,
        None if screen.json() => screen.answer_json(&json!({ "units": done.units, "interrupted": true }))?,
        None => {}
    }
    Ok(if interrupted { End::Interrupted } else { End::Done })
}
