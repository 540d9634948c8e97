//! The measures of a queueing network and the outcomes worked out of them.

use super::histogram::LogHistogram;
use super::network::{Network, WhenFull};
use crate::base::HOUR;
use crate::observe::catalogue::MAX_HEADLINES;
use crate::observe::{Better, Bins, Breadth, CatalogueBuilder, Kind, MeasureId, Outcome, WaitId};

/// Measures of one station.
#[derive(Clone, Debug)]
pub(super) struct StationIds {
    pub arrivals: MeasureId,
    pub offered: MeasureId,
    pub lost: MeasureId,
    pub starts: MeasureId,
    pub delayed: MeasureId,
    pub reneged: MeasureId,
    pub completions: MeasureId,
    pub wait_secs: MeasureId,
    pub sojourn_secs: MeasureId,
    pub busy: MeasureId,
    pub blocked: MeasureId,
    pub on_duty: MeasureId,
    pub queue_secs: MeasureId,
    pub present_secs: MeasureId,
    pub waits: WaitId,
}

/// Measures of the whole network.
#[derive(Clone, Debug)]
pub(super) struct WholeIds {
    pub window: MeasureId,
    pub arrivals: MeasureId,
    pub departures: MeasureId,
    pub lost: MeasureId,
    pub reneged: MeasureId,
    pub sojourn_secs: MeasureId,
    pub present_secs: MeasureId,
    pub events: MeasureId,
}

/// What can happen anywhere in any of the arms, so that nothing impossible is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Possible {
    pub loss: bool,
    pub reneging: bool,
    pub blocking: bool,
}

/// A name as part of the name of an outcome.
pub(super) fn slug(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

pub(super) fn possible(arms: &[Network], station: Option<usize>) -> Possible {
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

pub(super) fn whole_ids(b: &mut CatalogueBuilder) -> WholeIds {
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

pub(super) fn station_ids(b: &mut CatalogueBuilder, name: &str) -> StationIds {
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

pub(super) fn whole_outcomes(b: &mut CatalogueBuilder, w: &WholeIds, possible: Possible, several: bool) {
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

pub(super) fn station_outcomes(
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
    b.outcome(if index + 1 < MAX_HEADLINES {
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
