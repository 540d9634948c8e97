//! Every number that is not varied as an assumption, as factors: the numbers of one evidence entry multiplied together.

use std::collections::BTreeMap;

use super::super::evidence::{covers, numbers};
use super::super::node::{Node, Value, show_path};
use super::super::read::Checked;
use super::{Assumptions, Factor, Levels, Scale};

/// Numbers that decide results and are under none of the paths `taken`, as factors from `low` to `high` times what they
/// are. Each evidence entry is one factor: its numbers are known together, and are multiplied together.
pub fn others(scenario: &Checked, taken: &[Vec<String>], [low, high]: [f64; 2]) -> Assumptions {
    let root = scenario.root();
    let mut entries: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (path, _, _) in numbers(root, scenario.schema()) {
        if taken.iter().any(|t| covers(t, &path)) {
            continue;
        }
        let name = scenario.evidence_for(&path).map(|e| show_path(&e.pattern));
        entries
            .entry(name.unwrap_or_else(|| show_path(&path)))
            .or_default()
            .push(path);
    }
    let mut out = Assumptions::default();
    for (name, mine) in entries {
        let mut paths = Vec::new();
        whole(root, &mut Vec::new(), &mine, &mut paths);
        let factor = Factor {
            name: name.clone(),
            paths,
            levels: Levels::Range {
                low,
                high,
                scale: Scale::Log,
                whole: false,
                levels: 2,
            },
            multiply: true,
        };
        match moved(&factor, root) {
            Ok(true) => out.factors.push(factor),
            Ok(false) => out.skipped.push((
                name,
                "so small a share of it changes nothing: it is 0, a few, or at its limit",
            )),
            Err(()) => out.skipped.push((name, "it cannot be multiplied")),
        }
    }
    out
}

/// Whether either end of a factor differs from what is.
fn moved(factor: &Factor, root: &Node) -> Result<bool, ()> {
    let mut differs = false;
    let now = factor.sets(&super::Setting::Number(1.0), root).map_err(|_| ())?;
    for end in [0.0, 1.0] {
        differs |= factor.sets(&factor.quantile(end), root).map_err(|_| ())? != now;
    }
    Ok(differs)
}

/// The outermost values that hold numbers of `mine` and no other number: what is set as one.
fn whole(node: &Node, path: &mut Vec<String>, mine: &[Vec<String>], out: &mut Vec<Vec<String>>) {
    let (mut own, mut foreign) = (false, false);
    let mut here = path.clone();
    node.leaves(&mut here, &mut |at, leaf| {
        if leaf.number().is_some() {
            match mine.iter().any(|p| p == at) {
                true => own = true,
                false => foreign = true,
            }
        }
    });
    if !own {
        return;
    }
    // A list is set as a whole, and so is what was written in one line.
    if !foreign && (node.is_value || matches!(node.value, Value::Array(_))) {
        out.push(path.clone());
        return;
    }
    if let Value::Table(entries) = &node.value {
        for (name, below) in entries {
            path.push(name.clone());
            whole(below, path, mine, out);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::plan::assumptions;
    use crate::scenario::{BuiltIn, parameters, read};

    #[test]
    fn with_the_assumptions_every_number_is_varied_or_left_out_with_a_reason() {
        let (checked, _, _) = read(&BuiltIn, "networked", &[]);
        let checked = checked.expect("built in");
        let first = assumptions(&checked, &[]);
        let taken: Vec<Vec<String>> = first.factors.iter().flat_map(|f| f.paths.clone()).collect();
        let rest = others(&checked, &taken, [0.9, 1.1]);
        let left: Vec<Vec<String>> = (rest.skipped.iter().chain(&first.skipped))
            .map(|(name, _)| crate::scenario::read_path(name).unwrap())
            .collect();
        let all: Vec<&Vec<String>> = taken
            .iter()
            .chain(rest.factors.iter().flat_map(|f| &f.paths))
            .collect();
        for p in parameters(&checked) {
            let varied = all.iter().filter(|t| covers(t, &p.path)).count();
            assert!(varied <= 1, "{} is varied twice", show_path(&p.path));
            assert!(
                varied == 1 || left.iter().any(|l| covers(l, &p.path)),
                "{} is neither varied nor left out",
                show_path(&p.path)
            );
        }
        let sizes = rest
            .factors
            .iter()
            .find(|f| f.name == "practices.*.list_size")
            .unwrap();
        assert_eq!(sizes.paths.len(), 9);
        let sets = sizes.sets(&sizes.quantile(1.0), checked.root()).unwrap();
        assert!(
            sets.contains(&"practices.alder.list_size=3850".to_string()),
            "{sets:?}"
        );
    }
}
