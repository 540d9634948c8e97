//! Signed charts, without which a nurse gives nothing, and syringe drivers, which a nurse looks after every day (model.md §9).

use crate::base::{DAY, NEVER};
use crate::model::{Role, Severity, TeamIndex, Work};

use super::needs::NONE;
use super::objects::{SymptomStage, Task};
use super::outcomes_access::Note;
use super::response::{CHART, DRIVER};
use super::state::{NO_CLINICIAN, NO_STEPS};
use super::work::Order;
use super::world::{K, World, kind};

impl World<'_> {
    /// Before a nurse may give the medicine: is there a signed chart? If not, the GP signs one, or the doctor out of hours.
    pub(super) fn waits_for_chart(&mut self, k: &mut K, number: u32) -> bool {
        let Some(chart) = &self.m.access.chart else {
            return false;
        };
        let s = self.symptoms[number as usize];
        if self.chance(s.person, CHART, s.anchor, 0, chart.with_medicine) {
            return false;
        }
        let now = k.now();
        let doctor = self
            .team(Role::OohClinician, s.person)
            .filter(|_| !self.in_hours(now));
        let team = doctor.unwrap_or_else(|| self.gp(s.person));
        self.note(Note::Charts, 1, now);
        self.tell(now, s.person, || {
            "No signed chart: a doctor is asked for one.".to_string()
        });
        self.stage(number, SymptomStage::Giver);
        let severity = s.severity as usize;
        self.order(
            k,
            Order {
                person: s.person,
                team,
                work: Work::Script,
                task: Task::Chart,
                steps: [s.step, NONE],
                link: number,
                anchor: s.anchor,
                attempt: s.attempt,
                priority: [2, 2, 1][severity],
                due: now + self.m.planning.script_target[usize::from(severity < 2)],
                named: NO_CLINICIAN,
            },
        );
        true
    }

    /// The chart is signed: the nurse may come.
    pub(super) fn chart_signed(&mut self, k: &mut K, number: u32) {
        let s = self.symptoms[number as usize];
        if s.open && s.stage == SymptomStage::Giver && self.people[s.person as usize].in_community() {
            self.nurse_gives(k, number);
        }
    }

    /// District nurses, or the night nurses when these are closed.
    pub(super) fn nurses_now(&self, person: u32, now: i64) -> Option<TeamIndex> {
        let day = self.team(Role::DistrictNurse, person);
        let open = day.is_some_and(|t| self.hours(t).is_open(now));
        match (open, self.team(Role::OohNurse, person)) {
            (false, Some(night)) => Some(night),
            _ => day,
        }
    }

    /// A nurse has given a dose: a syringe driver may follow.
    pub(super) fn sets_up_driver(&mut self, k: &mut K, number: u32) {
        let Some(driver) = &self.m.access.driver else {
            return;
        };
        let s = self.symptoms[number as usize];
        let state = self.people[s.person as usize].state as usize;
        if s.severity != Severity::Severe
            || self.driver_runs(s.person)
            || !self.chance(s.person, DRIVER, s.anchor, s.attempt, driver.set_up[state])
        {
            return;
        }
        let now = k.now();
        self.note(Note::Drivers, 1, now);
        self.tell(now, s.person, || "A syringe driver is set up.".to_string());
        let services = self.services(s.person);
        services.driver_until = now + driver.lasts;
        services.driver_number += 1;
        let driver = services.driver_number;
        self.wake(k, now + DAY, kind::DRIVER, s.person, driver);
    }

    /// Whether a driver runs.
    pub(super) fn driver_runs(&self, person: u32) -> bool {
        self.at_home(person).is_some_and(|s| s.driver_until != NEVER)
    }

    /// Multiplies the probability that a dose fails.
    pub(super) fn driver_factor(&self, person: u32) -> f64 {
        match &self.m.access.driver {
            Some(driver) if self.driver_runs(person) => driver.failure,
            _ => 1.0,
        }
    }

    /// A day later the driver is refilled, or taken down.
    pub(super) fn driver_day(&mut self, k: &mut K, wake: u32) {
        let now = k.now();
        let w = self.wakes[wake as usize];
        let person = w.link;
        let services = *self.services(person);
        if services.driver_until == NEVER || services.driver_number != w.stamp {
            return;
        }
        if now >= services.driver_until {
            return self.driver_stops(person);
        }
        self.wake(k, now + DAY, kind::DRIVER, person, w.stamp);
        let Some(team) = self.nurses_now(person, now) else {
            return;
        };
        self.order(
            k,
            Order {
                person,
                team,
                work: Work::Administer,
                task: Task::Driver,
                steps: NO_STEPS,
                link: NONE,
                anchor: (now / DAY) as u32,
                attempt: 0,
                priority: 1,
                due: now + DAY / 6,
                named: NO_CLINICIAN,
            },
        );
    }

    /// The driver is taken down (its time, a ward, death).
    pub(super) fn driver_stops(&mut self, person: u32) {
        if self.driver_runs(person) {
            self.services(person).driver_until = NEVER;
        }
    }
}
