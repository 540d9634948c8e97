//! "Of 1,000 people who died, x died somewhere else": moves between places of death, person by person.
//!
//! For each arm and each pair of places the record holds how many people died in one place in the first arm and
//! in the other here. Shown per 1,000 deaths with delete-one-replication jackknife intervals: each cell, the gross
//! number (off the diagonal), the net change of each place, and the gross number less that of the placebo,
//! which is the first arm run again on the same people with chance drawn afresh.

use super::model::{Move, Moves, Number};
use crate::experiment::EstimateError;
use crate::model::Place;
use crate::observe::{Catalogue, GroupId, MeasureId, Record, Records};
use crate::pathway::catalogue::Measures;
use crate::stats::{Critical, Jackknife, LEVEL, Missing};

const PLACES: usize = Place::ALL.len();
const CELLS: usize = PLACES * PLACES;
/// Cells, gross, net of each place.
const QUANTITIES: usize = CELLS + 1 + PLACES;
const GROSS: usize = CELLS;

/// People by (place in the first arm, place here), and how many there are.
#[derive(Clone)]
struct Table {
    people: i128,
    cells: [i128; CELLS],
}

impl Table {
    fn empty() -> Table {
        Table {
            people: 0,
            cells: [0; CELLS],
        }
    }

    fn read(
        record: &Record,
        catalogue: &Catalogue,
        arm: usize,
        people: MeasureId,
        cells: &[MeasureId],
    ) -> Table {
        let get = |m: MeasureId| i128::from(record.values[catalogue.at(arm, m, GroupId::ALL)]);
        let mut table = Table::empty();
        table.people = get(people);
        for (cell, &m) in table.cells.iter_mut().zip(cells) {
            *cell = get(m);
        }
        table
    }

    fn change(&mut self, other: &Table, sign: i128) {
        self.people += sign * other.people;
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            *cell += sign * more;
        }
    }

    /// All quantities per 1,000 people; `None` if there is nobody.
    fn per_1000(&self) -> Option<[f64; QUANTITIES]> {
        if self.people <= 0 {
            return None;
        }
        let mut counts = [0i128; QUANTITIES];
        counts[..CELLS].copy_from_slice(&self.cells);
        for from in 0..PLACES {
            for to in (0..PLACES).filter(|&to| to != from) {
                let moved = self.cells[from * PLACES + to];
                counts[GROSS] += moved;
                counts[GROSS + 1 + to] += moved;
                counts[GROSS + 1 + from] -= moved;
            }
        }
        Some(counts.map(|c| 1000.0 * c as f64 / self.people as f64))
    }
}

/// The moves of every arm against the first, from records read twice in order; `None` for one arm.
///
/// # Errors
/// Records that cannot be read, or that belong to another plan.
pub fn moves<R: Records>(
    catalogue: &Catalogue,
    measures: &Measures,
    records: &mut R,
) -> Result<Option<Moves>, EstimateError<R::Error>> {
    let arms = catalogue.arms().len();
    if arms < 2 {
        return Ok(None);
    }
    let expected = catalogue.layout().len();
    // Table 0 is the placebo, which is counted under arm 0.
    let read = |record: &Record, arm: usize| {
        let cells = if arm == 0 {
            &measures.placebo_moved
        } else {
            &measures.moved
        };
        Table::read(record, catalogue, arm, measures.paired_deaths, cells)
    };
    let mut totals = vec![Table::empty(); arms];
    let mut wrong = None;
    records
        .visit(&mut |record| {
            let found = record.values.len();
            if found != expected {
                wrong.get_or_insert(EstimateError::Shape {
                    replication: record.replication,
                    found,
                    expected,
                });
                return;
            }
            for (arm, total) in totals.iter_mut().enumerate() {
                total.change(&read(record, arm), 1);
            }
        })
        .map_err(EstimateError::Read)?;
    wrong.map_or(Ok(()), Err)?;
    let mut without = vec![[Jackknife::default(); QUANTITIES]; arms];
    let mut beyond = vec![Jackknife::default(); arms];
    records
        .visit(&mut |record| {
            let mut chance = None;
            for (arm, total) in totals.iter().enumerate() {
                let own = read(record, arm);
                if own.people == 0 {
                    continue;
                }
                let mut rest = total.clone();
                rest.change(&own, -1);
                let rest = rest.per_1000();
                for (q, jackknife) in without[arm].iter_mut().enumerate() {
                    jackknife.push(rest.map(|r| r[q]));
                }
                let gross = rest.map(|r| r[GROSS]);
                if arm == 0 {
                    chance = gross;
                }
                beyond[arm].push(gross.and_then(|g| chance.map(|c| g - c)));
            }
        })
        .map_err(EstimateError::Read)?;
    let mut critical = Critical::new(LEVEL);
    let chance = totals[0].per_1000().map(|p| p[GROSS]);
    let mut found = (0..arms).map(|arm| {
        let all = totals[arm].per_1000();
        let mut number = |jackknife: &Jackknife, value: Option<f64>| {
            let value = value.ok_or(Missing::NobodyAtRisk);
            Number::of(&jackknife.estimate(value, &mut critical))
        };
        let quantities: Vec<Number> = (0..QUANTITIES)
            .map(|q| number(&without[arm][q], all.map(|a| a[q])))
            .collect();
        let excess = all.and_then(|a| chance.map(|c| a[GROSS] - c));
        Move {
            arm,
            people: u64::try_from(totals[arm].people).unwrap_or(0),
            elsewhere: quantities[GROSS].clone(),
            beyond_chance: number(&beyond[arm], excess),
            net: quantities[GROSS + 1..].to_vec(),
            from_to: quantities[..CELLS]
                .chunks(PLACES)
                .map(<[Number]>::to_vec)
                .collect(),
        }
    });
    let placebo = found.next().expect("two arms or more");
    Ok(Some(Moves {
        places: Place::NAMES.iter().map(|p| p.to_string()).collect(),
        placebo,
        arms: found.collect(),
    }))
}
