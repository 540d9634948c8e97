//! What all commands over many points have in common on the screen.

use super::args::StudyFlags;
use super::machine::Machine;
use crate::app::Output;
use crate::experiment::Shard;

/// Where results go and on how many threads.
pub fn output(flags: &StudyFlags, machine: &Machine, shard: Option<Shard>) -> Output {
    Output {
        out: flags.out.clone(),
        force: flags.force,
        shard,
        threads: machine.threads(),
        memory: machine.memory(flags.max_memory),
    }
}

/// How it ended and where the results are.
pub fn notice(units: u64, interrupted: bool, output: &Output, machine: &Machine) -> String {
    let mut text = match interrupted {
        true => "interrupted".to_string(),
        false => format!(
            "{units} unit{} in {:.1} s on {} threads",
            if units == 1 { "" } else { "s" },
            machine.seconds(),
            machine.threads()
        ),
    };
    if let Some(out) = &output.out {
        let out = out.display();
        text += &match interrupted {
            true => format!("; the same command with --out {out} goes on from here"),
            false => format!("; written to {out}"),
        };
    }
    text + "\n"
}
