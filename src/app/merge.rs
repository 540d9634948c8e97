//! Shards to the results one machine would have written.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::error::Error;
use super::manifest;
use super::outputs::Results;
use crate::experiment::How;
use crate::observe::LayoutHash;
use crate::store::{Manifest, Merged, StoreError};

/// Joins the folders of all shards of one experiment into `out`, and gives its results.
///
/// # Errors
/// Folders that are not all shards of one experiment made by this version; a folder that may not be written.
pub fn merge(
    shards: &[PathBuf],
    out: &Path,
    force: bool,
    about: &dyn Fn() -> Map<String, Value>,
) -> Result<Results, Error> {
    let first = shards.first().ok_or(StoreError::NoShards)?;
    let e = match shards.iter().find(|s| Manifest::read(s).is_ok()) {
        Some(readable) => manifest::rebuild(readable)?,
        None => {
            // None can be opened; opening them says best why.
            Merged::open(shards, LayoutHash([0; 32]))?;
            return Err(StoreError::NotAShard(first.clone()).into());
        }
    };
    let mut merged = Merged::open(shards, e.catalogue().layout().hash())?;
    merged.holds(e.catalogue().layout().len())?;
    let results = Results::of(&e, &How::Complete, &mut merged, None)?;
    merged.finish(out, force, false, &about(), |draft, records| {
        results.write(draft, &e, records)
    })?;
    Ok(results)
}
