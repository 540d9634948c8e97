//! The targets of `tests/it/fuzzed.rs`, with a bound on memory.

use std::alloc::System;

use cap::Cap;

#[path = "../../tests/it/fuzzed.rs"]
pub mod fuzzed;

/// Most memory that reading one input may take, the program's own tables included.
const MEMORY: usize = 512 << 20;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MEMORY);
