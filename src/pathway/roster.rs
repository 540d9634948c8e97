//! Who is on duty when: weekly patterns less leave, sickness, non-clinical time and wind-down (model.md §5).
//!
//! Leave is drawn by week and sickness by day, keyed by the names of team and clinician, so it is the
//! same in all arms and an added clinician changes nobody else's.
//!
//! A visit begun is finished, so nobody begins one in the last minutes of a session: each session ends, for
//! the purpose of *beginning* work, earlier by the mean residual of the team's usual work, `E[S²] / 2 E[S]`.
//! Sessions then end on time on average, and the hours worked are the hours planned.

use crate::base::{DAY, NEVER, Secs, Time, WEEK};
use crate::kernel::Roster;
use crate::model::{Background, Clinician, Model, Team, TeamIndex};
use crate::random::{Draws, Quantile};

use super::response::{LEAVE, SICK};

/// The duty of all teams of a model for the whole run of one replication.
#[derive(Clone, Debug)]
pub struct Duty {
    /// When each clinician may begin work, by team and clinician.
    pub rosters: Vec<Vec<Roster>>,
    /// Clinical seconds planned in the measured window by team, wind-down included.
    pub planned: Vec<Secs>,
}

/// The rosters of all teams of a model, from change to change each by its own patterns.
pub fn duty(model: &Model, draws: &Draws) -> Duty {
    let mut planned = Vec::with_capacity(model.teams.len());
    let mut rosters = Vec::with_capacity(model.teams.len());
    for team in 0..model.teams.len() {
        let mut shifts: Vec<Vec<(Time, Time)>> = vec![Vec::new(); model.seats(team)];
        let mut whole = 0;
        for (from, until, epoch) in model.epochs() {
            // The last roster goes on after the end, as if the run did.
            let until = if until == model.windows.end() {
                NEVER
            } else {
                until
            };
            let team = TeamIndex(team as u16);
            let window = model.windows.measured_window();
            whole += on_duty(epoch, team, draws, (from, until), window, &mut shifts);
        }
        let all = shifts
            .iter()
            .map(|own| Roster::shifts(own).expect("every session lasts"));
        rosters.push(all.collect());
        planned.push(whole);
    }
    Duty { rosters, planned }
}

/// Whether two models have the same rosters on the same draws, as far as a look at what rosters are made of can say.
pub fn same_duty(a: &Model, b: &Model) -> bool {
    let changes = |m: &Model| !m.later.is_empty() || m.relations.transition.is_some();
    let clinician = |(x, y): (&Clinician, &Clinician)| {
        (x.key, x.seat, x.works_bank_holidays) == (y.key, y.seat, y.works_bank_holidays)
            && x.pattern == y.pattern
    };
    let others = |(x, y): (&Background, &Background)| x.per_week == y.per_week && x.length == y.length;
    let team = |(x, y): (&Team, &Team)| {
        x.clinicians.len() == y.clinicians.len()
            && x.clinicians.iter().zip(&y.clinicians).all(clinician)
            && (x.leave, x.sickness, x.non_clinical) == (y.leave, y.sickness, y.non_clinical)
            && x.background.len() == y.background.len()
            && x.background.iter().zip(&y.background).all(others)
            && x.contact == y.contact
    };
    !changes(a)
        && !changes(b)
        && a.windows == b.windows
        && a.working_days == b.working_days
        && a.teams.len() == b.teams.len()
        && a.teams.iter().zip(&b.teams).all(team)
}

/// Clinical seconds planned from one time to another, by team.
pub fn planned(model: &Model, draws: &Draws, (since, until): (Time, Time)) -> Vec<Secs> {
    let teams = 0..model.teams.len();
    let of = |team: usize| {
        let mut shifts: Vec<Vec<(Time, Time)>> = vec![Vec::new(); model.seats(team)];
        let parts = model.epochs().map(|(from, to, epoch)| {
            let part = (since.max(from), until.min(to));
            match part.0 < part.1 {
                true => on_duty(epoch, TeamIndex(team as u16), draws, part, part, &mut shifts),
                false => 0,
            }
        });
        parts.sum()
    };
    teams.map(of).collect()
}

/// Adds the sessions of a team from one time to another to those of each seat; the clinical seconds of them that are
/// planned in the window.
fn on_duty(
    model: &Model,
    position: TeamIndex,
    draws: &Draws,
    (since, until): (Time, Time),
    (from, to): (Time, Time),
    shifts: &mut [Vec<(Time, Time)>],
) -> Secs {
    let weeks = model.windows.end() / WEEK + 2;
    let (from, to) = (from.max(since), to.min(until));
    let team = &model.teams[position.index()];
    let transition = model.relations.transition.as_ref();
    let wind_down = wind_down(team);
    let mut whole = 0;
    for (index, c) in team.clinicians.iter().enumerate() {
        let shifts = &mut shifts[usize::from(c.seat)];
        shifts.reserve(weeks as usize * c.pattern.len());
        // A session may begin in the week before.
        for week in (since / WEEK - 1).max(0)..weeks.min(until / WEEK + 1) {
            if draws.uniform(c.key, LEAVE, week as u32, 0) < team.leave {
                continue;
            }
            for &(start, end) in &c.pattern {
                let begins = week * WEEK + i64::from(start);
                let day = begins.div_euclid(DAY);
                let weekday = day.rem_euclid(7) < 5;
                let bump = transition.filter(|t| t.touches(position, begins));
                let sickness = team.sickness * bump.map_or(1.0, |t| t.sickness);
                let clinical = 1.0 - team.non_clinical - bump.map_or(0.0, |t| t.non_clinical);
                let holiday = weekday && !model.working_days.is_working(day);
                if (holiday && !c.works_bank_holidays) || draws.uniform(c.key, SICK, day as u32, 0) < sickness
                {
                    continue;
                }
                let length = (f64::from(end - start) * clinical).round() as Secs;
                // Non-clinical time is now at the end, now at the beginning of a session, so that
                // some of the team are always there.
                let late = (index as i64 + day) % 2 == 1;
                let begins = begins + if late { i64::from(end - start) - length } else { 0 };
                whole += (to.min(begins + length) - from.max(begins)).max(0);
                // Posts that hand over round the clock do not wind down.
                let begin_for = if handed_over(c, end) {
                    length
                } else {
                    length - wind_down
                };
                let begin_for = begin_for.max(length / 4);
                let session = (begins.max(since), (begins + begin_for).min(until));
                if session.0 < session.1 {
                    shifts.push(session);
                }
            }
        }
    }
    whole
}

/// Whether another of the clinician's sessions begins when one ends, over the end of the week too.
fn handed_over(c: &Clinician, end: u32) -> bool {
    let end = end % WEEK as u32;
    c.pattern.iter().any(|&(start, _)| start == end)
}

/// Mean residual of a team's usual work: of everybody else's contacts, by volume, or of its own visits.
fn wind_down(team: &Team) -> Secs {
    let mut laws: Vec<(&Quantile, f64)> = team.background.iter().map(|b| (&b.length, b.per_week)).collect();
    if laws.is_empty() {
        laws = team.contact.iter().flatten().map(|law| (law, 1.0)).collect();
    }
    let (mut first, mut second) = (0.0, 0.0);
    for (law, weight) in laws {
        // Moments by the midpoint rule through the quantile function; 500 points are plenty for a wind-down.
        for i in 0..500 {
            let x = law.at((f64::from(i) + 0.5) / 500.0);
            first += weight * x;
            second += weight * x * x;
        }
    }
    if first > 0.0 {
        (second / (2.0 * first)).round() as Secs
    } else {
        0
    }
}
