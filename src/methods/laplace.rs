//! Laplace transforms of probability laws at complex arguments, and their numerical inversion.
//!
//! J. Abate and W. Whitt, Numerical inversion of Laplace transforms of probability distributions, *ORSA Journal on Computing* 7
//! (1995) 36-43, the algorithm EULER: a Fourier series with discretisation error below e⁻ᴬ, summed by Euler's method.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::random::Law;

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Complex {
    /// 1.
    pub const ONE: Complex = Complex { re: 1.0, im: 0.0 };

    /// A real number.
    pub fn real(re: f64) -> Complex {
        Complex { re, im: 0.0 }
    }

    /// Real part and imaginary part.
    pub fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    fn square(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    /// e to the power of this.
    pub fn exponential(self) -> Complex {
        let r = libm::exp(self.re);
        Complex::new(r * libm::cos(self.im), r * libm::sin(self.im))
    }

    /// This to a real power, on the branch that is positive for positive numbers; not for 0.
    pub fn power(self, p: f64) -> Complex {
        let log = Complex::new(0.5 * libm::log(self.square()), libm::atan2(self.im, self.re));
        (log * Complex::real(p)).exponential()
    }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        Complex::new(self.re + o.re, self.im + o.im)
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, o: Complex) -> Complex {
        Complex::new(self.re - o.re, self.im - o.im)
    }
}

impl Neg for Complex {
    type Output = Complex;
    fn neg(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, o: Complex) -> Complex {
        Complex::new(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
}

impl Div for Complex {
    type Output = Complex;
    fn div(self, o: Complex) -> Complex {
        let d = o.square();
        Complex::new(
            (self.re * o.re + self.im * o.im) / d,
            (self.im * o.re - self.re * o.im) / d,
        )
    }
}

/// E\[exp(-s X)\] of a law of a quantity that is not negative; `None` where there is no closed form.
pub fn transform(law: &Law, s: Complex) -> Option<Complex> {
    Some(match *law {
        Law::Fixed(x) => (-s * Complex::real(x)).exponential(),
        Law::Exponential { mean } => Complex::ONE / (Complex::ONE + s * Complex::real(mean)),
        Law::Gamma { shape, scale } => (Complex::ONE + s * Complex::real(scale)).power(-shape),
        Law::Uniform { low, high } if s != Complex::default() => {
            let at = |x: f64| (-s * Complex::real(x)).exponential();
            (at(low) - at(high)) / (s * Complex::real(high - low))
        }
        Law::Uniform { .. } => Complex::ONE,
        _ => return None,
    })
}

/// Mean and variance of a law; `None` where there is no closed form.
pub fn moments(law: &Law) -> Option<(f64, f64)> {
    let mean = law.mean();
    let variance = match *law {
        Law::Fixed(_) => 0.0,
        Law::Exponential { mean } => mean * mean,
        Law::Gamma { shape, scale } => shape * scale * scale,
        Law::Uniform { low, high } => (high - low) * (high - low) / 12.0,
        Law::LogNormal { sigma, .. } => mean * mean * libm::expm1(sigma * sigma),
        _ => return None,
    };
    Some((mean, variance))
}

/// The function of t > 0 whose Laplace transform is `transform`: real, bounded by about 1 and smooth near t. Error about 10⁻⁸.
pub fn invert(transform: impl Fn(Complex) -> Complex, t: f64) -> f64 {
    // discretisation error e^-A, terms before Euler's summation, terms in it
    const A: f64 = 18.4;
    const TERMS: usize = 38;
    const EULER: usize = 11;
    let scale = libm::exp(A / 2.0) / t;
    let at = |k: usize| transform(Complex::new(A / (2.0 * t), k as f64 * std::f64::consts::PI / t)).re;
    let mut sum = 0.5 * scale * at(0);
    let mut partial = Vec::with_capacity(EULER + 1);
    for k in 1..=TERMS + EULER {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        sum += sign * scale * at(k);
        if k >= TERMS {
            partial.push(sum);
        }
    }
    let mut binomial = 1.0;
    let mut mean = 0.0;
    for (k, s) in partial.iter().enumerate() {
        mean += binomial * s;
        binomial *= (EULER - k) as f64 / (k + 1) as f64;
    }
    mean / libm::exp2(EULER as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_transforms_come_back() {
        // exp(-t), and a gamma density of shape 3: t² e^-t / 2
        for t in [0.1, 1.0, 4.0] {
            let one = |s| Complex::ONE / (Complex::ONE + s);
            assert!((invert(one, t) - libm::exp(-t)).abs() < 1e-7, "{t}");
            let gamma = Law::Gamma {
                shape: 3.0,
                scale: 1.0,
            };
            let density = invert(|s| transform(&gamma, s).unwrap(), t);
            assert!(
                (density - t * t / 2.0 * libm::exp(-t)).abs() < 1e-7,
                "{t}: {density}"
            );
        }
        // the survival of a gamma law of shape 1.6 against its distribution function
        let law = Law::Gamma {
            shape: 1.6,
            scale: 12.0,
        };
        for t in [5.0, 20.0, 60.0] {
            let survival = |s| (Complex::ONE - transform(&law, s).unwrap()) / s;
            assert!((invert(survival, t) - (1.0 - law.cdf(t))).abs() < 1e-7, "{t}");
        }
    }

    #[test]
    fn moments_are_those_of_the_quantile_functions() {
        let laws = [
            Law::Fixed(3.0),
            Law::Exponential { mean: 2.0 },
            Law::Gamma {
                shape: 1.6,
                scale: 12.0,
            },
            Law::Uniform { low: 1.0, high: 4.0 },
            Law::LogNormal { mu: 0.3, sigma: 0.5 },
        ];
        for law in laws {
            let n = 40_000;
            let q: Vec<f64> = (0..n)
                .map(|i| law.quantile((f64::from(i) + 0.5) / f64::from(n)))
                .collect();
            let mean = q.iter().sum::<f64>() / f64::from(n);
            let variance = q.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n);
            let (m, v) = moments(&law).unwrap();
            assert!(
                (mean - m).abs() < 1e-3 * m && (variance - v).abs() <= 5e-3 * v,
                "{law:?}"
            );
            if let Some(at) = transform(&law, Complex::real(0.1)) {
                let by_sum = q.iter().map(|x| libm::exp(-0.1 * x)).sum::<f64>() / f64::from(n);
                assert!((at.re - by_sum).abs() < 1e-5 && at.im == 0.0, "{law:?}");
            }
        }
    }
}
