//! Calibration: waves of points simulated over the ranges, emulators of the targets, what is left of the ranges, the values
//! chosen, and the overlay file.

mod goals;
mod layers;
mod overlay;
mod prepare;
mod values;
mod waves;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::Error;
use super::study::{Bench, Point, Ran, Study};
use super::{Findings, Output};
use crate::experiment::{Progress, Threads};
use crate::methods::axis::Axis;
use crate::methods::identify::{Identification, identify};
use crate::methods::posterior::{Asked, Posterior, posterior};
use crate::methods::predictive::predictive;
use crate::report::{Calibrated, Calibration, PointTold, Together, calibration_files};
use crate::scenario::plan::Factor;
use goals::Goals;
use layers::Layers;
use values::Chosen;
use waves::{Simulated, Waves};

/// What is asked for besides the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrateAsk {
    /// The plan, by file or name.
    pub plan: String,
    /// Overrides of the plan.
    pub sets: Vec<String>,
    /// Replications of each point of every wave; the plan's if left out.
    pub replications: Option<u64>,
    /// Seed; the plan's if left out.
    pub seed: Option<u64>,
    /// Where the overlay is written besides the results folder. Never over a file.
    #[serde(skip)]
    pub overlay: Option<PathBuf>,
    /// How the overlay in the results folder names what it extends; as seen from there, if left out.
    #[serde(default)]
    pub extends: Option<String>,
}

/// Numbers that a calibration is run with.
#[derive(Clone, Debug)]
struct Settings {
    waves: usize,
    points: usize,
    /// Replications of a point by wave; the last for all that follow.
    replications: Vec<u64>,
    cut: f64,
    check: u64,
    draws: usize,
    draw_replications: u64,
    particles: usize,
    seed: u64,
    threads: usize,
}

impl Settings {
    fn replications(&self, wave: usize) -> u64 {
        let last = self.replications.len() - 1;
        self.replications[wave.min(last)]
    }

    /// The most units that may be run.
    fn units(&self) -> u64 {
        let waves: u64 = (0..self.waves)
            .map(|w| self.points as u64 * self.replications(w))
            .sum();
        waves + 2 * self.check + self.draws as u64 * self.draw_replications
    }
}

/// A calibration that is ready to run.
pub struct Calibrate<'l> {
    study: Study<'l>,
    inner: Inner,
}

/// Everything but the study, which a bench takes.
struct Inner {
    ask: CalibrateAsk,
    title: String,
    question: Option<String>,
    /// Name of the baseline.
    scenario: String,
    layers: Layers,
    factors: Vec<Factor>,
    axes: Vec<Axis>,
    /// Place of the baseline's value of each factor in its range; none outside it or where its paths differ.
    home: Vec<Option<f64>>,
    goals: Goals,
    /// Points of the first wave in the unit cube.
    first: Vec<Vec<f64>>,
    settings: Settings,
}

/// How a calibration ended.
#[derive(Clone, Debug)]
pub struct CalibrateDone {
    /// Units that were run, or were to be at most.
    pub units: u64,
    /// The answer; none if it was told to stop.
    pub report: Option<Calibration>,
}

impl<'l> Calibrate<'l> {
    /// The most units that may be run.
    pub fn units(&self) -> u64 {
        self.inner.settings.units()
    }

    /// Names of what is varied, and how many targets are calibrated to and kept aside.
    pub fn size(&self) -> (usize, usize, usize) {
        let fitted = self.inner.goals.fitted().count();
        (
            self.inner.factors.len(),
            fitted,
            self.inner.goals.all.len() - fitted,
        )
    }

    /// Runs one replication of the baseline and throws it away, so that the cost can be told beforehand.
    ///
    /// # Errors
    /// A file that has changed meanwhile.
    pub fn pilot(&self) -> Result<(), Error> {
        self.study.pilot()
    }

    /// Warnings about the baseline.
    pub fn findings(&self) -> &[Findings] {
        &self.study.findings
    }

    /// Runs it, writes its folder and the overlay.
    ///
    /// # Errors
    /// A folder that may not be written, an overlay that is there already, a unit that panicked, the machine. Finished units
    /// stay beside the folder.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<CalibrateDone, Error> {
        let Calibrate { mut study, mut inner } = self;
        let extends = overlay::beside(&inner, output.out.as_deref());
        study.record("extends", extends.clone().into());
        inner.ask.extends = Some(extends);
        if let Some(path) = &inner.ask.overlay {
            overlay::refuse_existing(path)?;
            overlay::make_place(path)?;
        }
        let units = inner.settings.units();
        let stopped = CalibrateDone { units, report: None };
        let mut bench = Bench::open(study, output, stop, progress)?;
        let threads = Threads::new(inner.settings.threads).map_err(Error::Machine)?;
        let Some(waves) = Waves::run(&inner, &mut bench, &threads)? else {
            return Ok(stopped);
        };
        let asked = Asked {
            particles: inner.settings.particles,
            seed: inner.settings.seed,
        };
        let posterior = posterior(&waves.region, &asked, &threads)
            .map_err(|why| Error::Refused(format!("no posterior could be worked out: {why}")))?;
        let known = identify(&inner.axes, &posterior.draws, posterior.effective);
        let chosen = values::choose(&inner, bench.study.loader(), &waves, &posterior, &known)?;
        let Some(seen) = look(&inner, &mut bench, &waves, &posterior, &chosen)? else {
            return Ok(stopped);
        };
        let mut report = tell(&inner, waves, &posterior, &known, &chosen, seen);
        let texts = overlay::texts(&inner, bench.study.loader(), &report, &chosen)?;
        report.overlay = texts.shown.clone();
        let mut files = calibration_files(&report);
        files.push((overlay::NAME.to_string(), texts.beside.into_bytes()));
        bench.finish(&files, &about())?;
        // Last: where the overlay is, all is done.
        if let Some((path, text)) = &texts.elsewhere {
            overlay::write_new(path, text)?;
        }
        Ok(CalibrateDone {
            units: report.units,
            report: Some(report),
        })
    }

    /// The file in a results folder that holds the overlay.
    pub fn overlay_in(folder: &Path) -> PathBuf {
        folder.join(overlay::NAME)
    }
}

/// What fresh luck shows: the baseline, the chosen values, draws of the posterior.
struct Seen {
    before: Vec<goals::Value>,
    after: Vec<goals::Value>,
    /// By draw and target.
    draws: Vec<Vec<Option<f64>>>,
    units: u64,
}

/// Simulates the baseline and the chosen values on the same new luck, and draws of the posterior each on its own.
fn look(
    inner: &Inner,
    bench: &mut Bench<'_, '_>,
    waves: &Waves,
    posterior: &Posterior,
    chosen: &Chosen,
) -> Result<Option<Seen>, Error> {
    let settings = &inner.settings;
    let mut luck = waves.luck;
    let after = bench.add(chosen.point.clone())?;
    let mut wanted = vec![(0, luck, settings.check), (after, luck, settings.check)];
    luck += settings.check;
    let mut drawn = Vec::new();
    let thinned = match settings.draws {
        0 => Vec::new(),
        n => posterior.thinned(n),
    };
    for u in &thinned {
        let point = bench.add(inner.point(u)?)?;
        drawn.push((point, luck));
        wanted.push((point, luck, settings.draw_replications));
        luck += settings.draw_replications;
    }
    if bench.ensure_from(&wanted)? == Ran::Interrupted {
        return Ok(None);
    }
    let mut at = |point, first, n| Ok::<_, Error>(inner.goals.values(&bench.observed_from(point, first, n)?));
    let (before, after) = (
        at(0, wanted[0].1, settings.check)?,
        at(after, wanted[1].1, settings.check)?,
    );
    let mut draws = Vec::new();
    for (point, first) in drawn {
        let values = at(point, first, settings.draw_replications)?;
        draws.push(values.iter().map(|v| v.value.ok()).collect());
    }
    let units = waves.units() + wanted.iter().map(|w| w.2).sum::<u64>();
    Ok(Some(Seen {
        before,
        after,
        draws,
        units,
    }))
}

/// Everything as it is reported; the overlay is still to come.
fn tell(
    inner: &Inner,
    waves: Waves,
    posterior: &Posterior,
    known: &Identification,
    chosen: &Chosen,
    seen: Seen,
) -> Calibration {
    let goals = inner.goals.all.iter().enumerate().map(|(g, goal)| {
        let mut goal = goal.clone();
        (goal.before, goal.after) = (seen.before[g].estimate(), seen.after[g].estimate());
        goal.change = seen.after[g].minus(&seen.before[g]);
        goal.reach = waves.reach[g];
        goal.emulator = waves.diagnoses[g];
        // Draws at which it has no value say nothing of it.
        let values: Vec<Vec<f64>> = (seen.draws.iter())
            .filter_map(|d| d[g].map(|x| vec![x]))
            .collect();
        goal.predicted = match values.is_empty() {
            true => None,
            false => predictive(&values, &[goals::band(&goal)]).into_iter().next(),
        };
        goal
    });
    let goals = goals.collect();
    let parameters = (inner.factors.iter().zip(&known.parameters)).enumerate();
    let parameters = parameters.map(|(k, (factor, found))| Calibrated {
        name: factor.name.clone(),
        paths: factor
            .paths
            .iter()
            .map(|p| crate::scenario::show_path(p))
            .collect(),
        multiply: factor.multiply,
        log: inner.axes[k].scale == crate::methods::axis::Scale::Log,
        now: inner.layers.now(factor),
        prior: found.prior,
        posterior: found.posterior,
        chosen: chosen.values[k],
        kept: chosen.kept[k],
        written: !chosen.left[k],
        contraction: found.contraction,
        known: found.known,
        edge: found.edge,
    });
    let parameters: Vec<Calibrated> = parameters.collect();
    let pairs = known.pairs.iter().map(|p| Together {
        a: p.a,
        b: p.b,
        correlation: p.correlation,
        only: p.only_combination,
    });
    let points = waves.points.iter().map(|p: &Simulated| PointTold {
        wave: p.wave + 1,
        at: inner.natural(&p.at),
        values: p.values.iter().map(goals::told).collect(),
    });
    Calibration {
        title: inner.title.clone(),
        question: inner.question.clone(),
        scenario: inner.scenario.clone(),
        seed: inner.settings.seed,
        goals,
        pairs: pairs.collect(),
        pinned: known.pinned,
        waves: waves.waved.clone(),
        stopped: waves.stopped.clone(),
        cut: inner.settings.cut,
        loosened: waves.loosened,
        effective: posterior.effective,
        check: inner.settings.check,
        draws: (seen.draws.len(), inner.settings.draw_replications),
        units: seen.units,
        points: points.collect(),
        posterior: posterior.draws.iter().map(|u| inner.natural(u)).collect(),
        parameters,
        overlay: String::new(),
    }
}

impl Inner {
    /// Values of the parameters at a place in the unit cube.
    fn natural(&self, u: &[f64]) -> Vec<f64> {
        let one = |(factor, u): (&Factor, &f64)| match factor.quantile(*u) {
            crate::scenario::plan::Setting::Number(x) => x,
            _ => f64::NAN,
        };
        self.factors.iter().zip(u).map(one).collect()
    }

    /// The point of a study at a place in the unit cube.
    fn point(&self, u: &[f64]) -> Result<Point, Error> {
        let mut sets = self.layers.fixed.clone();
        for (factor, u) in self.factors.iter().zip(u) {
            let found = factor.sets(&factor.quantile(*u), self.layers.baseline.root());
            sets.extend(found.map_err(Error::Refused)?);
        }
        Ok(Point {
            scenario: self.layers.asked.clone(),
            sets,
        })
    }
}
