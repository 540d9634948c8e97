//! Simple questions to a report and its numbers.

use super::model::*;

impl Number {
    /// Half the width of the interval.
    pub(super) fn half_width(&self) -> Option<f64> {
        self.interval.map(|(low, high)| (high - low) / 2.0)
    }
}

impl Report {
    /// Leaves the first arm only.
    pub(super) fn keep_first(&mut self) {
        self.arms.truncate(1);
        self.moves = None;
        self.changes = None;
        self.equity = None;
        for o in &mut self.outcomes {
            o.arms.truncate(1);
            o.comparisons.clear();
            o.other_pairs.clear();
        }
        for need in &mut self.needs {
            need.arose.truncate(1);
            need.mean.truncate(1);
            need.died.truncate(1);
            need.mean_comparisons.clear();
            for cause in &mut need.causes {
                cause.mean.truncate(1);
                cause.share.truncate(1);
                cause.last_against_first = None;
            }
        }
        self.teams.iter_mut().for_each(|t| t.arms.truncate(1));
        if let Some(staff) = &mut self.staff {
            staff.totals.truncate(1);
            staff.teams.retain(|t| t.arms[0].is_some());
            for team in &mut staff.teams {
                team.arms.truncate(1);
                team.same = true;
            }
            staff.same = true;
        }
        self.precision = Precision::of(&self.outcomes);
    }

    /// The headline outcomes.
    pub fn headlines(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|o| o.headline)
    }

    /// Whether arms are compared.
    pub fn compares(&self) -> bool {
        self.arms.len() > 1
    }
}

impl Precision {
    /// Of the headlines among these outcomes.
    pub(super) fn of(outcomes: &[Outcome]) -> Precision {
        let mut relative: Vec<(f64, &str)> = Vec::new();
        let mut factors: Vec<f64> = Vec::new();
        for o in outcomes.iter().filter(|o| o.headline) {
            let level = |n: &Number| n.value.map(f64::abs).filter(|v| *v > 0.0);
            let mut push = |half: Option<f64>, level: Option<f64>| {
                if let Some(r) = half
                    .zip(level)
                    .and_then(|(h, l)| Some(h / l).filter(|r| r.is_finite()))
                {
                    relative.push((r, &o.label));
                }
            };
            match o.comparisons.is_empty() {
                true => o.arms.iter().take(1).for_each(|n| push(n.half_width(), level(n))),
                false => {
                    for c in &o.comparisons {
                        push(c.difference.half_width(), o.arms.first().and_then(level));
                        factors.extend(c.variance_reduction);
                    }
                }
            }
        }
        relative.sort_by(|a, b| a.0.total_cmp(&b.0));
        factors.sort_by(f64::total_cmp);
        let (all, mid) = (relative.len(), relative.get(relative.len() / 2));
        Precision {
            median: mid.map(|m| m.0),
            worst: relative.last().map(|w| w.0),
            worst_outcome: relative.last().filter(|_| all > 0).map(|w| w.1.to_string()),
            variance_reduction: factors.get(factors.len() / 2).copied(),
        }
    }
}
