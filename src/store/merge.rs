//! Joining shards into exactly what one machine would have written.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::draft::Draft;
use super::error::StoreError;
use super::identity::Identity;
use super::manifest::{Manifest, RECORDS};
use super::output::{Output, Request};
use super::run::write_records;
use super::spool::Spool;
use crate::experiment::Shard;
use crate::observe::{LayoutHash, Record, Records};

/// Most missing shards that are named.
const MISSING_SHOWN: usize = 100;

/// All shards of one experiment, opened and found to belong together.
#[derive(Debug)]
pub struct Merged {
    /// Shard i at index i - 1.
    spools: Vec<Spool>,
    folders: Vec<PathBuf>,
    manifest: Manifest,
    identity: Identity,
    layout: LayoutHash,
}

impl Merged {
    /// Opens the folders of all shards, in any order.
    ///
    /// # Errors
    /// None given; a folder that is no finished shard; shards of different plans; one twice; one missing; records that are
    /// damaged, missing or too many.
    pub fn open(folders: &[PathBuf], layout: LayoutHash) -> Result<Merged, StoreError> {
        let mut found: Vec<(Shard, &PathBuf, Manifest)> = Vec::new();
        for folder in folders {
            let manifest = Manifest::read(folder).map_err(|e| unfinished(folder, e))?;
            let shard = manifest
                .shard()
                .ok_or_else(|| StoreError::NotAShard(folder.clone()))?;
            found.push((shard, folder, manifest));
        }
        found.sort_by_key(|f| f.0);
        let (_, first, manifest) = found.first().ok_or(StoreError::NoShards)?;
        let identity = manifest.identity();
        for (shard, folder, other) in &found[1..] {
            let mut differs = identity.differences(&other.identity());
            for (name, differ) in [
                ("layout of the records", manifest.layout_hash != other.layout_hash),
                (
                    "number of replications",
                    manifest.replications != other.replications,
                ),
                ("number of shards", found[0].0.of() != shard.of()),
            ] {
                differs.extend(differ.then(|| name.to_string()));
            }
            if !differs.is_empty() {
                return Err(StoreError::ShardsDiffer {
                    a: first.to_path_buf(),
                    b: folder.to_path_buf(),
                    differs,
                });
            }
        }
        if let Some(pair) = found.windows(2).find(|w| w[0].0 == w[1].0) {
            let (a, b) = (pair[0].1.clone(), pair[1].1.clone());
            return Err(StoreError::Overlap {
                shard: pair[0].0,
                a,
                b,
            });
        }
        let of = found[0].0.of();
        if (found.len() as u64) < of {
            let is_here = |s: &Shard| found.binary_search_by_key(s, |f| f.0).is_ok();
            // A folder may call itself one of any number of shards: the first missing ones say enough.
            let absent = (1..=of)
                .filter_map(|i| Shard::new(i, of).ok())
                .filter(|s| !is_here(s));
            return Err(StoreError::Incomplete(absent.take(MISSING_SHOWN).collect()));
        }
        let mut spools = Vec::new();
        for (shard, folder, manifest) in &found {
            let path = folder.join(RECORDS);
            let spool = Spool::open_finished(&path, &identity, layout)?;
            if !spool.replications().eq(shard.replications(manifest.replications)) {
                let expected = shard.count(manifest.replications);
                let what = format!(
                    "it has {} records where {expected} belong, or others",
                    spool.len()
                );
                return Err(StoreError::Damaged { path, what });
            }
            spools.push(spool);
        }
        let manifest = manifest.clone();
        Ok(Merged {
            spools,
            folders: folders.to_vec(),
            manifest,
            identity,
            layout,
        })
    }

    /// Refuses records that do not have this many values.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn holds(&self, values: usize) -> Result<(), StoreError> {
        self.spools.iter().try_for_each(|spool| spool.holds(values))
    }

    /// The plan that all shards share (its scenarios are needed to know what the records mean before
    /// they are opened: see [`Manifest::read`]).
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Number of replications of the whole experiment.
    pub fn replications(&self) -> u64 {
        self.manifest.replications
    }

    /// Reads one record.
    fn read(&mut self, replication: u64) -> Result<Record, StoreError> {
        let shard = replication % self.spools.len() as u64;
        self.spools[shard as usize].read(replication)
    }

    /// Writes the results folder, exactly as one run of all replications would have.
    ///
    /// # Errors
    /// The folder exists or cannot be written, or `tables` fails.
    pub fn finish(
        mut self,
        out: &Path,
        force: bool,
        keep_records: bool,
        run: &Map<String, Value>,
        tables: impl FnOnce(&Draft, &mut Merged) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        if real(out).is_some_and(|out| self.folders.iter().any(|f| real(f).as_ref() == Some(&out))) {
            return Err(StoreError::OutIsShard(out.to_path_buf()));
        }
        let (identity, layout) = (self.identity.clone(), self.layout);
        let request = Request {
            out: Some(out.to_path_buf()),
            force,
            identity,
            layout,
            shard: None,
        };
        let output = Output::open(&request, out)?;
        let draft = output.draft()?;
        let n = self.replications();
        if keep_records {
            let mut all = 0..n;
            write_records(&draft, &request, &mut || all.next().map(|r| self.read(r)))?;
        }
        tables(&draft, &mut self)?;
        let mut run = run.clone();
        run.insert("interrupted".to_string(), Value::Bool(false));
        output.publish(&draft, n, &run, true)?;
        output.remove_partial();
        Ok(())
    }
}

impl Records for Merged {
    type Error = StoreError;

    fn count(&self) -> u64 {
        self.replications()
    }

    fn visit(&mut self, f: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        for replication in 0..self.replications() {
            f(&self.read(replication)?);
        }
        Ok(())
    }
}

/// A folder without results whose run left records behind is an unfinished shard.
fn unfinished(folder: &Path, error: StoreError) -> StoreError {
    let mut name = folder.as_os_str().to_os_string();
    name.push(".partial");
    match error {
        StoreError::NotResults(_) if Path::new(&name).exists() => {
            StoreError::Unfinished(folder.to_path_buf())
        }
        StoreError::NotResults(_) => StoreError::NotAShard(folder.to_path_buf()),
        other => other,
    }
}
