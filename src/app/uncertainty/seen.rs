//! What was observed at the centre, in the draws and in the scans, and what the report says of it.

use super::Points;
use super::analysis::{self, paired, probability, scan};
use super::priors::Priors;
use crate::app::study::Watched;
use crate::experiment::Observed;
use crate::methods::tipping::Scale;
use crate::report::{
    DrawRow, ScanFacts, UncertainArm, UncertainDifference, UncertainOutcome, UncertainValue,
};
use crate::stats::Missing;

/// All that was observed.
pub(super) struct Seen<'a> {
    /// The outcomes.
    pub watched: &'a [Watched],
    /// Seed of simulated intervals.
    pub seed: u64,
    /// What was drawn.
    pub priors: &'a Priors,
    /// Where it was drawn, by scenario.
    pub points: &'a [Points],
    /// By point and outcome, over the replications of a draw.
    pub observed: &'a [Vec<Observed>],
    /// By scenario and outcome, at the centre of the priors over all its replications.
    pub centres: &'a [Vec<Observed>],
    /// Number of draws.
    pub draws: usize,
}

impl Seen<'_> {
    pub(super) fn arms(&self) -> Vec<UncertainArm> {
        (self.priors.arms.iter().enumerate())
            .map(|(i, a)| UncertainArm {
                name: a.arm.name.clone(),
                title: a.arm.title().to_string(),
                drawn: self.priors.touched(i),
            })
            .collect()
    }

    /// The point of a scenario in a draw.
    pub(super) fn in_draw(&self, arm: usize, draw: usize) -> usize {
        let points = &self.points[arm];
        points.drawn.get(draw).copied().unwrap_or(points.centre)
    }

    fn drawn_pair(&self, arm: usize) -> bool {
        self.priors.touched(arm) || self.priors.touched(0)
    }

    /// Paired differences by draw.
    fn differences(&self, arm: usize, outcome: usize) -> Result<Vec<Vec<f64>>, Missing> {
        let of = |arm: usize, draw: usize| &self.observed[self.in_draw(arm, draw)][outcome];
        (0..self.draws).map(|d| paired(of(arm, d), of(0, d))).collect()
    }

    fn scanned(
        &self,
        at: &[usize],
        reference: &dyn Fn(usize) -> usize,
        outcome: usize,
    ) -> Result<Vec<Vec<f64>>, Missing> {
        let of = |(i, &p): (usize, &usize)| {
            paired(&self.observed[p][outcome], &self.observed[reference(i)][outcome])
        };
        at.iter().enumerate().map(of).collect()
    }

    pub(super) fn outcome(&self, w: usize, scan_of: Option<&ScanFacts>) -> UncertainOutcome {
        let watched = &self.watched[w];
        let better = watched.outcome.better;
        let values = (0..self.points.len())
            .map(|arm| UncertainValue {
                centre: self.centres[arm][w].estimate(),
                spread: match self.priors.touched(arm) {
                    false => Err(analysis::NOT_DRAWN.to_string()),
                    true => {
                        let of = |d: usize| analysis::replications(&self.observed[self.in_draw(arm, d)][w]);
                        let rows: Result<Vec<Vec<f64>>, Missing> =
                            (0..self.draws).map(|d| of(d).map(<[f64]>::to_vec)).collect();
                        analysis::spread(&rows)
                    }
                },
            })
            .collect();
        let compared = watched.outcome.compared;
        let arms = (1..self.points.len()).filter(|_| compared);
        let differences = arms.map(|arm| self.difference(arm, w, better, scan_of)).collect();
        UncertainOutcome {
            name: watched.outcome.name.clone(),
            group: watched.group.clone(),
            label: watched.outcome.label.clone(),
            unit: watched.outcome.unit.clone(),
            better,
            values,
            differences,
        }
    }

    fn difference(
        &self,
        arm: usize,
        w: usize,
        better: crate::observe::Better,
        scan_of: Option<&ScanFacts>,
    ) -> UncertainDifference {
        let at = |arm: usize| &self.centres[arm][w];
        let centre = paired(at(arm), at(0)).ok();
        let centre = centre.as_deref();
        let drawn = self.drawn_pair(arm);
        let x = self.differences(arm, w);
        let not = || Err(analysis::NOT_DRAWN.to_string());
        let not_better = || Err(analysis::NOT_DRAWN.to_string());
        let (own, first) = (&self.points[arm], &self.points[0]);
        let tipping = scan_of.filter(|_| drawn).map(|facts| {
            // Where only the reference is scanned, this scenario stays as it is.
            let place = |points: &Points, i: usize| points.scanned.get(i).copied().unwrap_or(points.centre);
            let own: Vec<usize> = (0..facts.values.len()).map(|i| place(own, i)).collect();
            let rows = self.scanned(&own, &|i| place(first, i), w);
            scan(
                &facts.values,
                &rows,
                centre,
                if facts.ratio { Scale::Log } else { Scale::Linear },
            )
        });
        // Parameters that only the reference has move it alone.
        let others = first.each.iter().filter(|f| own.each.iter().all(|e| e.0 != f.0));
        let here = |values: usize| vec![own.centre; values];
        let others = others.map(|(place, values, at)| (*place, values.clone(), here(at.len())));
        let union: Vec<_> = own.each.iter().cloned().chain(others).collect();
        let each = (union.iter())
            .map(|(place, values, at)| {
                // A parameter of the reference too moves there as well.
                let both = first.each.iter().find(|e| e.0 == *place);
                let reference = |i: usize| both.map_or(first.centre, |e| e.2[i]);
                let log = self.priors.parameters[*place].log && values[0] > 0.0;
                let rows = self.scanned(at, &reference, w);
                let scale = if log { Scale::Log } else { Scale::Linear };
                (
                    self.priors.parameters[*place].name.clone(),
                    scan(values, &rows, centre, scale),
                )
            })
            .collect();
        UncertainDifference {
            arm,
            centre: at(arm).minus(at(0)),
            spread: if drawn { analysis::spread(&x) } else { not() },
            better: if drawn {
                probability(&x, centre, better, self.seed)
            } else {
                not_better()
            },
            tipping,
            each,
        }
    }

    pub(super) fn rows(&self) -> Vec<DrawRow> {
        let mut all = Vec::new();
        for draw in 0..self.draws {
            for arm in (0..self.points.len()).filter(|&a| self.priors.touched(a)) {
                let of = |arm: usize| &self.observed[self.in_draw(arm, draw)];
                let differences = match arm {
                    0 => Vec::new(),
                    _ => of(arm).iter().zip(of(0)).map(|(a, b)| a.minus(b)).collect(),
                };
                all.push(DrawRow {
                    draw,
                    arm,
                    values: self.priors.values(arm, draw),
                    outcomes: of(arm).iter().map(Observed::estimate).collect(),
                    differences,
                });
            }
        }
        all
    }
}
