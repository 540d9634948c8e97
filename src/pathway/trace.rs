//! One person's story, from onset to death, in plain English with the causes of every wait.

use crate::base::{DAY, HOUR, MINUTE, Secs, Time};

use super::causes::{CAUSES, Cause, NeedKind};
use super::needs::Ending;

/// The story of one person in one arm.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Whose, by position in the course.
    pub person: u32,
    /// What happened, in order.
    pub lines: Vec<(Time, String)>,
}

impl Trace {
    /// An empty story.
    pub fn of(person: u32) -> Trace {
        Trace {
            person,
            lines: Vec::new(),
        }
    }

    /// A need has ended.
    pub(super) fn need_ended(
        &mut self,
        kind: NeedKind,
        onset: Time,
        now: Time,
        ending: Ending,
        by_cause: &[Secs; CAUSES],
    ) {
        let parts: Vec<String> = by_cause
            .iter()
            .enumerate()
            .filter(|(_, secs)| **secs > 0)
            .map(|(cause, secs)| format!("{} {}", Cause::NAMES[cause], length(*secs)))
            .collect();
        let how = match ending {
            Ending::Met => "met",
            Ending::Natural => "passed",
            Ending::Died => "died waiting",
            Ending::Withdrawn => "no longer applies",
            Ending::Censored => "still open",
        };
        let name = NeedKind::NAMES[kind as usize];
        let why = if parts.is_empty() {
            "no wait".to_string()
        } else {
            parts.join(", ")
        };
        self.lines.push((
            now,
            format!("  [need {name}: {how} after {}: {why}]", length(now - onset)),
        ));
    }

    /// The story as text, a line an event.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (time, line) in &self.lines {
            let (week, day) = (
                time.div_euclid(7 * DAY),
                time.div_euclid(DAY).rem_euclid(7) as usize,
            );
            let second = time.rem_euclid(DAY);
            let name = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day];
            let (hour, minute) = (second / HOUR, second % HOUR / MINUTE);
            out.push_str(&format!("week {week:>3} {name} {hour:02}:{minute:02}  {line}\n"));
        }
        out
    }
}

fn length(secs: Secs) -> String {
    match secs {
        s if s >= 2 * DAY => format!("{:.1} d", s as f64 / DAY as f64),
        s if s >= HOUR => format!("{:.1} h", s as f64 / HOUR as f64),
        s => format!("{} min", (s as f64 / MINUTE as f64).round()),
    }
}
