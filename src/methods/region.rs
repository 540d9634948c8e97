//! How much of the cube is left after history matching, and points spread uniformly over it, however small it is.
//!
//! Where at least about 1% is left, uniform points are drawn and kept or not. Where less is left, a cloud of uniform points is driven into
//! the region in steps: at each, the level is the middle score (largest implausibility over its cut-off) of the
//! cloud, the better half is doubled and stirred inside the level (`particles.rs`), until the level is 1. The product of the shares kept
//! estimates the share of the cube (subset simulation: S.-K. Au and J. L. Beck, Probabilistic Engineering Mechanics 16 (2001)
//! 263-277). Unlike a walk from known members, the cloud finds separate parts of the region by itself, as far as the levels
//! lead to them.

use super::chance::{percentile, sorted};
use super::each::Each;
use super::emulator::Why;
use super::history::Region;
use super::particles::{Cloud, normal, unit};
use super::turning::wilson;
use crate::random::{Draws, name_key, sub_key};
use crate::stats::{LEVEL, normal_quantile};

/// Share of the cube that is left, with what each target rules out alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Uniform points tried.
    pub draws: usize,
    /// Not ruled out.
    pub inside: usize,
    /// Their share.
    pub share: f64,
    /// Its interval, 95%, after Wilson.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// (target, share of the cube it rules out if it were the only one), by target.
    pub alone: Vec<(usize, f64)>,
}

/// How points of a region were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Uniform points, kept if inside.
    Rejection {
        /// Points tried.
        tries: usize,
    },
    /// A cloud driven inside by levels.
    Levels {
        /// Levels.
        levels: usize,
        /// Moves tried by all particles.
        moves: usize,
    },
}

/// Points uniform over the region.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The points.
    pub points: Vec<Vec<f64>>,
    /// Share of the cube that the region is.
    pub share: f64,
    /// Its 95% interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How they were found.
    pub how: How,
}

/// First tries, and tries for each point asked for, before levels take over.
const FIRST: usize = 1_000;
const TRIES: usize = 100;

/// Fewest particles.
const PARTICLES: usize = 600;

/// Most levels: each halves what is left.
const LEVELS: usize = 100;

/// Correlation with the beginning to which a cloud is stirred at a level, and at the last one.
const BETWEEN: f64 = 0.5;
const LAST: f64 = 0.1;

/// Most moves of a particle at a level, and at the last one.
const MOVES: usize = 60;
const LAST_MOVES: usize = 360;

impl Region {
    fn uniform(&self, draws: &Draws, root: u64, i: usize) -> Vec<f64> {
        let own = sub_key(root, i as u64);
        (0..self.dimensions)
            .map(|k| draws.uniform(own, k as u16, 0, 0))
            .collect()
    }

    /// The share of the cube that is not ruled out, by `draws` uniform points.
    pub fn share(&self, draws: usize, seed: u64) -> Share {
        let (chance, root) = (Draws::new(seed, 0), name_key(&["history", "share"]));
        let mut alone: Vec<(usize, f64)> = self.latest().keys().map(|t| (*t, 0.0)).collect();
        let mut inside = 0;
        for i in 0..draws {
            let u = self.uniform(&chance, root, i);
            inside += usize::from(self.contains(&u));
            for target in self.against(&u) {
                if let Ok(at) = alone.binary_search_by_key(&target, |a| a.0) {
                    alone[at].1 += 1.0 / draws as f64;
                }
            }
        }
        let (low, high) = wilson(inside, draws);
        Share {
            draws,
            inside,
            share: inside as f64 / draws.max(1) as f64,
            low,
            high,
            alone,
        }
    }

    /// `n` points spread uniformly over the region, a function of the seed.
    ///
    /// # Errors
    ///
    /// [`Why::Empty`] with the nearest point, if none is found that every wave accepts.
    pub fn sample(&self, n: usize, seed: u64, each: &dyn Each) -> Result<Sample, Why> {
        let (chance, root) = (Draws::new(seed, 0), name_key(&["history", "sample"]));
        let mut points: Vec<Vec<f64>> = Vec::new();
        let (mut tries, mut inside) = (0, 0);
        while points.len() < n && tries < FIRST.max(TRIES * n) {
            // As many as are likely to be needed, and not more than a chunk: what is left over would be thrown away.
            let some = match inside {
                0 => FIRST,
                _ => ((n - points.len()) * tries / inside + 100).min(FIRST.max(n)),
            };
            let judged = each.each(some, &|i| {
                let u = self.uniform(&chance, root, tries + i);
                match self.contains(&u) {
                    true => u,
                    false => Vec::new(),
                }
            });
            for u in judged {
                if !u.is_empty() || self.dimensions == 0 {
                    inside += 1;
                    if points.len() < n {
                        points.push(u);
                    }
                }
            }
            tries += some;
            if inside * TRIES < tries {
                break;
            }
        }
        if points.len() >= n {
            let (low, high) = wilson(inside, tries);
            return Ok(Sample {
                points,
                share: inside as f64 / tries.max(1) as f64,
                low,
                high,
                how: How::Rejection { tries },
            });
        }
        self.by_levels(n, seed, each)
    }

    /// Points by a cloud driven into the region.
    pub(super) fn by_levels(&self, n: usize, seed: u64, each: &dyn Each) -> Result<Sample, Why> {
        let size = n.max(PARTICLES);
        let (chance, root) = (Draws::new(seed, 1), name_key(&["history", "levels"]));
        let begun = each.each(size, &|i| {
            let mut u = self.uniform(&chance, root, i);
            u.push(self.score(&u, f64::INFINITY).unwrap_or(f64::INFINITY));
            u
        });
        let mut cloud = Cloud {
            values: begun.iter().map(|row| row[self.dimensions]).collect(),
            places: begun.iter().map(|row| normal(&row[..self.dimensions])).collect(),
        };
        let (mut log_share, mut relative) = (0.0, 0.0);
        // Variance of a mean over the cloud against that over as many independent points.
        let mut inflation = 1.0;
        let (mut moves, mut idle, mut before) = (0, 0, f64::INFINITY);
        for step in 0..LEVELS {
            let ranked = sorted(cloud.values.clone());
            let level = percentile(&ranked, 0.5).max(1.0);
            let good: Vec<usize> = (0..size).filter(|i| cloud.values[*i] <= level).collect();
            // Where half the cloud or more has the same score, the level is that score and more than half stay.
            idle = if level > 0.998 * before { idle + 1 } else { 0 };
            before = level;
            if good.is_empty() || (idle >= 3 && ranked[0] > 1.0) {
                break;
            }
            let kept = good.len() as f64 / size as f64;
            log_share += libm::log(kept);
            relative += (1.0 - kept) / kept * inflation / size as f64;
            let doubled: Vec<usize> = (0..size).map(|i| good[i * good.len() / size]).collect();
            cloud = cloud.chosen(&doubled);
            let last = level <= 1.0;
            let keep = |u: &[f64], _: f64, bonus: f64| match bonus >= 0.0 {
                true => self.score(u, level),
                false => None,
            };
            let bound = if last { LAST } else { BETWEEN } + 2.0 / libm::sqrt(size as f64);
            let most = if last { LAST_MOVES } else { MOVES };
            let key = sub_key(root, (1 << 40) | step as u64);
            let stirred = cloud.stir(&keep, (bound, most), &chance, key, each);
            moves += stirred.sweeps * size;
            let square = stirred.correlation * stirred.correlation;
            inflation = (1.0 - square) + square * inflation / kept;
            if last {
                let half = normal_quantile(0.5 + LEVEL / 2.0) * libm::sqrt(relative);
                let share = libm::exp(log_share);
                return Ok(Sample {
                    points: (0..n).map(|i| unit(&cloud.places[i * size / n])).collect(),
                    share,
                    low: share * libm::exp(-half),
                    high: (share * libm::exp(half)).min(1.0),
                    how: How::Levels {
                        levels: step + 1,
                        moves,
                    },
                });
            }
        }
        let best = (0..size).fold(0, |b, i| if cloud.values[i] < cloud.values[b] { i } else { b });
        Err(Why::Empty {
            nearest: unit(&cloud.places[best]),
            score: cloud.values[best],
        })
    }
}
