//! A scenario as typed: values with their places, layer over layer.
//!
//! A later layer wins. Its inline tables and arrays *replace* what was there; its `[headers]` and
//! dotted keys *merge*. So a change of one number is one dotted key, and a change of a law is one
//! inline table, without the old law's leftovers.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax;
use crate::base::diagnostic::{Diagnostic, MOST, SourceId, SourceMap, Span};

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its key, if it is an entry of a table.
    pub key: Option<Span>,
    /// The value itself; for a `[header]` table the header, for a dotted table the key.
    pub span: Span,
    /// True if it was written as one value (`[ … ]`, `{ … }` or a leaf), false for a table of `[headers]`
    /// and dotted keys.
    pub is_value: bool,
    /// Rank of the layer that set it: 0 is the base, later layers win.
    pub layer: usize,
}

/// The values of TOML.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a point or an exponent; NaN and infinity are refused by the walk.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time or both, as written.
    Datetime(String),
    /// `[ … ]`.
    Array(Vec<Node>),
    /// A table, in the order of its names, so that permuting a file changes nothing.
    Table(BTreeMap<String, Node>),
}

impl Value {
    /// What a person would call it.
    pub fn what(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Datetime(_) => "a date or time",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The entries, if it is a table.
    pub fn table(&self) -> Option<&BTreeMap<String, Node>> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(i) => Some(i as f64),
            Value::Float(x) => Some(x),
            _ => None,
        }
    }

    /// The entry or element at one step of a path (arrays count from 0).
    pub fn step(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.get(name),
            Value::Array(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The value at a path.
    pub fn at(&self, path: &[String]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.step(name))
    }

    /// The place to point at: the key if there is one (shorter than a long value), else the value.
    pub fn pointed(&self) -> Span {
        self.key.unwrap_or(self.span)
    }

    /// Calls `visit` for every leaf (neither table nor array) below, with its path.
    pub fn leaves<'a>(&'a self, path: &mut Vec<String>, visit: &mut dyn FnMut(&[String], &'a Node)) {
        match &self.value {
            Value::Table(entries) => {
                for (name, node) in entries {
                    path.push(name.clone());
                    node.leaves(path, visit);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (index, node) in items.iter().enumerate() {
                    path.push(index.to_string());
                    node.leaves(path, visit);
                    path.pop();
                }
            }
            _ => visit(path, self),
        }
    }

    /// The value in one fixed spelling: the same for any layout, order or number format of the file.
    pub fn canonical(&self, out: &mut String) {
        match &self.value {
            Value::Text(text) => out.push_str(&format!("{text:?}")),
            Value::Integer(i) => out.push_str(&i.to_string()),
            // 3.0 and 3 are the same number to every field that takes both.
            Value::Float(x) if *x == x.trunc() && x.abs() < 9e15 => out.push_str(&(*x as i64).to_string()),
            Value::Float(x) => out.push_str(&format!("{x:?}")),
            Value::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Datetime(text) => out.push_str(text),
            Value::Array(items) => {
                out.push('[');
                for item in items {
                    item.canonical(out);
                    out.push(',');
                }
                out.push(']');
            }
            Value::Table(entries) => {
                out.push('{');
                for (name, node) in entries {
                    out.push_str(&format!("{name:?}="));
                    node.canonical(out);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }
}

/// Parses one text into a table, reporting every syntax error in it.
pub fn parse(id: SourceId, sources: &SourceMap, layer: usize, found: &mut Vec<Diagnostic>) -> Node {
    let text = sources.get(id).text.as_str();
    let (table, errors) = DeTable::parse_recoverable(text);
    // Of a text that is no TOML at all the first errors say enough.
    let told = errors.iter().take(MOST).map(|error| {
        let range = error.span().unwrap_or(0..0);
        syntax::error(
            error.message(),
            Span {
                source: id,
                start: range.start,
                end: range.end,
            },
            sources,
        )
    });
    found.extend(syntax::first_of_each_line(told.collect(), sources));
    if errors.len() > MOST {
        let message = format!(
            "and {} more errors of syntax, which are not listed",
            errors.len() - MOST
        );
        let range = errors[MOST].span().unwrap_or(0..0);
        let span = Span {
            source: id,
            start: range.start,
            end: range.end,
        };
        found.push(Diagnostic::error("too-many", message).at(span, "from here on"));
    }
    let mut reading = Reading {
        id,
        text,
        layer,
        found,
    };
    let span = Span {
        source: id,
        start: 0,
        end: 0,
    };
    let entries = reading.table(table.get_ref());
    Node {
        value: Value::Table(entries),
        key: None,
        span,
        is_value: false,
        layer,
    }
}

struct Reading<'a> {
    id: SourceId,
    text: &'a str,
    layer: usize,
    found: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span {
            source: self.id,
            start: range.start,
            end: range.end,
        }
    }

    fn table(&mut self, table: &DeTable<'_>) -> BTreeMap<String, Node> {
        let mut entries = BTreeMap::new();
        for (key, value) in table {
            // The recovering parser stands an empty value at 0..0 where there was none: the syntax
            // error is reported, and nothing else should be said of it.
            if value.span() == (0..0) {
                continue;
            }
            if let Some(mut node) = self.node(value) {
                node.key = Some(self.span(key.span()));
                entries.insert(key.get_ref().to_string(), node);
            }
        }
        entries
    }

    fn node(&mut self, spanned: &Spanned<DeValue<'_>>) -> Option<Node> {
        let span = self.span(spanned.span());
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
                Ok(i) => Value::Integer(i),
                Err(_) => {
                    let error =
                        Diagnostic::error("out-of-range", "this whole number is too large to be read");
                    self.found
                        .push(error.at(span, "whole numbers go up to 9223372036854775807"));
                    return None;
                }
            },
            DeValue::Float(digits) => Value::Float(digits.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(b) => Value::Boolean(*b),
            DeValue::Datetime(at) => Value::Datetime(at.to_string()),
            DeValue::Array(items) => {
                if self.text[span.start..].starts_with("[[") && items.iter().any(|i| self.is_header(i)) {
                    let error =
                        Diagnostic::error("array-of-tables", "`[[…]]` lists of tables are not used here");
                    self.found.push(
                        error
                            .at(span, "everything has a name")
                            .help("give each entry a name: `[stations.desk]`"),
                    );
                    return None;
                }
                Value::Array(items.iter().filter_map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        let is_value = !matches!(value, Value::Table(_)) || self.text[span.start..].starts_with('{');
        Some(Node {
            value,
            key: None,
            span,
            is_value,
            layer: self.layer,
        })
    }

    fn is_header(&self, item: &Spanned<DeValue<'_>>) -> bool {
        item.get_ref().is_table() && self.text[item.span().start..].starts_with("[[")
    }
}

/// The table whose entries are laid over the scenario during a run; see [`super::later`].
pub const LATER: &str = "later";

/// Lays a later layer of a file over an earlier one.
///
/// What stands under [`LATER`] is to be laid over something itself: a value written there as a whole still
/// replaces the whole, also after a later layer has changed a part of it.
pub fn merge(base: &mut Node, mut over: Node) {
    let later = match &mut over.value {
        Value::Table(above) if !over.is_value => above.remove_entry(LATER),
        _ => None,
    };
    lay(base, over, false);
    if let (Some((name, above)), Value::Table(below)) = (later, &mut base.value) {
        match below.get_mut(&name) {
            Some(existing) => lay(existing, above, true),
            None => {
                below.insert(name, above);
            }
        }
    }
}

/// Lays one tree over another. `stays_whole`: what was one value is still one after a part of it was changed.
pub fn lay(base: &mut Node, over: Node, stays_whole: bool) {
    match (&mut base.value, over.value) {
        (Value::Table(below), Value::Table(above)) if !over.is_value => {
            for (name, node) in above {
                match below.get_mut(&name) {
                    Some(existing) => lay(existing, node, stays_whole),
                    None => {
                        below.insert(name, node);
                    }
                }
            }
            base.is_value &= stays_whole;
        }
        (slot, value) => {
            *slot = value;
            base.is_value = over.is_value;
        }
    }
    base.key = over.key.or(base.key);
    base.span = over.span;
    base.layer = over.layer;
}

/// Most names of a path: values cannot be nested deeper.
const DEEPEST: usize = 80;

/// A path as it is written in a file: `interface.between."hospital>gp".returned`.
pub fn show_path(path: &[String]) -> String {
    let bare = |s: &str| {
        !s.is_empty()
            && (s == "*"
                || s.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'))
    };
    let quoted = path
        .iter()
        .map(|s| if bare(s) { s.clone() } else { format!("{s:?}") });
    quoted.collect::<Vec<_>>().join(".")
}

/// Reads a dotted path with optional quotes; `*` may stand for any one name.
///
/// # Errors
/// Says what is wrong with it: an empty name, an open quote, or more names than values can be nested.
pub fn read_path(text: &str) -> Result<Vec<String>, String> {
    let mut path = Vec::new();
    let mut rest = text.trim();
    loop {
        let name;
        if let Some(quote) = rest.chars().next().filter(|c| *c == '"' || *c == '\'') {
            let end = rest[1..]
                .find(quote)
                .ok_or_else(|| format!("the quote {quote} is never closed"))?
                + 1;
            name = rest[1..end].to_owned();
            rest = rest[end + 1..].trim_start();
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            name = rest[..end].trim().to_owned();
            rest = &rest[end..];
            if name.is_empty() {
                return Err("a name between the dots is missing".to_owned());
            }
        }
        path.push(name);
        if path.len() > DEEPEST {
            return Err(format!("it has more than {DEEPEST} names"));
        }
        match rest.strip_prefix('.') {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => return Ok(path),
            None => return Err(format!("`{rest}` after a closing quote")),
        }
    }
}
