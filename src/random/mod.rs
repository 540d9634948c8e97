//! Keyed draws (seed, replication, subject, purpose, anchor, attempt) and the distributions, each through its quantile function.

pub mod draws;
mod exact;
pub mod keys;
pub mod law;
pub mod law_error;
pub mod philox;
mod pieces;
pub mod quantile;
mod special;
pub mod table;
#[cfg(test)]
mod tests;

pub use draws::Draws;
pub use keys::{name_key, sub_key};
pub use law::Law;
pub use law_error::LawError;
pub use quantile::Quantile;
