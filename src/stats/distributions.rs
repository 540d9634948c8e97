//! Normal and Student t: quantiles and tail areas, the same bits on every platform.

use std::collections::BTreeMap;

/// Quantile function of the standard normal distribution.
///
/// Algorithm AS 241 (PPND16), M. J. Wichura, Applied Statistics 37 (1988) 477-484; relative accuracy about
/// 1e-16. `p` strictly between 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    debug_assert!(p > 0.0 && p < 1.0);
    let poly = |c: &[f64; 8], r: f64| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * poly(&A, r) / poly(&B, r);
    }
    let r = libm::sqrt(-libm::log(if q < 0.0 { p } else { 1.0 - p }));
    let z = if r <= 5.0 {
        poly(&C, r - 1.6) / poly(&D, r - 1.6)
    } else {
        poly(&E, r - 5.0) / poly(&F, r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

const A: [f64; 8] = [
    3.387_132_872_796_366_5,
    1.331_416_678_917_843_8e2,
    1.971_590_950_306_551_3e3,
    1.373_169_376_550_946e4,
    4.592_195_393_154_987e4,
    6.726_577_092_700_87e4,
    3.343_057_558_358_813e4,
    2.509_080_928_730_122_7e3,
];
const B: [f64; 8] = [
    1.0,
    4.231_333_070_160_091e1,
    6.871_870_074_920_579e2,
    5.394_196_021_424_751e3,
    2.121_379_430_158_659_7e4,
    3.930_789_580_009_271e4,
    2.872_908_573_572_194_3e4,
    5.226_495_278_852_854e3,
];
const C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    2.417_807_251_774_506e-1,
    2.272_384_498_926_918_4e-2,
    7.745_450_142_783_414e-4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    6.897_673_349_851e-1,
    1.481_039_764_274_800_8e-1,
    1.519_866_656_361_645_7e-2,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    2.965_605_718_285_048_7e-1,
    2.653_218_952_657_612_4e-2,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const F: [f64; 8] = [
    1.0,
    5.998_322_065_558_88e-1,
    1.369_298_809_227_358e-1,
    1.487_536_129_085_061_5e-2,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

/// Degrees of freedom from which Student t is the normal to about 1e-8.
const MANY: f64 = 1e7;

/// `x^a (1-x)^b / (a B(a,b))` times its continued fraction (DLMF 8.17.22), by the modified Lentz method:
/// the regularised incomplete beta function for `x < (a+1)/(a+b+2)`.
fn beta_fraction(a: f64, b: f64, x: f64, complement: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let ln_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log(complement);
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..20_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    libm::exp(ln_front) * h / a
}

/// P(|T| > |t|) of Student's t with `df` degrees of freedom.
///
/// `I_x(df/2, 1/2)` at `x = df / (df + t²)` (DLMF 8.17). `df > 0`; an infinite `t` gives 0.
pub fn student_t_two_sided_p(t: f64, df: f64) -> f64 {
    debug_assert!(df > 0.0 && !t.is_nan());
    let t = t.abs();
    if t == 0.0 {
        return 1.0;
    }
    if df >= MANY {
        return libm::erfc(t / std::f64::consts::SQRT_2);
    }
    let square = t * t;
    if !square.is_finite() {
        return 0.0;
    }
    let (x, complement) = (df / (df + square), square / (df + square));
    let (a, b) = (df / 2.0, 0.5);
    let p = if x < (a + 1.0) / (a + b + 2.0) {
        beta_fraction(a, b, x, complement)
    } else {
        1.0 - beta_fraction(b, a, complement, x)
    };
    p.clamp(0.0, 1.0)
}

fn student_t_density(t: f64, df: f64) -> f64 {
    let ln = libm::lgamma((df + 1.0) / 2.0)
        - libm::lgamma(df / 2.0)
        - 0.5 * libm::log(df * std::f64::consts::PI)
        - (df + 1.0) / 2.0 * libm::log1p(t * t / df);
    libm::exp(ln)
}

/// The `t` with P(|T| <= t) = `level` for Student's t with `df` degrees of freedom.
///
/// Newton's method from the normal quantile, which lies below: the tail area is convex there, so the steps
/// rise to the solution and never overshoot. `0 < level < 1`, `df > 0`.
pub fn student_t_critical(level: f64, df: f64) -> f64 {
    debug_assert!(level > 0.0 && level < 1.0 && df > 0.0);
    let alpha = 1.0 - level;
    let mut t = normal_quantile(1.0 - alpha / 2.0);
    if df >= MANY {
        return t;
    }
    for _ in 0..200 {
        let step = (student_t_two_sided_p(t, df) - alpha) / (2.0 * student_t_density(t, df));
        t += step;
        if step.abs() <= 1e-14 * t {
            break;
        }
    }
    t
}

/// Critical values of Student t at one level, each worked out once.
#[derive(Clone, Debug)]
pub struct Critical {
    level: f64,
    known: BTreeMap<u64, f64>,
}

impl Critical {
    /// For intervals at this confidence level.
    pub fn new(level: f64) -> Critical {
        Critical {
            level,
            known: BTreeMap::new(),
        }
    }

    /// The critical value for `df` (at least 1) degrees of freedom.
    pub fn of(&mut self, df: u64) -> f64 {
        let level = self.level;
        *self
            .known
            .entry(df)
            .or_insert_with(|| student_t_critical(level, df as f64))
    }
}
