//! Keyed draws (seed, replication, subject, purpose, anchor, attempt) and the distributions, each through its quantile function.
