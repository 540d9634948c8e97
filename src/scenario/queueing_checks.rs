//! Contradictions in a queueing network: rows over 1, customers who can never leave, missing services.

use std::collections::{BTreeMap, BTreeSet};

use super::law::LawSpec;
use super::queueing::{Arrivals, Class, Entry, Queueing, Row, WhenFull};
use super::read::Places;
use crate::base::Counting;
use crate::base::diagnostic::Diagnostic;

/// Slack of a sum of probabilities that a file writes in decimals.
const ROUNDING: f64 = 1e-9;

/// Adds what contradicts itself in a network.
pub fn check(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    run(net, at, found);
    for (name, table) in [
        ("stations", net.stations.is_empty()),
        ("classes", net.classes.is_empty()),
    ] {
        if table {
            let error = Diagnostic::error(
                "contradiction",
                format!("a network needs at least one entry in [{name}]"),
            );
            found.push(error.at(at.of(&[name]), "is empty"));
        }
    }
    stations(net, at, found);
    rows(&net.routing, &["routing"], at, found);
    for (name, class) in &net.classes {
        if let Some(own) = &class.routing {
            rows(own, &["classes", name, "routing"], at, found);
        }
        entry(name, class, at, found);
        class_laws(name, class, at, found);
        visits(net, name, class, at, found);
    }
}

fn run(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let goes_with = [
        (
            "warm_up",
            net.run.warm_up.is_some() && net.run.horizon.is_none(),
            "horizon",
        ),
        (
            "warm_up_customers",
            net.run.warm_up_customers.is_some() && net.run.customers.is_none(),
            "customers",
        ),
    ];
    for (key, alone, other) in goes_with {
        if alone {
            let error = Diagnostic::error("contradiction", format!("`{key}` goes with `{other}`"));
            found.push(error.at(at.of(&["run", key]), format!("there is no `{other}`")));
        }
    }
    if let (Some(warm_up), Some(customers)) = (net.run.warm_up_customers, net.run.customers)
        && warm_up >= customers
    {
        let error = Diagnostic::error("contradiction", "every customer arrives before measuring begins");
        let place = at.of(&["run", "warm_up_customers"]);
        found.push(error.at(place, format!("must be less than the {customers} customers")));
    }
    match (&net.run.horizon, &net.run.customers) {
        (Some(horizon), None) if horizon.secs() == 0 => found.push(
            Diagnostic::error("contradiction", "a run of no length measures nothing")
                .at(at.of(&["run", "horizon"]), "must be longer than 0"),
        ),
        (Some(_), None) | (None, Some(_)) => {}
        (Some(_), Some(_)) => found.push(
            Diagnostic::error(
                "contradiction",
                "a run ends after `horizon` or after `customers`, not both",
            )
            .at(at.of(&["run", "customers"]), "`customers` here")
            .also(at.of(&["run", "horizon"]), "`horizon` here"),
        ),
        (None, None) => found.push(
            Diagnostic::error("missing-key", "[run] does not say when a run ends")
                .at(at.of(&["run"]), "`horizon` or `customers` is missing")
                .help("for example: horizon = { days = 365 }, or customers = 1_000_000"),
        ),
    }
}

fn stations(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    for (name, station) in &net.stations {
        let here = |key: &str| at.of(&["stations", name, key]);
        if let Some(capacity) = station.capacity
            && capacity.0 < station.servers
        {
            let message = format!(
                "`{name}` has room for {} customers but {} servers",
                capacity.0, station.servers
            );
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(here("capacity"), "counts those in service too")
                    .also(here("servers"), "servers")
                    .help(format!("capacity must be at least {}", station.servers)),
            );
        }
        if station.when_full == WhenFull::Block && station.capacity.is_none() {
            let message = format!("`{name}` has no capacity, so it is never full");
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(here("when_full"), "has no effect")
                    .help("give the station a `capacity`, or leave `when_full` out"),
            );
        }
        for (key, law) in [("service", &station.service), ("patience", &station.patience)] {
            clock_only(law.as_ref(), &["stations", name, key], at, found);
        }
    }
}

/// Stations know clock time only; a working day would need somebody's calendar.
fn clock_only(law: Option<&LawSpec>, path: &[&str], at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    if law.is_some_and(|law| law.counting() != Counting::Clock) {
        found.push(
            Diagnostic::error("wrong-unit", "a queueing network counts clock time only")
                .at(at.of(path), "counted in working days or open hours")
                .help("use s, min, hour, day or week, and the `calendar` of the station"),
        );
    }
}

fn rows(routing: &BTreeMap<String, Row>, path: &[&str], at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    for (from, row) in routing {
        let sum: f64 = row.0.values().map(|p| p.get()).sum();
        if sum > 1.0 + ROUNDING {
            let path: Vec<&str> = path.iter().copied().chain([from.as_str()]).collect();
            let message = format!(
                "the probabilities of going on from `{from}` add up to {}",
                rounded(sum)
            );
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(at.of(&path), "must add up to at most 1")
                    .help("what is left to 1 leaves the network"),
            );
        }
    }
}

fn rounded(x: f64) -> f64 {
    (x * 1e9).round() / 1e9
}

fn entry(name: &str, class: &Class, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    if let Entry::Shares(row) = &class.entry {
        let sum: f64 = row.0.values().map(|p| p.get()).sum();
        if (sum - 1.0).abs() > ROUNDING {
            let message = format!("the entry probabilities of `{name}` add up to {}", rounded(sum));
            let error = Diagnostic::error("contradiction", message);
            found.push(error.at(at.of(&["classes", name, "entry"]), "must add up to 1"));
        }
    }
}

fn class_laws(name: &str, class: &Class, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    for (station, law) in &class.service {
        clock_only(Some(law), &["classes", name, "service", station], at, found);
    }
    clock_only(
        class.between_visits.as_ref(),
        &["classes", name, "between_visits"],
        at,
        found,
    );
    if let Arrivals::Renewal(law) = &class.arrivals {
        clock_only(Some(law), &["classes", name, "arrivals"], at, found);
    }
}

/// Every station a class can come to serves it, and from every one it can leave.
fn visits(net: &Queueing, name: &str, class: &Class, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let routing = net.routing_of(class);
    let onward = |station: &str| -> Vec<&str> {
        let row = routing.get(station).into_iter().flat_map(|row| &row.0);
        row.filter(|(_, p)| p.get() > 0.0)
            .map(|(to, _)| to.as_str())
            .collect()
    };
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = class
        .first()
        .into_iter()
        .filter(|(_, p)| *p > 0.0)
        .map(|(s, _)| s)
        .collect();
    while let Some(station) = open.pop() {
        if reached.insert(station) {
            open.extend(onward(station));
        }
    }
    for station in &reached {
        if net.service_of(class, station).is_none() {
            let message = format!("nothing says how long `{station}` serves customers of `{name}`");
            found.push(
                Diagnostic::error("missing-key", message)
                    .at(at.of(&["stations", station]), "`service` is missing")
                    .also(
                        at.of(&["classes", name, "entry"]),
                        format!("`{name}` can come there"),
                    )
                    .help("for example: service = { exponential = { mean = 1, unit = \"hour\" } }"),
            );
        }
    }
    let leaves = |station: &&str| {
        let sum: f64 = routing
            .get(*station)
            .into_iter()
            .flat_map(|row| row.0.values())
            .map(|p| p.get())
            .sum();
        sum < 1.0 - ROUNDING
    };
    let mut out: BTreeSet<&str> = reached.iter().copied().filter(|s| leaves(s)).collect();
    loop {
        let more: Vec<&str> = reached
            .iter()
            .copied()
            .filter(|s| !out.contains(s) && onward(s).iter().any(|to| out.contains(to)))
            .collect();
        if more.is_empty() {
            break;
        }
        out.extend(more);
    }
    if let Some(trap) = reached.iter().find(|s| !out.contains(*s)) {
        let path: &[&str] = if class.routing.is_some() {
            &["classes", name, "routing", trap]
        } else {
            &["routing", trap]
        };
        let message = format!("customers of `{name}` who come to `{trap}` can never leave");
        found.push(
            Diagnostic::error("never-ends", message)
                .at(at.of(path), "adds up to 1 here and at every station after it")
                .help("let some row on the way add up to less than 1: the rest leaves"),
        );
    }
}
