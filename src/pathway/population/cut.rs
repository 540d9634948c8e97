//! The mean length of illness before the palliative phase, cut where the whole illness reaches its longest.
//!
//! An illness B + P of two independent parts, P from the start of the palliative phase to death, that may last L at most keeps
//! P and gives the first part min(B, L - P). Both laws are put on a grid of L / 1,024 so that every mean stays what it is
//! (a value between two points is shared between them), sums of independent parts are convolutions, and the palliative walk solves the
//! renewal equation of its chain. E\[min(B, L - P)\] is the sum over the grid of P(B > t) P(P < L - t).

use crate::model::{Exogenous, Group, State};
use crate::random::Quantile;

/// Cells of the grid.
const CELLS: usize = 1_024;
/// Equally likely values that stand for a law.
const POINTS: u32 = 8_192;

/// Probabilities of 0, h, 2h, … and, last, of all that is not below L.
type Grid = Vec<f64>;

/// Mean seconds from first suspicion to the palliative phase, the cut taken into account.
pub(super) fn mean_before(exo: &Exogenous, group: &Group) -> f64 {
    let h = exo.longest_illness as f64 / CELLS as f64;
    let course = sum(&grid(&group.treatment, h), &grid(&group.living_with, h));
    let diagnosis = grid(&exo.diagnosis, h);
    let (late, again) = (group.late, group.returns_to_treatment);
    let mut before: Grid = diagnosis.iter().map(|p| late * p).collect();
    let mut so_far = diagnosis;
    for share in [1.0 - again, again * (1.0 - again), again * again] {
        so_far = sum(&so_far, &course);
        before
            .iter_mut()
            .zip(&so_far)
            .for_each(|(b, p)| *b += (1.0 - late) * share * p);
    }
    let palliative = palliative(group, h);
    // P(P < L - t) for t at grid points, from the cumulative sums; P(B > t) likewise from above.
    let mut mean = 0.0;
    let mut more: f64 = before.iter().sum();
    let mut less: Vec<f64> = palliative[..CELLS].to_vec();
    (1..CELLS).for_each(|k| less[k] += less[k - 1]);
    for t in 0..CELLS {
        more -= before[t];
        mean += h * more * less[CELLS - 1 - t];
    }
    mean
}

/// A law on the grid.
fn grid(law: &Quantile, h: f64) -> Grid {
    let mut grid = vec![0.0; CELLS + 1];
    let weight = 1.0 / f64::from(POINTS);
    for i in 0..POINTS {
        let x = law.at((f64::from(i) + 0.5) * weight).max(0.0) / h;
        if x >= CELLS as f64 {
            grid[CELLS] += weight;
            continue;
        }
        let cell = x as usize;
        let up = x - cell as f64;
        grid[cell] += weight * (1.0 - up);
        grid[cell + 1] += weight * up;
    }
    grid
}

/// The law of a sum of two independent parts.
fn sum(a: &Grid, b: &Grid) -> Grid {
    let mut whole = vec![0.0; CELLS + 1];
    let mut seen = 0.0;
    for (i, p) in a[..CELLS].iter().enumerate().filter(|(_, p)| **p > 0.0) {
        for (cell, q) in whole[i..CELLS].iter_mut().zip(b) {
            *cell += p * q;
        }
    }
    whole[..CELLS].iter().for_each(|p| seen += p);
    whole[CELLS] = (1.0 - seen).max(0.0);
    whole
}

/// The law of the time from the start of the palliative phase to death.
fn palliative(group: &Group, h: f64) -> Grid {
    let part = |row: &[f64], j: usize| if j == 0 { row[0] } else { row[j] - row[j - 1] };
    let states = [State::Stable, State::Deteriorating, State::Unstable];
    let spells = states.map(|state| grid(&group.spell[state as usize], h));
    let next: [[f64; 4]; 3] = [0, 1, 2].map(|i| [0, 1, 2, 3].map(|j| part(&group.next[i], j)));
    // entered[k][j]: expected entries into state j at kh; those of a spell shorter than half a cell happen at the same point,
    // which makes each step a system of three equations.
    let mut entered: Vec<[f64; 3]> = Vec::with_capacity(CELLS);
    let mut walk = vec![0.0; CELLS + 1];
    let mut seen = 0.0;
    for k in 0..CELLS {
        let mut ended = [0.0; 3];
        for (m, before) in entered.iter().enumerate() {
            for i in 0..3 {
                ended[i] += before[i] * spells[i][k - m];
            }
        }
        let mut a = vec![vec![0.0; 3]; 3];
        let mut b = vec![0.0; 3];
        for j in 0..3 {
            for i in 0..3 {
                a[j][i] = f64::from(u8::from(i == j)) - spells[i][0] * next[i][j];
            }
            let first = if k == 0 { part(&group.first, j) } else { 0.0 };
            b[j] = first + (0..3).map(|i| ended[i] * next[i][j]).sum::<f64>();
        }
        let now = crate::methods::phase_type::solve(&a, &b);
        walk[k] = (0..3)
            .map(|i| (ended[i] + now[i] * spells[i][0]) * next[i][3])
            .sum();
        seen += walk[k];
        entered.push([now[0], now[1], now[2]]);
    }
    walk[CELLS] = (1.0 - seen).max(0.0);
    let last = grid(&group.spell[State::Deteriorating as usize], h);
    let dying = grid(&group.spell[State::Dying as usize], h);
    sum(&sum(&walk, &last), &dying)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secs;
    use crate::pathway::fixture;
    use crate::pathway::population::{YEAR, expected};
    use crate::random::Law;

    fn exponential(mean: f64) -> Quantile {
        Law::Exponential { mean }.compile().unwrap()
    }

    /// B and P exponential with means b and p: E min(B, L - P) = ∫ e^(-t/b) (1 - e^(-(L-t)/p)) dt over 0..L.
    #[test]
    fn two_exponential_parts_by_hand() {
        let mut exo = fixture::locality();
        let day = 86_400.0;
        let l = 1_000.0;
        exo.longest_illness = (l * day) as Secs;
        let (b, p) = (400.0, 250.0);
        exo.diagnosis = exponential(b * day);
        let group = &mut exo.groups[0];
        group.late = 1.0;
        group.first = [1.0; 3];
        group.next = [[0.0, 0.0, 0.0, 1.0]; 3];
        group.spell[1] = exponential(p * day);
        group.spell[2] = Quantile::fixed(0.0);
        group.spell[4] = Quantile::fixed(0.0);
        let (eb, ep) = (libm::exp(-l / b), libm::exp(-l / p));
        let by_hand = b * (1.0 - eb) - (eb - ep) / (1.0 / p - 1.0 / b);
        let found = mean_before(&exo, &exo.groups[0]) / day;
        assert!((found - by_hand).abs() < 1e-4 * by_hand, "{found} {by_hand}");
    }

    /// Where the cut hardly ever matters, the mean is the sum of the means.
    #[test]
    fn without_a_cut_the_mean_is_the_sum() {
        let mut exo = fixture::locality();
        exo.longest_illness = 40 * YEAR;
        let all = expected(&exo).unwrap();
        for (group, expected) in exo.groups.iter().zip(&all.groups).filter(|(g, _)| !g.sudden) {
            let again = group.returns_to_treatment;
            let courses = (1.0 - group.late) * (1.0 + again + again * again);
            let sum = exo.diagnosis.mean() + courses * (group.treatment.mean() + group.living_with.mean());
            let found = expected.weeks[0] * crate::base::WEEK as f64;
            assert!((found / sum - 1.0).abs() < 1e-4, "{found} {sum}");
        }
    }
}
