//! `auto` with look-ahead: replications run until every chosen outcome is precise enough and stays so.
//!
//! The rule looks after every replication, at the contiguous prefix, so where it stops depends on the plan alone. How far
//! threads run ahead does not: no replication is begun beyond the first stop still possible, or the number of threads.
//! Records are reduced to what the chosen outcomes need and kept in memory.

use super::estimates::{EstimateError, estimate_in};
use super::keeper::{Keeper, Prefix};
use super::replicate::{Failure, Finished, How, Team};
use super::stopping::{Auto, Look, half, relative};
use super::study::{Observed, observe};
use crate::methods::look_ahead::{Search, Verdict};
use crate::observe::{Catalogue, GroupId, OutcomeId, Record, Reduction};
use crate::stats::Estimate;

/// The records so far, reduced, by arm.
struct Kept<'a> {
    auto: &'a Auto,
    arms: Vec<(Reduction, Vec<Record>)>,
}

impl<'a> Kept<'a> {
    fn new(auto: &'a Auto, catalogue: &Catalogue) -> Kept<'a> {
        let mut outcomes = auto.outcomes.clone();
        let mut seen: Vec<OutcomeId> = Vec::new();
        outcomes.retain(|o| {
            let new = !seen.contains(o);
            seen.push(*o);
            new
        });
        let reduced = (0..catalogue.arms().len()).map(|arm| {
            let reduced = catalogue.reduced(arm, &outcomes, &[]);
            reduced.expect("outcomes of the catalogue, each once")
        });
        Kept {
            auto,
            arms: reduced.map(|r| (r, Vec::new())).collect(),
        }
    }

    fn take(&mut self, record: &Record) {
        for (reduction, kept) in &mut self.arms {
            if kept.len() as u64 == record.replication {
                kept.push(reduction.of(record, record.replication));
            }
        }
    }

    /// Whether every chosen outcome is as precise as asked for over replications 0..n.
    fn reached(&self, n: u64) -> bool {
        let observed: Vec<Vec<Observed>> = self
            .arms
            .iter()
            .map(|(reduction, records)| {
                let catalogue = reduction.catalogue();
                let all = 0..catalogue.outcomes().len();
                let wanted: Vec<_> = all.map(|i| (catalogue.outcome_id(i), GroupId::ALL)).collect();
                observe(catalogue, &wanted, &records[..n as usize])
            })
            .collect();
        let precise = |estimate: Estimate, level: &Observed| {
            relative(half(&estimate), level.value.ok()).is_some_and(|r| r <= self.auto.target)
        };
        (0..observed.first().map_or(0, Vec::len)).all(|o| {
            if self.auto.pairs.is_empty() {
                observed.iter().all(|arm| precise(arm[o].estimate(), &arm[o]))
            } else {
                let mut pairs = self.auto.pairs.iter();
                pairs.all(|&(a, b)| precise(observed[a][o].minus(&observed[b][o]), &observed[b][o]))
            }
        })
    }
}

/// Runs until the rule stops.
pub(super) fn look_ahead<K: Keeper>(
    team: &mut Team<'_>,
    auto: &Auto,
    catalogue: &Catalogue,
    keeper: &mut K,
) -> Result<Finished, Failure<K::Error>> {
    let values = catalogue.layout().len();
    let mut search = Search::new(auto.look_ahead());
    let mut kept = Kept::new(auto, catalogue);
    let mut there = 0;
    loop {
        let found = search.go(there, |n| Ok::<_, std::convert::Infallible>(kept.reached(n)));
        let Ok(verdict) = found;
        let (n, held_since) = match verdict {
            Verdict::More(more) => {
                let n = more.max(there + team.threads as u64).min(auto.cap);
                team.batch(n, values, || 0..n, keeper)?;
                let replications = keeper.prefix().min(n);
                if replications < n {
                    let how = How::Interrupted;
                    return Ok(Finished { replications, how });
                }
                let mut wrong = None;
                keeper
                    .visit(n, &mut |record| match record.values.len() == values {
                        true => kept.take(record),
                        false => wrong = wrong.or(Some((record.replication, record.values.len()))),
                    })
                    .map_err(Failure::Keep)?;
                if let Some((replication, found)) = wrong {
                    let expected = values;
                    return Err(Failure::Estimate(EstimateError::Shape {
                        replication,
                        found,
                        expected,
                    }));
                }
                there = n;
                continue;
            }
            Verdict::Stop { reached, stop } => (stop, Some(reached)),
            Verdict::Capped => (auto.cap, None),
        };
        let found = estimate_in(catalogue, &auto.scope(), &mut Prefix::new(keeper, n));
        let mut look: Look = auto.look(&found.map_err(Failure::Estimate)?);
        look.reached |= held_since.is_some();
        look.held_since = held_since;
        team.progress.looked(&look);
        let how = match look.reached {
            true => How::Precise(look),
            false => How::Capped(look),
        };
        return Ok(Finished { replications: n, how });
    }
}
