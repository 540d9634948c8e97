//! Scenario files from the disk.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};

use crate::scenario::{LoadError, Loader, library};

/// Brings scenario files from the disk; what is not there, the reader looks for among the built-in ones.
///
/// Only files are read: a device or a pipe may never end, and opening a named pipe waits for a writer.
#[derive(Clone, Copy, Debug)]
pub struct Files;

impl Loader for Files {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let other = |e: std::io::Error| match e.kind() {
            // A name too long or with a zero byte is the name of no file.
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput => LoadError::NotFound,
            _ => LoadError::Other(e.to_string()),
        };
        // Before it is opened, and again of what was opened.
        readable(name, &fs::metadata(name).map_err(other)?, limit)?;
        let file = File::open(name).map_err(other)?;
        readable(name, &file.metadata().map_err(other)?, limit)?;
        let mut bytes = Vec::new();
        // A file may grow while it is read, and some of the system's own say that they are empty.
        file.take(limit as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(other)?;
        match bytes.len() > limit {
            true => Err(LoadError::TooLarge),
            false => Ok(bytes),
        }
    }

    fn own_name(&self, name: &str) -> String {
        fs::canonicalize(name).map_or_else(|_| name.to_owned(), |path| path.to_string_lossy().into_owned())
    }
}

fn readable(name: &str, what: &Metadata, limit: usize) -> Result<(), LoadError> {
    if what.is_dir() {
        // A folder of results may well be called as a built-in scenario is.
        return Err(match library::find(name) {
            Some(_) => LoadError::NotFound,
            None => LoadError::Other("it is a folder".to_string()),
        });
    }
    if !what.is_file() {
        let why = "it is a device, a pipe or a socket, which may never end: write it to a file first";
        return Err(LoadError::Other(why.to_string()));
    }
    match what.len() > limit as u64 {
        true => Err(LoadError::TooLarge),
        false => Ok(()),
    }
}
