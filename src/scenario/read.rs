//! The whole way from a name to a checked scenario: load, merge, walk, convert, check for sense.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::de::from_node;
use super::evidence::{self, Entry, Evidence};
use super::header::{HEADER_KEYS, Header};
use super::later::{self, Change};
use super::load::{self, Layer, Loader};
use super::node::{Node, Value};
use super::pathway::PathwayScenario;
use super::queueing::Queueing;
use super::schema::Schema;
use super::suggest::nearest;
use super::syntax::line_start;
use super::walk::walk;
use crate::base::diagnostic::{Diagnostic, SourceId, SourceMap, Span, any_error, limit, sort};

/// The root type of a kind of scenario.
pub trait Body: DeserializeOwned + JsonSchema {
    /// The word after `kind =`.
    const KIND: &'static str;
    /// Whether every number needs an entry in `[evidence]`.
    const NEEDS_EVIDENCE: bool;
    /// Contradictions the schema cannot express. Runs once everything has its right name and type.
    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>);
    /// The whole scenario from some time of the run on, in order of time.
    fn add_later(&mut self, _name: String, _from: super::units::Duration, _scenario: Self) {}
    /// Contradictions between the times of a run. Runs when all are added.
    fn check_later(&self, _at: &Places<'_>, _found: &mut Vec<Diagnostic>) {}
}

/// Code of the advice that a number has no evidence.
pub const NO_EVIDENCE: &str = "no-evidence";

/// The kinds of scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A network of queues.
    Queueing(Box<Queueing>),
    /// A locality and its services.
    Pathway(Box<PathwayScenario>),
}

/// The words after `kind =`.
pub const KINDS: [&str; 2] = [PathwayScenario::KIND, Queueing::KIND];

/// The schema of a kind; `None` for a word that is not a kind.
pub fn schema(kind: &str) -> Option<&'static Schema> {
    static QUEUEING: OnceLock<Schema> = OnceLock::new();
    static PATHWAY: OnceLock<Schema> = OnceLock::new();
    match kind {
        PathwayScenario::KIND => Some(PATHWAY.get_or_init(|| Schema::of::<Header, PathwayScenario>(kind))),
        Queueing::KIND => Some(QUEUEING.get_or_init(|| Schema::of::<Header, Queueing>(kind))),
        _ => None,
    }
}

/// Where things stand, for checks of typed values.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    root: &'a Node,
}

impl<'a> Places<'a> {
    /// Places in a merged tree.
    pub(super) fn new(root: &'a Node) -> Places<'a> {
        Places { root }
    }

    /// The place of the value at a path, or of the nearest thing above it that is in a file.
    pub fn of(&self, path: &[&str]) -> Span {
        let mut node = self.root;
        for name in path {
            match node.step(name) {
                Some(below) => node = below,
                None => return node.pointed(),
            }
        }
        if node.table().is_some() {
            node.pointed()
        } else {
            node.span
        }
    }
}

/// A scenario without errors.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it says, typed.
    pub kind: Kind,
    /// Its title block.
    pub header: Header,
    /// The texts it was merged from, base first.
    pub layers: Vec<Layer>,
    /// BLAKE3 hash of the merged values in one fixed spelling: equal for files that say the same.
    pub hash: String,
    /// Where its numbers come from.
    pub evidence: Evidence,
    root: Node,
}

impl Checked {
    /// The merged values.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// BLAKE3 hash of all values but the title block and the evidence: equal for scenarios that decide the same results,
    /// whatever is said about them.
    pub fn values_hash(&self) -> String {
        let mut canonical = String::new();
        split(&self.root).1.canonical(&mut canonical);
        blake3::hash(canonical.as_bytes()).to_hex().to_string()
    }

    /// The word after `kind =`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Queueing(_) => Queueing::KIND,
            Kind::Pathway(_) => PathwayScenario::KIND,
        }
    }

    /// The schema of its kind.
    pub fn schema(&self) -> &'static Schema {
        match schema(self.kind_name()) {
            Some(schema) => schema,
            // `KINDS` and `schema` name the same kinds; a test holds them to it.
            None => unreachable!("every kind has a schema"),
        }
    }

    /// Where the value at a path was set.
    pub fn where_set(&self, path: &[String]) -> Option<Span> {
        self.root.at(path).map(Node::pointed)
    }

    /// The evidence for the value at a path.
    pub fn evidence_for(&self, path: &[String]) -> Option<&Entry> {
        self.evidence.of(path, &self.root)
    }

    /// The numbers that decide results and have no evidence.
    pub fn unevidenced(&self) -> Vec<(Vec<String>, Span)> {
        let numbers = evidence::numbers(&self.root, self.schema()).into_iter();
        let bare = numbers.filter(|(path, _, _)| self.evidence_for(path).is_none());
        bare.map(|(path, node, _)| (path, node.span)).collect()
    }
}

/// Reads a scenario: a file the loader knows or a built-in one, with overrides `path=value`.
///
/// There is a [`Checked`] scenario exactly if no diagnostic is an error. The diagnostics come in
/// the order of the texts, and each has its place unless there is no text at all.
pub fn read(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
) -> (Option<Checked>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let mut found = Vec::new();
    let loaded = load::load(loader, name, sets, &mut sources, &mut found);
    let checked = judge(loaded, &sources, &mut found);
    let checked = checked.filter(|_| !any_error(&found));
    sort(&mut found);
    limit(&mut found);
    (checked, found, sources)
}

fn judge(loaded: load::Loaded, sources: &SourceMap, found: &mut Vec<Diagnostic>) -> Option<Checked> {
    let root = loaded.root;
    if loaded.layers.is_empty() || loaded.mixed {
        return None;
    }
    let mut walked = Vec::new();
    let mut evidence = Evidence::default();
    let mut changes = Vec::new();
    let kind = kind_of(&root, &mut walked);
    if let Some(schema) = kind.and_then(schema) {
        let already = walked.len();
        walk(&root, schema, &[], &mut walked);
        if already > 0 {
            // The walk finds the wrong kind once more.
            let kind = root.step("kind").map(|node| node.span);
            let again = |one: &Diagnostic| one.primary.as_ref().map(|l| l.span) == kind;
            let later = walked.split_off(already);
            walked.extend(later.into_iter().filter(|one| !again(one)));
        }
        evidence = Evidence::read(&root, schema, &mut walked);
        changes = later::changes(&root, schema, &mut walked);
        let mut before = &root;
        for change in &changes {
            let mut again = Vec::new();
            walk(&change.tree, schema, &change.path(), &mut again);
            change.tell(again, &mut walked);
            change.keeps(before, PathwayScenario::lasting, &mut walked);
            before = &change.tree;
        }
    }
    if loaded.broken {
        hush(&mut walked, found, sources);
    }
    found.append(&mut walked);
    let kind = kind?;
    if any_error(found) {
        return None;
    }
    match kind {
        Queueing::KIND => {
            let (header, body) = typed::<Queueing>(&root, &changes, found)?;
            finish(root, loaded.layers, evidence, header, body, found, Kind::Queueing)
        }
        PathwayScenario::KIND => {
            let (header, body) = typed::<PathwayScenario>(&root, &changes, found)?;
            finish(root, loaded.layers, evidence, header, body, found, Kind::Pathway)
        }
        _ => None,
    }
}

/// The typed scenario with its changes, checked for contradictions.
fn typed<B: Body>(root: &Node, changes: &[Change], found: &mut Vec<Diagnostic>) -> Option<(Header, B)> {
    let mut of = |tree: &Node| -> Option<(Header, B)> {
        let (head, body) = split(tree);
        let both = from_node::<Header>(&head).and_then(|header| Ok((header, from_node::<B>(&body)?)));
        let misfit = match both {
            Ok(both) => return Some(both),
            Err(misfit) => misfit,
        };
        let span = misfit.span.unwrap_or(tree.span);
        found.push(Diagnostic::error("wrong-type", misfit.message).at(span, ""));
        None
    };
    let (header, mut body) = of(root)?;
    let bodies: Vec<B> = changes
        .iter()
        .map(|change| of(&change.tree).map(|(_, body)| body))
        .collect::<Option<_>>()?;
    body.check(&Places { root }, found);
    for (change, later) in changes.iter().zip(bodies) {
        let mut again = Vec::new();
        later.check(&Places { root: &change.tree }, &mut again);
        change.tell(again, found);
        body.add_later(change.name.clone(), change.from, later);
    }
    body.check_later(&Places { root }, found);
    Some((header, body))
}

/// After a syntax error keys may be missing, and the values around it may be the parser's guess:
/// nothing is said about what is absent, nor about the line of the error, nor, if a `[header]` could
/// not be read, about the keys below it.
fn hush(walked: &mut Vec<Diagnostic>, found: &[Diagnostic], sources: &SourceMap) {
    let quiet: Vec<(SourceId, RangeInclusive<usize>)> = found
        .iter()
        .filter_map(|one| {
            let span = one.primary.as_ref()?.span;
            let text = &sources.get(span.source).text;
            let start = line_start(sources, span);
            let is_header = text[start..].starts_with('[');
            let stop = if is_header { "\n[" } else { "\n" };
            let end = text[start..].find(stop).map_or(text.len(), |i| start + i);
            Some((span.source, start..=end))
        })
        .collect();
    walked.retain(|one| {
        let absent = matches!(one.code, "missing-key" | "unknown-reference" | "unknown-path");
        let hidden = one.primary.as_ref().is_some_and(|l| {
            quiet
                .iter()
                .any(|(source, lines)| *source == l.span.source && lines.contains(&l.span.start))
        });
        !absent && !hidden
    });
}

fn kind_of(root: &Node, found: &mut Vec<Diagnostic>) -> Option<&'static str> {
    let listed = KINDS.map(|k| format!("kind = \"{k}\"")).join(" or ");
    let Some(node) = root.step("kind") else {
        let error = Diagnostic::error("missing-key", "the scenario does not say of what kind it is");
        found.push(
            error
                .at(root.span, "`kind` is missing")
                .help(format!("write {listed}")),
        );
        return None;
    };
    let known = KINDS.into_iter().find(|k| Some(*k) == node.text());
    if known.is_none() {
        let shown = node
            .text()
            .map_or_else(|| node.value.what().to_owned(), |t| format!("\"{t}\""));
        let error = Diagnostic::error("unknown-name", format!("`kind` cannot be {shown}"));
        let near = node.text().and_then(|t| nearest(t, KINDS));
        let label = near.map_or_else(|| "no such kind".to_owned(), |n| format!("did you mean \"{n}\"?"));
        found.push(error.at(node.span, label).help(format!("write {listed}")));
        // The rest is judged as what was most likely meant.
        return near.and_then(|n| KINDS.into_iter().find(|k| *k == n));
    }
    known
}

fn finish<B: Body>(
    root: Node,
    layers: Vec<Layer>,
    evidence: Evidence,
    header: Header,
    body: B,
    found: &mut Vec<Diagnostic>,
    wrap: fn(Box<B>) -> Kind,
) -> Option<Checked> {
    let mut canonical = String::new();
    root.canonical(&mut canonical);
    let hash = blake3::hash(canonical.as_bytes()).to_hex().to_string();
    let checked = Checked {
        kind: wrap(Box::new(body)),
        header,
        layers,
        hash,
        evidence,
        root,
    };
    if B::NEEDS_EVIDENCE && !any_error(found) {
        advise(&checked, found);
    }
    Some(checked)
}

/// Advice to say where numbers come from; numbers that one key sets at once are told of together.
fn advise(checked: &Checked, found: &mut Vec<Diagnostic>) {
    for bare in super::fit::bare(checked) {
        let path = super::node::show_path(&bare.path);
        let quote = if path.contains('"') { '\'' } else { '"' };
        let numbers = match bare.numbers {
            1 => String::new(),
            count => format!(" for its {count} numbers"),
        };
        let advice = Diagnostic::advice(NO_EVIDENCE, format!("`{path}` has no evidence{numbers}"));
        found.push(advice.at(bare.at, "who says so?").help(format!(
            "under [evidence]: {quote}{path}{quote} = {{ grade = … }}"
        )));
    }
}

/// The tree of the title block and the tree of the rest.
fn split(root: &Node) -> (Node, Node) {
    split_at(root, &HEADER_KEYS)
}

/// The tree of these keys of the root and the tree of the others.
pub(super) fn split_at(root: &Node, keys: &[&str]) -> (Node, Node) {
    let with = |value| Node {
        value,
        key: root.key,
        span: root.span,
        is_value: false,
        layer: root.layer,
    };
    let (mut head, mut body) = (BTreeMap::new(), BTreeMap::new());
    for (name, node) in root.table().into_iter().flatten() {
        let part = if keys.contains(&name.as_str()) {
            &mut head
        } else {
            &mut body
        };
        part.insert(name.clone(), node.clone());
    }
    (with(Value::Table(head)), with(Value::Table(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_schema_with_the_title_block() {
        for kind in KINDS {
            let json = schema(kind).unwrap().json();
            for key in HEADER_KEYS {
                assert!(json["properties"].get(key).is_some(), "{kind} has no {key}");
            }
            assert_eq!(json["additionalProperties"], false);
        }
        assert!(schema("nothing").is_none());
    }
}
