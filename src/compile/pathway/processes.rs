//! The processes of care: planning, symptoms, prescribing, social care, hospital, hospice, costs.

use super::{delay, optional, quantile};
use crate::base::{DAY, Secs};
use crate::model::{
    Costs, Hospice, Hospital, Planning, Prescribing, ROLES, Role, STATES, SocialCare, Symptoms,
};
use crate::scenario::pathway::{
    CostsSpec, HospiceSpec, HospitalSpec, PathwayScenario, PrescribingSpec, SocialCareSpec, SymptomsSpec,
};

/// Compiles planning.
pub fn planning(scenario: &PathwayScenario) -> Planning {
    let spec = &scenario.planning;
    let of_illness = |get: fn(&crate::scenario::pathway::Illness) -> f64| -> Vec<f64> {
        scenario
            .groups
            .values()
            .map(|g| g.illness.as_ref().map_or(0.0, get))
            .collect()
    };
    let mut notices = [[0.0; STATES]; ROLES];
    for (role, row) in [
        (Role::DistrictNurse, spec.notices.district_nurse),
        (Role::Cns, spec.notices.cns),
        (Role::OohClinician, spec.notices.ooh_clinician),
        (Role::OohNurse, spec.notices.ooh_nurse),
        (Role::SocialWorker, spec.notices.social_worker),
        (Role::SupportWorker, spec.notices.support_worker),
        (Role::CommunityMatron, spec.notices.community_matron),
        (Role::JointCareManager, spec.notices.joint_care_manager),
        (Role::EmbeddedNurse, spec.notices.embedded_nurse),
        (Role::Paramedic, spec.notices.paramedic),
    ] {
        notices[role as usize] = row.values();
    }
    let mut assessment_target: [Secs; ROLES] = [0; ROLES];
    let target = spec.assessment_target;
    for (role, within) in [
        (Role::Gp, target.gp),
        (Role::DistrictNurse, target.district_nurse),
        (Role::Cns, target.cns),
        (Role::SocialWorker, target.social_worker),
        (
            Role::SupportWorker,
            target.support_worker.unwrap_or(target.district_nurse),
        ),
        (
            Role::CommunityMatron,
            target.community_matron.unwrap_or(target.district_nurse),
        ),
        (
            Role::JointCareManager,
            target.joint_care_manager.unwrap_or(target.district_nurse),
        ),
    ] {
        assessment_target[role as usize] = within.secs();
    }
    Planning {
        hospital_letter: of_illness(|i| i.hospital_letter.get()),
        letter_written: quantile(&spec.letter_written),
        direct_referral: of_illness(|i| i.direct_referral.get()),
        notices,
        crisis_recognises: spec.crisis_recognises.get(),
        misjudges: spec.misjudges.get(),
        refers_to_nursing: spec.refers_to_nursing.values(),
        asks_anticipatory: [
            spec.asks_anticipatory.district_nurse.values(),
            spec.asks_anticipatory.cns.values(),
        ],
        nursing_a_week: spec.nursing_a_week.values(),
        specialist_a_week: spec.specialist_a_week.values(),
        specialist_visits: spec.specialist_visits.get(),
        gp_demand_a_week: spec.gp_demand_a_week.values(),
        symptom_target: spec.symptom_target.each().map(|d| d.secs()),
        assessment_target,
        script_target: [
            spec.script_target.urgent.secs(),
            spec.script_target.routine.secs(),
        ],
        combine_window: spec.combine_window.secs(),
        chased_after: quantile(&spec.chased_after),
    }
}

/// Compiles symptoms.
pub fn symptoms(spec: &SymptomsSpec) -> Symptoms {
    let crisis = &spec.crisis;
    Symptoms {
        seek: spec.seek.each().map(quantile),
        never_sought: spec.never_sought.values(),
        trust_effect: spec.trust_effect.get(),
        key_worker_factor: spec.key_worker_factor.get(),
        busy_holds_back: spec.busy_holds_back.get(),
        route_in_hours: spec.route_in_hours.each().map(|row| row.values()),
        route_out_of_hours: spec.route_out_of_hours.each().map(|row| row.values()),
        visit: spec.visit.values(),
        advice_enough: spec.advice_enough.values(),
        at_home: spec.at_home.values(),
        success: spec.success.values(),
        specialist_failure_factor: spec.specialist_failure_factor.get(),
        advice_onset: quantile(&spec.advice_onset),
        dose_onset: quantile(&spec.dose_onset),
        retry: quantile(&spec.retry),
        most_attempts: u16::try_from(spec.most_attempts.0).unwrap_or(u16::MAX),
        carer_gives: spec.carer_gives.get(),
        injection: spec.injection.values(),
        crisis_per_hour: crisis.hazard_an_hour.values(),
        crisis_out_of_hours: crisis.out_of_hours.get(),
        crisis_alone: crisis.alone.get(),
        crisis_hospice_at_home: crisis.hospice_at_home.get(),
        averted_with_plan: crisis.averted_with_plan.get(),
        averted_without_plan: crisis.averted_without_plan.get(),
        admitted: crisis.admitted.values(),
        emergency_department: quantile(&crisis.emergency_department),
    }
}

/// Compiles prescribing.
pub fn prescribing(spec: &PrescribingSpec) -> Prescribing {
    Prescribing {
        in_stock: [spec.in_stock.get(), spec.in_stock_controlled.get()],
        over_interface: spec.over_interface.get(),
        controlled: spec.controlled.values(),
        dispensing: quantile(&spec.dispensing),
        second_pharmacy: quantile(&spec.second_pharmacy),
        collected: quantile(&spec.collected),
        delivered: quantile(&spec.delivered),
        out_of_hours_supply: spec.out_of_hours_supply.get(),
        repeat_every: spec.repeat_every.secs(),
        repeat_asked_before: quantile(&spec.repeat_asked_before),
        run_out_per_week: spec.run_out_a_week.get(),
        substituted: spec.substituted.get(),
    }
}

/// Compiles social care and its money.
pub fn social_care(spec: &SocialCareSpec) -> SocialCare {
    let fast = &spec.fast_track;
    let panel = spec.panel.as_ref();
    SocialCare {
        hours_threshold: spec.threshold_hours.get(),
        most_hours: spec.most_hours.get(),
        family_asks: quantile(&spec.family_asks),
        contact_asks: spec.contact_asks.values(),
        terminal_urgent: spec.terminal_urgent.get(),
        reassess_above: spec.reassess_above.get(),
        capital_limits: (spec.means_test.lower.get(), spec.means_test.upper.get()),
        capital_per_pound_a_week: spec.means_test.pound_a_week_per.get(),
        means_test_waived: spec.means_test.waived,
        financial_assessment: delay(&spec.financial_assessment),
        forms_returned: delay(&spec.forms_returned),
        self_funded: delay(&spec.self_funded),
        panel_every: panel.map_or(0, |p| p.every.secs()),
        panel_at: panel.map_or(0, |p| {
            let ends = p.hours.intervals().iter().map(|(_, end)| i64::from(*end)).max();
            p.day as i64 * DAY + ends.unwrap_or(0)
        }),
        panel_defers: panel.map_or(0.0, |p| p.defers.get()),
        pooled_budget: spec.pooled_budget,
        dispute: delay(&spec.dispute),
        start: delay(&spec.start),
        fast_track: fast.applies.values(),
        fast_track_approved: fast.approved.get(),
        fast_track_application: delay(&fast.application),
        fast_track_over_interface: fast.over_interface,
        fast_track_decision: delay(&fast.decision),
        fast_track_brokerage: delay(&fast.brokerage),
        reablement: spec.reablement.share.get(),
        reablement_for: spec.reablement.free_for.secs(),
        reablement_start: delay(&spec.reablement.start),
        urgent_start: spec.urgent_start,
        discharge_to_assess_for: optional(spec.discharge_to_assess),
        held_for: spec.held_for.secs(),
        care_home_hours: spec.care_home.considered_hours.get(),
        care_home_chosen: spec.care_home.chosen.get(),
        care_home_wait: delay(&spec.care_home.wait),
        breakdown_per_week: spec.strain.breakdown_a_week.get(),
        fall_per_week: spec.strain.fall_a_week.get(),
        breakdown_admitted: spec.strain.admitted.get(),
    }
}

/// Compiles the hospital.
pub fn hospital(spec: &HospitalSpec) -> Hospital {
    Hospital {
        discharge_process: delay(&spec.discharge_process),
        equipment_needed: spec.equipment_needed.values(),
        equipment: delay(&spec.equipment),
        nursing_referral: spec.nursing_referral.values(),
        palliative_team: spec.palliative_team.values(),
        palliative_team_delay: quantile(&spec.palliative_team_delay),
        palliative_team_refers: spec.palliative_team_refers.get(),
        dying_discharge: spec.dying_discharge.get(),
        averted: spec.averted.get(),
        acute_per_hour: spec.acute_an_hour.get(),
        crisis_stay: quantile(&spec.crisis_stay),
        nursing_condition: spec.nursing_condition.get(),
    }
}

/// Compiles the hospice.
pub fn hospice(spec: &HospiceSpec) -> Hospice {
    Hospice {
        refers_preferring: spec.refers_preferring.values(),
        refers_other: spec.refers_other.values(),
        stay: quantile(&spec.stay),
        from_hospital: spec.from_hospital.get(),
        at_home: spec.at_home.get(),
        at_home_for: spec.at_home_for.secs(),
    }
}

/// Compiles unit costs.
pub fn costs(spec: &CostsSpec) -> Costs {
    Costs {
        contact: spec.contact.each().map(|money| money.pence()),
        call: spec.call.each().map(|money| money.pence()),
        prescription: spec.prescription.pence(),
        hospital_day: spec.hospital_day.pence(),
        emergency_department: spec.emergency_department.pence(),
        ambulance: spec.ambulance.pence(),
        hospice_day: spec.hospice_day.pence(),
        hospice_at_home_day: spec.hospice_at_home_day.pence(),
        home_care_hour: spec.home_care_hour.pence(),
        care_home_week: spec.care_home_week.pence(),
    }
}
