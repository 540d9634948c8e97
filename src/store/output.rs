//! The output folder: locked while it is written, whole or absent, never replaced by accident.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::error::{StoreError, io_error};
use super::identity::Identity;
use super::manifest::{FORMAT, MANIFEST, Manifest, RECORDS, RUN};
use crate::experiment::Shard;
use crate::observe::LayoutHash;

/// What results are asked for and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The folder to be created; `None` for none.
    pub out: Option<PathBuf>,
    /// Whether an existing results folder, or an unfinished run of another plan, may be replaced.
    pub force: bool,
    /// The plan.
    pub identity: Identity,
    /// Layout of its records.
    pub layout: LayoutHash,
    /// The shard, if it is one.
    pub shard: Option<Shard>,
}

const PLAN: &str = "plan.json";
const LOCK: &str = "lock";
const DRAFT: &str = "results";
const REPLACED: &str = "replaced";

/// A locked `OUT.partial` that becomes `OUT`.
#[derive(Debug)]
pub struct Output {
    dir: PathBuf,
    partial: PathBuf,
    lock: File,
    request: Request,
}

/// What is at `OUT` already.
enum Present {
    Nothing,
    /// A finished run, or nothing that says otherwise.
    Results,
    /// A run that was interrupted, of the same plan: it may be completed.
    Interrupted,
}

impl Output {
    /// Locks `OUT.partial`, creating it if need be, and makes sure that it and `OUT` may be used.
    ///
    /// # Errors
    /// `OUT` exists or is not ours, another run is at work, the unfinished run has another plan, or the machine
    /// refuses.
    pub fn open(request: &Request, dir: &Path) -> Result<Output, StoreError> {
        let name = dir
            .file_name()
            .ok_or_else(|| StoreError::NoName(dir.to_path_buf()))?;
        let mut partial_name = name.to_os_string();
        partial_name.push(".partial");
        let partial = dir.with_file_name(partial_name);
        // Before anything is created: a refusal leaves no trace.
        allow(dir, request)?;
        fs::create_dir_all(&partial).map_err(io_error("create", &partial))?;
        ours(&partial)?;
        let path = partial.join(LOCK);
        let mut options = OpenOptions::new();
        let lock = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let lock = lock.map_err(io_error("create", &path))?;
        match fs4::FileExt::try_lock(&lock) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => return Err(StoreError::Busy(dir.to_path_buf())),
            Err(fs4::TryLockError::Error(e)) => return Err(io_error("lock", &path)(e)),
        }
        // Another run may have finished while this one waited for the lock.
        allow(dir, request)?;
        if !path.exists() {
            return Err(StoreError::Busy(dir.to_path_buf()));
        }
        let output = Output {
            dir: dir.to_path_buf(),
            partial,
            lock,
            request: request.clone(),
        };
        output.claim()?;
        Ok(output)
    }

    /// Makes sure that what `OUT.partial` holds belongs to this plan.
    fn claim(&self) -> Result<(), StoreError> {
        let path = self.partial.join(PLAN);
        if path.exists() {
            let found = Manifest::read_file(&self.partial, PLAN)?;
            match self.same_plan(&found) {
                Ok(()) => return Ok(()),
                Err(e) if !self.request.force => return Err(e),
                Err(_) => remove_file(&self.spool_path())?,
            }
        }
        let plan = self.manifest(0);
        write_file(&path, |w| w.write_all(plan.text().as_bytes()))?;
        sync_folder(&self.partial)
    }

    fn same_plan(&self, found: &Manifest) -> Result<(), StoreError> {
        let path = self.partial.clone();
        let mut differs = self.request.identity.differences(&found.identity());
        if found.layout_hash != self.request.layout.to_string() {
            differs.push("layout of the records".to_string());
        }
        if !differs.is_empty() {
            return Err(StoreError::OtherPlan { path, differs });
        }
        match found.shard() == self.request.shard {
            true => Ok(()),
            false => Err(StoreError::OtherShard {
                path,
                found: found.shard(),
            }),
        }
    }

    /// The manifest of results over this many replications.
    pub(super) fn manifest(&self, replications: u64) -> Manifest {
        Manifest {
            format: FORMAT.to_string(),
            replications,
            shard: self.request.shard.map(|s| s.to_string()),
            plan_hash: self.request.identity.hash().to_string(),
            layout_hash: self.request.layout.to_string(),
            plan: self.request.identity.plan().clone(),
            files: BTreeMap::new(),
        }
    }

    /// The folder that will appear.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Path of the spool of the run.
    pub(super) fn spool_path(&self) -> PathBuf {
        self.partial.join(RECORDS)
    }

    /// An empty folder to write results into.
    pub(super) fn draft(&self) -> Result<Draft, StoreError> {
        let path = self.partial.join(DRAFT);
        remove_folder(&path)?;
        fs::create_dir(&path).map_err(io_error("create", &path))?;
        Ok(Draft { path })
    }

    /// Adds manifest and run file to the draft and turns it into `OUT`, replacing what may be replaced.
    pub(super) fn publish(
        &self,
        draft: Draft,
        replications: u64,
        run: &Map<String, Value>,
    ) -> Result<(), StoreError> {
        let mut manifest = self.manifest(replications);
        manifest.files = draft.hashes()?;
        draft.write(MANIFEST, |w| w.write_all(manifest.text().as_bytes()))?;
        let run = serde_json::to_string_pretty(run).expect("a JSON value always serialises");
        draft.write(RUN, |w| writeln!(w, "{run}"))?;
        sync_folder(&draft.path)?;
        allow(&self.dir, &self.request)?;
        let replaced = self.partial.join(REPLACED);
        remove_folder(&replaced)?;
        let had = self.dir.exists();
        if had {
            fs::rename(&self.dir, &replaced).map_err(io_error("replace", &self.dir))?;
        }
        if let Err(e) = fs::rename(&draft.path, &self.dir) {
            if had {
                // Put back what was there; the error reported is the first one.
                let _ = fs::rename(&replaced, &self.dir);
            }
            return Err(io_error("create", &self.dir)(e));
        }
        sync_folder(self.dir.parent().unwrap_or(Path::new("")))?;
        remove_folder(&replaced)
    }

    /// Removes `OUT.partial`, records and all; its plan last, so that a kill leaves it recognisable.
    pub(super) fn remove_partial(self) -> Result<(), StoreError> {
        remove_file(&self.spool_path())?;
        remove_folder(&self.partial.join(DRAFT))?;
        remove_file(&self.partial.join(PLAN))?;
        let Output { partial, lock, .. } = self;
        // Unlocked before it is removed: some systems refuse to remove an open file.
        drop(lock);
        remove_folder(&partial)
    }
}

/// Refuses an `OUT.partial` that is not ours: it will be removed with all it holds. A kill may leave ours without its plan, but
/// then it holds the lock at most.
fn ours(partial: &Path) -> Result<(), StoreError> {
    let foreign = |name: &std::ffi::OsStr| name != LOCK && name != format!("{PLAN}.new").as_str();
    let mut entries = fs::read_dir(partial).map_err(io_error("read", partial))?;
    match partial.join(PLAN).exists() || !entries.any(|e| e.is_ok_and(|e| foreign(&e.file_name()))) {
        true => Ok(()),
        false => Err(StoreError::NotResults(partial.to_path_buf())),
    }
}

/// Whether `dir` may be created or replaced.
fn allow(dir: &Path, request: &Request) -> Result<(), StoreError> {
    match present(dir, request)? {
        Present::Nothing | Present::Interrupted => Ok(()),
        Present::Results if request.force => Ok(()),
        Present::Results => Err(StoreError::Exists(dir.to_path_buf())),
    }
}

fn present(dir: &Path, request: &Request) -> Result<Present, StoreError> {
    let read = |e| io_error("read", dir)(e);
    match fs::symlink_metadata(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Present::Nothing),
        Err(e) => return Err(read(e)),
        Ok(meta) if !meta.is_dir() => return Err(StoreError::NotResults(dir.to_path_buf())),
        Ok(_) => {}
    }
    if fs::read_dir(dir).map_err(read)?.next().is_none() {
        return Ok(Present::Results);
    }
    // Anything but results of ours is refused even with --force: it might be somebody's home.
    let manifest = match Manifest::read(dir) {
        Err(StoreError::NotResults(_)) if !request.force => return Ok(Present::Results),
        other => other?,
    };
    let interrupted = fs::read_to_string(dir.join(RUN))
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .is_some_and(|run| run["interrupted"] == Value::Bool(true));
    match interrupted && manifest.plan_hash == request.identity.hash() {
        true => Ok(Present::Interrupted),
        false => Ok(Present::Results),
    }
}

/// A folder of results being written.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
}

impl Draft {
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
    fn hashes(&self) -> Result<BTreeMap<String, String>, StoreError> {
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

/// Writes a file under another name, brings it to disk and renames it.
fn write_file(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), StoreError> {
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

/// Brings the names in a folder to disk, where the system can.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    match cfg!(unix) {
        true => File::open(path)
            .and_then(|f| f.sync_all())
            .map_err(io_error("write", path)),
        false => Ok(()),
    }
}

fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(e)),
        _ => Ok(()),
    }
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(e)),
        _ => Ok(()),
    }
}
