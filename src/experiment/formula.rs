//! Working an outcome out of sums of recorded integers.

use crate::observe::{Breadth, Catalogue, GroupId, Kind, MeasureId, Outcome};
use crate::stats::{Curve, Missing, slope_index};

/// Works out outcomes of one catalogue; holds the curves of waits as reusable memory.
#[derive(Clone, Debug)]
pub struct Formulas<'c> {
    catalogue: &'c Catalogue,
    /// One curve per wait; fitted to the arm and group last asked for.
    curves: Vec<Curve>,
    /// Outcomes in an order in which those of one wait follow one another.
    order: Vec<usize>,
    /// By outcome, the number of groups it has values for: asked for at every value of every record.
    groups: Vec<usize>,
}

impl<'c> Formulas<'c> {
    /// Formulas of all outcomes.
    pub fn new(catalogue: &'c Catalogue) -> Formulas<'c> {
        let curves = catalogue
            .waits()
            .iter()
            .map(|w| Curve::new(w.bins.edges(), w.causes.len()))
            .collect();
        let mut order: Vec<usize> = (0..catalogue.outcomes().len()).collect();
        order.sort_by_key(|&i| wait_of(&catalogue.outcomes()[i]));
        let groups = |outcome: &Outcome| catalogue.breadth_groups(catalogue.breadth(outcome));
        Formulas {
            groups: catalogue.outcomes().iter().map(groups).collect(),
            catalogue,
            curves,
            order,
        }
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &'c Catalogue {
        self.catalogue
    }

    /// Number of groups an outcome has values for.
    pub fn groups(&self, outcome: usize) -> usize {
        self.groups[outcome]
    }

    /// Whether what a record holds can change the outcome: nobody at risk in it means that it says nothing.
    pub fn contributes(&self, outcome: usize, arm: usize, group: GroupId, values: &[i64]) -> bool {
        let cat = self.catalogue;
        let any = |num: MeasureId, den: MeasureId, groups: &[GroupId]| {
            groups
                .iter()
                .any(|&g| values[cat.at(arm, num, g)] != 0 || values[cat.at(arm, den, g)] != 0)
        };
        match &cat.outcomes()[outcome].kind {
            Kind::Ratio { num, den, .. } => any(*num, *den, &[group]),
            Kind::Mean { .. } => true,
            Kind::Incidence { wait, .. } | Kind::Centile { wait, .. } | Kind::RestrictedMean { wait, .. } => {
                values[cat.wait_at(arm, *wait, group)] != 0
            }
            Kind::Gap {
                num, den, of, from, ..
            }
            | Kind::Relative { num, den, of, from } => any(*num, *den, &[*of, *from]),
            Kind::RiskRatio {
                num,
                den,
                num_from,
                den_from,
            } => any(*num, *den, &[group]) || any(*num_from, *den_from, &[group]),
            Kind::Slope { num, den, groups, .. } => any(*num, *den, groups),
        }
    }

    /// Works out every outcome that `wanted` accepts for one arm and group, from sums over `n` replications
    /// (`sum` of a position), and hands (outcome, value) to `give`.
    pub fn evaluate(
        &mut self,
        arm: usize,
        group: GroupId,
        n: u64,
        sum: impl Fn(usize) -> i128,
        wanted: impl Fn(usize) -> bool,
        mut give: impl FnMut(usize, Result<f64, Missing>),
    ) {
        let cat = self.catalogue;
        let mut fitted = None;
        for i in 0..self.order.len() {
            let index = self.order[i];
            if group.index() >= self.groups(index) || !wanted(index) {
                continue;
            }
            let outcome = &cat.outcomes()[index];
            if let Some(wait) = wait_of(outcome).filter(|&w| fitted != Some(w)) {
                self.fit(arm, wait, group, &sum);
                fitted = Some(wait);
            }
            let ratio = |num: MeasureId, den: MeasureId, g: GroupId| {
                let (num, den) = (sum(cat.at(arm, num, g)), sum(cat.at(arm, den, g)));
                match den {
                    0 => Err(Missing::NobodyAtRisk),
                    _ => Ok((num as f64 / den as f64, den as f64)),
                }
            };
            let value = match &outcome.kind {
                Kind::Ratio { num, den, scale } => ratio(*num, *den, group).map(|r| scale * r.0),
                Kind::Mean { num, scale } => match n {
                    0 => Err(Missing::NobodyAtRisk),
                    _ => Ok(scale * (sum(cat.at(arm, *num, group)) as f64 / n as f64)),
                },
                Kind::Incidence {
                    wait,
                    cause,
                    at,
                    scale,
                } => self.curves[wait.index()]
                    .incidence_at(*cause, *at)
                    .map(|f| scale * f),
                Kind::Centile { wait, cause, q, unit } => self.curves[wait.index()]
                    .centile(*cause, *q)
                    .map(|t| t / *unit as f64),
                Kind::RestrictedMean { wait, upto, unit } => self.curves[wait.index()]
                    .restricted_mean(*upto)
                    .map(|t| t / *unit as f64),
                Kind::Gap {
                    num,
                    den,
                    scale,
                    of,
                    from,
                } => {
                    ratio(*num, *den, *of).and_then(|a| ratio(*num, *den, *from).map(|b| scale * (a.0 - b.0)))
                }
                Kind::RiskRatio {
                    num,
                    den,
                    num_from,
                    den_from,
                } => ratio(*num, *den, group).and_then(|a| match ratio(*num_from, *den_from, group)? {
                    (0.0, _) => Err(Missing::NobodyAtRisk),
                    b => Ok(a.0 / b.0),
                }),
                Kind::Relative { num, den, of, from } => {
                    ratio(*num, *den, *of).and_then(|a| match ratio(*num, *den, *from)? {
                        (0.0, _) => Err(Missing::NobodyAtRisk),
                        b => Ok(a.0 / b.0),
                    })
                }
                Kind::Slope {
                    num,
                    den,
                    scale,
                    groups,
                } => {
                    // A group nobody is in has no weight, hence no say.
                    let rates: Vec<(f64, f64)> = groups
                        .iter()
                        .map(|&g| ratio(*num, *den, g).unwrap_or((0.0, 0.0)))
                        .collect();
                    slope_index(&rates)
                        .map(|s| scale * s)
                        .ok_or(Missing::NobodyAtRisk)
                }
            };
            give(index, value);
        }
    }

    fn fit(&mut self, arm: usize, wait: usize, group: GroupId, sum: &impl Fn(usize) -> i128) {
        let w = &self.catalogue.waits()[wait];
        let id = self.catalogue.wait_id(wait);
        let base = self.catalogue.wait_at(arm, id, group);
        debug_assert!(w.breadth == Breadth::ByGroup || group == GroupId::ALL);
        self.curves[wait].fit(sum(base), |slot| sum(base + 1 + slot));
    }
}

fn wait_of(outcome: &Outcome) -> Option<usize> {
    match &outcome.kind {
        Kind::Incidence { wait, .. } | Kind::Centile { wait, .. } | Kind::RestrictedMean { wait, .. } => {
            Some(wait.index())
        }
        _ => None,
    }
}
