//! What one replication will take, reckoned from its tables before anything is run.

/// Events, time and memory of one replication, about.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    /// Events of all arms together.
    pub events: f64,
    /// Events of the longest single run within it (one arm).
    pub longest: f64,
    /// Seconds of one core.
    pub seconds: f64,
    /// Bytes that the worker doing it holds at most.
    pub bytes: f64,
    /// Things of one kind that a single run numbers with 32 bits: people, customers, pieces of work.
    pub numbered: f64,
    /// Of these bytes, those of work that waits because more comes than is done.
    pub waiting: f64,
}

/// Events are numbered with 40 bits within a run.
pub const MOST_EVENTS: f64 = (1u64 << 40) as f64;
/// People, customers and pieces of work are numbered with 32 bits.
pub const MOST_NUMBERED: f64 = u32::MAX as f64;

/// A large number in words, "3.2 million"; from `exponent_from` on as "2e14".
pub fn in_words(x: f64, exponent_from: f64) -> String {
    if x >= exponent_from {
        return format!("{x:.0e}");
    }
    for (size, name) in [
        (1e12, "million million"),
        (1e9, "thousand million"),
        (1e6, "million"),
    ] {
        if x >= size {
            let n = x / size;
            return if n < 10.0 {
                format!("{n:.1} {name}")
            } else {
                format!("{n:.0} {name}")
            };
        }
    }
    format!("{x:.0}")
}

impl Effort {
    /// What stands for something that cannot be reckoned because it has no end.
    pub fn endless() -> Effort {
        Effort {
            events: f64::INFINITY,
            longest: f64::INFINITY,
            seconds: f64::INFINITY,
            bytes: f64::INFINITY,
            numbered: f64::INFINITY,
            waiting: f64::INFINITY,
        }
    }

    /// Whether numbers of 40 and 32 bits suffice for a run.
    pub fn is_countable(&self) -> bool {
        self.longest < MOST_EVENTS && self.numbered < MOST_NUMBERED
    }

    /// The larger of two in every respect: for points of a study that run side by side.
    #[must_use]
    pub fn or_larger(self, other: Effort) -> Effort {
        Effort {
            events: self.events.max(other.events),
            longest: self.longest.max(other.longest),
            seconds: self.seconds.max(other.seconds),
            bytes: self.bytes.max(other.bytes),
            numbered: self.numbered.max(other.numbered),
            waiting: self.waiting.max(other.waiting),
        }
    }
}

/// What a run panics with that is caught in a second: events lead to events and the clock does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endless {
    /// The second.
    pub at: super::Time,
}

impl std::fmt::Display for Endless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "at second {} events lead to further events of the same second without end: something goes round in a circle \
             in which nothing takes time",
            self.at
        )
    }
}
