//! The prescribing chain: request, signature, collection rule, pharmacy, stock, the way home (model.md §10).

use crate::base::{DAY, NEVER, Secs, Time};
use crate::model::{OfferKind, Role, TeamIndex, Work};

use super::causes::{Cause, NeedKind};
use super::information::Change;
use super::needs::{Ending, NONE};
use super::objects::{Prescription, PrescriptionPurpose, SymptomStage, Task};
use super::response::{
    ANTICIPATORY_ASKED, COLLECTED, CONTROLLED, DISPENSING, INDEPENDENT, REPEAT, SCRIPT_ASKED, SECOND, STOCK,
    SUPPLY, TRANSFER, WAIVED,
};
use super::state::{Anticipatory, Caseload, NO_CLINICIAN, Standing, Steps};
use super::work::Order;
use super::world::{K, World, kind};

/// Anchor of the anticipatory medicines, above those of symptoms' own kinds.
const ANTICIPATORY_ANCHOR: u32 = 0x2000_0000;
/// Set beside it where a district nurse asks for them, and one bit higher where a specialist nurse does.
const ASKED_ANCHOR: u32 = 0x0400_0000;
/// Anchors of repeats.
const REPEAT_ANCHOR: u32 = 0x3000_0000;

const SIGN: u8 = 0;
const RULE: u8 = 1;
const PHARMACY: u8 = 2;
const SECOND_PHARMACY: u8 = 3;
const ON_ITS_WAY: u8 = 4;
const DONE: u8 = 5;

impl World<'_> {
    /// A prescription is asked for by a team.
    #[allow(clippy::too_many_arguments)] // each says one thing about one prescription
    pub(super) fn prescribe(
        &mut self,
        k: &mut K,
        person: u32,
        purpose: PrescriptionPurpose,
        steps: Steps,
        asked_by: TeamIndex,
        anchor: u32,
        attempt: u16,
    ) -> u32 {
        let now = k.now();
        let number = self.prescriptions.len() as u32;
        let (need, step) = self
            .needs
            .open(person, NeedKind::Medicine, now, Cause::Prescriber);
        let severity = match purpose {
            PrescriptionPurpose::Symptom(s) => self.symptoms[s as usize].severity as usize,
            PrescriptionPurpose::Anticipatory => 2,
            PrescriptionPurpose::Repeat => 0,
        };
        let controlled = self.chance(
            person,
            CONTROLLED,
            anchor,
            attempt,
            self.m.prescribing.controlled[severity],
        );
        let asked = &self.m.teams[asked_by.index()];
        let at_once =
            asked.role != Role::Gp && self.chance(person, INDEPENDENT, anchor, attempt, asked.prescribes);
        self.prescriptions.push(Prescription {
            person,
            need,
            steps: [step, steps[0]],
            purpose,
            anchor,
            attempt,
            requested: now,
            controlled,
            // The rule is for what is asked of the desk: not for what an independent prescriber or the doctor
            // out of hours signs, nor for a severe symptom that the GP has just seen.
            independent: at_once
                || asked.role == Role::OohClinician
                || (asked.role == Role::Gp && purpose_is_symptom(purpose) && severity == 2),
            stage: SIGN,
        });
        self.rec.prescription(now);
        self.log_prescription(now, number);
        if purpose != PrescriptionPurpose::Repeat {
            self.record_changed(now, person, asked.role, Change::Written);
        }
        let gp = self.gp(person);
        if at_once || asked.role == Role::OohClinician || (asked_by == gp && purpose_is_symptom(purpose)) {
            // Signed at the contact: by an independent prescriber, the doctor out of hours, or the GP there.
            self.signed(k, number);
        } else {
            let travels = self.m.prescribing.over_interface;
            if asked_by != gp && self.chance(person, SCRIPT_ASKED, anchor, attempt, travels) {
                let u = self.u(person, TRANSFER, anchor, 0x8000 | attempt);
                let delay = self.link(now, asked_by, gp).transfer_secs(u);
                let steps = self.prescription_steps(number);
                self.wait_for(steps, now, Cause::Transfer);
                self.at(k, now + delay, kind::SCRIPT_ASKED, number);
            } else {
                let steps = self.prescriptions[number as usize].steps;
                self.order_script(k, number, steps);
            }
        }
        number
    }

    /// The practice has been asked for a prescription that was some time on its way.
    pub(super) fn script_asked(&mut self, k: &mut K, number: u32) {
        let person = self.prescriptions[number as usize].person;
        if self.people[person as usize].alive {
            let steps = self.prescription_steps(number);
            self.order_script(k, number, steps);
        }
    }

    fn order_script(&mut self, k: &mut K, number: u32, steps: Steps) {
        let rx = self.prescriptions[number as usize];
        let urgent = match rx.purpose {
            PrescriptionPurpose::Symptom(s) => self.symptoms[s as usize].severity as usize == 2,
            PrescriptionPurpose::Anticipatory => true,
            PrescriptionPurpose::Repeat => false,
        };
        let team = self.gp(rx.person);
        self.order(
            k,
            Order {
                person: rx.person,
                team,
                work: Work::Script,
                task: Task::Script,
                steps,
                link: number,
                anchor: rx.anchor,
                attempt: rx.attempt,
                priority: if urgent { 1 } else { 3 },
                due: k.now() + self.m.planning.script_target[usize::from(!urgent)],
                named: NO_CLINICIAN,
            },
        );
    }

    /// Signed. The practice's rule may keep it: ready = the later of signature and request plus n practice
    /// working days, unless waived.
    pub(super) fn signed(&mut self, k: &mut K, number: u32) {
        let now = k.now();
        let rx = self.prescriptions[number as usize];
        if rx.purpose == PrescriptionPurpose::Anticipatory {
            self.anticipatory_signed(rx.person, now);
        }
        let style = self.m.style(self.person(rx.person).practice as usize);
        // Only somebody whom the practice knows to be palliative can be excused from its rule.
        let waived = rx.independent
            || (self.people[rx.person as usize].registered()
                && self.chance(rx.person, WAIVED, rx.anchor, rx.attempt, style.collection_waived));
        let ready = if waived || style.collection_days == 0 {
            now
        } else {
            let due = self.m.working_days.add(rx.requested, style.collection_days);
            now.max(self.m.calendars[self.m.practice_calendar].next_open(due))
        };
        self.move_on(k, number, RULE, ready, Cause::CollectionRule);
    }

    /// The steps that wait for a prescription: its own, and its symptom's while that waits for a medicine.
    pub(super) fn prescription_steps(&self, number: u32) -> Steps {
        let rx = &self.prescriptions[number as usize];
        let waits = match rx.purpose {
            PrescriptionPurpose::Symptom(s) => self.symptoms[s as usize].stage == SymptomStage::Medicine,
            _ => false,
        };
        [rx.steps[0], if waits { rx.steps[1] } else { NONE }]
    }

    fn move_on(&mut self, k: &mut K, number: u32, stage: u8, at: Time, cause: Cause) {
        self.prescriptions[number as usize].stage = stage;
        self.log_prescription(k.now(), number);
        let steps = self.prescription_steps(number);
        self.wait_for(steps, k.now(), cause);
        self.at(k, at, kind::PRESCRIPTION, number);
    }

    /// A prescription has come to the end of a stage.
    pub(super) fn prescription_moves(&mut self, k: &mut K, number: u32) {
        let now = k.now();
        let rx = self.prescriptions[number as usize];
        if !self.people[rx.person as usize].alive {
            return;
        }
        let pr = &self.m.prescribing;
        let pharmacy = self.team(Role::Pharmacy, rx.person);
        let hours = pharmacy.map(|team| self.hours(team));
        let open = |t: Time, secs: Secs| hours.map_or(t + secs, |h| h.add_open(t, secs));
        match rx.stage {
            RULE => {
                let u = self.u(rx.person, DISPENSING, rx.anchor, rx.attempt);
                let at = open(now, pr.dispensing.secs(u));
                self.move_on(k, number, PHARMACY, at, Cause::Pharmacy);
            }
            PHARMACY => {
                let in_stock = pr.in_stock[usize::from(rx.controlled)];
                let first = self.u(rx.person, STOCK, rx.anchor, rx.attempt) < in_stock;
                self.rec.pharmacy(first, now);
                if first {
                    self.collect(k, number);
                } else {
                    let u = self.u(rx.person, SECOND, rx.anchor, rx.attempt);
                    let at = open(now, pr.second_pharmacy.secs(u));
                    self.move_on(k, number, SECOND_PHARMACY, at, Cause::Pharmacy);
                }
            }
            SECOND_PHARMACY => self.collect(k, number),
            ON_ITS_WAY => self.medicine_home(k, number),
            _ => {}
        }
    }

    fn collect(&mut self, k: &mut K, number: u32) {
        let rx = self.prescriptions[number as usize];
        let pr = &self.m.prescribing;
        let law = if self.person(rx.person).carer_hours > 0.0 {
            &pr.collected
        } else {
            &pr.delivered
        };
        let u = self.u(rx.person, COLLECTED, rx.anchor, rx.attempt);
        self.move_on(k, number, ON_ITS_WAY, k.now() + law.secs(u), Cause::Collection);
    }

    /// The medicine is in the home.
    fn medicine_home(&mut self, k: &mut K, number: u32) {
        let now = k.now();
        let rx = self.prescriptions[number as usize];
        self.prescriptions[number as usize].stage = DONE;
        self.log_prescription(now, number);
        self.end_need(rx.need, rx.steps[0], Ending::Met, now);
        match rx.purpose {
            PrescriptionPurpose::Symptom(symptom) => {
                if self.symptoms[symptom as usize].stage == SymptomStage::Medicine {
                    self.give(k, symptom, false);
                }
            }
            PrescriptionPurpose::Anticipatory => {
                let doses = self
                    .m
                    .style(self.person(rx.person).practice as usize)
                    .anticipatory_doses;
                let individual = self.ind(rx.person);
                individual.anticipatory = Anticipatory::Home(doses.max(1));
                if individual.anticipatory_since == NEVER {
                    individual.anticipatory_since = now;
                }
            }
            PrescriptionPurpose::Repeat => {
                let every = self.m.prescribing.repeat_every;
                let individual = self.ind(rx.person);
                individual.repeat = NONE;
                individual.supply_until = individual.supply_until.max(now) + every;
                self.plan_repeat(k, rx.person);
            }
        }
    }

    /// A nurse with the person on her caseload has learned of a state and may ask for anticipatory medicines.
    pub(super) fn asks_anticipatory(&mut self, k: &mut K, person: u32, role: Role, caseload: Caseload) {
        let individual = &self.people[person as usize];
        let which = usize::from(role == Role::Cns);
        let known = individual.known[role as usize];
        let p = self.m.planning.asks_anticipatory[which][known as usize];
        let standing = individual.care[caseload as usize].standing;
        if p <= 0.0
            || individual.anticipatory != Anticipatory::None
            || standing != Standing::Active
            || !individual.in_community()
        {
            return;
        }
        let Some(team) = self.team(role, person) else {
            return;
        };
        let plans = self.offer_rate(person, team, OfferKind::Planning);
        if self.chance(person, ANTICIPATORY_ASKED, known as u32, which as u16, p * plans) {
            self.order_anticipatory(k, person, team, ASKED_ANCHOR << which | known as u32);
        }
    }

    /// Anticipatory medicines are arranged: by the practice, or a nurse asks for them.
    pub(super) fn order_anticipatory(&mut self, k: &mut K, person: u32, by: TeamIndex, anchor: u32) {
        self.ind(person).anticipatory = Anticipatory::Ordered;
        self.tell(k.now(), person, || {
            "Anticipatory medicines are arranged, to be kept in the home for the last days.".to_string()
        });
        let purpose = PrescriptionPurpose::Anticipatory;
        self.prescribe(
            k,
            person,
            purpose,
            [NONE, NONE],
            by,
            ANTICIPATORY_ANCHOR | anchor,
            0,
        );
    }

    /// Regular medicines begin with the palliative phase; the first supply ends at a uniform moment of the
    /// supply's length, so that not everybody's ends together.
    pub(super) fn start_repeats(&mut self, k: &mut K, person: u32) {
        if self.m.prescribing.repeat_every <= 0 {
            return;
        }
        let u = self.u(person, SUPPLY, 0, 0);
        let left = (u * self.m.prescribing.repeat_every as f64) as Secs;
        self.ind(person).on_repeats = true;
        self.ind(person).supply_until = k.now() + left;
        self.plan_repeat(k, person);
    }

    fn plan_repeat(&mut self, k: &mut K, person: u32) {
        self.ind(person).supply_slot += 1;
        let slot = self.people[person as usize].supply_slot;
        let u = self.u(person, REPEAT, slot, 0);
        let before = self.m.prescribing.repeat_asked_before.secs(u);
        let wanted = (self.people[person as usize].supply_until - before).max(k.now());
        let at = self.m.calendars[self.m.practice_calendar].next_open(wanted);
        self.at(k, at, kind::SUPPLY, person);
    }

    /// Time to ask for the repeat; the ward looks after its own.
    pub(super) fn supply(&mut self, k: &mut K, person: u32) {
        let individual = &self.people[person as usize];
        if !individual.alive || individual.repeat != NONE {
            return;
        }
        if !individual.in_community() {
            let later = k.now() + 2 * DAY;
            self.ind(person).supply_until += 2 * DAY;
            self.at(k, later, kind::SUPPLY, person);
            return;
        }
        let (gp, slot) = (self.gp(person), individual.supply_slot);
        let purpose = PrescriptionPurpose::Repeat;
        let number = self.prescribe(k, person, purpose, [NONE, NONE], gp, REPEAT_ANCHOR | slot, 0);
        self.ind(person).repeat = number;
    }

    /// Whether the person's regular medicine has run out.
    pub(super) fn without_medicine(&self, person: u32, now: Time) -> bool {
        let individual = &self.people[person as usize];
        individual.on_repeats && individual.supply_until < now
    }
}

fn purpose_is_symptom(purpose: PrescriptionPurpose) -> bool {
    matches!(purpose, PrescriptionPurpose::Symptom(_))
}
