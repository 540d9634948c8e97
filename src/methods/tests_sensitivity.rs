//! Morris screening and Sobol' indices on functions whose answers are known, against SALib, and under noise.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use super::morris::{Step, screen, steps, trajectories};
use super::sobol::{Indices, design, indices};
use crate::random::Draws;
use crate::stats::normal_quantile;

/// Outcomes with one replication and no noise.
fn exact(points: &[Vec<f64>], f: impl Fn(&[f64]) -> f64) -> Vec<Vec<f64>> {
    points.iter().map(|x| vec![f(x)]).collect()
}

/// Ishigami and Homma (1990) with a = 7, b = 0.1, on the unit cube.
fn ishigami(x: &[f64]) -> f64 {
    let z: Vec<f64> = x.iter().map(|x| PI * (2.0 * x - 1.0)).collect();
    let s = libm::sin(z[1]);
    libm::sin(z[0]) + 7.0 * s * s + 0.1 * z[2] * z[2] * z[2] * z[2] * libm::sin(z[0])
}

/// Its first-order and total indices (Saltelli and others, *Global Sensitivity Analysis: The Primer*, Wiley 2008).
fn ishigami_indices() -> ([f64; 3], [f64; 3]) {
    let (a, b, p4) = (7.0, 0.1, PI * PI * PI * PI);
    let v1 = 0.5 * (1.0 + b * p4 / 5.0) * (1.0 + b * p4 / 5.0);
    let (v2, v13) = (a * a / 8.0, 8.0 * b * b * p4 * p4 / 225.0);
    let v = v1 + v2 + v13;
    ([v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v])
}

const G: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

/// The G function of Sobol'.
fn g(x: &[f64]) -> f64 {
    x.iter()
        .zip(G)
        .map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a))
        .product()
}

fn g_indices() -> (Vec<f64>, Vec<f64>) {
    let v: Vec<f64> = G.iter().map(|a| 1.0 / 3.0 / (1.0 + a) / (1.0 + a)).collect();
    let all: f64 = v.iter().map(|v| 1.0 + v).product();
    let first = v.iter().map(|v| v / (all - 1.0)).collect();
    let total = v.iter().map(|v| v * all / (1.0 + v) / (all - 1.0)).collect();
    (first, total)
}

fn values(found: &Indices) -> (Vec<f64>, Vec<f64>) {
    let first = found.factors.iter().map(|f| f.first.value().expect("an index"));
    let total = found.factors.iter().map(|f| f.total.value().expect("an index"));
    (first.collect(), total.collect())
}

fn close(found: &[f64], truth: &[f64], by: f64) {
    for (found, truth) in found.iter().zip(truth) {
        assert!((found - truth).abs() < by, "{found} for {truth}");
    }
}

#[test]
fn indices_of_ishigami_and_g_are_the_exact_ones() {
    let (first, total) = ishigami_indices();
    close(&first, &[0.3139, 0.4424, 0.0], 5e-5); // the published figures
    close(&total, &[0.5576, 0.4424, 0.2437], 5e-5);
    let points = design(4096, 3, 3).expect("six dimensions");
    let found = indices(3, &exact(&points, ishigami), 3).expect("a whole design");
    let (s, t) = values(&found);
    close(&s, &first, 0.01);
    close(&t, &total, 0.01);
    assert_eq!(found.noise_share, None);

    let (first, total) = g_indices();
    let points = design(4096, 8, 3).expect("sixteen dimensions");
    let found = indices(8, &exact(&points, g), 3).expect("a whole design");
    let (s, t) = values(&found);
    close(&s, &first, 0.01);
    close(&t, &total, 0.01);
}

/// Intervals without noise: 100 seeds of 128 rows. Over 400 seeds coverage was measured at 0.93 to 0.99 by index; at
/// 0.93 fewer than 87 of 100 come by chance once in a hundred. (At 16 rows it is as low as 0.79: see docs/methods.md.)
#[test]
fn intervals_hold_the_exact_indices() {
    let (first, total) = ishigami_indices();
    let mut covered = [0; 6];
    for seed in 0..100 {
        let points = design(128, 3, seed).expect("six dimensions");
        let found = indices(3, &exact(&points, ishigami), seed).expect("a whole design");
        for i in 0..3 {
            let f = &found.factors[i];
            covered[i] += usize::from(f.first.low() < Some(first[i]) && f.first.high() > Some(first[i]));
            covered[3 + i] += usize::from(f.total.low() < Some(total[i]) && f.total.high() > Some(total[i]));
        }
    }
    assert!(covered.iter().all(|n| *n >= 87), "{covered:?}");
}

#[test]
fn a_design_is_laid_out_row_by_row_and_can_grow() {
    let points = design(16, 3, 1).expect("six dimensions");
    assert_eq!(points.len(), 16 * 5);
    for row in points.chunks(5) {
        for i in 0..3 {
            for j in 0..3 {
                let from = if i == j { &row[4] } else { &row[0] };
                assert_eq!(row[1 + i][j], from[j]);
            }
        }
    }
    assert_eq!(design(32, 3, 1).expect("six dimensions")[..80], points);
    assert!(design(1, 513, 1).is_err());
    assert!(indices(3, &exact(&points[..79], ishigami), 1).is_none());
    assert!(indices(3, &exact(&points[..35], ishigami), 1).is_none());
}

#[test]
fn factors_without_any_effect_and_constants_are_said_to_be_so() {
    let points = design(16, 2, 1).expect("four dimensions");
    let found = indices(2, &exact(&points, |x| 3.0 + x[0]), 1).expect("a whole design");
    assert!(found.factors[1].inert && !found.factors[0].inert);
    assert_eq!(found.factors[1].total.value(), Some(0.0));
    let found = indices(2, &exact(&points, |_| 0.1), 1).expect("a whole design");
    assert!(found.factors.iter().all(|f| f.inert && f.first.value().is_none()));
    assert!(found.factors.iter().all(|f| f.total_with_noise.is_none()));
}

/// With two replications the intervals are over rows only, so nothing is tested; with three it is.
#[test]
fn nothing_is_tested_without_the_noise_in_the_intervals() {
    let points = design(32, 2, 1).expect("four dimensions");
    for (n, tested) in [(1, false), (2, false), (3, true)] {
        let by_replication = |x: &Vec<f64>| {
            let slopes = [0.5, 0.6, 0.4].into_iter().take(n);
            slopes.map(|slope| x[0] + slope * x[1]).collect()
        };
        let outcomes: Vec<Vec<f64>> = points.iter().map(by_replication).collect();
        let found = indices(2, &outcomes, 1).expect("a whole design");
        assert!(found.factors.iter().all(|f| f.total.half_width().is_some()));
        assert!(found.factors.iter().all(|f| f.p.is_some() == tested), "{n}");
    }
}

/// p = f + what a replication does to all points + a slope of its own on every factor + noise of each run, with
/// f = 3 x1 + 2 x2 + 2 x1 x3: in every replication the indices are others.
fn noisy(points: &[Vec<f64>], n: u64, run: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(17, run);
    let normal = |what: u16, a: u64, b: u64| normal_quantile(draws.uniform(a, what, b as u32, 0));
    let f = |x: &[f64]| 3.0 * x[0] + 2.0 * x[1] + 2.0 * x[0] * x[2];
    let one = |(i, x): (usize, &Vec<f64>)| {
        let one = |r: u64| {
            let slopes: f64 = (0..x.len()).map(|j| normal(0, j as u64, r) * x[j]).sum();
            f(x) + 2.0 * normal(1, 0, r) + slopes + 2.0 * normal(2, i as u64, r)
        };
        (0..n).map(one).collect()
    };
    points.iter().enumerate().map(one).collect()
}

/// The indices of that f with four factors, the last without effect: by hand, with V12 = 0 and V13 = 4 / 144.
fn noisy_indices() -> ([f64; 4], [f64; 4]) {
    let (v1, v2, v3, v13) = (16.0 / 12.0, 4.0 / 12.0, 1.0 / 12.0, 4.0 / 144.0);
    let v = v1 + v2 + v3 + v13;
    (
        [v1 / v, v2 / v, v3 / v, 0.0],
        [(v1 + v13) / v, v2 / v, (v3 + v13) / v, 0.0],
    )
}

/// 300 designs of 32 rows and six replications with more noise than signal: estimates without the noise are right on
/// average (the bias of a ratio, of the order of 1/32 of the indices, is allowed for), those with it are far off;
/// intervals hold the truth at least 0.92 of the time, three standard errors below 0.95 or more.
#[test]
fn noise_is_taken_out_of_the_indices() {
    let (first, total) = noisy_indices();
    let runs = 300;
    let (mut means, mut with_noise, mut covered, mut false_alarms) = ([0.0; 8], 0.0, [0; 8], 0);
    for run in 0..runs {
        let points = design(32, 4, run).expect("eight dimensions");
        let found = indices(4, &noisy(&points, 6, run), run).expect("a whole design");
        for i in 0..4 {
            let f = &found.factors[i];
            for (place, (estimate, truth)) in [(&f.first, first[i]), (&f.total, total[i])]
                .into_iter()
                .enumerate()
            {
                means[4 * place + i] += estimate.value().expect("an index") / runs as f64;
                covered[4 * place + i] +=
                    usize::from(estimate.low() < Some(truth) && estimate.high() > Some(truth));
            }
        }
        with_noise += found.factors[3].total_with_noise.expect("variation") / runs as f64;
        false_alarms += usize::from(found.factors[3].p < Some(0.025));
        assert!(found.noise_share.is_some_and(|share| share > 0.05 && share < 0.7));
    }
    println!("means {means:?} with noise {with_noise} covered {covered:?} alarms {false_alarms}");
    close(&means[..4], &first, 0.03);
    close(&means[4..], &total, 0.03);
    assert!(with_noise > 0.2, "{with_noise}");
    assert!(
        covered.iter().all(|n| *n as f64 >= 0.92 * runs as f64),
        "{covered:?}"
    );
    assert!(false_alarms as f64 <= 0.052 * runs as f64, "{false_alarms}");
}

/// The twenty-factor function of Morris (1991), its free coefficients 1 and -1 in turn.
fn morris(x: &[f64]) -> f64 {
    let w: Vec<f64> = (0..20)
        .map(|i| match i {
            2 | 4 | 6 => 2.0 * (1.1 * x[i] / (x[i] + 0.1) - 0.5),
            _ => 2.0 * (x[i] - 0.5),
        })
        .collect();
    let sign = |odd: usize| if odd % 2 == 1 { -1.0 } else { 1.0 };
    let mut y = 0.0;
    for i in 0..20 {
        y += w[i] * if i < 10 { 20.0 } else { sign(i + 1) };
        for j in i + 1..20 {
            y += w[i] * w[j] * if j < 6 { -15.0 } else { sign(i + j) };
            for l in j + 1..5 {
                y -= 10.0 * w[i] * w[j] * w[l];
                for s in l + 1..4 {
                    y += 5.0 * w[i] * w[j] * w[l] * w[s];
                }
            }
        }
    }
    y
}

/// What Morris read off his figure: the first ten factors matter, the first seven of them not linearly or in
/// interactions, 8 to 10 near linearly (slope 40), and the rest hardly.
#[test]
fn screening_finds_what_morris_found() {
    let points = trajectories(10, 20, 4, 5);
    let found = screen(
        &steps(&points, 20).expect("trajectories"),
        20,
        &exact(&points, morris),
    );
    let star = |i: usize| found[i].mu_star.value().expect("a mean");
    for i in 10..20 {
        for j in 0..10 {
            assert!(star(i) < star(j), "factor {} above factor {}", i + 1, j + 1);
        }
        assert!(star(i) < 10.0);
    }
    for (i, f) in found.iter().enumerate().take(10).skip(7) {
        assert!((star(i) - 40.0).abs() < 6.0 && f.sigma < 10.0);
    }
    assert!((0..7).all(|i| found[i].sigma > 15.0));
    assert!(
        found
            .iter()
            .all(|f| f.noise_share.is_none() && f.p.is_none() && !f.inert)
    );
}

/// f = x1² + x1 x2 on four levels, by hand: EE1 = 2 x1 + 2/3 + x2 with x1 in {0, 1/3} and x2 in {0, 1/3, 2/3, 1}, so
/// μ1 = 3/2 and σ1² = 4/36 + 5/36 = 1/4; EE2 = x1 on four levels: μ2 = 1/2, σ2² = 5/36. Over 600 trajectories the
/// standard errors are 0.02 and 0.016 for the means (4.5 of them are allowed).
#[test]
fn elementary_effects_of_a_quadratic_by_hand() {
    let points = trajectories(600, 2, 4, 8);
    let steps = steps(&points, 2).expect("trajectories");
    let found = screen(&steps, 2, &exact(&points, |x| x[0] * x[0] + x[0] * x[1]));
    let mu: Vec<f64> = found.iter().map(|f| f.mu.value().expect("a mean")).collect();
    close(&mu, &[1.5, 0.5], 0.09);
    let squares: Vec<f64> = found.iter().map(|f| f.sigma * f.sigma).collect();
    close(&squares, &[0.25, 5.0 / 36.0], 0.03);
    assert_eq!(found[0].mu, found[0].mu_star);
    let (low, high) = found[0].sigma_interval.expect("many trajectories");
    assert!(low < 0.5 && high > 0.5 && high - low < 0.1);
}

/// Each factor moves once in each trajectory, by 2/3, from every level equally often over the design.
#[test]
fn trajectories_are_balanced() {
    for (count, factors) in [(4, 1), (8, 30), (10, 7)] {
        let points = trajectories(count, factors, 4, 2);
        assert_eq!(points.len(), count * (factors + 1));
        let steps = steps(&points, factors).expect("trajectories");
        let mut seen = BTreeMap::new();
        for Step {
            factor, before, by, ..
        } in &steps
        {
            assert!((by.abs() - 2.0 / 3.0).abs() < 1e-12);
            let from = libm::round(points[*before][*factor] * 3.0) as usize;
            *seen.entry((*factor, from)).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 4 * factors);
        assert!(seen.values().all(|n| *n == count / 4 || *n == count / 4 + 1));
    }
    assert_ne!(trajectories(4, 3, 4, 1), trajectories(4, 3, 4, 2));
    let mut broken = trajectories(2, 3, 4, 1);
    broken[5] = broken[4].clone();
    assert_eq!(steps(&broken, 3), Err(5));
    assert_eq!(steps(&broken[..7], 3), Err(7));
}

/// The noise of screening: f = 2 x1 + x1 x2, noise common to a replication, slopes of its own and noise of each run,
/// 4 replications, 300 designs of 8 trajectories. σ² without noise is right on average (that of factor 1 is 5/36, of 3
/// nothing), p-values of a factor that does nothing are below 0.05 no more often than 0.05 and three standard errors,
/// and intervals of μ hold the truth.
#[test]
fn screening_separates_the_noise() {
    let runs = 300;
    let f = |x: &[f64]| 2.0 * x[0] + x[0] * x[1];
    let (mut sigma, mut sigma_nothing, mut share) = (0.0, 0.0, 0.0);
    let (mut covered, mut alarms, mut found_it) = (0, [0; 2], 0);
    for run in 0..runs {
        let points = trajectories(8, 4, 4, run);
        let draws = Draws::new(23, run);
        let normal = |what: u16, a: u64, b: u64| normal_quantile(draws.uniform(a, what, b as u32, 0));
        let outcomes: Vec<Vec<f64>> = points
            .iter()
            .enumerate()
            .map(|(i, x)| {
                let one = |r: u64| {
                    // Factor 4 has slopes by chance in every replication, the same at all its steps.
                    let slope = 0.5 * normal(0, 0, r) * x[3];
                    f(x) + normal(1, 0, r) + slope + 0.3 * normal(2, i as u64, r)
                };
                (0..4).map(one).collect()
            })
            .collect();
        let found = screen(&steps(&points, 4).expect("trajectories"), 4, &outcomes);
        sigma += (found[0].sigma_true * found[0].sigma_true) / runs as f64;
        sigma_nothing += (found[2].sigma_true * found[2].sigma_true) / runs as f64;
        share += found[2].noise_share.expect("noise") / runs as f64;
        let mu = found[0].mu;
        covered += usize::from(mu.low() < Some(2.5) && mu.high() > Some(2.5));
        alarms[0] += usize::from(found[2].p < Some(0.05));
        alarms[1] += usize::from(found[3].p < Some(0.05));
        found_it += usize::from(found[0].p < Some(0.05));
    }
    println!("{sigma} {sigma_nothing} {share} {covered} {alarms:?} {found_it}");
    // Cut off at 0 it is a little above the truth.
    assert!((sigma - 5.0 / 36.0).abs() < 0.03, "{sigma}");
    assert!(sigma_nothing < 0.03, "{sigma_nothing}");
    assert!(share > 0.8, "{share}");
    assert!(covered as f64 >= 0.91 * runs as f64, "{covered}");
    assert!(
        alarms.iter().all(|n| *n as f64 <= 0.088 * runs as f64),
        "{alarms:?}"
    );
    assert!(found_it as f64 > 0.99 * runs as f64, "{found_it}");
}

/// Numbers of a CSV after its header.
fn csv(text: &str) -> Vec<Vec<f64>> {
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(|x| x.parse().expect("a number")).collect())
        .collect()
}

/// What SALib 1.6.0 says (`tests/reference/salib_reference.py`), by case and statistic.
fn salib(case: &str, statistic: &str) -> Vec<f64> {
    include_str!("../../tests/reference/salib_results.csv")
        .lines()
        .map(|line| line.split(',').collect::<Vec<&str>>())
        .filter(|row| row[0] == case && row[2] == statistic)
        .map(|row| row[3].parse().expect("a number"))
        .collect()
}

/// The same samples through SALib and through this: the same numbers. SALib divides the variance by 2N, this by
/// 2N - 1; its half-widths come from 2,000 other resamples and the normal quantile (here t), so they agree to 12%.
#[test]
fn sobol_indices_are_those_of_salib() {
    for (case, text) in [
        (
            "ishigami",
            include_str!("../../tests/reference/salib_ishigami.csv"),
        ),
        ("g", include_str!("../../tests/reference/salib_g.csv")),
    ] {
        let rows = csv(text);
        let k = rows[0].len() - 1;
        let outcomes: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[k]]).collect();
        let found = indices(k, &outcomes, 1).expect("a whole design");
        let count = found.rows as f64;
        let (s, t) = values(&found);
        for (mine, theirs) in [(s, salib(case, "S1")), (t, salib(case, "ST"))] {
            assert_eq!(mine.len(), theirs.len());
            for (mine, theirs) in mine.iter().zip(&theirs) {
                let same = mine * 2.0 * count / (2.0 * count - 1.0);
                assert!((same - theirs).abs() < 1e-9, "{case}: {same} and {theirs}");
            }
        }
        for (i, theirs) in salib(case, "ST_conf").iter().enumerate() {
            let mine = found.factors[i].total.standard_error().expect("rows") * 1.959964;
            assert!((mine / theirs - 1.0).abs() < 0.12, "{case}: {mine} and {theirs}");
        }
    }
}

#[test]
fn elementary_effects_are_those_of_salib() {
    let rows = csv(include_str!("../../tests/reference/salib_morris.csv"));
    let points: Vec<Vec<f64>> = rows.iter().map(|row| row[..20].to_vec()).collect();
    let outcomes: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[20]]).collect();
    for (point, y) in points.iter().zip(&outcomes) {
        assert!((morris(point) - y[0]).abs() < 1e-9, "the function itself");
    }
    let found = screen(&steps(&points, 20).expect("trajectories"), 20, &outcomes);
    for (i, f) in found.iter().enumerate() {
        let mine = [f.mu.value(), f.mu_star.value(), Some(f.sigma)];
        for (mine, statistic) in mine.into_iter().zip(["mu", "mu_star", "sigma"]) {
            let theirs = salib("morris", statistic)[i];
            assert!(
                (mine.expect("a number") - theirs).abs() < 1e-9,
                "{statistic} of {}",
                i + 1
            );
        }
    }
}
