//! What becomes of people in one arm and in another, person by person: where they die, and what was reached by then.
//!
//! For each comparison and each pair of levels of a state the record holds how many people had the one in the arm compared
//! with and the other here. Shown per 1,000 people with delete-one-replication jackknife intervals: each cell, the gross
//! number (off the diagonal) and the net change of each level. The placebo is the first arm run again on the same
//! people with chance drawn afresh; arms share their draws, so they usually change fewer than it does.

use serde::{Deserialize, Serialize};

use super::model::{Move, Moves, Number};
use super::words;
use crate::experiment::EstimateError;
use crate::model::Place;
use crate::observe::{Catalogue, GroupId, MeasureId, Record, Records};
use crate::pathway::catalogue::Measures;
use crate::pathway::fates::{Cells, LEVELS, STATES};
use crate::stats::{Critical, Jackknife, LEVEL, Missing};

/// What becomes of people, by state and comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// The states; the first is the place of death.
    pub states: Vec<State>,
    /// By comparison, then state; the placebo first.
    pub rows: Vec<Change>,
}

/// Something that is so or so of everybody who died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Name as in the tables.
    pub name: String,
    /// Words for a reader.
    pub label: String,
    /// What it may be.
    pub levels: Vec<String>,
}

/// One state of the same people in two runs; numbers are per 1,000 people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Position of the state.
    pub state: usize,
    /// Position of the arm.
    pub arm: usize,
    /// Position of the arm it is compared with; the same for the placebo.
    pub versus: usize,
    /// People, over all replications: all who died in the window for the place of death, those whose death was expected for others.
    pub people: u64,
    /// `from_to[from][to]`: `from` in the arm compared with, `to` here.
    pub from_to: Vec<Vec<Number>>,
    /// Whoever changed.
    pub gross: Number,
    /// Net change of each level.
    pub net: Vec<Number>,
}

impl Change {
    /// Whether it is the first arm against itself with chance drawn afresh.
    pub fn is_placebo(&self) -> bool {
        self.arm == self.versus
    }
}

impl Changes {
    /// The rows of one state, the placebo among them.
    pub fn of(&self, state: usize) -> impl Iterator<Item = &Change> {
        self.rows.iter().filter(move |row| row.state == state)
    }

    /// Moves between places of death against the first arm.
    pub fn moves(&self) -> Option<Moves> {
        let one = |c: &Change| Move {
            arm: c.arm,
            people: c.people,
            elsewhere: c.gross.clone(),
            net: c.net.clone(),
            from_to: c.from_to.clone(),
        };
        Some(Moves {
            places: self.states.first()?.levels.clone(),
            placebo: self.of(0).find(|c| c.is_placebo()).map(one)?,
            arms: self
                .of(0)
                .filter(|c| c.versus == 0 && c.arm > 0)
                .map(one)
                .collect(),
        })
    }
}

/// Where the people of one comparison and state are counted.
struct Spec<'a> {
    state: usize,
    arm: usize,
    versus: usize,
    people: MeasureId,
    /// From level by level.
    cells: &'a [MeasureId],
    levels: usize,
}

/// People by cell, and how many there are.
#[derive(Clone)]
struct Table {
    people: i128,
    cells: Vec<i128>,
}

impl Table {
    fn empty(spec: &Spec<'_>) -> Table {
        Table {
            people: 0,
            cells: vec![0; spec.cells.len()],
        }
    }

    fn change(&mut self, record: &Record, catalogue: &Catalogue, spec: &Spec<'_>, sign: i128) {
        let get = |m: MeasureId| i128::from(record.values[catalogue.at(spec.arm, m, GroupId::ALL)]);
        self.people += sign * get(spec.people);
        for (cell, &m) in self.cells.iter_mut().zip(spec.cells) {
            *cell += sign * get(m);
        }
    }

    /// Cells, gross and net of each level, per 1,000 people; `None` if there is nobody.
    fn per_1000(&self, levels: usize) -> Option<Vec<f64>> {
        if self.people <= 0 {
            return None;
        }
        let mut gross = 0;
        let mut net = vec![0i128; levels];
        for from in 0..levels {
            for to in (0..levels).filter(|&to| to != from) {
                let moved = self.cells[from * levels + to];
                gross += moved;
                net[to] += moved;
                net[from] -= moved;
            }
        }
        let counts = self.cells.iter().copied().chain([gross]).chain(net);
        Some(counts.map(|c| 1000.0 * c as f64 / self.people as f64).collect())
    }
}

/// The changes of these comparisons (arm, versus), from records read twice in order; `None` for one arm.
///
/// # Errors
/// Records that cannot be read, or that belong to another plan.
pub fn changes<R: Records>(
    catalogue: &Catalogue,
    measures: &Measures,
    pairs: &[(usize, usize)],
    records: &mut R,
) -> Result<Option<Changes>, EstimateError<R::Error>> {
    if catalogue.arms().len() < 2 {
        return Ok(None);
    }
    let mut specs = Vec::new();
    let fates = &measures.fates;
    let mut comparisons: Vec<(usize, usize, &Cells)> = vec![(0, 0, &fates.placebo)];
    comparisons.extend(
        pairs
            .iter()
            .map(|&(arm, versus)| (arm, versus, &fates.against[versus])),
    );
    for (arm, versus, Cells { place, states }) in comparisons {
        specs.push(Spec {
            state: 0,
            arm,
            versus,
            people: measures.paired_deaths,
            cells: place,
            levels: Place::ALL.len(),
        });
        specs.extend(states.iter().enumerate().map(|(i, cells)| Spec {
            state: i + 1,
            arm,
            versus,
            people: measures.expected_deaths,
            cells,
            levels: LEVELS.len(),
        }));
    }
    let rows = count(catalogue, &specs, records)?;
    let mut states = vec![State {
        name: "place_of_death".to_string(),
        label: "Place of death".to_string(),
        levels: Place::NAMES.map(str::to_string).to_vec(),
    }];
    states.extend(STATES.iter().map(|name| State {
        name: name.to_string(),
        label: words::state(name),
        levels: LEVELS.map(str::to_string).to_vec(),
    }));
    Ok(Some(Changes { states, rows }))
}

fn count<R: Records>(
    catalogue: &Catalogue,
    specs: &[Spec<'_>],
    records: &mut R,
) -> Result<Vec<Change>, EstimateError<R::Error>> {
    let expected = catalogue.layout().len();
    let mut totals: Vec<Table> = specs.iter().map(Table::empty).collect();
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
            for (spec, total) in specs.iter().zip(&mut totals) {
                total.change(record, catalogue, spec, 1);
            }
        })
        .map_err(EstimateError::Read)?;
    wrong.map_or(Ok(()), Err)?;
    let quantities = |spec: &Spec<'_>| spec.cells.len() + 1 + spec.levels;
    let mut without: Vec<Vec<Jackknife>> = specs
        .iter()
        .map(|s| vec![Jackknife::default(); quantities(s)])
        .collect();
    records
        .visit(&mut |record| {
            for ((spec, total), without) in specs.iter().zip(&totals).zip(&mut without) {
                let mut rest = total.clone();
                rest.change(record, catalogue, spec, -1);
                if rest.people == total.people {
                    continue;
                }
                let rest = rest.per_1000(spec.levels);
                for (q, jackknife) in without.iter_mut().enumerate() {
                    jackknife.push(rest.as_ref().map(|r| r[q]));
                }
            }
        })
        .map_err(EstimateError::Read)?;
    let mut critical = Critical::new(LEVEL);
    let rows = specs
        .iter()
        .zip(&totals)
        .zip(&without)
        .map(|((spec, total), without)| {
            let all = total.per_1000(spec.levels);
            let numbers: Vec<Number> = without
                .iter()
                .enumerate()
                .map(|(q, jackknife)| {
                    let value = all.as_ref().map(|a| a[q]).ok_or(Missing::NobodyAtRisk);
                    Number::of(&jackknife.estimate(value, &mut critical))
                })
                .collect();
            let cells = spec.cells.len();
            Change {
                state: spec.state,
                arm: spec.arm,
                versus: spec.versus,
                people: u64::try_from(total.people).unwrap_or(0),
                from_to: numbers[..cells]
                    .chunks(spec.levels)
                    .map(<[Number]>::to_vec)
                    .collect(),
                gross: numbers[cells].clone(),
                net: numbers[cells + 1..].to_vec(),
            }
        });
    Ok(rows.collect())
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

    const PLACES: usize = Place::ALL.len();
    const CELLS: usize = PLACES * PLACES;

    fn specs(ids: &[MeasureId]) -> [Spec<'_>; 2] {
        let spec = |arm: usize, cells| Spec {
            state: 0,
            arm,
            versus: 0,
            people: ids[0],
            cells,
            levels: PLACES,
        };
        [spec(0, &ids[1 + CELLS..]), spec(1, &ids[1..=CELLS])]
    }

    fn found(deaths: &[(u64, usize, usize, usize, i64)]) -> Moves {
        let (catalogue, ids, records) = records(deaths);
        let rows = count(&catalogue, &specs(&ids), &mut records.as_slice()).expect("memory can be read");
        let state = State {
            name: String::new(),
            label: String::new(),
            levels: Place::NAMES.map(str::to_string).to_vec(),
        };
        let states = vec![state];
        Changes { states, rows }.moves().expect("two arms")
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
        let found = count(&catalogue, &specs(&ids), &mut records.as_slice());
        assert!(matches!(found, Err(EstimateError::Shape { replication: 1, .. })));
    }
}
