//! Ctrl-C: the first keeps what is finished, the second ends the program at once.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of an interrupted command: 128 + SIGINT, as shells have it.
pub const EXIT_CODE: u8 = 130;

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C sets the flag that is returned. Where no handler can be set, Ctrl-C ends the program, and
/// the same command takes up what was finished.
#[allow(clippy::disallowed_methods)] // the second Ctrl-C is a kill, which the store survives by design
pub fn catch() -> &'static AtomicBool {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(EXIT_CODE));
        }
        let words = "\nstopping when the replications under way are done (Ctrl-C again: at once)\n";
        let _ = std::io::stderr().lock().write_all(words.as_bytes());
    };
    let _ = ctrlc::set_handler(handler);
    &STOP
}
