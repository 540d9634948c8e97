//! One replication's event log as files, and one simulated person's story.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::error::Error;
use super::experiment::Experiment;
use super::manifest;
use super::world::World;
use crate::pathway::Course;
use crate::pathway::event_log::{Activity, Event};
use crate::report::{self, Traced};
use crate::scenario::Kind;
use crate::store::{Ending, Identity, Request, Store, StoreError};

/// Whom a log is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Everybody of the run.
    #[default]
    All,
    /// Those who are there at some time of the measured window, with all that happens to them.
    Measured,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Replication.
    pub replication: u64,
    /// One person only, by position in the course: their story.
    pub person: Option<u32>,
    /// Whom the log is about.
    pub window: Window,
    /// Whether `event_log.csv` is written.
    pub csv: bool,
    /// Whether `event_log.xes` is written.
    pub xes: bool,
    /// The folder; `None` for the story alone.
    pub out: Option<PathBuf>,
    /// Whether an existing folder of results may be replaced.
    pub force: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The person's story, if one was asked for.
    pub text: Option<String>,
    /// Events and people written.
    pub written: Option<(usize, usize)>,
}

/// Runs one replication of the first arm of an experiment with a log, and writes or tells it. `about` gives what
/// `run.json` says of host, time and threads.
///
/// # Errors
/// A network of queues has no persons; the replication has fewer; neither a folder nor a person is asked for; the
/// folder may not be written.
pub fn trace(e: &Experiment, ask: &Trace, about: &dyn Fn() -> Map<String, Value>) -> Result<Story, Error> {
    let (World::Pathway(pathway), Kind::Pathway(scenario)) = (&e.world, &e.arms[0].checked.kind) else {
        let why = "a network of queues has no persons: only scenarios of kind \"pathway\" do";
        return Err(Error::Refused(why.to_string()));
    };
    if ask.out.is_none() && ask.person.is_none() {
        let why = "say what is wanted: `--out DIR` for the event log of everybody, `--person N` for the story of one";
        return Err(Error::Refused(why.to_string()));
    }
    let Some(model) = pathway.models().next() else {
        return Err(Error::Refused("there is no arm".to_string()));
    };
    let course = pathway.course(ask.replication);
    let all = course.people.len();
    if let Some(person) = ask.person.filter(|p| *p as usize >= all) {
        return Err(Error::Refused(format!(
            "there is no person {person}: replication {} has {all} people, numbered from 0 to {}",
            ask.replication,
            all.saturating_sub(1)
        )));
    }
    // Before the work is done: a folder that may not be written is known at once.
    let store = ask.out.as_ref().map(|_| open(e, ask)).transpose()?;
    let log = pathway.event_log(0, ask.replication, &course, ask.person);
    let traced = Traced {
        model,
        course: &course,
        start: scenario.start_date,
        seed: e.seed,
        replication: ask.replication,
    };
    let text = ask.person.map(|person| report::story(&traced, person, &log));
    let Some(store) = store else {
        return Ok(Story { text, written: None });
    };
    let mut events = log.events(model, &course, |_| true);
    if ask.window == Window::Measured {
        keep_measured(&mut events, &course, model.windows.measured_window());
    }
    let people = events.iter().filter(|e| e.activity == Activity::Arrival).count();
    let ending = Ending {
        replications: 1,
        interrupted: false,
        keep_records: false,
        run: about(),
    };
    store.finish(&ending, |draft, _| {
        if ask.csv {
            draft.write("event_log.csv", |w| report::event_log(w, &traced, &events))?;
        }
        if ask.xes {
            draft.write("event_log.xes", |w| report::xes(w, &traced, &events))?;
        }
        match &text {
            Some(text) => draft.write("story.txt", |w| w.write_all(text.as_bytes())),
            None => Ok(()),
        }
    })?;
    let written = Some((events.len(), people));
    Ok(Story { text, written })
}

/// Drops everybody who has departed before the window or arrives after it.
fn keep_measured(events: &mut Vec<Event>, course: &Course, (from, to): (i64, i64)) {
    let mut there = vec![true; course.people.len()];
    for event in events.iter() {
        let keep = &mut there[event.person as usize];
        match event.activity {
            Activity::Arrival => *keep &= event.time < to,
            Activity::Depart => *keep &= event.time >= from,
            _ => {}
        }
    }
    events.retain(|e| there[e.person as usize]);
}

fn open(e: &Experiment, ask: &Trace) -> Result<Store, StoreError> {
    let mut plan = manifest::plan(e);
    let window = match ask.window {
        Window::All => "all",
        Window::Measured => "measured",
    };
    let of = json!({
        "replication": ask.replication, "person": ask.person, "window": window, "csv": ask.csv, "xes": ask.xes,
    });
    plan.insert("trace".to_string(), of);
    Store::open(Request {
        out: ask.out.clone(),
        force: ask.force,
        identity: Identity::new(plan),
        layout: e.catalogue().layout().hash(),
        shard: None,
    })
}
