//! Values of a scenario written as TOML again, for overrides that a program makes.

use super::node::{Node, Value, show_path};

/// A value as TOML on one line: a table inline.
pub fn toml(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out);
    out
}

/// A number as TOML: whole numbers without a point, others in the shortest spelling that reads back the same.
pub fn number(x: f64) -> String {
    match x == x.trunc() && x.abs() < 9e15 {
        true => format!("{}", x as i64),
        false => format!("{x:?}"),
    }
}

/// An override `path=value`, as after `--set`.
pub fn set(path: &[String], value: &str) -> String {
    format!("{}={value}", show_path(path))
}

/// An inline table of values that are written already.
pub fn table<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> String {
    let entries: Vec<String> = entries
        .map(|(name, text)| format!("{} = {text}", quoted(name)))
        .collect();
    match entries.is_empty() {
        true => "{}".to_string(),
        false => format!("{{ {} }}", entries.join(", ")),
    }
}

fn write(node: &Node, out: &mut String) {
    match &node.value {
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Integer(i) => out.push_str(&i.to_string()),
        Value::Float(x) => out.push_str(&format!("{x:?}")),
        Value::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Datetime(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Table(entries) => {
            out.push_str(&table(
                entries.iter().map(|(name, below)| (name.as_str(), toml(below))),
            ));
        }
    }
}

/// A basic string of TOML.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::node::parse;
    use super::*;
    use crate::base::diagnostic::SourceMap;

    #[test]
    fn what_is_written_reads_back_the_same() {
        let text = r#"a = { law = { lognormal = { median = 2.5, iqr = [1, 4], unit = "day" } }, on = true, "x>y" = "say \"hi\"\n\\" }
b = -0.0
c = 1e300
d = 2024-05-06
"#;
        let read = |text: &str| {
            let mut sources = SourceMap::default();
            let mut found = Vec::new();
            let id = sources.add("a", text);
            let node = parse(id, &sources, 0, &mut found);
            assert!(found.is_empty(), "{text}");
            node
        };
        let first = read(text);
        let again: String = (first.table().unwrap().iter())
            .map(|(name, node)| format!("{name} = {}\n", toml(node)))
            .collect();
        let (mut a, mut b) = (String::new(), String::new());
        first.canonical(&mut a);
        read(&again).canonical(&mut b);
        assert_eq!(a, b);
        assert_eq!(
            (number(3.0), number(0.1), number(-2.0)),
            ("3".into(), "0.1".into(), "-2".into())
        );
    }
}
