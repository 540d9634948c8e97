//! The value of information: what it is worth to know parameters before deciding between arms.
//!
//! The decision maker takes the arm with the largest expected net benefit NB (worth of outcomes less costs). With theta the parameters,
//!
//! ```text
//! EVPI         = E max_a NB_a(theta)          - max_a E NB_a         perfect information about all of them
//! EVPPI(phi)   = E max_a E[NB_a | phi]        - max_a E NB_a         about those in phi
//! ```
//!
//! From `nb[a][d][r]`, arm a, draw d of the parameters, replication r (crossed, as in [`nested`](super::nested)), and its increments over arm 0.
//!
//! - **EVPI.** The maximum of noisy means is too large: noise looks like information. The draws' increments are moved by the linear map T that takes their
//!   covariance S to S - E/n (E the residual covariance of the two-way layout), T = S^-1/2 (S^1/2 (S - E/n) S^1/2)^1/2 S^-1/2: shrinkage that preserves the
//!   covariance of the priors, for one increment the factor of `nested`.
//! - **EVPPI.** Regression of each increment on phi, whose fitted values estimate E[NB_a | phi], noise and other parameters averaged out
//!   (M. Strong, J. E. Oakley and A. Brennan, Medical Decision Making 34 (2014) 311-326). Polynomials instead of their splines; the degree
//!   has the smallest left-one-out error. Fitted values spread by the noise of k coefficients too: their deviations are multiplied by sqrt(1 - 1/F).
//! - **Intervals.** 95% of the values when the draws are weighed anew (D. B. Rubin's Bayesian bootstrap, Annals of Statistics 9 (1981) 130-134), the
//!   regressions and T made anew, and the level of all increments moved by what few replications leave open (normal with the covariance of the replications' means,
//!   times the factor that makes Student t of it).
//!
//!
//! The best of estimated means is too good by chance where arms are near a tie, so that what is gained over it comes out too small: the
//! estimate is raised by what the simulation shows of that, and the upper end by what it is if all arms within two standard errors of the best are
//! tied. What has not happened in any of D draws is not seen: a gain that rests on less than about 1/D of the priors is reported as 0.
//!
//! A value of 0 means that no parameter, known, would change the decision. EVPPI is never shown above EVPI.

use super::chance::{Chance, percentile, sorted};
use super::nested::{Crossed, Range};
use super::regress::{Basis, bases, fit};
use super::symmetric::{self, Matrix};
use crate::stats::{LEVEL, Missing};

/// Rounds of simulation behind an interval, unless a caller says otherwise.
pub const ROUNDS: u32 = 1_000;

/// The value of one group of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// EVPPI, per decision; `None` where there are too few draws for a regression on these parameters.
    pub value: Option<Range>,
    /// The bases chosen, one for each arm but the first.
    pub bases: Vec<String>,
}

/// The value of information of one decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Voi {
    /// The arm with the largest expected net benefit.
    pub best: usize,
    /// Expected net benefit of each arm over that of arm 0; of arm 0 itself 0.
    pub increments: Vec<Range>,
    /// Probability, over the priors, that the arm's expected net benefit is the largest.
    pub best_share: Vec<f64>,
    /// EVPI, per decision.
    pub evpi: Range,
    /// EVPI with the noise of few replications left in.
    pub unshrunk: f64,
    /// EVPPI of each group asked for.
    pub partial: Vec<Partial>,
}

/// Everything that a round of simulation works on.
struct Decision<'a> {
    /// Means of the increments: `[draw][arm - 1]`.
    means: Vec<Vec<f64>>,
    /// Residual covariance over the replications.
    noise: Matrix,
    groups: Vec<Vec<&'a Basis>>,
}

/// Values in one world: mean increments, EVPI, each EVPPI.
struct Values {
    increments: Vec<f64>,
    evpi: f64,
    partial: Vec<f64>,
}

/// Analyses `nb[arm][draw][replication]`; `groups[g][draw]` are the quantiles of the parameters in group g.
///
/// # Errors
/// Fewer than two arms, and what [`Crossed::of`] refuses.
pub fn value_of_information(
    nb: &[Vec<Vec<f64>>],
    groups: &[Vec<Vec<f64>>],
    seed: u64,
    rounds: u32,
) -> Result<Voi, Missing> {
    if nb.len() < 2 {
        return Err(Missing::NobodyAtRisk);
    }
    let layouts: Vec<(Vec<Vec<f64>>, Crossed)> = (1..nb.len())
        .map(|a| {
            let x = increments(&nb[a], &nb[0]);
            let layout = Crossed::of(&x)?;
            Ok((x, layout))
        })
        .collect::<Result<_, Missing>>()?;
    let arms = layouts.len();
    let draws = layouts[0].1.draw_means.len();
    let replications = layouts[0].1.replications();
    if layouts.iter().any(|l| l.1.draw_means.len() != draws) || groups.iter().any(|g| g.len() != draws) {
        return Err(Missing::Unstable);
    }
    let residual = |a: usize| {
        let (x, c) = &layouts[a];
        let mut all = Vec::with_capacity(draws * c.replication_means.len());
        for (row, of_draw) in x.iter().zip(&c.draw_means) {
            for (v, of_replication) in row.iter().zip(&c.replication_means) {
                all.push(v - of_draw - of_replication + c.mean);
            }
        }
        all
    };
    let residuals: Vec<Vec<f64>> = (0..arms).map(residual).collect();
    let df = (draws as f64 - 1.0) * (replications - 1.0);
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let noise: Matrix = (0..arms)
        .map(|i| {
            (0..arms)
                .map(|j| product(&residuals[i], &residuals[j]) / df / replications)
                .collect()
        })
        .collect();
    let means: Vec<Vec<f64>> = (0..draws)
        .map(|d| layouts.iter().map(|l| l.1.draw_means[d]).collect())
        .collect();
    let tried: Vec<Vec<Basis>> = groups.iter().map(|u| bases(u)).collect();
    let even = vec![1.0; draws];
    let chosen: Vec<Vec<&Basis>> = tried
        .iter()
        .map(|bases| (0..arms).map(|a| choose(bases, &means, a, &even)).collect())
        .collect();
    let decision = Decision {
        means,
        noise,
        groups: chosen,
    };
    let no_shift = vec![0.0; arms];
    let (values, shares) = decision.values(&even, &no_shift, 1.0);
    let all = decision.simulate(&layouts, seed, rounds);
    let range = |value: f64, of: &dyn Fn(&Values) -> f64| {
        let v = sorted(all.iter().map(of).collect());
        Range {
            value,
            low: percentile(&v, 0.5 - LEVEL / 2.0).min(value),
            high: percentile(&v, 0.5 + LEVEL / 2.0).max(value),
        }
    };
    let near = tie_bias(&values.increments, &all);
    let gained = |value: f64, of: &dyn Fn(&Values) -> f64| {
        let short = value - all.iter().map(of).sum::<f64>() / all.len().max(1) as f64;
        let mut range = range(value, of);
        range.value += short.max(0.0);
        range.low = range.low.min(range.value);
        // What is simulated has the error twice over: once in the estimate, once drawn.
        range.high = (range.high + std::f64::consts::SQRT_2 * near).max(range.value);
        range
    };
    let evpi = gained(values.evpi, &|v| v.evpi);
    // To know one parameter is worth no more than to know all; each is raised by a bias of its own.
    let no_more = |part: Range| Range {
        value: part.value.min(evpi.value),
        low: part.low.min(evpi.low),
        high: part.high.min(evpi.high),
    };
    let mut expected = vec![Range::exactly(0.0)];
    expected.extend((0..arms).map(|a| range(values.increments[a], &|v| v.increments[a])));
    let best = (expected.iter().enumerate()).fold(0, |best, (a, e)| match e.value > expected[best].value {
        true => a,
        false => best,
    });
    let partial = (decision.groups.iter().enumerate())
        .map(|(g, chosen)| Partial {
            value: (chosen.iter().enumerate())
                .all(|(a, b)| fit(&b.rows, &column(&decision.means, a), &even).is_some())
                .then(|| {
                    no_more(gained(values.partial[g].min(values.evpi), &|v| {
                        v.partial[g].min(v.evpi)
                    }))
                }),
            bases: chosen.iter().map(|b| b.name.clone()).collect(),
        })
        .collect();
    Ok(Voi {
        best,
        increments: expected,
        best_share: shares,
        evpi,
        unshrunk: gain(&decision.means, &even),
        partial,
    })
}

fn column(means: &[Vec<f64>], arm: usize) -> Vec<f64> {
    means.iter().map(|m| m[arm]).collect()
}

fn increments(a: &[Vec<f64>], first: &[Vec<f64>]) -> Vec<Vec<f64>> {
    a.iter()
        .zip(first)
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a - b).collect())
        .collect()
}

/// How much too good the best of the estimated means is if all arms within two standard errors of it are tied with it.
fn tie_bias(increments: &[f64], all: &[Values]) -> f64 {
    let rounds = all.len().max(1) as f64;
    let best = increments.iter().fold(0.0_f64, |best, v| best.max(*v));
    let deviation = |v: &Values, a: usize| v.increments[a] - increments[a];
    let near: Vec<usize> = (0..increments.len())
        .filter(|&a| {
            let squares: f64 = all.iter().map(|v| deviation(v, a) * deviation(v, a)).sum();
            best - increments[a] <= 2.0 * libm::sqrt(squares / rounds)
        })
        .collect();
    // Arm 0 is where the increments are counted from: it is tied if the best of the others is not far above 0.
    let squares: f64 = (near.iter())
        .map(|&a| all.iter().map(|v| deviation(v, a) * deviation(v, a)).sum::<f64>())
        .fold(0.0, f64::max);
    let first = best <= 2.0 * libm::sqrt(squares / rounds);
    if near.len() + usize::from(first) < 2 {
        return 0.0;
    }
    let most = |v: &Values| {
        let least = if first { 0.0 } else { f64::NEG_INFINITY };
        let most = near.iter().fold(least, |most, &a| most.max(deviation(v, a)));
        if most.is_finite() { most } else { 0.0 }
    };
    (all.iter().map(most).sum::<f64>() / rounds).max(0.0)
}

/// The basis with the smallest left-one-out error; the first if none can be fitted.
fn choose<'a>(bases: &'a [Basis], means: &[Vec<f64>], arm: usize, weights: &[f64]) -> &'a Basis {
    let y = column(means, arm);
    let mut best = (&bases[0], f64::INFINITY);
    for basis in bases {
        if let Some(f) = fit(&basis.rows, &y, weights)
            && f.left_out < best.1
        {
            best = (basis, f.left_out);
        }
    }
    best.0
}

/// `E max - max E` of increments `[draw][arm - 1]`, arm 0 being 0.
fn gain(increments: &[Vec<f64>], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let arms = increments.first().map_or(0, Vec::len);
    let of_best: f64 = (increments.iter().zip(weights))
        .map(|(row, w)| w * row.iter().fold(0.0_f64, |best, v| best.max(*v)))
        .sum();
    let best = (0..arms)
        .map(|a| {
            increments
                .iter()
                .zip(weights)
                .map(|(row, w)| w * row[a])
                .sum::<f64>()
        })
        .fold(0.0_f64, f64::max);
    ((of_best - best) / total).max(0.0)
}

impl Decision<'_> {
    /// The values with these weights of the draws and all increments moved by `shift`; `spread` is how many times the noise of
    /// coefficients is in the fitted values. With them, the share of draws for which each arm is best.
    fn values(&self, weights: &[f64], shift: &[f64], spread: f64) -> (Values, Vec<f64>) {
        let arms = shift.len();
        let total: f64 = weights.iter().sum();
        let mean: Vec<f64> = (0..arms)
            .map(|a| self.means.iter().zip(weights).map(|(m, w)| w * m[a]).sum::<f64>() / total)
            .collect();
        // Effective number of draws, for the variance.
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let unbiased = 1.0 / (total - squares / total);
        let observed: Matrix = (0..arms)
            .map(|i| {
                (0..arms)
                    .map(|j| {
                        let product = |(m, w): (&Vec<f64>, &f64)| w * (m[i] - mean[i]) * (m[j] - mean[j]);
                        self.means.iter().zip(weights).map(product).sum::<f64>() * unbiased
                    })
                    .collect()
            })
            .collect();
        let map = symmetric::deconvolution(&observed, &self.noise);
        let moved: Vec<Vec<f64>> = (self.means.iter())
            .map(|m| {
                (0..arms)
                    .map(|a| {
                        let shrunk: f64 = (0..arms).map(|b| map[a][b] * (m[b] - mean[b])).sum();
                        mean[a] + shift[a] + shrunk
                    })
                    .collect()
            })
            .collect();
        let mut shares = vec![0.0; arms + 1];
        for (row, w) in moved.iter().zip(weights) {
            let best = (row.iter().enumerate()).fold((0, 0.0), |best, (a, v)| match *v > best.1 {
                true => (a + 1, *v),
                false => best,
            });
            shares[best.0] += w / total;
        }
        let partial = (self.groups.iter())
            .map(|bases| {
                let fitted: Vec<Vec<f64>> = (0..arms)
                    .map(|a| {
                        let y = column(&self.means, a);
                        let Some(fit) = fit(&bases[a].rows, &y, weights) else {
                            return vec![mean[a] + shift[a]; y.len()];
                        };
                        let k = libm::sqrt((1.0 - spread / fit.f.max(f64::MIN_POSITIVE)).max(0.0));
                        fit.fitted
                            .iter()
                            .map(|v| mean[a] + shift[a] + k * (v - mean[a]))
                            .collect()
                    })
                    .collect();
                let rows: Vec<Vec<f64>> = (0..weights.len())
                    .map(|d| fitted.iter().map(|f| f[d]).collect())
                    .collect();
                gain(&rows, weights)
            })
            .collect();
        let values = Values {
            increments: mean.iter().zip(shift).map(|(m, s)| m + s).collect(),
            evpi: gain(&moved, weights),
            partial,
        };
        (values, shares)
    }

    fn simulate(&self, layouts: &[(Vec<Vec<f64>>, Crossed)], seed: u64, rounds: u32) -> Vec<Values> {
        const WEIGHT: u16 = 1;
        const LEVEL: u16 = 2;
        const LEVEL_SCALE: u16 = 3;
        let (arms, draws) = (layouts.len(), self.means.len());
        let n = layouts[0].1.replication_means.len();
        let of = |a: usize, r: usize| layouts[a].1.replication_means[r] - layouts[a].1.mean;
        let covariance: Matrix = (0..arms)
            .map(|i| {
                (0..arms)
                    .map(|j| {
                        let sum: f64 = (0..n).map(|r| of(i, r) * of(j, r)).sum();
                        sum / (n - 1) as f64 / n as f64
                    })
                    .collect()
            })
            .collect();
        let root = symmetric::power(&covariance, 0.5);
        let chance = Chance::new(seed, "value of information");
        (0..rounds)
            .map(|round| {
                let chance = chance.round(round);
                let mut weights: Vec<f64> =
                    (0..draws).map(|d| chance.exponential(WEIGHT, d as u32)).collect();
                let total: f64 = weights.iter().sum();
                weights.iter_mut().for_each(|w| *w *= draws as f64 / total);
                let factor = chance.student_factor(LEVEL_SCALE, n as u32 - 1);
                let z: Vec<f64> = (0..arms)
                    .map(|a| factor * chance.normal(LEVEL, a as u32))
                    .collect();
                let shift: Vec<f64> = root
                    .iter()
                    .map(|row| row.iter().zip(&z).map(|(l, z)| l * z).sum())
                    .collect();
                self.values(&weights, &shift, 2.0).0
            })
            .collect()
    }
}
