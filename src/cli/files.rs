//! Scenario files from the disk.

use std::fs::File;
use std::io::{ErrorKind, Read};

use crate::scenario::{LoadError, Loader, library};

/// Brings scenario files from the disk; what is not there, the reader looks for among the built-in ones.
#[derive(Clone, Copy, Debug)]
pub struct Files;

impl Loader for Files {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let other = |e: std::io::Error| match e.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => LoadError::NotFound,
            _ => LoadError::Other(e.to_string()),
        };
        let file = File::open(name).map_err(other)?;
        if file.metadata().map_err(other)?.is_dir() {
            // A folder of results may well be called as a built-in scenario is.
            return Err(match library::find(name) {
                Some(_) => LoadError::NotFound,
                None => LoadError::Other("it is a folder".to_string()),
            });
        }
        let mut bytes = Vec::new();
        file.take(limit as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(other)?;
        match bytes.len() > limit {
            true => Err(LoadError::TooLarge),
            false => Ok(bytes),
        }
    }
}
