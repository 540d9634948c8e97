//! The overlay file: the values chosen with their evidence, read back before it is written, and never over another file.

use std::path::{Component, Path, PathBuf};

use super::Inner;
use super::values::Chosen;
use crate::app::Error;
use crate::methods::identify::Known;
use crate::report::{Calibrated, Calibration, Use};
use crate::scenario::overlay::{Entry, Overlay, same_values, significant};
use crate::scenario::{self, Loader, library};
use crate::store::{StoreError, can_write, write_whole};

/// Its name in the results folder.
pub const NAME: &str = "calibrated.toml";

/// Significant digits of plausible ranges.
const DIGITS: usize = 4;

/// The overlay for each place it goes to: they differ in how they name what they extend.
pub struct Texts {
    /// For the screen and JSON.
    pub shown: String,
    /// In the results folder.
    pub beside: String,
    /// At a path of the user's.
    pub elsewhere: Option<(PathBuf, String)>,
}

/// Refuses a path at which something is.
///
/// # Errors
/// There is.
pub fn refuse_existing(path: &Path) -> Result<(), Error> {
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) => Err(Error::Refused(format!(
            "`{}` is there already, and an overlay is never written over a file: give another name to --overlay, or move it away",
            path.display()
        ))),
    }
}

/// Makes the folder of a file that is not there yet, and makes sure that it can be written.
///
/// # Errors
/// The disk.
pub fn make_place(path: &Path) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Io {
            doing: "create",
            path: folder.to_path_buf(),
            source,
        })?;
    }
    Ok(can_write(path, false)?)
}

/// Writes a file that is not there yet, whole or not at all.
///
/// # Errors
/// It is there; the disk.
pub fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    refuse_existing(path)?;
    Ok(write_whole(path, text.as_bytes(), false)?)
}

/// The overlay's texts. It is read back first: it must give exactly the values that were simulated.
///
/// # Errors
/// It does not, which is a defect of the program.
pub fn texts(
    inner: &Inner,
    loader: &dyn Loader,
    report: &Calibration,
    chosen: &Chosen,
) -> Result<Texts, Error> {
    let overlay = |extends: &str| overlay(inner, report, chosen, extends).text();
    let layers = &inner.layers;
    let again = layers.with_overlay(loader, &overlay, &layers.fixed)?;
    let (ran, ..) = scenario::read(loader, &layers.asked, &chosen.point.sets);
    let same = ran.is_some_and(|ran| same_values(ran.root(), again.root()));
    if !same {
        return Err(Error::Refused(
            "the overlay does not read back as the values that were simulated. This is a defect of careweave: please report it."
                .to_string(),
        ));
    }
    let in_folder = |folder: &Path| overlay(&extends(inner, folder));
    let elsewhere = inner.ask.overlay.as_ref().map(|path| {
        let folder = path.parent().unwrap_or(Path::new(""));
        (path.clone(), in_folder(folder))
    });
    Ok(Texts {
        shown: overlay(&extends(inner, Path::new(""))),
        beside: overlay(&beside(inner, None)),
        elsewhere,
    })
}

/// How the overlay in the results folder names what it extends: as the question says, or as seen from there.
pub fn beside(inner: &Inner, out: Option<&Path>) -> String {
    let seen = || extends(inner, out.unwrap_or(Path::new("")));
    inner.ask.extends.clone().unwrap_or_else(seen)
}

/// How a file in a folder names what the overlay extends.
fn extends(inner: &Inner, folder: &Path) -> String {
    let layers = inner.layers.plain.layers.iter();
    let names: Vec<&str> = layers.map(|l| l.name.as_str()).collect();
    let wanted = match &inner.layers.under {
        Some((at, _)) => names[*at],
        None => names.last().copied().unwrap_or(&inner.layers.asked),
    };
    match library::find(wanted).filter(|ours| ours.display() == wanted) {
        Some(ours) => match ours.path.rsplit_once('/') {
            None => ours.path.to_string(),
            Some((_, file)) => file.to_string(),
        },
        None => relative(folder, Path::new(wanted)),
    }
}

/// A file as seen from a folder, with `/`; as it is where no way leads there.
fn relative(folder: &Path, file: &Path) -> String {
    let as_it_is = || file.to_string_lossy().replace('\\', "/");
    let (Ok(folder), Ok(whole)) = (plain(folder), plain(file)) else {
        return as_it_is();
    };
    let same = folder.iter().zip(&whole).take_while(|(a, b)| a == b).count();
    if same == 0 {
        return as_it_is();
    }
    let mut parts = vec!["..".to_string(); folder.len() - same];
    parts.extend(whole[same..].iter().cloned());
    parts.join("/")
}

/// The parts of a path from the root, without `.` and `..`.
fn plain(path: &Path) -> std::io::Result<Vec<String>> {
    let here = Path::new(".");
    let whole = std::path::absolute(if path.as_os_str().is_empty() { here } else { path })?;
    let mut parts = Vec::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir => {}
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    Ok(parts)
}

fn overlay(inner: &Inner, report: &Calibration, chosen: &Chosen, extends: &str) -> Overlay {
    let entry = |(k, path, value): &(usize, Vec<String>, scenario::node::Node)| {
        let parameter = &report.parameters[*k];
        let sized = |x: f64| inner.layers.sized(&inner.factors[*k], path, x);
        let own = scenario::plan::principal(value);
        let [low, _, high] = parameter
            .posterior
            .map(|x| sized(x).map(|x| significant(x, DIGITS)));
        let range = match (low, high, own) {
            // The value with the highest density may lie outside the middle 90%.
            (Some(low), Some(high), Some(own)) => Some((low.min(own), high.max(own))),
            _ => None,
        };
        Entry {
            path: path.clone(),
            value: value.clone(),
            range,
            note: note(parameter, range.is_some()),
        }
    };
    let title = inner.layers.under.is_none().then(|| {
        let of = inner.layers.plain.header.title.as_deref();
        format!("{}, calibrated", of.unwrap_or(&report.scenario))
    });
    Overlay {
        head: head(inner, report),
        extends: extends.to_string(),
        title,
        entries: chosen.entries.iter().map(entry).collect(),
    }
}

fn head(inner: &Inner, report: &Calibration) -> Vec<String> {
    let (before, fitted) = report.met(Use::Fitted, |g| g.before);
    let (after, _) = report.met(Use::Fitted, |g| g.after);
    let plan = &inner.ask.plan;
    let plan = plan.rsplit(['/', '\\']).next().unwrap_or(plan);
    let mut command = format!("careweave calibrate {plan}");
    for set in &inner.ask.sets {
        command += &format!(" --set '{set}'");
    }
    if let Some(n) = inner.ask.replications {
        command += &format!(" -n {n}");
    }
    if let Some(seed) = inner.ask.seed {
        command += &format!(" --seed {seed}");
    }
    let mut lines = vec![
        format!(
            "Generated by careweave {}: calibrated values of `{}`. Not to be edited; made again (seed {}, {} units) by",
            env!("CARGO_PKG_VERSION"),
            report.scenario,
            report.seed,
            report.units
        ),
        format!("    {command} --overlay NEW_FILE"),
        format!(
            "Targets inside their band: {before} of {fitted} before, {after} after, in {} replications on new luck.",
            report.check
        ),
        "Ranges are the middle 90% of what the targets leave of the ranges beforehand.".to_string(),
    ];
    let left: Vec<&str> = (report.parameters.iter())
        .filter(|p| !p.written)
        .map(|p| p.name.as_str())
        .collect();
    if !left.is_empty() {
        lines.push(format!(
            "Left as before, evidence and all, because the targets say nothing of them: {}.",
            left.join(", ")
        ));
    }
    lines
}

/// What the evidence says of a calibrated value.
fn note(p: &Calibrated, has_range: bool) -> String {
    let figure = |x: f64| significant(x, DIGITS).to_string();
    let known = match p.known {
        Known::Identified => "identified by the targets",
        Known::Partly => "partly identified by the targets",
        Known::Not => "not identified by the targets",
    };
    let (low, high) = p.prior;
    let mut text = match p.multiply {
        true => format!(
            "Times {} (beforehand {} to {}",
            figure(p.chosen),
            figure(low),
            figure(high)
        ),
        false => format!("Beforehand {} to {}", figure(low), figure(high)),
    };
    if p.multiply {
        if !has_range {
            let [low, _, high] = p.posterior;
            text += &format!(", left {} to {}", figure(low), figure(high));
        }
        text += ")";
    }
    let kept = if p.kept { "; as it was before" } else { "" };
    format!("{text}; {known}{kept}.")
}
