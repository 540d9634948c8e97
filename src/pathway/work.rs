//! Work items: created, queued with a team, suspended, withdrawn, done; and what their waiting is put down to.

use crate::base::{NEVER, Secs, Time, whole_secs};
use crate::kernel::{Job, Withdrawal};
use crate::model::{Role, TeamIndex, Work};

use super::causes::Cause;
use super::delegation::OWN_WORK;
use super::event_log::Doing;
use super::needs::NONE;
use super::objects::{Item, ItemStatus, Task};
use super::response::{DUPLICATE, service};
use super::state::{Caseload, NO_CLINICIAN, Standing, Steps};
use super::tasks::{link_is_seconds, needs_the_person, of_symptom};
use super::world::{K, World};

/// Pieces in which a social-work assessment is written up.
const WRITE_UPS: u16 = 2;

/// What a new work item is to be.
pub(super) struct Order {
    pub person: u32,
    pub team: TeamIndex,
    pub work: Work,
    pub task: Task,
    pub steps: Steps,
    pub link: u32,
    pub anchor: u32,
    pub attempt: u16,
    pub priority: u8,
    pub due: Time,
    /// Position in the team of the clinician to wait for, or [`NO_CLINICIAN`].
    pub named: u16,
}

impl World<'_> {
    /// Creates a work item and gives it to its team; while its person is in a ward, community visits
    /// are kept aside instead. Returns its number.
    pub(super) fn order(&mut self, k: &mut K, mut o: Order) -> u32 {
        let now = k.now();
        let mut instead_of = OWN_WORK;
        if let Some(team) = self.delegated(&o) {
            instead_of = o.team.0;
            o.team = team;
            o.named = self.usual(o.person, Role::SupportWorker);
        }
        let team = &self.m.teams[o.team.index()];
        let named = o.named != NO_CLINICIAN && team.continuity_wait > 0;
        let individual = &self.people[o.person as usize];
        let aside = !individual.in_community() && needs_the_person(o.task);
        let status = [ItemStatus::Open, ItemStatus::Suspended][usize::from(aside)];
        let item = Item {
            person: o.person,
            team: o.team,
            instead_of,
            work: o.work,
            task: o.task,
            steps: o.steps,
            link: o.link,
            anchor: o.anchor,
            attempt: o.attempt,
            priority: o.priority,
            created: now,
            due: o.due,
            hold_until: if named { now + team.continuity_wait } else { now },
            queued: now,
            travel: 0,
            started: NEVER,
            status,
            next: individual.item,
            watched: 0,
            over: false,
        };
        let number = self.number_item(now, item);
        self.ind(o.person).item = number;
        self.rec.item_created();
        let doing = if aside { Doing::Suspended } else { Doing::Queued };
        self.log_item(now, number, doing, NO_CLINICIAN);
        if aside {
            self.rec.item_suspended();
            self.wait_for(o.steps, now, Cause::InHospital);
        } else {
            self.wait_for(o.steps, now, self.queue_cause(o.team, o.task));
            let job = Job {
                id: number,
                priority: o.priority,
                due: o.due,
                named: named.then_some(o.named),
                buddy: self.buddy(k, o.person, o.team, o.named),
                hold_until: now + team.continuity_wait,
            };
            let kernel_team = self.kernel_team[o.team.index()].expect("work goes to teams of clinicians");
            k.submit(self, kernel_team, job);
        }
        number
    }

    /// What open seconds in this queue are put down to.
    pub(super) fn queue_cause(&self, team: TeamIndex, task: Task) -> Cause {
        match task {
            Task::Roundtrip => Cause::GpRoundtrip,
            Task::Script | Task::Chart => Cause::Prescriber,
            Task::Social | Task::WriteUp => Cause::AssessmentQueue,
            _ => {
                let _ = team;
                Cause::StaffCapacity
            }
        }
    }

    /// The steps that wait for an item now: a symptom waits for its prescription only until something
    /// else is done about it.
    fn steps_of(&self, it: &Item) -> Steps {
        match it.task {
            Task::Script => self.prescription_steps(it.link),
            _ => it.steps,
        }
    }

    /// Splits what each step has waited in a team's queue since it came there.
    fn put_down_queue(&mut self, item: u32, now: Time, then: Cause) {
        let it = self.items[item as usize];
        for step in self.steps_of(&it) {
            if step == NONE || !self.needs.step_open(step) {
                continue;
            }
            let parts = self.queue_parts(&it, self.needs.since(step), now);
            self.needs.split(step, now, &parts, then);
        }
    }

    /// The seconds from `since` to `now` in a team's queue: closed ones, those held for the named clinician, the rest; of a
    /// round trip through the GP all alike.
    pub(super) fn queue_parts(&self, it: &Item, since: Time, now: Time) -> [(Cause, Secs); 3] {
        let rest = self.queue_cause(it.team, it.task);
        if it.task == Task::Roundtrip {
            return [(rest, now - since), (rest, 0), (rest, 0)];
        }
        let hours = self.hours(it.team);
        let open = hours.open_between(since, now);
        let held = hours.open_between(since, it.hold_until.clamp(since, now));
        [
            (Cause::ClosedHours, now - since - open),
            (Cause::NamedClinician, held),
            (rest, open - held),
        ]
    }

    /// Length of the visit that begins now: travel, contact, record, second system, repeated assessment.
    pub(super) fn visit_secs(&mut self, now: Time, item: u32, waiting: u32) -> Secs {
        let it = self.items[item as usize];
        self.items[item as usize].started = now;
        if link_is_seconds(it.task) {
            return Secs::from(it.link);
        }
        let team = &self.m.teams[it.team.index()];
        let person = self.person(it.person);
        let (u_contact, u_travel) = self
            .draws
            .pair(person.key, service(it.task), it.anchor, it.attempt);
        let Some(law) = &team.contact[it.work as usize] else {
            return team.record_secs;
        };
        let mut contact = law.at(u_contact) * self.learning_factor(now, team.role);
        if it.task.is_first() || it.task == Task::Social {
            let link = it.link;
            if link != NONE {
                let handoff = self.handoffs[link as usize];
                let interface = self.link(now, handoff.from, it.team).theta;
                contact += interface.triage_secs as f64;
                let p = interface.duplicate_assessment;
                if self.chance(it.person, DUPLICATE, it.anchor, it.task as u16, p)
                    && !self.informed(now, &handoff, interface)
                {
                    contact += law.at(u_contact);
                }
            }
        }
        if team.squeeze_above > 0.0 && f64::from(waiting) > team.squeeze_above * team.clinicians.len() as f64
        {
            contact *= team.squeeze_to;
        }
        let (record_secs, contact) = (team.record_secs, whole_secs(contact));
        let travel = self.travel_secs(&it, it.team, u_travel);
        self.items[item as usize].travel = travel;
        let transition = self.m.relations.transition.as_ref();
        let extra = transition.filter(|t| t.touches(it.team, now));
        let extra = extra.map_or(0, |t| t.contact_secs);
        travel + contact + record_secs + self.rekey_secs(now, &it, it.team) + extra
    }

    /// The journey for an item, if this team did it.
    pub(super) fn travel_secs(&self, it: &Item, with: TeamIndex, u: f64) -> Secs {
        let team = &self.m.teams[with.index()];
        let travels = matches!(it.work, Work::Visit | Work::Planned | Work::Administer)
            || (matches!(it.work, Work::Assessment) && team.role != Role::Gp);
        let travels = travels && !(it.work == Work::Planned && team.role == Role::Gp);
        let conversation = matches!(it.task, Task::Hna | Task::FirstSupport);
        if !travels || (conversation && !self.hna_at_home(it)) {
            return 0;
        }
        let practice = self.person(it.person).practice as usize;
        whole_secs(team.travel.at(u) * self.m.exogenous.practices[practice].travel_factor)
    }

    /// The time for a second system, if this team did the item.
    pub(super) fn rekey_secs(&mut self, now: Time, it: &Item, with: TeamIndex) -> Secs {
        let gp = self.gp(it.person);
        if gp != with && needs_the_person(it.task) {
            self.link(now, with, gp).theta.rekey_secs
        } else {
            0
        }
    }

    /// A clinician has taken the item: what it waited in the queue is put down to its causes.
    pub(super) fn item_started(&mut self, now: Time, item: u32) {
        self.put_down_queue(item, now, Cause::Treatment);
    }

    /// A visit is over. If the person has died or is in a ward meanwhile, it has no effect.
    pub(super) fn item_completed(&mut self, k: &mut K, clinician: u16, item: u32, withdrawn: bool) {
        let now = k.now();
        let it = self.items[item as usize];
        self.rec.work_done(&it, now);
        self.planning_time(&it, now);
        if it.task == Task::TeamTime {
            return self.team_time_done(k, item);
        }
        if it.status != ItemStatus::Open {
            return self.free_item(item); // withdrawn while it was being done
        }
        for step in self.steps_of(&it) {
            if step != NONE && self.needs.step_open(step) {
                let whole = now - self.needs.since(step);
                let travel = it.travel.min(whole);
                self.needs.split(
                    step,
                    now,
                    &[(Cause::Travel, travel), (Cause::Treatment, whole - travel)],
                    Cause::Treatment,
                );
            }
        }
        self.close_item(item);
        self.free_item(item);
        self.rec.item_done();
        if it.instead_of != OWN_WORK {
            self.release(&it, now);
        }
        if withdrawn || !self.people[it.person as usize].alive {
            return;
        }
        match it.task {
            Task::Paper | Task::Respond | Task::Conversation => return,
            Task::Flagged => return self.flagged_reviewed(k, it.person),
            Task::CarersAssessment => return self.carer_assessed(k, &it),
            Task::Script => return self.signed(k, it.link),
            Task::Roundtrip => return self.passed_on(k, it.link),
            Task::Hub => return self.hub_sends_on(k, &it),
            Task::Chart => return self.chart_signed(k, it.link),
            Task::Social => {
                if self.people[it.person as usize].in_community() {
                    self.contacted(k, &it, clinician);
                }
                return self.write_up(k, &it, 0);
            }
            Task::WriteUp if it.attempt & 0xFF < WRITE_UPS => {
                return self.write_up(k, &it, it.attempt & 0xFF);
            }
            Task::WriteUp => return self.assessed(k, it.link),
            _ => {}
        }
        if !self.people[it.person as usize].in_community() {
            // Taken into a ward during the visit: a first assessment is still owed, and touchpoints go on.
            if it.task == Task::Hna && self.is_on(it.person, Caseload::Support) {
                self.next_planned(k, it.person, Caseload::Support);
            }
            if it.task.is_first() {
                self.order(
                    k,
                    Order {
                        person: it.person,
                        team: it.team,
                        work: it.work,
                        task: it.task,
                        steps: it.steps,
                        link: it.link,
                        anchor: it.anchor,
                        attempt: it.attempt + 1,
                        priority: it.priority,
                        due: it.due,
                        named: NO_CLINICIAN,
                    },
                );
            }
            return;
        }
        self.contacted(k, &it, clinician);
        match it.task {
            Task::Symptom => self.symptom_contact(k, &it),
            Task::Administer => self.medicine_given(k, it.link),
            Task::Planned => self.planned_done(k, &it),
            Task::FirstNurse => self.first_nurse(k, &it),
            Task::FirstSpecialist => self.first_specialist(k, &it),
            Task::Triage => self.triaged(k, &it),
            Task::Review => self.reviewed(k, &it),
            Task::Round => self.treat_found(k, &it),
            Task::Hna => self.hna_done(k, &it),
            _ if it.task.is_first() => self.first_coordinating(k, &it),
            _ => {}
        }
        self.plans_at_contact(k, &it);
    }

    /// Takes an item off its person's list.
    fn close_item(&mut self, item: u32) {
        let (person, next) = (self.items[item as usize].person, self.items[item as usize].next);
        self.items[item as usize].status = ItemStatus::Closed;
        self.forget_item(item);
        let individual = &mut self.people[person as usize];
        if individual.item == item {
            individual.item = next;
            return;
        }
        let mut at = individual.item;
        while at != NONE {
            if self.items[at as usize].next == item {
                self.items[at as usize].next = next;
                return;
            }
            at = self.items[at as usize].next;
        }
    }

    /// The item is no longer wanted. If it is being done, it is finished without effect.
    pub(super) fn withdraw_item(&mut self, k: &mut K, item: u32) {
        if item == NONE || self.items[item as usize].status == ItemStatus::Closed {
            return;
        }
        let it = self.items[item as usize];
        let suspended = it.status == ItemStatus::Suspended;
        if suspended {
            self.rec.item_resumed();
        }
        let how = k.withdraw(item);
        // What was waited in a ward stays put down to that.
        if how != Withdrawal::InService {
            self.log_item(k.now(), item, Doing::Withdrawn, NO_CLINICIAN);
            if !suspended {
                self.put_down_queue(item, k.now(), Cause::Treatment);
            }
        }
        self.close_item(item);
        if how != Withdrawal::InService {
            self.free_item(item);
        }
        self.rec.item_withdrawn();
    }

    /// The person goes into a ward: community items are kept aside.
    pub(super) fn suspend_items(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].item;
        while at != NONE {
            let it = self.items[at as usize];
            let next = it.next;
            if needs_the_person(it.task) && it.status == ItemStatus::Open {
                if of_symptom(it.task) {
                    self.withdraw_item(k, at);
                } else {
                    if k.suspend(at) {
                        self.put_down_queue(at, k.now(), Cause::InHospital);
                        self.items[at as usize].status = ItemStatus::Suspended;
                        self.log_item(k.now(), at, Doing::Suspended, NO_CLINICIAN);
                        self.rec.item_suspended();
                    }
                }
            }
            at = next;
        }
    }

    /// The person is home again: items kept aside go back to their teams.
    pub(super) fn resume_items(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].item;
        while at != NONE {
            let it = self.items[at as usize];
            let next = it.next;
            if it.status == ItemStatus::Suspended {
                let kernel_team =
                    self.kernel_team[it.team.index()].expect("work goes to teams of clinicians");
                let cause = self.queue_cause(it.team, it.task);
                self.wait_for(it.steps, k.now(), cause);
                self.items[at as usize].status = ItemStatus::Open;
                self.items[at as usize].queued = k.now();
                self.log_item(k.now(), at, Doing::Resumed, NO_CLINICIAN);
                self.rec.item_resumed();
                if !k.resume(self, at) {
                    let job = Job::new(at, it.priority, it.due);
                    k.submit(self, kernel_team, job);
                }
            }
            at = next;
        }
    }

    /// All of a person's items are withdrawn (death).
    pub(super) fn withdraw_all(&mut self, k: &mut K, person: u32) {
        while self.people[person as usize].item != NONE {
            let item = self.people[person as usize].item;
            self.withdraw_item(k, item);
        }
    }

    /// Writing of so many seconds that costs a team time and for which nothing waits.
    pub(super) fn paper(&mut self, k: &mut K, person: u32, team: TeamIndex, secs: Secs) {
        match self.writes(person, team, k.now()) {
            Some(support) if secs > 0 => {
                if let Some(item) = self.spend(k, person, support, secs, Task::Paper) {
                    self.items[item as usize].instead_of = team.0;
                }
            }
            _ => {
                self.spend(k, person, team, secs, Task::Paper);
            }
        }
    }

    /// So many seconds of a team's time for which nothing waits. The item, if there is one to be done.
    pub(super) fn spend(
        &mut self,
        k: &mut K,
        person: u32,
        team: TeamIndex,
        secs: Secs,
        task: Task,
    ) -> Option<u32> {
        let due = k.now() + crate::base::DAY;
        if secs <= 0 || self.kernel_team[team.index()].is_none() {
            return None;
        }
        Some(self.order(
            k,
            Order {
                person,
                team,
                work: Work::Admin,
                task,
                steps: super::state::NO_STEPS,
                link: u32::try_from(secs).unwrap_or(u32::MAX),
                anchor: 0,
                attempt: 0,
                priority: if task == Task::Respond { 1 } else { 3 },
                due,
                named: NO_CLINICIAN,
            },
        ))
    }

    /// The next piece of writing up an assessment; the last one completes it.
    fn write_up(&mut self, k: &mut K, it: &Item, done: u16) {
        let now = k.now();
        // The hand-off's attempt in the high byte, the piece in the low one.
        let handoff = if it.task == Task::WriteUp {
            it.attempt & 0xFF00
        } else {
            it.attempt << 8
        };
        self.order(
            k,
            Order {
                person: it.person,
                team: it.team,
                work: Work::Admin,
                task: Task::WriteUp,
                steps: it.steps,
                link: it.link,
                anchor: it.anchor,
                attempt: handoff | (done + 1),
                priority: it.priority,
                due: now,
                named: NO_CLINICIAN,
            },
        );
    }

    /// The clinician of a role's team who usually sees the person.
    pub(super) fn usual(&self, person: u32, role: Role) -> u16 {
        let individual = &self.people[person as usize];
        match role {
            Role::Gp => individual.care[0].named,
            Role::DistrictNurse if individual.care[1].standing == Standing::Active => {
                individual.care[1].named
            }
            Role::Cns if individual.care[2].standing == Standing::Active => individual.care[2].named,
            Role::DistrictNurse | Role::Cns => NO_CLINICIAN,
            _ => self.usual_coordinating(person, role),
        }
    }
}
