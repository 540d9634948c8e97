//! What ships with the program.

use super::error::Error;
use super::scenarios::{Findings, read_arms};
use crate::base::WEEK;
use crate::compile;
use crate::report::{self, Drawing};
use crate::scenario::{self, BuiltIn, Kind, Loader, library};

/// The arms of the main job: what the others are compared with, then the others.
pub const BUILT_IN_ARMS: [&str; 5] = [
    "networked",
    "good_network",
    "integrated_map_external_theta",
    "integrated_no_pool",
    "integrated",
];

/// A built-in scenario as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Name on the command line.
    pub name: &'static str,
    /// The folder it ships in: a source document, or `queueing`; empty for the arms of the main job.
    pub family: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// The question it is to answer.
    pub question: Option<String>,
}

/// The built-in scenarios in the order of the library.
///
/// # Errors
/// A built-in scenario with an error, which is a defect of the program.
pub fn built_in() -> Result<Vec<Listed>, Error> {
    let mut listed = Vec::new();
    for ours in library::all().iter().filter(|s| s.listed) {
        let (checked, found, sources) = scenario::read(&BuiltIn, ours.name, &[]);
        let checked = checked.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))?;
        listed.push(Listed {
            name: ours.name,
            family: ours.family(),
            kind: checked.kind_name(),
            title: checked.header.title.clone().unwrap_or_default(),
            question: checked.header.question.clone(),
        });
    }
    Ok(listed)
}

/// The built-in plans in the order of the library.
pub fn plans() -> Vec<Listed> {
    let read = |ours: &'static library::BuiltInScenario| {
        let table: toml::Table = toml::from_str(ours.text).unwrap_or_default();
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_string);
        let kind = scenario::plan::KINDS
            .into_iter()
            .find(|k| text("kind").as_deref() == Some(k));
        Listed {
            name: ours.name,
            family: ours.family(),
            kind: kind.unwrap_or_default(),
            title: text("title").unwrap_or_default(),
            question: text("question"),
        }
    };
    library::plans().iter().map(read).collect()
}

/// The map of organisations of a scenario.
///
/// # Errors
/// A scenario with errors, or one of queues, which have no organisations; a week after the end.
pub fn map(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
    week: u32,
    drawing: Drawing,
) -> Result<String, Error> {
    let (arms, _) = read_arms(loader, &[name.to_string()], sets)?;
    let arm = &arms[0];
    match &arm.checked.kind {
        Kind::Pathway(scenario) => {
            let model = compile::pathway(&arm.name, arm.title(), scenario);
            let time = i64::from(week) * WEEK;
            if time >= model.windows.end() {
                let weeks = model.windows.end() / WEEK;
                return Err(Error::Refused(format!(
                    "the run ends before week {week}: it has {weeks} weeks"
                )));
            }
            Ok(report::map(&model, scenario, time, drawing))
        }
        Kind::Queueing(_) => Err(Error::Refused(
            "a network of queues has no organisations: only scenarios of kind \"pathway\" have a map"
                .to_string(),
        )),
    }
}
