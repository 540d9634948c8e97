//! One file at a place of the user's: written whole or not at all, and never over another by accident.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::disk::{parent, sync_folder};
use super::error::{StoreError, io_error};
use super::output::partial_of;

/// What is at a path.
enum There {
    Nothing,
    /// A file, by its real name: a link goes on pointing to it.
    File(PathBuf),
    /// A device or a pipe: it is written to, never replaced.
    Device,
}

fn there(path: &Path, replace: bool) -> Result<There, StoreError> {
    match fs::metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => match path.symlink_metadata() {
            Ok(_) if !replace => Err(StoreError::FileExists(path.to_path_buf())),
            _ => Ok(There::Nothing),
        },
        Err(e) => Err(io_error("write", path)(e)),
        Ok(meta) if meta.is_dir() => Err(StoreError::IsFolder(path.to_path_buf())),
        Ok(meta) if !meta.is_file() => Ok(There::Device),
        Ok(_) if !replace => Err(StoreError::FileExists(path.to_path_buf())),
        Ok(_) => fs::canonicalize(path)
            .map(There::File)
            .map_err(io_error("write", path)),
    }
}

/// A file without the right name, beside the one it will be.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(".new");
    #[cfg(unix)]
    {
        // Readable for whom the user's files are: the system takes off what the user's mask says.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(parent(path))
}

/// Makes sure that [`write_whole`] may be called later, as far as can be known: before a long run, not after it.
///
/// # Errors
/// As [`write_whole`].
pub fn can_write(path: &Path, replace: bool) -> Result<(), StoreError> {
    let at = match there(path, replace)? {
        There::Nothing => path.to_path_buf(),
        There::File(real) => real,
        There::Device => {
            let opened = OpenOptions::new().write(true).open(path);
            return opened.map(drop).map_err(io_error("write", path));
        }
    };
    beside(&at).map(drop).map_err(io_error("write", path))
}

/// Makes sure that a results folder may be created later, as far as can be known: for commands that keep nothing while they
/// work, and open their folder at the end.
///
/// # Errors
/// It is there and `force` was not said; the disk.
pub fn can_create(dir: &Path, force: bool) -> Result<(), StoreError> {
    partial_of(dir)?;
    if !force && dir.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(dir.to_path_buf()));
    }
    let above = dir.ancestors().skip(1).find(|a| a.exists());
    let above = above
        .filter(|a| !a.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let tried = Builder::new().prefix(".careweave.").tempdir_in(above);
    tried.map(drop).map_err(io_error("create", dir))
}

/// Writes a file. It is written beside its place, brought to disk and renamed, so that at every moment the old one is there or
/// the new one, whole. A file that is replaced keeps its permissions.
///
/// # Errors
/// A file is there and `replace` was not said; a folder is; the disk.
pub fn write_whole(path: &Path, bytes: &[u8], replace: bool) -> Result<(), StoreError> {
    let (at, old) = match there(path, replace)? {
        There::Nothing => (path.to_path_buf(), None),
        There::File(real) => {
            let permissions = fs::metadata(&real).map(|m| m.permissions());
            (real, permissions.ok())
        }
        There::Device => {
            let written = OpenOptions::new()
                .write(true)
                .open(path)
                .and_then(|mut device| device.write_all(bytes));
            return written.map_err(io_error("write", path));
        }
    };
    let write = || {
        let mut file = beside(&at)?;
        file.write_all(bytes)?;
        if let Some(permissions) = old {
            file.as_file().set_permissions(permissions)?;
        }
        file.as_file().sync_all()?;
        match replace {
            true => file.persist(&at),
            false => file.persist_noclobber(&at),
        }
        .map_err(|e| e.error)
    };
    match write() {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(StoreError::FileExists(path.to_path_buf())),
        Err(e) => Err(io_error("write", path)(e)),
        Ok(_) => sync_folder(parent(&at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_file_is_created_once_and_replaced_only_when_asked() {
        let tmp = TempDir::new().unwrap();
        let file = tmp.path().join("report.md");
        write_whole(&file, b"one", false).unwrap();
        let again = write_whole(&file, b"two", false).unwrap_err();
        assert!(matches!(again, StoreError::FileExists(_)) && again.exit_code() == 2);
        assert!(can_write(&file, false).is_err() && can_write(&file, true).is_ok());
        assert_eq!(fs::read(&file).unwrap(), b"one");
        write_whole(&file, b"two", true).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        let folder = write_whole(tmp.path(), b"x", true).unwrap_err();
        assert!(matches!(folder, StoreError::IsFolder(_)));
        let nowhere = write_whole(&tmp.path().join("no/such/file"), b"x", true).unwrap_err();
        assert_eq!(nowhere.exit_code(), 3);
        let names = fs::read_dir(tmp.path()).unwrap().count();
        assert_eq!(names, 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_permissions_stay_and_devices_are_not_replaced() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let tmp = TempDir::new().unwrap();
        let (file, link) = (tmp.path().join("real.csv"), tmp.path().join("link.csv"));
        write_whole(&file, b"one", false).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::write(tmp.path().join("plain"), "x").unwrap();
        assert_eq!(mode(&file), mode(&tmp.path().join("plain")), "as any new file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        write_whole(&link, b"two", true).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!((fs::read(&file).unwrap(), mode(&file)), (b"two".to_vec(), 0o640));
        let full = Path::new("/dev/full");
        if full.exists() {
            let e = write_whole(full, b"x", true).unwrap_err();
            assert!(e.exit_code() == 3 && e.to_string().contains("/dev/full"), "{e}");
            assert!(full.metadata().unwrap().file_type().is_char_device());
        }
        let dangling = tmp.path().join("dangling");
        symlink(tmp.path().join("nothing"), &dangling).unwrap();
        assert!(write_whole(&dangling, b"x", false).is_err());
    }
}
