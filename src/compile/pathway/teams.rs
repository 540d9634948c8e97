//! Teams, clinicians, everybody else's work and practice styles.

use super::{Names, amount, optional, quantile};
use crate::model::{Background, Clinician, Style, Team};
use crate::random::{Quantile, name_key};
use crate::scenario::pathway::{
    BackgroundSpec, CliniciansSpec, EACH_PRACTICE, PathwayScenario, StyleSpec, TeamSpec, team_name,
};

/// All teams, in the order of [`PathwayScenario::team_list`].
pub fn teams(scenario: &PathwayScenario, names: &Names<'_>) -> Vec<Team> {
    let list = scenario.team_list().into_iter();
    list.map(|(name, practice)| team(scenario, names, name, practice))
        .collect()
}

/// The organisation that employs a team.
pub fn organisation(team: &TeamSpec, practice: Option<&str>) -> String {
    let of_practice = practice.and_then(|p| team.organisation_at.get(p));
    own(of_practice.unwrap_or(&team.organisation), practice)
}

/// The site of a team.
pub fn site(team: &TeamSpec, practice: Option<&str>) -> String {
    own(&team.site, practice)
}

/// "each practice" is the practice's own; its name cannot be that of another organisation.
fn own(name: &str, practice: Option<&str>) -> String {
    match practice {
        Some(practice) if name == EACH_PRACTICE => format!("practice:{practice}"),
        _ => name.to_owned(),
    }
}

fn team(scenario: &PathwayScenario, names: &Names<'_>, name: &str, practice: Option<&str>) -> Team {
    let spec = &scenario.teams[name];
    let full = team_name(name, practice);
    let groups = spec.clinicians.iter();
    Team {
        // From the name alone: the organisation never decides a draw.
        key: name_key(&["team", &full]),
        role: spec.role.role(),
        organisation: organisation(spec, practice),
        site: site(spec, practice),
        calendar: names.calendar(&spec.calendar),
        clinicians: (groups.flat_map(|(group, spec)| clinicians(&full, group, spec, practice)))
            .zip(0..)
            .map(|(clinician, seat)| Clinician { seat, ..clinician })
            .collect(),
        non_clinical: spec.non_clinical.get(),
        leave: spec.leave.get(),
        sickness: spec.sickness.get(),
        contact: spec.contact.each().map(|law| law.as_ref().map(quantile)),
        travel: spec
            .travel
            .as_ref()
            .map_or_else(|| Quantile::fixed(0.0), quantile),
        record_secs: spec.record_minutes.secs(),
        continuity_wait: optional(spec.continuity_wait),
        squeeze_above: spec.squeeze.map_or(0.0, |s| s.above.get()),
        squeeze_to: spec.squeeze.map_or(1.0, |s| s.to.get()),
        background: (spec.background.iter())
            .map(|(stream, what)| background(scenario, names, &full, spec, practice, stream, what))
            .collect(),
        places: spec.places.map_or(0, |p| i64::from(p.0)),
        prescribes: spec.prescribes.get(),
        cultural_competence: spec.cultural_competence.get(),
        pence_an_hour: spec.cost_per_hour.pence(),
        name: full,
    }
}

fn clinicians(team: &str, group: &str, spec: &CliniciansSpec, practice: Option<&str>) -> Vec<Clinician> {
    let duties = spec.duties(practice).into_iter().enumerate();
    duties
        .map(|(i, duty)| {
            let name = format!("{group}/{}", i + 1);
            Clinician {
                key: name_key(&["team", team, "clinician", &name]),
                name,
                seat: 0,
                wte: duty.wte,
                pattern: duty.pattern,
                works_bank_holidays: duty.bank_holidays,
            }
        })
        .collect()
}

fn background(
    scenario: &PathwayScenario,
    names: &Names<'_>,
    team: &str,
    spec: &TeamSpec,
    practice: Option<&str>,
    stream: &str,
    what: &BackgroundSpec,
) -> Background {
    Background {
        name: stream.to_owned(),
        key: name_key(&["team", team, "background", stream]),
        per_week: scenario.background_per_week(spec, practice, what.volume),
        calendar: names.calendar(what.arrives.as_ref().unwrap_or(&spec.calendar)),
        length: quantile(&what.length),
        priority: what.priority as u8,
        target: what.target.secs(),
        size: what.size.as_ref().map_or_else(|| Quantile::fixed(1.0), amount),
    }
}

/// Compiles a style.
pub fn style(name: &str, spec: &StyleSpec) -> Style {
    Style {
        name: name.to_owned(),
        acts_on_letter: spec.acts_on_letter.get(),
        notices: spec.notices.values(),
        planned_a_week: spec.planned_a_week.values(),
        refers_to_specialist: spec.refers_to_specialist.values(),
        collection_days: i64::from(spec.collection_rule.working_days),
        collection_waived: spec.collection_rule.waived_for_palliative.get(),
        anticipatory: spec.anticipatory.values(),
        anticipatory_doses: u16::try_from(spec.anticipatory_doses.0).unwrap_or(u16::MAX),
        home_visit: spec.home_visit.get(),
        planning: super::planning::style_planning(spec),
    }
}
