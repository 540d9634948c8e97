//! What the tables of the course imply on average, by formula and without simulation.
//!
//! The palliative phase is a semi-Markov chain over stable, deteriorating and unstable with an
//! absorbing end of life. With `f` the distribution of the first state and `P` the transition
//! probabilities among the three, the expected visits `v` solve v = f + Pᵀ v (Kemeny and Snell,
//! *Finite Markov Chains*, 1960, chapter III: the fundamental matrix), and the mean time in a state
//! is its visits times the mean of its spells. The cut at `longest_illness` shortens what is before the palliative phase (`cut`); that it
//! also ends palliative walks of more than that is left out: of the default groups less than one person in 10,000 has one.

use std::cell::RefCell;

use super::cut::mean_before;
use super::{YEAR, rate_per_second};
use crate::base::{Secs, Time, WEEK};
use crate::model::{Exogenous, Group, STATES, State};
use crate::random::Quantile;

/// Means implied by the tables of one diagnosis group.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedGroup {
    /// Visits to stable, deteriorating and unstable before end of life, per person.
    pub visits: [f64; 3],
    /// Person-weeks per person in each state (positions of [`State`]), end of life included.
    pub weeks: [f64; STATES],
    /// Of these, weeks of end of life (the last deterioration and dying).
    pub end_of_life_weeks: f64,
    /// Symptom episodes per person.
    pub episodes: f64,
    /// Acute medical events per person; for a sudden death, the admission before it.
    pub acutes: f64,
}

impl ExpectedGroup {
    /// Mean weeks from the start of the palliative phase to death.
    pub fn palliative_weeks(&self) -> f64 {
        self.weeks[1..].iter().sum()
    }

    /// Mean weeks from first suspicion to death.
    pub fn illness_weeks(&self) -> f64 {
        self.weeks.iter().sum()
    }
}

/// Means implied by the tables of a locality.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// Deaths a year, `deaths_a_year[practice][group]`.
    pub deaths_a_year: Vec<Vec<f64>>,
    /// By diagnosis group.
    pub groups: Vec<ExpectedGroup>,
}

impl Expected {
    /// Deaths a year in the whole locality.
    pub fn deaths(&self) -> f64 {
        self.deaths_a_year.iter().flatten().sum()
    }

    /// Deaths a year in one diagnosis group.
    pub fn deaths_of(&self, group: usize) -> f64 {
        self.deaths_a_year.iter().map(|row| row[group]).sum()
    }

    /// People expected to be in each state at any moment: arrivals a week times mean weeks (Little's law).
    pub fn present(&self) -> [f64; STATES] {
        let mut present = [0.0; STATES];
        for (g, group) in self.groups.iter().enumerate() {
            let a_week = self.deaths_of(g) * WEEK as f64 / YEAR as f64;
            for (sum, weeks) in present.iter_mut().zip(group.weeks) {
                *sum += a_week * weeks;
            }
        }
        present
    }

    /// Symptom episodes a year in the whole locality.
    pub fn episodes_a_year(&self) -> f64 {
        self.groups
            .iter()
            .enumerate()
            .map(|(g, group)| self.deaths_of(g) * group.episodes)
            .sum()
    }

    /// Acute medical events a year in the whole locality.
    pub fn acutes_a_year(&self) -> f64 {
        self.groups
            .iter()
            .enumerate()
            .map(|(g, group)| self.deaths_of(g) * group.acutes)
            .sum()
    }
}

/// What the tables imply on average; `None` if a palliative state exists from which end of life is never
/// reached (its mean would be infinite; the faults of the tables name it).
///
/// A group that arises in a part of the run only counts as while it does.
pub fn expected(exo: &Exogenous) -> Option<Expected> {
    rates(exo, |_| 1.0)
}

/// As [`expected`], on average over a part of the run: a group counts by the share of it in which it arises.
pub fn expected_during(exo: &Exogenous, from: Time, until: Time) -> Option<Expected> {
    rates(exo, |group| match group.between {
        Some((first, last)) => {
            let secs = (last.min(until) - first.max(from)).max(0);
            secs as f64 / (until - from).max(1) as f64
        }
        None => 1.0,
    })
}

fn rates(exo: &Exogenous, share: impl Fn(&Group) -> f64) -> Option<Expected> {
    let groups = exo
        .groups
        .iter()
        .map(|group| expected_group(exo, group))
        .collect::<Option<Vec<_>>>()?;
    let deaths = |practice| {
        exo.groups
            .iter()
            .map(|group| rate_per_second(practice, group) * YEAR as f64 * share(group))
            .collect::<Vec<_>>()
    };
    Some(Expected {
        deaths_a_year: exo.practices.iter().map(deaths).collect(),
        groups,
    })
}

fn expected_group(exo: &Exogenous, group: &Group) -> Option<ExpectedGroup> {
    if group.sudden {
        let acutes = group.sudden_admission.0;
        return Some(ExpectedGroup {
            visits: [0.0; 3],
            weeks: [0.0; STATES],
            end_of_life_weeks: 0.0,
            episodes: 0.0,
            acutes,
        });
    }
    let visits = visits(group)?;
    let spell = |state: State| group.spell[state as usize].mean() / WEEK as f64;
    let weeks = [
        known_mean_before(exo, group) / WEEK as f64,
        visits[0] * spell(State::Stable),
        (visits[1] + 1.0) * spell(State::Deteriorating),
        visits[2] * spell(State::Unstable),
        spell(State::Dying),
    ];
    let over = |rates: &[f64; STATES]| weeks.iter().zip(rates).map(|(w, r)| w * r).sum();
    Some(ExpectedGroup {
        visits,
        weeks,
        end_of_life_weeks: spell(State::Deteriorating) + spell(State::Dying),
        episodes: over(&group.episodes_a_week),
        acutes: over(&group.acute_a_week),
    })
}

thread_local! {
    /// Means worked out before: arms, epochs and estimates ask for the same ones again, and each takes a few milliseconds.
    static KNOWN: RefCell<Vec<(Secs, Quantile, Group, f64)>> = const { RefCell::new(Vec::new()) };
}
/// A sweep over many laws forgets the old ones.
const MOST_KNOWN: usize = 200;

fn known_mean_before(exo: &Exogenous, group: &Group) -> f64 {
    KNOWN.with_borrow_mut(|known| {
        let same = |(longest, diagnosis, of, _): &&(Secs, Quantile, Group, f64)| {
            *longest == exo.longest_illness && *diagnosis == exo.diagnosis && of == group
        };
        if let Some((.., mean)) = known.iter().find(same) {
            return *mean;
        }
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        let mean = mean_before(exo, group);
        known.push((exo.longest_illness, exo.diagnosis.clone(), group.clone(), mean));
        mean
    })
}

/// Expected visits to stable, deteriorating and unstable: the solution of v = f + Pᵀ v.
/// `None` if a state that can be reached never leads to end of life.
pub(super) fn visits(group: &Group) -> Option<[f64; 3]> {
    let part = |row: &[f64], j: usize| if j == 0 { row[0] } else { row[j] - row[j - 1] };
    if !ends(group) {
        return None;
    }
    let reached = reached(group);
    // Rows of I - Pᵀ with the first-state distribution as right-hand side; unreachable states are left out.
    let mut a = [[0.0; 4]; 3];
    for i in 0..3 {
        for j in 0..3 {
            let p = if reached[i] && reached[j] {
                part(&group.next[j], i)
            } else {
                0.0
            };
            a[i][j] = f64::from(u8::from(i == j)) - p;
        }
        a[i][3] = part(&group.first, i);
    }
    // I - Pᵀ of a chain that ends is a non-singular M-matrix: its pivots are positive without exchanging rows.
    for pivot in 0..3 {
        for row in pivot + 1..3 {
            let factor = a[row][pivot] / a[pivot][pivot];
            let above = a[pivot];
            for (value, above) in a[row].iter_mut().zip(above) {
                *value -= factor * above;
            }
        }
    }
    let mut v = [0.0; 3];
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3).map(|column| a[row][column] * v[column]).sum();
        v[row] = (a[row][3] - known) / a[row][row];
    }
    Some(v)
}

/// Which of stable, deteriorating, unstable can occur.
fn reached(group: &Group) -> [bool; 3] {
    let positive = |row: &[f64], j: usize| row[j] > if j == 0 { 0.0 } else { row[j - 1] };
    let mut reached = [0, 1, 2].map(|state| positive(&group.first, state));
    for _ in 0..3 {
        for from in 0..3 {
            for to in 0..3 {
                reached[to] |= reached[from] && positive(&group.next[from], to);
            }
        }
    }
    reached
}

/// Whether end of life can be reached from every state that can occur.
fn ends(group: &Group) -> bool {
    let positive = |row: &[f64; 4], j: usize| row[j] > if j == 0 { 0.0 } else { row[j - 1] };
    let mut ending = [0, 1, 2].map(|state| positive(&group.next[state], 3));
    for _ in 0..3 {
        for from in 0..3 {
            ending[from] |= (0..3).any(|to| ending[to] && positive(&group.next[from], to));
        }
    }
    reached(group)
        .iter()
        .zip(ending)
        .all(|(&reached, ends)| !reached || ends)
}
