//! Events, time and memory of a replication, reckoned from the model before it is run.
//!
//! People and what happens to them follow from the tables of the course by formula (`population::expected`), everybody
//! else's contacts from their rates. Where more contacts come than a team can do, the rest waits at the end, and a waiting
//! line costs memory: rate x length of the run x share not done. What care adds is set beside it by coefficients that were
//! measured on the shipped localities (`tests/it/effort.rs`); the estimate is meant to be right within a factor of two.

use std::mem::size_of;

use crate::base::effort::Effort;
use crate::base::{Time, WEEK};
use crate::kernel::{JOB_BYTES, LINE_BYTES};
use crate::model::{Model, STATES, Team};

use super::continuity::Thread;
use super::course::{Acute, Candidate, Episode, Happening, Person, Spell};
use super::objects::{Case, Handoff, Item, Prescription, Symptom};
use super::population::{YEAR, expected_during};
use super::replication::Pathway;
use super::state::Individual;
use super::world::Request;

/// Share of the contacts planned for everybody in a state that are planned: not all are known to the service.
const KNOWN: f64 = 0.5;
/// Pieces of work that a symptom episode brings beside planned care: contacts, scripts, doses.
const WORK_AN_EPISODE: f64 = 0.8;
/// Pieces of work that an acute event, and a person by being there, bring.
const WORK_AN_ACUTE: f64 = 0.5;
const WORK_A_PERSON: f64 = 1.5;
/// Events of a piece of work: it is planned, found overdue, held, done, tells others.
const EVENTS_OF_WORK: f64 = 3.0;
/// Events of an episode and of an acute event beside their work: sought, controlled, ended, stays.
const EVENTS_AN_EPISODE: f64 = 4.0;
const EVENTS_AN_ACUTE: f64 = 5.0;
/// Events of a person beside these: letters, news, discharges, death.
const EVENTS_A_PERSON: f64 = 20.0;
/// Seconds of one core for an event of everybody else's contacts and of the people of the locality, for one more person (the course
/// is made once, the world anew for each arm) and for beginning a replication.
const SECONDS_A_CONTACT: f64 = 6e-8;
const SECONDS_AN_EVENT: f64 = 2.5e-7;
const SECONDS_A_PERSON: f64 = 5e-6;
const SECONDS_TO_BEGIN: f64 = 0.02;
/// Seconds for one look at a waiting request for places: whenever some become free, all who wait are looked through for one that fits.
const SECONDS_A_LOOK: f64 = 3e-9;
/// Bytes of needs, their steps and their pieces for an episode, an acute event and a person.
const NEED_BYTES: f64 = 300.0;
/// Bytes of a person in tables whose rows are not named here: registers, plans, the recorder's.
const BYTES_A_PERSON: f64 = 400.0;
/// Share of the people who are given places, and share of all pieces of work that are under way at once (their numbers are used
/// again).
const PLACED: f64 = 0.3;
const UNDER_WAY: f64 = 0.35;
/// Bytes of a contact drawn ahead, and most contacts that are.
const BYTES_A_CONTACT: f64 = 12.0;
const MOST_AHEAD: f64 = 1.7e7;
/// Bytes of a session on a roster and of its time on duty.
const BYTES_A_SESSION: f64 = 32.0;
/// Bytes a worker has before it begins: catalogue, records, tables of laws.
const BYTES_TO_BEGIN: f64 = 1.2e7;

/// How much there is of everything in one arm of a replication, on average.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Volumes {
    pub people: f64,
    pub spells: f64,
    pub episodes: f64,
    pub acutes: f64,
    pub candidates: f64,
    /// Pieces of work for the people of the locality.
    pub items: f64,
    /// Everybody else's contacts that arrive, and of these those that wait at the end.
    pub contacts: f64,
    pub waiting: f64,
    /// Everybody else's requests for places, and pools of places.
    pub requests: f64,
    pub pools: f64,
    /// Looks at requests that wait for places.
    pub looks: f64,
    /// Sessions of duty.
    pub sessions: f64,
}

/// Reckons what an arm will hold; `None` where a palliative phase never ends.
pub(super) fn volumes(model: &Model) -> Option<Volumes> {
    let mut v = Volumes::default();
    let end = model.windows.end();
    let a_week = WEEK as f64 / YEAR as f64;
    let course = expected_during(&model.exogenous, 0, end)?;
    for (g, group) in course.groups.iter().enumerate() {
        let deaths = course.deaths_of(g) * a_week;
        let people = deaths * (end as f64 / WEEK as f64 + group.illness_weeks());
        v.people += people;
        v.spells += people * (group.visits.iter().sum::<f64>() + 3.0);
    }
    for (from, until, now) in model.epochs() {
        let weeks = (until - from) as f64 / WEEK as f64;
        let course = expected_during(&now.exogenous, from, until)?;
        v.episodes += weeks * course.episodes_a_year() * a_week;
        v.acutes += weeks * course.acutes_a_year() * a_week;
        let exo = &now.exogenous;
        let caps = exo.carer_breakdown_cap + exo.fall_cap + exo.run_out_cap;
        v.candidates += weeks * caps * course.present()[1..].iter().sum::<f64>();
        v.items += weeks * contacts_a_week(now, &course.deaths_a_year, &course.groups, a_week);
        for team in &now.teams {
            add_team(&mut v, now, team, from, until);
        }
    }
    v.items += WORK_AN_EPISODE * v.episodes + WORK_AN_ACUTE * v.acutes + WORK_A_PERSON * v.people;
    v.pools = model.teams.iter().filter(|t| t.role.has_places()).count() as f64;
    Some(v)
}

/// Planned and asked-for contacts a week of everybody in the palliative phase.
fn contacts_a_week(
    model: &Model,
    deaths_a_year: &[Vec<f64>],
    groups: &[super::population::ExpectedGroup],
    a_week: f64,
) -> f64 {
    let planning = &model.planning;
    let mut all = 0.0;
    for (p, row) in deaths_a_year.iter().enumerate() {
        let style = model.style(p);
        for (g, (deaths, group)) in row.iter().zip(groups).enumerate() {
            let specialist = model.exogenous.groups[g].specialist_need;
            for state in 0..STATES {
                let present = deaths * a_week * group.weeks[state];
                let planned = style.planned_a_week[state]
                    + planning.refers_to_nursing[state] * planning.nursing_a_week[state]
                    + specialist * planning.specialist_a_week[state];
                all += present * (planning.gp_demand_a_week[state] + KNOWN * planned);
            }
        }
    }
    all
}

/// Adds the sessions of a team and everybody else's work with it from one time to another.
fn add_team(v: &mut Volumes, model: &Model, team: &Team, from: Time, until: Time) {
    let weeks = (until - from) as f64 / WEEK as f64;
    let open = |b: &crate::model::Background| model.calendars[b.calendar].open_per_week() > 0;
    let streams = || team.background.iter().filter(|b| open(b));
    let arrive: f64 = streams().map(|b| b.per_week).sum();
    if !team.role.has_clinicians() {
        v.requests += weeks * arrive;
        let asked: f64 = streams()
            .map(|b| b.per_week * b.size.mean() * b.length.mean())
            .sum();
        let can = team.places.max(0) as f64 * WEEK as f64;
        let left = if asked > can { 1.0 - can / asked } else { 0.0 };
        v.looks += weeks * arrive * left * (weeks * arrive * (1.0 - left) + PLACED * v.people);
        return;
    }
    let there = (1.0 - team.leave) * (1.0 - team.sickness);
    let sessions: usize = team.clinicians.iter().map(|c| c.pattern.len()).sum();
    v.sessions += weeks * sessions as f64 * there;
    let on_duty: f64 = team
        .clinicians
        .iter()
        .flat_map(|c| &c.pattern)
        .map(|(start, end)| f64::from(end - start))
        .sum();
    let can = on_duty * there * (1.0 - team.non_clinical);
    let asked: f64 = streams().map(|b| b.per_week * b.length.mean()).sum();
    let left = if asked > can { 1.0 - can / asked } else { 0.0 };
    v.contacts += weeks * arrive;
    v.waiting += weeks * arrive * left;
}

impl Volumes {
    /// Events of everybody else's contacts: whoever waits has had one, whoever was seen two.
    fn contact_events(&self) -> f64 {
        2.0 * self.contacts - self.waiting
    }

    /// Seconds of the events of one arm.
    fn seconds(&self) -> f64 {
        let contacts = self.contact_events();
        SECONDS_A_CONTACT * contacts
            + SECONDS_AN_EVENT * (self.events() - contacts)
            + SECONDS_A_LOOK * self.looks
    }

    /// Events of one arm.
    pub fn events(&self) -> f64 {
        let done = self.contact_events();
        let agenda = self.spells + self.episodes + self.acutes + self.candidates + self.people;
        done + 2.0 * self.sessions
            + 2.0 * self.requests
            + agenda
            + EVENTS_OF_WORK * self.items
            + EVENTS_AN_EPISODE * self.episodes
            + EVENTS_AN_ACUTE * self.acutes
            + EVENTS_A_PERSON * self.people
    }

    /// Bytes of the course, which all arms share.
    fn course_bytes(&self) -> f64 {
        let rows = [
            (self.people, size_of::<Person>() + size_of::<Happening>()),
            (self.spells, size_of::<Spell>() + size_of::<Happening>()),
            (self.episodes, size_of::<Episode>() + size_of::<Happening>()),
            (self.acutes, size_of::<Acute>() + size_of::<Happening>()),
            (self.candidates, size_of::<Candidate>() + size_of::<Happening>()),
        ];
        rows.iter().map(|(n, bytes)| n * *bytes as f64).sum()
    }

    /// Bytes of what an arm adds to it.
    fn arm_bytes(&self) -> f64 {
        let rows = [
            (self.people, size_of::<Individual>() + size_of::<Thread>()),
            (UNDER_WAY * self.items, size_of::<Item>() + JOB_BYTES),
            (self.episodes, size_of::<Symptom>() + size_of::<Prescription>()),
            (self.people, 3 * size_of::<Handoff>() + size_of::<Case>()),
        ];
        let rows: f64 = rows.iter().map(|(n, bytes)| n * *bytes as f64).sum();
        rows + BYTES_A_PERSON * self.people
            + NEED_BYTES * (self.episodes + self.acutes + self.people)
            + BYTES_A_SESSION * self.sessions
            + BYTES_A_CONTACT * self.contacts.min(MOST_AHEAD)
            + self.waiting_bytes()
    }

    /// Bytes of what waits, and of places asked for.
    fn waiting_bytes(&self) -> f64 {
        let places = size_of::<Request>() as f64 + 32.0 * self.pools;
        LINE_BYTES as f64 * self.waiting + places * self.requests
    }
}

impl Pathway {
    /// What one replication of all arms takes, about.
    pub fn effort(&self) -> Effort {
        let arms: Option<Vec<Volumes>> = self.models().map(volumes).collect();
        let Some(arms) = arms else {
            return Effort::endless();
        };
        let Some(base) = arms.first() else {
            return Effort::default();
        };
        let events = || arms.iter().map(Volumes::events);
        // The placebo runs the first arm again.
        let again = f64::from(u8::from(arms.len() > 1));
        let all = events().sum::<f64>() + again * base.events();
        let most = |f: &dyn Fn(&Volumes) -> f64| arms.iter().map(f).fold(0.0, f64::max);
        let runs = arms.len() as f64 + again;
        let seconds = SECONDS_TO_BEGIN
            + arms.iter().map(Volumes::seconds).sum::<f64>()
            + again * base.seconds()
            + SECONDS_A_PERSON * base.people * (1.0 + runs);
        Effort {
            events: all,
            longest: events().fold(0.0, f64::max),
            seconds,
            bytes: BYTES_TO_BEGIN
                + base.course_bytes()
                + most(&Volumes::arm_bytes)
                + 4.0 * base.people * arms.len() as f64,
            numbered: most(&|v| v.items.max(v.episodes).max(v.people).max(v.requests) * 4.0),
            waiting: most(&Volumes::waiting_bytes),
        }
    }
}
