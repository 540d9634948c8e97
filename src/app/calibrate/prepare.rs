//! Everything that is read and refused before a calibration runs.

use std::collections::BTreeMap;

use serde_json::json;

use super::layers::{self, Instead, Layers};
use super::{Calibrate, CalibrateAsk, Inner, Settings, goals, overlay};
use crate::app::Error;
use crate::app::scenarios::arm_names;
use crate::app::study::{Point, Recorder, Source, Study, StudyAsk, fitting, read_plan, run_of};
use crate::base::diagnostic::Diagnostic;
use crate::methods::axis::{Axis, Scale as AxisScale};
use crate::methods::lhs::latin_hypercube;
use crate::scenario::Loader;
use crate::scenario::plan::{CalibratePlan, Factor, Levels, Plan, Scale, Setting, fixed_and_varied};
use crate::scenario::units::{Count, CountOrNone, Positive};

/// Waves, unless the plan says otherwise.
const WAVES: u32 = 3;
/// Points of a wave for each parameter, and at least.
const POINTS: (usize, usize) = (10, 20);
/// Replications of a point.
const REPLICATIONS: u64 = 4;
/// Implausibility above which a point is ruled out.
const CUT: f64 = 3.0;
/// Replications of the baseline and the chosen values.
const CHECK: u64 = 40;
/// Draws of the posterior that are simulated, and replications of each.
const DRAWS: (u32, u64) = (30, 4);
/// Particles of the posterior.
const PARTICLES: u32 = 1_000;
/// Most units of one calibration.
const MOST: u64 = 50_000_000;

impl<'l> Calibrate<'l> {
    /// Reads the plan, its targets, the baseline and the points of the first wave.
    ///
    /// # Errors
    /// A plan, a baseline or targets with errors; what is varied cannot be; an overlay that is there already.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &CalibrateAsk,
        threads: usize,
    ) -> Result<Calibrate<'l>, Error> {
        if let Some(path) = &ask.overlay {
            overlay::refuse_existing(path)?;
        }
        let read = Recorder::new(loader);
        let plan = read_plan::<CalibratePlan>(&read, &ask.plan, &ask.sets)?;
        let wrong = |path: &[&str], message: String, help: &str| {
            let error = Diagnostic::error("contradiction", message).at(plan.at(path), "");
            layers::invalid(&plan, vec![error.help(help)])
        };
        let scenarios = plan.scenarios(&read);
        let [asked] = scenarios.as_slice() else {
            let message = "a calibration is of one scenario, the baseline".to_string();
            return Err(wrong(&["scenarios"], message, "name one"));
        };
        if !plan.header.outcomes.is_empty() {
            let message = "the outcomes of a calibration are those of its targets".to_string();
            return Err(wrong(
                &["outcomes"],
                message,
                "leave `outcomes` out, or name `targets`",
            ));
        }
        let goals = goals::read(&read, &plan)?;
        let (plain, texts, under) = layers::baseline(&read, &plan, asked)?;
        let factors = plan.factors(&plain).map_err(|all| {
            let one = |(name, why): &(String, String)| {
                let message = format!("`{name}` has no range: {why}");
                Diagnostic::error("contradiction", message).at(plan.at(&["vary", name]), "")
            };
            layers::invalid(&plan, all.iter().map(one).collect())
        })?;
        let mut problems = layers::problems(&plan, &plain, under.as_ref(), &factors);
        for (path, name) in fixed_and_varied(&plan.sets(), &factors) {
            let message = format!("`{path}` is set for all points, and `{name}` varies it");
            let error = Diagnostic::error("contradiction", message).at(plan.at(&["set"]), "");
            problems.push(error.also(plan.at(&["vary", &name]), "varied here"));
        }
        if !problems.is_empty() {
            return Err(layers::invalid(&plan, problems));
        }
        let instead = Instead {
            inner: &read,
            texts: &texts,
        };
        let baseline = fitting(&instead, &plan, asked, &factors, "vary")?;
        let layers = Layers {
            asked: asked.clone(),
            plain,
            baseline,
            fixed: plan.sets(),
            under,
            texts: texts.clone(),
        };
        let settings = settings(&plan, ask, run_of(&layers.baseline).0, factors.len(), threads);
        if settings.units() > MOST {
            let message = format!(
                "{} units are more than the {MOST} of one calibration",
                settings.units()
            );
            return Err(wrong(&["calibrate"], message, "ask for fewer points or waves"));
        }
        if settings.replications.iter().any(|n| *n < 2) {
            let why = "one replication of a point says nothing of chance: at least 2 are needed";
            return Err(Error::Refused(why.to_string()));
        }
        let axes: Vec<Axis> = factors.iter().map(axis).collect();
        let home = factors.iter().zip(&axes).map(|(factor, axis)| {
            let now = layers.now(factor)?;
            (axis.low..=axis.high)
                .contains(&now)
                .then(|| place(factor, axis, now))
        });
        let first = latin_hypercube(settings.points, factors.len(), settings.seed);
        let mut inner = Inner {
            ask: ask.clone(),
            title: plan.header.title.clone().unwrap_or_else(|| ask.plan.clone()),
            question: plan.header.question.clone(),
            scenario: arm_names(&scenarios).swap_remove(0),
            home: home.collect(),
            layers,
            factors,
            axes,
            goals,
            first,
            settings,
        };
        let source = Source::of(ask, &read, &plan.layers);
        let study = study(loader, texts, &plan, &inner, (source, threads))?;
        for g in 0..inner.goals.all.len() {
            let watched = &study.watched()[inner.goals.outcome(g)];
            inner.goals.all[g].unit.clone_from(&watched.outcome.unit);
        }
        Ok(Calibrate { study, inner })
    }
}

fn study<'l>(
    loader: &'l (dyn Loader + Sync),
    texts: BTreeMap<String, Vec<u8>>,
    plan: &Plan<CalibratePlan>,
    inner: &Inner,
    (source, threads): (Source, usize),
) -> Result<Study<'l>, Error> {
    let base = Point {
        scenario: inner.layers.asked.clone(),
        sets: inner.layers.fixed.clone(),
    };
    let mut points = vec![base];
    for u in &inner.first {
        points.push(inner.point(u)?);
    }
    let s = &inner.settings;
    let settings = json!({
        "file": plan.hash, "targets": inner.goals.hash, "waves": s.waves, "points": s.points, "replications": s.replications,
        "cut": s.cut, "check": s.check, "draws": s.draws, "draw_replications": s.draw_replications, "particles": s.particles,
    });
    let ask = StudyAsk {
        command: "calibrate",
        points,
        outcomes: inner.goals.outcomes.clone(),
        seed: Some(s.seed),
        plan: settings.as_object().cloned().unwrap_or_default(),
        source,
        threads,
    };
    Study::prepare_with(loader, texts, ask)
}

fn settings(
    plan: &Plan<CalibratePlan>,
    ask: &CalibrateAsk,
    own_seed: u64,
    parameters: usize,
    threads: usize,
) -> Settings {
    let s = &plan.body.calibrate;
    let many = |n: Option<Count>, or: u32| n.map_or(or, |n| n.0);
    let all = plan.header.replications.map_or(REPLICATIONS, |n| u64::from(n.0));
    let listed = s.replications.as_deref().unwrap_or_default().iter();
    let listed: Vec<u64> = listed.map(|n| u64::from(n.0)).collect();
    let replications = match (ask.replications, listed.is_empty()) {
        (Some(n), _) => vec![n],
        (None, true) => vec![all],
        (None, false) => listed,
    };
    let points = (POINTS.0 * parameters).max(POINTS.1);
    Settings {
        waves: many(s.waves, WAVES) as usize,
        points: s.points.map_or(points, |n| n.0 as usize),
        replications,
        cut: s.cut.map_or(CUT, Positive::get),
        check: s.check.map_or(CHECK, |n| u64::from(n.0)),
        draws: s.draws.map_or(DRAWS.0, |CountOrNone(n)| n) as usize,
        draw_replications: s.draw_replications.map_or(DRAWS.1, |n| u64::from(n.0)),
        particles: many(s.particles, PARTICLES) as usize,
        seed: ask.seed.or(plan.header.seed).unwrap_or(own_seed),
        threads,
    }
}

fn axis(factor: &Factor) -> Axis {
    let (low, high, scale) = match factor.levels {
        Levels::Range { low, high, scale, .. } => (low, high, scale),
        // A plan of this kind has ranges only.
        Levels::Listed(_) | Levels::Scenarios(_) => (0.0, 1.0, Scale::Linear),
    };
    Axis {
        name: factor.name.clone(),
        low,
        high,
        scale: match scale {
            Scale::Linear => AxisScale::Linear,
            Scale::Log => AxisScale::Log,
        },
    }
}

/// A place in the unit interval at which a factor has this value: whole numbers have an equal share each.
fn place(factor: &Factor, axis: &Axis, now: f64) -> f64 {
    let u = axis.unit(now);
    if factor.quantile(u) == Setting::Number(now) {
        return u;
    }
    match factor.levels {
        Levels::Range {
            low,
            high,
            scale: Scale::Linear,
            whole: true,
            ..
        } => (now - low.ceil() + 0.5) / (high.floor() - low.ceil() + 1.0),
        _ => u,
    }
}
