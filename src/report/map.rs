//! The map of organisations of an arm: who employs whom, who hands people to whom, and what stands between them.
//!
//! [`Map::of`] works it out: practices whose surroundings are the same become one; each ordered pair of teams that
//! hand people over becomes one edge. [`map`] writes it for Mermaid or Graphviz.

use std::collections::BTreeMap;

use super::map_text;
use super::words::plain;
use crate::base::{DAY, HOUR, Time, WEEK};
use crate::model::{Interface, Model, TeamIndex};
use crate::pathway::handovers::routes;
use crate::pathway::objects::Matter;
use crate::scenario::pathway::{Named, Pair, PathwayScenario};

/// How a map is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawing {
    /// For Mermaid, which many pages and editors draw.
    #[default]
    Mermaid,
    /// For Graphviz.
    Dot,
}

/// What a hand-off crosses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crossing {
    /// The interface inside an organisation.
    Internal,
    /// The interface between organisations.
    External,
    /// A named pair's own interface.
    NamedPair,
}

/// A team, or the teams of several practices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Lines of its label.
    pub label: Vec<String>,
}

/// An organisation with the positions of its nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Box {
    pub name: String,
    pub nodes: Vec<usize>,
}

/// Hand-offs from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub crossing: Crossing,
    /// Lines of its label.
    pub label: Vec<String>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Map {
    pub title: String,
    /// When it holds, if something changes during the run.
    pub note: String,
    /// Whether health and social care have one budget.
    pub pooled: bool,
    pub nodes: Vec<Node>,
    pub boxes: Vec<Box>,
    pub edges: Vec<Edge>,
}

/// The map of an arm, and of the scenario it was compiled from, as they are at a time of the run.
pub fn map(model: &Model, scenario: &PathwayScenario, time: Time, drawing: Drawing) -> String {
    let then = (scenario.epochs_of_run().into_iter().rev()).find(|(from, _, _)| *from <= time);
    let mut map = Map::of(model.at(time), then.map_or(scenario, |(_, _, s)| s));
    map.title.clone_from(&model.title);
    let changes: Vec<String> = (model.later.iter())
        .map(|(from, _)| super::numbers::fixed(*from as f64 / WEEK as f64, 0))
        .collect();
    if !changes.is_empty() {
        let week = time.div_euclid(WEEK);
        map.note = format!(
            "as in week {week} of the run; something changes in week {}",
            changes.join(", ")
        );
    }
    match drawing {
        Drawing::Mermaid => map_text::mermaid(&map),
        Drawing::Dot => map_text::dot(&map),
    }
}

/// The hand-offs of a map as rows: from, to, what they cross, what stands between.
pub(super) fn hand_offs(model: &Model, scenario: &PathwayScenario) -> Vec<[String; 4]> {
    let map = Map::of(model.at(0), scenario);
    let name = |node: usize| map.nodes[node].label.join(", ");
    let row = |edge: &Edge| {
        let crossing = match edge.crossing {
            Crossing::Internal => "inside one organisation",
            Crossing::External => "between organisations",
            Crossing::NamedPair => "a pair with an interface of its own",
        };
        [
            name(edge.from),
            name(edge.to),
            crossing.to_string(),
            edge.label.join("; "),
        ]
    };
    map.edges.iter().map(row).collect()
}

/// Practices with the same surroundings.
struct Class {
    /// Positions of the practices.
    practices: Vec<usize>,
}

impl Map {
    fn of(model: &Model, scenario: &PathwayScenario) -> Map {
        let list: Vec<(&str, Option<&str>)> = scenario.team_list();
        let classes = classes(model, &list);
        let mut map = Map {
            title: model.title.clone(),
            note: String::new(),
            pooled: model.social_care.pooled_budget,
            nodes: Vec::new(),
            boxes: Vec::new(),
            edges: Vec::new(),
        };
        let node_of = map.nodes(model, &list, &classes);
        map.edges(model, scenario, &list, &node_of);
        map
    }

    /// Makes nodes and boxes; returns the node of each team.
    fn nodes(&mut self, model: &Model, list: &[(&str, Option<&str>)], classes: &[Class]) -> Vec<usize> {
        let mut known: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        let mut node_of = Vec::with_capacity(list.len());
        for (index, (name, practice)) in list.iter().enumerate() {
            let team = &model.teams[index];
            let position = practice.and_then(|p| position(model, p));
            let class = position.and_then(|p| classes.iter().position(|c| c.practices.contains(&p)));
            // Shared teams stand for themselves; a practice's own team stands for its class.
            let key = match class {
                Some(class) => (class, *name),
                None => (usize::MAX, team.name.as_str()),
            };
            if let Some(node) = known.get(&key) {
                node_of.push(*node);
                continue;
            }
            let many = class.map_or(1, |c| classes[c].practices.len());
            let own = practice.is_some_and(|p| team.organisation == own_organisation(p));
            let organisation = match (class, own, many) {
                (Some(_), true, 1) => format!("practice {}", practice.unwrap_or("")),
                (Some(_), true, n) => format!("{n} practices, each its own organisation"),
                _ => plain(&team.organisation),
            };
            let mut label = vec![plain(name)];
            if let Some(class) = class {
                label.extend(practices(model, &classes[class], own));
            }
            label.push(match practice {
                Some(p) if team.site == own_organisation(p) && many > 1 => "each at its own site".to_string(),
                Some(p) if team.site == own_organisation(p) => "at its own site".to_string(),
                _ => format!("site: {}", plain(&team.site)),
            });
            let node = self.nodes.len();
            self.nodes.push(Node { label });
            match self.boxes.iter_mut().find(|b| b.name == organisation) {
                Some(b) => b.nodes.push(node),
                None => self.boxes.push(Box {
                    name: organisation,
                    nodes: vec![node],
                }),
            }
            known.insert(key, node);
            node_of.push(node);
        }
        node_of
    }

    fn edges(
        &mut self,
        model: &Model,
        scenario: &PathwayScenario,
        list: &[(&str, Option<&str>)],
        node_of: &[usize],
    ) {
        let mut found: BTreeMap<(usize, usize), (TeamIndex, TeamIndex, Vec<Matter>)> = BTreeMap::new();
        for practice in 0..model.exogenous.practices.len() {
            for route in routes(model) {
                let (Some(from), Some(to)) =
                    (model.team(route.from, practice), model.team(route.to, practice))
                else {
                    continue;
                };
                let nodes = (node_of[from.index()], node_of[to.index()]);
                let (_, _, matters) = found.entry(nodes).or_insert((from, to, Vec::new()));
                if !matters.contains(&route.matter) {
                    matters.push(route.matter);
                }
            }
        }
        for ((from, to), (sender, receiver, matters)) in found {
            let named = |team: TeamIndex| {
                let (name, practice) = list[team.index()];
                Named {
                    team: name,
                    practice,
                    role: model.teams[team.index()].role,
                }
            };
            let keys = scenario.interface.between.keys();
            let mut pairs = keys.filter_map(|key| Pair::read(key).ok());
            let is_named = pairs.any(|pair| pair.rank(&named(sender), &named(receiver)).is_some());
            let same = model.teams[sender.index()].organisation == model.teams[receiver.index()].organisation;
            let crossing = match (is_named, same) {
                (true, _) => Crossing::NamedPair,
                (false, true) => Crossing::Internal,
                (false, false) => Crossing::External,
            };
            let pooled = self.pooled
                && matters
                    .iter()
                    .any(|m| matches!(m, Matter::SocialCare | Matter::Sourcing));
            let mut label = vec![matters.iter().map(|m| matter(*m)).collect::<Vec<_>>().join(", ")];
            label.push(theta(model.interface(sender, receiver)));
            let through = sender.index() * model.teams.len() + receiver.index();
            let hub = model.access.point.as_ref().and_then(|p| p.hub.get(through));
            if hub == Some(&true) {
                label.push("by the single point of access".to_string());
            }
            if pooled {
                label.push("pooled budget".to_string());
            }
            self.edges.push(Edge {
                from,
                to,
                crossing,
                label,
            });
        }
    }
}

fn position(model: &Model, practice: &str) -> Option<usize> {
    model.exogenous.practices.iter().position(|p| p.name == practice)
}

/// As `compile` names the organisation and the site of "each practice".
fn own_organisation(practice: &str) -> String {
    format!("practice:{practice}")
}

/// Practices are alike if they have the same teams of the same employers, are served by the same ones, and meet the
/// same interfaces with them.
fn classes(model: &Model, list: &[(&str, Option<&str>)]) -> Vec<Class> {
    let mut classes: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (position, practice) in model.exogenous.practices.iter().enumerate() {
        let own = own_organisation(&practice.name);
        let mut alike = Vec::new();
        let named = |name: &str| {
            if name == own {
                String::new()
            } else {
                name.to_string()
            }
        };
        let is_own = |i: usize| list[i].1 == Some(practice.name.as_str());
        let around = |i: usize| is_own(i) || list[i].1.is_none();
        for i in (0..list.len()).filter(|i| is_own(*i)) {
            let team = &model.teams[i];
            alike.push(format!(
                "{} of {} at {}",
                list[i].0,
                named(&team.organisation),
                named(&team.site)
            ));
            for j in (0..list.len()).filter(|j| around(*j)) {
                let (there, back) = (i * list.len() + j, j * list.len() + i);
                alike.push(format!("{} {}", model.between[there], model.between[back]));
            }
        }
        for teams in &model.team_of {
            let team = teams[position].filter(|t| !is_own(t.index()));
            alike.push(format!("{team:?}"));
        }
        classes.entry(alike).or_default().push(position);
    }
    let mut classes: Vec<Class> = (classes.into_values())
        .map(|practices| Class { practices })
        .collect();
    classes.sort_by_key(|c| c.practices[0]);
    classes
}

/// Which practices a node stands for, and how they work.
fn practices(model: &Model, class: &Class, own: bool) -> Vec<String> {
    let names: Vec<&str> = (class.practices.iter())
        .map(|p| model.exogenous.practices[*p].name.as_str())
        .collect();
    let mut lines = Vec::new();
    match names.as_slice() {
        [one] if own => lines.push(model.style(class.practices[0]).name.clone()),
        [one] => lines.push(format!("of practice {one}")),
        _ => {
            let mut styles: BTreeMap<&str, usize> = BTreeMap::new();
            for p in &class.practices {
                *styles.entry(model.style(*p).name.as_str()).or_default() += 1;
            }
            let styles: Vec<String> = styles.iter().map(|(s, n)| format!("{n} {}", plain(s))).collect();
            lines.push(format!("{} practices: {}", names.len(), styles.join(", ")));
        }
    }
    lines
}

fn matter(matter: Matter) -> String {
    match matter {
        Matter::Nursing => "nursing".to_string(),
        Matter::Specialist => "specialist care".to_string(),
        Matter::SocialCare => "social care".to_string(),
        Matter::HospiceBed => "hospice bed".to_string(),
        Matter::HospiceAtHome => "hospice at home".to_string(),
        Matter::Sourcing => "care package".to_string(),
        Matter::VirtualWard => "virtual ward".to_string(),
        Matter::NightSitter => "night sitter".to_string(),
        Matter::ContinuingService => "continuing care".to_string(),
        Matter::FastTrack => "fast track".to_string(),
        Matter::Support => "support worker".to_string(),
        Matter::Matron => "community matron".to_string(),
        Matter::Manager => "joint care manager".to_string(),
    }
}

/// The main parts of what stands between two teams, in one line.
fn theta(interface: &Interface) -> String {
    let delay = interface.transfer_delay.at(0.5) * interface.transfer_scale;
    let record = if interface.shared_record {
        "shared record"
    } else {
        "letter"
    };
    let round = match interface.gp_roundtrip {
        p if p > 0.0 => format!(", {} by the GP", per_cent(p)),
        _ => String::new(),
    };
    format!("{}, {record}{round}", span(delay))
}

fn per_cent(share: f64) -> String {
    format!("{}%", super::numbers::fixed(share * 100.0, 0))
}

/// A length of time in days or hours.
fn span(secs: f64) -> String {
    let (day, hour) = (DAY as f64, HOUR as f64);
    if secs >= day {
        format!("{} d", super::numbers::fixed(secs / day, 1))
    } else {
        format!("{} h", super::numbers::fixed(secs / hour, 1))
    }
}
