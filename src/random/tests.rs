//! Accuracy and monotonicity of the laws as compiled; goodness of fit in [`fit`].

mod fit;

use std::sync::LazyLock;

use proptest::prelude::*;
use statrs::distribution::{self as reference, ContinuousCDF};

use super::table::TOLERANCE;
use super::*;

/// Laws of every kind, the usual and the awkward, by name.
fn laws() -> Vec<(&'static str, Law)> {
    let lognormal = |mu, sigma| Law::LogNormal { mu, sigma };
    let gamma = |shape| Law::Gamma { shape, scale: 100.0 };
    let weibull = |shape| Law::Weibull { shape, scale: 100.0 };
    let uniform = |low, high| Law::Uniform { low, high };
    let cut = |law: Law, low, high| law.truncated(low, high).unwrap();
    vec![
        ("exponential", Law::Exponential { mean: 3600.0 }),
        ("uniform", uniform(-3.0, 7.0)),
        (
            "triangular",
            Law::Triangular {
                low: 10.0,
                mode: 20.0,
                high: 60.0,
            },
        ),
        (
            "triangular, mode at the low end",
            Law::Triangular {
                low: 0.0,
                mode: 0.0,
                high: 60.0,
            },
        ),
        (
            "triangular, mode at the high end",
            Law::Triangular {
                low: 0.0,
                mode: 60.0,
                high: 60.0,
            },
        ),
        ("lognormal 0.001", lognormal(5.0, 0.001)),
        ("lognormal 0.4", lognormal(5.0, 0.4)),
        ("lognormal 1", lognormal(5.0, 1.0)),
        ("lognormal 2.5", lognormal(5.0, 2.5)),
        ("lognormal 6", lognormal(5.0, 6.0)),
        ("gamma 0.02", gamma(0.02)),
        ("gamma 0.3", gamma(0.3)),
        ("gamma 1", gamma(1.0)),
        ("gamma 2.5", gamma(2.5)),
        ("gamma 60", gamma(60.0)),
        ("gamma 9000", gamma(9_000.0)),
        ("weibull 0.2", weibull(0.2)),
        ("weibull 0.7", weibull(0.7)),
        ("weibull 1.8", weibull(1.8)),
        ("weibull 12", weibull(12.0)),
        (
            "empirical",
            Law::Empirical(vec![(30.0, 2.0), (5.0, 1.0), (60.0, 3.0), (5.0, 0.5)]),
        ),
        (
            "some at once, the rest lognormal",
            Law::Mixture(vec![(0.15, Law::Fixed(0.0)), (0.85, lognormal(3.0, 0.8))]),
        ),
        (
            "two overlapping humps",
            Law::Mixture(vec![(2.0, lognormal(3.0, 0.5)), (1.0, lognormal(5.0, 0.5))]),
        ),
        (
            "two humps far apart",
            Law::Mixture(vec![(0.7, lognormal(2.0, 0.1)), (0.3, lognormal(7.0, 0.1))]),
        ),
        (
            "two uniforms with a gap",
            Law::Mixture(vec![(1.0, uniform(0.0, 10.0)), (3.0, uniform(20.0, 30.0))]),
        ),
        (
            "uniform, triangular and fixed",
            Law::Mixture(vec![
                (1.0, uniform(-5.0, 20.0)),
                (
                    1.0,
                    Law::Triangular {
                        low: 2.0,
                        mode: 8.0,
                        high: 30.0,
                    },
                ),
                (0.2, Law::Fixed(8.0)),
            ]),
        ),
        (
            "gamma and exponential",
            Law::Mixture(vec![(0.5, gamma(3.0)), (0.5, Law::Exponential { mean: 5.0 })]),
        ),
        (
            "exponential, cut above",
            cut(Law::Exponential { mean: 100.0 }, 0.0, 150.0),
        ),
        (
            "lognormal, cut below",
            cut(lognormal(3.0, 1.0), 10.0, f64::INFINITY),
        ),
        (
            "lognormal, the far tail only",
            cut(lognormal(0.0, 1.0), 300.0, f64::INFINITY),
        ),
        ("gamma, cut on both sides", cut(gamma(2.0), 50.0, 400.0)),
        (
            "triangular, cut",
            cut(
                Law::Triangular {
                    low: 0.0,
                    mode: 10.0,
                    high: 50.0,
                },
                5.0,
                30.0,
            ),
        ),
        ("uniform, cut", cut(uniform(0.0, 10.0), -5.0, 4.0)),
        (
            "empirical, cut",
            cut(Law::Empirical(vec![(1.0, 1.0), (2.0, 1.0), (3.0, 2.0)]), 2.0, 3.0),
        ),
        (
            "mixture, cut",
            cut(
                Law::Mixture(vec![(0.3, Law::Fixed(10.0)), (0.7, lognormal(3.0, 1.0))]),
                10.0,
                90.0,
            ),
        ),
    ]
}

/// The laws with their compiled forms, made once for all tests.
static COMPILED: LazyLock<Vec<(&'static str, Law, Quantile)>> = LazyLock::new(|| {
    laws()
        .into_iter()
        .map(|(name, law)| (name, law.clone(), law.compile().unwrap()))
        .collect()
});

fn compiled(name: &str) -> &'static (&'static str, Law, Quantile) {
    COMPILED.iter().find(|(other, ..)| *other == name).unwrap()
}

/// Dense in both tails: logistically spaced from about 1e-16 to 1 - 1e-16, off the borders of cells.
fn dense_grid(points: u32) -> impl Iterator<Item = f64> {
    let step = 74.0 / f64::from(points);
    (0..points)
        .map(move |i| 1.0 / (1.0 + libm::exp(37.0 - step * (f64::from(i) + 0.41))))
        .filter(|&u| u < 1.0)
}

/// The worst error of the compiled law over the grid, as a share of the exact quantile (or of 1e-4 of the mean).
fn worst_error((name, law, quantile): &(&str, Law, Quantile)) -> f64 {
    let mut worst = 0.0_f64;
    for u in dense_grid(20_000) {
        let exact = law.quantile(u);
        let error = (quantile.at(u) - exact).abs() / exact.abs().max(1e-4 * quantile.mean().abs());
        assert!(error.is_finite(), "{name} at {u}");
        worst = worst.max(error);
    }
    worst
}

#[test]
fn tables_keep_within_their_stated_error_in_the_centre_and_in_the_tails() {
    for compiled in COMPILED.iter() {
        let worst = worst_error(compiled);
        assert!(worst <= TOLERANCE, "{}: {worst:e}", compiled.0);
    }
}

/// As `quantile.rs` says of the laws in everyday use.
#[test]
fn everyday_laws_keep_within_two_millionths() {
    let everyday = [
        "exponential",
        "lognormal 0.4",
        "lognormal 1",
        "gamma 0.3",
        "gamma 2.5",
        "gamma 60",
    ];
    let more = [
        "weibull 0.7",
        "weibull 1.8",
        "weibull 12",
        "some at once, the rest lognormal",
    ];
    for name in everyday.into_iter().chain(more) {
        let worst = worst_error(compiled(name));
        assert!(worst <= 2e-6, "{name}: {worst:e}");
    }
}

#[test]
fn laws_with_corners_and_jumps_only_are_exact() {
    for name in [
        "uniform",
        "triangular",
        "empirical",
        "two uniforms with a gap",
        "uniform, cut",
        "empirical, cut",
    ] {
        let worst = worst_error(compiled(name));
        assert!(worst <= 1e-14, "{name}: {worst:e}");
    }
}

#[test]
fn hardly_any_cell_is_left_to_the_exact_function() {
    for (name, _, quantile) in COMPILED.iter() {
        let (_, exact) = quantile.cells();
        assert!(exact <= 6, "{name}: {exact} cells");
    }
    assert_eq!(
        compiled("two humps far apart").2.cells().1,
        4,
        "the gap between the humps is steep"
    );
}

/// Against an independent implementation of the distribution functions, in the centre and far out.
#[test]
fn distribution_functions_agree_with_those_of_statrs() {
    let gamma = |shape: f64| reference::Gamma::new(shape, 1.0 / 100.0).unwrap();
    let weibull = |shape: f64| reference::Weibull::new(shape, 100.0).unwrap();
    let lognormal = |sigma: f64| reference::LogNormal::new(5.0, sigma).unwrap();
    type Cdf = Box<dyn Fn(f64) -> f64>;
    let pairs: Vec<(&str, Cdf, f64)> = vec![
        (
            "exponential",
            Box::new(|x| reference::Exp::new(1.0 / 3600.0).unwrap().cdf(x)),
            1e-13,
        ),
        (
            "triangular",
            Box::new(|x| reference::Triangular::new(10.0, 60.0, 20.0).unwrap().cdf(x)),
            1e-13,
        ),
        // statrs computes erfc to about ten figures.
        ("lognormal 0.4", Box::new(move |x| lognormal(0.4).cdf(x)), 1e-9),
        ("lognormal 2.5", Box::new(move |x| lognormal(2.5).cdf(x)), 1e-9),
        ("gamma 0.3", Box::new(move |x| gamma(0.3).cdf(x)), 1e-11),
        ("gamma 2.5", Box::new(move |x| gamma(2.5).cdf(x)), 1e-11),
        ("gamma 60", Box::new(move |x| gamma(60.0).cdf(x)), 1e-11),
        ("weibull 0.7", Box::new(move |x| weibull(0.7).cdf(x)), 1e-13),
        ("weibull 12", Box::new(move |x| weibull(12.0).cdf(x)), 1e-12),
    ];
    for (name, cdf, tolerance) in pairs {
        let law = &compiled(name).1;
        for u in [1e-6, 1e-3, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999] {
            let x = law.quantile(u);
            assert!(
                (cdf(x) - u).abs() <= tolerance * u + 1e-15,
                "{name} at {u}: {:e}",
                cdf(x) / u - 1.0
            );
            assert!((law.cdf(x) - u).abs() <= 1e-11 * u, "{name} at {u}");
        }
    }
}

#[test]
fn quantiles_of_published_tables() {
    let near = |law: Law, u: f64, x: f64| {
        let found = law.quantile(u);
        assert!((found - x).abs() <= 1e-12 * x, "{law:?} at {u}: {found}");
    };
    near(
        Law::LogNormal { mu: 0.0, sigma: 1.0 },
        0.975,
        libm::exp(1.959_963_984_540_054),
    );
    near(
        Law::LogNormal { mu: 0.0, sigma: 1.0 },
        0.01,
        libm::exp(-2.326_347_874_040_841),
    );
    // Chi-square with 10 and with 1 degrees of freedom, 95th percentiles.
    near(
        Law::Gamma {
            shape: 5.0,
            scale: 2.0,
        },
        0.95,
        18.307_038_053_275_146,
    );
    near(
        Law::Gamma {
            shape: 0.5,
            scale: 2.0,
        },
        0.95,
        3.841_458_820_694_124,
    );
    near(Law::Exponential { mean: 2.0 }, 0.5, 2.0 * std::f64::consts::LN_2);
}

#[test]
fn means_by_formula_and_by_integration_agree() {
    // Two humps make the integrand too sharp for the rule, which is not used for them.
    let sharp = [
        "two overlapping humps",
        "two humps far apart",
        "gamma and exponential",
    ];
    for (name, law, quantile) in COMPILED.iter().filter(|(name, ..)| !sharp.contains(name)) {
        let integrated = law.mean_by_integration();
        assert!(
            (integrated / quantile.mean() - 1.0).abs() < 1e-11,
            "{name}: {integrated}"
        );
    }
    // E(X | X > c) = c + mean, without memory.
    let tail = Law::Exponential { mean: 7.0 }
        .truncated(100.0, f64::INFINITY)
        .unwrap();
    assert!((tail.mean() - 107.0).abs() < 1e-10);
    let nested = compiled("two humps far apart")
        .1
        .clone()
        .truncated(0.0, 100.0)
        .unwrap();
    let first = Law::LogNormal { mu: 2.0, sigma: 0.1 }.mean();
    assert!(
        (nested.mean() / first - 1.0).abs() < 1e-12,
        "the second hump is cut off"
    );
    assert!((nested.truncated(1.0, 90.0).unwrap().mean() / first - 1.0).abs() < 1e-12);
}

#[test]
fn seconds_are_whole_and_never_negative() {
    assert_eq!(Quantile::fixed(12.4).secs(0.3), 12);
    assert_eq!(Quantile::fixed(12.5).secs(0.3), 13);
    assert_eq!(Quantile::fixed(-3.0).secs(0.3), 0);
    assert_eq!(Quantile::fixed(1e300).secs(0.3), crate::base::NEVER);
    let uniform = &compiled("uniform").2;
    assert_eq!((uniform.secs(0.1), uniform.secs(0.96)), (0, 7));
    assert_eq!(Quantile::fixed(5.0), Law::Fixed(5.0).compile().unwrap());
    assert_eq!(format!("{:?}", Quantile::fixed(5.0)), "Quantile(Fixed(5.0))");
}

#[test]
fn an_empirical_law_gives_its_values_in_their_shares() {
    let quantile = &compiled("empirical").2;
    // 5 has 1.5 of 6.5, 30 has 2, 60 has 3.
    let at: Vec<f64> = [0.01, 0.23, 0.231, 0.53, 0.54, 0.99]
        .map(|u| quantile.at(u))
        .to_vec();
    assert_eq!(at, [5.0, 5.0, 30.0, 30.0, 60.0, 60.0]);
    let gap = &compiled("two uniforms with a gap").2;
    assert_eq!((gap.at(0.25), gap.at(0.125)), (10.0, 5.0));
    assert!((gap.at(0.250_001) - 20.000_013).abs() < 1e-6);
}

/// A change here changes the results of every scenario: edit these values only when a law is mended.
#[test]
fn quantiles_are_pinned() {
    let bits = |name: &str, u: f64| compiled(name).2.at(u).to_bits();
    assert_eq!(bits("exponential", 0.3), 0x4094_101e_7c1c_b06a);
    assert_eq!(bits("lognormal 1", 0.87), 0x407c_9c7f_3086_de56);
    assert_eq!(bits("gamma 2.5", 1e-7), 0x3fd0_6927_5c35_d05c);
    assert_eq!(bits("weibull 0.7", 0.9999), 0x40a2_a287_d678_a085);
    assert_eq!(
        bits("some at once, the rest lognormal", 0.6),
        0x4035_4e93_edeb_71a4
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Quantile coupling: a person's place is kept whatever the law, for variates far apart and adjacent ones.
    #[test]
    fn quantiles_never_fall(
        which in 0..LazyLock::force(&COMPILED).len(),
        u in prop_oneof![0.0..1.0_f64, (0.0..54.0_f64).prop_map(libm::exp2).prop_map(|x| 1.0 / x),
            (1.0..52.0_f64).prop_map(libm::exp2).prop_map(|x| 1.0 - 1.0 / x)],
        other in 0.0..1.0_f64,
        near in 0..1_000_u64,
    ) {
        let (name, _, quantile) = &COMPILED[which];
        for v in [other, f64::from_bits(u.to_bits() + near).min(1.0)] {
            let (low, high) = if u < v { (u, v) } else { (v, u) };
            prop_assert!(quantile.at(low) <= quantile.at(high), "{name}: {low} and {high}");
        }
    }
}

#[test]
fn quantiles_never_fall_across_the_borders_of_cells_and_pieces() {
    for (name, _, quantile) in COMPILED.iter() {
        let check = |border: f64| {
            let around =
                [-3, -2, -1, 0, 1, 2, 3].map(|k| f64::from_bits((border.to_bits() as i64 + k) as u64));
            for pair in around.windows(2).filter(|pair| pair[1] < 1.0) {
                assert!(quantile.at(pair[0]) <= quantile.at(pair[1]), "{name} at {border}");
            }
        };
        for cell in 1..53 * 64_u64 {
            let p = f64::from_bits(0.5_f64.to_bits() - (cell << 46));
            check(p);
            check(1.0 - p);
        }
    }
}

/// Any law that passes its checks, of any shape and size.
fn any_law() -> impl Strategy<Value = Law> {
    let size = || (-6.0..9.0_f64).prop_map(libm::exp10);
    let leaf = prop_oneof![
        size().prop_map(|mean| Law::Exponential { mean }),
        (size(), size()).prop_map(|(low, width)| Law::Uniform {
            low,
            high: low + width
        }),
        (size(), size(), size()).prop_map(|(low, rise, fall)| {
            Law::Triangular {
                low,
                mode: low + rise,
                high: low + rise + fall,
            }
        }),
        (-10.0..20.0_f64, -3.0..0.8_f64).prop_map(|(mu, log_sigma)| Law::LogNormal {
            mu,
            sigma: libm::exp10(log_sigma)
        }),
        ((-2.0..2.7_f64).prop_map(libm::exp10), size())
            .prop_map(|(shape, scale)| Law::Gamma { shape, scale }),
        ((-0.7..1.5_f64).prop_map(libm::exp10), size())
            .prop_map(|(shape, scale)| Law::Weibull { shape, scale }),
        size().prop_map(Law::Fixed),
    ];
    let cut = (leaf.clone(), 0.0..0.9_f64, 0.01..1.0_f64).prop_map(|(law, start, share)| {
        let (low, high) = (
            law.quantile(start.max(1e-9)),
            law.quantile((start + share).min(0.999_999)),
        );
        Law::Truncated {
            law: Box::new(law),
            low,
            high,
        }
    });
    let mixed = prop::collection::vec((0.01..5.0_f64, leaf.clone()), 1..4).prop_map(Law::Mixture);
    prop_oneof![3 => leaf, 1 => cut, 1 => mixed]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The stated error, the right side of the law, and the order, whatever the parameters.
    #[test]
    fn any_law_that_passes_its_checks_compiles_well(law in any_law(), us in prop::collection::vec(1e-9..1.0_f64, 60)) {
        let Ok(quantile) = law.compile() else { return Ok(()) };
        let (least, most) = law.support();
        let (mut us, mut last) = (us, f64::NEG_INFINITY);
        us.sort_unstable_by(f64::total_cmp);
        for u in us {
            let (found, exact) = (quantile.at(u), law.quantile(u));
            prop_assert!(found >= last && (least..=most).contains(&found), "{law:?} at {u}: {found}");
            let allowed = 1.5 * TOLERANCE * exact.abs() + 1e-9 * quantile.mean();
            prop_assert!((found - exact).abs() <= allowed, "{law:?} at {u}: {found}, exactly {exact}");
            // Within the jump of the distribution function at the exact quantile, or at it, give or take
            // rounding; not where that has fallen to zero only because it is too small to write.
            if exact > 1e-290 {
                let by = 1e-9 * exact;
                let before = law.tails(exact - by, false).below;
                let after = law.tails(exact + by, true).below;
                prop_assert!(before <= u + 1e-9 && u <= after + 1e-9, "{law:?} at {u}: {before} to {after}");
            }
            last = found;
        }
    }
}
