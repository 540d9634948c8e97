//! Who is on duty when: weekly patterns less leave, sickness and non-clinical time (model.md §5).
//!
//! Leave is drawn by week and sickness by day, keyed by the names of team and clinician, so it is the
//! same in all arms and an added clinician changes nobody else's.

use crate::base::{DAY, Time, WEEK};
use crate::kernel::Roster;
use crate::model::Model;
use crate::random::Draws;

use super::response::{LEAVE, SICK};

/// The rosters of all teams of a model, by team and clinician, for the whole run of one replication.
pub fn rosters(model: &Model, draws: &Draws) -> Vec<Vec<Roster>> {
    let weeks = model.windows.end() / WEEK + 2;
    model
        .teams
        .iter()
        .map(|team| {
            let clinical = 1.0 - team.non_clinical;
            team.clinicians
                .iter()
                .map(|c| {
                    let mut shifts: Vec<(Time, Time)> = Vec::with_capacity(weeks as usize * c.pattern.len());
                    for week in 0..weeks {
                        if draws.uniform(c.key, LEAVE, week as u32, 0) < team.leave {
                            continue;
                        }
                        for &(from, to) in &c.pattern {
                            let start = week * WEEK + i64::from(from);
                            let day = start.div_euclid(DAY);
                            let weekday = day.rem_euclid(7) < 5;
                            if weekday && !c.works_bank_holidays && !model.working_days.is_working(day) {
                                continue;
                            }
                            if draws.uniform(c.key, SICK, day as u32, 0) < team.sickness {
                                continue;
                            }
                            let length = (f64::from(to - from) * clinical).round() as Time;
                            if length > 0 {
                                shifts.push((start, start + length));
                            }
                        }
                    }
                    Roster::shifts(&shifts).unwrap_or(Roster::Always)
                })
                .collect()
        })
        .collect()
}
