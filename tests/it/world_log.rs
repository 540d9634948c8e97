//! The event log: it changes nothing, leaves nobody and nothing out, and says what the record says.

use std::collections::{BTreeMap, BTreeSet};

use careweave::model::{Model, ROLES, Role, TeamIndex};
use careweave::observe::{GroupId, Record, Tally};
use careweave::pathway::causes::NeedKind;
use careweave::pathway::event_log::{Activity, Doing, Event, EventLog, Held, NeedEnded, What, Why};
use careweave::pathway::handovers::routes;
use careweave::pathway::roster::duty;
use careweave::pathway::{ArmRun, Course, Pathway};
use careweave::random::Draws;
use careweave::report::{COLUMNS, Traced, event_log, story, xes};
use careweave::scenario::hours::Date;
use careweave::scenario::library;

use super::world_tools::{changed, compare, small, strings};

const SEED: u64 = 31;

fn run(p: &Pathway, course: &Course, log: Option<EventLog>) -> (Record, ArmRun) {
    let draws = Draws::new(SEED, 0);
    let model = p.models().next().expect("an arm");
    let duty = duty(model, &draws);
    let tally = Tally::new(p.catalogue(), 0);
    let (tally, run) = p.run_arm(0, course, &duty, draws, draws, tally, log);
    (tally.finish(), run)
}

/// A replication of a small arm with everybody's log.
fn logged(name: &str) -> (Pathway, Course, EventLog, Record) {
    let p = compare(vec![small(name, &[])], SEED);
    let course = p.course(0);
    let (record, run) = run(&p, &course, Some(EventLog::new(None)));
    let log = run.log.expect("a log was asked for");
    (p, course, log, record)
}

fn model(p: &Pathway) -> &Model {
    p.models().next().expect("an arm")
}

#[test]
fn a_log_changes_no_bit_of_the_record_and_one_person_s_is_part_of_everybody_s() {
    let (p, course, all, with) = logged("networked");
    let (without, none) = run(&p, &course, None);
    assert!(none.log.is_none());
    assert_eq!(with, without, "a log only reads");
    let everybody = all.events(model(&p), &course, |_| true);
    let busiest = everybody.iter().fold(BTreeMap::<u32, u32>::new(), |mut n, e| {
        *n.entry(e.person).or_default() += 1;
        n
    });
    let (person, _) = busiest.into_iter().max_by_key(|(_, n)| *n).expect("somebody");
    let (followed, one) = run(&p, &course, Some(EventLog::new(Some(person))));
    assert_eq!(followed, without, "nor does a story");
    let one = one.log.expect("a log");
    assert!(one.notes.len() > 5 && all.notes.is_empty());
    // Places are numbered among those who are in the log, so a person alone always has the first.
    let plain = |mut e: Event| {
        if matches!(e.activity, Activity::Place(_)) {
            e.unit = 0;
        }
        e
    };
    let theirs: Vec<Event> = (everybody.into_iter().filter(|e| e.person == person))
        .map(plain)
        .collect();
    let alone: Vec<Event> = one
        .events(model(&p), &course, |_| true)
        .into_iter()
        .map(plain)
        .collect();
    assert_eq!(alone, theirs);
    let told = story(&traced(&p, &course), person, &one);
    for words in ["Aged ", "Would like to die", "In sum", "Contacts: ", "of waiting"] {
        assert!(told.contains(words), "no `{words}` in\n{told}");
    }
    assert!(told.lines().all(|l| l.chars().count() <= 100), "{told}");
}

fn traced<'a>(p: &'a Pathway, course: &'a Course) -> Traced<'a> {
    Traced {
        model: model(p),
        course,
        start: Date::try_from("2025-01-06".to_string()).expect("a date"),
        seed: SEED,
        replication: 0,
    }
}

#[test]
fn everybody_arrives_first_and_departs_last_and_what_is_begun_is_ended() {
    for name in ["networked", "integrated"] {
        let (p, course, log, _) = logged(name);
        let m = model(&p);
        let events = log.events(m, &course, |_| true);
        assert!(
            events.windows(2).all(|w| w[0].time <= w[1].time),
            "in order of time"
        );
        let mut of: BTreeMap<u32, Vec<&Event>> = BTreeMap::new();
        for event in &events {
            of.entry(event.person).or_default().push(event);
        }
        let mut ends = 0;
        for (person, events) in &of {
            assert_eq!(events[0].activity, Activity::Arrival);
            let last = events.last().expect("an event");
            assert_eq!(last.activity, Activity::Depart);
            let both = |e: &&&Event| matches!(e.activity, Activity::Arrival | Activity::Depart);
            assert_eq!(events.iter().filter(both).count(), 2, "once each");
            let who = &course.people[*person as usize];
            match last.why {
                Why::Died(_) => assert_eq!(last.time, who.death),
                Why::RunEnded => assert!(last.time == m.windows.end() && who.death >= last.time),
                other => panic!("departs for {other:?}"),
            }
            assert!(events[0].time <= who.palliative_from.max(0));
            let mut open: Vec<(String, u32, u32)> = Vec::new();
            for e in events {
                let key = (format!("{:?}", e.activity), e.number, e.unit);
                match e.doing {
                    Some(Doing::Begun) => {
                        assert!(e.unit > 0 && !open.contains(&key), "{e:?}");
                        open.push(key);
                    }
                    Some(Doing::Ended) => {
                        let at = open.iter().position(|k| *k == key);
                        open.remove(at.unwrap_or_else(|| panic!("ends without having begun: {e:?}")));
                        ends += 1;
                    }
                    _ => {}
                }
            }
            assert!(open.is_empty(), "{open:?}");
        }
        assert!(ends > 500, "{name}: the world is at work");
        no_unit_twice(m, &events);
        let dead = course.people.iter().filter(|x| x.death < m.windows.end()).count();
        let died = events
            .iter()
            .filter(|e| matches!(e.why, Why::Died(_)) && e.activity == Activity::Depart);
        assert_eq!(died.count(), dead, "{name}: everybody who dies departs");
    }
}

/// No clinician and no place serves two people at once, and places are not more than there are. Within a second a freed
/// clinician takes the next before the one who was served goes on, so only the ends of seconds are looked at.
fn no_unit_twice(m: &Model, events: &[Event]) {
    let mut taken: BTreeMap<_, i32> = BTreeMap::new();
    for second in events.chunk_by(|a, b| a.time == b.time) {
        let mut touched = BTreeSet::new();
        for e in second {
            let (Some(team), Some(doing)) = (e.team, e.doing) else {
                continue;
            };
            let held = match e.activity {
                Activity::Place(held) => Some(held),
                _ => None,
            };
            let key = (team, held.map(|h| h as u8), e.unit);
            *taken.entry(key).or_default() += match doing {
                Doing::Begun => 1,
                Doing::Ended => -1,
                _ => continue,
            };
            touched.insert(key);
            let at = team.index();
            match held {
                None => assert!((e.unit as usize) <= m.seats(at), "{e:?}"),
                Some(Held::Bed | Held::AtHome) => assert!(i64::from(e.unit) <= m.teams[at].places, "{e:?}"),
                Some(_) => {}
            }
        }
        for key in touched {
            assert!((0..=1).contains(&taken[&key]), "{key:?} at {}", second[0].time);
        }
    }
    assert!(taken.values().all(|n| *n == 0));
}

#[test]
fn contacts_and_needs_are_those_of_the_record() {
    let (p, _, log, record) = logged("networked");
    let (m, measures) = (model(&p), p.measures());
    let (from, to) = m.windows.measured_window();
    let mut contacts = [0_i64; ROLES];
    for row in log.rows.iter().filter(|r| from <= r.time && r.time < to) {
        if let What::Contact { team, .. } = row.what {
            contacts[m.teams[team.index()].role as usize] += 1;
        }
    }
    let value = |id| record.values[p.catalogue().at(0, id, GroupId::ALL)];
    for role in Role::ALL.into_iter().filter(|r| r.has_clinicians()) {
        // Contacts with the bereaved are no part of anybody's log.
        let after = value(measures.contacts[role as usize]) - contacts[role as usize];
        let most = match role {
            Role::Gp | Role::DistrictNurse => contacts[role as usize] / 20,
            _ => 0,
        };
        assert!((0..=most).contains(&after), "{role:?}: {after}");
    }
    assert!(contacts[Role::Gp as usize] > 20);
    for kind in NeedKind::ALL {
        let counted = |need: &&NeedEnded| need.kind == kind && from <= need.onset && need.onset < to;
        let needs = log.needs.iter().filter(counted).count() as i64;
        assert_eq!(needs, value(measures.needs[kind as usize]), "{kind:?}");
    }
    for row in &log.rows {
        if let What::Need(n) = row.what {
            let need = &log.needs[n as usize];
            let whole: i64 = need.by_cause.iter().sum();
            assert_eq!(need.onset + whole, row.time, "the causes cover onset to end");
            assert_eq!(need.main_cause().is_some(), whole > 0);
        }
    }
    // What was withdrawn was not done: an item's last row says which.
    let mut last = BTreeMap::new();
    for row in &log.rows {
        if let What::Item { item, doing, .. } = row.what {
            last.insert(item, doing);
        }
    }
    let ended = last
        .values()
        .filter(|d| matches!(d, Doing::Ended | Doing::Withdrawn))
        .count();
    assert!(ended * 10 > last.len() * 9, "{ended} of {}", last.len());
}

#[test]
fn the_map_of_every_scenario_has_every_hand_off_that_happens_in_it() {
    const SHORT: [&str; 3] = [
        "run.warm_up={ weeks = 4 }",
        "run.measured={ weeks = 3 }",
        "run.cool_down={ weeks = 13 }",
    ];
    let listed = library::all().iter().filter(|s| s.listed);
    let mut kinds = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for ours in listed.filter(|s| !s.path.starts_with("queueing/")) {
        let p = compare(vec![changed(ours.path, &strings(&SHORT))], SEED);
        let course = p.course(0);
        let (_, run) = run(&p, &course, Some(EventLog::new(None)));
        let (m, log) = (model(&p), run.log.expect("a log was asked for"));
        let known: Vec<_> = m.epochs().flat_map(|(_, _, m)| routes(m)).collect();
        for row in &log.rows {
            if let What::Handoff { from, to, matter, .. } = row.what {
                let role = |team: TeamIndex| m.teams[team.index()].role;
                let (from, to) = (role(from), role(to));
                if !known
                    .iter()
                    .any(|r| (r.from, r.to, r.matter) == (from, to, matter))
                {
                    missing.insert(format!("{}: {from:?} hands {matter:?} to {to:?}", ours.path));
                }
                kinds.insert(format!("{from:?} {to:?}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(kinds.len() >= 8, "{kinds:?}");
}

#[test]
fn the_files_have_the_columns_that_vidigi_reads_and_the_lifecycle_of_xes() {
    let (p, course, log, _) = logged("networked");
    let events = log.events(model(&p), &course, |_| true);
    let traced = traced(&p, &course);
    let mut table = Vec::new();
    event_log(&mut table, &traced, &events).expect("written");
    let mut again = Vec::new();
    event_log(&mut again, &traced, &events).expect("written");
    assert_eq!(table, again);
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let header: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(String::from)
        .collect();
    assert_eq!(header, COLUMNS);
    let mut rows = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        let (kind, event) = (&row[1], &row[2]);
        match kind {
            "arrival_departure" => assert!(event == "arrival" || event == "depart"),
            "resource_use" => assert!(event.ends_with("_begins") && row[7].parse::<u32>().unwrap() >= 1),
            "resource_use_end" => assert!(event.ends_with("_ends") && row[7].parse::<u32>().unwrap() >= 1),
            "queue" => assert!(row[7].is_empty()),
            other => panic!("{other}"),
        }
        let seconds = (row[3].parse::<f64>().expect("minutes") * 60.0).round() as i64;
        let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let date = String::from(traced.start.plus_days(day));
        let clock = format!("{:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60);
        assert_eq!(&row[6], format!("{date} {clock}"), "time and timestamp agree");
        rows += 1;
    }
    assert_eq!(rows, events.len());
    let mut text = Vec::new();
    xes(&mut text, &traced, &events).expect("written");
    let text = String::from_utf8(text).expect("UTF-8");
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("<event>"), events.len());
    assert_eq!(count("<event>"), count("</event>"));
    assert_eq!(count("<trace>"), count("</trace>"));
    assert_eq!(count("<trace>"), count(r#"value="depart"/>"#));
    assert_eq!(count(r#"key="lifecycle:transition" value="start""#), {
        let begun = |e: &&Event| e.doing == Some(Doing::Begun);
        events.iter().filter(begun).count()
    });
}
