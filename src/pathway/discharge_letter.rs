//! The discharge letter: repeated emergency admissions make the practice recognise somebody, or think again (model.md §8).

use crate::base::{Time, whole_secs};
use crate::model::{OfferKind, Role};

use super::register::{MONTH, Reason};
use super::response::{ACTS_ON_ADMISSIONS, DISCHARGE_LETTER};
use super::world::{K, World, kind};

impl World<'_> {
    /// An emergency admission is remembered.
    pub(super) fn remember_admission(&mut self, person: u32, now: Time) {
        let admitted = &mut self.plan(person).admitted;
        admitted.rotate_right(1);
        admitted[0] = now;
    }

    /// Whether the latest admissions were so many within so long.
    fn admitted_repeatedly(&self, person: u32) -> bool {
        let Some((number, within)) = self.m.care_planning.repeated_admissions else {
            return false;
        };
        let admitted = &self.plans.of[person as usize].admitted;
        admitted[0] - admitted[number - 1] <= within
    }

    /// The hospital writes after a stay. Only letters that can lead to something are followed.
    pub(super) fn writes_discharge_letter(&mut self, k: &mut K, person: u32, anchor: u32) {
        let wanted = if self.people[person as usize].registered() {
            self.m.care_planning.reconsiders > 0.0
        } else {
            let style = self.m.style(self.person(person).practice as usize);
            style.planning.acts_on_admissions > 0.0 && self.admitted_repeatedly(person)
        };
        let Some(hospital) = self.team(Role::Hospital, person) else {
            return;
        };
        if !wanted {
            return;
        }
        let gp = self.gp(person);
        let interface = self.link(k.now(), hospital, gp).theta;
        let mut comes = k.now();
        if !interface.shared_record {
            let (u, v) = self
                .draws
                .pair(self.person(person).key, DISCHARGE_LETTER, anchor, 0);
            if u < interface.record_missing {
                return;
            }
            comes += whole_secs(interface.record_lag.at(v) * interface.record_lag_scale);
        }
        let read = self.hours(gp).next_open(comes);
        self.wake(k, read, kind::DISCHARGE_LETTER, person, anchor);
    }

    /// It is read in the practice.
    pub(super) fn discharge_letter_read(&mut self, k: &mut K, wake: u32) {
        let (person, anchor) = (self.wakes[wake as usize].link, self.wakes[wake as usize].stamp);
        let now = k.now();
        if !self.people[person as usize].alive {
            return;
        }
        if self.people[person as usize].registered() {
            let ratio = self.m.care_planning.reconsiders;
            return self.reconsider(k, person, (now / MONTH) as u32, ratio);
        }
        let style = self.m.style(self.person(person).practice as usize);
        let rate = self.offer_rate(person, self.gp(person), OfferKind::Recognition);
        let p = self.acts_on(person, style.planning.acts_on_admissions, now) * rate;
        if self.admitted_repeatedly(person) && self.chance(person, ACTS_ON_ADMISSIONS, anchor, 0, p) {
            self.hospital_tells_gp(person);
            self.recognise(k, person, Reason::Admissions);
        }
    }
}
