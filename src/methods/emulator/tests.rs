//! Emulators against values worked out independently, against refits, and against functions that are known.

use super::likelihood::Problem;
use super::*;
use crate::methods::lhs::latin_hypercube;
use crate::methods::tests_tools::normal;

fn near(a: f64, b: f64, by: f64) {
    assert!((a - b).abs() <= by, "{a} for {b}");
}

fn three(noise: &[f64]) -> Emulator {
    let x = [vec![0.0], vec![0.5], vec![1.0]];
    let length = libm::sqrt(5.0) / 2.0; // neighbours are at a = 1
    Emulator::given(
        Trend::Constant,
        (&[length], 1.0, 0.0),
        &x,
        &[1.0, 2.0, 4.0],
        noise,
    )
    .unwrap()
}

/// Points 0, ½, 1 with correlations 7/(3e) and 13/(3e²), values 1, 2, 4, predicted at ¼: worked out with 40 digits from the formulas of
/// universal kriging by general matrix inversion, in another language.
#[test]
fn three_points_by_hand() {
    let (mean, variance) = three(&[0.0; 3]).predict(&[0.25]);
    near(mean, 1.304_168_433_457_753, 1e-7);
    near(variance, 0.004_901_360_772_471_854, 1e-7);
    let (mean, variance) = three(&[0.1, 0.2, 0.0]).predict(&[0.25]);
    near(mean, 1.707_185_731_609_059, 1e-8);
    near(variance, 0.070_155_249_624_949_97, 1e-8);
}

/// Far from everything the prediction is the estimated constant, with the variance of the process and of the constant.
#[test]
fn far_away_only_the_constant_is_known() {
    let e = three(&[0.1, 0.2, 0.0]);
    let (mean, variance) = e.predict(&[1e3]);
    near(mean, 2.756_727_184_391_723, 1e-8);
    assert!(variance > 1.0);
    let (rough, most) = e.rough(&[1e3]);
    near(rough, mean, 0.0);
    near(most, variance, 1e-12);
    near(e.with_common(0.5).predict(&[1e3]).1, variance + 0.5, 1e-12);
}

/// A linear trend without smooth part is generalised least squares: y = 1, 2, 2, 4 on 0, 1, 2, 3 has the line 0.9 + 0.9 x.
#[test]
fn without_a_smooth_part_it_is_regression() {
    let x: Vec<Vec<f64>> = (0..4).map(|i| vec![f64::from(i) / 3.0]).collect();
    let e = Emulator::given(
        Trend::Linear,
        (&[1.0], 1e-9, 0.0),
        &x,
        &[1.0, 2.0, 2.0, 4.0],
        &[0.35; 4],
    )
    .unwrap();
    let (mean, variance) = e.predict(&[0.5]);
    near(mean, 0.9 + 0.9 * 1.5, 1e-8);
    near(variance, 0.35 / 4.0, 1e-8);
    near(e.predict(&[1.0]).1, 0.35 * 0.7, 1e-8);
}

fn bumps(u: &[f64]) -> f64 {
    3.0 + 2.0 * u[0] + libm::sin(5.0 * u[1]) * (0.5 + u[0]) + 0.5 * u[2] * u[2]
}

#[test]
fn leaving_out_is_refitting() {
    let x = latin_hypercube(14, 3, 3);
    let y: Vec<f64> = x.iter().map(|u| bumps(u)).collect();
    let noise: Vec<f64> = (0..14).map(|i| 0.01 + 0.01 * f64::from(i % 5)).collect();
    for trend in [Trend::Constant, Trend::Linear] {
        let of = |x: &[Vec<f64>], y: &[f64], noise: &[f64]| {
            Emulator::given(trend, (&[0.6, 0.4, 1.1], 0.8, 0.05), x, y, noise).unwrap()
        };
        let whole = of(&x, &y, &noise);
        for i in 0..14 {
            let without = |v: &[f64]| [&v[..i], &v[i + 1..]].concat();
            let (mean, variance) =
                of(&[&x[..i], &x[i + 1..]].concat(), &without(&y), &without(&noise)).predict(&x[i]);
            near(whole.left_out().predicted[i], mean, 1e-7);
            near(whole.left_out().variances[i], variance + noise[i], 1e-7);
            let standardised = (y[i] - mean) / libm::sqrt(variance + noise[i]);
            near(whole.left_out().standardised[i], standardised, 1e-6);
        }
    }
}

#[test]
fn the_gradient_is_that_of_the_likelihood() {
    let x = latin_hypercube(25, 3, 3);
    let y: Vec<f64> = x.iter().map(|u| bumps(u)).collect();
    for trend in [Trend::Constant, Trend::Linear, Trend::Squares] {
        let problem = Problem::new(trend, &x, &y, &[0.02; 25], 3.0, 1.3);
        let at = [0.3, -0.4, 0.6, -0.7, -3.0];
        let (_, gradient) = problem.cost(&at).unwrap();
        for k in 0..5 {
            let moved = |by: f64| {
                let mut at = at;
                at[k] += by;
                problem.cost(&at).unwrap().0
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            near(gradient[k], slope, 1e-6 * (1.0 + slope.abs()));
        }
    }
}

#[test]
fn without_noise_it_goes_through_the_points() {
    let x = latin_hypercube(30, 3, 4);
    let y: Vec<f64> = x.iter().map(|u| bumps(u)).collect();
    let e = Emulator::fit(&x, &y, &[0.0; 30]).unwrap();
    for (u, y) in x.iter().zip(&y) {
        let (mean, variance) = e.predict(u);
        near(mean, *y, 0.01);
        assert!(variance < 1e-3, "{variance}");
    }
}

/// 90 noisy points of a function of three among five inputs: at 300 fresh points the error is far below the function's spread, and about
/// as large as said (the share of the truth within two standard deviations; bounds are far outside what other seeds give).
#[test]
fn a_known_function_is_learnt_and_errors_are_as_said() {
    let x = latin_hypercube(90, 5, 8);
    let noise: Vec<f64> = (0..90).map(|i| if i % 3 == 0 { 0.09 } else { 0.01 }).collect();
    let y: Vec<f64> = x
        .iter()
        .zip(&noise)
        .enumerate()
        .map(|(i, (u, v))| bumps(u) + libm::sqrt(*v) * normal(3, i as u64, 0))
        .collect();
    let e = Emulator::fit(&x, &y, &noise).unwrap();
    let fresh = latin_hypercube(300, 5, 9);
    let truths: Vec<f64> = fresh.iter().map(|u| bumps(u)).collect();
    let mut within = 0.0;
    let mut squares = 0.0;
    for (u, truth) in fresh.iter().zip(&truths) {
        let (mean, variance) = e.predict(u);
        within += f64::from(u8::from((mean - truth).abs() < 2.0 * libm::sqrt(variance)));
        squares += (mean - truth) * (mean - truth);
        let (rough, most) = e.rough(u);
        assert!(rough == mean && most >= variance && e.mean(u) == mean);
    }
    let unexplained = squares / 299.0 / variance(&truths);
    assert!(
        within / 300.0 > 0.88 && unexplained < 0.06,
        "{within} {unexplained}"
    );
    let left_out = e.left_out();
    assert!(
        left_out.r2 > 0.85 * left_out.ceiling && left_out.ceiling < 1.0,
        "{left_out:?}"
    );
    assert_eq!(left_out.verdict, Fitness::Good);
    // Inputs that do nothing are found out.
    let activity = e.activity();
    assert!(
        activity[3] < 0.02 && activity[4] < 0.02 && activity[1] > 0.2,
        "{activity:?}"
    );
}

/// Values that are pure noise: nothing is explained, and the emulator says so by wide predictions instead of a false surface.
#[test]
fn noise_is_not_taken_for_a_surface() {
    let x = latin_hypercube(60, 4, 2);
    let y: Vec<f64> = (0..60).map(|i| 5.0 + normal(11, i, 0)).collect();
    let e = Emulator::fit(&x, &y, &[1.0; 60]).unwrap();
    assert!(e.left_out().r2 < 0.15 && e.left_out().ceiling < 0.3);
    for u in latin_hypercube(50, 4, 1) {
        let (mean, variance) = e.predict(&u);
        assert!(
            (mean - 5.0).abs() < 3.0 * libm::sqrt(variance),
            "{mean} {variance}"
        );
        assert!(variance < 0.6);
    }
}

/// Main effects of 2 u0 + u1: variances 4/12 and 1/12.
#[test]
fn activity_of_a_plane() {
    let x = latin_hypercube(40, 3, 5);
    let y: Vec<f64> = x.iter().map(|u| 2.0 * u[0] + u[1]).collect();
    let e = Emulator::fit_with(Trend::Linear, &x, &y, &[1e-6; 40]).unwrap();
    for (share, known) in e.activity().iter().zip([0.8, 0.2, 0.0]) {
        near(*share, known, 0.03);
    }
}

#[test]
fn what_cannot_be_fitted_is_refused_in_words() {
    let x = latin_hypercube(10, 2, 1);
    let y: Vec<f64> = x.iter().map(|u| u[0]).collect();
    let refused = |x: &[Vec<f64>], y: &[f64], noise: &[f64]| Emulator::fit(x, y, noise).unwrap_err();
    assert_eq!(
        refused(&x[..3], &y[..3], &[0.0; 3]),
        Why::TooFew { points: 3, needed: 4 }
    );
    assert_eq!(refused(&x, &y[..9], &[0.0; 10]), Why::Shapes);
    assert_eq!(refused(&x, &y, &[-1.0; 10]), Why::NotFinite);
    assert_eq!(refused(&x, &[7.0; 10], &[0.0; 10]), Why::Constant(7.0));
    assert_eq!(
        refused(&x, &[7.0; 10], &[0.0; 10]).to_string(),
        "the outcome is 7 at every point: nothing moves it"
    );
    let squares = Emulator::fit_with(Trend::Squares, &x[..7], &y[..7], &[0.0; 7]);
    assert_eq!(squares.unwrap_err(), Why::TooFew { points: 7, needed: 8 });
    // The same place twice with different values: without noise the nugget has to take it.
    let twice = [&x[..], &x[..1]].concat();
    let other = [&y[..], &[y[0] + 0.5]].concat();
    assert!(Emulator::fit(&twice, &other, &[0.0; 11]).unwrap().nugget() > 0.05);
}

/// The whole way from points to prediction has the same bits everywhere.
#[test]
fn bits_are_pinned() {
    let x = latin_hypercube(40, 3, 4);
    let y: Vec<f64> = x.iter().map(|u| bumps(u)).collect();
    let (mean, variance) = Emulator::fit(&x, &y, &[0.01; 40])
        .unwrap()
        .predict(&[0.3, 0.6, 0.9]);
    assert_eq!(
        (mean.to_bits(), variance.to_bits()),
        (4_616_308_632_710_454_530, 4_569_777_501_385_664_083),
        "{mean} {variance}"
    );
}
