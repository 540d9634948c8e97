//! A quantile function cut where it is not smooth.
//!
//! It is smooth except where the distribution function has a corner, a jump or a gap. [`pieces`]
//! cuts the unit interval there, so that each piece is either one value or smooth inside.

use super::law::Law;
use super::special::Tails;

/// A stretch of the unit interval and what the quantile function is on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub start: Tails,
    pub end: Tails,
    pub what: What,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    /// One value with probability.
    Atom(f64),
    /// A straight line between two values.
    Line { low: f64, high: f64 },
    /// Smooth between two values, the upper of which may be infinite.
    Smooth { low: f64, high: f64 },
}

/// Stretches narrower than this come from rounding in sums of weights.
const ROUNDING: f64 = 1e-15;

/// The pieces of the law's quantile function, in order; together they cover the unit interval.
pub(super) fn pieces(law: &Law) -> Vec<Piece> {
    let mut at = Vec::new();
    law.breakpoints(&mut at);
    let (least, most) = law.support();
    at.extend([least, most]);
    if least < 0.0 && most > 0.0 {
        // A relative error of the quantile function needs its zero at the end of a piece.
        at.push(0.0);
    }
    at.retain(|x| x.is_finite());
    at.sort_unstable_by(f64::total_cmp);
    at.dedup();
    let mut pieces = Vec::new();
    for (i, &low) in at.iter().enumerate() {
        let before = law.tails(low, false);
        let after = law.tails(low, true);
        if law.mass_at(low) > 0.0 {
            pieces.push(Piece {
                start: before,
                end: after,
                what: What::Atom(low),
            });
        }
        let high = at.get(i + 1).copied().unwrap_or(f64::INFINITY);
        let end = if high.is_finite() {
            law.tails(high, false)
        } else {
            Tails::ALL_BELOW
        };
        if after.up_to(end) > ROUNDING {
            let straight = high.is_finite() && law.is_flat_between(low, high);
            let what = if straight {
                What::Line { low, high }
            } else {
                What::Smooth { low, high }
            };
            pieces.push(Piece {
                start: after,
                end,
                what,
            });
        }
    }
    pieces
}

impl Piece {
    /// Where in the unit interval the probability `v` of this piece lies.
    pub fn whole(&self, v: Tails) -> Tails {
        let mass = self.start.up_to(self.end);
        Tails {
            below: self.start.below + v.below * mass,
            above: self.end.above + v.above * mass,
        }
    }

    /// The quantile function at the probability `v` of this piece.
    pub fn value(&self, law: &Law, v: Tails) -> f64 {
        match self.what {
            What::Atom(x) => x,
            What::Line { low, high } => low + v.below * (high - low),
            What::Smooth { low, high } => {
                let mass = self.start.up_to(self.end);
                let x = if law.is_compound() {
                    law.solve_between(
                        Tails {
                            below: v.below * mass,
                            above: v.above * mass,
                        },
                        low,
                        high,
                    )
                } else {
                    law.solve(self.whole(v))
                };
                x.clamp(low, high)
            }
        }
    }
}

impl Law {
    /// The integral of the quantile function, piece by piece and octave by octave into both ends
    /// of a piece, by the eight-point Gauss-Legendre rule.
    pub(super) fn mean_by_integration(&self) -> f64 {
        let mut mean = 0.0;
        for piece in pieces(self) {
            let mass = piece.start.up_to(piece.end);
            mean += mass
                * match piece.what {
                    What::Atom(x) => x,
                    What::Line { low, high } => 0.5 * low + 0.5 * high,
                    What::Smooth { .. } => {
                        integral(|p| piece.value(self, Tails::from_below(p)))
                            + integral(|p| piece.value(self, Tails::from_above(p)))
                    }
                };
        }
        mean
    }
}

/// The integral of `f` from 0 to 1/2, where `f` may have a singularity at 0.
fn integral(f: impl Fn(f64) -> f64) -> f64 {
    // Abscissae and weights of the rule on (-1, 1), positive half.
    const RULE: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
    ];
    let (mut sum, mut half) = (0.0_f64, 0.125);
    for _ in 0..240 {
        let part: f64 = RULE
            .iter()
            .map(|&(x, w)| w * (f(half * (3.0 - x)) + f(half * (3.0 + x))))
            .sum::<f64>()
            * half;
        sum += part;
        if part.abs() < 1e-16 * sum.abs() {
            break;
        }
        half *= 0.5;
    }
    sum
}
