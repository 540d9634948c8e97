//! Inequality of a rate across ordered groups.

/// Slope index of inequality: the weighted least-squares slope of a group's rate on the midpoint of its place in
/// the cumulative distribution of `weight`, groups in rank order (worst off first).
///
/// It reads as the rate at the best-off end minus the rate at the worst-off end of the fitted line. Each
/// item is (rate, weight). `None` when fewer than two groups have weight.
pub fn slope_index(groups: &[(f64, f64)]) -> Option<f64> {
    let total: f64 = groups.iter().map(|g| g.1).sum();
    if groups.iter().filter(|g| g.1 > 0.0).count() < 2 {
        return None;
    }
    let mean_rate = groups
        .iter()
        .filter(|g| g.1 > 0.0)
        .map(|(rate, w)| rate * w)
        .sum::<f64>()
        / total;
    let (mut below, mut xy, mut xx) = (0.0, 0.0, 0.0);
    for &(rate, w) in groups.iter().filter(|g| g.1 > 0.0) {
        // The weighted mean of the midpoints is 1/2 whatever the weights.
        let x = (below + w / 2.0) / total - 0.5;
        xy += w * x * (rate - mean_rate);
        xx += w * x * x;
        below += w;
    }
    Some(xy / xx)
}
