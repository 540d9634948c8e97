//! Items 2.1 to 2.5 for networks of queues.

use super::data::value;
use super::{StressFacts, Writer};
use crate::report::document::{Block, Table};
use crate::scenario::Kind;
use crate::scenario::node::Node;
use crate::scenario::queueing::{Discipline, Queueing, WhenFull};

impl StressFacts<'_> {
    fn network(&self) -> Option<&Queueing> {
        match &self.base().checked.kind {
            Kind::Queueing(network) => Some(network),
            Kind::Pathway(_) => None,
        }
    }

    fn shown(&self, path: &[&str]) -> String {
        let path: Vec<String> = path.iter().map(|p| (*p).to_string()).collect();
        let node: Option<&Node> = self.base().checked.root().at(&path);
        node.map_or(String::new(), value)
    }
}

impl Writer<'_, '_> {
    pub(super) fn network_diagram(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut out = String::from("flowchart LR\n");
        let mut table = Table::new(&[("class", 2), ("from", 2), ("to", 2), ("probability", 1)]);
        let names: Vec<&String> = network.stations.keys().collect();
        let node = |name: &str| {
            names
                .iter()
                .position(|n| *n == name)
                .map_or("out".to_string(), |i| format!("s{i}"))
        };
        for (i, name) in names.iter().enumerate() {
            out.push_str(&format!("  s{i}[\"{name}\"]\n"));
        }
        for (c, (name, class)) in network.classes.iter().enumerate() {
            out.push_str(&format!("  c{c}((\"{name}\"))\n"));
            for (station, p) in class.first() {
                out.push_str(&format!("  c{c} -->|{p}| {}\n", node(station)));
                table.row([
                    name.clone(),
                    "arrival".to_string(),
                    station.to_string(),
                    p.to_string(),
                ]);
            }
            for (from, row) in network.routing_of(class) {
                for (to, p) in &row.0 {
                    out.push_str(&format!(
                        "  {} -->|\"{name}: {}\"| {}\n",
                        node(from),
                        p.get(),
                        node(to)
                    ));
                    table.row([name.clone(), from.clone(), to.clone(), p.get().to_string()]);
                }
            }
        }
        self.document
            .text("Stations and the ways between them; the rest of each row leaves the network.");
        self.document.blocks.push(Block::Diagram { mermaid: out, table });
    }

    pub(super) fn network_logic(&mut self) {
        self.document.text(
            "An open network of stations with servers and queues. Customers of each class arrive from outside, are served at a station, and go \
             on by the routing probabilities of their class or leave.",
        );
    }

    pub(super) fn network_algorithms(&mut self) {
        self.document.text(
            "A server who comes free takes the first customer of the queue (item 2.5.4) before the customer served goes on. A closed station \
             begins no service; one begun is finished. There are no other algorithms.",
        );
    }

    pub(super) fn network_entities(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut table = Table::new(&[
            ("class of customers", 2),
            ("priority (lower first)", 1),
            ("due", 3),
        ]);
        for (name, class) in &network.classes {
            let due = self.facts.shown(&["classes", name, "due_in"]);
            table.row([name.clone(), class.priority.to_string(), due]);
        }
        self.document.text("Customers, known by class and number.");
        self.document.table(table);
    }

    pub(super) fn network_activities(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut table = Table::new(&[("station", 2), ("class", 2), ("length of a service", 5)]);
        for (station, spec) in &network.stations {
            if spec.service.is_some() {
                let law = self.facts.shown(&["stations", station, "service"]);
                table.row([station.clone(), "all others".to_string(), law]);
            }
            for (class, c) in &network.classes {
                if c.service.contains_key(station) {
                    let law = self.facts.shown(&["classes", class, "service", station]);
                    table.row([station.clone(), class.clone(), law]);
                }
            }
        }
        self.document
            .text("Services; the routing between them is in item 2.1.");
        self.document.table(table);
    }

    pub(super) fn network_resources(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut table = Table::new(&[("station", 2), ("servers", 1), ("open", 4)]);
        for (name, station) in &network.stations {
            let open = match station.calendar {
                None => "always".to_string(),
                Some(_) => self.facts.shown(&["stations", name, "calendar"]),
            };
            table.row([name.clone(), station.servers.to_string(), open]);
        }
        self.document.table(table);
    }

    pub(super) fn network_queues(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut table = Table::new(&[
            ("station", 2),
            ("discipline", 3),
            ("capacity, waiting and in service", 3),
            ("patience (reneging)", 3),
        ]);
        for (name, station) in &network.stations {
            let discipline = match station.discipline {
                Discipline::Priority => "priority of the class, then first come",
                Discipline::FirstCome => "first come, first served",
                Discipline::PriorityDue => "priority, then due time, then first come",
            };
            let capacity = match (&station.capacity, station.when_full) {
                (None, _) => "no limit".to_string(),
                (Some(n), WhenFull::Lost) => format!("{}; who comes when it is full is lost", n.0),
                (Some(n), WhenFull::Block) => format!("{}; blocks the server before it when full", n.0),
            };
            let patience = match station.patience {
                None => "waits for ever".to_string(),
                Some(_) => self.facts.shown(&["stations", name, "patience"]),
            };
            table.row([name.clone(), discipline.to_string(), capacity, patience]);
        }
        self.document.text("One queue for each station; nobody in service is interrupted; no balking or jockeying besides what is said here.");
        self.document.table(table);
    }

    pub(super) fn network_entry(&mut self) {
        let Some(network) = self.facts.network() else {
            return;
        };
        let mut table = Table::new(&[("class", 2), ("arrivals", 4), ("when", 2), ("first station", 3)]);
        for name in network.classes.keys() {
            let when = match self.facts.shown(&["classes", name, "arrivals_calendar"]) {
                text if text.is_empty() => "always".to_string(),
                text => text,
            };
            table.row([
                name.clone(),
                self.facts.shown(&["classes", name, "arrivals"]),
                when,
                self.facts.shown(&["classes", name, "entry"]),
            ]);
        }
        self.document.table(table);
        self.document.text("Customers leave after their last service, when they lose patience, or when a full station does not take them.");
    }
}
