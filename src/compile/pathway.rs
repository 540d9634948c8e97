//! A checked locality becomes one arm's dense model: names become numbers once, before running.

mod access;
mod coordination;
mod exogenous;
mod interface;
mod planning;
mod processes;
mod relations;
mod teams;
mod trust;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::base::{Calendar, Secs, WorkingDays};
use crate::model::{Delay, Model, ROLES, Role, TeamIndex, Windows};
use crate::random::{Law, Quantile};
use crate::scenario::law::LawSpec;
use crate::scenario::pathway::{Amount, PathwayScenario};

/// Compiles one arm. `name` is its short name in files, `title` one line for people.
///
/// Nothing here can fail on a scenario that [`crate::scenario::read`] accepted: what a file can get wrong
/// has been refused there, at its line.
///
/// # Panics
/// On a scenario that was not checked.
pub fn pathway(name: &str, title: &str, scenario: &PathwayScenario) -> Model {
    let later = scenario.epochs.iter();
    let later = later.map(|e| (e.from.secs(), at_one_time(name, title, &e.scenario)));
    at_one_time(name, title, scenario).with_later(later.collect())
}

/// The model of a scenario in which nothing changes.
fn at_one_time(name: &str, title: &str, scenario: &PathwayScenario) -> Model {
    let names = Names::of(scenario);
    let holidays = holidays(scenario);
    let teams = teams::teams(scenario, &names);
    let interface::Vectors {
        vectors,
        severed,
        between,
    } = interface::vectors(scenario);
    let run = &scenario.run;
    Model {
        name: name.to_owned(),
        title: title.to_owned(),
        windows: Windows {
            warm_up: run.warm_up.secs(),
            measured: run.measured.secs(),
            cool_down: run.cool_down.secs(),
        },
        exogenous: exogenous::exogenous(scenario, &names),
        calendars: calendars(scenario, &holidays),
        working_days: WorkingDays::new(&holidays),
        practice_calendar: names.calendar(&scenario.locality.practice_calendar),
        team_of: team_of(scenario),
        teams,
        vectors,
        between,
        relations: relations::relations(scenario, severed),
        styles: scenario
            .styles
            .iter()
            .map(|(name, style)| teams::style(name, style))
            .collect(),
        style_of: scenario
            .practices
            .values()
            .map(|p| names.style(&p.style))
            .collect(),
        planning: processes::planning(scenario),
        care_planning: planning::care_planning(scenario),
        symptoms: processes::symptoms(&scenario.symptoms),
        prescribing: processes::prescribing(&scenario.prescribing),
        social_care: processes::social_care(&scenario.social_care),
        hospital: processes::hospital(&scenario.hospital),
        hospice: processes::hospice(&scenario.hospice),
        access: access::access(scenario, &names),
        costs: processes::costs(&scenario.costs),
        coordination: coordination::coordination(scenario, &names),
        later: Vec::new(),
        trust: trust::trust(scenario),
        equity: trust::equity(scenario),
        confidence: trust::confidence(scenario),
    }
}

/// Positions of names in their tables; every table is in the order of its names.
struct Names<'a> {
    calendars: BTreeMap<&'a str, usize>,
    styles: BTreeMap<&'a str, usize>,
    /// Age bands from the youngest up: these are in the order of their age.
    ages: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(scenario: &'a PathwayScenario) -> Names<'a> {
        let mut ages: Vec<_> = scenario.age_bands.iter().collect();
        ages.sort_by_key(|(_, band)| band.from_age);
        Names {
            calendars: positions(scenario.calendars.keys()),
            styles: positions(scenario.styles.keys()),
            ages: ages.into_iter().map(|(name, _)| name.as_str()).collect(),
        }
    }

    fn calendar(&self, name: &str) -> usize {
        self.calendars[name]
    }

    fn style(&self, name: &str) -> usize {
        self.styles[name]
    }
}

fn positions<'a>(names: impl Iterator<Item = &'a String>) -> BTreeMap<&'a str, usize> {
    names.enumerate().map(|(i, name)| (name.as_str(), i)).collect()
}

/// Bank holidays as days since the start.
fn holidays(scenario: &PathwayScenario) -> Vec<i64> {
    let days = scenario.bank_holidays.iter();
    let mut days: Vec<i64> = days.map(|d| d.days_after(scenario.start_date)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn calendars(scenario: &PathwayScenario, holidays: &[i64]) -> Vec<Calendar> {
    let open = scenario.calendars.values();
    open.map(|week| {
        week.calendar(holidays)
            .expect("hours that were read make a calendar")
    })
    .collect()
}

/// `[role][practice]`: the team that serves it.
fn team_of(scenario: &PathwayScenario) -> Vec<Vec<Option<TeamIndex>>> {
    let mut out = vec![vec![None; scenario.practices.len()]; ROLES];
    for (index, (name, own)) in scenario.team_list().into_iter().enumerate() {
        let team = &scenario.teams[name];
        let role: Role = team.role.role();
        let index = u16::try_from(index).expect("the number of teams was checked");
        // A service one can do without and that has nobody is not there.
        let dispensable = role == Role::HospiceAtHome || role as u8 > Role::Pharmacy as u8;
        let nobody = (role.has_clinicians() && team.clinicians.values().all(|group| group.heads(own).0 == 0))
            || (role.has_places() && team.places.is_none_or(|places| places.0 == 0));
        if dispensable && nobody {
            continue;
        }
        for (p, practice) in scenario.practices.keys().enumerate() {
            let serves = match own {
                Some(own) => own == practice,
                None => team.serves(practice),
            };
            if serves {
                out[role as usize][p] = Some(TeamIndex(index));
            }
        }
    }
    out
}

thread_local! {
    /// Laws compiled before: nine practices share theirs, and so do the arms of a comparison.
    static COMPILED: RefCell<BTreeMap<String, Quantile>> = const { RefCell::new(BTreeMap::new()) };
}
/// A sweep over many laws forgets the old ones.
const MOST_COMPILED: usize = 10_000;

/// A law of a length of time, in seconds.
fn quantile(law: &LawSpec) -> Quantile {
    compiled(&law.to_law().expect("a law that was read makes a law"))
}

/// A law of an amount.
fn amount(amount: &Amount) -> Quantile {
    compiled(&amount.law().expect("an amount that was read makes a law"))
}

fn compiled(law: &Law) -> Quantile {
    COMPILED.with_borrow_mut(|known| {
        if known.len() > MOST_COMPILED {
            known.clear();
        }
        // `Debug` of a float is its shortest exact spelling, so equal texts are equal laws.
        let compile = || law.compile().expect("a law that was read can be computed with");
        known.entry(format!("{law:?}")).or_insert_with(compile).clone()
    })
}

fn delay(law: &LawSpec) -> Delay {
    Delay {
        length: quantile(law),
        counting: law.counting(),
    }
}

fn optional(length: Option<crate::scenario::units::Duration>) -> Secs {
    length.map_or(0, |d| d.secs())
}

/// Cumulative probabilities; the last is exactly 1, and so is every one that only rounding keeps below.
fn cumulative<const N: usize>(shares: [f64; N]) -> [f64; N] {
    let mut sum = 0.0;
    let mut out = shares.map(|share| {
        sum += share;
        sum
    });
    let last = shares.iter().rposition(|s| *s > 0.0).unwrap_or(N - 1);
    for p in &mut out[last..] {
        *p = 1.0;
    }
    out
}

/// As [`cumulative`], of a table by name, for categories in a given order.
fn cumulative_by<'a>(
    order: impl Iterator<Item = &'a str>,
    shares: &BTreeMap<String, crate::scenario::units::Probability>,
) -> Vec<f64> {
    let shares: Vec<f64> = order
        .map(|name| shares.get(name).map_or(0.0, |p| p.get()))
        .collect();
    let mut sum = 0.0;
    let mut out: Vec<f64> = shares
        .iter()
        .map(|share| {
            sum += share;
            sum
        })
        .collect();
    if let Some(last) = shares.iter().rposition(|s| *s > 0.0) {
        out[last..].fill(1.0);
    }
    out
}
