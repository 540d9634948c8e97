//! Drawing a category by one uniform, in the order of the names, so that the order in a file changes nothing.

/// Indices in the order of their names.
pub(super) fn by_name<'a>(names: impl Iterator<Item = &'a String>) -> Vec<usize> {
    let mut named: Vec<(&String, usize)> = names.zip(0..).collect();
    named.sort_unstable();
    named.into_iter().map(|(_, index)| index).collect()
}

/// Rows of probabilities over the same categories.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    order: Vec<usize>,
    /// Cumulative probabilities of each row, categories in `order`.
    sums: Vec<f64>,
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
        }
        Choices { order, sums }
    }

    /// The category of a row in whose interval `u` lies; `None` for the rest to 1.
    #[inline]
    pub fn pick(&self, row: usize, u: f64) -> Option<usize> {
        let n = self.order.len();
        let rank: usize = self.sums[row * n..][..n]
            .iter()
            .map(|&sum| usize::from(u >= sum))
            .sum();
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
