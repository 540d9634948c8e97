//! A fingerprint of a course: equal for equal people and events, whatever the order of the tables.

use super::{Course, Person};
use crate::base::Time;

impl Course {
    /// BLAKE3 hash of every exogenous value.
    ///
    /// People are hashed in the order of their keys. A key stands for practice, group and ordinal, so
    /// positions in tables, which depend on the order of a file, are left out; the agenda follows from
    /// the rest. Two courses with equal digests therefore hold the same people with the same events.
    pub fn digest(&self) -> [u8; 32] {
        let mut order: Vec<&Person> = self.people.iter().collect();
        order.sort_unstable_by_key(|person| person.key);
        let mut hasher = blake3::Hasher::new();
        let mut row = Row(Vec::with_capacity(4_096));
        row.0.extend_from_slice(b"careweave course 1");
        for person in order {
            self.write(person, &mut row);
            hasher.update(&row.0);
            row.0.clear();
        }
        hasher.update(&row.0);
        *hasher.finalize().as_bytes()
    }

    fn write(&self, person: &Person, row: &mut Row) {
        row.0.extend_from_slice(&person.key.to_le_bytes());
        row.0.extend([
            person.age,
            person.deprivation,
            person.ethnicity,
            u8::from(person.alone),
            u8::from(person.other_condition),
            u8::from(person.care_home),
            person.preferred as u8,
            person.preferred_later as u8,
            // Two attributes in one byte: where nobody has a language barrier the digest is as if there were none.
            u8::from(person.specialist_need) | u8::from(person.language_barrier) << 1,
        ]);
        row.0.extend_from_slice(&person.capital.to_bits().to_le_bytes());
        for value in [
            person.carer_hours,
            person.help_seeking,
            person.trust,
            person.care_factor,
            person.contacts_factor,
            person.acute_factor,
        ] {
            row.0.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        let [(second, after_second), (third, after_third)] = person.again;
        for time in [
            person.preference_changes_at,
            person.diagnosed,
            person.treatment_from,
            person.living_from,
            second,
            after_second,
            third,
            after_third,
            person.palliative_from,
            person.end_of_life_from,
            person.death,
        ] {
            row.time(time);
        }
        row.count(person.spells);
        for spell in self.spells_of(person) {
            row.ordinal(spell.ordinal);
            row.time(spell.start);
            row.time(spell.end);
            row.0
                .extend([spell.state as u8, u8::from(spell.end_of_life), spell.akps]);
            row.0.extend_from_slice(&spell.care_hours.to_bits().to_le_bytes());
        }
        row.count(person.episodes);
        for episode in self.episodes_of(person) {
            row.ordinal(episode.ordinal);
            row.time(episode.start);
            row.time(episode.end);
            row.0
                .extend([episode.severity as u8, episode.kind, episode.state as u8]);
        }
        row.count(person.acutes);
        for acute in self.acutes_of(person) {
            row.ordinal(acute.ordinal);
            row.time(acute.time);
            row.0.extend([acute.kind, u8::from(acute.must)]);
            row.0.extend_from_slice(&acute.stay_u.to_bits().to_le_bytes());
        }
        row.count(person.candidates);
        for candidate in self.candidates_of(person) {
            row.ordinal(candidate.ordinal);
            row.time(candidate.time);
            row.0.push(candidate.kind as u8);
            row.0.extend_from_slice(&candidate.u.to_bits().to_le_bytes());
        }
    }
}

/// The bytes of one person.
struct Row(Vec<u8>);

impl Row {
    fn time(&mut self, time: Time) {
        self.0.extend_from_slice(&time.to_le_bytes());
    }

    fn ordinal(&mut self, ordinal: u16) {
        self.0.extend_from_slice(&ordinal.to_le_bytes());
    }

    fn count(&mut self, (from, to): (u32, u32)) {
        self.0.extend_from_slice(&(to - from).to_le_bytes());
    }
}
