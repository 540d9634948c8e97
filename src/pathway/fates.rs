//! What became of each person, kept beside the record so that arms can be compared person by person: the place of death, and
//! what had been reached by then.
//!
//! Deaths are exogenous, so that the same people are counted in every arm. Place of death is kept of all who die in the
//! measured window, the states at death of those whose death was expected.

use crate::model::Place;
use crate::observe::{MeasureId, Tally};

use super::course::Person;
use super::recorder::Recorder;
use super::state::Individual;

/// States at death that are compared person by person; each is reached or not.
pub const STATES: [&str; 6] = [
    "on_register",
    "specialist_care",
    "anticipatory_medicines",
    "advance_care_plan",
    "preferred_place",
    "emergency_admission_90d",
];

/// Levels of a state, in the order of its cells.
pub const LEVELS: [&str; 2] = ["no", "yes"];

const PLACES: usize = Place::ALL.len();
/// Bits of a fate: died in the window, expected, place (two), states.
const COUNTED: u16 = 1;
const EXPECTED: u16 = 2;
const PLACE: u32 = 2;
const FIRST: u32 = 4;

/// What became of the people of one arm, by their position in the course; 0 for those who did not die in the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fates(Vec<u16>);

impl Fates {
    /// Nobody has died yet.
    pub(super) fn new(people: usize) -> Fates {
        Fates(vec![0; people])
    }

    fn died(&mut self, person: u32, place: Place) {
        self.0[person as usize] = COUNTED | (place as u16) << PLACE;
    }

    fn expected(&mut self, person: u32, states: [bool; STATES.len()]) {
        let fate = &mut self.0[person as usize];
        *fate |= EXPECTED;
        for (i, state) in states.into_iter().enumerate() {
            *fate |= u16::from(state) << (FIRST + i as u32);
        }
    }

    /// Counts the people of two arms by what became of them here and there. `people` counts them, if they are not counted yet.
    pub(super) fn count(
        &self,
        there: &Fates,
        tally: &mut Tally<'_>,
        arm: usize,
        cells: &Cells,
        people: Option<MeasureId>,
    ) {
        for (&a, &b) in self.0.iter().zip(&there.0) {
            if a & b & COUNTED == 0 {
                continue;
            }
            if let Some(people) = people {
                tally.add(arm, people, &[], 1);
            }
            let place = |fate: u16| usize::from(fate >> PLACE) % PLACES;
            tally.add(arm, cells.place[place(a) * PLACES + place(b)], &[], 1);
            if a & b & EXPECTED == 0 {
                continue;
            }
            for (i, cells) in cells.states.iter().enumerate() {
                let state = |fate: u16| usize::from(fate >> (FIRST + i as u32) & 1);
                tally.add(arm, cells[state(a) * 2 + state(b)], &[], 1);
            }
        }
    }
}

/// Where the people of one comparison are counted: cell `from * levels + to`.
#[derive(Clone, Debug)]
pub struct Cells {
    /// Places of death.
    pub place: Vec<MeasureId>,
    /// Each of [`STATES`]; none in a run of one arm.
    pub states: Vec<[MeasureId; 4]>,
}

/// Where people are counted by what became of them in two arms; counts of a comparison stand under its second arm.
#[derive(Clone, Debug)]
pub struct FateMeasures {
    /// By the arm that is compared with: all but the last.
    pub against: Vec<Cells>,
    /// The first arm against itself with chance drawn afresh; stands under the first arm.
    pub placebo: Cells,
}

impl FateMeasures {
    /// Every measure of it.
    pub fn all(&self) -> impl Iterator<Item = &MeasureId> {
        let cells = self.against.iter().chain([&self.placebo]);
        cells.flat_map(|c| c.place.iter().chain(c.states.iter().flatten()))
    }

    pub(super) fn declare(o: &mut impl FnMut(&str) -> MeasureId, arms: usize) -> FateMeasures {
        let mut places = |what: &str| -> Vec<MeasureId> {
            let pairs = Place::NAMES
                .iter()
                .flat_map(|from| Place::NAMES.iter().map(move |to| (from, to)));
            pairs
                .map(|(from, to)| o(&format!("{what}_{from}_to_{to}")))
                .collect()
        };
        let (first, placebo) = (places("moved"), places("placebo_moved"));
        let others: Vec<(String, Vec<MeasureId>)> = (1..arms.saturating_sub(1))
            .map(|arm| (format!("against_{arm}_"), places(&format!("against_{arm}_moved"))))
            .collect();
        let mut states = |what: &str| -> Vec<[MeasureId; 4]> {
            if arms < 2 {
                return Vec::new();
            }
            let mut cells = |state: &str| {
                ["no_to_no", "no_to_yes", "yes_to_no", "yes_to_yes"]
                    .map(|cell| o(&format!("{what}{state}_{cell}")))
            };
            STATES.iter().map(|state| cells(state)).collect()
        };
        let mut against = vec![Cells {
            place: first,
            states: states("changed_"),
        }];
        let placebo = Cells {
            place: placebo,
            states: states("placebo_changed_"),
        };
        against.extend(others.into_iter().map(|(what, place)| Cells {
            place,
            states: states(&format!("{what}changed_")),
        }));
        FateMeasures { against, placebo }
    }
}

impl Recorder<'_> {
    /// Writes down what became of a person who dies now, if that is in the measured window.
    pub(super) fn fate(
        &mut self,
        p: &Person,
        index: u32,
        x: &Individual,
        place: Place,
        preferred: Place,
        planned: bool,
    ) {
        use crate::base::NEVER;
        if !self.in_window(p.death) {
            return;
        }
        self.fates.died(index, place);
        if !p.is_sudden() {
            let states = [
                x.registered(),
                x.specialist_seen != NEVER,
                x.anticipatory_since != NEVER,
                planned,
                place == preferred,
                x.tallies.admissions_90 > 0,
            ];
            self.fates.expected(index, states);
        }
    }
}
