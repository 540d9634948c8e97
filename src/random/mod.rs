//! Keyed draws (seed, replication, subject, purpose, anchor, attempt) and the distributions, each through its quantile function.

pub mod draws;
pub mod keys;
pub mod philox;

pub use draws::Draws;
pub use keys::{name_key, sub_key};
