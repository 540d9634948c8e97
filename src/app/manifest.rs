//! What `manifest.json` says of an experiment, and the experiment rebuilt from it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::error::Error;
use super::experiment::{Ask, Experiment};
use super::scenarios::read_arms;
use crate::experiment::{Count, Pairs, Rule};
use crate::store::Manifest;

/// Name of the layer of an override; its text stands under `overrides`.
const SET: &str = "--set";

/// Everything that decides the records of an experiment, and when `auto` stops. Each text stands once, however many
/// scenarios are made from it. Never: threads, shards, the machine.
pub fn plan(e: &Experiment) -> Map<String, Value> {
    let mut texts: BTreeMap<&str, Value> = BTreeMap::new();
    let mut arms = Vec::new();
    for arm in &e.arms {
        let files: Vec<_> = arm.checked.layers.iter().filter(|l| l.name != SET).collect();
        for layer in &files {
            texts.insert(&layer.name, json!({ "hash": layer.hash, "text": layer.text }));
        }
        arms.push(json!({
            "name": arm.name,
            "title": arm.title(),
            "scenario": files.last().map(|l| l.name.as_str()),
            "hash": arm.checked.hash,
            "layers": files.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(),
        }));
    }
    let stopping = match &e.count {
        Count::Fixed(_) => json!("fixed"),
        Count::Auto(auto) => {
            let names = auto
                .outcomes
                .iter()
                .map(|o| e.catalogue().outcomes()[o.index()].name.as_str());
            let rule = match auto.rule {
                Rule::Spaced => "spaced",
                Rule::LookAhead => "look_ahead",
            };
            json!({ "auto": {
                "precision": auto.target, "cap": auto.cap, "outcomes": names.collect::<Vec<_>>(), "rule": rule,
            } })
        }
    };
    let plan = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "kind": e.arms[0].checked.kind_name(),
        "seed": e.seed,
        "stopping": stopping,
        "overrides": e.sets,
        "arms": arms,
        "texts": texts,
    });
    let Value::Object(mut map) = plan else {
        return Map::new();
    };
    // Said only where it is so: other plans are what they ever were.
    for (name, is) in [("antithetic", e.antithetic), ("controls", e.controls)] {
        if is {
            map.insert(name.to_string(), Value::Bool(true));
        }
    }
    if e.priors > 0 {
        map.insert("priors".to_string(), json!(e.priors));
    }
    if e.pairs == Pairs::All {
        map.insert("pairs".to_string(), json!("all"));
    }
    map
}

/// The experiment that wrote a results folder, from the texts in its manifest; if its number of replications was fixed, it is
/// that of the manifest.
///
/// # Errors
/// No results folder, one written by another version, or one whose texts do not give what they gave.
pub fn rebuild(folder: &Path) -> Result<Experiment, Error> {
    let manifest = Manifest::read(folder)?;
    let refused = |why: String| Error::Refused(format!("{}: {why}", folder.display()));
    let version = version(&manifest);
    if version != env!("CARGO_PKG_VERSION") {
        return Err(refused(format!(
            "written by careweave {version}; this is {}, whose numbers may differ",
            env!("CARGO_PKG_VERSION")
        )));
    }
    experiment_of(&manifest, folder)
}

/// An error in scenarios that are in a manifest: nobody can put them right there.
pub fn not_understood(place: &Path, e: Error) -> Error {
    let Error::Invalid(all) = &e else { return e };
    let mut errors = all.iter().flat_map(|f| &f.found).filter(|d| d.is_error());
    let first = errors
        .next()
        .map_or(String::new(), |d| format!(": {}", d.message));
    Error::Refused(format!(
        "{}: this build does not understand the scenarios in it, so another build wrote it{first}{}",
        place.display(),
        match errors.count() {
            0 => String::new(),
            n => format!(" (and {n} more)"),
        }
    ))
}

/// The version that wrote a manifest.
pub fn version(manifest: &Manifest) -> &str {
    let version = manifest.plan.get("version").and_then(Value::as_str);
    version.unwrap_or("of an unknown version")
}

/// The texts of a manifest, by name: of an experiment each with its hash, of a study alone.
pub fn texts(manifest: &Manifest) -> Option<BTreeMap<String, Vec<u8>>> {
    let texts = manifest.plan.get("texts")?.as_object()?;
    let text = |v: &Value| match v {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        other => Some(other.get("text")?.as_str()?.as_bytes().to_vec()),
    };
    Some(
        (texts.iter())
            .filter_map(|(name, v)| Some((name.clone(), text(v)?)))
            .collect(),
    )
}

/// The experiment of a manifest, whatever the version; `place` is named in errors.
///
/// # Errors
/// A manifest that lacks something; texts that do not give what they gave.
pub fn experiment_of(manifest: &Manifest, place: &Path) -> Result<Experiment, Error> {
    let plan = &manifest.plan;
    let refused = |why: String| Error::Refused(format!("{}: {why}", place.display()));
    let incomplete = || refused("its manifest is incomplete".to_string());
    let strings = |value: Option<&Value>| -> Option<Vec<String>> {
        value?
            .as_array()?
            .iter()
            .map(|v| v.as_str().map(str::to_string))
            .collect()
    };
    let loader = texts(manifest).ok_or_else(incomplete)?;
    let listed = plan
        .get("arms")
        .and_then(Value::as_array)
        .ok_or_else(incomplete)?;
    let field = |name: &str| -> Option<Vec<String>> {
        listed
            .iter()
            .map(|a| a.get(name)?.as_str().map(str::to_string))
            .collect()
    };
    let (names, scenarios, hashes) = match (field("name"), field("scenario"), field("hash")) {
        (Some(names), Some(scenarios), Some(hashes)) => (names, scenarios, hashes),
        _ => return Err(incomplete()),
    };
    let sets = strings(plan.get("overrides")).ok_or_else(incomplete)?;
    let (mut arms, findings) = read_arms(&loader, &scenarios, &sets)?;
    for ((arm, name), hash) in arms.iter_mut().zip(names).zip(hashes) {
        if arm.checked.hash != hash {
            return Err(refused(format!(
                "the text of `{name}` no longer says what it said"
            )));
        }
        arm.name = name;
    }
    let auto = plan.get("stopping").and_then(|s| s.get("auto"));
    let ask = Ask {
        sets,
        seed: plan.get("seed").and_then(Value::as_u64),
        // An event log is of one replication, whatever the scenario says of their number.
        replications: (!plan.contains_key("trace")).then_some(match auto {
            Some(_) => super::Replications::Auto,
            None => super::Replications::Fixed(manifest.replications),
        }),
        precision: auto.and_then(|a| a.get("precision")).and_then(Value::as_f64),
        rule: auto.and_then(|a| a.get("rule")).map(|rule| match rule.as_str() {
            Some("look_ahead") => Rule::LookAhead,
            _ => Rule::Spaced,
        }),
        antithetic: Some(plan.get("antithetic") == Some(&Value::Bool(true))),
        controls: Some(plan.get("controls") == Some(&Value::Bool(true))),
        pairs: match plan.get("pairs").and_then(Value::as_str) {
            Some("all") => Pairs::All,
            _ => Pairs::First,
        },
        priors: plan.get("priors").and_then(Value::as_u64).unwrap_or(0) as usize,
        ..Ask::default()
    };
    Experiment::of(arms, findings, &ask)
}
