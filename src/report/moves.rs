//! "Of 1,000 people who died, x died somewhere else": moves between places of death, person by person.
//!
//! For each arm and each pair of places the record holds how many people died in one place in the first arm and
//! in the other here. Shown per 1,000 deaths with delete-one-replication jackknife intervals: each cell, the gross
//! number (off the diagonal) and the net change of each place. The placebo is the first arm run again on the same
//! people with chance drawn afresh; arms share their draws with the first, so they usually move fewer than it does.

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
    let ids = Ids {
        people: measures.paired_deaths,
        moved: &measures.moved,
        placebo: &measures.placebo_moved,
    };
    count(catalogue, &ids, records)
}

/// Where the counts lie; 16 each, from place by place.
struct Ids<'a> {
    people: MeasureId,
    moved: &'a [MeasureId],
    placebo: &'a [MeasureId],
}

fn count<R: Records>(
    catalogue: &Catalogue,
    ids: &Ids<'_>,
    records: &mut R,
) -> Result<Option<Moves>, EstimateError<R::Error>> {
    let arms = catalogue.arms().len();
    if arms < 2 {
        return Ok(None);
    }
    let expected = catalogue.layout().len();
    // Table 0 is the placebo, which is counted under arm 0.
    let read = |record: &Record, arm: usize| {
        let cells = if arm == 0 { ids.placebo } else { ids.moved };
        Table::read(record, catalogue, arm, ids.people, cells)
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
    records
        .visit(&mut |record| {
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
            }
        })
        .map_err(EstimateError::Read)?;
    let mut critical = Critical::new(LEVEL);
    let mut found = (0..arms).map(|arm| {
        let all = totals[arm].per_1000();
        let mut number = |jackknife: &Jackknife, value: Option<f64>| {
            let value = value.ok_or(Missing::NobodyAtRisk);
            Number::of(&jackknife.estimate(value, &mut critical))
        };
        let quantities: Vec<Number> = (0..QUANTITIES)
            .map(|q| number(&without[arm][q], all.map(|a| a[q])))
            .collect();
        Move {
            arm,
            people: u64::try_from(totals[arm].people).unwrap_or(0),
            elsewhere: quantities[GROSS].clone(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Breadth, CatalogueBuilder};

    /// Two arms; deaths by (replication, arm, from, to, how many).
    fn records(deaths: &[(u64, usize, usize, usize, i64)]) -> (Catalogue, Vec<MeasureId>, Vec<Record>) {
        let mut b = CatalogueBuilder::new(&["networked", "integrated"]);
        let mut ids = vec![b.measure("people", Breadth::Overall)];
        for what in ["moved", "placebo"] {
            ids.extend((0..CELLS).map(|c| b.measure(&format!("{what}_{c}"), Breadth::Overall)));
        }
        let catalogue = b.build().expect("names are unique");
        let last = deaths.iter().map(|d| d.0).max().unwrap_or(0);
        let mut records: Vec<Record> = (0..=last)
            .map(|replication| Record {
                replication,
                values: vec![0; catalogue.layout().len()],
            })
            .collect();
        for &(replication, arm, from, to, n) in deaths {
            let cell = ids[1 + if arm == 0 { CELLS } else { 0 } + from * PLACES + to];
            let values = &mut records[replication as usize].values;
            for id in [ids[0], cell] {
                values[catalogue.at(arm, id, GroupId::ALL)] += n;
            }
        }
        (catalogue, ids, records)
    }

    fn found(deaths: &[(u64, usize, usize, usize, i64)]) -> Moves {
        let (catalogue, ids, records) = records(deaths);
        let ids = Ids {
            people: ids[0],
            moved: &ids[1..=CELLS],
            placebo: &ids[1 + CELLS..],
        };
        let moves = count(&catalogue, &ids, &mut records.as_slice());
        moves.expect("memory can be read").expect("two arms")
    }

    /// Of 100 people, 10 moved from hospital (3) to home (0), 2 from home to hospice (2), 1 back; by chance 5.
    const DEATHS: [(u64, usize, usize, usize, i64); 10] = [
        (0, 1, 3, 3, 40),
        (0, 1, 3, 0, 4),
        (0, 1, 0, 2, 2),
        (0, 1, 0, 0, 4),
        (1, 1, 3, 3, 43),
        (1, 1, 3, 0, 6),
        (1, 1, 2, 0, 1),
        (0, 0, 3, 3, 48),
        (0, 0, 3, 0, 2),
        (1, 0, 3, 0, 50),
    ];

    #[test]
    fn moves_are_counted_per_thousand() {
        let m = found(&DEATHS);
        let arm = &m.arms[0];
        assert_eq!((arm.arm, arm.people, m.placebo.people), (1, 100, 100));
        let value = |n: &Number| n.value.expect("there are people");
        assert!((value(&arm.from_to[3][0]) - 100.0).abs() < 1e-9);
        assert!((value(&arm.from_to[0][2]) - 20.0).abs() < 1e-9);
        assert!((value(&arm.elsewhere) - 130.0).abs() < 1e-9);
        // Home: 10 + 1 came, 2 went; hospice: 2 came, 1 went; hospital: 10 went.
        for (net, expected) in arm.net.iter().zip([90.0, 0.0, 10.0, -100.0]) {
            assert!((value(net) - expected).abs() < 1e-9);
        }
        assert!((value(&m.placebo.elsewhere) - 520.0).abs() < 1e-9);
    }

    #[test]
    fn intervals_are_jackknife_intervals_over_replications() {
        // Without replication 0: 7 of 50; without 1: 6 of 50. SE = sqrt(1/2 * sum of squared deviations).
        let m = found(&DEATHS);
        let (a, b) = (140.0, 120.0);
        let mean = (a + b) / 2.0;
        let se = f64::sqrt(0.5 * ((a - mean) * (a - mean) + (b - mean) * (b - mean)));
        let t = 12.706_204_736; // 0.975 quantile of Student t, 1 degree of freedom
        let (low, high) = m.arms[0].elsewhere.interval.expect("it varies");
        assert!((low - (130.0 - t * se)).abs() < 1e-6 && (high - (130.0 + t * se)).abs() < 1e-6);
    }

    #[test]
    fn an_identical_arm_moves_nobody_and_nobody_gives_no_number() {
        let m = found(&[(0, 1, 0, 0, 7), (1, 1, 3, 3, 9), (0, 0, 0, 0, 7), (1, 0, 3, 3, 9)]);
        assert_eq!(m.arms[0].elsewhere.value, Some(0.0));
        assert_eq!(m.arms[0].elsewhere.interval, None);
        let m = found(&[(1, 1, 0, 0, 0)]);
        assert_eq!(m.arms[0].elsewhere.value, None);
        assert_eq!(m.arms[0].elsewhere.missing.as_deref(), Some("nobody at risk"));
    }

    #[test]
    fn a_record_of_another_plan_is_refused() {
        let (catalogue, ids, mut records) = records(&DEATHS);
        records[1].values.pop();
        let ids = Ids {
            people: ids[0],
            moved: &ids[1..=CELLS],
            placebo: &ids[1 + CELLS..],
        };
        let found = count(&catalogue, &ids, &mut records.as_slice());
        assert!(matches!(found, Err(EstimateError::Shape { replication: 1, .. })));
    }
}
