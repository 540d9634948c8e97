//! A checked scenario becomes a dense model.
