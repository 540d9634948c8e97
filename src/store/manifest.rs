//! `manifest.json`: everything that decides the bytes of a results folder; and the names of its files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{StoreError, io_error};
use super::identity::Identity;
use super::limited::{TEXT_LIMIT, is_of_the_file, read_text};
use crate::experiment::Shard;

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Name of the file on host, time, threads and interruption.
pub const RUN: &str = "run.json";
/// Name of the file of records, where a folder has one.
pub const RECORDS: &str = "records.spool";

/// The first words of every manifest; the number rises when the folder's form changes.
pub const FORMAT: &str = "careweave results 1";

/// Most commas and opening brackets of a manifest: each value takes some hundred bytes of memory.
const MOST_VALUES: usize = 5_000_000;

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
    /// BLAKE3 hash of every other file by name, `run.json` excepted: so the manifest alone vouches for the bytes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// Why a text is no manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no JSON, or not of this shape.
    Shape(String),
    /// It is a manifest of another form; its first words.
    Format(String),
    /// Its plan is not the one it was written with: the hash says so.
    Altered,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Shape(why) => write!(f, "it is no manifest of careweave ({why})"),
            Flaw::Format(other) => write!(f, "it is of another form: \"{other}\" instead of \"{FORMAT}\""),
            Flaw::Altered => write!(
                f,
                "its plan was changed after it was written: `plan_hash` is no longer the hash of `plan`"
            ),
        }
    }
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
        let text = read_text(&path, TEXT_LIMIT).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => not_results(),
            _ if is_of_the_file(&e) => not_results(),
            _ => io_error("read", &path)(e),
        })?;
        Manifest::parse(&text).map_err(|_| not_results())
    }

    /// A manifest from its text.
    ///
    /// # Errors
    /// See [`Flaw`].
    pub fn parse(text: &str) -> Result<Manifest, Flaw> {
        let values = text.bytes().filter(|b| matches!(b, b',' | b'[' | b'{')).count();
        if values > MOST_VALUES {
            return Err(Flaw::Shape(format!("it holds more than {MOST_VALUES} values")));
        }
        let value: Value = serde_json::from_str(text).map_err(|e| Flaw::Shape(e.to_string()))?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(Flaw::Format(other.to_string())),
            None => return Err(Flaw::Shape("it has no `format`".to_string())),
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(|e| Flaw::Shape(e.to_string()))?;
        match manifest.identity().hash() == manifest.plan_hash {
            true => Ok(manifest),
            false => Err(Flaw::Altered),
        }
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
