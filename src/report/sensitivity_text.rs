//! A sensitivity analysis as people read it: first what the decision hangs on, then the ranking.

use super::layout::{Align, Page, Row};
use super::model::Number;
use super::numbers::{Unit, fixed, per_cent};
use super::sensitivity::{
    CLEAR, Decision, Effect, Found, Sensitive, Sensitivity, Shares, Swing, Tornado, Turn,
};
use crate::methods::sobol::LEAST_REPLICATIONS;
use crate::methods::turning::{Turned, wilson};
use crate::observe::Better;
use crate::scenario::plan::Method;
use crate::stats::Estimate;

/// Parameters shown in a table; all are in the file.
const SHOWN: usize = 15;
/// Parameters named in a sentence.
const NAMED: usize = 8;

/// For people.
pub fn sensitivity_text(s: &Sensitivity, width: usize) -> String {
    let mut page = Page::new(width);
    page.heading(&s.title);
    if let Some(question) = &s.question {
        page.paragraph(question);
    }
    let what = match s.differs() {
        true => format!("the difference `{}` minus `{}`", s.scenarios[1], s.scenarios[0]),
        false => format!("`{}`", s.scenarios[0]),
    };
    let how = match s.method {
        Method::Tornado => "one at a time through their ranges, all else as it is",
        Method::Morris => "one after another from random places all over their ranges (Morris screening)",
        Method::Sobol => "all together all over their ranges (Sobol' indices)",
    };
    page.paragraph(&format!(
        "What {what} hangs on: {} varied {how}. {} points, {} each, the same people at all of them.",
        count(s.varied.len(), "parameter"),
        fixed(s.points as f64, 0),
        count(s.replications as usize, "replication"),
    ));
    if !s.left_out.is_empty() {
        let names: Vec<&str> = s.left_out.iter().map(|(path, _)| path.as_str()).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        page.paragraph(&format!(
            "Left as it is because it cannot be varied by a number: {} ({verb} listed with reasons in parameters.csv): {}.",
            count(names.len(), "assumption"),
            some(&names)
        ));
    }
    for outcome in &s.outcomes {
        let unit = Unit::of(&outcome.unit);
        let shown = if s.differs() {
            &unit.difference
        } else {
            &unit.heading
        };
        page.heading(&format!("{} ({}), {shown}", outcome.label, outcome.asked));
        let told = Told {
            s,
            outcome,
            unit: &unit,
        };
        page.paragraph(&told.base());
        match &outcome.found {
            Err(why) => page.paragraph(&format!("Not analysed: {why}.")),
            Ok(Found::Tornado(tornado)) => told.tornado(&mut page, tornado),
            Ok(Found::Morris(rows)) => told.morris(&mut page, rows),
            Ok(Found::Sobol(shares)) => told.sobol(&mut page, shares),
        }
    }
    page.gap();
    page.paragraph(footer(s));
    page.finish()
}

/// What the intervals hold for, and what is tested.
fn footer(s: &Sensitivity) -> &'static str {
    match s.method {
        Method::Tornado => {
            "Intervals are 95% ones, each by itself, over replications. What is called clear is so for all parameters of an \
             outcome together: the chance that any of it is wrong is 5% (Holm). One parameter at a time shows no interactions."
        }
        Method::Morris if s.replications < 2 => {
            "Effects are over a parameter's whole range. Intervals are 95% ones, each by itself, over trajectories only; noise of \
             replications not included. What stands out from the noise cannot be told below two replications."
        }
        Method::Morris => {
            "Effects are over a parameter's whole range. Intervals are 95% ones, each by itself, for other trajectories and \
             replications; what stands out from the noise does so for all parameters together, with an error of 5% (Holm)."
        }
        Method::Sobol if !s.noise_in_intervals() => {
            "Parameters are taken as independent and evenly spread over their ranges. Intervals are 95% ones, each by itself, over \
             design rows only; noise of replications not included, which takes three replications. Estimates near 0 may fall \
             below it. Below 64 rows intervals are too short (see docs/methods.md)."
        }
        Method::Sobol => {
            "Parameters are taken as independent and evenly spread over their ranges. Intervals are 95% ones, each by itself, \
             for other design rows and replications; estimates near 0 may fall below it. Below 64 rows intervals are too \
             short (see docs/methods.md)."
        }
    }
}

fn count(n: usize, word: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {word}{s}", fixed(n as f64, 0))
}

/// Some names, and how many more there are.
fn some(names: &[&str]) -> String {
    let mut text = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        text += &format!(" and {} more", names.len() - NAMED);
    }
    text
}

/// A parameter's value to six significant digits at most.
fn figure(x: f64) -> String {
    let text = format!("{x:.5e}");
    let rounded: f64 = text.parse().unwrap_or(x);
    rounded.to_string()
}

/// One outcome and how it is written.
struct Told<'a> {
    s: &'a Sensitivity,
    outcome: &'a Sensitive,
    unit: &'a Unit,
}

impl Told<'_> {
    fn number(&self, e: &Estimate) -> String {
        self.unit.full(&Number::of(e), self.s.differs())
    }

    fn name(&self, varied: usize) -> &str {
        &self.s.varied[varied].name
    }

    /// The base, and who is better.
    fn base(&self) -> String {
        let base = &self.outcome.base;
        let number = self.number(base);
        if !self.s.differs() {
            return format!("With everything as it is: {number}.");
        }
        let (first, second) = (&self.s.scenarios[0], &self.s.scenarios[1]);
        let Some(value) = base.value() else {
            return format!("With everything as it is: {number}.");
        };
        let word = match (self.outcome.better, value > 0.0) {
            _ if value == 0.0 => "no different from",
            (Better::Higher, true) | (Better::Lower, false) => "better than",
            (Better::Higher, false) | (Better::Lower, true) => "worse than",
            (Better::Neither, true) => "higher than",
            (Better::Neither, false) => "lower than",
        };
        let doubt = match base.excludes_zero() || value == 0.0 || base.half_width().is_none() {
            true => "",
            false => ", which could be chance",
        };
        format!("With everything as it is, `{second}` is {word} `{first}`: {number}{doubt}.")
    }

    fn tornado(&self, page: &mut Page, tornado: &Tornado) {
        if self.s.differs() {
            self.decision(page, tornado);
        }
        let inert: Vec<&str> = (tornado.rows.iter())
            .filter(|r| r.bar.inert)
            .map(|r| self.name(r.varied))
            .collect();
        let mut rows = vec![cells(["parameter", "now", "setting", "change from now", ""])];
        for row in tornado.rows.iter().filter(|r| !r.bar.inert).take(SHOWN) {
            for (i, (setting, change)) in row.settings.iter().zip(&row.bar.changes).enumerate() {
                let (name, now) = match i {
                    0 => (self.name(row.varied), self.s.varied[row.varied].now.as_str()),
                    _ => ("", ""),
                };
                let star = if i == 0 && row.p < Some(CLEAR) && row.p.is_some() {
                    "*"
                } else {
                    ""
                };
                let verdict = row.verdict.filter(|_| i == 0).map_or("", Decision::word);
                let change = self.unit.full(&Number::of(change), true);
                rows.push(cells([name, now, setting, &format!("{change}{star}"), verdict]));
            }
        }
        page.gap();
        let aligns = [Align::Left, Align::Right, Align::Right, Align::Left, Align::Left];
        page.table(&aligns, &rows);
        let hidden = tornado.rows.len().saturating_sub(inert.len() + SHOWN);
        if hidden > 0 {
            page.paragraph(&format!(
                "{} with narrower bars are in sensitivity.csv.",
                count(hidden, "parameter")
            ));
        }
        page.paragraph("* changes the outcome clearly.");
        if !inert.is_empty() {
            page.paragraph(&format!("No effect at all in any replication: {}.", some(&inert)));
        }
    }

    /// Which assumption would change the decision.
    fn decision(&self, page: &mut Page, tornado: &Tornado) {
        let of = |verdict: Decision| -> Vec<&Swing> {
            tornado
                .rows
                .iter()
                .filter(|r| r.verdict == Some(verdict))
                .collect()
        };
        let names = |rows: &[&Swing]| some(&rows.iter().map(|r| self.name(r.varied)).collect::<Vec<_>>());
        if !tornado.clear {
            page.paragraph(
                "The sign of the difference is not clear even as it is, so no assumption can be said to change it: more replications \
                 are needed.",
            );
        }
        let (turns, may) = (of(Decision::Turns), of(Decision::MayTurn));
        if turns.is_empty() && !tornado.clear {
            // Said already: there is no clear decision that could be changed.
        } else if turns.is_empty() {
            page.paragraph(
                "An assumption that would clearly change the decision: none found within the ranges.",
            );
        } else {
            page.paragraph("Would change the decision:");
            for row in turns {
                page.point(&self.turn(row));
            }
        }
        if !may.is_empty() {
            let by = |row: &&Swing| match row.turns.first() {
                Some(turn) => format!("{} (about {})", self.name(row.varied), figure(turn.at)),
                None => self.name(row.varied).to_string(),
            };
            let listed: Vec<String> = may.iter().map(by).collect();
            let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
            page.paragraph(&format!(
                "May change it, but 0 cannot be excluded there: {}.",
                some(&listed)
            ));
        }
        let (unclear, holds) = (of(Decision::CannotTell), of(Decision::Holds));
        if tornado.clear && !unclear.is_empty() {
            page.paragraph(&format!(
                "Cannot tell for {}: the sign stays but is not clear at some value of {}.",
                count(unclear.len(), "parameter"),
                names(&unclear)
            ));
        }
        if tornado.clear && !holds.is_empty() {
            page.paragraph(&format!(
                "The decision holds, clearly, at every value looked at of {}.",
                count(holds.len(), "parameter")
            ));
        }
    }

    fn turn(&self, row: &Swing) -> String {
        let v = &self.s.varied[row.varied];
        let at: Vec<String> = row.turns.iter().map(turn_words).collect();
        let at = match at.is_empty() {
            true => {
                let sign = self.outcome.base.value().unwrap_or(0.0);
                let other = (row.settings.iter().zip(&row.values))
                    .filter(|(_, e)| e.value().is_some_and(|x| x * sign < 0.0))
                    .map(|(s, _)| s.as_str());
                format!("at {}", other.collect::<Vec<_>>().join(", "))
            }
            false => at.join("; "),
        };
        format!("`{}` {at} (now {}, looked at over {})", v.name, v.now, v.range)
    }

    fn morris(&self, page: &mut Page, rows: &[Effect]) {
        let name = |r: &&Effect| self.name(r.varied);
        let stands = |r: &Effect| r.p.is_some_and(|p| p < CLEAR);
        let inert: Vec<&str> = rows
            .iter()
            .filter(|r| r.found.inert)
            .map(|r| self.name(r.varied))
            .collect();
        let known = rows.iter().any(|r| r.p.is_some());
        let out: Vec<&Effect> = rows.iter().filter(|r| stands(r)).collect();
        if known {
            let out: Vec<&str> = out.iter().map(name).collect();
            page.paragraph(&match out.is_empty() {
                true => "No parameter's effect stands out from the noise.".to_string(),
                false => format!(
                    "{} of {} {} out from the noise of the replications: {}.",
                    out.len(),
                    count(rows.len(), "parameter"),
                    if out.len() == 1 { "stands" } else { "stand" },
                    some(&out)
                ),
            });
            let rest: Vec<&Effect> = rows.iter().filter(|r| !stands(r) && !r.found.inert).collect();
            let most = rest
                .iter()
                .filter_map(|r| r.found.mu_star.high())
                .fold(None, |most: Option<f64>, x| Some(most.map_or(x, |m| m.max(x))));
            if let Some(most) = most {
                page.paragraph(&format!(
                    "{} cannot be told from the noise: no mean size of effect is above {} over the whole range (upper ends \
                     of their intervals).",
                    count(rest.len(), "parameter"),
                    self.unit.size(most)
                ));
            }
        } else {
            page.paragraph("With one replication a point the noise is unknown: it is part of every effect.");
        }
        if self.s.differs() {
            let turned = rows.iter().filter_map(|r| r.turned.map(|t| (r.varied, t)));
            self.turned(page, turned.collect());
        }
        let sigma = match self.s.replications {
            1 => "σ, noise included",
            _ => "σ without noise",
        };
        let mut table = vec![cells(["parameter", "μ*", "μ", sigma, "noise"])];
        for row in rows.iter().filter(|r| !r.found.inert).take(SHOWN) {
            let f = &row.found;
            let star = if stands(row) { "*" } else { "" };
            let sigma = Number {
                value: Some(f.sigma_true),
                interval: f.sigma_interval,
                missing: Some("no interval".to_string()).filter(|_| f.sigma_interval.is_none()),
            };
            table.push(cells([
                self.name(row.varied),
                &format!("{}{star}", self.unit.full(&Number::of(&f.mu_star), false)),
                &self.unit.full(&Number::of(&f.mu), true),
                &self.unit.full(&sigma, false),
                &f.noise_share.map_or("unknown".to_string(), per_cent),
            ]));
        }
        page.gap();
        let aligns = [
            Align::Left,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Right,
        ];
        page.table(&aligns, &table);
        let hidden = rows.len().saturating_sub(inert.len() + SHOWN);
        if hidden > 0 {
            page.paragraph(&format!(
                "{} with smaller effects are in sensitivity.csv.",
                count(hidden, "parameter")
            ));
        }
        let star = if known { ", * above the noise" } else { "" };
        page.paragraph(&format!(
            "μ* mean size of the effect{star}; μ mean effect; σ spread of the effect (not straight, or interactions); noise: \
             share of the observed σ² that is the replications' noise.",
        ));
        if !inert.is_empty() {
            page.paragraph(&format!("No effect at all in any replication: {}.", some(&inert)));
        }
    }

    fn sobol(&self, page: &mut Page, shares: &Shares) {
        let i = &shares.indices;
        match i.noise_share {
            Some(noise) => page.paragraph(&format!(
                "Of the variance between points {} was noise of the replications and has been taken out.",
                per_cent(noise)
            )),
            None => page
                .paragraph("With one replication a point the noise is unknown: it is part of every number."),
        }
        if i.additive.value().is_none() {
            page.paragraph(
                "Without the noise nothing varies over the ranges that could be shared out: cannot tell.",
            );
            return;
        }
        let clear: Vec<&str> = (shares.order.iter())
            .filter(|&&f| shares.p[f].is_some_and(|p| p < CLEAR))
            .map(|&f| self.name(f))
            .collect();
        page.paragraph(&match clear.is_empty() {
            true if !self.s.noise_in_intervals() => format!(
                "Which parameters clearly matter cannot be told from {}: it takes {LEAST_REPLICATIONS}.",
                count(self.s.replications as usize, "replication")
            ),
            true => "No parameter's total index is clearly above 0.".to_string(),
            false => format!("Parameters that clearly matter, most first: {}.", some(&clear)),
        });
        let share = Unit::of("share");
        let below = self.s.noise_in_intervals() && i.additive.high().is_some_and(|high| high < 1.0);
        page.paragraph(&format!(
            "First-order indices add up to {} %: {}.",
            share.full(&Number::of(&i.additive), false),
            match below {
                true => "what is missing to 100 is interactions",
                false => "whether there are interactions cannot be told",
            }
        ));
        if let Some((reversed, of)) = shares.reversed {
            let (low, high) = wilson(reversed, of);
            page.paragraph(&format!(
                "At {} of {} points all over the ranges ({}, 95% interval {} to {}) the difference has the other sign than \
                 as it is, noise included.",
                reversed,
                of,
                per_cent(reversed as f64 / of.max(1) as f64),
                per_cent(low),
                per_cent(high)
            ));
        }
        if let Some(turned) = &shares.turned {
            self.turned(page, shares.order.iter().map(|&f| (f, turned[f])).collect());
        }
        let mut table = vec![cells(["parameter", "total, %", "first order, %"])];
        for &f in shares.order.iter().take(SHOWN) {
            let index = &i.factors[f];
            if index.inert {
                continue;
            }
            let star = if shares.p[f].is_some_and(|p| p < CLEAR) {
                "*"
            } else {
                ""
            };
            table.push(cells([
                self.name(f),
                &format!("{}{star}", share.full(&Number::of(&index.total), false)),
                &share.full(&Number::of(&index.first), false),
            ]));
        }
        page.gap();
        page.table(&[Align::Left, Align::Right, Align::Right], &table);
        if self.s.noise_in_intervals() {
            page.paragraph("* clearly above 0 (all parameters together, error 5%).");
        }
        let inert: Vec<&str> = (shares.order.iter())
            .filter(|&&f| i.factors[f].inert)
            .map(|&f| self.name(f))
            .collect();
        if !inert.is_empty() {
            page.paragraph(&format!("No effect at all in any replication: {}.", some(&inert)));
        }
    }

    /// Which moves turned the decision.
    fn turned(&self, page: &mut Page, mut all: Vec<(usize, Turned)>) {
        all.retain(|(_, t)| t.turned > 0);
        if all.is_empty() {
            page.paragraph("A move that would change the decision: none found within the ranges.");
            return;
        }
        all.sort_by_key(|(_, t)| std::cmp::Reverse((t.clearly, t.turned)));
        let one = |(varied, t): &(usize, Turned)| {
            format!(
                "{} ({} of {}, {} clearly)",
                self.name(*varied),
                t.turned,
                t.moves,
                t.clearly
            )
        };
        let listed: Vec<String> = all.iter().map(one).collect();
        let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
        page.paragraph(&format!(
            "Moves of one parameter after which the difference had the other sign: {}.",
            some(&listed)
        ));
    }
}

fn turn_words(turn: &Turn) -> String {
    let side = match turn.above {
        Some(true) => "above",
        Some(false) => "below",
        None => "at",
    };
    let end = |x: Option<f64>| x.map_or("beyond what was looked at".to_string(), figure);
    let interval = match (turn.low, turn.high) {
        (None, None) => "[interval: the whole range]".to_string(),
        (low, high) => format!("[{} to {}]", end(low), end(high)),
    };
    format!("{side} {} {interval}", figure(turn.at))
}

fn cells<const N: usize>(texts: [&str; N]) -> Row {
    Row::Cells(texts.iter().map(|t| t.to_string()).collect())
}
