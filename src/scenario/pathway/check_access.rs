//! Contradictions in routes in and places at home that the schema cannot express.

use super::PathwayScenario;
use super::check::Check;
use super::load::team_name;
use super::pairs::Pair;
use crate::base::DAY;
use crate::base::diagnostic::Diagnostic;
use crate::model::{Role, Work};
use crate::scenario::suggest::nearest;

/// Adds what contradicts itself.
pub(super) fn access(s: &PathwayScenario, check: &mut Check<'_>) {
    if let Some(point) = &s.access_point {
        needs(s, check, "access_point", &[Role::AccessPoint]);
        works(s, check, Role::AccessPoint, &[Work::Call]);
        if !point.hub.is_empty() {
            works(s, check, Role::AccessPoint, &[Work::Admin]);
            hub(s, &point.hub, check);
        }
        check.clock(&["access_point", "pass_on"], &point.pass_on);
    }
    if let Some(embedded) = &s.embedded {
        needs(s, check, "embedded", &[Role::EmbeddedNurse, Role::Paramedic]);
        works(
            s,
            check,
            Role::EmbeddedNurse,
            &[Work::Visit, Work::Call, Work::Planned],
        );
        works(s, check, Role::Paramedic, &[Work::Visit]);
        let from = embedded.from.map_or(0, |d| d.secs());
        if embedded.until.is_some_and(|until| until.secs() <= from) {
            let message = "the staff placed in the practice leave before they come";
            check.wrong(&["embedded", "until"], message, "later than `from`");
        }
    }
    if let Some(ward) = &s.virtual_ward {
        needs(s, check, "virtual_ward", &[Role::VirtualWard]);
        if let Some(role) = ward.round_by {
            if role.role().has_clinicians() {
                works(s, check, role.role(), &[Work::Visit, Work::Call]);
            } else {
                let message = format!(
                    "a {} has no clinicians to do a round",
                    Role::NAMES[role.role() as usize]
                );
                check.wrong(&["virtual_ward", "round_by"], message, "a role with clinicians");
            }
        }
        if ward.round_at.secs() >= DAY {
            let message = "a day has 24 hours";
            check.wrong(&["virtual_ward", "round_at"], message, "a time of day");
        }
        if ward.longest.secs() <= 0 {
            let message = "a stay on the virtual ward has some length";
            check.wrong(&["virtual_ward", "longest"], message, "longer than 0");
        }
    }
    if s.night_sitting.is_some() {
        needs(s, check, "night_sitting", &[Role::NightSitter]);
    }
    if let Some(service) = &s.continuing_care_service {
        needs(
            s,
            check,
            "continuing_care_service",
            &[Role::ContinuingCareService],
        );
        if service.starts.counting() == crate::base::Counting::OpenHours {
            let path = ["continuing_care_service", "starts"];
            let error = Diagnostic::error(
                "wrong-unit",
                "`continuing_care_service.starts` counts no open hours",
            );
            check.push(
                error.help("use hour, day or working_day"),
                &path,
                "counted in open hours",
            );
        }
    }
}

/// A table needs a team of one of these roles.
fn needs(s: &PathwayScenario, check: &mut Check<'_>, table: &str, roles: &[Role]) {
    if s.teams.values().any(|t| roles.contains(&t.role.role())) {
        return;
    }
    let names: Vec<&str> = roles.iter().map(|r| Role::NAMES[*r as usize]).collect();
    let message = format!(
        "[{table}] has nobody: no team has the role {}",
        names.join(" or ")
    );
    let error = Diagnostic::error("missing-team", message);
    let error = error.help(format!("add [teams.{0}] with role = \"{0}\"", names[0]));
    check.push(error, &[table], "is not staffed");
}

/// Teams of a role must say how long these kinds of work take.
fn works(s: &PathwayScenario, check: &mut Check<'_>, role: Role, works: &[Work]) {
    for (name, team) in s.teams.iter().filter(|(_, t)| t.role.role() == role) {
        for work in works {
            if team.contact.each()[*work as usize].is_none() {
                let key = Work::NAMES[*work as usize];
                let message = format!("nothing says how long `{key}` takes at `{name}`");
                let error = Diagnostic::error("missing-key", message);
                let error = error.help("for example: { lognormal = { mean = 30, sd = 14, unit = \"min\" } }");
                check.push(error, &["teams", name, "contact"], &format!("`{key}` is missing"));
            }
        }
    }
}

/// The pairs of a hub are pairs of teams or roles.
fn hub(s: &PathwayScenario, pairs: &[String], check: &mut Check<'_>) {
    let path = ["access_point", "hub"];
    let own: Vec<String> = s.team_list().into_iter().map(|(t, p)| team_name(t, p)).collect();
    let known: Vec<&str> = (own.iter().map(String::as_str))
        .chain(s.teams.keys().map(String::as_str))
        .chain(Role::NAMES)
        .chain(["*"])
        .collect();
    for key in pairs {
        match Pair::read(key) {
            Err(why) => check.push(Diagnostic::error("bad-pair", why), &path, "expected two names"),
            Ok(pair) => {
                for end in [pair.from, pair.to]
                    .into_iter()
                    .filter(|end| !known.contains(end))
                {
                    let message = format!("`{end}` is neither a team nor a role");
                    let label = nearest(end, known.iter().copied()).map_or_else(
                        || "no such team".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    check.push(Diagnostic::error("unknown-reference", message), &path, &label);
                }
            }
        }
    }
}
