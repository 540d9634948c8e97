//! Other routes to help than practice, nurse, 111 and 999: the single point of access and the hospice helpline; and the
//! hub through which referrers hand over (model.md §9, §13).

use crate::base::DAY;
use crate::model::{Place, Role, TeamIndex, Work};

use super::causes::Cause;
use super::needs::NONE;
use super::objects::{HandoffStage, Item, SymptomKind, SymptomStage, Task};
use super::outcomes_access::Note;
use super::response::{ACCESS_CALLS, ACCESS_EMERGENCY, ADVICE, HELPLINE_CALLS, ONSET, PASS_ON, ROUTE};
use super::state::{NO_CLINICIAN, Standing};
use super::symptoms::{IN_HOURS, pick, urgency};
use super::work::Order;
use super::world::{K, News, World, kind};

impl World<'_> {
    /// Help is sought: does the call go another way than the ordinary ones?
    pub(super) fn other_route(&mut self, k: &mut K, number: u32) -> bool {
        self.calls_helpline(k, number) || self.calls_point(k, number) || self.calls_embedded(k, number)
    }

    /// Multiplies the delay in seeking help where there is one number to call.
    pub(super) fn seek_factor(&self, person: u32) -> f64 {
        match &self.m.access.point {
            Some(point) if self.team(Role::AccessPoint, person).is_some() => point.seek_factor,
            _ => 1.0,
        }
    }

    /// The single number is called: a clinician answers when one is free.
    fn calls_point(&mut self, k: &mut K, number: u32) -> bool {
        let Some(point) = &self.m.access.point else {
            return false;
        };
        let s = self.symptoms[number as usize];
        let now = k.now();
        let severity = s.severity as usize;
        let Some(team) = self.team(Role::AccessPoint, s.person) else {
            return false;
        };
        if !self.hours(team).is_open(now)
            || !self.chance(s.person, ACCESS_CALLS, s.anchor, s.attempt, point.calls[severity])
        {
            return false;
        }
        self.note(Note::AccessCalls, 1, now);
        self.tell(now, s.person, || "Calls the single number for help.".to_string());
        self.contact_by(k, number, team, Work::Call, Task::Triage, urgency(severity));
        true
    }

    /// A contact about a symptom is asked of a team.
    pub(super) fn contact_by(
        &mut self,
        k: &mut K,
        number: u32,
        team: TeamIndex,
        work: Work,
        task: Task,
        priority: u8,
    ) {
        let s = self.symptoms[number as usize];
        self.stage(number, SymptomStage::Contact);
        let due = k.now() + self.m.planning.symptom_target[s.severity as usize];
        self.order(
            k,
            Order {
                person: s.person,
                team,
                work,
                task,
                steps: [s.step, NONE],
                link: number,
                anchor: s.anchor,
                attempt: s.attempt,
                priority,
                due,
                named: NO_CLINICIAN,
            },
        );
    }

    /// The call has been answered: settled by advice, an ambulance sent, or passed on to the right team.
    pub(super) fn triaged(&mut self, k: &mut K, it: &Item) {
        let number = it.link;
        let s = self.symptoms[number as usize];
        let Some(point) = &self.m.access.point else {
            return;
        };
        if !s.open || s.stage != SymptomStage::Contact {
            return;
        }
        let severity = s.severity as usize;
        if self.settled(k, number, point.settles[severity]) {
            return self.note(Note::AccessSettled, 1, k.now());
        }
        if self.chance(
            s.person,
            ACCESS_EMERGENCY,
            s.anchor,
            s.attempt,
            point.emergency[severity],
        ) {
            return self.call_999(k, number);
        }
        let u = self.u(s.person, PASS_ON, s.anchor, s.attempt);
        let at = k.now() + point.pass_on.secs(u);
        self.stage(number, SymptomStage::Contact);
        self.needs.change(s.step, k.now(), Cause::Transfer);
        self.wake_symptom(k, at, kind::PASS_ON, number);
    }

    /// Advice on the telephone settles a symptom for which advice is the right treatment, if whoever answers
    /// sees that it is (a share).
    fn settled(&mut self, k: &mut K, number: u32, share: f64) -> bool {
        let s = self.symptoms[number as usize];
        // The same draw decides at a visit whether advice is enough.
        let p = self.m.symptoms.advice_enough[s.severity as usize] * share;
        if s.kind == SymptomKind::Acute || !self.chance(s.person, ADVICE, s.anchor, s.attempt, p) {
            return false;
        }
        let now = k.now();
        let u = self.u(s.person, ONSET, s.anchor, s.attempt);
        self.symptoms[number as usize].specialist = false;
        self.stage(number, SymptomStage::Onset);
        self.needs.change(s.step, now, Cause::Treatment);
        self.wake_symptom(
            k,
            now + self.m.symptoms.advice_onset.secs(u),
            kind::CONTROL,
            number,
        );
        true
    }

    /// The hospice helpline is called: care-home residents', and people's who know the hospice.
    fn calls_helpline(&mut self, k: &mut K, number: u32) -> bool {
        let now = k.now();
        let attempt = self.symptoms[number as usize].attempt;
        if !self.would_call_helpline(number, attempt, now) {
            return false;
        }
        let Some(line) = &self.m.access.helpline else {
            return false;
        };
        let s = self.symptoms[number as usize];
        self.note(Note::HelplineCalls, 1, now);
        self.note(Note::HelplineSecs, line.call_secs, now);
        self.tell(now, s.person, || "Calls the hospice's helpline.".to_string());
        self.stage(number, SymptomStage::Contact);
        self.needs.change(s.step, now, Cause::Treatment);
        self.wake_symptom(k, now + line.call_secs, kind::HELPLINE, number);
        true
    }

    /// Whether those with this person call the helpline about this symptom, now.
    pub(super) fn would_call_helpline(&self, number: u32, attempt: u16, now: i64) -> bool {
        let Some(line) = &self.m.access.helpline else {
            return false;
        };
        let s = &self.symptoms[number as usize];
        let individual = &self.people[s.person as usize];
        let shares = match individual.place {
            Place::CareHome => &line.care_home,
            _ if individual.specialist_seen != crate::base::NEVER => &line.family,
            _ => return false,
        };
        let share = shares[s.severity as usize];
        self.m.calendars[line.calendar].is_open(now)
            && self.chance(s.person, HELPLINE_CALLS, s.anchor, attempt, share)
    }

    /// The helpline's call is over: advice, or whom to call now.
    pub(super) fn helpline_answers(&mut self, k: &mut K, wake: u32) {
        let Some(number) = self.symptom_woken(wake) else {
            return;
        };
        let severity = self.symptoms[number as usize].severity as usize;
        let (settles, averts) = match &self.m.access.helpline {
            Some(line) => (line.settles[severity], line.averts),
            None => (0.0, 0.0),
        };
        if self.settled(k, number, settles) {
            return self.note(Note::HelplineSettled, 1, k.now());
        }
        // What it keeps from 999 is drawn when 999 is called; no call about acute illness comes so far.
        let acute = self.symptoms[number as usize].kind == SymptomKind::Acute;
        self.goes_on(k, number, if acute { 1.0 - averts } else { 1.0 }, None);
    }

    /// The access point's message has reached the team it is passed on to.
    pub(super) fn passed_to_team(&mut self, k: &mut K, wake: u32) {
        if let Some(number) = self.symptom_woken(wake) {
            let severity = self.symptoms[number as usize].severity as usize;
            let priority = match &self.m.access.point {
                Some(point) => point.priority[severity],
                None => urgency(severity),
            };
            self.goes_on(k, number, 0.0, Some(priority));
        }
    }

    /// After a call that did not settle it: to the staff placed in the practice, or by the ordinary weights without
    /// waiting for the practice to open; those of 999 are multiplied by `emergency`. With a priority, the access point's
    /// word comes along.
    fn goes_on(&mut self, k: &mut K, number: u32, emergency: f64, priority: Option<u8>) {
        let s = self.symptoms[number as usize];
        let now = k.now();
        if self.calls_embedded(k, number) {
            return;
        }
        let sy = &self.m.symptoms;
        let care = &self.people[s.person as usize].care;
        let severity = s.severity as usize;
        let role = if self.in_hours(now) {
            let mut w = sy.route_in_hours[severity];
            w[1] *= f64::from(u8::from(care[1].standing == Standing::Active));
            w[2] *= f64::from(u8::from(care[2].standing == Standing::Active));
            w[3] *= emergency;
            let u = self.u(s.person, ROUTE, s.anchor, s.attempt | IN_HOURS);
            [Some(Role::Gp), Some(Role::DistrictNurse), Some(Role::Cns), None][pick(&w, u)]
        } else {
            let mut w = sy.route_out_of_hours[severity];
            let nurse = care[1].standing == Standing::Active && self.team(Role::OohNurse, s.person).is_some();
            w[1] *= f64::from(u8::from(nurse));
            w[2] *= emergency;
            w[3] = 0.0;
            let u = self.u(s.person, ROUTE, s.anchor, s.attempt);
            [Some(Role::OohClinician), Some(Role::OohNurse), None, None][pick(&w, u)]
        };
        let Some(role) = role else {
            return self.call_999(k, number);
        };
        if let (Some(point), Some(_)) = (&self.m.access.point, priority)
            && point.word_at_once
        {
            let individual = &self.people[s.person as usize];
            let news = News {
                person: s.person,
                from: Role::AccessPoint,
                role,
                state: individual.known[Role::AccessPoint as usize],
                seen: individual.known_at[Role::AccessPoint as usize],
                recognise: false,
            };
            self.word_reaches(k, news);
        }
        self.ask(k, number, role, priority.unwrap_or(urgency(severity)));
    }

    /// A hand-off of a pair that goes through the hub sets out for it.
    pub(super) fn sent_to_hub(&mut self, k: &mut K, number: u32) -> bool {
        let Some(point) = &self.m.access.point else {
            return false;
        };
        let h = self.handoffs[number as usize];
        let through = h.from.index() * self.m.teams.len() + h.to.index();
        if !point.hub.get(through).copied().unwrap_or(false) {
            return false;
        }
        let Some(hub) = self.team(Role::AccessPoint, h.person) else {
            return false;
        };
        let now = k.now();
        self.note(Note::HubReferrals, 1, now);
        self.handoffs[number as usize].stage = HandoffStage::ToHub;
        self.log_handoff(now, number);
        let delay = self.transfer_secs(now, number, h.from, hub);
        self.wait_for(h.steps, now, Cause::Transfer);
        self.at(k, now + delay, kind::HANDOFF, number);
        true
    }

    /// A hand-off has come to the hub, in whose queue it waits like any work.
    pub(super) fn reaches_hub(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        self.handoffs[number as usize].stage = HandoffStage::AtHub;
        self.log_handoff(k.now(), number);
        let Some(team) = self.team(Role::AccessPoint, h.person) else {
            return self.send(k, number);
        };
        self.order(
            k,
            Order {
                person: h.person,
                team,
                work: Work::Admin,
                task: Task::Hub,
                steps: h.steps,
                link: number,
                anchor: h.anchor,
                attempt: h.matter as u16,
                priority: 2,
                due: k.now() + DAY,
                named: NO_CLINICIAN,
            },
        );
    }

    /// The hub sends it on, over its own interface with the receiver.
    pub(super) fn hub_sends_on(&mut self, k: &mut K, it: &Item) {
        self.handoffs[it.link as usize].via = it.team;
        self.send(k, it.link);
    }
}
