//! A parameter that a plan varies: its paths, and the values it takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::node::{Node, Value, read_path, show_path};
use super::super::read::Places;
use super::super::schema::{Form, Schema, ShapeId};
use super::super::units::{Count, Number, Positive};
use super::super::write::{number, set, table, toml};
use super::{Anything, principal, with_principal};
use crate::base::diagnostic::Diagnostic;

/// How a range is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal ratios.
    Log,
}

/// One `[vary.NAME]` of a plan: what is varied, and over which values, range or scenarios.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Path of the parameter.
    #[schemars(extend("x-example" = "\"interface.external.lost\""))]
    pub path: Option<String>,
    /// Paths of parameters that always take the same value.
    #[schemars(length(min = 1, max = 1000))]
    pub paths: Option<Vec<String>>,
    /// The values, each as it would be written in a scenario.
    #[schemars(length(min = 1, max = 100_000))]
    pub values: Option<Vec<Anything>>,
    /// Smallest and largest value. A law or a duration takes it as its median, mean or only number, and what is in the
    /// same unit moves with it.
    pub range: Option<[Number; 2]>,
    /// Smallest and largest factor by which every number at the path and below it is multiplied (and held within what
    /// the scenario may say): for tables of several numbers. Divided by equal ratios.
    #[schemars(extend("x-example" = "[0.5, 2]"))]
    pub multiply: Option<[Positive; 2]>,
    /// How the range is divided: `linear` (as if left out) or `log`.
    pub scale: Option<Scale>,
    /// In a grid: how many values of the range, its ends included; 5 if left out.
    #[schemars(range(min = 2, max = 100_000))]
    pub levels: Option<Count>,
    /// Whether values of the range are rounded to whole numbers.
    pub whole: Option<bool>,
    /// Instead of a parameter: the scenario itself, one of these.
    #[schemars(length(min = 1, max = 1000))]
    pub scenarios: Option<Vec<String>>,
}

/// Levels of a range in a grid, unless the plan says otherwise.
const LEVELS: u32 = 5;

/// Values that a factor takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Levels {
    /// Listed values, as TOML.
    Listed(Vec<String>),
    /// Any number between two.
    Range {
        /// Smallest.
        low: f64,
        /// Largest.
        high: f64,
        /// How it is divided.
        scale: Scale,
        /// Whether it is rounded to whole numbers.
        whole: bool,
        /// How many values in a grid.
        levels: u32,
    },
    /// Scenarios.
    Scenarios(Vec<String>),
}

/// One value of a factor.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A number of a range.
    Number(f64),
    /// A listed value, as TOML.
    Listed(String),
    /// A scenario.
    Scenario(String),
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Setting::Number(x) => f.write_str(&number(*x)),
            Setting::Listed(text) | Setting::Scenario(text) => f.write_str(text.trim_matches('"')),
        }
    }
}

/// A parameter with the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Its name in tables: that of its table in the plan, or its path.
    pub name: String,
    /// Its paths; none where it is the scenario.
    pub paths: Vec<Vec<String>>,
    /// Its values.
    pub levels: Levels,
    /// Whether its value is what all numbers at its paths are multiplied by.
    pub multiply: bool,
}

impl Vary {
    /// What the schema cannot express. `at`: the names of this table's path.
    pub fn check(&self, places: &Places<'_>, at: &[&str], found: &mut Vec<Diagnostic>) {
        let mut wrong = |key: &str, message: String, help: &str| {
            let mut path = at.to_vec();
            path.push(key);
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(places.of(&path), "")
                    .help(help),
            );
        };
        let name = at.last().copied().unwrap_or_default();
        let subjects = [
            self.path.is_some(),
            self.paths.is_some(),
            self.scenarios.is_some(),
        ];
        if subjects.iter().filter(|s| **s).count() != 1 {
            let message = format!("`{name}` must say what it varies, in one way");
            wrong("", message, "write one of `path`, `paths` and `scenarios`");
        }
        let ways = [
            self.values.is_some(),
            self.range.is_some(),
            self.multiply.is_some(),
            self.scenarios.is_some(),
        ];
        if ways.iter().filter(|w| **w).count() != 1 {
            let message = format!("`{name}` must say over what it varies, in one way");
            wrong(
                "",
                message,
                "write one of `values`, `range` and `multiply` (with `scenarios`, none)",
            );
        }
        for path in self.path.iter().chain(self.paths.iter().flatten()) {
            match read_path(path) {
                Ok(path) if path.iter().any(|p| p == "*") => {
                    let message = format!("`{}` stands for many parameters", show_path(&path));
                    wrong("path", message, "list them under `paths`");
                }
                Ok(_) => {}
                Err(why) => wrong(
                    "path",
                    format!("`{path}` is not a path: {why}"),
                    "names joined by dots",
                ),
            }
        }
        if self.multiply.is_some_and(|[low, high]| low >= high) {
            let message = format!("the factors of `{name}` end before they begin");
            wrong("multiply", message, "[smallest, largest]");
        }
        if let Some([low, high]) = self.range {
            if low >= high {
                wrong(
                    "range",
                    format!("the range of `{name}` ends before it begins"),
                    "[smallest, largest]",
                );
            }
            if self.scale == Some(Scale::Log) && low.get() <= 0.0 {
                wrong(
                    "range",
                    "a range with equal ratios must begin above 0".to_string(),
                    "use scale = \"linear\"",
                );
            }
        } else {
            for (given, key) in [
                (self.scale.is_some(), "scale"),
                (self.levels.is_some() && self.multiply.is_none(), "levels"),
                (self.whole.is_some(), "whole"),
            ] {
                if given {
                    wrong(key, format!("`{key}` belongs to a `range`"), "leave it out");
                }
            }
        }
    }

    /// The factor of a table that has been checked; `node` is the table.
    pub fn factor(&self, name: &str, node: &Node) -> Factor {
        let paths = self.path.iter().chain(self.paths.iter().flatten());
        let paths = paths.filter_map(|p| read_path(p).ok()).collect();
        let listed = node.step("values").map(|n| match &n.value {
            Value::Array(items) => items.iter().map(toml).collect(),
            _ => Vec::new(),
        });
        let count = self.levels.map_or(LEVELS, |l| l.0);
        if let Some([low, high]) = self.multiply {
            let levels = Levels::Range {
                low: low.get(),
                high: high.get(),
                scale: Scale::Log,
                whole: false,
                levels: count,
            };
            return Factor {
                name: name.to_string(),
                paths,
                levels,
                multiply: true,
            };
        }
        let levels = match (&self.scenarios, self.range, listed) {
            (Some(names), _, _) => Levels::Scenarios(names.clone()),
            (None, Some([low, high]), _) => Levels::Range {
                low: low.get(),
                high: high.get(),
                scale: self.scale.unwrap_or_default(),
                whole: self.whole.unwrap_or(false),
                levels: count,
            },
            (None, None, listed) => Levels::Listed(listed.unwrap_or_default()),
        };
        Factor {
            name: name.to_string(),
            paths,
            levels,
            multiply: false,
        }
    }
}

impl Factor {
    /// How many values it takes in a grid.
    pub fn count(&self) -> usize {
        match &self.levels {
            // No whole number twice.
            &Levels::Range {
                low,
                high,
                whole: true,
                levels,
                ..
            } => (levels as usize).min((high.floor() - low.ceil()) as usize + 1),
            Levels::Listed(all) => all.len(),
            Levels::Scenarios(all) => all.len(),
            Levels::Range { levels, .. } => *levels as usize,
        }
    }

    /// The value at a position of a grid.
    pub fn level(&self, index: usize) -> Setting {
        let share = index as f64 / (self.count() as f64 - 1.0).max(1.0);
        match &self.levels {
            Levels::Listed(all) => Setting::Listed(all[index].clone()),
            Levels::Scenarios(all) => Setting::Scenario(all[index].clone()),
            &Levels::Range {
                low,
                high,
                whole: true,
                scale: Scale::Linear,
                ..
            } => Setting::Number((low.ceil() + share * (high.floor() - low.ceil())).round()),
            Levels::Range { .. } => self.quantile(share),
        }
    }

    /// The value at a share of the range, from 0 to 1; listed values have equal shares.
    pub fn quantile(&self, u: f64) -> Setting {
        let pick = |n: usize| ((u * n as f64) as usize).min(n.saturating_sub(1));
        match &self.levels {
            Levels::Listed(all) => Setting::Listed(all[pick(all.len())].clone()),
            Levels::Scenarios(all) => Setting::Scenario(all[pick(all.len())].clone()),
            &Levels::Range {
                low,
                high,
                scale,
                whole,
                ..
            } => {
                let x = match scale {
                    // Each whole number has an equal share.
                    Scale::Linear if whole => {
                        let (low, high) = (low.ceil(), high.floor());
                        (low + u * (high - low + 1.0)).floor().min(high)
                    }
                    Scale::Linear => low + u * (high - low),
                    Scale::Log => libm::exp(libm::log(low) + u * (libm::log(high) - libm::log(low))),
                };
                // Nine digits: a value that is read, printed and read again is the same.
                let x = if u <= 0.0 {
                    low
                } else if u >= 1.0 {
                    high
                } else {
                    nine_digits(x)
                };
                Setting::Number(if whole { x.round() } else { x })
            }
        }
    }

    /// The overrides that give this value in a scenario with these values.
    ///
    /// # Errors
    /// A value whose size is no single number, in words.
    pub fn sets(&self, setting: &Setting, root: &Node) -> Result<Vec<String>, String> {
        let one = |path: &Vec<String>| {
            match setting {
            Setting::Scenario(_) => Ok(None),
            Setting::Listed(text) => Ok(Some(set(path, text))),
            Setting::Number(x) if self.multiply => {
                let text = multiplied(root, path, *x);
                text.map(|text| Some(set(path, &text))).ok_or_else(|| {
                    let path = show_path(path);
                    format!("there is no number at `{path}` that could be multiplied")
                })
            }
            Setting::Number(x) => match root.at(path) {
                None => Ok(Some(set(path, &number(*x)))),
                Some(node) => with_principal(node, *x).map(|text| Some(set(path, &text))).ok_or_else(|| {
                    let path = show_path(path);
                    format!("`{path}` is {}: no single number stands for its size; list `values` instead of a `range`", toml(node))
                }),
            },
        }
        };
        let all: Result<Vec<Option<String>>, String> = self.paths.iter().map(one).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    /// The number that stands for its size now, in a scenario with these values.
    pub fn now(&self, root: &Node) -> Option<f64> {
        if self.multiply {
            return Some(1.0);
        }
        self.paths.first().and_then(|p| root.at(p)).and_then(principal)
    }
}

/// The value at a path with all numbers in it multiplied, as TOML; each is held within what the schema of the scenario
/// allows. `None` where there is no number.
fn multiplied(root: &Node, path: &[String], factor: f64) -> Option<String> {
    let kind = root.step("kind").and_then(Node::text)?;
    let schema = super::super::schema(kind)?;
    let shape = path
        .iter()
        .try_fold(schema.root(), |shape, name| schema.step(shape, name));
    let mut any = false;
    let text = times(root.at(path)?, schema, shape, factor, &mut any);
    any.then_some(text)
}

fn times(node: &Node, schema: &Schema, shape: Option<ShapeId>, factor: f64, any: &mut bool) -> String {
    let below = |name: &str| shape.and_then(|s| schema.step(s, name));
    match &node.value {
        Value::Integer(_) | Value::Float(_) => {
            *any = true;
            let mut x = nine_digits(node.number().unwrap_or(0.0) * factor);
            if let Some(Form::Number(range)) = shape.map(|s| schema.form(s)) {
                x = if range.whole { x.round() } else { x };
                x = x.clamp(range.low, range.high);
            }
            number(x)
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(i, item)| times(item, schema, below(&i.to_string()), factor, any));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::Table(entries) => table(entries.iter().map(|(name, item)| {
            let text = times(item, schema, below(name), factor, any);
            (name.as_str(), text)
        })),
        _ => toml(node),
    }
}

/// Rounded to nine significant decimal digits.
fn nine_digits(x: f64) -> f64 {
    format!("{x:.8e}").parse().unwrap_or(x)
}
