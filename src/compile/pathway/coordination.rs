//! The roles that coordinate: tables of a scenario become dense parameters.

use super::{Names, optional, quantile};
use crate::base::WEEK;
use crate::model::{
    CASELOADS, CarerTraining, Coordination, Coordinator, Hna, Intensive, Manager, Matched, Matron, PhoneLine,
    Role, Support,
};
use crate::scenario::pathway::{
    CoordinatorSpec, GroupName, HnaSpec, ManagerSpec, MatronSpec, PathwayScenario, SupportSpec,
};

/// Compiles the roles that coordinate.
pub fn coordination(scenario: &PathwayScenario, names: &Names<'_>) -> Coordination {
    let spec = &scenario.coordination;
    Coordination {
        hna: spec.hna.as_ref().map(|s| hna(scenario, s)),
        support: spec.support_worker.as_ref().map(|s| support(scenario, s)),
        matron: spec.community_matron.as_ref().map(matron),
        manager: spec
            .joint_care_manager
            .as_ref()
            .map(|s| manager(scenario, names, s)),
        route_back: spec
            .route_back
            .as_ref()
            .map(|s| (s.probability.get(), quantile(&s.delay))),
        coordinator: spec.coordinator.as_ref().map(coordinator),
    }
}

/// Which diagnosis groups are meant: those named, or all with an illness.
fn eligible(scenario: &PathwayScenario, groups: &[GroupName]) -> Vec<bool> {
    scenario
        .groups
        .iter()
        .map(|(name, group)| {
            group.illness.is_some() && (groups.is_empty() || groups.iter().any(|g| g.0 == *name))
        })
        .collect()
}

fn hna(scenario: &PathwayScenario, spec: &HnaSpec) -> Hna {
    let onward = &spec.onward;
    Hna {
        eligible: eligible(scenario, &spec.groups),
        at: spec.at.values(),
        every: optional(spec.every),
        due: spec.due.secs(),
        by_cns: spec.by_cns.get(),
        visits: spec.visits.get(),
        onward: [
            onward.cns,
            onward.gp,
            onward.district_nurse,
            onward.social_care,
            onward.carers_assessment,
        ]
        .map(f64::from),
        elsewhere: onward.elsewhere.get(),
        writing_secs: onward.writing_minutes.secs(),
    }
}

fn support(scenario: &PathwayScenario, spec: &SupportSpec) -> Support {
    let referred = &spec.referred;
    Support {
        eligible: eligible(scenario, &spec.groups),
        caseload_per_wte: spec.caseload_per_wte.get(),
        referred_at: [referred.diagnosis, referred.end_of_treatment, referred.palliative].map(f64::from),
        referred_discharge: referred.discharge.get(),
        referred_practice: referred.practice.get(),
        referred_cns: referred.cns.get(),
        accepts: spec.accepts.get(),
        touchpoints_a_week: spec.touchpoints_a_week.values(),
        touchpoint_visits: spec.touchpoint_visits.get(),
        discharged_after: optional(spec.discharged_after),
        chases_a_week: spec.chases_a_week.get(),
        chase_secs: spec.chase_minutes.secs(),
        line: spec.phone_line.as_ref().map(|line| PhoneLine {
            route: line.route.values(),
            settles: line.settles.values(),
            busy_holds_back: line.busy_holds_back.get(),
        }),
        training: spec.carer_training.map(|training| CarerTraining {
            share: training.share.get(),
            secs: training.minutes.secs(),
            gives: training.gives.get(),
        }),
        delegable: [
            spec.delegable.gp,
            spec.delegable.district_nurse,
            spec.delegable.cns,
        ]
        .map(|kinds| kinds.values()),
        reinvested: spec.reinvested.get(),
        matched: spec.community_matched.as_ref().map(|matched| Matched {
            share: scenario
                .ethnicities
                .keys()
                .map(|name| matched.share.get(name).map_or(0.0, |p| p.get()))
                .collect(),
            accepts: matched.accepts.get(),
            acp_factor: matched.acp_factor.get(),
        }),
    }
}

fn matron(spec: &MatronSpec) -> Matron {
    Matron {
        caseload_per_wte: spec.caseload_per_wte.get(),
        referred_practice: spec.referred.practice.get(),
        referred_discharge: spec.referred.discharge.get(),
        reviews_a_week: spec.reviews_a_week.values(),
        visits: spec.visits.get(),
        route: spec.route.values(),
        transition: spec.transition_support.map(|support| Intensive {
            at_palliative: support.at_palliative.get(),
            after_discharge: support.after_discharge.get(),
            length: support.length.secs(),
            interval: match support.contacts_a_week.get() {
                a_week if a_week > 0.0 => (WEEK as f64 / a_week).round() as i64,
                _ => 0,
            },
        }),
    }
}

fn manager(scenario: &PathwayScenario, names: &Names<'_>, spec: &ManagerSpec) -> Manager {
    let from_age = |name: &&str| f64::from(scenario.age_bands[*name].from_age);
    Manager {
        caseload_per_wte: spec.caseload_per_wte.get(),
        old_enough: names
            .ages
            .iter()
            .map(|name| from_age(name) >= spec.from_age.get())
            .collect(),
        complex_hours: spec.complex_hours.get(),
        share: spec.share.get(),
        reviews_a_week: spec.reviews_a_week.get(),
        kept_for: spec.kept_for.secs(),
        chases_a_week: spec.chases_a_week.get(),
        chase_secs: spec.chase_minutes.secs(),
        fast_track: spec.fast_track.values(),
    }
}

/// Roles in the order of the caseloads.
pub const ROLES_OF_CASELOADS: [Role; CASELOADS] = [
    Role::Gp,
    Role::DistrictNurse,
    Role::Cns,
    Role::SupportWorker,
    Role::CommunityMatron,
    Role::JointCareManager,
];

fn coordinator(spec: &CoordinatorSpec) -> Coordinator {
    let first = (spec.order.iter()).filter_map(|name| {
        let role = name.role();
        ROLES_OF_CASELOADS.iter().position(|r| *r == role)
    });
    let mut order: Vec<usize> = Vec::with_capacity(CASELOADS);
    for caseload in first.chain(0..CASELOADS) {
        if !order.contains(&caseload) {
            order.push(caseload);
        }
    }
    Coordinator {
        claims: spec.claims.values(),
        order: std::array::from_fn(|i| order[i] as u8),
        agreed: spec.agreed.get(),
        pair_secs: spec.pair_minutes_a_week.secs(),
        key_worker_factor: spec.key_worker_factor.get(),
        chases_a_week: spec.chases_a_week.get(),
        chase_secs: spec.chase_minutes.secs(),
        trust_gain: spec.trust_gain.get(),
    }
}
