//! The outcomes of a pathway run: names, units, formulas, direction, headlines.

use crate::base::{DAY, HOUR};
use crate::model::{Model, Place};
use crate::observe::{Better, CatalogueBuilder, Kind, Outcome};

use super::catalogue::{Measures, ratio};
use super::causes::{Cause, NeedKind};
use Better::{Higher, Lower, Neither};

const PER_DAY: f64 = 1.0 / DAY as f64;
const PER_HOUR: f64 = 1.0 / HOUR as f64;

/// Adds all outcomes of a pathway run to a catalogue.
pub(super) fn add(b: &mut CatalogueBuilder, m: &Measures, base: &Model) {
    deaths(b, m);
    waits(b, m);
    hospital(b, m);
    super::outcomes_work::continuity(b, m);
    super::outcomes_work::work(b, m, base);
    super::outcomes_continuity::outcomes(b, m);
    super::outcomes_equity::outcomes(b, m);
    super::outcomes_planning::outcomes(b, m, base);
    super::outcomes_validation::outcomes(b, m, base);
}

fn deaths(b: &mut CatalogueBuilder, m: &Measures) {
    let expected = m.expected_deaths;
    b.outcome(Outcome::new(
        "count_deaths",
        "Deaths in the measured window",
        "per replication",
        Neither,
        Kind::Mean {
            num: m.deaths,
            scale: 1.0,
        },
    ));
    for place in Place::ALL {
        let (name, better) = (Place::NAMES[place as usize], Neither);
        let words = name.replace('_', " ");
        b.outcome(ratio(
            &format!("share_died_{name}"),
            &format!("Died in {words}, of all deaths"),
            "share",
            better,
            m.died_in[place as usize],
            m.deaths,
            1.0,
        ));
    }
    b.outcome(
        ratio(
            "share_expected_deaths_hospital",
            "Died in hospital, of expected deaths",
            "share",
            Lower,
            m.expected_died_in[Place::Hospital as usize],
            expected,
            1.0,
        )
        .headline(),
    );
    b.outcome(
        ratio(
            "share_preferred_place_achieved",
            "Died where they preferred",
            "share",
            Higher,
            m.preferred_achieved,
            expected,
            1.0,
        )
        .headline(),
    );
    b.outcome(
        ratio(
            "share_on_register_at_death",
            "On the palliative register at death",
            "share",
            Higher,
            m.registered,
            expected,
            1.0,
        )
        .headline(),
    );
    b.outcome(ratio(
        "mean_days_on_register",
        "Days on the register before death (0 if never on it)",
        "days",
        Higher,
        m.register_secs,
        expected,
        PER_DAY,
    ));
    b.outcome(
        ratio(
            "share_specialist_seen",
            "Seen by specialist palliative care before death",
            "share",
            Higher,
            m.specialist,
            expected,
            1.0,
        )
        .headline(),
    );
    for (wait, name, label) in [
        (
            m.specialist_lead,
            "specialist",
            "First specialist contact to death, those seen",
        ),
        (
            m.anticipatory_lead,
            "anticipatory",
            "Anticipatory medicines in the home to death, those with them",
        ),
    ] {
        b.outcome(Outcome::new(
            &format!("median_days_{name}_to_death"),
            label,
            "days",
            Higher,
            Kind::Centile {
                wait,
                cause: 0,
                q: 0.5,
                unit: DAY,
            },
        ));
    }
    b.outcome(ratio(
        "share_anticipatory_in_place",
        "Anticipatory medicines in place before death",
        "share",
        Higher,
        m.anticipatory,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "share_gp_contact_90d",
        "Any GP contact in the last 90 days",
        "share",
        Neither,
        m.gp_any_90,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "share_nurse_contact_90d",
        "Any district-nurse contact in the last 90 days",
        "share",
        Neither,
        m.nurse_any_90,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "mean_gp_contacts_90d",
        "GP contacts in the last 90 days",
        "per person",
        Neither,
        m.gp_contacts_90,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "share_funded_care",
        "Had publicly funded care at home",
        "share",
        Neither,
        m.had_care,
        expected,
        1.0,
    ));
}

fn waits(b: &mut CatalogueBuilder, m: &Measures) {
    for kind in NeedKind::ALL {
        let (i, name) = (kind as usize, NeedKind::NAMES[kind as usize]);
        let words = name.replace('_', " ");
        let hours = matches!(kind, NeedKind::Symptom);
        let (unit, per, word) = if hours {
            (HOUR, PER_HOUR, "hours")
        } else {
            (DAY, PER_DAY, "days")
        };
        b.outcome(Outcome::new(
            &format!("count_needs_{name}"),
            &format!("Needs arising: {words}"),
            "per replication",
            Neither,
            Kind::Mean {
                num: m.needs[i],
                scale: 1.0,
            },
        ));
        let wait = ratio(
            &format!("mean_{word}_in_need_{name}"),
            &format!("Time from onset to end of the need: {words}"),
            word,
            Lower,
            m.need_wait_secs[i],
            m.needs[i],
            per,
        );
        b.outcome(wait);
        b.outcome(ratio(
            &format!("share_died_waiting_{name}"),
            &format!("Died with the need unmet: {words}"),
            "share",
            Lower,
            m.needs_died[i],
            m.needs[i],
            1.0,
        ));
        for (q, label) in [(0.5, "median"), (0.9, "p90")] {
            b.outcome(Outcome::new(
                &format!("{label}_wait_{name}_{word}"),
                &format!("Wait until met ({label} of all in need): {words}"),
                word,
                Lower,
                Kind::Centile {
                    wait: m.waits[i],
                    cause: 0,
                    q,
                    unit,
                },
            ));
        }
        let upto = if hours { 168 * HOUR } else { 90 * DAY };
        let restricted = Outcome::new(
            &format!("restricted_mean_wait_{name}_{word}"),
            &format!("Restricted mean time waiting: {words}"),
            word,
            Lower,
            Kind::RestrictedMean {
                wait: m.waits[i],
                upto,
                unit,
            },
        );
        let headline = matches!(
            kind,
            NeedKind::SpecialistReview | NeedKind::PersonalCare | NeedKind::Nursing
        );
        b.outcome(if headline {
            restricted.headline()
        } else {
            restricted
        });
        for cause in 0..Cause::NAMES.len() {
            b.outcome(ratio(
                &format!("mean_{word}_{name}_by_{}", Cause::NAMES[cause]),
                &format!(
                    "Time in need put down to {}: {words}",
                    Cause::NAMES[cause].replace('_', " ")
                ),
                word,
                Neither,
                m.causes[i][cause],
                m.needs[i],
                per,
            ));
        }
    }
    b.outcome(ratio(
        "share_fast_track_48h",
        "Fast-track care started within 48 hours, of applications approved",
        "share",
        Higher,
        m.fast_track_48,
        m.fast_track_approved,
        1.0,
    ));
}

fn hospital(b: &mut CatalogueBuilder, m: &Measures) {
    let expected = m.expected_deaths;
    b.outcome(
        ratio(
            "mean_emergency_admissions_90d",
            "Emergency admissions in the last 90 days",
            "per person",
            Lower,
            m.admissions_90,
            expected,
            1.0,
        )
        .headline(),
    );
    b.outcome(ratio(
        "share_three_admissions_90d",
        "Three or more emergency admissions in the last 90 days",
        "share",
        Lower,
        m.three_admissions_90,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "share_emergency_department_90d",
        "Emergency department in the last 90 days",
        "share",
        Lower,
        m.ed_any_90,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "share_admission_30d",
        "Emergency admission in the last 30 days",
        "share",
        Lower,
        m.admission_any_30,
        expected,
        1.0,
    ));
    b.outcome(ratio(
        "mean_emergency_admissions_365d",
        "Emergency admissions in the last year",
        "per person",
        Lower,
        m.admissions_365,
        expected,
        1.0,
    ));
    b.outcome(
        ratio(
            "mean_hospital_days_90d",
            "Hospital days in the last 90 days",
            "days",
            Lower,
            m.hospital_secs_90,
            expected,
            PER_DAY,
        )
        .headline(),
    );
    b.outcome(ratio(
        "mean_hospital_days_365d",
        "Hospital days in the last year",
        "days",
        Lower,
        m.hospital_secs_365,
        expected,
        PER_DAY,
    ));
    b.outcome(
        ratio(
            "mean_delayed_days_per_death",
            "Delayed-discharge days per death",
            "days",
            Lower,
            m.delayed_secs,
            m.deaths,
            PER_DAY,
        )
        .headline(),
    );
    b.outcome(
        ratio(
            "mean_uncontrolled_symptom_hours_per_death",
            "Hours with an uncontrolled symptom, per expected death",
            "hours",
            Lower,
            m.need_wait_secs[NeedKind::Symptom as usize],
            expected,
            PER_HOUR,
        )
        .headline(),
    );
    b.outcome(ratio(
        "rate_crises_per_death",
        "Crises per death",
        "per person",
        Lower,
        m.crises,
        m.deaths,
        1.0,
    ));
    b.outcome(ratio(
        "rate_ambulances_per_death",
        "Ambulance journeys per death",
        "per person",
        Lower,
        m.ambulances,
        m.deaths,
        1.0,
    ));
    b.outcome(ratio(
        "share_first_pharmacy",
        "First pharmacy had everything",
        "share",
        Neither,
        m.pharmacy_first,
        m.pharmacy_visits,
        1.0,
    ));
}
