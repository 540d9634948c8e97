//! The progress bar with the time left; on a terminal only.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::experiment::{Look, Progress};

/// A progress bar, or silence.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    quiet: bool,
    what: &'static str,
    begun: bool,
    /// Held while the clock goes on between replications.
    ticking: Option<Sender<()>>,
}

impl Bar {
    /// Draws on standard error if that is a terminal and nobody asked for quiet.
    pub fn new(quiet: bool) -> Bar {
        Bar::of(quiet, "replications")
    }

    /// The same for a study, which counts replications of points.
    pub fn units(quiet: bool) -> Bar {
        Bar::of(quiet, "units")
    }

    fn of(quiet: bool, what: &'static str) -> Bar {
        let seen = !quiet && std::io::stderr().is_terminal();
        let target = if seen {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let form = format!("{{bar:30}} {{pos}}/{{len}} {what}, {{elapsed}} gone, {{left}} left {{msg}}");
        if let Ok(style) = ProgressStyle::with_template(&form) {
            bar.set_style(style.with_key("left", left));
        }
        Bar {
            bar,
            quiet,
            what,
            begun: false,
            ticking: None,
        }
    }

    /// Draws between replications too: the clock goes on while the first is under way. Where no thread is to be had, it stands.
    fn tick(&mut self) {
        if self.bar.is_hidden() || self.ticking.is_some() {
            return;
        }
        let (bar, (hold, held)) = (self.bar.clone(), mpsc::channel::<()>());
        let tick = move || {
            while held.recv_timeout(Duration::from_millis(250)) == Err(RecvTimeoutError::Timeout) {
                bar.tick();
            }
        };
        let begun = std::thread::Builder::new().name("bar".to_string()).spawn(tick);
        self.ticking = begun.is_ok().then_some(hold);
    }

    /// Takes it off the screen.
    pub fn clear(&mut self) {
        self.ticking = None;
        self.bar.finish_and_clear();
    }
}

/// The time left, once there is something to reckon it from.
fn left(state: &ProgressState, out: &mut dyn fmt::Write) {
    let _ = match state.eta() {
        eta if state.pos() == 0 || eta.is_zero() => write!(out, "?"),
        eta => write!(out, "{:#}", HumanDuration(eta)),
    };
}

impl Progress for Bar {
    fn begin(&mut self, wanted: u64, done: u64) {
        if !self.begun && done > 0 && !self.quiet {
            let line = format!(
                "goes on where it stopped: {done} of {wanted} {} are there\n",
                self.what
            );
            let _ = std::io::stderr().lock().write_all(line.as_bytes());
        }
        self.begun = true;
        self.tick();
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
