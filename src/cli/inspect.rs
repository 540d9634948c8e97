//! `check`, `schema` and `scenarios`: what can be said without running anything.

use serde_json::{Value, json};

use super::End;
use super::args::{Check, MapFormat, Scenarios, Schema};
use super::files::Files;
use super::screen::Screen;
use crate::app::{self, Error};
use crate::report::Drawing;
use crate::scenario::{self, library};

/// `careweave check`.
pub fn check(screen: &Screen, args: &Check) -> Result<End, Error> {
    let Some(scenario) = &args.scenario else {
        return super::theory::theory(screen, &args.theory);
    };
    args.theory.refuse_alone()?;
    if app::is_targets(&Files, scenario) {
        let told = app::check_targets(&Files, scenario, &args.sets, app::BUILT_IN_ARMS[0])?;
        match screen.json() {
            true => screen
                .answer_json(&json!({ "kind": scenario::targets::KIND, "findings": [], "told": told }))?,
            false => screen.answer(&told)?,
        }
        return Ok(End::Done);
    }
    let (found, pilot) = match args.warmup {
        false => (app::check(&Files, scenario, &args.sets)?, None),
        true => {
            let threads = super::machine::Machine::new(None).threads();
            let (found, pilot) = app::check_measured(&Files, scenario, &args.sets, threads)?;
            (found, Some(pilot))
        }
    };
    screen.findings(std::slice::from_ref(&found.findings));
    match screen.json() {
        true => {
            let mut answer = found.to_json();
            if let (Some(map), Some(pilot)) = (answer.as_object_mut(), &pilot) {
                map.insert("warmup".to_string(), pilot.json());
            }
            screen.answer_json(&answer)?;
        }
        false => {
            let pilot = pilot.map_or(String::new(), |p| {
                format!("\nWarm-up, measured\n  {}\n", p.answer())
            });
            screen.answer(&(found.text() + &pilot))?;
        }
    }
    let doubtful = args.strict && found.is_doubtful();
    Ok(match doubtful || !found.without_evidence.is_empty() {
        true => End::No,
        false => End::Done,
    })
}

/// `careweave schema`.
pub fn schema(screen: &Screen, args: &Schema) -> Result<End, Error> {
    let targets = || (args.kind == scenario::targets::KIND).then(scenario::targets::schema);
    let known = scenario::schema(&args.kind).or_else(|| scenario::plan::schema(&args.kind));
    let known = known.or_else(targets);
    let schema = known.ok_or_else(|| Error::Refused(format!("there is no kind `{}`", args.kind)))?;
    screen.answer_json(schema.json())?;
    Ok(End::Done)
}

/// `careweave scenarios`.
pub fn scenarios(screen: &Screen, args: &Scenarios) -> Result<End, Error> {
    if let Some(name) = &args.map {
        let drawing = match args.format {
            MapFormat::Mermaid => Drawing::Mermaid,
            MapFormat::Dot => Drawing::Dot,
        };
        let map = app::map(&Files, name, &args.sets, args.week, drawing)?;
        match screen.json() {
            true => screen.answer_json(&json!({ "name": name, "map": map }))?,
            false => screen.answer(&map)?,
        }
        return Ok(End::Done);
    }
    if let Some(name) = &args.name {
        let unknown = || {
            Error::Refused(format!(
                "there is no built-in scenario `{name}`: `careweave scenarios` lists them"
            ))
        };
        let one = library::find(name).ok_or_else(unknown)?;
        match screen.json() {
            true => screen.answer_json(&json!({ "name": one.name, "path": one.path, "text": one.text }))?,
            false => screen.answer(one.text)?,
        }
        return Ok(End::Done);
    }
    let listed = app::built_in()?;
    match screen.json() {
        true => {
            let all: Vec<Value> = listed
                .iter()
                .chain(app::plans().iter())
                .map(|s| json!({ "name": s.name, "family": s.family, "kind": s.kind, "title": s.title, "question": s.question }))
                .collect();
            screen.answer_json(&Value::Array(all))?;
        }
        false => {
            screen.answer(&(by_family(&listed) + &plans(&app::plans())))?;
        }
    }
    Ok(End::Done)
}

/// A line for each scenario under the heading of its family.
/// Plans by the command that runs them.
fn plans(listed: &[app::Listed]) -> String {
    let call = |p: &app::Listed| format!("{} {}", p.kind, p.name);
    let width = listed.iter().map(|p| call(p).len()).max().unwrap_or(0);
    let mut out = "\nPlans, after `careweave`\n".to_string();
    for one in listed {
        out.push_str(&format!("  {:width$}  {}\n", call(one), one.title));
    }
    out
}

fn by_family(listed: &[app::Listed]) -> String {
    let width = listed.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (i, one) in listed.iter().enumerate() {
        if i == 0 || listed[i - 1].family != one.family {
            let heading = match one.family {
                "" => "The arms of `compare`",
                "leeds" => "leeds: proactive and reactive practices",
                "compton" => "compton: a nurse and a paramedic in the practice",
                "reequipp" => "reequipp: equal access",
                "nihr" => "nihr: organisations as maps",
                "lwabc" => "lwabc: living with and beyond cancer",
                "queueing" => "queueing: networks of queues",
                other => other,
            };
            let gap = if i == 0 { "" } else { "\n" };
            out.push_str(&format!("{gap}{heading}\n"));
        }
        out.push_str(&format!("  {:width$}  {}\n", one.name, one.title));
    }
    out
}
