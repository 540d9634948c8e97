//! `run`, `compare` and `merge`.

use serde_json::json;

use super::args::{Common, Compare, ComparedPairs, Merge, Run};
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt};
use crate::app::{self, Ask, BUILT_IN_ARMS, Done, Error, Experiment, Findings, Output, Results};
use crate::experiment::{Count, How, Pairs};
use crate::report;

/// `careweave run`.
pub fn run(screen: &Screen, args: &Run) -> Result<End, Error> {
    simulate(
        screen,
        vec![args.scenario.clone()],
        Pairs::First,
        &args.common,
        Some(0),
    )
}

/// `careweave compare`.
pub fn compare(screen: &Screen, args: &Compare) -> Result<End, Error> {
    let scenarios = match args.scenarios.as_slice() {
        [] => BUILT_IN_ARMS.map(str::to_string).to_vec(),
        [one] => {
            return Err(Error::Refused(format!(
                "there is nothing to compare `{one}` with: name another scenario, or use `careweave run {one}`"
            )));
        }
        several => several.to_vec(),
    };
    let pairs = match args.pairs {
        ComparedPairs::First => Pairs::First,
        ComparedPairs::All => Pairs::All,
    };
    let priors = args.priors.or((!args.scenarios.is_empty()).then_some(0));
    simulate(screen, scenarios, pairs, &args.common, priors)
}

/// Draws from the priors where nobody said how many, only beside a run that is not a mere trial.
const TRIAL: u64 = 20;

fn simulate(
    screen: &Screen,
    scenarios: Vec<String>,
    pairs: Pairs,
    flags: &Common,
    priors: Option<u32>,
) -> Result<End, Error> {
    let machine = Machine::new(flags.threads);
    let ask = Ask {
        scenarios,
        sets: flags.sets.clone(),
        seed: flags.seed,
        replications: flags.replications,
        precision: flags.precision,
        rule: flags.rule,
        antithetic: flags.antithetic.then_some(true),
        controls: flags.controls.then_some(true),
        pairs,
        priors: priors.unwrap_or(0) as usize,
    };
    let mut experiment = Experiment::prepare(&Files, &ask)?;
    let trial = matches!(experiment.count, Count::Fixed(n) if n < TRIAL);
    if priors.is_none() && flags.shard.is_none() && !trial && !experiment.antithetic {
        experiment.with_priors(app::DEFAULT_PRIORS)?;
    }
    if priors.is_none() && flags.shard.is_some() && !flags.quiet {
        screen.aside(
            "shards have no draws from the priors: merged, they are what `compare --priors 0` gives\n",
        );
    }
    let warnings: Vec<Findings> = experiment
        .findings
        .iter()
        .cloned()
        .map(Findings::without_advice)
        .collect();
    screen.findings(&warnings);
    let output = Output {
        out: flags.out.clone(),
        force: flags.force,
        shard: flags.shard,
        threads: machine.threads(),
        memory: machine.memory(flags.max_memory),
    };
    if !flags.quiet {
        screen.aside(&app::told_before(&experiment, &output)?);
    }
    let stop = interrupt::catch();
    let mut bar = Bar::new(flags.quiet);
    let done = app::execute(&experiment, &output, stop, &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    if !flags.quiet {
        screen.aside(&notice(&done, &output, &machine));
    }
    if let Some(results) = &done.results {
        show(screen, results)?;
    } else if screen.json() {
        let finished = done.finished.replications;
        screen.answer_json(&json!({ "replications": finished, "interrupted": done.interrupted() }))?;
    }
    Ok(if done.interrupted() {
        End::Interrupted
    } else {
        End::Done
    })
}

/// How it ended and where the results are.
fn notice(done: &Done, output: &Output, machine: &Machine) -> String {
    let n = done.finished.replications;
    let (s, are) = if n == 1 { ("", "is") } else { ("s", "are") };
    let mut text = match &done.finished.how {
        How::Interrupted if n == 0 => "interrupted before the first replication was finished".to_string(),
        How::Interrupted => format!("interrupted: {n} replication{s} {are} finished"),
        How::Complete | How::Precise(_) | How::Capped(_) => {
            format!(
                "{n} replication{s} in {:.1} s on {} threads",
                machine.seconds(),
                machine.threads()
            )
        }
    };
    if let Some(out) = &output.out {
        let out = out.display();
        text += &match done.interrupted() {
            true => format!("; the same command with --out {out} goes on from here"),
            false => format!("; written to {out}"),
        };
    }
    text + "\n"
}

/// `careweave merge`.
pub fn merge(screen: &Screen, args: &Merge) -> Result<End, Error> {
    let machine = Machine::new(None);
    if let Some(table) = app::merge_sweep(&args.shards, &args.out, args.force, &|| machine.about())? {
        if !args.quiet {
            let (n, out) = (args.shards.len(), args.out.display());
            screen.aside(&format!("{n} shards; written to {out}\n"));
        }
        match screen.json() {
            true => screen.answer_json(&report::sweep_json(&table))?,
            false => screen.answer(&report::sweep_text(&table, app::REPORT_WIDTH))?,
        }
        return Ok(End::Done);
    }
    let results = app::merge(&args.shards, &args.out, args.force, &|| machine.about())?;
    if !args.quiet {
        let (n, out) = (results.estimates.replications, args.out.display());
        screen.aside(&format!(
            "{} shards, {n} replications; written to {out}\n",
            args.shards.len()
        ));
    }
    show(screen, &results)?;
    Ok(End::Done)
}

fn show(screen: &Screen, results: &Results) -> Result<(), Error> {
    screen.answer(&match screen.json() {
        true => results.json(),
        false => results.text(),
    })
}
