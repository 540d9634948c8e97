//! Contradictions in a locality that the schema cannot express: recognition and planning.

use super::PathwayScenario;
use super::check::Check;
use crate::base::diagnostic::Diagnostic;
use crate::base::{DAY, HOUR};
use crate::model::Role;

/// Most admissions that are remembered.
const MOST_ADMISSIONS: u32 = 8;

/// Adds what contradicts itself in recognition and planning.
pub(super) fn planning(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let planning = &scenario.planning;
    for (name, style) in &scenario.styles {
        let path = ["styles", name.as_str()];
        let in_meeting = |key: &'static str| [path[0], path[1], "meeting", key];
        if let Some(meeting) = &style.meeting {
            if meeting.every.secs() < DAY {
                let message = "a practice meets at most once a day";
                check.wrong(&in_meeting("every"), message, "longer");
            }
            if meeting.hours.intervals().len() != 1 {
                let message = "a meeting is held once on its day";
                check.wrong(&in_meeting("hours"), message, "one interval");
            }
            if meeting.minutes.secs() > 12 * HOUR {
                check.wrong(
                    &in_meeting("minutes"),
                    "a meeting takes longer than a day's work",
                    "shorter",
                );
            }
            let attends = meeting.attends.each();
            for role in Role::ALL {
                if attends[role as usize].0 == 0 {
                    continue;
                }
                let key = Role::NAMES[role as usize];
                let path = ["styles", name.as_str(), "meeting", "attends", key];
                if role == Role::Gp {
                    let message = "how many GPs attend is said by `gps`, as a share";
                    check.wrong(&path, message, "leave it out");
                } else if !role.has_clinicians() {
                    let message = format!("nobody of role {key} attends: it has no clinicians");
                    check.wrong(&path, message, "leave it out");
                }
            }
        }
        if let Some(bereavement) = &style.bereavement {
            check.clock(&[path[0], path[1], "bereavement", "after"], &bereavement.after);
        }
        let uses = [
            (
                "acts_on_admissions",
                style.acts_on_admissions.get() > 0.0,
                planning.repeated_admissions.is_some(),
                "repeated_admissions",
            ),
            (
                "risk_tool",
                style.risk_tool,
                planning.risk_tool.is_some(),
                "risk_tool",
            ),
            ("gsf_level", style.gsf_level > 0, planning.gsf.is_some(), "gsf"),
            (
                "acp_offered",
                style.acp_offered.values().iter().any(|p| *p > 0.0),
                planning.acp.is_some(),
                "acp",
            ),
        ];
        for (key, used, there, table) in uses {
            if used && !there {
                let warning =
                    Diagnostic::warning("no-effect", format!("`{key}` of the style `{name}` does nothing"));
                let warning = warning.help(format!("[planning.{table}] says what it does"));
                check.push(warning, &[path[0], path[1], key], "without effect");
            }
        }
    }
    if let Some(repeated) = &planning.repeated_admissions
        && repeated.number.0 > MOST_ADMISSIONS
    {
        let message = format!("at most {MOST_ADMISSIONS} admissions are remembered");
        check.wrong(&["planning", "repeated_admissions", "number"], message, "fewer");
    }
    if let Some(tool) = &planning.risk_tool {
        if tool.every.secs() < DAY {
            let message = "a risk tool is run at most once a day";
            check.wrong(&["planning", "risk_tool", "every"], message, "longer");
        }
        if tool.false_alarms_per_1000.get() > 1000.0 {
            let message = "more people are flagged than are on the list";
            check.wrong(
                &["planning", "risk_tool", "false_alarms_per_1000"],
                message,
                "at most 1,000",
            );
        }
    }
    if let Some(learning) = &planning.learning
        && learning.forgotten_after.secs() < DAY
    {
        let message = "what was learned lasts at least a day";
        check.wrong(&["planning", "learning", "forgotten_after"], message, "longer");
    }
}
