//! The event log as a table in the form of the Python package vidigi: names, times and resources of events in text.

use std::io::{self, Write};

use crate::base::{DAY, HOUR, MINUTE, Time};
use crate::model::{Model, Place, Role, Team, Work};
use crate::pathway::causes::{Cause, NeedKind};
use crate::pathway::course::Course;
use crate::pathway::event_log::{Activity, Doing, Event, FREE_CARE, Held, Why};
use crate::pathway::needs::{Ending, NONE};
use crate::pathway::objects::{HandoffStage, Task};
use crate::scenario::hours::Date;

/// One arm of one replication: what its log is about.
#[derive(Clone, Copy, Debug)]
pub struct Traced<'a> {
    /// The arm.
    pub model: &'a Model,
    /// Its people.
    pub course: &'a Course,
    /// The day of second 0.
    pub start: Date,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of the replication.
    pub replication: u64,
}

impl Traced<'_> {
    /// A moment as date and time of day, as in `2025-01-06 09:30:00`; `between` stands between the two.
    pub(super) fn moment(&self, time: Time, between: char) -> String {
        let date = String::from(self.start.plus_days(time.div_euclid(DAY)));
        let s = time.rem_euclid(DAY);
        let (hour, minute) = (s / HOUR, s % HOUR / MINUTE);
        format!("{date}{between}{hour:02}:{minute:02}:{:02}", s % MINUTE)
    }

    /// The phase of the person's illness at the moment of an event.
    pub(super) fn phase(&self, event: &Event) -> &'static str {
        let phase = self.course.people[event.person as usize].phase(event.time);
        [
            "diagnosis",
            "active_treatment",
            "living_with",
            "palliative",
            "end_of_life",
            "bereavement",
        ][phase as usize]
    }

    /// The person's diagnosis group.
    pub(super) fn group(&self, person: u32) -> &str {
        let group = self.course.people[person as usize].group;
        &self.model.exogenous.groups[usize::from(group)].name
    }

    /// The team of an event, as it is organised then.
    pub(super) fn team(&self, event: &Event) -> Option<&Team> {
        let model = self.model.at(event.time);
        event.team.map(|t| &model.teams[t.index()])
    }

    /// The clinician of an event, by name within the team.
    pub(super) fn clinician(&self, event: &Event) -> Option<&str> {
        // Somebody who has left finishes a visit: the name is that of any time of the run.
        let team = event.team?.index();
        let mut all = (self.model.epochs()).flat_map(|(_, _, m)| &m.teams[team].clinicians);
        let clinician = all.find(|c| c.seat == event.clinician)?;
        Some(&clinician.name)
    }

    /// The clinician or place of an event, told apart from those of all other teams.
    pub(super) fn unit(&self, event: &Event) -> Option<String> {
        let of = match (event.activity, self.team(event)) {
            (Activity::Place(held), team) => {
                let place = place(held);
                team.map_or_else(|| place.to_string(), |t| format!("{}_{place}", t.name))
            }
            (_, team) => team?.name.clone(),
        };
        (event.unit > 0).then(|| format!("{of}_{}", event.unit))
    }
}

/// Writes `event_log.csv`.
///
/// # Errors
/// Those of `out`.
pub fn event_log(out: &mut dyn Write, traced: &Traced<'_>, events: &[Event]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    let run = traced.replication.to_string();
    for event in events {
        let team = traced.team(event);
        let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
        table.write_record([
            event.person.to_string().as_str(),
            event_type(event),
            name(event).as_str(),
            minutes(event.time).as_str(),
            traced.group(event.person),
            &run,
            &traced.moment(event.time, ' '),
            &number(event.unit),
            team.map_or("", |t| &t.name),
            team.map_or("", |t| &t.organisation),
            team.map_or("", |t| &t.site),
            traced.clinician(event).unwrap_or(""),
            why(event),
            traced.phase(event),
            &traced.unit(event).unwrap_or_default(),
            &item(event).map_or(String::new(), |n| n.to_string()),
        ])?;
    }
    table.flush()
}

/// Columns of `event_log.csv`: those of vidigi first, then ours.
pub const COLUMNS: [&str; 16] = [
    "entity_id",
    "event_type",
    "event",
    "time",
    "pathway",
    "run_number",
    "timestamp",
    "resource_id",
    "team",
    "organisation",
    "site",
    "clinician",
    "cause",
    "phase",
    "unique_resource_id",
    "item",
];

/// Minutes from the start, to four places: a second is 0.0167.
fn minutes(time: Time) -> String {
    let (whole, second) = (time.div_euclid(MINUTE), time.rem_euclid(MINUTE));
    format!("{whole}.{:04}", (second * 10_000 + 30) / 60)
}

fn event_type(event: &Event) -> &'static str {
    match (event.activity, event.doing) {
        (Activity::Arrival | Activity::Depart, _) => "arrival_departure",
        (_, Some(Doing::Begun)) => "resource_use",
        (_, Some(Doing::Ended)) => "resource_use_end",
        _ => "queue",
    }
}

/// Number of the work item, hand-off, prescription, case or stay.
pub(super) fn item(event: &Event) -> Option<u32> {
    (event.number != NONE && event.number != FREE_CARE).then_some(event.number)
}

/// The cause of waiting, or how somebody departed; empty where there is nothing to say.
pub(super) fn why(event: &Event) -> &'static str {
    match event.why {
        Why::Nothing => "",
        Why::Cause(cause) => Cause::NAMES[usize::from(cause)],
        Why::Died(Place::Home) => "died_home",
        Why::Died(Place::CareHome) => "died_care_home",
        Why::Died(Place::Hospice) => "died_hospice",
        Why::Died(Place::Hospital) => "died_hospital",
        Why::RunEnded => "run_ended",
    }
}

/// Name of an event: of its activity, and of what befell it.
fn name(event: &Event) -> String {
    let befell = match event.doing {
        None => return activity(event.activity),
        Some(Doing::Queued | Doing::Resumed) => "wait",
        Some(Doing::Suspended) => "suspended",
        Some(Doing::Withdrawn) => "withdrawn",
        Some(Doing::Begun) => "begins",
        Some(Doing::Ended) => "ends",
    };
    format!("{}_{befell}", activity(event.activity))
}

/// Name of an activity.
pub(super) fn activity(activity: Activity) -> String {
    match activity {
        Activity::Arrival => "arrival".to_string(),
        Activity::Depart => "depart".to_string(),
        Activity::Item(role, work, task) => item_name(role, work, task),
        Activity::Handoff(matter, stage) => {
            let stage = match stage {
                HandoffStage::Travelling => "sent".to_string(),
                HandoffStage::Done => "accepted".to_string(),
                other => snake(&other),
            };
            format!("referral_{}_{stage}", snake(&matter))
        }
        Activity::Prescription(_, stage) => {
            let stages = [
                "to_sign",
                "signed",
                "at_pharmacy",
                "at_second_pharmacy",
                "to_collect",
                "in_the_home",
            ];
            let stage = stages.get(usize::from(stage)).unwrap_or(&"moves");
            format!("prescription_{stage}")
        }
        Activity::Case(stage) => format!("social_care_{}", snake(&stage)),
        Activity::Place(held) => place(held).to_string(),
        Activity::Need(kind, None) => format!("need_{}", NeedKind::NAMES[kind as usize]),
        Activity::Need(kind, Some(ending)) => {
            let how = match ending {
                Ending::Met => "met",
                Ending::Natural => "passed",
                Ending::Died => "died_waiting",
                Ending::Withdrawn => "withdrawn",
                Ending::Censored => "open_at_end",
            };
            format!("need_{}_{how}", NeedKind::NAMES[kind as usize])
        }
    }
}

fn item_name(role: Role, work: Work, task: Task) -> String {
    let who = Role::NAMES[role as usize];
    let how = Work::NAMES[work as usize];
    match task {
        Task::Symptom => format!("{who}_symptom_{how}"),
        Task::Demand => format!("{who}_requested_{how}"),
        Task::Planned if work == Work::Call => format!("{who}_planned_call"),
        Task::Hna => format!("{who}_needs_assessment"),
        task if task.is_first() => format!("{who}_first_assessment"),
        Task::Social => format!("{who}_assessment"),
        Task::Script => format!("{who}_prescription"),
        Task::Roundtrip => format!("{who}_referral_passed_on"),
        Task::Paper => format!("{who}_paperwork"),
        Task::Respond => format!("{who}_response"),
        Task::Administer => format!("{who}_gives_medicine"),
        // A name by itself says it.
        other => format!("{who}_{}", snake(&other)),
    }
}

fn place(held: Held) -> &'static str {
    match held {
        Held::Department => "emergency_department",
        Held::Hospital => "hospital_stay",
        Held::Bed => "hospice_bed",
        Held::AtHome => "hospice_at_home",
        Held::HomeCare => "home_care",
        Held::ContinuingCare => "continuing_care_package",
        Held::VirtualWard => "virtual_ward",
        Held::NightSitter => "night_sitter",
    }
}

/// The name of a variant, as in `write_up`.
fn snake(variant: &impl std::fmt::Debug) -> String {
    let mut out = String::new();
    for letter in format!("{variant:?}").chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;

    #[test]
    fn minutes_tell_seconds_apart_and_lead_back_to_them() {
        assert_eq!(minutes(0), "0.0000");
        assert_eq!(minutes(61), "1.0167");
        assert_eq!(minutes(119), "1.9833");
        for second in 0..3_600 {
            let back = minutes(second).parse::<f64>().expect("a number") * 60.0;
            assert_eq!(back.round() as i64, second);
        }
    }

    #[test]
    fn variants_become_names() {
        assert_eq!(snake(&Task::WriteUp), "write_up");
        assert_eq!(snake(&State::Dying), "dying");
        let gp = item_name(Role::Gp, Work::Call, Task::Demand);
        assert_eq!(gp, "gp_requested_call");
        assert_eq!(
            item_name(Role::SocialWorker, Work::Admin, Task::WriteUp),
            "social_worker_write_up"
        );
    }
}
