//! One replication of a network: the world that the kernel runs.

use super::choice::{Choices, by_name};
use super::measures::{ClassMeasures, Measures, StationMeasures, VisitMeasures};
use super::network::{Class, Discipline, Network, Stop, WhenFull};
use crate::base::{NEVER, OpenWalk, Secs, Time};
use crate::kernel::{Event, Handle, Job, Kernel, Level, Pick, Roster, TeamId, World, phase};
use crate::random::{Draws, Quantile, name_key, sub_key};
use std::collections::VecDeque;
use std::sync::Arc;

mod begin;
mod patience;

// Events.
const ARRIVAL: u8 = 0;
const JOINS: u8 = 1;
const RENEGES: u8 = 2;

// Purposes of draws. Subject: the class for the first, the station for the initial ones, else the customer.
const GAP_AND_ENTRY: u16 = 1;
const SERVICE_AND_ROUTE: u16 = 2;
const PATIENCE: u16 = 3;
const STAY_HOME: u16 = 4;
// 5 and 6: see `begin`.

/// The outside, as a station to go to.
const OUTSIDE: u16 = u16::MAX;

/// A customer in the network. Slots are used again.
#[derive(Clone, Copy, Debug)]
struct Customer {
    subject: u64,
    arrived: Time,
    joined: Time,
    /// Decides where the customer goes after the service under way.
    route: f64,
    patience: Option<Handle>,
    /// Number of stations joined so far.
    visit: u32,
    class: u16,
    next: u16,
    /// Whether there is already room for this customer at `next`.
    expected: bool,
}

/// Bytes of a customer.
pub(super) const CUSTOMER_BYTES: usize = size_of::<Customer>();

/// The arrivals of one class.
#[derive(Clone, Copy, Debug)]
struct Source {
    key: u64,
    ordinal: u64,
    /// Decides where the next one enters.
    entry: f64,
    /// The arrivals' way through their opening hours.
    walk: OpenWalk,
}

/// One class at one station: what decides its visits, and what is counted of them. All that an event needs lies together.
#[derive(Clone, Debug)]
struct Row {
    service: Quantile,
    priority: u8,
    /// Whether stays at home lie between its visits.
    stays_home: bool,
    due_in: Secs,
    counted: VisitMeasures,
}

struct Simulation<'a> {
    network: &'a Network,
    draws: Draws,
    customers: Vec<Customer>,
    free: Vec<u32>,
    sources: Vec<Source>,
    /// Where customers from outside go; row = class.
    entry: Choices,
    /// Where customers go next; rows as in `rows`.
    routes: Choices,
    /// Customers inside or expected, by station; kept only where there is a limit.
    inside: Vec<u32>,
    limited: Vec<bool>,
    /// Whether customers of some station run out of patience.
    impatient: bool,
    /// Who is blocked for want of room at each station: (station, server).
    blocked: Vec<VecDeque<(TeamId, u16)>>,
    /// Arrivals from outside so far, over all classes, and the most there will be.
    arrivals: u64,
    last_arrival: u64,
    window_opens_at_arrival: Option<u64>,
    window_opened: Time,
    present: u64,
    /// `station * classes + class`
    rows: Vec<Row>,
    classes: Vec<ClassMeasures>,
    levels: Vec<Level>,
}

/// Runs one replication of a network without [`Network::problems`].
///
/// Whole seconds: every drawn time is rounded to the nearest second, and events of one second are ordered by
/// phase (completions, then arrivals). With services of an hour the bias is of the order of a second in
/// a wait.
///
/// # Panics
/// May panic if the network has problems.
pub fn simulate(network: &Network, draws: Draws) -> Measures {
    let (mut world, mut k) = Simulation::begun(network, draws);
    match network.stop {
        Stop::Horizon { warm_up, measured } => {
            k.run(&mut world, warm_up);
            world.open_window(&mut k);
            k.run(&mut world, warm_up + measured);
        }
        Stop::Customers { .. } => {
            k.run_while(&mut world, |world| {
                world.present > 0 || world.arrivals < world.last_arrival
            });
        }
    }
    world.measures(&k)
}

/// Runs one replication from second 0 for `count` intervals of `length` seconds, and hands over what happened in each.
pub(super) fn intervals(
    network: &Network,
    draws: Draws,
    (length, count): (Secs, usize),
    mut give: impl FnMut(usize, &Measures),
) {
    let (mut world, mut k) = Simulation::begun(network, draws);
    for interval in 0..count {
        world.open_window(&mut k);
        k.run(&mut world, length * (interval as i64 + 1));
        give(interval, &world.measures(&k));
    }
}

impl<'a> Simulation<'a> {
    /// A network at second 0, with its first arrivals due.
    fn begun(network: &'a Network, draws: Draws) -> (Simulation<'a>, Kernel) {
        let mut k = Kernel::new(0, draws, ());
        for station in &network.stations {
            let roster = if station.open.next_close(0) == NEVER && station.open.is_open(0) {
                Roster::Always
            } else {
                Roster::Calendar(Arc::clone(&station.open))
            };
            k.add_team(&vec![roster; usize::from(station.servers)], Pick::Lowest);
        }
        let mut world = Simulation::new(network, draws);
        world.begin(&mut k);
        (world, k)
    }

    fn new(network: &'a Network, draws: Draws) -> Simulation<'a> {
        let (stations, classes) = (network.stations.len(), network.classes.len());
        let order = by_name(network.stations.iter().map(|station| &station.name));
        let entry = network.classes.iter().map(|class| &class.entry[..]);
        let row = |station: usize, class: &Class| Row {
            service: class.visits[station].service.clone(),
            priority: match network.stations[station].discipline {
                Discipline::Fcfs => 0,
                Discipline::Priority | Discipline::PriorityDue => class.priority,
            },
            stays_home: class.stay_home.is_some(),
            due_in: match network.stations[station].discipline {
                Discipline::PriorityDue => class.visits[station].due_in,
                Discipline::Fcfs | Discipline::Priority => 0,
            },
            counted: VisitMeasures::default(),
        };
        let at = |station: usize| network.classes.iter().map(move |class| (station, class));
        let rows = (0..stations).flat_map(at).map(|(at, class)| row(at, class));
        let next = (0..stations)
            .flat_map(at)
            .map(|(at, class)| &class.visits[at].next[..]);
        let (last_arrival, window_opens_at_arrival) = match network.stop {
            Stop::Horizon { .. } => (u64::MAX, None),
            Stop::Customers { warm_up, customers } => (customers, Some(warm_up)),
        };
        let source = |class: &Class| Source {
            key: name_key(&["class", &class.name]),
            ordinal: 0,
            entry: 0.0,
            walk: class.arrivals_open.walk_from(0),
        };
        Simulation {
            network,
            draws,
            customers: Vec::new(),
            free: Vec::new(),
            sources: network.classes.iter().map(source).collect(),
            entry: Choices::new(order.clone(), entry, true),
            routes: Choices::new(order, next, false),
            inside: vec![0; stations],
            limited: (network.stations.iter()).map(|s| s.capacity.is_some()).collect(),
            impatient: network.stations.iter().any(|station| station.patience.is_some()),
            blocked: vec![VecDeque::new(); stations],
            arrivals: 0,
            last_arrival,
            window_opens_at_arrival,
            window_opened: 0,
            present: 0,
            rows: rows.collect(),
            classes: vec![ClassMeasures::default(); classes],
            levels: vec![Level::new(0); classes],
        }
    }

    fn schedule_arrival(&mut self, k: &mut Kernel, class: usize) {
        let law = &self.network.classes[class];
        let Some(gap) = &law.gap else { return };
        let source = &mut self.sources[class];
        let (u, entry) = self
            .draws
            .pair(source.key, GAP_AND_ENTRY, source.ordinal as u32, 0);
        source.entry = entry;
        let at = law.arrivals_open.walk(&mut source.walk, gap.secs(u));
        k.schedule(at, phase::WORLD, Event::new(ARRIVAL, class as u32));
    }

    fn arrive(&mut self, k: &mut Kernel, class: usize) {
        if self.arrivals == self.last_arrival {
            return;
        }
        if self.window_opens_at_arrival == Some(self.arrivals) {
            self.open_window(k);
        }
        self.arrivals += 1;
        let source = &mut self.sources[class];
        let (key, ordinal, entry) = (source.key, source.ordinal, source.entry);
        source.ordinal += 1;
        if self.arrivals < self.last_arrival {
            self.schedule_arrival(k, class);
        }
        self.classes[class].arrivals += 1;
        let station = self.entry.pick(class, entry).unwrap_or(0);
        let id = self.new_customer(k.now(), class, sub_key(key, ordinal));
        self.join(k, id, station, false);
    }

    fn new_customer(&mut self, now: Time, class: usize, subject: u64) -> u32 {
        self.present += 1;
        self.levels[class].add(now, 1);
        let customer = Customer {
            subject,
            arrived: now,
            joined: now,
            route: 0.0,
            patience: None,
            visit: 0,
            class: class as u16,
            next: OUTSIDE,
            expected: false,
        };
        match self.free.pop() {
            Some(id) => {
                self.customers[id as usize] = customer;
                id
            }
            None => {
                self.customers.push(customer);
                (self.customers.len() - 1) as u32
            }
        }
    }

    fn leave_network(&mut self, now: Time, id: u32) {
        self.present -= 1;
        self.levels[self.customers[id as usize].class as usize].add(now, -1);
        self.free.push(id);
    }

    #[inline]
    fn row(&self, station: usize, class: u16) -> usize {
        station * self.classes.len() + class as usize
    }

    #[inline]
    fn visits(&mut self, station: usize, class: u16) -> &mut VisitMeasures {
        let row = self.row(station, class);
        &mut self.rows[row].counted
    }

    fn has_room(&self, station: usize) -> bool {
        let capacity = self.network.stations[station].capacity;
        capacity.is_none_or(|capacity| self.inside[station] < capacity)
    }

    /// A customer joins a station, or is lost there.
    fn join(&mut self, k: &mut Kernel, id: u32, station: usize, expected: bool) {
        let now = k.now();
        let Customer { class, .. } = self.customers[id as usize];
        if self.limited[station] && !expected {
            if !self.has_room(station) {
                self.visits(station, class).lost += 1;
                self.classes[class as usize].lost += 1;
                self.leave_network(now, id);
                return;
            }
            self.inside[station] += 1;
        }
        let customer = &mut self.customers[id as usize];
        customer.visit += 1;
        customer.joined = now;
        let row = self.row(station, class);
        let row = &mut self.rows[row];
        row.counted.arrivals += 1;
        let job = Job::new(id, row.priority, now + row.due_in);
        let began = k.submit(self, TeamId::new(station), job);
        if !began && self.impatient {
            self.await_patience(k, id, station);
        }
    }

    fn go_home(&mut self, k: &mut Kernel, id: u32, next: u16) {
        let customer = &mut self.customers[id as usize];
        customer.next = next;
        let Some(stay) = &self.network.classes[customer.class as usize].stay_home else {
            return;
        };
        let u = self.draws.uniform(customer.subject, STAY_HOME, customer.visit, 0);
        k.schedule(k.now() + stay.secs(u), phase::WORLD, Event::new(JOINS, id));
    }

    /// One customer less at a station; whoever was blocked first for want of room there comes in.
    #[inline]
    fn make_room(&mut self, k: &mut Kernel, station: usize) {
        if self.limited[station] {
            self.let_in(k, station);
        }
    }

    fn let_in(&mut self, k: &mut Kernel, station: usize) {
        self.inside[station] -= 1;
        if let Some((from, server)) = self.blocked[station].pop_front() {
            self.inside[station] += 1;
            k.unblock(self, from, server);
        }
    }

    fn open_window(&mut self, k: &mut Kernel) {
        let now = k.now();
        k.reset_measures();
        self.window_opened = now;
        (self.rows.iter_mut()).for_each(|row| row.counted = VisitMeasures::default());
        self.classes.fill(ClassMeasures::default());
        self.levels.iter_mut().for_each(|level| level.reset(now));
    }

    fn measures(&self, k: &Kernel) -> Measures {
        let now = k.now();
        let mut classes = self.classes.clone();
        for (class, level) in classes.iter_mut().zip(&self.levels) {
            class.present_secs = level.integral(now);
        }
        let mut visits = self.rows.iter().map(|row| row.counted.clone());
        let stations = (0..self.network.stations.len()).map(|station| {
            let servers = k.team_measures(TeamId::new(station));
            StationMeasures {
                servers,
                present_secs: servers.queue_secs + servers.busy_secs + servers.blocked_secs,
                visits: visits.by_ref().take(classes.len()).collect(),
            }
        });
        Measures {
            window_secs: now - self.window_opened,
            events: k.events_happened(),
            stations: stations.collect(),
            classes,
        }
    }
}

impl World for Simulation<'_> {
    #[inline]
    fn event(&mut self, k: &mut Kernel, event: Event) {
        match event.kind {
            ARRIVAL => self.arrive(k, event.index as usize),
            JOINS => {
                let next = self.customers[event.index as usize].next;
                self.join(k, event.index, usize::from(next), false);
            }
            _ => self.renege(k, event.index),
        }
    }

    #[inline]
    fn service_secs(&mut self, k: &Kernel, team: TeamId, _server: u16, id: u32, _waiting: u32) -> Secs {
        let customer = &mut self.customers[id as usize];
        let (service, route) = self
            .draws
            .pair(customer.subject, SERVICE_AND_ROUTE, customer.visit, 0);
        customer.route = route;
        let (class, waited) = (customer.class, k.now() - customer.joined);
        let row = self.row(team.index(), class);
        let row = &mut self.rows[row];
        row.counted.starts += 1;
        row.counted.wait_secs += waited;
        row.counted.waits.add(waited);
        row.service.secs(service)
    }

    #[inline]
    fn started(&mut self, k: &mut Kernel, _team: TeamId, _server: u16, id: u32) {
        if self.impatient
            && let Some(handle) = self.customers[id as usize].patience.take()
        {
            k.cancel(handle);
        }
    }

    /// Decides where the customer goes, and keeps the server if there is no room.
    #[inline]
    fn blocks(&mut self, _k: &Kernel, team: TeamId, server: u16, id: u32) -> bool {
        let row = self.row(team.index(), self.customers[id as usize].class);
        let customer = &mut self.customers[id as usize];
        let next = self.routes.pick(row, customer.route);
        customer.expected = false;
        let Some(next) = next else {
            customer.next = OUTSIDE;
            return false;
        };
        customer.next = next as u16;
        if !self.limited[next] || self.rows[row].stays_home {
            return false;
        }
        if next == team.index() {
            // a customer who comes back keeps the room
            customer.expected = true;
        } else if self.inside[next] < self.network.stations[next].capacity.unwrap_or(u32::MAX) {
            customer.expected = true;
            self.inside[next] += 1;
        } else if self.network.stations[next].when_full == WhenFull::Block {
            customer.expected = true;
            self.blocked[next].push_back((team, server));
            return true;
        }
        false
    }

    #[inline]
    fn completed(&mut self, k: &mut Kernel, team: TeamId, _server: u16, id: u32, _withdrawn: bool) {
        let now = k.now();
        let Customer {
            class,
            arrived,
            joined,
            next,
            expected,
            ..
        } = self.customers[id as usize];
        let row = self.row(team.index(), class);
        let row = &mut self.rows[row];
        let stays_home = row.stays_home;
        row.counted.completions += 1;
        row.counted.sojourn_secs += now - joined;
        let stays_inside = expected && usize::from(next) == team.index();
        if !stays_inside {
            self.make_room(k, team.index());
        }
        if next == OUTSIDE {
            let measures = &mut self.classes[class as usize];
            measures.departures += 1;
            measures.sojourn_secs += now - arrived;
            self.leave_network(now, id);
        } else if stays_home {
            self.go_home(k, id, next);
        } else {
            self.join(k, id, usize::from(next), expected);
        }
    }
}
