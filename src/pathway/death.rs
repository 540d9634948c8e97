//! Death, at its exogenous second: everything under way is withdrawn and what happened is written down.
//! Also the end of the run, which censors what is still open.

use crate::base::{NEVER, Time, whole_secs};
use crate::model::{Place, Role, Work};

use super::event_log::{NeedEnded, What};
use super::needs::{Ending, NONE};
use super::objects::Task;
use super::response::LAST_OFFICES;
use super::state::HospiceStanding;
use super::world::{K, World};

impl World<'_> {
    /// A person dies, wherever they are.
    pub(super) fn dies(&mut self, k: &mut K, person: u32) {
        let now = k.now();
        let place = self.people[person as usize].place;
        self.meter_care(person, now);
        self.leave_place(person, now);
        while self.people[person as usize].symptom != NONE {
            let symptom = self.people[person as usize].symptom;
            self.close_symptom(k, symptom, Ending::Died);
        }
        if self.people[person as usize].hospice != HospiceStanding::None {
            self.leave_hospice(k, person);
        }
        self.end_hospice_at_home(k, person);
        self.leave_home_services(k, person);
        self.drop_case(k, person, Ending::Died);
        self.drop_package(k, person);
        self.pay_care_home(person, now);
        self.withdraw_all(k, person);
        self.leave_caseloads(k, person);
        self.close_needs(person, Ending::Died, now);
        self.happens(now, person, What::Died(place));
        self.continuity_ends(now, person, true);
        let individual = self.ind(person);
        individual.alive = false;
        individual.place = place;
        self.last_offices(k, person);
        let preferred = self.preferred(person, now);
        let (p, x) = (self.person(person), &self.people[person as usize]);
        let planned = self.plans.of[person as usize].agreed != NEVER;
        self.rec.died(p, x, place, preferred);
        self.rec.fate(p, person, x, place, preferred, planned);
        self.plan_at_death(person, now);
        self.meter_register(person, now);
        self.reviews_death(k, person);
        self.bereavement_begins(k, person);
    }

    /// After a death at home or in a care home somebody comes to verify it.
    fn last_offices(&mut self, k: &mut K, person: u32) {
        if !matches!(self.people[person as usize].place, Place::Home | Place::CareHome) {
            return;
        }
        let now = k.now();
        let by_day = self
            .team(Role::DistrictNurse, person)
            .filter(|t| self.hours(*t).is_open(now));
        let team = by_day
            .or(self.team(Role::OohNurse, person))
            .or(self.team(Role::OohClinician, person));
        let Some(team) = team else { return };
        let t = &self.m.teams[team.index()];
        if let Some(law) = &t.contact[Work::Last as usize] {
            let secs = law.secs(self.u(person, LAST_OFFICES, 0, 0)) + whole_secs(t.travel.mean());
            self.spend(k, person, team, secs, Task::Respond);
        }
    }

    fn pay_care_home(&mut self, person: u32, now: Time) {
        let since = self.people[person as usize].care_home_since;
        if since < now {
            self.rec.care_home(self.person(person), since, now);
        }
    }

    fn close_needs(&mut self, person: u32, ending: Ending, now: Time) {
        loop {
            let need = self.needs.first_open(person);
            if need == NONE {
                return;
            }
            self.end_need(need, NONE, ending, now);
        }
    }

    /// A need ends and its time is recorded by cause.
    pub(super) fn end_need(&mut self, need: u32, last: u32, ending: Ending, now: Time) {
        let n = self.needs.get(need).clone();
        let by_cause = self.needs.close(need, last, now);
        self.rec
            .need_ended(self.person(n.person), n.kind, n.onset, now, ending, &by_cause);
        let (kind, onset) = (n.kind, n.onset);
        self.log_need(
            now,
            n.person,
            NeedEnded {
                kind,
                onset,
                ending,
                by_cause,
            },
        );
    }

    /// The run is over: what is still open is censored, and counted as such.
    pub fn end(&mut self, k: &mut K) {
        let now = k.now();
        for person in 0..self.people.len() as u32 {
            if !self.people[person as usize].alive {
                continue;
            }
            self.meter_care(person, now);
            self.leave_place(person, now);
            self.pay_care_home(person, now);
            self.meter_register(person, now);
            if self.people[person as usize].place == Place::Hospice {
                let since = self.people[person as usize].hospice_since;
                self.rec.hospice_days(since, now);
            }
            self.count_home_services(person, now);
            self.close_needs(person, Ending::Censored, now);
            self.happens(now, person, What::RunEnded);
            self.continuity_ends(now, person, false);
        }
        self.end_coordination(now);
        debug_assert_eq!(self.leaked_request(k), None, "places belong to somebody living");
        self.rec
            .people_at_end(self.people.iter().filter(|p| p.alive).count());
    }
}
