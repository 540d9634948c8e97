//! How time and memory of one replication grow with the population, to an integrated care board of 2.5 million people.
//!
//! `cargo bench -- scale` makes the default locality so many times as large, in two ways: *larger*, where each practice and each
//! team has so many times as many people, clinicians, beds and hours (so that an event queue, a waiting line or a list that
//! is searched shows), and *side by side*, where there are so many localities with practices and teams of their own (so that
//! tables by practice and team show). One replication of one arm, `networked`, at the default windows; further arms come one after
//! another and use the same memory again. Each line is a process of its own.

use std::fmt::Write as _;

use careweave::compile;
use careweave::observe::GroupId;
use careweave::pathway::Pathway;
use careweave::scenario::pathway::PathwayScenario;
use careweave::scenario::{self, BuiltIn, Kind};

use super::{cpu_seconds, peak_memory_kb, run_again};

const TIMES: [u32; 6] = [1, 2, 4, 8, 16, 31];
const BASE: &str = "networked";
const SEED: u64 = 1;
/// Streams of the whole area's people: side by side, each locality has its part of them.
const OF_THE_AREA: [&str; 2] = ["area", "rest_of_area"];

/// Prints the two tables.
pub fn report() {
    for (how, name) in [("larger", "larger"), ("side", "side by side")] {
        println!(
            "{name:<13} people  followed  events       events/s     ns/event  peak memory  bytes/followed"
        );
        for times in TIMES {
            let line = run_again(&[], &["--only-run", &format!("scale:{how}"), &times.to_string()]);
            let fields: Vec<f64> = line
                .split_whitespace()
                .filter_map(|field| field.parse().ok())
                .collect();
            let [people, followed, events, seconds, memory] = fields[..] else {
                panic!("{times} times said: {line}")
            };
            println!(
                "{times:>3} x    {people:>12}  {followed:>8}  {events:<11}  {:>6.2} M  {:>10.1}  {:>8.1} MB  {:>14.0}",
                events / seconds / 1e6,
                seconds / events * 1e9,
                memory / 1024.0,
                memory * 1024.0 / followed,
            );
        }
    }
}

/// Runs one case and prints: people, people followed, events, seconds, peak memory in kB.
pub fn only_run(how: &str, times: &str) {
    let times: u32 = times.parse().expect("a number");
    let base = read(&[]);
    let checked = match (how, times) {
        (_, 1) => base,
        ("larger", _) => read(&larger(&base, times)),
        _ => read(&side_by_side(&base, times)),
    };
    let people: f64 = checked.practices.values().map(|p| p.list_size.get()).sum();
    let model = compile::pathway(BASE, BASE, &checked);
    let pathway = Pathway::new(vec![model], SEED).expect("a catalogue");
    let followed = pathway.course(0).people.len();
    let start = cpu_seconds();
    let record = pathway.replicate(0);
    let seconds = cpu_seconds() - start;
    let catalogue = pathway.catalogue();
    let events = record.values[catalogue.at(0, pathway.measures().events, GroupId::ALL)];
    println!("{people} {followed} {events} {seconds} {}", peak_memory_kb());
}

fn read(sets: &[String]) -> PathwayScenario {
    let (checked, found, _) = scenario::read(&BuiltIn, BASE, sets);
    let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
    match checked.kind {
        Kind::Pathway(p) => *p,
        Kind::Queueing(_) => panic!("{BASE} is a pathway"),
    }
}

/// `--set`s that make every practice and team so many times as large.
fn larger(base: &PathwayScenario, times: u32) -> Vec<String> {
    let mut sets = vec![area(base, times)];
    for (name, practice) in &base.practices {
        let size = practice.list_size.get() * f64::from(times);
        sets.push(format!("practices.{name}.list_size={size}"));
    }
    for (name, team) in &base.teams {
        for (group, spec) in &team.clinicians {
            let of = format!("teams.{name}.clinicians.{group}");
            sets.push(format!("{of}.count={}", spec.count.0 * times));
            for (practice, heads) in &spec.at {
                sets.push(format!("{of}.at.{practice}.count={}", heads.count.0 * times));
            }
        }
        if let Some(places) = team.places {
            sets.push(format!("teams.{name}.places={}", places.0 * times));
        }
    }
    sets
}

/// `--set`s that put so many localities beside one another, each with practices and teams of its own.
fn side_by_side(base: &PathwayScenario, times: u32) -> Vec<String> {
    let mut sets = vec![area(base, times)];
    let own: Vec<String> = base.practices.keys().cloned().collect();
    for (name, team) in base.teams.iter().filter(|(_, team)| !team.each_practice) {
        sets.push(format!("teams.{name}.catchment={}", list(&own, 1)));
        for (stream, spec) in &team.background {
            let mut volume = serde_json::to_value(spec.volume).expect("a volume");
            share_of_the_area(&mut volume, times);
            let to = format!("teams.{name}.background.{stream}.volume");
            sets.push(format!("{to}={}", toml(&volume)));
        }
    }
    for copy in 2..=times {
        for (name, practice) in &base.practices {
            let value = serde_json::to_value(practice).expect("a practice");
            sets.push(format!("practices.{name}_{copy}={}", toml(&value)));
        }
        for (name, team) in &base.teams {
            if team.each_practice {
                for (group, spec) in &team.clinicians {
                    for (practice, heads) in &spec.at {
                        let value = serde_json::to_value(heads).expect("heads");
                        let to = format!("teams.{name}.clinicians.{group}.at.{practice}_{copy}");
                        sets.push(format!("{to}={}", toml(&value)));
                    }
                }
                continue;
            }
            let mut value = serde_json::to_value(team).expect("a team");
            if let Some(streams) = value["background"].as_object_mut() {
                streams
                    .values_mut()
                    .for_each(|stream| share_of_the_area(&mut stream["volume"], times));
            }
            value["catchment"] = serde_json::Value::Null;
            let catchment = list(&own, copy);
            let written = toml(&value);
            sets.push(format!("teams.{name}_{copy}={written}"));
            sets.push(format!("teams.{name}_{copy}.catchment={catchment}"));
        }
    }
    sets
}

fn area(base: &PathwayScenario, times: u32) -> String {
    let people = base.locality.area_people.get() * f64::from(times);
    format!("locality.area_people={people}")
}

fn list(practices: &[String], copy: u32) -> String {
    let named = practices.iter().map(|name| match copy {
        1 => format!("\"{name}\""),
        _ => format!("\"{name}_{copy}\""),
    });
    format!("[{}]", named.collect::<Vec<_>>().join(", "))
}

fn share_of_the_area(volume: &mut serde_json::Value, times: u32) {
    let per_1000 = &mut volume["per_1000"];
    if OF_THE_AREA.iter().any(|of| per_1000["of"] == **of) {
        let a_year = per_1000["a_year"].as_f64().expect("a number");
        per_1000["a_year"] = (a_year / f64::from(times)).into();
    }
}

/// A value as TOML writes it on one line; what is null is left out.
fn toml(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(all) => {
            let mut out = String::from("{ ");
            for (i, (key, value)) in all.iter().filter(|(_, v)| !v.is_null()).enumerate() {
                let comma = if i > 0 { ", " } else { "" };
                let _ = write!(out, "{comma}{key} = {}", toml(value));
            }
            out + " }"
        }
        other => other.to_string(),
    }
}
