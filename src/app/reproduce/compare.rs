//! Two folders of results file by file: the same bytes, or the first place where they part.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::app::Error;
use crate::report::{FileCompared, Verdict};
use crate::store::{MANIFEST, Manifest, RUN, StoreError, hash_of};

/// Most characters of a line that are shown.
const SHOWN: usize = 160;

/// Compares every file beside the manifest at `path` but `run.json` with those of `rebuilt`, by name; where none is there, their
/// hashes in the manifest.
///
/// # Errors
/// Files that cannot be read.
pub(super) fn folders(path: &Path, manifest: &Manifest, rebuilt: &Path) -> Result<Vec<FileCompared>, Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (theirs, ours) = (names(folder)?, names(rebuilt)?);
    // A manifest on its own, as in the supplement of a paper: only hashes are there to compare with.
    let alone = !manifest.files.is_empty() && theirs.iter().all(|name| !manifest.files.contains_key(name));
    let known: BTreeSet<&String> = ours.iter().chain(manifest.files.keys()).collect();
    let mut all = Vec::new();
    for name in known {
        let (a, b) = (folder.join(name), rebuilt.join(name));
        let hash = manifest.files.get(name);
        let verdict = match (theirs.contains(name), ours.contains(name)) {
            // It may be there under another name.
            (_, true) if name == MANIFEST => manifests(path, manifest, &b)?,
            (true, true) => same(&a, &b)?,
            (false, true) if alone => match hash {
                Some(hash) if *hash == hash_of(&b)? => Verdict::SameHash,
                Some(_) => Verdict::OtherHash,
                None => Verdict::NotInManifest,
            },
            (false, true) => Verdict::Missing,
            (_, false) => Verdict::NotRebuilt,
        };
        all.push(FileCompared {
            name: name.clone(),
            verdict,
        });
    }
    if !alone {
        let extra = theirs
            .iter()
            .filter(|n| !ours.contains(*n) && !manifest.files.contains_key(*n));
        all.extend(extra.map(|name| FileCompared {
            name: name.clone(),
            verdict: Verdict::Extra,
        }));
    }
    Ok(all)
}

/// Names of what is in a folder, but `run.json`.
fn names(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let at = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(at).map_err(|e| unreadable(at, e))? {
        let entry = entry.map_err(|e| unreadable(at, e))?;
        all.insert(entry.file_name().to_string_lossy().into_owned());
    }
    all.remove(RUN);
    Ok(all)
}

/// Manifests: which parts of the plan differ tells more than a line.
fn manifests(theirs: &Path, manifest: &Manifest, ours: &Path) -> Result<Verdict, Error> {
    let text = fs::read_to_string(ours).map_err(|e| unreadable(ours, e))?;
    let rebuilt =
        Manifest::parse(&text).map_err(|flaw| Error::Refused(format!("{}: {flaw}", ours.display())))?;
    let parts = manifest.identity().differences(&rebuilt.identity());
    match parts.is_empty() {
        true => same(theirs, ours),
        false => Ok(Verdict::OtherPlan(parts)),
    }
}

/// Compares two files byte by byte.
fn same(theirs: &Path, ours: &Path) -> Result<Verdict, Error> {
    let b = fs::read(ours).map_err(|e| unreadable(ours, e))?;
    // Theirs may be anything: what is longer than ours differs at the end of ours at the latest, and then a line is shown.
    let what = fs::metadata(theirs).map_err(|e| unreadable(theirs, e))?;
    if !what.is_file() {
        let why = "it is no file (a folder, a device, a pipe or a socket)";
        return Err(Error::Refused(format!("{}: {why}", theirs.display())));
    }
    let mut a = Vec::new();
    fs::File::open(theirs)
        .and_then(|file| file.take((b.len() + SHOWN) as u64).read_to_end(&mut a))
        .map_err(|e| unreadable(theirs, e))?;
    let Some(at) = first_difference(&a, &b) else {
        return Ok(Verdict::Same(a.len() as u64));
    };
    Ok(match (std::str::from_utf8(&a), std::str::from_utf8(&b)) {
        (Ok(_), Ok(_)) => Verdict::Differs {
            line: 1 + a[..at].iter().filter(|c| **c == b'\n').count() as u64,
            there: line_at(&a, at),
            here: line_at(&b, at),
        },
        _ => Verdict::DiffersAt(at as u64),
    })
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let parts = a.iter().zip(b).position(|(x, y)| x != y);
    parts.or((a.len() != b.len()).then_some(a.len().min(b.len())))
}

/// The line in which a byte is, cut around the byte where it is long; `None` after the end.
fn line_at(bytes: &[u8], at: usize) -> Option<String> {
    if at >= bytes.len() {
        return None;
    }
    let begin = bytes[..at].iter().rposition(|c| *c == b'\n').map_or(0, |p| p + 1);
    let end = bytes[at..]
        .iter()
        .position(|c| *c == b'\n')
        .map_or(bytes.len(), |p| at + p);
    let from = begin.max(at.saturating_sub(SHOWN / 2));
    let to = end.min(from + SHOWN);
    let dots = |cut: bool| if cut { "…" } else { "" };
    let text = String::from_utf8_lossy(&bytes[from..to]);
    Some(format!("{}{text}{}", dots(from > begin), dots(to < end)))
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Store(StoreError::Io {
        doing: "read",
        path: path.to_path_buf(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found_with_its_line() {
        assert_eq!(first_difference(b"abc", b"abc"), None);
        assert_eq!(first_difference(b"abc", b"abd"), Some(2));
        assert_eq!(first_difference(b"abc", b"ab"), Some(2));
        let text = b"one\ntwo\nthree";
        assert_eq!(line_at(text, 5).as_deref(), Some("two"));
        assert_eq!(line_at(text, 13), None);
        let long = [b"x\n".to_vec(), vec![b'y'; 1000]].concat();
        let shown = line_at(&long, 500).expect("a line");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.len() < 200);
    }
}
