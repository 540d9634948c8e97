//! Where a decision turns: the value of a factor at which the difference of two scenarios changes its sign.
//!
//! A decision is the sign of a mean difference `D(x)`. Along one factor it is known at a few values of x, by replication
//! `d_r(x)`, the same replications at all of them. Between neighbours `d_r` is taken as straight, so at
//! `x = (1-λ) a + λ b`
//!
//! ```text
//! D = (1-λ) D_a + λ D_b,   n Var = (1-λ)² s_aa + 2 λ (1-λ) s_ab + λ² s_bb
//! ```
//!
//! with the sample (co)variances s over the replications. The turning point is where `D = 0`; its interval is every x
//! around it at which zero is inside Student's interval of D, that is where `D² ≤ t² Var`, a quadratic in λ (Fieller,
//! Journal of the Royal Statistical Society B 16 (1954) 175-185). So it need not lie evenly about the turning
//! point, and may have no end inside the range, which is then said. It holds for noise, not for a curve between the
//! values looked at: those are to be chosen close about the turning point.

use super::crossed::mean;
use crate::stats::{LEVEL, normal_quantile, student_t_critical};

/// The difference at one value of a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value, on the scale on which `D` is taken as straight.
    pub x: f64,
    /// The difference by replication.
    pub d: Vec<f64>,
}

/// A value at which the difference changes its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// Where the mean difference is 0.
    pub at: f64,
    /// Lower end of its interval; `None` if it goes on to the end of what was looked at.
    pub low: Option<f64>,
    /// Upper end, likewise.
    pub high: Option<f64>,
    /// The values it lies between, by position: the nearest ones with a sign, so neighbours unless the mean is exactly 0
    /// at a value.
    pub between: (usize, usize),
}

/// The changes of sign along one factor, in order of x. `levels` ascend in x and have equally many replications.
///
/// Where the mean is exactly 0 at a value between two signs, that value is the crossing (of several next to each other
/// their middle).
pub fn crossings(levels: &[Level]) -> Vec<Crossing> {
    let means: Vec<f64> = levels.iter().map(|l| mean(&l.d)).collect();
    let mut found = Vec::new();
    // The last value whose mean was not 0.
    let mut last: Option<usize> = None;
    for (right, m) in means.iter().enumerate() {
        if *m == 0.0 {
            continue;
        }
        let Some(left) = last.replace(right) else {
            continue;
        };
        if (means[left] > 0.0) == (*m > 0.0) {
            continue;
        }
        // Where to set out from, downwards and upwards: a segment and a share of it.
        let (at, down, up) = if right == left + 1 {
            let share = means[left] / (means[left] - m);
            let at = levels[left].x + share * (levels[right].x - levels[left].x);
            (at, (left, share), (left, share))
        } else {
            let at = 0.5 * (levels[left + 1].x + levels[right - 1].x);
            (at, (left, 1.0), (right - 1, 0.0))
        };
        found.push(Crossing {
            at,
            low: edge(levels, down, false),
            high: edge(levels, up, true),
            between: (left, right),
        });
    }
    found
}

/// The nearest end of the set where zero cannot be excluded, going up or down from a share of a segment.
fn edge(levels: &[Level], (segment, share): (usize, f64), up: bool) -> Option<f64> {
    if levels[segment].d.len() < 2 {
        return None;
    }
    let mut from = share;
    let segments: Vec<usize> = match up {
        true => (segment..levels.len() - 1).collect(),
        false => (0..=segment).rev().collect(),
    };
    for s in segments {
        let (a, b) = (&levels[s], &levels[s + 1]);
        let q = Quadratic::of(a, b);
        let end = if up { 1.0 } else { 0.0 };
        let (low, high) = if up { (from, end) } else { (end, from) };
        // A root may lie behind where it set out, or the end of the segment, by rounding.
        let near = |x: &f64| (low - ROUNDING..=high + ROUNDING).contains(x);
        let roots = q.roots().into_iter().filter(near);
        let mut stops: Vec<f64> = roots.map(|x| x.clamp(low, high)).collect();
        stops.extend([low, high]);
        stops.sort_by(f64::total_cmp);
        if !up {
            stops.reverse();
        }
        // Not every root is an end: at a double one zero may go on being inside.
        let ends = stops
            .windows(2)
            .find(|w| w[0] != w[1] && q.at(0.5 * (w[0] + w[1])) > 0.0);
        if let Some(w) = ends {
            return Some(a.x + w[0] * (b.x - a.x));
        }
        from = 1.0 - end;
    }
    None
}

/// Relative size below which a number is what rounding left of 0.
const ROUNDING: f64 = 1e-12;

/// `D² - t² Var` at shares λ of the way from a to b: zero is inside the interval of D where it is not positive.
struct Quadratic {
    c0: f64,
    c1: f64,
    c2: f64,
}

impl Quadratic {
    fn of(a: &Level, b: &Level) -> Quadratic {
        let n = a.d.len() as f64;
        let (ma, mb) = (mean(&a.d), mean(&b.d));
        let covariance = |x: &Level, mx: f64, y: &Level, my: f64| {
            let pairs = x.d.iter().zip(&y.d);
            pairs.map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / (n - 1.0)
        };
        let (aa, ab, bb) = (
            covariance(a, ma, a, ma),
            covariance(a, ma, b, mb),
            covariance(b, mb, b, mb),
        );
        let t = student_t_critical(LEVEL, n - 1.0);
        let k = t * t / n;
        // (ma + λ (mb - ma))² - k (aa + 2 λ (ab - aa) + λ² (aa - 2 ab + bb)).
        let slope = mb - ma;
        Quadratic {
            c0: ma * ma - k * aa,
            c1: 2.0 * (ma * slope - k * (ab - aa)),
            c2: slope * slope - k * (aa - 2.0 * ab + bb),
        }
    }

    fn at(&self, share: f64) -> f64 {
        self.c0 + share * (self.c1 + share * self.c2)
    }

    fn roots(&self) -> Vec<f64> {
        let Quadratic { c0, c1, c2 } = *self;
        if c2 == 0.0 {
            return if c1 == 0.0 { Vec::new() } else { vec![-c0 / c1] };
        }
        let mut square = c1 * c1 - 4.0 * c2 * c0;
        if square.abs() <= ROUNDING * c1 * c1 {
            // A double root, as without noise.
            square = 0.0;
        }
        if square < 0.0 {
            return Vec::new();
        }
        // The numerically safe pair of roots.
        let root = libm::sqrt(square);
        let q = -0.5 * (c1 + if c1 < 0.0 { -root } else { root });
        let mut both = vec![q / c2];
        if q != 0.0 {
            both.push(c0 / q);
        }
        both
    }
}

/// How often a decision was another after one factor moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Moves of this factor.
    pub moves: usize,
    /// Those after which the mean difference had the other sign; exactly 0 is no sign.
    pub turned: usize,
    /// Those where both signs were clear: 0 outside the interval of the difference, before and after.
    pub clearly: usize,
}

/// Counts the moves (factor, point before, point after) at which a decision turned; `differences[point][replication]`.
///
/// Each interval is a 95% one by itself: of moves between points at both of which the truth is 0, about one in 800 is
/// counted as clear.
pub fn turned(moves: &[(usize, usize, usize)], factors: usize, differences: &[Vec<f64>]) -> Vec<Turned> {
    let signs: Vec<(f64, bool)> = differences
        .iter()
        .map(|d| (mean(d), super::crossed::over_replications(d).excludes_zero()))
        .collect();
    let mut all = vec![Turned::default(); factors];
    for (factor, before, after) in moves {
        let ((a, clear_a), (b, clear_b)) = (signs[*before], signs[*after]);
        let one = &mut all[*factor];
        one.moves += 1;
        // Not by the product, which may underflow.
        if (a > 0.0 && b < 0.0) || (a < 0.0 && b > 0.0) {
            one.turned += 1;
            one.clearly += usize::from(clear_a && clear_b);
        }
    }
    all
}

/// Wilson's interval at 95% for a share of `of` independent trials (Journal of the American Statistical Association 22
/// (1927) 209-212).
pub fn wilson(count: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (of as f64, normal_quantile(0.5 + LEVEL / 2.0));
    let p = count as f64 / n;
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * libm::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;

    fn level(x: f64, d: &[f64]) -> Level {
        Level { x, d: d.to_vec() }
    }

    #[test]
    fn a_crossing_by_hand() {
        // Means -2 at 0 and 2 at 10, the same noise of -1, 0, 1 at both: Var(d) = 1 everywhere, so the
        // interval is where |D| ≤ t / √3 with t = 4.302653 on two degrees of freedom: 2.48414 > 2, the whole range.
        let wide = [level(0.0, &[-3.0, -2.0, -1.0]), level(10.0, &[1.0, 2.0, 3.0])];
        let found = crossings(&wide);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].at, found[0].low, found[0].high), (5.0, None, None));
        // Noise half as large: ±1.24207 of ±2, that is 3.10517 of 5 to each side.
        let narrow = [level(0.0, &[-2.5, -2.0, -1.5]), level(10.0, &[1.5, 2.0, 2.5])];
        let found = crossings(&narrow);
        assert!((found[0].low.expect("an end") - (5.0 - 3.105_17)).abs() < 1e-4);
        assert!((found[0].high.expect("an end") - (5.0 + 3.105_17)).abs() < 1e-4);
    }

    #[test]
    fn an_interval_goes_on_over_the_next_values() {
        let noise = [-0.5, 0.0, 0.5];
        let at = |x: f64, d: f64| level(x, &noise.map(|e| d + e));
        let levels = [at(0.0, -2.0), at(4.0, -0.4), at(6.0, 0.4), at(10.0, 2.0)];
        let found = crossings(&levels);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].between, (1, 2));
        assert!((found[0].low.expect("an end") - (5.0 - 3.105_17)).abs() < 1e-4);
        assert!((found[0].high.expect("an end") - (5.0 + 3.105_17)).abs() < 1e-4);
    }

    /// Means -1, 0 and 1, exact: the middle value is the crossing. With exact zeros and noise beyond, zero is inside the
    /// interval wherever the neighbour's is (the noise shrinks as the mean does), else at the crossing only.
    #[test]
    fn a_value_at_which_the_mean_is_exactly_0_is_a_crossing() {
        let flat = |x: f64, d: f64| level(x, &[d, d, d]);
        let found = crossings(&[flat(0.0, -1.0), flat(1.0, 0.0), flat(3.0, 1.0)]);
        assert_eq!(found.len(), 1);
        let one = found[0];
        assert_eq!((one.at, one.low, one.high), (1.0, Some(1.0), Some(1.0)));
        assert_eq!(one.between, (0, 2));
        let run = [flat(0.0, 2.0), flat(1.0, 0.0), flat(3.0, 0.0), flat(4.0, -1.0)];
        let one = crossings(&run)[0];
        assert_eq!((one.at, one.low, one.high), (2.0, Some(1.0), Some(3.0)));
        // Clear below, not clear above.
        let noisy = [
            level(0.0, &[-2.1, -2.0, -1.9]),
            flat(1.0, 0.0),
            level(2.0, &[-8.0, 1.0, 9.0]),
        ];
        let one = crossings(&noisy)[0];
        assert_eq!((one.at, one.low, one.high), (1.0, Some(1.0), None));
        // It only touches, or begins, at 0.
        assert!(crossings(&[flat(0.0, 1.0), flat(1.0, 0.0), flat(2.0, 1.0)]).is_empty());
        assert!(crossings(&[flat(0.0, 0.0), flat(1.0, 1.0)]).is_empty());
    }

    /// Without noise both roots are the crossing, and rounding may leave none: its interval is the crossing all the same.
    #[test]
    fn without_noise_the_interval_is_the_crossing() {
        for i in 1..200 {
            let (below, above) = (-0.1 * f64::from(i), 7.3 / f64::from(i));
            let levels = [level(0.1, &[below; 4]), level(0.7, &[above; 4])];
            let one = crossings(&levels)[0];
            let (low, high) = (one.low.expect("an end"), one.high.expect("an end"));
            assert!(
                (low - one.at).abs() < 1e-6 && (high - one.at).abs() < 1e-6,
                "{one:?}"
            );
        }
    }

    #[test]
    fn there_may_be_none_or_several() {
        let flat = |x: f64, d: f64| level(x, &[d, d]);
        assert!(crossings(&[flat(0.0, 1.0), flat(1.0, 2.0)]).is_empty());
        let there_and_back = [flat(0.0, 1.0), flat(1.0, -1.0), flat(2.0, 3.0)];
        let at: Vec<f64> = crossings(&there_and_back).iter().map(|c| c.at).collect();
        assert_eq!(at, [0.5, 1.25]);
        let one = [level(0.0, &[-1.0]), level(1.0, &[1.0])];
        assert_eq!(crossings(&one)[0].low, None);
    }

    /// d_r = 2 x - 1 + noise with a slope of its own: the truth is 0.5. 2,000 intervals hold it 0.95 of the time, within
    /// four standard errors (0.0195).
    #[test]
    fn intervals_of_the_turning_point_cover() {
        let mut covered = 0;
        for run in 0..2_000 {
            let draws = Draws::new(5, run);
            let normal = |a: u64, r: u32| normal_quantile(draws.uniform(a, 0, r, 0));
            let at = |x: f64| Level {
                x,
                d: (0..10)
                    .map(|r| 2.0 * x - 1.0 + 0.5 * normal(0, r) + 0.3 * x * normal(1, r))
                    .collect(),
            };
            let levels = [at(0.0), at(0.4), at(1.0)];
            let found = crossings(&levels);
            let low = found.first().and_then(|c| c.low).unwrap_or(0.0);
            let high = found.last().and_then(|c| c.high).unwrap_or(1.0);
            covered += usize::from(low <= 0.5 && 0.5 <= high);
        }
        let share = covered as f64 / 2_000.0;
        assert!((share - 0.95).abs() < 0.0195, "{share}");
    }

    #[test]
    fn moves_that_turn_the_sign_are_counted() {
        let differences = vec![vec![1.0, 1.1], vec![-1.0, -1.1], vec![-3.0, 2.0], vec![2.0, 2.1]];
        let moves = [(0, 0, 1), (1, 0, 2), (0, 0, 3)];
        let found = turned(&moves, 3, &differences);
        let counts: Vec<_> = found.iter().map(|t| (t.moves, t.turned, t.clearly)).collect();
        assert_eq!(counts, [(2, 1, 1), (1, 1, 0), (0, 0, 0)]);
    }

    /// The worked figures of Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    #[test]
    fn wilson_intervals_are_the_published_ones() {
        for (r, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
        ] {
            let (l, h) = wilson(r, n);
            assert!((l - low).abs() < 5e-5 && (h - high).abs() < 5e-5, "{l} {h}");
        }
    }
}
