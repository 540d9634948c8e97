//! What a parameter means, what it may be, what it is and who says so: `careweave explain PARAM`.

use super::evidence::{Entry, Grade, numbers};
use super::fit::{About, about, unit};
use super::header::HEADER_KEYS;
use super::node::{Node, Value, show_path};
use super::plan::principal_path;
use super::read::Checked;
use super::schema::{Form, Schema, ShapeId, show_number};
use super::suggest::nearest;
use crate::base::diagnostic::Span;

/// All there is to say about one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Its path.
    pub path: String,
    /// What it means.
    pub meaning: String,
    /// What it may be.
    pub expects: String,
    /// Its unit, if it is a number with one.
    pub unit: Option<String>,
    /// The names to choose from, or the keys below it.
    pub allowed: Vec<String>,
    /// A correct value.
    pub example: Option<String>,
    /// The value if nothing is said.
    pub default: Option<String>,
    /// The value in this scenario, as TOML.
    pub value: Option<String>,
    /// Where it is set.
    pub set_at: Option<Span>,
    /// What is known about it.
    pub evidence: Option<Entry>,
    /// The number that the range of its evidence is about, where that is not the number explained: a law's mean or median.
    pub range_of: Option<String>,
}

/// A number of a scenario that may be varied: for sweeps and sensitivity analyses.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its path, as `--set` takes it.
    pub path: Vec<String>,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: Option<String>,
    /// The smallest and largest plausible value, where its evidence gives them for this number (not for its law).
    pub plausible: Option<(f64, f64)>,
    /// How it is known.
    pub grade: Option<Grade>,
    /// Its meaning.
    pub meaning: String,
}

/// Explains a path of a kind of scenario, with the value in a scenario if one is given.
///
/// # Errors
/// Says which name of the path does not exist, and which one may be meant.
pub fn explain(schema: &Schema, path: &[String], scenario: Option<&Checked>) -> Result<Explanation, String> {
    let mut shape = schema.root();
    for (depth, name) in path.iter().enumerate() {
        shape = schema.step(shape, name).ok_or_else(|| {
            let place = if depth == 0 {
                "a scenario".to_owned()
            } else {
                format!("`{}`", show_path(&path[..depth]))
            };
            let keys = keys_below(schema, shape);
            match nearest(name, keys.iter().map(String::as_str)) {
                Some(near) => format!("{place} has no `{name}`; did you mean `{near}`?"),
                None if keys.is_empty() => format!("{place} has no keys"),
                None => format!("{place} has no `{name}`; it has {}", keys.join(", ")),
            }
        })?;
    }
    let text = |get: fn(&super::schema::Shape) -> Option<&String>| schema.find(shape, get).cloned();
    let node = scenario.and_then(|s| s.root().at(path));
    let evidence = scenario.and_then(|s| s.evidence_for(path)).cloned();
    Ok(Explanation {
        range_of: scenario
            .zip(evidence.as_ref())
            .and_then(|(s, entry)| range_of(s, entry, path)),
        path: show_path(path),
        meaning: meaning_at(schema, path),
        expects: schema.what(shape),
        unit: match (scenario, node) {
            (Some(s), Some(node)) => principal_path(node)
                .and_then(|below| unit(s.root(), schema, &[path, &below].concat()))
                .or_else(|| text(|s| s.unit.as_ref())),
            _ => text(|s| s.unit.as_ref()),
        },
        allowed: schema.names(shape).unwrap_or_else(|| keys_below(schema, shape)),
        example: text(|s| s.example.as_ref()),
        default: text(|s| s.default.as_ref()),
        value: node.map(show),
        set_at: node.map(Node::pointed),
        evidence,
    })
}

/// The path of the number that the range of an entry is about, if it is another than the one at `path`.
fn range_of(scenario: &Checked, entry: &Entry, path: &[String]) -> Option<String> {
    let root = scenario.root();
    let here = match about(root, entry, path) {
        About::Size(size) => Some(size),
        // A whole law: its mean or median.
        About::Itself => {
            let below = principal_path(root.at(path)?)?;
            (!below.is_empty()).then(|| [path, &below].concat())
        }
    };
    here.map(|size| show_path(&size))
}

/// Explains a path that a scenario has.
pub fn explained(scenario: &Checked, path: &[String]) -> Option<Explanation> {
    scenario.root().at(path)?;
    explain(scenario.schema(), path, Some(scenario)).ok()
}

/// Whether every name of a path is one of the schema's own, and none a free choice of an author.
pub fn is_fixed(schema: &Schema, path: &[String]) -> bool {
    let mut shape = schema.root();
    for name in path {
        let named = schema
            .options(shape)
            .into_iter()
            .any(|option| match schema.form(option) {
                Form::Table { keys, .. } => keys.contains_key(name),
                Form::Array { .. } => true,
                _ => false,
            });
        let Some(next) = schema.step(shape, name).filter(|_| named) else {
            return false;
        };
        shape = next;
    }
    true
}

/// Every path of a scenario outside its title block and evidence, tables before what is in them.
pub fn keys(scenario: &Checked) -> Vec<Vec<String>> {
    fn visit(node: &Node, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
        for (name, below) in node.table().into_iter().flatten() {
            if path.is_empty() && HEADER_KEYS.contains(&name.as_str()) {
                continue;
            }
            path.push(name.clone());
            out.push(path.clone());
            visit(below, path, out);
            path.pop();
        }
    }
    let mut out = Vec::new();
    visit(scenario.root(), &mut Vec::new(), &mut out);
    out
}

/// Every number of a scenario that decides results.
pub fn parameters(scenario: &Checked) -> Vec<Parameter> {
    let schema = scenario.schema();
    let all = numbers(scenario.root(), schema).into_iter();
    let known = all.map(|(path, node, shape)| {
        let entry = scenario.evidence_for(&path);
        Parameter {
            value: node.number().unwrap_or(f64::NAN),
            unit: unit(scenario.root(), schema, &path),
            plausible: entry
                .filter(|e| about(scenario.root(), e, &path) == About::Itself)
                .and_then(|e| e.says.range)
                .map(|[low, high]| (low.get(), high.get())),
            grade: entry.map(|e| e.says.grade),
            meaning: meaning(schema, shape),
            path,
        }
    });
    known.collect()
}

fn meaning(schema: &Schema, shape: ShapeId) -> String {
    let doc = schema
        .find(shape, |s| (!s.doc.is_empty()).then_some(s.doc.as_str()))
        .unwrap_or_default();
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The meaning of the field at a path; of what it is part of, if it has none of its own.
pub(super) fn meaning_at(schema: &Schema, path: &[String]) -> String {
    let mut shapes = vec![schema.root()];
    for name in path {
        match schema.step(shapes[shapes.len() - 1], name) {
            Some(shape) => shapes.push(shape),
            None => return String::new(),
        }
    }
    let said = |depth: usize| meaning(schema, shapes[depth]);
    let depths = || (1..shapes.len()).rev();
    let Some(depth) = depths().find(|depth| !said(*depth).is_empty()) else {
        return String::new();
    };
    let own = said(depth);
    if own.split(' ').count() > FEW_WORDS {
        return own;
    }
    // "Mild." or "Median." says little without what it is part of; the name of a law says nothing.
    let tells = |depth: &usize| {
        !LAWS.contains(&path[*depth - 1].as_str()) && said(*depth).split(' ').count() > FEW_WORDS
    };
    match depths().filter(|d| *d < depth).find(tells) {
        Some(above) => format!("{}: {}", said(above).trim_end_matches('.'), own.to_lowercase()),
        None => own,
    }
}

/// Most words of a meaning that is not understood alone.
const FEW_WORDS: usize = 4;

/// Names of laws, as in `{ gamma = { … } }`.
const LAWS: [&str; 10] = [
    "fixed",
    "exponential",
    "uniform",
    "triangular",
    "lognormal",
    "gamma",
    "weibull",
    "empirical",
    "mixture",
    "truncated",
];

fn keys_below(schema: &Schema, shape: ShapeId) -> Vec<String> {
    let mut keys = Vec::new();
    for option in schema.options(shape) {
        if let Form::Table { keys: below, .. } = schema.form(option) {
            keys.extend(below.keys().cloned());
        }
    }
    keys.dedup();
    keys
}

/// A value as one line of TOML.
pub fn show(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => format!("{text:?}"),
        Value::Integer(i) => show_number(*i as f64),
        Value::Float(x) => show_number(*x),
        Value::Boolean(b) => b.to_string(),
        Value::Datetime(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) => {
            let parts = entries
                .iter()
                .map(|(name, node)| format!("{} = {}", show_path(std::slice::from_ref(name)), show(node)));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::node::read_path;
    use super::super::read::{read, schema};
    use super::*;

    fn texts() -> BTreeMap<String, Vec<u8>> {
        let base = "extends = \"mm1\"\n[evidence]\n\"stations.*.servers\" = { grade = \"published\", source = \"A 2020\" }\n\
            \"stations.desk\" = { grade = \"assumption\", range = [0, 9], note = \"a guess\" }\n";
        let over = "extends = \"base.toml\"\n[stations.desk]\nservers = 3\n";
        BTreeMap::from([
            ("base.toml".to_owned(), base.as_bytes().to_vec()),
            ("over.toml".to_owned(), over.as_bytes().to_vec()),
        ])
    }

    fn path(text: &str) -> Vec<String> {
        read_path(text).unwrap()
    }

    #[test]
    fn a_value_is_explained_with_its_place_and_evidence() {
        let (checked, found, sources) = read(&texts(), "base.toml", &[]);
        let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
        let told = explain(checked.schema(), &path("stations.desk.servers"), Some(&checked)).unwrap();
        assert_eq!(told.meaning, "Number of servers.");
        assert_eq!(told.value.as_deref(), Some("1"));
        let set_at = sources.locate(told.set_at.unwrap()).to_string();
        assert_eq!(set_at, "built-in:queueing/mm1.toml:11:1");
        assert_eq!(told.evidence.unwrap().says.source.as_deref(), Some("A 2020"));
        let law = explain(checked.schema(), &path("stations.desk.service"), Some(&checked)).unwrap();
        assert_eq!(
            law.range_of.as_deref(),
            Some("stations.desk.service.exponential.mean")
        );
        assert_eq!(law.unit.as_deref(), Some("hours"));
        // The more specific path wins; below it the broader one still speaks.
        let mean = checked
            .evidence_for(&path("stations.desk.service.exponential.mean"))
            .unwrap();
        assert_eq!(mean.says.grade, Grade::Assumption);
    }

    #[test]
    fn an_override_voids_inherited_evidence() {
        let (checked, _, sources) = read(&texts(), "over.toml", &[]);
        let checked = checked.unwrap();
        assert!(checked.evidence_for(&path("stations.desk.servers")).is_none());
        assert!(
            checked
                .evidence_for(&path("stations.desk.service.exponential.mean"))
                .is_some()
        );
        let span = checked.where_set(&path("stations.desk.servers")).unwrap();
        assert_eq!(sources.locate(span).to_string(), "over.toml:3:1");
        let bare: Vec<String> = checked
            .unevidenced()
            .iter()
            .map(|(path, _)| show_path(path))
            .collect();
        assert_eq!(bare, ["stations.desk.servers"]);
        let (checked, _, _) = read(&texts(), "base.toml", &["stations.desk.servers=2".to_owned()]);
        assert!(
            checked
                .unwrap()
                .evidence_for(&path("stations.desk.servers"))
                .is_none()
        );
    }

    #[test]
    fn a_wrong_path_is_answered_with_the_nearest() {
        let schema = schema("queueing").unwrap();
        let wrong = explain(schema, &path("stations.desk.server"), None).unwrap_err();
        assert_eq!(wrong, "`stations.desk` has no `server`; did you mean `servers`?");
        let told = explain(schema, &path("stations.desk.service.lognormal.unit"), None).unwrap();
        assert_eq!(told.allowed.len(), 7);
        assert_eq!(
            told.meaning,
            "Length of a service, for classes without one of their own here: unit of both."
        );
    }

    #[test]
    fn parameters_are_the_numbers_that_decide_results() {
        let (checked, _, _) = read(&texts(), "base.toml", &[]);
        let all = parameters(&checked.unwrap());
        let paths: Vec<String> = all.iter().map(|p| show_path(&p.path)).collect();
        assert_eq!(
            paths,
            [
                "classes.customer.arrivals.poisson.per_hour",
                "stations.desk.servers",
                "stations.desk.service.exponential.mean"
            ]
        );
        assert_eq!(all[2].plausible, Some((0.0, 9.0)));
    }
}
