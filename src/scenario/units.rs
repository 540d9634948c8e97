//! Leaf types of scenario files: numbers with their range, durations, rates and money with their unit.
//!
//! Every one derives or implements `JsonSchema`, and that schema is what the walk checks and
//! `explain` quotes. A field of one of these types needs nothing but a doc comment.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::base::{Counting, DAY, HOUR, MINUTE, Secs, WEEK};

/// Days in a year, for rates: the Julian year, so that no rate depends on which year it is.
pub const YEAR_DAYS: f64 = 365.25;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident { $($key:literal : $value:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub f64);

        impl $name {
            /// The number itself.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl From<$name> for f64 {
            fn from(number: $name) -> f64 {
                number.0
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "number", $($key: $value),* })
            }
        }
    };
}

number! {
    /// A probability or a share: 0 to 1.
    Probability { "minimum": 0, "maximum": 1, "x-unit": "share of 1" }
}
number! {
    /// A number of at least 0.
    NonNegative { "minimum": 0, "maximum": 1e15 }
}
number! {
    /// How often something befalls one person: a number a week, at most 1,000 (six an hour), since a thousand times too
    /// much is a slip of units that no computer would finish.
    WeeklyRate { "minimum": 0, "maximum": 1000, "x-unit": "a week" }
}
number! {
    /// A number greater than 0.
    Positive { "exclusiveMinimum": 0, "maximum": 1e15 }
}
number! {
    /// Pounds sterling, at least 0.
    Money { "minimum": 0, "maximum": 1e12, "x-unit": "GBP" }
}
number! {
    /// Minutes, at least 0 (for a field whose name ends in `_minutes`).
    Minutes { "minimum": 0, "maximum": 1e9, "x-unit": "min" }
}
number! {
    /// Any finite number.
    Number { "minimum": -1e15, "maximum": 1e15 }
}

impl Money {
    /// Whole pence, rounded half away from zero.
    pub fn pence(self) -> i64 {
        (self.0 * 100.0).round() as i64
    }
}

impl Minutes {
    /// Whole seconds.
    pub fn secs(self) -> Secs {
        (self.0 * MINUTE as f64).round() as Secs
    }
}

/// A count of at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Count(pub u32);

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": 1_000_000_000 })
    }
}

/// A count that may be 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CountOrNone(pub u32);

impl JsonSchema for CountOrNone {
    fn schema_name() -> Cow<'static, str> {
        "CountOrNone".into()
    }
    fn schema_id() -> Cow<'static, str> {
        concat!(module_path!(), "::CountOrNone").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": 1_000_000_000 })
    }
}

/// A fixed length of clock time with its unit, such as `{ days = 2 }`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "a length of time", "x-code" = "wrong-unit", "x-example" = "{ days = 2 }"))]
pub enum Duration {
    /// Seconds.
    Seconds(#[schemars(range(min = 0, max = 100_000_000_000i64))] f64),
    /// Minutes.
    Minutes(#[schemars(range(min = 0, max = 1_000_000_000))] f64),
    /// Hours.
    Hours(#[schemars(range(min = 0, max = 20_000_000))] f64),
    /// Days of 24 hours.
    Days(#[schemars(range(min = 0, max = 1_000_000))] f64),
    /// Weeks of seven days.
    Weeks(#[schemars(range(min = 0, max = 150_000))] f64),
    /// Years of 365.25 days.
    Years(#[schemars(range(min = 0, max = 3_000))] f64),
}

impl Duration {
    /// Whole seconds, rounded.
    pub fn secs(self) -> Secs {
        let (number, unit) = match self {
            Duration::Seconds(x) => (x, 1.0),
            Duration::Minutes(x) => (x, MINUTE as f64),
            Duration::Hours(x) => (x, HOUR as f64),
            Duration::Days(x) => (x, DAY as f64),
            Duration::Weeks(x) => (x, WEEK as f64),
            Duration::Years(x) => (x, YEAR_DAYS * DAY as f64),
        };
        (number * unit).round() as Secs
    }
}

/// How often, on average: a number per unit of time, such as `{ per_week = 2.5 }`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "a rate", "x-code" = "wrong-unit", "x-example" = "{ per_week = 2.5 }"))]
pub enum Rate {
    /// Per second.
    PerSecond(NonNegative),
    /// Per minute.
    PerMinute(NonNegative),
    /// Per hour.
    PerHour(NonNegative),
    /// Per day of 24 hours.
    PerDay(NonNegative),
    /// Per week.
    PerWeek(NonNegative),
    /// Per year of 365.25 days.
    PerYear(NonNegative),
}

impl Rate {
    /// Events per second.
    pub fn per_second(self) -> f64 {
        let (number, unit) = match self {
            Rate::PerSecond(x) => (x, 1.0),
            Rate::PerMinute(x) => (x, MINUTE as f64),
            Rate::PerHour(x) => (x, HOUR as f64),
            Rate::PerDay(x) => (x, DAY as f64),
            Rate::PerWeek(x) => (x, WEEK as f64),
            Rate::PerYear(x) => (x, YEAR_DAYS * DAY as f64),
        };
        number.get() / unit
    }
}

/// The unit of a random length of time. It also says how a delay is counted: `working_day` and
/// `open_hour` count only Monday to Friday less bank holidays, and only open hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-what" = "a unit of time", "x-code" = "wrong-unit"))]
pub enum TimeUnit {
    /// Seconds.
    S,
    /// Minutes.
    Min,
    /// Hours.
    Hour,
    /// Days of 24 hours.
    Day,
    /// Weeks of seven days.
    Week,
    /// Days counted Monday to Friday less bank holidays.
    WorkingDay,
    /// Hours counted while the calendar of the one who acts is open.
    OpenHour,
}

impl TimeUnit {
    /// Seconds in one unit. A working day is 24 hours of a working day, as `base::finish` counts it.
    pub fn secs(self) -> f64 {
        let secs = match self {
            TimeUnit::S => 1,
            TimeUnit::Min => MINUTE,
            TimeUnit::Hour | TimeUnit::OpenHour => HOUR,
            TimeUnit::Day | TimeUnit::WorkingDay => DAY,
            TimeUnit::Week => WEEK,
        };
        secs as f64
    }

    /// How a delay in this unit is counted.
    pub fn counting(self) -> Counting {
        match self {
            TimeUnit::WorkingDay => Counting::WorkingDays,
            TimeUnit::OpenHour => Counting::OpenHours,
            _ => Counting::Clock,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_convert_to_seconds() {
        assert_eq!(Duration::Weeks(104.0).secs(), 104 * WEEK);
        assert_eq!(Duration::Minutes(1.5).secs(), 90);
        assert_eq!(Duration::Years(1.0).secs(), 31_557_600);
        assert_eq!(Rate::PerWeek(NonNegative(2.0)).per_second(), 2.0 / 604_800.0);
        assert_eq!(Money(1.005).pence(), 100);
        assert_eq!(Money(14_250.0).pence(), 1_425_000);
        assert_eq!(TimeUnit::OpenHour.counting(), Counting::OpenHours);
    }
}
