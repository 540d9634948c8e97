//! Whether what is asked for can be run at all, and on how many threads, before it is started.

use super::error::Error;
use super::execute::Output;
use super::experiment::Experiment;
use crate::base::Effort;
use crate::base::effort::{MOST_EVENTS, MOST_NUMBERED, in_words};
use crate::experiment::Count;

/// What the program holds beside its workers, in bytes.
const PROGRAM: f64 = 3e7;

/// Refuses what no machine could run: numbers within a run have 40 bits (events) and 32 bits (people, customers, work).
///
/// # Errors
/// [`Error::Refused`] with the estimate.
pub(super) fn countable(effort: &Effort) -> Result<(), Error> {
    if effort.is_countable() {
        return Ok(());
    }
    let why = if effort.longest.is_finite() {
        format!(
            "one run would have about {} events and number about {} people, customers or pieces of work; at most {} and {} can \
             be told apart",
            count(effort.longest),
            count(effort.numbered),
            count(MOST_EVENTS),
            count(MOST_NUMBERED)
        )
    } else {
        "one run would never end: somewhere customers or people go round in a circle in which nothing takes time, or arrive \
         without end within a second (time is counted in whole seconds, and what is drawn is rounded to them)"
            .to_string()
    };
    Err(Error::Refused(format!(
        "{why}. Shorten the run, take fewer people or lower rates, or let things last longer"
    )))
}

/// How many workers have room in so much memory (bytes for all of them; `None`: as much as they like), of so many wanted.
///
/// # Errors
/// [`Error::Refused`] with the estimate where there is no room for one.
pub(super) fn workers(effort: &Effort, wanted: usize, memory: Option<u64>) -> Result<usize, Error> {
    countable(effort)?;
    let Some(memory) = memory else { return Ok(wanted) };
    let room = ((memory as f64 - PROGRAM) / effort.bytes.max(1.0)).floor();
    if room >= 1.0 {
        return Ok(wanted.min(room as usize).max(1));
    }
    let waiting = match effort.waiting / effort.bytes {
        share if share > 0.2 => format!(
            ", {:.0}% of it for work that waits at the end because more comes than can be done",
            100.0 * share
        ),
        _ => String::new(),
    };
    Err(Error::Refused(format!(
        "one replication would hold about {} of memory{waiting}, but there is room for {}. Take fewer people, a shorter run or \
         more capacity; or say how much may be used with `--max-memory`, in gigabytes",
        bytes(effort.bytes + PROGRAM),
        bytes(memory as f64)
    )))
}

/// What is to be said before an experiment is run: that not all threads have room, that it will take long.
///
/// # Errors
/// [`Error::Refused`] where there is no room for a single replication.
pub fn told_before(e: &Experiment, output: &Output) -> Result<String, Error> {
    let effort = e.world.effort();
    let workers = workers(&effort, output.threads, output.memory)?;
    let (n, at_most) = match (&e.count, output.shard) {
        (Count::Fixed(n), Some(shard)) => (shard.count(*n), false),
        (Count::Fixed(n), None) => (*n, false),
        (Count::Auto(auto), _) => (auto.cap, true),
    };
    Ok(forecast(&effort, n, at_most, (workers, output.threads)))
}

/// About how long it takes, where that is long enough to be told before: more than ten minutes of one core.
fn forecast(effort: &Effort, replications: u64, at_most: bool, (workers, wanted): (usize, usize)) -> String {
    let mut text = String::new();
    if workers < wanted.min(usize::try_from(replications).unwrap_or(usize::MAX)) {
        let (s, do_) = if workers == 1 { ("", "has") } else { ("s", "have") };
        text += &format!(
            "{workers} thread{s} instead of {wanted}: one replication holds about {}, so that no more than {workers} {do_} room in \
             memory (`--max-memory`)\n",
            bytes(effort.bytes)
        );
    }
    let seconds = effort.seconds * replications as f64;
    if seconds > 600.0 {
        let (s, most) = (
            if replications == 1 { "" } else { "s" },
            if at_most { "at most " } else { "" },
        );
        let hours = seconds / 3_600.0;
        text += &format!(
            "{most}about {} core-hours: {replications} replication{s} of about {} events each\n",
            if hours < 10.0 {
                format!("{hours:.1}")
            } else {
                count(hours)
            },
            count(effort.events)
        );
    }
    text
}

/// What a replication takes, as lines of `check`.
pub(super) fn lines(effort: &Effort) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("events", count(effort.events)),
        ("memory of a worker", bytes(effort.bytes)),
        ("time", format!("{} core-seconds", short(effort.seconds))),
    ];
    if effort.waiting > 0.05 * effort.bytes {
        all.push(("of the memory, waiting work", bytes(effort.waiting)));
    }
    all
}

/// Two significant digits below ten, whole numbers above.
fn short(x: f64) -> String {
    match x {
        x if x < 0.01 => format!("{x:.1e}"),
        x if x < 1.0 => format!("{x:.2}"),
        x if x < 10.0 => format!("{x:.1}"),
        x => count(x),
    }
}

/// "3.2 million".
fn count(x: f64) -> String {
    in_words(x, 1e15)
}

/// "1.5 GB".
fn bytes(x: f64) -> String {
    match x {
        x if x >= 1e15 => format!("{x:.0e} bytes"),
        x if x >= 1e10 => format!("{:.0} GB", x / 1e9),
        x if x >= 1e9 => format!("{:.1} GB", x / 1e9),
        x => format!("{:.0} MB", x / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(bytes: f64) -> Effort {
        Effort {
            events: 3.6e6,
            longest: 3.6e6,
            seconds: 0.5,
            bytes,
            numbered: 1e5,
            waiting: 0.0,
        }
    }

    #[test]
    fn fewer_workers_where_that_helps_and_a_refusal_with_the_estimate_where_it_does_not() {
        let of = |effort: &Effort, wanted, memory| workers(effort, wanted, memory);
        assert_eq!(of(&needs(1e9), 8, None).unwrap(), 8);
        assert_eq!(of(&needs(1e9), 8, Some(64_000_000_000)).unwrap(), 8);
        assert_eq!(of(&needs(1e9), 8, Some(3_500_000_000)).unwrap(), 3);
        let refused = of(
            &Effort {
                waiting: 9e9,
                ..needs(1e10)
            },
            8,
            Some(4_000_000_000),
        );
        let text = refused.unwrap_err().to_string();
        assert!(
            text.contains("10 GB") && text.contains("4.0 GB") && text.contains("90% of it"),
            "{text}"
        );
        let text = countable(&Effort {
            longest: 3e13,
            ..needs(1.0)
        })
        .unwrap_err()
        .to_string();
        assert!(text.contains("30 million million events"), "{text}");
        assert!(
            countable(&Effort::endless())
                .unwrap_err()
                .to_string()
                .contains("never end")
        );
    }

    #[test]
    fn long_runs_are_told_before() {
        assert_eq!(forecast(&needs(1e8), 60, false, (2, 2)), "");
        let told = forecast(&needs(1e8), 72_000, true, (2, 2));
        assert_eq!(
            told,
            "at most about 10 core-hours: 72000 replications of about 3.6 million events each\n"
        );
        assert!(forecast(&needs(1e9), 60, false, (1, 2)).starts_with("1 thread instead of 2: "));
    }
}
