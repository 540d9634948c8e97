//! `kind = "calibrate"`: which values of assumptions agree with what is known of the outcomes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::assumptions::takes_whole_numbers_only;
use super::{Factor, Levels, Plan, PlanBody, Scale, Vary, principal};
use crate::base::diagnostic::Diagnostic;
use crate::scenario::node::{Value, read_path, show_path};
use crate::scenario::read::{Checked, Places};
use crate::scenario::units::{Count, CountOrNone, NonNegative, Positive};

/// Settings of the calibration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrateSettings {
    /// Most waves of history matching; 3 if left out. It stops before where another wave would not help.
    #[schemars(range(min = 1, max = 20))]
    pub waves: Option<Count>,
    /// Points of each wave; ten a parameter if left out, but 20 at least.
    #[schemars(range(min = 4, max = 100_000))]
    pub points: Option<Count>,
    /// Replications of each point, wave by wave, the last for all that follow; `replications` of the plan if left out. Two at
    /// least: without them nothing is known of chance.
    #[schemars(length(min = 1, max = 20), extend("x-example" = "[3, 4, 6]"))]
    pub replications: Option<Vec<Count>>,
    /// Implausibility above which a point is ruled out by the target that is furthest off; 3 if left out. The second
    /// furthest rules out from five sixths of it on.
    #[schemars(extend("x-unit" = "standard deviations"))]
    pub cut: Option<Positive>,
    /// Replications of the baseline and of the chosen values, on luck that nothing before has seen; 40 if left out.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub check: Option<Count>,
    /// Draws of the posterior that are simulated for the predictive check; 30 if left out.
    #[schemars(range(min = 0, max = 10_000))]
    pub draws: Option<CountOrNone>,
    /// Replications of each of these draws; 4 if left out.
    #[schemars(range(min = 1, max = 100_000))]
    pub draw_replications: Option<Count>,
    /// Particles of the posterior on the emulators; 1,000 if left out.
    #[schemars(range(min = 100, max = 100_000))]
    pub particles: Option<Count>,
    /// Standard deviation of what the model gets wrong about every target, as a share of half the width of the target's
    /// band; 0 if left out. `[discrepancy]` says it of a target in its own unit.
    pub discrepancy: Option<NonNegative>,
}

/// What only a calibration says. `scenarios` names one: the baseline. `replications` is of each point.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CalibratePlan {
    /// Targets by name; those of the targets file whose role is "calibration" if left out.
    #[schemars(length(min = 1, max = 1000))]
    pub targets: Option<Vec<String>>,
    /// File of targets beside this one; that of the program if left out.
    #[schemars(extend("x-example" = "\"targets.toml\""))]
    pub targets_file: Option<String>,
    /// Settings of the calibration.
    pub calibrate: CalibrateSettings,
    /// Standard deviation of what the model gets wrong about a target however its parameters are, by the target's name, in
    /// the outcome's unit.
    pub discrepancy: BTreeMap<String, NonNegative>,
    /// What the overlay extends: a file that the baseline itself extends, so that the overlay lies under the baseline and
    /// counts for all that is made of it; the baseline if left out. No varied value may be set above that file.
    #[schemars(extend("x-example" = "\"locality.toml\""))]
    pub overlay_extends: Option<String>,
    /// The overlay of an earlier calibration that the baseline already extends: left out here, so that what is calibrated
    /// again begins where the first time began.
    #[schemars(extend("x-example" = "\"calibrated.toml\""))]
    pub without: Option<String>,
    /// What is calibrated, by a name that stands for it in tables. Without `range` and `multiply`, over the plausible range
    /// of its evidence.
    #[schemars(length(min = 1, max = 200))]
    pub vary: BTreeMap<String, Vary>,
}

impl PlanBody for CalibratePlan {
    const KIND: &'static str = "calibrate";

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let mut wrong = |path: &[&str], message: String, help: &str| {
            let error = Diagnostic::error("contradiction", message).at(at.of(path), "");
            found.push(error.help(help));
        };
        if self.vary.is_empty() {
            let message = "nothing is calibrated".to_string();
            wrong(&["vary"], message, "name parameters under [vary]");
        }
        let few = |c: &Count| c.0 < 2;
        if self.calibrate.replications.iter().flatten().any(few) {
            let message = "one replication of a point says nothing of chance".to_string();
            wrong(&["calibrate", "replications"], message, "2 or more");
        }
        for (i, name) in self.targets.iter().flatten().enumerate() {
            if self.targets.iter().flatten().take(i).any(|t| t == name) {
                wrong(
                    &["targets"],
                    format!("the target `{name}` is named twice"),
                    "name it once",
                );
            }
        }
        for (name, vary) in &self.vary {
            let mut wrong = |key: &str, message: String, help: &str| {
                let error = Diagnostic::error("contradiction", message).at(at.of(&["vary", name, key]), "");
                found.push(error.help(help));
            };
            for (given, key) in [
                (vary.values.is_some(), "values"),
                (vary.scenarios.is_some(), "scenarios"),
            ] {
                if given {
                    let message = format!("`{key}` are no range, and only a range can be calibrated");
                    wrong(key, message, "write `range`, `multiply` or neither");
                }
            }
            if vary.levels.is_some() {
                let message = "`levels` belongs to the grid of a sweep".to_string();
                wrong("levels", message, "leave it out");
            }
            if vary.range.is_none() && vary.multiply.is_none() {
                // The range comes from the evidence: judged as if it stood here, which the evidence checks itself.
                let mut stood = vary.clone();
                (stood.values, stood.scenarios, stood.levels) = (None, None, None);
                stood.range = Some([1.0, 2.0].map(crate::scenario::units::Number));
                stood.check(at, &["vary", name], found);
            } else if vary.values.is_none() && vary.scenarios.is_none() {
                vary.check(at, &["vary", name], found);
            }
        }
    }
}

/// A factor whose range could not be found, and why.
type NoRange = (String, String);

impl Plan<CalibratePlan> {
    /// What is varied over the baseline, in the order of the names; those without a range of their own have that of the
    /// baseline's evidence.
    ///
    /// # Errors
    /// All that have none: name and reason.
    pub fn factors(&self, baseline: &Checked) -> Result<Vec<Factor>, Vec<NoRange>> {
        let node = |name: &str| self.root().step("vary").and_then(|v| v.step(name));
        let mut factors = Vec::new();
        let mut problems = Vec::new();
        for (name, vary) in &self.body.vary {
            let Some(node) = node(name) else { continue };
            let mut factor = vary.factor(name, node);
            if vary.range.is_none() && vary.multiply.is_none() {
                match of_evidence(baseline, &factor, vary) {
                    Ok(levels) => factor.levels = levels,
                    Err(why) => problems.push((name.clone(), why)),
                }
            }
            factors.push(factor);
        }
        match problems.is_empty() {
            true => Ok(factors),
            false => Err(problems),
        }
    }

    /// Standard deviation of what the model gets wrong about a target, in the outcome's unit. `half`: half the width of its
    /// band.
    pub fn discrepancy(&self, target: &str, half: f64) -> f64 {
        let share = self.body.calibrate.discrepancy.map_or(0.0, NonNegative::get);
        let own = self.body.discrepancy.get(target);
        own.map_or(share * half, |d| d.get())
    }
}

/// The plausible range that the evidence gives of the first path.
fn of_evidence(baseline: &Checked, factor: &Factor, vary: &Vary) -> Result<Levels, String> {
    let Some(path) = factor.paths.first() else {
        return Err("it has no path".to_string());
    };
    let shown = show_path(path);
    let node = baseline.root().at(path);
    let node = node.ok_or_else(|| format!("`{shown}` is not in the baseline"))?;
    if principal(node).is_none() {
        return Err(format!(
            "no single number stands for the size of `{shown}`: write `multiply` with the smallest and largest factor"
        ));
    }
    let entry = baseline.evidence_for(path);
    let range = entry.and_then(|e| e.says.range).map(|r| r.map(|n| n.get()));
    let Some([low, high]) = range else {
        return Err(format!(
            "the evidence gives no plausible range of `{shown}`: write `range` with the smallest and largest value"
        ));
    };
    if low >= high {
        return Err(format!("the plausible range of `{shown}` is a single value"));
    }
    let ratio = path.last().is_some_and(|last| last == "ratio") && low > 0.0;
    let scale = vary
        .scale
        .unwrap_or(if ratio { Scale::Log } else { Scale::Linear });
    if scale == Scale::Log && low <= 0.0 {
        return Err(format!(
            "the plausible range of `{shown}` begins at {low}: equal ratios (scale = \"log\") need one above 0"
        ));
    }
    let whole = vary.whole.unwrap_or_else(|| {
        matches!(node.value, Value::Integer(_)) && takes_whole_numbers_only(baseline, path)
    });
    Ok(Levels::Range {
        low,
        high,
        scale,
        whole,
        levels: 2,
    })
}

/// The first paths of `[set]` that touch what is varied: it would be fixed and varied at once.
pub fn fixed_and_varied(sets: &[String], factors: &[Factor]) -> Vec<(String, String)> {
    let within = |a: &[String], b: &[String]| a.len() <= b.len() && b[..a.len()] == *a;
    let mut found = Vec::new();
    for set in sets {
        // The path ends at the first `=` outside quotes; names in paths hold none but in quotes.
        let end = set.char_indices().scan(None, |quote, (i, c)| {
            match (*quote, c) {
                (None, '"' | '\'') => *quote = Some(c),
                (Some(q), c) if q == c => *quote = None,
                (None, '=') => return Some(Some(i)),
                _ => {}
            }
            Some(None)
        });
        let end = end.flatten().next().unwrap_or(set.len());
        let Ok(path) = read_path(&set[..end]) else {
            continue;
        };
        for factor in factors {
            let touches = |p: &Vec<String>| within(p, &path) || within(&path, p);
            if factor.paths.iter().any(touches) {
                found.push((show_path(&path), factor.name.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::plan::read as read_plan;
    use crate::scenario::{BuiltIn, read};

    fn plan(text: &str) -> Result<Plan<CalibratePlan>, String> {
        let text = format!("kind = \"calibrate\"\nscenarios = [\"networked\"]\n{text}");
        let texts = BTreeMap::from([("p.toml".to_string(), text.into_bytes())]);
        let (plan, found, _) = read_plan::<CalibratePlan>(&texts, "p.toml", &[]);
        let said: Vec<String> = found.iter().map(|d| d.message.clone()).collect();
        plan.ok_or_else(|| said.join("\n"))
    }

    #[test]
    fn a_range_left_out_is_that_of_the_evidence() {
        let (baseline, _, _) = read(&BuiltIn, "networked", &[]);
        let baseline = baseline.expect("built in");
        let plan = plan(
            "[vary.a]\npath = \"symptoms.crisis\"\nmultiply = [0.5, 2]\n\
             [vary.b]\npath = \"interface.external.lost\"\n[vary.c]\npath = \"interface.external.returned\"\nrange = [0, 1]\n",
        );
        let factors = plan.expect("a plan").factors(&baseline).expect("ranges");
        let ends = |i: usize| match factors[i].levels {
            Levels::Range { low, high, scale, .. } => (low, high, scale),
            _ => panic!("a range"),
        };
        assert_eq!(ends(0), (0.5, 2.0, Scale::Log));
        assert_eq!(ends(1), (0.01, 0.15, Scale::Linear));
        assert_eq!(ends(2), (0.0, 1.0, Scale::Linear));
    }

    #[test]
    fn what_has_no_range_is_told_with_its_reason() {
        let (baseline, _, _) = read(&BuiltIn, "networked", &[]);
        let baseline = baseline.expect("built in");
        let text = "[vary.a]\npath = \"planning.notices\"\n[vary.b]\npath = \"nothing.here\"\n\
                    [vary.c]\npath = \"interface.external.owner_sweep\"\nscale = \"log\"\n";
        let Err(why) = plan(text).expect("a plan").factors(&baseline) else {
            panic!("they have ranges")
        };
        let words = ["write `multiply`", "not in the baseline", "need one above 0"];
        assert_eq!(why.len(), words.len());
        for ((_, why), word) in why.iter().zip(words) {
            assert!(why.contains(word), "{why}");
        }
    }

    #[test]
    fn wrong_plans_are_refused() {
        for (text, words) in [
            ("", "nothing is calibrated"),
            (
                "[vary.a]\npath = \"symptoms.crisis\"\nvalues = [1, 2]\n",
                "only a range",
            ),
            (
                "[vary.a]\npath = \"symptoms.crisis\"\nrange = [2, 1]\n",
                "ends before it begins",
            ),
            ("[vary.a]\nrange = [1, 2]\n", "must say what it varies"),
            ("[vary.a]\npath = \"symptoms.*\"\n", "stands for many parameters"),
            (
                "calibrate = { replications = [1] }\n[vary.a]\npath = \"symptoms.crisis\"\n",
                "says nothing of chance",
            ),
            (
                "targets = [\"a\", \"a\"]\n[vary.a]\npath = \"symptoms.crisis\"\n",
                "named twice",
            ),
        ] {
            let said = plan(text).expect_err(words);
            assert!(said.contains(words), "{words}: {said}");
        }
    }

    #[test]
    fn what_is_fixed_cannot_be_varied() {
        let factor = |path: &str| Factor {
            name: path.to_string(),
            paths: vec![read_path(path).expect("a path")],
            levels: Levels::Listed(Vec::new()),
            multiply: false,
        };
        let factors = [factor("a.b"), factor("c.\"x=y\".d")];
        let sets = ["a.b.c=1", "a.d=1", "c.\"x=y\"={ d = 1 }"].map(str::to_string);
        let found = fixed_and_varied(&sets, &factors);
        let pairs: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("a.b.c", "a.b"), ("c.\"x=y\"", "c.\"x=y\".d")]);
    }
}
