//! How many replications: a fixed number, or until the chosen outcomes are precise enough.
//!
//! `auto` looks at n = 40, 80, 120 and so on only, at the contiguous prefix of exactly n replications; it never reads a
//! clock and never looks at what finished beyond n, so the number it stops at depends on the plan alone.
//!
//! What is promised: at the stop, an interval is a nominal 95% interval for that n. Because the rule stops where the
//! interval happens to be narrow, it covers a little less often than with a fixed number. In the known-truth experiment
//! of the tests: at least 93.5% where a replication sums many independent parts, at least 92% where it is
//! as skewed as a single exponential draw. The other rule, `look_ahead`, looks after every replication from 20 on and lets the
//! precision prove itself over further ones ([`crate::methods::look_ahead`]); its measured coverage is in the same tests.

use super::estimates::{Estimates, Scope};
use crate::methods::look_ahead::{LIMIT, LookAhead};
use crate::observe::OutcomeId;
use crate::stats::{Estimate, Missing};

/// Replications between two looks of `auto`.
pub const LOOK_EVERY: u64 = 40;

/// Replications at the first look of the `look_ahead` rule: earlier, a narrow interval is mostly luck.
pub const LOOK_AHEAD_FROM: u64 = 20;

/// When `auto` looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// At 40, 80, 120 and so on.
    #[default]
    Spaced,
    /// After every replication from 20 on; the precision must hold for 5 more (beyond 100, 5%).
    LookAhead,
}

/// How many replications a plan asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// Exactly so many.
    Fixed(u64),
    /// Until precise enough.
    Auto(Auto),
}

/// The `auto` rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Auto {
    /// Outcomes that must be precise, for everybody.
    pub outcomes: Vec<OutcomeId>,
    /// Comparisons (A, B) whose difference must be precise; if empty, each arm's own estimate must be.
    pub pairs: Vec<(usize, usize)>,
    /// Largest relative half-width allowed.
    pub target: f64,
    /// Most replications.
    pub cap: u64,
    /// When it looks.
    pub rule: Rule,
}

/// Precision of one outcome in one arm or comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Arm (A of a comparison).
    pub arm: usize,
    /// B of a comparison.
    pub versus: Option<usize>,
    /// Outcome.
    pub outcome: OutcomeId,
    /// Half-width / |estimate|; of a difference A - B, half-width / |estimate of B|, the first arm. 0 where all
    /// replications agree on a nonzero level; `None` where it cannot be said.
    pub relative: Option<f64>,
}

/// What `auto` saw at one look.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Replications looked at.
    pub n: u64,
    /// Each chosen outcome in each arm or comparison.
    pub precisions: Vec<Precision>,
    /// Whether all are within the target.
    pub reached: bool,
    /// With look-ahead: the first replication from which they have been within it ever since.
    pub held_since: Option<u64>,
}

impl Look {
    /// The least precise, those that cannot be said first.
    pub fn worst(&self) -> Option<&Precision> {
        let size = |p: &Precision| p.relative.unwrap_or(f64::INFINITY);
        self.precisions.iter().max_by(|a, b| size(a).total_cmp(&size(b)))
    }
}

impl Auto {
    /// What must be estimated at a look.
    pub(super) fn scope(&self) -> Scope {
        let outcomes = Some(self.outcomes.clone());
        Scope {
            outcomes,
            everybody_only: true,
            pairs: self.pairs.clone(),
        }
    }

    /// The next number of replications to look at, after `n`.
    pub fn next_look(&self, n: u64) -> u64 {
        (n / LOOK_EVERY + 1).saturating_mul(LOOK_EVERY).min(self.cap)
    }

    /// Judges estimates of `scope`.
    pub fn look(&self, estimates: &Estimates) -> Look {
        let mut precisions = Vec::new();
        for &outcome in &self.outcomes {
            let level = |arm| estimates.overall(arm, outcome).and_then(|e| e.value());
            if self.pairs.is_empty() {
                let arms = estimates.rows.iter().filter(|r| r.outcome == outcome);
                precisions.extend(arms.map(|r| Precision {
                    arm: r.arm,
                    versus: None,
                    outcome,
                    relative: relative(half(&r.estimate), level(r.arm)),
                }));
            }
            for pair in estimates.pairs.iter().filter(|p| p.outcome == outcome) {
                let difference = pair.paired.difference;
                let relative = relative(half(&difference), level(pair.versus));
                precisions.push(Precision {
                    arm: pair.arm,
                    versus: Some(pair.versus),
                    outcome,
                    relative,
                });
            }
        }
        let reached = precisions
            .iter()
            .all(|p| p.relative.is_some_and(|r| r <= self.target));
        Look {
            n: estimates.replications,
            precisions,
            reached,
            held_since: None,
        }
    }

    /// The `look_ahead` rule with this cap.
    pub fn look_ahead(&self) -> LookAhead {
        LookAhead {
            first: LOOK_AHEAD_FROM,
            limit: LIMIT,
            cap: self.cap,
        }
    }
}

/// The half-width: `None` if it cannot be said, `Some(None)` if all replications agree.
pub(super) fn half(estimate: &Estimate) -> Option<Option<f64>> {
    match (estimate.value(), estimate.why_missing()) {
        (Some(_), None) => Some(estimate.half_width()),
        (Some(_), Some(Missing::NoVariation)) => Some(None),
        _ => None,
    }
}

/// `half`: `None` if it cannot be said, `Some(None)` if the value does not vary.
pub(super) fn relative(half: Option<Option<f64>>, level: Option<f64>) -> Option<f64> {
    let level = level.map(f64::abs).filter(|l| *l > 0.0)?;
    half.map(|half| half.unwrap_or(0.0) / level)
}
