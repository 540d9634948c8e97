//! What the levels of the Gold Standards Framework switch on, each on top of those below it (model.md §8).

use crate::model::{Role, State, TeamIndex};

use super::needs::NONE;
use super::objects::{Item, SymptomKind, SymptomStage, Task};
use super::register::MONTH;
use super::response::{GSF_SYMPTOM, HANDED_OVER};
use super::state::{Caseload, NO_CLINICIAN};
use super::world::{K, News, World};

impl World<'_> {
    /// What happens at a planned contact or first assessment besides its purpose.
    pub(super) fn plans_at_contact(&mut self, k: &mut K, it: &Item) {
        if !it.task.is_first() && !matches!(it.task, Task::Planned | Task::Hna) {
            return;
        }
        let own = it.instead_of == super::delegation::OWN_WORK;
        let by_practice = it.task == Task::Planned && it.link == Caseload::Gp as u32 && own;
        if by_practice {
            self.looks_for_symptoms(k, it);
            self.offers_carers_assessment(k, it.person);
            let (ratio, month) = (self.m.care_planning.reconsiders, k.now() / MONTH);
            self.reconsider(k, it.person, month as u32, ratio);
        }
        self.offers_plan(k, it.person, it.team);
    }

    /// Level 1: a lost referral of somebody with a coordinator in the practice is chased after so much of the usual time.
    pub(super) fn coordinator_chases(&self, person: u32) -> f64 {
        if self.people[person as usize].registered() && self.gsf_level(person) >= 1 {
            self.m.care_planning.gsf.lost_chased
        } else {
            1.0
        }
    }

    /// Level 1: with a coordinator to call, help is sought after so much of the usual delay.
    pub(super) fn coordinator_called(&self, person: u32) -> f64 {
        if self.people[person as usize].registered() && self.gsf_level(person) >= 1 {
            self.m.care_planning.gsf.help_sought
        } else {
            1.0
        }
    }

    /// Level 2: a planned GP contact asks after symptoms for which nobody seeks help, and treats them.
    fn looks_for_symptoms(&mut self, k: &mut K, it: &Item) {
        let p = self.m.care_planning.gsf.finds_symptoms;
        if p <= 0.0 || self.gsf_level(it.person) < 2 {
            return;
        }
        let mut at = self.people[it.person as usize].symptom;
        while at != NONE {
            let s = self.symptoms[at as usize];
            let waits = matches!(s.stage, SymptomStage::Seeking | SymptomStage::Left);
            if waits
                && s.kind != SymptomKind::Acute
                && self.chance(it.person, GSF_SYMPTOM, s.anchor, s.attempt, p)
            {
                self.count_planning(k.now(), |m| m.found_symptoms);
                self.stage(at, SymptomStage::Contact);
                self.symptom_contact(
                    k,
                    &Item {
                        link: at,
                        task: Task::Symptom,
                        ..*it
                    },
                );
            }
            at = s.next;
        }
    }

    /// Level 2: what the practice comes to know it hands over to the out-of-hours doctor at once.
    pub(super) fn hands_over(&mut self, k: &mut K, person: u32) {
        let p = self.m.care_planning.gsf.handover;
        let individual = &self.people[person as usize];
        if p <= 0.0 || !individual.registered() || self.gsf_level(person) < 2 {
            return;
        }
        let (state, seen) = (
            individual.known[Role::Gp as usize],
            individual.known_at[Role::Gp as usize],
        );
        if self.team(Role::OohClinician, person).is_none()
            || !self.chance(person, HANDED_OVER, state as u32, 0, p)
        {
            return;
        }
        self.plan(person).handed_over = true;
        self.word_coming(k.now(), person, Role::OohClinician, k.now());
        self.word_reaches(
            k,
            News {
                person,
                from: Role::Gp,
                role: Role::OohClinician,
                state,
                seen,
                recognise: false,
            },
        );
    }

    /// The probability that a role sees a state a step too well. Level 3: a GP recognises more of the dying on the register.
    pub(super) fn misjudging(&self, person: u32, role: Role, state: State) -> f64 {
        let p = self.m.planning.misjudges;
        let recognised = self.m.care_planning.gsf.dying_recognised;
        if recognised > 0.0
            && role == Role::Gp
            && state == State::Dying
            && self.people[person as usize].registered()
            && self.gsf_level(person) >= 3
        {
            return p * (1.0 - recognised);
        }
        p
    }

    /// Level 3: planned GP contacts with the dying are so many times as many.
    pub(super) fn closer_contacts(&self, person: u32, known: State) -> f64 {
        if known == State::Dying && self.gsf_level(person) >= 3 {
            self.m.care_planning.gsf.dying_contacts
        } else {
            1.0
        }
    }

    /// The buddy of a GP who is not there now (by seat in the team): the next one, in practices that work so.
    pub(super) fn buddy(&self, k: &K, person: u32, team: TeamIndex, named: u16) -> Option<u16> {
        let style = self.m.style(self.person(person).practice as usize);
        let at = self.kernel_team[team.index()]?;
        let team = &self.m.teams[team.index()];
        let works_so = style.planning.buddy && team.role == Role::Gp && named != NO_CLINICIAN;
        if !works_so || k.on_duty(at, named) {
            return None;
        }
        let seats = || team.clinicians.iter().map(|c| c.seat);
        let next = seats().filter(|s| *s > named).min().or(seats().min());
        next.filter(|s| *s != named)
    }
}
