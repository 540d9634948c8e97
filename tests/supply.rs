//! What the program is built from: licences and sources as `deny.toml` allows them, no unsafe code, fuzzing outside the package.
//!
//! `cargo deny check licenses bans sources` says the same and more; this needs nothing but cargo.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn table(name: &str) -> toml::Table {
    text(name).parse().unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every package that is built on this platform, from cargo.
fn packages() -> Vec<Value> {
    let says = |program: &str, args: &[&str]| {
        let told = Command::new(program)
            .args(args)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap_or_else(|e| panic!("{program}: {e}"));
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).expect("UTF-8")
    };
    let version = says("rustc", &["-vV"]);
    let host = version
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .expect("a host");
    let args = [
        "metadata",
        "--offline",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ];
    let all: Value = serde_json::from_str(&says(env!("CARGO"), &args)).expect("JSON");
    all["packages"].as_array().expect("packages").clone()
}

/// Whether an SPDX expression can be met with what is allowed: `AND` binds closer than `OR`, brackets closest.
fn met(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&words, allowed);
    assert!(rest.is_empty(), "`{expression}` is no licence expression");
    met
}

fn any_of<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = all_of(words, allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, left) = all_of(after, allowed);
        (met, rest) = (met || other, left);
    }
    (met, rest)
}

fn all_of<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        let (other, left) = one(after, allowed);
        (met, rest) = (met && other, left);
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    match words.split_first() {
        Some((&"(", inside)) => {
            let (met, rest) = any_of(inside, allowed);
            (met, rest.get(1..).unwrap_or_default())
        }
        // A licence with an exception is another licence.
        Some((_, rest)) if rest.first() == Some(&"WITH") => (false, rest.get(2..).unwrap_or_default()),
        Some((name, rest)) => (allowed.contains(name), rest),
        None => (false, words),
    }
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT", "Zlib"];
    for (expression, is) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Zlib", true),
        ("(GPL-3.0-only OR Apache-2.0) AND Zlib", false),
        ("MIT/Apache-2.0", true),
        ("MIT WITH something", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
    ] {
        assert_eq!(met(expression, &allowed), is, "{expression}");
    }
}

#[test]
fn every_package_has_an_allowed_licence_and_comes_from_the_registry() {
    let deny = table("deny.toml");
    let allowed: Vec<&str> = deny["licenses"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    assert_eq!(deny["sources"]["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(deny["sources"]["unknown-git"].as_str(), Some("deny"));
    let packages = packages();
    assert!(packages.len() > 50, "only {} packages", packages.len());
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(met(licence, &allowed), "{name} has the licence `{licence}`");
        let own = package["source"].is_null() && name == env!("CARGO_PKG_NAME");
        let registry = package["source"]
            .as_str()
            .is_some_and(|s| s.starts_with("registry+"));
        assert!(own || registry, "{name} comes from {}", package["source"]);
    }
}

#[test]
fn unsafe_code_is_forbidden_and_fuzzing_is_no_part_of_the_package() {
    let cargo = table("Cargo.toml");
    assert_eq!(cargo["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert!(!cargo.contains_key("workspace"));
    let fuzz = table("fuzz/Cargo.toml");
    // A workspace of its own, which is never published.
    assert!(fuzz.contains_key("workspace"));
    assert_eq!(fuzz["package"]["publish"].as_bool(), Some(false));
    let checks = &fuzz["profile"]["release"];
    for key in ["debug-assertions", "overflow-checks"] {
        assert_eq!(checks[key].as_bool(), Some(true), "{key}");
    }
}
