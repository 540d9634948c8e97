//! The agenda of a course: all that happens within the run, in an order that no table's order decides.

use super::{Course, Happening, HappeningKind};
use crate::base::Time;

impl Course {
    /// Everything from 0 to before `end`, in order. One 128-bit number holds the whole order, from the
    /// top: time (43 bits), kind (3), person's key (64), ordinal (16), kind of candidate (2).
    pub(super) fn agenda_until(&self, end: Time) -> Vec<Happening> {
        let size = self.spells.len() + self.episodes.len() + self.acutes.len() + self.candidates.len();
        let mut lines: Vec<(u128, Happening)> = Vec::with_capacity(size + 2 * self.people.len());
        let mut add = |time: Time, kind: HappeningKind, index: usize, person: u32, ordinal: u16, sub: u8| {
            if time >= 0 && time < end {
                let order = (time as u128) << 85
                    | u128::from(kind as u8) << 82
                    | u128::from(self.people[person as usize].key) << 18
                    | u128::from(ordinal) << 2
                    | u128::from(sub);
                lines.push((
                    order,
                    Happening {
                        time,
                        kind,
                        index: index as u32,
                    },
                ));
            }
        };
        for (i, spell) in self.spells.iter().enumerate().filter(|(_, spell)| spell.end > 0) {
            add(
                spell.start.max(0),
                HappeningKind::Spell,
                i,
                spell.person,
                spell.ordinal,
                0,
            );
        }
        for (i, episode) in self.episodes.iter().enumerate() {
            add(
                episode.start,
                HappeningKind::Episode,
                i,
                episode.person,
                episode.ordinal,
                0,
            );
        }
        for (i, acute) in self.acutes.iter().enumerate() {
            add(
                acute.time,
                HappeningKind::Acute,
                i,
                acute.person,
                acute.ordinal,
                0,
            );
        }
        for (i, one) in self.candidates.iter().enumerate() {
            add(
                one.time,
                HappeningKind::Candidate,
                i,
                one.person,
                one.ordinal,
                one.kind as u8,
            );
        }
        for (i, person) in self.people.iter().enumerate() {
            add(
                person.preference_changes_at,
                HappeningKind::Preference,
                i,
                i as u32,
                0,
                0,
            );
            add(person.death, HappeningKind::Death, i, i as u32, 0, 0);
        }
        lines.sort_unstable_by_key(|&(order, _)| order);
        lines.into_iter().map(|(_, happening)| happening).collect()
    }
}
