//! Who works in each arm and what they cost in a year: the first thing a comparison must show.

use super::model::{Staff, StaffLater, StaffRow, StaffTeam, StaffTotal};
use crate::base::{HOUR, WEEK};
use crate::model::{Model, Role, Team};

/// Weeks in a year.
const WEEKS_A_YEAR: f64 = 365.25 / 7.0;

/// The staff of one arm, a row for each team with clinicians, beds, places or hours.
///
/// Weekly hours are those of the clinicians' patterns before leave and sickness, because absent staff are
/// paid; yearly cost = weekly hours × 365.25/7 × the team's cost of an hour. Beds, places and agency hours are
/// paid for by use (see the outcomes of cost), not here.
///
/// Where the arm changes during the run, the row is the mean over the measured window, and says what it becomes when.
pub fn staff(model: &Model) -> Vec<StaffRow> {
    let (from, to) = model.windows.measured_window();
    let epochs: Vec<(f64, f64, Vec<StaffRow>)> = model
        .epochs()
        .map(|(since, until, m)| {
            let share = (to.min(until) - from.max(since)).max(0) as f64 / (to - from).max(1) as f64;
            (since as f64 / WEEK as f64, share, rows(&m.teams))
        })
        .collect();
    let mean = |team: usize, of: fn(&StaffRow) -> f64| {
        let values = epochs.iter().map(|(_, share, rows)| (share, of(&rows[team])));
        let first = of(&epochs[0].2[team]);
        match values.clone().all(|(_, value)| value == first) {
            true => first,
            false => values.map(|(share, value)| share * value).sum(),
        }
    };
    let later = |team: usize| {
        let pairs = epochs
            .windows(2)
            .filter(move |pair| !same(&pair[0].2[team], &pair[1].2[team]));
        pairs.map(move |pair| {
            let now = &pair[1].2[team];
            StaffLater {
                week: pair[1].0,
                wte: now.wte,
                weekly_hours: now.weekly_hours,
                yearly_cost: now.yearly_cost,
                places: now.places,
            }
        })
    };
    let first = epochs[0].2.iter().enumerate();
    first
        .map(|(team, row)| StaffRow {
            wte: mean(team, |r| r.wte),
            weekly_hours: mean(team, |r| r.weekly_hours),
            yearly_cost: mean(team, |r| r.yearly_cost),
            places: mean(team, |r| r.places),
            later: later(team).collect(),
            ..row.clone()
        })
        .collect()
}

fn rows(teams: &[Team]) -> Vec<StaffRow> {
    teams
        .iter()
        .filter(|t| t.role.has_clinicians() || t.role.has_places())
        .map(|t| {
            let on_duty = |(from, to): &(u32, u32)| i64::from(*to) - i64::from(*from);
            let secs: i64 = t
                .clinicians
                .iter()
                .map(|c| c.pattern.iter().map(on_duty).sum::<i64>())
                .sum();
            let weekly_hours = secs as f64 / HOUR as f64;
            StaffRow {
                team: t.name.clone(),
                role: Role::NAMES[t.role as usize].to_string(),
                // Nobody is 0, not the -0 with which a sum begins.
                wte: t.clinicians.iter().fold(0.0, |sum, c| sum + c.wte),
                weekly_hours,
                yearly_cost: weekly_hours * WEEKS_A_YEAR * t.pence_an_hour as f64 / 100.0,
                places: if t.role.has_places() { t.places as f64 } else { 0.0 },
                later: Vec::new(),
            }
        })
        .collect()
}

/// Equal but for the rounding of a sum.
fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

fn same(a: &StaffRow, b: &StaffRow) -> bool {
    equal(a.wte, b.wte)
        && equal(a.weekly_hours, b.weekly_hours)
        && equal(a.yearly_cost, b.yearly_cost)
        && equal(a.places, b.places)
        && a.later == b.later
}

impl Staff {
    /// The staff of all arms side by side, teams matched by name.
    pub(super) fn of(arms: &[&[StaffRow]]) -> Staff {
        let mut names: Vec<(&str, &str)> = Vec::new();
        for row in arms.iter().copied().flatten() {
            if !names.iter().any(|(team, _)| *team == row.team) {
                names.push((&row.team, &row.role));
            }
        }
        let teams: Vec<StaffTeam> = names
            .into_iter()
            .map(|(team, role)| {
                let rows: Vec<Option<StaffRow>> = arms
                    .iter()
                    .map(|rows| rows.iter().find(|r| r.team == team).cloned())
                    .collect();
                let same = rows.iter().all(|row| match (row, &rows[0]) {
                    (Some(a), Some(b)) => same(a, b),
                    (None, None) => true,
                    _ => false,
                });
                StaffTeam {
                    team: team.to_string(),
                    role: role.to_string(),
                    arms: rows,
                    same,
                }
            })
            .collect();
        let sum =
            |rows: &[StaffRow], of: fn(&StaffRow) -> f64| rows.iter().fold(0.0, |sum, row| sum + of(row));
        let totals = arms
            .iter()
            .map(|rows| StaffTotal {
                wte: sum(rows, |r| r.wte),
                weekly_hours: sum(rows, |r| r.weekly_hours),
                yearly_cost: sum(rows, |r| r.yearly_cost),
            })
            .collect();
        let same = teams.iter().all(|t| t.same);
        Staff { teams, totals, same }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Clinician, WORKS};
    use crate::random::Quantile;

    fn team(role: Role, clinicians: usize, places: i64) -> Team {
        let clinician = |i: usize| Clinician {
            name: format!("c{i}"),
            key: i as u64,
            seat: i as u16,
            wte: 1.0,
            // Five days of 7.5 hours.
            pattern: (0..5u32)
                .map(|d| (d * 86_400 + 32_400, d * 86_400 + 59_400))
                .collect(),
            works_bank_holidays: false,
        };
        Team {
            name: Role::NAMES[role as usize].to_string(),
            key: 0,
            role,
            organisation: String::new(),
            site: String::new(),
            calendar: 0,
            clinicians: (0..clinicians).map(clinician).collect(),
            non_clinical: 0.0,
            leave: 0.15,
            sickness: 0.0,
            contact: [const { None }; WORKS],
            travel: Quantile::fixed(0.0),
            record_secs: 0,
            continuity_wait: 0,
            squeeze_above: 0.0,
            squeeze_to: 1.0,
            background: Vec::new(),
            places,
            prescribes: 0.0,
            cultural_competence: 0.0,
            pence_an_hour: 3_000,
        }
    }

    #[test]
    fn cost_is_hours_on_duty_times_weeks_times_the_rate() {
        let found = rows(&[
            team(Role::Cns, 2, 0),
            team(Role::HospiceWard, 0, 10),
            team(Role::Hospital, 0, 9),
        ]);
        assert_eq!(found.len(), 2, "the hospital is no team of the locality's staff");
        assert!((found[0].weekly_hours - 75.0).abs() < 1e-9);
        assert!((found[0].wte - 2.0).abs() < 1e-9);
        // 75 h x 365.25/7 weeks x 30 pounds
        assert!((found[0].yearly_cost - 117_401.785_714).abs() < 1e-3);
        assert_eq!((found[1].places, found[1].yearly_cost), (10.0, 0.0));
    }

    #[test]
    fn any_difference_of_staff_or_places_is_seen() {
        let base = rows(&[team(Role::Cns, 2, 0), team(Role::HospiceWard, 0, 10)]);
        assert!(Staff::of(&[&base, &base]).same);
        let more = rows(&[team(Role::Cns, 3, 0), team(Role::HospiceWard, 0, 10)]);
        let beds = rows(&[team(Role::Cns, 2, 0), team(Role::HospiceWard, 0, 9)]);
        let gone = rows(&[team(Role::Cns, 2, 0)]);
        let new = rows(&[
            team(Role::Cns, 2, 0),
            team(Role::HospiceWard, 0, 10),
            team(Role::Gp, 1, 0),
        ]);
        for other in [more, beds, gone, new] {
            assert!(!Staff::of(&[&base, &other]).same);
            assert!(!Staff::of(&[&other, &base]).same);
        }
    }
}
