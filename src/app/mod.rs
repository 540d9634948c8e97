//! The façade that the command line calls.
