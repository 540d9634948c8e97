//! What may be written on the command line.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::app::Replications;
use crate::experiment::{Rule, Shard};

/// Simulates community palliative-care pathways, and compares ways of organising the same staff person by person.
#[derive(Debug, Parser)]
#[command(name = "careweave", version, max_term_width = 100, after_help = AFTER)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str =
    "Exit codes: 0 done, 1 the answer is \"no\", 2 bad input, 3 the machine, 130 interrupted.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs one scenario: outcomes with 95% intervals.
    Run(Run),
    /// Compares scenarios with the first of them, person by person.
    Compare(Compare),
    /// Runs every combination, or a well spread sample, of the values of some parameters: one tidy table.
    Sweep(super::sweep::Sweep),
    /// Says which parameters an outcome, or the difference of two scenarios, hangs on, and which would change the decision.
    Sensitivity(super::sensitivity::Sensitivity),
    /// Selects the best of several arms with a stated probability, or the arms that none dominates.
    Choose(super::choose::Choose),
    /// Finds the smallest number of workers, beds or hours that meets one or several targets.
    Size(super::size::Size),
    /// Says what uncertain assumptions do to a comparison: P(better), tipping points, the value of information.
    Uncertainty(super::uncertainty::Uncertainty),
    /// Says how much of the difference between two scenarios each switch brings.
    Attribute(super::attribute::Attribute),
    /// Compares a scenario with published figures: pass, near or fail; and looks for what must not come out of it.
    Validate(super::validate::Validate),
    /// Says which values of assumptions agree with published figures, which stay unknown, and writes the values as an overlay.
    Calibrate(super::calibrate::Calibrate),
    /// Says everything wrong or doubtful about a scenario, and what it implies before anything is run; with `--theory`, whether the
    /// program agrees with queueing theory.
    Check(Check),
    /// Joins the folders of all shards into what one machine would have written.
    Merge(Merge),
    /// Says what a parameter means, what it is, who says so and which outcomes it moves.
    Explain(super::explain::Explain),
    /// Lists the built-in scenarios, prints one, or draws the map of its organisations.
    Scenarios(Scenarios),
    /// Prints the JSON Schema of files of scenarios, plans or targets, for editors.
    Schema(Schema),
    /// Writes one replication's event log, or tells one simulated person's story with the cause of every wait.
    Trace(Trace),
    /// Says how long the warm-up must be, from the empty start: MSER-5 and Welch's plot of every outcome.
    Warmup(super::warmup::Warmup),
    /// Shows results again, or writes them up after the checklist STRESS-DES (Markdown, Word).
    Report(super::report::Report),
    /// Rebuilds a results folder from its manifest and says whether it is identical, byte by byte.
    Reproduce(super::reproduce::Reproduce),
}

impl Command {
    /// Whether it is to answer in JSON.
    pub fn wants_json(&self) -> bool {
        match self {
            Command::Run(a) => a.common.json,
            Command::Compare(a) => a.common.json,
            Command::Sweep(a) => a.flags.json,
            Command::Sensitivity(a) => a.flags.json,
            Command::Choose(a) => a.flags.json,
            Command::Size(a) => a.flags.json,
            Command::Uncertainty(a) => a.flags.json,
            Command::Attribute(a) => a.flags.json,
            Command::Validate(a) => a.flags.json,
            Command::Calibrate(a) => a.flags.json,
            Command::Check(a) => a.json,
            Command::Merge(a) => a.json,
            Command::Explain(a) => a.json,
            Command::Scenarios(a) => a.json,
            Command::Warmup(a) => a.json,
            Command::Report(a) => a.json,
            Command::Reproduce(a) => a.json,
            Command::Schema(_) | Command::Trace(_) => false,
        }
    }

    /// The results folder beside which finished replications are kept, if the command keeps any.
    pub fn keeps_in(&self) -> Option<&Path> {
        match self {
            Command::Run(a) => a.common.out.as_deref(),
            Command::Compare(a) => a.common.out.as_deref(),
            Command::Sweep(a) => a.flags.out.as_deref(),
            Command::Sensitivity(a) => a.flags.out.as_deref(),
            Command::Choose(a) => a.flags.out.as_deref(),
            Command::Size(a) => a.flags.out.as_deref(),
            Command::Uncertainty(a) => a.flags.out.as_deref(),
            Command::Attribute(a) => a.flags.out.as_deref(),
            Command::Validate(a) => a.flags.out.as_deref(),
            Command::Calibrate(a) => a.flags.out.as_deref(),
            Command::Explain(a) => a.out.as_deref(),
            Command::Reproduce(a) => a.out.as_deref(),
            Command::Check(_)
            | Command::Merge(_)
            | Command::Scenarios(_)
            | Command::Schema(_)
            | Command::Trace(_)
            | Command::Warmup(_)
            | Command::Report(_) => None,
        }
    }
}

/// Runs one scenario.
#[derive(Debug, ClapArgs)]
pub struct Run {
    /// A scenario file, or the name of a built-in scenario.
    pub scenario: String,
    /// Flags.
    #[command(flatten)]
    pub common: Common,
}

/// Compares scenarios.
#[derive(Debug, ClapArgs)]
pub struct Compare {
    /// Scenario files or names of built-in scenarios; the others are compared with the first.
    ///
    /// Without any: networked, good_network, integrated_map_external_theta, integrated_no_pool, integrated.
    pub scenarios: Vec<String>,
    /// Which are compared with which: all with the first, or all with one another.
    #[arg(long, value_enum, default_value_t = ComparedPairs::First)]
    pub pairs: ComparedPairs,
    /// Draws of the ratios inside one organisation from their plausible ranges: the probability over them that an arm is better,
    /// and the ratio at which the difference turns; 0 for none [default: 24 without SCENARIOS and from 20 replications on, else 0].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub priors: Option<u32>,
    /// Flags.
    #[command(flatten)]
    pub common: Common,
}

/// Which scenarios are compared with which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ComparedPairs {
    /// All with the first.
    First,
    /// All with one another.
    All,
}

/// Flags of everything that simulates.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Number of replications, or `auto`: until the headline outcomes are precise enough [default: from the (first)
    /// scenario's `[run]`].
    #[arg(short = 'n', long, value_name = "N|auto", value_parser = replications)]
    pub replications: Option<Replications>,
    /// With `--replications auto`: the relative half-width of the intervals to reach [default: from the scenario's
    /// `[run]`].
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    pub precision: Option<f64>,
    /// With `--replications auto`: when it looks, after 40, 80, 120 replications and so on (spaced), or after every one,
    /// the precision having to hold for some more (look_ahead) [default: from the scenario's `[run]`].
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub rule: Option<Rule>,
    /// Seed of all random numbers [default: from the (first) scenario's `[run]`].
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Replications in antithetic pairs, the pair being the unit of inference; what that gains or costs is reported.
    #[arg(long)]
    pub antithetic: bool,
    /// Mends headline outcomes by control variates with known means, where that gains at least a tenth.
    #[arg(long)]
    pub controls: bool,
    /// Overrides a value of the scenario(s), as in `--set run.warm_up.weeks=52`; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Results folder to create. The same command on an unfinished one goes on where it stopped.
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replaces an existing results folder.
    #[arg(long)]
    pub force: bool,
    /// Runs every n-th replication only, from the i-th; `merge` joins the folders.
    #[arg(long, value_name = "i/n", requires = "out")]
    pub shard: Option<Shard>,
    /// Threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Gigabytes of memory that all threads together may hold: fewer threads are used, or the run is refused with the
    /// estimate [default: what is free].
    #[arg(long, value_name = "GB", value_parser = gigabytes)]
    pub max_memory: Option<f64>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows neither progress nor notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Flags of everything that runs many points.
#[derive(Debug, ClapArgs)]
pub struct StudyFlags {
    /// Replications of each point [default: from the plan, else from the (first) scenario's `[run]`].
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST))]
    pub replications: Option<u64>,
    /// Seed of all random numbers [default: from the plan, else from the (first) scenario's `[run]`].
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Overrides a value of the plan (of the scenarios, where there is no plan); may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Results folder to create. The same command on an unfinished one goes on where it stopped.
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replaces an existing results folder.
    #[arg(long)]
    pub force: bool,
    /// Threads; the results do not depend on them [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Gigabytes of memory that all threads together may hold: fewer threads are used, or the run is refused with the
    /// estimate [default: what is free].
    #[arg(long, value_name = "GB", value_parser = gigabytes)]
    pub max_memory: Option<f64>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows neither progress nor notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Judges a scenario, or with `--theory` the program.
#[derive(Debug, ClapArgs)]
pub struct Check {
    /// A scenario file, or the name of a built-in scenario.
    #[arg(required_unless_present = "theory")]
    pub scenario: Option<String>,
    /// Overrides a value, as in `--set run.replications=10`; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Measures in a pilot of five replications whether the warm-up is long enough.
    #[arg(long)]
    pub warmup: bool,
    /// Answers "no" (exit code 1) to whatever is doubtful, any warning; a number without evidence is answered so anyway.
    #[arg(long)]
    pub strict: bool,
    /// Flags of `--theory`.
    #[command(flatten)]
    pub theory: super::theory::TheoryFlags,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
}

/// Joins shards.
#[derive(Debug, ClapArgs)]
pub struct Merge {
    /// The folders of all shards, in any order.
    #[arg(required = true, value_name = "SHARD_DIR")]
    pub shards: Vec<PathBuf>,
    /// Results folder to create.
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replaces an existing results folder.
    #[arg(long)]
    pub force: bool,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
    /// Shows no notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Lists what ships.
#[derive(Debug, ClapArgs)]
pub struct Scenarios {
    /// Prints the text of this one.
    pub name: Option<String>,
    /// Prints the map of organisations of this scenario (built in, or a file) instead.
    #[arg(long, value_name = "SCENARIO", conflicts_with = "name")]
    pub map: Option<String>,
    /// With `--map`: how it is written.
    #[arg(long, value_enum, default_value_t = MapFormat::Mermaid, requires = "map")]
    pub format: MapFormat,
    /// With `--map`: the week of the run, where the scenario changes during it.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "map")]
    pub week: u32,
    /// With `--map`: overrides a value of the scenario; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "map")]
    pub sets: Vec<String>,
    /// Answers in JSON.
    #[arg(long)]
    pub json: bool,
}

/// Writes an event log or tells a story.
#[derive(Debug, ClapArgs)]
pub struct Trace {
    /// A scenario file, or the name of a built-in scenario, of kind "pathway".
    pub scenario: String,
    /// Replication, from 0.
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    pub replication: u64,
    /// Prints the story of this person alone, from 0 in the order of the course (`entity_id` in event logs).
    #[arg(short, long, value_name = "N")]
    pub person: Option<u32>,
    /// Folder to create, with the event log in it.
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Files of the event log: a table in the form of vidigi, IEEE 1849 XES, or both.
    #[arg(long, value_enum, default_value_t = LogFormat::Csv)]
    pub format: LogFormat,
    /// People in it: everybody, or those who are there at some time of the measured window; each with their whole log.
    #[arg(long, value_enum, default_value_t = LogWindow::All)]
    pub window: LogWindow,
    /// Seed of all random numbers [default: from the scenario's `[run]`].
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Overrides a value of the scenario; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Replaces an existing results folder.
    #[arg(long)]
    pub force: bool,
    /// Shows no notices.
    #[arg(short, long)]
    pub quiet: bool,
}

/// How a map is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    /// Mermaid, which many pages and editors draw.
    Mermaid,
    /// Graphviz.
    Dot,
}

/// Files of an event log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// `event_log.csv`.
    Csv,
    /// `event_log.xes`.
    Xes,
    /// Both.
    All,
}

/// People of an event log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogWindow {
    /// Everybody.
    All,
    /// Those there at some time of the measured window.
    Measured,
}

/// Prints a schema.
#[derive(Debug, ClapArgs)]
pub struct Schema {
    /// Kind of scenario or plan, or `targets`.
    #[arg(default_value = crate::scenario::KINDS[0], value_parser = clap::builder::PossibleValuesParser::new(kinds()))]
    pub kind: String,
}

fn kinds() -> impl Iterator<Item = &'static str> {
    crate::scenario::KINDS
        .into_iter()
        .chain(crate::scenario::plan::KINDS)
        .chain([crate::scenario::targets::KIND])
}

/// Most replications that may be asked for.
const MOST: u64 = 10_000_000;

fn replications(text: &str) -> Result<Replications, String> {
    if text == "auto" {
        return Ok(Replications::Auto);
    }
    match text.parse::<u64>() {
        Ok(n) if (1..=MOST).contains(&n) => Ok(Replications::Fixed(n)),
        _ => Err(format!("a whole number from 1 to {MOST}, or `auto`")),
    }
}

fn rule(text: &str) -> Result<Rule, String> {
    match text {
        "spaced" => Ok(Rule::Spaced),
        "look_ahead" => Ok(Rule::LookAhead),
        _ => Err("`spaced` or `look_ahead`".to_string()),
    }
}

fn gigabytes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x > 0.0 && x <= 1e6 => Ok(x),
        _ => Err("gigabytes, such as 4 or 0.5".to_string()),
    }
}

fn precision(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x > 0.0 && x < 1.0 => Ok(x),
        _ => Err("a share between 0 and 1, such as 0.05".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn replications_are_a_number_or_auto() {
        assert_eq!(replications("auto"), Ok(Replications::Auto));
        assert_eq!(replications("7"), Ok(Replications::Fixed(7)));
        for wrong in ["0", "-1", "1.5", "many", "99999999999999999999"] {
            assert!(replications(wrong).is_err(), "{wrong}");
        }
        assert!(precision("NaN").is_err() && precision("inf").is_err() && precision("0").is_err());
    }
}
