//! Records on disk, resume, shards, merge, whole-or-absent folders.
//!
//! While a run computes, finished records are appended to `OUT.partial/records.spool`; a kill at any moment
//! loses none of them. At the end the results are written to `OUT.partial/results`, brought to disk and renamed to
//! `OUT`, so that `OUT` is whole or absent. A run of the same plan on the same `OUT` goes on where the last one
//! stopped. Without `OUT` the records live in an unnamed temporary file.

pub mod error;
pub mod identity;
pub mod limited;
pub mod manifest;
pub mod merge;
pub mod output;
pub mod run;
pub mod spool;

pub use error::StoreError;
pub use identity::Identity;
pub use manifest::{Flaw, MANIFEST, Manifest, RECORDS, RUN};
pub use merge::Merged;
pub use output::{Draft, Output, Request, hash_of};
pub use run::{Ending, Store};
pub use spool::Spool;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_folder;
#[cfg(test)]
mod tests_shards;
