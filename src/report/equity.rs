//! Whether an arm narrows or widens a gap between groups of people.
//!
//! A gap (worst-off less best-off group), a slope index and a ratio of rates each have a value at which there is no gap: 0, 0
//! and 1. Where the first arm's interval lies wholly on one side of it, a difference whose interval excludes zero narrows the
//! gap (towards that value), widens it, or reverses it (the arm's own interval lies wholly on the other side).

use serde::{Deserialize, Serialize};

use super::model::{Comparison, Number, Outcome, Verdict};
use crate::experiment::Estimates;
use crate::observe::{Catalogue, GroupId, Kind};
use crate::stats::holm;

/// All outcomes that are gaps between groups, and what each arm does to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Equity {
    /// The outcomes, in the order of the catalogue.
    pub outcomes: Vec<GapOutcome>,
}

/// One gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapOutcome {
    /// Position among the report's outcomes, where its values and differences are.
    pub outcome: usize,
    /// Value at which there is no gap.
    pub neutral: f64,
    /// What each other arm does, in the order of its comparisons.
    pub changes: Vec<GapChange>,
}

/// What an arm does to a gap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapChange {
    /// Position of the arm; compared with the first.
    pub arm: usize,
    /// What can be said, at 95% for this gap alone.
    pub verdict: GapVerdict,
    /// p of no difference, adjusted by Holm over all gaps and arms.
    pub p_holm: Option<f64>,
}

/// What a comparison says of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapVerdict {
    /// Exactly the same in all replications.
    Same,
    /// A clear gap becomes smaller.
    Narrows,
    /// A clear gap becomes larger.
    Widens,
    /// A clear gap turns into a clear gap the other way.
    Reverses,
    /// Where no gap could be told in the first arm, there is one.
    Opens,
    /// The two groups' outcomes move apart or together, with no clear gap in either arm.
    Moves,
    /// The interval of the difference includes zero.
    CannotTell,
    /// There is no interval.
    NotEstimable,
}

impl GapVerdict {
    /// Whether the difference can be told from zero.
    pub fn told(self) -> bool {
        use GapVerdict::{Moves, Narrows, Opens, Reverses, Widens};
        matches!(self, Narrows | Widens | Reverses | Opens | Moves)
    }
}

impl Equity {
    /// Of these outcomes, given in the catalogue's order; `None` where none is a gap or nothing is compared.
    pub(super) fn of(catalogue: &Catalogue, estimates: &Estimates, outcomes: &[Outcome]) -> Option<Equity> {
        let mut found = Vec::new();
        for (i, (o, shown)) in catalogue.outcomes().iter().zip(outcomes).enumerate() {
            let neutral = match o.kind {
                Kind::Gap { .. } | Kind::Slope { .. } => 0.0,
                Kind::Relative { .. } => 1.0,
                _ => continue,
            };
            let change = |c: &Comparison| GapChange {
                arm: c.arm,
                verdict: verdict(c, neutral, shown),
                p_holm: None,
            };
            found.push(GapOutcome {
                outcome: i,
                neutral,
                changes: shown.comparisons.iter().map(change).collect(),
            });
        }
        let tested = |g: &GapOutcome, c: &GapChange| {
            let outcome = catalogue.outcome_id(g.outcome);
            let row = estimates
                .pairs
                .iter()
                .find(|p| (p.arm, p.versus, p.outcome, p.group) == (c.arm, 0, outcome, GroupId::ALL));
            row.and_then(|row| row.paired.p)
        };
        let p: Vec<Option<f64>> = found
            .iter()
            .flat_map(|g| g.changes.iter().map(move |c| tested(g, c)))
            .collect();
        let all = found.iter_mut().flat_map(|g| &mut g.changes);
        for (change, p) in all.zip(holm(&p)) {
            change.p_holm = p.filter(|p| p.is_finite());
        }
        found.retain(|g| !g.changes.is_empty());
        (!found.is_empty()).then_some(Equity { outcomes: found })
    }

    /// Every gap with every change, in order.
    pub fn all(&self) -> impl Iterator<Item = (&GapOutcome, &GapChange)> {
        self.outcomes
            .iter()
            .flat_map(|g| g.changes.iter().map(move |c| (g, c)))
    }
}

/// The side of `neutral` on which a number's interval lies wholly: -1, 0 (neither), 1. A number that never varies is taken at its
/// word.
fn side(n: &Number, neutral: f64) -> i8 {
    let (low, high) = match (n.interval, n.value) {
        (Some(interval), _) => interval,
        (None, Some(v)) if n.missing.as_deref() == Some(&*crate::stats::Missing::NoVariation.to_string()) => {
            (v, v)
        }
        _ => return 0,
    };
    i8::from(low > neutral) - i8::from(high < neutral)
}

fn verdict(c: &Comparison, neutral: f64, o: &Outcome) -> GapVerdict {
    match c.verdict {
        Verdict::Same => return GapVerdict::Same,
        Verdict::CannotTell => return GapVerdict::CannotTell,
        Verdict::NotEstimable => return GapVerdict::NotEstimable,
        _ => {}
    }
    let none = Number::none("");
    let of = |arm: usize| side(o.arms.get(arm).unwrap_or(&none), neutral);
    let up = if c.difference.value.is_some_and(|d| d > 0.0) {
        1
    } else {
        -1
    };
    match (of(0), of(c.arm)) {
        (0, 0) => GapVerdict::Moves,
        (0, _) => GapVerdict::Opens,
        (first, _) if first == up => GapVerdict::Widens,
        (first, here) if here == -first => GapVerdict::Reverses,
        _ => GapVerdict::Narrows,
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::{exactly, number};
    use super::super::model::Better;
    use super::*;

    fn gap(first: Number, here: Number, difference: Number, told: Verdict, neutral: f64) -> GapVerdict {
        let comparison = Comparison {
            arm: 1,
            versus: 0,
            difference,
            relative: Number::none(""),
            p_holm: None,
            p_holm_family: None,
            simultaneous: None,
            variance_reduction: None,
            verdict: told,
        };
        let outcome = Outcome {
            name: String::new(),
            label: String::new(),
            unit: String::new(),
            better: Better::Neither,
            headline: false,
            arms: vec![first, here],
            comparisons: Vec::new(),
            other_pairs: Vec::new(),
        };
        verdict(&comparison, neutral, &outcome)
    }

    #[test]
    fn gaps_narrow_widen_reverse_and_open() {
        use GapVerdict::*;
        let (up, down) = (Verdict::More, Verdict::Less);
        for (first, here, difference, told, neutral, expected) in [
            (
                number(0.2, 0.1),
                number(0.1, 0.2),
                number(-0.1, 0.05),
                down,
                0.0,
                Narrows,
            ),
            (
                number(-0.2, 0.1),
                number(-0.1, 0.05),
                number(0.1, 0.05),
                up,
                0.0,
                Narrows,
            ),
            (
                number(0.2, 0.1),
                number(0.3, 0.1),
                number(0.1, 0.05),
                up,
                0.0,
                Widens,
            ),
            (
                number(0.2, 0.1),
                number(-0.3, 0.1),
                number(-0.5, 0.05),
                down,
                0.0,
                Reverses,
            ),
            (
                number(0.2, 0.3),
                number(0.4, 0.3),
                number(0.2, 0.1),
                up,
                0.0,
                Opens,
            ),
            (
                number(0.2, 0.3),
                number(0.0, 0.3),
                number(-0.2, 0.1),
                down,
                0.0,
                Moves,
            ),
            // A ratio of 1.2 that becomes 1.1 narrows; it is on the upper side of 1, not of 0.
            (
                number(1.2, 0.1),
                number(1.1, 0.05),
                number(-0.1, 0.05),
                down,
                1.0,
                Narrows,
            ),
            (
                number(0.8, 0.1),
                number(0.7, 0.05),
                number(-0.1, 0.05),
                down,
                1.0,
                Widens,
            ),
            (
                exactly(0.5),
                number(0.4, 0.05),
                number(-0.1, 0.05),
                down,
                0.0,
                Narrows,
            ),
        ] {
            assert_eq!(gap(first, here, difference, told, neutral), expected);
        }
        let same = gap(
            number(0.2, 0.1),
            number(0.2, 0.1),
            exactly(0.0),
            Verdict::Same,
            0.0,
        );
        assert_eq!(same, Same);
    }
}
