//! Known answers: distributions against an oracle, incidence by hand and in closed form, jackknife by definition.

use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::*;
use crate::base::{DAY, HOUR};

/// SplitMix64 (Steele, Lea and Flood 2014): test data only.
pub(super) struct Source(pub u64);

impl Source {
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.uniform())
    }
}

#[test]
fn normal_quantiles_agree_with_the_oracle() {
    let oracle = Normal::new(0.0, 1.0).unwrap();
    for p in [
        1e-300, 1e-20, 1e-9, 1e-4, 0.02, 0.075, 0.3, 0.5, 0.61, 0.925, 0.975, 0.999_999,
    ] {
        let z = normal_quantile(p);
        assert!(
            (oracle.cdf(z) / p - 1.0).abs() < 1e-9,
            "{p}: {z} gives {}",
            oracle.cdf(z)
        );
    }
    // Tables: z(0.975) = 1.959963984540054, z(1e-10) = -6.361340902404056.
    assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
    assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-14);
}

#[test]
fn student_t_agrees_with_tables_and_the_oracle() {
    // Two-sided 95% critical values of every textbook.
    for (df, t) in [
        (1.0, 12.706_205),
        (2.0, 4.302_653),
        (5.0, 2.570_582),
        (39.0, 2.022_691),
        (120.0, 1.979_930),
    ] {
        assert!((student_t_critical(0.95, df) - t).abs() < 5e-7, "{df}");
    }
    // df = 1 is Cauchy and df = 2 has a closed form: exact tails, also far out.
    for t in [0.1, 1.0, 3.0, 1e3, 1e8] {
        let cauchy = 2.0 / std::f64::consts::PI * libm::atan(1.0 / t);
        assert!(
            (student_t_two_sided_p(t, 1.0) / cauchy - 1.0).abs() < 1e-12,
            "{t}"
        );
        let s = libm::sqrt(2.0 + t * t);
        let two = 2.0 / (s * (s + t));
        assert!((student_t_two_sided_p(t, 2.0) / two - 1.0).abs() < 1e-12, "{t}");
    }
    for df in [3.0, 7.0, 39.0, 79.0, 999.0, 1e5] {
        let oracle = StudentsT::new(0.0, 1.0, df).unwrap();
        for t in [0.01, 0.5, 1.3, 2.0, 4.0, 9.0] {
            let p = student_t_two_sided_p(t, df);
            assert!((p - 2.0 * oracle.cdf(-t)).abs() < 1e-9, "{df} {t} {p}");
            assert_eq!(p, student_t_two_sided_p(-t, df));
        }
        for level in [0.5, 0.9, 0.95, 0.999] {
            let t = student_t_critical(level, df);
            let miss = student_t_two_sided_p(t, df) - (1.0 - level);
            assert!(miss.abs() < 1e-11, "{df} {level} {t} {miss:e}");
        }
    }
    assert_eq!(student_t_two_sided_p(0.0, 4.0), 1.0);
    assert_eq!(student_t_two_sided_p(f64::INFINITY, 4.0), 0.0);
    // Beyond ten million degrees of freedom it is the normal, without a visible step.
    let step = student_t_two_sided_p(2.0, 9.9e6) - student_t_two_sided_p(2.0, 1e7);
    assert!(step.abs() < 1e-7);
}

/// Bits, not closeness: another platform must give the same.
#[test]
fn bits_of_critical_values_are_pinned() {
    let bits = [
        student_t_critical(0.95, 39.0),
        normal_quantile(0.975),
        student_t_two_sided_p(2.5, 39.0),
    ];
    assert_eq!(
        bits.map(f64::to_bits),
        [
            0x4000_2e78_93bb_cad5,
            0x3fff_5c03_31ee_ff82,
            0x3f91_22a9_48e8_faa2
        ],
        "{bits:?}"
    );
}

#[test]
fn a_mean_has_its_ordinary_standard_error() {
    let xs = [2.0, 4.0, 4.0, 5.0, 10.0];
    let e = ratio::mean(&xs);
    // Mean 5, sum of squares 36, sd 3, se 3/sqrt(5); t(4) = 2.776445.
    let se = 3.0 / 5f64.sqrt();
    assert!((e.value().unwrap() - 5.0).abs() < 1e-12);
    assert!((e.standard_error().unwrap() - se).abs() < 1e-12);
    assert!((e.high().unwrap() - (5.0 + 2.776_445_105 * se)).abs() < 1e-8);
    assert_eq!((e.n(), e.why_missing()), (5, None));
}

#[test]
fn a_ratio_of_sums_by_the_definition_of_the_jackknife() {
    let xs = [(3, 10), (9, 20), (4, 10), (0, 0)];
    let e = ratio::ratio(&xs);
    let without = [13.0 / 30.0, 7.0 / 20.0, 12.0 / 30.0];
    let centre = without.iter().sum::<f64>() / 3.0;
    let se = (2.0 / 3.0 * without.iter().map(|x| (x - centre) * (x - centre)).sum::<f64>()).sqrt();
    assert_eq!(e.value(), Some(0.4));
    assert!((e.standard_error().unwrap() - se).abs() < 1e-15);
    // The replication that had nobody at risk says nothing.
    assert_eq!(e.n(), 3);
}

#[test]
fn a_paired_difference_leaves_the_same_replication_out_of_both() {
    let a = [(30, 10), (44, 20), (52, 10), (17, 9)];
    let b = [(28, 10), (40, 20), (45, 11), (17, 8)];
    let p = ratio::paired_ratio(&a, &b);
    let value = |x: &[(i64, i64)], skip: usize| {
        let kept = x.iter().enumerate().filter(|(i, _)| *i != skip);
        let (n, d) = kept.fold((0, 0), |s, (_, x)| (s.0 + x.0, s.1 + x.1));
        n as f64 / d as f64
    };
    let jackknife = |f: &dyn Fn(usize) -> f64| {
        let v: Vec<f64> = (0..4).map(f).collect();
        let c = v.iter().sum::<f64>() / 4.0;
        0.75 * v.iter().map(|x| (x - c) * (x - c)).sum::<f64>()
    };
    let var = jackknife(&|i| value(&a, i) - value(&b, i));
    let relative = jackknife(&|i| value(&a, i) / value(&b, i) - 1.0);
    assert!((p.difference.value().unwrap() - (value(&a, 9) - value(&b, 9))).abs() < 1e-15);
    assert!((p.difference.standard_error().unwrap() - var.sqrt()).abs() < 1e-14);
    assert!((p.relative.standard_error().unwrap() - relative.sqrt()).abs() < 1e-14);
    let factor = (jackknife(&|i| value(&a, i)) + jackknife(&|i| value(&b, i))) / var;
    assert!((p.variance_reduction.unwrap() / factor - 1.0).abs() < 1e-10);
    let t = p.difference.value().unwrap() / var.sqrt();
    assert!((p.p.unwrap() - student_t_two_sided_p(t, 3.0)).abs() < 1e-12);
}

#[test]
fn what_cannot_be_estimated_says_why() {
    let why = |e: Estimate| (e.value(), e.standard_error(), e.why_missing());
    assert_eq!(why(ratio::mean(&[])), (None, None, Some(Missing::NobodyAtRisk)));
    assert_eq!(
        why(ratio::ratio(&[(0, 0), (0, 0)])),
        (None, None, Some(Missing::NobodyAtRisk))
    );
    assert_eq!(
        why(ratio::ratio(&[(1, 2), (0, 0)])),
        (Some(0.5), None, Some(Missing::OneReplication))
    );
    assert_eq!(
        why(ratio::ratio(&[(0, 7), (0, 9)])),
        (Some(0.0), None, Some(Missing::NoVariation))
    );
    assert_eq!(why(ratio::mean(&[0.1; 7])).2, Some(Missing::NoVariation));
    assert_eq!(
        why(ratio::ratio(&[(1, 3), (2, 6), (7, 21)])).2,
        Some(Missing::NoVariation)
    );
    // A difference that is zero in every replication is exactly zero and has no interval, p or factor.
    let x = [(3, 10), (9, 20), (4, 10)];
    let same = ratio::paired_ratio(&x, &x);
    assert_eq!(
        why(same.difference),
        (Some(0.0), None, Some(Missing::NoVariation))
    );
    assert_eq!((same.p, same.variance_reduction), (None, None));
    let zero = ratio::paired_ratio(&x, &[(0, 1), (0, 1), (0, 2)]);
    assert_eq!(why(zero.relative), (None, None, Some(Missing::DividesByZero)));
    assert!(zero.difference.standard_error().is_some());
    // An interval too narrow for the number to show it is none.
    assert_eq!(
        Estimate::new(1e18, 1.0, 2.0, 9).why_missing(),
        Some(Missing::NoVariation)
    );
}

#[test]
fn holm_by_hand() {
    // m = 4: 0.01*4, 0.03*3 = 0.09, 0.04*2 = 0.08 raised to 0.09; the untested one counts.
    let adjusted = holm(&[Some(0.04), Some(0.01), None, Some(0.03)]);
    let expected = [Some(0.09), Some(0.04), None, Some(0.09)];
    for (a, e) in adjusted.iter().zip(expected) {
        assert_eq!(a.is_some(), e.is_some());
        assert!((a.unwrap_or(0.0) - e.unwrap_or(0.0)).abs() < 1e-15);
    }
    assert_eq!(holm(&[Some(0.9), Some(0.8)]), [Some(1.0), Some(1.0)]);
    assert!(holm(&[]).is_empty());
}

#[test]
fn a_slope_index_of_a_straight_line_is_its_slope() {
    // Five equal groups, rate 0.10 to 0.50 in steps of 0.10: 0.1 per fifth, so 0.5 from end to end.
    let groups = [0.1, 0.2, 0.3, 0.4, 0.5].map(|r| (r, 20.0));
    assert!((slope_index(&groups).unwrap() - 0.5).abs() < 1e-12);
    // Unequal weights, rate = 2 x at each midpoint x.
    let groups = [(2.0 * 0.05, 10.0), (2.0 * 0.35, 50.0), (2.0 * 0.8, 40.0)];
    assert!((slope_index(&groups).unwrap() - 2.0).abs() < 1e-12);
    assert_eq!(slope_index(&[(1.0, 5.0), (2.0, 0.0)]), None);
}

/// Six people: events of cause 0 at 1 and 3, of cause 1 at 2 and 5, censored at 2 and 4. By hand:
/// S = 5/6, 2/3, 4/9, 0; F0 = 1/6, then + 2/3 * 1/3 = 7/18; F1 = 5/6 * 1/5 = 1/6, then + 4/9 = 11/18.
#[test]
fn aalen_johansen_worked_by_hand() {
    let people = [
        (1.0, Some(0)),
        (2.0, Some(1)),
        (2.0, None),
        (3.0, Some(0)),
        (4.0, None),
        (5.0, Some(1)),
    ];
    let exact = ExactCurve::new(&people, 2);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
    close(exact.incidence_at(0, 0.9), 0.0);
    close(exact.incidence_at(0, 1.0), 1.0 / 6.0);
    close(exact.incidence_at(1, 2.5), 1.0 / 6.0);
    close(exact.incidence_at(0, 9.0), 7.0 / 18.0);
    close(exact.incidence_at(1, 9.0), 11.0 / 18.0);
    assert_eq!(exact.centile(0, 0.25), Some(3.0));
    assert_eq!(exact.centile(0, 0.5), None);
    close(exact.restricted_mean(5.0), 61.0 / 18.0);

    // The same people in bins of one day, each time the end of a bin: equal at every edge.
    let (bins, mut slots) = (6usize, vec![0i128; 18]);
    for (t, cause) in people {
        slots[cause.unwrap_or(2) * bins + t as usize - 1] += 1;
    }
    let edges: Vec<i64> = (0..=6).map(|d| d * DAY).collect();
    let mut curve = Curve::new(&edges, 2);
    curve.fit(6, |slot| slots[slot]);
    for day in 1..=6 {
        for cause in 0..2 {
            close(
                curve.incidence_at(cause, day * DAY).unwrap(),
                exact.incidence_at(cause, day as f64),
            );
        }
    }
    // F0 rises from 1/6 to 7/18 in the third day: 0.25 after 3/8 of it.
    assert!((curve.centile(0, 0.25).unwrap() / DAY as f64 - 2.375).abs() < 1e-12);
    assert_eq!(curve.centile(0, 0.5), Err(Missing::NotReached));
    // Linear within days: 11/12 + 3/4 + 5/9 + 4/9 + 2/9.
    let area = 11.0 / 12.0 + 0.75 + 5.0 / 9.0 + 4.0 / 9.0 + 2.0 / 9.0;
    assert!((curve.restricted_mean(6 * DAY).unwrap() / DAY as f64 - area).abs() < 1e-12);
}

#[test]
fn a_curve_ends_where_nobody_is_left() {
    let mut curve = Curve::new(&[0, 10, 20, 30], 1);
    // Two people: one event in the first bin, one censored in the second.
    curve.fit(2, |slot| [1, 0, 0, 0, 1, 0][slot]);
    assert_eq!(curve.incidence_at(0, 10), Ok(0.5));
    assert_eq!(curve.incidence_at(0, 20), Ok(0.5));
    assert_eq!(curve.incidence_at(0, 21), Err(Missing::NobodyLeftAtRisk));
    assert_eq!(curve.restricted_mean(30), Err(Missing::NobodyLeftAtRisk));
    // All had the event: complete for ever.
    curve.fit(2, |slot| [1, 1, 0, 0, 0, 0][slot]);
    assert_eq!(
        (curve.incidence_at(0, 30), curve.restricted_mean(30)),
        (Ok(1.0), Ok(10.0))
    );
    curve.fit(0, |_| 0);
    assert_eq!(curve.incidence_at(0, 10), Err(Missing::NobodyAtRisk));
    assert_eq!(curve.centile(0, 0.5), Err(Missing::NobodyAtRisk));
    // Nobody served, nobody censored: everybody still waits.
    curve.fit(2, |_| 0);
    assert_eq!(
        (curve.incidence_at(0, 30), curve.restricted_mean(30)),
        (Ok(0.0), Ok(30.0))
    );
}

/// Start at rate 1/14, death at rate 1/40, censoring at rate 1/60 a day. Closed form
/// `F(k, t) = rate(k) / total * (1 - exp(-total t))`. 400,000 people; tolerance 4.5 standard errors of a
/// binomial share of those still observed (about e^-0.5 of them by day 30), so a right programme fails one
/// of the 18 checks in about 8,000 seeds. Hourly bins move the curve by less than 1e-3 of a bin.
#[test]
fn aalen_johansen_against_competing_exponential_risks() {
    let (start, death, censor, n) = (1.0 / 14.0, 1.0 / 40.0, 1.0 / 60.0, 400_000);
    let mut source = Source(20_240_607);
    let bins = 24 * 100;
    let mut slots = vec![0i128; 3 * bins];
    let mut people = Vec::new();
    for _ in 0..n {
        let ends = [start, death, censor].map(|rate| source.exponential(1.0 / rate));
        let first = (0..3).min_by(|&a, &b| ends[a].total_cmp(&ends[b])).unwrap();
        let bin = (ends[first] * 24.0) as usize;
        if bin < bins {
            slots[first * bins + bin] += 1;
        }
        people.push((ends[first], (first < 2).then_some(first)));
    }
    let edges: Vec<i64> = (0..=bins as i64).map(|h| h * HOUR).collect();
    let mut curve = Curve::new(&edges, 2);
    curve.fit(n.into(), |slot| slots[slot]);
    let exact = ExactCurve::new(&people, 2);
    let total = start + death;
    for (cause, rate) in [(0, start), (1, death)] {
        for day in [1i64, 7, 14, 30] {
            let truth = rate / total * (1.0 - libm::exp(-total * day as f64));
            let observed = n as f64 * libm::exp(-censor * day as f64);
            let tolerance = 4.5 * (truth * (1.0 - truth) / observed).sqrt();
            let binned = curve.incidence_at(cause, day * DAY).unwrap();
            assert!(
                (binned - truth).abs() < tolerance,
                "{cause} {day}: {binned} {truth} {tolerance}"
            );
            assert!((exact.incidence_at(cause, day as f64) - truth).abs() < tolerance);
            assert!((binned - exact.incidence_at(cause, day as f64)).abs() < 1e-3 * truth);
        }
    }
    // Median start: F0(t) = 1/2.
    let median = -libm::log(1.0 - 0.5 * total / start) / total;
    let found = curve.centile(0, 0.5).unwrap() / DAY as f64;
    assert!((found - median).abs() < 0.2, "{found} {median}");
    assert!((exact.centile(0, 0.5).unwrap() - found).abs() < 0.05);
    // Integral of exp(-total t) to 90 days; sd of min(T, 90) is below 11 days.
    let truth = (1.0 - libm::exp(-total * 90.0)) / total;
    let found = curve.restricted_mean(90 * DAY).unwrap() / DAY as f64;
    assert!(
        (found - truth).abs() < 4.5 * 11.0 / (n as f64 / 4.0).sqrt(),
        "{found} {truth}"
    );
    assert!((exact.restricted_mean(90.0) - found).abs() < 1e-2);
}

proptest! {
    /// Whatever the counts: incidences rise, stay within [0, 1] and add up to 1 with the share still waiting.
    #[test]
    fn incidences_and_waiting_share_add_up(counts in prop::collection::vec(0i128..5, 15), extra in 0i128..9) {
        let entries = counts.iter().sum::<i128>() + extra;
        let edges = [0, 10, 20, 40, 80, 100];
        let mut curve = Curve::new(&edges, 2);
        curve.fit(entries, |slot| counts[slot]);
        let mut before = [0.0, 0.0];
        for t in (0..=100).step_by(5) {
            let f = [curve.incidence_at(0, t), curve.incidence_at(1, t)];
            if let [Ok(a), Ok(b)] = f {
                prop_assert!(a >= before[0] - 1e-12 && b >= before[1] - 1e-12 && a + b <= 1.0 + 1e-12);
                before = [a, b];
                if a > 0.01 {
                    let back = curve.centile(0, a).unwrap();
                    prop_assert!(back <= t as f64 + 1e-6);
                    let again = curve.incidence_at(0, back.ceil() as i64).unwrap();
                    prop_assert!(again >= a - 1e-9);
                }
            }
        }
        if let Ok(mean) = curve.restricted_mean(100) {
            prop_assert!((0.0..=100.0).contains(&mean));
        }
    }
}
