//! A folder of results while it is being written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::{remove_folder, write_file};
use super::error::{StoreError, io_error};

/// A folder of results being written.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
}

impl Draft {
    /// An empty folder; what a kill may have left there goes.
    pub(super) fn new(path: PathBuf) -> Result<Draft, StoreError> {
        remove_folder(&path)?;
        fs::create_dir(&path).map_err(io_error("create", &path))?;
        Ok(Draft { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one file and brings it to disk. (A `csv::Error` converts into `io::Error`.)
    ///
    /// # Errors
    /// `content` fails, or the disk does.
    ///
    /// # Panics
    /// If `name` is not a plain file name.
    pub fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        assert_eq!(
            Path::new(name).file_name(),
            Some(name.as_ref()),
            "`{name}` is not a plain file name"
        );
        write_file(&self.path.join(name), content)
    }

    /// BLAKE3 hashes of the files written so far, by name.
    pub(super) fn hashes(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(&self.path).map_err(io_error("read", &self.path))? {
            let path = entry.map_err(io_error("read", &self.path))?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            all.insert(name, hash_of(&path)?);
        }
        Ok(all)
    }
}

/// BLAKE3 hash of a file, as hexadecimal digits.
///
/// # Errors
/// It cannot be read.
pub fn hash_of(path: &Path) -> Result<String, StoreError> {
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(io_error("read", path))?;
    hasher.update_reader(file).map_err(io_error("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
