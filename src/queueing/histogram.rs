//! A histogram of whole seconds with buckets whose width grows with the value.

use crate::base::Secs;

/// Bits of a value kept below its leading one: 8 buckets to the octave.
const DETAIL: u32 = 3;
const BUCKETS: usize = ((44 - DETAIL as usize) << DETAIL) + (1 << DETAIL);

/// Counts of non-negative whole seconds. Values below 16 are exact; above, a bucket is at most an eighth of
/// its lower bound wide. Two histograms add up bucket by bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHistogram {
    counts: Vec<u64>,
}

impl Default for LogHistogram {
    fn default() -> Self {
        LogHistogram {
            counts: vec![0; BUCKETS],
        }
    }
}

impl LogHistogram {
    /// Counts one value in seconds (below 0 counts as 0).
    #[inline]
    pub fn add(&mut self, secs: Secs) {
        self.counts[bucket(secs)] += 1;
    }

    /// The counts by bucket; see [`LogHistogram::bounds`].
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Lower and upper bound in seconds of a bucket: the values `lower..upper`.
    pub fn bounds(bucket: usize) -> (Secs, Secs) {
        (lower(bucket), lower(bucket + 1))
    }

    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &LogHistogram) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    /// The largest value (in seconds) of the bucket in which the `q`-quantile lies, `0 < q <= 1`: the first
    /// bucket up to which at least that share was counted. `None` when nothing was.
    pub fn quantile(&self, q: f64) -> Option<Secs> {
        let rank = ((self.total() as f64 * q).ceil() as u64).max(1);
        let mut below = 0;
        self.counts.iter().enumerate().find_map(|(bucket, count)| {
            below += count;
            (below >= rank).then(|| lower(bucket + 1) - 1)
        })
    }
}

#[inline]
fn bucket(secs: Secs) -> usize {
    let value = secs.max(0) as u64;
    let octave = (value >> DETAIL | 1).ilog2();
    let bucket = ((octave << DETAIL) as u64 + (value >> octave)) as usize;
    bucket.min(BUCKETS - 1)
}

fn lower(bucket: usize) -> Secs {
    let octave = (bucket >> DETAIL).saturating_sub(1);
    ((bucket - (octave << DETAIL)) as Secs) << octave
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_lies_in_its_bucket(secs in 0i64..1 << 43) {
            for secs in [secs, secs >> 20, secs >> 36] {
                let (low, high) = LogHistogram::bounds(bucket(secs));
                prop_assert!(low <= secs && secs < high);
                prop_assert!(high - low == 1 || (high - low) * 8 <= low);
            }
        }
    }

    #[test]
    fn buckets_are_contiguous_and_quantiles_are_their_upper_ends() {
        for bucket in 0..BUCKETS - 1 {
            assert!(lower(bucket) < lower(bucket + 1));
        }
        let mut histogram = LogHistogram::default();
        assert_eq!(histogram.quantile(0.5), None);
        (0..10).for_each(|secs| histogram.add(secs));
        assert_eq!(
            (histogram.quantile(0.5), histogram.quantile(1.0)),
            (Some(4), Some(9))
        );
        histogram.add(i64::MAX);
        assert_eq!(histogram.total(), 11);
    }
}
