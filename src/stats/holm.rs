//! Holm's step-down adjustment of p-values for several tests made together.

/// Adjusted p-values: with p(1) <= ... <= p(m) sorted, `max over j <= i of min(1, (m - j + 1) p(j))`.
///
/// S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70: controls the chance of any false rejection
/// whatever the dependence. A hypothesis that could not be tested (`None`) stays `None` but counts in `m`, so that
/// leaving it out cannot make the others look surer.
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let m = p.len();
    let mut order: Vec<(f64, usize)> = p
        .iter()
        .enumerate()
        .filter_map(|(i, p)| p.map(|p| (p, i)))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut adjusted = vec![None; m];
    let mut largest = 0.0f64;
    for (rank, (p, i)) in order.into_iter().enumerate() {
        largest = largest.max(((m - rank) as f64 * p).min(1.0));
        adjusted[i] = Some(largest);
    }
    adjusted
}
