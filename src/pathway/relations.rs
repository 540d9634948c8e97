//! How well teams know one another, and what a hand-off between two of them goes through now (model.md §7).
//!
//! The relationship of a pair of teams grows smoothly by ordinary work and one site, by steps when they meet or
//! visit together, and falls by a step whenever somebody of either team leaves. It is kept in closed form since it was last
//! looked at, so nothing is ever scanned. Who leaves when is drawn by the names of team and clinician; where
//! a team has no clinicians in the model, it loses the same share smoothly.

use crate::base::{NEVER, Secs, Time, WEEK, whole_secs};
use crate::model::{Interface, Model, Relationships, TeamIndex};
use crate::random::Draws;

use super::needs::NONE;
use super::outcomes_relations::RelationMeasures;
use super::population::YEAR;
use super::response::TURNOVER;
use super::secession::Tie;
use super::world::{K, World, kind};

/// How two teams worked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// Both attended a meeting.
    Meeting,
    /// A visit together, or one for the other.
    Visit,
}

/// What a hand-off from one team to another goes through at this moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'a> {
    /// The vector in force; what its parts are multiplied by is in the methods.
    pub theta: &'a Interface,
    transfer: f64,
    returned: f64,
    lost: f64,
    word: f64,
    writing: f64,
}

impl Link<'_> {
    /// Transfer delay at a quantile.
    pub fn transfer_secs(&self, u: f64) -> Secs {
        whole_secs(self.theta.transfer_delay.at(u) * self.theta.transfer_scale * self.transfer)
    }

    /// Probability of being returned.
    pub fn returned(&self) -> f64 {
        (self.theta.returned * self.returned).min(1.0)
    }

    /// Probability of being lost.
    pub fn lost(&self) -> f64 {
        (self.theta.lost * self.lost).min(1.0)
    }

    /// Probability that a word settles it.
    pub fn informal_advice(&self) -> f64 {
        (self.theta.informal_advice * self.word).min(1.0)
    }

    /// The sender's time.
    pub fn referral_secs(&self) -> Secs {
        whole_secs(self.theta.referral_secs as f64 * self.writing)
    }
}

/// The relationship of one pair of teams when it was last looked at.
#[derive(Clone, Copy, Debug)]
struct Bond {
    rho: f64,
    at: Time,
    /// How many who leave either team have been taken into account.
    left: [u32; 2],
}

impl Bond {
    /// Growth towards 1 and decay towards 0 at these rates a second, in closed form.
    fn grow(&mut self, until: Time, (growth, decay): (f64, f64)) {
        let rate = growth + decay;
        if rate > 0.0 {
            let rest = growth / rate;
            self.rho = rest + (self.rho - rest) * libm::exp(-rate * (until - self.at) as f64);
        }
        self.at = until;
    }
}

/// All pairs of teams.
#[derive(Debug, Default)]
pub(super) struct Bonds {
    /// By pair; empty where relationships are not modelled.
    pairs: Vec<Bond>,
    /// When somebody leaves, by team, in order.
    leavers: Vec<Vec<Time>>,
    /// Pairs that hand people to one another.
    pub(super) ties: Vec<Tie>,
    /// Position in `ties` by pair, or [`NONE`]; empty where nothing is kept about pairs.
    tie_of: Vec<u32>,
    /// What sweeps found in the measured window: planned contacts, returned referrals, disputes.
    pub(super) found: [i64; 3],
}

/// Position of an unordered pair in a flat table.
pub(super) fn position(a: TeamIndex, b: TeamIndex) -> usize {
    let (low, high) = (a.index().min(b.index()), a.index().max(b.index()));
    high * (high - 1) / 2 + low
}

impl Bonds {
    /// All pairs as they are when the run, or what is kept about them, begins.
    pub fn new(m: &Model, draws: &Draws, now: Time) -> Bonds {
        let mut bonds = Bonds::default();
        if m.relations.relationships.is_some() || !m.relations.severed.is_empty() {
            let pairs = m.teams.len() * m.teams.len().saturating_sub(1) / 2;
            bonds.tie_of = vec![NONE; pairs];
            for mut tie in super::secession::ties(m, draws) {
                tie.pass(draws, now);
                bonds.tie_of[position(tie.a, tie.b)] = bonds.ties.len() as u32;
                bonds.ties.push(tie);
            }
        }
        bonds.refresh(m, draws, now);
        bonds
    }

    /// The model is another one from now on: who leaves when, and relationships where there were none.
    fn refresh(&mut self, m: &Model, draws: &Draws, now: Time) {
        let Some(r) = &m.relations.relationships else {
            self.pairs.clear();
            return;
        };
        self.leavers = (0..m.teams.len())
            .map(|team| leavers(m, r, draws, team))
            .collect();
        let fresh = self.pairs.is_empty();
        for high in 1..m.teams.len() {
            for low in 0..high {
                let left = [low, high].map(|t| self.leavers[t].partition_point(|x| *x <= now) as u32);
                if fresh {
                    let rho = r.start.unwrap_or_else(|| stationary(m, r, low, high));
                    self.pairs.push(Bond { rho, at: now, left });
                } else {
                    self.pairs[high * (high - 1) / 2 + low].left = left;
                }
            }
        }
    }

    /// The pair's relationship brought up to now.
    fn evolve(&mut self, m: &Model, r: &Relationships, a: TeamIndex, b: TeamIndex, now: Time) -> &mut f64 {
        let teams = [a.index().min(b.index()), a.index().max(b.index())];
        let bond = &mut self.pairs[position(a, b)];
        if now > bond.at {
            let rates = rates(m, r, teams);
            loop {
                let leaves = |i: usize| {
                    let next = self.leavers[teams[i]].get(bond.left[i] as usize);
                    next.copied().unwrap_or(NEVER)
                };
                let (first, second) = (leaves(0), leaves(1));
                if first.min(second) > now {
                    break;
                }
                let who = usize::from(second < first);
                bond.grow(first.min(second), rates);
                bond.left[who] += 1;
                let number = m.teams[teams[who]].clinicians.len().max(1) as f64;
                bond.rho *= 1.0 - r.taken_by_leaver / number;
            }
            bond.grow(now, rates);
        }
        &mut bond.rho
    }
}

/// When somebody leaves a team: each clinician's week by week, keyed by name.
fn leavers(m: &Model, r: &Relationships, draws: &Draws, team: usize) -> Vec<Time> {
    let a_week = r.turnover_a_year[team] * WEEK as f64 / YEAR as f64;
    let mut all = Vec::new();
    if a_week > 0.0 {
        for c in &m.teams[team].clinicians {
            for week in 0..m.windows.end() / WEEK + 1 {
                let (u, v) = draws.pair(c.key, TURNOVER, week as u32, 0);
                let at = week * WEEK + (v * WEEK as f64) as Time;
                let bump = m.relations.transition.as_ref();
                let factor = bump
                    .filter(|t| t.touches(TeamIndex(team as u16), at))
                    .map_or(1.0, |t| t.turnover);
                if u < a_week * factor {
                    all.push(at);
                }
            }
        }
        all.sort_unstable();
    }
    all
}

/// Growth and smooth decay of a pair, a second.
fn rates(m: &Model, r: &Relationships, teams: [usize; 2]) -> (f64, f64) {
    let smooth = |t: usize| match m.teams[t].clinicians.is_empty() {
        true => r.turnover_a_year[t] * r.taken_by_leaver,
        false => 0.0,
    };
    let decay = smooth(teams[0]) + smooth(teams[1]);
    (growth(m, r, teams) / YEAR as f64, decay / YEAR as f64)
}

fn growth(m: &Model, r: &Relationships, teams: [usize; 2]) -> f64 {
    let near = m.teams[teams[0]].site == m.teams[teams[1]].site;
    r.ordinary_a_year + if near { r.same_site_a_year } else { 0.0 }
}

/// Where ordinary work, one site and turnover keep a pair on average; the reference where nothing moves it.
fn stationary(m: &Model, r: &Relationships, low: usize, high: usize) -> f64 {
    let growth = growth(m, r, [low, high]);
    let decay = r.taken_by_leaver * (r.turnover_a_year[low] + r.turnover_a_year[high]);
    if growth + decay > 0.0 {
        growth / (growth + decay)
    } else {
        r.reference
    }
}

impl<'a> World<'a> {
    /// Whether one team sees the record of another now: not while the link is withdrawn and what is left of it does not say so.
    pub(super) fn shares_record(&mut self, now: Time, from: TeamIndex, to: TeamIndex) -> bool {
        let m = self.m;
        if from != to && !self.bonds.tie_of.is_empty() {
            let tie = self.bonds.tie_of[position(from, to)];
            if tie != NONE && self.bonds.ties[tie as usize].withdrawn(m, &self.everybody_else, now) {
                return m.severed(from, to).shared_record;
            }
        }
        m.interface(from, to).shared_record
    }

    /// What a hand-off from one team to another goes through now: the vector of the pair (that of a withdrawn link
    /// while it is withdrawn), times the factors of relationship and transition.
    pub(super) fn link(&mut self, now: Time, from: TeamIndex, to: TeamIndex) -> Link<'a> {
        let m = self.m;
        let mut link = Link {
            theta: m.interface(from, to),
            transfer: 1.0,
            returned: 1.0,
            lost: 1.0,
            word: 1.0,
            writing: 1.0,
        };
        if from != to && !self.bonds.tie_of.is_empty() {
            let tie = self.bonds.tie_of[position(from, to)];
            if tie != NONE && self.bonds.ties[tie as usize].withdrawn(m, &self.everybody_else, now) {
                link.theta = m.severed(from, to);
            }
            if let Some(r) = &m.relations.relationships {
                let off = r.reference - *self.bonds.evolve(m, r, from, to, now);
                let better = |slope: f64| (1.0 + slope * off).max(0.0);
                link.transfer = better(r.slope[0]);
                link.returned = better(r.slope[1]);
                link.lost = better(r.slope[2]);
                link.word = (1.0 - r.slope[3] * off).max(0.0);
            }
        }
        if let Some(t) = &m.relations.transition
            && (t.touches(from, now) || t.touches(to, now))
        {
            link.transfer *= t.transfer_delay;
            if t.touches(from, now) {
                link.writing = t.referral_minutes;
            }
        }
        link
    }

    /// Two teams have worked together: they know one another a little better.
    pub(super) fn worked_together(&mut self, now: Time, a: TeamIndex, b: TeamIndex, how: Together) {
        let m = self.m;
        if let Some(r) = &m.relations.relationships
            && a != b
        {
            let share = match how {
                Together::Meeting => r.meeting,
                Together::Visit => r.visit,
            };
            let rho = self.bonds.evolve(m, r, a, b, now);
            *rho += share * (1.0 - *rho);
        }
    }

    /// A team is reorganised: with every other it is at most where a reorganisation leaves it.
    pub(super) fn reorganised(&mut self, now: Time, team: TeamIndex) {
        let m = self.m;
        if let Some(r) = &m.relations.relationships {
            for other in 0..m.teams.len() as u16 {
                if other != team.0 {
                    let rho = self.bonds.evolve(m, r, team, TeamIndex(other), now);
                    *rho = rho.min(r.reset_to);
                }
            }
        }
    }

    /// A reorganisation at a stated time.
    pub(super) fn begin_relations(&mut self, k: &mut K) {
        if let Some(r) = &self.m.relations.relationships
            && let Some((at, _)) = &r.reorganised
            && *at >= k.now()
        {
            self.at(k, *at, kind::REORGANISED, 0);
        }
    }

    /// It has come.
    pub(super) fn reorganisation(&mut self, now: Time) {
        let m = self.m;
        if let Some(r) = &m.relations.relationships
            && let Some((at, teams)) = &r.reorganised
            && *at == now
        {
            for team in teams {
                self.reorganised(now, *team);
            }
        }
    }

    /// All pairs are brought up to now under the model in force: to be called before `self.m` becomes another.
    pub(super) fn settle_relations(&mut self, now: Time) {
        let m = self.m;
        for tie in &mut self.bonds.ties {
            tie.follow(m, &self.everybody_else, now);
        }
        if let Some(r) = &m.relations.relationships {
            for high in 1..m.teams.len() as u16 {
                for low in 0..high {
                    self.bonds.evolve(m, r, TeamIndex(low), TeamIndex(high), now);
                }
            }
        }
    }

    /// `self.m` has become another model: to be called after it, with the teams whose organisation was redrawn.
    pub(super) fn relations_renewed(&mut self, now: Time, redrawn: &[TeamIndex]) {
        if self.bonds.tie_of.is_empty() {
            self.bonds = Bonds::new(self.m, &self.everybody_else, now);
        } else {
            self.bonds.refresh(self.m, &self.everybody_else, now);
        }
        for team in redrawn {
            self.reorganised(now, *team);
        }
    }

    /// Writes down how well those who hand people to one another know one another at the start (0), the middle
    /// (1) and the end (2) of the measured window; at its end also what was withdrawn in it.
    pub(super) fn note_relations(&mut self, measures: &RelationMeasures, now: Time, point: usize) {
        self.settle_relations(now);
        let m = self.m;
        if m.relations.relationships.is_some() {
            for tie in &self.bonds.ties {
                let rho = self.bonds.pairs[position(tie.a, tie.b)].rho;
                let micro = libm::round(rho * 1e6) as i64;
                measures.relationship(&mut self.rec, tie.kind, point, micro);
            }
        }
        if point == 2 {
            let window = m.windows.measured_window();
            for tie in &self.bonds.ties {
                measures.withdrawn(&mut self.rec, tie.in_window, window.1 - window.0);
            }
            measures.found(&mut self.rec, self.bonds.found);
        }
    }
}
