//! Outcomes defined as published studies define theirs, so that the two can be compared (formulas: `docs/outcomes.md`).

use crate::base::{DAY, NEVER, Secs, Time};
use crate::model::Model;
use crate::observe::{Better, Bins, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome, WaitId};

use super::catalogue::{Measures, ratio};
use super::course::Person;
use super::population::YEAR;
use super::recorder::Recorder;
use super::state::Individual;
use super::world::World;
use Better::{Higher, Lower, Neither};
use Breadth::{ByGroup, Overall};

/// Times from a referral or prescription to death count at most so long.
const LONGEST: Secs = 364 * DAY;
const YEAR_BACK: Secs = 365 * DAY;

/// Ages at which the bands of Allsop et al. 2018 (Palliat Med, doi 10.1177/0269216318781417) begin, besides the youngest.
const AGES: [u32; 2] = [50, 75];
/// Names of those bands.
const BANDS: [&str; 3] = ["under_50", "50_to_74", "75_or_over"];

/// GP contacts in the last 90 days: many, from so many on, and few, below so many (the bands of Leniz et al. 2022, BMJ Open,
/// doi 10.1136/bmjopen-2021-054281).
const MANY: u16 = 11;
const FEW: u16 = 4;

/// What only the comparison with published figures asks of a person.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// First referral to any specialist palliative service; [`NEVER`].
    pub specialist_referred: Time,
    /// Anticipatory medicines first signed for; [`NEVER`].
    pub anticipatory_prescribed: Time,
    /// Until when the council last paid for care at home; `-NEVER` if it never did.
    pub council_home_care: Time,
}

impl Marks {
    /// Nothing yet.
    pub const NONE: Marks = Marks {
        specialist_referred: NEVER,
        anticipatory_prescribed: NEVER,
        council_home_care: -NEVER,
    };
}

/// Where all of it lies in the catalogue.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each field is named as the measure it holds; formulas in docs/outcomes.md
pub struct ValidationMeasures {
    pub cancer_deaths: MeasureId,
    pub registered: MeasureId,
    pub hospital_secs_365: MeasureId,
    pub three_admissions_365: MeasureId,
    pub admission_any_365: MeasureId,
    pub nurse_any_90: MeasureId,
    pub council_care: MeasureId,
    pub council_home_care: MeasureId,
    pub anticipatory_prescribed: MeasureId,
    pub anticipatory_lead: WaitId,
    pub specialist_referred: MeasureId,
    pub specialist_lead_secs: MeasureId,
    pub specialist_lead: WaitId,
    pub specialist_lead_by_age: [WaitId; BANDS.len()],
    pub specialist_cancer: MeasureId,
    /// People with cancer with many and with few GP contacts, and those of them with three admissions.
    pub gp_people: [MeasureId; 2],
    pub gp_three_admissions: [MeasureId; 2],
}

/// Daily for 90 days, then weekly: the medians looked for are of weeks.
fn lead_bins() -> Bins {
    let days = (0..91)
        .chain((98..=LONGEST / DAY).step_by(7))
        .chain([LONGEST / DAY + 1]);
    let edges: Vec<Secs> = days.map(|d| d * DAY).collect();
    Bins::from_edges(&edges).expect("edges ascend")
}

impl ValidationMeasures {
    /// Declares them.
    pub fn declare(b: &mut CatalogueBuilder) -> ValidationMeasures {
        let specialist_referred = b.measure("specialist_referred", ByGroup);
        let specialist_lead_secs = b.measure("specialist_referral_lead_secs", ByGroup);
        let specialist_lead = b.wait("specialist_referral_lead", ByGroup, lead_bins(), &["death"]);
        let specialist_lead_by_age = BANDS.map(|band| {
            let name = format!("specialist_referral_lead_cancer_{band}");
            b.wait(&name, Overall, lead_bins(), &["death"])
        });
        let anticipatory_lead = b.wait("anticipatory_prescribed_lead", Overall, lead_bins(), &["death"]);
        let mut o = |name: &str| b.measure(name, Overall);
        ValidationMeasures {
            cancer_deaths: o("cancer_deaths"),
            registered: o("registered_all_deaths"),
            hospital_secs_365: o("hospital_secs_365_all_deaths"),
            three_admissions_365: o("three_admissions_365_all_deaths"),
            admission_any_365: o("admission_any_365_all_deaths"),
            nurse_any_90: o("nurse_any_90_all_deaths"),
            council_care: o("council_care_365_all_deaths"),
            council_home_care: o("council_home_care_365_all_deaths"),
            anticipatory_prescribed: o("anticipatory_prescribed"),
            anticipatory_lead,
            specialist_referred,
            specialist_lead_secs,
            specialist_lead,
            specialist_lead_by_age,
            specialist_cancer: o("specialist_seen_cancer"),
            gp_people: ["many", "few"].map(|n| o(&format!("cancer_{n}_gp_contacts_90"))),
            gp_three_admissions: ["many", "few"]
                .map(|n| o(&format!("cancer_{n}_gp_contacts_90_three_admissions"))),
        }
    }
}

/// Adds the outcomes.
pub(super) fn outcomes(b: &mut CatalogueBuilder, all: &Measures, base: &Model) {
    let m = &all.validation;
    let people: f64 = base.exogenous.practices.iter().map(|p| p.list_size).sum();
    let years = base.windows.measured as f64 / YEAR as f64;
    b.outcome(ratio(
        "rate_deaths_per_10000_a_year",
        "Deaths per 10,000 registered people a year",
        "per 10,000",
        Neither,
        all.deaths,
        all.replications,
        10_000.0 / (people * years),
    ));
    for (name, label, better, num) in [
        (
            "share_deaths_cancer",
            "From cancer, of all deaths",
            Neither,
            m.cancer_deaths,
        ),
        (
            "share_on_register_all_deaths",
            "On the palliative register at death, of all deaths",
            Higher,
            m.registered,
        ),
        (
            "share_three_admissions_365d_all_deaths",
            "Three or more emergency admissions in the last year, of all deaths",
            Lower,
            m.three_admissions_365,
        ),
        (
            "share_admission_365d_all_deaths",
            "Emergency admission in the last year, of all deaths",
            Lower,
            m.admission_any_365,
        ),
        (
            "share_nurse_contact_90d_all_deaths",
            "Any district-nurse contact in the last 90 days, of all deaths",
            Neither,
            m.nurse_any_90,
        ),
        (
            "share_council_care_365d_all_deaths",
            "Social care paid for by the council in the last year, of all deaths",
            Neither,
            m.council_care,
        ),
        (
            "share_council_home_care_365d_all_deaths",
            "Home care paid for by the council in the last year, of all deaths",
            Neither,
            m.council_home_care,
        ),
    ] {
        b.outcome(ratio(name, label, "share", better, num, all.deaths, 1.0));
    }
    b.outcome(ratio(
        "mean_hospital_days_365d_all_deaths",
        "Hospital days in the last year, of all deaths",
        "days",
        Lower,
        m.hospital_secs_365,
        all.deaths,
        1.0 / DAY as f64,
    ));
    b.outcome(ratio(
        "share_anticipatory_prescribed",
        "Anticipatory medicines prescribed before death",
        "share",
        Higher,
        m.anticipatory_prescribed,
        all.expected_deaths,
        1.0,
    ));
    b.outcome(ratio(
        "share_specialist_users_cancer",
        "People with cancer, of those seen by specialist palliative care",
        "share",
        Neither,
        m.specialist_cancer,
        all.specialist,
        1.0,
    ));
    leads(b, m);
    for (who, label, i) in [("11_or_more", "11 or more", 0), ("under_4", "fewer than 4", 1)] {
        b.outcome(ratio(
            &format!("share_three_admissions_90d_gp_{who}"),
            &format!("Three or more emergency admissions in the last 90 days: cancer, {label} GP contacts"),
            "share",
            Neither,
            m.gp_three_admissions[i],
            m.gp_people[i],
            1.0,
        ));
    }
    b.outcome(Outcome::new(
        "ratio_three_admissions_90d_gp",
        "Three or more emergency admissions in the last 90 days: cancer, 11 or more over fewer than 4 GP contacts",
        "ratio",
        Neither,
        Kind::RiskRatio {
            num: m.gp_three_admissions[0],
            den: m.gp_people[0],
            num_from: m.gp_three_admissions[1],
            den_from: m.gp_people[1],
        },
    ));
}

/// Times from referral or prescription to death.
fn leads(b: &mut CatalogueBuilder, m: &ValidationMeasures) {
    b.outcome(ratio(
        "mean_days_specialist_referral_to_death",
        "First specialist referral to death, those referred: mean",
        "days",
        Higher,
        m.specialist_lead_secs,
        m.specialist_referred,
        1.0 / DAY as f64,
    ));
    let mut median = |name: &str, label: &str, wait: WaitId| {
        b.outcome(Outcome::new(
            name,
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
    };
    median(
        "median_days_specialist_referral_to_death",
        "First specialist referral to death, those referred",
        m.specialist_lead,
    );
    for (wait, band) in m.specialist_lead_by_age.into_iter().zip(BANDS) {
        median(
            &format!("median_days_specialist_referral_to_death_cancer_{band}"),
            &format!(
                "First specialist referral to death, those referred: cancer, {}",
                band.replace('_', " ")
            ),
            wait,
        );
    }
    median(
        "median_days_anticipatory_prescribed_to_death",
        "Anticipatory medicines prescribed to death, those with them",
        m.anticipatory_lead,
    );
}

impl World<'_> {
    /// Some service asks any specialist palliative service to see the person.
    pub(super) fn specialist_asked(&mut self, person: u32, now: Time) {
        let marks = &mut self.ind(person).marks;
        marks.specialist_referred = marks.specialist_referred.min(now);
    }

    /// Anticipatory medicines are signed for.
    pub(super) fn anticipatory_signed(&mut self, person: u32, now: Time) {
        let marks = &mut self.ind(person).marks;
        marks.anticipatory_prescribed = marks.anticipatory_prescribed.min(now);
    }
}

impl Recorder<'_> {
    /// A death in the measured window, sudden or not, as the studies of all deaths count it.
    pub(super) fn died_any(&mut self, p: &Person, x: &Individual) {
        let (m, t, death) = (&self.m.validation, &x.tallies, p.death);
        let council = !self.model.social_care.pays_privately(p.capital);
        let care_home = p.care_home || x.care_home_since < death;
        let home_care = x.marks.council_home_care > death - YEAR_BACK;
        let flag = |b: bool| i64::from(b);
        for (measure, amount) in [
            (m.cancer_deaths, flag(self.has_cancer(p))),
            (m.registered, flag(x.registered())),
            (m.hospital_secs_365, t.hospital_365),
            (m.three_admissions_365, flag(t.admissions_365 >= 3)),
            (m.admission_any_365, flag(t.admissions_365 > 0)),
            (m.nurse_any_90, flag(t.nurse_90 > 0)),
            (m.council_care, flag(home_care || (care_home && council))),
            (m.council_home_care, flag(home_care)),
        ] {
            self.total(measure, amount);
        }
    }

    /// An expected death in the measured window, as the studies count it.
    pub(super) fn died_expected(&mut self, p: &Person, x: &Individual) {
        let (m, arm, cancer) = (&self.m.validation, self.arm, self.has_cancer(p));
        if x.specialist_seen != NEVER {
            self.total(m.specialist_cancer, i64::from(cancer));
        }
        if x.marks.anticipatory_prescribed != NEVER {
            let lead = (p.death - x.marks.anticipatory_prescribed).min(LONGEST);
            self.total(m.anticipatory_prescribed, 1);
            self.tally.wait_ended(arm, m.anticipatory_lead, &[], 0, lead);
        }
        if x.marks.specialist_referred != NEVER {
            let lead = (p.death - x.marks.specialist_referred).min(LONGEST);
            self.add(p, m.specialist_referred, 1);
            self.add(p, m.specialist_lead_secs, lead);
            let groups = self.groups(p);
            self.tally.wait_ended(arm, m.specialist_lead, &groups, 0, lead);
            if cancer {
                let from = self.model.exogenous.age_from[p.age as usize];
                let band = AGES.iter().filter(|age| from >= **age).count();
                let wait = m.specialist_lead_by_age[band];
                self.tally.wait_ended(arm, wait, &[], 0, lead);
            }
        }
        let which = match x.tallies.gp_90 {
            MANY.. => 0,
            n if n < FEW => 1,
            _ => return,
        };
        if cancer {
            self.total(m.gp_people[which], 1);
            let three = i64::from(x.tallies.admissions_90 >= 3);
            self.total(m.gp_three_admissions[which], three);
        }
    }
}
