//! Plan files: TOML in which an experiment over many points is asked for.
//!
//! A plan is read as a scenario is: layers (`extends`, `--set`), every problem at once with its line, a JSON Schema from
//! its types. Every kind of plan has the keys of [`PlanHeader`]; the rest is its [`PlanBody`].

mod assumptions;
mod calibrate;
mod choose;
mod factor;
mod others;
mod principal;
mod sensitivity;
mod size;
mod sweep;
mod uncertainty;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::{JsonSchema, SchemaGenerator};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

pub use assumptions::{Assumptions, assumptions};
pub use calibrate::{CalibratePlan, CalibrateSettings, fixed_and_varied};
pub use choose::{ChooseMethod, ChoosePlan};
pub use factor::{Factor, Levels, Scale, Setting, Vary};
pub use others::others;
pub use principal::{principal, principal_path, with_principal};
pub use sensitivity::{Method, SensitivityPlan};
pub use size::{SizePlan, SizePlanned, TargetPlanned};
pub use sweep::{Design, FACTOR_TABLE, SweepPlan};
pub use uncertainty::{DecisionPlan, TippingPlan, UncertaintyPlan};

use super::de::from_node;
use super::load::{self, Layer, Loader};
use super::node::{Node, Value, show_path};
use super::read::Places;
use super::schema::Schema;
use super::units::Count;
use super::walk::walk;
use crate::base::diagnostic::{Diagnostic, SourceMap, any_error, limit, sort};

/// What every plan says.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct PlanHeader {
    /// What kind of plan this is.
    pub kind: String,
    /// The plan this one changes: read first, then overlaid.
    #[schemars(extend("x-example" = "\"base.toml\""))]
    pub extends: Option<String>,
    /// A title, for reports.
    pub title: Option<String>,
    /// The question this plan is to answer.
    pub question: Option<String>,
    /// Remarks for readers.
    pub description: Option<String>,
    /// Scenarios: files beside this one, or built-in. The first is what others are compared with.
    #[schemars(length(min = 1, max = 1000), extend("x-example" = "[\"networked\", \"integrated\"]"))]
    pub scenarios: Vec<String>,
    /// Overrides for all of them: a path and its value.
    #[serde(default)]
    #[schemars(extend("x-example" = "{ \"run.measured.weeks\" = 26 }"))]
    pub set: BTreeMap<String, Anything>,
    /// Outcomes by name, of a group as in `share_died_in_hospital@deprivation=1`; the headlines if left out.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    pub outcomes: Vec<String>,
    /// Replications of each point.
    pub replications: Option<Count>,
    /// Seed of all random numbers; that of the first scenario if left out.
    #[schemars(range(min = 0, max = 9007199254740991_u64))]
    pub seed: Option<u64>,
}

const HEADER_KEYS: [&str; 10] = [
    "kind",
    "extends",
    "title",
    "question",
    "description",
    "scenarios",
    "set",
    "outcomes",
    "replications",
    "seed",
];

/// Any value of TOML; its node in the tree says which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Anything, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Anything)
    }
}

impl JsonSchema for Anything {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Anything".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}

/// The part of a plan that only its kind has.
pub trait PlanBody: DeserializeOwned + JsonSchema + 'static {
    /// The word after `kind =`, which is also the command.
    const KIND: &'static str;
    /// Contradictions the schema cannot express.
    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>);
}

/// A plan without errors.
#[derive(Clone, Debug)]
pub struct Plan<B> {
    /// What every plan says.
    pub header: PlanHeader,
    /// What only its kind says.
    pub body: B,
    /// The texts it was merged from, base first.
    pub layers: Vec<Layer>,
    /// BLAKE3 hash of the merged values in one fixed spelling.
    pub hash: String,
    /// The texts, for problems found later.
    pub sources: SourceMap,
    root: Node,
    /// Name of the file, beside which scenarios are looked for.
    name: String,
}

impl<B> Plan<B> {
    /// The merged values.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The place of a value, or of the nearest thing above it, for problems found later.
    pub fn at(&self, path: &[&str]) -> crate::base::diagnostic::Span {
        Places::new(&self.root).of(path)
    }

    /// The scenarios as names that a loader knows: beside the plan's own file, or built-in.
    pub fn scenarios(&self, loader: &dyn Loader) -> Vec<String> {
        self.header
            .scenarios
            .iter()
            .map(|s| self.scenario(s, loader))
            .collect()
    }

    /// One scenario as a name that a loader knows.
    pub fn scenario(&self, asked: &str, loader: &dyn Loader) -> String {
        let beside = super::library::beside(&self.name, asked);
        match loader.load(&beside, load::FILE_LIMIT) {
            Err(load::LoadError::NotFound) => asked.to_string(),
            _ => beside,
        }
    }

    /// The overrides of `[set]`, as `path=value`.
    pub fn sets(&self) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(node) = self.root.step("set") {
            sets_below(node, String::new(), &mut all);
        }
        all
    }
}

/// A key in quotes is a path itself; headers and dotted keys lead deeper.
fn sets_below(node: &Node, path: String, all: &mut Vec<String>) {
    match &node.value {
        Value::Table(entries) if !node.is_value || path.is_empty() => {
            for (name, below) in entries {
                let key = match super::node::read_path(name) {
                    Ok(parts) => show_path(&parts),
                    Err(_) => show_path(std::slice::from_ref(name)),
                };
                let path = match path.is_empty() {
                    true => key,
                    false => format!("{path}.{key}"),
                };
                sets_below(below, path, all);
            }
        }
        _ => all.push(format!("{path}={}", super::write::toml(node))),
    }
}

/// The kinds of plan.
pub const KINDS: [&str; 6] = [
    SweepPlan::KIND,
    SensitivityPlan::KIND,
    UncertaintyPlan::KIND,
    ChoosePlan::KIND,
    SizePlan::KIND,
    CalibratePlan::KIND,
];

/// The schema of a kind of plan by its name; `None` for a word that is not a kind.
pub fn schema(kind: &str) -> Option<&'static Schema> {
    match kind {
        SweepPlan::KIND => Some(schema_of::<SweepPlan>()),
        SensitivityPlan::KIND => Some(schema_of::<SensitivityPlan>()),
        UncertaintyPlan::KIND => Some(schema_of::<UncertaintyPlan>()),
        ChoosePlan::KIND => Some(schema_of::<ChoosePlan>()),
        SizePlan::KIND => Some(schema_of::<SizePlan>()),
        CalibratePlan::KIND => Some(schema_of::<CalibratePlan>()),
        _ => None,
    }
}

/// The schema of a kind of plan.
pub fn schema_of<B: PlanBody>() -> &'static Schema {
    // One cell per kind: a generic static would be shared by all.
    static SCHEMAS: OnceLock<std::sync::Mutex<BTreeMap<&'static str, &'static Schema>>> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(Default::default);
    let mut schemas = schemas.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    schemas
        .entry(B::KIND)
        .or_insert_with(|| Box::leak(Box::new(Schema::of::<PlanHeader, B>(B::KIND))))
}

/// Reads a plan: a file the loader knows or a built-in one, with overrides `path=value`.
///
/// There is a [`Plan`] exactly if no diagnostic is an error.
pub fn read<B: PlanBody>(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
) -> (Option<Plan<B>>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let mut found = Vec::new();
    let loaded = load::load(loader, name, sets, &mut sources, &mut found);
    let name = loaded
        .layers
        .iter()
        .rev()
        .find(|l| l.name != "--set")
        .map_or(name, |l| &l.name);
    let name = name.to_string();
    let mut walked = Vec::new();
    if !loaded.layers.is_empty() && !loaded.mixed && !loaded.broken {
        right_kind(&loaded.root, B::KIND, &mut walked);
        if walked.is_empty() {
            walk(&loaded.root, schema_of::<B>(), &[], &mut walked);
        }
    }
    found.append(&mut walked);
    let plan = match any_error(&found) {
        true => None,
        false => typed::<B>(loaded, name, &sources, &mut found),
    };
    let plan = plan.filter(|_| !any_error(&found));
    sort(&mut found);
    limit(&mut found);
    (plan, found, sources)
}

fn right_kind(root: &Node, kind: &str, found: &mut Vec<Diagnostic>) {
    let said = root.step("kind").and_then(Node::text);
    if said == Some(kind) {
        return;
    }
    let message = match said {
        Some(other) if super::KINDS.contains(&other) => {
            format!("this is a scenario of kind \"{other}\", not a plan of kind \"{kind}\"")
        }
        Some(other) => format!("a plan of kind \"{kind}\" is expected, not \"{other}\""),
        None => format!("the plan does not say that it is of kind \"{kind}\""),
    };
    let span = root.step("kind").map_or(root.span, |n| n.span);
    let error = Diagnostic::error("wrong-kind", message).at(span, "");
    found.push(error.help(format!("write kind = \"{kind}\"")));
}

fn typed<B: PlanBody>(
    loaded: load::Loaded,
    name: String,
    sources: &SourceMap,
    found: &mut Vec<Diagnostic>,
) -> Option<Plan<B>> {
    let root = loaded.root;
    let (head, body) = super::read::split_at(&root, &HEADER_KEYS);
    let both = from_node::<PlanHeader>(&head).and_then(|header| Ok((header, from_node::<B>(&body)?)));
    match both {
        Err(misfit) => {
            let span = misfit.span.unwrap_or(root.span);
            found.push(Diagnostic::error("wrong-type", misfit.message).at(span, ""));
            None
        }
        Ok((header, body)) => {
            body.check(&Places::new(&root), found);
            let mut canonical = String::new();
            root.canonical(&mut canonical);
            Some(Plan {
                header,
                body,
                layers: loaded.layers,
                hash: blake3::hash(canonical.as_bytes()).to_hex().to_string(),
                sources: sources.clone(),
                root,
                name,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_plan_has_a_schema_with_what_all_plans_say() {
        for kind in KINDS {
            let json = schema(kind).expect("a kind").json();
            for key in HEADER_KEYS {
                assert!(json["properties"].get(key).is_some(), "{kind} has no {key}");
            }
            assert_eq!(json["additionalProperties"], false);
            assert!(!crate::scenario::KINDS.contains(&kind));
        }
        assert!(schema("nothing").is_none());
    }

    #[test]
    fn every_built_in_plan_is_found_and_is_of_a_known_kind() {
        for plan in crate::scenario::library::plans() {
            let text: toml::Table = toml::from_str(plan.text).expect("TOML");
            let kind = text.get("kind").and_then(toml::Value::as_str).expect("a kind");
            assert!(
                KINDS.contains(&kind) && text.contains_key("title"),
                "{}",
                plan.path
            );
            assert_eq!(crate::scenario::library::find(plan.name), Some(plan));
            assert_eq!(plan.path, format!("plans/{}.toml", plan.name));
        }
    }
}
