//! What runs through one person's care: what a contact is to the person, plans that follow changes, hand-offs (model.md §16).

use crate::base::{DAY, NEVER, Time};
use crate::model::{ROLES, Role, State};

use super::needs::NONE;
use super::objects::Item;
use super::outcomes_continuity::ChangeEnd;
use super::state::{Caseload, Standing};
use super::world::World;

/// How long after a hand-off a planned contact still counts as being across it.
const ACROSS: i64 = 28 * DAY;

/// What runs through one person's care in one arm.
#[derive(Clone, Copy, Debug)]
pub struct Thread {
    /// Trust in services, from 0 to 1.
    pub trust: f64,
    /// Offers declined the last time they were made, as bits.
    pub declined: u8,
    /// From when each role has seen the newest record; [`NEVER`] if nothing has told it.
    pub current: [Time; ROLES],
    /// The state of illness in the newest record.
    pub recorded: State,
    /// When the state truly changed, while no plan has followed; [`NEVER`] otherwise.
    pub changed: Time,
    /// When the person last came under new hands: home from a ward, taken on by a caseload.
    pub handed: Time,
    /// Caseloads whose open planned contact fell due soon after that, as bits.
    pub across: u8,
}

impl Thread {
    /// Before anything has happened: there is nothing that anybody could have missed.
    pub fn new(trust: f64) -> Thread {
        Thread {
            trust,
            declined: 0,
            current: [-NEVER; ROLES],
            recorded: State::Before,
            changed: NEVER,
            handed: -NEVER,
            across: 0,
        }
    }
}

impl World<'_> {
    /// What a contact is to the person: in time or late, informed or telling it all again, a known face or a new one.
    pub(super) fn experienced(&mut self, now: Time, it: &Item, clinician: u16, role: Role) {
        let current = self.threads[it.person as usize].current[role as usize] <= now;
        let informed = current && !self.language_hinders(now, it.person, it.team, role);
        // After a stay in a ward the team has a day from when the work came back to it.
        let back = it.queued > it.created;
        let due = if back { it.due.max(it.queued + DAY) } else { it.due };
        let late = it.started > due;
        let face = u32::from(it.team.0) << 16 | u32::from(clinician);
        let individual = &self.people[it.person as usize];
        let known_face = individual.faces.iter().any(|(who, _)| *who == face);
        if individual.palliative() {
            self.rec.contact_informed(self.person(it.person), informed, now);
        }
        self.trust_after_contact(it.person, it.team, role, [!late, informed, known_face]);
        self.confidence_after(it.team, !late, informed);
        if !current {
            self.sees_record(now, it.person, role);
        }
    }

    /// The state has truly changed: unless somebody plans by the new state already, a plan has to follow.
    pub(super) fn truly_changed(&mut self, now: Time, person: u32, before: State) {
        self.change_over(now, person, ChangeEnd::Other);
        let individual = &self.people[person as usize];
        let planned_for = Caseload::ALL.into_iter().any(|c| {
            individual.care[c as usize].standing == Standing::Active
                && individual.known[c.role() as usize] == individual.state
        });
        if before != State::Before && individual.in_community() && !planned_for {
            self.threads[person as usize].changed = now;
        }
    }

    /// A role has come to know a state: if it is the true one and the role plans, the plan has followed.
    pub(super) fn plan_follows(&mut self, now: Time, person: u32, role: Role) {
        let individual = &self.people[person as usize];
        let plans = Caseload::ALL
            .into_iter()
            .any(|c| c.role() == role && individual.care[c as usize].standing == Standing::Active);
        if plans && individual.known[role as usize] == individual.state {
            self.change_over(now, person, ChangeEnd::Followed);
        }
    }

    fn change_over(&mut self, now: Time, person: u32, end: ChangeEnd) {
        let changed = std::mem::replace(&mut self.threads[person as usize].changed, NEVER);
        if changed != NEVER {
            self.rec.change_ended(self.person(person), changed, now, end);
        }
    }

    /// The person comes under new hands.
    pub(super) fn handed_over(&mut self, now: Time, person: u32) {
        self.threads[person as usize].handed = now;
        self.review_whole(now, person);
    }

    /// A planned contact falls due; across a hand-off if there was one not long before.
    pub(super) fn across_due(&mut self, now: Time, person: u32, caseload: usize) {
        let bit = 1 << caseload;
        let thread = &mut self.threads[person as usize];
        thread.across &= !bit;
        if now - thread.handed <= ACROSS {
            thread.across |= bit;
            self.rec.across_due(self.person(person), now);
        }
    }

    /// A planned contact that fell due at `due` has been made in time.
    pub(super) fn across_on_time(&mut self, person: u32, caseload: usize, due: Time) {
        if self.threads[person as usize].across & (1 << caseload) != 0 {
            self.rec.across_on_time(self.person(person), due);
        }
    }

    /// Whether there is one coordinator and one plan, and from when the plan is before everybody who plans.
    pub(super) fn review_whole(&mut self, now: Time, person: u32) {
        let individual = &self.people[person as usize];
        let mut planners = 0;
        let mut visible = -NEVER;
        for caseload in Caseload::ALL {
            if individual.care[caseload as usize].standing == Standing::Active {
                planners += 1;
                visible = visible.max(self.threads[person as usize].current[caseload.role() as usize]);
            }
        }
        // Where coordinators are named, the one; else whoever alone plans.
        let one = match &self.m.coordination.coordinator {
            Some(_) => individual.coordinators == 1,
            None => planners == 1,
        };
        let whole = one && individual.registered();
        self.needs
            .several
            .whole_from(person, now, if whole { visible } else { NEVER });
    }

    /// What is told of a person when death, or the end of the run, comes.
    pub(super) fn continuity_ends(&mut self, now: Time, person: u32, died: bool) {
        let end = if died {
            ChangeEnd::Other
        } else {
            ChangeEnd::Censored
        };
        self.change_over(now, person, end);
        let (several, whole) = self.needs.several.total(person, now);
        let p = self.person(person);
        self.rec.several_needs(p, several, whole);
        if died && self.people[person as usize].spell != NONE {
            let trust = self.threads[person as usize].trust;
            self.rec.trust_at_death(p, trust);
        }
    }
}
