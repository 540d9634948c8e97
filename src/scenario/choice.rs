//! The walk where a value may take one of several forms: names, `{ lognormal = … }`, or tables by their keys.

use std::collections::BTreeMap;

use super::node::{Node, Value};
use super::schema::{Form, ShapeId};
use super::suggest::nearest;
use super::walk::Walk;
use crate::base::diagnostic::{Diagnostic, MOST};

impl<'a> Walk<'a> {
    /// Walks a value that may take one of several forms.
    pub(super) fn choice(&mut self, node: &'a Node, id: ShapeId) {
        let options = self.schema.options(id);
        match &node.value {
            Value::Table(entries) => self.choose_table(node, entries, id, &options),
            Value::Text(text) => self.choose_text(node, text, id, &options),
            _ => {
                let fits = |option: &&ShapeId| match self.schema.form(**option) {
                    Form::Number(_) => node.number().is_some(),
                    Form::Boolean => matches!(node.value, Value::Boolean(_)),
                    Form::Array { .. } => matches!(node.value, Value::Array(_)),
                    Form::Text(None) => matches!(node.value, Value::Datetime(_)),
                    Form::Any => true,
                    _ => false,
                };
                match options.iter().find(fits) {
                    Some(option) => self.value(node, *option),
                    None => self.wrong_type(node, id),
                }
            }
        }
    }

    fn choose_text(&mut self, node: &'a Node, text: &String, id: ShapeId, options: &[ShapeId]) {
        let mut names = Vec::new();
        let mut free = None;
        let mut number = false;
        for option in options {
            match self.schema.form(*option) {
                Form::Text(Some(list)) => names.extend(list.iter().cloned()),
                Form::Text(None) => free = Some(*option),
                Form::Number(_) => number |= text.trim().parse::<f64>().is_ok(),
                _ => {}
            }
        }
        let tag = options.iter().find(|o| self.tag(**o) == Some(text));
        if names.contains(text) {
            // One of the names: nothing is wrong.
        } else if let Some(free) = free {
            self.value(node, free);
        } else if let Some(tag) = tag {
            let wrong = Diagnostic::error("wrong-type", format!("\"{text}\" needs its parameters"));
            let wrong = wrong.at(node.span, "only a name");
            let keys = self
                .schema
                .step(*tag, text)
                .map_or_else(|| "…".to_owned(), |inner| self.value_of(inner));
            let wrong = wrong.help(format!("write {{ {text} = {keys} }}"));
            let wrong = self.with_example(wrong, id);
            self.found.push(wrong);
        } else if names.is_empty() || number {
            self.wrong_type(node, id);
        } else {
            self.unknown_name(node, text, &names, id);
        }
    }

    /// The one key of an option that is a table with a single required key: `{ lognormal = … }`.
    fn tag(&self, option: ShapeId) -> Option<&'a String> {
        match self.schema.form(option) {
            Form::Table {
                keys,
                required,
                rest: None,
            } if keys.len() == 1 && required.len() == 1 => keys.keys().next(),
            _ => None,
        }
    }

    fn choose_table(
        &mut self,
        node: &'a Node,
        entries: &'a BTreeMap<String, Node>,
        id: ShapeId,
        options: &[ShapeId],
    ) {
        let tables: Vec<ShapeId> = options
            .iter()
            .copied()
            .filter(|o| matches!(self.schema.form(*o), Form::Table { .. }))
            .collect();
        if tables.is_empty() {
            return self.wrong_type(node, id);
        }
        if options.len() > 1 && tables.iter().all(|o| self.tag(*o).is_some()) {
            return self.choose_tag(node, entries, id, options, &tables);
        }
        // The form the author most likely means: the one with most of the keys that are there.
        let score = |option: &&ShapeId| match self.schema.form(**option) {
            Form::Table { keys, required, rest } => {
                let hits = entries.keys().filter(|k| keys.contains_key(*k)).count() * 4
                    + if rest.is_some() { entries.len() } else { 0 };
                let lacking = required.iter().filter(|k| !entries.contains_key(*k)).count();
                hits as i64 * 8 - lacking as i64
            }
            _ => i64::MIN,
        };
        // `max_by_key` takes the last of equals; the first form is the usual one.
        let Some(best) = tables.iter().rev().max_by_key(score).copied() else {
            return;
        };
        let Form::Table { keys, rest: None, .. } = self.schema.form(best) else {
            return self.value(node, best);
        };
        let of_another = |name: &String| tables.iter().any(|t| self.schema.step(*t, name).is_some());
        let stray = entries
            .iter()
            .find(|(name, _)| !keys.contains_key(*name) && of_another(name));
        let Some((name, entry)) = stray else {
            return self.value(node, best);
        };
        let message = format!("`{name}` does not go with the other keys {}", self.place());
        let wrong = Diagnostic::error("contradiction", message);
        let forms: Vec<String> = tables.iter().map(|t| self.value_of(*t)).collect();
        let wrong = wrong.at(entry.pointed(), "belongs to another form");
        self.found
            .push(wrong.help(format!("write either {}", forms.join(" or "))));
        // What the keys say of themselves is still worth checking.
        for (name, entry) in entries {
            match keys
                .get(name)
                .copied()
                .or_else(|| tables.iter().find_map(|t| self.schema.step(*t, name)))
            {
                Some(shape) => self.inside(name, entry, shape),
                None => self.unknown_key(name, entry, keys),
            }
        }
    }

    fn choose_tag(
        &mut self,
        node: &'a Node,
        entries: &'a BTreeMap<String, Node>,
        id: ShapeId,
        options: &[ShapeId],
        tables: &[ShapeId],
    ) {
        let tags: Vec<&str> = tables
            .iter()
            .filter_map(|o| self.tag(*o))
            .map(String::as_str)
            .collect();
        let words = options.iter().filter_map(|o| match self.schema.form(*o) {
            Form::Text(Some(names)) => Some(names.iter().map(|n| format!("\"{n}\""))),
            _ => None,
        });
        let list = words
            .flatten()
            .chain(tags.iter().map(|t| (*t).to_owned()))
            .collect::<Vec<_>>()
            .join(", ");
        let known: Vec<(&String, &Node)> = entries
            .iter()
            .filter(|(name, _)| tags.contains(&name.as_str()))
            .collect();
        if let [first, second, ..] = known[..] {
            // The later layer is the one that added too much.
            let (kept, added) = if second.1.layer < first.1.layer {
                (second, first)
            } else {
                (first, second)
            };
            let message = format!("{} can be `{}` or `{}`, not both", self.name(), kept.0, added.0);
            let mut wrong = Diagnostic::error("contradiction", message)
                .at(added.1.pointed(), format!("`{}` here", added.0))
                .also(kept.1.pointed(), format!("`{}` here", kept.0));
            if kept.1.layer != added.1.layer {
                let key = self.path.last().map_or("x", String::as_str);
                wrong = wrong.help(format!(
                    "a dotted key adds to what an earlier file says; to replace it, write {key} = {{ {} = … }}",
                    added.0
                ));
            }
            self.found.push(wrong);
        }
        let unit = self.schema.find(id, |s| s.code.as_deref()) == Some("wrong-unit");
        for (name, entry) in entries {
            if self.found.len() > MOST {
                return;
            }
            if let Some(option) = tables.iter().find(|o| self.tag(**o) == Some(name)) {
                if let Some(inner) = self.schema.step(*option, name) {
                    self.inside(name, entry, inner);
                }
                continue;
            }
            let words = options
                .iter()
                .any(|o| matches!(self.schema.form(*o), Form::Text(Some(l)) if l.contains(name)));
            let wrong = if unit {
                Diagnostic::error(
                    "wrong-unit",
                    format!("`{name}` is not a unit of {}", self.schema.what(id)),
                )
            } else {
                Diagnostic::error(
                    "unknown-name",
                    format!("unknown form `{name}` of {}", self.name()),
                )
            };
            let wrong = match nearest(name, tags.iter().copied()) {
                _ if words => wrong
                    .at(entry.pointed(), "takes no parameters")
                    .help(format!("write \"{name}\"")),
                Some(near) => wrong.at(entry.pointed(), format!("did you mean `{near}`?")),
                None => wrong.at(entry.pointed(), "not one of the names allowed here"),
            };
            self.found.push(wrong.help(format!("allowed: {list}")));
        }
        if entries.is_empty() {
            let wrong = Diagnostic::error("missing-key", format!("{} is empty", self.name()));
            let wrong = wrong.at(node.span, format!("expected {}", self.schema.what(id)));
            let wrong = self.with_example(wrong.help(format!("one of: {list}")), id);
            self.found.push(wrong);
        }
    }

    fn inside(&mut self, name: &str, entry: &'a Node, shape: ShapeId) {
        self.path.push(name.to_owned());
        self.value(entry, shape);
        self.path.pop();
    }

    /// A value of a shape with its blanks, for "write …": `{ mean = …, sd = …, unit = … }`.
    pub(super) fn value_of(&self, id: ShapeId) -> String {
        match self.schema.form(id) {
            Form::Table { required, .. } if !required.is_empty() => {
                format!(
                    "{{ {} }}",
                    required
                        .iter()
                        .map(|k| format!("{k} = …"))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Form::OneOf(options) => options
                .first()
                .map_or_else(|| "…".to_owned(), |o| self.value_of(*o)),
            _ => "…".to_owned(),
        }
    }
}
