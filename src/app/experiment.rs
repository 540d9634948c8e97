//! From what was asked for to an experiment that is ready to run: arms, world, seed, number of replications.

use super::error::Error;
use super::manifest;
use super::scenarios::{Arm, Findings, read_arms};
use super::uncertainty::drawn_arms;
use super::world::World;
use crate::experiment::{Auto, Count, Pairs, Rule};
use crate::observe::{Catalogue, OutcomeId};
use crate::scenario::pathway::StoppingRule;
use crate::scenario::{Kind, Loader};
use crate::store::Identity;

/// How many replications are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replications {
    /// So many.
    Fixed(u64),
    /// Until precise enough.
    Auto,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    /// Scenarios by name or file; the first is what the others are compared with.
    pub scenarios: Vec<String>,
    /// Overrides `path=value`, for all of them.
    pub sets: Vec<String>,
    /// Seed; that of the first scenario if left out.
    pub seed: Option<u64>,
    /// Replications; those of the first scenario if left out.
    pub replications: Option<Replications>,
    /// Relative half-width at which `auto` stops; that of the first scenario if left out.
    pub precision: Option<f64>,
    /// When `auto` looks; as the first scenario says if left out.
    pub rule: Option<Rule>,
    /// Whether replications come in antithetic pairs; as the first scenario says if left out.
    pub antithetic: Option<bool>,
    /// Whether control variates are used where they help; as the first scenario says if left out.
    pub controls: Option<bool>,
    /// Which scenarios are compared with which.
    pub pairs: Pairs,
    /// Of a comparison: draws of the ratios inside one organisation from their priors, for P(better) and the tipping point; 0 for none.
    pub priors: usize,
}

/// Relative half-width at which `auto` stops for networks of queues unless the command line says otherwise.
const QUEUEING_PRECISION: f64 = 0.05;

/// What a scenario's `[run]` says of replications.
struct RunTable {
    replications: u64,
    seed: u64,
    cap: u64,
    precision: f64,
    outcomes: Vec<String>,
    rule: Rule,
    antithetic: bool,
    controls: bool,
}

/// Checked, compiled and planned: ready to run.
#[derive(Debug)]
pub struct Experiment {
    /// The scenarios.
    pub arms: Vec<Arm>,
    /// Overrides laid over all of them.
    pub sets: Vec<String>,
    /// What is run.
    pub world: World,
    /// Seed.
    pub seed: u64,
    /// How many replications.
    pub count: Count,
    /// Whether replications 2k and 2k + 1 are antithetic: then the pair is the unit of inference.
    pub antithetic: bool,
    /// Whether control variates are used where they help.
    pub controls: bool,
    /// Which arms are compared with which.
    pub pairs: Pairs,
    /// Warnings and advice about the scenarios.
    pub findings: Vec<Findings>,
    /// Draws from the priors; 0 for none.
    pub priors: usize,
}

impl Experiment {
    /// Reads, compiles and plans.
    ///
    /// # Errors
    /// Scenarios with errors, or that do not belong together; a question without sense.
    pub fn prepare(loader: &dyn Loader, ask: &Ask) -> Result<Experiment, Error> {
        let (arms, findings) = read_arms(loader, &ask.scenarios, &ask.sets).map_err(|e| match e {
            // Beside an error, advice is noise.
            Error::Invalid(all) => Error::Invalid(all.into_iter().map(Findings::without_advice).collect()),
            other => other,
        })?;
        Experiment::of(arms, findings, ask)
    }

    /// Compiles and plans scenarios already read; scenarios and overrides of `ask` are not looked at.
    pub(super) fn of(arms: Vec<Arm>, findings: Vec<Findings>, ask: &Ask) -> Result<Experiment, Error> {
        let first = arms
            .first()
            .ok_or_else(|| Error::Refused("there is no scenario to run".to_string()))?;
        let table = run_table(first);
        let seed = ask.seed.unwrap_or(table.seed);
        let antithetic = ask.antithetic.unwrap_or(table.antithetic);
        let controls = ask.controls.unwrap_or(table.controls);
        let world = World::compile(&arms, seed)?.antithetic(antithetic);
        let count = match ask.replications {
            Some(Replications::Fixed(n)) => Count::Fixed(n),
            None => Count::Fixed(table.replications),
            Some(Replications::Auto) => {
                let rule = ask.rule.unwrap_or(table.rule);
                if antithetic && rule == Rule::LookAhead {
                    let why = "looks after every replication and so cannot judge antithetic pairs";
                    return Err(Error::Refused(format!(
                        "the rule `look_ahead` {why}: take `--rule spaced`"
                    )));
                }
                let mut auto = auto(world.catalogue(), table, ask)?;
                // Whole pairs.
                auto.cap = if antithetic {
                    (auto.cap / 2 * 2).max(2)
                } else {
                    auto.cap
                };
                Count::Auto(auto)
            }
        };
        if let (true, Count::Fixed(n)) = (antithetic, &count)
            && n % 2 == 1
        {
            return Err(Error::Refused(format!(
                "antithetic replications come in pairs, so their number must be even: take {} instead of {n}",
                n + 1
            )));
        }
        let mut experiment = Experiment {
            arms,
            sets: ask.sets.clone(),
            world,
            seed,
            count,
            antithetic,
            controls,
            pairs: ask.pairs,
            findings,
            priors: 0,
        };
        experiment.with_priors(ask.priors)?;
        Ok(experiment)
    }

    /// Asks for so many draws from the priors; 0 for none.
    ///
    /// # Errors
    /// One draw; arms in which nothing is drawn; a single replication.
    pub fn with_priors(&mut self, draws: usize) -> Result<(), Error> {
        self.priors = draws;
        let refused = |why: &str| Err(Error::Refused(format!("--priors {draws}: {why}")));
        match draws {
            0 => Ok(()),
            _ if self.antithetic => {
                refused("the draws are not run in antithetic pairs; leave one of the two out")
            }
            1 => refused("two draws are the fewest that show any uncertainty"),
            _ if self.count == Count::Fixed(1) => {
                refused("two replications are the fewest that tell chance from parameters")
            }
            _ if !self.is_comparison() || drawn_arms(self)?.is_empty() => refused(
                "no arm has ratios inside one organisation ([interface.internal]) that are assumptions with a range",
            ),
            _ => Ok(()),
        }
    }

    /// What is recorded and worked out.
    pub fn catalogue(&self) -> &Catalogue {
        self.world.catalogue()
    }

    /// Replications that make one unit of inference.
    pub fn each(&self) -> u64 {
        1 + u64::from(self.antithetic)
    }

    /// Whether several scenarios are compared.
    pub fn is_comparison(&self) -> bool {
        self.arms.len() > 1
    }

    /// Everything that decides the records.
    pub fn identity(&self) -> Identity {
        Identity::new(manifest::plan(self))
    }
}

fn run_table(arm: &Arm) -> RunTable {
    match &arm.checked.kind {
        Kind::Queueing(net) => RunTable {
            replications: u64::from(net.run.replications.0),
            seed: net.run.seed,
            cap: u64::from(net.run.replication_cap.0),
            precision: QUEUEING_PRECISION,
            outcomes: Vec::new(),
            rule: Rule::Spaced,
            antithetic: net.run.antithetic,
            controls: net.run.controls,
        },
        Kind::Pathway(pathway) => RunTable {
            replications: u64::from(pathway.run.replications.0),
            seed: pathway.run.seed,
            cap: u64::from(pathway.run.auto.cap.0),
            precision: pathway.run.auto.precision.get(),
            outcomes: pathway.run.auto.outcomes.clone(),
            rule: match pathway.run.auto.rule {
                StoppingRule::Spaced => Rule::Spaced,
                StoppingRule::LookAhead => Rule::LookAhead,
            },
            antithetic: pathway.run.antithetic,
            controls: pathway.run.controls,
        },
    }
}

fn auto(catalogue: &Catalogue, table: RunTable, ask: &Ask) -> Result<Auto, Error> {
    let pairs = ask.pairs.of(catalogue);
    let mut outcomes: Vec<OutcomeId> = Vec::new();
    for name in &table.outcomes {
        let id = catalogue.outcome(name).ok_or_else(|| {
            Error::Refused(format!(
                "`run.auto.outcomes` names `{name}`, which is no outcome of this scenario"
            ))
        })?;
        if !pairs.is_empty() && !catalogue.outcomes()[id.index()].compared {
            return Err(Error::Refused(format!(
                "`run.auto.outcomes` names `{name}`, of which a difference means nothing"
            )));
        }
        outcomes.push(id);
    }
    if outcomes.is_empty() {
        let all = 0..catalogue.outcomes().len();
        let headlines = all.filter(|&i| catalogue.outcomes()[i].headline);
        outcomes = headlines.map(|i| catalogue.outcome_id(i)).collect();
    }
    Ok(Auto {
        outcomes,
        pairs,
        target: ask.precision.unwrap_or(table.precision),
        cap: table.cap,
        rule: ask.rule.unwrap_or(table.rule),
    })
}
