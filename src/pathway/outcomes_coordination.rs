//! What is recorded of the roles that coordinate, and the outcomes worked out of it (formulas: `docs/outcomes.md`).

use crate::base::{HOUR, Secs, Time};
use crate::model::{Model, Role};
use crate::observe::{Better, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome};

use super::catalogue::{Measures, ratio};
use super::course::Person;
use super::recorder::Recorder;
use Better::{Higher, Neither};

const PER_HOUR: f64 = 1.0 / HOUR as f64;
/// Roles with a caseload of their own.
const ROLES: [&str; 3] = ["support_worker", "community_matron", "joint_care_manager"];
/// Roles that may delegate.
const GIVERS: [&str; 3] = ["gp", "district_nurse", "cns"];
/// Where a needs assessment refers to.
const ONWARD: [&str; 6] = [
    "cns",
    "gp",
    "district_nurse",
    "social_care",
    "carers_assessment",
    "elsewhere",
];

/// Where the measures of the roles that coordinate lie.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each field is named as the measure it holds
pub struct CoordinationMeasures {
    pub changes: MeasureId,
    pub changes_hna: MeasureId,
    pub hna: MeasureId,
    pub hna_on_time: MeasureId,
    pub onward: [MeasureId; 6],
    pub caseload: [MeasureId; 3],
    pub waiting: [MeasureId; 3],
    pub released: [MeasureId; 3],
    pub delegated: MeasureId,
    pub reinvested: MeasureId,
    pub line: MeasureId,
    pub line_settled: MeasureId,
    pub chased: MeasureId,
    pub carers_taught: MeasureId,
    pub declined: MeasureId,
    pub intensive: MeasureId,
    pub came_back: MeasureId,
    pub manager_applied: MeasureId,
    pub coordinator_secs: [MeasureId; 3],
    pub coordinators: MeasureId,
    pub coordination_secs: MeasureId,
}

impl CoordinationMeasures {
    /// Declares them if any arm has a role that coordinates.
    pub fn declare(b: &mut CatalogueBuilder, models: &[&Model]) -> Option<CoordinationMeasures> {
        let empty = |m: &Model| m.epochs().all(|(_, _, m)| m.coordination.is_empty());
        if models.iter().all(|m| empty(m)) {
            return None;
        }
        let changes = b.measure("changes_of_phase", Breadth::ByGroup);
        let changes_hna = b.measure("changes_of_phase_hna_14_days", Breadth::ByGroup);
        let mut o = |name: &str| b.measure(name, Breadth::Overall);
        Some(CoordinationMeasures {
            changes,
            changes_hna,
            hna: o("hna"),
            hna_on_time: o("hna_on_time"),
            onward: ONWARD.map(|n| o(&format!("onward_{n}"))),
            caseload: ROLES.map(|n| o(&format!("caseload_secs_{n}"))),
            waiting: ROLES.map(|n| o(&format!("waiting_list_secs_{n}"))),
            released: GIVERS.map(|n| o(&format!("released_secs_{n}"))),
            delegated: o("delegated_items"),
            reinvested: o("reinvested_contacts"),
            line: o("line_calls"),
            line_settled: o("line_calls_settled"),
            chased: o("chased"),
            carers_taught: o("carers_taught"),
            declined: o("support_declined"),
            intensive: o("transition_support"),
            came_back: o("came_back"),
            manager_applied: o("manager_fast_track"),
            coordinator_secs: ["none", "one", "several"].map(|n| o(&format!("coordinator_secs_{n}"))),
            coordinators: o("coordinators_secs"),
            coordination_secs: o("coordination_work_secs"),
        })
    }

    /// The outcomes.
    pub(super) fn outcomes(&self, b: &mut CatalogueBuilder, m: &Measures, base: &Model) {
        b.outcome(ratio(
            "share_hna_14_days",
            "Needs assessment within 14 days of a change of phase",
            "share",
            Higher,
            self.changes_hna,
            self.changes,
            1.0,
        ));
        b.outcome(ratio(
            "share_hna_on_time",
            "Needs assessments held when due",
            "share",
            Higher,
            self.hna_on_time,
            self.hna,
            1.0,
        ));
        for (i, name) in ONWARD.into_iter().enumerate() {
            b.outcome(ratio(
                &format!("mean_onward_referrals_{name}"),
                &format!(
                    "Onward referrals by one needs assessment: {}",
                    name.replace('_', " ")
                ),
                "per assessment",
                Neither,
                self.onward[i],
                self.hna,
                1.0,
            ));
        }
        let per_window = 1.0 / base.windows.measured as f64;
        for (i, role) in ROLES.into_iter().enumerate() {
            let words = role.replace('_', " ");
            b.outcome(ratio(
                &format!("mean_caseload_{role}"),
                &format!("People on the caseload: {words}"),
                "people",
                Neither,
                self.caseload[i],
                m.replications,
                per_window,
            ));
            b.outcome(ratio(
                &format!("mean_waiting_list_{role}"),
                &format!("People waiting for a place on the caseload: {words}"),
                "people",
                Neither,
                self.waiting[i],
                m.replications,
                per_window,
            ));
        }
        for (i, role) in GIVERS.into_iter().enumerate() {
            b.outcome(hours(
                &format!("{role}_hours_released"),
                &format!("Hours released by delegation: {}", role.replace('_', " ")),
                self.released[i],
            ));
        }
        b.outcome(hours(
            "hours_between_coordinators",
            "Hours that several coordinators spent on one another",
            self.coordination_secs,
        ));
        for (id, name, label) in [
            (self.hna, "count_hna", "Holistic needs assessments"),
            (
                self.delegated,
                "count_delegated",
                "Items taken by support workers",
            ),
            (
                self.reinvested,
                "count_reinvested",
                "Planned specialist contacts brought forward by released time",
            ),
            (
                self.line,
                "count_line_calls",
                "Calls to the support workers' line",
            ),
            (
                self.chased,
                "count_chased",
                "Lost or overdue work found and chased",
            ),
            (
                self.carers_taught,
                "count_carers_taught",
                "Carers taught to give injections",
            ),
            (
                self.declined,
                "count_support_declined",
                "Offers of a support worker declined",
            ),
            (
                self.intensive,
                "count_transition_support",
                "Weeks of intensive support begun",
            ),
            (
                self.came_back,
                "count_came_back",
                "People back without a new referral",
            ),
            (
                self.manager_applied,
                "count_manager_fast_track",
                "Fast-track applications by joint care managers",
            ),
        ] {
            let scale = 1.0;
            b.outcome(Outcome::new(
                name,
                label,
                "per replication",
                Neither,
                Kind::Mean { num: id, scale },
            ));
        }
        b.outcome(ratio(
            "share_line_settled",
            "Calls to the support workers' line settled by advice",
            "share",
            Neither,
            self.line_settled,
            self.line,
            1.0,
        ));
        let [none, one, several] = self.coordinator_secs;
        for (id, name, label) in [
            (none, "none", "without a coordinator"),
            (one, "one", "with one coordinator"),
            (several, "several", "with several coordinators"),
        ] {
            b.outcome(Outcome::new(
                &format!("days_coordinators_{name}"),
                &format!("Days in the palliative phase {label}"),
                "days",
                Neither,
                Kind::Mean {
                    num: id,
                    scale: PER_HOUR / 24.0,
                },
            ));
        }
        b.outcome(Outcome::new(
            "days_coordinators",
            "Coordinators times days in the palliative phase",
            "days",
            Neither,
            Kind::Mean {
                num: self.coordinators,
                scale: PER_HOUR / 24.0,
            },
        ));
    }
}

fn hours(name: &str, label: &str, num: MeasureId) -> Outcome {
    let scale = PER_HOUR;
    Outcome::new(name, label, "hours", Neither, Kind::Mean { num, scale })
}

/// Position of a role with a caseload of its own.
fn caseload_of(role: Role) -> Option<usize> {
    ROLES.iter().position(|name| *name == Role::NAMES[role as usize])
}

impl Recorder<'_> {
    /// Adds to a measure of coordination, if it happened in the window.
    fn coordination(&mut self, pick: fn(&CoordinationMeasures) -> MeasureId, amount: i64, now: Time) {
        if let Some(m) = &self.m.coordination
            && self.in_window(now)
        {
            self.total(pick(m), amount);
        }
    }

    pub(super) fn phase_changed(&mut self, p: &Person, now: Time) {
        if let Some(m) = &self.m.coordination
            && self.in_window(now)
        {
            self.add(p, m.changes, 1);
        }
    }

    /// `changed` is when the phase changed, so that numerator and denominator count the same changes.
    pub(super) fn hna_in_time(&mut self, p: &Person, changed: Time) {
        if let Some(m) = &self.m.coordination
            && self.in_window(changed)
        {
            self.add(p, m.changes_hna, 1);
        }
    }

    pub(super) fn hna_held(&mut self, on_time: bool, now: Time) {
        self.coordination(|m| m.hna, 1, now);
        self.coordination(|m| m.hna_on_time, i64::from(on_time), now);
    }

    pub(super) fn onward(&mut self, made: &[i64; 5], elsewhere: i64, now: Time) {
        if let Some(m) = &self.m.coordination
            && self.in_window(now)
        {
            for (id, count) in m.onward.into_iter().zip(made.iter().chain([&elsewhere])) {
                self.total(id, *count);
            }
        }
    }

    pub(super) fn caseload(&mut self, role: Role, on: u32, waiting: u32, since: Time, until: Time) {
        if let (Some(m), Some(i)) = (&self.m.coordination, caseload_of(role)) {
            let secs = self.overlap(since, until);
            self.total(m.caseload[i], secs * i64::from(on));
            self.total(m.waiting[i], secs * i64::from(waiting));
        }
    }

    pub(super) fn released(&mut self, role: Role, secs: Secs, now: Time) {
        self.coordination(|m| m.delegated, 1, now);
        match role {
            Role::Gp => self.coordination(|m| m.released[0], secs, now),
            Role::DistrictNurse => self.coordination(|m| m.released[1], secs, now),
            _ => self.coordination(|m| m.released[2], secs, now),
        }
    }

    pub(super) fn reinvested(&mut self, now: Time) {
        self.coordination(|m| m.reinvested, 1, now);
    }

    pub(super) fn line_answered(&mut self, settled: bool, now: Time) {
        self.coordination(|m| m.line, 1, now);
        self.coordination(|m| m.line_settled, i64::from(settled), now);
    }

    pub(super) fn chased(&mut self, now: Time) {
        self.coordination(|m| m.chased, 1, now);
    }

    pub(super) fn carer_taught(&mut self, now: Time) {
        self.coordination(|m| m.carers_taught, 1, now);
    }

    pub(super) fn declined(&mut self, now: Time) {
        self.coordination(|m| m.declined, 1, now);
    }

    pub(super) fn intensive(&mut self, now: Time) {
        self.coordination(|m| m.intensive, 1, now);
    }

    pub(super) fn came_back(&mut self, now: Time) {
        self.coordination(|m| m.came_back, 1, now);
    }

    pub(super) fn manager_applied(&mut self, now: Time) {
        self.coordination(|m| m.manager_applied, 1, now);
    }

    /// A week's work of one coordinator with the others.
    pub(super) fn coordinated(&mut self, secs: Secs, now: Time) {
        self.coordination(|m| m.coordination_secs, secs, now);
    }

    /// So many coordinators from `since` to `until`.
    pub(super) fn coordinators(&mut self, count: u8, since: Time, until: Time) {
        if let Some(m) = &self.m.coordination {
            let secs = self.overlap(since, until);
            self.total(m.coordinator_secs[usize::from(count.min(2))], secs);
            self.total(m.coordinators, secs * i64::from(count));
        }
    }
}
