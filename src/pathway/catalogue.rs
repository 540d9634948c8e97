//! What a pathway run records and the outcomes worked out of it (formulas: `docs/outcomes.md`).

use crate::base::{DAY, HOUR, Secs};
use crate::model::{Model, Place, Role, Team};
use crate::observe::{
    Better, Bins, Breadth, Catalogue, CatalogueBuilder, CatalogueError, GroupId, Kind, MeasureId, Outcome,
    WaitId,
};

use super::causes::{Cause, NeedKind};
use super::fates::FateMeasures;
use super::outcomes_continuity::ContinuityMeasures;
use super::outcomes_coordination::CoordinationMeasures;
use super::outcomes_planning::PlanningMeasures;
use super::outcomes_validation::ValidationMeasures;

/// How many ways a wait for a need can end besides being censored.
pub const WAIT_ENDS: [&str; 3] = ["met", "died", "other"];

/// Where everything a pathway records lies in the catalogue.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // each field is named as the measure it holds; formulas in docs/outcomes.md
pub struct Measures {
    pub diagnosis: Vec<GroupId>,
    pub cancer: [GroupId; 2],
    pub deprivation: Vec<GroupId>,
    pub ethnicity: Vec<GroupId>,
    pub practice: Vec<GroupId>,
    pub style: Vec<GroupId>,
    pub minority: [GroupId; 2],
    pub largest_ethnicity: usize,
    pub deaths: MeasureId,
    pub expected_deaths: MeasureId,
    pub died_in: [MeasureId; 4],
    pub expected_died_in: [MeasureId; 4],
    pub preferred_achieved: MeasureId,
    pub registered: MeasureId,
    pub register_secs: MeasureId,
    pub specialist: MeasureId,
    pub anticipatory: MeasureId,
    pub ed_any_90: MeasureId,
    pub admission_any_30: MeasureId,
    pub admissions_90: MeasureId,
    pub three_admissions_90: MeasureId,
    pub admissions_365: MeasureId,
    pub hospital_secs_90: MeasureId,
    pub hospital_secs_365: MeasureId,
    pub gp_any_90: MeasureId,
    pub nurse_any_90: MeasureId,
    pub had_care: MeasureId,
    pub gp_contacts_90: MeasureId,
    pub usual_people: MeasureId,
    pub usual_share: MeasureId,
    pub bice_boxerman: MeasureId,
    pub longest_gap_secs: MeasureId,
    pub longest_gap_people: MeasureId,
    pub planned_due: MeasureId,
    pub planned_on_time: MeasureId,
    pub need_secs: [MeasureId; 3],
    pub need_met_secs: [MeasureId; 3],
    pub care_needed: MeasureId,
    pub care_given: MeasureId,
    pub care_unmet: MeasureId,
    pub needs: Vec<MeasureId>,
    pub needs_met: Vec<MeasureId>,
    pub needs_died: Vec<MeasureId>,
    pub needs_natural: Vec<MeasureId>,
    pub needs_censored: Vec<MeasureId>,
    pub need_wait_secs: Vec<MeasureId>,
    pub causes: Vec<Vec<MeasureId>>,
    pub waits: Vec<WaitId>,
    pub specialist_lead: WaitId,
    pub anticipatory_lead: WaitId,
    pub fast_track_approved: MeasureId,
    pub fast_track_48: MeasureId,
    pub crises: MeasureId,
    pub ambulances: MeasureId,
    pub departments: MeasureId,
    pub admissions: MeasureId,
    pub bed_secs: MeasureId,
    pub delayed_secs: MeasureId,
    pub discharges: MeasureId,
    pub hospice_secs: MeasureId,
    pub at_home_secs: MeasureId,
    pub episodes: MeasureId,
    pub prescriptions: MeasureId,
    pub pharmacy_visits: MeasureId,
    pub pharmacy_first: MeasureId,
    pub anticipatory_used: MeasureId,
    pub care_home_moves: MeasureId,
    pub breakdowns: MeasureId,
    pub falls: MeasureId,
    pub combined: MeasureId,
    pub contacts: Vec<MeasureId>,
    pub paper_secs: MeasureId,
    pub cost: [MeasureId; PAYERS.len()],
    pub teams: Vec<TeamMeasures>,
    pub items: [MeasureId; 4],
    pub people_at_end: MeasureId,
    pub events: MeasureId,
    pub fates: FateMeasures,
    pub paired_deaths: MeasureId,
    pub replications: MeasureId,
    pub planning: PlanningMeasures,
    pub coordination: Option<CoordinationMeasures>,
    pub continuity: ContinuityMeasures,
    pub relations: super::outcomes_relations::RelationMeasures,
    pub access: Option<super::outcomes_access::AccessMeasures>,
    pub validation: ValidationMeasures,
}

/// Measures of one team with clinicians or places.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct TeamMeasures {
    pub name: String,
    pub role: Role,
    pub available: MeasureId,
    pub busy: MeasureId,
    pub overtime: MeasureId,
    pub queue: MeasureId,
    pub queue_first: MeasureId,
    pub queue_second: MeasureId,
}

/// Who pays, in the order of `Measures::cost`.
pub const PAYERS: [&str; 5] = ["nhs_community", "nhs_hospital", "hospice", "council", "family"];

/// Bins of waits for services: six-hourly for three days, daily to four weeks, then coarser to 90 days.
fn service_bins() -> Bins {
    let mut edges: Vec<Secs> = (0..12).map(|i| i * 6 * HOUR).collect();
    edges.extend((3..28).map(|d| d * DAY));
    edges.extend((28..60).step_by(2).map(|d| d * DAY));
    edges.extend((60..=90).step_by(5).map(|d| d * DAY));
    Bins::from_edges(&edges).expect("edges ascend")
}

/// The catalogue of a comparison of these arms, and where each measure lies.
///
/// # Errors
/// If names clash or the record would be too long, in words.
pub fn catalogue(models: &[&Model]) -> Result<(Catalogue, Measures), CatalogueError> {
    let base = models[0];
    let names: Vec<&str> = models.iter().map(|m| m.name.as_str()).collect();
    let mut b = CatalogueBuilder::new(&names);
    let exo = &base.exogenous;
    let diagnosis = exo.groups.iter().map(|g| b.group("diagnosis", &g.name)).collect();
    let cancer = [b.group("cancer", "yes"), b.group("cancer", "no")];
    let deprivation = (1..=5)
        .map(|q| b.group("deprivation", &q.to_string()))
        .collect::<Vec<_>>();
    let ethnicity = exo
        .ethnicities
        .iter()
        .map(|e| b.group("ethnicity", e))
        .collect::<Vec<_>>();
    let practice = exo
        .practices
        .iter()
        .map(|p| b.group("practice", &p.name))
        .collect();
    let style = base.styles.iter().map(|s| b.group("style", &s.name)).collect();
    let minority = [b.group("minority", "yes"), b.group("minority", "no")];
    use Breadth::{ByGroup, Overall};
    let mut g = |name: &str| b.measure(name, ByGroup);
    let deaths = g("deaths");
    let expected_deaths = g("expected_deaths");
    let died_in = Place::NAMES.map(|p| g(&format!("died_{p}")));
    let expected_died_in = Place::NAMES.map(|p| g(&format!("expected_died_{p}")));
    let preferred_achieved = g("preferred_place_achieved");
    let registered = g("registered_at_death");
    let register_secs = g("register_secs");
    let specialist = g("specialist_seen");
    let anticipatory = g("anticipatory_in_place");
    let ed_any_90 = g("ed_any_90");
    let admission_any_30 = g("admission_any_30");
    let admissions_90 = g("admissions_90");
    let three_admissions_90 = g("three_admissions_90");
    let admissions_365 = g("admissions_365");
    let hospital_secs_90 = g("hospital_secs_90");
    let hospital_secs_365 = g("hospital_secs_365");
    let gp_any_90 = g("gp_any_90");
    let nurse_any_90 = g("nurse_any_90");
    let had_care = g("had_care");
    let gp_contacts_90 = g("gp_contacts_90");
    let usual_people = g("usual_provider_people");
    let usual_share = g("usual_provider_share_micro");
    let bice_boxerman = g("bice_boxerman_micro");
    let longest_gap_secs = g("longest_gap_secs");
    let longest_gap_people = g("longest_gap_people");
    let planned_due = g("planned_due");
    let planned_on_time = g("planned_on_time");
    let three = ["nursing", "specialist_review", "plan"];
    let need_secs = three.map(|n| g(&format!("need_secs_{n}")));
    let need_met_secs = three.map(|n| g(&format!("need_met_secs_{n}")));
    let care_needed = g("care_needed_millihours");
    let care_given = g("care_given_millihours");
    let care_unmet = g("care_unmet_millihours");
    let kinds = NeedKind::NAMES;
    let needs = kinds.map(|n| g(&format!("needs_{n}"))).to_vec();
    let needs_met = kinds.map(|n| g(&format!("needs_met_{n}"))).to_vec();
    let needs_died = kinds.map(|n| g(&format!("needs_died_{n}"))).to_vec();
    let need_wait_secs = kinds.map(|n| g(&format!("need_wait_secs_{n}"))).to_vec();
    let crises = g("crises");
    let ambulances = g("ambulances");
    let departments = g("emergency_department");
    let admissions = g("emergency_admissions");
    let bed_secs = g("bed_secs");
    let delayed_secs = g("delayed_secs");
    let discharges = g("discharges");
    let episodes = g("symptom_episodes");
    let mut o = |name: &str| b.measure(name, Overall);
    let needs_natural = kinds.map(|n| o(&format!("needs_natural_{n}"))).to_vec();
    let needs_censored = kinds.map(|n| o(&format!("needs_censored_{n}"))).to_vec();
    let causes = kinds
        .iter()
        .map(|n| {
            Cause::NAMES
                .iter()
                .map(|c| o(&format!("cause_secs_{n}_{c}")))
                .collect()
        })
        .collect();
    let fast_track_approved = o("fast_track_approved");
    let fast_track_48 = o("fast_track_approved_48h");
    let hospice_secs = o("hospice_secs");
    let at_home_secs = o("hospice_at_home_secs");
    let prescriptions = o("prescriptions");
    let pharmacy_visits = o("pharmacy_visits");
    let pharmacy_first = o("pharmacy_first_had_all");
    let anticipatory_used = o("anticipatory_doses_used");
    let care_home_moves = o("care_home_moves");
    let breakdowns = o("carer_breakdowns");
    let falls = o("falls");
    let combined = o("combined_visits");
    let contacts = Role::NAMES
        .iter()
        .map(|r| o(&format!("contacts_{r}")))
        .collect::<Vec<_>>();
    let paper_secs = o("referral_writing_secs");
    let cost = PAYERS.map(|p| o(&format!("cost_pence_{p}")));
    let items = ["created", "done", "withdrawn", "open_at_end"].map(|n| o(&format!("items_{n}")));
    let people_at_end = o("people_at_end");
    let events = o("events");
    let fates = FateMeasures::declare(&mut o, models.len());
    let paired_deaths = o("paired_deaths");
    let replications = o("replications");
    let teams = all_teams(models)
        .into_iter()
        .map(|t| TeamMeasures {
            name: t.name.clone(),
            role: t.role,
            available: o(&format!("available_secs_{}", t.name)),
            busy: o(&format!("busy_secs_{}", t.name)),
            overtime: o(&format!("overtime_secs_{}", t.name)),
            queue: o(&format!("queue_secs_{}", t.name)),
            queue_first: o(&format!("queue_secs_first_half_{}", t.name)),
            queue_second: o(&format!("queue_secs_second_half_{}", t.name)),
        })
        .collect();
    let ends = WAIT_ENDS;
    let waits = NeedKind::ALL
        .iter()
        .map(|kind| {
            let name = format!("wait_{}", NeedKind::NAMES[*kind as usize]);
            match kind {
                NeedKind::Symptom => b.wait(&name, Overall, Bins::hours(168), &ends),
                NeedKind::Nursing | NeedKind::SpecialistReview | NeedKind::PersonalCare => {
                    b.wait(&name, ByGroup, service_bins(), &ends)
                }
                _ => b.wait(&name, Overall, service_bins(), &ends),
            }
        })
        .collect();
    let specialist_lead = b.wait("specialist_lead", ByGroup, Bins::days(365), &["death"]);
    let anticipatory_lead = b.wait("anticipatory_lead", Overall, Bins::days(365), &["death"]);
    let planning = PlanningMeasures::declare(&mut b);
    let coordination = CoordinationMeasures::declare(&mut b, models);
    let continuity = ContinuityMeasures::declare(&mut b);
    let relations = super::outcomes_relations::RelationMeasures::declare(&mut b, models);
    let access = super::outcomes_access::AccessMeasures::declare(&mut b, models);
    let validation = ValidationMeasures::declare(&mut b);
    let m = Measures {
        relations,
        diagnosis,
        cancer,
        deprivation,
        ethnicity,
        practice,
        style,
        minority,
        largest_ethnicity: super::outcomes_equity::largest_ethnicity(base),
        deaths,
        expected_deaths,
        died_in,
        expected_died_in,
        preferred_achieved,
        registered,
        register_secs,
        specialist,
        anticipatory,
        ed_any_90,
        admission_any_30,
        admissions_90,
        three_admissions_90,
        admissions_365,
        hospital_secs_90,
        hospital_secs_365,
        gp_any_90,
        nurse_any_90,
        had_care,
        gp_contacts_90,
        usual_people,
        usual_share,
        bice_boxerman,
        longest_gap_secs,
        longest_gap_people,
        planned_due,
        planned_on_time,
        need_secs,
        need_met_secs,
        care_needed,
        care_given,
        care_unmet,
        needs,
        needs_met,
        needs_died,
        needs_natural,
        needs_censored,
        need_wait_secs,
        causes,
        waits,
        specialist_lead,
        anticipatory_lead,
        fast_track_approved,
        fast_track_48,
        crises,
        ambulances,
        departments,
        admissions,
        bed_secs,
        delayed_secs,
        discharges,
        hospice_secs,
        at_home_secs,
        episodes,
        prescriptions,
        pharmacy_visits,
        pharmacy_first,
        anticipatory_used,
        care_home_moves,
        breakdowns,
        falls,
        combined,
        contacts,
        paper_secs,
        cost,
        teams,
        items,
        people_at_end,
        events,
        fates,
        paired_deaths,
        replications,
        planning,
        coordination,
        continuity,
        access,
        validation,
    };
    super::outcomes::add(&mut b, &m, base);
    super::outcomes_access::add(&mut b, m.access.as_ref());
    m.relations.outcomes(&mut b);
    if let Some(coordination) = &m.coordination {
        coordination.outcomes(&mut b, &m, base);
    }
    Ok((b.build()?, m))
}

/// The teams with clinicians or places of any arm, by name: an arm may have one that another has not.
fn all_teams<'a>(models: &[&'a Model]) -> Vec<&'a Team> {
    let mut all: Vec<&Team> = Vec::new();
    for team in models.iter().flat_map(|m| &m.teams) {
        let works = team.role.has_clinicians() || team.role.has_places();
        if works && !all.iter().any(|t| t.name == team.name) {
            all.push(team);
        }
    }
    all
}

/// A ratio of two measures.
pub(super) fn ratio(
    name: &str,
    label: &str,
    unit: &str,
    better: Better,
    num: MeasureId,
    den: MeasureId,
    scale: f64,
) -> Outcome {
    Outcome::new(name, label, unit, better, Kind::Ratio { num, den, scale })
}
