//! `explain`: parameters, `docs/parameters.md`, and the measurement of what each parameter moves.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, MeasureMoves, MovesAsk, Output, Told};
use crate::report;
use crate::store::{can_write, write_whole};

/// Explains a parameter.
#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// Path of the parameter, as in `interface.external.lost`, or of a table, as in `styles.reactive`; any other words are
    /// searched for.
    #[arg(required_unless_present_any = ["all", "measure"])]
    pub parameter: Option<String>,
    /// The scenario whose value is shown [default: `networked`; where that has none, the first shipped scenario that has].
    #[arg(long)]
    pub scenario: Option<String>,
    /// Prints all parameters of what ships as Markdown: `docs/parameters.md`.
    #[arg(long, conflicts_with_all = ["parameter", "scenario", "measure", "json"])]
    pub all: bool,
    /// Measures which outcomes each parameter of the baseline moves, and writes that file: `scenarios/moves.csv`, which the
    /// next build takes in.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["parameter", "scenario"])]
    pub measure: Option<PathBuf>,
    /// With `--measure`: the plan, a tornado of one scenario.
    #[arg(
        long,
        value_name = "PLAN",
        default_value = "every_parameter",
        requires = "measure"
    )]
    pub plan: String,
    /// With `--measure`: overrides a value of the plan; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "measure")]
    pub sets: Vec<String>,
    /// With `--measure`: replications of each setting [default: from the plan].
    #[arg(short = 'n', long, value_name = "N", requires = "measure", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    pub replications: Option<u64>,
    /// With `--measure`: results folder of the whole analysis. The same command on an unfinished one goes on where it
    /// stopped.
    #[arg(short, long, value_name = "DIR", requires = "measure")]
    pub out: Option<PathBuf>,
    /// With `--measure`: threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", requires = "measure", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows neither progress nor notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `careweave explain`.
pub fn explain(screen: &Screen, args: &Explain) -> Result<End, Error> {
    if args.all {
        screen.answer(&report::parameters_md(&app::parameter_book()?))?;
        return Ok(End::Done);
    }
    if let Some(file) = &args.measure {
        return measure(screen, args, file);
    }
    let asked = args.parameter.as_deref().unwrap_or_default();
    let told = app::explain(&Files, asked, args.scenario.as_deref())?;
    match (told, screen.json()) {
        (Told::One(told), true) => screen.answer_json(&report::explain_json(&told))?,
        (Told::One(told), false) => screen.answer(&report::explain_text(&told, app::REPORT_WIDTH))?,
        (Told::Found(rows, all), true) => {
            let rows: Vec<_> = rows.iter().map(report::row_json).collect();
            screen.answer_json(&json!({ "asked": asked, "found": all, "parameters": rows }))?;
        }
        (Told::Found(rows, all), false) => {
            screen.answer(&report::found_text(asked, &rows, all, app::REPORT_WIDTH))?;
        }
    }
    Ok(End::Done)
}

fn measure(screen: &Screen, args: &Explain, file: &std::path::Path) -> Result<End, Error> {
    let machine = Machine::new(args.threads);
    // Before the work is done: a file that cannot be written is known at once.
    can_write(file, true)?;
    let ask = MovesAsk {
        plan: args.plan.clone(),
        sets: args.sets.clone(),
        replications: args.replications,
        out: args.out.clone(),
    };
    let measurement = MeasureMoves::prepare(&Files, &ask, machine.threads())?;
    let (parameters, units) = measurement.size();
    if !args.quiet {
        screen.aside(&format!("{parameters} parameters, {units} units\n"));
    }
    let output = Output {
        out: args.out.clone(),
        force: false,
        shard: None,
        threads: machine.threads(),
        memory: machine.memory(None),
    };
    let mut bar = Bar::units(args.quiet);
    let moves = measurement.run(&output, interrupt::catch(), &mut bar, &|| machine.about())?;
    drop(bar);
    if !args.quiet {
        screen.aside(&study::notice(units, moves.is_none(), &output, &machine));
    }
    let Some(moves) = moves else {
        return Ok(End::Interrupted);
    };
    write_whole(file, &moves.to_csv(), true)?;
    let moving = moves.parameters.iter().filter(|p| !p.outcomes.is_empty()).count();
    let varied = moves.parameters.iter().filter(|p| p.why.is_none()).count();
    match screen.json() {
        true => screen.answer_json(&json!({
            "file": file.display().to_string(), "varied": varied, "moving": moving,
            "not_varied": moves.parameters.len() - varied, "outcomes": moves.outcomes, "replications": moves.replications,
        }))?,
        false => screen.answer(&format!(
            "{moving} of {varied} parameters varied move an outcome that can be told apart from chance; {} could not be \
             varied. Written to {}.\n",
            moves.parameters.len() - varied,
            file.display()
        ))?,
    }
    Ok(End::Done)
}
