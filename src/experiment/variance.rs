//! What variance reduction gives for the headline outcomes, and control variates where they help.
//!
//! Three ways, each with its factor (variance without over variance with): keyed pairing of arms (for differences), antithetic
//! pairs of replications, control variates. Pairing is always on, antithetic pairs are part of the plan, controls are taken by the
//! rule of [`methods::control_variates`](crate::methods::control_variates), outcome by outcome.

use super::estimates::{EstimateError, Estimates, LeaveOneOut, Scope, adjust, leave_one_out};
use crate::methods::antithetic::{self, Factor};
use crate::methods::control_variates::{Controlled, control};
use crate::observe::{Catalogue, GroupId, OutcomeId, Record, Records};
use crate::stats::{Estimate, Missing, student_t_two_sided_p};

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reduction {
    /// Replications of one unit of inference: 2 for antithetic pairs, else 1.
    pub each: u64,
    /// Known means of the controls; none for no controls.
    pub means: Vec<f64>,
    /// Comparisons (A, B).
    pub pairs: Vec<(usize, usize)>,
}

/// Of what a factor is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The outcome in an arm.
    Value,
    /// The difference between two arms.
    Difference,
    /// The difference relative to the second.
    Relative,
}

impl Target {
    /// The word of the `statistic` column.
    pub fn statistic(self) -> &'static str {
        match self {
            Target::Value => "value",
            Target::Difference => "difference",
            Target::Relative => "relative_difference",
        }
    }
}

/// What variance reduction gives for one headline outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// Arm (A of a comparison).
    pub arm: usize,
    /// B of a comparison.
    pub versus: Option<usize>,
    /// Outcome.
    pub outcome: OutcomeId,
    /// Of what.
    pub target: Target,
    /// Factor of pairing the arms; differences only.
    pub pairing: Option<f64>,
    /// Factor of antithetic pairs, where there are.
    pub antithetic: Option<Factor>,
    /// What controls give, where there are.
    pub controls: Option<Controlled>,
    /// Whether the rule takes them.
    pub controlled: bool,
}

/// Works out the factors of the headline outcomes, and puts controlled estimates in the place of plain ones where the rule
/// takes them (with p values and their adjustment). `records`: single replications; `controls`: their values of the controls.
///
/// # Errors
/// Records that cannot be read or belong to another plan.
pub fn reduce<R: Records>(
    catalogue: &Catalogue,
    estimates: &mut Estimates,
    records: &mut R,
    ask: &Reduction,
    controls: &dyn Fn(&Record) -> Vec<f64>,
) -> Result<Vec<Reduced>, EstimateError<R::Error>> {
    let all = 0..catalogue.outcomes().len();
    let headlines: Vec<OutcomeId> = all
        .filter(|&i| catalogue.outcomes()[i].headline)
        .map(|i| catalogue.outcome_id(i))
        .collect();
    let scope = Scope {
        outcomes: Some(headlines.clone()),
        everybody_only: true,
        pairs: Vec::new(),
    };
    let (_, left) = leave_one_out(catalogue, &scope, records)?;
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); ask.means.len()];
    if !columns.is_empty() {
        records
            .visit(&mut |record| {
                for (column, x) in columns.iter_mut().zip(controls(record)) {
                    column.push(x);
                }
            })
            .map_err(EstimateError::Read)?;
    }
    let mut out = Vec::new();
    let values = Values {
        left: &left,
        outcomes: headlines.len(),
    };
    let work = Work {
        ask,
        columns: columns.iter().map(|c| by_unit(c, ask.each)).collect(),
    };
    for arm in 0..catalogue.arms().len() {
        for (i, &outcome) in headlines.iter().enumerate() {
            let (value, pseudo) = values.of(arm, i);
            let found = work.reduced(value, pseudo.as_deref());
            out.push(found.told(arm, None, outcome, Target::Value, None));
        }
    }
    for &(a, b) in &ask.pairs {
        for (i, &outcome) in headlines.iter().enumerate() {
            let pairing = estimates
                .pair(a, b, outcome)
                .and_then(|p| p.paired.variance_reduction);
            for target in [Target::Difference, Target::Relative] {
                let (value, pseudo) = values.between(a, b, i, target);
                let found = work.reduced(value, pseudo.as_deref());
                let pairing = pairing.filter(|_| target == Target::Difference);
                out.push(found.told(a, Some(b), outcome, target, pairing));
            }
        }
    }
    put(estimates, catalogue, &out, records.count() / ask.each.max(1));
    Ok(out)
}

/// Pseudo-values from values without each replication.
struct Values<'a> {
    left: &'a LeaveOneOut,
    outcomes: usize,
}

type PseudoValues = (Option<f64>, Option<Vec<f64>>);

impl Values<'_> {
    fn of(&self, arm: usize, outcome: usize) -> PseudoValues {
        let at = arm * self.outcomes + outcome;
        self.pseudo(self.left.whole[at].ok(), |without| without[at])
    }

    fn between(&self, a: usize, b: usize, outcome: usize, target: Target) -> PseudoValues {
        let (a, b) = (a * self.outcomes + outcome, b * self.outcomes + outcome);
        let of = |a: f64, b: f64| match target {
            Target::Relative => (a - b) / b,
            _ => a - b,
        };
        let (x, y): (Result<f64, Missing>, Result<f64, Missing>) = (self.left.whole[a], self.left.whole[b]);
        let whole = x.ok().zip(y.ok()).map(|(x, y)| of(x, y));
        self.pseudo(whole, |without| of(without[a], without[b]))
    }

    fn pseudo(&self, whole: Option<f64>, without: impl Fn(&[f64]) -> f64) -> PseudoValues {
        let Some(value) = whole.filter(|v| v.is_finite()) else {
            return (None, None);
        };
        let n = self.left.without.len() as f64;
        let pseudo: Vec<f64> = (self.left.without.iter())
            .map(|w| n * value - (n - 1.0) * without(w))
            .collect();
        let all = pseudo.iter().all(|x| x.is_finite());
        (Some(value), all.then_some(pseudo))
    }
}

/// Means by unit of inference; what fills no unit is left aside.
fn by_unit(values: &[f64], each: u64) -> Vec<f64> {
    let each = each.max(1) as usize;
    let units = values.chunks_exact(each);
    units.map(|u| u.iter().sum::<f64>() / each as f64).collect()
}

struct Work<'a> {
    ask: &'a Reduction,
    /// Controls by unit.
    columns: Vec<Vec<f64>>,
}

#[derive(Default)]
struct Found {
    antithetic: Option<Factor>,
    controls: Option<Controlled>,
}

impl Work<'_> {
    fn reduced(&self, value: Option<f64>, pseudo: Option<&[f64]>) -> Found {
        let (Some(value), Some(pseudo)) = (value, pseudo) else {
            return Found::default();
        };
        let columns: Vec<&[f64]> = self.columns.iter().map(Vec::as_slice).collect();
        Found {
            antithetic: match self.ask.each {
                2 => antithetic::factor(pseudo),
                _ => None,
            },
            controls: control(value, &by_unit(pseudo, self.ask.each), &columns, &self.ask.means),
        }
    }
}

impl Found {
    fn told(
        self,
        arm: usize,
        versus: Option<usize>,
        outcome: OutcomeId,
        target: Target,
        pairing: Option<f64>,
    ) -> Reduced {
        Reduced {
            arm,
            versus,
            outcome,
            target,
            pairing,
            antithetic: self.antithetic,
            controlled: self.controls.as_ref().is_some_and(Controlled::is_worth_it),
            controls: self.controls,
        }
    }
}

/// Puts controlled estimates in their places.
fn put(estimates: &mut Estimates, catalogue: &Catalogue, all: &[Reduced], units: u64) {
    if !all.iter().any(|r| r.controlled) {
        return;
    }
    for one in all.iter().filter(|r| r.controlled) {
        let Some(c) = &one.controls else { continue };
        let estimate = Estimate::new(c.value, c.standard_error, c.critical, units);
        match one.versus {
            None => {
                let row = (estimates.rows.iter_mut())
                    .find(|r| (r.arm, r.outcome, r.group) == (one.arm, one.outcome, GroupId::ALL));
                if let Some(row) = row.filter(|r| r.estimate.standard_error().is_some()) {
                    row.estimate = estimate;
                }
            }
            Some(versus) => {
                let pair = estimates.pairs.iter_mut().find(|p| {
                    (p.arm, p.versus, p.outcome, p.group) == (one.arm, versus, one.outcome, GroupId::ALL)
                });
                let Some(pair) = pair.filter(|p| p.paired.difference.standard_error().is_some()) else {
                    continue;
                };
                if one.target == Target::Relative {
                    pair.paired.relative = estimate;
                    continue;
                }
                pair.paired.difference = estimate;
                let degrees = (units as f64 - c.q as f64 - 1.0).max(1.0);
                pair.paired.p = Some(student_t_two_sided_p(c.value / c.standard_error, degrees));
            }
        }
    }
    adjust(catalogue, &mut estimates.pairs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{estimate, synthetic, versus_first};
    use crate::methods::control_variates::MARGIN;
    use crate::observe::{Better, Breadth, CatalogueBuilder, Kind, Outcome, Tally, Units};
    use crate::random::Draws;
    use crate::stats::normal_quantile;

    /// Two arms of one headline mean: `1000 (f + noise)` with f the first normal of the replication. Neighbouring pairs
    /// differ by one, since turning all draws round gives exactly the opposite.
    fn two_arms(n: u64, antithetic: bool) -> (Catalogue, Vec<Record>) {
        let mut b = CatalogueBuilder::new(&["a", "b"]);
        let num = b.measure("sum", Breadth::Overall);
        let kind = Kind::Mean { num, scale: 1.0 };
        b.outcome(Outcome::new("x", "X", "units", Better::Lower, kind).headline());
        let catalogue = b.build().unwrap();
        let records = (0..n)
            .map(|r| {
                let draws = Draws::of(5, r, antithetic);
                let z = |p| 1000.0 * normal_quantile(draws.uniform(0, p, 0, 0));
                let apart = (r / 2 % 2) as i64;
                let mut tally = Tally::new(&catalogue, r);
                tally.add(0, num, &[], (z(0) + 0.5 * z(1)) as i64 + apart);
                tally.add(1, num, &[], (z(0) + 0.5 * z(2)) as i64 + 100 + apart);
                tally.finish()
            })
            .collect();
        (catalogue, records)
    }

    fn first_normal(antithetic: bool) -> impl Fn(&Record) -> Vec<f64> {
        move |r| {
            vec![normal_quantile(
                Draws::of(5, r.replication, antithetic).uniform(0, 0, 0, 0),
            )]
        }
    }

    fn ask(each: u64, means: Vec<f64>, catalogue: &Catalogue) -> Reduction {
        Reduction {
            each,
            means,
            pairs: versus_first(catalogue),
        }
    }

    /// The control explains 1/1.25 of the variance of each arm (factor 5 less the loss) and nothing of their difference.
    #[test]
    fn controls_take_the_place_of_plain_estimates_where_they_help() {
        let (catalogue, records) = two_arms(200, false);
        let plain = estimate(&catalogue, &mut records.as_slice()).unwrap();
        let mut with = plain.clone();
        let ask = ask(1, vec![0.0], &catalogue);
        let out = reduce(
            &catalogue,
            &mut with,
            &mut records.as_slice(),
            &ask,
            &first_normal(false),
        )
        .unwrap();
        let factor = |i: usize| out[i].controls.as_ref().unwrap().factor.value;
        assert!((factor(0) / 5.0 - 1.0).abs() < 0.3, "{}", factor(0));
        assert!(out[0].controlled && out[1].controlled && factor(0) > MARGIN);
        assert_eq!((out[2].target, out[2].controlled), (Target::Difference, false));
        // With both arms moved by the same the pairing is worth (1.25 + 1.25) / 0.5 = 5.
        assert!((out[2].pairing.unwrap() / 5.0 - 1.0).abs() < 0.3);
        let (before, after) = (&plain.rows[0].estimate, &with.rows[0].estimate);
        let gain = before.half_width().unwrap() / after.half_width().unwrap();
        assert!((gain * gain / factor(0) - 1.0).abs() < 0.05, "{gain}");
        assert!(after.value().unwrap().abs() < before.half_width().unwrap());
        assert_eq!(plain.pairs[0].paired.difference, with.pairs[0].paired.difference);
        // Nothing asked, nothing changed.
        let mut same = plain.clone();
        let none = Reduction {
            means: Vec::new(),
            ..ask
        };
        reduce(&catalogue, &mut same, &mut records.as_slice(), &none, &|_| {
            Vec::new()
        })
        .unwrap();
        assert_eq!(plain, same);
    }

    /// A sum of normals is turned round whole: the mean of a pair is always the same but for rounding, and so is the estimate's
    /// unit: the pair.
    #[test]
    fn pairs_are_the_unit_of_inference() {
        let (catalogue, records) = two_arms(80, true);
        let mut slice = records.as_slice();
        let mut units = Units::new(&mut slice, 2);
        let by_pair = estimate(&catalogue, &mut units).unwrap();
        let single = estimate(&catalogue, &mut records.as_slice()).unwrap();
        let (pair, one) = (&by_pair.rows[0].estimate, &single.rows[0].estimate);
        assert_eq!((by_pair.replications, pair.n(), one.n()), (80, 40, 80));
        assert_eq!(pair.value(), one.value());
        assert!(pair.half_width().unwrap() < 0.01 * one.half_width().unwrap());
        let mut with = by_pair.clone();
        let ask = ask(2, Vec::new(), &catalogue);
        let out = reduce(&catalogue, &mut with, &mut records.as_slice(), &ask, &|_| {
            Vec::new()
        })
        .unwrap();
        assert_eq!(with, by_pair);
        let factor = out[0].antithetic.unwrap();
        let gain = one.half_width().unwrap() / pair.half_width().unwrap();
        assert!(factor.low > 1_000.0 && gain > 100.0, "{factor:?} {gain}");
        assert_eq!(factor.verdict(), antithetic::Verdict::Helps);
    }

    /// Units of one are the records themselves; of an odd number the last is left aside.
    #[test]
    fn units_add_records_up() {
        let catalogue = synthetic::catalogue();
        let records: Vec<Record> = (0..7).map(|r| synthetic::record(&catalogue, r)).collect();
        let seen = |each| {
            let mut all = Vec::new();
            let mut slice = records.as_slice();
            let mut units = Units::new(&mut slice, each);
            let n = units.count();
            let Ok(()) = units.visit(&mut |r: &Record| all.push(r.clone()));
            assert_eq!(all.len() as u64, n);
            all
        };
        assert_eq!(seen(1), records);
        let pairs = seen(2);
        assert_eq!(pairs.len(), 3);
        let sum = |i: usize| records[4].values[i] + records[5].values[i];
        assert!((0..pairs[2].values.len()).all(|i| pairs[2].values[i] == sum(i)));
    }
}
