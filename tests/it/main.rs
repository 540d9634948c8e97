//! Integration tests: one binary, one file per subject.

mod bad_input;
mod scenario_fuzz;
mod theory_files;
mod world;
mod world_random;
