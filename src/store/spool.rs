//! The append-only file of framed records.
//!
//! Header of 80 bytes: `CWSPOOL1`, format version `u32`, layout hash (32 bytes), plan hash (32), CRC-32 of the
//! 76 bytes before. Then frames (`observe::codec`) in the order in which replications finished. Whatever a kill
//! left half-written at the end fails its checksum and is cut off when the file is opened again.
//!
//! A record is with the operating system once [`Keeper::keep`] returns, so a kill of the program loses none. For a power cut
//! the file is brought to disk with the first record that is kept a second or more after the last time.
#![allow(clippy::disallowed_types)] // the clock says when bytes are brought to disk, never which

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::disk::{parent, still_there, sync_folder};
use super::error::{StoreError, io_error};
use super::identity::Identity;
use crate::experiment::Keeper;
use crate::observe::{FrameError, LayoutHash, Record, encode_frame, read_frame, skim_frame};

const MAGIC: [u8; 8] = *b"CWSPOOL1";
const VERSION: u32 = 1;
pub(super) const HEADER: usize = 80;
/// A power cut costs at most the records kept within so long (a kill costs nothing).
const AT_RISK: Duration = Duration::from_secs(1);

/// The 80 bytes that begin a spool.
pub(super) fn header(identity: &Identity, layout: LayoutHash) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..44].copy_from_slice(&layout.0);
    bytes[44..76].copy_from_slice(&identity.bytes());
    let crc = crc32fast::hash(&bytes[..76]);
    bytes[76..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// An open spool with an index of its records.
#[derive(Debug)]
pub struct Spool {
    file: File,
    path: PathBuf,
    /// Replication to offset of its frame.
    index: BTreeMap<u64, u64>,
    prefix: u64,
    end: u64,
    cut: u64,
    scratch: Vec<u8>,
    /// When it was last brought to disk; `None` for a file without a name, which no power cut outlives.
    synced: Option<Instant>,
    /// Numbers of values that the records have: one number, unless somebody made them up.
    widths: BTreeSet<usize>,
}

impl Spool {
    /// A spool in an unnamed temporary file, gone when the program ends.
    ///
    /// # Errors
    /// The temporary folder cannot be written to.
    pub fn unnamed(identity: &Identity, layout: LayoutHash) -> Result<Spool, StoreError> {
        let path = std::env::temp_dir();
        let file = tempfile::tempfile().map_err(|source| StoreError::Temporary {
            path: path.clone(),
            source,
        })?;
        let path = path.join("(the temporary file of records)");
        Spool::start(file, path, identity, layout, None)
    }

    /// Opens the spool at `path`, or begins one; a half-written tail is cut off.
    ///
    /// # Errors
    /// It cannot be written, or belongs to another plan or program.
    pub fn open(path: &Path, identity: &Identity, layout: LayoutHash) -> Result<Spool, StoreError> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = file.map_err(io_error("open", path))?;
        let len = file.metadata().map_err(io_error("read", path))?.len();
        // A kill within the first write leaves less than a header, and no record.
        if len < HEADER as u64 {
            let spool = Spool::start(file, path.to_path_buf(), identity, layout, Some(Instant::now()))?;
            // Header and name are on the disk before the first record: a damaged header is never one of another plan.
            spool.sync()?;
            sync_folder(parent(path))?;
            return Ok(spool);
        }
        let mut spool = Spool::scan(file, path, identity, layout, true)?;
        if spool.cut > 0 {
            spool.file.set_len(spool.end).map_err(io_error("shorten", path))?;
        }
        spool.synced = Some(Instant::now());
        spool.scratch.clear();
        Ok(spool)
    }

    /// Number of whole records in a file, whatever their plan; 0 where there is no such file.
    pub fn count(path: &Path) -> u64 {
        let Ok(mut file) = File::open(path) else { return 0 };
        if file.seek(SeekFrom::Start(HEADER as u64)).is_err() {
            return 0;
        }
        let (mut reader, mut scratch) = (BufReader::with_capacity(1 << 18, file), Vec::new());
        let mut found = BTreeSet::new();
        while let Ok(Some((replication, _))) = skim_frame(&mut reader, &mut scratch) {
            found.insert(replication);
        }
        found.len() as u64
    }

    /// Opens a finished spool without changing it; a damaged one is refused.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or belongs to another plan.
    pub fn open_finished(path: &Path, identity: &Identity, layout: LayoutHash) -> Result<Spool, StoreError> {
        // A named pipe would wait for a writer.
        let what = std::fs::metadata(path).map_err(io_error("open", path))?;
        if !what.is_file() || what.len() < HEADER as u64 {
            return Err(damaged(path, "it is no file of records".to_string()));
        }
        let file = File::open(path).map_err(io_error("open", path))?;
        let spool = Spool::scan(file, path, identity, layout, false)?;
        match spool.cut {
            0 => Ok(spool),
            n => Err(damaged(path, format!("its last {n} bytes are no record"))),
        }
    }

    fn start(
        mut file: File,
        path: PathBuf,
        identity: &Identity,
        layout: LayoutHash,
        synced: Option<Instant>,
    ) -> Result<Spool, StoreError> {
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header(identity, layout))
        };
        write(&mut file).map_err(io_error("write", &path))?;
        let index = BTreeMap::new();
        Ok(Spool {
            file,
            path,
            index,
            prefix: 0,
            end: HEADER as u64,
            cut: 0,
            scratch: Vec::new(),
            synced,
            widths: BTreeSet::new(),
        })
    }

    /// Reads a spool through. With `repair`, a header torn by a power cut is written anew (the folder's plan vouches
    /// for the records, each of which has its own checksum); a sound header of another plan is always refused.
    fn scan(
        mut file: File,
        path: &Path,
        identity: &Identity,
        layout: LayoutHash,
        repair: bool,
    ) -> Result<Spool, StoreError> {
        let len = file.metadata().map_err(io_error("read", path))?.len();
        let mut head = [0; HEADER];
        file.read_exact(&mut head).map_err(io_error("read", path))?;
        if head != header(identity, layout) {
            let sound = head[..8] == MAGIC && head[76..] == crc32fast::hash(&head[..76]).to_le_bytes();
            if sound {
                return Err(damaged(
                    path,
                    "its records were made by another plan or version".to_string(),
                ));
            } else if !repair {
                return Err(damaged(path, "it is no file of records".to_string()));
            }
            let rewrite = file
                .seek(SeekFrom::Start(0))
                .and_then(|_| file.write_all(&header(identity, layout)));
            rewrite.map_err(io_error("write", path))?;
        }
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let (mut index, mut end, mut scratch) = (BTreeMap::new(), HEADER as u64, Vec::new());
        let mut widths = BTreeSet::new();
        loop {
            match skim_frame(&mut reader, &mut scratch) {
                Ok(None) => break,
                Ok(Some((replication, values))) => {
                    // The first of two equal replications counts; they are equal anyway.
                    index.entry(replication).or_insert(end);
                    widths.insert(values);
                    end += scratch.len() as u64;
                }
                Err(FrameError::Io(e)) => return Err(io_error("read", path)(e)),
                Err(FrameError::Truncated | FrameError::Corrupt(_)) => break,
            }
        }
        let file = reader.into_inner();
        let path = path.to_path_buf();
        let mut spool = Spool {
            file,
            path,
            index,
            prefix: 0,
            end,
            cut: len.saturating_sub(end),
            scratch,
            synced: None,
            widths,
        };
        spool.advance();
        Ok(spool)
    }

    /// Brings what is kept to disk.
    ///
    /// # Errors
    /// The disk.
    pub fn sync(&self) -> Result<(), StoreError> {
        match self.synced {
            Some(_) => self.file.sync_data().map_err(io_error("write", &self.path)),
            None => Ok(()),
        }
    }

    fn advance(&mut self) {
        while self.index.contains_key(&self.prefix) {
            self.prefix += 1;
        }
    }

    /// Refuses records that do not have this many values: their checksums fit, so no accident made them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn holds(&self, values: usize) -> Result<(), StoreError> {
        match self.widths.iter().find(|is| **is != values) {
            None => Ok(()),
            Some(is) => {
                let what =
                    format!("records of this plan have length {values}, and it has one of length {is}");
                Err(damaged(&self.path, what))
            }
        }
    }

    /// Number of records.
    pub fn len(&self) -> u64 {
        self.index.len() as u64
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Bytes of a half-written record that were cut off when it was opened.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Replications kept, rising.
    pub fn replications(&self) -> impl Iterator<Item = u64> {
        self.index.keys().copied()
    }

    /// Reads one record.
    ///
    /// # Errors
    /// It is not kept, or the file cannot be read or changed since it was opened.
    pub fn read(&mut self, replication: u64) -> Result<Record, StoreError> {
        let missing = || {
            damaged(
                &self.path,
                format!("it has no record of replication {replication}"),
            )
        };
        let offset = *self.index.get(&replication).ok_or_else(missing)?;
        self.file
            .seek(SeekFrom::Start(offset))
            .map_err(io_error("read", &self.path))?;
        match read_frame(&mut self.file, &mut self.scratch) {
            Ok(Some(record)) if record.replication == replication => Ok(record),
            Err(FrameError::Io(e)) => Err(io_error("read", &self.path)(e)),
            _ => Err(damaged(
                &self.path,
                format!("the record of replication {replication} cannot be read back"),
            )),
        }
    }
}

fn damaged(path: &Path, what: String) -> StoreError {
    StoreError::Damaged {
        path: path.to_path_buf(),
        what,
    }
}

impl Keeper for Spool {
    type Error = StoreError;

    fn has(&self, replication: u64) -> bool {
        self.index.contains_key(&replication)
    }

    fn keep(&mut self, record: &Record) -> Result<(), StoreError> {
        if self.has(record.replication) {
            return Ok(());
        }
        self.scratch.clear();
        encode_frame(record, &mut self.scratch);
        let write = |spool: &mut Spool| {
            spool.file.seek(SeekFrom::Start(spool.end))?;
            spool.file.write_all(&spool.scratch)
        };
        if let Err(e) = write(self) {
            // What fitted of the record is worthless; without it the file stays readable. Should this fail, too, the
            // checksum tells when the file is opened again.
            let _ = self.file.set_len(self.end);
            return Err(io_error("write", &self.path)(e));
        }
        if let Some(last) = self.synced {
            // A file without a name takes whatever is written to it, and keeps nothing.
            if !still_there(&self.file, &self.path) {
                return Err(StoreError::Vanished(parent(&self.path).to_path_buf()));
            }
            if last.elapsed() >= AT_RISK {
                self.sync()?;
                self.synced = Some(Instant::now());
            }
        }
        self.index.insert(record.replication, self.end);
        self.end += self.scratch.len() as u64;
        self.advance();
        Ok(())
    }

    fn prefix(&self) -> u64 {
        self.prefix
    }

    fn visit(&mut self, n: u64, f: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        for replication in 0..n {
            f(&self.read(replication)?);
        }
        Ok(())
    }
}
