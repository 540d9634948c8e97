//! Estimates of all outcomes by arm and group, and their paired differences, from records read twice in order.
//!
//! First reading: exact sums (`i128`). Second reading: the value of each outcome without each replication, whose
//! moments give the jackknife interval. Floats are added in the order of the replications only, so the same
//! records give the same bits; memory does not depend on their number.

use std::fmt;

use super::formula::Formulas;
use crate::methods::simultaneous;
use crate::observe::{Catalogue, GroupId, OutcomeId, Record, Records};
use crate::stats::{Critical, Estimate, Jackknife, LEVEL, Missing, Paired, PairedJackknife, holm};

/// Why kept records could not be estimated from.
#[derive(Debug, PartialEq, Eq)]
pub enum EstimateError<E> {
    /// They could not be read.
    Read(E),
    /// A record does not fit the layout: it was made by another plan.
    Shape {
        /// Its replication.
        replication: u64,
        /// Its number of values.
        found: usize,
        /// Number of values of the layout.
        expected: usize,
    },
    /// A sum over replications exceeds 128 bits.
    Overflow,
}

impl<E: fmt::Display> fmt::Display for EstimateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EstimateError::Read(e) => write!(f, "{e}"),
            EstimateError::Shape {
                replication,
                found,
                expected,
            } => write!(
                f,
                "the record of replication {replication} holds {found} values where {expected} belong: \
                 it was made by another plan"
            ),
            EstimateError::Overflow => write!(f, "a sum over replications exceeds 128 bits"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for EstimateError<E> {}

/// Estimate of one outcome in one arm and group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Arm.
    pub arm: usize,
    /// Outcome.
    pub outcome: OutcomeId,
    /// Group.
    pub group: GroupId,
    /// Value with interval.
    pub estimate: Estimate,
}

/// Paired comparison of one outcome between two arms in one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairRow {
    /// Arm A.
    pub arm: usize,
    /// Arm B, which is subtracted.
    pub versus: usize,
    /// Outcome.
    pub outcome: OutcomeId,
    /// Group.
    pub group: GroupId,
    /// A - B and (A - B) / B with intervals, p and variance-reduction factor.
    pub paired: Paired,
    /// p adjusted by Holm over the headline outcomes of this comparison; headline outcomes for everybody only.
    pub p_holm: Option<f64>,
    /// p adjusted by Holm over the headline outcomes of all comparisons.
    pub p_holm_family: Option<f64>,
    /// Interval of the difference that holds together with those of the headline outcomes of all comparisons.
    pub simultaneous: Option<(f64, f64)>,
}

/// All estimates of one experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimates {
    /// Replications they rest on.
    pub replications: u64,
    /// By arm, outcome, group.
    pub rows: Vec<Row>,
    /// By comparison, outcome, group.
    pub pairs: Vec<PairRow>,
}

impl Estimates {
    /// The estimate of an outcome for everybody in an arm.
    pub fn overall(&self, arm: usize, outcome: OutcomeId) -> Option<&Estimate> {
        self.find(arm, outcome, GroupId::ALL)
    }

    /// The estimate of an outcome in an arm and group.
    pub fn find(&self, arm: usize, outcome: OutcomeId, group: GroupId) -> Option<&Estimate> {
        let key = (arm, outcome, group);
        let found = self
            .rows
            .binary_search_by_key(&key, |r| (r.arm, r.outcome, r.group));
        found.ok().map(|i| &self.rows[i].estimate)
    }

    /// The comparison of an outcome for everybody between two arms.
    pub fn pair(&self, arm: usize, versus: usize, outcome: OutcomeId) -> Option<&PairRow> {
        self.pairs
            .iter()
            .find(|p| (p.arm, p.versus, p.outcome, p.group) == (arm, versus, outcome, GroupId::ALL))
    }
}

/// What to estimate of a catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// Only these outcomes; `None` for all.
    pub outcomes: Option<Vec<OutcomeId>>,
    /// Whether groups other than everybody are left out.
    pub everybody_only: bool,
    /// Comparisons (A, B), estimated as A - B.
    pub pairs: Vec<(usize, usize)>,
}

/// Which arms are compared with which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pairs {
    /// Every arm with the first.
    #[default]
    First,
    /// Every arm with every one before it.
    All,
}

impl Pairs {
    /// The comparisons (A, B), estimated as A - B; those with the first arm come first.
    pub fn of(self, catalogue: &Catalogue) -> Vec<(usize, usize)> {
        let arms = catalogue.arms().len();
        let mut pairs = versus_first(catalogue);
        if self == Pairs::All {
            pairs.extend((1..arms).flat_map(|b| (b + 1..arms).map(move |a| (a, b))));
        }
        pairs
    }
}

/// Every arm compared with the first.
pub fn versus_first(catalogue: &Catalogue) -> Vec<(usize, usize)> {
    (1..catalogue.arms().len()).map(|arm| (arm, 0)).collect()
}

/// Estimates everything, each arm compared with the first.
///
/// # Errors
/// Records that cannot be read or belong to another plan.
pub fn estimate<R: Records>(
    catalogue: &Catalogue,
    records: &mut R,
) -> Result<Estimates, EstimateError<R::Error>> {
    estimate_pairs(catalogue, Pairs::First, records)
}

/// Estimates everything, and these comparisons.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_pairs<R: Records>(
    catalogue: &Catalogue,
    pairs: Pairs,
    records: &mut R,
) -> Result<Estimates, EstimateError<R::Error>> {
    let scope = Scope {
        outcomes: None,
        everybody_only: false,
        pairs: pairs.of(catalogue),
    };
    estimate_in(catalogue, &scope, records)
}

/// One (outcome, group) of the scope.
#[derive(Clone, Copy)]
struct Cell {
    outcome: usize,
    group: GroupId,
}

/// Estimates what is in `scope`.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_in<R: Records>(
    catalogue: &Catalogue,
    scope: &Scope,
    records: &mut R,
) -> Result<Estimates, EstimateError<R::Error>> {
    Ok(second_reading(catalogue, scope, records, false)?.0)
}

/// Values without each unit of inference, of outcomes for everybody.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LeaveOneOut {
    /// Values of all together, arm-major by outcome of the scope.
    pub whole: Vec<Result<f64, Missing>>,
    /// By unit, values without it in the same order; NaN where there is none.
    pub without: Vec<Vec<f64>>,
}

/// As [`estimate_in`], and keeps the value without each unit (8 bytes each).
pub(super) fn leave_one_out<R: Records>(
    catalogue: &Catalogue,
    scope: &Scope,
    records: &mut R,
) -> Result<(Estimates, LeaveOneOut), EstimateError<R::Error>> {
    second_reading(catalogue, scope, records, true)
}

fn second_reading<R: Records>(
    catalogue: &Catalogue,
    scope: &Scope,
    records: &mut R,
    keep: bool,
) -> Result<(Estimates, LeaveOneOut), EstimateError<R::Error>> {
    let sums = total(catalogue, records)?;
    let mut work = Work::new(catalogue, scope, (records.count(), records.each()), &sums);
    let mut kept = LeaveOneOut {
        whole: work.whole.clone(),
        without: Vec::new(),
    };
    let mut wrong = None;
    records
        .visit(&mut |record| match shape(catalogue, record) {
            Ok(()) => {
                work.leave_out(record, &sums);
                if keep {
                    let values = work.without.iter().map(|v| v.unwrap_or(f64::NAN));
                    kept.without.push(values.collect());
                }
            }
            Err(e) => wrong = wrong.take().or(Some(e)),
        })
        .map_err(EstimateError::Read)?;
    wrong.map_or(Ok(()), Err)?;
    Ok((work.finish(), kept))
}

fn shape<E>(catalogue: &Catalogue, record: &Record) -> Result<(), EstimateError<E>> {
    let (found, expected) = (record.values.len(), catalogue.layout().len());
    match found == expected {
        true => Ok(()),
        false => Err(EstimateError::Shape {
            replication: record.replication,
            found,
            expected,
        }),
    }
}

fn total<R: Records>(catalogue: &Catalogue, records: &mut R) -> Result<Vec<i128>, EstimateError<R::Error>> {
    let mut sums = vec![0i128; catalogue.layout().len()];
    let mut wrong = None;
    records
        .visit(&mut |record| {
            if let Err(e) = shape(catalogue, record) {
                wrong = wrong.take().or(Some(e));
                return;
            }
            // Most of a record is histograms that are empty in one replication.
            for (sum, &x) in sums.iter_mut().zip(&record.values).filter(|(_, x)| **x != 0) {
                match sum.checked_add(i128::from(x)) {
                    Some(s) => *sum = s,
                    None => wrong = Some(EstimateError::Overflow),
                }
            }
        })
        .map_err(EstimateError::Read)?;
    wrong.map_or(Ok(sums), Err)
}

/// The second reading.
struct Work<'c> {
    catalogue: &'c Catalogue,
    formulas: Formulas<'c>,
    /// Units of inference.
    n: u64,
    /// Replications in each.
    each: u64,
    pairs: Vec<(usize, usize)>,
    /// Cells of one arm, by outcome then group; arms repeat them.
    cells: Vec<Cell>,
    /// Index of the first cell of each outcome; `None` for those out of scope.
    first: Vec<Option<usize>>,
    groups: usize,
    /// Arm-major values of all replications together.
    whole: Vec<Result<f64, Missing>>,
    jackknives: Vec<Jackknife>,
    /// Pair-major.
    paired: Vec<PairedJackknife>,
    /// Of the record at hand: values without it, and whether it contributes.
    without: Vec<Option<f64>>,
    counts: Vec<bool>,
}

impl<'c> Work<'c> {
    fn new(catalogue: &'c Catalogue, scope: &Scope, (n, each): (u64, u64), sums: &[i128]) -> Work<'c> {
        let formulas = Formulas::new(catalogue);
        let mut cells = Vec::new();
        let mut first = Vec::new();
        for outcome in 0..catalogue.outcomes().len() {
            let wanted = scope
                .outcomes
                .as_ref()
                .is_none_or(|o| o.iter().any(|o| o.index() == outcome));
            first.push(wanted.then_some(cells.len()));
            let groups = if scope.everybody_only {
                1
            } else {
                formulas.groups(outcome)
            };
            if wanted {
                cells.extend((0..groups).map(|g| Cell {
                    outcome,
                    group: catalogue.group_id(g),
                }));
            }
        }
        let len = cells.len() * catalogue.arms().len();
        let mut work = Work {
            catalogue,
            formulas,
            n,
            each,
            pairs: scope.pairs.clone(),
            first,
            groups: if scope.everybody_only {
                1
            } else {
                catalogue.groups().len()
            },
            whole: vec![Err(Missing::NobodyAtRisk); len],
            jackknives: vec![Jackknife::default(); len],
            paired: vec![PairedJackknife::default(); scope.pairs.len() * cells.len()],
            without: vec![None; len],
            counts: vec![false; len],
            cells,
        };
        for arm in 0..catalogue.arms().len() {
            let offset = arm * work.cells.len();
            for g in 0..work.groups {
                let (first, whole) = (&work.first, &mut work.whole);
                let in_scope = |o: usize| first[o].is_some();
                work.formulas.evaluate(
                    arm,
                    catalogue.group_id(g),
                    n * each,
                    |p| sums[p],
                    in_scope,
                    |o, value| {
                        if let Some(first) = first[o] {
                            whole[offset + first + g] = value;
                        }
                    },
                );
            }
        }
        work
    }

    /// Works out every value that this record changes, without it.
    fn leave_out(&mut self, record: &Record, sums: &[i128]) {
        let values = &record.values;
        for arm in 0..self.catalogue.arms().len() {
            let offset = arm * self.cells.len();
            for (i, cell) in self.cells.iter().enumerate() {
                let at = offset + i;
                self.counts[at] = self.formulas.contributes(cell.outcome, arm, cell.group, values);
                self.without[at] = self.whole[at].ok();
            }
            for g in 0..self.groups {
                let (first, counts, without) = (&self.first, &self.counts, &mut self.without);
                let changed = |o: usize| first[o].is_some_and(|f| counts[offset + f + g]);
                let left = |p: usize| sums[p] - i128::from(values[p]);
                let group = self.catalogue.group_id(g);
                self.formulas
                    .evaluate(arm, group, (self.n - 1) * self.each, left, changed, |o, value| {
                        if let Some(first) = first[o] {
                            without[offset + first + g] = value.ok();
                        }
                    });
            }
            for at in offset..offset + self.cells.len() {
                if self.counts[at] {
                    self.jackknives[at].push(self.without[at]);
                }
            }
        }
        let cells = self.cells.len();
        for (pair, &(a, b)) in self.pairs.iter().enumerate() {
            for i in 0..cells {
                let (a, b) = (a * cells + i, b * cells + i);
                if self.counts[a] || self.counts[b] {
                    self.paired[pair * cells + i].push(self.without[a], self.without[b]);
                }
            }
        }
    }

    fn finish(self) -> Estimates {
        let mut critical = Critical::new(LEVEL);
        let (cells, outcomes) = (self.cells.len(), self.catalogue.outcomes());
        let id = |cell: &Cell| self.catalogue.outcome_id(cell.outcome);
        let mut rows = Vec::with_capacity(self.whole.len());
        for arm in 0..self.catalogue.arms().len() {
            for (i, cell) in self.cells.iter().enumerate() {
                let at = arm * cells + i;
                let estimate = self.jackknives[at].estimate(self.whole[at], &mut critical);
                rows.push(Row {
                    arm,
                    outcome: id(cell),
                    group: cell.group,
                    estimate,
                });
            }
        }
        let mut pairs = Vec::new();
        for (pair, &(arm, versus)) in self.pairs.iter().enumerate() {
            for (i, cell) in self
                .cells
                .iter()
                .enumerate()
                .filter(|c| outcomes[c.1.outcome].compared)
            {
                let (a, b) = (self.whole[arm * cells + i], self.whole[versus * cells + i]);
                let paired = self.paired[pair * cells + i].compare(a, b, &mut critical);
                let (outcome, group) = (id(cell), cell.group);
                pairs.push(PairRow {
                    arm,
                    versus,
                    outcome,
                    group,
                    paired,
                    p_holm: None,
                    p_holm_family: None,
                    simultaneous: None,
                });
            }
        }
        adjust(self.catalogue, &mut pairs);
        Estimates {
            replications: self.n * self.each,
            rows,
            pairs,
        }
    }
}

/// Adjusts the p-values of headlines within each comparison, and p-values and intervals over all of them.
pub(super) fn adjust(catalogue: &Catalogue, pairs: &mut [PairRow]) {
    for one in pairs.chunk_by_mut(|a, b| (a.arm, a.versus) == (b.arm, b.versus)) {
        let mut family = headlines(catalogue, one);
        let p = adjusted(&family);
        family.iter_mut().zip(p).for_each(|(row, p)| row.p_holm = p);
    }
    let mut family = headlines(catalogue, pairs);
    let p = adjusted(&family);
    let differences: Vec<Estimate> = family.iter().map(|row| row.paired.difference).collect();
    let together = simultaneous::intervals(&differences, LEVEL);
    for (row, (p, interval)) in family.iter_mut().zip(p.into_iter().zip(together)) {
        (row.p_holm_family, row.simultaneous) = (p, interval);
    }
}

/// The comparisons of headline outcomes for everybody among these.
fn headlines<'r>(catalogue: &Catalogue, rows: &'r mut [PairRow]) -> Vec<&'r mut PairRow> {
    let outcomes = catalogue.outcomes();
    let headline = |row: &&mut PairRow| outcomes[row.outcome.index()].headline && row.group == GroupId::ALL;
    rows.iter_mut().filter(headline).collect()
}

/// Their p-values, adjusted by Holm over all of them.
fn adjusted(family: &[&mut PairRow]) -> Vec<Option<f64>> {
    let p: Vec<Option<f64>> = family.iter().map(|row| row.paired.p).collect();
    holm(&p)
}
