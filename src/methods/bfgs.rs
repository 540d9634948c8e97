//! A deterministic search for the least value of a smooth function: the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.
//!
//! Steps are shortened until the function falls enough (Armijo) and the inverse Hessian is updated where curvature is positive
//! (J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition, Springer 2006, chapters 3 and 6).

use super::dense::dot;

/// Where a search ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Least {
    /// The place.
    pub at: Vec<f64>,
    /// The function's value there.
    pub value: f64,
    /// Evaluations of the function.
    pub evaluations: usize,
}

/// A function's value and gradient at a place, or nothing where it has none.
pub type Smooth<'a> = dyn FnMut(&[f64]) -> Option<(f64, Vec<f64>)> + 'a;

/// Share of the predicted fall that a step must bring.
const ENOUGH: f64 = 1e-4;

/// Largest change of a coordinate in one step.
const LONGEST: f64 = 1.5;

/// The least value found from `start` in at most `most` evaluations; `None` if the function has no value there.
///
/// `f` gives value and gradient, or `None` where it has none (such a step is shortened). The search ends when no coordinate's slope
/// exceeds `flat`, or when a step gains less than a thousandth of it.
pub fn least(start: &[f64], most: usize, flat: f64, f: &mut Smooth<'_>) -> Option<Least> {
    let n = start.len();
    let mut at = start.to_vec();
    let (mut value, mut slope) = f(&at)?;
    let mut evaluations = 1;
    let mut inverse = unit(n);
    let mut fresh = true;
    while evaluations < most && slope.iter().any(|s| s.abs() > flat) {
        let mut step: Vec<f64> = inverse.iter().map(|row| -dot(row, &slope)).collect();
        let mut fall = dot(&step, &slope);
        if fall.is_nan() || fall >= 0.0 {
            inverse = unit(n);
            fresh = true;
            step = slope.iter().map(|s| -s).collect();
            fall = dot(&step, &slope);
        }
        let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let limit = if fresh { LONGEST.min(0.5) } else { LONGEST };
        let mut part = (limit / longest).min(1.0);
        let mut next = None;
        for _ in 0..12 {
            let there: Vec<f64> = at.iter().zip(&step).map(|(a, s)| a + part * s).collect();
            evaluations += 1;
            match f(&there) {
                Some((v, g)) if v <= value + ENOUGH * part * fall => {
                    next = Some((there, v, g));
                    break;
                }
                Some((v, _)) => {
                    // The least of the parabola through value, slope and the new value, kept between a tenth and a half.
                    let best = -fall * part / (2.0 * ((v - value) / part - fall));
                    part = best.clamp(0.1 * part, 0.5 * part);
                }
                None => part *= 0.3,
            }
            if evaluations >= most {
                break;
            }
        }
        let Some((there, v, g)) = next else {
            if fresh {
                break;
            }
            inverse = unit(n);
            fresh = true;
            continue;
        };
        let moved: Vec<f64> = there.iter().zip(&at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = g.iter().zip(&slope).map(|(a, b)| a - b).collect();
        let gained = value - v;
        (at, value, slope) = (there, v, g);
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 * libm::sqrt(dot(&moved, &moved) * dot(&turned, &turned)) {
            if fresh {
                let size = curvature / dot(&turned, &turned);
                inverse.iter_mut().flatten().for_each(|h| *h *= size);
            }
            update(&mut inverse, &moved, &turned, curvature);
            fresh = false;
        }
        if gained < 1e-3 * flat {
            break;
        }
    }
    Some(Least {
        at,
        value,
        evaluations,
    })
}

fn unit(n: usize) -> Vec<Vec<f64>> {
    (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect()
}

/// H + (1 + yᵀHy / sᵀy) s sᵀ / sᵀy - (H y sᵀ + s yᵀ H) / sᵀy.
fn update(inverse: &mut [Vec<f64>], s: &[f64], y: &[f64], curvature: f64) {
    let hy: Vec<f64> = inverse.iter().map(|row| dot(row, y)).collect();
    let factor = (1.0 + dot(y, &hy) / curvature) / curvature;
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, h) in row.iter_mut().enumerate() {
            *h += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley has its least value 0 at (1, 1).
    #[test]
    fn the_valley_of_rosenbrock() {
        let mut f = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            Some((
                a * a + 100.0 * b * b,
                vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b],
            ))
        };
        let found = least(&[-1.2, 1.0], 200, 1e-8, &mut f).unwrap();
        assert!(
            (found.at[0] - 1.0).abs() < 1e-6 && (found.at[1] - 1.0).abs() < 1e-6,
            "{found:?}"
        );
        assert!(found.evaluations < 100);
    }

    /// x - ln x has no value left of 0, and its least value 1 at 1.
    #[test]
    fn steps_out_of_the_domain_are_shortened() {
        let mut f = |x: &[f64]| (x[0] > 0.0).then(|| (x[0] - libm::log(x[0]), vec![1.0 - 1.0 / x[0]]));
        let found = least(&[8.0], 100, 1e-9, &mut f).unwrap();
        assert!((found.at[0] - 1.0).abs() < 1e-6, "{found:?}");
        assert!(least(&[-1.0], 100, 1e-9, &mut f).is_none());
    }
}
