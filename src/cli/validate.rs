//! `validate`.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde_json::json;

use super::args::StudyFlags;
use super::bar::Bar;
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use super::{End, interrupt, study};
use crate::app::{self, Error, ValidateAsk};
use crate::report;
use crate::store::limited::{TEXT_LIMIT, is_of_the_file, read_text};
use crate::store::{StoreError, can_write, write_whole};

/// Between these lines of a document stand the tables.
const BEGIN: &str = "<!-- begin: careweave validate -->";
const END: &str = "<!-- end: careweave validate -->";

/// Compares a scenario with published figures, and looks for what must not come out of it.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Here -n is 40 unless given, and --set overrides values of the scenario. Exit code 1: something fails."
)]
pub struct Validate {
    /// A scenario file, or the name of a built-in scenario.
    #[arg(default_value = app::BUILT_IN_ARMS[0])]
    pub scenario: String,
    /// A file of targets (`careweave schema targets`) [default: the built-in ones].
    #[arg(long, value_name = "FILE", default_value = crate::scenario::targets::BUILT_IN, hide_default_value = true)]
    pub targets: String,
    /// Leaves the negative checks out, which take most of the time.
    #[arg(long)]
    pub quick: bool,
    /// Puts the tables into this Markdown file, between the lines `<!-- begin: careweave validate -->` and `<!-- end: careweave
    /// validate -->`.
    #[arg(long, value_name = "DOCUMENT")]
    pub into: Option<PathBuf>,
    /// Flags.
    #[command(flatten)]
    pub flags: StudyFlags,
}

/// `careweave validate`. The answer "something fails" is a "no" (exit code 1).
pub fn validate(screen: &Screen, args: &Validate) -> Result<End, Error> {
    let machine = Machine::new(args.flags.threads);
    // Before anything runs: a document without the lines is not to be found out about afterwards.
    if let Some(path) = &args.into {
        parts(path)?;
        can_write(path, true)?;
    }
    let ask = ValidateAsk {
        scenario: args.scenario.clone(),
        targets: args.targets.clone(),
        sets: args.flags.sets.clone(),
        replications: args.flags.replications,
        seed: args.flags.seed,
        quick: args.quick,
    };
    let prepared = app::Validate::prepare(&Files, &ask, machine.threads())?;
    screen.findings(prepared.findings());
    let output = study::output(&args.flags, &machine, None);
    let mut bar = Bar::units(args.flags.quiet);
    let done = prepared.run(&output, interrupt::catch(), &mut bar, &|| machine.about());
    drop(bar);
    let done = done?;
    if !args.flags.quiet {
        let units = done.as_ref().map_or(0, |d| d.1);
        screen.aside(&study::notice(units, done.is_none(), &output, &machine));
    }
    let Some((validation, _)) = done else {
        if screen.json() {
            screen.answer_json(&json!({ "interrupted": true }))?;
        }
        return Ok(End::Interrupted);
    };
    // The answer comes first, so that it is not lost with a document that cannot be written.
    let answered = match screen.json() {
        true => screen.answer_json(&report::validation_json(&validation)),
        false => screen.answer(&report::validation_text(&validation, app::REPORT_WIDTH)),
    };
    if let Some(path) = &args.into {
        // Read again: somebody may have written in it meanwhile.
        let (before, after) = parts(path)?;
        let table = report::validation_markdown(&validation);
        let text = format!("{before}{BEGIN}\n{table}{END}{after}");
        write_whole(path, text.as_bytes(), true)?;
    }
    answered?;
    Ok(match validation.fails() {
        true => End::No,
        false => End::Done,
    })
}

/// What stands before and after the tables of a document.
fn parts(path: &Path) -> Result<(String, String), Error> {
    let text = read_text(path, TEXT_LIMIT).map_err(|e| unreadable(path, e))?;
    match around(&text) {
        Some((before, after)) => Ok((before.to_string(), after.to_string())),
        None => Err(Error::Refused(format!(
            "{} has no line `{BEGIN}` followed by a line `{END}`",
            path.display()
        ))),
    }
}

fn around(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some((before, after))
}

fn unreadable(path: &Path, source: std::io::Error) -> Error {
    match source.kind() == std::io::ErrorKind::NotFound || is_of_the_file(&source) {
        true => Error::Refused(format!("{}: {source}", path.display())),
        false => Error::Store(StoreError::Io {
            doing: "read",
            path: path.to_path_buf(),
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_tables_is_kept() {
        let text = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(around(&text), Some(("a\n", "\nb\n")));
        assert_eq!(around(&format!("{END} {BEGIN}")), None);
    }
}
