//! Whether what a plan varies may be varied so in its scenarios: every problem at once, at the plan's own lines.

use crate::app::scenarios::Findings;
use crate::app::{Error, study::Point};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::scenario::plan::{Factor, Levels, Plan, Setting};
use crate::scenario::{self, Checked, Loader};

/// Reads a scenario with the overrides of a plan's `[set]` and makes sure that each factor may take its lowest and its
/// highest value (every value, if they are listed) in it. `at` leads to the table of the factors in the plan.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, at the plan's lines; or with the scenario's own errors.
pub fn fitting<B>(
    loader: &dyn Loader,
    plan: &Plan<B>,
    scenario: &str,
    factors: &[Factor],
    at: &str,
) -> Result<Checked, Error> {
    let fixed = plan.sets();
    let base = Point {
        scenario: scenario.to_string(),
        sets: fixed.clone(),
    };
    let (read, found, sources) = scenario::read(loader, scenario, &fixed);
    let mut problems = Vec::new();
    let Some(checked) = read else {
        let (ours, others): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(|d| {
            let place = d.primary.as_ref();
            place.is_some_and(|label| sources.get(label.span.source).name == "--set")
        });
        for one in ours.iter().filter(|d| d.is_error()) {
            problems.push(moved(one, "in [set]: ", plan.at(&["set"])));
        }
        return Err(match problems.is_empty() {
            true => Error::Invalid(vec![Findings {
                found: others,
                sources,
            }]),
            false => refused(problems, plan),
        });
    };
    overlaps(plan, factors, at, &mut problems);
    for factor in factors {
        let place = plan.at(&[at, &factor.name]);
        let before = problems.len();
        for setting in extremes(factor) {
            if matches!(setting, Setting::Scenario(_)) {
                continue;
            }
            let sets = match factor.sets(&setting, checked.root()) {
                Ok(sets) => sets,
                Err(why) => {
                    problems.push(
                        Diagnostic::error("contradiction", why).at(place, "cannot be varied over a range"),
                    );
                    break;
                }
            };
            let mut point = base.clone();
            point.sets.extend(sets);
            let (_, found, _) = scenario::read(loader, &point.scenario, &point.sets);
            let words = format!("`{}` = {setting}: ", factor.name);
            problems.extend(
                found
                    .iter()
                    .filter(|d| d.is_error())
                    .map(|d| moved(d, &words, place)),
            );
            // What is wrong with the path is wrong with all its values.
            if problems[before..].iter().any(|d| d.code == "unknown-key") {
                break;
            }
        }
    }
    match problems.is_empty() {
        true => Ok(checked),
        false => Err(refused(problems, plan)),
    }
}

/// Two factors that set one value would undo one another, and the table would show what was not run.
fn overlaps<B>(plan: &Plan<B>, factors: &[Factor], at: &str, problems: &mut Vec<Diagnostic>) {
    for (i, a) in factors.iter().enumerate() {
        for b in &factors[..i] {
            let both_scenarios = a.paths.is_empty() && b.paths.is_empty();
            let within = |x: &Vec<String>, y: &Vec<String>| x.len() <= y.len() && y[..x.len()] == x[..];
            let same = (a.paths.iter()).any(|x| b.paths.iter().any(|y| within(x, y) || within(y, x)));
            if both_scenarios || same {
                let message = format!("`{}` and `{}` set the same value", b.name, a.name);
                let error = Diagnostic::error("contradiction", message);
                let error = error.at(plan.at(&[at, &a.name]), "set here again");
                problems.push(error.also(plan.at(&[at, &b.name]), "set here"));
            }
        }
    }
}

fn extremes(factor: &Factor) -> Vec<Setting> {
    match &factor.levels {
        Levels::Listed(all) => (0..all.len()).map(|i| factor.level(i)).collect(),
        Levels::Range { .. } => vec![factor.quantile(0.0), factor.quantile(1.0)],
        Levels::Scenarios(_) => Vec::new(),
    }
}

/// A problem of a scenario told of the plan that caused it.
fn moved(one: &Diagnostic, words: &str, place: crate::base::diagnostic::Span) -> Diagnostic {
    let label = one.primary.as_ref().map_or("", |l| l.text.as_str());
    let mut error =
        Diagnostic::new(Severity::Error, one.code, format!("{words}{}", one.message)).at(place, label);
    error.help = one.help.clone();
    error
}

fn refused<B>(found: Vec<Diagnostic>, plan: &Plan<B>) -> Error {
    let sources = plan.sources.clone();
    Error::Invalid(vec![Findings { found, sources }])
}
