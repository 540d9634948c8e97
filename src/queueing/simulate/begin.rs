//! What is in a network at second 0: first arrivals due, closed classes in their places, a stationary start.

use super::super::choice::by_name;
use super::super::network::Initial;
use super::super::stationary;
use super::{GAP_AND_ENTRY, Simulation};
use crate::kernel::Kernel;
use crate::random::{name_key, sub_key};

// Purposes of draws, in the numbering of the parent. Subject: the station.
const INITIAL_NUMBER: u16 = 5;
const INITIAL_CLASS: u16 = 6;

impl Simulation<'_> {
    /// Schedules the first arrivals, places who is there for good and, if asked, puts the stationary number of customers in their places.
    pub(super) fn begin(&mut self, k: &mut Kernel) {
        let classes = by_name(self.network.classes.iter().map(|class| &class.name));
        for &class in &classes {
            self.schedule_arrival(k, class);
            self.place_population(k, class);
        }
        if self.network.initial == Initial::Empty {
            return;
        }
        let Ok(levels) = stationary::levels(self.network) else {
            return;
        };
        let mut ordinals = vec![0u64; self.classes.len()];
        let at_home = levels.homes.iter().map(|part| (part, true));
        let parts = levels.stations.iter().map(|part| (part, false)).chain(at_home);
        for (index, (part, home)) in parts.enumerate() {
            let station = index % levels.stations.len();
            let what = if home { "home" } else { "station" };
            let key = name_key(&["initial", what, &self.network.stations[station].name]);
            let number = part.quantile(self.draws.uniform(key, INITIAL_NUMBER, 0, 0));
            for n in 0..number {
                let class = part.class(&classes, self.draws.uniform(key, INITIAL_CLASS, n as u32, 0));
                let name = &self.network.classes[class].name;
                let subject = sub_key(name_key(&["initial", "class", name]), ordinals[class]);
                ordinals[class] += 1;
                let id = self.new_customer(k.now(), class, subject);
                if home {
                    self.go_home(k, id, station as u16);
                } else {
                    self.join(k, id, station, false);
                }
            }
        }
    }

    /// Puts the customers of a closed class in their places; customer `n` draws the same numbers as the `n`th to arrive would.
    fn place_population(&mut self, k: &mut Kernel, class: usize) {
        for n in 0..self.network.classes[class].population {
            let key = self.sources[class].key;
            let (_, entry) = self.draws.pair(key, GAP_AND_ENTRY, n, 0);
            let station = self.entry.pick(class, entry).unwrap_or(0);
            let id = self.new_customer(k.now(), class, sub_key(key, u64::from(n)));
            if self.network.classes[class].stay_home.is_some() {
                self.go_home(k, id, station as u16);
            } else {
                self.join(k, id, station, false);
            }
        }
    }
}
