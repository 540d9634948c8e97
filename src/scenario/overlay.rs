//! An overlay as a file: values that a program has found, with evidence, laid out for readers and read back the same.

use std::collections::BTreeMap;

use super::node::{Node, Value, show_path};
use super::write::{number, quoted, toml};

/// Longest value that stays on one line; longer tables get a header of their own.
const LINE: usize = 100;

/// One value of an overlay and who says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it is set.
    pub path: Vec<String>,
    /// The value.
    pub value: Node,
    /// Smallest and largest plausible value, in its unit; none where no single number stands for its size.
    pub range: Option<(f64, f64)>,
    /// What is known about it.
    pub note: String,
}

/// An overlay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Lines of the comment at the head.
    pub head: Vec<String>,
    /// The file it lies over.
    pub extends: String,
    /// Its title; that of the file below if left out.
    pub title: Option<String>,
    /// Its values.
    pub entries: Vec<Entry>,
}

impl Overlay {
    /// The file.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in self.head.iter().flat_map(|line| wrapped(line)) {
            out.push_str(format!("# {line}").trim_end());
            out.push('\n');
        }
        out.push_str(&format!("\nextends = {}\n", quoted(&self.extends)));
        if let Some(title) = &self.title {
            out.push_str(&format!("title = {}\n", quoted(title)));
        }
        let mut tables: BTreeMap<Vec<String>, Vec<(String, String)>> = BTreeMap::new();
        for entry in &self.entries {
            if let Some((name, above)) = entry.path.split_last() {
                place(above.to_vec(), name, &entry.value, &mut tables);
            }
        }
        for (header, lines) in tables {
            out.push_str(&match header.is_empty() {
                true => "\n".to_string(),
                false => format!("\n[{}]\n", header_of(&header)),
            });
            for (name, text) in lines {
                out.push_str(&format!("{} = {text}\n", key(&name)));
            }
        }
        if !self.entries.is_empty() {
            out.push_str("\n[evidence]\n");
        }
        for entry in &self.entries {
            let range = entry.range.map_or(String::new(), |(low, high)| {
                format!("range = [{}, {}], ", number(low), number(high))
            });
            out.push_str(&format!(
                "{} = {{ grade = \"calibrated\", {range}note = {} }}\n",
                quoted(&show_path(&entry.path)),
                quoted(&entry.note)
            ));
        }
        out
    }
}

/// Puts a value under the header of the table it is in, or under one of its own if it is too long for a line.
fn place(
    above: Vec<String>,
    name: &str,
    value: &Node,
    into: &mut BTreeMap<Vec<String>, Vec<(String, String)>>,
) {
    let text = inline(value);
    match value.table() {
        Some(entries) if text.chars().count() > LINE && !entries.is_empty() => {
            let mut header = above;
            header.push(name.to_string());
            for (name, below) in entries {
                place(header.clone(), name, below, into);
            }
        }
        _ => into.entry(above).or_default().push((name.to_string(), text)),
    }
}

/// A line of the head in lines that are short enough; what is indented is left whole.
fn wrapped(line: &str) -> Vec<String> {
    if line.starts_with(' ') {
        return vec![line.to_string()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last().map_or(0, |l| l.chars().count());
        match lines.last_mut() {
            Some(line) if last == 0 => line.push_str(word),
            Some(line) if last + 1 + word.chars().count() <= LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// A value on one line, its names without quotes where they need none.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Table(entries) if entries.is_empty() => "{}".to_string(),
        Value::Table(entries) => {
            let all = entries
                .iter()
                .map(|(name, below)| format!("{} = {}", key(name), inline(below)));
            format!("{{ {} }}", all.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        _ => toml(node),
    }
}

fn header_of(path: &[String]) -> String {
    path.iter().map(|name| key(name)).collect::<Vec<_>>().join(".")
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    match !name.is_empty() && name.bytes().all(bare) {
        true => name.to_string(),
        false => quoted(name),
    }
}

/// A value whose numbers are rounded to so many significant digits, but for those that are what they were.
pub fn tidied(node: &Node, was: Option<&Node>, digits: usize) -> Node {
    let mut out = node.clone();
    match &mut out.value {
        Value::Float(x) => {
            if was.and_then(Node::number) != Some(*x) {
                *x = significant(*x, digits);
            }
            // Written without a point where there is nothing behind it.
            if *x == x.trunc() && x.abs() < 9e15 {
                out.value = Value::Integer(*x as i64);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                *item = tidied(item, was.and_then(|w| w.step(&i.to_string())), digits);
            }
        }
        Value::Table(entries) => {
            for (name, below) in entries {
                *below = tidied(below, was.and_then(|w| w.step(name)), digits);
            }
        }
        _ => {}
    }
    out
}

/// Rounded to so many significant decimal digits.
pub fn significant(x: f64, digits: usize) -> f64 {
    let places = digits.max(1) - 1;
    format!("{x:.places$e}").parse().unwrap_or(x)
}

/// How many numbers a value holds.
pub fn numbers(node: &Node) -> usize {
    let mut count = 0;
    node.leaves(&mut Vec::new(), &mut |_, leaf| {
        count += usize::from(leaf.number().is_some());
    });
    count
}

/// Whether two scenarios say the same but for title block and evidence.
pub fn same_values(a: &Node, b: &Node) -> bool {
    let canonical = |root: &Node| {
        let (_, body) = super::read::split_at(root, &super::header::HEADER_KEYS);
        let mut text = String::new();
        body.canonical(&mut text);
        text
    };
    canonical(a) == canonical(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{BuiltIn, read, read_path};

    fn of(sets: &[&str], path: &str) -> (Node, Node) {
        let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
        let path = read_path(path).expect("a path");
        let (before, ..) = read(&BuiltIn, "networked", &[]);
        let (after, found, _) = read(&BuiltIn, "networked", &sets);
        let after = after.unwrap_or_else(|| panic!("{found:?}"));
        let at = |c: &crate::scenario::Checked| c.root().at(&path).expect("a value").clone();
        (at(&before.expect("built in")), at(&after))
    }

    #[test]
    fn only_what_has_changed_is_rounded() {
        let set = "interface.external.transfer_delay={ lognormal = { median = 1.23456789, iqr = [0.617283945, 4], unit = \"day\" } }";
        let (was, is) = of(&[set], "interface.external.transfer_delay");
        assert_eq!(
            toml(&tidied(&is, Some(&was), 4)),
            "{ \"lognormal\" = { \"iqr\" = [0.6173, 4], \"median\" = 1.235, \"unit\" = \"day\" } }"
        );
        assert_eq!(significant(123456.0, 4), 123500.0);
        assert_eq!(
            (significant(0.0, 4), significant(-0.00012346, 4)),
            (0.0, -0.0001235)
        );
    }

    /// The file gives the values it was made of, laid over and laid under.
    #[test]
    fn what_is_written_is_read_back() {
        let sets = [
            "interface.external.lost=0.0312",
            "planning.notices.cns.dying=0.77",
            "symptoms.dose_onset={ lognormal = { median = 1.25, iqr = [0.8, 2], unit = \"hour\" } }",
        ];
        let paths = [
            "interface.external.lost",
            "planning.notices",
            "symptoms.dose_onset",
        ];
        let all = sets.map(str::to_string);
        let (after, found, _) = read(&BuiltIn, "networked", &all);
        let after = after.unwrap_or_else(|| panic!("{found:?}"));
        let entry = |path: &str| {
            let path = read_path(path).expect("a path");
            Entry {
                value: after.root().at(&path).expect("a value").clone(),
                path: path.clone(),
                range: Some((0.01, 2.0)),
                note: "a \"quoted\" note".to_string(),
            }
        };
        let overlay = Overlay {
            head: vec!["Generated.".to_string(), String::new()],
            extends: "networked".to_string(),
            title: Some("Calibrated".to_string()),
            entries: paths.iter().map(|p| entry(p)).collect(),
        };
        let text = overlay.text();
        assert!(
            text.contains("\n[planning.notices.cns]\n") || text.contains("\n[planning.notices]\n"),
            "{text}"
        );
        let texts = BTreeMap::from([("o.toml".to_string(), text.clone().into_bytes())]);
        let (again, found, _) = read(&texts, "o.toml", &[]);
        let again = again.unwrap_or_else(|| panic!("{text}\n{found:?}"));
        assert!(same_values(again.root(), after.root()), "{text}");
        let lost = again.evidence_for(&read_path("interface.external.lost").expect("a path"));
        assert_eq!(
            lost.map(|e| e.says.grade),
            Some(crate::scenario::Grade::Calibrated)
        );
        assert!(!same_values(
            again.root(),
            read(&BuiltIn, "networked", &[]).0.expect("built in").root()
        ));
    }
}
