//! Every n-th replication: how one experiment is shared out over machines.

use std::fmt;
use std::str::FromStr;

/// Part `index` of `of`, counted from 1: replications r with `r mod of = index - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: u64,
    of: u64,
}

/// Why a text is no shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardError(String);

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no shard: write i/n with 1 <= i <= n, such as 2/4 (where a scheduler counts from 0, add 1)",
            self.0
        )
    }
}

impl std::error::Error for ShardError {}

impl Shard {
    /// Part `index` (from 1) of `of`.
    ///
    /// # Errors
    /// Unless `1 <= index <= of`.
    pub fn new(index: u64, of: u64) -> Result<Shard, ShardError> {
        match (1..=of).contains(&index) {
            true => Ok(Shard { index, of }),
            false => Err(ShardError(format!("{index}/{of}"))),
        }
    }

    /// Number of this part, from 1.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Number of parts.
    pub fn of(self) -> u64 {
        self.of
    }

    /// Whether the replication belongs to this part.
    pub fn has(self, replication: u64) -> bool {
        replication % self.of == self.index - 1
    }

    /// Its replications below `total`, rising.
    pub fn replications(self, total: u64) -> impl Iterator<Item = u64> {
        (self.index - 1..total).step_by(usize::try_from(self.of).unwrap_or(usize::MAX))
    }

    /// How many of `total` replications it has.
    pub fn count(self, total: u64) -> u64 {
        total.saturating_sub(self.index - 1).div_ceil(self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let wrong = || ShardError(text.to_string());
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = |s: &str| s.trim().parse::<u64>().map_err(|_| wrong());
        Shard::new(number(index)?, number(of)?).map_err(|_| wrong())
    }
}
