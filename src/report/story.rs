//! One person's story in plain English, with what every wait was put down to.

use std::collections::BTreeSet;

use super::event_log::Traced;
use super::layout::wrap;
use super::story_words::{self as words, length};
use crate::base::{DAY, HOUR, MINUTE, NEVER, Secs, Time};
use crate::model::Place;
use crate::pathway::causes::{CAUSES, Cause, NeedKind};
use crate::pathway::event_log::{Activity, Doing, EventLog, Held, NeedEnded, What};
use crate::pathway::needs::Ending;

/// Columns of the text.
const WIDTH: usize = 100;

/// The story of a person from the log that followed them: who they are, what happened, what their waiting was
/// put down to.
pub fn story(traced: &Traced<'_>, person: u32, log: &EventLog) -> String {
    let mut out = String::new();
    let all = traced.course.people.len();
    out.push_str(&format!(
        "Person {person} of {all} (replication {}, seed {}, scenario {})\n\n",
        traced.replication, traced.seed, traced.model.name
    ));
    for sentence in who(traced, person) {
        paragraph(&mut out, "", &sentence);
    }
    let lines = lines(traced, log);
    if lines.is_empty() {
        let end = date(traced, traced.model.windows.end());
        out.push_str(&format!(
            "\nNothing is simulated of this person before the run ends on {end}.\n"
        ));
        return out;
    }
    let mut day = Time::MIN;
    for (time, line) in &lines {
        if time.div_euclid(DAY) != day {
            day = time.div_euclid(DAY);
            let week = day.div_euclid(7);
            out.push_str(&format!("\n{} (week {week})\n", date(traced, *time)));
        }
        let s = time.rem_euclid(DAY);
        let clock = format!("  {:02}:{:02}  ", s / HOUR, s % HOUR / MINUTE);
        paragraph(&mut out, &clock, line);
    }
    summary(&mut out, traced, person, log);
    out
}

/// A paragraph that hangs below its first word.
fn paragraph(out: &mut String, before: &str, words: &str) {
    let indent = " ".repeat(before.chars().count());
    for (i, line) in wrap(words, WIDTH - indent.len()).iter().enumerate() {
        out.push_str(if i == 0 { before } else { &indent });
        out.push_str(line);
        out.push('\n');
    }
}

/// As in `Mon 3 Mar 2025`.
fn date(traced: &Traced<'_>, time: Time) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let date = traced.start.plus_days(time.div_euclid(DAY));
    let day = DAYS[date.weekday() as usize];
    let month = MONTHS[date.month() as usize - 1];
    format!("{day} {} {month} {}", date.day(), date.year())
}

/// Who the person is, and the course of the illness, which care does not change.
fn who(traced: &Traced<'_>, person: u32) -> Vec<String> {
    let p = &traced.course.people[person as usize];
    let exo = &traced.model.exogenous;
    let practice = usize::from(p.practice);
    let neighbourhood = [
        "most deprived",
        "second most deprived",
        "middle",
        "second least deprived",
        "least deprived",
    ];
    let mut who = format!(
        "Aged {}; diagnosis group: {}. Registered with the {} practice \"{}\".",
        exo.age_bands[usize::from(p.age)].replace('_', " "),
        traced.group(person).replace('_', " "),
        traced.model.style(practice).name.replace('_', " "),
        exo.practices[practice].name,
    );
    let lives = match (p.care_home, p.alone, p.carer_hours) {
        (true, _, _) => "Lives in a care home".to_string(),
        (_, true, h) if h > 0.0 => format!("Lives alone; family or friends give {h:.0} hours of care a week"),
        (_, true, _) => "Lives alone, and nobody can give care".to_string(),
        (_, _, h) if h > 0.0 => format!("Lives with others, who can give {h:.0} hours of care a week"),
        _ => "Lives with others, who cannot give care".to_string(),
    };
    who += &format!(
        " {lives}. Home is in the {} fifth of the country's neighbourhoods.",
        neighbourhood[usize::from(p.deprivation).min(4)]
    );
    who += &format!(" Would like to die {}.", words::at(p.preferred));
    if p.preference_changes_at < p.death && p.preferred_later != p.preferred {
        let from = date(traced, p.preference_changes_at);
        who += &format!(" (From {from} on: {}.)", words::at(p.preferred_later));
    }
    let ends = traced.model.windows.end();
    let mut course = if p.is_sudden() {
        "Dies suddenly".to_string()
    } else {
        let mut course = format!("The illness is first suspected on {}", date(traced, p.diagnosed));
        if p.palliative_from != NEVER {
            course += &format!(
                "; the palliative phase begins on {}",
                date(traced, p.palliative_from)
            );
        }
        if p.end_of_life_from != NEVER {
            course += &format!("; the end of life begins on {}", date(traced, p.end_of_life_from));
        }
        course + "; death comes"
    };
    course += &format!(" on {}.", date(traced, p.death));
    if p.death >= ends {
        course += &format!(" The run ends before that, on {}.", date(traced, ends));
    }
    if p.diagnosed < 0 && !p.is_sudden() {
        course += &format!(" The story begins on {}, with the run.", date(traced, 0));
    }
    vec![who, course]
}

/// What happened, in order.
fn lines(traced: &Traced<'_>, log: &EventLog) -> Vec<(Time, String)> {
    let mut out: Vec<(Time, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut asked = BTreeSet::new();
    // The prescription last told of: when a medicine has come, it is that one.
    let mut brought = None;
    for (at, row) in log.rows.iter().enumerate() {
        let said = match row.what {
            What::Note(n) => Some(log.notes[n as usize].clone()),
            What::Item {
                doing: Doing::Queued,
                team,
                work,
                task,
                item,
                ..
            } if asked.insert(item) => words::asked(&traced.model.teams[team.index()], work, task),
            What::Contact { team, work, task } => {
                Some(words::contact(&traced.model.teams[team.index()], work, task))
            }
            What::Handoff {
                number,
                from,
                matter,
                stage,
                ..
            } => {
                let sender = traced.model.teams[from.index()].role;
                words::handoff(sender, matter, stage, seen.insert(number))
            }
            What::Prescription { purpose, stage, .. } => {
                brought = Some(purpose);
                words::prescription(purpose, stage)
            }
            What::Case { stage, .. } => words::case(stage).map(str::to_string),
            What::Place { doing, held, .. } => words::place(doing, held).map(str::to_string),
            What::Need(n) => {
                let same_moment = log.rows[at..].iter().take_while(|r| r.time == row.time);
                let in_hospital = same_moment.map(|r| r.what).any(is_admission);
                words::need_ended(&log.needs[n as usize], in_hospital, brought)
            }
            What::Died(place) => Some(format!("Dies {}.", words::at(place))),
            What::RunEnded => Some("The run ends here; the person is alive.".to_string()),
            What::Item { .. } => None,
        };
        let Some(said) = said else { continue };
        let again = out
            .last()
            .is_some_and(|(t, last)| *t == row.time && *last == said);
        if !again {
            out.push((row.time, said));
        }
    }
    out
}

fn is_admission(what: What) -> bool {
    matches!(
        what,
        What::Place {
            doing: Doing::Begun,
            held: Held::Hospital,
            ..
        }
    )
}

/// What was needed, what came of it, and what the waiting was put down to, need by need.
fn summary(out: &mut String, traced: &Traced<'_>, person: u32, log: &EventLog) {
    out.push_str("\nIn sum\n\n");
    let contacts = contacts(traced, log);
    if !contacts.is_empty() {
        paragraph(out, "", &format!("Contacts: {contacts}."));
    }
    let stays = stays(traced, person, log);
    if !stays.is_empty() {
        paragraph(out, "", &format!("Away from home: {stays}."));
    }
    if log.needs.is_empty() {
        out.push_str("Nothing was needed of any service.\n");
    }
    for kind in NeedKind::ALL {
        let of_kind: Vec<&NeedEnded> = log.needs.iter().filter(|n| n.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut by_cause: [Secs; CAUSES] = [0; CAUSES];
        for need in &of_kind {
            for (sum, secs) in by_cause.iter_mut().zip(need.by_cause) {
                *sum += secs;
            }
        }
        let name = super::words::need(NeedKind::NAMES[kind as usize]);
        out.push('\n');
        paragraph(out, "", &format!("{name}: {}.", endings(&of_kind)));
        let whole: Secs = by_cause.iter().sum();
        if whole > 0 {
            let waited = match of_kind.len() {
                1 => format!("{} of waiting: {}.", length(whole), parts(&by_cause)),
                _ => format!("{} of waiting in all: {}.", length(whole), parts(&by_cause)),
            };
            paragraph(out, "    ", &waited);
        }
    }
}

/// How many needs of a kind ended how.
fn endings(needs: &[&NeedEnded]) -> String {
    let count = |ending: Ending| needs.iter().filter(|n| n.ending == ending).count();
    let said = [
        (Ending::Met, "met"),
        (Ending::Natural, "passed unmet"),
        (Ending::Withdrawn, "no longer needed or possible"),
        (Ending::Died, "unmet at death"),
        (Ending::Censored, "open when the run ended"),
    ];
    if needs.len() == 1 {
        let one = said.iter().find(|(ending, _)| count(*ending) == 1);
        return one.map_or(String::new(), |(_, words)| (*words).to_string());
    }
    if let Some((_, words)) = said.iter().find(|(ending, _)| count(*ending) == needs.len()) {
        return format!("{}, all {words}", times(needs.len()));
    }
    let each = said.iter().filter(|(ending, _)| count(*ending) > 0);
    let each: Vec<String> = each.map(|(e, words)| format!("{} {words}", count(*e))).collect();
    format!("{}: {}", times(needs.len()), each.join(", "))
}

fn times(n: usize) -> String {
    match n {
        2 => "twice".to_string(),
        n => format!("{n} times"),
    }
}

/// Causes from the longest wait to the shortest; a single one needs no length of its own.
pub(super) fn parts(by_cause: &[Secs; CAUSES]) -> String {
    let mut waits: Vec<(Secs, usize)> = (by_cause.iter().copied().zip(0..))
        .filter(|(s, _)| *s > 0)
        .collect();
    waits.sort_by_key(|(secs, cause)| (-secs, *cause));
    let name = |cause: usize| super::words::cause(Cause::NAMES[cause]);
    if let [(_, only)] = waits.as_slice() {
        return name(*only);
    }
    let said = waits
        .iter()
        .map(|(secs, cause)| format!("{} {}", name(*cause), length(*secs)));
    said.collect::<Vec<_>>().join("; ")
}

fn contacts(traced: &Traced<'_>, log: &EventLog) -> String {
    let mut by_role = [0_u32; crate::model::ROLES];
    for row in &log.rows {
        if let What::Contact { team, .. } = row.what {
            by_role[traced.model.teams[team.index()].role as usize] += 1;
        }
    }
    let each = crate::model::Role::ALL
        .iter()
        .zip(by_role)
        .filter(|(_, n)| *n > 0);
    let each: Vec<String> = each.map(|(role, n)| format!("{} {n}", role.words())).collect();
    each.join(", ")
}

/// Stays in wards and how long they were.
fn stays(traced: &Traced<'_>, person: u32, log: &EventLog) -> String {
    let events = log.events(traced.model, traced.course, |p| p == person);
    let mut said = Vec::new();
    for (held, words) in words::WARDS {
        let (mut count, mut secs) = (0, 0);
        for event in events.iter().filter(|e| e.activity == Activity::Place(held)) {
            match event.doing {
                Some(Doing::Begun) => {
                    count += 1;
                    secs -= event.time;
                }
                Some(Doing::Ended) => secs += event.time,
                _ => {}
            }
        }
        match count {
            0 => {}
            1 => said.push(format!("{words} once, {}", length(secs))),
            n => said.push(format!("{words} {}, {} in all", times(n), length(secs))),
        }
    }
    said.join("; ")
}

/// A place where somebody lives or dies, as it follows a verb.
pub(super) fn place_words(place: Place) -> &'static str {
    match place {
        Place::Home => "at home",
        Place::CareHome => "in a care home",
        Place::Hospice => "in a hospice",
        Place::Hospital => "in hospital",
    }
}
