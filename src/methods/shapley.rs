//! Shapley values of a difference: how much of it each of several switches brings.
//!
//! There are k players (switches) and a value v(S) for every coalition S of those that are on. The Shapley value of
//! player j is its marginal contribution v(S + j) - v(S), averaged over all orders in which the players may be switched on:
//!
//! `phi_j = Σ over S without j of  |S|! (k - |S| - 1)! / k!  (v(S + j) - v(S))`
//!
//! (L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II, Annals of Mathematics
//! Studies 28, Princeton 1953, 307-317.) It is the only rule that shares out the whole, v(all) - v(none), exactly, treats equal
//! players equally, gives nothing to a player that changes nothing, and is linear in v.
//!
//! The Shapley interaction index of two players (M. Grabisch and M. Roubens, International Journal of Game Theory 28 (1999)
//! 547-565) says what the two bring together beyond what each brings alone:
//!
//! `I_ij = Σ over S without i, j of  |S|! (k - |S| - 2)! / (k - 1)!  (v(S + i + j) - v(S + i) - v(S + j) + v(S))`
//!
//! **Exact** up to [`MOST_EXACT`] players: all 2^k coalitions. **Sampled** beyond: random orders (J. Castro, D. Gómez and J. Tejada,
//! Computers & Operations Research 36 (2009) 1726-1730), each with its reverse (antithetic; R. Mitchell, J. Cooper, E. Frank
//! and G. Holmes, Journal of Machine Learning Research 23 (2022) 43). Each order shares out the whole exactly, hence so does any
//! mean of orders. An order and its reverse give the Shapley value of every game without interactions of three or more
//! players exactly: in one of the two, i comes before j.
//!
//! **Two errors, kept apart.** v is estimated from replications: v(S) is a value with pseudo-values by replication,
//! and all of the above is linear in v. So phi_j of the pseudo-values of replication r is a pseudo-value of phi_j; their standard
//! error gives a Student t interval, and the pairing of the coalitions by common random numbers is kept. Where orders are
//! sampled, the spread of phi_j between pairs of orders gives the second error. It is measured on the estimated v, so the
//! noise of v is in it too, and the interval of both together is cautious.

use crate::random::{Draws, name_key};
use crate::stats::{Estimate, LEVEL, Missing, Moments, student_t_critical};

/// Players that are switched on, one bit each.
pub type Coalition = u128;

/// Most players whose coalitions are all evaluated unless more are asked for.
pub const MOST_EXACT: usize = 12;

/// Most players for which all coalitions may be asked for.
pub const MOST_COALITIONS: usize = 20;

/// Relative size below which a spread is rounding.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// The value of one coalition in one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Estimate over all replications.
    pub value: f64,
    /// Pseudo-values by replication; equally many for every coalition.
    pub pseudo: Vec<f64>,
}

/// What a player brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Shapley value; its standard error and interval are those of the replications.
    pub phi: Estimate,
    /// Standard error by the orders drawn; `None` where all coalitions were evaluated or one pair of orders was drawn.
    pub order_error: Option<f64>,
    /// Interval for both errors together; that of `phi` where there is no second error.
    pub interval: Option<(f64, f64)>,
    /// Share of the whole difference, with the interval of the replications; absent where the whole is not clearly
    /// different from zero.
    pub of_whole: Option<Estimate>,
}

/// What two players bring together beyond each alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interaction {
    /// The players, the smaller first.
    pub players: (usize, usize),
    /// Shapley interaction index.
    pub index: Estimate,
}

/// How a difference is shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// v(all) - v(none).
    pub whole: Estimate,
    /// By player.
    pub shares: Vec<Share>,
    /// By pair of players, in order; empty where orders were sampled.
    pub interactions: Vec<Interaction>,
}

impl Attribution {
    /// Sum of the Shapley values less the whole: rounding only.
    pub fn residue(&self) -> f64 {
        let sum: f64 = self.shares.iter().filter_map(|s| s.phi.value()).sum();
        sum - self.whole.value().unwrap_or(0.0)
    }
}

/// Which coalitions are evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    players: usize,
    /// Orders, each followed by its reverse; `None`: all coalitions.
    orders: Option<Vec<Vec<usize>>>,
    /// Every coalition needed, once, ascending.
    coalitions: Vec<Coalition>,
}

impl Design {
    /// All coalitions of at most [`MOST_COALITIONS`] players.
    ///
    /// # Panics
    /// With more players.
    pub fn exact(players: usize) -> Design {
        assert!(players <= MOST_COALITIONS, "2^{players} coalitions");
        Design {
            players,
            orders: None,
            coalitions: (0..1 << players).collect(),
        }
    }

    /// `pairs` random orders and their reverses, drawn from `seed`; of at most 127 players. More pairs of the same seed begin with
    /// the same orders, so that a design can be made larger.
    ///
    /// # Panics
    /// With more players.
    pub fn sampled(players: usize, pairs: usize, seed: u64) -> Design {
        assert!(players < 128, "{players} players");
        let mut orders = Vec::with_capacity(2 * pairs);
        for pair in 0..pairs {
            let order = order(players, seed, pair as u64);
            let reverse = order.iter().rev().copied().collect();
            orders.extend([order, reverse]);
        }
        let mut coalitions: Vec<Coalition> = vec![0, all(players)];
        coalitions.extend(orders.iter().flat_map(|o| prefixes(o)));
        coalitions.sort_unstable();
        coalitions.dedup();
        Design {
            players,
            orders: Some(orders),
            coalitions,
        }
    }

    /// Number of players.
    pub fn players(&self) -> usize {
        self.players
    }

    /// Number of pairs of orders; `None` where all coalitions are evaluated.
    pub fn pairs(&self) -> Option<usize> {
        self.orders.as_ref().map(|o| o.len() / 2)
    }

    /// Every coalition to evaluate, once, ascending: first that of nobody, last that of all.
    pub fn coalitions(&self) -> &[Coalition] {
        &self.coalitions
    }

    /// Where a coalition stands in [`Design::coalitions`].
    fn at(&self, coalition: Coalition) -> usize {
        match self.orders {
            None => coalition as usize,
            Some(_) => {
                (self.coalitions.binary_search(&coalition)).expect("every prefix of an order is there")
            }
        }
    }

    /// Shares the whole out, given the values of [`Design::coalitions`] in their order, with as many pseudo-values each.
    ///
    /// # Errors
    /// Why the value of some coalition is missing.
    pub fn analyse(&self, values: &[Result<Value, Missing>]) -> Result<Attribution, Missing> {
        let v: Vec<&Value> = values
            .iter()
            .map(|v| v.as_ref().map_err(|why| *why))
            .collect::<Result<_, _>>()?;
        assert_eq!(v.len(), self.coalitions.len(), "one value for every coalition");
        let scale = v.iter().map(|v| v.value.abs()).fold(0.0, f64::max);
        let game = Game { v, scale };
        let (none, last) = (0, self.coalitions.len() - 1);
        let whole = game.estimate(|x| x(last) - x(none));
        let marginals: Vec<Vec<(f64, usize, usize)>> = (0..self.players).map(|j| self.marginals(j)).collect();
        let shares = marginals.iter().enumerate().map(|(j, marginals)| {
            let of = |x: &dyn Fn(usize) -> f64| weighted(marginals, x);
            let phi = game.estimate(|x| of(x));
            let order_error = self.order_error(j, &game);
            Share {
                phi,
                order_error,
                interval: both(&phi, order_error, self.pairs()),
                of_whole: game.of_whole(&whole, last, &|x| of(x)),
            }
        });
        let shares = shares.collect();
        Ok(Attribution {
            whole,
            shares,
            interactions: self.interactions(&game),
        })
    }

    /// Weights of v(S + j) - v(S), with the places of both coalitions.
    fn marginals(&self, j: usize) -> Vec<(f64, usize, usize)> {
        let k = self.players;
        match &self.orders {
            None => {
                let weights = weights(k);
                let without = self.coalitions.iter().filter(|s| *s >> j & 1 == 0);
                without
                    .map(|&s| (weights[s.count_ones() as usize], self.at(s | 1 << j), self.at(s)))
                    .collect()
            }
            Some(orders) => {
                let weight = 1.0 / orders.len() as f64;
                let steps = orders.iter().map(|o| step(o, j));
                steps
                    .map(|before| (weight, self.at(before | 1 << j), self.at(before)))
                    .collect()
            }
        }
    }

    /// Standard error of a Shapley value by the choice of orders; pairs of an order and its reverse are independent.
    fn order_error(&self, j: usize, game: &Game<'_>) -> Option<f64> {
        let orders = self.orders.as_ref()?;
        let mut moments = Moments::default();
        for pair in orders.chunks(2) {
            let brought = pair.iter().map(|o| {
                let before = step(o, j);
                game.v[self.at(before | 1 << j)].value - game.v[self.at(before)].value
            });
            moments.push(brought.sum::<f64>() / pair.len() as f64);
        }
        let m = moments.n() as f64;
        (moments.n() > 1).then(|| (moments.squares() / (m * (m - 1.0))).sqrt())
    }

    fn interactions(&self, game: &Game<'_>) -> Vec<Interaction> {
        let k = self.players;
        if self.orders.is_some() || k < 2 {
            return Vec::new();
        }
        // |S|! (k - |S| - 2)! / (k - 1)! is the weight of a game of k - 1 players.
        let weights = weights(k - 1);
        let mut found = Vec::new();
        for i in 0..k {
            for j in i + 1..k {
                let (a, b): (Coalition, Coalition) = (1 << i, 1 << j);
                let without = || self.coalitions.iter().filter(move |s| *s & (a | b) == 0);
                let index = game.estimate(|x| {
                    without()
                        .map(|&s| {
                            let of = |s: Coalition| x(self.at(s));
                            weights[s.count_ones() as usize]
                                * ((of(s | a | b) - of(s | a)) - (of(s | b) - of(s)))
                        })
                        .sum()
                });
                found.push(Interaction {
                    players: (i, j),
                    index,
                });
            }
        }
        found
    }

    /// Half-width of the error by the orders of every player's Shapley value in these attributions, as a share of the whole
    /// difference, at its largest; wholes that are not clearly different from zero are passed over. The half-widths hold together at
    /// [`LEVEL`] for all players and for `looks` looks at the growing design (Bonferroni). `None` where it cannot be said yet.
    pub fn order_precision(&self, found: &[Attribution], looks: usize) -> Option<f64> {
        let pairs = self.pairs().filter(|p| *p > 1)?;
        let level = 1.0 - (1.0 - LEVEL) / (self.players * looks).max(1) as f64;
        let critical = student_t_critical(level, (pairs - 1) as f64);
        let mut worst: Option<f64> = None;
        for a in found.iter().filter(|a| a.whole.excludes_zero()) {
            let whole = a.whole.value()?.abs();
            for share in &a.shares {
                let relative = critical * share.order_error? / whole;
                worst = Some(worst.unwrap_or(0.0).max(relative));
            }
        }
        worst
    }
}

/// A linear functional of a game, given the value of the coalition at each place.
type Functional<'f> = &'f dyn Fn(&dyn Fn(usize) -> f64) -> f64;

/// Values of the coalitions, and their size, against which rounding is judged.
struct Game<'v> {
    v: Vec<&'v Value>,
    scale: f64,
}

impl Game<'_> {
    fn n(&self) -> usize {
        self.v.iter().map(|v| v.pseudo.len()).min().unwrap_or(0)
    }

    /// A linear functional of v, with the standard error of its pseudo-values.
    fn estimate(&self, of: impl Fn(&dyn Fn(usize) -> f64) -> f64) -> Estimate {
        let value = of(&|s| self.v[s].value);
        let mut moments = Moments::default();
        for r in 0..self.n() {
            moments.push(of(&|s| self.v[s].pseudo[r]));
        }
        estimate(value, self.scale, &moments)
    }

    /// A functional over the whole, by the delta method: the pseudo-value of a/b is a/b + (a_r - (a/b) b_r)/b.
    fn of_whole(&self, whole: &Estimate, last: usize, of: Functional<'_>) -> Option<Estimate> {
        let b = whole.value().filter(|b| *b != 0.0)?;
        let clear = whole.excludes_zero() || whole.why_missing() == Some(Missing::NoVariation);
        if !clear {
            return None;
        }
        let share = of(&|s| self.v[s].value) / b;
        let mut moments = Moments::default();
        for r in 0..self.n() {
            let x = |s: usize| self.v[s].pseudo[r];
            moments.push(share + (of(&x) - share * (x(last) - x(0))) / b);
        }
        Some(estimate(share, self.scale / b.abs(), &moments))
    }
}

fn estimate(value: f64, scale: f64, moments: &Moments) -> Estimate {
    let n = moments.n();
    match n {
        0 => return Estimate::point(value, Missing::Unstable, 0),
        1 => return Estimate::point(value, Missing::OneReplication, 1),
        _ => {}
    }
    let (count, rounding) = (n as f64, ROUNDING * scale);
    if moments.squares() <= count * rounding * rounding {
        // Nothing but rounding: nothing, if it is as small as that.
        let value = if value.abs() <= rounding { 0.0 } else { value };
        return Estimate::point(value, Missing::NoVariation, n);
    }
    let error = (moments.squares() / (count * (count - 1.0))).sqrt();
    Estimate::new(value, error, student_t_critical(LEVEL, count - 1.0), n)
}

/// The interval for the error of the replications and that of the orders together: their variances add, because orders are
/// drawn apart from replications; the degrees of freedom are the smaller.
fn both(phi: &Estimate, order_error: Option<f64>, pairs: Option<usize>) -> Option<(f64, f64)> {
    let (Some(b), Some(pairs)) = (order_error.filter(|b| *b > 0.0), pairs) else {
        return phi.low().zip(phi.high());
    };
    let value = phi.value()?;
    let (a, mut df) = (phi.standard_error().unwrap_or(0.0), pairs as f64 - 1.0);
    if a > 0.0 {
        df = df.min(phi.n() as f64 - 1.0);
    } else if phi.why_missing() != Some(Missing::NoVariation) {
        return None;
    }
    let half = student_t_critical(LEVEL, df) * (a * a + b * b).sqrt();
    Some((value - half, value + half))
}

fn weighted(marginals: &[(f64, usize, usize)], x: &dyn Fn(usize) -> f64) -> f64 {
    marginals
        .iter()
        .map(|(w, with, without)| w * (x(*with) - x(*without)))
        .sum()
}

/// Weight by size of the coalition without the player: `s! (k - s - 1)! / k! = 1 / (k C(k - 1, s))`.
fn weights(k: usize) -> Vec<f64> {
    let mut binomial = 1.0;
    (0..k)
        .map(|s| {
            if s > 0 {
                binomial = binomial * (k - s) as f64 / s as f64;
            }
            1.0 / (k as f64 * binomial)
        })
        .collect()
}

fn all(players: usize) -> Coalition {
    (1 << players) - 1
}

/// An order of the players by the shuffle of Fisher and Yates, from keyed draws.
fn order(players: usize, seed: u64, pair: u64) -> Vec<usize> {
    let (draws, key) = (Draws::new(seed, pair), name_key(&["shapley.order"]));
    let mut order: Vec<usize> = (0..players).collect();
    for last in (1..players).rev() {
        let u = draws.uniform(key, 0, last as u32, 0);
        order.swap(last, ((u * (last + 1) as f64) as usize).min(last));
    }
    order
}

/// The coalitions that an order goes through, from nobody to all.
fn prefixes(order: &[usize]) -> Vec<Coalition> {
    let mut at: Coalition = 0;
    let mut found = vec![at];
    for &j in order {
        at |= 1 << j;
        found.push(at);
    }
    found
}

/// Who is on when player `j`'s turn comes.
fn step(order: &[usize], j: usize) -> Coalition {
    order.iter().take_while(|&&i| i != j).fold(0, |s, &i| s | 1 << i)
}

#[cfg(test)]
mod tests;
