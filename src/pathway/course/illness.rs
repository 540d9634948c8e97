//! One person's illness from first suspicion to death: phases, and the walk through palliative states.
//!
//! The whole illness is cut at `longest_illness`. What is cut, in this order: the palliative walk is
//! ended early, so that it leaves room for the last deterioration and dying; then diagnosis,
//! treatment and living with the illness are ended where they would leave no room for the
//! palliative phase, and phases that would begin later are skipped. Dying is never skipped.

use crate::base::{NEVER, Secs, Time};
use crate::model::{Exogenous, Group, State};
use crate::pathway::population::{Arrival, choose};
use crate::pathway::purposes;
use crate::random::Draws;

/// Most palliative spells before end of life; the walk ends there. (A scenario whose spells are so short
/// and whose chain ends so rarely that this matters describes no illness.)
pub(super) const MOST_SPELLS: u32 = 4_096;

/// The milestones of one illness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Illness {
    /// First suspicion.
    pub diagnosed: Time,
    /// Starts of (treatment, living with the illness), at most three courses; never where skipped.
    pub courses: [(Time, Time); 3],
    /// Start of the palliative phase; never for a sudden death.
    pub palliative_from: Time,
    /// Start of end of life; never for a sudden death.
    pub end_of_life_from: Time,
    /// Death.
    pub death: Time,
}

/// One palliative spell of a walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// The state.
    pub state: State,
    /// Its length, at least one second.
    pub length: Secs,
    /// The final deterioration or dying.
    pub end_of_life: bool,
}

/// The palliative spells of one person; reused from person to person.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// In time order.
    pub steps: Vec<Step>,
}

/// The illness of the person of `arrival`; leaves the palliative spells in `walk`.
pub(super) fn illness(
    exo: &Exogenous,
    group: &Group,
    arrival: Arrival,
    draws: &Draws,
    walk: &mut Walk,
) -> Illness {
    walk.steps.clear();
    let diagnosed = arrival.time;
    if group.sudden {
        return Illness {
            diagnosed,
            courses: [(NEVER, NEVER); 3],
            palliative_from: NEVER,
            end_of_life_from: NEVER,
            death: diagnosed,
        };
    }
    palliative_walk(exo, group, arrival.key, draws, walk);
    let length = |end_of_life: bool| {
        walk.steps
            .iter()
            .filter(|step| step.end_of_life == end_of_life)
            .map(|step| step.length)
            .sum::<Secs>()
    };
    let (palliative, end_of_life) = (length(false), length(true));
    let room = exo.longest_illness - palliative - end_of_life;
    let (courses, before) = before_palliative(exo, group, arrival, draws, room);
    let palliative_from = diagnosed + before;
    let end_of_life_from = palliative_from + palliative;
    Illness {
        diagnosed,
        courses,
        palliative_from,
        end_of_life_from,
        death: end_of_life_from + end_of_life,
    }
}

/// Diagnosis, then up to three courses of treatment and living with the illness, within `room` seconds.
/// Gives the starts of the courses and the length of it all.
fn before_palliative(
    exo: &Exogenous,
    group: &Group,
    arrival: Arrival,
    draws: &Draws,
    room: Secs,
) -> ([(Time, Time); 3], Secs) {
    let (length, late) = draws.pair(arrival.key, purposes::DIAGNOSIS, 0, 0);
    let mut past = exo.diagnosis.secs(length).min(room);
    let mut courses = [(NEVER, NEVER); 3];
    if late < group.late {
        return (courses, past);
    }
    // A phase without length is skipped, be it by its law or because the room is used up.
    let phase = |past: &mut Secs, length: Secs| {
        let start = *past;
        *past = (start + length).min(room);
        if *past > start {
            arrival.time + start
        } else {
            NEVER
        }
    };
    for (course, starts) in courses.iter_mut().enumerate() {
        let anchor = course as u32;
        let (treatment, living) = draws.pair(arrival.key, purposes::TREATMENT, anchor, 0);
        starts.0 = phase(&mut past, group.treatment.secs(treatment));
        starts.1 = phase(&mut past, group.living_with.secs(living));
        let returns = |anchor| draws.uniform(arrival.key, purposes::RETURN_TO_TREATMENT, anchor, 0);
        if course == 2 || past >= room || returns(anchor) >= group.returns_to_treatment {
            break;
        }
    }
    (courses, past)
}

/// Stable, deteriorating and unstable spells until the chain ends, then the last deterioration and dying.
fn palliative_walk(exo: &Exogenous, group: &Group, key: u64, draws: &Draws, walk: &mut Walk) {
    let length = |state: State, u: f64| group.spell[state as usize].secs(u).max(1);
    let (last, dying) = draws.pair(key, purposes::FINAL_SPELLS, 0, 0);
    let dying = length(State::Dying, dying).min(exo.longest_illness);
    let last = length(State::Deteriorating, last).min(exo.longest_illness - dying);
    let mut room = exo.longest_illness - dying - last;

    const PALLIATIVE: [State; 3] = [State::Stable, State::Deteriorating, State::Unstable];
    let mut state = choose(&group.first, draws.uniform(key, purposes::FIRST_STATE, 0, 0));
    for ordinal in 1..=MOST_SPELLS {
        if room == 0 {
            break;
        }
        let (how_long, next) = draws.pair(key, purposes::SPELL, ordinal, 0);
        let spell = length(PALLIATIVE[state], how_long).min(room);
        room -= spell;
        walk.steps.push(Step {
            state: PALLIATIVE[state],
            length: spell,
            end_of_life: false,
        });
        state = choose(&group.next[state], next);
        if state == PALLIATIVE.len() {
            break;
        }
    }
    if last > 0 {
        walk.steps.push(Step {
            state: State::Deteriorating,
            length: last,
            end_of_life: true,
        });
    }
    walk.steps.push(Step {
        state: State::Dying,
        length: dying,
        end_of_life: true,
    });
}
