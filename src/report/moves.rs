//! Which outcomes each parameter moves: the file of measured changes that ships, `scenarios/moves.csv`.
//!
//! A row is one outcome at one setting of one parameter, where the change is told apart from chance: Bonferroni over the
//! settings of the parameter, then Holm over the outcomes looked at, at 5%. So of the parameters that move nothing one in
//! twenty is expected to be shown with an outcome all the same. Parameters without such an outcome, and those not varied,
//! have one row each, so that a parameter that was never looked at is known from one that moves nothing.

use super::sensitivity::{CLEAR, Found, Sensitivity, Swing};
use super::sheet::Sheet;
use crate::scenario::{read_path, show_path};
use crate::stats::holm;

/// What was measured on which baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moves {
    /// The scenario.
    pub scenario: String,
    /// Hash of its values; see `Checked::values_hash`.
    pub baseline: String,
    /// Replications of each setting.
    pub replications: u64,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Outcomes looked at.
    pub outcomes: usize,
    /// Parameters, in the order of the file.
    pub parameters: Vec<Mover>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Mover {
    /// Its path; `*` stands for any one name, where several numbers were varied together.
    pub pattern: Vec<String>,
    /// The values it took, in words; none if it was not varied.
    pub settings: Vec<String>,
    /// Why it was not varied.
    pub why: Option<String>,
    /// Outcomes whose change is told apart from chance, the largest relative change first.
    pub outcomes: Vec<Moved>,
}

/// One outcome that a parameter moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its name.
    pub name: String,
    /// Words for a reader.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Its value with the parameter as it is.
    pub base: f64,
    /// p-value of "no setting changes it", adjusted over settings and outcomes.
    pub p: f64,
    /// By setting: the change and its 95% interval.
    pub changes: Vec<Changed>,
}

/// A change of an outcome at one setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Changed {
    /// Paired mean change.
    pub value: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Moved {
    /// Its widest change relative to its value.
    fn size(&self) -> f64 {
        let widest = self.changes.iter().map(|c| c.value.abs()).fold(0.0, f64::max);
        widest / self.base.abs().max(f64::MIN_POSITIVE)
    }
}

/// What a tornado of one scenario says of every parameter.
pub fn moves(answer: &Sensitivity, baseline: &str, seed: u64) -> Moves {
    let swing = |which: usize, found: &Result<Found, String>| -> Option<Swing> {
        match found {
            Ok(Found::Tornado(t)) => t.rows.iter().find(|row| row.varied == which).cloned(),
            _ => None,
        }
    };
    let one = |(which, varied): (usize, &super::sensitivity::Varied)| {
        let swings: Vec<Option<Swing>> = answer.outcomes.iter().map(|o| swing(which, &o.found)).collect();
        let p = holm(
            &swings
                .iter()
                .map(|s| s.as_ref().and_then(|s| s.bar.p))
                .collect::<Vec<_>>(),
        );
        let times = if varied.range.ends_with(" times") {
            " times"
        } else {
            ""
        };
        let settings = swings
            .iter()
            .flatten()
            .next()
            .map(|s| s.settings.clone())
            .unwrap_or_default();
        let mut outcomes = Vec::new();
        for ((outcome, swing), p) in answer.outcomes.iter().zip(&swings).zip(p) {
            let (Some(swing), Some(p)) = (swing, p.filter(|p| *p < CLEAR)) else {
                continue;
            };
            let changes = swing.bar.changes.iter().map(|c| {
                let value = c.value().unwrap_or(0.0);
                Changed {
                    value,
                    low: c.low().unwrap_or(value),
                    high: c.high().unwrap_or(value),
                }
            });
            outcomes.push(Moved {
                name: outcome.asked.clone(),
                label: outcome.label.clone(),
                unit: outcome.unit.clone(),
                base: outcome.base.value().unwrap_or(0.0),
                p,
                changes: changes.collect(),
            });
        }
        outcomes.sort_by(|a, b| b.size().total_cmp(&a.size()));
        Mover {
            pattern: read_path(&varied.name).unwrap_or_default(),
            settings: settings.into_iter().map(|s| s + times).collect(),
            why: None,
            outcomes,
        }
    };
    let mut parameters: Vec<Mover> = answer.varied.iter().enumerate().map(one).collect();
    parameters.extend(answer.left_out.iter().map(|(name, why)| Mover {
        pattern: read_path(name).unwrap_or_default(),
        settings: Vec::new(),
        why: Some(why.clone()),
        outcomes: Vec::new(),
    }));
    parameters.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    Moves {
        scenario: answer.scenarios[0].clone(),
        baseline: baseline.to_string(),
        replications: answer.replications,
        seed,
        outcomes: answer.outcomes.len(),
        parameters,
    }
}

/// In the column `outcome` of a parameter that moves nothing.
const NONE: &str = "none";
/// In the column `outcome` of a parameter that was not varied; the reason is in `label`.
const NOT_VARIED: &str = "not varied";

impl Moves {
    /// The file.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut sheet = Sheet::new(&["parameter setting outcome label unit base change low high p"]);
        for parameter in &self.parameters {
            let head = sheet.row().set("parameter", show_path(&parameter.pattern));
            if parameter.outcomes.is_empty() {
                let row = head.clone().set("setting", parameter.settings.join(" | "));
                sheet.add(match &parameter.why {
                    Some(why) => row.set("outcome", NOT_VARIED).set("label", why),
                    None => row.set("outcome", NONE),
                });
            }
            for moved in &parameter.outcomes {
                for (setting, change) in parameter.settings.iter().zip(&moved.changes) {
                    let row = head
                        .clone()
                        .set("setting", setting)
                        .set("outcome", &moved.name)
                        .set("label", &moved.label)
                        .set("unit", &moved.unit)
                        .set("base", digits(moved.base))
                        .set("change", digits(change.value))
                        .set("low", digits(change.low))
                        .set("high", digits(change.high))
                        .set("p", digits(moved.p));
                    sheet.add(row);
                }
            }
        }
        let head = format!(
            "# scenario,{}\n# baseline,{}\n# replications,{}\n# seed,{}\n# outcomes,{}\n",
            self.scenario, self.baseline, self.replications, self.seed, self.outcomes
        );
        [head.into_bytes(), sheet.bytes()].concat()
    }

    /// The file read.
    ///
    /// # Errors
    /// The first line that is not as [`Moves::to_csv`] writes it.
    pub fn read(text: &str) -> Result<Moves, String> {
        let mut all = Moves::default();
        for line in text.lines().take_while(|l| l.starts_with('#')) {
            let (key, value) = line[1..].trim().split_once(',').ok_or_else(|| line.to_string())?;
            let number = || value.parse::<u64>().map_err(|e| format!("{line}: {e}"));
            match key {
                "scenario" => all.scenario = value.to_string(),
                "baseline" => all.baseline = value.to_string(),
                "replications" => all.replications = number()?,
                "seed" => all.seed = number()?,
                "outcomes" => all.outcomes = number()? as usize,
                _ => return Err(line.to_string()),
            }
        }
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let columns = reader.headers().map_err(|e| e.to_string())?.clone();
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let at = |column: &str| columns.iter().position(|c| c == column);
            let cell = |column: &str| at(column).and_then(|i| record.get(i)).unwrap_or_default();
            let number = |column: &str| {
                cell(column)
                    .parse::<f64>()
                    .map_err(|e| format!("{record:?}: {e}"))
            };
            let pattern = read_path(cell("parameter"))?;
            if all.parameters.last().is_none_or(|last| last.pattern != pattern) {
                all.parameters.push(Mover {
                    pattern,
                    settings: Vec::new(),
                    why: None,
                    outcomes: Vec::new(),
                });
            }
            let Some(last) = all.parameters.last_mut() else {
                continue;
            };
            match cell("outcome") {
                NONE => last.settings = cell("setting").split(" | ").map(str::to_string).collect(),
                NOT_VARIED => last.why = Some(cell("label").to_string()),
                name => {
                    if last.outcomes.last().is_none_or(|o| o.name != name) {
                        last.outcomes.push(Moved {
                            name: name.to_string(),
                            label: cell("label").to_string(),
                            unit: cell("unit").to_string(),
                            base: number("base")?,
                            p: number("p")?,
                            changes: Vec::new(),
                        });
                    }
                    if last.outcomes.len() == 1 {
                        last.settings.push(cell("setting").to_string());
                    }
                    let change = Changed {
                        value: number("change")?,
                        low: number("low")?,
                        high: number("high")?,
                    };
                    if let Some(moved) = last.outcomes.last_mut() {
                        moved.changes.push(change);
                    }
                }
            }
        }
        Ok(all)
    }

    /// The parameter that was varied with the value at a path in it: the most specific one.
    pub fn of(&self, path: &[String]) -> Option<&Mover> {
        let covers =
            |p: &[String]| p.len() <= path.len() && p.iter().zip(path).all(|(p, name)| p == "*" || p == name);
        let rank = |m: &&Mover| {
            (
                m.pattern.len(),
                m.pattern.iter().filter(|name| *name != "*").count(),
            )
        };
        self.parameters
            .iter()
            .filter(|m| covers(&m.pattern))
            .max_by_key(rank)
    }

    /// Parameters below a path.
    pub fn below(&self, path: &[String]) -> Vec<&Mover> {
        let under =
            |p: &[String]| p.len() > path.len() && p.iter().zip(path).all(|(p, name)| p == "*" || p == name);
        self.parameters.iter().filter(|m| under(&m.pattern)).collect()
    }
}

/// Five significant digits.
fn digits(x: f64) -> String {
    let short = format!("{x:.4e}").parse::<f64>();
    short.map_or_else(|_| x.to_string(), |short| short.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        read_path(text).unwrap()
    }

    fn example() -> Moves {
        let change = |value| Changed {
            value,
            low: value - 0.001,
            high: value + 0.001,
        };
        let moved = |name: &str| Moved {
            name: name.to_string(),
            label: "Died, \"where\"".to_string(),
            unit: "share".to_string(),
            base: 0.5,
            p: 0.0123,
            changes: vec![change(-0.02), change(0.04)],
        };
        let mover = |pattern: &str, why: Option<&str>, outcomes: Vec<Moved>| Mover {
            pattern: path(pattern),
            settings: match why {
                None => vec!["0.01".to_string(), "0.15".to_string()],
                Some(_) => Vec::new(),
            },
            why: why.map(str::to_string),
            outcomes,
        };
        Moves {
            scenario: "networked".to_string(),
            baseline: "ab".to_string(),
            replications: 6,
            seed: 1,
            outcomes: 12,
            parameters: vec![
                mover("a.*.lost", None, vec![moved("x"), moved("y")]),
                mover("a.b", None, Vec::new()),
                mover(
                    "interface.between.\"c<>d\".lost",
                    Some("it, alas, cannot"),
                    Vec::new(),
                ),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = String::from_utf8(example().to_csv()).unwrap();
        assert_eq!(Moves::read(&text), Ok(example()), "{text}");
        assert!(Moves::read("# nonsense,1\n").is_err());
        assert_eq!(Moves::read("").unwrap(), Moves::default());
    }

    #[test]
    fn what_ships_is_written_as_it_was() {
        let text = include_str!("../../scenarios/moves.csv");
        let moves = Moves::read(text).unwrap();
        assert!(moves.parameters.len() > 100);
        assert_eq!(String::from_utf8(moves.to_csv()).unwrap(), text);
    }

    #[test]
    fn the_most_specific_parameter_speaks_for_a_path() {
        let moves = example();
        assert_eq!(moves.of(&path("a.b.lost")).unwrap().pattern, path("a.*.lost"));
        assert_eq!(moves.of(&path("a.b.other")).unwrap().pattern, path("a.b"));
        assert!(moves.of(&path("c")).is_none());
        assert_eq!(moves.below(&path("a")).len(), 2);
    }
}
