//! `attribute`.

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, AttributeAsk, By, Error};
use crate::report;

/// Says how much of the difference between two scenarios each switch brings (Shapley values).
#[derive(Debug, ClapArgs)]
pub struct Attribute {
    /// The scenario to begin from.
    #[arg(default_value = "networked")]
    pub from: String,
    /// The scenario to arrive at.
    #[arg(default_value = "integrated")]
    pub to: String,
    /// Outcomes to share out, as in `share_died_hospital` or `share_died_hospital@deprivation=1` [default: the headlines].
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub outcomes: Vec<String>,
    /// What is switched: the mechanisms I1 to I9, O1 to O4 and B1 to B7 of the NIHR study, or each parameter.
    #[arg(long, value_enum, default_value_t = SwitchedBy::Switch)]
    pub by: SwitchedBy,
    /// All coalitions also of more than 12 switches (at most 20).
    #[arg(long, conflicts_with = "permutations")]
    pub exact: bool,
    /// Draws so many orders of the switches, half of them reverses of the others, instead of all coalitions [default: all
    /// coalitions of at most 12 switches, at most 128 orders of more].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub permutations: Option<u32>,
    /// Stops drawing orders once they move no part by more than this share of the whole difference [default: 0.1, or never
    /// with --permutations].
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub precision: Option<f64>,
    /// Says what the switches are and what it would cost, and runs nothing.
    #[arg(long)]
    pub list: bool,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// What is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SwitchedBy {
    /// Mechanisms.
    Switch,
    /// Parameters.
    Parameter,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x > 0.0 && x < 1.0 => Ok(x),
        _ => Err("a share between 0 and 1, as in 0.1".to_string()),
    }
}

/// `careweave attribute`.
pub fn attribute(screen: &Screen, args: &Attribute) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    let ask = AttributeAsk {
        scenarios: [args.from.clone(), args.to.clone()],
        sets: args.flags.sets.clone(),
        outcomes: args.outcomes.clone(),
        by: match args.by {
            SwitchedBy::Switch => By::Switch,
            SwitchedBy::Parameter => By::Parameter,
        },
        exact: args.exact,
        permutations: args.permutations.map(|n| n as usize),
        precision: args.precision,
        replications: args.flags.replications,
        seed: args.flags.seed,
    };
    let ready = app::Attribute::prepare(&Files, &ask, machine.threads())?;
    screen.findings(ready.findings());
    if args.list {
        return list(screen, &ready);
    }
    if !args.flags.quiet {
        screen.aside(&format!("{}\n", ready.cost()));
    }
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = ready.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    let interrupted = done.answer.is_none();
    if !args.flags.quiet {
        screen.aside(&study::notice(done.units, interrupted, &output, &machine));
    }
    match &done.answer {
        Some(answer) if screen.json() => screen.answer_json(&report::attribute_json(answer))?,
        Some(answer) => screen.answer(&report::attribute_text(answer, app::REPORT_WIDTH))?,
        None if screen.json() => screen.answer_json(&json!({ "interrupted": true }))?,
        None => {}
    }
    Ok(match interrupted {
        true => End::Interrupted,
        false => End::Done,
    })
}

/// The switches with their parameters, and the cost.
fn list(screen: &Screen, ready: &app::Attribute<'_>) -> Result<End, Error> {
    let told: Vec<_> = ready.players().map(app::Player::told).collect();
    if screen.json() {
        let switches = told.iter().map(|s| {
            let parameters = (s.parameters.iter()).map(
                |[path, from, to, why]| json!({ "parameter": path, "from": from, "to": to, "why": why }),
            );
            json!({ "switch": s.key, "name": s.name, "parameters": parameters.collect::<Vec<_>>() })
        });
        let answer = json!({ "cost": ready.cost(), "switches": switches.collect::<Vec<_>>() });
        screen.answer_json(&answer)?;
        return Ok(End::Done);
    }
    let mut text = format!("{}\n", ready.cost());
    for s in told {
        text += format!("\n{} {}", s.key, s.name).trim_end();
        text += "\n";
        for [path, from, to, why] in &s.parameters {
            let why = if why.is_empty() {
                String::new()
            } else {
                format!("  # {why}")
            };
            text += &format!("  {path}: {from} -> {to}{why}\n");
        }
    }
    screen.answer(&text)?;
    Ok(End::Done)
}
