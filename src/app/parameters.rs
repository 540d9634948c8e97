//! All parameters of what ships, with what is known about each.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::library::BUILT_IN_ARMS;
use super::scenarios::Findings;
use crate::base::diagnostic::SourceMap;
use crate::report::{ParameterBook, ParameterFile, ParameterRow};
use crate::scenario::{self, BuiltIn, Checked, Written, library, show_path};

/// The row of a value.
pub(super) fn row(checked: &Checked, written: &Written) -> ParameterRow {
    let told = scenario::explained(checked, &written.path);
    let says = checked.evidence_for(&written.size).map(|e| e.says.clone());
    let (meaning, value) = told.map_or_else(Default::default, |t| (t.meaning, t.value.unwrap_or_default()));
    // The whole entry for a law, the number's own where it stands for itself.
    let range_of = (written.size.len() > written.path.len() && written.numbers > 1)
        .then(|| written.size.last().cloned())
        .flatten()
        .filter(|_| scenario::is_law(checked.root(), &written.path));
    ParameterRow {
        path: show_path(&written.path),
        meaning,
        value,
        unit: scenario::unit(checked.root(), checked.schema(), &written.size),
        numbers: written.numbers,
        grade: says.as_ref().map(|s| s.grade),
        range: says
            .as_ref()
            .and_then(|s| s.range)
            .map(|[low, high]| (low.get(), high.get())),
        range_of,
        choice: says.as_ref().and_then(|s| s.choice.clone()).unwrap_or_default(),
        source: says.as_ref().and_then(|s| s.source.clone()),
        note: says.and_then(|s| s.note),
    }
}

/// The file below `scenarios/` that sets a value.
fn file(checked: &Checked, sources: &SourceMap, path: &[String]) -> Option<String> {
    let place = sources.locate(checked.where_set(path)?).to_string();
    let name = place.strip_prefix("built-in:").unwrap_or(&place);
    name.split(':').next().map(str::to_string)
}

/// Every parameter of the baseline, and what each other shipped file sets.
///
/// # Errors
/// A built-in scenario with an error, which is a defect of the program.
pub fn parameter_book() -> Result<ParameterBook, Error> {
    let read = |name: &str| scenario::read(&BuiltIn, name, &[]);
    let (baseline, found, sources) = read(BUILT_IN_ARMS[0]);
    let baseline = baseline.ok_or_else(|| Error::Invalid(vec![Findings { found, sources }]))?;
    let rows: Vec<ParameterRow> = scenario::written(&baseline)
        .iter()
        .map(|w| row(&baseline, w))
        .collect();
    let own: BTreeSet<String> = baseline
        .layers
        .iter()
        .map(|l| l.name.replace("built-in:", ""))
        .collect();
    let mut by_file: BTreeMap<String, BTreeMap<String, ParameterRow>> = BTreeMap::new();
    for ours in library::all() {
        // What is nothing by itself is met in what extends it.
        let (Some(checked), _, sources) = read(ours.path) else {
            continue;
        };
        for written in scenario::written(&checked) {
            let Some(file) = file(&checked, &sources, &written.path).filter(|f| !own.contains(f)) else {
                continue;
            };
            let path = show_path(&written.path);
            let rows = by_file.entry(file).or_default();
            rows.entry(path).or_insert_with(|| row(&checked, &written));
        }
    }
    let files = library::all().iter().filter_map(|ours| {
        let rows: Vec<ParameterRow> = by_file.remove(ours.path)?.into_values().collect();
        let title = toml::from_str::<toml::Table>(ours.text).ok();
        let title = title.and_then(|t| t.get("title").and_then(|t| t.as_str()).map(str::to_string));
        Some(ParameterFile {
            file: ours.path.to_string(),
            title: title.unwrap_or_default(),
            rows,
        })
    });
    Ok(ParameterBook {
        files: files.collect(),
        baseline: BUILT_IN_ARMS[0].to_string(),
        title: baseline.header.title.clone().unwrap_or_default(),
        rows,
    })
}
