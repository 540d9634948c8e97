//! Sobol' points, plain and with Owen's scrambling: designs that fill a cube far more evenly than chance does.
//!
//! The sequence is that of Sobol' (USSR Computational Mathematics and Mathematical Physics 7 (1967) 86-112) with the
//! direction numbers of Joe and Kuo (SIAM Journal on Scientific Computing 30 (2008) 2635-2654; `joe_kuo.txt`). For a
//! dimension with polynomial `x^s + a_1 x^(s-1) + … + a_(s-1) x + 1` and odd `m_1 … m_s`,
//!
//! ```text
//! m_k = 2 a_1 m_(k-1) ⊕ 2² a_2 m_(k-2) ⊕ … ⊕ 2^(s-1) a_(s-1) m_(k-s+1) ⊕ 2^s m_(k-s) ⊕ m_(k-s),   k > s,
//! x_i = ⊕ { m_k / 2^k : bit k-1 of i is set }
//! ```
//!
//! (bits of `i` are taken as they are, not in Gray code: the first 2^m points are the same set either way, and a
//! point needs no other point). The first 2^m points are a net: each dimension has one of them in each of the 2^m
//! equal intervals. The first point is kept: leaving it out, or taking a number of points that is not a power of two,
//! spoils that balance (Owen, "On dropping the first Sobol' point", Monte Carlo and Quasi-Monte Carlo Methods 2020,
//! Springer 2022).
//!
//! The scrambling is the nested uniform one of Owen ("Randomly permuted (t,m,s)-nets and (t,s)-sequences", Monte
//! Carlo and Quasi-Monte Carlo Methods in Scientific Computing, Springer 1995, 299-317), done outright: digit `k` of a
//! coordinate is flipped or not by a bit that depends on the seed, the dimension and the digits before it, here a
//! keyed hash of them. It keeps the net and makes each point uniform on the cube, so that a mean over the points is
//! unbiased, and different seeds give independent designs. Digits beyond the 32nd are random ones.

use std::fmt;

use crate::random::{name_key, sub_key};

/// The table of Joe and Kuo, a dimension a line.
const TABLE: &str = include_str!("joe_kuo.txt");

/// Binary digits of the plain sequence; it has `2^DIGITS` points.
const DIGITS: usize = 32;

/// Most dimensions of a Sobol' design.
pub const MOST_DIMENSIONS: usize = 1024;

/// More dimensions were asked for than there are direction numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDimensions {
    /// How many were asked for.
    pub asked: usize,
}

impl fmt::Display for TooManyDimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a Sobol' design has at most {MOST_DIMENSIONS} dimensions, and {} were asked for",
            self.asked
        )
    }
}

impl std::error::Error for TooManyDimensions {}

/// Scrambled Sobol' points: `points` rows of `dimensions` coordinates, each strictly inside (0, 1).
///
/// Take a power of two of points. The first rows of a longer design are the rows of a shorter one with the same seed.
///
/// # Errors
///
/// If there are more than [`MOST_DIMENSIONS`] dimensions.
pub fn sobol(points: usize, dimensions: usize, seed: u64) -> Result<Vec<Vec<f64>>, TooManyDimensions> {
    let directions = directions(dimensions)?;
    let root = sub_key(name_key(&["sobol"]), seed);
    let keys: Vec<u64> = (0..dimensions as u64).map(|d| sub_key(root, d)).collect();
    let row = |i: usize| {
        directions
            .iter()
            .zip(&keys)
            .map(|(v, key)| scrambled(plain(i, v), *key))
            .collect()
    };
    Ok((0..points).map(row).collect())
}

/// The plain sequence as integers: coordinate `x` stands for `x / 2^32`.
#[cfg(test)]
fn unscrambled(points: usize, dimensions: usize) -> Result<Vec<Vec<u32>>, TooManyDimensions> {
    let directions = directions(dimensions)?;
    Ok((0..points)
        .map(|i| directions.iter().map(|v| plain(i, v)).collect())
        .collect())
}

/// Coordinate of point `i` from a dimension's direction numbers; past the last point it begins again.
fn plain(i: usize, directions: &[u32; DIGITS]) -> u32 {
    (0..DIGITS)
        .filter(|k| i >> k & 1 == 1)
        .fold(0, |x, k| x ^ directions[k])
}

/// Nested uniform scrambling of the 32 digits, then a random remainder below them; strictly inside (0, 1).
fn scrambled(x: u32, key: u64) -> f64 {
    let mut flips = 0_u32;
    for k in 0..DIGITS {
        // The digits before this one, behind a leading 1, so that prefixes of different lengths differ.
        let before = 1_u64 << k | u64::from(x) >> (DIGITS - k);
        let bit = (sub_key(key, before) >> 63) as u32;
        flips |= bit << (DIGITS - 1 - k);
    }
    let rest = sub_key(key, 1 << DIGITS | u64::from(x)) >> 44; // 20 digits
    let digits = u64::from(x ^ flips) << 20 | rest;
    (digits as f64 + 0.5) / (1_u64 << 52) as f64
}

/// Direction numbers of the first dimensions, `m_k / 2^k` as a fraction of 2^32.
fn directions(dimensions: usize) -> Result<Vec<[u32; DIGITS]>, TooManyDimensions> {
    if dimensions > MOST_DIMENSIONS {
        return Err(TooManyDimensions { asked: dimensions });
    }
    let mut all = Vec::with_capacity(dimensions);
    if dimensions > 0 {
        // The first dimension is the sequence of van der Corput: every m_k is 1.
        all.push(std::array::from_fn(|k| 1 << (DIGITS - 1 - k)));
    }
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    for line in rows.take(dimensions.saturating_sub(1)) {
        let numbers: Vec<u32> = line
            .split_ascii_whitespace()
            .map(|word| {
                word.parse()
                    .expect("the table of direction numbers is whole (a test)")
            })
            .collect();
        all.push(from_row(numbers[2], &numbers[3..]));
    }
    Ok(all)
}

/// The direction numbers of one dimension by the recurrence, from the polynomial's coefficients and the first `m`.
fn from_row(a: u32, first: &[u32]) -> [u32; DIGITS] {
    let s = first.len();
    let mut v = [0_u32; DIGITS];
    for k in 0..DIGITS {
        if k < s {
            v[k] = first[k] << (DIGITS - 1 - k);
            continue;
        }
        // Written with v_k = m_k / 2^k, in which the powers of two cancel except in the last term.
        v[k] = v[k - s] ^ v[k - s] >> s;
        for j in 1..s {
            if a >> (s - 1 - j) & 1 == 1 {
                v[k] ^= v[k - j];
            }
        }
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let rows: Vec<Vec<u32>> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(' ').map(|w| w.parse().expect("a number")).collect())
            .collect();
        assert_eq!(rows.len(), MOST_DIMENSIONS - 1);
        for (row, dimension) in rows.iter().zip(2..) {
            let s = row[1] as usize;
            assert_eq!(row[0], dimension);
            assert_eq!(row.len(), 3 + s);
            assert!(row[2] < 1 << (s - 1), "a has s-1 binary digits");
            for (m, k) in row[3..].iter().zip(1..) {
                assert!(m % 2 == 1 && *m < 1 << k, "m_{k} of dimension {dimension}");
            }
        }
        // Polynomials differ, so that no two dimensions are the same sequence.
        let mut polynomials: Vec<(u32, u32)> = rows.iter().map(|r| (r[1], r[2])).collect();
        polynomials.sort_unstable();
        polynomials.dedup();
        assert_eq!(polynomials.len(), rows.len());
    }

    /// The first points in three dimensions, which every generator with these direction numbers prints (most of them
    /// in Gray code order).
    #[test]
    fn the_first_points_are_the_known_ones() {
        let eighths = |row: &[u32]| row.iter().map(|x| x >> 29).collect::<Vec<u32>>();
        let points = unscrambled(8, 3).expect("few dimensions");
        let found: Vec<Vec<u32>> = points.iter().map(|row| eighths(row)).collect();
        let gray = [0, 1, 3, 2, 6, 7, 5, 4].map(|i: usize| found[i].clone());
        let known = [
            [0, 0, 0],
            [4, 4, 4],
            [6, 2, 2],
            [2, 6, 6],
            [3, 3, 5],
            [7, 7, 1],
            [5, 1, 7],
            [1, 5, 3],
        ];
        assert_eq!(gray, known);
    }

    /// The first 1024 points in all 1024 dimensions against `scipy.stats.qmc.Sobol(1024, scramble=False, bits=32)` of
    /// SciPy 1.17.1: a few coordinates, and a checksum (modulo 2^64) of all, weighted by dimension and point.
    #[test]
    fn all_points_are_those_of_scipy() {
        let points = unscrambled(1024, 1024).expect("as many as there are");
        let some = [0, 1, 2, 127, 511, 1023].map(|d: usize| points[653][d]);
        assert_eq!(
            some,
            [
                2973761536, 4022337536, 700448768, 507510784, 3426746368, 1941962752
            ]
        );
        let mut sum = 0_u64;
        for (row, point) in points.iter().zip(1_u64..) {
            for (x, dimension) in row.iter().zip(1_u64..) {
                sum = sum.wrapping_add((u64::from(*x) * dimension).wrapping_mul(point));
            }
        }
        assert_eq!(sum, 1155050708874035200);
    }

    /// Every dimension has one of the first 2^m points in each of the 2^m intervals, plain and scrambled.
    #[test]
    fn every_dimension_is_balanced() {
        let plain = unscrambled(256, MOST_DIMENSIONS).expect("dimensions");
        let scrambled = sobol(256, MOST_DIMENSIONS, 7).expect("dimensions");
        for d in 0..MOST_DIMENSIONS {
            for m in [1, 4, 8] {
                let mut seen = vec![0; 1 << m];
                let mut seen_scrambled = vec![0; 1 << m];
                for i in 0..1 << m {
                    seen[(plain[i][d] >> (32 - m)) as usize] += 1;
                    seen_scrambled[(scrambled[i][d] * f64::from(1 << m)) as usize] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1), "dimension {d}, 2^{m} points");
                assert!(
                    seen_scrambled.iter().all(|n| *n == 1),
                    "scrambled dimension {d}, 2^{m} points"
                );
            }
        }
    }

    /// The first two dimensions are a (0, m, 2)-net: one point in every one of the 2^m boxes of any shape.
    #[test]
    fn two_dimensions_are_a_net_of_quality_zero() {
        for seed in 0..5 {
            let points = sobol(64, 2, seed).expect("two dimensions");
            for across in 0..=6 {
                let (wide, high) = (1 << across, 1 << (6 - across));
                let mut seen = vec![0; 64];
                for p in &points {
                    let (x, y) = (
                        (p[0] * f64::from(wide)) as usize,
                        (p[1] * f64::from(high)) as usize,
                    );
                    seen[x * high as usize + y] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1), "{wide} by {high}, seed {seed}");
            }
        }
    }

    /// The integral of (x + 1/2)(y + 1/2)(z + 1/2) over the cube is 1. For a smooth function the error of scrambled
    /// points falls about as n^(-3/2) (Owen, Annals of Statistics 25 (1997) 1541-1562), that of random ones as n^(-1/2).
    #[test]
    fn scrambling_is_unbiased_and_its_error_falls_fast() {
        let spread = |n: usize| {
            let seeds = 200;
            let errors: Vec<f64> = (0..seeds)
                .map(|seed| {
                    let points = sobol(n, 3, seed).expect("three dimensions");
                    let sum: f64 = points
                        .iter()
                        .map(|p| p.iter().map(|x| x + 0.5).product::<f64>())
                        .sum();
                    sum / n as f64 - 1.0
                })
                .collect();
            let mean = errors.iter().sum::<f64>() / seeds as f64;
            let square = errors.iter().map(|e| e * e).sum::<f64>() / seeds as f64;
            let rms = libm::sqrt(square);
            // Five standard errors: fails by chance once in a million.
            assert!(
                mean.abs() < 5.0 * rms / libm::sqrt(seeds as f64),
                "bias {mean} of {rms}"
            );
            rms
        };
        let (few, many) = (spread(16), spread(256));
        // n^(-1/2) would give 4, n^(-3/2) 64.
        assert!(few / many > 24.0, "{few} to {many}");
    }

    #[test]
    fn designs_grow_and_seeds_differ() {
        let short = sobol(10, 4, 3).expect("four dimensions");
        let long = sobol(20, 4, 3).expect("four dimensions");
        assert_eq!(short, long[..10]);
        assert_ne!(short, sobol(10, 4, 4).expect("four dimensions"));
        assert_eq!(sobol(0, 4, 3).expect("four dimensions"), Vec::<Vec<f64>>::new());
        assert_eq!(sobol(2, 0, 3).expect("none"), vec![Vec::<f64>::new(); 2]);
        let refused = sobol(1, MOST_DIMENSIONS + 1, 3).expect_err("too many");
        assert!(refused.to_string().contains("at most 1024"));
    }
}
