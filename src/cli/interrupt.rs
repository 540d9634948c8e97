//! Ctrl-C, termination and hangup: the first keeps what is finished, the second ends the program at once.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

/// Exit code of an interrupted command: 128 + SIGINT, as shells have it.
pub const EXIT_CODE: u8 = 130;

static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C, termination and hangup set the flag that is returned. What the caller had ignored stays ignored: a
/// command under `nohup` goes on when its terminal is closed. Where no handler can be set, Ctrl-C ends the program, and the same
/// command takes up what was finished.
pub fn catch() -> &'static AtomicBool {
    let _ = platform::catch(&STOP);
    &STOP
}

/// From now on a file that grows beyond its limit (`ulimit -f`) is an error that can be told, as a full disk is, and not the
/// program's death.
pub fn outlive_file_limits() {
    platform::outlive_file_limits();
}

/// Tells whoever pressed Ctrl-C why the program is still there.
fn tell() {
    let words = "\nstopping when the replications under way are done (Ctrl-C again: at once)\n";
    let _ = std::io::stderr().lock().write_all(words.as_bytes());
}

#[cfg(unix)]
mod platform {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    pub fn catch(stop: &Arc<AtomicBool>) -> io::Result<()> {
        let ignored = ignored();
        let caught: Vec<i32> = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter(|signal| ignored >> (signal - 1) & 1 == 0)
            .collect();
        for &signal in &caught {
            // In this order: the second is a kill, which the store survives by design.
            flag::register_conditional_shutdown(signal, i32::from(super::EXIT_CODE), Arc::clone(stop))?;
            flag::register(signal, Arc::clone(stop))?;
        }
        // The words only: should there be no thread to be had, the flag is set all the same.
        let mut signals = Signals::new(&caught)?;
        let words = move || {
            if signals.forever().next().is_some() {
                super::tell();
            }
        };
        std::thread::Builder::new()
            .name("signals".to_string())
            .spawn(words)
            .map(drop)
    }

    pub fn outlive_file_limits() {
        let noted = Arc::new(AtomicBool::new(false));
        // Without it the limit kills, which costs nothing finished.
        let _ = flag::register(SIGXFSZ, noted);
    }

    /// Signals that are ignored, a bit each, as Linux tells; elsewhere none.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }
}

#[cfg(not(unix))]
mod platform {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[allow(clippy::disallowed_methods)] // the second Ctrl-C is a kill, which the store survives by design
    pub fn catch(stop: &Arc<AtomicBool>) -> Result<(), ctrlc::Error> {
        let stop = Arc::clone(stop);
        ctrlc::set_handler(move || {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(super::EXIT_CODE));
            }
            super::tell();
        })
    }

    pub fn outlive_file_limits() {}
}
