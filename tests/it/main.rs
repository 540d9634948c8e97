//! Integration tests: one binary, one file per subject.

mod all_scenarios;
mod bad_input;
mod cli;
mod cli_results;
mod cmocs;
mod desk;
mod maps;
mod networks;
mod scenario_fuzz;
mod sweep;
mod theory_files;
mod world;
mod world_access;
mod world_causes;
mod world_fair;
mod world_golden;
mod world_negative;
mod world_planning;
mod world_later;
mod world_log;
mod world_queue;
mod world_random;
mod world_relations;
mod world_support;
mod world_tools;
mod world_trust;
