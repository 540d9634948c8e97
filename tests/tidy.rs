//! The rules of the house that a machine can keep: rooms, file sizes, banned words, documents that are true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the bottom up; each may use only those before it.
const ROOMS: [&str; 16] = [
    "base",
    "random",
    "stats",
    "methods",
    "kernel",
    "model",
    "observe",
    "queueing",
    "pathway",
    "scenario",
    "compile",
    "experiment",
    "store",
    "report",
    "app",
    "cli",
];

/// Most lines of a source file.
const MOST_LINES: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder, in order, as (path from the root, whole path).
fn files(under: &str) -> Vec<(String, PathBuf)> {
    fn walk(at: &Path, into: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(at) else { return };
        for entry in entries {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                into.push(path);
            }
        }
    }
    let root = root();
    let mut all = Vec::new();
    walk(&root.join(under), &mut all);
    all.sort();
    all.into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy();
            (name.replace('\\', "/"), path.clone())
        })
        .collect()
}

fn sources() -> Vec<(String, String)> {
    files("src")
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, path)| (name, fs::read_to_string(path).expect("source is UTF-8")))
        .collect()
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The room of a source file: the folder or file right below `src`.
fn room(name: &str) -> &str {
    let rest = name.strip_prefix("src/").unwrap_or(name);
    rest.split(['/', '.']).next().unwrap_or(rest)
}

/// Source without comments and without the inside of strings on one line, so that only code is judged.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut quoted = false;
        let mut previous = ' ';
        let mut kept = String::new();
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if !quoted && c == '/' && chars.peek() == Some(&'/') {
                break;
            }
            if c == '"' && previous != '\\' && previous != '\'' {
                quoted = !quoted;
            }
            if !quoted {
                kept.push(c);
            }
            previous = c;
        }
        out.push_str(&kept);
        out.push('\n');
    }
    out
}

/// The part of a file that is not a test: nothing of a test file, and what comes before an inline test module.
fn not_tests<'a>(name: &str, text: &'a str) -> &'a str {
    let is_test = name.contains("/tests") || name.ends_with("naive.rs") || name.ends_with("coverage.rs");
    if is_test {
        return "";
    }
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => &text[..at],
        None => text,
    }
}

/// Names that follow `crate::` in code, also inside `crate::{…}`.
fn uses(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name = |s: &str| -> String {
            s.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut first) = (0, true);
            for (i, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => first = true,
                    c if first && depth == 0 && !c.is_whitespace() => {
                        found.insert(name(&group[i..]));
                        first = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.insert(name(rest));
        }
    }
    found
}

fn fail_if(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn each_room_uses_only_the_rooms_below_it() {
    let place = |room: &str| ROOMS.iter().position(|r| *r == room);
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let Some(mine) = place(room(&name)) else {
            continue; // lib.rs and main.rs only name rooms
        };
        for used in uses(&text) {
            if place(&used).is_some_and(|theirs| theirs > mine) {
                problems.push(format!("{name}: `crate::{used}` is above `{}`", ROOMS[mine]));
            }
        }
    }
    fail_if(problems);
}

#[test]
fn the_test_of_rooms_can_fail() {
    let text = "use crate::{base::Time, store::{Store, Spool}};\n// crate::cli\nlet s = \"crate::app\"; crate::report::x();";
    let found: Vec<String> = uses(text).into_iter().collect();
    assert_eq!(found, ["base", "report", "store"]);
}

#[test]
fn every_folder_of_the_library_is_a_known_room() {
    let names: BTreeSet<String> = sources()
        .iter()
        .map(|(name, _)| room(name).to_string())
        .filter(|r| r != "lib" && r != "main")
        .collect();
    let known: BTreeSet<String> = ROOMS.iter().map(|r| r.to_string()).collect();
    assert_eq!(names, known, "rooms in src against those in this test");
    let lib = document("src/lib.rs");
    let order: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(order, ROOMS, "lib.rs names the rooms from the bottom up");
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            problems.push(format!("{name}: {lines} lines; split it (at most {MOST_LINES})"));
        }
        if !text.starts_with("//! ") {
            problems.push(format!(
                "{name}: begins without `//! `, one sentence of what rule lives here"
            ));
        }
    }
    fail_if(problems);
}

#[test]
fn architecture_names_every_room_and_every_document() {
    let text = document("ARCHITECTURE.md");
    let mut problems = Vec::new();
    for room in ROOMS {
        if !text.contains(&format!("| `{room}` |")) {
            problems.push(format!("ARCHITECTURE.md has no row for the room `{room}`"));
        }
    }
    for (name, _) in files("docs") {
        if name.ends_with(".md") && !text.contains(&name) {
            problems.push(format!("ARCHITECTURE.md does not name {name}"));
        }
    }
    fail_if(problems);
}

#[test]
fn every_process_of_the_world_is_described() {
    let text = document("docs/model.md");
    let problems = files("src/pathway")
        .into_iter()
        .filter_map(|(name, _)| {
            let file = name.strip_prefix("src/pathway/")?.to_string();
            let process = !file.contains('/') && file.ends_with(".rs") && file != "mod.rs";
            (process && !text.contains(&format!("`{file}`")))
                .then(|| format!("docs/model.md says nothing of `{file}`"))
        })
        .collect();
    fail_if(problems);
}

/// Letters, digits and underscores, each `{…}` as `{}`: how an outcome's name looks in code and in the document.
fn pattern(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '{' if !inside => {
                inside = true;
                out.push('{');
            }
            '}' if inside => {
                inside = false;
                out.push('}');
            }
            _ if inside && (c.is_alphanumeric() || "_.[]: ".contains(c)) => {}
            c if !inside && (c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') => out.push(c),
            _ => return None,
        }
    }
    (!inside && out.contains('_')).then_some(out)
}

#[test]
fn every_outcome_is_in_the_document_and_no_other() {
    const BEGINNINGS: [&str; 17] = [
        "count_",
        "share_",
        "mean_",
        "median_",
        "p90_",
        "restricted_",
        "index_",
        "rate_",
        "gap_",
        "ratio_",
        "slope_",
        "cost_",
        "days_",
        "hours_",
        "utilisation_",
        "{}_wait_",
        "{}_hours_",
    ];
    let is_name = |p: &String| BEGINNINGS.iter().any(|b| p.starts_with(b));
    let source: String = sources()
        .into_iter()
        .filter(|(name, text)| {
            name.starts_with("src/pathway/outcomes")
                || (name.starts_with("src/pathway/") && text.contains("pub(super) fn outcomes("))
        })
        .map(|(_, text)| text)
        .collect();
    let in_code: BTreeSet<String> = source
        .split('"')
        .skip(1)
        .step_by(2)
        .filter_map(pattern)
        .filter(is_name)
        .collect();
    assert!(in_code.len() > 50, "the outcomes are found in the source");
    let in_document: BTreeSet<String> = document("docs/outcomes.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('`').nth(1).and_then(pattern))
        .filter(is_name)
        .collect();
    let missing: Vec<_> = in_code.difference(&in_document).collect();
    let extra: Vec<_> = in_document.difference(&in_code).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "docs/outcomes.md lacks {missing:?} and has too much {extra:?}"
    );
}

#[test]
fn nothing_is_left_for_later_and_no_machine_is_named() {
    // Put together here, so that this file does not hold them itself.
    let banned: Vec<String> = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X"),
        ("todo", "!("),
        ("unimple", "mented!("),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("index.crates", ".io"),
        ("static.crates", ".io"),
        ("registry.", "npmjs"),
        ("pypi", ".org"),
        ("artifac", "tory"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    let mut problems = Vec::new();
    let mut all: Vec<(String, PathBuf)> =
        ["src", "tests", "benches", "scenarios", "docs", "notebooks", ".ci"]
            .iter()
            .flat_map(|folder| files(folder))
            .collect();
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "Cargo.toml",
        "clippy.toml",
    ] {
        all.push((name.to_string(), root().join(name)));
    }
    for (name, path) in all {
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let Ok(text) = String::from_utf8(bytes) else {
            continue; // the corpus of bad input holds files that are no text
        };
        for (number, line) in text.lines().enumerate() {
            for word in &banned {
                if line.contains(word.as_str()) {
                    problems.push(format!("{name}:{}: `{word}`", number + 1));
                }
            }
        }
    }
    fail_if(problems);
}

#[test]
fn results_depend_on_portable_arithmetic_only() {
    // `sqrt`, `floor`, `round`, `abs` and the like are exact everywhere; these are not.
    const BANNED: [&str; 22] = [
        "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "sin", "cos", "tan",
        "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot",
    ];
    const HELD: [&str; 13] = [
        "base",
        "random",
        "stats",
        "methods",
        "kernel",
        "model",
        "observe",
        "queueing",
        "pathway",
        "compile",
        "experiment",
        "scenario",
        "report",
    ];
    let mut problems = Vec::new();
    for (name, text) in sources() {
        if !HELD.contains(&room(&name)) {
            continue;
        }
        for (number, line) in code(not_tests(&name, &text)).lines().enumerate() {
            for function in BANNED {
                let called =
                    line.contains(&format!(".{function}(")) || line.contains(&format!("f64::{function}"));
                if called {
                    problems.push(format!(
                        "{name}:{}: `{function}` differs between platforms; use libm",
                        number + 1
                    ));
                }
            }
        }
    }
    fail_if(problems);
}
