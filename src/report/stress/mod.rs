//! The report of a study after the checklist STRESS-DES, version 1.0, filled from scenario, evidence, program and manifest.
//!
//! Monks T, Currie CSM, Onggo BS, Robinson S, Kunc M, Taylor SJE. Strengthening the reporting of empirical simulation studies:
//! Introducing the STRESS guidelines. Journal of Simulation 2019;13(1):55-67, doi:10.1080/17477778.2018.1442155. Its twenty items
//! are 1.1 to 6.1; 2.5 has five parts. What only people can say stands in `[reporting]` of the scenario or is shown as missing.

mod data;
mod items;
mod objectives;
mod pathway;
mod queueing;
mod running;
mod words;

use super::document::{Block, Document};
use crate::model::Model;
use crate::observe::Catalogue;
use crate::scenario::Reporting;
use crate::scenario::pathway::PathwayScenario;
use crate::scenario::{Checked, Kind, show_path};

/// A scenario of the study.
#[derive(Clone, Debug)]
pub struct StressArm<'a> {
    /// Short name.
    pub name: String,
    /// What it says.
    pub checked: &'a Checked,
    /// Compiled, if it is of people.
    pub model: Option<Model>,
    /// Paths at which it says something else than the first.
    pub changes: Vec<Vec<String>>,
    /// Paths at which only the first says anything.
    pub gone: Vec<String>,
}

/// What was run, or would be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StressRun {
    /// Seed.
    pub seed: u64,
    /// Replications that the results rest on; before a run those that the scenario asks for. `None` where each point has its own.
    pub replications: Option<u64>,
    /// Whether it has been run.
    pub done: bool,
    /// Whether it was told to stop early.
    pub interrupted: bool,
    /// How the number of replications was settled, where it was not fixed.
    pub stopping: Option<String>,
    /// Antithetic pairs.
    pub antithetic: bool,
    /// Control variates.
    pub controls: bool,
    /// Each arm compared with each.
    pub all_pairs: bool,
    /// Draws from the priors.
    pub priors: u64,
    /// Hash of everything that decides the bytes.
    pub plan_hash: Option<String>,
    /// What `run.json` tells of machine and time: name and value.
    pub machine: Vec<(String, String)>,
}

/// The study of which the scenarios are points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StressStudy {
    /// The command.
    pub command: String,
    /// Title and question of the plan.
    pub title: Option<String>,
    /// The question it is to answer.
    pub question: Option<String>,
    /// Points that the manifest lists.
    pub points: usize,
    /// The question of the command and the settings of the method, name and value.
    pub settings: Vec<(String, String)>,
    /// Name and text of the plan file.
    pub plan: Option<(String, String)>,
}

/// The program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StressProgram {
    /// Version that ran the study.
    pub version: String,
    /// Version that writes this report.
    pub this: String,
    /// Commit of the source, if it was known when the program was built.
    pub commit: Option<String>,
    /// Oldest Rust that builds it.
    pub rust: String,
    /// Licence.
    pub licence: String,
    /// Libraries with their versions.
    pub libraries: Vec<(String, String)>,
}

/// Everything the report is written from.
#[derive(Clone, Debug)]
pub struct StressFacts<'a> {
    /// Title.
    pub title: String,
    /// The scenarios; the first is the base model.
    pub arms: Vec<StressArm<'a>>,
    /// What is recorded and worked out.
    pub catalogue: &'a Catalogue,
    /// Outcomes that the study watches; all if empty.
    pub watched: Vec<String>,
    /// What was run.
    pub run: StressRun,
    /// The study, if it is more than a run or a comparison.
    pub study: Option<StressStudy>,
    /// The program.
    pub program: StressProgram,
}

/// A field of `[reporting]` that nobody has filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StressGap {
    /// Item of the checklist.
    pub item: &'static str,
    /// Path in the scenario.
    pub path: String,
    /// What is to be said.
    pub what: &'static str,
}

impl StressFacts<'_> {
    fn base(&self) -> &StressArm<'_> {
        &self.arms[0]
    }

    /// A field of the first scenario's `[reporting]`.
    fn said(&self, field: &str) -> Option<&str> {
        self.base().checked.header.reporting.as_ref()?.field(field)
    }

    /// The file that says it, where that is not the scenario's own: it speaks for what the scenario was made from.
    fn inherited_from(&self, field: &str) -> Option<&str> {
        let checked = self.base().checked;
        let path = ["reporting".to_string(), field.to_string()];
        let layer = checked.root().at(&path)?.layer;
        let own = checked.layers.iter().rposition(|l| l.name != "--set")?;
        (layer < own).then(|| checked.layers[layer].name.as_str())
    }

    fn people(&self) -> Option<(&PathwayScenario, &Model)> {
        let base = self.base();
        match (&base.checked.kind, &base.model) {
            (Kind::Pathway(scenario), Some(model)) => Some((scenario, model)),
            _ => None,
        }
    }
}

/// What is missing in `[reporting]`.
pub fn stress_gaps(facts: &StressFacts<'_>) -> Vec<StressGap> {
    let empty = Reporting::NEEDED
        .iter()
        .filter(|(_, field, _)| facts.said(field).is_none());
    let gap = |(item, field, what): &(&'static str, &'static str, &'static str)| StressGap {
        item,
        path: show_path(&["reporting".to_string(), (*field).to_string()]),
        what,
    };
    empty.map(gap).collect()
}

/// The report.
pub fn stress(facts: &StressFacts<'_>) -> Document {
    let mut w = Writer {
        facts,
        document: Document {
            title: facts.title.clone(),
            subtitle: "Report after STRESS-DES, version 1.0".to_string(),
            blocks: Vec::new(),
        },
    };
    w.opening();
    for (title, items) in items::SECTIONS {
        w.document.heading(1, *title);
        for item in *items {
            w.item(item);
        }
    }
    w.appendices();
    w.document
}

/// A report being written.
struct Writer<'f, 'a> {
    facts: &'f StressFacts<'a>,
    document: Document,
}

impl Writer<'_, '_> {
    fn opening(&mut self) {
        let (run, program) = (&self.facts.run, &self.facts.program);
        let state = match run.done {
            true => format!(
                "Written by careweave {} of results of careweave {}.",
                program.this, program.version
            ),
            false => format!(
                "Written by careweave {} of a scenario that was not run.",
                program.this
            ),
        };
        self.document.text(format!(
            "{state} Every statement is taken by the program from the scenario, its evidence, the program and the manifest of the \
             run, except those marked as the authors' own words."
        ));
        let gaps = stress_gaps(self.facts);
        self.document.text(match gaps.len() {
            0 => "All twenty items are filled.".to_string(),
            n => format!(
                "{} of the twenty items lack{} what only the authors can say: {}.",
                n,
                if n == 1 { "s" } else { "" },
                gaps.iter()
                    .map(|g| format!("{} (`{}`)", g.item, g.path))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        });
        let reporting = self
            .facts
            .base()
            .checked
            .header
            .reporting
            .clone()
            .unwrap_or_default();
        let mut about = Vec::new();
        if !reporting.authors.is_empty() {
            about.push(format!("Authors: {}", reporting.authors.join("; ")));
        }
        for (label, field) in [("Contact", "contact"), ("Funding", "funding")] {
            if let Some(text) = reporting.field(field) {
                about.push(format!("{label}: {text}"));
            }
        }
        self.document.list(about);
        self.document.text(
            "The checklist: Monks T, Currie CSM, Onggo BS, Robinson S, Kunc M, Taylor SJE. Strengthening the reporting of empirical \
             simulation studies: Introducing the STRESS guidelines. Journal of Simulation 2019;13(1):55-67, \
             doi:10.1080/17477778.2018.1442155.",
        );
    }

    fn item(&mut self, item: &items::Item) {
        self.document.heading(2, format!("{} {}", item.number, item.name));
        self.document.blocks.push(Block::Asked(item.asked.to_string()));
        match item.number {
            "1.1" => self.purpose(),
            "1.2" => self.outputs(),
            "1.3" => self.aims(),
            "2.1" => self.diagram(),
            "2.2" => self.logic(),
            "2.3" => self.scenario_logic(),
            "2.4" => self.algorithms(),
            "2.5.1" => self.entities(),
            "2.5.2" => self.activities(),
            "2.5.3" => self.resources(),
            "2.5.4" => self.queues(),
            "2.5.5" => self.entry_and_exit(),
            "3.1" => self.sources(),
            "3.2" => self.pre_processing(),
            "3.3" => self.parameters(),
            "3.4" => self.assumptions(),
            "4.1" => self.initialisation(),
            "4.2" => self.run_length(),
            "4.3" => self.estimation(),
            "5.1" => self.software(),
            "5.2" => self.sampling(),
            "5.3" => self.execution(),
            "5.4" => self.system(),
            _ => self.sharing(),
        }
    }

    /// What the authors say, or that they have not.
    fn authors_say(&mut self, field: &str) {
        match self.facts.said(field) {
            Some(text) => {
                let text = text.to_string();
                self.document.text(format!("Authors: {text}"));
                if let Some(file) = self.facts.inherited_from(field) {
                    self.document.text(format!(
                        "(Said in `{file}`, from which this scenario is made, and not changed in it.)"
                    ));
                }
            }
            None => {
                let what = Reporting::NEEDED
                    .iter()
                    .find(|n| n.1 == field)
                    .map_or("", |n| n.2);
                self.document.blocks.push(Block::Missing(format!(
                    "{what}; write it under `reporting.{field}` of the scenario `{}`",
                    self.facts.base().name
                )));
            }
        }
    }

    fn optional(&mut self, label: &str, field: &str) {
        if let Some(text) = self.facts.said(field) {
            self.document.text(format!("{label} (authors): {text}"));
        }
    }
}
