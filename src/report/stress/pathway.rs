//! Items 2.1 to 2.5: what the simulated world of people is, from the scenario and its compiled model. Networks of queues are told in
//! `queueing`.

use super::Writer;
use super::data::value;
use super::objectives::span;
use super::words::{ALGORITHMS, LOGIC, PARTS, WAYS};
use crate::model::{Model, Role};
use crate::report::document::{Block, Table};
use crate::report::map::{self, Drawing};
use crate::report::staff;
use crate::scenario::node::Node;
use crate::scenario::{explain, read_path, show_path};

impl Writer<'_, '_> {
    pub(super) fn diagram(&mut self) {
        let Some((scenario, model)) = self.facts.people() else {
            return self.network_diagram();
        };
        let (mermaid, table) = overview(model);
        let organisations = map::map(model, scenario, 0, Drawing::Mermaid);
        let mut hand_offs = Table::new(&[
            ("from", 3),
            ("to", 3),
            ("crosses", 2),
            ("median time, record seen, round by GP", 3),
        ]);
        for [from, to, crossing, label] in map::hand_offs(model, scenario) {
            hand_offs.row([from, to, crossing, label]);
        }
        self.document.text(
            "A person's illness runs by itself: falling ill; diagnosis, treatment and living with the illness; the palliative phase (stable, \
             deteriorating and unstable, to and fro); the last deterioration and dying; death. Some deaths are sudden. Needs arise from the \
             illness and are met by services, which hand the person to one another.",
        );
        self.document.blocks.push(Block::Diagram { mermaid, table });
        self.document
            .text("Organisations, their teams and the hand-offs between them:");
        self.document.blocks.push(Block::Diagram {
            mermaid: organisations,
            table: hand_offs,
        });
    }

    pub(super) fn logic(&mut self) {
        if self.facts.people().is_none() {
            return self.network_logic();
        }
        self.document.text(
            "A locality's people fall ill, live with and die of advanced illness, and are cared for by teams with rosters, queues and \
             hand-offs. The whole logic, process by process with every formula, is docs/model.md of the program; in short:",
        );
        let say = |(name, words): &(&str, &str)| format!("{name}: {words}.");
        self.document.list(LOGIC.iter().map(say).collect());
        let mut table = Table::new(&[
            ("optional part", 3),
            ("meaning", 5),
            ("rules in docs/model.md", 1),
            ("in which scenarios", 2),
        ]);
        for (path, section) in PARTS {
            let path: Vec<String> = path.split('.').map(str::to_string).collect();
            let base = self.facts.base();
            let Ok(told) = explain(base.checked.schema(), &path, None) else {
                continue;
            };
            let there = |root: &Node| root.at(&path).is_some();
            let arms: Vec<&str> = (self.facts.arms.iter())
                .filter(|a| there(a.checked.root()))
                .map(|a| a.name.as_str())
                .collect();
            let which = match arms.len() {
                0 => "none".to_string(),
                n if n == self.facts.arms.len() => "all".to_string(),
                _ => arms.join(", "),
            };
            table.row([
                show_path(&path),
                told.meaning,
                format!("section {section}"),
                which,
            ]);
        }
        self.document.text("Parts that a scenario may have or not:");
        self.document.table(table);
    }

    pub(super) fn scenario_logic(&mut self) {
        let facts = self.facts;
        let base = facts.base();
        if facts.arms.len() < 2 {
            self.document.text(match &facts.study {
                Some(_) => {
                    "One scenario; what the points of the study change in it is in items 1.3 and appendix C."
                        .to_string()
                }
                None => "There is one scenario and nothing it is compared with.".to_string(),
            });
            return;
        }
        for arm in &facts.arms[1..] {
            self.document.heading(3, arm.name.clone());
            let header = &arm.checked.header;
            let own = header
                .description
                .as_ref()
                .filter(|d| base.checked.header.description.as_ref() != Some(d));
            for text in header.title.iter().chain(own) {
                self.document.text(text.clone());
            }
            if arm.changes.is_empty() && arm.gone.is_empty() {
                self.document
                    .text(format!("No value differs from `{}`.", base.name));
                continue;
            }
            self.document.text(format!(
                "{} value{} from `{}`; all others are the same.",
                arm.changes.len() + arm.gone.len(),
                if arm.changes.len() + arm.gone.len() == 1 {
                    " differs"
                } else {
                    "s differ"
                },
                base.name
            ));
            let mut table = Table::new(&[
                ("value", 4),
                (base.name.as_str(), 3),
                (arm.name.as_str(), 3),
                ("grade and plausible range", 3),
            ]);
            for path in &arm.changes {
                let unsaid = match path.first().map(String::as_str) == Some("interface")
                    && path.get(1).is_some_and(|n| n == "internal")
                {
                    true => "not said (ratio 1)",
                    false => "not said",
                };
                let shown = |root: &Node| root.at(path).map_or(unsaid.to_string(), value);
                table.row([
                    format!("`{}`", show_path(path)),
                    shown(base.checked.root()),
                    shown(arm.checked.root()),
                    super::data::grades_below(arm.checked, path),
                ]);
            }
            for path in &arm.gone {
                let names = read_path(path).unwrap_or_default();
                let shown = base.checked.root().at(&names).map_or(String::new(), value);
                table.row([format!("`{path}`"), shown, "not said".to_string(), String::new()]);
            }
            self.document.table(table);
        }
    }

    pub(super) fn algorithms(&mut self) {
        if self.facts.people().is_none() {
            return self.network_algorithms();
        }
        let say = |(name, words): &(&str, &str)| format!("{name}: {words}");
        self.document.list(ALGORITHMS.iter().map(say).collect());
        self.document
            .text("Each is one file of `src/pathway` or `src/kernel`, named in docs/model.md.");
    }

    pub(super) fn entities(&mut self) {
        let Some((scenario, _)) = self.facts.people() else {
            return self.network_entities();
        };
        let names = |all: Vec<&String>| all.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let people: f64 = scenario.practices.values().map(|p| p.list_size.get()).sum();
        let items = vec![
            format!(
                "People with advanced illness that ends in death, or who die suddenly, out of {people} registered people of {} \
                 practices. Attributes, drawn once: practice ({}); diagnosis group ({}); age band ({}); deprivation quintile; ethnicity \
                 ({}); care home or own home; living alone; a carer with hours a week; capital; preferred place of death, which may \
                 change; readiness to seek help; trust; need of a specialist review; course of illness with symptoms and acute events. \
                 While the run goes on: place, what each service knows, caseloads, medicines, care package, open needs.",
                scenario.practices.len(),
                names(scenario.practices.keys().collect()),
                names(scenario.groups.keys().collect()),
                names(scenario.age_bands.keys().collect()),
                names(scenario.ethnicities.keys().collect()),
            ),
            "Work items: person, kind of contact, task, team, priority, due time, named clinician if any.".to_string(),
            "Referrals and letters under way between teams: sender, receiver, what is asked for, when written, how often returned."
                .to_string(),
            "Everybody else's contacts and stays: time, length, priority; they load the services and have no further attributes.".to_string(),
        ];
        self.document.list(items);
    }

    pub(super) fn activities(&mut self) {
        let Some((scenario, _)) = self.facts.people() else {
            return self.network_activities();
        };
        self.document.text(
            "Contacts, with the time they take (travel for home visits, the record and second systems come on top). How a person comes to \
             them is in items 2.1, 2.2 and 2.4; delays that are no contact (panels, forms, transfers, stays) are parameters of appendix B.",
        );
        let root = self.facts.base().checked.root();
        let mut table = Table::new(&[("team", 2), ("activity", 2), ("time", 5)]);
        for team in scenario.teams.keys() {
            let at = |name: &str| root.at(&["teams".to_string(), team.clone(), name.to_string()]);
            for (kind, law) in at("contact").and_then(Node::table).into_iter().flatten() {
                table.row([team.clone(), kind.replace('_', " "), value(law)]);
            }
            for (name, words) in [
                ("travel", "travel to a home visit"),
                ("record_minutes", "record, minutes"),
            ] {
                if let Some(node) = at(name) {
                    table.row([team.clone(), words.to_string(), value(node)]);
                }
            }
        }
        self.document.table(table);
    }

    pub(super) fn resources(&mut self) {
        let Some((scenario, _)) = self.facts.people() else {
            return self.network_resources();
        };
        self.document.text(
            "Teams with clinicians or places; hours are those of the rotas before leave and sickness. Which activities use a team is in \
             item 2.5.2. The acute hospital's beds, the pharmacies and the people at home are not limited.",
        );
        for arm in &self.facts.arms {
            let Some(model) = &arm.model else { continue };
            let rows = staff(model);
            if self.facts.arms.len() > 1 {
                self.document.heading(3, arm.name.clone());
                let base = self.facts.base().model.as_ref().map(staff);
                if arm.name != self.facts.base().name && base.as_ref() == Some(&rows) {
                    self.document
                        .text(format!("The same as in `{}`.", self.facts.base().name));
                    continue;
                }
            }
            let mut table = Table::new(&[
                ("team", 4),
                ("whole-time equivalents", 2),
                ("hours a week", 2),
                ("beds, places or hours", 2),
                ("opening hours", 4),
            ]);
            for row in rows {
                let number = |x: f64| {
                    if x == 0.0 {
                        String::new()
                    } else {
                        format!("{}", (x * 100.0).round() / 100.0)
                    }
                };
                let spec = scenario.teams.get(row.team.split('@').next().unwrap_or_default());
                let hours = spec.map_or(String::new(), |t| self.hours(&t.calendar));
                table.row([
                    row.team.clone(),
                    number(row.wte),
                    number(row.weekly_hours),
                    number(row.places),
                    hours,
                ]);
            }
            self.document.table(table);
        }
    }

    /// A calendar as the scenario writes it.
    fn hours(&self, calendar: &str) -> String {
        let path = ["calendars".to_string(), calendar.to_string()];
        self.facts
            .base()
            .checked
            .root()
            .at(&path)
            .map_or(calendar.to_string(), value)
    }

    pub(super) fn queues(&mut self) {
        let Some((scenario, _)) = self.facts.people() else {
            return self.network_queues();
        };
        self.document.list(vec![
            "One queue for each team. Discipline: priority (0 emergency, 1 urgent, 2 soon, 3 routine), then due time, then order of joining; \
             no pre-emption."
                .to_string(),
            "Places (beds, places at home, hours of care): priority, then turn; hours of care are taken whole, fast track first, then urgent \
             and discharges, then the rest. Panels and ward rounds decide at fixed times."
                .to_string(),
            "Leaving a queue: death withdraws everything; a need that passes or is met elsewhere withdraws what was asked for it; on a ward what \
             needs the person is set aside and keeps its turn. Nobody balks at a queue's length and no queue has a limit."
                .to_string(),
            "Planned contacts and symptoms that are not severe wait for the named clinician for a while (column), then anybody takes them."
                .to_string(),
        ]);
        let root = self.facts.base().checked.root();
        let mut table = Table::new(&[
            ("team", 3),
            ("capacity", 3),
            ("waits for the named clinician", 3),
            ("contacts shortened under load", 3),
        ]);
        for (name, team) in &scenario.teams {
            let said = |key: &str| {
                let node = root.at(&["teams".to_string(), name.clone(), key.to_string()]);
                node.map_or("no".to_string(), value)
            };
            let capacity = match (team.clinicians.is_empty(), &team.places) {
                (false, _) => "clinicians on duty",
                (true, Some(_)) => "places",
                (true, None) => "not limited",
            };
            table.row([
                name.clone(),
                capacity.to_string(),
                said("continuity_wait"),
                said("squeeze"),
            ]);
        }
        self.document.table(table);
    }

    pub(super) fn entry_and_exit(&mut self) {
        let Some((scenario, _)) = self.facts.people() else {
            return self.network_entry();
        };
        self.document.list(vec![
            "Entry: first suspicions of each practice and diagnosis group are a Poisson process of rate list size / 1,000 × the group's yearly \
             rate per 1,000, from the longest illness before the start to the end of the run; who dies before the start is dropped. Sudden \
             deaths likewise."
                .to_string(),
            "Everybody else's contacts enter as Poisson streams over open hours, with length and priority, the same in all scenarios."
                .to_string(),
            "Exit: death, at a moment that the illness fixes. Who is alive at the end of the run is censored. Survivors of their illness and \
             people who move away are not in the model; nothing crosses the borders of the area."
                .to_string(),
        ]);
        let mut table = Table::new(&[
            ("diagnosis group", 3),
            ("per 1,000 registered people a year", 3),
            ("counted as cancer", 2),
        ]);
        for (name, group) in &scenario.groups {
            let cancer = if group.cancer { "yes" } else { "no" };
            table.row([
                name.clone(),
                format!("{}", group.per_1000_a_year.get()),
                cancer.to_string(),
            ]);
        }
        self.document.table(table);
    }

    /// How a run begins, and its windows.
    pub(super) fn windows_of_people(&self) -> Option<[String; 4]> {
        let (_, model) = self.facts.people()?;
        let w = model.windows;
        Some([
            span(w.warm_up),
            span(w.measured),
            span(w.cool_down),
            span(w.end()),
        ])
    }
}

/// A person's way: for Mermaid, and as a table.
fn overview(model: &Model) -> (String, Table) {
    let there = |role: Role| model.teams.iter().any(|t| t.role == role);
    let mut out = String::from("flowchart LR\n");
    for line in [
        "ill((falls ill)) --> living[diagnosis, treatment, living with the illness]",
        "living --> stable",
        "subgraph phase[palliative phase]",
        "  stable <--> deteriorating",
        "  deteriorating <--> unstable",
        "  stable <--> unstable",
        "end",
        "phase --> last[last deterioration, dying]",
        "last --> death((death))",
        "sudden((sudden death))",
    ] {
        out.push_str(&format!("  {line}\n"));
    }
    let mut table = Table::new(&[("need", 3), ("service", 3), ("what happens", 4)]);
    let mut needs: Vec<&str> = Vec::new();
    for (need, role, what) in WAYS.into_iter().filter(|(_, role, _)| there(*role)) {
        let number = needs.iter().position(|n| *n == need).unwrap_or_else(|| {
            needs.push(need);
            out.push_str(&format!("  phase -.-> n{}{{{need}}}\n", needs.len() - 1));
            needs.len() - 1
        });
        let team = Role::NAMES[role as usize].replace('_', " ");
        out.push_str(&format!("  n{number} -->|{what}| r{}[{team}]\n", role as usize));
        table.row([need.to_string(), team, what.to_string()]);
    }
    (out, table)
}
