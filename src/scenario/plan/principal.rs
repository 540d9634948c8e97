//! The one number of a value that stands for its size: what a range of a law or a duration is about.

use super::super::node::{Node, Value};
use super::super::write::{number, toml};

/// Keys of a law whose number says where it lies, in order of preference.
const LOCATIONS: [&str; 4] = ["median", "mean", "value", "mode"];
/// Keys of numbers in the same unit, which keep their ratio to it.
const SCALED: [&str; 10] = [
    "median", "mean", "value", "mode", "sd", "iqr", "low", "high", "values", "min",
];
/// Keys of numbers that say nothing of size.
const SHAPES: [&str; 4] = ["shape", "weight", "weights", "cv"];

/// The number that stands for the size of a value: the value itself if it is a number, the only number of a table (as in
/// `{ days = 3 }`), the median or mean of a law. `None` where no number does.
pub fn principal(node: &Node) -> Option<f64> {
    node.at(&principal_path(node)?)?.number()
}

/// Where below a value the number is that stands for its size; see [`principal`].
pub fn principal_path(node: &Node) -> Option<Vec<String>> {
    if node.number().is_some() {
        return Some(Vec::new());
    }
    let entries = node.table()?;
    for key in LOCATIONS {
        if entries.get(key).is_some_and(|n| n.number().is_some()) {
            return Some(vec![key.to_string()]);
        }
    }
    let mut below = entries.iter().filter_map(|(name, n)| match n.value {
        Value::Table(_) | Value::Integer(_) | Value::Float(_) => {
            let path = principal_path(n).map(|rest| [vec![name.clone()], rest].concat());
            Some(path)
        }
        Value::Array(_) => Some(None),
        _ => None,
    });
    match (below.next(), below.next()) {
        (Some(one), None) => one,
        _ => None,
    }
}

/// The value, as TOML, with its principal number replaced and what is in the same unit scaled with it, so that a law
/// keeps its shape. `None` where it has no principal number, or one of 0 that others depend on.
pub fn with_principal(node: &Node, x: f64) -> Option<String> {
    if node.number().is_some() {
        return Some(number(x));
    }
    let old = principal(node)?;
    if old == 0.0 {
        return only_number(node).then(|| scaled(node, 0.0, x));
    }
    Some(scaled(node, x / old, x))
}

/// Whether a table holds no number but its principal one.
fn only_number(node: &Node) -> bool {
    let mut numbers = 0;
    node.leaves(&mut Vec::new(), &mut |_, leaf| {
        numbers += usize::from(leaf.number().is_some());
    });
    numbers == 1
}

fn scaled(node: &Node, factor: f64, principal: f64) -> String {
    let Some(entries) = node.table() else {
        return toml(node);
    };
    let alone = only_number(node);
    let location = LOCATIONS
        .iter()
        .find(|k| entries.get(**k).is_some_and(|n| n.number().is_some()));
    let parts = entries.iter().map(|(key, below)| {
        let text = match &below.value {
            _ if location == Some(&key.as_str()) => number(principal),
            Value::Integer(_) | Value::Float(_) if alone => number(principal),
            Value::Table(_) => scaled(below, factor, principal),
            _ if SHAPES.contains(&key.as_str()) => toml(below),
            Value::Array(items) if SCALED.contains(&key.as_str()) => {
                let items = items
                    .iter()
                    .map(|i| i.number().map_or_else(|| toml(i), |n| number(n * factor)));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Value::Integer(_) | Value::Float(_) if SCALED.contains(&key.as_str()) => {
                number(below.number().unwrap_or(0.0) * factor)
            }
            _ => toml(below),
        };
        format!("{key:?} = {text}")
    });
    format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::super::node::parse;
    use super::*;
    use crate::base::diagnostic::SourceMap;

    fn node(text: &str) -> Node {
        let mut sources = SourceMap::default();
        let id = sources.add("a", format!("a = {text}"));
        let root = parse(id, &sources, 0, &mut Vec::new());
        root.step("a").expect("an entry").clone()
    }

    #[test]
    fn a_law_keeps_its_shape() {
        let cases = [
            ("0.5", 0.5, 0.25, "0.25"),
            ("{ weeks = 3 }", 3.0, 4.5, "{ \"weeks\" = 4.5 }"),
            ("{ ratio = 0.6 }", 0.6, 1.5, "{ \"ratio\" = 1.5 }"),
            (
                "{ lognormal = { median = 2, iqr = [1, 4], unit = \"day\" } }",
                2.0,
                1.0,
                "{ \"lognormal\" = { \"iqr\" = [0.5, 2], \"median\" = 1, \"unit\" = \"day\" } }",
            ),
            (
                "{ weibull = { mean = 10, shape = 2, unit = \"day\" } }",
                10.0,
                5.0,
                "{ \"weibull\" = { \"mean\" = 5, \"shape\" = 2, \"unit\" = \"day\" } }",
            ),
            (
                "{ triangular = { low = 1, mode = 2, high = 6, unit = \"min\" } }",
                2.0,
                4.0,
                "{ \"triangular\" = { \"high\" = 12, \"low\" = 2, \"mode\" = 4, \"unit\" = \"min\" } }",
            ),
        ];
        for (text, is, to, expected) in cases {
            let node = node(text);
            assert_eq!(principal(&node), Some(is), "{text}");
            assert_eq!(with_principal(&node, to).as_deref(), Some(expected), "{text}");
        }
        for none in [
            "\"text\"",
            "true",
            "[1, 2]",
            "{ a = 1, b = 2 }",
            "{ uniform = { low = 1, high = 2, unit = \"day\" } }",
        ] {
            assert_eq!(principal(&node(none)), None, "{none}");
        }
        assert_eq!(
            with_principal(&node("{ per_week = 0 }"), 2.0).as_deref(),
            Some("{ \"per_week\" = 2 }")
        );
        assert_eq!(
            with_principal(&node("{ gamma = { mean = 0, sd = 1, unit = \"day\" } }"), 2.0),
            None
        );
    }
}
