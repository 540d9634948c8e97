//! What it takes to tabulate a law, before it is tried: a mixture of ten thousand parts is no law of anything.

use super::checks::Fault;
use crate::random::Law;

/// Most work of one law, in units of about a millisecond of one core: a mixture of 200 gamma laws.
pub const MOST: u64 = 10_000;
/// Most work of all laws of a scenario at one time.
pub const MOST_OF_ALL: u64 = 30_000;

/// What a law needs: where its quantile function has corners, how much it costs to evaluate, and whether it bends.
#[derive(Default)]
struct Parts {
    corners: Vec<f64>,
    weight: u64,
    bends: bool,
}

impl Parts {
    fn add(&mut self, law: &Law) {
        let (corners, weight, bends) = match law {
            Law::Fixed(x) => (vec![*x], 1, false),
            Law::Uniform { low, high } => (vec![*low, *high], 1, false),
            Law::Triangular { low, mode, high } => (vec![*low, *mode, *high], 2, true),
            Law::Exponential { .. } | Law::Weibull { .. } => (vec![0.0], 5, true),
            Law::LogNormal { .. } => (vec![0.0], 8, true),
            Law::Gamma { .. } => (vec![0.0], 50, true),
            Law::Empirical(values) => {
                let corners = values.iter().map(|(x, _)| *x).collect();
                (corners, 1 + values.len() as u64 / 20, false)
            }
            Law::Mixture(laws) => return laws.iter().for_each(|(_, law)| self.add(law)),
            Law::Truncated { law, low, high } => {
                self.add(law);
                (vec![*low, *high], 1, false)
            }
        };
        self.corners.extend(corners);
        self.weight = self.weight.saturating_add(weight);
        self.bends |= bends;
    }
}

/// The work of a law, in the units of [`MOST`].
pub fn of(law: &Law) -> u64 {
    let mut parts = Parts::default();
    parts.add(law);
    parts.corners.sort_unstable_by(f64::total_cmp);
    parts.corners.dedup();
    let pieces = parts.corners.len() as u64;
    // A straight stretch or a single value needs no table; a bend cut off somewhere needs the finest.
    let one = match (parts.bends, pieces) {
        (false, _) => 1,
        (true, 0..=1) => 1_000,
        (true, _) => 10_000,
    };
    1 + pieces.saturating_mul(parts.weight).saturating_mul(one) / 1_000
}

/// Why a law is refused.
pub fn fault(message: &str) -> Fault {
    Fault {
        at: Vec::new(),
        message: message.to_owned(),
        label: "too many parts or values".to_owned(),
        help: Some("fewer parts in mixtures, fewer values in empirical laws".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_grows_with_pieces_and_parts() {
        let gamma = |x: f64| Law::gamma_mean_sd(x, x / 2.0).expect("a law");
        let mixture = |n: usize| Law::Mixture((0..n).map(|i| (1.0, gamma(1.0 + i as f64))).collect());
        assert_eq!(of(&Law::Fixed(3.0)), 1);
        assert_eq!(of(&gamma(3.0)), 51);
        assert!(of(&mixture(100)) < MOST && of(&mixture(1_000)) > MOST);
        let values = |n: usize| Law::Empirical((0..n).map(|i| (i as f64, 1.0)).collect());
        assert!(of(&values(10_000)) < MOST);
        // Between every two values a table of its own.
        let both = Law::Mixture(vec![(1.0, gamma(1.0)), (1.0, values(10_000))]);
        assert!(of(&both) > MOST);
    }
}
