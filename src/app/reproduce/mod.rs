//! `reproduce`: a results folder rebuilt from its manifest alone, and compared byte by byte.

mod compare;
mod question;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::error::Error;
use super::execute::execute_upto;
use super::manifest::{not_understood, version};
use super::warmup::{WarmupAsk, warmup, write_warmup};
use super::{
    Attribute, Calibrate, Choose, Output, Sensitivity, Size, Sweep, TheoryAsk, Trace, UncertaintyStudy,
    Validate, check_theory, trace, write_theory,
};
use crate::experiment::Progress;
use crate::report::Reproduced;
use crate::store::limited::{TEXT_LIMIT, is_of_the_file, read_file, read_text};
use crate::store::{MANIFEST, Manifest, RUN, StoreError};
use question::{Question, StudyQuestion, Texts};

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReproduceAsk {
    /// A manifest, or the results folder it is in.
    pub manifest: PathBuf,
    /// Keeps the rebuilt folder here.
    pub out: Option<PathBuf>,
    /// Whether `out` may be replaced.
    pub force: bool,
    /// Rebuilds also what another version wrote.
    pub any_version: bool,
    /// Threads; the bytes do not depend on them.
    pub threads: usize,
    /// Bytes of memory that all of them may hold; `None`: as many as they like.
    pub memory: Option<u64>,
}

/// Rebuilds a results folder in a temporary folder (or in `out`) and compares each file with the one that is there, or with its
/// hash in the manifest where it is not. `None` if it was told to stop.
///
/// # Errors
/// No manifest, one that was altered or is of another form or version; texts that no longer make sense; the machine.
pub fn reproduce(
    ask: &ReproduceAsk,
    stop: &AtomicBool,
    progress: &mut dyn Progress,
    about: &dyn Fn() -> Map<String, Value>,
) -> Result<Option<Reproduced>, Error> {
    let path = match ask.manifest.is_dir() {
        true => ask.manifest.join(MANIFEST),
        false => ask.manifest.clone(),
    };
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let manifest = read(&path)?;
    let refused = |why: String| Error::Refused(format!("{}: {why}", path.display()));
    let (made_by, this) = (version(&manifest).to_string(), env!("CARGO_PKG_VERSION"));
    if made_by != this && !ask.any_version {
        return Err(refused(format!(
            "written by careweave {made_by}; this is {this}, whose numbers may differ: take that version, or see with \
             --any-version what this one makes of it"
        )));
    }
    let inside = |out: &PathBuf| match (fs::canonicalize(out), fs::canonicalize(&folder)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if ask.out.as_ref().is_some_and(inside) {
        return Err(refused(
            "--out is the folder to compare with: give another".to_string(),
        ));
    }
    let temporary = match ask.out {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|source| StoreError::Io {
            doing: "create",
            path: std::env::temp_dir(),
            source,
        })?),
    };
    let rebuilt = match (&ask.out, &temporary) {
        (Some(out), _) => out.clone(),
        (None, Some(dir)) => dir.path().join("rebuilt"),
        (None, None) => return Ok(None),
    };
    let output = Output {
        out: Some(rebuilt.clone()),
        force: ask.force,
        shard: manifest.shard(),
        threads: ask.threads,
        memory: ask.memory,
    };
    let rebuild = Rebuild {
        manifest: &manifest,
        path: &path,
        interrupted: was_interrupted(&folder),
        output,
        about,
    };
    if !rebuild
        .run(stop, progress)
        .map_err(|e| not_understood(&path, e))?
    {
        return Ok(None);
    }
    let files = compare::folders(&path, &manifest, &rebuilt)?;
    Ok(Some(Reproduced {
        folder: folder.display().to_string(),
        made_by,
        this: this.to_string(),
        files,
    }))
}

/// Reads a manifest and says what is wrong with it.
fn read(path: &Path) -> Result<Manifest, Error> {
    let text = read_file(path, TEXT_LIMIT).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Error::Refused(format!(
            "{} does not exist: give a results folder of careweave, or its {MANIFEST}",
            path.display()
        )),
        _ if is_of_the_file(&e) => Error::Refused(format!("{}: {e}", path.display())),
        _ => Error::Store(StoreError::Io {
            doing: "read",
            path: path.to_path_buf(),
            source: e,
        }),
    })?;
    let text = String::from_utf8_lossy(&text);
    Manifest::parse(&text).map_err(|flaw| Error::Refused(format!("{}: {flaw}", path.display())))
}

/// Whether a folder holds what an interrupted run had finished.
fn was_interrupted(folder: &Path) -> bool {
    let run = read_text(&folder.join(RUN), TEXT_LIMIT).ok();
    let run = run.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    run.is_some_and(|run| run["interrupted"] == Value::Bool(true))
}

/// Whether a manifest holds all that rebuilding its folder takes: its question and its texts are read and an experiment is
/// compiled, but nothing is run; the points of a study are read when it runs.
///
/// # Errors
/// A manifest that is incomplete; texts that no longer make sense.
pub fn rebuildable(manifest: &Manifest, place: &Path) -> Result<(), Error> {
    let question = Question::of(manifest, place).map_err(|e| not_understood(place, e));
    question.map(drop)
}

/// A folder to be rebuilt.
struct Rebuild<'a> {
    manifest: &'a Manifest,
    path: &'a Path,
    interrupted: bool,
    output: Output,
    about: &'a dyn Fn() -> Map<String, Value>,
}

impl Rebuild<'_> {
    /// Rebuilds it; false if it was told to stop.
    fn run(&self, stop: &AtomicBool, progress: &mut dyn Progress) -> Result<bool, Error> {
        let out = || self.output.out.clone().unwrap_or_default();
        let (force, threads) = (self.output.force, self.output.threads);
        match Question::of(self.manifest, self.path)? {
            Question::Study(ask, texts) => self.study(ask, &texts, stop, progress),
            Question::Theory(ask) => {
                let theory = check_theory(&TheoryAsk { threads, ..ask }, progress)?;
                write_theory(&theory, (out(), force), (self.about)())?;
                Ok(true)
            }
            Question::Warmup(ask, texts) => {
                let memory = self.output.memory;
                let ask = WarmupAsk {
                    threads,
                    memory,
                    ..ask
                };
                let (found, e) = warmup(&texts, &ask)?;
                write_warmup(&found, &e, &ask, (out(), force), (self.about)())?;
                Ok(true)
            }
            Question::Trace(e, ask) => {
                let out = self.output.out.clone();
                trace(&e, &Trace { out, force, ..ask }, self.about)?;
                Ok(true)
            }
            Question::Experiment(e) => {
                let part = self.interrupted && self.output.shard.is_none();
                let upto = part.then_some(self.manifest.replications);
                let done = execute_upto(&e, upto, &self.output, stop, progress, self.about)?;
                Ok(!done.interrupted())
            }
        }
    }

    fn study(
        &self,
        ask: StudyQuestion,
        texts: &Texts,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
    ) -> Result<bool, Error> {
        let (output, about, threads) = (&self.output, self.about, self.output.threads);
        match ask {
            StudyQuestion::Sweep(ask) => {
                let sweep = Sweep::prepare(texts, &ask, threads)?;
                Ok(!sweep.run(output, stop, progress, about)?.interrupted)
            }
            StudyQuestion::Size(ask) => {
                let size = Size::prepare(texts, &ask, threads)?;
                Ok(size.run(output, stop, progress, about)?.is_some())
            }
            StudyQuestion::Choose(ask) => {
                let choose = Choose::prepare(texts, &ask, threads)?;
                Ok(choose.run(output, stop, progress, about)?.is_some())
            }
            StudyQuestion::Attribute(ask) => {
                let attribute = Attribute::prepare(texts, &ask, threads)?;
                Ok(attribute.run(output, stop, progress, about)?.answer.is_some())
            }
            StudyQuestion::Sensitivity(ask) => {
                let sensitivity = Sensitivity::prepare(texts, &ask, threads)?;
                Ok(!sensitivity.run(output, stop, progress, about)?.interrupted)
            }
            StudyQuestion::Uncertainty(ask) => {
                let uncertainty = UncertaintyStudy::prepare(texts, &ask, threads)?;
                Ok(uncertainty.run(output, stop, progress, about)?.result.is_some())
            }
            StudyQuestion::Calibrate(ask) => {
                let calibrate = Calibrate::prepare(texts, &ask, threads)?;
                Ok(calibrate.run(output, stop, progress, about)?.report.is_some())
            }
            StudyQuestion::Validate(ask) => {
                let validate = Validate::prepare(texts, &ask, threads)?;
                Ok(validate.run(output, stop, progress, about)?.is_some())
            }
        }
    }
}
