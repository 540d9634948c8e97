//! The output folder: locked while it is written, whole or absent, never replaced by accident.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::disk::{
    exchange, make_folders, parent, remove_file, remove_folder, still_there, sync_folder, write_file,
};
use super::draft::{Draft, hash_of};
use super::error::{StoreError, io_error};
use super::identity::Identity;
use super::limited::{TEXT_LIMIT, read_text};
use super::manifest::{FORMAT, MANIFEST, Manifest, RECORDS, RUN};
use super::spool::HEADER;
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
/// Holds the hash of the manifest that `OUT` has once the run is done: then all here may go.
const DONE: &str = "done";

/// How often a lock is tried for that somebody else removes meanwhile.
const TRIES: usize = 100;

/// A locked `OUT.partial` that becomes `OUT`.
#[derive(Debug)]
pub struct Output {
    dir: PathBuf,
    partial: PathBuf,
    /// `None` once the folder is given up.
    lock: Option<File>,
    request: Request,
}

/// What is at `OUT` already.
enum Present {
    Nothing,
    /// A finished run, or nothing that says otherwise.
    Results,
    /// A run of the same plan that was interrupted after so many replications: it may be completed.
    Interrupted(u64),
}

/// The folder beside `OUT` in which an unfinished run keeps its records.
pub(super) fn partial_of(dir: &Path) -> Result<PathBuf, StoreError> {
    let name = dir
        .file_name()
        .ok_or_else(|| StoreError::NoName(dir.to_path_buf()))?;
    let mut partial = name.to_os_string();
    partial.push(".partial");
    Ok(dir.with_file_name(partial))
}

impl Output {
    /// Locks `OUT.partial`, creating it if need be, and makes sure that it and `OUT` may be used.
    ///
    /// # Errors
    /// `OUT` exists or is not ours, another run is at work, the unfinished run has another plan, or the machine
    /// refuses.
    pub fn open(request: &Request, dir: &Path) -> Result<Output, StoreError> {
        let partial = partial_of(dir)?;
        for _ in 0..TRIES {
            ours(&partial)?;
            let there = partial.exists();
            // Before anything is created: a refusal leaves no trace. What a kill left half done is put right first.
            if !there || (is_unfinished(&partial) && !partial.join(DONE).exists()) {
                allow(dir, request)?;
            }
            make_folders(&partial)?;
            let Some(lock) = lock(&partial, dir)? else {
                continue;
            };
            let output = Output {
                dir: dir.to_path_buf(),
                partial: partial.clone(),
                lock: Some(lock),
                request: request.clone(),
            };
            if output.put_right(there)? {
                output.remove_partial();
                continue;
            }
            // Another run may have finished while this one waited for the lock.
            allow(dir, request)?;
            output.claim()?;
            return Ok(output);
        }
        Err(StoreError::Busy(dir.to_path_buf()))
    }

    /// Ends what a kill interrupted. Says whether `OUT.partial`, if it was `there` before, is a mere leftover: its run is done.
    fn put_right(&self, there: bool) -> Result<bool, StoreError> {
        let replaced = self.partial.join(REPLACED);
        if !self.dir.exists() && replaced.exists() {
            // Between the two renames of a replacement: what was there comes back.
            fs::rename(&replaced, &self.dir).map_err(io_error("put back", &self.dir))?;
        }
        let done = match read_text(&self.partial.join(DONE), TEXT_LIMIT) {
            Ok(hash) => hash_of(&self.dir.join(MANIFEST)).is_ok_and(|found| found == hash),
            Err(_) => there && !is_unfinished(&self.partial) && self.dir.exists(),
        };
        if done {
            // That the results are there must be on the disk before the records go.
            sync_folder(parent(&self.dir))?;
        }
        Ok(done)
    }

    /// Makes sure that what `OUT.partial` holds belongs to this plan.
    fn claim(&self) -> Result<(), StoreError> {
        let path = self.partial.join(PLAN);
        if path.exists() {
            let found = Manifest::read_file(&self.partial, PLAN)?;
            match self.same_plan(&found) {
                Ok(()) => return Ok(()),
                Err(e) if !self.request.force => return Err(e),
                Err(_) => self.drop_records()?,
            }
        }
        let plan = self.manifest(0);
        write_file(&path, |w| w.write_all(plan.text().as_bytes()))?;
        sync_folder(&self.partial)
    }

    /// Removes the records of another plan, for good before this plan is written: they must never pass for its own.
    pub(super) fn drop_records(&self) -> Result<(), StoreError> {
        remove_file(&self.spool_path())?;
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

    /// Whether what was locked is still there.
    fn is_there(&self) -> bool {
        let path = self.partial.join(LOCK);
        self.lock.as_ref().is_some_and(|lock| still_there(lock, &path))
    }

    /// An empty folder to write results into.
    pub(super) fn draft(&self) -> Result<Draft, StoreError> {
        if !self.is_there() {
            return Err(StoreError::Vanished(self.partial.clone()));
        }
        Draft::new(self.partial.join(DRAFT))
    }

    /// Adds manifest and run file to the draft and turns it into `OUT`, replacing what may be replaced. `complete`: nothing
    /// of `OUT.partial` is needed afterwards.
    pub(super) fn publish(
        &self,
        draft: &Draft,
        replications: u64,
        run: &Map<String, Value>,
        complete: bool,
    ) -> Result<(), StoreError> {
        let mut manifest = self.manifest(replications);
        manifest.files = draft.hashes()?;
        draft.write(MANIFEST, |w| w.write_all(manifest.text().as_bytes()))?;
        let run = serde_json::to_string_pretty(run).expect("a JSON value always serialises");
        draft.write(RUN, |w| writeln!(w, "{run}"))?;
        sync_folder(draft.path())?;
        if !self.is_there() {
            return Err(StoreError::Vanished(self.partial.clone()));
        }
        allow(&self.dir, &self.request)?;
        let more = |found| matches!(found, Present::Interrupted(there) if there > replications);
        if !complete && more(present(&self.dir, &self.request)?) {
            // What stands there tells more than this run came to before it was interrupted.
            return remove_folder(draft.path());
        }
        let done = self.partial.join(DONE);
        match complete {
            true => {
                let hash = hash_of(&draft.path().join(MANIFEST))?;
                write_file(&done, |w| w.write_all(hash.as_bytes()))?;
            }
            false => remove_file(&done)?,
        }
        sync_folder(&self.partial)?;
        self.replace(draft.path())?;
        sync_folder(parent(&self.dir))
    }

    /// Gives the draft the name `OUT`; what was there is removed.
    fn replace(&self, draft: &Path) -> Result<(), StoreError> {
        let replaced = self.partial.join(REPLACED);
        remove_folder(&replaced)?;
        let cannot = |doing| io_error(doing, &self.dir);
        if !self.dir.exists() {
            return fs::rename(draft, &self.dir).map_err(cannot("create"));
        }
        if exchange(draft, &self.dir).map_err(cannot("replace"))? {
            sync_folder(parent(&self.dir))?;
            return remove_folder(draft);
        }
        fs::rename(&self.dir, &replaced).map_err(cannot("replace"))?;
        if let Err(e) = fs::rename(draft, &self.dir) {
            // Put back what was there; the error reported is the first one.
            let _ = fs::rename(&replaced, &self.dir);
            return Err(cannot("create")(e));
        }
        sync_folder(parent(&self.dir))?;
        remove_folder(&replaced)
    }

    /// Removes `OUT.partial`, records and all; plan and mark last, so that a kill leaves it recognisable. What cannot be
    /// removed stays: it does no harm, and the next command on `OUT` removes it.
    pub(super) fn remove_partial(mut self) {
        let lock = self.lock.take();
        let _ = clear(&self.partial, lock);
    }
}

/// Given up with nothing kept, a run leaves nothing behind.
impl Drop for Output {
    fn drop(&mut self) {
        let kept = fs::metadata(self.spool_path()).is_ok_and(|m| m.len() > HEADER as u64);
        let needed = kept || self.partial.join(REPLACED).exists() || !self.mine();
        if self.lock.is_some() && self.is_there() && !needed {
            let lock = self.lock.take();
            let _ = clear(&self.partial, lock);
        }
    }
}

impl Output {
    /// Whether `OUT.partial` holds this plan, or none yet: a refusal touches nothing of another's.
    fn mine(&self) -> bool {
        match Manifest::read_file(&self.partial, PLAN) {
            Ok(found) => self.same_plan(&found).is_ok(),
            Err(_) => !self.partial.join(PLAN).exists(),
        }
    }
}

/// Removes an `OUT.partial` of ours that is locked.
fn clear(partial: &Path, lock: Option<File>) -> io::Result<()> {
    for entry in fs::read_dir(partial)? {
        let entry = entry?;
        if [LOCK, PLAN, DONE].iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    for name in [PLAN, DONE] {
        match fs::remove_file(partial.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    // Under the lock, so that no other run moves in meanwhile; some systems refuse to remove an open file.
    if cfg!(unix) {
        fs::remove_file(partial.join(LOCK))?;
        drop(lock);
    } else {
        drop(lock);
        fs::remove_file(partial.join(LOCK))?;
    }
    // Not with what it holds: that would be another run's, which has moved in since.
    fs::remove_dir(partial)
}

/// Removes what an unfinished run left beside `dir`, if there is such a thing and nobody is at work on it.
pub fn forget(dir: &Path) {
    let Ok(partial) = partial_of(dir) else { return };
    if is_unfinished(&partial)
        && ours(&partial).is_ok()
        && let Ok(Some(lock)) = lock(&partial, dir)
    {
        let _ = clear(&partial, Some(lock));
    }
}

/// Whether an `OUT.partial` has the plan of a run.
fn is_unfinished(partial: &Path) -> bool {
    partial.join(PLAN).exists()
}

/// Locks `OUT.partial`; `None` if it was removed meanwhile.
fn lock(partial: &Path, dir: &Path) -> Result<Option<File>, StoreError> {
    let path = partial.join(LOCK);
    let mut options = OpenOptions::new();
    let lock = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let lock = match lock {
        Err(e) if e.kind() == io::ErrorKind::NotFound && !partial.exists() => return Ok(None),
        other => other.map_err(io_error("create", &path))?,
    };
    match fs4::FileExt::try_lock(&lock) {
        Ok(()) => Ok(still_there(&lock, &path).then_some(lock)),
        Err(fs4::TryLockError::WouldBlock) => Err(StoreError::Busy(dir.to_path_buf())),
        Err(fs4::TryLockError::Error(e)) => Err(io_error("lock", &path)(e)),
    }
}

/// Refuses an `OUT.partial` that is not ours: it will be removed with all it holds. A kill may leave ours without its plan, but
/// then it holds lock and mark at most.
fn ours(partial: &Path) -> Result<(), StoreError> {
    let foreign = |name: &std::ffi::OsStr| {
        let known = |known: &str| name == known || name.to_str() == Some(&format!("{known}.new"));
        ![LOCK, PLAN, DONE].iter().any(|k| known(k))
    };
    let not_ours = || StoreError::NotResults(partial.to_path_buf());
    match fs::symlink_metadata(partial) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io_error("read", partial)(e)),
        Ok(meta) if !meta.is_dir() => return Err(not_ours()),
        Ok(_) => {}
    }
    let mut entries = match fs::read_dir(partial) {
        // Its run has just ended.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(io_error("read", partial))?,
    };
    match is_unfinished(partial) || !entries.any(|e| e.is_ok_and(|e| foreign(&e.file_name()))) {
        true => Ok(()),
        false => Err(not_ours()),
    }
}

/// Whether `dir` may be created or replaced.
fn allow(dir: &Path, request: &Request) -> Result<(), StoreError> {
    match present(dir, request)? {
        Present::Nothing | Present::Interrupted(_) => Ok(()),
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
    let interrupted = read_text(&dir.join(RUN), TEXT_LIMIT)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .is_some_and(|run| run["interrupted"] == Value::Bool(true));
    let same = manifest.plan_hash == request.identity.hash() && manifest.shard() == request.shard;
    match interrupted && same {
        true => Ok(Present::Interrupted(manifest.replications)),
        false => Ok(Present::Results),
    }
}
