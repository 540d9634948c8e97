//! What a run of queueing networks records, and the outcomes worked out of it.
//!
//! Several networks of the same stations and classes may be run side by side (the arms of a comparison): a
//! customer is known by class and number, so the same customers come to all of them with the same luck.

use std::fmt;

use super::histogram::LogHistogram;
use super::measures::{Measures, StationMeasures};
use super::network::{Network, WhenFull};
use super::simulate;
use crate::base::HOUR;
use crate::observe::{
    Better, Bins, Breadth, Catalogue, CatalogueBuilder, CatalogueError, GroupId, Kind, MeasureId, Outcome,
    Record, Tally, WaitId,
};
use crate::random::Draws;

/// Most headline outcomes, so that the tests for a difference are corrected for a bearable number.
const HEADLINES: usize = crate::observe::catalogue::MAX_HEADLINES;

/// Networks side by side, ready to be replicated. Shared by all threads.
#[derive(Clone, Debug)]
pub struct Networks {
    arms: Vec<Network>,
    catalogue: Catalogue,
    groups: Vec<GroupId>,
    stations: Vec<StationIds>,
    whole: WholeIds,
    seed: u64,
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

/// Measures of one station.
#[derive(Clone, Debug)]
struct StationIds {
    arrivals: MeasureId,
    offered: MeasureId,
    lost: MeasureId,
    starts: MeasureId,
    delayed: MeasureId,
    reneged: MeasureId,
    completions: MeasureId,
    wait_secs: MeasureId,
    sojourn_secs: MeasureId,
    busy: MeasureId,
    blocked: MeasureId,
    on_duty: MeasureId,
    queue_secs: MeasureId,
    present_secs: MeasureId,
    waits: WaitId,
}

/// Measures of the whole network.
#[derive(Clone, Debug)]
struct WholeIds {
    window: MeasureId,
    arrivals: MeasureId,
    departures: MeasureId,
    lost: MeasureId,
    reneged: MeasureId,
    sojourn_secs: MeasureId,
    present_secs: MeasureId,
    events: MeasureId,
}

/// What can happen anywhere in any of the arms, so that nothing impossible is shown.
#[derive(Clone, Copy, Debug, Default)]
struct Possible {
    loss: bool,
    reneging: bool,
    blocking: bool,
}

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
        })
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
            let measures = simulate(network, Draws::new(self.seed, replication));
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

    fn group(&self, class: usize) -> &[GroupId] {
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

/// A name as part of the name of an outcome.
fn slug(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

fn possible(arms: &[Network], station: Option<usize>) -> Possible {
    let mut found = Possible::default();
    for arm in arms {
        for (i, s) in arm.stations.iter().enumerate() {
            let here = station.is_none_or(|one| one == i);
            found.loss |= here && s.capacity.is_some();
            found.reneging |= here && s.patience.is_some();
            // A full station blocks those before it.
            let elsewhere = station.is_none_or(|one| one != i);
            found.blocking |= elsewhere && s.capacity.is_some() && s.when_full == WhenFull::Block;
        }
    }
    found
}

fn whole_ids(b: &mut CatalogueBuilder) -> WholeIds {
    let mut by_class = |name: &str| b.measure(name, Breadth::ByGroup);
    WholeIds {
        window: by_class("window_secs"),
        arrivals: by_class("arrivals"),
        departures: by_class("departures"),
        lost: by_class("lost"),
        reneged: by_class("reneged"),
        sojourn_secs: by_class("sojourn_secs"),
        present_secs: by_class("present_secs"),
        events: b.measure("events", Breadth::Overall),
    }
}

fn station_ids(b: &mut CatalogueBuilder, name: &str) -> StationIds {
    let edges: Vec<i64> = (0..LogHistogram::default().counts().len())
        .map(|bucket| LogHistogram::bounds(bucket).0)
        .chain([LogHistogram::bounds(LogHistogram::default().counts().len() - 1).1])
        .collect();
    let bins = Bins::from_edges(&edges).expect("buckets are contiguous");
    use Breadth::{ByGroup, Overall};
    let waits = b.wait(&format!("waits_{name}"), ByGroup, bins, &["started"]);
    let mut measure = |what: &str, breadth| b.measure(&format!("{what}_{name}"), breadth);
    StationIds {
        arrivals: measure("arrivals", ByGroup),
        offered: measure("offered", ByGroup),
        lost: measure("lost", ByGroup),
        starts: measure("starts", ByGroup),
        delayed: measure("delayed", ByGroup),
        reneged: measure("reneged", ByGroup),
        completions: measure("completions", ByGroup),
        wait_secs: measure("wait_secs", ByGroup),
        sojourn_secs: measure("sojourn_secs", ByGroup),
        busy: measure("busy_secs", Overall),
        blocked: measure("blocked_secs", Overall),
        on_duty: measure("on_duty_secs", Overall),
        queue_secs: measure("queue_secs", Overall),
        present_secs: measure("present_secs", Overall),
        waits,
    }
}

fn ratio(num: MeasureId, den: MeasureId, scale: f64) -> Kind {
    Kind::Ratio { num, den, scale }
}

const PER_HOUR: f64 = HOUR as f64;
const IN_HOURS: f64 = 1.0 / HOUR as f64;

fn whole_outcomes(b: &mut CatalogueBuilder, w: &WholeIds, possible: Possible, several: bool) {
    use Better::{Higher, Lower, Neither};
    let sojourn = ratio(w.sojourn_secs, w.departures, IN_HOURS);
    let sojourn = Outcome::new(
        "mean_sojourn_hours",
        "Time in the network",
        "hours",
        Lower,
        sojourn,
    );
    // With one station this says little more than the wait there.
    b.outcome(if several { sojourn.headline() } else { sojourn });
    let mut add = |name: &str, label: &str, unit: &str, better, kind| {
        b.outcome(Outcome::new(name, label, unit, better, kind));
    };
    let number = ratio(w.present_secs, w.window, 1.0);
    add(
        "mean_number",
        "Customers in the network",
        "customers",
        Lower,
        number,
    );
    let rate = ratio(w.departures, w.window, PER_HOUR);
    add(
        "departures_per_hour",
        "Customers served to the end",
        "per hour",
        Higher,
        rate,
    );
    if possible.loss {
        add(
            "share_lost",
            "Lost at a full station",
            "share",
            Lower,
            ratio(w.lost, w.arrivals, 1.0),
        );
    }
    if possible.reneging {
        add(
            "share_reneged",
            "Left for want of patience",
            "share",
            Lower,
            ratio(w.reneged, w.arrivals, 1.0),
        );
    }
    let events = Kind::Mean {
        num: w.events,
        scale: 1.0,
    };
    let events = Outcome::new("events", "Events simulated", "per replication", Neither, events);
    b.outcome(events.described_only());
}

fn station_outcomes(
    b: &mut CatalogueBuilder,
    s: &StationIds,
    w: &WholeIds,
    station: &str,
    index: usize,
    possible: Possible,
) {
    use Better::{Higher, Lower, Neither};
    let name = slug(station);
    let wait = ratio(s.wait_secs, s.starts, IN_HOURS);
    let wait = Outcome::new(
        &format!("mean_wait_{name}_hours"),
        &format!("Wait for {station}"),
        "hours",
        Lower,
        wait,
    );
    // One place is the sojourn's.
    b.outcome(if index + 1 < HEADLINES {
        wait.headline()
    } else {
        wait
    });
    let mut add = |name: String, label: String, unit: &str, better, kind| {
        b.outcome(Outcome::new(&name, &label, unit, better, kind));
    };
    for (q, percent) in [(0.5, 50), (0.9, 90), (0.95, 95)] {
        let centile = Kind::Centile {
            wait: s.waits,
            cause: 0,
            q,
            unit: HOUR,
        };
        let label = format!("Wait for {station}, {percent}th centile of those served");
        add(
            format!("p{percent}_wait_{name}_hours"),
            label,
            "hours",
            Lower,
            centile,
        );
    }
    let share = |num, den| ratio(num, den, 1.0);
    add(
        format!("share_delayed_{name}"),
        format!("Had to wait for {station}"),
        "share",
        Lower,
        share(s.delayed, s.starts),
    );
    let sojourn = ratio(s.sojourn_secs, s.completions, IN_HOURS);
    add(
        format!("mean_sojourn_{name}_hours"),
        format!("Time at {station}"),
        "hours",
        Lower,
        sojourn,
    );
    add(
        format!("utilisation_{name}"),
        format!("Utilisation of {station}"),
        "share",
        Neither,
        share(s.busy, s.on_duty),
    );
    if possible.blocking {
        add(
            format!("share_blocked_{name}"),
            format!("Servers of {station} held by somebody who cannot go on"),
            "share",
            Lower,
            share(s.blocked, s.on_duty),
        );
    }
    add(
        format!("mean_queue_{name}"),
        format!("Waiting for {station}"),
        "customers",
        Lower,
        share(s.queue_secs, w.window),
    );
    add(
        format!("mean_number_{name}"),
        format!("Present at {station}"),
        "customers",
        Lower,
        share(s.present_secs, w.window),
    );
    let rate = ratio(s.completions, w.window, PER_HOUR);
    add(
        format!("completions_{name}_per_hour"),
        format!("Served at {station}"),
        "per hour",
        Higher,
        rate,
    );
    if possible.loss {
        let lost = share(s.lost, s.offered);
        add(
            format!("share_lost_{name}"),
            format!("Turned away at {station}"),
            "share",
            Lower,
            lost,
        );
    }
    if possible.reneging {
        let reneged = share(s.reneged, s.arrivals);
        add(
            format!("share_reneged_{name}"),
            format!("Left {station} for want of patience"),
            "share",
            Lower,
            reneged,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::estimate;
    use crate::queueing::theory::suite;

    fn case(name: &str) -> Network {
        let all = suite();
        let found = all.iter().find(|c| c.name.contains(name));
        found.unwrap_or_else(|| panic!("no case {name}")).network.clone()
    }

    #[test]
    fn outcomes_are_the_measures_divided() {
        let networks = Networks::new(vec![("one".to_string(), case("M/M/1"))], 7).unwrap();
        let records: Vec<Record> = (0..4).map(|r| networks.replicate(r)).collect();
        let catalogue = networks.catalogue();
        let found = estimate(catalogue, &mut records.as_slice()).unwrap();
        let value = |name: &str| {
            found
                .overall(0, catalogue.outcome(name).unwrap())
                .unwrap()
                .value()
                .unwrap()
        };
        let runs: Vec<Measures> = (0..4)
            .map(|r| simulate(&networks.networks()[0], Draws::new(7, r)))
            .collect();
        let station = &networks.networks()[0].stations[0].name;
        let sum =
            |f: &dyn Fn(&StationMeasures) -> i64| runs.iter().map(|m| f(&m.stations[0])).sum::<i64>() as f64;
        let wait = sum(&|s| s.visits[0].wait_secs) / sum(&|s| s.visits[0].starts as i64) / 3600.0;
        let busy = sum(&|s| s.servers.busy_secs) / sum(&|s| s.servers.on_duty_secs);
        assert_eq!(value(&format!("mean_wait_{station}_hours")), wait);
        assert_eq!(value(&format!("utilisation_{station}")), busy);
        // Little's law within the network: number = throughput x time there, up to those cut off at the ends.
        let little = value("departures_per_hour") * value("mean_sojourn_hours");
        assert!((value("mean_number") / little - 1.0).abs() < 0.02, "{little}");
    }

    #[test]
    fn equal_networks_differ_by_nothing() {
        let arms = ["a", "b"].map(|name| (name.to_string(), case("M/M/1")));
        let networks = Networks::new(arms.to_vec(), 7).unwrap();
        let records: Vec<Record> = (0..3).map(|r| networks.replicate(r)).collect();
        let found = estimate(networks.catalogue(), &mut records.as_slice()).unwrap();
        assert!(!found.pairs.is_empty());
        assert!(
            found
                .pairs
                .iter()
                .all(|p| p.paired.difference.value().unwrap_or(0.0) == 0.0)
        );
    }

    #[test]
    fn networks_of_other_stations_are_not_compared() {
        let arms = vec![
            ("a".to_string(), case("M/M/1")),
            ("b".to_string(), case("tandem")),
        ];
        let refused = Networks::new(arms, 7).unwrap_err();
        assert!(
            matches!(refused, Unlike::Names { what: "stations", .. }),
            "{refused}"
        );
    }
}
