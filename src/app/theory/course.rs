//! The course of illness of the shipped baseline, and with exponential spells, against semi-Markov and phase-type formulas.

use std::sync::Arc;

use super::world::{model, pathway};
use super::{Claim, Pairs, System};
use crate::app::error::Error;
use crate::base::{DAY, Secs};
use crate::methods::phase_type::PhaseType;
use crate::methods::semi_markov::SemiMarkov;
use crate::model::{Exogenous, Group, State};
use crate::pathway::population::{Expected, YEAR, expected};
use crate::pathway::{Course, Pathway};
use crate::random::Law;

const RUNS: &str = "the course of illness";
const DAYS: f64 = 1.0 / DAY as f64;
/// Relative accuracy promised of the tables from which lengths are drawn.
const TABLES: f64 = 1e-5;
/// Relative accuracy of the grid on which the cut of long illnesses is worked out.
const GRID: f64 = 5e-4;
/// Times after which survival is compared, days.
const AFTER: [f64; 3] = [30.0, 90.0, 365.0];

/// The palliative phase by trajectory, deaths by group, people present and happenings; then exponential spells.
pub(super) fn systems(seed: u64) -> Result<Vec<System>, Error> {
    let base = model("networked")?;
    let exo = base.exogenous.clone();
    let all = expected(&exo).ok_or_else(|| Error::Refused("a palliative phase never ends".to_string()))?;
    let p = Arc::new(pathway(base, seed)?);
    let mut systems = Vec::new();
    for groups in trajectories(&exo) {
        systems.extend(survival(&p, &exo, groups));
    }
    systems.push(deaths(&p, &exo, &all));
    systems.push(present(&p, &exo, &all));
    systems.extend(exponential(seed)?);
    Ok(systems)
}

/// Groups with an illness, those of one trajectory together.
fn trajectories(exo: &Exogenous) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let alike = |a: &Group, b: &Group| {
        let laws = |g: &Group| {
            State::NAMES
                .iter()
                .enumerate()
                .skip(1)
                .map(|(s, _)| g.spell[s].law().clone())
                .collect::<Vec<_>>()
        };
        a.first == b.first && a.next == b.next && laws(a) == laws(b)
    };
    for (g, group) in exo.groups.iter().enumerate().filter(|(_, group)| !group.sudden) {
        match found.iter_mut().find(|f| alike(&exo.groups[f[0]], group)) {
            Some(same) => same.push(g),
            None => found.push(vec![g]),
        }
    }
    found
}

/// The palliative phase of a group as a chain of spells, lengths in days.
fn chain(group: &Group) -> Option<SemiMarkov> {
    let part = |row: &[f64], j: usize| if j == 0 { row[0] } else { row[j] - row[j - 1] };
    let days = |state: State| group.spell[state as usize].law().scaled(DAYS).ok();
    let spells = [State::Stable, State::Deteriorating, State::Unstable];
    Some(SemiMarkov {
        first: (0..3).map(|j| part(&group.first, j)).collect(),
        next: (group.next.iter())
            .map(|row| (0..3).map(|j| part(row, j)).collect())
            .collect(),
        spells: spells.into_iter().map(days).collect::<Option<_>>()?,
        last: [State::Deteriorating, State::Dying]
            .into_iter()
            .map(days)
            .collect::<Option<_>>()?,
    })
}

fn claim(quantity: String, theory: f64, relative: f64) -> Claim {
    Claim {
        quantity,
        theory,
        rounding: relative * theory,
    }
}

/// The five figures of survival from the start of the palliative phase.
fn survival_claims(mean: f64, variance: f64, alive: [f64; 3]) -> Vec<Claim> {
    let mut claims = vec![
        claim("mean survival, days".to_string(), mean, TABLES),
        claim("variance of survival, days²".to_string(), variance, 2.0 * TABLES),
    ];
    let after = AFTER.iter().zip(alive);
    claims.extend(after.map(|(t, p)| claim(format!("share alive after {t} days"), p, TABLES)));
    claims
}

/// The same of the people of these groups whose palliative phase begins in the run; every one of them, whenever they die.
fn survival_pairs(course: &Course, end: Secs, groups: &[usize], mean: f64) -> (Pairs, [f64; 3]) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let (mut alive, mut visits) = ([0.0; 3], [0.0; 3]);
    let people = course
        .people
        .iter()
        .filter(|p| groups.contains(&usize::from(p.group)));
    for person in people.filter(|p| (0..end).contains(&p.palliative_from)) {
        let days = (person.death - person.palliative_from) as f64 * DAYS;
        n += 1.0;
        sum += days;
        squares += (days - mean) * (days - mean);
        for (count, t) in alive.iter_mut().zip(AFTER) {
            *count += f64::from(u8::from(days > t));
        }
        for spell in course.spells_of(person).iter().filter(|s| !s.end_of_life) {
            match spell.state {
                State::Stable => visits[0] += 1.0,
                State::Deteriorating => visits[1] += 1.0,
                State::Unstable => visits[2] += 1.0,
                State::Before | State::Dying => {}
            }
        }
    }
    let mut pairs = vec![(sum, n), (squares, n)];
    pairs.extend(alive.map(|count| (count, n)));
    (pairs, visits)
}

fn end(p: &Pathway) -> Secs {
    p.models().next().map_or(0, |m| m.windows.end())
}

/// Survival and spells of the people of one trajectory; nothing if a law has no closed form.
fn survival(p: &Arc<Pathway>, exo: &Exogenous, groups: Vec<usize>) -> Option<System> {
    let chain = chain(&exo.groups[groups[0]])?;
    let (mean, variance) = chain.moments()?;
    let alive = [
        chain.survival(AFTER[0])?,
        chain.survival(AFTER[1])?,
        chain.survival(AFTER[2])?,
    ];
    let mut claims = survival_claims(mean, variance, alive);
    let states = ["stable", "deteriorating", "unstable"];
    let visits = states.iter().zip(chain.visits());
    claims.extend(visits.map(|(state, v)| claim(format!("{state} spells of a person"), v, TABLES)));
    let cancer = groups.iter().all(|&g| exo.groups[g].cancer);
    let names: Vec<String> = groups
        .iter()
        .map(|&g| exo.groups[g].name.replace('_', " "))
        .collect();
    let names = if cancer {
        "cancer".to_string()
    } else {
        names.join(", ")
    };
    let p = Arc::clone(p);
    Some(System {
        name: format!("palliative phase of {names}"),
        runs: RUNS,
        reference: "Kemeny and Snell 1960; Pyke 1961; Abate and Whitt 1995",
        claims,
        replicate: Box::new(move |r| {
            let (mut pairs, visits) = survival_pairs(&p.course(r), end(&p), &groups, mean);
            let n = pairs[0].1;
            pairs.extend(visits.map(|v| (v, n)));
            pairs
        }),
    })
}

/// Deaths a year by group: a Poisson process of known rate.
fn deaths(p: &Arc<Pathway>, exo: &Exogenous, all: &Expected) -> System {
    let groups = exo.groups.iter().enumerate();
    let p = Arc::clone(p);
    System {
        name: "deaths of the baseline, by group".to_string(),
        runs: RUNS,
        reference: "Poisson arrivals displaced by independent times (Doob 1953)",
        claims: groups
            .map(|(g, group)| {
                claim(
                    format!("{}, a year", group.name.replace('_', " ")),
                    all.deaths_of(g),
                    0.0,
                )
            })
            .collect(),
        replicate: Box::new(move |r| {
            let (course, end) = (p.course(r), end(&p));
            let mut counts = vec![0.0; p.models().next().map_or(0, |m| m.exogenous.groups.len())];
            for person in course
                .people
                .iter()
                .filter(|person| (0..end).contains(&person.death))
            {
                counts[usize::from(person.group)] += 1.0;
            }
            let years = end as f64 / YEAR as f64;
            counts.into_iter().map(|count| (count, years)).collect()
        }),
    }
}

/// People present at one moment, Poisson with mean rate × time, and what happens to them in a year.
fn present(p: &Arc<Pathway>, exo: &Exogenous, all: &Expected) -> System {
    let present = all.present();
    let palliative: f64 = present[1..].iter().sum();
    let sudden = exo.groups.iter().enumerate().filter(|(_, group)| group.sudden);
    let before_death: f64 = sudden.map(|(g, _)| all.deaths_of(g) * all.groups[g].acutes).sum();
    let p = Arc::clone(p);
    System {
        name: "people ill at one moment, M/G/infinity".to_string(),
        runs: RUNS,
        reference: "Palm 1943; Little 1961; the cut at the longest illness by convolution",
        claims: vec![
            claim("ill, before the palliative phase".to_string(), present[0], GRID),
            claim("in the palliative phase".to_string(), palliative, TABLES),
            claim("  variance of that number".to_string(), palliative, TABLES),
            claim("symptom episodes a year".to_string(), all.episodes_a_year(), GRID),
            claim(
                "acute events of illness a year".to_string(),
                all.acutes_a_year() - before_death,
                GRID,
            ),
        ],
        replicate: Box::new(move |r| {
            let (course, end) = (p.course(r), end(&p));
            let years = end as f64 / YEAR as f64;
            // Two moments as far apart as the run allows.
            let (mut before, mut spread) = (0.0, 0.0);
            let mut ill = 0.0;
            for moment in [0, end - 1] {
                let at = |from: Secs, to: Secs| (from..to).contains(&moment);
                let mut now = 0.0;
                for person in course.people.iter().filter(|person| !person.is_sudden()) {
                    before += f64::from(u8::from(at(person.diagnosed, person.palliative_from)));
                    now += f64::from(u8::from(at(person.palliative_from, person.death)));
                }
                ill += now;
                spread += (now - palliative) * (now - palliative);
            }
            let acutes = course.people.iter().filter(|person| !person.is_sudden());
            let acutes: usize = acutes.map(|person| course.acutes_of(person).len()).sum();
            vec![
                (before, 2.0),
                (ill, 2.0),
                (spread, 2.0),
                (course.episodes.len() as f64, years),
                (acutes as f64, years),
            ]
        }),
    }
}

/// The baseline with exponential spells of the same means: phase-type, by the matrix formula.
fn exponential(seed: u64) -> Result<Option<System>, Error> {
    let mut base = model("networked")?;
    for group in base.exogenous.groups.iter_mut().filter(|group| !group.sudden) {
        for spell in group.spell.iter_mut().skip(1) {
            let law = Law::Exponential { mean: spell.mean() };
            *spell = law.compile().map_err(|e| Error::Refused(e.to_string()))?;
        }
    }
    let exo = base.exogenous.clone();
    let Some(groups) = trajectories(&exo).into_iter().next() else {
        return Ok(None);
    };
    let Some(chain) = chain(&exo.groups[groups[0]]) else {
        return Ok(None);
    };
    // Five phases: stable, deteriorating, unstable, the last deterioration, dying.
    let mut next = vec![vec![0.0; 5]; 5];
    for (row, from) in next.iter_mut().zip(&chain.next) {
        row[..3].copy_from_slice(from);
        row[3] = 1.0 - from.iter().sum::<f64>();
    }
    next[3][4] = 1.0;
    let first = [chain.first.as_slice(), &[0.0, 0.0]].concat();
    let means: Vec<f64> = chain.spells.iter().chain(&chain.last).map(Law::mean).collect();
    let law = PhaseType::of_chain(first, &means, &next);
    let (mean, variance) = law.moments();
    let p = pathway(base, seed)?;
    Ok(Some(System {
        name: "palliative phase of cancer with exponential spells".to_string(),
        runs: RUNS,
        reference: "phase-type laws: Neuts 1981",
        claims: survival_claims(mean, variance, AFTER.map(|t| law.survival(t))),
        replicate: Box::new(move |r| survival_pairs(&p.course(r), end(&p), &groups, mean).0),
    }))
}
