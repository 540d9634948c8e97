//! How many different faces somebody saw who died.

use super::Recorder;
use crate::pathway::course::Person;
use crate::pathway::needs::NONE;
use crate::pathway::state::Individual;

impl Recorder<'_> {
    /// Usual-provider share and the Bice–Boxerman index of those with two contacts or more.
    pub(super) fn faces(&mut self, p: &Person, x: &Individual) {
        let (mut total, mut most, mut squares) = (i64::from(x.other_faces), 0i64, i64::from(x.other_faces));
        for &(who, count) in &x.faces {
            if who != NONE {
                let n = i64::from(count);
                total += n;
                most = most.max(n);
                squares += n * n;
            }
        }
        if total >= 2 {
            self.add(p, self.m.usual_people, 1);
            self.add(p, self.m.usual_share, most * 1_000_000 / total);
            self.add(
                p,
                self.m.bice_boxerman,
                (squares - total) * 1_000_000 / (total * (total - 1)),
            );
        }
    }
}
