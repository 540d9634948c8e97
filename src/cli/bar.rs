//! The progress bar with the time left; on a terminal only.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::experiment::{Look, Progress};

/// A progress bar, or silence.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// Draws on standard error if that is a terminal and nobody asked for quiet.
    pub fn new(quiet: bool) -> Bar {
        let seen = !quiet && std::io::stderr().is_terminal();
        let target = if seen {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let form = "{bar:30} {pos}/{len} replications, {elapsed} gone, {eta} left {msg}";
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        if seen {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Bar { bar }
    }

    /// Takes it off the screen.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&mut self, wanted: u64, done: u64) {
        self.bar.set_length(wanted);
        self.bar.set_position(done);
        // What was kept from before took no time now.
        self.bar.reset_eta();
    }

    fn finished(&mut self, done: u64) {
        self.bar.set_position(done);
    }

    fn looked(&mut self, look: &Look) {
        let worst = look.worst().and_then(|p| p.relative);
        let words = match worst {
            Some(share) => format!("(precision {:.1}% after {})", 100.0 * share, look.n),
            None => format!("(not all precise after {})", look.n),
        };
        self.bar.set_message(words);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}
