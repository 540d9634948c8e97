//! In which parameters two scenarios differ, each as an override that gives the first the value of the second.

use crate::scenario::header::HEADER_KEYS;
use crate::scenario::node::Node;
use crate::scenario::{show_path, write};

/// One parameter, or one law or other value written as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path.
    pub path: Vec<String>,
    /// Value in the first, as TOML; `None` where it says nothing.
    pub a: Option<String>,
    /// Value in the second.
    pub b: String,
}

impl Difference {
    /// The override.
    pub fn set(&self) -> String {
        write::set(&self.path, &self.b)
    }

    /// The path as written.
    pub fn shown(&self) -> String {
        show_path(&self.path)
    }
}

/// What a table of `[run]` says of how long and how often one looks: no part of the difference.
const ASIDE: [&str; 3] = ["replications", "seed", "auto"];

/// The differences of two merged scenarios, in the order of their paths.
///
/// # Errors
/// Paths at which the first says something and the second nothing: no override can take it away.
pub fn differences(a: &Node, b: &Node) -> Result<Vec<Difference>, Vec<String>> {
    let (found, left_out) = changes(a, b);
    match left_out.is_empty() {
        true => Ok(found),
        false => Err(left_out),
    }
}

/// The same for telling: the differences, and the paths at which the second says nothing.
pub fn changes(a: &Node, b: &Node) -> (Vec<Difference>, Vec<String>) {
    let mut walk = Walk::default();
    walk.compare(Some(a), b);
    (walk.found, walk.left_out)
}

#[derive(Default)]
struct Walk {
    path: Vec<String>,
    found: Vec<Difference>,
    left_out: Vec<String>,
}

impl Walk {
    fn compare(&mut self, a: Option<&Node>, b: &Node) {
        // A value written inline replaces the whole of what was there, so it is compared as a whole.
        let open = |n: &Node| n.table().is_some() && !n.is_value;
        let tables = open(b) && a.is_none_or(open);
        let Some(entries) = b.table().filter(|t| tables && !t.is_empty()) else {
            self.leaf(a, b);
            return;
        };
        for name in a.and_then(Node::table).into_iter().flat_map(|t| t.keys()) {
            if !entries.contains_key(name) && !self.aside(name) {
                self.gone(name, a.and_then(|a| a.step(name)));
            }
        }
        for (name, below) in entries {
            if !self.aside(name) {
                self.path.push(name.clone());
                self.compare(a.and_then(|a| a.step(name)), below);
                self.path.pop();
            }
        }
    }

    fn aside(&self, name: &str) -> bool {
        match self.path.as_slice() {
            [] => HEADER_KEYS.contains(&name),
            [run] => run == "run" && ASIDE.contains(&name),
            _ => false,
        }
    }

    fn leaf(&mut self, a: Option<&Node>, b: &Node) {
        let mut spelled = [String::new(), String::new()];
        a.into_iter().for_each(|a| a.canonical(&mut spelled[0]));
        b.canonical(&mut spelled[1]);
        let default = a.is_none() && self.is_ratio() && b.step("ratio").and_then(Node::number) == Some(1.0);
        if spelled[0] != spelled[1] && !default {
            self.found.push(Difference {
                path: self.path.clone(),
                a: match a {
                    Some(a) => Some(write::toml(a)),
                    None if self.is_ratio() => Some("{ \"ratio\" = 1 }".to_string()),
                    None => None,
                },
                b: write::toml(b),
            });
        }
    }

    /// The ratio of a part of the interface: 1 where nothing is said.
    fn is_ratio(&self) -> bool {
        self.path.len() == 3 && self.path[0] == "interface" && self.path[1] == "internal"
    }

    fn gone(&mut self, name: &str, a: Option<&Node>) {
        self.path.push(name.to_string());
        let internal = matches!(self.path.as_slice(), [a, b] if a == "interface" && b == "internal");
        match a.and_then(Node::table).filter(|_| internal) {
            Some(parts) => {
                for (name, part) in parts {
                    self.gone(name, Some(part));
                }
            }
            None if self.is_ratio() => {
                if a.and_then(|a| a.step("ratio")).and_then(Node::number) != Some(1.0) {
                    self.found.push(Difference {
                        path: self.path.clone(),
                        a: a.map(write::toml),
                        b: "{ \"ratio\" = 1 }".to_string(),
                    });
                }
            }
            None => self.left_out.push(show_path(&self.path)),
        }
        self.path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, BuiltIn};

    fn root(name: &str, sets: &[&str]) -> Node {
        let sets: Vec<String> = sets.iter().map(|s| (*s).to_string()).collect();
        let (checked, found, _) = scenario::read(&BuiltIn, name, &sets);
        checked
            .unwrap_or_else(|| panic!("{name}: {found:?}"))
            .root()
            .clone()
    }

    #[test]
    fn networked_and_integrated_differ_in_map_ratios_and_pool() {
        let (a, b) = (root("networked", &[]), root("integrated", &[]));
        let found = differences(&a, &b).expect("integrated says all that networked says");
        let paths: Vec<String> = found.iter().map(Difference::shown).collect();
        let of = |begin: &str| paths.iter().filter(|p| p.starts_with(begin)).count();
        // Seven teams change employer; of 17 ratios three are 1, which is no difference; one budget.
        assert_eq!(
            (of("teams."), of("interface.internal."), of("social_care.")),
            (7, 14, 1)
        );
        assert_eq!(paths.len(), 22);
        // The overrides make the one into the other.
        let sets: Vec<String> = found.iter().map(Difference::set).collect();
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        assert_eq!(differences(&root("networked", &sets), &b), Ok(Vec::new()));
        assert_eq!(differences(&a, &a), Ok(Vec::new()));
    }

    /// A law is one value, what one leaves out is said, and a ratio left out is 1.
    #[test]
    fn values_written_as_a_whole_are_compared_as_a_whole() {
        let (a, b) = (root("networked", &[]), root("good_network", &[]));
        let found = differences(&a, &b).expect("good_network says all that networked says");
        assert!(
            found
                .iter()
                .any(|d| d.shown() == "interface.external.transfer_delay")
        );
        assert!(
            found
                .iter()
                .any(|d| d.set() == "interface.external.record=\"shared\"")
        );
        let more = root("networked", &["relationships.turnover_of.gp=0.3"]);
        let found = differences(&more, &a).expect_err("no override takes it away");
        assert_eq!(found, ["relationships.turnover_of"]);
        let found = differences(&root("integrated", &[]), &a).expect("ratios left out are 1");
        assert!(
            found
                .iter()
                .any(|d| d.set() == "interface.internal.lost={ \"ratio\" = 1 }")
        );
    }
}
