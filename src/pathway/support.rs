//! Support workers: needs assessments and what they lead to, touchpoints, the telephone line, carers taught (model.md §13).

use crate::base::{DAY, NEVER, WEEK};
use crate::model::{Role, State, TeamIndex, Work};

use super::causes::Cause;
use super::coordination::{CHANGE_ANCHOR, TO_PALLIATIVE};
use super::needs::NONE;
use super::objects::{Item, SymptomKind, SymptomStage, Task};
use super::response::{
    ADVICE, CARER_TAUGHT, ELSEWHERE, HNA_AT_HOME, HNA_BY_CNS, HNA_HELD, LINE, MATCHED, MATRON_ROUTE, ONSET,
    ONWARD, SUPPORT_REFERRED, TOUCHPOINT,
};
use super::state::{Caseload, NO_STEPS};
use super::symptoms::urgency;
use super::work::Order;
use super::world::{K, News, World, kind};

/// Anchors of needs assessments repeated in a week of the calendar lie above this.
const REPEATED: u32 = 0x100;
/// Anchors of referrals by the practice, by known state, and by the specialist nurse.
const BY_PRACTICE: u32 = 0x10;
const BY_CNS: u32 = 0x20;

impl World<'_> {
    /// A role that may hold needs assessments, refer to support workers or keep its own caseload has come to know a
    /// state.
    pub(super) fn coordination_knows(&mut self, k: &mut K, person: u32, role: Role) {
        if !self.coordinating.any {
            return;
        }
        match role {
            Role::SupportWorker => self.replan(k, person, Caseload::Support),
            Role::CommunityMatron => self.replan(k, person, Caseload::Matron),
            _ => {}
        }
        let holds = match role {
            Role::SupportWorker => self.is_on(person, Caseload::Support),
            Role::Cns => self.is_on(person, Caseload::Specialist),
            _ => false,
        };
        let individual = &self.people[person as usize];
        let palliative = individual.known[role as usize] != State::Before;
        let eligible = (self.m.coordination.hna.as_ref())
            .is_some_and(|hna| hna.eligible[self.person(person).group as usize]);
        if holds && palliative && eligible && !individual.coordinated.hna_palliative {
            self.ind(person).coordinated.hna_palliative = true;
            self.owe_hna(k, person, TO_PALLIATIVE, 2);
        }
    }

    /// What the practice arranges with the roles that coordinate, for somebody on its register.
    pub(super) fn practice_coordinates(&mut self, k: &mut K, person: u32, known: State) {
        let Some(support) = &self.m.coordination.support else {
            return;
        };
        let p = support.referred_practice;
        let anchor = BY_PRACTICE | known as u32;
        if support.eligible[self.person(person).group as usize]
            && self.chance(person, SUPPORT_REFERRED, anchor, 0, p)
        {
            let gp = self.gp(person);
            self.refer_to(k, person, gp, Caseload::Support, anchor, NONE);
        }
    }

    /// The specialist nurse's first assessment is over.
    pub(super) fn specialist_coordinates(&mut self, k: &mut K, person: u32, from: TeamIndex) {
        if let Some(support) = &self.m.coordination.support
            && support.eligible[self.person(person).group as usize]
            && self.chance(person, SUPPORT_REFERRED, BY_CNS, 0, support.referred_cns)
        {
            self.refer_to(k, person, from, Caseload::Support, BY_CNS, NONE);
        }
        self.coordination_knows(k, person, Role::Cns);
    }

    /// A needs assessment is asked for at a change of phase, of the specialist nurse or the support worker.
    pub(super) fn owe_hna(&mut self, k: &mut K, person: u32, anchor: u32, what: usize) {
        let Some(hna) = &self.m.coordination.hna else {
            return;
        };
        if self.chance(person, HNA_HELD, anchor, 0, hna.at[what]) {
            self.order_hna(k, person, anchor);
        }
    }

    fn order_hna(&mut self, k: &mut K, person: u32, anchor: u32) -> bool {
        let Some(hna) = &self.m.coordination.hna else {
            return false;
        };
        if self.people[person as usize].coordinated.hna != NONE {
            return true; // one at a time
        }
        let nurse = self.is_on(person, Caseload::Specialist)
            && self.chance(person, HNA_BY_CNS, anchor, 0, hna.by_cns);
        let role = match nurse {
            true => Role::Cns,
            false if self.is_on(person, Caseload::Support) => Role::SupportWorker,
            false => return false,
        };
        let Some(team) = self.team(role, person) else {
            return false;
        };
        let named = self.usual(person, role);
        let item = self.order(
            k,
            Order {
                person,
                team,
                work: Work::Assessment,
                task: Task::Hna,
                steps: NO_STEPS,
                link: NONE,
                anchor,
                attempt: 0,
                priority: 2,
                due: k.now() + hna.due,
                named,
            },
        );
        self.ind(person).coordinated.hna = item;
        true
    }

    /// A touchpoint falls due: it is a needs assessment instead if the last is long ago, and nothing while one is
    /// under way.
    pub(super) fn hna_instead(&mut self, k: &mut K, person: u32) -> bool {
        let own = &self.people[person as usize].coordinated;
        if own.hna != NONE {
            return true;
        }
        let every = self.m.coordination.hna.as_ref().map_or(0, |hna| hna.every);
        let last = own.hna_last;
        if every == 0 || last == NEVER || k.now() - last < every {
            return false;
        }
        let week = (k.now() / WEEK) as u32;
        self.order_hna(k, person, REPEATED + week)
    }

    /// Whether this needs assessment takes a journey.
    pub(super) fn hna_at_home(&self, it: &Item) -> bool {
        let visits = self.m.coordination.hna.as_ref().map_or(0.0, |hna| hna.visits);
        self.chance(it.person, HNA_AT_HOME, it.anchor, 0, visits)
    }

    /// Whether a touchpoint is a visit.
    pub(super) fn touchpoint_visit(&self, person: u32, day: u32) -> bool {
        let visits = self
            .m
            .coordination
            .support
            .as_ref()
            .map_or(0.0, |s| s.touchpoint_visits);
        self.chance(person, TOUCHPOINT, day, 0, visits)
    }

    /// A needs assessment has been held.
    pub(super) fn hna_done(&mut self, k: &mut K, it: &Item) {
        let now = k.now();
        let own = &mut self.ind(it.person).coordinated;
        let changed = own.changed;
        if it.task == Task::Hna {
            own.hna = NONE;
        }
        own.hna_last = now;
        own.changed = NEVER;
        let role = self.m.teams[it.team.index()].role;
        let known = self.people[it.person as usize].known[role as usize];
        self.ind(it.person).coordinated.hna_palliative |= known != State::Before;
        self.rec.hna_held(now <= it.due, now);
        if changed != NEVER && now - changed <= 14 * DAY {
            self.rec.hna_in_time(self.person(it.person), changed);
        }
        if role == Role::SupportWorker {
            self.teach_carer(k, it);
        }
        self.onward_referrals(k, it);
        if it.task == Task::Hna && self.is_on(it.person, Caseload::Support) {
            self.next_planned(k, it.person, Caseload::Support);
        }
    }

    fn teach_carer(&mut self, k: &mut K, it: &Item) {
        let Some(training) = self
            .m
            .coordination
            .support
            .as_ref()
            .and_then(|s| s.training.as_ref())
        else {
            return;
        };
        if self.person(it.person).carer_hours > 0.0
            && !self.people[it.person as usize].coordinated.carer_taught
            && self.people[it.person as usize].palliative()
            && self.chance(it.person, CARER_TAUGHT, 0, 0, training.share)
        {
            self.ind(it.person).coordinated.carer_taught = true;
            self.spend(k, it.person, it.team, training.secs, Task::Paper);
            self.rec.carer_taught(k.now());
        }
    }

    /// Probability that the person's carer can give what is needed.
    pub(super) fn carer_gives(&self, person: u32) -> f64 {
        let usual = self.m.symptoms.carer_gives;
        let taught = self.people[person as usize].coordinated.carer_taught;
        match self
            .m
            .coordination
            .support
            .as_ref()
            .and_then(|s| s.training.as_ref())
        {
            Some(training) if taught => usual.max(training.gives),
            _ => usual,
        }
    }

    /// What a needs assessment leads to.
    fn onward_referrals(&mut self, k: &mut K, it: &Item) {
        let Some(hna) = &self.m.coordination.hna else {
            return;
        };
        let (person, team, now) = (it.person, it.team, k.now());
        let anchor = CHANGE_ANCHOR | it.anchor;
        let made: [bool; 5] = std::array::from_fn(|i| {
            self.chance(
                person,
                ONWARD + i as u16,
                it.anchor,
                it.task as u16,
                hna.onward[i],
            )
        });
        let [cns, gp, nurse, care, carer] = made;
        let carer = carer && self.person(person).carer_hours > 0.0;
        let role = self.m.teams[team.index()].role;
        let palliative = self.people[person as usize].known[role as usize] != State::Before;
        if cns && palliative && self.person(person).specialist_need && role != Role::Cns {
            self.refer_to_specialist(k, person, team, anchor);
        }
        if gp {
            let practice = self.gp(person);
            let named = self.usual(person, Role::Gp);
            self.order(
                k,
                Order {
                    person,
                    team: practice,
                    work: Work::Call,
                    task: Task::Demand,
                    steps: NO_STEPS,
                    link: NONE,
                    anchor,
                    attempt: 0,
                    priority: 3,
                    due: now + 5 * DAY,
                    named,
                },
            );
            self.send_word(k, person, team, Role::Gp, palliative);
        }
        if nurse && palliative {
            self.refer_to_nursing(k, person, team, anchor);
        }
        if care {
            self.ask_for_care(k, person, team);
        }
        if carer {
            let practice = self.gp(person);
            self.invites_carer(k, person, practice);
        }
        let whole = hna.elsewhere.floor();
        let others = whole as i64
            + i64::from(self.chance(
                person,
                ELSEWHERE,
                it.anchor,
                it.task as u16,
                hna.elsewhere - whole,
            ));
        let written = hna.writing_secs * (i64::from(carer) + others);
        self.spend(k, person, team, written, Task::Paper);
        let counts = [cns, gp, nurse, care, carer].map(i64::from);
        self.rec.onward(&counts, others, now);
    }

    /// Whether the person would have a support worker from the same community.
    pub(super) fn would_match(&self, person: u32) -> bool {
        let matched = self
            .m
            .coordination
            .support
            .as_ref()
            .and_then(|s| s.matched.as_ref());
        let share = matched.map_or(0.0, |m| m.share[self.person(person).ethnicity as usize]);
        self.chance(person, MATCHED, 0, 0, share)
    }

    /// Whether the person's support worker is from the same community.
    pub(super) fn matched(&self, person: u32) -> bool {
        self.is_on(person, Caseload::Support) && self.would_match(person)
    }

    /// What the probability of an advance care plan is multiplied by.
    pub(super) fn acp_factor(&self, person: u32) -> f64 {
        match self
            .m
            .coordination
            .support
            .as_ref()
            .and_then(|s| s.matched.as_ref())
        {
            Some(matched) if self.matched(person) => matched.acp_factor,
            _ => 1.0,
        }
    }

    /// How busy the support workers' line seems, for somebody who would ring it: waiting jobs count with this
    /// weight. `None`: no line.
    pub(super) fn line_of(&self, person: u32, severity: usize) -> Option<f64> {
        let line = self.m.coordination.support.as_ref()?.line.as_ref()?;
        (line.route[severity] > 0.0 && self.is_on(person, Caseload::Support)).then_some(line.busy_holds_back)
    }

    /// Help is sought in hours: perhaps first from the support workers' line or from the matron.
    pub(super) fn asks_coordinator(&mut self, k: &mut K, number: u32) -> bool {
        if !self.coordinating.any {
            return false;
        }
        let s = self.symptoms[number as usize];
        let severity = s.severity as usize;
        self.may_come_back(k, s.person, s.anchor);
        let c = &self.m.coordination;
        let line = c.support.as_ref().and_then(|s| s.line.as_ref());
        for (which, purpose, p) in [
            (Caseload::Support, LINE, line.map_or(0.0, |l| l.route[severity])),
            (
                Caseload::Matron,
                MATRON_ROUTE,
                c.matron.as_ref().map_or(0.0, |m| m.route[severity]),
            ),
        ] {
            let open = p > 0.0
                && self.is_on(s.person, which)
                && (self.team(which.role(), s.person)).is_some_and(|t| self.hours(t).is_open(k.now()));
            if open && self.chance(s.person, purpose, s.anchor, s.attempt, p) {
                self.ask(k, number, which.role(), urgency(severity));
                return true;
            }
        }
        false
    }

    /// A support worker has answered a call for help: advice settles it, or it is passed on with word at once.
    pub(super) fn line_answered(&mut self, k: &mut K, it: &Item) {
        let number = it.link;
        let s = self.symptoms[number as usize];
        let now = k.now();
        let line = self.m.coordination.support.as_ref().and_then(|s| s.line.as_ref());
        let p = line.map_or(0.0, |l| l.settles[s.severity as usize]);
        // The draw is that of advice by anybody: what settles here would have been settled by a nurse too.
        let settled = s.kind != SymptomKind::Acute && self.chance(s.person, ADVICE, s.anchor, s.attempt, p);
        if line.is_some() {
            self.rec.line_answered(settled, now);
        }
        if settled {
            self.symptoms[number as usize].specialist = false;
            let u = self.u(s.person, ONSET, s.anchor, s.attempt);
            let onset = self.m.symptoms.advice_onset.secs(u);
            self.stage(number, SymptomStage::Onset);
            self.needs.change(s.step, now, Cause::Treatment);
            self.wake_symptom(k, now + onset, kind::CONTROL, number);
            return;
        }
        let role = match () {
            () if self.is_on(s.person, Caseload::Specialist) => Role::Cns,
            () if self.is_on(s.person, Caseload::Nurse) => Role::DistrictNurse,
            () => Role::Gp,
        };
        let individual = &self.people[s.person as usize];
        let state = individual.known[Role::SupportWorker as usize];
        let recognise = role == Role::Gp && state != State::Before;
        self.word_reaches(
            k,
            News {
                person: s.person,
                from: Role::SupportWorker,
                role,
                state,
                seen: now,
                recognise,
            },
        );
        self.ask(k, number, role, urgency(s.severity as usize));
    }
}
