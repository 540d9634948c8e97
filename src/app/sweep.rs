//! Sweeps: a table of outcomes over combinations of parameters, resumable, in shards, on the store of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::Error;
use super::scenarios::arm_names;
use super::study::{Bench, Point, Ran, Recorder, Source, Study, StudyAsk, dense_unit, fitting, read_plan};
use super::{Output, scenarios};
use crate::experiment::{Observed, Progress};
use crate::methods::{lhs, sequence};
use crate::observe::Record;
use crate::report::{self, SweepRow, SweepTable};
use crate::scenario::plan::{Design, Factor, Setting, SweepPlan};
use crate::scenario::{self, Loader};
use crate::store::{Manifest, Merged};

/// Most units of one sweep.
const MOST_UNITS: u64 = 50_000_000;
/// Most combinations.
const MOST_ROWS: usize = 200_000;
/// Most values of parameters in all combinations.
const MOST_CELLS: usize = 10_000_000;

/// What is asked for besides the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SweepAsk {
    /// The plan, by file or name.
    pub plan: String,
    /// Overrides of the plan.
    pub sets: Vec<String>,
    /// Replications of each point; the plan's if left out.
    pub replications: Option<u64>,
    /// Seed; the plan's if left out.
    pub seed: Option<u64>,
}

/// What the table needs to know of its points: the part of the manifest that only a sweep has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Layout {
    title: String,
    /// Names of the parameters: columns.
    factors: Vec<String>,
    /// Names of the scenarios, in order; the first is what others are compared with.
    scenarios: Vec<String>,
    replications: u64,
    /// By point: combination, position in `scenarios`, values.
    points: Vec<(usize, usize, Vec<String>)>,
}

/// A sweep that is ready to run.
pub struct Sweep<'l> {
    study: Study<'l>,
    layout: Layout,
}

/// How a sweep ended.
#[derive(Clone, Debug)]
pub struct Swept {
    /// Units that were asked for (of a shard: those of the whole).
    pub units: u64,
    /// Whether it was told to stop.
    pub interrupted: bool,
    /// The table; none of a shard or an interrupted sweep.
    pub table: Option<SweepTable>,
}

impl<'l> Sweep<'l> {
    /// Reads the plan and every point of it.
    ///
    /// # Errors
    /// A plan or scenarios with errors; more than can be run.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &SweepAsk,
        threads: usize,
    ) -> Result<Sweep<'l>, Error> {
        let read = Recorder::new(loader);
        let plan = read_plan::<SweepPlan>(&read, &ask.plan, &ask.sets)?;
        let asked = plan.scenarios(&read);
        let fixed = plan.sets();
        let factors = plan.factors();
        let seed = ask.seed.or(plan.header.seed);
        let rows = rows(&plan.body.design, &factors, seed.unwrap_or(0))?;
        let swept_scenario = factors.iter().position(|f| f.paths.is_empty());
        let names = match swept_scenario {
            // The scenario is one of the parameters: there is nothing to compare within a combination.
            Some(_) if asked.len() > 1 => {
                let why =
                    "a plan that varies the scenario under [vary] must name one scenario under `scenarios`";
                return Err(Error::Refused(format!(
                    "{why}: the one the parameters are looked up in"
                )));
            }
            _ => arm_names(&asked),
        };
        let mut points = Vec::new();
        let mut listed = Vec::new();
        let mut roots: BTreeMap<String, scenario::Checked> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            for (s, scenario) in asked.iter().enumerate() {
                let chosen = row.iter().find_map(|setting| match setting {
                    Setting::Scenario(name) => Some(plan.scenario(name, &read)),
                    _ => None,
                });
                let scenario = chosen.unwrap_or_else(|| scenario.clone());
                if !roots.contains_key(&scenario) {
                    let checked = fitting(&read, &plan, &scenario, &factors, "vary")?;
                    roots.insert(scenario.clone(), checked);
                }
                let root = roots[&scenario].root();
                let mut sets = fixed.clone();
                for (factor, setting) in factors.iter().zip(row) {
                    let found = factor.sets(setting, root);
                    sets.extend(
                        found.map_err(|why| Error::Refused(format!("[vary.{}]: {why}", factor.name)))?,
                    );
                }
                points.push(Point { scenario, sets });
                listed.push((index, s, row.iter().map(Setting::to_string).collect()));
            }
        }
        let base = Layout {
            title: plan.header.title.clone().unwrap_or_else(|| ask.plan.clone()),
            factors: factors.iter().map(|f| f.name.clone()).collect(),
            scenarios: names,
            replications: ask
                .replications
                .or(plan.header.replications.map(|n| u64::from(n.0)))
                .unwrap_or(0),
            points: listed,
        };
        let ask = StudyAsk {
            command: "sweep",
            points,
            outcomes: plan.header.outcomes.clone(),
            seed,
            plan: json_map(&json!({ "file": plan.hash })),
            source: Source::of(ask, &read, &plan.layers),
            threads,
        };
        Sweep::of(loader, ask, base)
    }

    fn of(
        loader: &'l (dyn Loader + Sync),
        mut ask: StudyAsk,
        mut layout: Layout,
    ) -> Result<Sweep<'l>, Error> {
        let count = ask.points.len() as u64;
        if layout.replications == 0 {
            // The scenario's own number, known once it is read.
            let first = &ask.points[0];
            let (arms, _) = scenarios::read_arms(loader, std::slice::from_ref(&first.scenario), &first.sets)?;
            layout.replications = super::study::run_of(&arms[0].checked).1;
        }
        if count.saturating_mul(layout.replications) > MOST_UNITS {
            return Err(Error::Refused(format!(
                "{count} points with {} replications each are more than the {MOST_UNITS} units that one sweep may have",
                layout.replications
            )));
        }
        ask.plan.insert("sweep".to_string(), json!(layout));
        Ok(Sweep {
            study: Study::prepare(loader, ask)?,
            layout,
        })
    }

    /// Units: replications of all points.
    pub fn units(&self) -> u64 {
        self.study.points().len() as u64 * self.layout.replications
    }

    /// Points.
    pub fn points(&self) -> &[Point] {
        self.study.points()
    }

    /// Warnings about the first scenario.
    pub fn findings(&self) -> &[super::Findings] {
        &self.study.findings
    }

    /// Runs it (or a shard of it) and writes its folder.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine. Finished units stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<Swept, Error> {
        if output.shard.is_some() && output.out.is_none() {
            let why = "a shard without --out would compute records and keep none of them: give it a folder";
            return Err(Error::Refused(why.to_string()));
        }
        let (layout, units) = (self.layout.clone(), self.units());
        let mut bench = Bench::open_dense(self.study, layout.replications, output, stop, progress)?;
        if bench.run_dense(output.shard)? == Ran::Interrupted {
            return Ok(Swept {
                units,
                interrupted: true,
                table: None,
            });
        }
        let mut table = None;
        let mut files = Vec::new();
        if output.shard.is_none() {
            let mut observed = Vec::new();
            for point in 0..layout.points.len() {
                observed.push(bench.observed(point, layout.replications)?);
            }
            let made = make_table(&layout, &bench.study, &observed);
            files = report::sweep_files(&made);
            table = Some(made);
        }
        bench.finish(&files, &about())?;
        Ok(Swept {
            units,
            interrupted: false,
            table,
        })
    }
}

fn json_map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The combinations of a design.
fn rows(design: &Design, factors: &[Factor], seed: u64) -> Result<Vec<Vec<Setting>>, Error> {
    let spread = |table: Vec<Vec<f64>>| -> Vec<Vec<Setting>> {
        table
            .iter()
            .map(|row| factors.iter().zip(row).map(|(f, &u)| f.quantile(u)).collect())
            .collect()
    };
    let most = |n: usize| match n {
        n if n > MOST_ROWS => Err(Error::Refused(format!(
            "{n} combinations are more than the {MOST_ROWS} that one sweep may have"
        ))),
        n if n.saturating_mul(factors.len()) > MOST_CELLS => Err(Error::Refused(format!(
            "{n} combinations of {} parameters are more than the {MOST_CELLS} values that one sweep may have",
            factors.len()
        ))),
        n => Ok(n),
    };
    match design {
        Design::Grid => {
            let counts: Vec<usize> = factors.iter().map(Factor::count).collect();
            most(counts.iter().fold(1usize, |n, c| n.saturating_mul(*c)))?;
            let all = lhs::grid(&counts);
            Ok(all
                .iter()
                .map(|row| factors.iter().zip(row).map(|(f, &i)| f.level(i)).collect())
                .collect())
        }
        Design::LatinHypercube { points } => {
            let n = most(points.0 as usize)?;
            Ok(spread(lhs::latin_hypercube(n, factors.len(), seed)))
        }
        Design::Sobol { points } => {
            let n = most(points.0 as usize)?;
            let table = sequence::sobol(n, factors.len(), seed).map_err(|e| Error::Refused(e.to_string()))?;
            Ok(spread(table))
        }
    }
}

fn make_table(layout: &Layout, study: &Study<'_>, observed: &[Vec<Observed>]) -> SweepTable {
    let mut rows = Vec::new();
    for (i, (combination, scenario, settings)) in layout.points.iter().enumerate() {
        // The first scenario of the same combination.
        let first = i - scenario;
        for (w, watched) in study.watched().iter().enumerate() {
            let mut add = |versus: Option<usize>, estimate| {
                rows.push(SweepRow {
                    point: *combination,
                    settings: settings.clone(),
                    scenario: layout.scenarios[*scenario].clone(),
                    versus: versus.map(|v| layout.scenarios[v].clone()),
                    outcome: watched.outcome.name.clone(),
                    group: watched.group.clone(),
                    statistic: match versus {
                        None => watched.outcome.kind.statistic(),
                        Some(_) => "difference",
                    },
                    estimate,
                    unit: watched.outcome.unit.clone(),
                });
            };
            add(None, observed[i][w].estimate());
            if *scenario > 0 && watched.outcome.compared {
                add(Some(0), observed[i][w].minus(&observed[first][w]));
            }
        }
    }
    SweepTable {
        title: layout.title.clone(),
        factors: layout.factors.clone(),
        scenarios: layout.scenarios.clone(),
        replications: layout.replications,
        outcomes: study
            .watched()
            .iter()
            .map(|w| (w.name.clone(), w.outcome.label.clone()))
            .collect(),
        rows,
    }
}

/// Joins the shards of a sweep into what one machine would have written. `None` if they are not of a sweep.
///
/// # Errors
/// Folders that are not all shards of one sweep made by this version; a folder that may not be written.
pub fn merge_sweep(
    shards: &[PathBuf],
    out: &Path,
    force: bool,
    about: &dyn Fn() -> Map<String, Value>,
) -> Result<Option<SweepTable>, Error> {
    let readable = shards.iter().find_map(|s| Some((s, Manifest::read(s).ok()?)));
    let Some((folder, manifest)) = readable.filter(|(_, m)| m.plan.contains_key("study")) else {
        return Ok(None);
    };
    let refused = |why: &str| Error::Refused(format!("{}: {why}", folder.display()));
    let plan = &manifest.plan;
    let text = |key: &str| plan.get(key).and_then(Value::as_str);
    if text("version") != Some(env!("CARGO_PKG_VERSION")) {
        return Err(refused(
            "written by another version of careweave, whose numbers may differ",
        ));
    }
    if text("study") != Some("sweep") {
        return Err(refused("only sweeps and runs are shared out in shards"));
    }
    let incomplete = || refused("its manifest is incomplete");
    let layout = plan
        .get("plan")
        .and_then(|p| p.get("sweep"))
        .ok_or_else(incomplete)?;
    let layout: Layout = serde_json::from_value(layout.clone()).map_err(|_| incomplete())?;
    let strings = |value: &Value| -> Vec<String> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect()
    };
    let points = plan
        .get("points")
        .and_then(Value::as_array)
        .ok_or_else(incomplete)?;
    let points: Option<Vec<Point>> = (points.iter())
        .map(|p| {
            Some(Point {
                scenario: p.get("scenario")?.as_str()?.to_string(),
                sets: strings(p.get("overrides")?),
            })
        })
        .collect();
    let texts = plan
        .get("texts")
        .and_then(Value::as_object)
        .ok_or_else(incomplete)?;
    let loader: BTreeMap<String, Vec<u8>> = texts
        .iter()
        .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.as_bytes().to_vec())))
        .collect();
    let file = plan.get("plan").and_then(|p| p.get("file")).cloned();
    let ask = StudyAsk {
        command: "sweep",
        points: points.ok_or_else(incomplete)?,
        outcomes: plan.get("outcomes").map(strings).ok_or_else(incomplete)?,
        seed: plan.get("seed").and_then(Value::as_u64),
        plan: json_map(&json!({ "sweep": layout, "file": file })),
        source: Source::of_manifest(plan),
        threads: 1,
    };
    let study = Study::prepare(&loader, ask)?;
    if study.identity().hash() != manifest.plan_hash {
        return Err(refused("its texts no longer say what they said"));
    }
    let mut merged = Merged::open(shards, study.record_layout())?;
    merged.holds(study.record_values())?;
    let n = layout.replications;
    let mut kept: Vec<Vec<Record>> = vec![Vec::new(); layout.points.len()];
    crate::observe::Records::visit(&mut merged, &mut |record| {
        let (point, _) = dense_unit(layout.points.len() as u64, n, record.replication);
        kept[point].push(record.clone());
    })
    .map_err(Error::Store)?;
    let observed: Vec<Vec<Observed>> = kept.iter().map(|records| study.observe(records)).collect();
    let table = make_table(&layout, &study, &observed);
    let files = report::sweep_files(&table);
    merged.finish(out, force, false, &about(), |draft, _| {
        files
            .iter()
            .try_for_each(|(name, bytes)| draft.write(name, |w| w.write_all(bytes)))
    })?;
    Ok(Some(table))
}
