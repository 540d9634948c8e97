//! The outcomes of equity: gap, slope index and ratio of the headline outcomes by deprivation and by ethnicity.

use crate::base::{DAY, HOUR};
use crate::model::Model;
use crate::observe::{Better, CatalogueBuilder, Kind, MeasureId, Outcome};

use super::catalogue::Measures;
use super::causes::NeedKind;
use Better::Neither;

/// An outcome that is compared between groups.
struct Compared {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    num: MeasureId,
    den: MeasureId,
    scale: f64,
}

/// The position of the ethnicity group with most people on the lists: the others together are the minority.
pub(super) fn largest_ethnicity(model: &Model) -> usize {
    let exo = &model.exogenous;
    let mut people = vec![0.0; exo.ethnicities.len()];
    for practice in &exo.practices {
        let mut below = 0.0;
        for (sum, p) in people.iter_mut().zip(&practice.ethnicity) {
            *sum += practice.list_size * (p - below);
            below = *p;
        }
    }
    let mut largest = 0;
    for (i, n) in people.iter().enumerate() {
        if *n > people[largest] {
            largest = i;
        }
    }
    largest
}

/// Adds the outcomes.
pub(super) fn outcomes(b: &mut CatalogueBuilder, m: &Measures) {
    let expected = m.expected_deaths;
    let c = &m.continuity;
    let share = |name, label, num, den| Compared {
        name,
        label,
        unit: "share",
        num,
        den,
        scale: 1.0,
    };
    let other = |name, label, unit, num, den, scale| Compared {
        name,
        label,
        unit,
        num,
        den,
        scale,
    };
    for compared in [
        share(
            "died_hospital",
            "Died in hospital",
            m.expected_died_in[3],
            expected,
        ),
        share(
            "preferred_place",
            "Died where they preferred",
            m.preferred_achieved,
            expected,
        ),
        share("on_register", "On the register at death", m.registered, expected),
        share(
            "specialist_seen",
            "Seen by specialist care",
            m.specialist,
            expected,
        ),
        share("acp_agreed", "Advance care plan agreed", m.planning.acp, expected),
        share("care_hours_met", "Care hours met", m.care_given, m.care_needed),
        share(
            "need_days_met_nursing",
            "Nursing need-days met",
            m.need_met_secs[0],
            m.need_secs[0],
        ),
        share(
            "contacts_informed",
            "Contacts with the record current",
            c.contacts_informed,
            c.contacts,
        ),
        share("offers_declined", "Offers declined", c.offers_declined, c.offers),
        other(
            "emergency_admissions_90d",
            "Emergency admissions in the last 90 days",
            "per person",
            m.admissions_90,
            expected,
            1.0,
        ),
        other(
            "hospital_days_90d",
            "Hospital days in the last 90 days",
            "days",
            m.hospital_secs_90,
            expected,
            1.0 / DAY as f64,
        ),
        other(
            "delayed_days",
            "Delayed-discharge days per death",
            "days",
            m.delayed_secs,
            m.deaths,
            1.0 / DAY as f64,
        ),
        other(
            "uncontrolled_symptom_hours",
            "Hours with an uncontrolled symptom",
            "hours",
            m.need_wait_secs[NeedKind::Symptom as usize],
            expected,
            1.0 / HOUR as f64,
        ),
        other(
            "unmet_care_hours",
            "Hours of care needed and not given",
            "hours",
            m.care_unmet,
            expected,
            1e-3,
        ),
        other(
            "trust_at_death",
            "Trust in services at death",
            "index",
            c.trust_end,
            c.trust_people,
            1e-6,
        ),
    ] {
        add(b, m, &compared);
    }
}

fn add(b: &mut CatalogueBuilder, m: &Measures, o: &Compared) {
    let (num, den, scale) = (o.num, o.den, o.scale);
    let mut outcome = |name: String, words: &str, unit: &str, kind: Kind| {
        let label = format!("{}: {words}", o.label);
        b.outcome(Outcome::new(&name, &label, unit, Neither, kind));
    };
    for (by, of, from, less, over) in [
        (
            "deprivation",
            m.deprivation[0],
            m.deprivation[4],
            "most less least deprived",
            "most over least deprived",
        ),
        (
            "minority",
            m.minority[0],
            m.minority[1],
            "ethnic minorities less the largest group",
            "ethnic minorities over the largest group",
        ),
    ] {
        let gap = Kind::Gap {
            num,
            den,
            scale,
            of,
            from,
        };
        outcome(format!("gap_{}_{by}", o.name), less, o.unit, gap);
        let ratio = Kind::Relative { num, den, of, from };
        outcome(format!("ratio_{}_{by}", o.name), over, "ratio", ratio);
    }
    let slope = Kind::Slope {
        num,
        den,
        scale,
        groups: m.deprivation.clone(),
    };
    let words = "slope index across deprivation quintiles";
    outcome(format!("slope_{}_deprivation", o.name), words, o.unit, slope);
}
