//! Attribution: how much of the difference between two scenarios each switch brings, by Shapley values.
//!
//! Each parameter in which B differs from A belongs to one switch ([`switches`]); a coalition is A with B's values at the
//! parameters of the switches that are on. The map of organisations is laid under all coalitions where it changes nothing by
//! itself, which is checked; where it does, it is a switch of its own.

pub(super) mod differences;
mod plan;
mod players;
pub mod switches;

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Output;
use super::error::Error;
use super::scenarios::{Arm, Findings, read_arms};
use super::study::{Bench, Point, Ran, Recorder, Source, Study, StudyAsk};
use super::world::World;
use crate::experiment::{Observed, Progress};
use crate::methods::shapley::{self, Coalition, Design, MOST_COALITIONS, MOST_EXACT};
use crate::report::{self, Attributed, AttributedOutcome, Carrier, Drawn};
use crate::scenario::Loader;
use crate::stats::Missing;
use differences::differences;
use plan::{ORDERS, PRECISION, Plan, drawn, identity, plan};
use players::group;
pub use players::{By, Player};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AttributeAsk {
    /// The scenario to begin from and the one to arrive at.
    pub scenarios: [String; 2],
    /// Overrides of both.
    pub sets: Vec<String>,
    /// Outcomes; the headlines if there are none.
    pub outcomes: Vec<String>,
    /// What the players are.
    pub by: By,
    /// All coalitions, also of more than [`MOST_EXACT`] players.
    pub exact: bool,
    /// Orders to draw at most; all coalitions, or 128 where there are too many, if left out.
    pub permutations: Option<usize>,
    /// Precision at which no more orders are drawn, as a share of the whole difference.
    pub precision: Option<f64>,
    /// Replications; those of the first scenario if left out.
    pub replications: Option<u64>,
    /// Seed; that of the first scenario if left out.
    pub seed: Option<u64>,
}

/// An attribution that is ready to run.
pub struct Attribute<'l> {
    loader: &'l (dyn Loader + Sync),
    /// The study of the points known from the beginning.
    study: Study<'l>,
    asked: StudyAsk,
    /// Overrides under all coalitions, if the map is a neutral carrier.
    base: Vec<String>,
    names: [String; 2],
    titles: [String; 2],
    sets: Vec<String>,
    scenario: String,
    players: Vec<Player>,
    /// The map of organisations, if it differs.
    map: Option<Player>,
    plan: Plan,
    exact: bool,
    replications: u64,
    seed: u64,
}

/// How an attribution ended.
#[derive(Clone, Debug)]
pub struct AttributeDone {
    /// Units that were asked for.
    pub units: u64,
    /// The answer; none if it was told to stop.
    pub answer: Option<Attributed>,
}

impl<'l> Attribute<'l> {
    /// Reads both scenarios and every coalition known in advance.
    ///
    /// # Errors
    /// Scenarios with errors, that do not have the same people or do not differ; more coalitions than can be run.
    pub fn prepare(
        loader: &'l (dyn Loader + Sync),
        ask: &AttributeAsk,
        threads: usize,
    ) -> Result<Attribute<'l>, Error> {
        let read = Recorder::new(loader);
        let (arms, _) = read_arms(&read, &ask.scenarios, &ask.sets)?;
        let [a, b] = arms.as_slice() else {
            return Err(Error::Refused("attribution needs two scenarios".to_string()));
        };
        // Refused where the people are not the same.
        World::compile(&arms, ask.seed.unwrap_or(0))?;
        let found = differences(a.checked.root(), b.checked.root()).map_err(|gone| {
            Error::Refused(format!(
                "`{}` says something that `{}` leaves out, which no override can take away: {}",
                a.name,
                b.name,
                quoted(&gone)
            ))
        })?;
        let (players, map) = group(found, ask.by_of(a));
        if players.is_empty() && map.is_none() {
            let why = format!(
                "`{}` and `{}` do not differ: there is nothing to attribute",
                a.name, b.name
            );
            return Err(Error::Refused(why));
        }
        same_as_second(loader, ask, &arms, &players, map.as_ref())?;
        let plan = plan(ask, players.len())?;
        let scenario = ask.scenarios[0].clone();
        let mut points = Vec::new();
        let base: Vec<String> = match &map {
            None => ask.sets.clone(),
            Some(map) => {
                points.push(point(&scenario, &ask.sets, &[], 0));
                [ask.sets.clone(), map.sets()].concat()
            }
        };
        // Nobody and all: what is wrong shows in these. The others are many and read when they are run.
        for on in [0, (1 << players.len()) - 1] {
            points.push(point(&scenario, &base, &players, on));
        }
        let ask_of = StudyAsk {
            command: "attribute",
            points,
            outcomes: ask.outcomes.clone(),
            seed: ask.seed,
            plan: identity(ask, &players),
            source: Source::of(ask, &read, &b.checked.layers),
            threads,
        };
        let study = Study::prepare(loader, ask_of.clone())?;
        Ok(Attribute {
            replications: ask.replications.unwrap_or(study.replications()),
            seed: study.seed(),
            names: [a.name.clone(), b.name.clone()],
            titles: [a.title().to_string(), b.title().to_string()],
            sets: ask.sets.clone(),
            exact: ask.exact,
            loader,
            asked: ask_of,
            base,
            study,
            scenario,
            players,
            map,
            plan,
        })
    }

    /// Warnings about the first scenario.
    pub fn findings(&self) -> &[Findings] {
        &self.study.findings
    }

    /// What it costs, in words, before anything is run.
    pub fn cost(&self) -> String {
        let (k, n) = (self.players.len(), self.replications);
        let check = match &self.map {
            Some(_) => format!(" and {n} replications without the new map"),
            None => String::new(),
        };
        match self.plan {
            Plan::All => format!(
                "{k} switches, {} coalitions x {n} replications = {} units{check}",
                1u64 << k,
                (1u64 << k) * n
            ),
            Plan::Orders { pairs, precision } => {
                let most = 2 + 2 * pairs as u64 * (k as u64).saturating_sub(1);
                let until = match precision {
                    Some(p) => format!(
                        ", fewer if the parts are known to {:.0}% of the whole before",
                        100.0 * p
                    ),
                    None => String::new(),
                };
                format!(
                    "{k} switches, {} orders of them, at most {most} coalitions x {n} replications = {} units{check}{until}",
                    2 * pairs,
                    most * n
                )
            }
        }
    }

    /// The switches with their parameters, and the map if it differs.
    pub fn players(&self) -> impl Iterator<Item = &Player> {
        self.players.iter().chain(&self.map)
    }

    /// Runs it and writes its folder.
    ///
    /// # Errors
    /// A folder that may not be written, a unit that panicked, the machine; a map that is no neutral carrier and makes too many
    /// coalitions.
    pub fn run(
        self,
        output: &Output,
        stop: &AtomicBool,
        progress: &mut dyn Progress,
        about: &dyn Fn() -> Map<String, Value>,
    ) -> Result<AttributeDone, Error> {
        let Attribute {
            loader,
            mut study,
            mut asked,
            base: carried,
            names,
            titles,
            sets,
            scenario,
            mut players,
            map,
            mut plan,
            exact,
            replications: n,
            seed,
        } = self;
        let watched = study.watched().to_vec();
        if plan == Plan::All {
            // Read in parallel, as if the map carries nothing; if it does, the points are others.
            let plain = usize::from(map.is_some());
            let first = asked.points.drain(..plain).collect::<Vec<_>>();
            let design = Design::exact(players.len());
            let coalitions = design
                .coalitions()
                .iter()
                .map(|&s| point(&scenario, &carried, &players, s));
            asked.points = first.into_iter().chain(coalitions).collect();
            asked.seed = Some(seed);
            study = Study::prepare(loader, asked)?;
        }
        let mut bench = Bench::open(study, output, stop, progress)?;
        let mut base = sets.clone();
        let mut carrier = Carrier::None;
        if let Some(map) = map {
            // Points 0 and 1: without and with the map, nothing else changed.
            if bench.ensure(&[(0, n), (1, n)])? == Ran::Interrupted {
                return Ok(AttributeDone {
                    units: 0,
                    answer: None,
                });
            }
            if bench.observed(0, n)? == bench.observed(1, n)? {
                base.extend(map.sets());
                carrier = Carrier::Neutral;
            } else {
                players.push(map);
                carrier = Carrier::Player;
                if plan == Plan::All {
                    let room = if exact { MOST_COALITIONS } else { MOST_EXACT };
                    if players.len() > room {
                        plan = drawn(ORDERS, Some(PRECISION));
                    }
                }
            }
        }
        let mut look = 0;
        let (design, found, places) = loop {
            let design = plan.design(players.len(), seed, look);
            let mut places = Vec::with_capacity(design.coalitions().len());
            for &s in design.coalitions() {
                places.push(bench.add(point(&scenario, &base, &players, s))?);
            }
            let wanted: Vec<(usize, u64)> = places.iter().map(|&p| (p, n)).collect();
            if bench.ensure(&wanted)? == Ran::Interrupted {
                return Ok(AttributeDone {
                    units: 0,
                    answer: None,
                });
            }
            let found = analyse(&mut bench, &design, &places, n, watched.len())?;
            look += 1;
            let enough = match plan {
                Plan::Orders {
                    precision: Some(p), ..
                } => {
                    let clear: Vec<_> = found.iter().filter_map(|f| f.parts.clone().ok()).collect();
                    design
                        .order_precision(&clear, plan.looks())
                        .is_some_and(|w| w <= p)
                }
                _ => true,
            };
            if enough || look >= plan.looks() {
                break (design, found, places);
            }
        };
        let clear: Vec<_> = found.iter().filter_map(|f| f.parts.clone().ok()).collect();
        let drawn = match plan {
            Plan::All => None,
            Plan::Orders { precision, .. } => Some(Drawn {
                orders: 2 * design.pairs().unwrap_or(0),
                wanted: precision,
                looks: plan.looks(),
                reached: design.order_precision(&clear, plan.looks()),
            }),
        };
        let outcomes = watched
            .into_iter()
            .zip(found)
            .map(|(w, f)| AttributedOutcome {
                name: w.outcome.name.clone(),
                group: w.group,
                label: w.outcome.label,
                unit: w.outcome.unit,
                better: w.outcome.better,
                from: f.from,
                to: f.to,
                parts: f.parts,
            })
            .collect();
        let units = (places.len() as u64 + u64::from(carrier != Carrier::None)) * n;
        let answer = Attributed {
            scenarios: names,
            titles,
            replications: n,
            seed,
            coalitions: design.coalitions().len(),
            drawn,
            carrier,
            switches: players.iter().map(Player::told).collect(),
            outcomes,
        };
        bench.finish(&report::attribute_files(&answer), &about())?;
        Ok(AttributeDone {
            units,
            answer: Some(answer),
        })
    }
}

impl AttributeAsk {
    /// What the players are: the switches of the study only exist in pathways.
    fn by_of(&self, a: &Arm) -> By {
        match a.checked.kind {
            crate::scenario::Kind::Queueing(_) => By::Parameter,
            crate::scenario::Kind::Pathway(_) => self.by,
        }
    }
}

/// What was found of one outcome.
struct Found {
    from: crate::stats::Estimate,
    to: crate::stats::Estimate,
    parts: Result<shapley::Attribution, Missing>,
}

fn analyse(
    bench: &mut Bench<'_, '_>,
    design: &Design,
    places: &[usize],
    n: u64,
    outcomes: usize,
) -> Result<Vec<Found>, Error> {
    let mut observed: Vec<Vec<Observed>> = vec![Vec::with_capacity(places.len()); outcomes];
    for &place in places {
        for (all, one) in observed.iter_mut().zip(bench.observed(place, n)?) {
            all.push(one);
        }
    }
    let found = observed.into_iter().map(|all| {
        let (from, to) = (all[0].estimate(), all[all.len() - 1].estimate());
        let values: Vec<_> = all
            .into_iter()
            .map(|o| {
                o.value.map(|value| shapley::Value {
                    value,
                    pseudo: o.pseudo,
                })
            })
            .collect();
        Found {
            from,
            to,
            parts: design.analyse(&values),
        }
    });
    Ok(found.collect())
}

fn point(scenario: &str, base: &[String], players: &[Player], on: Coalition) -> Point {
    let on = players.iter().enumerate().filter(|(j, _)| on >> j & 1 == 1);
    let mut sets = base.to_vec();
    sets.extend(on.flat_map(|(_, player)| player.sets()));
    Point {
        scenario: scenario.to_string(),
        sets,
    }
}

/// Makes sure that A with everything of B is B.
fn same_as_second(
    loader: &dyn Loader,
    ask: &AttributeAsk,
    arms: &[Arm],
    players: &[Player],
    map: Option<&Player>,
) -> Result<(), Error> {
    let mut sets = ask.sets.clone();
    sets.extend(players.iter().chain(map).flat_map(Player::sets));
    let (whole, _) = read_arms(loader, &ask.scenarios[..1], &sets)?;
    match differences(whole[0].checked.root(), arms[1].checked.root()) {
        Ok(left) if left.is_empty() => Ok(()),
        Ok(left) => Err(differ(
            arms,
            left.iter().map(differences::Difference::shown).collect(),
        )),
        Err(left) => Err(differ(arms, left)),
    }
}

fn differ(arms: &[Arm], left: Vec<String>) -> Error {
    Error::Refused(format!(
        "`{}` with every value of `{}` is not yet `{}`: {} differ",
        arms[0].name,
        arms[1].name,
        arms[1].name,
        quoted(&left)
    ))
}

fn quoted(paths: &[String]) -> String {
    let shown: Vec<String> = paths.iter().take(8).map(|p| format!("`{p}`")).collect();
    let more = paths.len().saturating_sub(8);
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
