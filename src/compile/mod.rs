//! A checked scenario becomes a dense model.

mod pathway;
pub mod queueing;

pub use pathway::pathway;
