//! The values that are chosen: those of the highest density, with what the targets say nothing of left as it is.
//!
//! The best of the posterior's draws, not the very top: where much is unidentified the top lies in a corner of the ranges, far
//! from where most of what fits equally well lies.

use super::Inner;
use super::waves::Waves;
use crate::app::Error;
use crate::app::study::Point;
use crate::methods::identify::{Identification, Known};
use crate::methods::posterior::Posterior;
use crate::scenario::node::{Node, show_path};
use crate::scenario::overlay::{significant, tidied};
use crate::scenario::plan::{Levels, Setting};
use crate::scenario::write::{set, toml};
use crate::scenario::{self, Checked, Loader};

/// How much the sum of the squared implausibilities may rise for a parameter to be left as it is: half a unit of
/// log-likelihood, far less than emulators know.
const HARDLY: f64 = 1.0;

/// Significant digits of what is written; more where the baseline refuses the rounded values.
const DIGITS: [usize; 3] = [4, 6, 9];

/// The values chosen.
pub struct Chosen {
    /// Values of the parameters.
    pub values: Vec<f64>,
    /// Whether each was left as it is.
    pub kept: Vec<bool>,
    /// Whether it is not even written, because the targets say nothing of it: its evidence stays what it was.
    pub left: Vec<bool>,
    /// What is set: parameter, path, value.
    pub entries: Vec<(usize, Vec<String>, Node)>,
    /// The point of a study.
    pub point: Point,
}

/// Chooses among the draws of the posterior.
///
/// # Errors
/// Values that the baseline refuses in any spelling.
pub fn choose(
    inner: &Inner,
    loader: &dyn Loader,
    waves: &Waves,
    posterior: &Posterior,
    known: &Identification,
) -> Result<Chosen, Error> {
    let misfit = |u: &[f64]| waves.region.judge(u).iter().map(|(_, i)| i * i).sum::<f64>();
    let mut u = posterior.mode().to_vec();
    let most = misfit(&u) + HARDLY;
    let moved = |u: &[f64], k: usize, home: f64| {
        let mut at = u.to_vec();
        at[k] = home;
        at
    };
    let homes = inner.home.iter().enumerate();
    let mut homes: Vec<(usize, f64, f64)> = homes
        .filter_map(|(k, home)| home.map(|home| (k, home, misfit(&moved(&u, k, home)))))
        .collect();
    homes.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
    let mut kept = vec![false; u.len()];
    for (k, home, _) in homes {
        let at = moved(&u, k, home);
        if misfit(&at) <= most && waves.region.contains(&at) {
            (u, kept[k]) = (at, true);
        }
    }
    let values = (inner.factors.iter().zip(&u).zip(&kept)).map(|((factor, u), kept)| {
        let now = inner.layers.now(factor).filter(|_| *kept);
        match (now, factor.quantile(*u), &factor.levels) {
            (Some(now), _, _) => now,
            (None, Setting::Number(x), &Levels::Range { low, high, .. }) => {
                significant(x, DIGITS[0]).clamp(low, high)
            }
            _ => f64::NAN,
        }
    });
    let values: Vec<f64> = values.collect();
    let left = (kept.iter().zip(&known.parameters)).map(|(kept, p)| *kept && p.known == Known::Not);
    let left = left.collect();
    written(inner, loader, values, kept, left)
}

/// The values as they are written, with as few digits as the baseline takes.
fn written(
    inner: &Inner,
    loader: &dyn Loader,
    values: Vec<f64>,
    kept: Vec<bool>,
    left: Vec<bool>,
) -> Result<Chosen, Error> {
    let layers = &inner.layers;
    let read = |sets: &[String]| -> Result<Checked, String> {
        let (checked, found, _) = scenario::read(loader, &layers.asked, sets);
        let said = || {
            found
                .iter()
                .find(|d| d.is_error())
                .map_or(String::new(), |d| d.message.clone())
        };
        checked.ok_or_else(said)
    };
    let mut raw = layers.fixed.clone();
    let mut paths = Vec::new();
    for (k, factor) in inner.factors.iter().enumerate().filter(|(k, _)| !left[*k]) {
        let found = factor.sets(&Setting::Number(values[k]), layers.baseline.root());
        raw.extend(found.map_err(Error::Refused)?);
        paths.extend(factor.paths.iter().map(|path| (k, path.clone())));
    }
    let full =
        read(&raw).map_err(|why| Error::Refused(format!("the baseline refuses the chosen values: {why}")))?;
    let mut why = String::new();
    for digits in DIGITS {
        let entries: Vec<(usize, Vec<String>, Node)> = (paths.iter())
            .filter_map(|(k, path)| {
                let node = full.root().at(path)?;
                Some((
                    *k,
                    path.clone(),
                    tidied(node, layers.plain.root().at(path), digits),
                ))
            })
            .collect();
        let mut sets = layers.fixed.clone();
        sets.extend(entries.iter().map(|(_, path, node)| set(path, &toml(node))));
        match read(&sets) {
            Ok(_) => {
                let scenario = layers.asked.clone();
                return Ok(Chosen {
                    values,
                    kept,
                    left,
                    entries,
                    point: Point { scenario, sets },
                });
            }
            Err(said) => why = said,
        }
    }
    let names: Vec<String> = paths.iter().map(|(_, path)| show_path(path)).collect();
    Err(Error::Refused(format!(
        "the baseline refuses the chosen values of {}: {why}",
        names.join(", ")
    )))
}
