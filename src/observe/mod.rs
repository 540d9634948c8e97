//! What may be recorded of a run, as integers.
