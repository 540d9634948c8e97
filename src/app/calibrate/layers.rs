//! The files a baseline is made of: an earlier overlay left out, and where the new one goes between them.

use std::collections::BTreeMap;

use crate::app::Error;
use crate::app::scenarios::Findings;
use crate::base::diagnostic::Diagnostic;
use crate::scenario::plan::{CalibratePlan, Factor, Plan, Setting, principal};
use crate::scenario::write::quoted;
use crate::scenario::{self, Checked, LoadError, Loader, library, show_path};

/// Name that a file has while an overlay stands in its place.
const BELOW: &str = "below-the-overlay.toml";

/// A loader of which some texts are others.
pub struct Instead<'a> {
    /// Where all other texts come from.
    pub inner: &'a dyn Loader,
    /// Texts by name.
    pub texts: &'a BTreeMap<String, Vec<u8>>,
}

impl Loader for Instead<'_> {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        match self.texts.get(name) {
            Some(text) => Ok(text.clone()),
            None => self.inner.load(name, limit),
        }
    }
}

/// A baseline and its files.
pub struct Layers {
    /// The baseline as a loader knows it.
    pub asked: String,
    /// Texts that stand for what the loader would bring: the earlier overlay, emptied.
    pub texts: BTreeMap<String, Vec<u8>>,
    /// The baseline without the plan's `[set]`.
    pub plain: Checked,
    /// The baseline with it.
    pub baseline: Checked,
    /// The plan's `[set]`.
    pub fixed: Vec<String>,
    /// What the overlay extends: its position among the files of the baseline, base first, and how it is written in the
    /// overlay; none if that is the baseline.
    pub under: Option<(usize, String)>,
}

/// Names of a scenario's files, base first.
fn files(checked: &Checked) -> Vec<&str> {
    let layers = checked.layers.iter().filter(|l| l.name != "--set");
    layers.map(|l| l.name.as_str()).collect()
}

/// The position of a file among those of a scenario.
fn find(checked: &Checked, wanted: &str) -> Option<usize> {
    let names = files(checked);
    let last = names.last().copied().unwrap_or_default();
    let beside = library::beside(last, wanted);
    let ours = library::find(wanted).map(library::BuiltInScenario::display);
    names
        .iter()
        .position(|n| *n == beside || *n == wanted || Some(*n) == ours.as_deref())
}

fn wrong(plan: &Plan<CalibratePlan>, at: &[&str], message: String, label: &str, help: String) -> Diagnostic {
    let error = Diagnostic::error("contradiction", message).at(plan.at(at), label);
    if help.is_empty() { error } else { error.help(help) }
}

/// Errors of a plan that only its baseline shows.
pub fn invalid(plan: &Plan<CalibratePlan>, found: Vec<Diagnostic>) -> Error {
    let sources = plan.sources.clone();
    Error::Invalid(vec![Findings { found, sources }])
}

fn read(loader: &dyn Loader, name: &str, sets: &[String]) -> Result<Checked, Error> {
    let (checked, found, sources) = scenario::read(loader, name, sets);
    checked.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))
}

/// A baseline, the texts that stand for its loader's, and where the overlay goes.
type Plain = (Checked, BTreeMap<String, Vec<u8>>, Option<(usize, String)>);

/// Reads the baseline of a plan without the overlay of an earlier calibration.
///
/// # Errors
/// A baseline with errors; a file to leave out or to extend that is none of the baseline's.
pub fn baseline(loader: &dyn Loader, plan: &Plan<CalibratePlan>, asked: &str) -> Result<Plain, Error> {
    let whole = read(loader, asked, &[])?;
    let listed = |c: &Checked| format!("it is made of {}", files(c).join(", "));
    let mut texts = BTreeMap::new();
    let mut extends = plan.body.overlay_extends.clone();
    if let Some(without) = &plan.body.without {
        let Some(at) = find(&whole, without) else {
            let message = format!("`{without}` is none of the files that `{asked}` extends");
            let error = wrong(
                plan,
                &["without"],
                message,
                "nothing to leave out",
                listed(&whole),
            );
            return Err(invalid(plan, vec![error]));
        };
        if at + 1 == files(&whole).len() {
            let message = format!("`{without}` is the baseline itself");
            let help = "name what it extends under `scenarios`".to_string();
            return Err(invalid(plan, vec![wrong(plan, &["without"], message, "", help)]));
        }
        let layer = &whole.layers[at];
        let table: toml::Table = toml::from_str(&layer.text).unwrap_or_default();
        let Some(below) = table.get("extends").and_then(toml::Value::as_str) else {
            let message = format!("`{without}` extends nothing: without it there is no baseline");
            let error = wrong(plan, &["without"], message, "", listed(&whole));
            return Err(invalid(plan, vec![error]));
        };
        texts.insert(
            layer.name.clone(),
            format!("extends = {}\n", quoted(below)).into_bytes(),
        );
        extends = extends.or(Some(below.to_string()));
    }
    let instead = Instead {
        inner: loader,
        texts: &texts,
    };
    let plain = read(&instead, asked, &[])?;
    let under = match extends {
        None => None,
        Some(file) => match find(&plain, &file) {
            Some(at) if at + 1 < files(&plain).len() => Some((at, file)),
            Some(_) => None,
            None => {
                let message = format!("`{file}` is none of the files that `{asked}` extends");
                let error = wrong(plan, &["overlay_extends"], message, "", listed(&plain));
                return Err(invalid(plan, vec![error]));
            }
        },
    };
    Ok((plain, texts, under))
}

/// What is wrong with varying these in the baseline: paths that it has not, and values set above where the overlay goes.
pub fn problems(
    plan: &Plan<CalibratePlan>,
    plain: &Checked,
    under: Option<&(usize, String)>,
    factors: &[Factor],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for factor in factors {
        for path in &factor.paths {
            let shown = show_path(path);
            let at = ["vary", &factor.name];
            let Some(node) = plain.root().at(path) else {
                // A misspelt name in a table of free names would otherwise be a new entry that nothing uses.
                let message = format!("`{shown}` is not in the baseline");
                let help = "mend the path; what is left out in the baseline must be written there first";
                found.push(wrong(plan, &at, message, "", help.to_string()));
                continue;
            };
            let mut highest = node.layer;
            node.leaves(&mut Vec::new(), &mut |_, leaf| highest = highest.max(leaf.layer));
            if let Some((layer, file)) = under
                && highest > *layer
            {
                let names = files(plain);
                let above = names.get(highest).copied().unwrap_or("a later file");
                let message =
                    format!("`{shown}` is set in `{above}`, which lies above an overlay of `{file}`");
                let help = "leave `overlay_extends` out, or the parameter";
                found.push(wrong(
                    plan,
                    &at,
                    message,
                    "what the overlay said would be undone",
                    help.to_string(),
                ));
            }
        }
    }
    found
}

impl Layers {
    /// What a factor is in the baseline; none where its paths differ.
    pub fn now(&self, factor: &Factor) -> Option<f64> {
        if factor.multiply {
            return Some(1.0);
        }
        let root = self.plain.root();
        let mut all = factor.paths.iter().map(|p| root.at(p).and_then(principal));
        let first = all.next()??;
        all.all(|x| x == Some(first)).then_some(first)
    }

    /// The value at a path with a factor's setting, where a single number stands for its size.
    pub fn sized(&self, factor: &Factor, path: &[String], x: f64) -> Option<f64> {
        let root = self.plain.root();
        let now = principal(root.at(path)?)?;
        match factor.multiply {
            false => Some(x),
            true => {
                let one = Factor {
                    paths: vec![path.to_vec()],
                    ..factor.clone()
                };
                // Held within what the scenario may say, as the value itself is.
                let sets = one.sets(&Setting::Number(x), root).ok()?;
                let written = sets.first()?.rsplit_once('=').map(|(_, v)| v.parse::<f64>());
                match written {
                    Some(Ok(number)) => Some(number),
                    _ => Some(now * x),
                }
            }
        }
    }

    /// The baseline with an overlay in its place between the files, and `sets` above all.
    ///
    /// # Errors
    /// It has errors.
    pub fn with_overlay(
        &self,
        loader: &dyn Loader,
        overlay: &dyn Fn(&str) -> String,
        sets: &[String],
    ) -> Result<Checked, Error> {
        let mut texts = self.texts.clone();
        let names = files(&self.plain);
        let asked = match &self.under {
            None => {
                let last = names.last().copied().unwrap_or(&self.asked);
                let name = library::beside(last, BELOW);
                texts.insert(name.clone(), overlay(last_part(last)).into_bytes());
                name
            }
            Some((at, _)) => {
                // The file below keeps its text under another name beside itself; in its place stands the overlay.
                let name = names[*at].to_string();
                let below = library::beside(&name, BELOW);
                let text = self.plain.layers[*at].text.clone();
                texts.insert(below, text.into_bytes());
                texts.insert(name, overlay(BELOW).into_bytes());
                self.asked.clone()
            }
        };
        let instead = Instead {
            inner: loader,
            texts: &texts,
        };
        read(&instead, &asked, sets)
    }
}

/// The file of a path.
fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\', ':']).next().unwrap_or(name)
}
