//! Layers, merging and hashes, through the façade.

use std::collections::BTreeMap;

use super::library;
use super::queueing::Queueing;
use super::{BuiltIn, Checked, Kind, read, read_path};
use crate::base::diagnostic::{Paint, render};

fn texts(all: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    all.iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn good(all: &[(&str, &str)], sets: &[&str]) -> Checked {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    let (checked, found, sources) = read(&texts(all), "a.toml", &sets);
    checked.unwrap_or_else(|| panic!("{}", render(&found, &sources, Paint::Plain)))
}

fn net(checked: &Checked) -> &Queueing {
    match &checked.kind {
        Kind::Queueing(net) => net,
        #[allow(unreachable_patterns, reason = "more kinds may come")]
        _ => panic!("another kind"),
    }
}

#[test]
fn every_built_in_scenario_is_free_of_findings() {
    for scenario in library::all().iter().filter(|s| s.listed) {
        let (checked, found, sources) = read(&BuiltIn, scenario.name, &[]);
        assert!(
            checked.is_some() && found.is_empty(),
            "{}",
            render(&found, &sources, Paint::Plain)
        );
        let header = checked.map(|c| c.header).unwrap_or_default();
        assert!(
            header.title.is_some() && header.question.is_some(),
            "{} has no title or question",
            scenario.name
        );
    }
}

#[test]
fn headers_and_dotted_keys_merge_and_inline_tables_replace() {
    let base = (
        "b.toml",
        "extends = \"priority\"\n[stations.desk]\nservers = 2\n[run]\nhorizon.days = 10\n",
    );
    let over = (
        "a.toml",
        "extends = \"b.toml\"\n[stations.desk]\ncapacity = 9\n[run]\nwarm_up = { hours = 3 }\n",
    );
    let merged = good(&[base, over], &[]);
    let desk = &net(&merged).stations["desk"];
    assert_eq!((desk.servers, desk.capacity.map(|c| c.0)), (2, Some(9)));
    assert!(desk.service.is_some(), "inherited from the built-in base");
    assert_eq!(
        net(&merged).run.warm_up.map(|w| w.secs()),
        Some(3 * 3600),
        "{{ days = 100 }} is replaced, not joined"
    );
    // A dotted override reaches into an inline table of a lower layer.
    let set = good(
        &[base, over],
        &[
            "stations.desk.service.exponential.mean=0.5",
            "stations.desk.servers = 4",
        ],
    );
    assert_eq!(
        net(&set).stations["desk"]
            .service
            .as_ref()
            .map(|law| law.mean_secs()),
        Some(1800.0)
    );
    assert_eq!(net(&set).stations["desk"].servers, 4);
    // The last override wins.
    let twice = good(
        &[base, over],
        &["stations.desk.servers=4", "stations.desk.servers=5"],
    );
    assert_eq!(net(&twice).stations["desk"].servers, 5);
    assert_eq!(
        twice.layers.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(),
        [
            "built-in:queueing/priority.toml",
            "b.toml",
            "a.toml",
            "--set",
            "--set"
        ]
    );
}

#[test]
fn the_hash_is_of_what_a_file_says_not_how() {
    let one = "kind = \"queueing\"\n[run]\nhorizon = { days = 10 }\n[stations.x]\nservers = 1\nservice = { fixed = { value = 3, unit = \"min\" } }\n[classes.c]\nentry = \"x\"\narrivals = { poisson = { per_hour = 2.0 } }\n";
    let same = "# a remark\nkind = 'queueing'\nclasses.c = { arrivals.poisson.per_hour = 2, entry = \"x\" }\nrun = { horizon.days = 10.0 }\n[stations]\nx.service.fixed.unit = \"min\"\nx.service.fixed.value = 3\nx.servers = 0x1\n";
    let other = one.replace("servers = 1", "servers = 2");
    let hash = |text: &str| good(&[("a.toml", text)], &[]).hash;
    assert_eq!(hash(one), hash(same));
    assert_ne!(hash(one), hash(&other));
    let split = good(
        &[
            ("a.toml", "extends = \"b.toml\"\nstations.x.servers = 2\n"),
            ("b.toml", one),
        ],
        &[],
    );
    assert_eq!(split.hash, hash(&other));
    assert_ne!(split.layers[0].hash, split.layers[1].hash);
}

#[test]
fn a_file_of_the_user_beats_a_built_in_of_the_same_name() {
    let own = good(
        &[
            ("a.toml", "extends = \"mm1.toml\"\n"),
            ("mm1.toml", "extends = \"mmc\"\ntitle = \"own\"\n"),
        ],
        &[],
    );
    assert_eq!(own.header.title.as_deref(), Some("own"));
    assert_eq!(net(&own).stations["desk"].servers, 5);
}

#[test]
fn paths_are_read_as_they_are_shown() {
    for text in ["a.b", "a.\"b.c\".d", "\"x>y\".z", "*.servers", "evidence.\"a.*\""] {
        let path = read_path(text).expect("a path");
        assert_eq!(super::show_path(&path), text);
    }
    assert_eq!(read_path("a . 'b' .c").expect("a path"), ["a", "b", "c"]);
    for wrong in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b"] {
        assert!(read_path(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_warning_does_not_refuse() {
    let (checked, found, _) = read(
        &BuiltIn,
        "mm1",
        &["stations.desk.service.exponential.mean=2".to_owned()],
    );
    assert!(checked.is_some());
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["unstable"]);
}
