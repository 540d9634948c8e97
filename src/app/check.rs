//! Everything wrong or doubtful about one scenario, and what it implies before anything is run.

use serde_json::{Value, json};

use super::effort;
use super::error::Error;
use super::scenarios::{Arm, Findings, read_arms};
use super::warmup_check;
use super::world::World;
use crate::base::diagnostic::{limit, sort, summary};
use crate::base::{Effort, WEEK};
use crate::compile;
use crate::model::{Model, State};
use crate::pathway::population::expected_during;
use crate::scenario::{self, Kind, Loader, NO_EVIDENCE, show_path};

/// What is asked of a team or station as a share of what it can do.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadOf {
    /// Its name.
    pub name: String,
    /// Work offered / capacity.
    pub share: f64,
}

/// A number a scenario implies by formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Implied {
    /// What it is.
    pub what: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

/// A key whose numbers nobody stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct WithoutEvidence {
    /// Its path.
    pub path: String,
    /// Its value, as TOML.
    pub value: String,
    /// Where it is set: file, line and column.
    pub at: String,
    /// How many numbers it sets.
    pub numbers: usize,
    /// What an entry would look like.
    pub entry: String,
}

/// A scenario without errors, judged.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Warnings and advice.
    pub findings: Findings,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: &'static str,
    /// Hash of what it says.
    pub hash: String,
    /// Expected loads.
    pub loads: Vec<LoadOf>,
    /// What the loads leave out.
    pub loads_note: &'static str,
    /// Other numbers it implies.
    pub implied: Vec<Implied>,
    /// What a replication takes, about.
    pub effort: Effort,
    /// Keys whose numbers decide results and have no entry under `[evidence]`: any makes the answer "no".
    pub without_evidence: Vec<WithoutEvidence>,
}

/// Reads one scenario and works out what it implies.
///
/// # Errors
/// [`Error::Invalid`] with everything found, if any is an error.
pub fn check(loader: &dyn Loader, name: &str, sets: &[String]) -> Result<Assessment, Error> {
    let (arms, findings) = read_arms(loader, &[name.to_string()], sets)?;
    let mut found = Findings::default();
    for one in findings {
        found = one;
    }
    let [arm] = arms.as_slice() else {
        return Err(Error::Refused(format!("`{name}` is not one scenario")));
    };
    // Both are told of here alone: a run is not the place to argue about evidence.
    found.found.retain(|d| d.code != NO_EVIDENCE);
    found.found.extend(scenario::misfits(&arm.checked));
    sort(&mut found.found);
    limit(&mut found.found);
    let without_evidence = scenario::bare(&arm.checked);
    let without_evidence = without_evidence.iter().map(|bare| WithoutEvidence {
        path: show_path(&bare.path),
        value: bare.value.clone(),
        at: found.sources.locate(bare.at).to_string(),
        numbers: bare.numbers,
        entry: bare.entry(),
    });
    let without_evidence = without_evidence.collect();
    let mut out = Assessment {
        findings: found,
        title: arm.title().to_string(),
        kind: arm.checked.kind_name(),
        hash: arm.checked.hash.clone(),
        loads: Vec::new(),
        loads_note: "",
        implied: Vec::new(),
        effort: World::compile(std::slice::from_ref(arm), 1)?.effort(),
        without_evidence,
    };
    fill(&mut out, arm)?;
    Ok(out)
}

fn fill(out: &mut Assessment, arm: &Arm) -> Result<(), Error> {
    match &arm.checked.kind {
        Kind::Queueing(net) => {
            let loads = net.offered_loads().into_iter();
            out.loads = loads
                .map(|(name, share)| LoadOf {
                    name: name.to_string(),
                    share,
                })
                .collect();
            out.loads_note = "the utilisation, unless customers are lost or give up";
            warmup_check::of_queueing(out, arm);
        }
        Kind::Pathway(pathway) => {
            let loads = pathway.loads();
            let load = |l: &scenario::pathway::Load| LoadOf {
                name: l.name(),
                share: l.utilisation(),
            };
            out.loads = loads.iter().map(load).collect();
            let mut before = out.loads.clone();
            for (from, _, scenario) in pathway.epochs_of_run().into_iter().skip(1) {
                let now: Vec<LoadOf> = scenario.loads().iter().map(load).collect();
                let week = from as f64 / WEEK as f64;
                let changed = now.iter().filter(|one| !before.contains(one));
                out.loads.extend(changed.map(|one| LoadOf {
                    name: format!("{} from week {week}", one.name),
                    share: one.share,
                }));
                before = now;
            }
            out.loads_note =
                "from below: everybody else's work and the planned care of those made known by letters";
            let model = compile::pathway(&arm.name, arm.title(), pathway);
            out.implied = implied(&model);
            warmup_check::of_pathway(out, arm, &model);
        }
    }
    Ok(())
}

/// What the tables of the course imply, by formula.
fn implied(model: &Model) -> Vec<Implied> {
    let exo = &model.exogenous;
    let mut all = Vec::new();
    let mut add = |what: String, value: f64, unit| all.push(Implied { what, value, unit });
    let people = exo.practices.iter().map(|p| p.list_size).sum();
    add("people registered".to_string(), people, "people");
    let (from, until) = model.windows.measured_window();
    let Some(expected) = expected_during(exo, from, until) else {
        return all;
    };
    add("deaths counted".to_string(), expected.deaths(), "a year");
    for (g, group) in exo.groups.iter().enumerate() {
        add(format!("  {}", group.name), expected.deaths_of(g), "a year");
    }
    for (state, present) in State::NAMES.iter().zip(expected.present()) {
        add(format!("present at any moment, {state}"), present, "people");
    }
    add(
        "symptom episodes".to_string(),
        expected.episodes_a_year(),
        "a year",
    );
    add(
        "acute medical events".to_string(),
        expected.acutes_a_year(),
        "a year",
    );
    all
}

impl Assessment {
    /// Whether there is a warning or advice.
    pub fn is_doubtful(&self) -> bool {
        !self.findings.found.is_empty()
    }

    /// As text (without the findings, which have places to be shown at).
    pub fn text(&self) -> String {
        let mut out = format!(
            "{}\nkind {}, {}\n",
            self.title,
            self.kind,
            summary(&self.findings.found).trim_end()
        );
        if let Some(first) = self.without_evidence.first() {
            let numbers: usize = self.without_evidence.iter().map(|w| w.numbers).sum();
            let (are, have) = match numbers {
                1 => ("1 number that decides", "has"),
                _ => ("numbers that decide", "have"),
            };
            let count = if numbers == 1 {
                String::new()
            } else {
                format!("{numbers} ")
            };
            out += &format!("\nThe answer is no: {count}{are} results {have} no evidence\n");
            for one in &self.without_evidence {
                out += &format!("  {} = {}\n    set at {}\n", one.path, one.value, one.at);
            }
            out += "Say under [evidence] who stands for each. For example, in the file that sets it,\n";
            out += &format!("  {}\n", first.entry);
            out += "or grade = \"published\" with its source, \"seed\" with the source document, \"derived\" with the arithmetic as note.\n";
        }
        if !self.implied.is_empty() {
            out += "\nImplied by the tables\n";
            let width = self
                .implied
                .iter()
                .map(|i| i.what.chars().count())
                .max()
                .unwrap_or(0);
            for Implied { what, value, unit } in &self.implied {
                out += &format!("  {what:<width$} {value:>10.1} {unit}\n");
            }
        }
        out += "\nA replication takes about\n";
        for (what, amount) in effort::lines(&self.effort) {
            out += &format!("  {what:<28} {amount}\n");
        }
        if !self.loads.is_empty() {
            out += &format!("\nExpected load ({})\n", self.loads_note);
            let width = self
                .loads
                .iter()
                .map(|l| l.name.chars().count())
                .max()
                .unwrap_or(0);
            for LoadOf { name, share } in &self.loads {
                out += &match share.is_finite() {
                    true => format!("  {name:<width$} {:>6.1}%\n", 100.0 * share),
                    false => format!("  {name:<width$} no capacity\n"),
                };
            }
        }
        out
    }

    /// As JSON, findings and all.
    pub fn to_json(&self) -> Value {
        let loads = self.loads.iter().map(|l| match l.share.is_finite() {
            true => json!({ "name": l.name, "load": l.share }),
            false => json!({ "name": l.name, "load": null, "note": "no capacity" }),
        });
        let implied = self
            .implied
            .iter()
            .map(|i| json!({ "name": i.what, "value": i.value, "unit": i.unit }));
        json!({
            "title": self.title,
            "kind": self.kind,
            "hash": self.hash,
            "findings": self.findings.to_json(),
            "implied": implied.collect::<Vec<_>>(),
            "effort": {
                "events": self.effort.events, "core_seconds": self.effort.seconds, "bytes": self.effort.bytes,
            },
            "expected_load": loads.collect::<Vec<_>>(),
            "without_evidence": self.without_evidence.iter().map(|w| json!({
                "path": w.path, "value": w.value, "set_at": w.at, "numbers": w.numbers, "entry": w.entry,
            })).collect::<Vec<_>>(),
        })
    }
}
