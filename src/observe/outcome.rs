//! The formulas by which outcomes follow from recorded measures.

use super::catalogue::{GroupId, MeasureId, WaitId};
use crate::base::Secs;

/// Which direction of an outcome is good for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither: a description.
    Neither,
}

/// How an outcome is worked out of the sums over replications.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `scale * sum(num) / sum(den)`, pooled over people and replications.
    Ratio {
        /// Numerator.
        num: MeasureId,
        /// Denominator.
        den: MeasureId,
        /// Factor from recorded to shown unit.
        scale: f64,
    },
    /// `scale * sum(num) / replications`.
    Mean {
        /// What is averaged over replications.
        num: MeasureId,
        /// Factor from recorded to shown unit.
        scale: f64,
    },
    /// `scale *` Aalen–Johansen cumulative incidence of `cause` by time `at`.
    Incidence {
        /// The waiting time.
        wait: WaitId,
        /// Index into the wait's causes.
        cause: usize,
        /// Seconds since entry; at most the horizon of the bins.
        at: Secs,
        /// 1 for a share, 100 for per cent, and so on.
        scale: f64,
    },
    /// First time at which the cumulative incidence of `cause` reaches `q`, in units of `unit` seconds;
    /// "not reached" if it does not.
    Centile {
        /// The waiting time.
        wait: WaitId,
        /// Index into the wait's causes.
        cause: usize,
        /// Share of all who entered, strictly between 0 and 1.
        q: f64,
        /// Seconds per shown unit (`DAY` for days).
        unit: Secs,
    },
    /// Restricted mean time still waiting: the integral from 0 to `upto` of the probability that no cause has ended
    /// the wait, in units of `unit` seconds.
    RestrictedMean {
        /// The waiting time.
        wait: WaitId,
        /// Seconds; at most the horizon of the bins.
        upto: Secs,
        /// Seconds per shown unit.
        unit: Secs,
    },
    /// The ratio in group `of` minus the ratio in group `from`. Shown for everybody only.
    Gap {
        /// Numerator.
        num: MeasureId,
        /// Denominator.
        den: MeasureId,
        /// Factor from recorded to shown unit.
        scale: f64,
        /// Group whose value comes first.
        of: GroupId,
        /// Group whose value is subtracted.
        from: GroupId,
    },
    /// The ratio in group `of` over the ratio in group `from`. Shown for everybody only.
    Relative {
        /// Numerator.
        num: MeasureId,
        /// Denominator.
        den: MeasureId,
        /// Group whose value is divided.
        of: GroupId,
        /// Group by whose value it is divided.
        from: GroupId,
    },
    /// One ratio over another, of two sets of people who are no group. Shown for everybody only.
    RiskRatio {
        /// Numerator of the first.
        num: MeasureId,
        /// Denominator of the first.
        den: MeasureId,
        /// Numerator of the ratio by which it is divided.
        num_from: MeasureId,
        /// Denominator of that.
        den_from: MeasureId,
    },
    /// Slope index of inequality of the ratio across ordered groups (worst off first), weighted by `den`.
    /// Shown for everybody only.
    Slope {
        /// Numerator.
        num: MeasureId,
        /// Denominator, which is also the weight of a group.
        den: MeasureId,
        /// Factor from recorded to shown unit.
        scale: f64,
        /// Groups in rank order.
        groups: Vec<GroupId>,
    },
}

impl Kind {
    /// The word of the `statistic` column.
    pub fn statistic(&self) -> &'static str {
        match self {
            Kind::Ratio { .. } => "ratio",
            Kind::Mean { .. } => "mean",
            Kind::Incidence { .. } => "cumulative_incidence",
            Kind::Centile { .. } => "centile",
            Kind::RestrictedMean { .. } => "restricted_mean",
            Kind::Gap { .. } => "gap",
            Kind::Relative { .. } => "rate_ratio",
            Kind::RiskRatio { .. } => "risk_ratio",
            Kind::Slope { .. } => "slope_index",
        }
    }
}

/// One outcome: one number per arm and group.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Field-standard name such as `mean_wait_cns_days`; unique.
    pub name: String,
    /// Words for a reader, such as `Wait for a specialist nurse`.
    pub label: String,
    /// Unit as shown: `days`, `share`, `per 1,000 people`.
    pub unit: String,
    /// Formula.
    pub kind: Kind,
    /// Direction that is good.
    pub better: Better,
    /// One of the at most 12 outcomes tested together.
    pub headline: bool,
    /// Whether a difference between arms means anything (not for what is recorded about a pair already).
    pub compared: bool,
}

impl Outcome {
    /// An outcome compared between arms, no headline.
    pub fn new(name: &str, label: &str, unit: &str, better: Better, kind: Kind) -> Outcome {
        Outcome {
            name: name.to_string(),
            label: label.to_string(),
            unit: unit.to_string(),
            kind,
            better,
            headline: false,
            compared: true,
        }
    }

    /// The same outcome as one of the headlines.
    pub fn headline(mut self) -> Outcome {
        self.headline = true;
        self
    }

    /// The same outcome, not compared between arms.
    pub fn described_only(mut self) -> Outcome {
        self.compared = false;
        self
    }
}
