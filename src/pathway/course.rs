//! The course of a replication: everything decided before care, made once and shared by all arms (model.md §4).
//!
//! A [`Course`] is immutable. It holds the people present or falling ill before the end of the run,
//! their spells of illness, symptom episodes, acute events and candidates, and an agenda of all of it
//! in the order in which it happens. Nothing in it depends on how care is organised.

mod agenda;
mod digest;
mod happenings;
mod illness;

use super::population::{Attributes, arrivals, attributes};
use crate::base::{NEVER, Time};
use crate::model::{Exogenous, Phase, Place, Severity, State, Windows};
use crate::random::Draws;
use happenings::Happenings;
use illness::{Illness, Walk};

/// Everything decided before care in one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Everybody alive at time 0 or first suspected from then to the end, by practice, group, ordinal.
    pub people: Vec<Person>,
    /// Spells of illness, by person in time order, from first suspicion to death.
    pub spells: Vec<Spell>,
    /// Symptom episodes that begin from 0 to before the end, by person in time order.
    pub episodes: Vec<Episode>,
    /// Acute medical events from 0 to before the end, by person in time order.
    pub acutes: Vec<Acute>,
    /// Candidates from 0 to before the end, by person and kind in time order.
    pub candidates: Vec<Candidate>,
    /// What happens from 0 to before the end, by (time, kind, person's key, ordinal).
    pub agenda: Vec<Happening>,
}

/// A person and the milestones of the illness. Times are [`NEVER`] where a phase is skipped.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Key of all the person's draws: `sub_key(name_key([practice, group]), ordinal)`.
    pub key: u64,
    /// Position of the practice.
    pub practice: u16,
    /// Position of the diagnosis group.
    pub group: u8,
    /// Age band.
    pub age: u8,
    /// Deprivation quintile; 0 is the most deprived.
    pub deprivation: u8,
    /// Ethnicity group.
    pub ethnicity: u8,
    /// Lives alone (never in a care home).
    pub alone: bool,
    /// Carer's capacity in hours a week; 0 without a carer and in a care home.
    pub carer_hours: f32,
    /// Has another long-term condition.
    pub other_condition: bool,
    /// Capital, pounds, the home disregarded.
    pub capital: f64,
    /// Lives in a care home.
    pub care_home: bool,
    /// Preferred place of care and death at first.
    pub preferred: Place,
    /// Preferred place from `preference_changes_at` on; as `preferred` if that is never.
    pub preferred_later: Place,
    /// When the preference changes, within the palliative phase.
    pub preference_changes_at: Time,
    /// Multiplies delays in seeking help (mean 1).
    pub help_seeking: f32,
    /// Starting trust in [0, 1].
    pub trust: f32,
    /// Language is a barrier in using services.
    pub language_barrier: bool,
    /// A specialist palliative review is needed in the palliative phase.
    pub specialist_need: bool,
    /// Multiplies care hours (mean 1).
    pub care_factor: f32,
    /// Multiplies contacts asked of the GP (mean 1).
    pub contacts_factor: f32,
    /// Multiplies acute medical events (mean 1).
    pub acute_factor: f32,
    /// First suspicion, with which the diagnosis phase begins; for a sudden death, the death.
    pub diagnosed: Time,
    /// Start of the first course of treatment.
    pub treatment_from: Time,
    /// Start of living with the illness after the first course of treatment.
    pub living_from: Time,
    /// Starts of (treatment, living with the illness) for the second and third course of treatment.
    pub again: [(Time, Time); 2],
    /// Start of the palliative phase; never for a sudden death.
    pub palliative_from: Time,
    /// Start of end of life (the last deterioration, then dying); never for a sudden death.
    pub end_of_life_from: Time,
    /// Death.
    pub death: Time,
    /// The person's rows of `spells`, half open.
    pub spells: (u32, u32),
    /// The person's rows of `episodes`, half open.
    pub episodes: (u32, u32),
    /// The person's rows of `acutes`, half open.
    pub acutes: (u32, u32),
    /// The person's rows of `candidates`, half open.
    pub candidates: (u32, u32),
}

impl Person {
    /// The true phase at `t`. Before first suspicion, and for a sudden death always: diagnosis.
    pub fn phase(&self, t: Time) -> Phase {
        if t >= self.end_of_life_from {
            return Phase::EndOfLife;
        }
        if t >= self.palliative_from {
            return Phase::Palliative;
        }
        let [(second, after_second), (third, after_third)] = self.again;
        let treatments = [self.treatment_from, second, third];
        let livings = [self.living_from, after_second, after_third];
        let latest = |starts: [Time; 3]| starts.into_iter().filter(|&start| start <= t).max();
        match (latest(treatments), latest(livings)) {
            (None, None) => Phase::Diagnosis,
            (treatment, living) if living >= treatment => Phase::LivingWith,
            _ => Phase::ActiveTreatment,
        }
    }

    /// The place preferred at `t`.
    pub fn preferred_at(&self, t: Time) -> Place {
        if t >= self.preference_changes_at {
            self.preferred_later
        } else {
            self.preferred
        }
    }

    /// A sudden death: no palliative phase and no spell.
    pub fn is_sudden(&self) -> bool {
        self.palliative_from == NEVER
    }
}

/// A stretch of the illness in one state.
///
/// The first (ordinal 0) is [`State::Before`], from first suspicion to the palliative phase; the
/// palliative ones are numbered from 1; the last two are the final deterioration and dying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// The person.
    pub person: u32,
    /// Which spell of the person.
    pub ordinal: u16,
    /// Start; may be before 0.
    pub start: Time,
    /// End, where the next spell or death follows; may be after the end of the run.
    pub end: Time,
    /// The state.
    pub state: State,
    /// The final deterioration or dying.
    pub end_of_life: bool,
    /// Australia-modified Karnofsky Performance Status, 0 to 100.
    pub akps: u8,
    /// Need for care in hours a week before the carer's share.
    pub care_hours: f32,
}

/// A symptom episode; several of one person may overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// The person.
    pub person: u32,
    /// Which episode of the person, counted from 0 at time 0.
    pub ordinal: u16,
    /// Start.
    pub start: Time,
    /// Natural end, or death if that is earlier.
    pub end: Time,
    /// Severity.
    pub severity: Severity,
    /// Position of the kind of symptom.
    pub kind: u8,
    /// The person's state at the start.
    pub state: State,
}

/// An acute medical event such as sepsis or a fracture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Acute {
    /// The person.
    pub person: u32,
    /// Which event of the person, counted from 0 at time 0.
    pub ordinal: u16,
    /// Moment.
    pub time: Time,
    /// Position of the kind of event.
    pub kind: u8,
    /// Must be in hospital whatever the community does.
    pub must: bool,
    /// Quantile of the clinically needed stay, in (0, 1).
    pub stay_u: f64,
}

/// Events whose rate depends on care, drawn at a cap and thinned by the care side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CandidateKind {
    /// The carer can go on no longer. Only for people who have a carer.
    CarerBreakdown = 0,
    /// A fall.
    Fall = 1,
    /// A medicine has run out.
    RunOut = 2,
}

/// A candidate event in the palliative phase; it happens if `u` < rate / cap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The person.
    pub person: u32,
    /// Which candidate of this kind, counted from 0 at the start of the palliative phase.
    pub ordinal: u16,
    /// Moment.
    pub time: Time,
    /// Kind.
    pub kind: CandidateKind,
    /// Uniform of the thinning, in (0, 1).
    pub u: f64,
}

/// Kind of a happening; at one moment they come in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum HappeningKind {
    /// A spell begins, or at time 0 is going on.
    Spell = 0,
    /// A symptom episode begins.
    Episode = 1,
    /// An acute medical event.
    Acute = 2,
    /// A candidate event.
    Candidate = 3,
    /// The preferred place changes.
    Preference = 4,
    /// Death.
    Death = 5,
}

/// One line of the agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub time: Time,
    /// What.
    pub kind: HappeningKind,
    /// Row in the table of the kind; in `people` for a change of preference and for death.
    pub index: u32,
}

/// The course of one replication.
///
/// Kept are people who die at 0 or later and are first suspected before `windows.end()`. A longer run
/// only adds to it: what is generated for a shorter one stays as it is.
///
/// # Panics
/// If the tables have `population::faults`, where these lead to a row that does not exist.
pub fn generate(exo: &Exogenous, windows: &Windows, draws: &Draws) -> Course {
    let end = windows.end();
    let mut course = Course {
        people: Vec::new(),
        spells: Vec::new(),
        episodes: Vec::new(),
        acutes: Vec::new(),
        candidates: Vec::new(),
        agenda: Vec::new(),
    };
    let mut walk = Walk::default();
    for (practice_index, practice) in exo.practices.iter().enumerate() {
        for (group_index, group) in exo.groups.iter().enumerate() {
            for arrival in arrivals(exo, practice, group, end, draws) {
                let illness = illness::illness(exo, group, arrival, draws, &mut walk);
                if illness.death < 0 {
                    continue;
                }
                let brought = attributes(exo, practice, group, arrival.key, draws);
                let mut person = person(practice_index, group_index, arrival.key, &brought, &illness);
                course.add_spells(exo, &mut person, &walk);
                course.add_happenings(
                    &mut person,
                    &Happenings {
                        exo,
                        group,
                        end,
                        draws,
                    },
                );
                course.people.push(person);
            }
        }
    }
    course.agenda = course.agenda_until(end);
    course.fit();
    course
}

fn person(practice: usize, group: usize, key: u64, brought: &Attributes, illness: &Illness) -> Person {
    let changes_at = |fraction: f64| {
        let palliative = illness.death - illness.palliative_from;
        illness.palliative_from + (fraction * palliative as f64) as Time
    };
    Person {
        key,
        practice: u16::try_from(practice).expect("fewer than 65,536 practices"),
        group: u8::try_from(group).expect("fewer than 256 diagnosis groups"),
        age: brought.age,
        deprivation: brought.deprivation,
        ethnicity: brought.ethnicity,
        alone: brought.alone,
        carer_hours: brought.carer_hours,
        other_condition: brought.other_condition,
        capital: brought.capital,
        care_home: brought.care_home,
        preferred: brought.preferred,
        preferred_later: brought.preferred_later,
        preference_changes_at: brought.preference_changes.map_or(NEVER, changes_at),
        help_seeking: brought.help_seeking,
        trust: brought.trust,
        language_barrier: brought.language_barrier,
        specialist_need: brought.specialist_need,
        care_factor: brought.care_factor,
        contacts_factor: brought.contacts_factor,
        acute_factor: brought.acute_factor,
        diagnosed: illness.diagnosed,
        treatment_from: illness.courses[0].0,
        living_from: illness.courses[0].1,
        again: [illness.courses[1], illness.courses[2]],
        palliative_from: illness.palliative_from,
        end_of_life_from: illness.end_of_life_from,
        death: illness.death,
        spells: (0, 0),
        episodes: (0, 0),
        acutes: (0, 0),
        candidates: (0, 0),
    }
}

/// The rows added to a table since it had `from` of them.
fn rows<T>(from: usize, table: &[T]) -> (u32, u32) {
    let row = |n: usize| u32::try_from(n).expect("fewer than 2^32 rows");
    (row(from), row(table.len()))
}

fn slice<T>(table: &[T], (from, to): (u32, u32)) -> &[T] {
    &table[from as usize..to as usize]
}

impl Course {
    /// Gives back what tables that grew by doubling hold beyond their rows.
    fn fit(&mut self) {
        self.people.shrink_to_fit();
        self.spells.shrink_to_fit();
        self.episodes.shrink_to_fit();
        self.acutes.shrink_to_fit();
        self.candidates.shrink_to_fit();
        self.agenda.shrink_to_fit();
    }

    /// The spells of a person.
    pub fn spells_of(&self, person: &Person) -> &[Spell] {
        slice(&self.spells, person.spells)
    }

    /// The symptom episodes of a person.
    pub fn episodes_of(&self, person: &Person) -> &[Episode] {
        slice(&self.episodes, person.episodes)
    }

    /// The acute events of a person.
    pub fn acutes_of(&self, person: &Person) -> &[Acute] {
        slice(&self.acutes, person.acutes)
    }

    /// The candidate events of a person.
    pub fn candidates_of(&self, person: &Person) -> &[Candidate] {
        slice(&self.candidates, person.candidates)
    }

    fn add_spells(&mut self, exo: &Exogenous, person: &mut Person, walk: &Walk) {
        let from = self.spells.len();
        let index = self.people.len() as u32;
        let mut spell = |ordinal, start, end, state: State, end_of_life| {
            let care_hours = exo.care_hours[state as usize] * f64::from(person.care_factor);
            let akps = exo.akps[state as usize].round().clamp(0.0, 100.0) as u8;
            let care_hours = care_hours as f32;
            self.spells.push(Spell {
                person: index,
                ordinal,
                start,
                end,
                state,
                end_of_life,
                akps,
                care_hours,
            });
        };
        if !person.is_sudden() {
            if person.palliative_from > person.diagnosed {
                spell(0, person.diagnosed, person.palliative_from, State::Before, false);
            }
            let mut start = person.palliative_from;
            for (position, step) in walk.steps.iter().enumerate() {
                let end = start + step.length;
                spell(position as u16 + 1, start, end, step.state, step.end_of_life);
                start = end;
            }
        }
        person.spells = rows(from, &self.spells);
    }

    fn add_happenings(&mut self, person: &mut Person, happenings: &Happenings) {
        let index = self.people.len() as u32;
        let from = self.episodes.len();
        happenings.episodes(
            index,
            person,
            slice(&self.spells, person.spells),
            &mut self.episodes,
        );
        person.episodes = rows(from, &self.episodes);
        let from = self.acutes.len();
        happenings.acutes(
            index,
            person,
            slice(&self.spells, person.spells),
            &mut self.acutes,
        );
        person.acutes = rows(from, &self.acutes);
        let from = self.candidates.len();
        happenings.candidates(index, person, &mut self.candidates);
        person.candidates = rows(from, &self.candidates);
    }
}

#[cfg(test)]
mod tests;
