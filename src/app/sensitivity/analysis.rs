//! Numbers by combination and replication, and what each method makes of them.

use super::{Combination, Inner, tornado};
use crate::app::Error;
use crate::app::study::{Bench, Ran, Watched};
use crate::experiment::Observed;
use crate::methods::crossed::over_replications;
use crate::methods::{morris, sobol, turning};
use crate::report::sensitivity::{Effect, Found, Sensitive, Sensitivity, Shares};
use crate::scenario::plan::Method;
use crate::stats::{Estimate, holm};

/// What is watched at every combination: the level in one scenario, or the second minus the first.
pub struct Table {
    /// Watched outcomes.
    pub watched: Vec<Watched>,
    /// By outcome and combination: pseudo-values by replication; none where the outcome does not exist.
    pub values: Vec<Vec<Vec<f64>>>,
    scenarios: usize,
}

impl Table {
    /// An empty table.
    pub fn new(bench: &Bench<'_, '_>, scenarios: usize) -> Table {
        let watched = bench.study.watched().to_vec();
        Table {
            values: vec![Vec::new(); watched.len()],
            watched,
            scenarios,
        }
    }

    /// Runs combinations and adds what is seen. `point`: the number of the study's point, by position and scenario.
    pub fn extend(
        &mut self,
        bench: &mut Bench<'_, '_>,
        combinations: &[Combination],
        n: u64,
        point: impl Fn(usize, usize) -> usize,
    ) -> Result<Ran, Error> {
        let all = || (0..combinations.len()).flat_map(|i| (0..self.scenarios).map(move |s| (i, s)));
        let wanted: Vec<(usize, u64)> = all().map(|(i, s)| (point(i, s), n)).collect();
        if bench.ensure(&wanted)? == Ran::Interrupted {
            return Ok(Ran::Interrupted);
        }
        for i in 0..combinations.len() {
            let first = bench.observed(point(i, 0), n)?;
            let second = match self.scenarios {
                2 => Some(bench.observed(point(i, 1), n)?),
                _ => None,
            };
            for (w, values) in self.values.iter_mut().enumerate() {
                values.push(difference(&first[w], second.as_ref().map(|s| &s[w])));
            }
        }
        Ok(Ran::Complete)
    }
}

/// Pseudo-values of the level, or of the paired difference; none if either does not exist.
fn difference(first: &Observed, second: Option<&Observed>) -> Vec<f64> {
    match second {
        None => first.pseudo.clone(),
        Some(second) if first.pseudo.is_empty() || second.pseudo.is_empty() => Vec::new(),
        Some(second) => (second.pseudo.iter().zip(&first.pseudo))
            .map(|(b, a)| b - a)
            .collect(),
    }
}

/// The answer.
pub fn analyse(inner: &Inner, table: &Table) -> Sensitivity {
    let one = |(w, watched): (usize, &Watched)| {
        let values = &table.values[w];
        Sensitive {
            asked: watched.name.clone(),
            name: watched.outcome.name.clone(),
            group: watched.group.clone(),
            label: watched.outcome.label.clone(),
            unit: watched.outcome.unit.clone(),
            better: watched.outcome.better,
            base: over_replications(&values[0]),
            found: found(inner, watched, values),
        }
    };
    Sensitivity {
        title: inner.title.clone(),
        question: inner.question.clone(),
        scenarios: inner.scenarios.clone(),
        method: inner.body.method,
        replications: inner.replications,
        points: inner.combinations.len() * inner.arms.len(),
        varied: inner.parameters.iter().map(|p| p.varied(&inner.arms)).collect(),
        left_out: inner.left_out.clone(),
        outcomes: table.watched.iter().enumerate().map(one).collect(),
    }
}

fn found(inner: &Inner, watched: &Watched, values: &[Vec<f64>]) -> Result<Found, String> {
    if inner.arms.len() == 2 && !watched.outcome.compared {
        return Err("a difference of it between scenarios means nothing".to_string());
    }
    let lacking = values.iter().filter(|v| v.is_empty()).count();
    if lacking > 0 {
        let all = values.len();
        return Err(format!(
            "it does not exist, or not without single replications, at {lacking} of {all} combinations"
        ));
    }
    let factors = inner.parameters.len();
    let differs = inner.arms.len() == 2;
    // The base comes first, then the design.
    let design = &values[1..];
    match inner.body.method {
        Method::Tornado => Ok(Found::Tornado(tornado::told(inner, values))),
        Method::Morris => {
            let steps = morris::steps(&inner.design, factors)
                .map_err(|p| format!("point {p} is no step of a trajectory"))?;
            let screened = morris::screen(&steps, factors, design);
            let p = holm(&screened.iter().map(|s| s.p).collect::<Vec<_>>());
            let moves: Vec<(usize, usize, usize)> =
                steps.iter().map(|s| (s.factor, s.before, s.after)).collect();
            let turned = differs.then(|| turning::turned(&moves, factors, design));
            let mut rows: Vec<Effect> = screened
                .into_iter()
                .enumerate()
                .map(|(varied, found)| Effect {
                    varied,
                    found,
                    p: p[varied],
                    turned: turned.as_ref().map(|t| t[varied]),
                })
                .collect();
            rows.sort_by(|a, b| descending(&a.found.mu_star, &b.found.mu_star).then(a.varied.cmp(&b.varied)));
            Ok(Found::Morris(rows))
        }
        Method::Sobol => {
            let indices = sobol::indices(factors, design, inner.seed);
            let indices =
                indices.ok_or_else(|| format!("there are fewer than {} design rows", sobol::LEAST_ROWS))?;
            let mut order: Vec<usize> = (0..factors).collect();
            order.sort_by(|&a, &b| {
                descending(&indices.factors[a].total, &indices.factors[b].total).then(a.cmp(&b))
            });
            let p = holm(&indices.factors.iter().map(|f| f.p).collect::<Vec<_>>());
            let row = factors + 2;
            let moves: Vec<(usize, usize, usize)> = (0..indices.rows)
                .flat_map(|j| (0..factors).map(move |i| (i, j * row, j * row + 1 + i)))
                .collect();
            let mean = |v: &Vec<f64>| v.iter().sum::<f64>();
            let sign = mean(&values[0]);
            let ends = design.chunks(row).flat_map(|r| [&r[0], &r[row - 1]]);
            let reversed = ends.filter(|v| mean(v) * sign < 0.0).count();
            Ok(Found::Sobol(Shares {
                order,
                p,
                turned: differs.then(|| turning::turned(&moves, factors, design)),
                reversed: differs.then_some((reversed, 2 * indices.rows)),
                indices,
            }))
        }
    }
}

/// The greater first, what has no value last.
fn descending(a: &Estimate, b: &Estimate) -> std::cmp::Ordering {
    let value = |e: &Estimate| e.value().unwrap_or(f64::NEG_INFINITY);
    value(b).total_cmp(&value(a))
}
