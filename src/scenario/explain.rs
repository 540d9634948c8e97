//! What a parameter means, what it may be, what it is and who says so: `careweave explain PARAM`.

use super::evidence::{Entry, Grade, numbers};
use super::node::{Node, Value, show_path};
use super::read::Checked;
use super::schema::{Form, Schema, ShapeId, show_number};
use super::suggest::nearest;
use crate::base::diagnostic::{SourceMap, Span};

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
    /// The smallest and largest plausible value, where its evidence gives them.
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
    Ok(Explanation {
        path: show_path(path),
        meaning: meaning(schema, shape),
        expects: schema.what(shape),
        unit: text(|s| s.unit.as_ref()),
        allowed: schema.names(shape).unwrap_or_else(|| keys_below(schema, shape)),
        example: text(|s| s.example.as_ref()),
        default: text(|s| s.default.as_ref()),
        value: node.map(show),
        set_at: node.map(Node::pointed),
        evidence: scenario.and_then(|s| s.evidence_for(path)).cloned(),
    })
}

/// Every number of a scenario that decides results.
pub fn parameters(scenario: &Checked) -> Vec<Parameter> {
    let schema = scenario.schema();
    let all = numbers(scenario.root(), schema).into_iter();
    let known = all.map(|(path, node, shape)| {
        let entry = scenario.evidence_for(&path).map(|e| &e.says);
        Parameter {
            value: node.number().unwrap_or(f64::NAN),
            unit: schema.find(shape, |s| s.unit.clone()),
            plausible: entry
                .and_then(|e| e.range)
                .map(|[low, high]| (low.get(), high.get())),
            grade: entry.map(|e| e.grade),
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

impl Explanation {
    /// The explanation as text.
    pub fn render(&self, sources: &SourceMap) -> String {
        let mut out = format!("{}\n", self.path);
        let mut line = |label: &str, text: &str| {
            if !text.is_empty() {
                out.push_str(&format!("  {label:<9} {text}\n"));
            }
        };
        line("meaning", &self.meaning);
        line("expects", &self.expects);
        line("unit", self.unit.as_deref().unwrap_or_default());
        if !self.expects.contains('"') {
            line("allowed", &self.allowed.join(", "));
        }
        line("default", self.default.as_deref().unwrap_or_default());
        line("example", self.example.as_deref().unwrap_or_default());
        line("value", self.value.as_deref().unwrap_or_default());
        line(
            "set at",
            &self
                .set_at
                .map(|span| sources.locate(span).to_string())
                .unwrap_or_default(),
        );
        if let Some(entry) = &self.evidence {
            let says = &entry.says;
            let grade = format!("{:?}", says.grade).to_lowercase();
            let source = says.source.as_ref().map(|s| format!(", {s}")).unwrap_or_default();
            let range = says
                .range
                .map(|[a, b]| format!(", plausible {} to {}", a.get(), b.get()))
                .unwrap_or_default();
            line("evidence", &format!("{grade}{source}{range}"));
            line("", says.note.as_deref().unwrap_or_default());
            line("", &format!("at {}", sources.locate(entry.span)));
        } else if self.value.is_some() {
            line("evidence", "none");
        }
        out
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
        assert_eq!(
            told.render(&sources),
            "stations.desk.servers\n  meaning   Number of servers.\n  expects   a whole number from 1 to 65534\n  \
             value     1\n  set at    built-in:queueing/mm1.toml:11:1\n  evidence  published, A 2020\n            \
             at base.toml:3:1\n"
        );
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
        assert_eq!(
            bare,
            [
                "classes.customer.arrivals.poisson.per_hour",
                "stations.desk.servers"
            ]
        );
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
        assert_eq!(told.meaning, "Unit of both.");
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
