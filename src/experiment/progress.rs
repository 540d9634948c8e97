//! What a run tells about itself while it runs; the command line draws it, tests ignore it.

use super::stopping::Look;

/// Told on the calling thread, never from a worker. Every method may be left out.
pub trait Progress {
    /// So many replications are kept from a run that came to no end, and are not run again.
    fn resumed(&mut self, kept: u64) {
        let _ = kept;
    }

    /// A batch begins: `wanted` replications are needed, `done` of them are kept from before.
    fn begin(&mut self, wanted: u64, done: u64) {
        let _ = (wanted, done);
    }

    /// One more replication is finished and kept; `done` now are.
    fn finished(&mut self, done: u64) {
        let _ = done;
    }

    /// The `auto` rule looked at the precision reached.
    fn looked(&mut self, look: &Look) {
        let _ = look;
    }
}

/// Silence.
impl Progress for () {}
