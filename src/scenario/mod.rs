//! TOML text to a checked scenario, with all its problems at once.
