//! Scenarios by name to checked arms of an experiment, with everything found on the way.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use crate::base::diagnostic::{self, Diagnostic, Paint, SourceMap};
use crate::scenario::{self, Checked, LoadError, Loader, library};

/// What was found in one scenario and the texts it was found in.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The findings, in the order of the texts.
    pub found: Vec<Diagnostic>,
    /// The texts.
    pub sources: SourceMap,
}

impl Findings {
    /// With file, line and caret; empty if there is nothing.
    pub fn render(&self, paint: Paint) -> String {
        match self.found.is_empty() {
            true => String::new(),
            false => diagnostic::render(&self.found, &self.sources, paint),
        }
    }

    /// As a JSON array.
    pub fn to_json(&self) -> serde_json::Value {
        self.found.iter().map(|d| d.to_json(&self.sources)).collect()
    }

    /// Whether any is an error.
    pub fn any_error(&self) -> bool {
        diagnostic::any_error(&self.found)
    }

    /// Leaves out what is mere advice.
    pub fn without_advice(mut self) -> Findings {
        self.found.retain(|d| d.severity != diagnostic::Severity::Advice);
        self
    }
}

/// One scenario of an experiment.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Name in files and tables: of the built-in scenario, or of the file without folder and ending.
    pub name: String,
    /// The scenario as it was asked for.
    pub asked: String,
    /// What it says.
    pub checked: Checked,
}

impl Arm {
    /// Its title, or its name.
    pub fn title(&self) -> &str {
        self.checked.header.title.as_deref().unwrap_or(&self.name)
    }
}

/// Reads scenarios with the same overrides. A finding in a text they share is given once.
///
/// # Errors
/// [`Error::Invalid`] with everything found in all of them, if any has an error.
pub fn read_arms(
    loader: &dyn Loader,
    names: &[String],
    sets: &[String],
) -> Result<(Vec<Arm>, Vec<Findings>), Error> {
    let loader = Remembering {
        inner: loader,
        seen: RefCell::default(),
    };
    let mut arms = Vec::new();
    let mut all = Vec::new();
    let mut said = BTreeSet::new();
    for (name, asked) in arm_names(names).into_iter().zip(names) {
        let (checked, found, sources) = scenario::read(&loader, asked, sets);
        let mut findings = Findings { found, sources };
        let sources = &findings.sources;
        findings
            .found
            .retain(|d| said.insert(d.to_json(sources).to_string()));
        all.push(findings);
        let asked = asked.clone();
        arms.extend(checked.map(|checked| Arm { name, asked, checked }));
    }
    match arms.len() == names.len() {
        true => Ok((arms, all)),
        false => Err(Error::Invalid(all)),
    }
}

/// Short names, each its own: the whole path where two files have one name, a number where one is given twice.
pub(super) fn arm_names(asked: &[String]) -> Vec<String> {
    let short: Vec<String> = asked.iter().map(|a| short_name(a)).collect();
    let mut out: Vec<String> = Vec::new();
    for (i, name) in short.iter().enumerate() {
        let clash = (0..asked.len()).any(|j| short[j] == *name && asked[j] != asked[i]);
        let base = match clash {
            true => asked[i].strip_suffix(".toml").unwrap_or(&asked[i]),
            false => name.as_str(),
        };
        let mut one = base.to_string();
        let mut number = 2;
        while out.contains(&one) {
            one = format!("{base}_{number}");
            number += 1;
        }
        out.push(one);
    }
    out
}

fn short_name(asked: &str) -> String {
    let file = asked.rsplit(['/', '\\']).next().unwrap_or(asked);
    let plain = file.strip_suffix(".toml").unwrap_or(file);
    match library::find(asked) {
        Some(ours) => ours.name.to_string(),
        None if plain.is_empty() => asked.to_string(),
        None => plain.to_string(),
    }
}

/// Brings each text once, so that a file that changes meanwhile is one text in all arms.
struct Remembering<'a> {
    inner: &'a dyn Loader,
    seen: RefCell<BTreeMap<String, Result<Vec<u8>, LoadError>>>,
}

impl Loader for Remembering<'_> {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let mut seen = self.seen.borrow_mut();
        let entry = seen.entry(name.to_string());
        entry.or_insert_with(|| self.inner.load(name, limit)).clone()
    }

    fn own_name(&self, name: &str) -> String {
        self.inner.own_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(asked: &[&str]) -> Vec<String> {
        arm_names(&asked.iter().map(|s| s.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn arms_have_short_names_of_their_own() {
        assert_eq!(names(&["mm1", "built-in:queueing/mmc.toml"]), ["mm1", "mmc"]);
        assert_eq!(names(&["dir/a.toml", "b"]), ["a", "b"]);
        assert_eq!(names(&["x/a.toml", "y/a.toml"]), ["x/a", "y/a"]);
        assert_eq!(names(&["mm1", "mm1", "mm1"]), ["mm1", "mm1_2", "mm1_3"]);
    }

    #[test]
    fn a_finding_in_a_shared_text_is_said_once() {
        let texts = BTreeMap::from([
            (
                "base.toml".to_string(),
                b"kind = \"queueing\"\nwrong = 1\n".to_vec(),
            ),
            ("a.toml".to_string(), b"extends = \"base.toml\"\n".to_vec()),
        ]);
        let both = ["a.toml".to_string(), "base.toml".to_string()];
        let Err(Error::Invalid(found)) = read_arms(&texts, &both, &[]) else {
            panic!("an unknown key is an error");
        };
        let unknown = |f: &Findings| f.found.iter().filter(|d| d.code == "unknown-key").count();
        assert_eq!(found.iter().map(unknown).collect::<Vec<_>>(), [1, 0]);
    }
}
