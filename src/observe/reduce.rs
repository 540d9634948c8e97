//! The part of a catalogue that a few outcomes need, and of a record likewise: what a study keeps of each unit.

use super::builder::{CatalogueBuilder, CatalogueError};
use super::catalogue::{Catalogue, GroupId, MeasureId, OutcomeId, WaitId};
use super::outcome::{Kind, Outcome};
use super::record::Record;

/// One arm's part of a catalogue, reduced to some outcomes, with the positions of its values in whole records.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduction {
    catalogue: Catalogue,
    positions: Vec<usize>,
}

impl Reduction {
    /// The reduced catalogue: one arm called `point`, the groups that are needed, the outcomes in the order asked for.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What the reduced catalogue needs of a whole record, numbered anew.
    pub fn of(&self, record: &Record, number: u64) -> Record {
        Record {
            replication: number,
            values: self.positions.iter().map(|&p| record.values[p]).collect(),
        }
    }
}

impl Catalogue {
    /// Reduces one arm to some outcomes (each named once), for everybody and some groups.
    ///
    /// # Errors
    /// An outcome named twice.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn reduced(
        &self,
        arm: usize,
        outcomes: &[OutcomeId],
        groups: &[GroupId],
    ) -> Result<Reduction, CatalogueError> {
        let mut measures: Vec<MeasureId> = Vec::new();
        let mut waits: Vec<WaitId> = Vec::new();
        let mut kept: Vec<GroupId> = groups.to_vec();
        kept.push(GroupId::ALL);
        for outcome in outcomes.iter().map(|o| &self.outcomes[o.index()]) {
            match &outcome.kind {
                Kind::Ratio { num, den, .. }
                | Kind::Gap { num, den, .. }
                | Kind::Relative { num, den, .. }
                | Kind::Slope { num, den, .. } => measures.extend([*num, *den]),
                Kind::RiskRatio {
                    num,
                    den,
                    num_from,
                    den_from,
                } => measures.extend([*num, *den, *num_from, *den_from]),
                Kind::Mean { num, .. } => measures.push(*num),
                Kind::Incidence { wait, .. }
                | Kind::Centile { wait, .. }
                | Kind::RestrictedMean { wait, .. } => waits.push(*wait),
            }
        }
        for outcome in outcomes.iter().map(|o| &self.outcomes[o.index()]) {
            match &outcome.kind {
                Kind::Gap { of, from, .. } | Kind::Relative { of, from, .. } => kept.extend([*of, *from]),
                Kind::Slope { groups, .. } => kept.extend(groups),
                _ => {}
            }
        }
        kept.sort();
        kept.dedup();
        measures.sort();
        measures.dedup();
        waits.sort();
        waits.dedup();
        let mut b = CatalogueBuilder::new(&["point"]);
        for group in kept[1..].iter().map(|g| &self.groups[g.index()]) {
            b.group(&group.dimension, &group.level);
        }
        for m in measures.iter().map(|m| &self.measures[m.index()]) {
            b.measure(&m.name, m.breadth);
        }
        for w in waits.iter().map(|w| &self.waits[w.index()]) {
            let causes: Vec<&str> = w.causes.iter().map(String::as_str).collect();
            b.wait(&w.name, w.breadth, w.bins.clone(), &causes);
        }
        let place = |found: Result<usize, usize>| found.expect("collected above") as u32;
        let measure = |m: MeasureId| MeasureId(place(measures.binary_search(&m)));
        let group = |g: GroupId| GroupId(place(kept.binary_search(&g)));
        let wait = |w: WaitId| WaitId(place(waits.binary_search(&w)));
        for outcome in outcomes.iter().map(|o| &self.outcomes[o.index()]) {
            let mut kind = outcome.kind.clone();
            match &mut kind {
                Kind::Ratio { num, den, .. } => (*num, *den) = (measure(*num), measure(*den)),
                Kind::RiskRatio {
                    num,
                    den,
                    num_from,
                    den_from,
                } => {
                    (*num, *den) = (measure(*num), measure(*den));
                    (*num_from, *den_from) = (measure(*num_from), measure(*den_from));
                }
                Kind::Gap {
                    num, den, of, from, ..
                }
                | Kind::Relative { num, den, of, from } => {
                    (*num, *den, *of, *from) = (measure(*num), measure(*den), group(*of), group(*from));
                }
                Kind::Slope { num, den, groups, .. } => {
                    (*num, *den) = (measure(*num), measure(*den));
                    groups.iter_mut().for_each(|g| *g = group(*g));
                }
                Kind::Mean { num, .. } => *num = measure(*num),
                Kind::Incidence { wait: w, .. }
                | Kind::Centile { wait: w, .. }
                | Kind::RestrictedMean { wait: w, .. } => *w = wait(*w),
            }
            b.outcome(Outcome {
                kind,
                ..outcome.clone()
            });
        }
        let catalogue = b.build()?;
        let mut positions = vec![0; catalogue.layout().len()];
        // Everybody is first in both.
        let groups = |breadth| {
            let both = kept
                .iter()
                .enumerate()
                .map(|(new, old)| (GroupId(new as u32), *old));
            both.take(catalogue.breadth_groups(breadth))
        };
        for (new, &old) in measures.iter().enumerate() {
            for (to, from) in groups(self.measures[old.index()].breadth) {
                positions[catalogue.at(0, MeasureId(new as u32), to)] = self.at(arm, old, from);
            }
        }
        for (new, &old) in waits.iter().enumerate() {
            let w = &self.waits[old.index()];
            for (to, from) in groups(w.breadth) {
                let (to, from) = (
                    catalogue.wait_at(0, WaitId(new as u32), to),
                    self.wait_at(arm, old, from),
                );
                for i in 0..w.width() {
                    positions[to + i] = from + i;
                }
            }
        }
        Ok(Reduction { catalogue, positions })
    }
}
