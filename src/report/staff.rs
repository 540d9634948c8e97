//! Who works in each arm and what they cost in a year: the first thing a comparison must show.

use super::model::{Staff, StaffRow, StaffTeam, StaffTotal};
use crate::base::HOUR;
use crate::model::Model;

/// Weeks in a year.
const WEEKS_A_YEAR: f64 = 365.25 / 7.0;

/// The staff of one arm, a row for each team with clinicians, beds, places or hours.
///
/// Weekly hours are those of the clinicians' patterns before leave and sickness, because absent staff are
/// paid; yearly cost = weekly hours × 365.25/7 × the team's cost of an hour. Beds, places and agency hours are
/// paid for by use (see the outcomes of cost), not here.
pub fn staff(model: &Model) -> Vec<StaffRow> {
    model
        .teams
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
                role: crate::model::Role::NAMES[t.role as usize].to_string(),
                wte: t.clinicians.iter().map(|c| c.wte).sum(),
                weekly_hours,
                yearly_cost: weekly_hours * WEEKS_A_YEAR * t.pence_an_hour as f64 / 100.0,
                places: if t.role.has_places() { t.places } else { 0 },
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
        && a.places == b.places
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
        let sum = |rows: &[StaffRow], of: fn(&StaffRow) -> f64| rows.iter().map(of).sum();
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
