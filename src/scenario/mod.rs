//! TOML text to a checked scenario, with all its problems at once.

pub mod checks;
pub mod de;
pub mod hours;
pub mod law;
pub mod node;
pub mod schema;
mod suggest;
pub mod units;
mod walk;
