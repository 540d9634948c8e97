//! What the store does to the disk: files and folders that are whole once they have their name, and stay so through a power cut.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::{StoreError, io_error};

/// Creates a folder and what is missing above it, and brings every new name to disk.
pub(super) fn make_folders(path: &Path) -> Result<(), StoreError> {
    let missing = (path.ancestors())
        .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
        .count();
    fs::create_dir_all(path).map_err(io_error("create", path))?;
    path.ancestors()
        .take(missing)
        .try_for_each(|made| sync_folder(parent(made)))
}

/// The folder that holds a path.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file under another name, brings it to disk and renames it.
pub(super) fn write_file(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_os_string();
    name.push(".new");
    let new = PathBuf::from(name);
    let write = || {
        let mut file = BufWriter::with_capacity(1 << 16, File::create(&new)?);
        content(&mut file)?;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(io_error("write", path))
}

/// Brings the names in a folder to disk, where the system can: some network disks have no such call, and say so.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(path).and_then(|f| f.sync_all()) {
        Err(e) if !matches!(e.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Err(io_error("write", path)(e))
        }
        _ => Ok(()),
    }
}

/// Removes a folder with all it holds, if it is there.
pub(super) fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(e)),
        _ => Ok(()),
    }
}

/// Removes a file, if it is there.
pub(super) fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(e)),
        _ => Ok(()),
    }
}

/// Whether an open file is still what is to be found at a path. (Elsewhere than on Unix an open file cannot be removed.)
pub(super) fn still_there(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mine = file.metadata().map(|m| (m.dev(), m.ino()));
        let there = fs::metadata(path).map(|m| (m.dev(), m.ino()));
        matches!((mine, there), (Ok(a), Ok(b)) if a == b)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Puts a folder in the place of another in one step, so that at every moment one of the two is there whole; the other
/// then has its place. `false` where the system cannot do that, and nothing was done.
pub(super) fn exchange(new: &Path, old: &Path) -> io::Result<bool> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            // Old kernels and some network disks do not know the call or the flag.
            Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP | Errno::PERM) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (new, old);
        Ok(false)
    }
}
