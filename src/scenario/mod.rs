//! TOML text to a checked scenario, with all its problems at once.

pub mod de;
pub mod hours;
pub mod law;
pub mod node;
pub mod units;
