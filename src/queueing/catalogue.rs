//! What a run of queueing networks records, and the outcomes worked out of it.
//!
//! Several networks of the same stations and classes may be run side by side (the arms of a comparison): a
//! customer is known by class and number, so the same customers come to all of them with the same luck.

use std::fmt;
use std::sync::Arc;

use super::histogram::LogHistogram;
use super::measures::{Measures, StationMeasures};
use super::network::Network;
use super::outcomes::{
    StationIds, WholeIds, possible, slug, station_ids, station_outcomes, whole_ids, whole_outcomes,
};
use super::simulate::{self, simulate};
use crate::observe::{
    Catalogue, CatalogueBuilder, CatalogueError, GroupId, Intervals, Record, Series, Tally,
};
use crate::random::Draws;

/// Networks side by side, ready to be replicated. Shared by all threads.
#[derive(Clone, Debug)]
pub struct Networks {
    arms: Vec<Network>,
    catalogue: Catalogue,
    groups: Vec<GroupId>,
    stations: Vec<StationIds>,
    whole: WholeIds,
    seed: u64,
    antithetic: bool,
}

/// Why networks cannot be run side by side.
#[derive(Clone, Debug, PartialEq)]
pub enum Unlike {
    /// Two arms do not have the same stations (or classes).
    Names {
        /// `stations` or `classes`.
        what: &'static str,
        /// Name of the second arm.
        arm: String,
        /// Those of the first arm.
        first: Vec<String>,
        /// Those of the second.
        other: Vec<String>,
    },
    /// The catalogue cannot be built.
    Catalogue(CatalogueError),
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unlike::Names {
                what,
                arm,
                first,
                other,
            } => write!(
                f,
                "`{arm}` cannot be compared with the first scenario: its {what} are {}, those of the first are {}",
                other.join(", "),
                first.join(", ")
            ),
            Unlike::Catalogue(e) => write!(f, "{e}"),
        }
    }
}

impl std::error::Error for Unlike {}

impl Networks {
    /// Prepares networks, each under its name, for replications with this seed.
    ///
    /// # Errors
    /// Networks whose stations or classes have different names, or a record that would be too long.
    pub fn new(arms: Vec<(String, Network)>, seed: u64) -> Result<Networks, Unlike> {
        let (names, arms): (Vec<String>, Vec<Network>) = arms.into_iter().unzip();
        let Some(base) = arms.first() else {
            return Err(Unlike::Catalogue(CatalogueError::NoArms));
        };
        for (name, arm) in names.iter().zip(&arms).skip(1) {
            same("stations", name, station_names(base), station_names(arm))?;
            same("classes", name, class_names(base), class_names(arm))?;
        }
        let mut b = CatalogueBuilder::new(&names);
        // A single class is everybody.
        let groups = match base.classes.len() {
            1 => Vec::new(),
            _ => base.classes.iter().map(|c| b.group("class", &c.name)).collect(),
        };
        let whole = whole_ids(&mut b);
        let possible = |station: Option<usize>| possible(&arms, station);
        whole_outcomes(&mut b, &whole, possible(None), base.stations.len() > 1);
        let mut stations = Vec::new();
        for (i, station) in base.stations.iter().enumerate() {
            let ids = station_ids(&mut b, &slug(&station.name));
            station_outcomes(&mut b, &ids, &whole, &station.name, i, possible(Some(i)));
            stations.push(ids);
        }
        Ok(Networks {
            catalogue: b.build().map_err(Unlike::Catalogue)?,
            arms,
            groups,
            stations,
            whole,
            seed,
            antithetic: false,
        })
    }

    /// Replications in antithetic pairs: see [`Draws::of`].
    pub fn antithetic(self, antithetic: bool) -> Networks {
        Networks { antithetic, ..self }
    }

    pub(super) fn stations(&self) -> &[StationIds] {
        &self.stations
    }

    pub(super) fn whole(&self) -> &WholeIds {
        &self.whole
    }

    fn draws(&self, replication: u64) -> Draws {
        Draws::of(self.seed, replication, self.antithetic)
    }

    /// One replication of an arm from second 0, by intervals: what happens is booked when it happens (a wait when service
    /// begins, a sojourn when it ends).
    pub fn series(&self, arm: usize, replication: u64, intervals: &Arc<Intervals>) -> Series {
        let mut tally = Tally::of_series(&self.catalogue, replication, Series::new(intervals));
        let spans = (intervals.length(), intervals.count());
        simulate::intervals(&self.arms[arm], self.draws(replication), spans, |i, measures| {
            let since = i as i64 * intervals.length();
            tally.at(Some((since, since)));
            self.record(&mut tally, arm, measures);
        });
        let (_, series) = tally.finish_series();
        series.unwrap_or_else(|| Series::new(intervals))
    }

    /// What is recorded and worked out.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The networks, in the order of the arms.
    pub fn networks(&self) -> &[Network] {
        &self.arms
    }

    /// One replication of all arms.
    pub fn replicate(&self, replication: u64) -> Record {
        let mut tally = Tally::new(&self.catalogue, replication);
        for (arm, network) in self.arms.iter().enumerate() {
            let measures = simulate(network, self.draws(replication));
            self.record(&mut tally, arm, &measures);
        }
        tally.finish()
    }

    fn record(&self, tally: &mut Tally<'_>, arm: usize, m: &Measures) {
        let w = &self.whole;
        tally.add(arm, w.window, &self.groups, m.window_secs);
        tally.add(arm, w.events, &[], m.events as i64);
        for (class, c) in m.classes.iter().enumerate() {
            let group = self.group(class);
            for (id, amount) in [
                (w.arrivals, c.arrivals as i64),
                (w.departures, c.departures as i64),
                (w.lost, c.lost as i64),
                (w.reneged, c.reneged as i64),
                (w.sojourn_secs, c.sojourn_secs),
                (w.present_secs, c.present_secs),
            ] {
                tally.add(arm, id, group, amount);
            }
        }
        for (ids, s) in self.stations.iter().zip(&m.stations) {
            self.record_station(tally, arm, ids, s);
        }
    }

    fn record_station(&self, tally: &mut Tally<'_>, arm: usize, ids: &StationIds, s: &StationMeasures) {
        for (id, amount) in [
            (ids.busy, s.servers.busy_secs),
            (ids.blocked, s.servers.blocked_secs),
            (ids.on_duty, s.servers.on_duty_secs),
            (ids.queue_secs, s.servers.queue_secs),
            (ids.present_secs, s.present_secs),
        ] {
            tally.add(arm, id, &[], amount);
        }
        for (class, v) in s.visits.iter().enumerate() {
            let group = self.group(class);
            let at_once = v.waits.counts()[0];
            for (id, amount) in [
                (ids.arrivals, v.arrivals as i64),
                (ids.offered, (v.arrivals + v.lost) as i64),
                (ids.lost, v.lost as i64),
                (ids.starts, v.starts as i64),
                (ids.delayed, (v.starts - at_once) as i64),
                (ids.reneged, v.reneged as i64),
                (ids.completions, v.completions as i64),
                (ids.wait_secs, v.wait_secs),
                (ids.sojourn_secs, v.sojourn_secs),
            ] {
                tally.add(arm, id, group, amount);
            }
            for (bucket, &people) in v.waits.counts().iter().enumerate().filter(|(_, n)| **n > 0) {
                let (from, _) = LogHistogram::bounds(bucket);
                tally.waits_ended(arm, ids.waits, group, (0, from), people as i64);
            }
        }
    }

    pub(super) fn group(&self, class: usize) -> &[GroupId] {
        self.groups.get(class..=class).unwrap_or(&[])
    }
}

fn station_names(network: &Network) -> Vec<String> {
    network.stations.iter().map(|s| s.name.clone()).collect()
}

fn class_names(network: &Network) -> Vec<String> {
    network.classes.iter().map(|c| c.name.clone()).collect()
}

fn same(what: &'static str, arm: &str, first: Vec<String>, other: Vec<String>) -> Result<(), Unlike> {
    if first == other {
        return Ok(());
    }
    let arm = arm.to_string();
    Err(Unlike::Names {
        what,
        arm,
        first,
        other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queueing::theory::suite;

    #[test]
    fn networks_of_other_stations_are_not_compared() {
        let case = |name: &str| {
            suite()
                .into_iter()
                .find(|c| c.name.contains(name))
                .map(|c| c.network)
        };
        let arms = ["M/M/1", "tandem"].map(|name| (name.to_string(), case(name).expect(name)));
        let refused = Networks::new(arms.to_vec(), 7).unwrap_err();
        assert!(
            matches!(refused, Unlike::Names { what: "stations", .. }),
            "{refused}"
        );
    }
}
