//! `report --stress`: everything the report after STRESS-DES is written from, gathered from a results folder or a scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::attribute::differences::changes;
use super::error::Error;
use super::experiment::{Ask, Experiment};
use super::manifest::{experiment_of, not_understood, texts, version};
use super::scenarios::{Arm, read_arms};
use super::world::World;
use crate::compile;
use crate::experiment::{Count, Pairs, Rule};
use crate::report::{
    self, Document, StressArm, StressFacts, StressGap, StressProgram, StressRun, StressStudy,
};
use crate::scenario::{Kind, Loader};
use crate::store::limited::{TEXT_LIMIT, is_of_the_file, read_text};
use crate::store::{MANIFEST, Manifest, RUN, StoreError};

/// Most settings of a study that are told.
const MOST_SETTINGS: usize = 40;
/// Longest setting that is told, characters.
const LONGEST: usize = 400;

/// A report after STRESS-DES with what is missing in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stressed {
    /// The report.
    pub document: Document,
    /// Fields of `[reporting]` that nobody has filled.
    pub gaps: Vec<StressGap>,
    /// What the folder does not hold, so that the report cannot tell it.
    pub lacking: Vec<String>,
}

/// The report of a results folder (or of its manifest), or of a scenario that was not run. `commit` is that of the program's source,
/// if it is known.
///
/// # Errors
/// A folder that is none of results; a manifest that was altered; scenarios with errors.
pub fn stress(
    loader: &dyn Loader,
    what: &str,
    sets: &[String],
    commit: Option<&str>,
) -> Result<Stressed, Error> {
    let program = |version: &str| StressProgram {
        version: version.to_string(),
        this: env!("CARGO_PKG_VERSION").to_string(),
        commit: commit.map(str::to_string),
        rust: env!("CARGO_PKG_RUST_VERSION").to_string(),
        licence: env!("CARGO_PKG_LICENSE").to_string(),
        libraries: libraries(),
    };
    let Some(path) = manifest_of(what) else {
        let ask = Ask {
            scenarios: vec![what.to_string()],
            sets: sets.to_vec(),
            ..Ask::default()
        };
        let e = Experiment::prepare(loader, &ask)?;
        let run = run_of(&e);
        return Ok(written(
            &e.arms,
            &e.world,
            run,
            None,
            program(env!("CARGO_PKG_VERSION")),
        ));
    };
    if !sets.is_empty() {
        let why = "--set is for scenarios: results are told as they are";
        return Err(Error::Refused(why.to_string()));
    }
    let text = read_text(&path, TEXT_LIMIT).map_err(|source| match is_of_the_file(&source) {
        true => Error::Refused(format!("{}: {source}", path.display())),
        false => Error::Store(StoreError::Io {
            doing: "read",
            path: path.clone(),
            source,
        }),
    })?;
    let manifest =
        Manifest::parse(&text).map_err(|flaw| Error::Refused(format!("{}: {flaw}", path.display())))?;
    let machine = machine(&path);
    let interrupted = machine
        .iter()
        .any(|(name, value)| name == "interrupted" && value == "yes");
    let told = StressRun {
        done: true,
        interrupted,
        plan_hash: Some(manifest.plan_hash.clone()),
        machine: machine
            .into_iter()
            .filter(|(name, _)| name != "interrupted")
            .collect(),
        ..StressRun::default()
    };
    let commit = told.machine.iter().find(|(name, _)| name == "commit");
    let program = StressProgram {
        commit: commit.map(|(_, commit)| commit.clone()),
        ..program(version(&manifest))
    };
    let told = StressRun {
        machine: told
            .machine
            .into_iter()
            .filter(|(name, _)| name != "commit")
            .collect(),
        ..told
    };
    if let Some(command) = manifest.plan.get("study").and_then(Value::as_str) {
        return study(&manifest, command, &path, told, program).map_err(|e| not_understood(&path, e));
    }
    if manifest.plan.get("kind").and_then(Value::as_str) == Some("theory") {
        let why = "a folder of `check --theory`: it is about the program, not about a scenario";
        return Err(Error::Refused(format!("{}: {why}", path.display())));
    }
    let e = experiment_of(&manifest, &path).map_err(|e| not_understood(&path, e))?;
    let run = StressRun {
        replications: Some(manifest.replications),
        ..StressRun {
            done: true,
            ..merged(run_of(&e), told)
        }
    };
    let mut made = written(&e.arms, &e.world, run, None, program);
    for (key, what) in [
        (
            "warmup",
            "the folder is that of a measurement of the warm-up, not of a run",
        ),
        ("trace", "the folder is that of the event log of one replication"),
    ] {
        if manifest.plan.contains_key(key) {
            made.lacking.push(what.to_string());
        }
    }
    if let Some(shard) = manifest.shard() {
        made.lacking.push(format!(
            "the folder is shard {shard}: no results rest on it alone"
        ));
    }
    Ok(made)
}

/// The manifest that is meant, if results are meant at all: a folder, or a file called `manifest.json` or of that form.
fn manifest_of(what: &str) -> Option<PathBuf> {
    let path = Path::new(what);
    if path.is_dir() && path.join(MANIFEST).is_file() {
        return Some(path.join(MANIFEST));
    }
    (path.is_file() && path.extension().is_some_and(|e| e == "json")).then(|| path.to_path_buf())
}

/// What is asked of an experiment, before it is run.
fn run_of(e: &Experiment) -> StressRun {
    let (replications, stopping) = match &e.count {
        Count::Fixed(n) => (Some(*n), None),
        Count::Auto(auto) => {
            let names = auto.outcomes.iter();
            let names: Vec<String> = names
                .map(|o| format!("`{}`", e.catalogue().outcomes()[o.index()].name))
                .collect();
            let when = match auto.rule {
                Rule::Spaced => "looking after 40, 80, 120 replications and so on",
                Rule::LookAhead => {
                    "looking after every replication from 20 on, the precision having to hold for some more"
                }
            };
            let rule = format!(
                "Replications were added until the 95% intervals of {} had a half-width of {}% of the estimate, {when}, at most {} \
                 replications.",
                names.join(", "),
                auto.target * 100.0,
                auto.cap
            );
            (Some(auto.cap), Some(rule))
        }
    };
    StressRun {
        seed: e.seed,
        replications,
        stopping,
        antithetic: e.antithetic,
        controls: e.controls,
        all_pairs: e.pairs == Pairs::All,
        priors: e.priors as u64,
        ..StressRun::default()
    }
}

/// What was asked, with what a folder tells of the run.
fn merged(asked: StressRun, told: StressRun) -> StressRun {
    StressRun {
        interrupted: told.interrupted,
        plan_hash: told.plan_hash,
        machine: told.machine,
        ..asked
    }
}

/// What `run.json` beside a manifest tells, if it is there.
fn machine(manifest: &Path) -> Vec<(String, String)> {
    let text = read_text(&manifest.with_file_name(RUN), TEXT_LIMIT).unwrap_or_default();
    let told: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(is) => if *is { "yes" } else { "no" }.to_string(),
        other => other.to_string(),
    };
    // The name of the machine is nobody's business but its owner's.
    let told = told
        .iter()
        .filter(|(name, value)| name.as_str() != "host" && !value.is_null());
    told.map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn study(
    manifest: &Manifest,
    command: &str,
    path: &Path,
    told: StressRun,
    program: StressProgram,
) -> Result<Stressed, Error> {
    let incomplete = || Error::Refused(format!("{}: it is incomplete", path.display()));
    let plan = &manifest.plan;
    let texts = texts(manifest).ok_or_else(incomplete)?;
    let points = plan
        .get("points")
        .and_then(Value::as_array)
        .ok_or_else(incomplete)?;
    let mut names: Vec<String> = Vec::new();
    for point in points {
        let name = point
            .get("scenario")
            .and_then(Value::as_str)
            .ok_or_else(incomplete)?;
        if !names.iter().any(|n| n == name) {
            names.push(name.to_string());
        }
    }
    // The second scenario of an attribution is reached by overrides and so is no point.
    let versus = plan
        .get("plan")
        .and_then(|p| p.get("versus"))
        .and_then(Value::as_array);
    for name in versus.into_iter().flatten().filter_map(Value::as_str) {
        if !names.iter().any(|n| n == name) {
            names.push(name.to_string());
        }
    }
    let (arms, _) = read_arms(&texts, &names, &[])?;
    let seed = plan.get("seed").and_then(Value::as_u64).unwrap_or_default();
    let world = World::compile(arms.get(..1).ok_or_else(incomplete)?, seed)?;
    let ask = plan.get("ask").and_then(Value::as_object);
    let file = ask.and_then(|a| a.get("plan")).and_then(Value::as_str);
    let file = file.and_then(|name| plan_text(name, &texts));
    let table: toml::Table = file
        .as_ref()
        .and_then(|(_, text)| toml::from_str(text).ok())
        .unwrap_or_default();
    let said = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_string);
    let watched = plan
        .get("outcomes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let study = StressStudy {
        command: command.to_string(),
        title: said("title"),
        question: said("question"),
        points: points.len(),
        settings: settings(ask, plan.get("plan").and_then(Value::as_object)),
        plan: file,
    };
    let run = StressRun {
        seed,
        ..StressRun {
            done: true,
            replications: None,
            ..told
        }
    };
    let mut made = written_with(
        &arms,
        &world,
        run,
        Some(study),
        program,
        watched.filter_map(|w| Some(w.as_str()?.to_string())).collect(),
    );
    made.lacking.push(
        "the manifest of a study names its points; values drawn or searched for while it ran, and replications by point, are in its tables"
            .to_string(),
    );
    Ok(made)
}

/// The text of a plan by the name it was asked for: as it is, or built in.
fn plan_text(name: &str, texts: &BTreeMap<String, Vec<u8>>) -> Option<(String, String)> {
    let built_in = format!("built-in:plans/{name}.toml");
    let found = [name, built_in.as_str()]
        .into_iter()
        .find_map(|n| Some((n, texts.get(n)?)));
    found.map(|(name, text)| (name.to_string(), String::from_utf8_lossy(text).into_owned()))
}

/// The question of a study and the settings of its method as rows.
fn settings(ask: Option<&Map<String, Value>>, plan: Option<&Map<String, Value>>) -> Vec<(String, String)> {
    let said = |value: &Value| match value {
        Value::Null => false,
        Value::Array(all) => !all.is_empty(),
        Value::Object(all) => !all.is_empty(),
        _ => true,
    };
    let both = ask.into_iter().flatten().chain(plan.into_iter().flatten());
    let mut rows: Vec<(String, String)> = Vec::new();
    for (name, value) in both.filter(|(name, value)| name.as_str() != "file" && said(value)) {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let short = match text.chars().count() > LONGEST {
            true => format!(
                "{} … (whole in the manifest)",
                text.chars().take(LONGEST).collect::<String>()
            ),
            false => text,
        };
        if rows.len() < MOST_SETTINGS && !rows.iter().any(|(n, _)| n == name) {
            rows.push((name.clone(), short));
        }
    }
    rows
}

fn written(
    arms: &[Arm],
    world: &World,
    run: StressRun,
    study: Option<StressStudy>,
    program: StressProgram,
) -> Stressed {
    written_with(arms, world, run, study, program, Vec::new())
}

fn written_with(
    arms: &[Arm],
    world: &World,
    run: StressRun,
    study: Option<StressStudy>,
    program: StressProgram,
    watched: Vec<String>,
) -> Stressed {
    let first = &arms[0];
    let told = arms.iter().map(|arm| {
        let (found, gone) = changes(first.checked.root(), arm.checked.root());
        StressArm {
            name: arm.name.clone(),
            checked: &arm.checked,
            model: match &arm.checked.kind {
                Kind::Pathway(scenario) => Some(compile::pathway(&arm.name, arm.title(), scenario)),
                Kind::Queueing(_) => None,
            },
            changes: found.into_iter().map(|d| d.path).collect(),
            gone,
        }
    });
    let title = match (&study, arms) {
        (Some(study), _) if study.title.is_some() => study.title.clone().unwrap_or_default(),
        (_, [one]) => one.title().to_string(),
        _ => format!(
            "{} compared with {}",
            arms[1..]
                .iter()
                .map(|a| a.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            first.name
        ),
    };
    let facts = StressFacts {
        title,
        arms: told.collect(),
        catalogue: world.catalogue(),
        watched,
        run,
        study,
        program,
    };
    Stressed {
        document: report::stress(&facts),
        gaps: report::stress_gaps(&facts),
        lacking: Vec::new(),
    }
}

/// The libraries that the program is made with and their versions, from the lock file it was built by.
fn libraries() -> Vec<(String, String)> {
    let lock: toml::Table = toml::from_str(include_str!("../../Cargo.lock")).unwrap_or_default();
    let cargo: toml::Table = toml::from_str(include_str!("../../Cargo.toml")).unwrap_or_default();
    let direct = cargo.get("dependencies").and_then(toml::Value::as_table);
    let locked = lock.get("package").and_then(toml::Value::as_array);
    let mut all: Vec<(String, String)> = Vec::new();
    for package in locked.into_iter().flatten() {
        let text = |key: &str| {
            package
                .get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        let (name, version) = (text("name"), text("version"));
        if direct.is_some_and(|d| d.contains_key(&name)) {
            all.push((name, version));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_are_those_of_the_lock_file() {
        let all = libraries();
        let serde = all
            .iter()
            .find(|(name, _)| name == "serde")
            .expect("serde is used");
        assert!(serde.1.starts_with("1."), "{serde:?}");
        assert!(
            all.iter().all(|(name, _)| name != "proptest"),
            "tests are no part of the program"
        );
    }
}
