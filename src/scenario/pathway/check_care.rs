//! Contradictions in a locality that the schema cannot express: processes of care, loads beyond capacity.

use super::PathwayScenario;
use super::check::{Check, severities};
use super::load::Load;
use super::shapes::ByQuintile;
use crate::base::Counting;
use crate::base::diagnostic::Diagnostic;
use crate::model::Role;
use crate::scenario::law::LawSpec;

/// Adds what contradicts itself in the processes of care.
pub(super) fn care(scenario: &PathwayScenario, check: &mut Check<'_>) {
    let s = scenario;
    let clock: [(&[&str], &LawSpec); 17] = [
        (&["planning", "letter_written"], &s.planning.letter_written),
        (&["planning", "chased_after"], &s.planning.chased_after),
        (&["symptoms", "advice_onset"], &s.symptoms.advice_onset),
        (&["symptoms", "dose_onset"], &s.symptoms.dose_onset),
        (&["symptoms", "retry"], &s.symptoms.retry),
        (
            &["symptoms", "crisis", "emergency_department"],
            &s.symptoms.crisis.emergency_department,
        ),
        (&["prescribing", "collected"], &s.prescribing.collected),
        (&["prescribing", "delivered"], &s.prescribing.delivered),
        (
            &["prescribing", "repeat_asked_before"],
            &s.prescribing.repeat_asked_before,
        ),
        (&["social_care", "family_asks"], &s.social_care.family_asks),
        (
            &["hospital", "palliative_team_delay"],
            &s.hospital.palliative_team_delay,
        ),
        (&["hospital", "crisis_stay"], &s.hospital.crisis_stay),
        (&["hospice", "stay"], &s.hospice.stay),
        (
            &["social_care", "fast_track", "brokerage"],
            &s.social_care.fast_track.brokerage,
        ),
        (
            &["social_care", "reablement", "start"],
            &s.social_care.reablement.start,
        ),
        (
            &["social_care", "care_home", "wait"],
            &s.social_care.care_home.wait,
        ),
        (&["social_care", "start"], &s.social_care.start),
    ];
    // The last four are delays of whole days in which a working day would be as good; the others have no calendar.
    for (path, law) in &clock[..13] {
        check.clock(path, law);
    }
    for (path, law) in &clock[13..] {
        if law.counting() == Counting::OpenHours {
            let error = Diagnostic::error(
                "wrong-unit",
                format!("`{}` has no opening hours to count", path.join(".")),
            );
            check.push(
                error.help("use hour, day or working_day"),
                path,
                "counted in open hours",
            );
        }
    }
    severities(check, &["symptoms", "seek"], &s.symptoms.seek);
    check.open_hours(&["prescribing", "dispensing"], &s.prescribing.dispensing);
    check.open_hours(
        &["prescribing", "second_pharmacy"],
        &s.prescribing.second_pharmacy,
    );
    for (name, row) in ["mild", "moderate", "severe"]
        .into_iter()
        .zip(s.symptoms.route_in_hours.each())
    {
        if row.gp.get() <= 0.0 {
            let message = "somebody without a nurse must be able to turn to the practice";
            check.wrong(&["symptoms", "route_in_hours", name, "gp"], message, "above 0");
        }
    }
    for (name, row) in ["mild", "moderate", "severe"]
        .into_iter()
        .zip(s.symptoms.route_out_of_hours.each())
    {
        if row.ooh_clinician.get() + row.wait.get() + row.emergency.get() <= 0.0 {
            let message = "somebody without a nurse must have a way out of hours";
            check.wrong(&["symptoms", "route_out_of_hours", name], message, "all 0");
        }
    }
    let money = &s.social_care;
    let test = &money.means_test;
    if test.lower > test.upper {
        let error = Diagnostic::error("contradiction", "the lower capital limit is above the upper")
            .at(
                check.at.of(&["social_care", "means_test", "lower"]),
                "lower limit",
            )
            .also(
                check.at.of(&["social_care", "means_test", "upper"]),
                "upper limit",
            );
        check.found.push(error);
    }
    for (quintile, amount) in ByQuintile::<()>::NAMES.into_iter().zip(test.capital.each()) {
        check.amount(&["social_care", "means_test", "capital", quintile], amount);
    }
    if money.reassess_above.get() < 1.0 {
        let message = "need below the package would restart the assessment";
        check.wrong(&["social_care", "reassess_above"], message, "at least 1");
    }
    if let Some(panel) = &money.panel {
        if panel.every.secs() < 3600 {
            check.wrong(
                &["social_care", "panel", "every"],
                "a panel sits at most once an hour",
                "longer",
            );
        }
        if panel.hours.intervals().len() != 1 {
            check.wrong(
                &["social_care", "panel", "hours"],
                "a panel sits once on its day",
                "one interval",
            );
        }
        if panel.defers.get() >= 1.0 {
            check.wrong(
                &["social_care", "panel", "defers"],
                "a panel that always defers never decides",
                "below 1",
            );
        }
    }
    if s.prescribing.repeat_every.secs() < 86_400 {
        check.wrong(
            &["prescribing", "repeat_every"],
            "a repeat lasts at least a day",
            "at least { days = 1 }",
        );
    }
}

/// Warns of teams asked for more than they can give.
pub(super) fn loads(scenario: &PathwayScenario, check: &mut Check<'_>) {
    for load in scenario.loads() {
        if load.utilisation() < 1.0 {
            continue;
        }
        let warning = Diagnostic::warning("overload", overload(&load, scenario));
        let warning = warning.help("its queue grows without end: add capacity or take work away");
        let path: Vec<&str> = ["teams", load.team.as_str()].into_iter().collect();
        check.push(warning, &path, "asked for more than it can give");
    }
}

fn overload(load: &Load, scenario: &PathwayScenario) -> String {
    let role = scenario.teams[&load.team].role.role();
    let unit = match role {
        Role::HomeCare => "hours of care",
        role if role.has_places() => "places",
        _ => "hours",
    };
    let times = match load.utilisation() {
        times if times.is_finite() => format!(": {times:.2}"),
        _ => String::new(),
    };
    format!(
        "`{}` is asked for at least {:.1} {unit} a week (background {:.1}, palliative {:.1}) and can give {:.1}{times}",
        load.name(),
        load.background + load.palliative,
        load.background,
        load.palliative,
        load.capacity,
    )
}
