//! `warmup`: how long the warm-up of a scenario must be, measured from its empty start.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::effort::workers;
use super::error::Error;
use super::experiment::{Ask, Experiment};
use super::manifest;
use super::outputs::REPORT_WIDTH;
use super::world::World;
use crate::base::{DAY, HOUR, Secs, WEEK};
use crate::experiment::{formula::Formulas, in_parallel};
use crate::methods::{mser, welch};
use crate::observe::{Catalogue, GroupId, Intervals, Kind, OutcomeId, Series};
use crate::queueing::Stop;
use crate::report::{ALPHA, ALPHA_CHOSEN, Contrast, Unknown, Warmup, WarmupOutcome, warmup_svg};
use crate::scenario::Loader;
use crate::stats::{Critical, LEVEL, Missing, PairedJackknife, holm};
use crate::store::{Ending, Identity, Request, Store};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmupAsk {
    /// Scenario, by name or file.
    pub scenario: String,
    /// Overrides `path=value`.
    pub sets: Vec<String>,
    /// Seed; the scenario's if left out.
    pub seed: Option<u64>,
    /// Replications.
    pub replications: u64,
    /// Length of an interval, seconds; a week, or a two-hundredth of the run of a network of queues, if left out.
    pub interval: Option<Secs>,
    /// Outcomes by name; if none: the headlines, and the queues and registers behind them.
    pub outcomes: Vec<String>,
    /// Half-width of the moving average in intervals; a tenth of the run, at most 26, if left out.
    pub window: Option<usize>,
    /// Threads.
    pub threads: usize,
    /// Bytes of memory that all of them may hold; `None`: as many as they like.
    pub memory: Option<u64>,
}

/// Replications of `warmup` unless told otherwise.
pub const WARMUP_REPLICATIONS: u64 = 20;
/// Fewest intervals of anything.
const FEWEST: usize = 50;
/// Most intervals.
const MOST: usize = 20_000;
/// Intervals of a network of queues unless told otherwise.
const USUAL: i64 = 200;

/// Runs a scenario from its empty start and looks where each outcome settles. Returns the experiment too, with what was
/// found in the scenario.
///
/// # Errors
/// A scenario with errors; outcomes there are not; a run without a length in time; intervals that are too few or too many.
pub fn warmup(loader: &dyn Loader, ask: &WarmupAsk) -> Result<(Warmup, Experiment), Error> {
    let refused = |why: String| Err(Error::Refused(why));
    let e = Experiment::prepare(
        loader,
        &Ask {
            scenarios: vec![ask.scenario.clone()],
            sets: ask.sets.clone(),
            seed: ask.seed,
            // Each replication is a unit of inference here.
            antithetic: Some(false),
            ..Ask::default()
        },
    )?;
    let (present, end, usual, changes) = times(&e)?;
    let length = ask.interval.unwrap_or(usual);
    if length <= 0 {
        return refused("an interval must have a length".to_string());
    }
    let count = (end / length) as usize;
    if count < FEWEST {
        return refused(format!(
            "the run has {count} whole intervals of this length, fewer than the {FEWEST} of which anything can be said: take \
             shorter ones (`--interval`) or a longer run (`--set run.measured.weeks=…`)"
        ));
    }
    if count > MOST {
        return refused(format!(
            "{count} intervals are too many: take longer ones (`--interval`)"
        ));
    }
    if ask.replications < 2 {
        return refused("one replication says nothing of chance: take at least 2, better 10".to_string());
    }
    let outcomes = chosen(e.catalogue(), &e.world, &ask.outcomes)?;
    let intervals = Arc::new(Intervals::new(e.catalogue(), 0, &outcomes, length, count));
    let n = ask.replications as usize;
    let threads = workers(&e.world.effort(), ask.threads, ask.memory)?;
    let series =
        in_parallel(n, threads, &|r| e.world.series(r as u64, &intervals)).map_err(Error::Machine)?;
    let window = ask.window.unwrap_or_else(|| welch::usual_window(count));
    let after =
        usize::try_from(present.div_euclid(length) + i64::from(present % length > 0)).unwrap_or(count);
    let rest = count.saturating_sub(after);
    // The quarter that follows the warm-up against the rest.
    let contrast = (rest >= 8).then(|| [(after, after + rest / 4), (after + rest / 4, count)]);
    let analysis = Analysis {
        formulas: Formulas::new(e.catalogue()),
        factors: (outcomes.iter())
            .map(|o| {
                e.world
                    .per_interval(&e.catalogue().outcomes()[o.index()].kind, &intervals)
            })
            .collect(),
        outcomes: &outcomes,
        series: &series,
        count,
        window,
        contrast,
    };
    let warmup = Warmup {
        scenario: e.arms[0].name.clone(),
        title: e.arms[0].title().to_string(),
        seed: e.seed,
        replications: ask.replications,
        interval: length,
        intervals: count,
        window,
        present,
        contrast,
        changes: changes.filter(|&at| at < count as i64 * length),
        outcomes: analysis.outcomes(e.catalogue()),
    };
    Ok((warmup, e))
}

/// Present warm-up, end of what is looked at, usual interval, first change of the scenario itself.
fn times(e: &Experiment) -> Result<(Secs, Secs, Secs, Option<Secs>), Error> {
    match &e.world {
        World::Pathway(pathway) => {
            let windows = pathway.windows();
            let changes = pathway.models().next().and_then(|m| m.later.first()).map(|l| l.0);
            Ok((windows.warm_up, windows.warm_up + windows.measured, WEEK, changes))
        }
        World::Queueing(networks) => match networks.networks()[0].stop {
            Stop::Horizon { warm_up, measured } => {
                let end = warm_up + measured;
                let usual = end / USUAL;
                // A round length, so that times are told in whole units.
                let round = [WEEK, DAY, HOUR, 60].into_iter().find(|u| usual >= *u).unwrap_or(1);
                Ok((warm_up, end, (usual / round * round).max(1), None))
            }
            Stop::Customers { .. } => Err(Error::Refused(
                "this run ends with a number of customers: its warm-up is counted in customers and has no length in time; \
                 give it a horizon instead (`run.horizon`)"
                    .to_string(),
            )),
        },
    }
}

/// The outcomes asked for, or those looked at usually.
fn chosen(catalogue: &Catalogue, world: &World, names: &[String]) -> Result<Vec<OutcomeId>, Error> {
    let all = || (0..catalogue.outcomes().len()).map(|i| catalogue.outcome_id(i));
    if names.is_empty() {
        let wanted = |id: &OutcomeId| {
            let o = &catalogue.outcomes()[id.index()];
            let level = |prefix: &str| o.compared && o.name.starts_with(prefix);
            match world {
                World::Pathway(_) => o.headline || level("mean_queue_") || level("mean_on_register_"),
                World::Queueing(_) => o.headline || level("mean_number") || level("mean_queue_"),
            }
        };
        return Ok(all().filter(wanted).collect());
    }
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    for name in names {
        let Some(id) = catalogue.outcome(name) else {
            let mut all: Vec<&str> = catalogue.outcomes().iter().map(|o| o.name.as_str()).collect();
            all.sort_by_key(|known| strsim::damerau_levenshtein(known, name));
            return Err(Error::Refused(format!(
                "`{name}` is no outcome of this scenario; do you mean `{}`?",
                all.first().unwrap_or(&"")
            )));
        };
        if !catalogue.outcomes()[id.index()].compared {
            return Err(Error::Refused(format!(
                "`{name}` describes a whole replication and has no value by interval"
            )));
        }
        if seen.insert(id) {
            chosen.push(id);
        }
    }
    Ok(chosen)
}

struct Analysis<'a> {
    formulas: Formulas<'a>,
    factors: Vec<f64>,
    outcomes: &'a [OutcomeId],
    series: &'a [Series],
    count: usize,
    window: usize,
    contrast: Option<[(usize, usize); 2]>,
}

/// Values by outcome.
type Values = Vec<Result<f64, Missing>>;

impl Analysis<'_> {
    /// All outcomes over some intervals together, of sums over `n` replications.
    fn values(&mut self, sums: &Series, (from, until): (usize, usize), n: u64) -> Values {
        let mut out = vec![Err(Missing::NobodyAtRisk); self.outcomes.len()];
        let outcomes = self.outcomes;
        let at = |o: usize| outcomes.iter().position(|id| id.index() == o);
        let sum = |p: usize| i128::from(sums.sum(from..until, p));
        let length = (until - from) as f64;
        let kinds = self.formulas.catalogue();
        let mut found = Vec::new();
        self.formulas.evaluate(
            0,
            GroupId::ALL,
            n,
            sum,
            |o| at(o).is_some(),
            |o, value| found.push((o, value)),
        );
        for (o, value) in found {
            if let Some(i) = at(o) {
                // A mean over replications adds up what the intervals hold: it is told per interval.
                let parts = match kinds.outcomes()[o].kind {
                    Kind::Mean { .. } => length,
                    _ => 1.0,
                };
                out[i] = value.map(|v| v * self.factors[i] / parts);
            }
        }
        out
    }

    /// Values by outcome and interval.
    fn by_interval(&mut self, sums: &Series, n: u64) -> Vec<Vec<Option<f64>>> {
        let mut out = vec![Vec::with_capacity(self.count); self.outcomes.len()];
        for i in 0..self.count {
            for (row, value) in out.iter_mut().zip(self.values(sums, (i, i + 1), n)) {
                row.push(value.ok());
            }
        }
        out
    }

    /// The first span less the second, for all outcomes, by the jackknife over these replications.
    fn contrast(
        &mut self,
        series: &[&Series],
        spans: [(usize, usize); 2],
    ) -> Vec<(crate::stats::Estimate, Option<f64>)> {
        let n = series.len() as u64;
        let Some(mut whole) = sum_of(series) else {
            let none = crate::stats::Estimate::missing(Missing::OneReplication, 0);
            return vec![(none, None); self.outcomes.len()];
        };
        let whole = &mut whole;
        let mut critical = Critical::new(LEVEL);
        let mut jackknives = vec![PairedJackknife::default(); self.outcomes.len()];
        let all = spans.map(|span| self.values(whole, span, n));
        for one in series {
            whole.subtract(one);
            let [a, b] = spans.map(|span| self.values(whole, span, n - 1));
            whole.add(one);
            for ((j, a), b) in jackknives.iter_mut().zip(a).zip(b) {
                j.push(a.ok(), b.ok());
            }
        }
        let [a, b] = all;
        let compared = jackknives.iter().zip(a).zip(b);
        compared
            .map(|((j, a), b)| {
                let paired = j.compare(a, b, &mut critical);
                (paired.difference, paired.p)
            })
            .collect()
    }

    fn outcomes(mut self, catalogue: &Catalogue) -> Vec<WarmupOutcome> {
        let n = self.series.len() as u64;
        let all: Vec<&Series> = self.series.iter().collect();
        let Some(mut whole) = sum_of(&all) else {
            return Vec::new();
        };
        let values = self.by_interval(&whole, n);
        let cuts: Vec<Result<usize, Unknown>> = values.iter().map(|v| cut(v)).collect();
        // The cut without each replication.
        let mut ranges: Vec<Option<(usize, usize)>> = cuts.iter().map(|c| c.ok().map(|c| (c, c))).collect();
        for one in self.series {
            whole.subtract(one);
            let without = self.by_interval(&whole, n - 1);
            whole.add(one);
            for (range, values) in ranges.iter_mut().zip(&without) {
                if let (Some((low, high)), Ok(c)) = (range.as_mut(), cut(values)) {
                    (*low, *high) = ((*low).min(c), (*high).max(c));
                }
            }
        }
        // What a cut leaves out less the rest. The cut is chosen on every other replication and tested on those between: tested
        // on the series that it was chosen on, a late minimum of noise alone would look like a bias twice as often as promised.
        let chosen_on: Vec<&Series> = all.iter().copied().step_by(2).collect();
        let tested_on: Vec<&Series> = all.iter().copied().skip(1).step_by(2).collect();
        let half_cuts: Vec<Result<usize, Unknown>> = match sum_of(&chosen_on) {
            Some(half) => self
                .by_interval(&half, chosen_on.len() as u64)
                .iter()
                .map(|v| cut(v))
                .collect(),
            None => Vec::new(),
        };
        let mut left_out: Vec<Option<Contrast>> = vec![None; cuts.len()];
        let lengths: BTreeSet<usize> = half_cuts.iter().flatten().copied().filter(|c| *c > 0).collect();
        for length in lengths {
            let found = self.contrast(&tested_on, [(0, length), (length, self.count)]);
            for ((slot, cut), (difference, p)) in left_out.iter_mut().zip(&half_cuts).zip(found) {
                if *cut == Ok(length) {
                    *slot = Some(Contrast {
                        difference,
                        p_holm: p,
                        level: ALPHA_CHOSEN,
                    });
                }
            }
        }
        let mut remaining: Vec<Option<Contrast>> = vec![None; cuts.len()];
        if let Some(spans) = self.contrast {
            let found = self.contrast(&all, spans);
            for (slot, (difference, p)) in remaining.iter_mut().zip(found) {
                *slot = Some(Contrast {
                    difference,
                    p_holm: p,
                    level: ALPHA,
                });
            }
        }
        adjust(&mut left_out);
        adjust(&mut remaining);
        let parts = self.outcomes.iter().zip(values).zip(cuts).zip(ranges);
        parts
            .zip(left_out.into_iter().zip(remaining))
            .map(|((((id, values), mser), range), (left_out, remaining))| {
                let o = &catalogue.outcomes()[id.index()];
                let whole: Option<Vec<f64>> = values.iter().copied().collect();
                let smooth = (whole.as_ref()).map_or(Vec::new(), |v| welch::moving_average(v, self.window));
                WarmupOutcome {
                    name: o.name.clone(),
                    label: o.label.clone(),
                    unit: o.unit.clone(),
                    welch: whole.and_then(|v| welch::settled(&v, &smooth)),
                    values,
                    smooth,
                    mser,
                    range,
                    left_out,
                    remaining,
                }
            })
            .collect()
    }
}

/// The series of several replications together.
fn sum_of(series: &[&Series]) -> Option<Series> {
    let (first, rest) = series.split_first()?;
    let mut whole = (*first).clone();
    rest.iter().for_each(|s| whole.add(s));
    Some(whole)
}

fn cut(values: &[Option<f64>]) -> Result<usize, Unknown> {
    let gaps = values.iter().filter(|v| v.is_none()).count();
    if gaps > 0 {
        return Err(Unknown::Gaps(gaps));
    }
    let values: Vec<f64> = values.iter().flatten().copied().collect();
    mser::mser5(&values)
        .map(|t| t.observations)
        .map_err(Unknown::Mser)
}

/// Holm over the outcomes that have a p.
fn adjust(contrasts: &mut [Option<Contrast>]) {
    let p: Vec<Option<f64>> = contrasts.iter().map(|c| c.and_then(|c| c.p_holm)).collect();
    for (contrast, p) in contrasts.iter_mut().zip(holm(&p)) {
        if let Some(contrast) = contrast {
            contrast.p_holm = p;
        }
    }
}

/// Writes the results folder: `warmup.csv`, `series.csv`, `warmup.svg`, `report.txt`.
///
/// # Errors
/// A folder that may not be written.
pub fn write_warmup(
    warmup: &Warmup,
    e: &Experiment,
    ask: &WarmupAsk,
    (out, force): (PathBuf, bool),
    run: Map<String, Value>,
) -> Result<(), Error> {
    let mut plan = manifest::plan(e);
    let names: Vec<&str> = warmup.outcomes.iter().map(|o| o.name.as_str()).collect();
    let of = json!({
        "replications": ask.replications, "interval_seconds": warmup.interval, "window": warmup.window, "outcomes": names,
    });
    plan.insert("warmup".to_string(), of);
    let store = Store::open(Request {
        out: Some(out),
        force,
        identity: Identity::new(plan),
        layout: e.catalogue().layout().hash(),
        shard: None,
    })?;
    let ending = Ending {
        replications: ask.replications,
        interrupted: false,
        keep_records: false,
        run,
    };
    store.finish(&ending, |draft, _| {
        draft.write("warmup.csv", |w| warmup.table(w))?;
        draft.write("series.csv", |w| warmup.series(w))?;
        draft.write("warmup.svg", |w| w.write_all(warmup_svg(warmup).as_bytes()))?;
        draft.write("report.txt", |w| {
            w.write_all(warmup.text(REPORT_WIDTH).as_bytes())
        })
    })?;
    Ok(())
}
