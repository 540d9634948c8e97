//! Working out a [`Report`] from estimates: verdicts, shares of causes, rising queues, precision.

use super::changes::Changes;
use super::equity::Equity;
use super::model::*;
use super::words;
use crate::base::WEEK;
use crate::experiment::{Count, Estimates, How, PairRow};
use crate::model::Windows;
use crate::observe::{Catalogue, GroupId, OutcomeId};
use crate::pathway::{Cause as PathwayCause, NeedKind};
use crate::stats::{Estimate, Missing};

/// Everything a report is made of.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// What was simulated, in one line.
    pub title: &'a str,
    /// The question it answers; may be empty.
    pub question: &'a str,
    /// Place or network; may be empty.
    pub locality: &'a str,
    /// Outcomes and names of the arms.
    pub catalogue: &'a Catalogue,
    /// Estimates, each arm compared with the first.
    pub estimates: &'a Estimates,
    /// Titles and staff, in the order of the catalogue's arms.
    pub arms: Vec<ArmFacts>,
    /// What becomes of people ([`super::changes()`]); `None` for one arm or for a queueing network.
    pub changes: Option<Changes>,
    /// Seed of all draws.
    pub seed: u64,
    /// Whether the people of all arms are the same (`pathway::Pathway::paired`).
    pub paired: bool,
    /// Windows of a replication; `None` where there are none.
    pub windows: Option<Windows>,
    /// How the run ended ([`Ended::of`]).
    pub ended: Ended,
}

/// What is told of one arm besides its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmFacts {
    /// One line for people.
    pub title: String,
    /// Its staff ([`super::staff()`]); `None` for a queueing network.
    pub staff: Option<Vec<StaffRow>>,
}

impl Ended {
    /// How a run of so many replications ended.
    pub fn of(how: &How, count: &Count, catalogue: &Catalogue) -> Ended {
        let target = match count {
            Count::Auto(auto) => finite(auto.target).unwrap_or(0.0),
            Count::Fixed(_) => 0.0,
        };
        match how {
            How::Complete => Ended::Complete,
            How::Precise(look) => Ended::Precise {
                target,
                held_since: look.held_since,
            },
            How::Capped(look) => {
                let worst = look.worst();
                Ended::Capped {
                    target,
                    worst: worst.map(|p| catalogue.outcomes()[p.outcome.index()].label.clone()),
                    reached: worst.and_then(|p| p.relative).and_then(finite),
                }
            }
            How::Interrupted => Ended::Interrupted,
        }
    }
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

impl Number {
    /// An estimate with its reasons in words.
    pub(super) fn of(e: &Estimate) -> Number {
        Number {
            value: e.value(),
            interval: e.low().zip(e.high()),
            missing: e.why_missing().map(|why| why.to_string()),
        }
    }

    /// No value.
    pub(super) fn none(why: &str) -> Number {
        Number {
            value: None,
            interval: None,
            missing: Some(why.to_string()),
        }
    }
}

impl Report {
    /// The report of a comparison: every other arm against the first.
    pub fn comparison(input: &Input<'_>) -> Report {
        build(input)
    }

    /// The report of one configuration; of several arms only the first is told.
    pub fn single(input: &Input<'_>) -> Report {
        let mut report = build(input);
        report.keep_first();
        report
    }
}

fn build(input: &Input<'_>) -> Report {
    let catalogue = input.catalogue;
    let tables = Tables::new(input);
    let outcomes: Vec<Outcome> = (0..catalogue.outcomes().len())
        .map(|i| tables.outcome(i))
        .collect();
    let changes = input.changes.clone().filter(|_| input.paired);
    let moves = changes.as_ref().and_then(Changes::moves);
    let arms = catalogue
        .arms()
        .iter()
        .enumerate()
        .map(|(arm, name)| Arm {
            name: name.clone(),
            title: input.arms.get(arm).map_or(String::new(), |a| a.title.clone()),
            identical_to_first: arm > 0 && tables.identical(arm, moves.as_ref()),
        })
        .collect();
    let rows: Vec<&[StaffRow]> = input.arms.iter().filter_map(|a| a.staff.as_deref()).collect();
    let staff = (!rows.is_empty() && rows.len() == catalogue.arms().len()).then(|| Staff::of(&rows));
    let weeks = |secs: i64| secs as f64 / WEEK as f64;
    Report {
        title: input.title.to_string(),
        question: input.question.to_string(),
        arms,
        plan: Plan {
            locality: input.locality.to_string(),
            replications: input.estimates.replications,
            seed: input.seed,
            paired: input.paired,
            weeks: input.windows.map(|w| Weeks {
                warm_up: weeks(w.warm_up),
                measured: weeks(w.measured),
                cool_down: weeks(w.cool_down),
            }),
            ended: input.ended.clone(),
            antithetic: false,
            variance_reduction: Vec::new(),
        },
        staff,
        moves,
        changes,
        equity: Equity::of(catalogue, input.estimates, &outcomes),
        needs: NeedKind::NAMES
            .iter()
            .filter_map(|kind| tables.need(kind))
            .collect(),
        teams: tables.teams(),
        precision: Precision::of(&outcomes),
        priors: None,
        outcomes,
    }
}

/// Estimates looked up by position and name.
struct Tables<'a> {
    catalogue: &'a Catalogue,
    estimates: &'a Estimates,
    arms: usize,
    /// Comparisons for everybody by outcome, in the order of the arms.
    pairs: Vec<Vec<&'a PairRow>>,
    /// Those of other pairs of arms.
    others: Vec<Vec<&'a PairRow>>,
}

impl<'a> Tables<'a> {
    fn new(input: &Input<'a>) -> Tables<'a> {
        let mut pairs: Vec<Vec<&PairRow>> = vec![Vec::new(); input.catalogue.outcomes().len()];
        let mut others = pairs.clone();
        for pair in input.estimates.pairs.iter().filter(|p| p.group == GroupId::ALL) {
            let kept = if pair.versus == 0 { &mut pairs } else { &mut others };
            kept[pair.outcome.index()].push(pair);
        }
        pairs.iter_mut().for_each(|p| p.sort_by_key(|p| p.arm));
        Tables {
            catalogue: input.catalogue,
            estimates: input.estimates,
            arms: input.catalogue.arms().len(),
            pairs,
            others,
        }
    }

    fn number(&self, arm: usize, outcome: OutcomeId) -> Number {
        let estimate = self.estimates.overall(arm, outcome);
        estimate.map_or_else(|| Number::none("not estimated"), Number::of)
    }

    fn numbers(&self, outcome: OutcomeId) -> Vec<Number> {
        (0..self.arms).map(|arm| self.number(arm, outcome)).collect()
    }

    fn named(&self, name: &str) -> Option<Vec<Number>> {
        self.catalogue.outcome(name).map(|id| self.numbers(id))
    }

    fn comparisons(&self, outcome: usize) -> Vec<Comparison> {
        self.compared(outcome, &self.pairs[outcome])
    }

    fn compared(&self, outcome: usize, rows: &[&PairRow]) -> Vec<Comparison> {
        let better = better(self.catalogue.outcomes()[outcome].better);
        let rows = rows.iter();
        rows.map(|pair| Comparison {
            arm: pair.arm,
            versus: pair.versus,
            difference: Number::of(&pair.paired.difference),
            relative: Number::of(&pair.paired.relative),
            p_holm: pair.p_holm.and_then(finite),
            p_holm_family: pair.p_holm_family.and_then(finite),
            simultaneous: pair.simultaneous,
            variance_reduction: pair.paired.variance_reduction.and_then(finite),
            verdict: verdict(&pair.paired.difference, better),
        })
        .collect()
    }

    fn outcome(&self, i: usize) -> Outcome {
        let o = &self.catalogue.outcomes()[i];
        Outcome {
            name: o.name.clone(),
            label: o.label.clone(),
            unit: o.unit.clone(),
            better: better(o.better),
            headline: o.headline,
            arms: self.numbers(self.catalogue.outcome_id(i)),
            comparisons: self.comparisons(i),
            other_pairs: match o.headline {
                true => self.compared(i, &self.others[i]),
                false => Vec::new(),
            },
        }
    }

    /// Whether nothing at all differs from the first arm, in any outcome, group or place of death.
    fn identical(&self, arm: usize, moves: Option<&Moves>) -> bool {
        let mut some = false;
        let mut pairs = self
            .estimates
            .pairs
            .iter()
            .filter(|p| (p.arm, p.versus) == (arm, 0));
        let same = pairs.all(|p| {
            let of = |arm| self.estimates.find(arm, p.outcome, p.group);
            let difference = &p.paired.difference;
            some |= difference.value().is_some();
            // Where leaving replications out makes the value vanish, equal values and errors must do.
            of(arm) == of(0)
                && difference.standard_error().is_none()
                && difference.value().is_none_or(|d| d == 0.0)
        });
        let stayed = moves.and_then(|m| m.arms.iter().find(|m| m.arm == arm));
        some && same && stayed.is_none_or(|m| m.elsewhere.value.is_none_or(|v| v == 0.0))
    }

    fn need(&self, kind: &str) -> Option<Need> {
        let unit = ["hours", "days"].into_iter().find(|unit| {
            self.catalogue
                .outcome(&format!("mean_{unit}_in_need_{kind}"))
                .is_some()
        })?;
        let whole = self.catalogue.outcome(&format!("mean_{unit}_in_need_{kind}"))?;
        let mean = self.numbers(whole);
        let mut causes: Vec<Cause> = PathwayCause::NAMES
            .iter()
            .filter_map(|name| {
                let id = self.catalogue.outcome(&format!("mean_{unit}_{kind}_by_{name}"))?;
                let by = self.numbers(id);
                let share = by
                    .iter()
                    .zip(&mean)
                    .map(|(part, whole)| {
                        let whole = whole.value.filter(|w| *w > 0.0)?;
                        part.value.and_then(|p| finite(p / whole))
                    })
                    .collect();
                let last = self.comparisons(id.index()).into_iter().last();
                Some(Cause {
                    name: name.to_string(),
                    label: words::cause(name),
                    mean: by,
                    share,
                    last_against_first: last,
                })
            })
            .filter(|c| c.mean.iter().any(|m| m.value.is_some_and(|v| v > 0.0)))
            .collect();
        let longest = |c: &Cause| c.mean.iter().filter_map(|m| m.value).fold(0.0, f64::max);
        causes.sort_by(|a, b| longest(b).total_cmp(&longest(a)));
        let absent = || vec![Number::none("not recorded"); self.arms];
        Some(Need {
            kind: kind.to_string(),
            label: words::need(kind),
            unit: unit.to_string(),
            arose: self.named(&format!("count_needs_{kind}")).unwrap_or_else(absent),
            mean_comparisons: self.comparisons(whole.index()),
            mean,
            died: self
                .named(&format!("share_died_waiting_{kind}"))
                .unwrap_or_else(absent),
            causes,
        })
    }

    fn teams(&self) -> Vec<Team> {
        let names = self.catalogue.outcomes().iter().filter_map(|o| {
            let name = o.name.strip_prefix("utilisation_")?;
            let queue = self.named(&format!("mean_queue_{name}"))?;
            Some((name, self.named(&o.name)?, queue))
        });
        names
            .map(|(name, utilisation, queue)| {
                let first = self.named(&format!("mean_queue_first_half_{name}"));
                let halves = first.zip(self.named(&format!("mean_queue_second_half_{name}")));
                let overtime = self.named(&format!("hours_overtime_{name}"));
                let arms = (0..self.arms).map(|arm| {
                    let halves = halves
                        .as_ref()
                        .map(|(first, second)| (first[arm].clone(), second[arm].clone()));
                    TeamUse {
                        utilisation: utilisation[arm].clone(),
                        queue: queue[arm].clone(),
                        rising: halves.as_ref().is_some_and(|(a, b)| rising(a, b)),
                        halves,
                        overtime: overtime.as_ref().map(|o| o[arm].clone()),
                    }
                });
                Team {
                    name: name.to_string(),
                    arms: arms.collect(),
                }
            })
            .collect()
    }
}

fn better(b: crate::observe::Better) -> Better {
    match b {
        crate::observe::Better::Higher => Better::Higher,
        crate::observe::Better::Lower => Better::Lower,
        crate::observe::Better::Neither => Better::Neither,
    }
}

/// What a difference says. One without an interval that is the same in all replications is judged by its sign.
fn verdict(difference: &Estimate, better: Better) -> Verdict {
    let Some(value) = difference.value() else {
        return Verdict::NotEstimable;
    };
    let told = match difference.why_missing() {
        Some(Missing::NoVariation | Missing::OneReplication) if value == 0.0 => return Verdict::Same,
        Some(Missing::NoVariation) => true,
        Some(_) => return Verdict::NotEstimable,
        None => difference.excludes_zero(),
    };
    match (told, better, value > 0.0) {
        (false, _, _) => Verdict::CannotTell,
        (true, Better::Higher, true) | (true, Better::Lower, false) => Verdict::Better,
        (true, Better::Higher, false) | (true, Better::Lower, true) => Verdict::Worse,
        (true, Better::Neither, true) => Verdict::More,
        (true, Better::Neither, false) => Verdict::Less,
    }
}

/// A queue is called rising where the second half's interval lies above the first half's and its mean is at least a
/// tenth and half a job longer: no alarm over what does not matter.
fn rising(first: &Number, second: &Number) -> bool {
    let (Some(a), Some(b)) = (first.value, second.value) else {
        return false;
    };
    let apart = match (first.interval, second.interval) {
        (Some((_, high)), Some((low, _))) => low > high,
        _ => false,
    };
    apart && b > 1.1 * a && b - a > 0.5
}
