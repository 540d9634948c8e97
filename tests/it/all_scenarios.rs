//! Every shipped pathway scenario runs: its accounts balance, threads change no bit, people who share a locality
//! are the same people, and its folder's README says what it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use careweave::compile;
use careweave::experiment::{Count, Memory, Plan, run};
use careweave::observe::{GroupId, Tally};
use careweave::pathway::Pathway;
use careweave::pathway::causes::{CAUSES, NeedKind};
use careweave::pathway::roster::duty;
use careweave::random::Draws;
use careweave::scenario::library::{self, BuiltInScenario};
use careweave::scenario::{self, BuiltIn, Kind};

const SEED: u64 = 31;

/// A few weeks: enough for every process to begin.
const SHORT: [&str; 3] = [
    "run.warm_up={ weeks = 4 }",
    "run.measured={ weeks = 3 }",
    "run.cool_down={ weeks = 13 }",
];

fn listed() -> impl Iterator<Item = &'static BuiltInScenario> {
    library::all().iter().filter(|s| s.listed)
}

/// Every listed pathway scenario, by its path, for a few weeks.
fn pathways() -> &'static [(&'static str, Pathway)] {
    static ALL: OnceLock<Vec<(&str, Pathway)>> = OnceLock::new();
    ALL.get_or_init(read_all)
}

fn read_all() -> Vec<(&'static str, Pathway)> {
    let all = listed().filter(|ours| !ours.path.starts_with("queueing/"));
    let all = all.map(|ours| {
        let mut sets = SHORT.map(String::from).to_vec();
        sets.extend(brought_forward(ours));
        let (checked, found, _) = scenario::read(&BuiltIn, ours.path, &sets);
        let checked = checked.unwrap_or_else(|| panic!("{}: {found:?}", ours.path));
        let Kind::Pathway(p) = &checked.kind else {
            panic!("{} is no pathway", ours.path)
        };
        let model = compile::pathway(ours.name, ours.name, p);
        (ours.path, Pathway::new(vec![model], SEED).expect("a catalogue"))
    });
    all.collect()
}

/// The changes during a run at the beginning of the measured weeks, one a week in their order, so that each of them happens.
fn brought_forward(ours: &BuiltInScenario) -> Vec<String> {
    let (checked, _, _) = scenario::read(&BuiltIn, ours.path, &[]);
    let Some(Kind::Pathway(p)) = checked.map(|c| c.kind) else {
        return Vec::new();
    };
    let mut sets: Vec<String> = p
        .epochs
        .iter()
        .enumerate()
        .map(|(i, epoch)| format!("later.{}.from={{ weeks = {} }}", epoch.name, 4 + i))
        .collect();
    let mut at = |there: bool, path: &str, weeks: u32| {
        if there {
            sets.push(format!("{path}={{ weeks = {weeks} }}"));
        }
    };
    at(p.transition.is_some(), "transition.from", 4);
    let embedded = p.embedded.as_ref();
    at(embedded.is_some_and(|e| e.from.is_some()), "embedded.from", 4);
    at(embedded.is_some_and(|e| e.until.is_some()), "embedded.until", 8);
    let surge = p.groups.get("surge").is_some_and(|g| g.between.is_some());
    at(surge, "groups.surge.between.from", 3);
    at(surge, "groups.surge.between.until", 9);
    let reorganised = p.relationships.as_ref().is_some_and(|r| r.reorganised.is_some());
    at(reorganised, "relationships.reorganised.at", 4);
    sets
}

#[test]
fn every_scenario_runs_and_its_accounts_balance() {
    let failed: RefCell<Vec<String>> = RefCell::default();
    let all = pathways();
    assert!(all.len() > 20, "only {} scenarios", all.len());
    for (path, p) in all {
        let draws = Draws::new(SEED, 0);
        let model = p.models().next().expect("an arm");
        let (course, roster) = (p.course(0), duty(model, &draws));
        let tally = Tally::new(p.catalogue(), 0);
        // That the seconds of every need add up by cause is asserted inside, at every closure.
        let (tally, arm) = p.run_arm(0, &course, &roster, draws, draws, tally, None);
        let record = tally.finish();
        let value = |measure| record.values[p.catalogue().at(0, measure, GroupId::ALL)];
        let check = |right: bool, what: &str| {
            if !right {
                failed.borrow_mut().push(format!("{path}: {what}"));
            }
        };
        let (created, done, withdrawn, open) = arm.items;
        check(created > 0 && done > 0, "nobody works");
        check(created == done + withdrawn + open, "work items are lost");
        let m = p.measures();
        for kind in NeedKind::ALL {
            let i = kind as usize;
            let by_cause: i64 = (0..CAUSES).map(|c| value(m.causes[i][c])).sum();
            check(by_cause == value(m.need_wait_secs[i]), "causes do not add up");
        }
        let died: i64 = m.died_in.iter().map(|place| value(*place)).sum();
        check(died == value(m.deaths) && died > 0, "deaths without a place");
    }
    let failed = failed.into_inner();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn in_every_scenario_one_thread_and_two_give_the_same_records() {
    for (path, p) in pathways() {
        let stop = AtomicBool::new(false);
        let [one, two] = [1, 2].map(|threads| {
            let plan = Plan {
                count: Count::Fixed(2),
                shard: None,
                threads,
                stop: &stop,
                each: 1,
            };
            let mut kept = Memory::default();
            run(&plan, p.catalogue(), &|r| p.replicate(r), &mut kept, &mut ()).expect("a run");
            kept
        });
        assert_eq!(one, two, "{path}");
    }
}

#[test]
fn scenarios_of_one_locality_have_the_same_people() {
    let mut localities: BTreeMap<String, Vec<(&str, [u8; 32])>> = BTreeMap::new();
    for (path, p) in pathways() {
        let exo = &p.models().next().expect("an arm").exogenous;
        let practices = exo
            .practices
            .iter()
            .map(|x| format!("{} {}", x.name, x.list_size));
        // A surge is a group of people more.
        let groups = exo.groups.iter().map(|g| g.name.clone());
        let name = practices.chain(groups).collect::<Vec<_>>();
        let people = p.course(0).digest();
        localities
            .entry(name.join(", "))
            .or_default()
            .push((path, people));
    }
    assert!(localities.len() >= 9, "{:?}", localities.keys());
    for (locality, scenarios) in &localities {
        let (first, people) = scenarios[0];
        for (other, theirs) in scenarios {
            assert_eq!(
                *theirs, people,
                "{first} and {other} have other people ({locality})"
            );
        }
    }
}

#[test]
fn a_practice_followed_alone_is_the_practice_followed_with_others() {
    let mut known = BTreeMap::new();
    let mut met = 0;
    for (path, p) in pathways().iter().filter(|(path, _)| path.starts_with("leeds/")) {
        let model = p.models().next().expect("an arm");
        for practice in &model.exogenous.practices {
            let staff: Vec<_> = (model.teams.iter())
                .filter(|t| t.name == format!("gp@{}", practice.name))
                .map(|t| t.clinicians.iter().map(|c| c.key).collect::<Vec<_>>())
                .collect();
            met += usize::from(!staff.is_empty());
            let here = (practice.clone(), staff);
            let (first, there) = known.entry(practice.name.clone()).or_insert((path, here.clone()));
            assert_eq!(*there, here, "{first} and {path}");
        }
    }
    assert!(known.len() == 3 && met > 6, "{met}");
}

#[test]
fn every_scenario_is_found_by_its_name_and_its_path() {
    for one in library::all() {
        let path = one.path.strip_suffix(".toml").expect("a TOML file");
        for name in [one.name, one.path, path] {
            assert_eq!(library::find(name), Some(one), "{name}");
        }
        assert_eq!(
            path.rsplit('/').next(),
            Some(one.name),
            "{path} is named after its file"
        );
    }
}

/// What stands in the README under the heading of a file, and the headings.
fn paragraphs(folder: &str) -> BTreeMap<String, String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let text = std::fs::read_to_string(root.join(folder).join("README.md"))
        .unwrap_or_else(|e| panic!("scenarios/{folder}/README.md: {e}"));
    let mut found = BTreeMap::new();
    for part in text.split("\n### ").skip(1) {
        let (heading, body) = part.split_once('\n').unwrap_or((part, ""));
        let body = body.split("\n## ").next().unwrap_or(body);
        found.insert(heading.trim().trim_matches('`').to_string(), body.to_string());
    }
    found
}

#[test]
fn every_scenario_has_its_paragraph_and_every_paragraph_its_scenario() {
    let mut problems = Vec::new();
    let mut folders: BTreeMap<&str, Vec<(&BuiltInScenario, &str)>> = BTreeMap::new();
    for ours in library::all() {
        if let Some((folder, file)) = ours.path.split_once('/')
            && folder != "queueing"
        {
            folders.entry(folder).or_default().push((ours, file));
        }
    }
    for (folder, files) in &folders {
        let said = paragraphs(folder);
        for (ours, file) in files {
            let Some(paragraph) = said.get(*file) else {
                problems.push(format!("{folder}/README.md has no paragraph on {file}"));
                continue;
            };
            let extends = ours.text.lines().find_map(|l| l.strip_prefix("extends = "));
            let base = extends.map_or("", |e| e.trim_matches('"'));
            let base = base.strip_prefix("../").unwrap_or(base);
            for wanted in ["*Question.*", "*Differs from*", "*Source.*", "*Assumed.*", base] {
                if !paragraph.contains(wanted) {
                    problems.push(format!("{folder}/README.md on {file} does not say {wanted}"));
                }
            }
        }
        for heading in said.keys() {
            if !files.iter().any(|(_, file)| file == heading) {
                problems.push(format!(
                    "{folder}/README.md has a paragraph on {heading}, which does not exist"
                ));
            }
        }
        let overview = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/README.md"))
            .expect("scenarios/README.md");
        for (ours, _) in files {
            if ours.listed && !overview.contains(&format!("`{}`", ours.name)) {
                problems.push(format!("scenarios/README.md does not list {}", ours.name));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
