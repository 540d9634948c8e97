//! The laws themselves, exactly: distribution functions, means and quantile functions.

use super::law::Law;
use super::pieces::pieces;
use super::special::{self, Tails};

impl Law {
    /// P(X <= x): the distribution function.
    pub fn cdf(&self, x: f64) -> f64 {
        self.tails(x, true).below
    }

    /// The quantile function, exactly: the least x with P(X <= x) >= u, for u in (0, 1). Slow: for
    /// reports and tests.
    pub fn quantile(&self, u: f64) -> f64 {
        let u = Tails::from_below(u);
        let pieces = pieces(self);
        let within = pieces
            .iter()
            .find(|piece| u.below <= piece.end.below)
            .or(pieces.last());
        let piece = within.expect("a law has at least one piece");
        let mass = piece.start.up_to(piece.end);
        let v = Tails {
            below: ((u.below - piece.start.below) / mass).clamp(0.0, 1.0),
            above: ((u.above - piece.end.above) / mass).clamp(0.0, 1.0),
        };
        piece.value(self, v)
    }

    /// The least and greatest possible values.
    pub fn support(&self) -> (f64, f64) {
        match self {
            Law::Fixed(x) => (*x, *x),
            Law::Uniform { low, high } | Law::Triangular { low, high, .. } => (*low, *high),
            Law::Exponential { .. } | Law::LogNormal { .. } | Law::Gamma { .. } | Law::Weibull { .. } => {
                (0.0, f64::INFINITY)
            }
            Law::Empirical(values) => hull(values.iter().map(|&(x, _)| (x, x))),
            Law::Mixture(laws) => hull(laws.iter().map(|(_, law)| law.support())),
            Law::Truncated { law, low, high } => {
                let (least, most) = law.support();
                (least.max(*low), most.min(*high))
            }
        }
    }

    /// P(X <= x), or P(X < x) when not `inclusive`, with its complement.
    pub(super) fn tails(&self, x: f64, inclusive: bool) -> Tails {
        let (least, most) = self.support();
        if x < least || (x == least && !inclusive) {
            return Tails::NOTHING_BELOW;
        }
        if x > most || (x == most && inclusive) {
            return Tails::ALL_BELOW;
        }
        match self {
            Law::Fixed(_) => unreachable!("both sides of the one value are decided above"),
            Law::Exponential { mean } => weibull_tails(x / mean),
            Law::Uniform { low, high } => Tails {
                below: (x - low) / (high - low),
                above: (high - x) / (high - low),
            },
            Law::Triangular { low, mode, high } => {
                if x <= *mode && mode > low {
                    Tails::from_below((x - low) * (x - low) / ((high - low) * (mode - low)))
                } else {
                    Tails::from_above((high - x) * (high - x) / ((high - low) * (high - mode)))
                }
            }
            Law::LogNormal { mu, sigma } => special::normal_tails((libm::log(x) - mu) / sigma),
            Law::Gamma { shape, scale } => special::gamma_tails(*shape, x / scale),
            Law::Weibull { shape, scale } => weibull_tails(libm::pow(x / scale, *shape)),
            Law::Empirical(values) => {
                let below = |v: f64| v < x || (inclusive && v == x);
                weighted(values.iter().map(|&(v, w)| {
                    (
                        w,
                        if below(v) {
                            Tails::ALL_BELOW
                        } else {
                            Tails::NOTHING_BELOW
                        },
                    )
                }))
            }
            Law::Mixture(laws) => weighted(laws.iter().map(|(w, law)| (*w, law.tails(x, inclusive)))),
            Law::Truncated { law, low, high } => {
                let (start, end) = (law.tails(*low, false), law.tails(*high, true));
                let (here, mass) = (law.tails(x, inclusive), start.up_to(end));
                Tails {
                    below: start.up_to(here) / mass,
                    above: here.up_to(end) / mass,
                }
            }
        }
    }

    /// P(X = x).
    pub(super) fn mass_at(&self, x: f64) -> f64 {
        match self {
            Law::Fixed(value) => f64::from(u8::from(*value == x)),
            Law::Empirical(values) => {
                let total: f64 = values.iter().map(|&(_, w)| w).sum();
                values
                    .iter()
                    .filter(|&&(v, _)| v == x)
                    .map(|&(_, w)| w)
                    .sum::<f64>()
                    / total
            }
            Law::Mixture(laws) => {
                let total: f64 = laws.iter().map(|(w, _)| w).sum();
                laws.iter().map(|(w, law)| w * law.mass_at(x)).sum::<f64>() / total
            }
            Law::Truncated { law, low, high } if (*low..=*high).contains(&x) => {
                law.mass_at(x) / law.mass_within(*low, *high)
            }
            _ => 0.0,
        }
    }

    /// P(low < X < high), accurate also where it is a small part of what lies beyond either.
    pub(super) fn mass_between(&self, low: f64, high: f64) -> f64 {
        match self {
            Law::Mixture(laws) => average(laws.iter().map(|(w, law)| (*w, law.mass_between(low, high)))),
            Law::Truncated {
                law,
                low: from,
                high: to,
            } => {
                let mass = law.mass_within(*from, *to);
                let (from, to) = (from.max(low), to.min(high));
                // An end of the truncation itself belongs to the law.
                let ends = (if from > low { law.mass_at(from) } else { 0.0 })
                    + (if to < high { law.mass_at(to) } else { 0.0 });
                if from > to {
                    0.0
                } else {
                    (law.mass_between(from, to) + ends) / mass
                }
            }
            _ => self.tails(low, true).up_to(self.tails(high, false)).max(0.0),
        }
    }

    /// Whether its quantile function has no formula: a mixture, truncated or not.
    pub(super) fn is_compound(&self) -> bool {
        match self {
            Law::Mixture(_) => true,
            Law::Truncated { law, .. } => law.is_compound(),
            _ => false,
        }
    }

    /// P(low <= X <= high).
    pub(super) fn mass_within(&self, low: f64, high: f64) -> f64 {
        self.tails(low, false).up_to(self.tails(high, true))
    }

    /// Where the distribution function may have a corner or a jump, besides the ends of the support.
    pub(super) fn breakpoints(&self, at: &mut Vec<f64>) {
        match self {
            Law::Triangular { mode, .. } => at.push(*mode),
            Law::Empirical(values) => at.extend(values.iter().map(|&(x, _)| x)),
            Law::Mixture(laws) => {
                for (_, law) in laws {
                    let (least, most) = law.support();
                    at.extend([least, most]);
                    law.breakpoints(at);
                }
            }
            Law::Truncated { law, low, high } => {
                let mut inner = Vec::new();
                law.breakpoints(&mut inner);
                at.extend(inner.into_iter().filter(|x| (*low..=*high).contains(x)));
            }
            _ => {}
        }
    }

    /// Whether the density is constant between two neighbouring breakpoints.
    pub(super) fn is_flat_between(&self, low: f64, high: f64) -> bool {
        let (least, most) = self.support();
        let outside = most <= low || least >= high;
        outside
            || match self {
                Law::Fixed(_) | Law::Uniform { .. } | Law::Empirical(_) => true,
                Law::Mixture(laws) => laws.iter().all(|(_, law)| law.is_flat_between(low, high)),
                Law::Truncated { law, .. } => law.is_flat_between(low, high),
                _ => false,
            }
    }

    /// The x with P(X <= x) = `p`, of a law whose quantile function has a formula.
    pub(super) fn solve(&self, p: Tails) -> f64 {
        match self {
            Law::Exponential { mean } => mean * exponential_quantile(p),
            Law::Uniform { low, high } => {
                if p.below < 0.5 {
                    low + p.below * (high - low)
                } else {
                    high - p.above * (high - low)
                }
            }
            Law::Triangular { low, mode, high } => triangular_quantile(*low, *mode, *high, p),
            Law::LogNormal { mu, sigma } => libm::exp(mu + sigma * special::normal_quantile(p)),
            Law::Gamma { shape, scale } => scale * special::gamma_quantile(*shape, p),
            Law::Weibull { shape, scale } => scale * libm::pow(exponential_quantile(p), 1.0 / shape),
            Law::Fixed(_) | Law::Empirical(_) | Law::Mixture(_) => {
                unreachable!("atoms are pieces of their own and mixtures are solved by root finding")
            }
            Law::Truncated {
                law,
                low: from,
                high: to,
            } => {
                let (start, end) = (law.tails(*from, false), law.tails(*to, true));
                let mass = start.up_to(end);
                let whole = Tails {
                    below: (start.below + p.below * mass).min(1.0),
                    above: (end.above + p.above * mass).min(1.0),
                };
                law.solve(whole).clamp(*from, *to)
            }
        }
    }

    /// The x between `low` and `high`, two neighbouring breakpoints, with the probabilities `p` between
    /// them and it: by root finding on the logarithm of the smaller of the two, in the logarithm of
    /// the distance to `low`.
    pub(super) fn solve_between(&self, p: Tails, low: f64, high: f64) -> f64 {
        let lower = p.below <= p.above;
        let excess = |s: f64| {
            let x = low + libm::exp(s);
            if lower {
                libm::log(self.mass_between(low, x) / p.below)
            } else {
                libm::log(p.above / self.mass_between(x, high))
            }
        };
        let mut top = if high.is_finite() {
            libm::log(high - low)
        } else {
            0.0
        };
        if high.is_infinite() {
            while excess(top) < 0.0 {
                top += 1.0;
            }
        }
        let (mut bottom, mut step) = (top - 1.0, 1.0);
        while excess(bottom) > 0.0 {
            if bottom < -745.0 {
                return low;
            }
            step *= 2.0;
            bottom -= step;
        }
        low + libm::exp(special::root(excess, bottom, top, 4e-15))
    }

    /// The mean: by formula, or for a truncated law by integrating its quantile function.
    pub fn mean(&self) -> f64 {
        match self {
            Law::Fixed(x) => *x,
            Law::Exponential { mean } => *mean,
            Law::Uniform { low, high } => 0.5 * low + 0.5 * high,
            Law::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Law::LogNormal { mu, sigma } => libm::exp(mu + 0.5 * sigma * sigma),
            Law::Gamma { shape, scale } => shape * scale,
            Law::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Law::Empirical(values) => average(values.iter().copied().map(|(x, w)| (w, x))),
            Law::Mixture(laws) => average(laws.iter().map(|(w, law)| (*w, law.mean()))),
            Law::Truncated { law, low, high } => match &**law {
                // Each component truncated is smooth inside, their mixture need not be.
                Law::Mixture(laws) => {
                    let within = |law: &Law| {
                        Law::Truncated {
                            law: Box::new(law.clone()),
                            low: *low,
                            high: *high,
                        }
                        .mean()
                    };
                    let kept = laws
                        .iter()
                        .map(|(w, law)| (w * law.mass_within(*low, *high), law));
                    average(kept.filter(|&(w, _)| w > 0.0).map(|(w, law)| (w, within(law))))
                }
                Law::Truncated {
                    law,
                    low: from,
                    high: to,
                } => Law::Truncated {
                    law: law.clone(),
                    low: low.max(*from),
                    high: high.min(*to),
                }
                .mean(),
                _ => self.mean_by_integration(),
            },
        }
    }
}

fn hull(ranges: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    ranges.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (low, high)| {
        (a.min(low), b.max(high))
    })
}

fn average(items: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (total, sum) = items.fold((0.0, 0.0), |(total, sum), (w, x)| (total + w, sum + w * x));
    sum / total
}

fn weighted(items: impl Iterator<Item = (f64, Tails)>) -> Tails {
    let (mut total, mut below, mut above) = (0.0, 0.0, 0.0);
    for (w, tails) in items {
        total += w;
        below += w * tails.below;
        above += w * tails.above;
    }
    Tails {
        below: below / total,
        above: above / total,
    }
}

/// The Weibull distribution function where the cumulative hazard is `hazard`.
fn weibull_tails(hazard: f64) -> Tails {
    Tails {
        below: -libm::expm1(-hazard),
        above: libm::exp(-hazard),
    }
}

/// The quantile of the exponential law of mean 1.
fn exponential_quantile(p: Tails) -> f64 {
    if p.below < 0.5 {
        -libm::log1p(-p.below)
    } else {
        -libm::log(p.above)
    }
}

/// The quantile of the triangular law, non-decreasing also in floating-point arithmetic.
#[inline]
pub(super) fn triangular_quantile(low: f64, mode: f64, high: f64, p: Tails) -> f64 {
    let range = high - low;
    if p.below * range <= mode - low {
        (low + (p.below * range * (mode - low)).sqrt()).min(mode)
    } else {
        (high - (p.above * range * (high - mode)).sqrt()).max(mode)
    }
}
