//! What any contact does besides its purpose: faces remembered, state noticed, needs noticed.

use crate::base::{DAY, WEEK};
use crate::model::{OfferKind, Role, State};

use super::event_log::What;
use super::information::Change;
use super::needs::NONE;
use super::objects::Item;
use super::register::Reason;
use super::response::{CONTACT_ASKS, MISJUDGES, NOTICES, by_role};
use super::state::{Caseload, FACES, NO_CLINICIAN, Standing};
use super::world::{K, World};

impl World<'_> {
    /// A clinician has been with the person.
    pub(super) fn contacted(&mut self, k: &mut K, it: &Item, clinician: u16) {
        let now = k.now();
        let role = self.m.teams[it.team.index()].role;
        self.experienced(now, it, clinician, role);
        self.note_contact(it, clinician, role, now);
        self.learns(k, it.person, role);
        let state = self.people[it.person as usize].state;
        if !self.people[it.person as usize].palliative() {
            return;
        }
        let week = (now / WEEK) as u32;
        if !self.people[it.person as usize].registered() {
            let p = match role {
                Role::Gp => {
                    let p = self.m.style(self.person(it.person).practice as usize).notices[state as usize];
                    self.gp_notices(it.person, p, now)
                }
                _ => self.m.planning.notices[role as usize][state as usize],
            };
            let p = p
                * self.offer_rate(it.person, it.team, OfferKind::Recognition)
                * self.confident(it.team, |c| c.noticing);
            if self.chance(it.person, by_role(NOTICES, role), week, 0, p) {
                if role == Role::Gp {
                    self.recognise(k, it.person, Reason::Contact);
                } else {
                    self.send_word(k, it.person, it.team, Role::Gp, true);
                }
            }
        }
        let p = self.m.social_care.contact_asks[role as usize];
        if self.people[it.person as usize].case != NONE
            && self.chance(it.person, by_role(CONTACT_ASKS, role), week, 0, p)
        {
            self.ask_for_care(k, it.person, it.team);
        }
        self.offer_again(k, it, role);
        self.after_contact(k, it, role);
    }

    fn note_contact(&mut self, it: &Item, clinician: u16, role: Role, now: i64) {
        let death = self.person(it.person).death;
        let face = u32::from(it.team.0) << 16 | u32::from(clinician);
        let palliative_from = self.person(it.person).palliative_from;
        let individual = &mut self.people[it.person as usize];
        if let Some(caseload) = Caseload::of(role) {
            let care = &mut individual.care[caseload as usize];
            care.last = now;
            let known = caseload == Caseload::Gp || care.standing == Standing::Active;
            if care.named == NO_CLINICIAN && known && self.m.works_in(it.team, clinician) {
                care.named = clinician;
            }
        }
        let t = &mut individual.tallies;
        t.contacts[role as usize] += 1;
        if death - now <= 90 * DAY {
            match role {
                Role::Gp => t.gp_90 += 1,
                Role::DistrictNurse => t.nurse_90 += 1,
                _ => {}
            }
        }
        if now >= palliative_from {
            t.longest_gap = t.longest_gap.max(now - t.last_contact.max(palliative_from));
            t.last_contact = now;
            let mut known = false;
            for (who, count) in individual.faces.iter_mut().take(FACES) {
                if *who == face || *who == NONE {
                    *who = face;
                    *count += 1;
                    known = true;
                    break;
                }
            }
            if !known {
                individual.other_faces += 1;
            }
        }
        self.rec.contact(it, role, now);
        let (team, work, task) = (it.team, it.work, it.task);
        self.happens(now, it.person, What::Contact { team, work, task });
    }

    /// A role sees the state at first hand, perhaps a step too well.
    pub(super) fn learns(&mut self, k: &mut K, person: u32, role: Role) {
        let individual = &self.people[person as usize];
        let (state, spell) = (individual.state, individual.spell);
        if spell == NONE {
            return;
        }
        let ordinal = u32::from(self.c.spells[spell as usize].ordinal);
        let wrong = self.chance(
            person,
            by_role(MISJUDGES, role),
            ordinal,
            0,
            self.misjudging(person, role, state),
        );
        let seen = if wrong { one_step_better(state) } else { state };
        self.ind(person).known_at[role as usize] = k.now();
        if self.people[person as usize].known[role as usize] != seen {
            self.ind(person).known[role as usize] = seen;
            self.record_changed(k.now(), person, role, Change::State(seen));
            self.on_known(k, person, role);
            self.tell_others(k, person, role);
        }
    }
}

fn one_step_better(state: State) -> State {
    match state {
        State::Dying => State::Deteriorating,
        State::Unstable => State::Deteriorating,
        State::Deteriorating => State::Stable,
        other => other,
    }
}
