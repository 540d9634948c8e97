//! Whatever happens to a scenario file, reading it never panics, and a refusal has a place.

use std::collections::BTreeMap;

use careweave::base::diagnostic::{Diagnostic, Paint, render};
use careweave::scenario::{library, read};
use proptest::prelude::*;

/// One damage done to a text.
#[derive(Clone, Debug)]
enum Damage {
    DropLine(usize),
    RepeatLine(usize),
    SwapLines(usize, usize),
    DropBytes(usize, usize),
    FlipByte(usize, u8),
    Insert(usize, String),
    RepeatBytes(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let scraps = prop::sample::select(vec![
        "=",
        "{",
        "}",
        "[",
        "]",
        "[[",
        "]]",
        "\"",
        "'",
        "\"\"\"",
        ".",
        ",",
        "#",
        "\n",
        "nan",
        "inf",
        "-",
        "1e999",
        "99999999999999999999",
        "true",
        "1979-05-27",
        "\u{feff}",
        "ß",
        "\0",
        "extends = \"mm1\"\n",
        "{ mean = 1 }",
        "0x",
        "_",
        "*",
        "unit = \"hour\"",
    ]);
    prop_oneof![
        any::<usize>().prop_map(Damage::DropLine),
        any::<usize>().prop_map(Damage::RepeatLine),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
        (any::<usize>(), 1..20usize).prop_map(|(a, n)| Damage::DropBytes(a, n)),
        (any::<usize>(), any::<u8>()).prop_map(|(a, b)| Damage::FlipByte(a, b)),
        (any::<usize>(), scraps).prop_map(|(a, s)| Damage::Insert(a, s.to_owned())),
        (any::<usize>(), 1..40usize).prop_map(|(a, n)| Damage::RepeatBytes(a, n)),
    ]
}

fn apply(text: &mut Vec<u8>, damage: &Damage) {
    let place = |at: usize, len: usize| if len == 0 { 0 } else { at % len };
    let mut lines: Vec<Vec<u8>> = text
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let count = lines.len();
    match damage {
        _ if count == 0 => {}
        Damage::DropLine(at) => {
            lines.remove(place(*at, count));
            *text = lines.concat();
        }
        Damage::RepeatLine(at) => {
            let line = lines[place(*at, count)].clone();
            lines.insert(place(*at, count), line);
            *text = lines.concat();
        }
        Damage::SwapLines(a, b) => {
            lines.swap(place(*a, count), place(*b, count));
            *text = lines.concat();
        }
        Damage::DropBytes(at, n) => {
            let start = place(*at, text.len());
            text.drain(start..(start + n).min(text.len()));
        }
        Damage::FlipByte(at, mask) => {
            let start = place(*at, text.len());
            text[start] ^= mask;
        }
        Damage::Insert(at, scrap) => {
            let start = place(*at, text.len());
            text.splice(start..start, scrap.bytes());
        }
        Damage::RepeatBytes(at, n) => {
            let start = place(*at, text.len());
            let piece = text[start..(start + n).min(text.len())].to_vec();
            text.splice(start..start, piece);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_scenario_is_read_or_refused_with_a_place(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..5),
        set in prop::option::of(".{0,30}"),
    ) {
        let scenario = which.get(library::all());
        let mut text = scenario.text.as_bytes().to_vec();
        for one in &damages {
            apply(&mut text, one);
        }
        let folder = scenario.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = format!("{folder}/damaged.toml");
        let texts = BTreeMap::from([(name.clone(), text)]);
        let sets: Vec<String> = set.into_iter().collect();
        let (checked, found, sources) = read(&texts, &name, &sets);
        let refused = found.iter().any(Diagnostic::is_error);
        prop_assert_eq!(checked.is_none(), refused);
        prop_assert!(!refused || found.iter().any(|d| d.is_error() && d.primary.is_some()));
        prop_assert!(!render(&found, &sources, Paint::Plain).is_empty());
        for one in &found {
            one.to_json(&sources);
        }
    }
}
