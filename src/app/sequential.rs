//! A bench as the systems of a sequential method: points are systems, watched outcomes their numbers.

use super::error::Error;
use super::study::{Bench, Ran};
use crate::methods::systems::{Series, Systems};
use crate::observe::Better;
use crate::report::Told;

/// Why a method could not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// It was told to stop; what was finished is kept.
    Interrupted,
    /// An error.
    Error(Error),
}

impl From<Error> for Halt {
    fn from(e: Error) -> Halt {
        Halt::Error(e)
    }
}

/// Points of a bench as systems.
pub(super) struct Points<'x, 'a, 'l> {
    /// The bench.
    pub bench: &'x mut Bench<'a, 'l>,
}

impl Systems for Points<'_, '_, '_> {
    type Error = Halt;

    fn ensure(&mut self, asked: &[(usize, u64)]) -> Result<(), Halt> {
        match self.bench.ensure(asked)? {
            Ran::Complete => Ok(()),
            Ran::Interrupted => Err(Halt::Interrupted),
        }
    }

    fn observe(&mut self, system: usize, n: u64) -> Result<Vec<Series>, Halt> {
        let all = self.bench.observed(system, n)?;
        let series = |o: crate::experiment::Observed| (!o.pseudo.is_empty()).then_some(o.pseudo);
        Ok(all.into_iter().map(series).collect())
    }
}

/// What reports say of the watched outcomes.
pub(super) fn told(bench: &Bench<'_, '_>) -> Vec<Told> {
    let watched = bench.study.watched().iter();
    watched
        .map(|w| Told {
            name: w.outcome.name.clone(),
            label: w.outcome.label.clone(),
            unit: w.outcome.unit.clone(),
            group: w.group.clone(),
            statistic: w.outcome.kind.statistic(),
            larger: match w.outcome.better {
                Better::Higher => Some(true),
                Better::Lower => Some(false),
                Better::Neither => None,
            },
        })
        .collect()
}
