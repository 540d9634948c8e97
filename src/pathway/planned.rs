//! Planned care of the caseloads: first visits, the next due date, missed visits.

use crate::base::{DAY, NEVER, Secs, WEEK, whole_secs};
use crate::model::{Role, State, Work};

use super::causes::{Cause, NeedKind};
use super::delegation::OWN_WORK;
use super::needs::{Ending, NONE};
use super::objects::{Item, Task};
use super::response::{DEMAND, FIRST_DUE, VISIT_OR_CALL};
use super::state::{Caseload, NO_STEPS, Standing};
use super::work::Order;
use super::world::{K, World, kind};

impl World<'_> {
    /// Interval between planned contacts of a caseload by the state it knows; `None`: no planned contact.
    pub(super) fn interval(&self, person: u32, caseload: Caseload) -> Option<Secs> {
        let state = self.people[person as usize].known[caseload.role() as usize];
        let known = state as usize;
        let a_week = match caseload {
            Caseload::Gp => {
                let style = self.m.style(self.person(person).practice as usize);
                style.planned_a_week[known] * self.closer_contacts(person, state)
            }
            Caseload::Nurse => self.m.planning.nursing_a_week[known],
            Caseload::Specialist => self.m.planning.specialist_a_week[known],
            Caseload::Support => (self.m.coordination.support.as_ref())
                .map_or(0.0, |support| support.touchpoints_a_week[known]),
            Caseload::Matron => return self.matron_interval(person),
            Caseload::Manager => self.manager_reviews_a_week(),
        };
        (a_week > 0.0).then(|| whole_secs(WEEK as f64 / a_week))
    }

    /// A caseload sets the next due date by what it now knows; never later than it was.
    pub(super) fn replan(&mut self, k: &mut K, person: u32, caseload: Caseload) {
        let care = self.people[person as usize].care[caseload as usize];
        if care.standing != Standing::Active || care.item != NONE {
            return;
        }
        let Some(interval) = self.interval(person, caseload) else {
            return;
        };
        // The first of a series is due at a uniform moment of the interval, so that nobody's whole
        // caseload falls due together.
        let first = care.due == NEVER;
        let due = if first {
            let u = self.u(person, FIRST_DUE, caseload as u32, 0);
            k.now() + (u * interval as f64) as Secs
        } else {
            care.due.min(k.now() + interval)
        };
        self.set_due(k, person, caseload, due, interval);
    }

    pub(super) fn set_due(&mut self, k: &mut K, person: u32, caseload: Caseload, due: i64, interval: Secs) {
        let care = &mut self.ind(person).care[caseload as usize];
        if care.due == due {
            return;
        }
        care.due = due;
        care.interval = interval;
        self.at(k, due, kind::PLANNED, person << 3 | caseload as u32);
    }

    /// A planned contact falls due.
    pub(super) fn planned_due(&mut self, k: &mut K, person: u32, caseload: usize) {
        let now = k.now();
        let care = self.people[person as usize].care[caseload];
        if !self.people[person as usize].alive || care.due != now || care.item != NONE {
            return;
        }
        if !self.people[person as usize].in_community() {
            return; // taken up again when the person is home
        }
        let which = Caseload::ALL[caseload];
        let role = which.role();
        let Some(team) = self.team(role, person) else {
            return;
        };
        if which == Caseload::Support && self.hna_instead(k, person) {
            return;
        }
        let day = (now / DAY) as u32;
        let work = match which {
            Caseload::Specialist
                if !self.chance(
                    person,
                    VISIT_OR_CALL,
                    day,
                    caseload as u16,
                    self.m.planning.specialist_visits,
                ) =>
            {
                Work::Call
            }
            Caseload::Support | Caseload::Matron | Caseload::Manager => {
                self.coordinating_contact(person, which, day)
            }
            _ => Work::Planned,
        };
        self.ind(person).tallies.planned_due += 1;
        self.rec.planned_due(self.person(person), now);
        self.across_due(now, person, caseload);
        let named = self.usual(person, role);
        let item = self.order(
            k,
            Order {
                person,
                team,
                work,
                task: Task::Planned,
                steps: NO_STEPS,
                link: caseload as u32,
                anchor: day,
                attempt: caseload as u16,
                priority: 3,
                due: now + care.interval.min(2 * DAY),
                named,
            },
        );
        // The visit may be over only in a later event, so the item is still open here.
        self.ind(person).care[caseload].item = item;
        self.watch_overdue(k, person, item, care.interval);
        self.sweep_planned(k, item);
    }

    /// A planned contact has been made.
    pub(super) fn planned_done(&mut self, k: &mut K, it: &Item) {
        let now = k.now();
        let caseload = Caseload::ALL[it.link as usize];
        let care = self.people[it.person as usize].care[it.link as usize];
        let on_time = now - it.created <= care.interval;
        if on_time {
            self.ind(it.person).tallies.planned_on_time += 1;
            self.rec.planned_on_time(self.person(it.person), it.created);
            self.across_on_time(it.person, it.link as usize, it.created);
        }
        self.next_planned(k, it.person, caseload);
        if caseload == Caseload::Manager {
            self.manager_acts(k, it.person, it.team);
        }
        if it.work != Work::Call && it.instead_of == OWN_WORK {
            self.combine(k, it, caseload);
        }
    }

    /// The next planned contact of a caseload falls due an interval from now.
    pub(super) fn next_planned(&mut self, k: &mut K, person: u32, caseload: Caseload) {
        // Made now, by whomever.
        self.ind(person).care[caseload as usize].last = k.now();
        match self.interval(person, caseload) {
            Some(usual) => {
                let interval = match caseload {
                    Caseload::Specialist => self.reinvest(person, usual, k.now()),
                    _ => usual,
                };
                self.set_due(k, person, caseload, k.now() + interval, interval);
            }
            None => self.ind(person).care[caseload as usize].due = NEVER,
        }
    }

    /// The person is home again: planned contacts that fell due meanwhile are due soon.
    pub(super) fn resume_planned(&mut self, k: &mut K, person: u32) {
        for caseload in Caseload::ALL {
            let care = self.people[person as usize].care[caseload as usize];
            let missed = care.due <= k.now() || care.due == NEVER;
            if care.standing == Standing::Active
                && care.item == NONE
                && missed
                && let Some(interval) = self.interval(person, caseload)
            {
                let due = Self::soon(k.now()).min(k.now() + interval);
                self.set_due(k, person, caseload, due, interval);
            }
        }
    }

    /// A referral to district nursing has been accepted.
    pub(super) fn nursing_referral_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        // Accepted: a discharge that waited for this may go on, and the first visit follows.
        self.condition_met(k, h.person, h.steps[1]);
        self.handoffs[number as usize].steps[1] = NONE;
        let urgent = self.known_to_sender(number) >= State::Unstable;
        self.order_assessment(k, number, Task::FirstNurse, Role::DistrictNurse, urgent);
    }

    /// The first nursing visit has been made.
    pub(super) fn first_nurse(&mut self, k: &mut K, it: &Item) {
        self.activate(k, it.person, Caseload::Nurse);
        let (need, step) = self.people[it.person as usize].nursing;
        if self.needs.is_open(need) {
            self.end_need(need, step, Ending::Met, k.now());
        }
        self.ind(it.person).met[0] = k.now();
    }

    /// A referral to the specialist nurses has been accepted.
    pub(super) fn specialist_referral_arrives(&mut self, k: &mut K, number: u32) {
        let urgent = self.known_to_sender(number) >= State::Unstable;
        self.order_assessment(k, number, Task::FirstSpecialist, Role::Cns, urgent);
    }

    /// The first specialist assessment has been made.
    pub(super) fn first_specialist(&mut self, k: &mut K, it: &Item) {
        self.activate(k, it.person, Caseload::Specialist);
        self.with_specialist(it.person);
        self.specialist_sees(k, it.person);
        self.specialist_considers_hospice(k, it.person);
        self.specialist_coordinates(k, it.person, it.team);
        if !self.people[it.person as usize].registered() {
            self.send_word(k, it.person, it.team, Role::Gp, true);
        }
    }

    /// Some specialist palliative service has seen the person.
    pub(super) fn specialist_sees(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        self.specialist_asked(person, now);
        if self.people[person as usize].specialist_seen == NEVER {
            self.ind(person).specialist_seen = now;
        }
        let (need, step) = self.people[person as usize].specialist;
        if self.needs.is_open(need) {
            self.end_need(need, step, Ending::Met, now);
        }
        if self.people[person as usize].met[1] == NEVER {
            self.ind(person).met[1] = now;
        }
    }

    pub(super) fn activate(&mut self, k: &mut K, person: u32, caseload: Caseload) {
        let now = k.now();
        let care = &mut self.ind(person).care[caseload as usize];
        care.standing = Standing::Active;
        care.last = now;
        care.due = NEVER;
        self.handed_over(now, person);
        self.replan(k, person, caseload);
        self.recount_coordinators(k, person);
    }

    /// The need for nursing visits arises with the first deterioration.
    pub(super) fn nursing_need(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if individual.arose[0] != NEVER {
            return;
        }
        let now = k.now();
        self.ind(person).arose[0] = now;
        if self.people[person as usize].care[Caseload::Nurse as usize].standing == Standing::Active {
            self.ind(person).met[0] = now;
            let (need, step) = self.needs.open(person, NeedKind::Nursing, now, Cause::Treatment);
            return self.end_need(need, step, Ending::Met, now);
        }
        let referred =
            self.people[person as usize].care[Caseload::Nurse as usize].standing == Standing::Referred;
        let cause = if referred {
            Cause::Transfer
        } else {
            Cause::NotRecognised
        };
        let need = self.needs.open(person, NeedKind::Nursing, now, cause);
        self.ind(person).nursing = need;
        if referred {
            // A referral made before the need arose now carries it.
            self.adopt(person, need.1, now);
        }
    }

    /// The nursing referral (or first visit) already under way carries the need's step from now on.
    fn adopt(&mut self, person: u32, step: u32, now: i64) {
        let mut at = self.people[person as usize].item;
        while at != NONE {
            if self.items[at as usize].task == Task::FirstNurse {
                self.items[at as usize].steps[0] = step;
                self.needs.change(step, now, Cause::StaffCapacity);
                return;
            }
            at = self.items[at as usize].next;
        }
        let mut at = self.people[person as usize].handoff;
        while at != NONE {
            let h = &mut self.handoffs[at as usize];
            if h.matter == super::objects::Matter::Nursing {
                h.steps[0] = step;
                return;
            }
            at = h.before;
        }
    }

    /// Starts the contacts that people in the palliative phase ask their GP for.
    pub(super) fn start_demand(&mut self, k: &mut K, person: u32) {
        self.ind(person).care[Caseload::Gp as usize].named = self.usual_gp(person);
        self.next_demand(k, person);
    }

    /// The next contact asked for: a thinned Poisson stream in weeks of the calendar, so that what care does
    /// shifts none of it.
    fn next_demand(&mut self, k: &mut K, person: u32) {
        let cap = self
            .m
            .planning
            .gp_demand_a_week
            .iter()
            .copied()
            .fold(0.0, f64::max)
            * f64::from(self.person(person).contacts_factor);
        if cap <= 0.0 {
            return;
        }
        self.ind(person).demand_slot += 1;
        let slot = self.people[person as usize].demand_slot;
        let u = self.u(person, DEMAND, slot, 0);
        let gap = whole_secs(-libm::log(1.0 - u) / cap * WEEK as f64);
        self.at(k, k.now() + gap.max(1), kind::DEMAND, person);
    }

    /// A candidate moment at which the person may ask the GP for a contact.
    pub(super) fn demand(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if !individual.alive {
            return;
        }
        let rates = &self.m.planning.gp_demand_a_week;
        let cap = rates.iter().copied().fold(0.0, f64::max);
        let slot = individual.demand_slot;
        let accepted = self.u(person, DEMAND, slot, 1) < rates[individual.state as usize] / cap;
        if accepted && individual.in_community() {
            let visit = self.m.style(self.person(person).practice as usize).home_visit;
            let team = self.gp(person);
            let home = self.chance(person, DEMAND, slot, 2, visit);
            let named = self.usual(person, Role::Gp);
            self.order(
                k,
                Order {
                    person,
                    team,
                    work: if home { Work::Visit } else { Work::Call },
                    task: Task::Demand,
                    steps: NO_STEPS,
                    link: NONE,
                    anchor: slot,
                    attempt: 0,
                    priority: 3,
                    due: k.now() + 2 * DAY,
                    named,
                },
            );
        }
        self.next_demand(k, person);
    }
}
