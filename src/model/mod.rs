//! The compiled model: immutable dense tables.
