//! P(better) and tipping points beside a comparison: its arms are the centres, only what the priors touch is run again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde_json::Map;

use super::priors::{DEFAULT_EASIER, DEFAULT_PARAMETERS, Priors, PriorsAsk, ratios};
use super::seen::Seen;
use super::{RATIOS, list};
use crate::app::study::{Bench, Ran, Source, Study, StudyAsk};
use crate::app::{Arm, Error, Experiment, Output, World};
use crate::experiment::{Observed, Progress, observe};
use crate::observe::{GroupId, OutcomeId, Record};
use crate::report::{ScanFacts, Uncertainty};
use crate::scenario::plan::TippingPlan;
use crate::store::{Store, forget, left};

/// Draws beside the comparison of the built-in arms, unless something else is asked for.
pub const DEFAULT_PRIORS: usize = 24;
/// Replications of each draw.
const REPLICATIONS: u64 = 6;
/// Values of the common ratio.
const SCANNED: usize = 5;

/// The draws of an experiment's arms; scenarios are named by their texts in memory.
fn priors_of(e: &Experiment, draws: usize) -> Result<(Priors, BTreeMap<String, Vec<u8>>), Error> {
    let mut texts = BTreeMap::new();
    let mut arms: Vec<Arm> = Vec::new();
    for arm in &e.arms {
        let files = arm.checked.layers.iter().filter(|l| l.name != "--set");
        let mut arm = arm.clone();
        for layer in files {
            texts.insert(layer.name.clone(), layer.text.clone().into_bytes());
            arm.asked.clone_from(&layer.name);
        }
        arms.push(arm);
    }
    let ask = PriorsAsk {
        sets: e.sets.clone(),
        parameters: vec![DEFAULT_PARAMETERS.to_string()],
        easier: DEFAULT_EASIER.map(str::to_string).to_vec(),
        draws,
        ..PriorsAsk::default()
    };
    Ok((Priors::of(arms, Vec::new(), &ask, Some(e.seed))?, texts))
}

/// Arms whose ratios inside one organisation are assumptions with a range.
///
/// # Errors
/// Values that cannot be overridden.
pub(in crate::app) fn drawn_arms(e: &Experiment) -> Result<Vec<usize>, Error> {
    if matches!(e.world, World::Queueing(_)) {
        return Ok(Vec::new());
    }
    let (priors, _) = priors_of(e, 0)?;
    Ok((0..e.arms.len()).filter(|&arm| priors.touched(arm)).collect())
}

/// Where the units over the priors are kept until the run is done.
fn beside(out: &Path) -> Option<PathBuf> {
    let mut name = out.file_name()?.to_os_string();
    name.push(".priors");
    Some(out.with_file_name(name))
}

/// After a kill while a finished run tidied up: nobody needs its units over the priors any more.
pub(in crate::app) fn forget_priors(out: &Path) {
    if let (Some(beside), None) = (beside(out), left(out)) {
        forget(&beside);
    }
}

/// Runs the draws and scans of an experiment of which replications 0..`done` are in `store`. `None` if it was told to stop.
/// Units are kept in a folder beside the results while they are made, so that the same command goes on; with the answer comes
/// their store, to be given up once the results are written.
///
/// # Errors
/// Nothing to draw; a unit that panicked, the machine.
pub(in crate::app) fn over_priors(
    e: &Experiment,
    store: &mut Store,
    done: u64,
    output: &Output,
    stop: &AtomicBool,
    progress: &mut dyn Progress,
) -> Result<Option<(Uncertainty, Store)>, Error> {
    let threads = output.threads;
    let (priors, texts) = priors_of(e, e.priors)?;
    let n = REPLICATIONS.min(done);
    let scan = ScanFacts {
        ratio: true,
        values: ratios(RATIOS[0], RATIOS[1], SCANNED),
    };
    let (points, listed) = list(&priors, e.priors, Some(&scan), &TippingPlan::default())?;
    let ids = headlines(e);
    let ask = StudyAsk {
        command: "compare",
        points: listed,
        outcomes: ids
            .iter()
            .map(|o| e.catalogue().outcomes()[o.index()].name.clone())
            .collect(),
        seed: Some(e.seed),
        plan: Map::new(),
        source: Source::default(),
        threads,
    };
    let study = Study::prepare(&texts, ask)?;
    let beside = output.out.as_deref().and_then(beside);
    let output = Output {
        out: beside,
        force: true,
        threads,
        memory: output.memory,
        shard: None,
    };
    let is_centre = |p: &usize| points.iter().any(|a| a.centre == *p);
    let drawn: Vec<usize> = (0..study.points().len()).filter(|p| !is_centre(p)).collect();
    let mut bench = Bench::open(study, &output, stop, progress)?;
    let wanted: Vec<(usize, u64)> = drawn.iter().map(|&p| (p, n)).collect();
    if bench.ensure(&wanted)? == Ran::Interrupted {
        return Ok(None);
    }
    let count = bench.study.points().len();
    let mut observed: Vec<Vec<Observed>> = vec![Vec::new(); count];
    for &point in &drawn {
        observed[point] = bench.observed(point, n)?;
    }
    let mut centres = Vec::new();
    for (arm, points) in points.iter().enumerate() {
        observed[points.centre] = in_arm(e, store, arm, &ids, n)?;
        centres.push(in_arm(e, store, arm, &ids, done)?);
    }
    let seen = Seen {
        watched: bench.study.watched(),
        seed: e.seed,
        priors: &priors,
        points: &points,
        observed: &observed,
        centres: &centres,
        draws: e.priors,
    };
    let found = Uncertainty {
        title: String::new(),
        question: String::new(),
        arms: seen.arms(),
        parameters: priors.parameters.clone(),
        draws: e.priors,
        replications: n,
        seed: e.seed,
        together: false,
        outcomes: (0..ids.len()).map(|w| seen.outcome(w, Some(&scan))).collect(),
        decision: None,
        rows: Vec::new(),
        scan: Some(scan),
    };
    Ok(Some((found, bench.into_store())))
}

/// Headline outcomes that are compared.
fn headlines(e: &Experiment) -> Vec<OutcomeId> {
    let all = e.catalogue().outcomes();
    let wanted = (0..all.len()).filter(|&o| all[o].headline && all[o].compared);
    wanted.map(|o| e.catalogue().outcome_id(o)).collect()
}

/// Outcomes of one arm in the first `n` records of a comparison.
fn in_arm(
    e: &Experiment,
    store: &mut Store,
    arm: usize,
    ids: &[OutcomeId],
    n: u64,
) -> Result<Vec<Observed>, Error> {
    let reduction = e
        .catalogue()
        .reduced(arm, ids, &[])
        .map_err(|why| Error::Refused(why.to_string()))?;
    let mut records: Vec<Record> = Vec::new();
    for r in 0..n {
        records.push(reduction.of(&store.read(r)?, r));
    }
    let kept = reduction.catalogue();
    let wanted: Vec<(OutcomeId, GroupId)> = (0..ids.len())
        .map(|o| (kept.outcome_id(o), GroupId::ALL))
        .collect();
    Ok(observe(kept, &wanted, &records))
}
