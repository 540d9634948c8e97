//! Reading files that somebody else may have made: only files, and only up to a size.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a manifest, a `run.json` or a report that are read.
pub const TEXT_LIMIT: u64 = 128 << 20;

/// The bytes of a file.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a device, a pipe or a socket, which may never end;
/// [`io::ErrorKind::FileTooLarge`] beyond `limit` bytes, before they are read; otherwise the system's own.
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Before it is opened (opening a named pipe waits for a writer), and again of what was opened.
    regular(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    let what = file.metadata()?;
    regular(&what)?;
    let mut bytes = Vec::new();
    if what.len() <= limit {
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    match what.len().max(bytes.len() as u64) > limit {
        true => {
            let why = format!("it is larger than {} MiB", limit >> 20);
            Err(io::Error::new(io::ErrorKind::FileTooLarge, why))
        }
        false => Ok(bytes),
    }
}

/// The text of a file; see [`read_file`].
///
/// # Errors
/// As [`read_file`]; [`io::ErrorKind::InvalidData`] where it is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_file(path, limit)?).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

/// Whether an error is about what a file is, and not about the machine.
pub fn is_of_the_file(e: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, InvalidData, InvalidInput, IsADirectory};
    matches!(e.kind(), FileTooLarge | InvalidData | InvalidInput | IsADirectory)
}

fn regular(what: &fs::Metadata) -> io::Result<()> {
    match (what.is_file(), what.is_dir()) {
        (true, _) => Ok(()),
        (_, true) => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        _ => {
            let why = "it is a device, a pipe or a socket";
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read_and_only_up_to_a_size() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("a");
        fs::write(&path, "four").expect("a file");
        assert_eq!(read_text(&path, 4).expect("read"), "four");
        let kind = |path: &Path, limit| read_file(path, limit).expect_err("refused").kind();
        assert_eq!(kind(&path, 3), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(dir.path(), 3), io::ErrorKind::IsADirectory);
        assert_eq!(kind(&dir.path().join("b"), 3), io::ErrorKind::NotFound);
        if cfg!(unix) {
            assert_eq!(kind(Path::new("/dev/zero"), 3), io::ErrorKind::InvalidInput);
        }
    }
}
