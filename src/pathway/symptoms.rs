//! Symptom episodes: onset, seeking help, the route taken, the crisis clock (model.md §9).

use crate::base::{DAY, NEVER, Time, whole_secs};
use crate::model::{Role, Severity, Work};

use super::causes::{Cause, NeedKind};
use super::needs::{Ending, NONE};
use super::objects::{Symptom, SymptomKind, SymptomStage, Task};
use super::response::{NEVER_SOUGHT, ROUTE, SEEK, THRESHOLD, VISIT_OR_CALL, WARD};
use super::state::{Caseload, NO_CLINICIAN, Standing};
use super::tasks::of_symptom;
use super::work::Order;
use super::world::{K, World, kind};

/// Anchors of symptoms that are not episodes of the course lie above these.
pub(super) const MEDICINE_ANCHOR: u32 = 0x4000_0000;
pub(super) const ACUTE_ANCHOR: u32 = 0x8000_0000;
pub(super) const SUBSTITUTED_ANCHOR: u32 = 0xC000_0000;

/// The bits that tell the kinds of anchor apart.
pub(super) const ANCHOR_KINDS: u32 = 0xC000_0000;
/// Marks the attempt of a draw made in hours.
pub(super) const IN_HOURS: u16 = 0x8000;

/// What begins.
pub(super) struct Onset {
    pub person: u32,
    pub severity: Severity,
    pub kind: SymptomKind,
    pub anchor: u32,
    pub end: Time,
}

impl World<'_> {
    /// A symptom begins.
    pub(super) fn symptom_begins(&mut self, k: &mut K, o: Onset) {
        let now = k.now();
        let number = self.symptoms.len() as u32;
        let community = self.people[o.person as usize].in_community();
        let cause = if community {
            Cause::NotSought
        } else {
            Cause::InHospital
        };
        let (need, step) = self.needs.open(o.person, NeedKind::Symptom, now, cause);
        let next = self.people[o.person as usize].symptom;
        self.symptoms.push(Symptom {
            person: o.person,
            need,
            step,
            severity: o.severity,
            kind: o.kind,
            anchor: o.anchor,
            attempt: 0,
            end: o.end,
            open: true,
            crisis: None,
            hazard_left: 0.0,
            hazard_since: NEVER,
            stage: SymptomStage::Seeking,
            stamp: 0,
            specialist: false,
            next,
        });
        self.ind(o.person).symptom = number;
        self.rec.symptom_began(self.person(o.person), now);
        self.tell(now, o.person, || match o.kind {
            SymptomKind::Episode => format!("A {} symptom begins.", words(o.severity)),
            SymptomKind::Medicine => "Symptoms come back: a medicine has run out or was changed.".to_string(),
            SymptomKind::Acute => "It might be managed at home.".to_string(),
        });
        self.at(k, o.end, kind::SYMPTOM_END, number);
        let u = self.u(o.person, THRESHOLD, o.anchor, 0);
        self.symptoms[number as usize].hazard_left = -libm::log(1.0 - u);
        if community {
            self.start_clock(k, number);
            self.plan_seeking(k, number, now);
        } else {
            self.ward_treats(k, number);
        }
    }

    /// A symptom comes to a new stage; what was scheduled for the old one is stale.
    pub(super) fn stage(&mut self, number: u32, stage: SymptomStage) {
        let s = &mut self.symptoms[number as usize];
        s.stage = stage;
        s.stamp += 1;
    }

    /// Schedules the next event of the present stage of a symptom.
    pub(super) fn wake_symptom(&mut self, k: &mut K, time: Time, kind: u8, number: u32) {
        let stamp = self.symptoms[number as usize].stamp;
        self.wake(k, time, kind, number, stamp);
    }

    /// The symptom a wake-up is for, unless it is over or has moved on.
    pub(super) fn symptom_woken(&self, wake: u32) -> Option<u32> {
        let w = self.wakes[wake as usize];
        let s = &self.symptoms[w.link as usize];
        (s.open && s.stamp == w.stamp).then_some(w.link)
    }

    /// When will help be sought, if ever?
    fn plan_seeking(&mut self, k: &mut K, number: u32, from: Time) {
        let s = self.symptoms[number as usize];
        let symptoms = &self.m.symptoms;
        let never = self.never_sought(s.person, symptoms.never_sought[s.severity as usize]);
        if s.attempt == 0
            && s.kind != SymptomKind::Acute
            && self.chance(s.person, NEVER_SOUGHT, s.anchor, 0, never)
        {
            self.stage(number, SymptomStage::Left);
            self.rec.never_sought(self.person(s.person), k.now());
            return;
        }
        let p = self.person(s.person);
        let mut factor = f64::from(p.help_seeking)
            * (1.0 + symptoms.trust_effect * (1.0 - 2.0 * self.trust(s.person))).max(0.0);
        factor *= self.seek_factor(s.person);
        let individual = &self.people[s.person as usize];
        let key_worker = [Caseload::Specialist, Caseload::Nurse, Caseload::Matron]
            .into_iter()
            .find(|caseload| individual.care[*caseload as usize].standing == Standing::Active);
        // A support worker's line seems less busy than the nurse whom it stands before.
        let (key_worker, holds_back) = match self.line_of(s.person, s.severity as usize) {
            Some(holds_back) => (Some(Caseload::Support), holds_back),
            None => (key_worker, symptoms.busy_holds_back),
        };
        let key_worker = key_worker.map(Caseload::role);
        factor *= self.coordinator_factor(s.person);
        if let Some(role) = key_worker {
            factor *= symptoms.key_worker_factor;
            if holds_back > 0.0
                && let Some(team) = self.team(role, s.person)
                && let Some(kt) = self.kernel_team[team.index()]
            {
                let heads = self.m.teams[team.index()].clinicians.len();
                let per_head = f64::from(k.waiting(kt)) / heads.max(1) as f64;
                factor *= 1.0 + holds_back * per_head;
            }
        } else {
            factor *= self.coordinator_called(s.person);
        }
        let asked = key_worker.and_then(|role| self.team(role, s.person));
        factor *= self.language_slows(s.person, asked.unwrap_or(self.gp(s.person)));
        let law = if s.attempt == 0 {
            &symptoms.seek[s.severity as usize]
        } else {
            &symptoms.retry
        };
        let u = self.u(s.person, SEEK, s.anchor, s.attempt);
        let delay = whole_secs(law.at(u) * factor);
        self.stage(number, SymptomStage::Seeking);
        self.needs.change(s.step, k.now(), Cause::NotSought);
        if from + delay < s.end {
            self.wake_symptom(k, from + delay, kind::SEEK, number);
        }
    }

    /// Help failed or wore off: it is sought again after a while.
    pub(super) fn seek_again(&mut self, k: &mut K, number: u32) {
        let attempt = self.symptoms[number as usize].attempt + 1;
        self.symptoms[number as usize].attempt = attempt;
        if attempt >= self.m.symptoms.most_attempts {
            self.stage(number, SymptomStage::Left);
            return;
        }
        let now = k.now();
        self.plan_seeking(k, number, now);
    }

    /// Help is sought: which way?
    pub(super) fn seek(&mut self, k: &mut K, wake: u32) {
        let Some(number) = self.symptom_woken(wake) else {
            return;
        };
        let s = self.symptoms[number as usize];
        if !s.open || s.stage != SymptomStage::Seeking || !self.people[s.person as usize].in_community() {
            return;
        }
        let now = k.now();
        if self.other_route(k, number) {
            return;
        }
        let urgency = urgency(s.severity as usize);
        if self.in_hours(now) {
            if self.asks_coordinator(k, number) {
                return;
            }
            // A draw of its own: whoever waited out of hours for the practice to open starts afresh.
            let u = self.u(s.person, ROUTE, s.anchor, s.attempt | IN_HOURS);
            let mut w = self.m.symptoms.route_in_hours[s.severity as usize];
            let care = &self.people[s.person as usize].care;
            if care[1].standing != Standing::Active {
                w[1] = 0.0;
            }
            if care[2].standing != Standing::Active {
                w[2] = 0.0;
            }
            let role = match pick(&w, u) {
                1 => Role::DistrictNurse,
                2 => Role::Cns,
                3 => return self.call_999(k, number),
                _ => Role::Gp,
            };
            self.ask(k, number, role, urgency);
        } else {
            let u = self.u(s.person, ROUTE, s.anchor, s.attempt);
            let mut w = self.m.symptoms.route_out_of_hours[s.severity as usize];
            if self.people[s.person as usize].care[1].standing != Standing::Active
                || self.team(Role::OohNurse, s.person).is_none()
            {
                w[1] = 0.0;
            }
            match pick(&w, u) {
                0 => self.ask(k, number, Role::OohClinician, urgency),
                1 => self.ask(k, number, Role::OohNurse, urgency),
                2 => self.call_999(k, number),
                _ => {
                    let opens = self.m.calendars[self.m.practice_calendar].next_open(now);
                    self.needs.change(s.step, now, Cause::ClosedHours);
                    if opens < s.end {
                        self.wake_symptom(k, opens, kind::SEEK, number);
                    }
                }
            }
        }
    }

    /// A contact is asked of a role.
    pub(super) fn ask(&mut self, k: &mut K, number: u32, role: Role, priority: u8) {
        let s = self.symptoms[number as usize];
        let now = k.now();
        let Some(team) = self.team(role, s.person) else {
            return;
        };
        let share = match role {
            Role::Gp => self.m.style(self.person(s.person).practice as usize).home_visit,
            _ => self.m.symptoms.visit[role as usize],
        };
        let visit = self.chance(s.person, VISIT_OR_CALL, s.anchor, s.attempt, share);
        let severity = s.severity as usize;
        self.stage(number, SymptomStage::Contact);
        let named = if s.severity == Severity::Severe {
            NO_CLINICIAN
        } else {
            self.usual(s.person, role)
        };
        self.order(
            k,
            Order {
                person: s.person,
                team,
                work: if visit { Work::Visit } else { Work::Call },
                task: Task::Symptom,
                steps: [s.step, NONE],
                link: number,
                anchor: s.anchor,
                attempt: s.attempt,
                priority,
                due: now + self.m.planning.symptom_target[severity],
                named,
            },
        );
    }

    /// All symptoms of a person pass to a ward: no community work, controlled there or not.
    pub(super) fn symptoms_enter_ward(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].symptom;
        while at != NONE {
            let next = self.symptoms[at as usize].next;
            self.stop_clock(k, at);
            self.symptoms[at as usize].step = self.sole_step(at, k.now());
            self.ward_treats(k, at);
            at = next;
        }
    }

    /// The step on which a symptom now waits; it is put down to being in hospital.
    fn sole_step(&mut self, number: u32, now: Time) -> u32 {
        let step = self.symptoms[number as usize].step;
        self.needs.change(step, now, Cause::InHospital);
        step
    }

    fn ward_treats(&mut self, k: &mut K, number: u32) {
        self.stage(number, SymptomStage::Ward);
        let s = self.symptoms[number as usize];
        let (u, v) = self
            .draws
            .pair(self.person(s.person).key, WARD, s.anchor, s.attempt);
        if u < self.m.symptoms.success[s.severity as usize] {
            let onset = self.m.symptoms.dose_onset.secs(v);
            self.wake_symptom(k, k.now() + onset, kind::CONTROL, number);
        }
    }

    /// Symptoms not controlled in the ward are there again at home.
    pub(super) fn symptoms_come_home(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].symptom;
        while at != NONE {
            let next = self.symptoms[at as usize].next;
            self.symptoms[at as usize].attempt += 1;
            self.start_clock(k, at);
            let now = k.now();
            self.plan_seeking(k, at, now);
            at = next;
        }
    }

    /// The natural end of a symptom.
    pub(super) fn symptom_ended(&mut self, k: &mut K, number: u32) {
        if self.symptoms[number as usize].open {
            self.close_symptom(k, number, Ending::Natural);
        }
    }

    /// A symptom is over: its need closes and all that was under way for it is called off.
    pub(super) fn close_symptom(&mut self, k: &mut K, number: u32, ending: Ending) {
        let now = k.now();
        self.stop_clock(k, number);
        self.withdraw_symptom_items(k, number);
        let s = self.symptoms[number as usize];
        self.symptoms[number as usize].open = false;
        let individual = &mut self.people[s.person as usize];
        if individual.symptom == number {
            individual.symptom = s.next;
        } else {
            let mut at = individual.symptom;
            while self.symptoms[at as usize].next != number {
                at = self.symptoms[at as usize].next;
            }
            self.symptoms[at as usize].next = s.next;
        }
        let onset = self.needs.get(s.need).onset;
        self.rec
            .symptom_days(self.person(s.person), onset, s.end, now, ending == Ending::Met);
        self.end_need(s.need, s.step, ending, now);
    }

    pub(super) fn withdraw_symptom_items(&mut self, k: &mut K, number: u32) {
        let person = self.symptoms[number as usize].person;
        let mut at = self.people[person as usize].item;
        while at != NONE {
            let it = self.items[at as usize];
            if it.link == number && of_symptom(it.task) {
                self.withdraw_item(k, at);
            }
            at = it.next;
        }
    }

    /// A day of grace for acute events that the community manages before they pass by themselves.
    pub(super) fn acute_end(now: Time) -> Time {
        now + 7 * DAY
    }
}

fn words(severity: Severity) -> &'static str {
    ["mild", "moderate", "severe"][severity as usize]
}

/// Priority of a contact about a symptom, by severity.
pub(super) fn urgency(severity: usize) -> u8 {
    [3, 2, 1][severity]
}

/// The category of relative weights that a uniform falls into; the last of positive weight if rounding
/// leaves none, the first if all weights are zero.
pub(super) fn pick(weights: &[f64], u: f64) -> usize {
    let total: f64 = weights.iter().sum();
    let mut at = u * total;
    let mut last = 0;
    for (i, &w) in weights.iter().enumerate() {
        if w > 0.0 {
            last = i;
            if at < w {
                return i;
            }
            at -= w;
        }
    }
    last
}
