//! Where each number comes from: the `[evidence]` table of a scenario.
//!
//! A path (with `*` for any one name) stands for the value there and everything below it. The most
//! specific entry counts. An entry speaks for the value its own layer or an earlier one set: an
//! override in a later layer voids it for that value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::de::from_node;
use super::node::{Node, read_path, show_path};
use super::schema::{Form, Schema, ShapeId};
use super::suggest::nearest;
use super::units::Number;
use crate::base::diagnostic::{Diagnostic, MOST, Span};

/// How a number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// From one of the project's founding source documents.
    Seed,
    /// From a published study or official statistic.
    Published,
    /// Arithmetic on seed or published numbers, shown in the note.
    Derived,
    /// Fitted to targets by a recipe in the repository.
    Calibrated,
    /// Nobody has measured it; it carries a plausible range.
    Assumption,
}

/// What is known about a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend(
    "x-what" = "an evidence entry",
    "x-example" = "{ grade = \"assumption\", range = [0.02, 0.25], note = \"no study measures it\" }"
))]
pub struct EvidenceEntry {
    /// How the value is known.
    pub grade: Grade,
    /// Who says so: a citation or the name of a source document.
    pub source: Option<String>,
    /// Arithmetic, caveats, why this value.
    pub note: Option<String>,
    /// Smallest and largest plausible value, in the unit of the value.
    pub range: Option<[Number; 2]>,
    /// Plausible alternatives, for a value that is not a number.
    #[schemars(length(min = 1, max = 1000))]
    pub choice: Option<Vec<String>>,
}

/// One entry with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The path, as names; `*` is any one name.
    pub pattern: Vec<String>,
    /// What it says.
    pub says: EvidenceEntry,
    /// Where.
    pub span: Span,
    /// Rank of the layer that says it.
    pub layer: usize,
}

/// All entries of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    entries: Vec<Entry>,
    index: Index,
}

/// The entries by their patterns, name by name: there may be thousands of entries and of values.
#[derive(Clone, Debug, Default, PartialEq)]
struct Index {
    /// Entries whose pattern ends here.
    here: Vec<usize>,
    /// What follows, by name; `*` is any.
    below: BTreeMap<String, Index>,
}

impl Index {
    fn add(&mut self, pattern: &[String], entry: usize) {
        match pattern.split_first() {
            None => self.here.push(entry),
            Some((first, rest)) => self.below.entry(first.clone()).or_default().add(rest, entry),
        }
    }

    /// Every entry whose pattern stands for a path or for something it is part of.
    fn covering(&self, path: &[String], out: &mut Vec<usize>) {
        out.extend(&self.here);
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let any = (first != "*").then(|| self.below.get("*")).flatten();
        for below in self.below.get(first).into_iter().chain(any) {
            below.covering(rest, out);
        }
    }
}

/// Most steps through the values of a file that looking for all patterns may take.
const STEPS: u64 = 20_000_000;
/// Most entries.
const ENTRIES: usize = 10_000;

impl Evidence {
    /// Takes the entries of the merged `[evidence]` table, reporting what is wrong with them. An
    /// entry of the wrong shape is left out: the walk has reported it.
    pub fn read(root: &Node, schema: &Schema, found: &mut Vec<Diagnostic>) -> Evidence {
        let mut evidence = Evidence::default();
        // The walk refuses more.
        if root
            .step("evidence")
            .and_then(Node::table)
            .is_some_and(|t| t.len() > ENTRIES)
        {
            return evidence;
        }
        let mut steps = STEPS;
        for (path, node) in root.step("evidence").and_then(Node::table).into_iter().flatten() {
            let span = node.pointed();
            let pattern = match read_path(path) {
                Ok(pattern) => pattern,
                Err(why) => {
                    let error = Diagnostic::error("bad-path", format!("`{path}` is not a path: {why}"));
                    found.push(error.at(
                        span,
                        "expected names joined by dots, such as \"stations.*.servers\"",
                    ));
                    continue;
                }
            };
            let Ok(says) = from_node(node) else { continue };
            let entry = Entry {
                pattern,
                says,
                span,
                layer: node.layer,
            };
            entry.check(path, node, root, schema, &mut steps, found);
            evidence.index.add(&entry.pattern, evidence.entries.len());
            evidence.entries.push(entry);
        }
        for entry in &evidence.entries {
            let mut look = |at: &[String], value: &Node| {
                // What a more specific entry speaks for is not this one's.
                if entry.misses(value).is_some()
                    && evidence.of(at, root).is_some_and(|e| e.pattern == entry.pattern)
                {
                    entry.outside(at, value, found);
                }
                found.len() <= MOST
            };
            if entry.says.range.is_some() {
                matching(root, &entry.pattern, &mut Vec::new(), &mut steps, &mut look);
            }
        }
        if steps == 0 {
            let message = "the patterns of [evidence] stand for too much to be looked through";
            let at = root.step("evidence").map_or(root.span, Node::pointed);
            let error = Diagnostic::error("too-large", message).at(at, "too many entries with `*`");
            found.push(error.help("name the tables that an entry speaks for"));
        }
        evidence
    }

    /// Every entry, in the order of their paths.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The most specific entry that still speaks for the value at a path.
    pub fn of(&self, path: &[String], root: &Node) -> Option<&Entry> {
        let layer = root.at(path)?.layer;
        let speaks = |entry: &&Entry| entry.layer >= layer;
        // More names, then more literal names, then the later layer.
        let rank = |entry: &&Entry| {
            let literal = entry.pattern.iter().filter(|name| *name != "*").count();
            (entry.pattern.len(), literal, entry.layer)
        };
        let mut covering = Vec::new();
        self.index.covering(path, &mut covering);
        // Of equals the last in the order of the paths.
        covering.sort_unstable();
        let covering = covering.into_iter().map(|i| &self.entries[i]);
        covering.filter(speaks).max_by_key(rank)
    }
}

/// True if a pattern stands for a path or for something it is part of.
pub(super) fn covers(pattern: &[String], path: &[String]) -> bool {
    pattern.len() <= path.len() && pattern.iter().zip(path).all(|(p, name)| p == "*" || p == name)
}

impl Entry {
    fn check(
        &self,
        path: &str,
        node: &Node,
        root: &Node,
        schema: &Schema,
        steps: &mut u64,
        found: &mut Vec<Diagnostic>,
    ) {
        let (says, span) = (&self.says, self.span);
        match says.grade {
            Grade::Assumption if says.range.is_none() && says.choice.is_none() => found.push(
                Diagnostic::error(
                    "evidence-range",
                    format!("the assumption `{path}` has no plausible range"),
                )
                .at(
                    node.span,
                    "an assumption needs `range`, or `choice` for what is not a number",
                )
                .help("for example: range = [0.02, 0.25]"),
            ),
            Grade::Seed | Grade::Published if says.source.is_none() => found.push(
                Diagnostic::error(
                    "evidence-source",
                    format!("`{path}` is graded published but names no source"),
                )
                .at(span, "`source` is missing"),
            ),
            Grade::Derived | Grade::Calibrated if says.source.is_none() && says.note.is_none() => found.push(
                Diagnostic::error("evidence-source", format!("`{path}` shows no derivation"))
                    .at(span, "`note` (the arithmetic) or `source` is missing"),
            ),
            _ => {}
        }
        if let Some([low, high]) = says.range
            && low > high
        {
            let message = format!("the plausible range of `{path}` ends before it begins");
            let span = node.step("range").map_or(node.span, |n| n.span);
            found.push(Diagnostic::error("contradiction", message).at(span, "expected [smallest, largest]"));
        }
        let mut nothing = true;
        let mut look = |_: &[String], _: &Node| {
            nothing = false;
            false
        };
        matching(root, &self.pattern, &mut Vec::new(), steps, &mut look);
        if nothing && *steps > 0 && found.len() <= MOST {
            self.unknown(path, root, schema, found);
        }
    }

    /// The number of a value that is outside the range of this entry.
    fn misses(&self, value: &Node) -> Option<f64> {
        let ([low, high], x) = (self.says.range?, value.number()?);
        let is_outside = self.layer >= value.layer && !(low.get()..=high.get()).contains(&x) && low <= high;
        is_outside.then_some(x)
    }

    /// A value outside the range its own evidence calls plausible.
    fn outside(&self, at: &[String], value: &Node, found: &mut Vec<Diagnostic>) {
        let (Some([low, high]), Some(x)) = (self.says.range, self.misses(value)) else {
            return;
        };
        let message = format!("`{}` is {x}, outside its own plausible range", show_path(at));
        let warning = Diagnostic::warning("evidence-range", message);
        found.push(
            warning
                .at(value.span, "this value")
                .also(self.span, format!("from {} to {}", low.get(), high.get())),
        );
    }

    fn unknown(&self, path: &str, root: &Node, schema: &Schema, found: &mut Vec<Diagnostic>) {
        // As deep as the path leads, in the file and in what a file may say.
        let (mut node, mut shape) = (Some(root), Some(schema.root()));
        for (depth, name) in self.pattern.iter().enumerate() {
            // A later layer replaced the whole value the path led into: voided, not wrong.
            if node.is_some_and(|n| depth > 0 && n.layer > self.layer) {
                return;
            }
            let below = (
                node.and_then(|n| one_step(n, name)),
                shape.and_then(|s| one_shape(schema, s, name)),
            );
            if below.0.is_none() && (below.1.is_none() || is_choice_of_user(schema, shape, name)) {
                let mut known: Vec<&str> = node
                    .and_then(Node::table)
                    .into_iter()
                    .flat_map(BTreeMap::keys)
                    .map(String::as_str)
                    .collect();
                if let Some(Form::Table { keys, .. }) = shape.map(|s| schema.form(s)) {
                    known.extend(keys.keys().map(String::as_str));
                }
                let message = format!("the evidence is for `{path}`, which does not exist");
                let error = Diagnostic::error("unknown-path", message);
                let place = if depth == 0 {
                    "the file".to_owned()
                } else {
                    show_path(&self.pattern[..depth])
                };
                found.push(match nearest(name, known.iter().copied()) {
                    Some(near) => error.at(self.span, format!("did you mean `{near}` instead of `{name}`?")),
                    None => error.at(self.span, format!("`{place}` has no `{name}`")),
                });
                return;
            }
            (node, shape) = below;
        }
    }
}

/// True where a name is the user's to choose, and nobody chose this one.
fn is_choice_of_user(schema: &Schema, shape: Option<ShapeId>, name: &str) -> bool {
    match shape.map(|s| schema.form(s)) {
        Some(Form::Table {
            keys, rest: Some(_), ..
        }) => name != "*" && !keys.contains_key(name),
        _ => false,
    }
}

fn one_step<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    if name == "*" {
        node.table().and_then(|t| t.values().next())
    } else {
        node.step(name)
    }
}

fn one_shape(schema: &Schema, shape: ShapeId, name: &str) -> Option<ShapeId> {
    schema.step(shape, name)
}

/// Calls `look` with every value a pattern stands for and its path, until it says that this is enough or `steps` are used
/// up; false if it was stopped.
fn matching(
    node: &Node,
    pattern: &[String],
    path: &mut Vec<String>,
    steps: &mut u64,
    look: &mut dyn FnMut(&[String], &Node) -> bool,
) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    let Some((first, rest)) = pattern.split_first() else {
        return look(path, node);
    };
    let mut visit = |name: &str, below: &Node| {
        path.push(name.to_owned());
        let more = matching(below, rest, path, steps, look);
        path.pop();
        more
    };
    if first != "*" {
        return node.step(first).is_none_or(|below| visit(first, below));
    }
    let mut entries = node.table().into_iter().flatten();
    entries.all(|(name, below)| visit(name, below))
}

/// Every number of a scenario that decides a result: its path and value. Left out are the title
/// block, the evidence itself, and whatever the schema marks with `x-evidence = false`.
pub fn numbers<'a>(root: &'a Node, schema: &Schema) -> Vec<(Vec<String>, &'a Node, ShapeId)> {
    let mut out = Vec::new();
    let mut path = Vec::new();
    collect(root, schema, schema.root(), &mut path, &mut out);
    out
}

fn collect<'a>(
    node: &'a Node,
    schema: &Schema,
    shape: ShapeId,
    path: &mut Vec<String>,
    out: &mut Vec<(Vec<String>, &'a Node, ShapeId)>,
) {
    if schema.find(shape, |s| s.evidence) == Some(false) {
        return;
    }
    if node.number().is_some() {
        out.push((path.clone(), node, shape));
        return;
    }
    let entries: Vec<(String, &Node)> = match &node.value {
        super::node::Value::Table(entries) => entries.iter().map(|(k, v)| (k.clone(), v)).collect(),
        super::node::Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => return,
    };
    for (name, below) in entries {
        if let Some(inner) = schema.step(shape, &name) {
            path.push(name);
            collect(below, schema, inner, path, out);
            path.pop();
        }
    }
}
