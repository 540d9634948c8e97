//! What each team is asked for and what it can give, reckoned before anything is run.

use super::services::{People, TeamSpec, Volume};
use super::{Illness, PathwayScenario, Trajectory};
use crate::base::{DAY, HOUR, WEEK};
use crate::scenario::law::LawSpec;
use crate::scenario::units::YEAR_DAYS;

/// Weeks in a year, for rates.
pub const YEAR_WEEKS: f64 = YEAR_DAYS / 7.0;

/// What one team is asked for and what it can give, a week: hours for clinicians, place-weeks for places.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Name in the file.
    pub team: String,
    /// The practice, for a team that each practice has.
    pub practice: Option<String>,
    /// Capacity: hours on duty less leave, sickness and non-clinical time; or places.
    pub capacity: f64,
    /// Taken by the background.
    pub background: f64,
    /// Taken by the planned care of those palliative people whom letters and direct referrals alone make
    /// known: a lower bound of the palliative work.
    pub palliative: f64,
}

impl Load {
    /// Expected utilisation from below: (background + palliative) / capacity.
    pub fn utilisation(&self) -> f64 {
        let asked = self.background + self.palliative;
        if self.capacity > 0.0 {
            asked / self.capacity
        } else if asked <= 0.0 {
            0.0
        } else {
            f64::INFINITY
        }
    }

    /// The name as the model has it.
    pub fn name(&self) -> String {
        team_name(&self.team, self.practice.as_deref())
    }
}

/// Name of a team, or of a practice's own one.
pub fn team_name(team: &str, practice: Option<&str>) -> String {
    match practice {
        Some(practice) => format!("{team}@{practice}"),
        None => team.to_owned(),
    }
}

impl TeamSpec {
    /// Whether it serves the people of a practice.
    pub fn serves(&self, practice: &str) -> bool {
        self.catchment.is_empty() || self.catchment.iter().any(|p| p.0 == practice)
    }
}

impl PathwayScenario {
    /// The teams one by one: name in the file, the practice for a team that each practice has.
    pub fn team_list(&self) -> Vec<(&str, Option<&str>)> {
        let mut out = Vec::new();
        for (name, team) in &self.teams {
            if team.each_practice {
                let served = self.practices.keys().filter(|p| team.serves(p));
                out.extend(served.map(|p| (name.as_str(), Some(p.as_str()))));
            } else {
                out.push((name.as_str(), None));
            }
        }
        out
    }

    /// People whom a team serves: one practice's or those of its catchment.
    pub(super) fn people(&self, team: &TeamSpec, practice: Option<&str>) -> f64 {
        let served = self.practices.iter().filter(|(name, _)| match practice {
            Some(one) => name.as_str() == one,
            None => team.serves(name),
        });
        served.map(|(_, p)| p.list_size.get()).sum()
    }

    /// Arrivals a week of a background stream.
    pub fn background_per_week(&self, team: &TeamSpec, practice: Option<&str>, volume: Volume) -> f64 {
        let a_year = match volume {
            Volume::Number { a_year } => a_year.get(),
            Volume::Per1000 { a_year, of } => {
                let everybody: f64 = self.practices.values().map(|p| p.list_size.get()).sum();
                let people = match of {
                    People::Catchment => self.people(team, practice),
                    People::RestOfCatchment => {
                        let all = team.catchment_people.map_or(0.0, |p| p.get());
                        (all - self.people(team, practice)).max(0.0)
                    }
                    People::Area => self.locality.area_people.get(),
                    People::RestOfArea => (self.locality.area_people.get() - everybody).max(0.0),
                };
                a_year.get() * people / 1_000.0
            }
        };
        a_year / YEAR_WEEKS
    }

    /// Expected load of every team that has clinicians or places.
    pub fn loads(&self) -> Vec<Load> {
        let list = self.team_list().into_iter();
        list.filter_map(|(name, practice)| self.load(name, practice))
            .collect()
    }

    fn load(&self, name: &str, practice: Option<&str>) -> Option<Load> {
        let team = self.teams.get(name)?;
        let role = team.role.role();
        let mut load = Load {
            team: name.to_owned(),
            practice: practice.map(str::to_owned),
            capacity: 0.0,
            background: 0.0,
            palliative: 0.0,
        };
        for stream in team.background.values() {
            let per_week = self.background_per_week(team, practice, stream.volume);
            let length = stream.length.mean_secs();
            load.background += if role.has_places() {
                let size = stream
                    .size
                    .as_ref()
                    .map_or(1.0, |s| s.law().map_or(1.0, |l| l.mean()));
                per_week * size * length / WEEK as f64
            } else {
                per_week * length / HOUR as f64
            };
        }
        if role.has_places() {
            load.capacity = f64::from(team.places?.0);
        } else if role.has_clinicians() {
            load.capacity = self.hours_a_week(team, practice);
            load.palliative = self.known_palliative_hours(team, practice);
        } else {
            return None;
        }
        Some(load)
    }

    /// Hours a week for contacts.
    pub fn hours_a_week(&self, team: &TeamSpec, practice: Option<&str>) -> f64 {
        let share = |p: crate::scenario::units::Probability| 1.0 - p.get();
        let there = share(team.leave) * share(team.sickness) * share(team.non_clinical);
        let duties = team.clinicians.values().flat_map(|group| group.duties(practice));
        let secs: f64 = duties
            .map(|duty| {
                let kept = if duty.bank_holidays {
                    1.0
                } else {
                    1.0 - self.holiday_share()
                };
                duty.secs() as f64 * kept
            })
            .sum();
        secs * there / HOUR as f64
    }

    /// Share of the weekdays of the run that are bank holidays.
    fn holiday_share(&self) -> f64 {
        let run = &self.run;
        let days = (run.warm_up.secs() + run.measured.secs() + run.cool_down.secs()) / DAY;
        let within = |d: &&crate::scenario::hours::Date| {
            let day = d.days_after(self.start_date);
            (0..days).contains(&day) && d.weekday() < 5
        };
        let holidays = self.bank_holidays.iter().filter(within).count();
        if days > 0 {
            holidays as f64 / (days as f64 * 5.0 / 7.0)
        } else {
            0.0
        }
    }

    /// Hours a week of planned palliative care of those whom letters and direct referrals make known.
    fn known_palliative_hours(&self, team: &TeamSpec, practice: Option<&str>) -> f64 {
        use crate::model::Role;
        let planning = &self.planning;
        let secs = |law: &Option<LawSpec>| law.as_ref().map_or(0.0, LawSpec::mean_secs);
        let after = team.record_minutes.secs() as f64;
        let visit = secs(&team.contact.planned) + secs(&team.travel) + after;
        let call = secs(&team.contact.call) + after;
        let run = &self.run;
        let end = run.warm_up.secs() + run.measured.secs() + run.cool_down.secs();
        let mut hours = 0.0;
        for (name, place) in &self.practices {
            if practice.is_some_and(|one| one != name) || !team.serves(name) {
                continue;
            }
            let Some(style) = self.styles.get(&place.style) else {
                continue;
            };
            for group in self.groups.values() {
                let Some(illness) = &group.illness else { continue };
                let Some(course) = self.trajectories.get(&illness.trajectory) else {
                    continue;
                };
                let Some(weeks) = course.expected_weeks() else {
                    continue;
                };
                // On average over the run, of a group that arises in a part of it only.
                let share = group.secs_between(0, end) as f64 / end as f64;
                let per_week =
                    group.per_1000_a_year.get() * share * place.list_size.get() / 1_000.0 / YEAR_WEEKS;
                let known = known(illness, style.acts_on_letter.get());
                let contacts: f64 = match team.role.role() {
                    Role::Gp => {
                        let demand = dot(&weeks, &planning.gp_demand_a_week.values()) * call;
                        demand + known * dot(&weeks, &style.planned_a_week.values()) * visit
                    }
                    Role::DistrictNurse => {
                        let refers = planning.refers_to_nursing.values();
                        let visits = planning.nursing_a_week.values();
                        let seen: f64 = (0..weeks.len()).map(|s| weeks[s] * refers[s] * visits[s]).sum();
                        known * seen * visit
                    }
                    Role::Cns => {
                        let wanted = illness.specialist_need.get() * style.refers_to_specialist.stable.get();
                        let share = planning.specialist_visits.get();
                        let each = share * visit + (1.0 - share) * call;
                        known * wanted * dot(&weeks, &planning.specialist_a_week.values()) * each
                    }
                    _ => 0.0,
                };
                hours += per_week * contacts / HOUR as f64;
            }
        }
        hours
    }
}

fn dot(a: &[f64; 5], b: &[f64; 5]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Probability of being made known by a letter acted on or a direct referral.
fn known(illness: &Illness, acts: f64) -> f64 {
    let letter = illness.hospital_letter.get() * acts;
    1.0 - (1.0 - letter) * (1.0 - illness.direct_referral.get())
}

impl Trajectory {
    /// Expected number of stable, deteriorating and unstable spells before the last deterioration, or
    /// `None` if the palliative phase can go on for ever.
    ///
    /// With Q the matrix of transitions among the three, the visits are f (I − Q)⁻¹ for the row f of
    /// first states.
    pub fn expected_spells(&self) -> Option<[f64; 3]> {
        let rows = [&self.next.stable, &self.next.deteriorating, &self.next.unstable].map(|r| r.values());
        let first = [self.first.stable, self.first.deteriorating, self.first.unstable].map(f64::from);
        // Solve (I − Q)ᵀ n = f by elimination with pivoting.
        let mut m = [[0.0; 4]; 3];
        for i in 0..3 {
            for j in 0..3 {
                m[i][j] = f64::from(u8::from(i == j)) - rows[j][i];
            }
            m[i][3] = first[i];
        }
        for i in 0..3 {
            let best = (i..3).max_by(|a, b| m[*a][i].abs().total_cmp(&m[*b][i].abs()))?;
            m.swap(i, best);
            if m[i][i].abs() < 1e-9 {
                return None;
            }
            let pivot = m[i];
            for (_, row) in m.iter_mut().enumerate().filter(|(j, _)| *j != i) {
                let factor = row[i] / pivot[i];
                for (x, y) in row.iter_mut().zip(pivot) {
                    *x -= factor * y;
                }
            }
        }
        Some([0, 1, 2].map(|i| m[i][3] / m[i][i]))
    }

    /// Expected weeks in each state of the palliative phase, the last deterioration and dying included.
    pub fn expected_weeks(&self) -> Option<[f64; 5]> {
        let [s, d, u] = self.expected_spells()?;
        let spell = &self.spell;
        let weeks = |law: &LawSpec| law.mean_secs() / WEEK as f64;
        Some([
            0.0,
            s * weeks(&spell.stable),
            (d + 1.0) * weeks(&spell.deteriorating),
            u * weeks(&spell.unstable),
            weeks(&spell.dying),
        ])
    }
}
