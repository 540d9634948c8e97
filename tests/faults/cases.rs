//! The commands that write, each with what it starts from and what it makes; and what must hold after any fault.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::desk::{Desk, Said};

/// A command that writes.
pub struct Case {
    pub name: &'static str,
    /// Commands run beforehand, undisturbed.
    before: &'static [&'static str],
    pub line: &'static str,
    /// Folders and files it makes, in the order in which they appear.
    outs: &'static [&'static str],
    /// How it ends undisturbed: the answer of a calibration so small is "no".
    pub ends: i32,
}

pub const CASES: [Case; 10] = [
    Case {
        name: "run",
        before: &[],
        line: "run desk.toml -n 60 --out r",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "compare",
        before: &[],
        line: "compare desk.toml three.toml -n 30 --out r",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "sweep",
        before: &[],
        line: "sweep plan.toml -n 5 --out r",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "shard",
        before: &[],
        line: "run desk.toml -n 60 --shard 2/2 --out r",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "merge",
        before: &[
            "run desk.toml -n 60 --shard 1/2 --out s1",
            "run desk.toml -n 60 --shard 2/2 --out s2",
        ],
        line: "merge s1 s2 --out r",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "replace",
        before: &["run desk.toml -n 5 --seed 9 --out r"],
        line: "run desk.toml -n 60 --out r --force",
        outs: &["r"],
        ends: 0,
    },
    Case {
        name: "calibrate",
        before: &[],
        line: "calibrate calibrate.toml --out r --overlay over.toml --force",
        outs: &["r", "over.toml"],
        ends: 1,
    },
    Case {
        name: "validate",
        before: &[],
        line: "validate desk.toml --targets waits.toml --quick -n 20 --out r --into doc.md --force",
        outs: &["r", "doc.md"],
        ends: 0,
    },
    Case {
        name: "report",
        before: &["run desk.toml -n 5 --out a"],
        line: "report a --format html --out page.html --force",
        outs: &["page.html"],
        ends: 0,
    },
    Case {
        name: "warmup",
        before: &[],
        line: "warmup desk.toml -n 5 --out r",
        outs: &["r"],
        ends: 0,
    },
];

const PLAN: &str = r#"kind = "sweep"
title = "Servers and load"
scenarios = ["desk.toml", "three.toml"]
outcomes = ["mean_wait_desk_hours", "utilisation_desk"]
replications = 10
[vary.urgent]
path = "classes.urgent.arrivals.poisson.per_hour"
values = [0.3, 0.6]
"#;

const CALIBRATE: &str = r#"kind = "calibrate"
title = "Desk"
scenarios = ["desk.toml"]
targets_file = "waits.toml"
replications = 2
calibrate = { waves = 1, points = 8, check = 4, draws = 2, draw_replications = 2, particles = 100 }
[vary.service]
path = "stations.desk.service.lognormal.mean"
range = [40, 60]
"#;

const WAITS: &str = r#"kind = "targets"
title = "Waits"
[target.wait]
domain = "other"
says = "Wait"
outcome = "mean_wait_desk_hours"
band = [0, 100]
role = "calibration"
source = "Somebody 2020"
grade = "published"
note = "n"
"#;

const DOCUMENT: &str =
    "# Mine\n<!-- begin: careweave validate -->\nold\n<!-- end: careweave validate -->\nend\n";

/// A desk with all files that the cases read.
pub fn furnished() -> Desk {
    let desk = Desk::new();
    for (name, text) in [
        ("plan.toml", PLAN),
        ("calibrate.toml", CALIBRATE),
        ("waits.toml", WAITS),
        ("doc.md", DOCUMENT),
        ("page.html", "old\n"),
    ] {
        desk.file(name, text);
    }
    desk
}

/// What is at a path: of a folder all files but `run.json`, of a file itself; `None` if nothing.
pub type Content = Option<BTreeMap<String, Vec<u8>>>;

pub fn content(path: &Path) -> Content {
    if path.is_file() {
        return Some([(String::new(), fs::read(path).unwrap())].into());
    }
    let entries = fs::read_dir(path).ok()?;
    let mut all = BTreeMap::new();
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = fs::read(entry.path()).unwrap();
        match name.as_str() {
            // Host, time and threads: outside byte identity, but never half a file.
            "run.json" => {
                drop(serde_json::from_slice::<serde_json::Value>(&bytes).expect("run.json is JSON"))
            }
            _ => drop(all.insert(name, bytes)),
        }
    }
    Some(all)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &there),
            false => drop(fs::copy(entry.path(), there).unwrap()),
        }
    }
}

/// A case with what it starts from and what it gives undisturbed.
pub struct Stage {
    pub case: &'static Case,
    /// The command.
    pub line: String,
    start: Desk,
    old: Vec<Content>,
    new: Vec<Content>,
    /// How long it takes undisturbed.
    pub lasts: std::time::Duration,
}

/// What was found after a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// As if it had never begun, apart from what it keeps to go on from.
    Old,
    /// Some of its outputs are new, each of them whole.
    Between,
    /// All done.
    New,
}

impl Stage {
    /// With many replications, so that time is spent in all phases.
    pub fn of(name: &str) -> Stage {
        Stage::with(name, &|line| line.to_string())
    }

    /// With few, so that there are few calls to the operating system that do the same.
    pub fn small(name: &str) -> Stage {
        Stage::with(name, &|line| {
            ["-n 60", "-n 30", "-n 20"]
                .iter()
                .fold(line.to_string(), |line, n| line.replace(n, "-n 5"))
        })
    }

    fn with(name: &str, sized: &dyn Fn(&str) -> String) -> Stage {
        let case = CASES.iter().find(|c| c.name == name).expect("a case");
        let start = furnished();
        for line in case.before {
            start.careweave(&format!("{} --quiet", sized(line))).ended_with(0);
        }
        let contents = |desk: &Desk| case.outs.iter().map(|out| content(&desk.path(out))).collect();
        let old = contents(&start);
        let mut stage = Stage {
            case,
            line: sized(case.line),
            start,
            old,
            new: Vec::new(),
            lasts: std::time::Duration::ZERO,
        };
        let desk = stage.set();
        let begun = std::time::Instant::now();
        desk.careweave(&stage.line).ended_with(case.ends);
        stage.lasts = begun.elapsed();
        stage.new = contents(&desk);
        assert!(stage.new.iter().all(Option::is_some) && stage.new != stage.old);
        assert!(stage.leftovers(&desk).is_empty());
        stage
    }

    /// A new desk as it is before the command.
    pub fn set(&self) -> Desk {
        let desk = Desk {
            dir: tempfile::tempdir().unwrap(),
        };
        copy(self.start.dir.path(), desk.dir.path());
        desk
    }

    /// Whole records that are kept for going on.
    pub fn kept(&self, desk: &Desk) -> u64 {
        careweave::store::Spool::count(&desk.path("r.partial/records.spool"))
    }

    /// Files beside those that belong there.
    pub fn leftovers(&self, desk: &Desk) -> Vec<String> {
        let names = fs::read_dir(desk.dir.path()).unwrap();
        let names = names.map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
        names
            .filter(|n| !self.start.path(n).exists() && !self.case.outs.contains(&n.as_str()))
            .collect()
    }

    /// Every output is whole, old or new; nothing else has changed; what may be left over is known.
    #[track_caller]
    pub fn whole(&self, desk: &Desk, what: &str) -> Found {
        let mut news = 0;
        for (i, out) in self.case.outs.iter().enumerate() {
            let is = content(&desk.path(out));
            assert!(
                is == self.old[i] || is == self.new[i],
                "{what}: {out} is neither as before nor as it should become: {:?}",
                is.map(|files| files.into_keys().collect::<Vec<_>>())
            );
            news += usize::from(is == self.new[i]);
        }
        for entry in fs::read_dir(self.start.dir.path()).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            if !self.case.outs.contains(&name.as_str()) {
                let (was, is) = (content(&self.start.path(&name)), content(&desk.path(&name)));
                assert!(was == is, "{what}: {name} was changed");
            }
        }
        for name in self.leftovers(desk) {
            let known = name == "r.partial" || (name.starts_with('.') && name.ends_with(".new"));
            assert!(known, "{what}: {name} was left");
        }
        match news {
            0 => Found::Old,
            n if n == self.case.outs.len() => Found::New,
            _ => Found::Between,
        }
    }

    /// The same command once more, undisturbed: all is there at last, with the same bytes, and it goes on from what was kept.
    #[track_caller]
    pub fn resume(&self, desk: &Desk, found: Found, what: &str) {
        let kept = self.kept(desk);
        let said = desk.careweave(&self.line);
        assert!(!said.err.contains("panicked"), "{what}: {}", said.err);
        match (found, said.code) {
            (_, Some(code)) if code == self.case.ends => {}
            (Found::New, Some(2)) => assert!(said.err.contains("already"), "{what}: {}", said.err),
            (_, code) => panic!("{what}: again gave {code:?}: {}", said.err),
        }
        let goes_on = said.err.contains(&format!("goes on where it stopped: {kept} "));
        assert!(
            found != Found::Old || goes_on == (kept > 0),
            "{what}: {kept} were kept: {}",
            said.err
        );
        assert_eq!(self.whole(desk, what), Found::New, "{what}, and then again");
        let left = self.leftovers(desk);
        // Refused because of its file, a calibration does not come to look at its folder, which nobody could tidy up before.
        let unseen = |name: &str| name == "r.partial" && said.err.contains("over.toml` is there already");
        assert!(
            left.iter()
                .all(|n| unseen(n) || (n.starts_with('.') && n.ends_with(".new"))),
            "{what}, and then again: left {left:?}"
        );
    }
}

/// How often, from the environment: the quick form where it says nothing.
pub fn times(name: &str, quick: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(quick, |n| n.parse().expect("a number"))
}

/// The program under another, such as strace or a shell; where that is not to be had, a word on it and `None`.
pub fn tool(name: &str, trial: &[&str]) -> Option<()> {
    let tried = Command::new(name)
        .args(trial)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let works = tried.is_ok_and(|s| s.success());
    if !works {
        eprintln!("skipped: `{name} {}` does not work here", trial.join(" "));
    }
    works.then_some(())
}

/// A shell line in a desk, in which `careweave` is the program.
pub fn shell(desk: &Desk, line: &str) -> Said {
    Said::from(shell_command(desk, line).output().expect("a shell"))
}

pub fn shell_command(desk: &Desk, line: &str) -> Command {
    let mut command = Command::new("bash");
    let bin = PathBuf::from(env!("CARGO_BIN_EXE_careweave"));
    let mut path = std::ffi::OsString::from(bin.parent().unwrap());
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    command
        .args(["-c", line])
        .env("PATH", path)
        .current_dir(desk.dir.path())
        .stdin(Stdio::null());
    command
}
