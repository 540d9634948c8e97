//! Judging an interval against a band: met, near, missed, or not to be told.
//!
//! A band has three zones: inside it, near it (up to a stated distance beyond an edge), and out. An interval that lies in one
//! zone as a whole is judged by that zone; one that reaches over an edge is not judged, because the value may be on either
//! side of it. With intervals of 95% a value that lies out is called met with probability of at most 2.5%.

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Within the band, its edges included.
    Within,
    /// Beyond an edge, but near it.
    Near,
    /// Further away.
    Out,
}

/// What can be said of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is in this zone.
    In(Zone),
    /// It reaches from this zone to that one, the better one first.
    Straddles(Zone, Zone),
    /// There is no interval.
    Unknown,
}

/// A band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower edge; minus infinity if there is none.
    pub low: f64,
    /// Upper edge; infinity if there is none.
    pub high: f64,
    /// How far beyond an edge is near; at least 0.
    pub near: f64,
}

impl Band {
    /// The zone of one value.
    pub fn zone(&self, x: f64) -> Zone {
        if (self.low..=self.high).contains(&x) {
            Zone::Within
        } else if (self.low - self.near..=self.high + self.near).contains(&x) {
            Zone::Near
        } else {
            Zone::Out
        }
    }

    /// Judges an interval from `low` to `high`.
    pub fn judge(&self, low: f64, high: f64) -> Verdict {
        if low.is_nan() || high.is_nan() || low > high {
            return Verdict::Unknown;
        }
        let ends = [self.zone(low), self.zone(high)];
        let worst = ends[0].max(ends[1]);
        // Between its ends an interval may pass over the whole band.
        let over_band = low <= self.high && high >= self.low;
        let best = match over_band {
            true => Zone::Within,
            false => {
                let over_near =
                    low <= self.high + self.near && high >= self.low - self.near && self.near > 0.0;
                if over_near { Zone::Near } else { Zone::Out }
            }
        };
        match best == worst {
            true => Verdict::In(best),
            false => Verdict::Straddles(best, worst),
        }
    }

    /// A value on a scale on which the band reaches from -1 to 1; of a band with both edges.
    pub fn scaled(&self, x: f64) -> f64 {
        (2.0 * x - self.low - self.high) / (self.high - self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{In, Straddles, Unknown};
    use Zone::{Near, Out, Within};

    const BAND: Band = Band {
        low: 10.0,
        high: 20.0,
        near: 5.0,
    };

    #[test]
    fn an_interval_is_judged_only_if_it_lies_in_one_zone() {
        for (low, high, verdict) in [
            (10.0, 20.0, In(Within)),
            (12.0, 13.0, In(Within)),
            (5.0, 9.9, In(Near)),
            (20.1, 25.0, In(Near)),
            (25.1, 30.0, In(Out)),
            (0.0, 4.9, In(Out)),
            (9.0, 11.0, Straddles(Within, Near)),
            (19.0, 26.0, Straddles(Within, Out)),
            (24.0, 26.0, Straddles(Near, Out)),
            (0.0, 30.0, Straddles(Within, Out)),
            (0.0, 6.0, Straddles(Near, Out)),
            (f64::NAN, 6.0, Unknown),
        ] {
            assert_eq!(BAND.judge(low, high), verdict, "{low} to {high}");
        }
    }

    #[test]
    fn without_a_near_zone_an_edge_is_all_or_nothing() {
        let order = Band {
            low: 0.0,
            high: 40.0,
            near: 0.0,
        };
        assert_eq!(order.judge(0.0, 5.0), In(Within));
        assert_eq!(order.judge(-5.0, -0.1), In(Out));
        assert_eq!(order.judge(-1.0, 1.0), Straddles(Within, Out));
        let below = Band {
            low: f64::NEG_INFINITY,
            high: 0.15,
            near: 0.35,
        };
        assert_eq!(below.judge(-3.0, 0.1), In(Within));
        assert_eq!(below.judge(0.2, 0.4), In(Near));
        assert_eq!(below.judge(0.6, 0.7), In(Out));
    }

    #[test]
    fn the_scale_puts_the_edges_at_minus_one_and_one() {
        assert_eq!(
            (BAND.scaled(10.0), BAND.scaled(15.0), BAND.scaled(20.0)),
            (-1.0, 0.0, 1.0)
        );
        assert_eq!(BAND.scaled(25.0), 2.0);
    }
}
