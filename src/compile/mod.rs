//! A checked scenario becomes a dense model.

pub mod queueing;
