//! Opening hours and dates as they are written: `{ weekdays = "08:00-18:30", sat = "09:00-12:00" }`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::base::{Calendar, CalendarError, DAY, WEEK};

/// Opening hours of a week: `"always"`, `"never"`, or a table by day. A day named alone overrides
/// `weekdays`, `weekend` and `every_day`; days not named are closed. Hours may run past midnight
/// (`"18:30-08:00"`). Bank holidays are closed unless `bank_holidays = "open"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend(
    "x-what" = "opening hours",
    "x-example" = "{ weekdays = \"08:00-18:30\", sat = \"09:00-12:00\" }"
))]
pub enum Weekly {
    /// One word for the whole week.
    Word(WholeWeek),
    /// Hours by day.
    Days(Box<WeekTable>),
}

/// A week without a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WholeWeek {
    /// Open day and night, bank holidays too.
    Always,
    /// Never open.
    Never,
}

/// Hours by day; several intervals of a day are separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekTable {
    /// Every day not named otherwise.
    pub every_day: Option<Hours>,
    /// Monday to Friday.
    pub weekdays: Option<Hours>,
    /// Saturday and Sunday.
    pub weekend: Option<Hours>,
    /// Monday.
    pub mon: Option<Hours>,
    /// Tuesday.
    pub tue: Option<Hours>,
    /// Wednesday.
    pub wed: Option<Hours>,
    /// Thursday.
    pub thu: Option<Hours>,
    /// Friday.
    pub fri: Option<Hours>,
    /// Saturday.
    pub sat: Option<Hours>,
    /// Sunday.
    pub sun: Option<Hours>,
    /// Whether these hours hold on bank holidays; `"closed"` if left out.
    pub bank_holidays: Option<BankHolidays>,
}

/// What happens on bank holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BankHolidays {
    /// Open as on any other day.
    Open,
    /// Closed from 00:00 to 24:00.
    Closed,
}

/// The hours of one day: `"08:00-18:30"`, `"09:00-12:00, 14:00-17:00"` or `"closed"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// (start, end) in seconds from 00:00 of the day; an end beyond 24 hours is on the next day.
    intervals: Vec<(u32, u32)>,
}

impl Hours {
    /// (start, end) in seconds from 00:00 of the day; an end beyond 24 hours is on the next day.
    pub fn intervals(&self) -> &[(u32, u32)] {
        &self.intervals
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Hours, String> {
        if text.trim() == "closed" {
            return Ok(Hours::default());
        }
        let mut intervals = Vec::new();
        for part in text.split(',') {
            let (from, to) = part
                .split_once('-')
                .ok_or_else(|| format!("`{}` is not an interval of hours", part.trim()))?;
            let (start, end) = (clock(from)?, clock(to)?);
            if start == 24 * 3600 {
                return Err("hours cannot begin at 24:00".to_owned());
            }
            if start == end {
                return Err(format!("`{}` is empty", part.trim()));
            }
            intervals.push((start, if end > start { end } else { end + DAY as u32 }));
        }
        Ok(Hours { intervals })
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        let show = |s: u32| format!("{:02}:{:02}", s / 3600, s % 3600 / 60);
        if hours.intervals.is_empty() {
            return "closed".to_owned();
        }
        let parts = hours.intervals.iter().map(|(a, b)| {
            let end = if *b > DAY as u32 { *b - DAY as u32 } else { *b };
            format!("{}-{}", show(*a), show(end))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl JsonSchema for Hours {
    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-format": "hours", "x-what": "the hours of a day",
            "x-example": "\"08:00-12:30, 13:30-18:00\"" })
    }
}

/// Seconds of a time of day written `HH:MM`, up to 24:00.
fn clock(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{}` is not a time of day such as 08:30", text.trim());
    let (hours, minutes) = text.trim().split_once(':').ok_or_else(wrong)?;
    let two = |s: &str| -> Result<u32, String> {
        if s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit()) {
            s.parse().map_err(|_| wrong())
        } else {
            Err(wrong())
        }
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    if minutes > 59 || hours * 60 + minutes > 24 * 60 {
        return Err(wrong());
    }
    Ok((hours * 60 + minutes) * 60)
}

impl Weekly {
    /// Open intervals in seconds within the week, and whether bank holidays are closed.
    pub fn intervals(&self) -> (Vec<(u32, u32)>, bool) {
        let table = match self {
            Weekly::Word(WholeWeek::Always) => return (vec![(0, WEEK as u32)], false),
            Weekly::Word(WholeWeek::Never) => return (Vec::new(), true),
            Weekly::Days(table) => table,
        };
        let t = table.as_ref();
        let mut open = Vec::new();
        let named = [&t.mon, &t.tue, &t.wed, &t.thu, &t.fri, &t.sat, &t.sun];
        for (day, named) in named.into_iter().enumerate() {
            let group = if day < 5 { &t.weekdays } else { &t.weekend };
            let Some(hours) = named.as_ref().or(group.as_ref()).or(t.every_day.as_ref()) else {
                continue;
            };
            for (start, end) in hours.intervals() {
                let (start, end) = (start + day as u32 * DAY as u32, end + day as u32 * DAY as u32);
                if end <= WEEK as u32 {
                    open.push((start, end));
                } else {
                    // Sunday night runs into Monday morning.
                    open.push((start, WEEK as u32));
                    open.push((0, end - WEEK as u32));
                }
            }
        }
        (open, t.bank_holidays != Some(BankHolidays::Open))
    }

    /// The compiled calendar; `holidays` are day numbers since `start_date`.
    ///
    /// # Errors
    /// None for hours that were read from a file; the signature is that of [`Calendar::weekly`].
    pub fn calendar(&self, holidays: &[i64]) -> Result<Calendar, CalendarError> {
        match self {
            Weekly::Word(WholeWeek::Always) => Ok(Calendar::always()),
            _ => {
                let (open, closed) = self.intervals();
                Calendar::weekly(&open, if closed { holidays } else { &[] })
            }
        }
    }
}

/// A day of the calendar, written `2024-12-25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i32,
    month: u32,
    day: u32,
}

impl Date {
    /// Days since 1 January 1970 in the Gregorian calendar.
    ///
    /// Counted with the year beginning in March, so that the leap day is its last
    /// (H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
    pub fn days_since_1970(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// Day of the week, 0 for Monday.
    pub fn weekday(self) -> i64 {
        // 1 January 1970 was a Thursday.
        (self.days_since_1970() + 3).rem_euclid(7)
    }

    /// Days from `start` to this date.
    pub fn days_after(self, start: Date) -> i64 {
        self.days_since_1970() - start.days_since_1970()
    }

    /// The date so many days later (`civil_from_days` of the same source).
    pub fn plus_days(self, days: i64) -> Date {
        let shifted = self.days_since_1970() + days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Date {
            year: year as i32,
            month: month as u32,
            day: day as u32,
        }
    }

    /// Year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Month, from 1.
    pub fn month(self) -> u32 {
        self.month
    }

    /// Day of the month, from 1.
    pub fn day(self) -> u32 {
        self.day
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Date, String> {
        let wrong = || format!("`{text}` is not a date such as 2024-12-25");
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(wrong());
        };
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return Err(wrong());
        }
        let date = Date {
            year: year.parse().map_err(|_| wrong())?,
            month: month.parse().map_err(|_| wrong())?,
            day: day.parse().map_err(|_| wrong())?,
        };
        let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
        let days = match date.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(wrong()),
        };
        if date.day == 0 || date.day > days {
            Err(wrong())
        } else {
            Ok(date)
        }
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "x-format": "date", "x-what": "a date",
            "x-example": "2024-12-25" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::HOUR;

    fn hours(text: &str) -> Result<Hours, String> {
        Hours::try_from(text.to_owned())
    }

    #[test]
    fn hours_of_a_day_read_and_write() {
        assert_eq!(
            hours("09:00-12:00, 14:00-17:30").unwrap().intervals(),
            [(32_400, 43_200), (50_400, 63_000)]
        );
        assert_eq!(hours("closed").unwrap().intervals(), []);
        assert_eq!(hours("18:30-08:00").unwrap().intervals(), [(66_600, 115_200)]);
        assert_eq!(String::from(hours("18:30-08:00").unwrap()), "18:30-08:00");
        assert_eq!(String::from(hours("00:00-24:00").unwrap()), "00:00-24:00");
        for wrong in [
            "",
            "9-12",
            "09:00",
            "09:00-25:00",
            "09:60-10:00",
            "24:00-01:00",
            "09:00-09:00",
            "+9:00-10:00",
        ] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_week_of_hours_becomes_a_calendar() {
        let table = WeekTable {
            weekdays: Some(hours("08:00-18:00").unwrap()),
            wed: Some(hours("closed").unwrap()),
            sun: Some(hours("22:00-06:00").unwrap()),
            ..WeekTable::default()
        };
        let calendar = Weekly::Days(Box::new(table)).calendar(&[4]).unwrap();
        assert!(calendar.is_open(5 * HOUR));
        assert!(!calendar.is_open(7 * HOUR));
        assert!(calendar.is_open(8 * HOUR));
        assert!(!calendar.is_open(2 * DAY + 9 * HOUR));
        assert!(!calendar.is_open(4 * DAY + 9 * HOUR), "day 4 is a bank holiday");
        assert!(calendar.is_open(11 * DAY + 9 * HOUR));
        assert!(calendar.is_open(6 * DAY + 23 * HOUR));
    }

    #[test]
    fn dates_count_days() {
        let date = |s: &str| Date::try_from(s.to_owned());
        assert_eq!(date("1970-01-01").unwrap().days_since_1970(), 0);
        assert_eq!(date("2000-03-01").unwrap().days_since_1970(), 11_017);
        assert_eq!(
            date("2024-12-25")
                .unwrap()
                .days_after(date("2024-01-01").unwrap()),
            359
        );
        assert_eq!(date("2024-01-01").unwrap().weekday(), 0, "a Monday");
        assert!(date("2023-02-29").is_err());
        assert!(date("2024-13-01").is_err());
        assert!(date("2024-1-01").is_err());
    }
}
