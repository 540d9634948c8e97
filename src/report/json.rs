//! The whole report for programs: one JSON object, numbers as numbers.

use super::model::Report;

/// The report as JSON; reads back as the same [`Report`].
pub fn json(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("strings and finite numbers always serialise");
    text.push('\n');
    text
}
