//! `trace`: one replication's event log, and one person's story.

use super::End;
use super::args::{LogFormat, LogWindow, Trace};
use super::files::Files;
use super::machine::Machine;
use super::screen::Screen;
use crate::app::{self, Ask, Error, Experiment, Findings};

/// `careweave trace`.
pub fn trace(screen: &Screen, args: &Trace) -> Result<End, Error> {
    let machine = Machine::new(Some(1));
    let ask = Ask {
        scenarios: vec![args.scenario.clone()],
        sets: args.sets.clone(),
        seed: args.seed,
        ..Ask::default()
    };
    let experiment = Experiment::prepare(&Files, &ask)?;
    let warnings = experiment.findings.iter().cloned();
    let warnings: Vec<Findings> = warnings.map(Findings::without_advice).collect();
    screen.findings(&warnings);
    let ask = app::Trace {
        replication: args.replication,
        person: args.person,
        window: match args.window {
            LogWindow::All => app::Window::All,
            LogWindow::Measured => app::Window::Measured,
        },
        csv: args.format != LogFormat::Xes,
        xes: args.format != LogFormat::Csv,
        out: args.out.clone(),
        force: args.force,
    };
    let told = app::trace(&experiment, &ask, &|| machine.about())?;
    if let Some(text) = &told.text {
        screen.answer(text)?;
    }
    if let (Some((events, people)), Some(out), false) = (told.written, &args.out, args.quiet) {
        let out = out.display();
        screen.aside(&format!("{events} events of {people} people; written to {out}\n"));
    }
    Ok(End::Done)
}
