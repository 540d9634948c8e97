//! A way of several stages against an exponential time of death: who arrives, and when.
//!
//! With death at rate θ independent of the stages, a stage of length X is survived with probability E\[e^(-θX)\] = L(θ), and takes
//! those who survive it -L'(θ)/L(θ) on average. Independent stages in line multiply the first and add the second. (D. R. Cox,
//! *Renewal Theory*, 1962, chapter 1; the transform as the chance to finish before an exponential catastrophe: D. van Dantzig, 1949.)

use crate::random::Law;

/// What a stage, or several in line, does to those who enter it alive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Probability of surviving it.
    pub survived: f64,
    /// Mean time it takes those who survive it.
    pub taken: f64,
}

impl Stage {
    /// No stage.
    pub const NONE: Stage = Stage {
        survived: 1.0,
        taken: 0.0,
    };

    /// A stage whose length has this law; `None` if its transform has no closed form.
    pub fn of(law: &Law, theta: f64) -> Option<Stage> {
        Some(match *law {
            Law::Fixed(x) => Stage {
                survived: libm::exp(-theta * x),
                taken: x,
            },
            Law::Exponential { mean } => Stage {
                survived: 1.0 / (1.0 + theta * mean),
                taken: mean / (1.0 + theta * mean),
            },
            Law::Gamma { shape, scale } => Stage {
                survived: libm::pow(1.0 + theta * scale, -shape),
                taken: shape * scale / (1.0 + theta * scale),
            },
            Law::Uniform { low, high } => {
                Stage::of(&Law::Fixed(low), theta)?.then(Stage::until_next(high - low, theta))
            }
            _ => return None,
        })
    }

    /// The wait for the next of events at fixed intervals, begun at a uniform moment between two.
    pub fn until_next(interval: f64, theta: f64) -> Stage {
        let x = theta * interval;
        let survived = -libm::expm1(-x) / x;
        // -L'(θ) = (1 - (1 + x) e^-x) / (θ x)
        let minus_slope = (1.0 - (1.0 + x) * libm::exp(-x)) / (theta * x);
        Stage {
            survived,
            taken: minus_slope / survived,
        }
    }

    /// A geometric number of further intervals: at each decision one more follows with probability `p`.
    pub fn deferred(p: f64, interval: f64, theta: f64) -> Stage {
        let z = p * libm::exp(-theta * interval);
        Stage {
            survived: (1.0 - p) / (1.0 - z),
            taken: interval * z / (1.0 - z),
        }
    }

    /// This stage, then another.
    pub fn then(self, other: Stage) -> Stage {
        Stage {
            survived: self.survived * other.survived,
            taken: self.taken + other.taken,
        }
    }

    /// This stage with probability `p`, else another.
    pub fn or(self, p: f64, other: Stage) -> Stage {
        let (a, b) = (p * self.survived, (1.0 - p) * other.survived);
        Stage {
            survived: a + b,
            taken: (a * self.taken + b * other.taken) / (a + b),
        }
    }

    /// Mean time from entry to the end of the stage or death, whichever is first: (1 - L(θ)) / θ.
    pub fn until_end_or_death(self, theta: f64) -> f64 {
        (1.0 - self.survived) / theta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::phase_type::PhaseType;

    const THETA: f64 = 1.0 / 70.0;

    /// Survival and mean of a length by its quantile function.
    fn by_sum(quantile: impl Fn(f64) -> f64) -> Stage {
        let n = 200_000;
        let (mut survived, mut weighted) = (0.0, 0.0);
        for i in 0..n {
            let x = quantile((f64::from(i) + 0.5) / f64::from(n));
            survived += libm::exp(-THETA * x);
            weighted += x * libm::exp(-THETA * x);
        }
        Stage {
            survived: survived / f64::from(n),
            taken: weighted / survived,
        }
    }

    fn close(a: Stage, b: Stage) {
        assert!(
            (a.survived - b.survived).abs() < 1e-6 && (a.taken - b.taken).abs() < 1e-3,
            "{a:?} is not {b:?}"
        );
    }

    #[test]
    fn stages_by_integration() {
        let laws = [
            Law::Fixed(3.0),
            Law::Exponential { mean: 9.0 },
            Law::Gamma {
                shape: 2.56,
                scale: 3.125,
            },
            Law::Uniform { low: 2.0, high: 9.0 },
        ];
        for law in laws {
            close(Stage::of(&law, THETA).unwrap(), by_sum(|u| law.quantile(u)));
        }
        close(Stage::until_next(7.0, THETA), by_sum(|u| 7.0 * u));
        // deferred with probability 1/4 each time: the number of further weeks is floor(ln u / ln p)
        close(
            Stage::deferred(0.25, 7.0, THETA),
            by_sum(|u| 7.0 * (libm::log(1.0 - u) / libm::log(0.25)).floor()),
        );
        let mixed = Stage::of(&Law::Fixed(2.0), THETA)
            .unwrap()
            .or(0.3, Stage::of(&Law::Fixed(20.0), THETA).unwrap());
        close(mixed, by_sum(|u| if u < 0.3 { 2.0 } else { 20.0 }));
    }

    /// Exponential stages in line are a phase-type law, whose transform is solved as a system of equations.
    #[test]
    fn stages_in_line_by_the_phase_type_law() {
        let means = [14.0, 9.0, 8.0, 1.0];
        let mut next = vec![vec![0.0; 4]; 4];
        (0..3).for_each(|i| next[i][i + 1] = 1.0);
        let law = PhaseType::of_chain(vec![1.0, 0.0, 0.0, 0.0], &means, &next);
        let stage = |mean: f64| Stage::of(&Law::Exponential { mean }, THETA).unwrap();
        let all = means.iter().fold(Stage::NONE, |all, &mean| all.then(stage(mean)));
        assert!((all.survived - law.transform(THETA)).abs() < 1e-12);
        // the time of those who survive is minus the logarithmic slope of the transform
        let h = 1e-6;
        let slope = (libm::log(law.transform(THETA + h)) - libm::log(law.transform(THETA - h))) / (2.0 * h);
        assert!((all.taken + slope).abs() < 1e-5, "{} {slope}", all.taken);
        assert!((all.until_end_or_death(THETA) - 70.0 * (1.0 - all.survived)).abs() < 1e-12);
    }
}
