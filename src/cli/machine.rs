//! Host, clock and threads: what `run.json` tells and no result depends on.
#![allow(clippy::disallowed_types)] // the one room that may look at the clock

use std::num::NonZero;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// A run's surroundings, from its beginning.
#[derive(Clone, Debug)]
pub struct Machine {
    started: SystemTime,
    clock: Instant,
    threads: usize,
}

impl Machine {
    /// The run begins now, on so many threads or as many as there are processors.
    pub fn new(threads: Option<u16>) -> Machine {
        let all = || std::thread::available_parallelism().map_or(1, NonZero::get);
        Machine {
            started: SystemTime::now(),
            clock: Instant::now(),
            threads: threads.map_or_else(all, usize::from),
        }
    }

    /// Threads to run on.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Bytes of memory that the run may hold: as many gigabytes as were asked for, else what is free. `None` where that
    /// cannot be known.
    pub fn memory(&self, asked: Option<f64>) -> Option<u64> {
        asked.map_or_else(free_memory, |gigabytes| Some((gigabytes * 1e9) as u64))
    }

    /// Seconds since the beginning.
    pub fn seconds(&self) -> f64 {
        self.clock.elapsed().as_secs_f64()
    }

    /// For `run.json`.
    pub fn about(&self) -> Map<String, Value> {
        let about = json!({
            "host": host(),
            "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            "threads": self.threads,
            "started": utc(self.started),
            "seconds": (self.seconds() * 1000.0).round() / 1000.0,
        });
        let mut map = match about {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        if let Some(kb) = std::fs::read_to_string("/proc/self/status")
            .ok()
            .and_then(|text| line(&text, "VmHWM:"))
        {
            map.insert("peak_memory_bytes".to_string(), (1_024 * kb).into());
        }
        if let Some(commit) = super::COMMIT {
            map.insert("commit".to_string(), commit.into());
        }
        map
    }
}

/// The first number in a text.
fn number(text: &str) -> Option<u64> {
    text.split_whitespace().find_map(|word| word.parse().ok())
}

/// The first number in the line that begins so.
fn line(text: &str, name: &str) -> Option<u64> {
    text.lines().find(|l| l.starts_with(name)).and_then(number)
}

/// Bytes that are free, as Linux tells: of the machine, of the group of processes, of addresses.
fn free_memory() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| line(&text, "MemAvailable:"));
    let group = read("/sys/fs/cgroup/memory.max").as_deref().and_then(number);
    let group = group.map(|most| {
        let used = read("/sys/fs/cgroup/memory.current").as_deref().and_then(number);
        // What is cached of files is given up when it is wanted.
        let cached = read("/sys/fs/cgroup/memory.stat").and_then(|text| line(&text, "file "));
        most.saturating_sub(used.unwrap_or(0).saturating_sub(cached.unwrap_or(0)))
    });
    let addresses = read("/proc/self/limits").and_then(|text| line(&text, "Max address space"));
    let known = [machine.map(|kb| kb.saturating_mul(1_024)), group, addresses];
    known.into_iter().flatten().min()
}

fn host() -> Option<String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = || {
        ["HOSTNAME", "COMPUTERNAME"]
            .iter()
            .find_map(|v| std::env::var(v).ok())
    };
    kernel.map(|name| name.trim().to_string()).or_else(named)
}

/// As in `2025-01-06T09:30:00Z`.
fn utc(time: SystemTime) -> String {
    let secs = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let (year, month, day) = civil(secs / 86_400);
    let s = secs % 86_400;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        s / 3600,
        s / 60 % 60,
        s % 60
    )
}

/// Year, month and day of a number of days since 1970-01-01, counting years from 1 March.
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_moment_is_written_as_everywhere() {
        let at = |secs| utc(UNIX_EPOCH + Duration::from_secs(secs));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_736_155_805), "2025-01-06T09:30:05Z");
        assert_eq!(at(1_767_225_599), "2025-12-31T23:59:59Z");
    }
}
