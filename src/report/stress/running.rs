//! Items 4.1 to 6.1: how it was run, on what, and how somebody else runs it again; the appendices.

use super::Writer;
use super::data::value;
use crate::report::document::Table;
use crate::scenario::Kind;
use crate::scenario::node::Node;
use crate::scenario::queueing::Initial;

impl Writer<'_, '_> {
    pub(super) fn initialisation(&mut self) {
        match (self.windows_of_people(), &self.facts.base().checked.kind) {
            (Some([warm_up, ..]), _) => {
                self.document.text(format!(
                    "Non-terminating: a service that goes on. Initial conditions: the illness is stationary from the first second (people who \
                     fell ill before the start are there, each at the point of their course; drawn, not fixed), and no service knows anybody \
                     and every queue is empty. The warm-up of {warm_up} only fills the services; nothing in it is measured."
                ));
                self.authors_say("warm_up");
            }
            (None, Kind::Queueing(network)) => {
                let start = match network.run.initial {
                    Initial::Empty => "Initial condition: empty, nobody waits.",
                    Initial::Stationary => {
                        "Initial condition: drawn from the known stationary distribution (stochastic), so no warm-up is needed."
                    }
                };
                let warm_up = match (self.of_run("warm_up"), self.of_run("warm_up_customers")) {
                    (Some(time), _) => format!("Warm-up: `{time}`."),
                    (None, Some(n)) => format!("Warm-up: {n} arrivals."),
                    (None, None) => "There is no warm-up.".to_string(),
                };
                let ends = match network.run.customers {
                    Some(n) => format!("It ends when the last of {n} customers has left."),
                    None => "It is cut after a fixed time.".to_string(),
                };
                self.document.text(format!("{ends} {start} {warm_up}"));
                self.authors_say("warm_up");
            }
            (None, Kind::Pathway(_)) => {}
        }
        self.document.text("`careweave warmup` measures what warm-up is needed (MSER-5, Welch; docs/methods.md, section 10).");
    }

    fn of_run(&self, key: &str) -> Option<String> {
        let root: &Node = self.facts.base().checked.root();
        root.at(&["run".to_string(), key.to_string()]).map(value)
    }

    pub(super) fn run_length(&mut self) {
        let text = match self.windows_of_people() {
            Some([warm_up, measured, cool_down, all]) => format!(
                "{warm_up} of warm-up, {measured} measured, {cool_down} of cool-down in which arrivals go on and the people counted are followed: \
                 {all} in all."
            ),
            None => {
                let said = ["horizon", "customers"]
                    .into_iter()
                    .find_map(|k| Some(format!("{k} = {}", self.of_run(k)?)));
                format!("Measured: `{}`.", said.unwrap_or_default())
            }
        };
        self.document.text(format!(
            "{text} Time is counted in whole seconds from a Monday, 00:00."
        ));
    }

    pub(super) fn estimation(&mut self) {
        let run = &self.facts.run;
        let mut items = Vec::new();
        items.push(match (run.replications, run.done) {
            (Some(n), true) => format!(
                "{n} independent replication{}{}.",
                if n == 1 { "" } else { "s" },
                if run.interrupted { ", after which the run was interrupted" } else { "" }
            ),
            (Some(n), false) => format!("Independent replications; the scenario asks for {n} unless the command says otherwise."),
            (None, _) => "Independent replications; how many at each point is among the settings of item 1.3 and in the results.".to_string(),
        });
        items.push(match &run.stopping {
            Some(rule) => rule.clone(),
            None => {
                "Their number was fixed beforehand; the width of the intervals shows whether it is enough."
                    .to_string()
            }
        });
        items.push(
            "The replication is the unit of inference. Ratios, centiles and differences are pooled over replications; their standard errors \
             are those of the delete-one-replication jackknife (Efron and Stein 1981), intervals use Student's t."
                .to_string(),
        );
        if self.facts.arms.len() > 1 {
            items.push(format!(
                "Differences are paired person by person and replication by replication, {}; headline outcomes are tested together by Holm's \
                 method. A placebo, the first scenario with re-drawn responses, shows the churn that chance alone makes.",
                if run.all_pairs { "every scenario with every other" } else { "every scenario with the first" }
            ));
        }
        for (is, words) in [
            (
                run.antithetic,
                "Replications are antithetic pairs; the pair is then the unit of inference.",
            ),
            (
                run.controls,
                "Control variates with known means mend headline outcomes where that gains at least a tenth.",
            ),
        ] {
            if is {
                items.push(words.to_string());
            }
        }
        if run.priors > 0 {
            items.push(format!(
                "Uncertainty of parameters is told apart from chance: {} draws of the ratios inside one organisation from their plausible \
                 ranges.",
                run.priors
            ));
        }
        self.document.list(items);
    }

    pub(super) fn software(&mut self) {
        let program = &self.facts.program;
        let mut items = vec![format!(
            "careweave {}{}, its own event kernel written in Rust (edition 2024, compiler {} or later).",
            program.version,
            program
                .commit
                .as_ref()
                .map_or(String::new(), |c| format!(", source at commit {c}")),
            program.rust
        )];
        if program.version != program.this {
            items.push(format!("This report was written by careweave {}; what it tells of the model's rules is of that version.", program.this));
        }
        let system = self.facts.run.machine.iter().find(|(name, _)| name == "system");
        items.push(match system {
            Some((_, value)) => {
                format!("Operating system and processor family: {value} (the results do not depend on them).")
            }
            None => "Operating system: not recorded; the results do not depend on it.".to_string(),
        });
        let libraries: Vec<String> = program
            .libraries
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        if !libraries.is_empty() {
            items.push(format!(
                "Libraries of careweave {}: {}.",
                program.this,
                libraries.join(", ")
            ));
        }
        self.document.list(items);
    }

    pub(super) fn sampling(&mut self) {
        self.document.list(vec![
            format!(
                "Philox4x32-7 (Salmon, Moraes, Dror and Shaw, SC 2011), a counter-based generator; seed {}. There are no streams: each draw is a \
                 pure function of seed, replication, subject, purpose, anchor and attempt, put through one tabulated quantile function \
                 (worst relative error below 1e-5).",
                self.facts.run.seed
            ),
            "Common random numbers: because a draw is known by what it is for, the same person has the same luck in every scenario, whatever \
             care does in between, and keeps the quantile where a scenario changes a law. No name of an organisation is in any key."
                .to_string(),
        ]);
    }

    pub(super) fn execution(&mut self) {
        self.document.list(vec![
            "Next-event time advance with a single event list; an event is one 128-bit key of time, phase, sequence and payload, so that two \
             events never tie."
                .to_string(),
            "Within one second: off duty, holds for a named clinician end, on duty, services complete, everybody else's contacts arrive, the \
             world goes on, in this order; then in the order of scheduling. A freed clinician or bed is handed to the queue before the person \
             it was freed by goes on. Priorities of work are in item 2.5.4."
                .to_string(),
            "Replications run in parallel on threads (rayon) and never share a state; one replication runs all scenarios on one thread. The \
             results are the same bytes for any number of threads, shards or interruptions."
                .to_string(),
        ]);
    }

    pub(super) fn system(&mut self) {
        let machine = self.facts.run.machine.clone();
        if machine.is_empty() {
            self.document.text(match self.facts.run.done {
                true => "Not recorded: `run.json` is not beside the manifest.",
                false => "Nothing was run.",
            });
            return;
        }
        let mut table = Table::new(&[("what", 1), ("value", 3)]);
        for (name, value) in machine {
            let name = match name.as_str() {
                "seconds" => "run time, seconds".to_string(),
                other => other.replace('_', " "),
            };
            table.row([name, value]);
        }
        self.document.table(table);
        self.document.text("The run time is that of the last call; of a resumed or merged run the earlier parts are not in it.");
    }

    pub(super) fn sharing(&mut self) {
        self.authors_say("sharing");
        let (run, program) = (&self.facts.run, &self.facts.program);
        let mut items = vec![format!(
            "Program: careweave {}, open source ({}); it needs no other software.",
            program.version, program.licence
        )];
        items.push(match &run.plan_hash {
            Some(hash) => format!(
                "Reproduction: `careweave reproduce manifest.json` rebuilds every file of the results from the manifest alone, which holds all \
                 scenario texts, and compares them byte by byte. Hash of everything that decides the bytes (BLAKE3): `{hash}`."
            ),
            None => {
                let hash = &self.facts.base().checked.hash;
                format!("The scenario is one text file with those it extends. Hash of its values (BLAKE3): `{hash}`.")
            }
        });
        self.document.list(items);
    }

    pub(super) fn appendices(&mut self) {
        self.all_outcomes();
        self.all_inputs();
        self.plan_text();
    }
}
