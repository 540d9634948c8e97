//! Faults at every single call to the operating system, by `strace -e inject`: killed before it, refused by it, refused from it
//! on; and power cuts, after which whatever was not brought to disk is gone, zeros or rubbish.
//!
//! The calls of the main thread are counted in an undisturbed run; then the command is run once for each of them. Quick form:
//! every so many calls, `CAREWEAVE_STRIDE` (1 for every call).

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::cases::{Found, Stage, times, tool};
use super::desk::{Desk, Said};

/// Calls that touch files, and what each may be answered with.
const CALLS: [(&str, &[&str]); 15] = [
    ("openat", &["ENOSPC", "EACCES", "EMFILE"]),
    ("write", &["ENOSPC", "EIO", "EFBIG"]),
    ("read", &["EIO"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("fdatasync", &["EIO"]),
    ("rename", &["EROFS", "ENOSPC"]),
    ("renameat2", &["EINVAL", "EIO"]),
    ("mkdir", &["ENOSPC", "EACCES"]),
    ("unlink", &["EIO", "EACCES"]),
    ("unlinkat", &["EIO"]),
    ("rmdir", &["EIO"]),
    ("ftruncate", &["EIO"]),
    ("flock", &["ENOLCK"]),
    ("getdents64", &["EIO"]),
    ("statx", &["EIO"]),
];

fn names() -> String {
    CALLS.map(|c| c.0).join(",")
}

fn strace() -> Option<()> {
    tool("strace", &["-qq", "-e", "trace=none", "true"])
}

/// The command under strace; what it says of the calls goes to `log`.
fn under(desk: &Desk, line: &str, log: &Path, inject: &[String]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-qq", "-y", "-s", "0", "-o"]).arg(log);
    command.args(["-e", &format!("trace={}", names())]);
    for one in inject {
        command.args(["-e", &format!("inject={one}")]);
    }
    command
        .arg(env!("CARGO_BIN_EXE_careweave"))
        .args(line.split_whitespace())
        .current_dir(desk.dir.path())
        .stdin(Stdio::null());
    command
}

/// On one thread beside the main one, so that calls come in the same order each time.
fn threads(stage: &Stage) -> String {
    match stage.case.name {
        "merge" | "report" => stage.line.clone(),
        _ => format!("{} --threads 1", stage.line),
    }
}

/// Which of `n` calls are tried in the quick form.
fn tried(from: usize, n: usize, stride: u64, shift: &mut u64) -> Vec<usize> {
    *shift += 1;
    (from + 1..=n)
        .filter(|i| (*i as u64 + *shift).is_multiple_of(stride))
        .collect()
}

fn every_call(name: &str, stride: u64) {
    if strace().is_none() {
        return;
    }
    let stage = Stage::small(name);
    let stride = times("CAREWEAVE_STRIDE", stride);
    let counts = counted(&stage);
    let (mut shift, mut kills, mut errors, mut refused) = (0, 0, 0, 0);
    for (call, answers) in CALLS {
        let &(n, from) = counts.get(call).unwrap_or(&(0, 0));
        for at in tried(from, n, stride, &mut shift) {
            kill_at(&stage, call, at);
            kills += 1;
        }
        for answer in answers {
            for on in ["", "+"] {
                for at in tried(from, n, stride, &mut shift) {
                    errors += 1;
                    refused += u64::from(error_at(&stage, call, answer, at, on));
                }
            }
        }
    }
    println!(
        "calls | {name} | {kills} killed before a call, {errors} with a call refused (of which {refused} ended with 3), 0 lost"
    );
}

/// How often the main thread makes each call, and how often before the program proper begins (the loader's are not its own).
fn counted(stage: &Stage) -> BTreeMap<String, (usize, usize)> {
    let (desk, log) = (stage.set(), tempfile::NamedTempFile::new().unwrap());
    let said = Said::from(under(&desk, &threads(stage), log.path(), &[]).output().unwrap());
    assert_eq!(said.code, Some(stage.case.ends), "{}", said.err);
    let text = fs::read_to_string(log.path()).unwrap();
    let starts = text
        .lines()
        .position(|l| l.contains("/proc/self/maps"))
        .unwrap_or(0);
    let mut all: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (i, call) in text.lines().enumerate() {
        let entry = all
            .entry(call.split('(').next().unwrap_or_default().to_string())
            .or_default();
        entry.0 += 1;
        entry.1 += usize::from(i < starts);
    }
    all
}

fn kill_at(stage: &Stage, call: &str, at: usize) {
    let what = format!("{}: killed before {call} number {at}", stage.case.name);
    let (desk, log) = (stage.set(), tempfile::NamedTempFile::new().unwrap());
    let inject = format!("{call}:signal=KILL:when={at}");
    let said = under(&desk, &threads(stage), log.path(), &[inject])
        .output()
        .unwrap();
    // A read more or less is made from one run to the next; then the last of them is not reached.
    let code = said.status.code();
    assert!(
        code.is_none() || code == Some(stage.case.ends),
        "{what}: {code:?}"
    );
    let found = stage.whole(&desk, &what);
    assert!(code.is_none() || found == Found::New, "{what}: it was not killed");
    stage.resume(&desk, found, &what);
}

/// Whether the command ended with 3.
fn error_at(stage: &Stage, call: &str, answer: &str, at: usize, on: &str) -> bool {
    let what = format!(
        "{}: {call} number {at}{on} answered with {answer}",
        stage.case.name
    );
    let (desk, log) = (stage.set(), tempfile::NamedTempFile::new().unwrap());
    let inject = format!("{call}:error={answer}:when={at}{on}");
    let output = under(&desk, &threads(stage), log.path(), &[inject])
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code();
    assert!(!err.contains("panicked"), "{what}: {err}");
    // 2 where a file that the user named cannot be read.
    let done = code == Some(stage.case.ends);
    assert!(done || matches!(code, Some(2 | 3)), "{what}: {code:?}: {err}");
    let found = stage.whole(&desk, &what);
    if done {
        assert_eq!(found, Found::New, "{what}: it says that all is done: {err}");
    } else if !(call == "write" && on == "+") {
        assert!(!err.is_empty(), "{what}: not a word");
    }
    stage.resume(&desk, found, &what);
    code == Some(3)
}

/// What a power cut may do to bytes that were not brought to disk.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Gone,
    Zeros,
    Rubbish,
}

/// How many bytes of each file were on the disk for good, and how many there were, by what strace told of the calls.
fn unsynced(log: &str, desk: &Path) -> BTreeMap<PathBuf, (u64, u64)> {
    let mut files: BTreeMap<PathBuf, (u64, u64)> = BTreeMap::new();
    let path = |text: &str| desk.join(text);
    for line in log.lines() {
        let Some((call, rest)) = line.split_once('(') else {
            continue;
        };
        let answer = line.rsplit_once(" = ").map_or("", |a| a.1);
        let quoted: Vec<&str> = rest.split('"').skip(1).step_by(2).collect();
        // As in `write(5</tmp/desk/r.partial/records.spool>, ""..., 80) = 80`.
        let of = rest
            .split_once('<')
            .and_then(|r| r.1.split_once('>'))
            .map(|r| PathBuf::from(r.0));
        match (call, of) {
            ("openat", _) if rest.contains("O_CREAT") => {
                let Some((_, opened)) = answer.split_once('<') else {
                    continue;
                };
                let opened = PathBuf::from(opened.trim_end_matches('>'));
                match rest.contains("O_TRUNC") || rest.contains("O_EXCL") {
                    true => drop(files.insert(opened, (0, 0))),
                    false => drop(files.entry(opened).or_default()),
                }
            }
            ("write", Some(of)) => {
                if let (Some(file), Ok(n)) = (files.get_mut(&of), answer.trim().parse::<u64>()) {
                    file.1 += n;
                }
            }
            ("fsync" | "fdatasync", Some(of)) if answer.trim() == "0" => {
                if let Some(file) = files.get_mut(&of) {
                    file.0 = file.1;
                }
            }
            ("rename" | "renameat2", _) if answer.trim() == "0" && quoted.len() == 2 => {
                let (from, to) = (path(quoted[0]), path(quoted[1]));
                let swap = rest.contains("RENAME_EXCHANGE");
                let moved = files.into_iter().map(|(name, file)| {
                    let onto = |a: &Path, b: &Path| name.strip_prefix(a).ok().map(|rest| b.join(rest));
                    let to_there = onto(&from, &to);
                    let back = if swap { onto(&to, &from) } else { None };
                    // Joining nothing leaves a slash behind, which paths compare as equal.
                    (to_there.or(back).unwrap_or(name), file)
                });
                files = moved.collect();
            }
            _ => {}
        }
    }
    files.retain(|path, _| path.exists());
    files
}

fn power_cut_at(stage: &Stage, call: &str, at: usize, loss: Loss) -> bool {
    let what = format!(
        "{}: power cut before {call} number {at}, {loss:?}",
        stage.case.name
    );
    let (desk, log) = (stage.set(), tempfile::NamedTempFile::new().unwrap());
    let inject = format!("{call}:signal=KILL:when={at}");
    under(&desk, &threads(stage), log.path(), &[inject])
        .output()
        .unwrap();
    let root = desk.dir.path().canonicalize().unwrap();
    let mut damaged = false;
    for (path, (safe, all)) in unsynced(&fs::read_to_string(log.path()).unwrap(), &root) {
        if safe >= all {
            continue;
        }
        damaged = true;
        let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(safe).unwrap();
        file.seek(SeekFrom::Start(safe)).unwrap();
        let n = (all - safe) as usize;
        match loss {
            Loss::Gone => {}
            Loss::Zeros => file.write_all(&vec![0; n]).unwrap(),
            Loss::Rubbish => file
                .write_all(&[0xa5, 0x5a, 0x01, 0x00].repeat(n.div_ceil(4))[..n])
                .unwrap(),
        }
    }
    let found = stage.whole(&desk, &what);
    stage.resume(&desk, found, &what);
    damaged
}

fn power_cuts(name: &str, stride: u64) {
    if strace().is_none() {
        return;
    }
    let stage = Stage::small(name);
    let stride = times("CAREWEAVE_STRIDE", stride);
    let counts = counted(&stage);
    let (mut shift, mut cuts, mut damaged) = (0, 0, 0);
    for call in [
        "write",
        "fsync",
        "fdatasync",
        "rename",
        "renameat2",
        "unlink",
        "unlinkat",
        "rmdir",
        "openat",
    ] {
        let &(n, from) = counts.get(call).unwrap_or(&(0, 0));
        for loss in [Loss::Gone, Loss::Zeros, Loss::Rubbish] {
            for at in tried(from, n, stride, &mut shift) {
                cuts += 1;
                damaged += u64::from(power_cut_at(&stage, call, at, loss));
            }
        }
    }
    println!(
        "power cuts | {name} | {cuts} ({damaged} with bytes not yet on the disk), 0 finished folders harmed"
    );
}

/// Strides of the quick form are such that each test tries about a dozen calls.
macro_rules! every_call {
    ($($test:ident $cut:ident $name:literal)*) => {
        $(#[test]
        fn $test() {
            every_call($name, 61);
        }

        #[test]
        fn $cut() {
            power_cuts($name, 31);
        })*
    };
}

every_call! {
    any_call_of_a_run_may_fail a_run_outlives_power_cuts "run"
    any_call_of_a_merge_may_fail a_merge_outlives_power_cuts "merge"
    any_call_of_a_replacement_may_fail a_replacement_outlives_power_cuts "replace"
    any_call_of_a_validation_may_fail a_validation_outlives_power_cuts "validate"
    any_call_of_a_report_may_fail a_report_outlives_power_cuts "report"
}

/// The commands that share their way to the disk with those above.
#[test]
#[ignore = "long: part of the long form"]
fn any_call_of_the_other_commands_may_fail() {
    for name in ["compare", "sweep", "shard", "calibrate", "warmup"] {
        every_call(name, 7);
        power_cuts(name, 7);
    }
}
