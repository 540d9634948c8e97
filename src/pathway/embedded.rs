//! Specialist nurse and paramedic placed in a practice: calls taken, reviews, referrals chased, carers invited (model.md §13).

use crate::base::{NEVER, Time, WEEK};
use crate::model::{Role, Work};

use super::needs::NONE;
use super::objects::{Handoff, Item, SymptomStage, Task};
use super::outcomes_access::Note;
use super::response::{CARER_INVITED, EMBEDDED_REVIEW, EMBEDDED_TAKES, VISIT_OR_CALL};
use super::state::{NO_CLINICIAN, NO_STEPS};
use super::symptoms::urgency;
use super::work::Order;
use super::world::{K, World, kind};

/// A symptom found at a review or a round is treated there; nobody has more than this many at once.
const MOST_FOUND: usize = 16;

impl World<'_> {
    /// In their hours they take a share of the practice's calls for help: the paramedic visits the severe ones.
    pub(super) fn calls_embedded(&mut self, k: &mut K, number: u32) -> bool {
        let Some(embedded) = &self.m.access.embedded else {
            return false;
        };
        let now = k.now();
        let s = self.symptoms[number as usize];
        let severity = s.severity as usize;
        let there = |role| {
            self.team(role, s.person)
                .filter(|team| self.hours(*team).is_open(now))
        };
        let paramedic = there(Role::Paramedic).filter(|_| severity == 2);
        let Some(team) = paramedic.or_else(|| there(Role::EmbeddedNurse)) else {
            return false;
        };
        let p = embedded.takes_now(severity, now);
        if !embedded.active(now) || !self.chance(s.person, EMBEDDED_TAKES, s.anchor, s.attempt, p) {
            return false;
        }
        let role = self.m.teams[team.index()].role;
        let visits = self.m.symptoms.visit[role as usize];
        let visit =
            role == Role::Paramedic || self.chance(s.person, VISIT_OR_CALL, s.anchor, s.attempt, visits);
        self.note(Note::EmbeddedTaken, 1, now);
        let work = if visit { Work::Visit } else { Work::Call };
        self.contact_by(k, number, team, work, Task::Symptom, urgency(severity));
        true
    }

    /// Contact time of staff still learning, as a multiple of the usual.
    pub(super) fn learning_factor(&self, now: Time, role: Role) -> f64 {
        match &self.m.access.embedded {
            Some(embedded) if matches!(role, Role::EmbeddedNurse | Role::Paramedic) => {
                embedded.contact_factor(now)
            }
            _ => 1.0,
        }
    }

    /// How often they look for a referral of their practice that got nowhere, times a week.
    pub(super) fn embedded_sweeps(&self, h: &Handoff, now: Time) -> f64 {
        match &self.m.access.embedded {
            Some(e) if self.of_embedded(h, now) => e.sweep_a_week,
            _ => 0.0,
        }
    }

    /// Multiplies the probability that a referral comes back: their practice's reach the right person at once.
    pub(super) fn returned_factor(&self, h: &Handoff, now: Time) -> f64 {
        match &self.m.access.embedded {
            Some(e) if self.of_embedded(h, now) => 1.0 - e.right_first_time,
            _ => 1.0,
        }
    }

    /// Whether a hand-off is one of a practice that has them.
    fn of_embedded(&self, h: &Handoff, now: Time) -> bool {
        let there = |role| self.team(role, h.person).is_some();
        self.m.access.embedded.as_ref().is_some_and(|e| e.active(now))
            && h.from == self.gp(h.person)
            && (there(Role::EmbeddedNurse) || there(Role::Paramedic))
    }

    /// Starts the weekly lists of reviews.
    pub(super) fn start_reviews(&mut self, k: &mut K) {
        let Some(embedded) = &self.m.access.embedded else {
            return;
        };
        if embedded.review_a_week.iter().all(|rate| *rate <= 0.0) {
            return;
        }
        for practice in 0..self.m.exogenous.practices.len() {
            if self.m.team(Role::EmbeddedNurse, practice).is_some() {
                self.plan_reviews(k, practice as u32, embedded.from);
            }
        }
    }

    /// The next weekly list of a practice.
    pub(super) fn plan_reviews(&mut self, k: &mut K, practice: u32, at: Time) {
        let practices = self.m.exogenous.practices.len();
        self.access.next_review.resize(practices, NEVER);
        self.access.next_review[practice as usize] = at;
        self.at(k, at, kind::REVIEWS, practice);
    }

    /// A week's list: each person on the register by the rate of the state the practice knows.
    pub(super) fn weekly_reviews(&mut self, k: &mut K, practice: u32) {
        let now = k.now();
        if self.access.next_review.get(practice as usize) != Some(&now) {
            return; // the beginning of the reviews has been moved since
        }
        let (Some(embedded), Some(team)) = (
            &self.m.access.embedded,
            self.m.team(Role::EmbeddedNurse, practice as usize),
        ) else {
            return;
        };
        if !embedded.active(now) {
            return;
        }
        self.plan_reviews(k, practice, now + WEEK);
        if self.access.registers.len() <= practice as usize {
            return;
        }
        let mut register = std::mem::take(&mut self.access.registers[practice as usize]);
        register.retain(|person| self.people[*person as usize].alive);
        let week = (now / WEEK) as u32;
        for &person in &register {
            let individual = &self.people[person as usize];
            let rate = embedded.review_a_week[individual.known[Role::Gp as usize] as usize];
            let p = 1.0 - libm::exp(-rate);
            if individual.in_community() && self.chance(person, EMBEDDED_REVIEW, week, 0, p) {
                self.order(
                    k,
                    Order {
                        person,
                        team,
                        work: Work::Planned,
                        task: Task::Review,
                        steps: NO_STEPS,
                        link: NONE,
                        anchor: week,
                        attempt: 0,
                        priority: 3,
                        due: now + WEEK,
                        named: NO_CLINICIAN,
                    },
                );
            }
        }
        self.access.registers[practice as usize] = register;
    }

    /// A review has been made: symptoms there are treated, and the carer may be invited to an assessment.
    pub(super) fn reviewed(&mut self, k: &mut K, it: &Item) {
        let now = k.now();
        self.note(Note::EmbeddedReviews, 1, now);
        self.treat_found(k, it);
        let known = self.people[it.person as usize].known[Role::EmbeddedNurse as usize];
        let p = self.m.access.embedded.as_ref().map_or(0.0, |e| e.invites_carer);
        let bit = 1u8 << known as u8;
        if self.person(it.person).carer_hours > 0.0
            && self.people[it.person as usize].in_community()
            && self
                .at_home(it.person)
                .is_none_or(|services| services.invited & bit == 0)
            && self.chance(it.person, CARER_INVITED, known as u32, 0, p)
        {
            self.services(it.person).invited |= bit;
            self.note(Note::CarersInvited, 1, now);
            self.tell(now, it.person, || {
                "The carer is invited to an assessment.".to_string()
            });
            self.invites_carer(k, it.person, it.team);
            self.ask_for_care(k, it.person, it.team);
        }
    }

    /// Symptoms for which help has not been sought, or that still wait for a contact, are treated by whoever is there.
    pub(super) fn treat_found(&mut self, k: &mut K, it: &Item) {
        for _ in 0..MOST_FOUND {
            let individual = &self.people[it.person as usize];
            if !individual.in_community() {
                return;
            }
            let waiting = |stage| {
                matches!(
                    stage,
                    SymptomStage::Seeking | SymptomStage::Left | SymptomStage::Contact
                )
            };
            let mut at = individual.symptom;
            while at != NONE && !waiting(self.symptoms[at as usize].stage) {
                at = self.symptoms[at as usize].next;
            }
            if at == NONE {
                return;
            }
            self.withdraw_symptom_items(k, at);
            self.stage(at, SymptomStage::Contact);
            let work = match it.work {
                Work::Call => Work::Call,
                _ => Work::Visit,
            };
            let contact = Item {
                link: at,
                work,
                ..*it
            };
            self.symptom_contact(k, &contact);
        }
    }
}
