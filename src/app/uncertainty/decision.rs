//! A decision in money over the draws: what the scenarios' net benefits are and what information about parameters is worth.

use super::analysis::{replications, words};
use super::seen::Seen;
use crate::app::Error;
use crate::methods::voi::{self, value_of_information};
use crate::report::DecisionFacts;
use crate::scenario::plan::DecisionPlan;
use crate::stats::Missing;

impl Seen<'_> {
    /// What the decision comes to.
    pub(super) fn decision(&self, plan: &DecisionPlan) -> Result<DecisionFacts, Error> {
        let watched = self.watched;
        let place = |name: &String| watched.iter().position(|w| w.name == *name);
        let mut terms: Vec<(usize, f64)> = Vec::new();
        for (name, worth) in &plan.worth {
            terms.extend(place(name).map(|w| (w, worth.get())));
        }
        for name in &plan.costs {
            terms.extend(place(name).map(|w| (w, -1.0)));
        }
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        if self.priors.together {
            groups.push(("all together".to_string(), vec![0]));
        } else {
            let names = self.priors.parameters.iter().enumerate();
            groups.extend(names.map(|(i, p)| (p.name.clone(), vec![i])));
            for (name, patterns) in &plan.groups {
                let inside = self.priors.group(patterns)?;
                if inside.is_empty() {
                    return Err(Error::Refused(format!(
                        "no parameter is in the group `{name}` of the decision"
                    )));
                }
                groups.push((name.clone(), inside));
            }
        }
        let quantiles: Vec<Vec<Vec<f64>>> = (groups.iter())
            .map(|(_, places)| {
                let row = |u: &Vec<f64>| places.iter().map(|&p| u[p]).collect();
                self.priors.quantiles.iter().map(row).collect()
            })
            .collect();
        let benefits: Result<Vec<Vec<Vec<f64>>>, Missing> = (0..self.points.len())
            .map(|arm| {
                (0..self.draws)
                    .map(|draw| self.benefit(arm, draw, &terms))
                    .collect()
            })
            .collect();
        let seed = self.seed;
        let found = benefits.and_then(|nb| value_of_information(&nb, &quantiles, seed, voi::ROUNDS));
        Ok(DecisionFacts {
            worth: plan
                .worth
                .iter()
                .map(|(name, w)| (name.clone(), w.get()))
                .collect(),
            costs: plan.costs.clone(),
            population: plan.population.map(|p| p.get()),
            groups: groups
                .into_iter()
                .map(|(name, places)| (name, places.len()))
                .collect(),
            voi: found.map_err(|why| match why {
                Missing::NobodyAtRisk => {
                    "a decision needs two scenarios, and outcomes that exist".to_string()
                }
                other => words(other),
            }),
        })
    }

    /// Net benefit of a scenario in a draw, by replication.
    fn benefit(&self, arm: usize, draw: usize, terms: &[(usize, f64)]) -> Result<Vec<f64>, Missing> {
        let observed = &self.observed[self.in_draw(arm, draw)];
        let mut sum: Vec<f64> = Vec::new();
        for &(w, worth) in terms {
            let values = replications(&observed[w])?;
            sum.resize(values.len(), 0.0);
            sum.iter_mut().zip(values).for_each(|(s, v)| *s += worth * v);
        }
        Ok(sum)
    }
}
