//! Latin hypercubes and grids: designs in which every value of every factor is met equally often.
//!
//! A Latin hypercube (McKay, Beckman and Conover, Technometrics 21 (1979) 239-245) cuts each dimension into as many
//! equal cells as there are points and puts one point into each, at a random place in the cell. Of a few random ones
//! that with the greatest least distance between cells is taken (maximin; Johnson, Moore and Ylvisaker, Journal of
//! Statistical Planning and Inference 26 (1990) 131-148). The choice looks at the cells only, never at the places in
//! them, and treats all points alike: so each point alone is still uniform on the cube, and a mean over the points
//! is unbiased.

use crate::random::{Draws, name_key, sub_key};

/// Random Latin hypercubes to choose among.
const CANDIDATES: usize = 20;

/// Most distances along one dimension that the choice may cost; larger designs have fewer candidates.
const WORK: usize = 40_000_000;

/// Purposes of the draws: the order of a dimension's cells, and the place in a cell.
const ORDER: u16 = 0;
const PLACE: u16 = 1;

/// A Latin hypercube: `points` rows of `dimensions` coordinates, each strictly inside (0, 1).
///
/// Unlike Sobol' points, a longer design is another design.
pub fn latin_hypercube(points: usize, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let cost = points.saturating_mul(points / 2).saturating_mul(dimensions);
    let candidates = (WORK / cost.max(1)).clamp(1, CANDIDATES);
    let mut best = cells(points, dimensions, seed, 0);
    if candidates > 1 {
        let mut distance = least_distance(&best);
        for candidate in 1..candidates {
            let other = cells(points, dimensions, seed, candidate as u64);
            let apart = least_distance(&other);
            if apart > distance {
                (best, distance) = (other, apart);
            }
        }
    }
    let draws = Draws::new(seed, u64::MAX);
    let root = name_key(&["latin hypercube"]);
    let n = points as f64;
    best.into_iter()
        .enumerate()
        .map(|(i, row)| {
            let point = sub_key(root, i as u64);
            let place = |(d, cell): (usize, usize)| {
                let x = (cell as f64 + draws.uniform(sub_key(point, d as u64), PLACE, 0, 0)) / n;
                x.min(1.0 - f64::EPSILON / 2.0) // rounding up in the last cell
            };
            row.into_iter().enumerate().map(place).collect()
        })
        .collect()
}

/// The cells of one random Latin hypercube: in each dimension a random order of `0..points`.
fn cells(points: usize, dimensions: usize, seed: u64, candidate: u64) -> Vec<Vec<usize>> {
    let draws = Draws::new(seed, candidate);
    let root = name_key(&["latin hypercube"]);
    let mut rows = vec![vec![0; dimensions]; points];
    for d in 0..dimensions {
        for (row, cell) in rows
            .iter_mut()
            .zip(shuffled(points, &draws, sub_key(root, d as u64), ORDER))
        {
            row[d] = cell;
        }
    }
    rows
}

/// `0..n` in a random order (the shuffle of Fisher and Yates as Durstenfeld has it), a function of the coordinates.
///
/// The draw is scaled to the range: for `n` below a million its orders are equally likely to within 1e-9.
pub fn shuffled(n: usize, draws: &Draws, subject: u64, purpose: u16) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        let u = draws.uniform(sub_key(subject, i as u64), purpose, 0, 0);
        let j = ((u * (i + 1) as f64) as usize).min(i);
        order.swap(i, j);
    }
    order
}

/// The least squared distance between two rows, in cells.
fn least_distance(rows: &[Vec<usize>]) -> usize {
    let mut least = usize::MAX;
    for (i, a) in rows.iter().enumerate() {
        for b in &rows[..i] {
            let square = a.iter().zip(b).map(|(x, y)| x.abs_diff(*y)).map(|d| d * d).sum();
            least = least.min(square);
        }
    }
    least
}

/// Every combination of levels: rows of level numbers from 0, the last factor changing fastest.
///
/// No factors give one empty row; a factor without levels gives no row. The number of rows is the product of the
/// levels: look at it before asking.
pub fn grid(levels: &[usize]) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::with_capacity(levels.len())];
    for n in levels {
        rows = rows
            .into_iter()
            .flat_map(|row: Vec<usize>| {
                (0..*n).map(move |level| {
                    let mut longer = row.clone();
                    longer.push(level);
                    longer
                })
            })
            .collect();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dimension_has_one_point_in_each_cell() {
        for (points, dimensions) in [(1, 1), (7, 3), (100, 12), (33, 400)] {
            let rows = latin_hypercube(points, dimensions, 11);
            assert_eq!(rows.len(), points);
            for d in 0..dimensions {
                let mut seen = vec![0; points];
                for row in &rows {
                    assert!(row[d] > 0.0 && row[d] < 1.0);
                    seen[(row[d] * points as f64) as usize] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1), "{points} points, dimension {d}");
            }
        }
        assert!(latin_hypercube(0, 3, 1).is_empty());
        assert_eq!(latin_hypercube(2, 0, 1), vec![Vec::<f64>::new(); 2]);
    }

    /// The chosen one is at least as far apart as the first, and usually further.
    #[test]
    fn the_choice_keeps_points_apart() {
        let mut better = 0;
        for seed in 0..50 {
            let rows = latin_hypercube(12, 2, seed);
            let chosen: Vec<Vec<usize>> = rows
                .iter()
                .map(|r| r.iter().map(|x| (x * 12.0) as usize).collect())
                .collect();
            let (first, best) = (least_distance(&cells(12, 2, seed, 0)), least_distance(&chosen));
            assert!(best >= first);
            better += usize::from(best > first);
        }
        assert!(better > 40, "{better} of 50");
    }

    /// For a sum of functions of one factor each, the variance of the mean over a Latin hypercube is below that over
    /// as many random points by the share that is additive (Stein, Technometrics 29 (1987) 143-151): nearly all here.
    #[test]
    fn a_mean_over_the_points_is_unbiased_and_precise() {
        let designs = 400;
        let means: Vec<f64> = (0..designs)
            .map(|seed| {
                let rows = latin_hypercube(10, 3, seed);
                rows.iter().map(|r| r[0] * r[0] + r[1] + r[0] * r[2]).sum::<f64>() / 10.0
            })
            .collect();
        let truth = 1.0 / 3.0 + 0.5 + 0.25;
        let mean = means.iter().sum::<f64>() / designs as f64;
        let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (designs - 1) as f64;
        let error = libm::sqrt(variance / designs as f64);
        assert!(
            (mean - truth).abs() < 5.0 * error,
            "{mean} for {truth}, error {error}"
        );
        // Ten random points: 4/45 + 1/12 + 7/144 + 2/24 = 0.304, over ten. What is not additive: 1/144.
        assert!(variance < 0.1 * 0.304 / 10.0, "{variance}");
    }

    /// Every point alone is uniform: over many designs the first row's first coordinate falls evenly (chi-square with
    /// nine degrees of freedom, its 1 - 1e-6 quantile is 45.1).
    #[test]
    fn a_single_point_is_uniform() {
        let mut seen = [0.0_f64; 10];
        for seed in 0..2_000 {
            seen[(latin_hypercube(5, 2, seed)[0][0] * 10.0) as usize] += 1.0;
        }
        let chi: f64 = seen.iter().map(|n| (n - 200.0) * (n - 200.0) / 200.0).sum();
        assert!(chi < 45.1, "{seen:?}");
    }

    #[test]
    fn orders_are_equally_likely() {
        let mut seen = std::collections::BTreeMap::new();
        for r in 0..6_000 {
            *seen
                .entry(shuffled(3, &Draws::new(1, r), 5, 0))
                .or_insert(0.0_f64) += 1.0;
        }
        assert_eq!(seen.len(), 6);
        // Five degrees of freedom: beyond 35.9 once in a million.
        let chi: f64 = seen
            .values()
            .map(|n| (n - 1_000.0) * (n - 1_000.0) / 1_000.0)
            .sum();
        assert!(chi < 35.9, "{seen:?}");
    }

    #[test]
    fn a_grid_has_every_combination_once() {
        assert_eq!(grid(&[2, 3]), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        assert_eq!(grid(&[]), [Vec::<usize>::new()]);
        assert!(grid(&[2, 0, 3]).is_empty());
        assert_eq!(grid(&[3, 4, 5]).len(), 60);
    }
}
