//! `check --theory`: the verification suite. Queues on the kernel, two processes of the world and the course of illness, each
//! simulated by the code that simulates everything else, beside what theory says.

mod course;
mod world;

use std::path::PathBuf;

use serde_json::{Map, json};

use super::error::Error;
use crate::experiment::{Progress, in_parallel};
use crate::methods::agreement::Comparison;
use crate::observe::LayoutHash;
use crate::queueing::theory::{Case, suite};
use crate::report::{Theory, TheoryRow, TheorySystem};
use crate::store::{Ending, Identity, Request, Store};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TheoryAsk {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Fewer replications.
    pub quick: bool,
    /// Threads; the results do not depend on them.
    pub threads: usize,
}

/// Seed unless another is asked for.
pub const THEORY_SEED: u64 = 1;
/// Probability with which a right program fails any of the comparisons.
const ALPHA: f64 = 0.001;
/// Replications of each system.
const REPLICATIONS: usize = 200;
/// The same with `quick`.
const QUICK: usize = 40;
/// What fails is run with so many times the replications.
const AGAIN: usize = 10;

/// A value of theory.
pub(super) struct Claim {
    /// What it is a value of, with its unit.
    pub quantity: String,
    /// The value.
    pub theory: f64,
    /// What is allowed besides chance.
    pub rounding: f64,
}

/// Numerators and denominators of the claims in one replication.
pub(super) type Pairs = Vec<(f64, f64)>;

/// A system with known behaviour.
pub(super) struct System {
    pub name: String,
    /// What runs it.
    pub runs: &'static str,
    pub reference: &'static str,
    pub claims: Vec<Claim>,
    /// Runs a replication.
    pub replicate: Box<dyn Fn(u64) -> Pairs + Send + Sync>,
}

/// Every system of the suite.
fn systems(seed: u64) -> Result<Vec<System>, Error> {
    let mut all: Vec<System> = suite().into_iter().map(|case| of_case(case, seed)).collect();
    all.extend(world::systems(seed)?);
    all.extend(course::systems(seed)?);
    Ok(all)
}

/// A network on the kernel.
fn of_case(case: Case, seed: u64) -> System {
    let labels: Vec<(String, f64)> = case
        .expected
        .iter()
        .map(|(q, _)| q.label(&case.network))
        .collect();
    let claims = case
        .expected
        .iter()
        .zip(&labels)
        .map(|(&(quantity, theory), (label, scale))| Claim {
            quantity: label.clone(),
            theory: theory * scale,
            rounding: quantity.rounding() * scale,
        });
    System {
        name: case.name.to_string(),
        runs: "network on the kernel",
        reference: case.reference,
        claims: claims.collect(),
        replicate: Box::new(move |r| {
            let scaled = case.replicate(seed, r).into_iter().zip(&labels);
            scaled
                .map(|((above, below), (_, scale))| (above * scale, below))
                .collect()
        }),
    }
}

/// Runs the suite.
///
/// # Errors
/// The threads could not be started. (A scenario of the suite that is refused is a defect of the program.)
pub fn check_theory(ask: &TheoryAsk, progress: &mut dyn Progress) -> Result<Theory, Error> {
    let systems = systems(ask.seed)?;
    let n = if ask.quick { QUICK } else { REPLICATIONS };
    judge(&systems, n, ask, progress)
}

fn judge(
    systems: &[System],
    n: usize,
    ask: &TheoryAsk,
    progress: &mut dyn Progress,
) -> Result<Theory, Error> {
    let run = |system: &System, from: usize, to: usize| {
        let work = |i: usize| (system.replicate)((from + i) as u64);
        in_parallel(to - from, ask.threads, &work).map_err(Error::Machine)
    };
    let mut theory = Theory {
        systems: Vec::new(),
        seed: ask.seed,
        quick: ask.quick,
        alpha: ALPHA,
    };
    progress.begin((systems.len() * n) as u64, 0);
    let mut runs = Vec::new();
    for (i, system) in systems.iter().enumerate() {
        let found = run(system, 0, n)?;
        theory.systems.push(compared(system, &found, false));
        runs.push(found);
        progress.finished(((i + 1) * n) as u64);
    }
    // All are judged together, so only now.
    for (i, system) in systems.iter().enumerate() {
        if !theory.system_agrees(&theory.systems[i]) {
            progress.begin((AGAIN * n) as u64, n as u64);
            runs[i].extend(run(system, n, AGAIN * n)?);
            theory.systems[i] = compared(system, &runs[i], true);
        }
    }
    Ok(theory)
}

fn compared(system: &System, runs: &[Pairs], again: bool) -> TheorySystem {
    let row = |(i, claim): (usize, &Claim)| {
        let pairs: Pairs = runs.iter().map(|run| run[i]).collect();
        TheoryRow {
            quantity: claim.quantity.clone(),
            comparison: Comparison::of(&pairs, claim.theory, claim.rounding),
        }
    };
    TheorySystem {
        name: system.name.clone(),
        runs: system.runs,
        reference: system.reference,
        again,
        rows: system.claims.iter().enumerate().map(row).collect(),
    }
}

/// Writes `theory.csv`, `report.txt` and the scenarios of the world's systems into a folder that is there whole or not at all.
///
/// # Errors
/// A folder that may not be written.
pub fn write_theory(
    theory: &Theory,
    (out, force): (PathBuf, bool),
    run: Map<String, serde_json::Value>,
) -> Result<(), Error> {
    let plan = json!({
        "version": env!("CARGO_PKG_VERSION"), "kind": "theory", "seed": theory.seed, "quick": theory.quick,
    });
    let store = Store::open(Request {
        out: Some(out),
        force,
        identity: Identity::new(plan.as_object().cloned().unwrap_or_default()),
        layout: LayoutHash([0; 32]),
        shard: None,
    })?;
    let ending = Ending {
        replications: theory
            .systems
            .iter()
            .flat_map(|s| s.rows.first())
            .map(|r| r.comparison.replications)
            .sum(),
        interrupted: false,
        keep_records: false,
        run,
    };
    store.finish(&ending, |draft, _| {
        draft.write("theory.csv", |w| w.write_all(&theory.csv()))?;
        for (name, text) in world::TEXTS {
            draft.write(name, |w| w.write_all(text.as_bytes()))?;
        }
        draft.write("report.txt", |w| w.write_all(theory.text().as_bytes()))
    })?;
    Ok(())
}

/// Names of all systems, in the order of the table.
///
/// # Errors
/// As [`check_theory`].
pub fn theory_systems() -> Result<Vec<String>, Error> {
    Ok(systems(THEORY_SEED)?.into_iter().map(|s| s.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;

    fn coins(theory: f64) -> System {
        System {
            name: "coins".to_string(),
            runs: "test",
            reference: "",
            claims: vec![Claim {
                quantity: "heads".to_string(),
                theory,
                rounding: 0.0,
            }],
            replicate: Box::new(|r| vec![(Draws::new(3, r).uniform(1, 1, 0, 0), 1.0)]),
        }
    }

    const ASK: TheoryAsk = TheoryAsk {
        seed: 3,
        quick: true,
        threads: 1,
    };

    #[test]
    fn what_fails_is_run_again_with_ten_times_the_replications() {
        let right = judge(&[coins(0.5)], 40, &ASK, &mut ()).unwrap();
        assert!(right.failures().is_empty() && !right.systems[0].again);
        let wrong = judge(&[coins(0.9)], 40, &ASK, &mut ()).unwrap();
        assert!(!wrong.failures().is_empty() && wrong.systems[0].again);
        assert_eq!(wrong.systems[0].rows[0].comparison.replications, 400);
    }

    /// The suite itself with few replications, but for the networks, which `queueing::theory` tests: all comparisons together
    /// fail for a right program with probability 0.001.
    #[test]
    fn the_world_and_the_course_agree_with_theory() {
        let all = systems(7).unwrap();
        let (networks, rest): (Vec<System>, Vec<System>) =
            all.into_iter().partition(|s| s.runs.starts_with("network"));
        assert!(networks.len() > 15 && rest.len() >= 7);
        let found = judge(&rest, 12, &ASK, &mut ()).unwrap();
        assert!(found.failures().is_empty(), "{}", found.text());
    }

    #[test]
    fn threads_change_nothing() {
        let run = |threads| {
            judge(
                &[coins(0.5), coins(0.4)],
                30,
                &TheoryAsk { threads, ..ASK },
                &mut (),
            )
            .unwrap()
        };
        assert_eq!(run(1), run(3));
    }
}
