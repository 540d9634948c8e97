//! Social care and its money: need, asking, assessment, means test, panel, fast track (model.md §11).

use crate::base::{NEVER, Secs, Time};
use crate::model::{Delay, Place, Role, State, TeamIndex};

use super::causes::{Cause, NeedKind};
use super::handoff::Referral;
use super::hospital::CARE_ARRANGED;
use super::needs::{Ending, NONE};
use super::response::{
    CARE_HOME, CASE_DELAY, FAMILY_ASKS, FAST_APPROVED, FAST_TRACK, PANEL, REABLEMENT, URGENT,
};
use super::state::{Case, CaseStage, Matter, Task};
use super::world::{K, World, kind};

impl World<'_> {
    /// Hours a week needed beyond the carer's, at home.
    pub(super) fn hours_needed(&self, person: u32) -> f32 {
        let individual = &self.people[person as usize];
        if individual.spell == NONE || individual.home != Place::Home || individual.state == State::Before {
            return 0.0;
        }
        let p = self.person(person);
        let hours = self.c.spells[individual.spell as usize].care_hours - p.carer_hours;
        hours.clamp(0.0, self.m.social_care.most_hours as f32)
    }

    /// Counts the hours needed and given since the last change of either.
    pub(super) fn meter_care(&mut self, person: u32, now: Time) {
        let individual = &self.people[person as usize];
        let since = individual.care_since;
        if individual.alive && individual.place == Place::Home {
            let (needed, given) = (individual.care_needed, individual.package.hours);
            let private = individual.package.private_hours.min(given.min(needed));
            self.rec.care_hours(
                self.person(person),
                since,
                now,
                needed,
                given.min(needed),
                (private, individual.package.charged_hours),
            );
        }
        let needed = self.hours_needed(person);
        let individual = self.ind(person);
        individual.care_since = now;
        individual.care_needed = needed;
    }

    /// Looks at need against what is given: opens a case, or closes one that nobody needs any more.
    pub(super) fn review_care(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        self.meter_care(person, now);
        let individual = &self.people[person as usize];
        if !individual.alive {
            return;
        }
        let sc = &self.m.social_care;
        let needed = self.hours_needed(person);
        let unmet = needed - individual.package.hours;
        let grown = individual.package.hours <= 0.0
            || f64::from(needed) > sc.reassess_above * f64::from(individual.package.hours);
        if individual.case == NONE {
            if individual.in_community() && grown && f64::from(unmet) >= sc.hours_threshold {
                self.open_case(k, person, unmet, Cause::NotSought);
                let case = self.people[person as usize].case;
                let anchor = self.cases[case as usize].anchor;
                let u = self.u(person, FAMILY_ASKS, anchor, 0);
                let trust = f64::from(self.person(person).trust);
                let factor = f64::from(self.person(person).help_seeking)
                    * (1.0 + self.m.symptoms.trust_effect * (1.0 - 2.0 * trust)).max(0.0);
                let delay = (sc.family_asks.at(u) * factor).round() as Secs;
                let stamp = self.cases[case as usize].stamp;
                self.wake(k, now + delay, kind::FAMILY, case, stamp);
                for role in [Role::Gp, Role::DistrictNurse, Role::Cns] {
                    self.consider_fast_track(k, person, role);
                }
            }
        } else if f64::from(unmet) < sc.hours_threshold {
            let case = individual.case;
            if self.cases[case as usize].stage == CaseStage::NotAsked {
                self.close_case(k, case, Ending::Withdrawn);
            }
        }
    }

    /// A need for personal care arises.
    fn open_case(&mut self, k: &mut K, person: u32, hours: f32, cause: Cause) -> u32 {
        let now = k.now();
        let (need, step) = self.needs.open(person, NeedKind::PersonalCare, now, cause);
        let spell = self.people[person as usize].spell;
        let anchor = if spell == NONE {
            0
        } else {
            u32::from(self.c.spells[spell as usize].ordinal)
        };
        let number = self.cases.len() as u32;
        self.cases.push(Case {
            person,
            need,
            steps: [step, NONE],
            anchor,
            attempt: 0,
            hours,
            stage: CaseStage::NotAsked,
            fast_track: false,
            means_done: self.people[person as usize].means_tested,
            self_funded: false,
            urgent: false,
            request: NONE,
            stamp: 0,
            free_for: 0,
            decided: NEVER,
        });
        self.ind(person).case = number;
        self.tell(now, person, || {
            format!("Needs {hours:.0} hours of care a week beyond the family's.")
        });
        number
    }

    /// A case comes to a new stage; what was scheduled for the old one is stale.
    pub(super) fn case_stage(&mut self, now: Time, case: u32, stage: CaseStage, cause: Cause) {
        let c = &mut self.cases[case as usize];
        c.stage = stage;
        c.stamp += 1;
        let (steps, person) = (c.steps, c.person);
        self.wait_for(steps, now, cause);
        self.tell(now, person, || format!("Care request: {stage:?}."));
    }

    /// The delay of a stage, then [`World::case_moves`].
    pub(super) fn case_delay(&mut self, k: &mut K, case: u32, delay: &Delay, team: Option<TeamIndex>) {
        let c = self.cases[case as usize];
        let u = self.u(c.person, CASE_DELAY + c.stage as u16, c.anchor, c.attempt);
        let at = self.delay_ends(k.now(), delay, u, team);
        self.wake(k, at, kind::CASE, case, c.stamp);
    }

    /// The case a wake-up is for, unless it is over or has moved on.
    fn woken(&self, wake: u32) -> Option<u32> {
        let w = self.wakes[wake as usize];
        let c = &self.cases[w.link as usize];
        (c.stamp == w.stamp && c.stage != CaseStage::Closed && self.people[c.person as usize].alive)
            .then_some(w.link)
    }

    /// The family has come to ask by itself.
    pub(super) fn family_asks(&mut self, k: &mut K, wake: u32) {
        if let Some(case) = self.woken(wake) {
            let person = self.cases[case as usize].person;
            let gp = self.gp(person);
            self.ask_for_care(k, person, gp);
        }
    }

    /// Care is asked for, by the family or by somebody who noticed, through a team.
    pub(super) fn ask_for_care(&mut self, k: &mut K, person: u32, from: TeamIndex) {
        let case = self.people[person as usize].case;
        if case == NONE || self.cases[case as usize].stage != CaseStage::NotAsked {
            return;
        }
        let Some(to) = self.team(Role::SocialWorker, person) else {
            return;
        };
        self.case_stage(k.now(), case, CaseStage::Requested, Cause::Transfer);
        let c = self.cases[case as usize];
        let matter = Matter::SocialCare;
        let (steps, anchor) = (c.steps, c.anchor);
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter,
                steps,
                link: case,
                anchor,
            },
        );
    }

    /// The request has reached social work.
    pub(super) fn care_request_arrives(&mut self, k: &mut K, number: u32) {
        let h = self.handoffs[number as usize];
        let case = h.link;
        if self.cases[case as usize].stage != CaseStage::Requested {
            return;
        }
        let from = self.m.teams[h.from.index()].role;
        let known = self.people[h.person as usize].known[from as usize];
        let sc = &self.m.social_care;
        let urgent =
            known >= State::Deteriorating && self.chance(h.person, URGENT, h.anchor, 0, sc.terminal_urgent);
        self.cases[case as usize].urgent = urgent;
        if urgent && sc.urgent_start {
            self.handoffs[number as usize].steps = super::state::NO_STEPS;
            self.order_assessment(k, number, Task::Social, Role::SocialWorker, true);
            return self.source(k, case);
        }
        self.case_stage(k.now(), case, CaseStage::Assessment, Cause::AssessmentQueue);
        let steps = self.cases[case as usize].steps;
        self.handoffs[number as usize].steps = steps;
        self.order_assessment(k, number, Task::Social, Role::SocialWorker, urgent);
    }

    /// The social worker's assessment is done.
    pub(super) fn assessed(&mut self, k: &mut K, handoff: u32) {
        let case = self.handoffs[handoff as usize].link;
        let c = self.cases[case as usize];
        if !self.people[c.person as usize].alive {
            return;
        }
        if c.stage != CaseStage::Assessment {
            // Care began before the assessment, which now decides who pays for it.
            if self.m.social_care.urgent_start
                && c.urgent
                && self.m.social_care.pays_privately(self.person(c.person).capital)
            {
                self.meter_care(c.person, k.now());
                let package = &mut self.ind(c.person).package;
                package.private_hours = package.hours;
            }
            return;
        }
        let sc = &self.m.social_care;
        let p = self.person(c.person);
        if f64::from(self.hours_needed(c.person)) >= sc.care_home_hours
            && p.carer_hours <= 0.0
            && self.chance(c.person, CARE_HOME, c.anchor, 0, sc.care_home_chosen)
        {
            self.case_stage(k.now(), case, CaseStage::CareHome, Cause::Bed);
            let delay = &self.m.social_care.care_home_wait;
            return self.case_delay(k, case, delay, None);
        }
        self.means_test(k, case);
    }

    /// Who pays? Forms, then the financial assessment, unless known or waived.
    fn means_test(&mut self, k: &mut K, case: u32) {
        let sc = &self.m.social_care;
        if sc.means_test_waived {
            return self.panel(k, case);
        }
        if self.cases[case as usize].means_done {
            return self.means_known(k, case);
        }
        self.case_stage(k.now(), case, CaseStage::Forms, Cause::FinancialAssessment);
        self.case_delay(k, case, &sc.forms_returned, None);
    }

    /// Above the upper limit the family pays and arranges care itself; the others go to the panel.
    fn means_known(&mut self, k: &mut K, case: u32) {
        if self
            .m
            .social_care
            .pays_privately(self.person(self.cases[case as usize].person).capital)
        {
            self.cases[case as usize].self_funded = true;
            self.case_stage(k.now(), case, CaseStage::Private, Cause::FinancialAssessment);
            self.case_delay(k, case, &self.m.social_care.self_funded, None);
        } else {
            self.panel(k, case);
        }
    }

    /// The funding panel sits at fixed times and may defer.
    fn panel(&mut self, k: &mut K, case: u32) {
        let sc = &self.m.social_care;
        if sc.pooled_budget || sc.panel_every <= 0 {
            return self.agreement(k, case);
        }
        let now = k.now();
        self.case_stage(now, case, CaseStage::Panel, Cause::Panel);
        let since = (now - sc.panel_at).max(-1);
        let next = sc.panel_at + (since.div_euclid(sc.panel_every) + 1) * sc.panel_every;
        let stamp = self.cases[case as usize].stamp;
        self.wake(k, next, kind::CASE, case, stamp);
    }

    /// From decision to sourcing, over the interface between social work and the agencies.
    fn agreement(&mut self, k: &mut K, case: u32) {
        let c = self.cases[case as usize];
        let (Some(from), Some(to)) = (
            self.team(Role::SocialWorker, c.person),
            self.team(Role::HomeCare, c.person),
        ) else {
            return;
        };
        self.case_stage(k.now(), case, CaseStage::Agreement, Cause::Transfer);
        let (steps, anchor, person) = (c.steps, c.anchor, c.person);
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::Sourcing,
                steps,
                link: case,
                anchor,
            },
        );
    }

    /// A case has come to the end of a stage's delay.
    pub(super) fn case_moves(&mut self, k: &mut K, wake: u32) {
        let Some(case) = self.woken(wake) else { return };
        let c = self.cases[case as usize];
        let now = k.now();
        let sc = &self.m.social_care;
        match c.stage {
            CaseStage::Application => {
                let team = self.team(Role::ContinuingCare, c.person);
                self.case_stage(now, case, CaseStage::Decision, Cause::Authorisation);
                self.case_delay(k, case, &sc.fast_track_decision, team);
            }
            CaseStage::Decision => {
                let p = sc.fast_track_approved;
                if self.chance(c.person, FAST_APPROVED, c.anchor, 0, p) {
                    self.cases[case as usize].decided = now;
                    let team = self.team(Role::ContinuingCare, c.person);
                    self.case_stage(now, case, CaseStage::Brokerage, Cause::PackageCapacity);
                    self.case_delay(k, case, &sc.fast_track_brokerage, team);
                } else {
                    self.cases[case as usize].fast_track = false;
                    self.cases[case as usize].stage = CaseStage::NotAsked;
                    let from = self.team(Role::ContinuingCare, c.person);
                    let from = from.unwrap_or_else(|| self.gp(c.person));
                    self.ask_for_care(k, c.person, from);
                }
            }
            CaseStage::Brokerage => self.source(k, case),
            CaseStage::Forms => {
                let team = self.team(Role::SocialWorker, c.person);
                self.case_stage(now, case, CaseStage::Finance, Cause::FinancialAssessment);
                self.case_delay(k, case, &sc.financial_assessment, team);
            }
            CaseStage::Finance => {
                self.cases[case as usize].means_done = true;
                self.ind(c.person).means_tested = true;
                self.means_known(k, case);
            }
            CaseStage::Private => self.source(k, case),
            CaseStage::Panel => {
                let deferred = self.chance(c.person, PANEL, c.anchor, c.attempt, sc.panel_defers);
                self.cases[case as usize].attempt += 1;
                if deferred {
                    self.panel(k, case)
                } else {
                    self.agreement(k, case)
                }
            }
            CaseStage::Starting => self.care_starts(k, case),
            CaseStage::CareHome => self.moves_to_care_home(k, case),
            _ => {}
        }
    }

    /// The fast track is considered by a role that knows how ill the person is: no means test, no panel.
    pub(super) fn consider_fast_track(&mut self, k: &mut K, person: u32, role: Role) {
        let individual = &self.people[person as usize];
        let case = individual.case;
        if case == NONE || self.team(Role::ContinuingCare, person).is_none() {
            return;
        }
        let known = individual.known[role as usize];
        let c = self.cases[case as usize];
        let early = matches!(
            c.stage,
            CaseStage::NotAsked
                | CaseStage::Requested
                | CaseStage::Assessment
                | CaseStage::Forms
                | CaseStage::Finance
                | CaseStage::Panel
        );
        let sc = &self.m.social_care;
        if !early
            || c.fast_track
            || !self.chance(person, FAST_TRACK, known as u32, 0, sc.fast_track[known as usize])
        {
            return;
        }
        self.withdraw_social_items(k, person);
        self.cases[case as usize].fast_track = true;
        self.case_stage(k.now(), case, CaseStage::Application, Cause::AssessmentQueue);
        let team = self.team(role, person);
        self.case_delay(k, case, &sc.fast_track_application, team);
    }

    pub(super) fn withdraw_social_items(&mut self, k: &mut K, person: u32) {
        let mut at = self.people[person as usize].item;
        while at != NONE {
            let next = self.items[at as usize].next;
            if matches!(self.items[at as usize].task, Task::Social | Task::WriteUp) {
                self.withdraw_item(k, at);
            }
            at = next;
        }
    }

    /// What care must be arranged before somebody ready can leave hospital.
    pub(super) fn arrange_care_for_discharge(&mut self, k: &mut K, person: u32, root: u32) {
        let now = k.now();
        let sc = &self.m.social_care;
        let needed = self.hours_needed(person);
        let package = self.people[person as usize].package.hours;
        let enough = package > 0.0 && f64::from(needed) <= sc.reassess_above * f64::from(package);
        if enough || f64::from(needed - package) < sc.hours_threshold {
            return;
        }
        let anchor = self.people[person as usize].stay.anchor;
        let case = self.people[person as usize].case;
        let cause = match case {
            NONE => Cause::AssessmentQueue,
            case => self.needs.cause(self.cases[case as usize].steps[0]),
        };
        let branch = self.needs.follow(root, now, cause);
        self.ind(person).stay.pending |= CARE_ARRANGED;
        self.ind(person).stay.waits_for_care = branch;
        if case != NONE {
            self.attach(case, branch);
            if self.cases[case as usize].stage == CaseStage::NotAsked {
                let from = self
                    .team(Role::Hospital, person)
                    .unwrap_or_else(|| self.gp(person));
                self.ask_for_care(k, person, from);
            }
            return;
        }
        let case = self.open_case(k, person, needed - package, Cause::AssessmentQueue);
        self.cases[case as usize].steps[1] = branch;
        if self.chance(person, REABLEMENT, anchor, 0, sc.reablement) {
            self.cases[case as usize].free_for = sc.reablement_for;
            self.case_stage(now, case, CaseStage::Starting, Cause::PackageCapacity);
            return self.case_delay(k, case, &sc.reablement_start, None);
        }
        if sc.discharge_to_assess_for > 0 {
            self.cases[case as usize].free_for = sc.discharge_to_assess_for;
            return self.source(k, case);
        }
        self.consider_fast_track(k, person, Role::Hospital);
        let from = self
            .team(Role::Hospital, person)
            .unwrap_or_else(|| self.gp(person));
        self.ask_for_care(k, person, from);
    }

    /// A discharge now waits on a case already under way.
    fn attach(&mut self, case: u32, branch: u32) {
        let c = self.cases[case as usize];
        self.cases[case as usize].steps[1] = branch;
        let mut at = self.people[c.person as usize].item;
        while at != NONE {
            if matches!(self.items[at as usize].task, Task::Social | Task::WriteUp) {
                self.items[at as usize].steps[1] = branch;
            }
            at = self.items[at as usize].next;
        }
        for h in self.handoffs.iter_mut().rev() {
            if h.person == c.person
                && matches!(h.matter, Matter::SocialCare | Matter::Sourcing)
                && h.link == case
            {
                h.steps[1] = branch;
                break;
            }
        }
    }

    /// Free care has come to its end: the means test begins where re-ablement left off.
    pub(super) fn free_care_ends(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let individual = &self.people[person as usize];
        if !individual.alive || individual.package.free_until != now {
            return;
        }
        self.end_free_care(k, person);
        self.tell(now, person, || "Free care ends.".to_string());
        let needed = self.hours_needed(person) - self.people[person as usize].package.hours;
        if individual_needs(needed, self.m.social_care.hours_threshold)
            && self.people[person as usize].in_community()
            && self.people[person as usize].case == NONE
        {
            let case = self.open_case(k, person, needed, Cause::FinancialAssessment);
            self.means_test(k, case);
        }
    }

    /// A case is over.
    pub(super) fn close_case(&mut self, k: &mut K, case: u32, ending: Ending) {
        let now = k.now();
        let c = self.cases[case as usize];
        if c.stage == CaseStage::Closed {
            return;
        }
        self.cases[case as usize].stage = CaseStage::Closed;
        self.cases[case as usize].stamp += 1;
        self.ind(c.person).case = NONE;
        self.withdraw_social_items(k, c.person);
        if self.needs.is_open(c.need) {
            let last = if ending == Ending::Met { c.steps[0] } else { NONE };
            self.end_need(c.need, last, ending, now);
        }
        if ending == Ending::Met && c.fast_track && c.decided != NEVER {
            self.rec.fast_track_start(c.decided, now);
        }
    }
}

fn individual_needs(hours: f32, threshold: f64) -> bool {
    f64::from(hours) >= threshold
}
