//! The assumptions of a scenario as factors: each number that nobody has measured, over its plausible range, or, where it
//! has been calibrated, over what calibration left of that range.

use super::super::evidence::{EvidenceEntry, Grade, covers};
use super::super::node::{Node, Value, show_path};
use super::super::read::Checked;
use super::{Factor, Levels, Scale, principal};

/// Assumptions that can be varied, and those that cannot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    /// One factor for each number (or for each entry, where all its values are equal).
    pub factors: Vec<Factor>,
    /// Paths left out, with the reason.
    pub skipped: Vec<(String, &'static str)>,
}

/// Levels of a range in a grid.
const LEVELS: u32 = 5;

/// The assumptions of a scenario whose path is covered by one of `patterns` (`*` stands for any one name; a pattern
/// stands for everything below it, and no pattern at all for everything). Ratios are divided on a log scale.
pub fn assumptions(scenario: &Checked, patterns: &[Vec<String>]) -> Assumptions {
    let root = scenario.root();
    let mut out = Assumptions::default();
    for entry in scenario.evidence.entries().iter().filter(|e| uncertain(&e.says)) {
        let mut values = Vec::new();
        below(root, &entry.pattern, &mut Vec::new(), &mut values);
        values.retain(|(path, _)| {
            let speaks = scenario
                .evidence_for(path)
                .is_some_and(|e| e.pattern == entry.pattern);
            speaks && (patterns.is_empty() || patterns.iter().any(|p| covers(p, path)))
        });
        if values.is_empty() {
            continue;
        }
        let path_of = |path: &[String]| show_path(path);
        match (&entry.says.range, &entry.says.choice) {
            (Some([low, high]), _) => {
                let (low, high) = (low.get(), high.get());
                if low >= high {
                    out.skipped
                        .push((path_of(&entry.pattern), "its range is a single value"));
                    continue;
                }
                let sizes: Vec<Option<f64>> = values.iter().map(|(_, node)| principal(node)).collect();
                let numbers: Vec<(&(Vec<String>, &Node), f64)> = values
                    .iter()
                    .zip(&sizes)
                    .filter_map(|(v, s)| s.map(|s| (v, s)))
                    .collect();
                if numbers.is_empty() {
                    out.skipped
                        .push((path_of(&entry.pattern), "no single number stands for its size"));
                    continue;
                }
                let make = |name: String, paths: Vec<Vec<String>>| {
                    let ratio = paths[0].last().is_some_and(|last| last == "ratio") && low > 0.0;
                    let whole = numbers.iter().all(|((path, node), _)| {
                        matches!(node.value, Value::Integer(_)) && takes_whole_numbers_only(scenario, path)
                    });
                    let scale = if ratio { Scale::Log } else { Scale::Linear };
                    let levels = Levels::Range {
                        low,
                        high,
                        scale,
                        whole,
                        levels: LEVELS,
                    };
                    Factor {
                        name,
                        paths,
                        levels,
                        multiply: false,
                    }
                };
                let equal = numbers.iter().all(|(_, size)| *size == numbers[0].1);
                if equal {
                    let paths = numbers.iter().map(|((path, _), _)| path.clone()).collect();
                    out.factors.push(make(path_of(&entry.pattern), paths));
                } else {
                    for ((path, _), _) in &numbers {
                        out.factors.push(make(path_of(path), vec![path.clone()]));
                    }
                }
            }
            (None, Some(choices)) => {
                for (path, node) in &values {
                    let listed = choices.iter().map(|c| match node.value {
                        Value::Text(_) => format!("{c:?}"),
                        _ => c.clone(),
                    });
                    out.factors.push(Factor {
                        name: path_of(path),
                        paths: vec![path.clone()],
                        levels: Levels::Listed(listed.collect()),
                        multiply: false,
                    });
                }
            }
            (None, None) => out.skipped.push((path_of(&entry.pattern), "it has no range")),
        }
    }
    out
}

/// Whether a number is known by a range only: assumed, or calibrated with a range that targets have left.
fn uncertain(says: &EvidenceEntry) -> bool {
    match says.grade {
        Grade::Assumption => true,
        Grade::Calibrated => says.range.is_some(),
        Grade::Seed | Grade::Published | Grade::Derived => false,
    }
}

/// Values at a pattern, with their paths.
fn below<'a>(
    node: &'a Node,
    pattern: &[String],
    path: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, &'a Node)>,
) {
    let Some((name, rest)) = pattern.split_first() else {
        found.push((path.clone(), node));
        return;
    };
    let mut go = |name: &str, next: &'a Node| {
        path.push(name.to_string());
        below(next, rest, path, found);
        path.pop();
    };
    if name == "*" {
        for (name, next) in node.table().into_iter().flatten() {
            go(name, next);
        }
    } else if let Some(next) = node.step(name) {
        go(name, next);
    }
}

/// Whether the schema takes whole numbers only at a path.
pub(super) fn takes_whole_numbers_only(scenario: &Checked, path: &[String]) -> bool {
    let schema = scenario.schema();
    let shape = path
        .iter()
        .try_fold(schema.root(), |shape, name| schema.step(shape, name));
    shape.is_some_and(|s| matches!(schema.form(s), super::super::schema::Form::Number(range) if range.whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{BuiltIn, read, read_path};

    #[test]
    fn the_ratios_of_the_internal_vector_are_factors_on_a_log_scale() {
        let (checked, _, _) = read(&BuiltIn, "integrated_no_pool", &[]);
        let checked = checked.expect("built in");
        let found = assumptions(&checked, &[read_path("interface.internal").unwrap()]);
        assert_eq!((found.factors.len(), found.skipped.len()), (17, 0));
        let lost = found
            .factors
            .iter()
            .find(|f| f.name == "interface.internal.lost.ratio")
            .unwrap();
        assert_eq!(lost.now(checked.root()), Some(0.6));
        assert_eq!(
            lost.levels,
            Levels::Range {
                low: 0.2,
                high: 1.5,
                scale: Scale::Log,
                whole: false,
                levels: 5
            }
        );
        let sets = lost.sets(&lost.quantile(0.5), checked.root()).unwrap();
        assert_eq!(sets, ["interface.internal.lost.ratio=0.547722558"]);
    }

    #[test]
    fn most_assumptions_of_the_default_locality_can_be_varied() {
        let (checked, _, _) = read(&BuiltIn, "networked", &[]);
        let checked = checked.expect("built in");
        let all = assumptions(&checked, &[]);
        for (path, why) in &all.skipped {
            println!("{path}: {why}");
        }
        assert!(
            all.factors.len() > 150,
            "{} {}",
            all.factors.len(),
            all.skipped.len()
        );
        for factor in &all.factors {
            for u in [0.0, 0.5, 1.0] {
                assert!(
                    factor.sets(&factor.quantile(u), checked.root()).is_ok(),
                    "{}",
                    factor.name
                );
            }
        }
    }

    /// Calibrated numbers are still uncertain, over what calibration left of their ranges.
    #[test]
    fn what_is_calibrated_is_still_varied() {
        let text = "extends = \"networked\"\n[interface.external]\nlost = 0.03\nreturned = 0.12\n[evidence]\n\
                    \"interface.external.lost\" = { grade = \"calibrated\", range = [0.02, 0.05], note = \"n\" }\n\
                    \"interface.external.returned\" = { grade = \"calibrated\", note = \"n\" }\n";
        let texts = std::collections::BTreeMap::from([("c.toml".to_string(), text.as_bytes().to_vec())]);
        let (checked, found, _) = read(&texts, "c.toml", &[]);
        let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
        let all = assumptions(&checked, &[read_path("interface.external").expect("a path")]);
        let of = |name: &str| all.factors.iter().find(|f| f.name == name);
        let lost = of("interface.external.lost").expect("it has a range");
        assert!(
            matches!(
                lost.levels,
                Levels::Range {
                    low: 0.02,
                    high: 0.05,
                    ..
                }
            ),
            "{lost:?}"
        );
        assert!(
            of("interface.external.returned").is_none(),
            "without a range nothing is known to vary over"
        );
        assert!(
            of("interface.external.gp_roundtrip").is_some(),
            "still an assumption"
        );
    }

    #[test]
    fn a_table_of_several_numbers_is_multiplied_within_what_it_may_say() {
        let (checked, _, _) = read(&BuiltIn, "networked", &[]);
        let checked = checked.expect("built in");
        let factor = Factor {
            name: "recognition".to_string(),
            paths: vec![read_path("planning.notices").unwrap()],
            levels: Levels::Range {
                low: 0.5,
                high: 2.0,
                scale: Scale::Log,
                whole: false,
                levels: 3,
            },
            multiply: true,
        };
        let sets = factor.sets(&factor.quantile(1.0), checked.root()).unwrap();
        assert!(sets[0].starts_with("planning.notices={ "), "{sets:?}");
        assert!(
            sets[0].contains(
                "\"district_nurse\" = { \"deteriorating\" = 0.1, \"dying\" = 0.7, \"stable\" = 0.04"
            )
        );
        // A certainty stays one.
        assert!(
            sets[0].contains("\"cns\" = { \"deteriorating\" = 1, \"dying\" = 1"),
            "{sets:?}"
        );
        let (again, found, _) = read(&BuiltIn, "networked", &sets);
        assert!(again.is_some(), "{found:?}");
        assert_eq!(factor.now(checked.root()), Some(1.0));
    }
}
