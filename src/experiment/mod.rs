//! Replications, pairs of arms, precision: the only room with threads.
