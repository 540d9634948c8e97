//! Who pays for care: means test, panel, the budget holder's agreement, the fast track (model.md §11).

use crate::model::Role;

use super::causes::Cause;
use super::handoff::Referral;
use super::needs::NONE;
use super::objects::{CaseStage, Matter};
use super::response::{FAST_APPROVED, FAST_TRACK, PANEL};
use super::trust::Loss;
use super::world::{K, World, kind};

impl World<'_> {
    /// Who pays? Forms, then the financial assessment, unless known or waived.
    pub(super) fn means_test(&mut self, k: &mut K, case: u32) {
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
            CaseStage::Application => self.application_goes(k, case),
            CaseStage::Decision => {
                let p = sc.fast_track_approved;
                if self.chance(c.person, FAST_APPROVED, c.anchor, 0, p) {
                    self.cases[case as usize].decided = now;
                    self.rec.fast_track_approved(now);
                    if !self.service_takes(k, case) {
                        self.brokerage(k, case);
                    }
                } else {
                    self.cases[case as usize].fast_track = false;
                    self.cases[case as usize].refused = true;
                    self.cases[case as usize].stage = CaseStage::NotAsked;
                    let from = self.team(Role::ContinuingCare, c.person);
                    let from = from.unwrap_or_else(|| self.gp(c.person));
                    self.trust_loses(c.person, from, Loss::Refused);
                    self.ask_for_care(k, c.person, from);
                }
            }
            CaseStage::Service => self.service_full(k, case),
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

    /// Approved: the continuing-care team looks for an agency.
    pub(super) fn brokerage(&mut self, k: &mut K, case: u32) {
        let team = self.team(Role::ContinuingCare, self.cases[case as usize].person);
        self.case_stage(k.now(), case, CaseStage::Brokerage, Cause::PackageCapacity);
        self.case_delay(k, case, &self.m.social_care.fast_track_brokerage, team);
    }

    /// The application is written: it is with those who decide, or goes to them as referrals do.
    fn application_goes(&mut self, k: &mut K, case: u32) {
        let c = self.cases[case as usize];
        let to = self.team(Role::ContinuingCare, c.person);
        let (Some(from), Some(to), true) = (c.applicant, to, self.m.social_care.fast_track_over_interface)
        else {
            return self.application_arrives(k, case);
        };
        // What was scheduled for the writing is over; the case stays where it is until the form has come.
        self.case_stage(k.now(), case, CaseStage::Application, Cause::Transfer);
        let (steps, anchor, person) = (c.steps, c.anchor, c.person);
        self.refer(
            k,
            Referral {
                person,
                from,
                to,
                matter: Matter::FastTrack,
                steps,
                link: case,
                anchor,
            },
        );
    }

    /// The application is with those who decide.
    pub(super) fn application_arrives(&mut self, k: &mut K, case: u32) {
        let c = self.cases[case as usize];
        if c.stage == CaseStage::Application {
            let team = self.team(Role::ContinuingCare, c.person);
            self.case_stage(k.now(), case, CaseStage::Decision, Cause::Authorisation);
            self.case_delay(k, case, &self.m.social_care.fast_track_decision, team);
        }
    }

    /// The fast track is considered by a role that knows how ill the person is: no means test, no panel.
    pub(super) fn consider_fast_track(&mut self, k: &mut K, person: u32, role: Role) {
        let known = self.people[person as usize].known[role as usize];
        let sc = &self.m.social_care;
        if !self.could_have_fast_track(person)
            || !self.chance(person, FAST_TRACK, known as u32, 0, sc.fast_track[known as usize])
        {
            return;
        }
        self.apply_for_fast_track(k, person, role);
    }

    /// Whether a fast track could still be applied for: a case not yet agreed, and no application before.
    pub(super) fn could_have_fast_track(&self, person: u32) -> bool {
        let case = self.people[person as usize].case;
        if case == NONE || self.team(Role::ContinuingCare, person).is_none() {
            return false;
        }
        let c = self.cases[case as usize];
        c.stage.not_agreed() && !c.fast_track && !c.refused
    }

    /// The fast track is applied for.
    pub(super) fn apply_for_fast_track(&mut self, k: &mut K, person: u32, role: Role) {
        let case = self.people[person as usize].case;
        self.withdraw_social_items(k, person);
        self.cases[case as usize].fast_track = true;
        self.case_stage(k.now(), case, CaseStage::Application, Cause::AssessmentQueue);
        let team = self.team(role, person);
        self.cases[case as usize].applicant = team;
        let application = &self.m.social_care.fast_track_application;
        self.case_delay(k, case, application, team);
    }
}
