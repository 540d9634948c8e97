//! The register as a thing: why people come onto it, their colour, whom a practice has on it and whom it has not (model.md §8).

use crate::base::{NEVER, Secs, Time, WEEK};
use crate::model::{Model, Place, Role, State, TeamIndex};

use super::needs::NONE;
use super::world::{K, World, kind};

/// Most admissions that are remembered of a person.
pub(super) const MOST_ADMISSIONS: usize = 8;
/// A month of planning: decisions that are thought over once a month are keyed by it.
pub(super) const MONTH: Secs = 4 * WEEK;

/// Why the practice put a person on its register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The hospital's letter was acted on.
    Letter = 0,
    /// Noticed at a GP contact.
    Contact = 1,
    /// A specialist palliative nurse who had the person already let the practice know.
    Specialist = 2,
    /// The hospital let the practice know after an emergency admission.
    Crisis = 3,
    /// Another service noticed and let the practice know.
    OtherService = 4,
    /// Repeated emergency admissions were acted on.
    Admissions = 5,
    /// Found by the risk tool.
    RiskTool = 6,
    /// Came up at a meeting.
    Meeting = 7,
}

impl Reason {
    /// Names as in result files, in order.
    pub const NAMES: [&'static str; 8] = [
        "letter",
        "contact",
        "specialist",
        "crisis",
        "other_service",
        "admissions",
        "risk_tool",
        "meeting",
    ];

    /// The reason why a service's word leads to recognition.
    pub fn of_word(from: Role) -> Reason {
        match from {
            Role::Cns => Reason::Specialist,
            Role::Hospital => Reason::Crisis,
            _ => Reason::OtherService,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        [
            "the hospital's letter was acted on",
            "noticed at a contact",
            "the specialist nurses let the practice know",
            "the hospital let the practice know after an emergency",
            "another service let the practice know",
            "repeated emergency admissions were acted on",
            "found by the risk tool",
            "came up at a meeting",
        ][self as usize]
    }
}

/// Colours on the register.
pub const COLOURS: [&str; 3] = ["green", "amber", "red"];

/// Colour of a known state: 0 green (stable), 1 amber (deteriorating), 2 red (unstable, dying).
pub(super) fn colour(known: State) -> usize {
    match known {
        State::Before | State::Stable => 0,
        State::Deteriorating => 1,
        State::Unstable | State::Dying => 2,
    }
}

/// What is held about planning for one person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// When the latest emergency admissions began, newest first; `-NEVER` where there was none.
    pub admitted: [Time; MOST_ADMISSIONS],
    /// Since when the person has had this colour on the register; [`NEVER`] while not on it.
    pub coloured: Time,
    /// Colour on the register.
    pub colour: usize,
    /// When last discussed at a meeting.
    pub discussed: Time,
    /// When an advance care plan was first agreed; [`NEVER`].
    pub agreed: Time,
    /// It is in the record of the team that made it.
    pub recorded: bool,
    /// The place it says the person prefers.
    pub place: Place,
    /// The team that made it last.
    pub maker: TeamIndex,
    /// When it can be read by the out-of-hours doctor and by the hospital; [`NEVER`].
    pub copy_at: [Time; 2],
    /// The practice has handed the person over to out of hours.
    pub handed_over: bool,
    /// Flagged by the risk tool, the review still to come.
    pub flagged: bool,
    /// The carer's need for an assessment (need, step), or [`NONE`].
    pub carer: (u32, u32),
    /// The item of a carer's assessment under way, or [`NONE`].
    pub carer_item: u32,
    /// Until when an assessment is in force.
    pub carer_until: Time,
}

impl Plan {
    const NEW: Plan = Plan {
        admitted: [-NEVER; MOST_ADMISSIONS],
        coloured: NEVER,
        colour: 0,
        discussed: -NEVER,
        agreed: NEVER,
        recorded: false,
        place: Place::Home,
        maker: TeamIndex(0),
        copy_at: [NEVER; 2],
        handed_over: false,
        flagged: false,
        carer: (NONE, NONE),
        carer_item: NONE,
        carer_until: -NEVER,
    };
}

/// What is held about planning in one arm.
#[derive(Clone, Debug)]
pub(super) struct Plans {
    /// By person.
    pub of: Vec<Plan>,
    /// By practice: people on the register, the dead taken off when it is next looked through.
    pub register: Vec<Vec<u32>>,
    /// By practice: palliative people who were not yet recognised when a risk tool last looked them through.
    pub unrecognised: Vec<Vec<u32>>,
    /// By practice: people on the specialist nurses' caseload.
    pub with_specialist: Vec<Vec<u32>>,
    /// By practice: when the next meeting and the next run of the risk tool are; other events of theirs are stale.
    pub next: Vec<[Time; 2]>,
    /// Lost hand-offs and when they will be missed.
    pub lost: Vec<(u32, Time)>,
    /// Lost hand-offs found early: their events of that second are stale.
    pub found: Vec<(u32, Time)>,
    /// By practice: level of learning, and when it had it.
    pub learned: Vec<(f64, Time)>,
    /// Room for putting a meeting's people in order.
    pub order: Vec<(u8, Time, u32)>,
}

impl Plans {
    /// Nobody on any register.
    pub fn new(m: &Model, people: usize) -> Plans {
        let practices = m.exogenous.practices.len();
        Plans {
            of: vec![Plan::NEW; people],
            register: vec![Vec::new(); practices],
            unrecognised: vec![Vec::new(); practices],
            with_specialist: vec![Vec::new(); practices],
            next: vec![[NEVER; 2]; practices],
            lost: Vec::new(),
            found: Vec::new(),
            learned: (0..practices).map(|p| (start_of_learning(m, p), 0)).collect(),
            order: Vec::new(),
        }
    }
}

/// What a practice that reviews deaths has learned when learning begins.
fn start_of_learning(m: &Model, practice: usize) -> f64 {
    let reviews = m.style(practice).planning.review.is_some();
    m.care_planning
        .learning
        .filter(|_| reviews)
        .map_or(0.0, |l| l.start)
}

impl World<'_> {
    /// The first of whatever planning does by the calendar.
    pub(super) fn begin_planning(&mut self, k: &mut K) {
        for practice in 0..self.m.exogenous.practices.len() {
            self.next_meeting(k, practice);
            self.next_risk_tool(k, practice);
        }
        if self
            .m
            .epochs()
            .any(|(_, _, m)| m.care_planning.learning.is_some())
        {
            let (from, to) = self.m.windows.measured_window();
            for (i, at) in [from, from + (to - from) / 2, to].into_iter().enumerate() {
                self.at(k, at, kind::LEARNING, i as u32);
            }
        }
    }

    /// The model is another one from now on: meetings and risk tools begin, end or come at other times.
    pub(super) fn planning_renewed(&mut self, k: &mut K, before: &Model) {
        let next = self.m;
        let learning_begins =
            before.care_planning.learning.is_none() && next.care_planning.learning.is_some();
        for practice in 0..next.exogenous.practices.len() {
            if learning_begins {
                self.plans.learned[practice] = (start_of_learning(next, practice), k.now());
            }
            if before.style(practice).planning.meeting != next.style(practice).planning.meeting {
                self.next_meeting(k, practice);
            }
            if before.risk_tool(practice) != next.risk_tool(practice) {
                self.next_risk_tool(k, practice);
            }
        }
    }

    /// What planning holds of a person.
    #[inline]
    pub(super) fn plan(&mut self, person: u32) -> &mut Plan {
        &mut self.plans.of[person as usize]
    }

    /// Gold Standards Framework level of the person's practice.
    #[inline]
    pub(super) fn gsf_level(&self, person: u32) -> u8 {
        self.m
            .style(self.person(person).practice as usize)
            .planning
            .gsf_level
    }

    /// Somebody comes onto the register.
    pub(super) fn enters_register(&mut self, person: u32, why: Reason, now: Time) {
        let practice = self.person(person).practice as usize;
        self.plans.register[practice].push(person);
        self.count_planning(now, |m| m.recognised[why as usize]);
        self.meter_register(person, now);
    }

    /// Counts the time on the register in the present colour, and takes up the colour of what the practice now knows.
    pub(super) fn meter_register(&mut self, person: u32, now: Time) {
        let plan = self.plans.of[person as usize];
        let individual = &self.people[person as usize];
        if plan.coloured != NEVER {
            let measure = self.rec.m.planning.register_secs[plan.colour];
            let secs = self.rec.overlap(plan.coloured, now);
            self.rec.total(measure, secs);
        }
        let on = individual.alive && individual.registered();
        let known = individual.known[Role::Gp as usize];
        let plan = self.plan(person);
        plan.colour = colour(known);
        plan.coloured = if on { now } else { NEVER };
    }

    /// How far a practice below GSF level 4 reaches somebody in a care home or without cancer.
    pub(super) fn reach(&self, person: u32) -> f64 {
        let gsf = &self.m.care_planning.gsf;
        if self.gsf_level(person) >= 4 {
            return 1.0;
        }
        let in_care_home = self.people[person as usize].home == Place::CareHome;
        let cancer = self.m.exogenous.groups[self.person(person).group as usize].cancer;
        let (a, b) = (
            if in_care_home { gsf.care_home_below } else { 1.0 },
            if cancer { 1.0 } else { gsf.non_cancer_below },
        );
        a * b
    }

    /// The probability that a practice acts on a letter, given that of its style.
    pub(super) fn acts_on(&self, person: u32, p: f64, now: Time) -> f64 {
        let learned = match &self.m.care_planning.learning {
            Some(l) => l.letters * self.learned(self.person(person).practice as usize, now),
            None => 0.0,
        };
        (p + (1.0 - p) * learned) * self.reach(person)
    }

    /// The probability that a GP notices somebody, given that of the style.
    pub(super) fn gp_notices(&self, person: u32, p: f64, now: Time) -> f64 {
        let plan = &self.m.care_planning;
        let learned = match &plan.learning {
            Some(l) => 1.0 + l.notices * self.learned(self.person(person).practice as usize, now),
            None => 1.0,
        };
        let level = if self.gsf_level(person) >= 2 {
            plan.gsf.notices
        } else {
            1.0
        };
        p * learned * level * self.reach(person)
    }
}
