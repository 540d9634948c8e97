//! The walk of a merged scenario against its schema: every wrong name, type, range and reference.
//!
//! The walk never stops at a mistake (but after a thousand). It says at which line, what is wrong, and what would be right.

use std::collections::BTreeMap;

use super::checks;
use super::law_work;
use super::node::{Node, Value, show_path};
use super::schema::{Form, Range, Schema, ShapeId, one_of, show_number};
use super::suggest::nearest;
use crate::base::diagnostic::{Diagnostic, MOST, Span};

/// Walks the whole tree and adds what it finds. `under`: the path by which its values are called, if they are part of
/// another tree.
pub fn walk(root: &Node, schema: &Schema, under: &[String], found: &mut Vec<Diagnostic>) {
    let mut walk = Walk {
        root,
        schema,
        found,
        under,
        path: Vec::new(),
        work: 0,
    };
    walk.value(root, schema.root());
}

/// Most names in a table whose names the user chooses: what is read is compared name by name.
const NAMES_LIMIT: usize = 10_000;

pub(super) struct Walk<'a> {
    root: &'a Node,
    pub(super) schema: &'a Schema,
    pub(super) found: &'a mut Vec<Diagnostic>,
    under: &'a [String],
    pub(super) path: Vec<String>,
    /// The work of tabulating the laws so far.
    work: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn value(&mut self, node: &'a Node, id: ShapeId) {
        let before = self.found.len();
        if before > MOST {
            return;
        }
        match self.schema.form(id) {
            Form::Any | Form::Same(_) => {}
            Form::Boolean => {
                if !matches!(node.value, Value::Boolean(_)) {
                    self.wrong_type(node, id);
                }
            }
            Form::Number(range) => self.number(node, id, *range),
            Form::Text(names) => self.text(node, id, names.as_deref()),
            Form::Array { items, min, max } => self.array(node, id, *items, *min, *max),
            Form::Table { keys, required, rest } => match node.table() {
                Some(entries) => self.table(node, id, entries, keys, required, *rest),
                None => self.wrong_type(node, id),
            },
            Form::OneOf(_) => self.choice(node, id),
        }
        // A rule of the whole value is only worth checking where its parts are sound.
        if self.found.len() == before
            && let Some(name) = self.schema.find(id, |s| s.check.as_deref())
            && let Err(fault) = checks::check(name, node).and_then(|work| self.laws(work))
        {
            let at = node.at(&fault.at).unwrap_or(node);
            let mut wrong = Diagnostic::error("contradiction", fault.message).at(at.span, fault.label);
            wrong.help.extend(fault.help);
            self.found.push(wrong);
        }
    }

    /// Adds up what tabulating the laws will cost.
    fn laws(&mut self, work: u64) -> Result<(), checks::Fault> {
        let (before, most) = (self.work, law_work::MOST_OF_ALL);
        self.work = self.work.saturating_add(work);
        match before <= most && self.work > most {
            true => Err(law_work::fault("all laws together take too long to be tabulated")),
            false => Ok(()),
        }
    }

    fn number(&mut self, node: &Node, id: ShapeId, range: Range) {
        let Some(x) = node.number() else {
            return self.wrong_type(node, id);
        };
        let name = self.name();
        if !x.is_finite() {
            let what = self.schema.what(id);
            let wrong = Diagnostic::error("not-finite", format!("{name} must be a finite number"));
            self.found.push(wrong.at(node.span, format!("expected {what}")));
        } else if range.whole && matches!(node.value, Value::Float(_)) {
            let mut wrong = Diagnostic::error("wrong-type", format!("{name} must be a whole number"));
            wrong = wrong.at(node.span, "has a fraction or an exponent");
            if x == x.trunc() && x.abs() < 1e15 {
                wrong = wrong.help(format!("write {x}"));
            }
            self.found.push(wrong);
        } else if !range.has(x) {
            let unit = self
                .schema
                .find(id, |s| s.unit.as_deref())
                .map(|u| format!(" ({u})"))
                .unwrap_or_default();
            // Bounds that only keep arithmetic sane are named only where they are broken.
            let words = range
                .words(x.abs() >= 1e9)
                .or(range.words(true))
                .unwrap_or_default();
            let mut wrong = Diagnostic::error(
                "out-of-range",
                format!("{name} must be {words}{unit}, not {}", show_number(x)),
            );
            wrong = wrong.at(node.span, format!("must be {words}"));
            if range.low == 0.0 && range.high == 1.0 && x > 1.0 && x <= 100.0 {
                wrong = wrong.help(format!(
                    "a share of 1: if {x} is a percentage, write {}",
                    (x * 1e7).round() / 1e9
                ));
            }
            self.found.push(wrong);
        }
    }

    fn text(&mut self, node: &Node, id: ShapeId, names: Option<&[String]>) {
        let text = match &node.value {
            Value::Text(text) => text,
            Value::Datetime(text) if self.schema.find(id, |s| s.format.as_deref()) == Some("date") => text,
            _ => return self.wrong_type(node, id),
        };
        if let Some(names) = names {
            if !names.contains(text) {
                self.unknown_name(node, text, names, id);
            }
            return;
        }
        if let Some(format) = self.schema.find(id, |s| s.format.as_deref())
            && let Err(message) = checks::format(format, text)
        {
            let wrong = Diagnostic::error(
                "wrong-format",
                format!("{} cannot be read: {message}", self.name()),
            );
            let wrong = wrong.at(node.span, format!("expected {}", self.schema.what(id)));
            self.found.push(self.with_example(wrong, id));
        }
        if let Some(table) = self.schema.find(id, |s| s.refers.as_deref()) {
            let also = self
                .schema
                .find(id, |s| (!s.refers_also.is_empty()).then_some(&s.refers_also[..]));
            self.reference(table, text, also.unwrap_or_default(), node.span);
        }
    }

    /// Checks that a name is an entry of a root table.
    fn reference(&mut self, table: &str, name: &str, also: &[String], span: Span) {
        let path: Vec<String> = table.split('.').map(str::to_owned).collect();
        let entries = self.root.at(&path).and_then(Node::table);
        if entries.is_some_and(|all| all.contains_key(name)) || also.iter().any(|other| other == name) {
            return;
        }
        if self.found.len() > MOST {
            return;
        }
        let mut known: Vec<&str> = entries
            .into_iter()
            .flat_map(BTreeMap::keys)
            .map(String::as_str)
            .collect();
        known.extend(also.iter().map(String::as_str));
        let mut wrong = Diagnostic::error(
            "unknown-reference",
            format!("`{name}` is not an entry of [{table}]"),
        );
        wrong = match nearest(name, known.iter().copied()) {
            Some(near) => wrong.at(span, format!("did you mean `{near}`?")),
            None => wrong.at(span, "no such name"),
        };
        let listed: Vec<String> = known.iter().map(|n| (*n).to_owned()).collect();
        self.found.push(match listed.len() {
            0 => wrong.help(format!("[{table}] has no entries")),
            1..=20 => wrong.help(format!("[{table}] has {}", listed.join(", "))),
            n => wrong.help(format!("[{table}] has {n} entries")),
        });
    }

    fn array(&mut self, node: &'a Node, id: ShapeId, items: ShapeId, min: usize, max: usize) {
        let Value::Array(elements) = &node.value else {
            return self.wrong_type(node, id);
        };
        if !(min..=max).contains(&elements.len()) {
            let words = match (min, max) {
                (min, max) if min == max => format!("exactly {min}"),
                (min, usize::MAX) => format!("at least {min}"),
                (0, max) => format!("at most {max}"),
                (min, max) => format!("from {min} to {max}"),
            };
            let message = format!(
                "{} must have {words} elements, not {}",
                self.name(),
                elements.len()
            );
            self.found
                .push(Diagnostic::error("wrong-length", message).at(node.span, format!("expected {words}")));
        }
        for (index, element) in elements.iter().enumerate().take(max) {
            self.path.push(index.to_string());
            self.value(element, items);
            self.path.pop();
        }
    }

    fn table(
        &mut self,
        node: &'a Node,
        id: ShapeId,
        entries: &'a BTreeMap<String, Node>,
        keys: &BTreeMap<String, ShapeId>,
        required: &[String],
        rest: Option<ShapeId>,
    ) {
        if entries.len() > NAMES_LIMIT {
            let message = format!("{} has {} entries", self.name(), entries.len());
            let wrong = Diagnostic::error("too-large", message).at(node.pointed(), "too many");
            self.found
                .push(wrong.help(format!("at most {NAMES_LIMIT} can be read")));
            return;
        }
        let overlay = self.schema.find(id, |s| s.overlay.then_some(())).is_some();
        for (name, entry) in entries {
            let of_root = self.schema.step(self.schema.root(), name);
            match keys.get(name).copied().or(rest) {
                // Judged in the scenario it is laid over.
                Some(shape) if overlay && of_root == Some(shape) => {}
                Some(shape) => {
                    if !keys.contains_key(name)
                        && let Some(table) = self.schema.find(id, |s| s.keys_refer.as_deref())
                    {
                        let also = self
                            .schema
                            .find(id, |s| (!s.refers_also.is_empty()).then_some(&s.refers_also[..]));
                        self.reference(table, name, also.unwrap_or_default(), entry.pointed());
                    }
                    self.path.push(name.clone());
                    self.value(entry, shape);
                    self.path.pop();
                }
                None => self.unknown_key(name, entry, keys),
            }
        }
        let absent: Vec<&String> = required
            .iter()
            .filter(|name| !entries.contains_key(*name))
            .collect();
        if !absent.is_empty() {
            self.missing(node, &absent, keys);
        }
    }

    pub(super) fn unknown_key(&mut self, name: &str, entry: &Node, keys: &BTreeMap<String, ShapeId>) {
        if self.found.len() > MOST {
            return;
        }
        let place = self.place();
        let wrong = Diagnostic::error("unknown-key", format!("unknown key `{name}` {place}"));
        let near = nearest(name, keys.keys().map(String::as_str));
        let mut wrong = match near {
            Some(near) => wrong.at(entry.pointed(), format!("did you mean `{near}`?")),
            None => wrong.at(entry.pointed(), "not a key here"),
        };
        if near.is_none()
            && let Some(home) = self.home_of(name)
        {
            wrong = wrong.help(format!("`{name}` is a key of {home}"));
        } else if near.is_none() && !keys.is_empty() && keys.len() <= 24 {
            let known: Vec<&str> = keys.keys().map(String::as_str).collect();
            wrong = wrong.help(format!("known keys: {}", known.join(", ")));
        }
        self.found.push(wrong);
    }

    /// The table near the root that a misplaced key belongs to.
    fn home_of(&self, name: &str) -> Option<String> {
        let Form::Table { keys, .. } = self.schema.form(self.schema.root()) else {
            return None;
        };
        if keys.contains_key(name) {
            return Some("the top of the file, before any [header]".to_owned());
        }
        keys.iter().find_map(|(table, id)| match self.schema.form(*id) {
            Form::Table { keys, rest, .. } => {
                let inner = rest.map(|id| self.schema.form(id));
                if keys.contains_key(name) {
                    Some(format!("[{table}]"))
                } else if let Some(Form::Table { keys, .. }) = inner
                    && keys.contains_key(name)
                {
                    Some(format!("[{table}.NAME]"))
                } else {
                    None
                }
            }
            _ => None,
        })
    }

    fn missing(&mut self, node: &Node, absent: &[&String], keys: &BTreeMap<String, ShapeId>) {
        let place = match self.whole_path() {
            path if path.is_empty() => "the file".to_owned(),
            path => format!("[{}]", show_path(&path)),
        };
        let list = all_of(absent);
        let mut wrong = Diagnostic::error("missing-key", format!("{place} has no {list}"));
        let label = if absent.len() == 1 {
            format!("{list} is missing")
        } else {
            "incomplete".to_owned()
        };
        wrong = wrong.at(node.pointed(), label);
        if let Some((name, near)) = self.misspelt_entry() {
            wrong = wrong.help(format!(
                "did you mean `{near}`? `{name}` is a new name and needs all its keys"
            ));
        }
        for name in absent.iter().take(MISSING_SHOWN) {
            let Some(shape) = keys.get(*name).copied() else {
                continue;
            };
            let doc = self
                .schema
                .find(shape, |s| (!s.doc.is_empty()).then_some(s.doc.as_str()));
            let doc = doc
                .map(|doc| format!("{}; ", first_sentence(doc)))
                .unwrap_or_default();
            let expected = match self.schema.names(shape) {
                Some(names) => one_of(&names),
                None => self.schema.what(shape),
            };
            wrong = wrong.help(format!("`{name}`: {doc}expected {expected}"));
            wrong = self.with_example_for(wrong, shape, Some(name));
        }
        self.found.push(wrong);
    }

    /// The entry being walked and a neighbour of nearly the same name, where names are the user's.
    fn misspelt_entry(&self) -> Option<(&str, &str)> {
        let (name, above) = self.path.split_last()?;
        let shape = above
            .iter()
            .try_fold(self.schema.root(), |shape, step| self.schema.step(shape, step))?;
        match self.schema.form(shape) {
            Form::Table {
                keys, rest: Some(_), ..
            } if !keys.contains_key(name) => {}
            _ => return None,
        }
        let others = self
            .root
            .at(above)?
            .table()?
            .keys()
            .filter(|other| *other != name);
        Some((name, nearest(name, others.map(String::as_str))?))
    }

    pub(super) fn wrong_type(&mut self, node: &Node, id: ShapeId) {
        let what = self.schema.what(id);
        let message = format!("{} must be {what}, not {}", self.name(), node.value.what());
        let mut wrong = Diagnostic::error("wrong-type", message).at(node.span, format!("expected {what}"));
        let options = self.schema.options(id);
        let number = options
            .iter()
            .any(|o| matches!(self.schema.form(*o), Form::Number(_)));
        if number && node.text().is_some_and(|t| t.trim().parse::<f64>().is_ok()) {
            wrong = wrong.help("write the number without quotes");
        }
        if let Form::Table { required, .. } = self.schema.form(id)
            && (1..=4).contains(&required.len())
        {
            wrong = wrong.help(format!("write {}", self.value_of(id)));
        }
        self.found.push(self.with_example(wrong, id));
    }

    pub(super) fn unknown_name(&mut self, node: &Node, text: &str, names: &[String], id: ShapeId) {
        let code = match self.schema.find(id, |s| s.code.as_deref()) {
            Some("wrong-unit") => "wrong-unit",
            _ => "unknown-name",
        };
        let what = self.schema.find(id, |s| s.what.as_deref());
        let message = match what {
            Some(what) => format!("\"{text}\" is not {what}"),
            None => format!("{} cannot be \"{text}\"", self.name()),
        };
        let wrong = Diagnostic::error(code, message);
        let wrong = match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => wrong.at(node.span, format!("did you mean \"{near}\"?")),
            None => wrong.at(node.span, "not one of the names allowed here"),
        };
        self.found.push(wrong.help(format!("allowed: {}", one_of(names))));
    }

    pub(super) fn with_example(&self, wrong: Diagnostic, id: ShapeId) -> Diagnostic {
        let name = self.path.last().filter(|n| n.parse::<usize>().is_err()).cloned();
        self.with_example_for(wrong, id, name.as_deref())
    }

    fn with_example_for(&self, wrong: Diagnostic, id: ShapeId, name: Option<&str>) -> Diagnostic {
        match (self.schema.find(id, |s| s.example.as_deref()), name) {
            (Some(example), Some(name)) => wrong.help(format!(
                "for example: {} = {example}",
                show_path(&[name.to_owned()])
            )),
            (Some(example), None) => wrong.help(format!("for example: {example}")),
            _ => wrong,
        }
    }

    /// The value being walked, for a sentence.
    pub(super) fn name(&self) -> String {
        match self.whole_path() {
            path if path.is_empty() => "the file".to_owned(),
            path => format!("`{}`", show_path(&path)),
        }
    }

    /// The table being walked, for a sentence: where a key stands.
    pub(super) fn place(&self) -> String {
        match self.whole_path() {
            path if path.is_empty() => "at the top of the file".to_owned(),
            path => format!("in [{}]", show_path(&path)),
        }
    }

    fn whole_path(&self) -> Vec<String> {
        self.under.iter().chain(&self.path).cloned().collect()
    }
}

/// Missing keys explained one by one; of more than these only the names are given.
const MISSING_SHOWN: usize = 6;

/// "`a`, `b` and `c`".
fn all_of(names: &[&String]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn first_sentence(doc: &str) -> String {
    let flat = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.find(". ") {
        Some(end) => lower(&flat[..end]),
        None => lower(flat.trim_end_matches('.')),
    }
}

/// With a small first letter, unless the first word is an abbreviation.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}
