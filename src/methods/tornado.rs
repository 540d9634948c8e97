//! One factor at a time: how far an outcome moves when a factor goes to each of its settings and all else stays.
//!
//! With `p_r(s)` an outcome in replication r at setting s, the change from the centre c is the mean of the paired
//! differences `p_r(s) - p_r(c)`, with Student's interval over the replications: what the replications share cancels. The
//! width of the bar, the greatest setting minus the least, is a paired difference too; as the two settings are chosen by
//! what was seen, a width within the noise looks larger than it is (never smaller), which its p-value does not: that is
//! the least p-value of the changes times their number (Bonferroni), to be adjusted over the factors by Holm.

use super::crossed::{mean, over_replications, p_of};
use crate::stats::Estimate;

/// What one factor does to an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Paired change from the centre, by setting.
    pub changes: Vec<Estimate>,
    /// Settings with the least and the greatest mean outcome, the centre among them as `None`.
    pub ends: (Option<usize>, Option<usize>),
    /// The greatest minus the least, paired.
    pub width: Estimate,
    /// Two-sided p-value of "no setting changes the outcome"; `None` if there is no error to test by.
    pub p: Option<f64>,
    /// True if no setting changed the outcome in any replication.
    pub inert: bool,
}

/// The bar of one factor: outcomes by replication at the centre and at each setting.
pub fn bar(centre: &[f64], settings: &[&[f64]]) -> Bar {
    let minus = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let changes: Vec<Estimate> = settings
        .iter()
        .map(|s| over_replications(&minus(s, centre)))
        .collect();
    let level = |which: Option<usize>| which.map_or(centre, |s| settings[s]);
    let (mut least, mut most) = (None, None);
    for s in (0..settings.len()).map(Some) {
        if mean(level(s)) < mean(level(least)) {
            least = s;
        }
        if mean(level(s)) > mean(level(most)) {
            most = s;
        }
    }
    let tests = changes.iter().filter_map(p_of);
    let smallest = tests.fold(None, |least: Option<f64>, p| Some(least.map_or(p, |l| l.min(p))));
    Bar {
        ends: (least, most),
        width: over_replications(&minus(level(most), level(least))),
        p: smallest.map(|p| (p * settings.len() as f64).min(1.0)),
        inert: settings.iter().all(|s| *s == centre),
        changes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;
    use crate::stats::{Missing, normal_quantile, student_t_critical};

    #[test]
    fn a_bar_by_hand() {
        let (centre, low, high) = ([10.0, 20.0, 30.0], [9.0, 18.0, 27.0], [11.0, 21.0, 34.0]);
        let found = bar(&centre, &[&low, &high]);
        // Changes -1, -2, -3 and 1, 1, 4; width 2, 3, 7.
        assert_eq!(found.changes[0].value(), Some(-2.0));
        assert_eq!(found.changes[1].value(), Some(2.0));
        assert_eq!(found.ends, (Some(0), Some(1)));
        assert_eq!(found.width.value(), Some(4.0));
        let half = student_t_critical(0.95, 2.0) * libm::sqrt(1.0 / 3.0);
        assert!((found.changes[0].high().expect("an interval") - (half - 2.0)).abs() < 1e-12);
        // t = 2 / √(1/3) = 3.4641 on two degrees of freedom has p = 0.0742, twice that for two settings.
        assert!((found.p.expect("a test") - 0.1484).abs() < 1e-4);
        assert!(!found.inert);
    }

    #[test]
    fn the_centre_may_be_an_end_and_nothing_may_happen() {
        let centre = [1.0, 2.0];
        let found = bar(&centre, &[&[2.0, 4.0], &[1.5, 2.5]]);
        assert_eq!(found.ends, (None, Some(0)));
        let found = bar(&centre, &[&centre, &centre]);
        assert!(found.inert && found.p.is_none());
        assert_eq!(found.width.why_missing(), Some(Missing::NoVariation));
    }

    /// 2,000 factors that change nothing on average: p-values below 0.05 no more often than that and four standard errors.
    #[test]
    fn error_rate_of_a_bar() {
        let mut alarms = 0;
        for run in 0..2_000 {
            let draws = Draws::new(3, run);
            let outcome = |which: u64| -> Vec<f64> {
                let noise = |a: u64, r: u32| normal_quantile(draws.uniform(a, 0, r, 0));
                (0..8).map(|r| noise(9, r) + noise(which, r)).collect()
            };
            let (centre, low, high) = (outcome(0), outcome(1), outcome(2));
            alarms += usize::from(bar(&centre, &[&low, &high]).p < Some(0.05));
        }
        assert!(alarms < 140, "{alarms}");
        assert!(alarms > 40, "{alarms}: the test is not that strict");
    }
}
