//! Drawing a category by one uniform, in the order of the names, so that the order in a file changes nothing.

/// Indices in the order of their names.
pub(super) fn by_name<'a>(names: impl Iterator<Item = &'a String>) -> Vec<usize> {
    let mut named: Vec<(&String, usize)> = names.zip(0..).collect();
    named.sort_unstable();
    named.into_iter().map(|(_, index)| index).collect()
}

/// Sums compared at once.
const AT_ONCE: usize = 4;

/// Rows of probabilities over the same categories.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    order: Vec<usize>,
    /// Cumulative probabilities of each row, categories in `order`; filled up with infinity to a whole number of groups.
    sums: Vec<[f64; AT_ONCE]>,
    /// Groups of a row.
    groups: usize,
}

impl Choices {
    /// `certain`: each row is a whole distribution, so that rounding must not leave a rest.
    pub fn new<'a>(order: Vec<usize>, rows: impl Iterator<Item = &'a [f64]>, certain: bool) -> Choices {
        let mut sums = Vec::new();
        for row in rows {
            let mut sum = 0.0;
            let begin = sums.len();
            for &category in &order {
                sum += row[category];
                sums.push(sum);
            }
            let last = order.iter().rposition(|&category| row[category] > 0.0);
            if let (true, Some(last)) = (certain, last) {
                sums[begin + last..].fill(f64::INFINITY);
            }
            sums.resize(begin + order.len().next_multiple_of(AT_ONCE), f64::INFINITY);
        }
        let (sums, _) = sums.as_chunks();
        Choices {
            groups: order.len().div_ceil(AT_ONCE),
            sums: sums.to_vec(),
            order,
        }
    }

    /// The category of a row in whose interval `u` lies; `None` for the rest to 1.
    #[inline]
    pub fn pick(&self, row: usize, u: f64) -> Option<usize> {
        let mut rank = 0;
        for [a, b, c, d] in &self.sums[row * self.groups..][..self.groups] {
            // Counted, not searched: a branch on chance is predicted wrongly half the time.
            rank += usize::from(u >= *a) + usize::from(u >= *b) + usize::from(u >= *c) + usize::from(u >= *d);
        }
        self.order.get(rank).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_follow_the_names() {
        let names = ["c", "a", "b"].map(String::from);
        let order = by_name(names.iter());
        assert_eq!(order, [1, 2, 0]);
        let rows: [&[f64]; 2] = [&[0.2, 0.5, 0.1], &[0.3, 0.0, 0.7]];
        let choices = Choices::new(order.clone(), rows.into_iter(), false);
        let picked = [0.1, 0.49, 0.51, 0.59, 0.61, 0.79, 0.81].map(|u| choices.pick(0, u));
        assert_eq!(
            picked,
            [Some(1), Some(1), Some(2), Some(2), Some(0), Some(0), None]
        );
        let whole = Choices::new(order, rows.into_iter(), true);
        assert_eq!(
            [0.69, 0.71, 1.0 - 1e-16].map(|u| whole.pick(1, u)),
            [Some(2), Some(0), Some(0)]
        );
    }
}
