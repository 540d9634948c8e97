//! The smallest allowed size that meets one or several targets, with a stated confidence.
//!
//! Sizes x_1 < ... < x_m are allowed (workers, beds, hours). The **margin** of a target at a size is by how much its outcome
//! is on the right side of the value wanted; a size meets the targets if no margin is negative. The search assumes that margins do not
//! fall as the size grows, tests it, and falls back to a [metamodel](super::metamodel) if the test says otherwise.
//!
//! **At one size** a sequential test with error a looks at n = first, 2 first, 4 first ... replications ([`super::looks`], share s of a at each).
//! It says *meets* when every target's one-sided p of "the margin is not positive" is at most s·a (an
//! intersection-union test: no correction for several targets), *fails* when some target's p of "the margin is not negative" is at most s·a/T for T
//! targets (Bonferroni), and *undecided* at the cap. p is Student's t over replications; where all replications agree it
//! is 1: targets are about means, and what never varied says nothing of rare events.
//!
//! **Over sizes** the search halves: the smallest size shown to meet is sought going down from what meets and up from all else;
//! the largest shown to fail likewise. Each halving looks at no more than `D = ceil(log2(m + 1))` sizes, and a = α/D.
//! Then all statements hold together with probability at least 1 - α if margins are monotone. *Proof.* Let s be the true smallest
//! size. A false "meets" needs a size below s; the search for the smallest that meets has gone down only from sizes that met and up only from others. Before its first
//! false "meets" it has gone down from sizes not below s only. If it ever went up from a size not below s (undecided
//! there), all later ones are above s, where "meets" is true. So its sizes below s before the first error lie on the one path that
//! plain halving towards s takes, which does not depend on chance; likewise for a false "fails" and sizes not below s. That path has
//! at most D sizes, and at each only one kind of error is possible: Bonferroni gives D · α/D. Nothing is assumed of dependence
//! between sizes, so common random numbers are welcome.
//!
//! **Monotone?** Afterwards each target's paired difference of margins between neighbours that were tried is tested for a fall, all
//! together with error α (Bonferroni). What passes is not proved monotone, only not contradicted.

use super::looks::Looks;
use super::metamodel::{Metamodel, fit};
use super::systems::{Level, Series, Systems, paired};

/// One target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The outcome's place in what [`Systems::observe`] gives.
    pub outcome: usize,
    /// Whether it must be at least `value`; else at most.
    pub at_least: bool,
    /// The value.
    pub value: f64,
}

impl Target {
    /// By how much each replication is on the right side.
    fn margin(&self, xs: &[f64]) -> Vec<f64> {
        let sign = if self.at_least { 1.0 } else { -1.0 };
        // Rounding in numbers that agree must not pass for variation.
        let (mean, variance) = paired(xs, &vec![self.value; xs.len()]);
        match variance > 0.0 {
            true => xs.iter().map(|x| sign * (x - self.value)).collect(),
            false => vec![sign * mean; xs.len()],
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The targets, all to be met.
    pub targets: Vec<Target>,
    /// Allowed probability that the answer is wrong.
    pub alpha: f64,
    /// Looks at each size.
    pub looks: Looks,
    /// Replications of the sizes that only the curve needs; 0 for none.
    pub curve: u64,
    /// Most sizes that the curve or the metamodel adds points for.
    pub points: usize,
}

/// What the replications say of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Shown to meet every target.
    Meets,
    /// Shown to fail some target.
    Fails,
    /// Neither.
    Undecided,
}

/// One size that was simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// What it was judged; `None` if it was simulated for the curve only.
    pub verdict: Option<Verdict>,
    /// Replications.
    pub n: u64,
    /// The outcome of each target.
    pub levels: Vec<Option<Level>>,
    /// Margins of each target by replication.
    margins: Vec<Series>,
}

impl Tried {
    /// The targets on whose outcome all replications agree.
    pub fn agreeing(&self) -> Vec<usize> {
        let agrees = |m: &Series| m.as_deref().is_some_and(|xs| Level::of(xs).agrees());
        (0..self.margins.len())
            .filter(|&t| agrees(&self.margins[t]))
            .collect()
    }
}

/// A fall where there should be none: the margin of a target is smaller at the larger size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fall {
    /// The target.
    pub target: usize,
    /// The two sizes, by their places.
    pub from: usize,
    /// The larger one.
    pub to: usize,
    /// Margin at `to` minus margin at `from`.
    pub change: Level,
    /// One-sided p of "no fall", corrected for all that were tested.
    pub p: f64,
}

/// The answer. Sizes are given by their places 0..m.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Shown to meet, and the next smaller shown to fail (or there is none).
    Smallest(usize),
    /// The smallest is one of `from..=meets`: `meets` is shown to meet, what lies below `from` is shown to fail, and between them the
    /// replications do not tell.
    Between {
        /// Smallest not shown to fail.
        from: usize,
        /// Smallest shown to meet.
        meets: usize,
    },
    /// The largest size allowed is shown to fail.
    NoneMeets,
    /// No size is shown to meet; those from here on are not shown to fail.
    NoneShown(usize),
}

/// All that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Sized {
    /// The answer; by the metamodel if there are falls.
    pub answer: Answer,
    /// By size; `None` if it was not simulated.
    pub tried: Vec<Option<Tried>>,
    /// Falls shown, the clearest first.
    pub falls: Vec<Fall>,
    /// The metamodel and its verdict of every size; only if there are falls.
    pub metamodel: Option<Metamodel>,
    /// Error of the test at one size: α/D.
    pub each: f64,
    /// Replications of all sizes together.
    pub spent: u64,
}

/// Number of sizes at most on one path of halving over `m` sizes: ceil(log2(m + 1)).
pub fn depth(m: usize) -> u32 {
    usize::BITS - m.leading_zeros()
}

/// One-sided p of "the margin is not positive" (`above`) or "is not negative".
fn p(margin: &Level, above: bool) -> f64 {
    match above {
        true => margin.p_above(0.0),
        false => margin.p_below(0.0),
    }
}

/// What margins say with error `alpha`; a target without a value is not shown to be anything.
pub(super) fn judge(margins: &[Option<Level>], alpha: f64) -> Verdict {
    let each = alpha / margins.len().max(1) as f64;
    let known = |m: &Option<Level>, above: bool, alpha: f64| m.as_ref().is_some_and(|m| p(m, above) <= alpha);
    if margins.iter().all(|m| known(m, true, alpha)) {
        Verdict::Meets
    } else if margins.iter().any(|m| known(m, false, each)) {
        Verdict::Fails
    } else {
        Verdict::Undecided
    }
}

struct Search<'s, S: Systems> {
    systems: &'s mut S,
    ask: &'s Ask,
    each: f64,
    tried: Vec<Option<Tried>>,
}

impl<S: Systems> Search<'_, S> {
    /// Simulates a size up to `n` replications and keeps what it gave.
    fn observe(&mut self, i: usize, n: u64, verdict: Option<Verdict>) -> Result<&Tried, S::Error> {
        let all = self.systems.observe(i, n)?;
        let (mut levels, mut margins) = (Vec::new(), Vec::new());
        for target in &self.ask.targets {
            let xs = all[target.outcome].as_deref();
            levels.push(xs.map(Level::of));
            margins.push(xs.map(|xs| target.margin(xs)));
        }
        let tried = Tried {
            verdict,
            n,
            levels,
            margins,
        };
        Ok(self.tried[i].insert(tried))
    }

    /// The sequential test at one size.
    fn test(&mut self, i: usize) -> Result<Verdict, S::Error> {
        if let Some(Some(verdict)) = self.tried[i].as_ref().map(|t| t.verdict) {
            return Ok(verdict);
        }
        let mut verdict = Verdict::Undecided;
        for (n, share) in self.ask.looks.at().into_iter().zip(self.ask.looks.shares()) {
            self.systems.ensure(&[(i, n)])?;
            let alpha = self.each * share;
            let tried = self.observe(i, n, None)?;
            verdict = judge(&levels(&tried.margins), alpha);
            if verdict != Verdict::Undecided {
                break;
            }
        }
        if let Some(tried) = &mut self.tried[i] {
            tried.verdict = Some(verdict);
        }
        Ok(verdict)
    }

    /// (largest shown to fail, smallest shown to meet), as places.
    fn halve(&mut self, m: usize) -> Result<(Option<usize>, Option<usize>), S::Error> {
        let mut ends = [None, None];
        for (end, sought) in ends.iter_mut().zip([Verdict::Meets, Verdict::Fails]) {
            // Sizes low..high are still open.
            let (mut low, mut high) = (0, m);
            while low < high {
                let middle = low + (high - low) / 2;
                let found = self.test(middle)?;
                if found == sought {
                    *end = Some(middle);
                }
                match (found == sought) == (sought == Verdict::Meets) {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
        }
        Ok((ends[1], ends[0]))
    }

    /// Simulates further sizes, so that there are at least `points` spread evenly, all of at least `n` replications.
    fn spread(&mut self, m: usize, points: usize, n: u64) -> Result<(), S::Error> {
        let points = points.min(m);
        let mut wanted: Vec<usize> = match points {
            0 => Vec::new(),
            1 => vec![m - 1],
            _ => (0..points).map(|k| k * (m - 1) / (points - 1)).collect(),
        };
        wanted.retain(|&i| self.tried[i].is_none());
        wanted.dedup();
        let asked: Vec<(usize, u64)> = wanted.iter().map(|&i| (i, n)).collect();
        self.systems.ensure(&asked)?;
        for i in wanted {
            self.observe(i, n, None)?;
        }
        Ok(())
    }

    /// Falls between neighbours among the sizes tried.
    fn falls(&self) -> Vec<Fall> {
        let tried: Vec<(usize, &Tried)> = (0..self.tried.len())
            .filter_map(|i| self.tried[i].as_ref().map(|t| (i, t)))
            .collect();
        let tests = tried.len().saturating_sub(1) * self.ask.targets.len();
        let mut falls = Vec::new();
        for pair in tried.windows(2) {
            let ((from, a), (to, b)) = (pair[0], pair[1]);
            for target in 0..self.ask.targets.len() {
                let (Some(a), Some(b)) = (&a.margins[target], &b.margins[target]) else {
                    continue;
                };
                let change = Level::of_difference(b, a);
                let p = (change.p_below(0.0) * tests as f64).min(1.0);
                if p <= self.ask.alpha {
                    falls.push(Fall {
                        target,
                        from,
                        to,
                        change,
                        p,
                    });
                }
            }
        }
        falls.sort_by(|a, b| a.p.total_cmp(&b.p));
        falls
    }

    /// Brings all sizes tried to the same number of replications and fits the metamodel.
    fn metamodel(&mut self, xs: &[f64]) -> Result<Metamodel, S::Error> {
        let n = self.tried.iter().flatten().map(|t| t.n).max().unwrap_or(0);
        let n = n.max(self.ask.looks.first);
        self.spread(xs.len(), self.ask.points, n)?;
        let short: Vec<(usize, u64)> = (0..xs.len())
            .filter(|&i| self.tried[i].as_ref().is_some_and(|t| t.n < n))
            .map(|i| (i, n))
            .collect();
        self.systems.ensure(&short)?;
        for (i, n) in short {
            let verdict = self.tried[i].as_ref().and_then(|t| t.verdict);
            self.observe(i, n, verdict)?;
        }
        let points: Vec<usize> = (0..xs.len()).filter(|&i| self.tried[i].is_some()).collect();
        let margins: Vec<Vec<Series>> = points
            .iter()
            .filter_map(|&i| self.tried[i].as_ref().map(|t| t.margins.clone()))
            .collect();
        Ok(fit(xs, &points, &margins, self.ask.alpha))
    }
}

/// Mean and standard error of each target's margins.
fn levels(margins: &[Series]) -> Vec<Option<Level>> {
    margins.iter().map(|m| m.as_deref().map(Level::of)).collect()
}

/// Finds the smallest of the sizes `xs` (increasing, at least one) that meets the targets. System i is size `xs[i]`.
///
/// # Errors
/// What `systems` gives.
pub fn size<S: Systems>(systems: &mut S, xs: &[f64], ask: &Ask) -> Result<Sized, S::Error> {
    let m = xs.len();
    let mut search = Search {
        systems,
        ask,
        each: ask.alpha / f64::from(depth(m).max(1)),
        tried: vec![None; m],
    };
    let (fails, meets) = search.halve(m)?;
    if ask.curve > 0 {
        search.spread(m, ask.points, ask.curve.max(2))?;
    }
    let falls = search.falls();
    let mut metamodel = None;
    let mut answer = match (fails, meets) {
        (fails, Some(meets)) if meets == fails.map_or(0, |f| f + 1) => Answer::Smallest(meets),
        (fails, Some(meets)) => Answer::Between {
            from: fails.map_or(0, |f| f + 1),
            meets,
        },
        (Some(fails), None) if fails + 1 == m => Answer::NoneMeets,
        (fails, None) => Answer::NoneShown(fails.map_or(0, |f| f + 1)),
    };
    if !falls.is_empty() {
        let model = search.metamodel(xs)?;
        answer = model.answer();
        metamodel = Some(model);
    }
    let spent = search.tried.iter().flatten().map(|t| t.n).sum();
    Ok(Sized {
        answer,
        each: search.each,
        tried: search.tried,
        falls,
        metamodel,
        spent,
    })
}
