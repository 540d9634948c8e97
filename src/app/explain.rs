//! `explain`: what a parameter means, what it is, who says so, and which outcomes it moves.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::Output;
use super::error::Error;
use super::library::BUILT_IN_ARMS;
use super::parameters::row;
use super::scenarios::Findings;
use super::sensitivity::{Sensitivity, SensitivityAsk};
use crate::base::diagnostic::SourceMap;
use crate::experiment::Progress;
use crate::report::moves::{self, Moves};
use crate::report::{Explained, Measured, MovesTold, ParameterRow};
use crate::scenario::{self, BuiltIn, Checked, KINDS, Loader, library, read_path, show_path};

/// Most parameters listed for a search.
const FOUND: usize = 20;

/// What `explain` answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// One parameter, or a table of them.
    One(Box<Explained>),
    /// Parameters whose path or meaning has all the words asked for: the first ones, and how many there are.
    Found(Vec<ParameterRow>, usize),
}

/// Explains a parameter with its value in a scenario: the one given, else the baseline, else those shipped scenarios
/// that have it. What is no path is searched for by its words.
///
/// # Errors
/// A scenario with errors, or words that no parameter has (with the nearest path that exists).
pub fn explain(loader: &dyn Loader, asked: &str, scenario: Option<&str>) -> Result<Told, Error> {
    let name = scenario.unwrap_or(BUILT_IN_ARMS[0]);
    let (checked, found, sources) = scenario::read(loader, name, &[]);
    let Some(checked) = checked else {
        return Err(Error::Invalid(vec![Findings { found, sources }]));
    };
    let path = read_path(asked).map_err(|why| format!("`{asked}` is not a path: {why}"));
    let told = path
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|path| scenario::explain(checked.schema(), path, Some(&checked)).map(|told| (path, told)));
    let why = match told {
        Ok((path, told)) if told.value.is_some() => {
            return Ok(Told::One(Box::new(of(&checked, &sources, name, path))));
        }
        Ok((path, _)) => match elsewhere(path, Some(&checked), name, scenario.is_some()) {
            Some(told) => return Ok(Told::One(Box::new(told))),
            None => unknown(&checked, path),
        },
        Err(why) => match path.as_ref().ok().filter(|_| scenario.is_none()) {
            Some(path) => match elsewhere(path, None, name, false) {
                Some(told) => return Ok(Told::One(Box::new(told))),
                None => why,
            },
            None => why,
        },
    };
    // A path that is nearly right is better answered with the right one than with a search.
    let rows = match asked.contains('.') && !asked.contains(' ') {
        true => Vec::new(),
        false => search(&checked, asked),
    };
    match rows.is_empty() {
        true => Err(Error::Refused(why)),
        false => Ok(Told::Found(
            rows.iter().take(FOUND).cloned().collect(),
            rows.len(),
        )),
    }
}

/// A parameter that the scenario asked for does not have: its meaning, and the shipped scenarios that have it.
fn elsewhere(path: &[String], asked: Option<&Checked>, name: &str, strict: bool) -> Option<Explained> {
    let mut first: Option<Explained> = None;
    let mut has = Vec::new();
    for ours in library::all().iter().filter(|s| s.listed) {
        let (Some(checked), _, sources) = scenario::read(&BuiltIn, ours.name, &[]) else {
            continue;
        };
        if checked.root().at(path).is_some() {
            has.push(ours.name.to_string());
            first = first.or_else(|| Some(of(&checked, &sources, ours.name, path)));
        }
    }
    let mut told = match (first, strict) {
        (Some(first), false) => first,
        (first, _) => {
            // Without a value: what the schema says, if no name on the way is a free one that nobody has chosen.
            let schemas = KINDS.iter().filter_map(|kind| scenario::schema(kind));
            let mut schemas: Vec<_> = asked.map(Checked::schema).into_iter().chain(schemas).collect();
            schemas.dedup_by_key(|s| std::ptr::from_ref(*s));
            // In the kind asked for, a free name that nobody has chosen is more likely misspelt than an example.
            let free = |schema| asked.is_some() && first.is_none() && !scenario::is_fixed(schema, path);
            let schema = schemas
                .into_iter()
                .find(|s| scenario::explain(s, path, None).is_ok() && !free(*s))?;
            let told = scenario::explain(schema, path, None).ok()?;
            let mut without = plain(&told);
            without.scenario = asked.map(|_| name.to_string());
            without.moves.instead = Some("Nothing is known of it where it has no value.".to_string());
            without
        }
    };
    told.only_in = has;
    Some(told)
}

/// Why a path whose names may be chosen freely says nothing.
fn unknown(checked: &Checked, path: &[String]) -> String {
    let mut node = checked.root();
    for (depth, name) in path.iter().enumerate() {
        let Some(below) = node.step(name) else {
            let place = match depth {
                0 => "a scenario".to_string(),
                _ => format!("`{}`", show_path(&path[..depth])),
            };
            let names = node
                .table()
                .into_iter()
                .flat_map(|t| t.keys())
                .map(String::as_str);
            let near = scenario::nearest(name, names);
            let near = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return format!("{place} has no `{name}` in any shipped scenario{near}");
        };
        node = below;
    }
    format!("`{}` has no value", show_path(path))
}

/// What the schema says.
fn plain(told: &scenario::Explanation) -> Explained {
    Explained {
        row: ParameterRow {
            path: told.path.clone(),
            meaning: told.meaning.clone(),
            unit: told.unit.clone(),
            ..ParameterRow::default()
        },
        expects: told.expects.clone(),
        allowed: told.allowed.clone(),
        example: told.example.clone(),
        default: told.default.clone(),
        ..Explained::default()
    }
}

/// A parameter with its value.
fn of(checked: &Checked, sources: &SourceMap, name: &str, path: &[String]) -> Explained {
    let Some(told) = scenario::explained(checked, path) else {
        return Explained::default();
    };
    let mut out = plain(&told);
    let says = told.evidence.as_ref().map(|e| e.says.clone());
    out.has_value = true;
    out.row.value = told.value.clone().unwrap_or_default();
    out.row.grade = says.as_ref().map(|s| s.grade);
    out.row.range = says
        .as_ref()
        .and_then(|s| s.range)
        .map(|[low, high]| (low.get(), high.get()));
    out.row.choice = says.as_ref().and_then(|s| s.choice.clone()).unwrap_or_default();
    out.row.source = says.as_ref().and_then(|s| s.source.clone());
    out.row.note = says.and_then(|s| s.note);
    out.range_of = told.range_of.clone();
    out.set_at = told.set_at.map(|span| sources.locate(span).to_string());
    out.evidence_at = told.evidence.as_ref().map(|e| sources.locate(e.span).to_string());
    out.scenario = Some(name.to_string());
    let all = scenario::written(checked);
    let below = all
        .iter()
        .filter(|w| w.path.len() > path.len() && w.path.starts_with(path));
    out.below = below.map(|w| row(checked, w)).collect();
    out.moves = told_moves(checked, name, path, !out.below.is_empty());
    out
}

/// The changes that ship.
fn shipped() -> Moves {
    // A test holds the file to its form.
    Moves::read(library::moves()).unwrap_or_default()
}

/// What the shipped measurements say of a path.
fn told_moves(checked: &Checked, name: &str, path: &[String], is_table: bool) -> MovesTold {
    let moves = shipped();
    let mut out = MovesTold::default();
    if moves.parameters.is_empty() {
        out.instead = Some(
            "Not measured yet: `careweave explain --measure scenarios/moves.csv` measures it.".to_string(),
        );
        return out;
    }
    let measured_now = scenario::read(&BuiltIn, &moves.scenario, &[]).0;
    let same = library::find(name).is_some_and(|ours| ours.name == moves.scenario);
    let measured = Measured {
        scenario: moves.scenario.clone(),
        replications: moves.replications,
        outcomes: moves.outcomes,
        stale: measured_now
            .as_ref()
            .is_none_or(|c| c.values_hash() != moves.baseline),
        same: same || checked.values_hash() == moves.baseline,
    };
    // In another scenario the value may be another; what was measured is of a value the baseline has.
    let known = measured_now.as_ref().is_some_and(|c| c.root().at(path).is_some());
    if let Some(mover) = moves.of(path).filter(|_| known) {
        out.measured = Some(measured);
        out.together = (mover.pattern != path).then(|| show_path(&mover.pattern));
        out.settings.clone_from(&mover.settings);
        out.outcomes.clone_from(&mover.outcomes);
        out.instead = match (&mover.why, mover.outcomes.is_empty()) {
            (Some(why), _) => Some(format!("Not varied: {why}.")),
            (None, true) => Some(format!(
                "Nothing can be told apart from chance at {}: its effects on these outcomes are none or too small to see \
                 with so few replications.",
                mover.settings.join(" and ")
            )),
            (None, false) => None,
        };
        if mover.why.is_some() {
            out.measured = None;
        }
        return out;
    }
    if is_table {
        let below = moves.below(path);
        let mut moving: Vec<_> = below.iter().filter(|m| !m.outcomes.is_empty()).collect();
        moving.sort_by_key(|m| std::cmp::Reverse(m.outcomes.len()));
        out.below = moving
            .iter()
            .map(|m| {
                (
                    show_path(&m.pattern),
                    m.outcomes.len(),
                    m.outcomes[0].label.clone(),
                )
            })
            .collect();
        out.instead = match (below.is_empty(), moving.is_empty()) {
            (true, _) => Some(format!("Nothing in it was varied in `{}`.", moves.scenario)),
            (false, true) => Some(
                "Of what is in it nothing moves an outcome that could be told apart from chance.".to_string(),
            ),
            (false, false) => None,
        };
        out.measured = (!below.is_empty()).then_some(measured);
        return out;
    }
    out.instead = Some(format!(
        "Not varied: it decides no result in `{}`, on which this was measured, or is not in it.",
        moves.scenario
    ));
    out
}

/// Parameters whose path or meaning has all these words.
fn search(checked: &Checked, asked: &str) -> Vec<ParameterRow> {
    let split = |c: char| c.is_whitespace() || ".,_-".contains(c);
    let words: Vec<String> = asked
        .split(split)
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let has = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|w| text.contains(w.as_str()))
    };
    let mut by_path = Vec::new();
    let mut by_meaning = Vec::new();
    for path in scenario::keys(checked) {
        let Some(told) = scenario::explained(checked, &path) else {
            continue;
        };
        let row = ParameterRow {
            path: told.path,
            meaning: told.meaning,
            value: told.value.unwrap_or_default(),
            ..ParameterRow::default()
        };
        // What is inside something found is found by it.
        let inside =
            |rows: &[ParameterRow]| rows.iter().any(|r| row.path.starts_with(&format!("{}.", r.path)));
        if has(&row.path) {
            if !inside(&by_path) {
                by_path.push(row);
            }
        } else if has(&format!("{} {}", row.path, row.meaning)) && !inside(&by_meaning) && !inside(&by_path) {
            by_meaning.push(row);
        }
    }
    by_path.extend(by_meaning);
    by_path
}

/// What is asked for when moves are measured.
#[derive(Clone, Debug, PartialEq)]
pub struct MovesAsk {
    /// The plan: a tornado of one scenario.
    pub plan: String,
    /// Overrides of the plan.
    pub sets: Vec<String>,
    /// Replications of each setting; the plan's if left out.
    pub replications: Option<u64>,
    /// Where the study is kept while it runs, so that it can go on.
    pub out: Option<PathBuf>,
}

/// A measurement of moves that is ready to run.
pub struct MeasureMoves<'l> {
    study: Sensitivity<'l>,
}

impl<'l> MeasureMoves<'l> {
    /// Reads the plan and every point.
    ///
    /// # Errors
    /// A plan or scenario with errors; a plan that is no tornado of one scenario.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &MovesAsk,
        threads: usize,
    ) -> Result<MeasureMoves<'l>, Error> {
        let ask = SensitivityAsk {
            plan: ask.plan.clone(),
            sets: ask.sets.clone(),
            replications: ask.replications,
            seed: None,
        };
        let study = Sensitivity::prepare(loader, &ask, threads)?;
        match study.is_tornado_of_one() {
            true => Ok(MeasureMoves { study }),
            false => Err(Error::Refused(
                "moves are measured by a tornado of one scenario: write method = \"tornado\" and one scenario".to_string(),
            )),
        }
    }

    /// Parameters and units.
    pub fn size(&self) -> (usize, u64) {
        (self.study.parameters().count(), self.study.units())
    }

    /// Runs it; `None` if it was told to stop.
    ///
    /// # Errors
    /// As for a sensitivity analysis.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Option<Moves>, Error> {
        let (baseline, seed) = (self.study.baseline(), self.study.seed());
        let done = self.study.run(output, stop, progress, about)?;
        Ok(done.report.map(|answer| moves::moves(&answer, &baseline, seed)))
    }
}
