//! How fast the people in the palliative phase are replaced: the slowest memory of an empty start, by formula.
//!
//! The illness is stationary from the first second, but at time 0 nobody is known to any service: those in the palliative
//! phase then were never recognised, planned for or looked after before it. With `L` the length of the phase (a semi-Markov
//! walk from its first state to death), arrivals at a rate `r` and the phase stationary, those at time `w` who entered it
//! since 0 are `r E[min(L, w)]` of `r E[L]` (D. R. Cox, *Renewal Theory*, Methuen 1962, chapter 5: the age of what is
//! under way has density `P(L > x) / E[L]`). Groups are added up.
//!
//! Lengths are laid on a grid of weeks so that the mean of each spell is kept, and the walk is followed week by week. Sums
//! of spells then have the right mean, and `E[min(L, w)]` an error of the order of a spell's variance below the grid.

use super::expected::visits as visits_of;
use super::rate_per_second;
use crate::base::WEEK;
use crate::model::{Exogenous, Group, State};
use crate::random::Quantile;

/// Points of a law's quantile function that are laid on the grid.
const POINTS: usize = 2_000;

/// Share of those in the palliative phase at the end of week `w` who entered it since time 0, for `w` from 0 to `weeks`.
/// `None` where nobody ever is in it, or it has no end.
pub fn entered_since_start(exo: &Exogenous, weeks: usize) -> Option<Vec<f64>> {
    let mut entered = vec![0.0; weeks + 1];
    let mut present = 0.0;
    for group in exo.groups.iter().filter(|g| !g.sudden) {
        let rate: f64 = exo.practices.iter().map(|p| rate_per_second(p, group)).sum();
        if rate <= 0.0 {
            continue;
        }
        let (alive, mean) = survival(group, weeks)?;
        present += rate * mean;
        let mut sum = 0.0;
        for (w, entered) in entered.iter_mut().enumerate() {
            *entered += rate * sum;
            sum += alive.get(w).copied().unwrap_or(0.0);
        }
    }
    (present > 0.0).then(|| entered.iter().map(|e| (e / present).min(1.0)).collect())
}

/// Mean-preserving weights of a law on the weeks 0 to `weeks`; what is longer is left out.
fn on_grid(law: &Quantile, weeks: usize) -> Vec<f64> {
    let mut grid = vec![0.0; weeks + 1];
    for i in 0..POINTS {
        let x = (law.at((i as f64 + 0.5) / POINTS as f64) / WEEK as f64).max(0.0);
        let whole = libm::floor(x);
        let part = x - whole;
        for (at, weight) in [(whole, 1.0 - part), (whole + 1.0, part)] {
            if at <= weeks as f64 {
                grid[at as usize] += weight / POINTS as f64;
            }
        }
    }
    grid
}

/// P(L > w) by week and E[L] in weeks.
fn survival(group: &Group, weeks: usize) -> Option<(Vec<f64>, f64)> {
    let visits = visits_of(group)?;
    let spell = |state: State| &group.spell[state as usize];
    let states = [State::Stable, State::Deteriorating, State::Unstable];
    let last = [State::Deteriorating, State::Dying];
    let mean: f64 = (states.iter().zip(visits))
        .map(|(s, v)| v * spell(*s).mean())
        .chain(last.iter().map(|s| spell(*s).mean()))
        .sum();
    let part = |row: &[f64], j: usize| if j == 0 { row[0] } else { row[j] - row[j - 1] };
    let grids = states.map(|s| on_grid(spell(s), weeks));
    // Entries into each state by week, and ends of the walk before the last deterioration.
    let mut entries = [(); 3].map(|()| vec![0.0; weeks + 1]);
    let mut ends = vec![0.0; weeks + 1];
    for t in 0..=weeks {
        // What ends at t of spells begun before it.
        let mut ending = [0.0; 3];
        for (ending, (begun, grid)) in ending.iter_mut().zip(entries.iter().zip(&grids)) {
            *ending = (0..t).map(|u| begun[u] * grid[t - u]).sum();
        }
        let fresh = |j: usize| if t == 0 { part(&group.first, j) } else { 0.0 };
        // Spells that the grid lays at no length end where they begin: a few rounds add up to them.
        let mut now = [0.0; 3];
        for _ in 0..200 {
            let all = [0, 1, 2].map(|i| ending[i] + now[i] * grids[i][0]);
            let into = |j: usize| fresh(j) + (0..3).map(|i| all[i] * part(&group.next[i], j)).sum::<f64>();
            let next = [0, 1, 2].map(into);
            let moved = next.iter().zip(now).any(|(a, b)| (a - b).abs() > 1e-14);
            now = next;
            if !moved {
                break;
            }
        }
        for j in 0..3 {
            entries[j][t] = now[j];
            ends[t] += (ending[j] + now[j] * grids[j][0]) * part(&group.next[j], 3);
        }
    }
    for state in last {
        let grid = on_grid(spell(state), weeks);
        let before = std::mem::replace(&mut ends, vec![0.0; weeks + 1]);
        for (t, sum) in ends.iter_mut().enumerate() {
            *sum = (0..=t).map(|u| before[u] * grid[t - u]).sum();
        }
    }
    let mut left = 1.0;
    let alive = ends.iter().map(|d| {
        left -= d;
        left.max(0.0)
    });
    Some((alive.collect(), mean / WEEK as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DAY;
    use crate::pathway::course::generate;
    use crate::pathway::fixture;
    use crate::random::{Draws, Law};

    /// One exponential spell of mean 20 weeks, then two of no length: the share is `1 - exp(-w/20)`.
    #[test]
    fn an_exponential_phase_is_replaced_exponentially() {
        let mut exo = fixture::locality();
        let mean = 20.0 * WEEK as f64;
        for group in &mut exo.groups {
            group.spell[State::Stable as usize] = Law::Exponential { mean }.compile().unwrap();
            for state in [State::Deteriorating, State::Unstable, State::Dying] {
                group.spell[state as usize] = Quantile::fixed(0.0);
            }
            group.first = [1.0, 1.0, 1.0];
            group.next[0] = [0.0, 0.0, 0.0, 1.0];
        }
        let share = entered_since_start(&exo, 120).unwrap();
        for (w, share) in share.iter().enumerate() {
            let known = 1.0 - libm::exp(-(w as f64) / 20.0);
            assert!((share - known).abs() < 2e-3, "week {w}: {share} {known}");
        }
    }

    /// Against the course itself: of those in the palliative phase at three times of the run, the share who entered it since
    /// 0, in 30 courses, must lie within four standard errors (with 3 looks: 1 in 5,000 by chance).
    #[test]
    fn the_formula_is_what_courses_show() {
        let (exo, mut windows) = (fixture::locality(), fixture::windows());
        windows.warm_up = 60 * WEEK;
        let share = entered_since_start(&exo, 80).unwrap();
        for w in [8_usize, 26, 60] {
            let at = w as i64 * WEEK;
            let (mut there, mut since) = (0.0, 0.0);
            for r in 0..30 {
                let course = generate(&exo, &windows, &Draws::new(77, r));
                for p in course
                    .people
                    .iter()
                    .filter(|p| p.palliative_from <= at && at < p.death)
                {
                    there += 1.0;
                    since += f64::from(u8::from(p.palliative_from >= 0));
                }
            }
            let (found, known) = (since / there, share[w]);
            let error = libm::sqrt(known * (1.0 - known) / there);
            assert!(
                (found - known).abs() < 4.0 * error + 1e-3,
                "week {w}: {found} {known} ± {error}"
            );
            assert!(there > 200.0, "{there}");
        }
        assert!(windows.end() > 60 * WEEK + DAY);
    }
}
