//! Contradictions in a queueing network: rows over 1, customers who can never leave, missing services.

use std::collections::{BTreeMap, BTreeSet};

use super::law::LawSpec;
use super::queueing::{Arrivals, Class, Discipline, Entry, Initial, Queueing, Row, WhenFull};
use super::queueing_load;
use super::read::Places;
use crate::base::Counting;
use crate::base::diagnostic::{Diagnostic, any_error};

/// Slack of a sum of probabilities that a file writes in decimals.
const ROUNDING: f64 = 1e-9;

/// Most classes times stations cubed: what solving each class's equations of flow costs.
const MOST_WORK: u64 = 1_000_000_000;

/// Adds what contradicts itself in a network.
pub fn check(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    // One class among a thousand stations; a hundred classes among two hundred.
    let work = (net.classes.len() as u64).saturating_mul((net.stations.len() as u64).saturating_pow(3));
    if work > MOST_WORK {
        let message = format!(
            "{} stations and {} classes are more than the loads of a network can be worked out for",
            net.stations.len(),
            net.classes.len()
        );
        let error = Diagnostic::error("too-large", message).at(at.of(&["stations"]), "too many");
        found.push(error.help("their number cubed times the number of classes may be a thousand million"));
        return;
    }
    let before = found.len();
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
    let mut reached = BTreeSet::new();
    for (name, class) in &net.classes {
        source(net, name, class, at, found);
        if let Some(own) = &class.routing {
            rows(own, &["classes", name, "routing"], at, found);
        }
        entry(name, class, at, found);
        class_laws(name, class, at, found);
        reached.extend(visits(net, name, class, at, found));
    }
    for name in net
        .stations
        .keys()
        .filter(|name| !reached.contains(name.as_str()))
    {
        let warning = Diagnostic::warning("no-effect", format!("no customer ever comes to `{name}`"));
        found.push(warning.at(at.of(&["stations", name]), "no entry and no routing leads here"));
    }
    blocking(net, at, found);
    if net.run.initial == Initial::Stationary {
        stationary(net, at, found);
    }
    if !any_error(&found[before..]) {
        queueing_load::check(net, at, found);
    }
}

/// Stations that block must not wait for one another in a circle, nor for a customer who is at home.
fn blocking(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let blocks = |name: &str| {
        net.stations
            .get(name)
            .is_some_and(|s| s.when_full == WhenFull::Block)
    };
    let mut waits_for: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, class) in &net.classes {
        let mut at_home = None;
        for (from, row) in net.routing_of(class) {
            for (to, _) in row.0.iter().filter(|(to, p)| p.get() > 0.0 && blocks(to)) {
                at_home = at_home.or(Some(to));
                // A customer who returns to the station just left keeps the place there.
                if from != to {
                    waits_for.entry(from).or_default().insert(to);
                }
            }
        }
        if let (Some(station), Some(_)) = (at_home, &class.between_visits) {
            let message = format!(
                "customers of `{name}` come to `{station}` from home, so they have no server to block"
            );
            found.push(
                Diagnostic::error("contradiction", message)
                    .at(
                        at.of(&["stations", station, "when_full"]),
                        "blocks those who come from a station",
                    )
                    .also(
                        at.of(&["classes", name, "between_visits"]),
                        "they are away in between",
                    )
                    .help("let the station lose customers: when_full = \"lost\""),
            );
        }
    }
    let reaches_itself = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(name) = open.pop() {
            for next in waits_for.get(name).into_iter().flatten() {
                if *next == start {
                    return true;
                }
                if seen.insert(*next) {
                    open.push(next);
                }
            }
        }
        false
    };
    if let Some(station) = net.stations.keys().find(|name| reaches_itself(name)) {
        let message =
            format!("`{station}` may wait for room at a station that waits for room at `{station}`");
        found.push(
            Diagnostic::error("never-ends", message)
                .at(
                    at.of(&["stations", station, "when_full"]),
                    "blocks in a circle, which can stop for ever",
                )
                .help("let one station of the circle lose customers instead, or give it no capacity"),
        );
    }
}

/// Where the stationary distribution is known: a product of birth and death chains (Jackson 1957).
fn stationary(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let place = at.of(&["run", "initial"]);
    let mut refuse = |path: &[&str], why: &str| {
        let error = Diagnostic::error(
            "contradiction",
            "the stationary state of this network is not known",
        );
        let error = error.at(place, "asks for it").also(at.of(path), why);
        found.push(error.help("start with initial = \"empty\" and a warm-up"));
    };
    let exponential = |law: &LawSpec| matches!(law, LawSpec::Exponential { .. });
    let priorities: BTreeSet<u8> = net.classes.values().map(|class| class.priority).collect();
    for (name, station) in &net.stations {
        let here = |key| ["stations", name.as_str(), key];
        if station.capacity.is_some() {
            refuse(&here("capacity"), "has a limit");
        }
        if station.patience.is_some() {
            refuse(&here("patience"), "customers give up");
        }
        if station.calendar.is_some() {
            refuse(&here("calendar"), "has hours");
        }
        if station.service.as_ref().is_some_and(|law| !exponential(law)) {
            refuse(&here("service"), "is not exponential");
        }
        let due = station.discipline == Discipline::PriorityDue;
        if due || (station.discipline == Discipline::Priority && priorities.len() > 1) {
            refuse(&here("discipline"), "is not first come, first served");
        }
    }
    for (name, class) in &net.classes {
        let here = |key| ["classes", name.as_str(), key];
        if class.population.is_some() {
            refuse(&here("population"), "is a closed class");
        } else if !matches!(class.arrivals, Some(Arrivals::Poisson(_))) {
            refuse(&here("arrivals"), "is not a Poisson process");
        }
        if class.arrivals_calendar.is_some() {
            refuse(&here("arrivals_calendar"), "has hours");
        }
        if !class.service.is_empty() {
            refuse(&here("service"), "differs between classes");
        }
        if class.between_visits.as_ref().is_some_and(|law| !exponential(law)) {
            refuse(&here("between_visits"), "is not exponential");
        }
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

/// Where the customers of a class come from: outside, or they are there for good.
fn source(net: &Queueing, name: &str, class: &Class, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let here = |key: &str| at.of(&["classes", name, key]);
    match (&class.arrivals, &class.population) {
        (None, None) => found.push(
            Diagnostic::error(
                "missing-key",
                format!("nothing says where customers of `{name}` come from"),
            )
            .at(at.of(&["classes", name]), "`arrivals` or `population` is missing")
            .help("for example: arrivals = { poisson = { per_hour = 9 } }, or population = 12"),
        ),
        (Some(_), Some(_)) => found.push(
            Diagnostic::error(
                "contradiction",
                format!("customers of `{name}` arrive and leave, or are there for good, not both"),
            )
            .at(here("population"), "`population` here")
            .also(here("arrivals"), "`arrivals` here"),
        ),
        (Some(_), None) => {}
        (None, Some(_)) => {
            if class.arrivals_calendar.is_some() {
                let error = Diagnostic::error("contradiction", format!("nobody of `{name}` arrives"));
                found.push(error.at(here("arrivals_calendar"), "has no effect"));
            }
            if net.run.customers.is_some() {
                let message =
                    format!("customers of `{name}` never leave, so a run until all have left never ends");
                found.push(
                    Diagnostic::error("never-ends", message)
                        .at(at.of(&["run", "customers"]), "waits for the last to leave")
                        .also(here("population"), "is there for good")
                        .help("give [run] a `horizon` instead"),
                );
            }
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
    if let Some(Arrivals::Renewal(law)) = &class.arrivals {
        clock_only(Some(law), &["classes", name, "arrivals"], at, found);
    }
}

/// Every station a class can come to serves it, and from every one it can leave. Returns those stations.
fn visits<'a>(
    net: &'a Queueing,
    name: &str,
    class: &'a Class,
    at: &Places<'_>,
    found: &mut Vec<Diagnostic>,
) -> BTreeSet<&'a str> {
    let routing = net.routing_of(class);
    let onward = |station: &str| -> Vec<&'a str> {
        let row = routing.get(station).into_iter().flat_map(|row| &row.0);
        row.filter(|(_, p)| p.get() > 0.0)
            .map(|(to, _)| to.as_str())
            .collect()
    };
    let mut reached: BTreeSet<&'a str> = BTreeSet::new();
    let mut open: Vec<&'a str> = class
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
    if let (Some(_), None) = (class.population, &class.arrivals) {
        closed(net, name, &reached, leaves, at, found);
    } else if let Some(trap) = reached.iter().find(|s| !out.contains(*s)) {
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
    reached
}

/// Customers of a closed class must have no way out: no row that lets them go, no limit, no patience.
fn closed(
    net: &Queueing,
    name: &str,
    reached: &BTreeSet<&str>,
    leaves: impl Fn(&&str) -> bool,
    at: &Places<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let population = at.of(&["classes", name, "population"]);
    let mut refuse = |path: &[&str], label: &str, help: &str| {
        let error = Diagnostic::error(
            "contradiction",
            format!("customers of `{name}` are there for good"),
        );
        found.push(
            error
                .at(at.of(path), label)
                .also(population, "asks for it")
                .help(help),
        );
    };
    let own = net.classes.get(name).is_some_and(|class| class.routing.is_some());
    for station in reached {
        if leaves(station) {
            let path: &[&str] = if own {
                &["classes", name, "routing", station]
            } else {
                &["routing", station]
            };
            let label = format!("lets them leave after `{station}`");
            refuse(
                path,
                &label,
                "the row of every station they come to must add up to 1",
            );
        }
        let Some(s) = net.stations.get(*station) else {
            continue;
        };
        for (key, limits) in [
            ("capacity", s.capacity.is_some()),
            ("patience", s.patience.is_some()),
        ] {
            if limits {
                let help = "a closed class needs stations without limit and without patience";
                refuse(&["stations", station, key], "would lose them", help);
            }
        }
    }
}
