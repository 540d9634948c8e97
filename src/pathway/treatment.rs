//! Treating a symptom: advice, a medicine in the home, a prescription, somebody to give it, its effect (model.md §9).

use crate::base::Time;
use crate::model::{Role, Severity, State, Work};

use super::causes::Cause;
use super::needs::{Ending, NONE};
use super::objects::{Item, PrescriptionPurpose, SymptomKind, SymptomStage, Task};
use super::response::{
    ACUTE_AVERTED, ADVICE, AT_HOME, BAG, CARER_GIVES, INFORMAL, INJECTION, ONSET, SUCCESS,
};
use super::state::{Anticipatory, NO_CLINICIAN};
use super::work::Order;
use super::world::{K, World, kind};

impl World<'_> {
    /// A clinician is with the person about a symptom.
    pub(super) fn symptom_contact(&mut self, k: &mut K, it: &Item) {
        let number = it.link;
        let s = self.symptoms[number as usize];
        if !s.open || s.stage != SymptomStage::Contact {
            return;
        }
        let role = self.m.teams[it.team.index()].role;
        let now = k.now();
        if role == Role::SupportWorker {
            return self.line_answered(k, it);
        }
        if s.kind == SymptomKind::Acute {
            let averted = self.acute_averted(k, s.person, s.anchor);
            if self.chance(s.person, ACUTE_AVERTED, s.anchor, 0, averted) {
                self.stage(number, SymptomStage::Onset);
                self.close_symptom(k, number, Ending::Met);
            } else {
                self.emergency_department(k, s.person, s.anchor, s.attempt, s.severity, true);
            }
            return;
        }
        let specialist = matches!(role, Role::Cns | Role::EmbeddedNurse)
            || self.asks_specialist(now, s.person, it, s.anchor, s.attempt);
        self.symptoms[number as usize].specialist = specialist;
        let advice = self.m.symptoms.advice_enough[s.severity as usize];
        if self.chance(s.person, ADVICE, s.anchor, s.attempt, advice) {
            let u = self.u(s.person, ONSET, s.anchor, s.attempt);
            let onset = self.m.symptoms.advice_onset.secs(u);
            self.stage(number, SymptomStage::Onset);
            self.needs.change(s.step, now, Cause::Treatment);
            self.wake_symptom(k, now + onset, kind::CONTROL, number);
        } else if self.medicine_at_home(now, s.person, s.severity, s.anchor, s.attempt)
            || (role == Role::OohClinician
                && self.chance(
                    s.person,
                    BAG,
                    s.anchor,
                    s.attempt,
                    self.m.prescribing.out_of_hours_supply,
                ))
        {
            let there = it.work == Work::Visit && role != Role::SocialWorker;
            self.give(k, number, there);
        } else {
            self.stage(number, SymptomStage::Medicine);
            let purpose = PrescriptionPurpose::Symptom(number);
            self.prescribe(k, s.person, purpose, [s.step, NONE], it.team, s.anchor, s.attempt);
        }
    }

    /// A question settled by a word with a specialist, without a referral.
    fn asks_specialist(&mut self, now: Time, person: u32, it: &Item, anchor: u32, attempt: u16) -> bool {
        let Some(cns) = self.team(Role::Cns, person) else {
            return false;
        };
        let p =
            self.link(now, it.team, cns).informal_advice() * self.confident(it.team, |c| c.informal_advice);
        self.chance(person, INFORMAL, anchor, attempt, p)
    }

    /// Whether what is needed is in the home: ordinary medicine, or a dose of the anticipatory ones.
    fn medicine_at_home(
        &mut self,
        now: Time,
        person: u32,
        severity: Severity,
        anchor: u32,
        attempt: u16,
    ) -> bool {
        let individual = &mut self.people[person as usize];
        let serious = severity == Severity::Severe || individual.state == State::Dying;
        if let (true, Anticipatory::Home(doses)) = (serious, individual.anticipatory) {
            individual.anticipatory = if doses > 1 {
                Anticipatory::Home(doses - 1)
            } else {
                Anticipatory::None
            };
            self.rec.anticipatory_used(now);
            return true;
        }
        self.chance(
            person,
            AT_HOME,
            anchor,
            attempt,
            self.m.symptoms.at_home[severity as usize],
        )
    }

    /// The medicine is in the home; who gives it?
    pub(super) fn give(&mut self, k: &mut K, number: u32, clinician_there: bool) {
        let s = self.symptoms[number as usize];
        if !s.open || !self.people[s.person as usize].in_community() {
            return;
        }
        let sy = &self.m.symptoms;
        let injection = self.chance(
            s.person,
            INJECTION,
            s.anchor,
            s.attempt,
            sy.injection[s.severity as usize],
        );
        let carer = self.person(s.person).carer_hours > 0.0
            && self.chance(s.person, CARER_GIVES, s.anchor, 0, self.carer_gives(s.person));
        if clinician_there || !injection || carer {
            self.dose(k, number);
            return;
        }
        if !self.waits_for_chart(k, number) {
            self.nurse_gives(k, number);
        }
    }

    /// A nurse is asked to come and give the medicine.
    pub(super) fn nurse_gives(&mut self, k: &mut K, number: u32) {
        let s = self.symptoms[number as usize];
        let now = k.now();
        let Some(team) = self.nurses_now(s.person, now) else {
            return self.dose(k, number);
        };
        self.stage(number, SymptomStage::Giver);
        let severity = s.severity as usize;
        self.order(
            k,
            Order {
                person: s.person,
                team,
                work: Work::Administer,
                task: Task::Administer,
                steps: [s.step, NONE],
                link: number,
                anchor: s.anchor,
                attempt: s.attempt,
                priority: [2, 2, 1][severity],
                due: now + self.m.planning.symptom_target[severity],
                named: NO_CLINICIAN,
            },
        );
    }

    /// A nurse has come to give the medicine.
    pub(super) fn medicine_given(&mut self, k: &mut K, number: u32) {
        if self.symptoms[number as usize].stage == SymptomStage::Giver {
            self.dose(k, number);
            self.sets_up_driver(k, number);
        }
    }

    /// A dose has been given; it works after a while, or does not.
    pub(super) fn dose(&mut self, k: &mut K, number: u32) {
        let s = self.symptoms[number as usize];
        if !s.open {
            return;
        }
        let now = k.now();
        let u = self.u(s.person, ONSET, s.anchor, s.attempt);
        self.stage(number, SymptomStage::Onset);
        if s.crisis.is_none() && self.people[s.person as usize].in_community() {
            self.start_clock(k, number);
        }
        self.needs.change(s.step, now, Cause::Treatment);
        self.wake_symptom(k, now + self.m.symptoms.dose_onset.secs(u), kind::CONTROL, number);
    }

    /// The moment at which treatment should work.
    pub(super) fn takes_effect(&mut self, k: &mut K, wake: u32) {
        let Some(number) = self.symptom_woken(wake) else {
            return;
        };
        let s = self.symptoms[number as usize];
        if !s.open || !matches!(s.stage, SymptomStage::Onset | SymptomStage::Ward) {
            return;
        }
        if s.stage == SymptomStage::Ward {
            // The ward's success was drawn when treatment began.
            if !self.people[s.person as usize].in_community() {
                self.close_symptom(k, number, Ending::Met);
            }
            return;
        }
        let sy = &self.m.symptoms;
        let mut failure = 1.0 - sy.success[s.severity as usize];
        if s.specialist {
            failure *= sy.specialist_failure_factor;
        }
        failure *= self.driver_factor(s.person);
        if self.u(s.person, SUCCESS, s.anchor, s.attempt) < 1.0 - failure {
            self.close_symptom(k, number, Ending::Met);
        } else {
            self.tell(k.now(), s.person, || "The treatment does not work.".to_string());
            self.seek_again(k, number);
        }
    }
}
