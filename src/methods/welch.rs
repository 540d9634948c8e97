//! Welch's graphical method: replications averaged interval by interval, smoothed by a moving average, read by eye.
//!
//! P. D. Welch, The statistical analysis of simulation results, in S. S. Lavenberg (ed.), *The Computer
//! Performance Modeling Handbook*, Academic Press 1983, 268-328. With `Y_i` the average over replications in interval `i = 1 … m`
//! and a half-width `w`,
//!
//! `Y_i(w) = 1/(2i - 1) Σ_{s = -(i-1)}^{i-1} Y_{i+s}` for `i ≤ w`, `1/(2w + 1) Σ_{s = -w}^{w} Y_{i+s}` for `w < i ≤ m - w`,
//!
//! so that the first values are averages of fewer intervals, symmetric about their own. The method is graphical: one picks
//! the interval after which the curve is level. What is given beside the curve is a help in reading it, no test: the
//! first interval at which the curve has reached the mean of the second half of the series from whichever side it starts
//! (a curve that nears its level from one side and does not reach it yet has not settled).

/// The smoothed series: the first value belongs to the first interval; `w` values shorter than the series at its end.
/// Empty if the series has no more than `2 w` values.
pub fn moving_average(series: &[f64], w: usize) -> Vec<f64> {
    let m = series.len();
    if m <= 2 * w {
        return Vec::new();
    }
    (0..m - w)
        .map(|i| {
            let reach = w.min(i);
            let part = &series[i - reach..=i + reach];
            part.iter().sum::<f64>() / part.len() as f64
        })
        .collect()
}

/// A window for a series of so many intervals: a tenth of it on either side, from 1 to 26. (Welch would have it at most a
/// quarter, and as small as leaves a smooth curve; a year of weeks on both sides together is enough for any.)
pub fn usual_window(intervals: usize) -> usize {
    (intervals / 10).clamp(1, 26)
}

/// The first interval (from 0) at which the smoothed series reaches the mean of the second half of the series; `None` if
/// it does not.
pub fn settled(series: &[f64], smooth: &[f64]) -> Option<usize> {
    let half = &series[series.len() / 2..];
    if half.is_empty() {
        return None;
    }
    let level = half.iter().sum::<f64>() / half.len() as f64;
    let below = *smooth.first()? < level;
    smooth
        .iter()
        .position(|&y| if below { y >= level } else { y <= level })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1, 5, 3, 9, 7, 5, 5 with w = 2 gives 1; (1 + 5 + 3)/3 = 3; (1 + 5 + 3 + 9 + 7)/5 = 5; (5 + 3 + 9 + 7 + 5)/5
    /// = 5.8; (3 + 9 + 7 + 5 + 5)/5 = 5.8.
    #[test]
    fn the_moving_average_is_as_by_hand() {
        let series = [1.0, 5.0, 3.0, 9.0, 7.0, 5.0, 5.0];
        assert_eq!(moving_average(&series, 2), [1.0, 3.0, 5.0, 5.8, 5.8]);
        assert_eq!(moving_average(&series, 0), series);
        assert!(moving_average(&series, 4).is_empty());
        // The second half is 9, 7, 5, 5 with mean 6.5, which the curve does not reach; without smoothing it does at 9.
        assert_eq!(settled(&series, &moving_average(&series, 2)), None);
        assert_eq!(settled(&series, &series), Some(3));
    }

    #[test]
    fn a_curve_that_nears_its_level_settles_when_it_has_reached_it() {
        let series: Vec<f64> = (0..200)
            .map(|i| 10.0 * libm::pow(0.9, f64::from(i)) + if i % 2 == 0 { 0.1 } else { -0.1 })
            .collect();
        let at = settled(&series, &moving_average(&series, 5)).unwrap();
        // The bias 10 · 0.9^i is at the size of the ripple's average (0.1/11) after 67 steps.
        assert!((50..=75).contains(&at), "{at}");
        let falling: Vec<f64> = (0..100).map(|i| -f64::from(i)).collect();
        assert!(settled(&falling, &moving_average(&falling, 5)).unwrap() >= 70);
        assert_eq!(usual_window(156), 15);
        assert_eq!((usual_window(3), usual_window(9_999)), (1, 26));
    }
}
