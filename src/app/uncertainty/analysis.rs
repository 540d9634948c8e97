//! From observed points to what the report shows.

use crate::experiment::Observed;
use crate::methods::better::{self, Better, probability_better};
use crate::methods::nested::Crossed;
use crate::methods::tipping::{self, Tipping};
use crate::observe;
use crate::report::Spread;
use crate::stats::Missing;

/// Why something has no numbers over the priors.
pub(super) const NOT_DRAWN: &str = "nothing in it is drawn";

/// The replications of an outcome; why not, if there are none.
pub(super) fn replications(o: &Observed) -> Result<&[f64], Missing> {
    o.value?;
    match o.pseudo.as_slice() {
        [] => Err(Missing::Unstable),
        all => Ok(all),
    }
}

/// Paired differences, replication by replication.
pub(super) fn paired(a: &Observed, b: &Observed) -> Result<Vec<f64>, Missing> {
    let (a, b) = (replications(a)?, replications(b)?);
    Ok(a.iter().zip(b).map(|(a, b)| a - b).collect())
}

/// Why a number is absent, in words for this table.
pub(super) fn words(why: Missing) -> String {
    match why {
        Missing::OneReplication => "needs two draws and two replications".to_string(),
        Missing::NoVariation => "exactly the same in every draw and replication".to_string(),
        Missing::Unstable => "rests on single replications in some draw: more are needed".to_string(),
        other => other.to_string(),
    }
}

/// Both kinds of uncertainty of `x[draw][replication]`.
pub(super) fn spread(x: &Result<Vec<Vec<f64>>, Missing>) -> Result<Spread, String> {
    let c = x
        .as_ref()
        .map_err(|why| words(*why))
        .and_then(|x| Crossed::of(x).map_err(words))?;
    Ok(Spread {
        expected: c.expected(),
        parameters: c.parameter_deviation(),
        chance: c.chance_deviation(),
        share: c.parameter_share(),
        over: c.over_priors(),
    })
}

/// P(better) of differences `x[draw][replication]`; P(higher) of what is neither good nor bad.
pub(super) fn probability(
    x: &Result<Vec<Vec<f64>>, Missing>,
    centre: Option<&[f64]>,
    better: observe::Better,
    seed: u64,
) -> Result<Better, String> {
    let x = x.as_ref().map_err(|why| words(*why))?;
    let turn = |v: &f64| match better {
        observe::Better::Lower => -v,
        _ => *v,
    };
    let turned: Vec<Vec<f64>> = x.iter().map(|row| row.iter().map(turn).collect()).collect();
    let centre: Option<Vec<f64>> = centre.map(|c| c.iter().map(turn).collect());
    probability_better(&turned, centre.as_deref(), seed, better::ROUNDS).map_err(words)
}

/// A scan of differences `x[value][replication]`.
pub(super) fn scan(
    values: &[f64],
    x: &Result<Vec<Vec<f64>>, Missing>,
    centre: Option<&[f64]>,
    scale: tipping::Scale,
) -> Result<Tipping, String> {
    let x = x.as_ref().map_err(|why| words(*why))?;
    tipping::tipping(values, x, centre, scale).map_err(words)
}
