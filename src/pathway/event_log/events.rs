//! From rows to events: people arrive and depart, what was begun is ended, places get numbers.

use crate::base::Time;
use crate::model::{Model, Place, Role, TeamIndex, Work};
use crate::pathway::causes::{Cause, NeedKind};
use crate::pathway::course::Course;
use crate::pathway::needs::{Ending, NONE};
use crate::pathway::objects::{CaseStage, HandoffStage, Matter, PrescriptionPurpose, Task};
use crate::pathway::state::NO_CLINICIAN;

use super::{Doing, EventLog, Held, Row, What};

/// What an event is about; it names the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activity {
    /// The palliative phase begins, or something happens for the first time.
    Arrival,
    /// Death, or the end of the run.
    Depart,
    /// A work item.
    Item(Role, Work, Task),
    /// A stage of a hand-off.
    Handoff(Matter, HandoffStage),
    /// A stage of a prescription.
    Prescription(PrescriptionPurpose, u8),
    /// A stage of a case with social care.
    Case(CaseStage),
    /// A place.
    Place(Held),
    /// A need arises (`None`) or ends.
    Need(NeedKind, Option<Ending>),
}

/// Why: a cause of waiting, or how somebody departed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Nothing to say.
    Nothing,
    /// A cause of waiting, by its position in [`Cause::NAMES`].
    Cause(u8),
    /// Death, and where.
    Died(Place),
    /// The run ended.
    RunEnded,
}

/// One event of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When, in seconds from the start.
    pub time: Time,
    /// Whose, by position in the course.
    pub person: u32,
    /// What it is about.
    pub activity: Activity,
    /// What befell it; `None` for something that happens at a moment (arrivals, stages, needs).
    pub doing: Option<Doing>,
    /// The team concerned.
    pub team: Option<TeamIndex>,
    /// Position of the clinician in the team, or [`u16::MAX`].
    pub clinician: u16,
    /// Number of the clinician or place within its team, from 1; 0 for none.
    pub unit: u32,
    /// Number of the work item, hand-off, prescription, case or stay; [`NONE`] for none.
    pub number: u32,
    /// Why.
    pub why: Why,
}

/// Numbers of places in use, by team: a place is the lowest number that is free.
#[derive(Clone, Debug, Default)]
struct Units(Vec<(Option<TeamIndex>, Held, Vec<bool>)>);

impl Units {
    fn of(&mut self, team: Option<TeamIndex>, held: Held) -> &mut Vec<bool> {
        // A person in the department lies in the same hospital as one in its wards, but in another bed.
        let at = (self.0.iter()).position(|(t, h, _)| (*t, *h) == (team, held));
        let at = at.unwrap_or_else(|| {
            self.0.push((team, held, Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[at].2
    }

    fn take(&mut self, team: Option<TeamIndex>, held: Held) -> u32 {
        let taken = self.of(team, held);
        let at = taken.iter().position(|t| !t).unwrap_or(taken.len());
        if at == taken.len() {
            taken.push(true);
        } else {
            taken[at] = true;
        }
        at as u32 + 1
    }

    fn give_back(&mut self, team: Option<TeamIndex>, held: Held, unit: u32) {
        self.of(team, held)[unit as usize - 1] = false;
    }
}

/// Turns rows into events; keeps what each person has begun and not ended.
struct Events<'w> {
    m: &'w Model,
    c: &'w Course,
    /// What each person has begun and not ended.
    open: Vec<Vec<Event>>,
    units: Units,
    out: Vec<(Time, u8, Event)>,
}

impl EventLog {
    /// The events of the people whom `keep` wants, in order of time. Everybody in it arrives first and departs
    /// last, and what is begun is ended: at the latest by death or by the end of the run.
    pub fn events(&self, m: &Model, c: &Course, keep: impl Fn(u32) -> bool) -> Vec<Event> {
        let mut events = Events {
            m,
            c,
            open: vec![Vec::new(); c.people.len()],
            units: Units::default(),
            out: Vec::with_capacity(self.rows.len()),
        };
        let mut first = vec![Time::MAX; c.people.len()];
        for row in &self.rows {
            if !matches!(row.what, What::RunEnded | What::Note(_)) {
                let onset = match row.what {
                    What::Need(n) => self.needs[n as usize].onset,
                    _ => row.time,
                };
                let at = &mut first[row.person as usize];
                *at = (*at).min(row.time).min(onset);
            }
        }
        let end = m.windows.end();
        for (person, p) in c.people.iter().enumerate() {
            let begins = if p.palliative_from < end {
                p.palliative_from.max(0)
            } else {
                Time::MAX
            };
            if self.wants(person as u32) {
                first[person] = first[person].min(begins);
            }
        }
        for (person, time) in first.iter().enumerate() {
            if *time < Time::MAX && keep(person as u32) {
                events.at_once(
                    *time,
                    person as u32,
                    Activity::Arrival,
                    None,
                    NONE,
                    Why::Nothing,
                    0,
                );
            }
        }
        for row in &self.rows {
            if keep(row.person) && first[row.person as usize] < Time::MAX {
                events.row(self, row);
            }
        }
        // Stable: within a second the order in which things happened.
        events.out.sort_by_key(|(time, rank, _)| (*time, *rank));
        events.out.into_iter().map(|(_, _, event)| event).collect()
    }
}

impl Events<'_> {
    #[allow(clippy::too_many_arguments)] // the parts of one event
    fn at_once(
        &mut self,
        time: Time,
        person: u32,
        activity: Activity,
        team: Option<TeamIndex>,
        number: u32,
        why: Why,
        rank: u8,
    ) {
        let event = Event {
            time,
            person,
            activity,
            doing: None,
            team,
            clinician: NO_CLINICIAN,
            unit: 0,
            number,
            why,
        };
        self.out.push((time, rank, event));
    }

    /// The team of a role that serves a person at a time.
    fn team(&self, time: Time, role: Role, person: u32) -> Option<TeamIndex> {
        self.m
            .at(time)
            .team(role, usize::from(self.c.people[person as usize].practice))
    }

    fn row(&mut self, log: &EventLog, row: &Row) {
        let (time, person) = (row.time, row.person);
        match row.what {
            What::Item {
                doing,
                item,
                team,
                work,
                task,
                clinician,
                cause,
            } => {
                let role = self.m.teams[team.index()].role;
                let event = Event {
                    time,
                    person,
                    activity: Activity::Item(role, work, task),
                    doing: Some(doing),
                    team: Some(team),
                    clinician,
                    unit: if clinician == NO_CLINICIAN {
                        0
                    } else {
                        u32::from(clinician) + 1
                    },
                    number: item,
                    why: why(cause),
                };
                self.befalls(event);
            }
            What::Handoff {
                number,
                to,
                matter,
                stage,
                ..
            } => {
                let with_gp = matches!(stage, HandoffStage::ToGp | HandoffStage::AtGp);
                let team = if with_gp {
                    self.team(time, Role::Gp, person)
                } else {
                    Some(to)
                };
                let reason = why(cause_of_handoff(stage));
                let activity = Activity::Handoff(matter, stage);
                self.at_once(time, person, activity, team, number, reason, 1);
            }
            What::Prescription {
                number,
                purpose,
                stage,
            } => {
                let role = if stage < 2 { Role::Gp } else { Role::Pharmacy };
                let team = self.team(time, role, person);
                let reason = why(cause_of_prescription(stage));
                let activity = Activity::Prescription(purpose, stage);
                self.at_once(time, person, activity, team, number, reason, 1);
            }
            // Waiting for hours is written as waiting for the place.
            What::Case {
                stage: CaseStage::Sourcing,
                ..
            } => {}
            What::Case { number, stage, cause } => {
                let team = role_of_case(stage).and_then(|role| self.team(time, role, person));
                let reason = match stage {
                    CaseStage::Closed => Why::Nothing,
                    _ => why(Some(cause)),
                };
                self.at_once(time, person, Activity::Case(stage), team, number, reason, 1);
            }
            What::Place { doing, held, number } => self.place(time, person, doing, held, number),
            What::Need(n) => {
                let need = &log.needs[n as usize];
                let kind = need.kind;
                let begins = Activity::Need(kind, None);
                self.at_once(need.onset, person, begins, None, NONE, Why::Nothing, 1);
                let reason = need.main_cause().map_or(Why::Nothing, Why::Cause);
                let ends = Activity::Need(kind, Some(need.ending));
                self.at_once(time, person, ends, None, NONE, reason, 1);
            }
            What::Contact { .. } | What::Note(_) => {}
            What::Died(place) => self.departs(time, person, Why::Died(place)),
            What::RunEnded => self.departs(time, person, Why::RunEnded),
        }
    }

    fn departs(&mut self, time: Time, person: u32, why: Why) {
        while let Some(open) = self.open[person as usize].first().copied() {
            self.befalls(Event {
                time,
                doing: Some(Doing::Ended),
                why,
                ..open
            });
        }
        // After the needs, whose ends are written in the same second.
        self.at_once(time, person, Activity::Depart, None, NONE, why, 2);
    }

    /// Keeps the books of what is open.
    fn befalls(&mut self, event: Event) {
        let open = &mut self.open[event.person as usize];
        match event.doing {
            Some(Doing::Begun) => open.push(event),
            Some(Doing::Ended) => {
                let same = |o: &Event| o.activity == event.activity && o.number == event.number;
                let Some(at) = open.iter().position(same) else {
                    return;
                };
                let begun = open.remove(at);
                if let Activity::Place(held) = begun.activity {
                    self.units.give_back(begun.team, held, begun.unit);
                }
            }
            _ => {}
        }
        self.out.push((event.time, 1, event));
    }

    fn place(&mut self, time: Time, person: u32, doing: Doing, held: Held, number: u32) {
        let team = self.team(time, role_of_place(held), person);
        let event = Event {
            time,
            person,
            activity: Activity::Place(held),
            doing: Some(doing),
            team,
            clinician: NO_CLINICIAN,
            unit: 0,
            number,
            why: match doing {
                Doing::Queued => why(Some(cause_of_place(held))),
                _ => Why::Nothing,
            },
        };
        match doing {
            Doing::Begun => {
                if matches!(held, Held::Department | Held::Hospital | Held::Bed) {
                    self.leave_wards(time, person);
                }
                let unit = self.units.take(team, held);
                self.befalls(Event { unit, ..event });
            }
            // Whichever of that kind is held, all of them where no number is given.
            Doing::Ended => {
                let here =
                    |o: &&Event| o.activity == event.activity && (number == NONE || o.number == number);
                while let Some(open) = self.open[person as usize].iter().find(here).copied() {
                    self.befalls(Event {
                        time,
                        doing: Some(Doing::Ended),
                        why: Why::Nothing,
                        ..open
                    });
                }
            }
            _ => self.befalls(event),
        }
    }

    /// One is in one ward at a time.
    fn leave_wards(&mut self, time: Time, person: u32) {
        for ward in [Held::Department, Held::Hospital, Held::Bed] {
            self.place(time, person, Doing::Ended, ward, NONE);
        }
    }
}

fn role_of_place(held: Held) -> Role {
    match held {
        Held::Department | Held::Hospital => Role::Hospital,
        Held::Bed => Role::HospiceWard,
        Held::AtHome => Role::HospiceAtHome,
        Held::HomeCare => Role::HomeCare,
        Held::ContinuingCare => Role::ContinuingCareService,
        Held::VirtualWard => Role::VirtualWard,
        Held::NightSitter => Role::NightSitter,
    }
}

fn cause_of_place(held: Held) -> Cause {
    match held {
        Held::HomeCare | Held::ContinuingCare | Held::NightSitter => Cause::PackageCapacity,
        _ => Cause::Bed,
    }
}

fn role_of_case(stage: CaseStage) -> Option<Role> {
    match stage {
        CaseStage::NotAsked | CaseStage::Application | CaseStage::Private | CaseStage::CareHome => None,
        CaseStage::Decision | CaseStage::Brokerage => Some(Role::ContinuingCare),
        CaseStage::Agreement | CaseStage::Sourcing | CaseStage::Starting => Some(Role::HomeCare),
        _ => Some(Role::SocialWorker),
    }
}

fn cause_of_handoff(stage: HandoffStage) -> Option<Cause> {
    match stage {
        HandoffStage::ToGp | HandoffStage::AtGp => Some(Cause::GpRoundtrip),
        HandoffStage::Travelling | HandoffStage::ToHub => Some(Cause::Transfer),
        HandoffStage::AtHub => Some(Cause::StaffCapacity),
        HandoffStage::Lost => Some(Cause::LostReferral),
        HandoffStage::Returned => Some(Cause::ReturnedReferral),
        HandoffStage::Authorising => Some(Cause::Authorisation),
        HandoffStage::Disputed => Some(Cause::Dispute),
        HandoffStage::Done => None,
    }
}

fn cause_of_prescription(stage: u8) -> Option<Cause> {
    match stage {
        0 => Some(Cause::Prescriber),
        1 => Some(Cause::CollectionRule),
        2 | 3 => Some(Cause::Pharmacy),
        4 => Some(Cause::Collection),
        _ => None,
    }
}

fn why(cause: Option<Cause>) -> Why {
    cause.map_or(Why::Nothing, |c| Why::Cause(c as u8))
}
