//! Contradictions in a locality that the schema cannot express: the roles that coordinate.

use super::PathwayScenario;
use super::check::Check;
use super::coordination::GroupName;
use crate::base::diagnostic::Diagnostic;
use crate::model::{Role, Work};

/// Roles that can be a person's coordinator.
const COORDINATORS: [Role; 6] = [
    Role::Gp,
    Role::DistrictNurse,
    Role::Cns,
    Role::SupportWorker,
    Role::CommunityMatron,
    Role::JointCareManager,
];

/// Adds what contradicts itself in the tables under `[coordination]`.
pub(super) fn coordination(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let c = &scenario.coordination;
    use Work::{Admin, Assessment, Call, Planned, Visit};
    for (there, key, role, works) in [
        (
            c.support_worker.is_some(),
            "support_worker",
            Role::SupportWorker,
            &[Visit, Call, Planned, Assessment, Admin][..],
        ),
        (
            c.community_matron.is_some(),
            "community_matron",
            Role::CommunityMatron,
            &[Visit, Call, Planned, Assessment][..],
        ),
        (
            c.joint_care_manager.is_some(),
            "joint_care_manager",
            Role::JointCareManager,
            &[Call, Assessment][..],
        ),
    ] {
        if there {
            has_team(scenario, check, key, role, works);
        }
    }
    if let Some(hna) = &c.hna {
        groups(scenario, check, &["coordination", "hna", "groups"], &hna.groups);
        if hna.every.is_some_and(|d| d.secs() < 86_400) {
            check.wrong(
                &["coordination", "hna", "every"],
                "a needs assessment is not repeated every day",
                "at least { days = 1 }",
            );
        }
    }
    if let Some(support) = &c.support_worker {
        let path = ["coordination", "support_worker", "groups"];
        groups(scenario, check, &path, &support.groups);
        if c.hna.is_none() {
            let warning = Diagnostic::warning("no-effect", "support workers without needs assessments");
            let warning = warning.help("write [coordination.hna]");
            check.push(warning, &["coordination", "support_worker"], "hold no HNA");
        }
    }
    // No time at all would mean for ever.
    let transition = c.community_matron.as_ref().and_then(|m| m.transition_support);
    if transition.is_some_and(|t| t.length.secs() < 86_400) {
        let path = ["coordination", "community_matron", "transition_support", "length"];
        check.wrong(&path, "support that ends at once", "at least { days = 1 }");
    }
    if c.joint_care_manager.is_some_and(|m| m.kept_for.secs() < 86_400) {
        let path = ["coordination", "joint_care_manager", "kept_for"];
        check.wrong(&path, "nobody is kept", "at least { days = 1 }");
    }
    if let Some(back) = &c.route_back {
        check.clock(&["coordination", "route_back", "delay"], &back.delay);
    }
    if let Some(coordinator) = &c.coordinator {
        for (i, name) in coordinator.order.iter().enumerate() {
            let path = ["coordination", "coordinator", "order"];
            if !COORDINATORS.contains(&name.role()) {
                let role = Role::NAMES[name.role() as usize];
                check.wrong(&path, format!("a {role} keeps no caseload"), "cannot coordinate");
            }
            if coordinator.order[..i].contains(name) {
                check.wrong(&path, "a role stands in the order twice", "twice");
            }
        }
    }
}

fn has_team(scenario: &PathwayScenario, check: &mut Check<'_>, key: &str, role: Role, works: &[Work]) {
    let teams: Vec<_> = (scenario.teams.iter())
        .filter(|(_, team)| team.role.role() == role)
        .collect();
    if teams.is_empty() {
        let message = format!("no team has the role {}", Role::NAMES[role as usize]);
        let error = Diagnostic::error("missing-team", message);
        let error = error.help(format!("add [teams.{key}] with role = \"{key}\""));
        check.push(error, &["coordination", key], "nobody to do it");
    }
    for (name, team) in teams {
        for work in works {
            if team.contact.each()[*work as usize].is_none() {
                let kind = Work::NAMES[*work as usize];
                let message = format!("nothing says how long `{kind}` takes at `{name}`");
                let error = Diagnostic::error("missing-key", message);
                let error = error.help("for example: { lognormal = { mean = 30, sd = 14, unit = \"min\" } }");
                check.push(
                    error,
                    &["teams", name, "contact"],
                    &format!("`{kind}` is missing"),
                );
            }
        }
    }
}

/// A group without an illness has no phases that change.
fn groups(scenario: &PathwayScenario, check: &mut Check<'_>, path: &[&str], named: &[GroupName]) {
    for group in named {
        let sudden = scenario.groups.get(&group.0).is_some_and(|g| g.illness.is_none());
        if sudden {
            let message = format!("people of `{}` die suddenly: nothing changes before", group.0);
            check.wrong(path, message, "has no phases");
        }
    }
}
