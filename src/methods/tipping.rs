//! The tipping point: at which value of a scanned parameter a paired difference changes sign.
//!
//! `x[g][r]` is the paired difference at grid value g in replication r; replications are common to all values. Between neighbours
//! it is interpolated linearly in the coordinate given (for a ratio: its logarithm), so at every point of the range there is one number
//! f_r(t) per replication, and the mean over replications has an ordinary interval by Student t.
//!
//! - **Tipping points**: where the mean curve crosses 0.
//! - **Where it may lie**: all t at which "the expected difference is 0" is not rejected at 5%, `mean² <= t² s²/n` (E. C. Fieller, Journal of the Royal
//!   Statistical Society B 16 (1954) 175-185). Between neighbours mean and s² are a line and a parabola in t, so the ends are roots
//!   of a quadratic, exact. Holds the true tipping point of the interpolated curve with 95% whatever its slope; it may reach the end of the
//!   range, or be the whole range, and says so.
//! - **Whether it depends on the parameter at all**: Student t of the slope per replication, and of each value's deviation from the mean over
//!   values, Bonferroni over all of them, with 2.5% together; or told to be positive at one value and negative at another, Bonferroni
//!   over the values, with 2.5% at most. A parameter that does nothing is called active with at most 5%.
//!
//! Where one point (the priors' centre) was run with N > n replications, the mean at a value may be that point's mean of N plus the mean
//! of (x_gr - c_r) over the n common ones, if that has the smaller error at this value; variances and covariances then follow from
//! each replication's contribution.
//!
//! Nothing is smoothed: a difference that is exactly 0 at a value (such as ratio 1 where only the map differs) stays exactly 0.

use crate::stats::{Estimate, LEVEL, Missing, student_t_critical, student_t_two_sided_p};

/// What a scan says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It changes sign once, here; the interval may reach an end of the range (`None`).
    Turns {
        /// Value of the parameter.
        at: f64,
        /// Lower end of the interval; `None`: not bounded within the range.
        low: Option<f64>,
        /// Upper end of the interval; `None`: not bounded within the range.
        high: Option<f64>,
        /// Whether the difference is positive below it.
        positive_below: bool,
    },
    /// It changes sign more than once, at these values.
    TurnsOften(Vec<f64>),
    /// It has one sign over the whole range, told from 0 everywhere.
    Never {
        /// The sign.
        positive: bool,
    },
    /// The mean does not change sign, but somewhere in the range the interval holds 0.
    NotExcluded {
        /// The sign of the mean.
        positive: bool,
    },
    /// The difference does not depend on the parameter, within what can be told.
    NoDependence,
    /// The difference is exactly 0 at every value.
    Identical,
}

/// The difference at one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At {
    /// Value of the parameter.
    pub value: f64,
    /// Mean paired difference.
    pub difference: Estimate,
}

/// One scan, analysed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tipping {
    /// The curve.
    pub curve: Vec<At>,
    /// Where the mean changes sign.
    pub crossings: Vec<f64>,
    /// Where 0 is not excluded: pieces of the range.
    pub compatible: Vec<(f64, f64)>,
    /// What it comes to.
    pub verdict: Verdict,
}

/// How the coordinate of a scan is made of the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Linear,
    /// By its logarithm; the values are positive.
    Log,
}

impl Scale {
    fn to(self, value: f64) -> f64 {
        match self {
            Scale::Linear => value,
            Scale::Log => libm::log(value),
        }
    }

    fn from(self, t: f64) -> f64 {
        match self {
            Scale::Linear => t,
            Scale::Log => libm::exp(t),
        }
    }
}

/// `count` (at least 2) values from `low` to `high`, evenly on the scale; the ends exactly.
pub fn grid(low: f64, high: f64, count: usize, scale: Scale) -> Vec<f64> {
    let (a, b) = (scale.to(low), scale.to(high));
    (0..count)
        .map(|i| match i {
            0 => low,
            i if i + 1 == count => high,
            i => scale.from(a + (b - a) * i as f64 / (count - 1) as f64),
        })
        .collect()
}

/// The mean at one value and what each replication contributes to its error.
struct Mean {
    value: f64,
    contributions: Vec<f64>,
}

impl Mean {
    /// Covariance of two means over the same replications, n of which carry the degrees of freedom.
    fn covariance(&self, other: &Mean, n: usize) -> f64 {
        let sum: f64 = self
            .contributions
            .iter()
            .zip(&other.contributions)
            .map(|(a, b)| a * b)
            .sum();
        sum * n as f64 / (n - 1) as f64
    }

    /// The mean of a row, or of the centre and the row's mean difference from it, whichever has the smaller error.
    fn of(row: &[f64], centre: Option<&[f64]>) -> Mean {
        let n = row.len();
        let m = mean(row);
        let plain = Mean {
            value: m,
            contributions: row.iter().map(|v| (v - m) / n as f64).collect(),
        };
        let Some(centre) = centre.filter(|c| c.len() >= 2 * n && c.iter().all(|v| v.is_finite())) else {
            return plain;
        };
        let of_all = mean(centre);
        let rest: Vec<f64> = row.iter().zip(centre).map(|(x, c)| x - c).collect();
        let of_rest = mean(&rest);
        let contribution = |(r, c): (usize, &f64)| {
            let own = rest.get(r).map_or(0.0, |x| (x - of_rest) / n as f64);
            own + (c - of_all) / centre.len() as f64
        };
        let controlled = Mean {
            value: of_rest + of_all,
            contributions: centre.iter().enumerate().map(contribution).collect(),
        };
        match controlled.covariance(&controlled, n) < plain.covariance(&plain, n) {
            true => controlled,
            false => plain,
        }
    }
}

/// Analyses differences `x[value][replication]` at rising `values`. `centre`: the differences at one point of the same replications
/// first, then of more.
///
/// # Errors
/// Fewer than two values or replications, rows of different lengths, values not rising, numbers not finite.
pub fn tipping(
    values: &[f64],
    x: &[Vec<f64>],
    centre: Option<&[f64]>,
    scale: Scale,
) -> Result<Tipping, Missing> {
    let n = x.first().map_or(0, Vec::len);
    if n < 2 || x.len() < 2 || values.len() != x.len() {
        return Err(Missing::OneReplication);
    }
    let t: Vec<f64> = values.iter().map(|v| scale.to(*v)).collect();
    let bad = |row: &Vec<f64>| row.len() != n || row.iter().any(|v| !v.is_finite());
    if x.iter().any(bad) || t.iter().any(|t| !t.is_finite()) || t.windows(2).any(|w| w[0] >= w[1]) {
        return Err(Missing::Unstable);
    }
    let critical = student_t_critical(LEVEL, (n - 1) as f64);
    let estimates: Vec<Mean> = x.iter().map(|row| Mean::of(row, centre)).collect();
    let means: Vec<f64> = estimates.iter().map(|m| m.value).collect();
    let curve = (values.iter().zip(&estimates))
        .map(|(value, m)| At {
            value: *value,
            difference: Estimate::new(
                m.value,
                libm::sqrt(m.covariance(m, n)),
                critical,
                m.contributions.len() as u64,
            ),
        })
        .collect();
    let crossings: Vec<f64> = crossings(&t, &means).into_iter().map(|t| scale.from(t)).collect();
    let pieces = compatible(&t, &estimates, n, critical * critical);
    let verdict = verdict(&t, x, &estimates, &crossings, &pieces, scale);
    Ok(Tipping {
        curve,
        crossings,
        compatible: pieces
            .into_iter()
            .map(|(a, b)| (back(values, &t, a, scale), back(values, &t, b, scale)))
            .collect(),
        verdict,
    })
}

/// The parameter at a coordinate; grid values exactly.
fn back(values: &[f64], t: &[f64], at: f64, scale: Scale) -> f64 {
    match t.iter().position(|t| *t == at) {
        Some(i) => values[i],
        None => scale.from(at),
    }
}

fn mean(v: &[f64]) -> f64 {
    v.iter().sum::<f64>() / v.len() as f64
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (mean(a), mean(b));
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / (a.len() - 1) as f64
}

/// Coordinates at which the piecewise linear curve goes from one sign to the other.
fn crossings(t: &[f64], means: &[f64]) -> Vec<f64> {
    let mut out = Vec::new();
    // The last value that was not 0, with its place.
    let mut last: Option<usize> = None;
    for (g, m) in means.iter().enumerate() {
        if *m == 0.0 {
            continue;
        }
        if let Some(before) = last
            && (means[before] > 0.0) != (*m > 0.0)
        {
            out.push(if g == before + 1 {
                t[before] + (t[g] - t[before]) * means[before] / (means[before] - m)
            } else {
                // Exactly 0 in between: the middle of where it is.
                0.5 * (t[before + 1] + t[g - 1])
            });
        }
        last = Some(g);
    }
    out
}

/// Pieces of the range in which 0 is not rejected; `factor` is the critical value squared.
fn compatible(t: &[f64], means: &[Mean], n: usize, factor: f64) -> Vec<(f64, f64)> {
    let mut pieces: Vec<(f64, f64)> = Vec::new();
    for g in 0..t.len() - 1 {
        let (a, b) = (&means[g], &means[g + 1]);
        let (ma, mb) = (a.value, b.value);
        let (saa, sab, sbb) = (a.covariance(a, n), a.covariance(b, n), b.covariance(b, n));
        // q(u) = mean(u)² - factor s²(u), u from 0 to 1 between the neighbours.
        let q0 = ma * ma - factor * saa;
        let q1 = 2.0 * (ma * (mb - ma) - factor * (sab - saa));
        let q2 = (mb - ma) * (mb - ma) - factor * (saa - 2.0 * sab + sbb);
        for (low, high) in below_zero(q0, q1, q2) {
            let place = |u: f64| match u {
                0.0 => t[g],
                1.0 => t[g + 1],
                u => t[g] + (t[g + 1] - t[g]) * u,
            };
            let (low, high) = (place(low), place(high));
            match pieces.last_mut() {
                Some(last) if last.1 >= low => last.1 = high.max(last.1),
                _ => pieces.push((low, high)),
            }
        }
    }
    pieces
}

/// Where in [0, 1] `q0 + q1 u + q2 u²` is at most 0.
fn below_zero(q0: f64, q1: f64, q2: f64) -> Vec<(f64, f64)> {
    let mut ends = vec![0.0, 1.0];
    let root = q1 * q1 - 4.0 * q2 * q0;
    if q2 == 0.0 {
        if q1 != 0.0 {
            ends.push(-q0 / q1);
        }
    } else if root >= 0.0 {
        // Without cancellation.
        let s = -0.5
            * (q1
                + if q1 < 0.0 {
                    -libm::sqrt(root)
                } else {
                    libm::sqrt(root)
                });
        ends.push(s / q2);
        if s != 0.0 {
            ends.push(q0 / s);
        }
    }
    ends.retain(|u| (0.0..=1.0).contains(u));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let at = |u: f64| q0 + u * (q1 + u * q2);
    let mut out: Vec<(f64, f64)> = Vec::new();
    for w in ends.windows(2) {
        if at(0.5 * (w[0] + w[1])) <= 0.0 {
            match out.last_mut() {
                Some(last) if last.1 == w[0] => last.1 = w[1],
                _ => out.push((w[0], w[1])),
            }
        }
    }
    // A single point: exactly 0 without spread at a grid value.
    for u in [0.0, 1.0] {
        if at(u) <= 0.0 && !out.iter().any(|p| p.0 <= u && u <= p.1) {
            out.push((u, u));
        }
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out
}

/// Whether the difference depends on the parameter, beyond doubt at 5%.
fn depends(t: &[f64], x: &[Vec<f64>], means: &[Mean]) -> bool {
    let (values, n) = (x.len(), x[0].len());
    let middle = mean(t);
    let rounding = 1e-12 * x.iter().flatten().fold(0.0_f64, |s, v| s.max(v.abs()));
    let contrast = |weights: &[f64]| -> bool {
        let of: Vec<f64> = (0..n)
            .map(|r| x.iter().zip(weights).map(|(row, w)| row[r] * w).sum())
            .collect();
        let (m, variance) = (mean(&of), covariance(&of, &of));
        if m.abs() <= rounding {
            return false;
        }
        let error = libm::sqrt(variance / n as f64);
        let p = if error > 0.0 {
            student_t_two_sided_p(m / error, (n - 1) as f64)
        } else {
            0.0
        };
        p <= 0.5 * (1.0 - LEVEL) / (values + 1) as f64
    };
    let slope: Vec<f64> = t.iter().map(|t| t - middle).collect();
    // A flat curve is on one side of 0; to be told on the other has half of this level at each value.
    let critical = student_t_critical(1.0 - (1.0 - LEVEL) / values as f64, (n - 1) as f64);
    let told = |sign: f64| {
        let at = |m: &Mean| sign * m.value > rounding.max(critical * libm::sqrt(m.covariance(m, n)));
        means.iter().any(at)
    };
    (told(1.0) && told(-1.0))
        || contrast(&slope)
        || (0..values).any(|g| {
            let weights: Vec<f64> = (0..values)
                .map(|i| f64::from(u8::from(i == g)) - 1.0 / values as f64)
                .collect();
            contrast(&weights)
        })
}

fn verdict(
    t: &[f64],
    x: &[Vec<f64>],
    means: &[Mean],
    crossings: &[f64],
    pieces: &[(f64, f64)],
    scale: Scale,
) -> Verdict {
    if x.iter().flatten().all(|v| *v == 0.0) {
        return Verdict::Identical;
    }
    if !depends(t, x, means) {
        return Verdict::NoDependence;
    }
    let positive = means.iter().map(|m| m.value).sum::<f64>() > 0.0;
    match crossings {
        [] if pieces.is_empty() => Verdict::Never { positive },
        [] => Verdict::NotExcluded { positive },
        [at] => {
            let first = means.iter().find(|m| m.value != 0.0);
            let (start, end) = (t[0], t[t.len() - 1]);
            let low = pieces.first().map_or(scale.to(*at), |p| p.0);
            let high = pieces.last().map_or(scale.to(*at), |p| p.1);
            Verdict::Turns {
                at: *at,
                low: (low > start).then(|| scale.from(low)),
                high: (high < end).then(|| scale.from(high)),
                positive_below: first.is_some_and(|m| m.value > 0.0),
            }
        }
        several => Verdict::TurnsOften(several.to_vec()),
    }
}
