//! The outcomes of continuity, work and money.

use crate::base::{DAY, HOUR};
use crate::model::Model;
use crate::observe::{Better, CatalogueBuilder, Kind, Outcome};

use super::catalogue::{Measures, PAYERS, ratio};
use Better::{Higher, Lower, Neither};

const PER_DAY: f64 = 1.0 / DAY as f64;
const PER_HOUR: f64 = 1.0 / HOUR as f64;

pub(super) fn continuity(b: &mut CatalogueBuilder, m: &Measures) {
    b.outcome(ratio(
        "share_usual_provider",
        "Relational continuity: contacts with the usual clinician",
        "share",
        Higher,
        m.usual_share,
        m.usual_people,
        1e-6,
    ));
    b.outcome(ratio(
        "index_bice_boxerman",
        "Relational continuity: Bice–Boxerman index",
        "index",
        Higher,
        m.bice_boxerman,
        m.usual_people,
        1e-6,
    ));
    b.outcome(ratio(
        "share_planned_on_time",
        "Longitudinal continuity: planned contacts on time",
        "share",
        Higher,
        m.planned_on_time,
        m.planned_due,
        1.0,
    ));
    b.outcome(ratio(
        "mean_longest_gap_days",
        "Longitudinal continuity: longest gap between contacts",
        "days",
        Lower,
        m.longest_gap_secs,
        m.longest_gap_people,
        PER_DAY,
    ));
    for (i, name) in ["nursing", "specialist_review", "plan"].into_iter().enumerate() {
        b.outcome(ratio(
            &format!("share_need_days_met_{name}"),
            &format!("Access continuity: need-days met, {}", name.replace('_', " ")),
            "share",
            Higher,
            m.need_met_secs[i],
            m.need_secs[i],
            1.0,
        ));
    }
    b.outcome(ratio(
        "share_care_hours_met",
        "Access continuity: hours of care given of those needed",
        "share",
        Higher,
        m.care_given,
        m.care_needed,
        1.0,
    ));
    b.outcome(
        ratio(
            "mean_unmet_care_hours_per_death",
            "Hours of care needed at home and not given, per expected death",
            "hours",
            Lower,
            m.care_unmet,
            m.expected_deaths,
            1e-3,
        )
        .headline(),
    );
}

pub(super) fn work(b: &mut CatalogueBuilder, m: &Measures, base: &Model) {
    for t in &m.teams {
        let team = t;
        b.outcome(ratio(
            &format!("utilisation_{}", team.name),
            &format!("Utilisation: {}", team.name),
            "share",
            Neither,
            t.busy,
            t.available,
            1.0,
        ));
        b.outcome(Outcome::new(
            &format!("mean_queue_{}", team.name),
            &format!("Jobs waiting on average: {}", team.name),
            "jobs",
            Neither,
            Kind::Ratio {
                num: t.queue,
                den: m.replications,
                scale: 1.0 / base.windows.measured as f64,
            },
        ));
        let half = 2.0 / base.windows.measured as f64;
        for (name, id) in [("first", t.queue_first), ("second", t.queue_second)] {
            b.outcome(
                Outcome::new(
                    &format!("mean_queue_{name}_half_{}", team.name),
                    &format!(
                        "Jobs waiting on average, {name} half of the window: {}",
                        team.name
                    ),
                    "jobs",
                    Neither,
                    Kind::Ratio {
                        num: id,
                        den: m.replications,
                        scale: half,
                    },
                )
                .described_only(),
            );
        }
        if team.role.has_clinicians() {
            b.outcome(Outcome::new(
                &format!("hours_overtime_{}", team.name),
                &format!("Overtime hours: {}", team.name),
                "hours",
                Neither,
                Kind::Mean {
                    num: t.overtime,
                    scale: PER_HOUR,
                },
            ));
        }
    }
    for (id, name) in m.contacts.iter().zip(crate::model::Role::NAMES) {
        b.outcome(Outcome::new(
            &format!("count_contacts_{name}"),
            &format!("Contacts with people in the model: {}", name.replace('_', " ")),
            "per replication",
            Neither,
            Kind::Mean { num: *id, scale: 1.0 },
        ));
    }
    for (id, name, label) in [
        (m.prescriptions, "count_prescriptions", "Prescriptions"),
        (m.combined, "count_combined_visits", "Combined visits"),
        (
            m.care_home_moves,
            "count_care_home_moves",
            "Moves into a care home",
        ),
        (m.breakdowns, "count_carer_breakdowns", "Carer breakdowns"),
        (m.falls, "count_falls", "Falls while waiting"),
        (m.episodes, "count_symptom_episodes", "Symptom episodes"),
        (m.admissions, "count_emergency_admissions", "Emergency admissions"),
        (
            m.departments,
            "count_emergency_department",
            "Emergency department attendances",
        ),
    ] {
        b.outcome(Outcome::new(
            name,
            label,
            "per replication",
            Neither,
            Kind::Mean { num: id, scale: 1.0 },
        ));
    }
    b.outcome(Outcome::new(
        "hours_referral_writing",
        "Hours spent writing and passing on referrals",
        "hours",
        Neither,
        Kind::Mean {
            num: m.paper_secs,
            scale: PER_HOUR,
        },
    ));
    b.outcome(Outcome::new(
        "days_hospice_at_home",
        "Days of hospice-at-home",
        "days",
        Neither,
        Kind::Mean {
            num: m.at_home_secs,
            scale: PER_DAY,
        },
    ));
    b.outcome(Outcome::new(
        "days_hospice",
        "Days in the hospice ward",
        "days",
        Neither,
        Kind::Mean {
            num: m.hospice_secs,
            scale: PER_DAY,
        },
    ));
    for (id, payer) in m.cost.iter().zip(PAYERS) {
        b.outcome(ratio(
            &format!("cost_per_death_{payer}_gbp"),
            &format!("Cost per death: {}", payer.replace('_', " ")),
            "GBP",
            Neither,
            *id,
            m.deaths,
            0.01,
        ));
    }
}
