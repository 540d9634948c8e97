//! What can go wrong with files: the user's mistakes (exit code 2) apart from the machine's failures (3).

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::experiment::Shard;

/// An error of the store; its text names the path and says what to do.
#[derive(Debug)]
pub enum StoreError {
    /// The output folder exists.
    Exists(PathBuf),
    /// Another run is writing there.
    Busy(PathBuf),
    /// What is at the path is not a results folder of this program, so it is not touched.
    NotResults(PathBuf),
    /// The path names no folder that could be created (such as `/` or `..`).
    NoName(PathBuf),
    /// The unfinished run at the path has another plan.
    OtherPlan {
        /// Folder of the unfinished run.
        path: PathBuf,
        /// Parts of the plan that differ.
        differs: Vec<String>,
    },
    /// The unfinished run at the path is another shard.
    OtherShard {
        /// Folder of the unfinished run.
        path: PathBuf,
        /// The shard it holds.
        found: Option<Shard>,
    },
    /// Nothing to merge.
    NoShards,
    /// A folder to merge is no shard.
    NotAShard(PathBuf),
    /// A shard to merge is not finished.
    Unfinished(PathBuf),
    /// Two shards were not made by the same plan.
    ShardsDiffer {
        /// One.
        a: PathBuf,
        /// The other.
        b: PathBuf,
        /// Parts of the plan that differ.
        differs: Vec<String>,
    },
    /// The same shard twice.
    Overlap {
        /// Which.
        shard: Shard,
        /// One folder.
        a: PathBuf,
        /// The other.
        b: PathBuf,
    },
    /// Shards are missing.
    Incomplete(Vec<Shard>),
    /// The folder of the unfinished run was taken away while the run was at work.
    Vanished(PathBuf),
    /// No file can be made in the folder for temporary files.
    Temporary {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A merge would replace one of the shards it reads.
    OutIsShard(PathBuf),
    /// A file to be created is there.
    FileExists(PathBuf),
    /// A folder stands where a file is to be written.
    IsFolder(PathBuf),
    /// A file's content contradicts itself or its neighbours.
    Damaged {
        /// The file.
        path: PathBuf,
        /// How.
        what: String,
    },
    /// The operating system refused.
    Io {
        /// What was attempted, as in "cannot `write`".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
}

impl StoreError {
    /// 2 for what the user can put right in the command, 3 for the machine (disk, permission, damage, another run at work).
    pub fn exit_code(&self) -> u8 {
        match self {
            StoreError::Io { .. }
            | StoreError::Damaged { .. }
            | StoreError::Busy(_)
            | StoreError::Vanished(_)
            | StoreError::Temporary { .. } => 3,
            _ => 2,
        }
    }
}

/// For `map_err`: the operating system's answer with what was attempted on what.
pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError::Io { doing, path, source }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Exists(path) => {
                let path = path.display();
                write!(
                    f,
                    "{path} exists already: choose another folder, or replace it with --force"
                )
            }
            StoreError::Busy(path) => {
                write!(
                    f,
                    "another run is writing to {}, and goes on undisturbed: wait for it, or choose another folder",
                    path.display()
                )
            }
            StoreError::NotResults(path) => write!(
                f,
                "{} is not a results folder of careweave, so it is left alone (also with --force)",
                path.display()
            ),
            StoreError::NoName(path) => {
                write!(
                    f,
                    "{} cannot be a results folder: give a folder to be created",
                    path.display()
                )
            }
            StoreError::OtherPlan { path, differs } => write!(
                f,
                "{} holds an unfinished run of another plan (they differ in {}): finish that one, choose another \
                 folder, or discard it with --force",
                path.display(),
                differs.join(", ")
            ),
            StoreError::OtherShard { path, found } => {
                let what = found.map_or("the whole experiment".to_string(), |s| format!("shard {s}"));
                write!(
                    f,
                    "{} holds an unfinished run of {what}: give each shard a folder of its own, or discard it with \
                     --force",
                    path.display()
                )
            }
            StoreError::NoShards => write!(f, "there are no shards to merge"),
            StoreError::NotAShard(path) => write!(
                f,
                "{} is no shard: merge takes the folders written by runs with --shard",
                path.display()
            ),
            StoreError::Unfinished(path) => {
                write!(
                    f,
                    "the shard {} is not finished: run it again to resume it",
                    path.display()
                )
            }
            StoreError::ShardsDiffer { a, b, differs } => write!(
                f,
                "{} and {} do not belong together: they differ in {}",
                a.display(),
                b.display(),
                differs.join(", ")
            ),
            StoreError::Overlap { shard, a, b } => {
                write!(f, "{} and {} are both shard {shard}", a.display(), b.display())
            }
            StoreError::Incomplete(missing) => {
                let names: Vec<String> = missing.iter().map(Shard::to_string).collect();
                write!(f, "these shards are missing: {}", names.join(", "))
            }
            StoreError::Vanished(path) => write!(
                f,
                "{} was removed or replaced while the run was at work, so nothing more can be kept in it: run the same \
                 command again",
                path.display()
            ),
            StoreError::Temporary { path, source } => write!(
                f,
                "cannot create a temporary file in {}: {source}\nWithout --out records are kept in a temporary file: set \
                 TMPDIR to a folder with room, or give --out",
                path.display()
            ),
            StoreError::OutIsShard(path) => write!(
                f,
                "{} is one of the shards to be merged, and would be replaced: give --out another folder",
                path.display()
            ),
            StoreError::FileExists(path) => write!(
                f,
                "{} exists already: choose another file, or replace it with --force",
                path.display()
            ),
            StoreError::IsFolder(path) => write!(f, "{} is a folder: name a file", path.display()),
            StoreError::Damaged { path, what } => write!(f, "{} is damaged: {what}", path.display()),
            StoreError::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Io { source, .. } | StoreError::Temporary { source, .. } => Some(source),
            _ => None,
        }
    }
}
