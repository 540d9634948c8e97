//! The event log as IEEE 1849 XES: one trace a person, with the standard lifecycle of work items.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::event_log::{Traced, activity, item, why};
use crate::model::Role;
use crate::pathway::event_log::{Activity, Doing, Event};

/// What stands above the traces: extensions, what every trace and event has, classifiers.
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
<classifier name="ActivityAndTransition" scope="event" keys="concept:name lifecycle:transition"/>
<classifier name="Team" scope="event" keys="org:group"/>
"#;

/// Writes `event_log.xes`. Times of day are local, without daylight saving, and written as if at Greenwich.
///
/// # Errors
/// Those of `out`.
pub fn xes(out: &mut dyn Write, traced: &Traced<'_>, events: &[Event]) -> io::Result<()> {
    let mut text = HEAD.to_string();
    string(&mut text, "concept:name", &traced.model.title);
    string(&mut text, "lifecycle:model", "standard");
    string(&mut text, "scenario", &traced.model.name);
    int(&mut text, "replication", traced.replication);
    string(&mut text, "seed", &traced.seed.to_string());
    // Stable: within a person the order of time.
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|i| events[*i].person);
    for of_person in order.chunk_by(|a, b| events[*a].person == events[*b].person) {
        head_of_trace(&mut text, traced, events[of_person[0]].person);
        for &i in of_person {
            event(&mut text, traced, &events[i]);
        }
        text.push_str("</trace>\n");
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    text.push_str("</log>\n");
    out.write_all(text.as_bytes())
}

fn head_of_trace(text: &mut String, traced: &Traced<'_>, person: u32) {
    let (p, exo) = (&traced.course.people[person as usize], &traced.model.exogenous);
    text.push_str("<trace>\n");
    string(text, "concept:name", &person.to_string());
    string(text, "diagnosis_group", traced.group(person));
    string(text, "practice", &exo.practices[usize::from(p.practice)].name);
    string(text, "age", &exo.age_bands[usize::from(p.age)]);
    string(text, "ethnicity", &exo.ethnicities[usize::from(p.ethnicity)]);
    int(text, "deprivation_quintile", u64::from(p.deprivation) + 1);
}

fn event(text: &mut String, traced: &Traced<'_>, event: &Event) {
    text.push_str("<event>\n");
    string(text, "concept:name", &activity(event.activity));
    string(text, "lifecycle:transition", transition(event));
    let moment = traced.moment(event.time, 'T');
    let _ = writeln!(text, r#"<date key="time:timestamp" value="{moment}.000+00:00"/>"#);
    if let Some(number) = item(event) {
        string(text, "concept:instance", &number.to_string());
    }
    if let Some(unit) = traced.unit(event) {
        string(text, "org:resource", &unit);
    }
    if let Some(team) = traced.team(event) {
        string(text, "org:role", Role::NAMES[team.role as usize]);
        string(text, "org:group", &team.name);
        string(text, "organisation", &team.organisation);
        string(text, "site", &team.site);
    }
    if let Some(clinician) = traced.clinician(event) {
        string(text, "clinician", clinician);
    }
    if !why(event).is_empty() {
        string(text, "cause", why(event));
    }
    string(text, "phase", traced.phase(event));
    text.push_str("</event>\n");
}

/// The transition of the standard lifecycle; what happens at a moment is complete at once.
fn transition(event: &Event) -> &'static str {
    match (event.activity, event.doing) {
        (Activity::Arrival | Activity::Depart, _) | (_, None) => "complete",
        (_, Some(Doing::Queued)) => "schedule",
        (_, Some(Doing::Resumed)) => "resume",
        (_, Some(Doing::Suspended)) => "suspend",
        (_, Some(Doing::Withdrawn)) => "withdraw",
        (_, Some(Doing::Begun)) => "start",
        (_, Some(Doing::Ended)) => "complete",
    }
}

fn string(text: &mut String, key: &str, value: &str) {
    let value = escaped(value);
    let _ = writeln!(text, r#"<string key="{key}" value="{value}"/>"#);
}

fn int(text: &mut String, key: &str, value: u64) {
    let _ = writeln!(text, r#"<int key="{key}" value="{value}"/>"#);
}

/// For an attribute in double quotes; characters that XML cannot hold are left out.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_cannot_break_the_file() {
        assert_eq!(
            escaped("A \"B\" & <C>\u{1}\n"),
            "A &quot;B&quot; &amp; &lt;C&gt; "
        );
    }
}
