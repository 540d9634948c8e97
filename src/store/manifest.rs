//! `manifest.json`: everything that decides the bytes of a results folder; and the names of its files.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{StoreError, io_error};
use super::identity::Identity;
use crate::experiment::Shard;

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Name of the file on host, time, threads and interruption.
pub const RUN: &str = "run.json";
/// Name of the file of records, where a folder has one.
pub const RECORDS: &str = "records.spool";

/// The first words of every manifest; the number rises when the folder's form changes.
pub const FORMAT: &str = "careweave results 1";

/// A results folder's manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Replications 0..n that the folder reports (of a shard: of the whole experiment).
    pub replications: u64,
    /// The shard, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Hash of `plan`.
    pub plan_hash: String,
    /// Hash of the record's layout.
    pub layout_hash: String,
    /// Version, seed, scenarios: see [`Identity`].
    pub plan: Map<String, Value>,
}

impl Manifest {
    /// Reads the manifest of a results folder.
    ///
    /// # Errors
    /// [`StoreError::NotResults`] where there is none of this form, or the file cannot be read.
    pub fn read(folder: &Path) -> Result<Manifest, StoreError> {
        Manifest::read_file(folder, MANIFEST)
    }

    pub(super) fn read_file(folder: &Path, name: &str) -> Result<Manifest, StoreError> {
        let not_results = || StoreError::NotResults(folder.to_path_buf());
        let path = folder.join(name);
        let text = fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => not_results(),
            _ => io_error("read", &path)(e),
        })?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|_| not_results())?;
        if manifest.format != FORMAT || manifest.identity().hash() != manifest.plan_hash {
            return Err(not_results());
        }
        Ok(manifest)
    }

    /// The plan's identity.
    pub fn identity(&self) -> Identity {
        Identity::new(self.plan.clone())
    }

    /// The shard, if it is one.
    pub fn shard(&self) -> Option<Shard> {
        self.shard.as_ref().and_then(|s| s.parse().ok())
    }

    pub(super) fn text(&self) -> String {
        let value = serde_json::to_string_pretty(self).expect("strings and numbers always serialise");
        value + "\n"
    }
}
