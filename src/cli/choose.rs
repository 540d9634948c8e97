//! `choose`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, ChooseAsk, Chosen, Error};
use crate::report;
use crate::scenario::plan::ChooseMethod;

/// Selects the best of several arms with a stated probability, or the arms that none dominates.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Here -n is the most replications of each arm (where no --budget is given), as `replications` of the plan is."
)]
pub struct Choose {
    /// Scenarios (the five arms of the main job if there are none), or one plan file of kind "choose".
    pub arms: Vec<String>,
    /// Outcome to choose by, of a group as in `name@group` [default: from the plan, else the first headline].
    #[arg(long, value_name = "OUTCOME", conflicts_with = "pareto")]
    pub outcome: Option<String>,
    /// Instead: outcomes, of which the arms are found that no other arm beats on all.
    #[arg(long, value_name = "OUTCOME,OUTCOME,...", value_delimiter = ',')]
    pub pareto: Vec<String>,
    /// How: `kn` (a guarantee at every number of replications), `kn++` (asymptotic, fewer replications), `ocba` (the best use
    /// of a budget; the probability is estimated) [default: from the plan, else kn].
    #[arg(long, value_name = "METHOD", value_parser = method, conflicts_with = "pareto")]
    pub method: Option<ChooseMethod>,
    /// Difference below which it does not matter which arm is taken, in the outcome's unit (a share for shares) [default: from
    /// the plan, else 5% of the first arm's level].
    #[arg(long, value_name = "SIZE", value_parser = positive, conflicts_with = "pareto")]
    pub indifference: Option<f64>,
    /// Probability wanted of a right answer [default: from the plan, else 0.95].
    #[arg(long, value_name = "SHARE", value_parser = confidence)]
    pub confidence: Option<f64>,
    /// Most replications of all arms together [default: from the plan, else 400 for each arm].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(4..=100_000_000))]
    pub budget: Option<u64>,
    /// Replications of each arm before the first look [default: from the plan, else 20].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=100_000))]
    pub first: Option<u64>,
    /// Flags. `--replications` is the most of each arm.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave choose`.
pub fn choose(screen: &Screen, args: &Choose) -> Result<End, Error> {
    if args.pareto.len() == 1 {
        let why = "--pareto needs at least two outcomes; --outcome chooses by one";
        return Err(Error::Refused(why.to_string()));
    }
    let machine = Machine::new(args.flags.threads);
    let plan = match args.arms.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    let ask = ChooseAsk {
        scenarios: if plan.is_some() {
            Vec::new()
        } else {
            args.arms.clone()
        },
        plan,
        sets: args.flags.sets.clone(),
        outcomes: match &args.outcome {
            Some(outcome) => vec![outcome.clone()],
            None => args.pareto.clone(),
        },
        method: args.method,
        indifference: args.indifference,
        confidence: args.confidence,
        budget: args.budget,
        replications: args.flags.replications,
        first: args.first,
        seed: args.flags.seed,
    };
    let choose = app::Choose::prepare(&Files, &ask, machine.threads())?;
    screen.findings(choose.findings());
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = choose.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    let units = match &done {
        Some(Chosen::Best(choice)) => choice.selected.spent,
        Some(Chosen::Front(front)) => front.front.spent,
        None => 0,
    };
    if !args.flags.quiet {
        screen.aside(&study::notice(units, done.is_none(), &output, &machine));
    }
    match &done {
        Some(Chosen::Best(choice)) if screen.json() => screen.answer_json(&report::choice_json(choice))?,
        Some(Chosen::Front(front)) if screen.json() => screen.answer_json(&report::front_json(front))?,
        Some(Chosen::Best(choice)) => screen.answer(&report::choice_text(choice, app::REPORT_WIDTH))?,
        Some(Chosen::Front(front)) => screen.answer(&report::front_text(front, app::REPORT_WIDTH))?,
        None if screen.json() => screen.answer_json(&json!({ "interrupted": true }))?,
        None => {}
    }
    Ok(match done {
        Some(_) => End::Done,
        None => End::Interrupted,
    })
}

fn method(text: &str) -> Result<ChooseMethod, String> {
    match text {
        "kn" => Ok(ChooseMethod::Kn),
        "kn++" | "kn_plus_plus" => Ok(ChooseMethod::KnPlusPlus),
        "ocba" => Ok(ChooseMethod::Ocba),
        _ => Err("`kn`, `kn++` or `ocba`".to_string()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x > 0.0 && x.is_finite() => Ok(x),
        _ => Err("a number above 0".to_string()),
    }
}

fn confidence(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if (0.5..1.0).contains(&x) => Ok(x),
        _ => Err("a share from 0.5 to below 1, such as 0.95".to_string()),
    }
}
