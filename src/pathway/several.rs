//! How long a person has several needs at once, and how much of it with one coordinator and one plan (model.md §16).

use crate::base::{NEVER, Secs, Time};

#[derive(Clone, Copy, Debug)]
struct Meter {
    open: u16,
    since: Time,
    whole_from: Time,
    several: Secs,
    whole: Secs,
}

/// The meters of all people of one arm.
#[derive(Clone, Debug, Default)]
pub struct Several {
    meters: Vec<Meter>,
    from: Time,
    to: Time,
}

impl Several {
    /// Starts anew for so many people, counting within a window.
    pub fn reset(&mut self, people: usize, (from, to): (Time, Time)) {
        let none = Meter {
            open: 0,
            since: 0,
            whole_from: NEVER,
            several: 0,
            whole: 0,
        };
        self.meters.clear();
        self.meters.resize(people, none);
        (self.from, self.to) = (from, to);
    }

    fn count(&mut self, person: u32, now: Time) -> Option<&mut Meter> {
        let (from, to) = (self.from, self.to);
        let m = self.meters.get_mut(person as usize)?;
        if m.open >= 2 {
            let (since, until) = (m.since.max(from), now.min(to));
            m.several += (until - since).max(0);
            m.whole += (until - since.max(m.whole_from)).max(0);
        }
        m.since = now;
        Some(m)
    }

    /// A need arises.
    pub fn opened(&mut self, person: u32, now: Time) {
        if let Some(m) = self.count(person, now) {
            m.open += 1;
        }
    }

    /// A need ends.
    pub fn closed(&mut self, person: u32, now: Time) {
        if let Some(m) = self.count(person, now) {
            m.open = m.open.saturating_sub(1);
        }
    }

    /// From when there is one coordinator and one plan; [`NEVER`] if there is not.
    pub fn whole_from(&mut self, person: u32, now: Time, from: Time) {
        if let Some(m) = self.count(person, now) {
            m.whole_from = from;
        }
    }

    /// Seconds of the window with two or more needs, and those of them with one coordinator and one plan.
    pub fn total(&mut self, person: u32, now: Time) -> (Secs, Secs) {
        self.count(person, now).map_or((0, 0), |m| (m.several, m.whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_time_with_two_needs_in_the_window_counts() {
        let mut s = Several::default();
        s.reset(1, (100, 200));
        s.opened(0, 10);
        s.opened(0, 90); // two needs from 90: from 100 in the window
        s.whole_from(0, 120, 130); // one plan, before everybody from 130
        s.opened(0, 140);
        s.closed(0, 150);
        s.whole_from(0, 160, NEVER); // 130 to 160 whole
        s.closed(0, 180); // one need left
        s.opened(0, 190);
        assert_eq!(s.total(0, 250), ((180 - 100) + (200 - 190), 30));
    }
}
