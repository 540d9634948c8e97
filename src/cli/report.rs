//! `report`: results shown again, or written up after STRESS-DES.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;

use super::End;
use super::files::Files;
use super::screen::Screen;
use crate::app::{self, Error, Stressed};
use crate::report;
use crate::store::limited::{TEXT_LIMIT, is_of_the_file, read_file};
use crate::store::{StoreError, write_whole};

/// Shows results again, or writes them up after the checklist STRESS-DES.
#[derive(Debug, ClapArgs)]
pub struct Report {
    /// A results folder; with `--stress` also its `manifest.json`, a scenario file or the name of a built-in scenario.
    #[arg(value_name = "RESULTS")]
    pub results: String,
    /// Fills the twenty items of STRESS-DES 1.0 (Monks and others 2019) from scenario, evidence, program and manifest.
    #[arg(long)]
    pub stress: bool,
    /// How it is written [default: text; with `--stress` by the ending of `--out`, else Markdown].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// File to write [default: the terminal; a Word file needs one].
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replaces an existing file.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// With `--stress`: answers "no" (exit code 1) and writes nothing if something is missing that only people can say.
    #[arg(long, requires = "stress")]
    pub strict: bool,
    /// With `--stress` of a scenario: overrides a value; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "stress")]
    pub sets: Vec<String>,
    /// Answers in JSON: with `--stress` what is missing, and the Markdown.
    #[arg(long)]
    pub json: bool,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Plain text, as on the terminal.
    Text,
    /// One page for a browser.
    Html,
    /// Markdown.
    Md,
    /// Word.
    Docx,
}

/// `careweave report`.
pub fn report(screen: &Screen, args: &Report) -> Result<End, Error> {
    match args.stress {
        true => stress(screen, args),
        false => again(screen, args),
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, Error> {
    Err(Error::Refused(why.into()))
}

/// A report that is in the folder already.
fn again(screen: &Screen, args: &Report) -> Result<End, Error> {
    let name = match args.format {
        None | Some(Format::Text) => "report.txt",
        Some(Format::Html) => "report.html",
        Some(Format::Md | Format::Docx) => {
            return refused(
                "`md` and `docx` are formats of `--stress`; results are shown again as `text` or `html`",
            );
        }
    };
    let folder = Path::new(&args.results);
    crate::store::Manifest::read(folder)?;
    let path = folder.join(name);
    let bytes = match read_file(&path, TEXT_LIMIT) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return refused(format!(
                "{} has no {name}: these results are not told so",
                folder.display()
            ));
        }
        Err(e) if is_of_the_file(&e) => return refused(format!("{}: {e}", path.display())),
        Err(source) => return Err(io("read", &path, source)),
    };
    let text = String::from_utf8_lossy(&bytes);
    match (&args.out, screen.json()) {
        (Some(out), _) => write_whole(out, &bytes, args.force)?,
        (None, true) => screen.answer_json(&json!({ "file": name, "text": text }))?,
        (None, false) => screen.answer(&text)?,
    }
    Ok(End::Done)
}

fn stress(screen: &Screen, args: &Report) -> Result<End, Error> {
    let ending = args.out.as_ref().and_then(|p| p.extension()?.to_str());
    let format = match (args.format, ending) {
        (Some(Format::Text | Format::Html), _) => {
            return refused("`--stress` is written as `md` or `docx`");
        }
        (Some(format), _) => format,
        (None, Some("docx")) => Format::Docx,
        (None, _) => Format::Md,
    };
    let made = app::stress(&Files, &args.results, &args.sets, super::COMMIT)?;
    for what in &made.lacking {
        screen.aside(&format!("note: {what}\n"));
    }
    let (strict, missing) = (args.strict && !made.gaps.is_empty(), missing(&made));
    if strict {
        match screen.json() {
            true => screen.answer_json(&answer(&made, None))?,
            false => screen.answer(&missing)?,
        }
        return Ok(End::No);
    }
    let bytes = match format {
        Format::Docx => report::docx(&made.document).map_err(Error::Refused)?,
        _ => report::markdown(&made.document).into_bytes(),
    };
    match &args.out {
        Some(out) => {
            write_whole(out, &bytes, args.force)?;
            match screen.json() {
                true => screen.answer_json(&answer(&made, None))?,
                false => screen.answer(&format!("{missing}Written to {}.\n", out.display()))?,
            }
        }
        None if format == Format::Docx && std::io::stdout().is_terminal() => {
            return refused("a Word file is no text: give it a name with --out");
        }
        None if screen.json() => screen.answer_json(&answer(&made, Some(&bytes)))?,
        None => {
            screen.aside(&missing);
            screen.answer_bytes(&bytes)?;
        }
    }
    Ok(End::Done)
}

/// What is missing, in words.
fn missing(made: &Stressed) -> String {
    if made.gaps.is_empty() {
        return "All twenty items of STRESS-DES are filled.\n".to_string();
    }
    let mut out = format!(
        "{} of the twenty items of STRESS-DES lack{} what only people can say. In the scenario, write\n",
        made.gaps.len(),
        if made.gaps.len() == 1 { "s" } else { "" }
    );
    for gap in &made.gaps {
        out.push_str(&format!("  {:32} item {}: {}\n", gap.path, gap.item, gap.what));
    }
    out
}

fn answer(made: &Stressed, text: Option<&[u8]>) -> serde_json::Value {
    let gaps = made.gaps.iter();
    let gaps = gaps.map(|g| json!({ "item": g.item, "path": g.path, "what": g.what }));
    json!({
        "missing": gaps.collect::<Vec<_>>(), "lacking": made.lacking,
        "markdown": text.map(|t| String::from_utf8_lossy(t).into_owned()),
    })
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::Store(StoreError::Io {
        doing,
        path: path.to_path_buf(),
        source,
    })
}
