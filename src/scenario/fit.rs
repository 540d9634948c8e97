//! What a plausible range speaks of: which of the numbers below its path, in which unit, and whether it fits them.

use std::collections::BTreeMap;

use super::evidence::{Entry, numbers};
use super::node::{Node, show_path};
use super::plan::principal_path;
use super::read::Checked;
use super::schema::{Schema, show_number};
use crate::base::diagnostic::{Diagnostic, Span};

/// The number that the range of an entry is about, for one of the numbers below the entry's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// That number itself.
    Itself,
    /// The one at this path, which stands for the size of the law they are both part of.
    Size(Vec<String>),
}

/// Which number the range of an entry is about, where the number at `path` is below the path of the entry: the mean or
/// median of its law, or itself where no law holds it.
pub fn about(root: &Node, entry: &Entry, path: &[String]) -> About {
    for depth in entry.pattern.len()..path.len() {
        let Some(below) = root.at(&path[..depth]).and_then(principal_path) else {
            continue;
        };
        let mut size = path[..depth].to_vec();
        size.extend(below);
        return match size == path {
            true => About::Itself,
            false => About::Size(size),
        };
    }
    About::Itself
}

/// A value as its author wrote it, as far as one evidence entry speaks of it: a number, a law, a small table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its path.
    pub path: Vec<String>,
    /// The number that its range is about; the first of several that have one range.
    pub size: Vec<String>,
    /// How many numbers are in it.
    pub numbers: usize,
}

/// All values that hold numbers which decide results, in the order of their paths; every such number is in exactly one.
pub fn written(checked: &Checked) -> Vec<Written> {
    let root = checked.root();
    let mut out: Vec<Written> = Vec::new();
    for (path, _, _) in numbers(root, checked.schema()) {
        let entry = checked.evidence_for(&path);
        let from = entry.map_or(1, |e| e.pattern.len());
        let inline = |depth: &usize| root.at(&path[..*depth]).is_some_and(|n| n.is_value);
        let depth = (from..path.len()).find(inline).unwrap_or(path.len());
        if let Some(last) = out.last_mut().filter(|last| last.path == path[..depth]) {
            last.numbers += 1;
            continue;
        }
        let size = entry.map(|e| about(root, e, &path));
        let size = match size {
            Some(About::Size(size)) => size,
            _ => path.clone(),
        };
        out.push(Written {
            path: path[..depth].to_vec(),
            size,
            numbers: 1,
        });
    }
    out
}

/// Whether the value at a path is a law or another table of which one number stands for the size.
pub fn is_law(root: &Node, path: &[String]) -> bool {
    root.at(path)
        .and_then(principal_path)
        .is_some_and(|below| !below.is_empty())
}

/// Names of entries whose name is their unit, and how the unit is called.
const NAMED: [(&str, &str); 15] = [
    ("seconds", "seconds"),
    ("minutes", "min"),
    ("hours", "hours"),
    ("days", "days"),
    ("working_days", "working days"),
    ("weeks", "weeks"),
    ("years", "years"),
    ("per_second", "a second"),
    ("per_minute", "a minute"),
    ("per_hour", "an hour"),
    ("per_day", "a day"),
    ("per_week", "a week"),
    ("per_year", "a year"),
    ("a_year", "per 1,000 people a year"),
    ("ratio", "times"),
];

/// The unit of a law as it is called elsewhere.
fn of_law(unit: &str) -> &str {
    match unit {
        "s" => "seconds",
        "hour" => "hours",
        "day" => "days",
        "week" => "weeks",
        "working_day" => "working days",
        "open_hour" => "open hours",
        other => other,
    }
}

/// The unit of the number at a path: that of its field, of its name (`{ days = 3 }`), of its law, or of what it is part of.
pub fn unit(root: &Node, schema: &Schema, path: &[String]) -> Option<String> {
    let mut shapes = vec![schema.root()];
    for name in path {
        shapes.push(schema.step(*shapes.last()?, name)?);
    }
    let own = |depth: usize| schema.find(shapes[depth], |s| s.unit.clone());
    if let Some(unit) = own(path.len()) {
        return Some(unit);
    }
    let last = path.last()?;
    if let Some((_, unit)) = NAMED.iter().find(|(name, _)| name == last) {
        return Some((*unit).to_string());
    }
    for depth in (0..path.len()).rev().take(2) {
        let law = root.at(&path[..depth]).and_then(|n| n.step("unit"));
        if let Some(unit) = law.and_then(Node::text) {
            return Some(of_law(unit).to_string());
        }
    }
    // An amount without a unit of its own has that of its field; no further up than a law reaches.
    (1..path.len()).rev().take(4).find_map(own)
}

/// A key without evidence, and the numbers that it sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Bare {
    /// Its path.
    pub path: Vec<String>,
    /// Its value, as TOML.
    pub value: String,
    /// Where it is set.
    pub at: Span,
    /// How many numbers it sets.
    pub numbers: usize,
}

impl Bare {
    /// What an entry for it would look like, with words in capitals to be replaced.
    pub fn entry(&self) -> String {
        let path = show_path(&self.path);
        let quote = if path.contains('"') { '\'' } else { '"' };
        format!("{quote}{path}{quote} = {{ grade = \"assumption\", range = [LOW, HIGH], note = \"WHY\" }}")
    }
}

/// The keys whose numbers have no evidence; numbers that one value written inline sets at once are one.
pub fn bare(checked: &Checked) -> Vec<Bare> {
    let mut keys: BTreeMap<Span, Bare> = BTreeMap::new();
    for (path, _) in checked.unevidenced() {
        // The outermost value written inline is what the author wrote as one.
        let inline = |depth: &usize| checked.root().at(&path[..*depth]).is_some_and(|n| n.is_value);
        let depth = (1..=path.len()).find(inline).unwrap_or(path.len());
        if let Some(node) = checked.root().at(&path[..depth]) {
            let one = keys.entry(node.pointed()).or_insert_with(|| Bare {
                path: path[..depth].to_vec(),
                value: super::explain::show(node),
                at: node.pointed(),
                numbers: 0,
            });
            one.numbers += 1;
        }
    }
    keys.into_values().collect()
}

/// Ranges that do not fit what they stand for: a number outside, or numbers of different units under one range.
pub fn misfits(checked: &Checked) -> Vec<Diagnostic> {
    let (root, schema) = (checked.root(), checked.schema());
    let mut found = Vec::new();
    let mut units: BTreeMap<Span, (&Entry, BTreeMap<String, String>)> = BTreeMap::new();
    for (path, node, _) in numbers(root, schema) {
        let Some(entry) = checked.evidence_for(&path) else {
            continue;
        };
        let (Some([low, high]), Some(x)) = (entry.says.range, node.number()) else {
            continue;
        };
        if about(root, entry, &path) != About::Itself {
            continue;
        }
        let (low, high) = (low.get(), high.get());
        // A value right at the entry's own path is judged when the file is read.
        if path.len() > entry.pattern.len() && !(low..=high).contains(&x) {
            let message = format!("`{}` is {x}, outside its own plausible range", show_path(&path));
            let warning = Diagnostic::warning("evidence-range", message);
            let range = format!("from {} to {}", show_number(low), show_number(high));
            found.push(warning.at(node.span, "this value").also(entry.span, range));
        }
        let unit = unit(root, schema, &path).unwrap_or_else(|| "no unit".to_string());
        let (_, seen) = units.entry(entry.span).or_insert((entry, BTreeMap::new()));
        seen.entry(unit).or_insert_with(|| show_path(&path));
    }
    for (span, (entry, seen)) in units {
        if seen.len() > 1 {
            let pattern = show_path(&entry.pattern);
            let message = format!("one range under `{pattern}` stands for numbers of different units");
            let each: Vec<String> = seen
                .iter()
                .map(|(unit, path)| format!("{unit} ({path})"))
                .collect();
            let warning = Diagnostic::warning("evidence-range", message).at(span, each.join(", "));
            found.push(warning.help("give the numbers of each unit an entry of their own"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::node::read_path;
    use super::super::read::read;
    use super::*;

    fn checked(evidence: &str) -> (Checked, crate::base::diagnostic::SourceMap) {
        let text = format!("extends = \"mg1\"\n[evidence]\n{evidence}\n");
        let texts = BTreeMap::from([("a.toml".to_owned(), text.into_bytes())]);
        let (checked, found, sources) = read(&texts, "a.toml", &[]);
        (checked.unwrap_or_else(|| panic!("{found:?}")), sources)
    }

    fn path(text: &str) -> Vec<String> {
        read_path(text).unwrap()
    }

    #[test]
    fn the_range_of_a_law_is_about_its_mean() {
        let (checked, _) = checked("'stations.desk.service' = { grade = 'assumption', range = [0.5, 1.2] }");
        let of = |p: &str| about(checked.root(), checked.evidence_for(&path(p)).unwrap(), &path(p));
        assert_eq!(of("stations.desk.service.lognormal.mean"), About::Itself);
        assert_eq!(
            of("stations.desk.service.lognormal.sd"),
            About::Size(path("stations.desk.service.lognormal.mean"))
        );
        // The standard deviation is 1.5, outside the range of the mean, and that is right.
        assert_eq!(misfits(&checked), []);
    }

    #[test]
    fn a_range_that_stands_for_unlike_numbers_or_misses_its_value_is_told() {
        let (one, _) = checked("'stations' = { grade = 'assumption', range = [0, 0.9] }");
        let told: Vec<String> = misfits(&one).iter().map(|d| d.message.clone()).collect();
        assert_eq!(
            told,
            [
                "`stations.desk.servers` is 1, outside its own plausible range",
                "`stations.desk.service.lognormal.mean` is 1, outside its own plausible range",
                "one range under `stations` stands for numbers of different units"
            ]
        );
    }

    #[test]
    fn units_are_those_of_the_field_the_name_or_the_law() {
        let (checked, _, _) = read(&super::super::BuiltIn, "networked", &[]);
        let checked = checked.expect("built in");
        for (of, expected) in [
            ("interface.external.lost", Some("share of 1")),
            ("interface.external.transfer_delay.lognormal.iqr.0", Some("days")),
            ("prescribing.dispensing.lognormal.median", Some("open hours")),
            ("interface.external.owner_sweep.per_week", Some("a week")),
            ("teams.gp.background.urgent.target.hours", Some("hours")),
            (
                "teams.gp.background.urgent.volume.per_1000.a_year",
                Some("per 1,000 people a year"),
            ),
            (
                "styles.proactive.collection_rule.working_days",
                Some("working days"),
            ),
            ("social_care.means_test.capital.most.lognormal.iqr.1", Some("GBP")),
            ("symptoms.key_worker_factor", None),
        ] {
            assert_eq!(
                unit(checked.root(), checked.schema(), &path(of)).as_deref(),
                expected,
                "{of}"
            );
        }
    }
}
