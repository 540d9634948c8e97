//! The acute hospital: admission, clinical stay, ready for discharge, what home needs first, going home (model.md §12).

use crate::base::{NEVER, Secs, Time};
use crate::model::{OfferKind, Place, Role, State};

use super::causes::{Cause, NeedKind};
use super::event_log::{Doing, Held};
use super::handoff::Referral;
use super::information::Change;
use super::needs::{Ending, NONE};
use super::objects::{Matter, SymptomKind};
use super::response::{
    CONTACT_ASKS, CRISIS_RECOGNISES, CRISIS_STAY, DISCHARGE, DYING_DISCHARGE, EQUIPMENT, FROM_HOSPITAL,
    NURSING_CONDITION, NURSING_REFERRAL, PALLIATIVE_TEAM, SUBSTITUTED, TEAM_REFERS, by_role,
};
use super::state::{Caseload, HospiceStanding, Standing};
use super::symptoms::{ACUTE_ANCHOR, ANCHOR_KINDS, Onset, SUBSTITUTED_ANCHOR};
use super::trust::Offer;
use super::world::{K, World, kind};

/// Conditions of a discharge, as bits of `Stay::pending`.
const PROCESS: u8 = 1;
const EQUIPMENT_COMES: u8 = 2;
pub(super) const NURSING_ACCEPTED: u8 = 4;
pub(super) const CARE_ARRANGED: u8 = 8;

impl World<'_> {
    /// Community work stops: the person is in a ward (or the emergency department) from now on.
    pub(super) fn enter_ward(&mut self, k: &mut K, person: u32, place: Place) {
        let now = k.now();
        self.meter_care(person, now);
        self.leave_place(person, now);
        self.end_hospice_at_home(k, person);
        self.leave_home_services(k, person);
        self.ind(person).place = place;
        self.suspend_items(k, person);
        self.symptoms_enter_ward(k, person);
    }

    /// Attendance in the emergency department by ambulance.
    pub(super) fn attends_department(&mut self, person: u32, now: Time) {
        let death = self.person(person).death;
        let t = &mut self.ind(person).tallies;
        if death - now <= 90 * crate::base::DAY {
            t.ed_90 += 1;
        }
        self.rec.department(self.person(person), now);
    }

    /// The clinical stay of an admission: an acute event keeps its own from the course, a crisis draws one.
    pub(super) fn clinical_stay(&self, person: u32, anchor: u32) -> Secs {
        if anchor & ANCHOR_KINDS == ACUTE_ANCHOR {
            let acute = self
                .c
                .acutes_of(self.person(person))
                .iter()
                .find(|a| u32::from(a.ordinal) == anchor & 0xFFFF);
            if let Some(acute) = acute {
                return self.m.exogenous.hospital_stay.secs(acute.stay_u);
            }
        }
        self.m
            .hospital
            .crisis_stay
            .secs(self.u(person, CRISIS_STAY, anchor, 0))
    }

    /// An acute event that the community could not manage is treated by the stay it leads to.
    fn close_acute(&mut self, k: &mut K, person: u32, anchor: u32) {
        let mut at = self.people[person as usize].symptom;
        while at != NONE {
            let s = self.symptoms[at as usize];
            if s.kind == SymptomKind::Acute && s.anchor == anchor {
                return self.close_symptom(k, at, Ending::Met);
            }
            at = s.next;
        }
    }

    /// An emergency admission for a clinical stay of so many seconds.
    pub(super) fn admit(&mut self, k: &mut K, person: u32, anchor: u32, stay: Secs) {
        let now = k.now();
        let death = self.person(person).death;
        let before = self.people[person as usize].place;
        if before != Place::Hospital {
            self.enter_ward(k, person, Place::Hospital);
        }
        self.close_acute(k, person, anchor);
        let t = &mut self.ind(person).tallies;
        let left = (death - now) / crate::base::DAY;
        t.admissions_90 += u16::from(left < 90);
        t.admissions_30 += u16::from(left < 30);
        t.admissions_365 += u16::from(left < 365);
        self.rec.admission(self.person(person), now);
        self.remember_admission(person, now);
        self.tell(now, person, || {
            let days = stay as f64 / crate::base::DAY as f64;
            format!("Admitted to hospital as an emergency, for a stay of {days:.1} days on medical grounds.")
        });
        let s = &mut self.ind(person).stay;
        s.since = now;
        s.ready = now + stay;
        s.need = (NONE, NONE);
        s.pending = 0;
        s.anchor = anchor;
        s.number += 1;
        s.department = false;
        s.hospice_wanted = false;
        s.waits_for_care = NONE;
        let number = s.number;
        self.log_place(now, person, Doing::Begun, Held::Hospital, number);
        self.at(k, now + stay, kind::READY, person);
        self.hold_package(k, person);
        self.learns(k, person, Role::Hospital);
        if self.people[person as usize].palliative() {
            let state = self.people[person as usize].known[Role::Hospital as usize] as usize;
            let hospital = &self.m.hospital;
            let (u, v) = self
                .draws
                .pair(self.person(person).key, PALLIATIVE_TEAM, anchor, 0);
            if u < hospital.palliative_team[state] {
                let stamp = self.people[person as usize].stay.number;
                let at = now + hospital.palliative_team_delay.secs(v);
                self.specialist_asked(person, now);
                self.wake(k, at, kind::PALLIATIVE_TEAM, person, stamp);
            }
            self.record_changed(now, person, Role::Hospital, Change::Unwritten);
            let p = self.m.planning.crisis_recognises;
            if !self.people[person as usize].registered()
                && let Some(from) = self.team(Role::Hospital, person)
                && self.chance(
                    person,
                    CRISIS_RECOGNISES,
                    anchor,
                    0,
                    p * self.offer_rate(person, from, OfferKind::Recognition),
                )
            {
                self.send_word(k, person, from, Role::Gp, true);
            }
        }
    }

    /// The hospital palliative team's first contact in this stay.
    pub(super) fn palliative_team_comes(&mut self, k: &mut K, wake: u32) {
        let w = self.wakes[wake as usize];
        let person = w.link;
        let individual = &self.people[person as usize];
        if !individual.alive || individual.place != Place::Hospital || individual.stay.number != w.stamp {
            return;
        }
        let anchor = individual.stay.anchor;
        self.tell(k.now(), person, || {
            "The hospital's palliative care team sees them.".to_string()
        });
        self.rec.contact_elsewhere(Role::Hospital, k.now());
        self.specialist_sees(k, person);
        let Some(from) = self.team(Role::Hospital, person) else {
            return;
        };
        let rate = self.offer_rate(person, from, OfferKind::Referral);
        if self.chance(
            person,
            TEAM_REFERS,
            anchor,
            0,
            self.m.hospital.palliative_team_refers * rate,
        ) {
            self.refer_to_specialist(k, person, from, anchor);
        }
        let asks = self.m.social_care.contact_asks[Role::Hospital as usize];
        if self.chance(person, by_role(CONTACT_ASKS, Role::Hospital), anchor, 0, asks) {
            self.ask_for_care(k, person, from);
        }
        self.consider_fast_track(k, person, Role::Hospital);
        let prefers = self.preferred(person, k.now()) == Place::Hospice;
        if prefers && self.chance(person, FROM_HOSPITAL, anchor, 0, self.m.hospice.from_hospital) {
            // The bed is asked for once the stay that only a hospital can give is over.
            if self.people[person as usize].stay.ready > k.now() {
                self.ind(person).stay.hospice_wanted = true;
            } else {
                self.refer_to_hospice(k, person, from, anchor);
            }
        }
    }

    /// Clinically ready: what must be there before going home?
    pub(super) fn ready_for_discharge(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let individual = &self.people[person as usize];
        if !individual.alive || individual.place != Place::Hospital || individual.stay.ready != now {
            return;
        }
        let anchor = individual.stay.anchor;
        if individual.stay.hospice_wanted
            && let Some(from) = self.team(Role::Hospital, person)
        {
            self.ind(person).stay.hospice_wanted = false;
            self.refer_to_hospice(k, person, from, anchor);
        }
        if self.people[person as usize].known[Role::Hospital as usize] == State::Dying
            && !self.chance(
                person,
                DYING_DISCHARGE,
                anchor,
                0,
                self.dying_discharge(person, now, anchor),
            )
        {
            return; // cared for in hospital until death
        }
        self.tell(now, person, || {
            "Well enough to leave hospital; what is needed at home has to be in place first.".to_string()
        });
        let (need, root) = self
            .needs
            .open(person, NeedKind::Discharge, now, Cause::DischargeProcess);
        self.ind(person).stay.need = (need, root);
        let state = self.people[person as usize].known[Role::Hospital as usize] as usize;
        let hospital = &self.m.hospital;
        let home_is_home = self.people[person as usize].home == Place::Home;
        let team = self.team(Role::Hospital, person);
        let u = self.u(person, DISCHARGE, anchor, 0);
        let process = self.needs.follow(root, now, Cause::DischargeProcess);
        self.ind(person).stay.pending = PROCESS;
        self.ind(person).stay.process = (
            process,
            self.delay_ends(now, &hospital.discharge_process, u, team),
        );
        let at = self.people[person as usize].stay.process.1;
        self.at(k, at, kind::DISCHARGE, person << 1);
        if home_is_home && self.chance(person, EQUIPMENT, anchor, 0, hospital.equipment_needed[state]) {
            let u = self.u(person, EQUIPMENT, anchor, 1);
            let at = self.delay_ends(now, &hospital.equipment, u, team);
            let step = self.needs.follow(root, now, Cause::Equipment);
            self.ind(person).stay.pending |= EQUIPMENT_COMES;
            self.ind(person).stay.equipment = (step, at);
            self.at(k, at, kind::DISCHARGE, person << 1 | 1);
        }
        let standing = self.people[person as usize].care[Caseload::Nurse as usize].standing;
        if standing == Standing::None
            && self.chance(
                person,
                NURSING_REFERRAL,
                anchor,
                0,
                hospital.nursing_referral[state],
            )
            && let (Some(from), Some(to)) = (team, self.team(Role::DistrictNurse, person))
            && self.accepts(now, person, from, Offer::Nursing, anchor)
        {
            let mut branch = NONE;
            if self.chance(person, NURSING_CONDITION, anchor, 0, hospital.nursing_condition) {
                branch = self.needs.follow(root, now, Cause::Transfer);
                self.ind(person).stay.pending |= NURSING_ACCEPTED;
                self.ind(person).stay.nursing = branch;
            }
            self.ind(person).care[Caseload::Nurse as usize].standing = Standing::Referred;
            let steps = [self.people[person as usize].nursing.1, branch];
            let matter = Matter::Nursing;
            self.refer(
                k,
                Referral {
                    person,
                    from,
                    to,
                    matter,
                    steps,
                    link: NONE,
                    anchor,
                },
            );
        }
        self.arrange_care_for_discharge(k, person, root);
        self.offers_step_down(k, person);
    }

    /// The discharge process or the equipment is done.
    pub(super) fn discharge_condition(&mut self, k: &mut K, index: u32) {
        let (person, equipment) = (index >> 1, index & 1 == 1);
        let now = k.now();
        let s = self.people[person as usize].stay;
        if !self.people[person as usize].alive || !self.needs.is_open(s.need.0) {
            return;
        }
        let (bit, (step, at)) = if equipment {
            (EQUIPMENT_COMES, s.equipment)
        } else {
            (PROCESS, s.process)
        };
        if s.pending & bit != 0 && at == now {
            self.condition_done(k, person, bit, step);
        }
    }

    /// A hand-off on which a discharge may have waited is accepted.
    pub(super) fn condition_met(&mut self, k: &mut K, person: u32, step: u32) {
        let s = self.people[person as usize].stay;
        if step != NONE && s.pending & NURSING_ACCEPTED != 0 && s.nursing == step {
            self.condition_done(k, person, NURSING_ACCEPTED, step);
        }
    }

    /// One condition of the discharge is met; with the last, the person goes home.
    pub(super) fn condition_done(&mut self, k: &mut K, person: u32, bit: u8, step: u32) {
        let now = k.now();
        if !self.needs.is_open(self.people[person as usize].stay.need.0) {
            return;
        }
        self.needs.finish(step, now);
        let s = &mut self.ind(person).stay;
        s.pending &= !bit;
        s.last_step = step;
        if s.pending == 0 {
            let (need, last) = (s.need.0, s.last_step);
            s.need = (NONE, NONE);
            self.rec.discharged(self.person(person), now);
            self.end_need(need, last, Ending::Met, now);
            self.comes_home(k, person);
            self.after_discharge(k, person);
        }
    }

    /// Community work is taken up again.
    pub(super) fn comes_home(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        self.meter_care(person, now);
        self.leave_place(person, now);
        let individual = self.ind(person);
        individual.place = individual.home;
        individual.stay.ready = NEVER;
        individual.stay.department = false;
        self.handed_over(now, person);
        self.resume_items(k, person);
        self.resume_planned(k, person);
        self.symptoms_come_home(k, person);
        self.release_hold(k, person);
        self.review_care(k, person);
    }

    fn after_discharge(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let anchor = self.people[person as usize].stay.anchor;
        self.coordinates_after_discharge(k, person);
        if self.people[person as usize].palliative() {
            self.record_changed(now, person, Role::Hospital, Change::Written);
            self.tell_others(k, person, Role::Hospital);
            self.writes_discharge_letter(k, person, anchor);
            let p = self.m.prescribing.substituted;
            if self.chance(person, SUBSTITUTED, anchor, 0, p) {
                let severity = crate::model::Severity::Moderate;
                let u = self.u(person, SUBSTITUTED, anchor, 1);
                let end = now + self.m.exogenous.episode_length[severity as usize].secs(u).max(1);
                self.symptom_begins(
                    k,
                    Onset {
                        person,
                        severity,
                        kind: SymptomKind::Medicine,
                        anchor: SUBSTITUTED_ANCHOR | (anchor & 0x3FFF_FFFF),
                        end,
                    },
                );
            }
        }
    }

    /// Adds up the time spent in the place that is being left.
    pub(super) fn leave_place(&mut self, person: u32, now: Time) {
        let death = self.person(person).death;
        let (place, department) = (
            self.people[person as usize].place,
            self.people[person as usize].stay.department,
        );
        if place == Place::Hospital {
            let held = if department {
                Held::Department
            } else {
                Held::Hospital
            };
            self.log_place(now, person, Doing::Ended, held, NONE);
        }
        let individual = &mut self.people[person as usize];
        if individual.place == Place::Hospital && individual.stay.since != NEVER {
            let since = individual.stay.since;
            let within = |days: i64| (now - since.max(death - days * crate::base::DAY)).max(0);
            individual.tallies.hospital_90 += within(90);
            individual.tallies.hospital_365 += within(365);
            self.rec.bed_days(self.person(person), since, now);
            self.people[person as usize].stay.since = NEVER;
        }
    }

    /// Where the person would now prefer to die.
    pub(super) fn preferred(&self, person: u32, now: Time) -> Place {
        let p = self.person(person);
        if now >= p.preference_changes_at {
            p.preferred_later
        } else {
            p.preferred
        }
    }

    /// Whether the person waits for or has a hospice bed.
    pub(super) fn hospice_under_way(&self, person: u32) -> bool {
        matches!(
            self.people[person as usize].hospice,
            HospiceStanding::Referred | HospiceStanding::Waiting(_) | HospiceStanding::In(_)
        )
    }
}
