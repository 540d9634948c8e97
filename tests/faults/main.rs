//! The program cannot be broken from outside: killed, cut off, starved of room, raced, and run again. The quick form runs with
//! all tests; the long one, whose figures stand in docs/reliability.md, is
//! `CAREWEAVE_KILLS=300 cargo test --release --test faults -- --include-ignored --nocapture --test-threads 1`.

#![cfg(target_os = "linux")]

#[allow(dead_code)]
#[path = "../it/desk.rs"]
mod desk;

mod calls;
mod cases;
mod disks;
mod kills;
mod pipes;
mod races;
mod signals;
