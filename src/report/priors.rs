//! The priors' section of a comparison: how likely each arm is to be better, and where the comparison turns.

use super::model::{Better, Number, Outcome, PriorRow, Priors, Report};
use super::numbers::fixed;
use super::uncertainty::{R_MEANS, Uncertainty, lean, probability, tipping_words};

/// Draws of the example.
const EXAMPLE: usize = 24;

impl Priors {
    /// Of draws that were made.
    pub fn of(u: &Uncertainty) -> Priors {
        let drawn: Vec<usize> = (0..u.arms.len()).filter(|&i| u.arms[i].drawn).collect();
        let mut rows = Vec::new();
        for o in &u.outcomes {
            for d in o.differences.iter().filter(|d| drawn.contains(&d.arm)) {
                let (probability, unshrunk, says) = match &d.better {
                    Ok(b) => {
                        let number = Number {
                            value: Some(b.p),
                            interval: Some((b.low, b.high)),
                            missing: None,
                        };
                        (
                            number,
                            Some(b.unshrunk),
                            format!("{}, {}", probability(b), lean(b, o.better)),
                        )
                    }
                    Err(why) => (Number::none(why), None, why.clone()),
                };
                let (turns, at) = match &d.tipping {
                    Some(Ok(t)) => {
                        let only = Some(t.crossings.as_slice())
                            .filter(|c| c.len() == 1)
                            .map(|c| c[0]);
                        (tipping_words(t, o.better, u.letter()), only)
                    }
                    Some(Err(why)) => (why.clone(), None),
                    None => (String::new(), None),
                };
                rows.push(PriorRow {
                    outcome: o.name.clone(),
                    arm: d.arm,
                    probability,
                    unshrunk,
                    says,
                    turns,
                    at,
                });
            }
        }
        let ratios = || u.parameters.iter().filter(|p| p.ratio);
        Priors {
            draws: u.draws,
            replications: u.replications,
            arms: drawn,
            ratios: ratios().count(),
            above_one: ratios().filter(|p| p.range.is_some_and(|r| r.1 > 1.0)).count(),
            scanned: u
                .scan
                .as_ref()
                .and_then(|s| Some((*s.values.first()?, *s.values.last()?))),
            rows,
        }
    }

    /// Where none were asked for.
    pub fn off(arms: Vec<usize>) -> Priors {
        Priors {
            draws: 0,
            replications: 0,
            arms,
            ratios: 0,
            above_one: 0,
            scanned: None,
            rows: Vec::new(),
        }
    }
}

/// What stands above the table, or instead of it.
pub(super) fn sentences(p: &Priors) -> Vec<String> {
    if p.draws == 0 {
        return vec![format!(
            "Not worked out here: how likely each arm is to be better over the plausible ranges of the ratios inside one organisation, \
             and the ratio at which the comparison turns. `--priors {EXAMPLE}` does; it takes about as long again."
        )];
    }
    let (low, high) = p.scanned.unwrap_or_default();
    vec![
        format!(
            "The table above holds the ratios inside one organisation at the centre of their ranges. Here all {} were drawn {} times from \
             the whole ranges ({} of them may be above 1: working inside one organisation may be harder), with {} replications of each \
             draw. P: probability over the draws that the expected outcome is better than A's (chance taken out), with its 95% interval; \
             the interval alone where it holds one half or is wide.",
            p.ratios, p.draws, p.above_one, p.replications
        ),
        format!(
            "Then all ratios were set to one r from {} to {}: where does the difference turn? {R_MEANS}",
            fixed(low, 1),
            fixed(high, 1)
        ),
    ]
}

/// The outcomes that have rows, with them.
pub(super) fn by_outcome<'a>(report: &'a Report, p: &'a Priors) -> Vec<(&'a Outcome, Vec<&'a PriorRow>)> {
    let rows = |o: &Outcome| -> Vec<&'a PriorRow> { p.rows.iter().filter(|r| r.outcome == o.name).collect() };
    let all = report.outcomes.iter().map(|o| (o, rows(o)));
    all.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// What the probability is of.
pub(super) fn of_what(o: &Outcome) -> &'static str {
    match o.better {
        Better::Neither => "P(higher)",
        _ => "P(better)",
    }
}
