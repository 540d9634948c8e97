//! Every file of `tests/bad` is refused, each mistake at its place and in words a person can use.
//!
//! A file may begin with lines `# set: path=value`, which are passed as overrides. The rendered
//! diagnostics are snapshots in `tests/bad/snapshots`: read them before accepting a change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use careweave::base::diagnostic::{Diagnostic, Paint, Severity, render};
use careweave::scenario::{LoadError, Loader, read};

/// The folder of the corpus; names in diagnostics are relative to it.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

struct Folder;

impl Loader for Folder {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let path = folder().join(name);
        match std::fs::metadata(&path) {
            Err(_) => Err(LoadError::NotFound),
            Ok(data) if data.is_dir() => Err(LoadError::Other("it is a folder".to_owned())),
            Ok(data) if data.len() > limit as u64 => Err(LoadError::TooLarge),
            Ok(_) => std::fs::read(path).map_err(|e| LoadError::Other(e.to_string())),
        }
    }
}

/// Refused, and every error has its place (unless there is no text to have a place in).
fn assert_refused(name: &str, checked: bool, found: &[Diagnostic]) {
    assert!(!checked, "{name} was accepted");
    assert!(found.iter().any(Diagnostic::is_error), "{name} has no error");
    for one in found {
        assert!(
            one.severity != Severity::Error || one.primary.is_some(),
            "{name}: no place: {}",
            one.message
        );
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_bad_file_is_refused_with_the_words_we_reviewed() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("tests/bad")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    assert!(names.len() >= 45, "only {} files", names.len());
    for name in names {
        let text = std::fs::read(folder().join(&name)).expect("readable");
        let text = String::from_utf8_lossy(&text).into_owned();
        let sets = text
            .lines()
            .filter_map(|l| l.strip_prefix("# set: "))
            .map(|s| s.replace("\\n", "\n"));
        let (checked, found, sources) = read(&Folder, &name, &sets.collect::<Vec<_>>());
        let rendered = render(&found, &sources, Paint::Plain);
        assert_refused(&name, checked.is_some(), &found);
        snapshot(name.trim_end_matches(".toml"), &rendered);
    }
}

/// Texts too large, too deep or too many to keep as files.
#[test]
fn enormous_input_is_refused_before_it_costs_anything() {
    let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut big = b"extends = \"mm1\"\n# ".to_vec();
    big.resize(5 << 20, b'x');
    texts.insert("big.toml".into(), big);
    texts.insert("on_big.toml".into(), b"extends = \"big.toml\"\n".to_vec());
    let deep = format!(
        "extends = \"mm1\"\ntitle = {}{}\n",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    texts.insert("deep.toml".into(), deep.into_bytes());
    let deep = format!("extends = \"mm1\"\n{}x = 1\n", "a.".repeat(5_000));
    texts.insert("deep_keys.toml".into(), deep.into_bytes());
    let deep = format!(
        "extends = \"mm1\"\n[stations.desk]\nservice = {}",
        "{ truncated = { of = ".repeat(60)
    );
    texts.insert("deep_laws.toml".into(), deep.into_bytes());
    for i in 0..40 {
        texts.insert(
            format!("chain{i}.toml"),
            format!("extends = \"chain{}.toml\"\n", i + 1).into_bytes(),
        );
    }
    let many: String = (0..150_000).map(|i| format!("k{i} = [1, 2, 3, 4]\n")).collect();
    texts.insert(
        "many.toml".into(),
        format!("kind = \"queueing\"\n[routing]\n{many}").into_bytes(),
    );
    let errors: String = (0..20_000).map(|i| format!("k{i} = = 1\n")).collect();
    texts.insert("many_errors.toml".into(), errors.into_bytes());
    for name in [
        "big.toml",
        "on_big.toml",
        "deep.toml",
        "deep_keys.toml",
        "deep_laws.toml",
        "chain0.toml",
        "many.toml",
        "many_errors.toml",
    ] {
        let (checked, found, sources) = read(&texts, name, &[]);
        assert!(
            checked.is_none() && found.iter().any(Diagnostic::is_error),
            "{name}"
        );
        let rendered: String = render(&found, &sources, Paint::Plain)
            .chars()
            .take(1_500)
            .collect();
        // A 5,000-fold bracket is not worth keeping.
        let lines = rendered.lines().map(|l| l.chars().take(130).collect::<String>());
        snapshot(
            &format!("enormous_{}", name.trim_end_matches(".toml")),
            &lines.collect::<Vec<_>>().join("\n"),
        );
    }
}

#[test]
fn a_scenario_that_is_not_there_is_an_error_without_a_place() {
    let (checked, found, sources) = read(&Folder, "mm0", &[]);
    assert!(checked.is_none());
    snapshot("not_there", &render(&found, &sources, Paint::Plain));
}
