//! The special functions behind the laws, on portable `libm`: the normal quantile, the incomplete gamma function and its inverse, a root finder.

/// A probability with its complement, each accurate however small it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tails {
    /// The probability below (of at most some value).
    pub below: f64,
    /// The probability above: 1 - `below`.
    pub above: f64,
}

impl Tails {
    pub const NOTHING_BELOW: Tails = Tails {
        below: 0.0,
        above: 1.0,
    };
    pub const ALL_BELOW: Tails = Tails {
        below: 1.0,
        above: 0.0,
    };

    /// From the probability below, where that is not close to one.
    pub fn from_below(below: f64) -> Tails {
        Tails {
            below,
            above: 1.0 - below,
        }
    }

    /// From the probability above, where that is not close to one.
    pub fn from_above(above: f64) -> Tails {
        Tails {
            below: 1.0 - above,
            above,
        }
    }

    /// The probability between two values, of which `self` is the lower.
    pub fn up_to(self, higher: Tails) -> f64 {
        if self.below < 0.5 {
            higher.below - self.below
        } else {
            self.above - higher.above
        }
    }
}

/// The standard normal distribution function.
pub(super) fn normal_tails(z: f64) -> Tails {
    let z = z * std::f64::consts::FRAC_1_SQRT_2;
    Tails {
        below: 0.5 * libm::erfc(-z),
        above: 0.5 * libm::erfc(z),
    }
}

/// The standard normal quantile: M. J. Wichura, "Algorithm AS 241: the percentage points of the
/// normal distribution", Applied Statistics 37 (1988) 477-484, routine PPND16 (about 16 figures).
pub(super) fn normal_quantile(p: Tails) -> f64 {
    let q = 0.5 * (p.below - p.above);
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let r = libm::sqrt(-libm::log(p.below.min(p.above)));
    let z = if r <= 5.0 {
        ratio(&MIDDLE, r - 1.6)
    } else {
        ratio(&FAR, r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

/// A rational function of degrees 7 and 7, coefficients from the constant up.
fn ratio([top, bottom]: &[[f64; 8]; 2], r: f64) -> f64 {
    let at = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, &c| sum * r + c);
    at(top) / at(bottom)
}

#[rustfmt::skip]
const CENTRE: [[f64; 8]; 2] = [
    [3.387_132_872_796_366_6, 1.331_416_678_917_843_8e2, 1.971_590_950_306_551_3e3, 1.373_169_376_550_946e4,
     4.592_195_393_154_987e4, 6.726_577_092_700_87e4, 3.343_057_558_358_813e4, 2.509_080_928_730_122_7e3],
    [1.0, 4.231_333_070_160_091e1, 6.871_870_074_920_579e2, 5.394_196_021_424_751e3,
     2.121_379_430_158_659_7e4, 3.930_789_580_009_271e4, 2.872_908_573_572_194_3e4, 5.226_495_278_852_854e3],
];
#[rustfmt::skip]
const MIDDLE: [[f64; 8]; 2] = [
    [1.423_437_110_749_683_5, 4.630_337_846_156_546, 5.769_497_221_460_691, 3.647_848_324_763_204_5,
     1.270_458_252_452_368_4, 2.417_807_251_774_506e-1, 2.272_384_498_926_918_4e-2, 7.745_450_142_783_414e-4],
    [1.0, 2.053_191_626_637_759, 1.676_384_830_183_803_8, 6.897_673_349_851e-1,
     1.481_039_764_274_800_8e-1, 1.519_866_656_361_645_7e-2, 5.475_938_084_995_345e-4, 1.050_750_071_644_416_9e-9],
];
#[rustfmt::skip]
const FAR: [[f64; 8]; 2] = [
    [6.657_904_643_501_103, 5.463_784_911_164_114, 1.784_826_539_917_291_3, 2.965_605_718_285_048_7e-1,
     2.653_218_952_657_612_4e-2, 1.242_660_947_388_078_4e-3, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7],
    [1.0, 5.998_322_065_558_88e-1, 1.369_298_809_227_358e-1, 1.487_536_129_085_061_5e-2,
     7.868_691_311_456_133e-4, 1.846_318_317_510_054_8e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15],
];

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) at x = exp(`y`), with the
/// logarithm of the smaller kept apart so that neither tail underflows, and the logarithm of the
/// density of y.
struct LogGamma {
    ln_below: f64,
    ln_above: f64,
    ln_density: f64,
}

/// By the series below a + 1 and the continued fraction (modified Lentz) above.
fn log_gamma_tails(a: f64, ln_gamma_a: f64, y: f64) -> LogGamma {
    let x = libm::exp(y);
    let ln_density = a * y - x - ln_gamma_a;
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0, 1.0, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let ln_below = (ln_density + libm::log(sum / a)).min(0.0);
        LogGamma {
            ln_below,
            ln_above: libm::log1p(-libm::exp(ln_below)),
            ln_density,
        }
    } else {
        let mut b = x + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for i in 1..100_000 {
            let i = f64::from(i);
            let an = -i * (i - a);
            b += 2.0;
            d = 1.0 / nonzero(an * d + b);
            c = nonzero(b + an / c);
            fraction *= d * c;
            if (d * c - 1.0).abs() < 1e-16 {
                break;
            }
        }
        let ln_above = (ln_density + libm::log(fraction)).min(0.0);
        LogGamma {
            ln_below: libm::log1p(-libm::exp(ln_above)),
            ln_above,
            ln_density,
        }
    }
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// The distribution function of the gamma law of shape `a` and scale 1.
pub(super) fn gamma_tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::NOTHING_BELOW;
    }
    if x == f64::INFINITY {
        return Tails::ALL_BELOW;
    }
    let ln = log_gamma_tails(a, libm::lgamma(a), libm::log(x));
    Tails {
        below: libm::exp(ln.ln_below),
        above: libm::exp(ln.ln_above),
    }
}

/// The quantile of the gamma law of shape `a` and scale 1.
///
/// Newton's method in y = ln x on the logarithm of the smaller tail. Both ln P and ln Q are concave
/// in y (the density of y is log-concave for every shape), so the iteration converges from any
/// starting point, from one side after its first step.
pub(super) fn gamma_quantile(a: f64, p: Tails) -> f64 {
    let ln_gamma_a = libm::lgamma(a);
    let lower = p.below <= p.above;
    let target = libm::log(p.below.min(p.above));
    let mut y = gamma_start(a, p);
    for _ in 0..200 {
        let ln = log_gamma_tails(a, ln_gamma_a, y);
        let (value, sign) = if lower {
            (ln.ln_below, 1.0)
        } else {
            (ln.ln_above, -1.0)
        };
        // Where a tail has underflowed the step is only a direction.
        let step = (sign * (target - value) * libm::exp(value - ln.ln_density)).clamp(-1e4, 10.0);
        y += step;
        if step.abs() < 1e-15 * y.abs().max(1.0) || step.is_nan() {
            break;
        }
    }
    libm::exp(y)
}

/// ln x to begin with: the cube of a normal variate (E. B. Wilson and M. M. Hilferty, "The
/// distribution of chi-square", PNAS 17 (1931) 684-688) or, where that fails, the leading term of P.
fn gamma_start(a: f64, p: Tails) -> f64 {
    let cube_root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(p) / (3.0 * libm::sqrt(a));
    let leading = (libm::log(p.below) + libm::lgamma(a + 1.0)) / a;
    if a > 0.5 && cube_root > 0.1 {
        (libm::log(a) + 3.0 * libm::log(cube_root)).max(leading)
    } else if p.below <= 0.5 {
        leading
    } else {
        // Both -ln Q(a, x) and x grow alike far out.
        libm::log((-libm::log(p.above)).max(libm::exp(leading.min(0.0))))
    }
}

/// The root of an increasing function between `a` and `b` (`f(a) <= 0 <= f(b)`; infinite values are
/// allowed) to `tolerance` in its argument: T. R. Chandrupatla, "A new hybrid quadratic/bisection
/// algorithm for finding the zero of a nonlinear function without using derivatives", Advances in
/// Engineering Software 28 (1997) 145-149.
pub(super) fn root(mut f: impl FnMut(f64) -> f64, a: f64, b: f64, tolerance: f64) -> f64 {
    let (mut x1, mut f1) = (a, f(a));
    let (mut x2, mut f2) = (b, f(b));
    let mut part = 0.5;
    for _ in 0..200 {
        let x = x1 + part * (x2 - x1);
        let fx = f(x);
        if fx == 0.0 {
            return x;
        }
        let (x3, f3);
        if (fx > 0.0) == (f1 > 0.0) {
            (x3, f3) = (x1, f1);
        } else {
            (x3, f3) = (x2, f2);
            (x2, f2) = (x1, f1);
        }
        (x1, f1) = (x, fx);
        let width = (x2 - x1).abs();
        if width <= tolerance {
            break;
        }
        let xi = (x1 - x2) / (x3 - x2);
        let phi = (f1 - f2) / (f3 - f2);
        // Inverse quadratic interpolation where it is monotonic; not with infinite values.
        part = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            let t = f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2);
            if t.is_finite() { t } else { 0.5 }
        } else {
            0.5
        };
        let least = (0.5 * tolerance / width).min(0.5);
        part = part.clamp(least, 1.0 - least);
    }
    if f1.abs() < f2.abs() { x1 } else { x2 }
}
