//! What is known of a run of a network beforehand: arrivals of Poisson processes, and services as long as their law says.
//!
//! Arrivals from outside in a window of time are Poisson with a known mean. At a station, time in service less what the services
//! begun should have taken has mean 0 in the steady state: each service is drawn from its law whatever has
//! happened, and what is under way at the beginning of the window is as long on average as at its end.

use super::catalogue::Networks;
use super::network::Stop;
use super::stationary::{exponential_mean, is_always};
use crate::observe::{Control, GroupId, Record};

/// Most stations whose services are controls.
const STATIONS: usize = 2;

impl Networks {
    /// Arrivals of the first arm and services at its first stations.
    ///
    /// # Errors
    /// Why nothing is known, in words.
    pub fn controls(&self) -> Result<Vec<Control>, &'static str> {
        let network = &self.networks()[0];
        let Stop::Horizon { measured, .. } = network.stop else {
            return Err("the run ends with a number of customers, so that arrivals do not vary");
        };
        if network.classes.iter().all(|class| class.gap.is_none()) {
            return Err("nobody arrives from outside");
        }
        let mut mean = 0.0;
        for class in &network.classes {
            if let Some(gap) = &class.gap {
                let gap = exponential_mean(gap).filter(|_| is_always(&class.arrivals_open));
                mean += measured as f64 / gap.ok_or("arrivals are no Poisson process round the clock")?;
            }
        }
        let mut all = vec![Control::new("arrivals", "arrivals", mean)];
        for station in self.controlled() {
            let name = &network.stations[station].name;
            all.push(Control::new(
                &format!("service_{}", super::outcomes::slug(name)),
                &format!("length of services at {name}"),
                0.0,
            ));
        }
        Ok(all)
    }

    /// Stations whose services are controls: the first that are always open, in the order of the scenario.
    fn controlled(&self) -> impl Iterator<Item = usize> {
        let stations = self.networks()[0].stations.iter().enumerate();
        let open = stations.filter(|(_, s)| is_always(&s.open));
        open.map(|(i, _)| i).take(STATIONS)
    }

    /// Their values in a replication.
    pub fn control_values(&self, record: &Record) -> Vec<f64> {
        let network = &self.networks()[0];
        let at = |measure, group| record.values[self.catalogue().at(0, measure, group)] as f64;
        let mut all = vec![at(self.whole().arrivals, GroupId::ALL)];
        for station in self.controlled() {
            let ids = &self.stations()[station];
            let classes = network.classes.iter().enumerate();
            let should: f64 = classes
                .map(|(c, class)| {
                    let group = self.group(c).first().copied().unwrap_or(GroupId::ALL);
                    class.visits[station].service.mean() * at(ids.starts, group)
                })
                .sum();
            all.push(at(ids.busy, GroupId::ALL) - should);
        }
        all
    }
}
