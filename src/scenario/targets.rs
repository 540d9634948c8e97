//! Files of targets: published figures with a band, what they are for and who says so.
//!
//! A file of targets is read as a scenario is: layers (`extends`), every problem at once with its line, a JSON Schema from
//! its types.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::de::from_node;
use super::evidence::Grade;
use super::load::{self, Layer, Loader};
use super::node::{Node, Value};
use super::read::Places;
use super::schema::Schema;
use super::units::{NonNegative, Number};
use super::walk::walk;
use crate::base::diagnostic::{Diagnostic, SourceMap, any_error, limit, sort};

/// The word after `kind =`.
pub const KIND: &str = "targets";

/// The built-in targets of the default baseline.
pub const BUILT_IN: &str = "targets";

/// Title block of a file of targets.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct TargetsHeader {
    /// What kind of file this is.
    pub kind: String,
    /// The targets this file changes: read first, then overlaid.
    #[schemars(extend("x-example" = "\"targets.toml\""))]
    pub extends: Option<String>,
    /// A title, for reports.
    pub title: Option<String>,
    /// Remarks for readers.
    pub description: Option<String>,
}

const HEADER_KEYS: [&str; 4] = ["kind", "extends", "title", "description"];

/// What a target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The scenario may be fitted to it.
    Calibration,
    /// Nothing is fitted to it: it is the test of what was fitted.
    Aside,
    /// The figure went into the scenario's numbers: its check is one of arithmetic and never counts as validation.
    Input,
}

/// What a target is about; the order of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Deaths, need, recognition.
    Need,
    /// Specialist palliative care.
    Specialist,
    /// Place of death.
    Place,
    /// Emergency department and admissions.
    Hospital,
    /// Prescribing and pharmacies.
    Medicines,
    /// GPs and community nurses.
    Community,
    /// Social care and its money.
    Social,
    /// Anything else.
    Other,
}

/// One figure to be met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What it is about.
    pub domain: Domain,
    /// What it says, in words.
    pub says: String,
    /// Outcome by name, of a group as in `share_died_hospital@cancer=yes`.
    #[schemars(extend("x-example" = "\"share_died_hospital@cancer=yes\""))]
    pub outcome: String,
    /// Another outcome in the same unit that is taken off it: the target is then of the difference, which may be one of
    /// order (`band = [0, …]`).
    pub less: Option<String>,
    /// Lower and upper edge of what counts as met, in the outcome's unit.
    pub band: [Number; 2],
    /// How far beyond an edge is still near, in the outcome's unit; half the band's width if left out, which is no
    /// further from the middle of the band than the band is wide.
    pub near: Option<NonNegative>,
    /// What it is for: `calibration`, `aside` or `input`.
    pub role: Role,
    /// Who says so.
    pub source: String,
    /// How the figure is known: `published`, `derived` or `seed`.
    pub grade: Grade,
    /// People, place and year; how the study's people and definition differ from the outcome's.
    pub note: String,
}

impl Target {
    /// Lower and upper edge, in the outcome's unit.
    pub fn band(&self) -> (f64, f64) {
        (self.band[0].get(), self.band[1].get())
    }

    /// How far beyond an edge is still near, in the outcome's unit.
    pub fn near(&self) -> f64 {
        let (low, high) = self.band();
        self.near.map_or((high - low) / 2.0, NonNegative::get)
    }

    /// Names of the outcomes it needs: the one, and the one taken off.
    pub fn outcomes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.outcome.as_str()).chain(self.less.as_deref())
    }
}

/// What only a file of targets says.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The targets, by name.
    #[schemars(length(min = 1, max = 1000))]
    target: BTreeMap<String, Target>,
}

/// A file of targets without errors.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Its title block.
    pub header: TargetsHeader,
    /// The targets by name, in the order of their domains and within one as the file has them.
    pub all: Vec<(String, Target)>,
    /// The texts it was merged from, base first.
    pub layers: Vec<Layer>,
    /// BLAKE3 hash of the merged values in one fixed spelling.
    pub hash: String,
    /// The texts, for problems found later.
    pub sources: SourceMap,
    root: Node,
}

impl Targets {
    /// The targets of a role, in order.
    pub fn of(&self, role: Role) -> impl Iterator<Item = (&str, &Target)> {
        let named = self.all.iter().map(|(name, t)| (name.as_str(), t));
        named.filter(move |(_, t)| t.role == role)
    }

    /// Every outcome that some target needs, each once, in order.
    pub fn outcomes(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.all.iter().flat_map(|(_, t)| t.outcomes()) {
            if !names.iter().any(|n| n == name) {
                names.push(name.to_string());
            }
        }
        names
    }

    /// The place of a value of a target, for problems found later.
    pub fn at(&self, target: &str, key: &str) -> crate::base::diagnostic::Span {
        Places::new(&self.root).of(&["target", target, key])
    }
}

/// The schema of a file of targets.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::of::<TargetsHeader, Body>(KIND))
}

/// Reads a file of targets: one the loader knows or the built-in one, with overrides `path=value`.
///
/// There are [`Targets`] exactly if no diagnostic is an error. Whether outcomes exist only a run can say.
pub fn read(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
) -> (Option<Targets>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let mut found = Vec::new();
    let loaded = load::load(loader, name, sets, &mut sources, &mut found);
    let mut walked = Vec::new();
    if !loaded.layers.is_empty() && !loaded.mixed && !loaded.broken {
        right_kind(&loaded.root, &mut walked);
        if walked.is_empty() {
            walk(&loaded.root, schema(), &[], &mut walked);
        }
    }
    found.append(&mut walked);
    let targets = match any_error(&found) {
        true => None,
        false => typed(loaded, &sources, &mut found),
    };
    let targets = targets.filter(|_| !any_error(&found));
    sort(&mut found);
    limit(&mut found);
    (targets, found, sources)
}

fn right_kind(root: &Node, found: &mut Vec<Diagnostic>) {
    let message = match root.step("kind").and_then(Node::text) {
        Some(KIND) => return,
        Some(other) => format!("a file of kind \"{KIND}\" is expected, not \"{other}\""),
        None => format!("the file does not say that it is of kind \"{KIND}\""),
    };
    let span = root.step("kind").map_or(root.span, |n| n.span);
    let error = Diagnostic::error("wrong-kind", message).at(span, "");
    found.push(error.help(format!("write kind = \"{KIND}\"")));
}

fn typed(loaded: load::Loaded, sources: &SourceMap, found: &mut Vec<Diagnostic>) -> Option<Targets> {
    let root = loaded.root;
    let (head, body) = super::read::split_at(&root, &HEADER_KEYS);
    let both = from_node::<TargetsHeader>(&head).and_then(|header| Ok((header, from_node::<Body>(&body)?)));
    let (header, body) = match both {
        Ok(both) => both,
        Err(misfit) => {
            let span = misfit.span.unwrap_or(root.span);
            found.push(Diagnostic::error("wrong-type", misfit.message).at(span, ""));
            return None;
        }
    };
    for (name, target) in &body.target {
        check(name, target, &Places::new(&root), found);
    }
    let mut canonical = String::new();
    root.canonical(&mut canonical);
    // The order of the file within a domain: layers, then the place of the header.
    let place = |name: &str| {
        let node = root.step("target").and_then(|t| t.step(name));
        node.map(|n| (n.layer, first_place(n)))
    };
    let mut all: Vec<(String, Target)> = body.target.into_iter().collect();
    all.sort_by_key(|(name, target)| (target.domain, place(name)));
    Some(Targets {
        header,
        all,
        layers: loaded.layers,
        hash: blake3::hash(canonical.as_bytes()).to_hex().to_string(),
        sources: sources.clone(),
        root,
    })
}

/// The first place in its text of anything a table says.
fn first_place(node: &Node) -> usize {
    match &node.value {
        Value::Table(entries) => {
            let below = entries.values().map(|n| n.pointed().start);
            below.min().unwrap_or(node.span.start)
        }
        _ => node.span.start,
    }
}

/// Contradictions the schema cannot express.
fn check(name: &str, target: &Target, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let mut wrong = |key: &str, code, message: String, help: &str| {
        let error = Diagnostic::error(code, message).at(at.of(&["target", name, key]), "");
        found.push(error.help(help));
    };
    let (low, high) = target.band();
    if low >= high {
        let message = format!("the band of `{name}` has no width");
        wrong(
            "band",
            "contradiction",
            message,
            "write band = [lower edge, upper edge]",
        );
    }
    if matches!(target.grade, Grade::Calibrated | Grade::Assumption) {
        let message = format!("`{name}` is no target: nobody has measured it");
        let help =
            "a target is \"published\", \"derived\" from published figures or from a \"seed\" document";
        wrong("grade", "contradiction", message, help);
    }
    for (key, text) in [
        ("says", &target.says),
        ("source", &target.source),
        ("note", &target.note),
    ] {
        if text.trim().is_empty() {
            let message = format!("`{key}` of `{name}` is empty");
            let help = match key {
                "says" => "say in words what the figure is",
                "source" => "say who published the figure",
                _ => "say of which people, place and year it is, and how the outcome differs",
            };
            wrong(key, "evidence-source", message, help);
        }
    }
    if target.less.as_ref() == Some(&target.outcome) {
        let message = format!("`{name}` takes an outcome off itself");
        wrong("less", "contradiction", message, "name another outcome");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{BuiltIn, LoadError};

    struct Text(&'static str);

    impl Loader for Text {
        fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
            match name {
                "own.toml" => Ok(self.0.as_bytes().to_vec()),
                other => BuiltIn.load(other, limit),
            }
        }
    }

    fn codes(text: &'static str) -> Vec<(&'static str, usize)> {
        let (read, found, sources) = read(&Text(text), "own.toml", &[]);
        assert!(read.is_none());
        let line = |d: &Diagnostic| {
            let span = d.primary.as_ref().expect("a place").span;
            sources.get(span.source).text[..span.start].matches('\n').count() + 1
        };
        found.iter().map(|d| (d.code, line(d))).collect()
    }

    #[test]
    fn the_built_in_targets_are_read_in_the_order_of_their_domains() {
        let (targets, found, _) = read(&BuiltIn, BUILT_IN, &[]);
        assert!(found.is_empty(), "{found:?}");
        let targets = targets.expect("targets");
        let domains: Vec<Domain> = targets.all.iter().map(|(_, t)| t.domain).collect();
        assert!(domains.is_sorted());
        assert_eq!(targets.all[0].0, "deaths");
        assert_eq!(targets.all[3].0, "register_all");
        let place: Vec<f64> = targets
            .all
            .iter()
            .filter(|(_, t)| t.domain == Domain::Place)
            .map(|(_, t)| (t.band().0 + t.band().1) / 2.0)
            .collect();
        // OHID 2023: hospital, home, care home, hospice.
        for (is, published) in place.iter().zip([0.434, 0.287, 0.205, 0.047]) {
            assert!((is - published).abs() < 1e-12, "{is} {published}");
        }
    }

    #[test]
    fn some_of_every_domain_that_has_several_left_is_kept_aside() {
        let (targets, ..) = read(&BuiltIn, BUILT_IN, &[]);
        let targets = targets.expect("targets");
        let count = |role| targets.of(role).count();
        let (fitted, aside) = (count(Role::Calibration), count(Role::Aside));
        let share = aside as f64 / (fitted + aside) as f64;
        assert!((0.35..0.50).contains(&share), "{aside} of {}", fitted + aside);
        for domain in [
            Domain::Specialist,
            Domain::Hospital,
            Domain::Medicines,
            Domain::Community,
            Domain::Social,
        ] {
            assert!(
                targets.of(Role::Aside).any(|(_, t)| t.domain == domain),
                "{domain:?}"
            );
        }
    }

    #[test]
    fn near_is_half_the_band_unless_it_is_said() {
        let (targets, ..) = read(&BuiltIn, BUILT_IN, &[]);
        let targets = targets.expect("targets");
        let near = |name: &str| targets.all.iter().find(|(n, _)| n == name).map(|(_, t)| t.near());
        assert_eq!(near("deaths"), Some(10.0));
        assert_eq!(near("specialist_lead_skew"), Some(0.0));
    }

    #[test]
    fn all_problems_are_told_at_once_each_at_its_line() {
        let text = "kind = \"targets\"\n[target.a]\ndomain = \"need\"\nsays = \"A\"\noutcome = \"x\"\nless = \"x\"\nband = [2, 1]\n\
                    role = \"aside\"\nsource = \" \"\ngrade = \"assumption\"\nnote = \"n\"\n";
        assert_eq!(
            codes(text),
            [
                ("contradiction", 6),
                ("contradiction", 7),
                ("evidence-source", 9),
                ("contradiction", 10)
            ]
        );
        let text = "kind = \"targets\"\n[target.a]\ndomain = \"hospitl\"\nsays = \"A\"\noutcome = \"x\"\nbnd = [1, 2]\nrole = \"kept\"\n\
                    source = \"s\"\ngrade = \"published\"\nnote = \"n\"\nnear = -1\n";
        let found = codes(text);
        for line in [2, 3, 6, 7, 11] {
            assert!(found.iter().any(|(_, l)| *l == line), "{line}: {found:?}");
        }
        assert_eq!(codes("kind = \"sweep\"\n"), [("wrong-kind", 1)]);
    }

    #[test]
    fn a_file_may_change_one_figure_of_the_built_in_ones() {
        let text = "kind = \"targets\"\nextends = \"targets\"\ntarget.deaths.band = [80, 100]\n";
        let (targets, found, _) = read(&Text(text), "own.toml", &[]);
        let targets = targets.unwrap_or_else(|| panic!("{found:?}"));
        let deaths = targets.all.iter().find(|(n, _)| n == "deaths").expect("deaths");
        assert_eq!(deaths.1.band(), (80.0, 100.0));
        assert!(targets.all.len() > 20);
    }
}
