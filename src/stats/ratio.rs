//! Means, ratios of sums and paired differences of ratios over a series of replications held in memory.
//!
//! The same arithmetic as the streaming estimators of `experiment`, for callers with a short series at hand.

use super::LEVEL;
use super::distributions::Critical;
use super::estimate::{Estimate, Missing};
use super::jackknife::{Jackknife, Paired, PairedJackknife};

/// Mean over replications, with its ordinary t interval.
pub fn mean(xs: &[f64]) -> Estimate {
    let n = xs.len() as f64;
    let total: f64 = xs.iter().sum();
    let mut jackknife = Jackknife::default();
    for x in xs {
        jackknife.push((xs.len() > 1).then(|| (total - x) / (n - 1.0)));
    }
    let value = if xs.is_empty() {
        Err(Missing::NobodyAtRisk)
    } else {
        Ok(total / n)
    };
    jackknife.estimate(value, &mut Critical::new(LEVEL))
}

/// `sum(num) / sum(den)` of (num, den) per replication; `None` if the denominator is 0.
fn quotient(num: i128, den: i128) -> Option<f64> {
    (den != 0).then(|| num as f64 / den as f64)
}

fn sums(xs: &[(i64, i64)]) -> (i128, i128) {
    xs.iter()
        .fold((0, 0), |(n, d), x| (n + i128::from(x.0), d + i128::from(x.1)))
}

/// Ratio of sums of (num, den) per replication.
pub fn ratio(xs: &[(i64, i64)]) -> Estimate {
    let (num, den) = sums(xs);
    let mut jackknife = Jackknife::default();
    for x in xs.iter().filter(|x| **x != (0, 0)) {
        jackknife.push(quotient(num - i128::from(x.0), den - i128::from(x.1)));
    }
    jackknife.estimate(
        quotient(num, den).ok_or(Missing::NobodyAtRisk),
        &mut Critical::new(LEVEL),
    )
}

/// Ratio of arm A minus ratio of arm B over the same replications (the slices have equal length).
pub fn paired_ratio(a: &[(i64, i64)], b: &[(i64, i64)]) -> Paired {
    debug_assert_eq!(a.len(), b.len());
    let ((an, ad), (bn, bd)) = (sums(a), sums(b));
    let mut jackknife = PairedJackknife::default();
    for (x, y) in a.iter().zip(b).filter(|(x, y)| **x != (0, 0) || **y != (0, 0)) {
        jackknife.push(
            quotient(an - i128::from(x.0), ad - i128::from(x.1)),
            quotient(bn - i128::from(y.0), bd - i128::from(y.1)),
        );
    }
    let value = |num, den| quotient(num, den).ok_or(Missing::NobodyAtRisk);
    jackknife.compare(value(an, ad), value(bn, bd), &mut Critical::new(LEVEL))
}
