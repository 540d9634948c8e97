//! Laws by their means, quartiles and ratios; mistakes and their messages.

use super::*;

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs()
}

#[test]
fn a_lognormal_by_mean_and_sd_has_them() {
    let law = Law::lognormal_mean_sd(45.0, 20.0).unwrap();
    assert!(near(law.mean(), 45.0, 1e-14));
    let Law::LogNormal { sigma, .. } = law else {
        panic!()
    };
    assert!(near(law.mean() * (sigma * sigma).exp_m1().sqrt(), 20.0, 1e-13));
}

#[test]
fn a_lognormal_by_quartiles_keeps_the_median_and_their_ratio() {
    let law = Law::lognormal_median_iqr(9.0, 5.0, 18.0).unwrap();
    assert!(near(law.quantile(0.5), 9.0, 1e-14));
    assert!(near(law.quantile(0.75) / law.quantile(0.25), 18.0 / 5.0, 1e-13));
}

#[test]
fn gamma_and_weibull_by_their_means() {
    let gamma = Law::gamma_mean_sd(12.0, 4.0).unwrap();
    assert_eq!(
        gamma,
        Law::Gamma {
            shape: 9.0,
            scale: 4.0 / 3.0
        }
    );
    assert!(near(
        Law::weibull_mean_shape(7.0, 1.7).unwrap().mean(),
        7.0,
        1e-14
    ));
    // Γ(1 + 1/2) = sqrt(pi)/2.
    let rayleigh = Law::Weibull {
        shape: 2.0,
        scale: 3.0,
    };
    assert!(near(rayleigh.mean(), 1.5 * std::f64::consts::PI.sqrt(), 1e-14));
}

#[test]
fn mistakes_are_told_in_plain_words() {
    let told = |law: Result<Law, LawError>| law.unwrap_err().to_string();
    let wrong = |law: Law| law.compile().unwrap_err().to_string();
    assert_eq!(told(Law::exponential(-2.0)), "mean must be above zero, but is -2");
    assert_eq!(told(Law::exponential(f64::NAN)), "mean must be a finite number");
    assert_eq!(
        told(Law::lognormal_mean_sd(5.0, 0.0)),
        "standard deviation must be above zero, but is 0; write a fixed value instead"
    );
    assert_eq!(
        told(Law::lognormal_median_iqr(3.0, 5.0, 9.0)),
        "lower quartile (5) must be below median (3)"
    );
    assert_eq!(
        told(Law::lognormal_median_iqr(3.0, 2.0, 2.5)),
        "median (3) must be below upper quartile (2.5)"
    );
    assert_eq!(
        told(Law::lognormal_median_iqr(3.0, 0.0, 9.0)),
        "lower quartile must be above zero, but is 0"
    );
    assert_eq!(
        told(Law::gamma_mean_sd(1.0, 1e-4)),
        "shape must be between 0.001 and 10000, but is 100000000"
    );
    assert!(told(Law::weibull_mean_shape(1.0, 0.001)).contains("too spread out"));
    assert_eq!(
        wrong(Law::Uniform { low: 2.0, high: 2.0 }),
        "low (2) must be below high (2)"
    );
    assert_eq!(
        wrong(Law::Triangular {
            low: 1.0,
            mode: 5.0,
            high: 4.0
        }),
        "mode (5) must be below high (4)"
    );
    assert_eq!(wrong(Law::Empirical(vec![])), "there must be at least one value");
    assert_eq!(
        wrong(Law::Empirical(vec![(1.0, 0.0)])),
        "weight must be above zero, but is 0"
    );
    assert_eq!(
        wrong(Law::Mixture(vec![(-1.0, Law::Fixed(1.0))])),
        "weight must be above zero, but is -1"
    );
    assert_eq!(
        wrong(Law::Mixture(vec![(1.0, Law::Fixed(f64::INFINITY))])),
        "value must be a finite number"
    );
    assert_eq!(
        wrong(Law::LogNormal {
            mu: 0.0,
            sigma: 100.0
        }),
        "the distribution is too spread out: its mean is not finite"
    );
    assert_eq!(
        told(Law::Uniform { low: 0.0, high: 1.0 }.truncated(2.0, 3.0)),
        "the distribution has no probability to speak of between 2 and 3"
    );
    assert_eq!(
        Law::Uniform { low: -1.0, high: 1.0 }
            .check_not_negative()
            .unwrap_err()
            .to_string(),
        "values below zero are possible (down to -1) where none makes sense"
    );
    assert!(Law::Exponential { mean: 1.0 }.check_not_negative().is_ok());
}

#[test]
fn scaling_scales_every_quantile() {
    let tri = Law::Triangular {
        low: 1.0,
        mode: 2.0,
        high: 4.0,
    };
    let laws = [
        Law::Fixed(3.0),
        Law::Exponential { mean: 2.0 },
        Law::Uniform { low: 1.0, high: 2.0 },
        tri.clone(),
        Law::LogNormal { mu: 1.0, sigma: 0.5 },
        Law::Gamma {
            shape: 2.5,
            scale: 2.0,
        },
        Law::Weibull {
            shape: 1.5,
            scale: 2.0,
        },
        Law::Empirical(vec![(1.0, 2.0), (5.0, 1.0)]),
        Law::Mixture(vec![(1.0, Law::Fixed(1.0)), (2.0, tri.clone())]),
        tri.truncated(1.5, 3.0).unwrap(),
    ];
    for law in laws {
        let scaled = law.scaled(60.0).unwrap();
        for u in [0.001, 0.2, 0.5, 0.77, 0.999] {
            assert!(
                near(scaled.quantile(u), 60.0 * law.quantile(u), 1e-11),
                "{law:?} at {u}"
            );
        }
        assert!(near(scaled.mean(), 60.0 * law.mean(), 1e-12));
    }
    assert!(Law::Fixed(1.0).scaled(0.0).is_err());
}
