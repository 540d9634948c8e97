//! Pure accumulators, intervals and tests; one `Estimate` type.
