//! One uncertain parameter's range, and the way between the unit interval and its natural values.

/// How the range is covered: evenly, or evenly in the logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; both ends are above 0.
    Log,
}

/// A parameter with the range it is taken to lie in; the prior is uniform on its scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Lower end, in the parameter's unit.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Linear or logarithmic.
    pub scale: Scale,
}

impl Axis {
    /// The value at `u` in [0, 1]; exactly the ends at 0 and 1.
    pub fn value(&self, u: f64) -> f64 {
        if u <= 0.0 {
            return self.low;
        }
        if u >= 1.0 {
            return self.high;
        }
        let value = match self.scale {
            Scale::Linear => self.low + u * (self.high - self.low),
            Scale::Log => self.low * libm::exp(u * libm::log(self.high / self.low)),
        };
        value.clamp(self.low, self.high)
    }

    /// Where in [0, 1] a value lies; values outside the range give the nearer end.
    pub fn unit(&self, value: f64) -> f64 {
        let u = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log => libm::log(value / self.low) / libm::log(self.high / self.low),
        };
        if u.is_nan() { 0.5 } else { u.clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for scale in [Scale::Linear, Scale::Log] {
            let axis = Axis {
                name: "a".to_string(),
                low: 0.2,
                high: 5.0,
                scale,
            };
            for u in [0.0, 0.01, 0.5, 0.77, 1.0] {
                assert!((axis.unit(axis.value(u)) - u).abs() < 1e-14);
            }
            assert_eq!((axis.value(0.0), axis.value(1.0)), (0.2, 5.0));
            assert_eq!((axis.unit(0.1), axis.unit(6.0)), (0.0, 1.0));
        }
        let log = Axis {
            name: "a".to_string(),
            low: 0.5,
            high: 2.0,
            scale: Scale::Log,
        };
        assert!((log.value(0.5) - 1.0).abs() < 1e-15);
    }
}
