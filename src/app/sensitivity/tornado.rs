//! One parameter at a time: bars, whether the decision turns inside a range, and where.

use super::{Combination, Inner};
use crate::methods::crossed::{mean, over_replications, p_of};
use crate::methods::tornado::bar;
use crate::methods::turning::{Crossing, Level, crossings};
use crate::report::sensitivity::{CLEAR, Decision, Swing, Tornado, Turn};
use crate::scenario::plan::Setting;
use crate::stats::{Missing, holm};

use super::analysis::Table;

/// Share of the range below which neighbours are close enough.
const CLOSE: f64 = 0.01;
/// Share of the range above which the neighbourhood of a turning point is halved: there the difference need not be straight.
const WIDE: f64 = 0.1;

/// What is known of one parameter: positions of its combinations, settings of the design first, then closer ones.
struct Known {
    settings: Vec<(usize, Setting)>,
    closer: Vec<(usize, Setting)>,
}

fn known(inner: &Inner, which: usize) -> Known {
    let values = inner
        .body
        .tornado
        .and_then(|t| t.values)
        .map_or(2, |n| n.0 as usize);
    let all = inner.combinations.iter().enumerate();
    let mut settings: Vec<(usize, Setting)> = all
        .filter_map(|(i, c)| match c.settings.as_slice() {
            [(w, setting)] if *w == which => Some((i, setting.clone())),
            _ => None,
        })
        .collect();
    let designed = inner.parameters[which].settings(values).len().min(settings.len());
    let closer = settings.split_off(designed);
    Known { settings, closer }
}

/// Signs of one outcome: of the base and of every setting of every parameter, which of them are clear.
struct Signs {
    base_clear: bool,
    /// By parameter and setting: sign against that of the base (negative: the other), and whether it is clear.
    settings: Vec<Vec<(f64, bool)>>,
}

/// All settings of an outcome are tested together, so that all signs called clear are right but for 5%.
fn signs(parameters: &[Known], values: &[Vec<f64>]) -> Signs {
    let test = |i: usize| {
        let e = over_replications(&values[i]);
        // The same in all replications, and not 0: as clear as can be.
        match e.why_missing() {
            Some(Missing::NoVariation) if e.value() != Some(0.0) => Some(0.0),
            _ => p_of(&e),
        }
    };
    let mut p = vec![test(0)];
    for known in parameters {
        p.extend(known.settings.iter().map(|(i, _)| test(*i)));
    }
    let adjusted = holm(&p);
    let mut clear = adjusted.iter().map(|p| p.is_some_and(|p| p < CLEAR));
    let base = mean(&values[0]);
    Signs {
        base_clear: clear.next().unwrap_or(false),
        settings: parameters
            .iter()
            .map(|known| {
                let all = known.settings.iter().zip(clear.by_ref());
                all.map(|((i, _), clear)| (mean(&values[*i]) * base, clear))
                    .collect()
            })
            .collect(),
    }
}

fn decision(base_clear: bool, settings: &[(f64, bool)]) -> Decision {
    let other = |s: &&(f64, bool)| s.0 < 0.0;
    if base_clear && settings.iter().filter(other).any(|s| s.1) {
        Decision::Turns
    } else if settings.iter().any(|s| s.0 < 0.0) {
        Decision::MayTurn
    } else if base_clear && settings.iter().all(|s| s.0 > 0.0 && s.1) {
        Decision::Holds
    } else {
        Decision::CannotTell
    }
}

/// What is known along a parameter's range, in order, and the place of the present value.
fn along(inner: &Inner, which: usize, known: &Known, values: &[Vec<f64>]) -> (Vec<Level>, Option<f64>) {
    let parameter = &inner.parameters[which];
    let now = parameter.place(&inner.arms);
    let mut levels: Vec<Level> = Vec::new();
    let level = |x: f64, i: usize| Level {
        x,
        d: values[i].clone(),
    };
    levels.extend(now.map(|x| level(x, 0)));
    for (i, setting) in known.settings.iter().chain(&known.closer) {
        if let Setting::Number(x) = setting
            && let Some(x) = parameter.place_of(*x)
            && levels.iter().all(|l| (l.x - x).abs() > 1e-9)
        {
            levels.push(level(x, *i));
        }
    }
    levels.sort_by(|a, b| a.x.total_cmp(&b.x));
    (levels, now)
}

/// The crossings, nearest to the present value first.
fn nearest(levels: &[Level], now: Option<f64>) -> Vec<Crossing> {
    let mut all = crossings(levels);
    if let Some(now) = now {
        all.sort_by(|a, b| (a.at - now).abs().total_cmp(&(b.at - now).abs()));
    }
    all
}

/// Combinations that close in on where a decision clearly turns, none twice.
pub fn closer(inner: &Inner, table: &Table) -> Vec<Combination> {
    let parameters: Vec<Known> = (0..inner.parameters.len()).map(|w| known(inner, w)).collect();
    let mut more: Vec<Combination> = Vec::new();
    for (watched, values) in table.watched.iter().zip(&table.values) {
        if !watched.outcome.compared || values.iter().any(Vec::is_empty) {
            continue;
        }
        let signs = signs(&parameters, values);
        for (which, known) in parameters.iter().enumerate() {
            if decision(signs.base_clear, &signs.settings[which]) != Decision::Turns {
                continue;
            }
            let (levels, now) = along(inner, which, known, values);
            let Some(turn) = nearest(&levels, now).first().copied() else {
                continue;
            };
            let (a, b) = (levels[turn.between.0].x, levels[turn.between.1].x);
            if b - a <= CLOSE {
                continue;
            }
            let at = match b - a > WIDE {
                true => (a + b) / 2.0,
                // Well inside, so that it shrinks from both sides.
                false => turn.at.clamp(a + 0.25 * (b - a), b - 0.25 * (b - a)),
            };
            // Run already: the difference is exactly 0 there.
            if levels.iter().any(|l| (l.x - at).abs() <= 1e-9) {
                continue;
            }
            let setting = inner.parameters[which].factor.quantile(at);
            let combination = Combination {
                settings: vec![(which, setting)],
            };
            if !more.contains(&combination) && !inner.combinations.contains(&combination) {
                more.push(combination);
            }
        }
    }
    more
}

/// The bars of one outcome, widest first.
pub fn told(inner: &Inner, values: &[Vec<f64>]) -> Tornado {
    let differs = inner.arms.len() == 2;
    let parameters: Vec<Known> = (0..inner.parameters.len()).map(|w| known(inner, w)).collect();
    let signs = signs(&parameters, values);
    let mut rows: Vec<Swing> = parameters
        .iter()
        .enumerate()
        .map(|(which, known)| {
            let at = |i: usize| values[i].as_slice();
            let settings: Vec<&[f64]> = known.settings.iter().map(|(i, _)| at(*i)).collect();
            let verdict = differs.then(|| decision(signs.base_clear, &signs.settings[which]));
            let mut turns = Vec::new();
            if verdict.is_some() {
                let (levels, now) = along(inner, which, known, values);
                let value = |place: f64| inner.parameters[which].value(place);
                turns.extend(nearest(&levels, now).iter().map(|c| Turn {
                    at: value(c.at),
                    low: c.low.map(value),
                    high: c.high.map(value),
                    above: now.map(|now| c.at > now),
                    between: (value(levels[c.between.0].x), value(levels[c.between.1].x)),
                }));
            }
            Swing {
                varied: which,
                settings: known.settings.iter().map(|(_, s)| s.to_string()).collect(),
                values: settings.iter().map(|v| over_replications(v)).collect(),
                bar: bar(at(0), &settings),
                p: None,
                verdict,
                turns,
            }
        })
        .collect();
    let p = holm(&rows.iter().map(|r| r.bar.p).collect::<Vec<_>>());
    for (row, p) in rows.iter_mut().zip(p) {
        row.p = p;
    }
    let width = |r: &Swing| r.bar.width.value().unwrap_or(0.0);
    rows.sort_by(|a, b| width(b).total_cmp(&width(a)).then(a.varied.cmp(&b.varied)));
    Tornado {
        clear: !differs || signs.base_clear,
        rows,
    }
}
