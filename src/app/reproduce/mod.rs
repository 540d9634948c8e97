//! `reproduce`: a results folder rebuilt from its manifest alone, and compared byte by byte.

mod compare;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::Error;
use super::execute::execute_upto;
use super::manifest::{experiment_of, not_understood, texts, version};
use super::warmup::{WarmupAsk, warmup, write_warmup};
use super::{
    Attribute, Calibrate, Choose, Output, Sensitivity, Size, Sweep, TheoryAsk, Trace, UncertaintyStudy,
    Validate, Window, check_theory, trace, write_theory,
};
use crate::experiment::Progress;
use crate::report::Reproduced;
use crate::store::{MANIFEST, Manifest, RUN, StoreError};

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
    let text = fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Error::Refused(format!(
            "{} does not exist: give a results folder of careweave, or its {MANIFEST}",
            path.display()
        )),
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
    let run = fs::read_to_string(folder.join(RUN)).ok();
    let run = run.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    run.is_some_and(|run| run["interrupted"] == Value::Bool(true))
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
        let plan = &self.manifest.plan;
        if let Some(study) = plan.get("study") {
            return self.study(study.as_str().unwrap_or_default(), stop, progress);
        }
        if plan.get("kind").and_then(Value::as_str) == Some("theory") {
            let ask = TheoryAsk {
                seed: plan
                    .get("seed")
                    .and_then(Value::as_u64)
                    .ok_or_else(|| self.incomplete())?,
                quick: plan.get("quick") == Some(&Value::Bool(true)),
                threads: self.output.threads,
            };
            let theory = check_theory(&ask, progress)?;
            let out = self.output.out.clone().unwrap_or_default();
            write_theory(&theory, (out, self.output.force), (self.about)())?;
            return Ok(true);
        }
        if let Some(of) = plan.get("warmup") {
            return self.warmup(of);
        }
        let e = experiment_of(self.manifest, self.path)?;
        if let Some(of) = plan.get("trace") {
            let flag = |name: &str| of.get(name) == Some(&Value::Bool(true));
            let ask = Trace {
                replication: self.number(of, "replication")?,
                person: of.get("person").and_then(Value::as_u64).map(|p| p as u32),
                window: match of.get("window").and_then(Value::as_str) {
                    Some("measured") => Window::Measured,
                    _ => Window::All,
                },
                csv: flag("csv"),
                xes: flag("xes"),
                out: self.output.out.clone(),
                force: self.output.force,
            };
            trace(&e, &ask, self.about)?;
            return Ok(true);
        }
        let upto = (self.interrupted && self.output.shard.is_none()).then_some(self.manifest.replications);
        let done = execute_upto(&e, upto, &self.output, stop, progress, self.about)?;
        Ok(!done.interrupted())
    }

    fn warmup(&self, of: &Value) -> Result<bool, Error> {
        let plan = &self.manifest.plan;
        let first = plan.get("arms").and_then(|a| a.get(0));
        let scenario = first.and_then(|a| a.get("scenario")).and_then(Value::as_str);
        let ask = WarmupAsk {
            scenario: scenario.ok_or_else(|| self.incomplete())?.to_string(),
            sets: strings(plan.get("overrides")),
            seed: plan.get("seed").and_then(Value::as_u64),
            replications: self.number(of, "replications")?,
            interval: of.get("interval_seconds").and_then(Value::as_i64),
            outcomes: strings(of.get("outcomes")),
            window: Some(self.number(of, "window")? as usize),
            threads: self.output.threads,
            memory: self.output.memory,
        };
        let (found, e) = warmup(&self.texts()?, &ask)?;
        let out = self.output.out.clone().unwrap_or_default();
        write_warmup(&found, &e, &ask, (out, self.output.force), (self.about)())?;
        Ok(true)
    }

    fn study(&self, study: &str, stop: &AtomicBool, progress: &mut dyn Progress) -> Result<bool, Error> {
        let texts = self.texts()?;
        let (output, about, threads) = (&self.output, self.about, self.output.threads);
        match study {
            "sweep" => {
                let sweep = Sweep::prepare(&texts, &self.ask()?, threads)?;
                Ok(!sweep.run(output, stop, progress, about)?.interrupted)
            }
            "size" => {
                let size = Size::prepare(&texts, &self.ask()?, threads)?;
                Ok(size.run(output, stop, progress, about)?.is_some())
            }
            "choose" => {
                let choose = Choose::prepare(&texts, &self.ask()?, threads)?;
                Ok(choose.run(output, stop, progress, about)?.is_some())
            }
            "attribute" => {
                let attribute = Attribute::prepare(&texts, &self.ask()?, threads)?;
                Ok(attribute.run(output, stop, progress, about)?.answer.is_some())
            }
            "sensitivity" => {
                let sensitivity = Sensitivity::prepare(&texts, &self.ask()?, threads)?;
                Ok(!sensitivity.run(output, stop, progress, about)?.interrupted)
            }
            "uncertainty" => {
                let uncertainty = UncertaintyStudy::prepare(&texts, &self.ask()?, threads)?;
                Ok(uncertainty.run(output, stop, progress, about)?.result.is_some())
            }
            "calibrate" => {
                let calibrate = Calibrate::prepare(&texts, &self.ask()?, threads)?;
                Ok(calibrate.run(output, stop, progress, about)?.report.is_some())
            }
            "validate" => {
                let validate = Validate::prepare(&texts, &self.ask()?, threads)?;
                Ok(validate.run(output, stop, progress, about)?.is_some())
            }
            other => Err(Error::Refused(format!(
                "{}: a folder of `{other}` cannot be rebuilt by this version",
                self.path.display()
            ))),
        }
    }

    fn texts(&self) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        texts(self.manifest).ok_or_else(|| self.incomplete())
    }

    /// The question of a study.
    fn ask<A: DeserializeOwned>(&self) -> Result<A, Error> {
        let ask = self.manifest.plan.get("ask").cloned().unwrap_or(Value::Null);
        serde_json::from_value(ask).map_err(|_| self.incomplete())
    }

    fn number(&self, of: &Value, name: &str) -> Result<u64, Error> {
        let number = of.get(name).and_then(Value::as_u64);
        number.ok_or_else(|| self.incomplete())
    }

    fn incomplete(&self) -> Error {
        Error::Refused(format!(
            "{}: it does not hold all that decides the bytes",
            self.path.display()
        ))
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|v| Some(v.as_str()?.to_string())).collect()
}
