//! Items 3.1 to 3.4 and appendix B: sources, arithmetic, every input with its value and grade, assumptions.

use std::collections::BTreeMap;

use super::Writer;
use crate::report::document::Table;
use crate::scenario::evidence::{Entry, EvidenceEntry};
use crate::scenario::header::HEADER_KEYS;
use crate::scenario::node::{Node, Value};
use crate::scenario::schema::{Schema, ShapeId};
use crate::scenario::{Checked, Grade, explain, parameters, show_path};

/// An input of a scenario, a law or a list as one.
struct Input<'a> {
    path: Vec<String>,
    node: &'a Node,
    unit: Option<String>,
    evidence: Option<&'a EvidenceEntry>,
}

/// All inputs of a scenario but its title block and `[run]`.
fn inputs(checked: &Checked) -> Vec<Input<'_>> {
    let mut all = Vec::new();
    let schema = checked.schema();
    for (name, node) in checked.root().table().into_iter().flatten() {
        if HEADER_KEYS.contains(&name.as_str()) || name == "run" {
            continue;
        }
        let shape = schema.step(schema.root(), name);
        below(checked, schema, shape, &mut vec![name.clone()], node, &mut all);
    }
    all
}

fn below<'a>(
    checked: &'a Checked,
    schema: &Schema,
    shape: Option<ShapeId>,
    path: &mut Vec<String>,
    node: &'a Node,
    all: &mut Vec<Input<'a>>,
) {
    match &node.value {
        Value::Table(entries) if !node.is_value => {
            for (name, inner) in entries {
                path.push(name.clone());
                below(
                    checked,
                    schema,
                    shape.and_then(|s| schema.step(s, name)),
                    path,
                    inner,
                    all,
                );
                path.pop();
            }
        }
        _ => all.push(Input {
            path: path.clone(),
            node,
            unit: shape.and_then(|s| schema.find(s, |s| s.unit.clone())),
            evidence: evidence_of(checked, path, node),
        }),
    }
}

/// The evidence of a value, or of the first number in it: a law may have an entry for its median alone.
fn evidence_of<'a>(checked: &'a Checked, path: &[String], node: &Node) -> Option<&'a EvidenceEntry> {
    let own = checked.evidence_for(path).map(|e| &e.says);
    own.or_else(|| {
        let mut found = None;
        let mut at = path.to_vec();
        node.leaves(&mut at, &mut |path, leaf| {
            if found.is_none() && leaf.number().is_some() {
                found = checked.evidence_for(path).map(|e| &e.says);
            }
        });
        found
    })
}

/// A value as one line.
pub(super) fn value(node: &Node) -> String {
    explain::show(node)
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Seed => "seed",
        Grade::Published => "published",
        Grade::Derived => "derived",
        Grade::Calibrated => "calibrated",
        Grade::Assumption => "assumption",
    }
}

fn range(says: &EvidenceEntry) -> String {
    match (&says.range, &says.choice) {
        (Some([low, high]), _) => format!("{} to {}", low.get(), high.get()),
        (None, Some(choice)) => choice.join(", "),
        (None, None) => String::new(),
    }
}

/// Grade and range of a value, for a table of differences.
pub(super) fn grades_below(checked: &Checked, path: &[String]) -> String {
    let says = checked
        .root()
        .at(path)
        .and_then(|node| evidence_of(checked, path, node));
    match says {
        None => "structural, or without evidence".to_string(),
        Some(says) => {
            let range = range(says);
            let comma = if range.is_empty() { "" } else { ", " };
            format!("{}{comma}{range}", word(says.grade))
        }
    }
}

const GRADES: [Grade; 5] = [
    Grade::Seed,
    Grade::Published,
    Grade::Derived,
    Grade::Calibrated,
    Grade::Assumption,
];

impl Writer<'_, '_> {
    pub(super) fn sources(&mut self) {
        let checked = self.facts.base().checked;
        let known = parameters(checked);
        let mut counted: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut bare = 0;
        for one in &known {
            match checked.evidence_for(&one.path) {
                None => bare += 1,
                Some(entry) => {
                    let grade = GRADES.iter().position(|g| *g == entry.says.grade).unwrap_or(0);
                    let source = entry.says.source.clone().unwrap_or_default();
                    *counted.entry((grade, source)).or_default() += 1;
                }
            }
        }
        let of =
            |grade: usize| -> usize { counted.iter().filter(|(k, _)| k.0 == grade).map(|(_, n)| n).sum() };
        self.document.text(format!(
            "Every number of the base model carries a grade: seed (from the project's founding documents), published (a study or an official \
             statistic), derived (arithmetic on those), calibrated (fitted to targets), assumption (nobody has measured it; with a plausible \
             range). Of its {} numbers {} are seed, {} published, {} derived, {} calibrated and {} assumptions; {bare} have no entry.",
            known.len(),
            of(0),
            of(1),
            of(2),
            of(3),
            of(4)
        ));
        let mut table = Table::new(&[("grade", 2), ("source", 8), ("numbers", 1)]);
        for ((grade, source), n) in counted.iter().filter(|(k, _)| !k.1.is_empty()) {
            table.row([word(GRADES[*grade]).to_string(), source.clone(), n.to_string()]);
        }
        self.document.table(table);
        self.document.text("Sizes and dates of samples are those of the sources; which value comes from which source is in appendix B.");
    }

    pub(super) fn pre_processing(&mut self) {
        self.authors_say("data_pre_processing");
        let table = self.entries(&[Grade::Derived, Grade::Calibrated], false);
        if !table.rows.is_empty() {
            self.document
                .text("Arithmetic and fitting on sources, as the evidence of the base model states it:");
        }
        self.document.table(table);
    }

    /// Entries of the base model's evidence of these grades, as written: a path may stand for many values.
    fn entries(&self, grades: &[Grade], ranges: bool) -> Table {
        let mut columns = vec![("values", 4), ("grade", 1)];
        columns.push(if ranges {
            ("plausible range", 2)
        } else {
            ("source", 3)
        });
        columns.push(("note", 6));
        let mut table = Table::new(&columns);
        let entries = self.facts.base().checked.evidence.entries();
        let mut wanted: Vec<&Entry> = entries
            .iter()
            .filter(|e| grades.contains(&e.says.grade))
            .collect();
        wanted.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        for entry in wanted {
            let third = match ranges {
                true => range(&entry.says),
                false => entry.says.source.clone().unwrap_or_default(),
            };
            table.row([
                format!("`{}`", show_path(&entry.pattern)),
                word(entry.says.grade).to_string(),
                third,
                entry.says.note.clone().unwrap_or_default(),
            ]);
        }
        table
    }

    pub(super) fn parameters(&mut self) {
        let count = inputs(self.facts.base().checked).len();
        self.document.text(format!(
            "Appendix B lists the {count} inputs of the base model with values, units, grades, sources and plausible ranges; laws are written \
             with their parameters (a lognormal by median and interquartile range or mean and standard deviation, and so on). What each \
             means: `careweave explain PATH`, and docs/parameters.md for the scenarios that ship. What the other scenarios change is in item \
             2.3. Laws were chosen by what sources give (a median with quartiles makes a lognormal, a mean alone an exponential or a fixed \
             value); no patient-level data were there to fit candidates to unless the authors say so in item 3.2."
        ));
        let root = self.facts.base().checked.root();
        if let Some(later) = root.step("later").and_then(Node::table) {
            let names: Vec<&str> = later.keys().map(String::as_str).collect();
            self.document.text(format!(
                "Values change during the run: {} (`later` in appendix B).",
                names.join(", ")
            ));
        } else {
            self.document.text(
                "Time dependence: opening hours, shifts, bank holidays and panels follow the calendar; no other value changes during the run.",
            );
        }
    }

    pub(super) fn assumptions(&mut self) {
        let table = self.entries(&[Grade::Assumption], true);
        self.document.text(match table.rows.len() {
            0 => "The evidence of the base model grades no value as an assumption.".to_string(),
            n => format!("{n} entries of the evidence are assumptions, each with the range that is thought plausible (`*` is any one name):"),
        });
        self.document.table(table);
        if self.facts.people().is_some() {
            self.document.list(vec![
                "Death is exogenous: care changes where and how people die, not when.".to_string(),
                "Attributes of people are independent of one another given the tables of the scenario.".to_string(),
                "The acute hospital, pharmacies and ambulances have no queues of their own.".to_string(),
                "Organisation acts only through the interface between teams, through budgets, and through relationships where they are in the \
                 scenario."
                    .to_string(),
            ]);
            self.document
                .text("Simplifications process by process are at each section of docs/model.md.");
        }
    }

    pub(super) fn all_inputs(&mut self) {
        let facts = self.facts;
        self.document
            .heading(1, "Appendix B. All inputs of the base model");
        self.document.text(format!(
            "Scenario `{}`; values as in the file.",
            facts.base().name
        ));
        let mut table = Table::new(&[
            ("input", 5),
            ("value", 5),
            ("unit", 1),
            ("grade", 2),
            ("plausible range", 2),
            ("source", 4),
        ]);
        for input in inputs(facts.base().checked) {
            let says = input.evidence;
            table.row([
                format!("`{}`", show_path(&input.path)),
                value(input.node),
                input.unit.unwrap_or_default(),
                says.map_or("", |s| word(s.grade)).to_string(),
                says.map_or(String::new(), range),
                says.and_then(|s| s.source.clone()).unwrap_or_default(),
            ]);
        }
        self.document.table(table);
    }
}
