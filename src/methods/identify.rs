//! What the targets have taught about each parameter, and what they have taught only about combinations.
//!
//! On the unit cube the prior of every parameter is uniform with variance 1/12. The contraction of a parameter is 1 - posterior variance
//! / prior variance (M. Betancourt, arXiv 1803.08393, 2018, uses it so). It is judged by its lower 95% bound for the error of finitely many draws, a sample variance of
//! n draws with kurtosis κ having the relative variance (κ - 1)/n:
//!
//! * *identified*: at least 0.75 (the posterior's standard deviation is at most half the prior's);
//! * *partly*: at least 0.25;
//! * *not identified*: otherwise. The shipped value is then as good as any other in the range, as far as the targets go.
//!
//! A pair is named if its correlation is shown (Fisher's z, lower 95% bound) to be at least 0.5 in size. If neither of the two is identified but
//! the combination that varies least is, then *only their combination is identified*. The principal directions of the posterior covariance
//! over the prior's say the same of more than two. Small eigenvalues of a sample covariance are too small by up to
//! (1 - √(d/n))² (V. A. Marčenko and L. A. Pastur, Mathematics of the USSR-Sbornik 1 (1967) 457-483); they are judged
//! after division by it.

use super::axis::Axis;
use super::chance::{percentile, sorted};
use super::posterior::{covariance, means};
use super::symmetric::eigen;

/// Contraction from which a parameter or direction counts as identified.
pub const IDENTIFIED: f64 = 0.75;

/// Contraction from which a parameter counts as partly identified.
pub const PARTLY: f64 = 0.25;

/// Size of a correlation from which a pair is named.
pub const CORRELATED: f64 = 0.5;

/// A posterior piles up at an end if this share of it lies in the outer twentieth of the range (the prior: 0.05).
pub const PILED_UP: f64 = 0.15;

/// Normal quantile of one-sided bounds of 95%.
const BOUND: f64 = 1.644_853_626_951_472_2;

/// Variance of the uniform law on the unit interval.
const PRIOR: f64 = 1.0 / 12.0;

/// How much is known of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Contraction shown to be at least [`IDENTIFIED`].
    Identified,
    /// At least [`PARTLY`].
    Partly,
    /// Less, or not shown.
    Not,
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The lower one.
    Low,
    /// The upper one.
    High,
}

/// What is known of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its range before, in its unit.
    pub prior: (f64, f64),
    /// 5%, 50% and 95% of the posterior, in its unit.
    pub posterior: [f64; 3],
    /// 1 - posterior variance / prior variance, on the unit interval.
    pub contraction: f64,
    /// Its lower 95% bound for the error of finitely many draws.
    pub contraction_low: f64,
    /// The verdict.
    pub known: Known,
    /// The end of the range where the posterior piles up, if it does: the range may be too narrow.
    pub edge: Option<Edge>,
}

/// Two parameters that the targets tie to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Number of one parameter.
    pub a: usize,
    /// Number of the other, above `a`.
    pub b: usize,
    /// Correlation of the draws: below 0, about their sum is known, above 0, about their difference.
    pub correlation: f64,
    /// Lower bound of its size.
    pub low: f64,
    /// Contraction of the combination that varies least.
    pub contraction: f64,
    /// Neither is identified alone, their combination is.
    pub only_combination: bool,
}

/// A principal direction of the posterior.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// Posterior variance over prior variance along it (as sampled).
    pub ratio: f64,
    /// Its parts on the parameters, a unit vector; the largest part is positive.
    pub weights: Vec<f64>,
    /// Whether the combination is identified.
    pub pinned: bool,
}

/// What is known of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Identification {
    /// Every parameter, in the order of the axes.
    pub parameters: Vec<Parameter>,
    /// Pairs with a strong correlation, the strongest first.
    pub pairs: Vec<Pair>,
    /// Principal directions, the best known first.
    pub directions: Vec<Direction>,
    /// How many directions are identified.
    pub pinned: usize,
    /// To how many independent draws the draws amount.
    pub effective: f64,
}

/// What `draws` of the posterior (in the unit cube, worth `effective` independent ones) say about each axis.
pub fn identify(axes: &[Axis], draws: &[Vec<f64>], effective: f64) -> Identification {
    let n = effective.min(draws.len() as f64).max(1.0);
    let (centre, spread) = (means(draws), covariance(draws));
    let parameters: Vec<Parameter> = axes
        .iter()
        .enumerate()
        .map(|(k, axis)| {
            parameter(
                axis,
                &sorted(draws.iter().map(|u| u[k]).collect()),
                centre[k],
                spread[k][k],
                n,
            )
        })
        .collect();
    let mut pairs = Vec::new();
    for b in 0..axes.len() {
        for a in 0..b {
            let alone = parameters[a].known == Known::Identified || parameters[b].known == Known::Identified;
            pairs.extend(pair(a, b, &spread, n, alone));
        }
    }
    pairs.sort_by(|x, y| y.low.total_cmp(&x.low).then((x.a, x.b).cmp(&(y.a, y.b))));
    let directions = directions(&spread, n);
    Identification {
        pinned: directions.iter().filter(|d| d.pinned).count(),
        parameters,
        pairs,
        directions,
        effective,
    }
}

fn parameter(axis: &Axis, sorted: &[f64], centre: f64, variance: f64, n: f64) -> Parameter {
    let fourth = sorted
        .iter()
        .map(|u| {
            let square = (u - centre) * (u - centre);
            square * square
        })
        .sum::<f64>()
        / sorted.len() as f64;
    let kurtosis = if variance > 0.0 {
        fourth / (variance * variance)
    } else {
        1.0
    };
    let ratio = variance / PRIOR;
    let contraction = 1.0 - ratio;
    let contraction_low = contraction - BOUND * ratio * libm::sqrt((kurtosis - 1.0).max(0.0) / n);
    let share = |inside: &dyn Fn(f64) -> bool| {
        let p = sorted.iter().filter(|u| inside(**u)).count() as f64 / sorted.len() as f64;
        p - BOUND * libm::sqrt(p * (1.0 - p) / n)
    };
    let edge = match () {
        () if share(&|u| u < 0.05) > PILED_UP => Some(Edge::Low),
        () if share(&|u| u > 0.95) > PILED_UP => Some(Edge::High),
        () => None,
    };
    Parameter {
        name: axis.name.clone(),
        prior: (axis.low, axis.high),
        posterior: [0.05, 0.5, 0.95].map(|p| axis.value(percentile(sorted, p))),
        contraction,
        contraction_low,
        known: match contraction_low {
            c if c >= IDENTIFIED => Known::Identified,
            c if c >= PARTLY => Known::Partly,
            _ => Known::Not,
        },
        edge,
    }
}

fn pair(a: usize, b: usize, spread: &[Vec<f64>], n: f64, alone: bool) -> Option<Pair> {
    let (va, vb, both) = (spread[a][a], spread[b][b], spread[a][b]);
    if !(va > 0.0 && vb > 0.0 && n > 4.0) {
        return None;
    }
    let correlation = (both / libm::sqrt(va * vb)).clamp(-1.0, 1.0);
    let size = correlation.abs().min(1.0 - 1e-12);
    let low = libm::tanh(libm::atanh(size) - BOUND / libm::sqrt(n - 3.0)).max(0.0);
    if low < CORRELATED {
        return None;
    }
    let least = 0.5 * (va + vb - libm::sqrt((va - vb) * (va - vb) + 4.0 * both * both));
    let ratio = least.max(0.0) / PRIOR;
    Some(Pair {
        a,
        b,
        correlation,
        low,
        contraction: 1.0 - ratio,
        only_combination: !alone && 1.0 - ratio * (1.0 + BOUND * libm::sqrt(2.0 / n)) >= IDENTIFIED,
    })
}

fn directions(spread: &[Vec<f64>], n: f64) -> Vec<Direction> {
    let d = spread.len();
    let (values, vectors) = eigen(&spread.to_vec());
    let edge = 1.0 - libm::sqrt(d as f64 / n);
    let mut all: Vec<Direction> = (0..d)
        .map(|j| {
            let ratio = values[j].max(0.0) / PRIOR;
            let column: Vec<f64> = vectors.iter().map(|row| row[j]).collect();
            let largest = column
                .iter()
                .fold(0.0_f64, |m, v| if v.abs() > m.abs() { *v } else { m });
            let sign = if largest < 0.0 { -1.0 } else { 1.0 };
            let careful = ratio / (edge * edge) * (1.0 + BOUND * libm::sqrt(2.0 / n));
            Direction {
                ratio,
                weights: column.iter().map(|v| sign * v).collect(),
                pinned: edge > 0.0 && careful <= 1.0 - IDENTIFIED,
            }
        })
        .collect();
    all.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
    all
}
