//! The crisis clock of a symptom, and what a crisis leads to: a responder, an ambulance, a ward (model.md §4, §9).

use crate::base::{HOUR, NEVER, Secs, Time, whole_secs};
use crate::kernel::{Event, phase};
use crate::model::{Place, Role, Severity, State, Work};

use super::event_log::{Doing, Held};
use super::needs::NONE;
use super::objects::{SymptomKind, SymptomStage, Task};
use super::outcomes_access::Note;
use super::response::{ADMITTED, AVERTED, DEPARTMENT, PLAN_SEEN, THRESHOLD};
use super::state::{Anticipatory, HospiceStanding};
use super::world::{K, World, kind};

impl World<'_> {
    /// The person or family calls an ambulance.
    pub(super) fn call_999(&mut self, k: &mut K, number: u32) {
        self.tell(k.now(), self.symptoms[number as usize].person, || {
            "999 is called.".to_string()
        });
        self.crisis_now(k, number);
    }

    /// Hazard of a crisis now, per second.
    fn hazard(&self, number: u32, out_of_hours: bool) -> f64 {
        let s = &self.symptoms[number as usize];
        let (sy, individual) = (&self.m.symptoms, &self.people[s.person as usize]);
        let mut per_hour = match s.kind {
            SymptomKind::Acute => self.m.hospital.acute_per_hour,
            _ => sy.crisis_per_hour[s.severity as usize],
        };
        if out_of_hours {
            per_hour *= sy.crisis_out_of_hours;
        }
        let p = self.person(s.person);
        if p.alone && p.carer_hours <= 0.0 {
            per_hour *= sy.crisis_alone;
        }
        if matches!(individual.hospice_at_home, HospiceStanding::In(_)) {
            per_hour *= sy.crisis_hospice_at_home;
        }
        per_hour *= self.hazard_at_home(s.person, out_of_hours);
        per_hour / HOUR as f64
    }

    /// The crisis clock runs on from now: when the integrated hazard reaches the threshold, a crisis comes.
    pub(super) fn start_clock(&mut self, k: &mut K, number: u32) {
        let now = k.now();
        let hours = &self.m.calendars[self.m.practice_calendar];
        let (day, night) = (self.hazard(number, false), self.hazard(number, true));
        let s = &self.symptoms[number as usize];
        let (mut left, mut at) = (s.hazard_left, now);
        // Nothing comes after the run, however long the episode: the walk below ends there.
        let end = s.end.min(self.m.windows.end());
        let crossing = loop {
            if at >= end {
                break NEVER;
            }
            let (rate, until) = if hours.is_open(at) {
                (day, hours.next_close(at))
            } else {
                (night, hours.next_open(at))
            };
            let until = until.min(end);
            let used = rate * (until - at) as f64;
            if used >= left && rate > 0.0 {
                break at + libm::ceil(left / rate) as Secs;
            }
            left -= used;
            at = until;
        };
        self.symptoms[number as usize].hazard_since = now;
        if crossing < end {
            let handle =
                k.schedule_cancellable(crossing.max(now), phase::WORLD, Event::new(kind::CRISIS, number));
            self.symptoms[number as usize].crisis = Some(handle);
        }
    }

    /// The clock stops (control, a ward, a change of hazard); what it has used up stays used.
    pub(super) fn stop_clock(&mut self, k: &mut K, number: u32) {
        let s = self.symptoms[number as usize];
        if let Some(handle) = s.crisis {
            k.cancel(handle);
        }
        if s.hazard_since != NEVER {
            let hours = &self.m.calendars[self.m.practice_calendar];
            let (from, now) = (s.hazard_since, k.now());
            let open = hours.open_between(from, now) as f64;
            let closed = (now - from) as f64 - open;
            let used = open * self.hazard(number, false) + closed * self.hazard(number, true);
            self.symptoms[number as usize].hazard_left = (s.hazard_left - used).max(0.0);
        }
        let s = &mut self.symptoms[number as usize];
        s.crisis = None;
        s.hazard_since = NEVER;
    }

    /// The clock's alarm.
    pub(super) fn crisis(&mut self, k: &mut K, number: u32) {
        let s = &mut self.symptoms[number as usize];
        s.crisis = None;
        if s.open && self.people[s.person as usize].in_community() {
            self.crisis_now(k, number);
        }
    }

    /// A crisis: somebody who can see the plan may avert it, else ambulance and emergency department.
    fn crisis_now(&mut self, k: &mut K, number: u32) {
        let s = self.symptoms[number as usize];
        let now = k.now();
        self.stop_clock(k, number);
        self.rec.crisis(self.person(s.person), now);
        let person = s.person;
        let sees_plan = self.sees_plan(now, person, s.anchor, s.attempt);
        let with_hospice = self.people[person as usize].hospice_at_home;
        let plan_seen = sees_plan || matches!(with_hospice, HospiceStanding::In(_));
        let sy = &self.m.symptoms;
        let p = if plan_seen {
            sy.averted_with_plan
        } else {
            sy.averted_without_plan
        };
        self.withdraw_symptom_items(k, number);
        // One threshold per episode and attempt: the next crisis has a new one.
        self.symptoms[number as usize].attempt += 1;
        let u = self.u(person, THRESHOLD, s.anchor, s.attempt + 1);
        self.symptoms[number as usize].hazard_left = -libm::log(1.0 - u);
        if s.kind != SymptomKind::Acute && self.chance(person, AVERTED, s.anchor, s.attempt, p) {
            self.tell(now, person, || {
                "A crisis: a doctor comes out at once and treats them where they are.".to_string()
            });
            self.note(Note::AvertedResponder, 1, now);
            self.responds(k, person);
            self.sitter_after_crisis(k, number);
            self.dose(k, number);
            return;
        }
        if self.averted_at_home(k, number, s.attempt) {
            return;
        }
        self.tell(now, person, || {
            "A crisis: an ambulance takes them to the emergency department.".to_string()
        });
        self.emergency_department(
            k,
            person,
            s.anchor,
            s.attempt,
            s.severity,
            s.kind == SymptomKind::Acute,
        );
    }

    /// Whether the out-of-hours doctor can see a plan. Where advance care plans are modelled, that or medicines in the
    /// home; else the practice has made one (it knows of a deterioration, or medicines are in the home), and the
    /// record is shared, or its letter has come, or the practice has handed over.
    fn sees_plan(&mut self, now: Time, person: u32, anchor: u32, attempt: u16) -> bool {
        if let Some(seen) = self.plan_at_crisis(person, now, anchor, attempt) {
            return seen;
        }
        let individual = &self.people[person as usize];
        let planned = individual.registered()
            && (individual.known[Role::Gp as usize] >= State::Deteriorating
                || matches!(individual.anticipatory, Anticipatory::Home(_)));
        let Some(ooh) = self.team(Role::OohClinician, person) else {
            return false;
        };
        let interface = self.link(now, self.gp(person), ooh).theta;
        planned
            && (interface.shared_record
                || self.plans.of[person as usize].handed_over
                || !self.chance(person, PLAN_SEEN, anchor, attempt, interface.record_missing))
    }

    /// A crisis averted at home costs the responder a visit: the out-of-hours doctor, who is always there.
    pub(super) fn responds(&mut self, k: &mut K, person: u32) {
        let Some(team) = self.team(Role::OohClinician, person) else {
            return;
        };
        let t = &self.m.teams[team.index()];
        if let Some(visit) = &t.contact[Work::Visit as usize] {
            let secs = whole_secs(visit.mean() + t.travel.mean()) + t.record_secs;
            self.spend(k, person, team, secs, Task::Respond);
            self.rec.responded(k.now());
        }
    }

    /// To the emergency department; from there to a ward or home.
    pub(super) fn emergency_department(
        &mut self,
        k: &mut K,
        person: u32,
        anchor: u32,
        attempt: u16,
        severity: Severity,
        certain: bool,
    ) {
        let now = k.now();
        self.attends_department(person, now);
        let p = if certain {
            1.0
        } else {
            let p = self.m.symptoms.admitted[severity as usize];
            self.admitted_despite_plan(person, p, now, anchor, attempt)
        };
        if self.chance(person, ADMITTED, anchor, attempt, p)
            && (certain || !self.sent_home_at_the_door(k, person, anchor, attempt, severity))
        {
            let stay = self.clinical_stay(person, anchor);
            self.admit(k, person, anchor, stay);
        } else {
            let u = self.u(person, DEPARTMENT, anchor, attempt);
            let until = now + self.m.symptoms.emergency_department.secs(u);
            self.enter_ward(k, person, Place::Hospital);
            let stay = &mut self.ind(person).stay;
            stay.since = now;
            stay.ready = until;
            stay.number += 1;
            stay.need = (NONE, NONE);
            stay.department = true;
            let number = stay.number;
            self.log_place(now, person, Doing::Begun, Held::Department, number);
            self.at(k, until, kind::DEPARTMENT, person);
        }
    }

    /// Sent home from the emergency department.
    pub(super) fn leaves_department(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if individual.alive && individual.place == Place::Hospital && individual.stay.ready == k.now() {
            self.tell(k.now(), person, || {
                "Sent home from the emergency department.".to_string()
            });
            self.comes_home(k, person);
        }
    }

    /// Hazards change (hospice-at-home comes or goes): the clocks are set anew.
    pub(super) fn reset_clocks(&mut self, k: &mut K, person: u32, change: impl FnOnce(&mut Self)) {
        let mut at = self.people[person as usize].symptom;
        while at != NONE {
            self.stop_clock(k, at);
            at = self.symptoms[at as usize].next;
        }
        change(self);
        if self.people[person as usize].in_community() {
            let mut at = self.people[person as usize].symptom;
            while at != NONE {
                if self.symptoms[at as usize].stage != SymptomStage::Ward {
                    self.start_clock(k, at);
                }
                at = self.symptoms[at as usize].next;
            }
        }
    }
}
