//! A folder with a small scenario in it, and the program run there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const BIN: &str = env!("CARGO_BIN_EXE_careweave");

/// A folder of its own for one test, with a small scenario in it.
pub struct Desk {
    pub dir: tempfile::TempDir,
}

pub const DESK: &str = r#"kind = "queueing"
title = "A desk"
question = "How long do people wait?"

[run]
warm_up = { days = 5 }
horizon = { days = 100 }
replications = 6

[stations.desk]
servers = 2
service = { lognormal = { mean = 50, sd = 30, unit = "min" } }

[classes.urgent]
arrivals = { poisson = { per_hour = 0.6 } }
entry = "desk"
priority = 0

[classes.routine]
arrivals = { poisson = { per_hour = 1.2 } }
entry = "desk"
priority = 1

[evidence]
stations = { grade = "derived", note = "Set by the test." }
classes = { grade = "derived", note = "Set by the test." }
"#;

impl Desk {
    pub fn new() -> Desk {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk { dir };
        desk.file("desk.toml", DESK);
        desk.file(
            "three.toml",
            "kind = \"queueing\"\nextends = \"desk.toml\"\ntitle = \"Three\"\nstations.desk.servers = 3\n",
        );
        desk
    }

    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn command(&self, args: &str) -> Command {
        let mut command = Command::new(BIN);
        command
            .current_dir(self.dir.path())
            .args(args.split_whitespace())
            .stdin(Stdio::null());
        command
    }

    pub fn careweave(&self, args: &str) -> Said {
        Said::from(self.command(args).output().expect("the program starts"))
    }

    /// Everything in a results folder but `run.json`, which may differ.
    pub fn results(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(self.path(name)).expect("a results folder") {
            let path = entry.expect("an entry").path();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            files.insert(file, std::fs::read(&path).expect("readable"));
        }
        assert!(files.remove("run.json").is_some(), "{name} has no run.json");
        files
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        let text = std::fs::read_to_string(self.path(path)).expect("readable");
        serde_json::from_str(&text).expect("JSON")
    }
}

#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Said {
    #[track_caller]
    pub fn ended_with(self, code: i32) -> Said {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    pub fn complains(self, words: &[&str]) -> Said {
        for word in words {
            assert!(self.err.contains(word), "no `{word}` in:\n{}", self.err);
        }
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in:\n{}", self.out))
    }
}

/// What `overall.csv` says of an outcome for everybody.
pub fn value(files: &BTreeMap<String, Vec<u8>>, outcome: &str) -> f64 {
    let text = String::from_utf8(files["overall.csv"].clone()).expect("UTF-8");
    let row = text
        .lines()
        .find(|l| l.contains(&format!(",{outcome},all,")))
        .expect(outcome);
    row.split(',').nth(4).unwrap().parse().expect("a number")
}
