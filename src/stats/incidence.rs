//! Aalen–Johansen cumulative incidence with competing events, binned and exact.
//!
//! With n(b) at risk at the beginning of bin b, d(k,b) events of cause k and c(b) censored in it, and S the
//! probability of still waiting: `F(k) += S d(k,b) / n(b)`, `S *= 1 - Σ d(k,b) / n(b)`,
//! `n(b+1) = n(b) - Σ d(k,b) - c(b)`. Events precede censoring within a bin, as they do at tied times.
//! Between edges F and S are linear. (O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150.)

use super::estimate::Missing;
use crate::base::Secs;

/// How far below q an incidence may lie by rounding and still count as having reached it.
const ROUNDING: f64 = 1e-12;

/// Cumulative incidence on a grid; its memory is reused by each fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    edges: Vec<Secs>,
    causes: usize,
    /// S at each edge.
    waiting: Vec<f64>,
    /// F of each cause at each edge: cause-major, `edges.len()` values each.
    incidence: Vec<f64>,
    /// Edges up to this index are estimated; beyond it nobody is at risk.
    known: usize,
    entered: bool,
}

impl Curve {
    /// A curve on bins with these edges (rising from 0), for so many causes.
    pub fn new(edges: &[Secs], causes: usize) -> Curve {
        let n = edges.len();
        debug_assert!(n > 1 && causes > 0);
        Curve {
            edges: edges.to_vec(),
            causes,
            waiting: vec![1.0; n],
            incidence: vec![0.0; causes * n],
            known: 0,
            entered: false,
        }
    }

    /// Fits the curve to a histogram: `entries` people at risk from 0, and `count(slot)` of them in slot
    /// `cause * bins + bin` (the censored follow as one more cause). Who is in no slot is at risk to the end.
    pub fn fit(&mut self, entries: i128, count: impl Fn(usize) -> i128) {
        let edges = self.edges.len();
        let bins = edges - 1;
        let mut at_risk = entries;
        self.entered = entries > 0;
        self.known = bins;
        for b in 0..bins {
            let s = self.waiting[b];
            if at_risk <= 0 {
                // Nobody is left. If all had an event the curve is complete, else it ends here.
                if s > ROUNDING {
                    self.known = b;
                    return;
                }
                self.waiting[b + 1] = s;
                for k in 0..self.causes {
                    self.incidence[k * edges + b + 1] = self.incidence[k * edges + b];
                }
                continue;
            }
            let mut events = 0i128;
            for k in 0..self.causes {
                let d = count(k * bins + b);
                let at = k * edges + b;
                self.incidence[at + 1] = self.incidence[at];
                if d != 0 {
                    self.incidence[at + 1] += s * (d as f64 / at_risk as f64);
                    events += d;
                }
            }
            self.waiting[b + 1] = if events == 0 {
                s
            } else {
                s * ((at_risk - events) as f64 / at_risk as f64)
            };
            at_risk -= events + count(self.causes * bins + b);
        }
    }

    /// The bin that holds `t` with the share of it that has passed.
    fn place(&self, t: Secs) -> Result<(usize, f64), Missing> {
        if !self.entered {
            return Err(Missing::NobodyAtRisk);
        }
        if t > self.edges[self.known] {
            return Err(Missing::NobodyLeftAtRisk);
        }
        if t <= 0 {
            return Ok((0, 0.0));
        }
        let b = self.edges.partition_point(|&e| e < t) - 1;
        let width = self.edges[b + 1] - self.edges[b];
        Ok((b, (t - self.edges[b]) as f64 / width as f64))
    }

    /// Probability that `cause` has ended the wait by `t` seconds.
    ///
    /// # Errors
    /// Nobody entered, or nobody is at risk any more at `t`.
    pub fn incidence_at(&self, cause: usize, t: Secs) -> Result<f64, Missing> {
        let (b, share) = self.place(t)?;
        let f = &self.incidence[cause * self.edges.len()..];
        Ok(if share == 0.0 {
            f[b]
        } else {
            f[b] + share * (f[b + 1] - f[b])
        })
    }

    /// First time in seconds at which the incidence of `cause` reaches `q`.
    ///
    /// # Errors
    /// Nobody entered, or `q` is not reached.
    pub fn centile(&self, cause: usize, q: f64) -> Result<f64, Missing> {
        if !self.entered {
            return Err(Missing::NobodyAtRisk);
        }
        let f = &self.incidence[cause * self.edges.len()..][..=self.known];
        let b = f
            .iter()
            .position(|&f| f >= q - ROUNDING)
            .ok_or(Missing::NotReached)?;
        // F is 0 at the first edge and q is positive, so b is at least 1 and F rises in the bin before it.
        let (low, high) = (f[b - 1], f[b]);
        let (from, to) = (self.edges[b - 1] as f64, self.edges[b] as f64);
        Ok(from + (to - from) * ((q - low) / (high - low)).clamp(0.0, 1.0))
    }

    /// Mean time still waiting in seconds, restricted to `upto`: the integral of S.
    ///
    /// # Errors
    /// Nobody entered, or nobody is at risk any more at `upto`.
    pub fn restricted_mean(&self, upto: Secs) -> Result<f64, Missing> {
        let (last, share) = self.place(upto)?;
        let s = &self.waiting;
        let mut area = 0.0;
        for b in 0..last {
            area += (self.edges[b + 1] - self.edges[b]) as f64 * (s[b] + s[b + 1]) / 2.0;
        }
        let width = (self.edges[last + 1] - self.edges[last]) as f64 * share;
        Ok(area + width * (s[last] + s[last] + share * (s[last + 1] - s[last])) / 2.0)
    }
}

/// The Aalen–Johansen step functions of individually known times.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactCurve {
    /// (time, S, F of each cause), each from that time on.
    steps: Vec<(f64, f64, Vec<f64>)>,
    causes: usize,
}

impl ExactCurve {
    /// From (time, cause) of each person, `None` if censored then. Times are at least 0 and not NaN.
    pub fn new(people: &[(f64, Option<usize>)], causes: usize) -> ExactCurve {
        let mut sorted = people.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps: Vec<(f64, f64, Vec<f64>)> = Vec::new();
        let (mut waiting, mut f) = (1.0, vec![0.0; causes]);
        let mut left = sorted.len();
        for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
            let mut events = 0;
            for cause in tied.iter().filter_map(|p| p.1) {
                f[cause] += waiting / left as f64;
                events += 1;
            }
            waiting *= (left - events) as f64 / left as f64;
            left -= tied.len();
            if events > 0 {
                steps.push((tied[0].0, waiting, f.clone()));
            }
        }
        ExactCurve { steps, causes }
    }

    /// Probability that `cause` has ended the wait by `t`.
    pub fn incidence_at(&self, cause: usize, t: f64) -> f64 {
        assert!(cause < self.causes);
        self.steps
            .iter()
            .take_while(|s| s.0 <= t)
            .last()
            .map_or(0.0, |s| s.2[cause])
    }

    /// First time at which the incidence of `cause` reaches `q`; `None` if it does not.
    pub fn centile(&self, cause: usize, q: f64) -> Option<f64> {
        self.steps
            .iter()
            .find(|s| s.2[cause] >= q - ROUNDING)
            .map(|s| s.0)
    }

    /// Integral of S from 0 to `upto`.
    pub fn restricted_mean(&self, upto: f64) -> f64 {
        let (mut from, mut s, mut area) = (0.0, 1.0, 0.0);
        for step in self.steps.iter().take_while(|step| step.0 < upto) {
            area += s * (step.0 - from);
            (from, s) = (step.0, step.1);
        }
        area + s * (upto - from)
    }
}
