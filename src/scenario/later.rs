//! Changes during a run: each `[later.NAME]` is laid over the scenario as it stands then, in the order of their times.

use std::collections::BTreeSet;

use super::de::from_node;
use super::header::HEADER_KEYS;
use super::node::{LATER, Node, Value, lay, show_path};
use super::schema::{Form, Schema};
use super::units::Duration;
use crate::base::diagnostic::{Diagnostic, Span};

/// Most changes in one run: each makes a whole scenario.
const MOST: usize = 50;
/// Most values of all these scenarios together.
const MOST_VALUES: usize = 1_000_000;

/// The whole scenario from a time on.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Its name in the file.
    pub name: String,
    /// When it begins, from the start of the run.
    pub from: Duration,
    /// The merged tree: everything before it, and what it says laid over.
    pub tree: Node,
    /// Where it stands.
    at: Span,
    /// Everything it says itself.
    own: BTreeSet<Span>,
}

/// What may become of a value during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Anything.
    Free,
    /// It depends on the names below; new ones may come.
    Within,
    /// It depends on the names below, which stay the same, and why.
    Names(&'static str),
    /// It stays as it is, and why.
    Fixed(&'static str),
}

/// Every change in the order of time, merged. What cannot be read is left out: the walk reports it.
pub(super) fn changes(root: &Node, schema: &Schema, found: &mut Vec<Diagnostic>) -> Vec<Change> {
    let Some(entries) = root.step(LATER).and_then(Node::table) else {
        return Vec::new();
    };
    let Form::Table { keys, .. } = schema.form(schema.root()) else {
        return Vec::new();
    };
    if !keys.contains_key(LATER) {
        return Vec::new();
    }
    if entries.len() > MOST {
        let message = format!(
            "[{LATER}] has {} entries; at most {MOST} can be run",
            entries.len()
        );
        let at = root.step(LATER).map_or(root.span, Node::pointed);
        found.push(Diagnostic::error("too-large", message).at(at, "too many"));
        return Vec::new();
    }
    let mut leaves = 0;
    root.leaves(&mut Vec::new(), &mut |_, _| leaves += 1);
    if leaves * entries.len() > MOST_VALUES {
        let message = format!(
            "[{LATER}] has {} entries over {leaves} values; each makes a whole scenario, and all together may have \
             {MOST_VALUES} values",
            entries.len()
        );
        let at = root.step(LATER).map_or(root.span, Node::pointed);
        found.push(Diagnostic::error("too-large", message).at(at, "too many"));
        return Vec::new();
    }
    let mut timed: Vec<(i64, &String, &Node, Duration, Span)> = Vec::new();
    for (name, node) in entries {
        if let Some(from) = node.step("from")
            && let Ok(when) = from_node::<Duration>(from)
        {
            timed.push((when.secs(), name, node, when, from.span));
        }
    }
    timed.sort_by_key(|(secs, ..)| *secs);
    for pair in timed.windows(2) {
        if pair[0].0 == pair[1].0 {
            let message = format!(
                "`{LATER}.{}` and `{LATER}.{}` begin at the same time",
                pair[0].1, pair[1].1
            );
            let error = Diagnostic::error("contradiction", message)
                .at(pair[1].4, "which is laid over which?")
                .also(pair[0].4, "the same time")
                .help("write both changes under one name, or let one begin a second later");
            found.push(error);
        }
    }
    let mut tree = root.clone();
    if let Value::Table(all) = &mut tree.value {
        all.remove(LATER);
        // Evidence speaks for the file, not for one of its times; it is read once.
        all.remove("evidence");
    }
    let mut out = Vec::new();
    for (_, name, node, from, _) in timed {
        let mut over = node.clone();
        over.is_value = false;
        if let Value::Table(said) = &mut over.value {
            said.retain(|key, _| {
                keys.contains_key(key) && key != LATER && !HEADER_KEYS.contains(&key.as_str())
            });
        }
        let mut own = BTreeSet::new();
        spans(&over, &mut own);
        lay(&mut tree, over, false);
        out.push(Change {
            name: name.clone(),
            from,
            tree: tree.clone(),
            at: node.pointed(),
            own,
        });
    }
    out
}

fn spans(node: &Node, out: &mut BTreeSet<Span>) {
    out.insert(node.span);
    out.extend(node.key);
    match &node.value {
        Value::Table(entries) => entries.values().for_each(|below| spans(below, out)),
        Value::Array(items) => items.iter().for_each(|below| spans(below, out)),
        _ => {}
    }
}

impl Change {
    /// Its path.
    pub fn path(&self) -> Vec<String> {
        vec![LATER.to_owned(), self.name.clone()]
    }

    /// Adds what was found in the merged scenario and not before in what it was merged from. What is said of a value
    /// that another part of the file set points here too.
    pub fn tell(&self, again: Vec<Diagnostic>, found: &mut Vec<Diagnostic>) {
        let place = |one: &Diagnostic| (one.code, one.primary.as_ref().map(|l| l.span));
        let mut said: BTreeSet<_> = found.iter().map(place).collect();
        for one in again {
            if !said.insert(place(&one)) {
                continue;
            }
            let own = one.primary.as_ref().is_none_or(|l| self.own.contains(&l.span));
            found.push(if own {
                one
            } else {
                one.also(self.at, "with this change")
            });
        }
    }

    /// Reports what may not change during a run and differs from `before`.
    pub fn keeps(&self, before: &Node, lasting: fn(&[&str]) -> Lasting, found: &mut Vec<Diagnostic>) {
        let mut again = Vec::new();
        let mut compare = Compare {
            change: self,
            lasting,
            found: &mut again,
        };
        compare.look(Some(before), Some(&self.tree), &mut Vec::new(), self.at);
        self.tell(again, found);
    }
}

struct Compare<'a> {
    change: &'a Change,
    lasting: fn(&[&str]) -> Lasting,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Compare<'a> {
    fn look(&mut self, before: Option<&'a Node>, after: Option<&'a Node>, path: &mut Vec<&'a str>, at: Span) {
        let at = after.map_or(at, |node| {
            if self.change.own.contains(&node.span) {
                node.pointed()
            } else {
                at
            }
        });
        match (self.lasting)(path) {
            Lasting::Free => {}
            Lasting::Fixed(why) => self.same(before, after, path, at, why),
            Lasting::Within => self.below(before, after, path, at, None),
            Lasting::Names(why) => self.below(before, after, path, at, Some(why)),
        }
    }

    fn below(
        &mut self,
        before: Option<&'a Node>,
        after: Option<&'a Node>,
        path: &mut Vec<&'a str>,
        at: Span,
        same_names: Option<&'static str>,
    ) {
        for name in names(before, after) {
            let (b, a) = (
                before.and_then(|n| n.step(name)),
                after.and_then(|n| n.step(name)),
            );
            path.push(name);
            match same_names {
                Some(why) if b.is_none() || a.is_none() => {
                    self.report(path, a.map_or(at, Node::pointed), why)
                }
                _ => self.look(b, a, path, at),
            }
            path.pop();
        }
    }

    fn same(
        &mut self,
        before: Option<&'a Node>,
        after: Option<&'a Node>,
        path: &mut Vec<&'a str>,
        at: Span,
        why: &'static str,
    ) {
        let names = names(before, after);
        if names.is_empty() {
            let text = |node: Option<&Node>| {
                let mut out = String::new();
                node.inspect(|n| n.canonical(&mut out));
                out
            };
            if text(before) != text(after) {
                self.report(path, after.map_or(at, |n| n.span), why);
            }
            return;
        }
        for name in names {
            let (b, a) = (
                before.and_then(|n| n.step(name)),
                after.and_then(|n| n.step(name)),
            );
            path.push(name);
            self.same(b, a, path, a.map_or(at, Node::pointed), why);
            path.pop();
        }
    }

    fn report(&mut self, path: &[&str], at: Span, why: &str) {
        let mut whole = self.change.path();
        whole.extend(path.iter().map(|name| (*name).to_owned()));
        let message = format!("`{}` cannot change during a run: {why}", show_path(&whole));
        self.found
            .push(Diagnostic::error("fixed", message).at(at, "stays as it is"));
    }
}

/// The names below either of two tables.
fn names<'a>(before: Option<&'a Node>, after: Option<&'a Node>) -> BTreeSet<&'a str> {
    let tables = [before, after].into_iter().flatten().filter_map(Node::table);
    tables
        .flat_map(|table| table.keys().map(String::as_str))
        .collect()
}
