//! Estimates as tidy rows with names, ready for a table.

use serde::Serialize;

use super::estimates::{Estimates, PairRow};
use super::formula::Formulas;
use crate::observe::{Catalogue, GroupId, Record};
use crate::stats::Estimate;

/// A row of `overall.csv`; absent numbers are empty and `note` says why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverallRow<'c> {
    /// Name of the arm.
    pub scenario: &'c str,
    /// Name of the outcome.
    pub outcome: &'c str,
    /// `all` or `dimension=level`.
    pub group: String,
    /// Kind of estimator.
    pub statistic: &'static str,
    /// Point estimate.
    pub value: Option<f64>,
    /// Lower end of the 95% interval.
    pub lower_95_ci: Option<f64>,
    /// Upper end of the 95% interval.
    pub upper_95_ci: Option<f64>,
    /// Replications that contributed.
    pub n: u64,
    /// Unit of the value.
    pub unit: &'c str,
    /// Why a number is absent.
    pub note: String,
}

/// A row of `paired.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairedRow<'c> {
    /// Name of arm A.
    pub scenario: &'c str,
    /// Name of arm B, which is subtracted.
    pub versus: &'c str,
    /// Name of the outcome.
    pub outcome: &'c str,
    /// `all` or `dimension=level`.
    pub group: String,
    /// `difference` (A - B) or `relative_difference` ((A - B) / B).
    pub statistic: &'static str,
    /// Point estimate.
    pub value: Option<f64>,
    /// Lower end of the 95% interval.
    pub lower_95_ci: Option<f64>,
    /// Upper end of the 95% interval.
    pub upper_95_ci: Option<f64>,
    /// Replications that contributed.
    pub n: u64,
    /// p of no difference, adjusted by Holm over the headline outcomes of this comparison.
    pub p_holm: Option<f64>,
    /// p adjusted by Holm over the headline outcomes of all comparisons.
    pub p_holm_family: Option<f64>,
    /// Lower end of the interval of a difference that holds together with those of the headline outcomes of all comparisons.
    pub lower_simultaneous: Option<f64>,
    /// Upper end.
    pub upper_simultaneous: Option<f64>,
    /// (var A + var B) / var(A - B).
    pub variance_reduction: Option<f64>,
    /// Unit of the value; `share` for a relative difference.
    pub unit: &'c str,
    /// Why a number is absent.
    pub note: String,
}

fn note(estimate: &Estimate) -> String {
    estimate
        .why_missing()
        .map_or(String::new(), |why| why.to_string())
}

impl Estimates {
    /// All estimates by arm, outcome and group.
    pub fn overall_rows<'c>(&'c self, catalogue: &'c Catalogue) -> impl Iterator<Item = OverallRow<'c>> {
        self.rows.iter().map(|row| {
            let outcome = &catalogue.outcomes()[row.outcome.index()];
            OverallRow {
                scenario: &catalogue.arms()[row.arm],
                outcome: &outcome.name,
                group: catalogue.groups()[row.group.index()].to_string(),
                statistic: outcome.kind.statistic(),
                value: row.estimate.value(),
                lower_95_ci: row.estimate.low(),
                upper_95_ci: row.estimate.high(),
                n: row.estimate.n(),
                unit: &outcome.unit,
                note: note(&row.estimate),
            }
        })
    }

    /// All comparisons, the difference and the relative difference of each on two rows.
    pub fn paired_rows<'c>(&'c self, catalogue: &'c Catalogue) -> impl Iterator<Item = PairedRow<'c>> {
        self.pairs.iter().flat_map(|pair| {
            let unit = catalogue.outcomes()[pair.outcome.index()].unit.as_str();
            let row = |statistic, e, unit| paired_row(catalogue, pair, statistic, e, unit);
            let mut relative = row("relative_difference", &pair.paired.relative, "share");
            // The family is one of differences.
            (relative.lower_simultaneous, relative.upper_simultaneous) = (None, None);
            [row("difference", &pair.paired.difference, unit), relative]
        })
    }
}

fn paired_row<'c>(
    catalogue: &'c Catalogue,
    pair: &PairRow,
    statistic: &'static str,
    estimate: &Estimate,
    unit: &'c str,
) -> PairedRow<'c> {
    PairedRow {
        scenario: &catalogue.arms()[pair.arm],
        versus: &catalogue.arms()[pair.versus],
        outcome: &catalogue.outcomes()[pair.outcome.index()].name,
        group: catalogue.groups()[pair.group.index()].to_string(),
        statistic,
        value: estimate.value(),
        lower_95_ci: estimate.low(),
        upper_95_ci: estimate.high(),
        n: estimate.n(),
        p_holm: pair.p_holm,
        p_holm_family: pair.p_holm_family,
        lower_simultaneous: pair.simultaneous.map(|(low, _)| low),
        upper_simultaneous: pair.simultaneous.map(|(_, high)| high),
        variance_reduction: pair.paired.variance_reduction,
        unit,
        note: note(estimate),
    }
}

/// Values of single replications, for `replications.csv`: one row per replication and arm, one column per outcome.
#[derive(Clone, Debug)]
pub struct PerReplication<'c> {
    catalogue: &'c Catalogue,
    formulas: Formulas<'c>,
}

impl<'c> PerReplication<'c> {
    /// For records of this catalogue.
    pub fn new(catalogue: &'c Catalogue) -> PerReplication<'c> {
        PerReplication {
            catalogue,
            formulas: Formulas::new(catalogue),
        }
    }

    /// Names of the columns after `replication` and `scenario`.
    pub fn columns(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.catalogue.outcomes().iter().map(|o| o.name.as_str())
    }

    /// The outcomes of one arm of one record, for everybody; `None` where one does not exist.
    pub fn values(&mut self, record: &Record, arm: usize) -> Vec<Option<f64>> {
        let mut out = vec![None; self.catalogue.outcomes().len()];
        let sum = |p: usize| i128::from(record.values[p]);
        self.formulas.evaluate(
            arm,
            GroupId::ALL,
            1,
            sum,
            |_| true,
            |o, value| out[o] = value.ok(),
        );
        out
    }
}
