//! What a queueing network would cost and whether it settles, reckoned before anything is run.

use super::queueing::{Arrivals, Class, Queueing};
use super::read::Places;
use super::schema::show_number;
use crate::base::WEEK;
use crate::base::diagnostic::Diagnostic;
use crate::base::effort::in_words;

/// More events than this are refused: about a day of one core.
const MOST_EVENTS: f64 = 1e12;
/// More customers present at once than this are refused: about 8 GiB.
const MOST_PRESENT: f64 = 1.3e8;
/// Events a core handles in a second, for the estimate in the refusal.
const EVENTS_PER_SECOND: f64 = 1e7;

/// Shortest mean gap between arrivals, in seconds: below it most would come in the same second, and none would be a gap.
const LEAST_GAP: f64 = 1.0;

/// The flow through a network, all per second.
struct Flow {
    /// Arrivals from outside of each class.
    arrivals: Vec<f64>,
    /// Visits of each class to each station by one customer.
    visits: Vec<Vec<f64>>,
    /// Server seconds wanted at each station, by all and by those who come straight from outside.
    wanted: Vec<(f64, f64)>,
    /// Server seconds there are at each station.
    offered: Vec<f64>,
    /// Customers inside if nobody waits (Little's law), and those who are there for good.
    busy: f64,
    /// Most events a second of customers who are there for good: all servers busy, or nobody waiting.
    closed: f64,
}

/// Adds what is wrong with the size or the load of a network that is otherwise sound.
pub fn check(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let Some(flow) = flow(net) else { return };
    let total: f64 = flow.arrivals.iter().sum();
    if total <= 0.0 && flow.closed <= 0.0 {
        let error = Diagnostic::error("never-ends", "no customer ever arrives");
        found.push(error.at(at.of(&["classes"]), "every arrival rate is 0"));
        return;
    }
    if gaps(net, at, found) {
        return;
    }
    let unstable = loads(net, &flow, at, found);
    size(net, &flow, total, unstable, at, found);
}

/// Refuses classes of whom more than one arrives in a second; whether there is one.
fn gaps(net: &Queueing, at: &Places<'_>, found: &mut Vec<Diagnostic>) -> bool {
    let before = found.len();
    for (name, class) in &net.classes {
        let gap = match &class.arrivals {
            Some(Arrivals::Poisson(rate)) => 1.0 / rate.per_second(),
            Some(Arrivals::Renewal(law)) => law.mean_secs(),
            None => continue,
        };
        if gap < LEAST_GAP {
            let message = format!(
                "customers of `{name}` arrive every {} seconds on average, but time is counted in whole seconds",
                (gap * 1e4).round() / 1e4
            );
            let error = Diagnostic::error("too-large", message)
                .help("slow everything down alike: rates and services");
            found.push(error.at(at.of(&["classes", name, "arrivals"]), "too often"));
        }
    }
    found.len() > before
}

fn flow(net: &Queueing) -> Option<Flow> {
    let names: Vec<&str> = net.stations.keys().map(String::as_str).collect();
    let mut flow = Flow {
        arrivals: Vec::new(),
        visits: Vec::new(),
        wanted: vec![(0.0, 0.0); names.len()],
        offered: Vec::new(),
        busy: 0.0,
        closed: 0.0,
    };
    for station in net.stations.values() {
        flow.offered
            .push(f64::from(station.servers) * open_share(station.calendar.as_ref()));
    }
    for class in net.classes.values() {
        if let Some(population) = class.population {
            flow.busy += f64::from(population.0);
            flow.closed += circulating(net, class, f64::from(population.0));
            flow.arrivals.push(0.0);
            flow.visits.push(vec![0.0; names.len()]);
            continue;
        }
        let rate = rate(class);
        let entry: Vec<f64> = names
            .iter()
            .map(|n| class.first().iter().filter(|(s, _)| s == n).map(|(_, p)| p).sum())
            .collect();
        let visits = visits(net, class, &names, &entry)?;
        let away = class.between_visits.as_ref().map_or(0.0, |law| law.mean_secs());
        for (i, name) in names.iter().enumerate() {
            let service = net.service_of(class, name).map_or(0.0, |law| law.mean_secs());
            flow.wanted[i].0 += rate * visits[i] * service;
            flow.wanted[i].1 += rate * entry[i] * service;
            flow.busy += rate * (visits[i] * service + (visits[i] - entry[i]).max(0.0) * away);
        }
        flow.arrivals.push(rate);
        flow.visits.push(visits);
    }
    Some(flow)
}

fn open_share(calendar: Option<&super::hours::Weekly>) -> f64 {
    let Some(week) = calendar else { return 1.0 };
    // Overlapping hours are merged by the calendar itself.
    week.calendar(&[])
        .map_or(1.0, |calendar| calendar.open_per_week() as f64 / WEEK as f64)
}

fn rate(class: &Class) -> f64 {
    let open = match &class.arrivals {
        Some(Arrivals::Poisson(rate)) => rate.per_second(),
        Some(Arrivals::Renewal(law)) => 1.0 / law.mean_secs(),
        None => 0.0,
    };
    open * open_share(class.arrivals_calendar.as_ref())
}

/// Most services and stays a second of so many circulating customers.
fn circulating(net: &Queueing, class: &Class, population: f64) -> f64 {
    let away = class.between_visits.as_ref().map_or(0.0, |law| law.mean_secs());
    let services = net.stations.iter().filter_map(|(name, station)| {
        let mean = net.service_of(class, name)?.mean_secs() + away;
        let servers = if away > 0.0 {
            population
        } else {
            f64::from(station.servers).min(population)
        };
        Some(servers / mean.max(1.0))
    });
    2.0 * services.sum::<f64>()
}

/// Expected visits of one customer to each station: v = entry + v P, by Gaussian elimination.
fn visits(net: &Queueing, class: &Class, names: &[&str], entry: &[f64]) -> Option<Vec<f64>> {
    let n = names.len();
    let routing = net.routing_of(class);
    let p = |from: usize, to: usize| {
        routing
            .get(names[from])
            .and_then(|r| r.0.get(names[to]))
            .map_or(0.0, |p| p.get())
    };
    // Rows are the equations of v[to]; the last column is the entry.
    let mut a: Vec<Vec<f64>> = (0..n)
        .map(|to| {
            let row = (0..n).map(|from| f64::from(u8::from(from == to)) - p(from, to));
            row.chain([entry[to]]).collect()
        })
        .collect();
    for column in 0..n {
        let pivot = (column..n).max_by(|x, y| a[*x][column].abs().total_cmp(&a[*y][column].abs()))?;
        a.swap(column, pivot);
        if a[column][column].abs() < 1e-12 {
            return None;
        }
        let top = a[column].clone();
        for (index, row) in a.iter_mut().enumerate() {
            if index != column && row[column] != 0.0 {
                let factor = row[column] / top[column];
                for (x, t) in row.iter_mut().zip(&top).skip(column) {
                    *x -= factor * t;
                }
            }
        }
    }
    let solved: Vec<f64> = (0..n).map(|i| a[i][n] / a[i][i]).collect();
    solved
        .iter()
        .all(|v| v.is_finite() && *v > -1e-9)
        .then_some(solved)
}

/// Warns of stations that cannot keep up; returns by how many customers a second their queues grow.
fn loads(net: &Queueing, flow: &Flow, at: &Places<'_>, found: &mut Vec<Diagnostic>) -> f64 {
    // Where customers are lost or give up, what comes further on is less than the equations say.
    let loses = net
        .stations
        .values()
        .any(|s| s.capacity.is_some() || s.patience.is_some());
    let mut growth = 0.0;
    for (i, (name, station)) in net.stations.iter().enumerate() {
        if station.capacity.is_some() || station.patience.is_some() {
            continue;
        }
        let wanted = if loses { flow.wanted[i].1 } else { flow.wanted[i].0 };
        let load = wanted / flow.offered[i];
        if load < 1.0 - 1e-9 {
            continue;
        }
        growth += if wanted > 0.0 {
            let customers: f64 = flow
                .arrivals
                .iter()
                .zip(&flow.visits)
                .map(|(rate, visits)| rate * visits[i])
                .sum();
            customers * (1.0 - 1.0 / load)
        } else {
            0.0
        };
        let (message, help) = if flow.offered[i] == 0.0 {
            (format!("`{name}` is never open"), "give it hours".to_owned())
        } else {
            let servers = show_number((wanted / open_share(station.calendar.as_ref())).floor() + 1.0);
            let load = show_number((load * 100.0).round() / 100.0);
            let message =
                format!("`{name}` is offered {load} times what its servers can do: its queue grows for ever");
            (
                message,
                format!("it settles with at least {servers} servers, a `capacity`, or `patience`"),
            )
        };
        let warning = Diagnostic::warning("unstable", message);
        found.push(
            warning
                .at(at.of(&["stations", name, "servers"]), "not enough")
                .help(help),
        );
    }
    growth
}

fn size(net: &Queueing, flow: &Flow, total: f64, growth: f64, at: &Places<'_>, found: &mut Vec<Diagnostic>) {
    let run = &net.run;
    let (secs, key) = match (run.horizon, run.customers) {
        (Some(horizon), _) => (
            (horizon.secs() + run.warm_up.map_or(0, |w| w.secs())) as f64,
            "horizon",
        ),
        (None, Some(customers)) => (customers as f64 / total, "customers"),
        (None, None) => return,
    };
    let place = at.of(&["run", key]);
    let open: f64 = flow
        .arrivals
        .iter()
        .zip(&flow.visits)
        .map(|(rate, visits)| rate * (1.0 + visits.iter().sum::<f64>()))
        .sum();
    let events = (open + flow.closed) * secs;
    let all = events * f64::from(run.replications.0);
    if all > MOST_EVENTS {
        let message = format!(
            "{} replications of about {} events each would take {}",
            show_number(f64::from(run.replications.0)),
            count(events),
            time(all)
        );
        found.push(
            Diagnostic::error("too-large", message)
                .at(place, "makes each run this long")
                .help(format!(
                    "at most {} events in all are started",
                    count(MOST_EVENTS)
                )),
        );
    }
    let present = flow.busy + growth * secs;
    if present > MOST_PRESENT {
        let message = format!(
            "about {} customers would be in the network at once",
            count(present)
        );
        let error = Diagnostic::error("too-large", message).at(place, "by the end of this");
        found.push(error.help(format!(
            "at most {} fit into memory; a station that cannot keep up fills it",
            count(MOST_PRESENT)
        )));
    }
}

/// "3 million".
fn count(x: f64) -> String {
    in_words(x, 1e12)
}

/// "some 12 days on one core".
fn time(events: f64) -> String {
    let hours = events / EVENTS_PER_SECOND / 3600.0;
    match hours {
        h if h > 24.0 * 365.0 * 2.0 => format!("some {} years on one core", count(h / 24.0 / 365.0)),
        h if h > 48.0 => format!("some {:.0} days on one core", h / 24.0),
        h => format!("some {h:.0} hours on one core"),
    }
}

impl Queueing {
    /// Work offered to each station as a share of what its servers can do, by name: its utilisation, unless
    /// customers are lost or give up. Empty if customers might never leave, as those of a closed class.
    pub fn offered_loads(&self) -> Vec<(&str, f64)> {
        let Some(flow) = flow(self).filter(|flow| flow.closed <= 0.0) else {
            return Vec::new();
        };
        let names = self.stations.keys().map(String::as_str);
        let shares = flow
            .wanted
            .iter()
            .zip(&flow.offered)
            .map(|((wanted, _), offered)| wanted / offered);
        names.zip(shares).collect()
    }
}
