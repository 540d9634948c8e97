//! Bounds of a number, checked and put into words.

/// Bounds of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// A whole number.
    pub whole: bool,
    /// Lower bound.
    pub low: f64,
    /// The lower bound itself is not allowed.
    pub above: bool,
    /// Upper bound.
    pub high: f64,
    /// The upper bound itself is not allowed.
    pub below: bool,
}

impl Range {
    /// True if a number lies in it.
    pub fn has(&self, x: f64) -> bool {
        let low = if self.above { x > self.low } else { x >= self.low };
        let high = if self.below { x < self.high } else { x <= self.high };
        low && high
    }

    /// "from 0 to 1", "greater than 0", "at least 1" or nothing. Bounds beyond 1e9 are sanity
    /// bounds, which nobody needs to be told of unless they are broken.
    pub fn words(&self, all: bool) -> Option<String> {
        let low = (self.low > f64::NEG_INFINITY && (all || self.low > -1e9)).then_some(self.low);
        let high = (self.high < f64::INFINITY && (all || self.high < 1e9)).then_some(self.high);
        let least = if self.above { "greater than" } else { "at least" };
        let most = if self.below { "less than" } else { "at most" };
        match (low.map(show_number), high.map(show_number)) {
            (Some(low), Some(high)) if !self.above && !self.below => Some(format!("from {low} to {high}")),
            (Some(low), Some(high)) => Some(format!("{least} {low} and {most} {high}")),
            (Some(low), None) => Some(format!("{least} {low}")),
            (None, Some(high)) => Some(format!("{most} {high}")),
            (None, None) => None,
        }
    }
}

/// A number as one would write it in a file: `1_000_000`.
pub fn show_number(x: f64) -> String {
    let plain = format!("{x}");
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    if digits.len() < 7 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.len() > 18 {
        return if x.abs() >= 1e18 { format!("{x:e}") } else { plain };
    }
    let mut out = plain[..plain.len() - digits.len()].to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: f64, above: bool, high: f64) -> Range {
        Range {
            whole: false,
            low,
            above,
            high,
            below: false,
        }
    }

    #[test]
    fn bounds_are_checked_and_named() {
        let share = range(0.0, false, 1.0);
        assert!(share.has(0.0) && share.has(1.0) && !share.has(1.1) && !share.has(f64::NAN));
        assert_eq!(share.words(false).as_deref(), Some("from 0 to 1"));
        let positive = range(0.0, true, 1e15);
        assert!(!positive.has(0.0) && positive.has(1e-300));
        assert_eq!(positive.words(false).as_deref(), Some("greater than 0"));
        assert_eq!(
            positive.words(true).as_deref(),
            Some("greater than 0 and at most 1_000_000_000_000_000")
        );
        assert_eq!(range(f64::NEG_INFINITY, false, f64::INFINITY).words(true), None);
    }

    #[test]
    fn numbers_are_written_as_in_a_file() {
        let shown = [0.5, -3.0, 65_534.0, 1e6, -12_345_678.0, 1e15, 1e300, 0.000_1].map(show_number);
        assert_eq!(
            shown,
            [
                "0.5",
                "-3",
                "65534",
                "1_000_000",
                "-12_345_678",
                "1_000_000_000_000_000",
                "1e300",
                "0.0001"
            ]
        );
    }
}
