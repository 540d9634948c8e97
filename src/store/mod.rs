//! Records on disk, resume, shards, merge, whole-or-absent folders.
//!
//! While a run computes, finished records are appended to `OUT.partial/records.spool`; a kill at any moment
//! loses none of them. At the end the results are written to `OUT.partial/results`, brought to disk and renamed to
//! `OUT`, so that `OUT` is whole or absent. A run of the same plan on the same `OUT` goes on where the last one
//! stopped. What is promised about kills, full disks and power cuts, and how it was tried: `docs/reliability.md`. Without `OUT` the records live in an unnamed temporary file.

mod disk;
pub mod draft;
pub mod error;
pub mod identity;
pub mod limited;
pub mod manifest;
pub mod merge;
pub mod output;
pub mod run;
pub mod spool;
pub mod whole;

pub use draft::{Draft, hash_of};
pub use error::StoreError;
pub use identity::Identity;
pub use manifest::{Flaw, MANIFEST, Manifest, RECORDS, RUN};
pub use merge::Merged;
pub use output::{Output, Request, forget};
pub use run::{Ending, Left, Store, left};
pub use spool::Spool;
pub use whole::{can_create, can_write, write_whole};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_faults;
#[cfg(test)]
mod tests_folder;
#[cfg(test)]
mod tests_shards;
