//! One arm under way: its state, its clock's events, and how each finds its process.

use std::collections::VecDeque;

use crate::base::{Calendar, Secs, Time};
use crate::kernel::{self, Event, Kernel, PlacesId, TeamId, phase};
use crate::model::{Delay, Model, Place, Role, TeamIndex};
use crate::random::Draws;

use super::access_state::AccessState;
use super::agenda::likeliest;
use super::arena::Spare;
use super::continuity::Thread;
use super::course::{Course, Person};
use super::event_log::{Doing, EventLog};
use super::needs::{NONE, Needs};
use super::objects::{Case, Handoff, Item, Prescription, Symptom};
use super::recorder::Recorder;
use super::register::Plans;
use super::relations::Bonds;
use super::state::{Individual, Steps};

/// The kernel as this world uses it: records are kept by the [`Recorder`], not by an observer.
pub type K = Kernel<()>;

/// Kinds of event.
pub(super) mod kind {
    pub const AGENDA: u8 = 0;
    pub const SEEK: u8 = 1;
    pub const SYMPTOM_END: u8 = 2;
    pub const CONTROL: u8 = 3;
    pub const CRISIS: u8 = 4;
    pub const HANDOFF: u8 = 5;
    pub const PLANNED: u8 = 6;
    pub const DEMAND: u8 = 7;
    pub const PRESCRIPTION: u8 = 8;
    pub const SUPPLY: u8 = 9;
    pub const CASE: u8 = 10;
    pub const PACKAGE_END: u8 = 11;
    pub const HELD: u8 = 12;
    pub const READY: u8 = 13;
    pub const DISCHARGE: u8 = 14;
    pub const PALLIATIVE_TEAM: u8 = 15;
    pub const DEPARTMENT: u8 = 16;
    pub const HOSPICE_IN: u8 = 17;
    pub const HOSPICE_OUT: u8 = 18;
    pub const AT_HOME_END: u8 = 19;
    pub const LETTER: u8 = 20;
    pub const NEWS: u8 = 21;
    pub const FAMILY: u8 = 22;
    pub const OTHERS_ARRIVE: u8 = 23;
    pub const OTHERS_LEAVE: u8 = 24;
    pub const CHANGE: u8 = 90;
    pub const LEAVES: u8 = 91;
    pub const BACK: u8 = 92;
    pub const OVERDUE: u8 = 93;
    pub const COORDINATE: u8 = 94;
    pub const LEFT: u8 = 200;
    pub const PASS_ON: u8 = 60;
    pub const HELPLINE: u8 = 61;
    pub const REVIEWS: u8 = 62;
    pub const WARD_ROUND: u8 = 63;
    pub const WARD_END: u8 = 64;
    pub const SITTER: u8 = 65;
    pub const DRIVER: u8 = 66;
    pub const REORGANISED: u8 = 70;
    pub const SWEPT: u8 = 71;
    pub const SCRIPT_ASKED: u8 = 72;
    pub const MEETING: u8 = 80;
    pub const RISK_TOOL: u8 = 81;
    pub const DISCHARGE_LETTER: u8 = 82;
    pub const BEREAVEMENT: u8 = 83;
    pub const LEARNING: u8 = 84;
}

/// A timed event that belongs to one stage of an object; it is stale once the stage has moved on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wake {
    /// Object.
    pub link: u32,
    /// Stamp of its stage when the event was scheduled.
    pub stamp: u32,
}

/// News of a person's state on its way to a role, or of the need to recognise them.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    pub person: u32,
    /// Who says so.
    pub from: Role,
    pub role: Role,
    pub state: crate::model::State,
    /// When the sender knew it.
    pub seen: Time,
    pub recognise: bool,
}

/// One arm under way.
pub struct World<'a> {
    /// How care is organised at this time.
    pub(super) m: &'a Model,
    pub(super) c: &'a Course,
    pub(super) draws: Draws,
    /// Draws of everybody else's use of places; the placebo keeps them.
    pub(super) everybody_else: Draws,
    pub(super) people: Vec<Individual>,
    pub(super) needs: Needs,
    pub(super) items: Vec<Item>,
    /// Numbers of items that are over, the longest over first.
    pub(super) free_items: VecDeque<u32>,
    pub(super) symptoms: Vec<Symptom>,
    pub(super) handoffs: Vec<Handoff>,
    pub(super) prescriptions: Vec<Prescription>,
    pub(super) cases: Vec<Case>,
    pub(super) news: Vec<News>,
    /// Numbers of news that have arrived.
    pub(super) free_news: Vec<u32>,
    pub(super) wakes: Vec<Wake>,
    /// Registers, advance care plans, learning.
    pub(super) plans: Plans,
    /// What runs through each person's care.
    pub(super) threads: Vec<Thread>,
    /// Confidence of each team.
    pub(super) confidence: Vec<f64>,
    /// Requests for places, by number.
    pub(super) requests: Vec<Request>,
    /// Everybody else's next requests: (team << 8 | stream, ordinal); [`NONE`] for one that does not come after all.
    pub(super) others: Vec<(u32, u32)>,
    /// Kernel team of each team of the model.
    pub(super) kernel_team: Vec<Option<TeamId>>,
    /// Kernel places of each team of the model.
    pub(super) kernel_places: Vec<Option<PlacesId>>,
    /// Team of each kernel team.
    pub(super) team_of_kernel: Vec<TeamIndex>,
    /// What the roles that coordinate hold.
    pub(super) coordinating: super::coordination_state::Coordinating,
    /// Clinicians who left with the change of this second.
    pub(super) leavers: Vec<(TeamIndex, u16)>,
    /// Relationships and links between teams.
    pub(super) bonds: Bonds,
    /// What is recorded.
    pub rec: Recorder<'a>,
    /// What happens, written down if somebody asked.
    pub log: Option<EventLog>,
    pub(super) cursor: usize,
    /// Candidates passed over without an event, because nothing could have come of them.
    pub(super) passed_over: u64,
    /// By kind of candidate, the probability of its happening that is never exceeded, if there is one.
    pub(super) likeliest: Option<[f64; 3]>,
    /// What keys and routes of each person need, close together.
    pub(super) keys: Vec<Key>,
    /// The teams that meet people, by practice and role.
    pub(super) seeing: Vec<Vec<(Role, TeamIndex)>>,
    /// Services at home, and registers.
    pub(super) access: AccessState,
}

/// What is asked of a person most often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Key of all draws.
    pub key: u64,
    /// Position of the practice.
    pub practice: u16,
}

/// What a request for places is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum RequestFor {
    /// Hours of home care for a case.
    Care(u32),
    /// A hospice bed.
    Bed,
    /// A place with hospice-at-home.
    AtHome,
    /// A place on the virtual ward.
    Ward,
    /// A night sitter.
    Sitter,
    /// A package of the continuing-care service, for a case.
    Service(u32),
    /// Somebody else, for so many seconds.
    Others(Secs),
}

/// A request for places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    /// For whom; [`super::needs::NONE`] for everybody else's.
    pub person: u32,
    /// The places asked for.
    pub places: PlacesId,
    /// What it is for.
    pub what: RequestFor,
    /// The request before it of the same package, or [`super::needs::NONE`].
    pub before: u32,
}

impl Request {
    /// A request not yet made of any places.
    pub fn new(person: u32, what: RequestFor) -> Request {
        Request {
            person,
            places: PlacesId(0),
            what,
            before: NONE,
        }
    }
}

impl<'a> World<'a> {
    /// A world in which nothing has happened yet.
    pub fn new(
        m: &'a Model,
        c: &'a Course,
        everybody_else: Draws,
        draws: Draws,
        rec: Recorder<'a>,
    ) -> World<'a> {
        let spare = Spare::take();
        let (mut people, mut threads, mut needs) = (spare.people, spare.threads, spare.needs);
        people.extend(
            (c.people.iter())
                .map(|p| Individual::new(if p.care_home { Place::CareHome } else { Place::Home })),
        );
        threads.extend(c.people.iter().map(|p| Thread::new(f64::from(p.trust))));
        let mut keys = spare.keys;
        keys.extend(c.people.iter().map(|p| Key {
            key: p.key,
            practice: p.practice,
        }));
        needs.reset(people.len());
        needs.several.reset(people.len(), m.windows.measured_window());
        World {
            m,
            c,
            draws,
            everybody_else,
            people,
            needs,
            items: spare.items,
            free_items: spare.free_items,
            symptoms: spare.symptoms,
            handoffs: spare.handoffs,
            prescriptions: spare.prescriptions,
            cases: spare.cases,
            news: spare.news,
            free_news: spare.free_news,
            wakes: spare.wakes,
            plans: Plans::new(m, c.people.len()),
            threads,
            confidence: vec![m.confidence.map_or(0.5, |c| c.start); m.teams.len()],
            requests: spare.requests,
            others: spare.others,
            kernel_team: vec![None; m.teams.len()],
            kernel_places: vec![None; m.teams.len()],
            team_of_kernel: Vec::new(),
            coordinating: super::coordination_state::Coordinating::new(m),
            leavers: Vec::new(),
            bonds: Bonds::new(m, &everybody_else, 0),
            rec,
            log: None,
            cursor: 0,
            passed_over: 0,
            likeliest: likeliest(m),
            keys,
            seeing: super::information::seeing(m),
            access: AccessState::default(),
        }
    }

    /// The exogenous part of a person.
    #[inline]
    pub(super) fn person(&self, person: u32) -> &'a Person {
        &self.c.people[person as usize]
    }

    /// The person in this arm.
    #[inline]
    pub(super) fn ind(&mut self, person: u32) -> &mut Individual {
        &mut self.people[person as usize]
    }

    /// A response draw of a person.
    #[inline]
    pub(super) fn u(&self, person: u32, purpose: u16, anchor: u32, attempt: u16) -> f64 {
        self.draws
            .uniform(self.keys[person as usize].key, purpose, anchor, attempt)
    }

    /// Whether something of probability `p` happens to a person.
    #[inline]
    pub(super) fn chance(&self, person: u32, purpose: u16, anchor: u32, attempt: u16, p: f64) -> bool {
        p > 0.0 && (p >= 1.0 || self.u(person, purpose, anchor, attempt) < p)
    }

    /// The team of a role that serves a person, if there is one.
    #[inline]
    pub(super) fn team(&self, role: Role, person: u32) -> Option<TeamIndex> {
        self.m.team(role, self.keys[person as usize].practice as usize)
    }

    /// The person's practice as a team.
    #[inline]
    pub(super) fn gp(&self, person: u32) -> TeamIndex {
        self.team(Role::Gp, person)
            .expect("every practice has a GP team: checked when the scenario is read")
    }

    /// Opening hours of a team.
    #[inline]
    pub(super) fn hours(&self, team: TeamIndex) -> &'a Calendar {
        &self.m.calendars[self.m.teams[team.index()].calendar]
    }

    /// Whether practices are open.
    #[inline]
    pub(super) fn in_hours(&self, now: Time) -> bool {
        self.m.calendars[self.m.practice_calendar].is_open(now)
    }

    /// When a delay begun now ends, counted as it says; `team` gives the open hours.
    pub(super) fn delay_ends(&self, now: Time, delay: &Delay, u: f64, team: Option<TeamIndex>) -> Time {
        let calendar = match team {
            Some(t) => self.hours(t),
            None => &self.m.calendars[self.m.practice_calendar],
        };
        crate::base::finish(
            now,
            delay.length.secs(u),
            delay.counting,
            calendar,
            &self.m.working_days,
        )
    }

    /// Each of the steps from now on waits for `cause`.
    #[inline]
    pub(super) fn wait_for(&mut self, steps: Steps, now: Time, cause: super::Cause) {
        for step in steps {
            if step != NONE {
                self.needs.change(step, now, cause);
            }
        }
    }

    /// Schedules an event of the world.
    #[inline]
    pub(super) fn at(&self, k: &mut K, time: Time, kind: u8, index: u32) {
        k.schedule(time, phase::WORLD, Event::new(kind, index));
    }

    /// Schedules an event that is stale once the object's stage has moved on.
    pub(super) fn wake(&mut self, k: &mut K, time: Time, kind: u8, link: u32, stamp: u32) {
        self.wakes.push(Wake { link, stamp });
        self.at(k, time, kind, (self.wakes.len() - 1) as u32);
    }
}

impl kernel::World<()> for World<'_> {
    fn event(&mut self, k: &mut K, event: Event) {
        let i = event.index;
        match event.kind {
            kind::AGENDA => self.agenda(k),
            kind::SEEK => self.seek(k, i),
            kind::SYMPTOM_END => self.symptom_ended(k, i),
            kind::CONTROL => self.takes_effect(k, i),
            kind::CRISIS => self.crisis(k, i),
            kind::HANDOFF => self.handoff_moves(k, i),
            kind::PLANNED => self.planned_due(k, i >> 3, (i & 7) as usize),
            kind::DEMAND => self.demand(k, i),
            kind::PRESCRIPTION => self.prescription_moves(k, i),
            kind::SUPPLY => self.supply(k, i),
            kind::CASE => self.case_moves(k, i),
            kind::PACKAGE_END => self.free_care_ends(k, i),
            kind::HELD => self.hold_ends(k, i),
            kind::READY => self.ready_for_discharge(k, i),
            kind::DISCHARGE => self.discharge_condition(k, i),
            kind::PALLIATIVE_TEAM => self.palliative_team_comes(k, i),
            kind::DEPARTMENT => self.leaves_department(k, i),
            kind::HOSPICE_IN => self.hospice_admits(k, i),
            kind::HOSPICE_OUT => self.hospice_stay_ends(k, i),
            kind::AT_HOME_END => self.hospice_at_home_ends(k, i),
            kind::LETTER => self.hospital_letter(k, i),
            kind::NEWS => self.news_arrives(k, i),
            kind::FAMILY => self.family_asks(k, i),
            kind::OTHERS_ARRIVE => self.others_arrive(k, i),
            kind::OTHERS_LEAVE => self.others_leave(k, i),
            kind::MEETING => self.meeting(k, i),
            kind::RISK_TOOL => self.risk_tool_runs(k, i),
            kind::DISCHARGE_LETTER => self.discharge_letter_read(k, i),
            kind::BEREAVEMENT => self.bereavement_contact(k, i),
            kind::LEARNING => self.learning_shown(k, i),
            what @ kind::CHANGE..=kind::COORDINATE => self.coordination_event(k, what, i),
            kind::LEFT => self.clinicians_left(k),
            kind::PASS_ON => self.passed_to_team(k, i),
            kind::HELPLINE => self.helpline_answers(k, i),
            kind::REVIEWS => self.weekly_reviews(k, i),
            kind::WARD_ROUND => self.ward_round(k, i),
            kind::WARD_END => self.ward_stay_ends(k, i),
            kind::SITTER => self.sitter_moves(k, i),
            kind::DRIVER => self.driver_day(k, i),
            kind::REORGANISED => self.reorganisation(k.now()),
            kind::SWEPT => self.planned_swept(k, i),
            kind::SCRIPT_ASKED => self.script_asked(k, i),
            other => unreachable!("event kind {other} is not of this world"),
        }
    }

    fn service_secs(&mut self, k: &K, _team: TeamId, _clinician: u16, job: u32, waiting: u32) -> Secs {
        self.visit_secs(k.now(), job, waiting)
    }

    fn started(&mut self, k: &mut K, _team: TeamId, clinician: u16, job: u32) {
        self.log_item(k.now(), job, Doing::Begun, clinician);
        self.item_started(k.now(), job);
    }

    fn completed(&mut self, k: &mut K, _team: TeamId, clinician: u16, job: u32, withdrawn: bool) {
        self.log_item(k.now(), job, Doing::Ended, clinician);
        self.item_completed(k, clinician, job, withdrawn);
    }

    fn placed(&mut self, k: &mut K, _places: PlacesId, request: u32) {
        self.place_found(k, request);
    }
}
