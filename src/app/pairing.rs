//! Which pathway scenarios may be compared person by person, and why others may not.

use std::collections::BTreeMap;

use super::error::Error;
use super::scenarios::Arm;
use crate::model::Model;
use crate::pathway::Pathway;
use crate::scenario::node::{Node, Value};
use crate::scenario::show_path;

/// Tables of a scenario that decide who falls ill and how, whatever the care.
const EXOGENOUS: [&str; 10] = [
    "practices",
    "age_bands",
    "ethnicities",
    "groups",
    "trajectories",
    "symptom_kinds",
    "acute_kinds",
    "course",
    "locality",
    "run",
];

/// Keys below them that do not: how a practice works, how often and how precisely one looks.
const NOT_EXOGENOUS: [(&str, &str); 4] = [
    ("practices", "style"),
    ("run", "replications"),
    ("run", "seed"),
    ("run", "auto"),
];

/// Most differing values that are named.
const NAMED: usize = 8;

/// Why arms that are not paired are not compared, with the values that differ.
pub fn refusal(arms: &[Arm], pathway: &Pathway) -> Error {
    let models: Vec<&Model> = pathway.models().collect();
    let mut lines = Vec::new();
    for (arm, model) in arms.iter().zip(&models).skip(1) {
        if model.exogenous == models[0].exogenous && model.windows == models[0].windows {
            continue;
        }
        let paths = differences(arms[0].checked.root(), arm.checked.root());
        let mut shown: Vec<String> = paths.iter().take(NAMED).map(|p| format!("`{p}`")).collect();
        if paths.len() > NAMED {
            shown.push(format!("{} more", paths.len() - NAMED));
        }
        if shown.is_empty() {
            shown.push("the course of illness".to_string());
        }
        lines.push(format!(
            "  `{}` differs from `{}` in {}",
            arm.name,
            arms[0].name,
            shown.join(", ")
        ));
    }
    Error::Refused(format!(
        "these scenarios cannot be compared person by person: they do not have the same people.\n{}\nMake these \
         values equal in all of them, or run each by itself with `careweave run`.",
        lines.join("\n")
    ))
}

/// Paths of the exogenous values in which two scenarios differ.
fn differences(a: &Node, b: &Node) -> Vec<String> {
    let (a, b) = (leaves(a), leaves(b));
    let mut paths: Vec<&Vec<String>> = a.keys().chain(b.keys()).collect();
    paths.sort();
    paths.dedup();
    let exogenous = |path: &[String]| {
        let first = path.first().map_or("", String::as_str);
        let aside = |(table, key): &(&str, &str)| first == *table && path.iter().any(|name| name == key);
        EXOGENOUS.contains(&first) && !NOT_EXOGENOUS.iter().any(aside)
    };
    let differ = paths
        .into_iter()
        .filter(|path| exogenous(path) && a.get(*path) != b.get(*path));
    differ.map(|path| show_path(path)).collect()
}

fn leaves(root: &Node) -> BTreeMap<Vec<String>, Value> {
    let mut all = BTreeMap::new();
    root.leaves(&mut Vec::new(), &mut |path, node| {
        all.insert(path.to_vec(), node.value.clone());
    });
    all
}
