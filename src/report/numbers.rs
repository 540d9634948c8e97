//! How numbers are written: digits by the width of the interval, units, signs, never NaN.
//!
//! A half-width is given to two significant digits and its estimate to the same place; a number without an interval to three
//! significant digits.

use super::model::Number;
use crate::stats::Missing;

/// How the numbers of a unit are shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    /// Factor from the outcome's unit to the shown one.
    scale: f64,
    /// Before the number, such as `£`.
    prefix: &'static str,
    /// Words for a heading, such as `days` or `%`.
    pub heading: String,
    /// Words for a difference, such as `percentage points`.
    pub difference: String,
}

impl Unit {
    /// The unit of an outcome; shares are shown as per cent.
    pub fn of(unit: &str) -> Unit {
        let new = |scale, prefix, heading: &str, difference: &str| Unit {
            scale,
            prefix,
            heading: heading.to_string(),
            difference: difference.to_string(),
        };
        match unit {
            "share" => new(100.0, "", "%", "percentage points"),
            "GBP" => new(1.0, "£", "£", "£"),
            "per replication" => new(1.0, "", "in the measured window", "in the measured window"),
            other => new(1.0, "", other, other),
        }
    }

    /// A count per 1,000 people.
    pub fn per_1000() -> Unit {
        Unit::of("of 1,000")
    }

    /// The value alone, or why there is none.
    pub fn value(&self, n: &Number) -> String {
        self.show(n, false)
    }

    /// The value with its sign.
    pub fn signed(&self, n: &Number) -> String {
        self.show(n, true)
    }

    fn show(&self, n: &Number, sign: bool) -> String {
        match n.value {
            Some(value) => self.figure(value, self.places(n), sign),
            None => format!("not estimable: {}", reason(n)),
        }
    }

    /// `[low to high]`; empty where there is no value, a reason where there is a value without interval.
    pub fn interval(&self, n: &Number, sign: bool) -> String {
        match (n.value, n.interval) {
            (None, _) => String::new(),
            (Some(_), None) if n.missing == Some(Missing::NoVariation.to_string()) => {
                format!("[{}]", reason(n))
            }
            (Some(_), None) => format!("[not estimable: {}]", reason(n)),
            (Some(_), Some((low, high))) => {
                let places = self.places(n);
                let (low, high) = (self.figure(low, places, sign), self.figure(high, places, sign));
                format!("[{low} to {high}]")
            }
        }
    }

    /// Value and interval.
    pub fn full(&self, n: &Number, sign: bool) -> String {
        let both = format!("{} {}", self.show(n, sign), self.interval(n, sign));
        both.trim_end().to_string()
    }

    /// The value to at most three significant digits, for crowded tables; empty where there is none.
    pub fn short(&self, n: &Number) -> String {
        n.value.map_or(String::new(), |v| {
            let places = decimals(v * self.scale, 2).min(self.places(n)).min(2);
            self.figure(v, places, false)
        })
    }

    /// The value to one decimal, for tables of things alike; empty where there is none.
    pub fn tenths(&self, n: &Number) -> String {
        n.value.map_or(String::new(), |v| self.figure(v, 1, false))
    }

    /// A half-width or another size, without sign, to two significant digits.
    pub fn size(&self, x: f64) -> String {
        self.figure(x, decimals(x * self.scale, 1), false)
    }

    fn places(&self, n: &Number) -> usize {
        match (n.half_width(), n.value) {
            (Some(half), _) if half > 0.0 => decimals(half * self.scale, 1),
            (_, Some(value)) => decimals(value * self.scale, 2),
            _ => 0,
        }
    }

    fn figure(&self, x: f64, places: usize, sign: bool) -> String {
        let body = fixed((x * self.scale).abs(), places);
        let zero = !body.contains(|c: char| ('1'..='9').contains(&c));
        let sign = match (x < 0.0, sign) {
            _ if zero => "",
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        format!("{sign}{}{body}", self.prefix)
    }
}

/// Why a number or its interval is absent.
pub(super) fn reason(n: &Number) -> &str {
    n.missing.as_deref().unwrap_or("no interval")
}

/// Decimal places that show `more + 1` significant digits of `x`.
fn decimals(x: f64, more: i32) -> usize {
    if x == 0.0 || !x.is_finite() {
        return 0;
    }
    let magnitude = libm::floor(libm::log10(x.abs())) as i32;
    usize::try_from((more - magnitude).clamp(0, 12)).unwrap_or(0)
}

/// A number that is not negative, with commas between thousands; powers of ten where it would be too long.
pub(super) fn fixed(x: f64, places: usize) -> String {
    if !x.is_finite() {
        return "beyond what can be shown".to_string();
    }
    if x >= 1e12 || (places > 6 && x < 1e-4) {
        return match x == 0.0 {
            true => "0".to_string(),
            false => format!("{x:.1e}"),
        };
    }
    let text = format!("{x:.places$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped + rest
}

/// A share as per cent, to two significant digits.
pub(super) fn per_cent(share: f64) -> String {
    let x = (share * 100.0).max(0.0);
    format!("{}%", fixed(x, decimals(x, 1).min(3)))
}

/// A share as whole per cent.
pub(super) fn whole_per_cent(share: f64) -> String {
    match share * 100.0 {
        x if x > 0.0 && x < 0.5 => "<1%".to_string(),
        x => format!("{}%", fixed(x.max(0.0), 0)),
    }
}

/// Whole-time equivalents, hours and the like: one decimal, none if whole.
pub(super) fn amount(x: f64) -> String {
    let rounded = (x * 10.0).round() / 10.0;
    fixed(rounded.max(0.0), usize::from(rounded.fract() != 0.0))
}

#[cfg(test)]
mod tests {
    use super::super::examples::{exactly, number};
    use super::*;

    #[test]
    fn digits_follow_the_width_of_the_interval() {
        let days = Unit::of("days");
        for (value, half, text) in [
            (12.345_678, 0.234, "12.35 [12.11 to 12.58]"),
            (12.345_678, 2.34, "12.3 [10.0 to 14.7]"),
            (12_345.678, 234.0, "12,346 [12,112 to 12,580]"),
            (0.001_234, 0.000_021, "0.001234 [0.001213 to 0.001255]"),
            (-1.5, 0.25, "-1.50 [-1.75 to -1.25]"),
        ] {
            assert_eq!(days.full(&number(value, half), false), text);
        }
        assert_eq!(days.full(&number(0.5, 1.0), true), "+0.5 [-0.5 to +1.5]");
        assert_eq!(
            days.full(&exactly(3.0), false),
            "3.00 [the same in all replications]"
        );
        assert_eq!(
            days.full(&Number::none("not reached"), true),
            "not estimable: not reached"
        );
    }

    #[test]
    fn units_are_written_as_people_write_them() {
        assert_eq!(
            Unit::of("share").full(&number(0.4416, 0.0061), false),
            "44.16 [43.55 to 44.77]"
        );
        assert_eq!(
            Unit::of("GBP").full(&number(-1234.0, 56.0), true),
            "-£1,234 [-£1,290 to -£1,178]"
        );
        assert_eq!(
            (per_cent(0.0114), per_cent(0.1), per_cent(0.0)),
            ("1.1%".into(), "10%".into(), "0%".into())
        );
        assert_eq!(
            (whole_per_cent(0.004), whole_per_cent(0.415)),
            ("<1%".into(), "42%".into())
        );
        assert_eq!(
            (amount(30.0), amount(1152.44), amount(0.04)),
            ("30".into(), "1,152.4".into(), "0".into())
        );
    }

    #[test]
    fn nothing_is_written_as_minus_zero() {
        let days = Unit::of("days");
        assert_eq!(days.full(&number(-0.0004, 0.25), true), "0.00 [-0.25 to +0.25]");
        assert_eq!(days.value(&exactly(-0.0)), "0");
    }
}
