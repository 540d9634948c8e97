//! Many points, each replicated: units run from a list, and what a point's records say of its outcomes.
//!
//! A *point* is one scenario with overrides, a *unit* one replication of one point. Replication r of all points has the
//! same random numbers, so points are paired by replication. What all methods work on is [`Observed`]: an outcome as a
//! linear functional of replications, by the jackknife's pseudo-values.

use super::formula::Formulas;
use super::keeper::Keeper;
use super::progress::Progress;
use super::replicate::{Failure, Team};
use crate::base::effort::Endless;
use crate::observe::{Catalogue, GroupId, OutcomeId, Record};
use crate::stats::{Estimate, Missing, Moments, ratio};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::AtomicBool;

/// One outcome of one point over replications 0..n.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The outcome of all replications together.
    pub value: Result<f64, Missing>,
    /// Pseudo-values `n θ - (n-1) θ(-r)` by replication r. Their mean estimates the outcome (free of its bias of order
    /// 1/n), their variance over n is the jackknife's variance, and differences of two points' pseudo-values are paired
    /// differences. (J. W. Tukey, Annals of Mathematical Statistics 29 (1958) 614.) Empty where the outcome, or the
    /// outcome without some replication, does not exist.
    pub pseudo: Vec<f64>,
}

impl Observed {
    /// The estimate with its interval.
    pub fn estimate(&self) -> Estimate {
        let n = self.pseudo.len() as u64;
        match self.value {
            Err(why) => Estimate::missing(why, n),
            Ok(value) if self.pseudo.is_empty() => Estimate::point(value, Missing::Unstable, n),
            Ok(value) => about(value, &self.pseudo, value.abs()),
        }
    }

    /// This minus another, paired by replication.
    pub fn minus(&self, other: &Observed) -> Estimate {
        let (a, b) = match (self.value, other.value) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(why), _) | (_, Err(why)) => return Estimate::missing(why, 0),
        };
        if self.pseudo.is_empty() || other.pseudo.is_empty() {
            return Estimate::point(a - b, Missing::Unstable, 0);
        }
        let d: Vec<f64> = self
            .pseudo
            .iter()
            .zip(&other.pseudo)
            .map(|(a, b)| a - b)
            .collect();
        about(a - b, &d, a.abs().max(b.abs()))
    }
}

/// The interval of pseudo-values laid around the pooled value.
fn about(value: f64, pseudo: &[f64], scale: f64) -> Estimate {
    let n = pseudo.len() as u64;
    if n < 2 {
        return Estimate::point(value, Missing::OneReplication, n);
    }
    let mut moments = Moments::default();
    pseudo.iter().for_each(|&x| moments.push(x));
    // Pseudo-values are n times differences of nearly equal numbers: what is below this is rounding.
    let rounding = 16.0 * f64::EPSILON * scale * n as f64;
    if moments.squares() <= n as f64 * rounding * rounding {
        return Estimate::point(value, Missing::NoVariation, n);
    }
    let error = ratio::mean(pseudo).standard_error().unwrap_or(0.0);
    let critical = crate::stats::student_t_critical(crate::stats::LEVEL, (n - 1) as f64);
    Estimate::new(value, error, critical, n)
}

/// Works outcomes out of the records of one point, replication 0 first. `catalogue` has one arm.
pub fn observe(catalogue: &Catalogue, wanted: &[(OutcomeId, GroupId)], records: &[Record]) -> Vec<Observed> {
    let n = records.len() as u64;
    let mut sums = vec![0i128; catalogue.layout().len()];
    for record in records {
        for (sum, &x) in sums.iter_mut().zip(&record.values) {
            *sum += i128::from(x);
        }
    }
    let mut formulas = Formulas::new(catalogue);
    let mut groups: Vec<GroupId> = wanted.iter().map(|w| w.1).collect();
    groups.sort();
    groups.dedup();
    let mut all: Vec<Observed> = wanted
        .iter()
        .map(|_| Observed {
            value: Err(Missing::NobodyAtRisk),
            pseudo: Vec::with_capacity(records.len()),
        })
        .collect();
    let mut without: Vec<Result<f64, Missing>> = vec![Err(Missing::NobodyAtRisk); wanted.len()];
    let mut values = |left_out: Option<&Record>, into: &mut Vec<Result<f64, Missing>>| {
        let n = n - u64::from(left_out.is_some());
        let sum = |p: usize| sums[p] - left_out.map_or(0, |r| i128::from(r.values[p]));
        for &group in &groups {
            let index = |o: usize| wanted.iter().position(|w| w.0.index() == o && w.1 == group);
            formulas.evaluate(
                0,
                group,
                n,
                sum,
                |o| index(o).is_some(),
                |o, value| {
                    if let Some(i) = index(o) {
                        into[i] = value;
                    }
                },
            );
        }
    };
    values(None, &mut without);
    for (one, value) in all.iter_mut().zip(&without) {
        one.value = *value;
    }
    let mut broken = vec![false; wanted.len()];
    for record in records {
        if records.len() > 1 {
            without.fill(Err(Missing::NobodyAtRisk));
            values(Some(record), &mut without);
        }
        for (i, one) in all.iter_mut().enumerate() {
            match (one.value, without[i]) {
                (Ok(whole), Ok(left)) if records.len() > 1 => {
                    one.pseudo.push(n as f64 * whole - (n - 1) as f64 * left);
                }
                (Ok(whole), _) if records.len() == 1 => one.pseudo.push(whole),
                _ => broken[i] = true,
            }
        }
    }
    for (one, broken) in all.iter_mut().zip(broken) {
        if broken || one.pseudo.iter().any(|x| !x.is_finite()) {
            one.pseudo.clear();
        }
    }
    all
}

/// Runs the listed units that `keeper` lacks, in parallel, and keeps each as it finishes. `values`: length of their
/// records. Says whether all are there; if not, it was told to stop.
///
/// # Errors
/// See [`Failure`]; units under way are waited for and kept first.
pub fn run_units<K: Keeper>(
    units: &[u64],
    values: usize,
    threads: usize,
    stop: &AtomicBool,
    work: &(dyn Fn(u64) -> Record + Sync),
    keeper: &mut K,
    progress: &mut dyn Progress,
) -> Result<bool, Failure<K::Error>> {
    let mut team = Team::new(threads, stop, work, progress)?;
    team.batch(units.len() as u64, values, || units.iter().copied(), keeper)?;
    Ok(units.iter().all(|&u| keeper.has(u)))
}

/// Does `work` for 0..n on several threads and gives the answers in order.
///
/// # Errors
/// The threads could not be started; a run whose clock stands still.
pub fn in_parallel<T: Send>(
    n: usize,
    threads: usize,
    work: &(dyn Fn(usize) -> T + Sync),
) -> Result<Vec<T>, String> {
    use rayon::prelude::*;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build();
    let pool = pool.map_err(|e| format!("the threads could not be started: {e}"))?;
    let all = || pool.install(|| (0..n).into_par_iter().map(work).collect());
    catch_unwind(AssertUnwindSafe(all)).map_err(|payload| match payload.downcast_ref::<Endless>() {
        Some(endless) => endless.to_string(),
        None => resume_unwind(payload),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::synthetic::{catalogue, record};
    use crate::experiment::{Memory, Prefix, Scope, estimate_in};

    /// The same numbers as the estimates of a run: a study is no second statistics.
    #[test]
    fn a_point_is_estimated_as_a_run_is() {
        let whole = catalogue();
        let ids: Vec<OutcomeId> = (0..whole.outcomes().len()).map(|i| whole.outcome_id(i)).collect();
        let mut keeper = Memory::default();
        let records: Vec<Record> = (0..12).map(|r| record(&whole, r)).collect();
        for r in &records {
            let Ok(()) = keeper.keep(r);
        }
        let scope = Scope {
            outcomes: None,
            everybody_only: true,
            pairs: vec![(2, 0)],
        };
        let expected = estimate_in(&whole, &scope, &mut Prefix::new(&mut keeper, 12)).unwrap();
        let of = |arm: usize| {
            let reduction = whole.reduced(arm, &ids, &[]).unwrap();
            let mine: Vec<Record> = records.iter().map(|r| reduction.of(r, r.replication)).collect();
            let wanted: Vec<_> = ids.iter().map(|&o| (o, GroupId::ALL)).collect();
            observe(reduction.catalogue(), &wanted, &mine)
        };
        let (a, b) = (of(0), of(2));
        let near = |x: Option<f64>, y: Option<f64>| match (x, y) {
            (Some(x), Some(y)) => assert!((x - y).abs() <= 1e-9 * (1.0 + x.abs()), "{x} {y}"),
            (x, y) => assert_eq!(x.is_some(), y.is_some()),
        };
        for (i, &o) in ids.iter().enumerate() {
            let e = expected.overall(0, o).unwrap();
            near(e.value(), a[i].estimate().value());
            near(e.standard_error(), a[i].estimate().standard_error());
            let d = &expected.pair(2, 0, o).unwrap().paired.difference;
            near(d.value(), b[i].minus(&a[i]).value());
            near(d.standard_error(), b[i].minus(&a[i]).standard_error());
        }
    }
}
