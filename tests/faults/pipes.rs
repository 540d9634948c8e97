//! Answers that cannot be delivered: full devices, closed pipes, closed streams, terminals without width. Exit code 0 says that
//! the whole answer was taken.

use std::process::Stdio;

use super::cases::{content, furnished, shell, tool};
use super::desk::Said;

#[test]
fn a_full_device_is_told_by_every_command() {
    let desk = furnished();
    desk.careweave("run desk.toml -n 5 --out a --quiet").ended_with(0);
    for line in [
        "run desk.toml -n 2",
        "run desk.toml -n 2 --json",
        "compare desk.toml three.toml -n 2",
        "sweep plan.toml -n 2",
        "schema",
        "scenarios",
        "scenarios mm1",
        "check desk.toml",
        "explain stations.any.servers",
        "report a",
        "report a --json",
        "--help",
        "run --help",
        "--version",
    ] {
        let said = shell(&desk, &format!("exec careweave {line} > /dev/full")).ended_with(3);
        said.complains(&["cannot write standard output", "No space left on device"]);
    }
    // What was asked for beside the answer is there all the same.
    shell(&desk, "exec careweave run desk.toml -n 5 --out b > /dev/full").ended_with(3);
    assert_eq!(content(&desk.path("a")), content(&desk.path("b")));
    assert!(!desk.path("b.partial").exists());
    for line in [
        "report a --out /dev/full --force",
        "validate desk.toml --targets waits.toml --quick -n 2 --out /dev/full",
    ] {
        shell(&desk, &format!("exec careweave {line}"));
        assert!(!std::path::Path::new("/dev/full").is_file());
    }
    // Notices that nobody can read change nothing.
    shell(&desk, "exec careweave run desk.toml -n 2 2> /dev/full").ended_with(0);
}

#[test]
fn a_reader_who_goes_away_gets_one_line_and_exit_code_3() {
    let desk = furnished();
    for line in [
        "run desk.toml -n 2 --out r --json",
        "scenarios",
        "schema pathway",
        "check networked",
        "--help",
    ] {
        let mut child = desk
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let said = Said::from(child.wait_with_output().unwrap()).ended_with(3);
        let words = if line == "--help" {
            "standard output"
        } else {
            "standard output was closed before the whole answer was read"
        };
        said.complains(&[words]);
    }
    assert!(desk.path("r/report.txt").exists() && !desk.path("r.partial").exists());
    let said = shell(&desk, "careweave schema pathway | head -1; echo ${PIPESTATUS[0]}").ended_with(0);
    assert_eq!(said.out, "{\n3\n");
}

#[test]
fn closed_streams_change_no_result() {
    let desk = furnished();
    desk.careweave("run desk.toml -n 5 --out a").ended_with(0);
    for (i, closed) in [">&-", "2>&-", ">&- 2>&- <&-"].iter().enumerate() {
        shell(
            &desk,
            &format!("exec careweave run desk.toml -n 5 --out c{i} {closed}"),
        )
        .ended_with(0);
        assert_eq!(content(&desk.path("a")), content(&desk.path(&format!("c{i}"))));
    }
    shell(&desk, "exec careweave run nothing.toml 2>&-").ended_with(2);
}

/// A terminal of any width draws its bar, and one that is closed keeps what is finished.
#[test]
fn terminals_may_be_of_any_width() {
    if tool("script", &["-qec", "true", "/dev/null"]).is_none() {
        return;
    }
    let desk = furnished();
    for width in [0, 1, 2, 30, 4000] {
        let inner = format!("stty cols {width}; exec careweave run desk.toml -n 40 --threads 1");
        let said = shell(&desk, &format!("script -qec '{inner}' /dev/null")).ended_with(0);
        assert!(said.out.contains("WHAT WAS RUN"), "{width}: {}", said.out);
        assert!(!said.out.contains("panicked"), "{width}");
    }
    for term in ["", "dumb", "nonsense"] {
        shell(
            &desk,
            &format!("TERM={term} script -qec 'exec careweave run desk.toml -n 10' /dev/null"),
        )
        .ended_with(0);
    }
}
