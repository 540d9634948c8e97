//! Recognition and planning: risk tool, GSF levels, meetings, advance care plans, learning.

use super::quantile;
use crate::base::DAY;
use crate::model::{
    Acp, Bereavement, CarePlanning, Carers, Gsf, Learning, Meeting, ROLES, RiskTool, Role, STATES,
    StylePlanning,
};
use crate::scenario::pathway::{
    AcpSpec, Bereaver, GsfSpec, Leader, MeetingSpec, PathwayScenario, RiskToolSpec, StyleSpec,
};

/// Compiles what is common to all practices.
pub fn care_planning(scenario: &PathwayScenario) -> CarePlanning {
    let spec = &scenario.planning;
    CarePlanning {
        repeated_admissions: spec
            .repeated_admissions
            .map(|r| (r.number.0 as usize, r.within.secs())),
        risk_tool: spec.risk_tool.as_ref().map(|tool| risk_tool(scenario, tool)),
        runs_risk_tool: (scenario.practices.values())
            .map(|p| p.risk_tool.unwrap_or(scenario.styles[&p.style].risk_tool))
            .collect(),
        gsf: spec.gsf.as_ref().map_or(Gsf::NEUTRAL, gsf),
        acp: spec.acp.as_ref().map(acp),
        learning: spec.learning.map(|l| Learning {
            step: l.step.get(),
            forgotten_after: l.forgotten_after.secs() as f64,
            letters: l.letters.get(),
            notices: l.notices.get(),
            start: l.start.get(),
        }),
        reconsiders: spec.reconsiders.get(),
    }
}

fn risk_tool(scenario: &PathwayScenario, spec: &RiskToolSpec) -> RiskTool {
    let groups = scenario.groups.keys();
    RiskTool {
        every: spec.every.secs(),
        sensitivity: groups
            .map(|name| spec.sensitivity.get(name).map_or(0.0, |p| p.get()))
            .collect(),
        in_state: spec.in_state.values(),
        false_alarms_per_1000: spec.false_alarms_per_1000.get(),
        secs: spec.minutes.secs(),
    }
}

fn gsf(spec: &GsfSpec) -> Gsf {
    let mut gsf = Gsf::NEUTRAL;
    if let Some(one) = &spec.level_1 {
        gsf.lost_chased = one.lost_chased.get();
        gsf.help_sought = one.help_sought.get();
    }
    if let Some(two) = &spec.level_2 {
        gsf.finds_symptoms = two.finds_symptoms.get();
        gsf.handover = two.handover.get();
        gsf.notices = two.notices.get();
    }
    if let Some(three) = &spec.level_3 {
        let carers = &three.carers;
        gsf.carers = Some(Carers {
            offered: carers.offered.get(),
            accepted: carers.accepted.get(),
            secs: carers.minutes.secs(),
            relieves: carers.relieves.get(),
            in_force: carers.in_force.secs(),
        });
        gsf.dying_contacts = three.dying_contacts.get();
        gsf.dying_recognised = three.dying_recognised.get();
    }
    if let Some(four) = &spec.level_4 {
        gsf.care_home_below = four.care_home_below.get();
        gsf.non_cancer_below = four.non_cancer_below.get();
    }
    gsf
}

fn acp(spec: &AcpSpec) -> Acp {
    let mut offered = [[0.0; STATES]; ROLES];
    let by = &spec.offered;
    for (role, row) in [
        (Role::DistrictNurse, by.district_nurse),
        (Role::Cns, by.cns),
        (Role::SupportWorker, by.support_worker),
        (Role::CommunityMatron, by.community_matron),
        (Role::JointCareManager, by.joint_care_manager),
        (Role::EmbeddedNurse, by.embedded_nurse),
        (Role::Paramedic, by.paramedic),
    ] {
        offered[role as usize] = row.values();
    }
    Acp {
        offered,
        willing: spec.willing.get(),
        secs: spec.minutes.secs(),
        recorded: spec.recorded.get(),
        summary: spec
            .shared_summary
            .map(|s| (s.from.state(), s.made.get(), s.seen.get())),
        dying_discharge: spec.effect.dying_discharge.get(),
        unwanted_hospice: spec.effect.unwanted_hospice.get(),
        stays_home: spec.effect.stays_home.get(),
    }
}

/// Compiles what a style adds.
pub fn style_planning(spec: &StyleSpec) -> StylePlanning {
    StylePlanning {
        acts_on_admissions: spec.acts_on_admissions.get(),
        gsf_level: u8::try_from(spec.gsf_level).unwrap_or(4),
        meeting: spec.meeting.as_ref().map(meeting),
        acp_offered: spec.acp_offered.values(),
        review: spec
            .after_death_review
            .map(|r| (r.probability.get(), r.minutes.secs())),
        bereavement: spec.bereavement.as_ref().map(|b| Bereavement {
            probability: b.probability.get(),
            after: quantile(&b.after),
            by: match b.by {
                Bereaver::Gp => Role::Gp,
                Bereaver::DistrictNurse => Role::DistrictNurse,
            },
            secs: b.minutes.secs(),
        }),
        buddy: spec.buddy,
    }
}

fn meeting(spec: &MeetingSpec) -> Meeting {
    let begins = spec
        .hours
        .intervals()
        .first()
        .map_or(0, |(start, _)| i64::from(*start));
    Meeting {
        every: spec.every.secs(),
        at: spec.day as i64 * DAY + begins,
        secs: spec.minutes.secs(),
        people: spec.people as usize,
        led_by_specialist: spec.led_by == Leader::Cns,
        gps: spec.gps.get(),
        attends: spec.attends.each().map(|heads| heads.0),
        finds_overdue: spec.finds_overdue.get(),
        finds_lost: spec.finds_lost.get(),
        finds_missing: spec.finds_missing.get(),
    }
}
