//! Contradictions in a locality that the schema cannot express: teams and hand-offs.

use super::check::Check;
use super::load::{team_name, team_name as team_name_of};
use super::pairs::Pair;
use super::rota::{joined, outside};
use super::services::{EACH_PRACTICE, People, TeamSpec, Volume};
use super::{PathwayScenario, check_rates};
use crate::base::diagnostic::Diagnostic;
use crate::model::{Role, Work};
use crate::scenario::suggest::nearest;

/// Roles without which nobody's pathway can be walked.
const REQUIRED: [Role; 11] = [
    Role::Gp,
    Role::DistrictNurse,
    Role::Cns,
    Role::OohClinician,
    Role::OohNurse,
    Role::SocialWorker,
    Role::ContinuingCare,
    Role::HomeCare,
    Role::HospiceWard,
    Role::Hospital,
    Role::Pharmacy,
];
/// More teams are refused: the table of pairs grows with their square.
const MOST_TEAMS: usize = 2_000;
/// More clinicians are refused.
const MOST_CLINICIANS: u64 = 100_000;

fn name(role: Role) -> &'static str {
    Role::NAMES[role as usize]
}

/// The kinds of work without which a role cannot do its part.
fn works(role: Role) -> &'static [Work] {
    match role {
        Role::Gp => &[Work::Visit, Work::Call, Work::Planned, Work::Script, Work::Admin],
        Role::DistrictNurse => &[Work::Visit, Work::Planned, Work::Assessment, Work::Administer],
        Role::Cns => &[Work::Visit, Work::Call, Work::Planned, Work::Assessment],
        Role::OohClinician => &[Work::Visit, Work::Call],
        Role::OohNurse => &[Work::Visit, Work::Administer],
        Role::SocialWorker => &[Work::Assessment],
        _ => &[],
    }
}

/// Adds what contradicts itself in teams and hand-offs.
pub(super) fn services(scenario: &PathwayScenario, check: &mut Check<'_>) {
    for (name, team) in &scenario.teams {
        one_team(scenario, name, team, check);
    }
    let teams = scenario.team_list().len();
    let heads = scenario.team_list().into_iter().flat_map(|(name, practice)| {
        scenario.teams[name]
            .clinicians
            .values()
            .map(move |c| u64::from(c.heads(practice).0))
    });
    let heads: u64 = heads.sum();
    if teams > MOST_TEAMS || heads > MOST_CLINICIANS {
        let message = format!(
            "{teams} teams with {heads} clinicians; at most {MOST_TEAMS} and {MOST_CLINICIANS} are allowed"
        );
        check.push(Diagnostic::error("too-large", message), &["teams"], "too many");
    }
    coverage(scenario, check);
    hand_offs(scenario, check);
    for (key, calendar) in [
        ("practice_calendar", &scenario.locality.practice_calendar),
        ("pharmacy_calendar", &scenario.locality.pharmacy_calendar),
    ] {
        if never_open(scenario, calendar) {
            check.wrong(
                &["locality", key],
                format!("`{calendar}` is never open"),
                "a calendar that opens",
            );
        }
    }
}

fn never_open(scenario: &PathwayScenario, calendar: &str) -> bool {
    scenario
        .calendars
        .get(calendar)
        .is_some_and(|c| c.intervals().0.is_empty())
}

fn one_team(scenario: &PathwayScenario, team_name: &str, team: &TeamSpec, check: &mut Check<'_>) {
    let role = team.role.role();
    let here = |key: &'static str| ["teams", team_name, key];
    for (key, value) in [("organisation", &team.organisation), ("site", &team.site)] {
        if value == EACH_PRACTICE && !team.each_practice {
            let message = format!("\"{EACH_PRACTICE}\" goes with teams that each practice has");
            check.wrong(&here(key), message, "`each_practice = true` is missing");
        } else if value.trim().is_empty() {
            check.wrong(
                &here(key),
                format!("the {key} of `{team_name}` has no name"),
                "empty",
            );
        }
    }
    if role == Role::Gp && !team.each_practice {
        let message = format!("`{team_name}` is general practice, which each practice has");
        check.wrong(&["teams", team_name], message, "write `each_practice = true`");
    }
    if role.has_clinicians() && team.clinicians.is_empty() {
        let error = Diagnostic::error("missing-key", format!("`{team_name}` has nobody"));
        let error = error.help(format!(
            "write [teams.{team_name}.clinicians.NAME] with count, wte and rota"
        ));
        check.push(error, &["teams", team_name], "`clinicians` is missing");
    }
    if role.has_clinicians() && !team.clinicians.is_empty() && REQUIRED.contains(&role) {
        let everywhere = scenario
            .practices
            .keys()
            .map(|p| team.each_practice.then_some(p.as_str()));
        let nobody = |p: &Option<&str>| team.clinicians.values().all(|group| group.heads(*p).0 == 0);
        if let Some(practice) = everywhere
            .filter(|p| p.is_none_or(|p| team.serves(p)))
            .find(nobody)
        {
            let message = format!("nobody works in `{}`", team_name_of(team_name, practice));
            let label = format!("nobody can do without a {}", name(role));
            check.wrong(&here("clinicians"), message, &label);
        }
    }
    if !role.has_clinicians() && !team.clinicians.is_empty() {
        let message = format!("a {} has no clinicians who queue work", name(role));
        check.wrong(&here("clinicians"), message, "leave them out");
    }
    if role.has_places() && team.places.is_none() {
        let error = Diagnostic::error("missing-key", format!("`{team_name}` has no places"));
        let what = if role == Role::HomeCare {
            "hours a week"
        } else {
            "beds or places"
        };
        check.push(
            error.help(format!("`places` is its {what}")),
            &["teams", team_name],
            "`places` is missing",
        );
    }
    if !role.has_places() && team.places.is_some() {
        check.wrong(
            &here("places"),
            format!("a {} has no places", name(role)),
            "leave it out",
        );
    }
    for work in works(role) {
        if team.contact.each()[*work as usize].is_none() {
            let key = Work::NAMES[*work as usize];
            let message = format!("nothing says how long `{key}` takes at `{team_name}`");
            let error = Diagnostic::error("missing-key", message);
            let error = error.help("for example: { lognormal = { mean = 30, sd = 14, unit = \"min\" } }");
            check.push(error, &here("contact"), &format!("`{key}` is missing"));
        }
    }
    for (key, law) in Work::NAMES.into_iter().zip(team.contact.each()) {
        if let Some(law) = law {
            check.clock(&["teams", team_name, "contact", key], law);
        }
    }
    if let Some(travel) = &team.travel {
        check.clock(&here("travel"), travel);
    }
    for (key, share) in [
        ("non_clinical", team.non_clinical),
        ("leave", team.leave),
        ("sickness", team.sickness),
    ] {
        if share.get() > 0.95 {
            check.wrong(
                &here(key),
                format!("`{team_name}` would hardly ever see anybody"),
                "at most 0.95",
            );
        }
    }
    if let Some(squeeze) = team.squeeze
        && squeeze.to.get() <= 0.0
    {
        check.wrong(
            &["teams", team_name, "squeeze", "to"],
            "a shortened contact takes some time",
            "above 0",
        );
    }
    let registered = scenario.people(team, None);
    if let Some(all) = team.catchment_people
        && all.get() < registered
    {
        let message = format!(
            "`{team_name}` serves {registered} people of the practices, more than the {} it serves altogether",
            all.get()
        );
        check.wrong(
            &here("catchment_people"),
            message,
            "at least those of the practices",
        );
    }
    clinicians(scenario, team_name, team, check);
    background(scenario, team_name, team, check);
    check_rates::streams(scenario, team_name, team, check);
}

fn clinicians(scenario: &PathwayScenario, team_name: &str, team: &TeamSpec, check: &mut Check<'_>) {
    let open = scenario.calendars.get(&team.calendar).map(|calendar| {
        let (mut open, _) = calendar.intervals();
        open.sort_unstable();
        joined(&open)
    });
    for (group_name, group) in &team.clinicians {
        let path = ["teams", team_name, "clinicians", group_name];
        let key = |key: &'static str| [path[0], path[1], path[2], path[3], key];
        let shifts = group.shifts();
        if shifts.is_empty() {
            check.wrong(
                &key("rota"),
                format!("the rota of `{group_name}` has no shift"),
                "is empty",
            );
            continue;
        }
        if shifts.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            let message = format!("shifts of `{group_name}` overlap, and one clinician could have both");
            let error = Diagnostic::error("contradiction", message);
            check.push(
                error.help("make two groups of clinicians"),
                &key("rota"),
                "overlapping hours",
            );
        }
        let mut places: Vec<Option<&str>> = vec![None];
        places.extend(group.at.keys().map(|p| Some(p.as_str())));
        for practice in places {
            let (_, wte) = group.heads(practice);
            let most = group.shares(practice).into_iter().max().unwrap_or(0);
            if most > shifts.len() {
                let message = format!(
                    "a clinician of {wte} WTE works {most} shifts a week, but the rota has {}",
                    shifts.len()
                );
                check.wrong(&key("shifts_a_week"), message, "more than there are");
            }
            if wte > 1.0 {
                let warning = Diagnostic::warning("above-1", format!("`{group_name}` are {wte} WTE each"));
                check.push(warning, &key("wte"), "more than whole time");
            }
        }
        if !group.at.is_empty() && !team.each_practice {
            let message = format!("`{team_name}` is not a team that each practice has");
            check.wrong(&key("at"), message, "has no effect");
        }
        if let Some(open) = &open {
            let outside = outside(&joined(&shifts), open);
            if outside > 0 {
                let hours = f64::from(outside) / 3600.0;
                let message = format!(
                    "`{group_name}` are on duty for {hours} hours a week in which `{team_name}` is closed"
                );
                let warning = Diagnostic::warning("closed-duty", message);
                check.push(
                    warning,
                    &key("rota"),
                    &format!("outside the calendar `{}`", team.calendar),
                );
            }
        }
    }
}

fn background(scenario: &PathwayScenario, team_name: &str, team: &TeamSpec, check: &mut Check<'_>) {
    let role = team.role.role();
    for (stream_name, stream) in &team.background {
        let path = ["teams", team_name, "background", stream_name];
        let key = |key: &'static str| [path[0], path[1], path[2], path[3], key];
        if !role.has_clinicians() && !role.has_places() {
            check.wrong(
                &path,
                format!("a {} has no capacity to load", name(role)),
                "has no effect",
            );
        }
        check.clock(&key("length"), &stream.length);
        if let Some(size) = &stream.size {
            check.amount(&key("size"), size);
            if !role.has_places() {
                let warning = Diagnostic::warning("no-effect", "a contact takes one clinician");
                check.push(warning, &key("size"), "only for places");
            }
        }
        if team.catchment_people.is_none()
            && let Volume::Per1000 {
                of: People::RestOfCatchment,
                ..
            } = stream.volume
        {
            let error = Diagnostic::error(
                "missing-key",
                format!("nothing says whom `{team_name}` serves altogether"),
            );
            let error = error.help("`catchment_people` is their number");
            check.push(error, &key("volume"), "the rest of how many people?");
        }
        let calendar = stream.arrives.as_ref().unwrap_or(&team.calendar);
        if never_open(scenario, calendar) {
            let message =
                format!("`{stream_name}` arrive in the open hours of `{calendar}`, which never opens");
            check.wrong(&path, message, "never arrive");
        }
    }
}

/// Every practice has exactly one team of every role it needs.
fn coverage(scenario: &PathwayScenario, check: &mut Check<'_>) {
    for practice in scenario.practices.keys() {
        for role in Role::ALL {
            let mut serving = scenario
                .teams
                .iter()
                .filter(|(_, t)| t.role.role() == role && t.serves(practice))
                .map(|(name, _)| name.as_str());
            match (serving.next(), serving.next()) {
                (None, _) if REQUIRED.contains(&role) => {
                    let message = format!("no team of role {} serves `{practice}`", name(role));
                    let error = Diagnostic::error("missing-team", message);
                    let error = error.help(format!(
                        "add [teams.{0}] with role = \"{0}\", or widen a catchment",
                        name(role)
                    ));
                    check.push(error, &["practices", practice], "is not served");
                }
                (Some(one), Some(other)) => {
                    let message = format!("`{one}` and `{other}` are both {} to `{practice}`", name(role));
                    let error = Diagnostic::error("contradiction", message)
                        .at(check.at.of(&["teams", other]), "one of the two")
                        .also(check.at.of(&["teams", one]), "the other")
                        .help("give each its own `catchment`");
                    check.found.push(error);
                }
                _ => {}
            }
        }
    }
}

fn hand_offs(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let external = &scenario.interface.external;
    check.clock(
        &["interface", "external", "transfer_delay"],
        &external.transfer_delay,
    );
    check.clock(
        &["interface", "external", "authorisation_delay"],
        &external.authorisation_delay,
    );
    if let super::Record::Letter { lag, .. } = &external.record {
        check.clock(&["interface", "external", "record", "letter", "lag"], lag);
    }
    let own: Vec<String> = scenario
        .team_list()
        .into_iter()
        .map(|(t, p)| team_name(t, p))
        .collect();
    let known: Vec<&str> = (own.iter().map(String::as_str))
        .chain(scenario.teams.keys().map(String::as_str))
        .chain(Role::NAMES)
        .chain(["*"])
        .collect();
    for (key, parts) in &scenario.interface.between {
        let path = ["interface", "between", key.as_str()];
        match Pair::read(key) {
            Err(why) => {
                let error = Diagnostic::error("bad-pair", why);
                let error = error.help("write \"sender>receiver\", or \"one<>other\" for both directions");
                check.push(error, &path, "expected two names");
            }
            Ok(pair) => {
                for end in [pair.from, pair.to] {
                    if known.contains(&end) {
                        continue;
                    }
                    let error = Diagnostic::error(
                        "unknown-reference",
                        format!("`{end}` is neither a team nor a role"),
                    );
                    let label = nearest(end, known.iter().copied()).map_or_else(
                        || "no such team".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    check.push(error, &path, &label);
                }
            }
        }
        for (part, law) in [
            ("transfer_delay", &parts.transfer_delay),
            ("authorisation_delay", &parts.authorisation_delay),
        ] {
            if let Some(law) = law {
                check.clock(&["interface", "between", key, part], law);
            }
        }
        if let Some(super::Record::Letter { lag, .. }) = &parts.record {
            check.clock(&["interface", "between", key, "record", "letter", "lag"], lag);
        }
    }
}
