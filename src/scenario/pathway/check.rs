//! Contradictions in a locality that the schema cannot express: people, illness, windows, size.

use std::collections::BTreeMap;

use super::load::YEAR_WEEKS;
use super::shapes::BySeverity;
use super::{
    Amount, Epoch, GroupSpec, PathwayScenario, check_access, check_care, check_coordination, check_planning,
    check_rates, check_relations, check_services, check_trust,
};
use crate::base::diagnostic::Diagnostic;
use crate::base::{Counting, DAY, WEEK};
use crate::scenario::law::LawSpec;
use crate::scenario::read::{Body, Places};
use crate::scenario::units::{Duration, Probability};

/// Slack of a sum of shares that a file writes in decimals.
const ROUNDING: f64 = 1e-6;
/// Shortest follow-up: the restricted mean of a wait looks 90 days ahead.
const LEAST_COOL_DOWN_DAYS: i64 = 90;
/// Warm-up below this is doubted.
const USUAL_WARM_UP_WEEKS: i64 = 52;
/// Longest run.
const MOST_WEEKS: i64 = 52 * 60;
/// More people in one replication are refused, however much memory there is.
const MOST_PEOPLE: f64 = 4e6;
/// More background contacts in one replication are refused: about an hour of one core.
const MOST_CONTACTS: f64 = 1e10;

/// What a check needs at hand: where things stand and what was found.
pub(super) struct Check<'a> {
    pub at: &'a Places<'a>,
    pub found: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    /// A contradiction at a path.
    pub fn wrong(&mut self, path: &[&str], message: impl Into<String>, label: &str) {
        self.push(Diagnostic::error("contradiction", message), path, label);
    }

    /// Places a finding.
    pub fn push(&mut self, finding: Diagnostic, path: &[&str], label: &str) {
        self.found.push(finding.at(self.at.of(path), label));
    }

    /// Shares that must add up to 1.
    pub fn sums_to_one(&mut self, path: &[&str], shares: impl IntoIterator<Item = f64>) {
        let sum: f64 = shares.into_iter().sum();
        if (sum - 1.0).abs() > ROUNDING {
            let rounded = (sum * 1e6).round() / 1e6;
            let message = format!("the shares of `{}` add up to {rounded}", path.join("."));
            self.wrong(path, message, "must add up to 1");
        }
    }

    /// A length that runs by the clock only.
    pub fn clock(&mut self, path: &[&str], law: &LawSpec) {
        if law.counting() != Counting::Clock {
            let error = Diagnostic::error("wrong-unit", format!("`{}` runs by the clock", path.join(".")));
            let error = error.help("use s, min, hour, day or week");
            self.push(error, path, "counted in working days or open hours");
        }
    }

    /// A length counted in open hours.
    pub fn open_hours(&mut self, path: &[&str], law: &LawSpec) {
        if law.counting() != Counting::OpenHours {
            let message = format!("`{}` counts the opening hours of the pharmacy", path.join("."));
            let error = Diagnostic::error("wrong-unit", message).help("use the unit \"open_hour\"");
            self.push(error, path, "counted otherwise");
        }
    }

    /// An amount whose parameters make a law.
    pub fn amount(&mut self, path: &[&str], amount: &Amount) {
        if let Err(why) = amount.law().and_then(|law| law.check()) {
            self.wrong(
                path,
                format!("this is not a law one can draw from: {why}"),
                "contradicts itself",
            );
        }
    }
}

impl Body for PathwayScenario {
    const KIND: &'static str = "pathway";
    const NEEDS_EVIDENCE: bool = true;

    fn add_later(&mut self, name: String, from: Duration, scenario: Self) {
        self.epochs.push(Epoch { name, from, scenario });
    }

    fn check_later(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        self.over_the_run(&mut Check { at, found });
    }

    fn check(&self, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
        let before = found.len();
        let mut check = Check { at, found };
        self.windows(&mut check);
        self.not_empty(&mut check);
        self.people_and_groups(&mut check);
        self.trajectories(&mut check);
        self.course(&mut check);
        check_rates::happenings(self, &mut check);
        check_services::services(self, &mut check);
        check_relations::relations(self, &mut check);
        check_care::care(self, &mut check);
        check_planning::planning(self, &mut check);
        check_coordination::coordination(self, &mut check);
        check_trust::trust(self, &mut check);
        check_access::access(self, &mut check);
        // Sizes and loads only make sense of a scenario that is otherwise sound.
        if !check.found[before..].iter().any(Diagnostic::is_error) {
            self.size(&mut check);
            check_care::loads(self, &mut check);
        }
    }
}

impl PathwayScenario {
    fn windows(&self, check: &mut Check<'_>) {
        if self.start_date.weekday() != 0 {
            const DAYS: [&str; 7] = [
                "Monday",
                "Tuesday",
                "Wednesday",
                "Thursday",
                "Friday",
                "Saturday",
                "Sunday",
            ];
            let day = DAYS[self.start_date.weekday() as usize];
            check.wrong(
                &["start_date"],
                format!("the simulation starts on a Monday, not on a {day}"),
                day,
            );
        }
        let run = &self.run;
        if run.measured.secs() < WEEK {
            check.wrong(
                &["run", "measured"],
                "the measured window is shorter than a week",
                "at least a week",
            );
        }
        if run.cool_down.secs() < LEAST_COOL_DOWN_DAYS * DAY {
            let message = "the cool-down is shorter than the 90 days over which waits are followed";
            check.wrong(&["run", "cool_down"], message, "at least { days = 90 }");
        }
        if run.warm_up.secs() < USUAL_WARM_UP_WEEKS * WEEK {
            let warning = Diagnostic::warning(
                "short-warm-up",
                "the services may not be filled by the end of the warm-up",
            );
            let warning = warning.help("queues near capacity take a year or more to settle: { weeks = 104 }");
            check.push(warning, &["run", "warm_up"], "shorter than a year");
        }
        let weeks = (run.warm_up.secs() + run.measured.secs() + run.cool_down.secs()) / WEEK;
        if weeks > MOST_WEEKS {
            let message = format!("the run is {weeks} weeks long; at most {MOST_WEEKS} are allowed");
            check.push(Diagnostic::error("too-large", message), &["run"], "too long");
        }
        let last = self
            .bank_holidays
            .iter()
            .map(|d| d.days_after(self.start_date))
            .max();
        if let Some(last) = last
            && last + 400 < weeks * 7
        {
            let message = format!(
                "the bank holidays end {} weeks before the run does",
                weeks - last / 7
            );
            check.push(
                Diagnostic::warning("no-holidays", message),
                &["bank_holidays"],
                "later years have none",
            );
        }
    }

    fn not_empty(&self, check: &mut Check<'_>) {
        for (name, empty) in [
            ("practices", self.practices.is_empty()),
            ("styles", self.styles.is_empty()),
            ("age_bands", self.age_bands.is_empty()),
            ("ethnicities", self.ethnicities.is_empty()),
            ("groups", self.groups.is_empty()),
            ("symptom_kinds", self.symptom_kinds.is_empty()),
            ("acute_kinds", self.acute_kinds.is_empty()),
        ] {
            if empty {
                check.wrong(
                    &[name],
                    format!("a locality needs at least one entry in [{name}]"),
                    "is empty",
                );
            }
        }
        for (name, count) in [
            ("age_bands", self.age_bands.len()),
            ("ethnicities", self.ethnicities.len()),
            ("groups", self.groups.len()),
            ("symptom_kinds", self.symptom_kinds.len()),
            ("acute_kinds", self.acute_kinds.len()),
        ] {
            if count > 100 {
                let message = format!("[{name}] has {count} entries; at most 100 can be told apart");
                check.push(Diagnostic::error("too-large", message), &[name], "too many");
            }
        }
    }

    fn people_and_groups(&self, check: &mut Check<'_>) {
        for (name, practice) in &self.practices {
            check.sums_to_one(
                &["practices", name, "deprivation"],
                practice.deprivation.each().map(|p| p.get()),
            );
            check.sums_to_one(&["practices", name, "ethnicity"], shares(&practice.ethnicity));
        }
        let everybody: f64 = self.practices.values().map(|p| p.list_size.get()).sum();
        if everybody > self.locality.area_people.get() {
            let message = format!(
                "the practices have {everybody} people, more than the {} of the area",
                self.locality.area_people.get()
            );
            check.wrong(
                &["locality", "area_people"],
                message,
                "the area includes the practices",
            );
        }
        let mut ages = BTreeMap::new();
        for (name, band) in &self.age_bands {
            if let Some(other) = ages.insert(band.from_age, name) {
                let message = format!("the age bands `{other}` and `{name}` begin at the same age");
                check.wrong(&["age_bands", name, "from_age"], message, "must differ");
            }
        }
        check.sums_to_one(&["symptom_kinds"], shares(&self.symptom_kinds));
        check.sums_to_one(&["acute_kinds"], shares(&self.acute_kinds));
        for (name, group) in &self.groups {
            check.sums_to_one(&["groups", name, "age"], shares(&group.age));
            check.sums_to_one(
                &["groups", name, "preferred_place"],
                group.preferred_place.values(),
            );
            if let Some(between) = &group.between
                && between.until.secs() <= between.from.secs()
            {
                let message = format!("nobody falls ill of `{name}`: `between` ends before it begins");
                check.wrong(&["groups", name, "between", "until"], message, "after `from`");
            }
            match (&group.illness, &group.sudden_death) {
                (Some(illness), None) => {
                    for (key, law) in [
                        ("treatment", &illness.treatment),
                        ("living_with", &illness.living_with),
                    ] {
                        check.clock(&["groups", name, "illness", key], law);
                    }
                }
                (None, Some(sudden)) => {
                    check.clock(
                        &["groups", name, "sudden_death", "time_to_death"],
                        &sudden.time_to_death,
                    );
                }
                (Some(_), Some(_)) => check.wrong(
                    &["groups", name, "sudden_death"],
                    format!("the group `{name}` has both an illness and sudden deaths"),
                    "leave one of the two out",
                ),
                (None, None) => {
                    let error = Diagnostic::error(
                        "missing-key",
                        format!("the group `{name}` has neither an illness nor sudden deaths"),
                    );
                    let error = error.help(format!(
                        "write [groups.{name}.illness] or [groups.{name}.sudden_death]"
                    ));
                    check.push(error, &["groups", name], "`illness` or `sudden_death` is missing");
                }
            }
        }
    }

    fn trajectories(&self, check: &mut Check<'_>) {
        for (name, course) in &self.trajectories {
            let first = [
                course.first.stable,
                course.first.deteriorating,
                course.first.unstable,
            ];
            check.sums_to_one(&["trajectories", name, "first"], first.map(f64::from));
            for (state, row) in [
                ("stable", &course.next.stable),
                ("deteriorating", &course.next.deteriorating),
                ("unstable", &course.next.unstable),
            ] {
                check.sums_to_one(&["trajectories", name, "next", state], row.values());
            }
            for (state, law) in [
                ("stable", &course.spell.stable),
                ("deteriorating", &course.spell.deteriorating),
                ("unstable", &course.spell.unstable),
                ("dying", &course.spell.dying),
            ] {
                check.clock(&["trajectories", name, "spell", state], law);
                if law.mean_secs() <= 0.0 {
                    let message = format!("a {state} spell has no length");
                    check.wrong(
                        &["trajectories", name, "spell", state],
                        message,
                        "must be longer than 0",
                    );
                }
            }
            // Sudden numbers of spells mean a row that hardly ever leads on to death.
            let spells = course.expected_spells().map(|n| n.iter().sum::<f64>());
            if !spells.is_some_and(|n| (0.0..1e4).contains(&n)) {
                let error = Diagnostic::error(
                    "never-ends",
                    format!("the palliative phase of `{name}` (almost) never reaches the last deterioration"),
                );
                let error = error.help("give every row of `next` a way to `final`, if through other states");
                check.push(error, &["trajectories", name, "next"], "no way out");
            }
        }
    }

    fn course(&self, check: &mut Check<'_>) {
        let course = &self.course;
        check.clock(&["course", "diagnosis"], &course.diagnosis);
        check.clock(&["course", "hospital_stay"], &course.hospital_stay);
        severities(check, &["course", "episode_length"], &course.episode_length);
        let factors = [
            ("help_seeking", Some(&course.help_seeking)),
            ("care_hours_factor", Some(&course.care_hours_factor)),
            ("contacts_factor", course.contacts_factor.as_ref()),
            ("acute_factor", course.acute_factor.as_ref()),
        ];
        let factors = factors
            .into_iter()
            .filter_map(|(key, amount)| Some((key, amount?)));
        for (key, amount) in factors.clone().chain([("carer_hours", &course.carer_hours)]) {
            check.amount(&["course", key], amount);
        }
        for (key, amount) in factors {
            let mean = amount.law().map_or(1.0, |law| law.mean());
            if (mean - 1.0).abs() > 0.01 {
                let warning = Diagnostic::warning(
                    "mean-not-1",
                    format!("`course.{key}` is a factor, but its mean is {mean:.3}"),
                );
                check.push(warning, &["course", key], "changes the average too");
            }
        }
        for (state, row) in [
            ("stable", &course.severity.stable),
            ("deteriorating", &course.severity.deteriorating),
            ("unstable", &course.severity.unstable),
            ("dying", &course.severity.dying),
        ] {
            check.sums_to_one(&["course", "severity", state], row.values());
        }
        if course.akps.values().iter().any(|a| *a > 100.0) {
            check.wrong(
                &["course", "akps"],
                "performance status goes from 0 to 100",
                "above 100",
            );
        }
        let caps = course.candidates;
        let strain = self.social_care.strain;
        for (path, rate, key, cap) in [
            (
                ["social_care", "strain", "breakdown_a_week"].as_slice(),
                strain.breakdown_a_week,
                "carer_breakdown_a_week",
                caps.carer_breakdown_a_week,
            ),
            (
                ["social_care", "strain", "fall_a_week"].as_slice(),
                strain.fall_a_week,
                "fall_a_week",
                caps.fall_a_week,
            ),
            (
                ["prescribing", "run_out_a_week"].as_slice(),
                self.prescribing.run_out_a_week,
                "run_out_a_week",
                caps.run_out_a_week,
            ),
        ] {
            if rate > cap {
                let message = format!(
                    "`{}` is {}, above the rate {} at which candidates are drawn",
                    path.join("."),
                    rate.get(),
                    cap.get()
                );
                let error = Diagnostic::error("above-cap", message)
                    .at(check.at.of(path), "accepted with a probability above 1")
                    .also(check.at.of(&["course", "candidates", key]), "candidates")
                    .help(format!("raise `course.candidates.{key}` in every arm alike"));
                check.found.push(error);
            }
        }
    }

    /// People generated in one replication.
    pub fn expected_people(&self) -> f64 {
        let run = &self.run;
        let end = run.warm_up.secs() + run.measured.secs() + run.cool_down.secs();
        let start = -self.course.longest_illness.secs();
        let list: f64 = self.practices.values().map(|p| p.list_size.get()).sum();
        let groups = self.groups.values();
        let weeks = |g: &GroupSpec| g.secs_between(start, end) as f64 / WEEK as f64;
        let a_thousand: f64 = groups.map(|g| g.per_1000_a_year.get() * weeks(g)).sum();
        list / 1_000.0 * a_thousand / YEAR_WEEKS
    }

    fn size(&self, check: &mut Check<'_>) {
        let people = self.expected_people();
        if people > MOST_PEOPLE {
            let message = format!(
                "one replication would hold {people:.2e} people; at most {MOST_PEOPLE:.0e} are allowed"
            );
            let error = Diagnostic::error("too-large", message);
            let error = error.help(
                "people = list sizes / 1,000 x deaths per 1,000 a year x years (run and longest illness)",
            );
            check.push(error, &["practices"], "too many people");
        }
        let run = &self.run;
        let weeks = (run.warm_up.secs() + run.measured.secs() + run.cool_down.secs()) as f64 / WEEK as f64;
        let mut contacts = 0.0;
        for (name, practice) in self.team_list() {
            let team = &self.teams[name];
            let streams = team.background.values();
            contacts += streams
                .map(|b| self.background_per_week(team, practice, b.volume))
                .sum::<f64>()
                * weeks;
        }
        if contacts > MOST_CONTACTS {
            let message = format!(
                "one replication would have {contacts:.2e} background contacts; at most {MOST_CONTACTS:.0e} are allowed"
            );
            check.push(
                Diagnostic::error("too-large", message),
                &["teams"],
                "too much background",
            );
        }
    }
}

fn shares(table: &BTreeMap<String, Probability>) -> impl Iterator<Item = f64> {
    table.values().map(|p| p.get())
}

/// Clock lengths by severity.
pub(super) fn severities(check: &mut Check<'_>, path: &[&str], laws: &BySeverity<LawSpec>) {
    for (name, law) in ["mild", "moderate", "severe"].into_iter().zip(laws.each()) {
        let path: Vec<&str> = path.iter().copied().chain([name]).collect();
        check.clock(&path, law);
    }
}
