//! Writes down what happens in one arm, as integers in the replication's record.
//!
//! Cohorts are defined by exogenous times only: needs by their true onset, people by their death, inside
//! the measured window. Flows (contacts, crises, bed days) are over the window.

mod faces;

use crate::base::{DAY, HOUR, NEVER, Secs, Time, WEEK};
use crate::model::{Model, Place, Role, Work};
use crate::observe::{GroupId, MeasureId, Tally};

use super::catalogue::Measures;
use super::causes::{CAUSES, NeedKind};
use super::course::Person;
use super::fates::Fates;
use super::needs::Ending;
use super::objects::{Item, Task};
use super::state::Individual;

/// The record of one arm under way.
pub struct Recorder<'a> {
    /// The model of the arm at this time, for its prices.
    pub(super) model: &'a Model,
    pub(super) m: &'a Measures,
    pub(super) tally: Tally<'a>,
    pub(super) arm: usize,
    /// Style of each practice in the first arm, by which people are grouped in all.
    styles: &'a [usize],
    from: Time,
    to: Time,
    /// What became of each person.
    pub(super) fates: Fates,
    created: i64,
    done: i64,
    withdrawn: i64,
    suspended: i64,
}

impl<'a> Recorder<'a> {
    /// A recorder of one arm that goes on filling `tally` with what belongs to the window.
    pub fn new(
        model: &'a Model,
        m: &'a Measures,
        tally: Tally<'a>,
        arm: usize,
        styles: &'a [usize],
        people: usize,
        (from, to): (Time, Time),
    ) -> Recorder<'a> {
        Recorder {
            model,
            m,
            tally,
            arm,
            styles,
            from,
            to,
            fates: Fates::new(people),
            created: 0,
            done: 0,
            withdrawn: 0,
            suspended: 0,
        }
    }

    /// From now on the prices are those of this model.
    pub(super) fn goes_on_with(&mut self, model: &'a Model) {
        self.model = model;
    }

    /// The tally, for the next arm.
    pub fn finish(self) -> (Tally<'a>, Fates) {
        (self.tally, self.fates)
    }

    pub(super) fn has_cancer(&self, p: &Person) -> bool {
        self.model.exogenous.groups[p.group as usize].cancer
    }

    pub(super) fn groups(&self, p: &Person) -> [GroupId; 7] {
        let cancer = self.has_cancer(p);
        [
            self.m.diagnosis[p.group as usize],
            self.m.cancer[usize::from(!cancer)],
            self.m.deprivation[p.deprivation as usize],
            self.m.ethnicity[p.ethnicity as usize],
            self.m.practice[p.practice as usize],
            self.m.style[self.styles[p.practice as usize]],
            self.m.minority[usize::from(p.ethnicity as usize == self.m.largest_ethnicity)],
        ]
    }

    /// Whether a moment is in the window; what is added next is booked at it.
    #[inline]
    pub(super) fn in_window(&self, now: Time) -> bool {
        self.tally.at(Some((now, now)));
        self.from <= now && now < self.to
    }

    pub(super) fn add(&mut self, p: &Person, measure: MeasureId, amount: i64) {
        let groups = self.groups(p);
        self.tally.add(self.arm, measure, &groups, amount);
    }

    fn add_overall(&mut self, measure: MeasureId, amount: i64) {
        self.tally.add(self.arm, measure, &[], amount);
    }

    /// Adds to a measure of the whole arm.
    pub fn total(&mut self, measure: MeasureId, amount: i64) {
        self.add_overall(measure, amount);
    }

    pub(super) fn pay(&mut self, payer: usize, pence: i64, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.cost[payer], pence);
        }
    }

    // Work items, for conservation: created = done + withdrawn + open at the end.

    pub(super) fn item_created(&mut self) {
        self.created += 1;
    }

    pub(super) fn item_done(&mut self) {
        self.done += 1;
    }

    pub(super) fn item_withdrawn(&mut self) {
        self.withdrawn += 1;
    }

    pub(super) fn item_suspended(&mut self) {
        self.suspended += 1;
    }

    pub(super) fn item_resumed(&mut self) {
        self.suspended -= 1;
    }

    /// (created, done, withdrawn, suspended now).
    pub fn items(&self) -> (i64, i64, i64, i64) {
        (self.created, self.done, self.withdrawn, self.suspended)
    }

    /// Writes down the items at the end of the run.
    pub fn items_at_end(&mut self, open: i64) {
        let counts = [self.created, self.done, self.withdrawn, open];
        for (id, count) in self.m.items.into_iter().zip(counts) {
            self.add_overall(id, count);
        }
    }

    pub(super) fn people_at_end(&mut self, alive: usize) {
        self.add_overall(self.m.people_at_end, alive as i64);
    }

    // Contacts and other work.

    pub(super) fn work_done(&mut self, it: &Item, now: Time) {
        if matches!(it.task, Task::Paper | Task::Roundtrip | Task::Hub) && self.in_window(now) {
            self.add_overall(self.m.paper_secs, now - it.started);
        }
    }

    pub(super) fn contact(&mut self, it: &Item, role: Role, now: Time) {
        if !self.in_window(now) {
            return;
        }
        self.add_overall(self.m.contacts[role as usize], 1);
        let costs = &self.model.costs;
        let pence = if it.work == Work::Call {
            costs.call[role as usize]
        } else {
            costs.contact[role as usize]
        };
        let payer = match role {
            Role::SocialWorker => 3,
            _ => 0,
        };
        self.add_overall(self.m.cost[payer], pence);
    }

    pub(super) fn contact_elsewhere(&mut self, role: Role, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.contacts[role as usize], 1);
        }
    }

    pub(super) fn planned_due(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.planned_due, 1);
        }
    }

    /// `due` is when it fell due, so that numerator and denominator count the same contacts.
    pub(super) fn planned_on_time(&mut self, p: &Person, due: Time) {
        if self.in_window(due) {
            self.add(p, self.m.planned_on_time, 1);
        }
    }

    pub(super) fn combined(&mut self, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.combined, 1);
        }
    }

    pub(super) fn symptom_began(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.episodes, 1);
        }
    }

    pub(super) fn crisis(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.crises, 1);
        }
    }

    /// A responder's visit that averted a crisis.
    pub(super) fn responded(&mut self, now: Time) {
        self.pay(0, self.model.costs.contact[Role::OohClinician as usize], now);
    }

    pub(super) fn anticipatory_used(&mut self, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.anticipatory_used, 1);
        }
    }

    pub(super) fn prescription(&mut self, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.prescriptions, 1);
            self.pay(0, self.model.costs.prescription, now);
        }
    }

    pub(super) fn pharmacy(&mut self, first_had_all: bool, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.pharmacy_visits, 1);
            self.add_overall(self.m.pharmacy_first, i64::from(first_had_all));
        }
    }

    pub(super) fn department(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.departments, 1);
            self.add(p, self.m.ambulances, 1);
            let costs = &self.model.costs;
            self.pay(1, costs.emergency_department + costs.ambulance, now);
        }
    }

    pub(super) fn admission(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.admissions, 1);
        }
    }

    pub(super) fn discharged(&mut self, p: &Person, now: Time) {
        if self.in_window(now) {
            self.add(p, self.m.discharges, 1);
        }
    }

    pub(super) fn breakdown(&mut self, fall: bool, now: Time) {
        if self.in_window(now) {
            self.add_overall(if fall { self.m.falls } else { self.m.breakdowns }, 1);
        }
    }

    /// How much of a span is in the window; what is added next is booked over it.
    #[inline]
    pub(super) fn overlap(&self, since: Time, until: Time) -> Secs {
        let (since, until) = (since.max(self.from), until.min(self.to));
        self.tally.at(Some((since, until)));
        (until - since).max(0)
    }

    pub(super) fn bed_days(&mut self, p: &Person, since: Time, until: Time) {
        let secs = self.overlap(since, until);
        self.add(p, self.m.bed_secs, secs);
        let pence = days_cost(secs, self.model.costs.hospital_day);
        self.add_overall(self.m.cost[1], pence);
    }

    pub(super) fn hospice_days(&mut self, since: Time, until: Time) {
        let secs = self.overlap(since, until);
        self.add_overall(self.m.hospice_secs, secs);
        let pence = days_cost(secs, self.model.costs.hospice_day);
        self.add_overall(self.m.cost[2], pence);
    }

    pub(super) fn at_home_days(&mut self, since: Time, until: Time) {
        let secs = self.overlap(since, until);
        self.add_overall(self.m.at_home_secs, secs);
        let pence = days_cost(secs, self.model.costs.hospice_at_home_day);
        self.add_overall(self.m.cost[2], pence);
    }

    /// Hours a week needed and given from `since` to `until`: the family pays for the private ones and its
    /// contribution to the charged ones, the council (or the health service, under fast track) for the rest.
    pub(super) fn care_hours(
        &mut self,
        p: &Person,
        since: Time,
        until: Time,
        needed: f32,
        given: f32,
        (private, charged, nhs): (f32, f32, f32),
    ) {
        let secs = self.overlap(since, until);
        if secs == 0 || needed <= 0.0 {
            return;
        }
        let milli = |hours: f32| (f64::from(hours) * 1000.0 * secs as f64 / WEEK as f64).round() as i64;
        let threshold = self.model.social_care.hours_threshold;
        if f64::from(needed) >= threshold {
            self.care_days(p, since, until, f64::from(needed - given) < threshold);
        }
        self.add(p, self.m.care_needed, milli(needed));
        self.add(p, self.m.care_given, milli(given));
        self.add(p, self.m.care_unmet, milli(needed) - milli(given));
        let price = self.model.costs.home_care_hour;
        let nhs = milli(nhs.min(given - private)) * price / 1000;
        let funded = milli(given - private) * price / 1000 - nhs;
        let charged = milli(charged.min(given - private)) * price / 1000;
        let due = self.model.social_care.contribution(p.capital) * secs as f64 / WEEK as f64;
        let contributed = (due.round() as i64).min(charged).min(funded);
        self.add_overall(self.m.cost[0], nhs);
        self.add_overall(self.m.cost[3], funded - contributed);
        self.add_overall(self.m.cost[4], milli(private) * price / 1000 + contributed);
    }

    /// A care-home place after a move; above the upper limit the family pays.
    pub(super) fn care_home(&mut self, p: &Person, since: Time, until: Time) {
        let secs = self.overlap(since, until);
        let pence = days_cost(secs, self.model.costs.care_home_week) / 7;
        self.add_overall(
            self.m.cost[if self.model.social_care.pays_privately(p.capital) {
                4
            } else {
                3
            }],
            pence,
        );
    }

    pub(super) fn fast_track_approved(&mut self, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.fast_track_approved, 1);
        }
    }

    pub(super) fn fast_track_start(&mut self, decided: Time, now: Time) {
        if self.in_window(decided) {
            self.add_overall(self.m.fast_track_48, i64::from(now - decided <= 48 * HOUR));
        }
    }

    pub(super) fn moved_to_care_home(&mut self, now: Time) {
        if self.in_window(now) {
            self.add_overall(self.m.care_home_moves, 1);
        }
    }

    // Needs and people.

    pub(super) fn need_ended(
        &mut self,
        p: &Person,
        kind: NeedKind,
        onset: Time,
        now: Time,
        ending: Ending,
        by_cause: &[Secs; CAUSES],
    ) {
        if kind == NeedKind::Discharge {
            let secs = self.overlap(onset, now);
            self.add(p, self.m.delayed_secs, secs);
        }
        if !self.in_window(onset) {
            return;
        }
        let (i, groups) = (kind as usize, self.groups(p));
        let (m, arm) = (self.m, self.arm);
        let t = &mut self.tally;
        t.add(arm, m.needs[i], &groups, 1);
        t.add(arm, m.need_wait_secs[i], &groups, now - onset);
        for (cause, secs) in by_cause.iter().enumerate() {
            if *secs > 0 {
                t.add(arm, m.causes[i][cause], &[], *secs);
            }
        }
        let cause = match ending {
            Ending::Met => {
                t.add(arm, m.needs_met[i], &groups, 1);
                0
            }
            Ending::Died => {
                t.add(arm, m.needs_died[i], &groups, 1);
                1
            }
            Ending::Natural => {
                t.add(arm, m.needs_natural[i], &[], 1);
                2
            }
            Ending::Withdrawn => 2,
            Ending::Censored => {
                t.add(arm, m.needs_censored[i], &[], 1);
                t.wait_censored(arm, m.waits[i], &groups, now - onset);
                return;
            }
        };
        t.wait_ended(arm, m.waits[i], &groups, cause, now - onset);
    }

    /// A death in the measured window: everything that is told of people by looking back from death.
    pub(super) fn died(&mut self, p: &Person, x: &Individual, place: Place, preferred: Place) {
        let (m, death) = (self.m, p.death);
        if !self.in_window(death) {
            return;
        }
        self.add(p, m.deaths, 1);
        self.add(p, m.died_in[place as usize], 1);
        self.died_any(p, x);
        if p.is_sudden() {
            return;
        }
        self.died_expected(p, x);
        let groups = self.groups(p);
        let t = &x.tallies;
        let flag = |b: bool| i64::from(b);
        let specialist_lead = (x.specialist_seen != NEVER).then(|| death - x.specialist_seen);
        let anticipatory_lead = (x.anticipatory_since != NEVER).then(|| death - x.anticipatory_since);
        for (measure, amount) in [
            (m.expected_deaths, 1),
            (m.expected_died_in[place as usize], 1),
            (m.preferred_achieved, flag(place == preferred)),
            (m.registered, flag(x.registered())),
            (
                m.register_secs,
                if x.registered() { death - x.register } else { 0 },
            ),
            (m.specialist, flag(specialist_lead.is_some())),
            (m.anticipatory, flag(anticipatory_lead.is_some())),
            (m.ed_any_90, flag(t.ed_90 > 0)),
            (m.admission_any_30, flag(t.admissions_30 > 0)),
            (m.admissions_90, i64::from(t.admissions_90)),
            (m.three_admissions_90, flag(t.admissions_90 >= 3)),
            (m.admissions_365, i64::from(t.admissions_365)),
            (m.hospital_secs_90, t.hospital_90),
            (m.hospital_secs_365, t.hospital_365),
            (m.gp_any_90, flag(t.gp_90 > 0)),
            (m.nurse_any_90, flag(t.nurse_90 > 0)),
            (m.had_care, flag(t.had_care)),
            (m.gp_contacts_90, i64::from(t.gp_90)),
            (
                m.longest_gap_secs,
                t.longest_gap.max(death - t.last_contact.max(p.palliative_from)),
            ),
            (m.longest_gap_people, 1),
        ] {
            self.tally.add(self.arm, measure, &groups, amount);
        }
        self.faces(p, x);
        for i in 0..3 {
            if x.arose[i] != NEVER {
                self.add(p, m.need_secs[i], death - x.arose[i]);
                let met = if x.met[i] == NEVER {
                    0
                } else {
                    death - x.met[i].max(x.arose[i])
                };
                self.add(p, m.need_met_secs[i], met);
            }
        }
        if let Some(lead) = specialist_lead {
            self.tally
                .wait_ended(self.arm, m.specialist_lead, &groups, 0, lead.min(364 * DAY));
        }
        if let Some(lead) = anticipatory_lead {
            self.tally
                .wait_ended(self.arm, m.anticipatory_lead, &groups, 0, lead.min(364 * DAY));
        }
    }
}

pub(super) fn days_cost(secs: Secs, pence_a_day: i64) -> i64 {
    (i128::from(secs) * i128::from(pence_a_day) / i128::from(DAY)) as i64
}
